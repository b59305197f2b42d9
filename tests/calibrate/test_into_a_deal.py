"""What the calibrators give goes into a deal as it is, and fits do not share their draws."""

from dataclasses import replace

import numpy as np
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
