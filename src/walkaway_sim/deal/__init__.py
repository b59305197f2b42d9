"""Floor 3: the terms, the value model, the no-deal side, and the deal file."""

from walkaway_sim.deal.deal import Deal
from walkaway_sim.deal.term import Term

__all__ = ["Deal", "Term"]
