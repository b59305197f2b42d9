"""A file of forecasts and what came, with every fault found at once."""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np

from walkaway_sim._checks import nearest
from walkaway_sim._typing import BoolArray, FloatArray, IntArray
from walkaway_sim.calibrate.columns import named_rows
from walkaway_sim.errors import InputError
from walkaway_sim.inputs.gaussian import Normal

__all__ = ["BacktestFile", "read_backtest_file"]

_WORDS = {"true": 1.0, "yes": 1.0, "won": 1.0, "false": 0.0, "no": 0.0, "lost": 0.0}
_NEEDED = "forecasts as quantiles (q0.1, q0.5, q0.9, ...), as mean and sd of normals, or as chances (p)"


@dataclass(frozen=True, slots=True, eq=False)
class BacktestFile:
    """What a file of forecasts holds.

    Attributes
    ----------
    form : str
        ``"quantiles"``, ``"normals"`` or ``"chances"``.
    forecasts : DataFrame, list of Normal, or ndarray
        As `backtest` takes them, or chances as `reliability` does.
    realised : ndarray, shape (n,)
        NaN where the cell is empty.
    selected : ndarray, shape (n,), or None
    unused : tuple of str
        Columns that were not looked at.
    """

    form: Literal["quantiles", "normals", "chances"]
    forecasts: Any
    realised: FloatArray
    selected: FloatArray | None
    unused: tuple[str, ...]


def read_backtest_file(path: str | os.PathLike[str], realised: str = "realised") -> BacktestFile:
    """Read forecasts and what came from a file of comma-separated values.

    Parameters
    ----------
    path : path
        With a line of column names: `realised`, empty where not known; forecasts as quantiles in columns named by
        their probabilities (``q0.1`` or ``0.1``), as ``mean`` and ``sd`` of normal distributions, or as
        chances ``p`` of a yes; and, if wanted, ``selected`` as `backtest` takes it. Rows in order of time.
    realised : str
        Name of the column of what came.

    Returns
    -------
    BacktestFile

    Raises
    ------
    InputError
        Every fault, with its column and the lines of the file.
    """
    cells, lines = _read(path)
    columns = list(cells)
    quantiles = {name: level for name in columns if (level := _level(name)) is not None and name != realised}
    normal, chance = {"mean", "sd"} & set(columns), {"p"} & set(columns)
    faults: list[str] = []
    if realised not in columns:
        faults.append(f"no column {realised!r}{nearest(realised, columns) or ';'} found {', '.join(columns)}")
    families = [name for name, there in (("q", quantiles), ("mean", normal), ("p", chance)) if there]
    if not families:
        faults.append(f"no forecasts: needs {_NEEDED}; found {', '.join(columns)}")
    elif len(families) > 1:
        found = [*quantiles, *sorted(normal), *chance]
        faults.append(f"forecasts of more than one kind: {', '.join(found)}; keep one of {_NEEDED}")
    elif normal and len(normal) == 1:
        faults.append(f"needs both mean and sd, found {normal.pop()} only")
    elif quantiles and (len(quantiles) == 1 or len(set(quantiles.values())) < len(quantiles)):
        faults.append(f"needs two quantiles or more, each probability once, found {', '.join(quantiles)}")
    if faults:
        raise _faulty(path, faults)
    used = [realised, *quantiles, *sorted(normal), *chance, *({"selected"} & set(columns))]
    worded = {"selected", realised} if chance else {"selected"}
    given = {
        name: _numbers(cells[name], name, lines, _WORDS if name in worded else {}, faults) for name in used
    }
    for name in (*quantiles, *sorted(normal), *chance):
        _fault(faults, name, np.isnan(given[name]), lines, "needs a number", "nothing")
    if "selected" in given:
        bad = ~((given["selected"] >= 0.0) & (given["selected"] <= 1.0))
        _fault(faults, "selected", bad, lines, "needs 1, 0 or a probability", "nothing, or something else")
    if faults:
        raise _faulty(path, faults)
    forecasts, form = _forecasts(given, quantiles, bool(normal), lines, faults)
    if form == "chances":
        bad = ~(np.isnan(given[realised]) | np.isin(given[realised], (0.0, 1.0)))
        _fault(
            faults,
            realised,
            bad,
            lines,
            "needs 1, 0 or nothing, as the forecasts are chances",
            "something else",
        )
    if faults:
        raise _faulty(path, faults)
    unused = tuple(name for name in columns if name not in used)
    return BacktestFile(form, forecasts, given[realised], given.get("selected"), unused)


def _read(path: str | os.PathLike[str]) -> tuple[dict[str, list[str]], IntArray]:
    """Return the cells of each column as texts, and the lines of the file that they stand on."""
    try:
        # The standard reader, as pandas takes surplus cells for row labels and shifts the columns without a word.
        with open(path, encoding="utf-8-sig", newline="") as file:  # noqa: PTH123 - it takes any path
            reader = csv.reader(file, skipinitialspace=True, strict=True)
            table = [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except (csv.Error, UnicodeDecodeError) as error:
        raise InputError(f"{path}: no file of comma-separated values in UTF-8: {error}") from None
    if not table:
        raise InputError(f"{path}: the file is empty; it needs a line of column names and rows below it")
    names = [name.strip() for name in table[0][1]]
    rows = table[1:]
    if len(names) == 1 and ";" in names[0]:
        raise InputError(
            f"{path}: its columns are apart by semicolons; save it with commas, and points in numbers"
        )
    faults = []
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        faults.append(f"the column {', '.join(twice)} is there twice; rename one")
    wrong = [line for line, cells in rows if len(cells) != len(names)]
    if wrong:
        faults.append(
            f"{named_rows(wrong, noun='line')}: needs {len(names)} cells, as many as there are column names, found "
            f"more or fewer; a comma inside a cell needs quotes around the cell"
        )
    if faults:
        raise _faulty(path, faults)
    columns = {name: [cells[place].strip() for _, cells in rows] for place, name in enumerate(names)}
    return columns, np.array([line for line, _ in rows], dtype=np.int64)


def _level(name: str) -> float | None:
    """Return the probability that a column is named by, None if it is named otherwise."""
    try:
        level = float(name.removeprefix("q"))
    except ValueError:
        return None
    return level if 0.0 < level < 1.0 else None


def _numbers(
    cells: list[str], name: str, lines: IntArray, words: Mapping[str, float], faults: list[str]
) -> FloatArray:
    """Read the texts of one column, NaN where a cell is empty."""
    values = np.full(len(cells), np.nan)
    bad = np.zeros(len(cells), dtype=bool)
    shown = ""
    for row, text in enumerate(cells):
        if not text:
            continue
        try:
            values[row] = words[text.lower()] if text.lower() in words else float(text)
            bad[row] = not np.isfinite(values[row])
        except ValueError:
            bad[row] = True
        if bad[row]:
            values[row] = 0.0  # it has its own message, and is not missing
            shown = shown or text
    _fault(faults, name, bad, lines, "needs a finite number", repr(shown))
    return values


def _fault(faults: list[str], name: str, bad: BoolArray, lines: IntArray, needed: str, found: str) -> None:
    if bad.any():
        faults.append(
            f"column {name}, {named_rows(lines[bad].tolist(), noun='line')}: {needed}, found {found}"
        )


def _forecasts(
    given: dict[str, FloatArray],
    quantiles: dict[str, float],
    normal: bool,
    lines: IntArray,
    faults: list[str],
) -> tuple[Any, Literal["quantiles", "normals", "chances"]]:
    import pandas as pd

    if quantiles:
        order = sorted(quantiles, key=quantiles.__getitem__)
        for low, high in pairwise(order):
            bad = given[low] > given[high]
            _fault(faults, high, bad, lines, f"needs quantiles that rise, so at least that of {low}", "less")
        return pd.DataFrame({quantiles[name]: given[name] for name in order}), "quantiles"
    if normal:
        _fault(faults, "sd", given["sd"] <= 0.0, lines, "needs a standard deviation above 0", "0 or less")
        if faults:
            return None, "normals"
        pairs = zip(given["mean"].tolist(), given["sd"].tolist(), strict=True)
        return [Normal(mean, sd) for mean, sd in pairs], "normals"
    bad = (given["p"] < 0.0) | (given["p"] > 1.0)
    _fault(faults, "p", bad, lines, "needs a chance from 0 to 1", "something else")
    return given["p"], "chances"


def _faulty(path: str | os.PathLike[str], faults: list[str]) -> InputError:
    count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
    return InputError(f"{path}: {count}\n" + "\n".join(f"  - {fault}" for fault in faults))
