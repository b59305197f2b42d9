"""What a step of each term is worth in every other, and how that changes along a term."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from walkaway_sim._checks import check_is
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.trade.rates import ExchangeCurve, ExchangeRates, Rate
from walkaway_sim.decide.trade.words import with_error
from walkaway_sim.present.canvas import COLOURS, axes_or_new, percent_axis, tidy, wrapped
from walkaway_sim.present.formats import clause, term_value, unit_label

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
    ax = axes_or_new(ax, (max(2.6 + 1.25 * n, 7.5), 2.0 + 0.62 * n))
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
    title = f"{rates.deal_name}: what to ask in each column for the step of each row"
    ax.set_title(wrapped(ax, title, 11, 0.8), loc="left", fontsize=11, pad=12)
    level = f"{100 * rates.confidence_level:g}%"
    under = (
        f"Taken back so far, a column's term leaves the supplier the same {rates.measure} as before the step. Under "
        f"each, half the width of its {level} interval, or the interval, where it shows (simulation error). Darker: "
        f"more of what can be taken back. Of levels: those that a step lies between."
    )
    ax.set_xlabel(wrapped(ax, under, 8, 0.8), fontsize=8, color="#666666", loc="left")
    return ax


def _place(terms: list[Term], term: Term) -> int:
    return [one.name for one in terms].index(term.name)


def _share(rate: Rate) -> float:
    """Return how much of what is left of a term a rate takes."""
    if rate.status in ("no_step", "worth_nothing", "gains"):
        return math.nan
    if rate.status == "beyond_range" or rate.left <= 0.0:
        return 1.0
    return min(max(rate.estimate / rate.left, 0.0), 1.0)


def _cell(rate: Rate) -> str:
    if rate.status == "beyond_range" and rate.left <= 0.0:
        return "no room"
    if rate.status in _WORDS:
        return _WORDS[rate.status]
    scale = 100.0 if rate.paid_in.is_fraction else 1.0
    number, low, high = (scale * end for end in (rate.estimate, rate.low, rate.high))
    if rate.paid_in.levels is not None:
        if math.isinf(high):
            return f"{low:.4g} or more"
        return f"{low:.4g}" if low == high else f"{low:.4g} to {high:.4g}"
    if math.isinf(high - low):
        return f"{with_error(number, number, number)}\nor more"
    return with_error(number, low, high).replace(" ±", "\n±").replace(" (", "\n(")


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
    'a from which the step is counted, up to its walkaway'
    """
    check_is("curve", curve, ExchangeCurve, "exchange_rates(sim).along(step_of, paid_in)")
    ax = axes_or_new(ax, (8.0, 4.6))
    term, paid = curve.step_of, curve.paid_in
    scale = 100.0 if paid.is_fraction else 1.0
    room = scale * curve.rates[0].left
    level = f"{100 * curve.confidence_level:g}%"
    tops = [room if any(one.status == "beyond_range" for one in curve.rates) else 0.0]
    known = [
        (value, one)
        for value, one in zip(curve.values, curve.rates, strict=True)
        if math.isfinite(one.estimate) and one.status != "worth_nothing"
    ]
    if known:
        at = [value for value, _ in known]
        number, low, high = (
            scale * np.array([getattr(one, name) for _, one in known]) for name in ("estimate", "low", "high")
        )
        low, high = np.where(np.isfinite(low), low, number), np.where(np.isfinite(high), high, room)
        tops += [float(high.max()), float(low.min())]
        if paid.levels is None:
            ax.errorbar(
                at,
                number,
                yerr=[number - low, high - number],
                fmt="o-",
                color=COLOURS["deal"],
                markersize=4,
                linewidth=1.4,
                capsize=3,
                label=f"with {level} intervals, one at a time (simulation error)",
            )
        else:
            middle = 0.5 * (low + high)
            ax.errorbar(
                at,
                middle,
                yerr=0.5 * (high - low),
                fmt="none",
                ecolor=COLOURS["deal"],
                elinewidth=3.0,
                capsize=5,
                label=f"between these levels, with {level} confidence one at a time (simulation error)",
            )
    _mark_what_has_no_rate(ax, curve, room)
    bottom, top = min(0.0, *tops), max(0.0, *tops) or 1.0
    ax.set_ylim(bottom - 0.04 * (top - bottom), top + 0.12 * (top - bottom))
    first, last = min(curve.values), max(curve.values)
    margin = max(0.06 * (last - first), 0.02 * (term.high - term.low))
    ax.set_xlim(first - margin, last + margin)
    if term.levels is not None:
        ax.set_xticks(curve.values)
    if term.is_fraction:
        percent_axis(ax.xaxis)
    if paid.levels is not None and len(tops) > 1:
        ax.set_yticks([0.0, *sorted(gone for level in paid.levels if (gone := _back(curve, level)) > 0.0)])
    unit = f" [{unit_label(term)}]" if term.unit else ""
    ax.set_xlabel(f"{clause(term.name)} from which the step is counted{unit}, up to {curve.ends_at}")
    points = "points" if paid.is_fraction else unit_label(paid)
    ax.set_ylabel(f"{clause(paid.name)} to ask for{f' [{points}]' if points else ''}")
    step = "one level more" if math.isnan(curve.step) else _row(term, curve.step).split("\n")[-1]
    title = (
        f"{curve.deal_name}: what to ask in {clause(paid.name)} for a step of {clause(term.name)} ({step})"
    )
    under = f"Taken back so far, the supplier has the same {curve.measure} as before the step."
    under = wrapped(ax, under, 8)
    ax.set_title(wrapped(ax, title, 11), loc="left", fontsize=11, pad=6 + 11 * (1 + under.count("\n")))
    ax.text(0.0, 1.01, under, transform=ax.transAxes, fontsize=8, color="#666666")
    tidy(ax, grid="y")
    if ax.get_legend_handles_labels()[1]:
        ax.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(0.0, -0.13))
    return ax


def _back(curve: ExchangeCurve, level: float) -> float:
    """Return how far a level of the term that is paid in lies back from where it is [unit]."""
    return curve.paid_in.sign * (curve.rates[0].paid_from - level)


def _mark_what_has_no_rate(ax: Axes, curve: ExchangeCurve, room: float) -> None:
    """Mark steps that cost more than all that can be taken back, at that height, and write out the others."""
    beyond = [
        value for value, one in zip(curve.values, curve.rates, strict=True) if one.status == "beyond_range"
    ]
    if beyond:
        paid = curve.paid_in
        back = term_value(paid, curve.rates[0].paid_from), term_value(paid, paid.best)
        words = f"more than all of it: {clause(paid.name)} back from {back[0]} to {back[1]} is not enough"
        if room <= 0.0:
            words = f"nothing to ask for: {clause(paid.name)} is at its best end, {back[1]}"
        ax.plot(beyond, [room] * len(beyond), "^", color=COLOURS["worse"], markersize=8, label=words)
    if all(one.status == "worth_nothing" for one in curve.rates):
        words = "No step costs enough for these draws to tell it from 0: take more of them."
        ax.text(0.5, 0.5, words, transform=ax.transAxes, ha="center", va="center", fontsize=9)
        ax.set_yticks([])
        return
    for value, one in zip(curve.values, curve.rates, strict=True):
        if one.status in ("worth_nothing", "no_step"):
            words = _WORDS[one.status].replace("\n", " ")
            foot = ax.get_xaxis_transform()
            ax.text(value, 0.05, words, transform=foot, fontsize=8, rotation=90, ha="center", va="bottom")
