"""``walkaway backtest``, run as its user runs it."""

import json

import numpy as np
import pytest

from walkaway_sim import cli


def call(capsys, *arguments):
    """Return exit code, output and error of one command."""
    with pytest.raises(SystemExit) as stopped:
        cli.main(["backtest", *map(str, arguments)])
    captured = capsys.readouterr()
    return stopped.value.code or 0, captured.out, captured.err


@pytest.fixture
def normals(tmp_path):
    generator = np.random.default_rng(4)
    lines = ["customer,realised,mean,sd"]
    for row in range(90):
        mean = generator.normal(100, 20)
        value = "" if row % 3 == 0 else f"{generator.normal(mean, 15):.2f}"
        lines.append(f"c{row},{value},{mean:.3f},6")
    path = tmp_path / "growth.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture
def chances(tmp_path):
    generator = np.random.default_rng(5)
    chance = generator.uniform(0, 1, 80).round(2)
    lines = [f"{'won' if generator.random() < one else 'lost'},{one}" for one in chance]
    path = tmp_path / "quotes.csv"
    path.write_text("result,p\n" + "\n".join(lines) + "\n")
    return path


def test_it_prints_a_verdict_and_writes_whole_files(normals, tmp_path, capsys):
    out = tmp_path / "out"
    code, page, error = call(capsys, normals, "--out", out, "--seed", 1)
    assert code == 0, error
    text = " ".join(page.split())
    for needed in (
        "growth.csv", "Do not trust these forecasts as they are: intervals too narrow", "The 80% intervals held",
        "60 of 90 forecasts are scored", "of 30 the realised value is not known", "below the median", "Mean CRPS",
        "p frequency", "Columns not looked at: customer.",
    ):  # fmt: skip
        assert needed in text
    # The path of the folder may be as long as it is.
    assert max(len(line) for line in page.splitlines() if str(out) not in line) <= 130
    assert {one.name for one in out.iterdir()} == {"calibration.png", "calibration.csv", "calibration.json"}
    assert (out / "calibration.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert json.loads((out / "calibration.json").read_text())["faults"] == ["intervals too narrow"]


def test_json_is_json_and_the_same_seed_gives_the_same(normals, capsys):
    _, first, _ = call(capsys, normals, "--json", "--seed", 1, "--level", 0.9)
    _, second, _ = call(capsys, normals, "--json", "--seed", 1, "--level", 0.9)
    assert first == second
    data = json.loads(first)
    assert (data["forecasts"], data["scored"], data["unknown"]) == (90, 60, 30)
    assert [one["level"] for one in data["coverage"]] == [0.9]
    assert data["skill"]["low"] < data["skill"]["estimate"] < data["skill"]["high"]


def test_chances_have_a_table_of_their_own(chances, tmp_path, capsys):
    code, page, error = call(capsys, chances, "--realised", "result", "--seed", 1, "--out", tmp_path / "out")
    assert code == 0, error
    assert "Does what was given a chance come true as often?" in page
    assert "Brier score" in page
    _, text, _ = call(capsys, chances, "--realised", "result", "--seed", 1, "--json")
    data = json.loads(text)
    assert data["brier"] == pytest.approx(
        data["miscalibration"] - data["discrimination"] + data["uncertainty"], abs=1e-12
    )


def test_help_says_what_the_file_holds(capsys):
    code, page, _ = call(capsys, "--help")
    assert code == 0
    for needed in (
        "q0.1, q0.5, q0.9",
        "columns mean and sd",
        "chances of a yes: column p",
        "selected",
        "in order of time",
    ):
        assert needed in " ".join(page.split())


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        (None, [], "no such file"),
        ("realised,mean,sd\n1,2,x\n", [], "column sd, line 2: needs a finite number, found 'x'"),
        ("realised,mean,sd\n1,2,3\n", [], "a back-test needs 10 or more"),
        ("realised,mean,sd\n1,2,3\n", ["--realised", "came"], "no column 'came'"),
        (
            "realised,mean,sd\n" + "1,2,3\n" * 20,
            ["--level", "1.5"],
            "levels must lie strictly between 0 and 1",
        ),
        ("realised,mean,sd\n" + "1,2,3\n" * 20, ["--seed", "-1"], "Invalid value for '--seed'"),
        ("realised,p\n" + "1,0.5\n" * 20, ["--level", "0.5"], "--level is for intervals"),
    ],
)
def test_a_fault_gives_one_message_and_code_2(text, options, message, tmp_path, capsys):
    path, out = tmp_path / "given.csv", tmp_path / "out"
    if text is not None:
        path.write_text(text)
    code, page, error = call(capsys, path, "--out", out, *options)
    assert code == 2
    assert message in " ".join(error.split()).replace("No such", "no such")
    assert "Traceback" not in error
    assert not page
    assert not out.exists()
