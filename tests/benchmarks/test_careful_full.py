"""The analyst's program of the whole model and the library agree, component by component and draw by draw."""

import sys
from pathlib import Path

import numpy as np
import pytest
from tests.deal.leaves import NEUTRAL

import walkaway_sim as ws
from walkaway_sim.deal.supply import supply_graph

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
import careful_full
import careful_full_draws
from full import full_deal

GRAPH = supply_graph()
OTHER_TERMS = [
    {},
    {"discount": 0.15, "payment_days": 90.0, "guarantee": 0.97},
    {"hold": 12.0, "catch_up": 0.0, "rebate": 0.05, "deliveries_per_week": 5.0},
    {
        "notice": 0.0,
        "penalty_annual_cap": 0.004,
        "minimum_commitment": 1_200.0,
        "early_payment_discount": 0.0,
    },
]


@pytest.fixture(scope="module")
def draws():
    return careful_full_draws.draw(2**13, seed=7)


def by_graph(draws):
    contract = careful_full_draws.CONTRACT
    tables = {
        "rebate_tiers": careful_full_draws.REBATE_TIERS,
        "fixed_costs": careful_full_draws.FIXED_COSTS,
        "fixed_costs_without": careful_full_draws.COSTS_WITHOUT,
    }
    return GRAPH(NEUTRAL | contract | tables | draws, {})


@pytest.mark.parametrize("changes", OTHER_TERMS, ids=str)
def test_every_component_is_the_same_on_the_same_draws(draws, changes, monkeypatch):
    for name, value in changes.items():
        monkeypatch.setitem(careful_full_draws.CONTRACT, name, value)
    theirs, ours = careful_full.components(draws), by_graph(draws)
    assert list(ours) == list(theirs)
    for name, expected in theirs.items():
        got = np.broadcast_to(ours[name], expected.shape)
        # Surges and shortfalls are differences near a kink, of sums of about 1e6: 1e-12 of these, absolutely.
        np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-6, err_msg=name)


def test_every_component_is_at_work_in_these_draws(draws):
    for name, part in careful_full.components(draws).items():
        assert np.any(part != 0.0), name


def test_the_deal_of_the_library_is_the_same_contract(draws):
    """On draws of its own the library's deal has the same mean value, to four standard errors of both."""
    sim = ws.simulate(full_deal(), 2**15, "random", rng=3)
    ours, theirs = sim.value(), careful_full.value(draws)
    error = np.hypot(ours.std() / np.sqrt(ours.size), theirs.std() / np.sqrt(theirs.size))
    assert abs(ours.mean() - theirs.mean()) < 4 * error
    for name, part in careful_full.components(draws).items():
        own = sim.components()[name]
        error = np.hypot(own.std() / np.sqrt(own.size), part.std() / np.sqrt(part.size))
        assert abs(own.mean() - part.mean()) <= 4 * error + 1e-9 * abs(part.mean()), name
