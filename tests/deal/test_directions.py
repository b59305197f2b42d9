"""The directions that ECONOMICS measures, on the shipped deals: signs by paired differences, digits by size."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from tests.deal.paired import (
    assert_above,
    assert_apart,
    assert_beyond,
    assert_own_rows,
    assert_same_size,
    least_gap,
    lowered_walkaway,
)

import walkaway_sim as ws
from walkaway_sim.examples import EXAMPLES, example_path

N_DRAWS = 2**14
NINE_TIMES_IN_TEN = ws.ChanceRule(0.9)
FOUR_TIMES_IN_FIVE = ws.ChanceRule(0.8)
CUSTOMER_PAYS = ("list_revenue", "shortfall_fee", "excess_work_billed")
SUPPLIER_PAYS = (
    "capacity_surge", "discount", "rebate", "early_payment_discount", "financing", "unit_cost", "workload",
    "delivery", "fixed_cost", "returns", "guarantee_penalties", "event_risks", "bad_debt", "set_up", "leakage",
)  # fmt: skip


def simulate(deal):
    return ws.simulate(deal, N_DRAWS, rng=7)


def remade(deal, **changes):
    return ws.supply_agreement(**(deal.recipe | changes))


def with_inputs(deal, **changes):
    return remade(deal, inputs=deal.recipe["inputs"] | changes)


def remodelled(deal, **constants):
    return replace(deal, value=deal.value.with_constants(**constants))


@pytest.fixture(scope="module")
def sims():
    return {name: simulate(ws.read_deal(example_path(name))) for name in EXAMPLES}


@pytest.fixture(scope="module")
def packaging(sims):
    return sims["packaging"]


@pytest.fixture(scope="module")
def freight(sims):
    return sims["freight"]


@pytest.fixture(scope="module")
def service(sims):
    return sims["managed_service"]


@pytest.fixture(scope="module")
def independent_service(service):
    return simulate(replace(service.deal, correlation=None))


# Time and money


def test_discounting_the_late_receipt_as_well_as_financing_it_lowers_the_discount(packaging):
    model = packaging.deal.value

    def counted_twice(inputs, terms):
        parts = model(inputs, terms)
        # What an invoice loses by being paid late, taken off the revenue once more.
        return parts | {"late_receipt": parts["financing"]}

    twice = simulate(replace(packaging.deal, value=counted_twice))
    right, wrong = lowered_walkaway(packaging, twice, NINE_TIMES_IN_TEN, "discount")
    assert_same_size(right - wrong, 0.090 - 0.081)


def test_a_risk_adjusted_rate_with_a_risk_rule_lowers_the_discount(packaging):
    # The borrowing cost of 7% and five points for the risk, which the rule asks for already.
    twice = simulate(remade(packaging.deal, annual_rate=0.12, rate_kind="risk_adjusted"))
    lowered_walkaway(packaging, twice, NINE_TIMES_IN_TEN, "discount")


def test_overheads_credited_to_the_deal_raise_the_discount_a_lot(packaging):
    # As large as the deal's own fixed cost: half a post that is paid whether the deal is won or lost.
    overheads = ws.FixedCost("half a post", 36_000, paid="without")
    credited = simulate(remade(packaging.deal, fixed_costs=[overheads]))
    wrong, right = lowered_walkaway(credited, packaging, NINE_TIMES_IN_TEN, "discount")
    assert_same_size(wrong - right, 0.135 - 0.090)


def test_a_cost_that_is_paid_either_way_is_on_neither_side(packaging):
    by_side = {
        side: simulate(remade(packaging.deal, fixed_costs=[ws.FixedCost("half a post", 36_000, paid=side)]))
        for side in ("with", "both")
    }
    np.testing.assert_array_equal(by_side["both"].surplus(), packaging.surplus())
    assert_above(packaging.surplus(), by_side["with"].surplus())


@pytest.fixture(scope="module")
def taxed(packaging):
    """The packaging deal with a buffer and a strategic value, before tax and after it."""
    beside = {"buffer": 10_000.0, "strategic": ws.pert(0, 5_000, 20_000)}
    return [simulate(remade(packaging.deal, tax_rate=rate, **beside)) for rate in (0.0, 0.28)]


@pytest.mark.parametrize(
    "rule",
    [NINE_TIMES_IN_TEN, ws.ExpectedValueRule(), ws.ExpectedShortfallRule(0.1)],
    ids=["chance", "mean", "shortfall"],
)
def test_one_tax_rate_moves_no_walkaway_of_the_chance_the_mean_and_the_shortfall(taxed, rule):
    before, after = (ws.walkaway(sim, rule) for sim in taxed)
    for name, one in before.items():
        width = one.term.high - one.term.low
        for figure in ("estimate", "low", "high", "safe"):
            figures = getattr(after[name], figure), getattr(one, figure)
            assert figures[0] == pytest.approx(figures[1], abs=1e-9 * width, nan_ok=True), (name, figure)
        assert after[name].status == one.status
    verdicts = [ws.assess(sim, rule) for sim in taxed]
    assert verdicts[1].verdict == verdicts[0].verdict
    assert verdicts[1].probability == verdicts[0].probability
    for figure in ("surplus", "shortfall", "regret_of_signing", "regret_of_walking"):
        gross, net = (getattr(verdict, figure).estimate for verdict in verdicts)
        assert net == pytest.approx(0.72 * gross, rel=1e-9), figure


def test_one_tax_rate_moves_the_certainty_equivalent_towards_the_mean(taxed):
    rule = ws.CertaintyEquivalentRule(300_000)
    gross, net = (ws.walkaway(sim, rule)["discount"].estimate for sim in taxed)
    # The state bears its share of the risk: as if the tolerance were larger by 1/(1 - rate).
    moments = [-np.exp(-sim.surplus({"discount": gross}) / rule.risk_tolerance) for sim in taxed]
    assert_above(moments[1], moments[0])
    assert gross < net < ws.walkaway(taxed[0], ws.ExpectedValueRule())["discount"].estimate
    measures = [ws.assess(sim, rule).rules[3].measure.estimate for sim in taxed]
    assert measures[1] > 0.72 * measures[0]


# Components


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_component_has_its_sign_on_every_draw(sims, name):
    parts = sims[name].components()
    for part in CUSTOMER_PAYS:
        assert np.all(parts[part] >= 0.0), part
    for part in SUPPLIER_PAYS:
        assert np.all(parts[part] <= 0.0), part
    for part in ("guarantee_penalties", "event_risks", "bad_debt"):
        assert_above(0.0 * parts[part], parts[part])


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_concession_costs_money_on_average(sims, name):
    sim = sims[name]
    for term in sim.deal.terms:
        ends = {end: sim.value({term.name: getattr(term, end)}) for end in ("best", "limit")}
        assert_above(ends["best"], ends["limit"])


def test_a_year_of_hold_without_catch_up_costs_discount(packaging):
    # The file has catch-up; without it what the index did during the hold is lost for good.
    without = simulate(remodelled(packaging.deal, catch_up=0.0))
    found = lowered_walkaway(packaging, without, NINE_TIMES_IN_TEN, "discount", terms={"hold": 12})
    assert_own_rows(found, (0.087, 0.067))


def test_guarantee_penalties_month_by_month_are_far_above_those_at_average_rates(packaging):
    parts, fixed = packaging.components(), packaging.deal.recipe["fixed_terms"]
    net = parts["list_revenue"] + parts["discount"] + parts["price_reviews"]
    points_short = 100 * np.maximum(packaging.deal.proposed["guarantee"] - packaging.draws["on_time"], 0.0)
    on_average = net * np.minimum(fixed["penalty_rate"] * points_short, fixed["penalty_cap"])
    assert_above(-parts["guarantee_penalties"], 10 * on_average)
    assert_same_size(-parts["guarantee_penalties"].mean(), 17_400)
    assert_same_size(on_average.mean(), 600)


def test_a_deal_that_dies_young_is_charged_too_much_without_freed_capacity(packaging):
    without = simulate(remodelled(packaging.deal, redeploy_share=0.0))
    right, wrong = lowered_walkaway(packaging, without, NINE_TIMES_IN_TEN, "discount")
    assert_same_size(right - wrong, 0.090 - 0.085)


@pytest.mark.parametrize("name", EXAMPLES)
def test_longer_payment_days_raise_bad_debt_and_financing(sims, name):
    sim = sims[name]
    now, later = (sim.components({"payment_days": days}) for days in (sim.deal.proposed["payment_days"], 90))
    for part in ("bad_debt", "financing"):
        assert_above(now[part], later[part])


@pytest.mark.parametrize(
    ("hurts", "changes", "parts"),
    [
        ("more defaults", {"default_hazard": 0.05}, ["bad_debt"]),
        ("less recovered in a default", {"loss_given_default": 1.0}, ["bad_debt"]),
        ("more exits", {"exit_hazard": 0.2}, ["list_revenue"]),
        ("more stranded", {"stranded_cost": 50_000}, ["early_termination"]),
        ("lateness that follows the terms", {"late_days_per_day": 0.5}, ["bad_debt", "financing"]),
        ("fewer drops on time", {"on_time": ws.pert(0.85, 0.92, 0.98)}, ["guarantee_penalties", "delivery"]),
        ("more returns", {"returns_rate": 0.03}, ["returns"]),
        ("capital tied up in stock", {"stock_days": 60}, ["financing"]),
        ("work beside the units", {"work": 2, "work_cost": 5}, ["workload"]),
        ("rumours", {"exposed_revenue": 5e5, "leakage_probability": 0.2}, ["leakage"]),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)  # fmt: skip
def test_what_hurts_lowers_its_component_and_the_surplus(packaging, hurts, changes, parts):
    del hurts
    at = {"payment_days": 90}  # twice what is proposed, so that a response to it shows
    worse = simulate(with_inputs(packaging.deal, **changes))
    before, after = packaging.components(at), worse.components(at)
    for part in parts:
        assert_above(before[part], after[part])
    assert_above(packaging.surplus(at), worse.surplus(at))


def test_the_discount_of_today_is_a_precedent_for_the_renewal(packaging):
    renewal = {"renewal_chance": 0.6, "renewal_months": 24, "market_margin": 150, "market_discount": 0.06}
    renewed = simulate(with_inputs(packaging.deal, **renewal))
    # What one more point of discount costs, with the renewal in the value and without it.
    one_point = [
        sim.value({"discount": 0.06}) - sim.value({"discount": 0.07}) for sim in (renewed, packaging)
    ]
    assert_above(*one_point)
    fresh = simulate(with_inputs(packaging.deal, **renewal, precedent=0.0))
    assert_above(one_point[0], fresh.value({"discount": 0.06}) - fresh.value({"discount": 0.07}))


def test_a_cap_on_liability_spares_the_tail(packaging):
    fixed = packaging.deal.recipe["fixed_terms"] | {"liability_cap": 40_000}
    capped = simulate(remade(packaging.deal, fixed_terms=fixed))
    worst = [ws.assess(sim, NINE_TIMES_IN_TEN).shortfall for sim in (capped, packaging)]
    gained = capped.surplus() - packaging.surplus()
    assert np.all(gained >= 0.0)
    tail = packaging.surplus() <= np.quantile(packaging.surplus(), 0.1)
    assert_above(gained * tail, 0.1 * gained)  # more than the tail's share of what is gained
    assert worst[0].estimate > worst[1].estimate


# The other side of the decision


def test_a_cost_of_not_winning_raises_the_discount_and_is_never_negative(packaging):
    costly = simulate(remade(packaging.deal, cost_of_not_winning=20_000))
    lowered_walkaway(costly, packaging, NINE_TIMES_IN_TEN, "discount")
    with pytest.raises(ws.InputError, match="cost_of_not_winning must be 0 or more"):
        remade(packaging.deal, cost_of_not_winning=-20_000)


def test_capacity_is_charged_only_where_it_binds(packaging):
    charged = [
        simulate(remade(packaging.deal, no_deal=ws.freed_capacity(1_000, 30, after=6, binds=share)))
        for share in (0.2, 1.0)
    ]
    lowered_walkaway(*charged, NINE_TIMES_IN_TEN, "discount")


# What a deal desk needs


def test_termination_owns_the_tail(packaging):
    ran, left, defaulted = ws.endings(packaging).ways
    assert_apart(ran.probability, left.probability)
    assert_apart(left.probability, defaulted.probability)
    assert_apart(ran.surplus, left.surplus)
    early = left.draws | defaulted.draws
    good = packaging.surplus() >= 0.0
    assert_own_rows([good[early].mean(), good[~early].mean()], [0.72, 0.97])


def test_all_terms_at_once_are_far_from_one_at_a_time(packaging):
    walk = ws.walkaway(packaging, NINE_TIMES_IN_TEN)
    for name, one in walk.items():
        alone = packaging.surplus({name: one.estimate}) >= 0.0
        assert alone.mean() >= 0.9
    together = packaging.surplus({name: one.estimate for name, one in walk.items()}) >= 0.0
    assert walk.all_conceded.estimate == together.mean()
    assert_beyond(walk.all_conceded, below=0.5)
    assert_same_size(0.9 - walk.all_conceded.estimate, 0.90 - 0.25)


# Freight: small drops, skewed costs, early exits


@pytest.fixture(scope="module")
def by_deliveries(freight):
    """Best guess and verdict at 2, 3, 4 and 5 deliveries a week."""
    weeks = [{"deliveries_per_week": drops} for drops in (2, 3, 4, 5)]
    return [(ws.best_guess(freight, at), ws.assess(freight, FOUR_TIMES_IN_FIVE, at)) for at in weeks]


def test_each_delivery_a_week_costs_freight_surplus_and_chance(freight, by_deliveries):
    surplus = [freight.surplus({"deliveries_per_week": drops}) for drops in (2, 3, 4, 5)]
    for fewer, more in itertools.pairwise(surplus):
        assert_above(fewer, more)
        assert_above(fewer >= 0.0, more >= 0.0)
    assert_own_rows([verdict.probability.estimate for _, verdict in by_deliveries], [0.84, 0.72, 0.55, 0.38])


def test_the_expected_surplus_of_freight_falls_through_zero(by_deliveries):
    *fewer, five = [verdict.surplus for _, verdict in by_deliveries]
    for surplus in fewer:
        assert_beyond(surplus, above=0.0)
    assert_beyond(five, below=0.0)
    assert_own_rows([one.estimate for one in (*fewer, five)], [88_000, 49_000, 14_000, -18_000])


def test_the_best_guess_of_freight_says_sign_where_even_the_mean_says_walk(by_deliveries):
    guesses = [guess for guess, _ in by_deliveries]
    assert guesses == sorted(guesses, reverse=True)
    for guess, verdict in by_deliveries:
        assert_beyond(verdict.surplus, below=guess)
    assert guesses[-1] > 0.0
    assert by_deliveries[-1][1].rules[1].verdict == "walk"  # the mean
    assert_own_rows(guesses, [142_000, 101_000, 63_000, 29_000])


def test_freight_is_accepted_at_two_deliveries_and_refused_from_three_on(by_deliveries):
    assert [verdict.verdict for _, verdict in by_deliveries] == ["accept", "walk", "walk", "walk"]


# Managed service: the same marginals, the opposite verdict


def test_treating_inputs_as_independent_turns_the_verdict(service, independent_service):
    for name, law in service.deal.inputs.items():
        assert independent_service.deal.inputs[name] == law
    together, apart = (ws.assess(sim, FOUR_TIMES_IN_FIVE) for sim in (service, independent_service))
    assert_beyond(apart.probability, above=0.8)
    assert_beyond(together.probability, below=0.8)
    assert (apart.verdict, together.verdict) == ("accept", "walk")
    assert_apart(apart.shortfall, together.shortfall)
    assert_own_rows([apart.probability.estimate, together.probability.estimate], [0.85, 0.78])
    assert_same_size(together.shortfall.estimate, -294_000)


def test_treating_inputs_as_independent_promises_too_much(service, independent_service):
    found = lowered_walkaway(independent_service, service, FOUR_TIMES_IN_FIVE, "guarantee")
    assert_own_rows(found, [0.973, 0.939])
    # At the proposed guarantee, the correlated deal is past its walkaway already.
    assert found[1] < service.deal.proposed["guarantee"] < found[0]


def test_billing_excess_tickets_at_twice_their_cost_restores_the_service(service):
    billed = {"excess_work_price": 2.0}
    assert_above(service.components(billed)["excess_work_billed"], service.components()["excess_work_billed"])
    assert_above(service.surplus(billed) >= 0.0, service.surplus() >= 0.0)
    restored = ws.assess(service, FOUR_TIMES_IN_FIVE, billed)
    assert restored.verdict == "accept"
    assert_beyond(restored.probability, above=0.8)
    now = ws.assess(service, FOUR_TIMES_IN_FIVE)
    assert_own_rows([now.probability.estimate, restored.probability.estimate], [0.78, 0.855])
    assert "excess_work_price" in {rescue.term for rescue in now.rescues}


# The judge of all these


def test_another_seed_is_no_direction(packaging):
    again = ws.simulate(packaging.deal, N_DRAWS, rng=8)
    for first, second in ((packaging, again), (again, packaging)):
        assert least_gap(first.surplus(), second.surplus())[1] < 0.0
        assert least_gap(first.surplus() >= 0.0, second.surplus() >= 0.0)[1] < 0.0
        with pytest.raises(AssertionError):
            lowered_walkaway(first, second, NINE_TIMES_IN_TEN, "discount")
