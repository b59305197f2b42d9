"""The families that `fit` can choose from, and which of them make sense for a sample."""

from __future__ import annotations

from typing import Final

from walkaway_sim.calibrate.fitting.family import Family
from walkaway_sim.calibrate.fitting.located import LOCATED
from walkaway_sim.calibrate.fitting.shaped import SHAPED

__all__ = ["FAMILIES"]

FAMILIES: Final[dict[str, Family]] = {family.name: family for family in (*LOCATED, *SHAPED)}
"""Every family by the name that a deal file uses."""
