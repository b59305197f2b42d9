"""The chance of being late, and how late then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy import special

from walkaway_sim._checks import check_non_negative, check_one_of
from walkaway_sim._seeds import root_sequence
from walkaway_sim._typing import FloatArray, RNGLike
from walkaway_sim.calibrate.history.columns import Columns, check_draws
from walkaway_sim.calibrate.history.intervals import number_input, parameter_table
from walkaway_sim.calibrate.history.late_tail import LateTail, fit_tail
from walkaway_sim.calibrate.history.pooled_rate import PooledRate, pooled_rate
from walkaway_sim.calibrate.history.used import Used, page
from walkaway_sim.calibrate.seeds import generator, own_seed
from walkaway_sim.calibrate.shown import ShownAsTable
from walkaway_sim.errors import InputError
from walkaway_sim.inputs.entry import Input
from walkaway_sim.inputs.mixtures import Mixture

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["OnTime", "fit_on_time"]

_FEWEST = 10
_FEWEST_LATE = 5


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class OnTime(ShownAsTable):
    """On-time performance. Made by `fit_on_time`.

    Attributes
    ----------
    late_chance : float
        Of a delivery; with groups, of one in a group that is any of its kind: 1 less `groups.mean`, so that its
        plausible values spread by how few groups there are, and not by how many deliveries.
    plausible_late_chance : ndarray, shape (n_plausible,)
    groups : PooledRate or None
        The on-time rate pooled over groups, where a column names them.
    tail : LateTail
        Days late of those that are.
    deliveries, late : int
    used : Used
    """

    late_chance: float
    plausible_late_chance: FloatArray
    groups: PooledRate | None
    tail: LateTail
    deliveries: int
    late: int
    used: Used

    @property
    def label(self) -> str:
        """What inputs from this fit share."""
        return f"on-time performance ({self.deliveries} deliveries, {self.late} late)"

    @property
    def _fitted_with(self) -> str:
        """With groups, the chance is theirs: what hangs on it shares their label."""
        return self.label if self.groups is None else self.groups.label

    def _known_groups(self) -> PooledRate:
        if self.groups is None:
            raise InputError("on-time performance: fitted without groups; name their column with group=...")
        return self.groups

    def on_time(self, group: str | None = None) -> Input:
        """Return the probability that a delivery is on time, for ``on_time``.

        Parameters
        ----------
        group : str, optional
            A known group, such as a lane. Without it: one number over all deliveries where the fit has no groups,
            and else the rate of a new group, which spreads as much as groups differ.
        """
        if group is not None:
            return self._known_groups().known(group)
        if self.groups is not None:
            return self.groups.new()
        return number_input(
            1.0 - self.late_chance, 1.0 - self.plausible_late_chance, unit="probability", source=self.label,
            fitted_with=self.label,
        )  # fmt: skip

    def days_given_late(self) -> Input:
        """Return how many days late a late delivery is."""
        return Input(
            self.tail.law(self.tail.estimate),
            unit="days",
            source=f"{self.label}, days of the late ones",
            plausible=tuple(self.tail.law(one) for one in self.tail.plausible),
            fitted_with=self._fitted_with,
        )

    def days_late(self, group: str | None = None) -> Input:
        """Return how many days late a delivery is: 0 if on time.

        Parameters
        ----------
        group : str, optional
            A known group, as in `on_time`. Without it, where the fit has groups: a delivery of a new group.
        """
        from walkaway_sim.inputs.constant import Constant

        def law(chance: float, parameters: tuple[float, float]) -> Mixture:
            return Mixture(((1.0 - chance, Constant(0.0)), (chance, self.tail.law(parameters))))

        chance, plausible = self.late_chance, self.plausible_late_chance
        if group is not None:
            punctual, drawn = self._known_groups().rate(group)
            chance, plausible = 1.0 - punctual, 1.0 - drawn
        return Input(
            law(chance, self.tail.estimate),
            unit="days",
            source=f"{self.label}, days" if group is None else f"{self.label}, days, {group}",
            plausible=tuple(law(*one) for one in zip(plausible.tolist(), self.tail.plausible, strict=True)),
            fitted_with=self._fitted_with,
        )

    def intervals(self, level: float = 0.9) -> pd.DataFrame:
        """Return the parameters with their intervals."""
        drawn = np.array(self.tail.plausible)
        first, second = self.tail.names
        return parameter_table(
            {
                "late_chance": (self.late_chance, self.plausible_late_chance),
                first: (self.tail.estimate[0], drawn[:, 0]),
                second: (self.tail.estimate[1], drawn[:, 1]),
            },
            level,
        )

    def to_frame(self) -> pd.DataFrame:
        """Return quantiles of the days of late deliveries, as seen and as fitted."""
        import pandas as pd

        levels = (0.05, 0.25, 0.5, 0.75, 0.95)
        law = self.tail.law(self.tail.estimate)
        columns = {"seen": self.tail.seen, "fitted": [law.ppf(level) for level in levels]}
        return pd.DataFrame(columns, index=pd.Index(levels, name="quantile"))

    def _repr_html_(self) -> str:
        return page(self.label, [self.intervals(), self.to_frame()], self.used)


def fit_on_time(
    frame: pd.DataFrame,
    *,
    days_late: str = "days_late",
    group: str | None = None,
    tolerance: float = 0.0,
    tail: Literal["lognormal", "pareto"] = "lognormal",
    n_plausible: int = 200,
    rng: RNGLike = None,
) -> OnTime:
    """Fit the chance of being late, and the days late of those that are.

    Parameters
    ----------
    frame : DataFrame
        One row per delivery.
    days_late : str
        Column: days after the promised date; 0 or less if on time.
    group : str, optional
        Column of what differs in performance, such as the lane, the carrier or the month: the rate is then pooled
        partially over its groups.
    tolerance : float
        Days late that still count as on time.
    tail : {"lognormal", "pareto"}
        Of the days late: lognormal, or generalised Pareto, whose tail may be heavier.
    n_plausible : int
    rng : int, SeedSequence, Generator or None

    Returns
    -------
    OnTime
        ``on_time()``, ``days_given_late()`` and ``days_late()`` give inputs.

    Raises
    ------
    InputError
        A column is missing or of the wrong type; fewer than 10 deliveries, or fewer than 5 late ones.

    Notes
    -----
    The chance has the posterior ``Beta(k + 1/2, n - k + 1/2)``; by groups it is that of `pooled_rate`. The tail is
    fitted by maximum likelihood (`fit_tail`). Dates that were planned again hide lateness: what is found is then a
    floor.

    Examples
    --------
    >>> from walkaway_sim.examples.history import make_deliveries
    >>> found = fit_on_time(make_deliveries(rng=7), rng=7)
    >>> found.days_late().distribution.cdf(0) == 1 - found.late_chance
    True
    """
    what = "fit_on_time"
    shape = check_one_of("tail", tail, ("lognormal", "pareto"))
    allowed = check_non_negative("tolerance", tolerance)
    n_draws, seed = check_draws(n_plausible), root_sequence(rng)
    columns = Columns(what, frame)
    late = columns.numbers("days_late", days_late)
    names = None if group is None else columns.labels("group", group)
    rows, used = columns.keep(minimum=_FEWEST, of="deliveries")
    late = late[rows]
    days = late[late > allowed] - allowed
    n, k = late.size, days.size
    if k < _FEWEST_LATE:
        raise InputError(
            f"{what}: column {days_late!r} has {k} late deliveries in {n}, and needs {_FEWEST_LATE} to tell how late "
            "they are; give your own distribution"
        )
    if np.ptp(days) == 0.0:
        raise InputError(f"{what}: all {k} late deliveries in {days_late!r} are {days[0]:g} days late")
    seed = own_seed(seed, what, n, k, days.sum())
    stream = generator(seed, "chance")
    chance = (k + 0.5) / (n + 1.0)
    chances = special.betaincinv(k + 0.5, n - k + 0.5, stream.random(n_draws))
    pooled = None
    if names is not None:
        pooled = pooled_rate(
            [names[row] for row in rows], (late <= allowed).astype(np.float64), np.ones(n), what="on time",
            group=str(group), used=used, n_plausible=n_draws, seed=seed,
        )  # fmt: skip
        if len(pooled.names) < 3:
            raise InputError(
                f"{what}: needs at least 3 groups in column {group!r}, got {len(pooled.names)}; leave group out"
            )
        # Deliveries of one group are late together: one binomial sample would say too much.
        chance, chances = 1.0 - pooled.mean, 1.0 - pooled.plausible_mean
    found = fit_tail(
        days, "lognormal" if shape == "lognormal" else "pareto", n_draws, generator(seed, "tail")
    )
    return OnTime(chance, chances, pooled, found, n, k, used)
