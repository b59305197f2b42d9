"""What the pictures share: an axes to draw on, colours, and axes in money or percent."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Literal

from walkaway_sim.present.formats import compact_money

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

__all__ = ["COLOURS", "axes_or_new", "money_axis", "percent_axis", "tidy", "wrapped"]

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


def wrapped(ax: Axes, text: str, size: float, share: float = 0.9) -> str:
    """Return a text in lines that a figure of one axes has room for.

    Parameters
    ----------
    ax : matplotlib Axes
    text : str
        Its own line breaks stay.
    size : float
        Of the letters [points].
    share : float
        Of the figure's width that the axes take.
    """
    across = 72.0 * float(ax.get_figure(root=True).get_figwidth())  # type: ignore[union-attr]  # an Axes on a figure
    # A letter of the default font is about half as wide as it is high.
    letters = max(int(share * across / (0.55 * size)), 20)
    return "\n".join(textwrap.fill(line, letters) for line in text.split("\n"))
