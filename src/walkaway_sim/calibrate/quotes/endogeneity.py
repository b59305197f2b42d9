"""Signs that prices were set knowing the customer.

A seller who asks more of those who will pay more leaves a history in which dear quotes win as often as cheap ones.
Nothing in the quotes proves the contrary, but two signs can be computed: the win chance hardly moves with the price,
and customers who are asked more on average win more often than the same customers do when they are asked more. Prices
of different goods do not compare: they are held against the cost or list price, or else against the last price.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from walkaway_sim._typing import BoolArray, FloatArray
from walkaway_sim.calibrate.quotes.design import design_of
from walkaway_sim.calibrate.quotes.history import History, panel_of
from walkaway_sim.calibrate.quotes.intercepts import Panel
from walkaway_sim.calibrate.quotes.penalised import maximise
from walkaway_sim.calibrate.quotes.rows import Columns, Quotes
from walkaway_sim.inputs.links import LinkName, chance_of

__all__ = ["Endogeneity", "Slope", "look_for_endogeneity"]

_ALPHA = 0.01
_FLAT = 0.10
"""Between a low and a high price, a win chance that moves by less than this is almost flat."""


@dataclass(frozen=True, slots=True)
class Slope:
    """A slope of the score by log price, with its interval."""

    estimate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Endogeneity:
    """What can be computed about prices that were set knowing the customer.

    Attributes
    ----------
    against : str
        Column that the naive curve holds prices against: the scale, or else the last price; empty where there is
        neither.
    naive : Slope
        Won on log price against that column, and nothing else: what a win-rate curve shows.
    swing : Slope
        By how much the naive win chance moves from the 10% to the 90% quantile of that price.
    split_against : str
        Column that prices are held against in what follows: of the scale and the last price the one that tells more.
    within, between : Slope or None
        The same customer at other prices; other customers, asked so much more on average. All else that the curve
        knows is held the same. None without repeated customers.
    p_value : float
        Of the test that the two are equal (Mundlak 1978, Econometrica 46, 69-85); NaN without.
    """

    against: str
    naive: Slope
    swing: Slope
    split_against: str
    within: Slope | None
    between: Slope | None
    p_value: float

    @property
    def flat(self) -> bool:
        """Whether the naive win chance hardly falls: its swing is surely above minus ten points."""
        return self.swing.low > -_FLAT

    @property
    def differs(self) -> bool:
        """Whether slopes within and between customers differ, at 1%."""
        return self.p_value < _ALPHA

    @property
    def signs(self) -> tuple[str, ...]:
        """The signs found, in words."""
        out = []
        if self.flat:
            out.append(
                f"acceptance is almost flat in {_over(self.against)}: from low to high the win rate moves by "
                f"{100 * self.swing.estimate:+.0f} points"
                + ("" if self.against else ", if prices of different goods compare")
            )
        if self.differs and self.within is not None and self.between is not None:
            out.append(
                f"slopes differ within and between customers ({self.within.estimate:.2f} and "
                f"{self.between.estimate:.2f} by log {_over(self.split_against)}, p = {self.p_value:.2g})"
            )
        return tuple(out)


def look_for_endogeneity(
    used: Quotes, history: History, columns: Columns, link: LinkName, confidence_level: float
) -> Endogeneity:
    """Fit the naive curve and, with repeated customers, the ones that tell within from between.

    Notes
    -----
    If prices have nothing to do with what sets a customer apart, the customer's mean of what a price moves bears no
    coefficient beside the price itself, whatever else the curve depends on. Its Wald test is held against Student's t
    with a degree of freedom for each customer less those spent on what is constant within customers (Schluchter and
    Elashoff 1990, J. Stat. Comput. Simul. 37, 69-87; of won and lost: Li and Redden 2015, BMC Med. Res. Methodol.
    15, 38). What it is the mean of: the price over the scale, and the price over the last one, each where it is known;
    the smaller p-value counts twice where both are. A customer's mean price says what it buys as well if there is no
    scale: beside a last price it is then held the same, and not tested.
    """
    z = float(special.ndtri(0.5 + 0.5 * confidence_level))
    against, level, won = _level(used, columns)
    naive, swing = _naive(level, np.where(won, 1.0, -1.0), link, z)
    nothing = (columns.scale or "", None, None, float("nan"))
    found = [one for one in _splits(used, history, columns, link, z) if one is not None]
    over, within, between, p_value = min(found, key=lambda one: one[3]) if found else nothing
    return Endogeneity(against, naive, swing, over, within, between, min(1.0, p_value * max(len(found), 1)))


def _over(column: str) -> str:
    return f"price over {column}" if column else "price"


def _level(used: Quotes, columns: Columns) -> tuple[str, FloatArray, BoolArray]:
    """Return what prices are held against, their logarithm against it, and who won, where it is known."""
    known = np.isfinite(used.reference)
    if columns.scale or not known.any():
        return columns.scale or "", np.log(used.price / used.scale), used.won
    return str(columns.reference), np.log(used.price / used.reference)[known], used.won[known]


def _naive(level: FloatArray, sign: FloatArray, link: LinkName, z: float) -> tuple[Slope, Slope]:
    """Return the slope of won on price alone, and by how much the chance moves along it."""
    nobody = np.zeros(0, dtype=np.int64)
    centred = level - level.mean()
    columns = np.column_stack([np.ones(level.size), centred])
    plain = maximise(Panel(columns, sign, nobody, nobody, link), firth=True)
    low, high = np.quantile(centred, (0.1, 0.9))
    ends = np.array([[1.0, low], [1.0, high]])
    chance = chance_of(link, ends @ plain.coefficients)
    # A step by which a chance is differentiated numerically, of the covariance's own size.
    step = 1e-6
    gradient = ((chance_of(link, ends @ plain.coefficients + step) - chance) / step)[:, None] * ends
    towards = gradient[1] - gradient[0]
    return (
        _slope(plain.coefficients, plain.covariance, np.array([0.0, 1.0]), z),
        _around(float(chance[1] - chance[0]), float(np.sqrt(towards @ plain.covariance @ towards)), z),
    )


def _splits(
    used: Quotes, history: History, columns: Columns, link: LinkName, z: float
) -> Iterator[tuple[str, Slope, Slope, float] | None]:
    """Yield what each column that prices are held against tells of the slopes within and between customers."""
    if not history.starts.size:
        return
    known = bool(np.isfinite(used.reference).any())
    if known:
        yield _split(used, history, link, z, str(columns.reference), "change")
    if columns.scale or not known:
        apart = replace(history.context, reference=np.full(used.price.size, np.nan))
        yield _split(used, replace(history, context=apart), link, z, columns.scale or "", "price")


def _split(
    used: Quotes, history: History, link: LinkName, z: float, against: str, own: str
) -> tuple[str, Slope, Slope, float] | None:
    """Return the slopes within and between customers, and the p-value of their being equal; None if not told apart."""
    design, _ = design_of(used.price[history.order], history.context, customers=True, kink=False)
    names, usual = design.names, f"usual_{own}"
    if own not in names or usual not in names:
        return None
    panel = panel_of(used, history, design, link, 0.0)
    fitted = maximise(panel, firth=True)
    covariance = fitted.covariance[: len(names), : len(names)]
    within, gap = (np.eye(len(names))[names.index(name)] for name in (own, usual))
    spare = panel.n_customers - 1 - sum(name.startswith("usual") for name in names)
    t = abs(float(gap @ fitted.coefficients)) / float(np.sqrt(gap @ covariance @ gap))
    return (
        against,
        _slope(fitted.coefficients, covariance, within, z),
        _slope(fitted.coefficients, covariance, within + gap, z),
        float(2.0 * special.stdtr(spare, -t)),
    )


def _slope(coefficients: FloatArray, covariance: FloatArray, towards: FloatArray, z: float) -> Slope:
    return _around(float(towards @ coefficients), float(np.sqrt(towards @ covariance @ towards)), z)


def _around(estimate: float, se: float, z: float) -> Slope:
    return Slope(estimate, estimate - z * se, estimate + z * se)
