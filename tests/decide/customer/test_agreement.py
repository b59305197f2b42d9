"""The zone of agreement: its chance and its width against normal closed forms, and where to open, aim and stop."""

import math

import numpy as np
import pytest
from scipy.stats import norm
from tests.decide.coverage import accepted
from tests.decide.customer import normal_side as side

import walkaway_sim as ws
from walkaway_sim.decide.customer.agreement import Widths
from walkaway_sim.decide.customer.along import walkaway_of
from walkaway_sim.decide.customer.joined import join

RULES = {
    "chance": (ws.ChanceRule(0.9), side.COST + side.COST_SD * float(norm.ppf(0.9))),
    "mean": (ws.ExpectedValueRule(), side.COST),
    "shortfall": (
        ws.ExpectedShortfallRule(0.1),
        side.COST + side.COST_SD * float(norm.pdf(norm.ppf(0.1))) / 0.1,
    ),
    "certainty": (ws.CertaintyEquivalentRule(40.0), side.COST + side.COST_SD**2 / 80),
}


def widths(stop):
    """Chance of R >= stop, E(R - stop)+, and E(R - stop | R >= stop)."""
    z = (side.WORTH - stop) / side.WORTH_SD
    chance = float(norm.cdf(z))
    width = side.WORTH_SD * float(norm.pdf(z) + z * norm.cdf(z))
    return chance, width, width / chance


@pytest.mark.parametrize("name", list(RULES))
@pytest.mark.parametrize("design", ["sobol", "random"])
def test_chance_and_width_are_those_of_the_normal(name, design):
    rule, stop = RULES[name]
    zone = ws.zone_of_agreement(ws.simulate(side.deal(95), 2**16, design, rng=5), rule, side.customer())
    for found, exact in zip((zone.exists, zone.width, zone.width_given), widths(stop), strict=True):
        assert abs(found.estimate - exact) <= 4 * found.standard_error
        assert found.low <= found.estimate <= found.high
    assert zone.overlap == "overlap"
    assert f"In {100 * zone.exists.estimate:.0f}% of cases" in zone.note


@pytest.mark.parametrize("name", ["chance", "mean"])
def test_the_intervals_cover(name):
    """One-sided binomial test at 1e-3 of "at least 94%" over 200 seeds, half of them of either design.

    Negative control: the chance at the safe walkaway of one run, as if it were the walkaway, in all others.
    """
    rule, stop = RULES[name]
    first = walkaway_of(
        side.simulated("random", 1000, side.deal(95)), rule, side.deal(95).terms[0], {"price": 95.0}, 0.9999
    )
    wrong = widths(first.safe)[0]
    covered, control = np.zeros(3), 0
    for seed in range(200):
        sim = side.simulated("random" if seed % 2 else "sobol", seed, side.deal(95))
        term, base = sim.deal.terms[0], sim.deal.proposed
        walk = walkaway_of(sim, rule, term, base, 0.95)
        found = Widths(join(sim, side.customer(0.0)), term, base).interval(walk)
        covered += [low <= exact <= high for (_, low, high), exact in zip(found, widths(stop), strict=True)]
        control += found[0][1] <= wrong <= found[0][2]
    assert all(accepted(one, 200) for one in covered), covered
    assert not accepted(control, 200)


def test_open_target_and_walkaway_stand_in_their_order():
    sim = ws.simulate(side.deal(95), 2**16, rng=5)
    zone = ws.zone_of_agreement(sim, ws.ExpectedValueRule(), side.customer(0.0))
    # One customer in ten pays 75 + 1.2816 * 8.
    assert zone.open == pytest.approx(75 + 8 * norm.ppf(0.9))
    assert zone.open > zone.target > zone.walkaway.safe > zone.walkaway.low
    assert zone.target == zone.offer.offer.estimate
    # The careful rule stops before the best offer: the target is the safe walkaway, and the note says so.
    careful = ws.zone_of_agreement(sim, ws.ChanceRule(0.99), side.customer(0.0))
    assert careful.target == careful.walkaway.safe
    assert "lies beyond the safe walkaway" in careful.note


def test_what_is_said_is_on_the_step_of_the_term():
    made = ws.Deal(
        name="Discount",
        inputs={"worth": ws.normal(0.1, 0.01)},
        terms=[ws.Term("discount", 0.05, range=(0, 0.3), step=0.005, open=0.02)],
        value=lambda inputs, terms: inputs["worth"] - terms["discount"],
    )
    zone = ws.zone_of_agreement(
        ws.simulate(made, 2**14, rng=5),
        ws.ExpectedValueRule(),
        ws.Customer(ws.normal(0.06, 0.02), term="discount"),
    )
    assert zone.open == 0.02
    assert zone.target == pytest.approx(round(zone.target / 0.005) * 0.005, abs=1e-12)


def test_no_overlap_is_said_in_those_words():
    sim = ws.simulate(side.deal(95), 2**14, rng=5)
    zone = ws.zone_of_agreement(sim, ws.ExpectedValueRule(), ws.Customer(ws.uniform(25, 40), term="price"))
    assert zone.overlap == "no overlap"
    assert "no overlap" in zone.note
    assert "no overlap" in repr(zone)
    for found in (zone.exists, zone.width, zone.width_given):
        assert (found.estimate, found.low, found.high) == (0.0, 0.0, 0.0)


def test_a_rule_that_holds_nowhere_leaves_no_overlap():
    sim = ws.simulate(side.deal(95), 2**14, rng=5)
    zone = ws.zone_of_agreement(sim, ws.ExpectedValueRule(1000.0), side.customer(0.0))
    assert zone.overlap == "no overlap"
    assert math.isnan(zone.walkaway.safe)
    assert zone.exists_safely == 0.0
    assert not math.isnan(zone.open)
    assert not math.isnan(zone.target)


def test_several_terms_come_down_to_one():
    made = ws.Deal(
        name="Two terms",
        inputs={"worth": ws.normal(100, 5)},
        terms=[ws.Term("a", 0, range=(0, 60)), ws.Term("b", 10, range=(0, 60), concession="down")],
        value=lambda inputs, terms: inputs["worth"] - terms["a"] - 2 * (60 - terms["b"]),
    )
    sim = ws.simulate(made, 2**14, rng=3)
    wants = ws.Customer(ws.uniform(0, 100), worth={"a": 2.0, "b": 1.0})
    zone = ws.zone_of_agreement(sim, ws.ExpectedValueRule(-40.0), wants, term="a")
    assert zone.exists.estimate == pytest.approx(0.8, abs=1e-3)  # up to a = 40, worth 80
    assert zone.reservation[499] == pytest.approx(25.0)
    moved = ws.zone_of_agreement(sim, ws.ExpectedValueRule(-40.0), wants, term="b", terms={"a": 5})
    # Down from 10 to -7.5, which is beyond 0: worth 10 and the 10 of a.
    assert moved.exists.estimate == pytest.approx(0.2, abs=1e-3)
    assert moved.reservation[499] == pytest.approx(10 - 40)


@pytest.mark.parametrize("law", [70.0, ws.discrete({65: 0.5, 75: 0.5})])
def test_who_is_offered_the_reservation_itself_says_yes(law):
    sim = ws.simulate(side.deal(95), 2**14, rng=5)
    joined = join(sim, ws.Customer(law, term="price"))
    at = float(law if isinstance(law, float) else 75)
    assert joined.says_yes(at).any()
    assert not joined.says_yes(at + 1e-9).any()
    assert joined.chance(at) == (1.0 if isinstance(law, float) else 0.5)
    assert joined.chance(at + 1e-9) == 0.0


def test_a_win_curve_is_a_customer():
    """A reservation price from quotes, as it is handed on."""
    rng = np.random.default_rng(4)
    import pandas as pd

    last, price = rng.uniform(8, 12, 400), rng.uniform(8, 12, 400)
    quotes = pd.DataFrame(
        {"price": price, "last": last, "won": rng.logistic(np.log(last), 0.1) > np.log(price)}
    )
    worth = ws.fit_win_curve(quotes, reference="last", n_plausible=20, rng=7).reservation_price(
        reference=10.0
    )
    made = ws.Deal(
        name="Quote",
        inputs={"cost": ws.normal(8, 0.5)},
        terms=[ws.Term("price", 10, range=(6, 15), concession="down")],
        value=lambda inputs, terms: terms["price"] - inputs["cost"],
    )
    zone = ws.zone_of_agreement(
        ws.simulate(made, 2**14, rng=5), ws.ExpectedValueRule(), ws.Customer(worth, term="price")
    )
    assert zone.exists.estimate == pytest.approx(1 - worth.distribution.cdf(8.0), abs=0.01)
    assert "take the reservation's law as known" in zone.note
