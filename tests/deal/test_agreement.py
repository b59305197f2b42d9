"""The supply agreement as a deal: its arguments, and what it makes of them."""

import numpy as np
import pytest

import walkaway_sim as ws
from walkaway_sim.deal.supply import QUANTITIES, TERMS
from walkaway_sim.examples import example_path

INPUTS = {
    "volume": ws.lognormal(1000, 0.2), "list_price": 100, "growth": 0.0, "unit_cost": ws.pert(60, 64, 75),
    "inflation": 0.03, "days_late": 5, "returns_rate": 0.01, "on_time": 0.97, "delivery_cost": 80,
}  # fmt: skip
TERM = ws.Term("discount", proposed=0.05, range=(0.0, 0.3))


def make(**changes):
    given = {"name": "Crates", "months": 24, "annual_rate": 0.07, "inputs": INPUTS, "terms": [TERM]}
    return ws.supply_agreement(**(given | changes))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"inputs": INPUTS | {"volumes": 3}}, "did you mean 'volume'"),
        ({"inputs": {"volume": 3}}, r"must give growth \[a year\], list_price"),
        ({"inputs": INPUTS | {"on_time": ws.normal(0.97, 0.05)}}, "on_time must lie between 0 and 1"),
        ({"inputs": INPUTS | {"on_time": 97}}, "on_time must lie between 0 and 1 .* got 97"),
        ({"inputs": INPUTS | {"exit_hazard": ws.uniform(0, 1)}}, "exit_hazard must be a number"),
        (
            {"inputs": INPUTS | {"exit_hazard": 0.1, "exit_time": ws.uniform(0, 9)}},
            "exit_hazard or exit_time, not both",
        ),
        ({"inputs": INPUTS | {"volume": ws.event_risk(1, ws.normal(1, 1))}}, "belongs under events"),
        ({"months": 0}, "months must be a whole number of at least 1"),
        ({"months": 2.5}, "months must be a whole number"),
        ({"annual_rate": -1}, "annual_rate must lie between -1 and 1"),
        ({"terms": [ws.Term("discout", proposed=0, range=(0, 1))]}, "did you mean 'discount'"),
        (
            {"terms": [ws.Term("guarantee", proposed=93, range=(80, 99))]},
            "guarantee must lie between 0 and 1",
        ),
        ({"fixed_terms": {"discount": 0.1}}, "give it once"),
        ({"fixed_terms": {"rebat": 0.1}}, "did you mean 'rebate'"),
        ({"fixed_terms": {"rebate": 2}}, "rebate must lie between 0 and 1"),
        ({"events": {"recall": ws.normal(1, 1)}}, "must be an event risk"),
        ({"events": {"volume": ws.event_risk(1, ws.normal(1, 1))}}, "call this risk something else"),
        ({"events": {"gross_revenue": ws.event_risk(1, ws.normal(1, 1))}}, "a name of the model itself"),
        ({"events": {"horizon": ws.event_risk(1, ws.normal(1, 1))}}, "a name of the model itself"),
        ({"rebate_tiers": [(1, 0.2)]}, "rebate_tiers must be RebateTiers"),
        ({"cost_of_not_winning": ws.freed_capacity(5, 1)}, "belongs under no_deal"),
        ({"strategic": ws.freed_capacity(5, 1)}, "belongs under no_deal"),
        ({"strategic_reason": 5}, "strategic_reason must be a text"),
        ({"guarantee_clause": {"measured": 5}}, "guarantee_clause: measured must be a text"),
        ({"red_lines": "no audit"}, "red_lines must be a list of texts"),
        ({"terms": [ws.Term("catch_up", proposed=1, levels=(0, 0.5, 1))]}, "yes or no"),
        ({"correlation": {("volume", "list_price"): 0.3}}, "list_price"),
    ],
)
def test_refusals(changes, message):
    with pytest.raises(ws.InputError, match=message):
        make(**changes)


def test_what_is_given_as_a_number_is_not_drawn():
    deal = make(inputs=INPUTS | {"exit_hazard": 0.06})
    assert list(deal.inputs) == ["volume", "unit_cost", "exit_time"]
    sim = ws.simulate(deal, 2**14, rng=1)
    mean = sim.draws["exit_time"].mean()
    assert abs(mean - 1 / 0.06) < 4 / 0.06 / np.sqrt(2**14)


def test_units_are_filled_in():
    deal = make()
    assert deal.terms[0].unit == TERMS["discount"].unit
    assert deal.inputs["volume"].unit == QUANTITIES["volume"].unit


def test_an_agreement_without_anything_uncertain_is_one_number():
    inputs = INPUTS | {"volume": 1000, "unit_cost": 64}
    sim = ws.simulate(make(inputs=inputs), 2**14, rng=1)
    assert np.ptp(sim.value()) == 0.0
    # A flat year of 1000 units at 100, 5% off, for two years at 7%: the discounted list revenue.
    annuity = np.sum(1.07 ** (-np.arange(1, 25) / 12)) / 12
    assert sim.components()["list_revenue"][0] == pytest.approx(1000 * 100 * annuity, rel=1e-12)
    assert sim.components()["discount"][0] == pytest.approx(-0.05 * 1000 * 100 * annuity, rel=1e-12)


def test_the_packaging_deal_reproduces_the_prototype_in_direction():
    """The prototype of ECONOMICS: P .93, discount about 9%, rebate 5%, 4 deliveries, hold 32 months.

    The hold differs for a reason: reviews come at the start of a month, so a hold is worth whole
    months, and the first review after 30 and 31 months is the last but one of the contract.
    """
    sim = ws.simulate(ws.read_deal(example_path("packaging")), rng=7)
    rule = ws.ChanceRule(0.9)
    verdict = ws.assess(sim, rule)
    walk = ws.walkaway(sim, rule)
    assert verdict.verdict == "accept"
    assert abs(verdict.probability.estimate - 0.93) < 0.005
    assert abs(walk["discount"].estimate - 0.09) < 0.005
    assert abs(walk["rebate"].estimate - 0.05) < 0.005
    assert walk["deliveries_per_week"].estimate == 4
    assert 28 <= walk["hold"].estimate <= 33
    assert walk["payment_days"].status == walk["guarantee"].status == "acceptable_everywhere"
    assert walk.all_conceded.estimate < 0.5
    # Penalties by the month's binomial, not by the contract's average rate: 17.4k, not 0.6k.
    assert 15_000 < -sim.components()["guarantee_penalties"].mean() < 20_000


def test_termination_owns_the_tail():
    """P(surplus >= 0) is 0.72 where the deal ended early and 0.97 where it did not (prototype)."""
    sim = ws.simulate(ws.read_deal(example_path("packaging")), rng=7)
    ended = np.minimum(sim.draws["exit_time"], sim.draws["default_time"]) < 3.0
    good = sim.surplus() >= 0.0
    assert good[ended].mean() < 0.80
    assert good[~ended].mean() > 0.95
