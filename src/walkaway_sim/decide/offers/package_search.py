"""Look for packages that are worth the same to the supplier and give the customer different things, on a pilot."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from walkaway_sim._typing import FloatArray
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.goodwill import share_conceded
from walkaway_sim.decide.influence import difference_bounds, influence_values
from walkaway_sim.decide.lattice import Lattice
from walkaway_sim.decide.offers.few_differ import too_few_differ
from walkaway_sim.decide.offers.holds import holds
from walkaway_sim.decide.offers.places import furthest, places, thinned
from walkaway_sim.decide.rules import Rule
from walkaway_sim.errors import InputError
from walkaway_sim.simulation.intervals import Bounds
from walkaway_sim.simulation.outcome import Simulation

__all__ = ["Compared", "Found", "PackageSearch", "concession_vector", "space_of"]

_PATTERNS = 256
"""Patterns of concessions of the terms that do not balance: all that there are, or a Sobol' sequence of them."""
_TABLE = 17
"""Points along the balancing term from which it is guessed where it balances."""
_TRIES = 16
"""Candidates that are balanced exactly, for each package wanted."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A package that the pilot found.

    Attributes
    ----------
    terms : dict of str to float
    surplus : ndarray, shape (n_draws,)
        On the pilot [currency].
    reach : float
        Furthest that its differences are likely to be seen to reach on other draws [unit of the rule].
    """

    terms: dict[str, float]
    surplus: FloatArray
    reach: float


class Compared:
    """A simulation on which packages are compared with a reference by a rule."""

    def __init__(
        self, sim: Simulation, rule: Rule, reference: Mapping[str, float], confidence_level: float
    ) -> None:
        self.sim = sim
        self.rule = rule
        self.confidence_level = confidence_level
        self.package = dict(reference)
        self.reference = self.surplus(reference)
        self.level = self.value(self.reference)
        self.lattice = Lattice(sim)
        self.must_hold = self.holds(self.reference)

    def surplus(self, package: Mapping[str, float]) -> FloatArray:
        """Return the surplus at a package, shape (n_draws,) [currency]."""
        return self.sim.surplus(dict(package))

    def value(self, surplus: FloatArray) -> float:
        """Return what the rule looks at [its unit]."""
        return float(influence_values(self.rule, surplus).mean())

    def difference(self, package: Mapping[str, float]) -> float:
        """Return how much more the rule sees in a package than in the reference [its unit]."""
        return self.value(self.surplus(package)) - self.level

    def bounds(self, first: FloatArray, second: FloatArray) -> Bounds:
        """Return the bounds of how much more the rule sees in one surplus than in another [its unit]."""
        replicates = self.sim.n_replicates
        return difference_bounds(self.rule, first, second, replicates, self.confidence_level, self.lattice)

    def holds(self, surplus: FloatArray) -> bool:
        """Say whether the rule holds with confidence."""
        return holds(self.rule, surplus, self.lattice, self.confidence_level)


def space_of(term: Term, reference: float) -> tuple[float, ...]:
    """Return the values that a term may take in a package, from the supplier's side to the customer's [unit].

    From the opening offer, or the best end of the range where there is none, to what policy allows.
    """
    near, far = term.best if term.open is None else term.open, furthest(term)
    if term.sign * (reference - near) < 0.0 or (term.levels is not None and near not in term.levels):
        near = reference
    if term.sign * (reference - far) > 0.0:
        return places(term, far, near)[::-1]
    return (*places(term, reference, near)[::-1], *places(term, reference, far)[1:])


def concession_vector(
    terms: Sequence[Term],
    weights: Mapping[str, float],
    package: Mapping[str, float],
    reference: Mapping[str, float],
) -> FloatArray:
    """Return what a package gives the customer beyond the reference, term by term, shape (n_terms,).

    Shares of the ranges times weights: their sum is the goodwill, their distances tell packages apart.
    """
    return np.array(
        [
            weights[term.name] * share_conceded(term, package[term.name], reference[term.name])
            for term in terms
        ]
    )


class PackageSearch:
    """Candidates that balance, and a choice among them that lie far apart.

    Parameters
    ----------
    rough, pilot : Compared
        On few draws, by which candidates are ordered, and on many, on which they are balanced.
    terms : sequence of Term
        Those that may move.
    reference, weights : mapping of str to float
        Of all terms.
    """

    def __init__(
        self,
        rough: Compared,
        pilot: Compared,
        terms: Sequence[Term],
        reference: Mapping[str, float],
        weights: Mapping[str, float],
    ) -> None:
        self.rough, self.pilot = rough, pilot
        self.terms, self.reference, self.weights = tuple(terms), dict(reference), weights
        self.all_terms = tuple(pilot.sim.deal.terms)
        self.spaces = {term.name: space_of(term, reference[term.name]) for term in terms}
        self.balancing = self._balancing()
        self.space = self.spaces[self.balancing.name]

    def _balancing(self) -> Term:
        """Return the range that can take up the most of what the rule looks at; one with a step before others."""
        ranges = [term for term in self.terms if term.levels is None and len(self.spaces[term.name]) > 1]
        if not ranges:
            raise InputError(
                "terms: one that can move over a range is needed to balance the packages, and those given have "
                "levels only, or no room to move. Name one with a range"
            )
        return max(ranges, key=lambda term: (term.step is not None, self._swing(term)))

    def _swing(self, term: Term) -> float:
        ends = (self.spaces[term.name][0], self.spaces[term.name][-1])
        first, last = (self.rough.difference({**self.reference, term.name: end}) for end in ends)
        return abs(first - last)

    def table_step(self) -> float:
        """Return what one step of every range that may move, from the reference, is worth together."""
        ranges = [term for term in self.terms if term.levels is None and len(self.spaces[term.name]) > 1]
        return sum(self._step_worth(term) for term in ranges)

    def _step_worth(self, term: Term) -> float:
        space = self.spaces[term.name]
        here = int(np.argmin(np.abs(np.array(space) - self.reference[term.name])))
        beside = here + 1 if here + 1 < len(space) else here - 1
        ends = ({**self.reference, term.name: space[i]} for i in (here, beside))
        first, second = (self.pilot.difference(end) for end in ends)
        return abs(first - second)

    def patterns(self) -> list[dict[str, float]]:
        """Return fixed patterns of the terms that do not balance [their units]."""
        others = [term for term in self.terms if term is not self.balancing]
        each = max(math.floor(_PATTERNS ** (1.0 / max(len(others), 1))), 5)
        values = [_few(self.spaces[term.name], self.reference[term.name], each) for term in others]
        names = [term.name for term in others]
        if math.prod(len(one) for one in values) <= _PATTERNS:
            made = [dict(zip(names, one, strict=True)) for one in itertools.product(*values)]
        else:
            from scipy.stats.qmc import Sobol

            points = Sobol(len(others), scramble=False).random(_PATTERNS)
            made = [
                {name: one[int(u * len(one))] for name, one, u in zip(names, values, point, strict=True)}
                for point in points.tolist()
            ]
        kept = {tuple(one.values()): one for one in made}
        return [one for one in kept.values() if any(one[name] != self.reference[name] for name in names)]

    def candidates(self) -> list[tuple[dict[str, float], int]]:
        """Return packages with a guess of the place at which each balances, from the few draws.

        The guess takes the worth of the terms to add up; it only says in which order they are looked at.
        """
        table = thinned(self.space, _TABLE)
        name = self.balancing.name
        worth = [self.rough.difference({**self.reference, name: value}) for value in table]
        falling = np.minimum.accumulate(worth)[::-1]
        at = np.array([self.space.index(value) for value in table], dtype=float)[::-1]
        found = []
        for pattern in self.patterns():
            wanted = -self.rough.difference({**self.reference, **pattern})
            if falling[0] <= wanted <= falling[-1]:
                guess = round(float(np.interp(wanted, falling, at)))
                found.append(({**self.reference, **pattern, name: self.space[guess]}, guess))
        return found

    def balanced(self, package: Mapping[str, float], guess: int) -> dict[str, float]:
        """Return a package with its balancing term at the place where it is nearest to the reference on the pilot."""
        name = self.balancing.name

        def difference(index: int) -> float:
            return self.pilot.difference({**package, name: self.space[index]})

        return {**package, name: self.space[_nearest_to_zero(difference, guess, len(self.space))]}

    def vector(self, package: Mapping[str, float]) -> FloatArray:
        """Return what a package gives the customer, term by term."""
        return concession_vector(self.all_terms, self.weights, package, self.reference)

    def choose(self, k: int, margin: float) -> list[Found]:
        """Return up to k packages, each as far as can be from the reference and from those before it.

        Farthest-first (Gonzalez 1985): the least distance between them is at least half of the largest possible.
        First among those that give the customer no less than the reference, by the weights; next to it others would
        be refused. Candidates that other draws would hardly find equal are passed over while there are others.
        """
        pool = self.candidates()
        if not pool:
            return []
        vectors = np.array([self.vector(package) for package, _ in pool]).reshape(len(pool), -1)
        apart = np.linalg.norm(vectors, axis=1)
        liked = vectors.sum(axis=1) >= 0.0
        chosen: list[Found] = []
        spare: list[Found] = []
        for allowed in (liked, ~liked):
            left = allowed & (apart > 0.0)
            for _ in range(_TRIES * k):
                if len(chosen) == k or not left.any():
                    break
                best = int(np.argmax(np.where(left, apart, -math.inf)))
                left[best] = False
                one = self._found(self.balanced(*pool[best]), chosen)
                if one is None or not self._is_new(one, chosen):
                    continue
                if one.reach <= margin and self._is_hardly_seen(one.terms, chosen):
                    one = replace(one, reach=math.inf)
                if one.reach > margin:
                    spare.append(one)
                    continue
                chosen.append(one)
                apart = np.minimum(apart, np.linalg.norm(vectors - self.vector(one.terms), axis=1))
                left &= apart > 0.0
        for one in sorted(spare, key=lambda found: found.reach):
            if len(chosen) < k and self._is_new(one, chosen):
                chosen.append(one)
        return chosen

    def _is_hardly_seen(self, package: Mapping[str, float], chosen: Sequence[Found]) -> bool:
        """Say whether a difference rests on so few of the few draws that other draws would hardly certify it."""
        others = (self.reference, *(other.terms for other in chosen))
        rule, surplus = self.rough.rule, self.rough.surplus
        return any(too_few_differ(rule, surplus, package, other) for other in others)

    def _is_new(self, one: Found, chosen: Sequence[Found]) -> bool:
        """Say whether a package gives the customer something else than the reference and those chosen."""
        others = [self.reference, *(other.terms for other in chosen)]
        here = self.vector(one.terms)
        return all(bool(np.any(here != self.vector(other))) for other in others)

    def _found(self, package: dict[str, float], chosen: Sequence[Found]) -> Found | None:
        surplus = self.pilot.surplus(package)
        if self.pilot.must_hold and not self.pilot.holds(surplus):
            return None
        others = (self.pilot.reference, *(other.surplus for other in chosen))
        return Found(package, surplus, max(_reach(self.pilot.bounds(surplus, other)) for other in others))


def _reach(bounds: Bounds) -> float:
    """Return how far a bound is likely to lie from 0 on other draws.

    Two estimates differ by the square root of 2 times as much as each is off by, so that with half-width h the
    other's bound lies within ``|estimate| + sqrt(2) h + h``, with about the confidence of h.
    """
    half = max(bounds.high - bounds.estimate, bounds.estimate - bounds.low)
    return abs(bounds.estimate) + (1.0 + math.sqrt(2.0)) * half


def _few(space: tuple[float, ...], reference: float, most: int) -> tuple[float, ...]:
    """Return a few values of a space, the two ends and the reference among them."""
    if reference not in space:
        return thinned(space, most)
    here, each = space.index(reference), most // 2 + 1
    return tuple(dict.fromkeys((*thinned(space[: here + 1], each), *thinned(space[here:], each))))


def _nearest_to_zero(difference: Callable[[int], float], guess: int, size: int) -> int:
    """Return the index at which a falling function of it is nearest to 0: gallop from a guess, then halve."""
    known: dict[int, float] = {}

    def at(index: int) -> float:
        if index not in known:
            known[index] = difference(index)
        return known[index]

    low = high = guess
    step = 1
    while at(high) > 0.0 and high < size - 1:
        low, high, step = high, min(high + step, size - 1), 2 * step
    while at(low) < 0.0 and low > 0:
        high, low, step = low, max(low - step, 0), 2 * step
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if at(middle) > 0.0 else (low, middle)
    return min(known, key=lambda index: abs(known[index]))
