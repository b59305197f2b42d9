"""The shell's ``backtest``: a file of forecasts and what came, judged."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from walkaway_sim.errors import InputError

__all__ = ["backtest"]


def backtest(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE.csv", help="Forecasts and the values that came about, in order of time."
        ),
    ],
    realised: Annotated[
        str, typer.Option(help="Column of the values that came about; empty cells where not known.")
    ] = "realised",
    level: Annotated[
        list[float] | None,
        typer.Option(
            help="Chance that an interval to judge should hold; 0.5, 0.8 and 0.95 by default. May be repeated."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Directory for the picture, the table and the report.")
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(
            min=0, metavar="NUMBER", help="Seed of the random numbers; the same seed gives the same answer."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON, for machines.")] = False,
) -> None:
    """Compare forecasts with what came about: whether intervals held as often as they should, and whether they help.

    FILE.csv begins with a line of column names; rows follow in order of time.
    The column realised has what came about, and is empty where that is not
    known (say, for deals that were not signed). The forecasts are one of

    - quantiles, in columns named by their chances: q0.1, q0.5, q0.9, ...

    - normal distributions: columns mean and sd

    - chances of a yes: column p, and then realised is 1 or 0

    A column selected is optional: 1 for rows to score and 0 for rows to leave
    out, or the chance that the row's value would become known, by which it is
    weighted. Other columns are not looked at. At least 10 rows with a
    realised value are needed.
    """
    import walkaway_sim as ws
    from walkaway_sim.calibrate.backtesting.file import read_backtest_file
    from walkaway_sim.cli import _check_out, _console
    from walkaway_sim.present.calibration_page import as_calibration_data, as_calibration_page

    _check_out(out)
    given = read_backtest_file(file, realised)
    if given.form == "chances":
        if level:
            raise InputError("--level is for intervals, and the file has chances; leave it out")
        result: ws.Backtest | ws.Reliability = ws.reliability(
            given.forecasts, given.realised, selected=given.selected, rng=seed
        )
    else:
        result = ws.backtest(given.forecasts, given.realised, selected=given.selected, levels=level, rng=seed)
    text = json.dumps(as_calibration_data(result), indent=2, allow_nan=False) + "\n"
    written = _write(out, result, text) if out is not None else []
    if as_json:
        sys.stdout.write(text)
        return
    console = _console()
    console.print(as_calibration_page(result, file.name))
    if given.unused:
        console.print(f"Columns not looked at: {', '.join(given.unused)}.", soft_wrap=True)
    if written:
        console.print(f"Written to {out}: {', '.join(written)}", soft_wrap=True, highlight=False)


def _write(out: Path, result: object, report: str) -> list[str]:
    """Write everything, each file whole; all is rendered before the first is written."""
    import walkaway_sim as ws
    from walkaway_sim._files import write_all

    picture = io.BytesIO()
    ws.plot_calibration(result).get_figure(root=True).savefig(  # type: ignore[union-attr, arg-type]  # one of the two
        picture, format="png", dpi=130, metadata={"Software": None}
    )
    files = {
        "calibration.png": picture.getvalue(),
        "calibration.csv": result.to_frame().to_csv().encode("utf-8"),  # type: ignore[attr-defined]  # both have it
        "calibration.json": report.encode("utf-8"),
    }
    return write_all(out, files)
