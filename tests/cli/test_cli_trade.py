"""The shell's ``trade``, run as its user runs it."""

import json
import os

import pytest
from tests.cli.test_cli import PACKAGING, QUICK, call

TWO = ["trade", PACKAGING, "payment_days", "discount"]


def test_two_terms_stand_against_each_other_on_one_page(tmp_path, capsys):
    out = tmp_path / "out"
    code, page, error = call(capsys, *TWO, "--step", "30", "--out", str(out), *QUICK)
    assert code == 0, error
    for needed in (
        "30 more days of payment are worth 1.", "points of discount", "What to ask in return for a step",
        "How far discount can go for each value of payment days", "cannot both be had", "simulation error only",
        "Written to",
    ):  # fmt: skip
        assert needed in " ".join(page.split())
    assert max(len(line) for line in page.splitlines() if not line.startswith("Written")) <= 130
    assert {path.name for path in out.iterdir()} == {
        "frontier.png", "exchange.png", "frontier.csv", "trade.json",
    }  # fmt: skip
    data = json.loads((out / "trade.json").read_text())
    rate = next(one for one in data["rates"] if one["step_of"] == "payment_days")
    assert rate["step"] == 30
    assert 0.005 < rate["low"] < rate["estimate"] < rate["high"] < 0.02
    discounts = [point["discount"] for point in data["frontier"]]
    assert discounts == sorted(discounts, reverse=True)
    for name in ("frontier.png", "exchange.png"):
        assert (out / name).read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_rules_of_several_parts_and_levels(capsys):
    arguments = ["trade", PACKAGING, "deliveries_per_week", "rebate", "--rule", "chance:0.9+mean", "--json"]
    code, text, error = call(capsys, *arguments, *QUICK)
    assert code == 0, error
    data = json.loads(text)
    assert data["rates_by"].startswith("expected surplus")
    assert data["rule"].startswith("chance of at least 90% and")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["payment_day", "discount"], "did you mean 'payment_days'"),
        (["discount", "discount"], "two different terms"),
        (["discount"], "Missing argument"),
        (["payment_days", "discount", "--step", "lots"], "step must be a number"),
        (["payment_days", "discount", "--step", "5%"], "is no fraction; give it in its unit of days"),
        (["payment_days", "discount", "--step", "0"], "above 0"),
        (["payment_days", "discount", "--step", "500"], "must not pass the end of its range"),
        (["payment_days", "discount", "--rule", "luck"], "rule must be one of"),
        (["discount", "payment_days", "--step", "1"], "write 1% or 0.01, got '1'"),
        (["deliveries_per_week", "discount", "--step", "4"], "a step of 1, 2, 3; got 4"),
    ],
)
def test_a_fault_gives_one_message_and_code_2(arguments, message, tmp_path, capsys):
    out = tmp_path / "out"
    code, page, error = call(capsys, "trade", PACKAGING, *arguments, "--out", str(out), *QUICK)
    assert code == 2
    assert message.lower() in " ".join(error.replace("│", " ").split()).lower()
    assert "Traceback" not in error
    assert not page
    assert not out.exists()


def test_a_directory_that_cannot_be_written_is_refused_before_the_work(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("walkaway_sim.simulate", lambda *_, **__: pytest.fail("nothing is to be drawn"))
    file = tmp_path / "report"
    file.write_text("mine")
    code, _, error = call(capsys, *TWO, "--out", str(file / "out"), *QUICK)
    assert (code, "is a file; name another" in " ".join(error.replace("│", " ").split())) == (2, True)
    monkeypatch.setattr("os.access", lambda _, mode: not mode & os.W_OK)  # as for a user without the right
    code, _, error = call(capsys, *TWO, "--out", str(tmp_path / "out"), *QUICK)
    assert (code, "no right to write" in " ".join(error.replace("│", " ").split())) == (2, True)
