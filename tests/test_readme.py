"""What the README shows works as it stands there."""

import re
from pathlib import Path

import pytest

import walkaway_sim as ws
from walkaway_sim.examples import example_path

README = Path(__file__).parents[1] / "README.md"
TEXT = README.read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.S)


def test_the_deal_file_is_a_deal(tmp_path):
    text, _ = blocks("toml")
    (tmp_path / "deal.toml").write_text(text, encoding="utf-8")
    deal = ws.read_deal(tmp_path / "deal.toml")
    assert [term.name for term in deal.terms] == ["discount", "deliveries_per_week"]
    assert ws.walkaway(ws.simulate(deal, 2**14, rng=7), ws.parse_rule(deal.rule))["discount"].status


def test_the_lines_on_people_and_plausible_laws_fit_into_a_deal(tmp_path):
    _, lines = blocks("toml")
    text = example_path("packaging").read_text(encoding="utf-8")
    for name in ("unit_cost", "growth"):
        text, found = re.subn(rf"^{name} = .*\n", "", text, flags=re.M)
        assert found == 1
    (tmp_path / "deal.toml").write_text(f"{text}\n{lines}", encoding="utf-8")
    inputs = ws.read_deal(tmp_path / "deal.toml").inputs
    assert len(inputs["unit_cost"].plausible) == 3
    assert [(one.name, one.weight) for one in inputs["growth"].people] == [("finance", 1.0), ("sales", 2.0)]


@pytest.mark.parametrize("code", blocks("python"))
def test_the_python_runs(code):
    names = {}
    exec(compile(code, str(README), "exec"), names)
    assert names["walk"]["discount"].status == "found"


def test_the_examples_of_the_calibration_page_run_one_after_the_other():
    page = (README.parent / "docs" / "calibration.md").read_text(encoding="utf-8")
    names = {}
    for code in re.findall(r"```python\n(.*?)```", page, re.S):
        exec(compile(code, "docs/calibration.md", "exec"), names)
    assert {len(given.plausible) for given in names["inputs"].values()} == {200}
    assert names["test"].n_scored > 2000


def test_the_calibration_page_lists_every_calibrator():
    page = (README.parent / "docs" / "calibration.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `(\w+)` \|", page, re.M))
    others = {"fit", "pool", "performance_weights", "backtest", "reliability"}
    assert listed == others | {name for name in ws.__all__ if name.startswith("fit_")}


def test_every_file_that_it_points_to_is_there():
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", TEXT):
        assert (README.parent / target).exists(), target


def test_every_name_that_it_uses_is_public():
    used = set(re.findall(r"`ws\.(\w+)", TEXT))
    assert used <= set(ws.__all__), used - set(ws.__all__)


def test_the_freight_table_is_what_the_story_prints():
    from walkaway_sim.examples.stories import freight_by_deliveries

    table = freight_by_deliveries()
    for drops, row in table.iterrows():
        guess, mean, chance = row["best_guess"] / 1e3, row["surplus"] / 1e3, 100 * row["chance"]
        sign = "+" if mean >= 0 else "\N{MINUS SIGN}"
        cells = [f"+{guess:.0f}k", f"{sign}{abs(mean):.0f}k", f"{chance:.0f}%"]
        line = next(line for line in TEXT.splitlines() if re.match(rf"\| \**{drops}\** \|", line))
        assert [cell.strip(" *") for cell in line.strip("|").split("|")[1:]] == cells
