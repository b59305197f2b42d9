"""From what a deal file says to a distribution: the inverse of ``spec()``."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

from walkaway_sim._checks import check_known, nearest
from walkaway_sim.errors import InputError
from walkaway_sim.inputs import constructors, families
from walkaway_sim.inputs.base import Distribution
from walkaway_sim.inputs.constant import Constant
from walkaway_sim.inputs.events import EventRisk
from walkaway_sim.inputs.heavy_growth import log_student
from walkaway_sim.inputs.kinked import kinked_reservation

__all__ = ["KINDS", "from_spec", "kind_meant"]

KINDS: Final[dict[str, Callable[..., Distribution | EventRisk]]] = {
    "bernoulli": constructors.bernoulli,
    "beta": families.beta,
    "between": constructors.between,
    "constant": Constant,
    "discrete": constructors.discrete,
    "empirical": constructors.empirical,
    "event_risk": constructors.event_risk,
    "exponential": families.exponential,
    "gamma": families.gamma,
    "generalised_pareto": families.generalised_pareto,
    "gumbel": families.gumbel,
    "inverse_gaussian": families.inverse_gaussian,
    "kinked_reservation": kinked_reservation,
    "log_logistic": families.log_logistic,
    "log_student": log_student,
    "logistic": families.logistic,
    "lognormal": constructors.lognormal,
    "metalog": constructors.metalog,
    "mixture": constructors.mixture,
    "negative_binomial": families.negative_binomial,
    "normal": constructors.normal,
    "pert": constructors.pert,
    "poisson": constructors.poisson,
    "shifted_lognormal": families.shifted_lognormal,
    "skew_normal": families.skew_normal,
    "student_t": families.student_t,
    "triangular": constructors.triangular,
    "uniform": constructors.uniform,
    "weibull": families.weibull,
}
"""Constructors by the name that a deal file uses."""

_OTHER_NAMES: Final[dict[str, str]] = {
    "betapert": "pert",
    "binary": "bernoulli",
    "bootstrap": "empirical",
    "categorical": "discrete",
    "chance": "bernoulli",
    "deterministic": "constant",
    "expon": "exponential",
    "fisk": "log_logistic",
    "fixed": "constant",
    "flat": "uniform",
    "gauss": "normal",
    "gaussian": "normal",
    "genpareto": "generalised_pareto",
    "generalizedpareto": "generalised_pareto",
    "gpd": "generalised_pareto",
    "gumbelr": "gumbel",
    "histogram": "empirical",
    "interval": "between",
    "invgauss": "inverse_gaussian",
    "lognorm": "lognormal",
    "loglogistic": "log_logistic",
    "logt": "log_student",
    "nbinom": "negative_binomial",
    "norm": "normal",
    "number": "constant",
    "percentiles": "metalog",
    "pareto": "generalised_pareto",
    "quantiles": "metalog",
    "range": "between",
    "rectangular": "uniform",
    "sample": "empirical",
    "skewnorm": "skew_normal",
    "student": "student_t",
    "studentst": "student_t",
    "t": "student_t",
    "tdistribution": "student_t",
    "threepoint": "triangular",
    "triang": "triangular",
    "triangle": "triangular",
    "unif": "uniform",
    "wald": "inverse_gaussian",
    "weibullmin": "weibull",
    "yesno": "bernoulli",
}
"""Kinds by what others call them, in small letters without what joins words."""


def kind_meant(word: str, options: Iterable[str] = KINDS) -> str:
    """Return ``"; did you mean 'x'?"`` for the kind of `options` that a word stands for, or an empty string.

    What others call a distribution counts before what is spelt alike: "gaussian" is "normal", and not "gamma".

    Examples
    --------
    >>> kind_meant("Gaussian"), kind_meant("log-normal"), kind_meant("trianglar")
    ("; did you mean 'normal'?", "; did you mean 'lognormal'?", "; did you mean 'triangular'?")
    """
    known = list(options)
    plain = _plain(word)
    by_letters = {_plain(one): one for one in known}
    meant = by_letters.get(plain) or _OTHER_NAMES.get(plain)
    return f"; did you mean {meant!r}?" if meant in known else nearest(word.lower(), known)


def _plain(word: str) -> str:
    return re.sub("[^a-z]", "", word.lower().replace("distribution", ""))


def from_spec(spec: Mapping[str, Any]) -> Distribution | EventRisk:
    """Make a distribution, or an event risk, from its description.

    Parameters
    ----------
    spec : mapping
        ``"kind"``, one of `KINDS`, and the constructor's parameters by name. Keys that are numbers
        in Python, the probabilities of a metalog and the values of a discrete distribution, may be
        texts, as a file has them. A mixture's ``parts`` are mappings with ``weight`` and
        ``distribution``. Where a distribution is nested, a number will do.

    Returns
    -------
    Distribution or EventRisk

    Raises
    ------
    InputError
        If the kind or a parameter is unknown, a parameter is missing, or the constructor refuses it.

    Examples
    --------
    >>> from walkaway_sim.inputs import from_spec
    >>> from_spec({"kind": "uniform", "low": 0, "high": 10}).ppf(0.25)
    2.5
    """
    if not isinstance(spec, Mapping):
        raise InputError(f"a distribution needs a table with its kind and parameters, got {spec!r}")
    kind = spec.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        found = "no kind is given" if kind is None else f"got kind {kind!r}{kind_meant(str(kind))}"
        raise InputError(f"a distribution's kind must be one of {', '.join(sorted(KINDS))}; {found}")
    given = {name: value for name, value in spec.items() if name != "kind"}
    parameters = _parameters(kind)
    check_known(kind, given, parameters)
    missing = [name for name, parameter in parameters.items() if parameter.default is parameter.empty]
    missing = [name for name in missing if name not in given]
    if missing:
        raise InputError(f"{kind}: {missing[0]} is missing; needs {', '.join(parameters)}")
    return KINDS[kind](**_converted(kind, given))


@lru_cache
def _parameters(kind: str) -> Mapping[str, inspect.Parameter]:
    """Return what the constructor of a kind takes."""
    return inspect.signature(KINDS[kind]).parameters


def _converted(kind: str, given: dict[str, Any]) -> dict[str, Any]:
    """Turn what a file cannot say directly into what the constructors take."""
    out = dict(given)
    if kind == "metalog":
        out["quantiles"] = _number_keys("metalog: quantiles", given["quantiles"])
    elif kind == "discrete":
        out["values"] = _number_keys("discrete: values", given["values"])
    elif kind == "event_risk":
        out["severity"] = _nested(given["severity"])
    elif kind == "mixture":
        out["parts"] = _parts(given["parts"])
    return out


def _nested(value: Any) -> Any:
    return from_spec(value) if isinstance(value, Mapping) else value


def _parts(parts: Any) -> list[tuple[Any, Any]]:
    if isinstance(parts, Mapping | str) or not hasattr(parts, "__iter__"):
        raise InputError(
            f"mixture: parts must be a list of tables with weight and distribution, got {parts!r}"
        )
    out = []
    for number, part in enumerate(parts, start=1):
        if not isinstance(part, Mapping) or set(part) != {"weight", "distribution"}:
            raise InputError(f"mixture: part {number} must have weight and distribution, got {part!r}")
        out.append((part["weight"], _nested(part["distribution"])))
    return out


def _number_keys(name: str, table: Any) -> dict[float, Any]:
    """Read a table whose keys are numbers written as texts."""
    if not isinstance(table, Mapping):
        raise InputError(f"{name} must be a table of numbers by number, got {table!r}")
    out: dict[float, Any] = {}
    for key, value in table.items():
        try:
            number = float(key)
        except (TypeError, ValueError):
            raise InputError(f"{name} has the key {key!r}, which is no number") from None
        if number in out:
            raise InputError(f"{name} has {number:g} twice")
        out[number] = value
    return out
