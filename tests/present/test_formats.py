"""Numbers as a finance reader expects them."""

import math

import pytest

import walkaway_sim as ws
from walkaway_sim.present.formats import compact_money, money, percent, term_value, unit_label


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "0"), (5, "5"), (12.345, "12.3"), (999.4, "999"), (999.6, "1k"), (1000, "1k"), (15_300, "15.3k"),
        (999_600, "1M"), (2_572_802, "2.57M"), (-34_900, "−34.9k"), (1.2e9, "1.2bn"), (math.nan, "n/a"), (100.0, "100"),
    ],
)  # fmt: skip
def test_compact_money(amount, text):
    assert compact_money(amount) == text


def test_money_in_full():
    assert money(1234567.4, "NZD") == "NZD 1,234,567"
    assert money(-0.001, "NZD") == "NZD 0.00"
    assert money(-12.5) == "−12.50"


def test_percent():
    assert percent(0.93179) == "93.2%"
    assert percent(-0.00001) == "0.0%"
    assert percent(0.0875, 2) == "8.75%"


def test_term_values_in_their_units():
    share = ws.Term("discount", 0.06, range=(0, 0.3), unit="fraction of list price")
    days = ws.Term("days", 45, range=(0, 120), unit="days")
    fee = ws.Term("fee", 200_000, range=(0, 300_000), unit="NZD")
    assert (term_value(share, 0.08759), unit_label(share)) == ("8.76%", "% of list price")
    assert (term_value(days, 45), term_value(days, 61.234), term_value(days, 30 - 1e-10)) == (
        "45",
        "61.2",
        "30",
    )
    assert term_value(fee, 263_566.9) == "263,567"
    assert term_value(days, math.nan) == "none"
