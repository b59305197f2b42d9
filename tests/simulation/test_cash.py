"""Cash month by month, against a plain ledger and against what the contract is worth without interest."""

import math

import numpy as np
import pytest

import walkaway_sim as ws
from walkaway_sim.examples import EXAMPLES, example_path

PLAIN = {
    "volume": 1200, "list_price": 10, "growth": 0.0, "unit_cost": 6, "inflation": 0.0, "days_late": 0,
    "returns_rate": 0.0, "on_time": 1.0, "delivery_cost": 20, "fixed_cost": 1_200, "set_up": 2_000,
}  # fmt: skip


def agreement(**changes):
    given = {
        "name": "Plain", "months": 12, "annual_rate": 0.07, "inputs": PLAIN,
        "terms": [ws.Term("payment_days", proposed=45, range=(0, 120))],
        "fixed_terms": {"deliveries_per_week": 1, "discount": 0.1, "rebate": 0.05, "rebate_lag": 3},
    }  # fmt: skip
    given |= changes
    return ws.simulate(ws.supply_agreement(**given), 2**14, rng=1)


def ledger(months, delay, lag, credit, rebate=0.05):
    """Cash by hand: invoices of 900 a month, goods of 600, drops at 20, 100 of fixed cost."""
    paths = []
    for m in range(months + 3):
        traded = min(m, months)
        received = 900 * min(months, max(0, m - delay))
        goods = 600 * min(months, max(0, m - credit))
        rebates = rebate * 900 * min(months, max(0, math.floor(m - lag)))
        paths.append(received - goods - rebates - traded * (52 / 12 * 20 + 100) - 2_000)
    return paths


@pytest.mark.parametrize("credit", [0, 40])
def test_the_path_is_the_ledger(credit):
    cash = ws.cash_position(agreement(inputs=PLAIN | {"supplier_credit_days": credit}))
    expected = ledger(12, 45 * 12 / 365, 3, credit * 12 / 365)
    np.testing.assert_allclose(cash.mean[:15], expected, rtol=1e-9)
    np.testing.assert_allclose(cash.low, cash.mean, rtol=1e-12)  # nothing is uncertain
    assert cash.deepest.estimate == pytest.approx(min(expected))
    assert cash.exposure.estimate == pytest.approx(900 * 45 * 12 / 365)  # as a default would find them
    assert cash.first_year.estimate == pytest.approx(12 * (900 - 600 - 45 - 52 / 12 * 20 - 100) - 2_000)


def test_costs_paid_long_after_the_end_are_on_the_path():
    cash = ws.cash_position(agreement(inputs=PLAIN | {"supplier_credit_days": 180}))
    assert cash.months[-1] >= 12 + 180 * 12 / 365
    assert cash.mean[-1] == pytest.approx(12 * (900 - 600 - 45 - 52 / 12 * 20 - 100) - 2_000)


def test_a_contract_that_never_pays_back_says_so():
    cash = ws.cash_position(agreement(inputs=PLAIN | {"unit_cost": 9}))
    assert math.isinf(cash.payback_month)
    assert cash.never_paid_back.estimate == 1.0
    assert cash.deepest.estimate == pytest.approx(float(cash.mean.min()))


def test_a_contract_without_set_up_paid_at_once_never_goes_below_zero():
    sim = agreement(
        inputs=PLAIN | {"set_up": 0},
        terms=[ws.Term("payment_days", proposed=0, range=(0, 120))],
    )
    cash = ws.cash_position(sim)
    assert cash.deepest.estimate == 0.0
    assert cash.payback_month == 0.0
    assert cash.exposure.estimate == 0.0


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_in_the_end_cash_is_what_the_contract_is_worth_without_interest(name):
    deal = ws.read_deal(example_path(name))
    sim = ws.simulate(deal, 2**14, rng=7)
    cash = ws.cash_position(sim)
    free = ws.simulate(_at_no_interest(deal), 2**14, rng=7)
    outside = ("financing", "renewal", "leakage", "freed_capacity")
    worth = sum(part for key, part in free.components().items() if key not in outside)
    # All but the last hundredth of invoices are paid by the last month.
    assert cash.mean[-1] == pytest.approx(
        worth.mean(), abs=0.01 * free.components()["list_revenue"].mean() / 12
    )


def _at_no_interest(deal):
    from dataclasses import replace

    return replace(deal, value=deal.value.with_constants(annual_rate=0.0))


def test_the_band_and_the_mean_are_those_of_the_draws():
    cash = ws.cash_position(ws.simulate(ws.read_deal(example_path("packaging")), 2**14, rng=7))
    assert (cash.low <= cash.mean).all()
    assert (cash.mean <= cash.high).all()
    assert list(cash.to_frame().columns) == ["mean", "low", "high"]
    assert cash.deepest_band[0] < cash.deepest.estimate < cash.deepest_band[1] < 0


def test_other_terms_may_be_asked_for():
    sim = agreement()
    later, sooner = (ws.cash_position(sim, {"payment_days": days}) for days in (90, 0))
    assert later.deepest.estimate < sooner.deepest.estimate
    assert later.exposure.estimate > sooner.exposure.estimate


def test_a_value_function_of_its_own_has_no_months():
    deal = ws.Deal(
        name="own", inputs={"x": ws.normal(0, 1)}, value=lambda i, t: i["x"] - t["p"],
        terms=[ws.Term("p", proposed=0, range=(-1, 1))],
    )  # fmt: skip
    sim = ws.simulate(deal, 2**14, rng=1)
    for ask in (ws.cash_position, ws.endings):
        with pytest.raises(ws.InputError, match="needs the built-in supply agreement"):
            ask(sim)


def plain(inputs=None, **changes):
    given = {
        "name": "t", "months": 12, "annual_rate": 0.0, "terms": [ws.Term("discount", proposed=0.0, range=(0, 0.3))],
        "inputs": {
            "volume": ws.uniform(1199.99, 1200.01), "list_price": 100, "growth": 0, "unit_cost": 60, "inflation": 0,
            "days_late": 0, "returns_rate": 0, "on_time": 1, "delivery_cost": 0,
        } | (inputs or {}),
    } | changes  # fmt: skip
    return ws.supply_agreement(**given)


def test_what_a_default_loses_never_comes_in():
    """At 90 days a customer that fails in month 6 owes three months: with all lost, no cash moves from then on."""
    given = {"default_time": 0.5, "loss_given_default": 1.0}
    sim = ws.simulate(plain(given, fixed_terms={"payment_days": 90}), 2**14, rng=1)
    cash = ws.cash_position(sim)
    np.testing.assert_allclose(cash.mean[6:], cash.mean[6], atol=1e-6)
    contract = sum(sim.components()[name] for name in ("list_revenue", "unit_cost", "bad_debt"))
    assert cash.mean[-1] == pytest.approx(contract.mean(), rel=1e-12)
    half = ws.cash_position(
        ws.simulate(
            plain(given | {"loss_given_default": 0.5}, fixed_terms={"payment_days": 90}), 2**14, rng=1
        )
    )
    assert half.deepest_month == cash.deepest_month == 3


def test_a_bonus_is_booked_in_its_year_however_late_it_is_paid():
    tiers = ws.RebateTiers([(50_000, 0.05)])
    years = [
        ws.cash_position(
            ws.simulate(plain(months=36, rebate_tiers=tiers, fixed_terms={"rebate_lag": lag}), 2**14, rng=1)
        ).first_year.estimate
        for lag in (0, 1, 6)
    ]
    # 120,000 at 40 a unit less 5% of what is above 50,000.
    assert years == pytest.approx([48_000 - 3_500] * 3, rel=1e-4)
