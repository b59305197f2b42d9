"""Whether chances deserved trust: whether 30% of what was given 30% came true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from walkaway_sim._checks import check_integer
from walkaway_sim._seeds import generator_from
from walkaway_sim._typing import FloatArray, IntArray, RNGLike
from walkaway_sim.calibrate.backtesting.coverage import binomial_interval
from walkaway_sim.calibrate.backtesting.crps import crps_of_others
from walkaway_sim.calibrate.backtesting.envelope import envelope_of
from walkaway_sim.calibrate.backtesting.likelihood_ratios import Significance
from walkaway_sim.calibrate.backtesting.observed import Observed, as_observed
from walkaway_sim.calibrate.backtesting.rows import as_column, check_same_rows, refuse_rows
from walkaway_sim.calibrate.backtesting.shown import ShownWithVerdict
from walkaway_sim.calibrate.backtesting.skill import Skill, paired_skill
from walkaway_sim.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Reliability", "ReliabilityBin", "reliability"]

_RESAMPLES = 999
"""Outcomes drawn from the chances themselves, for the test and the band."""
ALARM = 0.05
"""How often chances that are right are refused."""
_OTHERS = "the share of yes among the other cases"


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Cases of about the same chance.

    Attributes
    ----------
    lowest, highest, mean : float
        Of their chances.
    n, came : int
        Cases, and those that came true.
    share, low, high : float
        The share that came true and its exact 95% interval (Clopper and Pearson 1934).
    """

    lowest: float
    highest: float
    mean: float
    n: int
    came: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Reliability(ShownWithVerdict):
    """How chances did. Made by `reliability`.

    Attributes
    ----------
    observed : Observed
        Which cases are scored, and whom the result speaks for.
    bins : tuple of ReliabilityBin
        Of about equally many cases each, rising; equal chances stay together.
    chances, recalibrated : ndarray, shape (n_distinct,)
        Distinct chances, rising, and the share that came true at each, as the non-decreasing curve that fits best
        (pooled adjacent violators).
    low, high : ndarray, shape (n_distinct,)
        Where that whole curve lies with 95% if the chances are right.
    brier : float
        Mean squared difference of chance and outcome: ``miscalibration - discrimination + uncertainty``.
    miscalibration, discrimination, uncertainty : float
        What recalibrating would save; what telling cases apart earns; the score of the base rate alone.
    calibration : Significance
        Test whether the chances are right: its p-value is at most 5% exactly if the curve leaves that band.
    skill : Skill
        Over the share of yes among the other cases.
    """

    observed: Observed
    bins: tuple[ReliabilityBin, ...]
    chances: FloatArray
    recalibrated: FloatArray
    low: FloatArray
    high: FloatArray
    brier: float
    miscalibration: float
    discrimination: float
    uncertainty: float
    calibration: Significance
    skill: Skill

    @property
    def is_refused(self) -> bool:
        """Whether the chances are wrong beyond chance: the one judgement of verdict and picture."""
        return self.calibration.p_value <= ALARM

    @property
    def verdict(self) -> str:
        """What the table says, for those who use the chances."""
        cases = f"{self.observed.rows.size:,} cases"
        p = self.calibration.p_value
        if self.is_refused:
            head = f"Do not take these chances at their word (p = {p:.2g} on {cases})."
        else:
            head = f"Nothing speaks against these chances on {cases} (p = {p:.2g})."
        worst = max(self.bins, key=lambda one: max(one.low - one.mean, one.mean - one.high))
        if self.is_refused and not worst.low <= worst.mean <= worst.high:
            head += (
                f" Of the {worst.n:,} cases given {100 * worst.mean:.0f}% on average, {100 * worst.share:.0f}% came "
                f"true (could be {100 * worst.low:.0f}% to {100 * worst.high:.0f}%)."
            )
        skill = self.skill
        size = f"{100 * abs(skill.estimate):.0f}% {'smaller' if skill.estimate >= 0.0 else 'larger'}"
        if np.isfinite(skill.estimate):
            judged = (
                "they are of use"
                if skill.is_shown
                else "no better"
                if skill.high < 0.0
                else "too close to call"
            )
            head += f"\nAgainst {skill.naive}, the mean squared error is {size}: {judged}."
        return f"{head}\n{self.observed.note}"

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each bin; ``attrs["verdict"]`` has the verdict.

        Columns: lowest, highest, mean (of the chances), n, came, share, low, high.
        """
        import pandas as pd

        names = ["lowest", "highest", "mean", "n", "came", "share", "low", "high"]
        rows = [[getattr(one, name) for name in names] for one in self.bins]
        frame = pd.DataFrame(rows, columns=names)
        frame.index.name = "bin"
        frame.attrs["verdict"] = self.verdict
        return frame


def reliability(
    probabilities: Any, outcomes: Any, *, n_bins: int = 10, selected: Any = None, rng: RNGLike = None
) -> Reliability:
    """Hold chances against what came true, such as the chances of winning quotes.

    Parameters
    ----------
    probabilities : array-like, shape (n,)
        Chances between 0 and 1.
    outcomes : array-like, shape (n,)
        1 or true where it came true, 0 or false where not, NaN where that is not known yet.
    n_bins : int
        Rows of the table, at most.
    selected : array-like of bool, shape (n,), optional
        Which rows to score.
    rng : int, SeedSequence, Generator or None
        For the test and the band; the same seed gives the same answer.

    Returns
    -------
    Reliability
        `plot_calibration` draws it.

    Raises
    ------
    InputError
        Columns that do not fit, chances outside 0 to 1, outcomes that are neither 0 nor 1, or fewer than 10
        cases.

    Notes
    -----
    The curve and the split of the Brier score are the CORP approach (Dimitriadis, Gneiting and Jordan 2021):
    isotonic regression of the outcomes on the chances, which needs no bins. Where the chances take few
    values in the right order the split is Murphy's (1973). The test draws 999 sets of outcomes from the chances,
    and asks how many of their curves are as extreme anywhere as the one observed (global envelope test: Myllymaki and
    others 2017): exact for independent cases, and refused exactly if the curve leaves the band.

    Examples
    --------
    >>> import numpy as np
    >>> import walkaway_sim as ws
    >>> generator = np.random.default_rng(3)
    >>> chance = generator.uniform(0, 1, 500)
    >>> won = generator.uniform(0, 1, 500) < 0.25 + 0.5 * chance
    >>> found = ws.reliability(chance, won, rng=7)
    >>> found.calibration.p_value, found.skill.naive
    (0.001, 'the share of yes among the other cases')
    """
    given = as_column("probabilities", probabilities)
    refuse_rows(
        "probabilities",
        ~((given >= 0.0) & (given <= 1.0)),
        "must lie between 0 and 1",
        "others",
        of=probabilities,
    )
    check_same_rows("probabilities", probabilities, "outcomes", outcomes)
    check_same_rows("outcomes", outcomes, "selected", selected)
    n_bins = check_integer("n_bins", n_bins, minimum=1)
    came, observed = as_observed(outcomes, selected, given.size, "outcomes")
    if observed.weights is not None:
        raise InputError("selected must be true or false here, not probabilities")
    wrong = np.zeros(given.size, dtype=bool)
    wrong[observed.rows] = ~np.isin(came, (0.0, 1.0))
    refuse_rows("outcomes", wrong, "must be 1, 0 or missing", "others", of=outcomes)
    chance = given[observed.rows]
    distinct, place, count = np.unique(chance, return_inverse=True, return_counts=True)
    curve = _isotonic(np.bincount(place, came, distinct.size), count)
    brier = float(np.mean((chance - came) ** 2))
    recalibrated = float(np.mean((curve[place] - came) ** 2))
    base = float(came.mean())
    uncertainty = base * (1.0 - base)
    found = envelope_of(curve, _under_the_chances(distinct, count, generator_from(rng)), ALARM)
    test = Significance(
        brier - recalibrated, found.p_value, "global envelope of outcomes drawn from the chances"
    )
    # Of zeros and ones the CRPS is the squared error, and the fair one forgives a base rate from few cases.
    even = np.ones(came.size)
    skill = paired_skill((chance - came) ** 2, crps_of_others(came, even), even, _OTHERS, 1.0 / came.size)
    return Reliability(
        observed=observed,
        bins=_bins(chance, came, n_bins),
        chances=distinct,
        recalibrated=curve,
        low=found.low,
        high=found.high,
        brier=brier,
        miscalibration=brier - recalibrated,
        discrimination=uncertainty - recalibrated,
        uncertainty=uncertainty,
        calibration=test,
        skill=skill,
    )


def _isotonic(came: NDArray[Any], count: IntArray) -> FloatArray:
    """Best non-decreasing shares for rising distinct chances, shape (n_distinct,)."""
    fitted: FloatArray = optimize.isotonic_regression(came / count, weights=count).x
    return fitted


def _under_the_chances(distinct: FloatArray, count: IntArray, generator: np.random.Generator) -> FloatArray:
    """Return the curves of outcomes drawn from the chances, shape (n_drawn, n_distinct)."""
    return np.array(
        [_isotonic(generator.binomial(count, distinct).astype(np.float64), count) for _ in range(_RESAMPLES)]
    )


def _bins(chance: FloatArray, came: FloatArray, n_bins: int) -> tuple[ReliabilityBin, ...]:
    """Cut the cases, ordered by their chance, into about equal parts between distinct chances."""
    edges = np.quantile(chance, np.linspace(0.0, 1.0, n_bins + 1)[1:-1], method="inverted_cdf")
    place = np.searchsorted(np.unique(edges), chance, side="left")
    out = []
    for index in np.unique(place):
        mine = place == index
        n, hits = int(mine.sum()), int(came[mine].sum())
        group = chance[mine]
        out.append(
            ReliabilityBin(
                float(group.min()), float(group.max()), float(group.mean()), n, hits, hits / n,
                *binomial_interval(hits, n),
            )
        )  # fmt: skip
    return tuple(out)
