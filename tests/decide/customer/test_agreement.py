"""The zone of agreement: its chance and its width against normal closed forms, and where to open, aim and stop."""

import math

import numpy as np
import pytest
from scipy.stats import norm
from tests.decide.coverage import accepted
from tests.decide.customer import normal_side as side

import walkaway_sim as ws
from walkaway_sim.decide.customer.along import walkaway_of
from walkaway_sim.decide.customer.joined import join
from walkaway_sim.decide.customer.widths import Widths, ZoneDoubt

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


@pytest.mark.parametrize(
    ("rule", "words", "said"),
    [
        (ws.ExpectedValueRule(1000.0), "our rule holds nowhere", "holds at no price of the range"),
        # 1 - 1e-5 cannot be shown on 16,384 draws, though it holds at every price from 103 on.
        (ws.ChanceRule(0.99999), "our rule is not shown to hold", "is not shown to hold at any price"),
    ],
)
def test_what_keeps_us_out_is_not_put_down_to_the_customer(rule, words, said):
    sim = ws.simulate(side.deal(95), 2**14, "random", rng=5)
    zone = ws.zone_of_agreement(sim, rule, side.customer(0.0))
    assert zone.overlap == words
    assert said in zone.note
    assert "no overlap" not in repr(zone)
    assert math.isnan(zone.walkaway.safe)
    assert zone.exists_safely == 0.0
    assert zone.offer is None
    assert not {"open", "target", "best offer", "safe walkaway"} & set(zone.to_frame().index)
    assert not zone.to_frame().isna().to_numpy().any()


@pytest.mark.parametrize("law", [ws.uniform(25, 40), ws.normal(25, 1)])
def test_without_an_overlap_there_is_nowhere_to_aim(law):
    """Of the normal the chance at our walkaway of 72.8 is 0 to the last digit of a float, that at the mean 1e-268."""
    zone = ws.zone_of_agreement(
        ws.simulate(side.deal(95), 2**14, rng=5), ws.ChanceRule(0.9), ws.Customer(law, term="price")
    )
    assert zone.overlap == "no overlap"
    assert zone.offer is None
    assert math.isnan(zone.target)
    assert list(zone.to_frame().index) == ["exists", "width", "width_given", "walkaway", "safe walkaway"]
    assert "nowhere to aim" in zone.note


SE = 3.0
N_LAWS = 199


def plausible(mean, scores):
    """A normal reservation whose mean is known to a standard error, with laws as a refit gives them."""
    laws = [ws.normal(mean + SE * float(z), side.WORTH_SD) for z in scores]
    return ws.Customer(ws.Input(ws.normal(mean, side.WORTH_SD), plausible=laws), term="price")


def test_calibration_error_is_the_closed_form_and_stays_apart():
    """Means at equal steps of probability: order statistics 5 and 195 of 199 are 1.96 standard errors away."""
    at = norm.ppf(np.arange(1, N_LAWS + 1) / (N_LAWS + 1))
    sim = ws.simulate(side.deal(95), 2**14, rng=5)
    zone = ws.zone_of_agreement(sim, ws.ExpectedValueRule(), plausible(side.WORTH, at))
    known = ws.zone_of_agreement(sim, ws.ExpectedValueRule(), side.customer(0.0))
    assert (zone.exists, zone.width, zone.width_given) == (known.exists, known.width, known.width_given)
    assert zone.target == known.target
    assert known.calibration is None
    stop = zone.walkaway.estimate
    away = SE * float(norm.ppf(0.975))
    for k, found in enumerate(
        (zone.calibration.exists, zone.calibration.width, zone.calibration.width_given)
    ):
        ends = [widths(stop + side_of * away)[k] for side_of in (1, -1)]
        # Trapezoids on cells of 120/1024: off by h^2/12 times the rise of the density, below 1e-4.
        np.testing.assert_allclose((found.low, found.high), ends, atol=1e-4)
        assert (found.n_laws, found.is_whole) == (N_LAWS, False)
    frame = zone.to_frame()
    assert frame.loc["exists", "calibration_low"] == zone.calibration.exists.low
    assert frame.loc["best offer", "calibration_high"] == zone.offer.calibration.offer.high
    assert "plausible laws of the reservation" in zone.note
    assert "take the reservation's law as known" not in zone.note


def test_calibration_intervals_cover():
    """One-sided binomial test at 1e-3 of "at least 94%" over 400 histories; their interval holds 95% exactly.

    Negative control: simulation intervals, which know nothing of the doubt about the law.
    """
    rng = np.random.default_rng(11)
    sim = ws.simulate(side.deal(95), 2**14, rng=5)
    term, base = sim.deal.terms[0], sim.deal.proposed
    walk = walkaway_of(sim, ws.ExpectedValueRule(), term, base, 0.95)
    exact = widths(walk.estimate)
    covered, control = np.zeros(3), 0
    for _ in range(400):
        # As refits of one history lie around its estimate, and that around the truth.
        customer = plausible(side.WORTH + SE * rng.standard_normal(), rng.standard_normal(N_LAWS))
        joined = join(sim, customer)
        doubt = ZoneDoubt.of(joined, term, base, walk.estimate, 0.95)
        found = (doubt.exists, doubt.width, doubt.width_given)
        # Allowing for cells, as above.
        covered += [one.low - 1e-4 <= at <= one.high + 1e-4 for one, at in zip(found, exact, strict=True)]
        low, high = Widths(joined, term, base).interval(walk)[0][1:]
        control += low <= exact[0] <= high
    assert all(accepted(one, 400) for one in covered), covered
    assert not accepted(control, 400)


def test_too_few_laws_say_that_they_are():
    sim = ws.simulate(side.deal(95), 2**14, rng=5)
    zone = ws.zone_of_agreement(sim, ws.ExpectedValueRule(), plausible(side.WORTH, [-1.0, 0.0, 1.0]))
    assert zone.calibration.exists.is_whole
    assert "too few for 95%" in zone.note


def test_an_input_of_the_deal_has_its_plausible_laws_too():
    made = ws.Deal(
        name="One price",
        inputs={
            "cost": ws.normal(side.COST, side.COST_SD),
            "worth": ws.Input(ws.normal(75, 8), plausible=[ws.normal(70 + k, 8) for k in range(11)]),
        },
        terms=[ws.Term("price", proposed=95, range=(20, 140), concession="down")],
        value=lambda inputs, terms: terms["price"] - inputs["cost"],
    )
    zone = ws.zone_of_agreement(
        ws.simulate(made, 2**14, rng=5), ws.ExpectedValueRule(), ws.Customer("worth", term="price")
    )
    stop = zone.walkaway.estimate
    found = zone.calibration.exists
    np.testing.assert_allclose((found.low, found.high), norm.cdf((np.array([70, 80]) - stop) / 8))
    assert zone.offer.calibration is None
    assert "the doubt about it (11 plausible laws) is left out" in zone.offer.note


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
    assert "20 plausible laws of the reservation" in zone.note
    assert zone.calibration.exists.low < zone.exists.estimate < zone.calibration.exists.high
    assert zone.offer.calibration.offer.low < zone.offer.offer.estimate < zone.offer.calibration.offer.high
