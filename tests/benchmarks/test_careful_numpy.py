"""The analyst's own program and the library agree on the packaging deal, draw by draw."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest
from tests.deal.leaves import NEUTRAL

from walkaway_sim.deal.supply import supply_graph

_PATH = Path(__file__).parents[2] / "benchmarks" / "careful_numpy.py"
_SPEC = importlib.util.spec_from_file_location("careful_numpy", _PATH)
careful = importlib.util.module_from_spec(_SPEC)
sys.modules[_SPEC.name] = careful  # its dataclass looks itself up
_SPEC.loader.exec_module(careful)


@pytest.fixture(scope="module")
def draws():
    return careful.draw(2**14, seed=7)


def graph_components(draws):
    contract = {"months": float(careful.MONTHS), "annual_rate": careful.ANNUAL_RATE}
    return supply_graph()(NEUTRAL | contract | careful.CONSTANTS | careful.TERMS | draws, {})


def test_same_value_on_the_same_draws(draws):
    ours = sum(graph_components(draws).values())
    theirs = careful.value(draws)
    # Relative to what is added up, the revenue, since the value itself passes through zero.
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-9 * 1e5)


def test_the_deal_ends_early_defaults_and_recalls_in_these_draws(draws):
    parts = graph_components(draws)
    for name in ("bad_debt", "early_termination", "freed_capacity", "event_risks"):
        assert np.count_nonzero(parts[name]) > 100, name


def test_recalls_come_as_often_as_asked(draws):
    # Poisson total with mean 0.12 n; five standard deviations.
    expected = careful.RECALLS * 2**14
    assert abs(draws["events"]["recall"].draw.size - expected) < 5 * np.sqrt(expected)


def test_signing_beats_walking_about_as_often_as_the_prototype_says(draws):
    surplus = careful.value(draws) - draws["no_deal"]
    # The prototype's 0.93, to its printed digits and five standard errors (0.005 + 5 * 0.002).
    assert np.mean(surplus >= 0) == pytest.approx(0.93, abs=0.015)


def test_draw_and_value_is_reproducible():
    np.testing.assert_array_equal(careful.draw_and_value(1000, 3), careful.draw_and_value(1000, 3))
