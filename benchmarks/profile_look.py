"""Where the time of one look at the whole value model goes, node by node.

Run: ``python benchmarks/profile_look.py``. Times are of each function of the graph by itself, on blocks of 2^14
draws, the median over the blocks; they add up to the whole.
"""

from __future__ import annotations

import inspect
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import walkaway_sim as ws
from walkaway_sim.deal.graph import Node, ValueGraph
from walkaway_sim.deal.supply import COMPONENTS, NODES

sys.path.insert(0, str(Path(__file__).parent))
from full import full_deal

SHOWN = 12


def main() -> None:
    """Print the share of each node, the largest first."""
    sim = ws.simulate(full_deal(), 2**18, "random", rng=7)
    model: Any = sim.deal.value
    seconds: dict[str, list[float]] = {}

    def clocked(node: Node) -> Node:
        function = node.function

        def run(*arguments: Any) -> Any:
            begin = time.perf_counter()
            result = function(*arguments)
            seconds.setdefault(node.name, []).append(time.perf_counter() - begin)
            return result

        run.__signature__ = inspect.signature(function)  # type: ignore[attr-defined]  # a function takes attributes
        return Node(node.name, run)

    graph = ValueGraph([clocked(node) for node in COMPONENTS], [clocked(node) for node in NODES])
    for _ in range(2):
        seconds.clear()
        for block in sim.blocks:
            graph.evaluate(model.leaves(block.inputs, sim.deal.proposed), graph.components)
    medians = {name: statistics.median(series) for name, series in seconds.items()}
    whole = sum(medians.values())
    print(f"one look: {whole / 2**14 * 1e9:.0f} ns a draw")
    ranked = sorted(medians.items(), key=lambda item: -item[1])
    for name, median in ranked[:SHOWN]:
        print(f"{name:24s} {100 * median / whole:5.1f}%")
    rest = sum(median for _, median in ranked[SHOWN:])
    print(f"{len(ranked) - SHOWN} others{'':16s} {100 * rest / whole:5.1f}%")


if __name__ == "__main__":
    main()
