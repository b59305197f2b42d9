"""The best trade: chosen on the draws of a pilot, settled on those of the simulation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain, islice

from scipy.optimize import brentq

from walkaway_sim.deal.term import Term
from walkaway_sim.decide.offers.curves import TermCurve
from walkaway_sim.decide.offers.exchange import Stretch, exchanges, one_for_one
from walkaway_sim.decide.offers.fixed_packages import N_FIXED
from walkaway_sim.decide.offers.in_worlds import PlausibleWorlds
from walkaway_sim.decide.offers.judge import Judge, margin
from walkaway_sim.decide.offers.nearest import last_acceptable, on_line
from walkaway_sim.decide.offers.steps import may_give_to, on_side, spoken_step
from walkaway_sim.decide.rules import Rule
from walkaway_sim.simulation.opened import OpenedDeal

__all__ = ["best_trade", "on_try"]

_MOST_STRETCHES = 64
"""Stretches that a pilot looks at: some for every term and point of a curve."""

_SHARE_ERROR = 0.01
"""To which the pilot finds how far a stretch is gone."""

_TRIES = 2
"""Stretches that are tried on the simulation's draws, after the pilot's first choice failed there."""


def on_try(judge: Judge, tried: int) -> Judge:
    """Return the judge of what is tried for a trade: the first with half of the error, the others share the rest."""
    return judge.shared(2 if tried == 0 else 2 * (_TRIES + N_FIXED))


@dataclass(frozen=True, slots=True)
class _OneAmong:
    """One term moving, others put where they are to be: a `Path`."""

    name: str
    fixed: Mapping[str, float]

    @property
    def names(self) -> tuple[str, ...]:
        """The terms that differ from the offer."""
        return (self.name, *(name for name in self.fixed if name != self.name))

    def __call__(self, value: float) -> dict[str, float]:
        return {**self.fixed, self.name: value}


def best_trade(
    judge: Judge,
    opened: OpenedDeal,
    pilot: OpenedDeal,
    curves: Mapping[str, TermCurve],
    weights: Mapping[str, float],
    worlds: PlausibleWorlds | None = None,
    kept_back: float = 0.0,
) -> dict[str, float] | None:
    """Return the terms of the trade that hurts the customer least, by name [their units]; None for none.

    Parameters
    ----------
    judge : Judge
    opened, pilot : OpenedDeal
        The offer on the draws of the simulation, and on those of a pilot.
    curves : mapping of str to TermCurve
        Of the pilot.
    weights : mapping of str to float
    worlds : PlausibleWorlds, optional
        Enough of which must agree.
    kept_back : float
        What is kept back of margins on the pilot, as of those of `curves` [currency].

    Notes
    -----
    The pilot says which terms change and, of all but one, by how much; how far that one must go is found on the draws
    of the simulation, which had no say in the choice. The first that is tried has half of the error, further ones and
    the packages that are fixed beforehand share the other half (Bonferroni).
    """
    offer = opened.offer
    tried = 0
    pair = one_for_one(curves, weights)
    ways = islice(exchanges(curves, weights), _MOST_STRETCHES)
    for stretch in ways if pair is None else chain((pair,), ways):
        if _margin_at(pilot, judge.rule, stretch.end) <= kept_back:
            continue
        share = _share_of(pilot, judge.rule, stretch, kept_back)
        found = _settled(on_try(judge, tried), opened, curves, stretch, share, worlds)
        if found is not None:
            changed = {name: value for name, value in found.items() if value != offer[name]}
            return changed if len(changed) > 1 else None
        tried += 1
        if tried > _TRIES:
            return None
    return None


def _share_of(pilot: OpenedDeal, rule: Rule, stretch: Stretch, kept_back: float) -> float:
    """Return the share of a stretch that is gone when the rule holds by the pilot; all of it where giving is last."""
    known: dict[float, float] = {}

    def short(share: float) -> float:
        if share not in known:
            package = {
                name: end
                if pilot.sim.deal.term(name).levels
                else stretch.start[name] + share * (end - stretch.start[name])
                for name, end in stretch.end.items()
            }
            known[share] = _margin_at(pilot, rule, package) - kept_back
        return known[share]

    if short(0.0) >= short(1.0):
        return 1.0
    return 0.0 if short(0.0) >= 0.0 else float(brentq(short, 0.0, 1.0, xtol=_SHARE_ERROR, disp=False))


def _margin_at(pilot: OpenedDeal, rule: Rule, package: Mapping[str, float]) -> float:
    return margin(rule, pilot.sim.surplus(package))


def _settled(
    judge: Judge,
    opened: OpenedDeal,
    curves: Mapping[str, TermCurve],
    stretch: Stretch,
    share: float,
    worlds: PlausibleWorlds | None,
) -> dict[str, float] | None:
    """Return the package, all terms but the mover put where the pilot says, the mover found on all draws."""
    package = {
        name: _said(curve.term, opened.offer[name], stretch, share)
        for name, curve in curves.items()
        if name != stretch.mover
    }
    fixed = {name: value for name, value in package.items() if value != opened.offer[name]}
    curve = curves[stretch.mover]
    line, start = _line(curve, stretch, share)
    path = _OneAmong(stretch.mover, fixed)
    profile = opened.profile(path)
    nested = curve.slope < 0
    value = last_acceptable(judge, profile, curve.term, line, start, nested=nested)
    if value is not None and worlds is not None:
        value = worlds.along(opened.offer, path).last(
            on_line(judge, nested=nested), profile, curve.term, line, start, value
        )
    return None if value is None else {**opened.offer, **fixed, stretch.mover: value}


def _line(curve: TermCurve, stretch: Stretch, share: float) -> tuple[list[float], int]:
    """Return the values of the mover from the safest to the one best for the customer, and where to begin."""
    sign = curve.term.sign
    first, last = stretch.start[stretch.mover], stretch.end[stretch.mover]
    if sign * (last - first) > 0:  # it is what is given, up to the end of the stretch
        safest, generous = float(curve.values[curve.offered]), on_side(curve.term, last, up=sign < 0)
        wanted = generous
    else:
        safest, generous = curve.safest, first
        wanted = first + share * (last - first)
    inner = [value for value in curve.values.tolist() if sign * safest < sign * value < sign * generous]
    line = [safest, *inner, generous] if safest != generous else [safest]
    start = max((k for k, value in enumerate(line[:-1]) if sign * value <= sign * wanted), default=0)
    return line, start


def _said(term: Term, offered: float, stretch: Stretch, share: float) -> float:
    """Return where a term is to be: what is taken rounded to the supplier's side, what is given to the nearest step."""
    start, end = stretch.start[term.name], stretch.end[term.name]
    if term.levels is not None:
        return end  # a level that changes within a stretch is changed for all of it
    value = start + share * (end - start)
    if value == offered:
        return value
    if term.sign * (value - offered) < 0:
        return on_side(term, value, up=term.sign < 0)
    step = term.sign * spoken_step(term)
    nearest = on_side(term, value + 0.5 * step, up=term.sign < 0)
    if term.sign * (nearest - offered) <= 0:
        nearest = on_side(term, offered + step, up=term.sign < 0)
    most = term.sign * max(term.sign * may_give_to(term), term.sign * offered)
    return term.sign * min(term.sign * nearest, term.sign * most)
