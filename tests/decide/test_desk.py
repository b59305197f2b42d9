"""The deal desk: figures, swings, sources, and all tables together."""

import math

import numpy as np
import pytest
import scipy.stats as st

import walkaway_sim as ws
from walkaway_sim.decide.figures import figures_frame
from walkaway_sim.decide.sources import describe
from walkaway_sim.examples import EXAMPLES, example_path


@pytest.fixture(scope="module", params=sorted(EXAMPLES))
def run(request):
    deal = ws.read_deal(example_path(request.param))
    sim = ws.simulate(deal, 2**14, rng=7)
    return sim, ws.deal_desk(sim, ws.parse_rule(deal.rule))


def figure(desk, name):
    return next(one.estimate for one in desk.figures if one.name == name)


def test_every_table_has_its_frame(run):
    sim, desk = run
    frames = desk.frames()
    assert set(frames) == {
        "verdict", "rules", "walkaways", "ladder", "figures", "swings", "sources", "checks", "cash", "endings",
    }  # fmt: skip
    assert all(len(frame) for frame in frames.values())
    assert list(desk.to_frame().index) == [term.name for term in sim.deal.terms]
    assert "binds" in desk.to_frame()


def test_contribution_is_the_contract_without_what_lies_outside_it(run):
    sim, desk = run
    parts = sim.components()
    outside = ("renewal", "leakage", "freed_capacity")
    contract = sum(part for name, part in parts.items() if name not in outside)
    net = sum(
        parts[name]
        for name in (
            "list_revenue",
            "shortfall_fee",
            "discount",
            "rebate",
            "price_reviews",
            "early_payment_discount",
        )
    )
    assert figure(desk, "contribution").estimate == pytest.approx(contract.mean(), rel=1e-12)
    assert figure(desk, "contribution_percent").estimate == pytest.approx(
        contract.mean() / net.mean(), rel=1e-12
    )


def test_at_the_break_even_volume_the_expected_surplus_is_zero(run):
    from walkaway_sim.simulation.revalue import scaled

    sim, desk = run
    found = figure(desk, "break_even_volume")
    drawn = sim.draws["volume"].mean() if "volume" in sim.draws else sim.deal.value.constants["volume"]
    surplus = scaled(sim, "volume", found.estimate / drawn).surplus()
    assert abs(surplus.mean()) < 1e-6 * abs(sim.surplus()).mean()
    assert found.low < found.estimate < found.high


def test_cash_figures_are_those_of_the_cash_position(run):
    _, desk = run
    assert figure(desk, "deepest_cash") == desk.cash.deepest
    assert figure(desk, "exposure_at_default") == desk.cash.exposure
    assert figure(desk, "first_year") == desk.cash.first_year
    assert figure(desk, "exposure_at_default_high").estimate > desk.cash.exposure.estimate


def test_the_cost_of_a_drop_counts_all_that_serving_costs():
    inputs = {
        "volume": 1200, "list_price": 10, "growth": 0, "unit_cost": 6, "inflation": 0, "days_late": 0,
        "returns_rate": 0.01, "on_time": 1, "delivery_cost": 20, "fixed_cost": 1_200,
    }  # fmt: skip
    deal = ws.supply_agreement(
        name="Plain", months=12, annual_rate=0.07, inputs=inputs,
        terms=[ws.Term("discount", proposed=0.1, range=(0, 0.3))], fixed_terms={"deliveries_per_week": 3},
    )  # fmt: skip
    desk = ws.deal_desk(ws.simulate(deal, 2**14, rng=1), ws.ExpectedValueRule())
    # 13 drops a month at 20; 100 of fixed cost; 1% of 900.
    assert figure(desk, "cost_to_serve_a_drop").estimate == pytest.approx(20 + (100 + 9) / 13, rel=1e-12)


def test_a_service_without_drops_has_no_cost_of_a_drop():
    sim = ws.simulate(ws.read_deal(example_path("managed_service")), 2**14, rng=7)
    names = figures_frame(ws.deal_figures(sim, None)).index
    assert "cost_to_serve_a_drop" not in names
    assert "first_year" not in names


def test_no_volume_breaks_even_where_units_lose_money():
    inputs = {
        "volume": ws.lognormal(1200, 0.1), "list_price": 10, "growth": 0, "unit_cost": 11, "inflation": 0, "days_late": 0,
        "returns_rate": 0, "on_time": 1, "delivery_cost": 0,
    }  # fmt: skip
    deal = ws.supply_agreement(
        name="Loss", months=12, annual_rate=0.0, inputs=inputs, no_deal=100.0,
        terms=[ws.Term("discount", proposed=0.0, range=(0, 0.3))],
    )  # fmt: skip
    assert math.isnan(ws.break_even_volume(ws.simulate(deal, 2**14, rng=1)).estimate)


def test_swings_are_of_all_inputs_and_the_largest_comes_first(run):
    sim, desk = run
    given = {
        name for name in sim.deal.recipe["inputs"] if name not in ("growth", "returns_rate", "delivery_cost")
    }
    assert given <= {one.name for one in desk.swings.each}
    reaches = [one.reach for one in desk.swings.each]
    assert reaches == sorted(reaches, reverse=True)


def test_a_swing_is_a_difference_on_the_same_draws(run):
    from walkaway_sim.simulation.revalue import scaled

    sim, desk = run
    one = next(each for each in desk.swings.each if each.name == "list_price")
    more = scaled(sim, "list_price", 1.1).surplus()
    assert one.surplus[1] == pytest.approx((more - sim.surplus()).mean(), rel=1e-9)
    assert one.chance[1] == pytest.approx((more >= 0).mean(), rel=1e-12)
    assert one.surplus[0] < 0 < one.surplus[1]


def test_a_term_may_be_chosen_for_the_swings():
    sim = ws.simulate(ws.read_deal(example_path("packaging")), 2**14, rng=7)
    moved = ws.swings(sim, ws.ChanceRule(0.9), term="rebate", by=0.05)
    assert moved.term == "rebate"
    assert moved.walkaway == pytest.approx(ws.walkaway(sim, ws.ChanceRule(0.9))["rebate"].estimate, abs=1e-11)
    with pytest.raises(ws.InputError, match="did you mean 'rebate'"):
        ws.swings(sim, ws.ChanceRule(0.9), term="rebat")
    with pytest.raises(ws.InputError, match="by must lie strictly between 0 and 1"):
        ws.swings(sim, ws.ChanceRule(0.9), by=10)


def test_every_figure_of_the_examples_has_owner_source_and_date(run):
    _, desk = run
    assert all(one.owner and one.source and one.as_of for one in desk.sources)
    assert "no_deal" in desk.sources[-1].name or desk.sources[-1].name == "strategic"


def test_a_deal_with_a_value_function_of_its_own_has_a_desk_too():
    deal = ws.Deal(
        name="own", inputs={"x": ws.Input(ws.normal(10, 2), owner="me", source="guess")},
        value=lambda i, t: i["x"] - t["p"], terms=[ws.Term("p", proposed=5, range=(0, 20))],
    )  # fmt: skip
    desk = ws.deal_desk(ws.simulate(deal, 2**14, rng=1), ws.ChanceRule(0.9))
    assert desk.cash is None
    assert desk.endings is None
    assert [one.name for one in desk.figures] == ["value"]
    assert [one.name for one in desk.swings.each] == ["x"]
    assert "cash" not in desk.frames()
    assert "<table" in desk._repr_html_()


def test_restoring_changes_are_on_the_step_and_restore():
    deal = ws.read_deal(example_path("packaging"))
    sim = ws.simulate(deal, 2**14, rng=7)
    verdict = ws.assess(sim, ws.ChanceRule(0.9), {"discount": 0.12})
    assert verdict.rescues
    for one in verdict.rescues:
        step = deal.term(one.term).step
        if step is not None:
            assert np.isclose(one.value / step, round(one.value / step))
        again = ws.assess(sim, ws.ChanceRule(0.9), {"discount": 0.12, one.term: one.value})
        assert again.verdict == "accept"


def test_everything_is_the_same_again(run):
    sim, desk = run
    again = ws.deal_desk(ws.simulate(sim.deal, 2**14, rng=7, workers=2), desk.walk.rule)
    for name, frame in desk.frames().items():
        assert frame.equals(again.frames()[name]), name


def test_the_interval_of_a_break_even_near_todays_volume_does_not_collapse():
    """The crossings of the bounds may lie in other cells of the grid than that of the estimate."""
    inputs = {
        "volume": ws.lognormal(1200, 0.05), "list_price": 100, "growth": 0, "unit_cost": 60, "inflation": 0, "days_late": 0,
        "returns_rate": 0, "on_time": 1, "delivery_cost": 0, "fixed_cost": ws.pert(38_000, 47_000, 60_000),
        "set_up": ws.uniform(0, 3_000),
    }  # fmt: skip
    deal = ws.supply_agreement(
        name="Marginal",
        months=24,
        annual_rate=0.0,
        inputs=inputs,
        terms=[ws.Term("discount", 0.0, range=(0, 0.3))],
    )
    for seed in range(20):
        found = ws.break_even_volume(ws.simulate(deal, 300, "random", rng=seed))
        assert found.low < found.estimate < found.high


@pytest.mark.parametrize(
    ("committed", "found", "words"),
    [
        (0, True, "first-year volume at which expected surplus is 0"),
        (500, True, "volume taken in the first year at which expected surplus is 0, though what is not taken of the "
         "commitment of 500 is billed all the same"),
        (1000, False, "none from a hundredth to ten times today's; what is not taken of the commitment of 1,000 is billed"),
    ],
)  # fmt: skip
def test_a_commitment_is_named_where_it_changes_what_breaking_even_means(committed, found, words):
    recipe = dict(ws.read_deal(example_path("packaging")).recipe)
    recipe["fixed_terms"] = {**recipe["fixed_terms"], "minimum_commitment": committed}
    sim = ws.simulate(ws.supply_agreement(**recipe), 2**14, rng=7)
    figure = next(one for one in ws.deal_figures(sim, None) if one.name == "break_even_volume")
    assert math.isfinite(figure.estimate.estimate) == found
    assert words in figure.meaning
    if not committed:
        assert figure.meaning == words


def test_the_two_lowest_points_of_cash_are_told_apart(run):
    figure = next(one for one in run[1].figures if one.name == "deepest_cash")
    assert figure.meaning == "mean of each draw's lowest cumulative cash; the mean path dips less"
    cash = ws.cash_position(run[0])
    assert cash.deepest.estimate < cash.mean.min()  # a mean of minima lies below the minimum of means


@pytest.mark.parametrize(
    ("law", "words"),
    [
        (1 / 3, "0.33333"),
        (1234567.0, "1,234,567"),
        (0.0, "0"),
        (ws.pert(-20000, 40000, 160000), "pert \N{MINUS SIGN}20,000, 40,000, 160,000"),
        (ws.between(70, 95), "lognormal 81.548, 0.092829"),
        (ws.gamma(3.123456789, 2e-7), "gamma 3.1235, 2e\N{MINUS SIGN}07"),
        (
            ws.metalog({0.1: 0.9, 0.5: 0.95}, lower=0, upper=1),
            "metalog 10%: 0.9, 50%: 0.95, lower 0, upper 1",
        ),
        (ws.mixture([(0.6, ws.normal(1 / 3, 1)), (0.4, 3)]), "mixture: 60% normal 0.33333, 1; 40% 3"),
        (ws.discrete({0: 0.7, 2.5: 0.3}), "discrete 0: 70%, 2.5: 30%"),
        (ws.empirical([1, 2, 4]), "empirical 3 values"),
        (ws.event_risk(0.12, ws.lognormal(35_000, 0.8)), "rate 0.12, lognormal 35,000, 0.8 each"),
        (ws.Input(st.gamma(3)).distribution, "scipy gamma"),
    ],
)
def test_beliefs_have_the_pages_numbers(law, words):
    assert describe(law) == words
