"""Fitting a column: closed forms, certified numbers, what is dropped and said, and what is refused."""

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import CensoredData, ecdf
from tests.reference import agrees, case
from tests.strategies import refused

import walkaway_sim as ws
from walkaway_sim.calibrate.fitting.candidates import fit_family
from walkaway_sim.calibrate.fitting.fallback import thinned
from walkaway_sim.calibrate.fitting.families import FAMILIES
from walkaway_sim.calibrate.fitting.sample import read_sample
from walkaway_sim.calibrate.fitting.several import weights
from walkaway_sim.calibrate.fitting.survival import kaplan_meier


def drawn(seed=5, n=60):
    return np.random.default_rng(seed).lognormal(math.log(1000), 0.25, n)


@pytest.fixture(scope="module")
def volume():
    return ws.fit([*drawn(), None, "", float("nan"), float("inf"), "TBC"], name="volume", unit="cases", owner="sales",
                  source="orders.csv", as_of="2025-12-31", rng=7)  # fmt: skip


# --- closed forms and certified numbers ---------------------------------------------------------------


def test_normal_lognormal_and_exponential_are_in_closed_form():
    x = drawn()
    found = ws.fit(x, ["normal", "lognormal", "exponential"], rng=1)
    laws = {one.family: one.distribution for one in found.candidates}
    assert laws["normal"].mean() == pytest.approx(x.mean(), rel=1e-13)
    assert laws["normal"].std() == pytest.approx(x.std(), rel=1e-13)
    assert laws["lognormal"].median == pytest.approx(np.exp(np.log(x).mean()), rel=1e-13)
    assert laws["lognormal"].log_sd == pytest.approx(np.log(x).std(), rel=1e-12)
    assert laws["exponential"].mean() == pytest.approx(x.mean(), rel=1e-13)


def test_aicc_on_one_data_scale():
    expected = case("F05")
    frame = ws.fit(expected["inputs"]["x"], ["normal", "lognormal", "exponential"], rng=1).to_frame()
    for family, exact in zip(("normal", "lognormal", "exponential"), expected["exact"], strict=True):
        assert agrees(frame.loc[family, "aicc"], exact, expected["tol"])
    assert list(frame.index) == ["lognormal", "normal", "exponential"]
    assert frame["delta"].iloc[0] == 0.0
    assert frame["weight"].sum() == pytest.approx(1.0, rel=1e-12)


@pytest.mark.parametrize(
    ("name", "centre"), [("NumAcc2", 1.2), ("NumAcc3", 1000000.2), ("NumAcc4", 10000000.2)]
)
def test_nist_univariate(name, centre):
    x = np.array([centre] + [centre - 0.1, centre + 0.1] * 500)
    mean, sd, _ = case("K01")["exact"][name]
    law = ws.fit(x, "normal", rng=1, level=0).distribution
    # A double holds the data themselves to 2^-53 of their size.
    rounding = 4 * 2.0**-53 * centre
    assert abs(law.mean() - mean) <= rounding
    assert abs(law.std() * math.sqrt(1001 / 1000) - sd) <= max(rounding, 1e-14)


def test_nist_digits_of_pi():
    digits = np.array(pi_digits(5000))
    assert digits[956] == 8
    digits[956] = 3  # as the certified file has it
    mean, sd, _ = case("K01")["exact"]["PiDigits"]
    found = ws.fit(digits, "normal", rng=1)
    law = found.candidates[0].distribution
    assert law.mean() == pytest.approx(mean, rel=1e-13)
    assert law.std() * math.sqrt(5000 / 4999) == pytest.approx(sd, rel=1e-13)
    assert found.nothing_fits
    assert found.family == "empirical"


def pi_digits(count):
    """Digits of pi by Machin's formula, in whole numbers."""
    unit = 10 ** (count + 10)

    def arctan(inverse):
        term = total = unit // inverse
        k, sign = 1, -1
        while term:
            term //= inverse * inverse
            k += 2
            total += sign * (term // k)
            sign = -sign
        return total

    pi = 4 * (4 * arctan(5) - arctan(239))
    half = 10 ** (count // 2 + 10)  # Python refuses to write so long a number at once
    return [int(digit) for digit in f"{pi // half}{pi % half:0{count // 2 + 10}d}"[:count]]


def test_remission_times_have_their_rate_and_their_survival_curve():
    expected = case("F03")
    t, event = (np.array(expected["inputs"][key], dtype=float) for key in ("t", "event"))
    found = ws.fit(t, "exponential", censored=event == 0, rng=1)
    *curve, rate = expected["exact"]
    assert agrees(1.0 / found.distribution.mean(), rate, 1e-8)  # the search, by differences of 1e-4
    at, survival = kaplan_meier(t, event == 0, np.ones(t.size))
    assert at.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert all(agrees(one, other, expected["tol"]) for one, other in zip(survival, curve, strict=True))
    scipys = ecdf(CensoredData.right_censored(t, event == 0)).sf
    np.testing.assert_allclose(scipys.evaluate(at), survival, rtol=1e-12)
    assert math.isnan(found.goodness)
    assert any("Kaplan-Meier" in note for note in found.notes)
    assert "12 of them lower bounds" in found.source


# --- weights, order, seed -----------------------------------------------------------------------------


def test_weights_count_observations():
    x = np.random.default_rng(2).gamma(3, 2, 40).round(1) + 0.1
    counts = np.random.default_rng(3).integers(1, 5, 40)
    weighted, repeated = ws.fit(x, weights=counts, rng=1), ws.fit(np.repeat(x, counts), rng=1)
    assert weighted.n == repeated.n == counts.sum()
    for one, other in zip(weighted.candidates, repeated.candidates, strict=True):
        assert one.family == other.family
        assert one.aicc == pytest.approx(other.aicc, rel=1e-9)
    assert f"standing for {counts.sum()} observations" in weighted.source


@given(st.lists(st.floats(0.1, 1e3), min_size=12, max_size=25, unique=True), st.floats(0.01, 100.0))
@settings(max_examples=15)
def test_a_change_of_unit_changes_nothing_else(values, factor):
    one, other = (read_sample(scale * np.array(values), support="positive") for scale in (1.0, factor))
    for family in (FAMILIES["lognormal"], FAMILIES["gamma"], FAMILIES["weibull"]):
        before, after = fit_family(family, one), fit_family(family, other)
        shift = len(values) * math.log(factor)
        assert after.log_likelihood + shift == pytest.approx(before.log_likelihood, rel=1e-7, abs=1e-5)
        assert after.distribution.ppf(0.5) == pytest.approx(factor * before.distribution.ppf(0.5), rel=1e-5)


def test_the_same_seed_gives_the_same_and_another_another():
    one, same, other = (ws.fit(drawn(), "gamma", rng=seed) for seed in (3, np.random.SeedSequence(3), 4))
    assert one.plausible == same.plausible
    assert one.plausible != other.plausible
    assert one.distribution == other.distribution


# --- what is used, dropped and said -------------------------------------------------------------------


def test_bad_rows_are_counted_by_reason(volume):
    assert volume.dropped == {"missing": 3, "not a number": 1, "infinite": 1}
    assert volume.sample.dropped["missing"] == (60, 61, 62)
    assert volume.source.startswith(
        "orders.csv: 60 of 65 rows used (dropped: 3 missing, 1 not a number, 1 infinite)"
    )


def test_a_fit_becomes_an_input(volume):
    entry = volume.input()
    assert entry.distribution == volume.distribution
    assert len(entry.plausible) == 200
    kinds = [law.kind for law in entry.plausible]
    assert {kind: kinds.count(kind) / 200 for kind in set(kinds)} == volume.shares
    assert (entry.unit, entry.owner, entry.as_of) == ("cases", "sales", "2025-12-31")
    assert "60 of 65 rows" in entry.source


def test_a_fit_shows_itself(volume):
    assert volume.family in repr(volume)
    html = volume._repr_html_()
    assert "60 of 65 rows" in html
    assert "inverse_gaussian" in html
    figures = volume.figures()
    assert list(figures.index) == ["mean", "sd", "P5", "P25", "P50", "P75", "P95"]
    assert (figures["low"] <= figures["high"]).all()
    assert figures.loc["mean", "estimate"] == pytest.approx(volume.distribution.mean())
    wider = volume.figures(0.99)
    assert (wider["low"] <= figures["low"]).all()


def test_a_column_of_a_frame_brings_its_name_and_its_missing_values():
    column = pd.Series([*drawn(), None], name="cases", dtype="Float64")
    found = ws.fit(column, "lognormal", rng=1)
    assert found.name == "cases"
    assert found.dropped == {"missing": 1}


@pytest.mark.parametrize(
    ("values", "families"),
    [
        (np.random.default_rng(1).normal(0, 1, 30), {"normal", "logistic", "student_t", "skew_normal", "gumbel"}),
        (drawn() ** 2, {"lognormal", "gamma", "weibull", "log_logistic", "inverse_gaussian", "exponential"}),
        (drawn(), set(FAMILIES) - {"beta", "poisson", "negative_binomial"}),
        (np.random.default_rng(1).beta(2, 3, 30), {"beta"}),
        (np.random.default_rng(1).poisson(4, 30), {"poisson", "negative_binomial"}),
        (np.arange(1, 61), {"poisson", "negative_binomial", "lognormal", "gamma", "weibull", "log_logistic", "inverse_gaussian", "exponential"}),
        (np.arange(-5, 55), {"normal", "logistic", "student_t", "skew_normal", "gumbel"}),
    ],
)  # fmt: skip
def test_the_support_chooses_the_families(values, families):
    assert {one.family for one in ws.fit(values, rng=1).candidates} == families


def test_known_families_are_found_again():
    rng = np.random.default_rng(6)
    samples = {
        "student_t": rng.standard_t(3, 400), "poisson": rng.poisson(4, 300), "beta": rng.beta(8, 2, 200),
        "negative_binomial": rng.negative_binomial(1, 0.3, 300), "gumbel": rng.gumbel(3, 1, 400),
    }  # fmt: skip
    for family, x in samples.items():
        found = ws.fit(x, support="real" if family in ("student_t", "gumbel") else None, rng=1)
        assert found.family == family
        assert not found.nothing_fits


def test_positive_values_far_above_0_are_tried_on_the_real_line_and_stay_positive():
    found = ws.fit(drawn(), rng=1)
    assert {"gumbel", "lognormal"} <= set(found.shares)
    assert all(law.cdf(0.0) <= 1e-9 for law in (found.distribution, *found.plausible))
    assert set(ws.fit(drawn(), support="positive", rng=1).shares) <= {
        "lognormal", "gamma", "weibull", "log_logistic", "inverse_gaussian",
    }  # fmt: skip
    heavy = 100 + 15 * np.random.default_rng([2, 99]).standard_t(3, 25)
    kept = ws.fit(heavy, rng=2)
    assert "student_t" not in kept.shares
    assert any("are left out, since a deal refuses them" in note for note in kept.notes)
    assert not any("does not fit" in note for note in kept.notes)
    assert "student_t" in ws.fit(heavy, support="real", rng=2).shares
    # Who names a family takes it as it is.
    assert ws.fit(drawn(), "normal", rng=1).shares == {"normal": 1.0}


def test_plausible_families_have_their_weights():
    found = ws.fit(drawn(), ["lognormal", "gamma", "exponential"], rng=1)
    frame = found.to_frame()
    assert found.shares.keys() == {"lognormal", "gamma"}
    # Whole distributions of 200: the largest remainders, less than one off.
    weight = weights(frame["aicc"].to_numpy())
    assert np.abs(frame["share"] - weight / weight.sum()).max() < 1 / 200
    assert len({law.kind for law in found.plausible[:20]}) == 2
    assert any("by Akaike's weights" in note for note in found.notes)
    alone = ws.fit(drawn(), "lognormal", rng=1)
    assert {law.kind for law in alone.plausible} == {"lognormal"}
    assert not any("Akaike" in note for note in alone.notes)


def test_a_family_that_is_rejected_has_no_share():
    x = np.round(np.random.default_rng(3).standard_t(1.2, 150), 6)
    found = ws.fit(x, ["normal", "student_t"], rng=1)
    assert found.shares == {"student_t": 1.0}


def test_rivals_zeros_and_infinite_means_are_named():
    assert any("hardly tell" in note for note in ws.fit(drawn(), rng=1).notes)
    late = np.concatenate([np.zeros(60), np.random.default_rng(1).gamma(2, 5, 40)])
    assert any("60% of the values are exactly 0" in note for note in ws.fit(late, rng=1).notes)
    heavy = np.exp(np.random.default_rng(1).logistic(0, 1.5, 200))
    assert any("mean is infinite" in note for note in ws.fit(heavy, "log_logistic", rng=1).notes)


# --- when nothing fits --------------------------------------------------------------------------------


def two_heaps(n=150):
    rng = np.random.default_rng(2)
    return np.concatenate([rng.normal(0, 1, n), rng.normal(9, 0.3, n)])


def test_two_heaps_are_kept_as_they_are():
    x = two_heaps()
    found = ws.fit(x, rng=1)
    assert found.nothing_fits
    assert found.family == "empirical"
    assert found.distribution == ws.empirical(x)
    assert all(one.goodness < found.level for one in found.candidates)
    assert found.notes[0].startswith("no family fits: each has a p-value below 0.01")
    assert "no family fits" in found.conclusion
    low, high = np.quantile([law.mean() for law in found.plausible], [0.05, 0.95])
    # The spread of resampled means is that of a mean, to the 7% that 200 of them tell it (k = 4: 28%).
    assert (high - low) / (2 * 1.645) == pytest.approx(x.std() / math.sqrt(x.size), rel=0.28)


def test_what_is_nearly_smooth_becomes_a_metalog():
    rng = np.random.default_rng(2)
    x = ws.metalog({0.05: 10, 0.25: 20, 0.5: 24, 0.75: 33, 0.95: 60}, lower=0).ppf(rng.uniform(size=1500))
    found = ws.fit(x, ["lognormal", "gamma"], rng=1, n_plausible=120)
    assert found.nothing_fits
    assert found.family == "metalog"
    assert found.distribution.support()[0] == 0.0
    gap = np.abs(found.distribution.cdf(np.sort(x)) - (np.arange(x.size) + 0.5) / x.size).max()
    assert gap <= math.sqrt(math.log(2 / 0.05) / (2 * x.size))
    assert len(found.plausible) == 120


def test_a_better_aicc_that_does_not_fit_gives_way():
    found = ws.fit(two_heaps(), rng=1, level=0)
    assert found.family == found.candidates[0].family
    assert not found.nothing_fits


def test_long_samples_are_thinned_and_keep_their_mean():
    law = thinned(ws.empirical(np.arange(1000)), 100)
    assert law.sample.size == 100
    assert law.sample[:2].tolist() == pytest.approx([4.5, 14.5])
    assert law.mean() == pytest.approx(499.5)


# --- refusals -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"sample": [1.0, 2.0, 3.0]}, ["sample must hold 8 numbers or more", "got 3 of 3 rows", "ask a colleague"]),
        ({"sample": [None] * 20}, ["must hold 8 numbers or more, got none", "20 missing", "rows 0, 1, 2, 3, 4 and 15 more"]),
        ({"sample": [5.0] * 20}, ["sample must vary, got 5 in all its 20 rows"]),
        ({"sample": ["2024-01-02"] * 20, "name": "paid"}, ["paid must be a column of numbers", "20 of its 20 rows", "'2024-01-02'"]),
        ({"sample": [date(2024, 1, 2)] * 20}, ["must be a column of numbers", "turn dates into days"]),
        ({"sample": ["1,5"] * 20}, ["write decimals with a point"]),
        ({"sample": [True, False] * 10}, ["must be a column of numbers"]),
        ({"sample": np.ones((4, 4))}, ["one dimension, got shape (4, 4)"]),
        ({"sample": "abc"}, ["must be a sequence of numbers"]),
        ({"sample": 3}, ["must be a sequence of numbers"]),
        ({"families": "lognorm"}, ["families must be one of", "did you mean 'lognormal'"]),
        ({"families": []}, ["families must name one family or several"]),
        ({"sample": [*range(-1, 30)], "families": "gamma"}, ["family 'gamma' needs values above 0, got -1 and 1 more"]),
        ({"families": "beta"}, ["family 'beta' needs values strictly between 0 and 1"]),
        ({"families": "poisson"}, ["whole numbers of at least 0"]),
        ({"support": "positiv"}, ["did you mean 'positive'"]),
        ({"sample": [*range(-1, 30)], "support": "positive"}, ["must be above 0 for support 'positive', got -1 and 1 more"]),
        ({"censored": [True] * 60}, ["5 values or more that are no lower bounds, got 0 of 60"]),
        ({"censored": [True] * 3}, ["a value for each of the 60 rows, got 3"]),
        ({"censored": ["yes"] * 60}, ["true or false in each row, got 'yes' in rows 0, 1, 2, 3, 4 and 55 more"]),
        ({"weights": [-1.0] + [1.0] * 59}, ["weights must be 0 or more, got -1 in row 0"]),
        ({"weights": [1 / 60] * 60}, ["a sum of 1", "multiply them"]),
        ({"weights": [0.0] * 60}, ["60 with weight 0"]),
        ({"n_plausible": 5}, ["n_plausible must be a whole number of at least 100"]),
        ({"level": 2}, ["level must lie between 0 and 1"]),
        ({"rng": -1}, ["rng must be an int of at least 0"]),
        ({"name": 3}, ["name must be a text"]),
    ],
)  # fmt: skip
def test_refusals(arguments, words):
    message = refused(ws.fit, **({"sample": drawn()} | arguments))
    for word in words:
        assert word in message, message
