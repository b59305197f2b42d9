"""Turn what pydantic found into faults that a reader can act on."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

from walkaway_sim._checks import nearest
from walkaway_sim.deal.file.schema import (
    DealModel,
    DismissedModel,
    FixedCostModel,
    FixedTermsModel,
    GuaranteeModel,
    InputsModel,
    NoDealModel,
    PairModel,
    TermModel,
    TierModel,
    TiersModel,
)
from walkaway_sim.deal.file.specs import ALTERNATIVES, ENTRIES, SPECS, TAG, EventEntry
from walkaway_sim.deal.supply.clauses import TERMS
from walkaway_sim.errors import Fault

__all__ = ["fault_of", "one_each"]

_NEEDED = {
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a finite number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "string_type": "a text in quotes",
    "list_type": "a list in brackets",
    "dict_type": "a table",
    "model_type": "a table",
    "model_attributes_type": "a table",
}

_TABLES: dict[str, Any] = {
    "inputs": InputsModel,
    "fixed_terms": FixedTermsModel,
    "terms": TermModel,
    "correlation": PairModel,
    "no_deal": NoDealModel,
    "rebate_tiers": TiersModel,
    "fixed_costs": FixedCostModel,
    "guarantee_clause": GuaranteeModel,
    "dismissed": DismissedModel,
}


def one_each(errors: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the errors of pydantic, a mistyped key as one: not as a key unknown and another one missing."""
    meant = set()
    for error in errors:
        if error["type"] == "extra_forbidden":
            *table, key = error["loc"]
            close = difflib.get_close_matches(str(key), _known_keys(tuple(table)), n=1, cutoff=0.6)
            meant |= {(*table, name) for name in close}
    return [error for error in errors if error["type"] != "missing" or error["loc"] not in meant]


def fault_of(error: Mapping[str, Any]) -> Fault:
    """Return one error of pydantic as a fault.

    Parameters
    ----------
    error : mapping
        One of ``ValidationError.errors()``.
    """
    location = tuple(error["loc"])
    place = _dotted(location)
    kind = str(error["type"])
    found = _shown(error.get("input"))
    if kind == "extra_forbidden":
        key = str(location[-1])
        if location[0] == "inputs" and len(location) == 2 and key in TERMS:
            return Fault(
                place,
                "a clause of the agreement",
                "an uncertain quantity",
                "Give it under terms or fixed_terms.",
            )
        known = _known_keys(location[:-1])
        hint = nearest(key, known).lstrip("; ")
        remedy = f"{hint[:1].upper()}{hint[1:]}" if hint else "Remove it."
        return Fault(place, f"the unknown key {key!r}", f"one of {', '.join(known)}", remedy)
    if kind == "missing":
        return Fault(place, "nothing", _wanted(location), "Add it.")
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        kinds = sorted(_models(location, 1))
        given = error["input"].get("kind") if isinstance(error.get("input"), Mapping) else None
        hint = nearest(str(given), kinds).lstrip("; ")
        remedy = (
            f"{hint[:1].upper()}{hint[1:]}"
            if hint
            else 'Write for instance { kind = "pert", low = 1, mode = 2, high = 4 }.'
        )
        needed = f"a number, or a table whose kind is one of {', '.join(kinds)}"
        return Fault(place, "no kind" if given is None else f"kind {given!r}", needed, remedy)
    if kind == "value_error":
        return Fault(place, found, "figures that the model can use", _sentence(str(error["ctx"]["error"])))
    if kind == "string_pattern_mismatch":
        needed = "a rule such as chance:0.9, mean, shortfall:0.1 or certainty:50000"
        return Fault(place, found, needed, "Write one of these.")
    needed = _NEEDED.get(kind) or _lowered(str(error["msg"]))
    return Fault(place, found, needed, "Change it, or see `walkaway schema`.")


def _dotted(location: tuple[Any, ...]) -> str:
    parts: list[str] = []
    for part in location:
        if isinstance(part, int):
            parts[-1] = f"{parts[-1]}[{part + 1}]" if parts else f"[{part + 1}]"
        elif not str(part).startswith(TAG):
            parts.append(str(part))
    return ".".join(parts) or "the file"


def _known_keys(location: tuple[Any, ...]) -> list[str]:
    """Return the keys that the table at a place may have."""
    tags = [str(part)[len(TAG) :] for part in location if str(part).startswith(TAG)]
    if tags:
        model: Any = _models(location, len(tags)).get(tags[-1], InputsModel)
    elif location[:2] == ("rebate_tiers", "tiers"):
        model = TierModel
    elif not location:
        model = DealModel
    elif location[0] == "events":
        model = EventEntry
    else:
        model = _TABLES.get(str(location[0]), DealModel)
    return list(model.model_fields)


def _models(location: tuple[Any, ...], depth: int) -> Mapping[str, Any]:
    """Return the models by kind of a union at a place, `depth` unions deep."""
    if depth == 1 and location[:1] == ("inputs",):
        return ENTRIES
    return ALTERNATIVES if depth == 1 and location[:2] == ("no_deal", "alternatives") else SPECS


def _wanted(location: tuple[Any, ...]) -> str:
    if location and location[0] == "inputs" and len(location) == 2:
        return str(InputsModel.model_fields[location[1]].description)
    model: Any = DealModel if len(location) == 1 else None
    if model is not None and model.model_fields[location[0]].description:
        return str(model.model_fields[location[0]].description)
    return f"the key {location[-1]!r}"


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith((".", "?")) else ".")


def _lowered(message: str) -> str:
    text = message.removeprefix("Input should be ").removeprefix("Value should be ")
    return text[:1].lower() + text[1:]
