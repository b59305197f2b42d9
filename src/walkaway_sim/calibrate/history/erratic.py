"""Customers whose invoices spread more than one standard deviation for all of them allows."""

from __future__ import annotations

import numpy as np
from scipy import special

from walkaway_sim._typing import FloatArray
from walkaway_sim.calibrate.history.grouping import numbered
from walkaway_sim.calibrate.history.one_way import Groups

__all__ = ["erratic", "erratic_note"]

_FEWEST = 4
"""Invoices from which on a customer has a standard deviation of its own."""

_ALARM_OUTLIER, _ALARM_OVERALL = 0.05, 0.01
"""Chances of a false note, each at most: that some customer stands out, and that customers differ."""

_NAMED = 3
"""Customers named where they differ overall and none stands out."""


def erratic(groups: Groups, labels: list[str], values: FloatArray) -> list[int]:
    r"""Return the places of the customers with the most uneven values, most uneven first; none if all are alike.

    Parameters
    ----------
    groups : Groups
        Of `values` by `labels`.
    labels : list of str
    values : ndarray, shape (n_rows,)

    Notes
    -----
    For normal values the logarithm of a customer's variance has a known mean and variance,
    :math:`\psi(f/2) - \ln(f/2)` and :math:`\psi'(f/2)`, with f one less than its invoices (Bartlett and Kendall 1946,
    Supplement to the Journal of the Royal Statistical Society 8). A customer stands out beyond the quantile of the
    normal distribution at 5% over their number; if these logarithms spread more than that, as they do where
    delays have heavy tails, by their own quartiles. If none stands out, customers may still differ: by Brown and
    Forsythe's test (1974, Journal of the American Statistical Association 69) at 1%.
    """
    from scipy import stats

    enough = np.flatnonzero(groups.count >= _FEWEST)
    if enough.size < 3:
        return []
    freedom = groups.count[enough] - 1.0
    variance = groups.squares[enough] / freedom
    # A customer without any spread is steady: it gets the least that any other has.
    variance = np.maximum(variance, variance[variance > 0.0].min(initial=np.inf))
    if not np.isfinite(variance).all():
        return []
    score = np.log(variance) - special.digamma(freedom / 2) + np.log(freedom / 2)
    score = (score - np.median(score)) / np.sqrt(special.polygamma(1, freedom / 2))
    low, high = np.quantile(score, (0.25, 0.75))
    limit = special.ndtri(1.0 - _ALARM_OUTLIER / enough.size) * max(1.0, (high - low) / 1.349)
    order = np.argsort(-score, kind="stable")
    found: list[int] = enough[order[score[order] > limit]].tolist()
    if found:
        return found
    place = numbered(labels)[1]
    samples = [values[place == one] for one in enough]
    with np.errstate(
        divide="ignore", invalid="ignore"
    ):  # deviations all alike, as of invoices two by two, tell nothing
        chance = stats.levene(*samples, center="median").pvalue
    if chance < _ALARM_OVERALL:
        return [int(one) for one in enough[order[:_NAMED]]]
    return []


def erratic_note(places: list[int], groups: Groups) -> str:
    """Return the note that names them, with how often their standard deviation is that of the rest."""
    others = np.setdiff1d(np.arange(groups.count.size), places)
    rest = groups.squares[others].sum() / max(float((groups.count[others] - 1.0).sum()), 1.0)
    named = [
        f"{groups.names[one]} ({np.sqrt(groups.squares[one] / (groups.count[one] - 1.0) / rest):.1f} times)"
        if rest > 0.0
        else groups.names[one]
        for one in places[:10]
    ]
    more = f" and {len(places) - 10} more" if len(places) > 10 else ""
    return (
        f"invoices of {', '.join(named)}{more} spread more than the other customers': their inputs have a spread "
        "of their own, and nobody else's that of theirs"
    )
