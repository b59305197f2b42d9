"""A fitted win curve as a machine: from prices and contexts to win chances, with what else could be true."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import numpy as np

from walkaway_sim._typing import FloatArray
from walkaway_sim.calibrate.central import central_interval
from walkaway_sim.calibrate.quotes.design import USUAL, Context, Design
from walkaway_sim.calibrate.quotes.links import shrink
from walkaway_sim.calibrate.quotes.penalised import Estimates
from walkaway_sim.inputs.links import LinkName, chance_of

__all__ = ["Customer", "Typical", "WinModel"]

_ROWS_AT_ONCE = 8192


@dataclass(frozen=True, slots=True)
class Customer:
    """What the quotes say of one customer: its effect on the score, and its means, as `USUAL` names them."""

    effect: float
    effect_sd: float
    usual: tuple[float, ...]
    quotes: int


@dataclass(frozen=True, slots=True)
class Typical:
    """Medians over the quotes used: the scale, the log of the last price against it, and the quantity.

    `last_price` is NaN where no last price is known on any quote. `seen_change` and `seen_level` are the 1% and 99%
    quantiles of price over the last price, and over the scale where none is known; infinite ends without quotes.
    """

    scale: float
    last_price: float
    quantity: float
    seen_change: tuple[float, float]
    seen_level: tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class WinModel:
    """Everything that a prediction needs.

    Attributes
    ----------
    design : Design
    link : {"logit", "probit"}
    estimates : Estimates
    draws : ndarray, shape (n_plausible, k)
        Parameters that could be the true ones as well: coefficients, then the log standard deviation of the
        customers' effects where there are any.
    customers : mapping
    typical : Typical
    unseen : ndarray, shape (p, p)
        Covariance between customers of the columns that are not known of one who is not in the history.
    unseen_error : ndarray, shape (n_plausible, p)
        How far off those columns' means over customers could be, as they are known from so many only.
    """

    design: Design
    link: LinkName
    estimates: Estimates
    draws: FloatArray
    customers: Mapping[Hashable, Customer]
    typical: Typical
    unseen: FloatArray
    unseen_error: FloatArray

    @property
    def n_columns(self) -> int:
        """How many coefficients there are."""
        return len(self.design.names)

    def new_sd(self) -> tuple[float, FloatArray]:
        """Return the standard deviation of the score between customers not in the history, and that by draw.

        Of their own effect, and of what the columns would say of them if they were in the history. The second has
        shape (n_plausible,).
        """
        best, drawn = self.estimates.coefficients, self.draws[:, : self.n_columns]
        own = np.zeros(len(drawn))
        if self.draws.shape[1] > self.n_columns:
            own = np.exp(self.draws[:, self.n_columns])
        said = np.einsum("ij,jk,ik->i", drawn, self.unseen, drawn)
        return float(np.sqrt(self.estimates.sd**2 + best @ self.unseen @ best)), np.sqrt(own**2 + said)

    def new_effect(self) -> FloatArray:
        """Return the mean effect by draw of customers not in the history, shape (n_plausible,); at best 0."""
        return np.asarray(np.sum(self.draws[:, : self.n_columns] * self.unseen_error, axis=1))

    def usual_of(self, reference: FloatArray, scale: FloatArray) -> FloatArray:
        """Means of a customer not in the history: its last price, all else as customers have on average (NaN)."""
        usual = np.full((reference.size, len(USUAL)), np.nan)
        usual[:, USUAL.index("usual_price")] = np.log(reference / scale)
        return usual

    def slope(self, name: str) -> tuple[float, FloatArray]:
        """Estimate of a coefficient and its draws; zero for a column that is not there."""
        if name not in self.design.names:
            return 0.0, np.zeros(len(self.draws))
        at = self.design.names.index(name)
        return float(self.estimates.coefficients[at]), self.draws[:, at]

    def chances(
        self, price: FloatArray, context: Context, effect: FloatArray, effect_sd: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Win chances, shape (n,), and those by draw, shape (n_plausible, n).

        `effect` is zero and `effect_sd` NaN for a customer not in the history, over which the chance is averaged.
        """
        x = self.design.columns(price, context)
        new = np.isnan(effect_sd)
        new_sd, drawn_sd = self.new_sd()
        factor = shrink(self.link, np.where(new, new_sd, effect_sd))
        chance = chance_of(self.link, (x @ self.estimates.coefficients + effect) * factor)
        drawn_factor = shrink(self.link, np.where(new, drawn_sd[:, None], effect_sd))
        drawn_effect = effect + np.where(new, self.new_effect()[:, None], 0.0)
        drawn = (self.draws[:, : self.n_columns] @ x.T + drawn_effect) * drawn_factor
        return chance, chance_of(self.link, drawn)

    def intervals(
        self,
        price: FloatArray,
        context: Context,
        effect: FloatArray,
        effect_sd: FloatArray,
        confidence_level: float,
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Win chances and the ends of their intervals, each shape (n,); the intervals cover calibration error."""
        out = np.empty((3, price.size))
        for start in range(0, price.size, _ROWS_AT_ONCE):
            part = slice(start, start + _ROWS_AT_ONCE)
            here = Context(
                context.reference[part], context.scale[part], context.quantity[part], context.usual[part]
            )
            chance, drawn = self.chances(price[part], here, effect[part], effect_sd[part])
            out[0, part] = chance
            out[1:, part] = central_interval(drawn, confidence_level)
        return out[0], out[1], out[2]
