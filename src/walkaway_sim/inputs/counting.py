"""Distributions on single values: a yes or no, a count, and a list of values with probabilities."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np
from scipy import special

from walkaway_sim._checks import check_finite, check_non_negative, check_probability
from walkaway_sim._typing import FloatArray
from walkaway_sim.errors import InputError
from walkaway_sim.inputs.base import Distribution, plain_number

__all__ = ["SLACK", "Bernoulli", "Discrete", "Poisson", "atom_quantiles"]

SLACK = 1.0 - 4.0 * float(np.finfo(np.float64).eps)
"""Factor on a probability that forgives the rounding errors of a cumulative sum."""

_LARGEST_TABLE_RATE = 1e8


def atom_quantiles(values: FloatArray, cumulative: FloatArray, q: FloatArray) -> FloatArray:
    """Smallest of `values` whose cumulative probability reaches `q`; shapes (m,), (m,), (n,).

    A shortfall of a few rounding errors counts as reached, so that ``ppf(cdf(x)) == x``.
    """
    index = np.searchsorted(cumulative, q * SLACK, side="left")
    return values[np.minimum(index, values.size - 1)]


@dataclass(frozen=True, slots=True)
class Bernoulli(Distribution):
    """1 with a given probability, else 0.

    Parameters
    ----------
    probability : float
        Probability of 1; between 0 and 1.
    """

    probability: float

    kind: ClassVar[str] = "bernoulli"
    is_discrete: ClassVar[bool] = True

    def __post_init__(self) -> None:
        checked = check_probability("bernoulli: probability", self.probability)
        object.__setattr__(self, "probability", checked)

    def mean(self) -> float:
        """Return the probability."""
        return self.probability

    def std(self) -> float:
        """Return ``sqrt(probability (1 - probability))``."""
        return math.sqrt(self.probability * (1.0 - self.probability))

    def support(self) -> tuple[float, float]:
        """Return the values that can occur: 0 and 1, or one of them twice."""
        return (1.0 if self.probability == 1.0 else 0.0), (0.0 if self.probability == 0.0 else 1.0)

    def _ppf(self, q: FloatArray) -> FloatArray:
        return (q * SLACK > 1.0 - self.probability).astype(np.float64)

    def _cdf(self, x: FloatArray) -> FloatArray:
        return np.where(x < 0.0, 0.0, np.where(x < 1.0, 1.0 - self.probability, 1.0))

    def _atoms(self) -> tuple[FloatArray, FloatArray]:
        if self.probability in (0.0, 1.0):
            return np.array([self.probability]), np.array([1.0])
        return np.array([0.0, 1.0]), np.array([1.0 - self.probability, 1.0])


@dataclass(frozen=True, slots=True)
class Poisson(Distribution):
    """Number of independent events.

    Parameters
    ----------
    rate : float
        Expected number; 0 or more.
    """

    rate: float

    kind: ClassVar[str] = "poisson"
    is_discrete: ClassVar[bool] = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "rate", check_non_negative("poisson: rate", self.rate))

    def mean(self) -> float:
        """Return the rate."""
        return self.rate

    def std(self) -> float:
        """Return the square root of the rate."""
        return math.sqrt(self.rate)

    def support(self) -> tuple[float, float]:
        """Return 0 and infinity; 0 twice if the rate is 0."""
        return 0.0, (math.inf if self.rate > 0.0 else 0.0)

    def _ppf(self, q: FloatArray) -> FloatArray:
        if self.rate > _LARGEST_TABLE_RATE:
            return _poisson_by_bisection(self.rate, q)
        return atom_quantiles(*_poisson_table(self.rate), q)

    def _cdf(self, x: FloatArray) -> FloatArray:
        return np.asarray(special.pdtr(np.floor(x), self.rate), dtype=np.float64)

    def _atoms(self) -> tuple[FloatArray, FloatArray]:
        if self.rate > _LARGEST_TABLE_RATE:
            raise InputError(
                f"poisson: a rate of {self.rate:g} is too large for a mixture with values that carry "
                f"probability; use normal({self.rate:g}, {math.sqrt(self.rate):g})"
            )
        return _poisson_table(self.rate)


@lru_cache(maxsize=256)
def _poisson_table(rate: float) -> tuple[FloatArray, FloatArray]:
    """Tabulate counts and cumulative probabilities, wide enough for every probability that a float can hold.

    Forty standard deviations below the mean the probability is under 1e-300. Above, one minus the
    smallest step below 1 is reached within ten, and within forty counts where the rate is small.
    """
    sd = math.sqrt(rate)
    first = max(0, math.floor(rate - 40.0 * sd))
    last = math.ceil(rate + 10.0 * sd + 40.0) if rate > 0.0 else 0
    counts = np.arange(first, last + 1, dtype=np.float64)
    return counts, np.asarray(special.pdtr(counts, rate), dtype=np.float64)


def _poisson_by_bisection(rate: float, q: FloatArray) -> FloatArray:
    """Quantiles for rates too large for a table, by bisection on whole numbers.

    SciPy's `pdtrik` is not used, as it misses by thousands of counts in the far upper tail.
    """
    wanted = q * SLACK
    z = special.ndtri(q)
    # The Cornish-Fisher expansion: the next term is of the order of z^3 over the standard deviation.
    centre = np.floor(rate + math.sqrt(rate) * z + (z * z - 1.0) / 6.0)
    width = 16.0 + z * z
    low, high = centre - width, centre + width
    for _ in range(60):
        short, long = special.pdtr(high, rate) < wanted, (low >= 0.0) & (special.pdtr(low, rate) >= wanted)
        if not (short.any() or long.any()):
            break
        width = 2.0 * width
        high, low = np.where(short, high + width, high), np.where(long, low - width, low)
    # From here on the probability reaches q at `high` and not at `low`.
    low, high = np.maximum(np.floor(low), -1.0), np.ceil(high)
    while np.any(high - low > 1.0):
        middle = np.floor(0.5 * (low + high))
        reached = special.pdtr(middle, rate) >= wanted
        low, high = np.where(reached, low, middle), np.where(reached, middle, high)
    return high


@dataclass(frozen=True, slots=True)
class Discrete(Distribution):
    """A list of values, each with its probability.

    Parameters
    ----------
    values : tuple of (value, probability)
        A mapping is taken too. Probabilities must sum to 1 within 1e-9, and are then scaled to do
        so exactly. Kept in ascending order; a value of probability 0 is left out.
    """

    values: tuple[tuple[float, float], ...]

    kind: ClassVar[str] = "discrete"
    is_discrete: ClassVar[bool] = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", _check_values(self.values))

    def mean(self) -> float:
        """Return the expected value."""
        return math.fsum(x * p for x, p in self.values)

    def std(self) -> float:
        """Return the standard deviation."""
        mean = self.mean()
        return math.sqrt(math.fsum(p * (x - mean) ** 2 for x, p in self.values))

    def support(self) -> tuple[float, float]:
        """Return the lowest and the highest value."""
        return self.values[0][0], self.values[-1][0]

    def spec(self) -> dict[str, Any]:
        """Describe the distribution as a deal file writes it: values are texts there."""
        return {"kind": self.kind, "values": {str(plain_number(x)): p for x, p in self.values}}

    def _ppf(self, q: FloatArray) -> FloatArray:
        return atom_quantiles(*_discrete_table(self.values), q)

    def _cdf(self, x: FloatArray) -> FloatArray:
        value, cumulative = _discrete_table(self.values)
        return cumulative[np.searchsorted(value, x, side="right") - 1]

    def _atoms(self) -> tuple[FloatArray, FloatArray]:
        return _discrete_table(self.values)


@lru_cache(maxsize=1024)
def _discrete_table(values: tuple[tuple[float, float], ...]) -> tuple[FloatArray, FloatArray]:
    """Values and cumulative probabilities, the last of them exactly 1."""
    probability = [p for _, p in values]
    cumulative = np.array([math.fsum(probability[: i + 1]) for i in range(len(values))])
    cumulative[-1] = 1.0
    return np.array([x for x, _ in values]), cumulative


def _check_values(
    values: Mapping[float, float] | Iterable[tuple[float, float]],
) -> tuple[tuple[float, float], ...]:
    """Return the values as pairs in ascending order, refusing what are no probabilities."""
    try:
        given = values.items() if isinstance(values, Mapping) else values
        pairs = [(value, probability) for value, probability in given]
    except (TypeError, ValueError):
        raise InputError(
            f"discrete: values must map values to probabilities, such as {{0: 0.7, 1: 0.3}}, got {values!r}"
        ) from None
    if not pairs:
        raise InputError("discrete: needs at least one value")
    checked = []
    for value, probability in pairs:
        x = check_finite("discrete: a value", value)
        checked.append((x, check_probability(f"discrete: the probability of {x:g}", probability)))
    checked.sort()
    for (x0, _), (x1, _) in itertools.pairwise(checked):
        if x0 == x1:
            raise InputError(f"discrete: the value {x0:g} is given twice; add up its probabilities")
    total = math.fsum(p for _, p in checked)
    if abs(total - 1.0) > 1e-9:
        raise InputError(f"discrete: the probabilities must sum to 1, but they sum to {total:.10g}")
    if total == 1.0:
        return tuple((x, p) for x, p in checked if p > 0.0)
    return tuple((x, p / total) for x, p in checked if p > 0.0)
