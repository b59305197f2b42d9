"""Deal files: round trip, faults with their places, and junk."""

import re
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

import walkaway_sim as ws
from walkaway_sim.deal.file.schema import json_schema
from walkaway_sim.deal.file.write import document_of
from walkaway_sim.examples import example_path

TEXT = example_path("packaging").read_text(encoding="utf-8")


def read_text(tmp_path, text):
    path = tmp_path / "deal.toml"
    path.write_text(text, encoding="utf-8")
    return ws.read_deal(path)


def faults_of(tmp_path, text):
    with pytest.raises(ws.DealFileError) as caught:
        read_text(tmp_path, text)
    return {fault.place: str(fault) for fault in caught.value.faults}


def test_the_example_round_trips(tmp_path):
    deal = ws.read_deal(example_path("packaging"))
    path = tmp_path / "copy.toml"
    ws.write_deal(deal, path)
    again = ws.read_deal(path)
    assert document_of(again) == document_of(deal)
    assert again.inputs == deal.inputs
    assert again.terms == deal.terms
    assert [path.name for path in tmp_path.iterdir()] == ["copy.toml"]
    first, second = (ws.simulate(one, 2**14, rng=5).surplus() for one in (deal, again))
    assert (first == second).all()


def test_a_deal_made_in_python_round_trips(tmp_path):
    deal = ws.supply_agreement(
        name='A "quoted" name', currency="NZD", months=12, annual_rate=0.05,
        inputs={
            "volume": ws.Input(ws.metalog({0.1: 800, 0.5: 1000, 0.9: 1300}, lower=0), owner="sales", as_of="2026-01-31"),
            "list_price": 100, "growth": ws.mixture([(0.6, ws.normal(0, 0.02)), (0.4, 0.05)]),
            "unit_cost": ws.empirical([60, 62, 65]), "inflation": ws.triangular(0, 0.03, 0.1),
            "days_late": ws.discrete({0: 0.7, 10: 0.3}), "returns_rate": ws.uniform(0, 0.02), "on_time": 0.97,
            "delivery_cost": ws.between(70, 90), "exit_hazard": 0.05,
        },
        terms=[ws.Term("discount", proposed=0.05, range=(0, 0.3), authority={"sales": 0.1}, step=0.01)],
        fixed_terms={"payment_days": 30},
        events={"recall": ws.event_risk(0.1, ws.lognormal(5000, 1), cap=40_000)},
        correlation={("volume", "exit_time"): 0.3, ("no_deal.1", "volume"): -0.2},
        no_deal=[ws.normal(100, 10), 50], cost_of_not_winning=20, no_deal_choice="per_draw",
        strategic=ws.pert(0, 10, 40), buffer=5, red_lines=["no"], rule="mean", t_df=5, max_repair=0.2,
    )  # fmt: skip
    path = tmp_path / "deal.toml"
    ws.write_deal(deal, path)
    again = ws.read_deal(path)
    assert document_of(again) == document_of(deal)
    assert again.inputs == deal.inputs


def test_a_deal_with_a_function_of_its_own_cannot_be_written(tmp_path):
    deal = ws.Deal(
        name="x", inputs={}, terms=[ws.Term("p", proposed=1, range=(0, 2))], value=lambda i, t: t["p"]
    )
    with pytest.raises(ws.InputError, match="holds no code"):
        ws.write_deal(deal, tmp_path / "x.toml")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "place", "needed"),
    [
        (("months = 36 ", "mnths = 36 "), "mnths", "Did you mean 'months'"),
        (("months = 36 ", "# "), "months", "length of the agreement"),
        (("months = 36 ", "months = 0 "), "months", "greater than or equal to 1"),
        (("months = 36 ", "months = '36' "), "months", "a whole number"),
        (("annual_rate = 0.07", "annual_rate = nan"), "annual_rate", "a finite number"),
        (('rule = "chance:0.9"', 'rule = "chanse:0.9"'), "rule", "a rule such as"),
        (("list_price = {", "list_prize = {"), "inputs.list_prize", "Did you mean 'list_price'"),
        (("kind = \"constant\", value = 980", "kind = \"constant\", value = '980'"), "inputs.list_price.value", "a number"),
        (("log_sd = 0.15", "log_sd = -0.15"), "inputs.volume", "log_sd to be above 0"),
        (("log_sd = 0.15", "logsd = 0.15"), "inputs.volume.logsd", "Did you mean 'log_sd'"),
        (('kind = "lognormal", median = 1100', 'kind = "lognormel", median = 1100'), "inputs.volume", "Did you mean 'lognormal'"),
        (("low = 620, mode = 640, high = 690", "low = 620, mode = 600, high = 690"), "inputs.unit_cost", "mode"),
        (("low = 0.90, mode = 0.97, high = 0.99", "low = 90, mode = 97, high = 99"), "inputs.on_time", "between 0 and 1"),
        (("rate = 0.12", "rate = -0.12"), "events.recall", "rate to be 0 or more"),
        (('name = "discount"', 'name = "discunt"'), "terms[1]", "Did you mean 'discount'"),
        (("range = [0.0, 0.25]", "range = [0.25, 0.0]"), "terms[1]", "low end below its high end"),
        (("proposed = 0.06", "proposed = 0.6"), "terms[1]", "proposed to lie between"),
        (("proposed = 0.06", "proposal = 0.06"), "terms[1].proposal", "Did you mean 'proposed'"),
        (("proposed = 0.06", ""), "terms[1].proposed", "nothing"),
        (("levels = [1, 2, 3, 4, 5, 6]", "levels = [1, 2, 4]"), "terms[3]", "one of the levels"),
        (('between = ["volume", "growth"]', 'between = ["volume", "grwoth"]'), "correlation[1].between", "Did you mean 'growth'"),
        (('between = ["volume", "growth"]', 'between = ["volume", "list_price"]'), "correlation[1].between", "plain number cannot be correlated"),
        (('between = ["volume", "growth"]', 'between = ["inflation", "unit_cost"]'), "correlation[2].between", "each pair once"),
        (("spearman = -0.3", "spearman = -3"), "correlation[3].spearman", "-1"),
        (("[no_deal]", "[no_deal]\ncost_of_not_winning = -5"), "no_deal.cost_of_not_winning", "to be 0 or more; found -5"),
        (("[no_deal]", "[nodeal]"), "nodeal", "Did you mean 'no_deal'"),
        (('name = "rebate"', 'name = "hold"'), "terms[6].name", "terms[5] already"),
    ],
)  # fmt: skip
def test_each_fault_has_its_place_and_its_remedy(tmp_path, change, place, needed):
    before, after = change
    assert TEXT.count(before) >= 1
    found = faults_of(tmp_path, TEXT.replace(before, after, 1))
    assert place in found, found
    assert needed in found[place]


def test_every_fault_is_reported_at_once(tmp_path):
    text = TEXT.replace("months = 36 ", "months = -1 ").replace("log_sd = 0.15", "log_sd = 0")
    text = text.replace("range = [0, 120]", "range = [120, 0]").replace(
        '["volume", "on_time"]', '["volume", "ontime"]'
    )
    places = set(faults_of(tmp_path, text))
    assert places == {"months", "inputs.volume", "terms[2]", "correlation[3].between"}


def test_correlations_that_cannot_be_are_refused(tmp_path):
    pairs = [("volume", "growth", 0.95), ("growth", "unit_cost", 0.95), ("volume", "unit_cost", -0.95)]
    tables = "".join(f'[[correlation]]\nbetween = ["{a}", "{b}"]\nspearman = {r}\n\n' for a, b, r in pairs)
    text = re.sub(r"\[\[correlation\]\]\n.*\n.*\n\n", "", TEXT)
    found = faults_of(tmp_path, text.replace("[[terms]]", tables + "[[terms]]", 1))
    assert "volume" in str(found)


@pytest.mark.parametrize("junk", [b"", b"\xff\xfe", b"a = [", b"name = 1", b"[[terms]]\n[terms]", b"= 3"])
def test_junk_gives_the_typed_error(tmp_path, junk):
    path = tmp_path / "junk.toml"
    path.write_bytes(junk)
    with pytest.raises(ws.DealFileError):
        ws.read_deal(path)


def test_a_missing_file_and_a_directory_give_the_typed_error(tmp_path):
    for path in (tmp_path / "none.toml", tmp_path):
        with pytest.raises(ws.DealFileError, match="a file that can be read"):
            ws.read_deal(path)


@given(st.binary(max_size=200))
def test_arbitrary_bytes_give_the_typed_error(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "bytes.toml"
    path.write_bytes(content)
    with pytest.raises(ws.DealFileError):
        ws.read_deal(path)


_LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 5), st.floats(), st.text(max_size=5), st.just({"kind": "pert"})
)
_TREES = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


@given(key=st.sampled_from(sorted(tomllib.loads(TEXT))), tree=_TREES)
def test_arbitrary_trees_in_place_of_a_table_give_the_typed_error_or_a_deal(key, tree):
    from walkaway_sim.deal.file.read import _checked, _deal

    document = tomllib.loads(TEXT) | {key: tree}
    try:
        deal = _deal(_checked("file", document), list(document["inputs"]))
    except ws.InputError:
        return
    assert deal.terms


def test_inputs_keep_the_order_of_the_file():
    # It pins the coordinates of a Sobol' design: the same file and seed must give the same draws.
    in_file = [
        name
        for name in tomllib.loads(TEXT)["inputs"]
        if name in ws.read_deal(example_path("packaging")).inputs
    ]
    assert list(ws.read_deal(example_path("packaging")).inputs)[: len(in_file)] == in_file


def test_a_file_cannot_run_code(tmp_path):
    text = TEXT.replace("list_price = {", "list_price = \"__import__('os').system('true')\"  # {")
    assert "inputs.list_price" in faults_of(tmp_path, text)


def test_the_schema_names_every_quantity_and_term():
    text = str(json_schema())
    for name in ("volume", "exit_hazard", "redeploy_share", "spearman", "cost_of_not_winning"):
        assert name in text
