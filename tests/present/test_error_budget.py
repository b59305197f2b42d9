"""The error budget, by the artists that are drawn."""

import math

import pytest

import walkaway_sim as ws


@pytest.fixture(scope="module")
def walk():
    worth = ws.Input(ws.normal(100, 15), plausible=[ws.normal(95, 15), ws.normal(105, 15)])
    deal = ws.Deal(
        name="Two clauses",
        inputs={"worth": worth},
        terms=[ws.Term("rebate", proposed=60, range=(0, 150)), ws.Term("fee", proposed=10, range=(-40, 20), concession="down")],
        value=lambda inputs, terms: inputs["worth"] - terms["rebate"] + terms["fee"],
    )  # fmt: skip
    return ws.walkaway(ws.simulate(deal, 2**14, rng=7), ws.ChanceRule(0.9), n_worlds=40)


def test_each_term_has_both_intervals_and_its_safe_side(walk):
    ax = ws.plot_error_budget(walk)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["rebate", "fee"]
    segments = [one.get_segments()[0] for one in ax.collections]
    for row, (one, low, high) in enumerate(zip(walk.values(), (0, -40), (150, 20), strict=True)):
        for segment, ends in zip(
            segments[2 * row :],
            ((one.calibration.low, one.calibration.high), (one.low, one.high)),
            strict=False,
        ):
            shares = sorted(
                (end - low) / (high - low) if row == 0 else (high - end) / (high - low) for end in ends
            )
            assert sorted(segment[:, 0]) == pytest.approx(shares)
            assert set(segment[:, 1]) == {row}
    texts = " ".join(text.get_text() for text in ax.texts)
    assert "walkaway 90." in texts
    assert "safe to" in texts
    assert "parameters of worth" in texts
    assert len(ax.get_legend().get_texts()) == 4


def test_marks_are_explained_though_the_first_term_has_no_safe_side_and_units_are_named():
    worth = ws.Input(ws.normal(100, 15), plausible=[ws.normal(95, 15), ws.normal(105, 15)])
    deal = ws.Deal(
        name="Two clauses",
        inputs={"worth": worth},
        terms=[
            ws.Term("rebate", proposed=86, range=(85, 150), unit="NZD"),
            ws.Term("fee", proposed=2, range=(-40, 20), concession="down"),
        ],
        value=lambda inputs, terms: inputs["worth"] - terms["rebate"] + terms["fee"],
    )
    walk = ws.walkaway(ws.simulate(deal, 2**14, rng=7), ws.ChanceRule(0.8), n_worlds=40)
    assert math.isnan(walk["rebate"].safe_calibrated)
    assert not math.isnan(walk["fee"].safe_calibrated)
    ax = ws.plot_error_budget(walk)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["rebate\n[NZD]", "fee"]
    explained = [text.get_text() for text in ax.get_legend().get_texts()]
    assert sum("safe to concede" in text for text in explained) == 1
    assert len(explained) == 4


def test_it_draws_where_it_is_told(walk):
    from matplotlib.figure import Figure

    ax = Figure().subplots()
    assert ws.plot_error_budget(walk, ax=ax) is ax


def test_the_picture_of_one_term_marks_the_calibrated_safe_side(walk):
    ax = ws.plot_walkaway(walk, "rebate")
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert any(label.startswith("calibration error: ") for label in labels)
    lines = [line.get_xdata()[0] for line in ax.lines if line.get_label().startswith("safe to concede")]
    assert lines == [walk["rebate"].safe_calibrated]


def test_one_error_alone_needs_no_budget():
    deal = ws.Deal(
        name="x", inputs={"a": ws.normal(1, 1)}, terms=[ws.Term("t", proposed=0, range=(-9, 9))],
        value=lambda i, t: i["a"] - t["t"],
    )  # fmt: skip
    plain = ws.walkaway(ws.simulate(deal, 2**14, rng=7), ws.ExpectedValueRule())
    with pytest.raises(ws.InputError, match="simulation error only"):
        ws.plot_error_budget(plain)
