"""What a concession costs again, against the closed form, and in everything that works on a deal."""

import warnings

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import binom, norm
from tests.decide.coverage import accepted

import walkaway_sim as ws
from walkaway_sim.examples import example_path

AGAIN = ws.Precedent(
    renewal_chance=0.6, renewal_worth=0.5, other_customers=4, follow_chance=0.1, follow_worth=0.8
)
MEAN = 0.6 * 0.5 + 4 * 0.1 * 0.8


def one_price(**options):
    return ws.Deal(
        name="One price",
        inputs={"worth": ws.normal(100, 15)},
        terms=[ws.Term("rebate", proposed=70, range=(0, 150))],
        value=lambda inputs, terms: inputs["worth"] - terms["rebate"],
        **options,
    )


def test_mean_and_distribution_are_the_closed_form():
    cost = ws.precedent_cost(ws.simulate(one_price(), 2**16, rng=7), {"rebate": 80}, AGAIN)
    assert pytest.approx(MEAN) == AGAIN.mean_multiplier
    assert abs(cost.mean.estimate - 10 * MEAN) <= 4 * cost.mean.standard_error
    assert cost.today.estimate == pytest.approx(10.0)
    nothing = 0.4 * binom.pmf(0, 4, 0.1)
    assert cost.nothing == pytest.approx(nothing, abs=4 * np.sqrt(nothing * (1 - nothing) / 2**16))
    # 0, 5, 8, 13, ...: at 10% 0, at 50% 5, at 90% 13.
    assert [one.estimate for one in cost.quantiles.values()] == pytest.approx([0, 5, 13])
    assert cost.conceded == {"rebate": 80.0}


@pytest.mark.parametrize(
    "again",
    [
        AGAIN,
        ws.Precedent(renewal_chance=ws.uniform(0.2, 1), renewal_worth=0.5, other_customers=ws.discrete({2: 0.5, 6: 0.5}), follow_chance=0.1, follow_worth=0.8),
        ws.Precedent(renewal_chance=0.5, renewal_worth=ws.uniform(0.2, 1), other_customers=8, follow_chance=ws.uniform(0, 0.1), follow_worth=0.8),
    ],
    ids=["numbers", "chance drawn", "follow chance drawn"],
)  # fmt: skip
def test_the_mean_is_covered(again):
    """One-sided binomial test at 1e-3 of "at least 94%" over 200 seeds, half of them of either design.

    Negative control: the cost were nobody else to follow.
    """
    truth, wrong = 10 * again.mean_multiplier, 10 * 0.3
    covered = control = 0
    for seed in range(200):
        sim = ws.simulate(one_price(), 2**14, "random" if seed % 2 else "sobol", rng=seed)
        found = ws.precedent_cost(sim, {"rebate": 80}, again).mean
        covered += found.low <= truth <= found.high
        control += found.low <= wrong <= found.high
    assert accepted(covered, 200)
    assert not accepted(control, 200)


def test_walkaways_of_a_deal_with_precedent_have_closed_forms():
    sim = ws.simulate(ws.with_precedent(one_price(), AGAIN), 2**16, rng=7)
    mean = ws.walkaway(sim, ws.ExpectedValueRule())["rebate"]
    assert abs(mean.estimate - (70 + 30 / (1 + MEAN))) <= 4 * mean.standard_error
    outcomes = [
        (renewed * 0.5 + k * 0.8, (0.6 if renewed else 0.4) * binom.pmf(k, 4, 0.1))
        for renewed in (0, 1)
        for k in range(5)
    ]
    exact = brentq(
        lambda t: sum(p * norm.cdf((100 - 70 - (t - 70) * (1 + m)) / 15) for m, p in outcomes) - 0.9, 70, 90
    )
    chance = ws.walkaway(sim, ws.ChanceRule(0.9))["rebate"]
    assert abs(chance.estimate - exact) <= 4 * max(chance.standard_error, (chance.high - chance.low) / 3.92)
    assert ws.assess(sim, ws.ChanceRule(0.9), {"rebate": 90}).verdict == "walk"


@pytest.mark.parametrize("design", ["sobol", "random"])
def test_the_draws_of_the_deal_stay_as_they_are(design):
    plain = ws.simulate(one_price(), 2**14, design, rng=7)
    longer = ws.simulate(ws.with_precedent(one_price(), AGAIN), 2**14, design, rng=7)
    np.testing.assert_array_equal(plain.draws["worth"], longer.draws["worth"])
    np.testing.assert_array_equal(plain.value(), longer.value())
    parts = longer.components({"rebate": 60})
    assert (parts["precedent"] >= 0).all()  # better than proposed: that comes again too


def test_parts_and_the_built_in_model_are_searched_as_the_whole_value_is():
    """A search along a term values only what it touches; it must say what the whole value says."""
    deal = ws.with_precedent(ws.read_deal(example_path("packaging")), AGAIN)
    sim = ws.simulate(deal, 2**14, rng=7)
    from walkaway_sim.simulation.profile import block_profile, piece_maker

    base = {**deal.proposed, "payment_days": 60.0}
    profile = block_profile(sim, piece_maker(sim, "discount", base))
    for discount in (0.02, 0.06, 0.12):
        whole = sim.surplus({"payment_days": 60.0, "discount": discount})
        np.testing.assert_allclose(profile.at(discount), whole, rtol=1e-9, atol=1e-6)
    plain = ws.simulate(ws.read_deal(example_path("packaging")), 2**14, rng=7)
    rule = ws.ChanceRule(0.9)
    assert ws.walkaway(sim, rule)["discount"].estimate < ws.walkaway(plain, rule)["discount"].estimate


def test_tax_counts_once():
    sim = ws.simulate(one_price(tax_rate=0.25), 2**14, rng=7)
    cost = ws.precedent_cost(sim, {"rebate": 80}, ws.Precedent(renewal_chance=1.0))
    assert cost.today.estimate == pytest.approx(7.5)
    np.testing.assert_allclose(cost.draws, 7.5)


def test_a_concession_that_is_none_costs_nothing():
    cost = ws.precedent_cost(ws.simulate(one_price(), 2**14, rng=7), {"rebate": 70}, AGAIN)
    assert (cost.mean.estimate, cost.mean.low, cost.mean.high, cost.nothing) == (0.0, 0.0, 0.0, 1.0)


def test_terms_that_are_better_for_us_are_no_concession():
    made = ws.simulate(one_price(currency="EUR"), 2**14, rng=7)
    better = ws.precedent_cost(made, {"rebate": 60}, ws.Precedent(renewal_chance=1.0))
    assert better.direction == "better for us"
    assert "Nothing is conceded on balance: these terms are better for us" in better.note
    assert (
        "by EUR 10 today and, where they are the measure of what comes again, by EUR 10 more" in better.note
    )
    assert "-" not in better.note
    same = ws.precedent_cost(made, {"rebate": 70}, AGAIN)
    assert same.direction == "no change"
    assert same.note == "Nothing is conceded: the terms are as proposed, so that nothing can come again."
    worse = ws.precedent_cost(made, {"rebate": 80}, AGAIN)
    assert "The concession costs EUR 10 today" in worse.note


def test_what_may_be_counted_twice_is_warned_of():
    with pytest.warns(UserWarning, match="strategic value"):
        ws.with_precedent(one_price(strategic=5.0), AGAIN)
    cost = ws.precedent_cost(ws.simulate(one_price(strategic=5.0), 2**14, rng=7), {"rebate": 80}, AGAIN)
    assert "strategic value" in cost.note
    recipe = dict(ws.read_deal(example_path("packaging")).recipe)
    recipe["inputs"] = {**recipe["inputs"], "renewal_chance": 0.5, "renewal_months": 12, "market_margin": 100}
    renews = ws.supply_agreement(**recipe)
    with pytest.warns(UserWarning, match="counts a renewal"):
        ws.with_precedent(renews, AGAIN)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ws.with_precedent(renews, ws.Precedent(other_customers=3, follow_chance=0.2))


def test_drawn_numbers_of_customers_are_rounded_to_the_even_of_two():
    sim = ws.simulate(
        ws.with_precedent(
            one_price(),
            ws.Precedent(other_customers=ws.discrete({2.5: 1.0}), follow_chance=ws.uniform(0.5, 1)),
        ),
        2**14,
        rng=5,
    )
    assert sim.components({"rebate": 80})["precedent"].min() == pytest.approx(-2 * 10)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"renewal_chance": 1.2}, "renewal_chance must lie between 0 and 1.*60% is 0.6"),
        ({"renewal_chance": ws.normal(0.5, 0.1)}, "renewal_chance must lie between 0 and 1"),
        ({"follow_chance": -0.1}, "follow_chance must lie between 0 and 1"),
        ({"renewal_worth": -1}, "renewal_worth must be 0 or more"),
        ({"other_customers": ws.normal(5, 1)}, "other_customers must be 0 or more"),
        ({"other_customers": "many"}, "Precedent: other_customers needs a distribution"),
        (
            {"other_customers": 2.5, "follow_chance": 0.2},
            r"must be a whole number, got 2.5; .*discrete\({2: 0.5, 3: 0.5}",
        ),
        ({"follow_worth": ws.event_risk(1, 5)}, "needs a number or a distribution"),
    ],
)
def test_a_precedent_that_is_none(given, words):
    with pytest.raises(ws.InputError, match=words):
        ws.Precedent(**given)


def test_what_else_is_refused():
    sim = ws.simulate(one_price(), 2**14, rng=7)
    for call, words in (
        (lambda: ws.precedent_cost(sim, {"rebat": 80}, AGAIN), "did you mean 'rebate'"),
        (lambda: ws.precedent_cost(sim, {}, AGAIN), "concession must map"),
        (lambda: ws.precedent_cost(sim, {"rebate": 80}, 0.5), "must be what Precedent"),
        (lambda: ws.precedent_cost("sim", {"rebate": 80}, AGAIN), "must be what simulate"),
        (
            lambda: ws.with_precedent(ws.with_precedent(one_price(), AGAIN), AGAIN),
            "counts a precedent already",
        ),
    ):
        with pytest.raises(ws.InputError, match=words):
            call()
