from .calibrate.backtesting.backtest import Backtest, backtest
from .calibrate.backtesting.reliability import Reliability, reliability
from .calibrate.fitting.fit import fit
from .calibrate.fitting.result import Fit
from .calibrate.history.delivery_cost import DeliveryCost, fit_delivery_cost
from .calibrate.history.disputes import Disputes, fit_disputes
from .calibrate.history.event_history import EventHistory, fit_event_risk
from .calibrate.history.growth import Growth, fit_growth
from .calibrate.history.on_time import OnTime, fit_on_time
from .calibrate.history.payment_delay import PaymentDelay, fit_payment_delay
from .calibrate.history.returns import Returns, fit_returns
from .calibrate.people.performance import PerformanceWeights, performance_weights
from .calibrate.people.pool import PooledBelief, pool
from .calibrate.quotes.result import WinCurve
from .calibrate.quotes.win_curve import fit_win_curve
from .calibrate.quotes.words import QuoteWarning
from .deal.agreement import supply_agreement
from .deal.amounts import FixedCost, FreedCapacity, freed_capacity
from .deal.deal import Deal
from .deal.file.read import read_deal
from .deal.file.write import write_deal
from .deal.parts import Part, value_of_parts
from .deal.term import Term
from .deal.tiers import RebateTiers
from .decide.aim.buffer import BufferCost, buffer_cost
from .decide.aim.compare import Postures, compare_postures
from .decide.aim.postures import Posture, named_posture
from .decide.aim.precedent import Precedent, with_precedent
from .decide.aim.precedent_cost import PrecedentCost, precedent_cost
from .decide.all_of import AllOf
from .decide.assess import Verdict, assess
from .decide.checks import Check, check_deal
from .decide.customer.agreement import ZoneOfAgreement, zone_of_agreement
from .decide.customer.customer import Customer
from .decide.customer.given_yes import GivenYes, assess_given_yes
from .decide.customer.indifference import IndifferencePrices, indifference_prices
from .decide.customer.offer import BestOffer, best_offer
from .decide.customer.splits import NashSplit, nash_split, rubinstein_split
from .decide.customer.walkaway_given_yes import WalkawayGivenYes, walkaway_given_yes
from .decide.desk import DealDesk, deal_desk
from .decide.figures import break_even_volume, deal_figures
from .decide.ladder import ladder
from .decide.offers.concession_plan import concession_plan
from .decide.offers.concession_result import ConcessionPlan
from .decide.offers.equal_packages import equal_packages
from .decide.offers.equal_result import EqualPackages
from .decide.offers.respond import respond
from .decide.offers.response import Response
from .decide.parse import parse_rule
from .decide.precision import PreciseWalkaways, solve_to_precision
from .decide.rules import ChanceRule, ExpectedValueRule
from .decide.sources import sources
from .decide.swings import Swings, swings
from .decide.table import Walkaways
from .decide.tail_rules import CertaintyEquivalentRule, ExpectedShortfallRule
from .decide.term_calibration import TermCalibration
from .decide.trade.curve import Frontier
from .decide.trade.exchange_rates import exchange_rates
from .decide.trade.frontier import frontier
from .decide.trade.joint_region import joint_region
from .decide.trade.rates import ExchangeCurve, ExchangeRates
from .decide.trade.region import JointRegion
from .decide.walkaway import walkaway
from .errors import (
    DealFileError,
    DependenceError,
    InputError,
    RuleError,
    ValueFunctionError,
    WorkerError,
)
from .inputs.beliefs import Belief
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
from .inputs.families import (
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
from .inputs.far_plausible import PlausibleWarning
from .inputs.gaussian import between
from .inputs.heavy_growth import log_student
from .inputs.kinked import kinked_reservation
from .present.calibration import plot_calibration
from .present.cash import plot_cash
from .present.concession_plan import plot_concession_plan
from .present.curve import plot_walkaway
from .present.distribution import plot_value
from .present.endings import plot_endings
from .present.error_budget import plot_error_budget
from .present.exchange import plot_exchange_curve, plot_exchange_rates
from .present.fit import plot_fit
from .present.frontier import plot_frontier, plot_region
from .present.packages import plot_packages
from .present.people import plot_people
from .present.pooling import plot_pooling
from .present.precedent import plot_precedent
from .present.waterfall import plot_waterfall
from .present.win_curve import plot_win_curve
from .present.zone import plot_zone
from .simulation.best_guess import best_guess
from .simulation.cash import CashPosition, cash_position
from .simulation.endings import Endings, endings
from .simulation.engine import simulate
from .simulation.estimate import Estimate
from .simulation.outcome import Simulation

__version__: str

__all__ = [
    "AllOf",
    "Backtest",
    "Belief",
    "BestOffer",
    "BufferCost",
    "CashPosition",
    "CertaintyEquivalentRule",
    "ChanceRule",
    "Check",
    "ConcessionPlan",
    "Customer",
    "Deal",
    "DealDesk",
    "DealFileError",
    "DeliveryCost",
    "DependenceError",
    "Disputes",
    "Endings",
    "EqualPackages",
    "Estimate",
    "EventHistory",
    "ExchangeCurve",
    "ExchangeRates",
    "ExpectedShortfallRule",
    "ExpectedValueRule",
    "Fit",
    "FixedCost",
    "FreedCapacity",
    "Frontier",
    "GivenYes",
    "Growth",
    "IndifferencePrices",
    "Input",
    "InputError",
    "JointRegion",
    "NashSplit",
    "OnTime",
    "Part",
    "PaymentDelay",
    "PerformanceWeights",
    "PlausibleWarning",
    "PooledBelief",
    "Posture",
    "Postures",
    "Precedent",
    "PrecedentCost",
    "PreciseWalkaways",
    "QuoteWarning",
    "RebateTiers",
    "Reliability",
    "Response",
    "Returns",
    "RuleError",
    "Simulation",
    "Swings",
    "Term",
    "TermCalibration",
    "ValueFunctionError",
    "Verdict",
    "WalkawayGivenYes",
    "Walkaways",
    "WinCurve",
    "WorkerError",
    "ZoneOfAgreement",
    "assess",
    "assess_given_yes",
    "backtest",
    "bernoulli",
    "best_guess",
    "best_offer",
    "beta",
    "between",
    "break_even_volume",
    "buffer_cost",
    "cash_position",
    "check_deal",
    "compare_postures",
    "concession_plan",
    "deal_desk",
    "deal_figures",
    "discrete",
    "empirical",
    "endings",
    "equal_packages",
    "event_risk",
    "exchange_rates",
    "exponential",
    "fit",
    "fit_delivery_cost",
    "fit_disputes",
    "fit_event_risk",
    "fit_growth",
    "fit_on_time",
    "fit_payment_delay",
    "fit_returns",
    "fit_win_curve",
    "freed_capacity",
    "frontier",
    "gamma",
    "generalised_pareto",
    "gumbel",
    "indifference_prices",
    "inverse_gaussian",
    "joint_region",
    "kinked_reservation",
    "ladder",
    "log_logistic",
    "log_student",
    "logistic",
    "lognormal",
    "metalog",
    "mixture",
    "named_posture",
    "nash_split",
    "negative_binomial",
    "normal",
    "parse_rule",
    "performance_weights",
    "pert",
    "plot_calibration",
    "plot_cash",
    "plot_concession_plan",
    "plot_endings",
    "plot_error_budget",
    "plot_exchange_curve",
    "plot_exchange_rates",
    "plot_fit",
    "plot_frontier",
    "plot_packages",
    "plot_people",
    "plot_pooling",
    "plot_precedent",
    "plot_region",
    "plot_value",
    "plot_walkaway",
    "plot_waterfall",
    "plot_win_curve",
    "plot_zone",
    "poisson",
    "pool",
    "precedent_cost",
    "read_deal",
    "reliability",
    "respond",
    "rubinstein_split",
    "shifted_lognormal",
    "simulate",
    "skew_normal",
    "solve_to_precision",
    "sources",
    "student_t",
    "supply_agreement",
    "swings",
    "triangular",
    "uniform",
    "value_of_parts",
    "walkaway",
    "walkaway_given_yes",
    "weibull",
    "with_precedent",
    "write_deal",
    "zone_of_agreement",
]
