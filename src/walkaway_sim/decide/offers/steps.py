"""Values of a term that can be said at a table, and whose word they need."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from walkaway_sim.deal.term import Term
from walkaway_sim.decide.ladder import at_step, whole_steps

__all__ = ["PassedLimit", "least_that_covers", "limits_passed", "may_give_to", "on_side", "spoken_step"]


def spoken_step(term: Term) -> float:
    """Return the step of a range [unit]: its own, or the power of ten that tells a thousandth of the range apart.

    Examples
    --------
    >>> spoken_step(Term("discount", 0.06, range=(0, 0.3)))
    0.0001
    """
    if term.step is not None:
        return term.step
    return float(10.0 ** -math.ceil(3 - math.log10(term.high - term.low)))


def on_side(term: Term, value: float, *, up: bool) -> float:
    """Return a value rounded to the term's step, up or down, within its range [unit]; levels stay.

    Examples
    --------
    >>> term = Term("discount", 0.06, range=(0, 0.3), step=0.0025)
    >>> on_side(term, 0.0874, up=False), on_side(term, 0.0874, up=True)
    (0.085, 0.0875)
    """
    if term.levels is not None:
        return value
    step = spoken_step(term)
    return min(max(at_step(step, whole_steps(step, value, up=up)), term.low), term.high)


def may_give_to(term: Term) -> float:
    """Return how far a term may be given with somebody's authority and within policy [unit]."""
    ends = [term.limit]
    if term.policy_limit is not None:
        ends.append(term.policy_limit)
    if term.authority:
        ends.append(max(term.authority.values(), key=lambda value: term.sign * value))
    return min(ends, key=lambda value: term.sign * value)


@dataclass(frozen=True, slots=True)
class PassedLimit:
    """A limit of policy or authority that a package passes in one term.

    Attributes
    ----------
    term : str
    value : float
        Of the package [unit].
    kind : {"policy", "authority"}
    limit : float
        The policy limit, or the furthest authority that the value passes [unit].
    who : str
        Whose authority that is; empty for a policy limit.
    signs : str
        The role with the least authority that suffices; empty where nobody named has it.
    """

    term: str
    value: float
    kind: Literal["policy", "authority"]
    limit: float
    who: str
    signs: str


def limits_passed(terms: Sequence[Term], package: Mapping[str, float]) -> tuple[PassedLimit, ...]:
    """Return the limits that a package passes: of each term its policy limit, or else the furthest authority.

    Examples
    --------
    >>> term = Term("discount", 0.05, range=(0, 0.3), authority={"sales": 0.05, "director": 0.08}, policy_limit=0.15)
    >>> limits_passed([term], {"discount": 0.07})[0].signs
    'director'
    >>> limits_passed([term], {"discount": 0.2})[0].kind
    'policy'
    """
    found = []
    for term in terms:
        value = package[term.name]
        reach = {role: term.sign * upto for role, upto in term.authority.items()}
        short = {role: upto for role, upto in reach.items() if term.sign * value > upto + _hair(term)}
        signs = least_that_covers(term, value)
        if term.policy_limit is not None and term.sign * (value - term.policy_limit) > _hair(term):
            found.append(PassedLimit(term.name, value, "policy", term.policy_limit, "", ""))
        elif short:
            who = max(short, key=lambda role: short[role])
            found.append(PassedLimit(term.name, value, "authority", term.authority[who], who, signs))
    return tuple(found)


def least_that_covers(term: Term, value: float) -> str:
    """Return the role with the least authority that covers a value; empty where none named does."""
    covers = {
        role: term.sign * upto
        for role, upto in term.authority.items()
        if term.sign * (value - upto) <= _hair(term)
    }
    return min(covers, key=lambda role: covers[role]) if covers else ""


def _hair(term: Term) -> float:
    """Return a difference that is rounding and no concession [unit]."""
    return 1e-9 * (term.high - term.low)
