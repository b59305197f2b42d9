"""What to ask for in return, and who may sign."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from walkaway_sim.deal.term import Term
from walkaway_sim.decide.goodwill import share_conceded
from walkaway_sim.decide.offers.places import places
from walkaway_sim.decide.offers.steps import least_that_covers
from walkaway_sim.simulation.outcome import Simulation

__all__ = ["Payment", "payment_for", "who_signs"]


_MOST_TIMES = 2.0
"""Of a concession: what is worth more is no payment for it. A convention: nobody signs a swap of one for three."""


@dataclass(frozen=True, slots=True)
class Payment:
    """A move of one term in the supplier's favour: from where, to where, and the goodwill that it costs."""

    name: str
    start: float
    end: float
    goodwill: float


def payment_for(
    pilot: Simulation,
    weights: Mapping[str, float],
    now: Mapping[str, float],
    cost: float,
    moved: Collection[str],
    upto: Mapping[str, float],
) -> Payment | None:
    """Return the move of another term that pays for a concession at the least goodwill.

    Parameters
    ----------
    pilot : Simulation
    weights, now : mapping of str to float
        Of all terms: how much the customer cares, and where they are after the concession.
    cost : float
        Expected surplus that must be won back [currency].
    moved : collection of str
        Terms that are not asked for: those that the concession moved.
    upto : mapping of str to float
        How far each term may be asked for [its unit].

    Returns
    -------
    Payment or None
        Of each term the least move, on its step or level, that pays in full on the pilot; of these the one that takes
        the least goodwill, and of two that take equally little the one worth less. None where no single term can pay,
        or only by a move worth more than twice the concession.
    """
    here = float(pilot.surplus(dict(now)).mean())
    found = []
    for term in pilot.deal.terms:
        if term.name in moved or term.sign * (now[term.name] - upto[term.name]) <= 0.0:
            continue
        way = places(term, now[term.name], upto[term.name])[1:]
        won = _least_that_pays(pilot, now, term, way, here + cost)
        if won is None or won[1] - here > _MOST_TIMES * cost:
            continue
        end, worth = won[0], won[1] - here
        lost = -weights[term.name] * share_conceded(term, end, now[term.name])
        found.append((lost, worth, Payment(term.name, now[term.name], end, lost)))
    return min(found, key=lambda one: one[:2])[2] if found else None


def _least_that_pays(
    pilot: Simulation, now: Mapping[str, float], term: Term, way: Sequence[float], wanted: float
) -> tuple[float, float] | None:
    """Return the first place on a way at which the mean surplus reaches what is wanted, and the surplus there."""

    def mean(index: int) -> float:
        return float(pilot.surplus({**now, term.name: way[index]}).mean())

    if not way:
        return None
    high = len(way) - 1
    best = mean(high)
    if best < wanted:
        return None
    low = -1
    while high - low > 1:
        middle = (low + high) // 2
        tried = mean(middle)
        if tried >= wanted:
            high, best = middle, tried
        else:
            low = middle
    return way[high], best


def who_signs(terms: Sequence[Term], package: Mapping[str, float]) -> dict[str, str]:
    """Return, for each term with authorities, the least of them that covers a package; empty where none does."""
    return {term.name: least_that_covers(term, package[term.name]) for term in terms if term.authority}
