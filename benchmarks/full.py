"""The whole value model, every component on, against the same model in a careful analyst's NumPy.

All run in this process, on one thread, interleaved; medians of the repetitions are compared. The
baseline is `careful_full`: it draws the same inputs, and values the deal once. Compared with it are one
look at the value on given draws, drawing and valuing, and the whole walkaway table of six terms.

Run: ``make bench``, or ``python benchmarks/full.py --draws 1048576 --repeat 5``.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import walkaway_sim as ws

sys.path.insert(0, str(Path(__file__).parent))
import careful_full
import careful_full_draws
import careful_numpy
from ratio import timed

TERMS = (
    ws.Term("discount", proposed=0.06, range=(0.0, 0.25), concession="up"),
    ws.Term("payment_days", proposed=45, range=(0, 120), concession="up"),
    ws.Term("deliveries_per_week", proposed=3, levels=(1, 2, 3, 4, 5, 6), concession="up"),
    ws.Term("guarantee", proposed=0.93, range=(0.80, 0.99), concession="up"),
    ws.Term("hold", proposed=6, range=(0, 36), concession="up"),
    ws.Term("rebate", proposed=0.02, range=(0.0, 0.15), concession="up"),
)
"""The terms of the packaging deal."""


def full_deal() -> ws.Deal:
    """Return the contract of `careful_full` as a deal of the library."""
    from walkaway_sim.deal.supply import QUANTITIES
    from walkaway_sim.deal.supply import TERMS as CLAUSES

    contract = careful_full_draws.CONTRACT
    negotiated = {term.name for term in TERMS}
    perts = {**careful_numpy.PERTS, **careful_full_draws.PERTS}
    no_deal = perts.pop("no_deal")
    inputs: dict[str, Any] = {"volume": ws.lognormal(1100, 0.15)}
    inputs |= {name: ws.pert(*shape) for name, shape in perts.items()}
    inputs |= {name: number for name, number in contract.items() if name in QUANTITIES}
    inputs |= {
        "exit_hazard": careful_numpy.EXIT_HAZARD,
        "default_hazard": careful_numpy.DEFAULT_HAZARD,
        "collection_chance": careful_full_draws.COLLECTION_CHANCE,
        "renewal_chance": careful_full_draws.RENEWAL_CHANCE,
    }
    severity = ws.lognormal(careful_numpy.RECALL_MEDIAN, careful_numpy.RECALL_LOG_SD)
    fixed = {name: number for name, number in contract.items() if name in CLAUSES and name not in negotiated}
    return ws.supply_agreement(
        name="Packaging with everything",
        months=int(contract["months"]),
        annual_rate=contract["annual_rate"],
        inputs=inputs,
        terms=TERMS,
        fixed_terms=fixed,
        events={"recall": ws.event_risk(careful_numpy.RECALLS, severity)},
        rebate_tiers=ws.RebateTiers(careful_full_draws.REBATE_TIERS),
        fixed_costs=[
            *(ws.FixedCost(name, cost, "with") for name, cost in careful_full_draws.FIXED_COSTS.items()),
            *(ws.FixedCost(name, cost, "without") for name, cost in careful_full_draws.COSTS_WITHOUT.items()),
        ],
        correlation=careful_numpy.RANK_CORRELATIONS,
        no_deal=ws.pert(*no_deal),
    )


def main() -> None:
    """Print the medians and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=2**20)
    parser.add_argument("--repeat", type=int, default=5)
    given = parser.parse_args()
    deal, rule, n = full_deal(), ws.ChanceRule(0.9), given.draws
    drawn = careful_full_draws.draw(n, 7)
    sim = ws.simulate(deal, n, "random", rng=7)
    # A change to what is proposed makes the library value every component again.
    works: dict[str, Callable[[], object]] = {
        "careful look": lambda: careful_full.value(drawn),
        "library look": lambda: sim.value({"rebate": 0.02}),
        "careful draw and look": lambda: careful_full.value(careful_full_draws.draw(n, 7)),
        "the same with a table": lambda: careful_full.value(careful_full_draws.draw(n, 7, tabulated=True)),
        "library draw and look": lambda: ws.simulate(deal, n, "random", rng=7),
        "library six walkaways": lambda: ws.walkaway(sim, rule),
    }
    for work in works.values():
        work()  # tables of the fast inverses, memory
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(given.repeat):
        for name, work in works.items():
            seconds[name].append(timed(work))
    medians = {name: statistics.median(series) for name, series in seconds.items()}
    look, drawn_look = medians["careful look"], medians["careful draw and look"]
    table = medians["the same with a table"]
    print(f"every component on: {n} draws, medians of {given.repeat} interleaved runs")
    for name, median in medians.items():
        print(
            f"{name:22s} {median:8.3f} s {median / look:8.2f} x careful look"
            f" {median / drawn_look:8.2f} x careful draw and look {median / table:8.2f} x the same with a table"
        )


if __name__ == "__main__":
    main()
