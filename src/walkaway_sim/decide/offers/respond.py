"""Answer an offer made at the table: accept it, counter it, or walk."""

from __future__ import annotations

import math
from collections.abc import Mapping

from walkaway_sim.deal.plausible import calibrated_laws
from walkaway_sim.decide.arguments import check_confidence, check_sim_and_rule
from walkaway_sim.decide.calibration import check_worlds
from walkaway_sim.decide.goodwill import check_weights
from walkaway_sim.decide.offers.changes import as_counter, as_trade
from walkaway_sim.decide.offers.curves import TermCurve, look_along
from walkaway_sim.decide.offers.fixed_packages import fixed_packages
from walkaway_sim.decide.offers.in_worlds import InWorlds, PlausibleWorlds, worlds_of
from walkaway_sim.decide.offers.judge import Judge, margin
from walkaway_sim.decide.offers.known import known
from walkaway_sim.decide.offers.nearest import last_acceptable, on_line
from walkaway_sim.decide.offers.needless import without_gifts
from walkaway_sim.decide.offers.response import Counter, Reply, Response, Trade
from walkaway_sim.decide.offers.spoken import ACCEPTED, REFUSED, countered
from walkaway_sim.decide.offers.steps import limits_passed
from walkaway_sim.decide.offers.trading import best_trade, on_try
from walkaway_sim.decide.offers.words import doubt, listed, said_name
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
    n_worlds: int | None = None,
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
        With which the rule holds at what is accepted, at each counter, and at the trade, each by itself: of what is not
        acceptable, each is declared to be in at most 5% of runs at 95%, and of several counters some in more.
    n_worlds : int, optional
        Plausible worlds that are looked at where inputs were fitted or elicited: other parameters that could be true.
        Where not given 100, or as many as the confidence level needs; 0 leaves calibration error out.

    Returns
    -------
    Response
        ``"accept"`` where the one-sided lower bound of the rule holds at the offer, and enough worlds agree. Else
        ``"counter"`` where a change of one term, or of several, was found that makes it so; else ``"walk"``.

    Raises
    ------
    InputError
        Terms that are not the deal's, out of range or between levels; weights that are none; draws that are not kept;
        too few worlds for the confidence level.
    RuleError
        The rule cannot be judged at the offer on these draws.

    Notes
    -----
    Of each term a line through its range is fixed by a pilot, whose draws are independent, and walked on the draws of
    `sim` from where the rule holds to where its lower bound first fails: a fixed sequence of tests (Maurer, Hothorn
    and Lehmacher 1995), which spends no error on the number of points. Where it fails at the start, the line is walked
    back, if on no draw of the pilot a value further along is better; else once more from the safest value outward, and
    the sequences share the error (Bonferroni, see `last_acceptable`). The pilot looks at nine points of a range, the
    offered value, and where authority ends; an acceptable stretch between two of them may be missed, and beyond the
    pilot's doubt a change that is a little smaller. Where a term gives no step, its values are rounded to the power of
    ten that tells a thousandth of the range apart.

    The trade is the solution of a small linear programme on the pilot: hurt the customer least by the weights, pay no
    more than what is taken, change least. It takes back what gains most for its weight and gives, as far as somebody
    may sign, what costs least for its weight: one term for one other where that is enough. All terms that it changes
    but one are put where the pilot says; the last is walked on the draws of `sim`. Levels change hands as a whole, and
    what is given is rounded to the nearest step, one at least. Nothing is given that nothing more is taken for.
    Of up to three stretches the first is tried with half of the error. Where nothing else is found, the proposal and
    the package with every term at its safest end are tried: looks along one term see nothing in a cost that either of
    two terms causes. These share the other half. No answer says that a change is impossible, only that none was found.
    Weights are rough: so is what the customer would prefer, but not what the supplier can afford.

    Intervals cover simulation error only. Where inputs were fitted or elicited, what is called acceptable allows for
    both errors, as `safe_calibrated` of a walkaway does: in each plausible world, on few draws and common random
    numbers, the sum is found that could still be given away; the order statistic of these sums that as many worlds
    keep as the confidence level asks for, and the simulation's own bound, lie below the estimate by two margins whose
    root sum of squares is taken off. The worlds are drawn at the first call and remembered.

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
    >>> found.say
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
    worlds = worlds_of(judge, check_worlds(n_worlds, confidence_level))
    look = None if worlds is None else worlds.look(at, opened.surplus)
    bounds = judge.bounds(opened.surplus)
    counters: tuple[Counter, ...] = ()
    trade = None
    accepts = bounds.at_least >= 0.0 and (look is None or look.enough)
    if not accepts:
        # The pilot looks for what holds with what the two errors take off, as far as that is alike along the way.
        kept_back = look.kept_back if look is not None and math.isfinite(look.kept_back) else 0.0
        pilot = OpenedDeal(pilot_of(sim, _pilot_size(sim, rule)), at)
        curves = look_along(pilot, rule, tuple(sim.deal.terms), kept_back)
        counters = _counters(judge, opened, curves, weighed, worlds)
        trade = _trade(judge, opened, pilot, curves, weighed, worlds, kept_back, counters)
        if trade is not None and counters and counters[0].hurt <= trade.hurt:
            trade = None  # one term alone hurts no more
        if trade is None and not counters:
            counters, trade = _fixed(judge, opened, pilot, weighed, worlds)
    answer: Reply = "accept" if accepts else "counter" if counters or trade else "walk"
    return _response(answer, judge, opened, bounds, weighed, look, counters, trade, given=weights)


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
    judge: Judge,
    opened: OpenedDeal,
    curves: Mapping[str, TermCurve],
    weights: Mapping[str, float],
    worlds: PlausibleWorlds | None,
) -> tuple[Counter, ...]:
    found = []
    for term in judge.sim.deal.terms:
        change = _smallest_change(judge, opened, curves[term.name], worlds)
        if change is None:
            continue
        found.append(as_counter(judge, opened, weights, term, *change))
    return tuple(sorted(found, key=lambda one: (one.hurt, one.share_of_range)))


def _fixed(
    judge: Judge,
    opened: OpenedDeal,
    pilot: OpenedDeal,
    weights: Mapping[str, float],
    worlds: PlausibleWorlds | None,
) -> tuple[tuple[Counter, ...], Trade | None]:
    """Return the first of a few packages fixed beforehand that is acceptable: as a counter, or as a trade."""
    judge, offer = on_try(judge, 1), opened.offer
    for package in fixed_packages(tuple(judge.sim.deal.terms), offer):
        surplus = judge.sim.surplus(package)
        look = None if worlds is None else worlds.look(package, surplus)
        if not judge.accepts(surplus) or not (look is None or look.enough):
            continue
        changed = {name: value for name, value in package.items() if value != offer[name]}
        if len(changed) > 1:
            return (), as_trade(judge, pilot, changed, weights, (), look)
        ((name, value),) = changed.items()
        return (as_counter(judge, opened, weights, judge.sim.deal.term(name), value, look),), None
    return (), None


def _smallest_change(
    judge: Judge, opened: OpenedDeal, curve: TermCurve, worlds: PlausibleWorlds | None
) -> tuple[float, InWorlds | None] | None:
    """Return the value nearest to the offered one at which the rule holds; None where the term alone cannot do it."""
    if curve.is_hopeless:
        return None
    path = OneTerm(curve.term.name)
    profile = opened.profile(path)
    start = curve.nearest_good()
    if start is None:
        start = curve.best  # where the pilot is in doubt
        if not judge.accepts(profile.at(float(curve.values[start]))):
            return None
    towards = 1 if start < curve.offered else -1
    end = 0 if towards > 0 else curve.values.size - 1
    indices = range(end, curve.offered + towards, towards)
    line = [float(curve.values[k]) for k in indices]
    first = indices.index(start)
    nested = curve.slope == -towards
    value = last_acceptable(judge, profile, curve.term, line, first, nested=nested)
    if value is None or worlds is None:
        return None if value is None else (value, None)
    along = worlds.along(opened.offer, path)
    value = along.last(on_line(judge, nested=nested), profile, curve.term, line, first, value)
    return None if value is None else (value, along.at(value, profile))


def _trade(
    judge: Judge,
    opened: OpenedDeal,
    pilot: OpenedDeal,
    curves: Mapping[str, TermCurve],
    weights: Mapping[str, float],
    worlds: PlausibleWorlds | None,
    kept_back: float,
    counters: tuple[Counter, ...],
) -> Trade | None:
    changed = best_trade(judge, opened, pilot, curves, weights, worlds, kept_back)
    if changed is None:
        return None
    offer = opened.offer

    judge = on_try(judge, 1)  # which of the tries it was that held is not asked: the least share will do

    def looked(changes: Mapping[str, float]) -> tuple[bool, InWorlds | None]:
        package = {**offer, **changes}
        surplus = judge.sim.surplus(package)
        look = None if worlds is None else worlds.look(package, surplus)
        return judge.accepts(surplus) and (look is None or look.enough), look

    by_name = {term.name: term for term in judge.sim.deal.terms}
    changed = without_gifts(
        changed,
        offer,
        by_name,
        counters,
        holds=lambda changes: looked(changes)[0],
        roughly=lambda changes: margin(judge.rule, pilot.sim.surplus({**offer, **changes})),
    )
    if len(changed) < 2:
        return None
    return as_trade(judge, pilot, changed, weights, counters, None if worlds is None else looked(changed)[1])


def _response(
    answer: Reply,
    judge: Judge,
    opened: OpenedDeal,
    bounds: Bounds,
    weights: Mapping[str, float],
    look: InWorlds | None,
    counters: tuple[Counter, ...],
    trade: Trade | None,
    *,
    given: Mapping[str, float] | None,
) -> Response:
    sim, surplus, level = judge.sim, opened.surplus, judge.confidence_level
    counts = replicate_counts(surplus >= 0.0, sim.n_replicates)
    mean = Judge(sim, ExpectedValueRule(), level).allowing(surplus)
    passed = limits_passed(sim.deal.terms, opened.offer)
    terms = {term.name: term for term in sim.deal.terms}
    spare = room(judge.allowing(surplus), surplus, sim.n_replicates, level)
    too_close = bounds.at_least < 0.0 <= bounds.at_most
    if answer == "counter":
        say = countered(terms, opened.offer, counters, trade)
    else:
        say = ACCEPTED if answer == "accept" else REFUSED
    return Response(
        answer=answer,
        offer=opened.offer,
        chance=proportion_estimate(counts, sim.n_draws, level),
        surplus=mean.measure(surplus, sim.n_replicates, level),
        room=spare,
        counters=counters,
        trade=trade,
        passed=passed,
        too_close=too_close,
        worlds=look,
        say=say,
        know=known(
            answer,
            terms,
            sim.deal.currency,
            room=spare,
            too_close=too_close,
            worlds=look,
            counters=counters,
            trade=trade,
            passed=passed,
        ),
        rule=judge.rule,
        confidence_level=level,
        weights=weights,
        terms=terms,
        note=_note(sim, judge, look, answer, given),
    )


def _note(
    sim: Simulation,
    judge: Judge,
    look: InWorlds | None,
    answer: Reply,
    given: Mapping[str, float] | None,
) -> str:
    level = f"{100 * judge.confidence_level:g}%"
    text = f"Rule: {judge.rule.label}, with {level} confidence for each answer by itself."
    if look is None:
        text += doubt(sim.deal) or " Intervals and confidence cover simulation error only."
    else:
        names = listed([said_name(name) for name in calibrated_laws(sim.deal)])
        text += (
            " Intervals cover simulation error only; what is called acceptable allows for the doubt about the "
            f"parameters of {names} too, by {look.n_worlds} plausible worlds, {look.needed} of which must agree."
        )
    if answer != "counter":
        return text
    text += (
        " Hurt is goodwill by the weights that a change takes from the customer, as a share of all that could be "
        "weighed; negative where it gives some."
    )
    free = [said_name(term.name) for term in sim.deal.terms if given is not None and not given.get(term.name)]
    if free:
        text += f" By the weights {listed(free)} {'is' if len(free) == 1 else 'are'} worth nothing to the customer."
    return text
