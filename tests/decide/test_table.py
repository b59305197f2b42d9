"""What the table of walkaways says on its face."""

import math
import pickle

import pytest

import walkaway_sim as ws
from walkaway_sim.decide.table import ONE_AT_A_TIME


@pytest.fixture(scope="module")
def sim():
    deal = ws.Deal(
        name="Harbour<side>",
        currency="NZD",
        inputs={"worth": ws.normal(100, 15)},
        terms=[
            ws.Term("price", proposed=40, range=(0, 150), unit="NZD"),
            ws.Term("extra", proposed=10, range=(0, 100)),
            ws.Term("visits", proposed=1, levels=(1, 2, 5), unit="per week"),
        ],
        value=lambda inputs, terms: (
            inputs["worth"] - terms["price"] - terms["extra"] - 10 * (terms["visits"] - 1)
        ),
        buffer=2.0,
    )
    return ws.simulate(deal, 2**14, rng=3)


@pytest.fixture(scope="module")
def walk(sim):
    return ws.walkaway(sim, ws.ChanceRule(0.9))


def test_it_is_a_mapping_by_term(walk):
    assert list(walk) == ["price", "extra", "visits"]
    assert len(walk) == 3
    with pytest.raises(KeyError, match="did you mean 'price'"):
        walk["prise"]


def test_the_probability_left_if_all_are_conceded(walk, sim):
    """Each walkaway leaves 90%; all at once leave what the draws say: next to nothing here."""
    conceded = {name: one.estimate for name, one in walk.items()}
    assert walk.all_conceded.estimate == (sim.surplus(conceded) >= 0).mean()
    assert walk.at_proposal.estimate == (sim.surplus() >= 0).mean()
    assert walk.all_conceded.estimate < 0.5 < 0.9 < walk.at_proposal.estimate
    for name, one in walk.items():
        if one.term.levels is None:
            alone = (sim.surplus({name: one.estimate}) >= 0).mean()
            assert alone == pytest.approx(0.9, abs=2 / sim.n_draws)


def test_two_normal_terms_given_away_together():
    """METHODS, section 1: limits that each leave 0.90 leave less together; here exactly, for S = V - a - b."""
    from scipy.stats import norm

    deal = ws.Deal(
        name="d",
        inputs={"v": ws.normal(100, 15)},
        terms=[ws.Term(name, proposed=35, range=(0, 150)) for name in "ab"],
        value=lambda inputs, terms: inputs["v"] - terms["a"] - terms["b"],
    )
    walk = ws.walkaway(ws.simulate(deal, 2**16, rng=1), ws.ChanceRule(0.9))
    limit = 100 + 15 * norm.ppf(0.1) - 35
    exact = norm.sf((2 * limit - 100) / 15)
    # The walkaways move with the draws too: twice their standard error in the argument of a density below 1/37.
    slack = 4 * (walk.all_conceded.standard_error + 2 * walk["a"].standard_error / 37)
    assert abs(walk.all_conceded.estimate - exact) <= slack


def test_the_frame_says_that_they_hold_one_at_a_time(walk):
    frame = walk.to_frame()
    assert frame.index.name == "term (one at a time)"
    assert list(frame.index) == ["price", "extra", "visits"]
    assert ONE_AT_A_TIME in frame.attrs["note"]
    assert f"{100 * walk.all_conceded.estimate:.0f}%" in frame.attrs["note"]
    assert "simulation error only" in frame.attrs["note"]
    for column in ("proposed", "low", "high", "safe", "without_buffer", "status", "unit"):
        assert column in frame.columns
    assert frame.loc["price", "low"] == walk["price"].low
    assert frame.loc["price", "without_buffer"] == pytest.approx(walk["price"].estimate + 2, abs=1e-6)


def test_the_columns_are_those_of_the_design(walk):
    documented = type(walk).to_frame.__doc__
    for column in walk.to_frame().columns:
        assert column in documented


def test_every_face_of_it_carries_the_note(walk):
    assert walk.note in repr(walk)
    html = walk._repr_html_()
    assert "cannot all be conceded together" in html
    assert "one at a time" in html
    assert "<table" in html


def test_results_are_frozen_and_travel(walk):
    with pytest.raises(AttributeError):
        walk["price"].estimate = 3.0
    back = pickle.loads(pickle.dumps(walk))
    assert back["price"].estimate == walk["price"].estimate


def test_curves_are_of_the_rule(walk, sim):
    curve = walk["price"].curve
    assert (curve.values[0], curve.values[-1]) == (0.0, 150.0)
    assert (curve.values[1:] > curve.values[:-1]).all()
    assert 40.0 in curve.values
    middle = len(curve.values) // 2
    value = float(curve.values[middle])
    assert curve.estimate[middle] == (sim.surplus({"price": value}) >= 0).mean()
    assert (curve.low <= curve.estimate).all()
    assert (curve.estimate <= curve.high).all()


def test_a_table_where_a_term_is_acceptable_nowhere(sim):
    walk = ws.walkaway(sim, ws.ChanceRule(0.9), terms={"price": 150})
    assert walk["extra"].status == "acceptable_nowhere"
    assert math.isnan(walk["extra"].estimate)
    assert 0.0 <= walk.all_conceded.estimate <= 1.0  # that term stays as it was
    assert "acceptable_nowhere" in repr(walk)


def test_progress_is_told(sim):
    seen = []
    ws.walkaway(sim, ws.ExpectedValueRule(), progress=lambda *step: seen.append(step))
    assert [step[0] for step in seen] == ["price", "extra", "visits"]
    assert all(step[2] == 3 for step in seen)
