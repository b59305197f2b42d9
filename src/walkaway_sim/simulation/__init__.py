"""Floor 4: the engine that draws and values a deal, its outcomes, and the intervals of means."""

from walkaway_sim.simulation.engine import simulate
from walkaway_sim.simulation.estimate import Estimate
from walkaway_sim.simulation.outcome import Simulation

__all__ = ["Estimate", "Simulation", "simulate"]
