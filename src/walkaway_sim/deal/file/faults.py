"""Turn what pydantic found into faults that a reader can act on."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from walkaway_sim._checks import nearest
from walkaway_sim.deal.file.persons import INPUTS, PERSONS
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
from walkaway_sim.deal.file.specs import ALTERNATIVES, SPECS, TAG, EventEntry
from walkaway_sim.deal.supply.clauses import TERMS
from walkaway_sim.deal.supply.quantities import QUANTITIES
from walkaway_sim.errors import Fault
from walkaway_sim.inputs.registry import kind_meant

__all__ = ["fault_of", "one_each", "refusal"]

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

_LISTED = 14
"""The most names that a message lists."""

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
        return _unknown_key(place, location, error.get("input"))
    if kind == "missing":
        return Fault(place, "nothing", _wanted(location), "Add it.")
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        kinds = sorted({*_models(location, 1)} - {"people"})
        given = error["input"].get("kind") if isinstance(error.get("input"), Mapping) else None
        remedy = _question(kind_meant(str(given), kinds))
        needed = "a number, or a table with a kind"
        if not remedy:
            needed += f", one of {', '.join(kinds)}"
            remedy = 'Write for instance { kind = "pert", low = 1, mode = 2, high = 4 }.'
        return Fault(place, "no kind" if given is None else f"kind {given!r}", needed, remedy)
    if kind == "value_error":
        return refusal(place, found, str(error["ctx"]["error"]))
    if kind == "string_pattern_mismatch":
        needed = "a rule such as chance:0.9, mean, shortfall:0.1 or certainty:50000"
        percent = _WHOLE_PERCENT.search(found)
        meant = f"Did you mean '{percent[1]}:{float(percent[2]) / 100:g}'?" if percent else ""
        return Fault(place, found, needed, meant or "Write one of these.")
    if kind == "list_type" and location[0] in ("correlation", "terms", "fixed_costs"):
        return Fault(
            place, "a single table", "a list of tables", f"Write [[{location[0]}]], with two brackets."
        )
    if kind == "dict_type" and location[-1] == "people":
        remedy = f"Write [{place}.NAME] for each person, with single brackets."
        return Fault(place, "no table", "a table for each person", remedy)
    if kind == "dict_type" and location[0] == "events":
        return Fault(place, "a list", "a table for each risk", "Write [events.NAME], with single brackets.")
    needed = _NEEDED.get(kind) or _lowered(str(error["msg"]))
    percentage = _percentage(found, needed)
    remedy = _sentence(percentage) if percentage else "Change it, or see `walkaway schema`."
    return Fault(place, found, needed, remedy)


_REFUSAL = re.compile(
    r"(?P<what>.*?) (?:must|needs) (?P<needed>.+?)[,;] got (?P<found>.+?)(?:; (?P<remedy>.+))?", re.DOTALL
)

_WHOLE_PERCENT = re.compile(r"(chance|shortfall):(\d{1,2}(?:\.\d+)?)(?![\d.])")
"""A rule with a percentage in place of a share, its sign left out."""

_SHARE = re.compile(r"(?:and|than) (?:1|0\.99)(?: |$)")


def refusal(place: str, found: str, message: str) -> Fault:
    """Return what a constructor refused as a fault: its messages say what must be, and what it got."""
    if place == "rebate_tiers" and (tier := re.search(r"tier (\d+) must", message)):
        place = f"{place}.tiers[{tier[1]}]"
    parts = _REFUSAL.fullmatch(message)
    if parts is None:
        return Fault(place, found, "figures that make sense", _sentence(message))
    what = parts["what"].removeprefix("term ").split(": ")[-1]
    key = place.rsplit(".", 1)[-1]
    needed = f"to {parts['needed']}" if what == key else f"{what} to {parts['needed']}"
    remedy = parts["remedy"] or _percentage(parts["found"], needed)
    if remedy.startswith("did you mean"):
        needed = re.sub("one of .*", "one that it knows", needed, flags=re.DOTALL)
    return Fault(place, parts["found"], needed, _sentence(remedy or "Change it"))


def _percentage(found: str, needed: str) -> str:
    """Return what to write where a percentage stands in place of a share, or nothing."""
    try:
        number = float(found)
    except ValueError:
        return ""
    if not (1.0 < number <= 100.0 and _SHARE.search(needed)):
        return ""
    return f"if {number:g}% is meant, write {number / 100:g}"


def _unknown_key(place: str, location: tuple[Any, ...], given: Any) -> Fault:
    """Return what is wrong with a key that no table knows, and where it may belong."""
    key = str(location[-1])
    found = f"the unknown key {key!r}"
    known = _known_keys(location[:-1])
    if location[0] == "inputs" and isinstance(given, Mapping) and given.get("kind") == "event_risk":
        return Fault(place, "an event risk", "an uncertain quantity", f"Move it to [events.{key}].")
    if location[0] == "inputs" and len(location) > 2 and key in QUANTITIES:
        table = f"inputs.{location[1]}"
        remedy = f"It stands below [{table}], which has taken it in: move that table to the end of the file."
        return Fault(place, f"the quantity {key!r}", f"a figure of {table}", remedy)
    if location[0] in ("fixed_terms", "terms") and key in QUANTITIES:
        return Fault(place, "a quantity", "a term of the agreement", "Give it under [inputs].")
    if remedy := _meant(key, known):
        return Fault(place, found, "a key that it knows", remedy)
    more = "" if len(known) <= _LISTED else f" and {len(known) - _LISTED} more, see `walkaway fields`"
    return Fault(place, found, f"one of {', '.join(known[:_LISTED])}{more}", "Remove it.")


def _meant(word: str, options: Sequence[str]) -> str:
    """Return ``Did you mean 'x'?``, or nothing."""
    return _question(nearest(word, options))


def _question(hint: str) -> str:
    hint = hint.lstrip("; ")
    return f"{hint[:1].upper()}{hint[1:]}"


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
        return INPUTS
    if depth == 2 and location[2:3] == (f"{TAG}people",):
        return PERSONS
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
