"""The zone of agreement: what the customer can accept, and where we open, aim and stop."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from walkaway_sim._checks import check_is
from walkaway_sim._typing import FloatArray
from walkaway_sim.decide.customer.agreement import ZoneOfAgreement
from walkaway_sim.decide.ladder import on_step
from walkaway_sim.present.canvas import COLOURS, axes_or_new, percent_axis, tidy
from walkaway_sim.present.formats import clause, percent, safe_value, term_value, unit_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_zone"]

_SHOWN = (9, 989)
"""Quantiles of the reservation that are shown, in thousandths less one: 1% and 99%."""


def plot_zone(zone: ZoneOfAgreement, *, ax: Axes | None = None) -> Axes:
    """Plot the chance that the customer says yes along the term, our three values, and the zone between.

    Parameters
    ----------
    zone : ZoneOfAgreement
    ax : matplotlib Axes, optional
        Drawn on; a new figure without.

    Returns
    -------
    matplotlib Axes

    Notes
    -----
    The curve is the distribution of the customer's reservation, read as the chance of a yes to each offer. It is
    shaded up to where we stop, and faintly from there up to our walkaway, where the chance is that of a zone at all:
    what lies between is not safe, or not on the term's step.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> deal = ws.Deal(
    ...     name="One price", inputs={"cost": ws.normal(60, 5)},
    ...     terms=[ws.Term("price", proposed=80, range=(0, 150), concession="down")],
    ...     value=lambda inputs, terms: terms["price"] - inputs["cost"],
    ... )
    >>> sim = ws.simulate(deal, 2**14, rng=7)
    >>> customer = ws.Customer(ws.uniform(50, 100), term="price")
    >>> zone = ws.zone_of_agreement(sim, ws.ExpectedValueRule(), customer)
    >>> ws.plot_zone(zone).get_title(loc="left")
    'One price: overlap on price in 80% of cases'
    """
    check_is("zone", zone, ZoneOfAgreement, "zone_of_agreement(sim, rule, customer)")
    ax = axes_or_new(ax, (8.4, 4.8))
    term = zone.term
    values, chances = _curve(zone)
    name = clause(term.name)
    marks = _marks(zone)
    shown = [*zone.reservation[list(_SHOWN)].tolist(), *(value for _, value, _ in marks)]
    low, high = min(shown), max(shown)
    spare = 0.06 * ((high - low) or 1.0)
    ax.plot(
        values, chances, color=COLOURS["no_deal"], linewidth=2.0, label="chance that the customer says yes"
    )
    if term.levels is not None:
        at = np.interp(term.levels, values, chances)
        ax.plot(
            term.levels, at, "o", color=COLOURS["no_deal"], markersize=5, label="levels that can be offered"
        )
    if zone.overlap == "overlap":
        _shade(ax, zone, values, chances)
    for label, value, colour in marks:
        ax.axvline(
            value,
            color=colour,
            linewidth=1.6,
            linestyle="-" if "stop" in label else "--",
            label=label,
        )
    ax.set_xlim(*((low - spare, high + spare) if term.sign > 0 else (high + spare, low - spare)))
    ax.set_ylim(0.0, 1.05)
    percent_axis(ax.yaxis)
    if term.is_fraction:
        percent_axis(ax.xaxis)
    unit = unit_label(term)
    towards = "concessions to the right"
    ax.set_xlabel(f"{name} [{unit}]; {towards}" if unit else f"{name}; {towards}")
    ax.set_ylabel("chance of a yes")
    ax.set_title(f"{zone.deal_name}: {_headline(zone)}", loc="left", fontsize=11)
    tidy(ax, grid="both")
    ax.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(0.0, -0.14), ncols=2)
    return ax


def _shade(ax: Axes, zone: ZoneOfAgreement, values: FloatArray, chances: FloatArray) -> None:
    """Shade what both sides can accept: up to where we stop, and faintly on to our walkaway."""
    term = zone.term
    stop, walkaway = on_step(term, zone.walkaway.safe), zone.walkaway.estimate
    for start, end, alpha, words in (
        (term.best, stop, 0.28, "both sides can accept, up to where we stop"),
        (stop, walkaway, 0.10, "and on to our walkaway, beyond the stop"),
    ):
        low, high = min(start, end), max(start, end)
        if low == high or term.sign * (end - start) < 0:
            continue
        at = np.unique([low, *values[(values > low) & (values < high)], high])
        upto = np.interp(at, values, chances)
        chance = float(np.interp(end, values, chances)) if end == stop else zone.exists.estimate
        ax.fill_between(
            at,
            0.0,
            upto,
            color=COLOURS["gain"],
            alpha=alpha,
            linewidth=0,
            label=f"{words} ({percent(chance)} of cases)",
        )


def _headline(zone: ZoneOfAgreement) -> str:
    if zone.overlap.startswith("our rule"):
        return f"{zone.overlap}, whatever the customer takes"
    if zone.overlap == "no overlap":
        return "no overlap"
    if zone.overlap == "unresolved":
        return "whether there is an overlap cannot be told"
    share = f"{100 * zone.exists.estimate:.0f}%"
    return f"overlap on {clause(zone.term.name)} in {share} of cases"


def _curve(zone: ZoneOfAgreement) -> tuple[FloatArray, FloatArray]:
    """Return values of the term, rising, and the chance of a yes at each, beyond both ends too."""
    levels = np.arange(1, 1000) / 1000.0
    values = zone.reservation
    order = np.argsort(values, kind="stable")
    values = values[order]
    # Along a term that a higher value makes dearer for us, the customer says yes from its reservation on.
    chances = levels if zone.term.sign > 0 else 1.0 - levels
    ends = (0.0, 1.0) if zone.term.sign > 0 else (1.0, 0.0)
    low, high = zone.term.low, zone.term.high
    before, after = min(low, float(values[0])), max(high, float(values[-1]))
    return (
        np.concatenate([[before, values[0]], values, [values[-1], after]]),
        np.concatenate([[ends[0], ends[0]], chances, [ends[1], ends[1]]]),
    )


def _marks(zone: ZoneOfAgreement) -> list[tuple[str, float, str]]:
    term = zone.term
    marks = []
    if not math.isnan(zone.target):  # else there is nothing to open with, or to aim at
        marks = [
            (f"open at {term_value(term, zone.open)}", zone.open, COLOURS["deal"]),
            (f"aim at {term_value(term, zone.target)}", zone.target, COLOURS["loss"]),
        ]
    safe = on_step(term, zone.walkaway.safe)
    if marks and safe == zone.target:
        marks[1] = (f"aim and stop at {safe_value(term, safe)} (safe walkaway)", safe, COLOURS["worse"])
    elif not math.isnan(safe):
        marks.append((f"stop at {safe_value(term, safe)} (safe walkaway)", safe, COLOURS["worse"]))
    return marks
