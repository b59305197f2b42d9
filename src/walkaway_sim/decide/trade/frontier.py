"""How far one term can go for each value of another."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from walkaway_sim._checks import check_integer
from walkaway_sim._typing import FloatArray
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.arguments import check_confidence, check_sim_and_rule
from walkaway_sim.decide.joint import chances
from walkaway_sim.decide.ladder import at_step
from walkaway_sim.decide.lattice import Lattice
from walkaway_sim.decide.rules import Rule
from walkaway_sim.decide.search import BoundName, Search
from walkaway_sim.decide.solve import Line, own_stretch, solve_term, stretches, stricter
from walkaway_sim.decide.table import Curve, TermWalkaway
from walkaway_sim.decide.tails import check_rule, has_certainty
from walkaway_sim.decide.threshold import threshold
from walkaway_sim.decide.trade.choice import pilot_for
from walkaway_sim.decide.trade.curve import Frontier, FrontierPoint
from walkaway_sim.errors import InputError, RuleError
from walkaway_sim.simulation.outcome import Simulation
from walkaway_sim.simulation.profile import block_profile, piece_maker, straightened

__all__ = ["frontier"]

POINTS = 17
"""Values of either term that are looked at: what is finer may be missed."""


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
        base value and the end of its range come beside them.
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
    >>> [f"{point.x + point.estimate:.1f}" for point in curve.points if point.status == "found"]  # exactly 80.777
    ['80.8', '80.8', '80.8', '80.8', '80.8', '80.8']
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
    asked = Lattice(sim).allow_for(rule, at_base)
    values = _values(pilot, rule, first, second, base, n_points)
    shared = 1.0 - (1.0 - confidence_level) / values.size
    points = []
    own = None
    for value in values.tolist():
        found, safe = _Along(sim, asked, second, {**base, x: value}, confidence_level).solved(shared)
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
    alone, _ = _Along(sim, asked, first, base, confidence_level).solved(shared)
    corner = {
        **base,
        **{one.term.name: one.estimate for one in (alone, own) if not math.isnan(one.estimate)},
    }
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
        at_corner=asked.measure(sim.surplus(corner), sim.n_replicates, confidence_level),
        corner_chance=chances(sim, (corner,), confidence_level)[0],
        n_draws=sim.n_draws,
    )


def _values(
    pilot: Simulation, rule: Rule, x: Term, y: Term, base: Mapping[str, float], n_points: int
) -> FloatArray:
    """Return the values of `x` that are looked at, on its step, rising [unit]."""
    end = threshold(pilot, rule, x, {**base, y.name: y.best})
    if x.levels is not None or math.isnan(end) or x.sign * (end - x.best) <= 0.0:
        return _some(x, base[x.name], n_points)
    values = np.linspace(x.best, end, n_points)
    if x.step is not None:
        values = np.clip([at_step(x.step, round(value / x.step)) for value in values], x.low, x.high)
    found: FloatArray = np.unique([*values, base[x.name], x.best, x.limit])
    return found


def _some(term: Term, start: float, n_points: int) -> FloatArray:
    """Return some values of a term, its ends and its base value among them, rising [unit]."""
    if term.levels is None:
        values = np.linspace(term.low, term.high, n_points)
    else:
        levels = np.array(term.levels)
        places = np.linspace(0, levels.size - 1, min(n_points, levels.size)).round().astype(int)
        values = levels[np.unique(places)]
    found: FloatArray = np.unique(np.append(values, start))
    return found


class _Along:
    """The search along one term, for its walkaway and for a safe side at another level too."""

    def __init__(
        self,
        sim: Simulation,
        rule: Rule,
        term: Term,
        at: Mapping[str, float],
        confidence_level: float,
    ) -> None:
        self.term, self.rule, self.n_replicates = term, rule, sim.n_replicates
        self.width = term.high - term.low
        self.profile = block_profile(sim, piece_maker(sim, term.name, at))
        points = _some(term, at[term.name], POINTS)
        self.points = points if term.sign > 0 else points[::-1]
        self.start = int(np.flatnonzero(self.points == at[term.name])[0])
        if term.levels is None:
            self.profile = straightened(sim, self.profile, term.low, term.high, self.points.tolist())
        self.search = Search(self.profile, rule, sim.n_replicates, confidence_level, self.width)

    def solved(self, shared_level: float) -> tuple[TermWalkaway, float]:
        """Return the walkaway, and the safe one at another confidence level [unit]."""
        line = self._line(self.search)
        nothing = np.empty(0)
        found = solve_term(
            self.term,
            line,
            errors_across=self.search.half_width,
            precision=None,
            curve=Curve(nothing, nothing, nothing, nothing, self.profile.n_draws),
            without_buffer=None,
        )
        runs = stretches(line.acceptable())
        if not runs:
            return found, math.nan
        again = Search(self.profile, self.rule, self.n_replicates, shared_level, self.width)
        return found, stricter(self._line(again), "at_least", *own_stretch(runs, self.start))

    def _line(self, search: Search) -> Line:
        def holds(name: BoundName, index: int) -> bool:
            return search.holds(name, float(self.points[index]))

        def between(name: BoundName, inside: float, outside: float) -> float:
            if self.term.levels is None:
                return search.crossing(name, inside, outside)
            return _last_level(self.term, search, name, inside, outside)

        return Line(self.points, self.start, holds, between)


def _last_level(term: Term, search: Search, name: BoundName, inside: float, outside: float) -> float:
    """Return the last level at which a bound holds, of those from one to another, one after the other."""
    low, high = min(inside, outside), max(inside, outside)
    between = [level for level in term.levels or () if low < level < high]
    found = inside
    for level in sorted(between, reverse=inside > outside):
        if not search.holds(name, level):
            break
        found = level
    return found


def _refused(sim: Simulation, rule: Rule, found: TermWalkaway, at: Mapping[str, float]) -> str:
    """Return why a certainty equivalent cannot be judged at a walkaway, though it can at the base; else nothing."""
    if not has_certainty(rule) or math.isnan(found.estimate):
        return ""
    try:
        check_rule(sim, rule, sim.surplus({**at, found.term.name: found.estimate}))
    except RuleError as error:
        return f"at {found.estimate:g}, {error}"
    return ""
