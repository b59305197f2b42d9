"""Fast inversion: its error in probability over the whole of (0, 1)."""

import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import scipy.stats as st
from scipy import special

from walkaway_sim.inputs import as_distribution, frozen_scipy, metalog, mixture, normal, pert, uniform
from walkaway_sim.inputs import fast_inverse as module
from walkaway_sim.inputs.bounded import _beta_inverse
from walkaway_sim.inputs.fast_inverse import fast_inverse
from walkaway_sim.inputs.frozen_scipy import _inverse, _smooth

PROMISED = 1e-9
SHAPES = [
    (27, 30, 36, 4),
    (0, 0, 1, 4),
    (0, 1, 1, 4),
    (0, 1e-6, 1, 4),
    (0, 1 - 1e-6, 1, 4),
    (0, 0.3, 1, 0.01),
    (0, 0.5, 1, 100),
    (0, 0.001, 1, 2000),
    (0, 0.5, 1, 1e5),
    (-5, 2, 3, 8),
    (0, 0.3, 1, 200),
    (0, 0.5, 1, 1e9),
    (0, 1e-12, 1, 1e4),
    (0, 3e-200, 1e-199, 4),
    (-1e200, 2e199, 1e200, 4),
]


def whole_interval():
    rng = np.random.default_rng(3)
    tail = np.concatenate(
        [10.0 ** -np.linspace(0.31, 15.9, 20_000), 10.0 ** -rng.uniform(0.31, 15.9, 20_000)]
    )
    edge = np.concatenate([module._CHECKED, [module.CUT, 1 - module.CUT]])
    return np.concatenate([rng.random(100_000), tail, 1 - tail, edge, 1 - edge, np.nextafter(edge, 1), [0.5]])


@pytest.mark.parametrize("parameters", SHAPES)
def test_pert_error_in_probability(parameters):
    curve = pert(*parameters)
    q = whole_interval()
    q = q[(q > 0) & (q < 1)]
    reached = special.betainc(*curve._beta(), (curve.ppf(q) - curve.low) / (curve.high - curve.low))
    assert np.max(np.abs(reached - q)) < PROMISED
    assert np.all(np.diff(curve.ppf(np.sort(q))) >= -1e-15 * (curve.high - curve.low))


def test_pert_tails_keep_their_relative_accuracy():
    curve = pert(0, 0.3, 1)
    tail = 10.0 ** -np.linspace(1, 300, 500)
    # Below module.CUT quantiles are exact; above it the promised error is that share of CUT at most.
    rtol = np.where(tail < module.CUT, 1e-7, PROMISED / module.CUT)
    assert np.all(np.abs(special.betainc(*curve._beta(), curve.ppf(tail)) - tail) <= rtol * tail)


@pytest.mark.parametrize(
    "frozen",
    [
        st.gamma(2.5, scale=3),
        st.gamma(0.3),
        st.beta(0.4, 0.6),
        st.skewnorm(4),
        st.invgauss(0.5),
        st.f(3, 5),
        st.chi2(1),
    ],
    ids=lambda frozen: f"{frozen.dist.name}{frozen.args}",
)
def test_scipy_error_in_probability(frozen):
    q = np.concatenate([np.linspace(0, 1, 20_001)[1:-1], 10.0 ** -np.linspace(1, 12, 200)])
    reached = frozen.cdf(as_distribution(frozen).ppf(q))
    assert np.max(np.abs(reached - q)) < PROMISED


def test_mixture_error_in_probability():
    q = np.concatenate([np.linspace(0, 1, 50_001)[1:-1], 10.0 ** -np.linspace(1, 14, 400)])
    for mixed in (
        mixture([(0.6, normal(10, 2)), (0.4, pert(5, 20, 30))]),
        mixture([(0.999, normal(0, 1)), (0.001, normal(50, 0.01))]),
        mixture([(0.5, uniform(0, 1)), (0.5, uniform(5, 6))]),
        mixture([(0.3, uniform(0, 3)), (0.4, uniform(2, 6)), (0.3, pert(2, 2, 5))]),
        mixture([(0.5, metalog({0.1: 10, 0.5: 20, 0.9: 35})), (0.5, normal(2, 3))]),
        mixture([(0.5, metalog({0.1: 10, 0.5: 20, 0.9: 35}, lower=0)), (0.5, normal(2, 3))]),
        mixture([(0.2, mixture([(0.5, pert(0, 1, 9)), (0.5, normal(3, 2))])), (0.8, normal(4, 1))]),
    ):
        assert np.max(np.abs(mixed.cdf(mixed.ppf(q)) - q)) < PROMISED


class Wrong:
    """A normal distribution whose curve says something false."""

    def __init__(self, cdf, pdf):
        self.cdf, self.pdf = cdf, pdf


@pytest.mark.parametrize(
    "curve",
    [
        Wrong(lambda x: float(st.norm.cdf(1.01 * x)), lambda x: float(1.01 * st.norm.pdf(1.01 * x))),
        Wrong(lambda _: float("nan"), lambda x: float(st.norm.pdf(x))),
    ],
)
def test_a_wrong_curve_is_found_out(curve):
    """Negative control: the check at set-up refuses it, and the exact quantiles stay."""
    assert fast_inverse(st.norm().ppf, st.norm().cdf, curve) is None
    assert fast_inverse(st.norm().ppf, st.norm().cdf, st.norm()) is not None


class Slope(Wrong):
    """A normal distribution with the slope of its density."""

    def __init__(self, dpdf):
        super().__init__(lambda x: float(special.ndtr(x)), lambda x: float(st.norm.pdf(x)))
        self.dpdf = dpdf


def test_a_right_slope_saves_intervals_and_a_wrong_one_does_no_harm():
    """Negative control: with a slope that is false, what comes out is the curve without it."""
    normal_law = st.norm()
    plain = fast_inverse(normal_law.ppf, normal_law.cdf, normal_law)
    right = fast_inverse(normal_law.ppf, normal_law.cdf, Slope(lambda x: -x * float(st.norm.pdf(x))))
    wrong = fast_inverse(normal_law.ppf, normal_law.cdf, Slope(lambda _: float("nan")))
    assert right.generator.intervals < plain.generator.intervals / 3
    assert wrong.generator.intervals == plain.generator.intervals
    q = np.linspace(0, 1, 20_001)[1:-1]
    for found in (plain, right, wrong):
        assert np.max(np.abs(special.ndtr(found.ppf(q)) - q)) < PROMISED


SMOOTH = [
    st.beta(0.4, 0.6), st.beta(3, 0.7), st.beta(1, 4), st.beta(300, 20, -2, 5), st.gamma(0.3), st.gamma(40, 1, 3),
    st.invgauss(0.5), st.invgauss(4, scale=3), st.skewnorm(4), st.skewnorm(-1.5, 10, 2), st.skewnorm(0),
]  # fmt: skip


@pytest.mark.parametrize("frozen", SMOOTH, ids=lambda frozen: f"{frozen.dist.name}{frozen.args}")
def test_smooth_curves_are_scipys(frozen):
    curve = _smooth(frozen)
    for x in frozen.ppf([1e-4, 0.03, 0.4, 0.8, 0.99]).tolist():
        assert curve.cdf(x) == pytest.approx(frozen.cdf(x), rel=1e-10)
        assert curve.pdf(x) == pytest.approx(frozen.pdf(x), rel=1e-10)
        # A central difference is off by the square of its step, relative to the distance from the ends.
        low, high = frozen.support()
        step = 1e-5 * min(frozen.std(), x - low, high - x)
        rise = (frozen.pdf(x + step) - frozen.pdf(x - step)) / (2 * step)
        assert curve.dpdf(x) == pytest.approx(rise, rel=1e-6, abs=1e-6 * frozen.pdf(x) / frozen.std())


@pytest.mark.parametrize("frozen", SMOOTH, ids=lambda frozen: f"{frozen.dist.name}{frozen.args}")
def test_a_set_up_that_knows_the_slope_is_small(frozen):
    """A fifth of the intervals that polynomials of degree 3 need, about; at most half of them."""
    law = as_distribution(frozen)
    slow = fast_inverse(law._exact, law.cdf, frozen_scipy._PlainCurve(frozen))
    assert _inverse(law).generator.intervals < slow.generator.intervals / 2


def test_a_quantile_does_not_depend_on_what_else_is_in_the_array():
    curve = pert(27, 30, 36)
    q = np.random.default_rng(2).random(5_000)
    whole = curve.ppf(q)
    np.testing.assert_array_equal(whole[1234:1240], curve.ppf(q[1234:1240]))
    assert whole[17] == curve.ppf(float(q[17]))


def test_the_cut_is_seamless():
    curve = pert(0, 0.3, 1)
    q = module.CUT * (1 + np.linspace(-1e-3, 1e-3, 1001))
    assert np.max(np.abs(curve.cdf(curve.ppf(q)) - q)) < PROMISED


def test_one_number_at_a_time_is_the_same_distribution():
    for curve in (metalog({0.1: 10, 0.5: 20, 0.9: 35}, lower=0, upper=60), pert(1, 2, 4), normal(3, 2)):
        x = np.concatenate([curve.ppf([0.001, 0.2, 0.5, 0.999]), [-70.0, 70.0]])
        found = np.array([curve._cdf_and_density(value) for value in x.tolist()])
        np.testing.assert_allclose(found[:, 0], curve.cdf(x), atol=1e-12)
        np.testing.assert_allclose(found[:4, 1], curve._density(x[:4]), rtol=1e-10)


def test_a_family_that_refuses_scipys_own_object_is_fast_all_the_same():
    assert _inverse(as_distribution(st.skewnorm(4))) is not None


def test_a_used_distribution_crosses_a_process_boundary():
    q = np.linspace(0, 1, 101)
    for curve in (pert(0, 0.3, 1), as_distribution(st.gamma(2.5)), mixture([(1, normal(0, 1))])):
        before = curve.ppf(q)
        copy = pickle.loads(pickle.dumps(curve))
        assert copy == curve
        np.testing.assert_array_equal(copy.ppf(q), before)


def test_no_warning_leaves_the_set_up():
    """Even where SciPy has many (large shapes) and the user has made warnings errors."""
    code = (
        "from walkaway_sim.inputs import pert, mixture, normal; pert(0, 0.5, 1, 1e12).ppf([0.2]);"
        "mixture([(0.999, normal(0, 1)), (0.001, normal(50, 0.01))]).ppf([0.2])"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True
    )
    assert not done.stdout
    assert not done.stderr


def test_set_up_is_kept():
    assert _beta_inverse(2.0, 3.0) is _beta_inverse(2.0, 3.0)


def test_threads_get_the_same():
    q = np.random.default_rng(2).random(20_000)
    _beta_inverse.cache_clear()
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: pert(0, 0.2, 1).ppf(q), range(8)))
    assert all((one == found[0]).all() for one in found)
