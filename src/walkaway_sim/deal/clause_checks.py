"""Clauses that make no sense together."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

__all__ = ["Clash", "clashes"]


@dataclass(frozen=True, slots=True)
class Clash:
    """One clause that makes no sense beside the others.

    Attributes
    ----------
    term : str
        Name of the clause.
    found, needed, remedy : str
        What it says, what it should say, and what to do.
    """

    term: str
    found: str
    needed: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.term} must be {self.needed}, got {self.found}. {self.remedy}"


def clashes(contract: Mapping[str, float]) -> Iterator[Clash]:
    """Yield the clauses that make no sense, as proposed or fixed.

    Parameters
    ----------
    contract : mapping of str to float
        The terms that the agreement gives, ``months`` among them.

    Examples
    --------
    >>> print(next(clashes({"months": 24, "hold": 3, "review_every": 36})))
    review_every must be an interval within the agreement's 24 months, got 36. Shorten it, or hold the price \
to the end: hold = months.
    """
    months = contract["months"]
    reviewed = contract.get("hold", math.inf) < months
    remedy = "hold the price to the end: hold = months."
    every = contract.get("review_every", 0.0)
    if reviewed and every > months:
        yield Clash(
            "review_every",
            f"{every:g}",
            f"an interval within the agreement's {months:g} months",
            f"Shorten it, or {remedy}",
        )
    lag = contract.get("review_lag", 0.0)
    if reviewed and lag >= months:
        yield Clash(
            "review_lag",
            f"{lag:g}",
            f"younger than the agreement's {months:g} months",
            f"Shorten it, or {remedy}",
        )
    catch_up = contract.get("catch_up", 1.0)
    if catch_up not in (0.0, 1.0):
        yield Clash(
            "catch_up",
            f"{catch_up:g}",
            "0 or 1",
            "1: reviews count from signing; 0: from the end of the hold.",
        )
    if "early_payment_discount" in contract:
        early, allowed = contract.get("early_payment_days", 10.0), contract.get("payment_days", 0.0)
        if early >= allowed:
            yield Clash(
                "early_payment_days",
                f"{early:g}",
                f"fewer than the {allowed:g} payment_days",
                "Offer it for fewer.",
            )
    monthly, yearly = contract.get("penalty_cap", 0.05), contract.get("penalty_annual_cap", math.inf)
    if math.isfinite(yearly) and yearly > monthly:
        yield Clash(
            "penalty_annual_cap",
            f"{yearly:g}",
            f"no more than the monthly penalty_cap of {monthly:g}",
            "Above it, it never binds: leave it out.",
        )
