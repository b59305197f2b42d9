"""What a delivery costs by its size, and what it costs to split a volume into more of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from walkaway_sim._checks import check_integer, check_positive
from walkaway_sim._seeds import root_sequence
from walkaway_sim._typing import FloatArray, IntArray, RNGLike
from walkaway_sim.calibrate.history.columns import Columns, check_draws, need_spread
from walkaway_sim.calibrate.history.grouping import group_sums, numbered
from walkaway_sim.calibrate.history.intervals import Interval, interval, number_input, parameter_table
from walkaway_sim.calibrate.history.jackknife import jackknife_draws
from walkaway_sim.calibrate.history.known_errors import effect_draws
from walkaway_sim.calibrate.history.lognormal_mean import lognormal_mean
from walkaway_sim.calibrate.history.used import Used, page
from walkaway_sim.calibrate.seeds import generator, own_seed
from walkaway_sim.calibrate.shown import ShownAsTable
from walkaway_sim.errors import InputError
from walkaway_sim.inputs.entry import Input
from walkaway_sim.inputs.gaussian import LogNormal

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DeliveryCost", "fit_delivery_cost"]

_FEWEST = 10
_FEWEST_GROUPS = 10

_FLAT = 1e-12
"""Share of the squares of sizes below which they do not differ within groups but for rounding."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class DeliveryCost(ShownAsTable):
    """Cost of a delivery, log-linear in its size. Made by `fit_delivery_cost`.

    Attributes
    ----------
    centre : float
        Mean of the logarithm of the size, about which `level` is counted.
    level, elasticity, log_sd : float
        ``ln cost = level + elasticity (ln size - centre) + error``, with the error's standard deviation.
    plausible_level, plausible_elasticity, plausible_log_sd : ndarray, shape (n_plausible,)
    smearing : float
        Mean of the exponential of the residuals (Duan 1983): the ratio of the mean cost to the median one,
        without a normal distribution. Far from ``exp(log_sd^2/2)``, the errors are not normal.
    r_squared : float
        Share of the variance of the logarithm that size explains.
    used : Used
    """

    centre: float
    level: float
    elasticity: float
    log_sd: float
    plausible_level: FloatArray
    plausible_elasticity: FloatArray
    plausible_log_sd: FloatArray
    smearing: float
    r_squared: float
    used: Used

    @property
    def intercept(self) -> float:
        """``a`` of ``ln cost = a + b ln size``."""
        return self.level - self.elasticity * self.centre

    @property
    def label(self) -> str:
        """What inputs from this fit share."""
        return f"delivery cost ({self.used.used} deliveries)"

    def delivery_beta(self) -> Input:
        """Return the elasticity, for ``delivery_beta``; kept within 0 to 1, as a supply agreement asks."""
        return number_input(
            float(np.clip(self.elasticity, 0.0, 1.0)), np.clip(self.plausible_elasticity, 0.0, 1.0),
            unit="elasticity", source=self.label, fitted_with=self.label,
        )  # fmt: skip

    def delivery_cost(self, size: float, *, drops: int = 1) -> Input:
        """Return the cost of a delivery of a given size.

        Parameters
        ----------
        size : float
            In the unit of the table; a deal's ``reference_drop`` is the same size in its own unit.
        drops : int, default 1
            Over how many deliveries the cost is averaged. One number for a whole contract is the average over its
            deliveries; 1 gives the spread of a single one.

        Returns
        -------
        Input
            Lognormal, with the mean that its spread implies: above the exponential of the line.
        """
        at = math.log(check_positive("size", size)) - self.centre
        over = check_integer("drops", drops, minimum=1)

        def law(level: float, elasticity: float, log_sd: float) -> LogNormal:
            centre, spread = lognormal_mean(level + elasticity * at, log_sd, over)
            return LogNormal(math.exp(centre), spread)

        rows = zip(
            self.plausible_level.tolist(),
            self.plausible_elasticity.tolist(),
            self.plausible_log_sd.tolist(),
            strict=True,
        )
        return Input(
            law(self.level, self.elasticity, self.log_sd),
            unit="currency a drop",
            source=f"{self.label}, of size {size:g}",
            plausible=tuple(law(*row) for row in rows),
            fitted_with=self.label,
        )

    def cost_of_splitting(self, n: float, *, level: float = 0.9) -> Interval:
        """Return the factor on the cost of delivering a volume in `n` deliveries instead of one: ``n^(1 - b)``.

        Examples
        --------
        >>> from walkaway_sim.examples.history import make_deliveries
        >>> found = fit_delivery_cost(make_deliveries(rng=7), size="value", rng=7)
        >>> found.cost_of_splitting(1).estimate
        1.0
        """
        parts = check_positive("n", n)
        return interval(parts ** (1.0 - self.elasticity), parts ** (1.0 - self.plausible_elasticity), level)

    def intervals(self, level: float = 0.9) -> pd.DataFrame:
        """Return the parameters with their intervals."""
        return parameter_table(
            {
                "intercept": (self.intercept, self.plausible_level - self.plausible_elasticity * self.centre),
                "elasticity": (self.elasticity, self.plausible_elasticity),
                "log_sd": (self.log_sd, self.plausible_log_sd),
            },
            level,
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row per parameter, with its 90% interval."""
        return self.intervals()

    def _repr_html_(self) -> str:
        return page(self.label, [self.to_frame()], self.used)


def fit_delivery_cost(
    frame: pd.DataFrame,
    *,
    size: str = "size",
    cost: str = "cost",
    group: str | None = None,
    shipment: str | None = None,
    n_plausible: int = 200,
    rng: RNGLike = None,
) -> DeliveryCost:
    r"""Fit the cost of a delivery against its size: :math:`\ln cost = a + b \ln size + e`.

    Parameters
    ----------
    frame : DataFrame
        One row per delivery. Sum lines of one shipment first: a cost for the shipment beside the value of a line
        gives too small an elasticity.
    size, cost : str
        Columns: size of the delivery, such as its value or units, and its cost [currency]; both above 0.
    group : str, optional
        Column of what deliveries share, such as the lane or the customer. Deliveries of one group go wrong
        together, so parameters are then known less well than their number says.
    shipment : str, optional
        Column that identifies a delivery; rows that repeat one are left out.
    n_plausible : int
    rng : int, SeedSequence, Generator or None

    Returns
    -------
    DeliveryCost
        ``delivery_cost(size)`` and ``delivery_beta()`` give inputs, ``cost_of_splitting(n)`` the price of more
        deliveries.

    Raises
    ------
    InputError
        A column is missing or of the wrong type; a size or cost of 0 or less; fewer than 10 deliveries, or groups;
        one size only.

    Notes
    -----
    Ordinary least squares in logarithms. Without groups, plausible parameters come from the exact posterior under
    the prior ``1/sigma^2``, so intervals are those of Student's t (Gelman and others 2013, *Bayesian Data
    Analysis*, section 14.2). With groups, the line's come from refits that each leave a group out (`jackknife_draws`),
    and the errors' from the one-way model of groups (Tiao and Tan 1965, Biometrika 52).

    Examples
    --------
    >>> from walkaway_sim.examples.history import make_deliveries
    >>> found = fit_delivery_cost(make_deliveries(rng=7), size="value", rng=7)
    >>> found.delivery_beta().fitted_with == found.delivery_cost(5000).fitted_with
    True
    """
    what = "fit_delivery_cost"
    n_draws, seed = check_draws(n_plausible), root_sequence(rng)
    columns = Columns(what, frame)
    if shipment is not None:
        columns.identifiers("shipment", shipment)
    sizes = columns.numbers("size", size, above=0.0)
    costs = columns.numbers("cost", cost, above=0.0)
    names = None if group is None else columns.labels("group", group)
    rows, used = columns.keep(minimum=_FEWEST, of="deliveries")
    need_spread(what, size, sizes[rows])
    need_spread(what, cost, costs[rows])
    x, y = np.log(sizes[rows]), np.log(costs[rows])
    centre = float(x.mean())
    x = x - centre
    level, elasticity = float(y.mean()), float((x @ y) / (x @ x))
    residual = y - level - elasticity * x
    squares = float(residual @ residual)
    if squares <= 1e-20 * float(((y - level) ** 2).sum()):
        raise InputError(
            f"{what}: column {cost!r} is a formula of {size!r}, without any spread; use that formula"
        )
    stream = generator(own_seed(seed, what, x.size, level, elasticity, squares), "parameters")
    if names is None:
        drawn = _exact(level, elasticity, squares, float(x @ x), x.size, n_draws, stream)
    else:
        place = numbered([names[row] for row in rows])[1]
        if int(place.max()) + 1 < _FEWEST_GROUPS:
            raise InputError(
                f"{what}: needs at least {_FEWEST_GROUPS} groups in column {group!r}, got {int(place.max()) + 1}; "
                "leave group out, or take a finer one"
            )
        drawn = _by_group(place, x, y, n_draws, stream)
    return DeliveryCost(
        centre,
        level,
        elasticity,
        math.sqrt(squares / (x.size - 2)),
        *drawn,
        float(np.exp(residual).mean()),
        1.0 - squares / float(((y - level) ** 2).sum()),
        used,
    )


def _exact(
    level: float,
    elasticity: float,
    squares: float,
    spread: float,
    n: int,
    n_draws: int,
    stream: np.random.Generator,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    log_sd = np.sqrt(squares / stream.chisquare(n - 2, n_draws))
    score = stream.standard_normal((2, n_draws))
    return (
        level + log_sd * score[0] / math.sqrt(n),
        elasticity + log_sd * score[1] / math.sqrt(spread),
        log_sd,
    )


def _by_group(
    place: IntArray, x: FloatArray, y: FloatArray, n_draws: int, stream: np.random.Generator
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Refit without each group, from six sums a group."""
    sums = np.stack([group_sums(place, one) for one in (np.ones_like(x), x, y, x * x, x * y, y * y)])
    estimate, left_out = _line(sums.sum(axis=1)), _line(sums.sum(axis=1, keepdims=True) - sums).T
    level, elasticity = jackknife_draws(estimate, left_out, n_draws, stream)
    return level, elasticity, _log_sd_draws(sums, float(estimate[1]), n_draws, stream)


def _log_sd_draws(
    sums: FloatArray, elasticity: float, n_draws: int, stream: np.random.Generator
) -> FloatArray:
    """Draw the errors' standard deviation: what deliveries of a group share, and what each has of its own.

    From a slope within groups, so that what groups share is not taken for the line, in two steps: the errors within
    groups, by chi-square, and the spread of the groups' means (`effect_draws`). Refits that each leave a group out hold
    it for 80% of tables, not 90%, where groups differ in their number of deliveries.
    """
    n, sx, sy, sxx, sxy, syy = sums
    along, across = float((sxx - sx**2 / n).sum()), float((sxy - sx * sy / n).sum())
    slope = across / along if along > _FLAT * float(sxx.sum()) else elasticity
    squares = float((syy - sy**2 / n).sum()) - 2.0 * slope * across + slope**2 * along
    freedom = float((n - 1.0).sum()) - 1.0
    means = (sy - slope * sx) / n
    if freedom < 1.0 or not squares > 0.0:  # a delivery a group: they are independent
        apart = float((n * (means - (n * means).sum() / n.sum()) ** 2).sum())
        return np.sqrt(apart / stream.chisquare(n.size - 2.0, n_draws))
    own = squares / stream.chisquare(freedom, n_draws)
    every = np.zeros(1, dtype=np.int64)
    shared = effect_draws(means[None], own[:, None] / n, every, n_draws, stream)
    return np.sqrt(shared**2 + own)


def _line(sums: FloatArray) -> FloatArray:
    """Return level and elasticity, from the six sums."""
    n, sx, sy, sxx, sxy, _ = sums
    along, across = sxx - sx**2 / n, sxy - sx * sy / n
    elasticity = across / along
    return np.stack([(sy - elasticity * sx) / n, elasticity])
