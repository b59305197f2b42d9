"""Lines pasted into a deal file: given twice, in the midst of others, with the wrong figures; lists written compactly."""

import tomllib
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import walkaway_sim as ws
from walkaway_sim import cli
from walkaway_sim.deal.file.compact import compact_lists
from walkaway_sim.examples import example_path
from walkaway_sim.inputs import from_spec

TEXT = example_path("packaging").read_text(encoding="utf-8")
FIT = ws.fit(np.random.default_rng(2).lognormal(7, 0.2, 60), "lognormal", name="volume", rng=1)
OLD = next(at for at, line in enumerate(TEXT.splitlines(), 1) if line.startswith("volume ="))


def read_text(tmp_path, text):
    path = tmp_path / "deal.toml"
    path.write_text(text, encoding="utf-8")
    return ws.read_deal(path)


def faults_of(tmp_path, text):
    with pytest.raises(ws.DealFileError) as caught:
        read_text(tmp_path, text)
    return caught.value.faults


def without_volume(text):
    return "\n".join(line for line in text.splitlines() if not line.startswith("volume =")) + "\n"


def test_a_snippet_beside_the_input_it_replaces_is_one_clear_fault(tmp_path):
    whole = f"{TEXT}\n{FIT.snippet()}"
    new = whole.splitlines().index("[inputs.volume]") + 1
    (fault,) = faults_of(tmp_path, whole)
    assert fault.place == f"line {new}"
    assert fault.found == f"inputs.volume, which line {OLD} gives already"
    assert fault.needed == "each input once"
    assert fault.remedy == f"Delete the one that no longer counts: line {OLD}, or what begins in line {new}."


def test_at_the_end_and_alone_it_is_read_without_a_warning(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        deal = read_text(tmp_path, f"{without_volume(TEXT)}\n{FIT.snippet()}")
    assert len(deal.inputs["volume"].plausible) == 100
    assert FIT.snippet().startswith(
        "# Put at the end of the deal file; delete the line or the table that gives volume"
    )


def test_in_the_midst_of_others_it_says_what_it_has_taken_in(tmp_path):
    lines = without_volume(TEXT).splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("list_price"))
    lines[at:at] = FIT.snippet(0).splitlines()
    found = {fault.place: fault for fault in faults_of(tmp_path, "\n".join(lines))}
    fault = found["inputs.volume.list_price"]
    assert "[inputs.volume], which has taken it in: move that table to the end of the file" in fault.remedy


@pytest.mark.parametrize(
    ("text", "place", "found", "remedy"),
    [
        ("[inputs.volume]\nkind = 'a'\n[x]\ny = 1\n[inputs.volume]\nkind = 'b'\n", "line 5", "inputs.volume, which line 1", "the table [inputs.volume] that begins in line 1"),
        ("[inputs.volume]\nkind = 'a'\n[inputs]\nvolume = 3\n", "line 4", "inputs.volume, which line 1", "or what begins in line 4"),
        ("[inputs]\n'volume' = 3\n[ inputs . volume ]\nkind = 'b'\n", "line 3", "inputs.volume, which line 2", "line 2, or"),
        ("[inputs]\nvolume = { a = 1 }\n[x]\n[inputs.volume.plausible]\nkind = 'b'\n", "line 4", "inputs.volume, which line 2", "line 2, or"),
        ("[inputs]\nvolume = 3\nvolume = [\n 1,\n]\n", "line 3", "inputs.volume, which line 2", "line 2, or"),
        ("name = 'a'\nname = 'b'\n", "line 2", "name, which line 1", "Delete one of the two."),
        ("[fixed_terms]\na = 1\n[fixed_terms]\nb = 1\n", "line 3", "fixed_terms, which line 1", "under one [fixed_terms]"),
        ("[[terms]]\na = 1\n[terms]\nb = 1\n", "line 3", "terms, which line 1", "Write [[terms]], with two brackets"),
    ],
)  # fmt: skip
def test_whatever_is_given_twice_is_named_with_both_lines(tmp_path, text, place, found, remedy):
    (fault,) = faults_of(tmp_path, text)
    assert fault.place == place
    assert fault.found.startswith(f"{found} gives already")
    assert remedy in fault.remedy


def test_plausible_columns_far_away_are_warned_of_with_their_place(tmp_path, capsys):
    far = 'growth = { kind = "normal", mean = 0.05, sd = 0.02, plausible = { kind = "normal", mean = [0.5, 0.52], sd = 0.02 } }'
    text = "\n".join(far if line.startswith("growth =") else line for line in TEXT.splitlines())
    with pytest.warns(ws.PlausibleWarning) as caught:
        read_text(tmp_path, text)
    (message,) = (str(one.message) for one in caught)
    assert message.startswith(f"{tmp_path / 'deal.toml'}: inputs.growth.plausible: ")
    assert "medians go from 0.5 to 0.52, while the estimate has the median 0.05" in message
    warnings.simplefilter("always")  # pytest sets it back
    with pytest.raises(SystemExit):
        cli.main(["run", str(tmp_path / "deal.toml"), "--draws", "16384", "--seed", "7"])
    assert capsys.readouterr().err.count("inputs.growth.plausible") == 1


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("gaussian", "normal"), ("Gauss", "normal"), ("norm", "normal"), ("log-normal", "lognormal"), ("LogNormal", "lognormal"),
        ("expon", "exponential"), ("exponential distribution", "exponential"), ("beta-pert", "pert"), ("PERT", "pert"),
        ("triangle", "triangular"), ("triang", "triangular"), ("student", "student_t"), ("t", "student_t"), ("quantiles", "metalog"),
        ("rectangular", "uniform"), ("flat", "uniform"), ("binary", "bernoulli"), ("sample", "empirical"), ("fixed", "constant"),
        ("log-logistic", "log_logistic"), ("wald", "inverse_gaussian"), ("unifrom", "uniform"), ("gama", "gamma"),
    ],
)  # fmt: skip
def test_a_kind_by_another_name_is_understood(tmp_path, given, meant):
    text = TEXT.replace('volume = { kind = "lognormal"', f'volume = {{ kind = "{given}"')
    assert text != TEXT
    (fault,) = faults_of(tmp_path, text)
    assert fault.remedy == f"Did you mean '{meant}'?"
    with pytest.raises(ws.InputError, match=f"did you mean '{meant}'"):
        from_spec({"kind": given})


def test_quantiles_that_go_below_zero_are_told_to_add_an_end(tmp_path):
    quantiles = '{ kind = "metalog", quantiles = { "0.1" = 10, "0.5" = 400, "0.9" = 900 } }'
    shares = '{ kind = "metalog", quantiles = { "0.1" = 0.9, "0.5" = 0.95, "0.9" = 0.97 } }'
    wide = '{ kind = "normal", mean = 10, sd = 20 }'
    lines = {"volume": quantiles, "on_time": shares, "delivery_cost": wide}
    text = "\n".join(
        f"{key} = {lines[key]}" if (key := line.split(" =")[0]) in lines else line
        for line in TEXT.splitlines()
    )
    found = {fault.place: fault for fault in faults_of(tmp_path, text)}
    assert found["inputs.volume"].remedy == "Add lower = 0."
    assert "to be 0 or more" in found["inputs.volume"].needed
    assert found["inputs.on_time"].remedy == "Add lower = 0 and upper = 1."
    assert "pert(low, mode, high)" in found["inputs.delivery_cost"].remedy
    bounded = text.replace('"0.9" = 900 }', '"0.9" = 900 }, lower = 0').replace(
        '"0.9" = 0.97 }', '"0.9" = 0.97 }, lower = 0, upper = 1'
    )
    assert [fault.place for fault in faults_of(tmp_path, bounded)] == ["inputs.delivery_cost"]


def test_people_and_python_get_the_same_remedy(tmp_path):
    line = next(line for line in TEXT.splitlines() if line.startswith("volume ="))
    person = '[inputs.volume.people.sales]\nquantiles = { "0.1" = 10, "0.5" = 400, "0.9" = 900 }\n'
    (fault,) = faults_of(tmp_path, TEXT.replace(line, "") + "\n" + person)
    assert fault.remedy == "Add lower = 0."
    recipe = dict(ws.read_deal(example_path("packaging")).recipe)
    recipe["inputs"] = recipe["inputs"] | {"volume": ws.metalog({0.1: 10, 0.5: 400, 0.9: 900})}
    with pytest.raises(ws.InputError, match="volume must be 0 or more .*; add lower = 0$"):
        ws.supply_agreement(**recipe)


def test_a_rule_in_per_cent(tmp_path):
    assert (
        read_text(tmp_path, TEXT.replace('"chance:0.9"', '"chance:90%+shortfall:10%"')).rule
        == "chance:90%+shortfall:10%"
    )
    (fault,) = faults_of(tmp_path, TEXT.replace('"chance:0.9"', '"chance:90"'))
    assert fault.remedy == "Did you mean 'chance:0.9'?"
    (fault,) = faults_of(tmp_path, TEXT.replace('"chance:0.9"', '"certainty:90%"'))
    assert fault.remedy == "Write one of these."


def test_plausible_columns_are_written_several_to_a_line_and_read_again(tmp_path):
    recipe = dict(ws.read_deal(example_path("packaging")).recipe)
    rng = np.random.default_rng(1)
    laws = [ws.lognormal(1100 + 30 * z, 0.15 + 0.01 * w) for z, w in rng.normal(size=(200, 2))]
    quantiles = [
        ws.metalog({0.1: 0.9 + 0.002 * z, 0.5: 0.95, 0.9: 0.97}, lower=0, upper=1)
        for z in rng.normal(size=50)
    ]
    recipe["inputs"] = recipe["inputs"] | {
        "volume": ws.Input(ws.lognormal(1100, 0.15), plausible=laws, source="[\n    1,\n    2,\n]"),
        "on_time": ws.Input(
            ws.metalog({0.1: 0.9, 0.5: 0.95, 0.9: 0.97}, lower=0, upper=1), plausible=quantiles
        ),
    }
    deal = ws.supply_agreement(**recipe)
    ws.write_deal(deal, tmp_path / "deal.toml")
    assert ws.read_deal(tmp_path / "deal.toml").inputs == deal.inputs
    text = (tmp_path / "deal.toml").read_text(encoding="utf-8")
    assert text.count("\n") < 450  # of 550 numbers, five or six to a line, and 300 other lines
    assert max(len(line) for line in text.splitlines()) <= 130


_NUMBERS = st.one_of(st.integers(-(10**15), 10**15), st.floats(allow_nan=False))


@given(
    st.dictionaries(
        st.sampled_from(["a", "b c", "d"]),
        st.recursive(
            st.one_of(_NUMBERS, st.booleans(), st.text(max_size=20), st.just("[\n    1,\n]")),
            lambda inner: st.one_of(
                st.lists(inner, max_size=40), st.dictionaries(st.sampled_from("xyz"), inner)
            ),
            max_leaves=60,
        ),
    )
)
def test_compact_lists_say_the_same(document):
    import tomli_w

    text = tomli_w.dumps(document)
    assert tomllib.loads(compact_lists(text)) == tomllib.loads(text)
