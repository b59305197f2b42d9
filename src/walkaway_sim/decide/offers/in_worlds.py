"""Whether what is offered is acceptable in enough plausible worlds, where inputs were fitted or elicited."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from walkaway_sim._typing import FloatArray
from walkaway_sim.deal.plausible import calibrated_laws
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.calibration import batches_of, few_draws, order_statistic, world_draws
from walkaway_sim.decide.offers.judge import Judge, margin
from walkaway_sim.decide.offers.steps import on_side, spoken_step
from walkaway_sim.decide.room import room
from walkaway_sim.simulation.outcome import Simulation
from walkaway_sim.simulation.paths import Path
from walkaway_sim.simulation.profile import BlockProfile, block_profile, piece_maker

__all__ = ["AlongInWorlds", "InWorlds", "PlausibleWorlds", "worlds_of"]

_TRIES = 16
"""Steps by which a value that was found is moved on where it does not hold when looked at again."""

_SHARE_OF_STEP = 0.05
"""Of a step, to which a crossing is found; the value is rounded to a whole step then, and looked at."""


@dataclass(frozen=True, slots=True)
class InWorlds:
    """In how many plausible worlds a package is acceptable.

    Attributes
    ----------
    holding, n_worlds : int
        Worlds in which the rule holds by its estimate, of all that were looked at.
    needed : int
        Of them, for the confidence level.
    margin : float
        What could be given away on every draw with the rule just holding, both errors allowed for; negative where
        that is not so [currency].
    kept_back : float
        What both errors take off the estimate of that sum [currency].
    """

    holding: int
    n_worlds: int
    needed: int
    margin: float
    kept_back: float

    @property
    def enough(self) -> bool:
        """Whether the package is acceptable with calibration error and simulation error allowed for."""
        return self.margin >= 0.0

    @property
    def words(self) -> str:
        """The count in words."""
        return f"holds in {self.holding} of {self.n_worlds} plausible worlds"

    @property
    def verdict(self) -> str:
        """The count in words, with what is needed."""
        besides = ", with the error of the draws allowed for besides"
        short = besides if self.holding >= self.needed and not self.enough else ""
        return f"{self.words}; {self.needed} are needed{short}"


class PlausibleWorlds:
    """Few draws of a deal under each of many laws that could be true, on common random numbers.

    Parameters
    ----------
    judge : Judge
    n_worlds : int

    Notes
    -----
    In each world the sum is found that could be given away with the rule just holding. These sums are moved by what
    the few draws of a world put the estimate off, and the order statistic taken that as many worlds keep as the
    confidence level asks for. What that and the simulation's own bound lie below the estimate is added as independent
    errors are, by the root of the sum of squares: `safe_calibrated` of a walkaway does the same in the unit of the
    term, and agrees wherever the sum is linear in the term.
    """

    def __init__(self, judge: Judge, n_worlds: int) -> None:
        self.judge = judge
        self.n_worlds = n_worlds
        sim = judge.sim
        size = world_draws(judge.rule)
        key = f"{n_worlds} plausible worlds of {size}"
        if key not in sim.known:
            few = few_draws(sim, size)
            sim.known[key] = (few, tuple(batches_of(few, n_worlds)))
        self.few: Simulation
        self.batches: tuple[Simulation, ...]
        self.few, self.batches = sim.known[key]

    @property
    def needed(self) -> int:
        """How many worlds must keep what is handed out."""
        # The rank of the order statistic is found where it is defined.
        index = order_statistic(np.arange(float(self.n_worlds)), 1.0 - self.judge.confidence_level)
        return self.n_worlds - int(index)

    def look(self, package: Mapping[str, float], surplus: FloatArray) -> InWorlds:
        """Return in how many worlds a package is acceptable; `surplus` is that of the draws that judge it."""
        drawn = [one.surplus(dict(package)) for one in self.batches]
        return self.judged(surplus, self.few.surplus(dict(package)), drawn)

    def along(self, offer: Mapping[str, float], path: Path) -> AlongInWorlds:
        """Return the worlds along a path from an offer."""
        few, *drawn = (block_profile(one, piece_maker(one, path, offer)) for one in (self.few, *self.batches))
        return AlongInWorlds(self, few, tuple(drawn))

    def judged(self, surplus: FloatArray, few: FloatArray, drawn: Sequence[FloatArray]) -> InWorlds:
        """Return the verdict on surpluses of all draws, of the few, and of the worlds [currency]."""
        judge, sim = self.judge, self.judge.sim
        # Two-sided at this level, its low end is the one-sided bound at the level asked for.
        seen = room(judge.allowing(surplus), surplus, sim.n_replicates, 2.0 * judge.confidence_level - 1.0)
        shift = seen.estimate - margin(judge.rule, few)
        each = np.array(
            [margin(judge.rule, world) for one in drawn for world in one.reshape(-1, self.few.n_draws)]
        )
        each = each + (shift if math.isfinite(shift) else 0.0)
        kept = order_statistic(each, 1.0 - judge.confidence_level)
        back = math.hypot(max(seen.estimate - kept, 0.0), max(seen.estimate - seen.low, 0.0))
        return InWorlds(
            int((each >= 0.0).sum()), self.n_worlds, self.needed, float(seen.estimate - back), float(back)
        )


class AlongInWorlds:
    """Plausible worlds along one path.

    Parameters
    ----------
    worlds : PlausibleWorlds
    few : BlockProfile
        Of the few draws as they are.
    drawn : tuple of BlockProfile
        Of the worlds.
    """

    def __init__(self, worlds: PlausibleWorlds, few: BlockProfile, drawn: tuple[BlockProfile, ...]) -> None:
        self.worlds = worlds
        self.few = few
        self.drawn = drawn
        self._known: dict[float, InWorlds] = {}

    def at(self, value: float, profile: BlockProfile) -> InWorlds:
        """Return in how many worlds a value is acceptable; `profile` is that of the draws that judge it."""
        if value not in self._known:
            drawn = [one.at(value) for one in self.drawn]
            self._known[value] = self.worlds.judged(profile.at(value), self.few.at(value), drawn)
        return self._known[value]

    def last(
        self,
        judge: Judge,
        profile: BlockProfile,
        term: Term,
        line: Sequence[float],
        start: int,
        accepted: float,
    ) -> float | None:
        """Return the value furthest along a line, up to one accepted by the draws, at which enough worlds agree.

        Parameters
        ----------
        judge : Judge
            With the share of the error that the draws have along this line.
        profile : BlockProfile
            Of the draws that judge.
        term : Term
        line : sequence of float
            From the safest to the offered value [unit].
        start : int
            Index from which to look.
        accepted : float
            Up to which to look [unit].

        Returns
        -------
        float or None
            A level, or a whole number of steps, rounded towards the start of the line [unit]; None where no point
            up to `start` holds.

        Notes
        -----
        From `start` the line is walked to its last point that holds before one that fails; between these two the
        margin is taken to change sign once. In each world that is its own walkaway, so that an order statistic over
        worlds is one of walkaways too.
        """

        def beyond(value: float) -> float:
            return self.at(value, profile).margin

        towards = 1.0 if line[-1] >= line[0] else -1.0
        points = [value for value in line if towards * value < towards * accepted] + [accepted]
        if term.levels is not None:
            points = [level for level in term.levels if min(points) <= level <= max(points)]
            points = points if towards > 0 else points[::-1]
            start = points.index(line[start]) if line[start] in points else len(points) - 1
        at = min(start, len(points) - 1)
        while at >= 0 and beyond(points[at]) < 0.0:
            at -= 1
        if at < 0:
            return None
        while at + 1 < len(points) and beyond(points[at + 1]) >= 0.0:
            at += 1
        if at + 1 == len(points) or term.levels is not None:
            return points[at] if self._holds(judge, profile, points[at]) else None
        return self._between(judge, profile, term, beyond, points[at], points[at + 1])

    def _between(
        self,
        judge: Judge,
        profile: BlockProfile,
        term: Term,
        beyond: Callable[[float], float],
        inside: float,
        outside: float,
    ) -> float | None:
        """Return the last whole step from a value that holds to one that does not."""
        up = inside > outside
        step = spoken_step(term)
        crossing = brentq(beyond, inside, outside, xtol=_SHARE_OF_STEP * step, disp=False)
        value = on_side(term, crossing, up=up)
        for _ in range(_TRIES):
            value = min(value, inside) if up else max(value, inside)
            if self._holds(judge, profile, value):
                return value
            if value == inside:
                return None
            value = on_side(term, value + (step if up else -step), up=up)
        return inside if self._holds(judge, profile, inside) else None

    def _holds(self, judge: Judge, profile: BlockProfile, value: float) -> bool:
        return self.at(value, profile).enough and judge.accepts(profile.at(value))


def worlds_of(judge: Judge, n_worlds: int) -> PlausibleWorlds | None:
    """Return the plausible worlds of a deal; None where nothing was calibrated, or none are to be looked at."""
    if not n_worlds or not calibrated_laws(judge.sim.deal):
        return None
    return PlausibleWorlds(judge, n_worlds)
