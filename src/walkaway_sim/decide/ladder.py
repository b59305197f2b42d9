"""Each term from the opening offer to the walkaway, what binds first, and what one step is worth."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from walkaway_sim._checks import check_is
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.table import TermWalkaway, Walkaways
from walkaway_sim.simulation.estimate import Estimate
from walkaway_sim.simulation.intervals import mean_estimate
from walkaway_sim.simulation.outcome import Simulation

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Rung", "at_step", "ladder", "ladder_frame", "on_step", "whole_steps"]


@dataclass(frozen=True, slots=True)
class Rung:
    """One term as a deal desk sees it.

    Attributes
    ----------
    term : Term
    open, target : float or None
        Where to open, and where to aim [unit].
    proposed : float
    safe : float
        The safe walkaway, rounded to the term's step on the supplier's side [unit]; NaN where there is
        none.
    binds : {"economics", "policy", "authority", "range", "nowhere", "unjudged"}
        What stops concessions first: the safe walkaway, the policy limit, the highest authority, the end
        of the range, or that no value is acceptable.
    limit : float
        Where that is [unit]; NaN for nowhere.
    who : str
        Whose authority reaches furthest, where one is given.
    step : float
        One step of concession [unit]; a hundredth of the range where none is given.
    step_given : bool
        Whether the term gives its step, or levels.
    step_worth : Estimate or None
        Expected surplus that one step of concession from the proposal costs, positive for a cost
        [currency]; None at the end of the range.
    """

    term: Term
    open: float | None
    target: float | None
    proposed: float
    safe: float
    binds: str
    limit: float
    who: str
    step: float
    step_given: bool
    step_worth: Estimate | None


def on_step(term: Term, value: float) -> float:
    """Return a value that may be conceded, rounded to the term's step on the supplier's side [unit].

    Parameters
    ----------
    term : Term
        Without a step the value stays as it is.
    value : float
        NaN stays NaN.

    Examples
    --------
    >>> on_step(Term("discount", 0.06, range=(0, 0.3), step=0.0025), 0.0874)
    0.085
    """
    if term.step is None or math.isnan(value) or term.levels is not None:
        return value
    rounded = at_step(term.step, whole_steps(term.step, value, up=term.sign < 0))
    return min(max(rounded, term.low), term.high)


def whole_steps(step: float, value: float, *, up: bool) -> int:
    """Return how many steps reach a value, rounded up or down."""
    steps = value / step
    # A search ends within a hair of a step: that is no reason to go on by a whole one.
    hair = 1e-9 * max(abs(steps), 1.0)
    return math.ceil(steps - hair) if up else math.floor(steps + hair)


def at_step(step: float, count: float) -> float:
    """Return the value of so many steps: 34 of 0.0025 are 0.085, and not the float beside it."""
    return round(count * step, 12)


def ladder(sim: Simulation, walk: Walkaways) -> tuple[Rung, ...]:
    """Return the rung of every term.

    Parameters
    ----------
    sim : Simulation
    walk : Walkaways
        Of the same simulation.

    Returns
    -------
    tuple of Rung
        One a term, in their order.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> from walkaway_sim.examples import example_path
    >>> sim = ws.simulate(ws.read_deal(example_path("packaging")), rng=7)
    >>> rung = ws.ladder(sim, ws.walkaway(sim, ws.ChanceRule(0.9)))[0]
    >>> rung.binds, rung.limit, rung.who
    ('authority', 0.08, 'sales director')
    """
    check_is("walk", walk, Walkaways, "walkaway(sim, rule)")
    at = {name: one.proposed for name, one in walk.items()}
    base = sim.surplus(at)
    return tuple(_rung(sim, walk, one, at, base) for one in walk.values())


def _rung(
    sim: Simulation, walk: Walkaways, one: TermWalkaway, at: Mapping[str, float], base: np.ndarray
) -> Rung:
    term = one.term
    safe = on_step(term, one.safe_calibrated)
    if safe != one.safe_calibrated and not math.isnan(safe):
        judged = walk.rule.judge(
            sim.surplus({**at, term.name: safe}), sim.n_replicates, walk.confidence_level
        )
        if judged.at_least < 0.0:
            safe = one.safe_calibrated  # a stretch narrower than a step has no step in it
    if term.sign * (one.safe_calibrated - one.proposed) >= 0.0 > term.sign * (safe - one.proposed):
        safe = one.proposed  # a step is counted from 0; what is safe as proposed stays so
    who, furthest = _authority(term)
    binds, limit = _binding(one, safe, furthest)
    step, to = _step(one)
    worth = None
    if to is not None:
        lost = base - sim.surplus({**at, term.name: to})
        worth = mean_estimate(lost, sim.n_replicates, walk.confidence_level)
    given = term.step is not None or term.levels is not None
    return Rung(term, term.open, term.target, one.proposed, safe, binds, limit, who, step, given, worth)


def _authority(term: Term) -> tuple[str, float | None]:
    """Return who may go furthest, and how far."""
    if not term.authority:
        return "", None
    who = max(term.authority, key=lambda role: term.sign * term.authority[role])
    return who, term.authority[who]


def _binding(one: TermWalkaway, safe: float, furthest: float | None) -> tuple[str, float]:
    term = one.term
    if math.isnan(safe):
        return "unjudged" if one.reason else "nowhere", math.nan
    candidates = [("range" if one.safe_calibrated == term.limit else "economics", safe)]
    candidates += [] if term.policy_limit is None else [("policy", term.policy_limit)]
    candidates += [] if furthest is None else [("authority", furthest)]
    # Of two at the same place, the economics are named: they are what cannot be waived.
    return min(candidates, key=lambda found: term.sign * found[1])


def _step(one: TermWalkaway) -> tuple[float, float | None]:
    """Return the size of one step of concession, and the value after it; None at the end of the range."""
    term = one.term
    if term.levels is not None:
        ordered = term.levels if term.sign > 0 else term.levels[::-1]
        place = ordered.index(one.proposed)
        if place + 1 == len(ordered):
            return math.nan, None
        return abs(ordered[place + 1] - one.proposed), ordered[place + 1]
    step = term.step if term.step is not None else (term.high - term.low) / 100.0
    to = one.proposed + term.sign * step
    inside = term.low - 1e-12 <= to <= term.high + 1e-12
    return step, min(max(to, term.low), term.high) if inside else None


def ladder_frame(rungs: tuple[Rung, ...]) -> pd.DataFrame:
    """Return one row per term: open, target, proposed, safe, binds, limit, who, step, step_worth and its interval."""
    import pandas as pd

    rows = []
    for rung in rungs:
        worth = rung.step_worth
        rows.append(
            {
                "open": rung.open,
                "target": rung.target,
                "proposed": rung.proposed,
                "safe": rung.safe,
                "binds": rung.binds,
                "limit": rung.limit,
                "who": rung.who,
                "step": rung.step,
                "step_given": rung.step_given,
                "step_worth": math.nan if worth is None else worth.estimate,
                "step_worth_low": math.nan if worth is None else worth.low,
                "step_worth_high": math.nan if worth is None else worth.high,
                "unit": rung.term.unit,
            }
        )
    frame = pd.DataFrame(rows, index=pd.Index([rung.term.name for rung in rungs], name="term"))
    return frame.astype({"open": "float64", "target": "float64"})
