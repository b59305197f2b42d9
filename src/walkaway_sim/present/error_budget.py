"""The two errors of every walkaway side by side: what more draws would narrow, and what only more data would."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from walkaway_sim._checks import check_is
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.ladder import on_step
from walkaway_sim.decide.table import TermWalkaway, Walkaways
from walkaway_sim.errors import InputError
from walkaway_sim.present.canvas import COLOURS, axes_or_new, percent_axis, tidy
from walkaway_sim.present.formats import clause, safe_value, term_value

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_error_budget"]


def plot_error_budget(walk: Walkaways, *, ax: Axes | None = None) -> Axes:
    """Plot each walkaway with its simulation error, its calibration error and its safe side, as shares of the range.

    Parameters
    ----------
    walk : Walkaways
        Of a deal with inputs that were fitted or elicited.
    ax : matplotlib Axes, optional
        Drawn on; a new figure without.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    InputError
        No input was calibrated, so that there is one error only.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> worth = ws.Input(ws.normal(100, 15), plausible=[ws.normal(95, 15), ws.normal(105, 15)])
    >>> deal = ws.Deal(
    ...     name="One price",
    ...     inputs={"worth": worth},
    ...     terms=[ws.Term("rebate", proposed=70, range=(0, 150), unit="NZD")],
    ...     value=lambda inputs, terms: inputs["worth"] - terms["rebate"],
    ... )
    >>> walk = ws.walkaway(ws.simulate(deal, 2**14, rng=7), ws.ChanceRule(0.9), n_worlds=40)
    >>> ws.plot_error_budget(walk).get_xlabel()
    'from the best end of the range for us to the best for the customer'
    """
    check_is("walk", walk, Walkaways, "walkaway(sim, rule)")
    if not walk.calibrated:
        raise InputError(
            "walk must be of a deal whose inputs were fitted or elicited, with laws that are plausible; this one "
            "has simulation error only. Use plot_walkaway"
        )
    shown = [one for one in walk.values() if one.calibration is not None and one.acceptable_set]
    ax = axes_or_new(ax, (8.6, 1.9 + 0.62 * len(shown)))
    for row, one in enumerate(shown):
        _row(ax, row, one)
    ax.set_yticks(range(len(shown)), [_name(one.term) for one in shown])
    ax.set_ylim(len(shown) - 0.4, -0.7)
    ax.set_xlim(-0.02, 1.02)
    percent_axis(ax.xaxis)
    ax.set_xlabel("from the best end of the range for us to the best for the customer")
    ax.set_title(f"{walk.deal_name}: what the walkaways are not known to", loc="left", fontsize=11, pad=16)
    ax.text(
        0.0,
        1.01,
        f"Intervals at {100 * walk.confidence_level:g}%. Doubt about the parameters of {', '.join(walk.calibrated)}.",
        transform=ax.transAxes,
        fontsize=8,
        color="#666666",
    )
    tidy(ax, grid="x")
    below = 0.6 / (ax.get_position().height * ax.figure.bbox.height / ax.figure.dpi)  # inches under the axis
    _legend(ax, below)
    return ax


def _name(term: Term) -> str:
    """Return the name of a term, with its unit where its values carry none."""
    return clause(term.name) if term.is_fraction or not term.unit else f"{clause(term.name)}\n[{term.unit}]"


def _legend(ax: Axes, below: float) -> None:
    """Explain each kind of mark once: not every row has all of them."""
    handles, labels = ax.get_legend_handles_labels()
    once = dict(zip(labels, handles, strict=True))
    ax.legend(
        list(once.values()),
        list(once),
        frameon=False,
        fontsize=8,
        loc="upper left",
        bbox_to_anchor=(0.0, -below),
        ncols=2,
    )


def _row(ax: Axes, row: int, one: TermWalkaway) -> None:
    """Draw one walkaway on its row."""
    term, found = one.term, one.calibration
    if found is None:
        return

    def place(value: float) -> float:
        share = (value - term.low) / (term.high - term.low)
        return share if term.sign > 0 else 1.0 - share

    labels = [
        "calibration error: only more data narrows it",
        "simulation error: more draws narrow it",
        "walkaway",
        "safe to concede to, both errors allowed for",
    ]
    near, far = place(found.low), place(found.high)
    ax.hlines(row, near, far, color=COLOURS["no_deal"], linewidth=9.0, alpha=0.45, label=labels[0])
    near, far = place(one.low), place(one.high)
    ax.hlines(row, near, far, color=COLOURS["worse"], linewidth=9.0, alpha=0.9, label=labels[1])
    ax.plot([place(one.estimate)], [row], "o", color=COLOURS["ink"], markersize=5, label=labels[2])
    text = f"walkaway {term_value(term, one.estimate)}"
    safe = on_step(term, one.safe_calibrated)
    if math.isnan(safe):
        text += ", no value is safe"
    else:
        ax.plot(
            [place(safe)],
            [row],
            "|",
            color=COLOURS["safe"],
            markersize=16,
            markeredgewidth=2.5,
            label=labels[3],
        )
        text += f", safe to {safe_value(term, safe)}"
    right = place(one.estimate) > 0.6
    ax.annotate(
        text,
        (min(place(one.estimate), 1.0), row),
        xytext=(0, 10),
        textcoords="offset points",
        ha="right" if right else "left",
        fontsize=8,
        color=COLOURS["ink"],
    )
