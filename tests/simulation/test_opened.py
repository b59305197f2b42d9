"""A deal valued once at an offer gives the same surplus along every path as one that is asked anew."""

import numpy as np
import pytest

import walkaway_sim as ws
from walkaway_sim.examples import example_path
from walkaway_sim.simulation.opened import OpenedDeal
from walkaway_sim.simulation.paths import OneTerm, StraightPath


def in_parts():
    return ws.Deal(
        name="Parts",
        inputs={"worth": ws.normal(100, 15)},
        terms=[ws.Term("a", 5, range=(0, 60)), ws.Term("b", 5, range=(0, 60))],
        value=ws.value_of_parts(
            worth=(lambda inputs, terms: inputs["worth"], ()),
            a=(lambda inputs, terms: -2 * terms["a"] * inputs["worth"] / 100, ("a",)),
            b=(lambda inputs, terms: -3 * terms["b"] - 0.1 * terms["a"] * terms["b"], ("a", "b")),
        ),
        buffer=3.0,
        tax_rate=0.25,
    )


def opaque():
    parts = in_parts()
    return ws.Deal(
        name="Opaque", inputs=parts.inputs, terms=parts.terms, buffer=3.0,
        value=lambda inputs, terms: inputs["worth"] - 2 * terms["a"] * inputs["worth"] / 100 - 3 * terms["b"],
    )  # fmt: skip


@pytest.mark.parametrize("make", [lambda: ws.read_deal(example_path("packaging")), in_parts, opaque])
def test_every_path_starts_from_what_is_known(make):
    deal = make()
    sim = ws.simulate(deal, 2**15, "random", rng=3)
    offer = deal.terms_at(
        {
            term.name: term.levels[1] if term.levels else term.low + 0.3 * (term.high - term.low)
            for term in deal.terms
        }
    )
    opened = OpenedDeal(sim, offer)
    np.testing.assert_array_equal(opened.surplus, sim.surplus(offer))
    scale = np.abs(opened.surplus).max()
    for term in deal.terms:
        at = term.levels[-1] if term.levels else term.low + 0.8 * (term.high - term.low)
        found = opened.profile(OneTerm(term.name)).at(at)
        np.testing.assert_allclose(found, sim.surplus({**offer, term.name: at}), atol=1e-9 * scale)
    moving = (deal.terms[0], deal.terms[-1])
    path = StraightPath(moving, offer, {term.name: term.low for term in moving})
    np.testing.assert_allclose(
        opened.profile(path).at(1.0), sim.surplus({**offer, **path(1.0)}), atol=1e-9 * scale
    )


def test_of_very_many_draws_nothing_is_kept_and_the_same_comes_out(monkeypatch):
    sim = ws.simulate(in_parts(), 2**14, "random", rng=3)
    offer = sim.deal.terms_at({"a": 20})
    kept = OpenedDeal(sim, offer)
    monkeypatch.setattr("walkaway_sim.simulation.opened._MOST_KEPT", 2**10)
    anew = OpenedDeal(sim, offer)
    np.testing.assert_array_equal(kept.surplus, anew.surplus)
    path = OneTerm("b")
    np.testing.assert_allclose(kept.profile(path).at(9.0), anew.profile(path).at(9.0), rtol=1e-12)
