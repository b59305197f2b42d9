"""Who answers for each figure of a deal, where it comes from, and as of when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from walkaway_sim.deal.amounts import FreedCapacity
from walkaway_sim.deal.no_deal import Alternative
from walkaway_sim.inputs.beliefs import who_believed_what
from walkaway_sim.inputs.entry import Input
from walkaway_sim.inputs.monthly import MonthlyUniforms
from walkaway_sim.simulation.outcome import Simulation

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Source", "sources", "sources_frame"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where one input comes from.

    Attributes
    ----------
    name : str
    law : str
        What is believed about it; of several people's, their names, and `source` says who believed what.
    unit, owner, source, as_of : str
        Empty where nobody said.
    """

    name: str
    law: str
    unit: str
    owner: str
    source: str
    as_of: str


def sources(sim: Simulation) -> tuple[Source, ...]:
    """Return owner, source and date of each input of a deal, the no-deal alternatives among them.

    Parameters
    ----------
    sim : Simulation

    Returns
    -------
    tuple of Source
        Numbers too, where the file gives them as inputs.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> from walkaway_sim.examples import example_path
    >>> found = ws.sources(ws.simulate(ws.read_deal(example_path("packaging")), 2**14, rng=7))
    >>> found[0].name, found[0].owner
    ('volume', 'sales')
    """
    return tuple(_all(sim))


def sources_frame(found: tuple[Source, ...]) -> pd.DataFrame:
    """Return one row per input: law, unit, owner, source, as_of."""
    import pandas as pd

    columns = ["law", "unit", "owner", "source", "as_of"]
    rows = [[getattr(one, column) for column in columns] for one in found]
    return pd.DataFrame(rows, index=pd.Index([one.name for one in found], name="input"), columns=columns)


def _all(sim: Simulation) -> Iterator[Source]:
    deal = sim.deal
    recipe = deal.recipe
    if recipe is None:
        entries = dict(deal.inputs)
    else:
        entries = {**recipe["inputs"], **recipe["events"]}
        entries |= {f"fixed_cost.{cost.name}": cost.amount for cost in recipe["fixed_costs"]}
    for name, entry in entries.items():
        if not isinstance(entry.distribution, MonthlyUniforms):
            yield _source(name, entry, entry.distribution)
    for quantity in (*deal.alternatives, deal.strategic_value, deal.not_winning):
        if quantity.number != 0.0:
            yield _of_quantity(quantity)


def _of_quantity(quantity: Alternative) -> Source:
    shown: Any = quantity.number if quantity.distribution is None else quantity.distribution
    if quantity.model is not None:
        shown = quantity.model if isinstance(quantity.model, FreedCapacity) else "a small model"
    if quantity.function is not None:
        shown = "a function of the inputs"
    about = quantity.about if quantity.about is not None else quantity.model
    name = f"{quantity.name} ({quantity.label})" if quantity.label else quantity.name
    return _source(name, about, shown)


def _source(name: str, about: Input | Any, law: Any) -> Source:
    unit, owner, source, as_of = (
        str(getattr(about, key, "")) for key in ("unit", "owner", "source", "as_of")
    )
    people = getattr(about, "people", ())
    if not people:
        return Source(name, describe(law), unit, owner, source, as_of)
    believed = who_believed_what(people)
    if believed not in source:
        source = f"{source}: {believed}" if source else believed
    return Source(name, f"pool of {', '.join(one.name for one in people)}", unit, owner, source, as_of)


def describe(law: Any) -> str:
    """Return a law in a few words: its kind and its figures.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> describe(ws.pert(27, 30, 36)), describe(0.05)
    ('pert 27, 30, 36', '0.05')
    """
    if isinstance(law, float | int):
        return f"{law:g}"
    if isinstance(law, str):
        return law
    if isinstance(law, FreedCapacity):
        return f"freed capacity: {describe(law.units)} at {describe(law.margin)}"
    value = getattr(law, "value", None)
    if isinstance(value, float):
        return f"{value:g}"
    kind = str(getattr(law, "kind", type(law).__name__)).replace("_", " ")
    names = [name for name in getattr(law, "__dataclass_fields__", {}) if not name.startswith("_")]
    figures = [getattr(law, name) for name in names]
    numbers = ", ".join(f"{one:g}" for one in figures if isinstance(one, float) and one == one)
    if kind == "pert" and numbers.endswith(", 4"):
        numbers = numbers.removesuffix(", 4")  # the usual shape
    if kind == "event risk":
        return f"rate {law.rate:g}, {describe(law.severity)} each"
    return f"{kind} {numbers}".strip()
