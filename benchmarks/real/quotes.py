"""Win curves on real quotes: fitted on the quotes of four customers in five, judged on those of the others.

Run: ``python benchmarks/real/quotes.py FOLDER``, where ``FOLDER/b2b_quotes_metals/quotes.csv.gz`` has the columns
Customer, Order, Quantity, PricePerLb, CostPerLb and LagPrice. Nothing of the data is part of the library.
"""

from __future__ import annotations

import argparse
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

import walkaway_sim as ws
from walkaway_sim._typing import BoolArray, FloatArray
from walkaway_sim.inputs import Distribution

BANDS = 10


def split(quotes: pd.DataFrame, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the quotes of 80% of the customers, and those of the others."""
    names = quotes["Customer"].unique()
    seen = np.random.default_rng(seed).permutation(names)[: int(0.8 * names.size)]
    inside = quotes["Customer"].isin(seen)
    return quotes[inside], quotes[~inside]


def last_quotes(quotes: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return all but the last fifth of each customer's quotes, and that fifth: rows are in order of time."""
    place = quotes.groupby("Customer").cumcount(ascending=False)
    size = quotes.groupby("Customer")["Order"].transform("size")
    late = place < 0.2 * size
    late &= size >= 5
    return quotes[~late], quotes[late]


def scores(chance: FloatArray, won: BoolArray) -> tuple[float, float]:
    """Return the Brier score and the mean log loss."""
    told = np.where(won, chance, 1.0 - chance)
    return float(np.mean((chance - won) ** 2)), float(-np.mean(np.log(told)))


def reliability(chance: FloatArray, won: BoolArray) -> pd.DataFrame:
    """Return forecast and observed win rates in tenths of the forecast, with the 90% binomial interval."""
    from scipy.stats import binomtest

    band = pd.qcut(chance, BANDS, labels=False, duplicates="drop")
    rows = []
    for one in range(int(band.max()) + 1):
        inside = band == one
        interval = binomtest(int(won[inside].sum()), int(inside.sum())).proportion_ci(0.9)
        rows.append(
            {
                "forecast": chance[inside].mean(),
                "won": won[inside].mean(),
                "low": interval.low,
                "high": interval.high,
                "quotes": int(inside.sum()),
            }
        )
    return pd.DataFrame(rows)


def fit(
    quotes: pd.DataFrame,
    *,
    reference: str | None = None,
    quantity: str | None = None,
    customer: str | None = None,
) -> ws.WinCurve:
    """Fit with warnings shown in one line each."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        begin = time.perf_counter()
        curve = ws.fit_win_curve(
            quotes,
            won="Order",
            price="PricePerLb",
            cost="CostPerLb",
            reference=reference,
            quantity=quantity,
            customer=customer,
            rng=7,
        )
        seconds = time.perf_counter() - begin
    columns = [one for one in (reference, quantity, customer) if one]
    print(
        f"\n{len(quotes):,} quotes, price over cost and {', '.join(columns) or 'nothing else'}: {seconds:.1f} s"
    )
    for one in caught:
        print(f"  warned: {one.message}")
    return curve


def judge(seen: pd.DataFrame, rest: pd.DataFrame, title: str) -> ws.WinCurve:
    """Print how the curve, the naive one and the base rate do on quotes that were not fitted."""
    print(f"\n== {title}: {len(seen):,} fitted, {len(rest):,} judged ==")
    curve = fit(seen, reference="LagPrice", quantity="Quantity", customer="Customer")
    naive = fit(seen)
    won = rest["Order"].to_numpy() == 1
    told = {
        "win curve": curve.predict(rest)["win_chance"].to_numpy(),
        "price over cost only": naive.predict(rest)["win_chance"].to_numpy(),
        "base rate": np.full(won.size, seen["Order"].mean()),
    }
    table = pd.DataFrame(
        {name: scores(chance, won) for name, chance in told.items()}, index=["Brier", "log loss"]
    )
    print(table.T.round(4).to_string())
    bands = reliability(told["win curve"], won)
    inside = ((bands["forecast"] >= bands["low"]) & (bands["forecast"] <= bands["high"])).sum()
    print(bands.round(3).to_string(index=False))
    print(f"forecast inside the 90% interval in {inside} of {len(bands)} bands")
    return curve


def reservation(curve: ws.WinCurve) -> None:
    """Print the reservation price of a typical quote, its calibration error, and how much of it was never seen."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = curve.reservation_price(reference=3.0, unit="currency per lb")
    law, plausible = found.distribution, found.plausible
    print(f"\nreservation price at a last price of 3.00 ({found.source}):")
    for q in (0.1, 0.25, 0.5, 0.75, 0.9):
        value, *every = (one.ppf(q) for one in (law, *plausible) if isinstance(one, Distribution))
        low, high = np.quantile(every, (0.05, 0.95), method="weibull")
        print(f"  {100 * q:3.0f}% quantile {value:6.2f}  ({low:.2f} to {high:.2f})")
    for one in caught:
        print(f"  warned: {one.message}")


def main() -> None:
    """Fit, judge and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    quotes = pd.read_csv(parser.parse_args().folder / "b2b_quotes_metals" / "quotes.csv.gz")
    curve = judge(*split(quotes, seed=1), title="other customers")
    print(curve.to_frame().drop(columns="meaning").round(3).to_string())
    print("rise over cut:", curve.rise_over_cut)
    print("naive slope:", curve.endogeneity.naive, "swing:", curve.endogeneity.swing)
    reservation(curve)
    judge(*last_quotes(quotes), title="later quotes of the same customers")


if __name__ == "__main__":
    main()
