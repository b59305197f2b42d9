"""The take-it-or-leave-it offer against closed forms, and how often its interval holds the best one."""

import json

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import minimize_scalar
from scipy.special import lambertw
from tests.decide.coverage import accepted
from tests.decide.customer import normal_side as side
from tests.reference import agrees, case

import walkaway_sim as ws

BEST = minimize_scalar(
    lambda price: -side.gain(price), bounds=(60, 90), method="bounded", options={"xatol": 1e-10}
).x
NAIVE = minimize_scalar(
    lambda price: -side.gain(price, 0.0), bounds=(60, 90), method="bounded", options={"xatol": 1e-10}
).x


def known_cost(cost, low=0.0, high=1.0):
    return ws.Deal(
        name="Known cost",
        inputs={"luck": ws.normal(0, 0.01)},
        terms=[ws.Term("price", proposed=0.5 * (low + high), range=(low, high), concession="down")],
        value=lambda inputs, terms: terms["price"] - cost + inputs["luck"],
    )


def offered(cost, reservation, low=0.0, high=1.0):
    sim = ws.simulate(known_cost(cost, low, high), 2**14, rng=3)
    return ws.best_offer(sim, ws.Customer(reservation, term="price"))


@pytest.mark.parametrize(("cost", "m", "s"), [(60.0, 80.0, 5.0), (70.0, 65.0, 8.0)])
def test_a_logistic_win_curve_gives_lambert_w(cost, m, s):
    """b - c = s (1 + W(exp((m - c)/s - 1))), where b - c = P/|P'|."""
    exact = cost + s * (1 + lambertw(np.exp((m - cost) / s - 1)).real)
    found = offered(cost, ws.logistic(m, s), 20, 140)
    assert found.offer.low - 1e-6 <= exact <= found.offer.high + 1e-6
    assert abs(found.offer.estimate - exact) < 1e-3
    assert found.chance.estimate == pytest.approx(stats.logistic.sf(found.offer.estimate, m, s))
    law = stats.logistic(m, s)
    assert found.offer.estimate - cost == pytest.approx(law.sf(exact) / law.pdf(exact), abs=1e-3)


def test_take_it_or_leave_it_between_two_uniforms():
    """Case J02: a price of (1 + c)/2, a trade in a quarter of cases, a gain of 1/8 and three quarters of what could be."""
    exact = case("J02")
    trade, gained, ratio = exact["exact"]
    nodes, weights = np.polynomial.legendre.leggauss(4)
    costs, weights = 0.5 * (nodes + 1), 0.5 * weights
    prices = np.array([offered(float(cost), ws.uniform(0, 1)).offer.estimate for cost in costs])
    np.testing.assert_allclose(prices, (1 + costs) / 2, atol=2e-4)
    # Chance and gain given a cost are polynomials in it, which four nodes integrate exactly.
    assert agrees(float(weights @ (1 - prices)), trade, 2e-4)
    both = float(weights @ ((1 - prices**2) / 2 - costs * (1 - prices)))
    assert agrees(both, gained, 2e-4)
    assert agrees(both / (1 / 6), ratio, 2e-3)


def test_a_procurement_auction():
    """Case J07: against three rivals who ask c + (1 - c)/4, the best ask is theirs too, and the buyer pays 0.4."""
    exact = case("J07")
    lowest_rival = stats.beta(1, 3, loc=0.25, scale=0.75)
    nodes, weights = np.polynomial.legendre.leggauss(5)
    costs, weights = 0.5 * (nodes + 1), 0.5 * weights
    asks = np.array([offered(float(cost), lowest_rival).offer.estimate for cost in costs])
    np.testing.assert_allclose(asks, costs + (1 - costs) / 4, atol=2e-4)
    paid = 4 * float(weights @ (asks * lowest_rival.sf(asks)))
    assert agrees(paid, exact["exact"][1], 1e-3)


def test_a_double_auction():
    """Case J01: against bids of 2v/3 + 1/12 the best ask is 2c/3 + 1/4, above our cost: a walkaway is no offer."""
    trade, gained, per_side, possible, ratio = case("J01")["exact"]
    bids = ws.uniform(1 / 12, 3 / 4)
    nodes, weights = np.polynomial.legendre.leggauss(6)
    for cost in (0.0, 0.3, 0.6):
        # The price is half-way between the two: given a bid b >= a, (a + b)/2.
        best = minimize_scalar(
            lambda ask, cost=cost: -quad_mean(bids, ask, lambda b, ask: 0.5 * (ask + b) - cost),
            bounds=(1 / 12, 3 / 4),
            method="bounded",
            options={"xatol": 1e-10},
        ).x
        assert best == pytest.approx(2 * cost / 3 + 1 / 4, abs=1e-6)
    costs, weights = 0.375 * (nodes + 1), 0.375 * weights  # beyond 3/4 nobody trades
    asks = 2 * costs / 3 + 1 / 4
    chances = np.array([1 - bids.cdf(ask) for ask in asks.tolist()])
    assert agrees(float(weights @ chances), trade, 1e-10)
    values = 1.5 * (asks - 1 / 12)  # of the customer who just trades
    both = float(weights @ ((1 - values**2) / 2 - costs * (1 - values)))
    assert agrees(both, gained, 1e-10)
    assert agrees(both / 2, per_side, 1e-10)
    assert agrees(both / possible, ratio, 1e-10)


def quad_mean(law, above, function):
    """Mean of a linear function of a uniform draw where it is above a value."""
    low, high = law.support()
    start = max(above, low)
    return (high - start) / (high - low) * function(0.5 * (start + high), above)


@pytest.mark.parametrize("design", ["sobol", "random"])
def test_the_correlated_offer_is_where_the_closed_form_has_its_top(design):
    sim = ws.simulate(side.deal(), 2**16, design, rng=5)
    found = ws.best_offer(sim, side.customer())
    assert abs(found.offer.estimate - BEST) <= 4 * found.offer.standard_error
    assert abs(found.worth.estimate - side.gain(found.offer.estimate)) <= 4 * found.worth.standard_error
    assert found.surplus_if_yes == pytest.approx(found.worth.estimate / found.chance.estimate)
    assert not found.is_counted


@pytest.mark.statistical
@pytest.mark.parametrize(
    ("made", "customer"),
    [(side.deal, side.customer), (side.with_input, lambda: ws.Customer("worth", term="price"))],
    ids=["copula", "counted"],
)
def test_the_interval_holds_the_best_offer(made, customer):
    """One-sided binomial test at 1e-3 of "at least 94%" over 200 seeds, half of them of either design.

    Negative control: the best offer to a customer whose yes says nothing is mostly left out.
    """
    held = worth = naive = 0
    for seed in range(200):
        sim = side.simulated("random" if seed % 2 else "sobol", seed, made())
        found = ws.best_offer(sim, customer())
        held += found.offer.low <= BEST <= found.offer.high
        naive += found.offer.low <= NAIVE <= found.offer.high
        worth += found.worth.low <= side.gain(found.offer.estimate) <= found.worth.high
    assert accepted(held, 200)
    assert accepted(worth, 200)
    assert not accepted(naive, 200)


def test_counted_yeses_say_so_and_are_wider():
    smooth = ws.best_offer(ws.simulate(side.deal(), 2**14, rng=5), side.customer())
    counted = ws.best_offer(ws.simulate(side.with_input(), 2**14, rng=5), ws.Customer("worth", term="price"))
    assert counted.is_counted
    assert "wider" in counted.note
    assert counted.worth.standard_error > smooth.worth.standard_error


def test_packages_by_their_worth_to_the_customer():
    """Two terms weighed as one sum: conceding b instead of a moves the same reservation."""
    made = ws.Deal(
        name="Two terms",
        inputs={"worth": ws.normal(100, 5)},
        terms=[ws.Term("a", 0, range=(0, 60)), ws.Term("b", 0, range=(0, 60))],
        value=lambda inputs, terms: inputs["worth"] - terms["a"] - 2 * terms["b"],
    )
    sim = ws.simulate(made, 2**14, rng=3)
    wants = ws.Customer(ws.uniform(0, 100), worth={"a": 2.0, "b": 1.0})
    # E S F = (100 - a) 2a/100, at its top where the range ends; b: (100 - 2 b) b/100, at its top at 25.
    assert ws.best_offer(sim, wants, term="a").offer.estimate == pytest.approx(50, abs=0.05)
    found = ws.best_offer(sim, wants, term="b")
    assert found.offer.estimate == pytest.approx(25, abs=0.05)
    assert found.chance.estimate == pytest.approx(0.25, abs=1e-3)
    moved = ws.best_offer(sim, wants, term="b", terms={"a": 10})
    assert moved.chance.estimate == pytest.approx((20 + moved.offer.estimate) / 100)


def test_levels_and_their_interval():
    made = ws.Deal(
        name="Drops",
        inputs={"cost": ws.normal(10, 2)},
        terms=[ws.Term("drops", 1, levels=(1, 2, 3, 5))],
        value=lambda inputs, terms: 40.0 - terms["drops"] * inputs["cost"],
    )
    found = ws.best_offer(ws.simulate(made, 2**14, rng=5), ws.Customer(ws.uniform(0, 6), term="drops"))
    # 30/6, 20 * 2/6, 10 * 3/6, -10 * 5/6
    assert (found.offer.estimate, found.offer.low, found.offer.high) == (2.0, 2.0, 2.0)
    assert found.worth.estimate == pytest.approx(20 / 3, abs=0.05)


def test_no_offer_worth_making_is_said():
    found = offered(200.0, ws.uniform(50, 100), 20, 140)
    assert found.status == "no surplus"
    assert "No offer of price is worth making" in found.note
    assert np.isnan([found.offer.estimate, found.worth.high, found.chance.estimate]).all()


HARDLY = 1 - 0.05 ** (1 / 2**14)
"""A chance of which 2^14 draws show nothing at all in one run in twenty."""


@pytest.mark.parametrize(("times", "status"), [(0.5, "no yes"), (2.0, "found")])
def test_a_customer_out_of_reach(times, status):
    """A uniform reservation that comes up to our cost of 60 with a chance on either side of the least one."""
    width = 10.0
    found = offered(
        60.0, ws.uniform(60 + times * HARDLY * width - width, 60 + times * HARDLY * width), 20, 140
    )
    assert found.least_chance == pytest.approx(HARDLY)
    assert found.status == status
    frame = found.to_frame()
    assert set(frame["status"]) == {status}
    if status == "no yes":
        assert "customer says yes to next to none" in found.note
        assert "0.018% of cases" in found.note
        assert frame[["estimate", "low", "high"]].isna().to_numpy().all()


def test_a_hopeless_customer_has_no_offer():
    """A chance of 8e-16 and a worth of 4e-12 are no answer, whatever top they have."""
    sim = ws.simulate(side.deal(), 2**14, rng=5)
    assert ws.best_offer(sim, ws.Customer(ws.normal(45, 1), term="price")).status == "no yes"
    counted = ws.Deal(
        name="One price",
        inputs={"cost": ws.normal(60, 10), "worth": ws.normal(25, 1)},
        terms=[ws.Term("price", proposed=70, range=(20, 140), concession="down")],
        value=lambda inputs, terms: terms["price"] - inputs["cost"],
    )
    found = ws.best_offer(ws.simulate(counted, 2**14, rng=5), ws.Customer("worth", term="price"))
    assert found.status == "no yes"


def test_two_sides_that_hardly_meet_are_found():
    """A known reservation a tenth of a cell of the grid from our cost."""
    found = offered(60.0, 60.2, 20, 140)
    assert found.status == "found"
    assert found.offer.estimate == pytest.approx(60.2, abs=1e-3)
    assert 60.0 < found.offer.estimate <= 60.2


def test_the_calibration_interval_of_the_offer_is_the_closed_form():
    """Against uniforms from 50 to b the best price is (b + 60)/2: order statistics 1 and 39 of 39 laws at 95%."""
    ends = [90.0 + index for index in range(39)]
    laws = [ws.uniform(50, end) for end in ends]
    reservation = ws.Input(ws.uniform(50, 109), plausible=laws)
    found = offered(60.0, reservation, 20, 140)
    assert found.offer.estimate == pytest.approx(84.5, abs=1e-3)
    moved = found.calibration.offer
    # The surplus of 2^12 draws is off by less than the luck's 0.01.
    np.testing.assert_allclose((moved.low, moved.high), (75.0, 94.0), atol=0.01)
    assert (moved.n_laws, moved.is_whole, found.calibration.n_without) == (39, False, 0)
    frame = found.to_frame()
    assert frame.loc["offer", "calibration_low"] == moved.low
    assert "39 plausible laws of the reservation" in found.note
    # What the draws say is not changed by it.
    assert found.offer == offered(60.0, ws.uniform(50, 109), 20, 140).offer


def test_laws_under_which_no_offer_is_worth_making_are_counted():
    laws = [ws.uniform(20, 40), ws.uniform(50, 90), ws.uniform(50, 100), ws.uniform(50, 110)]
    found = offered(60.0, ws.Input(ws.uniform(50, 100), plausible=laws), 20, 140)
    assert (found.calibration.n_laws, found.calibration.n_without) == (4, 1)
    assert "Under 1 of 4 of them no offer is worth making." in found.note
    assert found.calibration.offer.is_whole
    hopeless = offered(60.0, ws.Input(ws.uniform(20, 40), plausible=laws[:2]), 20, 140)
    assert hopeless.status == "no yes"
    assert "So it is under 1 of 2 plausible laws" in hopeless.note


@pytest.mark.statistical
def test_the_calibration_interval_of_the_offer_covers():
    """One-sided binomial test at 1e-3 of "at least 94%" over 200 histories of a normal reservation.

    Negative control: the interval for simulation error alone.
    """
    rng = np.random.default_rng(12)
    sim = ws.simulate(side.deal(), 2**12, "sobol", rng=5, n_randomisations=4)
    held = control = 0
    for _ in range(200):
        mean = side.WORTH + 3.0 * rng.standard_normal()
        laws = [ws.normal(mean + 3.0 * float(z), side.WORTH_SD) for z in rng.standard_normal(39)]
        reservation = ws.Input(ws.normal(mean, side.WORTH_SD), plausible=laws)
        found = ws.best_offer(sim, ws.Customer(reservation, term="price"))
        held += found.calibration.offer.low <= NAIVE <= found.calibration.offer.high
        control += found.offer.low <= NAIVE <= found.offer.high
    assert accepted(held, 200), held
    assert not accepted(control, 200)


def test_a_correlated_customer_has_a_calibration_interval_too():
    """Two laws, whose best offers are those of `best_offer` to each of them."""
    laws = [ws.normal(side.WORTH - 3, side.WORTH_SD), ws.normal(side.WORTH + 3, side.WORTH_SD)]
    known = side.customer().correlation
    sim = ws.simulate(side.deal(), 2**14, rng=5)

    def offer(reservation):
        return ws.best_offer(sim, ws.Customer(reservation, term="price", correlation=known))

    moved = offer(ws.Input(ws.normal(side.WORTH, side.WORTH_SD), plausible=laws)).calibration.offer
    alone = [offer(law).offer for law in laws]
    for end, one in zip((moved.low, moved.high), alone, strict=True):
        # Errors of two picks on 2^12 draws and one on 2^14, were they independent: the root of 2^2 + 2^2 + 1.
        assert abs(end - one.estimate) <= 4 * 3 * one.standard_error


def test_the_pilot_picks_and_the_draws_judge():
    """The offer is another simulation's choice, so that its worth is not flattered: its mean error is 0."""
    errors = []
    for seed in range(30):
        found = ws.best_offer(side.simulated("random", seed), side.customer())
        errors.append((found.worth.estimate - side.gain(found.offer.estimate)) / found.worth.standard_error)
    assert abs(np.mean(errors)) < 4 / np.sqrt(30)


def test_the_frame_is_plain():
    found = offered(60.0, ws.logistic(80, 5), 20, 140)
    frame = found.to_frame()
    assert json.loads(frame.to_json())["estimate"].keys() == {"offer", "worth", "chance"}
    assert frame.attrs["note"] == found.note
