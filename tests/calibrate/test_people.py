"""Pools of several people's beliefs: closed forms, the published case, properties, the input, refusals."""

import math

import numpy as np
import pytest
import scipy.stats as st
from hypothesis import given, settings
from hypothesis import strategies as hs
from tests.reference import agrees, case
from tests.strategies import continuous, distributions, refused

import walkaway_sim as ws
from walkaway_sim.calibrate.people.pool import MOST_REPETITIONS, pool_beliefs, repetitions
from walkaway_sim.inputs import LogarithmicPool

QUANTILES = {"finance": {0.1: 0.01, 0.5: 0.03, 0.9: 0.045}, "sales": {0.1: 0.05, 0.5: 0.08, 0.9: 0.11}}
Q = np.linspace(0.01, 0.99, 99)


def test_the_published_case():
    found = case("E10")
    (means, sds, weights), exact = found["inputs"].values(), found["exact"]
    people = {f"person {i}": ws.normal(m, s) for i, (m, s) in enumerate(zip(means, sds, strict=True))}
    shares = dict(zip(people, weights, strict=True))
    linear = ws.pool(people, shares)
    logarithmic = ws.pool(people, shares, method="logarithmic")
    for pooled, (mean, variance) in ((linear, exact[:2]), (logarithmic, exact[2:])):
        assert agrees(pooled.distribution.mean(), mean, found["tol"])
        assert agrees(pooled.distribution.std() ** 2, variance, found["tol"])
    # Of 9.84 within people are 0.6 x 4 + 0.4 x 9 = 6, and between them 0.6 x 0.4 x 4^2 = 3.84.
    for pooled in (linear, logarithmic):
        assert pooled.within_variance == pytest.approx(6, rel=1e-12)
        assert pooled.between_variance == pytest.approx(3.84, rel=1e-12)
        assert pooled.between_share == pytest.approx(3.84 / 9.84, rel=1e-12)


def test_quantiles_become_a_metalog_with_the_ends_given():
    pooled = ws.pool({**QUANTILES, "board": st.norm(0.05, 0.02), "plan": 0.04}, lower=0, upper=1)
    laws = {one.name: one.distribution for one in pooled.beliefs}
    assert laws["finance"] == ws.metalog(QUANTILES["finance"], lower=0, upper=1)
    assert laws["board"].mean() == 0.05
    assert laws["plan"].std() == 0
    assert pooled.weights == dict.fromkeys(laws, 0.25)


people = hs.dictionaries(
    hs.sampled_from("abcdef"), hs.tuples(distributions(), hs.floats(0.01, 10)), min_size=2, max_size=4
)


def pooled_of(given_people, method="linear", factor=1.0, turn=False):
    names = sorted(given_people, reverse=turn)
    weights = {name: factor * given_people[name][1] for name in names}
    return ws.pool({name: given_people[name][0] for name in names}, weights, method=method)


@settings(max_examples=12)
@given(people)
def test_the_linear_pool_keeps_the_mean_and_splits_the_variance(given_people):
    found = pooled_of(given_people)
    law, weights = found.distribution, found.weights
    means = {name: one.mean() for name, (one, _) in given_people.items()}
    scale = max(1.0, *map(abs, means.values()), law.std())
    assert law.mean() == pytest.approx(
        math.fsum(weights[name] * means[name] for name in weights), abs=1e-12 * scale
    )
    total = found.within_variance + found.between_variance
    assert total == pytest.approx(law.std() ** 2, abs=1e-11 * scale**2)
    assert 0 <= found.between_share <= 1
    x = law.ppf(0.4)
    assert law.cdf(x) == pytest.approx(
        math.fsum(weights[n] * one.cdf(x) for n, (one, _) in given_people.items())
    )


@pytest.mark.parametrize("method", ["linear", "logarithmic"])
def test_order_does_not_matter_and_weights_scale(method):
    given_people = {
        "b": (ws.metalog(QUANTILES["finance"]), 0.3), "a": (ws.metalog(QUANTILES["sales"]), 0.5), "c": (ws.normal(0.1, 0.05), 0.9),
    }  # fmt: skip
    found, turned, scaled = (
        pooled_of(given_people, method, **how) for how in ({}, {"turn": True}, {"factor": 7})
    )
    assert turned.distribution == found.distribution
    assert turned.input().plausible == found.input().plausible
    assert [one.name for one in turned.beliefs] == ["c", "b", "a"]
    # Scaled weights are the same to rounding, and quantiles are inverted to 1e-9 in probability.
    assert found.distribution.cdf(scaled.distribution.ppf(Q)) == pytest.approx(Q, abs=2e-9)
    assert scaled.between_share == pytest.approx(found.between_share, rel=1e-12)


@given(hs.lists(hs.tuples(hs.floats(-50, 50), hs.floats(0.5, 20)), min_size=2, max_size=4))
def test_the_logarithmic_pool_of_normals_is_never_wider_than_the_linear_one(given_normals):
    beliefs = {f"{i}": ws.normal(mean, sd) for i, (mean, sd) in enumerate(given_normals)}
    linear, logarithmic = (
        ws.pool(beliefs, method=method).distribution for method in ("linear", "logarithmic")
    )
    assert logarithmic.std() <= linear.std() * (1 + 1e-12)


@given(hs.dictionaries(hs.sampled_from("abcdefgh"), hs.floats(1e-3, 10), min_size=1, max_size=8))
def test_repetitions_are_the_weights_as_near_as_a_hundred_can_be(weights):
    total = sum(weights.values())
    counts = repetitions({name: weight / total for name, weight in weights.items()})
    size = sum(counts.values())
    assert 1 <= size <= MOST_REPETITIONS
    assert all(abs(counts[name] / size - weights[name] / total) < 1 / MOST_REPETITIONS for name in weights)


@pytest.mark.parametrize(
    ("weights", "counts"),
    [((1, 1, 1), (1, 1, 1)), ((0.6, 0.4), (3, 2)), ((0.5, 0.25, 0.25), (2, 1, 1)), ((1, 0), (1, 0)), ((0.07, 0.93), (7, 93))],
)  # fmt: skip
def test_repetitions_of_round_weights_are_exact(weights, counts):
    found = repetitions({f"{i}": weight / sum(weights) for i, weight in enumerate(weights)})
    assert tuple(found.values()) == counts


def test_the_input_keeps_who_believed_what_and_what_could_be_true():
    beliefs = {"finance": ws.uniform(0, 10), "sales": ws.uniform(10, 30)}
    pooled = ws.pool(beliefs, {"finance": 1, "sales": 2}, unit="a year", name="growth")
    found = pooled.input(owner="sales")
    assert found.distribution == pooled.distribution
    assert found.people == pooled.beliefs
    assert [one.weight for one in found.people] == [1, 2]
    finance, sales = (one.distribution for one in pooled.beliefs)
    assert found.plausible == (finance, sales, sales)
    assert (found.unit, found.owner) == ("a year", "sales")
    assert found.source == (
        "linear pool of finance (weight 1) 5 (90%: 0.5 to 9.5); sales (weight 2) 20 (90%: 11 to 29)"
    )
    assert pooled.input(source="workshop of May").source == "workshop of May"


def test_the_plausible_distributions_mix_to_the_linear_pool():
    pooled = ws.pool(QUANTILES, {"finance": 3, "sales": 5})
    plausible = pooled.input().plausible
    x = pooled.distribution.ppf(Q)
    assert np.mean([one.cdf(x) for one in plausible], axis=0) == pytest.approx(Q, abs=1e-9)


def test_one_voice_leaves_no_spread():
    for pooled in (
        ws.pool({"ann": ws.normal(0, 1)}),
        ws.pool({"ann": ws.normal(0, 1), "bob": 5}, {"ann": 1, "bob": 0}),
    ):
        assert pooled.distribution == ws.normal(0, 1)
        assert pooled.between_share == 0
        assert pooled.input().plausible == ()
    assert ws.pool({"ann": 3, "bob": 3}).between_share == 0
    assert ws.pool({"ann": 3, "bob": 4}).between_share == 1


def test_a_variance_that_does_not_exist_has_no_share():
    pooled = ws.pool({"ann": st.cauchy(0, 1), "bob": ws.normal(0, 1)})
    assert math.isnan(pooled.between_share)
    assert "does not exist" in pooled.spread


def test_tables():
    pooled = ws.pool(
        QUANTILES, {"finance": 3, "sales": 1}, method="logarithmic", name="growth <1>", unit="a year"
    )
    frame = pooled.to_frame()
    assert list(frame.index) == ["finance", "sales", "logarithmic pool"]
    assert list(frame.columns) == ["weight", "q05", "q25", "q50", "q75", "q95", "mean", "sd"]
    assert frame["weight"].tolist() == [0.75, 0.25, 1]
    assert frame.loc["sales", "q50"] == pytest.approx(0.08)
    assert frame.loc["logarithmic pool", "mean"] == pooled.distribution.mean()
    shown = pooled._repr_html_()
    assert "growth &lt;1&gt; [a year]" in shown
    assert "of the linear pool&#x27;s variance is spread between people" in shown
    assert isinstance(pooled.distribution, LogarithmicPool)


def test_the_spread_moves_a_deal_by_who_is_right():
    """Taken alone, each person's belief gives a walkaway of its own, and the pool's lies between."""
    pooled = ws.pool({"finance": ws.normal(90, 10), "sales": ws.normal(110, 10)})

    def walkaway(entry):
        deal = ws.Deal(
            name="one", inputs={"worth": entry}, terms=[ws.Term("price", proposed=50, range=(0, 200))],
            value=lambda inputs, terms: inputs["worth"] - terms["price"],
        )  # fmt: skip
        return ws.walkaway(ws.simulate(deal, 2**14, rng=3), ws.ChanceRule(0.9))["price"].estimate

    low, high = (walkaway(ws.Input(one)) for one in pooled.input().plausible)
    assert low < walkaway(pooled.input()) < high


@pytest.mark.parametrize(
    ("arguments", "options", "words"),
    [
        (({},), {}, "must be a mapping of beliefs by person"),
        (([1, 2],), {}, "must be a mapping of beliefs by person"),
        (({"": 3},), {}, "a person's name must be a non-empty text"),
        (({"ann": {0.1: 3, 0.5: 2, 0.9: 4}},), {}, "pool: ann: metalog: quantiles must rise"),
        (({"ann": {0.1: 1, 0.5: 2, 0.9: 4}},), {"lower": 1.5}, "pool: ann: metalog"),
        (({"ann": "high"},), {}, "pool: ann: needs a distribution"),
        (({"ann": ws.event_risk(1, 5)},), {}, "pool: ann: an event risk gives events"),
        (({"ann": 3, "bob": 4}, {"ann": 1}), {}, "must name everyone, got none for bob"),
        (({"ann": 3, "bob": 4}, {"ann": 1, "bop": 1}), {}, "did you mean 'bob'"),
        (({"ann": 3, "bob": 4}, {"ann": 1, "bob": -1}), {}, "weight of bob must be 0 or more"),
        (({"ann": 3, "bob": 4}, {"ann": 0, "bob": 0}), {}, "one whose weight is above 0, got ann with 0, bob with 0"),
        (({"ann": 3, "bob": 4}, [1, 2]), {}, "weights must be a mapping"),
        (({"ann": 3},), {"method": "logarithm"}, "did you mean 'logarithmic'"),
        (({"ann": 3},), {"unit": 3}, "unit must be a text"),
        (
            ({"ann": ws.uniform(0, 1), "bob": ws.uniform(2, 3)},), {"method": "logarithmic"},
            "got ann with none above 1 and bob with none below 2; use the linear pool",
        ),
        (({"ann": ws.normal(0, 1), "bob": 3},), {"method": "logarithmic"}, "got bob with constant(3)"),
    ],
)  # fmt: skip
def test_refusals(arguments, options, words):
    assert words in refused(ws.pool, *arguments, **options)


def test_refusals_of_beliefs():
    ann = ws.Belief("ann", ws.normal(0, 1))
    assert "'ann' twice" in refused(pool_beliefs, [ann, ann])
    assert "got nobody" in refused(pool_beliefs, [])
    assert "must hold beliefs" in refused(ws.Input, ws.normal(0, 1), people=[3])
    assert "must be a list of beliefs" in refused(ws.Input, ws.normal(0, 1), people="ann")
    assert "must have a distribution" in refused(ws.Belief, "ann", 3)
    assert "0 or more" in refused(ws.Belief, "ann", ws.normal(0, 1), -1)


@settings(max_examples=15)
@given(continuous(), continuous())
def test_a_logarithmic_pool_exists_wherever_supports_meet(one, other):
    low = max(one.support()[0], other.support()[0])
    high = min(one.support()[1], other.support()[1])
    try:
        pooled = ws.pool({"one": one, "other": other}, method="logarithmic").distribution
    except ws.InputError:
        # Where they meet, but so far out that floating point knows no density there, it is refused as well.
        assert low >= high or max(min(law.cdf(high) - law.cdf(low) for law in (one, other)), 0.0) < 1e-12
        return
    q = np.array([0.01, 0.2, 0.5, 0.8, 0.99])
    # Without the set-up of fast inversion, which tests of the pool itself cover.
    quantiles = pooled._exact(q) if isinstance(pooled, LogarithmicPool) else pooled.ppf(q)
    assert pooled.cdf(quantiles) == pytest.approx(q, abs=1e-12)
