"""The zone of agreement: whether what the customer can accept and what we can accept overlap, and by how much."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from walkaway_sim._typing import FloatArray
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.arguments import check_confidence, check_sim_and_rule
from walkaway_sim.decide.customer.aims import aim, opening_at, said
from walkaway_sim.decide.customer.along import walkaway_of
from walkaway_sim.decide.customer.customer import Customer
from walkaway_sim.decide.customer.doubt import CalibrationInterval, left_out, said_share
from walkaway_sim.decide.customer.joined import join
from walkaway_sim.decide.customer.offer import BestOffer, best_offer_along
from walkaway_sim.decide.customer.offer_search import Gain, fewest_chance
from walkaway_sim.decide.customer.widths import Widths, ZoneDoubt
from walkaway_sim.decide.rules import Rule
from walkaway_sim.decide.shown import ShownWithNote
from walkaway_sim.decide.table import TermWalkaway
from walkaway_sim.simulation.estimate import Estimate
from walkaway_sim.simulation.intervals import two_sided_quantile
from walkaway_sim.simulation.outcome import Simulation

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["OPEN_AT", "Overlap", "ZoneOfAgreement", "zone_of_agreement"]

Overlap = Literal[
    "overlap", "no overlap", "unresolved", "our rule holds nowhere", "our rule is not shown to hold"
]

OPEN_AT = 0.1
"""Chance of a yes at the opening offer, where the term gives none: nine customers in ten would ask for more."""


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
        Where to open and where to aim, on the term's step [unit]; NaN where there is no overlap to aim into, or no
        offer worth making.
    offer : BestOffer or None
        What the target comes from; None where there is no overlap to aim into.
    reservation : ndarray, shape (999,)
        Quantiles of the customer's reservation along the term, in thousandths [unit]; for the picture.
    least_chance : float
        Of a zone, below which there is said to be none: see `best_offer`.
    calibration : ZoneDoubt or None
        What the other plausible laws of the reservation make of the zone: its calibration error, apart from the
        intervals above. None where the law is known, or our rule holds at no value.
    n_plausible : int
        Plausible laws of the reservation; 0 where it is known.
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
    offer: BestOffer | None
    reservation: FloatArray
    least_chance: float
    calibration: ZoneDoubt | None
    n_plausible: int
    confidence_level: float

    @property
    def overlap(self) -> Overlap:
        """Whether the two sides meet, in words.

        ``"unresolved"`` where the draws cannot tell. ``"our rule holds nowhere"`` and ``"our rule is not shown to
        hold"`` speak of our side alone: at no value of the term does the rule hold, or is it shown to hold with the
        confidence asked for, whatever the customer takes.
        """
        return _overlap(self.walkaway, self.exists, self.least_chance)

    @property
    def _is_capped(self) -> bool:
        """Whether the best offer lies beyond the safe walkaway."""
        offer = self.offer
        return (
            offer is not None and self.term.sign * offer.offer.estimate > self.term.sign * self.walkaway.safe
        )

    @property
    def note(self) -> str:
        """What stands under the table."""
        name = self.term.name.replace("_", " ")
        level = f"{100 * self.confidence_level:g}%"
        if self.overlap == "our rule holds nowhere":
            text = (
                f"Our own rule ({self.rule.label}) holds at no {name} of the range, so that nothing can be agreed on "
                "whatever the customer takes: other terms, or the rule, have to change first."
            )
        elif self.overlap == "our rule is not shown to hold":
            text = (
                f"Our own rule ({self.rule.label}) is not shown to hold at any {name} of the range with {level} "
                "confidence, whatever the customer takes: there is no safe walkaway, and so nowhere to aim. Take more "
                "draws, or change other terms or the rule."
            )
        elif self.overlap == "no overlap":
            text = (
                f"There is no overlap: no {name} that our rule ({self.rule.label}) accepts is one that the customer "
                f"takes in {said_share(self.least_chance)} of cases or more. So there is nowhere to aim."
            )
        elif self.overlap == "unresolved":
            text = (
                "These draws cannot tell whether there is an overlap: the interval of our walkaway reaches into it, "
                "its estimate does not. So there is nowhere to aim yet; take more draws."
            )
        else:
            text = (
                f"In {said_share(self.exists.estimate)} of cases the two sides overlap on {name}. The walkaway is "
                "where to stop, not what to offer."
            )
            if self._is_capped:
                inside = (
                    "is the latter"
                    if self.target == said(self.term, self.walkaway.safe)
                    else "keeps within it"
                )
                text += f" What brings most on average lies beyond the safe walkaway, so that the target {inside}."
            if self.offer is not None and self.offer.status != "found":
                text += f" {self.offer.note}"
        if self.walkaway.status == "several_crossings":
            text += " Our walkaway is the end of the stretch around the proposal; values before it may fail as well."
        return f"{text} Intervals at {level} cover simulation error only{self._doubt}"

    @property
    def _doubt(self) -> str:
        """What the note says of the reservation's law."""
        if self.calibration is None:
            if self.n_plausible:
                return f".{left_out(self.n_plausible)}"
            return ", and take the reservation's law as known."
        found = self.calibration.exists
        text = (
            f"; the calibration intervals show what {found.n_laws} plausible laws of the reservation make of the same, "
            f"our walkaway held, which more draws do not narrow: a chance of an overlap from "
            f"{said_share(found.low)} to {said_share(found.high)}"
        )
        text += (
            f" (all that they span, since they are too few for {100 * self.confidence_level:g}%)"
            * found.is_whole
        )
        return f"{text}. The opening, and what our own inputs leave in doubt, are without."

    def to_frame(self) -> pd.DataFrame:
        """Return one row per figure: estimate, low, high. ``attrs["note"]`` has the note.

        Rows that have no number are left out: the index is named by the term and by what became of the zone. Where
        the reservation has plausible laws there are calibration_low and calibration_high too.
        """
        import pandas as pd

        walk = self.walkaway
        rows = {
            "exists": (self.exists.estimate, self.exists.low, self.exists.high),
            "width": (self.width.estimate, self.width.low, self.width.high),
            "width_given": (self.width_given.estimate, self.width_given.low, self.width_given.high),
            "open": (self.open, self.open, self.open),
            "target": (self.target, self.target, self.target),
        }
        if self.offer is not None:
            best = self.offer.offer
            rows["best offer"] = (best.estimate, best.low, best.high)
        if walk.acceptable_set:
            rows["walkaway"] = (walk.estimate, walk.low, walk.high)
        rows["safe walkaway"] = (walk.safe, walk.safe, walk.safe)
        rows = {name: row for name, row in rows.items() if not math.isnan(row[0])}
        frame = pd.DataFrame.from_dict(rows, orient="index", columns=["estimate", "low", "high"])
        frame.index.name = f"{self.term.name}: {self.overlap}"
        if self.calibration is not None:
            for name, one in self._calibrated().items():
                if one is not None and name in frame.index:
                    frame.loc[name, ["calibration_low", "calibration_high"]] = one.low, one.high
        frame.attrs["note"] = self.note
        return frame

    def _calibrated(self) -> dict[str, CalibrationInterval | None]:
        """Return the calibration interval of each figure that has one."""
        doubt = self.calibration
        if doubt is None:
            return {}
        moved = None if self.offer is None or self.offer.calibration is None else self.offer.calibration.offer
        return {
            "exists": doubt.exists,
            "width": doubt.width,
            "width_given": doubt.width_given,
            "best offer": moved,
        }


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

    Calibration error: the same three are found from the distribution function of each plausible law, at the estimate
    of our walkaway; their interval lies between order statistics (Wilks 1941). It is never mixed with that of
    simulation error.

    The target is `best_offer`, on the one of the two steps about it that brings more, but not beyond the safe walkaway:
    where the best offer lies beyond, it is what brings most of the safe walkaway and the single reservations that carry
    probability before it. Where the term has no `open`, the opening is where one customer in ten says yes, rounded to
    the step on our side, but not beyond the target.

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
    least_chance = fewest_chance(sim.n_draws, confidence_level)
    opening = target = math.nan
    offer = None
    if _overlap(walk, exists, least_chance) == "overlap":
        offer = best_offer_along(sim, joined, along, base, confidence_level)
        if offer.status == "found":
            target = aim(Gain(sim, joined, along, base), offer.offer.estimate, walk.safe)
            opening = opening_at(along, joined.reservation_on(along, base, joined.quantile(OPEN_AT)), target)
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
        open=opening,
        target=target,
        offer=offer,
        reservation=np.array(
            [joined.reservation_on(along, base, float(one)) for one in np.asarray(joined.law.ppf(steps))]
        ),
        least_chance=least_chance,
        calibration=(
            ZoneDoubt.of(joined, along, base, walk.estimate, confidence_level)
            if joined.plausible and walk.acceptable_set
            else None
        ),
        n_plausible=len(joined.plausible),
        confidence_level=confidence_level,
    )


def _overlap(walk: TermWalkaway, exists: Estimate, least_chance: float) -> Overlap:
    """Return whether there is a zone; what keeps our own side out of it comes first."""
    if walk.status == "acceptable_nowhere":
        return "our rule holds nowhere"
    if math.isnan(walk.safe):
        return "our rule is not shown to hold"
    if exists.high < least_chance:
        return "no overlap"
    return "overlap" if exists.estimate >= least_chance else "unresolved"
