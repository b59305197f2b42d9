"""The shell, run as its user runs it."""

import json
import subprocess
import sys

import pytest

from walkaway_sim import cli
from walkaway_sim.examples import EXAMPLES, example_path

TEXT = example_path("packaging").read_text(encoding="utf-8")
PACKAGING = str(example_path("packaging"))
QUICK = ["--draws", "16384", "--seed", "7"]


def call(capsys, *arguments):
    """Return exit code, output and error of one command."""
    with pytest.raises(SystemExit) as stopped:
        cli.main(list(arguments))
    captured = capsys.readouterr()
    return stopped.value.code or 0, captured.out, captured.err


def test_run_prints_a_page_and_writes_whole_files(tmp_path, capsys):
    out = tmp_path / "out"
    code, page, _ = call(capsys, "run", PACKAGING, "--out", str(out), *QUICK)
    assert code == 0
    for needed in (
        "ACCEPT", "Chance that the deal beats no deal", "one at a time", "cannot all be conceded together",
        "signing gives up", "safe to", "The four rules side by side", "deliveries per week", "Red lines",
        "binds first", "authority of sales", "best guess", "contribution percent", "deepest cash",
        "payback month", "break even volume", "cost to serve a drop", "exposure at default", "customer defaulted",
        "A tenth less or more of each input", "Checks", "Who answers for the figures", "price book",
    ):  # fmt: skip
        assert needed in page
    names = {path.name for path in out.iterdir()}
    assert {"value.png", "waterfall.png", "cash.png", "endings.png", "walkaway_discount.png"} <= names
    assert {"walkaways.csv", "report.json"} <= names
    assert not [name for name in names if name.endswith(".part")]
    assert all(
        (out / name).read_bytes()[:8] == b"\x89PNG\r\n\x1a\n" for name in names if name.endswith(".png")
    )
    assert "cannot all be conceded" in json.loads((out / "report.json").read_text())["one_at_a_time"]


def test_precision_takes_as_many_draws_as_it_needs(capsys):
    code, page, _ = call(capsys, "run", PACKAGING, "--precision", "discount=0.2%", "--seed", "7")
    assert code == 0
    assert "Precision. Asked: discount to within 0.2 points; 32,768 draws" in page
    _, text, _ = call(capsys, "run", PACKAGING, "--precision", "discount=0.2%", "--seed", "7", "--json")
    data = json.loads(text)
    assert data["precision"]["reached"]["discount"] <= 0.002
    assert data["precision"]["needed"] == {}
    code, _, error = call(capsys, "run", PACKAGING, "--precision", "discount")
    assert code == 2
    assert "TERM=NUMBER" in error


def test_json_is_json_and_the_same_seed_gives_the_same(capsys):
    code, first, _ = call(capsys, "run", PACKAGING, "--json", *QUICK)
    _, second, _ = call(capsys, "run", PACKAGING, "--json", "--workers", "2", *QUICK)
    assert code == 0
    assert first == second
    data = json.loads(first)
    assert data["verdict"] == "accept"
    assert data["walkaways"]["discount"]["status"] == "found"
    assert data["probability_all_conceded"]["estimate"] < data["probability"]["estimate"]
    assert len(data["rules"]) == 4
    assert data["ladder"]["discount"]["binds"] == "authority"
    assert data["ladder"]["discount"]["step_worth"]["estimate"] > 0
    assert data["figures"]["payback_month"]["estimate"] == 18
    assert [way["ending"] for way in data["endings"]] == [
        "ran its term",
        "customer left early",
        "customer defaulted",
    ]
    assert len(data["cash"]["months"]) == len(data["cash"]["mean"])
    assert data["swings"]["inputs"]["unit_cost"]["surplus"][0] > 0
    assert {one["name"] for one in data["checks"]} == {"average_guarantee", "responses_assumed_zero"}
    assert data["sources"][0]["owner"] == "sales"


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_every_example_runs_and_fits_the_page(name, capsys):
    code, page, error = call(capsys, "run", str(example_path(name)), *QUICK)
    assert code == 0, error
    assert max(len(line) for line in page.splitlines()) <= 130
    assert " nobody " not in page


@pytest.mark.parametrize(
    "rule", ["mean", "shortfall:0.1", "certainty:200000", "chance:0.8+mean", "need_to_win"]
)
def test_every_rule_runs(rule, capsys):
    code, page, error = call(capsys, "run", PACKAGING, "--rule", rule, *QUICK)
    assert code == 0, error
    assert "How far each term can go" in page


def test_an_offer_that_fails_comes_with_its_rescue(tmp_path, capsys):
    text = example_path("packaging").read_text().replace("proposed = 0.06", "proposed = 0.12")
    (tmp_path / "deal.toml").write_text(text)
    code, page, _ = call(capsys, "run", str(tmp_path / "deal.toml"), *QUICK)
    assert code == 0
    assert "WALK" in page
    assert "Nearest rescue: discount 12.00% to 8." in page
    assert "the proposal is past it" in page


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "nowhere.toml"], "a file that can be read"),
        (["run", PACKAGING, "--rule", "luck"], "rule must be one of"),
        (["run", PACKAGING, "--rule", "chance:1.5"], "strictly between 0 and 1"),
        (["run", PACKAGING, "--rule", "chance:lots"], "needs a number"),
        (["run", PACKAGING, "--draws", "0"], "--draws must be a whole number of at least 1"),
        (["run", PACKAGING, "--draws", "50000"], "the nearest is 65536"),
        (["run", PACKAGING, "--design", "sobel"], "did you mean 'sobol'"),
        (["run", PACKAGING, "--seed", "-1"], "Invalid value for '--seed'"),
        (["run", PACKAGING, "--workers", "0"], "workers must be"),
        (["run", PACKAGING, "--rule", "shortfall:0.001", *QUICK], "Take --draws of at least 250000"),
        (["run", PACKAGING, "--rule", "certainty:1000", *QUICK], "the certainty equivalent"),
        (["examples", "packagin"], "did you mean 'packaging'"),
        (["run"], "Missing argument"),
        (["run", PACKAGING, "--colour", "red"], "No such option"),
    ],
)
def test_a_fault_gives_one_message_and_code_2(arguments, message, tmp_path, capsys):
    out = tmp_path / "out"
    extra = ["--out", str(out)] if arguments[0] == "run" and len(arguments) > 1 else []
    code, page, error = call(capsys, *arguments, *extra)
    assert code == 2
    assert message.lower() in " ".join(error.replace("│", " ").split()).lower()
    assert "Traceback" not in error
    assert not page
    assert not out.exists()


def test_an_output_that_is_a_file_is_refused(tmp_path, capsys):
    target = tmp_path / "taken"
    target.write_text("mine")
    code, _, error = call(capsys, "run", PACKAGING, "--out", str(target), *QUICK)
    assert code == 2
    assert "must be a directory" in error
    assert target.read_text() == "mine"


def test_examples_are_listed_and_copied(tmp_path, capsys):
    code, listed, _ = call(capsys, "examples")
    assert code == 0
    assert all(name in listed for name in EXAMPLES)
    for name in EXAMPLES:
        code, _, _ = call(capsys, "examples", name, "--to", str(tmp_path))
        assert code == 0
        assert (tmp_path / f"{name}.toml").read_bytes() == example_path(name).read_bytes()


def test_a_copy_that_was_edited_is_left_alone(tmp_path, capsys):
    mine = tmp_path / "packaging.toml"
    mine.write_text("mine")
    code, _, error = call(capsys, "examples", "packaging", "--to", str(tmp_path))
    assert code == 2
    assert "exists already" in error
    assert mine.read_text() == "mine"


def test_what_the_deal_leaves_out_is_said(tmp_path, capsys):
    start, end = (
        TEXT.index('[[terms]]\nname = "deliveries_per_week"'),
        TEXT.index('[[terms]]\nname = "guarantee"'),
    )
    (tmp_path / "deal.toml").write_text(TEXT[:start] + TEXT[end:])
    _, page, _ = call(capsys, "run", str(tmp_path / "deal.toml"), *QUICK)
    assert "taken as: deliveries per week 0" in page


def test_brackets_in_a_file_are_no_markup(tmp_path, capsys):
    text = TEXT.replace('name = "Packaging"', 'name = "[/b] :warning: [red]Packaging"')
    text = text.replace('source = "price book"', 'source = "[/] price book [7]"')
    (tmp_path / "deal.toml").write_text(text, encoding="utf-8")
    code, page, error = call(capsys, "run", str(tmp_path / "deal.toml"), *QUICK)
    assert code == 0, error
    assert "[/b] :warning: [red]Packaging" in page
    assert "[/] price book [7]" in page


def test_fields_lists_every_quantity_and_clause(capsys):
    from walkaway_sim.deal.supply import QUANTITIES, TERMS

    code, page, _ = call(capsys, "fields")
    assert code == 0
    assert "under [inputs]" in page
    assert all(f"  {name} " in page for name in (*QUANTITIES, *TERMS))


def test_schema_is_a_json_schema(capsys):
    code, text, _ = call(capsys, "schema")
    assert code == 0
    assert {"months", "inputs", "terms"} <= set(json.loads(text)["properties"])


def test_the_same_seed_gives_the_same_in_another_process():
    # Sets and dictionaries of texts have another order in each process.
    command = [sys.executable, "-m", "walkaway_sim.cli", "run", PACKAGING, "--json", *QUICK]
    outputs = {subprocess.run(command, capture_output=True, text=True, check=True).stdout for _ in range(3)}
    assert len(outputs) == 1


def test_the_command_runs_as_a_module():
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "walkaway_sim.cli", "examples"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "packaging" in done.stdout
