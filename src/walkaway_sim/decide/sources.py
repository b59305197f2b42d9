"""Who answers for each figure of a deal, where it comes from, and as of when."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from walkaway_sim.deal.amounts import FreedCapacity
from walkaway_sim.deal.no_deal import Alternative
from walkaway_sim.errors import InputError
from walkaway_sim.inputs.beliefs import who_believed_what
from walkaway_sim.inputs.entry import Input
from walkaway_sim.inputs.events import EventRisk
from walkaway_sim.inputs.mixtures import Mixture
from walkaway_sim.inputs.monthly import MonthlyUniforms
from walkaway_sim.simulation.outcome import Simulation

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Source", "sources", "sources_frame"]

_MINUS = "\N{MINUS SIGN}"


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
    >>> describe(ws.pert(27, 30, 36)), describe(0.05), describe(1_234_567)
    ('pert 27, 30, 36', '0.05', '1,234,567')
    >>> describe(ws.metalog({0.1: 35, 0.5: 50, 0.9: 75}, lower=0))
    'metalog 10%: 35, 50%: 50, 90%: 75, lower 0'
    """
    if isinstance(law, float | int):
        return _figure(law)
    if isinstance(law, str):
        return law
    if isinstance(law, FreedCapacity):
        return f"freed capacity: {describe(law.units)} at {describe(law.margin)}"
    if isinstance(law, EventRisk):
        return f"rate {_figure(law.rate)}, {describe(law.severity)} each"
    if isinstance(law, Mixture):
        return "mixture: " + "; ".join(f"{_share(weight)} {describe(part)}" for weight, part in law.parts)
    try:
        spec = law.spec()
    except (AttributeError, InputError):  # one that no file can hold
        frozen = getattr(law, "frozen", law)
        return f"scipy {getattr(getattr(frozen, 'dist', None), 'name', type(frozen).__name__)}"
    kind = str(spec.pop("kind")).replace("_", " ")
    if kind == "constant":
        return _figure(spec["value"])
    return f"{kind} {', '.join(_figures(spec))}".rstrip()


def _figures(spec: Mapping[str, Any]) -> Iterator[str]:
    for key, value in spec.items():
        if isinstance(value, Mapping):  # quantiles by chance, or chances by value
            by_chance = key == "quantiles"
            for one, other in value.items():
                yield f"{_share(float(one)) if by_chance else one}: {_figure(other) if by_chance else _share(other)}"
        elif isinstance(value, list):
            yield f"{len(value)} values"
        elif not isinstance(value, str):
            yield f"{key} {_figure(value)}" if key in ("lower", "upper") else _figure(value)


def _figure(value: float) -> str:
    """Return a number as the page has its amounts: thousands apart, five digits at least of what is not whole."""
    if not 1e-4 <= abs(value) < 1e15:
        return f"{value:.4g}".replace("-", _MINUS)
    decimals = max(4 - math.floor(math.log10(abs(value))), 0)
    text = f"{value:,.{decimals}f}".replace("-", _MINUS)
    return text.rstrip("0").rstrip(".") if decimals else text


def _share(chance: float) -> str:
    return f"{100.0 * chance:.4g}%"
