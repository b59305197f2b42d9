"""Processor time to the walkaway of the discount, on the three example deals, by design.

Each run reads the deal, draws, and finds the walkaway of the discount, alone negotiated, under the deal's own rule.
Sobol' points with and without the no-deal value integrated out are measured at the first size, from the least that
gives no warning, whose standard error is small enough; independent draws are scaled from the size they are timed at.

Run: ``make bench``, or ``python benchmarks/example_deals.py --repeat 5``.
"""

from __future__ import annotations

import argparse
import math
import statistics
import sys
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import walkaway_sim as ws
from ratio import timed
from walkaway_sim.examples import example_path

TARGETS = (0.0005, 0.00005)
"""Standard errors of the walkaway: 0.05 and 0.005 percentage points."""

HELD = {"freight": {"deliveries_per_week": 2.0}}
"""Terms held elsewhere than proposed: five deliveries of the freight deal leave no discount to be found."""

WAYS = {"sobol": ("sobol", False), "sobol, integrated": ("sobol", True), "random": ("random", False)}
LEAST, MOST = 2**14, 2**23


def one_term(name: str) -> ws.Deal:
    """Return an example deal with the discount alone negotiated."""
    deal = ws.read_deal(example_path(name))
    recipe = dict(deal.recipe or {})
    held = {term.name: term.proposed for term in deal.terms if term.name != "discount"}
    recipe["fixed_terms"] = recipe["fixed_terms"] | held | HELD.get(name, {})
    recipe["terms"] = [deal.term("discount")]
    return ws.supply_agreement(**recipe)


def solve(name: str, way: str, n: int, seed: int = 7) -> tuple[float, float]:
    """Return the walkaway of the discount with its standard error."""
    design, conditional = WAYS[way]
    deal = one_term(name)
    sim = ws.simulate(deal, n, design, rng=seed, max_memory=2**31)  # type: ignore[arg-type]  # one of the designs
    found = ws.walkaway(sim, ws.parse_rule(deal.rule or "mean"), conditional=conditional)["discount"]
    return found.estimate, found.standard_error


def median_seconds(name: str, way: str, n: int, repeat: int) -> float:
    """Return the processor seconds of one run."""
    return statistics.median(timed(partial(solve, name, way, n)) for _ in range(repeat))


def reached(name: str, way: str, repeat: int) -> list[str]:
    """Return the seconds to each target, with the draws; or why there are none."""
    try:
        _, first = solve(name, way, 2**16)
    except ws.InputError as error:
        return [str(error).split(" out, ")[-1]]
    if not first > 0.0:
        return ["no walkaway in the range"]
    cells = []
    for target in TARGETS:
        if way == "random":
            seconds = median_seconds(name, way, 2**16, repeat)
            n = 2**16 * (first / target) ** 2
            cells.append(f"{seconds * n / 2**16:.3g} s ({n:,.0f} draws)")
            continue
        n = LEAST
        while n <= MOST and solve(name, way, n)[1] > target:
            n *= 2
        seconds = median_seconds(name, way, n, repeat if n < 2**20 else 1) if n <= MOST else math.inf
        cells.append(f"{seconds:.3g} s (2^{n.bit_length() - 1} draws)")
    return cells


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=5)
    given = parser.parse_args()
    for name in ("packaging", "freight", "managed_service"):
        for way in WAYS:
            print(
                f"{name:16s} {way:20s}",
                *(f"{cell:30s}" for cell in reached(name, way, given.repeat)),
                flush=True,
            )


if __name__ == "__main__":
    main()
