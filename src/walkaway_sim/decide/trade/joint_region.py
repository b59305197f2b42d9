"""What can be conceded together: corners certified on draws that had no say in where they were looked for."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence

from walkaway_sim._checks import check_integer
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.arguments import check_confidence, check_moving, check_sim_and_rule
from walkaway_sim.decide.joint import chances
from walkaway_sim.decide.ladder import on_step
from walkaway_sim.decide.lattice import Lattice
from walkaway_sim.decide.outward import Outward
from walkaway_sim.decide.rules import Rule
from walkaway_sim.decide.scan import TermScan
from walkaway_sim.decide.tails import check_rule, has_certainty
from walkaway_sim.decide.trade.choice import POINTS, Choice, pilot_for
from walkaway_sim.decide.trade.directions import Ray, least_directions
from walkaway_sim.decide.trade.region import JointRegion, RegionStatus
from walkaway_sim.errors import RuleError
from walkaway_sim.simulation.outcome import Simulation

__all__ = ["certified_corners", "joint_region"]

DIRECTIONS = 32
"""Directions walked in, where all pairs of the terms are not more."""


GRID_POINTS = 17
"""Points of each range on which the safe walkaway of a term by itself is looked for."""


def joint_region(
    sim: Simulation,
    rule: Rule,
    terms: Mapping[str, float] | None = None,
    *,
    moving: Sequence[str] | None = None,
    n_directions: int | None = None,
    confidence_level: float = 0.95,
) -> JointRegion:
    """Find packages of concessions that are all safe at once.

    The walkaway of a term holds the others still, so walkaways cannot all be conceded together. What can, is all that
    lies below one of the corners found here, in every term.

    Parameters
    ----------
    sim : Simulation
        From `simulate`, its draws kept.
    rule : Rule
        What makes terms acceptable.
    terms : mapping of str to float, optional
        From where concessions are counted, where that is not as proposed [their units].
    moving : sequence of str, optional
        Terms that may be conceded; all where not given. The others are held.
    n_directions : int, optional
        Ways of conceding several terms together that are walked outward, each term alone, each pair and all at once
        among them; 32, or as many as these and one more for each term, where not given.
    confidence_level : float
        That no package of the region is unacceptable.

    Returns
    -------
    JointRegion

    Raises
    ------
    RuleError
        The rule cannot be judged on these draws.
    InputError
        Terms that are not the deal's, or outside their range; fewer directions than terms and pairs of them; draws
        that are not kept.

    Notes
    -----
    Directions are fixed on other draws (see `pilot_of`): each term is scaled by its own walkaway there. On the draws
    of `sim` each of the K directions is walked outward to its first failure (see `Outward`) at a level of
    ``1 - (1 - confidence_level)/K``, so that the chance that any corner is unacceptable is at most the sum of the K
    errors (Bonferroni). Where conceding less is never worse, a box below an acceptable corner is acceptable.
    That is looked at on the other draws, at the base and at the corners found there, on five values of each term to
    either side of the base. A term that gains by the rule is held at its base value. Of one that gains on some draws (a
    price hold while costs fall), what lies behind a corner is judged on the draws of `sim` too, with the term not
    conceded and half conceded: the corner is where the first of these fails, and as the truth says which of them
    that must be, no share of the error is spent on their number (an intersection-union test, Berger 1982). A dip
    between them may be missed. A corner is rounded to the terms' steps on the supplier's side, which only makes its
    box smaller.

    Where inputs were calibrated, the confidence is still about simulation error alone.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> deal = ws.Deal(
    ...     name="Two clauses", inputs={"worth": ws.normal(100, 15)},
    ...     terms=[ws.Term("a", 20, range=(0, 150), step=1), ws.Term("b", 20, range=(0, 150), step=1)],
    ...     value=lambda inputs, terms: inputs["worth"] - terms["a"] - terms["b"],
    ... )
    >>> region = ws.joint_region(ws.simulate(deal, rng=7), ws.ChanceRule(0.9))  # a + b of up to 80.777 is acceptable
    >>> region.contains({"a": 38, "b": 38}), region.contains({"a": 60, "b": 60})
    (True, False)
    >>> region.furthest("a"), region.furthest("a", {"b": 39})
    (60.0, 41.0)
    """
    sim, rule = check_sim_and_rule(sim, rule)
    confidence_level = check_confidence(confidence_level)
    base = sim.deal.terms_at(terms)
    able = check_moving(moving, sim.deal.terms)
    n_terms = len(able)
    needed = least_directions(n_terms)
    if n_directions is None:
        n_directions = max(DIRECTIONS, needed + n_terms)
    n_directions = check_integer("n_directions", n_directions, minimum=needed)
    pilot = pilot_for(sim, rule)
    at_base = sim.surplus(base)
    check_rule(sim, rule, at_base)
    asked = Lattice(sim).allow_for(rule, at_base)
    choice = Choice(pilot, rule, sim.deal.terms, able, base, n_directions)
    error = 1.0 - confidence_level
    n_rays = max(len(choice.rays), 1)
    bounds = asked.judge(at_base, sim.n_replicates, 1.0 - error / n_rays)
    status: RegionStatus = "found"
    if bounds.at_least < 0.0:
        status = "unresolved" if bounds.estimate >= 0.0 else "nothing_is_safe"
    lagging = {name for name, one in choice.seen.items() if one.by != "every draw"}
    found: list[dict[str, float]] = []
    if status == "found":
        found = certified_corners(sim, rule, choice.rays, base, confidence_level, lagging)
    naive = {**base, **_naive(sim, rule, able, base, confidence_level)}
    (naive_chance,) = chances(sim, (naive,), confidence_level)
    return JointRegion(
        deal_name=sim.deal.name,
        currency=sim.deal.currency,
        rule=rule,
        confidence_level=confidence_level,
        terms=tuple(sim.deal.terms),
        base=base,
        corners=tuple(_outermost(sim.deal.terms, found)),
        held=choice.held,
        back_to={
            term.name: term.best if choice.seen[term.name].below else base[term.name]
            for term in sim.deal.terms
        },
        monotone={name: one.by for name, one in choice.seen.items()},
        status=status,
        at_base=asked.measure(at_base, sim.n_replicates, confidence_level),
        naive=naive,
        at_naive=asked.measure(sim.surplus(naive), sim.n_replicates, confidence_level),
        naive_chance=naive_chance,
        n_directions=n_rays,
        n_draws=sim.n_draws,
    )


def certified_corners(
    sim: Simulation,
    rule: Rule,
    rays: Sequence[Ray],
    base: Mapping[str, float],
    confidence_level: float,
    lagging: Collection[str] = (),
) -> list[dict[str, float]]:
    """Walk each ray outward to its first failure, and return the base and where the walks end [their units].

    Parameters
    ----------
    sim : Simulation
    rule : Rule
    rays : sequence of Ray
        Fixed before these draws were looked at.
    base : mapping of str to float
        At which the rule holds with the confidence of a single ray.
    confidence_level : float
        That all are acceptable.
    lagging : collection of str
        Terms of which conceding less may be worse: each ray is walked with them left behind, too.
    """
    shared = 1.0 - (1.0 - confidence_level) / max(len(rays), 1)
    found = [dict(base)]
    for ray in rays:
        share = min(
            (
                Outward(sim, rule, way, base, shared, n_points=POINTS).furthest("at_least")
                for way in ray.left_behind(lagging)
            ),
            key=lambda found: -math.inf if math.isnan(found) else found,
        )
        if not math.isnan(share):
            corner = _on_steps(sim.deal.terms, base, {**base, **ray(share)})
            found += [corner] if _can_be_judged(sim, rule, corner) else []
    return found


def _on_steps(
    terms: Sequence[Term], base: Mapping[str, float], corner: Mapping[str, float]
) -> dict[str, float]:
    """Return a corner on its terms' steps, rounded on the supplier's side, but never behind the base."""
    rounded = {term.name: on_step(term, corner[term.name]) for term in terms}
    return {
        term.name: max((rounded[term.name], base[term.name]), key=lambda value: term.sign * value)
        for term in terms
    }


def _can_be_judged(sim: Simulation, rule: Rule, corner: Mapping[str, float]) -> bool:
    """Say whether a certainty equivalent exists there: a term may scale a loss, and its tail with it."""
    if not has_certainty(rule):
        return True
    try:
        check_rule(sim, rule, sim.surplus(corner))
    except RuleError:
        return False
    return True


def _outermost(terms: Sequence[Term], corners: Sequence[Mapping[str, float]]) -> list[Mapping[str, float]]:
    """Return the corners that lie below no other."""

    def below(one: Mapping[str, float], other: Mapping[str, float]) -> bool:
        return all(term.sign * (one[term.name] - other[term.name]) <= 0.0 for term in terms)

    kept: list[Mapping[str, float]] = []
    for corner in corners:
        if any(below(corner, other) for other in kept):
            continue
        kept = [other for other in kept if not below(other, corner)] + [corner]
    return kept


def _naive(
    sim: Simulation, rule: Rule, terms: Sequence[Term], base: Mapping[str, float], confidence_level: float
) -> dict[str, float]:
    """Return terms at the safe walkaway that each has by itself."""
    found, lattice = {}, Lattice(sim)
    for term in terms:
        scan = TermScan(sim, rule, confidence_level, term, base, grid_points=GRID_POINTS, lattice=lattice)
        safe = scan.looked().solved().safe
        found[term.name] = base[term.name] if math.isnan(safe) else safe
    return found
