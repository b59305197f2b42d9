"""The cash of the contract over its months."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from walkaway_sim._checks import check_is
from walkaway_sim.present.canvas import COLOURS, axes_or_new, money_axis, tidy
from walkaway_sim.present.formats import compact_money, percent
from walkaway_sim.simulation.cash import CashPosition

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_cash"]


def plot_cash(cash: CashPosition, *, ax: Axes | None = None) -> Axes:
    """Plot the cumulative cash by month: mean, 80% band, the deepest position and the payback.

    Parameters
    ----------
    cash : CashPosition
    ax : matplotlib Axes, optional
        Drawn on; a new figure without.

    Returns
    -------
    matplotlib Axes

    Notes
    -----
    The band holds eight draws in ten in each month by itself; no single draw need stay within it.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> from walkaway_sim.examples import example_path
    >>> sim = ws.simulate(ws.read_deal(example_path("packaging")), 2**14, rng=7)
    >>> ws.plot_cash(ws.cash_position(sim)).get_xlabel()
    'months since signing'
    """
    check_is("cash", cash, CashPosition, "cash_position(sim)")
    ax = axes_or_new(ax, (8.0, 4.6))
    ax.fill_between(
        cash.months, cash.low, cash.high, color=COLOURS["deal"], alpha=0.22, linewidth=0, label="80% band"
    )
    ax.plot(cash.months, cash.mean, color=COLOURS["deal"], linewidth=1.8, label="mean path")
    ax.axhline(0.0, color=COLOURS["ink"], linewidth=0.9)
    place = int(cash.mean.argmin())
    ax.plot(
        [cash.months[place]],
        [cash.mean[place]],
        "o",
        color=COLOURS["worse"],
        markersize=6,
        label=f"lowest point of the mean path: {compact_money(float(cash.mean[place]))} in month {cash.months[place]}",
    )
    if math.isfinite(cash.payback_month):
        ax.axvline(
            cash.payback_month,
            color=COLOURS["safe"],
            linestyle="-.",
            linewidth=1.4,
            label=f"paid back in half of the draws by month {cash.payback_month:.0f}",
        )
    ax.set_xlim(cash.months[0], cash.months[-1])
    ax.set_xticks(range(0, int(cash.months[-1]) + 1, _every(int(cash.months[-1]))))
    money_axis(ax.yaxis)
    ax.set_xlabel("months since signing")
    ax.set_ylabel(f"cumulative cash [{cash.currency or 'currency'}]")
    never = percent(cash.never_paid_back.estimate, 0)
    ax.set_title(
        f"{cash.deal_name}: cash of the contract, never paid back in {never} of draws",
        loc="left",
        fontsize=11,
    )
    tidy(ax, grid="both")
    ax.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(0.0, -0.13), ncols=2)
    return ax


def _every(months: int) -> int:
    """Return the months between two ticks: quarters, half years or years."""
    return 3 if months <= 30 else 6 if months <= 72 else 12
