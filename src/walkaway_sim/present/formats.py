"""Numbers as a finance reader expects them."""

from __future__ import annotations

import math

from walkaway_sim.deal.term import Term

__all__ = ["clause", "compact_money", "money", "percent", "safe_value", "term_value", "unit_label"]

_MINUS = "\N{MINUS SIGN}"


def compact_money(amount: float) -> str:
    """Return an amount with three significant digits and k, M or bn.

    Examples
    --------
    >>> compact_money(1_234_567), compact_money(-950)
    ('1.23M', '−950')
    """
    if math.isnan(amount):
        return "n/a"
    size = abs(amount)
    sign = _MINUS if amount < 0 else ""
    for scale, letter in ((1e9, "bn"), (1e6, "M"), (1e3, "k")):
        # 999.6 thousand would be written 1000k: it belongs to the next letter.
        if size >= 0.9995 * scale:
            return f"{sign}{_three(size / scale)}{letter}"
    return f"{sign}{_three(size)}" if size >= 0.005 else "0"


def _three(number: float) -> str:
    digits = 0 if number >= 99.95 else 1 if number >= 9.995 else 2
    text = f"{number:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def money(amount: float, currency: str = "") -> str:
    """Return an amount in full, with thousands apart and the currency's code.

    Examples
    --------
    >>> money(-1234.5, "NZD")
    'NZD −1,234'
    """
    if math.isnan(amount):
        return "n/a"
    decimals = 0 if abs(amount) >= 1000 else 2
    sign = _MINUS if round(amount, decimals) < 0 else ""
    return f"{currency} {sign}{abs(amount):,.{decimals}f}".strip()


def percent(share: float, decimals: int = 1) -> str:
    """Return a share as a percentage.

    Examples
    --------
    >>> percent(0.0876)
    '8.8%'
    """
    if math.isnan(share):
        return "n/a"
    shown = round(100 * share, decimals)
    sign = _MINUS if shown < 0 else ""
    return f"{sign}{abs(shown):.{decimals}f}%"


def safe_value(term: Term, value: float) -> str:
    """Return a value that may be conceded, rounded to the supplier's side: what is shown is safe too.

    Examples
    --------
    >>> safe_value(Term("discount", 0.06, range=(0, 0.3), unit="fraction of list price"), 0.087599)
    '8.75%'
    """
    if math.isnan(value):
        return "none"
    scale = 10.0 ** (4 if term.is_fraction else _decimals(term))
    # A search ends within 1e-12 of the range: that is no reason to go down a digit.
    hair = 1e-9 * (term.high - term.low) * scale
    towards = math.floor if term.sign > 0 else math.ceil
    return term_value(term, towards(value * scale + term.sign * hair) / scale)


def term_value(term: Term, value: float) -> str:
    """Return a value of a term as a table or a picture shows it: fractions as percentages.

    Examples
    --------
    >>> term_value(Term("discount", 0.06, range=(0, 0.3), unit="fraction of list price"), 0.0875)
    '8.75%'
    """
    if math.isnan(value):
        return "none"
    if term.is_fraction:
        return percent(value, 2)
    # A search ends within a hair of a whole number, where the clause works in whole numbers.
    if abs(value - round(value)) <= 1e-9 * (term.high - term.low):
        return f"{round(value):,}"
    return f"{value:,.{_decimals(term)}f}"


def _decimals(term: Term) -> int:
    """Return enough decimals to tell a thousandth of the range apart."""
    return min(max(math.ceil(3 - math.log10(term.high - term.low)), 0), 8)


def clause(name: str) -> str:
    """Return the name of a term or component as words."""
    return name.replace("_", " ")


def unit_label(term: Term) -> str:
    """Return the unit of a term for an axis or a column: percentages say what they are of."""
    if term.is_fraction:
        return "%" + term.unit.removeprefix("fraction").removeprefix("probability")
    return term.unit
