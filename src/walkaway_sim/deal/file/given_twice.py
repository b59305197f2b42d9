"""Find what a TOML file gives twice, of which its reader says only where."""

from __future__ import annotations

import re
from typing import TypeAlias

from walkaway_sim.errors import Fault

__all__ = ["given_twice"]

_Path: TypeAlias = tuple[str, ...]

_TWICE = re.compile(r"Cannot (?:declare|overwrite|mutate|redefine)\b")
_PART = r"""(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')"""
_DOTTED = rf"{_PART}(?:\s*\.\s*{_PART})*"
_HEADER = re.compile(rf"\s*(\[\[?)\s*({_DOTTED})\s*\]")
_KEY = re.compile(rf"\s*({_DOTTED})\s*=")


def given_twice(text: str, message: str, line: int) -> Fault | None:
    r"""Return what is given twice as a fault that names it and both lines.

    Parameters
    ----------
    text : str
        The file.
    message : str
        What the TOML reader said.
    line : int
        Where, counted from 1.

    Returns
    -------
    Fault or None
        None if the message is of something else, or the first of the two is not found.

    Examples
    --------
    >>> text = "[inputs]\nvolume = 900\n\n[inputs.volume]\nkind = 'normal'\n"
    >>> fault = given_twice(text, "Cannot overwrite a value", 4)
    >>> fault.place, fault.found
    ('line 4', 'inputs.volume, which line 2 gives already')
    """
    if not _TWICE.match(message):
        return None
    paths = _paths(text)
    line = max((at for at in paths if at <= line), default=0)  # a value may end lines after its key
    if not line:
        return None
    path, header = paths[line]
    earlier = {at: one for at, one in paths.items() if at < line and path[: len(one[0])] == one[0]}
    # The same key, or the input whose one line holds it; of these the nearest, not the table that both are in.
    first = max(earlier, key=lambda at: (len(earlier[at][0]), -at), default=None)
    if first is None:
        return None
    old, old_header = earlier[first]
    is_input = path[0] == "inputs" and len(path) > 1
    name = ".".join(path[:2] if is_input else path)
    needed = "each input once" if is_input else "each key once"
    found = f"{name}, which line {first} gives already"
    if old_header == "[[" and header == "[":
        remedy = f"Write [[{name}]], with two brackets."
    elif is_input:
        older = (
            f"line {first}" if not old_header else f"the table [{'.'.join(old)}] that begins in line {first}"
        )
        remedy = f"Delete the one that no longer counts: {older}, or what begins in line {line}."
    elif header:
        remedy = f"Put the lines of both under one [{name}]."
    else:
        remedy = "Delete one of the two."
    return Fault(f"line {line}", found, needed, remedy)


def _paths(text: str) -> dict[int, tuple[_Path, str]]:
    """Return the key that each line gives, and the bracket of a line that begins a table, by line."""
    found: dict[int, tuple[_Path, str]] = {}
    table: _Path = ()
    for line, content in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(content):
            table = _parts(header[2])
            found[line] = (table, header[1])
        elif key := _KEY.match(content):
            found[line] = (table + _parts(key[1]), "")
    return found


def _parts(dotted: str) -> _Path:
    return tuple(part.strip("\"'") for part in re.findall(_PART, dotted))
