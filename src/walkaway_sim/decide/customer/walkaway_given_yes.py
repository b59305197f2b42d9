"""How far a term can go where the customer's yes is taken into account."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from walkaway_sim._checks import check_integer
from walkaway_sim._typing import FloatArray
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.arguments import check_confidence, check_sim_and_rule
from walkaway_sim.decide.customer.accepted import Accepted
from walkaway_sim.decide.customer.along import evenly, surplus_along, walkaway_of
from walkaway_sim.decide.customer.customer import Customer
from walkaway_sim.decide.customer.doubt import left_out
from walkaway_sim.decide.customer.joined import JoinedCustomer, join
from walkaway_sim.decide.lattice import Lattice
from walkaway_sim.decide.rules import Rule
from walkaway_sim.decide.shown import ShownWithNote
from walkaway_sim.decide.table import TermWalkaway
from walkaway_sim.decide.tails import check_rule
from walkaway_sim.simulation.intervals import Bounds
from walkaway_sim.simulation.outcome import Simulation

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["WalkawayGivenYes", "walkaway_given_yes"]


@dataclass(frozen=True, slots=True, repr=False)
class WalkawayGivenYes(ShownWithNote):
    """How far one term can go with the rule holding given the customer's yes. Made by `walkaway_given_yes`.

    Attributes
    ----------
    term : Term
    rule : Rule
    estimate, low, high : float
        The first value towards concession, from the proposal, at which the rule stops holding given a yes to it, and
        its interval [unit], cut to the stretch from the proposal to the end of the range; the latter where it holds
        up to there; NaN where it fails at the proposal.
    safe : float
        Up to here it holds with the confidence asked for [unit]; NaN where not even at the proposal.
    as_such : TermWalkaway
        The walkaway of the deal as such, whoever says yes.
    n_plausible : int
        Plausible laws of the reservation, whose doubt is left out; 0 where the law is known.
    confidence_level : float
    """

    term: Term
    rule: Rule
    estimate: float
    low: float
    high: float
    safe: float
    as_such: TermWalkaway
    n_plausible: int
    confidence_level: float

    @property
    def unconditional(self) -> float:
        """The walkaway of the deal as such [unit]."""
        return self.as_such.estimate

    @property
    def status(self) -> str:
        """What became of the walkaway given a yes, in words."""
        if math.isnan(self.estimate):
            return "does not hold as proposed"
        if math.isnan(self.safe):
            return "not shown to hold as proposed"
        return "holds to the end of the range" if self.safe == self.term.limit else "found"

    @property
    def note(self) -> str:
        """What stands under the table."""
        text = (
            f"Up to here the rule ({self.rule.label}) holds for the deals that this customer would sign. "
            if not math.isnan(self.estimate)
            else f"The rule ({self.rule.label}) does not hold for the deals that this customer would sign as proposed. "
        )
        level = f"{100 * self.confidence_level:g}%"
        if math.isnan(self.safe) and not math.isnan(self.estimate):
            text += (
                f"That it holds at the proposal is not shown with {level} confidence, so that none is safe. "
            )
        return (
            f"{text}Other terms as proposed. Intervals at {level} cover simulation error only."
            f"{left_out(self.n_plausible)}"
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row for the walkaway given a yes and one for the walkaway as such.

        Columns: status, estimate, low, high, safe. ``attrs["note"]`` has the note.
        """
        import pandas as pd

        such = self.as_such
        rows = [
            (self.status, self.estimate, self.low, self.high, self.safe),
            (such.status.replace("_", " "), such.estimate, such.low, such.high, such.safe),
        ]
        index = pd.Index(["given yes", "as such"], name=self.term.name)
        frame = pd.DataFrame(rows, index=index, columns=["status", "estimate", "low", "high", "safe"])
        frame.attrs["note"] = self.note
        return frame


def walkaway_given_yes(
    sim: Simulation,
    rule: Rule,
    customer: Customer,
    *,
    term: str | None = None,
    terms: Mapping[str, float] | None = None,
    confidence_level: float = 0.95,
    n_points: int = 16,
) -> WalkawayGivenYes:
    """Find how far one term can go, from the proposal, with the rule holding given the customer's yes to it.

    Parameters
    ----------
    sim : Simulation
        Kept.
    rule : Rule
        One of the four.
    customer : Customer
    term : str, optional
        Which term moves, where the customer weighs several.
    terms : mapping of str to float, optional
        Where to start from, if not at the proposal [their units].
    confidence_level : float
    n_points : int
        Points looked at first; a stretch in which the rule fails that lies between two of them may be missed.

    Returns
    -------
    WalkawayGivenYes

    Raises
    ------
    RuleError
        Fewer than 1000 draws with a yes at the start, or the rule cannot be judged on them; several rules.
    InputError
        Draws that are not kept; names that the deal has not.

    Notes
    -----
    Points are judged outward, one after another, to the first that fails, and the crossing is then bracketed on the
    stored draws, to 1e-7 of the range. In this order no share of the error is spent on more than one point (Maurer,
    Hothorn and Lehmacher 1995).
    """
    sim, rule = check_sim_and_rule(sim, rule)
    joined = join(sim, customer)
    confidence_level = check_confidence(confidence_level)
    base = sim.deal.terms_at(terms)
    along = customer.looks_at(sim.deal, term)
    check_integer("n_points", n_points, minimum=1)
    judged = _JudgedAlong(sim, rule, joined, along, base, confidence_level)
    start = base[along.name]
    if along.levels is not None:
        points = [level for level in evenly(along) if along.sign * (level - start) >= 0]
    else:
        points = [start + (along.limit - start) * index / n_points for index in range(n_points)] + [
            along.limit
        ]
    ends = {name: judged.furthest(name, points) for name in ("estimate", "low", "high", "at_least")}
    near = start if math.isnan(ends["low"]) and not math.isnan(ends["high"]) else ends["low"]
    low, high = sorted((near, ends["high"]))
    return WalkawayGivenYes(
        term=along,
        rule=rule,
        estimate=ends["estimate"],
        low=low,
        high=high,
        safe=ends["at_least"],
        as_such=walkaway_of(sim, rule, along, base, confidence_level),
        n_plausible=len(joined.plausible),
        confidence_level=confidence_level,
    )


class _JudgedAlong:
    """A rule given a yes along one term, what was looked at remembered."""

    def __init__(
        self,
        sim: Simulation,
        rule: Rule,
        joined: JoinedCustomer,
        term: Term,
        base: Mapping[str, float],
        confidence_level: float,
    ) -> None:
        check_rule(sim, rule, sim.surplus(base))
        self.term = term
        self.known: dict[float, Bounds] = {}
        profile, lattice = surplus_along(sim, term, base), Lattice(sim)

        def judge(value: float) -> Bounds:
            surplus: FloatArray = profile.at(value)
            yes = joined.says_yes(joined.amount({**base, term.name: value}))
            return Accepted(surplus, yes, sim.n_replicates, lattice).judge(rule, confidence_level)

        self.judge: Callable[[float], Bounds] = judge

    def _holds(self, name: str, value: float) -> bool:
        if value not in self.known:
            self.known[value] = self.judge(value)
        return float(getattr(self.known[value], name)) >= 0.0

    def furthest(self, name: str, points: list[float]) -> float:
        """Return the last value up to which a bound holds; NaN where it fails at the first point."""
        if not self._holds(name, points[0]):
            return math.nan
        for inside, outside in pairwise(points):
            if self._holds(name, outside):
                continue
            if self.term.levels is not None:
                return inside
            while abs(outside - inside) > 1e-7 * (self.term.high - self.term.low):
                middle = 0.5 * (inside + outside)
                if self._holds(name, middle):
                    inside = middle
                else:
                    outside = middle
            return inside
        return points[-1]
