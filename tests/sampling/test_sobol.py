"""Randomised Sobol' points: the sequence, what the scramble keeps, and what breaks it."""

import numpy as np
import pytest
from scipy.special import ndtr
from scipy.stats import kstest, qmc
from tests.reference import case

from walkaway_sim.sampling import BLOCK, root_sequence
from walkaway_sim.sampling.sobol import BITS, SobolDesign, direction_numbers


def points(dimensions, n_points, n_replicates=4, seed=3, names=None):
    """All points, shape (n_points, n_replicates, dimensions)."""
    design = SobolDesign(root_sequence(seed), n_points * n_replicates, n_replicates, dimensions)
    columns = []
    for coordinate in range(dimensions):
        name = f"x{coordinate}" if names is None else names[coordinate]
        blocks = -(-design.n_draws // design.block)
        column = np.concatenate([design.uniform(name, coordinate, index) for index in range(blocks)])
        columns.append(column.reshape(n_points, n_replicates))
    return np.stack(columns, axis=-1)


def unscrambled(dimensions, n_points):
    """The sequence in Gray-code order, straight from the direction numbers."""
    directions = direction_numbers(dimensions, n_points.bit_length() - 1)
    out = np.zeros((n_points, dimensions), dtype=np.uint64)
    for index in range(n_points):
        gray = index ^ (index >> 1)
        for k in range(directions.shape[1]):
            if gray >> k & 1:
                out[index] ^= directions[:, k]
    return out / 2.0**BITS


def test_c01_direction_numbers():
    given = case("C01")
    found = unscrambled(given["inputs"]["d"], given["inputs"]["n"])
    np.testing.assert_array_equal(found, given["exact"])


def test_direction_numbers_are_scipys_in_many_dimensions():
    np.testing.assert_array_equal(unscrambled(60, 256), qmc.Sobol(d=60, scramble=False).random(256))


@pytest.mark.parametrize("n_points", [2, 64, 2**12])
def test_each_coordinate_of_each_randomisation_is_a_net(n_points):
    """A (0, m, 1)-net: one point in each of the 2^m equal intervals."""
    found = np.sort(np.floor(points(12, n_points) * n_points), axis=0)
    np.testing.assert_array_equal(found, np.broadcast_to(np.arange(n_points)[:, None, None], found.shape))


def most_in_a_box(pair, n_points):
    """The most points in any elementary interval, over the shapes 2^-a by 2^-(m-a)."""
    m = n_points.bit_length() - 1
    worst = 0
    for a in range(m + 1):
        box = np.floor(pair[:, 0] * 2**a) * 2 ** (m - a) + np.floor(pair[:, 1] * 2 ** (m - a))
        worst = max(worst, int(np.bincount(box.astype(int), minlength=n_points).max()))
    return worst


@pytest.mark.parametrize("m", [4, 8, 10])
def test_the_first_two_coordinates_are_a_net_together(m):
    """The first two coordinates of Sobol's sequence are a (0, m, 2)-net, and a scramble keeps that."""
    found = points(2, 2**m, n_replicates=8)
    assert [most_in_a_box(found[:, r], 2**m) for r in range(8)] == [1] * 8


def test_two_scrambles_of_one_coordinate_are_no_net_together():
    """Negative control: an input must own its coordinate; two names on the same one are not stratified."""
    design = SobolDesign(root_sequence(3), 2**10, 1, 1)
    pair = np.stack([design.uniform(name, 0, 0) for name in "ab"], axis=-1)
    assert most_in_a_box(pair, 2**10) > 1


@pytest.mark.parametrize("pair", [(2, 3), (4, 5), (6, 7), (0, 9)])
def test_pairs_are_as_well_stratified_as_scipys_own_scramble(pair):
    """The quality of a pair of coordinates belongs to the sequence: a scramble neither adds nor loses."""
    m = 10
    plain = unscrambled(10, 2**m)[:, pair]
    found = points(10, 2**m)
    assert {most_in_a_box(found[:, r][:, pair], 2**m) for r in range(4)} == {most_in_a_box(plain, 2**m)}


def test_the_first_point_is_kept():
    """Every randomisation has a point in the first interval: the one at index 0 is not dropped."""
    found = points(3, 2**10)
    shift = found[0]
    again = points(3, 2)
    np.testing.assert_array_equal(shift, again[0])
    assert np.unique(shift).size == shift.size


def test_every_point_is_uniform():
    """Over 4000 randomisations a given point has a uniform distribution; false alarm rate 1e-4 each."""
    found = points(2, 4, n_replicates=4000)
    for index in range(4):
        for coordinate in range(2):
            assert kstest(found[index, :, coordinate], "uniform").pvalue > 1e-4


def test_randomisations_are_independent():
    """Their means of a square do not correlate: 5 standard errors over 2000 pairs."""
    means = (points(1, 8, n_replicates=4000)[:, :, 0] ** 2).mean(axis=0)
    assert abs(np.corrcoef(means[0::2], means[1::2])[0, 1]) < 5 / np.sqrt(2000)


def test_points_lie_inside_and_their_scores_are_finite():
    design = SobolDesign(root_sequence(0), 2**20, 16, 2)
    for index in (0, 63):
        uniform, score = design.uniform("a", 1, index), design.normal("a", 1, index)
        assert 0.0 < uniform.min() < uniform.max() < 1.0
        np.testing.assert_allclose(ndtr(score), uniform, rtol=1e-12)


@pytest.mark.parametrize("n_replicates", [2, 16, 24])
def test_blocks_join_to_one_sequence(n_replicates):
    """The shortcut for later blocks gives the same points as one pass over the Gray code."""
    n_points = 2**13
    design = SobolDesign(root_sequence(5), n_points * n_replicates, n_replicates, 3)
    assert design.block <= BLOCK
    assert design.block % n_replicates == 0
    found = points(3, n_points, n_replicates, seed=5)
    edges = np.sort(np.floor(found * n_points), axis=0)
    np.testing.assert_array_equal(edges[:, 0, 0], np.arange(n_points))
    # Within a randomisation, point i and point j differ by a word that depends on their Gray codes alone.
    words = np.floor(found * 2.0**BITS).astype(np.uint64)
    gray = np.arange(n_points) ^ (np.arange(n_points) >> 1)
    step = int(np.flatnonzero(gray == 1)[0])
    for index in (1, n_points // 2, n_points - 1):
        mate = int(np.flatnonzero(gray == gray[index] ^ 1)[0])
        np.testing.assert_array_equal(words[index] ^ words[mate], words[0] ^ words[step])


def product(u):
    return np.prod(1 + (u - 0.5) / 2, axis=-1)


@pytest.mark.statistical
def test_c07_pitfalls():
    """A smooth integrand: the whole net is far better than one without its first point, or with a
    length that is no power of two; the bounds are the reference case's own."""
    found = points(4, 2**13, n_replicates=60)
    whole = np.sqrt(np.mean((product(found[: 2**12]).mean(axis=0) - 1) ** 2))
    dropped = np.sqrt(np.mean((product(found[1 : 2**12 + 1]).mean(axis=0) - 1) ** 2))
    short = np.sqrt(np.mean((product(found[:4000]).mean(axis=0) - 1) ** 2))
    assert dropped / whole > 10
    assert short / whole > 3
    # An order of magnitude: SciPy's scramble of the same sequence had 2.85e-6.
    assert whole < 3 * case("C07")["exact"]["2^12"]
