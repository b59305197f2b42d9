"""The packaging deal in squigglepy: arrays of samples, correlated by Iman and Conover's method."""

from __future__ import annotations

from typing import Any

import numpy as np
import squigglepy as sq

import careful_numpy as careful
from peers.break_even import Answer, break_even_answer

# --- user code begins (the value of the samples is that of careful_numpy.py)


def squigglepy_walkaway(n: int, seed: int) -> Answer:
    """Return the walkaway of the discount from `n` samples."""
    sq.set_seed(seed)
    laws: dict[str, Any] = {
        "volume": sq.lognorm(lognorm_mean=None, lognorm_sd=None, norm_mean=np.log(1100), norm_sd=0.15)
    }
    laws |= {name: sq.pert(*shape) for name, shape in careful.PERTS.items()}
    ranks = np.eye(len(careful.CORRELATED))
    for (one, other), rank in careful.RANK_CORRELATIONS.items():
        i, j = careful.CORRELATED.index(one), careful.CORRELATED.index(other)
        ranks[i, j] = ranks[j, i] = rank
    together = sq.correlate(tuple(laws[name] for name in careful.CORRELATED), ranks, tolerance=None)
    laws |= dict(zip(careful.CORRELATED, together, strict=True))
    draws: dict[str, Any] = {name: np.asarray(law @ n) for name, law in laws.items()}
    draws["exit_time"] = np.asarray(sq.exponential(1 / careful.EXIT_HAZARD) @ n)
    draws["default_time"] = np.asarray(sq.exponential(1 / careful.DEFAULT_HAZARD) @ n)
    owner = np.repeat(np.arange(n), np.asarray(sq.poisson(careful.RECALLS) @ n).astype(int))
    size = sq.lognorm(norm_mean=np.log(careful.RECALL_MEDIAN), norm_sd=careful.RECALL_LOG_SD)
    severity, when = np.asarray(size @ owner.size), np.asarray(sq.uniform(0, 1) @ owner.size)
    draws["events"] = {"recall": careful.Recalls(n, owner, when, severity)}
    return break_even_answer(lambda: careful.value(draws), draws["no_deal"])


# --- user code ends
