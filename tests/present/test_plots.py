"""Pictures, by the artists that they draw."""

import math

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure

import walkaway_sim as ws
from walkaway_sim.examples import example_path


@pytest.fixture(scope="module")
def sim():
    return ws.simulate(ws.read_deal(example_path("packaging")), 2**14, rng=7)


@pytest.fixture(scope="module")
def walk(sim):
    return ws.walkaway(sim, ws.ChanceRule(0.9))


def labels(ax):
    return ax.get_legend_handles_labels()[1]


def test_plots_honour_ax_and_touch_nothing_global(sim, walk):
    before = dict(matplotlib.rcParams)
    ax = Figure().subplots()
    assert ws.plot_value(sim, ax=ax) is ax
    assert ws.plot_walkaway(walk, "discount", ax=Figure().subplots()).figure is not ax.figure
    assert ws.plot_waterfall(sim).figure is not None
    assert dict(matplotlib.rcParams) == before
    assert plt.get_fignums() == []


def test_value_shows_both_sides_and_the_chance_of_being_worse_off(sim):
    ax = ws.plot_value(sim)
    shown = " ".join(labels(ax))
    for part in ("deal", "no deal (mean", "worse than no deal", "overlap", "mean of the deal"):
        assert part in shown
    worse = (sim.surplus() < 0).mean()
    assert f"{100 * worse:.1f}% of draws" in ax.get_title(loc="left")
    assert "NZD" in ax.get_xlabel()
    assert ax.get_ylabel()


def test_value_copes_with_a_certain_no_deal():
    deal = ws.Deal(
        name="One", inputs={"v": ws.normal(0, 1)}, terms=[ws.Term("p", 0, range=(-1, 1))],
        value=lambda inputs, terms: inputs["v"] - terms["p"], no_deal=-0.5, strategic=0.2, buffer=0.1,
    )  # fmt: skip
    shown = " ".join(labels(ws.plot_value(ws.simulate(deal, 2**14, rng=1))))
    assert "no deal (−0.5)" in shown
    assert "strategic value counted in" in shown
    assert "0.1 held back" in shown


def test_walkaway_marks_everything_in_the_terms_units(walk):
    ax = ws.plot_walkaway(walk, "discount")
    shown = " ".join(labels(ax))
    one = walk["discount"]
    for value in (one.proposed, one.estimate, one.low, one.high):
        assert f"{100 * value:.2f}%" in shown
    assert (
        f"concede to {0.25 * math.floor(400 * one.safe):.2f}%" in shown
    )  # rounded to the step, on the safe side
    assert "the rule asks for 90%" in shown
    assert ax.get_xlabel() == "discount [% of list price]"
    lines = [line.get_xdata()[0] for line in ax.get_lines() if len(set(line.get_xdata())) == 1]
    assert np.isclose(lines, one.estimate).any()
    assert np.isclose(lines, one.proposed).any()
    ax.figure.canvas.draw()
    assert any(tick.get_text().endswith("%") for tick in ax.get_xticklabels())


@pytest.mark.parametrize("name", ["payment_days", "deliveries_per_week", "guarantee", "hold", "rebate"])
def test_every_term_has_its_picture(walk, name):
    ax = ws.plot_walkaway(walk, name)
    assert ax.get_title(loc="left").startswith("Packaging, ")
    assert ax.get_xlabel()
    assert ax.get_ylabel() == "chance"


@pytest.mark.parametrize(
    "name", ["discount", "payment_days", "deliveries_per_week", "guarantee", "hold", "rebate"]
)
def test_ticks_have_room_and_no_chance_is_above_all(walk, name):
    ax = ws.plot_walkaway(walk, name)
    assert len(ax.get_xticks()) <= 13
    assert max(ax.get_yticks()) <= 1.0


@pytest.mark.parametrize(
    "rule",
    [
        ws.ExpectedValueRule(at_least=1000),
        ws.ExpectedShortfallRule(0.1),
        ws.AllOf(ws.ChanceRule(0.8), ws.ExpectedValueRule()),
    ],
)
def test_other_rules_have_their_axes(sim, rule):
    walk = ws.walkaway(sim, rule)
    ax = ws.plot_walkaway(walk, "discount")
    names = ("expected surplus [NZD]", "mean of the worst 10% [NZD]", "least margin over the rules")
    assert ax.get_ylabel().startswith(names)


def test_a_term_that_is_acceptable_nowhere_says_so(sim):
    walk = ws.walkaway(sim, ws.ChanceRule(0.999))
    assert "acceptable at no value" in ws.plot_walkaway(walk, "rebate").get_title(loc="left")


def test_an_unknown_term_is_refused(walk):
    with pytest.raises(ws.InputError, match="did you mean 'discount'"):
        ws.plot_walkaway(walk, "discout")


def test_waterfall_has_a_bar_and_a_band_for_each_component(sim):
    ax = ws.plot_waterfall(sim)
    parts = {name: drawn for name, drawn in sim.components().items() if drawn.any()}
    assert "shortfall_fee" not in parts
    assert len(ax.patches) == len(parts) + 1
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == [*(name.replace("_", " ") for name in parts), "deal value"]
    ends = [patch.get_x() + patch.get_width() for patch in ax.patches]
    assert ends[-2] == pytest.approx(sim.value().mean(), rel=1e-9)
    bands = [line.get_xdata() for line in ax.get_lines() if line.get_marker() == "|"]
    assert len(bands) == len(parts) + 1
    low, high = np.quantile(sim.value(), (0.1, 0.9))
    assert bands[-1] == pytest.approx([low, high])


def test_no_two_labels_of_the_waterfall_overlap(sim):
    ax = ws.plot_waterfall(sim)
    ax.figure.canvas.draw()
    boxes = [text.get_window_extent() for text in ax.texts] + [
        label.get_window_extent() for label in ax.get_yticklabels()
    ]
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])


def test_cash_shows_its_mean_band_depth_and_payback(sim):
    cash = ws.cash_position(sim)
    ax = ws.plot_cash(cash)
    shown = " ".join(labels(ax))
    for part in ("80% band", "mean", "lowest point of the mean path", f"by month {cash.payback_month:.0f}"):
        assert part in shown
    line = next(line for line in ax.get_lines() if line.get_label() == "mean path")
    np.testing.assert_array_equal(line.get_ydata(), cash.mean)
    assert ax.get_ylabel() == "cumulative cash [NZD]"
    assert "never paid back in 4% of draws" in ax.get_title(loc="left")
    assert ws.plot_cash(cash, ax=ax) is ax


def test_cash_that_never_comes_back_has_no_payback_line(sim):
    from dataclasses import replace

    never = replace(ws.cash_position(sim), payback_month=math.inf)
    assert "paid back in half" not in " ".join(labels(ws.plot_cash(never)))


def test_endings_stack_up_to_the_distribution(sim):
    split = ws.endings(sim)
    ax = ws.plot_endings(split)
    shown = labels(ax)
    assert [text.split(" (")[0] for text in shown[:3]] == [way.name for way in split.ways]
    steps = [patch.get_data() for patch in ax.patches]
    top = steps[2].values
    total = np.histogram(sim.surplus(), steps[0].edges)[0] / sim.n_draws
    np.testing.assert_allclose(top, total, atol=1e-12)
    worse = sim.surplus() < 0
    owned = (worse & ~split.ways[0].draws).sum() / worse.sum()
    assert f"{100 * owned:.0f}% of those worse" in ax.get_title(loc="left")
    assert ws.plot_endings(split, ax=ax) is ax
