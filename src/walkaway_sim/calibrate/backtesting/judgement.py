"""What a back-test says in plain words, for those who use the forecasts."""

from __future__ import annotations

import math
from collections.abc import Sequence

from walkaway_sim.calibrate.backtesting.coverage import Coverage
from walkaway_sim.calibrate.backtesting.likelihood_ratios import Significance
from walkaway_sim.calibrate.backtesting.observed import Observed
from walkaway_sim.calibrate.backtesting.skill import Skill

__all__ = ["faults_of", "verdict_of"]

_ALARM = 0.05
"""The probability of any fault being found where there is none."""
_HINT = "a hint, but one such among so many tests is within chance"


def faults_of(
    uniformity: Significance, median: Coverage, coverage: Sequence[Coverage], n_impossible: int
) -> tuple[str, ...]:
    """Return what all tests together refuse, in a few words each, the most certain first."""
    tests = [
        uniformity,
        median.frequency,
        *(one.frequency for one in coverage),
        *(one.order for one in coverage),
    ]
    limit = _holm([test.p_value for test in tests])
    out: list[tuple[float, str]] = []
    for short, words in ((True, "intervals too narrow"), (False, "intervals too wide")):
        found = [one.frequency.p_value for one in coverage if one.is_short == short]
        if found and min(found) <= limit:
            out.append((min(found), words))
    if median.frequency.p_value <= limit:
        words = "forecasts too low" if median.is_short else "forecasts too high"
        out.append((median.frequency.p_value, words))
    orders = [one.order.p_value for one in coverage if one.order.p_value <= limit]
    if orders:
        out.append((min(orders), "misses do not fall at random in time"))
    if n_impossible:
        out.append((0.0, "values that were called impossible"))
    if not out and uniformity.p_value <= limit:
        out.append((uniformity.p_value, "the wrong shape"))
    return tuple(words for _, words in sorted(out))


def verdict_of(
    faults: Sequence[str],
    observed: Observed,
    uniformity: Significance,
    median: Coverage,
    coverage: Sequence[Coverage],
    skill: Skill,
    n_impossible: int,
) -> str:
    """Return the verdict in a few sentences."""
    n = observed.rows.size
    if faults:
        head = f"Do not trust these forecasts as they are: {_listed(faults)}."
    else:
        head = f"Nothing speaks against these forecasts on {n:,} cases."
    parts = [head, _intervals(coverage, faults), _middle(median, faults)]
    if "misses do not fall at random in time" in faults:
        worst = min(coverage, key=lambda one: one.order.p_value if not math.isnan(one.order.p_value) else 1.0)
        parts.append(
            f"Whether a case misses its {worst.name} depends on the case before it (p = {_p(worst.order)}): the "
            f"forecasts lag behind what changes, or the cases share a cause."
        )
    if "the wrong shape" in faults:
        parts.append(
            f"The shape of the forecasts is wrong (p = {_p(uniformity)}), though these intervals hold: look at the "
            f"picture."
        )
    if n_impossible:
        what = "1 value" if n_impossible == 1 else f"{n_impossible:,} values"
        parts.append(f"{what} came that the forecast had called impossible.")
    parts += [_use(skill), observed.note]
    return " ".join(parts)


def _intervals(coverage: Sequence[Coverage], faults: Sequence[str]) -> str:
    # The interval that people quote most, else the one nearest to it.
    one = min(coverage, key=lambda found: abs(found.level - 0.8))
    held = f"The {100 * one.level:g}% intervals held {_percent(one.share)} of the time"
    fault = "intervals too narrow" if one.is_short else "intervals too wide"
    if one.low <= one.level <= one.high:
        judged = "no more off than chance allows"
    elif fault in faults:
        judged = "too narrow" if one.is_short else "wider than they need to be"
    else:
        judged = _HINT
    return f"{held} (could be {_percent(one.low)} to {_percent(one.high)}): {judged}."


def _middle(median: Coverage, faults: Sequence[str]) -> str:
    came = f"{_percent(median.share)} of what came lay below the middle of its forecast, where half should"
    lean = "forecasts too low" if median.is_short else "forecasts too high"
    if median.low <= 0.5 <= median.high:
        return f"{came}: no lean that shows."
    return f"{came}: {f'the {lean}'.replace('too', 'are too') if lean in faults else _HINT}."


def _use(skill: Skill) -> str:
    if math.isnan(skill.estimate):
        return f"Whether they are of use cannot be told: {skill.naive} makes no error."
    size = f"{_percent(abs(skill.estimate))} {'smaller' if skill.estimate >= 0.0 else 'larger'}"
    error = f"Against {skill.naive}, the mean error is {size} (gain of {_signed(skill.low)} to {_signed(skill.high)})"
    if skill.is_shown:
        return f"{error}: they are of use."
    return f"{error}: {'that would have served better' if skill.high < 0.0 else 'too close to call'}."


def _holm(p_values: Sequence[float]) -> float:
    """Return the largest p-value that counts as refused, minus 1 if none does (Holm 1979)."""
    ordered = sorted(p for p in p_values if not math.isnan(p))
    limit = -1.0
    for place, p in enumerate(ordered):
        if p > _ALARM / (len(ordered) - place):
            break
        limit = p
    return limit


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words[:-1]) + " and " + words[-1] if len(words) > 1 else words[0]


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%"


def _signed(share: float) -> str:
    return "anything below" if math.isinf(share) else f"{100 * share:+.0f}%".replace("-", "\N{MINUS SIGN}")


def _p(test: Significance) -> str:
    return f"{test.p_value:.2g}" if test.p_value >= 0.001 else "below 0.001"
