"""Rules as text, for deal files and the shell."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from walkaway_sim._checks import nearest
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.all_of import AllOf
from walkaway_sim.decide.rules import ChanceRule, ExpectedValueRule, Rule
from walkaway_sim.decide.tail_rules import CertaintyEquivalentRule, ExpectedShortfallRule
from walkaway_sim.errors import InputError

__all__ = ["POSTURES", "parse_precision", "parse_rule"]

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
