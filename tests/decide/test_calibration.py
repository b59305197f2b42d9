"""Calibration error: what not knowing the parameters does to a walkaway, beside simulation error and never in it."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from tests.decide.coverage import accepted
from tests.strategies import refused

import walkaway_sim as ws
from walkaway_sim.deal.plausible import calibrated_laws, indices_of_worlds
from walkaway_sim.decide.solve import own_stretch, stretches
from walkaway_sim.decide.threshold import Along, _end_of_stretch, threshold
from walkaway_sim.examples import example_path
from walkaway_sim.simulation.worlds import Worlds

RULE = ws.ChanceRule(0.9)
Z = float(stats.norm.ppf(0.9))


def one_price(law, proposed=60.0, **changes):
    given = {
        "name": "One price",
        "inputs": {"worth": law},
        "terms": [ws.Term("rebate", proposed=proposed, range=(0, 150))],
        "value": lambda inputs, terms: inputs["worth"] - terms["rebate"],
    }
    return ws.Deal(**(given | changes))


def spread(mean, sd, tau, n):
    """Return a normal whose mean is itself normal, by evenly spread plausible means."""
    scores = stats.norm.ppf((np.arange(n) + 0.5) / n)
    return ws.Input(ws.normal(mean, sd), plausible=[ws.normal(mean + tau * z, sd) for z in scores])


@pytest.fixture(scope="module")
def normal_case():
    """Worth of sd 15 about a mean that is known to 5."""
    sim = ws.simulate(one_price(spread(100, 15, 5, 200)), 2**16, rng=7)
    return ws.walkaway(sim, RULE, n_worlds=200)["rebate"]


def test_thresholds_of_the_worlds_are_those_of_their_means(normal_case):
    found = normal_case.calibration
    assert np.median(found.thresholds) == pytest.approx(100 - 15 * Z, abs=0.1)
    scores = stats.norm.ppf((np.arange(200) + 0.5) / 200)
    # 2^12 draws of one input: an error of the quantile of 0.01 in chance at most, common to all worlds.
    np.testing.assert_allclose(np.sort(found.thresholds), 100 + 5 * scores - 15 * Z, atol=0.35)
    assert found.share_nowhere == 0.0
    assert found.spend_on == "data"


def test_the_predictive_threshold_is_another(normal_case):
    """Exactly 79.737 of a normal mean, at which the rule fails in 41.8% of the worlds; the median is 80.777."""
    exact = 100 - Z * math.hypot(15, 5)
    assert exact == pytest.approx(79.737, abs=1e-3)
    found = normal_case.calibration
    assert found.predictive == pytest.approx(exact, abs=0.2)
    failing = float((found.thresholds < exact).mean())
    assert failing == pytest.approx(stats.norm.cdf((exact + 15 * Z - 100) / 5), abs=0.03)


def test_the_headline_allows_for_both_errors(normal_case):
    one, found = normal_case, normal_case.calibration
    assert one.safe_calibrated < found.safe < one.safe < one.estimate
    margins = (one.estimate - found.safe, one.estimate - one.safe)
    assert one.safe_calibrated == pytest.approx(one.estimate - math.hypot(*margins), rel=1e-12)


def test_more_draws_shrink_one_error_only():
    deal = one_price(spread(100, 15, 5, 100))
    few, many = (ws.walkaway(ws.simulate(deal, n, rng=7), RULE)["rebate"] for n in (2**14, 2**18))
    assert many.high - many.low < 0.2 * (few.high - few.low)
    wide = [one.calibration.high - one.calibration.low for one in (few, many)]
    assert wide[1] == pytest.approx(wide[0], rel=0.01)


def test_more_data_shrink_the_other_as_their_root():
    rng = np.random.default_rng(5)
    wide = []
    for n in (20, 200, 2000):
        law = ws.fit(rng.normal(100, 15, n), ["normal"], rng=3).input()
        one = ws.walkaway(ws.simulate(one_price(law), 2**14, rng=7), RULE)["rebate"]
        wide.append(one.calibration.high - one.calibration.low)
        assert one.high - one.low < 0.3 < one.calibration.high - one.calibration.low
    # Of 100 worlds the width of a 95% interval has a relative error of about 12%, and the fitted sd of 20 values 16%.
    for few, many in pairwise(wide):
        assert few / many == pytest.approx(math.sqrt(10), rel=0.6)


def test_what_is_not_calibrated_stays_as_it_was():
    walk = ws.walkaway(ws.simulate(one_price(ws.normal(100, 15)), 2**14, rng=7), RULE)
    one = walk["rebate"]
    assert (one.calibration, walk.calibrated, one.safe_calibrated) == (None, (), one.safe)
    assert "safe_calibrated" not in walk.to_frame().columns
    assert "not doubt about the inputs" in walk.note


def test_the_table_shows_two_intervals_and_what_to_spend_on():
    walk = ws.walkaway(ws.simulate(one_price(spread(100, 15, 5, 40)), 2**14, rng=7), RULE, n_worlds=40)
    assert walk.calibrated == ("worth",)
    row = walk.to_frame().loc["rebate"]
    assert row["calibration_low"] < row["low"] < row["high"] < row["calibration_high"]
    assert (row["spend_on"], row["safe_calibrated"]) == ("data", walk["rebate"].safe_calibrated)
    assert "more data, not more draws" in walk.note
    assert "parameters of worth" in walk.note
    small = ws.walkaway(ws.simulate(one_price(spread(100, 15, 1e-6, 40)), 2**14, rng=7), RULE)
    assert small["rebate"].calibration.spend_on == "draws"
    assert "more draws" in small.note


def test_it_can_be_left_out():
    sim = ws.simulate(one_price(spread(100, 15, 5, 40)), 2**14, rng=7)
    walk = ws.walkaway(sim, RULE, n_worlds=0)
    assert walk["rebate"].calibration is None
    assert "at least 39" in refused(ws.walkaway, sim, RULE, n_worlds=20)
    assert "at least 199" in refused(ws.walkaway, sim, RULE, 0.99, n_worlds=100)
    assert ws.walkaway(sim, RULE, 0.99)["rebate"].calibration.thresholds.size == 199


def test_worlds_share_their_random_numbers():
    law = ws.normal(100, 15)
    deal = one_price(
        ws.Input(law, plausible=[law, ws.normal(110, 15)]),
        inputs={"worth": ws.Input(law, plausible=[law, ws.normal(110, 15)]), "other": ws.normal(0, 1)},
        correlation={("worth", "other"): 0.5},
    )
    sim = ws.simulate(deal, 2**14, rng=7)
    worlds = Worlds(sim, 20)
    same, moved = (int(np.flatnonzero(worlds.indices["worth"] == k)[0]) for k in (0, 1))
    np.testing.assert_array_equal(worlds.world(same).draws["worth"], sim.draws["worth"])
    np.testing.assert_allclose(worlds.world(moved).draws["worth"], sim.draws["worth"] + 10, rtol=1e-12)
    np.testing.assert_array_equal(worlds.world(moved).draws["other"], sim.draws["other"])


def estimated_agreement():
    """An agreement with an input, a record and an alternative that were estimated, and terms of every kind."""
    deal = ws.read_deal(example_path("packaging"))
    recipe = dict(deal.recipe)
    recipe["inputs"] = recipe["inputs"] | {
        "list_price": ws.Input(980.0, plausible=[ws.normal(mean, 5) for mean in (960, 980, 1000, 1040, 1080)])
    }
    risk = recipe["events"]["recall"].distribution
    rates = [ws.event_risk(rate, risk.severity) for rate in (0.05, 0.12, 0.3)]
    recipe["events"] = {"recall": ws.Input(risk, plausible=rates)}
    laws = [ws.pert(low, 40_000, 160_000) for low in (-40_000, 0)]
    recipe["no_deal"] = ws.Input(ws.pert(-20_000, 40_000, 160_000), plausible=laws)
    return ws.supply_agreement(**recipe)


@pytest.mark.parametrize("design", ["sobol", "random"])
def test_worlds_side_by_side_are_worlds_one_by_one(design):
    """To the bit: what is common to several worlds is asked for once, and nothing is taken on trust."""
    sim = ws.simulate(estimated_agreement(), 2**15, design, rng=7)
    worlds = Worlds(sim, 4)
    together = worlds.together(range(4))
    for number in range(4):
        alone = worlds.world(number)
        rows = slice(number * sim.n_draws, (number + 1) * sim.n_draws)
        np.testing.assert_array_equal(together.value()[rows], alone.value())
        np.testing.assert_array_equal(together.no_deal()[rows], alone.no_deal())
        np.testing.assert_array_equal(together.draws["list_price"][rows], alone.draws["list_price"])


@pytest.mark.parametrize(
    "rule", [ws.ChanceRule(0.35), ws.ExpectedValueRule(), ws.ExpectedShortfallRule(0.7)], ids=["chance", "mean", "shortfall"]
)  # fmt: skip
def test_thresholds_side_by_side_are_thresholds_one_by_one(rule):
    sim = ws.simulate(estimated_agreement(), 2**14, rng=7)
    worlds = Worlds(sim, 5)
    together = worlds.together(range(5))
    inside = 0
    for term in sim.deal.terms:
        along = Along.of(term, rule, sim.deal.proposed)
        each = along.of_each(along.profile(together), sim.n_draws, sim.n_replicates)
        alone = [threshold(worlds.world(number), rule, term, sim.deal.proposed) for number in range(5)]
        np.testing.assert_array_equal(each, alone)
        inside += sum(term.low < value < term.high for value in each)
    assert inside >= 5  # or nothing was searched for


@given(st.lists(st.booleans(), min_size=1, max_size=12), st.data())
def test_the_end_of_a_stretch_is_found_without_looking_everywhere(good, data):
    start = data.draw(st.integers(0, len(good) - 1))
    runs = stretches(good)
    expected = own_stretch(runs, start)[1] if runs else None
    assert _end_of_stretch(good.__getitem__, start, len(good)) == expected


def test_progress_is_told_and_an_interrupt_is_not_swallowed():
    sim = ws.simulate(one_price(spread(100, 15, 5, 40)), 2**14, rng=7)
    told = []

    def progress(what, done, total):
        told.append((what, done, total))
        if what == "plausible worlds" and done > 0:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ws.walkaway(sim, RULE, progress=progress)
    assert told[1] == ("plausible worlds", 0, 100)
    assert 0 < told[2][1] < 100


def test_inputs_of_one_fit_go_together():
    means = [95.0, 98.0, 100.0, 102.0, 105.0]
    inputs = {
        name: ws.Input(
            ws.normal(100, 3),
            plausible=[ws.normal(100 + sign * (mean - 100), 3) for mean in means],
            fitted_with=label,
        )
        for name, sign, label in (("up", 1, "one fit"), ("down", -1, "one fit"))
    }
    together = one_price(None, inputs=inputs, value=lambda i, t: i["up"] + i["down"] - 100 - t["rebate"])
    apart = one_price(
        None,
        inputs={name: ws.Input(one.distribution, plausible=one.plausible) for name, one in inputs.items()},
        value=together.value,
    )
    wide = []
    for deal in (together, apart):
        found = ws.walkaway(ws.simulate(deal, 2**14, rng=7), RULE)["rebate"].calibration
        wide.append(np.ptp(found.thresholds))
    assert wide[0] < 1e-6 < 5 < wide[1]


def test_every_law_is_taken_as_often_and_groups_are_shuffled():
    laws = [ws.normal(k, 1) for k in range(5)]
    deal = one_price(
        None,
        inputs={"a": ws.Input(laws[0], plausible=laws), "b": ws.Input(laws[0], plausible=laws)},
        value=lambda i, t: i["a"] + i["b"] - t["rebate"],
    )
    found = indices_of_worlds(calibrated_laws(deal), 100, np.random.SeedSequence(3))
    for name in ("a", "b"):
        np.testing.assert_array_equal(np.bincount(found[name]), [20] * 5)
    assert abs(np.corrcoef(found["a"], found["b"])[0, 1]) < 4 / math.sqrt(100)


def test_worlds_in_which_nothing_is_acceptable():
    plausible = [ws.normal(100, 5)] * 3 + [ws.normal(-200, 5)]
    sim = ws.simulate(one_price(ws.Input(ws.normal(100, 5), plausible=plausible)), 2**14, rng=7)
    one = ws.walkaway(sim, RULE)["rebate"]
    assert one.calibration.share_nowhere == pytest.approx(0.25)
    assert one.calibration.low == 0.0
    assert math.isnan(one.calibration.safe)
    assert math.isnan(one.safe_calibrated)


@pytest.mark.parametrize(
    "rule",
    [ws.ExpectedValueRule(), ws.ExpectedShortfallRule(0.1), ws.CertaintyEquivalentRule(50.0), ws.AllOf(RULE, ws.ExpectedValueRule())],
    ids=["mean", "shortfall", "certainty", "both"],
)  # fmt: skip
def test_every_rule(rule):
    sim = ws.simulate(one_price(spread(100, 15, 5, 40)), 2**14, rng=7)
    one = ws.walkaway(sim, rule)["rebate"]
    # The rule's measure of a normal moves with its mean, so thresholds do.
    assert np.std(one.calibration.thresholds) == pytest.approx(5, rel=0.1)
    assert one.safe_calibrated < one.safe


def test_an_agreement_with_a_hazard_a_number_an_event_and_an_alternative_that_were_estimated(tmp_path):
    deal = ws.read_deal(example_path("packaging"))
    recipe = dict(deal.recipe)
    recipe["inputs"] = recipe["inputs"] | {
        "exit_hazard": ws.Input(0.06, plausible=[0.0, 0.04, 0.06, 0.08, 0.12]),
        "list_price": ws.Input(980.0, plausible=[960.0, 980.0, 1000.0]),
    }
    risk = recipe["events"]["recall"].distribution
    rates = [ws.event_risk(rate, risk.severity) for rate in (0.05, 0.12, 0.3)]
    recipe["events"] = {"recall": ws.Input(risk, plausible=rates)}
    recipe["no_deal"] = ws.Input(
        ws.pert(-20_000, 40_000, 160_000), plausible=[ws.pert(low, 40_000, 160_000) for low in (-40_000, 0)]
    )
    recipe["terms"] = [deal.term("discount"), deal.term("deliveries_per_week")]
    held = {term.name: term.proposed for term in deal.terms[2:] if term.name != "deliveries_per_week"} | {
        "payment_days": 45.0
    }
    recipe["fixed_terms"] = recipe["fixed_terms"] | held
    made = ws.supply_agreement(**recipe)
    assert set(calibrated_laws(made)) == {"exit_time", "list_price", "recall", "no_deal"}
    walk = ws.walkaway(ws.simulate(made, 2**14, rng=7), RULE, n_worlds=60)
    one = walk["discount"]
    # A list price 2% lower takes about 2 points off the discount.
    assert 0.01 < np.std(one.calibration.thresholds) < 0.03
    assert one.safe_calibrated < one.safe
    assert walk["deliveries_per_week"].safe_calibrated in deal.term("deliveries_per_week").levels
    path = tmp_path / "estimated.toml"
    ws.write_deal(made, path)
    again = ws.walkaway(ws.simulate(ws.read_deal(path), 2**14, rng=7), RULE, n_worlds=60)
    assert again["discount"].safe_calibrated == one.safe_calibrated


def test_a_term_that_no_error_touches_needs_nothing():
    worth = ws.Input(ws.normal(100, 5), plausible=[ws.normal(98, 5), ws.normal(102, 5)])
    walk = ws.walkaway(
        ws.simulate(one_price(worth, terms=[ws.Term("rebate", proposed=5, range=(0, 10))]), 2**14, rng=7),
        RULE,
        n_worlds=40,
    )
    assert walk["rebate"].status == "acceptable_everywhere"
    assert walk.advice == ""


@pytest.mark.statistical
def test_the_calibrated_safe_side_covers_and_the_other_does_not():
    """60 histories of 15 values: plausible parameters by the exact posterior of a normal sample."""
    rng = np.random.default_rng(11)
    truth = 100 - 15 * Z
    safe = naive = 0
    for seed in range(60):
        sample = rng.normal(100, 15, 15)
        mean, sd = sample.mean(), sample.std(ddof=1)
        sds = sd * np.sqrt(14 / rng.chisquare(14, 40))
        means = mean + sds * rng.standard_normal(40) / math.sqrt(15)
        law = ws.Input(
            ws.normal(mean, sd), plausible=[ws.normal(m, s) for m, s in zip(means, sds, strict=True)]
        )
        sim = ws.simulate(one_price(law, proposed=50.0), 2**14, rng=seed)
        one = ws.walkaway(sim, RULE, n_worlds=40)["rebate"]
        safe += not one.safe_calibrated > truth
        naive += one.safe <= truth
    assert accepted(safe, 60), safe
    assert not accepted(naive, 60), naive


@pytest.mark.parametrize(
    ("rule", "exact"),
    [
        (ws.ChanceRule(0.99), 100 - float(stats.norm.ppf(0.99)) * math.hypot(15, 5)),
        (
            ws.ExpectedShortfallRule(0.01),
            100 - math.hypot(15, 5) * float(stats.norm.pdf(stats.norm.ppf(0.01))) / 0.01,
        ),
    ],
    ids=["chance", "shortfall"],
)
def test_the_predictive_threshold_of_a_deep_tail(rule, exact):
    """Within the error of so few worlds in the tail: their mean of the worst hundredth is known to about 0.4."""
    sim = ws.simulate(one_price(spread(100, 15, 5, 40), proposed=20.0), 2**16, rng=7)
    one = ws.walkaway(sim, rule, n_worlds=40)["rebate"]
    assert one.calibration.predictive == pytest.approx(exact, abs=0.8)


def test_worlds_of_a_deal_with_a_dip_are_scanned_as_finely():
    def value(inputs, terms):
        return inputs["worth"] - terms["rebate"] - 100.0 * math.exp(-(((terms["rebate"] - 33.5) / 1.5) ** 2))

    worth = ws.Input(ws.normal(100, 5), plausible=[ws.normal(mean, 5) for mean in (98, 99, 100, 101, 102)])
    sim = ws.simulate(one_price(worth, proposed=5.0, value=value), 2**14, rng=7)
    one = ws.walkaway(sim, RULE)["rebate"]
    assert one.status == "several_crossings"
    assert one.estimate < 33.5
    assert one.calibration.thresholds.max() < 33.5
    assert one.calibration.thresholds.min() > 30.0
