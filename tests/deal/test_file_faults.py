"""Bad figures in a deal file: one message each, at its place, with what was needed, found, and the remedy."""

import tomllib

import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

import walkaway_sim as ws
from walkaway_sim.deal.file.write import document_of
from walkaway_sim.examples import EXAMPLES, example_path

TEXT = example_path("packaging").read_text(encoding="utf-8")
TABLES = """
[rebate_tiers]
retrospective = true
tiers = [{ above = 900_000, extra = 0.005 }, { above = 1_200_000, extra = 0.01 }]

[[fixed_costs]]
name = "planner"
amount = { kind = "uniform", low = 5_000, high = 9_000 }
paid = "with"
owner = "operations"

[[fixed_costs]]
name = "idle crew"
amount = 12_000
paid = "without"

[dismissed]
overheads_on_one_side = "the crew really goes"
"""
ALTERNATIVES = 'alternatives = [{ name = "spot buyers"'
FREED = (
    '{ name = "spot market", kind = "freed_capacity", units = 500, margin = { kind = "pert", low = 5, mode = 9, high = 20 },'
    ' after = 3, binds = { kind = "bernoulli", probability = 0.7 }, owner = "sales", source = "spot" }'
)
WHOLE = TEXT.replace(ALTERNATIVES, f'alternatives = [{FREED}, {{ name = "spot buyers"') + TABLES


def faults_of(tmp_path, text):
    path = tmp_path / "deal.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ws.DealFileError) as caught:
        ws.read_deal(path)
    return {fault.place: str(fault) for fault in caught.value.faults}


def fixed(clause):
    return "[fixed_terms]\n", f"[fixed_terms]\n{clause}\n"


@pytest.mark.parametrize(
    ("change", "place", "says"),
    [
        (("above = 1_200_000", "above = 800_000"), "rebate_tiers.tiers[2]", "above of tier 2 to be above"),
        (("extra = 0.01 }", "extra = 0.001 }"), "rebate_tiers.tiers[2]", "extra of tier 2 to be above"),
        (("extra = 0.005", "extra = -0.005"), "rebate_tiers.tiers[1].extra", "greater than or equal to 0"),
        (("penalty_cap = 0.05", "penalty_cap = -0.05"), "fixed_terms.penalty_cap", "between 0 and 1"),
        (fixed("liability_cap = -1"), "fixed_terms.liability_cap", "0 or more"),
        (fixed("review_cap = -0.01"), "fixed_terms.review_cap", "0 or more"),
        (fixed("penalty_annual_cap = 0.2"), "fixed_terms.penalty_annual_cap", "no more than the monthly penalty_cap"),
        (("rate = 0.12\n", "rate = 0.12\ncap = -5\n"), "events.recall", "cap to lie above"),
        (("[no_deal]", "[no_deal]\ncost_of_not_winning = -5"), "no_deal.cost_of_not_winning", "to be 0 or more; found -5"),
        (
            ("[no_deal]", '[no_deal]\ncost_of_not_winning = { kind = "normal", mean = 5, sd = 9 }'),
            "no_deal.cost_of_not_winning", "to be 0 or more",
        ),
        (('name = "hold"\nproposed = 6\nrange = [0, 36]', 'name = "hold"\nproposed = -6\nrange = [-9, 36]'), "terms[5]", "0 or more"),
        (("review_every = 6 ", "review_every = 48 "), "fixed_terms.review_every", "within the agreement's 36 months"),
        (("review_every = 6 ", "review_every = 0 "), "fixed_terms.review_every", "between 1 and 600"),
        (fixed("review_lag = 36"), "fixed_terms.review_lag", "younger than the agreement's 36 months"),
        (("catch_up = 1 ", "catch_up = 0.5 "), "fixed_terms.catch_up", "0 or 1"),
        (('inflation_basis = "nominal"', 'inflation_basis = "real"'), "inflation_basis", "both nominal or both real"),
        (('rate_basis = "nominal"', 'rate_basis = "nominall"'), "rate_basis", "'nominal' or 'real'"),
        (('rate_basis = "nominal" ', "# "), "rate_basis", "what annual_rate is"),
        (('name = "idle crew"', 'name = "spot market"'), "fixed_costs[2]", "no_deal.alternatives[1] of the same name"),
        (('name = "idle crew"', 'name = "planner"'), "fixed_costs[2].name", "fixed_costs[1] already"),
        (('name = "spot market"', 'name = "spot buyers"'), "no_deal.alternatives[2].name", "alternatives[1] already"),
        (("amount = 12_000", "amount = -12_000"), "fixed_costs[2].amount", "to be 0 or more; found -12000"),
        (('paid = "without"', 'paid = "never"'), "fixed_costs[2].paid", "'with', 'without' or 'both'"),
        (('paid = "without"', 'payd = "without"'), "fixed_costs[2].payd", "Did you mean 'paid'"),
        (("retrospective = true", "retrospektive = true"), "rebate_tiers.retrospektive", "Did you mean 'retrospective'"),
        (("above = 900_000", "abve = 900_000"), "rebate_tiers.tiers[1].abve", "Did you mean 'above'"),
        (("after = 3", "afer = 3"), "no_deal.alternatives[1].afer", "Did you mean 'after'"),
        (("units = 500", "units = -500"), "no_deal.alternatives[1]", "units to be 0 or more; found -500"),
        (("probability = 0.7", "probability = 7"), "no_deal.alternatives[1].binds", "between 0 and 1"),
        (('kind = "freed_capacity"', 'kind = "free_capacity"'), "no_deal.alternatives[1]", "Did you mean 'freed_capacity'"),
        (('measured = "', 'mesured = "'), "guarantee_clause.mesured", "Did you mean 'measured'"),
        (('overheads_on_one_side = "the crew really goes"', 'overheads_on_one_side = ""'), "dismissed.overheads_on_one_side", "at least 1 character"),
        (("ramp_months = {", "penalty_cap = {"), "inputs.penalty_cap", "Give it under terms or fixed_terms"),
        (fixed("months = 24"), "fixed_terms.months", "the months of the agreement, 36"),
        (('name = "hold"\nproposed = 6\nrange = [0, 36]', 'name = "months"\nproposed = 6\nrange = [1, 36]'), "terms[5].proposed", "the months of the agreement, 36"),
        (fixed("early_payment_discount = 0.01\nearly_payment_days = 50"), "fixed_terms.early_payment_days", "fewer than the 45 payment_days"),
        (("[events.recall]", "[events.net_revenue]"), "events.net_revenue", "a name of the model itself"),
        (("annual_rate = 0.07", "annual_rate = 8"), "annual_rate", "less than 1"),
        (('inflation_basis = "nominal" ', "# "), "inflation_basis", "what the inflations are"),
        (('binds = { kind = "bernoulli", probability = 0.7 }', "binds = 1.5"), "no_deal.alternatives[1]", "binds to be between 0 and 1; found 1.5"),
        (('kind = "uniform", low = 5_000', 'kind = "uniform", low = -5_000'), "fixed_costs[1].amount", "to be 0 or more"),
        (('kind = "uniform", low = 5_000', 'kind = "uniform", lowest = 3, low = 5_000'), "fixed_costs[1].amount.lowest", "Did you mean 'low'"),
        (("retrospective = true", 'retrospective = "yes"'), "rebate_tiers.retrospective", "boolean"),
        (("overheads_on_one_side =", "overheads_on_oneside ="), "dismissed.overheads_on_oneside", "Did you mean 'overheads_on_one_side'"),
        (('"account manager" = 0.06', '"account manager" = 6'), "terms[1]", "authority of 'account manager' to lie between 0 and 0.25"),
        (("low = -0.03, mode = 0.035, high = 0.10", "low = -3, mode = 3.5, high = 10"), "inputs.inflation", "between -0.99 and 1"),
        (('value = 0.06, owner = "sales"', 'value = 6, owner = "sales"'), "inputs.exit_hazard", "between 0 and 5"),
        (("catch_up = 1 ", "catch_up = 2 "), "fixed_terms.catch_up", "to lie between 0 and 1"),
        (("review_every = 6 ", "review_every = 700 "), "fixed_terms.review_every", "to lie between 1 and 600"),
        (("annual_rate = 0.07", "annual_rate = 7"), "annual_rate", "If 7% is meant, write 0.07"),
        (("annual_rate = 0.07", "annual_rate = 0,07"), "line 11, column 16", "Write decimals with a point"),
        (('rule = "chance:0.9"', 'rule = "chance:90"'), "rule", "a rule such as chance:0.9"),
        (("list_price = {", "lst_price = {"), "inputs.lst_price", "Did you mean 'list_price'"),
        (("volume = {", "volum = {"), "inputs.volum", "Did you mean 'volume'"),
        (("[inputs]\n", "[inputs]\nexit_time = 3\n"), "inputs.exit_time", "remove one"),
        (("[inputs]\n", '[inputs]\nfire = { kind = "event_risk", rate = 1, severity = 5 }\n'), "inputs.fire", "Move it to [events.fire]"),
        (fixed("volume = 5"), "fixed_terms.volume", "Give it under [inputs]"),
        (fixed("returns = 5"), "fixed_terms.returns", "walkaway fields"),
        (('between = ["volume", "growth"]', 'between = ["exit_hazard", "growth"]'), "correlation[1].between", "'exit_time': name that"),
        (('between = ["volume", "growth"]', 'between = ["spot market", "growth"]'), "correlation[1].between", "called 'no_deal.1' here"),
        (('between = ["volume", "growth"]', 'between = ["renewed", "growth"]'), "correlation[1].between", "not among the inputs"),
        (("[events.recall]", "[[events]]"), "events", "Write [events.NAME]"),
    ],
)  # fmt: skip
def test_each_fault_is_one_message_at_its_place(tmp_path, change, place, says):
    before, after = change
    assert before in WHOLE
    found = faults_of(tmp_path, WHOLE.replace(before, after, 1))
    assert list(found) == [place]
    assert says in found[place]


def test_a_single_table_in_place_of_a_list_is_told_how_to_be_one(tmp_path):
    text = (
        WHOLE[: WHOLE.index("[[correlation]]")]
        + '[correlation]\nbetween = ["volume", "growth"]\nspearman = 0.3\n'
    )
    found = faults_of(tmp_path, text)
    assert "Write [[correlation]]" in found["correlation"]


def test_a_fault_says_what_was_needed_found_and_what_to_do(tmp_path):
    path = tmp_path / "deal.toml"
    path.write_text(WHOLE.replace("review_every = 6 ", "review_every = 48 "), encoding="utf-8")
    with pytest.raises(ws.DealFileError) as caught:
        ws.read_deal(path)
    (fault,) = caught.value.faults
    assert (fault.place, fault.found) == ("fixed_terms.review_every", "48")
    assert fault.needed == "an interval within the agreement's 36 months"
    assert fault.remedy.startswith("Shorten it, or hold the price to the end")
    assert caught.value.path == str(path)


def test_faults_in_several_new_tables_are_reported_together(tmp_path):
    text = WHOLE
    for before, after in (
        ("above = 1_200_000", "above = 800_000"), ("amount = 12_000", "amount = -12_000"),
        ("units = 500", "unitz = 500"), ("review_every = 6 ", "review_every = 48 "),
        ("overheads_on_one_side =", "overheads ="),
    ):  # fmt: skip
        text = text.replace(before, after, 1)
    assert {
        "rebate_tiers.tiers[2]",
        "fixed_costs[2].amount",
        "fixed_terms.review_every",
        "dismissed.overheads",
    } < set(faults_of(tmp_path, text))


def agreement(**changes):
    given = {
        "name": "Crates", "months": 24, "annual_rate": 0.07,
        "inputs": {
            "volume": ws.lognormal(1000, 0.2), "list_price": 100, "growth": 0.0, "unit_cost": 64, "inflation": 0.03,
            "days_late": 5, "returns_rate": 0.01, "on_time": 0.97, "delivery_cost": 80,
        },
        "terms": [ws.Term("discount", proposed=0.05, range=(0.0, 0.3))],
    }  # fmt: skip
    return ws.supply_agreement(**(given | changes))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"fixed_terms": {"penalty_cap": -0.1}}, "penalty_cap must lie between 0 and 1"),
        ({"fixed_terms": {"liability_cap": -1}}, "liability_cap must be 0 or more"),
        ({"cost_of_not_winning": -1.0}, "cost_of_not_winning must be 0 or more"),
        ({"fixed_terms": {"hold": 3, "review_every": 36}}, "review_every must be an interval within"),
        ({"fixed_terms": {"hold": 3, "review_lag": 24}}, "review_lag must be younger"),
        ({"fixed_terms": {"catch_up": 0.5}}, "catch_up must be 0 or 1"),
        ({"terms": [ws.Term("catch_up", proposed=1, range=(0, 1))]}, "levels=\\(0, 1\\)"),
        ({"rate_basis": "real"}, "real rate goes with real inflations"),
        ({"rate_kind": "risky"}, "rate_kind must be one of 'borrowing', 'risk_adjusted'"),
        (
            {"fixed_costs": [ws.FixedCost("crew", 5, "without")], "no_deal": {"crew": 5.0, "spot": 1.0}},
            "would count twice",
        ),
        ({"fixed_costs": [ws.FixedCost("crew", 5, "with")] * 2}, "stands twice"),
        ({"fixed_costs": ["crew"]}, "must hold FixedCost objects"),
        ({"no_deal": ws.freed_capacity(5, 1, after=24)}, "after must be less than the 24 months"),
        ({"terms": [ws.Term("months", proposed=12, levels=(12, 24))]}, "the term 'months' proposes 12"),
        ({"guarantee_clause": {"mesured": "x"}}, "did you mean 'measured'"),
        ({"dismissed": {"bufer_with_risk_rule": "x"}}, "did you mean 'buffer_with_risk_rule'"),
        ({"fixed_terms": {"hold": -1}}, "hold must be 0 or more"),
        ({"fixed_terms": {"review_cap": -0.1}}, "review_cap must be 0 or more"),
        ({"fixed_terms": {"penalty_annual_cap": 0.2}}, "no more than the monthly penalty_cap"),
        (
            {"fixed_terms": {"payment_days": 30, "early_payment_discount": 0.02, "early_payment_days": 45}},
            "early_payment_days must be fewer than the 30 payment_days",
        ),
        ({"fixed_terms": {"months": 12}}, "months is 12, but the agreement's is 24"),
        ({"cost_of_not_winning": ws.normal(5, 9)}, "cost_of_not_winning must be 0 or more"),
        ({"inflation_basis": "reel"}, "inflation_basis must be one of 'nominal', 'real'"),
    ],
)
def test_the_same_faults_in_python(changes, says):
    with pytest.raises(ws.InputError, match=says):
        agreement(**changes)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: ws.RebateTiers([(9, 0.01), (5, 0.02)]), "above of tier 2 must be above the 9 of tier 1, got 5"),
        (lambda: ws.RebateTiers([(5, 0.02), (9, 0.01)]), "extra of tier 2 must be above the 0.02 of tier 1, got 0.01"),
        (lambda: ws.RebateTiers([(5, -0.02)]), "tier 1: extra must lie between 0 and 1"),
        (lambda: ws.RebateTiers([]), "must hold one"),
        (lambda: ws.event_risk(0.1, ws.lognormal(5000, 1), cap=-5), "cap must lie above"),
        (lambda: ws.freed_capacity(500, 12, binds=1.5), "binds must be between 0 and 1, got 1.5"),
        (lambda: ws.freed_capacity(500, 12, binds=ws.uniform(-0.5, 0.5)), "binds must stay between 0 and 1"),
        (lambda: ws.freed_capacity(-500, 12), "units must be 0 or more"),
        (lambda: ws.freed_capacity(500, 12, after=-1), "after must be 0 or more"),
        (lambda: ws.freed_capacity(500, "twelve"), "freed_capacity: margin needs a distribution"),
    ],
)  # fmt: skip
def test_parts_of_an_agreement_refuse_what_makes_no_sense(make, says):
    with pytest.raises(ws.InputError, match=says):
        make()


@pytest.mark.parametrize("clause", ["hold", "discount", "penalty_cap", "months"])
def test_a_clause_among_the_inputs_is_sent_to_the_terms(clause):
    inputs = agreement().recipe["inputs"] | {clause: 1}
    with pytest.raises(ws.InputError, match=f"'{clause}' is a clause of the agreement; give it under terms"):
        agreement(inputs=inputs)


def test_a_fixed_cost_says_on_which_side_it_falls():
    for paid, says in (
        ("never", "must be one of 'with', 'without', 'both'"),
        ("With", "did you mean 'with'"),
    ):
        with pytest.raises(ws.InputError, match=says):
            ws.FixedCost("crew", 5, paid)
    for name in ("", None, " crew"):
        with pytest.raises(ws.InputError, match="name of a fixed cost must be a non-empty text"):
            ws.FixedCost(name, 5, "with")
    with pytest.raises(ws.InputError, match="must have a finite mean"):
        ws.FixedCost("crew", scipy.stats.pareto(0.9), "without")
    with pytest.raises(ws.InputError, match="amount must be 0 or more, got -5"):
        ws.FixedCost("crew", -5, "with")


@pytest.mark.parametrize("name", [*sorted(EXAMPLES), "whole"])
def test_deals_round_trip(tmp_path, name):
    source = tmp_path / "source.toml"
    source.write_text(
        WHOLE if name == "whole" else example_path(name).read_text(encoding="utf-8"), encoding="utf-8"
    )
    deal = ws.read_deal(source)
    ws.write_deal(deal, tmp_path / "copy.toml")
    again = ws.read_deal(tmp_path / "copy.toml")
    assert document_of(again) == document_of(deal)
    first, second = (ws.simulate(one, 2**14, rng=5).surplus() for one in (deal, again))
    assert (first == second).all()


def test_units_labels_months_and_rates_survive(tmp_path):
    deal = agreement(
        events={"recall": ws.Input(ws.event_risk(0.1, 5_000), unit="currency")},
        no_deal={
            "no_deal.spot": 5.0,
            "spot": ws.freed_capacity(5, 1, months=12, annual_rate=0.03, unit="NZD"),
        },
        fixed_costs=[ws.FixedCost("crew", ws.uniform(5, 6), "without")],
        correlation={("fixed_cost.crew", "volume"): 0.3},
    )
    ws.write_deal(deal, tmp_path / "deal.toml")
    again = ws.read_deal(tmp_path / "deal.toml")
    assert again.recipe["events"]["recall"].unit == "currency"
    assert [one.label for one in again.alternatives] == ["no_deal.spot", "spot"]
    assert again.alternatives[1].model == deal.recipe["no_deal"]["spot"]
    assert document_of(again) == document_of(deal)
    with pytest.raises(ws.InputError, match="directory that exists"):
        ws.write_deal(deal, tmp_path / "nowhere" / "deal.toml")
    with pytest.raises(ws.InputError, match="deal must be"):
        ws.write_deal("deal.toml", deal)
    with pytest.raises(ws.InputError, match="path of a deal file"):
        ws.read_deal({"name": "x"})


def test_the_uncertain_parts_of_both_sides_can_be_correlated(tmp_path):
    pair = '\n[[correlation]]\nbetween = ["no_deal.1.margin", "fixed_cost.planner"]\nspearman = 0.4\n'
    (tmp_path / "deal.toml").write_text(WHOLE + pair, encoding="utf-8")
    names = {name for one in ws.read_deal(tmp_path / "deal.toml").dependence.pairs for name in one.names}
    assert {"no_deal.1.margin", "fixed_cost.planner"} <= names


_TREES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-5, 5), st.floats(), st.text(max_size=4), st.just({"name": "a"})
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


@given(
    key=st.sampled_from(
        ["rebate_tiers", "fixed_costs", "guarantee_clause", "dismissed", "no_deal", "fixed_terms"]
    ),
    tree=_TREES,
)
def test_arbitrary_trees_in_place_of_a_table_give_the_typed_error_or_a_deal(key, tree):
    from walkaway_sim.deal.file.read import _checked, _deal

    document = tomllib.loads(WHOLE) | {key: tree}
    try:
        deal = _deal(_checked("file", document), list(document["inputs"]))
    except ws.InputError:
        return
    assert deal.terms


_KINDS = [
    "freed_capacity",
    "pert",
    "normal",
    "constant",
    "uniform",
    "bernoulli",
    "mixture",
    "metalog",
    "event_risk",
]
_KEYS = [
    "tiers", "above", "extra", "retrospective", "name", "amount", "paid", "owner", "kind", "units", "margin", "after",
    "binds", "value", "low", "mode", "high", "mean", "sd", "probability", "alternatives", "choice",
    "cost_of_not_winning", "measured", "window", "average_guarantee", "real_with_nominal", "catch_up", "review_every",
]  # fmt: skip
_NEAR_LEAVES = (
    st.integers(-2, 40) | st.floats(-1, 2) | st.booleans() | st.sampled_from(["with", "both", "", *_KINDS])
)


def _near_tables(inner):
    tables = st.dictionaries(st.sampled_from(_KEYS), inner, max_size=4)
    kinds = st.sampled_from(_KINDS)
    return st.lists(inner, max_size=3) | tables | st.builds(lambda t, kind: t | {"kind": kind}, tables, kinds)


@given(
    place=st.sampled_from(
        [
            ("rebate_tiers", "tiers"), ("rebate_tiers", "tiers", 1), ("fixed_costs", 0), ("fixed_costs", 1, "amount"),
            ("no_deal", "alternatives"), ("no_deal", "alternatives", 0), ("no_deal", "alternatives", 0, "binds"),
            ("no_deal", "cost_of_not_winning"), ("guarantee_clause",), ("dismissed",), ("fixed_terms",),
        ]
    ),
    tree=st.recursive(_NEAR_LEAVES, _near_tables, max_leaves=12),
)  # fmt: skip
def test_trees_of_the_right_words_give_the_typed_error_or_a_deal_that_round_trips(place, tree):
    from walkaway_sim.deal.file.read import _checked, _deal

    document = tomllib.loads(WHOLE)
    document["no_deal"].setdefault("cost_of_not_winning", 0)
    table = document
    for key in place[:-1]:
        table = table[key]
    table[place[-1]] = tree
    try:
        deal = _deal(_checked("file", document), list(document["inputs"]))
    except ws.InputError:
        return
    written = document_of(deal)
    assert document_of(_deal(_checked("copy", written), list(written["inputs"]))) == written
