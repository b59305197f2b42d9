"""Where the time of a whole run goes: generator, inverse distribution functions, cash flows, search.

Run: ``python benchmarks/profile_run.py``. The packaging deal, six walkaways under the chance rule, one thread,
processor seconds; medians over the repetitions.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
import walkaway_sim as ws
from ratio import timed
from walkaway_sim.examples import example_path
from walkaway_sim.sampling.plan import DesignName
from walkaway_sim.simulation.valuing import value_draws


class Clocked:
    """A design that counts the seconds of its points."""

    def __init__(self, design: Any) -> None:
        self.design, self.seconds = design, 0.0

    def __getattr__(self, name: str) -> Any:
        """Return what the design has."""
        return getattr(self.design, name)

    def uniform(self, name: str, coordinate: int, index: int) -> Any:
        """Return the points of a block."""
        return self._clocked(self.design.uniform, name, coordinate, index)

    def normal(self, name: str, coordinate: int, index: int) -> Any:
        """Return the normal scores of a block; inverted ones count as points."""
        return self._clocked(self.design.normal, name, coordinate, index)

    def _clocked(self, draw: Any, *arguments: Any) -> Any:
        begin = time.process_time()
        points = draw(*arguments)
        self.seconds += time.process_time() - begin
        return points


def once(deal: ws.Deal, n: int, design: DesignName) -> dict[str, float]:
    """Return the seconds of each part of one run."""
    sim = ws.simulate(deal, n, design, rng=7)
    if sim.plan is None:
        raise SystemExit("the simulation has no plan")
    clocked = Clocked(type(sim.plan.design)(**_arguments(sim, design)))
    plan = replace(sim.plan, design=clocked)
    drawing = valuing = 0.0
    for index in range(plan.n_blocks):
        begin = time.process_time()
        drawn = plan.draw(index)
        middle = time.process_time()
        rows = plan.rows(index)
        value_draws(deal, drawn, rows.start, rows.stop - rows.start, sim.chosen)
        drawing += middle - begin
        valuing += time.process_time() - middle
    search = timed(lambda: ws.walkaway(sim, ws.ChanceRule(0.9)))
    return {
        "generator": clocked.seconds,
        "inverse distribution functions, dependence, events": drawing - clocked.seconds,
        "cash flows, one look": valuing,
        "search": search,
    }


def _arguments(sim: ws.Simulation, design: str) -> dict[str, Any]:
    """Return what makes a fresh design like that of a simulation, with nothing remembered."""
    given: dict[str, Any] = {"root": sim.seed, "n_draws": sim.n_draws}
    if design == "sobol":
        given |= {"n_replicates": sim.n_replicates, "n_coordinates": sum(1 for _ in sim.deal.sampled) + 8}
    return given


def main() -> None:
    """Print the shares."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=2**20)
    parser.add_argument("--repeat", type=int, default=5)
    given = parser.parse_args()
    deal = ws.read_deal(example_path("packaging"))
    designs: tuple[DesignName, ...] = ("random", "sobol")
    for design in designs:
        runs = [once(deal, given.draws, design) for _ in range(given.repeat + 1)][1:]
        medians = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
        whole = sum(medians.values())
        print(f"{given.draws} {design} draws: {1e9 * whole / given.draws:.0f} ns a draw")
        for name, seconds in medians.items():
            print(f"  {name:52s} {100 * seconds / whole:5.1f}%")


if __name__ == "__main__":
    main()
