"""The steps of the library's core beside the same by hand, for pytest-benchmark: to be saved and compared over time.

Groups hold what belongs together; the relative column of a group is to its fastest. Run: ``make bench``, or
``python -m pytest benchmarks/bench_core.py --benchmark-autosave`` and later ``--benchmark-compare``.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import careful_numpy
import walkaway_sim as ws
from walkaway_sim.examples import example_path

N = 2**16
RULES = {
    "chance": ws.ChanceRule(0.9),
    "mean": ws.ExpectedValueRule(),
    "shortfall": ws.ExpectedShortfallRule(0.1),
    "certainty": ws.CertaintyEquivalentRule(400_000),
}
OFFER = {"discount": 0.07, "payment_days": 60.0}


@pytest.fixture(scope="module")
def deal() -> ws.Deal:
    return ws.read_deal(example_path("packaging"))


@pytest.fixture(scope="module")
def sim(deal: ws.Deal) -> ws.Simulation:
    return ws.simulate(deal, N, rng=7)


@pytest.mark.benchmark(group="draw and value 2^16")
def test_careful_numpy_draws_and_values(benchmark: Any) -> None:
    benchmark(careful_numpy.draw_and_value, N, 7)


@pytest.mark.benchmark(group="draw and value 2^16")
@pytest.mark.parametrize("design", ["random", "sobol", "lhs"])
def test_simulate(benchmark: Any, deal: ws.Deal, design: str) -> None:
    benchmark(ws.simulate, deal, N, design, rng=7)


@pytest.mark.benchmark(group="one offer on 2^16 stored draws")
def test_careful_numpy_values(benchmark: Any) -> None:
    drawn = careful_numpy.draw(N, 7)
    benchmark(careful_numpy.value, drawn)


@pytest.mark.benchmark(group="one offer on 2^16 stored draws")
def test_value(benchmark: Any, sim: ws.Simulation) -> None:
    benchmark(sim.value, OFFER)


@pytest.mark.benchmark(group="one offer on 2^16 stored draws")
def test_assess(benchmark: Any, sim: ws.Simulation) -> None:
    benchmark(ws.assess, sim, RULES["chance"], OFFER)


@pytest.mark.benchmark(group="six walkaways on 2^16 stored draws")
@pytest.mark.parametrize("rule", list(RULES))
def test_walkaway(benchmark: Any, sim: ws.Simulation, rule: str) -> None:
    benchmark(ws.walkaway, sim, RULES[rule])


@pytest.mark.benchmark(group="files")
def test_read_deal(benchmark: Any) -> None:
    benchmark(ws.read_deal, example_path("packaging"))
