"""Whether two packages differ on enough draws for their difference to be known."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from walkaway_sim._typing import FloatArray
from walkaway_sim.decide.offers.words import said_name
from walkaway_sim.decide.rules import ChanceRule, Rule
from walkaway_sim.decide.tail_rules import ExpectedShortfallRule

__all__ = ["LEAST_DIFFER", "draws_that_differ", "too_few_differ"]

LEAST_DIFFER = 30
"""Draws on which two packages must not be alike, for a difference of means to be taken as known."""

_HAIR = 1e-12
"""Of the largest surplus: what is nearer is rounding and no difference."""


def draws_that_differ(rule: Rule, first: FloatArray, second: FloatArray) -> int:
    """Return on how many draws the difference of two packages rests.

    Parameters
    ----------
    rule : Rule
    first, second : ndarray, shape (n_draws,)
        Surplus of the two on the same draws [currency].

    Notes
    -----
    Of a shortfall only draws count that are in the tail of either package. Surpluses are compared, and not influence
    values: in those of a shortfall or a certainty equivalent one draw that differs moves all others a little.

    Examples
    --------
    >>> import numpy as np
    >>> from walkaway_sim.decide.rules import ExpectedValueRule
    >>> draws_that_differ(ExpectedValueRule(), np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, -9.0]))
    1
    """
    hair = _HAIR * max(float(np.abs(first).max()), float(np.abs(second).max()))
    differ = np.abs(first - second) > hair
    if isinstance(rule, ExpectedShortfallRule):
        tails = [one <= np.quantile(one, rule.fraction) for one in (first, second)]
        differ &= tails[0] | tails[1]
    return int(np.count_nonzero(differ))


def too_few_differ(
    rule: Rule,
    surplus: Callable[[Mapping[str, float]], FloatArray],
    one: Mapping[str, float],
    other: Mapping[str, float],
) -> str:
    """Return why draws cannot say how far two packages lie apart; empty where they can, or the two are the same.

    Parameters
    ----------
    rule : Rule
    surplus : callable
        Returns the surplus at a package, shape (n_draws,) [currency].
    one, other : mapping of str to float
        The packages, of all terms [their units].

    Notes
    -----
    A spread estimated from draws says nothing of what happens on none of them: of an event that was not seen once in
    n draws the chance may be 3/n (the rule of three), at any cost. With few events the paired differences are as a
    Poisson count, which by chance is too small just where its spread is: at an expected count of 3 none is seen in 5%
    of runs, and then the interval has no width. A count of at least 30, whose standard error is 18%, is what Student's
    t with skewness can do with. A chance is counted exactly on few draws (`difference_bounds`), and needs one on
    which the packages differ at all.

    As many draws must tell what each term that differs does, put into either package by itself: else a term that is
    balanced by another, which moves all draws, would hide how few its own difference rests on. Where they do and no
    draw tells the packages apart, their terms outweigh each other on every draw, and they are equal.

    Examples
    --------
    >>> import numpy as np
    >>> from walkaway_sim.decide.rules import ExpectedValueRule
    >>> seen = np.arange(9000.0)
    >>> def surplus(package):
    ...     return seen - package["liability"] * (seen < 2)
    >>> too_few_differ(ExpectedValueRule(), surplus, {"liability": 1.0}, {"liability": 0.0})
    'the difference in liability rests on 2 draws of 9,000: take more draws'
    """
    least = 1 if isinstance(rule, ChanceRule) else LEAST_DIFFER
    here, there = surplus(one), surplus(other)
    apart = draws_that_differ(rule, here, there)
    if isinstance(rule, ChanceRule) and apart:
        return ""
    for name in one:
        if one[name] == other[name]:
            continue
        seen = draws_that_differ(rule, surplus({**one, name: other[name]}), here)
        if seen < least:  # a term may tell only beside what is in the other package
            seen = max(seen, draws_that_differ(rule, surplus({**other, name: one[name]}), there))
        if seen < least:
            return _rests_on(f"difference in {said_name(name)}", seen, here.size)
    return _rests_on("difference", apart, here.size) if 0 < apart < least else ""


def _rests_on(what: str, count: int, n_draws: int) -> str:
    return f"the {what} rests on {count} {'draw' if count == 1 else 'draws'} of {n_draws:,}: take more draws"
