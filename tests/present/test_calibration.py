"""The calibration picture, by the artists that it draws."""

import itertools

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from scipy import stats

import walkaway_sim as ws
from walkaway_sim.present.canvas import COLOURS

N = 150


@pytest.fixture(scope="module")
def came():
    return np.random.default_rng(1).normal(100, 20, N)


@pytest.fixture(scope="module")
def narrow(came):
    return ws.backtest([ws.normal(100, 9)] * N, came, rng=7)


@pytest.fixture(scope="module")
def chances():
    generator = np.random.default_rng(3)
    chance = generator.uniform(0, 1, N)
    return ws.reliability(chance, generator.random(N) < chance, rng=7)


def labels(ax):
    return ax.get_legend_handles_labels()[1]


def line(ax, label):
    return next(one for one in ax.get_lines() if one.get_label().startswith(label))


def band(ax, index):
    return ax.collections[index].get_paths()[0].vertices


def test_it_honours_ax_and_touches_nothing_global(narrow, chances):
    before = dict(matplotlib.rcParams)
    for result in (narrow, chances):
        ax = Figure().subplots()
        assert ws.plot_calibration(result, ax=ax) is ax
        assert ws.plot_calibration(result).figure is not ax.figure
    assert dict(matplotlib.rcParams) == before
    assert plt.get_fignums() == []


def test_a_back_test_shows_its_line_and_both_bands(narrow, came):
    ax = ws.plot_calibration(narrow)
    drawn = line(ax, "150 cases")
    assert drawn.get_color() == COLOURS["worse"]
    share = [np.mean(came <= stats.norm.ppf(level, 100, 9)) for level in drawn.get_xdata()]
    np.testing.assert_allclose(drawn.get_ydata(), share)
    assert {"95% band for the whole line", "95% band for each point alone", "as forecast"} <= set(labels(ax))
    assert ax.get_title(loc="left") == "Do not trust: intervals too narrow"
    reach = stats.kstwo.ppf(0.95, N)
    assert band(ax, 0)[:, 1].max() == 1.0
    assert np.isclose(band(ax, 0)[:, 1], reach).any()
    at_half = band(ax, 1)[np.isclose(band(ax, 1)[:, 0], 0.5), 1]
    assert sorted(at_half) == pytest.approx(stats.binom.ppf([0.025, 0.975], N, 0.5) / N)


def test_quantiles_are_dots_where_they_were_given(came):
    levels = [0.1, 0.5, 0.9]
    table = pd.DataFrame({level: np.full(N, stats.norm.ppf(level, 100, 20)) for level in levels})
    ax = ws.plot_calibration(ws.backtest(table, came, rng=7))
    drawn = line(ax, "150 cases")
    assert drawn.get_xdata().tolist() == levels
    assert drawn.get_marker() == "o"
    assert drawn.get_color() == COLOURS["deal"]
    assert "Nothing speaks against" in ax.get_title(loc="left")


def test_chances_show_line_band_and_groups(chances):
    ax = ws.plot_calibration(chances)
    drawn = line(ax, "share that came true")
    np.testing.assert_array_equal(drawn.get_ydata(), chances.recalibrated)
    assert "10 groups of cases, with 95% intervals" in labels(ax)
    bars = ax.containers[0]
    np.testing.assert_allclose(bars.lines[0].get_ydata(), [one.share for one in chances.bins])
    assert f"p = {chances.calibration.p_value:.2g}" in ax.get_title(loc="left")
    assert ax.get_xlabel() == "chance given"


def test_no_label_lies_on_another(narrow, chances):
    for result in (narrow, chances):
        ax = ws.plot_calibration(result)
        ax.figure.canvas.draw()
        boxes = [tick.get_window_extent() for tick in ax.get_xticklabels()]
        assert not any(a.overlaps(b) for a, b in itertools.pairwise(boxes))
        title = ax.title if ax.title.get_text() else ax._left_title
        assert title.get_window_extent().x1 <= ax.figure.bbox.x1


def test_what_is_no_result_is_refused():
    with pytest.raises(ws.InputError, match="what backtest or reliability returns, got list"):
        ws.plot_calibration([1, 2])
