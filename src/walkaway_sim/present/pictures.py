"""All pictures of one run, rendered in memory."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from walkaway_sim.decide.desk import DealDesk
from walkaway_sim.present.cash import plot_cash
from walkaway_sim.present.curve import plot_walkaway
from walkaway_sim.present.distribution import plot_value
from walkaway_sim.present.endings import plot_endings
from walkaway_sim.present.error_budget import plot_error_budget
from walkaway_sim.present.waterfall import plot_waterfall
from walkaway_sim.simulation.outcome import Simulation

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["as_png", "render_pictures"]


def render_pictures(sim: Simulation, desk: DealDesk) -> dict[str, bytes]:
    """Return the PNG of every picture by file name."""
    pictures = {"value.png": plot_value(sim), "waterfall.png": plot_waterfall(sim)}
    if desk.cash is not None:
        pictures["cash.png"] = plot_cash(desk.cash)
    if desk.endings is not None:
        pictures["endings.png"] = plot_endings(desk.endings)
    pictures |= {f"walkaway_{name}.png": plot_walkaway(desk.walk, name) for name in desk.walk}
    if desk.walk.calibrated:
        pictures["error_budget.png"] = plot_error_budget(desk.walk)
    return {name: as_png(ax) for name, ax in pictures.items()}


def as_png(ax: Axes) -> bytes:
    """Return the PNG of a picture."""
    buffer = io.BytesIO()
    ax.get_figure(root=True).savefig(buffer, format="png", dpi=130, metadata={"Software": None})  # type: ignore[union-attr]  # an Axes that was drawn has a figure
    return buffer.getvalue()
