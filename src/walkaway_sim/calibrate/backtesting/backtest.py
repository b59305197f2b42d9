"""Whether forecasts deserved trust, by what came."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from walkaway_sim._checks import check_probability
from walkaway_sim._seeds import generator_from
from walkaway_sim._typing import FloatArray, RNGLike
from walkaway_sim.calibrate.backtesting.coverage import Coverage, judge_coverage, passing_shares
from walkaway_sim.calibrate.backtesting.forecasts import (
    ByQuantiles,
    Forecasts,
    as_forecasts,
    as_naive,
    chances,
)
from walkaway_sim.calibrate.backtesting.judgement import faults_of, limit_of, verdict_of
from walkaway_sim.calibrate.backtesting.likelihood_ratios import Significance
from walkaway_sim.calibrate.backtesting.observed import Observed, as_observed
from walkaway_sim.calibrate.backtesting.pit import Curve, Mark, band_of, randomised, uniformity
from walkaway_sim.calibrate.backtesting.rows import check_same_rows
from walkaway_sim.calibrate.backtesting.shown import ShownWithVerdict
from walkaway_sim.calibrate.backtesting.skill import Skill, paired_skill
from walkaway_sim.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Backtest", "backtest"]

_LEVELS = (0.5, 0.8, 0.95)
_OTHERS = "the spread of the other realised values, the case itself left out"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Backtest(ShownWithVerdict):
    """How forecasts did. Made by `backtest`.

    Attributes
    ----------
    form : str
        ``"distributions"``, ``"draws"`` or ``"quantiles"``.
    observed : Observed
        Which forecasts are scored, and whom the result speaks for.
    pit : ndarray, shape (n_scored,)
        The probability that each forecast gave to no more than what came, randomised at atoms, among tied draws
        and between quantiles; uniform if the forecasts are right.
    uniformity : Significance
        Test of that.
    median : Coverage
        How often what came lay below the forecast's median: half of the time, if it is not biased.
    coverage : tuple of Coverage
        One for each level, rising.
    scores, naive_scores : ndarray, shape (n_scored,)
        The continuous ranked probability score of each case [unit of the quantity]; less is better.
    score_name : str
    skill : Skill
        Over the naive forecast.
    brier : float
        Mean squared error of the chances, where every forecast is a Bernoulli; NaN for others.
    n_impossible : int
        Realised values that their forecast called impossible.
    curve : Curve
        Observed against nominal probabilities, for the picture, with the limits that the verdict goes by.
    """

    form: str
    observed: Observed
    pit: FloatArray
    uniformity: Significance
    median: Coverage
    coverage: tuple[Coverage, ...]
    scores: FloatArray
    naive_scores: FloatArray
    score_name: str
    skill: Skill
    brier: float
    n_impossible: int
    curve: Curve

    @property
    def limit(self) -> float:
        """The p-value at or below which a test is refused, here and in the picture (Holm 1979)."""
        return limit_of(self.uniformity, self.median, self.coverage)

    @property
    def n_scored(self) -> int:
        """Forecasts that are scored."""
        return self.pit.size

    @property
    def faults(self) -> tuple[str, ...]:
        """What is wrong with the forecasts beyond chance, in a few words each, the most certain first; empty if none.

        All tests together raise a false alarm in at most 5% of back-tests of forecasts that are right (Holm 1979).
        """
        return faults_of(self.limit, self.uniformity, self.median, self.coverage, self.n_impossible)

    @property
    def verdict(self) -> str:
        """What the back-test says, for those who use the forecasts."""
        return verdict_of(
            self.limit,
            self.faults,
            self.observed,
            self.uniformity,
            self.median,
            self.coverage,
            self.skill,
            self.n_impossible,
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each level and one for the median; ``attrs["verdict"]`` has the verdict.

        Columns: expected, share, low, high (95% interval of the share), held, n, p_frequency, p_order,
        p_joint.
        """
        import pandas as pd

        rows = [
            {
                "expected": one.level,
                "share": one.share,
                "low": one.low,
                "high": one.high,
                "held": one.held,
                "n": one.n,
                "p_frequency": one.frequency.p_value,
                "p_order": one.order.p_value,
                "p_joint": one.joint.p_value,
            }
            for one in (*self.coverage, self.median)
        ]
        names = [one.name for one in (*self.coverage, self.median)]
        frame = pd.DataFrame(rows, index=pd.Index(names, name="what should hold"))
        frame.attrs["verdict"] = self.verdict
        return frame


def backtest(
    forecasts: Any,
    realised: Any,
    *,
    selected: Any = None,
    naive: Any = None,
    levels: Iterable[float] | None = None,
    rng: RNGLike = None,
) -> Backtest:
    """Hold forecasts against what came: whether the intervals are honest, and whether they are of use.

    Parameters
    ----------
    forecasts : list of distributions, ndarray of shape (n, n_draws), or DataFrame
        One forecast a row, in order of time. Distributions are the library's own, frozen SciPy ones, or inputs; an
        input with plausible distributions counts as their equal mixture. An array has draws. A DataFrame has
        quantiles, its columns being their probabilities, such as ``0.25`` or ``"q0.25"``.
    realised : array-like, shape (n,)
        What came [unit of the quantity]; NaN where it is not known. Row i is that of forecast i.
    selected : array-like, shape (n,), optional
        True or false: which rows to score. Or the probability, above 0, that each row's value would become known
        (such as the chance that the deal was signed): each then counts by one over it. Rows that are not known need
        one too, as small as it may have been.
    naive : as `forecasts`, or one distribution for every row, optional
        What to beat. Without, each case is forecast by the empirical distribution of all other scored values,
        earlier and later: it has not seen the case, and knows the level and spread of the rest.
    levels : iterable of float, optional
        Of the central intervals; 0.5, 0.8 and 0.95. Of quantiles, by default, those whose two ends are given.
    rng : int, SeedSequence, Generator or None
        For values that carry probability, ties and places between two quantiles; the same seed gives the same
        answer.

    Returns
    -------
    Backtest
        ``verdict`` is in words, ``to_frame()`` has the coverage; `plot_calibration` draws it.

    Raises
    ------
    InputError
        Forecasts and values that do not fit, rows with texts, infinite or missing figures, fewer than 10 cases to
        score, a level that the quantiles given do not have.

    Notes
    -----
    Everything rests on the probability integral transform (Dawid 1984; Diebold, Gunther and Tay 1998): an
    interval holds where the transform lies between its ends. That equals looking at the ends, and
    is exact for atoms and few draws as well. Between two quantiles the transform is drawn evenly, so that no
    shape is assumed. All p-values are exact, but for the joint test of more than 1000 cases and for weighted cases.
    Of these a share is judged by gamma intervals of what holds and of what does not (Fay and Feuer 1997), which keep
    their level where misses are seldom known, and may not refuse much where few are.
    The tests of the order take neighbours in the order of the rows, those not scored left out. They take
    cases as independent if the forecasts are right: forecasts of overlapping periods are not.

    Scores: CRPS (Matheson and Winkler 1976; Gneiting and Raftery 2007), the fair one for draws and for
    the other values (Ferro 2014), so that neither a small number of draws nor a short history is held against
    its forecast; of quantiles their weighted mean loss.

    Examples
    --------
    >>> import numpy as np
    >>> import walkaway_sim as ws
    >>> came = np.random.default_rng(1).normal(100, 20, size=200)
    >>> found = ws.backtest([ws.normal(100, 10)] * 200, came, rng=7)
    >>> found.faults[0], round(found.coverage[1].share, 2)
    ('intervals too narrow', 0.53)
    """
    made = as_forecasts("forecasts", forecasts)
    check_same_rows("forecasts", forecasts, "realised", realised)
    check_same_rows("realised", realised, "selected", selected)
    values, observed = as_observed(realised, selected, len(made))
    wanted = _levels(levels, made)
    generator = generator_from(rng)
    made = made.take(observed.rows)
    rival = (
        None
        if naive is None
        else as_naive(naive, like=as_forecasts("forecasts", forecasts)).take(observed.rows)
    )
    weights = observed.weights
    even = np.ones(values.size) if weights is None else weights
    pit = randomised(*made.cells(values), generator)
    scores = made.scores(values)
    base = made.scores_of_others(values, even) if rival is None else rival.scores(values)
    given = made.levels if isinstance(made, ByQuantiles) else None
    largest = observed.largest
    spread = uniformity(pit, weights, largest, given)
    below = pit < 0.5
    median = judge_coverage("below the median", 0.5, below, weights, largest)
    inside = [np.abs(pit - 0.5) <= 0.5 * level for level in wanted]
    coverage = tuple(
        judge_coverage(f"{100 * level:g}% interval", level, held, weights, largest)
        for level, held in zip(wanted, inside, strict=True)
    )
    limit = limit_of(spread, median, coverage)
    marks = tuple(
        Mark(
            one.name, one.level, one.share,
            *passing_shares(one.level, held, weights, largest, limit), one.frequency.p_value <= limit,
        )
        for one, held in zip((*coverage, median), (*inside, below), strict=True)
    )  # fmt: skip
    return Backtest(
        form=made.form,
        observed=observed,
        pit=pit,
        uniformity=spread,
        median=median,
        coverage=coverage,
        scores=scores,
        naive_scores=base,
        score_name=made.score_name,
        skill=_skill(scores, base, even, observed, rival is None),
        brier=float("nan") if chances(made) is None else float(even @ scores / even.sum()),
        n_impossible=int(made.outside(values).sum()),
        curve=Curve(*band_of(pit, weights, largest, limit, given), marks),
    )


def _skill(
    scores: FloatArray, base: FloatArray, weights: FloatArray, observed: Observed, by_others: bool
) -> Skill:
    if not by_others:
        return paired_skill(scores, base, weights, "the one given")
    return paired_skill(scores, base, weights, _OTHERS, 1.0 / observed.n_effective)


def _levels(given: Iterable[float] | None, forecasts: Forecasts) -> list[float]:
    """Return the levels to judge, rising."""
    if given is not None and not isinstance(given, Iterable):
        raise InputError(f"levels must be a list of probabilities, got {given!r}")
    wanted = (
        [] if given is None else sorted({check_probability("levels", one, open_ends=True) for one in given})
    )
    if given is not None and not wanted:
        raise InputError("levels is empty; leave it out for 0.5, 0.8 and 0.95")
    if not isinstance(forecasts, ByQuantiles):
        return wanted or list(_LEVELS)
    have = forecasts.levels
    there = [
        round(1.0 - 2.0 * low, 12) for low in have[have < 0.5][::-1] if np.isclose(have, 1.0 - low).any()
    ]
    for level in wanted:
        if not np.isclose(there, level).any():
            listed = ", ".join(f"{one:g}" for one in there) or "none"
            raise InputError(
                f"levels: {level:g} needs the quantiles at {0.5 - 0.5 * level:g} and {0.5 + 0.5 * level:g}, and the "
                f"forecasts have {', '.join(f'{one:g}' for one in have)}; levels they have: {listed}"
            )
    if not (wanted or there):
        raise InputError(
            "forecasts: their quantiles are the ends of no central interval; give pairs such as 0.1 and 0.9"
        )
    return wanted or there
