"""How far one term can go for each value of another, and what of both is safe at once."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import numpy as np

from walkaway_sim._checks import check_is
from walkaway_sim._typing import FloatArray
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.trade.curve import Frontier
from walkaway_sim.decide.trade.region import JointRegion
from walkaway_sim.errors import InputError
from walkaway_sim.present.canvas import COLOURS, axes_or_new, money_axis, percent_axis, tidy, wrapped
from walkaway_sim.present.formats import clause, percent, term_value, unit_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

__all__ = ["plot_frontier", "plot_region"]

_LEVELS_NAMED = 13
"""So many levels have room for their numbers along an axis; of more, every few are named."""


def plot_frontier(frontier: Frontier, *, ax: Axes | None = None) -> Axes:
    """Plot how far the second term can go for each value of the first: walkaways, band, and the safe side.

    Parameters
    ----------
    frontier : Frontier
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
    ...     terms=[ws.Term("a", 20, range=(0, 100)), ws.Term("b", 20, range=(0, 100), unit="NZD")],
    ...     value=lambda inputs, terms: inputs["worth"] - terms["a"] - terms["b"],
    ... )
    >>> curve = ws.frontier(ws.simulate(deal, 2**14, rng=7), ws.ChanceRule(0.9), "a", "b", n_points=5)
    >>> ws.plot_frontier(curve).get_ylabel()
    'b [NZD], conceding →'
    """
    check_is("frontier", frontier, Frontier, "frontier(sim, rule, x, y)")
    ax = axes_or_new(ax, (8.0, 5.6))
    x, y = frontier.x, frontier.y
    at = np.array([point.x for point in frontier.points])
    estimate, low, high, safe = (
        np.array([getattr(point, name) for point in frontier.points])
        for name in ("estimate", "low", "high", "safe")
    )
    level = f"{100 * frontier.confidence_level:g}%"
    if x.levels is None:
        _draw_curve(ax, frontier, at, estimate, low, high, safe, level)
    else:
        _draw_levels(ax, frontier, at, estimate, low, high, safe, level)
    _mark_walkaways(ax, frontier)
    base = frontier.base[x.name], frontier.base[y.name]
    label = f"counted from: {_value(x, base[0])}, {_value(y, base[1])}"
    ax.plot(*base, "o", color=COLOURS["ink"], markersize=7, label=label, zorder=5)
    seen = np.isfinite(estimate)
    across = [*(at[seen] if seen.any() else at), base[0], frontier.x_walkaway]
    up = [*high[seen], *low[seen], base[1], y.best, frontier.y_walkaway]
    _axis(ax.xaxis, x, float(np.nanmin(across)), float(np.nanmax(across)))
    _axis(ax.yaxis, y, float(np.nanmin(up)), float(np.nanmax(up)))
    title = f"{frontier.deal_name}: how far {clause(y.name)} can go for each value of {clause(x.name)}"
    _heading(ax, title, _under(frontier))
    _finish(ax)
    return ax


def _draw_curve(
    ax: Axes,
    frontier: Frontier,
    at: FloatArray,
    estimate: FloatArray,
    low: FloatArray,
    high: FloatArray,
    safe: FloatArray,
    level: str,
) -> None:
    """Draw the walkaways along a range; what is safe is a staircase, by the next value that concedes more."""
    y = frontier.y
    side: Literal["pre", "post"] = "pre" if frontier.x.sign > 0 else "post"
    stepped = y.levels is not None
    inside = np.isfinite(safe)
    ax.fill_between(
        at,
        np.where(inside, _floor(y), math.nan),
        safe,
        step=side,
        color=COLOURS["safe"],
        alpha=0.18,
        linewidth=0,
        label=f"safe, with {level} confidence for all of it",
    )
    band = "walkaways, with " + level + " intervals one at a time"
    ax.fill_between(
        at, low, high, step=side if stepped else None, color=COLOURS["deal"], alpha=0.3, linewidth=0
    )
    style = f"steps-{side}" if stepped else "default"
    ax.plot(at, estimate, color=COLOURS["deal"], linewidth=1.8, drawstyle=style, label=band)


def _draw_levels(
    ax: Axes,
    frontier: Frontier,
    at: FloatArray,
    estimate: FloatArray,
    low: FloatArray,
    high: FloatArray,
    safe: FloatArray,
    level: str,
) -> None:
    """Draw the walkaways at levels: a bar up to what is safe, and a point with its interval."""
    y = frontier.y
    inside = np.isfinite(safe)
    wide = 0.6 * float(np.diff(at).min())
    ax.bar(
        at[inside],
        (safe - _floor(y))[inside],
        bottom=_floor(y),
        width=wide,
        color=COLOURS["safe"],
        alpha=0.25,
        label=f"safe, with {level} confidence for all of it",
    )
    known = np.isfinite(estimate)
    ax.errorbar(
        at[known],
        estimate[known],
        yerr=[(estimate - low)[known], (high - estimate)[known]],
        fmt="o",
        markersize=4,
        color=COLOURS["deal"],
        capsize=4,
        label=f"walkaways, with {level} intervals one at a time",
    )


def _mark_walkaways(ax: Axes, frontier: Frontier) -> None:
    """Mark each walkaway by itself, and the corner that is not to be had."""
    x, y = frontier.x, frontier.y
    colour = COLOURS["worse"]
    if math.isfinite(frontier.x_walkaway):
        label = f"by itself: {_value(x, frontier.x_walkaway)}"
        ax.axvline(_last_seen(frontier), color=colour, linestyle="--", linewidth=1.1, label=label)
    if math.isfinite(frontier.y_walkaway):
        label = f"by itself: {_value(y, frontier.y_walkaway)}"
        ax.axhline(frontier.y_walkaway, color=colour, linestyle=":", linewidth=1.1, label=label)
    if frontier.both_move:
        chance = percent(frontier.corner_chance.estimate, 0)
        ax.plot(
            frontier.x_walkaway,
            frontier.y_walkaway,
            "X",
            color=COLOURS["worse"],
            markersize=10,
            zorder=5,
            label=f"both at once: not to be had, chance {chance}",
        )


def _last_seen(frontier: Frontier) -> float:
    """Return where the walkaway of the first term by itself is drawn: a curve in levels jumps at its own points."""
    x, y = frontier.x, frontier.y
    if y.levels is None or x.levels is not None:
        return frontier.x_walkaway
    at_base = [
        point.x for point in frontier.points if y.sign * (point.estimate - frontier.base[y.name]) >= 0.0
    ]
    return max(at_base, key=lambda value: x.sign * value, default=frontier.x_walkaway)


def _under(frontier: Frontier) -> str:
    rule = frontier.rule.label
    if all(point.status == "acceptable_nowhere" for point in frontier.points):
        x, y = clause(frontier.x.name), clause(frontier.y.name)
        return f"No value of {y} is acceptable, whatever {x} is. Rule: {rule}."
    return f"Rule: {rule}. The other terms are held. Simulation error only."


def plot_region(
    region: JointRegion, x: str | None = None, y: str | None = None, *, ax: Axes | None = None
) -> Axes:
    """Plot what can be conceded together of two terms, the others at their base values.

    Parameters
    ----------
    region : JointRegion
    x, y : str, optional
        Two terms; the first two that the region concedes where not given.
    ax : matplotlib Axes, optional
        Drawn on; a new figure without.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    InputError
        An unknown term, the same one twice, or a region of a deal with one term.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> deal = ws.Deal(
    ...     name="Two clauses", inputs={"worth": ws.normal(100, 15)},
    ...     terms=[ws.Term("a", 20, range=(0, 100)), ws.Term("b", 20, range=(0, 100), unit="NZD")],
    ...     value=lambda inputs, terms: inputs["worth"] - terms["a"] - terms["b"],
    ... )
    >>> ws.plot_region(ws.joint_region(ws.simulate(deal, 2**14, rng=7), ws.ChanceRule(0.9))).get_ylabel()
    'b [NZD], conceding →'
    """
    check_is("region", region, JointRegion, "joint_region(sim, rule)")
    first, second = _two(region, x, y)
    ax = axes_or_new(ax, (8.0, 5.6))
    level = f"{100 * region.confidence_level:g}%"
    steps = _staircase(region, first, second)
    back = region.back_to[first.name], region.back_to[second.name]
    if steps:
        across = np.array([back[0], *(one[0] for one in steps)])
        up = np.array([steps[0][1], *(one[1] for one in steps)])
        order = np.argsort(across)
        ax.fill_between(
            across[order],
            _floor(second, back[1]),
            up[order],
            step="pre" if first.sign > 0 else "post",
            color=COLOURS["safe"],
            alpha=0.25,
            linewidth=2.0,  # shows a stretch of one value
            label=f"safe together, all of it with {level} confidence",
        )
        ax.plot(
            *zip(*steps, strict=True),
            "o",
            color=COLOURS["safe"],
            markersize=4,
            label="corners, on the terms' steps",
        )
    base = region.base[first.name], region.base[second.name]
    label = f"counted from: {_value(first, base[0])}, {_value(second, base[1])}"
    ax.plot(*base, "o", color=COLOURS["ink"], markersize=7, zorder=5, label=label)
    corner = region.naive[first.name], region.naive[second.name]
    chance = f", chance {percent(region.naive_chance.estimate, 0)}" if len(region.terms) == 2 else ""
    values = f"{term_value(first, corner[0])}, {term_value(second, corner[1])}"
    label = f"each safe by itself, not both at once: {values}{chance}"
    inside = any(
        first.sign * (corner[0] - one[0]) <= 0.0 and second.sign * (corner[1] - one[1]) <= 0.0
        for one in steps
    )
    both = all(one != start for one, start in zip(corner, base, strict=True))
    if steps and both and not inside:
        ax.plot(*corner, "X", color=COLOURS["worse"], markersize=10, zorder=5, label=label)
    points = [*steps, base, corner, back] if steps else [(first.low, second.low), (first.high, second.high)]
    _axis(ax.xaxis, first, min(one[0] for one in points), max(one[0] for one in points))
    _axis(ax.yaxis, second, min(one[1] for one in points), max(one[1] for one in points))
    names = f"{clause(first.name)} and {clause(second.name)}"
    under = f"Rule: {region.rule.label}. The other terms are held. Simulation error only."
    if not steps:
        under = f"Nothing is safe by the rule: {region.rule.label}."
    _heading(ax, f"{region.deal_name}: what is safe of {names} together", under)
    _finish(ax)
    return ax


def _two(region: JointRegion, x: str | None, y: str | None) -> tuple[Term, Term]:
    known = {term.name: term for term in region.terms}
    if len(known) < 2:
        raise InputError("plot_region needs a region of two terms or more; this deal has one")
    free = sorted(known, key=lambda name: name in region.held)  # stable: those that are conceded first
    names = [x or next(name for name in free if name != y)]
    names.append(y or next(name for name in free if name != names[0]))
    for name in names:
        if name not in known:
            raise InputError(f"the region has no term {name!r}. Known: {', '.join(known)}")
    if names[0] == names[1]:
        raise InputError(f"x and y must be two different terms, got {names[0]!r} twice")
    return known[names[0]], known[names[1]]


def _staircase(region: JointRegion, x: Term, y: Term) -> list[tuple[float, float]]:
    """Return the corners of the region in the plane of two terms, by rising concession of the first."""
    corners = {(corner[x.name], corner[y.name]) for corner in region.corners}
    kept = [
        one
        for one in corners
        if not any(
            other != one and x.sign * (other[0] - one[0]) >= 0.0 and y.sign * (other[1] - one[1]) >= 0.0
            for other in corners
        )
    ]
    return sorted(kept, key=lambda one: x.sign * one[0])


def _value(term: Term, value: float) -> str:
    return f"{clause(term.name)} {term_value(term, value)}"


def _axis(axis: Axis, term: Term, low: float, high: float) -> None:
    """Show a stretch of a term along an axis, in its units."""
    margin = 0.05 * ((high - low) or (term.high - term.low))
    if term.levels is not None:
        margin = max(margin, 0.45 * float(np.diff(term.levels).min()))
    show = axis.axes.set_xlim if axis.axis_name == "x" else axis.axes.set_ylim  # type: ignore[attr-defined]
    show(low - margin, high + margin)
    levels = [level for level in term.levels or () if low <= level <= high]
    if 0 < len(levels) <= _LEVELS_NAMED:
        axis.set_ticks(levels)
    if term.is_fraction:
        percent_axis(axis)
    elif term.unit.startswith("currency"):
        money_axis(axis)
    named = term.unit and unit_label(term) != clause(term.name)
    words = f"{clause(term.name)} [{unit_label(term)}]" if named else clause(term.name)
    axis.set_label_text(f"{words}, conceding →" if term.sign > 0 else f"← conceding, {words}")


def _floor(term: Term, best: float | None = None) -> float:
    """Return where a safe side begins: half a level behind the best, so that one level by itself can be seen."""
    best = term.best if best is None else best
    return best if term.levels is None else best - 0.35 * term.sign * float(np.diff(term.levels).min())


def _heading(ax: Axes, title: str, under: str) -> None:
    """Write a title and what stands under it, in lines that the figure has room for."""
    under = wrapped(ax, under, 8)
    ax.set_title(wrapped(ax, title, 11), loc="left", fontsize=11, pad=6 + 11 * (1 + under.count("\n")))
    ax.text(0.0, 1.01, under, transform=ax.transAxes, fontsize=8, color="#666666")


def _finish(ax: Axes) -> None:
    tidy(ax, grid="both")
    ax.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(0.0, -0.13), ncols=2)
