"""Two terms against each other as a page for the shell, as plain data, and as pictures."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from walkaway_sim.deal.term import Term
from walkaway_sim.decide.trade.curve import Frontier, FrontierPoint
from walkaway_sim.decide.trade.rates import ExchangeRates, Rate
from walkaway_sim.present.exchange import plot_exchange_curve
from walkaway_sim.present.formats import clause, money, safe_value, term_value, unit_label
from walkaway_sim.present.frontier import plot_frontier
from walkaway_sim.present.page import empty_table
from walkaway_sim.present.pictures import as_png
from walkaway_sim.simulation.outcome import Simulation

if TYPE_CHECKING:
    from rich.console import Group

__all__ = ["as_trade_data", "as_trade_page", "render_trade"]

_STATUS = {
    "found": "",
    "acceptable_everywhere": "acceptable to the end of the range",
    "acceptable_nowhere": "acceptable at no value",
    "several_crossings": "several acceptable stretches",
    "unresolved": "too few draws to say",
}

_WORTH = {
    "beyond_range": "more than all of it",
    "worth_nothing": "nothing that shows",
    "gains": "nothing: it gains",
}


def as_trade_page(sim: Simulation, rates: ExchangeRates, curve: Frontier) -> Group:
    """Return the page: what a step of each is worth in the other, and how far they can go together."""
    from rich.console import Group
    from rich.text import Text

    both = _both(rates, curve)
    said = " ".join(_sentence(one) for one in both)
    return Group(
        Text(sim.deal.name, style="bold"),
        Text(said, style="bold"),
        Text(),
        _rates(both, sim.deal.currency),
        Text(rates.note, style="italic"),
        Text(),
        _frontier(curve),
        Text(curve.note, style="italic"),
        Text(),
        Text(
            f"{sim.n_draws:,} {sim.design} draws, seed {sim.seed.entropy}; "
            f"intervals at {100 * curve.confidence_level:g}%.",
            style="dim",
        ),
    )


def _both(rates: ExchangeRates, curve: Frontier) -> tuple[Rate, Rate]:
    return rates.rate(curve.x.name, curve.y.name), rates.rate(curve.y.name, curve.x.name)


def _sentence(rate: Rate) -> str:
    return f"{rate.sentence[:1].upper()}{rate.sentence[1:]}."


def _rates(both: tuple[Rate, Rate], currency: str) -> Any:
    unit = f" [{currency}]" if currency else ""
    table = empty_table(
        "What to ask in return for a step",
        ["a step of"],
        ["from", "to", f"costs{unit}", "ask for", "interval"],
        ["of"],
    )
    for rate in both:
        term, paid = rate.step_of.term, rate.paid_in
        cost = rate.step_of.cost
        if cost is None:
            table.add_row(clause(term.name), *["end of range"] * 2, "", "", "", clause(paid.name))
            continue
        start = rate.step_of.to - term.sign * rate.step_of.step
        table.add_row(
            clause(term.name),
            term_value(term, start),
            term_value(term, rate.step_of.to),
            money(cost.estimate),
            *_asked(rate),
            f"{clause(paid.name)} [{unit_label(paid)}]" if unit_label(paid) else clause(paid.name),
        )
    return table


def _asked(rate: Rate) -> tuple[str, str]:
    """Return what to ask for, and its interval; of a term with levels those that it lies between are both."""
    if rate.status in _WORTH:
        return _WORTH[rate.status], "" if rate.status == "beyond_range" else _between(rate)
    if rate.paid_in.levels is not None:
        return _between(rate), ""
    return _figure(rate.paid_in, rate.estimate), _between(rate)


def _figure(term: Term, number: float) -> str:
    """Return a move of a term in three digits, which small ones have too."""
    if term.levels is not None:
        return f"{number:g}"
    shown = 100.0 * number if term.is_fraction else number
    text = f"{shown:,.0f}" if abs(shown) >= 1000.0 else f"{shown:.3g}"
    return f"{text}%" if term.is_fraction else text


def _between(rate: Rate) -> str:
    ends = [_figure(rate.paid_in, end) if math.isfinite(end) else "" for end in (rate.low, rate.high)]
    if all(ends):
        return f"{ends[0]} to {ends[1]}"
    if ends[0]:
        return f"{ends[0]} or more"
    return f"{ends[1]} or less" if ends[1] else ""


def _frontier(curve: Frontier) -> Any:
    x, y = clause(curve.x.name), clause(curve.y.name)
    table = empty_table(
        f"How far {y} can go for each value of {x}",
        [],
        [x, f"{y}, safe to", "walkaway", "interval"],
        ["unit", "remark"],
    )
    for point in _told(curve):
        table.add_row(
            term_value(curve.x, point.x),
            safe_value(curve.y, point.safe),
            term_value(curve.y, point.estimate),
            "none" if math.isnan(point.low) else _ends(curve, point),
            unit_label(curve.y),
            point.reason or _STATUS[point.status],
        )
    return table


def _told(curve: Frontier) -> list[FrontierPoint]:
    """Return the points at which something changes: of values that are alike, the first and the last."""
    if curve.x.levels is not None:
        return list(curve.points)
    alike = [(point.status, str(point.estimate), str(point.safe)) for point in curve.points]
    last = len(alike) - 1
    return [
        point
        for place, point in enumerate(curve.points)
        if place in (0, last) or not alike[place - 1] == alike[place] == alike[place + 1]
    ]


def _ends(curve: Frontier, point: FrontierPoint) -> str:
    if point.low == point.high:
        return "end of range" if point.low == curve.y.limit else term_value(curve.y, point.low)
    return f"{term_value(curve.y, point.low)} to {term_value(curve.y, point.high)}"


def as_trade_data(sim: Simulation, rates: ExchangeRates, curve: Frontier) -> dict[str, Any]:
    """Return the whole result as plain data that JSON can hold; what is not known is None."""
    return {
        "deal": sim.deal.name,
        "currency": sim.deal.currency,
        "rule": curve.rule.label,
        "rates_by": rates.rule.label,
        "confidence_level": curve.confidence_level,
        "intervals_cover": "simulation error",
        "n_draws": sim.n_draws,
        "design": sim.design,
        "seed": str(sim.seed.entropy),
        "base": dict(curve.base),
        "rates": [
            {
                "step_of": one.step_of.term.name,
                "step": _plain(one.step_of.step),
                "paid_in": one.paid_in.name,
                "estimate": _plain(one.estimate),
                "low": _plain(one.low),
                "high": _plain(one.high),
                "status": one.status,
                "sentence": one.sentence,
            }
            for one in _both(rates, curve)
        ],
        "frontier": [
            {
                curve.x.name: point.x,
                curve.y.name: _plain(point.estimate),
                "low": _plain(point.low),
                "high": _plain(point.high),
                "safe": _plain(point.safe),
                "status": point.status,
                "reason": point.reason or None,
            }
            for point in curve.points
        ],
        "note": curve.note,
    }


def _plain(number: float) -> float | None:
    return float(number) if math.isfinite(number) else None


def render_trade(rates: ExchangeRates, curve: Frontier) -> dict[str, bytes]:
    """Return the PNG of every picture by file name."""
    along = rates.along(curve.x.name, curve.y.name)
    pictures = {"frontier.png": plot_frontier(curve), "exchange.png": plot_exchange_curve(along)}
    return {name: as_png(ax) for name, ax in pictures.items()}
