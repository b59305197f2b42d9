"""Postures: how much a supplier wants a deal, in words, and the rule that follows from it."""

from __future__ import annotations

from dataclasses import dataclass

from walkaway_sim._checks import check_name, check_one_of, check_text
from walkaway_sim.decide.parse import POSTURES, parse_rule
from walkaway_sim.decide.rules import Rule
from walkaway_sim.errors import InputError

__all__ = ["Posture", "named_posture"]

_MEANINGS = {
    "need_to_win": (
        "As good as the alternative on average is good enough. How often a deal turns out worse than walking "
        "away does not count.",
        "When losing the deal hurts in ways that the no-deal value does not hold already, and there are enough "
        "other deals for good and bad ones to even out.",
    ),
    "want_to_win": (
        "Nine times in ten the deal must be no worse than the alternative. What could go wrong is paid for by the "
        "terms, or the deal is left.",
        "When the alternative is a good one, or one bad deal would hurt more than one good deal helps.",
    ),
}


@dataclass(frozen=True, slots=True)
class Posture:
    """A named choice of rule.

    Parameters
    ----------
    name : str
    rule : Rule
    meaning : str
        What it says about the deal, in two sentences.
    when : str
        When to take it.

    Raises
    ------
    InputError
        No name, or no rule.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> ws.Posture("careful", ws.ChanceRule(0.95), "Nineteen times in twenty no worse than the alternative.").name
    'careful'
    """

    name: str
    rule: Rule
    meaning: str = ""
    when: str = ""

    def __post_init__(self) -> None:
        check_name("Posture: name", self.name)
        if isinstance(self.rule, type) or not isinstance(self.rule, Rule):
            raise InputError(f"Posture: rule must be a rule such as ChanceRule(0.9), got {self.rule!r}")
        check_text("Posture: meaning", self.meaning)
        check_text("Posture: when", self.when)


def named_posture(name: str) -> Posture:
    """Return a posture that the library knows by name.

    Parameters
    ----------
    name : {"need_to_win", "want_to_win"}

    Examples
    --------
    >>> named_posture("need_to_win").rule.label
    'expected surplus of at least 0'
    """
    check_one_of("posture", name, POSTURES)
    return Posture(name, parse_rule(name), *_MEANINGS[name])
