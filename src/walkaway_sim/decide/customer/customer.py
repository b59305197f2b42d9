"""The other side: at which offer the customer says yes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from walkaway_sim._checks import check_in, check_known, check_name, check_non_negative
from walkaway_sim.deal.deal import Deal
from walkaway_sim.deal.term import Term
from walkaway_sim.errors import InputError
from walkaway_sim.inputs.base import Distribution
from walkaway_sim.inputs.entry import Input, as_input

__all__ = ["Customer", "reservation_entry"]


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer who says yes to every offer that is at least as good for it as its reservation.

    Parameters
    ----------
    reservation : distribution, Input, number, or str
        The customer's own walkaway. With `term`, the value of that term [its unit]: the highest price that it would
        pay, the lowest discount that it would take. With `worth`, what an offer must be worth to it beyond the
        proposed one [currency], and negative where it would take less. A text is the name of an input of the deal.
    term : str, optional
        The term that it looks at; it says yes exactly if ``sign (value - reservation) >= 0``, with the sign of the
        term's concession.
    worth : mapping of str to float, optional
        In place of `term`: what one unit of concession of each term is worth to the customer [currency per unit], 0
        or more. It says yes exactly if ``sum worth sign (value - proposed) >= reservation``.
    correlation : mapping of str to float, optional
        Spearman correlation of the reservation with inputs of the deal, by name, where it is no input itself. Pairs
        that are not named count as 0, as they do in a deal.
    name : str
        Of the stream that the reservation is drawn on, which no other draw depends on.

    Raises
    ------
    InputError
        No distribution, neither or both of `term` and `worth`, a worth that is negative or 0 throughout, a
        correlation outside [-1, 1].

    Notes
    -----
    ``WinCurve.reservation_price`` gives such a reservation from won and lost quotes, an `Input` with other laws that
    could be true as well. `zone_of_agreement` and `best_offer` show what they make of it as calibration error, beside
    simulation error; all else takes the law as known, and says so.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> ws.Customer(ws.normal(0.06, 0.02), term="discount").term
    'discount'
    """

    reservation: Any
    term: str | None = None
    worth: Mapping[str, float] | None = None
    correlation: Mapping[str, float] = field(default_factory=dict)
    name: str = "customer"

    def __post_init__(self) -> None:
        put = object.__setattr__
        check_name("Customer: name", self.name)
        if (self.term is None) == (self.worth is None):
            raise InputError(
                "Customer: give either term='discount', the term that the reservation is of, or worth={'discount': "
                f"5000, ...}}, got {'neither' if self.term is None else 'both'}"
            )
        if self.term is not None:
            check_name("Customer: term", self.term)
        else:
            put(self, "worth", _worths(self.worth))
        if isinstance(self.reservation, str):
            check_name("Customer: reservation", self.reservation)
        else:
            put(self, "reservation", _entry(self.reservation))
        put(self, "correlation", _correlations(self.correlation, self.reservation))

    def looks_at(self, deal: Deal, term: str | None) -> Term:
        """Return the term along which an offer is asked for, checked.

        Parameters
        ----------
        deal : Deal
        term : str or None
            By default the customer's own.
        """
        if self.term is not None:
            if term is not None and term != self.term:
                raise InputError(
                    f"term: the customer looks at {self.term!r} only, got {term!r}; leave term out, or give the "
                    "customer worth={...} for several"
                )
            return deal.term(self.term)
        known = self.worth or {}
        check_known("worth", known, [one.name for one in deal.terms])
        if term is None:
            raise InputError(
                "term must be given, since this customer weighs several: which of them is to move?"
            )
        found = deal.term(term)
        if known.get(term, 0.0) == 0.0:
            raise InputError(
                f"term: {term!r} is worth nothing to this customer; take one of {', '.join(known)}"
            )
        return found


def reservation_entry(deal: Deal, customer: Customer) -> tuple[Distribution, tuple[Distribution, ...]]:
    """Return the distribution of the reservation, and the others that could be true as well.

    Raises
    ------
    InputError
        The name of an input that the deal has not, or that is no single number.
    """
    entry: Input = customer.reservation
    if isinstance(customer.reservation, str):
        check_known("reservation: the deal", {customer.reservation: None}, deal.inputs)
        entry = deal.inputs[customer.reservation]
    if not isinstance(entry.distribution, Distribution):
        raise InputError(f"reservation: {customer.reservation!r} is no single number, and so no reservation")
    return entry.distribution, tuple(law for law in entry.plausible if isinstance(law, Distribution))


def _entry(given: object) -> Input:
    try:
        found = as_input(given)
    except InputError as error:
        raise InputError(f"Customer: reservation {error}") from None
    if not isinstance(found.distribution, Distribution):
        raise InputError(
            f"Customer: reservation needs a distribution such as normal(0.06, 0.02), got {given!r}"
        )
    return found


def _worths(given: object) -> dict[str, float]:
    if not isinstance(given, Mapping) or not given:
        raise InputError(f"Customer: worth must map terms to currency per unit, got {given!r}")
    found = {name: check_non_negative(f"Customer: worth of {name!r}", one) for name, one in given.items()}
    if not any(found.values()):
        raise InputError("Customer: worth must be above 0 for one term at least, got 0 for every term")
    return found


def _correlations(given: object, reservation: object) -> dict[str, float]:
    if not isinstance(given, Mapping):
        raise InputError(f"Customer: correlation must map inputs to numbers, got {given!r}")
    found = {
        name: check_in(f"Customer: correlation with {name!r}", one, -1.0, 1.0) for name, one in given.items()
    }
    if found and isinstance(reservation, str):
        raise InputError(
            f"Customer: the reservation is the input {reservation!r} of the deal; correlate it there, in "
            "Deal(correlation=...)"
        )
    return {name: one for name, one in found.items() if one != 0.0}
