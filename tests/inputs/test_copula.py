"""Dependence: what is read, repaired, refused, and attained."""

import math
import pickle
import time

import numpy as np
import pandas as pd
import pytest
import scipy.stats as st
from hypothesis import given, settings
from hypothesis import strategies as hs
from tests.strategies import correlation_maps, refused

from walkaway_sim.errors import DependenceError
from walkaway_sim.inputs import build_dependence, lognormal, nearest_correlation, pert
from walkaway_sim.inputs.copula import latent_correlation
from walkaway_sim.inputs.correlation import lower_factor

NAMES = ["volume", "unit_cost", "freight", "delay", "no_deal"]
HIGHAM = np.array([[1.0, 1, 0], [1, 1, 1], [0, 1, 1]])


def scores(block, n, seed):
    return np.random.default_rng(seed).standard_normal((n, len(block.names))) @ block.factor.T


def test_blocks_are_connected_components():
    dependence = build_dependence(
        NAMES, {("volume", "no_deal"): 0.4, ("unit_cost", "freight"): 0.5, ("delay", "volume"): 0.0}
    )
    assert [block.names for block in dependence.blocks] == [("freight", "unit_cost"), ("no_deal", "volume")]
    assert dependence.block_of("volume") == 1
    assert dependence.block_of("delay") is None
    assert [pair.names for pair in dependence.pairs] == [
        ("delay", "volume"),
        ("freight", "unit_cost"),
        ("no_deal", "volume"),
    ]
    assert all(pair.moved == 0.0 and pair.used == pair.asked for pair in dependence.pairs)
    assert dependence.pairs[1].latent == pytest.approx(0.517638090205042, abs=1e-15)
    assert build_dependence(NAMES, {}).blocks == ()


def test_table_and_mapping_say_the_same():
    rho = pd.DataFrame(
        [[1, -0.3, 0.2], [-0.3, 1, 0], [0.2, 0, 1]],
        index=["freight", "volume", "delay"],
        columns=["freight", "volume", "delay"],
    )
    mapping = {("volume", "freight"): -0.3, ("delay", "freight"): 0.2}
    one = build_dependence(NAMES, rho)
    # Rows in another order than the columns are the same table.
    for other in (
        build_dependence(NAMES, mapping),
        build_dependence(NAMES, rho.loc[["delay", "freight", "volume"]]),
    ):
        assert other.pairs == one.pairs
        np.testing.assert_array_equal(other.blocks[0].factor, one.blocks[0].factor)
    frame = one.to_frame()
    assert frame.columns.tolist() == ["first", "second", "asked", "latent", "used", "moved"]
    assert frame["asked"].tolist() == [0.2, -0.3]


@pytest.mark.parametrize("rho", [-0.95, -0.3, 0.2, 0.5, 0.8, 0.99])
def test_spearman_attained(rho):
    """Within 4 standard errors; those of the rank correlation are at most (1 - rho^2) 1.1/sqrt(n)."""
    n = 40_000
    block = build_dependence(NAMES, {("volume", "unit_cost"): rho}).blocks[0]
    z = scores(block, n, 11)
    found = st.spearmanr(lognormal(1000, 0.25).from_normal(z[:, 0]), pert(27, 30, 36).from_normal(z[:, 1]))
    # The floor is for correlations near 1, where the bound is loose the other way.
    assert abs(found.statistic - rho) < 4 * max((1 - rho**2) * 1.1, 0.02) / math.sqrt(n)


def test_a_pearson_correlation_in_place_of_the_latent_one_is_caught():
    """Negative control: without 2 sin(pi rho/6), 0.5 becomes 0.4826, 13 of these standard errors off."""
    n = 400_000
    z = np.random.default_rng(11).standard_normal((n, 2)) @ np.linalg.cholesky([[1, 0.5], [0.5, 1]]).T
    assert abs(st.spearmanr(z).statistic - 0.5) > 4 * 0.75 * 1.1 / math.sqrt(n)


@pytest.mark.parametrize("rho", [1.0, -1.0])
def test_moving_as_one(rho):
    block = build_dependence(NAMES, {("volume", "unit_cost"): rho}).blocks[0]
    z = scores(block, 1000, 3)
    np.testing.assert_allclose(z[:, 1], rho * z[:, 0], rtol=0, atol=1e-6)


def test_moving_as_one_among_others():
    pairs = {("volume", "unit_cost"): 1.0, ("volume", "freight"): 0.5, ("unit_cost", "freight"): 0.5}
    dependence = build_dependence(NAMES, pairs)
    block = dependence.blocks[0]
    z = dict(zip(block.names, scores(block, 1000, 3).T, strict=True))
    np.testing.assert_allclose(z["volume"], z["unit_cost"], rtol=0, atol=1e-6)
    assert all(pair.moved == 0.0 for pair in dependence.pairs)


def test_higham_published_example():
    """Higham (2002), section 4: 0.7607 and 0.1573, at a distance of 0.5278."""
    repaired, change = nearest_correlation(HIGHAM)
    assert repaired[0, 1] == pytest.approx(0.7607, abs=5e-5)
    assert repaired[0, 2] == pytest.approx(0.1573, abs=5e-5)
    assert change == pytest.approx(0.5278, abs=5e-5)


@given(hs.integers(2, 12), hs.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_nearest_is_optimal(k, seed):
    """The optimum has a certificate: what is added to it, off the diagonal, is orthogonal to it and PSD."""
    rng = np.random.default_rng(seed)
    asked = np.triu(rng.uniform(-1, 1, (k, k)), 1)
    asked = asked + asked.T + np.eye(k)
    repaired, change = nearest_correlation(asked)
    assert np.all(np.diagonal(repaired) == 1.0)
    np.testing.assert_array_equal(repaired, repaired.T)
    assert np.linalg.eigvalsh(repaired)[0] > 0.5e-10
    np.linalg.cholesky(repaired)
    assert change == pytest.approx(np.linalg.norm(repaired - asked), rel=1e-12)
    # A correlation matrix on the way to any other is no nearer (projection on a convex set).
    for _ in range(5):
        loading = rng.standard_normal((k, k))
        other = loading @ loading.T
        other /= np.sqrt(np.outer(np.diagonal(other), np.diagonal(other)))
        assert np.sum((asked - repaired) * (other - repaired)) <= 1e-6 * k


def test_nothing_to_repair():
    good = np.array([[1, 0.5], [0.5, 1]])
    repaired, change = nearest_correlation(good)
    assert change == 0.0
    np.testing.assert_array_equal(repaired, good)


@given(correlation_maps(NAMES))
@settings(max_examples=60, deadline=None)
def test_factor_gives_the_latent_matrix(pairs):
    dependence = build_dependence(NAMES, pairs)
    latent = {pair.names: pair.latent for pair in dependence.pairs}
    for block in dependence.blocks:
        assert np.allclose(block.factor, np.tril(block.factor))
        product = block.factor @ block.factor.T
        for i, first in enumerate(block.names):
            assert product[i, i] == pytest.approx(1.0, abs=1e-12)
            for j in range(i + 1, len(block.names)):
                assert product[i, j] == pytest.approx(latent.get((first, block.names[j]), 0.0), abs=1e-8)


def test_a_repair_is_reported_pair_by_pair():
    pairs = {("volume", "unit_cost"): 0.9, ("volume", "freight"): 0.9, ("unit_cost", "freight"): 0.55}
    dependence = build_dependence(NAMES, pairs | {("delay", "no_deal"): 0.5})
    moved = {pair.names: pair for pair in dependence.pairs}
    assert moved["delay", "no_deal"].moved == 0.0
    for names in (("unit_cost", "volume"), ("freight", "volume"), ("freight", "unit_cost")):
        pair = moved[names]
        assert 0 < abs(pair.moved) < 0.1
        assert pair.used == pytest.approx(pair.asked + pair.moved)
        assert pair.latent == pytest.approx(latent_correlation(np.array(pair.used)))
    block = dependence.blocks[dependence.block_of("volume")]
    z = scores(block, 40_000, 5)
    found = st.spearmanr(z).statistic
    for i, first in enumerate(block.names):
        for j in range(i + 1, 3):
            # 4 standard errors, at most 1.1/sqrt(n) each.
            assert abs(found[i, j] - moved[first, block.names[j]].used) < 4.4 / math.sqrt(40_000)


def test_a_repair_of_one_block_leaves_the_others():
    good = {("delay", "no_deal"): 0.5}
    bad = {("volume", "unit_cost"): 0.9, ("volume", "freight"): 0.9, ("unit_cost", "freight"): 0.5}
    alone = build_dependence(NAMES, good)
    beside = build_dependence(NAMES, good | bad)
    index = beside.block_of("delay")
    np.testing.assert_array_equal(alone.blocks[0].factor, beside.blocks[index].factor)


def test_too_much_repair_names_the_worst_pairs():
    pairs = {("volume", "unit_cost"): 0.9, ("volume", "freight"): 0.9}
    message = refused(build_dependence, NAMES, pairs)
    assert "('freight', 'unit_cost') from 0 (not mentioned) to" in message
    assert "max_repair = 0.1" in message
    assert "give the pairs that were not mentioned" in message
    moved = build_dependence(NAMES, pairs, max_repair=1.0).pairs
    assert ("freight", "unit_cost") in [pair.names for pair in moved]
    pairs = {("volume", "unit_cost"): 0.9, ("volume", "freight"): 0.9, ("unit_cost", "freight"): -0.9}
    assert "('freight', 'unit_cost') from -0.9 to" in refused(build_dependence, NAMES, pairs)


def test_three_hundred_inputs_in_one_block():
    rng = np.random.default_rng(2)
    names = [f"input_{i:03d}" for i in range(300)]
    loading = rng.uniform(-0.9, 0.9, (300, 3)) / math.sqrt(3)
    noise = np.triu(rng.uniform(-0.05, 0.05, (300, 300)), 1)
    rho = np.clip(loading @ loading.T + noise + noise.T, -1, 1)
    np.fill_diagonal(rho, 1.0)
    start = time.perf_counter()
    dependence = build_dependence(names, pd.DataFrame(rho, index=names, columns=names), max_repair=0.2)
    seconds = time.perf_counter() - start
    factor = dependence.blocks[0].factor
    assert factor.shape == (300, 300)
    np.testing.assert_allclose(np.sum(factor**2, axis=1), 1.0, rtol=0, atol=1e-12)
    assert len(dependence.pairs) == 300 * 299 // 2
    assert seconds < 120  # measured: 0.6 on an idle machine; only to catch an iteration that crawls


def test_semidefinite_factor():
    for matrix in (np.ones((3, 3)), np.array([[1.0, -1], [-1, 1]]), np.eye(2)):
        factor = lower_factor(matrix)
        np.testing.assert_allclose(factor @ factor.T, matrix, rtol=0, atol=1e-7)
        assert np.all(np.diagonal(factor) >= 0)
        np.testing.assert_array_equal(factor, np.tril(factor))


def test_t_copula_and_pickle():
    dependence = build_dependence(NAMES, {("volume", "delay"): 0.5}, t_df=4)
    assert dependence.t_df == dependence.blocks[0].t_df == 4.0
    copy = pickle.loads(pickle.dumps(dependence))
    assert copy.pairs == dependence.pairs
    np.testing.assert_array_equal(copy.blocks[0].factor, dependence.blocks[0].factor)


def table(values, rows=("volume", "delay"), columns=("volume", "delay")):
    return pd.DataFrame(values, index=list(rows), columns=list(columns))


@pytest.mark.parametrize(
    ("given_", "words"),
    [
        ({("volum", "delay"): 0.5}, ["no input is named 'volum'", "did you mean 'volume'"]),
        ({("volume", "delay"): 0.5, ("delay", "volume"): 0.4}, ["given twice", "0.5 and 0.4"]),
        ({("volume", "delay"): 1.2}, ["between -1 and 1", "1.2"]),
        ({("volume", "delay"): math.nan}, ["finite"]),
        ({("volume", "delay"): "high"}, ["finite number", "high"]),
        ({("volume", "volume"): 0.5}, ["paired with itself"]),
        ({"volume": 0.5}, ["pair of names", "'volume'"]),
        (0.5, ["pairs of names", "float"]),
        (table([[1, 0.5], [0.4, 1]]), ["symmetric", "0.5", "0.4"]),
        (table([[1, 0.5], [0.5, 0.9]]), ["diagonal must be 1", "0.9"]),
        (table([[1, 0.5], [0.5, 1]], columns=["volume", "freight"]), ["same names", "delay", "freight"]),
        (table([[1, 0], [0, 1]], ["volume", "dely"], ["volume", "dely"]), ["'dely'", "did you mean 'delay'"]),
        (table([[1, 1], [1, 1]], ["volume"] * 2, ["volume"] * 2), ["twice"]),
        (table([[1, math.nan], [math.nan, 1]]), ["finite"]),
    ],
)
def test_refusals(given_, words):
    with pytest.raises(DependenceError) as caught:
        build_dependence(NAMES, given_)
    for word in words:
        assert word in str(caught.value)


def test_refused_parameters():
    assert "t_df must be above 0" in refused(build_dependence, NAMES, {}, t_df=0)
    assert "max_repair must be 0 or more" in refused(build_dependence, NAMES, {}, max_repair=-1)
    assert "square" in refused(nearest_correlation, np.ones((2, 3)))
    assert "symmetric" in refused(nearest_correlation, np.array([[1, 0.2], [0.3, 1]]))
    assert "NaN" in refused(nearest_correlation, np.array([[1, np.nan], [np.nan, 1]]))
    assert "not converged" in refused(nearest_correlation, HIGHAM, max_iterations=1)
