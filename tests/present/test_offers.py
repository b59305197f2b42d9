"""Pictures of packages and of plans: what they show, and that nothing written on them overlaps."""

import itertools

import pytest

import walkaway_sim as ws
from walkaway_sim.examples import example_path

WEIGHTS = {"discount": 3, "payment_days": 2, "guarantee": 1}


@pytest.fixture(scope="module")
def sim():
    return ws.simulate(ws.read_deal(example_path("packaging")), 2**14, rng=7)


@pytest.fixture(scope="module")
def packages(sim):
    return ws.equal_packages(sim, ws.ExpectedValueRule(), 3, weights=WEIGHTS)


@pytest.fixture(scope="module")
def plan(sim):
    return ws.concession_plan(sim, ws.ChanceRule(0.9), WEIGHTS)


def overlaps(ax):
    """Return pairs of texts that lie on each other, where the picture is drawn as it would be saved."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    FigureCanvasAgg(ax.figure).draw()
    texts = [
        *ax.texts,
        ax.title,
        ax.xaxis.label,
        ax.yaxis.label,
        *ax.get_xticklabels(),
        *ax.get_yticklabels(),
    ]
    texts += ax.get_legend().get_texts() if ax.get_legend() else []
    texts.append(ax._left_title)
    boxes = [(one.get_text(), one.get_window_extent()) for one in texts if one.get_text().strip()]
    return [(a, b) for (a, first), (b, second) in itertools.combinations(boxes, 2) if first.overlaps(second)]


def test_packages_show_every_term_of_every_package(packages):
    ax = ws.plot_packages(packages)
    written = [text.get_text() for text in ax.texts]
    assert written.count("equal") == 3
    assert len(ax.patches) == 3 * 6
    heads = [label.get_text() for label in ax.get_xticklabels()]
    assert [head[0] for head in heads] == ["A", "B", "C"]
    assert heads[0].startswith("A\ngoodwill +")
    for one in packages.packages:
        assert f"{100 * one.terms['discount']:.2f}%" in written
    assert any("95% interval" in text for text in written)
    assert ax.get_xlabel()
    assert overlaps(ax) == []


def test_bars_go_right_for_what_the_customer_gains(packages):
    bars = ws.plot_packages(packages).patches
    for column, one in enumerate(packages.packages):
        days = bars[6 * column + 1]
        more = one.terms["payment_days"] - packages.reference["payment_days"]
        assert days.get_width() * more >= 0.0


def test_what_is_not_certified_is_said_to_be(sim):
    found = ws.equal_packages(sim, ws.ChanceRule(0.9), 2, moving=["discount", "payment_days"], margin=1e-5)
    ax = ws.plot_packages(found)
    assert "not certified" in [text.get_text() for text in ax.texts]
    assert "0 of 2 packages certified" in ax.get_title(loc="left")
    assert overlaps(ax) == []


def test_a_plan_shows_its_steps_and_its_limit(plan):
    ax = ws.plot_concession_plan(plan)
    line = ax.lines[0]
    assert list(line.get_xdata()) == [0.0, *(step.total.estimate for step in plan.steps)]
    assert list(line.get_ydata()) == [0.0, *(step.total_goodwill for step in plan.steps)]
    limit = ax.lines[1]
    assert limit.get_xdata()[0] == plan.steps[-1].total.estimate
    assert "the limit: chance of at least 90%" in ax.get_legend().get_texts()[0].get_text()
    listed = next(text.get_text() for text in ax.texts if "payment days 45 to" in text.get_text())
    assert [f"{step.number}: " in listed for step in plan.steps] == [True] * len(plan.steps)
    assert "NZD" in ax.get_xlabel()
    assert overlaps(ax) == []


def test_a_plan_without_steps_and_one_to_the_end_of_the_range(sim):
    empty = ws.concession_plan(sim, ws.ExpectedValueRule(at_least=1e9), WEIGHTS)
    assert ws.plot_concession_plan(empty).get_legend() is None
    whole = ws.concession_plan(sim, ws.ExpectedValueRule(), {"payment_days": 1}, n_steps=2)
    text = ws.plot_concession_plan(whole).get_legend().get_texts()[0].get_text()
    assert text == "the end of the ranges and policy limits"


def test_they_draw_on_the_axes_given_and_refuse_anything_else(packages, plan):
    from matplotlib.figure import Figure

    for plot, result in ((ws.plot_packages, packages), (ws.plot_concession_plan, plan)):
        ax = Figure().subplots()
        assert plot(result, ax=ax) is ax
        with pytest.raises(ws.InputError, match="must be what"):
            plot(3)
