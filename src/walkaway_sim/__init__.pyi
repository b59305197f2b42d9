from .deal.deal import Deal
from .deal.term import Term
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
from .inputs.entry import Input
from .simulation.engine import simulate
from .simulation.estimate import Estimate
from .simulation.outcome import Simulation

__version__: str

__all__ = [
    "AllOf",
    "CertaintyEquivalentRule",
    "ChanceRule",
    "Deal",
    "DealFileError",
    "DependenceError",
    "Estimate",
    "ExpectedShortfallRule",
    "ExpectedValueRule",
    "Input",
    "InputError",
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
    "lognormal",
    "metalog",
    "mixture",
    "normal",
    "parse_rule",
    "pert",
    "poisson",
    "simulate",
    "triangular",
    "uniform",
    "walkaway",
]
