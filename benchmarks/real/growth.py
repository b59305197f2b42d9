"""Growth and retention of a wholesaler's accounts: fitted on its first year, scored on its second, by size.

In time: growth from the first to the second half of year 1, by size band, against the same halves of year 2. Across
accounts: growth from year 1 to year 2 of four fifths of the accounts, against the others. Scored on ln(1 + growth) of
those retained; the naive forecasts are "no change", and the growth of all accounts whatever their size.

Run: ``python benchmarks/real/growth.py FOLDER``.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parent))
from predictive import Scores, folder, predictive, show

import walkaway_sim as ws

BANDS = (0.0, 500.0, 2000.0, 5000.0)
PERIODS = {
    "y1h1": ("2009-12-01", "2010-06-01"),
    "y1h2": ("2010-06-01", "2010-12-01"),
    "y2h1": ("2010-12-01", "2011-06-01"),
    "y2h2": ("2011-06-01", "2011-12-01"),
}


def spends(data: Path) -> pd.DataFrame:
    """Return one row per account: spend in each half year [GBP]."""
    orders = pd.read_csv(data / "online_retail_ii" / "orders_by_customer.csv.gz", parse_dates=["InvoiceDate"])
    out = {}
    for name, (start, end) in PERIODS.items():
        inside = (orders["InvoiceDate"] >= start) & (orders["InvoiceDate"] < end)
        out[name] = orders[inside].groupby("Customer ID")["gross"].sum()
    return pd.DataFrame(out).fillna(0.0)


def pairs(before: pd.Series[float], after: pd.Series[float]) -> pd.DataFrame:
    """Return the accounts that bought before, with their spend before and after."""
    table = pd.DataFrame({"before": before, "after": after})
    return table[table["before"] > 0.0]


def scored(train: pd.DataFrame, test: pd.DataFrame, title: str) -> None:
    """Fit on one set of accounts, score on another."""
    by_size, everybody = Scores(), Scores()
    families: tuple[Literal["student", "empirical"], ...] = ("student", "empirical")
    fits = {name: ws.fit_growth(train, bands=BANDS, family=name, rng=7) for name in families}
    plain = ws.fit_growth(train, family="empirical", rng=7)
    retention = []
    for band in fits["student"].bands:
        here = test[(test["before"] >= band.low) & (test["before"] < band.high)]
        stayed = here[here["after"] > 0.0]
        values = np.log(stayed["after"].to_numpy() / stayed["before"].to_numpy())
        for name, found in fits.items():
            sample = np.log1p(predictive(found.growth(band.low)))
            everybody.add(name, sample, values)
            if name == "student":
                by_size.add(band.name, sample, values)
        everybody.add("all sizes alike", np.log1p(predictive(plain.growth(1.0))), values)
        everybody.add("no change", np.zeros(2), values)
        chances = band.plausible_retention
        drawn = np.random.default_rng(7).binomial(len(here), np.repeat(chances, 50)) / len(here)
        low, high = np.quantile(drawn, (0.05, 0.95))
        kept = (here["after"] > 0.0).to_numpy().astype(float)
        retention.append(
            {
                "accounts": len(here),
                "forecast": band.retention,
                "low 90%": low,
                "high 90%": high,
                "came": kept.mean(),
                "Brier": np.mean((kept - band.retention) ** 2),
                "Brier, all sizes alike": np.mean((kept - plain.bands[0].retention) ** 2),
            }
        )
    names = [band.name for band in fits["student"].bands]
    show(f"{title}: growth of those retained, all bands", everybody.frame())
    show(f"{title}: the student fit by prior spend", by_size.frame())
    show(f"{title}: retention", pd.DataFrame(retention, index=names))


def main(data: Path) -> None:
    """Print the tables."""
    table = spends(data)
    first, second = pairs(table["y1h1"], table["y1h2"]), pairs(table["y2h1"], table["y2h2"])
    scored(first, second, "Half year to half year, fitted on year 1, scored on year 2")
    years = pairs(table["y1h1"] + table["y1h2"], table["y2h1"] + table["y2h2"])
    show("Year to year, fitted to all accounts", ws.fit_growth(years, bands=BANDS, rng=7).to_frame().T)
    held_out = np.random.default_rng(7).random(len(years)) < 0.2
    scored(years[~held_out], years[held_out], "Year to year, fitted on 80% of accounts, scored on the others")


if __name__ == "__main__":
    folder(__doc__, main)
