"""Rules as text, for deal files and the shell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from walkaway_sim._checks import nearest
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.all_of import AllOf
from walkaway_sim.decide.rules import ChanceRule, ExpectedValueRule, Rule
from walkaway_sim.decide.tail_rules import CertaintyEquivalentRule, ExpectedShortfallRule
from walkaway_sim.errors import InputError

__all__ = ["POSTURES", "parse_offer", "parse_precision", "parse_rule", "parse_step", "parse_weights"]

POSTURES = {
    "need_to_win": "mean",
    "want_to_win": "chance:0.9",
}
"""Postures by name. Need to win: as good as the alternative on average is good enough. Want to
win: nine times in ten no worse than the alternative."""

_FORMS = "chance:0.9, mean, shortfall:0.1, certainty:50000, need_to_win or want_to_win"


def parse_rule(text: str) -> Rule:
    """Return the rule that `text` names.

    Parameters
    ----------
    text : str
        ``"chance:0.9"`` or ``"chance:90%"``, ``"mean"``, ``"shortfall:0.1"``, ``"certainty:50000"``, a posture,
        or several joined by ``+``, which must all hold.

    Returns
    -------
    Rule

    Raises
    ------
    InputError
        Not one of these, or a parameter outside its domain.

    Examples
    --------
    >>> parse_rule("chance:0.9")
    ChanceRule(probability=0.9, at_least=0.0)
    """
    if "+" in text:
        return AllOf(*(parse_rule(part) for part in text.split("+")))
    posture = text.strip()
    if posture in POSTURES:
        return replace(parse_rule(POSTURES[posture]), posture=posture)  # type: ignore[type-var]  # each is a dataclass
    name, _, given = text.strip().partition(":")
    if name == "mean" and not given:
        return ExpectedValueRule()
    kinds: dict[str, Callable[[float], Rule]] = {
        "chance": ChanceRule,
        "shortfall": ExpectedShortfallRule,
        "certainty": CertaintyEquivalentRule,
    }
    if name not in kinds:
        hint = nearest(name.split()[0] if name else name, [*kinds, "mean", *POSTURES])
        hint = hint.replace("'?", ":NUMBER'?") if any(f"'{kind}'" in hint for kind in kinds) else hint
        raise InputError(f"rule must be one of {_FORMS}, got {text!r}{hint}")
    share = name != "certainty"
    figure = given.strip().removesuffix("%").strip() if share else given
    try:
        number = float(figure.replace("_", ""))
    except ValueError:
        raise InputError(
            f"rule {name!r} needs a number after a colon, as in {_FORMS}; got {text!r}"
        ) from None
    if share and figure != given.strip():
        number = round(number / 100.0, 15)  # 7% is 0.07, not 0.07000000000000001
    elif share and 2.0 <= number < 100.0:
        raise InputError(
            f"rule {name!r} needs a share between 0 and 1, got {text!r}; "
            f"did you mean {f'{name}:{number / 100:g}'!r}?"
        )
    return kinds[name](number)


def parse_precision(texts: Iterable[str], terms: Iterable[Term] = ()) -> dict[str, float]:
    """Return the half-width that each text asks for: ``"discount=0.1%"``, ``"payment_days=2"``.

    Raises
    ------
    InputError
        Not ``TERM=NUMBER`` or ``TERM=NUMBER%``, a term asked for twice, or, of the terms that are given, a share
        without its sign or another quantity with one.

    Examples
    --------
    >>> parse_precision(["discount=0.1%", "payment_days=2"])
    {'discount': 0.001, 'payment_days': 2.0}
    """
    asked: dict[str, float] = {}
    for text in texts:
        name, _, given = (part.strip() for part in text.partition("="))
        try:
            number = float(given.removesuffix("%"))
        except ValueError:
            raise InputError(
                f"precision must be TERM=NUMBER, such as discount=0.1% or payment_days=2, got {text!r}"
            ) from None
        share = {term.name: term.is_fraction for term in terms}.get(name)
        if share is not None and share != given.endswith("%"):
            needed = (
                f"{name}={given}%, in points" if share else f"{name}={given.removesuffix('%')}, in its unit"
            )
            raise InputError(f"precision of {name!r} must be given as {needed}, got {text!r}")
        if name in asked:
            raise InputError(f"precision: {name!r} stands twice; give it once")
        asked[name] = number / 100.0 if given.endswith("%") else number
    return asked


def parse_offer(texts: Iterable[str], terms: Iterable[Term]) -> dict[str, float]:
    """Return the values that an offer's texts give terms: ``"discount=12%"``, ``"payment_days=60"``.

    Parameters
    ----------
    texts : iterable of str
        Fractions may be given as percentages.
    terms : iterable of Term
        Those of the deal.

    Raises
    ------
    InputError
        Not ``TERM=NUMBER``, a term that the deal has not or that stands twice, a value out of its range or between
        its levels, or a quantity that is no fraction with a percent sign.

    Examples
    --------
    >>> terms = [Term("discount", 0.05, range=(0, 0.3), unit="fraction of list price"), Term("days", 30, range=(0, 90))]
    >>> parse_offer(["discount=12%", "days=60"], terms)
    {'discount': 0.12, 'days': 60.0}
    """
    by_name = {term.name: term for term in terms}
    offer: dict[str, float] = {}
    for text in texts:
        name, given = _name_and_number(text, by_name, "offer")
        term = by_name[name]
        if given.endswith("%") and not term.is_fraction:
            raise InputError(
                f"offer: {name!r} is no fraction; give it in its unit{_in_unit(term)}, got {text!r}"
            )
        number = _number(text, given, "offer must be TERM=NUMBER, such as discount=12% or payment_days=60")
        if term.is_fraction and not given.endswith("%") and number > 1.0 >= term.high:
            raise InputError(
                f"offer: {name!r} is a fraction, of at most {100 * term.high:g}%; write 12% or 0.12, got {text!r}"
            )
        if name in offer:
            raise InputError(f"offer: {name!r} stands twice; give it once")
        offer[name] = term.check_value(number)
    return offer


def parse_weights(text: str | None, terms: Iterable[Term]) -> dict[str, float] | None:
    """Return what the customer cares about, from ``"discount=3,payment_days=1"``; None for nothing said.

    Raises
    ------
    InputError
        Not ``TERM=NUMBER`` with commas between, or a term that the deal has not or that stands twice.

    Examples
    --------
    >>> terms = [Term("discount", 0.05, range=(0, 0.3)), Term("days", 30, range=(0, 90))]
    >>> parse_weights("discount=3, days=1", terms)
    {'discount': 3.0, 'days': 1.0}
    """
    if text is None:
        return None
    names = {term.name: term for term in terms}
    weights: dict[str, float] = {}
    for part in text.split(","):
        name, given = _name_and_number(part, names, "weights")
        if name in weights:
            raise InputError(f"weights: {name!r} stands twice; give it once")
        weights[name] = _number(part, given, "weights must be TERM=NUMBER, such as discount=3,payment_days=1")
    return weights


def parse_step(text: str, term: Term) -> float:
    """Return the size of a step of a term: ``"30"``, or of a fraction ``"1%"`` [its unit].

    Raises
    ------
    InputError
        No number, or a percent sign where the term is no fraction.

    Examples
    --------
    >>> parse_step("1%", Term("discount", 0.05, range=(0, 0.3), unit="fraction of list price"))
    0.01
    """
    given = text.strip()
    _refuse_percent("step", term, given, text)
    number = _number(text, given, "step must be a number, such as 30, or 1% of a fraction")
    if term.is_fraction and not given.endswith("%") and number > term.high - term.low:
        raise InputError(
            f"step: {term.name!r} is a fraction, of at most {100 * (term.high - term.low):g}% from end to end; write "
            f"{number:g}% or {number / 100:g}, got {text!r}"
        )
    return number


def _refuse_percent(what: str, term: Term, given: str, text: str) -> None:
    if given.endswith("%") and not term.is_fraction:
        raise InputError(
            f"{what}: {term.name!r} is no fraction; give it in its unit{_in_unit(term)}, got {text!r}"
        )


def _name_and_number(text: str, terms: Mapping[str, Term], what: str) -> tuple[str, str]:
    """Return what stands on the two sides of the sign, the first a term of the deal."""
    name, sign, given = (part.strip() for part in text.partition("="))
    if not sign or not name:
        part = "; give a number as 0.12, with a point" if what == "weights" and name.isdigit() else ""
        raise InputError(f"{what} must be TERM=NUMBER, such as {_example(what, terms)}, got {text!r}{part}")
    if name not in terms:
        hint = nearest(name, terms) or f"; known: {', '.join(terms)}"
        raise InputError(f"{what}: no term {name!r}{hint}")
    return name, given


def _example(what: str, terms: Mapping[str, Term]) -> str:
    """Return what could be written of the first term: a value that it can take, or a weight."""
    term = next(iter(terms.values()))
    if what == "weights":
        return f"{term.name}=1"
    return f"{term.name}={100 * term.proposed:g}%" if term.is_fraction else f"{term.name}={term.proposed:g}"


_THOUSANDS = re.compile(r"[+-]?\d{1,3}(_\d{3})+(\.\d*)?")


def _number(text: str, given: str, needed: str) -> float:
    figure = given.removesuffix("%").strip()
    if "_" in figure:
        if not _THOUSANDS.fullmatch(figure):
            raise InputError(f"{needed}; a _ stands between thousands, as in 10_000, got {text!r}")
        figure = figure.replace("_", "")
    try:
        number = float(figure)
    except ValueError:
        hint = ""
        if _is_number(figure.replace(",", ".", 1)):
            hint = f"; decimals take a point: {given.replace(',', '.', 1)}"
        raise InputError(f"{needed}, got {text!r}{hint}") from None
    # Divided as the decimal that it is written as: 14% is the 0.14 that a file has.
    return number / 100.0 if given.endswith("%") else number


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _in_unit(term: Term) -> str:
    return f" of {term.unit}" if term.unit else ""
