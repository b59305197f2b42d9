"""Postures side by side, against closed forms of a normal worth."""

import dataclasses

import pytest
from scipy.stats import norm
from tests.decide.coverage import accepted

import walkaway_sim as ws
from walkaway_sim.decide.aim import named_posture

GAP = 15.0 * float(norm.ppf(0.9))


def linear():
    return ws.Deal(
        name="Linear",
        inputs={"worth": ws.normal(100, 15)},
        terms=[ws.Term("a", 5, range=(0, 60)), ws.Term("price", 55, range=(0, 60), concession="down")],
        value=lambda inputs, terms: inputs["worth"] - 2 * terms["a"] - 3 * (60 - terms["price"]),
    )


def test_what_needing_to_win_gives_away_is_the_closed_form():
    found = ws.compare_postures(ws.simulate(linear(), 2**16, rng=5))
    need, want = found.columns
    assert [one.posture.name for one in found.columns] == ["need_to_win", "want_to_win"]
    assert need.verdict == want.verdict == "accept"
    for one, truth in (
        (found.room_given_away, GAP),
        (found.further["a"], GAP / 2),
        (found.further["price"], GAP / 3),
        (need.room, 75.0),
        (want.room, 75.0 - GAP),
    ):
        assert abs(one.estimate - truth) <= 4 * one.standard_error
        assert one.low <= truth <= one.high
    assert need.safe("price") < want.safe("price") < 55
    frame = found.to_frame()
    assert list(frame.columns) == ["need_to_win", "want_to_win", "given away"]
    assert frame.loc["a, safe", "given away"] == found.further["a"].estimate
    assert frame.attrs["note"] == found.note
    assert "Nine times in ten" in found.note
    assert "Every other deal" not in found.note  # true of a symmetric surplus only
    assert f"leaves {found.room_given_away.estimate:,.0f} more room" in found.note


def test_the_differences_are_covered():
    """One-sided binomial test at 1e-3 of "at least 94%" over 200 seeds, half of them of either design.

    Negative control: the gap of a rule that asks for 88% and not for 90%.
    """
    made = ws.Deal(
        name="One",
        inputs={"worth": ws.normal(100, 15)},
        terms=[ws.Term("a", 5, range=(0, 60))],
        value=lambda inputs, terms: inputs["worth"] - 2 * terms["a"],
    )
    room = term = control = 0
    for seed in range(200):
        found = ws.compare_postures(ws.simulate(made, 2**14, "random" if seed % 2 else "sobol", rng=seed))
        room += found.room_given_away.low <= GAP <= found.room_given_away.high
        control += found.room_given_away.low <= 15.0 * float(norm.ppf(0.88)) <= found.room_given_away.high
        term += found.further["a"].low <= GAP / 2 <= found.further["a"].high
    assert accepted(room, 200)
    assert accepted(term, 200)
    assert not accepted(control, 200)


def test_a_walkaway_that_is_none_is_said_in_words():
    sim = ws.simulate(linear(), 2**14, "random", rng=5)
    # What is left of 100 less 2 * 60 with a alone beyond the range of the price: 3 * 60 cannot make up for it.
    dear = ws.Posture("dear", ws.ExpectedValueRule(500.0))
    sure = ws.Posture("sure", ws.ChanceRule(0.99999))
    found = ws.compare_postures(sim, ["need_to_win", sure, dear])
    table = found.to_frame()
    assert table.loc["price, safe", "dear"] == "holds nowhere"
    assert table.loc["price, safe", "sure"] == "not shown to hold"
    assert table.loc["price, safe", "given away"] == "no walkaway"
    assert "at no value of the term does the posture's rule hold" in found.note
    assert "no value of the term is safe" in found.note
    assert "Cannot be judged" not in found.note


def test_what_is_compared_is_what_walkaway_finds():
    """The same search at the level shared between the two sides, without the rest of the table."""
    sim = ws.simulate(linear(), 2**14, rng=5)
    found = ws.compare_postures(sim)
    far, near = (ws.walkaway(sim, one.posture.rule, 0.975, n_worlds=0) for one in found.columns)
    for name, one in found.further.items():
        sign = far[name].term.sign
        assert one.estimate == sign * (far[name].estimate - near[name].estimate)
        ends = (far[name].low, far[name].high), (near[name].low, near[name].high)
        outer = [sign * end for pair in ends for end in pair]
        assert one.low == min(outer[:2]) - max(outer[2:])
        assert one.high == max(outer[:2]) - min(outer[2:])


def test_a_posture_of_ones_own():
    careful = ws.Posture(
        "careful", ws.ChanceRule(0.99), "Nearly always no worse.", "When one loss would be the last."
    )
    found = ws.compare_postures(ws.simulate(linear(), 2**14, rng=5), ["need_to_win", "want_to_win", careful])
    assert found.room_given_away.estimate == pytest.approx(15 * norm.ppf(0.99), rel=0.02)
    assert "Nearly always no worse. When one loss" in found.note


def test_the_note_names_the_currency():
    found = ws.compare_postures(ws.simulate(dataclasses.replace(linear(), currency="NZD"), 2**14, rng=5))
    assert f"leaves NZD {found.room_given_away.estimate:,.0f} more room" in found.note


def test_the_named_ones_say_what_they_mean():
    for name in ("need_to_win", "want_to_win"):
        posture = named_posture(name)
        assert posture.rule == ws.parse_rule(name)
        assert posture.meaning.count(". ") == 1
        assert posture.when.startswith("When ")


@pytest.mark.parametrize(
    ("postures", "words"),
    [
        (["need_to_win"], "two or more"),
        ("need_to_win", "two or more"),
        (["need_to_win", "wnat_to_win"], "did you mean 'want_to_win'"),
        (["need_to_win", "need_to_win"], "names of their own"),
        (["need_to_win", ws.ChanceRule(0.9)], "must hold postures or their names"),
    ],
)
def test_what_is_refused(postures, words):
    with pytest.raises(ws.InputError, match=words):
        ws.compare_postures(ws.simulate(linear(), 2**14, rng=5), postures)


@pytest.mark.parametrize(
    ("name", "rule"), [("", ws.ChanceRule(0.9)), ("x", "chance:0.9"), ("x", ws.ChanceRule)]
)
def test_a_posture_that_is_none(name, rule):
    with pytest.raises(ws.InputError, match="Posture: "):
        ws.Posture(name, rule)
