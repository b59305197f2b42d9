"""What is declared acceptable is, as often as it says: counted over seeds, and controls that must fail."""

import numpy as np
import pytest
from scipy.stats import binom, norm
from tests.decide.offers.linear import LIMITS, MEAN, RULES, SD, STEP, Cost, linear_deal, spent

import walkaway_sim as ws
from walkaway_sim.decide.offers.fixed_packages import N_FIXED
from walkaway_sim.decide.offers.judge import Judge
from walkaway_sim.decide.offers.trading import _TRIES, on_try
from walkaway_sim.decide.outward import Outward
from walkaway_sim.examples import example_path
from walkaway_sim.simulation.paths import StraightPath

SEEDS = 200
COSTS = (Cost("a", 0.6), Cost("b", 0.3), Cost("c", 0.2))


def too_many_wrong(wrong, n, error=0.05):
    """Whether more declarations were wrong than their error allows, at a false alarm of 1e-3."""
    return binom.sf(wrong - 1, n, error) < 1e-3


def counted(design, rules):
    """Return, by rule and kind of declaration, how many were wrong and how many were made."""
    deal, found = linear_deal(COSTS), {}
    for seed in range(SEEDS):
        sim = ws.simulate(deal, 2**14, design, rng=seed)
        for name in rules:
            rule, limit = RULES[name], LIMITS[name]
            # An offer that falls short by next to nothing: to accept it is wrong.
            edge = {"a": (limit - 0.5 * 100.0 + 1e-4) / 0.6, "b": 100.0, "c": 100.0}
            note(found, name, "accept", Judge(sim, rule, 0.95).accepts(sim.surplus(edge)))
            offer = {"a": 100.0, "b": 100.0, "c": 70.0}
            answered = ws.respond(sim, rule, offer)
            for one in answered.counters:
                note(found, name, f"counter {one.term}", spent(COSTS, {**offer, **one.changed}) > limit)
            if answered.trade is not None:
                note(found, name, "trade", spent(COSTS, {**offer, **answered.trade.changed}) > limit)
    return found


def note(found, name, kind, wrong):
    bad, n = found.get((name, kind), (0, 0))
    found[name, kind] = (bad + bool(wrong), n + 1)


@pytest.mark.statistical
@pytest.mark.parametrize(("design", "rules"), [("sobol", tuple(RULES)), ("random", ("chance", "shortfall"))])
def test_what_is_declared_acceptable_is(design, rules):
    """One-sided binomial test at 1e-3 that at least 95% of each kind of declaration are right, over 200 seeds."""
    found = counted(design, rules)
    for name in rules:
        assert found[name, "accept"][1] == found[name, "trade"][1] == found[name, "counter a"][1] == SEEDS
    assert not {key: counts for key, counts in found.items() if too_many_wrong(*counts)}


OWN_RISKS = {"a": (0.5, 0.30), "b": (0.4, 0.25), "c": (0.3, 0.20), "d": (0.2, 0.15), "e": (0.1, 0.10)}


def risky_deal():
    """S = worth - sum of t (each + risk Z), each term with a Z of its own: normal, and closed at any terms."""

    def value(inputs, terms):
        cost = sum(
            terms[name] * (each + risk * inputs[f"z{name}"]) for name, (each, risk) in OWN_RISKS.items()
        )
        return inputs["worth"] - cost

    return ws.Deal(
        name="Risks of their own",
        inputs={"worth": ws.normal(MEAN, 5)} | {f"z{name}": ws.normal(0, 1) for name in OWN_RISKS},
        terms=[ws.Term(name, 0, range=(0, 100), step=STEP) for name in OWN_RISKS],
        value=value,
    )


def short_of(package, at_least):
    """How far a package falls short of a chance of 90%, in closed form."""
    mean = MEAN - sum(each * package[name] for name, (each, _) in OWN_RISKS.items())
    sd = np.sqrt(25.0 + sum((risk * package[name]) ** 2 for name, (_, risk) in OWN_RISKS.items()))
    return at_least - (mean - sd * norm.ppf(0.9))


@pytest.mark.statistical
def test_choosing_among_terms_of_different_risk_flatters_nobody():
    """Every package errs by draws of its own here, so that the best looking one would look better than it is."""
    deal, rule, found = risky_deal(), RULES["chance"], {}
    offer = {"a": 70.0, "b": 60.0, "c": 60.0, "d": 50.0, "e": 50.0}
    for seed in range(SEEDS):
        answered = ws.respond(ws.simulate(deal, 2**14, "random", rng=seed), rule, offer)
        first, trade = answered.counters[0], answered.trade
        note(found, "chance", "first counter", short_of({**offer, **first.changed}, 0.0) > 0)
        note(found, "chance", "trade", short_of({**offer, **trade.changed}, 0.0) > 0)
    assert not {key: counts for key, counts in found.items() if too_many_wrong(*counts)}


@pytest.mark.statistical
def test_counters_by_the_estimate_are_wrong_half_of_the_time():
    """Negative control: what the estimate says is acceptable would fail the test above."""
    deal, rule, wrong = linear_deal(COSTS), RULES["chance"], 0
    offer = {"a": 100.0, "b": 100.0, "c": 70.0}
    for seed in range(SEEDS):
        sim = ws.simulate(deal, 2**14, "random", rng=seed)
        path = StraightPath((deal.terms[0],), {"a": 0.0}, {"a": 90.0})
        share = Outward(sim, rule, path, offer, 0.95).furthest("estimate")
        wrong += spent(COSTS, {**offer, **path(share)}) > LIMITS["chance"]
    assert too_many_wrong(wrong, SEEDS)
    assert 0.3 < wrong / SEEDS < 0.7


@pytest.mark.statistical
def test_a_trade_chosen_and_certified_on_the_same_few_draws_is_wrong_too_often():
    """Negative control: of many packages that all fall short by next to nothing, the best looking passes."""
    n, wrong, picked = 2**10, 0, 60
    limit = LIMITS["chance"]
    for seed in range(SEEDS):
        rng = np.random.default_rng(seed)
        # Each package bears another risk of its own, with the same law of the surplus: none is acceptable.
        common = rng.standard_normal(n) * SD * np.sqrt(0.2)
        own = rng.standard_normal((picked, n)) * SD * np.sqrt(0.8)
        surplus = MEAN + common + own - limit - 1e-4
        wrong += any(RULES["chance"].judge(one, 1, 0.95).at_least >= 0 for one in surplus)
    assert too_many_wrong(wrong, SEEDS)


@pytest.mark.statistical
def test_answers_on_the_packaging_deal_hold_on_fresh_draws():
    """Of 40 seeds, 95% of the counters and of the trades hold on 2^18 other draws, whose error is a tenth."""
    deal = ws.read_deal(example_path("packaging"))
    fresh = ws.simulate(deal, 2**18, rng=20_261)
    rule, offer = RULES["chance"], {"discount": 0.12, "payment_days": 60.0}
    wrong, known = {"counter": 0, "trade": 0}, {}
    for seed in range(40):
        found = ws.respond(ws.simulate(deal, 2**14, rng=seed), rule, offer)
        for kind, changed in (("counter", found.counters[0].changed), ("trade", found.trade.changed)):
            package = {**offer, **changed}
            key = tuple(sorted(package.items()))
            if key not in known:
                known[key] = rule.judge(fresh.surplus(package), fresh.n_replicates, 0.95).estimate >= 0
            wrong[kind] += not known[key]
    assert not any(too_many_wrong(count, 40) for count in wrong.values()), wrong


OWN = 8


def own_risks():
    """Levels that each bear a risk of their own, all with a chance of 89.95%, and one that nobody would take."""
    short = float(norm.ppf(0.8995))

    def value(inputs, terms):
        return sum((terms["level"] == k) * inputs[f"x{k}"] for k in range(OWN)) - 1e3 * (
            terms["level"] == OWN
        )

    return ws.Deal(
        name="Risks of their own",
        inputs={f"x{k}": ws.normal(short, 1) for k in range(OWN)},
        terms=[ws.Term("level", 0, levels=tuple(range(OWN + 1)))],
        value=value,
    )


@pytest.mark.statistical
def test_walking_on_after_a_failure_spends_no_more_than_the_error():
    """No level is acceptable: a counter in at most 5% of 200 runs, by a one-sided binomial test at 1e-3.

    Control: all levels at the full level, as of one that is worse on every draw the further it goes.
    """
    deal, rule, wrong, blind = own_risks(), RULES["chance"], 0, 0
    for seed in range(SEEDS):
        sim = ws.simulate(deal, 2**13, "random", rng=seed)
        wrong += ws.respond(sim, rule, {"level": OWN}).answer != "walk"
        judge = Judge(sim, rule, 0.95)
        blind += any(judge.accepts(sim.surplus({"level": k})) for k in range(OWN))
    assert not too_many_wrong(wrong, SEEDS)
    assert too_many_wrong(blind, SEEDS)


@pytest.mark.statistical
def test_what_is_tried_for_a_trade_shares_the_error():
    """By the shares that the tries have, at most 5% of runs err where each errs by draws of its own: Bonferroni."""
    judge = Judge(ws.simulate(linear_deal(COSTS), 2**10, "random", rng=1), RULES["chance"], 0.95)
    errors = [1.0 - on_try(judge, tried).confidence_level for tried in range(_TRIES + 1 + N_FIXED)]
    assert sum(errors) == pytest.approx(0.05)
    assert max(errors) == errors[0] == pytest.approx(0.025)
