"""Win rates by price with nothing assumed but that a higher price wins no more often."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import optimize, special

from walkaway_sim._typing import BoolArray, FloatArray, IntArray

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FallingCurve", "WinRates", "falling_curve", "win_rates"]


@dataclass(frozen=True, slots=True, eq=False)
class FallingCurve:
    """The non-parametric maximum likelihood curve: a step at every price where the win rate falls.

    Attributes
    ----------
    price : ndarray, shape (k,)
        Distinct prices, ascending, in what the curve is drawn against.
    chance : ndarray, shape (k,)
        Win chance at each, never rising.
    quotes : ndarray of int, shape (k,)
        Quotes at each.

    Notes
    -----
    A quote that was won says that the customer's reservation price is at least the price, one that was lost that it
    is below: current-status data, whose maximum likelihood estimate pools adjacent violators of the win rates (Ayer
    and others 1955, Ann. Math. Statist. 26, 641-647). It converges with the cube root of the number of quotes, and
    the usual bootstrap does not give its error (Kosorok 2008): so it has no interval here.
    """

    price: FloatArray
    chance: FloatArray
    quotes: IntArray

    def to_frame(self) -> pd.DataFrame:
        """Return one row per distinct price: price, win_chance, quotes."""
        import pandas as pd

        return pd.DataFrame({"price": self.price, "win_chance": self.chance, "quotes": self.quotes})


def falling_curve(price: FloatArray, won: BoolArray) -> FallingCurve:
    """Pool adjacent violators of the win rates, each shape (n,)."""
    distinct, place, count = np.unique(price, return_inverse=True, return_counts=True)
    rate = np.bincount(place, weights=won) / count
    fitted = optimize.isotonic_regression(rate, weights=count, increasing=False)
    return FallingCurve(distinct, np.asarray(fitted.x), count.astype(np.int64))


@dataclass(frozen=True, slots=True, eq=False)
class WinRates:
    """Win rates in bands of price with about as many quotes each.

    Attributes
    ----------
    price : ndarray, shape (b,)
        Median price of each band, in what the curve is drawn against.
    rate, low, high : ndarray, shape (b,)
        Share won, with its exact binomial interval (Clopper and Pearson 1934).
    quotes : ndarray of int, shape (b,)
    """

    price: FloatArray
    rate: FloatArray
    low: FloatArray
    high: FloatArray
    quotes: IntArray


def win_rates(price: FloatArray, won: BoolArray, confidence_level: float, n_bands: int = 10) -> WinRates:
    """Cut the quotes, each shape (n,), at quantiles of their price."""
    edges = np.unique(np.quantile(price, np.linspace(0, 1, n_bands + 1)[1:-1]))
    band = np.searchsorted(edges, price, side="left")
    kept = np.unique(band)
    middle = np.array([np.median(price[band == one]) for one in kept])
    count = np.array([np.sum(band == one) for one in kept], dtype=np.int64)
    wins = np.array([np.sum(won[band == one]) for one in kept], dtype=np.int64)
    tail = 0.5 * (1.0 - confidence_level)
    low = np.where(wins == 0, 0.0, special.betaincinv(np.maximum(wins, 1), count - wins + 1, tail))
    high = np.where(wins == count, 1.0, special.betaincinv(wins + 1, np.maximum(count - wins, 1), 1.0 - tail))
    return WinRates(middle, wins / count, low, high, count)
