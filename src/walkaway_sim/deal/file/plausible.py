"""How a deal file writes what could be true as well: columns of parameters, or a list of distributions.

    [inputs.volume]
    kind = "lognormal"
    median = 1000
    log_sd = 0.25
    plausible = { kind = "lognormal", median = [980, 1010, 1032], log_sd = [0.24, 0.27, 0.25] }

or, where the kinds differ, ``plausible = [{ kind = "normal", mean = 980, sd = 90 }, { kind = "pert", ... }]``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from walkaway_sim.errors import InputError
from walkaway_sim.inputs.base import Distribution
from walkaway_sim.inputs.events import EventRisk
from walkaway_sim.inputs.registry import from_spec
from walkaway_sim.inputs.spec_columns import specs_of

__all__ = ["PlausibleEvents", "PlausibleLaws"]

_SCHEMA = WithJsonSchema(
    {
        "anyOf": [
            {"type": "object", "description": "a kind, and for each parameter a list with a value each"},
            {"type": "array", "description": "numbers or distributions", "minItems": 2},
        ]
    }
)


def _laws(given: Any) -> tuple[Distribution | EventRisk, ...]:
    return tuple(_law(one, number) for number, one in enumerate(_listed(given), start=1))


def _events(given: Any) -> tuple[Distribution | EventRisk, ...]:
    def event(one: Any, number: int) -> Distribution | EventRisk:
        # The table of an event names no kind, so those in it need none either.
        return _made({"kind": "event_risk", **one} if isinstance(one, Mapping) else one, number, EventRisk)

    return tuple(event(one, number) for number, one in enumerate(_listed(given), start=1))


def _listed(given: Any) -> list[Any] | tuple[Any, ...]:
    if isinstance(given, Mapping):
        given = specs_of(given)
    if not isinstance(given, list | tuple):
        raise InputError(f"plausible must be a table of columns or a list of distributions, got {given!r}")
    if len(given) < 2:
        found = "one" if given else "none"
        raise InputError(
            f"plausible must hold two distributions or more, got {found}; add others, or leave it out"
        )
    return given


def _law(one: Any, number: int) -> Distribution | EventRisk:
    if isinstance(one, float | int) and not isinstance(one, bool):
        return _made({"kind": "constant", "value": one}, number, Distribution)
    return _made(one, number, Distribution)


def _made(spec: Any, number: int, wanted: type[Distribution | EventRisk]) -> Distribution | EventRisk:
    if isinstance(spec, Distribution | EventRisk):
        return spec
    try:
        law = from_spec(spec)
    except InputError as error:
        text = str(error).split(": ", 1)[-1]
        raise InputError(re.sub(r" (must|needs) ", rf" of number {number} \1 ", text, count=1)) from None
    if not isinstance(law, wanted):
        kind = "an event risk" if wanted is EventRisk else "a distribution"
        raise InputError(f"number {number} must be {kind}, as the input itself, got {spec!r}")
    return law


PlausibleLaws = Annotated[Any, BeforeValidator(_laws), _SCHEMA]
"""What could be true of a quantity as well."""

PlausibleEvents = Annotated[Any, BeforeValidator(_events), _SCHEMA]
"""What could be true of an event risk as well."""
