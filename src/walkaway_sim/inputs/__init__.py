"""Uncertain inputs: distributions, elicitation, and the dependence between them."""

from walkaway_sim.inputs.base import Distribution
from walkaway_sim.inputs.beliefs import Belief, who_believed_what
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
from walkaway_sim.inputs.families import (
    NamedFamily,
    beta,
    exponential,
    gamma,
    generalised_pareto,
    gumbel,
    inverse_gaussian,
    log_logistic,
    logistic,
    negative_binomial,
    shifted_lognormal,
    skew_normal,
    student_t,
    weibull,
)
from walkaway_sim.inputs.frozen_scipy import ScipyInput
from walkaway_sim.inputs.gaussian import LogNormal, Normal
from walkaway_sim.inputs.heavy_growth import LogStudent, log_student
from walkaway_sim.inputs.keelin import Metalog
from walkaway_sim.inputs.kinked import KinkedReservation, kinked_reservation
from walkaway_sim.inputs.logarithmic import LogarithmicPool, logarithmic_pool
from walkaway_sim.inputs.mixtures import Mixture
from walkaway_sim.inputs.monthly import Monthly, MonthlyUniforms
from walkaway_sim.inputs.records import RECORD_LAWS, RECORDS, Record, RecordLaw, join_records
from walkaway_sim.inputs.registry import KINDS, from_spec
from walkaway_sim.inputs.sampled import Empirical

__all__ = [
    "KINDS",
    "RECORDS",
    "RECORD_LAWS",
    "Belief",
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
    "KinkedReservation",
    "LogNormal",
    "LogStudent",
    "LogarithmicPool",
    "Metalog",
    "Mixture",
    "Monthly",
    "MonthlyUniforms",
    "NamedFamily",
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
    "beta",
    "between",
    "build_dependence",
    "discrete",
    "empirical",
    "event_risk",
    "exponential",
    "from_spec",
    "gamma",
    "generalised_pareto",
    "gumbel",
    "inverse_gaussian",
    "join_records",
    "kinked_reservation",
    "log_logistic",
    "log_student",
    "logarithmic_pool",
    "logistic",
    "lognormal",
    "metalog",
    "mixture",
    "nearest_correlation",
    "negative_binomial",
    "normal",
    "pert",
    "poisson",
    "shifted_lognormal",
    "skew_normal",
    "student_t",
    "triangular",
    "uniform",
    "weibull",
    "who_believed_what",
]
