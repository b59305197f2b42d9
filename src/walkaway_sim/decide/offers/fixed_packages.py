"""Packages that are tried whatever the draws say, where nothing else was found to make an offer acceptable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from walkaway_sim.deal.term import Term

__all__ = ["N_FIXED", "fixed_packages"]

N_FIXED = 2
"""Of them at most: each takes its share of the error."""


def fixed_packages(terms: Sequence[Term], offer: Mapping[str, float]) -> list[dict[str, float]]:
    """Return what is tried in turn: the offer with all its changes undone, then every term at its safest end.

    Looks along one term at a time see nothing in a cost that either of two clauses causes: the one stays where the
    other is taken back.

    Examples
    --------
    >>> terms = [Term("drops", 2, levels=(1, 2, 5)), Term("rebate", 30, range=(0, 100))]
    >>> fixed_packages(terms, {"drops": 5, "rebate": 30.0})
    [{'drops': 2.0, 'rebate': 30.0}, {'drops': 1.0, 'rebate': 0.0}]
    """
    proposal = {term.name: term.proposed for term in terms}
    safest = {term.name: term.best for term in terms}
    return [package for package in (proposal, safest) if package != dict(offer)]
