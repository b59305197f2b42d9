"""Rules that cannot be judged, and parameters outside their domain: each refused in words."""

import math

import numpy as np
import pytest
from scipy.stats import genpareto

import walkaway_sim as ws
from walkaway_sim.decide.tails import effective_sample_size, pareto_shape


def loss_sim(loss, n_draws=2**14, design="random", rng=1, scale=lambda _: 1.0):
    deal = ws.Deal(
        name="d",
        inputs={"worth": ws.normal(300, 5), "breakdown": loss},
        terms=[ws.Term("share", proposed=0.1, range=(0.0, 200.0))],
        value=lambda inputs, terms: (
            inputs["worth"] - scale(terms) * np.asarray(inputs["breakdown"]) - terms["share"]
        ),
    )
    return ws.simulate(deal, n_draws, design, rng=rng)


@pytest.mark.parametrize("design", ["random", "lhs", "sobol"])
@pytest.mark.parametrize("call", [ws.walkaway, ws.assess])
def test_a_certainty_equivalent_under_lognormal_losses(call, design):
    """None exists: the message names the input and how to cap it."""
    sim = loss_sim(ws.lognormal(10, 1.5), design=design)
    with pytest.raises(
        ws.RuleError, match=r"certainty equivalent at risk_tolerance 50.*'breakdown' does it: bound"
    ) as caught:
        call(sim, ws.CertaintyEquivalentRule(50))
    assert "another rule" in str(caught.value)


@pytest.mark.parametrize("call", [ws.walkaway, ws.assess])
def test_a_certainty_equivalent_under_lognormal_events_and_capped(call):
    rule = ws.CertaintyEquivalentRule(50)
    sim = loss_sim(ws.event_risk(0.3, ws.lognormal(10, 1.5)))
    with pytest.raises(
        ws.RuleError, match=r"'breakdown' does it: cap its severity, as in event_risk\(rate, severity, cap="
    ):
        call(sim, rule)
    call(loss_sim(ws.event_risk(0.3, ws.lognormal(10, 1.5), cap=60)), rule)
    # A larger tolerance, the other remedy named, helps too.
    call(loss_sim(ws.event_risk(0.3, ws.lognormal(10, 0.5))), ws.CertaintyEquivalentRule(5000))


@pytest.mark.parametrize("call", [ws.walkaway, ws.assess])
def test_a_certainty_equivalent_carried_by_a_handful(call):
    """One equal strike on 2% of the draws has no tail to speak of, but those 330 draws carry it."""
    sim = loss_sim(ws.discrete({0: 0.98, 290: 0.02}))
    with pytest.raises(
        ws.RuleError, match=r"draws out of 16384 carry it \(at least 500 are needed\).*'breakdown'"
    ):
        call(sim, ws.CertaintyEquivalentRule(30))


def test_a_certainty_equivalent_is_looked_at_where_the_walkaway_lies():
    """A term may scale the tail: fine as proposed, carried by five draws at the walkaway found."""
    sim = loss_sim(ws.lognormal(20, 1.0), scale=lambda terms: terms["share"])
    rule = ws.CertaintyEquivalentRule(100)
    assert ws.assess(sim, rule).verdict == "accept"
    for asked in (rule, ws.AllOf(ws.ChanceRule(0.1), rule)):
        walk = ws.walkaway(sim, asked)
        refused = walk["share"]
        assert refused.status == "unresolved"
        assert "'breakdown' does it" in refused.reason
        assert all(np.isnan(number) for number in (refused.estimate, refused.low, refused.high, refused.safe))
        assert ws.ladder(sim, walk)[0].binds == "unjudged"
        assert "cannot be judged" in ws.plot_walkaway(walk, "share").get_title(loc="left")


def test_inside_all_of_every_rule_is_looked_at():
    sim = loss_sim(ws.lognormal(10, 1.5))
    with pytest.raises(ws.RuleError, match="breakdown"):
        ws.walkaway(sim, ws.AllOf(ws.ChanceRule(0.5), ws.CertaintyEquivalentRule(50)))
    with pytest.raises(ws.RuleError, match="fraction must leave"):
        ws.walkaway(sim, ws.AllOf(ws.ExpectedValueRule(), ws.ExpectedShortfallRule(0.001)))


@pytest.mark.parametrize("call", [ws.walkaway, ws.assess])
def test_a_shortfall_with_too_few_draws_in_the_tail(call):
    """1% of 16,384 draws is 164; 25,000 would do, and the message says so. 250 exactly are enough."""
    sim = loss_sim(ws.lognormal(10, 1.0))
    with pytest.raises(
        ws.RuleError, match=r"at least 250 draws.*0.01 of 16384 draws is 163.84.*n_draws of at least 25000"
    ):
        call(sim, ws.ExpectedShortfallRule(0.01))
    call(loss_sim(ws.uniform(0, 10), n_draws=25_000), ws.ExpectedShortfallRule(0.01))
    one_less = loss_sim(ws.uniform(0, 10), n_draws=24_999)
    with pytest.raises(ws.RuleError, match="24999"):
        call(one_less, ws.ExpectedShortfallRule(0.01))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: ws.ChanceRule(0.0), "probability must lie strictly between 0 and 1"),
        (lambda: ws.ChanceRule(1.0), "strictly between"),
        (lambda: ws.ChanceRule(90), "strictly between"),
        (lambda: ws.ChanceRule(math.nan), "finite"),
        (lambda: ws.ChanceRule("0.9"), "finite number"),
        (lambda: ws.ChanceRule(0.9, at_least=math.inf), "at_least must be a finite number"),
        (lambda: ws.ExpectedValueRule("a"), "at_least"),
        (lambda: ws.ExpectedShortfallRule(0), "fraction must lie strictly between"),
        (lambda: ws.ExpectedShortfallRule(1.5), "fraction must lie strictly between"),
        (lambda: ws.CertaintyEquivalentRule(0), "risk_tolerance must be above 0"),
        (lambda: ws.CertaintyEquivalentRule(-5), "risk_tolerance must be above 0"),
        (lambda: ws.CertaintyEquivalentRule(math.inf), "risk_tolerance must be a finite number"),
        (lambda: ws.AllOf(), "two rules or more"),
        (lambda: ws.AllOf(ws.ChanceRule(0.9)), "two rules or more"),
        (lambda: ws.AllOf(ws.ChanceRule(0.9), 0.5), "two rules or more"),
    ],
)
def test_parameters_of_rules(make, message):
    with pytest.raises(ws.InputError, match=message):
        make()


@pytest.fixture(scope="module")
def sim():
    return loss_sim(ws.uniform(0, 10))


@pytest.mark.parametrize("level", [0.5, 1.0, 95, 0.0, -1, math.nan, "0.95", None])
@pytest.mark.parametrize("call", [ws.walkaway, ws.assess])
def test_confidence_levels(call, level, sim):
    with pytest.raises(ws.InputError, match="confidence_level"):
        call(sim, ws.ExpectedValueRule(), confidence_level=level)


@pytest.mark.parametrize(
    ("precision", "message"),
    [
        (0.0, "precision must be above 0"),
        (-1.0, "precision must be above 0"),
        (math.inf, "precision must be a finite number"),
        ("fine", "precision must be a finite number"),
        ({"shore": 1.0}, "precision has no term 'shore'; did you mean 'share'"),
        ({"share": 0.0}, "precision of 'share' must be above 0"),
    ],
)
def test_precisions(precision, message, sim):
    with pytest.raises(ws.InputError, match=message):
        ws.walkaway(sim, ws.ExpectedValueRule(), precision=precision)


@pytest.mark.parametrize("call", [ws.walkaway, ws.assess])
def test_what_is_no_simulation_and_no_rule(call, sim):
    with pytest.raises(ws.InputError, match="sim must be what simulate"):
        call(sim.deal, ws.ExpectedValueRule())
    for bad in ("mean", 0.9, None, ws.ChanceRule):
        with pytest.raises(ws.InputError, match="rule must be a rule such as"):
            call(sim, bad)


@pytest.mark.statistical
@pytest.mark.parametrize("shape", [0.1, 0.3, 0.7, 1.0])
def test_the_pareto_shape_finds_the_tail(shape):
    """Averaged over 50 samples of 2^14, within 0.1: the prior's pull towards 0.5 and the fit's bias."""
    found = [
        pareto_shape(genpareto.rvs(shape, size=2**14, random_state=np.random.default_rng(seed)))
        for seed in range(50)
    ]
    assert np.mean(found) == pytest.approx(shape, abs=0.1)


def test_the_pareto_shape_of_no_tail():
    assert pareto_shape(np.ones(1000)) == -math.inf
    assert pareto_shape(np.array([1.0, 2.0])) == -math.inf
    assert pareto_shape(np.random.default_rng(0).random(2**14)) < 0.0


def test_effective_sample_size():
    assert effective_sample_size(np.ones(700)) == pytest.approx(700)
    assert effective_sample_size(np.array([1.0] + [1e-12] * 999)) == pytest.approx(1.0)
