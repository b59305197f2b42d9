"""What a concession costs again after today, as a distribution."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from walkaway_sim._checks import check_is
from walkaway_sim.decide.aim.precedent_cost import PrecedentCost
from walkaway_sim.present.canvas import COLOURS, axes_or_new, money_axis, percent_axis, tidy
from walkaway_sim.present.formats import clause, compact_money, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_precedent"]

_BINS = 60
_SHOWN = (0.001, 0.999)


def plot_precedent(cost: PrecedentCost, *, ax: Axes | None = None) -> Axes:
    """Plot the distribution of what a concession costs as a precedent, beside what it costs today.

    Parameters
    ----------
    cost : PrecedentCost
    ax : matplotlib Axes, optional
        Drawn on; a new figure without.

    Returns
    -------
    matplotlib Axes

    Notes
    -----
    Draws on which nothing comes again are left out of the bars and said above them; the outermost thousandth on each
    side lies outside the picture.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> deal = ws.Deal(
    ...     name="One price", inputs={"worth": ws.normal(100, 15)},
    ...     terms=[ws.Term("rebate", proposed=70, range=(0, 150))],
    ...     value=lambda inputs, terms: inputs["worth"] - terms["rebate"],
    ... )
    >>> again = ws.Precedent(renewal_chance=0.6, renewal_worth=ws.uniform(0.5, 1))
    >>> cost = ws.precedent_cost(ws.simulate(deal, 2**14, rng=7), {"rebate": 80}, again)
    >>> ws.plot_precedent(cost).get_title(loc="left")
    'One price: 10 today, and 4.5 more as a precedent'
    """
    check_is("cost", cost, PrecedentCost, "precedent_cost(sim, concession, precedent)")
    ax = axes_or_new(ax, (8.0, 4.4))
    if cost.direction == "no change":
        return _nothing_conceded(cost, ax)
    again = cost.draws[cost.draws != 0.0]
    if again.size:
        low, high = np.quantile(again, _SHOWN)
        spread = float(high - low) or abs(float(high))
        edges = np.linspace(min(low - 0.02 * spread, 0.0), max(high + 0.02 * spread, 0.0), _BINS + 1)
        share = np.histogram(again, edges)[0] / cost.draws.size
        ax.stairs(
            share,
            edges,
            fill=True,
            color=COLOURS["loss"],
            alpha=0.55,
            label="as a precedent, where it comes again",
        )
        ax.set_xlim(min(edges[0], 1.05 * cost.today.estimate), max(edges[-1], 1.05 * cost.today.estimate))
        ax.set_ylabel(f"share of draws in a bar of {compact_money(float(edges[1] - edges[0]))}")
    mean, today = cost.mean.estimate, cost.today.estimate
    ax.axvline(
        mean, color=COLOURS["worse"], linewidth=1.6, label=f"mean as a precedent ({compact_money(mean)})"
    )
    ax.axvline(
        today,
        color=COLOURS["deal"],
        linewidth=1.6,
        linestyle="--",
        label=f"mean cost today ({compact_money(today)})",
    )
    ax.set_ylim(bottom=0.0)
    money_axis(ax.xaxis)
    percent_axis(ax.yaxis)
    gains = "; below 0: better for us" if mean < 0.0 or today < 0.0 else ""
    ax.set_xlabel(f"cost [{cost.currency or 'currency'}]{gains}")
    ax.set_title(_headline(cost), loc="left", fontsize=11, pad=16)
    names = ", ".join(clause(name) for name in cost.conceded)
    what = "Conceded" if cost.direction == "concession" else "Better for us"
    under = f"{what}: {names}. Nothing comes again in {percent(cost.nothing)} of cases."
    ax.text(0.0, 1.01, under, transform=ax.transAxes, fontsize=8, color="#666666")
    tidy(ax, grid="y")
    ax.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(0.0, -0.15), ncols=2)
    return ax


def _headline(cost: PrecedentCost) -> str:
    today, again = compact_money(abs(cost.today.estimate)), compact_money(abs(cost.mean.estimate))
    if cost.direction == "better for us":
        return f"{cost.deal_name}: better for us by {today} today, and by {again} more as a precedent"
    return f"{cost.deal_name}: {today} today, and {again} more as a precedent"


def _nothing_conceded(cost: PrecedentCost, ax: Axes) -> Axes:
    """Say that there is nothing to draw."""
    ax.set_axis_off()
    ax.set_title(f"{cost.deal_name}: nothing is conceded", loc="left", fontsize=11)
    ax.text(
        0.5, 0.5, "The terms are as proposed: nothing can come again.", ha="center", transform=ax.transAxes
    )
    return ax
