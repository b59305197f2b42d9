"""Published and certified numbers."""

import math

import numpy as np
import pytest
from tests.reference import agrees, case

from walkaway_sim.inputs import lognormal, metalog, mixture, normal, pert, uniform
from walkaway_sim.inputs._keelin_curve import SLOPE_BOUND
from walkaway_sim.inputs.copula import latent_correlation, spearman
from walkaway_sim.inputs.correlation import lower_factor


def check(name, found):
    expected = case(name)
    exact = expected["exact"]
    assert len(found) == len(exact)
    for one, other in zip(found, exact, strict=True):
        assert agrees(one, other, expected["tol"]), (name, one, other)


def test_e01_e02_three_term_metalog():
    q10, q50, q90 = case("E01")["inputs"]["q"]
    curve = metalog({0.1: q10, 0.5: q50, 0.9: q90})
    check("E01", [*curve.coefficients, curve.ppf(0.05), curve.ppf(0.95)])
    check("E02", [curve.mean(), curve.std() ** 2])


def test_e03_feasibility_bound():
    bound = case("E03")["exact"]["bound"]
    assert agrees(SLOPE_BOUND, bound, 1e-13)
    k = 0.5 * (1 - SLOPE_BOUND * (0.5 - 0.1))
    assert agrees(k, case("E03")["exact"]["k10"], case("E03")["tol"])
    for share in (k + 1e-7, 1 - k - 1e-7):
        metalog({0.1: 0, 0.5: share, 0.9: 1})
    for share in (k - 1e-7, 1 - k + 1e-7):
        with pytest.raises(ValueError, match="go down"):
            metalog({0.1: 0, 0.5: share, 0.9: 1})


def test_e05_exact_families():
    mu, s = case("E05")["inputs"]["mu"], case("E05")["inputs"]["s"]
    low, high, place = case("E05")["exact"]
    logistic = metalog({0.1: low, 0.9: high})
    assert logistic.coefficients == pytest.approx((mu, s), rel=1e-12)
    # Four quantiles of the uniform distribution give it back.
    flat = metalog({p: p for p in (0.1, 0.3, 0.6, 0.9)})
    assert flat.coefficients == pytest.approx((0.5, 0, 0, 1), abs=1e-12)
    assert flat.ppf(place) == pytest.approx(place, abs=1e-12)


def test_e06_pert():
    three = [case("E06")["inputs"][key] for key in "amb"]
    found = []
    for shape in case("E06")["inputs"]["lam"]:
        curve = pert(*three, shape)
        found += [*curve._beta(), curve.mean(), curve.std() ** 2]
        if shape == 4:
            found += [curve.ppf(0.1), curve.ppf(0.9)]
    check("E06", found)


def test_e07_latent_correlation():
    found = latent_correlation(np.array(case("E07")["inputs"]["rho_s"]))
    orthant = 0.25 + math.asin(0.5) / (2 * math.pi)
    tau = 2 / math.pi * math.asin(0.5)
    check("E07", [*found, tau, orthant])
    np.testing.assert_allclose(spearman(found), case("E07")["inputs"]["rho_s"], rtol=0, atol=1e-15)


def test_e08_pearson_bounds_of_lognormals():
    """Through the factor and `from_normal`, integrated by Gauss-Hermite."""
    node, weight = np.polynomial.hermite_e.hermegauss(100)
    weight = weight / weight.sum()
    z1, z2 = (grid.ravel() for grid in np.meshgrid(node, node, indexing="ij"))
    mass = np.outer(weight, weight).ravel()
    one, two = (lognormal(1, sd) for sd in case("E08")["inputs"]["sigma"])
    found = []
    for rho in case("E08")["inputs"]["rho"]:
        factor = lower_factor(np.array([[1, rho], [rho, 1]]))
        x = one.from_normal(z1)
        y = two.from_normal(factor[1, 0] * z1 + factor[1, 1] * z2)
        covariance = mass @ (x * y) - one.mean() * two.mean()
        found.append(covariance / (one.std() * two.std()))
    check("E08", found)


def test_e10_linear_pool():
    given = case("E10")["inputs"]
    parts = zip(given["w"], given["means"], given["sds"], strict=True)
    pool = mixture([(w, normal(mean, sd)) for w, mean, sd in parts])
    assert agrees(pool.mean(), case("E10")["exact"][0], case("E10")["tol"])
    assert agrees(pool.std() ** 2, case("E10")["exact"][1], case("E10")["tol"])


def test_quantile_cases_of_other_groups():
    assert agrees(normal(100, 15).ppf(0.1), 80.776726516831, 1e-12)
    # A02 gives the logarithm's mean, 4.6.
    assert agrees(lognormal(math.exp(4.6), 0.3).ppf(0.1), 67.7303601288047, 1e-12)
    assert agrees(uniform(80, 140).ppf(0.1), 86, 1e-12)
