"""Walk a path through the terms outward, from where a rule holds to where it first fails."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from walkaway_sim.decide.lattice import Lattice
from walkaway_sim.decide.rules import Rule
from walkaway_sim.decide.search import BoundName, Search
from walkaway_sim.decide.tails import check_rule
from walkaway_sim.simulation.outcome import Simulation
from walkaway_sim.simulation.paths import Path
from walkaway_sim.simulation.profile import block_profile, piece_maker, straightened

__all__ = ["Outward"]


class Outward:
    """A path of which it is asked how far out a rule holds, by any of its bounds.

    Parameters
    ----------
    sim : Simulation
        Kept.
    rule : Rule
    path : Path
        From 0, where it starts, to 1; fixed before these draws were looked at.
    base : mapping of str to float
        At which the terms that do not move are held.
    confidence_level : float
        Of each bound by itself.
    n_points : int
        Points that are looked at first, after the start. A stretch in which the rule fails that lies between two of
        them may be missed.
    buffer : bool
        Whether what management holds back is taken off the surplus.

    Raises
    ------
    RuleError
        The rule cannot be judged on these draws.

    Notes
    -----
    The points are judged one after another and the walk ends at the first that fails. In this order no share of the
    error is spent on more than one of them (a fixed sequence of tests, Maurer, Hothorn and Lehmacher 1995), so that
    `furthest` by `at_least` holds with the confidence level itself, however many points there are.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> from walkaway_sim.simulation.paths import StraightPath
    >>> deal = ws.Deal(
    ...     name="One price", inputs={"worth": ws.normal(100, 15)},
    ...     terms=[ws.Term("rebate", proposed=70, range=(0, 150))],
    ...     value=lambda inputs, terms: inputs["worth"] - terms["rebate"],
    ... )
    >>> sim = ws.simulate(deal, rng=7)
    >>> path = StraightPath(deal.terms, {"rebate": 50.0}, {"rebate": 150.0})
    >>> walk = Outward(sim, ws.ChanceRule(0.9), path, deal.proposed, 0.95)
    >>> print(f"{50 + 100 * walk.furthest('estimate'):.1f}")  # exactly 80.777
    80.8
    """

    def __init__(
        self,
        sim: Simulation,
        rule: Rule,
        path: Path,
        base: Mapping[str, float],
        confidence_level: float,
        *,
        n_points: int = 16,
        buffer: bool = True,
    ) -> None:
        profile = block_profile(sim, piece_maker(sim, path, base, buffer=buffer))
        at_start = profile.at(0.0)
        check_rule(sim, rule, at_start)
        self.points: list[float] = np.linspace(0.0, 1.0, n_points + 1).tolist()
        if all(sim.deal.term(name).levels is None for name in path.names):
            profile = straightened(sim, profile, 0.0, 1.0, self.points)
        allow = Lattice(sim).along(rule, profile)
        self.search = Search(profile, rule, sim.n_replicates, confidence_level, 1.0, allow=allow)

    def furthest(self, name: BoundName) -> float:
        """Return the share of the way up to which a bound holds; 1 to the end, NaN where it fails at the start."""
        if not self.search.holds(name, 0.0):
            return math.nan
        for inside, outside in zip(self.points[:-1], self.points[1:], strict=True):
            if not self.search.holds(name, outside):
                return self.search.crossing(name, inside, outside)
        return 1.0
