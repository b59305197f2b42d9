"""The built-in value model: what a supply agreement is worth, component by component."""

from walkaway_sim.deal.supply.catalogue import (
    COMPONENTS,
    CONSTANTS,
    NODES,
    QUANTITIES,
    TERMS,
    Quantity,
    TermInfo,
    supply_graph,
)

__all__ = [
    "COMPONENTS",
    "CONSTANTS",
    "NODES",
    "QUANTITIES",
    "TERMS",
    "Quantity",
    "TermInfo",
    "supply_graph",
]
