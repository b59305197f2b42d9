"""Find the faults that lie between the tables of a deal file, which its schema cannot see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from walkaway_sim._checks import nearest
from walkaway_sim.deal.clause_checks import clashes
from walkaway_sim.deal.supply.catalogue import NAMES
from walkaway_sim.deal.supply.quantities import EVENTS_OF, QUANTITIES
from walkaway_sim.errors import Fault

__all__ = ["cross_faults"]


def cross_faults(document: Mapping[str, Any]) -> list[Fault]:
    """Return the faults that lie between tables: names that refer to nothing, or that stand twice."""
    return [
        *_basis_faults(document),
        *_twice_faults(document),
        *_term_faults(document),
        *_clause_faults(document),
        *_cost_faults(document),
        *_event_faults(document),
        *_correlation_faults(document),
    ]


def _basis_faults(document: Mapping[str, Any]) -> Iterator[Fault]:
    bases = [document.get(key) for key in ("rate_basis", "inflation_basis")]
    dismissed = document.get("dismissed")
    if isinstance(dismissed, Mapping) and "real_with_nominal" in dismissed:
        return
    if bases in (["nominal", "real"], ["real", "nominal"]):
        yield Fault(
            "inflation_basis",
            f"{bases[1]!r} beside rate_basis {bases[0]!r}",
            "the same basis for the rate and the inflations",
            "Give both nominal or both real, or dismiss the check real_with_nominal with a reason.",
        )


def _twice_faults(document: Mapping[str, Any]) -> Iterator[Fault]:
    """Return events that are given with their hazard or chance too."""
    inputs = document.get("inputs")
    if not isinstance(inputs, Mapping):
        return
    for source, event in EVENTS_OF.items():
        if source in inputs and event in inputs:
            remedy = f"{event} comes from {source}: remove one."
            yield Fault(f"inputs.{event}", f"{source} beside it", "one of the two", remedy)


def _clause_faults(document: Mapping[str, Any]) -> Iterator[Fault]:
    """Return clauses that make no sense together, as proposed or fixed."""
    months = document.get("months")
    places = {"months": "months"}
    contract: dict[str, Any] = {"months": months}
    fixed = document.get("fixed_terms")
    for name, value in fixed.items() if isinstance(fixed, Mapping) else ():
        if name == "months" and value != months:
            yield Fault(
                "fixed_terms.months", repr(value), f"the months of the agreement, {months}", "Remove it."
            )
        elif name != "months":
            places[name], contract[name] = f"fixed_terms.{name}", value
    for index, table in _tables(document, "terms"):
        name, proposed = table.get("name"), table.get("proposed")
        place = f"terms[{index}].proposed"
        if name == "months" and proposed != months:
            yield Fault(place, repr(proposed), f"the months of the agreement, {months}", "Give both alike.")
        elif isinstance(name, str) and name != "months":
            places[name], contract[name] = place, proposed
    numbers = {
        name: float(value)
        for name, value in contract.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }
    if "months" in numbers:
        for clash in clashes(numbers):
            place = places.get(clash.term, f"fixed_terms.{clash.term}")
            yield Fault(place, clash.found, clash.needed, clash.remedy)


def _event_faults(document: Mapping[str, Any]) -> Iterator[Fault]:
    events = document.get("events")
    for name in events if isinstance(events, Mapping) else ():
        if name in NAMES or "." in name:
            yield Fault(
                f"events.{name}", "a name of the model itself", "a name of its own", "Call it something else."
            )


def _cost_faults(document: Mapping[str, Any]) -> Iterator[Fault]:
    no_deal = document.get("no_deal")
    given = no_deal.get("alternatives") if isinstance(no_deal, Mapping) else None
    named: dict[str, int] = {}
    for index, one in enumerate(given if isinstance(given, list) else [], start=1):
        name = one.get("name") if isinstance(one, Mapping) else None
        if isinstance(name, str) and name in named:
            yield Fault(
                f"no_deal.alternatives[{index}].name",
                repr(name),
                "a name of its own",
                f"It is alternatives[{named[name]}] already.",
            )
        if isinstance(name, str) and name:
            named.setdefault(name, index)
    seen: dict[str, int] = {}
    for index, table in _tables(document, "fixed_costs"):
        name = table.get("name")
        if not isinstance(name, str):
            continue
        if name in seen:
            yield Fault(
                f"fixed_costs[{index}].name",
                repr(name),
                "a name of its own",
                f"It is fixed_costs[{seen[name]}] already.",
            )
        seen.setdefault(name, index)
        if table.get("paid") == "without" and name in named:
            yield Fault(
                f"fixed_costs[{index}]",
                f"{name!r} paid without the deal, and no_deal.alternatives[{named[name]}] of the same name",
                "a cost that counts once",
                "Remove it here or there.",
            )


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
    inputs = document.get("inputs")
    mistyped = [name for name in inputs if name not in QUANTITIES] if isinstance(inputs, Mapping) else []
    seen: set[frozenset[str]] = set()
    for index, table in _tables(document, "correlation"):
        names = table.get("between")
        if not isinstance(names, list) or len(names) != 2 or not all(isinstance(name, str) for name in names):
            continue
        place = f"correlation[{index}].between"
        for name in names:
            if name not in known and not (name in QUANTITIES and nearest(name, mistyped)):
                yield _unknown_pair_name(document, place, name, known)
        pair = frozenset(names)
        if len(pair) == 1:
            yield Fault(place, repr(names), "two different inputs", "Name another one.")
        elif pair in seen:
            yield Fault(place, repr(names), "each pair once", "Remove one of the two.")
        seen.add(pair)


def _unknown_pair_name(document: Mapping[str, Any], place: str, name: str, known: list[str]) -> Fault:
    """Return what is wrong with a name in a correlation, and which one was probably meant."""
    inputs, needed = document.get("inputs"), "an uncertain input"
    given = inputs if isinstance(inputs, Mapping) else {}
    event = EVENTS_OF.get(name)
    labels = _labels(document)
    if event in known:
        remedy = f"What is drawn is called {event!r}: name that."
    elif name in labels:
        remedy = f"That alternative is called {labels[name]!r} here."
    elif name in given:
        remedy = "Give it a distribution: a plain number cannot be correlated."
    elif name in QUANTITIES:
        remedy = "It is not among the inputs: add it, or remove the pair."
    else:
        hint = nearest(name, known).lstrip("; ")
        remedy = f"{hint[:1].upper()}{hint[1:]}"
        needed = "an uncertain input" if hint else f"an uncertain input: {', '.join(known)}"
        remedy = remedy or "Name one of them."
    return Fault(place, repr(name), needed, remedy)


def _labels(document: Mapping[str, Any]) -> dict[str, str]:
    """Return the name by which each labelled no-deal alternative is drawn."""
    no_deal = document.get("no_deal")
    given = no_deal.get("alternatives") if isinstance(no_deal, Mapping) else None
    several = isinstance(given, list) and len(given) > 1
    return {
        str(one["name"]): f"no_deal.{i}" if several else "no_deal"
        for i, one in enumerate(given if isinstance(given, list) else [], start=1)
        if isinstance(one, Mapping) and "name" in one
    }


def _uncertain_names(document: Mapping[str, Any]) -> list[str]:
    names: list[str] = []
    inputs, events = document.get("inputs"), document.get("events")
    if isinstance(inputs, Mapping):
        names += [name for name, given in inputs.items() if _is_law(given)]
        names += [event for source, event in EVENTS_OF.items() if _is_drawn(source, inputs.get(source))]
    if isinstance(events, Mapping):
        names += list(events)
    for _, cost in _tables(document, "fixed_costs"):
        if cost.get("paid") in ("with", "without") and _is_law(cost.get("amount")):
            names.append(f"fixed_cost.{cost.get('name')}")
    no_deal = document.get("no_deal")
    alternatives = no_deal.get("alternatives") if isinstance(no_deal, Mapping) else None
    if isinstance(alternatives, list):
        single = len(alternatives) == 1
        labels = ["no_deal"] if single else [f"no_deal.{i}" for i in range(1, len(alternatives) + 1)]
        for label, one in zip(labels, alternatives, strict=True):
            if isinstance(one, Mapping) and one.get("kind") == "freed_capacity":
                names += [f"{label}.{part}" for part, law in one.items() if _is_law(law)]
            elif _is_law(one):
                names.append(label)
    if isinstance(no_deal, Mapping) and _is_law(no_deal.get("cost_of_not_winning")):
        names.append("cost_of_not_winning")
    if _is_law(document.get("strategic")):
        names.append("strategic")
    return names


def _is_drawn(source: str, given: object) -> bool:
    """Say whether a hazard or a chance leaves anything to be drawn."""
    number = given.get("value") if isinstance(given, Mapping) else given
    if not isinstance(number, int | float):
        return False
    return number > 0 if source.endswith("hazard") else 0 < number < 1


def _is_law(given: object) -> bool:
    """Say whether an entry is a distribution and no number."""
    return isinstance(given, Mapping) and given.get("kind") != "constant"
