"""What must hold of any deal: scale, shift, order of rules, prefixes, and rising demands."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import continuous

import walkaway_sim as ws

DESIGNS = {"random": 2500, "lhs": 2560, "sobol": 4096}
pytestmark = pytest.mark.filterwarnings("ignore:.*below 2.10.*:UserWarning")


def price_deal(worth, low, high, *, scale=1.0, shift=0.0, buffer=0.0):
    """``S = scale (V + shift) - t``."""
    return ws.Deal(
        name="d",
        inputs={"worth": worth},
        terms=[ws.Term("price", proposed=0.5 * (low + high), range=(low, high))],
        value=lambda inputs, terms: scale * (inputs["worth"] + shift) - terms["price"],
        buffer=buffer,
    )


def solve(worth, rule, design="random", rng=1, low=-400.0, high=400.0, **options):
    sim = ws.simulate(price_deal(worth, low, high, **options), DESIGNS[design], design, rng=rng)
    return ws.walkaway(sim, rule)["price"]


worths = st.one_of(
    st.builds(ws.normal, st.floats(-100, 100), st.floats(1, 40)),
    st.builds(ws.uniform, st.floats(-150, 0), st.floats(1, 150)),
    st.builds(lambda a, b, c: ws.triangular(*sorted((a, b, c + 0.5))), *[st.floats(-150, 150)] * 3),
    st.builds(ws.lognormal, st.floats(5, 50), st.floats(0.05, 0.5)),
    st.just(ws.discrete({-20: 0.3, 0: 0.3, 35: 0.4})),
)
designs = st.sampled_from(list(DESIGNS))
seeds = st.integers(0, 2**32)
FIGURES = ("estimate", "low", "high", "safe")
TINY = 800 * 1e-9


def not_beyond(one, two):
    """Every figure of `one` is no further than that of `two`; NaN is nearer than anything."""
    for name in FIGURES:
        a, b = getattr(one, name), getattr(two, name)
        assert np.isnan(a) or a <= b + TINY, (name, a, b)


@given(
    worth=worths, design=designs, seed=seeds, chances=st.tuples(st.floats(0.02, 0.98), st.floats(0.02, 0.98))
)
def test_a_higher_chance_asks_for_more(worth, design, seed, chances):
    lax, strict = sorted(chances)
    not_beyond(
        solve(worth, ws.ChanceRule(strict), design, seed),
        solve(worth, ws.ChanceRule(lax), design, seed),
    )


@given(
    worth=worths, design=designs, seed=seeds, fractions=st.tuples(st.floats(0.1, 0.99), st.floats(0.1, 0.99))
)
def test_a_smaller_tail_asks_for_more(worth, design, seed, fractions):
    strict, lax = sorted(fractions)
    found = [solve(worth, ws.ExpectedShortfallRule(a), design, seed).estimate for a in (strict, lax)]
    assert found[0] <= found[1] + TINY


@given(worth=worths, design=designs, seed=seeds, tolerances=st.tuples(st.floats(90, 1e4), st.floats(90, 1e4)))
def test_a_smaller_tolerance_asks_for_more(worth, design, seed, tolerances):
    strict, lax = sorted(tolerances)
    found = [solve(worth, ws.CertaintyEquivalentRule(r), design, seed).estimate for r in (strict, lax)]
    assert found[0] <= found[1] + TINY


@given(worth=worths, design=designs, seed=seeds, more=st.floats(0, 50))
def test_asking_for_more_concedes_less(worth, design, seed, more):
    for rule in (ws.ChanceRule(0.7), ws.ExpectedValueRule(), ws.ExpectedShortfallRule(0.2)):
        not_beyond(
            solve(worth, dataclasses.replace(rule, at_least=more), design, seed),
            solve(worth, rule, design, seed),
        )


@given(worth=worths, design=designs, seed=seeds, tolerance=st.floats(90, 1e5), fraction=st.floats(0.1, 0.9))
def test_rules_are_in_order(worth, design, seed, tolerance, fraction):
    """On the same draws: shortfall and certainty equivalent below the mean (Jensen); shortfall below the
    quantile of the same fraction, that is below the walkaway of the chance rule."""
    mean = solve(worth, ws.ExpectedValueRule(), design, seed).estimate
    tail = solve(worth, ws.ExpectedShortfallRule(fraction), design, seed).estimate
    sure = solve(worth, ws.CertaintyEquivalentRule(tolerance), design, seed).estimate
    chance = solve(worth, ws.ChanceRule(1 - fraction), design, seed).estimate
    assert tail <= mean + TINY
    assert sure <= mean + TINY
    assert tail <= chance + TINY


@given(worth=worths, design=designs, seed=seeds)
def test_limits_of_the_rules(worth, design, seed):
    """A large tolerance and a whole tail are the mean; half a variance over R takes over in between."""
    mean = solve(worth, ws.ExpectedValueRule(), design, seed).estimate
    spread = max(worth.std(), 1.0)
    far = solve(worth, ws.CertaintyEquivalentRule(1e7 * spread), design, seed).estimate
    assert far == pytest.approx(mean, abs=1e-5 * spread)
    whole = solve(worth, ws.ExpectedShortfallRule(1 - 1e-12), design, seed).estimate
    assert whole == pytest.approx(mean, abs=1e-6 * spread)


@given(worth=worths, design=designs, seed=seeds, scale=st.floats(0.01, 1e6), shift=st.floats(-200, 200))
def test_equivariance_to_currency(worth, design, seed, scale, shift):
    """In another currency, and with a sum paid beforehand, every figure moves along."""
    for rule in (
        ws.ChanceRule(0.8, at_least=2.0),
        ws.ExpectedValueRule(at_least=2.0),
        ws.ExpectedShortfallRule(0.2, at_least=2.0),
        ws.CertaintyEquivalentRule(200.0, at_least=2.0),
    ):
        plain = solve(worth, rule, design, seed, buffer=3.0)
        changed = {
            name: getattr(rule, name) * scale
            for name in ("at_least", "risk_tolerance")
            if hasattr(rule, name)
        }
        moved = solve(
            worth,
            dataclasses.replace(rule, **changed),
            design,
            seed,
            low=scale * (-400.0 + shift),
            high=scale * (400.0 + shift),
            scale=scale,
            shift=shift,
            buffer=3.0 * scale,
        )
        assert plain.status == moved.status
        for name in (*FIGURES, "without_buffer"):
            there = getattr(moved, name) / scale - shift
            np.testing.assert_allclose(there, getattr(plain, name), rtol=0, atol=TINY)


@given(worth=worths, seed=seeds, n_draws=st.integers(600, 2500))
def test_the_first_draws_give_the_answer_of_a_shorter_run(worth, seed, n_draws):
    """`random` draws are a prefix of any longer run, so a walkaway on them can be checked by hand."""
    deal = price_deal(worth, -400, 400)
    full = ws.simulate(deal, 2500, "random", rng=seed)
    short = ws.simulate(deal, n_draws, "random", rng=seed)
    np.testing.assert_array_equal(short.draws["worth"], full.draws["worth"][:n_draws])
    found = ws.walkaway(short, ws.ExpectedValueRule())["price"].estimate
    assert found == pytest.approx(full.draws["worth"][:n_draws].mean(), abs=TINY)


@given(
    worth=worths, design=designs, seed=seeds, levels=st.tuples(st.floats(0.55, 0.995), st.floats(0.55, 0.995))
)
def test_more_confidence_is_a_wider_interval(worth, design, seed, levels):
    sim = ws.simulate(price_deal(worth, -400, 400), DESIGNS[design], design, rng=seed)
    for rule in (ws.ChanceRule(0.7), ws.ExpectedValueRule(), ws.ExpectedShortfallRule(0.2)):
        narrow, wide = (ws.walkaway(sim, rule, level)["price"] for level in sorted(levels))
        assert wide.low <= narrow.low + TINY
        assert narrow.high <= wide.high + TINY
        assert narrow.estimate == wide.estimate
        assert np.isnan(wide.safe) or wide.safe <= narrow.safe + TINY
        assert narrow.low <= narrow.safe + TINY


@given(worth=continuous(), seed=seeds, chance=st.floats(0.05, 0.95))
def test_the_chance_walkaway_is_an_order_statistic(worth, seed, chance):
    """Whatever the distribution: the break-even of exact rank, for independent draws."""
    from fractions import Fraction

    n = 400
    draws = ws.simulate(price_deal(worth, 0, 1), n, "random", rng=seed).draws["worth"]
    low, high = float(draws.min()), float(draws.max())
    width = max(high - low, 1e-6 * max(abs(low), abs(high), 1e-6))
    sim = ws.simulate(price_deal(worth, low - width, high + width), n, "random", rng=seed)
    found = ws.walkaway(sim, ws.ChanceRule(chance))["price"]
    rank = n + int((-n * Fraction(repr(chance))).__floor__())  # floor(n (1 - c)), from 0
    assert found.estimate == pytest.approx(np.sort(draws)[rank], abs=1e-9 * 3 * width)
