"""What can be said to the customer: no amounts of ours, no rule, no authority."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from walkaway_sim.deal.term import Term
from walkaway_sim.decide.offers.response import Counter, Trade
from walkaway_sim.decide.offers.words import listed, said_name

__all__ = ["ACCEPTED", "REFUSED", "countered", "counts", "named", "value_words"]

ACCEPTED = "We can do that."
REFUSED = (
    "We cannot do that: within what is on the table no change of one term and no trade was found that would make it "
    "possible for us."
)


def value_words(term: Term, value: float, *, unit: bool = True) -> str:
    """Return a value as it is said.

    Examples
    --------
    >>> value_words(Term("discount", 0.06, range=(0, 0.3), unit="fraction of list price"), 0.075)
    '7.5%'
    >>> value_words(Term("hold", 6, range=(0, 36), unit="months"), 12)
    '12 months'
    >>> value_words(Term("hold", 6, range=(0, 36), unit="months"), 1)
    '1 month'
    """
    if term.is_fraction:
        return f"{100.0 * value:.6g}%"
    # A name such as "payment days" or "deliveries per week" says the unit already.
    said = f"{value:,.8g}"
    if not unit or counts(term) or term.unit == "currency" or not term.unit:
        return said
    return f"{said} {_for_one(term.unit) if abs(value) == 1.0 else term.unit}"


def counts(term: Term) -> bool:
    """Say whether the name of a term follows its number, as in "60 payment days"."""
    words = term.name.split("_")
    return words[-1].endswith("s") or "per" in words


def named(term: Term, value: float) -> str:
    """Return a value with the name of its term.

    Examples
    --------
    >>> named(Term("deliveries_per_week", 2, levels=(1, 2, 3)), 1)
    '1 delivery per week'
    """
    name, said = said_name(term.name), value_words(term, value)
    if not counts(term) or term.is_fraction:
        return f"{name} of {said}"
    return f"{said} {_for_one(name) if abs(value) == 1.0 else name}"


def _for_one(text: str) -> str:
    """Return words for many as words for one: what stands before "per" or "a", or else the last of them."""
    words = text.split(" ")
    place = next((k for k, word in enumerate(words) if k and word in ("per", "a", "of")), len(words)) - 1
    word = words[place]
    if word.endswith("ies"):
        words[place] = f"{word.removesuffix('ies')}y"
    elif word.endswith("s") and not word.endswith("ss"):
        words[place] = word.removesuffix("s")
    return " ".join(words)


def countered(
    terms: Mapping[str, Term],
    offer: Mapping[str, float],
    counters: Sequence[Counter],
    trade: Trade | None,
) -> str:
    """Return what would make an offer acceptable."""
    said = []
    if counters:
        said.append(_if_one_changes(terms, offer, counters[0]))
    if trade is not None:
        words = _changes(terms, trade.changed, offer)
        said.append(f"Or: {words}." if counters else f"We can do that with {words}.")
    return " ".join(said)


def _if_one_changes(terms: Mapping[str, Term], offer: Mapping[str, float], one: Counter) -> str:
    """Return what the customer can have of what it asks for, if one term changes."""
    term = terms[one.term]
    kept = [
        named(terms[name], value)
        for name, value in offer.items()
        if name != one.term and value != terms[name].proposed
    ]
    if not kept:  # nothing else was asked for: "we can do that, if" would deny itself
        return f"We can do {'a ' if term.is_fraction else ''}{named(term, one.value)}."
    plural = "" if counts(term) else "s"
    moves = f"come{plural} down to" if one.value < one.offered else f"come{plural} up to"
    how = f"stay{plural} at" if one.value == term.proposed else moves
    return f"We can do {listed(kept)}, if the {said_name(one.term)} {how} {value_words(term, one.value)}."


def _changes(terms: Mapping[str, Term], changed: Mapping[str, float], offer: Mapping[str, float]) -> str:
    """Return what changes against an offer, what is given in return last."""
    taken: list[str] = []
    given: list[str] = []
    for name, value in changed.items():
        term = terms[name]
        words = f"{named(term, value)} instead of {value_words(term, offer[name], unit=False)}"
        (given if term.sign * (value - offer[name]) > 0 else taken).append(words)
    if not taken or not given:
        return listed(taken or given)
    return f"{listed(taken)}, and in return {listed(given)}"
