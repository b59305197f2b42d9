"""What a buffer that is held back costs: deals worth having that it kills, against better terms in the others."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from walkaway_sim._checks import check_in, check_non_negative
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.aim.settled import BufferPoint, Settled
from walkaway_sim.decide.aim.threshold_influence import threshold_of
from walkaway_sim.decide.arguments import check_confidence, check_sim_and_rule
from walkaway_sim.decide.customer.along import with_buffer
from walkaway_sim.decide.customer.customer import Customer
from walkaway_sim.decide.customer.doubt import left_out
from walkaway_sim.decide.customer.joined import join
from walkaway_sim.decide.rules import Rule
from walkaway_sim.decide.shown import ShownWithNote
from walkaway_sim.errors import InputError, RuleError
from walkaway_sim.simulation.estimate import Estimate
from walkaway_sim.simulation.outcome import Simulation

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["BufferCost", "buffer_cost"]


@dataclass(frozen=True, slots=True, repr=False)
class BufferCost(ShownWithNote):
    """What hidden buffers cost. Made by `buffer_cost`.

    Attributes
    ----------
    term : Term
    rule : Rule
    without : float
        The walkaway with nothing held back [unit].
    split : float
        Our share of the zone at the settlement.
    points : tuple of BufferPoint
        One for each buffer, in their order.
    n_plausible : int
        Plausible laws of the reservation, whose doubt is left out; 0 where the law is known.
    confidence_level : float
    """

    term: Term
    rule: Rule
    without: float
    split: float
    points: tuple[BufferPoint, ...]
    n_plausible: int
    confidence_level: float

    @property
    def note(self) -> str:
        """What stands under the table."""
        nowhere = [f"{one.buffer:,.0f}" for one in self.points if math.isnan(one.walkaway)]
        every = (
            f" With {', '.join(nowhere)} held back the rule holds at no {self.term.name.replace('_', ' ')} of the "
            "range: no walkaway is left, and every deal is killed."
            if nowhere
            else ""
        )
        return (
            f"A buffer kills the deals whose reservation lies between the walkaway with it and without it "
            f"({self.rule.label}); what these would have brought is lost. The others are taken to settle where "
            f"{100 * self.split:g}% of the zone is ours, and with a buffer, of which the customer knows nothing, "
            f"nearer to our side: that is gained.{every} Intervals at {100 * self.confidence_level:g}% cover "
            f"simulation error only.{left_out(self.n_plausible)}"
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row per buffer: status, walkaway, and killed, lost and gained with their ends.

        The status says in words whether there is a walkaway. ``attrs["note"]`` has the note.
        """
        import pandas as pd

        rows = []
        for one in self.points:
            status = "holds nowhere" if math.isnan(one.walkaway) else "found"
            row: dict[str, float | str] = {"status": status, "walkaway": one.walkaway}
            for name in ("killed", "lost", "gained"):
                found: Estimate = getattr(one, name)
                row |= {name: found.estimate, f"{name}_low": found.low, f"{name}_high": found.high}
            rows.append(row)
        index = pd.Index([one.buffer for one in self.points], name="buffer")
        frame = pd.DataFrame(rows, index=index)
        frame.attrs["note"] = self.note
        return frame


def buffer_cost(
    sim: Simulation,
    rule: Rule,
    customer: Customer,
    buffer: float | Sequence[float] | None = None,
    split: float = 0.5,
    *,
    term: str | None = None,
    terms: Mapping[str, float] | None = None,
    confidence_level: float = 0.95,
) -> BufferCost:
    """Find what holding back a buffer, of which nobody at the table knows, costs along one term.

    Parameters
    ----------
    sim : Simulation
        Kept.
    rule : Rule
        One of the four.
    customer : Customer
    buffer : float or sequence of float, optional
        One or several [currency], each 0 or more; the deal's own where not given.
    split : float
        Our share of the zone at the settlement, from 0 (at our walkaway) to 1 (at the customer's reservation).
    term : str, optional
        Which term moves, where the customer weighs several. One with a range: levels have no settlement between.
    terms : mapping of str to float, optional
        Where the other terms are held, if not as proposed [their units].
    confidence_level : float

    Returns
    -------
    BufferCost

    Raises
    ------
    InputError
        A negative buffer, none where the deal has none, a term with levels, a split outside [0, 1]; a reservation
        whose single values cannot be told.
    RuleError
        The rule cannot be judged on these draws, or holds nowhere even without a buffer.

    Notes
    -----
    With walkaways w without and v with the buffer, and settlements ``x = w - split (w - R)`` (in the direction of
    concession), killed is ``P(v < R <= w)``, lost ``E[S(x) 1{v < R <= w}]`` and gained the change of ``E[S(x)]`` where
    ``R <= v``. S is without the buffer. Chances given the draws come from the reservation's distribution (see
    `best_offer`), so that only w, v and the mean of S carry simulation error: their influence values are added draw by
    draw, those of a threshold being the rule's moment over its slope (Bahadur 1966 for a chance; the delta method),
    and the interval is Student's t over the draws or replicate means. A buffer of 0 costs exactly 0.

    Reservations that spread are settled at the middles of 32 cells. Single values that carry probability, as of
    `discrete`, of a number or of a sample, are settled at themselves (of more than 1024 in the range the heaviest).
    One that lies within the interval of a threshold may be killed or not: the interval then holds the figure with it
    and without. Where there are such values the intervals of the thresholds and of the figures share the error
    (Bonferroni).

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> deal = ws.Deal(
    ...     name="One price", inputs={"cost": ws.normal(60, 5)},
    ...     terms=[ws.Term("price", proposed=80, range=(0, 150), concession="down")],
    ...     value=lambda inputs, terms: terms["price"] - inputs["cost"],
    ... )
    >>> sim = ws.simulate(deal, 2**14, rng=7)
    >>> customer = ws.Customer(ws.uniform(50, 100), term="price")
    >>> cost = ws.buffer_cost(sim, ws.ExpectedValueRule(), customer, [0, 5, 10])
    >>> [round(one.killed.estimate, 3) for one in cost.points], round(cost.points[1].lost.estimate, 3)
    ([0.0, 0.1, 0.2], 0.125)
    """
    sim, rule = check_sim_and_rule(sim, rule)
    joined = join(sim, customer)
    confidence_level = check_confidence(confidence_level)
    share = check_in("split", split, 0.0, 1.0)
    buffers = _buffers(sim, buffer)
    along = customer.looks_at(sim.deal, term)
    if along.levels is not None:
        raise InputError(
            f"term: {along.name!r} has levels, between which nothing can be settled; take one with a range"
        )
    base = sim.deal.terms_at(terms)
    bare = with_buffer(sim, 0.0)
    # Which side of a threshold a single reservation lies on, and what is left: each has half of the error.
    level = 1.0 - 0.5 * (1.0 - confidence_level) if joined.atoms_on(along, base).size else confidence_level
    without = threshold_of(bare, rule, along, base, level)
    if math.isnan(without.value):
        raise RuleError(
            f"the rule ({rule.label}) accepts no value of {along.name!r} even with nothing held back, so that no "
            "buffer can kill a deal"
        )
    settled = Settled(sim, joined, along, base, share, without)
    points = []
    for held_back in buffers:
        found = (
            without
            if held_back == 0.0
            else threshold_of(with_buffer(sim, held_back), rule, along, base, level)
        )
        points.append(settled.point(held_back, found, level))
    return BufferCost(
        along, rule, without.value, share, tuple(points), len(joined.plausible), confidence_level
    )


def _buffers(sim: Simulation, given: object) -> list[float]:
    if given is None:
        if sim.deal.buffer == 0.0:
            raise InputError("buffer must be given, such as buffer=5_000: the deal holds nothing back")
        return [sim.deal.buffer]
    if isinstance(given, str):
        raise InputError(
            f"buffer must be a sum or a list of sums, such as 5_000 or [5_000, 20_000], got the text {given!r}; give a "
            "number"
        )
    several: list[object] = list(given) if isinstance(given, Sequence | np.ndarray) else [given]
    if not several:
        raise InputError("buffer must be one sum or more, got none")
    return [check_non_negative("buffer", one) for one in several]
