"""The lower-case names that users type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from walkaway_sim._typing import FloatArray
from walkaway_sim.errors import InputError
from walkaway_sim.inputs.base import Distribution
from walkaway_sim.inputs.bounded import Pert, Triangular, Uniform
from walkaway_sim.inputs.counting import Bernoulli, Discrete, Poisson
from walkaway_sim.inputs.entry import as_distribution
from walkaway_sim.inputs.events import EventRisk
from walkaway_sim.inputs.gaussian import LogNormal, Normal, between
from walkaway_sim.inputs.keelin import Metalog
from walkaway_sim.inputs.mixtures import Mixture
from walkaway_sim.inputs.sampled import Empirical

__all__ = [
    "bernoulli",
    "between",
    "discrete",
    "empirical",
    "event_risk",
    "lognormal",
    "metalog",
    "mixture",
    "normal",
    "pert",
    "poisson",
    "triangular",
    "uniform",
]


def normal(mean: float, sd: float) -> Normal:
    """Make a normal distribution.

    Parameters
    ----------
    mean : float
        Expected value, in the unit of the quantity.
    sd : float
        Standard deviation, in the same unit; above 0.

    Raises
    ------
    InputError
        If a parameter is not finite, or `sd` is not above 0.

    Examples
    --------
    >>> from walkaway_sim.inputs import normal
    >>> round(normal(100, 15).ppf(0.1), 6)
    80.776727
    """
    return Normal(mean, sd)


def lognormal(median: float, log_sd: float) -> LogNormal:
    """Make a lognormal distribution, by its median and the standard deviation of its natural logarithm.

    Parameters
    ----------
    median : float
        Median, in the unit of the quantity; above 0.
    log_sd : float
        Standard deviation of the logarithm; above 0. A small one is about the coefficient of
        variation.

    Raises
    ------
    InputError
        If a parameter is not finite and above 0.

    Examples
    --------
    >>> from walkaway_sim.inputs import lognormal
    >>> volume = lognormal(1000, 0.25)
    >>> volume.ppf(0.5), round(volume.mean(), 3)
    (1000.0, 1031.743)
    """
    return LogNormal(median, log_sd)


def uniform(low: float, high: float) -> Uniform:
    """Make a uniform distribution.

    Parameters
    ----------
    low, high : float
        Ends, in the unit of the quantity; `low` below `high`.

    Raises
    ------
    InputError
        If an end is not finite, or `low` is not below `high`.

    Examples
    --------
    >>> from walkaway_sim.inputs import uniform
    >>> uniform(80, 140).ppf(0.1)
    86.0
    """
    return Uniform(low, high)


def triangular(low: float, mode: float, high: float) -> Triangular:
    """Make a triangular distribution.

    Parameters
    ----------
    low, mode, high : float
        Lowest, likeliest and highest value, in the unit of the quantity. The mode may be an end.

    Raises
    ------
    InputError
        If a value is not finite, `low` is not below `high`, or the mode lies outside.

    Examples
    --------
    >>> from walkaway_sim.inputs import triangular
    >>> triangular(0, 2, 4).ppf(0.5)
    2.0
    """
    return Triangular(low, mode, high)


def pert(low: float, mode: float, high: float, shape: float = 4.0) -> Pert:
    """Make a PERT distribution: a beta distribution by its lowest, likeliest and highest value (Vose 2008).

    Parameters
    ----------
    low, mode, high : float
        Lowest, likeliest and highest value, in the unit of the quantity. The mode may be an end.
    shape : float, default 4
        Weight of the mode; above 0. Larger is more peaked.

    Raises
    ------
    InputError
        If a value is not finite, `low` is not below `high`, the mode lies outside, or `shape` is
        not above 0.

    Examples
    --------
    >>> from walkaway_sim.inputs import pert
    >>> round(pert(10, 20, 40).mean(), 4), round(pert(10, 20, 40).ppf(0.1), 4)
    (21.6667, 14.5908)
    """
    return Pert(low, mode, high, shape)


def metalog(
    quantiles: Mapping[float, float], lower: float | None = None, upper: float | None = None
) -> Metalog:
    """Make a smooth distribution through two to six quantiles (Keelin 2016).

    Parameters
    ----------
    quantiles : mapping of float to float
        Quantile by probability, such as ``{0.1: 35, 0.5: 50, 0.9: 75}``, in the unit of the
        quantity. The distribution has exactly these quantiles.
    lower, upper : float, optional
        Ends of the support, in the same unit; None where there is none.

    Raises
    ------
    InputError
        If the quantiles are out of order or outside the ends, or if the curve through them would
        somewhere go down: the message says where, and which quantile to move how far.

    Examples
    --------
    >>> from walkaway_sim.inputs import metalog
    >>> cost = metalog({0.1: 35, 0.5: 50, 0.9: 75})
    >>> round(cost.ppf(0.05), 4), round(cost.mean(), 4)
    (30.7365, 52.8445)
    """
    return Metalog(quantiles, lower, upper)  # type: ignore[arg-type]  # the class turns a mapping into pairs


def empirical(sample: Iterable[float] | FloatArray) -> Empirical:
    """Make a distribution that puts the same probability on every observation.

    Parameters
    ----------
    sample : array-like, shape (n,)
        Observations, in the unit of the quantity; finite, in any order.

    Raises
    ------
    InputError
        If the sample is empty, has more than one dimension, or holds NaN or infinite values.

    Examples
    --------
    >>> from walkaway_sim.inputs import empirical
    >>> empirical([3, 1, 2, 2]).ppf([0.25, 0.5, 0.75, 1.0])
    array([1., 2., 2., 3.])
    """
    return Empirical(sample)  # type: ignore[arg-type]  # the class turns any sequence into an array


def bernoulli(probability: float) -> Bernoulli:
    """Make a yes or no: 1 with a given probability, else 0.

    Parameters
    ----------
    probability : float
        Probability of 1; between 0 and 1.

    Raises
    ------
    InputError
        If `probability` is none.

    Examples
    --------
    >>> from walkaway_sim.inputs import bernoulli
    >>> bernoulli(0.3).ppf([0.5, 0.8])
    array([0., 1.])
    """
    return Bernoulli(probability)


def poisson(rate: float) -> Poisson:
    """Make a number of independent events.

    Parameters
    ----------
    rate : float
        Expected number; 0 or more.

    Raises
    ------
    InputError
        If `rate` is not finite, or below 0.

    Examples
    --------
    >>> from walkaway_sim.inputs import poisson
    >>> poisson(2.5).ppf([0.05, 0.5, 0.95])
    array([0., 2., 5.])
    """
    return Poisson(rate)


def discrete(values: Mapping[float, float]) -> Discrete:
    """Make a list of values, each with its probability.

    Parameters
    ----------
    values : mapping of float to float
        Probability by value. The probabilities must sum to 1 within 1e-9.

    Raises
    ------
    InputError
        If a value is not finite, a probability is none, or they do not sum to 1: the message says
        to what they do.

    Examples
    --------
    >>> from walkaway_sim.inputs import discrete
    >>> discrete({0: 0.7, 1: 0.3}).mean()
    0.3
    """
    return Discrete(values)  # type: ignore[arg-type]  # the class turns a mapping into pairs


def mixture(parts: Iterable[tuple[float, Distribution | float | Any]]) -> Mixture:
    """Mix several distributions, each with its probability.

    Parameters
    ----------
    parts : iterable of (weight, distribution)
        Weights must sum to 1 within 1e-9. A part may be a distribution, a number, or a frozen
        SciPy distribution.

    Raises
    ------
    InputError
        If a weight is no probability, they do not sum to 1, or a part is no distribution.

    Examples
    --------
    >>> from walkaway_sim.inputs import mixture, normal
    >>> renewal = mixture([(0.6, normal(10, 2)), (0.4, normal(14, 3))])
    >>> round(renewal.mean(), 6), round(renewal.std() ** 2, 6)
    (11.6, 9.84)
    """
    try:
        pairs = [(weight, part) for weight, part in parts]
    except (TypeError, ValueError):
        raise InputError(
            "mixture: parts must be pairs (weight, distribution), such as [(0.6, a), (0.4, b)], "
            f"got {parts!r}"
        ) from None
    converted = []
    for number, (weight, part) in enumerate(pairs, start=1):
        try:
            converted.append((weight, as_distribution(part)))
        except InputError as error:
            raise InputError(f"mixture: part {number}: {error}") from None
    return Mixture(tuple(converted))


def event_risk(rate: float, severity: Distribution | float | Any, cap: float | None = None) -> EventRisk:
    """Make a risk that strikes at random times of a contract's life: compound Poisson.

    Parameters
    ----------
    rate : float
        Expected number of events over the contract's life; 0 or more.
    severity : Distribution, number or frozen SciPy distribution
        Loss of one event [currency].
    cap : float, optional
        Most that one event can cost [currency]; None for no cap.

    Raises
    ------
    InputError
        If `rate` is below 0, `severity` is no distribution, or `cap` is not above the lowest
        severity.

    Examples
    --------
    >>> from walkaway_sim.inputs import event_risk, uniform
    >>> event_risk(2, uniform(0, 100)).mean(), round(event_risk(2, uniform(0, 100), cap=50).mean(), 6)
    (100.0, 75.0)
    """
    try:
        loss = as_distribution(severity)
    except InputError as error:
        raise InputError(f"event_risk: severity {error}") from None
    return EventRisk(rate, loss, cap)
