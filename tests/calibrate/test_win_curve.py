"""Win curves as a user fits them: what they give back, what they warn of, what they refuse."""

import warnings

import numpy as np
import pandas as pd
import pytest
from tests.calibrate.quote_data import honest_quotes, quotes_set_knowing_the_customer
from tests.reference import agrees, case
from tests.strategies import refused

import walkaway_sim as ws

ALL = {"reference": "last", "cost": "cost", "quantity": "size", "customer": "customer"}


@pytest.fixture(scope="module")
def quotes():
    return honest_quotes(3, cut=-7.0)


@pytest.fixture(scope="module")
def curve(quotes):
    return ws.fit_win_curve(quotes, **ALL, rng=7)


def test_f01_as_quotes():
    """Beetles that survive are quotes that are won; the log dose is the log price; LD50 the median they bear."""
    given = case("F01")["inputs"]
    price = np.exp(np.repeat(given["dose"], given["n"]))
    killed = np.concatenate([np.arange(n) < k for n, k in zip(given["n"], given["killed"], strict=True)])
    frame = pd.DataFrame({"price": price, "won": ~killed})
    curve = ws.fit_win_curve(frame, firth=False, rng=1)
    intercept, slope, _, ld50 = case("F01")["exact"]
    tolerance = case("F01")["tol"]
    assert agrees(curve["price"].estimate, -slope, tolerance)
    assert agrees(-(curve["intercept"].estimate + slope * np.median(np.log(price))), intercept, tolerance)
    law = curve.reservation_price().distribution
    assert agrees(np.log(law.ppf(0.5)), ld50, tolerance)
    assert agrees(np.log(law.ppf(0.75) / law.ppf(0.25)), 2 * np.log(3) / slope, tolerance)


def test_no_warning_where_prices_are_honest(quotes):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ws.fit_win_curve(quotes, **ALL, rng=7)


def test_the_same_seed_gives_the_same_curve(quotes, curve):
    again = ws.fit_win_curve(quotes, **ALL, rng=7)
    assert (again.model.draws == curve.model.draws).all()
    assert again.reservation_price(customer="c3") == curve.reservation_price(customer="c3")
    other = ws.fit_win_curve(quotes, **ALL, rng=0)
    assert (other.model.draws != curve.model.draws).any()
    assert other.model.estimates.coefficients == pytest.approx(curve.model.estimates.coefficients)


def test_neither_order_nor_units_matter(quotes, curve):
    mixed = quotes.sample(frac=1, random_state=1)
    for name in ("price", "last", "cost"):
        mixed[name] *= 100
    again = ws.fit_win_curve(mixed, **ALL, rng=7)
    for one, other in zip(again.coefficients, curve.coefficients, strict=True):
        # The search stops within about 1e-6 of the maximum.
        assert one.estimate == pytest.approx(other.estimate, abs=1e-4)
    cents, whole = again.reservation_price(reference=1000), curve.reservation_price(reference=10)
    assert cents.distribution.ppf(0.3) == pytest.approx(100 * whole.distribution.ppf(0.3), rel=1e-4)


def test_predictions_are_what_the_reservation_price_says(curve):
    """The chance to win at p is the chance that the reservation price is p or more, for a customer not seen before."""
    p = np.array([8.0, 9.5, 10.0, 10.5, 13.0])
    frame = pd.DataFrame({"price": p, "last": 10.0, "cost": 7.5, "size": 2.0, "customer": "new"})
    told = curve.predict(frame)
    law = curve.reservation_price(reference=10, cost=7.5, quantity=2.0)
    assert told["win_chance"].to_numpy() == pytest.approx(1 - law.distribution.cdf(p), abs=1e-12)
    every = np.array([1 - one.cdf(p) for one in law.plausible])
    assert told["low"].to_numpy() == pytest.approx(
        np.quantile(every, 0.05, axis=0, method="weibull"), abs=1e-12
    )
    assert (told["low"] < told["win_chance"]).all()
    assert (told["win_chance"] < told["high"]).all()
    assert (np.diff(told["win_chance"]) < 0).all()


def test_a_known_customer_has_its_own_effect(quotes, curve):
    share = quotes.groupby("customer")["won"].mean()
    eager, wary = share.idxmax(), share.idxmin()
    one, other = (curve.reservation_price(reference=10, customer=name) for name in (eager, wary))
    assert one.distribution.ppf(0.5) > other.distribution.ppf(0.5)
    # The spread between customers is in the law of any customer, and not in that of a known one.
    anyone = curve.reservation_price(reference=10).distribution
    assert anyone.ppf(0.9) / anyone.ppf(0.1) > one.distribution.ppf(0.9) / one.distribution.ppf(0.1)
    frame = pd.DataFrame(
        {"price": 10.0, "last": 10.0, "cost": 7.5, "size": 1.0, "customer": [eager, wary, "new"]}
    )
    first, second, third = curve.predict(frame)["win_chance"]
    assert first > third > second
    assert curve.model.customers[eager].quotes == 10


def test_inputs_of_one_fit_go_together(curve):
    one, other = curve.reservation_price(reference=10, unit="NZD", owner="sales"), curve.reservation_price()
    assert one.fitted_with == other.fitted_with
    assert one.fitted_with.startswith("win curve")
    assert len(one.plausible) == len(other.plausible) == 200
    assert (one.unit, one.owner) == ("NZD", "sales")
    assert "600 quotes" in one.source
    # Defaults keep the median distance between last price and cost.
    cheap = curve.reservation_price(cost=1.0).distribution
    assert cheap == curve.reservation_price(reference=cheap.kink).distribution


def test_first_quotes_have_a_slope_of_their_own(quotes):
    some = quotes.copy()
    some.loc[some.index % 4 == 0, "last"] = np.nan
    curve = ws.fit_win_curve(some, reference="last", cost="cost", rng=1)
    assert {"price", "no_last_price"} <= {one.name for one in curve.coefficients}
    assert curve.rows.used == 600
    assert curve.rows.missing[0].column == "last"
    told = curve.predict(some)
    assert told["win_chance"].notna().all()


def test_rows_that_cannot_be_used_are_counted(quotes):
    bad = pd.concat([quotes, quotes.iloc[:3]], ignore_index=True).astype({"won": object})
    bad.loc[[5, 6], "cost"] = np.nan
    bad.loc[[6, 7], "price"] = np.nan
    bad.loc[8, "won"] = None
    rows = ws.fit_win_curve(bad, **ALL, rng=1).rows
    assert (rows.given, rows.used) == (603, 599)
    assert {one.reason: one.count for one in rows.dropped} == {
        "no outcome in 'won'": 1, "no price from 'price'": 2, "nothing in 'cost'": 1,
    }  # fmt: skip
    assert [one.rows for one in rows.dropped] == ["row 8 by index", "rows 6 and 7 by index", "row 5 by index"]
    assert rows.duplicates == 3
    assert rows.duplicate_rows == "rows 600, 601 and 602 by index"


def test_tables(curve):
    frame = curve.to_frame()
    assert list(frame.columns) == ["estimate", "low", "high", "standard_error", "meaning"]
    assert "600 of 600 rows used" in frame.attrs["note"]
    assert "No test on quotes alone" in curve._repr_html_()
    assert "customer_sd" in repr(curve)
    assert curve["rise"].estimate < curve["cut"].estimate < 0
    ratio = curve.rise_over_cut
    assert ratio.low < ratio.estimate < ratio.high
    with pytest.raises(KeyError, match="did you mean 'rise'"):
        curve["rises"]


def test_separated_quotes_are_fitted_and_said_to_be():
    price = np.linspace(8, 12, 40)
    frame = pd.DataFrame({"price": price, "won": price < 10})
    with pytest.warns(ws.QuoteWarning, match="separated along intercept, price"):
        curve = ws.fit_win_curve(frame, rng=1)
    assert "price" in curve.separated
    law = curve.reservation_price()
    assert 9.8 < law.distribution.ppf(0.5) < 10.2
    assert "Leave firth at True" in refused(ws.fit_win_curve, frame, firth=False)


def test_a_bootstrap_draws_whole_customers(quotes):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        curve = ws.fit_win_curve(quotes, **ALL, uncertainty="bootstrap", n_plausible=60, rng=5)
    normal = ws.fit_win_curve(quotes, **ALL, rng=5)
    # Sixty refits know a standard error to one in eleven; four of those.
    assert curve["rise"].standard_error == pytest.approx(normal["rise"].standard_error, rel=0.4)
    assert curve["rise"].low < curve["rise"].estimate < curve["rise"].high
    single = ws.fit_win_curve(quotes, reference="last", uncertainty="bootstrap", n_plausible=20, rng=5)
    assert len(single.reservation_price().plausible) == 20


def test_one_slope_where_asked_or_where_few_rise(quotes):
    one = ws.fit_win_curve(quotes, reference="last", kink=False, rng=1)
    assert "change" in one.to_frame().index
    assert one.rise_over_cut is None
    assert not one.notes
    cuts = quotes[quotes.price < quotes["last"]]
    only = ws.fit_win_curve(cuts, reference="last", rng=1)
    assert any("share one slope: 0 quotes are above" in note for note in only.notes)
    few = ws.fit_win_curve(quotes.head(90), reference="last", customer="customer", rng=1)
    assert any("fewer than 10 of 'customer'" in note for note in few.notes)


def test_much_of_the_reservation_price_may_never_have_been_seen():
    narrow = honest_quotes(4, rise=-2.0, cut=-2.0)
    narrow = narrow[np.abs(np.log(narrow.price / narrow["last"])) < 0.3]
    curve = ws.fit_win_curve(narrow, reference="last", kink=False, rng=1)
    with pytest.warns(ws.QuoteWarning, match="beyond the prices quoted"):
        curve.reservation_price()


@pytest.mark.parametrize(
    ("change", "options", "words"),
    [
        (lambda q: q.drop(columns="won"), {}, ["no column 'won'", "which won names"]),
        (lambda q: q, {"customer": "custmer"}, ["no column 'custmer'", "did you mean 'customer'"]),
        (lambda q: q, {"price": 3}, ["price must be the name of a column, got 3"]),
        (lambda q: q.assign(price=[f"{p:.2f}" for p in q.price]), {}, ["column 'price' must hold numbers", "rows 0, 1"]),
        (lambda q: q.assign(won=["yes", *q.won[1:]]), {}, ["column 'won' must hold True and False", "row 0 by index hold 'yes'"]),
        (lambda q: q.assign(price=np.nan), {}, ["column 'price' is empty in all 600 rows"]),
        (lambda q: q.assign(won=None), {}, ["column 'won' is empty in all 600 rows"]),
        (lambda q: q.assign(customer=None), {"customer": "customer"}, ["column 'customer' is empty in all"]),
        (lambda q: q.assign(price=10.0), {}, ["column 'price' has the same price, 10, in all 600 rows from 0 to 599"]),
        (lambda q: q.assign(cost=q.price / 2), {"cost": "cost"}, ["column 'price' always stands in the same relation"]),
        (lambda q: q.assign(price=q.price.where(q.index != 4, -1)), {}, ["column 'price' must be above 0; row 4 by index hold -1.0"]),
        (lambda q: q.assign(price=q.price.where(q.index != 4, 0)), {}, ["row 4", "an empty cell, not 0"]),
        (lambda q: q.assign(cost=q.cost.where(q.index > 9, np.inf)), {"cost": "cost"}, ["'cost'", "and 5 more by index are infinite"]),
        (lambda q: q.assign(won=True), {}, ["column 'won' has only won quotes in the 600 rows"]),
        (lambda q: q.assign(won=0), {}, ["column 'won' has only lost quotes", "leave out quotes that were lost"]),
        (lambda q: q.assign(price=q.price.where(q.won)), {}, ["only won quotes in the", "have no price from 'price' (rows"]),
        (lambda q: q.assign(customer=[[1]] * len(q)), {"customer": "customer"}, ["'customer' must hold names", "hold lists"]),
        (lambda q: q.head(29), {}, ["at least 30 rows", "got 29 of 29"]),
        (lambda q: q.assign(price=q.price.where(q.index < 20)), {}, ["got 20 of 600; 580 have no price from 'price' (rows 20"]),
        (lambda q: q, {"discount": "size"}, ["discount needs list_price"]),
        (lambda q: q, {"discount": "size", "list_price": "last"}, ["fractions of the list price", "Divide percentages"]),
        (lambda q: q.to_dict(), {}, ["must be a pandas DataFrame", "got dict"]),
        (lambda q: q, {"link": "cloglog"}, ["link must be one of 'logit', 'probit'"]),
        (lambda q: q, {"confidence_level": 1}, ["confidence_level must lie strictly between"]),
        (lambda q: q, {"n_plausible": 5}, ["n_plausible must be a whole number of at least 20"]),
        (lambda q: pd.concat([q, q[["price"]]], axis=1), {}, ["2 columns 'price'"]),
    ],
)  # fmt: skip
def test_bad_input(quotes, change, options, words):
    said = refused(ws.fit_win_curve, change(quotes), **options)
    for word in words:
        assert word in said


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"reference": -1}, "reference must be above 0"),
        ({"list_price": 10}, "list_price is not what this win curve compares prices with"),
        ({"customer": "c99"}, "customer 'c99' is not among the 60 of the fit"),
        ({"first_quote": True}, "too few quotes of the fit are without a last price"),
    ],
)
def test_contexts_that_the_fit_does_not_have(curve, options, words):
    assert words in refused(curve.reservation_price, **options)


def test_a_curve_that_does_not_fall_has_no_reservation_price(quotes):
    rising = quotes.assign(won=~quotes.won)
    with pytest.warns(ws.QuoteWarning, match="almost flat"):
        curve = ws.fit_win_curve(rising, reference="last", cost="cost", rng=1)
    assert "no reservation price follows" in refused(curve.reservation_price)


def test_prices_set_knowing_the_customer_are_told():
    quotes = quotes_set_knowing_the_customer(1)
    with pytest.warns(ws.QuoteWarning, match="set knowing the customer") as caught:
        curve = ws.fit_win_curve(quotes, reference="last", cost="cost", customer="customer", rng=1)
    assert len(caught) == 1
    assert caught[0].filename == __file__
    assert curve.endogeneity.differs
    assert curve.endogeneity.between.estimate > curve.endogeneity.within.estimate
    assert "set knowing the customer" in curve.note


def test_a_bare_prediction_needs_a_table(curve):
    assert "pandas DataFrame" in refused(curve.predict, {"price": [1]})
