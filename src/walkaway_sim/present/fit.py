"""A fitted column beside its data: density, quantiles, and the tail."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

import numpy as np

from walkaway_sim._checks import check_is, check_one_of
from walkaway_sim._typing import FloatArray
from walkaway_sim.calibrate.fitting.result import Fit, quantiles
from walkaway_sim.calibrate.fitting.survival import kaplan_meier
from walkaway_sim.inputs.base import Distribution
from walkaway_sim.present.canvas import COLOURS, axes_or_new, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_fit"]

_BAND = (0.05, 0.95)
_POINTS = 300
_LEAST_BINS = 8
_MOST_BINS = 60


def plot_fit(fit: Fit, *, kind: Literal["density", "qq", "tail"] = "density", ax: Axes | None = None) -> Axes:
    """Plot a fit beside its data, with the 90% band of what is plausible.

    Parameters
    ----------
    fit : Fit
    kind : {"density", "qq", "tail"}, default "density"
        Histogram and density; quantiles of the data against those of the fit; or the chance of more than a
        value on a logarithmic axis, where the tail shows. For all three, draw on ``figure.subplots(1, 3)``.
    ax : matplotlib Axes, optional
        Drawn on; a new figure without.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    InputError
        `kind` is none of the three, or `fit` is not what `fit` returns.

    Notes
    -----
    With lower bounds the data are shown by the Kaplan-Meier curve; the histogram then spreads each lower
    bound over the values beyond it, as that curve does, and what lies beyond the last value has no bar.

    Examples
    --------
    >>> import numpy as np
    >>> import walkaway_sim as ws
    >>> days = np.random.default_rng(1).gamma(4, 9, 120)
    >>> found = ws.fit(days, "gamma", name="days_late", unit="days", rng=7)
    >>> ws.plot_fit(found, kind="tail").get_xlabel()
    'days late [days]'
    """
    check_is("fit", fit, Fit, "fit(sample)")
    chosen = check_one_of("kind", kind, ("density", "qq", "tail"))
    ax = axes_or_new(ax, (7.2, 4.6))
    {"density": _density, "qq": _qq, "tail": _tail}[chosen](fit, ax)
    label = f"{(fit.name or 'value').replace('_', ' ')}{f' [{fit.unit}]' if fit.unit else ''}"
    ax.set_xlabel(f"{label}, as fitted" if chosen == "qq" else label)
    if chosen == "qq":
        ax.set_ylabel(f"{label}, in the data")
    ax.set_title(_headline(fit), loc="left", fontsize=10)
    ax.legend(frameon=False, fontsize=8)
    tidy(ax, grid="both")
    return ax


def _headline(fit: Fit) -> str:
    if fit.nothing_fits:
        return f"{fit.family}: no family fits the {fit.n:g} observations"
    tested = (
        "no test with lower bounds" if np.isnan(fit.goodness) else f"goodness of fit p = {fit.goodness:.2g}"
    )
    return f"{fit.family}, {fit.n:g} observations, {tested}"


def _curve(fit: Fit) -> tuple[FloatArray, FloatArray]:
    """Values of the data, ascending, and the chance of at most each."""
    at, survival = kaplan_meier(fit.sample.values, fit.sample.censored, fit.sample.weight)
    return at, 1.0 - survival


def _density(fit: Fit, ax: Axes) -> None:
    at, chance = _curve(fit)
    mass = np.diff(chance, prepend=0.0)
    edges = _edges(fit, at)
    weights = mass / np.diff(edges)[np.clip(np.searchsorted(edges, at, side="right") - 1, 0, edges.size - 2)]
    ax.hist(at, bins=edges.tolist(), weights=weights, color=COLOURS["no_deal"], alpha=0.45, label="data")
    if fit.distribution.is_discrete and fit.family != "empirical":
        middle = 0.5 * (edges[:-1] + edges[1:])
        wide = np.diff(edges)
        chances = [(law.cdf(edges[1:] - 0.5) - law.cdf(edges[:-1] - 0.5)) / wide for law in fit.plausible]
        low, high = np.quantile(chances, _BAND, axis=0)
        estimate = (fit.distribution.cdf(edges[1:] - 0.5) - fit.distribution.cdf(edges[:-1] - 0.5)) / wide
        ax.errorbar(
            middle, estimate, yerr=[np.maximum(estimate - low, 0.0), np.maximum(high - estimate, 0.0)],
            fmt="o", markersize=4, color=COLOURS["deal"], capsize=2, label=_fitted(fit),
        )  # fmt: skip
        ax.set_ylabel("chance of each count")
        return
    ax.set_ylabel("density")
    if fit.family == "empirical":
        return
    x = np.linspace(edges[0], edges[-1], _POINTS)
    step = x[1] - x[0]

    def slope(law: Distribution) -> FloatArray:
        return np.asarray((law.cdf(x + 0.5 * step) - law.cdf(x - 0.5 * step)) / step)

    low, high = np.quantile([slope(law) for law in fit.plausible], _BAND, axis=0)
    ax.fill_between(
        x, low, high, color=COLOURS["deal"], alpha=0.25, linewidth=0, label="90% of what is plausible"
    )
    ax.plot(x, slope(fit.distribution), color=COLOURS["deal"], linewidth=1.6, label=_fitted(fit))


def _edges(fit: Fit, at: FloatArray) -> FloatArray:
    """Edges of the bars (Freedman and Diaconis 1981), on whole steps where the data were rounded."""
    low, high = float(at[0]), float(at[-1])
    quarter, three = np.quantile(at, [0.25, 0.75])
    width = 2.0 * float(three - quarter) / np.cbrt(max(fit.n, 1.0)) or (high - low) / _LEAST_BINS
    width = float(np.clip(width, (high - low) / _MOST_BINS, (high - low) / _LEAST_BINS))
    step = 1.0 if fit.distribution.is_discrete and fit.family != "empirical" else fit.sample.step
    if step > 0.0:
        width = step * max(1.0, np.rint(width / step))
        low -= 0.5 * step
        return np.asarray(low + width * np.arange(np.ceil((high + 0.5 * step - low) / width - 1e-9) + 1.0))
    return np.linspace(low, high, max(int(np.ceil((high - low) / width)), 1) + 1)


def _qq(fit: Fit, ax: Axes) -> None:
    at, chance = _curve(fit)
    before = np.concatenate([[0.0], chance[:-1]])
    middle = 0.5 * (chance + before)
    inside = (middle > 0.0) & (middle < 1.0)
    at, middle = at[inside], middle[inside]
    fitted = quantiles(fit.distribution, middle)
    low, high = _band(fit, lambda law: quantiles(law, middle))
    ax.fill_between(
        fitted, low, high, color=COLOURS["deal"], alpha=0.25, linewidth=0, label="90% of what is plausible"
    )
    ax.plot(fitted, fitted, color=COLOURS["deal"], linewidth=1.2, label=_fitted(fit))
    ax.plot(fitted, at, "o", markersize=3, color=COLOURS["ink"], alpha=0.6, label="data")


def _tail(fit: Fit, ax: Axes) -> None:
    at, chance = _curve(fit)
    survival = 1.0 - chance
    keep = survival > 1e-12
    lowest = float(survival[keep].min()) if keep.any() else 1.0 / fit.n
    ax.step(at[keep], survival[keep], where="post", color=COLOURS["ink"], linewidth=1.2, label="data")
    far = max(float(at[-1]), float(quantiles(fit.distribution, np.array([1.0 - 0.3 * lowest]))[0]))
    x = np.linspace(float(at[0]), far, _POINTS)
    low, high = _band(fit, lambda law: 1.0 - law.cdf(x))
    floor = 0.1 * lowest
    ax.fill_between(
        x, np.maximum(low, floor), np.maximum(high, floor), color=COLOURS["deal"], alpha=0.25, linewidth=0,
        label="90% of what is plausible",
    )  # fmt: skip
    y = 1.0 - fit.distribution.cdf(x)
    ax.plot(x[y > floor], y[y > floor], color=COLOURS["deal"], linewidth=1.6, label=_fitted(fit))
    ax.set_yscale("log")
    ax.set_ylim(floor, 1.3)
    ax.set_ylabel("chance of more")


def _band(fit: Fit, figure: Callable[[Distribution], FloatArray]) -> tuple[FloatArray, FloatArray]:
    values = [figure(law) for law in fit.plausible]
    low, high = np.quantile(values, _BAND, axis=0)
    return low, high


def _fitted(fit: Fit) -> str:
    return "the sample" if fit.family == "empirical" else fit.family.replace("_", " ")
