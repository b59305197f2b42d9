"""Floor 2: named streams, designs on the unit cube, and the draws of a set of inputs."""

from walkaway_sim._seeds import root_sequence
from walkaway_sim.sampling.plan import SamplingPlan, make_plan
from walkaway_sim.sampling.streams import BLOCK

__all__ = ["BLOCK", "SamplingPlan", "make_plan", "root_sequence"]
