"""The winner's curse: the deal's value given a yes, for all four rules, against the bivariate normal."""

import math

import numpy as np
import pytest
from scipy.optimize import brentq
from tests.decide.coverage import accepted
from tests.decide.customer import normal_side as side

import walkaway_sim as ws
from walkaway_sim.decide.customer.accepted import Accepted
from walkaway_sim.decide.customer.joined import join
from walkaway_sim.decide.lattice import Lattice

PRICE = 72.0
SEEDS = 200
EXACT = side.exact(PRICE)
PLAIN = side.unconditional(PRICE)


@pytest.mark.parametrize("design", ["sobol", "random", "lhs"])
@pytest.mark.parametrize("name", list(EXACT))
def test_each_rule_sees_what_the_closed_form_says(design, name):
    sim = ws.simulate(side.deal(), 2**16, design, rng=5)
    found = ws.assess_given_yes(sim, side.rules()[name], side.customer(), {"price": PRICE})
    assert abs(found.measure.estimate - EXACT[name]) <= 4 * side.spread(found.measure)
    assert abs(found.unconditional.estimate - PLAIN[name]) <= 4 * side.spread(found.unconditional)
    assert abs(found.curse.estimate - (EXACT[name] - PLAIN[name])) <= 4 * side.spread(found.curse)
    assert found.curse.estimate == pytest.approx(
        found.measure.estimate - found.unconditional.estimate, abs=1e-9
    )
    assert found.curse.high < 0
    assert "bad news" in found.note
    assert found.chance_of_yes == pytest.approx(side.chance_of_yes(PRICE))


def test_a_reservation_that_is_an_input_gives_the_same():
    own = ws.Customer("worth", term="price")
    found = ws.assess_given_yes(
        ws.simulate(side.with_input(), 2**16, rng=5), ws.ExpectedValueRule(), own, {"price": PRICE}
    )
    assert abs(found.measure.estimate - EXACT["mean"]) <= 4 * found.measure.standard_error


@pytest.mark.parametrize("design", ["sobol", "random"])
def test_every_interval_covers_and_the_unconditional_value_does_not(design):
    """One-sided binomial test at 1e-3 of "at least 94%" over 200 seeds: the figure, the change, and the verdict.

    A rule that asks for exactly what it sees is accepted at most one time in twenty. Negative control: the interval of
    the unconditional figure misses what it is given a yes.
    """
    rules, just = side.rules(), side.rules(EXACT)
    count = {(name, what): 0 for name in rules for what in ("figure", "curse", "safe", "refuted", "plain")}
    for seed in range(SEEDS):
        sim = side.simulated(design, seed)
        joined = join(sim, side.customer())
        seen = Accepted(sim.surplus({"price": PRICE}), joined.says_yes(PRICE), sim.n_replicates, Lattice(sim))
        for name, rule in rules.items():
            figure, curse = seen.measure(rule, 0.95), seen.curse(rule, 0.95)
            judged = seen.judge(just[name], 0.95)
            plain = rule.measure(seen.surplus, sim.n_replicates, 0.95)
            count[name, "figure"] += figure.low <= EXACT[name] <= figure.high
            count[name, "curse"] += curse.low <= EXACT[name] - PLAIN[name] <= curse.high
            count[name, "safe"] += judged.at_least < 0
            count[name, "refuted"] += judged.at_most >= 0
            count[name, "plain"] += plain.low <= EXACT[name] <= plain.high
    for (name, what), covered in count.items():
        assert accepted(covered, SEEDS) == (what != "plain"), (name, what, covered)


def test_without_correlation_a_yes_says_nothing():
    sim = ws.simulate(side.deal(), 2**16, rng=5)
    found = ws.assess_given_yes(sim, ws.ExpectedValueRule(), side.customer(0.0), {"price": PRICE})
    assert found.curse.low <= 0 <= found.curse.high
    assert "do not show" in found.note


def test_a_yes_can_turn_the_answer_and_never_does_so_unasked():
    sim = ws.simulate(side.deal(), 2**16, rng=5)
    rule = ws.ExpectedValueRule(at_least=10.0)  # 12, and 8.5 given a yes
    found = ws.assess_given_yes(sim, rule, side.customer(), {"price": PRICE})
    assert (found.verdict, found.unconditional_verdict) == ("walk", "accept")
    assert ws.assess(sim, rule, {"price": PRICE}).verdict == "accept"


@pytest.mark.parametrize("design", ["sobol", "random"])
def test_the_walkaway_given_a_yes_is_where_the_closed_form_says(design):
    """Down from 76: the expected surplus given a yes to t reaches 8 at a root of the closed form."""
    root = brentq(lambda price: side.surplus_given_yes(price) - 8.0, 62, 76)
    sim = ws.simulate(side.deal(76.0), 2**16, design, rng=5)
    found = ws.walkaway_given_yes(sim, ws.ExpectedValueRule(8.0), side.customer())
    error = (found.high - found.low) / (2 * 1.96)
    assert abs(found.estimate - root) <= 4 * error
    assert found.low <= found.estimate <= found.safe <= found.high
    assert abs(found.unconditional - 68.0) < 0.5
    assert found.to_frame().loc["as such", "estimate"] == found.unconditional


def test_the_walkaway_given_a_yes_covers():
    root = brentq(lambda price: side.surplus_given_yes(price) - 8.0, 62, 76)
    covered = safe = 0
    for seed in range(SEEDS):
        sim = side.simulated("random" if seed % 2 else "sobol", seed, side.deal(76.0))
        found = ws.walkaway_given_yes(sim, ws.ExpectedValueRule(8.0), side.customer(), n_points=4)
        covered += found.low <= root <= found.high
        safe += found.safe >= root
    assert accepted(covered, SEEDS)
    assert accepted(safe, SEEDS)


def test_levels_are_judged_one_by_one():
    made = ws.Deal(
        name="Drops",
        inputs={"cost": ws.normal(10, 2)},
        terms=[ws.Term("drops", 1, levels=(1, 2, 3, 5))],
        value=lambda inputs, terms: 40.0 - terms["drops"] * inputs["cost"],
    )
    wants = ws.Customer(ws.uniform(0, 6), term="drops")
    found = ws.walkaway_given_yes(ws.simulate(made, 2**16, rng=5), ws.ExpectedValueRule(), wants)
    # At 3 the surplus is 10, at 5 it is -10, and at 4, which is no level, 0.
    assert (found.estimate, found.low, found.high, found.safe) == (3.0, 3.0, 3.0, 3.0)


def test_an_offer_that_fails_at_once_has_no_walkaway():
    sim = side.simulated("sobol", 3)
    found = ws.walkaway_given_yes(sim, ws.ExpectedValueRule(50.0), side.customer())
    assert math.isnan(found.estimate)
    assert math.isnan(found.safe)
    assert "does not hold" in found.note


@pytest.mark.parametrize(
    ("offer", "rule", "words"),
    [
        ({"price": 105}, ws.ExpectedValueRule(), "says yes on .* at least 1000.*take more draws"),
        ({"price": 84}, ws.ExpectedShortfallRule(0.1), "250 draws in the tail"),
        (None, ws.AllOf(ws.ExpectedValueRule(), ws.ChanceRule(0.9)), "one rule at a time"),
        (None, ws.CertaintyEquivalentRule(1.0), "risk_tolerance"),
        ({"prise": 84}, ws.ExpectedValueRule(), "did you mean 'price'"),
        ({"price": 841}, ws.ExpectedValueRule(), "between 20 and 140"),
    ],
)
def test_what_cannot_be_told_is_refused_in_words(offer, rule, words):
    with pytest.raises(ws.InputError, match=words):
        ws.assess_given_yes(side.simulated("sobol", 3), rule, side.customer(), offer)


def test_draws_that_are_not_kept_are_refused():
    sim = ws.simulate(side.deal(), 2**20, "random", rng=1, max_memory=2**24)
    with pytest.raises(ws.InputError, match="max_memory"):
        ws.assess_given_yes(sim, ws.ExpectedValueRule(), side.customer())


def test_walkaways_given_a_yes_say_what_became_of_them():
    sim = side.simulated("sobol", 3)
    frame = ws.walkaway_given_yes(sim, ws.ExpectedValueRule(), side.customer()).to_frame()
    assert not frame.isna().to_numpy().any()
    such = ws.walkaway(sim, ws.ExpectedValueRule())["price"]
    assert tuple(frame.loc["as such"]) == ("found", such.estimate, such.low, such.high, such.safe)
    fails = ws.walkaway_given_yes(sim, ws.ExpectedValueRule(50.0), side.customer()).to_frame()
    assert fails.loc["given yes", "status"] == "does not hold as proposed"


def test_the_doubt_about_the_law_is_said_to_be_left_out():
    sim = side.simulated("sobol", 3)
    reservation = ws.Input(ws.normal(75, 8), plausible=[ws.normal(74, 8), ws.normal(76, 8)])
    doubted = ws.Customer(reservation, term="price")
    for call in (
        lambda customer: ws.assess_given_yes(sim, ws.ExpectedValueRule(), customer),
        lambda customer: ws.walkaway_given_yes(sim, ws.ExpectedValueRule(), customer),
        lambda customer: ws.buffer_cost(sim, ws.ExpectedValueRule(), customer, 5.0),
    ):
        assert "the doubt about it (2 plausible laws) is left out" in call(doubted).note
        assert "plausible" not in call(side.customer(0.0)).note


def test_tables_and_notes():
    found = ws.assess_given_yes(side.simulated("sobol", 3), ws.ChanceRule(0.9), side.customer())
    frame = found.to_frame()
    assert frame.attrs["note"] == found.note
    assert not np.isnan(frame.to_numpy()).any()
    assert "given yes" in repr(found)
    assert "<table" in found._repr_html_()
