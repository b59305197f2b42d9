"""Everything that a deal desk wants to know of a deal, in one result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from walkaway_sim.deal.model import GraphValue
from walkaway_sim.decide.arguments import check_confidence, check_sim_and_rule
from walkaway_sim.decide.assess import Verdict, assess
from walkaway_sim.decide.checks import Check, checks_frame
from walkaway_sim.decide.figures import Figure, deal_figures, figures_frame
from walkaway_sim.decide.ladder import Rung, ladder, ladder_frame
from walkaway_sim.decide.rules import Rule
from walkaway_sim.decide.sources import Source, sources, sources_frame
from walkaway_sim.decide.swings import Swings, swings
from walkaway_sim.decide.table import Walkaways
from walkaway_sim.decide.walkaway import walkaway
from walkaway_sim.simulation.cash import CashPosition, cash_position
from walkaway_sim.simulation.endings import Endings, endings
from walkaway_sim.simulation.outcome import Simulation

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DealDesk", "deal_desk"]


@dataclass(frozen=True, slots=True, repr=False)
class DealDesk:
    """The whole answer for one deal. Made by `deal_desk`.

    Attributes
    ----------
    verdict : Verdict
    walk : Walkaways
    ladder : tuple of Rung
        Each term from opening to walkaway.
    figures : tuple of Figure
    swings : Swings
    sources : tuple of Source
    checks : tuple of Check
    cash : CashPosition or None
        None for a deal with a value function of its own.
    endings : Endings or None
        The same.
    """

    verdict: Verdict
    walk: Walkaways
    ladder: tuple[Rung, ...]
    figures: tuple[Figure, ...]
    swings: Swings
    sources: tuple[Source, ...]
    checks: tuple[Check, ...]
    cash: CashPosition | None
    endings: Endings | None

    def __repr__(self) -> str:
        return f"<DealDesk of {self.walk.deal_name!r}: {self.verdict.verdict}>"

    def frames(self) -> dict[str, pd.DataFrame]:
        """Return every table by its name; those of cash and endings only for a supply agreement."""
        found = {
            "verdict": self.verdict.to_frame(),
            "rules": self.verdict.rules_frame(),
            "walkaways": self.walk.to_frame(),
            "ladder": ladder_frame(self.ladder),
            "figures": figures_frame(self.figures),
            "swings": self.swings.to_frame(),
            "sources": sources_frame(self.sources),
            "checks": checks_frame(self.checks),
        }
        if self.cash is not None:
            found["cash"] = self.cash.to_frame()
        if self.endings is not None:
            found["endings"] = self.endings.to_frame()
        return found

    def to_frame(self) -> pd.DataFrame:
        """Return one row per term: the walkaways beside the ladder."""
        frames = self.frames()
        steps = frames["ladder"].drop(columns=["proposed", "safe", "unit"])
        steps.index = frames["walkaways"].index
        table = frames["walkaways"].assign(safe_on_step=[rung.safe for rung in self.ladder])
        return table.join(steps)

    def _repr_html_(self) -> str:
        return "".join(f"<h4>{name}</h4>{frame.to_html()}" for name, frame in self.frames().items())


def deal_desk(
    sim: Simulation,
    rule: Rule,
    *,
    confidence_level: float = 0.95,
    walk: Walkaways | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> DealDesk:
    """Judge the proposed terms, find every walkaway, and give what a deal desk asks beside them.

    Parameters
    ----------
    sim : Simulation
    rule : Rule
    confidence_level : float
        Of every interval.
    walk : Walkaways, optional
        Of the same simulation and rule; found here where not given.
    progress : callable, optional
        Called as ``progress(term, terms_done, terms_in_all)`` by the search.

    Returns
    -------
    DealDesk
        ``to_frame()`` has the terms, ``frames()`` every table.

    Raises
    ------
    RuleError
        The rule cannot be judged on these draws.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> from walkaway_sim.examples import example_path
    >>> sim = ws.simulate(ws.read_deal(example_path("packaging")), 2**14, rng=7)
    >>> desk = ws.deal_desk(sim, ws.ChanceRule(0.9))
    >>> desk.to_frame()["binds"]["discount"], sorted(desk.frames())[:3]
    ('authority', ['cash', 'checks', 'endings'])
    """
    sim, rule = check_sim_and_rule(sim, rule)
    confidence_level = check_confidence(confidence_level)
    verdict = assess(sim, rule, confidence_level=confidence_level)
    if walk is None:
        walk = walkaway(sim, rule, confidence_level, progress=progress)
    built_in = isinstance(sim.deal.value, GraphValue)
    cash = cash_position(sim, confidence_level=confidence_level) if built_in else None
    return DealDesk(
        verdict=verdict,
        walk=walk,
        ladder=ladder(sim, walk),
        figures=deal_figures(sim, cash, confidence_level=confidence_level),
        swings=swings(sim, rule),
        sources=sources(sim),
        checks=verdict.checks,
        cash=cash,
        endings=endings(sim, confidence_level=confidence_level) if built_in else None,
    )
