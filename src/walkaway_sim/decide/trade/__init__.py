"""Terms against each other: what can be conceded together, and what one is worth in another."""

from walkaway_sim.decide.trade.curve import Frontier
from walkaway_sim.decide.trade.exchange_rates import exchange_rates
from walkaway_sim.decide.trade.frontier import frontier
from walkaway_sim.decide.trade.joint_region import joint_region
from walkaway_sim.decide.trade.rates import ExchangeCurve, ExchangeRates
from walkaway_sim.decide.trade.region import JointRegion

__all__ = [
    "ExchangeCurve",
    "ExchangeRates",
    "Frontier",
    "JointRegion",
    "exchange_rates",
    "frontier",
    "joint_region",
]
