"""Lay one term out in the direction of concession and scan what the rule says along it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from walkaway_sim._typing import FloatArray
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.all_of import AllOf
from walkaway_sim.decide.rules import ExpectedShortfallRule, Rule
from walkaway_sim.decide.search import BoundName, Search
from walkaway_sim.decide.solve import GRID_POINTS, Line, solve_term
from walkaway_sim.decide.table import Curve, TermWalkaway
from walkaway_sim.simulation.intervals import Bounds, two_sided_quantile
from walkaway_sim.simulation.outcome import Simulation
from walkaway_sim.simulation.profile import (
    AffineProfile,
    Profile,
    TermProfile,
    affine_profile,
    is_affine_at,
    term_profile,
)

__all__ = ["least_draws", "scan_term"]

ALL_DRAWS = 2**16
"""Up to so many draws, every point of the grid is valued on all of them."""

PILOT_DRAWS = 2**14
"""Beyond, the grid is scanned on about so many, and on all where these leave a doubt."""

FEW_DRAWS = 32
"""Draws on which an affine form is checked at every point of the grid."""

DOUBT = 6.0
"""Standard errors of the pilot within which its sign is not trusted: wrong once in 10^9 points."""


def scan_term(
    sim: Simulation,
    rule: Rule,
    confidence_level: float,
    term: Term,
    base: Mapping[str, float],
    *,
    fast: bool = True,
    buffer: bool = True,
    precision: float | None = None,
    without_buffer: float | None = None,
    grid_points: int | None = None,
) -> TermWalkaway:
    """Return the walkaway of one term, the others held at `base`.

    Parameters
    ----------
    fast : bool
        Whether to search an affine surplus in its affine form.
    buffer : bool
        Whether what management holds back is taken off the surplus.
    precision : float, optional
        The widest interval wanted [unit].
    without_buffer : float, optional
        The estimate found with `buffer` False, to be reported beside this one [unit].
    grid_points : int, optional
        Points of the grid on a range; 65 where not given.
    """
    points = _points(term, base[term.name], grid_points or GRID_POINTS)
    general = term_profile(sim, term.name, base, buffer=buffer)
    n_pilot = sim.n_draws
    if n_pilot > ALL_DRAWS:
        wanted = max(PILOT_DRAWS, least_draws(rule))
        n_pilot = min(-(-wanted // sim.n_replicates) * sim.n_replicates, sim.n_draws)
    pilot: Profile = general if n_pilot == sim.n_draws else general.head(n_pilot)

    def solve(profile: Profile, first: Profile) -> TermWalkaway:
        search = Search(profile, rule, sim.n_replicates, confidence_level, term.high - term.low)
        line, curve = _scan(search, first, points, base[term.name], between=term.levels is None)
        return solve_term(
            term,
            line,
            quantile=two_sided_quantile(sim.n_replicates, sim.n_draws, confidence_level),
            precision=precision,
            curve=curve,
            without_buffer=without_buffer,
        )

    if fast and term.levels is None:
        affine = affine_profile(general, term.low, term.high, pilot=pilot)
        if affine is not None and _is_affine_along(affine, general, points):
            head = AffineProfile(affine.intercept[:n_pilot], affine.slope[:n_pilot])
            found = solve(affine, affine if n_pilot == sim.n_draws else head)
            ends = {end for edges in found.acceptable_set for end in edges} | {found.low, found.high}
            if all(is_affine_at(affine, general, end) for end in ends if not np.isnan(end)):
                return found
    return solve(general, pilot)


def _is_affine_along(affine: AffineProfile, general: TermProfile, points: FloatArray) -> bool:
    """Say whether a few draws are affine at every point of the grid: a step or a dip for all would show."""
    rows = np.arange(min(FEW_DRAWS, general.n_draws))
    few = general.take(rows)
    form = affine.take(rows)
    return all(is_affine_at(form, few, value) for value in points.tolist())


def least_draws(rule: Rule) -> int:
    """Return the fewest draws that a rule can judge."""
    if isinstance(rule, AllOf):
        return max(least_draws(one) for one in rule.rules)
    return rule.least_draws if isinstance(rule, ExpectedShortfallRule) else 1


def _points(term: Term, start: float, grid_points: int) -> FloatArray:
    """Return the grid over a range with the starting value, or the levels, towards concession."""
    if term.levels is not None:
        points = np.array(term.levels)
    else:
        points = np.unique(np.append(np.linspace(term.low, term.high, grid_points), start))
    return points if term.sign > 0 else points[::-1]


def _scan(
    search: Search, pilot: Profile, points: FloatArray, start: float, *, between: bool
) -> tuple[Line, Curve]:
    """Return what the rule says along the points, and the curve that a picture shows."""
    settled: list[bool] = []
    rough: list[Bounds] = []
    measures = []
    on_all = pilot.n_draws == search.profile.n_draws
    for value in points.tolist():
        surplus = pilot.at(value)
        judged = search.rule.judge(surplus, search.n_replicates, search.confidence_level)
        measures.append(search.rule.measure(surplus, search.n_replicates, search.confidence_level))
        rough.append(judged)
        if on_all:
            search.know(value, judged)
        # The interval is about four standard errors wide, at the levels in use.
        settled.append(not on_all and abs(judged.estimate) > DOUBT / 3.5 * (judged.high - judged.low))

    def holds(name: BoundName, index: int) -> bool:
        if settled[index]:
            return rough[index].estimate >= 0.0
        return search.holds(name, float(points[index]))

    order = np.argsort(points)
    table = np.array([(one.estimate, one.low, one.high) for one in measures])[order]
    curve = Curve(points[order], table[:, 0], table[:, 1], table[:, 2], pilot.n_draws)
    line = Line(points, int(np.flatnonzero(points == start)[0]), holds, search.crossing if between else None)
    return line, curve
