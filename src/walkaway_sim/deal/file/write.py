"""Write a deal to a file from which it can be read again."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from walkaway_sim._files import write_atomically
from walkaway_sim.deal.deal import Deal
from walkaway_sim.deal.term import Term
from walkaway_sim.errors import InputError
from walkaway_sim.inputs.base import plain_number
from walkaway_sim.inputs.constant import Constant
from walkaway_sim.inputs.entry import Input, as_distribution

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

    write_atomically(path, tomli_w.dumps(document_of(deal)).encode("utf-8"))


def document_of(deal: Deal) -> dict[str, Any]:
    """Return what a deal file of `deal` says, as TOML's types; defaults are left out."""
    if deal.recipe is None:
        raise InputError(
            f"deal {deal.name!r} has a value function of its own and cannot be written to a file, which holds "
            "no code; keep it in a Python module"
        )
    recipe = deal.recipe
    document: dict[str, Any] = {"name": recipe["name"], "model": "supply_agreement"}
    if recipe["currency"]:
        document["currency"] = recipe["currency"]
    document |= {"months": recipe["months"], "annual_rate": plain_number(recipe["annual_rate"])}
    for key in ("rule", "red_lines", "buffer"):
        if recipe[key]:
            document[key] = list(recipe[key]) if key == "red_lines" else recipe[key]
    if recipe["t_df"] is not None:
        document["t_copula_df"] = plain_number(recipe["t_df"])
    if recipe["max_repair"] != 0.1:
        document["max_repair"] = plain_number(recipe["max_repair"])
    strategic = _amount("strategic", recipe["strategic"])
    if strategic != 0:
        document["strategic"] = strategic
    document["inputs"] = {name: _entry(entry) for name, entry in recipe["inputs"].items()}
    if recipe["events"]:
        document["events"] = {name: _entry(entry) for name, entry in recipe["events"].items()}
    if recipe["fixed_terms"]:
        document["fixed_terms"] = {name: plain_number(value) for name, value in recipe["fixed_terms"].items()}
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


def _amount(name: str, given: Any) -> Any:
    try:
        law = as_distribution(given)
        return plain_number(law.mean()) if isinstance(law, Constant) else law.spec()
    except InputError as error:
        raise InputError(f"{name} cannot be written to a file: {error}") from None


def _entry(entry: Input) -> Any:
    from walkaway_sim.deal.supply.catalogue import QUANTITIES

    units = {quantity.unit for quantity in QUANTITIES.values()}
    about = {key: getattr(entry, key) for key in ("unit", "owner", "source", "as_of") if getattr(entry, key)}
    if about.get("unit") in units:
        del about["unit"]
    if isinstance(entry.distribution, Constant) and not about:
        return plain_number(entry.distribution.value)
    spec = entry.distribution.spec()
    return {**spec, **about}


def _no_deal(recipe: Mapping[str, Any]) -> dict[str, Any]:
    given = recipe["no_deal"]
    alternatives = list(given) if isinstance(given, list | tuple) else [given]
    amounts = [_amount("no_deal", one) for one in alternatives]
    found: dict[str, Any] = {} if amounts == [0] else {"alternatives": amounts}
    if recipe["no_deal_choice"] != "expected":
        found["choice"] = recipe["no_deal_choice"]
    if recipe["cost_of_not_winning"]:
        found["cost_of_not_winning"] = plain_number(recipe["cost_of_not_winning"])
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
