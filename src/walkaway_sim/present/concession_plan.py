"""Goodwill against the surplus given up, step by step, up to the limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from walkaway_sim._checks import check_is
from walkaway_sim.decide.offers.concession_result import ConcessionPlan
from walkaway_sim.present.canvas import COLOURS, axes_or_new, money_axis, percent_axis, tidy
from walkaway_sim.present.formats import clause, term_value

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_concession_plan"]


def plot_concession_plan(plan: ConcessionPlan, *, ax: Axes | None = None) -> Axes:
    """Plot the goodwill that a plan buys against the expected surplus that it gives up, with its limit.

    Parameters
    ----------
    plan : ConcessionPlan
    ax : matplotlib Axes, optional
        Drawn on; a new figure without.

    Returns
    -------
    matplotlib Axes
        One point a step; the moves of each are listed beside.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> deal = ws.Deal(
    ...     name="Two clauses", inputs={"worth": ws.normal(60, 15)},
    ...     terms=[ws.Term("discount", 5, range=(0, 30), step=1), ws.Term("days", 30, range=(0, 90), step=10)],
    ...     value=lambda inputs, terms: inputs["worth"] - 2 * terms["discount"] - terms["days"] / 10,
    ... )
    >>> plan = ws.concession_plan(ws.simulate(deal, 2**14, rng=7), ws.ChanceRule(0.9), {"discount": 1, "days": 3})
    >>> ws.plot_concession_plan(plan).get_ylabel()
    'goodwill bought, of all that could be weighed'
    """
    check_is("plan", plan, ConcessionPlan, "concession_plan(sim, rule, weights)")
    ax = axes_or_new(ax, (9.0, 5.4))
    spent = [0.0, *(step.total.estimate for step in plan.steps)]
    bought = [0.0, *(step.total_goodwill for step in plan.steps)]
    ax.plot(spent, bought, "o-", color=COLOURS["deal"], linewidth=1.6, markersize=6)
    for step in plan.steps:
        ends = (step.total.low, step.total.high)
        ax.hlines(step.total_goodwill, *ends, color=COLOURS["deal"], linewidth=4.0, alpha=0.35)
    width = max(max(spent), 1e-12)
    height = max(max(bought), 1e-12)
    ax.set_xlim(min(min(spent), 0.0) - 0.02 * width, 1.5 * width)
    ax.set_ylim(min(min(bought), 0.0) - 0.05 * height, 1.18 * height)
    ax.annotate(
        "opening offer", (0.0, 0.0), xytext=(8, -4), textcoords="offset points", fontsize=8, va="center"
    )
    if plan.steps:
        _limit(ax, plan, spent[-1])
        _labels(ax, plan, 1.03 * width)
        money_axis(ax.xaxis)
        percent_axis(ax.yaxis)
    else:
        ax.set_xticks([])
        ax.set_yticks([])
        why = (
            "the rule does not hold with confidence at the opening offer"
            if plan.ends_by == "nothing"
            else "no step is left"
        )
        ax.text(
            0.5, 0.5, f"Nothing can be conceded: {why}.", transform=ax.transAxes, ha="center", fontsize=10
        )
    ax.set_xlabel(f"expected surplus given up since the opening offer [{plan.currency or 'currency'}]")
    ax.set_ylabel("goodwill bought, of all that could be weighed")
    ax.set_title(f"{plan.deal_name}: concessions in order, up to the limit", loc="left", fontsize=11, pad=16)
    weighed = ", ".join(
        f"{clause(name)} {100 * weight:.0f}%" for name, weight in plan.weights.items() if weight > 0.0
    )
    ax.text(0.0, 1.01, f"Weights: {weighed}.", transform=ax.transAxes, fontsize=8, color="#666666")
    tidy(ax, grid="both")
    return ax


def _limit(ax: Axes, plan: ConcessionPlan, at: float) -> None:
    """Mark where the plan ends, and say why."""
    colour = COLOURS["worse"] if plan.ends_by == "rule" else COLOURS["no_deal"]
    text = "the end of the ranges and policy limits"
    if plan.ends_by == "rule":
        text = f"the limit: {plan.rule.label}, with {100 * plan.confidence_level:g}% confidence"
    ax.axvline(at, color=colour, linestyle="--", linewidth=1.4, label=text)
    ax.legend(frameon=False, fontsize=8, loc="upper left")


def _labels(ax: Axes, plan: ConcessionPlan, left: float) -> None:
    """Put numbers at the points, and what they mean right of the limit: beside crowded points it would overlap."""
    clauses = {term.name: term for term in plan.terms}
    lines = []
    for step in plan.steps:
        ax.annotate(
            f"{step.number}",
            (step.total.estimate, step.total_goodwill),
            xytext=(-3, 6),
            textcoords="offset points",
            ha="right",
            fontsize=9,
            fontweight="bold",
            color=COLOURS["deal"],
        )
        moves = [
            f"{clause(name)} {term_value(clauses[name], start)} to {term_value(clauses[name], end)}"
            for name, (start, end) in step.moves.items()
        ]
        lines.append(f"{step.number}: " + "\n    ".join(moves))
    ax.text(left, ax.get_ylim()[0], "\n\n".join(lines) + "\n", fontsize=8, va="bottom", color=COLOURS["ink"])
