"""Lay one term out in the direction of concession and scan what the rule says along it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from walkaway_sim._typing import FloatArray
from walkaway_sim.deal.model import GraphValue
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.all_of import AllOf
from walkaway_sim.decide.lattice import Lattice
from walkaway_sim.decide.rules import ChanceRule, Rule
from walkaway_sim.decide.search import BoundName, Search, TalliesAt
from walkaway_sim.decide.smooth_chance import SmoothChanceRule
from walkaway_sim.decide.solve import GRID_POINTS, Line, solve_term
from walkaway_sim.decide.table import Curve, TermWalkaway
from walkaway_sim.decide.tail_rules import ExpectedShortfallRule
from walkaway_sim.simulation.conditional import Conditioning
from walkaway_sim.simulation.intervals import Bounds
from walkaway_sim.simulation.outcome import Simulation
from walkaway_sim.simulation.profile import (
    BlockProfile,
    ReadOff,
    Then,
    block_profile,
    is_affine_at,
    piece_maker,
    straightened,
)
from walkaway_sim.simulation.rare import FEW, rarest_chance

__all__ = ["GRID_POINTS", "TermScan", "least_draws"]

ALL_DRAWS = 2**16
"""Up to so many draws, every point of the grid is valued on all of them."""

PILOTS = (2**14, 2**17, 2**20)
"""Beyond, the grid is scanned on the first draws, ever more of them where fewer leave a doubt, and on all where
these do. Constants of the library: an answer must not depend on memory."""

FEW_DRAWS = 2**12
"""Draws on which an affine form is checked at every point of the grid."""

DOUBT = 6.0
"""Standard errors of a pilot within which its sign is not trusted: wrong once in 10^9 points."""

LOPSIDED = 1.25
"""Ratio of the two sides of an interval from which the tail of a pilot is too heavy to be trusted."""

WIDE = 1.0 - 1e-6
"""Confidence of the interval of a pilot outside of which a crossing is not expected; if it lies there, it is found
all the same, with another look at all draws."""


class TermScan:
    """The search for the walkaway of one term: pilots first, then one look at all draws, then the answer.

    Parameters
    ----------
    sim : Simulation
    rule : Rule
    confidence_level : float
    term : Term
    base : mapping of str to float
        At which the other terms are held.
    fast : bool
        Whether to search an affine surplus in its affine form.
    buffer : bool
        Whether what management holds back is taken off the surplus.
    grid_points : int, optional
        Points of the grid on a range; 65 where not given.
    conditional : Conditioning, optional
        Integrates the no-deal value out of a chance.
    lattice : Lattice, optional
        Of the first draws: what rounding adds to the error of a mean is looked up wherever it is judged, since a
        term may scale a rare loss.
    """

    def __init__(
        self,
        sim: Simulation,
        rule: Rule,
        confidence_level: float,
        term: Term,
        base: Mapping[str, float],
        *,
        fast: bool = True,
        buffer: bool = True,
        grid_points: int | None = None,
        conditional: Conditioning | None = None,
        lattice: Lattice | None = None,
    ) -> None:
        self.term, self.rule = term, rule
        self.n_draws, self.n_replicates = sim.n_draws, sim.n_replicates
        self.confidence_level = confidence_level
        self.start = base[term.name]
        self.points = _points(term, self.start, grid_points or GRID_POINTS)
        self.maker: Callable[[Any], Any] = piece_maker(sim, term.name, base, buffer=buffer)
        self.general = block_profile(sim, self.maker)
        self.again = partial(
            TermScan, sim, rule, confidence_level, term, base, fast=False, buffer=buffer, grid_points=grid_points,
            conditional=conditional, lattice=lattice,
        )  # fmt: skip
        heads = _heads(self.general, _pilot_sizes(rule, sim))
        self.profile, self.pilots = self.general, heads
        self.form: BlockProfile | None = None
        self.checked = heads[0] if heads else self.general
        if fast and term.levels is None:
            last = heads[-1] if heads else self.general
            ends, points = (term.low, term.high), self.points.tolist()
            affine = straightened(sim, self.general, *ends, points, pilot=last, few=FEW_DRAWS)
            if affine is not self.general:
                self.maker = Then(self.maker, ReadOff(term.low, term.high))
                self.profile, self.pilots = affine, [affine.head(head.n_draws) for head in heads]
                self.form = self.pilots[0] if heads else affine
        self.asked = 0.0
        if conditional is not None and isinstance(rule, ChanceRule) and not self._touches(sim):
            self.asked = rule.probability
            self.profile = conditional.profile(
                self.profile, sim.blocks, at_least=rule.at_least, probability=rule.probability
            )
            self.pilots = _heads(self.profile, [head.n_draws for head in heads])
            rule = self.rule = SmoothChanceRule(error=conditional.error)
            lattice = None  # the chance is known, not counted
        self.lattice = lattice
        self.allow = None if lattice is None else lattice.along(rule, self.general)
        width = term.high - term.low
        self.search = Search(self.profile, rule, sim.n_replicates, confidence_level, width, allow=self.allow)
        self.rarest = rarest_chance(sim.deal)
        self.rough: list[Bounds] = []
        self.settled: list[bool] = []
        self.curve = self._scan()
        self.jobs = list(self._jobs()) if self.pilots else []
        self.pilots = []  # they have done their work

    def _scan(self) -> Curve:
        """Judge every point of the grid, on the pilots or on all draws, and return the curve for the picture."""
        first = self.pilots[0] if self.pilots else self.profile
        measures = []
        for value in self.points.tolist():
            surplus = first.at(value)
            judged, measure = self._allowed(surplus).look(surplus, self.n_replicates, self.confidence_level)
            measures.append(measure)
            self.rough.append(judged)
            if not self.pilots:
                self.search.know(value, judged)
            self.settled.append(bool(self.pilots) and self._is_settled(judged, first.n_draws))
        for pilot in self.pilots[1:]:
            for index, value in enumerate(self.points.tolist()):
                if not self.settled[index]:
                    surplus = pilot.at(value)
                    rule = self._allowed(surplus)
                    judged = rule.judge(surplus, self.n_replicates, self.confidence_level)
                    self.rough[index] = judged
                    self.settled[index] = self._is_settled(judged, pilot.n_draws)
        order = np.argsort(self.points)
        table = np.array([(one.estimate, one.low, one.high) for one in measures])[order] + self.asked
        return Curve(self.points[order], table[:, 0], table[:, 1], table[:, 2], first.n_draws)

    def _allowed(self, surplus: FloatArray) -> Rule:
        """Return the rule with what it must allow for where the surplus is this."""
        if self.allow is None or self.lattice is None or surplus.size < self.lattice.n_seen:
            return (
                self.rule
            )  # of a pilot, which settles what is clear, there may be fewer draws than it takes
        return self.lattice.allow_for(self.rule, surplus[: self.lattice.n_seen])

    def _is_settled(self, judged: Bounds, n_draws: int) -> bool:
        """Say whether the sign at a point is beyond doubt by a pilot of so many draws.

        Of a mean it is not where the pilot hardly met some risk, or is lopsided: one rare draw may turn it.
        """
        # The interval is about four standard errors wide, at the levels in use.
        clear = abs(judged.estimate) > DOUBT / 3.5 * (judged.high - judged.low)
        if not clear or isinstance(self.rule, ChanceRule | SmoothChanceRule):
            return clear
        above, below = judged.high - judged.estimate, judged.estimate - judged.low
        return self.rarest * n_draws >= FEW and below < LOPSIDED * above and above < LOPSIDED * below

    def _jobs(self) -> Iterator[_Job]:
        """Yield what has to be known of all draws: zones around the crossings, and points in doubt elsewhere."""
        covered: set[float] = set()
        if self.rule.adds_up and self.term.levels is None:
            for points in self._zones():
                if isinstance(self.rule, ChanceRule):
                    yield _Job(self.search.zone_work(points), points, is_zone=True)
                else:
                    points = self.search.smooth(points)
                    yield _Job(TalliesAt(self.rule, self.n_replicates, points), points, is_zone=False)
                covered.update(points)
        left = tuple(
            value
            for value, settled in zip(self.points.tolist(), self.settled, strict=True)
            if not settled and value not in covered
        )
        if left and self.rule.adds_up:
            yield _Job(TalliesAt(self.rule, self.n_replicates, left), left, is_zone=False)

    def _zones(self) -> Iterator[tuple[float, ...]]:
        """Yield the points of a zone around each crossing of the last pilot, from inside to outside."""
        width = self.term.high - self.term.low
        wide = Search(self.pilots[-1], self.rule, self.n_replicates, WIDE, width, allow=self.allow)
        points = self.points.tolist()
        good = [one.estimate >= 0.0 for one in self.rough]
        for index in range(len(points) - 1):
            if good[index] == good[index + 1]:
                continue
            inner, outer = (index, index + 1) if good[index] else (index + 1, index)
            step = outer - inner
            while 0 <= inner < len(points) and not wide.holds("low", points[inner]):
                inner -= step
            while 0 <= outer < len(points) and wide.holds("high", points[outer]):
                outer += step
            near = points[0 if step > 0 else -1]
            if 0 <= inner < len(points):
                near = wide.crossing("low", points[inner], points[inner + step])
            far = points[-1 if step > 0 else 0]
            if 0 <= outer < len(points):
                far = wide.crossing("high", points[outer - step], points[outer])
            low, high = sorted((near, far))
            between = [value for value in points if low < value < high]
            yield tuple(sorted({near, far, *between}, reverse=near > far))

    def work(self) -> Callable[[Any], tuple[Any, ...]]:
        """Return what is asked of every piece of the profile; `know` takes the answers."""
        return _Several(tuple(job.work for job in self.jobs))

    def know(self, answers: Sequence[tuple[Any, ...]]) -> None:
        """Take note of the answers of all pieces, in their order."""
        for number, job in enumerate(self.jobs):
            parts = [answer[number] for answer in answers]
            if job.is_zone:
                self.search.know_zone(job.points, parts)
            else:
                self.search.know_tallies(job.points, parts)

    def looked(self) -> TermScan:
        """Look at all draws, and return the scan."""
        self.know(self.profile.each(self.work()))
        return self

    def solved(self, precision: float | None = None, without_buffer: float | None = None) -> TermWalkaway:
        """Return the walkaway, once all draws have been looked at.

        Parameters
        ----------
        precision : float, optional
            The widest interval wanted [unit].
        without_buffer : float, optional
            The estimate found with `buffer` False, to be reported beside this one [unit].
        """
        between = self.search.crossing if self.term.levels is None else None
        start = int(np.flatnonzero(self.points == self.start)[0])
        found = solve_term(
            self.term,
            Line(self.points, start, self._holds, between),
            errors_across=self.search.half_width,
            precision=precision,
            curve=self.curve,
            without_buffer=without_buffer,
        )
        ends = {end for edges in found.acceptable_set for end in edges} | {found.low, found.high}
        if self._is_as_taken(end for end in ends if not np.isnan(end)):
            return found
        return self.again().looked().solved(precision, without_buffer)

    def _is_as_taken(self, values: Iterable[float]) -> bool:
        """Say whether a surplus that was taken to be affine is so at some values."""
        if self.form is None:
            return True
        return is_affine_at(self.form, self.checked, *values)

    def _touches(self, sim: Simulation) -> bool:
        """Say whether the term moves the share of the no-deal value that an early end gives back."""
        model = sim.deal.value
        return isinstance(model, GraphValue) and "freed_capacity" in model.split(self.term.name).touched

    def _holds(self, name: BoundName, index: int) -> bool:
        if self.settled[index]:
            return self.rough[index].estimate >= 0.0
        return self.search.holds(name, float(self.points[index]))


@dataclass(frozen=True, slots=True)
class _Job:
    """One thing that is asked of every piece."""

    work: Callable[[Any], Any]
    points: tuple[float, ...]
    is_zone: bool


@dataclass(frozen=True, slots=True)
class _Several:
    works: tuple[Callable[[Any], Any], ...]

    def __call__(self, piece: Any) -> tuple[Any, ...]:
        return tuple(work(piece) for work in self.works)


def _pilot_sizes(rule: Rule, sim: Simulation) -> list[int]:
    """Return how many draws each pilot has: none where all are few."""
    if sim.n_draws <= ALL_DRAWS:
        return []
    least = max(PILOTS[0], least_draws(rule))
    wanted = {max(size, least) for size in PILOTS}
    rounded = sorted(-(-size // sim.n_replicates) * sim.n_replicates for size in wanted)
    return [size for size in rounded if 2 * size <= sim.n_draws]


def _heads(profile: BlockProfile, sizes: Sequence[int]) -> list[BlockProfile]:
    """Return the profiles of the first draws, made from the largest of them."""
    if not sizes:
        return []
    largest = profile.head(sizes[-1])
    return [largest.head(size) for size in sizes[:-1]] + [largest]


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
