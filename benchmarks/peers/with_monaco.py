"""The packaging deal in monaco: one case after another, each through three functions."""

from __future__ import annotations

import math
from typing import Any

import monaco as mc
import numpy as np
from scipy import special, stats

import careful_numpy as careful
from peers.break_even import Answer, break_even_answer

# --- user code begins (the value of a case is that of careful_numpy.py)
_PAIRS = careful.RANK_CORRELATIONS | {(b, a): rank for (a, b), rank in careful.RANK_CORRELATIONS.items()}
_LATENT = [
    [1.0 if a == b else 2 * math.sin(math.pi / 6 * _PAIRS.get((a, b), 0.0)) for b in careful.CORRELATED]
    for a in careful.CORRELATED
]
_CHOLESKY = np.linalg.cholesky(np.array(_LATENT))


def preprocess(case: Any) -> tuple[dict[str, Any]]:
    """Return the inputs of a case, correlated."""
    given = {name: case.invals[name].val for name in case.invals}
    scores = _CHOLESKY @ [given[f"score {name}"] for name in careful.CORRELATED]
    draws: dict[str, Any] = {"volume": np.array([1100.0 * math.exp(0.15 * scores[0])])}
    for name, score in zip(careful.CORRELATED[1:], scores[1:], strict=True):
        a, b, low, high = careful.pert_shape(name)
        draws[name] = np.array([low + (high - low) * special.betaincinv(a, b, special.ndtr(score))])
    for name in (*careful.PERTS, "exit_time", "default_time"):
        if name not in draws:
            draws[name] = np.array([given[name]])
    struck = int(given["recalls"])
    spread = np.random.default_rng(case.ncase)
    severity = careful.RECALL_MEDIAN * np.exp(careful.RECALL_LOG_SD * spread.standard_normal(struck))
    draws["events"] = {
        "recall": careful.Recalls(1, np.zeros(struck, dtype=np.int64), spread.random(struck), severity)
    }
    return (draws,)


def run(draws: dict[str, Any]) -> tuple[float]:
    """Return the break-even discount of a case."""
    return (break_even_answer_of_one(draws),)


def break_even_answer_of_one(draws: dict[str, Any]) -> float:
    """Return the discount at which one draw breaks even."""
    surplus = []
    kept = careful.TERMS["discount"]
    for discount in (0.0, 0.2):
        careful.TERMS["discount"] = discount
        surplus.append(float(careful.value(draws)[0] - draws["no_deal"][0]))
    careful.TERMS["discount"] = kept
    return 0.2 * surplus[0] / (surplus[0] - surplus[1])


def postprocess(case: Any, break_even: float) -> None:
    """Keep what is wanted of a case."""
    case.addOutVal(name="break even", val=break_even)


def monaco_walkaway(n: int, seed: int) -> Answer:
    """Return the walkaway of the discount from `n` random cases."""
    functions = {"preprocess": preprocess, "run": run, "postprocess": postprocess}
    sim = mc.Sim(name="packaging", ndraws=n, fcns=functions, samplemethod="random", seed=seed, verbose=False)
    for name in careful.CORRELATED:
        sim.addInVar(name=f"score {name}", dist=stats.norm, distkwargs={})
    for name in careful.PERTS:
        if name not in careful.CORRELATED:
            a, b, low, high = careful.pert_shape(name)
            sim.addInVar(
                name=name, dist=stats.beta, distkwargs={"a": a, "b": b, "loc": low, "scale": high - low}
            )
    sim.addInVar(name="exit_time", dist=stats.expon, distkwargs={"scale": 1 / careful.EXIT_HAZARD})
    sim.addInVar(name="default_time", dist=stats.expon, distkwargs={"scale": 1 / careful.DEFAULT_HAZARD})
    sim.addInVar(name="recalls", dist=stats.poisson, distkwargs={"mu": careful.RECALLS})
    sim.runSim()
    found = np.array(sim.outvars["break even"].nums)
    return break_even_answer(lambda: np.where(careful.TERMS["discount"] == 0.0, found, found - 0.2), 0.0)


# --- user code ends
