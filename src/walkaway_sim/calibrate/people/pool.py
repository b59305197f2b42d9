"""Several people's beliefs of one quantity, pooled into one distribution.

The linear pool is the weighted mean of the densities: what one believes who thinks that one of the
people is right, each with the chance of their weight. It keeps the disagreement. The logarithmic
pool is the weighted geometric mean: what one believes who thinks that each of them holds part of
the evidence. It is narrower, too narrow where people drew on the same evidence, and only values
that everyone holds possible remain.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from walkaway_sim._checks import check_known, check_name, check_non_negative, check_one_of, check_text
from walkaway_sim.calibrate.shown import ShownAsTable
from walkaway_sim.errors import InputError
from walkaway_sim.inputs.base import Distribution
from walkaway_sim.inputs.beliefs import Belief, check_beliefs, who_believed_what
from walkaway_sim.inputs.constructors import metalog
from walkaway_sim.inputs.entry import Input, as_distribution
from walkaway_sim.inputs.logarithmic import logarithmic_pool
from walkaway_sim.inputs.mixtures import Mixture

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MOST_REPETITIONS", "PooledBelief", "pool", "pool_beliefs", "repetitions"]

MOST_REPETITIONS = 100
"""Plausible distributions that weights are rounded to, where no fewer express them exactly."""

_SHOWN = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Probabilities of the quantiles in tables."""


@dataclass(frozen=True, slots=True, repr=False)
class PooledBelief(ShownAsTable):
    """What several people believe of one quantity, and their pool. Made by `pool`.

    Attributes
    ----------
    name, unit : str
        Of the quantity; empty where not given.
    method : {"linear", "logarithmic"}
    beliefs : tuple of Belief
        Each person's distribution and weight, as given.
    distribution : Distribution
        The pool.
    within_variance, between_variance : float
        The variance of the linear pool of the same weights, in two parts that add up to it: the weighted
        mean of the people's own variances, and the weighted variance of their means [unit squared]. A
        logarithmic pool's variance has no such parts, so these are the linear one's there too. NaN where
        a person's mean or variance is infinite or does not exist.
    between_share : float
        Share of the spread between people in that sum, 0 to 1; 0 where nothing spreads at all.
    """

    name: str
    unit: str
    method: Literal["linear", "logarithmic"]
    beliefs: tuple[Belief, ...]
    distribution: Distribution
    within_variance: float
    between_variance: float
    between_share: float

    @property
    def weights(self) -> dict[str, float]:
        """Weights by person, scaled to sum to 1."""
        return _shares(self.beliefs)

    @property
    def source(self) -> str:
        """Who believed what, in a line."""
        return f"{self.method} pool of {who_believed_what(self.beliefs)}"

    def input(
        self, *, unit: str | None = None, owner: str = "", source: str | None = None, as_of: str = ""
    ) -> Input:
        """Return the pool as an input of a deal, with who believed what on record.

        Parameters
        ----------
        unit : str, optional
            The pool's own where not given.
        owner, as_of : str
            Who answers for the figures, and as of when.
        source : str, optional
            Where they come from, such as ``"workshop of May"``; who believed what where not given.

        Returns
        -------
        Input
            Its distribution is the pool. Its plausible distributions are the people's own, each repeated
            in proportion to its weight (`repetitions`): the spread between people is what is not known
            of the parameters. There are none where one person has all the weight.

        Notes
        -----
        For a linear pool the plausible distributions, taken together, are the pool itself, but for the
        rounding of weights to repetitions. For a logarithmic one they spread more than the pool, since
        it takes what people share for knowledge and they themselves do not.
        """
        counts = repetitions(self.weights)
        laws = {one.name: one.distribution for one in self.beliefs}
        plausible = tuple(laws[name] for name in sorted(counts) for _ in range(counts[name]))
        return Input(
            self.distribution,
            unit=self.unit if unit is None else unit,
            owner=owner,
            source=self.source if source is None else source,
            as_of=as_of,
            plausible=plausible if len(plausible) > 1 else (),
            people=self.beliefs,
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row per person and one for the pool: weight, five quantiles, mean, sd."""
        import pandas as pd

        shares = self.weights
        rows = [[shares[one.name], *_figures(one.distribution)] for one in self.beliefs]
        rows.append([1.0, *_figures(self.distribution)])
        index = pd.Index([*shares, f"{self.method} pool"], name="person")
        columns = ["weight", *(f"q{100 * p:02.0f}" for p in _SHOWN), "mean", "sd"]
        return pd.DataFrame(rows, index=index, columns=columns)

    def _repr_html_(self) -> str:
        """Show the table and the share of the spread between people in a notebook."""
        from html import escape

        about = (self.name or "pooled belief") + (f" [{self.unit}]" if self.unit else "")
        return f"<p>{escape(f'{about}: {self.spread}')}</p>{self.to_frame().to_html()}"

    @property
    def spread(self) -> str:
        """The share of the spread between people, in words."""
        if math.isnan(self.between_share):
            return "the spread between people has no share, since someone's variance does not exist"
        of = "the variance" if self.method == "linear" else "the linear pool's variance"
        return f"{100 * self.between_share:.0f}% of {of} is spread between people"


def pool(
    people: Mapping[str, Any],
    weights: Mapping[str, float] | None = None,
    *,
    method: Literal["linear", "logarithmic"] = "linear",
    lower: float | None = None,
    upper: float | None = None,
    name: str = "",
    unit: str = "",
) -> PooledBelief:
    """Pool what several people believe of one quantity.

    Parameters
    ----------
    people : mapping of str to quantiles or distribution
        By person: quantiles by probability, such as ``{0.1: 0.01, 0.5: 0.03, 0.9: 0.06}``, which become a
        `metalog`; or any distribution, a frozen SciPy one, or a number [unit].
    weights : mapping of str to float, optional
        How much each counts; 0 or more, only their ratios matter. Equal where not given; performance
        weights are in ``performance_weights(...).weights``.
    method : {"linear", "logarithmic"}
        Weighted mean of the densities, or their weighted geometric mean scaled to a density.
    lower, upper : float, optional
        Ends of what is possible, for everyone given by quantiles [unit].
    name, unit : str
        Of the quantity.

    Returns
    -------
    PooledBelief

    Raises
    ------
    InputError
        Nobody given; quantiles that no curve passes through; weights that name nobody known, miss
        somebody, or are all 0; a logarithmic pool of people who share no possible value, or of whom one
        puts probability on single values: it does not exist.

    References
    ----------
    Genest and Zidek (1986), "Combining probability distributions", Statistical Science 1(1). Clemen and
    Winkler (1999), "Combining probability distributions from experts in risk analysis", Risk Analysis
    19(2): equal weights are hard to beat.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> growth = ws.pool({"finance": ws.normal(10, 2), "sales": ws.normal(14, 3)}, {"finance": 3, "sales": 2})
    >>> round(growth.distribution.mean(), 3), round(growth.distribution.std() ** 2, 3)
    (11.6, 9.84)
    >>> growth.spread
    '39% of the variance is spread between people'
    """
    if not isinstance(people, Mapping) or not people:
        raise InputError(
            "pool: people must be a mapping of beliefs by person, such as "
            f"{{'finance': {{0.1: 1, 0.5: 2, 0.9: 4}}}}, got {people!r}"
        )
    given = _weights(people, weights)
    beliefs = [
        Belief(check_name("pool: a person's name", person), _law(person, one, lower, upper), given[person])
        for person, one in people.items()
    ]
    return pool_beliefs(beliefs, method=method, name=name, unit=unit)


def pool_beliefs(
    beliefs: tuple[Belief, ...] | list[Belief],
    *,
    method: Literal["linear", "logarithmic"] = "linear",
    name: str = "",
    unit: str = "",
) -> PooledBelief:
    """Pool beliefs that are on record, such as those of an input. `pool` says the rest."""
    found = check_beliefs("pool: people", beliefs)
    check_one_of("pool: method", method, ("linear", "logarithmic"))
    shares = _shares(found)
    # In the order of names, so that the order in which people are given moves no bit.
    parts = [(shares[one.name], one.distribution) for one in sorted(found, key=lambda one: one.name)]
    counted = [law for share, law in parts if share > 0.0]
    if len(counted) == 1:
        distribution = counted[0]
    elif method == "linear":
        distribution = Mixture(tuple(parts))
    else:
        _check_common_ground(found)
        distribution = logarithmic_pool(parts)
    within, between = _variances(parts)
    total = within + between
    return PooledBelief(
        name=check_text("pool: name", name),
        unit=check_text("pool: unit", unit),
        method=method,
        beliefs=found,
        distribution=distribution,
        within_variance=within,
        between_variance=between,
        between_share=0.0 if total == 0.0 else between / total,
    )


def repetitions(weights: Mapping[str, float]) -> dict[str, int]:
    """Return how often each person stands among equally likely ones.

    Parameters
    ----------
    weights : mapping of str to float
        That sum to 1.

    Returns
    -------
    dict of str to int
        The fewest, `MOST_REPETITIONS` in all at most, whose shares are the weights to 1e-9. Where there
        are none, `MOST_REPETITIONS` in all by largest remainders: each share is then off by less than
        1/`MOST_REPETITIONS`, and a person of a smaller weight than that may be left out.

    Examples
    --------
    >>> repetitions({"finance": 0.6, "sales": 0.4}), repetitions({"a": 0.123456, "b": 0.876544})
    ({'finance': 3, 'sales': 2}, {'a': 12, 'b': 88})
    """
    names = sorted(weights)
    share = np.array([weights[name] for name in names])
    for count in range(1, MOST_REPETITIONS + 1):
        whole = np.rint(count * share)
        if np.all(np.abs(whole / count - share) <= 1e-9):
            break
    else:
        whole = np.floor(MOST_REPETITIONS * share)
        order = np.argsort(whole - MOST_REPETITIONS * share, kind="stable")
        whole[order[: round(MOST_REPETITIONS - whole.sum())]] += 1.0
    return dict(zip(names, whole.astype(int).tolist(), strict=True))


def _law(person: str, given: Any, lower: float | None, upper: float | None) -> Distribution:
    try:
        return metalog(given, lower, upper) if isinstance(given, Mapping) else as_distribution(given)
    except InputError as error:
        raise InputError(f"pool: {person}: {error}") from None


def _weights(people: Mapping[str, Any], weights: Mapping[str, float] | None) -> dict[str, float]:
    """Return the weight of each person, 1 where none are given."""
    if weights is None:
        return dict.fromkeys(people, 1.0)
    if not isinstance(weights, Mapping):
        raise InputError(f"pool: weights must be a mapping of numbers by person, got {weights!r}")
    check_known("pool: people", weights, people)
    if missing := [person for person in people if person not in weights]:
        raise InputError(f"pool: weights must name everyone, got none for {', '.join(missing)}")
    return {person: check_non_negative(f"pool: weight of {person}", weights[person]) for person in people}


def _shares(beliefs: tuple[Belief, ...]) -> dict[str, float]:
    """Return weights by person, scaled to sum to 1."""
    total = math.fsum(one.weight for one in beliefs)
    if not 0.0 < total < math.inf:
        raise InputError(
            "pool: people must hold one whose weight is above 0, got "
            + (", ".join(f"{one.name} with {one.weight:g}" for one in beliefs) or "nobody")
        )
    return {one.name: one.weight / total for one in beliefs}


def _variances(parts: list[tuple[float, Distribution]]) -> tuple[float, float]:
    """Return the variance within people and between them (law of total variance)."""
    counted = [(weight, law.mean(), law.std()) for weight, law in parts if weight > 0.0]
    if not all(math.isfinite(mean) and math.isfinite(sd) for _, mean, sd in counted):
        return math.nan, math.nan
    mean = math.fsum(weight * one for weight, one, _ in counted)
    within = math.fsum(weight * sd**2 for weight, _, sd in counted)
    return within, math.fsum(weight * (one - mean) ** 2 for weight, one, _ in counted)


def _check_common_ground(beliefs: tuple[Belief, ...]) -> None:
    """Refuse a logarithmic pool that does not exist, naming who shares nothing with whom."""
    counted = [one for one in beliefs if one.weight > 0.0]
    for one in counted:
        if one.distribution._atoms() is not None:
            raise InputError(
                f"pool: a logarithmic pool must have densities, got {one.name} with {one.distribution}, which puts "
                "probability on single values; use the linear pool"
            )
    last = max(counted, key=lambda one: one.distribution.support()[0])
    first = min(counted, key=lambda one: one.distribution.support()[1])
    low, high = last.distribution.support()[0], first.distribution.support()[1]
    if low >= high:
        raise InputError(
            f"pool: a logarithmic pool must have values that everyone holds possible, got {first.name} with none above "
            f"{high:g} and {last.name} with none below {low:g}; use the linear pool"
        )


def _figures(law: Distribution) -> list[float]:
    return [*law.ppf(list(_SHOWN)).tolist(), law.mean(), law.std()]
