"""Values of one block of draws: the sum of what a value function returns, and the no-deal side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from walkaway_sim._checks import nearest
from walkaway_sim._typing import FloatArray
from walkaway_sim.deal.deal import Deal
from walkaway_sim.deal.no_deal import per_draw
from walkaway_sim.errors import ValueFunctionError
from walkaway_sim.inputs.events import Events
from walkaway_sim.inputs.monthly import Monthly

__all__ = [
    "Beside",
    "DrawBlock",
    "ValuedBlock",
    "component_arrays",
    "draw_block",
    "finite",
    "total",
    "value_draws",
]


@dataclass(frozen=True, slots=True)
class DrawBlock:
    """The inputs of one block of draws.

    Attributes
    ----------
    start, size : int
        First draw, and number of draws.
    inputs : mapping of str to array or Events
        What the value function is given.
    beside : Beside
        What the surplus is made of beside the value; nothing where it is not asked for.
    """

    start: int
    size: int
    inputs: Mapping[str, Any]
    beside: Beside = field(default_factory=lambda: Beside(np.zeros(()), 0.0, 0.0))


@dataclass(frozen=True, slots=True)
class Beside:
    """What the surplus of each draw is made of beside the value, before tax [currency].

    Attributes
    ----------
    no_deal : ndarray
        The best alternative, before the cost of not winning.
    not_winning, strategic : ndarray or float
    """

    no_deal: FloatArray
    not_winning: FloatArray | float
    strategic: FloatArray | float


def component_arrays(result: Any, size: int, tax_rate: float = 0.0) -> dict[str, FloatArray]:
    """Return what a value function gave as named components, each of shape ``(size,)`` [currency].

    Where there is tax, it is the last of them.
    """
    if isinstance(result, Mapping):
        parts = {str(name): per_draw(f"component {name!r}", part, size) for name, part in result.items()}
    else:
        parts = {"value": per_draw("value", result, size)}
    if tax_rate:
        parts["tax"] = -tax_rate * total(parts, size)
    return parts


def total(result: Any, size: int, kept: float = 1.0) -> FloatArray:
    """Return the left-to-right sum of the components, of which tax leaves `kept`, shape ``(size,)`` [currency]."""
    if not isinstance(result, Mapping):
        amount = per_draw("value", result, size)
        return amount if kept == 1.0 else amount * kept
    value = np.zeros(size)
    for name, part in result.items():
        shape = np.shape(part)
        # A component that is one number for all draws needs no array of its own.
        value += part if shape in ((), (size,)) and not isinstance(part, str) else per_draw(name, part, size)
    if kept != 1.0:
        value *= kept
    return value


def finite(value: FloatArray, block: DrawBlock, terms: Mapping[str, float]) -> FloatArray:
    """Return `value`, or raise `ValueFunctionError` naming the first bad draw with its inputs."""
    if np.isfinite(value.sum()) or np.isfinite(value).all():
        return value
    bad = int(np.flatnonzero(~np.isfinite(value))[0])
    numbers = {name: drawn for name, drawn in block.inputs.items() if not isinstance(drawn, Monthly)}
    shown = ", ".join(f"{name}={_one(drawn, bad):.6g}" for name, drawn in numbers.items())
    at = ", ".join(f"{name}={number:g}" for name, number in terms.items())
    raise ValueFunctionError(
        f"value must return a finite number for every draw, got {value[bad]} for draw {block.start + bad} "
        f"(inputs: {shown}; terms: {at}). Guard the operation that fails there, or bound that input"
    )


def _one(drawn: Any, index: int) -> float:
    values = drawn.total() if isinstance(drawn, Events) else np.asarray(drawn)
    return float(values[index] if values.ndim else values)


def _no_deal_values(
    deal: Deal, drawn: Mapping[str, Any], inputs: Mapping[str, Any], size: int, chosen: int | None
) -> FloatArray:
    """Return the best alternative before the cost of not winning, shape ``(size,)`` [currency].

    Parameters
    ----------
    chosen : int or None
        The alternative chosen in expectation; None for the best on each draw (perfect foresight).
    """
    if chosen is not None:
        values = np.asarray(deal.alternatives[chosen].values(drawn, inputs, size), dtype=np.float64)
    else:
        rows = [np.broadcast_to(one.values(drawn, inputs, size), (size,)) for one in deal.alternatives]
        values = np.maximum.reduce(rows)
    if not np.isfinite(values).all():
        raise ValueFunctionError(
            "no_deal must be a finite number for every draw; a function gave NaN or infinity"
        )
    return np.broadcast_to(values, (size,))


def _cost_values(
    deal: Deal, drawn: Mapping[str, Any], inputs: Mapping[str, Any], size: int
) -> FloatArray | float:
    """Return the cost of not winning, per draw or one number, refusing a negative one [currency]."""
    cost = deal.not_winning.values(drawn, inputs, size)
    if not np.all(np.greater_equal(cost, 0.0)):
        raise ValueFunctionError(
            f"cost_of_not_winning must be 0 or more on every draw, got {float(np.min(cost)):.6g}; what losing the "
            "deal saves is an alternative of its own"
        )
    return cost


@dataclass(frozen=True, slots=True)
class ValuedBlock:
    """What the valuing of one block gives: its draws by name, and figures of shape (draws,) [currency].

    Attributes
    ----------
    drawn : mapping of str to array or record
    block : DrawBlock
        With the no-deal side.
    value : ndarray
        At the proposed terms, after tax.
    """

    drawn: Mapping[str, Any]
    block: DrawBlock
    value: FloatArray


def _asked(deal: Deal, inputs: Mapping[str, Any], terms: Mapping[str, float]) -> Any:
    """Return what the value function gives, refusing one that asks for a name that the deal has not."""
    try:
        result = deal.value(inputs, terms)
    except KeyError as error:
        name = error.args[0] if error.args else ""
        known = (*inputs, *terms)
        raise ValueFunctionError(
            f"value asked for {name!r}, which is no input and no term of the deal{nearest(str(name), known)}. "
            f"Known: {', '.join(known)}"
        ) from error
    varies = any(np.ndim(one) and not isinstance(one, Events) for one in inputs.values())
    if np.ndim(result) == 0 and not isinstance(result, Mapping) and varies and deal.inputs:
        raise ValueFunctionError(
            "value must return one number per draw, got one number for all of them. Work on whole arrays of "
            "draws, element by element, and do not average over them"
        )
    return result


def value_draws(
    deal: Deal, drawn: Mapping[str, Any], start: int, size: int, chosen: int | None
) -> ValuedBlock:
    """Value one block of draws at the proposed terms, on both sides of the decision.

    Parameters
    ----------
    deal : Deal
    drawn : mapping of str to array or record
        Everything that the deal draws, by name.
    start, size : int
        First draw, for messages, and number of draws.
    chosen : int or None
        The no-deal alternative chosen in expectation; None for the best on each draw.
    """
    block = draw_block(deal, drawn, start, size, chosen)
    terms = deal.proposed
    value = total(_asked(deal, block.inputs, terms), size, deal.kept)
    return ValuedBlock(drawn, block, finite(value, block, terms))


def draw_block(deal: Deal, drawn: Mapping[str, Any], start: int, size: int, chosen: int | None) -> DrawBlock:
    """Return one block as value functions are given it, with the no-deal side; arguments as for `value_draws`."""
    inputs: dict[str, Any] = {name: drawn[name] for name in deal.inputs}
    # Contiguous, as it will be when it is looked at again: the value function must round alike.
    no_deal = np.ascontiguousarray(_no_deal_values(deal, drawn, inputs, size, chosen))
    inputs["no_deal"] = no_deal
    strategic = deal.strategic_value.values(drawn, inputs, size)
    beside = Beside(no_deal, _cost_values(deal, drawn, inputs, size), strategic)
    return DrawBlock(start, size, inputs, beside)
