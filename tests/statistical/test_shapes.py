"""Intervals cover over shapes of surplus that are hard, a few seeds each; `benchmarks/coverage.py` has the large study.

Every rule and design at the least size allowed, 40 seeds, judged one-sided against 94% at a false-alarm rate of
0.1% each: a coverage of 0.7 is found out nine times in ten. The negative control is an interval of half the width.
"""

import sys
from pathlib import Path

import pytest
from tests.decide.coverage import accepted

import walkaway_sim as ws
from walkaway_sim.decide import scan

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
import coverage

SEEDS = 40
SHAPES = coverage.shapes()


@pytest.fixture(autouse=True)
def coarse(monkeypatch):
    """Five points of the grid instead of 65: what lies between is found by the same search."""
    monkeypatch.setattr(scan, "GRID_POINTS", 5)


def hits(shape, rule, design, share=1.0):
    one = SHAPES[shape]
    deal, truth = one.deal(), one.truth(rule)
    covered = safe = looked = 0
    for seed in range(SEEDS):
        sim = ws.simulate(deal, coverage.SIZES[design][0], design, rng=seed)
        try:
            found = ws.walkaway(sim, coverage.RULES[rule])["t"]
        except ws.RuleError:
            continue  # refused on these draws: nothing is printed that could fail to cover
        if found.reason:
            continue
        looked += 1
        half = share * 0.5 * (found.high - found.low)
        covered += abs(truth - 0.5 * (found.high + found.low)) <= half
        safe += found.safe <= truth
    return covered, safe, looked


@pytest.mark.statistical
@pytest.mark.parametrize("design", ["random", "lhs", "sobol"])
@pytest.mark.parametrize("rule", list(coverage.RULES))
@pytest.mark.parametrize("shape", ["rare large loss", "binary risk", "not affine"])
def test_intervals_and_safe_sides_cover(shape, rule, design):
    covered, safe, looked = hits(shape, rule, design)
    assert looked == SEEDS or rule == "certainty"
    assert not looked or accepted(covered, looked), covered
    assert not looked or accepted(safe, looked), safe


@pytest.mark.statistical
def test_half_an_interval_does_not():
    covered, _, looked = hits("binary risk", "mean", "random", share=0.5)
    assert not accepted(covered, looked), covered
