"""The search for the take-it-or-leave-it offer with the highest mean gain, and for all that may be it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping

from walkaway_sim._typing import FloatArray
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.customer.along import evenly, surplus_along
from walkaway_sim.decide.customer.joined import JoinedCustomer
from walkaway_sim.simulation.outcome import Simulation
from walkaway_sim.simulation.profile import Profile

__all__ = ["Gain", "fewest_chance", "not_refuted", "pick", "reach"]

_COUNTED_POINTS = 257
"""Points of a range that are tried where a yes is counted: a count has no slope to follow."""

_HALVINGS = 24
"""Points tried on the way to where the expected surplus turns, each half as far from it as the one before."""


class Gain:
    """What an offer brings on each draw: ``S(t) P(yes to t)``.

    Parameters
    ----------
    sim : Simulation
    joined : JoinedCustomer
    term : Term
    base : mapping of str to float
        At which the other terms are held.
    """

    def __init__(
        self, sim: Simulation, joined: JoinedCustomer, term: Term, base: Mapping[str, float]
    ) -> None:
        self.joined, self.term, self.base = joined, term, base
        self.profile: Profile = surplus_along(sim, term, base)

    def __call__(self, value: float) -> FloatArray:
        """Return it, shape ``(n_draws,)`` [currency]."""
        taken: FloatArray = self.profile.at(value) * self.joined.chance_given(self.amount(value))
        return taken

    def mean(self, value: float) -> float:
        """Return the mean of it [currency]."""
        return float(self(value).mean())

    def amount(self, value: float) -> float:
        """Return what the reservation is compared with."""
        return self.joined.amount({**self.base, self.term.name: value})

    def chance(self, value: float) -> float:
        """Return the chance of a yes, from the reservation's distribution itself."""
        return self.joined.chance(self.amount(value))

    def surplus(self, value: float) -> float:
        """Return the expected surplus of the deal, whoever says yes [currency]."""
        return float(self.profile.at(value).mean())

    def atoms(self) -> list[float]:
        """Return the values at which a single reservation that carries probability is met, from our best end on."""
        found: list[float] = self.joined.atoms_on(self.term, self.base).tolist()
        return found

    def turn(self) -> float:
        """Return the last value or level with an expected surplus above 0 [unit]; NaN without one."""
        points = evenly(self.term)
        last = max((index for index, value in enumerate(points) if self.surplus(value) > 0.0), default=-1)
        if last < 0:
            return math.nan
        inside, outside = points[last], points[min(last + 1, len(points) - 1)]
        if self.term.levels is None:
            for _ in range(40):  # to 1e-12 of a cell
                middle = 0.5 * (inside + outside)
                inside, outside = (middle, outside) if self.surplus(middle) > 0.0 else (inside, middle)
        return inside


def fewest_chance(n_draws: int, confidence_level: float) -> float:
    """Return the chance below which so many draws cannot be told from draws without a single yes.

    Solves ``(1 - p)^n = 1 - confidence_level``: the exact binomial bound where nothing was seen (Clopper and Pearson
    1934), about 3/n at 95%, the rule of three (Hanley and Lippman-Hand 1983).

    Examples
    --------
    >>> round(2**14 * fewest_chance(2**14, 0.95), 2)
    3.0
    """
    return -math.expm1(math.log1p(-confidence_level) / n_draws)


def reach(gain: Gain) -> float:
    """Return the highest chance of a yes that an offer with an expected surplus above 0 has; NaN without such an offer.

    A concession never makes a yes rarer, so that it is had where the surplus has come down to 0.
    """
    last = gain.turn()
    return last if math.isnan(last) else gain.chance(last)


def pick(gain: Gain, *, xatol: float = 1e-10) -> float:
    """Return the value with the highest mean gain; `xatol` in widths of the range."""
    term, smooth = gain.term, gain.joined.is_smooth
    points = evenly(term) if smooth else evenly(term, _COUNTED_POINTS)
    last = gain.turn()
    if term.levels is None and not math.isnan(last):
        # Where the two sides hardly meet the peak ends here, and may be far narrower than a cell of the grid.
        step = (term.best - last) / (len(points) - 1)
        points += [last + step * 0.5**index for index in range(_HALVINGS)]
    if term.levels is None:
        # Short of an atom the chance is lower by all of it, so that a peak stands right there.
        points = sorted({*points, *gain.atoms()}, reverse=term.sign < 0)
    means = [gain.mean(value) for value in points]
    best = max(range(len(points)), key=means.__getitem__)
    if term.levels is not None or not smooth:
        return points[best]
    from scipy.optimize import minimize_scalar

    near, far = sorted((points[max(best - 1, 0)], points[min(best + 1, len(points) - 1)]))
    found = minimize_scalar(
        lambda value: -gain.mean(float(value)),
        bounds=(near, far),
        method="bounded",
        options={"xatol": xatol * (term.high - term.low)},
    )
    value = float(found.x)
    return value if -float(found.fun) > means[best] else points[best]


def not_refuted(
    may_be_best: Callable[[float], bool], term: Term, picked: float, atoms: Iterable[float] = ()
) -> tuple[float, float]:
    """Return the lowest and the highest value that may be the best, tried at the atoms of the reservation too."""
    points = sorted({*evenly(term), *(atoms if term.levels is None else ()), picked})
    ends = []
    for beyond in (
        [value for value in points if value < picked],
        [value for value in reversed(points) if value > picked],
    ):
        # From the end of the range inwards: what lies further in than one that may be best belongs to the interval.
        outside = None
        inside = picked
        for value in beyond:
            if may_be_best(value):
                inside = value
                break
            outside = value
        ends.append(
            inside if outside is None or term.levels is not None else _edge(may_be_best, inside, outside)
        )
    return ends[0], ends[1]


def _edge(holds: Callable[[float], bool], inside: float, outside: float) -> float:
    """Return where the interval ends, on its outer side, to a four-thousandth of a step of the grid."""
    for _ in range(12):
        middle = 0.5 * (inside + outside)
        if holds(middle):
            inside = middle
        else:
            outside = middle
    return outside
