"""On-time performance: the chance, how late then, and what a plain rate gets wrong about groups."""

import math

import numpy as np
import pandas as pd
import pytest
import scipy.stats as st
from tests.calibrate.judged import accepted, holds, too_few
from tests.strategies import refused

import walkaway_sim as ws
from walkaway_sim.calibrate.history.late_tail import fit_tail
from walkaway_sim.examples.history import DELIVERIES, make_deliveries


def test_the_chance_to_be_late():
    table = pd.DataFrame({"days_late": [0, -3, 5, 2, 9, 0, 0, 1, 30, -1, 0, 0]})
    found = ws.fit_on_time(table, rng=1, n_plausible=20_000)
    assert (found.deliveries, found.late, found.late_chance) == (12, 5, 5.5 / 13)
    assert st.kstest(found.plausible_late_chance, st.beta(5.5, 7.5).cdf).pvalue > 1e-3


def test_days_late_are_mostly_none():
    found = ws.fit_on_time(make_deliveries(rng=2), rng=2)
    law = found.days_late().distribution
    assert law.cdf(0.0) == pytest.approx(1 - found.late_chance, rel=1e-12)
    given = found.days_given_late().distribution
    assert 1 - law.cdf(20.0) == pytest.approx(found.late_chance * (1 - given.cdf(20.0)), rel=1e-9)
    assert len(found.days_late().plausible) == len(found.on_time().plausible) == 200
    assert found.days_late().fitted_with == found.on_time().fitted_with == found.days_given_late().fitted_with
    for chance, law in zip(found.on_time().plausible, found.days_late().plausible, strict=True):
        assert law.cdf(0.0) == pytest.approx(chance.mean(), rel=1e-12)


def test_what_still_counts_as_on_time():
    table = make_deliveries(rng=2)
    found = ws.fit_on_time(table, tolerance=3, rng=2)
    late = table["days_late"][table["days_late"] > 3]
    assert found.late == len(late)
    assert found.tail.estimate[0] == pytest.approx(np.log(late - 3).mean(), rel=1e-12)


def test_the_lognormal_tail_in_closed_form():
    days = np.random.default_rng(3).lognormal(2.5, 1.2, 50)
    found = fit_tail(days, "lognormal", 20_000, np.random.default_rng(3))
    logs = np.log(days)
    assert found.estimate == pytest.approx((logs.mean(), logs.std(ddof=1)), rel=1e-12)
    drawn = np.array(found.plausible)
    scaled = (drawn[:, 0] - logs.mean()) / (logs.std(ddof=1) / math.sqrt(50))
    assert st.kstest(scaled, st.t(49).cdf).pvalue > 1e-3


def test_the_pareto_tail_is_at_the_top_of_scipys_likelihood():
    days = st.genpareto(0.3, scale=15).rvs(300, random_state=4)
    found = fit_tail(days, "pareto", 200, np.random.default_rng(4))
    shape, scale = found.estimate
    top = st.genpareto(shape, scale=scale).logpdf(days).sum()
    assert found.log_likelihood == pytest.approx(top, rel=1e-9)
    for factor in (0.98, 1.02):
        assert st.genpareto(shape * factor, scale=scale).logpdf(days).sum() < top
        assert st.genpareto(shape, scale=scale * factor).logpdf(days).sum() < top
    assert found.law(found.estimate).ppf(0.9) == pytest.approx(
        st.genpareto(shape, scale=scale).ppf(0.9), rel=1e-9
    )


def test_the_exponential_tail_lies_between():
    from walkaway_sim.calibrate.history.late_tail import _pareto_likelihood

    days = np.random.default_rng(5).exponential(10, 40)
    at = _pareto_likelihood(np.array([-1e-6, 0.0, 1e-6]), np.array([math.log(9.0)]), days)[:, 0]
    assert at[1] == pytest.approx(st.expon(scale=9).logpdf(days).sum(), rel=1e-12)
    assert at[1] == pytest.approx(0.5 * (at[0] + at[2]), rel=1e-6)


@pytest.mark.statistical
@pytest.mark.parametrize(("family", "law", "truth"), [
    ("pareto", st.genpareto(0.3, scale=15), (0.3, 15.0)),
    ("lognormal", st.lognorm(1.2, scale=math.exp(2.5)), (2.5, 1.2)),
])  # fmt: skip
def test_intervals_of_the_tail_cover(family, law, truth):
    hits, n = np.zeros(2), 200
    for seed in range(n):
        stream = np.random.default_rng(seed)
        drawn = np.array(fit_tail(law.rvs(25, random_state=stream), family, 400, stream).plausible)
        hits += [holds(truth[0], drawn[:, 0]), holds(truth[1], drawn[:, 1])]
    assert all(accepted(one, n) for one in hits), hits


@pytest.mark.statistical
def test_a_plain_rate_says_too_much_about_lanes():
    """Rates that differ by lane: the pooled mean covers, one binomial sample does not."""
    pooled = plain = 0
    n = 80
    for seed in range(n):
        stream = np.random.default_rng(seed)
        lane = np.repeat(np.arange(25), 20)
        late = stream.random(500) < stream.beta(1.2, 4.8, 25)[lane]
        days = np.where(late, np.ceil(stream.lognormal(2, 1, 500)), 0)
        table = pd.DataFrame({"days_late": days, "lane": lane})
        found = ws.fit_on_time(table, group="lane", rng=seed, n_plausible=200)
        pooled += holds(0.2, found.plausible_late_chance)
        k = int(late.sum())
        plain += st.beta(k + 0.5, 500.5 - k).cdf(0.2) == pytest.approx(0.5, abs=0.45)
    assert accepted(pooled, n), pooled
    assert too_few(plain, n), plain


def test_groups():
    table = make_deliveries(rng=6)
    found = ws.fit_on_time(table, group="lane", rng=6)
    rate = (table["days_late"] <= 0)[table["lane"] == "L001"].mean()
    known, new = found.on_time("L001"), found.on_time()
    inside = sorted([rate, found.groups.mean])
    assert inside[0] <= known.distribution.mean() <= inside[1]
    assert new.distribution.std() > 0.0
    assert new.distribution.support() == (0.0, 1.0)
    own = found.days_late("L001")
    assert own.distribution.cdf(0.0) == pytest.approx(known.distribution.mean(), rel=1e-12)
    assert [law.cdf(0.0) for law in own.plausible] == pytest.approx([law.mean() for law in known.plausible])
    assert own.fitted_with == known.fitted_with == found.days_late().fitted_with
    assert found.late_chance == 1 - found.groups.mean
    # A delivery of a new lane is late as often as the lanes' mean says, not as the deliveries' own.
    assert [1 - law.cdf(0.0) for law in found.days_late().plausible] == pytest.approx(
        1 - found.groups.plausible_mean, rel=1e-9
    )
    assert found.intervals().loc["late_chance", "high"] == pytest.approx(
        1 - found.groups.intervals().loc["mean", "low"], rel=1e-12
    )
    assert "3 groups in column 'via'" in refused(ws.fit_on_time, table, group="via")


def test_the_generator_gives_its_truth_back():
    table = make_deliveries(40_000, rng=7)
    for via, chance in (("direct", DELIVERIES.late_direct), ("warehouse", DELIVERIES.late_warehouse)):
        found = ws.fit_on_time(table[table["via"] == via], rng=7)
        assert found.late_chance == pytest.approx(chance, abs=4 * math.sqrt(chance / 20_000))
        # Rounding up moves the mean of the logarithm by less than a tenth.
        assert found.tail.estimate[0] == pytest.approx(math.log(DELIVERIES.late_median), abs=0.15)


def test_refusals():
    table = make_deliveries(200, rng=1)
    assert "needs 5 to tell how late" in refused(ws.fit_on_time, table.assign(days_late=[9, 4] + [0] * 198))
    assert "without groups" in refused(ws.fit_on_time(table, rng=1).on_time, "L001")
    assert "tolerance" in refused(ws.fit_on_time, table, tolerance=-1)
    assert "'lognormal', 'pareto'" in refused(ws.fit_on_time, table, tail="normal")
