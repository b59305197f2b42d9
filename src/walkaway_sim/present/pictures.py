"""All pictures of one run, rendered in memory."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from walkaway_sim.decide.table import Walkaways
from walkaway_sim.present.curve import plot_walkaway
from walkaway_sim.present.distribution import plot_value
from walkaway_sim.present.waterfall import plot_waterfall
from walkaway_sim.simulation.outcome import Simulation

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["render_pictures"]


def render_pictures(sim: Simulation, walk: Walkaways) -> dict[str, bytes]:
    """Return the PNG of every picture by file name."""
    pictures = {"value.png": plot_value(sim), "waterfall.png": plot_waterfall(sim)}
    pictures |= {f"walkaway_{name}.png": plot_walkaway(walk, name) for name in walk}
    return {name: _png(ax) for name, ax in pictures.items()}


def _png(ax: Axes) -> bytes:
    buffer = io.BytesIO()
    ax.get_figure(root=True).savefig(buffer, format="png", dpi=130, metadata={"Software": None})  # type: ignore[union-attr]  # an Axes that was drawn has a figure
    return buffer.getvalue()
