"""What the supplier should know beside what it says: room, limits, who signs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from walkaway_sim.deal.term import Term
from walkaway_sim.decide.offers.in_worlds import InWorlds
from walkaway_sim.decide.offers.response import Counter, Reply, Trade
from walkaway_sim.decide.offers.spoken import counts, named, value_words
from walkaway_sim.decide.offers.steps import PassedLimit
from walkaway_sim.decide.offers.words import listed, said_amount, said_name
from walkaway_sim.simulation.estimate import Estimate

__all__ = ["known"]


def known(
    answer: Reply,
    terms: Mapping[str, Term],
    currency: str,
    *,
    room: Estimate,
    too_close: bool,
    worlds: InWorlds | None,
    counters: Sequence[Counter],
    trade: Trade | None,
    passed: Sequence[PassedLimit],
) -> str:
    """Return what to know, not to say: of an answer to an offer.

    Parameters
    ----------
    answer : {"accept", "counter", "walk"}
    terms : mapping of str to Term
    currency : str
    room : Estimate
        [currency]
    too_close : bool
    worlds : InWorlds or None
        Of the offer.
    counters, trade
        What would make the offer acceptable.
    passed : sequence of PassedLimit
        Of what is accepted.
    """
    said = ["Too close to call as offered with these draws."] if too_close else []
    if answer == "accept":
        left = room.low if worlds is None else worlds.margin
        said.append(f"It leaves room for {said_amount(max(left, 0.0), currency)} more.")
    elif room.estimate < 0.0:
        said.append(f"As offered it falls short by {said_amount(-room.estimate, currency)}.")
    if worlds is not None:
        said.append(f"As offered it {worlds.verdict}.")
    if answer == "counter":
        said += _ways(terms, currency, counters, trade)
        passed = counters[0].passed if counters else trade.passed if trade is not None else ()
    if answer == "walk":
        said.append(
            "No trade was found within the ranges that makes up for it with the confidence asked for."
        )
        return " ".join(said)
    return " ".join([*said, *_limits(terms, passed)])


def _ways(
    terms: Mapping[str, Term], currency: str, counters: Sequence[Counter], trade: Trade | None
) -> list[str]:
    """Return which terms cannot do it alone, and which of the two ways is better for the supplier."""
    found = []
    able = {one.term for one in counters}
    unable = [said_name(name) for name in terms if name not in able]
    if not able:
        found.append("No change of one term alone was found to make it acceptable.")
    elif unable:
        found.append(f"No change of {listed(unable)} alone was found to make it acceptable.")
    if trade is not None and trade.gain is not None:
        worth, less = trade.gain, "The customer is hurt less by the trade"
        if worth.low > 0.0:
            found.append(
                f"{less}, and it leaves us about {said_amount(worth.estimate, currency)} more on average than "
                "the change of one term."
            )
        elif worth.high < 0.0:
            found.append(
                f"{less}; the change of one term leaves us about {said_amount(-worth.estimate, currency)} more "
                "on average."
            )
        else:
            found.append(f"{less}; for us it is worth about as much as the change of one term.")
    return found


def _limits(terms: Mapping[str, Term], passed: Sequence[PassedLimit]) -> list[str]:
    """Return whose word a package needs, one sentence a limit that it passes."""
    sentences = []
    for one in passed:
        term = terms[one.term]
        said, limit = named(term, one.value), value_words(term, one.limit)
        said = said[:1].upper() + said[1:]
        verb = "are" if counts(term) and one.value != 1.0 else "is"
        if one.kind == "policy":
            sentences.append(
                f"{said} {verb} beyond the policy limit of {limit}: that needs an exception to policy."
            )
        else:
            who = f"the {one.signs} must sign" if one.signs else "someone above must sign"
            sentences.append(f"{said} {verb} beyond the authority of the {one.who} ({limit}): {who}.")
    return sentences
