"""What a step of one term is worth in another, for every pair of terms."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from walkaway_sim._checks import check_known, check_positive
from walkaway_sim._typing import FloatArray
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.all_of import AllOf
from walkaway_sim.decide.arguments import check_confidence, check_moving, check_sim_and_rule
from walkaway_sim.decide.influence import difference_bounds
from walkaway_sim.decide.ladder import at_step
from walkaway_sim.decide.lattice import Lattice
from walkaway_sim.decide.rules import ExpectedValueRule, Rule
from walkaway_sim.decide.tails import check_rule
from walkaway_sim.decide.trade.pairing import PaidIn
from walkaway_sim.decide.trade.rates import ExchangeRates, Rate, RateStatus, StepCost
from walkaway_sim.decide.trade.words import shown
from walkaway_sim.errors import InputError, RuleError
from walkaway_sim.simulation.estimate import Estimate
from walkaway_sim.simulation.outcome import Simulation

__all__ = ["exchange_rates", "rate_of", "step_cost"]


def exchange_rates(
    sim: Simulation,
    rule: Rule | None = None,
    *,
    steps: Mapping[str, float] | None = None,
    terms: Mapping[str, float] | None = None,
    moving: Sequence[str] | None = None,
    confidence_level: float = 0.95,
) -> ExchangeRates:
    """Find what to ask in every other term in return for a step of each: points of discount for 30 more days.

    Parameters
    ----------
    sim : Simulation
        From `simulate`, its draws kept.
    rule : Rule, optional
        What it looks at is what must be equal; the expected surplus where not given.
    steps : mapping of str to float, optional
        Sizes of steps of concession, above 0 [their units]; a tenth of the range, rounded to the term's step, where
        not given, and the next level of a term that has levels.
    terms : mapping of str to float, optional
        Terms from which steps are counted, where these are not as proposed [their units].
    moving : sequence of str, optional
        Terms between which rates are wanted; all where not given.
    confidence_level : float
        Of each interval by itself.

    Returns
    -------
    ExchangeRates

    Raises
    ------
    RuleError
        Several rules at once, or a rule that cannot be judged on these draws.
    InputError
        Fewer than two terms; unknown ones; values or steps outside a range; draws that are not kept.

    Notes
    -----
    A step s of term a is worth what of term b makes up for it: the move d back towards the supplier for which
    ``mean of influence(S(base with a conceded by s and b taken back by d)) - influence(S(base))`` is zero (the
    compensating variation of welfare economics, Hicks 1939). So a rate is what to ask in return, and the step along
    the frontier of the two terms where the base lies on it. The ends of the interval are where the ends of the
    interval of that paired mean are zero (test inversion; for surpluses affine in b and the expected value this is
    Fieller's). Where inputs were calibrated, intervals are still for simulation error alone.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> deal = ws.Deal(
    ...     name="Two clauses", inputs={"worth": ws.normal(100, 15)},
    ...     terms=[
    ...         ws.Term("payment_days", 30, range=(0, 90), unit="days"),
    ...         ws.Term("discount", 0.05, range=(0, 0.3), unit="fraction of list price"),
    ...     ],
    ...     value=lambda inputs, terms: inputs["worth"] - 200 * terms["discount"] - 0.1 * terms["payment_days"],
    ... )
    >>> rates = ws.exchange_rates(ws.simulate(deal, rng=7), steps={"payment_days": 30})
    >>> rates.sentence("payment_days", "discount")
    '30 more days of payment are worth 1.5 points of discount'
    """
    rule = ExpectedValueRule() if rule is None else rule
    sim, rule = check_sim_and_rule(sim, rule)
    confidence_level = check_confidence(confidence_level)
    if isinstance(rule, AllOf):
        raise RuleError(f"exchange rates are by one rule at a time: give one of {rule.label}")
    if not sim.is_kept:
        raise InputError(
            "exchange_rates needs a simulation with its draws kept: raise max_memory or take fewer draws in simulate"
        )
    every = check_moving(moving, sim.deal.terms, least=2)
    base = sim.deal.terms_at(terms)
    sizes = _checked_steps(steps, every, base)
    at_base = sim.surplus(base)
    check_rule(sim, rule, at_base)
    lattice = Lattice(sim)
    costs, found = [], []
    for term in every:
        step = sizes.get(term.name, _usual_step(term, base[term.name]))
        cost = step_cost(sim, rule, term, base, step, confidence_level, lattice, at_base)
        costs.append(cost)
        # One pair after the other, so that only one term is laid out at a time.
        found += [
            rate_of(sim, rule, cost, paid, base, confidence_level, lattice, at_base)
            for paid in every
            if paid.name != term.name
        ]
    return ExchangeRates(
        deal_name=sim.deal.name,
        currency=sim.deal.currency,
        rule=rule,
        confidence_level=confidence_level,
        base=base,
        steps=tuple(costs),
        rates=tuple(found),
        n_draws=sim.n_draws,
        sim=sim,
    )


def step_cost(
    sim: Simulation,
    rule: Rule,
    term: Term,
    base: Mapping[str, float],
    step: float,
    confidence_level: float,
    lattice: Lattice,
    at_base: FloatArray,
) -> StepCost:
    """Return what a step of a term costs."""
    if math.isnan(step):
        return StepCost(term, step, math.nan, None, None)
    to = _after(term, base[term.name], step)
    offer = sim.surplus({**base, term.name: to})
    check_rule(sim, rule, offer)

    def lower(by: Rule) -> Estimate:
        bounds = difference_bounds(by, at_base, offer, sim.n_replicates, confidence_level, lattice)
        return bounds.as_estimate()

    return StepCost(term, step, to, lower(ExpectedValueRule()), lower(rule))


def rate_of(
    sim: Simulation,
    rule: Rule,
    step_of: StepCost,
    paid: Term,
    base: Mapping[str, float],
    confidence_level: float,
    lattice: Lattice,
    at_base: FloatArray,
) -> Rate:
    """Return how far another term is taken back to make up for a step."""
    start = base[paid.name]
    if step_of.by_rule is None:
        return Rate(step_of, paid, math.nan, math.nan, math.nan, "no_step", start)
    after = {**base, step_of.term.name: step_of.to}
    made_up = PaidIn(sim, rule, paid, after, confidence_level, lattice).making_up_for(at_base)
    status: RateStatus = "found" if paid.levels is None else "between_levels"
    estimate, low, high = made_up.estimate, made_up.low, made_up.high
    if step_of.by_rule.low <= 0.0 <= step_of.by_rule.high:
        status = "worth_nothing"
    elif step_of.by_rule.high < 0.0:
        status = "gains"
    elif estimate == math.inf:
        status = "beyond_range"
        # What is known is that all that can be taken back does not make up for it, or as much as the interval says.
        low = low if math.isfinite(low) else paid.sign * (start - paid.best)
    elif math.isinf(high):
        status = "open"
    return Rate(step_of, paid, estimate if math.isfinite(estimate) else math.nan, low, high, status, start)


def _after(term: Term, start: float, step: float) -> float:
    value = start + term.sign * step
    if term.levels is not None:
        return min(term.levels, key=lambda level: abs(level - value))
    return min(max(value, term.low), term.high)


def _usual_step(term: Term, start: float) -> float:
    """Return a step of a size that people talk about, or what is left; NaN at the end of the range [unit]."""
    left = term.sign * (term.limit - start)
    if left <= 0.0:
        return math.nan
    if term.levels is not None:
        ahead = [term.sign * (level - start) for level in term.levels]
        return min(gone for gone in ahead if gone > 0.0)
    tenth = (term.high - term.low) / 10.0
    if term.step is not None:
        tenth = at_step(term.step, max(round(tenth / term.step), 1))
    return min(tenth, left)


def _checked_steps(
    steps: Mapping[str, float] | None, terms: tuple[Term, ...], base: Mapping[str, float]
) -> dict[str, float]:
    if steps is None:
        return {}
    if not isinstance(steps, Mapping):
        raise InputError(f"steps must map terms to sizes, such as {{{terms[0].name!r}: 1}}, got {steps!r}")
    check_known("steps", steps, [term.name for term in terms])
    found = {}
    for term in terms:
        if term.name not in steps:
            continue
        step = check_positive(f"step of {term.name!r}", steps[term.name])
        to = base[term.name] + term.sign * step
        if term.levels is not None and min(abs(level - to) for level in term.levels) > 1e-9:
            ahead = sorted(term.sign * (level - base[term.name]) for level in term.levels)
            able = ", ".join(f"{gone:g}" for gone in ahead if gone > 0.0)
            listed = ", ".join(f"{level:g}" for level in term.levels)
            raise InputError(
                f"step of {term.name!r} must lead from {base[term.name]:g} to one of its levels {listed}: "
                f"a step of {able}; got {step:g}"
            )
        left = term.sign * (term.limit - base[term.name])
        if step > left * (1.0 + 1e-12):
            meant = step / 100.0
            hint = (
                f"; {step:g}% is {meant:g}, or {step:g}% in the shell"
                if term.is_fraction and step >= 1.0
                else ""
            )
            raise InputError(
                f"step of {term.name!r} must not pass the end of its range, {shown(term, term.limit)}, from "
                f"{shown(term, base[term.name])}: at most {shown(term, left)}, got {step:g}{hint}"
            )
        found[term.name] = step
    return found
