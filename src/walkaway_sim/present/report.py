"""The report of one run as plain data, for a machine."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from walkaway_sim.decide.desk import DealDesk
from walkaway_sim.decide.ladder import Rung
from walkaway_sim.decide.swings import Swings
from walkaway_sim.decide.table import TermWalkaway
from walkaway_sim.decide.term_calibration import TermCalibration
from walkaway_sim.simulation.cash import BAND, CashPosition
from walkaway_sim.simulation.endings import Ending
from walkaway_sim.simulation.estimate import Estimate
from walkaway_sim.simulation.outcome import Simulation

__all__ = ["as_data"]


def as_data(sim: Simulation, desk: DealDesk) -> dict[str, Any]:
    """Return the whole result as plain data that JSON can hold; what is not defined is None."""
    verdict, walk = desk.verdict, desk.walk
    figures = ("probability", "surplus", "shortfall", "regret_of_signing", "regret_of_walking", "room")
    components = {name: float(drawn.mean()) for name, drawn in sim.components().items()}
    return {
        "deal": sim.deal.name,
        "currency": sim.deal.currency,
        "rule": walk.rule.label,
        "confidence_level": walk.confidence_level,
        "intervals_cover": "simulation error",
        "n_draws": sim.n_draws,
        "design": sim.design,
        "n_randomisations": sim.n_replicates,
        "seed": str(sim.seed.entropy),
        "proposed": dict(verdict.terms),
        "verdict": verdict.verdict,
        **{name: _estimate(getattr(verdict, name)) for name in figures},
        "rules": [
            {
                "rule": one.rule.label,
                "verdict": one.verdict,
                "measure": None if one.measure is None else _estimate(one.measure),
                "reason": one.reason or None,
            }
            for one in verdict.rules
        ],
        "rescues": [
            {
                "term": one.term,
                "value": one.value,
                "offered": one.offered,
                "share_of_range": one.share_of_range,
            }
            for one in verdict.rescues
        ],
        "walkaways": {name: _walkaway(one) for name, one in walk.items()},
        "one_at_a_time": walk.note,
        "probability_all_conceded": _estimate(walk.all_conceded),
        "buffer": walk.buffer,
        "component_means": components,
        "correlations": [
            {"between": list(pair.names), "asked": pair.asked, "used": pair.used, "moved": pair.moved}
            for pair in sim.deal.dependence.pairs
        ],
        "red_lines": list(sim.deal.red_lines),
        "no_deal_chosen": _chosen(sim),
        "ladder": {rung.term.name: _rung(rung) for rung in desk.ladder},
        "figures": {
            one.name: {**_estimate(one.estimate), "unit": one.unit, "meaning": one.meaning}
            for one in desk.figures
        },
        "endings": None if desk.endings is None else [_ending(way) for way in desk.endings.ways],
        "cash": None if desk.cash is None else _cash(desk.cash),
        "swings": _swings(desk.swings),
        "checks": [
            {"name": one.name, "message": one.message, "dismissed": one.dismissed or None}
            for one in desk.checks
        ],
        "sources": [asdict(one) for one in desk.sources],
    }


def _chosen(sim: Simulation) -> str:
    if sim.chosen is None:
        return "best on each draw (perfect foresight)"
    one = sim.deal.alternatives[sim.chosen]
    return one.label or one.name


def _rung(rung: Rung) -> dict[str, Any]:
    return {
        "open": rung.open,
        "target": rung.target,
        "proposed": rung.proposed,
        "safe_on_step": _number(rung.safe),
        "binds": rung.binds,
        "limit": _number(rung.limit),
        "authority": dict(rung.term.authority),
        "policy_limit": rung.term.policy_limit,
        "step": _number(rung.step),
        "step_given": rung.step_given,
        "step_worth": None if rung.step_worth is None else _estimate(rung.step_worth),
        "owner": rung.term.owner,
    }


def _ending(way: Ending) -> dict[str, Any]:
    return {
        "ending": way.name,
        "share": _estimate(way.share),
        "probability": None if way.probability is None else _estimate(way.probability),
        "surplus": None if way.surplus is None else _estimate(way.surplus),
    }


def _cash(cash: CashPosition) -> dict[str, Any]:
    return {
        "months": cash.months.tolist(),
        "mean": cash.mean.tolist(),
        "low": cash.low.tolist(),
        "high": cash.high.tolist(),
        "band": list(BAND),
        "deepest_band": list(cash.deepest_band),
        "n_draws": cash.n_draws,
    }


def _swings(moved: Swings) -> dict[str, Any]:
    return {
        "by": moved.by,
        "term": moved.term,
        "walkaway": _number(moved.walkaway),
        "inputs": {
            one.name: {
                "surplus": [_number(value) for value in one.surplus],
                "chance": [_number(value) for value in one.chance],
                "walkaway": [_number(value) for value in one.walkaway],
            }
            for one in moved.each
        },
    }


def _number(value: float) -> float | None:
    return None if math.isnan(value) or math.isinf(value) else float(value)


def _estimate(one: Estimate) -> Mapping[str, float | None]:
    return {name: _number(getattr(one, name)) for name in ("estimate", "low", "high", "standard_error")}


def _walkaway(one: TermWalkaway) -> dict[str, Any]:
    numbers = ("proposed", "estimate", "low", "high", "safe", "standard_error", "without_buffer")
    return {
        **{name: _number(getattr(one, name)) for name in numbers},
        "status": one.status,
        "acceptable_set": [list(stretch) for stretch in one.acceptable_set],
        "proposal_acceptable": one.proposal_acceptable,
        "reason": one.reason,
        "unit": one.term.unit,
        "concession": one.term.concession,
        "safe_calibrated": _number(one.safe_calibrated),
        "calibration": None if one.calibration is None else _calibration(one.calibration),
    }


def _calibration(found: TermCalibration) -> dict[str, Any]:
    names = ("low", "high", "safe", "predictive", "share_nowhere")
    return {
        **{name: _number(getattr(found, name)) for name in names},
        "n_worlds": int(found.thresholds.size),
        "spend_on": found.spend_on,
    }
