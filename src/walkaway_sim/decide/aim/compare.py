"""Postures side by side: what each allows, and what needing to win gives away."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from walkaway_sim.decide.aim.postures import Posture, named_posture
from walkaway_sim.decide.arguments import check_confidence, check_sim_and_rule
from walkaway_sim.decide.assess import Answer, Verdict, assess
from walkaway_sim.decide.ladder import on_step
from walkaway_sim.decide.lattice import Lattice
from walkaway_sim.decide.parse import POSTURES
from walkaway_sim.decide.room import room
from walkaway_sim.decide.scan import TermScan
from walkaway_sim.decide.shown import ShownWithNote
from walkaway_sim.decide.table import Walkaways
from walkaway_sim.decide.walkaway import walkaway
from walkaway_sim.errors import InputError
from walkaway_sim.simulation.estimate import Estimate
from walkaway_sim.simulation.outcome import Simulation

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PostureColumn", "Postures", "compare_postures"]

_NO_SAFE = {
    "holds nowhere": "Holds nowhere: at no value of the term does the posture's rule hold.",
    "not shown to hold": "Not shown to hold: no value of the term is safe with the confidence asked for.",
    "cannot be judged": "Cannot be judged: the draws do not carry the rule where the walkaway would be.",
}
"""What is said of a term without a safe walkaway."""

_NOT_COMPARED = "no walkaway"
"""What stands for a difference of walkaways of which one is missing."""


@dataclass(frozen=True, slots=True)
class PostureColumn:
    """One posture.

    Attributes
    ----------
    posture : Posture
    verdict : {"accept", "walk", "unresolved"}
        On the proposed terms, or those given.
    probability : Estimate
        That the deal beats no deal at them: the same whatever the posture.
    room : Estimate
        The largest sum that could be given away with the posture's rule still holding [currency].
    walkaways : Walkaways
    """

    posture: Posture
    verdict: Answer
    probability: Estimate
    room: Estimate
    walkaways: Walkaways

    def said(self, name: str) -> float | str:
        """Return the same, or why there is none in words."""
        value = self.safe(name)
        if not math.isnan(value):
            return value
        one = self.walkaways[name]
        if one.reason:
            return "cannot be judged"
        return "holds nowhere" if one.status == "acceptable_nowhere" else "not shown to hold"

    def safe(self, name: str) -> float:
        """Return the safe walkaway of a term, rounded to its step on our side [unit]; NaN where there is none."""
        one = self.walkaways[name]
        return on_step(one.term, one.safe_calibrated)


@dataclass(frozen=True, slots=True, repr=False)
class Postures(ShownWithNote):
    """Postures beside each other. Made by `compare_postures`.

    Attributes
    ----------
    columns : tuple of PostureColumn
        In the order asked for.
    room_given_away : Estimate
        Room of the first posture less that of the last [currency].
    further : mapping of str to Estimate
        For each term, how much further the first goes than the last, towards concession [unit]; NaN where one of them
        has no walkaway.
    confidence_level : float
    """

    columns: tuple[PostureColumn, ...]
    room_given_away: Estimate
    further: Mapping[str, Estimate]
    confidence_level: float

    @property
    def note(self) -> str:
        """What stands under the table."""
        first, last = self.columns[0].posture, self.columns[-1].posture
        words = " ".join(
            f"{_words(one.posture.name)}: {one.posture.meaning} {one.posture.when}".strip()
            for one in self.columns
        )
        said = {one.said(name) for one in self.columns for name in one.walkaways}
        none = "".join(f" {meaning}" for short, meaning in _NO_SAFE.items() if short in said)
        gap = self.room_given_away
        money = f"{self.columns[0].walkaways.currency} {gap.estimate:,.0f}".strip()
        level = f"{100 * self.confidence_level:g}%"
        return (
            f"{words} {_words(first.name)} leaves {money} more room to give away than "
            f"{_words(last.name).lower()} ({gap.low:,.0f} to {gap.high:,.0f}). Walkaways hold one at a time.{none} "
            f"Intervals at {level} cover simulation error only."
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one column per posture, and what the first gives away beside the last.

        Rows: verdict, rule, probability, room, and the safe walkaway of each term, or in words why there is none.
        ``attrs["note"]`` has the note.
        """
        import pandas as pd

        table: dict[str, dict[str, object]] = {}
        for one in self.columns:
            table[one.posture.name] = {
                "verdict": one.verdict,
                "rule": one.posture.rule.label,
                "probability": one.probability.estimate,
                "room": one.room.estimate,
                **{f"{name}, safe": one.said(name) for name in one.walkaways},
            }
        away: dict[str, object] = {"verdict": "", "rule": "", "probability": 0.0}
        away["room"] = self.room_given_away.estimate
        away |= {
            f"{name}, safe": _NOT_COMPARED if math.isnan(one.estimate) else one.estimate
            for name, one in self.further.items()
        }
        table["given away"] = away
        frame = pd.DataFrame(table)
        frame.index.name = "at the terms given"
        frame.attrs["note"] = self.note
        return frame


def compare_postures(
    sim: Simulation,
    postures: Sequence[Posture | str] | None = None,
    *,
    terms: Mapping[str, float] | None = None,
    confidence_level: float = 0.95,
    n_worlds: int = 0,
) -> Postures:
    """Judge a deal by several postures, and say what the first gives away beside the last.

    Parameters
    ----------
    sim : Simulation
        Kept.
    postures : sequence of Posture or str, optional
        Two or more; ``"need_to_win"`` and ``"want_to_win"`` where not given.
    terms : mapping of str to float, optional
        Changes to the proposed terms [their units].
    confidence_level : float
    n_worlds : int
        As for `walkaway`: whether the safe walkaways allow for calibration error too.

    Returns
    -------
    Postures

    Raises
    ------
    InputError
        Fewer than two postures, one named twice, or one that is not known.
    RuleError
        A rule that cannot be judged on these draws.

    Notes
    -----
    Intervals of differences are those of the two sides, each with half of the error, taken apart as far as they go
    (Bonferroni): they hold whatever the two have in common, and so are wider than they would have to be.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> deal = ws.Deal(
    ...     name="One price", inputs={"worth": ws.normal(100, 15)},
    ...     terms=[ws.Term("rebate", proposed=70, range=(0, 150))],
    ...     value=lambda inputs, terms: inputs["worth"] - terms["rebate"],
    ... )
    >>> found = ws.compare_postures(ws.simulate(deal, rng=7))
    >>> print(f"{found.room_given_away.estimate:.1f}")  # 1.2816 standard deviations of 15
    19.2
    """
    chosen = _checked(postures)
    for one in chosen:
        check_sim_and_rule(sim, one.rule)
    confidence_level = check_confidence(confidence_level)
    shared = 1.0 - 0.5 * (1.0 - confidence_level)
    columns = []
    for one in chosen:
        verdict: Verdict = assess(sim, one.rule, terms, confidence_level=confidence_level)
        walks = walkaway(sim, one.rule, confidence_level, terms=terms, n_worlds=n_worlds)
        columns.append(PostureColumn(one, verdict.verdict, verdict.probability, verdict.room, walks))
    surplus = sim.surplus(terms)
    ends = [chosen[0].rule, chosen[-1].rule]
    lattice = Lattice(sim)
    first, last = (room(lattice.allow_for(rule, surplus), surplus, sim.n_replicates, shared) for rule in ends)
    base = sim.deal.terms_at(terms)
    further = {}
    for along in sim.deal.terms:
        name, sign = along.name, along.sign
        if any(math.isnan(one.walkaways[name].estimate) for one in (columns[0], columns[-1])):
            further[name] = Estimate(math.nan, math.nan, math.nan, math.nan)
            continue
        # The same search at another level, without what else a table of walkaways holds.
        this, other = (
            TermScan(sim, lattice.allow_for(rule, surplus), shared, along, base).looked().solved()
            for rule in ends
        )
        further[name] = _apart(
            _turned(sign, this.estimate, this.low, this.high),
            _turned(sign, other.estimate, other.low, other.high),
            math.hypot(this.standard_error, other.standard_error),
        )
    gap = _apart(
        (first.estimate, first.low, first.high),
        (last.estimate, last.low, last.high),
        math.hypot(first.standard_error, last.standard_error),
    )
    return Postures(tuple(columns), gap, further, confidence_level)


def _checked(postures: Sequence[Posture | str] | None) -> list[Posture]:
    given: object = list(POSTURES) if postures is None else postures
    if isinstance(given, str) or not isinstance(given, Sequence) or len(given) < 2:
        raise InputError(
            f"postures must be a list of two or more, such as ['need_to_win', 'want_to_win'], got {postures!r}"
        )
    chosen = []
    for one in given:
        if not isinstance(one, Posture | str):
            raise InputError(f"postures must hold postures or their names, got {one!r}")
        chosen.append(named_posture(one) if isinstance(one, str) else one)
    names = [one.name for one in chosen]
    if len(set(names)) < len(names):
        raise InputError(f"postures must have names of their own, got {', '.join(names)}")
    return chosen


Ends = tuple[float, float, float]


def _turned(sign: int, estimate: float, low: float, high: float) -> Ends:
    """Return a walkaway and its interval counted towards concession."""
    return (estimate, low, high) if sign > 0 else (-estimate, -high, -low)


def _apart(first: Ends, second: Ends, standard_error: float) -> Estimate:
    return Estimate(first[0] - second[0], first[1] - second[2], first[2] - second[1], standard_error)


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()
