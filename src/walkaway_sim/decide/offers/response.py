"""What is answered to an offer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from walkaway_sim.deal.term import Term
from walkaway_sim.decide.goodwill import share_conceded
from walkaway_sim.decide.offers.in_worlds import InWorlds
from walkaway_sim.decide.offers.steps import PassedLimit
from walkaway_sim.decide.rules import Rule
from walkaway_sim.simulation.estimate import Estimate

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Counter", "Reply", "Response", "Trade"]

Reply = Literal["accept", "counter", "walk"]


@dataclass(frozen=True, slots=True)
class Counter:
    """The smallest change of one term that makes an offer acceptable.

    Attributes
    ----------
    term : str
    value : float
        At which the rule holds with the confidence asked for, the other terms as offered; a level, or a whole number
        of steps, rounded to the supplier's side [unit].
    offered : float
        [unit]
    share_of_range : float
        How far the value lies from the offered one, as a share of the range.
    hurt : float
        Goodwill that it takes from the customer, by the weights; negative where it gives some.
    passed : tuple of PassedLimit
        Limits of policy and authority that the whole package passes.
    worlds : InWorlds or None
        In how many plausible worlds it holds; None where none were looked at.
    """

    term: str
    value: float
    offered: float
    share_of_range: float
    hurt: float
    passed: tuple[PassedLimit, ...]
    worlds: InWorlds | None = None

    @property
    def changed(self) -> dict[str, float]:
        """What to offer instead [unit]."""
        return {self.term: self.value}


@dataclass(frozen=True, slots=True)
class Trade:
    """A change of two terms or more that makes an offer acceptable.

    Attributes
    ----------
    changed : mapping of str to float
        What to offer instead [their units].
    offered : mapping of str to float
        The same terms as offered.
    hurt : float
        Goodwill that it takes from the customer in all, by the weights; about 0 where what is given makes up for what
        is taken.
    passed : tuple of PassedLimit
        Limits of policy and authority that the whole package passes.
    gain : Estimate or None
        Expected surplus that it leaves beyond the first of the counters, from paired differences on the pilot
        [currency]; None where there is none.
    worlds : InWorlds or None
        In how many plausible worlds it holds; None where none were looked at.
    """

    changed: Mapping[str, float]
    offered: Mapping[str, float]
    hurt: float
    passed: tuple[PassedLimit, ...]
    gain: Estimate | None = None
    worlds: InWorlds | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Response:
    """What to answer to an offer. Made by `respond`.

    Attributes
    ----------
    answer : {"accept", "counter", "walk"}
    offer : mapping of str to float
        All terms of the offer [their units].
    chance : Estimate
        ``P(S >= 0)`` at the offer.
    surplus : Estimate
        ``E[S]`` at the offer [currency].
    room : Estimate
        What could still be given away with the rule just holding [currency]; negative where it fails.
    counters : tuple of Counter
        Where the offer is not accepted: of each term that can do it alone, the smallest change, that which hurts the
        customer least first.
    trade : Trade or None
        Where the offer is not accepted: the change of several terms that hurts the customer least, nothing given that
        nothing more is taken for; None where there is none, or one term alone hurts no more.
    passed : tuple of PassedLimit
        Limits of policy and authority that the offer passes.
    too_close : bool
        Whether the offer is neither proven acceptable nor refuted at the confidence level.
    worlds : InWorlds or None
        In how many plausible worlds the offer is acceptable, where inputs were fitted or elicited; else None.
    say : str
        The answer as it can be said to the customer.
    know : str
        What is for the supplier alone: room, limits, who signs, which way is better for it.
    rule : Rule
    confidence_level : float
    weights : mapping of str to float
        How much the customer cares about each term, their sum 1.
    terms : mapping of str to Term
    note : str
        What the numbers cover.
    """

    answer: Reply
    offer: Mapping[str, float]
    chance: Estimate
    surplus: Estimate
    room: Estimate
    counters: tuple[Counter, ...]
    trade: Trade | None
    passed: tuple[PassedLimit, ...]
    too_close: bool
    worlds: InWorlds | None
    say: str
    know: str
    rule: Rule
    confidence_level: float
    weights: Mapping[str, float]
    terms: Mapping[str, Term]
    note: str

    @property
    def reason(self) -> str:
        """The same as `say`."""
        return self.say

    def __repr__(self) -> str:
        table = f"\n{self.to_frame().to_string()}" if self.counters or self.trade else ""
        return f"<{self.answer}: {self.say} To know: {self.know}>{table}"

    def to_frame(self) -> pd.DataFrame:
        """Return one row per change: way (a counter or the trade), term, offered, instead, change, unit, hurt, signs.

        `change` is a share of the range, positive for a concession; `hurt` is the goodwill that this change takes
        from the customer, negative where it gives some: those of a trade add up to its own. `signs` says whose word
        the package needs beyond everybody's. `worlds`, where plausible worlds were looked at, is the share of them in
        which the package is acceptable. ``attrs`` has ``"say"`` and ``"know"``.
        """
        import pandas as pd

        ways: list[tuple[str, dict[str, float], Counter | Trade]] = [
            (f"counter {one.term}", one.changed, one) for one in self.counters
        ]
        ways += [] if self.trade is None else [("trade", dict(self.trade.changed), self.trade)]
        rows = [
            {
                "way": way,
                "term": name,
                "offered": self.offer[name],
                "instead": value,
                "change": self.terms[name].sign
                * (value - self.offer[name])
                / (self.terms[name].high - self.terms[name].low),
                "unit": self.terms[name].unit,
                "hurt": self.hurt_by(name, value),
                "signs": signatures(found.passed),
                "worlds": found.worlds.holding / found.worlds.n_worlds if found.worlds else float("nan"),
            }
            for way, changed, found in ways
            for name, value in changed.items()
        ]
        columns = ["way", "term", "offered", "instead", "change", "unit", "hurt", "signs"]
        columns += ["worlds"] if self.worlds is not None else []
        frame = pd.DataFrame(rows, columns=columns).set_index("way")
        frame.attrs |= {"say": self.say, "know": self.know}
        return frame

    def hurt_by(self, name: str, value: float) -> float:
        """Return the goodwill that one change takes from the customer, negative where it gives some."""
        return 0.0 - self.weights[name] * share_conceded(self.terms[name], value, self.offer[name])

    def _repr_html_(self) -> str:
        from html import escape

        table = self.to_frame().to_html() if self.counters or self.trade else ""
        said = f"<p><b>{self.answer}</b>: {escape(self.say)}</p><p>To know: {escape(self.know)}</p>"
        return f"{said}{table}<p>{escape(self.note)}</p>"


def signatures(passed: tuple[PassedLimit, ...]) -> str:
    """Return whose word is needed for what a package passes; empty where it passes nothing."""
    said = [
        f"{one.term.replace('_', ' ')}: "
        + ("exception to policy" if one.kind == "policy" else one.signs or f"above {one.who}")
        for one in passed
    ]
    return "; ".join(said)
