"""Floor 5: rules, walkaways, and the verdict on an offer."""

from walkaway_sim.decide.all_of import AllOf
from walkaway_sim.decide.assess import Verdict, assess
from walkaway_sim.decide.parse import parse_rule
from walkaway_sim.decide.rules import ChanceRule, ExpectedValueRule, Rule
from walkaway_sim.decide.table import TermWalkaway, Walkaways
from walkaway_sim.decide.tail_rules import CertaintyEquivalentRule, ExpectedShortfallRule
from walkaway_sim.decide.walkaway import walkaway

__all__ = [
    "AllOf",
    "CertaintyEquivalentRule",
    "ChanceRule",
    "ExpectedShortfallRule",
    "ExpectedValueRule",
    "Rule",
    "TermWalkaway",
    "Verdict",
    "Walkaways",
    "assess",
    "parse_rule",
    "walkaway",
]
