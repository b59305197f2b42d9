"""Write a deal to a file from which it can be read again."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from walkaway_sim._checks import check_is
from walkaway_sim._files import write_atomically
from walkaway_sim.deal.amounts import FixedCost, FreedCapacity
from walkaway_sim.deal.deal import Deal
from walkaway_sim.deal.file.compact import compact_lists
from walkaway_sim.deal.file.write_people import people_table
from walkaway_sim.deal.term import Term
from walkaway_sim.errors import InputError
from walkaway_sim.inputs.base import plain_number
from walkaway_sim.inputs.constant import Constant
from walkaway_sim.inputs.entry import Input, as_distribution
from walkaway_sim.inputs.monthly import MonthlyUniforms
from walkaway_sim.inputs.spec_columns import columns_of

__all__ = ["document_of", "write_deal"]


def write_deal(deal: Deal, path: str | os.PathLike[str]) -> None:
    """Write a supply agreement to a TOML file, whole or not at all.

    Parameters
    ----------
    deal : Deal
        From `read_deal` or `supply_agreement`.
    path : path
        Replaced in one step.

    Raises
    ------
    InputError
        A deal with a value function of the user's, or with a function or a SciPy distribution in
        it: a file holds no code.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import walkaway_sim as ws
    >>> from walkaway_sim.examples import example_path
    >>> deal = ws.read_deal(example_path("packaging"))
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "copy.toml"
    >>> ws.write_deal(deal, path)
    >>> ws.read_deal(path).terms == deal.terms
    True
    """
    import tomli_w

    check_is("deal", deal, Deal, "supply_agreement(...) or read_deal(path)")
    if not Path(path).parent.is_dir():
        raise InputError(f"path must lie in a directory that exists, got {os.fspath(path)!r}")

    write_atomically(path, compact_lists(tomli_w.dumps(document_of(deal))).encode("utf-8"))


def document_of(deal: Deal) -> dict[str, Any]:
    """Return what a deal file of `deal` says, as TOML's types; defaults are left out."""
    if deal.recipe is None:
        raise InputError(
            f"deal {deal.name!r} has a value function of its own and cannot be written to a file, which holds "
            "no code; keep it in a Python module"
        )
    from walkaway_sim.deal.supply.quantities import QUANTITIES

    recipe = deal.recipe
    document: dict[str, Any] = {"name": recipe["name"], "model": "supply_agreement"}
    if recipe["currency"]:
        document["currency"] = recipe["currency"]
    document |= {"months": recipe["months"], "annual_rate": plain_number(recipe["annual_rate"])}
    for key in ("rate_kind", "rate_basis", "inflation_basis"):
        document[key] = recipe[key]
    for key in ("rule", "strategic_reason", "red_lines", "buffer", "tax_rate"):
        if recipe[key]:
            document[key] = list(recipe[key]) if key == "red_lines" else recipe[key]
    if recipe["t_df"] is not None:
        document["t_copula_df"] = plain_number(recipe["t_df"])
    if recipe["max_repair"] != 0.1:
        document["max_repair"] = plain_number(recipe["max_repair"])
    strategic = _alternative("", recipe["strategic"])
    if strategic != 0:
        document["strategic"] = strategic
    document["inputs"] = {
        name: _entry(entry, QUANTITIES[name].unit) for name, entry in recipe["inputs"].items()
    }
    if recipe["events"]:
        document["events"] = {name: _entry(entry) for name, entry in recipe["events"].items()}
    if recipe["fixed_terms"]:
        document["fixed_terms"] = {name: plain_number(value) for name, value in recipe["fixed_terms"].items()}
    tiers = recipe["rebate_tiers"]
    if tiers is not None:
        steps = [{"above": plain_number(above), "extra": plain_number(extra)} for above, extra in tiers.tiers]
        document["rebate_tiers"] = {"retrospective": tiers.retrospective, "tiers": steps}
    if recipe["fixed_costs"]:
        document["fixed_costs"] = [_fixed_cost(cost) for cost in recipe["fixed_costs"]]
    for key in ("guarantee_clause", "dismissed"):
        if recipe[key]:
            document[key] = dict(recipe[key])
    no_deal = _no_deal(recipe)
    if no_deal:
        document["no_deal"] = no_deal
    document["terms"] = [_term(term) for term in recipe["terms"]]
    pairs = deal.dependence.pairs
    if pairs:
        document["correlation"] = [
            {"between": list(pair.names), "spearman": plain_number(pair.asked)}
            for pair in pairs
            if pair.asked
        ]
    return document


def _about(entry: Input) -> dict[str, Any]:
    keys = ("unit", "owner", "source", "as_of", "fitted_with")
    about: dict[str, Any] = {key: getattr(entry, key) for key in keys if getattr(entry, key)}
    if entry.plausible and not entry.people:  # whose beliefs are what is plausible
        about["plausible"] = columns_of([law.spec() for law in entry.plausible])
    return about


def _amount(name: str, given: Any) -> Any:
    if isinstance(given, Input) and given.people:
        raise InputError(
            f"{name} cannot be written to a file with its people; only quantities under inputs can"
        )
    try:
        law = as_distribution(given.distribution if isinstance(given, Input) else given)
        return plain_number(law.mean()) if isinstance(law, Constant) else law.spec()
    except InputError as error:
        raise InputError(f"{name} cannot be written to a file: {error}") from None


def _entry(entry: Input, usual_unit: str = "") -> Any:
    about = _about(entry)
    if about.get("unit") == usual_unit:
        del about["unit"]
    if entry.people:
        return people_table(entry, about)
    if isinstance(entry.distribution, Constant) and not about:
        return plain_number(entry.distribution.value)
    if isinstance(entry.distribution, MonthlyUniforms):
        raise InputError("monthly numbers are drawn, not written to a file")
    return {**entry.distribution.spec(), **about}


def _fixed_cost(cost: FixedCost) -> dict[str, Any]:
    about = _about(cost.amount)
    return {
        "name": cost.name,
        "amount": _amount(f"fixed cost {cost.name!r}", cost.amount),
        "paid": cost.paid,
        **about,
    }


def _alternative(label: str, given: Any) -> Any:
    name = {"name": label} if label else {}
    if isinstance(given, FreedCapacity):
        return given.spec() | name
    about = _about(given) | name if isinstance(given, Input) else name
    amount = _amount("no_deal", given)
    if not about:
        return amount
    return (amount if isinstance(amount, dict) else {"kind": "constant", "value": amount}) | about


def _no_deal(recipe: Mapping[str, Any]) -> dict[str, Any]:
    given = recipe["no_deal"]
    if isinstance(given, Mapping):
        labelled = [
            ("" if label == f"no_deal.{number}" else label, one)
            for number, (label, one) in enumerate(given.items(), start=1)
        ]
    else:
        labelled = [("", one) for one in (given if isinstance(given, list | tuple) else [given])]
    amounts = [_alternative(label, one) for label, one in labelled]
    found: dict[str, Any] = {} if amounts == [0] else {"alternatives": amounts}
    if recipe["no_deal_choice"] != "expected":
        found["choice"] = recipe["no_deal_choice"]
    cost = _alternative("", recipe["cost_of_not_winning"])
    if cost != 0:
        found["cost_of_not_winning"] = cost
    return found


def _term(term: Term) -> dict[str, Any]:
    found: dict[str, Any] = {"name": term.name, "proposed": plain_number(term.proposed)}
    for key in ("range", "levels"):
        values = getattr(term, key)
        if values is not None:
            found[key] = [plain_number(value) for value in values]
    found["concession"] = term.concession
    found["unit"] = term.unit
    for key in ("open", "target", "step", "policy_limit"):
        if getattr(term, key) is not None:
            found[key] = plain_number(getattr(term, key))
    if term.authority:
        found["authority"] = {role: plain_number(limit) for role, limit in term.authority.items()}
    if term.owner:
        found["owner"] = term.owner
    return found
