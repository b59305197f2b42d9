"""What a hidden buffer costs, against integrals of the bivariate normal, and how often its intervals cover."""

import math

import pytest
from scipy.integrate import quad
from scipy.stats import norm
from tests.decide.coverage import accepted
from tests.decide.customer import normal_side as side

import walkaway_sim as ws

BUFFER = 6.0
SPLIT = 0.4
STOPS = {
    "chance": side.COST + side.COST_SD * float(norm.ppf(0.9)),
    "mean": side.COST,
    "shortfall": side.COST + side.COST_SD * float(norm.pdf(norm.ppf(0.1))) / 0.1,
    "certainty": side.COST + side.COST_SD**2 / 80.0,
}


def exact(stop, buffer, r):
    """Killed, lost and gained: prices settle at w + split (R - w) with R from w on, and E[C | R] = c + r sd z."""

    def surplus(worth, walkaway):
        expected = side.COST + r * side.COST_SD * (worth - side.WORTH) / side.WORTH_SD
        return walkaway + SPLIT * (worth - walkaway) - expected

    def density(worth):
        return float(norm.pdf(worth, side.WORTH, side.WORTH_SD))

    with_it = stop + buffer
    killed = float(norm.cdf(with_it, side.WORTH, side.WORTH_SD) - norm.cdf(stop, side.WORTH, side.WORTH_SD))
    lost = quad(lambda x: surplus(x, stop) * density(x), stop, with_it, epsabs=1e-12)[0]
    gained = (1 - SPLIT) * buffer * float(norm.sf(with_it, side.WORTH, side.WORTH_SD))
    return killed, lost, gained


@pytest.mark.parametrize("name", list(STOPS))
@pytest.mark.parametrize("design", ["sobol", "random"])
@pytest.mark.parametrize("r", [0.0, side.R])
def test_killed_lost_and_gained_are_the_closed_forms(name, design, r):
    sim = ws.simulate(side.deal(95), 2**16, design, rng=5)
    rule = side.rules()[name]
    (found,) = ws.buffer_cost(sim, rule, side.customer(r), BUFFER, SPLIT).points
    for one, truth in zip(
        (found.killed, found.lost, found.gained), exact(STOPS[name], BUFFER, r), strict=True
    ):
        # Settling each of 32 cells at its middle is off by less than a thousandth.
        assert abs(one.estimate - truth) <= 4 * side.spread(one) + 1e-3 * abs(truth)
        assert one.low <= one.estimate <= one.high


@pytest.mark.parametrize("name", ["chance", "mean"])
def test_the_intervals_cover_and_those_without_correlation_do_not(name):
    """One-sided binomial test at 1e-3 of "at least 94%" over 200 seeds, half of them of either design.

    Negative control: what is lost were the customer's yes to say nothing.
    """
    truth, wrong = exact(STOPS[name], BUFFER, side.R), exact(STOPS[name], BUFFER, 0.0)
    covered, control = [0, 0, 0], 0
    for seed in range(200):
        sim = side.simulated("random" if seed % 2 else "sobol", seed, side.deal(95))
        (found,) = ws.buffer_cost(sim, side.rules()[name], side.customer(), BUFFER, SPLIT).points
        for k, one in enumerate((found.killed, found.lost, found.gained)):
            covered[k] += one.low <= truth[k] <= one.high
        control += found.lost.low <= wrong[1] <= found.lost.high
    assert all(accepted(one, 200) for one in covered), covered
    assert not accepted(control, 200)


def test_a_buffer_of_nothing_costs_nothing_and_more_kills_more():
    sim = ws.simulate(side.deal(95, buffer=3.0), 2**14, rng=5)
    cost = ws.buffer_cost(sim, ws.ChanceRule(0.9), side.customer(), [0, 2, 4, 8])
    nothing = cost.points[0]
    for one in (nothing.killed, nothing.lost, nothing.gained):
        assert (one.estimate, one.low, one.high, one.standard_error) == (0.0, 0.0, 0.0, 0.0)
    killed = [one.killed.estimate for one in cost.points]
    assert killed == sorted(killed)
    (own,) = ws.buffer_cost(sim, ws.ChanceRule(0.9), side.customer()).points
    assert own.buffer == 3.0
    assert cost.without == pytest.approx(ws.walkaway(sim, ws.ChanceRule(0.9))["price"].without_buffer)
    assert own.walkaway == pytest.approx(ws.walkaway(sim, ws.ChanceRule(0.9))["price"].estimate)
    frame = cost.to_frame()
    assert list(frame.index) == [0, 2, 4, 8]
    assert frame.attrs["note"] == cost.note


def test_a_counted_reservation_gives_the_same():
    sim = ws.simulate(side.with_input(95), 2**16, rng=5)
    (found,) = ws.buffer_cost(
        sim, ws.ExpectedValueRule(), ws.Customer("worth", term="price"), BUFFER, SPLIT
    ).points
    truth = exact(side.COST, BUFFER, side.R)
    assert abs(found.lost.estimate - truth[1]) <= 4 * found.lost.standard_error
    assert abs(found.gained.estimate - truth[2]) <= 4 * found.gained.standard_error + 1e-3 * truth[2]


def test_a_buffer_that_leaves_nothing_acceptable_kills_every_deal():
    sim = ws.simulate(side.deal(95), 2**14, rng=5)
    (found,) = ws.buffer_cost(sim, ws.ExpectedValueRule(), side.customer(0.0), 1000.0).points
    assert math.isnan(found.walkaway)
    cost = ws.buffer_cost(sim, ws.ExpectedValueRule(), side.customer(0.0), [5.0, 1000.0])
    assert list(cost.to_frame()["status"]) == ["found", "holds nowhere"]
    assert "With 1,000 held back the rule holds at no price of the range" in cost.note
    assert found.killed.estimate == pytest.approx(
        norm.cdf((side.WORTH - side.COST) / side.WORTH_SD), abs=1e-3
    )
    assert found.gained.estimate == 0.0


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"buffer": -5}, "buffer must be 0 or more"),
        ({"buffer": []}, "one sum or more"),
        ({"buffer": "5k"}, "sum or a list of sums, such as 5_000 .* got the text '5k'"),
        ({"buffer": [1, None]}, "buffer must be a finite number"),
        ({}, "buffer must be given"),
        ({"buffer": 5, "split": 1.5}, "split must lie between 0 and 1"),
        ({"buffer": 5, "rule": ws.ExpectedValueRule(1e4)}, "even with nothing held back"),
        ({"buffer": 5, "rule": ws.AllOf(ws.ExpectedValueRule(), ws.ChanceRule(0.9))}, "one rule at a time"),
    ],
)
def test_what_is_refused(given, words):
    sim = ws.simulate(side.deal(95), 2**14, rng=5)
    rule = given.pop("rule", ws.ExpectedValueRule())
    with pytest.raises(ws.InputError, match=words):
        ws.buffer_cost(sim, rule, side.customer(), **given)


def test_levels_are_refused():
    made = ws.Deal(
        name="Drops",
        inputs={"cost": ws.normal(10, 2)},
        terms=[ws.Term("drops", 1, levels=(1, 2, 3, 5))],
        value=lambda inputs, terms: 40.0 - terms["drops"] * inputs["cost"],
    )
    with pytest.raises(ws.InputError, match="has levels"):
        ws.buffer_cost(
            ws.simulate(made, 2**14, rng=5), ws.ExpectedValueRule(), ws.Customer(3, term="drops"), 5
        )
