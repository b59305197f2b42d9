"""Inputs of a deal whose plausible distributions lie far from their estimate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from walkaway_sim.inputs.entry import Input
from walkaway_sim.inputs.far_plausible import far_plausible

if TYPE_CHECKING:
    from walkaway_sim.deal.deal import Deal

__all__ = ["far_inputs"]


def far_inputs(deal: Deal) -> dict[str, str]:
    """Return what `far_plausible` says of each input, and of what both sides have; only those with something said."""
    entries = dict(deal.inputs)
    for quantity in (*deal.alternatives, deal.strategic_value, deal.not_winning):
        if isinstance(quantity.about, Input):
            entries[quantity.name] = quantity.about
    return {name: text for name, entry in entries.items() if (text := far_plausible(entry))}
