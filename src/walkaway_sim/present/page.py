"""The page of one run, in the order in which a deal desk reads it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from walkaway_sim.deal.supply.clauses import TERMS
from walkaway_sim.decide.assess import RuleVerdict, Verdict
from walkaway_sim.decide.desk import DealDesk
from walkaway_sim.decide.ladder import Rung
from walkaway_sim.decide.rules import ChanceRule
from walkaway_sim.decide.table import TermWalkaway
from walkaway_sim.decide.tail_rules import ExpectedShortfallRule
from walkaway_sim.present.formats import (
    clause,
    compact_money,
    money,
    percent,
    safe_value,
    term_value,
    unit_label,
)
from walkaway_sim.simulation.estimate import Estimate
from walkaway_sim.simulation.outcome import Simulation

if TYPE_CHECKING:
    from rich.console import Group

__all__ = ["as_page", "empty_table"]

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
    "unresolved": "not known as well as it takes",
}

_SWINGS_SHOWN = 8


def as_page(sim: Simulation, desk: DealDesk) -> Group:
    """Return the page: verdict, walkaways, who may go where, figures, what can go wrong, checks, sources."""
    from rich.console import Group
    from rich.text import Text

    verdict, walk = desk.verdict, desk.walk
    parts: list[Any] = [
        Text(sim.deal.name, style="bold"),
        Text(f"{_ANSWERS[verdict.verdict]} ({walk.rule.label}).", style="bold"),
        Text(_reasons(verdict, sim)),
    ]
    parts += [Text(_rescues(verdict, sim))] if verdict.rescues else []
    parts += [_walkaways(desk), Text(walk.note, style="italic")]
    parts += [Text(f"{clause(name)}: {one.reason}.") for name, one in walk.items() if one.reason]
    parts.append(Text())
    parts += [_ladder(desk, sim.deal.currency), _figures(desk, sim.deal.currency), Text(_bridge(sim)), Text()]
    parts += [_endings(desk, sim.deal.currency)] if desk.endings is not None else []
    parts += [_rules(verdict, sim.deal.currency), _swings(desk, sim)]
    if sim.deal.red_lines:
        parts.append(Text("Red lines, which no money buys: " + "; ".join(sim.deal.red_lines) + "."))
    parts += [Text(line) for line in _assumptions(sim)]
    parts += [Text(), *_checks(desk, sim.deal.dismissed), _sources(desk)]
    parts.append(
        Text(
            f"{sim.n_draws:,} {sim.design} draws, seed {sim.seed.entropy}; "
            f"intervals at {100 * walk.confidence_level:g}%.",
            style="dim",
        )
    )
    return Group(*parts)


def empty_table(title: str, left: Iterable[str], right: Iterable[str], rest: Iterable[str] = ()) -> Any:
    """Return an empty table: columns aligned left, right, and left again."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD)
    for heading in left:
        table.add_column(heading)
    for heading in right:
        table.add_column(heading, justify="right")
    for heading in rest:
        table.add_column(heading)
    return table


def _reasons(verdict: Verdict, sim: Simulation) -> str:
    currency = sim.deal.currency
    chance, surplus, tail = verdict.probability, verdict.surplus, verdict.shortfall
    taxed = " after tax" if sim.deal.tax_rate else ""
    after = f" after the buffer of {money(sim.deal.buffer, currency)}" if sim.deal.buffer else ""
    return (
        f"Chance that the deal beats no deal{after}: {percent(chance.estimate)} "
        f"({percent(chance.low)} to {percent(chance.high)}). "
        f"Expected surplus over no deal: {money(surplus.estimate, currency)}; {_tail_name(verdict)}: "
        f"{money(tail.estimate, currency)}.\n"
        f"Regret, averaged over all cases: signing gives up {money(verdict.regret_of_signing.estimate, currency)} "
        f"where walking was better, walking {money(verdict.regret_of_walking.estimate, currency)} where signing was. "
        + (
            f"What can still be given away before the rule fails: {money(verdict.room.estimate, currency)}{taxed}."
            if verdict.room.estimate >= 0
            else f"Short of the rule by {money(-verdict.room.estimate, currency)}{taxed}."
        )
    )


def _tail_name(verdict: Verdict) -> str:
    fraction = next(one.rule.fraction for one in verdict.rules if isinstance(one.rule, ExpectedShortfallRule))
    return f"mean of the worst {100 * fraction:g}% of cases"


def _rescues(verdict: Verdict, sim: Simulation) -> str:
    ways = [
        f"{clause(rescue.term)} {term_value(sim.deal.term(rescue.term), rescue.offered)} to "
        f"{safe_value(sim.deal.term(rescue.term), rescue.value)}"
        for rescue in verdict.rescues
    ]
    return f"Nearest rescue: {ways[0]}." + (f" Or: {'; '.join(ways[1:])}." if len(ways) > 1 else "")


def _walkaways(desk: DealDesk) -> Any:
    walk = desk.walk
    columns = ["proposed", "safe to", "walkaway", "interval"] + (["calibration"] if walk.calibrated else [])
    columns += ["without buffer"] if walk.buffer else []
    table = empty_table(
        "How far each term can go, one at a time", ["term (one at a time)"], columns, ["unit", "remark"]
    )
    for rung, (name, one) in zip(desk.ladder, walk.items(), strict=True):
        row = [clause(name), term_value(one.term, one.proposed), _safe(rung)]
        row += [term_value(one.term, one.estimate) if one.acceptable_set else "none", _interval(one)]
        row += [_calibration(one)] if walk.calibrated else []
        row += [term_value(one.term, one.without_buffer)] if walk.buffer else []
        table.add_row(*row, unit_label(one.term), _remark(one))
    return table


def _calibration(one: TermWalkaway) -> str:
    found = one.calibration
    return "" if found is None else f"{term_value(one.term, found.low)} to {term_value(one.term, found.high)}"


def _safe(rung: Rung) -> str:
    """Return the safe walkaway on its step, or rounded to the supplier's side where there is none."""
    return (safe_value if rung.term.step is None else term_value)(rung.term, rung.safe)


def _interval(one: TermWalkaway) -> str:
    if math.isnan(one.estimate) or not one.acceptable_set:
        return "" if one.reason else "none"
    if one.low == one.high == one.term.limit:
        return "end of range"
    return f"{term_value(one.term, one.low)} to {term_value(one.term, one.high)}"


def _remark(one: TermWalkaway) -> str:
    remark = "the rule cannot be judged there" if one.reason else _STATUS[one.status]
    if one.status == "unresolved" and not one.reason and not one.acceptable_set:
        far = one.high if one.term.sign > 0 else one.low
        return f"no value passes, but up to {term_value(one.term, far)} cannot be ruled out"
    if not one.proposal_acceptable and one.status != "acceptable_nowhere":
        remark = "; ".join(part for part in (remark, "the proposal is past it") if part)
    return remark


def _ladder(desk: DealDesk, currency: str) -> Any:
    unit = f" [{currency}]" if currency else ""
    table = empty_table(
        "From the opening offer to the limit, and what each step costs (in brackets: a hundredth of the range)",
        ["term"],
        ["open", "target", "proposed", "safe to", "a step", f"costs{unit}"],
        ["binds first", "authority"],
    )
    for rung in desk.ladder:
        term = rung.term
        opening, aim = (
            "" if value is None else term_value(term, value) for value in (rung.open, rung.target)
        )
        worth = "end of range" if rung.step_worth is None else compact_money(rung.step_worth.estimate)
        step = "" if math.isnan(rung.step) else term_value(term, rung.step)
        table.add_row(
            clause(term.name), opening, aim, term_value(term, rung.proposed), _safe(rung),
            step if rung.step_given else f"({step})", worth, _binds(rung), _authority(rung),
        )  # fmt: skip
    return table


def _binds(rung: Rung) -> str:
    if math.isnan(rung.limit):
        return "not judged" if rung.binds == "unjudged" else "economics, everywhere"
    words = {"authority": f"authority of {rung.who}", "policy": "policy limit", "range": "end of the range"}
    limit = safe_value if rung.binds == "economics" and rung.term.step is None else term_value
    return f"{words.get(rung.binds, rung.binds)} at {limit(rung.term, rung.limit)}"


def _authority(rung: Rung) -> str:
    reach = sorted(rung.term.authority.items(), key=lambda item: rung.term.sign * item[1])
    return ", ".join(f"{role} {term_value(rung.term, value)}" for role, value in reach)


def _amount(value: float, unit: str, currency: str) -> str:
    if math.isnan(value):
        return "none"
    if math.isinf(value):
        return "never"
    if unit == "currency":
        return money(value, currency)
    if unit == "fraction":
        return percent(value)
    unit = unit.removesuffix("s") if unit == "months" and round(value) == 1 else unit
    return f"{value:,.0f} {unit}".rstrip()


def _between(one: Estimate, unit: str) -> str:
    if math.isnan(one.low) or math.isnan(one.high):
        return ""
    plain = unit if unit in ("currency", "fraction") else ""
    return f"{_amount(one.low, plain, '')} to {_amount(one.high, plain, '')}"


def _figures(desk: DealDesk, currency: str) -> Any:
    table = empty_table(
        "The deal at its proposed terms", ["figure"], ["estimate", "interval"], ["what it is"]
    )
    for figure in desk.figures:
        found = figure.estimate
        table.add_row(
            clause(figure.name),
            _amount(found.estimate, figure.unit, currency),
            _between(found, figure.unit),
            figure.meaning,
        )
    return table


def _bridge(sim: Simulation) -> str:
    """Return how the expected surplus is made up, from the contract to what is left over no deal."""
    outside = ("renewal", "leakage", "freed_capacity", "costs_avoided", "tax")
    parts = {name: float(drawn.mean()) for name, drawn in sim.components().items()}
    steps = [("contract", sum(amount for name, amount in parts.items() if name not in outside))]
    steps += [(clause(name), parts[name]) for name in outside if parts.get(name)]
    steps += [("strategic value", float(sim.strategic().mean())), ("no deal", -float(sim.no_deal().mean()))]
    steps += [("buffer", -sim.deal.kept * sim.deal.buffer)]
    shown = "; ".join(f"{name} {money(amount)}" for name, amount in steps if amount)
    total = money(sum(amount for _, amount in steps), sim.deal.currency)
    return f"Expected surplus {total} is: {shown}."


def _endings(desk: DealDesk, currency: str) -> Any:
    table = empty_table(
        "What ends the deal, and what is left then",
        ["ending"],
        ["how often", "beats no deal", "interval", "expected surplus", "interval"],
    )
    for way in desk.endings.ways if desk.endings is not None else ():
        row = [way.name, percent(way.share.estimate)]
        if way.probability is None or way.surplus is None:
            row += ["too few draws", "", "", ""]
        else:
            row += [percent(way.probability.estimate), _between(way.probability, "fraction")]
            row += [money(way.surplus.estimate, currency), _between(way.surplus, "currency")]
        table.add_row(*row)
    return table


def _rules(verdict: Verdict, currency: str) -> Any:
    table = empty_table("The four rules side by side", ["rule", "verdict"], ["figure", "interval"])
    for one in verdict.rules:
        table.add_row(one.rule.label, one.verdict, *_measure(one, currency))
    return table


def _measure(one: RuleVerdict, currency: str) -> tuple[str, str]:
    if one.measure is None:
        return "refused", one.reason
    if isinstance(one.rule, ChanceRule):
        return percent(one.measure.estimate), _between(one.measure, "fraction")
    return money(one.measure.estimate, currency), _between(one.measure, "currency")


def _swings(desk: DealDesk, sim: Simulation) -> Any:
    moved = desk.swings
    term = sim.deal.term(moved.term)
    table = empty_table(
        f"A tenth less or more of each input, on the first {moved.n_draws:,} draws "
        f"({clause(term.name)} walkaway there {term_value(term, moved.walkaway)})",
        ["input"],
        ["surplus, less", "more", "chance, less", "more", f"{clause(term.name)}, less", "more"],
    )
    for one in moved.each[:_SWINGS_SHOWN]:
        table.add_row(
            clause(one.name),
            *(compact_money(change) for change in one.surplus),
            *(percent(chance) for chance in one.chance),
            *(term_value(term, value) for value in one.walkaway),
        )
    left = len(moved.each) - _SWINGS_SHOWN
    if left > 0:
        table.caption = f"{left} more move the surplus by less; all are in the report."
    return table


def _assumptions(sim: Simulation) -> list[str]:
    """Return what the deal leaves unsaid, and how it was taken."""
    lines = []
    deal = sim.deal
    if deal.recipe is not None:
        given = {term.name for term in deal.terms} | set(deal.recipe["fixed_terms"])
        main = ("discount", "payment_days", "deliveries_per_week", "guarantee", "hold", "rebate")
        taken = [f"{clause(name)} {_default(name)}" for name in main if name not in given]
        lines += [f"Terms that the deal does not give are taken as: {', '.join(taken)}."] if taken else []
    if len(deal.alternatives) > 1:
        lines.append(_alternatives(sim))
    if sim.not_winning.any():
        cost = money(deal.kept * float(sim.not_winning.mean()), deal.currency)
        lines.append(
            f"Not winning costs {cost} on average beside the deal itself; it is in the no-deal value."
        )
    if deal.tax_rate:
        lines.append(
            f"Surpluses, no-deal values, steps and room are after tax at {percent(deal.tax_rate)}, losses offset in "
            "full; contribution and cash are before tax."
        )
    moved = [pair for pair in deal.dependence.pairs if abs(pair.moved) > 5e-4]
    if moved:
        text = "; ".join(
            f"{a} and {b} from {pair.asked:.2f} to {pair.used:.2f}" for pair in moved for a, b in [pair.names]
        )
        lines.append(f"The correlations asked for are not possible together; moved: {text}.")
    return lines


def _alternatives(sim: Simulation) -> str:
    """Return what each alternative is worth, and which of them the deal is compared with."""
    deal, currency = sim.deal, sim.deal.currency
    worth = "; ".join(
        f"{one.label or one.name} {money(amount, currency)}"
        for one, amount in zip(deal.alternatives, sim.alternative_means(), strict=True)
    )
    if sim.chosen is None:
        perfect = money(deal.kept * float(sim.best_alternative.mean()), currency)
        return f"No deal, on average: {worth}. Taken: the best on each draw (perfect foresight), {perfect}."
    chosen = deal.alternatives[sim.chosen]
    return f"No deal, on average: {worth}. Taken: {chosen.label or chosen.name}, the best in expectation."


def _default(name: str) -> str:
    value = TERMS[name].default or 0.0
    return "to the end of the contract" if math.isinf(value) else f"{value:g}"


def _checks(desk: DealDesk, dismissed: Mapping[str, str]) -> Sequence[Any]:
    from rich.text import Text

    raised = {check.name for check in desk.checks}
    idle = {name: why for name, why in dismissed.items() if name not in raised}
    if not desk.checks and not idle:
        return [Text("Checks: nothing to report.")]
    lines = [Text("Checks", style="italic")]
    for check in desk.checks:
        if check.dismissed:
            lines.append(Text(f"  dismissed: {clause(check.name)}, because {check.dismissed}", style="dim"))
        else:
            lines.append(Text(f"  ! {clause(check.name)}: {check.message}"))
    lines += [
        Text(f"  dismissed, and not met: {clause(name)}, because {why}", style="dim")
        for name, why in idle.items()
    ]
    return lines


def _sources(desk: DealDesk) -> Any:
    table = empty_table("Who answers for the figures", ["input", "belief", "owner", "source", "as of"], [])
    for one in desk.sources:
        table.add_row(clause(one.name), one.law, one.owner or "nobody", one.source or "none", one.as_of)
    return table
