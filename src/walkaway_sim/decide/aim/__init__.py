"""Where to aim: postures, what a buffer costs, and what a concession costs again."""

from walkaway_sim.decide.aim.buffer import BufferCost, buffer_cost
from walkaway_sim.decide.aim.compare import PostureColumn, Postures, compare_postures
from walkaway_sim.decide.aim.postures import Posture, named_posture
from walkaway_sim.decide.aim.precedent import Precedent, with_precedent
from walkaway_sim.decide.aim.precedent_cost import PrecedentCost, precedent_cost
from walkaway_sim.decide.aim.settled import BufferPoint

__all__ = [
    "BufferCost",
    "BufferPoint",
    "Posture",
    "PostureColumn",
    "Postures",
    "Precedent",
    "PrecedentCost",
    "buffer_cost",
    "compare_postures",
    "named_posture",
    "precedent_cost",
    "with_precedent",
]
