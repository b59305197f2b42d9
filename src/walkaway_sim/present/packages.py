"""What packages of equal value give the customer, term by term, beside that they are equal to the supplier."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from walkaway_sim._checks import check_is
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.goodwill import share_conceded
from walkaway_sim.decide.offers.equal_result import EqualPackages, Package
from walkaway_sim.decide.rules import ChanceRule
from walkaway_sim.present.canvas import COLOURS, axes_or_new, tidy
from walkaway_sim.present.formats import clause, compact_money, percent, term_value

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_packages"]

_FULL = 0.42
"""Half the width of a package's column: as far as a bar goes for the most that any package moves a term."""


def plot_packages(packages: EqualPackages, *, ax: Axes | None = None) -> Axes:
    """Plot what each package gives the customer, term by term, above how equal they are to the supplier.

    Parameters
    ----------
    packages : EqualPackages
    ax : matplotlib Axes, optional
        Drawn on; a new figure without.

    Returns
    -------
    matplotlib Axes
        One column a package, one row a term. A bar to the right is more for the customer than the reference, one to
        the left is less, as a share of the term's range; all bars are on one scale.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> deal = ws.Deal(
    ...     name="Two clauses", inputs={"worth": ws.normal(30, 15)},
    ...     terms=[ws.Term("discount", 10, range=(0, 30), step=1), ws.Term("days", 30, range=(0, 90), step=10)],
    ...     value=lambda inputs, terms: inputs["worth"] - terms["discount"] - terms["days"] / 10,
    ... )
    >>> found = ws.equal_packages(ws.simulate(deal, 2**14, rng=7), ws.ChanceRule(0.9), 2)
    >>> [label.get_text().split()[0] for label in ws.plot_packages(found).get_xticklabels()]
    ['A', 'B']
    """
    check_is("packages", packages, EqualPackages, "equal_packages(sim, rule)")
    shown = [term for term in packages.terms if term.name in packages.moved]
    columns = len(packages.packages)
    ax = axes_or_new(ax, (max(1.9 + 2.1 * columns, 8.2), 1.9 + 0.5 * (len(shown) + 1)))
    moves = [_shares(packages, one, shown) for one in packages.packages]
    scale = _FULL / max(float(np.abs(moves).max()), 1e-12)
    for column, (one, shares) in enumerate(zip(packages.packages, moves, strict=True)):
        ax.vlines(column, -0.6, len(shown) + 0.25, color=COLOURS["no_deal"], linewidth=0.8)
        for row, (term, share) in enumerate(zip(shown, shares, strict=True)):
            _bar(ax, column, row, float(share) * scale, term_value(term, one.terms[term.name]))
        _worth(ax, packages, one, column, len(shown))
    names = [_row_name(packages, term) for term in shown]
    ax.set_yticks(range(len(shown) + 1), [*names, "worth to us"])
    ax.set_ylim(len(shown) + 0.6, -0.6)
    heads = [f"{one.name}\ngoodwill {_signed(one.goodwill)}" for one in packages.packages]
    ax.set_xticks(range(columns), heads)
    ax.set_xlim(-0.55, columns - 0.45)
    ax.axhline(len(shown) - 0.5, color=COLOURS["ink"], linewidth=0.8)
    ax.set_xlabel("right: more for the customer than the reference; left: less, in shares of the range")
    ax.set_title(_headline(packages), loc="left", fontsize=11, pad=16)
    ax.text(0.0, 1.01, _under(packages), transform=ax.transAxes, fontsize=8, color="#666666")
    tidy(ax, grid="y")
    ax.grid(visible=False)
    ax.tick_params(length=0)
    ax.spines["left"].set_visible(False)
    return ax


def _shares(packages: EqualPackages, one: Package, shown: list[Term]) -> list[float]:
    """Return how far a package goes from the reference on each term, as shares of its range."""
    return [share_conceded(term, one.terms[term.name], packages.reference[term.name]) for term in shown]


def _row_name(packages: EqualPackages, term: Term) -> str:
    return f"{clause(term.name)}\n(reference {term_value(term, packages.reference[term.name])})"


def _signed(share: float) -> str:
    text = percent(share)
    return f"+{text}" if share > 0 else text


def _bar(ax: Axes, column: int, row: int, length: float, text: str) -> None:
    """Draw one term of one package, its value on the side on which there is room."""
    colour = COLOURS["gain"] if length >= 0 else COLOURS["loss"]
    ax.barh(row, length, left=column, height=0.42, color=colour)
    ax.annotate(
        text,
        (column, row),
        xytext=(-4 if length > 0 else 4, 0),
        textcoords="offset points",
        ha="right" if length > 0 else "left",
        va="center",
        fontsize=8,
        color=COLOURS["ink"],
    )


def _worth(ax: Axes, packages: EqualPackages, one: Package, column: int, row: int) -> None:
    """Draw the difference to the reference with its interval, between the margins."""
    found = one.difference
    reach = max(packages.margin, *(max(-p.difference.low, p.difference.high) for p in packages.packages))
    scale = 0.9 * _FULL / reach
    edge = packages.margin * scale
    ax.fill_between(
        [column - edge, column + edge], row - 0.2, row + 0.2, color=COLOURS["no_deal"], alpha=0.3, linewidth=0
    )
    colour = COLOURS["safe"] if one.equivalent else COLOURS["worse"]
    ends = [column + scale * end for end in (found.low, found.high)]
    ax.plot(ends, [row, row], color=colour, linewidth=3.0, solid_capstyle="butt")
    ax.plot([column + scale * found.estimate], [row], "o", color=colour, markersize=5)
    ax.annotate(
        "equal" if one.equivalent else "not certified",
        (column, row + 0.42),
        ha="center",
        va="center",
        fontsize=8,
        color=colour,
    )


def _headline(packages: EqualPackages) -> str:
    count = len(packages.packages)
    if packages.all_equal:
        return f"{packages.deal_name}: {count} packages of equal worth to us"
    equal = sum(one.equivalent for one in packages.packages)
    return f"{packages.deal_name}: {equal} of {count} packages certified to be of equal worth to us"


def _under(packages: EqualPackages) -> str:
    within = (
        f"{100 * packages.margin:.2g} points of chance"
        if isinstance(packages.rule, ChanceRule)
        else f"{packages.currency} {compact_money(packages.margin)}".strip()
    )
    return (
        f"Last row: difference to the reference with its {100 * packages.confidence_level:g}% interval; "
        f"grey: within {within}, the margin."
    )
