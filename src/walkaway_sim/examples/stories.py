"""Two stories that the example deals tell, beside the figures of the prototype they came from.

Run it with ``python -m walkaway_sim.examples.stories``; with a directory behind it the pictures are written there.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

import walkaway_sim as ws
from walkaway_sim.examples.shelf import example_path

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["freight_by_deliveries", "main", "plot_freight", "service_by_dependence"]

SEED = 7
DELIVERIES = (2, 3, 4, 5)

FREIGHT_PROTOTYPE = {
    2: (142_000, 88_000, 0.84),
    3: (101_000, 49_000, 0.72),
    4: (63_000, 14_000, 0.55),
    5: (29_000, -18_000, 0.38),
}
"""By deliveries a week: surplus at the modes, expected surplus, chance to beat no deal."""

SERVICE_PROTOTYPE = {"independent": (0.85, 0.973), "correlated": (0.78, 0.939)}
"""Chance to beat no deal, and walkaway of the guarantee under a chance of 80%."""


def freight_by_deliveries(n_draws: int = 2**16) -> pd.DataFrame:
    """Return the freight deal by deliveries a week: best guess, expected surplus and chance.

    Parameters
    ----------
    n_draws : int

    Returns
    -------
    DataFrame
        One row per number of deliveries; surplus and chance with their 95% intervals, the 10 and 90%
        quantiles of the surplus, and the prototype's figures [NZD, probability].

    Examples
    --------
    >>> table = freight_by_deliveries(2**14)
    >>> bool(table.loc[5, "best_guess"] > 0 > table.loc[5, "surplus"])
    True
    """
    sim = ws.simulate(ws.read_deal(example_path("freight")), n_draws, rng=SEED)
    rows = []
    for drops in DELIVERIES:
        at = {"deliveries_per_week": float(drops)}
        judged = ws.assess(sim, ws.ExpectedValueRule(), at)
        low, high = np.quantile(sim.surplus(at), (0.1, 0.9))
        guess, mean, chance = FREIGHT_PROTOTYPE[drops]
        rows.append(
            {
                "best_guess": ws.best_guess(sim, at),
                "surplus": judged.surplus.estimate,
                "surplus_low": judged.surplus.low,
                "surplus_high": judged.surplus.high,
                "tenth": low,
                "nine_tenths": high,
                "chance": judged.probability.estimate,
                "chance_low": judged.probability.low,
                "chance_high": judged.probability.high,
                "prototype_best_guess": guess,
                "prototype_surplus": mean,
                "prototype_chance": chance,
            }
        )
    return pd.DataFrame(rows, index=pd.Index(DELIVERIES, name="deliveries a week"))


def service_by_dependence(n_draws: int = 2**16) -> pd.DataFrame:
    """Return the managed service with its inputs independent, and correlated.

    Parameters
    ----------
    n_draws : int

    Returns
    -------
    DataFrame
        Chance to beat no deal, mean of the worst tenth, walkaway of the guarantee, and the chance with
        excess tickets billed at twice their cost, each with its 95% interval.

    Examples
    --------
    >>> chance = service_by_dependence(2**14)["chance"]
    >>> bool(chance["independent"] > 0.8 > chance["correlated"])
    True
    """
    deal = ws.read_deal(example_path("managed_service"))
    rule = ws.ChanceRule(0.8)
    rows = {}
    for name, one in (("independent", replace(deal, correlation=None)), ("correlated", deal)):
        sim = ws.simulate(one, n_draws, rng=SEED)
        judged = ws.assess(sim, rule)
        guarantee = ws.walkaway(sim, rule)["guarantee"]
        billed = ws.assess(sim, rule, {"excess_work_price": 2.0}).probability
        found = {"chance": judged.probability, "worst_tenth": judged.shortfall, "billed_chance": billed}
        row = {"verdict": judged.verdict, "guarantee": guarantee.estimate}
        row |= {"guarantee_low": guarantee.low, "guarantee_high": guarantee.high}
        for key, figure in found.items():
            row |= {key: figure.estimate, f"{key}_low": figure.low, f"{key}_high": figure.high}
        row |= dict(zip(("prototype_chance", "prototype_guarantee"), SERVICE_PROTOTYPE[name], strict=True))
        rows[name] = row
    return pd.DataFrame.from_dict(rows, orient="index")


def plot_freight(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Plot best guess, mean and 80% band of the freight deal's surplus by deliveries a week.

    Parameters
    ----------
    table : DataFrame
        From `freight_by_deliveries`.
    ax : matplotlib Axes, optional
        Drawn on; a new figure without.

    Returns
    -------
    matplotlib Axes
    """
    if ax is None:
        from matplotlib.figure import Figure

        ax = Figure(figsize=(8.0, 4.4), layout="constrained").subplots()
    drops = np.asarray(table.index, dtype=float)
    band = np.array([table["surplus"] - table["tenth"], table["nine_tenths"] - table["surplus"]]) / 1e3
    ax.axhline(0.0, color="#222222", linewidth=1.0)
    ax.errorbar(
        drops, table["surplus"] / 1e3, yerr=band, fmt="o", color="#1f5fa8", capsize=5, markersize=7,
        label="mean, with what happens in eight cases of ten",
    )  # fmt: skip
    ax.plot(
        drops, table["best_guess"] / 1e3, "D", color="#c0392b", fillstyle="none", markersize=9, markeredgewidth=1.8,
        label="everybody's best guess",
    )  # fmt: skip
    for place, (_, row) in zip(drops, table.iterrows(), strict=True):
        ax.annotate(
            f"beats no deal\nin {100 * row['chance']:.0f}%", (place, row["surplus"] / 1e3), xytext=(12, -4),
            textcoords="offset points", fontsize=9, color="#1f5fa8", va="top",
        )  # fmt: skip
    ax.set_xlim(drops[0] - 0.3, drops[-1] + 0.7)
    ax.set_xticks(drops, [f"{drop:.0f}" for drop in drops])
    ax.set_xlabel("deliveries a week")
    ax.set_ylabel("surplus over no deal [thousand NZD]")
    ax.set_title(
        "Freight: the best guess says sign at five deliveries, the mean says walk", loc="left", fontsize=11
    )
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(visible=True, axis="y", color="#dddddd", linewidth=0.6)
    ax.legend(frameon=False, fontsize=9, loc="upper right")
    return ax


def main(arguments: list[str] | None = None) -> None:
    """Print both tables; write the picture where a directory is named."""
    given = sys.argv[1:] if arguments is None else arguments
    freight, service = freight_by_deliveries(), service_by_dependence()
    with pd.option_context("display.width", 200, "display.max_columns", 30, "display.precision", 4):
        sys.stdout.write(
            f"Freight, by deliveries a week\n{freight.T.to_string(float_format='{:,.3f}'.format)}\n\n"
        )
        sys.stdout.write(f"Managed service\n{service.T.to_string(float_format='{:,.4f}'.format)}\n")
    if given:
        target = Path(given[0]) / "freight_story.png"
        target.parent.mkdir(parents=True, exist_ok=True)
        plot_freight(freight).get_figure(root=True).savefig(target, dpi=130, metadata={"Software": None})  # type: ignore[union-attr]  # an Axes that was drawn has a figure
        sys.stdout.write(f"Written to {target}\n")


if __name__ == "__main__":
    main()
