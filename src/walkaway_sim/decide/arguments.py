"""Checks of the arguments that searches and verdicts share."""

from __future__ import annotations

import reprlib
from collections.abc import Mapping, Sequence

from walkaway_sim._checks import check_finite, check_in, check_positive, nearest
from walkaway_sim.deal.deal import Deal
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.rules import Rule
from walkaway_sim.errors import InputError
from walkaway_sim.simulation.outcome import Simulation

__all__ = ["check_confidence", "check_moving", "check_precision", "check_sim_and_rule"]


def check_sim_and_rule(sim: object, rule: object) -> tuple[Simulation, Rule]:
    """Return the two, refusing anything else."""
    if not isinstance(sim, Simulation):
        made = "; simulate(deal) makes one of it" if isinstance(sim, Deal) else ""
        raise InputError(f"sim must be what simulate(deal) returns, got {_short(sim)}{made}")
    if isinstance(rule, str):
        raise InputError(
            f"rule must be a rule such as ChanceRule(0.9), got the text {_short(rule)}; parse_rule({_short(rule)}) "
            "makes a rule of a text"
        )
    if isinstance(rule, type) or not isinstance(rule, Rule):
        raise InputError(f"rule must be a rule such as ChanceRule(0.9), got {_short(rule)}")
    return sim, rule


def _short(given: object) -> str:
    """Return what was given in one short line: a number or a text as it is, of anything else its kind."""
    if isinstance(given, str | bool | int | float | type | None):
        return reprlib.repr(given)
    return f"a {type(given).__name__}"


def check_confidence(confidence_level: object) -> float:
    """Return `confidence_level` as a float strictly between one half and 1."""
    number = check_finite("confidence_level", confidence_level)
    if 50.0 < number < 100.0:
        raise InputError(
            f"confidence_level must lie strictly between 0.5 and 1, got {number:g}; for {number:g}% write "
            f"{number / 100.0:g}"
        )
    return check_in("confidence_level", number, 0.5, 1.0, open_ends=True)


def check_moving(moving: object, terms: Sequence[Term], *, least: int = 1) -> tuple[Term, ...]:
    """Return the terms that may move, in the deal's order: those named, or all."""
    names = [term.name for term in terms]
    if moving is None:
        chosen = tuple(terms)
    elif isinstance(moving, str) or not isinstance(moving, Sequence):
        raise InputError(f"moving must be a list of names of terms, such as {names[:2]!r}, got {moving!r}")
    else:
        for name in moving:
            if name not in names:
                hint = nearest(str(name), names) or f"; known: {', '.join(names)}"
                raise InputError(f"moving: no term {name!r}{hint}")
        chosen = tuple(term for term in terms if term.name in moving)
    if len(chosen) < least:
        raise InputError(f"moving: {least} or more terms are needed, got {len(chosen)}")
    return chosen


def check_precision(precision: object, names: list[str]) -> dict[str, float]:
    """Return the widest interval allowed for each term that has one [its unit]."""
    if precision is None:
        return {}
    if isinstance(precision, Mapping):
        for name in precision:
            if name not in names:
                raise InputError(f"precision has no term {name!r}{nearest(str(name), names)}")
        return {name: check_positive(f"precision of {name!r}", wide) for name, wide in precision.items()}
    width = check_positive("precision", precision)
    return dict.fromkeys(names, width)
