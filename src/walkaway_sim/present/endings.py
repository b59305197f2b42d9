"""The surplus, split by what ended the deal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from walkaway_sim._checks import check_is
from walkaway_sim.present.canvas import COLOURS, axes_or_new, money_axis, percent_axis, tidy
from walkaway_sim.present.formats import compact_money, percent
from walkaway_sim.simulation.endings import Ending, Endings

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_endings"]

_BINS = 60
_SHOWN = (0.001, 0.999)
_COLOURS = (COLOURS["deal"], COLOURS["loss"], COLOURS["worse"])


def plot_endings(split: Endings, *, ax: Axes | None = None) -> Axes:
    """Plot the distribution of the surplus, each bar split by what ended the deal.

    Parameters
    ----------
    split : Endings
    ax : matplotlib Axes, optional
        Drawn on; a new figure without.

    Returns
    -------
    matplotlib Axes

    Notes
    -----
    Bars are shares of all draws and stack up to the distribution of the surplus. The outermost
    thousandth on each side lies outside the picture.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> from walkaway_sim.examples import example_path
    >>> sim = ws.simulate(ws.read_deal(example_path("packaging")), 2**14, rng=7)
    >>> len(ws.plot_endings(ws.endings(sim)).get_legend().get_texts())
    4
    """
    check_is("split", split, Endings, "endings(sim)")
    ax = axes_or_new(ax, (8.0, 5.0))
    ends = np.quantile(split.surplus, _SHOWN)
    spread = float(ends[1] - ends[0]) or 1.0
    edges = np.linspace(ends[0] - 0.02 * spread, ends[1] + 0.02 * spread, _BINS + 1)
    floor = np.zeros(_BINS)
    for way, colour in zip(split.ways, _COLOURS, strict=True):
        if not way.draws.any():
            continue
        share = np.histogram(split.surplus[way.draws], edges)[0] / split.surplus.size
        ax.stairs(floor + share, edges, baseline=floor, fill=True, color=colour, alpha=0.8, label=_label(way))
        floor = floor + share
    ax.axvline(0.0, color=COLOURS["ink"], linewidth=1.2, label="as good as no deal")
    ax.set_xlim(edges[0], edges[-1])
    ax.set_ylim(bottom=0.0)
    money_axis(ax.xaxis)
    percent_axis(ax.yaxis)
    ax.set_xlabel(
        f"surplus over no deal [{split.currency or 'currency'}]; the outermost 0.1% on each side not shown"
    )
    ax.set_ylabel(f"share of draws in a bar of {compact_money(float(edges[1] - edges[0]))}")
    worse = split.surplus < 0.0
    early = ~split.ways[0].draws
    owned = float((worse & early).sum() / max(int(worse.sum()), 1))
    by_end = (
        f"early ends are {percent(float(early.mean()), 0)} of draws and {percent(owned, 0)} of those worse than no deal"
        if early.any()
        else "nothing ends it early"
    )
    ax.set_title(f"{split.deal_name}: {by_end}", loc="left", fontsize=11)
    tidy(ax, grid="y")
    ax.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(0.0, -0.14), ncols=2)
    return ax


def _label(way: Ending) -> str:
    text = f"{way.name} ({percent(way.share.estimate, 0)})"
    if way.probability is not None:
        text += f": beats no deal in {percent(way.probability.estimate, 0)}"
    return text
