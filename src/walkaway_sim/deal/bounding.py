"""What to do about a distribution that leaves the bounds of its quantity."""

from __future__ import annotations

from walkaway_sim.inputs.base import Distribution
from walkaway_sim.inputs.keelin import Metalog

__all__ = ["how_to_bound"]


def how_to_bound(law: Distribution, low: float | None, high: float | None) -> str:
    """Say how to keep a distribution within the ends that it leaves.

    Parameters
    ----------
    law : Distribution
    low, high : float or None
        Each end that it goes beyond [unit of the quantity].

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> how_to_bound(ws.metalog({0.1: 10, 0.5: 40, 0.9: 90}), 0.0, None)
    'add lower = 0'
    >>> how_to_bound(ws.normal(10, 20), 0.0, None)
    'bound it, for instance with pert(low, mode, high)'
    """
    if not isinstance(law, Metalog):
        return "bound it, for instance with pert(low, mode, high)"
    ends = {"lower": low, "upper": high}
    given = any(getattr(law, name) is not None for name, end in ends.items() if end is not None)
    missing = " and ".join(f"{name} = {end:g}" for name, end in ends.items() if end is not None)
    return f"{'set' if given else 'add'} {missing}"
