"""Concessions in the words of the table: more days of payment, points of discount."""

from __future__ import annotations

import math

from walkaway_sim.deal.term import Term

__all__ = ["amount", "between", "more", "shown", "with_error"]


def amount(term: Term, number: float, low: float | None = None, high: float | None = None) -> str:
    """Return a number of a term's units in words.

    Parameters
    ----------
    term : Term
    number : float
        [unit]
    low, high : float, optional
        Its interval, as `with_error` shows it [unit].

    Examples
    --------
    >>> discount = Term("discount", 0.06, range=(0, 0.3), unit="fraction of list price")
    >>> amount(discount, 0.01234, 0.01124, 0.01344)
    '1.23 ± 0.11 points of discount'
    >>> amount(Term("payment_days", 45, range=(0, 120), unit="days"), 28.3)
    '28.3 days of payment'
    >>> amount(Term("price", 62, range=(40, 80), unit="EUR a m2 a year"), 0.41)
    '0.41 EUR a m2 a year of price'
    """
    scale = 100.0 if term.is_fraction else 1.0
    shown = with_error(
        scale * number, scale * (number if low is None else low), scale * (number if high is None else high)
    )
    return f"{shown} {_named(term, single=shown == '1')}"


def between(term: Term, start: float, to: float) -> str:
    """Return a move of a term from one value to another.

    Examples
    --------
    >>> between(Term("notice", 6, levels=(0, 3, 6, 12), unit="months"), 6, 3)
    'from 6 to 3 months of notice'
    """
    scale = 100.0 if term.is_fraction else 1.0
    return f"from {scale * start:,.6g} to {scale * to:,.6g} {_named(term)}"


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
    if term.levels is not None or not (term.is_fraction or term.unit):
        return f"going {between(term, start, to)}", True
    scale = 100.0 if term.is_fraction else 1.0
    number = f"{scale * abs(to - start):,.6g}"
    which = "more" if term.sign > 0 else "fewer"
    return f"{number} {which} {_named(term, single=number == '1')}", number == "1"


def shown(term: Term, value: float) -> str:
    """Return a value of a term as it is said: a fraction as a percentage.

    Examples
    --------
    >>> shown(Term("discount", 0.06, range=(0, 0.3), unit="fraction of list price"), 0.0604681)
    '6.05%'
    >>> shown(Term("payment_days", 45, range=(0, 120), unit="days"), 82.337)
    '82.34'
    """
    if term.is_fraction:
        return f"{100 * value:.2f}".rstrip("0").rstrip(".") + "%"
    return f"{value:,.2f}".rstrip("0").rstrip(".") if abs(value) >= 1.0 else f"{value:.4g}"


def _named(term: Term, *, single: bool = False) -> str:
    """Return what a number of a term counts: the unit, and what it is of where the unit does not say so."""
    clause = term.name.replace("_", " ")
    if term.is_fraction:
        return f"{'point' if single else 'points'} of {clause}"
    counted = term.unit.split(" ")[0]
    if not counted:
        return clause
    if counted == clause.split(" ")[0] or " per " in clause:
        return _one(clause) if single else clause  # visits per week, whose unit is visits a week
    unit = _one(term.unit) if single else term.unit
    return f"{unit} of {clause.removesuffix(f' {term.unit}')}"


def _one(words: str) -> str:
    """Return words of which the first is a plural in the singular."""
    first, space, rest = words.partition(" ")
    first = f"{first[:-3]}y" if first.endswith("ies") else first.removesuffix("s")
    return f"{first}{space}{rest}"


def with_error(number: float, low: float, high: float) -> str:
    """Return a number with its interval, which is shown where it shows in three digits of the number.

    Half the width stands for an interval where it says, to its two digits, what the ends do; else both ends do.

    Examples
    --------
    >>> with_error(1.0712, 0.9403, 1.2021), with_error(28.293, 28.263, 28.323), with_error(0.584, 0.5827, 0.5853)
    ('1.07 ± 0.13', '28.3', '0.584 ± 0.001')
    >>> with_error(0.4107, 0.2485, 0.4107)
    '0.411 (0.248 to 0.411)'
    """
    half = 0.5 * (high - low)
    digits = 2 - math.floor(math.log10(abs(number))) if number else 2
    if half > 0.0:
        digits = min(digits, 1 - math.floor(math.log10(half)))
    digits = max(digits, 0)
    last = 10.0**-digits
    if half < 0.5 * last:
        text = f"{number:.{digits}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    if abs(0.5 * (low + high) - number) > max(last, 0.1 * half):
        return f"{number:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"
    return f"{number:.{digits}f} ± {half:.{digits}f}"
