"""What is fixed on other draws before a region is looked for: which terms move, and in which directions."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from walkaway_sim._typing import FloatArray
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.outward import Outward
from walkaway_sim.decide.rules import Rule
from walkaway_sim.decide.scan import least_draws
from walkaway_sim.decide.tails import has_certainty
from walkaway_sim.decide.threshold import threshold
from walkaway_sim.decide.trade.directions import Ray, conceded, spread_directions
from walkaway_sim.decide.trade.monotone import Monotone, few_draws, look_along
from walkaway_sim.decide.trade.words import shown
from walkaway_sim.simulation.outcome import Simulation
from walkaway_sim.simulation.pilot import pilot_of, pilot_size

__all__ = ["POINTS", "Choice", "pilot_for"]

POINTS = 12
"""Points of a ray that are looked at one after another; a stretch that fails between two of them is missed."""

PILOT_DRAWS = 2**14
"""Draws that choose directions: these need not be exact."""

REACH = 1.5
"""How far rays go beyond the walkaways of the pilot, which are not known better than it knows them."""


def pilot_for(sim: Simulation, rule: Rule) -> Simulation:
    """Return other draws of the deal, as many as choosing takes and the rule needs."""
    if has_certainty(rule):
        return pilot_of(sim)  # which fewer draws may not be able to judge
    return pilot_of(sim, pilot_size(sim, max(PILOT_DRAWS, least_draws(rule))))


@dataclass(slots=True, init=False)
class Choice:
    """What is fixed on the pilot.

    Attributes
    ----------
    rays : list of Ray
        Along which the terms that are not held move together.
    held : dict of str to str
        The terms that are, each with the reason.
    seen : dict of str to Monotone
        What was seen of each term.
    """

    rays: list[Ray]
    held: dict[str, str]
    seen: dict[str, Monotone]

    def __init__(
        self,
        pilot: Simulation,
        rule: Rule,
        terms: Sequence[Term],
        able: Sequence[Term],
        base: Mapping[str, float],
        n_directions: int,
    ) -> None:
        rooms = {term.name: _room(pilot, rule, term, base) for term in able}
        self.held = {
            term.name: _why_no_room(term, base[term.name]) if term in able else "not among those that move"
            for term in terms
            if rooms.get(term.name, 0.0) == 0.0
        }
        self.seen = {}
        few = few_draws(pilot)
        for term in terms:
            room = rooms.get(term.name, 0.0)
            self._look(few, pilot, rule, term, base, base, conceded(term, base[term.name], room))
        checked: set[tuple[float, ...]] = set()
        while True:
            moving = tuple(term for term in terms if term.name not in self.held)
            self.rays = _rays(moving, base, rooms, n_directions)
            before = len(self.held)
            for ray in self.rays:
                share = Outward(pilot, rule, ray, base, 0.95, n_points=POINTS).furthest("estimate")
                corner = {**base, **(ray(share) if share > 0.0 else {})}
                if tuple(corner.values()) in checked:
                    continue
                checked.add(tuple(corner.values()))
                for term in moving:
                    self._look(few, pilot, rule, term, corner, base, corner[term.name])
            if len(self.held) == before:
                return

    def _look(
        self,
        few: Simulation,
        pilot: Simulation,
        rule: Rule,
        term: Term,
        at: Mapping[str, float],
        base: Mapping[str, float],
        far: float,
    ) -> None:
        """Look along a term with the others somewhere; hold it where conceding more turns out better."""
        found = look_along(few, pilot, rule, term, at, base[term.name], far)
        known = self.seen.get(term.name)
        self.seen[term.name] = found if known is None else known.and_then(found)
        if found.rises is not None:
            less, more = (shown(term, value) for value in found.rises)
            self.held[term.name] = (
                f"held at {shown(term, base[term.name])}, since going from {less} to {more} is better for the "
                f"supplier and not worse, so that one limit does not speak for all that lies before it"
            )


def _room(pilot: Simulation, rule: Rule, term: Term, base: Mapping[str, float]) -> float:
    """Return how far a term can go by itself on the pilot [unit, or levels]; the whole way where it cannot say."""
    start = base[term.name]
    end = threshold(pilot, rule, term, base)
    if math.isnan(end) or term.sign * (end - start) < 0.0:
        end = term.limit
    if term.levels is None:
        return abs(end - start)
    return float(abs(term.levels.index(end) - term.levels.index(start)))


def _why_no_room(term: Term, start: float) -> str:
    if start == term.limit:
        return "at the end of its range already"
    return f"no step beyond {shown(term, start)} is acceptable, even by itself"


def _rays(
    terms: tuple[Term, ...], base: Mapping[str, float], rooms: Mapping[str, float], n_directions: int
) -> list[Ray]:
    if not terms:
        return []
    directions: FloatArray = spread_directions(len(terms), n_directions)
    return [
        Ray(
            tuple(term for term, pace in zip(terms, row, strict=True) if pace > 0.0),
            base,
            tuple(
                REACH * pace * rooms[term.name] for term, pace in zip(terms, row, strict=True) if pace > 0.0
            ),
        )
        for row in directions.tolist()
    ]
