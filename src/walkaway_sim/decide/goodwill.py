"""What concessions are worth to the customer, by rough weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from walkaway_sim._checks import check_non_negative, nearest
from walkaway_sim.deal.term import Term
from walkaway_sim.errors import InputError

__all__ = ["check_weights", "goodwill", "share_conceded"]


def check_weights(weights: object, terms: Sequence[Term]) -> dict[str, float]:
    """Return the weight of every term, their sum 1.

    Parameters
    ----------
    weights : mapping of str to float or None
        How much the customer cares about each term going from one end of its range to the other, next to the others.
        Terms that are not named weigh nothing; with None all weigh alike.
    terms : sequence of Term

    Raises
    ------
    InputError
        No mapping, an unknown term, a negative weight, or none above 0.

    Examples
    --------
    >>> terms = (Term("discount", 0.05, range=(0, 0.3)), Term("payment_days", 30, range=(0, 90)))
    >>> check_weights({"discount": 3, "payment_days": 1}, terms)
    {'discount': 0.75, 'payment_days': 0.25}
    """
    names = [term.name for term in terms]
    if weights is None:
        return dict.fromkeys(names, 1.0 / len(names))
    if not isinstance(weights, Mapping):
        raise InputError(f"weights must map terms to numbers, such as {{{names[0]!r}: 3}}, got {weights!r}")
    for name in weights:
        if name not in names:
            hint = nearest(str(name), names) or f"; known: {', '.join(names)}"
            raise InputError(f"weights: no term {name!r}{hint}")
    found = {name: check_non_negative(f"weight of {name!r}", weights.get(name, 0.0)) for name in names}
    total = sum(found.values())
    if total <= 0.0:
        raise InputError("weights: at least one must be above 0, got 0 for every term")
    return {name: weight / total for name, weight in found.items()}


def share_conceded(term: Term, value: float, start: float) -> float:
    """Return how far a term has gone towards concession, as a share of its range; negative the other way."""
    return term.sign * (value - start) / (term.high - term.low)


def goodwill(
    terms: Sequence[Term],
    weights: Mapping[str, float],
    offer: Mapping[str, float],
    start: Mapping[str, float],
) -> float:
    """Return what an offer gives the customer beyond another, as a share of all that could be weighed.

    Parameters
    ----------
    terms : sequence of Term
    weights : mapping of str to float
        From `check_weights`.
    offer, start : mapping of str to float
        Values of all terms [their units].

    Examples
    --------
    >>> terms = (Term("discount", 0.05, range=(0, 0.3)), Term("payment_days", 30, range=(0, 90)))
    >>> at = {"discount": 0.05, "payment_days": 30}
    >>> goodwill(terms, {"discount": 0.75, "payment_days": 0.25}, {**at, "payment_days": 75}, at)
    0.125
    """
    return sum(
        weights[term.name] * share_conceded(term, offer[term.name], start[term.name]) for term in terms
    )
