"""Capacity sold elsewhere, a small model of the no-deal side; and fixed costs, which say on which side they fall."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from walkaway_sim._checks import check_finite, check_name, check_non_negative, check_one_of, check_positive
from walkaway_sim._typing import FloatArray
from walkaway_sim.deal.annuities import geometric_sum
from walkaway_sim.deal.no_deal import check_mean
from walkaway_sim.errors import InputError
from walkaway_sim.inputs.base import Distribution
from walkaway_sim.inputs.constant import Constant
from walkaway_sim.inputs.entry import as_distribution, as_input

__all__ = ["FixedCost", "FreedCapacity", "Paid", "freed_capacity"]

Paid = Literal["with", "without", "both"]


@dataclass(frozen=True, slots=True)
class FreedCapacity:
    """The capacity that walking away leaves free, sold elsewhere at a margin.

    Parameters
    ----------
    units : number or Distribution
        What it can be sold for elsewhere [units a year], 0 or more.
    margin : number or Distribution
        What a unit earns there after its costs [currency a unit].
    months, annual_rate : float or None
        Length over which it is free, and discount rate; those of the agreement where None.
    after : float
        Months until it is sold [months].
    binds : number or Distribution
        Whether the deal takes capacity away at all: 1 where all hours are sold anyway, 0 where there are
        idle ones, in between a share or, as ``bernoulli(p)``, a chance.
    unit, owner, source, as_of : str
        Shown unit; who answers for the figures, where they come from, and as of when.

    Notes
    -----
    ``binds x units/12 x margin x sum of v^k`` over the months after `after`. Source: ECONOMICS, no-deal
    alternatives: capacity is charged only where it binds.
    """

    units: Distribution
    margin: Distribution
    months: float | None = None
    annual_rate: float | None = None
    after: float = 0.0
    binds: Distribution = field(default_factory=lambda: Constant(1.0))
    unit: str = ""
    owner: str = ""
    source: str = ""
    as_of: str = ""

    def __post_init__(self) -> None:
        for name in ("units", "margin", "binds"):
            try:
                object.__setattr__(self, name, as_distribution(getattr(self, name)))
            except InputError as error:
                raise InputError(f"freed_capacity: {name} {error}") from None
        _within("freed_capacity: units", self.units, 0.0, np.inf)
        _within("freed_capacity: binds", self.binds, 0.0, 1.0)
        object.__setattr__(self, "after", check_non_negative("freed_capacity: after", self.after))
        if self.months is not None:
            check_positive("freed_capacity: months", self.months)
        if (
            self.annual_rate is not None
            and check_finite("freed_capacity: annual_rate", self.annual_rate) <= -1
        ):
            raise InputError(f"freed_capacity: annual_rate must be above -1, got {self.annual_rate}")

    def parts(self) -> dict[str, Distribution]:
        """Return the uncertain parts by name."""
        return {name: law for name, law in self._laws().items() if not isinstance(law, Constant)}

    def numbers(self) -> dict[str, float]:
        """Return the parts that are one number on all draws."""
        return {name: law.value for name, law in self._laws().items() if isinstance(law, Constant)}

    def with_number(self, part: str, number: float) -> FreedCapacity:
        """Return the same with another number for such a part; no share goes beyond 1."""
        law = Constant(min(number, 1.0) if part == "binds" else number)
        changes: dict[str, Any] = {part: law}
        return replace(self, **changes)

    def _laws(self) -> dict[str, Distribution]:
        return {"units": self.units, "margin": self.margin, "binds": self.binds}

    def values(self, parts: Mapping[str, Any]) -> FloatArray | float:
        """Return what the capacity earns [currency]."""
        if self.months is None or self.annual_rate is None:
            raise InputError(
                "freed_capacity needs months and annual_rate where the deal has a value function of its own"
            )
        drawn = {**self.numbers(), **parts}
        log_rate = np.log1p(self.annual_rate) / 12.0
        left = max(self.months - self.after, 0.0)
        worth = float(np.exp(-log_rate * (self.after + 1.0)) * geometric_sum(-log_rate, left))
        result: FloatArray | float = drawn["binds"] * drawn["units"] * drawn["margin"] * (worth / 12.0)
        return result

    def spec(self) -> dict[str, Any]:
        """Describe it as a deal file does."""
        found: dict[str, Any] = {"kind": "freed_capacity"}
        for name in ("units", "margin", "binds"):
            law = getattr(self, name)
            if name != "binds" or law != Constant(1.0):
                found[name] = law.value if isinstance(law, Constant) else law.spec()
        found |= {"after": self.after} if self.after else {}
        given = {name: getattr(self, name) for name in ("months", "annual_rate")}
        found |= {name: number for name, number in given.items() if number is not None}
        return found | {
            name: getattr(self, name) for name in ("unit", "owner", "source", "as_of") if getattr(self, name)
        }


def freed_capacity(
    units: Any,
    margin: Any,
    *,
    months: float | None = None,
    annual_rate: float | None = None,
    after: float = 0.0,
    binds: Any = 1.0,
    unit: str = "",
    owner: str = "",
    source: str = "",
    as_of: str = "",
) -> FreedCapacity:
    """Return a no-deal alternative: the capacity of the deal sold elsewhere at a margin.

    Parameters
    ----------
    units : number or distribution
        What can be sold elsewhere [units a year], 0 or more.
    margin : number or distribution
        What a unit earns there after its costs [currency a unit].
    months, annual_rate : float, optional
        Length over which the capacity is free, and discount rate; those of a supply agreement where
        not given.
    after : float
        Months until it is sold [months].
    binds : number or distribution
        Whether the deal takes away capacity at all: a share from 0 to 1, or ``bernoulli(p)``.
    unit, owner, source, as_of : str
        Shown unit; who answers for the figures, where they come from, and as of when.

    Returns
    -------
    FreedCapacity
        For `no_deal` of a deal, alone or among others.

    Raises
    ------
    InputError
        A part outside its domain.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> spot = ws.freed_capacity(500, 12.0, months=24, annual_rate=0.0, after=6)
    >>> float(spot.values({}))
    9000.0
    """
    return FreedCapacity(units, margin, months, annual_rate, after, binds, unit, owner, source, as_of)


@dataclass(frozen=True, slots=True)
class FixedCost:
    """A fixed cost, and on which side of the decision it falls.

    Parameters
    ----------
    name : str
    amount : number, distribution or Input
        [currency a year], 0 or more.
    paid : {"with", "without", "both"}
        Only if the deal is won; only if it is lost; either way, and so on neither side.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> ws.FixedCost("account manager", 36_000, paid="with").paid
    'with'
    """

    name: str
    amount: Any
    paid: Paid

    def __post_init__(self) -> None:
        check_name("name of a fixed cost", self.name)
        where = f"fixed cost {self.name!r}"
        check_one_of(f"{where}: paid", self.paid, ("with", "without", "both"))
        try:
            entry = as_input(self.amount)
        except InputError as error:
            raise InputError(f"{where}: amount {error}") from None
        if not isinstance(entry.distribution, Distribution):
            raise InputError(f"{where}: amount must be a number or a distribution, got an event risk")
        _within(f"{where}: amount", entry.distribution, 0.0, np.inf)
        check_mean(f"{where}: amount", entry.distribution)
        object.__setattr__(self, "amount", entry)


def _within(name: str, law: Any, low: float, high: float) -> None:
    ends = law.support()
    if low <= ends[0] and ends[1] <= high:
        return
    bounds = f"{low:g} or more" if np.isinf(high) else f"between {low:g} and {high:g}"
    if isinstance(law, Constant):
        raise InputError(f"{name} must be {bounds}, got {law.value:g}")
    raise InputError(f"{name} must stay {bounds}, got {law}; bound it with pert(...)")
