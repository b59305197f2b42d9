"""What a picture of a win curve shows, computed where the quotes are at hand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from walkaway_sim._typing import FloatArray
from walkaway_sim.calibrate.quotes.design import Context
from walkaway_sim.calibrate.quotes.isotonic import FallingCurve, WinRates, falling_curve, win_rates
from walkaway_sim.calibrate.quotes.model import WinModel
from walkaway_sim.calibrate.quotes.rows import Columns, Quotes

__all__ = ["Picture", "picture_of"]

_POINTS = 121


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """The win chance against price, three ways. Prices are multiples of `against`, or prices where that is empty.

    Attributes
    ----------
    against : str
        Column that prices are divided by: the last price, or else the scale.
    price, chance, low, high : ndarray, shape (k,)
        The fitted curve in the typical context, averaged over customers, with the interval of calibration error.
    isotonic : FallingCurve
        The non-parametric curve of all quotes, whatever their context.
    rates : WinRates
        Win rates in bands of price.
    quotes : int
        Quotes that `isotonic` and `rates` are of: those with a last price, where any has one.
    """

    against: str
    price: FloatArray
    chance: FloatArray
    low: FloatArray
    high: FloatArray
    isotonic: FallingCurve
    rates: WinRates
    quotes: int


def picture_of(used: Quotes, model: WinModel, columns: Columns, confidence_level: float) -> Picture:
    """Compute the fitted curve over the prices seen, and the two raw curves beside it."""
    known = np.isfinite(used.reference)
    rows = known if known.any() else np.ones(known.size, dtype=bool)
    base = used.reference if known.any() else used.scale
    multiple = (used.price / base)[rows]
    low, high = np.quantile(multiple, (0.01, 0.99))
    # A point at the kink itself, so that the line turns where the curve does.
    grid = np.unique(np.append(np.linspace(low, high, _POINTS), 1.0 if low < 1.0 < high else low))
    scale = np.full(grid.size, model.typical.scale)
    reference = scale * np.exp(model.typical.last_price)  # NaN where no last price is known
    context = Context(
        reference, scale, np.full(grid.size, model.typical.quantity), model.usual_of(reference, scale)
    )
    price = grid * (reference if known.any() else scale if columns.scale else 1.0)
    nobody = np.zeros(grid.size)
    curve = model.intervals(price, context, nobody, np.full(grid.size, np.nan), confidence_level)
    won = used.won[rows]
    return Picture(
        columns.reference if known.any() and columns.reference else columns.scale or "",
        grid,
        *curve,
        isotonic=falling_curve(multiple, won),
        rates=win_rates(multiple, won, confidence_level),
        quotes=int(rows.sum()),
    )
