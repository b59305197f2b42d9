"""The walkaway of each term, and what the table of them says on its face."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from walkaway_sim._checks import nearest
from walkaway_sim._typing import FloatArray
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.checks import Check
from walkaway_sim.decide.rules import Rule
from walkaway_sim.decide.term_calibration import TermCalibration
from walkaway_sim.simulation.estimate import Estimate

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Curve", "Status", "TermWalkaway", "Walkaways"]

Status = Literal["found", "acceptable_everywhere", "acceptable_nowhere", "several_crossings", "unresolved"]

ONE_AT_A_TIME = (
    "Each walkaway holds one at a time, the other terms as proposed; they cannot all be conceded together."
)


@dataclass(frozen=True, slots=True)
class Curve:
    """What the rule looks at, along one term.

    Attributes
    ----------
    values : ndarray, shape (n_points,)
        Of the term, rising [its unit].
    estimate, low, high : ndarray, shape (n_points,)
        The rule's measure and its interval [probability or currency].
    n_draws : int
        Draws that the curve was made from.
    """

    values: FloatArray
    estimate: FloatArray
    low: FloatArray
    high: FloatArray
    n_draws: int


@dataclass(frozen=True, slots=True, repr=False)
class TermWalkaway:
    """How far one term can go, the others held.

    Attributes
    ----------
    term : Term
    proposed : float
        The value from which concessions are counted [unit].
    estimate : float
        The last acceptable value in the direction of concession [unit]. The end of the range where
        the status is ``"acceptable_everywhere"``; NaN where it is ``"acceptable_nowhere"``; the best
        end of the range where no value is acceptable by the estimate, but some cannot be ruled out.
    low, high : float
        Confidence interval of that crossing, for simulation error, ``low <= high`` [unit]. An end
        that would lie outside the range is cut to it.
    standard_error : float
        Of the estimate [unit]. The interval may reach further than a quantile of it: see the rules.
    safe : float
        The one-sided bound on the supplier's side [unit]: up to here the rule holds with the
        confidence asked for. NaN where no value of the range is that safe, and the table says so.
    status : str
        ``"found"``: one crossing. ``"acceptable_everywhere"``: acceptable from the proposed value to
        the end of the range. ``"acceptable_nowhere"``: at no value. ``"several_crossings"``: more
        than one, see `acceptable_set`. ``"unresolved"``: the interval is wider than the precision
        asked for, or spans the range, or no value is acceptable by the estimate and some cannot be
        ruled out.
    acceptable_set : tuple of (float, float)
        Every acceptable stretch of the range, rising [unit].
    without_buffer : float
        The estimate were nothing held back [unit]; NaN where the term is then acceptable nowhere.
    proposal_acceptable : bool
        Whether the rule holds at the proposed value. Where not, the search went back from it.
    curve : Curve
        For the picture.
    calibration : TermCalibration or None
        The error that comes from not knowing the parameters of inputs that were fitted or elicited; None where there
        are none, or it was not asked for.
    reason : str
        Why no walkaway can be given: the rule can be judged at the proposed terms, but not there. The status
        is then ``"unresolved"`` and every number of the walkaway NaN.
    """

    term: Term
    proposed: float
    estimate: float
    low: float
    high: float
    standard_error: float
    safe: float
    status: Status
    acceptable_set: tuple[tuple[float, float], ...]
    without_buffer: float
    proposal_acceptable: bool
    curve: Curve
    reason: str = ""
    calibration: TermCalibration | None = None

    def __repr__(self) -> str:
        found = f"{self.estimate:.6g} ({self.low:.6g} to {self.high:.6g}), safe to {self.safe_calibrated:.6g}"
        return f"<{self.term.name}: proposed {self.proposed:g}, walkaway {found}, {self.status}>"

    @property
    def safe_calibrated(self) -> float:
        """The safe walkaway that allows for calibration error too; the other where no input was calibrated [unit]."""
        return self.safe if self.calibration is None else self.calibration.safe_calibrated

    @property
    def room(self) -> float:
        """How far the estimate lies from the proposed value in the direction of concession [unit]."""
        return self.term.sign * (self.estimate - self.proposed)


@dataclass(frozen=True, slots=True, repr=False)
class Walkaways(Mapping[str, TermWalkaway]):
    """The walkaway of every term, one at a time. Made by `walkaway`.

    Attributes
    ----------
    deal_name, currency : str
    rule : Rule
    confidence_level : float
    by_term : mapping of str to TermWalkaway
    all_conceded : Estimate
        ``P(S >= 0)`` with every term at its walkaway at once.
    at_proposal : Estimate
        ``P(S >= 0)`` with every term as proposed.
    n_draws : int
    design : str
    buffer : float
        What management holds back [currency].
    checks : tuple of Check
        What may have been counted twice, or not at all.
    calibrated : tuple of str
        The inputs whose parameters' doubt is allowed for.
    """

    deal_name: str
    currency: str
    rule: Rule
    confidence_level: float
    by_term: Mapping[str, TermWalkaway]
    all_conceded: Estimate
    at_proposal: Estimate
    n_draws: int
    design: str
    buffer: float
    checks: tuple[Check, ...] = ()
    calibrated: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> TermWalkaway:
        found = self.by_term.get(name)
        if found is None:
            raise KeyError(f"no term {name!r}{nearest(name, self.by_term)}")
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self.by_term)

    def __len__(self) -> int:
        return len(self.by_term)

    @property
    def note(self) -> str:
        """What stands under every table of walkaways."""
        left, now = (f"{100 * one.estimate:.0f}%" for one in (self.all_conceded, self.at_proposal))
        if all(one.proposal_acceptable for one in self.by_term.values()):
            chance = (
                f"{ONE_AT_A_TIME} With all of them conceded at once the chance that the deal beats no deal is "
                f"{left}, against {now} as proposed."
            )
        else:
            chance = (
                f"The proposal itself is not acceptable: its chance to beat no deal is {now}. {ONE_AT_A_TIME} A term "
                f"that has one restores the deal alone; with every such term at its walkaway at once the chance is "
                f"{left}."
            )
        level = f"{100 * self.confidence_level:g}%"
        if not self.calibrated:
            doubt = "cover simulation error only, not doubt about the inputs."
            return f"{chance} Rule: {self.rule.label}. Intervals at {level} {doubt}"
        return (
            f"{chance} Rule: {self.rule.label}. Intervals at {level}: one covers simulation error, the other "
            f"calibration error, the doubt about the parameters of {', '.join(self.calibrated)}; the safe side allows "
            f"for both. {self.advice}"
        )

    @property
    def advice(self) -> str:
        """Which error to spend on, where inputs were calibrated."""
        spend = {
            name: one.calibration.spend_on
            for name, one in self.by_term.items()
            if one.calibration is not None
            and (one.calibration.high > one.calibration.low or one.high > one.low)
        }
        data = [name for name, on in spend.items() if on == "data"]
        draws = [name for name, on in spend.items() if on == "draws"]
        parts = []
        if data:
            parts.append(f"What would narrow {', '.join(data)} most is more data, not more draws.")
        if draws:
            parts.append(f"What would narrow {', '.join(draws)} most is more draws.")
        return " ".join(parts)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per term; the index says that the rows hold one at a time.

        Columns: proposed, walkaway, low, high, safe, standard_error, without_buffer, status,
        proposal_acceptable, unit, reason; where inputs were calibrated also safe_calibrated, calibration_low,
        calibration_high, predictive and spend_on, after safe. ``attrs["note"]`` has the note.
        """
        import pandas as pd

        rows = [
            {
                "proposed": one.proposed,
                "walkaway": one.estimate,
                "low": one.low,
                "high": one.high,
                "safe": one.safe,
                **self._calibration_columns(one),
                "standard_error": one.standard_error,
                "without_buffer": one.without_buffer,
                "status": one.status,
                "proposal_acceptable": one.proposal_acceptable,
                "unit": one.term.unit,
                "reason": one.reason,
            }
            for one in self.by_term.values()
        ]
        index = pd.Index(list(self.by_term), name="term (one at a time)")
        frame = pd.DataFrame(rows, index=index)
        frame.attrs["note"] = self.note
        return frame

    def _calibration_columns(self, one: TermWalkaway) -> dict[str, float | str]:
        if not self.calibrated:
            return {}
        found = one.calibration
        names = ("low", "high", "predictive")
        low, high, predictive = (math.nan if found is None else getattr(found, name) for name in names)
        return {
            "safe_calibrated": one.safe_calibrated,
            "calibration_low": low,
            "calibration_high": high,
            "predictive": predictive,
            "spend_on": "" if found is None else found.spend_on,
        }

    def __repr__(self) -> str:
        return f"{self.to_frame().to_string()}\n{self.note}"

    def _repr_html_(self) -> str:
        from html import escape

        return f"{self.to_frame().to_html()}<p>{escape(self.note)}</p>"
