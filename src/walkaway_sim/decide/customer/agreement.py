"""The zone of agreement: whether what the customer can accept and what we can accept overlap, and by how much."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from walkaway_sim._typing import FloatArray
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.arguments import check_confidence, check_sim_and_rule
from walkaway_sim.decide.customer.along import evenly, walkaway_of
from walkaway_sim.decide.customer.customer import Customer
from walkaway_sim.decide.customer.joined import JoinedCustomer, join
from walkaway_sim.decide.customer.offer import BestOffer, best_offer_along
from walkaway_sim.decide.ladder import on_step
from walkaway_sim.decide.rules import Rule
from walkaway_sim.decide.shown import ShownWithNote
from walkaway_sim.decide.table import TermWalkaway
from walkaway_sim.simulation.estimate import Estimate
from walkaway_sim.simulation.intervals import two_sided_quantile
from walkaway_sim.simulation.outcome import Simulation

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["OPEN_AT", "ZoneOfAgreement", "zone_of_agreement"]

OPEN_AT = 0.1
"""Chance of a yes at the opening offer, where the term gives none: nine customers in ten would ask for more."""

_CELLS = 2**13
"""Cells of the integral of a chance: it is off by less than a cell's width times half the rise of the chance."""

_NONE = 1e-9
"""The chance of a zone below which there is said to be no overlap: beyond any table of a reservation."""


@dataclass(frozen=True, slots=True, repr=False)
class ZoneOfAgreement(ShownWithNote):
    """Where a deal can be had with a customer, along one term. Made by `zone_of_agreement`.

    Attributes
    ----------
    deal_name : str
    term : Term
    rule : Rule
    walkaway : TermWalkaway
        Ours, by the rule; `safe` is where to stop.
    exists : Estimate
        The chance that the customer's reservation lies within our walkaway.
    exists_safely : float
        The same within the safe walkaway; 0 where there is none.
    width : Estimate
        Expected width of the zone, 0 where there is none [unit].
    width_given : Estimate
        Expected width where there is one [unit]; all 0 where there is no overlap.
    open, target : float
        Where to open and where to aim, on the term's step [unit].
    offer : BestOffer
        What the target comes from.
    reservation : ndarray, shape (999,)
        Quantiles of the customer's reservation along the term, in thousandths [unit]; for the picture.
    confidence_level : float
    """

    deal_name: str
    term: Term
    rule: Rule
    walkaway: TermWalkaway
    exists: Estimate
    exists_safely: float
    width: Estimate
    width_given: Estimate
    open: float
    target: float
    offer: BestOffer
    reservation: FloatArray
    confidence_level: float

    @property
    def overlap(self) -> str:
        """``"overlap"``, ``"no overlap"``, or ``"unresolved"`` where the draws cannot tell."""
        if self.exists.high < _NONE:
            return "no overlap"
        return "overlap" if self.exists.estimate >= _NONE else "unresolved"

    @property
    def _is_capped(self) -> bool:
        """Whether the best offer lies beyond the safe walkaway."""
        return self.term.sign * self.offer.offer.estimate > self.term.sign * self.walkaway.safe

    @property
    def note(self) -> str:
        """What stands under the table."""
        name = self.term.name
        level = f"{100 * self.confidence_level:g}%"
        if self.overlap == "no overlap":
            text = (
                f"There is no overlap: no {name} that our rule ({self.rule.label}) accepts is one that the customer "
                "takes."
            )
        elif self.overlap == "unresolved":
            text = "These draws cannot tell whether there is an overlap: the interval of our walkaway reaches into it."
        else:
            text = (
                f"In {100 * self.exists.estimate:.0f}% of cases the two sides overlap on {name}. The walkaway is "
                "where to stop, not what to offer."
            )
            if self._is_capped:
                text += " What brings most on average lies beyond the safe walkaway, so that the target is the latter."
        if self.walkaway.status == "several_crossings":
            text += " Our walkaway is the end of the stretch around the proposal; values before it may fail as well."
        return f"{text} Intervals at {level} cover simulation error only, and take the reservation's law as known."

    def to_frame(self) -> pd.DataFrame:
        """Return one row per figure: estimate, low, high. ``attrs["note"]`` has the note."""
        import pandas as pd

        walk = self.walkaway
        rows = {
            "exists": (self.exists.estimate, self.exists.low, self.exists.high),
            "width": (self.width.estimate, self.width.low, self.width.high),
            "width_given": (self.width_given.estimate, self.width_given.low, self.width_given.high),
            "open": (self.open, self.open, self.open),
            "target": (self.target, self.target, self.target),
            "best offer": (self.offer.offer.estimate, self.offer.offer.low, self.offer.offer.high),
            "walkaway": (walk.estimate, walk.low, walk.high),
            "safe walkaway": (walk.safe, walk.safe, walk.safe),
        }
        frame = pd.DataFrame.from_dict(rows, orient="index", columns=["estimate", "low", "high"])
        frame.index.name = f"{self.term.name}: {self.overlap}"
        frame.attrs["note"] = self.note
        return frame


def zone_of_agreement(
    sim: Simulation,
    rule: Rule,
    customer: Customer,
    *,
    term: str | None = None,
    terms: Mapping[str, float] | None = None,
    confidence_level: float = 0.95,
) -> ZoneOfAgreement:
    """Find the zone of agreement along one term: its chance, its width, and where to open, aim and stop.

    Parameters
    ----------
    sim : Simulation
        Kept.
    rule : Rule
        Gives our walkaway. It is applied to the deal as such; see `assess_given_yes` for what a yes says about it.
    customer : Customer
    term : str, optional
        Which term moves, where the customer weighs several.
    terms : mapping of str to float, optional
        Where the other terms are held, if not as proposed [their units].
    confidence_level : float

    Returns
    -------
    ZoneOfAgreement

    Raises
    ------
    RuleError
        The rule cannot be judged on these draws.
    InputError
        Draws that are not kept; names that the deal has not.

    Notes
    -----
    Our walkaway is one number w, so the chance of a zone is the reservation's distribution function there, and its
    expected width the integral of that function from our best end of the range to w: neither is counted on draws.
    Both rise with every concession, so that the ends of the interval of w give theirs, at the same level. The width
    given that there is a zone need not rise; its ends are the lowest and the highest over the interval of w.

    The target is `best_offer`, but not beyond the safe walkaway. Where the term has no `open`, the opening is where
    one customer in ten says yes, but not beyond the target.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> deal = ws.Deal(
    ...     name="One price", inputs={"cost": ws.normal(60, 5)},
    ...     terms=[ws.Term("price", proposed=80, range=(0, 150), concession="down")],
    ...     value=lambda inputs, terms: terms["price"] - inputs["cost"],
    ... )
    >>> sim = ws.simulate(deal, 2**14, rng=7)
    >>> zone = ws.zone_of_agreement(sim, ws.ExpectedValueRule(), ws.Customer(ws.uniform(50, 100), term="price"))
    >>> zone.overlap, round(zone.exists.estimate, 3), round(zone.width_given.estimate, 2)
    ('overlap', 0.8, 20.0)
    """
    sim, rule = check_sim_and_rule(sim, rule)
    joined = join(sim, customer)
    confidence_level = check_confidence(confidence_level)
    base = sim.deal.terms_at(terms)
    along = customer.looks_at(sim.deal, term)
    walk = walkaway_of(sim, rule, along, base, confidence_level)
    zone = Widths(joined, along, base)
    ends = zone.interval(walk)
    two = two_sided_quantile(sim.n_replicates, sim.n_draws, confidence_level)
    exists, width, given = (Estimate(*one, (one[2] - one[1]) / (2 * two)) for one in ends)
    offer = best_offer_along(sim, joined, along, base, confidence_level)
    stop = walk.estimate if math.isnan(walk.safe) else walk.safe
    target = _nearer(along, offer.offer.estimate, stop)
    opening = along.open
    if opening is None:
        opening = _nearer(
            along, along.best, joined.reservation_on(along, base, joined.quantile(OPEN_AT)), far=True
        )
        opening = _nearer(along, opening, target)
    steps = np.arange(1, 1000) / 1000.0
    return ZoneOfAgreement(
        deal_name=sim.deal.name,
        term=along,
        rule=rule,
        walkaway=walk,
        exists=exists,
        exists_safely=0.0 if math.isnan(walk.safe) else zone.chance(walk.safe),
        width=width,
        width_given=given,
        open=_said(along, opening),
        target=_said(along, target),
        offer=offer,
        reservation=np.array(
            [joined.reservation_on(along, base, float(one)) for one in np.asarray(joined.law.ppf(steps))]
        ),
        confidence_level=confidence_level,
    )


def _nearer(term: Term, value: float, other: float, *, far: bool = False) -> float:
    """Return which of two values concedes less, or more where `far`; the first where the other is none."""
    if math.isnan(other):
        return value
    concedes_less = term.sign * other < term.sign * value
    return other if concedes_less != far else value


def _said(term: Term, value: float) -> float:
    """Return a value as it is said at the table: on the term's step, or the last level that it reaches."""
    if term.levels is None:
        return on_step(term, min(max(value, term.low), term.high))
    reached = [level for level in evenly(term) if term.sign * level <= term.sign * value]
    return reached[-1] if reached else term.best


class Widths:
    """Chance and expected width of the zone, as functions of our walkaway."""

    def __init__(self, joined: JoinedCustomer, term: Term, base: Mapping[str, float]) -> None:
        self.joined, self.term, self.base = joined, term, base
        values = np.linspace(term.best, term.limit, _CELLS + 1)
        chances = joined.chances(joined.amounts_along(term, base, values))
        steps = np.abs(np.diff(values)) * 0.5 * (chances[1:] + chances[:-1])
        self.far = np.abs(values - term.best)
        self.integral = np.concatenate([[0.0], np.cumsum(steps)])

    def chance(self, value: float) -> float:
        """Return the chance that the customer takes a value of the term."""
        return self.joined.chance(self.joined.amount({**self.base, self.term.name: value}))

    def at(self, value: float) -> tuple[float, float, float]:
        """Return chance, expected width, and expected width given a zone; 0 where no value is acceptable."""
        if math.isnan(value):
            return 0.0, 0.0, 0.0
        chance = self.chance(value)
        width = float(np.interp(abs(value - self.term.best), self.far, self.integral))
        return chance, width, width / chance if chance >= _NONE else 0.0

    def interval(self, walk: TermWalkaway) -> tuple[tuple[float, float, float], ...]:
        """Return estimate, low and high of each of the three."""
        # What the estimate says of a range that is acceptable nowhere is said by its best end; it is none.
        nowhere = not walk.acceptable_set
        value = math.nan if nowhere else walk.estimate
        ends = (math.nan,) if math.isnan(walk.estimate) else (math.nan,) * nowhere + (walk.low, walk.high)
        between = () if math.isnan(walk.estimate) else tuple(np.linspace(walk.low, walk.high, 17).tolist())
        middle = self.at(value)
        every = [self.at(one) for one in (value, *ends, *between)]
        return tuple(
            (middle[k], min(one[k] for one in every), max(one[k] for one in every)) for k in range(3)
        )
