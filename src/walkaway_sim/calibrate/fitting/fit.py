"""Fit a column of history: the family, its parameters, and what the parameters could be as well."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, Literal

import numpy as np

from walkaway_sim._checks import check_in, check_integer, check_one_of, check_text
from walkaway_sim._seeds import generator_from
from walkaway_sim._typing import RNGLike
from walkaway_sim.calibrate.fitting.candidates import Candidate, fit_family
from walkaway_sim.calibrate.fitting.choice import about_choice
from walkaway_sim.calibrate.fitting.fallback import describe
from walkaway_sim.calibrate.fitting.families import FAMILIES
from walkaway_sim.calibrate.fitting.family import Family
from walkaway_sim.calibrate.fitting.result import Fit
from walkaway_sim.calibrate.fitting.sample import Sample, read_sample
from walkaway_sim.calibrate.fitting.several import LEAST_BELOW, choose, mix
from walkaway_sim.errors import InputError

__all__ = ["FEWEST_PLAUSIBLE", "fit"]

FEWEST_PLAUSIBLE = 100
"""The fewest refits: with fewer, no p-value could fall below the level of 0.01."""


def fit(
    sample: Any,
    families: str | Sequence[str] | None = None,
    *,
    support: Literal["real", "positive", "unit", "counts"] | None = None,
    censored: Any = None,
    weights: Any = None,
    name: str = "",
    unit: str = "",
    owner: str = "",
    source: str = "",
    as_of: str = "",
    rng: RNGLike = None,
    n_plausible: int = 200,
    level: float = 0.01,
) -> Fit:
    """Fit families of distributions to a column and keep what is not known about the parameters.

    Parameters
    ----------
    sample : array-like, shape (n,)
        Observations, such as a column of a DataFrame [unit of the quantity]. Rows that are missing, infinite
        or no numbers are left out, counted and reported; 8 or more must be left.
    families : str or sequence of str, optional
        Families to try: on the real line ``normal``, ``logistic``, ``student_t``, ``skew_normal``, ``gumbel``;
        of positive values ``lognormal``, ``gamma``, ``weibull``, ``log_logistic``, ``inverse_gaussian``,
        ``exponential``; of shares ``beta``; of counts ``poisson``, ``negative_binomial``. Without it, those of
        the support.
    support : {"real", "positive", "unit", "counts"}, optional
        Without it, told from the sample: whole numbers from 0 to 1000 are counts, and where they take more than
        20 values they are tried as continuous too, a density standing for the chance of the step of one; values
        strictly between 0 and 1 are shares; values above 0 are positive; all others are real.
        Positive values whose mean is more than 4 standard deviations above 0 are tried on the real line as well,
        as 0 plays no part in their shape. Distributions that then give values below 0 a chance of more than 1e-9
        are left out and noted: a deal refuses them for what cannot be negative. For what can be negative,
        although none was seen, say ``"real"``: without, heavy tails are not among what is plausible.
    censored : array-like of bool, shape (n,), optional
        True where the value is only a lower bound: an invoice that is open still, a customer who has not left
        yet. It enters by the chance of lying beyond, of a count by the chance of that many or more.
    weights : array-like, shape (n,), optional
        How many observations each row stands for (frequency weights, of 0 or more, not necessarily whole). The
        number of observations, in AICc and for the plausible parameters, is their sum; so weights that are
        shares or importances must be scaled first to sum to the observations behind them.
    name, unit, owner, source, as_of : str, optional
        Passed on to the input; `name` is the key in the deal file, by default the name of the column.
    rng : int, SeedSequence, Generator or None
        Seed of the refits.
    n_plausible : int, default 200
        Refits, and plausible distributions from them; 100 or more.
    level : float, default 0.01
        A family whose goodness of fit has a p-value below it counts as one that does not fit. With so many
        refits, no p-value is below ``1 / (n_plausible + 1)``.

    Returns
    -------
    Fit
        Where the best family is rejected, the first in order that is not; where all are rejected, a metalog
        through quantiles of the sample if it stays within a 95% band about it, else the sample itself.

    Raises
    ------
    InputError
        Too few observations, a constant column, a column of texts or dates, a family that cannot take the
        values, weights that are negative or sum to too little.

    Notes
    -----
    Parameters are estimated by maximum likelihood, and families ranked by the corrected information criterion
    of Hurvich and Tsai (1989), all likelihoods being those of the data as they are, not of their logarithms.
    Goodness of fit is Anderson and Darling's distance (for counts Cramer and von Mises'), its distribution
    that of samples drawn from the fit and fitted again (Stute, Gonzalez Manteiga and Presedo Quindimil 1993):
    a table for known parameters would hardly ever reject. Data that were rounded are compared with draws that
    are rounded alike. With lower bounds there is no such test.

    The plausible parameters are those from which the estimate could have come: the error of each refit,
    turned round and studentised. For families of a location and a scale (normal, logistic, Gumbel, lognormal,
    log-logistic, Weibull, exponential) their quantiles are exact confidence limits without lower bounds.

    Where the data choose among several families, the plausible distributions are of all that are not rejected, since
    another sample might have chosen another. Those that the data do not tell apart, less than 4 above the best AICc,
    share alike, others by Akaike's weight from there on (Burnham and Anderson 2002); `Fit.shares` and the notes say
    how many are of which. Name one family to take it as known.
    A quantile beyond the sample's reach, rarer than once in as many observations, rests on the family alone: its
    interval covers less often than stated where the tail is heavier than most families', and the notes say so.

    Examples
    --------
    >>> import numpy as np
    >>> import walkaway_sim as ws
    >>> volumes = np.random.default_rng(5).lognormal(np.log(1000), 0.25, 80)
    >>> found = ws.fit([*volumes, None], name="volume", unit="cases a month", rng=7)
    >>> found.dropped
    {'missing': 1}
    >>> deal_input = found.input()
    >>> len(deal_input.plausible)
    200
    >>> list(ws.fit(volumes, "lognormal", rng=7).shares)
    ['lognormal']
    >>> {"lognormal", "gamma"} <= set(found.shares)
    True
    """
    about = _about(sample, name=name, unit=unit, owner=owner, source=source, as_of=as_of)
    count = check_integer("n_plausible", n_plausible, minimum=FEWEST_PLAUSIBLE)
    limit = check_in("level", level, 0.0, 1.0)
    generator = generator_from(rng)
    what = about["name"] or "sample"
    found = read_sample(sample, censored=censored, weights=weights, support=support, name=what)
    tried = _tried(families, found, what)
    ranked = sorted((fit_family(family, found) for family in tried), key=lambda one: one.aicc)
    _check_converged(ranked, what)
    # Families that are named are taken at their word.
    positive = families is None and {"positive", "real"} <= set(found.supports)
    return _recommended(ranked, found, generator, count, limit, about, positive)


def _check_converged(ranked: list[Candidate], what: str) -> None:
    if ranked[0].distribution is None:
        listed = ", ".join(one.family for one in ranked)
        raise InputError(
            f"{what} must suit one of the families {listed}, but none of the searches converged; plot the column, "
            "or use empirical(sample)"
        )


def _recommended(
    ranked: list[Candidate],
    sample: Sample,
    rng: np.random.Generator,
    n: int,
    level: float,
    about: dict[str, str],
    positive: bool,
) -> Fit:
    """Take the first family that is not rejected and mix the plausible ones, or take what needs no family."""
    notes = [*sample.notes]
    ranked, refits, negative, unsettled = choose(ranked, sample, rng, n, level, positive=positive)
    _check_converged(ranked, about["name"] or "sample")
    notes += [f"{family} is left out: most of its refits did not converge" for family in unsettled]
    notes += [
        f"{one.n_failed} refits of {family} did not converge and were drawn again"
        for family, one in refits.items()
        if one.n_failed
    ]
    chosen = next((one for one in ranked if one.family in refits), None)
    if chosen is None or chosen.distribution is None:
        law, plausible, how = describe(sample, rng, n)
        best = next((one for one in ranked if one.family not in negative), ranked[0])
        goodness, family = best.goodness, law.kind
        notes.insert(
            0,
            f"no family fits: each{' that stays above 0' if negative else ''} has a p-value below {level:g}. "
            f"The best, {best.family} (p = {goodness:.2g}), "
            f"is off by {100 * _largest_gap(best, sample):.1f} points of chance at the most; if that does not "
            f"matter, name it and set the level to 0. The distribution is {how}, and the plausible ones come from "
            "resampled rows",
        )
    else:
        ranked, plausible = mix(ranked, refits, rng, n)
        law, goodness, family = chosen.distribution, chosen.goodness, chosen.family
        notes += about_choice(ranked, chosen, law, plausible, sample, level)
    if negative:
        notes.append(
            f"values below 0 have a chance under {', '.join(negative)}: distributions that give them more than "
            f"{LEAST_BELOW:g} are left out, since a deal refuses them for what cannot be negative; if this can be, set "
            "support to real"
        )
    used = f"{sample.used()}; {'no family fits, ' if chosen is None else ''}{family}"
    return Fit(
        name=about["name"],
        unit=about["unit"],
        owner=about["owner"],
        as_of=about["as_of"],
        family=family,
        distribution=law,
        plausible=plausible,
        candidates=tuple(ranked),
        goodness=goodness,
        nothing_fits=chosen is None,
        level=level,
        sample=sample,
        notes=tuple(notes),
        source=f"{about['source']}: {used}" if about["source"] else f"fitted: {used}",
    )


def _largest_gap(one: Candidate, sample: Sample) -> float:
    """Largest distance between the distribution functions of the sample and of a fit, at the values seen."""
    values, place = np.unique(sample.values, return_inverse=True)
    upto = np.cumsum(np.bincount(place, weights=sample.share))
    at = values if one.distribution is None or one.distribution.is_discrete else values + 0.5 * sample.step
    return float(np.abs(one.distribution.cdf(at) - upto).max()) if one.distribution else math.nan


def _about(sample: object, **given: str) -> dict[str, str]:
    about = {key: check_text(key, value) for key, value in given.items()}
    label = getattr(sample, "name", None)
    if not about["name"] and isinstance(label, str):
        about["name"] = label
    return about


def _tried(families: object, sample: Sample, what: str) -> list[Family]:
    """Return the families to try, refusing those that cannot take the values."""
    if families is None:
        return [family for family in FAMILIES.values() if family.support in sample.supports]
    names = [families] if isinstance(families, str) else families
    if not isinstance(names, Iterable) or not (names := list(names)):
        raise InputError(f"families must name one family or several, got {families!r}")
    tried = [FAMILIES[check_one_of("families", one, FAMILIES)] for one in dict.fromkeys(names)]
    values = sample.values
    for family in tried:
        needs, wrong = {
            "real": ("any number", np.zeros(values.size, dtype=np.bool_)),
            "positive": ("values above 0", values <= 0.0),
            "unit": ("values strictly between 0 and 1", (values <= 0.0) | (values >= 1.0)),
            "counts": ("whole numbers of at least 0", (values < 0.0) | (values != np.rint(values))),
        }[family.support]
        if wrong.any():
            raise InputError(
                f"{what}: family {family.name!r} needs {needs}, got {values[wrong][0]:g} and {int(wrong.sum()) - 1} "
                "more such; leave that family out, or clean the column"
            )
    return tried
