"""Families that SciPy computes and a deal file can name: the usual ones to fit to a column of history.

Each is a frozen SciPy distribution that keeps the parameters by which a user knows it, so that it
is written and shown as it was made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from walkaway_sim._checks import check_finite, check_positive
from walkaway_sim.errors import InputError
from walkaway_sim.inputs.base import plain_number
from walkaway_sim.inputs.frozen_scipy import ScipyInput

__all__ = [
    "NamedFamily",
    "beta",
    "exponential",
    "gamma",
    "generalised_pareto",
    "gumbel",
    "inverse_gaussian",
    "log_logistic",
    "logistic",
    "negative_binomial",
    "shifted_lognormal",
    "skew_normal",
    "student_t",
    "weibull",
]


@dataclass(frozen=True, slots=True, eq=False)
class NamedFamily(ScipyInput):
    """A frozen SciPy distribution under the name and the parameters of its constructor here.

    Parameters
    ----------
    frozen : object
        The frozen SciPy distribution.
    family : str
        Name of the constructor, which is the kind in a deal file.
    figures : tuple of (str, float)
        Its parameters.
    """

    family: str
    figures: tuple[tuple[str, float], ...]

    def __post_init__(self) -> None:
        pass  # the constructors below check the figures, and a fit makes hundreds

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, NamedFamily):
            return NotImplemented
        return (self.family, self.figures) == (other.family, other.figures)

    def __hash__(self) -> int:
        return hash((self.family, self.figures))

    def __repr__(self) -> str:
        return f"{self.family}({', '.join(f'{name}={value!r}' for name, value in self.figures)})"

    def __reduce__(self) -> tuple[Any, ...]:
        """Rebuild on unpickling from the three fields."""
        return type(self), (self.frozen, self.family, self.figures)

    @property
    def kind(self) -> str:  # type: ignore[override]  # here it depends on which family it is
        """Name of the public constructor, as a deal file writes it."""
        return self.family

    def spec(self) -> dict[str, Any]:
        """Describe the distribution as a deal file writes it."""
        return {"kind": self.family, **{name: plain_number(value) for name, value in self.figures}}


def _named(
    family: str, scipy_name: str, *args: float, figures: dict[str, float], **kwds: float
) -> NamedFamily:
    import scipy.stats

    return NamedFamily(getattr(scipy.stats, scipy_name)(*args, **kwds), family, tuple(figures.items()))


def _place(family: str, loc: object, scale: object) -> dict[str, float]:
    return {
        "loc": check_finite(f"{family}: loc", loc),
        "scale": check_positive(f"{family}: scale", scale),
    }


def student_t(df: float, loc: float, scale: float) -> NamedFamily:
    """Make a Student t distribution.

    Parameters
    ----------
    df : float
        Degrees of freedom; above 0. The mean exists above 1, the standard deviation above 2.
    loc, scale : float
        Median, and the scale about it (above 0), in the unit of the quantity.

    Raises
    ------
    InputError
        If a parameter is not finite, or out of its range; so for all families here.

    Examples
    --------
    >>> from walkaway_sim.inputs import student_t
    >>> round(student_t(4, 0, 1).ppf(0.1), 6)
    -1.533206
    """
    place = _place("student_t", loc, scale)
    figures = {"df": check_positive("student_t: df", df), **place}
    return _named("student_t", "t", figures["df"], figures=figures, **place)


def skew_normal(shape: float, loc: float, scale: float) -> NamedFamily:
    """Make a skew-normal distribution (Azzalini 1985).

    Parameters
    ----------
    shape : float
        Slant: 0 is the normal distribution, above 0 leans the long tail to the right.
    loc, scale : float
        Location and scale (above 0), in the unit of the quantity; not its mean and sd.

    Examples
    --------
    >>> from walkaway_sim.inputs import skew_normal
    >>> round(skew_normal(3, 0, 1).mean(), 6)
    0.75694
    """
    place = _place("skew_normal", loc, scale)
    figures = {"shape": check_finite("skew_normal: shape", shape), **place}
    return _named("skew_normal", "skewnorm", figures["shape"], figures=figures, **place)


def logistic(loc: float, scale: float) -> NamedFamily:
    """Make a logistic distribution, by its median and its scale (above 0), in the unit of the quantity.

    Examples
    --------
    >>> from walkaway_sim.inputs import logistic
    >>> round(logistic(10, 2).std(), 6)
    3.627599
    """
    place = _place("logistic", loc, scale)
    return _named("logistic", "logistic", figures=place, **place)


def gumbel(loc: float, scale: float) -> NamedFamily:
    """Make a Gumbel distribution of maxima, by its mode and its scale (above 0), in the unit of the quantity.

    Examples
    --------
    >>> from walkaway_sim.inputs import gumbel
    >>> round(gumbel(0, 1).mean(), 6)
    0.577216
    """
    place = _place("gumbel", loc, scale)
    return _named("gumbel", "gumbel_r", figures=place, **place)


def exponential(mean: float) -> NamedFamily:
    """Make an exponential distribution, by its mean in the unit of the quantity; above 0.

    Examples
    --------
    >>> from walkaway_sim.inputs import exponential
    >>> round(exponential(50).ppf(0.1), 6)
    5.268026
    """
    figures = {"mean": check_positive("exponential: mean", mean)}
    return _named("exponential", "expon", figures=figures, scale=figures["mean"])


def gamma(shape: float, scale: float) -> NamedFamily:
    """Make a gamma distribution: mean ``shape * scale``, in the unit of the quantity; both above 0.

    Examples
    --------
    >>> from walkaway_sim.inputs import gamma
    >>> gamma(4, 2.5).mean()
    10.0
    """
    figures = {
        "shape": check_positive("gamma: shape", shape),
        "scale": check_positive("gamma: scale", scale),
    }
    return _named("gamma", "gamma", figures["shape"], figures=figures, scale=figures["scale"])


def weibull(shape: float, scale: float) -> NamedFamily:
    """Make a Weibull distribution: ``P(X > x) = exp(-(x/scale)^shape)``; both above 0.

    Examples
    --------
    >>> from walkaway_sim.inputs import weibull
    >>> round(weibull(2, 10).cdf(10), 6)
    0.632121
    """
    figures = {
        "shape": check_positive("weibull: shape", shape),
        "scale": check_positive("weibull: scale", scale),
    }
    return _named("weibull", "weibull_min", figures["shape"], figures=figures, scale=figures["scale"])


def shifted_lognormal(low: float, median: float, log_sd: float) -> NamedFamily:
    """Make a lognormal distribution that begins at a lowest value: the logarithm of what lies above it is normal.

    Parameters
    ----------
    low, median : float
        Lowest value and median, in the unit of the quantity; `low` below `median`. Days late on terms of
        30 days begin at -30.
    log_sd : float
        Standard deviation of the logarithm of ``X - low``; above 0.

    Examples
    --------
    >>> from walkaway_sim.inputs import shifted_lognormal
    >>> late = shifted_lognormal(-30, 5, 0.25)
    >>> late.support()[0], round(late.ppf(0.5), 6), round(late.ppf(0.9), 6)
    (-30.0, 5.0, 18.218172)
    """
    low, median = (
        check_finite("shifted_lognormal: low", low),
        check_finite("shifted_lognormal: median", median),
    )
    if not low < median:
        raise InputError(f"shifted_lognormal: low must lie below median, got {low:g} and {median:g}")
    figures = {"low": low, "median": median, "log_sd": check_positive("shifted_lognormal: log_sd", log_sd)}
    return _named(
        "shifted_lognormal", "lognorm", figures["log_sd"], figures=figures, loc=low, scale=median - low
    )


def generalised_pareto(shape: float, scale: float) -> NamedFamily:
    """Make a generalised Pareto distribution: ``P(X > x) = (1 + shape x/scale)^(-1/shape)``, from 0 upwards.

    Parameters
    ----------
    shape : float
        0 is the exponential distribution, above 0 the tail is heavier (no mean from 1 on, no standard
        deviation from 1/2 on), below 0 it ends at ``-scale/shape``.
    scale : float
        In the unit of the quantity; above 0.

    Examples
    --------
    >>> from walkaway_sim.inputs import generalised_pareto
    >>> round(generalised_pareto(0.25, 3).mean(), 6)
    4.0
    """
    figures = {
        "shape": check_finite("generalised_pareto: shape", shape),
        "scale": check_positive("generalised_pareto: scale", scale),
    }
    return _named(
        "generalised_pareto", "genpareto", figures["shape"], figures=figures, scale=figures["scale"]
    )


def inverse_gaussian(mean: float, shape: float) -> NamedFamily:
    """Make an inverse Gaussian distribution: variance ``mean^3 / shape``; both above 0.

    Examples
    --------
    >>> from walkaway_sim.inputs import inverse_gaussian
    >>> round(inverse_gaussian(4, 16).std(), 6)
    2.0
    """
    figures = {
        "mean": check_positive("inverse_gaussian: mean", mean),
        "shape": check_positive("inverse_gaussian: shape", shape),
    }
    ratio = figures["mean"] / figures["shape"]
    return _named("inverse_gaussian", "invgauss", ratio, figures=figures, scale=figures["shape"])


def log_logistic(median: float, shape: float) -> NamedFamily:
    """Make a log-logistic distribution: ``P(X > x) = 1 / (1 + (x/median)^shape)``; both above 0.

    Examples
    --------
    >>> from walkaway_sim.inputs import log_logistic
    >>> round(log_logistic(20, 3).ppf(0.9), 6)
    41.601676
    """
    figures = {
        "median": check_positive("log_logistic: median", median),
        "shape": check_positive("log_logistic: shape", shape),
    }
    return _named("log_logistic", "fisk", figures["shape"], figures=figures, scale=figures["median"])


def beta(a: float, b: float) -> NamedFamily:
    """Make a beta distribution on (0, 1): mean ``a / (a + b)``; both above 0.

    Examples
    --------
    >>> from walkaway_sim.inputs import beta
    >>> round(beta(8, 2).mean(), 6)
    0.8
    """
    figures = {"a": check_positive("beta: a", a), "b": check_positive("beta: b", b)}
    return _named("beta", "beta", figures["a"], figures["b"], figures=figures)


def negative_binomial(mean: float, size: float) -> NamedFamily:
    """Make a negative binomial distribution of counts: variance ``mean + mean^2 / size``; both above 0.

    Parameters
    ----------
    mean : float
        Expected count.
    size : float
        The larger, the closer to a Poisson distribution.

    Examples
    --------
    >>> from walkaway_sim.inputs import negative_binomial
    >>> round(negative_binomial(4, 2).std() ** 2, 6)
    12.0
    """
    figures = {
        "mean": check_positive("negative_binomial: mean", mean),
        "size": check_positive("negative_binomial: size", size),
    }
    chance = figures["size"] / (figures["size"] + figures["mean"])
    return _named("negative_binomial", "nbinom", figures["size"], chance, figures=figures)
