"""Offers at the table: answers to them, packages of equal value, and a plan of concessions."""

from walkaway_sim.decide.offers.concession_plan import concession_plan
from walkaway_sim.decide.offers.concession_result import ConcessionPlan
from walkaway_sim.decide.offers.equal_packages import equal_packages
from walkaway_sim.decide.offers.equal_result import EqualPackages
from walkaway_sim.decide.offers.respond import respond
from walkaway_sim.decide.offers.response import Counter, Response, Trade

__all__ = [
    "ConcessionPlan",
    "Counter",
    "EqualPackages",
    "Response",
    "Trade",
    "concession_plan",
    "equal_packages",
    "respond",
]
