"""Where to open and where to aim along one term, as it is said at the table."""

from __future__ import annotations

from walkaway_sim.deal.term import Term
from walkaway_sim.decide.customer.along import evenly
from walkaway_sim.decide.customer.offer_search import Gain
from walkaway_sim.decide.ladder import on_step

__all__ = ["aim", "opening_at", "said"]


def aim(gain: Gain, offer: float, safe: float) -> float:
    """Return where to aim: the best offer as it is said, but not beyond the safe walkaway [unit].

    Parameters
    ----------
    gain : Gain
    offer, safe : float
        The best offer and the safe walkaway [unit].

    Notes
    -----
    On our side of the best offer there may be a step that nobody takes, where single reservations carry probability,
    so that the step on either side is looked at. Beyond the safe walkaway what brings most up to it is at such a
    reservation or at the walkaway itself, where up to the best offer nothing else makes a top.
    """
    term = gain.term
    is_capped = term.sign * offer > term.sign * safe
    last = said(term, safe)
    if term.levels is not None:
        levels = [one for one in evenly(term) if term.sign * one <= term.sign * last]
        return max(levels, key=gain.mean) if is_capped else said(term, offer)
    tops = [safe, *gain.atoms()] if is_capped else [offer]
    about = {near for top in tops for near in _steps_about(term, top)}
    within = sorted((one for one in about if term.sign * one <= term.sign * last), reverse=term.sign < 0)
    return max(within, key=gain.mean)


def opening_at(term: Term, one_in_ten: float, target: float) -> float:
    """Return the term's own opening, or where one customer in ten says yes, but not beyond the target, as it is said.

    Parameters
    ----------
    term : Term
    one_in_ten, target : float
        [unit].
    """
    if term.open is not None:
        return said(term, term.open)
    nearest = max(term.sign * term.best, min(term.sign * one_in_ten, term.sign * target))
    return said(term, term.sign * nearest)


def said(term: Term, value: float) -> float:
    """Return a value as it is said at the table: on the term's step, or the last level that it reaches.

    Parameters
    ----------
    term : Term
    value : float
        [unit].
    """
    if term.levels is None:
        return on_step(term, min(max(value, term.low), term.high))
    reached = [level for level in evenly(term) if term.sign * level <= term.sign * value]
    return reached[-1] if reached else term.best


def _steps_about(term: Term, value: float) -> tuple[float, ...]:
    """Return the step on our side of a value and the next one; the value itself where the term has no step."""
    near = said(term, value)
    return (near,) if term.step is None else (near, said(term, near + term.sign * term.step))
