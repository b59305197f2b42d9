"""Event risks and their sampled records."""

import math
import pickle

import numpy as np
import pytest
import scipy.stats as st
from hypothesis import given, settings
from hypothesis import strategies as hs
from tests.strategies import refused

from walkaway_sim.inputs import (
    EventRisk,
    Events,
    Poisson,
    discrete,
    empirical,
    event_risk,
    from_spec,
    lognormal,
    metalog,
    mixture,
    normal,
    pert,
    poisson,
    uniform,
)


def test_uncapped_mean():
    risk = event_risk(2.5, lognormal(100, 0.8))
    assert risk.mean() == pytest.approx(250 * math.exp(0.32), rel=1e-14)
    assert risk.count() == Poisson(2.5)
    assert event_risk(0, lognormal(100, 0.8)).mean() == 0.0
    assert event_risk(3, 40).mean() == 120.0
    assert event_risk(1, st.pareto(0.5)).mean() == math.inf


def limited_lognormal(median, sd, cap):
    """Limited expected value of the lognormal (Klugman, Panjer, Willmot, appendix A)."""
    z = math.log(cap / median) / sd
    return median * math.exp(sd**2 / 2) * st.norm.cdf(z - sd) + cap * st.norm.sf(z)


@pytest.mark.parametrize("cap", [1.0, 60.0, 100.0, 500.0, 1e5])
@pytest.mark.parametrize("sd", [0.3, 1.0, 2.0])
def test_capped_lognormal(cap, sd):
    risk = event_risk(2, lognormal(100, sd), cap=cap)
    assert risk.mean() == pytest.approx(2 * limited_lognormal(100, sd, cap), rel=1e-9)


def test_capped_means_of_other_severities():
    assert event_risk(1, uniform(0, 100), cap=30).mean() == pytest.approx(30 - 30**2 / 200, rel=1e-9)
    assert event_risk(1, uniform(0, 100), cap=200).mean() == 50.0
    assert event_risk(1, discrete({1: 0.5, 10: 0.5}), cap=4).mean() == 2.5
    assert event_risk(1, empirical([1, 2, 9]), cap=3).mean() == pytest.approx(2.0)
    k = np.arange(200)
    expected = st.poisson(3).pmf(k) @ np.minimum(k, 2)
    assert event_risk(1, poisson(3), cap=2).mean() == pytest.approx(expected, rel=1e-12)
    # No mean without the cap, one with it: E min(X, c) of a Pareto (x_m = 1, a = 1/2) is 2 sqrt(c) - 1.
    assert event_risk(1, st.pareto(0.5), cap=100).mean() == pytest.approx(19.0, rel=1e-9)
    beta = st.beta(7 / 3, 11 / 3, 27, 9)
    assert event_risk(1, pert(27, 30, 36), cap=31).mean() == pytest.approx(
        beta.expect(lambda x: np.minimum(x, 31)), rel=1e-7
    )
    steps = mixture([(0.9, 0), (0.1, uniform(10, 20))])
    assert event_risk(1, steps, cap=15).mean() == pytest.approx(0.1 * (12.5 * 0.5 + 15 * 0.5), rel=1e-6)
    loss = normal(0, 1)
    assert event_risk(1, loss, cap=0.5).mean() == pytest.approx(
        -st.norm.pdf(0.5) + 0.5 * st.norm.sf(0.5), rel=1e-8
    )
    heavy = metalog({0.1: 1, 0.5: 5, 0.9: 60}, lower=0)
    assert math.isfinite(event_risk(1, heavy, cap=100).mean())


def test_spec_and_pickle():
    for risk in (event_risk(2, lognormal(100, 1)), event_risk(0.5, pert(0, 1, 9), cap=4), event_risk(1, 50)):
        assert from_spec(risk.spec()) == risk
        assert pickle.loads(pickle.dumps(risk)) == risk
        assert hash(from_spec(risk.spec())) == hash(risk)
    assert "cap" not in event_risk(2, lognormal(100, 1)).spec()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: event_risk(-1, 5), "event_risk: rate must be 0 or more"),
        (lambda: event_risk(1, "x"), "event_risk: severity needs a distribution"),
        (lambda: event_risk(1, event_risk(1, 5)), "event risk gives events"),
        (lambda: event_risk(1, uniform(5, 9), cap=5), "cap must lie above the lowest severity (5), got 5"),
        (lambda: event_risk(1, uniform(5, 9), cap=math.inf), "cap must be a finite number"),
        (lambda: EventRisk(1, 5), "severity must be a distribution"),
        (lambda: Events(2, np.array([1]), *[np.array([0])] * 3), "count must have shape (2,)"),
        (lambda: Events(1, np.array([2]), *[np.array([0])] * 3), "must have shape (2,)"),
    ],
)
def test_refusals(make, words):
    assert words in refused(make)


def sampled(counts, seed):
    rng = np.random.default_rng(seed)
    count = np.asarray(counts, dtype=np.int64)
    draw = rng.permutation(np.repeat(np.arange(count.size), count))
    return Events(count.size, count, draw, rng.random(draw.size), rng.random(draw.size))


@given(hs.lists(hs.integers(0, 4), min_size=1, max_size=12), hs.data(), hs.integers(0, 99))
@settings(max_examples=80, deadline=None)
def test_take_keeps_the_events_of_each_draw(counts, data, seed):
    events = sampled(counts, seed)
    rows = np.array(data.draw(hs.lists(hs.integers(0, len(counts) - 1), max_size=15)), dtype=np.int64)
    taken = events.take(rows)
    assert taken.n_draws == rows.size
    np.testing.assert_array_equal(taken.count, events.count[rows])
    np.testing.assert_array_equal(taken.total(), events.total()[rows])
    for new, old in enumerate(rows):
        ours = sorted(zip(taken.time[taken.draw == new], taken.severity[taken.draw == new], strict=True))
        theirs = sorted(
            zip(events.time[events.draw == old], events.severity[events.draw == old], strict=True)
        )
        assert ours == theirs


def test_events_as_array():
    events = sampled([1, 0, 3], 0)
    np.testing.assert_array_equal(np.asarray(events), events.total())
    np.testing.assert_array_equal(np.asarray(events, dtype=np.float32), events.total().astype(np.float32))
    assert events.total()[1] == 0.0
    np.testing.assert_array_equal(np.add(events, 1.0), events.total() + 1.0)
    assert sampled([0, 0], 0).total().tolist() == [0.0, 0.0]
    assert events.take(np.array([-1])).count.tolist() == [3]
    with pytest.raises(ValueError, match="copy"):
        np.array(events, copy=False)
