"""Seed questions: what everyone answered, and what turned out to be true."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from walkaway_sim._checks import check_one_of
from walkaway_sim._typing import FloatArray
from walkaway_sim.calibrate.columns import labelled_rows
from walkaway_sim.errors import InputError

__all__ = ["MIN_QUESTIONS", "Seeds", "seeds_of"]

MIN_QUESTIONS = 10
"""Seed questions below which scores would be decided by chance."""

_NAME = "performance_weights"
_LISTED = 5


@dataclass(frozen=True, slots=True, eq=False)
class Seeds:
    """Answers and truths on the scale of the background, checked.

    Attributes
    ----------
    people : tuple of str
    answers : ndarray, shape (people, n, k)
    truths : ndarray, shape (n,)
    dropped : tuple of (question, reason)
    """

    people: tuple[str, ...]
    answers: FloatArray
    truths: FloatArray
    dropped: tuple[tuple[str, str], ...]


def seeds_of(answers: Any, truths: Any, levels: tuple[float, ...], scale: Any) -> Seeds:
    """Check answers and truths, and put them on the scale of the background.

    A question that not everyone answered, or whose truth is not known, is dropped for all.

    Raises
    ------
    InputError
        Of each kind of fault, the places; or too few questions that are left.
    """
    if not isinstance(truths, Mapping):
        raise InputError(f"{_NAME}: truths must be a mapping of numbers by question, got {truths!r}")
    given = answers if isinstance(answers, Mapping) else _from_table(answers, levels)
    if len(given) < 1 or not all(isinstance(one, Mapping) for one in given.values()):
        raise InputError(
            f"{_NAME}: answers must give, by person, a mapping of quantiles by question, got {given!r}"
        )
    asked = list(dict.fromkeys([*truths, *(question for one in given.values() for question in one)]))
    numbers = {
        person: {question: _numbers(person, question, one[question], len(levels)) for question in one}
        for person, one in given.items()
    }
    known = {question: _number(f"the truth of {question!r}", truth) for question, truth in truths.items()}
    dropped = {}
    for question in asked:
        without = [
            person for person, one in numbers.items() if question not in one or np.isnan(one[question]).any()
        ]
        if question not in known or math.isnan(known[question]):
            dropped[question] = "its truth is not known"
        elif without:
            dropped[question] = f"not answered by {', '.join(without)}"
    kept = [question for question in asked if question not in dropped]
    _check_rising(numbers, kept)
    if len(kept) < MIN_QUESTIONS:
        raise InputError(
            f"{_NAME}: needs at least {MIN_QUESTIONS} seed questions that everyone answered and whose truth is "
            f"known, got {len(kept)}{_why(dropped)}; with fewer, chance decides the scores: use equal weights"
        )
    table = np.array([[one[question] for question in kept] for one in numbers.values()])
    truth = np.array([known[question] for question in kept])
    for index, question in enumerate(kept):
        if _scale_of(scale, question) == "log":
            lowest = min(float(table[:, index].min()), float(truth[index]))
            if lowest <= 0.0:
                raise InputError(
                    f"{_NAME}: scale log of {question!r} needs answers and a truth above 0, got {lowest:g}; "
                    'use "uniform"'
                )
            table[:, index], truth[index] = np.log(table[:, index]), np.log(truth[index])
    return Seeds(tuple(str(person) for person in numbers), table, truth, tuple(dropped.items()))


def _from_table(table: Any, levels: tuple[float, ...]) -> dict[str, dict[str, list[Any]]]:
    """Read a tidy table: a row for each person and question."""
    if not hasattr(table, "columns"):
        raise InputError(f"{_NAME}: answers must be a mapping by person or a DataFrame, got {table!r}")
    column = {}
    for wanted in ("person", "question", *levels):
        names = [name for name in table.columns if name == wanted or _same_number(name, wanted)]
        if len(names) != 1:
            raise InputError(
                f"{_NAME}: answers needs one column {wanted!r}, got {', '.join(map(str, table.columns))}"
            )
        column[wanted] = names[0]
    keys = table[[column["person"], column["question"]]]
    for name in keys.columns:
        empty = keys[name].isna().to_numpy()
        if empty.any():
            raise InputError(
                f"{_NAME}: column {name} of answers must be filled, got none in {labelled_rows(table, empty)}"
            )
    if keys.duplicated().any():
        row = keys[keys.duplicated()].iloc[0]
        raise InputError(
            f"{_NAME}: answers must have one row for each person and question, got "
            f"{int(keys.duplicated().sum())} more, such as {row.iloc[0]!r} on {row.iloc[1]!r}; remove them"
        )
    out: dict[str, dict[str, list[Any]]] = {}
    values = table[[column[level] for level in levels]].to_numpy(dtype=object).tolist()
    for (person, question), row in zip(keys.itertuples(index=False), values, strict=True):
        out.setdefault(person, {})[question] = row
    return out


def _same_number(name: object, wanted: object) -> bool:
    """Whether a column's name is the number that is wanted, which a spreadsheet may have made a text."""
    try:
        return isinstance(wanted, float) and float(name) == wanted  # type: ignore[arg-type]  # refused below
    except (TypeError, ValueError):
        return False


def _numbers(person: str, question: str, given: Any, count: int) -> FloatArray:
    if isinstance(given, str) or not isinstance(given, Sequence | np.ndarray) or len(given) != count:
        raise InputError(f"{_NAME}: {person} on {question!r} must give {count} quantiles, got {given!r}")
    return np.array([_number(f"{person} on {question!r}", one) for one in given])


def _number(what: str, given: Any) -> float:
    """Return a number, NaN for one that is missing."""
    if given is None:
        return math.nan
    try:
        number = math.nan if isinstance(given, str | bool) else float(given)
    except (TypeError, ValueError):
        number = math.nan
    missing = isinstance(given, float | np.floating) and math.isnan(given)
    if math.isinf(number) or (math.isnan(number) and not missing):
        raise InputError(
            f"{_NAME}: {what} must be a finite number, or NaN where there is none, got {given!r}"
        )
    return number


def _check_rising(numbers: Mapping[str, Mapping[str, FloatArray]], kept: Sequence[str]) -> None:
    wrong = [
        (person, question, one[question])
        for person, one in numbers.items()
        for question in kept
        if np.any(np.diff(one[question]) <= 0.0)
    ]
    if wrong:
        shown = "; ".join(
            f"{person} on {question!r}: {', '.join(f'{x:g}' for x in own)}"
            for person, question, own in wrong[:_LISTED]
        )
        raise InputError(
            f"{_NAME}: quantiles must rise, got {len(wrong)} answers where they do not ({shown}); correct them"
        )


def _scale_of(scale: Any, question: str) -> str:
    one = scale.get(question, "uniform") if isinstance(scale, Mapping) else scale
    return check_one_of(f"{_NAME}: scale", one, ("uniform", "log"))


def _why(dropped: Mapping[str, str]) -> str:
    """Return how many were dropped and for what, in brackets."""
    if not dropped:
        return ""
    reasons = [f"{question}: {why}" for question, why in list(dropped.items())[:_LISTED]]
    return f" ({len(dropped)} dropped: {'; '.join(reasons)})"
