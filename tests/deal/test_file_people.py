"""Who believed what, in a deal file: round trip, the draws it leads to, and a message for each fault."""

import dataclasses

import numpy as np
import pytest

import walkaway_sim as ws
from walkaway_sim.deal.file.schema import json_schema
from walkaway_sim.deal.file.write import document_of
from walkaway_sim.examples import example_path

TEXT = "\n".join(
    line for line in example_path("packaging").read_text(encoding="utf-8").splitlines() if not line.startswith("growth =")
)  # fmt: skip
FINANCE = '[inputs.growth.people.finance]\nquantiles = { "0.1" = 0.0, "0.5" = 0.02, "0.9" = 0.035 }\nlower = -0.5\nupper = 0.5\n'
SALES = '[inputs.growth.people.sales]\nkind = "pert"\nlow = 0.0\nmode = 0.06\nhigh = 0.2\nweight = 2\n'
PEOPLE = f'[inputs.growth]\npool = "linear"\nowner = "pricing"\nas_of = 2026-06-30\n{FINANCE}{SALES}'


def text_with(people):
    return TEXT.replace("[events.recall]", f"{people}\n[events.recall]", 1)


def read_text(tmp_path, text):
    path = tmp_path / "deal.toml"
    path.write_text(text, encoding="utf-8")
    return ws.read_deal(path)


def expected(method="linear"):
    return ws.pool(
        {
            "finance": ws.metalog({0.1: 0.0, 0.5: 0.02, 0.9: 0.035}, lower=-0.5, upper=0.5),
            "sales": ws.pert(0, 0.06, 0.2),
        },
        {"finance": 1, "sales": 2},
        method=method,
    )


@pytest.mark.parametrize("method", ["linear", "logarithmic"])
def test_people_round_trip(tmp_path, method):
    deal = read_text(tmp_path, text_with(PEOPLE.replace('"linear"', f'"{method}"')))
    found = deal.inputs["growth"]
    assert found.distribution == expected(method).distribution
    assert found.people == expected(method).beliefs
    assert [one.name for one in found.people] == ["finance", "sales"]
    assert len(found.plausible) == 3
    assert (found.owner, found.as_of, found.unit) == ("pricing", "2026-06-30", "a year")
    assert found.source.startswith(f"{method} pool of finance (weight 1) 0.02")
    path = tmp_path / "copy.toml"
    ws.write_deal(deal, path)
    again = ws.read_deal(path)
    assert again.inputs == deal.inputs
    assert document_of(again) == document_of(deal)
    table = document_of(deal)["inputs"]["growth"]
    assert "source" not in table
    assert ("pool" in table) == (method == "logarithmic")
    assert table["people"]["finance"] == {
        "quantiles": {"0.1": 0, "0.5": 0.02, "0.9": 0.035}, "lower": -0.5, "upper": 0.5,
    }  # fmt: skip
    assert table["people"]["sales"]["weight"] == 2


def test_people_made_in_python_are_written(tmp_path):
    deal = read_text(tmp_path, text_with(PEOPLE))
    pooled = ws.pool(
        {"ann": 0.02, "bob": ws.normal(0.03, 0.01), "cy": 0.05}, {"ann": 0, "bob": 1 / 3, "cy": 0.7}
    )
    entry = pooled.input(source="workshop of May", unit="a year")
    made = dataclasses.replace(
        deal, recipe={**deal.recipe, "inputs": {**deal.recipe["inputs"], "growth": entry}}
    )
    path = tmp_path / "made.toml"
    ws.write_deal(made, path)
    assert ws.read_deal(path).inputs["growth"] == entry


def test_a_number_and_a_single_person_are_fine(tmp_path):
    deal = read_text(tmp_path, text_with("[inputs.growth]\npeople = { ann = 0.02, bob = 0.04 }\n"))
    assert deal.inputs["growth"].distribution.ppf([0.5, 0.51]).tolist() == [0.02, 0.04]
    alone = read_text(tmp_path, text_with(FINANCE)).inputs["growth"]
    assert alone.distribution == alone.people[0].distribution
    assert alone.plausible == ()


def test_the_deal_draws_from_the_pool(tmp_path):
    sim = ws.simulate(read_text(tmp_path, text_with(PEOPLE)), 2**14, rng=4)
    drawn = sim.draws["growth"]
    law = expected().distribution
    # Sobol draws: far within the 5 standard errors that independent ones would keep.
    assert abs(drawn.mean() - law.mean()) < 5 * law.std() / np.sqrt(drawn.size)


def test_the_sources_say_who_believed_what(tmp_path):
    sim = ws.simulate(read_text(tmp_path, text_with(PEOPLE)), 2**14, rng=4)
    found = {one.name: one for one in ws.sources(sim)}["growth"]
    assert found.law == "pool of finance, sales"
    assert "finance (weight 1) 0.02 (90%:" in found.source
    named = PEOPLE.replace('owner = "pricing"', 'source = "workshop of May"')
    found = {
        one.name: one for one in ws.sources(ws.simulate(read_text(tmp_path, text_with(named)), 2**14, rng=4))
    }["growth"]
    assert found.source.startswith("workshop of May: finance (weight 1)")


def test_what_a_file_could_not_give_back_is_not_written(tmp_path):
    deal = read_text(tmp_path, text_with(PEOPLE))

    def message(entry, key="inputs"):
        inputs = {**deal.recipe["inputs"], "growth": entry} if key == "inputs" else entry
        with pytest.raises(ws.InputError) as caught:
            document_of(dataclasses.replace(deal, recipe={**deal.recipe, key: inputs}))
        return str(caught.value)

    pooled = expected().input()
    assert "must be their pool" in message(dataclasses.replace(pooled, distribution=ws.normal(0, 1)))
    assert "must be their pool" in message(dataclasses.replace(pooled, plausible=()))
    assert "with its people" in message(pooled, "strategic")
    import scipy.stats

    other = ws.pool({"ann": scipy.stats.norm(0, 1), "bob": 0.02}).input()
    assert "what ann believes cannot be written" in message(other)


@pytest.mark.parametrize(
    ("change", "place", "says"),
    [
        (('pool = "linear"', 'pool = "log"'), "inputs.growth.pool", "'linear' or 'logarithmic'"),
        (('pool = "linear"', 'poool = "linear"'), "inputs.growth.poool", "Did you mean 'pool'"),
        (("weight = 2", "weight = -2"), "inputs.growth.people.sales.weight", "greater than or equal to 0"),
        (("weight = 2", "wieght = 2"), "inputs.growth.people.sales.wieght", "Did you mean 'weight'"),
        (("weight = 2", 'weight = "much"'), "inputs.growth.people.sales.weight", "a number"),
        (('"0.5" = 0.02', '"0.5" = -0.02'), "inputs.growth.people.finance", "quantiles must rise"),
        (('"0.5" = 0.02', '"half" = 0.02'), "inputs.growth.people.finance", "'half'"),
        (('"0.5" = 0.02', '"0.5" = "two"'), "inputs.growth.people.finance.quantiles.0.5", "a number"),
        (("upper = 0.5", "uper = 0.5"), "inputs.growth.people.finance.uper", "Did you mean 'upper'"),
        (("quantiles =", "quantile ="), "inputs.growth.people.finance.quantile", "Did you mean 'quantiles'"),
        (('quantiles = { "0.1" = 0.0, "0.5" = 0.02, "0.9" = 0.035 }', ""), "inputs.growth.people.finance.quantiles", "Add it"),
        (('kind = "pert"', 'kind = "prt"'), "inputs.growth.people.sales", "Did you mean 'pert'"),
        (('kind = "pert"', 'kind = "people"'), "inputs.growth.people.sales", "one of bernoulli"),
        (("mode = 0.06", "mode = 0.6"), "inputs.growth.people.sales", "mode to lie between"),
        (("low = 0.0\n", "low = -3.0\n"), "inputs.growth", "people.sales growth to lie between -0.99"),
        (('owner = "pricing"', 'kind = "normal"'), "inputs.growth", "either a kind with its figures or people"),
        (('owner = "pricing"', 'kind = "normal"\nmean = 0.1\nsd = 0.1'), "inputs.growth", "either a kind with its figures or people"),
        (("[inputs.growth.people.finance]", "[[inputs.growth.people]]"), "inputs.growth.people", "Write [inputs.growth.people.NAME]"),
        ((f"{FINANCE}{SALES}", "people = {}\n"), "inputs.growth", "whose weight is above 0; found nobody"),
        ((f"{FINANCE}{SALES}", "people = { ann = 0.1 }\nweight = 3\n"), "inputs.growth.weight", "the unknown key 'weight'"),
        ((f"{FINANCE}{SALES}", "people = { ann = true }\n"), "inputs.growth.people.ann", "a number"),
    ],
)  # fmt: skip
def test_each_fault_has_one_message_at_its_place(tmp_path, change, place, says):
    text = text_with(PEOPLE.replace(*change))
    assert text != text_with(PEOPLE)
    with pytest.raises(ws.DealFileError) as caught:
        read_text(tmp_path, text)
    assert [fault.place for fault in caught.value.faults] == [place]
    assert says in str(caught.value)


def test_people_who_share_nothing_have_no_logarithmic_pool(tmp_path):
    apart = (
        PEOPLE.replace('"linear"', '"logarithmic"')
        .replace("upper = 0.5", "upper = 0.09")
        .replace("low = 0.0", "low = 0.1")
    )
    with pytest.raises(ws.DealFileError) as caught:
        read_text(tmp_path, text_with(apart.replace("mode = 0.06", "mode = 0.15")))
    (fault,) = caught.value.faults
    assert fault.place == "inputs.growth"
    assert "finance with none above 0.09 and sales with none below 0.1. Use the linear pool." in str(fault)


def test_the_schema_describes_people():
    found = json_schema()["$defs"]["People"]["properties"]
    assert set(found) == {"unit", "owner", "source", "as_of", "pool", "people"}
