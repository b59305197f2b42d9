"""What was forecast against what came."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from walkaway_sim.calibrate.backtesting.backtest import Backtest
from walkaway_sim.calibrate.backtesting.reliability import Reliability
from walkaway_sim.errors import InputError
from walkaway_sim.present.canvas import COLOURS, axes_or_new, percent_axis, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_calibration"]

_FEW = 20
"""So many points or fewer are drawn as dots, since the line between them says nothing."""


def plot_calibration(result: Backtest | Reliability, *, ax: Axes | None = None) -> Axes:
    """Plot observed against nominal probabilities: on the diagonal the forecasts are right.

    Parameters
    ----------
    result : Backtest or Reliability
        What `backtest` or `reliability` returned.
    ax : matplotlib Axes, optional
        Drawn on; a new figure without.

    Returns
    -------
    matplotlib Axes

    Notes
    -----
    Of a back-test, each point is the share of what came that lay below a forecast quantile. A line that is flat in
    the middle and steep at the ends means intervals too narrow, one that is steep in the middle intervals too
    wide; one above the diagonal everywhere, forecasts too high. The dark band holds each point alone with 95% if
    the forecasts are right (exact binomial), the light one holds the whole line (Kolmogorov). Of chances, the
    line is the best non-decreasing one, its band pointwise, and dots are the bins with their exact intervals.

    Examples
    --------
    >>> import numpy as np
    >>> import walkaway_sim as ws
    >>> came = np.random.default_rng(1).normal(100, 20, size=200)
    >>> ws.plot_calibration(ws.backtest([ws.normal(100, 10)] * 200, came, rng=7)).get_title(loc="left")
    'Do not trust: intervals too narrow'
    """
    if isinstance(result, Reliability):
        return _chances(result, axes_or_new(ax, (6.0, 6.2)))
    if not isinstance(result, Backtest):
        raise InputError(f"result must be what backtest or reliability returns, got {type(result).__name__}")
    return _quantiles(result, axes_or_new(ax, (6.0, 6.2)))


def _quantiles(result: Backtest, ax: Axes) -> Axes:
    curve = result.curve
    few = curve.nominal.size <= _FEW
    ends = np.array([0.0, 1.0])
    ax.fill_between(
        ends,
        np.maximum(ends - curve.reach, 0.0),
        np.minimum(ends + curve.reach, 1.0),
        color=COLOURS["no_deal"],
        alpha=0.15,
        linewidth=0,
        label="95% band for the whole line",
    )
    ax.fill_between(
        curve.nominal,
        curve.low,
        curve.high,
        color=COLOURS["no_deal"],
        alpha=0.35,
        linewidth=0,
        label="95% band for each point alone",
    )
    _diagonal(ax)
    ax.plot(
        curve.nominal,
        curve.observed,
        color=COLOURS["worse"] if result.faults else COLOURS["deal"],
        linewidth=1.0 if few else 1.8,
        marker="o" if few else None,
        label=f"{result.n_scored:,} cases",
    )
    ax.set_xlabel("forecast probability")
    ax.set_ylabel("share of what came at or below that quantile")
    ax.set_title(_headline(result), loc="left", fontsize=11)
    return _finish(ax)


def _headline(result: Backtest) -> str:
    if not result.faults:
        return f"Nothing speaks against these forecasts on {result.n_scored:,} cases"
    first, *others = result.faults
    return f"Do not trust: {first}" + (f" (and {len(others)} more)" if others else "")


def _chances(result: Reliability, ax: Axes) -> Axes:
    ax.fill_between(
        result.chances,
        result.low,
        result.high,
        color=COLOURS["no_deal"],
        alpha=0.3,
        linewidth=0,
        label="95% band for each point alone, if the chances are right",
    )
    _diagonal(ax)
    right = result.calibration.p_value > 0.05
    colour = COLOURS["deal"] if right else COLOURS["worse"]
    ax.plot(
        result.chances,
        result.recalibrated,
        color=colour,
        linewidth=1.8,
        drawstyle="default",
        label="share that came true, best non-decreasing line",
    )
    mean, share, low, high = np.array([(one.mean, one.share, one.low, one.high) for one in result.bins]).T
    ax.errorbar(
        mean,
        share,
        yerr=[share - low, high - share],
        fmt="o",
        color=COLOURS["ink"],
        markersize=4,
        capsize=3,
        linewidth=1.0,
        label=f"{len(result.bins)} groups of cases, with 95% intervals",
    )
    ax.set_xlabel("chance given")
    ax.set_ylabel("share that came true")
    n = result.observed.rows.size
    judged = "Nothing speaks against these chances" if right else "Do not take these chances at their word"
    ax.set_title(f"{judged} ({n:,} cases, p = {result.calibration.p_value:.2g})", loc="left", fontsize=11)
    return _finish(ax)


def _diagonal(ax: Axes) -> None:
    ax.plot([0.0, 1.0], [0.0, 1.0], color=COLOURS["ink"], linewidth=1.0, linestyle=":", label="as forecast")


def _finish(ax: Axes) -> Axes:
    ax.set_xlim(0.0, 1.0)
    ax.set_ylim(-0.01, 1.01)
    ax.set_aspect("equal")
    percent_axis(ax.xaxis)
    percent_axis(ax.yaxis)
    tidy(ax, grid="both")
    ax.legend(frameon=False, fontsize=8, loc="upper left")
    return ax
