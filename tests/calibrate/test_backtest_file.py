"""Files of forecasts: three forms, and every fault with its column and lines."""

import numpy as np
import pytest

import walkaway_sim as ws
from walkaway_sim.calibrate.backtesting.file import read_backtest_file


@pytest.fixture
def file(tmp_path):
    def write(text, encoding="utf-8"):
        path = tmp_path / "forecasts.csv"
        path.write_text(text, encoding=encoding)
        return path

    return write


def rows(line, n=12):
    return "\n".join(line.format(i=i) for i in range(n)) + "\n"


def test_quantiles_in_any_order(file):
    found = read_backtest_file(file("customer,q0.9,realised,q0.1\n" + rows("c{i},{i}5,{i},-1")))
    assert found.form == "quantiles"
    assert found.forecasts.columns.tolist() == [0.1, 0.9]
    assert found.forecasts[0.9].tolist() == [float(f"{i}5") for i in range(12)]
    assert found.unused == ("customer",)
    assert found.selected is None
    assert ws.backtest(found.forecasts, found.realised, rng=1).n_scored == 12


def test_normals_with_values_not_known_and_a_byte_order_mark(file):
    text = "realised,mean,sd\n,1,2\n" + rows("{i}, 10 ,3")
    found = read_backtest_file(file(text, "utf-8-sig"))
    assert found.form == "normals"
    assert np.isnan(found.realised[0])
    assert found.forecasts[1] == ws.normal(10, 3)


def test_chances_with_words_and_a_selection(file):
    found = read_backtest_file(file("p,won?,selected\n" + rows("0.{i},Won,yes") + rows("0.1,lost,0")), "won?")
    assert found.form == "chances"
    assert found.realised.tolist() == [1.0] * 12 + [0.0] * 12
    assert found.selected.tolist() == found.realised.tolist()


def test_blank_lines_are_passed_over_and_counted_as_lines(file):
    with pytest.raises(ws.InputError, match="column mean, line 4: needs a finite number, found 'x'"):
        read_backtest_file(file("realised,mean,sd\n1,2,3\n\n1,x,3\n"))


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("", ["the file is empty"]),
        ("realised;mean;sd\n1;2;3\n", ["apart by semicolons"]),
        ("realised,mean,mean\n1,2,3\n", ["the column mean is there twice"]),
        ("realized,mean,sd\n1,2,3\n", ["no column 'realised'; did you mean 'realized'? found realized, mean, sd"]),
        ("realised,price\n1,2\n", ["no forecasts: needs forecasts as quantiles", "found realised, price"]),
        ("realised,mean\n1,2\n", ["needs both mean and sd, found mean only"]),
        ("realised,q0.5\n1,2\n", ["needs two quantiles or more"]),
        ("realised,q0.5,0.5\n1,2,2\n", ["each probability once"]),
        ("realised,p,mean,sd\n1,0.2,1,1\n", ["forecasts of more than one kind: mean, sd, p"]),
        ("realised,mean,sd\n1,2,3\nabc,2,3\n1,inf,\n", ["3 faults", "column realised, line 3: needs a finite number, found 'abc'", "column mean, line 4: needs a finite number, found 'inf'", "column sd, line 4: needs a number, found nothing"]),
        ("realised,mean,sd\n1,2,0\n1,2,-1\n", ["column sd, lines 2 and 3: needs a standard deviation above 0"]),
        ("realised,q0.1,q0.9\n1,2,1\n", ["column q0.9, line 2: needs quantiles that rise, so at least that of q0.1"]),
        ("realised,p\n2,1.5\n", ["column p, line 2: needs a chance from 0 to 1", "column realised, line 2: needs 1, 0 or nothing"]),
        ("realised,mean,sd,selected\n1,2,3,2\n1,2,3,\n", ["column selected, lines 2 and 3: needs 1, 0 or a probability"]),
        ("realised,mean,sd\nyes,2,3\n", ["needs a finite number, found 'yes'"]),
        ('realised,mean,sd\n1,2,"3\n', ["no file of comma-separated values"]),
        ("realised,mean,sd\n1,2,3,4,5\n1,2,3\n1,2\n", ["lines 2 and 4: needs 3 cells, as many as there are column names"]),
    ],
)  # fmt: skip
def test_every_fault_is_named_with_its_place(file, text, messages):
    with pytest.raises(ws.InputError) as refused:
        read_backtest_file(file(text))
    for message in messages:
        assert message in str(refused.value)


def test_what_is_no_text_is_refused(tmp_path):
    path = tmp_path / "picture.csv"
    path.write_bytes(b"\x89PNG\xff\xfe\x00")
    with pytest.raises(ws.InputError, match="no file of comma-separated values in UTF-8"):
        read_backtest_file(path)
