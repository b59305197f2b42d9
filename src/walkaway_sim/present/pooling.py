"""What partial pooling does to each customer's own mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from walkaway_sim._checks import check_is
from walkaway_sim.calibrate.history.payment_delay import PaymentDelay
from walkaway_sim.errors import InputError
from walkaway_sim.present.canvas import COLOURS, axes_or_new, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_pooling"]

_SCORE = 1.645
"""Standard deviations on either side of the mean that hold 90% of a normal distribution."""


def plot_pooling(delay: PaymentDelay, *, most: int = 40, ax: Axes | None = None) -> Axes:
    """Plot each customer's own mean delay, and the mean drawn towards the others with its 90% interval.

    Parameters
    ----------
    delay : PaymentDelay
        Of the normal family.
    most : int
        So many customers are drawn, from the fewest invoices to the most; of more, evenly spaced ones.
    ax : matplotlib Axes, optional
        Drawn on; a new figure without.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    InputError
        Something else than a payment delay, or one of the lognormal family, whose means are of logarithms.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> from walkaway_sim.examples.history import make_invoices
    >>> delay = ws.fit_payment_delay(make_invoices(20, rng=7), rng=7)
    >>> ws.plot_pooling(delay).get_ylabel()
    'days late'
    """
    check_is("delay", delay, PaymentDelay, "ws.fit_payment_delay(...)")
    if delay.family != "normal":
        raise InputError("plot_pooling: the lognormal family has means of logarithms; plot the normal one")
    ax = axes_or_new(ax, (8.0, 4.8))
    table = delay.to_frame().sort_values(["invoices", "own_mean"], kind="stable")
    chosen = np.unique(np.linspace(0, len(table) - 1, min(most, len(table))).round().astype(int))
    table = table.iloc[chosen]
    place = np.arange(len(table))
    ax.axhspan(
        delay.mean - _SCORE * delay.between_sd,
        delay.mean + _SCORE * delay.between_sd,
        color=COLOURS["no_deal"],
        alpha=0.15,
        linewidth=0,
        label="nine customers in ten",
    )
    ax.axhline(
        delay.mean, color=COLOURS["no_deal"], linewidth=1.2, label=f"mean of customers {delay.mean:.1f}"
    )
    ax.errorbar(
        place,
        table["pooled_mean"],
        yerr=_SCORE * table["pooled_sd"],
        fmt="o",
        color=COLOURS["deal"],
        markersize=4,
        linewidth=1.2,
        label="drawn towards the others, with its 90% interval",
    )
    ax.plot(
        place,
        table["own_mean"],
        "o",
        color=COLOURS["worse"],
        markersize=6,
        fillstyle="none",
        label="mean of the customer's own invoices",
    )
    step = max(1, len(table) // 10)
    ax.set_xticks(place[::step], [f"{count}" for count in table["invoices"].to_numpy()[::step]])
    ax.set_xlabel("customers, by their number of invoices")
    ax.set_ylabel("days late")
    total = len(delay.groups.names)
    shown = f"{total} customers" if total == len(table) else f"{len(table)} of {total} customers"
    ax.set_title(
        f"Few invoices say little: payment delay of {shown}, pooled partially", loc="left", fontsize=11
    )
    tidy(ax, grid="y")
    ax.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(0.0, -0.14), ncols=2)
    return ax
