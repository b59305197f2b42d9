"""What is answered to an offer, against closed forms and by its own word."""

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.decide.offers.linear import LIMITS, RULES, Cost, linear_deal, spent
from tests.strategies import refused

import walkaway_sim as ws
from walkaway_sim.decide.offers.needless import without_gifts
from walkaway_sim.decide.offers.response import Counter
from walkaway_sim.decide.offers.spoken import named
from walkaway_sim.examples import example_path

COSTS = (Cost("a", 0.5), Cost("b", 0.3), Cost("c", 1.0, levels=(0, 10, 20, 30, 60)))
BOTH = ws.AllOf(RULES["chance"], RULES["shortfall"])
OFFER = {"a": 60.0, "b": 50.0, "c": 60.0}


@pytest.fixture(scope="module")
def sim():
    return ws.simulate(linear_deal(COSTS), 2**14, rng=11)


@pytest.fixture(scope="module")
def packaging():
    return ws.simulate(ws.read_deal(example_path("packaging")), 2**14, rng=7)


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("design", ["sobol", "random"])
def test_counters_end_where_the_closed_form_says(name, design):
    sim = ws.simulate(linear_deal(COSTS), 2**14, design, rng=11)
    found = ws.respond(sim, RULES[name], OFFER)
    assert found.answer == "counter"
    assert not found.too_close
    wide = found.room.high - found.room.low  # about 4 standard errors
    assert found.room.estimate == pytest.approx(LIMITS[name] - spent(COSTS, OFFER), abs=wide)
    short = spent(COSTS, OFFER) - LIMITS[name]
    by_term = {one.term: one for one in found.counters}
    for cost in COSTS:
        exact = OFFER[cost.name] - short / cost.each
        if cost.levels:
            level = max(one for one in cost.levels if one <= exact)
            assert by_term[cost.name].value == level
        elif exact < 0:
            assert cost.name not in by_term
        else:
            value = by_term[cost.name].value
            assert exact - wide / cost.each <= value <= exact + wide / cost.each
            assert by_term[cost.name].hurt == pytest.approx((OFFER[cost.name] - value) / 100 / 3)
    assert found.counters[0].hurt == min(one.hurt for one in found.counters)


@pytest.mark.parametrize("rule", RULES.values())
def test_what_passes_is_accepted_and_has_no_counters(sim, rule):
    found = ws.respond(sim, rule, {"a": 10.0})
    assert (found.answer, found.counters, found.trade) == ("accept", (), None)
    assert found.say == found.reason == "We can do that."
    assert found.know.startswith("It leaves room for")
    assert found.room.low > 0
    assert found.to_frame().empty


def test_what_nothing_restores_is_walked_away_from():
    costs = (Cost("a", 0.1), Cost("b", 0.1))
    deal = linear_deal(costs)
    sim = ws.simulate(
        ws.Deal(name="d", inputs=deal.inputs, terms=deal.terms, value=deal.value, no_deal=200), 2**14, rng=3
    )
    for rule in RULES.values():
        found = ws.respond(sim, rule, {"a": 60.0, "b": 60.0})
        assert (found.answer, found.counters, found.trade) == ("walk", (), None)
        assert found.say.startswith("We cannot do that")
        assert "falls short by" in found.know


def test_too_close_to_call_is_countered_with_a_small_change(sim):
    near = {"a": (LIMITS["chance"] - 0.01 - 30.0) / 0.5 - 20.0, "c": 30.0, "b": 20.0 / 0.6}
    found = ws.respond(sim, RULES["chance"], near)
    assert found.too_close
    assert found.answer == "counter"
    assert found.know.startswith("Too close to call")
    assert found.counters[0].term == "a"
    assert found.counters[0].share_of_range < 0.02


def test_a_pilot_that_likes_the_offer_does_not_look_the_wrong_way():
    """Where these draws are in doubt and the pilot is not, a cheap term is still found that can do it."""
    costs = (Cost("a", 0.5), Cost("b", 0.02))
    offer = {"a": (LIMITS["chance"] - 1.2) / 0.5 - 100.0, "b": 60.0}
    deal = linear_deal((*costs, Cost("c", 0.5)))
    found = 0
    for seed in range(30):
        sim = ws.simulate(deal, 2**14, "random", rng=seed)
        answered = ws.respond(sim, RULES["chance"], {**offer, "c": 100.0})
        if (
            answered.answer == "accept"
            or ws.assess(sim, RULES["chance"], {**offer, "c": 100.0, "b": 0.0}).verdict != "accept"
        ):
            continue
        found += 1
        assert "b" in [one.term for one in answered.counters]
    assert found > 10


def test_several_rules_must_all_hold(sim):
    found = ws.respond(sim, BOTH, OFFER)
    alone = ws.respond(sim, RULES["shortfall"], OFFER)  # the stricter one
    assert [one.term for one in found.counters] == [one.term for one in alone.counters]
    for one, other in zip(found.counters, alone.counters, strict=True):
        assert one.value == pytest.approx(other.value, abs=1e-3)


def humped(low=40.0, high=70.0):
    """A term that is worth most in the middle: acceptable from `low` to `high`, by the mean."""
    return ws.Deal(
        name="Humped",
        inputs={"noise": ws.normal(0, 50)},
        terms=[ws.Term("size", 50, range=(0, 100), step=0.01)],
        value=lambda inputs, terms: inputs["noise"] + (terms["size"] - low) * (high - terms["size"]),
    )


@pytest.mark.parametrize(("offer", "limit"), [(90.0, 70.0), (5.0, 40.0)])
def test_a_counter_goes_to_the_nearer_end_of_what_is_acceptable(offer, limit):
    sim = ws.simulate(humped(), 2**14, "random", rng=5)
    found = ws.respond(sim, RULES["mean"], {"size": offer})
    (one,) = found.counters
    se = 50 / np.sqrt(sim.n_draws) / 30  # the slope at either end is 30 a unit
    assert abs(one.value - limit) <= 4 * se + 0.01
    assert (one.value <= 70) if offer > 70 else (one.value >= 40)
    assert (one.hurt > 0) == (offer > 70)
    assert found.trade is None
    assert found.say == f"We can do size of {one.value:.8g}."


def test_a_term_in_which_concessions_go_down():
    deal = ws.Deal(
        name="Price",
        inputs={"cost": ws.normal(60, 10)},
        terms=[ws.Term("price", 90, range=(50, 100), concession="down", step=0.5)],
        value=lambda inputs, terms: terms["price"] - inputs["cost"],
    )
    found = ws.respond(ws.simulate(deal, 2**14, rng=5), RULES["chance"], {"price": 65})
    assert found.counters[0].value == 73.0  # 60 + 10 z is 72.8, to the supplier's side
    assert found.counters[0].hurt > 0


def limited():
    term = ws.Term(
        "discount", 0.05, range=(0, 0.3), unit="fraction of list price", step=0.01,
        authority={"sales": 0.05, "director": 0.08}, policy_limit=0.15,
    )  # fmt: skip
    return ws.Deal(
        name="Limits",
        inputs={"worth": ws.normal(100, 5)},
        terms=[term],
        value=lambda inputs, terms: inputs["worth"] - 300 * terms["discount"],
        currency="NZD",
    )


@pytest.mark.parametrize(
    ("discount", "kind", "words"),
    [
        (0.05, None, "more."),
        (0.07, "authority", "beyond the authority of the sales (5%): the director must sign"),
        (0.10, "authority", "beyond the authority of the director (8%): someone above must sign"),
        (0.20, "policy", "beyond the policy limit of 15%: that needs an exception"),
    ],
)
def test_who_must_sign(discount, kind, words):
    found = ws.respond(ws.simulate(limited(), 2**14, rng=5), RULES["chance"], {"discount": discount})
    assert found.answer == "accept"
    assert [one.kind for one in found.passed] == ([kind] if kind else [])
    assert words in found.know


def test_the_packaging_deal_answers_in_words(packaging):
    found = ws.respond(packaging, RULES["chance"], {"discount": 0.12, "payment_days": 60, "hold": 12})
    assert found.answer == "counter"
    assert found.reason.startswith(
        "We can do 60 payment days and hold of 12 months, if the discount comes down to "
    )
    steps = {"discount": 0.0025, "payment_days": 5, "hold": 1, "guarantee": 0.005, "rebate": 0.0025}
    for _, row in found.to_frame().iterrows():
        if row["term"] in steps:
            share = row["instead"] / steps[row["term"]]
            assert abs(share - round(share)) < 1e-9
    assert "counter" in repr(found)
    assert "<table" in found._repr_html_()
    assert "simulation error only" in found.note


def test_the_answer_in_the_documentation_is_what_comes_out():
    text = " ".join(
        (Path(__file__).parents[3] / "docs" / "at_the_table.md").read_text(encoding="utf-8").split()
    )
    sim = ws.simulate(ws.read_deal(example_path("packaging")), rng=7)
    found = ws.respond(sim, RULES["chance"], {"discount": 0.12, "payment_days": 60})
    assert found.say in text
    assert found.know in text


def test_every_way_of_the_packaging_deal_is_accepted_by_assess(packaging):
    for rule in (RULES["chance"], RULES["mean"], ws.CertaintyEquivalentRule(200_000)):
        offer = {"discount": 0.14, "payment_days": 75}
        found = ws.respond(packaging, rule, offer)
        assert found.answer == (
            "accept" if ws.assess(packaging, rule, offer).verdict == "accept" else "counter"
        )
        ways = [one.changed for one in found.counters] + ([found.trade.changed] if found.trade else [])
        for changed in ways:
            assert ws.assess(packaging, rule, {**offer, **changed}).verdict == "accept"


def test_one_step_less_is_not_accepted(packaging):
    """A counter is the smallest change: a step nearer to the offer fails."""
    offer = {"discount": 0.12, "payment_days": 60}
    for one in ws.respond(packaging, RULES["chance"], offer).counters:
        term = packaging.deal.term(one.term)
        back = one.value + term.sign * (term.step or 1)
        if term.sign * back < term.sign * one.offered:
            again = ws.respond(packaging, RULES["chance"], {**offer, one.term: round(back, 9)})
            assert again.answer != "accept"


@st.composite
def deals(draw):
    """A few linear terms of all kinds, and one that bends."""
    terms, costs = [], {}
    for k in range(draw(st.integers(1, 4))):
        name, up = f"t{k}", draw(st.booleans())
        side = "up" if up else "down"
        if draw(st.booleans()):
            term = ws.Term(name, 2, levels=(1, 2, 3, 5, 8), concession=side)
        else:
            step = draw(st.sampled_from([None, 0.25, 1.0]))
            term = ws.Term(name, 5, range=(0, 10), step=step, concession=side)
        terms.append(term)
        costs[name] = (draw(st.floats(0.0, 10.0)) * term.sign, draw(st.sampled_from([0.0, 0.05, -0.05])))
    offer = {
        one.name: draw(st.sampled_from(one.levels) if one.levels else st.integers(0, 10).map(float))
        for one in terms
    }
    weights = {one.name: draw(st.sampled_from([0.0, 1.0, 3.0])) for one in terms}

    def value(inputs, at):
        total = inputs["worth"] + inputs["other"]
        for name, (each, bend) in costs.items():
            total = total - each * at[name] * (1 + bend * at[name]) + 0.02 * at[name] * inputs["other"]
        return total

    deal = ws.Deal(
        name="Any", inputs={"worth": ws.normal(30, 15), "other": ws.normal(0, 5)}, terms=terms, value=value
    )
    return deal, offer, weights if any(weights.values()) else None


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(deals(), st.sampled_from([*RULES.values(), BOTH]), st.sampled_from(["random", "sobol"]))
def test_what_is_offered_again_is_accepted(case, rule, design):
    deal, offer, weights = case
    sim = ws.simulate(deal, 2**14 if design == "sobol" else 2**13, design, rng=1)
    try:
        found = ws.respond(sim, rule, offer, weights=weights)
    except ws.RuleError:
        return  # it cannot be judged there, which is said
    assert (found.answer == "accept") == (ws.assess(sim, rule, offer).verdict == "accept")
    ways = [one.changed for one in found.counters] + ([found.trade.changed] if found.trade else [])
    for changed in ways:
        assert ws.respond(sim, rule, {**offer, **changed}).answer == "accept"
        assert ws.assess(sim, rule, {**offer, **changed}).verdict == "accept"
    if found.trade is not None:
        assert len(found.trade.changed) >= 2
    assert (found.answer == "counter") == bool(ways)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"offer": {"discont": 0.1}}, "did you mean 'discount'"),
        ({"offer": {"discount": 0.5}}, "'discount' must lie .*0.25"),
        ({"offer": {"deliveries_per_week": 2.5}}, "one of the levels"),
        ({"offer": {"discount": float("nan")}}, "finite"),
        ({"offer": 0.1}, "offer must map terms to values"),
        ({"weights": {"discount": -1}}, "-1"),
        ({"weights": {"discount": 0}}, "at least one must be above 0"),
        ({"confidence_level": 1.0}, "confidence_level"),
        ({"confidence_level": 95}, "for 95% write 0.95"),
        ({"offer": {"discount": 12}}, "for 12% write 0.12"),
        ({"offer": {"discount": "12%"}}, "write 0.12"),
        ({"offer": {"discount": "12,5%"}}, "write 0.125"),
        ({"rule": "chance:0.85"}, r"parse_rule\('chance:0.85'\)"),
        ({"weights": {"colour": 1}}, "known: discount, payment_days"),
        ({"sim": limited()}, r"got a Deal; simulate\(deal\) makes one of it"),
        ({"rule": ws.ChanceRule}, "rule must be a rule"),
        ({"sim": 3}, "sim must be"),
    ],
)
def test_bad_input_gets_one_clear_line(packaging, arguments, words):
    given = {"sim": packaging, "rule": RULES["chance"], "offer": {"discount": 0.1}, **arguments}
    message = refused(ws.respond, given.pop("sim"), given.pop("rule"), given.pop("offer"), **given)
    assert re.search(words, message)
    assert "\n" not in message


def test_draws_that_are_not_kept_are_refused_in_words():
    deal = ws.read_deal(example_path("packaging"))
    sim = ws.simulate(deal, 2**18, rng=7, max_memory=2**24)
    assert not sim.is_kept
    assert "draws kept" in refused(ws.respond, sim, RULES["chance"], {"discount": 0.1})


def test_doubt_about_calibrated_inputs_is_left_out_and_said():
    belief = ws.Input(ws.normal(100, 15), plausible=[ws.normal(98, 15), ws.normal(102, 15)])
    deal = ws.Deal(
        name="Calibrated",
        inputs={"worth": belief},
        terms=[ws.Term("rebate", 30, range=(0, 100), step=1)],
        value=lambda inputs, terms: inputs["worth"] - terms["rebate"],
    )
    found = ws.respond(ws.simulate(deal, 2**14, rng=5), RULES["chance"], {"rebate": 90}, n_worlds=0)
    assert "not the doubt about the parameters of worth" in found.note


FREE = re.compile(r"NZD|authority|sign|falls short|room|worlds|rule")


@pytest.mark.parametrize("discount", [0.07, 0.12, 0.25])
def test_what_is_said_holds_nothing_of_ours(packaging, discount):
    offer = {"discount": discount, "payment_days": 60}
    found = ws.respond(packaging, RULES["chance"], offer, weights={"discount": 3, "payment_days": 1})
    assert not FREE.search(found.say)
    assert FREE.search(found.know)
    assert found.to_frame().attrs == {"say": found.say, "know": found.know}


def test_a_single_change_does_not_deny_itself(packaging):
    found = ws.respond(packaging, RULES["chance"], {"discount": 0.12})
    assert found.say.startswith(f"We can do a discount of {100 * found.counters[0].value:g}%.")


def test_one_is_said_as_one():
    deliveries = ws.Term("deliveries_per_week", 2, levels=(1, 2, 3), unit="drops a week")
    assert named(deliveries, 1) == "1 delivery per week"
    assert named(deliveries, 3) == "3 deliveries per week"


def priced(step=5.0):
    """A price in coarse steps: what its last step leaves over would pay for some days."""
    return ws.Deal(
        name="Price and days",
        inputs={"cost": ws.normal(58, 5)},
        terms=[
            ws.Term("price", 80, range=(40, 90), concession="down", step=step, unit="EUR"),
            ws.Term("days", 30, range=(0, 90), step=1),
        ],
        value=lambda inputs, terms: terms["price"] - inputs["cost"] - 0.02 * terms["days"],
    )


def test_a_trade_gives_nothing_that_nothing_more_is_taken_for():
    sim = ws.simulate(priced(), 2**14, rng=7)
    found = ws.respond(sim, RULES["chance"], {"price": 60})
    by_term = {one.term: one.value for one in found.counters}
    assert by_term["price"] == 70.0  # 65.0 is needed with 30 days: 58 + 6.4 + 0.6
    trade = found.trade
    assert trade is None or trade.changed["price"] > by_term["price"]


def test_gifts_are_told_from_swaps():
    terms = {one.name: one for one in priced().terms}
    offer = {"price": 60.0, "days": 30.0}
    alone = (Counter("price", 70.0, 60.0, 0.2, 0.1, ()),)
    ask = lambda changed: without_gifts(changed, offer, terms, alone, holds=None, roughly=None)  # noqa: E731
    assert ask({"price": 70.0, "days": 45.0}) == {"price": 70.0}
    assert ask({"price": 75.0, "days": 45.0}) == {"price": 75.0, "days": 45.0}


def test_a_trade_says_which_way_is_better_for_us(packaging):
    found = ws.respond(packaging, RULES["chance"], {"discount": 0.12, "payment_days": 60})
    one, other = ({**found.offer, **way.changed} for way in (found.trade, found.counters[0]))
    exact = (packaging.surplus(one) - packaging.surplus(other)).mean()
    gain = found.trade.gain
    assert abs(gain.estimate - exact) < 3 * (gain.high - gain.low)
    assert "more on average" in found.know


def test_hurt_of_the_changes_adds_up_to_that_of_the_trade(packaging):
    found = ws.respond(packaging, RULES["chance"], {"discount": 0.12, "payment_days": 60})
    assert found.to_frame().loc["trade", "hurt"].sum() == pytest.approx(found.trade.hurt)
