"""Event risks from a record: exact Poisson intervals, severities, and the inputs they make."""

import math

import numpy as np
import pandas as pd
import pytest
import scipy.stats as st
from tests.calibrate.judged import accepted, holds, too_few
from tests.strategies import refused

import walkaway_sim as ws
from walkaway_sim.calibrate.history.event_history import poisson_interval
from walkaway_sim.examples.history import EVENTS, make_events


@pytest.mark.parametrize(
    ("count", "low", "high"), [(0, 0.0, 3.6889), (3, 0.6187, 8.7673), (10, 4.7954, 18.3904)]
)
def test_garwoods_limits(count, low, high):
    found = poisson_interval(count, 1.0, 0.95)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)
    assert poisson_interval(count, 4.0, 0.95).high == pytest.approx(found.high / 4, rel=1e-12)


@pytest.mark.parametrize("mean", [0.3, 1.0, 2.7, 8.0, 30.0])
def test_exact_intervals_cover_exactly(mean):
    """Summed over all counts, not simulated; the interval of a normal distribution does not do it for rare events."""
    counts = np.arange(200)
    chance = st.poisson(mean).pmf(counts)
    inside = [poisson_interval(int(n), 1.0).low <= mean <= poisson_interval(int(n), 1.0).high for n in counts]
    assert chance @ np.array(inside) >= 0.9
    if mean <= 1.0:
        assert chance @ (np.abs(counts - mean) <= 1.645 * np.sqrt(counts)) < 0.85


def test_the_rate_and_what_it_could_be():
    found = ws.fit_event_risk(make_events(rng=7), exposure=40.0, rng=7, n_plausible=20_000)
    assert found.rate == found.count / 40
    assert st.kstest(found.plausible_rate * 40, st.gamma(found.count + 0.5).cdf).pvalue > 1e-3
    assert found.rate_interval() == poisson_interval(found.count, 40.0)


def test_the_severity_in_closed_form():
    table = make_events(rng=7)
    found = ws.fit_event_risk(table, exposure=40.0, rng=7)
    logs = np.log(table["severity"])
    assert found.severity == ws.lognormal(math.exp(logs.mean()), logs.std(ddof=1))


def test_the_input_of_a_contract():
    found = ws.fit_event_risk(make_events(rng=7), exposure=40.0, cap=150_000, rng=7)
    given = found.over(3.0)
    risk = given.distribution
    assert risk.rate == pytest.approx(3 * found.rate, rel=1e-12)
    assert (risk.cap, risk.severity) == (150_000.0, found.severity)
    assert [one.rate for one in given.plausible] == pytest.approx(
        (3 * found.plausible_rate).tolist(), rel=1e-12
    )
    assert all(one.cap == 150_000.0 for one in given.plausible)
    assert "years" in refused(found.over, 0)


def test_events_without_a_cost_count_in_the_rate():
    table = make_events(rng=7)
    unknown = table.assign(severity=table["severity"].where(table.index >= 3))
    found = ws.fit_event_risk(unknown, exposure=40.0, rng=7)
    assert found.count == len(table)
    assert found.used.used == len(table) - 3


def test_a_severity_from_elsewhere():
    table = make_events(rng=7)
    law = ws.Input(ws.lognormal(100, 1))
    found = ws.fit_event_risk(table, exposure=40.0, law=law, rng=7)
    assert found.severity == ws.lognormal(100, 1)
    assert found.plausible_severity[7] == ws.lognormal(100, 1)
    two = ws.Input(ws.lognormal(100, 1), plausible=(ws.lognormal(90, 1), ws.lognormal(110, 1)))
    assert "set n_plausible=2" in refused(ws.fit_event_risk, table, exposure=40.0, law=two)
    assert ws.fit_event_risk(table, exposure=40.0, law=two, n_plausible=2).plausible_severity == two.plausible
    assert "one loss" in refused(ws.fit_event_risk, table, exposure=4.0, law=ws.Input(ws.event_risk(1, 2)))
    assert "ws.Input" in refused(ws.fit_event_risk, table, exposure=4.0, law=3)


@pytest.mark.statistical
def test_intervals_cover_and_a_known_rate_does_not():
    """Mean yearly loss, rate times mean severity; the rate taken for known, its interval is too narrow."""
    hits, naive, n = np.zeros(2), 0, 300
    loss = EVENTS.rate * EVENTS.median * math.exp(EVENTS.log_sd**2 / 2)
    for seed in range(n):
        found = ws.fit_event_risk(make_events(40.0, rng=seed), exposure=40.0, rng=seed, n_plausible=300)
        means = np.array([law.mean() for law in found.plausible_severity])
        hits += [holds(EVENTS.rate, found.plausible_rate), holds(loss, found.plausible_rate * means)]
        naive += holds(loss, found.rate * means)
    assert all(accepted(one, n) for one in hits), hits
    assert too_few(naive, n), naive


def test_refusals():
    table = make_events(rng=7)
    assert "exposure must be above 0" in refused(ws.fit_event_risk, table, exposure=0)
    assert "at least 5 severities" in refused(ws.fit_event_risk, table.head(4), exposure=4)
    doubled = pd.concat([table, table])
    assert ws.fit_event_risk(doubled, exposure=40.0, event="event", rng=1).count == len(table)
    assert "count must be" in refused(poisson_interval, -1, 2.0)
