"""The same answer to the bit, whoever looks at the draws and whether or not they are kept; and what goes wrong there."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import asdict
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest

import walkaway_sim as ws
from walkaway_sim.examples import example_path

SMALL = 2**24
N_DRAWS = 2**18


@pytest.fixture(scope="module")
def packaging():
    return ws.read_deal(example_path("packaging"))


def numbers(walk):
    """Return everything that a table of walkaways says, as it is."""
    found = {name: {**asdict(one), "term": None, "curve": None} for name, one in walk.items()}
    curves = [
        np.array([getattr(one.curve, key) for key in ("values", "estimate", "low")]) for one in walk.values()
    ]
    return (
        repr(found),
        repr((walk.all_conceded, walk.at_proposal)),
        repr([curve.tobytes() for curve in curves]),
    )


def sim_of(deal, design="random", **options):
    return ws.simulate(deal, N_DRAWS, design, rng=7, **options)


@pytest.mark.parametrize("design", ["random", "sobol"])
@pytest.mark.parametrize("rule", [ws.ChanceRule(0.9), ws.ExpectedValueRule(at_least=50_000)], ids=str)
def test_draws_that_are_not_kept_give_the_same_answer(packaging, design, rule):
    kept, again = sim_of(packaging, design), sim_of(packaging, design, max_memory=SMALL)
    assert (kept.is_kept, again.is_kept) == (True, False)
    terms = ("payment_days", "guarantee", "hold")
    few = packaging if isinstance(rule, ws.ChanceRule) else without(packaging, terms)
    if few is not packaging:
        kept, again = sim_of(few, design), sim_of(few, design, max_memory=SMALL)
    assert numbers(ws.walkaway(again, rule)) == numbers(ws.walkaway(kept, rule))


def without(deal, names):
    """Return the deal with some of its terms fixed as proposed."""
    recipe = dict(deal.recipe)
    fixed = recipe["fixed_terms"] | {term.name: term.proposed for term in deal.terms if term.name in names}
    recipe |= {"terms": [term for term in deal.terms if term.name not in names], "fixed_terms": fixed}
    return ws.supply_agreement(**recipe)


@pytest.mark.parametrize("workers", [2, 3])
@pytest.mark.parametrize("max_memory", [2**29, SMALL])
def test_any_number_of_threads(packaging, workers, max_memory):
    one = ws.walkaway(sim_of(packaging), ws.ChanceRule(0.9))
    many = ws.walkaway(sim_of(packaging, workers=workers, max_memory=max_memory), ws.ChanceRule(0.9))
    assert numbers(many) == numbers(one)


@pytest.mark.parametrize("max_memory", [2**29, SMALL])
def test_executors(packaging, max_memory):
    one = ws.walkaway(sim_of(packaging), ws.ChanceRule(0.9))
    sim = sim_of(packaging, max_memory=max_memory)
    with ThreadPoolExecutor(2) as executor:
        assert numbers(ws.walkaway(sim, ws.ChanceRule(0.9), executor=executor)) == numbers(one)
    for n_workers in (1, 2, 3):
        with ProcessPoolExecutor(n_workers, mp_context=get_context("forkserver")) as executor:
            assert numbers(ws.walkaway(sim, ws.ChanceRule(0.9), executor=executor)) == numbers(one)


def test_a_buffer_and_other_terms_too(packaging):
    recipe = dict(packaging.recipe) | {"buffer": 20_000.0}
    deal = ws.supply_agreement(**recipe)
    at = {"discount": 0.05}
    one = ws.walkaway(sim_of(deal), ws.ChanceRule(0.9), terms=at)
    again = ws.walkaway(sim_of(deal, max_memory=SMALL), ws.ChanceRule(0.9), terms=at)
    assert numbers(again) == numbers(one)
    assert one["discount"].without_buffer > one["discount"].estimate


def test_what_needs_all_draws_says_so(packaging):
    sim = sim_of(packaging, max_memory=SMALL)
    for ask in (
        sim.value,
        sim.components,
        sim.surplus,
        sim.no_deal,
        sim.strategic,
        sim.to_frame,
        lambda: sim.draws,
    ):
        with pytest.raises(ws.InputError, match=r"needs all draws at once.*max_memory=\d+"):
            ask()
    with pytest.raises(ws.InputError, match=r"the rule \(mean of the worst 10%.*needs all draws"):
        ws.walkaway(sim, ws.ExpectedShortfallRule(0.1))
    with pytest.raises(ws.InputError, match="needs all draws at once"):
        ws.assess(sim, ws.ChanceRule(0.9))
    assert ws.cash_position(sim).payback_month == ws.cash_position(sim_of(packaging)).payback_month
    assert [one.name for one in ws.check_deal(sim, ws.ChanceRule(0.9))]


def test_a_crossing_outside_of_the_zone_is_found_all_the_same(packaging, monkeypatch):
    """Zones so narrow that the crossings of all draws lie outside of them."""
    from walkaway_sim.decide import scan

    one = ws.walkaway(sim_of(packaging), ws.ChanceRule(0.9))
    monkeypatch.setattr(scan, "WIDE", 0.5001)
    narrow = ws.walkaway(sim_of(packaging), ws.ChanceRule(0.9))
    for name, found in one.items():
        for key in ("estimate", "low", "high", "safe"):
            assert getattr(narrow[name], key) == pytest.approx(getattr(found, key), abs=1e-10), (name, key)


def test_a_cluster_of_worker_processes(packaging):
    distributed = pytest.importorskip("distributed")
    one = ws.walkaway(sim_of(packaging), ws.ChanceRule(0.9))
    sim = sim_of(packaging, max_memory=SMALL)
    options = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    with distributed.LocalCluster(**options) as cluster, distributed.Client(cluster) as client:
        many = ws.walkaway(sim, ws.ChanceRule(0.9), executor=client.get_executor())
    assert numbers(many) == numbers(one)


def test_draws_that_were_changed_cannot_be_drawn_again(packaging):
    from walkaway_sim.simulation.revalue import first_block, scaled

    sim = sim_of(packaging)
    with ThreadPoolExecutor(1) as executor:
        for changed in (first_block(sim), scaled(first_block(sim), "volume", 1.1)):
            with pytest.raises(ws.InputError, match="can be drawn again"):
                ws.walkaway(changed, ws.ChanceRule(0.9), executor=executor)


def keep_on(sim, executor):
    for _ in range(50):
        ws.walkaway(sim, ws.ChanceRule(0.9), executor=executor)
        time.sleep(0.1)


def test_a_worker_that_dies_stops_it_with_one_message(packaging):
    sim = sim_of(packaging)
    with ProcessPoolExecutor(2, mp_context=get_context("forkserver")) as executor:
        executor.submit(os._exit, 1)
        with pytest.raises(ws.WorkerError, match=r"a worker of the executor died after \d+ of 16 blocks"):
            keep_on(sim, executor)


def test_an_executor_that_is_shut_down_is_refused(packaging):
    executor = ThreadPoolExecutor(1)
    executor.shutdown()
    for ask in (
        lambda: ws.walkaway(sim_of(packaging), ws.ChanceRule(0.9), executor=executor),
        lambda: ws.simulate(packaging, 2**14, executor=executor),
    ):
        with pytest.raises(ws.WorkerError, match="executor must be open"):
            ask()


def test_a_value_function_that_cannot_travel_is_told_how_to():
    deal = ws.Deal(
        name="local", inputs={"x": ws.normal(10, 2)}, value=lambda i, t: i["x"] - t["p"],
        terms=[ws.Term("p", proposed=5, range=(0, 20))],
    )  # fmt: skip
    with ProcessPoolExecutor(1) as executor, pytest.raises(ws.WorkerError, match="top level of a module"):
        ws.simulate(deal, 2**14, rng=1, executor=executor)


@pytest.mark.parametrize("max_memory", [2**29, SMALL])
def test_an_error_in_the_value_function_is_the_same_everywhere(max_memory):
    """Only draw 200,000 is bad: the pilots do not see it, the look at all draws does."""

    def value(inputs, terms):
        worth = inputs["x"] - terms["p"]
        return np.where(inputs["x"] > 19.9, np.nan, worth) if terms["p"] > 8.5 else worth

    deal = ws.Deal(
        name="d", inputs={"x": ws.normal(10, 2)}, value=value, terms=[ws.Term("p", proposed=5, range=(0, 20))]
    )
    said = set()
    for workers in (1, 2):
        sim = ws.simulate(deal, 2**21, "random", rng=1, workers=workers, max_memory=max_memory)
        with pytest.raises(ws.ValueFunctionError, match="got nan for draw") as caught:
            ws.walkaway(sim, ws.ChanceRule(0.6))
        said.add(str(caught.value))
    assert len(said) == 1


def wait_until_busy(process, seconds):
    """Wait until a process has used so much processor time: it is then past its imports, and at work."""
    stat = Path(f"/proc/{process.pid}/stat")
    if not stat.exists():
        time.sleep(2 * seconds)
        return
    while process.poll() is None:
        used = stat.read_text(encoding="utf-8").rsplit(")", 1)[1].split()
        if (int(used[11]) + int(used[12])) / os.sysconf("SC_CLK_TCK") >= seconds:
            return
        time.sleep(0.05)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_an_interrupt_stops_it_at_once(tmp_path):
    out = tmp_path / "out"
    command = [
        sys.executable,
        "-m",
        "walkaway_sim.cli",
        "run",
        str(example_path("packaging")),
        "--draws",
        str(2**22),
    ]
    process = subprocess.Popen(
        [*command, "--workers", "2", "--out", str(out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        wait_until_busy(process, 3.0)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=120)  # a busy machine may be slow
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == 130
    assert "Traceback" not in said
    assert not out.exists()
    assert not list(Path(tmp_path).iterdir())
