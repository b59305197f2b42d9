"""Event risks from a record of losses: how often over how much exposure, and how badly."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from walkaway_sim._checks import check_finite, check_integer, check_is, check_positive, check_probability
from walkaway_sim._seeds import root_sequence
from walkaway_sim._typing import FloatArray, RNGLike
from walkaway_sim.calibrate.history.columns import Columns, check_draws
from walkaway_sim.calibrate.history.intervals import Interval, parameter_table
from walkaway_sim.calibrate.history.used import Used, page
from walkaway_sim.calibrate.seeds import generator, own_seed
from walkaway_sim.calibrate.shown import ShownAsTable
from walkaway_sim.errors import InputError
from walkaway_sim.inputs.base import Distribution
from walkaway_sim.inputs.entry import Input
from walkaway_sim.inputs.events import EventRisk
from walkaway_sim.inputs.gaussian import LogNormal

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["EventHistory", "fit_event_risk", "poisson_interval"]

_FEWEST = 5


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class EventHistory(ShownAsTable):
    """How often events strike, and what one costs. Made by `fit_event_risk`.

    Attributes
    ----------
    count : int
        Events in the record.
    exposure : float
        Contract-years over which they were recorded.
    plausible_rate : ndarray, shape (n_plausible,)
        Rates that could be true as well [events a contract-year].
    severity : Distribution
        Loss of one event [currency].
    plausible_severity : tuple of Distribution
    cap : float or None
        The most that one event can cost [currency].
    used : Used
    """

    count: int
    exposure: float
    plausible_rate: FloatArray
    severity: Distribution
    plausible_severity: tuple[Distribution, ...]
    cap: float | None
    used: Used

    @property
    def rate(self) -> float:
        """Events a contract-year."""
        return self.count / self.exposure

    @property
    def label(self) -> str:
        """What inputs from this fit share."""
        return f"event risk ({self.count} events in {self.exposure:g} contract-years)"

    def over(self, years: float) -> Input:
        """Return the risk over a contract of so many years, with the risks that could be the true one as well."""
        span = check_positive("years", years)
        both = zip(self.plausible_rate.tolist(), self.plausible_severity, strict=True)
        return Input(
            EventRisk(self.rate * span, self.severity, self.cap),
            unit="currency",
            source=self.label,
            plausible=tuple(EventRisk(rate * span, severity, self.cap) for rate, severity in both),
            fitted_with=self.label,
        )

    def rate_interval(self, level: float = 0.9) -> Interval:
        """Return the rate with its exact interval [events a contract-year]."""
        return poisson_interval(self.count, self.exposure, level)

    def intervals(self, level: float = 0.9) -> pd.DataFrame:
        """Return rate, and median and mean of the severity before the cap, with their intervals."""
        laws = self.plausible_severity
        return parameter_table(
            {
                "rate": (self.rate, self.plausible_rate),
                "median severity": (self.severity.ppf(0.5), np.array([law.ppf(0.5) for law in laws])),
                "mean severity": (self.severity.mean(), np.array([law.mean() for law in laws])),
            },
            level,
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row per parameter, with its 90% interval."""
        return self.intervals()

    def _repr_html_(self) -> str:
        return page(self.label, [self.to_frame()], self.used)


def fit_event_risk(
    frame: pd.DataFrame,
    *,
    exposure: float,
    severity: str = "severity",
    event: str | None = None,
    law: Input | None = None,
    cap: float | None = None,
    n_plausible: int = 200,
    rng: RNGLike = None,
) -> EventHistory:
    """Fit the rate and the severity of events such as recalls or breakdowns.

    Parameters
    ----------
    frame : DataFrame
        One row per event of the record.
    exposure : float
        Contract-years over which events would have been recorded, those without an event included.
    severity : str
        Column: what the event cost [currency, above 0]. Events whose cost is missing are counted in the rate, not in
        the severity.
    event : str, optional
        Column that identifies an event; rows that repeat one are left out.
    law : Input, optional
        Severity that was fitted or judged elsewhere, with as many plausible distributions as asked for here or none.
    cap : float, optional
        The most that one event can cost [currency].
    n_plausible : int
    rng : int, SeedSequence, Generator or None

    Returns
    -------
    EventHistory
        ``over(years)`` gives the input.

    Raises
    ------
    InputError
        A column is missing or of the wrong type; a severity of 0 or less; fewer than 5 severities without a `law`.

    Notes
    -----
    The rate is ``count/exposure``; plausible rates come from its posterior ``Gamma(count + 1/2, exposure)`` under
    Jeffreys' prior, and `rate_interval` is exact. The severity is lognormal by maximum likelihood, with the unbiased
    variance and plausible parameters from the exact posterior under the prior ``1/sigma^2``. A record that leaves
    small losses out, or in which insurance cut large ones, is not corrected for.

    Examples
    --------
    >>> from walkaway_sim.examples.history import make_events
    >>> found = fit_event_risk(make_events(rng=7), exposure=40.0, rng=7)
    >>> found.over(3.0).distribution.rate == 3 * found.rate
    True
    """
    what = "fit_event_risk"
    years, n_draws, seed = check_positive("exposure", exposure), check_draws(n_plausible), root_sequence(rng)
    limit = None if cap is None else check_finite("cap", cap)
    columns = Columns(what, frame)
    if event is not None:
        columns.identifiers("event", event)
    count = columns.left
    chosen: Distribution
    plausible: tuple[Distribution, ...]
    if law is None:
        losses = columns.numbers("severity", severity, above=0.0)
        rows, used = columns.keep(minimum=_FEWEST, of="severities")
        seed = own_seed(seed, what, count, years, np.log(losses[rows]).sum())
        chosen, plausible = _severity(
            what, severity, np.log(losses[rows]), n_draws, generator(seed, "severity")
        )
    else:
        check_is("law", law, Input, "ws.Input(...), or a fit")
        rows, used = columns.keep(minimum=1, of="events")
        seed = own_seed(seed, what, count, years)
        chosen, plausible = _given(what, law, n_draws)
    drawn = special.gammaincinv(count + 0.5, generator(seed, "rate").random(n_draws))
    rates = np.asarray(drawn / years, dtype=np.float64)
    return EventHistory(count, years, rates, chosen, plausible, limit, used)


def poisson_interval(count: int, exposure: float, level: float = 0.9) -> Interval:
    """Return a Poisson rate with its exact interval, from a count over an exposure.

    Notes
    -----
    Source: Garwood 1936, Biometrika 28. It covers at least as often as it says. The only rate seen from no events
    is 0, but the interval's upper end is not.

    Examples
    --------
    >>> round(poisson_interval(0, 10.0, 0.9).high, 6), round(-math.log(0.05) / 10, 6)
    (0.299573, 0.299573)
    """
    n, over = check_integer("count", count, minimum=0), check_positive("exposure", exposure)
    tail = 0.5 * (1.0 - check_probability("level", level, open_ends=True))
    low = float(special.gammaincinv(n, tail)) if n else 0.0
    return Interval(n / over, low / over, float(special.gammainccinv(n + 1.0, tail)) / over, level)


def _severity(
    what: str, column: str, logs: FloatArray, n_draws: int, stream: np.random.Generator
) -> tuple[Distribution, tuple[Distribution, ...]]:
    if np.ptp(logs) == 0.0:
        raise InputError(
            f"{what}: column {column!r} is {math.exp(logs[0]):g} for all {logs.size} events; give it as law=..."
        )
    n, mean, sd = logs.size, float(logs.mean()), float(logs.std(ddof=1))
    spread = sd * np.sqrt((n - 1.0) / stream.chisquare(n - 1.0, n_draws))
    means = mean + spread * stream.standard_normal(n_draws) / math.sqrt(n)
    drawn = tuple(
        LogNormal(math.exp(centre), one) for centre, one in zip(means.tolist(), spread.tolist(), strict=True)
    )
    return LogNormal(math.exp(mean), sd), drawn


def _given(what: str, law: Input, n_draws: int) -> tuple[Distribution, tuple[Distribution, ...]]:
    if not isinstance(law.distribution, Distribution):
        raise InputError(
            f"{what}: law must be an input with a distribution of one loss, got {law.distribution!r}"
        )
    laws = tuple(one for one in law.plausible if isinstance(one, Distribution))
    if laws and len(laws) != n_draws:
        raise InputError(f"{what}: law has {len(laws)} plausible distributions; set n_plausible={len(laws)}")
    return law.distribution, laws or (law.distribution,) * n_draws
