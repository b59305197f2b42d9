"""Tiers of a rebate: what more revenue in a contract year adds to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from walkaway_sim._checks import check_in, check_non_negative
from walkaway_sim.errors import InputError

__all__ = ["RebateTiers"]


@dataclass(frozen=True, slots=True)
class RebateTiers:
    """Tiers of a rebate on the net revenue of a contract year.

    Parameters
    ----------
    tiers : sequence of (float, float)
        Net revenue of a contract year above which a tier counts [currency], and what it adds to the
        rebate [fraction of net]. Both must rise.
    retrospective : bool
        Whether a tier, once reached, counts for the whole year's revenue, or only for what is above it.

    Raises
    ------
    InputError
        No tiers, or tiers of which one falls.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> ws.RebateTiers([(900_000, 0.005), (1_200_000, 0.01)]).tiers[-1]
    (1200000.0, 0.01)
    """

    tiers: Sequence[tuple[float, float]]
    retrospective: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.tiers, Sequence) or not self.tiers:
            raise InputError(f"rebate_tiers must hold one (above, extra) pair or more, got {self.tiers!r}")
        if not isinstance(self.retrospective, bool):
            raise InputError(f"rebate_tiers: retrospective must be true or false, got {self.retrospective!r}")
        pairs = []
        for number, tier in enumerate(self.tiers, start=1):
            if not isinstance(tier, list | tuple) or len(tier) != 2:
                raise InputError(f"rebate_tiers: tier {number} must be a pair (above, extra), got {tier!r}")
            above = check_non_negative(f"rebate_tiers: tier {number}: above", tier[0])
            pairs.append((above, check_in(f"rebate_tiers: tier {number}: extra", tier[1], 0.0, 1.0)))
        for number, (before, after) in enumerate(pairwise(pairs), start=2):
            for place, name in enumerate(("above", "extra")):
                if after[place] <= before[place]:
                    raise InputError(
                        f"rebate_tiers: {name} of tier {number} must be above the {before[place]:g} of tier "
                        f"{number - 1}, got {after[place]:g}; sort the tiers, each with more than the one before"
                    )
        object.__setattr__(self, "tiers", tuple(pairs))
