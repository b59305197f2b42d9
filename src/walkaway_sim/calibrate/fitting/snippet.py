"""An input as a few lines of TOML, to paste into a deal file."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

from walkaway_sim._checks import check_integer
from walkaway_sim.calibrate.fitting.fallback import thinned
from walkaway_sim.errors import InputError
from walkaway_sim.inputs.base import Distribution, plain_number
from walkaway_sim.inputs.entry import Input
from walkaway_sim.inputs.registry import from_spec
from walkaway_sim.inputs.sampled import Empirical
from walkaway_sim.inputs.spec_columns import columns_of

__all__ = ["snippet"]

_DIGITS = 6
_SAMPLE = 100
_SAMPLES = 20
_WIDTH = 110


def snippet(name: str, entry: Input, n_plausible: int) -> str:
    """Return an input as TOML.

    Parameters
    ----------
    name : str
        Key under ``[inputs]``.
    entry : Input
        A distribution with plausible ones, no event risk.
    n_plausible : int
        How many of the plausible distributions are written, at the most; 0 leaves them out.

    Returns
    -------
    str
        Six digits of each figure. Samples are thinned to the averages of 100 equal slices, and 20 of them written.
    """
    count = check_integer("n_plausible", n_plausible, minimum=0)
    if not isinstance(entry.distribution, Distribution):
        raise InputError(f"a snippet needs a distribution, got {entry.distribution!r}")
    place = f"inputs.{_key(name)}"
    lines = [f"[{place}]", *_table(_rounded(entry.distribution), place)]
    about = {key: getattr(entry, key) for key in ("unit", "owner", "source", "as_of", "fitted_with")}
    # Keys of the table itself must stand before its tables.
    first = next((at for at, line in enumerate(lines[1:], 1) if line.startswith("[")), len(lines))
    told = [f"{key} = {_text(value)}" for key, value in about.items() if value]
    lines[first:first] = told
    first += len(told)
    laws = [one for one in entry.plausible if isinstance(one, Distribution)]
    laws = laws[: min(count, _SAMPLES) if isinstance(entry.distribution, Empirical) else count]
    if len(laws) > 1:
        columns = columns_of([_rounded(law) for law in laws])
        if isinstance(columns, Mapping):
            lines += ["", f"[{place}.plausible]", *_table(columns, f"{place}.plausible")]
        else:
            # Of several kinds: a line each, which must stand before the tables of the input as well.
            lines[first:first] = ["plausible = [", *(f"    {_inline(one)}," for one in columns), "]"]
    where = f"# Put at the end of the deal file; delete the line or the table that gives {_key(name)} there so far."
    return "\n".join([where, *lines]) + "\n"


def _rounded(law: Distribution) -> dict[str, Any]:
    """Describe a distribution with six digits, or with all where six make none."""
    spec = (thinned(law, _SAMPLE) if isinstance(law, Empirical) else law).spec()
    short: dict[str, Any] = {key: _round(value) for key, value in spec.items()}
    try:
        from_spec(short)
    except InputError:
        return spec
    return short


def _round(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _round(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_round(one) for one in value]
    return value if isinstance(value, str) else plain_number(float(f"{float(value):.{_DIGITS}g}"))


def _table(table: Mapping[str, Any], place: str) -> list[str]:
    lines = [f"{_key(key)} = {_value(one)}" for key, one in table.items() if not isinstance(one, Mapping)]
    for key, one in table.items():
        if isinstance(one, Mapping):
            inner = f"{place}.{_key(key)}"
            lines += [f"[{inner}]", *_table(one, inner)]
    return lines


def _inline(value: Any) -> str:
    if not isinstance(value, Mapping):
        return "[" + ", ".join(map(_value, value)) + "]" if isinstance(value, list) else _value(value)
    return "{ " + ", ".join(f"{_key(key)} = {_inline(one)}" for key, one in value.items()) + " }"


def _key(key: str) -> str:
    plain = key != "" and all(one.isascii() and (one.isalnum() or one in "_-") for one in key)
    return key if plain else _text(key)


def _value(value: Any) -> str:
    if isinstance(value, str):
        return _text(value)
    if not isinstance(value, list):
        return repr(value)
    flat = "[" + ", ".join(_value(one) for one in value) + "]"
    if len(flat) <= _WIDTH:
        return flat
    body = textwrap.wrap(flat[1:-1], _WIDTH - 4, break_long_words=False, break_on_hyphens=False)
    return "[\n" + "\n".join(f"    {line}" for line in body) + ",\n]"


def _text(value: str) -> str:
    import tomli_w

    return tomli_w.dumps({"x": value}).removeprefix("x = ").rstrip("\n")
