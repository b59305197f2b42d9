"""Where the time of one look at the whole value model goes, by what it is spent on.

Run: ``python benchmarks/profile_look.py``. Times are of each function of the graph by itself, on blocks of 2^14
draws, the median over the blocks; they add up to the look but for the sum of the components.
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

GROUPS: dict[str, str] = {
    "late events and penalties": "late_penalties penalty_share events_a_month guarantee_penalties",
    "delivery": "delivery each_drop_cost drops_a_month delivery_ratio log_delivery_inflation on_time_at_terms",
    "rebate": "billed_by_year rebate_bonus rebate",
    "work": "log_work_growth log_work_inflation work_month work_value excess_work_value workload excess_work_billed",
    "price reviews": "log_index review_schedule price_stretches review_uplift price_reviews",
    "revenue and unit cost": "log_growth log_inflation volume_ratio cost_ratio volume_at_terms list_month "
    "volume_annuity cost_annuity gross_revenue net_revenue list_revenue discount unit_cost_value unit_cost",
    "shortfall fee": "shortfall_value shortfall_fee",
    "early ends and bad debt": "life defaulted traded discount_factor_end stock_left early_termination open_months "
    "default_loss bad_debt freed_capacity",
    "capacity surge": "capacity_surge",
}
"""What is spent on what; a node that several read stands with the first of them."""


def main() -> None:
    """Print the share of each group, the largest first, and of the largest nodes."""
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

        run.__signature__ = inspect.signature(function)  # type: ignore[attr-defined]  # it can
        return Node(node.name, run)

    graph = ValueGraph([clocked(node) for node in COMPONENTS], [clocked(node) for node in NODES])
    for _ in range(4):
        for block in sim.blocks:
            graph.evaluate(model.leaves(block.inputs, sim.deal.proposed), graph.components)
    medians = {name: statistics.median(series) for name, series in seconds.items()}
    whole = sum(medians.values())
    print(f"one look: {whole / 2**14 * 1e9:.0f} ns a draw")
    group_of = {name: group for group, names in GROUPS.items() for name in names.split()}
    groups = dict.fromkeys((*GROUPS, "all else"), 0.0)
    for name, median in medians.items():
        groups[group_of.get(name, "all else")] += median
    for title, parts, shown in (("by group", groups, len(groups)), ("by node", medians, 12)):
        print(title)
        for name, median in sorted(parts.items(), key=lambda item: -item[1])[:shown]:
            print(f"  {name:28s} {100 * median / whole:5.1f}%")


if __name__ == "__main__":
    main()
