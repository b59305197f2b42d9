"""Lists of numbers in TOML, several to a line."""

from __future__ import annotations

import re
import textwrap

__all__ = ["compact_lists"]

_WIDTH = 110
_NUMBER = r"[+-]?(?:\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?|inf|nan)"
# A line of the writer holds one value of a list and the comma after it, and no text, which would have quotes.
_LIST = re.compile(rf"\[\n(?P<body>(?P<indent> +){_NUMBER},\n(?:(?P=indent){_NUMBER},\n)*) *\]")


def compact_lists(text: str) -> str:
    r"""Return TOML with every list of numbers that stands one to a line put several to a line.

    Parameters
    ----------
    text : str
        As ``tomli_w.dumps`` writes it, without texts over several lines.

    Examples
    --------
    >>> print(compact_lists("x = [\n    1,\n    2.5,\n]\n"), end="")
    x = [1, 2.5]
    """
    return _LIST.sub(_compact, text)


def _compact(found: re.Match[str]) -> str:
    numbers = [line.strip().rstrip(",") for line in found["body"].splitlines()]
    flat = f"[{', '.join(numbers)}]"
    if len(flat) <= _WIDTH:
        return flat
    indent = found["indent"]
    lines = textwrap.wrap(", ".join(numbers), _WIDTH - len(indent), break_on_hyphens=False)
    body = "\n".join(f"{indent}{line}" for line in lines)
    return f"[\n{body},\n{indent[4:]}]"
