"""What an answer at the table costs: `respond` against one value of the whole deal by hand.

The packaging deal on 2^16 stored draws. The baseline is `careful_numpy`'s value of the deal on as many draws, which are
drawn beforehand. Medians of interleaved repetitions in this process, on one thread; the pilot is drawn once,
before they begin, as it is on the first call.

Run: ``make bench``, or ``python benchmarks/respond.py --repeat 15``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import careful_numpy
import walkaway_sim as ws
from limits import medians
from ratio import timed
from walkaway_sim.decide.rules import Rule
from walkaway_sim.examples import example_path

CHANCE = ws.ChanceRule(0.9)
CASES: dict[str, tuple[Rule, dict[str, float]]] = {
    "accept": (CHANCE, {"discount": 0.07, "payment_days": 60.0}),
    "counter, far": (CHANCE, {"discount": 0.12, "payment_days": 60.0, "hold": 12.0}),
    "counter, near": (CHANCE, {"discount": 0.09, "payment_days": 60.0}),
    "counter, trade of three": (CHANCE, {"discount": 0.25, "rebate": 0.15, "payment_days": 120.0, "hold": 36.0}),
    "walk": (ws.ChanceRule(0.9, at_least=1e6), {"discount": 0.12, "payment_days": 60.0}),
    "counter, mean": (ws.ExpectedValueRule(), {"discount": 0.2, "payment_days": 60.0}),
    "counter, shortfall": (ws.ExpectedShortfallRule(0.1), {"discount": 0.12, "payment_days": 60.0}),
    "counter, certainty": (ws.CertaintyEquivalentRule(400_000), {"discount": 0.2, "payment_days": 60.0}),
}  # fmt: skip


def main() -> None:
    """Print every ratio with what it is of."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=15)
    given = parser.parse_args()
    deal = ws.read_deal(example_path("packaging"))
    drawn = careful_numpy.draw(2**16, 7)
    for design in ("sobol", "random"):
        sim = ws.simulate(deal, 2**16, design, rng=7)
        works: dict[str, Callable[[], object]] = {"hand": partial(careful_numpy.value, drawn)}
        for name, (rule, offer) in CASES.items():
            answer = ws.respond(sim, rule, offer).answer  # draws the pilot
            if not name.startswith(answer):
                raise SystemExit(f"{name} is answered by {answer}")
            works[name] = partial(ws.respond, sim, rule, offer)
        found = medians(works, given.repeat, timed)
        for name in CASES:
            print(
                f"respond, {name}, 2^16 {design} draws: {found[name] / found['hand']:.2f} x one value by hand"
            )


if __name__ == "__main__":
    main()
