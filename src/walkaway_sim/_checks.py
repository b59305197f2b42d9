"""Checks of arguments: each returns the value in the type asked for, or raises `InputError`.

A message names the argument, what it needs, what it got, and where it helps the remedy.
"""

from __future__ import annotations

import difflib
import math
import numbers
from collections.abc import Iterable, Mapping

from walkaway_sim.errors import InputError

__all__ = [
    "check_finite",
    "check_in",
    "check_integer",
    "check_is",
    "check_known",
    "check_name",
    "check_non_negative",
    "check_one_of",
    "check_positive",
    "check_probability",
    "check_text",
    "nearest",
]


def check_text(name: str, value: object) -> str:
    """Return `value` as a text, which may be empty."""
    if not isinstance(value, str):
        raise InputError(f"{name} must be a text, got {value!r}")
    return value


def nearest(word: str, options: Iterable[str]) -> str:
    """Return ``"; did you mean 'x'?"`` for the option closest to `word`, or an empty string."""
    close = difflib.get_close_matches(str(word), [str(option) for option in options], n=1, cutoff=0.6)
    return f"; did you mean {close[0]!r}?" if close else ""


def check_finite(name: str, value: object) -> float:
    """Return `value` as a float, refusing what is no finite number."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise InputError(f"{name} must be a finite number, got {value!r}")
    number = float(value)
    if not math.isfinite(number):
        raise InputError(f"{name} must be a finite number, got {number!r}")
    return number


def check_positive(name: str, value: object) -> float:
    """Return `value` as a float above zero."""
    number = check_finite(name, value)
    if number <= 0:
        raise InputError(f"{name} must be above 0, got {number!r}")
    return number


def check_non_negative(name: str, value: object) -> float:
    """Return `value` as a float of at least zero."""
    number = check_finite(name, value)
    if number < 0:
        raise InputError(f"{name} must be 0 or more, got {number!r}")
    return number


def check_in(name: str, value: object, low: float, high: float, *, open_ends: bool = False) -> float:
    """Return `value` as a float between `low` and `high` (strictly, with `open_ends`)."""
    number = check_finite(name, value)
    inside = low < number < high if open_ends else low <= number <= high
    if not inside:
        ends = "strictly between" if open_ends else "between"
        raise InputError(f"{name} must lie {ends} {low:g} and {high:g}, got {number!r}")
    return number


def check_probability(name: str, value: object, *, open_ends: bool = False) -> float:
    """Return `value` as a probability."""
    return check_in(name, value, 0.0, 1.0, open_ends=open_ends)


def check_integer(name: str, value: object, *, minimum: int) -> int:
    """Return `value` as an int of at least `minimum`; a float that is no whole number is refused."""
    if isinstance(value, bool) or not isinstance(value, numbers.Integral):
        raise InputError(f"{name} must be a whole number of at least {minimum}, got {value!r}")
    number = int(value)
    if number < minimum:
        raise InputError(f"{name} must be a whole number of at least {minimum}, got {number}")
    return number


def check_one_of(name: str, value: object, options: Iterable[str]) -> str:
    """Return `value`, refusing what is none of `options`, with the nearest suggested."""
    known = list(options)
    if not isinstance(value, str) or value not in known:
        listed = ", ".join(repr(option) for option in known)
        raise InputError(f"{name} must be one of {listed}, got {value!r}{nearest(str(value), known)}")
    return value


def check_name(name: str, value: object) -> str:
    """Return `value` as a name: a string that is not empty or padded with blanks."""
    if not isinstance(value, str) or not value or value != value.strip():
        raise InputError(f"{name} must be a non-empty text without blanks at its ends, got {value!r}")
    return value


def check_known(name: str, given: Mapping[str, object], known: Iterable[str]) -> None:
    """Refuse the first key of `given` that is none of `known`, with the nearest suggested."""
    options = list(known)
    for key in given:
        if key not in options:
            listed = ", ".join(options) if options else "nothing"
            raise InputError(f"{name} has no {key!r}{nearest(key, options)}. Known: {listed}")


def check_is(name: str, value: object, wanted: type, made_by: str) -> None:
    """Refuse what is no `wanted`, which `made_by` returns."""
    if not isinstance(value, wanted):
        raise InputError(f"{name} must be what {made_by} returns, got {type(value).__name__}")
