"""What a step of one term is worth in another: exact rates, coverage, statuses and words."""

import math

import pytest
from scipy import stats
from tests.decide.trade.known_trades import RULES, RandomSlopes, linear

import walkaway_sim as ws
from walkaway_sim.decide.trade.words import amount, more

SEEDS = 200


def accepted(covered, n=SEEDS):
    return stats.binomtest(covered, n, 0.94, alternative="less").pvalue > 1e-3


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("design", ["sobol", "random"])
def test_rates_of_fixed_slopes_are_their_ratio(name, design):
    """S = X - 2 a - 3 b: 6 of a are worth 4 of b, by every rule and on every draw."""
    sim = ws.simulate(linear(), 2**14, design, rng=11)
    base = {"a": 20, "b": 15}  # where draws lie on either side of 0
    rates = ws.exchange_rates(sim, RULES[name], steps={"a": 6, "b": 4}, terms=base)
    for step_of, paid_in, exact in (("a", "b", 4.0), ("b", "a", 6.0)):
        rate = rates.rate(step_of, paid_in)
        assert rate.status == "found"
        assert rate.low <= rate.estimate <= rate.high
        assert (
            name != "chance" or rate.low < rate.estimate < rate.high
        )  # no draw tells them apart, on a stretch
        if name != "chance":  # every draw changes alike: there is no error but rounding
            assert rate.estimate == pytest.approx(exact, abs=1e-6)
            assert rate.high - rate.low < 1e-6
        else:  # counts that are equal on a stretch
            assert rate.estimate == pytest.approx(exact, abs=4 * (rate.high - rate.low) + 1e-9)
            assert rate.low <= exact <= rate.high
    assert rates.steps[0].cost.estimate == pytest.approx(12.0, abs=1e-9)
    assert rates.matrix().loc["a", "b"] == rates.rate("a", "b").estimate


def product():
    """S = X - a b: what b must be taken back by depends on where a is."""
    return ws.Deal(
        name="Product",
        inputs={"worth": ws.normal(100, 15)},
        terms=[ws.Term("a", 5, range=(0, 12)), ws.Term("b", 10, range=(0, 20))],
        value=lambda i, t: i["worth"] - t["a"] * t["b"],
    )


def test_a_rate_makes_up_for_a_step_that_has_been_conceded():
    """From a b = 50, a step of 1: 6 (10 - d) = 50 for d = 5/3, where a concession of b as dear as the step is 2."""
    sim = ws.simulate(product(), 2**14, rng=7)
    rate = ws.exchange_rates(sim, steps={"a": 1}).rate("a", "b")
    assert rate.estimate == pytest.approx(5 / 3, abs=1e-6)
    rule = ws.ChanceRule(0.9)
    at = {"a": 5, "b": 80.776726516831 / 5}  # exactly 90%
    d = ws.exchange_rates(sim, rule, steps={"a": 1}, terms=at).rate("a", "b").estimate
    offered = {"a": 6, "b": at["b"] - d}
    chance = [ws.assess(sim, rule, one).probability.estimate for one in (at, offered)]
    assert chance[1] == pytest.approx(chance[0], abs=2 / sim.n_draws)


def test_a_rate_is_a_step_along_the_frontier():
    """Where the base lies on it. Counts of draws decide both, so they agree to what a few draws move b."""
    n_draws = 2**14
    sim = ws.simulate(RandomSlopes.deal(), n_draws, rng=5)
    rule = RULES["chance"]
    curve = ws.frontier(sim, rule, "a", "b", n_points=5)
    found = [point for point in curve.points if point.status == "found"]
    assert len(found) >= 4
    start = found[0]
    for other in found[1:]:
        at = {"a": start.x, "b": start.estimate}
        rate = ws.exchange_rates(sim, rule, steps={"a": other.x - start.x}, terms=at).rate("a", "b")
        near, far = (RandomSlopes.margin("chance", other.x, other.estimate + h) for h in (-0.01, 0.01))
        one_draw = 0.02 / (near - far) / n_draws
        assert rate.estimate == pytest.approx(start.estimate - other.estimate, abs=10 * one_draw)
        assert rate.low <= start.estimate - other.estimate <= rate.high


def lognormal_slopes():
    """S = X - C a - D b with C and D lognormal and correlated: by the mean rule E C / E D."""
    return ws.Deal(
        name="Lognormal slopes",
        inputs={"worth": ws.normal(100, 15), "first": ws.lognormal(1, 0.5), "second": ws.lognormal(2, 0.4)},
        correlation={("first", "second"): 0.5, ("worth", "first"): -0.3},
        terms=[ws.Term("a", 10, range=(0, 60)), ws.Term("b", 5, range=(0, 60))],
        value=lambda i, t: i["worth"] - i["first"] * t["a"] - i["second"] * t["b"],
    )


@pytest.mark.statistical
@pytest.mark.parametrize(("design", "n_draws"), [("sobol", 2**14), ("random", 2**12)])
def test_intervals_cover_the_ratio_of_expected_slopes(design, n_draws):
    """One-sided binomial test at 1e-3 of "at least 94%" over 200 seeds; intervals at 70% must fail it."""
    deal = lognormal_slopes()
    exact = 6 * math.exp(0.5 * 0.5**2) / (2 * math.exp(0.5 * 0.4**2))
    covered = narrow = 0
    errors = []
    for seed in range(SEEDS):
        sim = ws.simulate(deal, n_draws, design, rng=seed)
        rate = ws.exchange_rates(sim, steps={"a": 6}).rate("a", "b")
        covered += rate.low <= exact <= rate.high
        errors.append(rate.estimate - exact)
        few = ws.exchange_rates(sim, steps={"a": 6}, confidence_level=0.7).rate("a", "b")
        narrow += few.low <= exact <= few.high
    assert accepted(covered), covered
    assert not accepted(narrow)
    mean, error = sum(errors) / SEEDS, stats.tstd(errors) / math.sqrt(SEEDS)
    assert abs(mean) <= 4 * error


@pytest.mark.statistical
@pytest.mark.parametrize("rule", ["chance", "mean"])
@pytest.mark.parametrize(("design", "n_draws"), [("sobol", 2**14), ("random", 2**13)])
def test_intervals_by_a_rule_cover_the_exact_rate(rule, design, n_draws):
    """The same of normal slopes, whose chance has a closed form; from terms at which it is not near 1."""
    deal = RandomSlopes.deal()
    base = {"a": 30.0, "b": 20.0}
    exact = RandomSlopes.rate(rule, 10.0, (30.0, 20.0))
    covered = 0
    for seed in range(SEEDS):
        sim = ws.simulate(deal, n_draws, design, rng=seed)
        rate = ws.exchange_rates(sim, RULES[rule], steps={"a": 10}, terms=base).rate("a", "b")
        covered += rate.low <= exact <= rate.high
    assert accepted(covered), covered


def test_the_rate_changes_along_a_term_as_the_closed_form_says():
    """S = X - a^2 - b: a step of 1 from v costs 2 v + 1 of b."""
    deal = ws.Deal(
        name="Square",
        inputs={"worth": ws.normal(100, 15)},
        terms=[ws.Term("a", 1, range=(0, 9)), ws.Term("b", 30, range=(0, 60))],
        value=lambda i, t: i["worth"] - t["a"] ** 2 - t["b"],
    )
    sim = ws.simulate(deal, 2**14, rng=3)
    rates = ws.exchange_rates(sim, steps={"a": 1})
    curve = rates.along("a", "b", n_points=8)
    assert (curve.values[0], curve.values[-1]) == pytest.approx((1.0, 8.0))  # to the end, which is acceptable
    for value, rate in zip(curve.values, curve.rates, strict=True):
        assert rate.estimate == pytest.approx(2 * value + 1, abs=1e-6)
    assert curve.ends_at == "its last step"
    # By a rule it goes to the walkaway: here 70 - a^2 of 50.78 less at least, so a of 7.13.
    near = ws.exchange_rates(sim, ws.ChanceRule(0.9), steps={"a": 1}).along("a", "b", n_points=4)
    assert near.values[-1] == pytest.approx(math.sqrt(50.776726516831), abs=0.05)
    assert near.ends_at == "its walkaway"
    frame = curve.to_frame()
    assert frame.index.name == "a"
    assert list(frame["status"]) == ["found"] * 8


@pytest.fixture(scope="module")
def table():
    """E S falls by 1 a point of discount, 0.06 a day, 8 a drop, nothing for noise; rises with the gift."""
    deal = ws.Deal(
        name="Table",
        inputs={"worth": ws.normal(100, 15), "care": ws.normal(0, 1)},
        terms=[
            ws.Term("discount", 0.1, range=(0, 0.3), unit="fraction of list price", step=0.005),
            ws.Term("payment_days", 60, range=(0, 90), unit="days", step=5),
            ws.Term("drops", 2, levels=(1, 2, 3, 5), unit="drops a week"),
            ws.Term("noise", 1, range=(0, 10)),
            ws.Term("price", 40, range=(39, 60), concession="down", unit="dollars"),
            ws.Term("spent", 1, range=(0, 1)),
            ws.Term("gift", 1, range=(0, 10)),
        ],
        value=lambda i, t: (
            i["worth"] - 100 * t["discount"] - 0.06 * t["payment_days"] - 8 * t["drops"]
            + 0.01 * i["care"] * t["noise"] + t["price"] - t["spent"] + 0.1 * t["gift"]
        ),
    )  # fmt: skip
    return ws.exchange_rates(ws.simulate(deal, 2**14, "random", rng=7), steps={"payment_days": 30})


def test_sentences_say_what_a_step_is_worth(table):
    assert (
        table.sentence("payment_days", "discount")
        == "30 more days of payment are worth 1.8 points of discount"
    )
    assert table.sentence("price", "discount") == "1 fewer dollar of price is worth 1 point of discount"
    assert table.sentence("drops", "discount") == "going from 2 to 3 drops is worth 8 points of discount"


def test_statuses_say_what_cannot_be_paid(table):
    def status(a, b):
        return table.rate(a, b).status

    assert status("discount", "payment_days") == "found"  # a tenth of the range, 3 points
    assert table.rate("discount", "payment_days").estimate == pytest.approx(50.0, abs=1e-6)
    rate = table.rate("drops", "payment_days")
    assert (rate.status, rate.low, rate.high) == ("beyond_range", 60.0, math.inf)
    assert math.isnan(rate.estimate)
    assert "more than all of the 60 days of payment that can be taken back" in rate.sentence
    rate = table.rate("discount", "spent")
    assert (rate.status, rate.low, rate.high) == ("beyond_range", 1.0, math.inf)
    assert table.matrix().loc["discount", "spent"] == math.inf
    at_best = ws.exchange_rates(table.sim, terms={"discount": 0.0}, moving=["price", "discount"])
    assert "at its best end and cannot be taken back" in at_best.sentence("price", "discount")
    assert {status("spent", b) for b in ("discount", "drops", "gift")} == {"no_step"}
    assert "end of its range" in table.sentence("spent", "discount")
    assert status("noise", "discount") == "worth_nothing"
    rate = table.rate("noise", "discount")
    assert rate.low <= 0.0 <= rate.high  # nothing, within the interval, and no NaN
    assert "could tell from 0" in rate.sentence
    assert status("gift", "discount") == "gains"
    assert table.rate("gift", "discount").estimate == pytest.approx(-0.001, abs=1e-9)
    assert "the supplier gains" in table.sentence("gift", "discount")
    # What costs nothing, or gains when conceded, cannot pay.
    assert status("discount", "gift") == "beyond_range"


def test_levels_pay_between_two_of_them(table):
    rate = table.rate("discount", "drops")  # 3 of 8
    assert (rate.status, rate.low, rate.high) == ("between_levels", 0.0, 1.0)
    assert rate.estimate == pytest.approx(3 / 8, abs=1e-6)
    assert rate.sentence == "3 more points of discount are worth no more than going back from 2 to 1 drops"
    some = ws.exchange_rates(table.sim, steps={"payment_days": 30}, terms={"drops": 5, "payment_days": 50})
    assert some.rate("discount", "drops").low == 0.0
    assert some.sentence("discount", "drops").endswith("no more than going back from 5 to 3 drops")
    dear = ws.exchange_rates(table.sim, steps={"discount": 0.2}, terms={"drops": 5})
    assert dear.sentence("discount", "drops").endswith("going back from 5 to 2 drops, and no less than to 3")


def test_the_tables_are_tidy(table):
    frame = table.to_frame()
    assert frame.index.names == ["step of", "paid in"]
    assert len(frame) == 7 * 6
    assert "one at a time" in frame.attrs["note"]
    steps = table.costs_frame()["step"]
    assert steps[["discount", "payment_days", "drops", "noise"]].tolist() == [0.03, 30.0, 1.0, 1.0]
    assert steps["price"] == 1.0  # no more is left of it
    assert math.isnan(steps["spent"])
    assert table.costs_frame()["cost"]["payment_days"] == pytest.approx(1.8)
    assert table.matrix().shape == (7, 7)
    assert "status" in repr(table)
    assert "one at a time" in table._repr_html_()


def test_an_end_of_the_interval_that_lies_beyond_the_range_is_said_to():
    deal = ws.Deal(
        name="Open",
        inputs={"worth": ws.normal(100, 15), "care": ws.normal(1, 3)},
        terms=[ws.Term("a", 0, range=(0, 10)), ws.Term("b", 1.01, range=(0, 1.01))],
        value=lambda i, t: i["worth"] - t["a"] - i["care"] * t["b"],
    )
    rates = ws.exchange_rates(ws.simulate(deal, 2**12, "random", rng=2), steps={"a": 1})
    rate = rates.rate("a", "b")
    assert rate.status in ("open", "beyond_range")
    assert rate.high == math.inf
    assert 0.5 < rate.low < 1.01
    assert "perhaps more" in rate.sentence or "more than all" in rate.sentence


def test_what_is_asked_for_wrongly_is_refused_in_words():
    sim = ws.simulate(linear(), 2**14, rng=11)
    for steps, words in (
        ({"c": 1}, "no 'c'.*Known: a, b"),
        ({"a": -1}, "step of 'a' must be.*-1"),
        ({"a": 56}, "must not pass the end of its range, 60, from 5: at most 55"),
        ([1], "must map terms to sizes"),
    ):
        with pytest.raises(ws.InputError, match=words):
            ws.exchange_rates(sim, steps=steps)
    with pytest.raises(ws.RuleError, match="one rule at a time"):
        ws.exchange_rates(sim, ws.AllOf(ws.ChanceRule(0.9), ws.ExpectedValueRule()))
    with pytest.raises(ws.InputError, match="between 0 and 60"):
        ws.exchange_rates(sim, terms={"a": 99})
    with pytest.raises(ws.InputError, match="max_memory"):
        ws.exchange_rates(ws.simulate(linear(), 2**14, rng=1, max_memory=2**16))
    with pytest.raises(ws.InputError, match="2 or more terms are needed, got 1"):
        ws.exchange_rates(
            ws.simulate(
                ws.Deal(
                    name="One",
                    inputs={"worth": 1},
                    terms=[ws.Term("a", 5, range=(0, 60))],
                    value=lambda i, t: i["worth"] - t["a"],
                ),
                2**10,
                "random",
                rng=1,
            )
        )
    drops = [ws.Term("a", 1, levels=(1, 2, 5)), ws.Term("b", 5, range=(0, 60))]
    with pytest.raises(ws.InputError, match="to one of its levels 1, 2, 5: a step of 1, 4; got 2"):
        ws.exchange_rates(ws.simulate(linear(terms=drops), 2**14, rng=1), steps={"a": 2})
    rates = ws.exchange_rates(sim)
    for names, words in ((("a", "a"), "two different terms"), (("a", "c"), "no 'c'")):
        with pytest.raises(ws.InputError, match=words):
            rates.rate(*names)
        with pytest.raises(ws.InputError, match=words):
            rates.along(*names)


@pytest.mark.parametrize(
    ("term", "words"),
    [
        (ws.Term("hold", 1, range=(0, 9), unit="months"), "1 month of hold"),
        (ws.Term("months", 1, range=(0, 9), unit="months"), "1 month"),
        (ws.Term("rebate", 0.01, range=(0, 0.1), unit="fraction of net"), "100 points of rebate"),
    ],
)
def test_units_are_said_once(term, words):
    assert amount(term, 1.0) == words
    assert more(ws.Term("price", 9, range=(0, 9), concession="down", unit="dollars"), 9, 7) == (
        "2 fewer dollars of price",
        False,
    )
