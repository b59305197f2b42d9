"""The error of a walkaway that comes from not knowing the inputs' parameters: more draws do not shrink it.

Two loops: an outer one over plausible worlds, each with other parameters of the calibrated inputs, and an inner one
over draws. All worlds share their random numbers, so that the spread of their walkaways is that of the parameters
and nothing has to be subtracted from it.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping

import numpy as np

from walkaway_sim._checks import check_integer
from walkaway_sim._typing import FloatArray
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.all_of import AllOf
from walkaway_sim.decide.rules import ChanceRule, Rule
from walkaway_sim.decide.scan import GRID_POINTS, least_draws
from walkaway_sim.decide.table import TermWalkaway
from walkaway_sim.decide.term_calibration import TermCalibration
from walkaway_sim.decide.threshold import Along
from walkaway_sim.errors import InputError
from walkaway_sim.sampling.plan import DesignName
from walkaway_sim.simulation.engine import simulate
from walkaway_sim.simulation.outcome import Simulation
from walkaway_sim.simulation.worlds import Worlds

__all__ = [
    "FEWEST",
    "batches_of",
    "calibrate",
    "check_worlds",
    "few_draws",
    "order_statistic",
    "world_draws",
    "worlds_needed",
]

FEWEST = 100
"""Worlds where nothing is said and the confidence level needs no more."""
WORLD_DRAWS = 2**12
"""Draws of each world: their error is common to all worlds, and cancels but for what a deep tail leaves."""
TAIL_DRAWS = 250
MOST_TAIL_DRAWS = 2**15
"""Draws of each world on the rarer side of a chance, and the most draws that are taken for them."""
TOGETHER = 2**15
"""Draws of the worlds that are valued together: with fewer, much of the time goes into asking; more leave the cache."""
MERGED_DRAWS = 2**19
"""About how many draws of all worlds together are kept to predict from their mixture."""


def worlds_needed(confidence_level: float) -> int:
    """Return how many worlds have two-sided quantiles at a confidence level, none of them beyond the last world."""
    return math.ceil(2.0 / (1.0 - confidence_level) - 1e-9) - 1


def check_worlds(n_worlds: object, confidence_level: float) -> int:
    """Return how many worlds to look at: what is given, 0 for none, or as many as are needed where nothing is."""
    needed = worlds_needed(confidence_level)
    if n_worlds is None:
        return max(FEWEST, needed)
    number = check_integer("n_worlds", n_worlds, minimum=0)
    if 0 < number < needed:
        raise InputError(
            f"n_worlds must be 0, or at least {needed} for quantiles at a confidence level of "
            f"{confidence_level:g}, got {number}"
        )
    return number


def calibrate(
    sim: Simulation,
    rule: Rule,
    confidence_level: float,
    base: Mapping[str, float],
    found: Mapping[str, TermWalkaway],
    n_worlds: int,
    progress: Callable[[str, int, int], None] | None = None,
) -> dict[str, TermCalibration]:
    """Return each term's calibration error.

    Parameters
    ----------
    sim : Simulation
        Its seed gives the points of the worlds.
    rule : Rule
    confidence_level : float
    base : mapping of str to float
        At which the other terms are held.
    found : mapping of str to TermWalkaway
        The walkaways at the best estimates of the parameters.
    n_worlds : int
    progress : callable, optional
        Called as ``progress("plausible worlds", done, n_worlds)``, all terms being part of the way.

    Notes
    -----
    The safe side adds the margins of the two errors as independent ones add, by the root of the sum of their
    squares; of a term with levels it is the stricter of the two.
    """
    terms = [term for term in sim.deal.terms if not found[term.name].reason]
    base_draws = few_draws(sim, world_draws(rule))
    rough = few_draws(sim, MERGED_DRAWS // n_worlds)
    if rough.n_draws >= base_draws.n_draws:
        rough = base_draws
    batches = batches_of(base_draws, n_worlds)
    judged = batches if rough is base_draws else batches_of(rough, n_worlds)
    out = {}
    for number, term in enumerate(terms):
        one = found[term.name]
        # Where a stretch may be missed, worlds are scanned as finely as the draws were.
        fine = GRID_POINTS if one.status == "several_crossings" else None
        along = Along.of(term, rule, base, fine)
        shift = one.estimate - along.of_all([base_draws])
        thresholds, profiles = [], []
        for done, batch in enumerate(batches, start=number * len(batches)):
            if progress is not None:
                progress("plausible worlds", n_worlds * done // (len(terms) * len(batches)), n_worlds)
            profile = along.profile(batch)
            thresholds.append(along.of_each(profile, base_draws.n_draws, sim.n_replicates))
            if judged is batches:
                profiles.append(profile)
        moved = _moved(np.concatenate(thresholds), shift, term)
        if rough is not base_draws:
            enough = rough.n_draws >= least_draws(rule)
            shift = one.estimate - along.of_all([rough]) if enough else 0.0
        predictive = float(_moved(np.array([along.of_all(judged, profiles)]), shift, term)[0])
        out[term.name] = _judged(one, moved, predictive, confidence_level)
    return out


def batches_of(sim: Simulation, n_worlds: int) -> list[Simulation]:
    """Return the worlds of a simulation, a few together."""
    worlds = Worlds(sim, n_worlds)
    each = max(TOGETHER // sim.n_draws, 1)
    firsts = range(0, n_worlds, each)
    return [worlds.together(range(first, min(first + each, n_worlds))) for first in firsts]


def world_draws(rule: Rule) -> int:
    """Return how many draws a world needs for a rule to be judged in it."""
    parts = rule.rules if isinstance(rule, AllOf) else (rule,)
    rarer = [min(one.probability, 1.0 - one.probability) for one in parts if isinstance(one, ChanceRule)]
    tails = [min(math.ceil(TAIL_DRAWS / share), MOST_TAIL_DRAWS) for share in rarer]
    return max(WORLD_DRAWS, least_draws(rule), *tails)


def few_draws(sim: Simulation, n_draws: int) -> Simulation:
    """Return a simulation of few draws at the same seed, of a size that the design can have."""
    points = max(n_draws // sim.n_replicates, 2)
    if sim.n_replicates > 1:
        points = 1 << (points - 1).bit_length()
    size = min(points * sim.n_replicates, sim.n_draws)
    design: DesignName = sim.design  # type: ignore[assignment]  # it is one of them
    with warnings.catch_warnings():
        # That intervals from so few points are not dependable does not matter: none is taken from them.
        warnings.simplefilter("ignore", UserWarning)
        return simulate(sim.deal, size, design, rng=sim.seed, n_randomisations=max(sim.n_replicates, 2))


def _moved(thresholds: FloatArray, shift: float, term: Term) -> FloatArray:
    """Return thresholds moved by what few draws are off, within the range; levels stay levels."""
    if term.levels is not None or math.isnan(shift):
        return thresholds
    moved: FloatArray = np.clip(thresholds + shift, term.low, term.high)
    # What is acceptable to the end of the range in a world stays so.
    ends = (thresholds == term.low) | (thresholds == term.high)
    return np.where(ends, thresholds, moved)


def _judged(
    one: TermWalkaway, thresholds: FloatArray, predictive: float, confidence_level: float
) -> TermCalibration:
    sign = one.term.sign
    # Towards concession; where nothing is acceptable, the walkaway lies before the range.
    along = np.where(np.isnan(thresholds), -math.inf, sign * thresholds)
    tail = 0.5 * (1.0 - confidence_level)
    low, safe, high = (order_statistic(along, level) for level in (tail, 1.0 - confidence_level, 1.0 - tail))
    ends = sorted((_back(low, one), _back(high, one)))
    kept = math.nan if safe == -math.inf else one.term.sign * safe
    return TermCalibration(
        thresholds=thresholds,
        low=ends[0],
        high=ends[1],
        safe=kept,
        predictive=predictive,
        safe_calibrated=_both(one, kept),
        share_nowhere=float(np.isnan(thresholds).mean()),
        spend_on="data" if ends[1] - ends[0] >= one.high - one.low else "draws",
    )


def _both(one: TermWalkaway, calibrated: float) -> float:
    """Return the safe walkaway that allows for both errors [unit]."""
    if math.isnan(calibrated) or math.isnan(one.safe) or math.isnan(one.estimate):
        return math.nan
    sign = one.term.sign
    if one.term.levels is not None:
        return sign * min(sign * calibrated, sign * one.safe)
    margins = (max(sign * (one.estimate - bound), 0.0) for bound in (calibrated, one.safe))
    return one.estimate - sign * math.hypot(*margins)


def order_statistic(along: FloatArray, level: float) -> float:
    """Return an order statistic: the quantile of a finite set of worlds, on the cautious side below the middle."""
    ordered = np.sort(along)
    rank = level * (ordered.size + 1)
    index = math.floor(rank) if level < 0.5 else math.ceil(rank)
    return float(ordered[min(max(index - 1, 0), ordered.size - 1)])


def _first_end(one: TermWalkaway) -> float:
    return one.term.low if one.term.sign > 0 else one.term.high


def _back(along: float, one: TermWalkaway) -> float:
    """Return a place along the term in its unit; the first end of the range where it lies before."""
    return _first_end(one) if along == -math.inf else one.term.sign * along
