"""Concessions in the words of the table: more days of payment, points of discount."""

from __future__ import annotations

import math

from walkaway_sim.deal.term import Term

__all__ = ["amount", "more", "with_error"]


def amount(term: Term, number: float | None = None, half_width: float = 0.0) -> str:
    """Return a number of a term's units in words.

    Parameters
    ----------
    term : Term
    number : float, optional
        [unit]; the units alone without.
    half_width : float
        Of its interval [unit]. It is shown with two digits, where it shows in three digits of the number.

    Examples
    --------
    >>> discount = Term("discount", 0.06, range=(0, 0.3), unit="fraction of list price")
    >>> amount(discount, 0.01234, 0.0011)
    '1.23 ± 0.11 points of discount'
    >>> amount(Term("payment_days", 45, range=(0, 120), unit="days"), 28.3, 0.001)
    '28.3 days of payment'
    """
    scale = 100.0 if term.is_fraction else 1.0
    shown = "" if number is None else with_error(scale * number, scale * half_width)
    unit, of = _unit(term)
    named = f"{unit} of {of}" if unit else of
    return f"{shown} {_singular(named) if shown == '1' else named}".strip()


def more(term: Term, start: float, to: float) -> tuple[str, bool]:
    """Return a step of concession in words, and whether it is followed by a verb in the singular.

    Parameters
    ----------
    term : Term
    start, to : float
        [unit]

    Examples
    --------
    >>> more(Term("payment_days", 45, range=(0, 120), unit="days"), 45, 75)
    ('30 more days of payment', False)
    >>> more(Term("drops", 2, levels=(1, 2, 3, 5)), 2, 3)
    ('going from 2 to 3 drops', True)
    """
    unit, of = _unit(term)
    if not unit:
        return f"going from {start:.6g} to {to:.6g} {of}", True
    scale = 100.0 if term.is_fraction else 1.0
    number = f"{scale * abs(to - start):.6g}"
    which = "more" if term.sign > 0 else "fewer"
    named = f"{unit} of {of}"
    return f"{number} {which} {_singular(named) if number == '1' else named}", number == "1"


def _unit(term: Term) -> tuple[str, str]:
    """Return the unit of a term where one word says it, and what it is of; no unit where its name has it."""
    clause = term.name.replace("_", " ")
    if term.is_fraction:
        return "points", clause
    if not term.unit or " " in term.unit or clause == term.unit:
        return "", clause
    return term.unit, clause.removesuffix(f" {term.unit}")


def _singular(named: str) -> str:
    unit, of, rest = named.partition(" of ")
    return f"{unit.removesuffix('s')}{of}{rest}" if of else named


def with_error(number: float, half_width: float) -> str:
    """Return a number with half the width of its interval, which is shown where it shows in three digits of it.

    Examples
    --------
    >>> with_error(1.0712, 0.1309), with_error(28.293, 0.0297), with_error(0.584, 0.0013)
    ('1.07 ± 0.13', '28.3', '0.584 ± 0.001')
    """
    digits = 2 - math.floor(math.log10(abs(number))) if number else 2
    if half_width > 0.0:
        digits = min(digits, 1 - math.floor(math.log10(half_width)))
    digits = max(digits, 0)
    if round(half_width, digits) == 0.0:
        text = f"{number:.{digits}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return f"{number:.{digits}f} ± {half_width:.{digits}f}"
