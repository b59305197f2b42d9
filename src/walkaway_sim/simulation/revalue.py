"""The same draws with some inputs changed: for swings, break-evens and what else asks what if."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import replace
from typing import Any

import numpy as np

from walkaway_sim._typing import FloatArray
from walkaway_sim.deal.assembly import COST_LEAVES
from walkaway_sim.deal.model import GraphValue
from walkaway_sim.deal.supply.quantities import EVENTS_OF, QUANTITIES
from walkaway_sim.errors import InputError
from walkaway_sim.inputs.events import Events
from walkaway_sim.inputs.monthly import Monthly
from walkaway_sim.inputs.records import RECORDS
from walkaway_sim.simulation.outcome import Simulation
from walkaway_sim.simulation.valuing import Beside, DrawBlock, value_draws

__all__ = ["first_block", "revalued", "scalable", "scaled", "source_name"]

_SOURCES = {event: source for source, event in EVENTS_OF.items()}


def first_block(sim: Simulation) -> Simulation:
    """Return the simulation of the first block of draws, which holds every randomisation alike."""
    if not sim.is_kept:
        return _first_regenerated(sim)
    if len(sim.blocks) == 1:
        return sim
    size = sim.blocks[0].size
    return replace(
        sim,
        n_draws=size,
        blocks=sim.blocks[:1],
        arrays={name: array[:size] for name, array in sim.arrays.items()},
        best_alternative=sim.best_alternative[:size],
        not_winning=sim.not_winning[:size],
        strategic_value=sim.strategic_value[:size],
        proposed_value=sim.proposed_value[:size],
        plan=None,
    )


def _first_regenerated(sim: Simulation) -> Simulation:
    """Return the first block of draws that are not kept, kept."""
    plan = sim.plan
    if plan is None:
        raise InputError("these draws are neither kept nor known how to be drawn again")
    rows = plan.rows(0)
    size = rows.stop - rows.start
    drawn = plan.draw(0)
    done = value_draws(sim.deal, drawn, 0, size, sim.chosen)
    beside = done.block.beside
    no_deal, lost, strategic = (
        np.array(np.broadcast_to(one, (size,)))
        for one in (beside.no_deal, beside.not_winning, beside.strategic)
    )
    block = replace(done.block, beside=Beside(no_deal, lost, strategic))
    return replace(
        sim,
        n_draws=size,
        blocks=(block,),
        arrays={name: values for name, values in drawn.items() if not isinstance(values, RECORDS)},
        best_alternative=no_deal,
        not_winning=lost,
        strategic_value=strategic,
        proposed_value=done.value,
        plan=None,
        bytes_needed=0,
    )


def scalable(sim: Simulation) -> tuple[str, ...]:
    """Return the names of the inputs that can be scaled: all that is drawn, and numbers that were given."""
    drawn = [name for name, law in sim.draws.items() if not isinstance(law, Monthly)]
    names = [source_name(sim, name) for name in drawn]
    model, recipe = sim.deal.value, sim.deal.recipe
    if isinstance(model, GraphValue) and recipe is not None:
        given = [name for name in recipe["inputs"] if name not in EVENTS_OF]
        numbers = [name for name in given if model.constants.get(name) not in (None, 0.0)]
        names += [
            source
            for source, event in EVENTS_OF.items()
            if source in recipe["inputs"] and not source.endswith("hazard") and model.constants.get(event)
        ]
        names += [name for name in numbers if np.isfinite(model.constants[name])]
        names += [f"fixed_cost.{name}" for leaf in COST_LEAVES.values() for name in model.constants[leaf]]
    quantities = (*sim.deal.alternatives, sim.deal.strategic_value, sim.deal.not_winning)
    names += [one.name for one in quantities if one.number]
    names += [f"{one.name}.{part}" for one in quantities if one.model for part in one.model.numbers()]
    return tuple(dict.fromkeys(names))


def source_name(sim: Simulation, name: str) -> str:
    """Return the input from which an event is drawn, a hazard or a chance, by the name that the user gave it."""
    recipe = sim.deal.recipe
    source = _SOURCES.get(name, name)
    return source if recipe is not None and source in recipe["inputs"] else name


def scaled(sim: Simulation, name: str, factor: float) -> Simulation:
    """Return the simulation on the same draws with one input multiplied.

    Parameters
    ----------
    sim : Simulation
    name : str
        One of `scalable`. A hazard divides the times that come from it, a chance multiplies
        what comes of it, an event risk multiplies its
        losses; what a factor would take out of its domain is kept at the domain's end.
    factor : float
        Above 0.

    Returns
    -------
    Simulation

    Raises
    ------
    InputError
        Nothing of that name can be scaled.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> from walkaway_sim.simulation.revalue import scaled
    >>> deal = ws.Deal(
    ...     name="One price", inputs={"worth": ws.normal(100, 15)},
    ...     terms=[ws.Term("rebate", proposed=70, range=(0, 150))],
    ...     value=lambda inputs, terms: inputs["worth"] - terms["rebate"],
    ... )
    >>> round(float(scaled(ws.simulate(deal, rng=7), "worth", 1.1).value().mean()), 3)
    40.0
    """
    drawn_name = next((one for one in sim.draws if source_name(sim, one) == name), name)
    if drawn_name in sim.draws:

        def change(drawn: Mapping[str, Any], _: int) -> dict[str, Any]:
            return {**drawn, drawn_name: _times(name, drawn[drawn_name], factor)}

        return revalued(sim, change)
    quantities = (*sim.deal.alternatives, sim.deal.strategic_value, sim.deal.not_winning)
    for quantity in quantities:
        if quantity.name == name and quantity.number is not None:
            moved = replace(quantity, number=quantity.number * factor)
            return revalued(_with_quantity(sim, moved), _unchanged)
        part = name.removeprefix(f"{quantity.name}.")
        if quantity.model is not None and part in quantity.model.numbers():
            number = quantity.model.numbers()[part] * factor
            moved = replace(quantity, model=quantity.model.with_number(part, number))
            return revalued(_with_quantity(sim, moved), _unchanged)
    model = sim.deal.value
    if isinstance(model, GraphValue) and name in model.constants:
        constants = {name: float(_times(name, model.constants[name], factor))}
        return _with_model(sim, model.with_constants(**constants))
    if isinstance(model, GraphValue) and name in EVENTS_OF:
        event = EVENTS_OF[name]
        return _with_model(sim, model.with_constants(**{event: float(model.constants[event]) * factor}))
    if isinstance(model, GraphValue):
        label = name.removeprefix("fixed_cost.")
        for leaf in COST_LEAVES.values():
            costs = model.constants[leaf]
            if label in costs:
                return _with_model(
                    sim, model.with_constants(**{leaf: {**costs, label: costs[label] * factor}})
                )
    raise InputError(f"nothing called {name!r} can be scaled. Known: {', '.join(scalable(sim))}")


def _times(name: str, value: Any, factor: float) -> Any:
    if isinstance(value, Events):
        return replace(value, severity=value.severity * factor)
    if name.endswith("hazard") and name in EVENTS_OF:
        return value / factor
    moved = value * factor
    if name.endswith(".binds") and not _is_yes_or_no(value):
        return np.minimum(moved, 1.0)
    if name not in QUANTITIES or name in EVENTS_OF:
        return moved
    return np.clip(moved, QUANTITIES[name].low, QUANTITIES[name].high)


def _is_yes_or_no(value: FloatArray) -> bool:
    """Say whether all draws are 0 or 1: more often a yes is no larger yes."""
    return bool(np.isin(value, (0.0, 1.0)).all())


def _with_model(sim: Simulation, model: GraphValue) -> Simulation:
    return revalued(replace(sim, deal=_copied(sim, value=model)), _unchanged)


def _unchanged(drawn: Mapping[str, Any], _: int) -> dict[str, Any]:
    return dict(drawn)


def _copied(sim: Simulation, **changes: Any) -> Any:
    """Return the deal with some fields replaced, its parts as they were built."""
    deal = copy(sim.deal)
    for name, value in changes.items():
        object.__setattr__(deal, name, value)
    return deal


def _with_quantity(sim: Simulation, moved: Any) -> Simulation:
    alternatives = tuple(moved if one.name == moved.name else one for one in sim.deal.alternatives)
    changes: dict[str, Any] = {"alternatives": alternatives}
    for key in ("strategic_value", "not_winning"):
        if getattr(sim.deal, key).name == moved.name:
            changes[key] = moved
    return replace(sim, deal=_copied(sim, **changes))


def revalued(sim: Simulation, change: Callable[[Mapping[str, Any], int], dict[str, Any]]) -> Simulation:
    """Return the simulation with its draws changed, block by block, and valued again.

    Parameters
    ----------
    sim : Simulation
        Kept.
    change : callable
        ``change(drawn, index)`` gives everything that is drawn in block `index` anew.
    """
    arrays = {name: np.empty(sim.n_draws) for name in sim.arrays}
    no_deal, lost, strategic, value = (np.empty(sim.n_draws) for _ in range(4))
    blocks = []
    for index, block in enumerate(sim.blocks):
        rows = slice(block.start, block.start + block.size)
        drawn = change({**block.inputs, **{name: array[rows] for name, array in sim.arrays.items()}}, index)
        done = value_draws(sim.deal, drawn, block.start, block.size, sim.chosen)
        for name, array in arrays.items():
            array[rows] = drawn[name]
        beside = done.block.beside
        no_deal[rows], lost[rows] = beside.no_deal, beside.not_winning
        strategic[rows], value[rows] = beside.strategic, done.value
        inputs = {name: drawn[name] for name in sim.deal.inputs} | {"no_deal": no_deal[rows]}
        held = Beside(no_deal[rows], lost[rows], strategic[rows])
        blocks.append(DrawBlock(block.start, block.size, inputs, held))
    return replace(
        sim,
        blocks=tuple(blocks),
        arrays=arrays,
        best_alternative=no_deal,
        not_winning=lost,
        strategic_value=strategic,
        proposed_value=value,
        plan=None,  # drawn again, they would not be changed
    )
