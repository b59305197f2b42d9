"""How acceptable the deal is along one term, and where it stops being so."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from walkaway_sim._typing import FloatArray
from walkaway_sim.decide.all_of import AllOf
from walkaway_sim.decide.ladder import on_step
from walkaway_sim.decide.rules import ChanceRule
from walkaway_sim.decide.table import TermWalkaway, Walkaways
from walkaway_sim.errors import InputError
from walkaway_sim.present.canvas import COLOURS, axes_or_new, money_axis, percent_axis, tidy
from walkaway_sim.present.formats import clause, compact_money, percent, safe_value, term_value, unit_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_walkaway"]


_LEVELS_NAMED = 13
"""So many levels have room for their numbers under the axis; of more, every few are named."""


def plot_walkaway(walk: Walkaways, term: str, *, ax: Axes | None = None) -> Axes:
    """Plot what the rule looks at along one term: walkaway, interval, safe side and proposal.

    Parameters
    ----------
    walk : Walkaways
    term : str
        Name of a term.
    ax : matplotlib Axes, optional
        Drawn on; a new figure without.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    InputError
        The deal has no such term.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> deal = ws.Deal(
    ...     name="One price",
    ...     inputs={"worth": ws.normal(100, 15)},
    ...     terms=[ws.Term("rebate", proposed=70, range=(0, 150), unit="NZD")],
    ...     value=lambda inputs, terms: inputs["worth"] - terms["rebate"],
    ... )
    >>> walk = ws.walkaway(ws.simulate(deal, rng=7), ws.ChanceRule(0.9))
    >>> ws.plot_walkaway(walk, "rebate").get_xlabel()
    'rebate [NZD]'
    """
    try:
        found = walk[term]
    except KeyError as error:
        raise InputError(str(error.args[0])) from None
    ax = axes_or_new(ax, (8.0, 4.8))
    curve = found.curve
    level = walk.rule.level
    stepped = found.term.levels is not None
    if stepped:
        ax.errorbar(
            curve.values,
            curve.estimate,
            yerr=[curve.estimate - curve.low, curve.high - curve.estimate],
            fmt="o",
            color=COLOURS["deal"],
            capsize=4,
            label=_measure(walk),
        )
    else:
        ax.fill_between(curve.values, curve.low, curve.high, color=COLOURS["deal"], alpha=0.25, linewidth=0)
        ax.plot(curve.values, curve.estimate, color=COLOURS["deal"], linewidth=1.6, label=_measure(walk))
    ax.axhline(
        level, color=COLOURS["ink"], linewidth=1.0, linestyle=":", label=f"the rule asks for {_level(walk)}"
    )
    _verticals(ax, found)
    _acceptable(ax, found)
    span = found.term.high - found.term.low
    margin = 0.04 * span
    ax.set_xlim(found.term.low - margin, found.term.high + margin)
    levels = found.term.levels or ()
    if 0 < len(levels) <= _LEVELS_NAMED:
        ax.set_xticks(list(levels))
    if found.term.is_fraction:
        percent_axis(ax.xaxis)
    elif found.term.unit.startswith("currency"):
        money_axis(ax.xaxis)
    named = found.term.unit and unit_label(found.term) != clause(term)
    ax.set_xlabel(f"{clause(term)} [{unit_label(found.term)}]" if named else clause(term))
    _value_axis(ax, walk, curve.low)
    ax.set_title(_headline(walk, found), loc="left", fontsize=11, pad=16)
    tidy(ax, grid="y")
    ax.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(0.0, -0.16), ncols=2)
    ax.text(0.0, 1.01, _under(found), transform=ax.transAxes, fontsize=8, color="#666666")
    return ax


def _verticals(ax: Axes, found: TermWalkaway) -> None:
    term = found.term
    ax.axvline(
        found.proposed,
        color=COLOURS["no_deal"],
        linestyle="--",
        linewidth=1.4,
        label=f"proposed {term_value(term, found.proposed)}",
    )
    if math.isnan(found.estimate) or not found.acceptable_set:
        return
    if found.high > found.low:
        ax.axvspan(found.low, found.high, color=COLOURS["worse"], alpha=0.18, linewidth=0)
    ax.axvline(
        found.estimate,
        color=COLOURS["worse"],
        linewidth=1.8,
        label=_found_at(found),
    )
    safe, doubt = found.safe_calibrated, found.calibration
    if doubt is not None and doubt.high > doubt.low:
        between = f"{term_value(term, doubt.low)} to {term_value(term, doubt.high)}"
        label = f"calibration error: {between}"
        ax.axvspan(doubt.low, doubt.high, color=COLOURS["no_deal"], alpha=0.15, linewidth=0, label=label)
    if not math.isnan(safe):
        ax.axvline(
            on_step(term, safe),
            color=COLOURS["safe"],
            linewidth=1.4,
            linestyle="-.",
            label=f"safe to concede to {safe_value(term, on_step(term, safe))}",
        )


def _found_at(found: TermWalkaway) -> str:
    term = found.term
    if found.low == found.high == term.limit:
        to = "up to" if term.sign > 0 else "down to"
        return f"no walkaway {to} {term_value(term, found.estimate)}, the end of the range"
    between = f"{term_value(term, found.low)} to {term_value(term, found.high)}"
    return f"walkaway {term_value(term, found.estimate)} (interval {between})"


def _acceptable(ax: Axes, found: TermWalkaway) -> None:
    """Mark the acceptable values on the foot of the picture."""
    for index, (low, high) in enumerate(found.acceptable_set):
        if high > low:
            ax.axvspan(
                low,
                high,
                ymin=0.0,
                ymax=0.025,
                color=COLOURS["gain"],
                alpha=0.8,
                linewidth=0,
                label="acceptable" if index == 0 else "_",
            )


def _headline(walk: Walkaways, found: TermWalkaway) -> str:
    term, name = found.term, clause(found.term.name)
    if found.reason:
        text = f"{name}: the rule cannot be judged where its walkaway would lie"
    elif found.status == "acceptable_nowhere":
        text = f"{name}: acceptable at no value from {term_value(term, term.low)} to {term_value(term, term.high)}"
    elif found.status == "acceptable_everywhere":
        text = f"{name}: acceptable to the end, {term_value(found.term, found.estimate)}"
    elif not found.acceptable_set:
        text = f"{name}: no value passes the rule, some cannot be ruled out"
    else:
        beyond = "above" if term.sign > 0 else "below"
        text = f"{name}: walk away {beyond} {term_value(found.term, found.estimate)}"
        if found.status == "several_crossings":
            text += " (acceptable in several stretches)"
        if found.status == "unresolved":
            text += " (not resolved by these draws)"
    if found.calibration is not None and found.acceptable_set:
        safe = found.safe_calibrated
        text += (
            "; no value is safe" if math.isnan(safe) else f"; safe to {safe_value(term, on_step(term, safe))}"
        )
    return f"{walk.deal_name}, {text}"


def _under(found: TermWalkaway) -> str:
    text = "The other terms as proposed."
    return text if found.proposal_acceptable else text + " The proposal itself is not acceptable."


def _measure(walk: Walkaways) -> str:
    if isinstance(walk.rule, ChanceRule):
        beats = (
            "the deal beats no deal"
            if not walk.rule.at_least
            else f"the surplus is {walk.rule.at_least:,.0f} or more"
        )
        return f"chance that {beats}, with its {100 * walk.confidence_level:g}% interval"
    if isinstance(walk.rule, AllOf):
        return "least margin over the rules, with its interval"
    return f"{walk.rule.label.split(' of at least')[0]}, with its {100 * walk.confidence_level:g}% interval"


def _level(walk: Walkaways) -> str:
    if isinstance(walk.rule, ChanceRule):
        return percent(walk.rule.level, 0 if (100 * walk.rule.level).is_integer() else 1)
    return compact_money(walk.rule.level)


def _value_axis(ax: Axes, walk: Walkaways, low: FloatArray) -> None:
    if isinstance(walk.rule, ChanceRule):
        bottom = min(float(low.min()), walk.rule.level)
        ax.set_ylim(max(bottom - 0.05, -0.01), 1.02)
        ax.set_yticks([tick for tick in ax.get_yticks() if max(bottom - 0.05, -0.01) <= tick <= 1.0])
        percent_axis(ax.yaxis)
        ax.set_ylabel("chance")
    elif isinstance(walk.rule, AllOf):
        ax.set_ylabel("least margin over the rules [points of chance, or standard deviations]")
    else:
        money_axis(ax.yaxis)
        ax.set_ylabel(f"{walk.rule.label.split(' of at least')[0]} [{walk.currency or 'currency'}]")
