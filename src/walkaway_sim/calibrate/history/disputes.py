"""How often a customer disputes an invoice, and how many days that adds to its payment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from walkaway_sim._seeds import root_sequence
from walkaway_sim._typing import FloatArray, RNGLike
from walkaway_sim.calibrate.history.columns import Columns, check_draws
from walkaway_sim.calibrate.history.grouping import group_sums, numbered
from walkaway_sim.calibrate.history.intervals import number_input, parameter_table
from walkaway_sim.calibrate.history.jackknife import jackknife_draws
from walkaway_sim.calibrate.history.pooled_rate import PooledRate, pooled_rate
from walkaway_sim.calibrate.history.used import Used, page
from walkaway_sim.calibrate.seeds import generator, own_seed
from walkaway_sim.calibrate.shown import ShownAsTable
from walkaway_sim.errors import InputError
from walkaway_sim.inputs.entry import Input

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Disputes", "fit_disputes"]

_FEWEST_BOTH = 3
"""Customers with disputed and undisputed invoices."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Disputes(ShownAsTable):
    """Rate of disputes, pooled over customers, and the days that one adds. Made by `fit_disputes`.

    Attributes
    ----------
    rate : PooledRate
        Share of invoices disputed.
    added : float
        Days that a dispute adds to the payment of an invoice, customers held equal [days].
    plausible_added : ndarray, shape (n_plausible,)
    between_customers : float
        The same without holding customers equal [days]: larger where customers who dispute more are also late
        for other reasons.
    used : Used
    """

    rate: PooledRate
    added: float
    plausible_added: FloatArray
    between_customers: float
    used: Used

    def customer(self, name: str) -> Input:
        """Return the share of invoices that a known customer disputes."""
        return self.rate.known(name)

    def new_customer(self) -> Input:
        """Return the share of invoices that a customer without history disputes."""
        return self.rate.new()

    def added_days(self) -> Input:
        """Return the days that a dispute adds to the payment of an invoice.

        A payment delay fitted to all invoices already holds its share of disputes: add these days only for a
        change of that share.
        """
        label = self.rate.label
        return number_input(
            self.added, self.plausible_added, unit="days", source=f"{label}, days added", fitted_with=label
        )

    def intervals(self, level: float = 0.9) -> pd.DataFrame:
        """Return the parameters with their intervals."""
        import pandas as pd

        days = parameter_table({"added_days": (self.added, self.plausible_added)}, level)
        return pd.concat([self.rate.intervals(level), days])

    def to_frame(self) -> pd.DataFrame:
        """Return one row per customer, as `PooledRate.to_frame`."""
        return self.rate.to_frame()

    def _repr_html_(self) -> str:
        return page("Disputes", [self.intervals(), self.to_frame()], self.used)


def fit_disputes(
    frame: pd.DataFrame,
    *,
    customer: str = "customer",
    disputed: str = "disputed",
    days_late: str = "days_late",
    invoice: str | None = None,
    n_plausible: int = 200,
    rng: RNGLike = None,
) -> Disputes:
    r"""Fit the share of invoices that are disputed, and the days that a dispute adds.

    Parameters
    ----------
    frame : DataFrame
        One row per invoice.
    customer, disputed, days_late : str
        Columns: who; yes or no; days after the due date.
    invoice : str, optional
        Column that identifies an invoice; rows that repeat one are left out.
    n_plausible : int
    rng : int, SeedSequence, Generator or None

    Returns
    -------
    Disputes

    Raises
    ------
    InputError
        A column is missing or of the wrong type; fewer than 10 invoices or 3 customers; fewer than 3
        customers with both disputed and undisputed invoices, from which the days added can be told.

    Notes
    -----
    The rate is beta-binomial over customers (`pooled_rate`). The days added compare invoices of the same
    customer: :math:`\sum(x - \bar x_i)(y - \bar y_i)/\sum(x - \bar x_i)^2`, with plausible values by
    `jackknife_draws` over the customers with both kinds.

    Examples
    --------
    >>> from walkaway_sim.examples.history import make_invoices
    >>> found = fit_disputes(make_invoices(rng=7), rng=7)
    >>> 0.0 < found.rate.mean < 1.0
    True
    """
    what = "fit_disputes"
    n_draws, seed = check_draws(n_plausible), root_sequence(rng)
    columns = Columns(what, frame)
    if invoice is not None:
        columns.identifiers("invoice", invoice)
    names = columns.labels("customer", customer)
    flag = columns.flags("disputed", disputed)
    late = columns.numbers("days_late", days_late)
    rows, used = columns.keep(minimum=10, of="invoices")
    chosen, flag, late = [names[row] for row in rows], flag[rows], late[rows]
    place = numbered(chosen)[1]
    count = group_sums(place, np.ones_like(late))
    if count.size < 3:
        raise InputError(
            f"{what}: needs at least 3 customers in column {customer!r}, got {count.size}; "
            "without them customers cannot be told from invoices"
        )

    def apart(values: FloatArray) -> FloatArray:
        centred: FloatArray = values - (group_sums(place, values) / count)[place]
        return centred

    across = group_sums(place, apart(flag) * apart(late))
    along = group_sums(place, apart(flag) ** 2)
    if not along.sum() > 0.0:
        raise InputError(
            f"{what}: no customer has both disputed and undisputed invoices in column {disputed!r}, so the days "
            "that a dispute adds cannot be told"
        )
    both = along > 0.0
    across, along = across[both], along[both]
    if across.size < _FEWEST_BOTH:
        raise InputError(
            f"{what}: too few customers have both disputed and undisputed invoices ({across.size}, and "
            f"{_FEWEST_BOTH} are needed) to tell how well the days added are known"
        )
    seed = own_seed(seed, what, across.sum(), along.sum(), late.sum())
    estimate = np.array([across.sum() / along.sum()])
    without = (across.sum() - across) / (along.sum() - along)
    added = jackknife_draws(estimate, without[:, None], n_draws, generator(seed, "customers"))[0]
    rate = pooled_rate(
        chosen, flag, np.ones_like(flag), what="disputes", group="customer", used=used,
        n_plausible=n_draws, seed=seed,
    )  # fmt: skip
    simple = float(late[flag == 1.0].mean() - late[flag == 0.0].mean())
    return Disputes(rate, float(estimate[0]), added, simple, used)
