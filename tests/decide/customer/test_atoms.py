"""Reservations that take single values with some probability: where a chance of a yes jumps."""

import pytest
from tests.decide.coverage import accepted

import walkaway_sim as ws

STOP = ws.ExpectedValueRule()


def discount(step=None, levels=None, worth=0.12, **given):
    where = {"range": (0.0, 0.3), "step": step} if levels is None else {"levels": levels}
    return ws.Deal(
        name="One discount",
        inputs={"worth": ws.normal(worth, 0.03), **given},
        terms=[ws.Term("discount", 0.02, **where)],
        value=lambda inputs, terms: 1e6 * (inputs["worth"] - terms["discount"]),
    )


def price(reservation_step=None):
    return ws.Deal(
        name="One price",
        inputs={"cost": ws.normal(60, 5)},
        terms=[ws.Term("price", 95, range=(0, 150), concession="down", step=reservation_step)],
        value=lambda inputs, terms: terms["price"] - inputs["cost"],
    )


@pytest.mark.parametrize("design", ["random", "sobol"])
@pytest.mark.parametrize(
    ("law", "best", "worth"),
    [
        (ws.discrete({0.05: 0.55, 0.08: 0.45}), 0.08, 40_000.0),  # 0.55 of 70,000 at 0.05
        (ws.discrete({0.0613: 0.7, 0.09: 0.3}), 0.0613, 0.7 * 58_700.0),
        (0.0737, 0.0737, 46_300.0),
        (ws.empirical([0.031, 0.031, 0.031, 0.1]), 0.031, 0.75 * 89_000.0),
        (
            ws.mixture([(0.8, ws.discrete({0.0333: 1.0})), (0.2, ws.uniform(0.2, 0.3))]),
            0.0333,
            0.8 * 86_700.0,
        ),
    ],
)
def test_the_best_offer_is_at_a_reservation(design, law, best, worth):
    sim = ws.simulate(discount(), 2**14, design, rng=3)
    found = ws.best_offer(sim, ws.Customer(law, term="discount"))
    assert found.offer.estimate == pytest.approx(best, abs=1e-9)
    assert found.offer.low <= best <= found.offer.high
    assert abs(found.worth.estimate - worth) <= 4 * found.worth.standard_error


def test_a_counted_and_a_correlated_reservation_have_the_same_best_offer():
    law = ws.discrete({0.0513: 0.55, 0.0788: 0.45})
    counted = ws.simulate(discount(theirs=law), 2**14, rng=3)
    sim = ws.simulate(discount(), 2**14, rng=3)
    alone = ws.best_offer(sim, ws.Customer(law, term="discount")).worth
    seen = ws.best_offer(counted, ws.Customer("theirs", term="discount"))
    assert seen.offer.estimate == pytest.approx(0.0788, abs=1e-12)
    assert seen.worth.estimate == pytest.approx(alone.estimate, abs=4 * alone.standard_error + 1.0)
    tied = ws.best_offer(sim, ws.Customer(law, term="discount", correlation={"worth": 0.4}))
    assert tied.offer.estimate == pytest.approx(0.0788, abs=1e-12)


def test_falling_terms_and_packages_meet_their_reservations():
    law = ws.discrete({70.3: 0.7, 91.7: 0.3})  # 0.3 of 31.7 against all of 10.3
    sim = ws.simulate(price(), 2**14, rng=3)
    assert ws.best_offer(sim, ws.Customer(law, term="price")).offer.estimate == pytest.approx(70.3)
    worth = ws.Customer(ws.discrete({1000: 0.55, 3700: 0.45}), worth={"discount": 1e5})
    package = ws.simulate(discount(), 2**14, rng=3)
    found = ws.best_offer(
        package, worth, term="discount"
    )  # 1000 is 0.03, taken by 0.55; 3700 is 0.057, by all
    assert found.offer.estimate == pytest.approx(0.057)
    assert found.chance.estimate == 1.0


def test_the_interval_holds_the_best_offer_of_two_that_nearly_tie():
    """One-sided binomial test at 1e-3 of "at least 94%" over 400 seeds; 0.05 brings 39,900 and 0.08 brings 40,000.

    Negative control: what was picked, as if it were sure.
    """
    customer = ws.Customer(ws.discrete({0.05: 0.57, 0.08: 0.43}), term="discount")
    covered = control = 0
    for seed in range(400):
        sim = ws.simulate(discount(), 2**12, "random", rng=seed)
        offer = ws.best_offer(sim, customer).offer
        covered += offer.low <= 0.08 <= offer.high
        control += abs(offer.estimate - 0.08) < 1e-6
    assert accepted(covered, 400), covered
    assert not accepted(control, 400), control


def test_the_target_is_a_step_that_somebody_takes():
    """0.0525 rounds to 0.05 on our side, which nobody takes."""
    law = ws.discrete({0.0525: 0.6, 0.09: 0.4})
    sim = ws.simulate(discount(step=0.005), 2**14, rng=3)
    zone = ws.zone_of_agreement(sim, STOP, ws.Customer(law, term="discount"))
    assert zone.offer.offer.estimate == pytest.approx(0.0525)
    assert zone.target == pytest.approx(0.055)
    falling = ws.simulate(price(5.0), 2**14, rng=3)
    found = ws.zone_of_agreement(falling, STOP, ws.Customer(ws.discrete({83: 0.9, 50: 0.1}), term="price"))
    assert found.target == 80.0


def test_a_target_within_the_safe_walkaway_gives_nothing_for_nothing():
    """The best offer is 0.08 and a careful walkaway 0.06 or so: between it and 0.05 no further customer says yes."""
    law = ws.discrete({0.05: 0.55, 0.08: 0.45})
    sim = ws.simulate(discount(), 2**14, rng=3)
    zone = ws.zone_of_agreement(
        sim, ws.ExpectedValueRule(at_least=60_000.0), ws.Customer(law, term="discount")
    )
    assert zone.target == pytest.approx(0.05)
    assert "so that the target keeps within it" in zone.note
    steps = ws.simulate(discount(levels=(0.02, 0.05, 0.055, 0.08)), 2**14, rng=3)
    lower = ws.zone_of_agreement(
        steps, ws.ExpectedValueRule(at_least=60_000.0), ws.Customer(law, term="discount")
    )
    assert lower.target == 0.05


def test_the_width_of_a_zone_is_exact_at_single_values():
    sim = ws.simulate(discount(), 2**14, rng=3)
    law = ws.discrete({0.0123: 0.6, 0.0777: 0.4})
    zone = ws.zone_of_agreement(sim, STOP, ws.Customer(law, term="discount"))
    w = zone.walkaway.estimate
    assert zone.width.estimate == pytest.approx(0.6 * (w - 0.0123) + 0.4 * (w - 0.0777), rel=1e-9)
    # One reservation within the interval of our walkaway: the width given a zone jumps there, from a high.
    walk = zone.walkaway
    inside = 0.5 * (walk.estimate + walk.low)
    law = ws.discrete({0.02: 0.5, inside: 0.5})
    given = ws.zone_of_agreement(sim, STOP, ws.Customer(law, term="discount")).width_given
    assert given.low <= 0.5 * (inside - 0.02) * (1 + 1e-9)
    assert given.high >= (inside - 0.02) * (1 - 1e-9)


def test_atoms_that_cannot_be_told_are_refused():
    sim = ws.simulate(discount(), 2**14, rng=3)
    with pytest.raises(ws.InputError, match="cannot be told one by one"):
        ws.best_offer(sim, ws.Customer(ws.poisson(1e9), term="discount"))


def test_an_offer_that_is_worth_the_reservation_but_for_rounding_is_taken():
    """1e5 (0.11 - 0.10) is 999.9999999999995 in floating point."""
    made = ws.Deal(
        name="One discount",
        inputs={"worth": ws.normal(0.2, 0.03)},
        terms=[ws.Term("discount", 0.10, range=(0.0, 0.35))],
        value=lambda inputs, terms: 1e6 * (inputs["worth"] - terms["discount"]),
    )
    sim = ws.simulate(made, 2**14, rng=3)
    customer = ws.Customer(1000.0, worth={"discount": 1e5})
    taken = ws.assess_given_yes(sim, STOP, customer, {"discount": 0.11})
    assert taken.chance_of_yes == 1.0
    assert taken.n_yes == 2**14
    joined = ws.best_offer(sim, customer, term="discount")
    assert joined.chance.estimate == 1.0
    with pytest.raises(ws.RuleError):  # what is short of it by more than rounding is left
        ws.assess_given_yes(sim, STOP, customer, {"discount": 0.11 - 1e-9})
