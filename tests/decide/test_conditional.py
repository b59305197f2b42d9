"""The no-deal value integrated out: the same walkaway, known better, and covered as often as it says."""

import sys
from pathlib import Path

import numpy as np
import pytest
from tests.decide.coverage import accepted

import walkaway_sim as ws
from walkaway_sim.decide.smooth_chance import SmoothChanceRule
from walkaway_sim.examples import example_path
from walkaway_sim.simulation.conditional import cdf_table, condition_on_the_rest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
import coverage

RULE = ws.ChanceRule(0.9)


def packaging(names=("discount",), **changes):
    deal = ws.read_deal(example_path("packaging"))
    recipe = dict(deal.recipe)
    fixed = recipe["fixed_terms"] | {
        term.name: term.proposed for term in deal.terms if term.name not in names
    }
    recipe |= {"terms": [term for term in deal.terms if term.name in names], "fixed_terms": fixed}
    return ws.supply_agreement(**(recipe | changes))


@pytest.mark.parametrize(
    "law",
    [
        ws.pert(-20, 40, 160),
        ws.normal(5, 2),
        ws.lognormal(3, 1),
        ws.uniform(0, 1),
        ws.pert(0, 0, 1, shape=60),
    ],
    ids=str,
)
def test_the_table_is_the_distribution_function(law):
    table = cdf_table(law)
    at = law.ppf(np.linspace(1e-6, 1 - 1e-6, 9_999))
    np.testing.assert_allclose(table.at(at), law.cdf(at), rtol=0, atol=1.01 * table.error)
    assert table.error < 1e-6


def test_beyond_the_ends_there_is_nothing_or_all():
    for law in (ws.pert(-20, 40, 160), ws.normal(5, 2)):
        found = cdf_table(law).at(np.array([-1e9, 1e9]))
        np.testing.assert_array_equal(found, [0.0, 1.0])


def test_the_conditional_chance_is_the_chance():
    """Over the draws the two have the same mean, but for the error of the one that is a yes or no."""
    deal = packaging(tax_rate=0.28, buffer=5_000.0, strategic=2_000.0, cost_of_not_winning=1_000.0)
    sim = ws.simulate(deal, 2**16, "random", rng=3)
    walk = ws.walkaway(sim, RULE, conditional=True)["discount"]
    curve = walk.curve
    for value, chance in zip(curve.values[::8], curve.estimate[::8], strict=True):
        counted = (sim.surplus({"discount": float(value)}) >= 0).mean()
        assert abs(chance - counted) < 5 * np.sqrt(counted * (1 - counted) / sim.n_draws) + 1e-12
    plain = ws.walkaway(sim, RULE)["discount"]
    assert abs(walk.estimate - plain.estimate) < 5 * plain.standard_error
    assert walk.without_buffer > walk.estimate


def test_it_needs_two_fifths_of_the_width():
    errors = []
    for seed in (3, 4, 5, 6):
        sim = ws.simulate(packaging(), 2**16, rng=seed)
        plain, conditional = (ws.walkaway(sim, RULE, conditional=on)["discount"] for on in (False, True))
        errors.append((plain.standard_error, conditional.standard_error))
        assert abs(conditional.estimate - plain.estimate) < 4 * plain.standard_error
    plain, conditional = np.mean(errors, axis=0)
    assert conditional < 0.5 * plain


def test_a_precision_takes_fewer_draws():
    plain, conditional = (
        ws.solve_to_precision(packaging(), RULE, {"discount": 0.0007}, rng=3, conditional=on)
        for on in (False, True)
    )
    assert conditional.is_reached
    assert conditional.sim.n_draws < plain.sim.n_draws


@pytest.mark.parametrize("term", ["payment_days", "deliveries_per_week", "guarantee", "hold", "months"])
def test_every_kind_of_term(term):
    if term != "months":
        deal = packaging((term,))
    else:
        months = ws.Term("months", proposed=36, levels=(24, 36, 48), concession="down")
        deal = packaging(("discount",), terms=[months], fixed_terms=packaging().recipe["fixed_terms"])
    sim = ws.simulate(deal, 2**14, rng=3)
    plain, conditional = (ws.walkaway(sim, RULE, conditional=on)[term] for on in (False, True))
    assert conditional.status == plain.status
    assert abs(conditional.estimate - plain.estimate) <= 1.0


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"no_deal": 40_000.0}, "not one continuous distribution"),
        ({"no_deal": ws.bernoulli(0.5)}, "not one continuous distribution"),
        ({"correlation": {("no_deal", "volume"): 0.2}}, "correlated with other inputs"),
        ({"strategic": lambda inputs: inputs["no_deal"]}, "is a function of the inputs"),
    ],
)
def test_what_cannot_be_integrated_out_is_refused(changes, says):
    sim = ws.simulate(packaging(**changes), 2**14, rng=1)
    with pytest.raises(ws.InputError, match=says):
        ws.walkaway(sim, RULE, conditional=True)


def test_other_models_and_draws_that_are_not_kept_are_refused():
    own = ws.Deal(
        name="own", inputs={"x": ws.normal(10, 2)}, value=lambda i, t: i["x"] - t["p"], no_deal=ws.normal(1, 1),
        terms=[ws.Term("p", proposed=5, range=(0, 20))],
    )  # fmt: skip
    with pytest.raises(ws.InputError, match="value function of its own"):
        ws.walkaway(ws.simulate(own, 2**14, rng=1), RULE, conditional=True)
    with pytest.raises(ws.InputError, match="not kept"):
        ws.walkaway(ws.simulate(packaging(), 2**18, rng=1, max_memory=2**24), RULE, conditional=True)


def test_the_slope_is_what_the_surplus_loses_with_the_no_deal_value():
    sim = ws.simulate(packaging(tax_rate=0.28), 2**14, "random", rng=3)
    given = condition_on_the_rest(sim, sim.deal.proposed)
    (block,) = sim.blocks
    back = sim.components()["freed_capacity"]
    np.testing.assert_allclose(
        given.slope_of(block) * block.beside.no_deal,
        0.72 * (block.beside.no_deal - back),
        rtol=1e-9,
        atol=1e-6,
    )


@pytest.mark.statistical
@pytest.mark.parametrize("shape", list(coverage.AGREEMENTS))
def test_intervals_cover_where_hardly_anything_is_uncertain(shape):
    """40 seeds, 8 randomisations, against quadrature: the spread is so small that the table's own error counts."""
    deal = coverage.agreement(shape)
    truth = coverage.agreement_truth(deal)
    covered = safe = 0
    for seed in range(40):
        sim = ws.simulate(deal, 2**13, rng=seed, n_randomisations=8)
        found = ws.walkaway(sim, RULE, conditional=True)["discount"]
        covered += found.low <= truth <= found.high
        safe += found.safe <= truth
    assert accepted(covered, 40), covered
    assert accepted(safe, 40), safe


def test_bounds_are_moved_out_by_the_error_of_the_table():
    moment = np.random.default_rng(3).normal(0.1, 1e-9, 1024)
    plain, moved = (SmoothChanceRule(error=error).judge(moment, 16, 0.95) for error in (0.0, 1e-6))
    assert (moved.estimate, moved.standard_error) == (plain.estimate, plain.standard_error)
    for name, side in (("low", -1), ("high", 1), ("at_least", -1), ("at_most", 1)):
        assert getattr(moved, name) == pytest.approx(getattr(plain, name) + side * 1e-6, rel=1e-9)


@pytest.mark.statistical
@pytest.mark.parametrize("design", ["random", "sobol"])
def test_its_intervals_cover(design):
    """150 seeds against the walkaway of 2^20 Sobol' draws, whose own error is a tenth of theirs."""
    deal = packaging()
    truth = ws.walkaway(ws.simulate(deal, 2**20, rng=99), RULE, conditional=True)["discount"].estimate
    covered = safe = 0
    for seed in range(150):
        sim = ws.simulate(deal, 2**14, design, rng=seed)
        one = ws.walkaway(sim, RULE, conditional=True)["discount"]
        covered += one.low <= truth <= one.high
        safe += one.safe <= truth
    assert accepted(covered, 150), covered
    assert accepted(safe, 150), safe
