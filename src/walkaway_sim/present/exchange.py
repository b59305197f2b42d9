"""What a step of each term is worth in every other, and how that changes along a term."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from walkaway_sim._checks import check_is
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.trade.rates import ExchangeCurve, ExchangeRates, Rate
from walkaway_sim.decide.trade.words import with_error
from walkaway_sim.present.canvas import COLOURS, axes_or_new, percent_axis, tidy
from walkaway_sim.present.formats import clause, unit_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_exchange_curve", "plot_exchange_rates"]

_WORDS = {
    "worth_nothing": "too small\nto tell",
    "gains": "a gain",
    "no_step": "no step",
    "beyond_range": "more\nthan all",
}


def plot_exchange_rates(rates: ExchangeRates, *, ax: Axes | None = None) -> Axes:
    """Plot what a step of each term is worth in every other, as a table.

    Parameters
    ----------
    rates : ExchangeRates
    ax : matplotlib Axes, optional
        Drawn on; a new figure without.

    Returns
    -------
    matplotlib Axes
        A row for the step of each term, a column for the term that it is paid in. A cell is the darker, the more of
        that term's range it takes.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> deal = ws.Deal(
    ...     name="Two clauses", inputs={"worth": ws.normal(100, 15)},
    ...     terms=[ws.Term("a", 20, range=(0, 100)), ws.Term("b", 20, range=(0, 100))],
    ...     value=lambda inputs, terms: inputs["worth"] - terms["a"] - 2 * terms["b"],
    ... )
    >>> ax = ws.plot_exchange_rates(ws.exchange_rates(ws.simulate(deal, 2**14, rng=7)))
    >>> [text.get_text() for text in ax.texts[:2]]
    ['5', '20']
    """
    check_is("rates", rates, ExchangeRates, "exchange_rates(sim)")
    terms = [one.term for one in rates.steps]
    n = len(terms)
    ax = axes_or_new(ax, (2.6 + 1.25 * n, 1.7 + 0.62 * n))
    share = np.full((n, n), math.nan)
    for one in rates.rates:
        place = _place(terms, one.step_of.term), _place(terms, one.paid_in)
        share[place] = _share(one)
        ax.text(
            place[1],
            place[0],
            _cell(one),
            ha="center",
            va="center",
            fontsize=8,
            color="white" if share[place] > 0.6 else COLOURS["ink"],
        )
    ax.imshow(share, cmap="Blues", vmin=0.0, vmax=1.0, aspect="auto")
    ax.set_xticks(range(n), [_heading(term) for term in terms], fontsize=8)
    ax.set_yticks(range(n), [_row(one.term, one.step) for one in rates.steps], fontsize=8)
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    ax.set_xticks(np.arange(n + 1) - 0.5, minor=True)
    ax.set_yticks(np.arange(n + 1) - 0.5, minor=True)
    ax.tick_params(which="minor", length=0)
    ax.grid(which="minor", color="white", linewidth=2.0)
    ax.set_title(
        f"{rates.deal_name}: a step of each row is worth, in each column", loc="left", fontsize=11, pad=12
    )
    level = f"{100 * rates.confidence_level:g}%"
    ax.set_xlabel(
        f"Equal by: {rates.measure}. Under each, half the width of its {level} interval, where it shows (simulation "
        "error).\n"
        "Darker: more of what is left of that term. Between levels: in proportion to what they cost.",
        fontsize=8,
        color="#666666",
        loc="left",
    )
    return ax


def _place(terms: list[Term], term: Term) -> int:
    return [one.name for one in terms].index(term.name)


def _share(rate: Rate) -> float:
    """Return how much of what is left of a term a rate takes."""
    if rate.status in ("no_step", "worth_nothing", "gains"):
        return math.nan
    left = rate.paid_in.sign * (rate.paid_in.limit - rate.paid_from)
    if rate.status == "beyond_range" or left <= 0.0:
        return 1.0
    return min(max(rate.estimate / left, 0.0), 1.0)


def _cell(rate: Rate) -> str:
    if rate.status == "beyond_range" and rate.paid_in.sign * (rate.paid_in.limit - rate.paid_from) <= 0.0:
        return "no room"
    if rate.status in _WORDS:
        return _WORDS[rate.status]
    scale = 100.0 if rate.paid_in.is_fraction else 1.0
    number = scale * rate.estimate
    if rate.status == "between_levels":
        high = "more" if math.isinf(rate.high) else f"{rate.high:.4g}"
        return f"{with_error(number, 0.0)}\n({rate.low:.4g} to {high})"
    if math.isinf(rate.high - rate.low):
        return f"{with_error(number, 0.0)}\nor more"
    return with_error(number, 0.5 * scale * (rate.high - rate.low)).replace(" ±", "\n±")


def _heading(term: Term) -> str:
    unit = "points" if term.is_fraction else unit_label(term)
    words = clause(term.name).rsplit(" ", 1) if len(clause(term.name)) > 14 else [clause(term.name)]
    return "\n".join([*words, f"[{unit}]"] if unit else words)


def _row(term: Term, step: float) -> str:
    if math.isnan(step):
        return f"{clause(term.name)}: at its end"
    sign = "+" if term.sign > 0 else "\N{MINUS SIGN}"
    scale, unit = (100.0, "points") if term.is_fraction else (1.0, unit_label(term))
    return f"{clause(term.name)}\n{sign}{scale * step:g} {unit}".rstrip()


def plot_exchange_curve(curve: ExchangeCurve, *, ax: Axes | None = None) -> Axes:
    """Plot what further steps of one term are worth in another, as the first is conceded.

    Parameters
    ----------
    curve : ExchangeCurve
        From ``exchange_rates(sim).along(step_of, paid_in)``.
    ax : matplotlib Axes, optional
        Drawn on; a new figure without.

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> deal = ws.Deal(
    ...     name="Two clauses", inputs={"worth": ws.normal(100, 15)},
    ...     terms=[ws.Term("a", 20, range=(0, 100)), ws.Term("b", 20, range=(0, 100))],
    ...     value=lambda inputs, terms: inputs["worth"] - terms["a"] - 2 * terms["b"],
    ... )
    >>> rates = ws.exchange_rates(ws.simulate(deal, 2**14, rng=7))
    >>> ws.plot_exchange_curve(rates.along("a", "b")).get_xlabel()
    'a, from where the step is counted'
    """
    check_is("curve", curve, ExchangeCurve, "exchange_rates(sim).along(step_of, paid_in)")
    ax = axes_or_new(ax, (8.0, 4.6))
    term, paid = curve.step_of, curve.paid_in
    scale = 100.0 if paid.is_fraction else 1.0
    at = np.array(curve.values)
    known = np.array([math.isfinite(one.estimate) for one in curve.rates])
    estimate = scale * np.array([one.estimate for one in curve.rates])
    low, high = (
        np.array(
            [scale * end if math.isfinite(end) else one for end, one in zip(ends, estimate, strict=True)]
        )
        for ends in ([one.low for one in curve.rates], [one.high for one in curve.rates])
    )
    level = f"{100 * curve.confidence_level:g}%"
    if known.any():
        ax.errorbar(
            at[known],
            estimate[known],
            yerr=[(estimate - low)[known], (high - estimate)[known]],
            fmt="o-",
            color=COLOURS["deal"],
            markersize=4,
            linewidth=1.4,
            capsize=3,
        )
        bottom, top = min(0.0, float(low[known].min())), max(0.0, float(high[known].max()))
        ax.set_ylim(1.08 * bottom, 1.08 * top or 1.0)
    else:
        ax.set_yticks([])
    for value, rate in zip(at, curve.rates, strict=True):
        if not math.isfinite(rate.estimate):
            words = _WORDS.get(rate.status, rate.status).replace("\n", " ")
            foot = ax.get_xaxis_transform()
            ax.text(value, 0.02, words, transform=foot, fontsize=8, rotation=90, ha="center", va="bottom")
    margin = 0.04 * ((at.max() - at.min()) or (term.high - term.low))
    ax.set_xlim(at.min() - margin, at.max() + margin)
    if term.is_fraction:
        percent_axis(ax.xaxis)
    unit = f" [{unit_label(term)}]" if term.unit else ""
    ax.set_xlabel(f"{clause(term.name)}{unit}, from where the step is counted")
    points = "points" if paid.is_fraction else unit_label(paid)
    ax.set_ylabel(f"{clause(paid.name)}{f' [{points}]' if points else ''}")
    step = "one level more" if math.isnan(curve.step) else _row(term, curve.step).split("\n")[-1]
    title = f"What a step of {clause(term.name)} ({step}) is worth in {clause(paid.name)}"
    ax.set_title(title, loc="left", fontsize=11, pad=16)
    under = f"With {level} intervals, one at a time, for simulation error."
    ax.text(0.0, 1.01, under, transform=ax.transAxes, fontsize=8, color="#666666")
    tidy(ax, grid="y")
    return ax
