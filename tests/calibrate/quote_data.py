"""Quotes made from known curves, with seeds."""

import numpy as np
import pandas as pd


def honest_quotes(
    seed,
    n_customers=60,
    each=10,
    *,
    rise=-9.0,
    cut=-4.0,
    intercept=0.3,
    quantity=-0.3,
    customer_sd=0.6,
    link="logit",
):
    """Prices varied without knowing the customer: the model that is fitted is the one that made them."""
    rng = np.random.default_rng(seed)
    n = n_customers * each
    customer = np.repeat(np.arange(n_customers), each)
    cost = np.exp(rng.normal(2.0, 0.2, n))
    last = cost * np.exp(rng.normal(0.3, 0.1, n))
    change = rng.normal(0.0, 0.2, n)
    size = np.exp(rng.normal(0.0, 1.0, n))
    effect = rng.normal(0.0, customer_sd, n_customers)[customer]
    score = (
        intercept
        + rise * np.maximum(change, 0)
        + cut * np.minimum(change, 0)
        + quantity * np.log(size)
        + effect
    )
    noise = rng.logistic(size=n) if link == "logit" else rng.normal(size=n)
    return pd.DataFrame(
        {
            "customer": [f"c{one}" for one in customer],
            "price": last * np.exp(change),
            "last": last,
            "cost": cost,
            "size": size,
            "won": score + noise > 0,
        }
    )


def quotes_set_knowing_the_customer(seed, n_customers=150, each=8, *, slope=-6.0, spread=0.3, follows=1.0):
    """Customers differ in what they will pay, and the seller, who knows it, asks for it, give or take a tenth.

    The chance to win falls by `slope` for each unit of log price, at every customer.
    """
    rng = np.random.default_rng(seed)
    n = n_customers * each
    customer = np.repeat(np.arange(n_customers), each)
    worth = rng.normal(0.0, spread, n_customers)[customer]
    cost = np.exp(rng.normal(2.0, 0.1, n_customers))[customer]
    price = np.exp(0.4 + follows * worth + rng.normal(0.0, 0.1, n))
    last = np.exp(0.4 + follows * worth + rng.normal(0.0, 0.1, n))
    won = rng.logistic(0.4 + worth, -1.0 / slope) > np.log(price)
    return pd.DataFrame(
        {"customer": customer, "price": cost * price, "last": cost * last, "cost": cost, "won": won}
    )
