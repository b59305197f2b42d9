"""What share of sales comes back, by customer: credibility, which weighs a customer's own rate by its sales."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from walkaway_sim._checks import nearest
from walkaway_sim._seeds import root_sequence
from walkaway_sim._typing import FloatArray, IntArray, RNGLike
from walkaway_sim.calibrate.history.columns import Columns, check_draws
from walkaway_sim.calibrate.history.grouping import group_sums, numbered
from walkaway_sim.calibrate.history.intervals import number_input, parameter_table
from walkaway_sim.calibrate.history.jackknife import jackknife_draws
from walkaway_sim.calibrate.history.pooled_rate import beta_posterior
from walkaway_sim.calibrate.history.used import Used, page
from walkaway_sim.calibrate.seeds import generator, own_seed
from walkaway_sim.calibrate.shown import ShownAsTable
from walkaway_sim.errors import InputError
from walkaway_sim.inputs.base import Distribution
from walkaway_sim.inputs.constant import Constant
from walkaway_sim.inputs.entry import Input
from walkaway_sim.inputs.families import beta

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Returns", "credibility", "fit_returns"]

_FEWEST = 5
"""Customers with two rows or more."""

_ROUNDING = 1e-9

_MOST_TRIALS = 1e6
"""That a customer's sales count for, where its rows do not differ at all."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Returns(ShownAsTable):
    """Returned share of sales, pooled over customers. Made by `fit_returns`.

    Attributes
    ----------
    mean : float
        Mean of the customers' rates [fraction of sales].
    between_sd : float
        Standard deviation of the rate between customers; 0 where none shows.
    noise : float
        Variance of a customer's own rate is ``noise / sales`` [currency].
    plausible_mean, plausible_between_sd, plausible_noise : ndarray, shape (n_plausible,)
    names : tuple of str
    sales, rates : ndarray, shape (n_customers,)
        Sales [currency] and returned share of each.
    used : Used
    seed : numpy SeedSequence
    """

    mean: float
    between_sd: float
    noise: float
    plausible_mean: FloatArray
    plausible_between_sd: FloatArray
    plausible_noise: FloatArray
    names: tuple[str, ...]
    sales: FloatArray
    rates: FloatArray
    used: Used
    seed: np.random.SeedSequence

    @property
    def label(self) -> str:
        """What inputs from this fit share."""
        return f"returns ({self.used.used} rows, {len(self.names)} customers)"

    def customer(self, name: str) -> Input:
        """Return the returned share of a known customer, drawn towards the others' the less it bought."""
        if name not in self.names:
            raise InputError(
                f"returns: no customer {name!r} in the table{nearest(str(name), self.names)}; "
                "new_customer() is for one without sales"
            )
        place = self.names.index(name)
        weight, rate = self.sales[place], self.rates[place]
        trust = _trust(weight, self.plausible_between_sd, self.plausible_noise)
        spread = self.plausible_between_sd * np.sqrt(1.0 - trust)
        centre = self.plausible_mean + trust * (rate - self.plausible_mean)
        draws = centre + spread * generator(self.seed, f"customer {name}").standard_normal(centre.shape)
        own = float(_trust(weight, np.array(self.between_sd), np.array(self.noise)))
        estimate = self.mean + own * (rate - self.mean)
        return number_input(
            float(np.clip(estimate, 0.0, 1.0)), np.clip(draws, 0.0, 1.0), unit="fraction of sales",
            source=f"{self.label}, customer {name}", fitted_with=self.label,
        )  # fmt: skip

    def new_customer(self) -> Input:
        """Return the returned share of a customer without sales: it spreads as much as customers differ."""
        both = zip(self.plausible_mean.tolist(), self.plausible_between_sd.tolist(), strict=True)
        return Input(
            _spread(self.mean, self.between_sd),
            unit="fraction of sales",
            source=f"{self.label}, a new customer",
            plausible=tuple(_spread(*one) for one in both),
            fitted_with=self.label,
        )

    def intervals(self, level: float = 0.9) -> pd.DataFrame:
        """Return the parameters with their intervals."""
        return parameter_table(
            {
                "mean": (self.mean, self.plausible_mean),
                "between_sd": (self.between_sd, self.plausible_between_sd),
                "noise": (self.noise, self.plausible_noise),
            },
            level,
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row per customer: sales, own rate, and the rate drawn towards the others'."""
        import pandas as pd

        trust = _trust(self.sales, np.array(self.between_sd), np.array(self.noise))
        pooled = self.mean + trust * (self.rates - self.mean)
        columns = {"sales": self.sales, "own_rate": self.rates, "credibility": trust, "pooled_rate": pooled}
        return pd.DataFrame(columns, index=pd.Index(self.names, name="customer"))

    def _repr_html_(self) -> str:
        return page("Returns", [self.intervals(), self.to_frame()], self.used)


def fit_returns(
    frame: pd.DataFrame,
    *,
    customer: str = "customer",
    sales: str = "sales",
    returned: str = "returned",
    n_plausible: int = 200,
    rng: RNGLike = None,
) -> Returns:
    """Fit the share of sales that comes back, by value, pooled partially over customers.

    Parameters
    ----------
    frame : DataFrame
        One row per order, or per customer and period.
    customer, sales, returned : str
        Columns: who, what was sold [currency, 0 or more], and what of it came back [currency, 0 or more].
    n_plausible : int
    rng : int, SeedSequence, Generator or None

    Returns
    -------
    walkaway_sim.Returns
        ``customer(name)`` and ``new_customer()`` give inputs for ``returns_rate``, if what comes back costs what
        it was sold for.

    Raises
    ------
    InputError
        A column is missing or of the wrong type; an amount below 0; a customer with more returned than sold;
        fewer than 10 rows or 5 customers with two rows.

    Notes
    -----
    A customer's own rate counts by its credibility, ``sales a/(sales a + noise)`` with a the variance between customers
    (Bühlmann and Straub 1970, Mitteilungen der Vereinigung schweizerischer Versicherungsmathematiker). Amounts are no
    counts: mean and standard deviation between customers, and their plausible values, come from the posterior of the
    beta-binomial model (`pooled_rate`), in which a customer's sales count for as many trials as the differences between
    its rows say. The moments of `credibility` take noise for differences where large rows vary as much as small ones,
    and their refits to customers drawn with replacement are too narrow, even for hundreds. Plausible noises come from
    `jackknife_draws`.

    Rows without sales are left out. Rows with more returned than sold are kept and counted, as long as the customer's
    rows together are not such.

    Examples
    --------
    >>> from walkaway_sim.examples.history import make_orders
    >>> found = fit_returns(make_orders(rng=7), rng=7)
    >>> 0.0 < found.mean < 0.2
    True
    """
    what = "fit_returns"
    n_draws, seed = check_draws(n_plausible), root_sequence(rng)
    columns = Columns(what, frame)
    names = columns.labels("customer", customer)
    sold = columns.numbers("sales", sales, low=0.0)
    back = columns.numbers("returned", returned, low=0.0)
    columns.drop(sold == 0.0, sales, "no sales in the row")
    rows, used = columns.keep(minimum=10, of="rows")
    unique, place = numbered([names[row] for row in rows])
    weight, share = sold[rows], back[rows] / sold[rows]
    count = group_sums(place, np.ones_like(weight))
    several = count >= 2
    if int(several.sum()) < _FEWEST:
        raise InputError(
            f"{what}: needs at least {_FEWEST} customers with two rows or more in column {customer!r}, got "
            f"{int(several.sum())}; without them customers cannot be told from orders"
        )
    whole = group_sums(place, weight)
    rate = group_sums(place, weight * share) / whole
    squares = group_sums(place, weight * (share - rate[place]) ** 2)
    _check_returned(what, unique, rate, returned, sales)
    above = int((share > 1.0 + _ROUNDING).sum())
    if above:
        note = f"{above} rows have more in {returned!r} than in {sales!r}, and were kept: returns of earlier sales?"
        used = replace(used, notes=(*used.notes, note))
    errors = _rate_errors(count, whole, place, weight, share - rate[place])
    seed = own_seed(seed, what, rows.size, weight.sum(), squares.sum())
    trials = _trials(count, whole, rate, errors)
    best, (means, rho) = beta_posterior(rate * trials, trials, n_draws, generator(seed, "parameters"))
    noises = _noise_draws(count, squares, n_draws, generator(seed, "customers"))
    drawn = means, np.sqrt(means * (1.0 - means) * rho), noises
    mean, noise = float(best[0]), float(squares.sum() / (count - 1.0).sum())
    between_sd = math.sqrt(mean * (1.0 - mean) * float(best[1]))
    return Returns(mean, between_sd, noise, *drawn, unique, whole, rate, used, seed)


def _check_returned(what: str, names: tuple[str, ...], rate: FloatArray, returned: str, sales: str) -> None:
    bad = np.flatnonzero(rate > 1.0 + _ROUNDING)
    if bad.size:
        raise InputError(
            f"{what}: column {returned!r} must not exceed {sales!r} in all rows of a customer together, got "
            f"{rate[bad[0]]:.3g} times as much for {names[bad[0]]!r}, and {bad.size} such customers; "
            "is it an amount in the currency of the sales?"
        )


def _noise_draws(
    count: FloatArray, squares: FloatArray, n_draws: int, stream: np.random.Generator
) -> FloatArray:
    """Draw the noise, by refits in logarithms that each leave out a customer with several rows."""
    told = (count >= 2.0) & (squares.sum() - squares > 0.0)
    if int(told.sum()) < 2:
        return np.full(n_draws, squares.sum() / (count - 1.0).sum())
    squares, freedom = squares[told], count[told] - 1.0
    estimate = np.log([squares.sum() / freedom.sum()])
    without = np.log((squares.sum() - squares) / (freedom.sum() - freedom))
    drawn: FloatArray = np.exp(jackknife_draws(estimate, without[:, None], n_draws, stream)[0])
    return drawn


def _rate_errors(
    count: FloatArray, whole: FloatArray, place: IntArray, weight: FloatArray, apart: FloatArray
) -> FloatArray:
    """Return the variance of each customer's own rate as its rows show it; 0 for a customer with one row.

    Squares of rows are divided by one less their weight, which makes them unbiased if rows have one variance and nearly
    so if it falls with their sales.
    """
    rows = (count >= 2)[place]
    squares = (weight * apart) ** 2
    squares = np.divide(squares, 1.0 - weight / whole[place], out=np.zeros_like(squares), where=rows)
    found: FloatArray = group_sums(place, squares) / whole**2
    return found


def _trials(count: FloatArray, whole: FloatArray, rate: FloatArray, errors: FloatArray) -> FloatArray:
    """Return for how many yes-or-no trials each customer's sales count: ``rate (1 - rate)/trials`` is its variance.

    One amount of sales counts for one trial with all customers: where the sum over customers of the variances that
    this implies is the sum of those that their rows show.
    """
    several = count >= 2
    implied = float((rate * (1.0 - rate) / whole)[several].sum())
    if not implied > 0.0:
        return count
    with np.errstate(divide="ignore"):
        trials: FloatArray = np.clip(whole * np.divide(implied, errors.sum()), 1.0, _MOST_TRIALS)
    return trials


def credibility(
    count: FloatArray,
    weight: FloatArray,
    rate: FloatArray,
    squares: FloatArray,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    r"""Return mean, standard deviation between customers and noise, by Bühlmann and Straub's estimators.

    Parameters
    ----------
    count, weight, rate, squares : ndarray, shape (..., n_customers)
        Rows, total weight, weighted mean, and weighted sum of squares about it, of each customer.

    Returns
    -------
    tuple of ndarray, shape (...)

    Notes
    -----
    .. math:: \hat s^2 = \frac{\sum_i squares_i}{\sum_i (n_i - 1)}, \qquad
              \hat a = \frac{\sum_i w_i (r_i - \bar r)^2 - (k - 1)\hat s^2}{w - \sum_i w_i^2/w}

    cut off at 0; the mean weighs each customer by its credibility :math:`w_i a/(w_i a + s^2)`, or by its weight
    where :math:`a = 0`.
    """
    noise = squares.sum(axis=-1) / np.maximum((count - 1.0).sum(axis=-1), 1.0)
    whole = weight.sum(axis=-1)
    overall = (weight * rate).sum(axis=-1) / whole
    apart = (weight * (rate - overall[..., None]) ** 2).sum(axis=-1)
    scale = whole - (weight**2).sum(axis=-1) / whole
    between = np.maximum(apart - (weight.shape[-1] - 1.0) * noise, 0.0) / np.where(scale > 0.0, scale, 1.0)
    trust = np.where(
        between[..., None] > 0.0, _trust(weight, np.sqrt(between)[..., None], noise[..., None]), weight
    )
    mean = (trust * rate).sum(axis=-1) / trust.sum(axis=-1)
    return mean, np.sqrt(between), noise


def _trust(weight: FloatArray | float, between_sd: FloatArray, noise: FloatArray) -> FloatArray:
    """Return the weight of a customer's own rate; 0 where customers do not differ."""
    top = np.multiply(weight, between_sd**2)
    return np.divide(
        top, top + noise, out=np.zeros(np.broadcast_shapes(top.shape, noise.shape)), where=top > 0.0
    )


def _spread(mean: float, sd: float) -> Distribution:
    """Return the beta distribution with this mean and standard deviation, or the mean alone."""
    centre = min(max(mean, 0.0), 1.0)
    room = math.sqrt(centre * (1.0 - centre))
    if sd <= 1e-9 or room == 0.0:
        return Constant(centre)
    size = (room / min(sd, 0.99 * room)) ** 2 - 1.0
    return beta(centre * size, (1.0 - centre) * size)
