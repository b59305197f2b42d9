"""Turn what pydantic found, and what it cannot see, into faults a reader can act on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from walkaway_sim._checks import nearest
from walkaway_sim.deal.file.schema import (
    DealModel,
    FixedTermsModel,
    InputsModel,
    NoDealModel,
    PairModel,
    TermModel,
)
from walkaway_sim.deal.file.specs import ENTRIES, SPECS, TAG, EventEntry
from walkaway_sim.deal.supply.catalogue import HAZARDS, QUANTITIES
from walkaway_sim.errors import Fault

__all__ = ["cross_faults", "fault_of"]

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
}


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
        known = _known_keys(location[:-1])
        hint = nearest(key, known).lstrip("; ")
        remedy = f"{hint[:1].upper()}{hint[1:]}" if hint else "Remove it."
        return Fault(place, f"the unknown key {key!r}", f"one of {', '.join(known)}", remedy)
    if kind == "missing":
        return Fault(place, "nothing", _wanted(location), "Add it.")
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        kinds = sorted(ENTRIES if location and location[0] == "inputs" else SPECS)
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
        at_top = location[0] == "inputs" and len(tags) == 1
        model: Any = (ENTRIES if at_top else SPECS).get(tags[-1], InputsModel)
    elif not location:
        model = DealModel
    elif location[0] == "events":
        model = EventEntry
    else:
        model = _TABLES.get(str(location[0]), DealModel)
    return list(model.model_fields)


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


def cross_faults(document: Mapping[str, Any]) -> list[Fault]:
    """Return the faults that lie between tables: names that refer to nothing, or that stand twice."""
    return [*_term_faults(document), *_correlation_faults(document)]


def _tables(document: Mapping[str, Any], key: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    found = document.get(key)
    if isinstance(found, list):
        for index, table in enumerate(found, start=1):
            if isinstance(table, Mapping):
                yield index, table


def _term_faults(document: Mapping[str, Any]) -> Iterator[Fault]:
    seen: dict[str, int] = {}
    fixed = document.get("fixed_terms")
    for index, table in _tables(document, "terms"):
        name = table.get("name")
        if not isinstance(name, str):
            continue
        if name in seen:
            yield Fault(
                f"terms[{index}].name",
                repr(name),
                "a term that is not there yet",
                f"It is terms[{seen[name]}] already.",
            )
        if isinstance(fixed, Mapping) and name in fixed:
            yield Fault(
                f"fixed_terms.{name}",
                "a term that is negotiated too",
                "a term given once",
                "Remove one of the two.",
            )
        seen[name] = index


def _correlation_faults(document: Mapping[str, Any]) -> Iterator[Fault]:
    known = _uncertain_names(document)
    seen: set[frozenset[str]] = set()
    for index, table in _tables(document, "correlation"):
        names = table.get("between")
        if not isinstance(names, list) or len(names) != 2 or not all(isinstance(name, str) for name in names):
            continue
        place = f"correlation[{index}].between"
        for name in names:
            if name not in known:
                if name in QUANTITIES:
                    remedy = "Give it a distribution: a plain number cannot be correlated."
                else:
                    hint = nearest(name, known).lstrip("; ")
                    remedy = (
                        f"{hint[:1].upper()}{hint[1:]}" if hint else "Name an input that is a distribution."
                    )
                yield Fault(place, repr(name), f"uncertain inputs: {', '.join(known)}", remedy)
        pair = frozenset(names)
        if len(pair) == 1:
            yield Fault(place, repr(names), "two different inputs", "Name another one.")
        elif pair in seen:
            yield Fault(place, repr(names), "each pair once", "Remove one of the two.")
        seen.add(pair)


def _uncertain_names(document: Mapping[str, Any]) -> list[str]:
    names: list[str] = []
    inputs, events = document.get("inputs"), document.get("events")
    if isinstance(inputs, Mapping):
        names += [name for name, given in inputs.items() if isinstance(given, Mapping)]
        names += [time for hazard, time in HAZARDS.items() if inputs.get(hazard)]
    if isinstance(events, Mapping):
        names += list(events)
    no_deal = document.get("no_deal")
    alternatives = no_deal.get("alternatives") if isinstance(no_deal, Mapping) else None
    if isinstance(alternatives, list):
        single = len(alternatives) == 1
        labels = ["no_deal"] if single else [f"no_deal.{i}" for i in range(1, len(alternatives) + 1)]
        names += [label for label, one in zip(labels, alternatives, strict=True) if isinstance(one, Mapping)]
    if isinstance(document.get("strategic"), Mapping):
        names.append("strategic")
    return names
