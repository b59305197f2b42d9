"""The verdict on an offer: sign, walk, or not to be told from these draws."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from walkaway_sim._typing import FloatArray
from walkaway_sim.decide.arguments import check_confidence, check_sim_and_rule
from walkaway_sim.decide.checks import Check, check_deal
from walkaway_sim.decide.ladder import at_step, whole_steps
from walkaway_sim.decide.lattice import Lattice
from walkaway_sim.decide.parse import parse_rule
from walkaway_sim.decide.room import room
from walkaway_sim.decide.rules import ChanceRule, ExpectedValueRule, Rule
from walkaway_sim.decide.table import TermWalkaway
from walkaway_sim.decide.tail_rules import MIN_TAIL_DRAWS, CertaintyEquivalentRule, ExpectedShortfallRule
from walkaway_sim.decide.tails import check_rule
from walkaway_sim.decide.tallies import replicate_counts
from walkaway_sim.decide.walkaway import walkaway
from walkaway_sim.errors import RuleError
from walkaway_sim.simulation.estimate import Estimate
from walkaway_sim.simulation.intervals import Bounds, mean_estimate, proportion_estimate
from walkaway_sim.simulation.outcome import Simulation

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Answer", "Rescue", "RuleVerdict", "Verdict", "assess"]

Answer = Literal["accept", "walk", "unresolved"]


@dataclass(frozen=True, slots=True)
class RuleVerdict:
    """What one rule says of the offer.

    Attributes
    ----------
    rule : Rule
    verdict : {"accept", "walk", "unresolved", "refused"}
    measure : Estimate or None
        What the rule looks at [probability or currency]; None where it is refused.
    reason : str
        Why it is refused.
    """

    rule: Rule
    verdict: Literal["accept", "walk", "unresolved", "refused"]
    measure: Estimate | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Rescue:
    """A change of one term that makes the offer acceptable, the others held.

    Attributes
    ----------
    term : str
    value : float
        The value of the term nearest to the offer at which the rule holds with the confidence asked
        for, where one in the range does, rounded to the term's step on the supplier's side [unit].
    offered : float
        The value that the offer has [unit].
    share_of_range : float
        How far that is, as a share of the term's range.
    """

    term: str
    value: float
    offered: float
    share_of_range: float


@dataclass(frozen=True, slots=True, repr=False)
class Verdict:
    """What `assess` says of an offer.

    Attributes
    ----------
    verdict : {"accept", "walk", "unresolved"}
        By the rule given: accept where the one-sided lower bound of its moment is 0 or more, walk
        where the upper one is below 0, each at the confidence level.
    terms : mapping of str to float
        The offer.
    rule : Rule
    probability : Estimate
        ``P(S >= 0)``.
    surplus : Estimate
        ``E[S]`` [currency].
    shortfall : Estimate
        Mean of the worst tenth of S, of the fraction of a shortfall rule, or of the share that leaves
        250 draws in the tail where there are fewer than 2500 [currency].
    regret_of_signing, regret_of_walking : Estimate
        ``E[max(-S, 0)]`` and ``E[max(S, 0)]``, the buffer left out [currency].
    room : Estimate
        The largest sum that could be given away with the rule still holding [currency]; negative
        where it does not hold.
    rules : tuple of RuleVerdict
        The four rules side by side.
    rescues : tuple of Rescue
        Where the answer is not accept: changes of one term that restore the deal, nearest first.
    checks : tuple of Check
        What may have been counted twice, or not at all.
    confidence_level : float
    """

    verdict: Answer
    terms: Mapping[str, float]
    rule: Rule
    probability: Estimate
    surplus: Estimate
    shortfall: Estimate
    regret_of_signing: Estimate
    regret_of_walking: Estimate
    room: Estimate
    rules: tuple[RuleVerdict, ...]
    rescues: tuple[Rescue, ...]
    checks: tuple[Check, ...]
    confidence_level: float

    def __repr__(self) -> str:
        return f"<{self.verdict} by {self.rule.label}>\n{self.to_frame().to_string()}"

    @property
    def nearest_rescue(self) -> Rescue | None:
        """The rescue that moves its term by the smallest share of its range; None where none is needed or known."""
        return self.rescues[0] if self.rescues else None

    def to_frame(self) -> pd.DataFrame:
        """Return one row per figure: estimate, low, high, standard_error."""
        import pandas as pd

        figures = {
            "probability": self.probability,
            "surplus": self.surplus,
            "shortfall": self.shortfall,
            "regret_of_signing": self.regret_of_signing,
            "regret_of_walking": self.regret_of_walking,
            "room": self.room,
        }
        rows = [(one.estimate, one.low, one.high, one.standard_error) for one in figures.values()]
        columns = ["estimate", "low", "high", "standard_error"]
        frame = pd.DataFrame(rows, index=pd.Index(figures, name="figure"), columns=columns)
        frame.attrs["verdict"] = self.verdict
        return frame

    def rules_frame(self) -> pd.DataFrame:
        """Return one row per rule: verdict, estimate, low, high."""
        import pandas as pd

        rows = [
            {
                "verdict": one.verdict,
                "estimate": np.nan if one.measure is None else one.measure.estimate,
                "low": np.nan if one.measure is None else one.measure.low,
                "high": np.nan if one.measure is None else one.measure.high,
            }
            for one in self.rules
        ]
        return pd.DataFrame(rows, index=pd.Index([one.rule.label for one in self.rules], name="rule"))

    def _repr_html_(self) -> str:
        return (
            f"<p>Verdict: <b>{self.verdict}</b></p>{self.to_frame().to_html()}{self.rules_frame().to_html()}"
        )


def assess(
    sim: Simulation,
    rule: Rule,
    terms: Mapping[str, float] | None = None,
    *,
    confidence_level: float = 0.95,
    risk_tolerance: float | None = None,
) -> Verdict:
    """Judge the proposed terms, or any others, by a rule.

    Parameters
    ----------
    sim : Simulation
    rule : Rule
    terms : mapping of str to float, optional
        Changes to the proposed terms [their units].
    confidence_level : float
        Of every interval, and of each side of the verdict.
    risk_tolerance : float, optional
        For the certainty equivalent among the four rules [currency]; one standard deviation of the
        surplus where neither this nor `rule` gives it.

    Returns
    -------
    Verdict

    Raises
    ------
    RuleError
        The rule, or the shortfall that is reported beside it, cannot be judged on these draws.
    InputError
        Terms that are not the deal's, or outside their range.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> deal = ws.Deal(
    ...     name="One price",
    ...     inputs={"worth": ws.normal(100, 15)},
    ...     terms=[ws.Term("rebate", proposed=70, range=(0, 150))],
    ...     value=lambda inputs, terms: inputs["worth"] - terms["rebate"],
    ... )
    >>> ws.assess(ws.simulate(deal, rng=7), ws.ChanceRule(0.9), {"rebate": 90}).verdict
    'walk'
    """
    sim, rule = check_sim_and_rule(sim, rule)
    confidence_level = check_confidence(confidence_level)
    offer = sim.deal.terms_at(terms)
    surplus = sim.surplus(terms)
    check_rule(sim, rule, surplus)
    if surplus.size < 2 * MIN_TAIL_DRAWS:
        raise RuleError(
            f"n_draws must be at least {2 * MIN_TAIL_DRAWS} for the mean of the worst cases that stands beside every "
            f"verdict, got {surplus.size}"
        )
    n_replicates = sim.n_replicates
    own = parse_rule(sim.deal.rule) if sim.deal.rule else None
    lattice = Lattice(sim)
    rule = lattice.allow_for(rule, surplus)
    panel = tuple(
        rule if one == rule else lattice.allow_for(one, surplus)
        for one in _panel(rule, own, surplus, risk_tolerance)
    )
    tail = next(one for one in panel if isinstance(one, ExpectedShortfallRule))
    without_buffer = surplus + sim.deal.kept * sim.deal.buffer

    signing = np.maximum(-without_buffer, 0.0)
    rounded = lattice.error(signing)
    mean_rule = next(one for one in panel if isinstance(one, ExpectedValueRule))

    def regret(loss: FloatArray, floor: float) -> Estimate:
        """Return the mean of what is lost, which is never negative: neither is its interval."""
        found = mean_estimate(loss, n_replicates, confidence_level, skewed=True, floor=floor)
        return replace(found, low=max(found.low, 0.0))

    rules = tuple(_one_rule(sim, one, surplus, confidence_level) for one in panel)
    known = {one.rule: one for one in rules if one.measure is not None}
    own_verdict = known.get(rule)
    answer: Answer = (
        _answer(rule.judge(surplus, n_replicates, confidence_level))
        if own_verdict is None
        else own_verdict.verdict  # type: ignore[assignment]  # it was not refused
    )

    def measured(one: Rule) -> Estimate:
        """Return what a rule of the panel looks at, once for all that is said of it."""
        found = known[one].measure if one in known else None
        return one.measure(surplus, n_replicates, confidence_level) if found is None else found

    return Verdict(
        verdict=answer,
        terms=offer,
        rule=rule,
        probability=proportion_estimate(
            replicate_counts(surplus >= 0.0, n_replicates), sim.n_draws, confidence_level
        ),
        surplus=measured(mean_rule),
        shortfall=measured(tail),
        regret_of_signing=regret(signing, rounded),
        # What walking gives up is the surplus and what signing does.
        regret_of_walking=regret(np.maximum(without_buffer, 0.0), mean_rule.lattice_error + rounded),
        room=room(rule, surplus, n_replicates, confidence_level),
        rules=rules,
        rescues=() if answer == "accept" else _rescues(sim, rule, offer, confidence_level),
        checks=check_deal(sim, rule),
        confidence_level=confidence_level,
    )


def _answer(bounds: Bounds) -> Answer:
    if bounds.at_least >= 0.0:
        return "accept"
    return "walk" if bounds.at_most < 0.0 else "unresolved"


def _panel(
    rule: Rule, own: Rule | None, surplus: FloatArray, risk_tolerance: float | None
) -> tuple[Rule, ...]:
    """Return the four rules, the one given and the one agreed for the deal with their own parameters."""
    tolerance = risk_tolerance or float(surplus.std()) or 1.0
    defaults: tuple[Rule, ...] = (
        ChanceRule(0.9),
        ExpectedValueRule(),
        ExpectedShortfallRule(_tail_fraction(surplus.size)),
        CertaintyEquivalentRule(tolerance),
    )
    given = {type(one): one for one in (getattr(own, "rules", None) or (own,))} if own is not None else {}
    given |= {type(one): one for one in (getattr(rule, "rules", None) or (rule,))}
    return tuple(given.get(type(one), one) for one in defaults)


def _tail_fraction(n_draws: int) -> float:
    """Return a tenth, or the least whole percentage of few draws whose tail has enough of them."""
    return min(max(0.1, math.ceil(100 * MIN_TAIL_DRAWS / n_draws) / 100), 0.5)


def _one_rule(sim: Simulation, rule: Rule, surplus: FloatArray, confidence_level: float) -> RuleVerdict:
    try:
        check_rule(sim, rule, surplus)
    except RuleError as error:
        return RuleVerdict(rule, "refused", None, str(error))
    bounds, measure = rule.look(surplus, sim.n_replicates, confidence_level)
    return RuleVerdict(rule, _answer(bounds), measure)


_TRIES = 40
"""Steps into an acceptable stretch within which one is looked for at which the rule holds with confidence."""


def _restoring(
    sim: Simulation, rule: Rule, offer: Mapping[str, float], one: TermWalkaway, confidence_level: float
) -> float:
    """Return the value nearest to the offer, on the term's step where one fits, that restores the deal."""
    term, offered = one.term, offer[one.term.name]
    low, high = min(one.acceptable_set, key=lambda ends: min(abs(end - offered) for end in ends))
    edge = low if offered < low else high
    if low <= offered <= high:  # acceptable by the estimate, but not with confidence
        edge = one.estimate
    for value in _candidates(one, edge, low, high):
        surplus = sim.surplus({**offer, term.name: value})
        if rule.judge(surplus, sim.n_replicates, confidence_level).at_least >= 0.0:
            return value
    return edge


def _candidates(one: TermWalkaway, edge: float, low: float, high: float) -> Iterator[float]:
    """Yield values from the edge of an acceptable stretch on into it: levels, or steps."""
    term = one.term
    inwards = 1.0 if edge == low else -1.0
    if term.levels is not None:
        yield from sorted((level for level in term.levels if low <= level <= high), key=lambda x: inwards * x)
        return
    # The estimate restores the deal only half of the time.
    first = one.safe if edge == one.estimate and not math.isnan(one.safe) else edge
    if term.step is None:
        yield first
        for count in range(1, _TRIES):
            yield min(max(first + inwards * count * 1e-3 * (term.high - term.low), low), high)
        return
    steps = whole_steps(term.step, first, up=inwards > 0)
    for count in range(_TRIES):
        yield min(max(at_step(term.step, steps + inwards * count), low), high)


def _rescues(
    sim: Simulation, rule: Rule, offer: Mapping[str, float], confidence_level: float
) -> tuple[Rescue, ...]:
    """Return, for each term that can restore the deal alone, the nearest value that does."""
    found = []
    for name, one in walkaway(sim, rule, confidence_level, terms=offer, n_worlds=0).items():
        if not one.acceptable_set or (one.proposal_acceptable and math.isnan(one.safe)):
            continue
        value = _restoring(sim, rule, offer, one, confidence_level)
        share = abs(value - offer[name]) / (one.term.high - one.term.low)
        found.append(Rescue(name, value, offer[name], share))
    return tuple(sorted(found, key=lambda rescue: rescue.share_of_range))
