"""Answer an offer made at the table: accept it, counter it, or walk."""

from __future__ import annotations

from collections.abc import Mapping

from walkaway_sim.decide.arguments import check_confidence, check_sim_and_rule
from walkaway_sim.decide.goodwill import check_weights, goodwill, share_conceded
from walkaway_sim.decide.offers.curves import TermCurve, look_along
from walkaway_sim.decide.offers.judge import Judge
from walkaway_sim.decide.offers.nearest import last_acceptable
from walkaway_sim.decide.offers.response import Counter, Response, Trade
from walkaway_sim.decide.offers.spoken import accepted, countered, refused
from walkaway_sim.decide.offers.steps import limits_passed
from walkaway_sim.decide.offers.trading import best_trade
from walkaway_sim.decide.offers.words import doubt
from walkaway_sim.decide.room import room
from walkaway_sim.decide.rules import ExpectedValueRule, Rule
from walkaway_sim.decide.scan import least_draws
from walkaway_sim.decide.tails import check_rule
from walkaway_sim.decide.tallies import replicate_counts
from walkaway_sim.errors import InputError
from walkaway_sim.simulation.intervals import Bounds, proportion_estimate
from walkaway_sim.simulation.opened import OpenedDeal
from walkaway_sim.simulation.outcome import Simulation
from walkaway_sim.simulation.paths import OneTerm
from walkaway_sim.simulation.pilot import pilot_of

__all__ = ["respond"]

_PILOT_DRAWS = 2**12
"""Draws of the pilot: enough to see where to search, and which trade is best to within what weights are rough by."""


def respond(
    sim: Simulation,
    rule: Rule,
    offer: Mapping[str, float],
    *,
    weights: Mapping[str, float] | None = None,
    confidence_level: float = 0.95,
) -> Response:
    """Answer an offer: accept it, say which change would make it acceptable, or walk.

    Parameters
    ----------
    sim : Simulation
        Kept, as `simulate` made it.
    rule : Rule
        Or several, by `AllOf`.
    offer : mapping of str to float
        What the customer asks for; other terms are as proposed [their units].
    weights : mapping of str to float, optional
        How much the customer cares about each term going from one end of its range to the other, next to the others;
        terms that are not named weigh nothing. All alike where not given.
    confidence_level : float
        With which the rule holds at what is accepted, at each counter, and at the trade, each by itself.

    Returns
    -------
    Response
        ``"accept"`` where the one-sided lower bound of the rule holds at the offer. Else ``"counter"`` where the change
        of one term, or of several, makes it hold; else ``"walk"``.

    Raises
    ------
    InputError
        Terms that are not the deal's, out of range or between levels; weights that are none; draws that are not kept.
    RuleError
        The rule cannot be judged at the offer on these draws.

    Notes
    -----
    Of each term a line through its range is fixed by a pilot, whose draws are independent, and walked on the draws of
    `sim` from where the rule holds to where its lower bound first fails: a fixed sequence of tests (Maurer, Hothorn
    and Lehmacher 1995), which spends no error on the number of points. The pilot looks at nine points of a range, the
    offered value, and where authority ends; an acceptable stretch between two of them may be missed, and beyond the
    pilot's doubt a change that is a little smaller. Where a term gives no step, its values are rounded to the power of
    ten that tells a thousandth of the range apart.

    The trade is the solution of a small linear programme on the pilot: hurt the customer least by the weights, pay no
    more than what is taken, change least. It takes back what gains most for its weight and gives, as far as somebody
    may sign, what costs least for its weight: one term for one other where that is enough. All terms that it changes
    but one are put where the pilot says; the last is walked on the draws of `sim`. Levels change hands as a whole, and
    what is given is rounded to the nearest step, one at least. Weights are rough: so is what the customer would
    prefer, but not what the supplier can afford.

    Intervals and confidence cover simulation error only, not doubt about calibrated inputs.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> deal = ws.Deal(
    ...     name="Two terms", inputs={"worth": ws.normal(100, 15)},
    ...     terms=[
    ...         ws.Term("rebate", proposed=30, range=(0, 100), step=1),
    ...         ws.Term("days", proposed=10, range=(0, 100), step=5),
    ...     ],
    ...     value=lambda inputs, terms: inputs["worth"] - terms["rebate"] - 0.5 * terms["days"],
    ... )
    >>> sim = ws.simulate(deal, rng=7)
    >>> found = ws.respond(sim, ws.ChanceRule(0.9), {"rebate": 70, "days": 40})
    >>> found.answer, found.counters[0].changed
    ('counter', {'rebate': 60.0})
    >>> found.reason
    'We can do 40 days, if the rebate comes down to 60. Or: rebate of 50 instead of 70, and in return 60 days
    instead of 40.'
    """
    sim, rule = check_sim_and_rule(sim, rule)
    confidence_level = check_confidence(confidence_level)
    at = _checked_offer(sim, offer)
    weighed = check_weights(weights, sim.deal.terms)
    if sim.plan is None or not sim.is_kept:
        pilot_of(sim)  # which says why it cannot be
    opened = OpenedDeal(sim, at)
    check_rule(sim, rule, opened.surplus)
    judge = Judge(sim, rule, confidence_level)
    bounds = judge.bounds(opened.surplus)
    counters: tuple[Counter, ...] = ()
    trade = None
    if bounds.at_least < 0.0:
        pilot = OpenedDeal(pilot_of(sim, _pilot_size(sim, rule)), at)
        curves = look_along(pilot, rule, tuple(sim.deal.terms))
        counters = _counters(judge, opened, curves, weighed)
        trade = _trade(judge, opened, pilot, curves, weighed)
        if trade is not None and counters and counters[0].hurt <= trade.hurt:
            trade = None  # one term alone hurts no more
    return _response(judge, opened, bounds, weighed, counters, trade)


def _checked_offer(sim: Simulation, offer: object) -> dict[str, float]:
    """Return all terms of an offer, refusing what is none."""
    if not isinstance(offer, Mapping):
        first = sim.deal.terms[0]
        raise InputError(
            f"offer must map terms to values, such as {{{first.name!r}: {first.proposed:g}}}, got {offer!r}"
        )
    return sim.deal.terms_at(offer)


def _pilot_size(sim: Simulation, rule: Rule) -> int:
    """Return the fewest draws of a pilot, each half of the next, that the design and the rule can do with."""
    needed = max(_PILOT_DRAWS, least_draws(rule))
    size = sim.n_draws
    while size % 2 == 0 and size // 2 >= needed and (size // 2) % sim.n_replicates == 0:
        size //= 2
    return size


def _counters(
    judge: Judge, opened: OpenedDeal, curves: Mapping[str, TermCurve], weights: Mapping[str, float]
) -> tuple[Counter, ...]:
    found = []
    terms = tuple(judge.sim.deal.terms)
    for term in terms:
        value = _smallest_change(judge, opened, curves[term.name])
        if value is None:
            continue
        package = {**opened.offer, term.name: value}
        share = abs(share_conceded(term, value, opened.offer[term.name]))
        hurt = 0.0 - goodwill(terms, weights, package, opened.offer)  # so that nothing is 0, and not -0
        found.append(
            Counter(term.name, value, opened.offer[term.name], share, hurt, limits_passed(terms, package))
        )
    return tuple(sorted(found, key=lambda one: (one.hurt, one.share_of_range)))


def _smallest_change(judge: Judge, opened: OpenedDeal, curve: TermCurve) -> float | None:
    """Return the value nearest to the offered one at which the rule holds; None where the term alone cannot do it."""
    if curve.is_hopeless:
        return None
    profile = opened.profile(OneTerm(curve.term.name))
    start = curve.nearest_good()
    if start is None:
        start = curve.best  # where the pilot is in doubt
        if not judge.accepts(profile.at(float(curve.values[start]))):
            return None
    towards = 1 if start < curve.offered else -1
    end = 0 if towards > 0 else curve.values.size - 1
    indices = range(end, curve.offered + towards, towards)
    line = [float(curve.values[k]) for k in indices]
    return last_acceptable(judge, profile, curve.term, line, indices.index(start))


def _trade(
    judge: Judge,
    opened: OpenedDeal,
    pilot: OpenedDeal,
    curves: Mapping[str, TermCurve],
    weights: Mapping[str, float],
) -> Trade | None:
    changed = best_trade(judge, opened, pilot, curves, weights)
    if changed is None:
        return None
    terms, package = tuple(judge.sim.deal.terms), {**opened.offer, **changed}
    return Trade(
        changed,
        {name: opened.offer[name] for name in changed},
        -goodwill(terms, weights, package, opened.offer),
        limits_passed(terms, package),
    )


def _response(
    judge: Judge,
    opened: OpenedDeal,
    bounds: Bounds,
    weights: Mapping[str, float],
    counters: tuple[Counter, ...],
    trade: Trade | None,
) -> Response:
    sim, surplus, level = judge.sim, opened.surplus, judge.confidence_level
    rule = judge.allowing(surplus)
    counts = replicate_counts(surplus >= 0.0, sim.n_replicates)
    mean = Judge(sim, ExpectedValueRule(), level).allowing(surplus)
    passed = limits_passed(sim.deal.terms, opened.offer)
    terms = {term.name: term for term in sim.deal.terms}
    spare = room(rule, surplus, sim.n_replicates, level)
    too_close = bounds.at_least < 0.0 <= bounds.at_most
    if bounds.at_least >= 0.0:
        answer, reason = "accept", accepted(terms, sim.deal.currency, spare, passed)
    elif counters or trade:
        answer, reason = "counter", countered(terms, opened.offer, counters, trade)
    else:
        answer, reason = "walk", refused(sim.deal.currency, spare)
    if too_close:
        reason = f"Too close to call as offered with these draws. {reason}"
    return Response(
        answer=answer,  # type: ignore[arg-type]  # one of the three
        offer=opened.offer,
        chance=proportion_estimate(counts, sim.n_draws, level),
        surplus=mean.measure(surplus, sim.n_replicates, level),
        room=spare,
        counters=counters,
        trade=trade,
        passed=passed,
        too_close=too_close,
        reason=reason,
        rule=judge.rule,
        confidence_level=level,
        weights=weights,
        terms=terms,
        note=_note(sim, level, judge.rule),
    )


def _note(sim: Simulation, level: float, rule: Rule) -> str:
    leaves_out = doubt(sim.deal) or " Intervals and confidence cover simulation error only."
    return (
        f"Rule: {rule.label}, with {100 * level:g}% confidence for each answer by itself.{leaves_out} Hurt is "
        "goodwill by the weights, as a share of all that could be weighed."
    )
