"""The built-in value model: what a supply agreement is worth, component by component."""

from walkaway_sim.deal.supply.catalogue import COMPONENTS, CONSTANTS, FEATURES, NODES, supply_graph
from walkaway_sim.deal.supply.clauses import TERMS, TermInfo
from walkaway_sim.deal.supply.quantities import EVENTS_OF, QUANTITIES, Quantity

__all__ = [
    "COMPONENTS",
    "CONSTANTS",
    "EVENTS_OF",
    "FEATURES",
    "NODES",
    "QUANTITIES",
    "TERMS",
    "Quantity",
    "TermInfo",
    "supply_graph",
]
