"""The same draws with one input multiplied."""

import numpy as np
import pytest

import walkaway_sim as ws
from walkaway_sim.examples import example_path
from walkaway_sim.simulation.revalue import first_block, scalable, scaled


@pytest.fixture(scope="module")
def sim():
    return ws.simulate(ws.read_deal(example_path("packaging")), 2**15, rng=7)


def test_a_factor_of_one_changes_nothing(sim):
    for name in scalable(sim):
        np.testing.assert_array_equal(scaled(sim, name, 1.0).surplus(), sim.surplus())


def test_every_input_of_the_file_can_be_moved(sim):
    inputs = sim.deal.recipe["inputs"]
    moved = set(scalable(sim))
    assert moved >= {name for name in inputs if name != "delivery_beta"}
    assert {"no_deal", "recall"} <= moved


def test_the_surplus_is_linear_in_the_no_deal_value_without_freed_capacity(sim):
    assert sim.deal.value.constants["redeploy_share"] == 0.7
    ran = np.minimum(sim.draws["exit_time"], sim.draws["default_time"]) > 3.0
    change = scaled(sim, "no_deal", 1.1).surplus() - sim.surplus()
    np.testing.assert_allclose(change[ran], -0.1 * sim.no_deal()[ran], rtol=1e-9, atol=1e-6)


def test_a_hazard_divides_its_times(sim):
    moved = scaled(sim, "exit_hazard", 1.1)
    np.testing.assert_array_equal(moved.draws["exit_time"], sim.draws["exit_time"] / 1.1)


def test_a_probability_stays_one(sim):
    moved = scaled(sim, "on_time", 1.1).draws["on_time"]
    assert moved.max() == 1.0
    assert (moved >= sim.draws["on_time"]).all()


def test_events_cost_more_and_come_as_often(sim):
    moved = scaled(sim, "recall", 2.0)
    parts, before = moved.components()["event_risks"], sim.components()["event_risks"]
    np.testing.assert_allclose(parts, 2.0 * before, rtol=1e-12)


def test_the_walkaway_of_moved_draws_is_theirs(sim):
    rule = ws.ExpectedValueRule()
    dear, cheap = (ws.walkaway(scaled(sim, "unit_cost", f), rule)["discount"].estimate for f in (1.1, 0.9))
    assert dear < ws.walkaway(sim, rule)["discount"].estimate < cheap


def test_the_first_block_is_the_first_draws(sim):
    head = first_block(sim)
    assert head.n_draws == 2**14
    np.testing.assert_array_equal(head.surplus(), sim.surplus()[: 2**14])
    assert first_block(head) is head


def test_strategic_and_costs_given_as_numbers_can_be_moved():
    deal = ws.Deal(
        name="own", inputs={"x": ws.normal(0, 1)}, value=lambda i, t: i["x"] - t["p"], no_deal=2.0,
        strategic=1.0, cost_of_not_winning=0.5, terms=[ws.Term("p", proposed=0, range=(-1, 1))],
    )  # fmt: skip
    sim = ws.simulate(deal, 2**14, rng=1)
    assert set(scalable(sim)) == {"x", "no_deal", "strategic", "cost_of_not_winning"}
    for name, change in (("no_deal", -0.2), ("strategic", 0.1), ("cost_of_not_winning", 0.05)):
        np.testing.assert_allclose(scaled(sim, name, 1.1).surplus() - sim.surplus(), change, rtol=1e-9)


def test_a_no_deal_function_of_the_inputs_moves_with_them():
    deal = ws.Deal(
        name="own", inputs={"x": ws.uniform(1, 2)}, value=lambda i, t: 0 * i["x"] - t["p"],
        no_deal=lambda inputs: inputs["x"], terms=[ws.Term("p", proposed=0, range=(-9, 9))],
    )  # fmt: skip
    sim = ws.simulate(deal, 2**14, rng=1)
    np.testing.assert_allclose(scaled(sim, "x", 2.0).surplus(), 2.0 * sim.surplus(), rtol=1e-12)


def test_an_unknown_input_is_refused(sim):
    with pytest.raises(ws.InputError, match="nothing called 'luck'"):
        scaled(sim, "luck", 1.1)


def test_the_best_guess_is_the_value_at_the_modes(sim):
    """A PERT at its mode, a lognormal at its median, no exit, no default, no recall."""
    deal = sim.deal
    inputs = {name: entry.distribution for name, entry in deal.inputs.items()}
    at = {name: np.array([getattr(law, "mode", getattr(law, "median", 0.0))]) for name, law in inputs.items()}
    at |= {
        "exit_time": np.array([np.inf]),
        "default_time": np.array([np.inf]),
        "no_deal": np.array([40_000.0]),
    }
    none = np.empty(0, dtype=np.int64)
    from walkaway_sim.inputs import Events

    at["recall"] = Events(1, np.zeros(1, dtype=np.int64), none, np.empty(0), np.empty(0))
    expected = sum(float(np.sum(part)) for part in deal.value(at, deal.proposed).values()) - 40_000.0
    assert ws.best_guess(sim) == pytest.approx(expected, rel=1e-12)


def test_the_best_guess_flatters_the_freight_deal():
    sim = ws.simulate(ws.read_deal(example_path("freight")), 2**14, rng=7)
    mean = ws.assess(sim, ws.ExpectedValueRule()).surplus
    assert ws.best_guess(sim) > 0.0 > mean.high


BARE = {
    "volume": 1200.0, "list_price": 100.0, "growth": 0.0, "unit_cost": 60.0, "inflation": 0.0, "days_late": 0.0,
    "returns_rate": 0.0, "on_time": 1.0, "delivery_cost": 0.0,
}  # fmt: skip


def bare(inputs, **changes):
    given = {"name": "t", "months": 36, "annual_rate": 0.07, "inputs": BARE | inputs} | changes
    given.setdefault("terms", [ws.Term("discount", proposed=0.05, range=(0, 0.3))])
    return ws.simulate(ws.supply_agreement(**given), 2**14, rng=1)


@pytest.mark.parametrize(
    "given", [{"exit_time": ws.uniform(0.5, 2.5)}, {"exit_time": 1.5}, {"default_time": 1.5}]
)
def test_a_time_that_is_given_as_one_is_multiplied(given):
    """A customer that leaves a tenth earlier is worse, one of a tenth less hazard better."""
    (name,) = given
    sim = bare(given | {"volume": ws.uniform(1100, 1300), "stranded_cost": 50_000.0})
    row = ws.swings(sim, ws.ExpectedValueRule()).to_frame().loc[name]
    assert row["surplus_less"] < 0 < row["surplus_more"]
    sim = bare({"exit_hazard": 0.5, "stranded_cost": 50_000.0})
    row = ws.swings(sim, ws.ExpectedValueRule()).to_frame().loc["exit_hazard"]
    assert row["surplus_less"] > 0 > row["surplus_more"]


def test_a_certain_chance_has_its_swing_and_a_share_stays_one():
    short = bare(
        {"volume": ws.uniform(800, 900), "collection_chance": 1.0}, fixed_terms={"minimum_commitment": 1000}
    )
    row = ws.swings(short, ws.ExpectedValueRule()).to_frame().loc["collection_chance"]
    fees = short.components()["shortfall_fee"].mean()
    assert row["surplus_less"] == pytest.approx(-0.1 * fees, rel=0.02)
    spot = bare({}, no_deal=ws.freed_capacity(1000, 20.0, binds=ws.uniform(0.98, 1.0)))
    row = ws.swings(spot, ws.ExpectedValueRule()).to_frame().loc["no_deal.binds"]
    assert abs(row["surplus_more"]) < 0.2 * row["surplus_less"]


def test_constant_parts_and_costs_of_both_sides_have_their_swings():
    sim = bare(
        {"volume": ws.uniform(1100, 1300)},
        no_deal={"spot": ws.freed_capacity(1000, 20.0, after=6), "none": 0.0},
        fixed_costs=[ws.FixedCost("post", 12_000, "with"), ws.FixedCost("crew", 6_000, "without")],
    )
    rows = ws.swings(sim, ws.ExpectedValueRule()).to_frame()["surplus_more"]
    parts = {name: drawn.mean() for name, drawn in sim.components().items()}
    assert rows["no_deal.1.margin"] == pytest.approx(-0.1 * sim.no_deal().mean(), rel=1e-9)
    assert rows["fixed_cost.post"] == pytest.approx(0.1 * parts["fixed_cost"], rel=1e-9)
    assert rows["fixed_cost.crew"] == pytest.approx(0.1 * parts["costs_avoided"], rel=1e-9)


def test_the_nearest_break_even_volume_is_on_either_side():
    """Falling volume loses the fixed cost at 0.97 of today's; rising volume overtakes capacity at 1.24."""
    sim = bare(
        {"volume": ws.uniform(1199.99, 1200.01), "capacity": 1200.0, "surge_premium": 0.656, "fixed_cost": 0.97 * 35 * 1200},
        months=12, annual_rate=0.0,
    )  # fmt: skip
    assert ws.break_even_volume(sim).estimate == pytest.approx(0.97 * 1200, rel=1e-3)
