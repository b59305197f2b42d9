"""Plausible distributions that cannot belong to their estimate are told; those that can never are."""

import warnings

import numpy as np
import pytest
from scipy import stats

import walkaway_sim as ws
from walkaway_sim.examples import history
from walkaway_sim.inputs.far_plausible import far_plausible


def told(law, *plausible):
    return far_plausible(ws.Input(law, plausible=plausible))


@pytest.mark.parametrize(
    ("law", "plausible"),
    [
        (ws.normal(0.05, 0.02), [ws.normal(0.5, 0.02)] * 2),
        (ws.normal(0.05, 0.02), [ws.normal(0.5, 0.2), ws.normal(0.45, 0.2), ws.normal(0.55, 0.2)]),
        (ws.normal(0.5, 0.02), [ws.normal(0.05, 0.02), ws.normal(0.04, 0.02)]),
        (ws.lognormal(1000, 0.2), [ws.lognormal(1.0, 0.2), ws.lognormal(1.1, 0.2)]),
        (ws.pert(27, 30, 36), [3000, 3100]),
        (0.95, [95, 96, 94]),
        (ws.gamma(4, 9), [ws.gamma(400, 9), ws.weibull(2, 3600)]),
        (ws.event_risk(0.1, ws.lognormal(5000, 1)), [ws.event_risk(10, ws.lognormal(5000, 1))] * 2),
        (ws.event_risk(0.1, ws.lognormal(5000, 0.1)), [ws.event_risk(rate, ws.lognormal(5, 0.1)) for rate in (0.09, 0.12)]),
    ],
)  # fmt: skip
def test_those_that_lie_far_are_told(law, plausible):
    assert "lie far from the estimate" in told(law, *plausible)


def test_both_figures_are_named():
    text = told(ws.normal(0.05, 0.02), ws.normal(0.5, 0.02), ws.normal(0.45, 0.02))
    assert "medians go from 0.45 to 0.5, while the estimate has the median 0.05; check the decimals" in text


@pytest.mark.parametrize(
    ("law", "plausible"),
    [
        (ws.normal(0.05, 0.02), [ws.normal(0.09, 0.02), ws.normal(0.1, 0.02)]),
        (ws.normal(0.05, 0.02), [ws.normal(0.5, 0.02), ws.normal(0.04, 0.02)]),
        (0.95, [0.93, 0.96]),
        (0.95, [0.93, 0.945]),
        (ws.bernoulli(0.1), [ws.bernoulli(0.8), ws.bernoulli(0.7)]),
        (ws.normal(5, 0.001), [ws.normal(1, 0.001), ws.normal(9, 0.001)]),
        (ws.normal(0, 1), []),
    ],
)
def test_those_that_may_belong_are_not(law, plausible):
    assert told(law, *plausible) == ""


def test_a_pool_is_not_compared_with_its_people():
    apart = {"sales": {0.1: 980, 0.5: 1150, 0.9: 1350}, "finance": {0.1: 80, 0.5: 120, 0.9: 180}}
    assert far_plausible(ws.pool(apart, lower=0).input()) == ""


@pytest.mark.parametrize(("n", "chance"), [(2, None), (3, None), (5, None)])
def test_how_often_errors_of_a_number_look_far(n, chance):
    """Of n normal errors about a number, against the integral over the smallest one on one side."""
    # All above and the smallest beyond the range: 2 P(0 < max < 2 min), as min > max - min.
    x = np.linspace(0.0, 9.0, 90_001)
    within = stats.norm.cdf(2 * x) - stats.norm.cdf(x)
    chance = 2 * np.trapezoid(n * stats.norm.pdf(x) * within ** (n - 1), x)
    assert chance == pytest.approx({2: 0.2048, 3: 0.0389, 5: 0.00124}[n], rel=0.02)  # as the docstring says
    draws = np.random.default_rng(n).normal(size=(2000, n))
    found = sum(told(0.0, *one) != "" for one in draws)
    assert stats.binomtest(found, 2000, chance).pvalue > 1e-3


def test_what_calibration_gives_is_not_told():
    sample = np.random.default_rng(3).gamma(3, 2, 8)
    late = ws.fit_payment_delay(history.make_invoices(rng=7), due="due", paid="paid", rng=7, n_plausible=20)
    growth = ws.fit_growth(history.make_accounts(400, rng=7), rng=7, n_plausible=20)
    risk = ws.fit_event_risk(history.make_events(40, rng=7), exposure=40, rng=7, n_plausible=20)
    for entry in (
        ws.fit(sample, rng=1, n_plausible=100).input(), late.new_customer(invoices=1000), late.customer("C002"),
        growth.growth(), growth.retention(), risk.over(years=2),
    ):  # fmt: skip
        assert far_plausible(entry) == ""


def deal_with(entry, **more):
    return ws.Deal(
        name="One",
        inputs={"growth": entry},
        terms=[ws.Term("fee", proposed=1, range=(0, 3))],
        value=lambda inputs, terms: inputs["growth"] - terms["fee"],
        **more,
    )


FAR = ws.Input(ws.normal(0.05, 0.02), plausible=[ws.normal(0.5, 0.02), ws.normal(0.48, 0.02)])


def test_a_deal_warns_of_its_input_by_name():
    with pytest.warns(ws.PlausibleWarning, match=r"^input 'growth': .* from 0\.48 to 0\.5, .* median 0\.05"):
        deal_with(FAR)
    with pytest.warns(ws.PlausibleWarning, match="^input 'no_deal'"):
        deal_with(ws.normal(0, 1), no_deal=FAR)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        deal_with(ws.normal(0.05, 0.02))
