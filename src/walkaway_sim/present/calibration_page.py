"""A back-test as a page for the shell, and as plain data for a machine."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from walkaway_sim.calibrate.backtesting.backtest import Backtest
from walkaway_sim.calibrate.backtesting.likelihood_ratios import Significance
from walkaway_sim.calibrate.backtesting.observed import Observed
from walkaway_sim.calibrate.backtesting.reliability import Reliability
from walkaway_sim.present.formats import percent
from walkaway_sim.present.page import empty_table

if TYPE_CHECKING:
    from rich.console import Group

__all__ = ["as_calibration_data", "as_calibration_page"]


def as_calibration_page(result: Backtest | Reliability, name: str) -> Group:
    """Return the page: the verdict, then the table it rests on."""
    from rich.console import Group
    from rich.text import Text

    table = _chances(result) if isinstance(result, Reliability) else _coverage(result)
    return Group(Text(name, style="bold"), Text(result.verdict), Text(), table, Text(_scores(result)))


def as_calibration_data(result: Backtest | Reliability) -> dict[str, Any]:
    """Return the result as plain data that JSON can hold; what is not defined is None."""
    data: dict[str, Any] = {"verdict": result.verdict, **_observed(result.observed)}
    if isinstance(result, Reliability):
        data |= {
            "brier": result.brier,
            "miscalibration": result.miscalibration,
            "discrimination": result.discrimination,
            "uncertainty": result.uncertainty,
            "calibration": asdict(result.calibration),
            "bins": [asdict(one) for one in result.bins],
        }
    else:
        data |= {
            "form": result.form,
            "faults": list(result.faults),
            "uniformity": asdict(result.uniformity),
            "coverage": [asdict(one) for one in result.coverage],
            "median": asdict(result.median),
            "impossible": result.n_impossible,
            "score_name": result.score_name,
        }
    data["skill"] = asdict(result.skill)
    plain: dict[str, Any] = _plain(data)
    return plain


def _coverage(result: Backtest) -> Any:
    table = empty_table(
        "Does what came lie where it should?",
        ["what should hold"],
        ["should", "did", "could be", "cases"],
        ["p frequency", "p order", "p joint"],
    )
    for one in (*result.coverage, result.median):
        table.add_row(
            one.name,
            percent(one.level, 0),
            percent(one.share),
            f"{percent(one.low)} to {percent(one.high)}",
            f"{one.held} of {one.n}",
            *(_p(test) for test in (one.frequency, one.order, one.joint)),
        )
    return table


def _chances(result: Reliability) -> Any:
    table = empty_table(
        "Does what was given a chance come true as often?",
        [],
        ["chances from", "to", "on average", "came true", "could be", "cases"],
    )
    for one in result.bins:
        table.add_row(
            percent(one.lowest),
            percent(one.highest),
            percent(one.mean),
            percent(one.share),
            f"{percent(one.low)} to {percent(one.high)}",
            f"{one.came} of {one.n}",
        )
    return table


def _scores(result: Backtest | Reliability) -> str:
    skill = result.skill
    against = f"against {skill.naive_score:.4g} for {skill.naive}"
    if isinstance(result, Reliability):
        return (
            f"Brier score {result.brier:.4g}, {against}. It is {result.miscalibration:.4g} for chances that are off, "
            f"less {result.discrimination:.4g} for telling cases apart, on {result.uncertainty:.4g} for not knowing."
        )
    return (
        f"Mean {result.score_name} {skill.score:.4g}, {against}. Spread evenly: p = {_p(result.uniformity)} "
        f"({result.uniformity.method}). The tests of order take the rows as they stand in time."
    )


def _p(test: Significance) -> str:
    if math.isnan(test.p_value):
        return "not judged"
    return f"{test.p_value:.3f}" if test.p_value >= 0.0005 else "below 0.001"


def _observed(observed: Observed) -> dict[str, Any]:
    return {
        "forecasts": observed.n_forecast,
        "scored": int(observed.rows.size),
        "unknown": observed.n_unknown,
        "left_out": observed.n_left_out,
        "effective": observed.n_effective,
        "selection": observed.note,
    }


def _plain(value: Any) -> Any:
    """Return the same with None where a number is not finite."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
