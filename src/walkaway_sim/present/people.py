"""What several people believe of one quantity, side by side with their pool."""

from __future__ import annotations

from typing import TYPE_CHECKING

from walkaway_sim._checks import check_is
from walkaway_sim.calibrate.people.pool import PooledBelief
from walkaway_sim.inputs.base import Distribution
from walkaway_sim.present.canvas import COLOURS, axes_or_new, percent_axis, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_people"]

_LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


def plot_people(pooled: PooledBelief, *, ax: Axes | None = None) -> Axes:
    """Plot each person's median with its 50% and 90% bands, and the pool's below them.

    Parameters
    ----------
    pooled : PooledBelief
    ax : matplotlib Axes, optional
        Drawn on; a new figure without.

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> growth = ws.pool({"finance": ws.normal(10, 2), "sales": ws.normal(14, 3)}, name="growth", unit="%")
    >>> ws.plot_people(growth).get_xlabel()
    'growth [%]'
    """
    check_is("pooled", pooled, PooledBelief, "pool(...)")
    ax = axes_or_new(ax, (8.0, 1.6 + 0.5 * (len(pooled.beliefs) + 1)))
    alike = len({one.weight for one in pooled.beliefs}) < 2
    shares = pooled.weights
    for row, one in enumerate(pooled.beliefs):
        _bar(ax, row, one.distribution, COLOURS["no_deal"], first=row == 0)
    last = len(pooled.beliefs)
    middle = _bar(ax, last, pooled.distribution, COLOURS["deal"], first=False)
    ax.axvline(middle, color=COLOURS["deal"], linestyle=":", linewidth=1.0)
    ax.axhline(last - 0.5, color="#bbbbbb", linewidth=0.8)
    names = [one.name if alike else f"{one.name} ({100 * shares[one.name]:.0f}%)" for one in pooled.beliefs]
    ax.set_yticks(range(last + 1), [*names, f"{pooled.method} pool"])
    ax.set_ylim(last + 0.6, -0.6)
    if pooled.unit.startswith("fraction"):
        percent_axis(ax.xaxis)
    name = pooled.name or "quantity"
    ax.set_xlabel(f"{name} [{pooled.unit}]" if pooled.unit else name)
    ax.set_title(f"{pooled.name or 'Who believes what'}: {pooled.spread}", loc="left", fontsize=11, pad=16)
    weights = "" if alike else "In brackets the weight. "
    ax.text(
        0.0,
        1.01,
        f"{weights}Median, with the bands of 50% (thick) and 90% (thin).",
        transform=ax.transAxes,
        fontsize=8,
        color="#666666",
    )
    tidy(ax, grid="x")
    return ax


def _bar(ax: Axes, row: int, law: Distribution, colour: str, *, first: bool) -> float:
    """Draw one belief on its row, and return its median."""
    low, lower, middle, upper, high = law.ppf(list(_LEVELS)).tolist()
    labels = ("90% band", "50% band", "median") if first else ("_", "_", "_")
    ax.hlines(row, low, high, color=colour, linewidth=2.0, label=labels[0])
    ax.hlines(row, lower, upper, color=colour, linewidth=8.0, alpha=0.6, label=labels[1])
    ax.plot([middle], [row], "o", color=COLOURS["ink"], markersize=5, label=labels[2])
    return float(middle)
