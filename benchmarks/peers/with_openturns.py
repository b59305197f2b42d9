"""The packaging deal in OpenTURNS: a joint distribution with a normal copula, sampled at once."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import openturns as ot

import careful_numpy as careful
from peers.break_even import Answer, break_even_answer

# --- user code begins (the value of the sample is that of careful_numpy.py)


def openturns_walkaway(n: int, seed: int) -> Answer:
    """Return the walkaway of the discount from a random sample of size `n`."""
    ot.RandomGenerator.SetSeed(seed)
    names = [*careful.CORRELATED, *(name for name in careful.PERTS if name not in careful.CORRELATED)]
    marginals = [ot.LogNormal(math.log(1100), 0.15)]
    for name in names[1:]:
        a, b, low, high = careful.pert_shape(name)
        marginals.append(ot.Beta(a, b, low, high))
    marginals += [ot.Exponential(careful.EXIT_HAZARD), ot.Exponential(careful.DEFAULT_HAZARD)]
    ranks = ot.CorrelationMatrix(len(marginals))
    for (one, other), rank in careful.RANK_CORRELATIONS.items():
        ranks[names.index(one), names.index(other)] = rank
    copula = ot.NormalCopula(ot.NormalCopula.GetCorrelationFromSpearmanCorrelation(ranks))
    sample = np.array(ot.JointDistribution(marginals, copula).getSample(n))
    draws: dict[str, Any] = dict(zip([*names, "exit_time", "default_time"], sample.T.copy(), strict=True))
    owner = np.repeat(np.arange(n), np.array(ot.Poisson(careful.RECALLS).getSample(n)).astype(int).ravel())
    size = ot.LogNormal(math.log(careful.RECALL_MEDIAN), careful.RECALL_LOG_SD)
    severity = np.array(size.getSample(owner.size)).ravel()
    when = np.array(ot.Uniform(0, 1).getSample(owner.size)).ravel()
    draws["events"] = {"recall": careful.Recalls(n, owner, when, severity)}
    return break_even_answer(lambda: careful.value(draws), draws["no_deal"])


# --- user code ends
