"""Packages that are worth the same to the supplier: found on one stream, certified on another."""

import itertools

import numpy as np
import pytest
from scipy.stats import binomtest
from tests.decide.offers.exact import RULES, exact, linear_normal

import walkaway_sim as ws
from walkaway_sim.decide.goodwill import check_weights, goodwill
from walkaway_sim.decide.influence import difference_bounds
from walkaway_sim.decide.offers.equal_packages import certify
from walkaway_sim.decide.offers.package_search import Compared, PackageSearch
from walkaway_sim.examples import example_path
from walkaway_sim.simulation.pilot import pilot_of

REFERENCE = {"a": 4.0, "b": 4.0, "c": 4.0}


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("design", ["sobol", "random"])
def test_packages_lie_on_the_closed_form_contour(name, design):
    """Half a step of rounding, worth what it is at the package, and 4 standard errors of the pilot that balanced."""
    rule = RULES[name]
    found = ws.equal_packages(ws.simulate(linear_normal(), 2**16, design, rng=3), rule, 3)
    step = next(term.step for term in found.terms if term.name == found.balancing)
    for one in found.packages:
        more = {**one.terms, found.balancing: one.terms[found.balancing] + step}
        worth = abs(exact(rule, more) - exact(rule, one.terms))
        off = exact(rule, one.terms) - exact(rule, REFERENCE)
        assert (
            abs(off) <= 0.55 * worth + 4 * one.difference.standard_error
        )  # a step on is worth a little more
        assert abs(off - one.difference.estimate) <= 4 * one.difference.standard_error + 1e-9
        assert not one.equivalent or abs(off) <= found.margin
    assert found.all_equal
    assert "All 3 packages are worth the same to us" in found.note


def compared(rule, seed, design, offers, n_draws=2**12):
    sim = ws.simulate(linear_normal(), n_draws, design, rng=seed)
    looked = Compared(sim, rule, REFERENCE, 0.95)
    return looked, [{**REFERENCE, **offer} for offer in offers]


# Far off in what they give, a little off in what they are worth: 3 units of a for 2 of b, and some of b.
NEAR, FAR = ({"a": 10.0, "b": 0.0 + extra, "c": 4.0} for extra in (0.04, 0.35))
SEEDS = 200


@pytest.mark.statistical
@pytest.mark.parametrize("name", ["chance", "mean", "shortfall"])
@pytest.mark.parametrize("design", ["sobol", "random"])
def test_equality_is_hardly_ever_declared_wrongly(name, design):
    """At most 5% where the difference is the margin itself, by a one-sided binomial test at 1e-3 over 200 seeds."""
    rule = RULES[name]
    margin = abs(exact(rule, FAR) - exact(rule, REFERENCE))
    n_draws = 2**12 if design == "random" else 2**14
    declared = 0
    for seed in range(SEEDS):
        looked, offers = compared(rule, seed, design, [FAR], n_draws)
        looked.must_hold = False  # the equivalence test by itself
        declared += certify(looked, offers, margin)[0].equivalent
    assert binomtest(declared, SEEDS, 0.05, alternative="greater").pvalue > 1e-3


@pytest.mark.statistical
def test_no_significant_difference_is_no_proof_of_equality():
    """Negative control: calling equal what does not differ significantly errs far more often than 5%."""
    rule = RULES["mean"]
    margin = abs(exact(rule, NEAR) - exact(rule, REFERENCE))
    wrong = certified = 0
    for seed in range(SEEDS):
        looked, offers = compared(rule, seed, "random", [NEAR])
        bounds = looked.bounds(looked.surplus(offers[0]), looked.reference)
        wrong += bounds.low <= 0.0 <= bounds.high
        certified += certify(looked, offers, margin)[0].equivalent
    assert binomtest(wrong, SEEDS, 0.05, alternative="greater").pvalue < 1e-3
    assert binomtest(certified, SEEDS, 0.05, alternative="greater").pvalue > 1e-3


@pytest.mark.statistical
def test_the_whole_statement_holds():
    """All that are called equivalent are, to the reference and to each other: at least 95% of 200 runs."""
    rule, deal, margin = RULES["mean"], linear_normal(), 0.35
    wrong = called = 0
    for seed in range(SEEDS):
        sim = ws.simulate(deal, 2**12, "random", rng=seed)
        found = ws.equal_packages(sim, rule, 3, moving=["a", "b"], margin=margin)
        values = [exact(rule, one.terms) for one in found.packages if one.equivalent]
        called += len(values)
        pairs = itertools.combinations([exact(rule, REFERENCE), *values], 2)
        wrong += any(abs(first - second) > margin for first, second in pairs)
    assert called > SEEDS  # it says something
    assert binomtest(wrong, SEEDS, 0.05, alternative="greater").pvalue > 1e-3


def test_what_the_pilot_found_holds_on_fresh_draws():
    """A real deal, as a user would: 3 standard errors of each of the fresh differences."""
    deal = ws.read_deal(example_path("packaging"))
    rule = RULES["chance"]
    found = ws.equal_packages(ws.simulate(deal, rng=7), rule, 3, weights={"discount": 3, "payment_days": 2})
    assert found.all_equal
    fresh = ws.simulate(deal, rng=1234)
    offers = [found.reference, *(one.terms for one in found.packages)]
    surpluses = [fresh.surplus(dict(offer)) for offer in offers]
    for first, second in itertools.combinations(surpluses, 2):
        bounds = difference_bounds(rule, first, second, fresh.n_replicates, 0.95)
        assert abs(bounds.estimate) - 3 * bounds.standard_error <= found.margin


def search_of(weights=None):
    sim = ws.simulate(linear_normal(), 2**14, rng=3)
    rule, deal = RULES["mean"], sim.deal
    pilot = Compared(pilot_of(sim), rule, deal.proposed, 0.95)
    return PackageSearch(pilot, pilot, deal.terms, deal.proposed, check_weights(weights, deal.terms))


def spread(vectors):
    """Return the least distance among packages and the reference, which is at 0."""
    points = [np.zeros(vectors.shape[1]), *vectors]
    return min(np.linalg.norm(a - b) for a, b in itertools.combinations(points, 2))


@pytest.mark.parametrize("weights", [None, {"a": 5, "b": 1, "c": 2}])
def test_farthest_first_spreads_more_than_random_picks(weights):
    """Half of the best possible is proven (Gonzalez 1985); nearly every random pick is beaten outright."""
    search = search_of(weights)
    margin = search.table_step()
    chosen = spread(np.array([search.vector(one.terms) for one in search.choose(4, margin)]))
    pool = np.array([search.vector(package) for package, _ in search.candidates()])
    pool = pool[pool.sum(axis=1) >= 0.0]  # what gives the customer no less than the reference comes first
    rng = np.random.default_rng(11)
    picks = [spread(pool[rng.choice(len(pool), 4, replace=False)]) for _ in range(1000)]
    assert chosen >= 0.5 * max(picks)
    assert chosen >= np.quantile(picks, 0.95)


def test_they_are_ranked_by_the_weights():
    sim = ws.simulate(linear_normal(), 2**14, rng=3)
    for weights in ({"a": 1}, {"b": 1, "c": 2}, None):
        found = ws.equal_packages(sim, RULES["mean"], 3, weights=weights)
        given = [one.goodwill for one in found.packages]
        assert given == sorted(given, reverse=True)
        assert [one.name for one in found.packages] == ["A", "B", "C"]
        deal_terms = sim.deal.terms
        again = [goodwill(deal_terms, found.weights, one.terms, found.reference) for one in found.packages]
        assert given == pytest.approx(again)
        # The nearest step of the balancing term may take from the customer at most half of itself.
        half = 0.5 * next(term.step for term in deal_terms if term.name == found.balancing) / 20
        assert all(one >= -half * found.weights[found.balancing] - 1e-12 for one in given)
    likes_a = ws.equal_packages(sim, RULES["mean"], 4, weights={"a": 1})
    assert likes_a["A"].terms["a"] == max(one.terms["a"] for one in likes_a.packages)


def test_policy_opening_levels_and_steps_are_respected():
    deal = linear_normal(
        a=ws.Term("a", 4, range=(0, 20), step=0.5, policy_limit=6.2, open=3),
        c=ws.Term("c", 4, levels=(0, 2, 4, 8, 16), policy_limit=9),
    )
    found = ws.equal_packages(ws.simulate(deal, 2**14, rng=3), RULES["mean"], 4)
    assert found.balancing == "b"
    for one in found.packages:
        assert 3 <= one.terms["a"] <= 6.2
        assert (one.terms["a"] / 0.5).is_integer()
        assert one.terms["c"] in (0, 2, 4, 8)
        assert (one.terms["b"] / 0.25).is_integer()


def test_terms_that_may_not_move_stay_and_a_reference_may_be_any_package():
    sim = ws.simulate(linear_normal(), 2**14, rng=3)
    found = ws.equal_packages(sim, RULES["mean"], 3, reference={"c": 7}, moving=["a", "b"])
    assert found.moved == ("a", "b")
    assert {one.terms["c"] for one in found.packages} == {7.0}
    mean = exact(RULES["mean"], {**REFERENCE, "c": 7})
    assert all(abs(exact(RULES["mean"], one.terms) - mean) <= found.margin for one in found.packages)


def test_no_package_is_unacceptable_where_the_reference_is_acceptable():
    """By a reference just inside the limit, half of what is nearest to it lies beyond: none may be certified."""
    rule = ws.ExpectedValueRule(at_least=exact(RULES["mean"], REFERENCE) - 0.15)
    sim = ws.simulate(linear_normal(), 2**14, rng=3)
    found = ws.equal_packages(sim, rule, 3)
    assert found.reference_holds
    for one in found.packages:
        assert not one.equivalent or exact(rule, one.terms) >= rule.at_least


def test_a_reference_that_is_not_acceptable_is_said_to_be():
    sim = ws.simulate(linear_normal(), 2**14, rng=3)
    found = ws.equal_packages(sim, ws.ExpectedValueRule(at_least=1000), 2)
    assert not found.reference_holds
    assert "does not hold with confidence at the reference" in found.note


def test_what_is_equivalent_can_be_read_off_its_interval():
    found = ws.equal_packages(ws.simulate(linear_normal(), 2**14, rng=3), RULES["mean"], 4)
    for one in (*found.packages, *found.pairs):
        assert max(one.difference.high, -one.difference.low) < found.margin


def test_the_order_ends_at_the_first_that_fails():
    looked, (near, far) = compared(RULES["mean"], 5, "random", [NEAR, FAR], 2**16)
    first, second, third = certify(looked, [near, far, near], margin=0.4)
    assert first.equivalent
    assert not second.equivalent
    assert "its difference to" in second.reason
    assert not third.equivalent
    assert "comes after" in third.reason


def test_a_margin_that_the_draws_cannot_judge_is_said_to_be():
    found = ws.equal_packages(ws.simulate(linear_normal(), 2**14, rng=3), RULES["chance"], 2, margin=1e-4)
    assert not found.all_equal
    assert found.margin_given
    assert "take more draws, or a wider margin" in found.note
    assert "None of the packages" in found.note


def test_tables_and_pairs():
    found = ws.equal_packages(ws.simulate(linear_normal(), 2**14, rng=3), RULES["mean"], 3)
    frame = found.to_frame()
    assert list(frame.columns) == ["a", "b", "c", "goodwill", "difference", "low", "high", "equivalent"]
    assert list(frame.index) == ["A", "B", "C"]
    assert not frame.isna().any().any()
    pairs = found.pairs_frame()
    assert pairs.loc[("A", "C"), "distance"] == pytest.approx(found.distances[0, 2])
    a, c = (frame.loc[name, "difference"] for name in "AC")
    assert pairs.loc[("A", "C"), "difference"] == pytest.approx(a - c, abs=1e-9)
    assert repr(found).endswith(found.note)
    assert found.note in found._repr_html_()
    with pytest.raises(KeyError):
        found["Z"]


def test_the_same_seed_gives_the_same_packages():
    deal = linear_normal()
    first, second = (ws.equal_packages(ws.simulate(deal, 2**14, rng=9), RULES["mean"], 3) for _ in range(2))
    assert first.to_frame().equals(second.to_frame())


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"k": 1}, "k must be a whole number of at least 2, got 1"),
        ({"k": 2.0}, "k must be a whole number"),
        ({"k": 5000}, "5000 packages were asked for and .* could be found"),
        ({"reference": {"a": 50}}, "term 'a' must lie between 0 and 20, got 50"),
        ({"reference": {"aa": 5}}, "term must be one of 'a', 'b', 'c', got 'aa'"),
        ({"moving": ["a"]}, "moving: 2 or more terms are needed, got 1"),
        ({"moving": ["a", "x"]}, "moving: no term 'x'"),
        ({"moving": "ab"}, "moving must be a list of names"),
        ({"weights": {"a": -1}}, "weight of 'a'.*-1"),
        ({"weights": {"a": 0}}, "at least one must be above 0"),
        ({"weights": {"z": 1}}, "no term 'z'"),
        ({"margin": 0}, "margin must be above 0"),
        ({"margin": -0.1}, "margin must be above 0"),
        ({"margin": float("nan")}, "margin must be a finite number"),
        ({"confidence_level": 1.0}, "confidence_level"),
    ],
)
def test_bad_input(options, words):
    sim = ws.simulate(linear_normal(), 2**14, rng=3)
    with pytest.raises(ws.InputError, match=words):
        ws.equal_packages(sim, RULES["mean"], **options)


def test_what_cannot_be_compared_is_refused_in_words():
    sim = ws.simulate(linear_normal(), 2**14, rng=3)
    with pytest.raises(ws.RuleError, match="one rule at a time"):
        ws.equal_packages(sim, ws.AllOf(RULES["mean"], RULES["chance"]))
    with pytest.raises(ws.InputError, match="changes nothing that the rule sees"):
        ws.equal_packages(sim, ws.ChanceRule(0.9, at_least=-1e6))
    with pytest.raises(ws.InputError, match="draws kept"):
        ws.equal_packages(ws.simulate(linear_normal(), 2**19, rng=3, max_memory=2**24), RULES["mean"])
    levels = linear_normal(**{name: ws.Term(name, 4, levels=(0, 4, 8)) for name in "abc"})
    with pytest.raises(ws.InputError, match="Name one with a range"):
        ws.equal_packages(ws.simulate(levels, 2**14, rng=3), RULES["mean"])
    past = linear_normal(a=ws.Term("a", 8, range=(0, 20), policy_limit=6))
    with pytest.raises(ws.InputError, match="past its policy limit 6"):
        ws.equal_packages(ws.simulate(past, 2**14, rng=3), RULES["mean"], moving=["b", "c"])


def test_calibrated_inputs_are_named_as_left_out():
    deal = linear_normal()
    inputs = dict(deal.inputs) | {
        "base": ws.Input(ws.normal(55, 15), plausible=[ws.normal(50, 15), ws.normal(60, 15)])
    }
    deal = ws.Deal(name=deal.name, inputs=inputs, terms=deal.terms, value=deal.value)
    found = ws.equal_packages(ws.simulate(deal, 2**14, rng=3), RULES["mean"], 2)
    assert "not the doubt about the parameters of base" in found.note


def test_no_package_at_all_is_said_in_words():
    """Days are worth so little that they balance no level of the other term."""
    deal = ws.Deal(
        name="Visits",
        inputs={"worth": ws.normal(100, 10)},
        terms=[ws.Term("visits", 5, levels=(3, 5, 6, 7)), ws.Term("days", 30, range=(0, 60), step=5)],
        value=lambda inputs, terms: inputs["worth"] - 10 * terms["visits"] - 0.01 * terms["days"],
    )
    sim = ws.simulate(deal, 2**14, rng=7)
    with pytest.raises(ws.InputError, match=r"2 packages were asked for and 0 could be found that days"):
        ws.equal_packages(sim, ws.ExpectedValueRule(), 2, moving=["visits", "days"])


@pytest.mark.parametrize(
    ("design", "n_randomisations"), [("sobol", 10), ("sobol", 12), ("lhs", 10), ("lhs", 12)]
)
def test_the_pilot_fits_every_design_that_can_be_simulated(design, n_randomisations):
    """Of 12 randomisations 2^14 draws are no whole number of Sobol' points each."""
    n_draws = n_randomisations * 2**11
    sim = ws.simulate(linear_normal(), n_draws, design, rng=3, n_randomisations=n_randomisations)
    with pytest.warns(UserWarning, match="below 16"):
        assert len(ws.equal_packages(sim, RULES["mean"], 2).packages) == 2
    with pytest.warns(UserWarning, match="below 16"):
        assert ws.concession_plan(sim, RULES["mean"], None).steps


def rare(probability, worth=5000.0):
    """A level of liability that costs `worth` in the mean, by an event that is seldom drawn."""

    def value(inputs, terms):
        margin = inputs["units"] * (20 * (1 - terms["discount"]) - 0.02 * terms["days"] - 15)
        return margin - (inputs["event"] > 0.5) * terms["liability"] * worth / probability

    return ws.Deal(
        name="Rare",
        inputs={"units": ws.normal(5000, 700), "event": ws.bernoulli(probability)},
        terms=[
            ws.Term("discount", 0.1, range=(0, 0.3), step=0.005),
            ws.Term("days", 30, range=(0, 90), step=15),
            ws.Term("liability", 0, levels=(0, 1, 2)),
        ],
        value=value,
    )


@pytest.mark.statistical
@pytest.mark.parametrize("design", ["sobol", "random"])
@pytest.mark.parametrize("balanced", [0.0, 0.005])
def test_what_rests_on_few_draws_is_not_certified(design, balanced):
    """An event of which 2^14 draws show one: none in 37% of runs. One-sided binomial test at 1e-3, and the control.

    A step of discount gives the packages a difference on every draw, under which the event would hide.
    """
    rule, offer = RULES["mean"], {"discount": 0.1 - balanced, "days": 30.0, "liability": 1.0}
    margin, worth, runs = 1250.0, 5000.0 + 5000 * 20 * balanced, 100
    deal, wrong, blind = rare(2**-14, worth), 0, 0
    reference = {"discount": 0.1, "days": 30.0, "liability": 0.0}
    for seed in range(runs):
        sim = ws.simulate(deal, 2**14, design, rng=seed)
        looked = Compared(sim, rule, reference, 0.95)
        looked.must_hold = False  # the equivalence test by itself
        (found,) = certify(looked, [offer], margin)
        wrong += found.equivalent
        blind += max(found.difference.high, -found.difference.low) < margin
    assert binomtest(wrong, runs, 0.05, alternative="greater").pvalue > 1e-3
    assert (
        binomtest(blind, runs, 0.05, alternative="greater").pvalue < 1e-3
    )  # what the interval alone would say
    assert "rests on" in found.reason


def test_why_few_draws_certify_nothing_is_said():
    sim = ws.simulate(rare(1e-9), 2**14, "random", rng=1)
    looked = Compared(sim, RULES["mean"], sim.deal.proposed, 0.95)
    (found,) = certify(looked, [{"discount": 0.1, "days": 30.0, "liability": 1.0}], 1250.0)
    assert not found.equivalent
    assert found.reason == "the difference in liability rests on 0 draws of 16,384: take more draws"


def test_terms_that_outweigh_each_other_on_every_draw_are_equal():
    """15 days are worth 1.5 points of discount whatever happens, and each of them tells on every draw."""
    sim = ws.simulate(rare(0.5, 0.0), 2**14, "random", rng=1)
    for rule in RULES.values():
        looked = Compared(sim, rule, sim.deal.proposed, 0.95)
        (found,) = certify(looked, [{"discount": 0.07, "days": 60.0, "liability": 0.0}], 1e-3)
        assert found.equivalent, found.reason
