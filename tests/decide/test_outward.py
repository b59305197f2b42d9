"""Walking a path outward, what each draw contributes to a rule, and rough weights."""

import numpy as np
import pytest
from scipy import stats

import walkaway_sim as ws
from walkaway_sim.decide.goodwill import check_weights, goodwill, share_conceded
from walkaway_sim.decide.influence import difference_bounds, influence_values
from walkaway_sim.decide.outward import Outward
from walkaway_sim.simulation.intervals import mean_tally, tally_bounds
from walkaway_sim.simulation.paths import StraightPath

RULES = [
    ws.ChanceRule(0.9),
    ws.ExpectedValueRule(),
    ws.ExpectedShortfallRule(0.1),
    ws.CertaintyEquivalentRule(40.0),
]


def linear_normal():
    """S = X - 2 a - 3 b with X normal(100, 15): every threshold has a closed form."""
    return ws.Deal(
        name="Linear",
        inputs={"worth": ws.normal(100, 15)},
        terms=[ws.Term("a", 5, range=(0, 60)), ws.Term("b", 5, range=(0, 60))],
        value=lambda inputs, terms: inputs["worth"] - 2 * terms["a"] - 3 * terms["b"],
    )


EXACT = {  # what the rule sees in X alone: cases A01
    "chance": 80.776726516831,
    "mean": 100.0,
    "shortfall": 73.675250210127,
    "certainty": 100.0 - 15.0**2 / (2 * 40.0),
}


@pytest.mark.parametrize(("rule", "exact"), list(zip(RULES, EXACT.values(), strict=True)))
@pytest.mark.parametrize("design", ["sobol", "random"])
def test_a_diagonal_path_ends_where_the_closed_form_says(rule, exact, design):
    sim = ws.simulate(linear_normal(), 2**16, design, rng=11)
    path = StraightPath(sim.deal.terms, {"a": 5, "b": 5}, {"a": 25, "b": 35})
    walk = Outward(sim, rule, path, sim.deal.proposed, 0.95)
    found = {name: 25 + 130 * walk.furthest(name) for name in ("estimate", "low", "high", "at_least")}
    error = (found["high"] - found["low"]) / (2 * 1.96)
    assert abs(found["estimate"] - exact) <= 4 * error
    assert found["low"] <= found["at_least"] <= found["estimate"] <= found["high"]


def test_a_path_that_fails_at_its_start_has_no_end():
    sim = ws.simulate(linear_normal(), 2**14, rng=11)
    path = StraightPath(sim.deal.terms, {"a": 30, "b": 30}, {"a": 60, "b": 60})
    assert np.isnan(Outward(sim, ws.ChanceRule(0.9), path, sim.deal.proposed, 0.95).furthest("estimate"))


@pytest.mark.parametrize("rule", RULES)
def test_the_mean_influence_is_what_the_rule_measures(rule):
    surplus = np.random.default_rng(5).normal(10, 15, 2**14)
    measured = rule.measure(surplus, 1, 0.95)
    values = influence_values(rule, surplus)
    assert values.mean() == pytest.approx(measured.estimate, rel=1e-9)
    # Their spread is that of the estimate: the bounds of either are made from it.
    assert values.std() / np.sqrt(values.size) == pytest.approx(measured.standard_error, rel=0.05)


def test_several_rules_are_not_compared_at_once():
    with pytest.raises(ws.RuleError, match="one rule at a time"):
        influence_values(ws.AllOf(RULES[0], RULES[1]), np.zeros(10))


def seen(rule, mean, sd):
    """What a rule looks at in a normal surplus."""
    if isinstance(rule, ws.ChanceRule):
        return stats.norm.sf((rule.at_least - mean) / sd)
    if isinstance(rule, ws.ExpectedShortfallRule):
        return mean - sd * stats.norm.pdf(stats.norm.ppf(rule.fraction)) / rule.fraction
    if isinstance(rule, ws.CertaintyEquivalentRule):
        return mean - sd**2 / (2 * rule.risk_tolerance)
    return mean


@pytest.mark.parametrize("rule", [ws.ChanceRule(0.9, at_least=70.0), *RULES[1:]])
@pytest.mark.parametrize("design", ["sobol", "random"])
def test_paired_differences_cover(rule, design):
    """S = X - C b, both normal. One-sided binomial test at 1e-3 of "at least 94%" for 95% intervals, over 200 seeds."""
    deal = ws.Deal(
        name="A random slope",
        inputs={"worth": ws.normal(100, 15), "cost": ws.normal(3, 1)},
        terms=[ws.Term("b", 2, range=(0, 60))],
        value=lambda inputs, terms: inputs["worth"] - inputs["cost"] * terms["b"],
    )
    exact = seen(rule, 94, np.hypot(15, 2)) - seen(rule, 88, np.hypot(15, 4))
    covered, unpaired = 0, 0
    for seed in range(200):
        sim = ws.simulate(deal, 2**14, design, rng=seed)
        first, second = sim.surplus(), sim.surplus({"b": 4})
        bounds = difference_bounds(rule, first, second, sim.n_replicates, 0.95)
        covered += bounds.low <= exact <= bounds.high
        unpaired += (
            bounds.low <= seen(rule, 94, np.hypot(15, 2)) - seen(rule, 94, np.hypot(15, 4)) <= bounds.high
        )
    assert stats.binomtest(covered, 200, 0.94, alternative="less").pvalue > 1e-3
    # Negative control: the difference of spread alone, as if the means were one.
    assert stats.binomtest(unpaired, 200, 0.94, alternative="less").pvalue < 1e-3


@pytest.mark.parametrize(("n", "apart"), [(2**12, 7.7e-5), (2**12, 1e-3), (2**14, 2e-4)])
def test_a_difference_of_chances_on_few_draws_is_not_taken_for_none(n, apart):
    """Offers that differ on one draw or none. One-sided binomial test at 1e-3 of "at least 95%" over 400 sets."""
    rule, draws = ws.ChanceRule(0.9), np.random.default_rng(8)
    covered, by_t = 0, 0
    for _ in range(400):
        uniform = draws.random(n)
        first, second = uniform - 0.1, uniform - 0.1 - apart
        bounds = difference_bounds(rule, first, second, 1, 0.95)
        covered += bounds.low <= apart <= bounds.high
        plain = tally_bounds(mean_tally((first >= 0).astype(float) - (second >= 0), 1), 0.95)
        by_t += plain.low <= apart <= plain.high
    assert stats.binomtest(covered, 400, 0.95, alternative="less").pvalue > 1e-3
    if n * apart < 1:  # negative control: where no draw differs, t is certain of no difference
        assert stats.binomtest(by_t, 400, 0.95, alternative="less").pvalue < 1e-3


def test_replicates_on_which_no_draw_differs_are_not_certain_of_it():
    surplus = np.random.default_rng(5).normal(10, 15, 2**12)
    bounds = difference_bounds(ws.ChanceRule(0.9), surplus, surplus - 1e-9, 16, 0.95)
    assert (bounds.low, bounds.high) == (-32 / 2**12, 32 / 2**12)


def test_two_offers_that_are_one_do_not_differ():
    surplus = np.random.default_rng(5).normal(10, 15, 2**12)
    bounds = difference_bounds(ws.ChanceRule(0.9), surplus, surplus, 16, 0.95)
    assert (bounds.estimate, bounds.low, bounds.high) == (0.0, 0.0, 0.0)


TERMS = (
    ws.Term("discount", 0.05, range=(0, 0.25)),
    ws.Term("price", 10, range=(5, 15), concession="down"),
)


def test_goodwill_counts_shares_of_ranges_towards_concession():
    weights = check_weights({"discount": 3, "price": 1}, TERMS)
    start = {"discount": 0.05, "price": 10}
    assert goodwill(TERMS, weights, {"discount": 0.15, "price": 9}, start) == pytest.approx(
        0.75 * 0.4 + 0.25 * 0.1
    )
    assert share_conceded(TERMS[1], 12, 10) == pytest.approx(-0.2)
    assert check_weights(None, TERMS) == {"discount": 0.5, "price": 0.5}


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ({"discount": -1}, "weight of 'discount'.*-1"),
        ({"discount": 0, "price": 0}, "at least one must be above 0"),
        ({"discont": 1}, "no term 'discont'.*did you mean 'discount'"),
        ([1, 2], "must map terms to numbers"),
    ],
)
def test_weights_that_are_none(weights, words):
    with pytest.raises(ws.InputError, match=words):
        check_weights(weights, TERMS)
