"""Plausible distributions in a deal file: both ways of writing them, round trip, and faults at their place."""

import pytest

import walkaway_sim as ws
from walkaway_sim.deal.file.write import document_of
from walkaway_sim.examples import example_path

TEXT = example_path("packaging").read_text(encoding="utf-8")
VOLUME = 'kind = "lognormal", median = 1100'
REST = {
    "growth": 0, "days_late": 0, "inflation": 0, "delivery_cost": 80, "returns_rate": 0, "on_time": 0.97,
}  # fmt: skip
COLUMNS = 'plausible = { kind = "lognormal", median = [1000, 1050, 1200], log_sd = [0.1, 0.15, 0.2] }'


def read_text(tmp_path, text):
    path = tmp_path / "deal.toml"
    path.write_text(text, encoding="utf-8")
    return ws.read_deal(path)


def with_volume(more):
    assert TEXT.count(VOLUME) == 1
    return TEXT.replace(VOLUME, f"{more}, {VOLUME}")


def faults_of(tmp_path, text):
    with pytest.raises(ws.DealFileError) as caught:
        read_text(tmp_path, text)
    return {fault.place: str(fault) for fault in caught.value.faults}


def test_columns_are_read(tmp_path):
    entry = read_text(tmp_path, with_volume(f'{COLUMNS}, fitted_with = "orders"')).inputs["volume"]
    assert entry.plausible == (ws.lognormal(1000, 0.1), ws.lognormal(1050, 0.15), ws.lognormal(1200, 0.2))
    assert entry.fitted_with == "orders"


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("[1000, 1100]", (1000, 1100)),
        ('[{ kind = "normal", mean = 1000, sd = 90 }, { kind = "pert", low = 900, mode = 1000, high = 1300 }]',
         (ws.normal(1000, 90), ws.pert(900, 1000, 1300))),
        ('{ kind = "lognormal", median = [1000, 1050], log_sd = 0.1 }', (ws.lognormal(1000, 0.1), ws.lognormal(1050, 0.1))),
        ('{ kind = "metalog", lower = 0, quantiles = { "0.1" = [800, 820], "0.9" = [1300, 1250] } }',
         (ws.metalog({0.1: 800, 0.9: 1300}, lower=0), ws.metalog({0.1: 820, 0.9: 1250}, lower=0))),
        ('{ kind = "empirical", sample = [[900, 1000], [950, 1000, 1100]] }', (ws.empirical([900, 1000]), ws.empirical([950, 1000, 1100]))),
        ('{ kind = "gamma", shape = [9, 10], scale = [110, 100] }', (ws.gamma(9, 110), ws.gamma(10, 100))),
    ],
)  # fmt: skip
def test_other_ways_of_writing_them(tmp_path, given, read):
    entry = read_text(tmp_path, with_volume(f"plausible = {given}")).inputs["volume"]
    assert entry.plausible == ws.Input(0, plausible=read).plausible


def test_they_round_trip_wherever_an_input_stands(tmp_path):
    laws = [ws.gamma(9, 110), ws.gamma(10, 101.5)]
    risk = [
        ws.event_risk(0.1, ws.lognormal(5000, 1), cap=40_000),
        ws.event_risk(0.2, ws.lognormal(5500, 1.1), cap=40_000),
    ]
    deal = ws.supply_agreement(
        name="x", months=12, annual_rate=0.05,
        inputs={
            "volume": ws.Input(ws.gamma(9, 110), plausible=laws, fitted_with="orders", source="export"),
            **REST, "list_price": ws.Input(100, plausible=[99, 101]), "unit_cost": ws.Input(ws.normal(60, 1), plausible=[ws.normal(60, 1), 61]),
        },
        terms=[ws.Term("discount", proposed=0.05, range=(0, 0.3))],
        events={"recall": ws.Input(risk[0], plausible=risk)},
        no_deal={"spot": ws.Input(ws.normal(100, 10), plausible=[ws.normal(90, 10), ws.normal(110, 9)]), "none": 0},
        fixed_costs=[ws.FixedCost("crew", ws.Input(ws.pert(5, 6, 9), plausible=[ws.pert(4, 6, 9), ws.pert(5, 6, 10)]), "with")],
        strategic=ws.Input(ws.pert(0, 10, 40), plausible=[ws.pert(0, 5, 40), ws.pert(0, 15, 40)]),
        cost_of_not_winning=ws.Input(ws.uniform(0, 5), plausible=[ws.uniform(0, 4), ws.uniform(0, 6)]),
    )  # fmt: skip
    path = tmp_path / "deal.toml"
    ws.write_deal(deal, path)
    again = ws.read_deal(path)
    assert document_of(again) == document_of(deal)
    assert again.inputs == deal.inputs
    for name in ("volume", "list_price", "unit_cost"):
        assert again.recipe["inputs"][name].plausible == deal.recipe["inputs"][name].plausible
    assert again.recipe["fixed_costs"] == deal.recipe["fixed_costs"]
    assert document_of(deal)["inputs"]["volume"]["plausible"] == {
        "kind": "gamma", "shape": [9, 10], "scale": [110, 101.5]
    }  # fmt: skip
    assert document_of(deal)["events"]["recall"]["plausible"]["severity"]["median"] == [5000, 5500]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ('{ kind = "lognormal", median = [1000, 1050], log_sd = [0.1] }', "log_sd to have as many values as median, 2; found 1"),
        ('{ kind = "lognormal", median = [1000, 1050], log_sd = [0.1, -0.1] }', "log_sd of number 2 to be above 0; found -0.1"),
        ('{ kind = "lognormal", median = 1000, log_sd = 0.1 }', "a list of values in one key at least"),
        ('{ kind = "lognormel", median = [1000, 1050], log_sd = 0.1 }', "Did you mean 'lognormal'"),
        ('{ kind = "lognormal", median = [1000, 1050], logsd = 0.1 }', "log_sd"),
        ('{ kind = "lognormal", median = ["a", "b"], log_sd = 0.1 }', "median of number 1 to be a finite number; found 'a'"),
        ("[1000]", "two distributions or more"),
        ("[1000, true]", "number 2"),
        ("1000", "a table of columns or a list of distributions; found 1000"),
        ('[1000, { kind = "event_risk", rate = 1, severity = 5 }]', "number 2 to be a distribution"),
    ],
)  # fmt: skip
def test_a_fault_is_one_message_at_its_place(tmp_path, given, says):
    found = faults_of(tmp_path, with_volume(f"plausible = {given}"))
    assert list(found) == ["inputs.volume.plausible"]
    assert says in found["inputs.volume.plausible"], found


def test_what_is_out_of_bounds_is_refused(tmp_path):
    found = faults_of(tmp_path, with_volume('plausible = { kind = "normal", mean = [1000, -50], sd = 10 }'))
    assert list(found) == ["inputs.volume"]
    assert "number 2 of plausible to be 0 or more" in found["inputs.volume"]
    with pytest.raises(ws.InputError, match="volume must be 0 or more"):
        ws.supply_agreement(
            name="x", months=12, annual_rate=0.05,
            inputs={**REST, "volume": ws.Input(10, plausible=[9, ws.normal(-5, 1)]), "list_price": 100, "unit_cost": 60},
            terms=[ws.Term("discount", proposed=0.05, range=(0, 0.3))],
        )  # fmt: skip


def test_the_events_ones_need_no_kind(tmp_path):
    start = TEXT.index("[events.recall]") + len("[events.recall]")
    more = '\nplausible = { rate = [0.1, 0.2], severity = { kind = "lognormal", median = [30000, 40000], log_sd = 1 } }'
    risks = read_text(tmp_path, TEXT[:start] + more + TEXT[start:]).inputs["recall"].plausible
    assert risks == (ws.event_risk(0.1, ws.lognormal(30000, 1)), ws.event_risk(0.2, ws.lognormal(40000, 1)))


def test_a_mistyped_key_is_named(tmp_path):
    found = faults_of(tmp_path, with_volume("plausibel = [1000, 1100]"))
    assert "Did you mean 'plausible'" in found["inputs.volume.plausibel"]
