"""Uncertain inputs: distributions, elicitation, and the dependence between them."""

from walkaway_sim.inputs.base import Distribution
from walkaway_sim.inputs.bounded import Pert, Triangular, Uniform
from walkaway_sim.inputs.constant import Constant
from walkaway_sim.inputs.constructors import (
    bernoulli,
    between,
    discrete,
    empirical,
    event_risk,
    lognormal,
    metalog,
    mixture,
    normal,
    pert,
    poisson,
    triangular,
    uniform,
)
from walkaway_sim.inputs.copula import Block, CorrelationPair, Dependence, build_dependence
from walkaway_sim.inputs.correlation import nearest_correlation
from walkaway_sim.inputs.counting import Bernoulli, Discrete, Poisson
from walkaway_sim.inputs.entry import Input, as_distribution, as_input
from walkaway_sim.inputs.events import EventRisk, Events
from walkaway_sim.inputs.frozen_scipy import ScipyInput
from walkaway_sim.inputs.gaussian import LogNormal, Normal
from walkaway_sim.inputs.keelin import Metalog
from walkaway_sim.inputs.mixtures import Mixture
from walkaway_sim.inputs.monthly import Monthly, MonthlyUniforms
from walkaway_sim.inputs.records import RECORD_LAWS, RECORDS, Record, RecordLaw, join_records
from walkaway_sim.inputs.registry import KINDS, from_spec
from walkaway_sim.inputs.sampled import Empirical

__all__ = [
    "KINDS",
    "RECORDS",
    "RECORD_LAWS",
    "Bernoulli",
    "Block",
    "Constant",
    "CorrelationPair",
    "Dependence",
    "Discrete",
    "Distribution",
    "Empirical",
    "EventRisk",
    "Events",
    "Input",
    "LogNormal",
    "Metalog",
    "Mixture",
    "Monthly",
    "MonthlyUniforms",
    "Normal",
    "Pert",
    "Poisson",
    "Record",
    "RecordLaw",
    "ScipyInput",
    "Triangular",
    "Uniform",
    "as_distribution",
    "as_input",
    "bernoulli",
    "between",
    "build_dependence",
    "discrete",
    "empirical",
    "event_risk",
    "from_spec",
    "join_records",
    "lognormal",
    "metalog",
    "mixture",
    "nearest_correlation",
    "normal",
    "pert",
    "poisson",
    "triangular",
    "uniform",
]
