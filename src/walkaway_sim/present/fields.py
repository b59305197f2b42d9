"""The quantities and clauses of a deal file, for a reader."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from walkaway_sim.deal.supply.clauses import TERMS
from walkaway_sim.deal.supply.quantities import QUANTITIES
from walkaway_sim.present.page import empty_table

if TYPE_CHECKING:
    from rich.console import Group

__all__ = ["as_fields"]


def as_fields() -> Group:
    """Return one table of the quantities, under [inputs], and one of the clauses, [[terms]] or [fixed_terms]."""
    from rich.console import Group

    quantities = empty_table(
        "Quantities, under [inputs]: a number or a distribution each",
        ["name", "unit"],
        ["default", "bounds"],
        ["meaning"],
    )
    for one in QUANTITIES.values():
        quantities.add_row(one.name, one.unit, _default(one.default), _bounds(one.low, one.high), one.meaning)
    clauses = empty_table(
        "Clauses, negotiated under [[terms]] or not under [fixed_terms]",
        ["name", "unit"],
        ["default", "bounds", "concession"],
        ["meaning"],
    )
    for term in TERMS.values():
        bounds = _bounds(term.low, term.high)
        clauses.add_row(term.name, term.unit, _default(term.default), bounds, term.concession, term.meaning)
    return Group(quantities, clauses)


def _default(value: float | str | None) -> str:
    if value is None:
        return "needed"
    if isinstance(value, str):
        return f"as {value}"
    return "none" if math.isinf(value) else f"{value:g}"


def _bounds(low: float, high: float) -> str:
    if math.isinf(low) and math.isinf(high):
        return "any"
    return f"{low:g} or more" if math.isinf(high) else f"{low:g} to {high:g}"
