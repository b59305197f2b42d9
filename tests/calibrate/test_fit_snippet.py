"""A snippet, pasted into a deal file, is the input that was fitted."""

import tomllib

import numpy as np
import pytest
from tests.strategies import refused

import walkaway_sim as ws
from walkaway_sim.calibrate.fitting.snippet import snippet
from walkaway_sim.deal.file.write import document_of
from walkaway_sim.examples import example_path

TEXT = example_path("packaging").read_text(encoding="utf-8")
PLACE = TEXT.index("volume = {")
LINE = TEXT[PLACE : TEXT.index("\n", PLACE)]


def pasted(tmp_path, lines):
    """The deal of the packaging file with its volume taken from a snippet."""
    tables = TEXT.index("[events")
    path = tmp_path / "deal.toml"
    whole = TEXT[:tables] + lines + "\n" + TEXT[tables:]
    path.write_text(whole.replace(LINE, ""), encoding="utf-8")
    return ws.read_deal(path)


def samples():
    rng = np.random.default_rng(2)
    return {
        "lognormal": rng.lognormal(7, 0.2, 60),
        "weibull": 1000 * rng.weibull(4, 60),
        "gamma": rng.gamma(9, 100, 60),
        "empirical": np.concatenate([rng.normal(500, 10, 300), rng.normal(1500, 10, 300)]),
    }  # fmt: skip


@pytest.mark.parametrize("family", samples())
def test_a_snippet_is_read_as_the_input(tmp_path, family):
    chosen = None if family == "empirical" else family
    found = ws.fit(
        samples()[family],
        chosen,
        name="volume",
        unit="cases",
        source='a "quoted" file',
        as_of="2025-12-31",
        rng=1,
    )
    assert found.family == family
    entry = pasted(tmp_path, found.snippet()).inputs["volume"]
    assert (entry.unit, entry.source, entry.as_of) == ("cases", found.source, "2025-12-31")
    q = np.array([0.1, 0.5, 0.9])
    # Six digits of the parameters; of a sample, quantiles that are half a hundredth off in chance at the most.
    chance = found.distribution.cdf(entry.distribution.ppf(q))
    np.testing.assert_allclose(chance, q, atol=1e-4 if family != "empirical" else 0.005 + 1 / 600)
    assert len(entry.plausible) == (20 if family == "empirical" else 100)
    for one, other in zip(entry.plausible, found.plausible, strict=False):
        np.testing.assert_allclose(
            one.cdf(found.distribution.ppf(q)), other.cdf(found.distribution.ppf(q)), atol=0.02
        )
    assert max(len(line) for line in found.snippet().splitlines()) <= 130


def test_the_deal_with_it_is_written_and_read_again(tmp_path):
    found = ws.fit(samples()["gamma"], "gamma", name="volume", rng=1)
    deal = pasted(tmp_path, found.snippet())
    ws.write_deal(deal, tmp_path / "again.toml")
    again = ws.read_deal(tmp_path / "again.toml")
    assert again.inputs == deal.inputs
    assert document_of(again) == document_of(deal)


def test_names_that_are_no_plain_keys_are_quoted():
    found = ws.fit(samples()["gamma"], "gamma", name='days "late" été', rng=1)
    assert tomllib.loads(found.snippet())["inputs"]['days "late" été']["kind"] == "gamma"
    assert tomllib.loads(ws.fit(samples()["gamma"], "gamma", rng=1).snippet())["inputs"]["NAME"]


def test_quantiles_of_a_metalog_become_a_table_of_columns():
    laws = [ws.metalog({0.1: 1, 0.5: middle, 0.9: 5}, lower=0) for middle in (2.25, 2.5)]
    lines = snippet("x", ws.Input(laws[0], plausible=laws), 10)
    table = tomllib.loads(lines)["inputs"]["x"]
    assert table["quantiles"] == {"0.1": 1, "0.5": 2.25, "0.9": 5}
    assert table["plausible"]["quantiles"]["0.5"] == [2.25, 2.5]
    assert table["plausible"]["lower"] == 0


def test_plausible_may_be_left_out_or_be_of_several_kinds():
    found = ws.fit(samples()["gamma"], "gamma", name="x", rng=1)
    assert "plausible" not in tomllib.loads(found.snippet(0))["inputs"]["x"]
    mixed = ws.Input(ws.normal(1, 1), plausible=[ws.normal(1, 2), 3, ws.metalog({0.1: 1, 0.9: 2})])
    listed = tomllib.loads(snippet("x", mixed, 10))["inputs"]["x"]["plausible"]
    assert [one["kind"] for one in listed] == ["normal", "constant", "metalog"]
    risk = ws.Input(ws.event_risk(0.1, 5))
    assert "needs a distribution" in refused(snippet, "x", risk, 3)


def test_families_mixed_are_read_as_they_were_written(tmp_path):
    found = ws.fit(samples()["lognormal"], name="volume", unit="cases", rng=1)
    assert len(found.shares) > 1
    entry = pasted(tmp_path, found.snippet()).inputs["volume"]
    assert [law.kind for law in entry.plausible] == [law.kind for law in found.plausible[:100]]
    deal = pasted(tmp_path, found.snippet())
    ws.write_deal(deal, tmp_path / "again.toml")
    assert ws.read_deal(tmp_path / "again.toml").inputs == deal.inputs
