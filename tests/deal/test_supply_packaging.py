"""The packaging deal at its modes and medians: signs, sizes, and what each term costs."""

import math
import pickle
from types import SimpleNamespace

import numpy as np
import pytest
from tests.deal.leaves import NEUTRAL

from walkaway_sim.deal.supply import CONSTANTS, FEATURES, TERMS, supply_graph
from walkaway_sim.errors import InputError

GRAPH = supply_graph()
MODES = NEUTRAL | {
    "months": 36.0,
    "annual_rate": 0.07,
    "no_deal": 40_000.0,
    "events": {},
    "volume": 1_100.0,
    "list_price": 980.0,
    "growth": 0.01,
    "unit_cost": 640.0,
    "inflation": 0.035,
    "days_late": 6.0,
    "returns_rate": 0.008,
    "on_time": 0.97,
    "delivery_cost": 340.0,
    "redelivery_cost": 180.0,
    "fixed_cost": 36_000.0,
    "set_up": 60_000.0,
    "stranded_cost": 12_000.0,
    "termination_recovery": 0.5,
    "redeploy_share": 0.7,
    "refill_months": 6.0,
    "ramp_months": 3.0,
}
PROPOSED = {
    "discount": 0.06,
    "payment_days": 45.0,
    "deliveries_per_week": 3.0,
    "guarantee": 0.93,
    "hold": 6.0,
    "rebate": 0.02,
}
# A draw in which everything goes wrong once.
RECALL = SimpleNamespace(n_draws=1, draw=np.array([0]), time=np.array([0.2]), severity=np.array([35_000.0]))
ROUGH = MODES | {"default_time": 1.5, "events": {"recall": RECALL}}
COSTS = (
    "discount",
    "rebate",
    "financing",
    "unit_cost",
    "delivery",
    "fixed_cost",
    "returns",
    "guarantee_penalties",
    "set_up",
)


def components(inputs=MODES, **terms):
    return GRAPH(NEUTRAL | inputs | PROPOSED | terms, {})


def value(inputs=MODES, **terms):
    return float(np.sum(sum(components(inputs, **terms).values())))


def test_sizes_at_the_modes():
    parts = components()
    # 1100 x 980 a year for three years, less half of a three-month ramp, at 7% and 1% growth.
    assert parts["list_revenue"] == pytest.approx(1_100 * 980 * 34.5 / 12 * 0.91, rel=0.02)
    assert parts["discount"] == pytest.approx(-0.06 * parts["list_revenue"], rel=1e-15)
    assert all(math.isfinite(part) for part in parts.values())
    assert parts["bad_debt"] == parts["early_termination"] == parts["event_risks"] == 0.0
    assert parts["freed_capacity"] == 0.0
    assert 200_000 < value() < 700_000  # worth signing by a margin that a tenth of the inputs can turn


def test_signs():
    parts = components(ROUGH)
    assert parts["list_revenue"] > 0
    assert parts["price_reviews"] > 0  # the index rises
    assert parts["freed_capacity"] > 0  # the no-deal value is positive
    for name in (*COSTS, "event_risks", "bad_debt"):
        assert parts[name] < 0, name
    assert components(ROUGH | {"no_deal": -40_000.0})["freed_capacity"] < 0
    assert components(MODES | {"inflation": -0.02})["price_reviews"] < 0
    # An end without recovery costs what is stranded; with a large one it gives money back.
    assert components(ROUGH | {"termination_recovery": 0.0})["early_termination"] < 0
    assert components(ROUGH | {"stranded_cost": 0.0})["early_termination"] > 0
    assert components(MODES | {"supplier_credit_days": 365.0})["financing"] > 0


@pytest.mark.parametrize(
    ("term", "conceded"),
    [
        ("discount", 0.08),
        ("payment_days", 60.0),
        ("deliveries_per_week", 4.0),
        ("guarantee", 0.96),
        ("hold", 12.0),
        ("rebate", 0.04),
    ],
)
@pytest.mark.parametrize("inputs", [MODES, ROUGH], ids=["modes", "rough"])
def test_a_concession_costs_money(term, conceded, inputs):
    assert TERMS[term].concession == "up"
    assert value(inputs, **{term: conceded}) < value(inputs)


def test_longer_terms_put_more_at_risk_in_a_default():
    exposure = [components(ROUGH, payment_days=days)["bad_debt"] for days in (0.0, 30.0, 60.0)]
    assert exposure[0] > exposure[1] > exposure[2]


def test_the_value_is_affine_in_discount_and_rebate():
    for term in ("discount", "rebate"):
        at = [value(ROUGH, **{term: x}) for x in (0.0, 0.1, 0.2, 0.35)]
        np.testing.assert_allclose(at[1], (at[0] + at[2]) / 2, rtol=1e-12)
        np.testing.assert_allclose(at[3], at[0] + 3.5 * (at[1] - at[0]), rtol=1e-12)


def test_price_reviews_depend_on_the_base():
    # Without catch-up the inflation of the hold is lost for good.
    both = [components(MODES | {"catch_up": flag}, hold=12.0) for flag in (1.0, 0.0)]
    assert both[0]["price_reviews"] > both[1]["price_reviews"] > 0


def test_a_hold_to_the_end_or_beyond_is_the_same():
    assert value(hold=36.0) == value(hold=40.0) == value(hold=math.inf)
    assert components(MODES, hold=36.0)["price_reviews"] == 0.0


def test_terms_that_are_not_given_cost_nothing():
    parts = GRAPH(NEUTRAL | MODES | {"days_late": 0.0}, {})
    for name in ("discount", "rebate", "price_reviews", "financing", "delivery", "guarantee_penalties"):
        assert parts[name] == 0.0, name


def test_an_index_of_its_own_is_a_basis_risk():
    same = components(MODES | {"index_inflation": 0.035})["price_reviews"]
    assert components()["price_reviews"] == same
    assert components(MODES | {"index_inflation": 0.02})["price_reviews"] < same


def test_inputs_are_left_as_they_were():
    arrays = {
        name: np.full(5, number)
        for name, number in ROUGH.items()
        if isinstance(number, float) and name not in TERMS | CONSTANTS
    }
    leaves = ROUGH | arrays
    leaves["events"] = {}
    GRAPH(leaves | PROPOSED, {})
    for name, array in arrays.items():
        np.testing.assert_array_equal(array, np.full(5, ROUGH[name]))


@pytest.mark.parametrize("name", sorted(GRAPH.leaves))
def test_every_leaf_is_asked_for_by_name(name):
    leaves = MODES | PROPOSED
    with pytest.raises(InputError, match=f"'{name}' is missing"):
        GRAPH({key: value for key, value in leaves.items() if key != name}, {})


def test_constants_are_described():
    assert CONSTANTS.keys() <= GRAPH.leaves


def test_the_graph_survives_pickling():
    leaves = MODES | PROPOSED
    assert pickle.loads(pickle.dumps(GRAPH))(leaves, {}) == GRAPH(leaves, {})


@pytest.mark.parametrize("feature", sorted(FEATURES))
def test_what_an_agreement_does_not_have_may_be_left_out(feature):
    """Each feature at its neutral figures is worth what the model without it is worth, to rounding."""
    without = supply_graph(FEATURES.keys() - {feature})(ROUGH | PROPOSED, {})
    whole = components(ROUGH)
    for name, part in whole.items():
        assert without[name] == pytest.approx(part, rel=1e-12, abs=1e-9), name
