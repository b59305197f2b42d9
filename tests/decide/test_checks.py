"""The checks that every result carries: each is triggered, named, dismissed with a reason, and printed."""

import json

import pytest

import walkaway_sim as ws
from walkaway_sim import cli
from walkaway_sim.deal.check_names import CHECK_NAMES
from walkaway_sim.decide.checks import checks_frame
from walkaway_sim.examples import example_path

OWNED = {"owner": "me", "source": "guess"}
CLAUSE = dict.fromkeys(("measured", "window", "exclusions", "sole_remedy", "chronic_failure"), "stated")
CHANCE = ws.ChanceRule(0.8)


def owned(law):
    return ws.Input(law, **OWNED)


INPUTS = {
    name: owned(law)
    for name, law in {
        "volume": ws.lognormal(1000, 0.2), "list_price": 100, "growth": 0.0, "unit_cost": ws.pert(60, 64, 75),
        "inflation": 0.03, "days_late": 5, "returns_rate": 0.01, "on_time": ws.pert(0.6, 0.7, 0.8), "delivery_cost": 80,
        "price_elasticity": 0.1,
    }.items()
}  # fmt: skip
DISCOUNT = ws.Term("discount", proposed=0.05, range=(0.0, 0.3))
GUARANTEE = {"guarantee": 0.9, "deliveries_per_week": 3}


def agreement(*, inputs=None, **changes):
    """Return an agreement in which everything is stated but what is changed."""
    given = {
        "name": "Crates", "months": 24, "annual_rate": 0.07, "inputs": INPUTS | (inputs or {}), "terms": [DISCOUNT],
        "fixed_terms": GUARANTEE, "guarantee_clause": CLAUSE, "no_deal": owned(ws.normal(100, 1)),
    } | changes  # fmt: skip
    return ws.supply_agreement(**given)


def names(*, rule=CHANCE, **changes):
    """Return the checks of such an agreement by name."""
    sim = ws.simulate(agreement(**changes), 2**14, rng=7)
    return {check.name: check for check in ws.check_deal(sim, rule)}


def test_a_deal_in_which_everything_is_stated_is_clean():
    assert names() == {}


RENEWS = {"renewal_chance": owned(0.5), "market_margin": owned(20)}
WITHOUT = [ws.FixedCost("uncovered overheads", owned(20_000), "without")]
TRIGGERS = {
    "risk_adjusted_rate": ({"rate_kind": "risk_adjusted"}, "risk-adjusted"),
    "need_to_win_with_strategic": (
        {"rule": ws.parse_rule("need_to_win"), "strategic": owned(5_000.0), "strategic_reason": "a reference"},
        "need to win",
    ),
    "buffer_with_risk_rule": ({"buffer": 5_000.0}, "A buffer of 5,000"),
    "no_deal_is_zero": ({"no_deal": 0.0}, "worth 0"),
    "overheads_on_one_side": ({"fixed_costs": WITHOUT}, "uncovered overheads"),
    "renewal_with_strategic": (
        {"inputs": RENEWS, "strategic": owned(5_000.0), "strategic_reason": "the renewal"}, "'the renewal'",
    ),
    "average_guarantee": ({"inputs": {"on_time": owned(ws.pert(0.9, 0.95, 0.99))}}, "month by month"),
    "guarantee_not_stated": ({"guarantee_clause": {"measured": "drops"}}, "window, exclusions"),
    "responses_assumed_zero": ({"inputs": {"price_elasticity": INPUTS["price_elasticity"]}, "terms": [
        DISCOUNT, ws.Term("payment_days", proposed=30, range=(0, 90))]}, "late_days_per_day = 0"),
    "term_length_no_deal": (
        {"terms": [DISCOUNT, ws.Term("months", proposed=24, levels=(12, 24), concession="down")]},
        "24 months",
    ),
    "stock_with_stranded_cost": (
        {"inputs": {"stock_days": owned(20), "stranded_cost": owned(500), "exit_hazard": owned(0.1)}}, "no stock",
    ),
    "proposal_past_policy": (
        {"terms": [ws.Term("discount", proposed=0.05, range=(0.0, 0.3), policy_limit=0.04)]}, "discount (0.05 past 0.04)",
    ),
    "proposal_past_authority": (
        {"terms": [ws.Term("discount", proposed=0.05, range=(0.0, 0.3), authority={"manager": 0.03, "director": 0.04})]},
        "discount (0.05)",
    ),
    "concession_unusual": (
        {"terms": [ws.Term("discount", proposed=0.05, range=(0.0, 0.3), concession="down")]}, "the other way: discount",
    ),
    "rate_beyond_custom": ({"inputs": {"growth": owned(2.0)}}, "growth = 2"),
    "risk_hardly_drawn": ({"events": {"fire": owned(ws.event_risk(0.0002, 9e5))}}, "hardly any has fire"),
    "heavy_losses": (
        {"events": {"fire": owned(ws.event_risk(0.5, ws.lognormal(5e4, 2.5)))}}, "Pareto shape",
    ),
    "inputs_without_owner": ({"inputs": {"volume": ws.lognormal(1000, 0.2)}}, "volume"),
    "real_with_nominal": ({"rate_basis": "real", "dismissed": {"real_with_nominal": "tax law"}}, "rate is real"),
}  # fmt: skip


def test_every_check_has_its_trigger():
    assert TRIGGERS.keys() == CHECK_NAMES.keys()


@pytest.mark.parametrize("name", sorted(TRIGGERS))
def test_a_check_is_triggered_alone_and_says_what_it_found(name):
    changes, says = TRIGGERS[name]
    found = names(**changes)
    assert list(found) == [name]
    assert says in found[name].message


@pytest.mark.parametrize("name", sorted(TRIGGERS.keys() - {"real_with_nominal"}))
def test_a_dismissed_check_keeps_its_place_with_the_reason(name):
    changes, _ = TRIGGERS[name]
    found = names(**changes, dismissed={name: "agreed with finance"})
    assert found[name].dismissed == "agreed with finance"


@pytest.mark.parametrize("name", sorted(TRIGGERS))
def test_a_check_dismissed_in_a_file_stands_after_the_others_with_its_reason(tmp_path, name):
    changes, _ = TRIGGERS[name]
    changes = {"inputs": {}, **changes, "dismissed": {name: "agreed with finance"}}
    rule = changes.pop("rule", CHANCE)
    if name == "inputs_without_owner":
        changes["buffer"], other = 5_000.0, "buffer_with_risk_rule"
    else:
        changes["inputs"] = {**changes["inputs"], "volume": ws.lognormal(1000, 0.2)}
        other = "inputs_without_owner"
    ws.write_deal(agreement(**changes), tmp_path / "deal.toml")
    sim = ws.simulate(ws.read_deal(tmp_path / "deal.toml"), 2**14, rng=7)
    found = [(check.name, check.dismissed) for check in ws.check_deal(sim, rule)]
    assert found == [(other, ""), (name, "agreed with finance")]


def test_the_guarantee_is_compared_at_the_figures_of_the_waterfall():
    sim = ws.simulate(ws.read_deal(example_path("packaging")), 2**14, rng=7)
    found = next(check for check in ws.check_deal(sim, CHANCE) if check.name == "average_guarantee")
    assert f"{-sim.components()['guarantee_penalties'].mean():,.0f}" in found.message


def test_checks_that_stand_come_before_those_dismissed():
    found = names(buffer=100.0, rate_kind="risk_adjusted", dismissed={"risk_adjusted_rate": "known"})
    assert list(found) == ["buffer_with_risk_rule", "risk_adjusted_rate"]
    frame = checks_frame(tuple(found.values()))
    assert list(frame["dismissed"]) == ["", "known"]


@pytest.mark.parametrize(
    "changes",
    [
        {"rule": ws.ExpectedValueRule(), "rate_kind": "risk_adjusted"},
        {"rule": ws.ExpectedValueRule(), "buffer": 5_000.0},
        {"rule": ws.ExpectedValueRule(), "strategic": owned(5_000.0), "strategic_reason": "a reference"},
        {"rule": ws.parse_rule("want_to_win"), "strategic": owned(5_000.0)},
        {"fixed_costs": [ws.FixedCost("post", owned(20_000), "with"), ws.FixedCost("rent", owned(9_000), "both")]},
        {"inputs": RENEWS, "strategic": owned(5_000.0), "strategic_reason": "a door to a sector"},
        {"inputs": {"stock_days": owned(20)}},
        {"inputs": {"stock_days": owned(20), "stranded_cost": owned(500)}},
        {"fixed_terms": {}, "guarantee_clause": {}},
        {"rate_basis": "real", "inflation_basis": "real"},
    ],
)  # fmt: skip
def test_what_is_in_order_triggers_nothing(changes):
    assert names(**changes) == {}


def test_a_rule_of_several_carries_risk_where_one_does():
    both = ws.AllOf(ws.ExpectedValueRule(), CHANCE)
    assert list(names(rule=both, buffer=1.0)) == ["buffer_with_risk_rule"]


def test_every_result_carries_them():
    sim = ws.simulate(ws.read_deal(example_path("packaging")), 2**14, rng=7)
    found = ws.check_deal(sim, ws.ChanceRule(0.9))
    assert ws.assess(sim, ws.ChanceRule(0.9)).checks == found
    assert ws.walkaway(sim, ws.ChanceRule(0.9)).checks == found
    assert ws.deal_desk(sim, ws.ChanceRule(0.9)).checks == found


def test_a_value_function_of_its_own_is_checked_for_what_applies():
    deal = ws.Deal(
        name="own", inputs={"x": ws.normal(10, 2)}, value=lambda i, t: i["x"] - t["p"], buffer=1.0,
        strategic=2.0, no_deal=1.0, terms=[ws.Term("p", proposed=5, range=(0, 20))],
    )  # fmt: skip
    sim = ws.simulate(deal, 2**14, rng=1)
    assert [check.name for check in ws.check_deal(sim, CHANCE)] == [
        "buffer_with_risk_rule",
        "inputs_without_owner",
    ]
    posture = ws.check_deal(sim, ws.parse_rule("need_to_win"))
    assert [check.name for check in posture] == ["need_to_win_with_strategic", "inputs_without_owner"]


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as stopped:
        cli.main(["run", *arguments, "--draws", "16384", "--seed", "7"])
    return stopped.value.code or 0, capsys.readouterr()


def test_the_page_and_the_report_print_them_with_their_reasons(tmp_path, capsys):
    text = example_path("packaging").read_text(encoding="utf-8")
    text += '\n[dismissed]\nresponses_assumed_zero = "agreed with sales in March"\n'
    (tmp_path / "deal.toml").write_text(text, encoding="utf-8")
    code, printed = run(capsys, str(tmp_path / "deal.toml"))
    assert code == 0
    assert "! average guarantee" in printed.out
    assert "dismissed: responses assumed zero, because agreed with sales in March" in printed.out
    _, printed = run(capsys, str(tmp_path / "deal.toml"), "--json")
    checks = {one["name"]: one["dismissed"] for one in json.loads(printed.out)["checks"]}
    assert checks == {"average_guarantee": None, "responses_assumed_zero": "agreed with sales in March"}


def test_an_unknown_check_cannot_be_dismissed(tmp_path, capsys):
    text = (
        example_path("packaging").read_text(encoding="utf-8") + '\n[dismissed]\nresponse_assumed_zero = "x"\n'
    )
    (tmp_path / "deal.toml").write_text(text, encoding="utf-8")
    code, printed = run(capsys, str(tmp_path / "deal.toml"))
    assert code == 2
    assert "dismissed.response_assumed_zero" in printed.err
    assert "Did you mean 'responses_assumed_zero'" in printed.err
    given = {"name": "x", "inputs": {"x": ws.normal(0, 1)}, "terms": [ws.Term("p", 0, range=(-1, 1))]}
    with pytest.raises(ws.InputError, match="dismissed has no 'bufer_with_risk_rule'; did you mean"):
        ws.Deal(**given, value=lambda i, t: i["x"] - t["p"], dismissed={"bufer_with_risk_rule": "x"})
