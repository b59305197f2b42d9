"""Latin hypercubes, independent draws, and the numbers of draws that a design can have."""

import warnings

import numpy as np
import pytest
from scipy.stats import chi2, kstest
from tests.reference import case

from walkaway_sim.errors import InputError
from walkaway_sim.sampling import BLOCK, root_sequence
from walkaway_sim.sampling.designs import LatinHypercube, RandomDesign
from walkaway_sim.sampling.plan import check_size


def column(design, name):
    blocks = -(-design.n_draws // design.block)
    return np.concatenate([design.uniform(name, 0, index) for index in range(blocks)])


@pytest.mark.parametrize(("n_points", "n_replicates"), [(2, 2), (1000, 7), (2**12, 16)])
def test_every_replicate_of_a_latin_hypercube_is_stratified(n_points, n_replicates):
    """Exactly one point in each of the n equal intervals, point-major."""
    design = LatinHypercube(root_sequence(1), n_points * n_replicates, n_replicates)
    for name in ("a", "b"):
        strata = np.sort(np.floor(column(design, name).reshape(-1, n_replicates) * n_points), axis=0)
        np.testing.assert_array_equal(strata, np.tile(np.arange(n_points)[:, None], n_replicates))


@pytest.mark.statistical
def test_c02_variance_of_a_sum():
    """Var of the mean of a sum of uniforms is d/(12 n^3); its estimate from 2000 replicates is a
    chi-square, and the test's false alarm rate 1e-4. Independent draws have n^2 times as much."""
    given = case("C02")
    n_points, d = given["inputs"]["n"], given["inputs"]["d"]
    replicates = 2000
    design = LatinHypercube(root_sequence(2), n_points * replicates, replicates)
    total = sum(column(design, f"u{j}") for j in range(d))
    means = total.reshape(n_points, replicates).mean(axis=0)
    ratio = means.var(ddof=1) / given["exact"]
    low, high = chi2.ppf([5e-5, 1 - 5e-5], replicates - 1) / (replicates - 1)
    assert low < ratio < high
    plain = RandomDesign(root_sequence(2), n_points * replicates)
    loose = sum(column(plain, f"u{j}") for j in range(d)).reshape(n_points, replicates).mean(axis=0)
    assert loose.var(ddof=1) / given["exact"] > 0.5 * n_points**2


def test_columns_of_a_latin_hypercube_are_ordered_independently():
    design = LatinHypercube(root_sequence(3), 2**14, 16)
    assert abs(np.corrcoef(column(design, "a"), column(design, "b"))[0, 1]) < 5 / np.sqrt(2**14)


def test_independent_draws_are_uniform_and_normal():
    design = RandomDesign(root_sequence(4), 2**15)
    assert kstest(column(design, "a"), "uniform").pvalue > 1e-4
    normal = np.concatenate([design.normal("a", 0, index) for index in range(2)])
    assert kstest(normal, "norm").pvalue > 1e-4
    lag = np.corrcoef(normal[:-1], normal[1:])[0, 1]
    assert abs(lag) < 5 / np.sqrt(normal.size)
    # One block does not repeat another.
    assert np.intersect1d(normal[:BLOCK], normal[BLOCK:]).size == 0


@pytest.mark.parametrize(
    ("n_draws", "n_randomisations", "nearest"),
    [
        (65_000, 16, 65_536),
        (10_000, 16, 8_192),
        (100_000, 16, 131_072),
        (98_000, 16, 65_536),
        (16, 16, 32),
        (1, 16, 32),
        (1000, 10, 1280),
        (3 * 2**11 + 1, 3, 3 * 2**11),
    ],
)
def test_sobol_names_the_nearest_number_of_draws(n_draws, n_randomisations, nearest):
    with pytest.raises(InputError, match=rf"got {n_draws}; the nearest is {nearest}(,|$)"):
        check_size(n_draws, "sobol", n_randomisations)
    options = [n_randomisations * 2**m for m in range(1, 30)]
    assert nearest == min(options, key=lambda option: abs(option - n_draws))


@pytest.mark.parametrize(("n_draws", "nearest"), [(1000, 992), (1001, 1008), (5, 32), (16, 32)])
def test_latin_hypercubes_name_the_nearest_number_of_draws(n_draws, nearest):
    with pytest.raises(InputError, match=rf"the nearest is {nearest}(,|$)"):
        check_size(n_draws, "lhs", 16)
    check_size(nearest, "lhs", 16)


@pytest.mark.parametrize("design", ["random", "lhs", "sobol"])
@pytest.mark.parametrize("n_draws", [0, -1, 2.0**14, "many", True, None])
def test_what_is_no_number_of_draws_is_refused(design, n_draws):
    with pytest.raises(InputError, match="n_draws must be a whole number of at least 1"):
        check_size(n_draws, design, 16)


@pytest.mark.parametrize("design", ["lhs", "sobol"])
@pytest.mark.parametrize("n_randomisations", [0, 1, 2.5])
def test_one_randomisation_is_refused(design, n_randomisations):
    """From one there is no interval."""
    with pytest.raises(InputError, match="n_randomisations must be a whole number of at least 2"):
        check_size(2**14, design, n_randomisations)


def test_an_unknown_design_is_refused_with_the_nearest():
    with pytest.raises(InputError, match="did you mean 'sobol'"):
        check_size(2**14, "sobl", 16)


def test_few_points_in_a_randomisation_warn():
    with pytest.warns(UserWarning, match="512 points in each of 16 randomisations.*at least 16384"):
        check_size(2**13, "sobol", 16)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_size(2**14, "sobol", 16)
        check_size(2**5, "lhs", 16)
