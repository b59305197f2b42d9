"""The take-it-or-leave-it offer: what a concession costs against the chance that the customer says yes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from walkaway_sim._typing import FloatArray
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.arguments import check_confidence
from walkaway_sim.decide.customer.along import evenly, surplus_along
from walkaway_sim.decide.customer.customer import Customer
from walkaway_sim.decide.customer.joined import JoinedCustomer, join
from walkaway_sim.decide.lattice import Lattice
from walkaway_sim.decide.shown import ShownWithNote
from walkaway_sim.errors import InputError
from walkaway_sim.simulation.estimate import Estimate
from walkaway_sim.simulation.intervals import mean_tally, tally_bounds, two_sided_quantile
from walkaway_sim.simulation.outcome import Simulation
from walkaway_sim.simulation.pilot import pilot_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["BestOffer", "best_offer", "best_offer_along"]

_COUNTED_POINTS = 257
"""Points of a range that are tried where a yes is counted: a count has no slope to follow."""


@dataclass(frozen=True, slots=True, repr=False)
class BestOffer(ShownWithNote):
    """The offer with the highest expected surplus where the customer takes it or leaves it. Made by `best_offer`.

    Attributes
    ----------
    term : Term
    offer : Estimate
        The best offer; from `low` to `high` lie those that the draws do not show to be worse than it [unit].
    worth : Estimate
        Expected surplus of making it, 0 where the customer leaves it [currency].
    chance : Estimate
        That the customer says yes to it: from the reservation's distribution itself, and so without simulation error.
    surplus_if_yes : float
        Expected surplus given that it does [currency].
    is_counted : bool
        Whether yeses were counted draw by draw, since the reservation is an input of the deal; intervals are wider.
    confidence_level : float
    """

    term: Term
    offer: Estimate
    worth: Estimate
    chance: Estimate
    surplus_if_yes: float
    is_counted: bool
    confidence_level: float

    @property
    def note(self) -> str:
        """What stands under the table."""
        level = f"{100 * self.confidence_level:g}%"
        text = (
            "The offer that brings most on average where the customer takes it or leaves it: it is no walkaway, and "
            f"the customer may leave it though a deal was there. Intervals at {level} cover simulation error only; "
            "that of the offer holds all that are not shown to bring less."
        )
        if self.worth.high <= 0.0:
            text += " No offer of the range is worth making: the expected surplus is not above 0."
        if self.is_counted:
            text += (
                " A yes is counted draw by draw, so that the intervals are wider than they would have to be."
            )
        return text

    def to_frame(self) -> pd.DataFrame:
        """Return one row per figure: estimate, low, high, standard_error."""
        import pandas as pd

        figures = {"offer": self.offer, "worth": self.worth, "chance": self.chance}
        rows = [(one.estimate, one.low, one.high, one.standard_error) for one in figures.values()]
        columns = ["estimate", "low", "high", "standard_error"]
        frame = pd.DataFrame(rows, index=pd.Index(figures, name=self.term.name), columns=columns)
        frame.attrs["note"] = self.note
        return frame


def best_offer(
    sim: Simulation,
    customer: Customer,
    *,
    term: str | None = None,
    terms: Mapping[str, float] | None = None,
    confidence_level: float = 0.95,
) -> BestOffer:
    """Find the take-it-or-leave-it offer of one term with the highest expected surplus.

    Parameters
    ----------
    sim : Simulation
        Kept.
    customer : Customer
    term : str, optional
        Which term moves, where the customer weighs several.
    terms : mapping of str to float, optional
        Where the other terms are held, if not as proposed [their units].
    confidence_level : float

    Returns
    -------
    BestOffer

    Raises
    ------
    InputError
        Draws that are not kept; names that the deal has not.
    DependenceError
        The customer's correlations cannot be had.

    Notes
    -----
    Maximises ``E[S(t) P(yes to t given the draw)]``. For a reservation that is independent of the deal, or correlated
    with it by a Gaussian copula, that chance is known exactly and smooth in t; for one that is an input of the deal it
    is 0 or 1. The offer is picked on a pilot and valued on the draws of `sim`. Its interval inverts the paired
    test of "t brings no less than the offer that was picked": the best offer passes it, whatever was picked, so that
    the interval holds it with the confidence level at least (Student's t over the draws or replicate means,
    corrected for skewness). A range is searched from 65 points, or 257 where yeses are counted; a peak narrower than
    that may be missed.

    Without correlation and with a cost c the best price solves ``b - c = P/|P'|``.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> deal = ws.Deal(
    ...     name="One price", inputs={"cost": ws.normal(60, 5)},
    ...     terms=[ws.Term("price", proposed=80, range=(0, 150), concession="down")],
    ...     value=lambda inputs, terms: terms["price"] - inputs["cost"],
    ... )
    >>> sim = ws.simulate(deal, 2**14, rng=7)
    >>> found = ws.best_offer(sim, ws.Customer(ws.uniform(50, 100), term="price"))
    >>> print(f"{found.offer.estimate:.2f}, taken {found.chance.estimate:.0%} of the time")  # (100 + 60) / 2
    80.00, taken 40% of the time
    """
    joined = join(sim, customer)
    confidence_level = check_confidence(confidence_level)
    along = customer.looks_at(sim.deal, term)
    return best_offer_along(sim, joined, along, sim.deal.terms_at(terms), confidence_level)


def best_offer_along(
    sim: Simulation, joined: JoinedCustomer, term: Term, base: Mapping[str, float], confidence_level: float
) -> BestOffer:
    """Find the best offer; arguments as for `best_offer`, checked."""
    pilot = pilot_of(sim)
    picked = _pick(
        _gain_along(pilot, join(pilot, joined.customer), term, base), term, smooth=joined.is_smooth
    )
    gain = _gain_along(sim, joined, term, base)
    lattice = Lattice(sim)
    at_pick = gain(picked)
    bounds = tally_bounds(
        mean_tally(at_pick, sim.n_replicates), confidence_level, skewed=True, floor=lattice.error(at_pick)
    )

    def may_be_best(value: float) -> bool:
        apart = gain(value) - at_pick
        found = tally_bounds(
            mean_tally(apart, sim.n_replicates), confidence_level, skewed=True, floor=lattice.error(apart)
        )
        return found.at_most >= 0.0

    low, high = _not_refuted(may_be_best, term, picked)
    two = two_sided_quantile(sim.n_replicates, sim.n_draws, confidence_level)
    amount = joined.amount({**base, term.name: picked})
    chance = joined.chance(amount)
    if not math.isfinite(bounds.estimate):
        raise InputError(f"the surplus at {term.name} = {picked:g} is not finite")
    return BestOffer(
        term=term,
        offer=Estimate(picked, low, high, (high - low) / (2 * two)),
        worth=Estimate(bounds.estimate, bounds.low, bounds.high, bounds.standard_error),
        chance=Estimate(chance, chance, chance, 0.0),
        surplus_if_yes=bounds.estimate / chance if chance > 0.0 else 0.0,
        is_counted=not joined.is_smooth,
        confidence_level=confidence_level,
    )


def _gain_along(
    sim: Simulation, joined: JoinedCustomer, term: Term, base: Mapping[str, float]
) -> Callable[[float], FloatArray]:
    """Return what gives ``S(t) P(yes to t)`` of each draw, shape ``(n_draws,)`` [currency]."""
    profile = surplus_along(sim, term, base)

    def gain(value: float) -> FloatArray:
        taken: FloatArray = profile.at(value) * joined.chance_given(joined.amount({**base, term.name: value}))
        return taken

    return gain


def _pick(gain: Callable[[float], FloatArray], term: Term, *, smooth: bool) -> float:
    """Return the value with the highest mean gain."""
    points = evenly(term) if smooth else evenly(term, _COUNTED_POINTS)
    means = [float(gain(value).mean()) for value in points]
    best = max(range(len(points)), key=means.__getitem__)
    if term.levels is not None or not smooth:
        return points[best]
    from scipy.optimize import minimize_scalar

    first, last = sorted((points[max(best - 1, 0)], points[min(best + 1, len(points) - 1)]))
    found = minimize_scalar(
        lambda value: -float(gain(float(value)).mean()),
        bounds=(first, last),
        method="bounded",
        options={"xatol": 1e-10 * (term.high - term.low)},
    )
    value = float(found.x)
    return value if -float(found.fun) > means[best] else points[best]


def _not_refuted(may_be_best: Callable[[float], bool], term: Term, picked: float) -> tuple[float, float]:
    """Return the lowest and the highest value that may be the best."""
    points = sorted({*evenly(term), picked})
    ends = []
    for beyond in (
        [value for value in points if value < picked],
        [value for value in reversed(points) if value > picked],
    ):
        # From the end of the range inwards: what lies further in than one that may be best belongs to the interval.
        outside = None
        inside = picked
        for value in beyond:
            if may_be_best(value):
                inside = value
                break
            outside = value
        ends.append(
            inside if outside is None or term.levels is not None else _edge(may_be_best, inside, outside)
        )
    return ends[0], ends[1]


def _edge(holds: Callable[[float], bool], inside: float, outside: float) -> float:
    """Return where the interval ends, on its outer side, to a four-thousandth of a step of the grid."""
    for _ in range(12):
        middle = 0.5 * (inside + outside)
        if holds(middle):
            inside = middle
        else:
            outside = middle
    return outside
