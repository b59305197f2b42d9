"""Freight against shipment value, and lateness, of a health programme's shipments.

The elasticity over all shipments, with intervals that take shipments, or countries, for independent. Then fitted on
80% of shipments, or of countries, and scored on the others, on the logarithm of freight; naive: freight as a share of
value, and freight whatever the value. Lateness: the chance by country, and days late of the late ones, scored on the
others too.

Run: ``python benchmarks/real/freight.py FOLDER``.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parent))
from predictive import Floats, Scores, folder, predictive, show

import walkaway_sim as ws


def lines(data: Path) -> pd.DataFrame:
    """Return the lines as they are, with freight as a number where it is one."""
    table = pd.read_csv(data / "scms_delivery" / "scms_delivery_history.csv.gz")
    table["freight"] = pd.to_numeric(table["Freight Cost (USD)"], errors="coerce")
    dates = {}
    for name in ("Scheduled Delivery Date", "Delivered to Client Date"):
        dates[name] = pd.to_datetime(table[name], format="%d-%b-%y")
    table["days_late"] = (dates["Delivered to Client Date"] - dates["Scheduled Delivery Date"]).dt.days
    return table


def shipments(table: pd.DataFrame) -> pd.DataFrame:
    """Return one row per shipment whose freight is a number above 0: lines summed."""
    by = table.groupby("ASN/DN #")
    found = pd.DataFrame(
        {
            "value": by["Line Item Value"].sum(),
            "cost": by["freight"].max(),
            "country": by["Country"].first(),
            "days_late": by["days_late"].max(),
        }
    )
    nothing = (found["value"] <= 0.0) | (found["cost"] <= 0.0)
    print(
        f"{len(found)} shipments, {nothing.sum()} of them without value or with no freight charged: left out"
    )
    return found[~nothing]


def scored(train: pd.DataFrame, test: pd.DataFrame, title: str) -> None:
    """Fit on one part, score on another, on the logarithm of freight."""
    fit = ws.fit_delivery_cost(train, size="value", cost="cost", group="country", rng=7)
    share = np.sort(np.log(train["cost"].to_numpy() / train["value"].to_numpy()))
    plain = np.sort(np.log(train["cost"].to_numpy()))
    errors: Floats = np.log(test["cost"].to_numpy())
    sizes: Floats = np.log(test["value"].to_numpy())
    scores = Scores()
    # The predictive spread hardly changes with size: one look at the mean size serves for all.
    centred = np.log(predictive(fit.delivery_cost(float(np.exp(fit.centre)))))
    scores.add("log-linear", centred, errors - fit.elasticity * (sizes - fit.centre))
    scores.add("share of value", share, errors - sizes)
    scores.add("whatever the value", plain, errors)
    show(title, scores.frame())


def lateness(table: pd.DataFrame) -> None:
    """Fit and score days late by line."""
    stream = np.random.default_rng(7)
    out = stream.random(len(table)) < 0.2
    train, test = table[~out], table[out]
    for label, one in (("all", table), ("direct", table[table["Fulfill Via"] == "Direct Drop"])):
        fit = ws.fit_on_time(one, group="Country", rng=7)
        show(f"Lateness of lines, {label}", fit.intervals())
        if fit.groups is not None:
            show(f"On-time rate over countries, {label}", fit.groups.intervals())
    scores = Scores()
    late = test.loc[test["days_late"] > 0, "days_late"].to_numpy(dtype=float)
    for tail in ("lognormal", "pareto"):
        found = ws.fit_on_time(train, tail=tail, rng=7)
        scores.add(tail, np.log(np.maximum(predictive(found.days_given_late()), 1e-3)), np.log(late))
        print(f"{tail}: log likelihood {found.tail.log_likelihood:,.1f}")
        show(f"Days late of late lines, {tail}", found.to_frame())
    seen = np.sort(np.log(train.loc[train["days_late"] > 0, "days_late"].to_numpy(dtype=float)))
    scores.add("as seen", seen, np.log(late))
    show("ln(days late) of late lines, fitted on 80%, scored on the others", scores.frame())


def main(data: Path) -> None:
    """Print the tables."""
    table = lines(data)
    found = shipments(table)
    fits = {
        "shipments": ws.fit_delivery_cost(found, size="value", rng=7),
        "countries": ws.fit_delivery_cost(found, size="value", group="country", rng=7),
    }
    for unit, fit in fits.items():
        show(f"ln(freight) = a + b ln(value), {unit} independent", fit.intervals())
    fit = fits["countries"]
    print(fit.used)
    print(f"R squared {fit.r_squared:.3f}; mean over median: smeared {fit.smearing:.2f}, ", end="")
    print(f"lognormal {np.exp(fit.log_sd**2 / 2):.2f}; split in 4: {fit.cost_of_splitting(4)}")
    usable = found.dropna(subset=["cost"])
    out = np.random.default_rng(7).random(len(usable)) < 0.2
    scored(usable[~out], usable[out], "ln(freight), fitted on 80% of shipments, scored on the others")
    names = np.array(sorted(usable["country"].unique()))
    held = usable["country"].isin(np.random.default_rng(7).choice(names, len(names) // 5, replace=False))
    scored(usable[~held], usable[held], "ln(freight), fitted on 80% of countries, scored on the others")
    lateness(table)


if __name__ == "__main__":
    folder(__doc__, main)
