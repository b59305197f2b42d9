"""What the library promises of its own costs: an offer, an import, opaque value functions, and very many draws.

Each ratio is of medians of interleaved repetitions in this process; wall time where two workers or fresh processes
take part, processor time elsewhere. The last measurement takes minutes: leave it out with ``--quick``.

Run: ``make bench``, or ``python benchmarks/limits.py --repeat 5``.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
import careful_numpy
import walkaway_sim as ws
from against_peers import _peak_megabytes
from ratio import timed
from walkaway_sim.examples import example_path

RULE = ws.ChanceRule(0.9)


@dataclass(frozen=True, slots=True)
class Opaque:
    """A value function of which nothing is known but that it can be called."""

    value: Callable[[Any, Any], Any]

    def __call__(self, inputs: Mapping[str, Any], terms: Mapping[str, float]) -> Any:
        """Return the components of the value."""
        return self.value(inputs, terms)


def opaque_deal() -> ws.Deal:
    """Return the packaging deal with its value function hidden."""
    deal = ws.read_deal(example_path("packaging"))
    return ws.Deal(
        name=deal.name,
        inputs=deal.inputs,
        terms=deal.terms,
        value=Opaque(deal.value),
        no_deal=deal.no_deal,
        correlation={pair.names: pair.asked for pair in deal.dependence.pairs if pair.asked},
    )


def wall(work: Callable[[], object]) -> float:
    """Return the wall seconds that `work` takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def medians(
    works: Mapping[str, Callable[[], object]], repeat: int, clock: Callable[..., float]
) -> dict[str, float]:
    """Return the median seconds of each work, interleaved."""
    for work in works.values():
        work()
    series: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(repeat):
        for name, work in works.items():
            series[name].append(clock(work))
    return {name: statistics.median(each) for name, each in series.items()}


def table(deal: ws.Deal, n: int, workers: int) -> Callable[[], object]:
    """Return the work of drawing, valuing, and finding all walkaways with their intervals."""
    return lambda: ws.walkaway(ws.simulate(deal, n, "random", rng=7, workers=workers), RULE)


def many_draws(n: int, rule: ws.ChanceRule | ws.ExpectedValueRule) -> None:
    """Print the seconds and the peak memory of one run; for a process of its own."""
    deal = ws.read_deal(example_path("packaging"))
    ws.walkaway(ws.simulate(deal, 2**14, "random", rng=7), rule)
    seconds = wall(lambda: ws.walkaway(ws.simulate(deal, n, "random", rng=7), rule))
    print(json.dumps([seconds, _peak_megabytes()]))


def in_its_own_process(*arguments: str) -> Any:
    """Return what this program prints when run with other arguments."""
    done = subprocess.run([sys.executable, __file__, *arguments], check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """Print every ratio with what it is of."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--many", nargs=2)
    given = parser.parse_args()
    if given.many:
        rule = RULE if given.many[1] == "chance" else ws.ExpectedValueRule()
        many_draws(2 ** int(given.many[0]), rule)
        return
    packaging, hidden = ws.read_deal(example_path("packaging")), opaque_deal()

    drawn = careful_numpy.draw(2**16, 7)
    for design in ("random", "sobol"):
        sim = ws.simulate(packaging, 2**16, design, rng=7)
        offer = {"discount": 0.07, "payment_days": 60.0}
        works: dict[str, Callable[[], object]] = {
            "hand": partial(careful_numpy.value, drawn),
            "offer": partial(ws.assess, sim, RULE, offer),
        }
        found = medians(works, 4 * given.repeat + 1, timed)
        print(
            f"assess of one offer on 2^16 {design} draws: {found['offer'] / found['hand']:.2f} x one value by hand"
        )

    fresh: dict[str, Callable[[], object]] = {
        name: partial(subprocess.run, [sys.executable, "-c", f"import {name}"], check=True)
        for name in ("numpy", "walkaway_sim")
    }
    found = medians(fresh, 4 * given.repeat + 1, wall)
    print(f"import walkaway_sim: {found['walkaway_sim'] / found['numpy']:.2f} x import numpy")

    n = 2**20
    works = {"hand": partial(careful_numpy.draw_and_value, n, 7)}
    for name, deal in (("", packaging), (", opaque value function", hidden)):
        for workers in (1, 2):
            works[f"{workers} worker(s){name}"] = table(deal, n, workers)
    found = medians(works, given.repeat, wall)
    for name in list(works)[1:]:
        print(
            f"all six walkaways, 2^20 draws, {name}: {found[name] / found['hand']:.2f} x draw and value by hand"
        )

    if given.quick:
        return
    for rule_name in ("chance", "mean"):
        few = [in_its_own_process("--many", "20", rule_name) for _ in range(3)]
        seconds = statistics.median(one[0] for one in few)
        many, peak = in_its_own_process("--many", "26", rule_name)
        print(
            f"2^26 draws, rule {rule_name}: {many / (64 * seconds):.2f} x 64 x the time of 2^20; peak {peak:.0f} MB"
        )


if __name__ == "__main__":
    main()
