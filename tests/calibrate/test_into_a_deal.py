"""What the calibrators give goes into a deal as it is, and fits do not share their draws."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import walkaway_sim as ws
from walkaway_sim.examples.history import (
    make_accounts,
    make_deliveries,
    make_events,
    make_invoices,
    make_orders,
)
from walkaway_sim.inputs import Distribution


@pytest.fixture(scope="module")
def calibrated():
    """Every input of a supply agreement that has a calibrator, by its name there."""
    growth = ws.fit_growth(make_accounts(800, rng=7), bands=(0, 2000), rng=7)
    cost = ws.fit_delivery_cost(make_deliveries(400, rng=7), size="value", rng=7)
    on_time = ws.fit_on_time(make_deliveries(400, rng=7), group="lane", rng=7)
    return {
        "growth": growth.growth(6000),
        "exit_hazard": growth.exit_hazard(6000),
        "days_late": ws.fit_payment_delay(make_invoices(rng=7), rng=7).new_customer(invoices=24),
        "returns_rate": ws.fit_returns(make_orders(rng=7), rng=7).new_customer(),
        "on_time": on_time.on_time(),
        "delivery_cost": cost.delivery_cost(5000, drops=100),
        "delivery_beta": cost.delivery_beta(),
    }


@pytest.fixture(scope="module")
def recall():
    return ws.fit_event_risk(make_events(rng=7), exposure=40.0, cap=100_000, rng=7).over(2)


def agreement(inputs, events):
    known = {"volume": ws.lognormal(40_000, 0.2), "list_price": 12, "unit_cost": 7, "inflation": 0.03}
    return ws.supply_agreement(
        name="Crates", months=24, annual_rate=0.07, inputs=known | {"reference_drop": 400} | inputs, events=events,
        terms=[ws.Term("discount", proposed=0.05, range=(0.0, 0.3))],
        fixed_terms={"guarantee": 0.9, "deliveries_per_week": 2}, no_deal=1000.0,
    )  # fmt: skip


def test_best_estimates_make_a_deal(calibrated, recall):
    sim = ws.simulate(agreement(calibrated, {"recall": recall}), 2**13, "random", rng=7)
    assert np.isfinite(sim.value()).all()
    assert 0.0 < ws.assess(sim, ws.ChanceRule(0.8)).probability.estimate < 1.0


@pytest.mark.parametrize("index", [0, 63, 199])
def test_so_do_plausible_ones(calibrated, recall, index):
    """One of each, by index, as an outer loop over plausible parameters takes them."""

    def one(given):
        return replace(given, distribution=given.plausible[index], plausible=())

    deal = agreement({name: one(given) for name, given in calibrated.items()}, {"recall": one(recall)})
    assert np.isfinite(ws.simulate(deal, 2**12, "random", rng=7).value()).all()


def test_every_input_says_where_it_comes_from(calibrated, recall):
    for given in (*calibrated.values(), recall):
        assert given.unit
        assert given.source
        assert given.fitted_with
        assert len(given.plausible) == 200
    assert calibrated["delivery_cost"].fitted_with == calibrated["delivery_beta"].fitted_with
    labels = {given.fitted_with for given in (*calibrated.values(), recall)}
    assert len(labels) == 7  # delivery cost and its elasticity share one


def test_fits_from_one_seed_do_not_share_their_draws(calibrated):
    """Two of 200 plausible values each, of fits that know nothing of one another: correlation under 4/sqrt(200)."""
    rows = {}
    for name in ("growth", "exit_hazard", "days_late", "returns_rate", "on_time", "delivery_beta"):
        laws = [law for law in calibrated[name].plausible if isinstance(law, Distribution)]
        rows[name] = [law.mean() for law in laws]
    other = ws.fit_delivery_cost(make_deliveries(400, rng=8), size="value", rng=7)
    rows["other lanes"] = other.plausible_elasticity
    apart = np.corrcoef(list(rows.values())) - np.eye(len(rows))
    assert np.abs(apart).max() < 4 / np.sqrt(200)


def test_what_more_accounts_buy():
    """A hundred times the accounts: a tenth of the calibration error, to a factor that 200 draws allow."""
    spreads = []
    for n in (300, 30_000):
        given = ws.fit_growth(make_accounts(n, rng=3), rng=3).growth(1000.0)
        spreads.append(np.std([law.ppf(0.5) for law in given.plausible]))
    assert spreads[0] / spreads[1] == pytest.approx(10, rel=0.25)


ACCOUNTS, DELIVERIES = make_accounts(400, rng=7), make_deliveries(400, rng=7)
INVOICES, ORDERS = make_invoices(12, 8, rng=7), make_orders(40, rng=7)
ON_TERMS = INVOICES.assign(days_late=INVOICES["days_late"].clip(lower=-29.0))


def growth(**how):
    return ws.fit_growth(ACCOUNTS, rng=7, **how)


def on_time(**how):
    return ws.fit_on_time(DELIVERIES, rng=7, **how)


def reservation(link):
    """From quotes whose win chance falls four times as fast above the last price as below it."""
    rng = np.random.default_rng(7)
    change = rng.uniform(-0.25, 0.25, 800)
    won = rng.random(800) < 1 / (1 + np.exp(np.where(change > 0, 12.0, 3.0) * change))
    quotes = pd.DataFrame(
        {"won": won, "price": 10.0 * np.exp(change), "last": 10.0 + rng.uniform(0, 1e-6, 800)}
    )
    return ws.fit_win_curve(quotes, reference="last", link=link, rng=7).reservation_price(reference=10.0)


RETURNED = {
    "growth": ("growth", lambda: growth().growth(500)),
    "growth as seen": ("growth", lambda: growth(family="empirical").growth(500)),
    "retention": ("renewal_chance", lambda: growth().retention(500)),
    "exit hazard": ("exit_hazard", lambda: growth().exit_hazard(500)),
    "days late": ("days_late", lambda: ws.fit_payment_delay(INVOICES, rng=7).new_customer()),
    "days late on terms": (
        "days_late",
        lambda: ws.fit_payment_delay(ON_TERMS, family="lognormal", terms_days=30, rng=7).customer("C001", invoices=12),
    ),
    "disputes": ("returns_rate", lambda: ws.fit_disputes(INVOICES, rng=7).new_customer()),
    "added days": ("days_late", lambda: ws.fit_disputes(INVOICES, rng=7).added_days()),
    "returns": ("returns_rate", lambda: ws.fit_returns(ORDERS, rng=7).new_customer()),
    "delivery cost": ("delivery_cost", lambda: ws.fit_delivery_cost(DELIVERIES, size="value", rng=7).delivery_cost(5000)),
    "delivery beta": ("delivery_beta", lambda: ws.fit_delivery_cost(DELIVERIES, size="value", rng=7).delivery_beta()),
    "on time": ("on_time", lambda: on_time().on_time()),
    "on time by lane": ("on_time", lambda: on_time(group="lane").on_time()),
    "on time on a lane": ("on_time", lambda: on_time(group="lane").on_time(DELIVERIES["lane"].iloc[0])),
    "days of the late": ("redelivery_cost", lambda: on_time(tail="pareto").days_given_late()),
    "days": ("redelivery_cost", lambda: on_time(tail="pareto").days_late()),
    "days, lognormal": ("redelivery_cost", lambda: on_time().days_late()),
    "event risk": ("recall", lambda: ws.fit_event_risk(make_events(rng=7), exposure=40.0, cap=1e5, rng=7).over(2)),
    "a column": ("volume", lambda: ws.fit(ACCOUNTS["before"], rng=7).input()),
    "reservation price": ("list_price", lambda: reservation("logit")),
    "reservation price, probit": ("list_price", lambda: reservation("probit")),
    "people": ("work", lambda: ws.pool({"a": {0.1: 1, 0.5: 2, 0.9: 4}, "b": ws.pert(0, 1, 5)}, lower=0).input()),
}  # fmt: skip


@pytest.mark.parametrize("name", RETURNED)
def test_what_a_calibrator_returns_comes_back_from_a_deal_file(tmp_path, name):
    quantity, make = RETURNED[name]
    given = make()
    assert len(given.plausible) >= 2
    event = quantity == "recall"
    known = {"growth": 0.0, "days_late": 0, "returns_rate": 0, "on_time": 0.9, "delivery_cost": 50}
    deal = agreement(known if event else known | {quantity: given}, {quantity: given} if event else {})
    ws.write_deal(deal, tmp_path / "deal.toml")
    again = ws.read_deal(tmp_path / "deal.toml")
    kept = again.recipe["events" if event else "inputs"][quantity]
    assert kept.distribution == given.distribution
    assert kept.plausible == given.plausible
    assert kept == deal.recipe["events" if event else "inputs"][quantity]


def test_kinked_prices_are_kinked():
    """So that the round trip above is one of theirs."""
    assert {law.kind for law in reservation("probit").plausible} == {"kinked_reservation"}
