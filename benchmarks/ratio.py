"""The walkaway table of the packaging deal against a careful analyst's one look at its value.

All run in this process, on one thread, interleaved; medians of the repetitions are compared. The
baseline, `careful_numpy`, draws the same inputs and values the deal once; the library draws, values,
and finds all six walkaways with their intervals. A second baseline reads its slow quantiles from a
table, as an analyst in a hurry would.

Run: ``make bench``, or ``python benchmarks/ratio.py --draws 1048576 --repeat 5``.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

import walkaway_sim as ws
from walkaway_sim.examples import example_path

sys.path.insert(0, str(Path(__file__).parent))
import careful_numpy


def timed(work: Callable[[], object]) -> float:
    """Return the processor seconds that `work` takes: what others do on the machine hardly counts."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def main() -> None:
    """Print the two medians and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=2**20)
    parser.add_argument("--repeat", type=int, default=5)
    given = parser.parse_args()
    deal = ws.read_deal(example_path("packaging"))
    rule = ws.ChanceRule(0.9)
    parts: dict[str, list[float]] = {
        "careful NumPy": [],
        "with a table": [],
        "draw and value": [],
        "six walkaways": [],
    }

    def careful(*, tabulated: bool = False) -> None:
        careful_numpy.value(careful_numpy.draw(given.draws, 7, tabulated=tabulated))

    def library() -> None:
        begin = time.process_time()
        sim = ws.simulate(deal, given.draws, "random", rng=7)
        middle = time.process_time()
        ws.walkaway(sim, rule)
        parts["draw and value"].append(middle - begin)
        parts["six walkaways"].append(time.process_time() - middle)

    library()  # tables of the fast inverses, imports
    careful(tabulated=True)
    for series in parts.values():
        series.clear()
    whole = []
    for _ in range(given.repeat):
        parts["careful NumPy"].append(timed(careful))
        parts["with a table"].append(timed(lambda: careful(tabulated=True)))
        whole.append(timed(library))
    medians = {name: statistics.median(series) for name, series in parts.items()}
    exact, table = medians["careful NumPy"], medians["with a table"]
    print(f"{given.draws} draws, medians of {given.repeat} interleaved runs, NumPy {np.__version__}")
    for name, seconds in (*medians.items(), ("whole table", statistics.median(whole))):
        print(
            f"{name:16s} {seconds:8.3f} s {seconds / exact:8.2f} x careful NumPy"
            f" {seconds / table:8.2f} x the same with a table"
        )


if __name__ == "__main__":
    main()
