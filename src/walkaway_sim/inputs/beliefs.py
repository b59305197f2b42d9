"""What one person believes of a quantity, as it is kept on record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from walkaway_sim._checks import check_name, check_non_negative
from walkaway_sim.errors import InputError
from walkaway_sim.inputs.base import Distribution

__all__ = ["Belief", "check_beliefs", "who_believed_what"]


@dataclass(frozen=True, slots=True)
class Belief:
    """What one person believes of one quantity.

    Parameters
    ----------
    name : str
        The person, the team or the role.
    distribution : Distribution
        Their belief, in the unit of the quantity.
    weight : float, default 1
        How much it counts beside the others'; 0 or more. Weights are relative: only their ratios matter.

    Raises
    ------
    InputError
        A name that is empty, a weight below 0, or what is no distribution.

    Examples
    --------
    >>> from walkaway_sim.inputs import Belief, normal
    >>> Belief("finance", normal(0.03, 0.02)).weight
    1.0
    """

    name: str
    distribution: Distribution
    weight: float = 1.0

    def __post_init__(self) -> None:
        check_name("belief: name", self.name)
        if not isinstance(self.distribution, Distribution):
            raise InputError(f"belief: {self.name} must have a distribution, got {self.distribution!r}")
        object.__setattr__(self, "weight", check_non_negative(f"belief: weight of {self.name}", self.weight))


def check_beliefs(name: str, given: object) -> tuple[Belief, ...]:
    """Return beliefs as a tuple, refusing what is none and a name that stands twice."""
    if isinstance(given, str) or not isinstance(given, Sequence):
        raise InputError(f"{name} must be a list of beliefs, got {given!r}")
    for one in given:
        if not isinstance(one, Belief):
            raise InputError(f"{name} must hold beliefs such as pool(...).beliefs, got {one!r}")
    names = [one.name for one in given]
    if twice := sorted({one for one in names if names.count(one) > 1}):
        raise InputError(f"{name} must name each person once, got {twice[0]!r} twice")
    return tuple(given)


def who_believed_what(beliefs: Sequence[Belief]) -> str:
    """Return each person's median and 90% interval in a line, with the weights where they differ.

    Examples
    --------
    >>> from walkaway_sim.inputs import Belief, uniform
    >>> who_believed_what([Belief("finance", uniform(0, 10)), Belief("sales", uniform(10, 30), 2)])
    'finance (weight 1) 5 (90%: 0.5 to 9.5); sales (weight 2) 20 (90%: 11 to 29)'
    """
    alike = len({one.weight for one in beliefs}) < 2
    parts = []
    for one in beliefs:
        low, middle, high = one.distribution.ppf([0.05, 0.5, 0.95]).tolist()
        weight = "" if alike else f" (weight {one.weight:.3g})"
        parts.append(f"{one.name}{weight} {middle:.3g} (90%: {low:.3g} to {high:.3g})")
    return "; ".join(parts)
