"""An answer to an offer as a page for the shell, and as plain data for a machine."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from walkaway_sim.decide.offers.in_worlds import InWorlds
from walkaway_sim.decide.offers.response import Counter, Response, Trade, signatures
from walkaway_sim.present.formats import clause, money, percent, term_value, unit_label
from walkaway_sim.present.page import empty_table
from walkaway_sim.simulation.estimate import Estimate
from walkaway_sim.simulation.outcome import Simulation

if TYPE_CHECKING:
    from rich.console import Group

__all__ = ["as_offer_data", "as_offer_page"]


def as_offer_page(sim: Simulation, found: Response) -> Group:
    """Return the page: the answer, what to say, what to know, the chance and the room, the counters, the trade."""
    from rich.console import Group
    from rich.text import Text

    parts: list[Any] = [
        Text(sim.deal.name, style="bold"),
        Text(f"{found.answer.upper()} ({found.rule.label}).", style="bold"),
        Text.assemble(("To say: ", "bold"), found.say),
        Text.assemble(("To know: ", "bold"), found.know),
        Text(),
        Text(_figures(sim, found)),
        Text(_asked(found)),
        Text(),
    ]
    if found.counters:
        parts.append(_counters(found))
    if found.trade is not None:
        parts.append(_trade(found, found.trade))
    parts += [Text(found.note, style="italic"), Text()]
    parts.append(
        Text(
            f"{sim.n_draws:,} {sim.design} draws, seed {sim.seed.entropy}; "
            f"intervals at {100 * found.confidence_level:g}%.",
            style="dim",
        )
    )
    return Group(*parts)


def _figures(sim: Simulation, found: Response) -> str:
    currency, chance, room = sim.deal.currency, found.chance, found.room
    left = (
        f"What can still be given away before the rule fails: {money(room.estimate, currency)}"
        if room.estimate >= 0.0
        else f"Short of the rule by {money(-room.estimate, currency)}"
    )
    ends = sorted((abs(room.low), abs(room.high))) if room.low * room.high > 0.0 else [room.low, room.high]
    return (
        f"Chance that the deal beats no deal: {percent(chance.estimate)} ({percent(chance.low)} to "
        f"{percent(chance.high)}). Expected surplus over no deal: {money(found.surplus.estimate, currency)}.\n"
        f"{left} ({money(ends[0])} to {money(ends[1])})."
        + ("" if found.worlds is None else f"\nThe offer {found.worlds.verdict}.")
    )


def _asked(found: Response) -> str:
    """Return the whole offer, so that nobody has to look up what was proposed."""
    said = [
        f"{clause(name)} {term_value(found.terms[name], value)}"
        + ("" if value == found.terms[name].proposed else "*")
        for name, value in found.offer.items()
    ]
    return f"The offer (* not as proposed): {', '.join(said)}."


def _counters(found: Response) -> Any:
    table = empty_table(
        "One change makes it acceptable, the smallest of each term",
        ["term"],
        ["offered", "instead", "hurt", *_worlds_head(found)],
        ["unit", "whose word it needs"],
    )
    for one in found.counters:
        term = found.terms[one.term]
        values = (term_value(term, one.offered), term_value(term, one.value))
        table.add_row(
            clause(one.term),
            *values,
            percent(one.hurt, 2),
            *_worlds_cell(one),
            unit_label(term),
            signatures(one.passed),
        )
    return table


def _worlds_head(found: Response) -> list[str]:
    return [] if found.worlds is None else ["holds in worlds"]


def _worlds_cell(one: Counter) -> list[str]:
    return [] if one.worlds is None else [f"{one.worlds.holding} of {one.worlds.n_worlds}"]


def _trade(found: Response, trade: Trade) -> Any:
    title = f"The trade that hurts the customer least, by the weights: {percent(trade.hurt, 2)}"
    table = empty_table(
        title if trade.worlds is None else f"{title}; it {trade.worlds.words}",
        ["term"],
        ["offered", "instead", "hurt"],
        ["unit", "", "whose word it needs"],
    )
    for name, value in trade.changed.items():
        term = found.terms[name]
        way = "given" if term.sign * (value - trade.offered[name]) > 0 else "taken back"
        own = tuple(one for one in trade.passed if one.term == name)
        values = (term_value(term, trade.offered[name]), term_value(term, value))
        hurt = percent(found.hurt_by(name, value), 2)
        table.add_row(clause(name), *values, hurt, unit_label(term), way, signatures(own))
    return table


def as_offer_data(sim: Simulation, found: Response) -> dict[str, Any]:
    """Return the answer as plain data that JSON can hold; what is not known is None."""
    trade = found.trade
    return {
        "deal": sim.deal.name,
        "currency": sim.deal.currency,
        "rule": found.rule.label,
        "confidence_level": found.confidence_level,
        "intervals_cover": "simulation error",
        "answer_covers": "simulation error" + (" and calibration error" if found.worlds else ""),
        "n_draws": sim.n_draws,
        "design": sim.design,
        "seed": str(sim.seed.entropy),
        "offer": dict(found.offer),
        "answer": found.answer,
        "say": found.say,
        "know": found.know,
        "too_close_to_call": found.too_close,
        "chance": _estimate(found.chance),
        "surplus": _estimate(found.surplus),
        "room": _estimate(found.room),
        "plausible_worlds": _in_worlds(found.worlds),
        "limits_passed": _passed(found.passed),
        "weights": dict(found.weights),
        "counters": [{"term": one.term, **_way(one.changed, one)} for one in found.counters],
        "trade": None if trade is None else _way(trade.changed, trade),
    }


def _way(changed: Mapping[str, float], found: Counter | Trade) -> dict[str, Any]:
    return {
        "instead": dict(changed),
        "hurt": found.hurt,
        "limits_passed": _passed(found.passed),
        "plausible_worlds": _in_worlds(found.worlds),
    }


def _in_worlds(found: InWorlds | None) -> dict[str, int] | None:
    if found is None:
        return None
    return {"holding": found.holding, "of": found.n_worlds, "needed": found.needed}


def _passed(passed: tuple[Any, ...]) -> list[dict[str, Any]]:
    return [
        {
            "term": one.term,
            "kind": one.kind,
            "limit": one.limit,
            "authority_of": one.who or None,
            "signs": one.signs or None,
        }
        for one in passed
    ]


def _estimate(one: Estimate) -> dict[str, float | None]:
    figures = {
        "estimate": one.estimate,
        "low": one.low,
        "high": one.high,
        "standard_error": one.standard_error,
    }
    return {name: value if math.isfinite(value) else None for name, value in figures.items()}
