"""Score what an input says beforehand against what came, coverage and CRPS, and put it on paper."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from walkaway_sim.inputs import Distribution, Input

__all__ = ["LEVELS", "Scores", "folder", "predictive", "show"]

LEVELS = (0.5, 0.8, 0.95)
Floats = NDArray[np.float64]


def predictive(given: Input, points: int = 50) -> Floats:
    """Return a sample of the predictive distribution, sorted: `points` quantiles of each plausible distribution."""
    middle = (np.arange(points) + 0.5) / points
    laws = given.plausible or (given.distribution,)
    found = [law.ppf(middle) for law in laws if isinstance(law, Distribution)]
    return np.sort(np.concatenate(found))


class Scores:
    """Coverage and CRPS of several forecasts of the same values, collected group by group."""

    def __init__(self) -> None:
        self.rows: dict[str, list[tuple[float, ...]]] = {}

    def add(self, name: str, sample: Floats, values: Floats) -> None:
        """Score one predictive sample, sorted, against the values that came, shape (n,)."""
        inside = []
        for level in LEVELS:
            low, high = np.quantile(sample, (0.5 - level / 2, 0.5 + level / 2))
            inside.append((values >= low) & (values <= high))
        scores = np.column_stack([*inside, _crps(sample, values)]).astype(float)
        self.rows.setdefault(name, []).extend(map(tuple, scores.tolist()))

    def frame(self) -> pd.DataFrame:
        """Return one row per forecast: values scored, coverage in percent, mean CRPS."""
        columns = ["n", *(f"covers {100 * level:.0f}%" for level in LEVELS), "CRPS"]
        rows = []
        for scored in self.rows.values():
            means = np.array(scored).mean(axis=0)
            rows.append([len(scored), *(100 * means[:-1]).round(1), means[-1]])
        return pd.DataFrame(rows, columns=columns, index=pd.Index(list(self.rows), name="forecast"))


def _crps(sample: Floats, values: Floats) -> Floats:
    """Return the CRPS of each value under a sorted sample: E|X - y| - E|X - X'|/2."""
    n = sample.size
    rank = np.arange(1, n + 1)
    spread = float(((2 * rank - n - 1) * sample).sum()) / n**2
    total = np.concatenate([[0.0], np.cumsum(sample)])
    below = np.searchsorted(sample, values)
    apart = values * below - total[below] + (total[-1] - total[below]) - values * (n - below)
    found: Floats = apart / n - spread
    return found


def show(title: str, table: pd.DataFrame) -> None:
    """Print a table under its title."""
    print(f"\n{title}\n{table.to_string(float_format='{:,.3f}'.format)}")


def folder(doc: str | None, main: Callable[[Path], None]) -> None:
    """Read the folder of data sets from the command line and run `main` with it."""
    parser = argparse.ArgumentParser(description=doc)
    parser.add_argument("data", type=Path, help="folder with one folder per data set")
    main(parser.parse_args().data)
