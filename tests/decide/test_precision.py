"""As many draws as it takes: the half-width asked for is reached, or what it would take is said; and it covers."""

import bisect

import numpy as np
import pytest
from scipy.stats import binom, binomtest, norm
from tests.decide.coverage import accepted
from tests.strategies import refused

import walkaway_sim as ws
from walkaway_sim._seeds import child_sequence
from walkaway_sim.decide import precision, scan
from walkaway_sim.decide.parse import parse_precision

TRUTH = 100 + 15 * norm.ppf(0.1)


def deal(**changes):
    given = {
        "name": "One price",
        "inputs": {"worth": ws.normal(100, 15)},
        "terms": [
            ws.Term("rebate", proposed=70, range=(0, 150)),
            ws.Term("crates", proposed=1, levels=(1, 2, 3)),
        ],
        "value": lambda inputs, terms: inputs["worth"] - terms["rebate"] - 5 * (terms["crates"] - 1),
    }
    return ws.Deal(**(given | changes))


@pytest.mark.parametrize("design", ["random", "lhs", "sobol"])
def test_the_half_width_is_reached(design):
    asked = {"rebate": 0.1, "crates": 0.4}
    found = ws.solve_to_precision(deal(), ws.ChanceRule(0.9), asked, design=design, rng=3)
    one = found.walk["rebate"]
    assert found.is_reached
    assert found.reached["rebate"] == 0.5 * (one.high - one.low) <= 0.1
    assert one.low <= TRUTH <= one.high  # at this seed
    assert found.walk.n_draws == found.sim.n_draws <= 2**20
    assert list(found.to_frame().index) == ["rebate", "crates"]


def test_it_is_the_run_of_that_size_and_its_pilots_are_others():
    found = ws.solve_to_precision(deal(), ws.ChanceRule(0.9), {"rebate": 0.05}, rng=3)
    again = ws.simulate(deal(), found.sim.n_draws, n_randomisations=32, rng=3)
    np.testing.assert_array_equal(again.draws["worth"], found.sim.draws["worth"])
    pilot = ws.simulate(
        deal(),
        found.pilots[0],
        n_randomisations=32,
        rng=child_sequence(found.sim.seed, precision._PILOT_KEY, 0),
    )
    own = np.sort(found.sim.draws["worth"])
    # Scrambles are 53 bits deep: a pilot on streams of its own shares no draw with the run.
    assert not np.isin(pilot.draws["worth"], own).any()


def test_what_the_most_draws_do_not_reach_is_said_with_what_it_would_take():
    asked = {"rebate": 0.01, "crates": 0.4}
    found = ws.solve_to_precision(
        deal(), ws.ExpectedValueRule(), asked, design="random", max_draws=2**15, rng=3
    )
    assert not found.is_reached
    assert found.sim.n_draws == 2**15
    assert found.walk["rebate"].status == "unresolved"
    # 1.96 x 15/sqrt(n) = 0.01; by the spread of this run, and the margin for it.
    assert found.needed == {"rebate": pytest.approx((1.15 * 1.96 * 15 / 0.01) ** 2, rel=0.05)}
    assert "what was asked would take about" in found.note


def test_a_term_without_a_crossing_needs_no_more_draws():
    easy = deal(inputs={"worth": ws.normal(1_000, 15)})
    found = ws.solve_to_precision(easy, ws.ChanceRule(0.9), {"rebate": 1e-6}, rng=3)
    assert (found.reached, found.is_reached) == ({"rebate": 0.0}, True)


def test_pilots_grow_until_one_has_a_quarter_of_the_draws():
    found = ws.solve_to_precision(deal(), ws.ChanceRule(0.9), {"rebate": 0.02}, max_draws=2**21, rng=3)
    assert all(after == 4 * before for before, after in zip(found.pilots, found.pilots[1:], strict=False))
    assert found.sim.n_draws <= 4 * found.pilots[-1]
    assert found.is_reached


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"half_width": {"rebat": 1}}, "did you mean 'rebate'"),
        ({"half_width": {"rebate": 0}}, "half_width of 'rebate' must be above 0"),
        ({"half_width": {"rebate": 1e-9}}, "must be at least 1.5e-07, to which crossings are found"),
        ({"half_width": 0.1}, "must map terms to half-widths"),
        ({"half_width": {}}, "must map terms to half-widths"),
        ({"max_draws": 1000}, "max_draws must be at least 32768, the draws of one pilot, got 1000"),
        ({"design": "sobolev"}, "did you mean 'sobol'"),
        ({"deal": "packaging"}, "deal must be"),
    ],
)
def test_refusals(changes, says):
    given = {"deal": deal(), "rule": ws.ChanceRule(0.9), "half_width": {"rebate": 0.1}}
    with pytest.raises(ws.InputError, match=says):
        ws.solve_to_precision(**(given | changes))


@pytest.mark.parametrize("text", ["discount", "discount=", "discount=x%", "discount 0.1"])
def test_what_the_shell_cannot_read_is_refused(text):
    with pytest.raises(ws.InputError, match="precision must be TERM=NUMBER"):
        parse_precision([text])
    with pytest.raises(ws.InputError, match="stands twice"):
        parse_precision(["a=1", "a=2"])


@pytest.mark.statistical
def test_intervals_of_the_asked_width_cover(monkeypatch):
    """Pilots of 64 draws and runs of some 300: small, so that what a pilot gets wrong would show."""
    monkeypatch.setattr(precision, "PILOT_DRAWS", 64)
    monkeypatch.setattr(scan, "GRID_POINTS", 5)
    one = deal(
        terms=[ws.Term("rebate", proposed=70, range=(0, 150))], value=lambda i, t: i["worth"] - t["rebate"]
    )
    covered, reached, n_seeds = 0, 0, 1_000
    for seed in range(n_seeds):
        found = ws.solve_to_precision(one, ws.ChanceRule(0.9), {"rebate": 3.0}, design="random", rng=seed)
        interval = found.walk["rebate"]
        covered += interval.low <= TRUTH <= interval.high
        reached += found.is_reached
    assert accepted(covered, n_seeds, 0.95), covered
    # Counted where a pilot of 64 draws has six in its interval: no 95%, but most of the way.
    assert reached > 0.7 * n_seeds


@pytest.mark.statistical
def test_stopping_as_soon_as_it_looks_narrow_does_not():
    """The negative control: the same exact intervals, looked at after every draw until one is narrow enough."""
    chance, half, first, last, n_seeds = 0.1, 0.2, 40, 2_000, 3_000
    sizes = np.arange(last)
    low = binom.ppf(0.025, sizes, chance).astype(int)
    low -= binom.cdf(low - 1, sizes, chance) > 0.025
    high = binom.isf(0.025, sizes, chance).astype(int) + 1
    truth = norm.ppf(chance)
    generator = np.random.default_rng(5)
    covered = 0
    for _ in range(n_seeds):
        drawn = generator.standard_normal(last).tolist()
        ordered = sorted(drawn[: first - 1])
        for n in range(first, last):
            bisect.insort(ordered, drawn[n - 1])
            if low[n] >= 1 and ordered[high[n] - 1] - ordered[low[n] - 1] <= 2 * half:
                break
        covered += ordered[low[n] - 1] <= truth <= ordered[high[n] - 1]
    assert not accepted(covered, n_seeds, 0.95), covered


def test_an_interval_cut_to_the_range_is_not_taken_for_narrow():
    """Noise of sd 1000 on a range of 1: the draws that it would take, counted on the interval that is not cut."""
    deal = ws.Deal(
        name="noise", inputs={"x": ws.normal(0.5, 1000)}, terms=[ws.Term("t", proposed=0.0, range=(0.0, 1.0))],
        value=lambda i, t: i["x"] - t["t"],
    )  # fmt: skip
    found = ws.solve_to_precision(
        deal, ws.ExpectedValueRule(), {"t": 0.6}, design="random", max_draws=2**15, rng=3
    )
    assert not found.is_reached


@pytest.mark.statistical
def test_a_chance_near_one_reaches_its_half_width_as_often_as_promised():
    """A chance of 99% on independent draws, 150 runs: 95 of 100 are promised, 90 are judged one-sided at 0.1%."""
    deal = ws.Deal(
        name="x", inputs={"x": ws.normal(0, 1)}, terms=[ws.Term("t", proposed=-4.0, range=(-9.0, 9.0))],
        value=lambda i, t: i["x"] - t["t"],
    )  # fmt: skip
    reached = 0
    for seed in range(150):
        found = ws.solve_to_precision(
            deal, ws.ChanceRule(0.99), {"t": 0.03}, design="random", rng=seed, max_draws=2**20
        )
        reached += found.is_reached
    assert binomtest(reached, 150, 0.9, alternative="less").pvalue > 1e-3, reached


def test_a_precision_of_a_share_needs_its_sign_and_others_none():
    from walkaway_sim.examples import example_path

    terms = ws.read_deal(example_path("packaging")).terms
    assert parse_precision(["discount=0.1%", "payment_days=2"], terms) == {
        "discount": 0.001,
        "payment_days": 2.0,
    }
    assert "discount=0.1%" in refused(parse_precision, ["discount=0.1"], terms)
    assert "payment_days=2, in its unit" in refused(parse_precision, ["payment_days=2%"], terms)
