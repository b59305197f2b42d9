from .deal.agreement import supply_agreement
from .deal.amounts import CostsWithoutDeal, FixedCost, FreedCapacity, freed_capacity
from .deal.deal import Deal
from .deal.file.read import read_deal
from .deal.file.write import write_deal
from .deal.term import Term
from .deal.tiers import RebateTiers
from .decide.assess import Verdict, assess
from .decide.parse import parse_rule
from .decide.rules import (
    AllOf,
    CertaintyEquivalentRule,
    ChanceRule,
    ExpectedShortfallRule,
    ExpectedValueRule,
)
from .decide.table import Walkaways
from .decide.walkaway import walkaway
from .errors import (
    DealFileError,
    DependenceError,
    InputError,
    RuleError,
    ValueFunctionError,
)
from .inputs.constructors import (
    bernoulli,
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
from .inputs.entry import Input
from .inputs.gaussian import between
from .present.curve import plot_walkaway
from .present.distribution import plot_value
from .present.waterfall import plot_waterfall
from .simulation.engine import simulate
from .simulation.estimate import Estimate
from .simulation.outcome import Simulation

__version__: str

__all__ = [
    "AllOf",
    "CertaintyEquivalentRule",
    "ChanceRule",
    "CostsWithoutDeal",
    "Deal",
    "DealFileError",
    "DependenceError",
    "Estimate",
    "ExpectedShortfallRule",
    "ExpectedValueRule",
    "FixedCost",
    "FreedCapacity",
    "Input",
    "InputError",
    "RebateTiers",
    "RuleError",
    "Simulation",
    "Term",
    "ValueFunctionError",
    "Verdict",
    "Walkaways",
    "assess",
    "bernoulli",
    "between",
    "discrete",
    "empirical",
    "event_risk",
    "freed_capacity",
    "lognormal",
    "metalog",
    "mixture",
    "normal",
    "parse_rule",
    "pert",
    "plot_value",
    "plot_walkaway",
    "plot_waterfall",
    "poisson",
    "read_deal",
    "simulate",
    "supply_agreement",
    "triangular",
    "uniform",
    "walkaway",
    "write_deal",
]
