"""Whether what could be true of an input as well lies where its estimate lies."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from walkaway_sim._typing import FloatArray
from walkaway_sim.inputs.base import Distribution
from walkaway_sim.inputs.constant import Constant
from walkaway_sim.inputs.entry import Input
from walkaway_sim.inputs.events import EventRisk
from walkaway_sim.inputs.families import NamedFamily

__all__ = ["PlausibleWarning", "far_plausible"]

_TAIL = 0.001


class PlausibleWarning(UserWarning):
    """The plausible distributions of an input all lie far from its estimate."""


def far_plausible(entry: Input) -> str:
    """Say how far the plausible distributions of an input lie from its estimate, if they cannot belong to it.

    Parameters
    ----------
    entry : Input

    Returns
    -------
    str
        Both figures and what to do; empty where there is nothing to say.

    Notes
    -----
    An estimate lies among its plausible distributions, whether they are refits or what several people believe. Said
    to lie far is: all their medians lie on one side of the 99.8% interval of the estimate, and farther from it than
    they lie from each other. Of refits, each like the estimate but for the error of its parameters, that never
    happens. Of a number, which has no interval of its own, and n normal errors about it, it happens by chance 20
    times in 100 for n = 2, 4 times for 3, once in 800 for 5 and practically never for 10. Of event risks the rates are
    compared, and the severities. A pool is made of its people, and needs no comparison.

    Examples
    --------
    >>> from walkaway_sim.inputs import Input, normal
    >>> far_plausible(Input(normal(0.05, 0.02), plausible=[normal(0.06, 0.02), normal(0.03, 0.02)]))
    ''
    >>> print(far_plausible(Input(normal(0.05, 0.02), plausible=[normal(0.5, 0.02), normal(0.49, 0.02)])))
    the plausible distributions lie far from the estimate: their medians go from 0.49 to 0.5, while the estimate has \
the median 0.05; check the decimals and the unit of both
    """
    for what, estimate, laws in _compared(entry):
        low, middle, high = _quantiles(estimate, [_TAIL, 0.5, 1.0 - _TAIL]).tolist()
        if not _all_beyond(laws, low, high):
            continue
        medians = [float(_quantiles(law, [0.5])[0]) for law in laws]
        nearest, farthest = min(medians), max(medians)
        if max(nearest - high, low - farthest) > farthest - nearest:
            return (
                f"the plausible {what} lie far from the estimate: their medians go from {nearest:.4g} to "
                f"{farthest:.4g}, while the estimate has the median {middle:.4g}; "
                "check the decimals and the unit of both"
            )
    return ""


def _compared(entry: Input) -> Iterator[tuple[str, Distribution, list[Distribution]]]:
    """Yield what is compared: its name, its estimate, and what is plausible."""
    law, plausible = entry.distribution, entry.plausible
    if not plausible or entry.people:
        return
    if isinstance(law, EventRisk):
        risks = [one for one in plausible if isinstance(one, EventRisk)]
        yield "rates", Constant(law.rate), [Constant(one.rate) for one in risks]
        yield "severities", law.severity, [one.severity for one in risks]
    elif isinstance(law, Distribution):
        yield "distributions", law, [one for one in plausible if isinstance(one, Distribution)]


def _all_beyond(laws: list[Distribution], low: float, high: float) -> bool:
    """Say whether all medians lie on one side: mostly the first ones tell, and no quantile need be searched."""
    above = below = True
    for law in laws:
        above = above and law.cdf(high) < 0.5
        below = below and law.cdf(low) > 0.5
        if not above and not below:
            return False
    return True


def _quantiles(law: Distribution, chance: list[float]) -> FloatArray:
    # For a few quantiles of one distribution among many, setting up fast inversion does not pay.
    at = np.array(chance)
    return law._exact(at) if isinstance(law, NamedFamily) else law.ppf(at)
