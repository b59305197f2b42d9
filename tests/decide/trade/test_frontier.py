"""The frontier of two terms: exact lines, coverage point by point, safety all along, levels and statuses."""

import math

import numpy as np
import pytest
from scipy import stats
from tests.decide.trade.known_trades import LEVEL, RULES, RandomSlopes, linear

import walkaway_sim as ws

SEEDS = 200


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("design", ["sobol", "random"])
def test_the_frontier_is_the_exact_line(name, design):
    sim = ws.simulate(linear(), 2**14, design, rng=11)
    curve = ws.frontier(sim, RULES[name], "a", "b")
    found = [point for point in curve.points if point.status == "found"]
    assert len(found) >= 15
    for point in found:
        exact = (LEVEL[name] - 2 * point.x) / 3
        error = (point.high - point.low) / (2 * (2.13 if design == "sobol" else 1.96))
        assert abs(point.estimate - exact) <= 4 * error
        assert point.low <= point.estimate <= point.high
        assert not point.safe > min(point.estimate, exact)
    # Beyond the line no value of b is acceptable, before it all are.
    for point in curve.points:
        if point.status == "acceptable_nowhere":
            assert 2 * point.x > LEVEL[name]
            assert math.isnan(point.estimate)
    assert curve.x_walkaway == pytest.approx((LEVEL[name] - 15) / 2, abs=0.5)
    assert curve.y_walkaway == pytest.approx((LEVEL[name] - 10) / 3, abs=0.5)


@pytest.mark.statistical
@pytest.mark.parametrize(
    ("rule", "design", "n_draws"), [("chance", "sobol", 2**14), ("mean", "random", 2**12)]
)
def test_bands_cover_point_by_point_and_the_safe_side_all_along(rule, design, n_draws):
    """One-sided binomial tests at 1e-3, over 200 seeds: at least 94% at each point, at most 5% unsafe curves."""
    deal = RandomSlopes.deal()
    exact: dict[float, float] = {}
    covered: dict[float, list[bool]] = {}
    unsafe = unsafe_singly = 0
    for seed in range(SEEDS):
        sim = ws.simulate(deal, n_draws, design, rng=seed)
        curve = ws.frontier(sim, RULES[rule], "a", "b", n_points=3, terms={"a": 20.0})
        inside = [point for point in curve.points if point.x <= 60.0]
        for point in inside:
            truth = exact.setdefault(point.x, RandomSlopes.frontier(rule, point.x))
            covered.setdefault(round(point.x), []).append(point.low <= truth <= point.high)
        unsafe += any(point.safe > exact[point.x] for point in inside)
        unsafe_singly += any(point.estimate > exact[point.x] for point in inside)
    assert sum(len(each) for each in covered.values()) >= 2 * SEEDS
    for each in covered.values():
        assert stats.binomtest(sum(each), len(each), 0.94, alternative="less").pvalue > 1e-3
    assert stats.binomtest(unsafe, SEEDS, 0.05, alternative="greater").pvalue > 1e-3
    # Negative control: the estimates are no safe side.
    assert stats.binomtest(unsafe_singly, SEEDS, 0.05, alternative="greater").pvalue < 1e-3


def levels(**options):
    terms = [
        ws.Term("drops", 2, levels=(1, 2, 3, 5)),
        ws.Term("price", 40, range=(0, 60), concession="down", step=2),
        ws.Term("hold", 6, levels=tuple(range(37))),
    ]
    return ws.Deal(
        name="Levels",
        inputs={"worth": ws.normal(30, 15)},
        terms=terms,
        value=lambda i, t: i["worth"] - 8 * t["drops"] + t["price"] - 30 - t["hold"],
        **options,
    )


def test_levels_may_stand_on_either_axis():
    sim = ws.simulate(levels(), 2**14, rng=11)
    mean = ws.ExpectedValueRule()
    curve = ws.frontier(sim, mean, "drops", "price")
    assert [point.x for point in curve.points] == [1, 2, 3, 5]
    for point in curve.points:  # E S = price - 8 drops - hold
        assert point.estimate == pytest.approx(8 * point.x + 6, abs=0.05)
        assert point.safe >= point.estimate  # the supplier's side of a price is up
    curve = ws.frontier(sim, mean, "price", "hold")
    for point in curve.points:
        truth = math.floor(point.x - 16)
        if truth < 0:
            assert (point.status, point.safe) == ("acceptable_nowhere", pytest.approx(math.nan, nan_ok=True))
        elif point.x % 1 or truth >= 36:
            assert point.estimate == min(truth, 36)
        else:  # exactly on a level: either side of it
            assert point.estimate in (truth - 1, truth)
    assert {point.status for point in curve.points} == {
        "acceptable_everywhere",
        "acceptable_nowhere",
        "found",
    }
    # On its own step, but for the ends of the range.
    assert all(point.x % 2 == 0 for point in curve.points)
    many = ws.frontier(sim, mean, "hold", "drops", n_points=7)
    assert 7 <= len(many.points) <= 8
    assert all(point.estimate in (1, 2, 3, 5) for point in many.points if point.status == "found")


@pytest.mark.parametrize("step", [None, 0.5])
def test_a_frontier_in_levels_is_looked_at_where_it_jumps(step):
    """S = X - a - 8 drops: each level stops at 80.777 - 8 drops, between two values next to each other."""
    terms = [
        ws.Term("a", 20, range=(0, 150), step=step),
        ws.Term("drops", 2, levels=(1, 2, 3, 5)),
    ]
    deal = ws.Deal(
        name="Steps",
        inputs={"worth": ws.normal(100, 15)},
        terms=terms,
        value=lambda i, t: i["worth"] - t["a"] - 8 * t["drops"],
    )
    curve = ws.frontier(ws.simulate(deal, 2**14, rng=11), ws.ChanceRule(0.9), "a", "drops", n_points=5)
    for level in (1, 2, 3, 5):
        exact = LEVEL["chance"] - 8 * level
        far = min(point.x for point in curve.points if not point.estimate >= level)
        near = max(point.x for point in curve.points if point.estimate >= level)
        safe = max(point.x for point in curve.points if point.safe >= level)
        assert far > near >= safe
        # The pilot's interval, and a step to either side; evenly spread points would be 15 to 20 apart.
        assert exact - 1.5 < safe <= near < exact + 0.3
        assert exact - 0.3 < far < exact + 1.5
    one = curve.x_walkaway
    (line,) = [
        one for one in ws.plot_frontier(curve).get_lines() if str(one.get_label()).startswith("by itself: a")
    ]
    drawn = line.get_xdata()[0]
    assert (
        next(point for point in curve.points if point.x == drawn).estimate >= 2
    )  # where the curve says so too
    assert drawn == pytest.approx(one, abs=0.5)


def test_a_jump_of_a_term_with_a_range_is_narrowed_down():
    """What costs 20 from b = 30 on and 30 more from 50 on: b stops at 60, at 50, at 30 and nowhere."""
    deal = ws.Deal(
        name="Jumps",
        inputs={"worth": ws.normal(100, 15)},
        terms=[ws.Term("a", 20, range=(0, 150)), ws.Term("b", 10, range=(0, 60))],
        value=lambda i, t: i["worth"] - t["a"] - 20.0 * (t["b"] > 30) - 30.0 * (t["b"] > 50),
    )
    curve = ws.frontier(ws.simulate(deal, 2**14, rng=11), ws.ChanceRule(0.9), "a", "b", n_points=5)
    for between, exact in ((55, LEVEL["chance"] - 50), (40, LEVEL["chance"] - 20), (20, LEVEL["chance"])):
        near = max(point.x for point in curve.points if point.estimate > between)
        far = min(point.x for point in curve.points if not point.estimate > between)
        assert exact - 1.0 < near < far < exact + 1.0  # 20 apart, were they only spread evenly
    # Safe all along, at 95% over all the points there are.
    assert all(not point.safe > 30 for point in curve.points if point.x > LEVEL["chance"] - 20)


def test_what_is_safe_between_two_points_is_what_the_further_one_says():
    sim = ws.simulate(linear(), 2**14, rng=11)
    curve = ws.frontier(sim, ws.ChanceRule(0.9), "a", "b", n_points=5)
    near, far = curve.points[0], curve.points[1]
    assert curve.safe_at(near.x) == near.safe
    assert curve.safe_at(0.5 * (near.x + far.x)) == far.safe == curve.safe_at(far.x)
    assert math.isnan(curve.safe_at(60))
    with pytest.raises(ws.InputError, match="between 0 and 60"):
        curve.safe_at(61)
    down = ws.frontier(
        ws.simulate(levels(), 2**14, rng=11), ws.ExpectedValueRule(), "price", "drops", n_points=5
    )
    rising = [point.x for point in down.points]
    assert down.safe_at(rising[-1] - 1) == down.points[-2].safe or math.isnan(down.points[-2].safe)


def test_nothing_and_everything_are_said_in_words():
    poor = [ws.Term("a", 45, range=(45, 60)), ws.Term("b", 5, range=(3, 60))]
    curve = ws.frontier(ws.simulate(linear(terms=poor), 2**14, rng=1), ws.ChanceRule(0.9), "a", "b")
    assert {point.status for point in curve.points} == {"acceptable_nowhere"}
    assert "No value of b is acceptable" in curve.note
    assert not curve.both_move
    rich = [ws.Term("a", 1, range=(0, 5)), ws.Term("b", 1, range=(0, 5))]
    curve = ws.frontier(ws.simulate(linear(terms=rich), 2**14, rng=1), ws.ChanceRule(0.9), "a", "b")
    assert {point.status for point in curve.points} == {"acceptable_everywhere"}
    assert "Every value of b is acceptable" in curve.note
    assert curve.corner_holds
    assert "cannot both be had" not in curve.note
    assert np.isfinite(curve.to_frame()[["b", "low", "high", "safe"]]).all(axis=None)


def test_the_walkaway_at_the_base_is_that_of_the_table():
    from walkaway_sim.examples import example_path

    sim = ws.simulate(ws.read_deal(example_path("packaging")), 2**14, rng=7)
    rule = ws.ChanceRule(0.9)
    walk = ws.walkaway(sim, rule)
    curve = ws.frontier(sim, rule, "payment_days", "discount", n_points=5)
    own = next(point for point in curve.points if point.x == 45)
    one = walk["discount"]
    assert (own.estimate, own.low, own.high) == pytest.approx((one.estimate, one.low, one.high), abs=1e-9)
    assert own.safe <= one.safe  # the error is shared among all points
    assert curve.x_walkaway == walk["payment_days"].estimate
    frame = curve.to_frame()
    assert frame.index.name == "payment_days"
    assert "cannot both be had" in frame.attrs["note"] == curve.note
    assert frame["discount"].is_monotonic_decreasing
    assert "one at a time" in curve._repr_html_()
    assert "discount" in repr(curve)


def test_what_is_asked_for_wrongly_is_refused_in_words():
    sim = ws.simulate(linear(), 2**14, rng=11)
    rule = ws.ChanceRule(0.9)
    with pytest.raises(ws.InputError, match="term must be one of 'a', 'b'"):
        ws.frontier(sim, rule, "a", "c")
    with pytest.raises(ws.InputError, match="two different terms"):
        ws.frontier(sim, rule, "a", "a")
    with pytest.raises(ws.InputError, match="n_points must be a whole number of at least 2"):
        ws.frontier(sim, rule, "a", "b", n_points=1)
    with pytest.raises(ws.InputError, match="between 0 and 60"):
        ws.frontier(sim, rule, "a", "b", terms={"a": 99})
    with pytest.raises(ws.InputError, match="max_memory"):
        ws.frontier(ws.simulate(linear(), 2**14, rng=1, max_memory=2**16), rule, "a", "b")
    with pytest.raises(ws.RuleError, match="draws in the tail"):
        ws.frontier(ws.simulate(linear(), 2**10, "random", rng=1), ws.ExpectedShortfallRule(0.1), "a", "b")
