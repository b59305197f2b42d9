"""How far one term can go for each value of another."""

from __future__ import annotations

import math
from collections.abc import Mapping

from walkaway_sim._checks import check_integer
from walkaway_sim.decide.arguments import check_confidence, check_sim_and_rule
from walkaway_sim.decide.joint import chances
from walkaway_sim.decide.lattice import Lattice
from walkaway_sim.decide.rules import Rule
from walkaway_sim.decide.table import TermWalkaway
from walkaway_sim.decide.tails import check_rule, has_certainty
from walkaway_sim.decide.trade.along_one import POINTS, AlongOne
from walkaway_sim.decide.trade.choice import pilot_for
from walkaway_sim.decide.trade.curve import Frontier, FrontierPoint
from walkaway_sim.decide.trade.frontier_values import frontier_values
from walkaway_sim.errors import InputError, RuleError
from walkaway_sim.simulation.outcome import Simulation

__all__ = ["frontier"]


def frontier(
    sim: Simulation,
    rule: Rule,
    x: str,
    y: str,
    *,
    n_points: int = POINTS,
    terms: Mapping[str, float] | None = None,
    confidence_level: float = 0.95,
) -> Frontier:
    """Find, for values of one term, how far another can go before the rule stops holding.

    Parameters
    ----------
    sim : Simulation
        From `simulate`, its draws kept.
    rule : Rule
        What makes terms acceptable.
    x, y : str
        Names of two terms.
    n_points : int
        Values of `x`, or levels of it, from its best end to where not even the best end of `y` is acceptable; its
        base value, the end of its range, and values on either side of where `y` jumps or stops come beside them.
    terms : mapping of str to float, optional
        Where the other terms are held, and from where `x` and `y` are conceded, where that is not as proposed
        [their units].
    confidence_level : float
        Of the interval of each point by itself, and of the safe side of all of them at once.

    Returns
    -------
    Frontier

    Raises
    ------
    RuleError
        The rule cannot be judged on these draws.
    InputError
        Unknown terms, or the same twice; values outside their range; fewer than two points; draws that are not kept.

    Notes
    -----
    For each value of `x` the walkaway of `y` is found by inverting the test of the rule, as in `walkaway`. The K
    values are fixed on other draws (see `pilot_of`), so that safe sides at a level of
    ``1 - (1 - confidence_level)/K`` hold all at once (Bonferroni). `y` is looked at on 17 points of its range, or
    levels; a stretch that lies between two of them may be missed.

    Where `x` has a range, values are added where the curve is not one line (`frontier_values`): at both ends of the
    interval that the pilot has for the walkaway of `x` with `y` at its best end, at its limit, or at each of its
    levels, and at both sides of a jump of `y`.

    Where inputs were calibrated, the intervals are still for simulation error alone.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> deal = ws.Deal(
    ...     name="Two clauses", inputs={"worth": ws.normal(100, 15)},
    ...     terms=[ws.Term("a", 20, range=(0, 100)), ws.Term("b", 20, range=(0, 100))],
    ...     value=lambda inputs, terms: inputs["worth"] - terms["a"] - terms["b"],
    ... )
    >>> curve = ws.frontier(ws.simulate(deal, rng=7), ws.ChanceRule(0.9), "a", "b", n_points=5)
    >>> {f"{point.x + point.estimate:.1f}" for point in curve.points if point.status == "found"}  # exactly 80.777
    {'80.8'}
    """
    sim, rule = check_sim_and_rule(sim, rule)
    confidence_level = check_confidence(confidence_level)
    n_points = check_integer("n_points", n_points, minimum=2)
    first, second = sim.deal.term(x), sim.deal.term(y)
    if first.name == second.name:
        raise InputError(f"x and y must be two different terms, got {x!r} twice")
    base = sim.deal.terms_at(terms)
    pilot = pilot_for(sim, rule)
    at_base = sim.surplus(base)
    check_rule(sim, rule, at_base)
    lattice = Lattice(sim)
    values = frontier_values(pilot, rule, first, second, base, n_points, confidence_level)
    shared = 1.0 - (1.0 - confidence_level) / values.size
    points = []
    own = None
    for value in values.tolist():
        found, safe = AlongOne(sim, rule, second, {**base, x: value}, confidence_level, lattice).solved(
            shared
        )
        reason = _refused(sim, rule, found, {**base, x: value})
        if value == base[x]:
            own = found
        points.append(
            FrontierPoint(
                value,
                math.nan if reason else found.estimate,
                math.nan if reason else found.low,
                math.nan if reason else found.high,
                math.nan if reason else safe,
                "unresolved" if reason else found.status,
                reason,
            )
        )
    if own is None:
        raise AssertionError("the base is one of the values")  # pragma: no cover
    alone, _ = AlongOne(sim, rule, first, base, confidence_level, lattice).solved(shared)
    corner = {
        **base,
        **{one.term.name: one.estimate for one in (alone, own) if not math.isnan(one.estimate)},
    }
    at_corner = sim.surplus(corner)
    asked = lattice.allow_for(rule, at_corner)
    return Frontier(
        deal_name=sim.deal.name,
        currency=sim.deal.currency,
        rule=rule,
        confidence_level=confidence_level,
        x=first,
        y=second,
        base=base,
        points=tuple(points),
        x_walkaway=alone.estimate,
        y_walkaway=own.estimate,
        corner=corner,
        at_corner=asked.measure(at_corner, sim.n_replicates, confidence_level),
        corner_chance=chances(sim, (corner,), confidence_level)[0],
        corner_holds=asked.judge(at_corner, sim.n_replicates, confidence_level).estimate >= 0.0,
        n_draws=sim.n_draws,
    )


def _refused(sim: Simulation, rule: Rule, found: TermWalkaway, at: Mapping[str, float]) -> str:
    """Return why a certainty equivalent cannot be judged at a walkaway, though it can at the base; else nothing."""
    if not has_certainty(rule) or math.isnan(found.estimate):
        return ""
    try:
        check_rule(sim, rule, sim.surplus({**at, found.term.name: found.estimate}))
    except RuleError as error:
        return f"at {found.estimate:g}, {error}"
    return ""
