"""Offers at the table: packages of equal value, and a plan of concessions."""

from walkaway_sim.decide.offers.concession_plan import concession_plan
from walkaway_sim.decide.offers.concession_result import ConcessionPlan
from walkaway_sim.decide.offers.equal_packages import equal_packages
from walkaway_sim.decide.offers.equal_result import EqualPackages

__all__ = ["ConcessionPlan", "EqualPackages", "concession_plan", "equal_packages"]
