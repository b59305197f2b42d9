"""An answer in words that a salesperson can say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from walkaway_sim.deal.term import Term
from walkaway_sim.decide.offers.response import Counter, Trade
from walkaway_sim.decide.offers.steps import PassedLimit
from walkaway_sim.decide.offers.words import listed, said_amount, said_name
from walkaway_sim.simulation.estimate import Estimate

__all__ = ["accepted", "countered", "refused", "value_words"]


def value_words(term: Term, value: float) -> str:
    """Return a value as it is said.

    Examples
    --------
    >>> value_words(Term("discount", 0.06, range=(0, 0.3), unit="fraction of list price"), 0.075)
    '7.5%'
    >>> value_words(Term("hold", 6, range=(0, 36), unit="months"), 12)
    '12 months'
    """
    if term.is_fraction:
        return f"{100.0 * value:.6g}%"
    # A name such as "payment days" or "deliveries per week" says the unit already.
    said = f"{value:,.8g}"
    return said if _counts(term) or term.unit == "currency" else f"{said} {term.unit}".strip()


def _counts(term: Term) -> bool:
    """Say whether the name of a term follows its number, as in "60 payment days"."""
    words = term.name.split("_")
    return words[-1].endswith("s") or "per" in words


def _named(term: Term, value: float) -> str:
    """Return a value with the name of its term."""
    name, said = said_name(term.name), value_words(term, value)
    return f"{said} {name}" if _counts(term) and not term.is_fraction else f"{name} of {said}"


def accepted(terms: Mapping[str, Term], currency: str, room: Estimate, passed: Sequence[PassedLimit]) -> str:
    """Return a yes, with what could still be given away and whose word it needs."""
    yes = f"We can do that; it leaves room for {said_amount(max(room.low, 0.0), currency)} more."
    return " ".join([yes, *_limits(terms, passed)])


def countered(
    terms: Mapping[str, Term],
    offer: Mapping[str, float],
    counters: Sequence[Counter],
    trade: Trade | None,
) -> str:
    """Return what would make an offer acceptable, and whose word the first of the ways needs."""
    said = []
    if counters:
        said.append(_if_one_changes(terms, offer, counters[0]))
    if trade is not None:
        words = _changes(terms, trade.changed, offer)
        said.append(f"Or: {words}." if counters else f"We can do that with {words}.")
    passed = counters[0].passed if counters else () if trade is None else trade.passed
    return " ".join([*said, *_limits(terms, passed)])


def refused(currency: str, room: Estimate) -> str:
    """Return a no, with what is missing."""
    return (
        f"No: it falls short by {said_amount(max(-room.estimate, 0.0), currency)}, and no change of one term, nor a "
        "trade within the ranges, makes up for it with the confidence asked for."
    )


def _if_one_changes(terms: Mapping[str, Term], offer: Mapping[str, float], one: Counter) -> str:
    """Return what the customer can have of what it asks for, if one term changes."""
    term = terms[one.term]
    kept = [
        _named(terms[name], value)
        for name, value in offer.items()
        if name != one.term and value != terms[name].proposed
    ]
    plural = "" if _counts(term) else "s"
    moves = f"come{plural} down to" if one.value < one.offered else f"come{plural} up to"
    how = f"stay{plural} at" if one.value == term.proposed else moves
    name = said_name(one.term)
    return (
        f"We can do {listed(kept) if kept else 'that'}, if the {name} {how} {value_words(term, one.value)}."
    )


def _changes(terms: Mapping[str, Term], changed: Mapping[str, float], offer: Mapping[str, float]) -> str:
    """Return what changes against an offer, what is given in return last."""
    taken: list[str] = []
    given: list[str] = []
    for name, value in changed.items():
        term = terms[name]
        words = f"{_named(term, value)} instead of {value_words(term, offer[name])}"
        (given if term.sign * (value - offer[name]) > 0 else taken).append(words)
    if not taken or not given:
        return listed(taken or given)
    return f"{listed(taken)}, and in return {listed(given)}"


def _limits(terms: Mapping[str, Term], passed: Sequence[PassedLimit]) -> list[str]:
    """Return whose word a package needs, one sentence a limit that it passes."""
    sentences = []
    for one in passed:
        term = terms[one.term]
        said, limit = _named(term, one.value), value_words(term, one.limit)
        said = said[:1].upper() + said[1:]
        verb = "are" if _counts(term) else "is"
        if one.kind == "policy":
            sentences.append(
                f"{said} {verb} beyond the policy limit of {limit}: that needs an exception to policy."
            )
        else:
            who = f"the {one.signs} must sign" if one.signs else "someone above must sign"
            sentences.append(f"{said} {verb} beyond the authority of the {one.who} ({limit}): {who}.")
    return sentences
