"""Payment delay: fitted on 80% of customers and scored on the others, over 10 splits; and on later invoices.

New customers: single invoices, and the average of all invoices of a customer. The naive forecast takes all invoices for
one sample: its average of n invoices spreads as 1/sqrt(n). Known customers: fitted on the first half of each one's
invoices, scored on its later ones; naive: the customer's own mean with no pooling, or nobody's in particular.

Run: ``python benchmarks/real/payments.py FOLDER``.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

sys.path.insert(0, str(Path(__file__).parent))
from predictive import Floats, Scores, folder, predictive, show

import walkaway_sim as ws

SPLITS = 10


def invoices(data: Path) -> pd.DataFrame:
    """Return one row per invoice; days late against 30 days, negative where paid early."""
    path = data / "ibm_accounts_receivable" / "accounts_receivable.csv"
    table = pd.read_csv(path)
    return pd.DataFrame(
        {
            "invoice": table["invoiceNumber"],
            "customer": table["customerID"],
            "date": pd.to_datetime(table["InvoiceDate"], format="%m/%d/%Y"),
            "days_late": table["DaysToSettle"] - 30,
            "disputed": table["Disputed"],
        }
    )


def one_sample(values: Floats, n: int = 1) -> Floats:
    """Return the predictive sample of an average of n invoices, all of them taken for one sample."""
    score = stats.norm.ppf((np.arange(2000) + 0.5) / 2000)
    return np.asarray(values.mean() + values.std(ddof=1) / np.sqrt(n) * score)


def new_customers(table: pd.DataFrame) -> None:
    """Score on customers that the fit has not seen."""
    # A day more than the terms: a few invoices were paid on their own day, whose logarithm does not exist.
    single, average = Scores(), Scores()
    names = np.array(sorted(table["customer"].unique()))
    for split in range(SPLITS):
        stream = np.random.default_rng(split)
        out = stream.choice(names, len(names) // 5, replace=False)
        train, test = table[~table["customer"].isin(out)], table[table["customer"].isin(out)]
        found = ws.fit_payment_delay(train, rng=split)
        shifted = ws.fit_payment_delay(train, family="lognormal", terms_days=31.0, rng=split)
        seen = train["days_late"].to_numpy(dtype=float)
        values = test["days_late"].to_numpy(dtype=float)
        single.add("pooled partially", predictive(found.new_customer()), values)
        single.add("pooled partially, lognormal", predictive(shifted.new_customer()), values)
        single.add("one sample", one_sample(seen), values)
        own = test.groupby("customer")["days_late"].agg(["size", "mean"])
        for n in np.unique(own["size"].to_numpy()).tolist():
            mean = own.loc[own["size"] == n, "mean"].to_numpy(dtype=float)
            average.add("pooled partially", predictive(found.new_customer(invoices=n), 10), mean)
            average.add("pooled partially, lognormal", predictive(shifted.new_customer(invoices=n), 10), mean)
            average.add("one sample", one_sample(seen, n), mean)
    show(
        f"Single invoices of customers not seen, {SPLITS} splits (the same invoices more than once)",
        single.frame(),
    )
    show("Average delay of customers not seen", average.frame())


def known_customers(table: pd.DataFrame) -> None:
    """Score on later invoices of customers that the fit has seen, one by one and all of a customer's together."""
    ordered = table.sort_values("date", kind="stable")
    rank = ordered.groupby("customer").cumcount() + 1
    total = ordered.groupby("customer")["invoice"].transform("size")
    for share, label in ((0.5, "first half"), (0.0, "first two")):
        early = rank <= np.maximum(total * share, 2)
        train, test = ordered[early], ordered[~early]
        dated = ws.fit_payment_delay(train, date="date", rng=7)
        undated = ws.fit_payment_delay(train, rng=7)
        print(f"\n{dated.intervals()}\n{dated.used}")
        score = stats.norm.ppf((np.arange(2000) + 0.5) / 2000)
        everybody = one_sample(train["days_late"].to_numpy(dtype=float))
        scores, averages = Scores(), Scores()
        for name, own in test.groupby("customer"):
            values = own["days_late"].to_numpy(dtype=float)
            seen = train.loc[train["customer"] == name, "days_late"].to_numpy(dtype=float)
            for title, found in (("pooled partially, dated", dated), ("pooled partially", undated)):
                scores.add(title, predictive(found.customer(str(name)), 10), values)
                over = predictive(found.customer(str(name), invoices=len(own)), 10)
                averages.add(title, over, values.mean(keepdims=True))
            scores.add("own mean, not pooled", np.asarray(seen.mean() + undated.within_sd * score), values)
            scores.add("one sample of everybody", everybody, values)
        show(f"Later invoices of known customers, fitted on the {label} of each one's", scores.frame())
        show("Their average, customer by customer", averages.frame())


def main(data: Path) -> None:
    """Print the tables."""
    table = invoices(data)
    show(
        "All invoices: parameters [days]",
        ws.fit_payment_delay(table, invoice="invoice", date="date", rng=7).intervals(),
    )
    disputes = ws.fit_disputes(table, rng=7)
    show("Disputes", disputes.intervals())
    print(f"days added without holding customers equal: {disputes.between_customers:.2f}")
    new_customers(table)
    known_customers(table)


if __name__ == "__main__":
    folder(__doc__, main)
