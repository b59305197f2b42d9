"""The chance to win a quote by its price: fitted, non-parametric, and as it was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from walkaway_sim._checks import check_is
from walkaway_sim.calibrate.quotes.result import WinCurve
from walkaway_sim.present.canvas import COLOURS, axes_or_new, percent_axis, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_win_curve"]


def plot_win_curve(curve: WinCurve, *, ax: Axes | None = None) -> Axes:
    """Plot a win curve with its band, the isotonic curve, and win rates in bands of price.

    Parameters
    ----------
    curve : WinCurve
    ax : matplotlib Axes, optional
        Drawn on; a new figure without.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    InputError
        It is not what `fit_win_curve` returns.

    Notes
    -----
    The fitted curve is that of a typical quote to any customer. The other two are of all quotes, whatever their
    customer and quantity: where they are flatter, prices were probably set knowing the customer.
    """
    check_is("curve", curve, WinCurve, "fit_win_curve")
    ax = axes_or_new(ax, (8.0, 4.8))
    shown = curve.picture
    level = f"{100 * curve.confidence_level:g}%"
    ax.fill_between(shown.price, shown.low, shown.high, color=COLOURS["deal"], alpha=0.25, linewidth=0)
    ax.plot(
        shown.price,
        shown.chance,
        color=COLOURS["deal"],
        linewidth=1.8,
        label=f"fitted, a typical quote, with its {level} band (calibration error)",
    )
    steps = shown.isotonic
    ax.step(
        steps.price,
        steps.chance,
        where="post",
        color=COLOURS["loss"],
        linewidth=1.2,
        label="isotonic: nothing assumed but that it falls (no interval)",
    )
    rates = shown.rates
    ax.errorbar(
        rates.price,
        rates.rate,
        yerr=[rates.rate - rates.low, rates.high - rates.rate],
        fmt="o",
        markersize=4,
        capsize=3,
        color=COLOURS["ink"],
        label=f"win rate of about {round(rates.quotes.mean()):,} quotes each, with its {level} interval",
    )
    if shown.against == curve.columns.reference:
        ax.axvline(1.0, color=COLOURS["no_deal"], linestyle="--", linewidth=1.2, label="the last price")
    ax.set_xlim(shown.price[0], shown.price[-1])
    ax.set_ylim(0.0, 1.0)
    percent_axis(ax.yaxis)
    ax.set_ylabel("chance to win")
    ax.set_xlabel(f"price over {shown.against}" if shown.against else "price")
    if shown.against == curve.columns.reference:
        percent_axis(ax.xaxis)
    ax.set_title(_headline(curve), loc="left", fontsize=11, pad=16)
    tidy(ax, grid="y")
    ax.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(0.0, -0.16), ncols=1)
    ax.text(0.0, 1.01, _under(curve), transform=ax.transAxes, fontsize=8, color="#666666")
    return ax


def _headline(curve: WinCurve) -> str:
    ratio = curve.rise_over_cut
    text = f"Win curve of {curve.rows.used:,} quotes"
    return text if ratio is None else f"{text}: a rise weighs {ratio.estimate:.2g} times as much as a cut"


def _under(curve: WinCurve) -> str:
    signs = len(curve.warnings)
    if not signs:
        return "Prices set knowing the customer cannot be ruled out by quotes alone."
    return f"Read with care: {signs} warning{'s' if signs > 1 else ''}, in the note under the table."
