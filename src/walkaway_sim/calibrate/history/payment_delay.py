"""How late a customer pays: what its own invoices say, drawn towards what customers in general do."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from walkaway_sim._checks import check_finite, check_integer, check_one_of, nearest
from walkaway_sim._seeds import root_sequence
from walkaway_sim._typing import FloatArray, RNGLike
from walkaway_sim.calibrate.history.columns import Columns, check_draws, need_spread
from walkaway_sim.calibrate.history.customer_means import CustomerMeans, cells_of, fit_customer_means
from walkaway_sim.calibrate.history.erratic import erratic, erratic_note
from walkaway_sim.calibrate.history.intervals import parameter_table
from walkaway_sim.calibrate.history.lognormal_mean import lognormal_mean
from walkaway_sim.calibrate.history.one_way import Groups, grouped
from walkaway_sim.calibrate.history.periods import drift_note, moves_note, period_numbers
from walkaway_sim.calibrate.history.used import Used, page
from walkaway_sim.calibrate.seeds import generator, own_seed
from walkaway_sim.calibrate.shown import ShownAsTable
from walkaway_sim.errors import InputError
from walkaway_sim.inputs.base import Distribution
from walkaway_sim.inputs.entry import Input
from walkaway_sim.inputs.families import shifted_lognormal
from walkaway_sim.inputs.gaussian import Normal

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PaymentDelay", "fit_payment_delay"]

_FEWEST_CUSTOMERS = 3
_FEWEST_INVOICES = 10
_MANY_OPEN = 0.05
"""A share of invoices without a delay that is worth a note."""


@dataclass(frozen=True, slots=True, repr=False)
class PaymentDelay(ShownAsTable):
    """Days late, pooled over customers. Made by `fit_payment_delay`.

    Attributes
    ----------
    family : {"normal", "lognormal"}
        Of the days late; lognormal: of the days from invoice to payment.
    terms_days : float
        Credit days, added before the logarithm is taken; 0 for the normal family.
    estimate : CustomerMeans
        Parameters, and each customer's mean and spread [days; lognormal: logarithms].
    plausible : CustomerMeans
        The same for parameters that could be true as well, arrays with a first place of n_plausible.
    groups : Groups
        Invoices of each customer: number, mean and sum of squares.
    used : Used
    seed : numpy SeedSequence
    """

    family: Literal["normal", "lognormal"]
    terms_days: float
    estimate: CustomerMeans
    plausible: CustomerMeans
    groups: Groups
    used: Used
    seed: np.random.SeedSequence

    @property
    def mean(self) -> float:
        """Mean of the customers' means [days; lognormal: of logarithms]."""
        return float(self.estimate.mean)

    @property
    def between_sd(self) -> float:
        """Standard deviation between customers."""
        return float(self.estimate.between)

    @property
    def period_sd(self) -> float:
        """Standard deviation of a customer's mean from period to period; 0 where the table has no dates."""
        return float(self.estimate.period)

    @property
    def within_sd(self) -> float:
        """Usual standard deviation between invoices of one customer in one period; each has its own about it."""
        return float(self.estimate.spreads.usual)

    @property
    def label(self) -> str:
        """What inputs from this fit share."""
        return f"payment delay ({self.used.used} invoices, {len(self.groups.names)} customers)"

    def customer(self, name: str, *, invoices: int = 1) -> Input:
        """Return the days late of a known customer.

        Parameters
        ----------
        name : str
            As in the table.
        invoices : int, default 1
            Over how many invoices the delay is averaged. One number of days late for a whole contract is the
            average over its invoices; 1 gives the spread of a single one.

        Returns
        -------
        Input
            Its distribution spreads over invoices, by the customer's own spread drawn towards the usual one, and as
            its mean moves from period to period; what is not known about the customer is in `plausible`.

        Raises
        ------
        InputError
            An unknown customer.

        Notes
        -----
        A contract has one period's movement of the mean, whole: what moved once may stay so, and independent movements
        that cancel over several periods would say too much.
        """
        if name not in self.groups.names:
            raise InputError(
                f"payment delay: no customer {name!r} in the table{nearest(str(name), self.groups.names)}; "
                "new_customer() is for one without invoices"
            )
        place = self.groups.names.index(name)
        best, drawn = self.estimate, self.plausible
        return self._input(
            (float(best.own[place]), self.period_sd, float(best.spreads.own[place])),
            (drawn.own[:, place], drawn.period, drawn.spreads.own[:, place]),
            invoices,
            f"customer {name}",
        )

    def new_customer(self, *, invoices: int = 1) -> Input:
        """Return the days late of a customer without invoices: it may be any of the kind that was seen.

        Parameters
        ----------
        invoices : int, default 1
            As in `customer`.

        Returns
        -------
        Input
            Its distribution has the usual spread between invoices; each plausible one has that of some customer.
        """
        drawn = self.plausible
        freedom = drawn.spreads.freedom
        scale = np.sqrt(freedom / generator(self.seed, "spread of a new customer").chisquare(freedom))
        return self._input(
            (self.mean, math.hypot(self.between_sd, self.period_sd), self.within_sd),
            (drawn.mean, np.hypot(drawn.between, drawn.period), drawn.spreads.usual * scale),
            invoices,
            "a new customer",
        )

    def intervals(self, level: float = 0.9) -> pd.DataFrame:
        """Return the parameters with their intervals, which cover what is not known about them."""
        drawn = self.plausible
        rows = {"mean": (self.mean, drawn.mean), "between_sd": (self.between_sd, drawn.between)}
        if drawn.period.any():
            rows["period_sd"] = (self.period_sd, drawn.period)
        rows["within_sd"] = (self.within_sd, drawn.spreads.usual)
        return parameter_table(rows, level)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per customer.

        Invoices, own mean, and the mean drawn towards the others', with its sd; and the standard deviation between
        its invoices, drawn towards the usual one.
        """
        import pandas as pd

        columns = {
            "invoices": self.groups.count.astype(np.int64),
            "own_mean": self.groups.mean,
            "pooled_mean": self.estimate.own,
            "pooled_sd": self.estimate.own_sd,
            "within_sd": self.estimate.spreads.own,
        }
        return pd.DataFrame(columns, index=pd.Index(self.groups.names, name="customer"))

    def _repr_html_(self) -> str:
        return page(f"Payment delay, {self.family}", [self.intervals(), self.to_frame()], self.used)

    def _input(
        self,
        best: tuple[float, float, float],
        drawn: tuple[FloatArray, FloatArray, FloatArray],
        invoices: int,
        who: str,
    ) -> Input:
        """Return the input whose mean, spread of the mean, and spread between invoices are given."""
        over = check_integer("invoices", invoices, minimum=1)
        rows = zip(drawn[0].tolist(), drawn[1].tolist(), drawn[2].tolist(), strict=True)
        return Input(
            self._law(*best, over),
            unit="days",
            source=f"{self.label}, {who}",
            plausible=tuple(self._law(*row, over) for row in rows),
            fitted_with=self.label,
        )

    def _law(self, mean: float, apart: float, within: float, invoices: int) -> Distribution:
        if self.family == "normal":
            return Normal(mean, math.hypot(apart, within / math.sqrt(invoices)))
        centre, spread = lognormal_mean(mean, within, invoices)
        sd = math.hypot(apart, spread)
        return shifted_lognormal(-self.terms_days, math.exp(centre) - self.terms_days, sd)


def fit_payment_delay(
    frame: pd.DataFrame,
    *,
    customer: str = "customer",
    days_late: str = "days_late",
    due: str | None = None,
    paid: str | None = None,
    invoice: str | None = None,
    date: str | None = None,
    period: Literal["month", "quarter", "year"] = "quarter",
    family: Literal["normal", "lognormal"] = "normal",
    terms_days: float | None = None,
    uncertainty: Literal["posterior", "customers"] = "posterior",
    n_plausible: int = 200,
    rng: RNGLike = None,
) -> PaymentDelay:
    """Fit how many days after the due date invoices are paid, pooled partially over customers.

    Parameters
    ----------
    frame : DataFrame
        One row per invoice.
    customer, days_late : str
        Columns: who, and how many days after the due date; negative where paid before it. A column that was
        floored at 0 says less than it seems: use the dates.
    due, paid : str, optional
        Columns of dates, from which the days late are computed instead. Invoices not paid yet are left out
        and counted; if many are, the late ones are missing and the answer flatters.
    invoice : str, optional
        Column that identifies an invoice; rows that repeat one are left out.
    date : str, optional
        Column of dates, such as that of the invoice or `due`, which tells how a customer's mean moves from period to
        period. Without it the mean is taken to stay, and a note in `used` says so.
    period : {"month", "quarter", "year"}
        Over which a customer's mean is taken to stay, and from one to another to move.
    family : {"normal", "lognormal"}
        Lognormal fits the logarithm of the days from invoice to payment, ``days_late + terms_days``.
    terms_days : float, optional
        Credit days of these invoices; needed by the lognormal family. A day more, if some were paid on the day of
        the invoice.
    uncertainty : {"posterior", "customers"}
        Plausible parameters from their posterior under a flat prior, or from refits to resampled customers.
    n_plausible : int
        How many plausible distributions an input carries.
    rng : int, SeedSequence, Generator or None
        Of the plausible parameters.

    Returns
    -------
    PaymentDelay
        ``customer(name)`` and ``new_customer()`` give inputs for ``days_late``.

    Raises
    ------
    InputError
        A column is missing or of the wrong type; fewer than 10 invoices or 3 customers; no customer with two
        invoices; delays that are all the same.

    Notes
    -----
    The estimator is restricted maximum likelihood (`fit_customer_means`), and the best linear unbiased predictor for a
    customer (Searle, Casella, McCulloch 1992, *Variance Components*): a customer with few invoices is drawn towards
    the mean. So is its standard deviation between invoices towards the usual one (Smyth 2004); a note in `used` names
    the customers that pay much more unevenly than the others (`erratic`). Movements of a customer's mean between
    periods are independent in the model: a trend counts among them, with its size, and not with its direction. How
    lateness reacts to longer terms cannot be told from invoices on one set of terms: ``late_days_per_day`` stays your
    own judgement.

    Examples
    --------
    >>> from walkaway_sim.examples.history import make_invoices
    >>> delay = fit_payment_delay(make_invoices(rng=7), rng=7)
    >>> known, new = delay.customer("C001"), delay.new_customer()
    >>> known.distribution.std() < new.distribution.std()
    True
    >>> len(new.plausible)
    200
    """
    what = "fit_payment_delay"
    chosen = check_one_of("family", family, ("normal", "lognormal"))
    method = check_one_of("uncertainty", uncertainty, ("posterior", "customers"))
    unit = check_one_of("period", period, ("month", "quarter", "year"))
    n_draws, seed = check_draws(n_plausible), root_sequence(rng)
    columns = Columns(what, frame)
    if invoice is not None:
        columns.identifiers("invoice", invoice)
    names = columns.labels("customer", customer)
    late, column = _days_late(columns, what, days_late, due, paid)
    day = None if date is None else columns.dates("date", date)
    shift = _shift(what, chosen, terms_days)
    if chosen == "lognormal":
        columns.refuse(late + shift <= 0.0, column, f"must lie above -{shift:g}, the day of the invoice")
    rows, used = columns.keep(minimum=_FEWEST_INVOICES, of="invoices")
    values = np.log(late[rows] + shift) if chosen == "lognormal" else late[rows]
    need_spread(what, column, values)
    labels = [names[row] for row in rows]
    groups = grouped(labels, values)
    if len(groups.names) < _FEWEST_CUSTOMERS or not groups.squares.sum() > 0.0:
        raise InputError(
            f"{what}: needs at least {_FEWEST_CUSTOMERS} customers and one whose invoices differ, got "
            f"{len(groups.names)} in column {customer!r}; without them customers cannot be told from invoices. Of one "
            "customer alone, fit(...) takes the days late as a column"
        )
    numbers = None if day is None else period_numbers(day[rows], unit)
    cells, notes = cells_of(labels, numbers, values), []
    if not cells.tell_movements:
        cells = cells_of(labels, None, values)
        notes.append(moves_note(date, due, unit))
    if numbers is not None:
        what_drifts = "days" if chosen == "normal" else "in logarithms"
        drift = drift_note(labels, numbers, values, unit, what_drifts)
        notes += [drift] if drift else []
    uneven = erratic(groups, labels, values)
    if uneven:
        notes.append(erratic_note(uneven, groups))
    seed = own_seed(seed, what, used.used, values.sum(), groups.squares.sum())
    stream = generator(seed, "parameters")
    found = fit_customer_means(cells, groups if method == "customers" else None, n_draws, stream)
    used = replace(used, notes=(*used.notes, *notes))
    return PaymentDelay("normal" if chosen == "normal" else "lognormal", shift, *found, groups, used, seed)


def _days_late(
    columns: Columns, what: str, days_late: str, due: str | None, paid: str | None
) -> tuple[FloatArray, str]:
    """Return the days late and the column that a message names."""
    if (due is None) != (paid is None):
        raise InputError(f"{what}: due and paid go together; give both columns, or days_late alone")
    before, column = columns.left, days_late if paid is None else paid
    if due is None or paid is None:
        late = columns.numbers("days_late", days_late)
        gone = before - columns.left
    else:
        late = columns.dates("paid", paid)
        gone = before - columns.left
        late = late - columns.dates("due", due)
    if gone > _MANY_OPEN * before:
        columns.notes.append(
            f"{gone} of {before} invoices ({100 * gone / before:.0f}%) have nothing in {column!r}: those not paid yet "
            "may be the late ones, and then delays are longer than said here. Take only invoices so old that nearly "
            "all are paid"
        )
    return late, column


def _shift(what: str, family: str, terms_days: float | None) -> float:
    if family == "normal":
        return 0.0
    if terms_days is None:
        raise InputError(f"{what}: the lognormal family needs terms_days, the credit days of these invoices")
    return check_finite("terms_days", terms_days)
