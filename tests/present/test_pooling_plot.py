"""The picture of partial pooling, by the artists it draws."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from tests.strategies import refused

import walkaway_sim as ws
from walkaway_sim.examples.history import make_invoices

DELAY = ws.fit_payment_delay(make_invoices(60, 8, rng=3), rng=3)


def test_own_and_pooled_means_are_drawn():
    ax = Figure().subplots()
    assert ws.plot_pooling(DELAY, most=60, ax=ax) is ax
    table = DELAY.to_frame().sort_values(["invoices", "own_mean"], kind="stable")
    lines = {line.get_label(): line.get_ydata() for line in ax.lines}
    assert np.allclose(lines["mean of the customer's own invoices"], table["own_mean"])
    bars = ax.containers[0]
    assert np.allclose(bars.lines[0].get_ydata(), table["pooled_mean"])
    segments = np.array(bars.lines[2][0].get_segments())
    assert np.allclose(np.ptp(segments[:, :, 1], axis=1), 2 * 1.645 * table["pooled_sd"])
    assert ax.get_xlabel() == "customers, by their number of invoices"
    assert "60 customers" in ax.get_title(loc="left")


def test_of_many_customers_some_are_drawn():
    ax = ws.plot_pooling(DELAY, most=12)
    assert len(ax.containers[0].lines[0].get_ydata()) == 12
    assert "12 of 60 customers" in ax.get_title(loc="left")


def test_refusals():
    assert "ws.fit_payment_delay" in refused(ws.plot_pooling, "delay")
    table = make_invoices(20, 8, rng=3)
    logs = ws.fit_payment_delay(table, family="lognormal", terms_days=31, rng=3)
    assert "means of logarithms" in refused(ws.plot_pooling, logs)
    with pytest.raises(TypeError):
        ws.plot_pooling(DELAY, 3)
