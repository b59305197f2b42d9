"""What was forecast against what came."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from walkaway_sim.calibrate.backtesting.backtest import Backtest
from walkaway_sim.calibrate.backtesting.pit import Mark
from walkaway_sim.calibrate.backtesting.reliability import Reliability
from walkaway_sim.errors import InputError
from walkaway_sim.present.canvas import COLOURS, axes_or_new, percent_axis, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_calibration"]

_ASIDE = 0.015


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
    Title, colours and bands go by the one judgement of the verdict. Of a back-test, each point of the line is the
    share of what came that lay below a forecast quantile. A line that is flat in the middle and steep at the ends
    means intervals too narrow, one that is steep in the middle intervals too wide; one above the diagonal everywhere,
    forecasts too high. Marks are the shares that intervals held, and that came below the median; each has a bar to
    lie in. Bars and band are as long as all tests together allow: what is red lies beyond. Of chances, the line
    is the best non-decreasing one, in a band for the whole line, and dots are groups of cases.

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
    outside = result.uniformity.p_value <= result.limit
    ax.fill_between(
        curve.nominal,
        curve.low,
        curve.high,
        color=COLOURS["no_deal"],
        alpha=0.25,
        linewidth=0,
        label="where the line may lie if the forecasts are right",
    )
    _diagonal(ax)
    ax.plot(
        curve.nominal,
        curve.observed,
        color=_colour(refused=outside),
        linewidth=1.8,
        label=f"{result.n_scored:,} cases",
    )
    if curve.given.size:
        ax.plot(
            curve.given,
            curve.at(curve.given),
            "o",
            color=_colour(refused=outside),
            markersize=5,
            label="at the quantiles that are judged",
        )
    for index, mark in enumerate(curve.marks):
        ax.errorbar(
            [_place(mark)],
            [0.5 * (mark.low + mark.high)],
            yerr=[0.5 * (mark.high - mark.low)],
            fmt="none",
            ecolor=COLOURS["ink"],
            capsize=4,
            linewidth=1.0,
            label="where a mark may lie" if index == 0 else None,
        )
    for name, marker in (("interval", "s"), ("median", "D")):
        shown = [mark for mark in curve.marks if name in mark.name]
        ax.scatter(
            [_place(mark) for mark in shown],
            [mark.share for mark in shown],
            c=[_colour(refused=mark.refused) for mark in shown],
            marker=marker,
            s=36,
            zorder=3,
            label="held by intervals" if name == "interval" else "below the median",
        )
    ax.set_xlabel("forecast probability")
    ax.set_ylabel("share of what came")
    ax.set_title(_headline(result), loc="left", fontsize=11)
    return _finish(ax)


def _place(mark: Mark) -> float:
    """Beside its level, so that the bars of an interval of a half and of the median do not lie on each other."""
    return mark.level + (_ASIDE if "interval" in mark.name else 0.0)


def _colour(*, refused: bool) -> str:
    return COLOURS["worse"] if refused else COLOURS["deal"]


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
        label="95% band for the whole line, if the chances are right",
    )
    _diagonal(ax)
    ax.plot(
        result.chances,
        result.recalibrated,
        color=_colour(refused=result.is_refused),
        linewidth=1.8,
        drawstyle="default",
        label="share that came true, best non-decreasing line",
    )
    mean, share = np.array([(one.mean, one.share) for one in result.bins]).T
    ax.plot(
        mean,
        share,
        "o",
        color=COLOURS["ink"],
        markersize=4,
        label=f"share in {len(result.bins)} groups of cases",
    )
    ax.set_xlabel("chance given")
    ax.set_ylabel("share that came true")
    n = result.observed.rows.size
    judged = (
        "Do not take these chances at their word"
        if result.is_refused
        else "Nothing speaks against these chances"
    )
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
