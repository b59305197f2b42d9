"""Risks that strike at random times: how often, how badly, and a record of sampled ones."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin
from scipy import special

from walkaway_sim._checks import check_finite, check_non_negative
from walkaway_sim._typing import FloatArray, IntArray
from walkaway_sim.errors import InputError
from walkaway_sim.inputs.base import Distribution, plain_number
from walkaway_sim.inputs.counting import Poisson

__all__ = ["EventRisk", "Events"]


@dataclass(frozen=True, slots=True)
class EventRisk:
    """Compound Poisson risk over a contract's life.

    Parameters
    ----------
    rate : float
        Expected number of events over the contract's life; 0 or more.
    severity : Distribution
        Loss of one event [currency].
    cap : float, optional
        Most that one event can cost [currency]; None for no cap.
    longer : float
        Multiples of the contract's life over which events are sampled; 1 or more.

    Notes
    -----
    Events strike at independent uniform times. Those beyond the contract's life are drawn apart from the
    others, so that the count within it keeps its law and its correlations. Sampling gives `Events`, not
    numbers, so this is no `Distribution`.
    """

    rate: float
    severity: Distribution
    cap: float | None = None
    longer: float = 1.0

    kind: ClassVar[str] = "event_risk"

    def __post_init__(self) -> None:
        object.__setattr__(self, "rate", check_non_negative("event_risk: rate", self.rate))
        if not isinstance(self.severity, Distribution):
            raise InputError(
                f"event_risk: severity must be a distribution or a number, got {self.severity!r}"
            )
        if self.cap is not None:
            cap = check_finite("event_risk: cap", self.cap)
            if cap <= self.severity.support()[0]:
                raise InputError(
                    f"event_risk: cap must lie above the lowest severity ({self.severity.support()[0]:g}), "
                    f"got {cap:g}; if every event costs the same, give that number as the severity"
                )
            object.__setattr__(self, "cap", cap)
        if not check_finite("event_risk: longer", self.longer) >= 1.0:
            raise InputError(f"event_risk: longer must be 1 or more, got {self.longer:g}")

    def count(self) -> Poisson:
        """Return the distribution of the number of events over the contract's life."""
        return Poisson(self.rate)

    def later_count(self) -> Poisson:
        """Return the distribution of the number of events that are sampled beyond the contract's life."""
        return Poisson(self.rate * (self.longer - 1.0))

    def severity_mean(self) -> float:
        """Return the expected loss of one event, after the cap [currency]; may be infinite without a cap."""
        if self.cap is None or self.cap >= self.severity.support()[1]:
            return self.severity.mean()
        return _capped_mean(self.severity, self.cap)

    def mean(self) -> float:
        """Return the expected loss [currency]: rate times the mean capped severity."""
        return self.rate * self.severity_mean() if self.rate > 0.0 else 0.0

    def spec(self) -> dict[str, Any]:
        """Describe the risk as a deal file writes it; `from_spec` is the inverse."""
        found: dict[str, Any] = {
            "kind": self.kind,
            "rate": plain_number(self.rate),
            "severity": self.severity.spec(),
        }
        if self.cap is not None:
            found["cap"] = plain_number(self.cap)
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Events(NDArrayOperatorsMixin):
    """Sampled events of one risk, for a set of draws.

    Parameters
    ----------
    n_draws : int
        Number of draws, those without events included.
    count : ndarray of int, shape (n_draws,)
        Number of events in each draw.
    draw : ndarray of int, shape (n_events,)
        Draw that each event belongs to, in any order.
    time : ndarray, shape (n_events,)
        When each event strikes, as a share of the time over which they are sampled, in (0, 1).
    severity : ndarray, shape (n_events,)
        Loss of each event, after the cap [currency].
    life : float
        The share of the time over which events are sampled that is the contract's life.

    Examples
    --------
    >>> import numpy as np
    >>> from walkaway_sim.inputs import Events
    >>> events = Events(3, np.array([1, 0, 2]), np.array([2, 0, 2]), np.array([0.5, 0.1, 0.9]),
    ...                 np.array([10.0, 20.0, 30.0]))
    >>> events.total()
    array([20.,  0., 40.])
    >>> events.take(np.array([2, 1])).total()
    array([40.,  0.])
    """

    n_draws: int
    count: IntArray
    draw: IntArray
    time: FloatArray
    severity: FloatArray
    life: float = 1.0

    def __post_init__(self) -> None:
        if self.count.shape != (self.n_draws,):
            raise InputError(f"events: count must have shape ({self.n_draws},), got {self.count.shape}")
        if not self.draw.shape == self.time.shape == self.severity.shape == (int(self.count.sum()),):
            raise InputError(
                f"events: draw, time and severity must have shape ({int(self.count.sum())},), one for each "
                f"event counted, got {self.draw.shape}, {self.time.shape} and {self.severity.shape}"
            )

    def total(self) -> FloatArray:
        """Sum the severities within the contract's life in each draw [currency], shape (n_draws,)."""
        return self._summed(self.severity)

    def number(self) -> FloatArray:
        """Count the events within the contract's life in each draw, shape (n_draws,)."""
        return self._summed(np.ones(self.draw.size))

    def _summed(self, weights: FloatArray) -> FloatArray:
        if self.life < 1.0:
            weights = weights * (self.time <= self.life)
        return np.bincount(self.draw, weights=weights, minlength=self.n_draws).astype(np.float64)

    def take(self, rows: IntArray) -> Events:
        """Pick the events of chosen draws, which are numbered anew in the order given.

        Parameters
        ----------
        rows : ndarray of int, shape (m,)
            Draws, in any order, also more than once.

        Returns
        -------
        Events
            With ``n_draws = m`` and events in the order of the draws.
        """
        chosen = np.asarray(rows, dtype=np.int64)
        chosen = np.where(chosen < 0, chosen + self.n_draws, chosen)
        order = np.argsort(self.draw, kind="stable")
        first = np.cumsum(self.count) - self.count
        count = self.count[chosen]
        new_first = np.cumsum(count) - count
        place = np.arange(int(count.sum())) + np.repeat(first[chosen] - new_first, count)
        events = order[place]
        draw = np.repeat(np.arange(chosen.size, dtype=np.int64), count)
        return Events(chosen.size, count, draw, self.time[events], self.severity[events], self.life)

    @staticmethod
    def join(parts: Sequence[Events]) -> Events:
        """Put the draws of several parts one after another, numbered anew."""
        starts = np.cumsum([0, *(part.n_draws for part in parts[:-1])])
        return Events(
            sum(part.n_draws for part in parts),
            np.concatenate([part.count for part in parts]),
            np.concatenate([part.draw + start for part, start in zip(parts, starts, strict=True)]),
            np.concatenate([part.time for part in parts]),
            np.concatenate([part.severity for part in parts]),
            parts[0].life,
        )

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        """Let arithmetic on events mean arithmetic on their total loss of each draw."""
        numbers = [one.total() if isinstance(one, Events) else one for one in inputs]
        return getattr(ufunc, method)(*numbers, **options)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> FloatArray:
        """Total loss of each draw, so that arithmetic on an event input means its total."""
        if copy is False:
            raise ValueError("events: the totals have to be computed, so a copy cannot be avoided")
        total = self.total()
        return total if dtype is None else total.astype(dtype)


def _capped_mean(severity: Distribution, cap: float) -> float:
    """Return the expected value of the lesser of severity and cap, which lies inside the support."""
    if severity.is_discrete:
        atoms = severity._atoms()
        if atoms is not None:
            values, cumulative = atoms
            mass = np.diff(cumulative, prepend=0.0)
            # A table of infinitely many values ends where floats cannot tell the sum from 1.
            return float(mass @ np.minimum(values, cap)) + (1.0 - float(cumulative[-1])) * cap
    from scipy.integrate import quad

    reached = severity.cdf(cap)
    if reached <= 0.0:
        return cap

    def weighted(logit: float) -> float:
        y = float(special.expit(logit))
        return min(severity.ppf(y), cap) * y * float(special.expit(-logit))

    # Over the logit the integrand is smooth and falls off exponentially. Splitting at the middle
    # keeps the adaptive rule from missing a narrow peak.
    far = 45.0
    end = min(float(special.logit(reached)), 36.0)  # past 36 logits, 1 - y is lost to rounding
    pieces = np.linspace(-far, end, 10)
    below = math.fsum(
        quad(weighted, a, b, epsrel=1e-11, epsabs=0.0, limit=200, full_output=1)[0]
        for a, b in itertools.pairwise(pieces)
    )
    return below + cap * (1.0 - float(special.expit(end)))
