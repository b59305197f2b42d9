"""The picture of a win curve, by the artists that it draws."""

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.collections import FillBetweenPolyCollection
from matplotlib.figure import Figure
from tests.calibrate.quote_data import honest_quotes, quotes_set_knowing_the_customer

import walkaway_sim as ws


@pytest.fixture(scope="module")
def curve():
    return ws.fit_win_curve(
        honest_quotes(3), reference="last", cost="cost", quantity="size", customer="customer", rng=7
    )


def labels(ax):
    return ax.get_legend_handles_labels()[1]


def test_it_honours_ax_and_touches_nothing_global(curve):
    before = dict(matplotlib.rcParams)
    ax = Figure().subplots()
    assert ws.plot_win_curve(curve, ax=ax) is ax
    assert ws.plot_win_curve(curve).figure is not ax.figure
    assert dict(matplotlib.rcParams) == before
    assert plt.get_fignums() == []


def test_three_ways_to_see_the_win_chance(curve):
    ax = ws.plot_win_curve(curve)
    shown = " ".join(labels(ax))
    for part in (
        "90% band (calibration error)",
        "isotonic",
        "win rate of about 60 quotes each",
        "the last price",
    ):
        assert part in shown
    fitted = next(line for line in ax.get_lines() if line.get_label().startswith("fitted"))
    np.testing.assert_array_equal(fitted.get_ydata(), curve.picture.chance)
    steps = next(line for line in ax.get_lines() if line.get_label().startswith("isotonic"))
    np.testing.assert_array_equal(steps.get_ydata(), curve.picture.isotonic.chance)
    assert (np.diff(steps.get_ydata()) <= 0).all()
    (band,) = [one for one in ax.collections if isinstance(one, FillBetweenPolyCollection)]
    edges = band.get_paths()[0].vertices[:, 1]
    assert edges.min() == pytest.approx(curve.picture.low.min())
    assert edges.max() == pytest.approx(curve.picture.high.max())
    (bars,) = ax.containers
    points, _, (stems,) = bars
    np.testing.assert_array_equal(points.get_ydata(), curve.picture.rates.rate)
    ends = np.array([one[:, 1] for one in stems.get_segments()])
    assert ends[:, 0] == pytest.approx(curve.picture.rates.low)
    assert ends[:, 1] == pytest.approx(curve.picture.rates.high)


def test_axes_and_headline(curve):
    ax = ws.plot_win_curve(curve)
    assert ax.get_xlabel() == "price over last"
    assert ax.get_ylabel() == "chance to win"
    assert f"{curve.rise_over_cut.estimate:.2g} times as much as a cut" in ax.get_title(loc="left")
    ax.figure.canvas.draw()
    assert all(tick.get_text().endswith("%") for tick in ax.get_xticklabels())
    # The line turns at the last price itself.
    assert 1.0 in curve.picture.price


def test_without_a_last_price_it_is_drawn_against_the_cost():
    with pytest.warns(ws.QuoteWarning):
        curve = ws.fit_win_curve(quotes_set_knowing_the_customer(2), cost="cost", customer="customer", rng=1)
    ax = ws.plot_win_curve(curve)
    assert ax.get_xlabel() == "price over cost"
    assert "the last price" not in labels(ax)
    assert any("Read with care: 1 warning" in text.get_text() for text in ax.texts)


def test_what_is_no_curve_is_refused():
    with pytest.raises(ws.InputError, match="curve must be what fit_win_curve returns, got int"):
        ws.plot_win_curve(3)
