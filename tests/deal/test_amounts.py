"""The small models of the no-deal side: capacity sold elsewhere, and costs that only losing brings."""

import math
from dataclasses import replace

import numpy as np
import pytest

import walkaway_sim as ws
from walkaway_sim.inputs import EventRisk
from walkaway_sim.inputs.constant import Constant

VALUE = lambda inputs, terms: np.zeros_like(inputs["x"]) - terms["p"]  # noqa: E731 - a deal of nothing
INPUTS = {"x": ws.normal(0, 1)}
TERMS = [ws.Term("p", proposed=0, range=(-1e6, 1e6))]


def deal(**changes):
    given = {"name": "nothing", "inputs": INPUTS, "terms": TERMS, "value": VALUE}
    return ws.Deal(**(given | changes))


def annuity(rate, first, last):
    return math.fsum((1 + rate) ** (-k / 12) for k in range(first, last + 1))


def test_freed_capacity_is_its_equation():
    spot = ws.freed_capacity(600, ws.uniform(8, 12), months=24, annual_rate=0.07, after=6, binds=0.5)
    sim = ws.simulate(deal(no_deal=spot), 2**14, rng=1)
    margins = sim.draws["no_deal.margin"]
    expected = 0.5 * 50 * margins * annuity(0.07, 7, 24)
    np.testing.assert_allclose(sim.no_deal(), expected, rtol=1e-12)


def test_capacity_is_charged_only_where_it_binds():
    spot = ws.freed_capacity(600, 10, months=24, annual_rate=0.0, binds=ws.bernoulli(0.25))
    no_deal = ws.simulate(deal(no_deal=spot), 2**14, rng=1).no_deal()
    assert set(no_deal.round(6)) == {0.0, 12_000.0}
    assert ws.freed_capacity(600, 10, months=24, annual_rate=0.0, binds=0).values({}) == 0.0


def test_freed_capacity_needs_its_months_where_no_agreement_gives_them():
    with pytest.raises(ws.InputError, match="months and annual_rate"):
        ws.simulate(deal(no_deal=ws.freed_capacity(600, 10)), 2**14, rng=1)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"units": -1, "margin": 1}, "units must be 0 or more, got -1"),
        ({"units": 1, "margin": 1, "binds": 1.5}, "binds must be between 0 and 1, got 1.5"),
        ({"units": 1, "margin": "x"}, "margin needs a distribution"),
        ({"units": 1, "margin": 1, "after": -1}, "after must be 0 or more"),
        ({"units": 1, "margin": 1, "months": 0}, "months must be above 0"),
        ({"units": 1, "margin": 1, "annual_rate": -1}, "annual_rate must be above -1"),
    ],
)
def test_refusals_of_freed_capacity(given, message):
    with pytest.raises(ws.InputError, match=message):
        ws.freed_capacity(**given)


def test_the_cost_of_not_winning_may_be_uncertain_and_never_negative():
    sim = ws.simulate(deal(no_deal=100.0, cost_of_not_winning=ws.uniform(10, 20)), 2**14, rng=1)
    np.testing.assert_array_equal(sim.no_deal(), 100.0 - sim.draws["cost_of_not_winning"])
    with pytest.raises(ws.InputError, match="cost_of_not_winning must be 0 or more"):
        deal(cost_of_not_winning=-1.0)
    with pytest.raises(ws.InputError, match="cost_of_not_winning must be 0 or more"):
        deal(cost_of_not_winning=ws.normal(10, 3))
    with pytest.raises(ws.ValueFunctionError, match="cost_of_not_winning must be 0 or more on every draw"):
        ws.simulate(deal(cost_of_not_winning=lambda inputs: inputs["x"]), 2**14, rng=1)


AGREEMENT = {
    "name": "Crates", "months": 24, "annual_rate": 0.07,
    "inputs": {
        "volume": 1000, "list_price": 100, "growth": 0.0, "unit_cost": 64, "inflation": 0.03, "days_late": 5,
        "returns_rate": 0.01, "on_time": 0.97, "delivery_cost": 80,
    },
    "terms": [ws.Term("discount", proposed=0.05, range=(0.0, 0.3))],
}  # fmt: skip


def surplus(**changes):
    return ws.simulate(ws.supply_agreement(**AGREEMENT, **changes), 2**14, rng=1).surplus()


def test_fixed_costs_fall_on_the_side_that_they_say():
    a_year = 12_000.0
    worth = a_year / 12 * annuity(0.07, 1, 24)
    base = surplus()
    for paid, moved in (("with", -worth), ("without", worth), ("both", 0.0)):
        found = surplus(fixed_costs=[ws.FixedCost("post", a_year, paid)])
        np.testing.assert_allclose(found - base, moved, rtol=1e-9, atol=1e-6)


def test_uncertain_fixed_costs_are_drawn_once_for_each_draw():
    costs = [
        ws.FixedCost("post", ws.uniform(0, 24_000), "with"),
        ws.FixedCost("idle crew", ws.uniform(0, 24_000), "without"),
    ]
    sim = ws.simulate(ws.supply_agreement(**AGREEMENT, fixed_costs=costs), 2**14, rng=1)
    factor = annuity(0.07, 1, 24) / 12
    moved = factor * (sim.draws["fixed_cost.idle crew"] - sim.draws["fixed_cost.post"])
    np.testing.assert_allclose(sim.surplus() - surplus(), moved, rtol=1e-9, atol=1e-6)


def test_a_cost_that_only_losing_brings_is_saved_no_longer_than_the_deal_lasts():
    costs = [ws.FixedCost("idle crew", 12_000, "without")]
    inputs = AGREEMENT["inputs"] | {"exit_hazard": 0.8}
    sim = ws.simulate(ws.supply_agreement(**AGREEMENT | {"inputs": inputs}, fixed_costs=costs), 2**14, rng=1)
    life = np.minimum(np.maximum(np.ceil(12 * sim.draws["exit_time"]), 1), 24)
    expected = 1_000 * np.array([annuity(0.07, 1, int(months)) for months in life])
    np.testing.assert_allclose(sim.components()["costs_avoided"], expected, rtol=1e-12)
    assert expected.mean() < 0.7 * 1_000 * annuity(0.07, 1, 24)


def test_both_costs_of_not_winning_add_up():
    costs = [ws.FixedCost("idle crew", 12_000, "without")]
    alone = surplus(fixed_costs=costs) - surplus()
    both = surplus(fixed_costs=costs, cost_of_not_winning=5_000.0) - surplus()
    np.testing.assert_allclose(both - alone, 5_000.0, rtol=1e-9)


def test_an_agreement_lends_its_months_and_rate_to_freed_capacity():
    sim = ws.simulate(ws.supply_agreement(**AGREEMENT, no_deal=ws.freed_capacity(600, 10)), 2**14, rng=1)
    np.testing.assert_allclose(sim.no_deal(), 500 * annuity(0.07, 1, 24), rtol=1e-12)


def test_the_better_alternative_is_chosen_by_its_mean_and_named():
    good, bad = ws.uniform(100, 200), ws.uniform(-100, 240)
    expected = ws.simulate(deal(no_deal={"spot": bad, "contract": good}), 2**14, rng=1)
    assert expected.deal.alternatives[expected.chosen].label == "contract"
    perfect = ws.simulate(deal(no_deal=[bad, good], no_deal_choice="per_draw"), 2**14, rng=1)
    assert perfect.no_deal().mean() > expected.no_deal().mean()


def test_tiers_must_rise():
    with pytest.raises(ws.InputError, match="above of tier 2 must be above"):
        ws.RebateTiers([(200, 0.01), (100, 0.02)])
    with pytest.raises(ws.InputError, match="extra of tier 2 must be above"):
        ws.RebateTiers([(100, 0.02), (200, 0.01)])
    with pytest.raises(ws.InputError, match="one .* pair or more"):
        ws.RebateTiers([])


def test_tax_scales_the_whole_surplus():
    no_deal = ws.normal(5_000, 1_000)
    given = {"no_deal": no_deal, "strategic": 2_000.0, "buffer": 500.0, "cost_of_not_winning": 300.0}
    before, after = surplus(**given), surplus(**given, tax_rate=0.28)
    np.testing.assert_allclose(after, 0.72 * before, rtol=1e-12, atol=1e-9)


def test_tax_is_the_last_component():
    sim = ws.simulate(ws.supply_agreement(**AGREEMENT, tax_rate=0.28), 2**14, rng=1)
    parts = sim.components()
    assert list(parts)[-1] == "tax"
    np.testing.assert_allclose(np.sum(list(parts.values()), axis=0), sim.value(), rtol=1e-12)


def test_a_negotiated_length_leaves_the_events_of_the_proposed_months_and_their_correlations_alone():
    inputs = AGREEMENT["inputs"] | {"volume": ws.lognormal(1000, 0.2)}
    given = AGREEMENT | {"inputs": inputs, "events": {"recall": ws.event_risk(2.0, 1_000)}}
    given["correlation"] = {("recall", "volume"): -0.6}
    fixed = ws.simulate(ws.supply_agreement(**given), 2**14, rng=1)
    term = ws.Term("months", proposed=24, range=(12, 120), concession="down")
    moving = ws.simulate(ws.supply_agreement(**given | {"terms": [*AGREEMENT["terms"], term]}), 2**14, rng=1)
    here, there = (sim.components()["event_risks"] for sim in (fixed, moving))
    np.testing.assert_allclose(there, here, rtol=1e-9, atol=1e-6)
    # Beyond them, independent Poisson counts: mean and variance 2 a block of 24 months, five standard errors.
    events = moving.blocks[0].inputs["recall"]
    later = np.bincount(events.draw[events.time > 0.2], minlength=events.n_draws)
    assert abs(later.mean() - 8.0) < 5 * math.sqrt(8.0 / 2**14)
    assert abs(np.corrcoef(later, moving.draws["volume"])[0, 1]) < 5 / math.sqrt(2**14)


def test_events_of_a_negotiated_length_are_those_of_the_proposed_one_in_every_report():
    inputs = AGREEMENT["inputs"] | {"volume": ws.lognormal(1000, 0.2)}
    term = ws.Term("months", proposed=24, range=(12, 120), concession="down")
    given = AGREEMENT | {
        "inputs": inputs, "terms": [term], "events": {"recall": ws.event_risk(2.0, 1_000)},
        "correlation": {("recall", "volume"): -0.6},
    }  # fmt: skip
    deal = ws.supply_agreement(**given)
    sim, twice = ws.simulate(deal, 2**13, "random", rng=1), ws.simulate(deal, 2**14, "random", rng=1)
    np.testing.assert_array_equal(twice.value({"months": 120})[: 2**13], sim.value({"months": 120}))
    # A Poisson of mean 2 times 1000: five standard errors.
    assert abs(sim.to_frame()["recall"].mean() - 2_000) < 5 * 1_000 * math.sqrt(2 / 2**13)
    (pair,) = sim.attained_correlation()["attained"]
    assert -0.62 < pair < -0.5
    with pytest.raises(ws.InputError, match="longer must be 1"):
        ws.supply_agreement(**AGREEMENT, events={"recall": EventRisk(2.0, Constant(5.0), longer=2.0)})


def test_a_length_counts_in_whole_months():
    term = ws.Term("months", proposed=24, range=(6, 36), step=5, concession="down")
    deal = ws.supply_agreement(**AGREEMENT | {"terms": [term]})
    assert deal.terms[0].levels == (6, 10, 15, 20, 24, 25, 30, 35, 36)
    assert ws.supply_agreement(**AGREEMENT | {"terms": [replace(term, step=None)]}).terms[0].levels == tuple(
        range(6, 37)
    )
    with pytest.raises(ws.InputError, match="counts in whole months"):
        ws.supply_agreement(**AGREEMENT | {"terms": [ws.Term("notice", proposed=1.5, range=(0, 6))]})


def test_a_hazard_of_zero_is_none():
    inputs = AGREEMENT["inputs"] | {"exit_hazard": 0.0, "default_hazard": 0}
    np.testing.assert_array_equal(
        surplus(), ws.simulate(ws.supply_agreement(**AGREEMENT | {"inputs": inputs}), 2**14, rng=1).surplus()
    )


def test_a_negotiated_length_scales_the_events():
    term = ws.Term("months", proposed=24, levels=(12, 24, 36), concession="down")
    events = {"recall": ws.event_risk(0.5, 1_000)}
    given = AGREEMENT | {"annual_rate": 0.0, "terms": [term]}
    sim = ws.simulate(ws.supply_agreement(**given, events=events), 2**16, rng=1)
    for months in (12, 24, 36):
        losses = -sim.components({"months": months})["event_risks"]
        # Compound Poisson of mean 0.5 in 24 months, each of 1000: five standard errors of independent draws.
        mean = 0.5 * months / 24 * 1_000
        assert abs(losses.mean() - mean) < 5 * math.sqrt(mean * 1_000 / 2**16)
