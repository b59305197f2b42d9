"""Floor 3: the terms, the value model, the no-deal side, and the deal file."""

from walkaway_sim.deal.agreement import supply_agreement
from walkaway_sim.deal.deal import Deal
from walkaway_sim.deal.file.read import read_deal
from walkaway_sim.deal.file.write import write_deal
from walkaway_sim.deal.term import Term

__all__ = ["Deal", "Term", "read_deal", "supply_agreement", "write_deal"]
