"""The shell at the table: ``offer`` answers an offer, ``trade`` says what one term is worth in another."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from walkaway_sim.errors import InputError

__all__ = ["offer", "trade"]

_RULE = "chance:0.9, mean, shortfall:0.1, certainty:50000; the file's own, or chance:0.9."


def offer(
    deal: Annotated[Path, typer.Argument(metavar="DEAL.toml", help="The deal file.")],
    terms: Annotated[
        list[str],
        typer.Argument(
            metavar="TERM=NUMBER...", help="What the customer asks for: discount=12% payment_days=60."
        ),
    ],
    rule: Annotated[str | None, typer.Option(help=_RULE)] = None,
    weights: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TERM=NUMBER,...",
            help=(
                "How much the customer cares about each term: discount=3,payment_days=1. May be given several times. "
                "Terms that are not named are worth nothing to it; all are worth alike without."
            ),
        ),
    ] = None,
    draws: Annotated[int, typer.Option(help="Draws in all.")] = 2**16,
    design: Annotated[str, typer.Option(help="sobol, random or lhs.")] = "sobol",
    seed: Annotated[int | None, typer.Option(min=0, help="Seed; the same gives the same answer.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON, for machines.")] = False,
) -> None:
    """Answer an offer: accept it, say what would make it acceptable, or walk.

    Terms that are not named are as the file proposes them. Whatever the
    answer, the exit code is 0.
    """
    import walkaway_sim as ws
    from walkaway_sim.cli import _console
    from walkaway_sim.decide.parse import parse_offer, parse_weights
    from walkaway_sim.present.offer_page import as_offer_data, as_offer_page

    loaded = ws.read_deal(deal)
    asked = parse_offer(terms, loaded.terms)
    cares = parse_weights(",".join(weights) if weights else None, loaded.terms)
    chosen = ws.parse_rule(rule or loaded.rule or "chance:0.9")
    sim = _simulated(loaded, draws, design, seed)
    found = ws.respond(sim, chosen, asked, weights=cares)
    if as_json:
        sys.stdout.write(json.dumps(as_offer_data(sim, found), indent=2, allow_nan=False) + "\n")
        return
    _console().print(as_offer_page(sim, found))


def trade(
    deal: Annotated[Path, typer.Argument(metavar="DEAL.toml", help="The deal file.")],
    first: Annotated[str, typer.Argument(metavar="TERM", help="The term of which a step is given.")],
    second: Annotated[str, typer.Argument(metavar="TERM", help="The term that is taken back in return.")],
    step: Annotated[
        str | None,
        typer.Option(help="A step of the first: 30, or 1% of a fraction; a tenth of its range without."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Directory for the two pictures, the table and the report.")
    ] = None,
    rule: Annotated[str | None, typer.Option(help=_RULE)] = None,
    draws: Annotated[int, typer.Option(help="Draws in all.")] = 2**16,
    design: Annotated[str, typer.Option(help="sobol, random or lhs.")] = "sobol",
    seed: Annotated[int | None, typer.Option(min=0, help="Seed; the same gives the same answer.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON, for machines.")] = False,
) -> None:
    """Hold two terms against each other: what to ask for a step, and how far both can go.

    A rule of several parts says how far both can go; a step is then worth
    what leaves the expected surplus as it is.
    """
    import walkaway_sim as ws
    from walkaway_sim.cli import _check_out, _console
    from walkaway_sim.decide.parse import parse_step
    from walkaway_sim.present.trade_page import as_trade_data, as_trade_page

    _check_out(out)
    _check_writable(out)
    loaded = ws.read_deal(deal)
    term, other = loaded.term(first), loaded.term(second)
    if term.name == other.name:
        raise InputError(f"trade needs two different terms, got {first!r} twice")
    steps = None if step is None else {first: parse_step(step, term)}
    chosen = ws.parse_rule(rule or loaded.rule or "chance:0.9")
    sim = _simulated(loaded, draws, design, seed)
    by = None if isinstance(chosen, ws.AllOf) else chosen
    rates = ws.exchange_rates(sim, by, steps=steps, moving=(first, second))
    curve = ws.frontier(sim, chosen, first, second)
    text = json.dumps(as_trade_data(sim, rates, curve), indent=2, allow_nan=False) + "\n"
    written = _write(out, rates, curve, text) if out is not None else []
    if as_json:
        sys.stdout.write(text)
        return
    console = _console()
    console.print(as_trade_page(sim, rates, curve))
    if written:
        console.print(f"Written to {out}: {', '.join(written)}", soft_wrap=True, highlight=False)


def _check_writable(out: Path | None) -> None:
    """Refuse a directory that cannot be made or written to, before any work is done for it."""
    if out is None:
        return
    whole = out.absolute()
    nearest = next(place for place in (whole, *whole.parents) if place.exists())
    if not nearest.is_dir():
        raise InputError(
            f"the output directory {out} cannot be made, since {nearest} is a file; name another"
        )
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise InputError(
            f"the output directory {out} cannot be written to: no right to write in {nearest}; name another"
        )


def _write(out: Path, rates: Any, curve: Any, report: str) -> list[str]:
    """Write everything, each file whole; all is rendered before the first is written."""
    from walkaway_sim._files import write_all
    from walkaway_sim.present.trade_page import render_trade

    files = render_trade(rates, curve)
    files["frontier.csv"] = curve.to_frame().to_csv().encode("utf-8")
    files["trade.json"] = report.encode("utf-8")
    return write_all(out, files)


def _simulated(deal: Any, draws: int, design: str, seed: int | None) -> Any:
    """Return the deal's draws, kept."""
    import walkaway_sim as ws
    from walkaway_sim.cli import _MAX_MEMORY, _bar

    with _bar("draws") as step:
        return ws.simulate(
            deal,
            draws,
            design,  # type: ignore[arg-type]  # it checks the name of the design
            rng=seed,
            max_memory=_MAX_MEMORY,
            progress=step,
        )
