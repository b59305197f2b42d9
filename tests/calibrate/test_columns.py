"""Bad tables: one message that names column and rows; missing values are counted, never silently dropped."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from tests.strategies import refused

import walkaway_sim as ws
from walkaway_sim.calibrate.columns import LINE, named_rows, number_cells, repeated_rows, rows_by_name
from walkaway_sim.calibrate.history.columns import Columns
from walkaway_sim.examples.history import (
    make_accounts,
    make_deliveries,
    make_events,
    make_invoices,
    make_orders,
)

INVOICES = make_invoices(12, 6, rng=1)
DELIVERIES = make_deliveries(300, 12, rng=1)
FITS = {
    "payment delay": (lambda t: ws.fit_payment_delay(t, rng=1), INVOICES, "days_late"),
    "disputes": (lambda t: ws.fit_disputes(t, rng=1), INVOICES, "days_late"),
    "returns": (lambda t: ws.fit_returns(t, rng=1), make_orders(20, rng=1), "sales"),
    "growth": (lambda t: ws.fit_growth(t, rng=1), make_accounts(100, rng=1), "after"),
    "delivery cost": (lambda t: ws.fit_delivery_cost(t, size="value", rng=1), DELIVERIES, "cost"),
    "on time": (lambda t: ws.fit_on_time(t, rng=1), DELIVERIES, "days_late"),
    "event risk": (lambda t: ws.fit_event_risk(t, exposure=40.0, rng=1), make_events(rng=1), "severity"),
}  # fmt: skip
each_pair = pytest.mark.parametrize(("fit", "table"), [one[:2] for one in FITS.values()], ids=FITS)
each_fit = pytest.mark.parametrize(("fit", "table", "column"), FITS.values(), ids=FITS)


def changed(table, column, rows, value):
    out = table.astype({column: object})
    out.loc[out.index[rows], column] = value
    return out.infer_objects()


@each_fit
def test_a_column_that_is_not_there(fit, table, column):
    message = refused(fit, table.rename(columns={column: column + "s"}))
    assert f"no column {column!r}" in message
    assert f"did you mean {column + 's'!r}" in message


@each_fit
def test_texts_among_numbers_are_named_by_their_rows(fit, table, column):
    message = refused(fit, changed(table, column, [3, 7], "n/a?"))
    assert column in message
    assert "rows 3 and 7" in message
    assert "'n/a?'" in message


@each_fit
def test_numbers_as_texts_are_refused_too(fit, table, column):
    message = refused(fit, table.astype({column: "string"}))
    assert column in message
    assert "pandas.to_numeric" in message


@each_fit
def test_an_empty_column(fit, table, column):
    message = refused(fit, table.assign(**{column: np.nan}))
    assert f"{column!r}" in message
    assert f"empty in all {len(table)} rows" in message


@each_fit
def test_missing_values_are_counted(fit, table, column):
    found = fit(changed(table, column, [2, 5, 6], None))
    assert found.used.given == len(table)
    assert [(one.reason, one.column, one.count, one.rows) for one in found.used.dropped] == [
        ("missing", column, 3, ("2", "5", "6"))
    ]
    assert found.used.used == len(table) - 3
    assert found.used.to_frame()["count"].tolist() == [3]
    assert "3 left out, missing in" in str(found.used)
    assert "3 left out" in found._repr_html_()


@each_pair
def test_too_few_observations(fit, table):
    assert "needs at least" in refused(fit, table.head(3))
    assert "no rows" in refused(fit, table.head(0))


def test_no_table():
    for fit, _, _ in FITS.values():
        assert "must be a pandas DataFrame, got list" in refused(fit, [1, 2])


@each_fit
def test_infinite_values(fit, table, column):
    assert "must be finite, got inf in row 4" in refused(fit, changed(table, column, [4], np.inf))


@each_pair
def test_rows_that_repeat_another_are_counted_and_kept(fit, table):
    twice = pd.concat([table, table.iloc[[0, 1]]], ignore_index=True)
    found = fit(twice)
    assert found.used.used == len(twice)
    assert f"{twice.duplicated().sum()} rows repeat an earlier one" in " ".join(found.used.notes)


@pytest.mark.parametrize("name", ["returns", "growth", "delivery cost", "event risk"])
def test_negative_amounts(name):
    fit, table, column = FITS[name]
    message = refused(fit, changed(table, column, [1, 4, 9], -5.0))
    assert column in message
    assert "got -5 in rows 1, 4 and 9" in message


def test_constant_columns():
    assert "in all" in refused(ws.fit_payment_delay, INVOICES.assign(days_late=3.0))
    assert "'value' is 5" in refused(ws.fit_delivery_cost, DELIVERIES.assign(value=5.0), size="value")
    assert "formula" in refused(
        ws.fit_delivery_cost, DELIVERIES.assign(cost=DELIVERIES["value"] * 2), size="value"
    )
    assert "1 days late" in refused(ws.fit_on_time, DELIVERIES.assign(days_late=1))
    assert "law=..." in refused(ws.fit_event_risk, make_events(rng=1).assign(severity=9.0), exposure=4.0)
    assert "grew by the same ratio" in refused(
        ws.fit_growth, make_accounts(50, rng=1).assign(after=lambda t: t["before"])
    )


def test_dates_as_texts_in_mixed_formats():
    mixed = INVOICES.assign(paid=INVOICES["paid"].dt.strftime("%Y-%m-%d"))
    mixed.loc[[2, 8], "paid"] = ["31/12/2024", "3 May 2024"]
    message = refused(ws.fit_payment_delay, mixed, due="due", paid="paid")
    assert "'paid'" in message
    assert "rows 2 and 8" in message
    assert "'31/12/2024'" in message
    numbers = INVOICES.assign(paid=20240101)
    assert "must hold dates" in refused(ws.fit_payment_delay, numbers, due="due", paid="paid")


@pytest.mark.parametrize("short", ["2024", "2024-03", "202403"])
def test_a_year_or_a_month_is_no_day(short):
    texts = INVOICES.assign(paid=INVOICES["paid"].dt.strftime("%Y-%m-%d"))
    texts.loc[[2, 8], "paid"] = short
    message = refused(ws.fit_payment_delay, texts, due="due", paid="paid")
    assert "'paid'" in message
    assert "rows 2 and 8" in message
    assert repr(short) in message
    compact = INVOICES.assign(paid=INVOICES["paid"].dt.strftime("%Y%m%d"))
    by_date = ws.fit_payment_delay(compact, due="due", paid="paid", rng=1)
    assert by_date.mean == pytest.approx(ws.fit_payment_delay(INVOICES, rng=1).mean, rel=1e-12)


@pytest.mark.parametrize("odd", ["2024-01-05T23:00:00+12:00", "2024-03-03", "2024-03-03 10:00Z"])
def test_texts_in_several_time_zones(odd):
    texts = INVOICES.assign(paid=INVOICES["paid"].dt.strftime("%Y-%m-%dT09:00:00+13:00"))
    found = ws.fit_payment_delay(texts, due="due", paid="paid", rng=1)
    assert found.mean == pytest.approx(ws.fit_payment_delay(INVOICES, rng=1).mean + 9 / 24, rel=1e-12)
    texts.loc[[2, 8], "paid"] = odd
    message = refused(ws.fit_payment_delay, texts, due="due", paid="paid")
    for word in ("'paid'", "one time zone", "most are at +13:00", repr(odd), "rows 2 and 8", ".str[:10]"):
        assert word in message, message


def test_one_time_zone_written_in_several_ways_is_one():
    texts = INVOICES.assign(paid=INVOICES["paid"].dt.strftime("%Y-%m-%dT00:00:00Z"))
    texts["paid"] = texts["paid"].where(texts.index % 2 == 0, texts["paid"].str.replace("Z", "+0000"))
    found = ws.fit_payment_delay(texts, due="due", paid="paid", rng=1)
    assert found.mean == pytest.approx(ws.fit_payment_delay(INVOICES, rng=1).mean, rel=1e-12)


def test_dates_give_the_same_days_as_the_column_of_days():
    texts = INVOICES.assign(
        due=INVOICES["due"].dt.strftime("%Y-%m-%d"), paid=INVOICES["paid"].dt.tz_localize("UTC")
    )
    by_date = ws.fit_payment_delay(texts, due="due", paid="paid", rng=1)
    by_day = ws.fit_payment_delay(INVOICES, rng=1)
    assert (by_date.mean, by_date.between_sd) == pytest.approx((by_day.mean, by_day.between_sd), rel=1e-12)
    assert "go together" in refused(ws.fit_payment_delay, INVOICES, paid="paid")


def test_invoices_not_paid_yet_are_counted():
    open_ones = changed(INVOICES, "paid", [0, 3], pd.NaT)
    found = ws.fit_payment_delay(open_ones, due="due", paid="paid", rng=1)
    assert found.used.dropped[0].count == 2
    assert found.used.dropped[0].column == "paid"
    assert not any("late ones" in note for note in found.used.notes)


def test_where_many_invoices_are_not_paid_yet_the_late_ones_may_be_missing():
    half = np.arange(0, len(INVOICES), 2)
    share = f"{half.size} of {len(INVOICES)} invoices ({100 * half.size / len(INVOICES):.0f}%)"
    by_date = ws.fit_payment_delay(changed(INVOICES, "paid", half, pd.NaT), due="due", paid="paid", rng=1)
    by_day = ws.fit_payment_delay(changed(INVOICES, "days_late", half, np.nan), rng=1)
    for found, column in ((by_date, "'paid'"), (by_day, "'days_late'")):
        assert f"{share} have nothing in {column}" in str(found.used)
        assert "may be the late ones" in str(found.used)


def test_repeated_identifiers_are_left_out_and_counted():
    twice = pd.concat([INVOICES, INVOICES.iloc[[0, 4]]], ignore_index=True)
    found = ws.fit_payment_delay(twice, invoice="invoice", rng=1)
    assert found.used.dropped[0].reason == "repeats an earlier row"
    assert found.used.used == len(INVOICES)
    assert found.mean == ws.fit_payment_delay(INVOICES, rng=1).mean


def test_yes_and_no_in_many_spellings():
    table = pd.DataFrame({"a": ["Yes", "no", True, 0, 1.0, None]})
    columns = Columns("f", table)
    assert columns.flags("a", "a")[:5].tolist() == [1.0, 0.0, 1.0, 0.0, 1.0]
    assert columns.left == 5
    assert "'maybe' in row 1" in refused(Columns("f", pd.DataFrame({"a": ["yes", "maybe"]})).flags, "a", "a")
    assert "got 2" in refused(Columns("f", pd.DataFrame({"a": [1, 2]})).flags, "a", "a")


def test_names_of_customers():
    table = pd.DataFrame({"c": [12346.0, np.nan, " Acme ", ""]}, dtype=object)
    columns = Columns("f", table)
    assert columns.labels("c", "c")[::2] == ["12346", "Acme"]
    assert columns.left == 2


def test_a_row_with_two_faults_is_counted_once():
    table = changed(changed(INVOICES, "days_late", [2], None), "customer", [2, 3], None)
    found = ws.fit_payment_delay(table, rng=1)
    assert found.used.given - found.used.used == sum(one.count for one in found.used.dropped) == 2


def test_whole_numbers_and_unhashable_columns():
    table = pd.DataFrame({"n": [1.0, 2.5], "odd": [[1], [2]]})
    assert "whole numbers, got 2.5 in row 1" in refused(Columns("f", table).counts, "n", "n")
    columns = Columns("f", table)
    columns.numbers("n", "n")
    assert columns.keep(minimum=1, of="rows")[1].notes == ()


def test_a_column_that_stands_twice():
    table = pd.concat([INVOICES, INVOICES[["days_late"]]], axis=1)
    assert "twice" in refused(ws.fit_payment_delay, table)


def test_named_rows():
    assert named_rows(["4"], 1) == "row 4"
    assert named_rows(["4", "9"], 2) == "rows 4 and 9"
    assert named_rows(list("123456"), 9) == "rows 1, 2, 3, 4, 5 and 4 more"
    assert named_rows(["4"], 2) == "rows 4 and 1 more"
    assert named_rows(range(3), noun="line") == "lines 0, 1 and 2"


def test_cells_that_are_numbers_and_those_that_are_none():
    given = [1, 2.5, Decimal("3.5"), np.int64(4), None, pd.NA, np.nan, "5", True, pd.Timestamp(0)]
    values, wrong = number_cells(pd.Series(given, dtype=object))
    np.testing.assert_array_equal(values, [1, 2.5, 3.5, 4, *[np.nan] * 6])
    assert wrong.tolist() == [False] * 7 + [True] * 3
    values, wrong = number_cells(pd.Series([1, None], dtype="Int64"))
    np.testing.assert_array_equal(values, [1, np.nan])
    assert not wrong.any()
    assert number_cells(pd.Series([True, False]))[1].all()


def test_repeated_rows_of_cells_that_cannot_be_hashed():
    assert repeated_rows(pd.DataFrame({"a": [1, 2, 1]})).tolist() == [False, False, True]
    assert repeated_rows(pd.DataFrame({"a": [[1], [2], [1]]})).tolist() == [False, False, True]


@pytest.mark.parametrize("rng", [-1, True, 1.5, "7"])
def test_seeds_that_are_none(rng):
    assert "rng must be" in refused(ws.fit_payment_delay, INVOICES, rng=rng)


def test_the_same_seed_gives_the_same_inputs_and_another_one_others():
    one, two = (ws.fit_payment_delay(INVOICES, rng=np.random.default_rng(3)) for _ in range(2))
    assert one.customer("C001") == two.customer("C001")
    assert one.new_customer() != ws.fit_payment_delay(INVOICES, rng=0).new_customer()
    seed = np.random.SeedSequence(5)
    assert (
        ws.fit_payment_delay(INVOICES, rng=seed).new_customer()
        == ws.fit_payment_delay(INVOICES, rng=5).new_customer()
    )
    assert "n_plausible" in refused(ws.fit_payment_delay, INVOICES, n_plausible=1)


def test_rows_are_named_by_line_label_or_position():
    bad = np.array([False, True, False, True])
    values = [1.0, 2.0, 3.0, 4.0]
    assert rows_by_name(values, bad) == "rows 1 and 3 (counted from 0)"
    assert rows_by_name(np.array(values), bad) == "rows 1 and 3 (counted from 0)"
    assert rows_by_name(pd.Series(values, index=list("abcd")), bad) == "rows b and d by index"
    lines = pd.DataFrame({"x": values}, index=pd.Index([2, 3, 5, 6], name=LINE))
    assert rows_by_name(lines, bad) == "lines 3 and 6 of the file"
    assert rows_by_name(lines["x"], ~bad) == "lines 2 and 5 of the file"


def test_a_column_read_as_texts_names_only_the_cells_at_fault():
    read = pd.Series(["12", "3.5", None, "soon", "7", " 8 ", "1,5"], dtype=object)
    assert np.flatnonzero(number_cells(read)[1]).tolist() == [3, 6]
    assert np.flatnonzero(number_cells(read.drop([3, 6]))[1]).tolist() == [
        0,
        1,
        3,
        4,
    ]  # all to be turned into numbers
    message = refused(
        ws.fit_returns, pd.DataFrame({"customer": list("abcdefg"), "sales": [1] * 7, "returned": read}), rng=1
    )
    assert "such as 'soon' in rows 3 and 6 by index" in message
    assert "got 'soon' in row 1 " in refused(ws.backtest, [ws.normal(0, 1)] * 12, ["1", "soon", *["2"] * 10])


def test_a_text_among_numbers_is_at_fault_even_if_it_reads_as_one():
    assert np.flatnonzero(number_cells(pd.Series([12, "3.5", "soon", None], dtype=object))[1]).tolist() == [
        1,
        2,
    ]


def test_a_won_column_read_as_texts_names_only_the_cells_at_fault():
    quotes = pd.DataFrame({"price": np.linspace(1, 2, 40), "won": ["True", "False"] * 20})
    quotes.loc[7, "won"] = "open"
    assert "row 7 by index hold 'open'." in refused(ws.fit_win_curve, quotes, rng=1)
    quotes.loc[7, "won"] = "True"
    assert "rows 0, 1, 2, 3, 4 and 35 more by index hold 'True', 'False'" in refused(
        ws.fit_win_curve, quotes, rng=1
    )


def test_a_fit_names_the_labels_of_a_pandas_column():
    column = pd.Series([*np.arange(1.5, 11.5), None, "x"], index=range(100, 112), dtype=object)
    found = ws.fit(column, "normal", rng=1, n_plausible=100)
    assert found.sample.dropped == {"missing": (110,), "not a number": (111,)}
    assert found.sample.left_out() == "1 missing: row 110 by index; 1 not a number: row 111 by index"
    assert "Left out: 1 missing" in found._repr_html_()
