"""Shell commands that turn a column of history into an input of a deal."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from walkaway_sim.calibrate.columns import LINE
from walkaway_sim.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["fit_column", "read_table"]


def fit_column(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE.csv",
            help="A table whose first line has the column names; commas, or semicolons with decimal commas.",
        ),
    ],
    column: Annotated[str, typer.Option(help="The column of numbers to fit. Empty cells are left out.")],
    censored: Annotated[
        str | None,
        typer.Option(
            help="Column that is 1 where the value is only a lower bound (an invoice still open), else 0."
        ),
    ] = None,
    weights: Annotated[
        str | None, typer.Option(help="Column that says for how many observations a row stands.")
    ] = None,
    families: Annotated[
        str | None,
        typer.Option(
            help="Families of distributions to try, with commas: lognormal,gamma. By default all that suit the column."
        ),
    ] = None,
    support: Annotated[
        str | None,
        typer.Option(
            help="What values are possible: real (any), positive (above 0), unit (between 0 and 1) or "
            "counts (whole, from 0). By default told from the column."
        ),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(
            help="Name of the input in the deal file, one of `walkaway fields`; by default the column's name."
        ),
    ] = None,
    unit: Annotated[str, typer.Option(help="Unit of the quantity, shown with it.")] = "",
    owner: Annotated[str, typer.Option(help="Who answers for the figures.")] = "",
    as_of: Annotated[
        str,
        typer.Option(
            metavar="YEAR-MONTH-DAY", help="Day up to which the figures were taken, as in 2026-06-30."
        ),
    ] = "",
    level: Annotated[
        float, typer.Option(help="A family is rejected if the p-value of its goodness of fit is below this.")
    ] = 0.01,
    plausible: Annotated[
        int,
        typer.Option(
            help="How many distributions that could be true as well are made, each by fitting again; "
            "100 or more. The first 100 are printed."
        ),
    ] = 200,
    seed: Annotated[
        int | None,
        typer.Option(
            min=0, metavar="NUMBER", help="Seed of the random numbers; the same seed gives the same answer."
        ),
    ] = None,
    plot: Annotated[
        Path | None, typer.Option(help="PNG file to draw the fit into: density, quantiles and tail.")
    ] = None,
) -> None:
    """Fit distributions to a column of numbers, and print the best as lines for a deal file.

    Printed are the recommended family, how many rows were used, the families
    tried (the best by aicc first; those with a goodness below --level do not
    fit), figures with intervals, and lines for the end of a deal file.
    """
    import walkaway_sim as ws
    from walkaway_sim._checks import check_integer
    from walkaway_sim.calibrate.fitting.fit import FEWEST_PLAUSIBLE

    check_integer("--plausible", plausible, minimum=FEWEST_PLAUSIBLE)
    date = _checked_date(as_of)
    table = read_table(file)
    found = ws.fit(
        _column(file, table, column),
        None if families is None else [one.strip() for one in families.split(",")],
        support=support,  # type: ignore[arg-type]  # it checks the name
        censored=None if censored is None else _column(file, table, censored),
        weights=None if weights is None else _column(file, table, weights),
        name=name or column,
        unit=unit,
        owner=owner,
        source=f"{file.name}, column {column}",
        as_of=date,
        rng=seed,
        n_plausible=plausible,
        level=level,
    )
    picture = None if plot is None else _picture(found)
    sys.stdout.write(f"{found.conclusion}\n{found.sample.used()}\n")
    if found.dropped:
        sys.stdout.write(f"Left out: {found.sample.left_out()}\n")
    for note in found.notes:
        sys.stdout.write(f"Note: {note}\n")
    sys.stdout.write(f"\n{_as_text(found.to_frame())}\n")
    sys.stdout.write("\nWith 90% intervals for what the data leave open about the parameters:\n")
    sys.stdout.write(f"{_as_text(found.figures(), 'not finite')}\n\n{found.snippet()}")
    _say_if_unknown(name or column)
    if plot is not None and picture is not None:
        from walkaway_sim._files import write_atomically

        write_atomically(plot, picture)


def read_table(file: Path) -> pd.DataFrame:
    """Read a CSV file with a header line, with commas or, as many a spreadsheet writes them, semicolons.

    Parameters
    ----------
    file : Path

    Returns
    -------
    DataFrame
        Its index has the line of the file that each row begins in, by which messages name it.

    Raises
    ------
    InputError
        No table can be read from it.
    """
    import pandas as pd

    if file.is_dir():
        raise InputError(f"{file} must be a CSV file, got a directory")
    try:
        with file.open(encoding="utf-8-sig") as opened:
            header = opened.readline()
        semicolons = header.count(";") > header.count(",")
        sep, decimal = (";", ",") if semicolons else (",", ".")
        lines = _checked_lines(file, sep)
        table = pd.read_csv(file, sep=sep, decimal=decimal, encoding="utf-8-sig", low_memory=False)
        table.index = pd.Index(lines, name=LINE)
        return table
    except UnicodeDecodeError:
        raise InputError(f"{file} must be text in UTF-8; save it again as CSV UTF-8") from None
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        reason = str(error).strip().removeprefix("Error tokenizing data. C error: ")
        raise InputError(
            f"{file} must be a table with a header line and as many cells in each row: {reason}"
        ) from None


def _checked_lines(file: Path, sep: str) -> list[int]:
    """Return the line in which each row begins; refuse rows with more cells, or fewer, than there are column names.

    pandas would move those over. Blank lines are no rows, as for pandas.
    """
    import csv

    found: list[tuple[int, int]] = []
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = csv.reader(opened, delimiter=sep)
        header: list[str] = []
        begins = 1
        for row in rows:
            blank = not row or (len(row) == 1 and row[0].isspace())
            if header and not blank:
                found.append((begins, len(row)))
            header = header or ([] if blank else row)
            begins = rows.line_num + 1
    wrong = [(line, cells) for line, cells in found if cells != len(header)]
    if wrong:
        line, cells = wrong[0]
        more = f", and {len(wrong) - 1} more lines" if len(wrong) > 1 else ""
        raise InputError(
            f"{file} must have {len(header)} cells in each line, as many as its first line names, got {cells} in line "
            f"{line}{more}. A comma within a number or a text needs quotation marks around it, and none may end a line"
        )
    return [line for line, _ in found]


def _say_if_unknown(key: str) -> None:
    """Say on the error stream that deal files have no input of that name, as they are not free to call them."""
    from walkaway_sim._checks import nearest
    from walkaway_sim.deal.supply.quantities import QUANTITIES

    if key not in QUANTITIES:
        hint = nearest(key, QUANTITIES) or "; `walkaway fields` lists those that they have."
        sys.stderr.write(f"walkaway: note: deal files have no input {key!r}{hint} Name one with --name\n")


def _checked_date(as_of: str) -> str:
    """Return the date of the figures, refusing what is no date in ISO form, or one that no figures can be of yet."""
    if not as_of:
        return ""
    needed = "--as-of must be a date as year-month-day"
    try:
        date = datetime.date.fromisoformat(as_of)
    except ValueError:
        date = None
    if date is None or date.isoformat() != as_of:  # 20260630 and 2026-W27-2 are ISO too, but nobody's habit
        raise InputError(f"{needed}, such as 2026-06-30, got {as_of!r}; leave it out if it is not known")
    if date > datetime.date.today():
        raise InputError(
            f"{needed} that has come, got {as_of}, while today is {datetime.date.today()}; "
            "it is the day up to which the figures were taken"
        )
    return as_of


def _column(file: Path, table: Any, name: str) -> Any:
    from walkaway_sim._checks import nearest

    if name not in table.columns:
        listed = ", ".join(str(one) for one in table.columns)
        hint = nearest(name, map(str, table.columns)) or "."
        raise InputError(f"{file} has no column {name!r}{hint} It has {listed}")
    return table[name]


def _as_text(frame: Any, missing: str = "") -> str:
    return str(frame.to_string(float_format=lambda value: f"{value:.6g}", na_rep=missing))


def _picture(found: Any) -> bytes:
    import io

    from matplotlib.figure import Figure

    from walkaway_sim.present.fit import plot_fit

    figure = Figure(figsize=(15.0, 4.6), layout="constrained")
    density, quantiles, tail = figure.subplots(1, 3)
    plot_fit(found, kind="density", ax=density)
    plot_fit(found, kind="qq", ax=quantiles)
    plot_fit(found, kind="tail", ax=tail)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=120)
    return buffer.getvalue()
