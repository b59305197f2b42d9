"""The terms of a supply agreement: checked against its clauses, and in whole numbers where only these count."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from walkaway_sim._checks import check_finite, nearest
from walkaway_sim.deal.supply.clauses import TERMS
from walkaway_sim.deal.term import Term
from walkaway_sim.errors import InputError

__all__ = ["agreement_term", "term_error", "whole_holds"]


def term_error(name: str, value: object) -> str | None:
    """Return what is wrong with `value` for the term `name` of an agreement, or None."""
    info = TERMS[name]
    try:
        number = check_finite(name, value)
    except InputError as error:
        return str(error)
    if not info.low <= number <= info.high:
        bounds = f"lie between {info.low:g} and {info.high:g}"
        if math.isinf(info.high):
            bounds = f"be {info.low:g} or more"
        return f"{name} must {bounds} [{info.unit}], got {number:g}"
    return None


def agreement_term(term: Term) -> Term:
    """Return a term with its unit, refusing what an agreement has not, or cannot have so."""
    if not isinstance(term, Term):
        raise InputError(f"terms must hold Term objects, got {term!r}")
    if term.name not in TERMS:
        listed = ", ".join(TERMS)
        raise InputError(
            f"a supply agreement has no term {term.name!r}{nearest(term.name, TERMS)}. Known: {listed}"
        )
    if term.name == "catch_up" and term.levels != (0.0, 1.0):
        raise InputError("term 'catch_up' is a yes or no: give levels=(0, 1) and no range")
    for value in (term.low, term.high, *term.authority.values()):
        if error := term_error(term.name, value):
            raise InputError(f"term {error}")
    term = replace(term, unit=term.unit or TERMS[term.name].unit)
    return _in_whole_numbers(term) if TERMS[term.name].whole and term.levels is None else term


def whole_holds(negotiated: list[Term], fixed: Mapping[str, float]) -> list[Term]:
    """Return the terms with a hold in whole months where its fractions count for nothing: where reviews catch up."""
    catches_up = fixed.get("catch_up", TERMS["catch_up"].default) == 1.0
    if not catches_up or any(term.name == "catch_up" for term in negotiated):
        return negotiated
    return [_in_whole_numbers(term) if _is_whole_hold(term) else term for term in negotiated]


def _is_whole_hold(term: Term) -> bool:
    numbers = (term.proposed, term.low, term.high)
    whole = all(math.isfinite(number) and number == round(number) for number in numbers)
    return term.name == "hold" and term.levels is None and whole


def _in_whole_numbers(term: Term) -> Term:
    """Return a term of which only whole numbers count, with these as its levels, or every few by its step."""
    step = max(round(term.step), 1) if term.step is not None else 1
    first, last = math.ceil(term.low), math.floor(term.high)
    if not term.proposed.is_integer() or first >= last:
        raise InputError(
            f"term {term.name!r} counts in whole {term.unit}: proposed and range must hold whole numbers, got "
            f"{term.proposed:g} in {term.low:g} to {term.high:g}"
        )
    steps = {number for number in range(first, last + 1) if number % step == 0}
    levels = sorted(steps | {first, last, int(term.proposed)})
    return replace(term, range=None, levels=tuple(map(float, levels)))
