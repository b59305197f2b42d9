"""What the pictures share: an axes to draw on, colours, and axes in money or percent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from walkaway_sim.present.formats import compact_money

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

__all__ = ["COLOURS", "axes_or_new", "money_axis", "percent_axis", "tidy"]

COLOURS = {
    "deal": "#1f5fa8",
    "no_deal": "#8a8a8a",
    "worse": "#c0392b",
    "gain": "#3a7d44",
    "loss": "#c0683c",
    "total": "#1f5fa8",
    "ink": "#222222",
    "safe": "#3a7d44",
}


def axes_or_new(ax: Axes | None, size: tuple[float, float]) -> Axes:
    """Return `ax`, or the axes of a new figure of `size` inches, which no window shows."""
    if ax is not None:
        return ax
    from matplotlib.figure import Figure

    return Figure(figsize=size, layout="constrained").subplots()


def money_axis(axis: Axis) -> None:
    """Write the ticks of an axis as amounts."""
    axis.set_major_formatter(lambda value, _: compact_money(value))


def percent_axis(axis: Axis) -> None:
    """Write the ticks of an axis as percentages, with as many decimals as tell them apart."""
    from matplotlib.ticker import PercentFormatter

    axis.set_major_formatter(PercentFormatter(xmax=1.0))


def tidy(ax: Axes, *, grid: Literal["x", "y", "both"]) -> None:
    """Take away the frame that says nothing and draw a faint grid behind."""
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(visible=True, axis=grid, color="#dddddd", linewidth=0.6)
    ax.set_axisbelow(True)
