"""Who the customer is: how it is drawn beside a deal, and what is refused."""

import math

import numpy as np
import pytest
from scipy.stats import spearmanr
from tests.decide.customer import normal_side as side

import walkaway_sim as ws
from walkaway_sim.decide.customer.joined import join


@pytest.mark.parametrize("design", ["sobol", "random", "lhs"])
@pytest.mark.parametrize("rho", [0.0, 0.4, -0.7])
def test_the_reservation_has_its_law_and_its_correlation(design, rho):
    sim = ws.simulate(side.deal(), 2**14, design, rng=3)
    given = {"cost": rho} if rho else {}
    joined = join(sim, ws.Customer(ws.uniform(50, 100), term="price", correlation=given))
    # Four standard errors of independent draws, at which the other designs are better.
    assert abs(joined.drawn.mean() - 75) < 4 * 50 / math.sqrt(12 * 2**14)
    assert abs(spearmanr(joined.drawn, sim.draws["cost"]).statistic - rho) < 4 / math.sqrt(2**14)


@pytest.mark.parametrize("design", ["sobol", "random", "lhs"])
def test_it_is_drawn_as_an_input_that_is_appended_would_be(design):
    sim = ws.simulate(side.deal(), 2**14, design, rng=3)
    longer = ws.Deal(
        name="Longer",
        inputs={**sim.deal.inputs, "customer": ws.normal(75, 8)},
        terms=sim.deal.terms,
        value=sim.deal.value,
    )
    appended = ws.simulate(longer, 2**14, design, rng=3)
    np.testing.assert_array_equal(appended.draws["cost"], sim.draws["cost"])
    joined = join(sim, ws.Customer(ws.normal(75, 8), term="price"))
    np.testing.assert_allclose(joined.drawn, appended.draws["customer"], rtol=1e-13)


def test_several_correlations_meet_those_of_the_deal():
    made = ws.Deal(
        name="Three",
        inputs={"a": ws.normal(0, 1), "b": ws.uniform(0, 1), "c": ws.lognormal(1, 0.5), "d": ws.normal(0, 1)},
        correlation={("a", "b"): 0.5},
        terms=[ws.Term("price", 10, range=(0, 20), concession="down")],
        value=lambda inputs, terms: terms["price"] - inputs["a"] - inputs["b"] - inputs["c"] - inputs["d"],
    )
    sim = ws.simulate(made, 2**16, rng=3)
    joined = join(sim, ws.Customer(ws.normal(10, 2), term="price", correlation={"a": 0.4, "c": -0.5}))
    found = {name: spearmanr(joined.drawn, sim.draws[name]).statistic for name in "abcd"}
    for name, rho in {"a": 0.4, "b": 0.0, "c": -0.5, "d": 0.0}.items():
        assert abs(found[name] - rho) < 4 / math.sqrt(2**16)


def test_the_chance_given_the_draws_is_the_mean_of_the_yeses():
    """Over strata of the cost, counts of yeses agree with their conditional chances: 64 of them, at 4.5 errors."""
    sim = ws.simulate(side.deal(), 2**16, "random", rng=3)
    joined = join(sim, side.customer())
    chance, yes = joined.chance_given(72.0), joined.says_yes(72.0)
    order = np.argsort(sim.draws["cost"]).reshape(64, -1)
    counted, expected = yes[order].mean(axis=1), chance[order].mean(axis=1)
    error = np.sqrt((chance * (1 - chance))[order].mean(axis=1) / order.shape[1])
    assert np.all(np.abs(counted - expected) <= 4.5 * error + 1e-12)
    assert chance.mean() == pytest.approx(joined.chance(72.0), abs=4 * chance.std() / 2**8)


def test_a_reservation_that_moves_as_one_with_an_input_is_counted():
    sim = ws.simulate(side.deal(), 2**14, rng=3)
    joined = join(sim, ws.Customer(ws.normal(75, 8), term="price", correlation={"cost": 1.0}))
    np.testing.assert_allclose((joined.drawn - 75) / 8, (sim.draws["cost"] - 60) / 10, rtol=1e-9, atol=1e-9)
    assert not joined.is_smooth


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"reservation": "x" * 0, "term": "price"}, "reservation must be a non-empty text"),
        ({"reservation": None, "term": "price"}, "Customer: reservation needs a distribution .* got None"),
        ({"reservation": [1, 2], "term": "price"}, "needs a distribution"),
        ({"reservation": ws.event_risk(1, ws.normal(1, 1)), "term": "price"}, "needs a distribution"),
        ({"reservation": ws.normal(1, 1)}, "either term=.* or worth=.*neither"),
        ({"reservation": ws.normal(1, 1), "term": "price", "worth": {"price": 1}}, "got both"),
        ({"reservation": ws.normal(1, 1), "worth": {"price": -1}}, "worth of 'price' must be 0 or more"),
        ({"reservation": ws.normal(1, 1), "worth": {"price": 0}}, "above 0 for one term at least"),
        ({"reservation": ws.normal(1, 1), "worth": 5}, "worth must map terms"),
        ({"reservation": ws.normal(1, 1), "term": "price", "correlation": {"cost": 2}}, "between -1 and 1"),
        ({"reservation": ws.normal(1, 1), "term": "price", "correlation": 0.4}, "must map inputs"),
        ({"reservation": "cost", "term": "price", "correlation": {"cost": 0.4}}, "correlate it there"),
    ],
)
def test_a_customer_that_is_none(given, words):
    with pytest.raises(ws.InputError, match=words):
        ws.Customer(**given)


@pytest.mark.parametrize(
    ("customer", "words"),
    [
        (ws.Customer("worht", term="price"), "no 'worht'.*did you mean 'worth'"),
        (ws.Customer(ws.normal(1, 1), term="prise"), "did you mean 'price'"),
        (ws.Customer(ws.normal(1, 1), term="price", correlation={"costs": 0.4}), "did you mean 'cost'"),
        (ws.Customer(ws.normal(1, 1), term="price", name="cost"), "is one of the deal's"),
        (ws.Customer(ws.normal(1, 1), worth={"prise": 1}), "did you mean 'price'"),
        (
            ws.Customer(ws.normal(1, 1), term="price", correlation={"cost": 0.9, "worth": -0.9}),
            "no joint distribution",
        ),
        ("customer", "must be what Customer"),
    ],
)
def test_a_customer_that_does_not_fit_the_deal(customer, words):
    with pytest.raises(ws.InputError, match=words):
        ws.best_offer(ws.simulate(side.with_input(), 2**14, rng=3), customer)


def test_the_term_that_moves_is_asked_for_and_checked():
    sim = ws.simulate(side.deal(), 2**14, rng=3)
    several = ws.Customer(ws.normal(0, 1), worth={"price": 1.0})
    with pytest.raises(ws.InputError, match="which of them is to move"):
        ws.best_offer(sim, several)
    with pytest.raises(ws.InputError, match="looks at 'price' only"):
        ws.best_offer(sim, side.customer(), term="discount")


def test_a_t_copula_asks_for_an_input():
    made = ws.Deal(
        name="Heavy",
        inputs={"cost": ws.normal(60, 10), "b": ws.normal(0, 1)},
        correlation={("cost", "b"): 0.3},
        t_df=4,
        terms=side.deal().terms,
        value=lambda inputs, terms: terms["price"] - inputs["cost"],
    )
    with pytest.raises(ws.DependenceError, match="t copula: make the reservation an input"):
        ws.best_offer(ws.simulate(made, 2**14, rng=3), side.customer())


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda sim, own: ws.best_offer("sim", own), "sim must be what simulate"),
        (lambda sim, own: ws.best_offer(sim, own, terms=[70]), "terms must map names"),
        (lambda sim, own: ws.best_offer(sim, own, confidence_level=1.0), "confidence_level must lie"),
        (lambda sim, own: ws.zone_of_agreement(sim, "mean", own), "rule must be a rule"),
        (
            lambda sim, own: ws.assess_given_yes(sim, ws.ExpectedValueRule(), own, 70),
            "terms must map names",
        ),
        (lambda sim, own: ws.walkaway_given_yes(sim, ws.ExpectedValueRule(), own, n_points=0), "n_points"),
    ],
)
def test_arguments_that_are_none(call, words):
    with pytest.raises(ws.InputError, match=words):
        call(side.simulated("sobol", 3), side.customer())
