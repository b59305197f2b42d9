"""A plan of concessions, as a salesperson follows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from walkaway_sim._checks import check_integer
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.offers.words import listed, said_amount, said_measure, said_move, said_name
from walkaway_sim.decide.rules import Rule
from walkaway_sim.decide.shown import ShownWithNote
from walkaway_sim.errors import InputError
from walkaway_sim.simulation.estimate import Estimate

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Ask", "ConcessionPlan", "ConcessionStep"]


@dataclass(frozen=True, slots=True)
class Ask:
    """What to ask for in return.

    Attributes
    ----------
    term : str
    start, end : float
        From where the term is then, to where [unit].
    worth : Estimate
        Expected surplus that it brings [currency].
    goodwill : float
        What it costs the customer, by the weights.
    again : bool
        Whether an earlier round asked for the same term, and nothing else is left.
    """

    term: str
    start: float
    end: float
    worth: Estimate
    goodwill: float
    again: bool = False


@dataclass(frozen=True, slots=True)
class ConcessionStep:
    """One round of concessions.

    Attributes
    ----------
    number : int
        From 1.
    moves : mapping of str to (float, float)
        Terms that move, from where, to where [their units].
    terms : mapping of str to float
        The package after it [their units].
    cost : Estimate
        Expected surplus that it gives up [currency].
    total : Estimate
        The same since the opening offer.
    goodwill : float
        What it gives the customer, by the weights, as a share of all that could be weighed.
    total_goodwill : float
        The same since the opening offer.
    measure : Estimate
        What the rule looks at, after it [its unit].
    ask : Ask or None
        What would pay for it; None where no single term can, in that size.
    authority : mapping of str to str
        For each term conceded since the opening that has authorities, the least that covers the package; empty where
        none does.
    """

    number: int
    moves: Mapping[str, tuple[float, float]]
    terms: Mapping[str, float]
    cost: Estimate
    total: Estimate
    goodwill: float
    total_goodwill: float
    measure: Estimate
    ask: Ask | None
    authority: Mapping[str, str]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class ConcessionPlan(ShownWithNote):
    """Concessions from the opening offer to the walkaway. Made by `concession_plan`.

    Attributes
    ----------
    steps : tuple of ConcessionStep
        Empty where there is nothing to give.
    start : mapping of str to float
        The opening offer [units of the terms].
    opening : Estimate
        What the rule looks at there [its unit].
    ends_by : {"rule", "range", "nothing"}
        Why it ends: the rule would not hold with confidence any further; every term that weighs is at its policy
        limit or the end of its range; the rule does not hold with confidence at the opening offer.
    rule : Rule
    terms : tuple of Term
        All of the deal.
    weights : mapping of str to float
        Of all terms; their sum is 1.
    confidence_level : float
    n_steps : int
        Steps asked for; small concessions that are large may leave fewer.
    deal_name, currency : str
    caveat : str
        What the intervals leave out; empty where that is nothing.
    """

    steps: tuple[ConcessionStep, ...]
    start: Mapping[str, float]
    opening: Estimate
    ends_by: Literal["rule", "range", "nothing"]
    rule: Rule
    terms: tuple[Term, ...]
    weights: Mapping[str, float]
    confidence_level: float
    n_steps: int
    deal_name: str
    currency: str
    caveat: str = ""

    @property
    def end(self) -> Mapping[str, float]:
        """The last package of the plan [units of the terms]."""
        return self.steps[-1].terms if self.steps else self.start

    def sentence(self, i: int) -> str:
        """Return step `i`, from 1, as a salesperson needs it."""
        i = check_integer("i", i, minimum=1)
        if i > len(self.steps):
            raise InputError(f"i must be a step of the plan, 1 to {len(self.steps)}, got {i}")
        step = self.steps[i - 1]
        cost = said_amount(step.cost.estimate, self.currency)
        text = f"Step {i}: go with {self.moved(step)}; it gives up about {cost}. {self._asked(step)}"
        left = said_measure(self.rule, step.measure.estimate, self.currency)
        text += f" That leaves {left}."
        if step.authority:
            text += f" To be signed by {self._signed(step)}."
        return text

    def moved(self, step: ConcessionStep) -> str:
        """Return the moves of a step in words."""
        clauses = {term.name: term for term in self.terms}
        return listed([said_move(clauses[name], *ends) for name, ends in step.moves.items()])

    def _asked(self, step: ConcessionStep) -> str:
        if step.ask is None:
            return "No single term is left that would pay for it: nothing of that size can be asked for."
        clause = next(term for term in self.terms if term.name == step.ask.term)
        worth = said_amount(step.ask.worth.estimate, self.currency)
        text = f"Ask for {said_move(clause, step.ask.start, step.ask.end)} in return, worth about {worth}"
        return text + (", again, since nothing else is left to ask for." if step.ask.again else ".")

    def _signed(self, step: ConcessionStep) -> str:
        return listed(
            [f"{role or 'nobody named'} ({said_name(name)})" for name, role in step.authority.items()]
        )

    @property
    def note(self) -> str:
        """What a salesperson should know."""
        level = f"{100 * self.confidence_level:g}%"
        if not self.steps:
            if self.ends_by == "nothing":
                why = (
                    f"the rule ({self.rule.label}) does not hold with {level} confidence at the opening offer"
                )
            elif self.ends_by == "rule":
                why = f"the rule ({self.rule.label}) would not hold with {level} confidence after any first step"
            else:
                why = "every term that weighs is at its policy limit or the end of its range already"
            return f"Nothing can be conceded: {why}.{self.caveat}"
        last = self.steps[-1]
        total = said_amount(last.total.estimate, self.currency)
        text = f"{len(self.steps)} steps from the opening offer give up {total} of expected surplus in all. "
        if self.ends_by == "rule":
            text += (
                f"After the last one stop: the rule ({self.rule.label}) holds there with {level} confidence, "
            )
            text += "and may not beyond."
        else:
            text += (
                "After the last one every term that weighs is at its policy limit or the end of its range; "
            )
            text += f"the rule ({self.rule.label}) still holds there with {level} confidence."
        if len(self.steps) < self.n_steps:
            text += (
                f" {self.n_steps} steps were asked for: the smallest concessions are too large for so many."
            )
        text += (
            " Nothing is given without asking for something in return; the plan holds even if it is refused."
        )
        return text + self.caveat

    def to_frame(self) -> pd.DataFrame:
        """Return one row a step: moves, cost, total, goodwill, measure, ask and authority, with their intervals."""
        import pandas as pd

        rows = [
            {
                "moves": self.moved(step),
                "cost": step.cost.estimate,
                "cost_low": step.cost.low,
                "cost_high": step.cost.high,
                "total": step.total.estimate,
                "goodwill": step.goodwill,
                "total_goodwill": step.total_goodwill,
                "measure": step.measure.estimate,
                "measure_low": step.measure.low,
                "measure_high": step.measure.high,
                "ask": self._asked(step).removeprefix("Ask for ").split(" in return")[0] if step.ask else "",
                "ask_worth": step.ask.worth.estimate if step.ask else float("nan"),
                "authority": self._signed(step),
            }
            for step in self.steps
        ]
        columns = [
            "moves", "cost", "cost_low", "cost_high", "total", "goodwill", "total_goodwill",
            "measure", "measure_low", "measure_high", "ask", "ask_worth", "authority",
        ]  # fmt: skip
        index = pd.Index([step.number for step in self.steps], name="step")
        return pd.DataFrame(rows, index=index, columns=columns)
