"""Shell commands that turn a column of history into an input of a deal."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from walkaway_sim.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["fit_column", "read_table"]


def fit_column(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="A table with a header line.")],
    column: Annotated[str, typer.Option(help="The column to fit.")],
    censored: Annotated[
        str | None, typer.Option(help="Column that is true where the value is only a lower bound.")
    ] = None,
    weights: Annotated[
        str | None, typer.Option(help="Column that says how many observations a row stands for.")
    ] = None,
    families: Annotated[
        str | None, typer.Option(help="Families to try, with commas: lognormal,gamma.")
    ] = None,
    support: Annotated[str | None, typer.Option(help="real, positive, unit or counts.")] = None,
    name: Annotated[
        str | None, typer.Option(help="Key in the deal file; by default the column's name.")
    ] = None,
    unit: Annotated[str, typer.Option(help="Unit of the quantity.")] = "",
    owner: Annotated[str, typer.Option(help="Who answers for the figures.")] = "",
    as_of: Annotated[str, typer.Option(help="Date of the figures.")] = "",
    level: Annotated[
        float, typer.Option(help="A family whose goodness of fit has a p-value below it does not fit.")
    ] = 0.01,
    plausible: Annotated[int, typer.Option(help="Plausible distributions, each from a refit.")] = 200,
    seed: Annotated[int | None, typer.Option(help="Seed; the same gives the same answer.")] = None,
    plot: Annotated[Path | None, typer.Option(help="PNG file for density, quantiles and tail.")] = None,
) -> None:
    """Fit a column: which family, what else is plausible, and lines to paste into a deal file."""
    import walkaway_sim as ws

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
        as_of=as_of,
        rng=seed,
        n_plausible=plausible,
        level=level,
    )
    picture = None if plot is None else _picture(found)
    sys.stdout.write(f"{found.conclusion}\n{found.sample.used()}\n")
    for note in found.notes:
        sys.stdout.write(f"Note: {note}\n")
    sys.stdout.write(f"\n{_as_text(found.to_frame())}\n")
    sys.stdout.write("\nWith 90% intervals for what the data leave open about the parameters:\n")
    sys.stdout.write(f"{_as_text(found.figures())}\n\n{found.snippet()}")
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
        _check_cells(file, sep)
        return pd.read_csv(file, sep=sep, decimal=decimal, encoding="utf-8-sig", low_memory=False)
    except UnicodeDecodeError:
        raise InputError(f"{file} must be text in UTF-8; save it again as CSV UTF-8") from None
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        reason = str(error).strip().removeprefix("Error tokenizing data. C error: ")
        raise InputError(
            f"{file} must be a table with a header line and as many cells in each row: {reason}"
        ) from None


def _check_cells(file: Path, sep: str) -> None:
    """Refuse rows with more cells, or fewer, than there are column names: pandas would move them over."""
    import csv

    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = csv.reader(opened, delimiter=sep)
        header = next(rows, [])
        wrong = [(rows.line_num, len(row)) for row in rows if row and len(row) != len(header)]
    if wrong:
        line, cells = wrong[0]
        more = f", and {len(wrong) - 1} more lines" if len(wrong) > 1 else ""
        raise InputError(
            f"{file} must have {len(header)} cells in each line, as many as its first line names, got {cells} in line "
            f"{line}{more}. A comma within a number or a text needs quotation marks around it, and none may end a line"
        )


def _column(file: Path, table: Any, name: str) -> Any:
    from walkaway_sim._checks import nearest

    if name not in table.columns:
        listed = ", ".join(str(one) for one in table.columns)
        hint = nearest(name, map(str, table.columns)) or "."
        raise InputError(f"{file} has no column {name!r}{hint} It has {listed}")
    return table[name]


def _as_text(frame: Any) -> str:
    return str(frame.to_string(float_format=lambda value: f"{value:.6g}", na_rep=""))


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
