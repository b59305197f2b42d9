"""A value function that counts a concession again, as often as it comes again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from walkaway_sim._typing import FloatArray
from walkaway_sim.deal.model import SplitsByTerms

__all__ = ["PrecedentSplit", "PrecedentValue"]


def _multiplier(inputs: Mapping[str, Any], prefix: str) -> FloatArray:
    """Return how often what a concession costs today comes again, shape ``(n_draws,)``.

    Where a chance is itself drawn, `renewed` and `followers` are uniform numbers that it is held against; else they are
    the outcomes.
    """
    given = {
        key.removeprefix(prefix): np.asarray(drawn, dtype=np.float64)
        for key, drawn in inputs.items()
        if key.startswith(prefix)
    }
    renewed, followers = given["renewed"], given["followers"]
    if "renewal_chance" in given:
        renewed = (renewed < given["renewal_chance"]).astype(np.float64)
    if "follow_chance" in given:
        from scipy.stats import binom

        followers = np.asarray(
            binom.ppf(followers, np.rint(given["other_customers"]), given["follow_chance"]), dtype=np.float64
        )
    again: FloatArray = renewed * given["renewal_worth"] + followers * given["follow_worth"]
    return again


def _total(parts: Any) -> Any:
    return sum(parts.values()) if isinstance(parts, Mapping) else parts


@dataclass(frozen=True, slots=True)
class PrecedentSplit:
    """A value with a precedent, cut where some terms enter.

    Attributes
    ----------
    inner : object
        The same of the value without it.
    proposed : mapping of str to float
    prefix : str
        Of the precedent's own.
    cut : tuple of str
        The terms.
    """

    inner: Any
    proposed: Mapping[str, float]
    prefix: str
    cut: tuple[str, ...]

    def prepare(
        self, inputs: Mapping[str, Any], terms: Mapping[str, float]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return what the touched parts need to know, and the other parts, at the given terms."""
        known, untouched = self.inner.prepare(inputs, terms)
        start, unmoved = self.inner.prepare(inputs, {**terms, **self.proposed})
        at_start = self.inner.evaluate(start, {name: self.proposed[name] for name in self.cut})
        # What the terms that are held cost already, and the touched parts as proposed.
        proposed = _total(unmoved) - _total(untouched) + _total(at_start)
        inner = {"known": known, "multiplier": _multiplier(inputs, self.prefix), "proposed": proposed}
        return inner, untouched

    def evaluate(self, known: Mapping[str, Any], at: Mapping[str, float]) -> dict[str, Any]:
        """Return the touched parts and the precedent where the terms have the values `at` [currency]."""
        parts = self.inner.evaluate(known["known"], at)
        return {**parts, "precedent": known["multiplier"] * (_total(parts) - known["proposed"])}


@dataclass(frozen=True, slots=True)
class PrecedentValue:
    """A value function with a component ``"precedent"``. Made by `with_precedent`.

    Attributes
    ----------
    inner : callable
        The value function without it.
    proposed : mapping of str to float
        The terms from which concessions are counted [their units].
    prefix : str
        Of the names of the precedent's own inputs.
    """

    inner: Any
    proposed: Mapping[str, float]
    prefix: str

    def __call__(self, inputs: Mapping[str, Any], terms: Mapping[str, float]) -> dict[str, Any]:
        """Return the components of the value in their order [currency]."""
        own = self._own(inputs)
        now = self.inner(own, terms)
        cost = _total(self.inner(own, self.proposed)) - _total(now)
        parts = dict(now) if isinstance(now, Mapping) else {"value": now}
        return {**parts, "precedent": -_multiplier(inputs, self.prefix) * cost}

    def _own(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        return {name: drawn for name, drawn in inputs.items() if not name.startswith(self.prefix)}

    def split(self, *terms: str) -> Any:
        """Return the value cut where `terms` enter; None where the value without the precedent cannot be."""
        if not isinstance(self.inner, SplitsByTerms):
            return None
        return PrecedentSplit(self.inner.split(*terms), self.proposed, self.prefix, terms)
