"""Floor 6: pictures, tables and the machine-readable report of results."""

from walkaway_sim.present.calibration import plot_calibration
from walkaway_sim.present.cash import plot_cash
from walkaway_sim.present.curve import plot_walkaway
from walkaway_sim.present.distribution import plot_value
from walkaway_sim.present.endings import plot_endings
from walkaway_sim.present.exchange import plot_exchange_curve, plot_exchange_rates
from walkaway_sim.present.fit import plot_fit
from walkaway_sim.present.frontier import plot_frontier, plot_region
from walkaway_sim.present.people import plot_people
from walkaway_sim.present.pooling import plot_pooling
from walkaway_sim.present.waterfall import plot_waterfall
from walkaway_sim.present.win_curve import plot_win_curve

__all__ = [
    "plot_calibration",
    "plot_cash",
    "plot_endings",
    "plot_exchange_curve",
    "plot_exchange_rates",
    "plot_fit",
    "plot_frontier",
    "plot_people",
    "plot_pooling",
    "plot_region",
    "plot_value",
    "plot_walkaway",
    "plot_waterfall",
    "plot_win_curve",
]
