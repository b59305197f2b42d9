"""How accounts grow from one year to the next, and whether they stay, by their size."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy import special

from walkaway_sim._checks import check_finite, check_non_negative, check_one_of, check_positive
from walkaway_sim._seeds import root_sequence
from walkaway_sim._typing import FloatArray, RNGLike
from walkaway_sim.calibrate.history.columns import Columns, check_draws
from walkaway_sim.calibrate.history.intervals import number_input
from walkaway_sim.calibrate.history.student_fit import fit_student
from walkaway_sim.calibrate.history.student_posterior import student_draws
from walkaway_sim.calibrate.history.used import Used, page
from walkaway_sim.calibrate.seeds import generator, own_seed
from walkaway_sim.calibrate.shown import ShownAsTable
from walkaway_sim.errors import InputError
from walkaway_sim.inputs.base import Distribution
from walkaway_sim.inputs.entry import Input
from walkaway_sim.inputs.heavy_growth import LogStudent
from walkaway_sim.inputs.sampled import Empirical

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Growth", "GrowthBand", "fit_growth"]

LOWEST, HIGHEST = -0.99, 10.0
"""Growth that a supply agreement allows [a year]."""

_FEWEST = 10
"""Retained accounts that a band needs: three parameters are fitted, and of fewer the scale is not covered."""

_SAME = 1e-9
"""Logarithms of growth that differ by less differ by rounding."""

_MOST_TIED = 1.0 / 3.0
"""Share of accounts with one ratio above which a Student t shrinks to that point.

With m of n values at its centre, its likelihood goes to infinity as the scale goes to 0 if m > (n - m) df, and the
degrees of freedom are 1/2 at least."""


@dataclass(frozen=True, slots=True, eq=False)
class GrowthBand:
    """Accounts of one size.

    Attributes
    ----------
    low, high : float
        Spend in the year before, from `low` to below `high` [currency a year].
    accounts, retained : int
        How many, and how many of them bought again.
    growth : LogStudent or Empirical
        Growth of those retained [a year].
    plausible_growth : tuple of Distribution
    retention : float
        Chance to be retained over one year.
    plausible_retention : ndarray, shape (n_plausible,)
    growth_quantiles : tuple of float
        Of those seen, at 5, 25, 50, 75 and 95%.
    """

    low: float
    high: float
    accounts: int
    retained: int
    growth: Distribution
    plausible_growth: tuple[Distribution, ...]
    retention: float
    plausible_retention: FloatArray
    growth_quantiles: tuple[float, float, float, float, float]

    @property
    def name(self) -> str:
        """What to call the band."""
        return (
            f"{self.low:,.0f} and more" if math.isinf(self.high) else f"{self.low:,.0f} to {self.high:,.0f}"
        )


@dataclass(frozen=True, slots=True, repr=False)
class Growth(ShownAsTable):
    """Growth and retention by size of account. Made by `fit_growth`.

    Attributes
    ----------
    bands : tuple of GrowthBand
        By size, ascending.
    years : float
        From the one period to the other.
    used : Used
    """

    bands: tuple[GrowthBand, ...]
    years: float
    used: Used

    def band(self, spend: float) -> GrowthBand:
        """Return the band of an account by its spend in the year before.

        Raises
        ------
        InputError
            No band reaches down to it.
        """
        amount = check_non_negative("spend", spend)
        for one in self.bands:
            if one.low <= amount < one.high:
                return one
        raise InputError(
            f"growth: no band holds a spend of {amount:g}; the lowest begins at {self.bands[0].low:g}"
        )

    def growth(self, spend: float | None = None) -> Input:
        """Return the growth of an account that stays [a year], by its spend in the year before.

        The spend may be left out where all accounts are in one band.
        """
        band = self._band("growth", spend)
        return Input(
            band.growth,
            unit="a year",
            source=self._source(band),
            plausible=band.plausible_growth,
            fitted_with=f"growth, {self._source(band)}",
        )

    def retention(self, spend: float | None = None) -> Input:
        """Return the chance that an account buys again within a year [probability]; `spend` as for `growth`."""
        band = self._band("retention", spend)
        return number_input(
            band.retention, band.plausible_retention, unit="probability", source=self._source(band),
            fitted_with=f"retention, {self._source(band)}",
        )  # fmt: skip

    def exit_hazard(self, spend: float | None = None) -> Input:
        """Return the hazard of losing an account [a year]: minus the logarithm of its retention.

        For ``exit_hazard``, if customers under a contract leave as those without one do: mostly they leave less.
        `spend` as for `growth`.
        """
        band = self._band("exit_hazard", spend)
        return number_input(
            -math.log(band.retention), -np.log(band.plausible_retention), unit="a year",
            source=self._source(band), fitted_with=f"retention, {self._source(band)}",
        )  # fmt: skip

    def intervals(self, level: float = 0.9) -> pd.DataFrame:
        """Return retention and median growth of each band with their intervals."""
        import pandas as pd

        from walkaway_sim.calibrate.history.intervals import parameter_table

        tables = {}
        for one in self.bands:
            medians = np.array([law.ppf(0.5) for law in one.plausible_growth])
            tables[one.name] = parameter_table(
                {
                    "retention": (one.retention, one.plausible_retention),
                    "median growth": (one.growth.ppf(0.5), medians),
                },
                level,
            )
        return pd.concat(tables, names=["band"])

    def to_frame(self) -> pd.DataFrame:
        """Return one row per band: accounts, retained, retention, and growth seen and fitted at five quantiles."""
        import pandas as pd

        levels = (0.05, 0.25, 0.5, 0.75, 0.95)
        rows = []
        for one in self.bands:
            row: dict[str, float] = {
                "accounts": one.accounts,
                "retained": one.retained,
                "retention": one.retention,
            }
            for level, seen in zip(levels, one.growth_quantiles, strict=True):
                row[f"seen {100 * level:.0f}%"] = seen
                row[f"fitted {100 * level:.0f}%"] = one.growth.ppf(level)
            rows.append(row)
        return pd.DataFrame(rows, index=pd.Index([one.name for one in self.bands], name="band"))

    def _band(self, method: str, spend: float | None) -> GrowthBand:
        if spend is not None:
            return self.band(spend)
        if len(self.bands) == 1:
            return self.bands[0]
        names = "; ".join(one.name for one in self.bands)
        raise InputError(
            f"{method}: spend must say which band, {names}, got none; give what the account spent in the year before, "
            f"as in {method}({self.bands[-1].low:g})"
        )

    def _source(self, band: GrowthBand) -> str:
        return f"accounts with a spend of {band.name} ({band.accounts} of {self.used.used})"

    def _repr_html_(self) -> str:
        return page("Growth and retention", [self.to_frame(), self.intervals()], self.used)


def fit_growth(
    frame: pd.DataFrame,
    *,
    account: str | None = None,
    before: str = "before",
    after: str = "after",
    bands: Sequence[float] = (0.0,),
    years: float = 1.0,
    family: Literal["student", "empirical"] = "student",
    n_plausible: int = 200,
    rng: RNGLike = None,
) -> Growth:
    """Fit how accounts grow from one period to the next, and whether they stay, by size.

    Parameters
    ----------
    frame : DataFrame
        One row per account that bought in the first period.
    account : str, optional
        Column that identifies an account; rows that repeat one are left out.
    before, after : str
        Columns: spend in the first period [currency a year, above 0], and in the second one; 0 where the account
        was lost. A missing spend is not 0: its row is left out and counted.
    bands : sequence of float
        Where each band of prior spend begins, ascending; accounts below the first are left out.
    years : float
        From the one period to the other.
    family : {"student", "empirical"}
        Student's t in the logarithm of growth, or the growth seen as it is.
    n_plausible : int
    rng : int, SeedSequence, Generator or None

    Returns
    -------
    Growth
        ``growth(spend)``, ``retention(spend)`` and ``exit_hazard(spend)`` give inputs.

    Raises
    ------
    InputError
        A column is missing or of the wrong type; a spend below 0; a band with fewer than 10 accounts retained, or
        whose accounts all grew by the same ratio.

    Notes
    -----
    Retention has the posterior ``Beta(k + 1/2, n - k + 1/2)`` and its mean as the estimate. Growth is fitted by
    `fit_student`, and its plausible parameters are drawn by `student_draws`; it is cut off at -99% and +1000% a year,
    the ends that a supply agreement allows. The empirical one has the growth seen within these ends, and its plausible
    ones are resamples. A band in which more than a third of the accounts retained have the same ratio, such as those
    that did not change, has no Student t: it gets the empirical one, and a note in `used`.

    What an account's spend does from one year to the next is mostly not a lasting rate: an account that bought
    much by chance buys less in the next year. A deal that compounds such a growth over several years spreads
    too far; for one year it is right.

    Examples
    --------
    >>> from walkaway_sim.examples.history import make_accounts
    >>> found = fit_growth(make_accounts(rng=7), account="account", bands=(0, 500, 2000, 5000), rng=7)
    >>> [band.name for band in found.bands]
    ['0 to 500', '500 to 2,000', '2,000 to 5,000', '5,000 and more']
    >>> found.retention(8000).distribution.mean() > found.retention(100).distribution.mean()
    True
    """
    what = "fit_growth"
    chosen = check_one_of("family", family, ("student", "empirical"))
    n_draws, seed = check_draws(n_plausible), root_sequence(rng)
    span = check_positive("years", years)
    edges = [check_finite("bands", one) for one in bands]
    if not edges or edges != sorted(set(edges)) or edges[0] < 0.0:
        raise InputError(f"{what}: bands must begin at ascending amounts of 0 or more, got {list(bands)}")
    columns = Columns(what, frame)
    if account is not None:
        columns.identifiers("account", account)
    first = columns.numbers("before", before, above=0.0)
    second = columns.numbers("after", after, low=0.0)
    columns.drop(first < edges[0], before, "below the lowest band")
    rows, used = columns.keep(minimum=_FEWEST, of="accounts")
    first, second = first[rows], second[rows]
    found, notes = [], list(used.notes)
    for low, high in zip(edges, [*edges[1:], math.inf], strict=True):
        inside = (first >= low) & (first < high)
        kept = inside & (second > 0.0)
        if int(kept.sum()) < _FEWEST:
            raise InputError(
                f"{what}: the band of {before!r} from {low:g} has {int(kept.sum())} retained accounts, "
                f"and needs {_FEWEST}; choose fewer bands"
            )
        log_growth = np.log(second[kept] / first[kept]) / span
        own = own_seed(seed, what, int(inside.sum()), low, log_growth.sum(), (log_growth**2).sum())
        stream = generator(own, "band")
        ratio, tied = _most_common(log_growth)
        fits = chosen
        if chosen == "student" and tied == log_growth.size:
            raise InputError(f"{what}: all {tied} retained accounts from {low:g} grew by the same ratio")
        if chosen == "student" and tied > _MOST_TIED * log_growth.size:
            fits = "empirical"
            notes.append(
                f"{tied} of {log_growth.size} retained accounts from {low:g} grew by the same {np.expm1(ratio):.4g} "
                "a year: no Student t fits that, so their growth is taken as it was seen"
            )
        found.append(_band(low, high, int(inside.sum()), log_growth, span, fits, n_draws, stream))
    return Growth(tuple(found), span, replace(used, notes=tuple(notes)))


def _most_common(log_growth: FloatArray) -> tuple[float, int]:
    """Return the logarithm of growth that most accounts share but for rounding, and how many do."""
    ordered = np.sort(log_growth)
    starts = np.flatnonzero(np.diff(ordered, prepend=-np.inf) > _SAME)
    sizes = np.diff(starts, append=ordered.size)
    most = int(np.argmax(sizes))
    return float(ordered[starts[most]]), int(sizes[most])


def _band(
    low: float,
    high: float,
    accounts: int,
    log_growth: FloatArray,
    years: float,
    family: str,
    n_draws: int,
    stream: np.random.Generator,
) -> GrowthBand:
    retained = log_growth.size
    a, b = retained + 0.5, accounts - retained + 0.5
    retention = special.betaincinv(a, b, stream.random(n_draws)) ** (1.0 / years)
    law: Distribution
    plausible: tuple[Distribution, ...]
    if family == "student":
        centre, scale, degrees = fit_student(log_growth)
        law = LogStudent(degrees, centre, scale, LOWEST, HIGHEST)
        drawn = student_draws(log_growth, n_draws, stream)
        plausible = tuple(
            LogStudent(df, loc, spread, LOWEST, HIGHEST)
            for loc, spread, df in zip(*(values.tolist() for values in drawn), strict=True)
        )
    else:
        growth = np.clip(np.expm1(log_growth), LOWEST, HIGHEST)
        law = Empirical(growth)
        picked = stream.integers(0, retained, (n_draws, retained))
        plausible = tuple(Empirical(growth[one]) for one in picked)
    seen = np.expm1(np.quantile(log_growth, (0.05, 0.25, 0.5, 0.75, 0.95))).tolist()
    return GrowthBand(
        low, high, accounts, retained, law, plausible, (a / (a + b)) ** (1.0 / years), retention, tuple(seen)
    )
