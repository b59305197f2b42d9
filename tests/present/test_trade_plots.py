"""Frontiers, regions and exchange rates, by the artists that are drawn."""

import math

import numpy as np
import pytest

import walkaway_sim as ws

RULE = ws.ChanceRule(0.9)


def deal(**changed):
    terms = {
        "discount": ws.Term("discount", 0.05, range=(0, 0.3), unit="fraction of list price", step=0.005),
        "payment_days": ws.Term("payment_days", 30, range=(0, 90), unit="days"),
        "drops": ws.Term("drops", 2, levels=(1, 2, 3, 5), unit="drops a week"),
        "price": ws.Term("price", 40, range=(20, 60), concession="down"),
    }
    return ws.Deal(
        name="Clauses",
        inputs={"worth": ws.normal(10, 15), "care": ws.lognormal(1, 0.3)},
        terms=[changed.get(name, term) for name, term in terms.items()],
        value=lambda i, t: (
            i["worth"]
            - i["care"] * (100 * t["discount"] + 0.1 * t["payment_days"])
            - 3 * t["drops"]
            + t["price"]
        ),
    )


@pytest.fixture(scope="module")
def sim():
    return ws.simulate(deal(), 2**14, rng=7)


def test_a_frontier_has_its_curve_band_safe_side_base_and_what_is_not_to_be_had(sim):
    curve = ws.frontier(sim, RULE, "payment_days", "discount", n_points=5)
    ax = ws.plot_frontier(curve)
    line = max(ax.get_lines(), key=lambda one: len(one.get_xdata()))
    assert np.asarray(line.get_xdata()) == pytest.approx([point.x for point in curve.points])
    found = np.array([point.estimate for point in curve.points])
    assert np.asarray(line.get_ydata()) == pytest.approx(found, nan_ok=True)
    explained = " ".join(text.get_text() for text in ax.get_legend().get_texts())
    for words in (
        "confidence for all of it",
        "intervals one at a time",
        "both at once: not to be had, chance",
    ):
        assert words in explained
    assert "counted from: payment days 30, discount 5.00%" in explained
    assert (ax.get_xlabel(), ax.get_ylabel()) == (
        "payment days [days], conceding →",
        "discount [% of list price], conceding →",
    )
    assert "%" in ax.yaxis.get_major_formatter()(0.1)
    band, safe = ax.collections[1], ax.collections[0]
    assert safe.get_paths()[0].vertices[:, 1].max() <= np.nanmax(found)
    assert band.get_paths()[0].vertices[:, 1].max() == pytest.approx(
        max(p.high for p in curve.points if p.status == "found")
    )
    assert "Clauses" in ax.get_title(loc="left")


@pytest.mark.parametrize(
    ("x", "y"), [("drops", "discount"), ("discount", "drops"), ("price", "discount"), ("discount", "price")]
)
def test_levels_and_terms_that_go_down_are_drawn_on_either_axis(sim, x, y):
    curve = ws.frontier(sim, RULE, x, y, n_points=5)
    ax = ws.plot_frontier(curve)
    shown = [point.x for point in curve.points if math.isfinite(point.estimate)]
    low, high = ax.get_xlim()
    assert low < min(shown)
    assert high > max(shown)
    low, high = ax.get_ylim()
    values = [point.estimate for point in curve.points if math.isfinite(point.estimate)]
    assert low < min(values)
    assert high > max(values)
    if x == "drops":
        assert list(ax.get_xticks()) == [1, 2, 3, 5]
        assert len(ax.patches) == sum(math.isfinite(point.safe) for point in curve.points)


def test_a_frontier_without_any_is_drawn_with_the_words():
    poor = ws.Term("price", 21, range=(20, 22), concession="down")
    nothing = ws.simulate(deal(price=poor), 2**14, rng=7)
    ax = ws.plot_frontier(ws.frontier(nothing, ws.ChanceRule(0.999), "payment_days", "discount", n_points=4))
    assert "No value of discount is acceptable" in ax.texts[0].get_text()
    ax = ws.plot_region(ws.joint_region(nothing, ws.ChanceRule(0.999)))
    assert "Nothing is safe" in ax.texts[0].get_text()


def test_a_region_is_the_staircase_under_its_corners(sim):
    region = ws.joint_region(sim, RULE)
    ax = ws.plot_region(region, "payment_days", "discount")
    marks = next(one for one in ax.get_lines() if "corners" in str(one.get_label()))
    corners = {(corner["payment_days"], corner["discount"]) for corner in region.corners}
    shown = list(zip(marks.get_xdata(), marks.get_ydata(), strict=True))
    assert set(shown) <= corners
    # The other terms at the base: every corner shown is in the region, and a hair beyond is not.
    for days, discount in shown:
        assert region.contains({"payment_days": days, "discount": discount})
        assert not region.contains({"payment_days": min(days + 0.1, 90), "discount": discount + 0.001})
    shape = ax.collections[0].get_paths()[0].vertices
    assert shape[:, 0].max() == pytest.approx(max(days for days, _ in shown))
    assert shape[:, 1].max() == pytest.approx(max(discount for _, discount in shown))
    assert ws.plot_region(region).get_xlabel() == "discount [% of list price], conceding →"
    down = ws.plot_region(region, "price", "drops")
    assert down.get_xlabel() == "← conceding, price"
    shape = down.collections[0].get_paths()[0].vertices
    assert shape[:, 0].min() == pytest.approx(min(corner["price"] for corner in region.corners))


def test_the_table_of_rates_has_a_cell_for_each_pair(sim):
    rates = ws.exchange_rates(sim, steps={"payment_days": 10, "discount": 0.02})
    ax = ws.plot_exchange_rates(rates)
    assert len(ax.texts) == 12
    cells = {
        (round(text.get_position()[1]), round(text.get_position()[0])): text.get_text() for text in ax.texts
    }
    assert cells[1, 0] == "1"  # 10 days are 1 point, on every draw
    assert cells[0, 2] == "0 to 1"  # levels
    assert cells[1, 3] == "1.05"  # the mean of a lognormal of median 1, exp(0.045)
    by_chance = ws.plot_exchange_rates(ws.exchange_rates(sim, RULE, terms={"price": 25}))
    assert any("\n±" in text.get_text() for text in by_chance.texts)
    assert [label.get_text() for label in ax.get_yticklabels()][1] == "payment days\n+10 days"
    assert ax.get_xticklabels()[0].get_text() == "discount\n[points]"


def test_a_curve_of_rates_has_its_points_and_says_where_there_are_none(sim):
    rates = ws.exchange_rates(sim, steps={"payment_days": 10})
    curve = rates.along("payment_days", "price", n_points=4)
    ax = ws.plot_exchange_curve(curve)
    line = ax.get_lines()[0]
    assert np.asarray(line.get_ydata()) == pytest.approx([rate.estimate for rate in curve.rates])
    assert ax.get_ylim()[0] <= 0.0 <= ax.get_ylim()[1]
    none = ws.plot_exchange_curve(
        ws.exchange_rates(ws.simulate(deal(), 2**14, rng=1), terms={"payment_days": 0.1}).along(
            "discount", "payment_days", n_points=3
        )
    )
    care = ws.exchange_rates(ws.simulate(deal(), 2**14, rng=1), RULE, terms={"price": 60, "discount": 0.0})
    silent = ws.plot_exchange_curve(care.along("payment_days", "price", n_points=3))
    assert any("tell it from 0" in text.get_text() for text in silent.texts)
    assert not list(silent.get_yticks())
    (beyond,) = none.get_lines()
    assert np.asarray(beyond.get_ydata()) == pytest.approx([0.1] * 3)
    assert (
        "more than all of it: payment days back from 0.10 to 0" in none.get_legend().get_texts()[0].get_text()
    )


def test_what_is_no_result_is_refused_in_words(sim):
    for plot, words in (
        (ws.plot_frontier, "frontier must be what"),
        (ws.plot_region, "region must be what"),
        (ws.plot_exchange_rates, "rates must be what"),
        (ws.plot_exchange_curve, "curve must be what"),
    ):
        with pytest.raises(ws.InputError, match=words):
            plot(3)
    region = ws.joint_region(sim, RULE, n_directions=11)
    with pytest.raises(ws.InputError, match="no term 'rebate'"):
        ws.plot_region(region, "rebate")
    with pytest.raises(ws.InputError, match="two different terms"):
        ws.plot_region(region, "price", "price")


def test_pictures_are_drawn_where_they_are_asked_to(sim):
    from matplotlib.figure import Figure

    ax = Figure().subplots()
    assert ws.plot_frontier(ws.frontier(sim, RULE, "price", "discount", n_points=2), ax=ax) is ax
