"""From won and lost quotes to a win curve."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Literal

import numpy as np

from walkaway_sim._checks import check_in, check_integer, check_one_of
from walkaway_sim._seeds import generator_from
from walkaway_sim._typing import RNGLike
from walkaway_sim.calibrate.quotes.design import PRICED, Design, design_of
from walkaway_sim.calibrate.quotes.endogeneity import look_for_endogeneity
from walkaway_sim.calibrate.quotes.history import (
    REPEATED,
    customers_of,
    history_of,
    panel_of,
    typical_of,
    unseen_of,
)
from walkaway_sim.calibrate.quotes.model import WinModel
from walkaway_sim.calibrate.quotes.penalised import maximise
from walkaway_sim.calibrate.quotes.pictured import picture_of
from walkaway_sim.calibrate.quotes.plausible import plausible_parameters
from walkaway_sim.calibrate.quotes.result import WinCurve, table_of
from walkaway_sim.calibrate.quotes.rows import Columns, read_quotes
from walkaway_sim.calibrate.quotes.separation import separating_columns
from walkaway_sim.calibrate.quotes.words import QuoteWarning, warnings_of
from walkaway_sim.errors import InputError
from walkaway_sim.inputs.links import LinkName

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["fit_win_curve"]


def fit_win_curve(
    quotes: pd.DataFrame,
    *,
    won: str = "won",
    price: str = "price",
    reference: str | None = None,
    cost: str | None = None,
    list_price: str | None = None,
    discount: str | None = None,
    quantity: str | None = None,
    customer: str | None = None,
    kink: bool = True,
    link: LinkName = "logit",
    confidence_level: float = 0.9,
    uncertainty: Literal["normal", "bootstrap"] = "normal",
    n_plausible: int = 200,
    firth: bool = True,
    rng: RNGLike = None,
) -> WinCurve:
    """Fit the chance to win a quote to its price, from quotes that were won and lost.

    Parameters
    ----------
    quotes : DataFrame
        One row for each quote.
    won : str
        Column of True and False, or 1 and 0.
    price : str
        Column of prices quoted [currency per unit]; above 0. Not read where `discount` is given.
    reference : str, optional
        Column of the last price that the customer paid or was quoted. A rise above it and a cut below it have slopes
        of their own. Empty cells are quotes without one, which enter against the scale, with a slope of their own.
    cost, list_price : str, optional
        Column of what the price is compared with besides: the scale. Cost goes first where both are given.
    discount : str, optional
        Column of discounts [fraction of list price], where the price is not recorded itself. An empty cell is a
        discount that nobody recorded, and never one of zero.
    quantity : str, optional
        Column of quantities; above 0.
    customer : str, optional
        Column of names. With ten customers or more that have two quotes each, customers differ by an intercept of
        their own, drawn towards the mean by as much as their quotes are few, and by their means of the prices
        and of the rises and cuts that they were quoted.
    kink : bool
        Whether rises and cuts have slopes of their own, where ten quotes are on either side. One slope bears fewer
        quotes.
    link : {"logit", "probit"}
    confidence_level : float
        Of the intervals, which cover calibration error.
    uncertainty : {"normal", "bootstrap"}
        Whether what else could be true is drawn from the normal law of the estimates, or from refits to customers
        (to quotes, without customers) drawn with replacement, which takes `n_plausible` times as long.
    n_plausible : int
        How many other sets of parameters are kept; at least 20.
    firth : bool
        Whether to penalise the coefficients, so that they stay finite where quotes are separated. False is plain
        maximum likelihood, refused where they are.
    rng : int, SeedSequence, Generator or None
        Where randomness comes from.

    Returns
    -------
    WinCurve

    Raises
    ------
    InputError
        A column is missing or cannot be read, prices are not above 0 or do not vary, fewer than 30 quotes have all
        that is needed, only one outcome is there, or, without `firth`, quotes are separated.

    Warns
    -----
    QuoteWarning
        Signs that prices were set knowing the customer; cells that are empty more often on one outcome; separation.

    Notes
    -----
    Rows without an outcome, a price, a scale, a quantity or a customer are left out and counted in ``rows``. Where
    they are left out more often on one outcome, a logit curve is moved so that it holds for all quotes, which is
    exact if among the won, and among the lost, what is recorded has nothing to do with the price (Prentice and Pyke
    1979, Biometrika 66, 403-411); slopes stay as they are. A probit curve is not moved.

    The estimates are penalised maximum likelihood (Heinze and Schemper 2002, Statistics in Medicine 21, 2409-2419)
    with the customers' effects integrated out; the customers' means make the slopes those of the same customer at
    other prices (Mundlak 1978). Customers who hardly differ are made to differ a little, by the penalty on their
    spread, whose interval then lies too high. Prices that were set knowing more of this very quote mislead this curve
    as well.

    Examples
    --------
    >>> import numpy as np, pandas as pd, walkaway_sim as ws
    >>> rng = np.random.default_rng(4)
    >>> last, price = rng.uniform(8, 12, 500), rng.uniform(8, 12, 500)
    >>> quotes = pd.DataFrame({"price": price, "last": last, "won": rng.logistic(np.log(last), 0.1) > np.log(price)})
    >>> curve = ws.fit_win_curve(quotes, reference="last", rng=7)
    >>> curve["rise"].estimate < -5, curve["cut"].estimate < -5
    (True, True)
    >>> worth = curve.reservation_price(reference=10.0, unit="NZD")
    >>> bool(9 < worth.distribution.ppf(0.5) < 11), len(worth.plausible)
    (True, 200)
    """
    columns = _checked(quotes, Columns(won, price, reference, cost, list_price, discount, quantity, customer))
    check_one_of("link", link, ("logit", "probit"))
    check_in("confidence_level", confidence_level, 0.0, 1.0, open_ends=True)
    check_one_of("uncertainty", uncertainty, ("normal", "bootstrap"))
    check_integer("n_plausible", n_plausible, minimum=20)
    used, rows = read_quotes(quotes, columns)
    history = history_of(used, columns)
    design, notes = design_of(
        used.price[history.order], history.context, customers=bool(history.starts.size), kink=kink
    )
    panel = panel_of(used, history, design, link, rows.offset if link == "logit" else 0.0)
    _check_priced(design, columns)
    separated = tuple(design.names[at] for at in separating_columns(panel.columns, panel.sign))
    if separated and not firth:
        raise InputError(
            f"won and lost quotes are separated along {', '.join(separated)}: no finite estimate fits them best. "
            "Leave firth at True"
        )
    estimates = maximise(panel, firth=firth)
    generator = generator_from(rng)
    draws = plausible_parameters(panel, estimates, uncertainty, n_plausible, firth, generator)
    unseen, error = unseen_of(panel, design), np.zeros((n_plausible, len(design.names)))
    if unseen.any():
        spread = unseen / panel.n_customers
        error = generator.multivariate_normal(np.zeros(len(spread)), spread, size=n_plausible, method="eigh")
    customers = customers_of(panel, estimates, history)
    model = WinModel(design, link, estimates, draws, customers, typical_of(used), unseen, error)
    endogeneity = look_for_endogeneity(used, history, columns, link, confidence_level)
    if columns.customer and not history.starts.size:
        notes = (
            *notes,
            f"customers have no effect of their own: fewer than {REPEATED} of {columns.customer!r} have two quotes",
        )
    if not estimates.converged:
        notes = (*notes, "the search for the best estimate did not settle")
    curve = WinCurve(
        columns=columns,
        model=model,
        coefficients=table_of(model, columns, confidence_level, uncertainty),
        confidence_level=confidence_level,
        uncertainty=uncertainty,
        rows=rows,
        endogeneity=endogeneity,
        separated=separated,
        picture=picture_of(used, model, columns, confidence_level),
        notes=notes,
        seed=int(generator.integers(2**63)),
    )
    for text in warnings_of(curve.endogeneity, curve.rows, curve.separated, link):
        warnings.warn(text, QuoteWarning, stacklevel=2)
    return curve


def _checked(quotes: object, columns: Columns) -> Columns:
    import pandas as pd

    if not isinstance(quotes, pd.DataFrame):
        raise InputError(
            f"quotes must be a pandas DataFrame with one row a quote, got {type(quotes).__name__}"
        )
    if columns.discount is not None and columns.list_price is None:
        raise InputError("discount needs list_price, of which it is a fraction")
    return columns


def _check_priced(design: Design, columns: Columns) -> None:
    if not set(design.names) & set(PRICED):
        against = columns.reference or columns.scale
        raise InputError(
            f"column {columns.priced_by!r} always stands in the same relation to {against!r}: what a price does "
            "cannot be seen from one price"
        )
