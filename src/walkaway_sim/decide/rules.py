"""What makes terms acceptable: what a rule is, a chance and an expected value.

A rule has a per-draw moment ``m(S)`` of the surplus, and terms are acceptable exactly when
``E m(S) >= 0``. `judge` gives the pooled estimate of that mean with its bounds; only their signs
matter to a search. `measure` gives the same in the unit that a reader expects.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol, runtime_checkable

from walkaway_sim._checks import check_finite, check_probability
from walkaway_sim._typing import FloatArray, IntArray
from walkaway_sim.decide.tallies import CountTally, replicate_counts
from walkaway_sim.simulation.estimate import Estimate
from walkaway_sim.simulation.intervals import (
    Bounds,
    MeanTally,
    count_needed,
    count_proven,
    count_refuted,
    mean_tally,
    proportion_bounds,
    proportion_estimate,
    tally_bounds,
    two_sided_quantile,
)

__all__ = ["ChanceRule", "ExpectedValueRule", "JudgedByTally", "MeanAboveLevel", "Rule", "asked"]


@runtime_checkable
class Rule(Protocol):
    """What `walkaway` and `assess` need of a rule."""

    @property
    def at_least(self) -> float:
        """What the rule asks of the surplus [currency]."""
        ...

    @property
    def label(self) -> str:
        """How tables and pictures call the rule."""
        ...

    def judge(self, surplus: FloatArray, n_replicates: int, confidence_level: float) -> Bounds:
        """Return the mean moment with its bounds: acceptable where it is 0 or more."""
        ...

    @property
    def adds_up(self) -> bool:
        """Whether `judge` needs no more than a sum over blocks of draws."""
        ...

    def tally(self, surplus: FloatArray, n_replicates: int) -> Any:
        """Return what `judge` needs of a block of draws, where that adds up; parts go to `add_up`."""
        ...

    def judge_tally(self, tally: Any, confidence_level: float) -> Bounds:
        """Return what `judge` would of the draws that were tallied."""
        ...

    def measure(self, surplus: FloatArray, n_replicates: int, confidence_level: float) -> Estimate:
        """Return what the rule looks at, in its own unit."""
        ...

    def look(
        self, surplus: FloatArray, n_replicates: int, confidence_level: float
    ) -> tuple[Bounds, Estimate]:
        """Return what `judge` and `measure` would, from one look at the draws where that will do."""
        ...

    @property
    def level(self) -> float:
        """The least acceptable value of `measure`."""
        ...


class JudgedByTally(ABC):
    """What rules have in common whose moment is a mean: they are judged from sums over draws."""

    __slots__ = ()

    @abstractmethod
    def tally(self, surplus: FloatArray, n_replicates: int) -> Any:
        """Return what `judge_tally` needs of the draws."""

    @abstractmethod
    def judge_tally(self, tally: Any, confidence_level: float) -> Bounds:
        """Return the mean moment with its bounds, from sums."""

    @abstractmethod
    def look(
        self, surplus: FloatArray, n_replicates: int, confidence_level: float
    ) -> tuple[Bounds, Estimate]:
        """Return what `judge` and `measure` would."""

    def judge(self, surplus: FloatArray, n_replicates: int, confidence_level: float) -> Bounds:
        """Return the mean moment with its bounds: acceptable where it is 0 or more."""
        return self.judge_tally(self.tally(surplus, n_replicates), confidence_level)

    def measure(self, surplus: FloatArray, n_replicates: int, confidence_level: float) -> Estimate:
        """Return what the rule looks at, in its own unit."""
        return self.look(surplus, n_replicates, confidence_level)[1]


class MeanAboveLevel(JudgedByTally):
    """The same of rules whose moment is what they look at less the level that they ask for [currency]."""

    __slots__ = ()

    at_least: float

    def look(
        self, surplus: FloatArray, n_replicates: int, confidence_level: float
    ) -> tuple[Bounds, Estimate]:
        """Return what `judge` and `measure` would."""
        above = self.judge(surplus, n_replicates, confidence_level)
        ends = (above.estimate + self.at_least, above.low + self.at_least, above.high + self.at_least)
        return above, Estimate(*ends, above.standard_error)


@dataclass(frozen=True, slots=True)
class ChanceRule(JudgedByTally):
    """Acceptable where ``P(S >= at_least) >= probability``.

    Parameters
    ----------
    probability : float
        Strictly between 0 and 1.
    at_least : float
        What the surplus must reach [currency].
    posture : str
        Name of the posture that the rule stands for, where it does.

    Notes
    -----
    Moment ``1{S >= at_least} - probability``. Independent draws are counted against exact binomial
    bounds, in integers; replicates of a randomised design by Student's t over their shares, widened
    by one draw of a replicate.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> ws.ChanceRule(0.9).label
    'chance of at least 90%'
    """

    probability: float
    at_least: float = 0.0
    posture: str = field(default="", compare=False, repr=False)
    unit: ClassVar[str] = "probability"
    adds_up: ClassVar[bool] = True

    def __post_init__(self) -> None:
        chance = check_probability("ChanceRule: probability", self.probability, open_ends=True)
        object.__setattr__(self, "probability", chance)
        object.__setattr__(self, "at_least", check_finite("ChanceRule: at_least", self.at_least))

    @property
    def label(self) -> str:
        """How tables and pictures call the rule."""
        return f"chance of at least {100 * self.probability:g}%{asked(self.at_least)}"

    @property
    def level(self) -> float:
        """The least acceptable chance."""
        return self.probability

    def tally(self, surplus: FloatArray, n_replicates: int) -> CountTally:
        """Count the acceptable draws of each replicate."""
        return CountTally(surplus.size, replicate_counts(surplus >= self.at_least, n_replicates))

    def judge_tally(self, tally: CountTally, confidence_level: float) -> Bounds:
        """Return the chance less `probability`, with its bounds, from counts."""
        return self.judge_counts(tally.counts, tally.n, confidence_level)

    def judge_counts(self, counts: IntArray, n_draws: int, confidence_level: float) -> Bounds:
        """Return the same as `judge` from the counts of acceptable draws of each replicate."""
        total = int(counts.sum())
        if counts.size > 1:
            estimate = (total - count_needed(n_draws, self.probability)) / n_draws
            bounds = proportion_bounds(counts, n_draws, confidence_level)
            p = self.probability
            low, high = bounds.low - p, bounds.high - p
            return Bounds(estimate, low, high, bounds.at_least - p, bounds.at_most - p, bounds.standard_error)
        needed = self.counts_needed(n_draws, confidence_level)
        above = {name: (total - needed[name]) / n_draws for name in needed}
        two = two_sided_quantile(1, n_draws, confidence_level)
        return Bounds(**above, standard_error=(above["high"] - above["low"]) / (2 * two))

    def counts_needed(self, n_draws: int, confidence_level: float) -> dict[str, int]:
        """Return how many of independent draws must be acceptable for each bound to be 0 or more, in their order."""
        error = 1.0 - confidence_level
        return {
            "estimate": count_needed(n_draws, self.probability),
            "low": count_proven(n_draws, self.probability, error / 2),
            "high": count_refuted(n_draws, self.probability, error / 2),
            "at_least": count_proven(n_draws, self.probability, error),
            "at_most": count_refuted(n_draws, self.probability, error),
        }

    def look(
        self, surplus: FloatArray, n_replicates: int, confidence_level: float
    ) -> tuple[Bounds, Estimate]:
        """Return what `judge` and `measure` would."""
        tally = self.tally(surplus, n_replicates)
        chance = proportion_estimate(tally.counts, tally.n, confidence_level)
        return self.judge_tally(tally, confidence_level), chance


@dataclass(frozen=True, slots=True)
class ExpectedValueRule(MeanAboveLevel):
    """Acceptable where ``E[S] >= at_least``.

    Parameters
    ----------
    at_least : float
        [currency]
    posture : str
        Name of the posture that the rule stands for, where it does.
    lattice_error : float
        Standard error that the spread of randomisations may not show [currency]; searches set it.

    Notes
    -----
    Moment ``S - at_least``; over draws, Student's t corrected for skewness (Hall 1992), since t alone covers 0.81
    for a loss of one draw in 500 (1000 seeds, 2^12 draws). Over replicate means, Student's t or Hall's correction,
    whichever lies further out: with one skewed input, the extreme stratum of each replicate
    carries the error, and Student's t alone covers 0.91 (1000 seeds). To their spread comes what rounding the
    counts of discrete inputs adds.
    """

    at_least: float = 0.0
    posture: str = field(default="", compare=False, repr=False)
    lattice_error: float = field(default=0.0, compare=False, repr=False)
    unit: ClassVar[str] = "currency"
    adds_up: ClassVar[bool] = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "at_least", check_finite("ExpectedValueRule: at_least", self.at_least))

    @property
    def label(self) -> str:
        """How tables and pictures call the rule."""
        return f"expected surplus{asked(self.at_least) or ' of at least 0'}"

    @property
    def level(self) -> float:
        """The least acceptable expected surplus [currency]."""
        return self.at_least

    def tally(self, surplus: FloatArray, n_replicates: int) -> MeanTally:
        """Sum the surplus of each replicate."""
        return mean_tally(surplus - self.at_least, n_replicates)

    def judge_tally(self, tally: MeanTally, confidence_level: float) -> Bounds:
        """Return ``E[S] - at_least`` with its bounds, from sums [currency]."""
        return tally_bounds(tally, confidence_level, skewed=True, floor=self.lattice_error)


def asked(at_least: float) -> str:
    """Return how a label says what a rule asks of the surplus; nothing where that is 0."""
    return f" of at least {at_least:,.0f}" if at_least else ""
