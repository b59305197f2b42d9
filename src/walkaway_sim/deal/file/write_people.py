"""Write what several people believe of one input, as a deal file has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from walkaway_sim.calibrate.people.pool import PooledBelief, pool_beliefs
from walkaway_sim.errors import InputError
from walkaway_sim.inputs.base import plain_number
from walkaway_sim.inputs.beliefs import Belief
from walkaway_sim.inputs.constant import Constant
from walkaway_sim.inputs.entry import Input

__all__ = ["people_table"]


def people_table(entry: Input, about: Mapping[str, str]) -> dict[str, Any]:
    """Return the table of an input whose people are on record.

    Parameters
    ----------
    entry : Input
        As ``pool(...).input()`` makes it.
    about : mapping
        Unit, owner, source and date that the file says.

    Raises
    ------
    InputError
        The input's distribution or its plausible ones are not what its people give: the file would read
        back as another input.
    """
    pooled = _pooled(entry)
    found: dict[str, Any] = {} if pooled.method == "linear" else {"pool": pooled.method}
    found |= {key: text for key, text in about.items() if key != "source" or text != pooled.source}
    return found | {"people": {one.name: _person(one) for one in entry.people}}


def _pooled(entry: Input) -> PooledBelief:
    """Return the pool that an input was made by."""
    methods: tuple[Literal["linear", "logarithmic"], ...] = ("linear", "logarithmic")
    for method in methods:
        try:
            pooled = pool_beliefs(entry.people, method=method)
        except InputError:
            continue  # there is no such pool of these people
        made = pooled.input()
        about = {key: getattr(entry, key) for key in ("unit", "owner", "source", "as_of")}
        if replace(made, **about) == entry:
            return pooled
    raise InputError(
        "an input with people on record must be their pool to be written to a file, got "
        f"{entry.distribution}; give the deal what pool(...).input() returns, or an input without people"
    )


def _person(belief: Belief) -> Any:
    try:
        spec = belief.distribution.spec()
    except InputError as error:
        raise InputError(f"what {belief.name} believes cannot be written to a file: {error}") from None
    if spec["kind"] == "metalog":
        del spec["kind"]
    if belief.weight != 1.0:
        return {**spec, "weight": plain_number(belief.weight)}
    return plain_number(belief.distribution.mean()) if isinstance(belief.distribution, Constant) else spec
