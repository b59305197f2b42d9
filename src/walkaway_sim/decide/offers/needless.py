"""What a trade gives although it need not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from walkaway_sim.deal.term import Term
from walkaway_sim.decide.offers.response import Counter
from walkaway_sim.decide.offers.steps import spoken_step

__all__ = ["without_gifts"]


def without_gifts(
    changed: Mapping[str, float],
    offer: Mapping[str, float],
    terms: Mapping[str, Term],
    counters: Sequence[Counter],
    holds: Callable[[Mapping[str, float]], bool],
    roughly: Callable[[Mapping[str, float]], float],
) -> dict[str, float]:
    """Return a trade without what it gives, where nothing more is taken for it; else as it is.

    Parameters
    ----------
    changed : mapping of str to float
        Terms of the trade [their units].
    offer : mapping of str to float
        All terms of the offer [their units].
    terms : mapping of str to Term
    counters : sequence of Counter
        Which say how far one term alone must be taken back.
    holds : callable
        Says whether changes to the offer make it acceptable.
    roughly : callable
        Returns the margin of changes to the offer on a pilot [currency]: where one step less of what is taken,
        without what is given, leaves no less than the trade does, `holds` need not be asked.

    Notes
    -----
    Steps and levels leave slack: what is taken by whole steps pays for a little more than is missing. What is given
    out of that slack is a gift. It is a swap where some term is taken further than it would have to be without.
    """
    taken = {name: value for name, value in changed.items() if terms[name].sign * (value - offer[name]) < 0.0}
    if not taken or len(taken) == len(changed):
        return dict(changed)
    if len(taken) == 1:
        ((name, value),) = taken.items()
        alone = next((one.value for one in counters if one.term == name), None)
        is_swap = alone is None or value != alone
    else:
        less = [{**taken, name: _one_less(terms[name], value, offer[name])} for name, value in taken.items()]
        trade = roughly(changed)
        is_swap = any(roughly(one) >= trade for one in less) or not holds(taken) or any(map(holds, less))
    return dict(changed) if is_swap else taken


def _one_less(term: Term, value: float, offered: float) -> float:
    """Return the value one step, or level, nearer to the offered one."""
    if term.levels is not None:
        between = [level for level in term.levels if term.sign * level > term.sign * value]
        return min(between, key=lambda level: term.sign * level)
    moved = term.sign * value + spoken_step(term)
    return term.sign * min(moved, term.sign * offered)
