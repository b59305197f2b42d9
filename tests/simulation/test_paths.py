"""Paths through several terms, and pilots that are independent of what they choose for."""

import numpy as np
import pytest

import walkaway_sim as ws
from walkaway_sim.examples import example_path
from walkaway_sim.simulation.paths import OneTerm, StraightPath
from walkaway_sim.simulation.pilot import pilot_of
from walkaway_sim.simulation.profile import block_profile, piece_maker


@pytest.fixture(scope="module")
def packaging():
    return ws.simulate(ws.read_deal(example_path("packaging")), 2**14, rng=3)


def test_surplus_along_a_path_is_the_surplus_at_its_packages(packaging):
    deal = packaging.deal
    ends = {term.name: term.limit for term in deal.terms}
    path = StraightPath(deal.terms, deal.proposed, ends)
    profile = block_profile(packaging, piece_maker(packaging, path, deal.proposed))
    for share in (0.0, 0.21, 0.5, 1.0):
        exact = packaging.surplus(path(share))
        assert np.abs(profile.at(share) - exact).max() <= 1e-9 * np.abs(exact).max()


@pytest.mark.parametrize("names", [("discount", "rebate"), ("deliveries_per_week", "hold", "guarantee")])
def test_terms_off_the_path_are_held_at_the_base(packaging, names):
    deal = packaging.deal
    base = {**deal.proposed, "payment_days": 75.0}
    path = StraightPath(tuple(deal.term(name) for name in names), base, {t.name: t.limit for t in deal.terms})
    profile = block_profile(packaging, piece_maker(packaging, path, base))
    exact = packaging.surplus({**base, **path(0.4)})
    assert np.abs(profile.at(0.4) - exact).max() <= 1e-9 * np.abs(exact).max()


def test_a_value_in_parts_along_a_path():
    deal = ws.Deal(
        name="Parts",
        inputs={"volume": ws.lognormal(1000, 0.2)},
        terms=[ws.Term("price", 10, range=(5, 15), concession="down"), ws.Term("drops", 1, levels=(1, 2, 3))],
        value=ws.value_of_parts(
            revenue=(lambda inputs, terms: inputs["volume"] * terms["price"], ("price",)),
            drops=(lambda inputs, terms: -100.0 * terms["drops"], ("drops",)),
            fixed=(lambda inputs, terms: -5000.0, ()),
        ),
    )
    sim = ws.simulate(deal, 2**14, rng=3)
    path = StraightPath(deal.terms, deal.proposed, {"price": 5.0, "drops": 3.0})
    profile = block_profile(sim, piece_maker(sim, path, deal.proposed))
    np.testing.assert_allclose(profile.at(0.5), sim.surplus({"price": 7.5, "drops": 2.0}), rtol=1e-12)


def test_levels_are_never_conceded_before_they_are_reached():
    term = ws.Term("drops", 1, levels=(1, 2, 3, 5))
    path = StraightPath((term,), {"drops": 1}, {"drops": 5})
    assert [path(share)["drops"] for share in (0.0, 0.33, 1 / 3, 0.66, 2 / 3, 0.999, 1.0)] == [
        1,
        1,
        2,
        2,
        3,
        3,
        5,
    ]
    back = StraightPath((term,), {"drops": 5}, {"drops": 2})
    assert [back(share)["drops"] for share in (0.0, 0.49, 0.5, 1.0)] == [5, 5, 3, 2]


def test_one_term_is_a_path_too():
    assert OneTerm("price")(3.0) == {"price": 3.0}
    assert OneTerm("price").names == ("price",)


def test_a_pilot_is_drawn_once(packaging):
    pilot = pilot_of(packaging)
    assert pilot is pilot_of(packaging)
    assert (pilot.n_draws, pilot.design) == (packaging.n_draws, packaging.design)


def test_a_pilot_is_independent_of_what_it_chooses_for():
    deal = ws.read_deal(example_path("packaging"))
    sim = ws.simulate(deal, 2**14, "random", rng=3)
    assert pilot_of(sim, 2**13).n_draws == 2**13
    for name in ("volume", "unit_cost"):
        correlation = np.corrcoef(pilot_of(sim).draws[name], sim.draws[name])[0, 1]
        assert abs(correlation) < 4 / np.sqrt(sim.n_draws)  # 4 standard errors
    # Points of two scrambles move together here and there; what must not is the error of their means.
    linear = ws.Deal(
        name="One input",
        inputs={"worth": ws.lognormal(100, 0.5)},
        terms=[ws.Term("rebate", 0, range=(0, 1))],
        value=lambda inputs, terms: inputs["worth"],
    )
    sims = [ws.simulate(linear, 2**14, rng=seed) for seed in range(100)]
    errors = np.array([(one.value().mean(), pilot_of(one).value().mean()) for one in sims])
    assert abs(np.corrcoef(errors.T)[0, 1]) < 4 / np.sqrt(100)


def test_a_pilot_needs_draws_that_were_not_changed(packaging):
    from walkaway_sim.simulation.revalue import scaled

    with pytest.raises(ws.InputError, match="as simulate"):
        pilot_of(scaled(packaging, "volume", 1.1))
