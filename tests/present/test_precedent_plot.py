"""The picture of what a precedent costs, by what it draws."""

import numpy as np
import pytest
from matplotlib.figure import Figure

import walkaway_sim as ws


def cost(again, rebate=80):
    deal = ws.Deal(
        name="One price",
        inputs={"worth": ws.normal(100, 15)},
        terms=[ws.Term("rebate", proposed=70, range=(0, 150))],
        value=lambda inputs, terms: inputs["worth"] - terms["rebate"],
    )
    return ws.precedent_cost(ws.simulate(deal, 2**14, rng=7), {"rebate": rebate}, again)


def test_bars_are_the_draws_on_which_something_comes_again():
    found = cost(ws.Precedent(renewal_chance=0.6, renewal_worth=ws.uniform(0.5, 1)))
    own = Figure().subplots()
    assert ws.plot_precedent(found, ax=own) is own
    (bars,) = own.patches
    assert bars.get_data().values.sum() == pytest.approx(0.6, abs=0.003)
    assert [float(line.get_xdata()[0]) for line in own.get_lines()] == [
        found.mean.estimate,
        found.today.estimate,
    ]
    words = own.texts[0].get_text()
    assert words == "Conceded: rebate. Nothing comes again in 40.0% of cases."


def test_terms_that_are_better_for_us():
    ax = ws.plot_precedent(cost(ws.Precedent(renewal_chance=0.6), rebate=60))
    assert ax.get_title(loc="left") == "One price: better for us by 10 today, and by 6 more as a precedent"
    assert ax.get_xlabel().endswith("below 0: better for us")
    low, high = ax.get_xlim()
    assert low < -10 < 0 <= high
    assert ax.texts[0].get_text().startswith("Better for us: rebate.")


def test_no_change_is_said_in_the_picture():
    ax = ws.plot_precedent(cost(ws.Precedent(renewal_chance=0.6), rebate=70))
    assert ax.get_title(loc="left") == "One price: nothing is conceded"
    assert "as proposed" in ax.texts[0].get_text()
    assert not ax.get_lines()


def test_nothing_at_all_is_still_a_picture():
    ax = ws.plot_precedent(cost(ws.Precedent()))
    assert not ax.patches
    assert np.isfinite(ax.get_xlim()).all()
    with pytest.raises(ws.InputError, match="must be what precedent_cost"):
        ws.plot_precedent(5)
