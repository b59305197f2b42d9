"""An input: a distribution with its unit and where it came from."""

from __future__ import annotations

import numbers
from collections.abc import Sequence
from dataclasses import dataclass

from walkaway_sim.errors import InputError
from walkaway_sim.inputs.base import Distribution
from walkaway_sim.inputs.beliefs import Belief, check_beliefs
from walkaway_sim.inputs.constant import Constant
from walkaway_sim.inputs.events import EventRisk
from walkaway_sim.inputs.frozen_scipy import ScipyInput, is_frozen_scipy
from walkaway_sim.inputs.monthly import MonthlyUniforms

__all__ = ["Input", "as_distribution", "as_input"]


@dataclass(frozen=True, slots=True, repr=False)
class Input:
    """One uncertain quantity of a deal.

    Parameters
    ----------
    distribution : Distribution, EventRisk, frozen SciPy distribution or number
        What is known about it; kept as a `Distribution` or an `EventRisk`.
    unit, owner, source, as_of : str, optional
        Unit, who answers for the figures, where they come from, and as of when.
    plausible : sequence of what `distribution` may be, optional
        Distributions that could be the true one as well, each as likely as the next: refits to resampled
        data, or what each of several people believes. None where `distribution` is taken as known.
    fitted_with : str, optional
        A label that inputs from one fit share. Their plausible distributions go together, the first of one
        with the first of the others, since errors of parameters of one fit are dependent.
    people : sequence of Belief, optional
        Who believed what, where the distribution is a pool of several people's. Only a record: nothing is
        drawn from it.

    Raises
    ------
    InputError
        What is given is no distribution; an event risk among the plausible ones of a distribution, or
        the reverse; a single plausible one, from which no spread can be told; people who are no beliefs.

    Examples
    --------
    >>> from walkaway_sim.inputs import Input, pert
    >>> Input(pert(27, 30, 36), unit="NZD per case", owner="operations").unit
    'NZD per case'
    """

    distribution: Distribution | EventRisk | MonthlyUniforms
    unit: str = ""
    owner: str = ""
    source: str = ""
    as_of: str = ""
    plausible: tuple[Distribution | EventRisk, ...] = ()
    fitted_with: str = ""
    people: tuple[Belief, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.distribution, EventRisk | MonthlyUniforms):
            object.__setattr__(self, "distribution", as_distribution(self.distribution))
        for name in ("unit", "owner", "source", "as_of", "fitted_with"):
            found = getattr(self, name)
            if not isinstance(found, str):
                raise InputError(f"input: {name} must be a text, got {found!r}")
        object.__setattr__(self, "plausible", self._checked_plausible())
        object.__setattr__(self, "people", check_beliefs("input: people", self.people))

    def __repr__(self) -> str:
        """Return what it holds, without what is empty; plausible distributions are counted."""
        about = {name: getattr(self, name) for name in ("unit", "owner", "source", "as_of", "fitted_with")}
        shown = [repr(self.distribution), *(f"{name}={found!r}" for name, found in about.items() if found)]
        shown += [f"plausible=<{len(self.plausible)} distributions>"] if self.plausible else []
        shown += [f"people=<{', '.join(one.name for one in self.people)}>"] if self.people else []
        return f"Input({', '.join(shown)})"

    def _checked_plausible(self) -> tuple[Distribution | EventRisk, ...]:
        given: object = self.plausible
        if isinstance(given, str) or not isinstance(given, Sequence):
            raise InputError(f"input: plausible must be a list of distributions, got {given!r}")
        if len(self.plausible) == 1:
            raise InputError("input: plausible must hold two distributions or more, or none, got one")
        events = isinstance(self.distribution, EventRisk)
        for one in self.plausible:
            if isinstance(one, EventRisk) != events:
                kind = "an event risk" if events else "a distribution"
                raise InputError(f"input: plausible must hold {kind} like the input itself, got {one!r}")
        return tuple(one if isinstance(one, EventRisk) else as_distribution(one) for one in self.plausible)


def as_distribution(x: object) -> Distribution:
    """Turn what may stand for a distribution into one.

    Parameters
    ----------
    x : Distribution, number or frozen SciPy distribution
        A number becomes a `Constant`.

    Returns
    -------
    Distribution

    Raises
    ------
    InputError
        For anything else.

    Examples
    --------
    >>> from walkaway_sim.inputs import as_distribution
    >>> as_distribution(3)
    Constant(value=3.0)
    """
    if isinstance(x, Distribution):
        return x
    if not isinstance(x, bool) and isinstance(x, numbers.Real):
        return Constant(float(x))
    if is_frozen_scipy(x):
        return ScipyInput(x)
    if isinstance(x, EventRisk):
        raise InputError(
            "an event risk gives events, not one number, and cannot stand for a distribution here"
        )
    raise InputError(
        "needs a distribution such as normal(100, 15), a number, or a frozen univariate SciPy distribution, "
        f"got {x!r}"
    )


def as_input(x: object) -> Input:
    """Turn what may stand for an input into one: an `Input`, an `EventRisk`, or what `as_distribution` takes.

    Raises
    ------
    InputError
        For anything else.
    """
    if isinstance(x, Input):
        return x
    return Input(x if isinstance(x, EventRisk) else as_distribution(x))
