"""The report of one run: as tables for a reader, and as plain data for a machine."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from walkaway_sim.deal.supply.clauses import TERMS
from walkaway_sim.decide.assess import RuleVerdict, Verdict
from walkaway_sim.decide.rules import ChanceRule, ExpectedShortfallRule
from walkaway_sim.decide.table import TermWalkaway, Walkaways
from walkaway_sim.present.formats import clause, money, percent, safe_value, term_value, unit_label
from walkaway_sim.simulation.estimate import Estimate
from walkaway_sim.simulation.outcome import Simulation

if TYPE_CHECKING:
    from rich.console import Group

__all__ = ["as_data", "as_page"]

_ANSWERS = {
    "accept": "ACCEPT: the rule holds at the proposed terms",
    "walk": "WALK: the rule does not hold at the proposed terms",
    "unresolved": "UNRESOLVED: too close to call with these draws; take more",
}

_STATUS = {
    "found": "",
    "acceptable_everywhere": "acceptable to the end of the range",
    "acceptable_nowhere": "acceptable at no value",
    "several_crossings": "several acceptable stretches",
    "unresolved": "not resolved by these draws",
}


def as_page(sim: Simulation, verdict: Verdict, walk: Walkaways) -> Group:
    """Return the page that a salesperson reads: verdict, the rules, the walkaways, what they leave."""
    from rich.console import Group
    from rich.text import Text

    currency = sim.deal.currency
    parts: list[Any] = [
        Text(f"{sim.deal.name}", style="bold"),
        Text(_ANSWERS[verdict.verdict] + f" ({walk.rule.label}).", style="bold"),
        Text(_reasons(verdict, currency)),
    ]
    parts += [_rescue_line(verdict, sim)] if verdict.rescues else []
    parts += [_walkaway_table(walk), Text(walk.note, style="italic"), Text()]
    parts += [_rules_table(verdict, currency)]
    parts += (
        [Text("Red lines, which no money buys: " + "; ".join(sim.deal.red_lines) + ".")]
        if sim.deal.red_lines
        else []
    )
    parts += [Text(line) for line in _assumptions(sim)]
    moved = [pair for pair in sim.deal.dependence.pairs if abs(pair.moved) > 5e-4]
    if moved:
        text = "; ".join(
            f"{a} and {b} from {pair.asked:.2f} to {pair.used:.2f}" for pair in moved for a, b in [pair.names]
        )
        parts.append(Text(f"The correlations asked for are not possible together; moved: {text}."))
    parts.append(
        Text(
            f"{sim.n_draws:,} {sim.design} draws, seed {sim.seed.entropy}; "
            f"intervals at {100 * walk.confidence_level:g}%.",
            style="dim",
        )
    )
    return Group(*parts)


def _assumptions(sim: Simulation) -> list[str]:
    """Return what the deal leaves unsaid, and how it was taken."""
    lines = []
    deal = sim.deal
    if deal.recipe is not None:
        given = {term.name for term in deal.terms} | set(deal.recipe["fixed_terms"])
        taken = [
            f"{clause(name)} {'to the end of the contract' if math.isinf(info.default) else f'{info.default:g}'}"
            for name, info in TERMS.items()
            if name not in given and info.default is not None
        ]
        lines += [f"Terms that the deal does not give are taken as: {', '.join(taken)}."] if taken else []
    if len(deal.alternatives) > 1:
        which = "the best on each draw (perfect foresight)"
        if sim.chosen is not None:
            which = f"alternative {sim.chosen + 1} of {len(deal.alternatives)}, the best in expectation"
        lines.append(
            f"No deal: {which}, worth {money(float(sim.no_deal().mean()), deal.currency)} on average."
        )
    return lines


def _reasons(verdict: Verdict, currency: str) -> str:
    chance, surplus, tail = verdict.probability, verdict.surplus, verdict.shortfall
    return (
        f"Chance that the deal beats no deal: {percent(chance.estimate)} "
        f"({percent(chance.low)} to {percent(chance.high)}). "
        f"Expected surplus over no deal: {money(surplus.estimate, currency)}; {_tail_name(verdict)}: "
        f"{money(tail.estimate, currency)}.\n"
        f"Expected regret of signing: {money(verdict.regret_of_signing.estimate, currency)}; of walking: "
        f"{money(verdict.regret_of_walking.estimate, currency)}. "
        + (
            f"Room before the rule fails: {money(verdict.room.estimate, currency)}."
            if verdict.room.estimate >= 0
            else f"Short of the rule by {money(-verdict.room.estimate, currency)}."
        )
    )


def _tail_name(verdict: Verdict) -> str:
    fraction = next(one.rule.fraction for one in verdict.rules if isinstance(one.rule, ExpectedShortfallRule))
    return f"mean of the worst {100 * fraction:g}% of cases"


def _rescue_line(verdict: Verdict, sim: Simulation) -> Any:
    from rich.text import Text

    ways = [
        f"{clause(rescue.term)} {term_value(sim.deal.term(rescue.term), rescue.offered)} to "
        f"{term_value(sim.deal.term(rescue.term), rescue.value)}"
        for rescue in verdict.rescues
    ]
    text = f"Nearest rescue: {ways[0]}."
    if len(ways) > 1:
        text += f" Or: {'; '.join(ways[1:])}."
    return Text(text)


def _walkaway_table(walk: Walkaways) -> Any:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(title="How far each term can go, one at a time", title_justify="left", box=SIMPLE_HEAD)
    table.add_column("term (one at a time)")
    for heading in ("proposed", "safe to", "walkaway", "interval"):
        table.add_column(heading, justify="right")
    if walk.buffer:
        table.add_column("without buffer", justify="right")
    table.add_column("unit")
    table.add_column("remark")
    for name, one in walk.items():
        row = [clause(name), term_value(one.term, one.proposed), safe_value(one.term, one.safe)]
        row += [term_value(one.term, one.estimate), _interval(one)]
        row += [term_value(one.term, one.without_buffer)] if walk.buffer else []
        table.add_row(*row, unit_label(one.term), _remark(one))
    return table


def _interval(one: TermWalkaway) -> str:
    if math.isnan(one.estimate):
        return "none"
    if one.low == one.high == one.term.limit:
        return "end of range"
    return f"{term_value(one.term, one.low)} to {term_value(one.term, one.high)}"


def _remark(one: TermWalkaway) -> str:
    remark = _STATUS[one.status]
    if not one.proposal_acceptable and one.status != "acceptable_nowhere":
        remark = "; ".join(part for part in (remark, "the proposal is past it") if part)
    return remark


def _rules_table(verdict: Verdict, currency: str) -> Any:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(title="The four rules side by side", title_justify="left", box=SIMPLE_HEAD)
    table.add_column("rule")
    table.add_column("verdict")
    table.add_column("figure", justify="right")
    table.add_column("interval", justify="right")
    for one in verdict.rules:
        table.add_row(one.rule.label, one.verdict, *_figures(one, currency))
    return table


def _figures(one: RuleVerdict, currency: str) -> tuple[str, str]:
    if one.measure is None:
        return "refused", one.reason
    if isinstance(one.rule, ChanceRule):
        return percent(one.measure.estimate), f"{percent(one.measure.low)} to {percent(one.measure.high)}"
    return (
        money(one.measure.estimate, currency),
        f"{money(one.measure.low)} to {money(one.measure.high)}",
    )


def as_data(sim: Simulation, verdict: Verdict, walk: Walkaways) -> dict[str, Any]:
    """Return the whole result as plain data that JSON can hold; what is not defined is None."""
    figures = ("probability", "surplus", "shortfall", "regret_of_signing", "regret_of_walking", "room")
    components = {name: float(drawn.mean()) for name, drawn in sim.components().items()}
    return {
        "deal": sim.deal.name,
        "currency": sim.deal.currency,
        "rule": walk.rule.label,
        "confidence_level": walk.confidence_level,
        "intervals_cover": "simulation error",
        "n_draws": sim.n_draws,
        "design": sim.design,
        "n_randomisations": sim.n_replicates,
        "seed": str(sim.seed.entropy),
        "proposed": dict(verdict.terms),
        "verdict": verdict.verdict,
        **{name: _estimate(getattr(verdict, name)) for name in figures},
        "rules": [
            {
                "rule": one.rule.label,
                "verdict": one.verdict,
                "measure": None if one.measure is None else _estimate(one.measure),
                "reason": one.reason or None,
            }
            for one in verdict.rules
        ],
        "rescues": [
            {
                "term": one.term,
                "value": one.value,
                "offered": one.offered,
                "share_of_range": one.share_of_range,
            }
            for one in verdict.rescues
        ],
        "walkaways": {name: _walkaway(one) for name, one in walk.items()},
        "one_at_a_time": walk.note,
        "probability_all_conceded": _estimate(walk.all_conceded),
        "buffer": walk.buffer,
        "component_means": components,
        "correlations": [
            {"between": list(pair.names), "asked": pair.asked, "used": pair.used, "moved": pair.moved}
            for pair in sim.deal.dependence.pairs
        ],
        "red_lines": list(sim.deal.red_lines),
    }


def _number(value: float) -> float | None:
    return None if math.isnan(value) or math.isinf(value) else float(value)


def _estimate(one: Estimate) -> Mapping[str, float | None]:
    return {name: _number(getattr(one, name)) for name in ("estimate", "low", "high", "standard_error")}


def _walkaway(one: TermWalkaway) -> dict[str, Any]:
    numbers = ("proposed", "estimate", "low", "high", "safe", "standard_error", "without_buffer")
    return {
        **{name: _number(getattr(one, name)) for name in numbers},
        "status": one.status,
        "acceptable_set": [list(stretch) for stretch in one.acceptable_set],
        "proposal_acceptable": one.proposal_acceptable,
        "unit": one.term.unit,
        "concession": one.term.concession,
    }
