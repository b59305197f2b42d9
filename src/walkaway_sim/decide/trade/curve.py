"""The frontier of two terms: a curve of walkaways, with a side that is safe all along it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from walkaway_sim.deal.term import Term
from walkaway_sim.decide.rules import Rule
from walkaway_sim.decide.table import Status
from walkaway_sim.decide.trade.words import shown
from walkaway_sim.simulation.estimate import Estimate

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Frontier", "FrontierPoint"]


@dataclass(frozen=True, slots=True)
class FrontierPoint:
    """The walkaway of the second term at one value of the first.

    Attributes
    ----------
    x : float
        Of the first term [its unit].
    estimate, low, high : float
        Walkaway of the second term and its interval, by itself; NaN where the status says that there is none
        [its unit].
    safe : float
        Up to here the rule holds, at all points of the frontier at once with the confidence asked for; NaN where no
        value is that safe [its unit].
    status : str
        As that of a walkaway: ``"acceptable_everywhere"``, ``"acceptable_nowhere"``, ...
    reason : str
        Why the rule cannot be judged there, where it cannot.
    """

    x: float
    estimate: float
    low: float
    high: float
    safe: float
    status: Status
    reason: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Frontier:
    """How far one term can go for each value of another. Made by `frontier`.

    Attributes
    ----------
    deal_name, currency : str
    rule : Rule
    confidence_level : float
    x, y : Term
    base : mapping of str to float
        Where the other terms are held, and from where the two are conceded [their units].
    points : tuple of FrontierPoint
        By rising values of the first term.
    x_walkaway, y_walkaway : float
        Of each by itself, the other at the base; NaN where it has none [their units].
    corner : mapping of str to float
        All terms, the two at these walkaways at once [their units].
    at_corner : Estimate
        What the rule looks at there [probability, or currency].
    corner_chance : Estimate
        ``P(S >= 0)`` there.
    corner_holds : bool
        Whether the rule holds there, by the estimate.
    n_draws : int
    """

    deal_name: str
    currency: str
    rule: Rule
    confidence_level: float
    x: Term
    y: Term
    base: Mapping[str, float]
    points: tuple[FrontierPoint, ...]
    x_walkaway: float
    y_walkaway: float
    corner: Mapping[str, float]
    at_corner: Estimate
    corner_chance: Estimate
    corner_holds: bool
    n_draws: int

    @property
    def both_move(self) -> bool:
        """Whether the two walkaways are further concessions of both terms that are not to be had together."""
        return not self.corner_holds and all(
            term.sign * (value - self.base[term.name]) > 0.0
            for term, value in ((self.x, self.x_walkaway), (self.y, self.y_walkaway))
        )

    @property
    def note(self) -> str:
        """What stands under the table."""
        x, y = (term.name.replace("_", " ") for term in (self.x, self.y))
        text = ""
        if self.both_move:
            text = (
                f"The two walkaways cannot both be had: with {x} at {shown(self.x, self.x_walkaway)} and {y} at "
                f"{shown(self.y, self.y_walkaway)} at once the chance that the deal beats no deal is "
                f"{100 * self.corner_chance.estimate:.1f}%, and the rule does not hold. "
            )
        if all(point.status == "acceptable_nowhere" for point in self.points):
            text += f"No value of {y} is acceptable, whatever {x} is. "
        elif all(point.status == "acceptable_everywhere" for point in self.points):
            text += f"Every value of {y} is acceptable, whatever {x} is. "
        level = f"{100 * self.confidence_level:g}%"
        return (
            f"{text}Rule: {self.rule.label}. Intervals hold at {level} one at a time; the safe column holds at {level} "
            f"all along the frontier. They cover simulation error only, not doubt about the inputs. The other terms "
            f"are held."
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row per value of the first term: walkaway of the second, low, high, safe, status, reason.

        ``attrs["note"]`` has the note.
        """
        import pandas as pd

        rows = [
            {
                self.y.name: point.estimate,
                "low": point.low,
                "high": point.high,
                "safe": point.safe,
                "status": point.status,
                "reason": point.reason,
            }
            for point in self.points
        ]
        frame = pd.DataFrame(rows, index=pd.Index([point.x for point in self.points], name=self.x.name))
        frame.attrs["note"] = self.note
        return frame

    def safe_at(self, x: float) -> float:
        """Return what is safe of the second term at any value of the first, by the next point that concedes more.

        Parameters
        ----------
        x : float
            Of the first term [its unit].

        Returns
        -------
        float
            NaN where nothing is safe there [unit of the second term].

        Raises
        ------
        InputError
            A value outside the range of the first term, or that is none of its levels.

        Notes
        -----
        Conceding less of the first term is taken never to be worse; `joint_region` looks at that.
        """
        value = self.x.check_value(x)
        hair = 1e-9 * (self.x.high - self.x.low)
        beyond = [point for point in self.points if self.x.sign * (point.x - value) >= -hair]
        nearest = min(beyond, key=lambda point: self.x.sign * point.x)
        return nearest.safe

    def __repr__(self) -> str:
        return f"{self.to_frame().to_string()}\n{self.note}"

    def _repr_html_(self) -> str:
        from html import escape

        return f"{self.to_frame().to_html()}<p>{escape(self.note)}</p>"
