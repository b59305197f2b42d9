"""Quantiles of a continuous distribution from a verified table, where the exact ones are slow.

The table is cut where the probability of the nearer tail, p = min(q, 1 - q), changes by a fixed
share of its power of two, so its cells shrink with p and both tails are as well resolved as the
middle. In each cell the quantile is the cubic that matches value and slope at both ends (Hermite;
Fritsch and Carlson 1980 for when it is monotone). A cell whose error in probability, measured
inside the cell against the distribution function, exceeds `TOLERANCE`, and the far tails, use the
exact quantile instead. So the worst a table can be is slow.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from walkaway_sim._typing import BoolArray, FloatArray, IntArray

__all__ = ["TOLERANCE", "QuantileTable", "build_table"]

TOLERANCE = 1e-10
"""Largest error in probability that a cell may show where it is measured."""

_BITS = (7, 9)  # 2**7 cells to a power of two of p; 2**9 where that leaves too many that fail
_FEW = 0.01  # share of failing cells that is not worth a finer table
_OCTAVES = 14  # the table reaches down to p = 2**-15; beyond it about 60 draws in a million are exact
_LEAST_EXPONENT = 1023 - 1 - _OCTAVES  # of p, as its bits hold it
_CHUNK = 1 << 14  # keeps the temporaries in the processor's cache; has no effect on the values

_Function = Callable[[FloatArray], FloatArray]


@dataclass(frozen=True, slots=True, eq=False)
class QuantileTable:
    """Cubic pieces for the quantiles of one distribution.

    Parameters
    ----------
    pieces : ndarray, shape (4, 2 * n_cells)
        Coefficients of the cubics, constant first; cells of the lower half, then of the upper.
    rough : ndarray of bool, shape (2 * n_cells,)
        Cells that failed the check.
    worst : float
        Largest error in probability measured in the cells that passed.
    bits : int
        Leading bits of the significand of p that choose the cell.
    """

    pieces: FloatArray
    rough: BoolArray
    worst: float
    bits: int

    def ppf(self, q: FloatArray, exact: _Function) -> FloatArray:
        """Quantiles of `q`, strictly between 0 and 1, shape (n,); `exact` serves the other cells."""
        out = np.empty(q.shape)
        beyond = np.empty(q.shape, dtype=np.bool_)
        any_rough = bool(self.rough.any())
        for start in range(0, q.size, _CHUNK):
            part = q[start : start + _CHUNK]
            cell, place, outside = _locate(part, self.bits)
            cubic = self.pieces
            x = cubic[3].take(cell)
            for power in (2, 1, 0):
                x *= place
                x += cubic[power].take(cell)
            if any_rough:
                outside |= self.rough.take(cell)
            out[start : start + _CHUNK] = x
            beyond[start : start + _CHUNK] = outside
        if beyond.any():
            out[beyond] = exact(q[beyond])
        return out


def build_table(
    exact: _Function, cdf: _Function, density: _Function, upper: _Function | None = None
) -> QuantileTable | None:
    """Tabulate the quantiles of a continuous distribution.

    Parameters
    ----------
    exact, cdf, density : callable
        Quantile, distribution and density function, each from shape (n,) to shape (n,).
    upper : callable, optional
        Quantile as a function of the probability above it; sharper than `exact` near 1.

    Returns
    -------
    QuantileTable or None
        None where half of the cells fail the check even when cut finer: then it would not pay.
    """
    table = _tabulate(exact, cdf, density, upper, _BITS[0])
    if float(table.rough.mean()) > _FEW:
        table = _tabulate(exact, cdf, density, upper, _BITS[1])
    return None if float(table.rough.mean()) > 0.5 else table


def _tabulate(
    exact: _Function, cdf: _Function, density: _Function, upper: _Function | None, bits: int
) -> QuantileTable:
    """Tabulate with a given fineness, and check every cell."""
    edge = _edges(bits)
    n_cells = edge.size - 1
    width = np.diff(edge)
    lower_x = exact(edge)
    upper_x = exact(1.0 - edge) if upper is None else upper(edge)
    pieces = np.empty((4, 2 * n_cells))
    rough = np.ones(2 * n_cells, dtype=np.bool_)
    worst = 0.0
    with np.errstate(all="ignore"):
        for side, x in enumerate((lower_x, upper_x)):
            slope = (1.0 if side == 0 else -1.0) / density(x)
            cells = slice(side * n_cells, (side + 1) * n_cells)
            pieces[:, cells] = _hermite(x, slope, width)
            error = np.zeros(n_cells)
            for place in (0.2, 0.5, 0.8):
                c0, c1, c2, c3 = pieces[:, cells]
                reached = cdf(c0 + place * (c1 + place * (c2 + place * c3)))
                p = edge[:-1] + place * width
                error = np.fmax(error, np.abs(reached - (p if side == 0 else 1.0 - p)))
                # fmax forgets a NaN, which is a failure here.
                error[np.isnan(reached)] = np.inf
            passed = (error <= TOLERANCE) & _monotone(x, slope, width)
            rough[cells] = ~passed
            worst = max(worst, float(error[passed].max(initial=0.0)))
    pieces[:, rough] = 0.0  # may hold infinities, which would only raise warnings
    return QuantileTable(pieces, rough, worst, bits)


def _edges(bits: int) -> FloatArray:
    """Tail probabilities at the edges of the cells, ascending, shape (n_cells + 1,)."""
    leading = (_LEAST_EXPONENT << bits) + np.arange((_OCTAVES << bits) + 1, dtype=np.int64)
    return (leading << (52 - bits)).view(np.float64)


def _locate(q: FloatArray, n_bits: int) -> tuple[IntArray, FloatArray, BoolArray]:
    """Cell, place inside it in [0, 1), and whether the table does not reach there; each shape (n,)."""
    high = q > 0.5
    p: FloatArray = np.where(high, 1.0 - q, q)  # exact: 1 - q has no rounding error for q above one half
    bits: IntArray = p.view(np.int64)
    shift = 52 - n_bits  # bits that are left for the place inside the cell
    n_cells = _OCTAVES << n_bits
    cell: IntArray = (bits >> shift) - (_LEAST_EXPONENT << n_bits)
    place = (bits & ((1 << shift) - 1)).astype(np.float64) * 2.0**-shift
    outside = cell < 0
    # p = 1/2 opens a cell that does not exist; it is the far end of the last one.
    middle = cell == n_cells
    if middle.any():
        place[middle] = 1.0
        cell[middle] = n_cells - 1
    cell[outside] = 0
    cell += high * n_cells
    return cell, place, outside


def _hermite(x: FloatArray, slope: FloatArray, width: FloatArray) -> FloatArray:
    """Coefficients, constant first, of the cubics on the unit interval; shape (4, n_cells)."""
    rise = np.diff(x)
    left, right = slope[:-1] * width, slope[1:] * width
    return np.stack([x[:-1], left, 3.0 * rise - 2.0 * left - right, left + right - 2.0 * rise])


def _monotone(x: FloatArray, slope: FloatArray, width: FloatArray) -> BoolArray:
    """Whether each cubic is monotone: both end slopes lie between 0 and 3 mean slopes.

    Sufficient (de Boor and Swartz 1977).
    """
    rise = np.diff(x)
    left, right = slope[:-1] * width / rise, slope[1:] * width / rise
    monotone: BoolArray = (rise != 0.0) & (left >= 0.0) & (right >= 0.0) & (left <= 3.0) & (right <= 3.0)
    return monotone
