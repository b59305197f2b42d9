"""The surplus split by what ended the deal."""

import math

import numpy as np
import pytest

import walkaway_sim as ws
from walkaway_sim.examples import example_path
from walkaway_sim.simulation.endings import ratio_estimate


@pytest.fixture(scope="module")
def sim():
    return ws.simulate(ws.read_deal(example_path("packaging")), rng=7)


def test_shares_are_those_of_two_competing_hazards(sim):
    split = ws.endings(sim)
    left, default = 0.06, 0.012
    gone = 1 - math.exp(-3 * (left + default))
    # The last month is traded whether the contract ends in it or at its end, so both count as its end.
    early = 1 - math.exp(-35 / 12 * (left + default))
    ran, exited, defaulted = (way.share.estimate for way in split.ways)
    assert ran + exited + defaulted == pytest.approx(1.0, abs=1e-12)
    assert defaulted == pytest.approx(gone * default / (left + default), abs=0.002)
    assert exited == pytest.approx(early * left / (left + default), abs=0.002)


def test_the_parts_add_up_to_the_whole(sim):
    split = ws.endings(sim)
    total = sum(way.share.estimate * way.surplus.estimate for way in split.ways)
    assert total == pytest.approx(sim.surplus().mean(), rel=1e-12)
    good = sum(way.share.estimate * way.probability.estimate for way in split.ways)
    assert good == pytest.approx((sim.surplus() >= 0).mean(), rel=1e-12)


def test_each_part_is_the_mean_of_its_draws(sim):
    for way in ws.endings(sim).ways:
        own = sim.surplus()[way.draws]
        assert way.surplus.estimate == pytest.approx(own.mean(), rel=1e-12)
        assert way.surplus.low < own.mean() < way.surplus.high
        assert way.probability.low <= (own >= 0).mean() <= way.probability.high


def test_an_ending_that_hardly_happens_is_not_spoken_of():
    deal = ws.supply_agreement(
        name="Safe", months=12, annual_rate=0.05,
        inputs={
            "volume": ws.lognormal(100, 0.1), "list_price": 10, "growth": 0, "unit_cost": 6, "inflation": 0,
            "days_late": 0, "returns_rate": 0, "on_time": 1, "delivery_cost": 0,
        },
        terms=[ws.Term("discount", proposed=0.05, range=(0, 0.3))],
    )  # fmt: skip
    split = ws.endings(ws.simulate(deal, 2**14, rng=1))
    assert [way.share.estimate for way in split.ways] == [1.0, 0.0, 0.0]
    assert split.ways[1].surplus is None
    assert split.ways[1].probability is None
    assert np.isnan(split.to_frame()["surplus"]["customer defaulted"])


@pytest.mark.statistical
def test_the_interval_of_a_conditional_mean_covers():
    """200 seeds; the count of misses of 95% intervals is judged one-sided at a false alarm rate of 0.1%."""
    from scipy.stats import binom

    rng = np.random.default_rng(11)
    misses = 0
    for _ in range(200):
        chosen = rng.random(2_000) < 0.1
        values = rng.exponential(3.0, 2_000) - 1.0
        weight = chosen.astype(float)
        found = ratio_estimate(weight * values, weight, 1, 0.95)
        misses += not found.low <= 2.0 <= found.high
    # Against 93%: the linearised interval is asymptotic, 200 draws of a skewed law.
    assert misses <= binom.isf(0.001, 200, 0.07)


def test_a_chance_among_few_draws_is_exactly_binomial_or_no_narrower_than_a_draw():
    from walkaway_sim.simulation.endings import _chance

    mask, surplus = np.zeros(4_096, dtype=bool), np.full(4_096, -1.0)
    mask[:128] = True
    exact = _chance(mask, surplus, 1, 0.95)
    # Clopper and Pearson's upper end for 0 of 128.
    assert (exact.estimate, exact.low) == (0.0, 0.0)
    assert exact.high == pytest.approx(1 - 0.025 ** (1 / 128), rel=1e-9)
    assert _chance(mask, surplus, 16, 0.95).high == pytest.approx(16 / 128)


@pytest.mark.statistical
def test_the_interval_of_a_rare_ending_is_as_wide_as_its_error():
    """Over 40 seeds the spread of the estimates is what their standard errors say, to a factor of 1.5."""
    deal = ws.read_deal(example_path("packaging"))
    found = [ws.endings(ws.simulate(deal, 2**14, rng=seed)).ways[2].probability for seed in range(40)]
    spread = np.std([one.estimate for one in found], ddof=1)
    said = np.median([one.standard_error for one in found])
    assert said / 1.5 < spread < 1.5 * said
