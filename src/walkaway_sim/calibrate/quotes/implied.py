"""The reservation price that a fitted win curve implies in one context."""

from __future__ import annotations

import hashlib
import math
import warnings
from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import numpy as np

from walkaway_sim._checks import check_positive, nearest
from walkaway_sim._typing import FloatArray
from walkaway_sim.calibrate.quotes.design import Context
from walkaway_sim.calibrate.quotes.links import shrink
from walkaway_sim.calibrate.quotes.model import WinModel
from walkaway_sim.calibrate.quotes.reservation import has_law, reservation_law
from walkaway_sim.calibrate.quotes.rows import Columns
from walkaway_sim.calibrate.quotes.words import QuoteWarning
from walkaway_sim.errors import InputError
from walkaway_sim.inputs.base import Distribution

__all__ = ["Implied", "implied_reservation"]

_MUCH = 1.0 / 3.0
"""A share of the distribution beyond the prices quoted that is worth a warning."""

_MANY = 0.1
"""A share of draws without a reservation price that is worth one."""


@dataclass(frozen=True, slots=True)
class Implied:
    """A reservation price: what is best believed, what could be true as well, and how much of it was never seen.

    `beyond` is the share of the best estimate outside the prices that the middle 98% of the quotes had.
    """

    law: Distribution
    plausible: tuple[Distribution, ...]
    beyond: float


def implied_reservation(
    model: WinModel,
    columns: Columns,
    given: Mapping[str, float | None],
    customer: Hashable | None,
    first_quote: bool,
    seed: int,
) -> Implied:
    """Return the reservation price in the context that `given` and the typical quote make up."""
    at, context = _context(model, columns, given, first_quote)
    known = None if customer is None else model.customers.get(customer)
    if customer is not None and known is None:
        near = nearest(str(customer), map(str, model.customers))
        raise InputError(
            f"customer {customer!r} is not among the {len(model.customers)} of the fit with effects of their own"
            f"{near}; leave customer out for any other"
        )
    effect, drawn_effect = 0.0, model.new_effect()
    if known is not None:
        context = Context(context.reference, context.scale, context.quantity, np.array([known.usual]))
        words = hashlib.sha256(repr(customer).encode()).digest()
        stream = np.random.default_rng([seed, int.from_bytes(words[:8], "big")])
        effect = known.effect
        drawn_effect = effect + known.effect_sd * stream.standard_normal(len(model.draws))
    row = model.design.columns(np.array([at]), context)[0]
    new = known is None
    new_sd, drawn_sd = model.new_sd()
    factor = float(shrink(model.link, new_sd if new else 0.0))
    factors = shrink(model.link, drawn_sd if new else np.zeros(len(model.draws)))
    score = factor * (float(row @ model.estimates.coefficients) + effect)
    scores = factors * (model.draws[:, : model.n_columns] @ row + drawn_effect)
    above, below = (
        (-factor * slope, -factors * slopes)
        for slope, slopes in (_slope(model, context, side) for side in ("rise", "cut"))
    )
    law, plausible = _laws(model, at, (score, above[0], below[0]), (scores, above[1], below[1]))
    seen = model.typical.seen_level if np.isnan(context.reference[0]) else model.typical.seen_change
    beyond = law.cdf(at * seen[0]) + 1.0 - law.cdf(at * seen[1])
    if beyond > _MUCH:
        warnings.warn(
            f"{100 * beyond:.0f}% of the reservation price lies beyond the prices quoted, from {at * seen[0]:.4g} to "
            f"{at * seen[1]:.4g}: there it is what the curve's form makes of it, and no quote bears on it",
            QuoteWarning,
            stacklevel=3,
        )
    return Implied(law, plausible, beyond)


def _slope(model: WinModel, context: Context, side: str) -> tuple[float, FloatArray]:
    if np.isnan(context.reference[0]):
        return model.slope("price")
    return model.slope(side if side in model.design.names else "change")


def _laws(
    model: WinModel,
    at: float,
    best: tuple[float, float, float],
    drawn: tuple[FloatArray, FloatArray, FloatArray],
) -> tuple[Distribution, tuple[Distribution, ...]]:
    """Distributions from scores and falls, the draws that do not fall replaced by others."""
    if not has_law(np.array(at), *map(np.array, best)):
        raise InputError(
            "no reservation price follows: the fitted win chance does not fall with the price, or hardly "
            f"(by {-best[1]:+.3g} for a rise and {-best[2]:+.3g} for a cut, per unit of log price). Prices set "
            "knowing the customer do this, and so do few quotes; one slope for rises and cuts, kink=False, needs fewer"
        )
    falls = np.flatnonzero(has_law(np.array(at), *drawn))
    lost = 1.0 - falls.size / drawn[0].size
    if falls.size < 2:
        raise InputError(
            "no reservation price follows: the win chance falls with the price on hardly any draw"
        )
    if lost > _MANY:
        warnings.warn(
            f"under {100 * lost:.0f}% of the parameters that could be true the win chance does not fall with the "
            "price: these are left out, so the error of the reservation price is understated",
            QuoteWarning,
            stacklevel=4,
        )
    # A draw that falls keeps its place, so that inputs of one fit go together.
    place = np.arange(drawn[0].size)
    out = np.setdiff1d(place, falls)
    place[out] = falls[np.arange(out.size) % falls.size]
    plausible = tuple(
        reservation_law(model.link, at, *one)
        for one in zip(*(values[place].tolist() for values in drawn), strict=True)
    )
    return reservation_law(model.link, at, *best), plausible


def _context(
    model: WinModel, columns: Columns, given: Mapping[str, float | None], first_quote: bool
) -> tuple[float, Context]:
    """Return the price at which the score is taken, and the context: figures given, or typical ones."""
    figures = {name: None if one is None else check_positive(name, one) for name, one in given.items()}
    has = {
        "reference": columns.reference,
        "cost": columns.cost,
        "list_price": None if columns.cost else columns.list_price,
        "quantity": columns.quantity,
    }
    for name, figure in figures.items():
        if figure is not None and has[name] is None:
            raise InputError(
                f"{name} is not what this win curve compares prices with, or depends on; leave it out"
            )
    typical = model.typical
    last = math.nan if first_quote else typical.last_price
    if math.isnan(last) and "price" not in model.design.names:
        raise InputError(
            "first_quote: too few quotes of the fit are without a last price; give a reference instead"
        )
    if first_quote and figures["reference"] is not None:
        raise InputError(
            "first_quote says that no price was paid before, and reference that one was; give one"
        )
    scale = figures["cost"] or figures["list_price"]
    reference = figures["reference"]
    if scale is None:
        # As far from the last price as the median quote's.
        scale = reference * math.exp(-last) if reference is not None and columns.scale else typical.scale
    if reference is None:
        reference = scale * math.exp(last)
    arrays = np.array([reference]), np.array([scale])
    context = Context(*arrays, np.array([figures["quantity"] or typical.quantity]), model.usual_of(*arrays))
    return (scale if math.isnan(reference) else reference), context
