"""The engine: same deal, same seed, same answer, whoever does the work; and what it refuses."""

import warnings
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest

import walkaway_sim as ws

TERMS = [ws.Term("discount", proposed=0.08, range=(0.0, 0.35))]


def margin(inputs, terms):
    storm = np.asarray(inputs["storm"])
    return inputs["volume"] * (42 * (1 - terms["discount"]) - inputs["unit_cost"]) - storm


def make_deal(**options):
    given = {
        "inputs": {
            "volume": ws.lognormal(1000, 0.25),
            "unit_cost": ws.pert(27, 30, 36),
            "storm": ws.event_risk(0.5, ws.uniform(100, 2000)),
        },
        "correlation": {("volume", "unit_cost"): -0.3, ("volume", "no_deal"): 0.4},
        "terms": TERMS,
        "value": margin,
        "no_deal": ws.normal(6000, 1500),
        "strategic": ws.normal(100, 20),
        "buffer": 500.0,
    }
    return ws.Deal(name="Harbourside", **(given | options))


def figures(sim):
    return [
        *(np.asarray(drawn) for drawn in sim.draws.values()),
        sim.value(),
        sim.value({"discount": 0.2}),
        sim.no_deal(),
        sim.strategic(),
        sim.surplus(),
    ]


def same(one, two):
    assert len(one) == len(two)
    for a, b in zip(one, two, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("design", ["random", "lhs", "sobol"])
def test_bit_identical_on_any_number_of_workers(design):
    deal = make_deal()
    expected = figures(ws.simulate(deal, 2**17, design, rng=0))
    for workers in (2, 3):
        same(figures(ws.simulate(deal, 2**17, design, rng=0, workers=workers)), expected)
    with ThreadPoolExecutor(3) as executor:
        sim = ws.simulate(deal, 2**17, design, rng=0, executor=executor)
    # The executor is shut down here; what comes after must not need it.
    same(figures(sim), expected)
    assert ws.walkaway(sim, ws.ChanceRule(0.5))["discount"].status == "found"


def test_bit_identical_in_other_processes():
    """An executor in another process cannot write into this one's arrays: what it returns must be used."""
    deal = make_deal()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forking where threads run, from Python 3.12
        with ProcessPoolExecutor(2, mp_context=get_context("forkserver")) as executor:
            sim = ws.simulate(deal, 2**16, "random", rng=0, executor=executor)
    same(figures(sim), figures(ws.simulate(deal, 2**16, "random", rng=0)))


def test_the_same_input_twice_is_the_same_draw():
    deal = make_deal(
        value=lambda inputs, terms: (inputs["volume"] - inputs["volume"]) + terms["discount"] * 0
    )
    assert not ws.simulate(deal, 2**10, "random", rng=1).value().any()


def test_surplus_is_the_paired_difference():
    sim = ws.simulate(make_deal(cost_of_not_winning=250.0), 2**12, "random", rng=1)
    expected = sim.value() + sim.strategic() - sim.no_deal() - 500.0
    np.testing.assert_allclose(sim.surplus(), expected, rtol=1e-13, atol=1e-9)
    np.testing.assert_allclose(sim.no_deal(), sim.draws["no_deal"] - 250.0, rtol=1e-13)
    np.testing.assert_allclose(sim.surplus(buffer=False), expected + 500.0, rtol=1e-13, atol=1e-9)


def test_draws_cannot_be_changed_by_a_value_function():
    """One that worked in place would change the draws under every later look at them."""

    def doubling(inputs, terms):
        volume = inputs["volume"]
        volume *= 2.0
        return volume * terms["discount"]

    with pytest.raises(ValueError, match="read-only"):
        ws.simulate(make_deal(value=doubling), 2**10, "random", rng=1)
    sim = ws.simulate(make_deal(), 2**10, "random", rng=1)
    for array in (
        sim.draws["volume"],
        sim.value(),
        sim.blocks[0].inputs["volume"],
        sim.blocks[0].inputs["no_deal"],
    ):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0.0


def test_seeds():
    deal = make_deal()
    zero, one = (ws.simulate(deal, 2**10, "random", rng=seed).value() for seed in (0, 1))
    assert not np.array_equal(zero, one)
    np.testing.assert_array_equal(
        zero, ws.simulate(deal, 2**10, "random", rng=np.random.SeedSequence(0)).value()
    )
    generator = np.random.default_rng(0)
    first, second = (ws.simulate(deal, 2**10, "random", rng=generator).value() for _ in range(2))
    assert not np.array_equal(first, second)
    unseeded = ws.simulate(deal, 2**10, "random")
    np.testing.assert_array_equal(
        unseeded.value(), ws.simulate(deal, 2**10, "random", rng=unseeded.seed).value()
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_draws": 0}, "n_draws must be a whole number of at least 1, got 0"),
        ({"n_draws": 1000, "design": "sobol"}, "the nearest is 1024"),
        ({"design": "halton"}, "design must be one of"),
        ({"rng": -1}, "rng must be"),
        ({"workers": 0}, "workers must be"),
        ({"max_memory": 1000}, "max_memory must be a whole number of at least 16777216"),
        ({"max_memory": 2**24, "design": "lhs", "n_draws": 2**20}, "'lhs' orders all draws at once"),
        ({"n_randomisations": 1}, "n_randomisations must be"),
    ],
)
def test_arguments_are_refused_by_name(options, message):
    with pytest.raises(ws.InputError, match=message):
        ws.simulate(make_deal(), **options)


def test_what_is_no_deal_is_refused():
    with pytest.raises(ws.InputError, match="deal must be a Deal"):
        ws.simulate({"name": "x"})


def test_the_warning_points_at_the_line_that_asked():
    with pytest.warns(UserWarning, match=r"below 2\^10") as caught:
        ws.simulate(make_deal(), 2**10, "sobol", rng=1)
    assert caught[0].filename == __file__


def test_memory_as_allowed_changes_nothing():
    deal = make_deal()
    same(
        figures(ws.simulate(deal, 2**12, "lhs", rng=3, max_memory=10**9)),
        figures(ws.simulate(deal, 2**12, "lhs", rng=3)),
    )


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        (lambda inputs, _: inputs["volume"].sum() * np.ones(3), r"shape \(4096,\); got shape \(3,\)"),
        (lambda inputs, _: inputs["volume"][:, None], r"got shape \(4096, 1\)"),
        (lambda *_: "a lot", "value must return one number per draw"),
        (lambda *_: None, "value must"),
        (lambda inputs, _: {"a": inputs["volume"], "b": [1.0, 2.0]}, r"b'? must return.*got shape \(2,\)"),
    ],
)
def test_a_value_function_of_the_wrong_shape(returned, message):
    with pytest.raises(ws.ValueFunctionError, match=message):
        ws.simulate(make_deal(value=returned), 2**12, "random", rng=1)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_value_that_is_no_number_names_the_draw_and_its_inputs(bad):
    n_draws, where = 2**15, 20_000  # in the second block

    def broken(inputs, terms):
        value = margin(inputs, terms)
        value[np.isin(inputs["volume"], volume[[where, where + 5]])] = bad
        return value

    volume = ws.simulate(make_deal(), n_draws, "random", rng=1).draws["volume"].copy()
    with pytest.raises(ws.ValueFunctionError, match=f"got {bad} for draw {where} ") as caught:
        ws.simulate(make_deal(value=broken), n_draws, "random", rng=1)
    assert f"volume={volume[where]:.6g}" in str(caught.value)
    assert "discount=0.08" in str(caught.value)


def test_a_value_that_fails_only_elsewhere_is_caught_in_the_search():
    def cliff(inputs, terms):
        return margin(inputs, terms) * (np.nan if terms["discount"] > 0.2 else 1.0)

    sim = ws.simulate(make_deal(value=cliff), 2**12, "random", rng=1)
    with pytest.raises(ws.ValueFunctionError, match="discount=0.3"):
        ws.walkaway(sim, ws.ExpectedValueRule())
