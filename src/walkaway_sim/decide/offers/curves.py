"""Rough looks along every term on the draws of a pilot: where to search, and what to trade."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from walkaway_sim._typing import FloatArray
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.goodwill import share_conceded
from walkaway_sim.decide.offers.judge import margin
from walkaway_sim.decide.offers.steps import may_give_to
from walkaway_sim.decide.rules import Rule
from walkaway_sim.simulation.opened import OpenedDeal
from walkaway_sim.simulation.paths import OneTerm

__all__ = ["POINTS", "Chunk", "TermCurve", "look_along"]

POINTS = 9
"""Points of a range, or of many levels, that a pilot looks at; an acceptable stretch between two of them is missed."""

_WIDE = 1.0 - 1e-6
"""Confidence of a pilot beyond which it is not asked again."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of a term along which it is taken back, or given.

    Attributes
    ----------
    start, end : float
        [unit]
    size : float
        How far that is, as a share of the range; above 0.
    rate : float
        What it changes the margin by, gained where it is taken, lost where it is given [currency per range].
    """

    start: float
    end: float
    size: float
    rate: float

    def at(self, share: float) -> float:
        """Return the value after a share of the stretch [unit]."""
        return self.end if share >= 1.0 else self.start + share * (self.end - self.start)

    def after(self, share: float) -> Chunk:
        """Return what is left after a share of the stretch."""
        return Chunk(self.at(share), self.end, self.size * (1.0 - share), self.rate)

    def undone(self) -> Chunk:
        """Return the way back."""
        return Chunk(self.end, self.start, self.size, self.rate)


@dataclass(frozen=True, slots=True, eq=False)
class TermCurve:
    """The margin of a rule along one term, the others as offered.

    Attributes
    ----------
    term : Term
    values : ndarray, shape (n_points,)
        In the direction of concession, the offered one among them [unit].
    margins : ndarray, shape (n_points,)
        By the estimate of the pilot, less what is kept back [currency].
    offered : int
        Index of the offered value.
    is_hopeless : bool
        Whether the rule fails at every other value, beyond the doubt of the pilot.
    slope : {-1, 0, 1}
        -1 where on no draw of the pilot a concession is better for the supplier, 1 where on none it is worse, else 0.
    """

    term: Term
    values: FloatArray
    margins: FloatArray
    offered: int
    is_hopeless: bool
    slope: int

    @property
    def best(self) -> int:
        """Index of the value with the widest margin."""
        return int(np.argmax(self.margins))

    @property
    def safest(self) -> float:
        """The value to which the term may usefully be taken back; the offered one where that gains nothing [unit]."""
        return float(self.values[int(np.argmax(self.margins[: self.offered + 1]))])

    def nearest_good(self) -> int | None:
        """Return the index of the value nearest to the offered one at which the rule holds, better than there."""
        good = np.flatnonzero(self.margins > max(float(self.margins[self.offered]), 0.0))
        if not good.size:
            return None
        return int(good[np.argmin(np.abs(self.values[good] - self.values[self.offered]))])

    def along(self, values: FloatArray) -> FloatArray:
        """Return the margin at any values, between those looked at by straight lines [currency]."""
        sign = self.term.sign
        return np.interp(sign * values, sign * self.values, self.margins)

    def shares(self, direction: int) -> FloatArray:
        """Return how far the values on one side of the offered one lie from it, as shares of the range: all levels.

        Those towards concession (1) only as far as somebody may sign, those towards the supplier (-1) as far as that
        is of use.
        """
        sign = self.term.sign
        end = may_give_to(self.term) if direction > 0 else self.safest
        values = self.values if self.term.levels is None else np.array(self.term.levels)
        conceded = sign * (values - self.values[self.offered])
        reach = sign * (end - self.values[self.offered])
        kept = (direction * conceded > 0.0) & (direction * conceded <= direction * reach)
        found: FloatArray = np.abs(conceded[kept]) / (self.term.high - self.term.low)
        return found

    def takes(self) -> tuple[Chunk, ...]:
        """Return how the term would be taken back: at every stage, what gains most for how far it goes."""
        return tuple(self._hull(range(self.offered, -1, -1), gains=True))

    def gives(self) -> tuple[Chunk, ...]:
        """Return how more of the term would be given, as far as anybody may sign: what costs least first."""
        end = self.term.sign * may_give_to(self.term)
        upto = int(np.searchsorted(self.term.sign * self.values, end, side="right"))
        return tuple(self._hull(range(self.offered, upto), gains=False))

    def _hull(self, order: range, *, gains: bool) -> Iterator[Chunk]:
        places = list(order)
        start = 0
        while start < len(places) - 1:
            near, far = places[start], np.array(places[start + 1 :])
            sizes = np.abs([share_conceded(self.term, self.values[k], self.values[near]) for k in far])
            slopes = (self.margins[far] - self.margins[near]) / sizes
            slopes = slopes if gains else -slopes
            pick = int(np.argmax(slopes) if gains else np.argmin(slopes))
            if gains and slopes[pick] <= 0.0:
                return
            yield Chunk(
                float(self.values[near]),
                float(self.values[far[pick]]),
                float(sizes[pick]),
                float(slopes[pick]),
            )
            start += pick + 1


def look_along(
    pilot: OpenedDeal, rule: Rule, terms: tuple[Term, ...], kept_back: float = 0.0
) -> dict[str, TermCurve]:
    """Return the curve of every term on the draws of a pilot, a sum kept back of every margin [currency]."""
    at_offer = margin(rule, pilot.surplus) - kept_back
    return {term.name: _curve(pilot, rule, term, at_offer, kept_back) for term in terms}


def _curve(pilot: OpenedDeal, rule: Rule, term: Term, at_offer: float, kept_back: float) -> TermCurve:
    offered = pilot.offer[term.name]
    values = _values(term, offered)
    profile = pilot.profile(OneTerm(term.name))
    margins, slopes, before = [], [-1, 1], None
    for value in values.tolist():
        surplus = pilot.surplus if value == offered else profile.at(value)
        margins.append(at_offer if value == offered else margin(rule, surplus) - kept_back)
        if before is not None:
            slopes = [slope for slope in slopes if not _is_against(slope, before, surplus)]
        before = surplus
    place, best = int(np.flatnonzero(values == offered)[0]), int(np.argmax(margins))
    hopeless = best == place
    if margins[best] < 0.0 and not hopeless:
        judged = rule.judge(profile.at(float(values[best])) - kept_back, pilot.sim.n_replicates, _WIDE)
        hopeless = judged.high < 0.0
    return TermCurve(term, values, np.array(margins), place, hopeless, min(slopes, default=0))


def _is_against(slope: int, before: FloatArray, after: FloatArray) -> bool:
    """Say whether any draw moves against a slope."""
    return bool((after > before).any() if slope < 0 else (after < before).any())


def _values(term: Term, offered: float) -> FloatArray:
    """Return the offered value, the ends, what may be given, and a few between, towards concession."""
    if term.levels is None:
        found = np.append(np.linspace(term.low, term.high, POINTS), (offered, may_give_to(term)))
    else:
        levels = np.array(term.levels, dtype=float)
        place = int(np.flatnonzero(levels == offered)[0])
        near = [max(place - 1, 0), place, min(place + 1, levels.size - 1)]
        few = np.linspace(0, levels.size - 1, min(POINTS, levels.size)).round().astype(int)
        found = levels[np.append(few, near)]
        capped = levels[term.sign * levels <= term.sign * may_give_to(term)]
        found = np.append(found, capped.max() if term.sign > 0 else capped.min()) if capped.size else found
    found = np.unique(found)
    return found if term.sign > 0 else found[::-1]
