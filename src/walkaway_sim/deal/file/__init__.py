"""Deal files: TOML in, a deal out, and back."""

from walkaway_sim.deal.file.read import read_deal
from walkaway_sim.deal.file.write import write_deal

__all__ = ["read_deal", "write_deal"]
