"""One negotiable clause of a deal."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from walkaway_sim._checks import check_finite, check_in, check_name, check_one_of, check_positive
from walkaway_sim.errors import InputError

__all__ = ["Concession", "Term"]

Concession = Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class Term:
    """One negotiable clause: what is proposed, how far it may move, and which way is a concession.

    Parameters
    ----------
    name : str
        The name by which the value function reads it.
    proposed : float
        The value now on the table [unit].
    range : tuple of (float, float), optional
        Lowest and highest value that may be negotiated [unit]. Give this or `levels`.
    levels : sequence of float, optional
        The values that the term can take, where it cannot take all between [unit].
    concession : {"up", "down"}
        The direction in which the supplier gives something away.
    unit : str
        Shown on every table and picture.
    open, target : float, optional
        Where to open, and where to aim [unit].
    step : float, optional
        Rounding of what is said at the table [unit].
    authority : mapping of str to float, optional
        Who may sign up to which value [unit].
    policy_limit : float, optional
        The value that company policy does not pass, whatever it is worth [unit].
    owner : str
        Who answers for the term.

    Raises
    ------
    InputError
        Neither or both of `range` and `levels`; a range or levels out of order; a value outside
        of them; `proposed` that is none of the levels; a step wider than the range.

    Examples
    --------
    >>> from walkaway_sim.deal import Term
    >>> Term("discount", proposed=0.08, range=(0.0, 0.35), concession="up").limit
    0.35
    """

    name: str
    proposed: float
    range: tuple[float, float] | None = None
    levels: tuple[float, ...] | None = None
    concession: Concession = "up"
    unit: str = ""
    open: float | None = None
    target: float | None = None
    step: float | None = None
    authority: Mapping[str, float] = field(default_factory=dict)
    policy_limit: float | None = None
    owner: str = ""

    def __post_init__(self) -> None:
        check_name("name of a term", self.name)
        where = f"term {self.name!r}"
        put = object.__setattr__
        check_one_of(f"{where}: concession", self.concession, ("up", "down"))
        if (self.range is None) == (self.levels is None):
            raise InputError(
                f"{where}: give either range=(low, high) or levels=(...), got "
                + ("neither" if self.range is None else "both")
            )
        put(self, "proposed", check_finite(f"{where}: proposed", self.proposed))
        if self.range is not None:
            low, high = _pair(where, self.range)
            put(self, "range", (low, high))
            check_in(f"{where}: proposed", self.proposed, low, high)
        if self.levels is not None:
            put(self, "levels", _levels(where, self.levels))
            if self.proposed not in self.levels:
                listed = ", ".join(f"{level:g}" for level in self.levels)
                raise InputError(
                    f"{where}: proposed must be one of the levels {listed}, got {self.proposed:g}"
                )
        for name in ("open", "target", "policy_limit"):
            value = getattr(self, name)
            if value is not None:
                put(self, name, check_in(f"{where}: {name}", value, self.low, self.high))
        if self.step is not None:
            put(self, "step", check_positive(f"{where}: step", self.step))
            if self.step > self.high - self.low:
                raise InputError(
                    f"{where}: step must be no wider than the range of {self.high - self.low:g}, got {self.step:g}"
                )
        if not isinstance(self.authority, Mapping):
            raise InputError(
                f"{where}: authority must map a role to a value, such as {{'sales': 0.05}}, got {self.authority!r}"
            )
        limits = {
            check_name(f"{where}: role in authority", role): check_in(
                f"{where}: authority of {role!r}", limit, self.low, self.high
            )
            for role, limit in self.authority.items()
        }
        put(self, "authority", limits)

    def __hash__(self) -> int:
        return hash((self.name, self.proposed, self.range, self.levels, self.concession, self.unit))

    @property
    def low(self) -> float:
        """The lowest value that may be negotiated [unit]."""
        return self.range[0] if self.range is not None else self._known_levels[0]

    @property
    def high(self) -> float:
        """The highest value that may be negotiated [unit]."""
        return self.range[1] if self.range is not None else self._known_levels[-1]

    @property
    def sign(self) -> int:
        """1 where a concession raises the term, -1 where it lowers it."""
        return 1 if self.concession == "up" else -1

    @property
    def limit(self) -> float:
        """The end of the range or levels on the side of concession [unit]."""
        return self.high if self.concession == "up" else self.low

    @property
    def best(self) -> float:
        """The end of the range or levels that suits the supplier [unit]."""
        return self.low if self.concession == "up" else self.high

    @property
    def is_fraction(self) -> bool:
        """Whether the term is a fraction that a reader expects as a percentage."""
        return self.unit.startswith("fraction") or self.unit.startswith("probability")

    @property
    def _known_levels(self) -> tuple[float, ...]:
        return self.levels if self.levels is not None else ()

    def check_value(self, value: object) -> float:
        """Return `value` as one that this term can take [unit], or raise `InputError`."""
        if isinstance(value, str):
            raise InputError(f"term {self.name!r} must be a number, got {value!r}{self._as_number(value)}")
        number = check_finite(f"term {self.name!r}", value)
        if not self.low <= number <= self.high:
            raise InputError(
                f"term {self.name!r} must lie between {self._shown(self.low)} and {self._shown(self.high)}, got "
                f"{self._shown(number)}{self._as_fraction(number)}"
            )
        if self.levels is not None and number not in self.levels:
            listed = ", ".join(f"{level:g}" for level in self.levels)
            raise InputError(f"term {self.name!r} must be one of the levels {listed}, got {number:g}")
        return number

    def _shown(self, number: float) -> str:
        """Return a value for a message; of a fraction as a percentage too, since it may have been given so."""
        return (
            f"{number:g} ({100.0 * number:.6g}%)"
            if self.is_fraction and abs(number) <= 1.0
            else f"{number:g}"
        )

    def _as_fraction(self, number: float) -> str:
        """Return the remedy for a value out of range."""
        if self.is_fraction and number > 1.0 and number / 100.0 <= self.high:
            return f"; it is a fraction: for {number:g}% write {number / 100.0:g}"
        return "; take a value in its range, or widen the range in the deal"

    def _as_number(self, text: str) -> str:
        """Return what to write instead of a text that a number can be read from."""
        figure = text.strip().removesuffix("%").strip()
        try:
            number = float(figure.replace(",", "."))
        except ValueError:
            return ""
        number = number / 100.0 if text.strip().endswith("%") else number
        return f"; write {number:g}"


def _pair(where: str, given: object) -> tuple[float, float]:
    if isinstance(given, str) or not isinstance(given, Sequence) or len(given) != 2:
        raise InputError(f"{where}: range must be two numbers (low, high), got {given!r}")
    low, high = (check_finite(f"{where}: range", end) for end in given)
    if not low < high:
        raise InputError(f"{where}: range must have its low end below its high end, got ({low:g}, {high:g})")
    return low, high


def _levels(where: str, given: object) -> tuple[float, ...]:
    if isinstance(given, str) or not isinstance(given, Sequence) or len(given) < 2:
        raise InputError(f"{where}: levels must be two numbers or more, got {given!r}")
    levels = tuple(check_finite(f"{where}: levels", level) for level in given)
    if any(math.isclose(a, b, rel_tol=1e-12) or a > b for a, b in pairwise(levels)):
        raise InputError(f"{where}: levels must rise, each one once, got {levels}. Sort them")
    return levels
