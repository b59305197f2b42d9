"""From list price to deal value, component by component."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from walkaway_sim.present.canvas import COLOURS, axes_or_new, money_axis, tidy
from walkaway_sim.present.formats import clause, compact_money
from walkaway_sim.simulation.outcome import Simulation

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_waterfall"]

_BAND = (0.1, 0.9)


def plot_waterfall(
    sim: Simulation, *, terms: Mapping[str, float] | None = None, ax: Axes | None = None
) -> Axes:
    """Plot the mean of each component from list revenue to deal value, each bar with its 80% band.

    Components that are 0 on every draw are left out.

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
    A bar begins where the one above ends; its whisker goes from the 10% to the 90% quantile of that
    component over the draws, measured from the bar's beginning. Whiskers do not add up: components
    move together.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> from walkaway_sim.examples import example_path
    >>> sim = ws.simulate(ws.read_deal(example_path("packaging")), 2**14, rng=7)
    >>> ax = ws.plot_waterfall(sim)
    >>> [label.get_text() for label in ax.get_yticklabels()][:2]
    ['list revenue', 'discount']
    """
    parts = {name: drawn for name, drawn in sim.components(terms).items() if drawn.any()}
    value = np.sum(list(parts.values()), axis=0)
    ax = axes_or_new(ax, (8.6, 0.36 * (len(parts) + 1) + 1.2))
    rows = [*parts.items(), ("deal value", value)]
    start = 0.0
    reach: list[float] = [0.0]
    for position, (_, drawn) in enumerate(rows):
        mean = float(drawn.mean())
        is_total = position == len(rows) - 1
        begin = 0.0 if is_total else start
        low, high = (begin + float(edge) for edge in np.quantile(drawn, _BAND))
        colour = (
            COLOURS["total"]
            if is_total or position == 0
            else COLOURS["gain"]
            if mean >= 0
            else COLOURS["loss"]
        )
        ax.barh(position, mean, left=begin, height=0.62, color=colour, alpha=0.85)
        ax.plot(
            [low, high], [position, position], color=COLOURS["ink"], linewidth=1.2, marker="|", markersize=7
        )
        reach += [begin, begin + mean, low, high]
        ax.annotate(
            compact_money(mean),
            (max(begin, begin + mean, high), position),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
        )
        if not is_total:
            ax.plot(
                [begin + mean, begin + mean],
                [position + 0.31, position + 0.69],
                color="#999999",
                linewidth=0.7,
            )
            start = begin + mean
    ax.set_yticks(range(len(rows)), [clause(name) for name, _ in rows], fontsize=9)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    room = max(reach) - min(reach) or 1.0
    ax.set_xlim(min(reach) - 0.02 * room, max(reach) + 0.12 * room)
    ax.axvline(0.0, color=COLOURS["ink"], linewidth=0.8)
    money_axis(ax.xaxis)
    ax.set_xlabel(f"net present value, mean with 80% band [{sim.deal.currency or 'currency'}]")
    ax.set_title(f"{sim.deal.name}: from list price to deal value", loc="left", fontsize=11)
    tidy(ax, grid="x")
    return ax
