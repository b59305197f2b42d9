"""The distribution of the deal's value beside that of no deal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from walkaway_sim.present.canvas import COLOURS, axes_or_new, money_axis, percent_axis, tidy
from walkaway_sim.present.formats import compact_money, percent
from walkaway_sim.simulation.outcome import Simulation

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_value"]

_BINS = 80
_SHOWN = (0.001, 0.999)


def plot_value(sim: Simulation, *, terms: Mapping[str, float] | None = None, ax: Axes | None = None) -> Axes:
    """Plot the distribution of the deal's value and of the no-deal value.

    Parameters
    ----------
    sim : Simulation
    terms : mapping of str to float, optional
        Changes to the proposed terms [their units].
    ax : matplotlib Axes, optional
        Drawn on; a new figure without.

    Returns
    -------
    matplotlib Axes

    Notes
    -----
    The deal's side counts strategic value in and what management holds back out, so that the two
    sides compare as the rule compares them. The overlap is not the chance of being worse off, which
    is counted draw by draw and written in the title. The outermost thousandth on each side lies
    outside the picture.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> deal = ws.Deal(
    ...     name="One price",
    ...     inputs={"worth": ws.normal(100, 15)},
    ...     terms=[ws.Term("rebate", proposed=70, range=(0, 150))],
    ...     value=lambda inputs, terms: inputs["worth"] - terms["rebate"],
    ... )
    >>> ws.plot_value(ws.simulate(deal, rng=7)).get_title(loc="left")
    'One price: worse off than with no deal in 2.3% of draws'
    """
    surplus = sim.surplus(terms)
    no_deal = sim.no_deal()
    deal_side = surplus + no_deal
    ax = axes_or_new(ax, (8.0, 4.6))
    ends = np.quantile(np.concatenate([deal_side, no_deal]), _SHOWN)
    spread = float(ends[1] - ends[0]) or 1.0
    edges = np.linspace(ends[0] - 0.02 * spread, ends[1] + 0.02 * spread, _BINS + 1)
    deal_share = np.histogram(deal_side, edges)[0] / sim.n_draws
    worse_share = np.histogram(deal_side[surplus < 0.0], edges)[0] / sim.n_draws
    certain = bool(no_deal.min() == no_deal.max())
    ax.stairs(deal_share, edges, fill=True, color=COLOURS["deal"], alpha=0.35, label=_deal_label(sim))
    ax.stairs(deal_share, edges, color=COLOURS["deal"], linewidth=1.4)
    ax.stairs(
        worse_share,
        edges,
        fill=True,
        color=COLOURS["worse"],
        alpha=0.75,
        label="deal, where it is worse than no deal",
    )
    if certain:
        ax.axvline(
            float(no_deal[0]),
            color=COLOURS["no_deal"],
            linewidth=2.0,
            label=f"no deal ({compact_money(float(no_deal[0]))})",
        )
    else:
        no_deal_share = np.histogram(no_deal, edges)[0] / sim.n_draws
        tip = float(no_deal_share.max())
        overlap = np.minimum(deal_share, no_deal_share)
        ax.stairs(
            no_deal_share,
            edges,
            color=COLOURS["no_deal"],
            linewidth=1.8,
            label=f"no deal (mean {compact_money(float(no_deal.mean()))}, up to {percent(tip)} in a bar)",
        )
        ax.stairs(
            overlap,
            edges,
            fill=True,
            facecolor="none",
            edgecolor=COLOURS["no_deal"],
            hatch="////",
            linewidth=0.0,
            label="where the two overlap",
        )
        # A narrow no-deal value would press the deal's side flat.
        tallest = max(float(deal_share.max()) * 1.9, 1e-12)
        if float(no_deal_share.max()) > tallest:
            ax.set_ylim(0.0, tallest)
    mean = float(deal_side.mean())
    ax.axvline(
        mean,
        color=COLOURS["deal"],
        linewidth=1.2,
        linestyle="--",
        label=f"mean of the deal ({compact_money(mean)})",
    )
    ax.set_ylim(bottom=0.0)
    ax.set_xlim(edges[0], edges[-1])
    money_axis(ax.xaxis)
    percent_axis(ax.yaxis)
    ax.set_xlabel(
        f"net present value to the supplier [{sim.deal.currency or 'currency'}]; "
        "the outermost 0.1% on each side not shown"
    )
    ax.set_ylabel(f"share of draws in a bar of {compact_money(float(edges[1] - edges[0]))}")
    worse = float(np.mean(surplus < 0.0))
    ax.set_title(
        f"{sim.deal.name}: worse off than with no deal in {percent(worse, 1)} of draws",
        loc="left",
        fontsize=11,
    )
    tidy(ax, grid="y")
    ax.legend(frameon=True, framealpha=0.9, edgecolor="none", fontsize=8, loc="upper right")
    return ax


def _deal_label(sim: Simulation) -> str:
    label = "deal"
    if np.any(sim.strategic() != 0.0):
        label += ", strategic value counted in"
    if sim.deal.buffer:
        label += f", less {compact_money(sim.deal.buffer)} held back"
    return label
