"""Several rules that must all hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from walkaway_sim._typing import FloatArray
from walkaway_sim.decide.rules import ChanceRule, Rule
from walkaway_sim.decide.tallies import add_up
from walkaway_sim.errors import InputError
from walkaway_sim.simulation.estimate import Estimate
from walkaway_sim.simulation.intervals import Bounds

__all__ = ["AllOf", "SeveralTallies"]


@dataclass(frozen=True, slots=True)
class SeveralTallies:
    """The tallies of several rules on the same draws."""

    each: tuple[Any, ...]

    @staticmethod
    def add_up(parts: Sequence[SeveralTallies]) -> SeveralTallies:
        """Return the tallies of all draws."""
        return SeveralTallies(
            tuple(add_up(each) for each in zip(*(part.each for part in parts), strict=True))
        )


@dataclass(frozen=True, slots=True, init=False)
class AllOf:
    """Acceptable where every one of several rules says so.

    Parameters
    ----------
    *rules : Rule
        Two or more. Each brings its own `at_least`.

    Notes
    -----
    An intersection-union test (Berger 1982): the lower bounds need no correction, since whichever
    rule binds is tested at full level; the upper ones share the error equally (Bonferroni).
    """

    rules: tuple[Rule, ...]
    unit: ClassVar[str] = "margin"

    def __init__(self, *rules: Rule) -> None:
        if len(rules) < 2 or any(isinstance(rule, type) or not isinstance(rule, Rule) for rule in rules):
            raise InputError(
                f"AllOf needs two rules or more, such as AllOf(ChanceRule(0.9), ExpectedValueRule()); got {rules!r}"
            )
        object.__setattr__(self, "rules", tuple(rules))

    @property
    def at_least(self) -> float:
        """Zero: each rule asks for its own."""
        return 0.0

    @property
    def label(self) -> str:
        """How tables and pictures call the rule."""
        return " and ".join(rule.label for rule in self.rules)

    @property
    def level(self) -> float:
        """Zero: the least of the margins must not be negative."""
        return 0.0

    def judge(self, surplus: FloatArray, n_replicates: int, confidence_level: float) -> Bounds:
        """Return the least bounds over the rules, as multiples of each rule's own scale."""
        return self.judge_tally(self.tally(surplus, n_replicates), confidence_level)

    @property
    def adds_up(self) -> bool:
        """Whether all of the rules add up."""
        return all(rule.adds_up for rule in self.rules)

    def tally(self, surplus: FloatArray, n_replicates: int) -> SeveralTallies:
        """Return the tally of each rule."""
        return SeveralTallies(tuple(rule.tally(surplus, n_replicates) for rule in self.rules))

    def judge_tally(self, tally: SeveralTallies, confidence_level: float) -> Bounds:
        """Return the least bounds over the rules, from the tally of each."""
        shared = 1.0 - (1.0 - confidence_level) / len(self.rules)
        pairs = list(zip(self.rules, tally.each, strict=True))
        judged = [rule.judge_tally(one, confidence_level) for rule, one in pairs]
        wide = [rule.judge_tally(one, shared) for rule, one in pairs]
        binding = min(judged, key=lambda one: one.estimate)
        return Bounds(
            binding.estimate,
            min(one.low for one in judged),
            min(one.high for one in wide),
            min(one.at_least for one in judged),
            min(one.at_most for one in wide),
            binding.standard_error,
        )

    def measure(self, surplus: FloatArray, n_replicates: int, confidence_level: float) -> Estimate:
        """Return the least margin over the rules, each in standard deviations of the surplus or points."""
        scale = float(surplus.std()) or 1.0
        margins = []
        for rule in self.rules:
            found = rule.measure(surplus, n_replicates, confidence_level)
            unit = 1.0 if isinstance(rule, ChanceRule) else scale
            above = (found.estimate - rule.level, found.low - rule.level, found.high - rule.level)
            margins.append(Estimate(*(part / unit for part in (*above, found.standard_error))))
        return min(margins, key=lambda one: one.estimate)

    def look(
        self, surplus: FloatArray, n_replicates: int, confidence_level: float
    ) -> tuple[Bounds, Estimate]:
        """Return what `judge` and `measure` would."""
        judged = self.judge(surplus, n_replicates, confidence_level)
        return judged, self.measure(surplus, n_replicates, confidence_level)
