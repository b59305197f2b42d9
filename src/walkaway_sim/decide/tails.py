"""Whether the expectation that a rule rests on exists, and on how many draws."""

from __future__ import annotations

import math
import warnings

import numpy as np
from scipy.special import ndtri, softmax

from walkaway_sim._typing import FloatArray
from walkaway_sim.deal.supply.quantities import EVENTS_OF
from walkaway_sim.decide.all_of import AllOf
from walkaway_sim.decide.rules import ChanceRule, Rule
from walkaway_sim.decide.tail_rules import CertaintyEquivalentRule, ExpectedShortfallRule
from walkaway_sim.errors import RuleError
from walkaway_sim.inputs.base import Distribution
from walkaway_sim.inputs.events import EventRisk, Events
from walkaway_sim.inputs.monthly import Monthly, MonthlyUniforms
from walkaway_sim.inputs.records import RecordLaw
from walkaway_sim.simulation.outcome import Simulation
from walkaway_sim.simulation.revalue import first_block

__all__ = ["MAX_SHAPE", "check_rule", "effective_sample_size", "has_certainty", "loss_shape", "pareto_shape"]

FEW_RANDOMISATIONS = 16
"""Measured on a lognormal loss of log sd 1: 95% intervals of the mean cover 0.91 with 8 randomisations."""
MAX_SHAPE = 0.5
MAX_SHAPE_BOUNDED = 0.7
"""For an input with an end the expectation exists, whatever shape is fitted below that end; up to this
one its estimate is dependable (Vehtari et al. 2024)."""
MIN_EFFECTIVE = 500
MIN_EXPECTED = 2000
"""Draws that carry a certainty equivalent, by the spread of the surplus below its mean as if it were normal, where
these are fewer than half of all. Unlike
the weights' own figure it hardly varies from run to run: a gate on that lets the lucky runs pass, whose intervals
cover 0.85 at a standard deviation of 1.75 tolerances (250 seeds)."""
_TAIL_LOOKED_AT = 100


def pareto_shape(sample: FloatArray) -> float:
    """Return the shape of a generalised Pareto tail fitted to the largest values of a sample.

    Parameters
    ----------
    sample : ndarray, shape (n,)
        Positive; the tail is its largest ``min(n/5, 3 sqrt(n))`` values (Vehtari, Simpson, Gelman,
        Yao and Gabry 2024).

    Returns
    -------
    float
        The estimate of Zhang and Stephens (2009, Technometrics 51, 316-325), with the weak prior
        towards 0.5 of Vehtari et al. Above 0.5 the variance does not exist, above 1 the mean.
        ``-inf`` for a tail without spread.
    """
    n = sample.size
    n_tail = math.ceil(min(0.2 * n, 3 * math.sqrt(n)))
    if n_tail < 5:
        return -math.inf
    ordered = np.partition(sample, n - n_tail - 1)
    threshold = float(ordered[n - n_tail - 1])
    excess = np.sort(ordered[n - n_tail :]) - threshold
    quartile = float(excess[int(n_tail / 4 + 0.5) - 1])
    if quartile <= 0.0 or not math.isfinite(float(excess[-1])):
        return -math.inf
    n_grid = 30 + int(math.sqrt(n_tail))
    grid = 1.0 - np.sqrt(n_grid / (np.arange(1, n_grid + 1) - 0.5))
    theta = grid / (3.0 * quartile) + 1.0 / float(excess[-1])
    shapes = np.log1p(-theta[:, None] * excess).mean(axis=1)
    likelihood = n_tail * (np.log(-theta / shapes) - shapes - 1.0)
    best = float(theta @ softmax(likelihood))
    shape = float(np.log1p(-best * excess).mean())
    return (n_tail * shape + 10 * 0.5) / (n_tail + 10)


def effective_sample_size(weights: FloatArray) -> float:
    """Return ``(sum w)^2 / sum w^2``: how many equal draws would carry as much (Kong 1992)."""
    return float(weights.sum() ** 2 / np.square(weights).sum())


def has_certainty(rule: Rule) -> bool:
    """Say whether a rule is a certainty equivalent, or has one among its parts."""
    if isinstance(rule, AllOf):
        return any(has_certainty(one) for one in rule.rules)
    return isinstance(rule, CertaintyEquivalentRule)


def check_rule(sim: Simulation, rule: Rule, surplus: FloatArray) -> None:
    """Refuse a rule that these draws cannot judge.

    Raises
    ------
    RuleError
        Too few draws in the tail of a shortfall; a certainty equivalent whose expectation does not
        exist (Pareto shape of ``exp(-S/R)`` above 0.5, or 0.7 where the input whose tail does it has an end)
        or is carried by a handful of draws (effective sample size below 500). The message names
        that input.
    """
    if isinstance(rule, AllOf):
        for one in rule.rules:
            check_rule(sim, one, surplus)
    if 1 < sim.n_replicates < FEW_RANDOMISATIONS and not isinstance(rule, AllOf | ChanceRule):
        warnings.warn(
            f"{sim.n_replicates} randomisations: below {FEW_RANDOMISATIONS} the intervals of means and of tails are "
            "not dependable where losses are skewed; take n_randomisations of 16 or more",
            stacklevel=3,
        )
    if isinstance(rule, ExpectedShortfallRule):
        rule.check_draws(surplus.size)
    elif isinstance(rule, CertaintyEquivalentRule):
        _check_weights(sim, rule, surplus)


def loss_shape(sim: Simulation) -> float:
    """Return the Pareto shape of the losses at the proposed terms; looked up once for a simulation."""
    if "loss shape" not in sim.known:
        surplus = (sim if sim.is_kept else first_block(sim)).surplus()
        sim.known["loss shape"] = pareto_shape(surplus.max() - surplus)
    shape: float = sim.known["loss shape"]
    return shape


def _check_weights(sim: Simulation, rule: CertaintyEquivalentRule, surplus: FloatArray) -> None:
    scaled = -surplus / rule.risk_tolerance
    weights = np.exp(scaled - scaled.max())
    effective = effective_sample_size(weights)
    shape = pareto_shape(weights)
    expected = _expected_size(scaled)
    mild = 2.0 * expected >= surplus.size
    carried = effective >= MIN_EFFECTIVE and (mild or expected >= MIN_EXPECTED)
    if shape <= MAX_SHAPE and carried:
        return
    name, is_event, bounded = _worst_input(sim, weights)
    limit = MAX_SHAPE_BOUNDED if bounded else MAX_SHAPE
    if shape <= limit and carried:
        return
    few, needed = (effective, MIN_EFFECTIVE) if effective < MIN_EFFECTIVE else (expected, MIN_EXPECTED)
    why = (
        f"its expectation does not exist or is too wild to estimate (Pareto shape {shape:.2f}, at most "
        f"{limit} is needed)"
        if shape > limit
        else f"{few:.0f} draws out of {surplus.size} carry it (at least {needed} are needed)"
    )
    works = _tolerance_that_works(rule.risk_tolerance, surplus)
    remedy = _remedy(name, sim.deal.sampled.get(name), is_event=is_event, bounded=bounded)
    raise RuleError(
        f"the certainty equivalent at risk_tolerance {rule.risk_tolerance:g} cannot be given: {why}. "
        f"{_given_as(sim, name)!r} does it: {remedy}raise risk_tolerance{works}, or use another rule"
    )


def _expected_size(scaled: FloatArray) -> float:
    """Return how many draws would carry weights ``exp(scaled)`` that were lognormal, spread as the worse half is."""
    worse = np.maximum(scaled - scaled.mean(), 0.0)
    return float(scaled.size * math.exp(-min(2.0 * float(np.square(worse).mean()), 700.0)))


def _given_as(sim: Simulation, name: str) -> str:
    """Return the name that the user gave what an event is drawn from."""
    given = sim.deal.recipe["inputs"] if sim.deal.recipe is not None else {}
    return next((source for source, event in EVENTS_OF.items() if event == name and source in given), name)


def _tolerance_that_works(tolerance: float, surplus: FloatArray) -> str:
    """Return about which tolerance these draws can judge, to be put behind "raise risk_tolerance"."""
    for doubled in range(1, 12):
        larger = tolerance * 2.0**doubled
        weights = np.exp((surplus.min() - surplus) / larger)
        enough = _expected_size(-surplus / larger) >= min(MIN_EXPECTED, 0.5 * surplus.size)
        if enough and pareto_shape(weights) <= MAX_SHAPE and effective_sample_size(weights) >= MIN_EFFECTIVE:
            return f" (these draws can judge {larger:,.0f})"
    return ""


def _remedy(name: str, law: Distribution | RecordLaw | None, *, is_event: bool, bounded: bool) -> str:
    """Return what would tame an input's tail, to be followed by other ways; nothing where it has an end."""
    if is_event and isinstance(law, EventRisk) and law.cap is not None:
        return f"lower the cap on its severity from {law.cap:,.0f}, "
    if is_event:
        return f"cap its severity, as in event_risk(rate, severity, cap=...) for {name!r}, "
    if bounded or name in EVENTS_OF.values():
        return ""
    return f"bound {name!r}, as with metalog(..., lower=, upper=) or pert(low, mode, high), "


def _worst_input(sim: Simulation, weights: FloatArray) -> tuple[str, bool, bool]:
    """Return the input most extreme on the heaviest draws, if it is an event risk, and if bounded there."""
    worst = np.argsort(weights)[-_TAIL_LOOKED_AT:]
    found, furthest, is_event = "no_deal", 0.0, False
    seen = sim if sim.is_kept else first_block(sim)
    for name, drawn in seen.draws.items():
        if isinstance(drawn, Monthly):
            continue
        values = drawn.total() if isinstance(drawn, Events) else drawn
        if values.min() == values.max():
            continue
        # Mean normal score, by the weight that each draw carries; the mid-rank serves ties.
        ordered = np.sort(values)
        rank = 0.5 * (
            np.searchsorted(ordered, values[worst], side="left")
            + np.searchsorted(ordered, values[worst], side="right")
        )
        score = float(np.average(ndtri((rank + 0.5) / (values.size + 1)), weights=weights[worst]))
        if abs(score) > abs(furthest):
            found, furthest, is_event = name, score, isinstance(drawn, Events)
    return found, is_event, _is_bounded(sim.deal.sampled.get(found), above=furthest > 0.0)


def _is_bounded(law: Distribution | RecordLaw | None, *, above: bool) -> bool:
    """Say whether an input has an end above, or below; an event risk, whether each event has."""
    if law is None or isinstance(law, MonthlyUniforms):
        return False
    if isinstance(law, EventRisk):
        return law.cap is not None or math.isfinite(law.severity.support()[1])
    return math.isfinite(law.support()[1 if above else 0])
