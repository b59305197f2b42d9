"""The draws that decide a chance between two values of a term, and exact counts of them.

Between a few values close to where a rule stops holding, nearly every draw stays on one side of the rule's
level. Those are counted once; only the others are kept, and valued again as often as it takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from walkaway_sim._typing import BoolArray, IntArray
from walkaway_sim.decide.rules import ChanceRule
from walkaway_sim.decide.tallies import CountTally, replicate_counts

__all__ = ["LookAtZone", "Zone", "ZonePart"]

_MAX_STEPS = 200


@dataclass(frozen=True, slots=True)
class ZonePart:
    """What one block of draws has to say of a zone.

    Attributes
    ----------
    n : int
        Draws.
    steady : ndarray of int, shape (n_replicates,)
        Draws that are acceptable at all points of the zone.
    replicate : ndarray of int, shape (n_moving,)
        The replicate of each draw that is acceptable at some points only.
    signs : ndarray of bool, shape (n_moving, n_points)
        Where each of them is.
    moving : piece or None
        To value them again.
    """

    n: int
    steady: IntArray
    replicate: IntArray
    signs: BoolArray
    moving: Any


@dataclass(frozen=True, slots=True)
class LookAtZone:
    """Work on a piece of a profile: look at every point of a zone."""

    points: tuple[float, ...]
    at_least: float
    n_replicates: int

    def __call__(self, piece: Any) -> ZonePart:
        """Return the counts of the steady draws, and the others."""
        signs = np.empty((len(self.points), piece.n_draws), dtype=bool)
        for row, value in zip(signs, self.points, strict=True):
            np.greater_equal(piece.at(value), self.at_least, out=row)
        everywhere = np.logical_and.reduce(signs)
        somewhere = np.logical_or.reduce(signs)
        rows = np.flatnonzero(somewhere & ~everywhere)
        return ZonePart(
            piece.n_draws,
            replicate_counts(everywhere, self.n_replicates),
            (piece.start + rows) % self.n_replicates,
            np.ascontiguousarray(signs[:, rows].T),
            piece.take(rows) if rows.size else None,
        )


class Zone:
    """Exact counts at, and between, the points of a zone.

    Parameters
    ----------
    rule : ChanceRule
    confidence_level : float
    points : sequence of float
        In the direction from where the rule holds to where it does not.
    parts : sequence of ZonePart
        Of all blocks, in their order.
    """

    def __init__(
        self, rule: ChanceRule, confidence_level: float, points: Sequence[float], parts: Sequence[ZonePart]
    ) -> None:
        self.rule = rule
        self.confidence_level = confidence_level
        self.points = tuple(points)
        self.n = sum(part.n for part in parts)
        self.steady: IntArray = np.sum([part.steady for part in parts], axis=0, dtype=np.int64)
        self.replicate = np.concatenate([part.replicate for part in parts])
        self.signs = np.concatenate([part.signs for part in parts])
        pieces = [part.moving for part in parts if part.moving is not None]
        self.moving = type(pieces[0]).join(pieces) if pieces else None

    def counts(self, index: int) -> CountTally:
        """Return the acceptable draws at one of the points."""
        return CountTally(self.n, self.steady + self._by_replicate(self.signs[:, index]))

    def _by_replicate(self, chosen: BoolArray) -> IntArray:
        counts: IntArray = np.bincount(self.replicate[chosen], minlength=self.steady.size)
        return counts

    def crossing(self, name: str, inside: float, outside: float, tolerance: float) -> float:
        """Return the last value at which a bound holds, from one value of the zone to another.

        A draw on the same side of the rule's level at two neighbouring points is taken to stay there between
        them, and the bound to change sign once.
        """
        low, high = sorted((inside, outside))
        within = [k for k, value in enumerate(self.points) if low <= value <= high]
        if (self.points[0] <= self.points[-1]) != (inside <= outside):
            within.reverse()
        place = next(
            (
                pair
                for pair in pairwise(within)
                if self._holds(name, pair[0]) and not self._holds(name, pair[1])
            ),
            None,
        )
        return inside if place is None else self._between(name, *place, tolerance)

    def _holds(self, name: str, index: int) -> bool:
        return self._holds_counts(name, self.counts(index))

    def _holds_counts(self, name: str, tally: CountTally) -> bool:
        bounds = self.rule.judge_tally(tally, self.confidence_level)
        return float(getattr(bounds, name)) >= 0.0

    def _between(self, name: str, first: int, then: int, tolerance: float) -> float:
        inside, outside = self.points[first], self.points[then]
        at_inside, at_outside = self.signs[:, first], self.signs[:, then]
        counts = self.steady + self._by_replicate(at_inside & at_outside)
        rows = np.flatnonzero(at_inside != at_outside)
        if self.moving is None or not rows.size:
            return inside
        piece, replicate = self.moving.take(rows), self.replicate[rows]
        at_inside, at_outside = at_inside[rows], at_outside[rows]
        for _ in range(_MAX_STEPS):
            middle = 0.5 * (inside + outside)
            if abs(outside - inside) <= tolerance or middle in (inside, outside):
                break
            signs = piece.at(middle) >= self.rule.at_least
            here = counts + np.bincount(replicate[signs], minlength=counts.size)
            if self._holds_counts(name, CountTally(self.n, here)):
                inside, at_inside = middle, signs
            else:
                outside, at_outside = middle, signs
            moves = at_inside != at_outside
            if moves.all():
                continue
            counts = counts + np.bincount(replicate[~moves & at_inside], minlength=counts.size)
            kept = np.flatnonzero(moves)
            if kept.size == 0:
                break
            piece, replicate = piece.take(kept), replicate[kept]
            at_inside, at_outside = at_inside[kept], at_outside[kept]
        return inside
