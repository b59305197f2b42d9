"""Component 13: event risks, such as recalls, within the life of the contract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np

from walkaway_sim._typing import FloatArray, IntArray
from walkaway_sim.deal.annuities import Number

__all__ = ["EventRecord", "event_risks"]


class EventRecord(Protocol):
    """The events of one risk over all draws, one entry an event."""

    @property
    def n_draws(self) -> int:
        """Number of draws."""

    @property
    def draw(self) -> IntArray:
        """Draw to which each event belongs, shape (n_events,)."""

    @property
    def time(self) -> FloatArray:
        """When it happens [share of the contract's full length], shape (n_events,)."""

    @property
    def severity(self) -> FloatArray:
        """What it costs, after caps and insurance [currency], shape (n_events,)."""


def event_risks(
    events: Mapping[str, EventRecord], months: Number, life: Number, log_discount: Number
) -> Number:
    r"""Return the losses from event risks.

    .. math:: -\sum_{j:\, t_j T \le L} severity_j\, v^{t_j T}

    over the events ``j`` of a draw, at the share ``t_j`` of the contract's full length ``T``.

    Parameters
    ----------
    events : mapping of str to EventRecord
        The sampled events of each risk, by its name; may be empty.
    months : int
        Length of the agreement, ``T`` [months].
    life : float or ndarray, shape (n_draws,)
        Months traded, ``L``. After that there is nothing left to go wrong.
    log_discount : float or ndarray, shape (n_draws,)
        Discounting [log per month].

    Returns
    -------
    float or ndarray, shape (n_draws,)
        Present value [currency], 0 or less; the scalar 0 without risks.

    Notes
    -----
    Source: ECONOMICS, component 13: compound Poisson losses.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> recall = SimpleNamespace(
    ...     n_draws=3, draw=np.array([0, 2, 2]), time=np.array([0.5, 0.1, 0.9]), severity=np.full(3, 100.0)
    ... )
    >>> event_risks({"recall": recall}, 36, np.array([36.0, 36.0, 12.0]), 0.0)
    array([-100.,    0., -100.])
    """
    total: Number = 0.0
    for record in events.values():
        when = record.time * float(months)
        ends = life[record.draw] if isinstance(life, np.ndarray) and life.ndim else life
        rate = (
            log_discount[record.draw]
            if isinstance(log_discount, np.ndarray) and log_discount.ndim
            else log_discount
        )
        loss = record.severity * np.exp(-rate * when) * (when <= ends)
        total = total - np.bincount(record.draw, weights=loss, minlength=record.n_draws)
    return total
