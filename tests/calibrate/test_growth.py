"""Growth and retention by size: the heavy-tailed law, its fit, coverage, and what a normal one gets wrong."""

import math

import numpy as np
import pandas as pd
import pytest
import scipy.stats as st
from scipy import special
from tests.calibrate.judged import accepted, holds, too_few
from tests.strategies import refused

import walkaway_sim as ws
from walkaway_sim.calibrate.history.student_fit import fit_student
from walkaway_sim.calibrate.history.student_posterior import student_draws
from walkaway_sim.deal.supply.quantities import QUANTITIES
from walkaway_sim.examples.history import ACCOUNTS, CONTRACTS, make_accounts
from walkaway_sim.inputs import LogStudent, from_spec

LAW = LogStudent(4.0, -0.17, 0.72)


def truncated(x):
    """Distribution function of ln(1 + growth) between the ends, by SciPy."""
    whole = st.t(4.0, loc=-0.17, scale=0.72)
    low, high = whole.cdf(np.log([0.01, 11.0]))
    return (whole.cdf(x) - low) / (high - low)


def test_the_law_is_a_truncated_student_t_in_logarithms():
    growth = np.array([-0.98, -0.5, -0.1, 0.0, 1.0, 9.0])
    assert LAW.cdf(growth) == pytest.approx(truncated(np.log1p(growth)), rel=1e-12)
    q = np.array([1e-6, 0.01, 0.3, 0.5, 0.9, 0.9999])
    assert LAW.cdf(LAW.ppf(q)) == pytest.approx(q, rel=1e-9)
    assert LAW.ppf([0.0, 1.0]).tolist() == [-0.99, 10.0]
    assert LAW.support() == (-0.99, 10.0) == (QUANTITIES["growth"].low, QUANTITIES["growth"].high)


@pytest.mark.parametrize("law", [LAW, LogStudent(3.0, 0.05, 0.001), LogStudent(1.0, 0.0, 3.0)])
def test_moments_by_quadrature_over_probabilities(law):
    """By the trapezoidal rule over the logit, which is exact to rounding for so smooth an integrand."""
    logit = np.linspace(-36.0, 36.0, 20_001)
    q = special.expit(logit)
    weight = q * special.expit(-logit) * (logit[1] - logit[0])
    values = law.ppf(q)
    mean = weight @ values
    assert law.mean() == pytest.approx(mean, rel=1e-7)
    assert law.std() == pytest.approx(math.sqrt(weight @ (values - mean) ** 2), rel=1e-6)


def test_the_law_is_frozen_and_refuses():
    assert LogStudent(4.0, -0.17, 0.72) == LAW
    assert hash(LAW) == hash(LogStudent(4.0, -0.17, 0.72))
    assert "scale" in refused(LogStudent, 4.0, 0.0, 0.0)
    assert "-1 < low < high" in refused(LogStudent, 4.0, 0.0, 1.0, -1.5, 2.0)
    assert "nothing lies between" in refused(LogStudent, 100.0, 800.0, 1e-3)
    assert LAW.spec() == {"kind": "log_student", "df": 4, "loc": -0.17, "scale": 0.72}
    assert from_spec(LAW.spec()) == LAW


def test_the_fit_is_at_the_top_of_the_likelihood():
    values = -0.17 + 0.72 * np.random.default_rng(1).standard_t(4.0, 500)

    def height(centre, scale, degrees):
        prior = st.norm.logpdf(math.log(degrees), math.log(4), 1)
        return st.t(degrees, loc=centre, scale=scale).logpdf(values).sum() + prior

    centre, scale, degrees = fit_student(values)
    top = height(centre, scale, degrees)
    for factor in (0.97, 1.03):
        assert height(centre * factor, scale, degrees) < top
        assert height(centre, scale * factor, degrees) < top
        assert height(centre, scale, degrees * factor) < top


def jeffreys(nu):
    """Return the log of the root of the determinant of the information on log scale and degrees of freedom."""
    trigamma = special.polygamma(1, nu / 2) - special.polygamma(1, (nu + 1) / 2)
    own = 0.25 * (trigamma - 2 * (nu + 5) / (nu * (nu + 1) * (nu + 3)))
    cross = -2 / ((nu + 1) * (nu + 3))
    return 0.5 * np.log(2 * nu / (nu + 3) * own - cross**2)


def test_the_draws_are_those_of_the_density_summed_over_a_grid():
    """Eleven values; means of the logarithms within five standard errors, of 0.76 of the draws by resampling."""
    values = -0.17 + 0.72 * np.random.default_rng(2).standard_t(3.0, 11)
    axes = (
        np.linspace(-2.5, 2.5, 101),
        np.linspace(-4.0, 2.5, 100),
        np.linspace(math.log(0.5), math.log(200), 120),
    )
    centre, log_scale, log_nu = np.meshgrid(*axes, indexing="ij")
    density = sum(
        st.t.logpdf((one - centre) / np.exp(log_scale), np.exp(log_nu)) - log_scale for one in values
    )
    density += jeffreys(np.exp(log_nu)) + log_nu
    weight = np.exp(density - density.max())
    drawn = student_draws(values, 4000, np.random.default_rng(3))
    for axis, found in zip(
        (centre, log_scale, log_nu), (drawn[0], np.log(drawn[1]), np.log(drawn[2])), strict=True
    ):
        mean = (weight * axis).sum() / weight.sum()
        sd = math.sqrt((weight * (axis - mean) ** 2).sum() / weight.sum())
        assert found.mean() == pytest.approx(mean, abs=5 * sd / math.sqrt(0.5 * 4000))
        assert found.std() == pytest.approx(sd, rel=0.1)


def test_the_draws_of_a_large_sample_have_the_inverse_information_for_a_covariance():
    nu, n = 5.0, 4000
    values = st.t(nu).ppf((np.arange(n) + 0.5) / n)
    drawn = student_draws(values, 4000, np.random.default_rng(3))
    trigamma = special.polygamma(1, nu / 2) - special.polygamma(1, (nu + 1) / 2)
    own = 0.25 * nu**2 * (trigamma - 2 * (nu + 5) / (nu * (nu + 1) * (nu + 3)))
    cross = -2 * nu / ((nu + 1) * (nu + 3))
    expected = np.linalg.inv(n * np.array([[2 * nu / (nu + 3), cross], [cross, own]]))
    found = np.cov(np.log(drawn[1]), np.log(drawn[2]))
    assert drawn[0].std() == pytest.approx(math.sqrt((nu + 3) / ((nu + 1) * n)), rel=0.06)
    assert found == pytest.approx(expected, rel=0.12)


@pytest.mark.statistical
@pytest.mark.parametrize("n", [10, 25, 80])
def test_intervals_cover_and_a_normal_tail_does_not(n):
    """Median, scale, and both ends of growth, from the fewest accounts taken on; normal tails are too short."""
    sets, hits, naive = 400, np.zeros(5), 0
    truth = -0.17 + 0.72 * st.t.ppf(np.array([0.05, 0.25, 0.95]), 4.0)
    for seed in range(sets):
        stream = np.random.default_rng([seed, n])
        values = -0.17 + 0.72 * stream.standard_t(4.0, n)
        centre, scale, degrees = student_draws(values, 199, stream)
        ends = [centre + scale * st.t.ppf(q, degrees) for q in (0.05, 0.25, 0.95)]
        hits += [holds(-0.17, centre), holds(0.72, scale), *map(holds, truth, ends)]
        sd = values.std(ddof=1) * np.sqrt((n - 1) / stream.chisquare(n - 1, 199))
        tail = values.mean() + sd * (stream.standard_normal(199) / math.sqrt(n) + st.norm.ppf(0.995))
        naive += holds(-0.17 + 0.72 * st.t.ppf(0.995, 4.0), tail)
    assert all(accepted(one, sets) for one in hits), hits
    assert too_few(naive, sets), naive


@pytest.mark.statistical
@pytest.mark.parametrize("degrees", [2.0, 30.0])
def test_ten_accounts_are_covered_and_by_a_normal_error_are_not(degrees):
    """At the fewest accounts that are taken, heavy tails and nearly normal ones; false-alarm rate of 0.1%."""
    sets, hits, naive = 400, np.zeros(2), np.zeros(2)
    for seed in range(sets):
        stream = np.random.default_rng(seed)
        values = -0.05 + 0.3 * stream.standard_t(degrees, 10)
        centre, scale, _ = student_draws(values, 199, stream)
        hits += [holds(-0.05, centre), holds(0.3, scale)]
        at, width, nu = fit_student(values)
        error = width * math.sqrt((nu + 3) / ((nu + 1) * 10))
        log_error = math.sqrt((nu + 3) / (2 * nu * 10))
        naive += [abs(at + 0.05) <= 1.645 * error, abs(math.log(width / 0.3)) <= 1.645 * log_error]
    assert all(accepted(one, sets) for one in hits), hits
    assert all(too_few(one, sets) for one in naive), naive


def test_accounts_that_mostly_did_not_change():
    """A Student t would shrink to the point that they share."""
    table = make_accounts(200, rng=9)
    table = table[table["after"] > 0].reset_index(drop=True)
    still = np.arange(len(table)) % 5 < 3
    found = ws.fit_growth(table.assign(after=table["after"].where(~still, table["before"])), rng=9)
    row = found.to_frame().iloc[0]
    assert row["fitted 5%"] == pytest.approx(row["seen 5%"], abs=0.05)
    assert row["fitted 95%"] == pytest.approx(row["seen 95%"], rel=0.1)
    assert f"{still.sum()} of {len(table)} retained accounts from 0 grew by the same 0 a year" in str(
        found.used
    )
    assert "taken as it was seen" in found._repr_html_()
    few = table.assign(after=table["after"].where(np.arange(len(table)) % 5 != 0, table["before"]))
    assert not ws.fit_growth(few, rng=9).used.notes


@pytest.mark.parametrize("ratio", [0.7, 1.1, 1.0])
def test_one_ratio_but_for_rounding_is_refused(ratio):
    before = np.random.default_rng(10).lognormal(8, 1, 50)
    same = pd.DataFrame({"before": before, "after": ratio * before})
    assert "all 50 retained accounts from 0 grew by the same ratio" in refused(ws.fit_growth, same)


def test_bands_of_the_generator():
    table = make_accounts(20_000, rng=5)
    found = ws.fit_growth(table, account="account", bands=ACCOUNTS.edges, rng=5)
    for band, retention in zip(found.bands, ACCOUNTS.retention, strict=True):
        assert band.retention == pytest.approx(retention, abs=4 * math.sqrt(0.25 / band.accounts))
        assert band.growth.loc == pytest.approx(ACCOUNTS.centre, abs=4 * 0.85 / math.sqrt(band.retained))
        assert band.growth.scale == pytest.approx(ACCOUNTS.scale, rel=4 / math.sqrt(band.retained))
    assert sum(band.accounts for band in found.bands) == found.used.used == 20_000
    assert found.band(499.99).name == "0 to 500"
    assert found.band(500).name == "500 to 2,000"


def test_retention_and_hazard_are_two_sides():
    table = make_accounts(2000, rng=6)
    found = ws.fit_growth(table, bands=(0, 2000), rng=6)
    band = found.band(3000)
    kept, n = int((table["after"] > 0)[table["before"] >= 2000].sum()), int((table["before"] >= 2000).sum())
    assert (band.retained, band.accounts) == (kept, n)
    assert found.retention(3000).distribution.mean() == pytest.approx((kept + 0.5) / (n + 1), rel=1e-12)
    hazard, stays = found.exit_hazard(3000), found.retention(3000)
    for one, other in zip(hazard.plausible, stays.plausible, strict=True):
        assert math.exp(-one.mean()) == pytest.approx(other.mean(), rel=1e-12)
    assert hazard.fitted_with == stays.fitted_with != found.growth(3000).fitted_with


@pytest.mark.statistical
def test_retention_intervals_cover():
    hits, n = 0, 300
    for seed in range(n):
        stream = np.random.default_rng(seed)
        table = make_accounts(120, rng=stream)
        kept = stream.random(120) < 0.8
        found = ws.fit_growth(table.assign(after=np.where(kept, 2.0 * table["before"] ** 0.9, 0.0)), rng=seed,
                              family="empirical", n_plausible=300)  # fmt: skip
        hits += holds(0.8, found.bands[0].plausible_retention)
    assert accepted(hits, n), hits


def test_growth_of_two_years_is_taken_by_the_year():
    table = make_accounts(500, rng=7)
    one, two = ws.fit_growth(table, rng=7), ws.fit_growth(table, years=2, rng=7)
    first, second = one.bands[0].growth, two.bands[0].growth
    assert (second.loc, second.scale) == pytest.approx((first.loc / 2, first.scale / 2), rel=1e-3)
    assert second.df == pytest.approx(first.df, rel=1e-2)
    assert two.bands[0].retention == pytest.approx(math.sqrt(one.bands[0].retention), rel=1e-12)


def test_growth_as_it_was_seen():
    table = make_accounts(300, rng=8)
    found = ws.fit_growth(table, family="empirical", rng=8)
    kept = table[table["after"] > 0]
    seen = np.clip(kept["after"] / kept["before"] - 1, -0.99, 10.0)
    assert found.growth(1.0).distribution.mean() == pytest.approx(seen.mean(), rel=1e-12)
    means = [law.mean() for law in found.growth(1.0).plausible]
    assert np.std(means) == pytest.approx(seen.std() / math.sqrt(len(seen)), rel=0.2)


def test_refusals():
    table = make_accounts(200, rng=1)
    assert "needs 10; choose fewer bands" in refused(ws.fit_growth, table, bands=(0, 1e6))
    assert "ascending" in refused(ws.fit_growth, table, bands=(500, 0))
    assert "no band holds a spend of 10" in refused(ws.fit_growth(table, bands=(100,), rng=1).growth, 10)
    found = ws.fit_growth(table, bands=(100,), rng=1)
    assert found.used.dropped[0].reason == "below the lowest band"
    assert "before" in refused(ws.fit_growth, table.assign(before=0.0))


def test_accounts_under_contract_are_drawn_from_their_own_truth():
    found = ws.fit_growth(make_accounts(4000, truth=CONTRACTS, rng=3), account="account", rng=5).bands[0]
    # Four standard errors of each.
    off = 4 * math.sqrt(CONTRACTS.retention[0] * (1 - CONTRACTS.retention[0]) / found.accounts)
    assert found.retention == pytest.approx(CONTRACTS.retention[0], abs=off)
    assert found.growth.loc == pytest.approx(0.0, abs=4 * 1.2 * CONTRACTS.scale / math.sqrt(found.retained))
    assert found.growth.scale == pytest.approx(CONTRACTS.scale, rel=4 / math.sqrt(found.retained))


def test_the_spend_may_be_left_out_where_there_is_one_band():
    one = ws.fit_growth(make_accounts(400, rng=7), rng=7, n_plausible=20)
    for method in ("growth", "retention", "exit_hazard"):
        assert getattr(one, method)() == getattr(one, method)(5000)
    several = ws.fit_growth(make_accounts(4000, rng=7), bands=(0, 2000), rng=7, n_plausible=20)
    for method in ("growth", "retention", "exit_hazard"):
        assert refused(getattr(several, method)) == (
            f"{method}: spend must say which band, 0 to 2,000; 2,000 and more, got none; give what the account spent in "
            f"the year before, as in {method}(2000)"
        )
