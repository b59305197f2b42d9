"""The picture of several people's beliefs, by the artists that it draws."""

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure
from tests.strategies import refused

import walkaway_sim as ws


@pytest.fixture
def pooled():
    people = {"finance": ws.normal(10, 2), "sales": ws.normal(14, 3), "board": {0.1: 8, 0.5: 12, 0.9: 15}}
    return ws.pool(people, {"finance": 2, "sales": 1, "board": 1}, name="growth", unit="%")


def test_each_belief_has_its_bands_and_the_share_is_written_out(pooled):
    ax = ws.plot_people(pooled)
    laws = [*(one.distribution for one in pooled.beliefs), pooled.distribution]
    bands = [one.get_segments()[0] for one in ax.collections]
    assert len(bands) == 2 * len(laws)
    for row, law in enumerate(laws):
        wide, narrow = bands[2 * row : 2 * row + 2]
        assert wide[:, 0] == pytest.approx(law.ppf(np.array([0.05, 0.95])))
        assert narrow[:, 0] == pytest.approx(law.ppf(np.array([0.25, 0.75])))
        assert (wide[:, 1] == row).all()
    medians = [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "o"]
    assert medians == pytest.approx([law.ppf(0.5) for law in laws])
    names = [one.get_text() for one in ax.get_yticklabels()]
    assert names == ["finance (50%)", "sales (25%)", "board (25%)", "linear pool"]
    assert pooled.spread in ax.get_title(loc="left")
    assert f"{100 * pooled.between_share:.0f}%" in ax.get_title(loc="left")
    assert ax.get_xlabel() == "growth [%]"


def test_it_honours_ax_and_touches_nothing_global(pooled):
    before = dict(matplotlib.rcParams)
    ax = Figure().subplots()
    assert ws.plot_people(pooled, ax=ax) is ax
    assert dict(matplotlib.rcParams) == before
    assert plt.get_fignums() == []


def test_equal_weights_are_not_written_and_fractions_are_percentages():
    ax = ws.plot_people(ws.pool({"ann": 0.02, "bob": ws.normal(0.05, 0.01)}, unit="fraction a year"))
    assert [one.get_text() for one in ax.get_yticklabels()] == ["ann", "bob", "linear pool"]
    assert ax.xaxis.get_major_formatter()(0.05).endswith("%")
    assert "bracket" not in ax.texts[0].get_text()


def test_what_is_no_pool_is_refused():
    assert "must be what pool(...) returns" in refused(ws.plot_people, 3)
