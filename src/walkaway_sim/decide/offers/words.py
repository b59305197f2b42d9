"""Values of terms, and what a rule looks at, as they are said at the table."""

from __future__ import annotations

from collections.abc import Sequence

from walkaway_sim.deal.deal import Deal
from walkaway_sim.deal.plausible import calibrated_laws
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.all_of import AllOf
from walkaway_sim.decide.rules import ChanceRule, Rule

__all__ = [
    "doubt",
    "listed",
    "said",
    "said_amount",
    "said_difference",
    "said_measure",
    "said_move",
    "said_name",
    "said_value",
]


def said(term: Term, value: float) -> str:
    """Return a value of a term with its unit.

    Examples
    --------
    >>> said(Term("payment_days", 30, range=(0, 90), unit="days"), 45)
    '45 days'
    >>> said(Term("discount", 0.06, range=(0, 0.3), unit="fraction of list price"), 0.0625)
    '6.25%'
    """
    if term.is_fraction:
        return f"{100.0 * value:.6g}%"
    unit = "" if term.unit.startswith("currency") else term.unit
    return f"{value:,.6g} {unit}".rstrip()


def said_name(name: str) -> str:
    """Return the name of a term as words."""
    return name.replace("_", " ")


def said_value(term: Term, value: float) -> str:
    """Return a term and its value; the unit only where the name does not say it.

    Examples
    --------
    >>> said_value(Term("payment_days", 30, range=(0, 90), unit="days"), 45)
    'payment days 45'
    """
    return f"{said_name(term.name)} {_short(term, value)}"


def said_move(term: Term, start: float, end: float) -> str:
    """Return a term and where it goes.

    Examples
    --------
    >>> said_move(Term("hold", 6, range=(0, 36), unit="months"), 6, 12)
    'hold from 6 to 12 months'
    """
    return f"{said_name(term.name)} from {_short(term, start).split(' ')[0]} to {_short(term, end)}"


def _short(term: Term, value: float) -> str:
    text = said(term, value)
    named = set(said_name(term.name).split()) & set(term.unit.split())
    return text.split(" ")[0] if named else text


def said_amount(amount: float, currency: str) -> str:
    """Return an amount of money; pence where it is small."""
    decimals = 0 if abs(amount) >= 100.0 or amount == round(amount) else 2
    return f"{currency} {amount:,.{decimals}f}".strip()


def said_difference(rule: Rule, amount: float, currency: str) -> str:
    """Return a difference of what a rule looks at: points of chance, or money."""
    if isinstance(rule, ChanceRule):
        return f"{100.0 * amount:.2g} points of chance"
    return said_amount(amount, currency)


def said_measure(rule: Rule, measure: float, currency: str) -> str:
    """Return what a rule looks at, with its value."""
    if isinstance(rule, ChanceRule):
        return f"a chance of {100.0 * measure:.3g}%"
    if isinstance(rule, AllOf):
        return f"a least margin over the rules of {measure:.3g}"
    what = rule.label.split(" of at least")[0]
    return f"{'an' if what[0] in 'aeiou' else 'a'} {what} of {said_amount(measure, currency)}"


def listed(texts: Sequence[str]) -> str:
    """Return texts as one: a, b and c."""
    return " and ".join((", ".join(texts[:-1]), texts[-1])) if len(texts) > 1 else "".join(texts)


def doubt(deal: Deal) -> str:
    """Return what intervals leave out, where inputs were fitted or elicited; else nothing."""
    names = [said_name(name) for name in calibrated_laws(deal)]
    if not names:
        return ""
    return (
        f" The intervals cover simulation error only, not the doubt about the parameters of {listed(names)}."
    )
