"""The calibration picture, by the artists that it draws."""

import itertools

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
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


def test_a_back_test_shows_its_line_band_and_marks(narrow, came):
    ax = ws.plot_calibration(narrow)
    drawn = line(ax, "150 cases")
    assert drawn.get_color() == COLOURS["worse"]
    below = np.sort(stats.norm.cdf(came, 100, 9))
    np.testing.assert_allclose(drawn.get_xdata()[1:-1:2], below, atol=1e-9)
    np.testing.assert_allclose(drawn.get_ydata()[2::2], np.arange(1, N + 1) / N)
    assert {"where the line may lie if the forecasts are right", "where a mark may lie"} <= set(labels(ax))
    assert ax.get_title(loc="left") == "Do not trust: intervals too narrow"
    assert band(ax, 0)[:, 1].max() == 1.0
    assert np.isclose(band(ax, 0)[:, 1], stats.kstwo.isf(narrow.limit, N)).any()
    marks = [one for one in ax.collections if one.get_label() in ("held by intervals", "below the median")]
    shares = np.concatenate([np.asarray(one.get_offsets())[:, 1] for one in marks])
    assert shares == pytest.approx([mark.share for mark in narrow.curve.marks])
    colours = [to_hex(one) for group in marks for one in group.get_facecolors()]
    assert colours == [COLOURS["worse" if mark.refused else "deal"].lower() for mark in narrow.curve.marks]
    for bar, mark in zip(ax.containers, narrow.curve.marks, strict=True):
        (stem,) = bar.lines[2][0].get_segments()
        assert stem[:, 1] == pytest.approx([mark.low, mark.high])


def test_what_is_let_pass_has_no_red(came):
    """Title, line and marks go together: all as forecast, or what is refused in red."""
    found = ws.backtest([ws.normal(100, 20)] * N, came, rng=7)
    ax = ws.plot_calibration(found)
    assert "Nothing speaks against" in ax.get_title(loc="left")
    assert line(ax, "150 cases").get_color() == COLOURS["deal"]
    assert not any(mark.refused for mark in found.curve.marks)


def test_quantiles_are_dots_where_they_were_given(came):
    levels = [0.1, 0.5, 0.9]
    table = pd.DataFrame({level: np.full(N, stats.norm.ppf(level, 100, 20)) for level in levels})
    ax = ws.plot_calibration(ws.backtest(table, came, rng=7))
    drawn = line(ax, "at the quantiles")
    assert drawn.get_xdata().tolist() == levels
    assert drawn.get_ydata() == pytest.approx([np.mean(came <= table[level].iloc[0]) for level in levels])
    assert drawn.get_marker() == "o"
    assert drawn.get_color() == COLOURS["deal"]
    assert "Nothing speaks against" in ax.get_title(loc="left")


def test_chances_show_line_band_and_groups(chances):
    ax = ws.plot_calibration(chances)
    drawn = line(ax, "share that came true")
    np.testing.assert_array_equal(drawn.get_ydata(), chances.recalibrated)
    dots = line(ax, "share in 10 groups of cases")
    np.testing.assert_allclose(dots.get_ydata(), [one.share for one in chances.bins])
    assert drawn.get_color() == COLOURS["worse" if chances.is_refused else "deal"]
    assert band(ax, 0)[:, 1].min() == pytest.approx(chances.low.min())
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
