"""What a back-test says in plain words, for those who use the forecasts.

All of it goes by one limit: a p-value at or below it is refused, in the faults, in every sentence and in the picture.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from walkaway_sim.calibrate.backtesting.coverage import Coverage
from walkaway_sim.calibrate.backtesting.likelihood_ratios import Significance
from walkaway_sim.calibrate.backtesting.observed import Observed
from walkaway_sim.calibrate.backtesting.skill import Skill

__all__ = ["faults_of", "limit_of", "verdict_of"]

_ALARM = 0.05
"""The probability of any fault being found where there is none."""
_HINT = "a hint only, as the worst of so many tests may be as far off by chance"


def limit_of(uniformity: Significance, median: Coverage, coverage: Sequence[Coverage]) -> float:
    """Return the p-value at or below which a test is refused, such that all raise a false alarm in 5% at most.

    Notes
    -----
    Holm's step-down method (1979, Scand. J. Statist. 6, 65-70) ends with k of m tests refused. Each of these has a
    p-value of at most ``0.05 / (m - k + 1)``, and the next one lies above ``0.05 / (m - k)``: the latter tells them
    apart.
    """
    tests = [
        uniformity,
        median.frequency,
        *(one.frequency for one in coverage),
        *(one.order for one in coverage),
    ]
    ordered = sorted(test.p_value for test in tests if not math.isnan(test.p_value))
    refused = 0
    while refused < len(ordered) and ordered[refused] <= _ALARM / (len(ordered) - refused):
        refused += 1
    return _ALARM / max(len(ordered) - refused, 1)


def faults_of(
    limit: float,
    uniformity: Significance,
    median: Coverage,
    coverage: Sequence[Coverage],
    n_impossible: int,
) -> tuple[str, ...]:
    """Return what all tests together refuse, in a few words each, the most certain first."""
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
    limit: float,
    faults: Sequence[str],
    observed: Observed,
    uniformity: Significance,
    median: Coverage,
    coverage: Sequence[Coverage],
    skill: Skill,
    n_impossible: int,
) -> str:
    """Return the verdict: one line of what to do, then a line for each reason."""
    n = observed.rows.size
    if faults:
        head = f"Do not trust these forecasts as they are: {_listed(faults)}."
    else:
        head = f"Nothing speaks against these forecasts on {n:,} cases."
    parts = [head, _intervals(coverage, limit), _middle(median, limit)]
    if "misses do not fall at random in time" in faults:
        worst = min(coverage, key=lambda one: one.order.p_value if not math.isnan(one.order.p_value) else 1.0)
        parts.append(
            f"Whether a case misses its {worst.name} depends on the case before it ({_p(worst.order)}): the "
            f"forecasts lag behind what changes, or the cases share a cause."
        )
    if "the wrong shape" in faults:
        parts.append(
            f"The shape of the forecasts is wrong ({_p(uniformity)}), though these intervals hold: look at the picture."
        )
    if n_impossible:
        what = "1 value" if n_impossible == 1 else f"{n_impossible:,} values"
        parts.append(f"{what} came that the forecast had called impossible.")
    return "\n".join([*parts, _use(skill), observed.note])


def _intervals(coverage: Sequence[Coverage], limit: float) -> str:
    # One that is refused, else the one that people quote most, else the one nearest to it.
    refused = [one for one in coverage if one.frequency.p_value <= limit]
    one = min(refused or coverage, key=lambda found: abs(found.level - 0.8))
    wrong = "too narrow" if one.is_short else "too wide"
    return (
        f"The {100 * one.level:g}% intervals held {_percent(one.share)} of what came "
        f"({_percent(one.low)} to {_percent(one.high)} allowing for chance): {_judged(one, limit, wrong, 'honest')}."
    )


def _middle(median: Coverage, limit: float) -> str:
    wrong = "forecasts are too low" if median.is_short else "forecasts are too high"
    return (
        f"Below the middle of its forecast came {_percent(median.share)}, where half should "
        f"({_percent(median.low)} to {_percent(median.high)} allowing for chance): "
        f"{_judged(median, limit, wrong, 'no lean that shows')}."
    )


def _judged(one: Coverage, limit: float, wrong: str, right: str) -> str:
    if one.frequency.p_value <= limit:
        return wrong
    return right if one.frequency.p_value > _ALARM else f"{wrong}, but that is {_HINT}"


def _use(skill: Skill) -> str:
    if math.isnan(skill.estimate):
        return f"Whether they are of use cannot be told: {skill.naive} makes no error."
    error = (
        f"Their mean error is {_change(skill.estimate)} than that of {skill.naive} "
        f"({_change(skill.low)} to {_change(skill.high)} allowing for chance)"
    )
    if skill.is_shown:
        return f"{error}: they are of use."
    return f"{error}: {'that would have served better' if skill.high < 0.0 else 'too close to call'}."


def _change(gain: float) -> str:
    if math.isinf(gain):
        return "any amount larger"
    return f"{_percent(abs(gain))} {'smaller' if gain >= 0.0 else 'larger'}"


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words[:-1]) + " and " + words[-1] if len(words) > 1 else words[0]


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%"


def _p(test: Significance) -> str:
    return f"p = {test.p_value:.2g}" if test.p_value >= 0.001 else "p below 0.001"
