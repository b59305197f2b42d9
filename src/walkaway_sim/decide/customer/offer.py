"""The take-it-or-leave-it offer: what a concession costs against the chance that the customer says yes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from walkaway_sim._typing import FloatArray
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.arguments import check_confidence
from walkaway_sim.decide.customer.customer import Customer
from walkaway_sim.decide.customer.doubt import left_out, said_share
from walkaway_sim.decide.customer.joined import JoinedCustomer, join
from walkaway_sim.decide.customer.offer_search import Gain, fewest_chance, not_refuted, pick, reach
from walkaway_sim.decide.customer.offer_worlds import OfferDoubt, offer_doubt
from walkaway_sim.decide.lattice import Lattice
from walkaway_sim.decide.shown import ShownWithNote
from walkaway_sim.errors import InputError
from walkaway_sim.simulation.estimate import Estimate
from walkaway_sim.simulation.intervals import Bounds, mean_tally, tally_bounds, two_sided_quantile
from walkaway_sim.simulation.outcome import Simulation
from walkaway_sim.simulation.pilot import pilot_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["BestOffer", "OfferStatus", "best_offer", "best_offer_along"]

OfferStatus = Literal["found", "no yes", "no surplus"]

_NONE = Estimate(math.nan, math.nan, math.nan, math.nan)


@dataclass(frozen=True, slots=True, repr=False)
class BestOffer(ShownWithNote):
    """The offer with the highest expected surplus where the customer takes it or leaves it. Made by `best_offer`.

    Attributes
    ----------
    term : Term
    status : {"found", "no yes", "no surplus"}
        ``"found"``: there is an offer worth making. ``"no yes"``: every offer with an expected surplus above 0 has
        next to no chance of a yes, one below `least_chance`. ``"no surplus"``: no offer has an expected surplus above
        0. In these two no offer is worth making, and every number of it is NaN.
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
    least_chance : float
        Of a yes, below which it is next to none: so many draws could not be told from draws without a single yes.
    calibration : OfferDoubt or None
        What the other plausible laws of the reservation make of the offer: its calibration error, apart from the
        interval of `offer`. None where the law is known, or yeses are counted.
    n_plausible : int
        Plausible laws of the reservation; 0 where it is known.
    confidence_level : float
    """

    term: Term
    status: OfferStatus
    offer: Estimate
    worth: Estimate
    chance: Estimate
    surplus_if_yes: float
    is_counted: bool
    least_chance: float
    calibration: OfferDoubt | None
    n_plausible: int
    confidence_level: float

    @property
    def note(self) -> str:
        """What stands under the table."""
        if self.status != "found":
            return self._nothing + self._doubt
        level = f"{100 * self.confidence_level:g}%"
        text = (
            "The offer that brings most on average where the customer takes it or leaves it, whatever rule a walkaway "
            "is by: it is no walkaway, and the customer may leave it though a deal was there. Intervals at "
            f"{level} cover simulation error only; that of the offer holds all that are not shown to bring less."
        )
        if self.is_counted:
            text += (
                " A yes is counted draw by draw, so that the intervals are wider than they would have to be."
            )
        return text + self._doubt

    @property
    def _nothing(self) -> str:
        """Why no offer is worth making."""
        name = self.term.name.replace("_", " ")
        if self.status == "no surplus":
            return f"No offer of {name} is worth making: with a yes, the expected surplus of none is above 0."
        return (
            f"No offer of {name} is worth making: the customer says yes to next to none of those that leave an "
            f"expected surplus above 0, in less than {said_share(self.least_chance)} of cases."
        )

    @property
    def _doubt(self) -> str:
        """What the doubt about the reservation's law does, or that it is left out."""
        doubt = self.calibration
        if doubt is None:
            return left_out(self.n_plausible)
        if doubt.offer is None:
            if self.status == "found":
                return f" Under none of {doubt.n_laws} plausible laws of the reservation is an offer worth making."
            return f" So it is under {doubt.n_without} of {doubt.n_laws} plausible laws of the reservation."
        text = (
            " The calibration interval is of the offer only: how far it moves over "
            f"{doubt.offer.n_laws} plausible laws of the reservation, which more draws do not narrow"
        )
        text += (
            "; they are too few for its level, and it is all that they span." if doubt.offer.is_whole else "."
        )
        if doubt.n_without:
            text += f" Under {doubt.n_without} of {doubt.n_laws} of them no offer is worth making."
        return text

    def to_frame(self) -> pd.DataFrame:
        """Return one row per figure: status, estimate, low, high, standard_error.

        Where no offer is worth making there is one row, which says why and has no numbers. Where plausible laws were
        tried there are calibration_low and calibration_high too, of the offer. ``attrs["note"]`` has the note.
        """
        import pandas as pd

        figures = {"offer": self.offer, "worth": self.worth, "chance": self.chance}
        if self.status != "found":
            figures = {"offer": self.offer}
        rows = [(one.estimate, one.low, one.high, one.standard_error) for one in figures.values()]
        columns = ["estimate", "low", "high", "standard_error"]
        frame = pd.DataFrame(rows, index=pd.Index(figures, name=self.term.name), columns=columns)
        frame.insert(0, "status", self.status)
        moved = None if self.calibration is None else self.calibration.offer
        if self.status == "found" and moved is not None:
            frame.loc["offer", ["calibration_low", "calibration_high"]] = moved.low, moved.high
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
        Draws that are not kept; names that the deal has not; a reservation whose single values cannot be told.
    DependenceError
        The customer's correlations cannot be had.

    Notes
    -----
    Maximises ``E[S(t) P(yes to t given the draw)]``. For a reservation that is independent of the deal, or correlated
    with it by a Gaussian copula, that chance is known exactly and smooth in t; for one that is an input of the deal it
    is 0 or 1. The offer is picked on a pilot and valued on the draws of `sim`. Its interval inverts the paired
    test of "t brings no less than the offer that was picked": the best offer passes it, whatever was picked, so that
    the interval holds it with the confidence level at least (Student's t over the draws or replicate means,
    corrected for skewness). A range is searched from 65 points, or 257 where yeses are counted, and more around where
    the expected surplus turns; a peak narrower than that may be missed. Where single values of the reservation carry
    probability, as of `discrete`, of a number or of a sample, each of them within the range is tried too (of more
    than 1024 the heaviest), since the chance of a yes jumps there.

    A chance of a yes of p is next to none where ``(1 - p)^n > 1 - confidence_level`` at n draws: so many could not be
    told from draws without a single yes (about 3/n at 95%, the rule of three of Hanley and Lippman-Hand 1983).

    Where the reservation is an `Input` with plausible laws, the offer is found again under each of them, 200 at most,
    on shared draws: its calibration interval lies between order statistics of these (Wilks 1941).

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
    picked = pick(Gain(pilot, join(pilot, joined.customer), term, base))
    gain = Gain(sim, joined, term, base)
    lattice = Lattice(sim)
    at_pick = gain(picked)

    def tested(values: FloatArray) -> Bounds:
        tally = mean_tally(values, sim.n_replicates)
        return tally_bounds(tally, confidence_level, skewed=True, floor=lattice.error(values))

    bounds = tested(at_pick)
    if not math.isfinite(bounds.estimate):
        raise InputError(f"the surplus at {term.name} = {picked:g} is not finite")
    chance = gain.chance(picked)
    least_chance = fewest_chance(sim.n_draws, confidence_level)
    status = _status(chance, reach(gain), bounds, least_chance)
    offer = worth = of_yes = _NONE
    if status == "found":
        low, high = not_refuted(
            lambda value: tested(gain(value) - at_pick).at_most >= 0.0, term, picked, gain.atoms()
        )
        two = two_sided_quantile(sim.n_replicates, sim.n_draws, confidence_level)
        offer = Estimate(picked, low, high, (high - low) / (2 * two))
        worth = bounds.as_estimate()
        of_yes = Estimate(chance, chance, chance, 0.0)
    return BestOffer(
        term=term,
        status=status,
        offer=offer,
        worth=worth,
        chance=of_yes,
        surplus_if_yes=worth.estimate / chance if chance > 0.0 else math.nan,
        is_counted=not joined.is_smooth,
        least_chance=least_chance,
        calibration=offer_doubt(sim, joined, term, base, offer.estimate, confidence_level, least_chance),
        n_plausible=len(joined.plausible),
        confidence_level=confidence_level,
    )


def _status(chance: float, reached: float, worth: Bounds, least_chance: float) -> OfferStatus:
    """Return whether an offer is worth making: from its chance of a yes, and the highest that can be had."""
    if worth.high <= 0.0 and not reached < least_chance:
        return "no surplus"
    if chance >= least_chance or reached >= least_chance:
        return "found"
    return "no surplus" if math.isnan(reached) else "no yes"
