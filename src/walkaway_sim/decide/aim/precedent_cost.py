"""What a concession costs again after today, as a distribution."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from walkaway_sim._checks import check_is
from walkaway_sim._typing import FloatArray
from walkaway_sim.decide.aim.precedent import Precedent, counted_twice, with_precedent
from walkaway_sim.decide.arguments import check_confidence
from walkaway_sim.decide.lattice import Lattice
from walkaway_sim.decide.room import room
from walkaway_sim.decide.rules import ChanceRule
from walkaway_sim.decide.shown import ShownWithNote
from walkaway_sim.errors import InputError
from walkaway_sim.simulation.engine import simulate
from walkaway_sim.simulation.estimate import Estimate
from walkaway_sim.simulation.intervals import mean_estimate
from walkaway_sim.simulation.outcome import Simulation

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PrecedentCost", "precedent_cost"]

_QUANTILES = (0.1, 0.5, 0.9)


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class PrecedentCost(ShownWithNote):
    """What a concession costs today and as a precedent. Made by `precedent_cost`.

    Attributes
    ----------
    deal_name, currency : str
    conceded : mapping of str to float
        The terms conceded, and to which values [their units].
    is_as_proposed : bool
        Whether these are the proposed values, so that nothing is conceded.
    draws : ndarray, shape (n_draws,)
        Cost as a precedent, on each draw [currency].
    mean, today : Estimate
        Expected cost as a precedent, and today [currency].
    quantiles : mapping of float to Estimate
        Of the cost as a precedent, at 10, 50 and 90% [currency].
    nothing : float
        Share of draws on which nothing comes again.
    warnings : tuple of str
        What may be counted twice.
    confidence_level : float
    """

    deal_name: str
    currency: str
    conceded: Mapping[str, float]
    is_as_proposed: bool
    draws: FloatArray
    mean: Estimate
    today: Estimate
    quantiles: Mapping[float, Estimate]
    nothing: float
    warnings: tuple[str, ...]
    confidence_level: float

    @property
    def direction(self) -> Literal["concession", "no change", "better for us"]:
        """Which way the terms go from the proposed ones, by what they cost today on average."""
        if self.is_as_proposed:
            return "no change"
        return "better for us" if self.today.estimate < 0.0 else "concession"

    @property
    def note(self) -> str:
        """What stands under the table."""
        warned = "".join(f" Warning: {text}." for text in self.warnings)
        if self.direction == "no change":
            return f"Nothing is conceded: the terms are as proposed, so that nothing can come again.{warned}"
        today, again = (
            f"{self.currency} {abs(one.estimate):,.0f}".strip() for one in (self.today, self.mean)
        )
        if self.direction == "better for us":
            text = (
                f"Nothing is conceded on balance: these terms are better for us than the proposed ones, by {today} "
                f"today and, where they are the measure of what comes again, by {again} more on average"
            )
        else:
            text = f"The concession costs {today} today and {again} more, on average, as a precedent"
        return (
            f"{text}; nothing comes again in {100 * self.nothing:.0f}% of cases. Intervals at "
            f"{100 * self.confidence_level:g}% cover simulation error only.{warned}"
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row per figure: estimate, low, high, standard_error. ``attrs["note"]`` has the note."""
        import pandas as pd

        figures = {"today": self.today, "precedent, mean": self.mean}
        figures |= {f"precedent, {100 * level:g}%": one for level, one in self.quantiles.items()}
        rows = [(one.estimate, one.low, one.high, one.standard_error) for one in figures.values()]
        columns = ["estimate", "low", "high", "standard_error"]
        frame = pd.DataFrame(rows, index=pd.Index(figures, name="cost"), columns=columns)
        frame.attrs["note"] = self.note
        return frame


def precedent_cost(
    sim: Simulation,
    concession: Mapping[str, float],
    precedent: Precedent,
    *,
    confidence_level: float = 0.95,
) -> PrecedentCost:
    """Return what a concession costs again after today, as a distribution.

    Parameters
    ----------
    sim : Simulation
        Kept, as `simulate` made it.
    concession : mapping of str to float
        The terms conceded, and to which values [their units].
    precedent : Precedent
    confidence_level : float

    Returns
    -------
    PrecedentCost

    Raises
    ------
    InputError
        Draws that are not kept, terms that the deal has not, no precedent.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> deal = ws.Deal(
    ...     name="One price", inputs={"worth": ws.normal(100, 15)},
    ...     terms=[ws.Term("rebate", proposed=70, range=(0, 150))],
    ...     value=lambda inputs, terms: inputs["worth"] - terms["rebate"],
    ... )
    >>> sim = ws.simulate(deal, rng=7)
    >>> print(f"{ws.precedent_cost(sim, {'rebate': 80}, ws.Precedent(renewal_chance=0.6)).mean.estimate:.2f}")
    6.00
    """
    check_is("sim", sim, Simulation, "simulate(deal)")
    confidence_level = check_confidence(confidence_level)
    if not sim.is_kept:
        raise InputError("precedent_cost needs all draws at once: raise max_memory, or take fewer draws")
    if not isinstance(concession, Mapping) or not concession:
        raise InputError(f"concession must map terms to the values conceded, got {concession!r}")
    offer = sim.deal.terms_at(concession)
    check_is("precedent", precedent, Precedent, "Precedent(...)")
    twice = counted_twice(sim.deal, precedent)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # they are on the result, in words
        deal = with_precedent(sim.deal, precedent)
        longer = simulate(
            deal,
            sim.n_draws,
            sim.design,  # type: ignore[arg-type]  # it was checked when `sim` was drawn
            rng=sim.seed,
            n_randomisations=max(sim.n_replicates, 2),
            workers=sim.workers,
            max_memory=max(sim.n_draws * 8 * 4096, 2**29),
        )
    draws: FloatArray = -sim.deal.kept * longer.components(offer)["precedent"] + 0.0
    lattice = Lattice(longer)
    today = sim.value() - sim.value(offer)

    def mean(values: FloatArray) -> Estimate:
        floor = lattice.error(values)
        return mean_estimate(values, sim.n_replicates, confidence_level, skewed=True, floor=floor)

    return PrecedentCost(
        deal_name=sim.deal.name,
        currency=sim.deal.currency,
        conceded={name: offer[name] for name in concession},
        is_as_proposed=all(offer[name] == value for name, value in sim.deal.proposed.items()),
        draws=draws,
        mean=mean(draws),
        today=mean(today),
        # What could be given away with a chance of 1 - q of being left with something is the q-quantile.
        quantiles={
            level: room(ChanceRule(round(1.0 - level, 12)), draws, sim.n_replicates, confidence_level)
            for level in _QUANTILES
        },
        nothing=float(np.mean(draws == 0.0)),
        warnings=twice,
        confidence_level=confidence_level,
    )
