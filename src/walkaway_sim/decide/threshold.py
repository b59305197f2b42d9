"""The walkaway of one term and nothing else: no interval, no curve; for worlds by the hundred.

Worlds are valued side by side. A grid is the same for all of them, and a model asked for a few worlds at a time
answers sooner than one asked for each; what each world needs beyond, where its crossing lies within a step of the
grid, it asks for itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from walkaway_sim._typing import FloatArray
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.rules import Rule
from walkaway_sim.decide.search import Search
from walkaway_sim.simulation.outcome import Simulation
from walkaway_sim.simulation.profile import BlockProfile, block_profile, piece_maker, straightened
from walkaway_sim.simulation.shared import PartOfPiece, SharedPiece

__all__ = ["Along", "threshold"]

POINTS = 17
"""Points of a range, or levels of many, that are looked at first; a stretch that lies between two of them is missed."""


def threshold(
    sim: Simulation, rule: Rule, term: Term, base: Mapping[str, float], n_points: int | None = None
) -> float:
    """Return the end towards concession of the acceptable stretch around the base value, by the estimate.

    Parameters
    ----------
    sim : Simulation
        Kept.
    rule : Rule
    term : Term
    base : mapping of str to float
        At which the other terms are held.
    n_points : int, optional
        Points of the grid, or levels of many, that are looked at first; 17 where not given.

    Returns
    -------
    float
        [unit]; the end of the range where the term is acceptable up to it, NaN where no value is.
    """
    return Along.of(term, rule, base, n_points).of_all([sim])


@dataclass(frozen=True, slots=True)
class Along:
    """A term along which thresholds are looked for.

    Attributes
    ----------
    term : Term
    rule : Rule
    base : mapping of str to float
        At which the other terms are held.
    points : ndarray, shape (n_points,)
        The grid, in the direction of concession [unit].
    """

    term: Term
    rule: Rule
    base: Mapping[str, float]
    points: FloatArray

    @classmethod
    def of(cls, term: Term, rule: Rule, base: Mapping[str, float], n_points: int | None = None) -> Along:
        """Lay a grid along a term; see `threshold`."""
        return cls(term, rule, base, _few(term, base[term.name], n_points or POINTS))

    def profile(self, sim: Simulation) -> BlockProfile:
        """Return the surplus along the term, kept on the grid; in affine form where it is affine there."""
        made = block_profile(sim, piece_maker(sim, self.term.name, self.base))
        points = self.points.tolist()
        kept = BlockProfile(
            tuple(SharedPiece(piece, points) for piece in made.pieces), made.n_draws, made.workers
        )
        if self.term.levels is not None:
            return kept
        return straightened(sim, kept, self.term.low, self.term.high, points)

    def of_each(self, profile: BlockProfile, n_draws: int, n_replicates: int) -> FloatArray:
        """Return the threshold of each world of a profile of one piece.

        Parameters
        ----------
        profile : BlockProfile
            Of `Worlds.together`.
        n_draws : int
            Draws of each world.
        n_replicates : int

        Returns
        -------
        ndarray, shape (n_worlds,)
            [unit]
        """
        (piece,) = profile.pieces
        found = []
        for first in range(0, profile.n_draws, n_draws):
            part = (
                PartOfPiece(piece, first, n_draws)
                if isinstance(piece, SharedPiece)
                else piece.take(np.arange(first, first + n_draws))
            )
            found.append(self._last(BlockProfile((part,), n_draws), n_replicates))
        return np.array(found)

    def of_all(self, sims: Sequence[Simulation], profiles: Sequence[BlockProfile] | None = None) -> float:
        """Return the threshold where draws come from several simulations alike.

        Parameters
        ----------
        sims : sequence of Simulation
            Of one deal.
        profiles : sequence of BlockProfile, optional
            Of these simulations, where they are at hand.

        Returns
        -------
        float
            [unit]
        """
        made = profiles or [self.profile(sim) for sim in sims]
        pieces = [piece for one in made for piece in one.pieces]
        if len({type(piece) for piece in pieces}) > 1:  # affine in some worlds, by luck
            again = [block_profile(sim, piece_maker(sim, self.term.name, self.base)) for sim in sims]
            pieces = [piece for one in again for piece in one.pieces]
        whole = BlockProfile(tuple(pieces), sum(one.n_draws for one in made), made[0].workers)
        return self._last(whole, sims[0].n_replicates)

    def _last(self, profile: BlockProfile, n_replicates: int) -> float:
        """Return the end towards concession of the acceptable stretch around the base value."""
        term, points = self.term, self.points.tolist()
        search = Search(profile, self.rule, n_replicates, _LEVEL, term.high - term.low)
        start = points.index(self.base[term.name])
        last = _end_of_stretch(lambda index: search.holds("estimate", points[index]), start, len(points))
        if last is None:
            return math.nan
        if last == len(points) - 1:
            return float(points[-1])
        inside, outside = float(points[last]), float(points[last + 1])
        if term.levels is None:
            return search.crossing("estimate", inside, outside)
        between = [level for level in term.levels if min(inside, outside) < level < max(inside, outside)]
        found = inside
        for level in sorted(between, key=lambda one: term.sign * one):
            if not search.holds("estimate", level):
                break
            found = level
        return found


_LEVEL = 0.95  # of bounds that are not looked at


def _end_of_stretch(holds: Callable[[int], bool], start: int, n_points: int) -> int | None:
    """Return the last index of the stretch of points that hold around the start, or as `own_stretch` has it.

    Only the points on the way are looked at; None where none holds.
    """
    holds = cache(holds)
    if not holds(start):
        before = next((index for index in range(start - 1, -1, -1) if holds(index)), None)
        if before is not None:
            return before
        after = next((index for index in range(start + 1, n_points) if holds(index)), None)
        if after is None:
            return None
        start = after
    while start + 1 < n_points and holds(start + 1):
        start += 1
    return start


def _few(term: Term, start: float, n_points: int) -> FloatArray:
    """Return a few points of the term, its ends and its start among them, in the direction of concession."""
    if term.levels is None:
        points = np.linspace(term.low, term.high, n_points)
    else:
        levels = np.array(term.levels)
        points = levels[
            np.unique(np.linspace(0, levels.size - 1, min(n_points, levels.size)).round().astype(int))
        ]
    points = np.unique(np.append(points, start))
    return points if term.sign > 0 else points[::-1]
