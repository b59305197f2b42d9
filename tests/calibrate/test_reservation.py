"""Reservation prices as distributions."""

import math

import numpy as np
import pytest
import scipy.stats as st
from hypothesis import given
from hypothesis import strategies as some
from tests.strategies import refused

from walkaway_sim.calibrate.quotes.reservation import has_law, reservation_law
from walkaway_sim.inputs import KinkedReservation, LogNormal, Metalog, from_spec
from walkaway_sim.inputs.links import chance_of

GRID = np.array([0.001, 0.05, 0.3, 0.5, 0.8, 0.99])


@pytest.mark.parametrize("slope", [0.7, 1.5, 8.0])
def test_one_slope_is_log_logistic_or_lognormal(slope):
    """Location -b0/b1 and scale 1/|b1| in log price."""
    law = reservation_law("logit", 10.0, 0.4, slope, slope)
    assert isinstance(law, Metalog)
    fisk = st.fisk(slope, scale=10.0 * math.exp(0.4 / slope))
    assert law.ppf(GRID) == pytest.approx(fisk.ppf(GRID), rel=1e-12)
    assert from_spec(law.spec()) == law
    bell = reservation_law("probit", 10.0, 0.4, slope, slope)
    assert bell == LogNormal(10.0 * math.exp(0.4 / slope), 1 / slope)


@pytest.mark.parametrize(
    ("link", "same"),
    [
        ("logit", st.fisk(5.0, scale=10.0 * math.exp(0.06))),
        ("probit", st.lognorm(0.2, scale=10.0 * math.exp(0.06))),
    ],
)
def test_a_kink_of_none_has_the_moments_of_the_plain_law(link, same):
    law = KinkedReservation(10.0, 0.3, 5.0, 5.0, link)
    assert law.mean() == pytest.approx(same.mean(), rel=1e-8)
    assert law.std() == pytest.approx(same.std(), rel=1e-7)
    assert law.ppf(GRID) == pytest.approx(same.ppf(GRID), rel=1e-12)


@given(
    some.floats(0.1, 1000), some.floats(-4, 4), some.floats(0.2, 20), some.floats(0.2, 20),
    some.sampled_from(["logit", "probit"]),
)  # fmt: skip
def test_the_upper_tail_is_the_win_curve(kink, score, above, below, link):
    law = KinkedReservation(kink, score, above, below, link)
    assert law.cdf(law.ppf(GRID)) == pytest.approx(GRID, rel=1e-9)
    assert (np.diff(law.ppf(GRID)) > 0).all()
    assert 1 - law.cdf(kink) == pytest.approx(float(chance_of(link, np.array(score))), abs=1e-12)
    assert 1 - law.cdf(kink * 1.1) == pytest.approx(
        float(chance_of(link, np.array(score - above * math.log(1.1)))), abs=1e-12
    )


@pytest.mark.parametrize("link", ["logit", "probit"])
def test_moments_are_those_of_the_quantiles(link):
    law = KinkedReservation(10.0, 0.3, 9.0, 3.0, link)
    # Gauss-Legendre over the probability, in pieces that come close to both ends.
    node, mass = np.polynomial.legendre.leggauss(60)
    edges = special_edges(law)
    q = (0.5 * (edges[1:] - edges[:-1])[:, None] * node + 0.5 * (edges[1:] + edges[:-1])[:, None]).ravel()
    w = (0.5 * (edges[1:] - edges[:-1])[:, None] * mass).ravel()
    mean = w @ law.ppf(q)
    assert law.mean() == pytest.approx(mean, rel=1e-6)
    assert law.std() == pytest.approx(math.sqrt(w @ (law.ppf(q) - mean) ** 2), rel=1e-4)


def special_edges(law):
    tails = np.geomspace(1e-12, 0.1, 12)
    return np.unique(np.concatenate([[0.0], tails, [law.cdf(law.kink)], 1 - tails, [1.0]]))


def test_a_law_is_one_that_numbers_can_hold():
    """Of a score that falls by 0.001 for each unit of log price, a tenth would pay e^2000 times the median."""
    slopes = np.array([2.0, 0.01, 0.001, 0.0, -1.0])
    found = has_law(np.full(5, 10.0), np.zeros(5), slopes, slopes)
    assert found.tolist() == [True, True, False, False, False]
    assert math.isfinite(reservation_law("logit", 10.0, 0.0, 0.01, 0.01).ppf(0.9))
    with pytest.raises(OverflowError):
        reservation_law("logit", 10.0, 0.0, 0.001, 0.001)


def test_a_slow_fall_has_no_mean():
    assert math.isinf(KinkedReservation(10, 0, 0.9, 3).mean())
    half = KinkedReservation(10, 0, 1.5, 3)
    assert math.isfinite(half.mean())
    assert math.isinf(half.std())
    assert math.isfinite(KinkedReservation(10, 0, 0.9, 3, "probit").std())


def test_refusals():
    assert "kink must be above 0" in refused(KinkedReservation, 0, 0, 1, 1)
    assert "above must be above 0" in refused(KinkedReservation, 1, 0, -1, 1)
    assert "link must be one of 'logit', 'probit'" in refused(KinkedReservation, 1, 0, 1, 1, "cloglog")
    kinked = KinkedReservation(10, 0, 8, 4, "probit")
    assert from_spec(kinked.spec()) == kinked
    assert KinkedReservation(10, 0, 8, 4).support() == (0.0, math.inf)
