"""The command `fit`, run as its user runs it."""

import tomllib

import numpy as np
import pytest

from walkaway_sim import cli


def call(capsys, *arguments):
    with pytest.raises(SystemExit) as stopped:
        cli.main(list(arguments))
    captured = capsys.readouterr()
    return stopped.value.code or 0, captured.out, captured.err


@pytest.fixture
def table(tmp_path):
    rng = np.random.default_rng(4)
    days = rng.gamma(4, 9, 60).round(1)
    rows = [f"{day},{int(day > 60)},2,2024-01-0{i % 9 + 1},{'x' if i else 'y'}" for i, day in enumerate(days)]
    path = tmp_path / "history.csv"
    path.write_text("days_late,open,count,paid,text\n" + "\n".join([*rows, ",0,1,,", "n/a,0,1,,"]) + "\n")
    return path


def test_a_column_is_fitted_and_its_snippet_is_toml(table, tmp_path, capsys):
    code, page, error = call(
        capsys, "fit", str(table), "--column", "days_late", "--unit", "days", "--seed", "7", "--plot", str(tmp_path / "fit.png")
    )  # fmt: skip
    assert code == 0, error
    assert "60 of 62 rows used (dropped: 2 missing)" in page
    assert "aicc" in page
    assert "With 90% intervals" in page
    made = tomllib.loads(page[page.index("[inputs.days_late]") :])["inputs"]["days_late"]
    assert made["unit"] == "days"
    assert made["source"].startswith("history.csv, column days_late: 60 of 62 rows")
    assert made["kind"] in {one["kind"] for one in made["plausible"]}
    assert (tmp_path / "fit.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    again = call(capsys, "fit", str(table), "--column", "days_late", "--unit", "days", "--seed", "7")
    assert again[1] == page


def test_options_reach_the_fit(table, capsys):
    code, page, _ = call(
        capsys, "fit", str(table), "--column", "days_late", "--families", "gamma, weibull", "--censored", "open",
        "--weights", "count", "--name", "delay", "--seed", "1",
    )  # fmt: skip
    assert code == 0
    assert "[inputs.delay]" in page
    assert "lower bounds" in page
    assert "standing for 120 observations" in page
    assert "lognormal" not in page


def test_semicolons_and_decimal_commas_are_read(tmp_path, capsys):
    values = np.random.default_rng(1).lognormal(3, 0.3, 30).round(2)
    rows = "\n".join(f"{i};{value}".replace(".", ",") for i, value in enumerate(values))
    (tmp_path / "x.csv").write_text(f"\ufeffnr;preis\n{rows}\n", encoding="utf-8")
    code, page, error = call(capsys, "fit", str(tmp_path / "x.csv"), "--column", "preis")
    assert code == 0, error
    assert "30 of 30 rows used" in page


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--column", "days_lat"], "did you mean 'days_late'? It has days_late, open"),
        (["--column", "paid"], "paid must be a column of numbers"),
        (["--column", "text"], "text must be a column of numbers"),
        (["--column", "days_late", "--families", "gama"], "did you mean 'gamma'"),
        (["--column", "days_late", "--support", "unit"], "strictly between 0 and 1"),
        (["--column", "days_late", "--censored", "text"], "true or false in each row"),
        (["--column", "days_late", "--weights", "nothing"], "has no column 'nothing'"),
        (["--column", "days_late", "--plausible", "5"], "at least 100"),
        (["--column", "days_late", "--seed", "-1"], "rng must be"),
        ([], "Missing option"),
    ],
)
def test_a_fault_gives_one_message_and_code_2(table, arguments, message, capsys):
    code, page, error = call(capsys, "fit", str(table), *arguments)
    assert code == 2
    assert message.lower() in " ".join(error.replace("│", " ").split()).lower()
    assert "Traceback" not in error
    assert not page


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "must be a table with a header line"),
        (b"a,b\n1,2\n1,2,3\n", "2 cells in each line"),
        (b"a\n\xff\xfe\x00", "UTF-8"),
        (None, "must be a CSV file, got a directory"),
    ],
)
def test_a_file_that_is_no_table_is_refused(tmp_path, content, message, capsys):
    path = tmp_path / "x.csv"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    code, _, error = call(capsys, "fit", str(path), "--column", "a")
    assert code == 2
    assert message in error
    assert "Traceback" not in error


def test_a_missing_file_is_told(capsys):
    code, _, error = call(capsys, "fit", "nowhere.csv", "--column", "a")
    assert code == 2
    assert "nowhere.csv" in error


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("cost,site\n41,7,K7\n42,1,K8\n", "2 cells in each line, as many as its first line names, got 3 in line 2, and 1 more"),
        ("site,cost\n907,40.7,\n", "got 3 in line 2."),
        ("site,cost\n907\n", "got 1 in line 2"),
    ],
    ids=["decimal comma", "comma at the end", "short"],
)  # fmt: skip
def test_rows_that_pandas_would_move_over_are_refused(tmp_path, text, words):
    from tests.strategies import refused

    from walkaway_sim.cli_calibrate import read_table

    path = tmp_path / "moved.csv"
    path.write_text(text, encoding="utf-8")
    assert words in refused(read_table, path)
