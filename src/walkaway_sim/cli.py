"""The shell: arguments, one call, an exit code."""

from __future__ import annotations

import json
import os
import re
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from walkaway_sim.cli_backtest import backtest
from walkaway_sim.cli_calibrate import fit_column
from walkaway_sim.cli_table import offer, trade
from walkaway_sim.errors import InputError

__all__ = ["app", "main"]

_MAX_MEMORY = 2**33
"""Bytes that the draws of a page may take: it needs all of them at once."""

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="How far a supplier can go on every term of a deal before it is better off walking away.",
)


@app.command()
def run(
    deal: Annotated[Path, typer.Argument(metavar="DEAL.toml", help="The deal file.")],
    out: Annotated[
        Path | None, typer.Option(help="Directory for pictures, the table and the report.")
    ] = None,
    rule: Annotated[
        str | None,
        typer.Option(
            help="chance:0.9 or chance:90%, mean, shortfall:0.1, certainty:50000; by default the file's, or chance:0.9."
        ),
    ] = None,
    draws: Annotated[
        int | None, typer.Option(help="Draws in all: 65536; with --precision the most of one run, 1048576.")
    ] = None,
    precision: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TERM=HALF-WIDTH",
            help="As many draws as it takes: discount=0.1%, payment_days=2. May be given several times.",
        ),
    ] = None,
    design: Annotated[str, typer.Option(help="sobol, random or lhs.")] = "sobol",
    seed: Annotated[
        int | None,
        typer.Option(
            min=0, metavar="NUMBER", help="Seed of the random numbers; the same seed gives the same answer."
        ),
    ] = None,
    workers: Annotated[int, typer.Option(help="Threads.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON, for machines.")] = False,
) -> None:
    """Value a deal and find the walkaway of every term."""
    import walkaway_sim as ws
    from walkaway_sim.decide.parse import parse_precision
    from walkaway_sim.present.page import as_page
    from walkaway_sim.present.report import as_data

    _check_out(out)
    loaded = ws.read_deal(deal)
    chosen = ws.parse_rule(rule or loaded.rule or "chance:0.9")
    walk, note = None, ""
    if precision:
        precise = ws.solve_to_precision(
            loaded,
            chosen,
            parse_precision(precision, loaded.terms),
            max_draws=2**20 if draws is None else draws,
            design=design,  # type: ignore[arg-type]  # it checks the name of the design
            rng=seed,
            workers=workers,
            progress=_say,
        )
        sim, walk, note = precise.sim, precise.walk, precise.note
    else:
        with _bar("draws") as step:
            sim = ws.simulate(
                loaded,
                2**16 if draws is None else draws,
                design,  # type: ignore[arg-type]  # it checks the name of the design
                rng=seed,
                workers=workers,
                max_memory=_MAX_MEMORY,
                progress=step,
            )
    with _bar("terms") as step:
        desk = ws.deal_desk(sim, chosen, walk=walk, progress=lambda _, done, total: step(done + 1, total))
    data = as_data(sim, desk)
    if precision:
        data["precision"] = {
            "asked": dict(precise.asked),
            "reached": dict(precise.reached),
            "needed": dict(precise.needed),
        }
    text = json.dumps(data, indent=2, allow_nan=False) + "\n"
    written = _write(out, sim, desk, text) if out is not None else []
    if as_json:
        sys.stdout.write(text)
        return
    console = _console()
    console.print(as_page(sim, desk))
    if note:
        console.print(f"Precision. {note}")
    if written:
        console.print(f"Written to {out}: {', '.join(written)}", soft_wrap=True, highlight=False)


@app.command()
def fields() -> None:
    """List every quantity and clause of a deal file: unit, default, bounds, meaning."""
    from walkaway_sim.present.fields import as_fields

    _console().print(as_fields())


app.command()(offer)
app.command()(trade)
app.command()(backtest)


@app.command()
def schema() -> None:
    """Print the JSON schema of deal files."""
    from walkaway_sim.deal.file.schema import json_schema

    sys.stdout.write(json.dumps(json_schema(), indent=2) + "\n")


@app.command()
def examples(
    name: Annotated[
        str | None, typer.Argument(help="The example to copy; without it they are listed.")
    ] = None,
    to: Annotated[Path, typer.Option(help="Directory to copy it into.")] = Path(),
) -> None:
    """List the example deals that ship with the package, or copy one."""
    from walkaway_sim._files import write_atomically
    from walkaway_sim.examples import EXAMPLES, example_path

    if name is None:
        for key, text in EXAMPLES.items():
            sys.stdout.write(f"{key}: {text}\n")
        sys.stdout.write("Copy one with: walkaway examples NAME --to DIR\n")
        return
    source = example_path(name)
    _check_out(to)
    if (to / source.name).exists():
        raise InputError(
            f"{to / source.name} exists already and is left as it is; name another directory with --to"
        )
    to.mkdir(parents=True, exist_ok=True)
    write_atomically(to / source.name, source.read_bytes())
    sys.stdout.write(f"Copied to {to / source.name}\n")


app.command("fit")(fit_column)


def main(arguments: list[str] | None = None) -> None:
    """Run the shell command and exit: 0 when it ran, 2 for a fault in what it was given."""
    warnings.showwarning = _warn  # type: ignore[assignment]  # it takes what else comes as well
    try:
        app(args=arguments)
    except InputError as error:
        _fail(_as_options(str(error)))
    except OSError as error:
        _fail(f"{error.filename or 'a file'}: {error.strerror or error}. Check the directory and its rights")


def _say(what: str, n_draws: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"walkaway: {what} of {n_draws:,} draws\n")


def _warn(message: Warning | str, *_: object) -> None:
    sys.stderr.write(f"walkaway: note: {_as_options(str(message))}\n")


def _as_options(message: str) -> str:
    """Return a message with arguments called as the shell calls them."""
    message = re.sub(r"n_randomisations \((\d+)\)", r"\1 randomisations", message)
    return re.sub(r"\bn_draws\b", "--draws", message)


def _fail(message: str) -> None:
    sys.stderr.write(f"walkaway: {message}\n")
    sys.exit(2)


def _check_out(out: Path | None) -> None:
    """Refuse a directory that cannot be written to, before any work is done."""
    if out is None:
        return
    there = next(one for one in (out, *out.absolute().parents) if one.exists())
    if not there.is_dir():
        raise InputError(f"the output directory must be a directory, but {there} is a file; name another")
    if not os.access(there, os.W_OK):
        raise InputError(f"the output directory {out}: no right to write to {there}; name another")


def _write(out: Path, sim: Any, desk: Any, report: str) -> list[str]:
    """Write everything, each file whole; all is rendered before the first is written."""
    from walkaway_sim._files import write_all
    from walkaway_sim.present.pictures import render_pictures

    files = render_pictures(sim, desk)
    files["walkaways.csv"] = desk.to_frame().to_csv().encode("utf-8")
    files["report.json"] = report.encode("utf-8")
    return write_all(out, files)


def _console() -> Any:
    from rich.console import Console

    # Piped into a file, a page keeps a width at which no table is cut.
    # What a file says is shown as it is: brackets are no markup, colons no pictures.
    return Console(width=None if sys.stdout.isatty() else 130, markup=False, emoji=False, highlight=False)


class _bar:  # noqa: N801 - used as a context, like a function
    """A progress bar on the error stream, shown only on a terminal."""

    def __init__(self, what: str) -> None:
        from tqdm import tqdm

        self.bar = tqdm(desc=what, disable=None, leave=False, file=sys.stderr)

    def __enter__(self) -> Callable[[int, int], None]:
        return self.step

    def __exit__(self, *_: object) -> None:
        self.bar.close()

    def step(self, done: int, total: int) -> None:
        """Show that `done` of `total` are done."""
        self.bar.total = total
        self.bar.update(done - self.bar.n)


if __name__ == "__main__":
    main()
