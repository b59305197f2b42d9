"""A profile of some of the draws is that of all, at these draws: what a search takes is what it had."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

import walkaway_sim as ws
from walkaway_sim.simulation.profile import block_profile, piece_maker

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def full_deal():
    sys.path.insert(0, str(BENCHMARKS))
    spec = importlib.util.spec_from_file_location("full_benchmark", BENCHMARKS / "full.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.full_deal()


@pytest.fixture(scope="module")
def sim():
    return ws.simulate(full_deal(), 2**15 + 100, "random", rng=5)


@pytest.mark.parametrize(
    ("term", "value"),
    [
        ("discount", 0.1), ("payment_days", 70.0), ("deliveries_per_week", 5.0), ("guarantee", 0.96), ("hold", 13.0),
        ("rebate", 0.05),
    ],
)  # fmt: skip
def test_rows_of_a_profile_are_rows_of_the_surplus(sim, term, value):
    """Over three blocks, with every component of the model on, tuples and records among what is held."""
    profile = block_profile(sim, piece_maker(sim, term, sim.deal.proposed))
    whole = profile.at(value)
    np.testing.assert_allclose(whole, sim.surplus({term: value}), rtol=1e-9, atol=1e-6)
    rows = np.sort(np.random.default_rng(1).choice(sim.n_draws, 5_000, replace=False))
    np.testing.assert_allclose(profile.take(rows).at(value), whole[rows], rtol=1e-12, atol=1e-6)
    again = np.arange(0, 5_000, 7)
    np.testing.assert_allclose(
        profile.take(rows).take(again).at(value), whole[rows][again], rtol=1e-12, atol=1e-6
    )
    np.testing.assert_allclose(profile.head(20_000).at(value), whole[:20_000], rtol=1e-12, atol=1e-6)


def test_a_node_that_is_one_number_in_one_block_and_an_array_in_another():
    """A default in the second block only: the first one's loss is the number 0."""
    deal = ws.supply_agreement(
        name="Rare", months=12, annual_rate=0.05,
        inputs={
            "volume": 1200, "list_price": 10, "growth": 0, "unit_cost": 6, "inflation": 0, "days_late": 30,
            "returns_rate": 0, "on_time": 1, "delivery_cost": 0, "default_hazard": 3e-5,
        },
        terms=[ws.Term("discount", proposed=0.05, range=(0, 0.3))],
    )  # fmt: skip
    for seed in range(200):
        sim = ws.simulate(deal, 2**15, "random", rng=seed)
        defaults = np.flatnonzero(sim.draws["default_time"] <= 1.0)
        if defaults.size and defaults.min() >= 2**14:
            break
    profile = block_profile(sim, piece_maker(sim, "discount", sim.deal.proposed))
    rows = np.concatenate([np.arange(10), defaults])
    taken = profile.take(rows).at(0.1)
    np.testing.assert_allclose(taken, sim.surplus({"discount": 0.1})[rows], rtol=1e-12)
    assert taken[-1] < taken[0]


def test_the_walkaway_of_many_draws_is_where_their_count_crosses(sim):
    rule = ws.ChanceRule(0.85)
    found = ws.walkaway(sim, rule)["discount"]
    assert found.status == "found"
    step = 1e-6 * (found.term.high - found.term.low)
    for move, acceptable in ((-step, True), (2e3 * step, False)):
        chance = (sim.surplus({"discount": found.estimate + move}) >= 0).mean()
        assert (chance >= 0.85) == acceptable
