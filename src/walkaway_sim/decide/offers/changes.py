"""Changes to an offer, with what they take from the customer and whose word they need."""

from __future__ import annotations

from collections.abc import Mapping

from walkaway_sim.deal.term import Term
from walkaway_sim.decide.goodwill import goodwill, share_conceded
from walkaway_sim.decide.offers.in_worlds import InWorlds
from walkaway_sim.decide.offers.judge import Judge
from walkaway_sim.decide.offers.response import Counter, Trade
from walkaway_sim.decide.offers.steps import limits_passed
from walkaway_sim.simulation.estimate import Estimate
from walkaway_sim.simulation.intervals import mean_estimate
from walkaway_sim.simulation.opened import OpenedDeal

__all__ = ["as_counter", "as_trade"]


def as_counter(
    judge: Judge,
    opened: OpenedDeal,
    weights: Mapping[str, float],
    term: Term,
    value: float,
    look: InWorlds | None,
) -> Counter:
    """Return a change of one term as a counter."""
    terms, offered = tuple(judge.sim.deal.terms), opened.offer[term.name]
    package = {**opened.offer, term.name: value}
    share = abs(share_conceded(term, value, offered))
    hurt = 0.0 - goodwill(terms, weights, package, opened.offer)  # so that nothing is 0, and not -0
    return Counter(term.name, value, offered, share, hurt, limits_passed(terms, package), look)


def as_trade(
    judge: Judge,
    pilot: OpenedDeal,
    changed: Mapping[str, float],
    weights: Mapping[str, float],
    counters: tuple[Counter, ...],
    look: InWorlds | None,
) -> Trade:
    """Return changes of several terms as a trade; its gain is seen on the pilot."""
    offer, terms = pilot.offer, tuple(judge.sim.deal.terms)
    package = {**offer, **changed}
    return Trade(
        changed,
        {name: offer[name] for name in changed},
        -goodwill(terms, weights, package, offer),
        limits_passed(terms, package),
        _gain(pilot, package, counters, judge.confidence_level),
        look,
    )


def _gain(
    pilot: OpenedDeal, package: Mapping[str, float], counters: tuple[Counter, ...], level: float
) -> Estimate | None:
    """Return how much more expected surplus a package leaves than the first counter [currency]."""
    if not counters:
        return None
    draws = pilot.sim
    more = draws.surplus(package) - draws.surplus({**pilot.offer, **counters[0].changed})
    return mean_estimate(more, draws.n_replicates, level)
