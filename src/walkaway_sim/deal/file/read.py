"""Read a deal file: every fault at once, each with its place and its remedy."""

from __future__ import annotations

import os
import re
import tomllib
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from walkaway_sim.deal.far_inputs import far_inputs
from walkaway_sim.errors import DealFileError, Fault, InputError
from walkaway_sim.inputs.far_plausible import PlausibleWarning

if TYPE_CHECKING:
    from walkaway_sim.deal.deal import Deal
    from walkaway_sim.deal.file.schema import DealModel

__all__ = ["read_deal"]


def read_deal(path: str | os.PathLike[str]) -> Deal:
    """Read a deal from a TOML file. No code is executed.

    Parameters
    ----------
    path : path
        ``walkaway schema`` prints the format, ``walkaway examples`` lists and copies examples.

    Returns
    -------
    Deal
        A supply agreement.

    Raises
    ------
    DealFileError
        The file cannot be read, is no TOML, or says what cannot be used. Every fault is in the
        message and in ``.faults``.

    Warns
    -----
    PlausibleWarning
        Of an input whose plausible distributions all lie far from its estimate.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> from walkaway_sim.examples import example_path
    >>> ws.read_deal(example_path("packaging")).name
    'Packaging'
    """
    if not isinstance(path, str | os.PathLike):
        raise InputError(f"path must be the path of a deal file, got {path!r}")
    shown = os.fspath(path)
    document = _document(shown)
    model = _checked(shown, document)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PlausibleWarning)  # said below, with the place in the file
            deal = _deal(model, list(document["inputs"]))
    except InputError as error:
        from walkaway_sim.deal.file.faults import refusal

        raise DealFileError(shown, (refusal("the deal as a whole", "what it says", str(error)),)) from None
    for name, text in far_inputs(deal).items():
        table = next((f"{key}." for key in ("inputs", "events") if name in document.get(key, {})), "")
        warnings.warn(f"{shown}: {table}{name}.plausible: {text}", PlausibleWarning, stacklevel=2)
    return deal


_DECIMAL_COMMA = re.compile(r"=\s*-?\d+,\d+\s*(#.*)?$")


def _document(path: str) -> dict[str, Any]:
    try:
        text = Path(path).read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        fault = Fault(f"byte {error.start}", "something else", "text in UTF-8", "Save the file as UTF-8.")
        raise DealFileError(path, (fault,)) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        fault = Fault("the file", reason.lower(), "a file that can be read", "Check its name and its rights.")
        raise DealFileError(path, (fault,)) from None
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        where, found = _position(str(error))
        remedy = "See https://toml.io, or start from a copy of an example: walkaway examples."
        if line := re.search(r"line (\d+)", where):
            from walkaway_sim.deal.file.given_twice import given_twice

            if twice := given_twice(text, str(error), int(line[1])):
                raise DealFileError(path, (twice,)) from None
            if _DECIMAL_COMMA.search(text.splitlines()[int(line[1]) - 1]):
                remedy = "Write decimals with a point, as in 0.07."
        raise DealFileError(path, (Fault(where, found, "TOML", remedy),)) from None


def _position(message: str) -> tuple[str, str]:
    found, _, where = message.partition(" (at ")
    return (where.rstrip(")") or "the file"), found[:1].lower() + found[1:]


def _checked(path: str, document: dict[str, Any]) -> DealModel:
    from pydantic import ValidationError

    from walkaway_sim.deal.file.cross_faults import cross_faults
    from walkaway_sim.deal.file.faults import fault_of, one_each
    from walkaway_sim.deal.file.schema import DealModel

    faults: list[Fault] = []
    model = None
    try:
        model = DealModel.model_validate(document)
    except ValidationError as error:
        faults = [fault_of(one) for one in one_each(error.errors())]
    places = {fault.place for fault in faults}
    faults += [fault for fault in cross_faults(document) if fault.place not in places]
    if faults or model is None:
        raise DealFileError(path, tuple(dict.fromkeys(faults)))
    return model


def _deal(model: DealModel, order: list[str]) -> Deal:
    """Return the deal that a checked file describes; the order of its inputs pins their coordinates."""
    from walkaway_sim.deal.agreement import supply_agreement
    from walkaway_sim.deal.file.persons import People
    from walkaway_sim.deal.file.schema import as_law
    from walkaway_sim.inputs.entry import Input
    from walkaway_sim.inputs.registry import from_spec

    def entry(given: Any) -> Input:
        if isinstance(given, float | int):
            return Input(as_law(given))
        if isinstance(given, People):
            return given.made()
        return Input(from_spec(given.spec()), **given.about_input())

    def alternative(given: Any) -> Any:
        return given.made() if hasattr(given, "made") else entry(given)

    inputs = {name: getattr(model.inputs, name) for name in order}
    fixed: Mapping[str, Any] = model.fixed_terms.model_dump(exclude_none=True)
    return supply_agreement(
        name=model.name,
        currency=model.currency,
        months=model.months,
        annual_rate=model.annual_rate,
        inputs={name: entry(given) for name, given in inputs.items() if given is not None},
        events={name: entry(given) for name, given in model.events.items()},
        terms=[term.term() for term in model.terms],
        fixed_terms=fixed,
        correlation={(pair.between[0], pair.between[1]): pair.spearman for pair in model.correlation},
        rebate_tiers=None if model.rebate_tiers is None else model.rebate_tiers.made(),
        fixed_costs=[cost.made() for cost in model.fixed_costs],
        guarantee_clause={key: text for key, text in model.guarantee_clause.model_dump().items() if text},
        rate_kind=model.rate_kind,
        rate_basis=model.rate_basis,
        inflation_basis=model.inflation_basis,
        no_deal={
            getattr(one, "name", "") or f"no_deal.{number}": alternative(one)
            for number, one in enumerate(model.no_deal.alternatives, start=1)
        },
        no_deal_choice=model.no_deal.choice,
        cost_of_not_winning=entry(model.no_deal.cost_of_not_winning),
        strategic=entry(model.strategic),
        strategic_reason=model.strategic_reason,
        buffer=model.buffer,
        tax_rate=model.tax_rate,
        red_lines=model.red_lines,
        dismissed=model.dismissed.model_dump(exclude_none=True),
        rule=model.rule,
        t_df=model.t_copula_df,
        max_repair=model.max_repair,
    )
