"""A plan of concessions: in what order, how far, at what cost, and for what in return."""

import importlib
import itertools

import numpy as np
import pytest
from scipy.stats import binomtest, norm
from tests.decide.offers.exact import SLOPES, exact, linear_normal, moments

import walkaway_sim as ws
from walkaway_sim.decide.offers import concession_order as ordering
from walkaway_sim.decide.offers.concession_order import concession_order, cut
from walkaway_sim.decide.offers.in_return import who_signs
from walkaway_sim.examples import example_path
from walkaway_sim.simulation.pilot import pilot_of

planning = importlib.import_module("walkaway_sim.decide.offers.concession_plan")

CHANCE = ws.ChanceRule(0.9)
WEIGHTS = {"a": 3, "b": 2, "c": 1}
RATIO = {name: WEIGHTS[name] / SLOPES[name][0] for name in SLOPES}  # all ranges are alike


def plan_of(deal, rule=CHANCE, weights=WEIGHTS, n_draws=2**14, rng=3, **options):
    return ws.concession_plan(ws.simulate(deal, n_draws, rng=rng), rule, weights, **options)


def test_the_order_is_that_of_goodwill_per_money():
    """In a linear deal each term goes to its end before the next one moves, by w/c: a 1.5, c 1, b 2/3."""
    sim = ws.simulate(linear_normal(), 2**14, rng=3)
    pilot = pilot_of(sim)
    loose = ws.ExpectedValueRule(at_least=-1e4)
    order = concession_order(pilot, pilot, loose, {"a": 0.5, "b": 1 / 3, "c": 1 / 6}, sim.deal.proposed, 0.95)
    names = [name for name, _ in itertools.groupby(move.name for move in order.moves)]
    assert names == sorted(RATIO, key=RATIO.get, reverse=True) == ["a", "c", "b"]
    assert len(order.moves) == 3 * 64
    assert not order.closed


def convex_deal(seed):
    """Three terms of four or five levels, each further one dearer for what it gives than the one before."""
    rng = np.random.default_rng(seed)
    terms, costs = [], {}
    for name in "xyz":
        levels = np.cumsum(rng.integers(1, 4, rng.integers(4, 6))).astype(float)
        slopes = np.sort(rng.uniform(0.5, 5.0, levels.size - 1))
        costs[name] = dict(zip(levels, np.cumsum([0.0, *(slopes * np.diff(levels))]), strict=True))
        terms.append(ws.Term(name, float(levels[0]), levels=tuple(levels)))
    deal = ws.Deal(
        name="Levels",
        inputs={"worth": ws.normal(100, 1)},
        terms=terms,
        value=lambda inputs, terms: inputs["worth"] - sum(costs[name][terms[name]] for name in "xyz"),
    )
    return deal, costs


@pytest.mark.parametrize("seed", range(6))
def test_brute_force_finds_nothing_better_on_the_way(seed):
    """Wherever the order stands, no package that costs as little gives more goodwill."""
    deal, costs = convex_deal(seed)
    weights = dict(zip("xyz", np.random.default_rng(seed).dirichlet([2, 2, 2]).tolist(), strict=True))
    pilot = ws.simulate(deal, 2**14, rng=3)
    loose = ws.ExpectedValueRule(at_least=-1e4)
    order = concession_order(pilot, pilot, loose, weights, deal.proposed, 0.95)
    spans = {term.name: term.high - term.low for term in deal.terms}
    every = [
        (
            sum(costs[name][value] for name, value in zip("xyz", at, strict=True)),
            sum(
                weights[name] * (value - deal.proposed[name]) / spans[name]
                for name, value in zip("xyz", at, strict=True)
            ),
        )
        for at in itertools.product(*(term.levels for term in deal.terms))
    ]
    spent = bought = 0.0
    for move in order.moves:
        spent, bought = spent + move.cost, bought + move.gain
        assert bought >= max(gain for cost, gain in every if cost <= spent + 1e-6) - 1e-9
    assert bought == pytest.approx(1.0)


def test_a_later_level_that_is_cheap_is_reached_in_one_go():
    """From 0 to 1 costs 10 and from 1 to 2 nothing: together they beat a term that costs 6 a level."""
    first = {0.0: 0.0, 1.0: 10.0, 2.0: 10.0}
    deal = ws.Deal(
        name="Levels",
        inputs={"worth": ws.normal(100, 1)},
        terms=[ws.Term("x", 0, levels=(0, 1, 2)), ws.Term("y", 0, levels=(0, 1, 2))],
        value=lambda inputs, terms: inputs["worth"] - first[terms["x"]] - 6 * terms["y"],
    )
    pilot = ws.simulate(deal, 2**14, rng=3)
    loose = ws.ExpectedValueRule(at_least=-1e4)
    order = concession_order(pilot, pilot, loose, {"x": 0.5, "y": 0.5}, deal.proposed, 0.95)
    assert [move.name for move in order.moves] == ["x", "x", "y", "y"]


def test_the_plan_goes_to_the_limit_and_no_further():
    plan = plan_of(linear_normal(), n_draws=2**16)
    assert plan.ends_by == "rule"
    beyond = {**plan.end, "c": plan.end["c"] + 0.5}
    assert exact(CHANCE, plan.end) >= 0.9 > exact(CHANCE, beyond) - 0.002
    walked = [step.terms for step in plan.steps]
    assert walked[-1] == plan.end
    for before, step in zip([plan.start, *walked], plan.steps, strict=False):
        for name, (start, end) in step.moves.items():
            assert (before[name], step.terms[name]) == (start, end)
            assert end > start


def fine_deal():
    """First a goes to its end, then the rule fails along c, in steps that are small beside the error of 0.4."""
    return linear_normal(
        a=ws.Term("a", 2, range=(0, 4), step=1),
        b=ws.Term("b", 8, range=(0, 20)),
        c=ws.Term("c", 0, range=(0, 3), step=0.05),
    )


SEEDS = 200


def good_ends(design, n_draws):
    deal = fine_deal()
    good = 0
    for seed in range(SEEDS):
        sim = ws.simulate(deal, n_draws, design, rng=seed)
        plan = ws.concession_plan(sim, CHANCE, {"a": 1, "c": 0.1}, n_steps=3)
        assert plan.ends_by == "rule"
        good += exact(CHANCE, plan.end) >= 0.9
    return good


@pytest.mark.statistical
@pytest.mark.parametrize(
    ("design", "n_draws", "order_ends"),
    [("sobol", 2**14, False), ("random", 2**12, False), ("random", 2**12, True)],
)
def test_the_end_is_truly_acceptable(design, n_draws, order_ends, monkeypatch):
    """In at least 95% of 200 runs, by a one-sided binomial test at 1e-3; also of an order that goes on beyond."""
    if not order_ends:
        monkeypatch.setattr(ordering, "holds", lambda *_: True)
    good = good_ends(design, n_draws)
    assert binomtest(good, SEEDS, 0.95, alternative="less").pvalue > 1e-3


@pytest.mark.statistical
def test_ending_by_the_estimate_is_not_safe(monkeypatch):
    """Negative control: half of the ends found so are beyond the limit."""

    def by_estimate(rule, surplus, lattice, confidence_level):
        return rule.judge(surplus, lattice.n_replicates, confidence_level).estimate >= 0.0

    monkeypatch.setattr(planning, "holds", by_estimate)
    monkeypatch.setattr(ordering, "holds", lambda *_: True)
    good = good_ends("random", 2**12)
    assert binomtest(good, SEEDS, 0.95, alternative="less").pvalue < 1e-3


@pytest.mark.statistical
@pytest.mark.parametrize(("design", "n_draws"), [("sobol", 2**14), ("random", 2**12)])
def test_the_intervals_of_costs_and_of_what_is_left_cover(design, n_draws):
    """At least 94% for 95% intervals, by a one-sided binomial test at 1e-3 over 200 seeds."""
    deal = linear_normal(**{name: ws.Term(name, 4, range=(0, 20), step=2) for name in SLOPES})
    rule = ws.ExpectedValueRule(at_least=12.0)
    covered = dict.fromkeys(("first", "last", "total", "ask"), 0)
    for seed in range(SEEDS):
        sim = ws.simulate(deal, n_draws, design, rng=seed)
        plan = ws.concession_plan(sim, rule, WEIGHTS, n_steps=3)
        first, last = plan.steps[0], plan.steps[-1]
        truth = {
            "first": (moments(plan.start)[0] - moments(first.terms)[0], first.cost),
            "last": (moments(plan.steps[-2].terms)[0] - moments(last.terms)[0], last.cost),
            "total": (moments(plan.start)[0] - moments(last.terms)[0], last.total),
            "ask": (SLOPES[first.ask.term][0] * (first.ask.start - first.ask.end), first.ask.worth),
        }
        for name, (value, found) in truth.items():
            covered[name] += found.low <= value <= found.high
    for name, count in covered.items():
        assert binomtest(count, SEEDS, 0.94, alternative="less").pvalue > 1e-3, name


def test_rounds_shrink_as_asked():
    deal = linear_normal()
    even = plan_of(deal, n_steps=4, proportions=[1, 1, 1, 1])
    costs = [step.cost.estimate for step in even.steps]
    # The nearest small move, which costs at most 3 a unit, in steps of a quarter.
    assert max(costs) - min(costs) <= 4 * 0.75
    shrinking = [step.cost.estimate for step in plan_of(deal, n_steps=4).steps]
    assert shrinking == sorted(shrinking, reverse=True)
    total = sum(shrinking)
    assert shrinking == pytest.approx([total * share for share in (0.4, 0.3, 0.2, 0.1)], abs=0.75)
    assert cut([], [1]) == []
    assert cut([1.0, -1.0, 2.0], [1, 1]) == [1, 3]


def test_costs_and_goodwill_add_up():
    plan = plan_of(linear_normal())
    assert sum(step.cost.estimate for step in plan.steps) == pytest.approx(plan.steps[-1].total.estimate)
    assert sum(step.goodwill for step in plan.steps) == pytest.approx(plan.steps[-1].total_goodwill)
    frame = plan.to_frame()
    assert list(frame.index) == [1, 2, 3, 4, 5]
    assert (frame["cost_low"] <= frame["cost"]).all()
    assert (frame["cost"] <= frame["cost_high"]).all()
    assert frame["measure"].is_monotonic_decreasing


def test_what_is_asked_for_pays_and_costs_the_least_goodwill():
    """A unit of b brings 3 for 1/3 of goodwill a range, one of c 1 for 1/6: b takes less for the same money."""
    deal = linear_normal(
        a=ws.Term("a", 0, range=(0, 20), step=0.25), b=ws.Term("b", 6, range=(0, 20), step=0.5)
    )
    plan = plan_of(deal, start={"c": 8}, n_steps=3)
    first = plan.steps[0]
    assert set(first.moves) == {"a"}
    assert first.ask.term == "b"
    assert (
        first.ask.worth.estimate >= first.cost.estimate > first.ask.worth.estimate - 1.5
    )  # a step less would not do
    assert (first.ask.start, first.ask.end % 0.5) == (6, 0)
    assert first.ask.goodwill == pytest.approx((first.ask.start - first.ask.end) / 20 / 3)
    assert "Ask for b from 6 to" in plan.sentence(1)


def test_where_nothing_is_left_to_ask_for_it_says_so():
    deal = linear_normal(b=ws.Term("b", 0, range=(0, 20)), c=ws.Term("c", 0, range=(0, 20)))
    plan = plan_of(deal, weights={"a": 1}, n_steps=2)
    assert plan.steps[0].ask is None
    assert "No single term is left that would pay for it" in plan.sentence(1)
    assert np.isnan(plan.to_frame()["ask_worth"]).all()


def asks_of(plan):
    return [step.ask for step in plan.steps if step.ask]


def test_nothing_is_asked_for_beyond_where_it_was_opened():
    free = linear_normal(b=ws.Term("b", 6, range=(0, 20), step=0.5))
    opened = linear_normal(b=ws.Term("b", 6, open=6, range=(0, 20), step=0.5))
    assert any(one.term == "b" and one.end < 6 for one in asks_of(plan_of(free, weights={"a": 1}, n_steps=3)))
    for plan in (
        plan_of(opened, weights={"a": 1}, n_steps=3),
        plan_of(free, weights={"a": 1}, n_steps=3, start={"b": 6}),
    ):
        assert not [one for one in asks_of(plan) if one.term == "b"]


def test_nothing_is_asked_for_that_is_worth_far_more_than_the_round():
    deal = linear_normal(
        b=ws.Term("b", 8, levels=(0, 8)),  # 24 a level
        c=ws.Term("c", 0, open=0, range=(0, 20)),
    )
    plan = plan_of(deal, weights={"a": 1}, n_steps=5)
    for step in plan.steps:
        assert step.ask is None or step.ask.worth.estimate <= 2.1 * step.cost.estimate
    assert any(step.ask is None for step in plan.steps)


def test_what_was_asked_for_is_asked_again_only_where_nothing_else_is_left():
    deal = linear_normal(b=ws.Term("b", 6, range=(0, 20), step=0.5), c=ws.Term("c", 0, open=0, range=(0, 20)))
    asks = asks_of(plan_of(deal, weights={"a": 1}, n_steps=3))
    assert [one.term for one in asks] == ["b"] * len(asks)
    assert [one.again for one in asks] == [False] + [True] * (len(asks) - 1)
    assert len(asks) >= 2


def test_who_signs():
    price = ws.Term("price", 9, range=(0, 10), concession="down", authority={"sales": 8, "head": 6})
    days = ws.Term("days", 30, range=(0, 90), authority={"clerk": 30, "cfo": 60})
    terms = (price, days, ws.Term("free", 1, range=(0, 2)))
    assert who_signs(terms, {"price": 8.5, "days": 30, "free": 1}) == {"price": "sales", "days": "clerk"}
    assert who_signs(terms, {"price": 7, "days": 31, "free": 1}) == {"price": "head", "days": "cfo"}
    assert who_signs(terms, {"price": 5, "days": 90, "free": 1}) == {"price": "", "days": ""}


def test_it_starts_at_the_opening_offer_and_stays_within_policy():
    deal = linear_normal(a=ws.Term("a", 4, range=(0, 20), step=0.25, open=1, policy_limit=5))
    plan = plan_of(deal)
    assert plan.start == {"a": 1.0, "b": 4.0, "c": 4.0}
    assert plan.end["a"] == 5.0
    assert plan_of(deal, start={"a": 3}).start["a"] == 3.0
    only = plan_of(deal, weights={"a": 1})
    assert only.ends_by == "range"
    assert "still holds there with 95% confidence" in only.note
    assert set(only.end.items()) - set(only.start.items()) == {("a", 5.0)}


def test_nothing_to_give_is_a_plan_without_steps():
    plan = plan_of(linear_normal(), start={"a": 20, "b": 20, "c": 20})
    assert (plan.steps, plan.ends_by) == ((), "nothing")
    assert plan.end == plan.start
    assert "does not hold with 95% confidence at the opening offer" in plan.note
    assert plan.to_frame().empty
    with pytest.raises(ws.InputError, match="i must be a step of the plan"):
        plan.sentence(1)
    full = plan_of(linear_normal(a=ws.Term("a", 4, range=(0, 4))), weights={"a": 1})
    assert full.steps == ()
    assert "at its policy limit or the end of its range already" in full.note
    coarse = plan_of(linear_normal(c=ws.Term("c", 4, levels=(4, 500))), weights={"c": 1})
    assert "after any first step" in coarse.note


def test_few_large_levels_make_fewer_steps():
    deal = linear_normal(c=ws.Term("c", 4, levels=(4, 6, 8)))
    plan = plan_of(deal, weights={"c": 1}, n_steps=5)
    assert len(plan.steps) == 2
    assert "5 steps were asked for" in plan.note


def test_several_rules_end_at_the_first_that_fails():
    both = ws.AllOf(CHANCE, ws.ExpectedValueRule(at_least=22))
    ends = [moments(plan_of(linear_normal(), rule).end)[0] for rule in (CHANCE, both)]
    assert ends[0] < ends[1]
    assert ends[1] >= 22 - 0.1


def test_what_a_term_gives_up_may_go_down():
    deal = ws.Deal(
        name="Price",
        inputs={"cost": ws.normal(50, 5)},
        terms=[ws.Term("price", 90, range=(40, 100), step=1, concession="down")],
        value=lambda inputs, terms: terms["price"] - inputs["cost"],
    )
    plan = plan_of(deal, weights=None, n_steps=3)
    assert plan.end["price"] == np.ceil(50 + 5 * norm.ppf(0.9) + 0.05)
    assert plan.steps[0].moves["price"][0] == 90.0


def test_packaging_as_a_salesperson_reads_it():
    deal = ws.read_deal(example_path("packaging"))
    sim = ws.simulate(deal, 2**14, rng=7)
    plan = ws.concession_plan(sim, CHANCE, {"discount": 3, "payment_days": 2, "guarantee": 1})
    assert plan.start["discount"] == 0.03  # where it opens
    assert plan.sentence(1).startswith("Step 1: go with payment days from 45 to")
    assert "To be signed" not in plan.sentence(1)  # nothing of a term with authorities was conceded
    last = plan.steps[-1]
    assert ("discount" in last.authority) == (last.terms["discount"] > 0.03)
    assert plan.note in plan._repr_html_()
    assert repr(plan).endswith(plan.note)
    ratios = [step.goodwill / step.cost.estimate for step in plan.steps]
    assert np.all(np.diff(ratios) <= 1e-9 * np.array(ratios[1:]))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"weights": {"a": -1}}, "weight of 'a'.*-1"),
        ({"weights": {"a": 0}}, "at least one must be above 0"),
        ({"weights": {"aa": 1}}, "no term 'aa'"),
        ({"weights": 3}, "weights must map terms to numbers"),
        ({"n_steps": 0}, "n_steps must be a whole number of at least 1"),
        ({"start": {"a": 21}}, "term 'a' must lie between 0 and 20"),
        ({"start": {"x": 1}}, "term must be one of"),
        ({"proportions": [1, 2]}, "proportions must be 5 numbers above 0"),
        ({"proportions": [1, 2, 3, 4, 0]}, "proportions: number 5 must be above 0"),
        ({"confidence_level": 0.4}, "confidence_level"),
    ],
)
def test_bad_input(options, words):
    with pytest.raises(ws.InputError, match=words):
        plan_of(linear_normal(), **options)


def test_draws_that_are_not_kept_are_refused():
    sim = ws.simulate(linear_normal(), 2**19, rng=3, max_memory=2**24)
    with pytest.raises(ws.InputError, match="draws kept"):
        ws.concession_plan(sim, CHANCE, WEIGHTS)
