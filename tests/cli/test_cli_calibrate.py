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
        (["--column", "days_late", "--seed", "-1"], "Invalid value for '--seed'"),
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


def mixed(tmp_path, cells, header="days_late"):
    """A file whose third line is blank, so that rows and lines differ by more than the header."""
    path = tmp_path / "mixed.csv"
    path.write_text("\n".join([header, cells[0], "", *cells[1:]]) + "\n", encoding="utf-8")
    return path


DAYS = [f"{day:.1f}" for day in np.random.default_rng(4).gamma(4, 9, 60)]


def test_rows_left_out_are_named_by_their_line_of_the_file(tmp_path, capsys):
    cells = [*DAYS[:10], "soon", *DAYS[10:20], "n/a", *DAYS[20:]]
    code, page, _ = call(capsys, "fit", str(mixed(tmp_path, cells)), "--column", "days_late", "--seed", "1")
    assert code == 0
    lines = mixed(tmp_path, cells).read_text().splitlines()
    soon, gone = lines.index("soon") + 1, lines.index("n/a") + 1
    assert f"Left out: 1 missing: line {gone} of the file; 1 not a number: line {soon} of the file\n" in page


def test_only_the_cells_at_fault_are_named(tmp_path, capsys):
    rows = [f"{day},{'True' if row % 7 == 0 else 'False'}" for row, day in enumerate(DAYS)]
    rows[30] = rows[30].replace("False", "maybe")
    path = mixed(tmp_path, rows, "days_late,open")
    code, _, error = call(capsys, "fit", str(path), "--column", "days_late", "--censored", "open")
    assert code == 2
    assert "got 'maybe' in line 33 of the file;" in error


def test_messages_name_what_the_shell_has(table, capsys):
    code, _, error = call(capsys, "fit", str(table), "--column", "days_late", "--plausible", "5")
    assert code == 2
    assert error == "walkaway: --plausible must be a whole number of at least 100, got 5\n"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("last June", "year-month-day, such as 2026-06-30, got 'last June'"),
        ("30/06/2024", "got '30/06/2024'"),
        ("20240630", "got '20240630'"),
        ("2024-02-30", "got '2024-02-30'"),
        ("2999-01-01", "that has come, got 2999-01-01, while today is"),
    ],
)
def test_the_date_of_the_figures_is_checked(table, given, words, capsys):
    code, page, error = call(capsys, "fit", str(table), "--column", "days_late", "--as-of", given)
    assert code == 2
    assert words in error
    assert error.count("\n") == 1
    assert not page


def test_a_good_date_comes_through(table, capsys):
    code, page, error = call(capsys, "fit", str(table), "--column", "days_late", "--as-of", "2024-06-30")
    assert code == 0
    assert not error
    assert 'as_of = "2024-06-30"' in page


def test_a_name_that_no_deal_file_has_is_told(table, capsys):
    code, _, error = call(capsys, "fit", str(table), "--column", "days_late", "--name", "day_late")
    assert code == 0
    assert error == (
        "walkaway: note: deal files have no input 'day_late'; did you mean 'days_late'? Name one with --name\n"
    )
