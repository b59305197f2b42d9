"""Component 16: event risks, such as recalls, within the life of the contract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np

from walkaway_sim._typing import FloatArray, IntArray
from walkaway_sim.deal.annuities import Number, rows_of

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
        """When it happens [share of the months over which events are sampled], shape (n_events,)."""

    @property
    def severity(self) -> FloatArray:
        """What it costs, after caps and insurance [currency], shape (n_events,)."""


def event_risks(
    events: Mapping[str, EventRecord],
    event_months: float,
    life: Number,
    horizon: Number,
    log_discount: Number,
    liability_cap: float,
    insurance_excess: Number,
) -> Number:
    r"""Return the losses from event risks.

    .. math:: -\sum_{j:\, t_j \le L} \min\{severity_j,\ liability\ cap,\ excess\}\, v^{t_j}

    over the events ``j`` of a draw, at the times ``t_j`` in months.

    Parameters
    ----------
    events : mapping of str to EventRecord
        The sampled events of each risk, by its name; may be empty.
    event_months : float
        Months over which they were sampled: the longest agreement on the table.
    life, horizon : float or ndarray, shape (n_draws,)
        Months traded, after which there is nothing left to go wrong, and months that count.
    log_discount : float or ndarray, shape (n_draws,)
        Discounting [log per month].
    liability_cap : float
        The most that one event can cost by contract [currency]; infinite for none.
    insurance_excess : float or ndarray, shape (n_draws,)
        What the supplier bears of one event before its insurer pays [currency]; infinite for none.

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
    >>> event_risks({"recall": recall}, 36.0, np.array([36.0, 36.0, 12.0]), np.inf, 0.0, 80.0, np.inf)
    array([-80.,   0., -80.])
    """
    total: Number = 0.0
    end = np.minimum(life, horizon)
    for record in events.values():
        when = record.time * event_months
        rate = rows_of(log_discount, record.draw)
        borne = np.minimum(record.severity, np.minimum(liability_cap, rows_of(insurance_excess, record.draw)))
        loss = borne * np.exp(-rate * when) * (when <= rows_of(end, record.draw))
        total = total - np.bincount(record.draw, weights=loss, minlength=record.n_draws)
    return total
