"""What a tenth more or less of each input does, beside the intervals that only cover simulation error."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from walkaway_sim.decide.arguments import check_sim_and_rule
from walkaway_sim.decide.rules import Rule
from walkaway_sim.decide.scan import TermScan
from walkaway_sim.errors import InputError, ValueFunctionError
from walkaway_sim.simulation.outcome import Simulation
from walkaway_sim.simulation.revalue import first_block, scalable, scaled

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Swing", "Swings", "swings"]

GRID_POINTS = 9
"""Points of the grid on which a walkaway is looked for: it is one term of one deal, looked at twice an input."""


@dataclass(frozen=True, slots=True)
class Swing:
    """What moving one input does, less and more of it.

    Attributes
    ----------
    name : str
    surplus : tuple of (float, float)
        Change of the expected surplus with less, and with more of the input [currency]; NaN where a value
        function of the user's cannot be asked for so much.
    chance : tuple of (float, float)
        ``P(S >= 0)`` with less, and with more.
    walkaway : tuple of (float, float)
        Walkaway of the term with less, and with more [unit]; NaN where it is acceptable nowhere.
    """

    name: str
    surplus: tuple[float, float]
    chance: tuple[float, float]
    walkaway: tuple[float, float]

    @property
    def reach(self) -> float:
        """The larger of the two changes of the expected surplus [currency]."""
        return max((abs(change) for change in self.surplus if math.isfinite(change)), default=0.0)


@dataclass(frozen=True, slots=True)
class Swings:
    """The swing of every input, the largest first. Made by `swings`.

    Attributes
    ----------
    by : float
        How far each is moved [fraction of itself].
    term : str
        Whose walkaway is followed.
    walkaway, chance, surplus : float
        On the same draws with nothing moved.
    each : tuple of Swing
    n_draws : int
    """

    by: float
    term: str
    walkaway: float
    chance: float
    surplus: float
    each: tuple[Swing, ...]
    n_draws: int

    def to_frame(self) -> pd.DataFrame:
        """Return one row per input: surplus, chance and walkaway with less and with more of it."""
        import pandas as pd

        rows = [
            {
                "surplus_less": one.surplus[0],
                "surplus_more": one.surplus[1],
                "chance_less": one.chance[0],
                "chance_more": one.chance[1],
                "walkaway_less": one.walkaway[0],
                "walkaway_more": one.walkaway[1],
            }
            for one in self.each
        ]
        return pd.DataFrame(rows, index=pd.Index([one.name for one in self.each], name="input"))


def swings(sim: Simulation, rule: Rule, *, term: str | None = None, by: float = 0.1) -> Swings:
    """Move each input by a tenth of itself, down and up, and say what that does.

    Parameters
    ----------
    sim : Simulation
        The first block of its draws is valued again, 2**14 at the most.
    rule : Rule
    term : str, optional
        Whose walkaway is followed; the first term's where not given.
    by : float
        How far each input is moved [fraction of itself], strictly between 0 and 1.

    Returns
    -------
    Swings

    Raises
    ------
    InputError
        An unknown term; a fraction outside its domain.

    Notes
    -----
    All draws of an input are multiplied, on common random numbers, one input at a time: interactions are
    ignored. The walkaway is looked for on a grid of nine points, and refined exactly. A hazard divides the
    times that come from it; what would leave its domain stays at the end of it, so that a swing of a
    probability near 1 is one-sided.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> deal = ws.Deal(
    ...     name="One price", inputs={"worth": ws.normal(100, 15)},
    ...     terms=[ws.Term("rebate", proposed=70, range=(0, 150))],
    ...     value=lambda inputs, terms: inputs["worth"] - terms["rebate"],
    ... )
    >>> moved = ws.swings(ws.simulate(deal, rng=7), ws.ChanceRule(0.9)).each[0]
    >>> moved.name, round(moved.surplus[0], 2), round(moved.surplus[1], 2)
    ('worth', -10.0, 10.0)
    """
    sim, rule = check_sim_and_rule(sim, rule)
    if not 0.0 < by < 1.0:
        raise InputError(f"by must lie strictly between 0 and 1, got {by!r}; a tenth is 0.1")
    clause = sim.deal.terms[0] if term is None else sim.deal.term(term)
    head = first_block(sim)

    def look(moved: Simulation) -> tuple[float, float, float]:
        surplus = moved.surplus()
        scan = TermScan(moved, rule, 0.95, clause, moved.deal.proposed, grid_points=GRID_POINTS)
        found = scan.looked().solved()
        return float(surplus.mean()), float((surplus >= 0.0).mean()), found.estimate

    def tried(name: str, factor: float) -> tuple[float, float, float]:
        try:
            return look(scaled(head, name, factor))
        except ValueFunctionError:
            return math.nan, math.nan, math.nan  # a value function of the user's may not reach so far

    mean, chance, walkaway = look(head)
    each = []
    for name in scalable(head):
        less, more = (tried(name, factor) for factor in (1.0 - by, 1.0 + by))
        each.append(
            Swing(
                name,
                (less[0] - mean, more[0] - mean),
                (less[1], more[1]),
                (less[2], more[2]),
            )
        )
    ranked = sorted(each, key=lambda one: (-one.reach if math.isfinite(one.reach) else 0.0, one.name))
    return Swings(by, clause.name, walkaway, chance, mean, tuple(ranked), head.n_draws)
