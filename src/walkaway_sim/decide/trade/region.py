"""The region in which every package of concessions is safe at once."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from walkaway_sim._checks import check_known
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.rules import ChanceRule, Rule
from walkaway_sim.decide.trade.words import shown
from walkaway_sim.simulation.estimate import Estimate

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["JointRegion", "RegionStatus"]

RegionStatus = Literal["found", "unresolved", "nothing_is_safe"]

_HAIR = 1e-9
"""Of a term's range: rounding that must not put a package outside."""


@dataclass(frozen=True, slots=True, repr=False)
class JointRegion:
    """Packages of concessions that are all acceptable at once, with the confidence asked for. Made by `joint_region`.

    Attributes
    ----------
    deal_name, currency : str
    rule : Rule
    confidence_level : float
        That no package of the region is unacceptable.
    terms : tuple of Term
    base : mapping of str to float
        From which concessions are counted [their units].
    corners : tuple of mapping of str to float
        Packages on their terms' steps [their units]. The region is everything that concedes, in every term, no more
        than one of them. Empty where not even the base is safe.
    held : mapping of str to str
        Terms that no corner concedes, each with the reason in words.
    back_to : mapping of str to float
        The value of each term from which on, towards concession, the corners speak for it: the best end of its
        range, or the base where conceding more was not seen to be worse all the way up to it [unit].
    monotone : mapping of str to str
        By what more of a concession is worse: ``"every draw"``, ``"the rule"`` or ``"neither"``.
    status : {"found", "unresolved", "nothing_is_safe"}
        Unresolved: the base is acceptable by the estimate, which these draws cannot prove. Nothing is safe: it is not
        acceptable.
    at_base : Estimate
        What the rule looks at, at the base [probability, or currency].
    naive : mapping of str to float
        Every term at the safe walkaway that it has by itself, the base value where it has none [their units].
    at_naive : Estimate
        What the rule looks at there [probability, or currency].
    naive_chance : Estimate
        ``P(S >= 0)`` there.
    n_directions : int
        Among which the error was shared.
    n_draws : int
    """

    deal_name: str
    currency: str
    rule: Rule
    confidence_level: float
    terms: tuple[Term, ...]
    base: Mapping[str, float]
    corners: tuple[Mapping[str, float], ...]
    held: Mapping[str, str]
    back_to: Mapping[str, float]
    monotone: Mapping[str, str]
    status: RegionStatus
    at_base: Estimate
    naive: Mapping[str, float]
    at_naive: Estimate
    naive_chance: Estimate
    n_directions: int
    n_draws: int

    def contains(self, package: Mapping[str, float]) -> bool:
        """Say whether a package lies in the region: True is safe, False is not known to be.

        The region is boxes under some corners, along so many directions, all certified at once. A package outside of
        it may well be acceptable by itself: `respond` and `assess` judge it.

        Parameters
        ----------
        package : mapping of str to float
            Terms that differ from the base [their units].

        Raises
        ------
        InputError
            An unknown term; a value outside its range, or that is none of its levels.
        """
        at = self._checked(package)
        return any(self._within(at, corner) for corner in self.corners)

    def room_used(self, package: Mapping[str, float]) -> float:
        """Return how much of the room a package uses: 1 on the edge of the region, above 1 outside.

        Its reciprocal is the largest factor by which the package's concessions from the base could be stretched, all
        alike, and still be in the region.

        Parameters
        ----------
        package : mapping of str to float
            Terms that differ from the base [their units].

        Returns
        -------
        float
            0 for a package that concedes nothing; infinite where it concedes what has no room at all, or lies where
            the region does not speak.

        Raises
        ------
        InputError
            An unknown term; a value outside its range, or that is none of its levels.
        """
        at = self._checked(package)
        if not self.corners or not self._spoken_for(at):
            return math.inf
        asked = [(term, term.sign * (at[term.name] - self.base[term.name])) for term in self.terms]
        moved = [(term, gone) for term, gone in asked if gone > _hair(term)]
        if not moved:
            return 0.0
        used = min(
            max(_ratio(gone, term.sign * (corner[term.name] - self.base[term.name])) for term, gone in moved)
            for corner in self.corners
        )
        return max(used, 1.0 + _HAIR) if used > 1.0 and not self.contains(package) else min(used, 1.0)

    def furthest(self, term: str, others: Mapping[str, float] | None = None) -> float:
        """Return how far one term can still go once others are conceded [unit].

        Parameters
        ----------
        term : str
        others : mapping of str to float, optional
            What the other terms are conceded to; at the base without [their units].

        Returns
        -------
        float
            On the term's step. NaN, with a warning that says so, where the others are outside of the region already.

        Raises
        ------
        InputError
            An unknown term; a value outside its range, or that is none of its levels.
        """
        self._known({term: 0.0})
        at = self._checked({**(others or {}), term: self.base[term]})
        own = next(one for one in self.terms if one.name == term)
        reached = [corner[term] for corner in self.corners if self._within(at, corner)]
        if not reached:
            warnings.warn(self._nothing_beside(own, at), UserWarning, stacklevel=2)
            return math.nan
        return max(reached, key=lambda value: own.sign * value)

    def _nothing_beside(self, own: Term, at: Mapping[str, float]) -> str:
        """Return why nothing of a term is known to be safe."""
        name = own.name.replace("_", " ")
        if not self.corners:
            return f"furthest: {self._status_words()} Nothing of {name} is safe"
        moved = [term for term in self.terms if abs(at[term.name] - self.base[term.name]) > _hair(term)]
        others = ", ".join(f"{term.name.replace('_', ' ')} at {shown(term, at[term.name])}" for term in moved)
        return (
            f"furthest: with {others} the package lies outside of the region already, {name} still where it was, so "
            f"nothing of it is known to be safe; respond(sim, rule, ...) says what would make that acceptable"
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row per corner: every term's value, and ``conceded``, the terms that it concedes.

        ``attrs["note"]`` has the note.
        """
        import pandas as pd

        names = [term.name for term in self.terms]
        rows = [
            {
                **{name: corner[name] for name in names},
                "conceded": ", ".join(name for name in names if corner[name] != self.base[name]) or "nothing",
            }
            for corner in self.corners
        ]
        frame = pd.DataFrame(rows, columns=[*names, "conceded"])
        frame.index.name = "corner"
        frame.attrs["note"] = self.note
        return frame

    @property
    def note(self) -> str:
        """What stands under the table."""
        level = f"{100 * self.confidence_level:g}%"
        found = self._status_words() or (
            f"What concedes, in every term, no more than one row does ({self._directions()}), is safe: with {level} "
            f"confidence the rule ({self.rule.label}) holds for all of it at once. What lies outside is not known to "
            f"be safe, and may still be acceptable by itself."
        )
        held = " ".join(f"{name.replace('_', ' ')}: {why}." for name, why in self.held.items())
        held = f" Not conceded: {held}" if held and self.corners else ""
        doubt = " The confidence covers simulation error only, not doubt about the inputs."
        return f"{self._all_at_once()}{found}{held}{doubt}"

    def _status_words(self) -> str:
        if self.status == "unresolved":
            return (
                "These draws cannot tell whether even the starting terms are acceptable: take more of them."
            )
        if self.status == "nothing_is_safe":
            return "Nothing is safe: the starting terms themselves are not acceptable, so there is nothing to give."
        return ""

    def _directions(self) -> str:
        """Return which way is a concession."""
        down = [term.name.replace("_", " ") for term in self.terms if term.sign < 0]
        if not down:
            return "conceding is up"
        return f"conceding is down for {', '.join(down)}" + (
            ", else up" if len(down) < len(self.terms) else ""
        )

    def _all_at_once(self) -> str:
        """Return what all walkaways at once would do, where several terms have one that concedes."""
        moved = [term for term in self.terms if self.naive[term.name] != self.base[term.name]]
        if self.status != "found" or len(moved) < 2 or self.contains(self.naive):
            return ""
        chance, asks = 100 * self.naive_chance.estimate, ""
        digits = 0
        if isinstance(self.rule, ChanceRule) and self.rule.at_least == 0.0:
            asks = f", where the rule asks for {100 * self.rule.level:g}%"
            digits = 0 if round(chance) < 100 * self.rule.level else 2
        return (
            f"The walkaways of single terms cannot all be conceded together: with every term at its own safe "
            f"walkaway the chance that the deal beats no deal is {chance:.{digits}f}%{asks}. "
        )

    def _known(self, names: Mapping[str, float]) -> None:
        check_known("region", names, [term.name for term in self.terms])

    def _checked(self, package: Mapping[str, float]) -> dict[str, float]:
        self._known(package)
        given = {term.name: term for term in self.terms}
        return {**self.base, **{name: given[name].check_value(value) for name, value in package.items()}}

    def _spoken_for(self, at: Mapping[str, float]) -> bool:
        """Say whether no term is better for the supplier than the region speaks for, nor moved where it is held."""
        for term in self.terms:
            if self.monotone[term.name] == "neither" and at[term.name] != self.base[term.name]:
                return False
            if term.sign * (at[term.name] - self.back_to[term.name]) < -_hair(term):
                return False
        return True

    def _within(self, at: Mapping[str, float], corner: Mapping[str, float]) -> bool:
        return self._spoken_for(at) and all(
            term.sign * (at[term.name] - corner[term.name]) <= _hair(term) for term in self.terms
        )

    def __repr__(self) -> str:
        count = "1 corner" if len(self.corners) == 1 else f"{len(self.corners)} corners"
        return f"<safe together: {count}>\n{self.to_frame().to_string()}\n{self.note}"

    def _repr_html_(self) -> str:
        from html import escape

        return f"{self.to_frame().to_html()}<p>{escape(self.note)}</p>"


def _hair(term: Term) -> float:
    return _HAIR * (term.high - term.low)


def _ratio(gone: float, room: float) -> float:
    return gone / room if room > 0.0 else math.inf
