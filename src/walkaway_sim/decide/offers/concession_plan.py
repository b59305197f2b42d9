"""A plan of concessions: from the opening offer to the walkaway, the most goodwill for the least surplus first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from walkaway_sim._checks import check_integer, check_positive
from walkaway_sim._typing import FloatArray
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.arguments import check_confidence, check_sim_and_rule
from walkaway_sim.decide.goodwill import check_weights, goodwill
from walkaway_sim.decide.lattice import Lattice
from walkaway_sim.decide.offers.concession_order import Order, concession_order, cut
from walkaway_sim.decide.offers.concession_result import Ask, ConcessionPlan, ConcessionStep
from walkaway_sim.decide.offers.equal_packages import rough_size
from walkaway_sim.decide.offers.holds import holds
from walkaway_sim.decide.offers.in_return import payment_for, who_signs
from walkaway_sim.decide.offers.words import doubt
from walkaway_sim.decide.rules import Rule
from walkaway_sim.decide.tails import check_rule
from walkaway_sim.errors import InputError
from walkaway_sim.simulation.estimate import Estimate
from walkaway_sim.simulation.intervals import mean_estimate
from walkaway_sim.simulation.outcome import Simulation
from walkaway_sim.simulation.pilot import pilot_of

__all__ = ["concession_plan"]


def concession_plan(
    sim: Simulation,
    rule: Rule,
    weights: Mapping[str, float] | None,
    *,
    n_steps: int = 5,
    start: Mapping[str, float] | None = None,
    proportions: Sequence[float] | None = None,
    confidence_level: float = 0.95,
) -> ConcessionPlan:
    """Return the steps from the opening offer to the walkaway that buy the most goodwill for the least surplus.

    Parameters
    ----------
    sim : Simulation
        Kept.
    rule : Rule
        How far concessions may go; several at once (`AllOf`) too.
    weights : mapping of str to float, or None
        How much the customer cares about each term going from one end of its range to the other, next to the
        others; a term that is not named weighs nothing and is not conceded. With None all weigh alike.
    n_steps : int
        Rounds, 1 or more.
    start : mapping of str to float, optional
        The opening offer: changes to each term's `open`, or its proposed value where it has none [their units].
    proportions : sequence of float, optional
        Of the surplus given up in each round, above 0, as many as `n_steps`. Where not given n, n-1, ..., 1:
        concessions that shrink say that the limit is near (Raiffa 1982, *The Art and Science of Negotiation*).
    confidence_level : float
        With which the rule holds at the end, and of each interval.

    Returns
    -------
    ConcessionPlan

    Raises
    ------
    InputError
        An unknown term, a value out of range, weights that weigh nothing, proportions that do not fit; draws that are
        not kept.
    RuleError
        A rule that these draws cannot judge.

    Notes
    -----
    *Order*, on independent draws of the same deal: again and again the step, or level, of the term that costs the
    least expected surplus for its goodwill at the package then on the table, within policy limits; a term whose next
    step would break the rule goes no further. Where costs add up over terms and rise within each, no package with as
    much goodwill as one on the way costs less (marginal analysis, Fox 1966, *Management Science* 13, 210-216). Where
    later steps of a term are cheaper, several are weighed as one.

    *Limit*, on the draws of `sim`: the order is followed until the rule first fails to hold with confidence. As the
    order was fixed before, no share of the error is spent on the number of steps (Maurer, Hothorn and Lehmacher 1995):
    the end is acceptable with the confidence level itself. The way there is cut into rounds where the costs that the
    pilot saw come nearest to the proportions. Costs are means of paired differences.

    *In return*: of each term that a round did not move, the least move towards the supplier that pays for it in full,
    from where the term then is, as if nothing had been returned before; of these the one that takes the least
    goodwill from the customer. A term that was opened on (its `open`, or one of `start`) is not asked for beyond that,
    nothing is asked for that is worth more than twice the round, and nothing a second time while something else would
    do. Picked on the pilot, its worth found on the draws of `sim`.

    The intervals cover simulation error only, not the doubt about the parameters of calibrated inputs.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> deal = ws.Deal(
    ...     name="Two clauses", inputs={"worth": ws.normal(60, 15)},
    ...     terms=[
    ...         ws.Term("discount", 5, range=(0, 30), step=1, unit="NZD"),
    ...         ws.Term("days", 30, range=(0, 90), step=10),
    ...     ],
    ...     value=lambda inputs, terms: inputs["worth"] - 2 * terms["discount"] - terms["days"] / 10,
    ... )
    >>> sim = ws.simulate(deal, 2**14, rng=7)
    >>> plan = ws.concession_plan(sim, ws.ChanceRule(0.9), {"discount": 1, "days": 3}, n_steps=2)
    >>> plan.sentence(2)[:109]
    'Step 2: go with discount from 11 to 15 NZD; it gives up about 8. Ask for days from 90 to 10 in return, worth '
    """
    sim, rule = check_sim_and_rule(sim, rule)
    confidence_level = check_confidence(confidence_level)
    deal = sim.deal
    n_steps = check_integer("n_steps", n_steps, minimum=1)
    shares = _proportions(proportions, n_steps)
    weighed = check_weights(weights, deal.terms)
    opens = {term.name: term.open for term in deal.terms if term.open is not None}
    opening = deal.terms_at({**opens, **(start or {})})
    rough, pilot = pilot_of(sim, rough_size(sim)), pilot_of(sim)
    before = sim.surplus(opening)
    check_rule(sim, rule, before)
    lattice = Lattice(sim)
    order = Order((), closed=False)
    ends_by: Literal["rule", "range", "nothing"] = "nothing"
    reached = 0
    if holds(rule, before, lattice, confidence_level):
        order = concession_order(rough, pilot, rule, weighed, opening, confidence_level)
        reached = _first_failure(sim, lattice, rule, opening, order, confidence_level)
        ends_by = "rule" if order.closed or reached < len(order.moves) else "range"
    opened = {**opens, **(start or {})}  # nothing is asked for beyond where it was opened
    upto = {term.name: float(opened.get(term.name, term.best)) for term in deal.terms}
    steps = _steps(sim, rough, rule, weighed, opening, order, reached, shares, confidence_level, upto)
    return ConcessionPlan(
        steps=steps,
        start=opening,
        opening=lattice.allow_for(rule, before).measure(before, sim.n_replicates, confidence_level),
        ends_by=ends_by,
        rule=rule,
        terms=tuple(deal.terms),
        weights=weighed,
        confidence_level=confidence_level,
        n_steps=n_steps,
        deal_name=deal.name,
        currency=deal.currency,
        caveat=doubt(deal),
    )


def _proportions(given: Sequence[float] | None, n_steps: int) -> list[float]:
    if given is None:
        return [float(n_steps - i) for i in range(n_steps)]
    if not isinstance(given, list | tuple) or len(given) != n_steps:
        raise InputError(f"proportions must be {n_steps} numbers above 0, one for each step, got {given!r}")
    return [check_positive(f"proportions: number {i + 1}", one) for i, one in enumerate(given)]


def _first_failure(
    sim: Simulation,
    lattice: Lattice,
    rule: Rule,
    start: Mapping[str, float],
    order: Order,
    confidence_level: float,
) -> int:
    """Return how many small moves are made before the first after which the rule does not hold with confidence."""
    at = dict(start)
    for count, move in enumerate(order.moves):
        at[move.name] = move.to
        if not holds(rule, sim.surplus(at), lattice, confidence_level):
            return count
    return len(order.moves)


def _steps(
    sim: Simulation,
    rough: Simulation,
    rule: Rule,
    weights: Mapping[str, float],
    start: Mapping[str, float],
    order: Order,
    reached: int,
    proportions: Sequence[float],
    confidence_level: float,
    upto: Mapping[str, float],
) -> tuple[ConcessionStep, ...]:
    """Cut the way into rounds and say of each what it costs, leaves and calls for."""
    lattice = Lattice(sim)

    def lost(first: FloatArray, second: FloatArray) -> Estimate:
        less = first - second
        return mean_estimate(less, sim.n_replicates, confidence_level, skewed=True, floor=lattice.error(less))

    at, opened = dict(start), sim.surplus(dict(start))
    before, done = opened, 0
    steps: list[ConcessionStep] = []
    asked: set[str] = set()
    for number, end in enumerate(cut([move.cost for move in order.moves[:reached]], proportions), start=1):
        small = order.moves[done:end]
        now = at | {move.name: move.to for move in small}
        moves = {name: (at[name], now[name]) for name in at if now[name] != at[name]}
        after = sim.surplus(now)
        cost = sum(move.cost for move in small)
        paid = payment_for(rough, weights, now, cost, {*moves, *asked}, upto)
        if paid is None and asked:  # what was asked for before, only where nothing else is left
            paid = payment_for(rough, weights, now, cost, moves, upto)
        ask = None
        if paid is not None:
            worth = lost(sim.surplus({**now, paid.name: paid.end}), after)
            ask = Ask(paid.name, paid.start, paid.end, worth, paid.goodwill, paid.name in asked)
            asked.add(paid.name)
        steps.append(
            ConcessionStep(
                number=number,
                moves=moves,
                terms=now,
                cost=lost(before, after),
                total=lost(opened, after),
                goodwill=goodwill(sim.deal.terms, weights, now, at),
                total_goodwill=goodwill(sim.deal.terms, weights, now, start),
                measure=lattice.allow_for(rule, after).measure(after, sim.n_replicates, confidence_level),
                ask=ask,
                authority=who_signs([one for one in sim.deal.terms if _is_conceded(one, now, start)], now),
            )
        )
        at, before, done = now, after, end
    return tuple(steps)


def _is_conceded(term: Term, now: Mapping[str, float], start: Mapping[str, float]) -> bool:
    return term.sign * (now[term.name] - start[term.name]) > 0.0
