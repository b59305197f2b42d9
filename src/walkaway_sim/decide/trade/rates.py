"""What a step of one term is worth in another: the table, and the sentence for the table."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from walkaway_sim._checks import check_known
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.rules import ChanceRule, Rule
from walkaway_sim.decide.trade.words import amount, between, more
from walkaway_sim.errors import InputError
from walkaway_sim.simulation.estimate import Estimate

if TYPE_CHECKING:
    import pandas as pd

    from walkaway_sim.simulation.outcome import Simulation

__all__ = ["ExchangeCurve", "ExchangeRates", "Rate", "RateStatus", "StepCost"]

RateStatus = Literal["found", "open", "beyond_range", "between_levels", "worth_nothing", "gains", "no_step"]


@dataclass(frozen=True, slots=True)
class StepCost:
    """One step of concession of a term, and what it costs.

    Attributes
    ----------
    term : Term
    step : float
        Size of the step, above 0 [unit]; NaN at the end of the range, where there is none.
    to : float
        The value after it [unit]; NaN at the end of the range.
    cost : Estimate or None
        Expected surplus that it costs [currency]; None at the end of the range.
    by_rule : Estimate or None
        How much lower what the rule looks at is after it [probability, or currency].
    """

    term: Term
    step: float
    to: float
    cost: Estimate | None
    by_rule: Estimate | None


@dataclass(frozen=True, slots=True)
class Rate:
    """What a step of one term is worth in another.

    Attributes
    ----------
    step_of : StepCost
    paid_in : Term
    estimate, low, high : float
        How far the second term is taken back towards the supplier to make up for the step, with its interval;
        negative where it may be conceded instead [unit]. The estimate is NaN, and an end infinite, where the range is
        too short: then the other end is what is known.
    status : {"found", "open", "beyond_range", "between_levels", "worth_nothing", "gains", "no_step"}
        Open: found, but an end of the interval lies beyond the range. Beyond the range: taking back the second term to
        its best end does not make up for the step. Between levels: the estimate lies between two levels, in proportion
        to what they cost; the ends are levels, of which the upper surely makes up for the step. Worth nothing: these
        draws cannot tell the step's cost from 0. Gains: the step is better for the supplier. No step: the first term
        is at the end of its range.
    paid_from : float
        The value of the second term from which it is taken back [unit].
    """

    step_of: StepCost
    paid_in: Term
    estimate: float
    low: float
    high: float
    status: RateStatus
    paid_from: float

    @property
    def sentence(self) -> str:
        """The rate in words."""
        step, paid = self.step_of, self.paid_in
        if self.status == "no_step":
            return f"{step.term.name.replace('_', ' ')} is at the end of its range already"
        given, single = more(step.term, step.to - step.term.sign * step.step, step.to)
        worth, cost = ("is worth", "costs") if single else ("are worth", "cost")
        if self.status == "worth_nothing":
            return f"{given} {cost} nothing that these draws could tell from 0"
        if self.status == "gains":
            return f"{given} {cost} nothing: the supplier gains by it"
        return f"{given} {worth} {self._paid(paid)}"

    @property
    def left(self) -> float:
        """How far the second term can be taken back at all [unit]."""
        return self.paid_in.sign * (self.paid_from - self.paid_in.best)

    def _paid(self, paid: Term) -> str:
        """Return what a step that costs something is worth."""
        name = paid.name.replace("_", " ")
        if self.status == "beyond_range":
            if self.left <= 0.0:
                return f"something, but {name} is at its best end and cannot be taken back"
            return f"more than all of the {amount(paid, self.left)} that can be taken back"
        if self.status in ("between_levels", "open") and paid.levels is not None:
            return self._levels(paid)
        if self.status == "open":
            return f"about {amount(paid, self.estimate)}, and perhaps more than can be taken back"
        return amount(paid, self.estimate, self.low, self.high)

    def _levels(self, paid: Term) -> str:
        """Return between which moves back of a term with levels a step lies."""
        least, most = (self.paid_from - paid.sign * gone for gone in (self.low, self.high))
        if math.isinf(most):
            return f"perhaps more than going back {between(paid, self.paid_from, paid.best)}"
        if self.low == self.high:
            return f"going back {between(paid, self.paid_from, most)}"
        lower = f", and no less than to {least:,.6g}" if self.low > 0.0 else ""
        return f"no more than going back {between(paid, self.paid_from, most)}{lower}"


@dataclass(frozen=True, slots=True)
class ExchangeCurve:
    """The rate of two terms along the first. Made by `ExchangeRates.along`.

    Attributes
    ----------
    step_of, paid_in : Term
    step : float
        One step of the first [unit]; NaN for levels, of which it is the next one.
    values : tuple of float
        Of the first term, from where its steps are counted [its unit].
    rates : tuple of Rate
        There.
    confidence_level : float
        Of each interval by itself.
    deal_name : str
    measure : str
        What must be equal, in words.
    ends_at : str
        Why the values end where they do, in words.
    """

    step_of: Term
    paid_in: Term
    step: float
    values: tuple[float, ...]
    rates: tuple[Rate, ...]
    confidence_level: float
    deal_name: str
    measure: str
    ends_at: str

    def to_frame(self) -> pd.DataFrame:
        """Return one row per value of the first term: step, estimate, low, high, status."""
        import pandas as pd

        rows = [(one.step_of.step, one.estimate, one.low, one.high, one.status) for one in self.rates]
        index = pd.Index(self.values, name=self.step_of.name)
        return pd.DataFrame(rows, index=index, columns=["step", "estimate", "low", "high", "status"])


@dataclass(frozen=True, slots=True, repr=False)
class ExchangeRates:
    """What a step of each term is worth in every other. Made by `exchange_rates`.

    Attributes
    ----------
    deal_name, currency : str
    rule : Rule
        What it looks at is what must be equal.
    confidence_level : float
        Of each interval by itself.
    base : mapping of str to float
        From which steps are counted [their units].
    steps : tuple of StepCost
        Of each term.
    rates : tuple of Rate
        Of each pair, both ways.
    n_draws : int
    sim : Simulation
        The draws, for what `along` works out.
    """

    deal_name: str
    currency: str
    rule: Rule
    confidence_level: float
    base: Mapping[str, float]
    steps: tuple[StepCost, ...]
    rates: tuple[Rate, ...]
    n_draws: int
    sim: Simulation = field(repr=False)

    def rate(self, step_of: str, paid_in: str) -> Rate:
        """Return what a step of one term is worth in another.

        Raises
        ------
        InputError
            An unknown term, or the same one twice.
        """
        self._known(step_of, paid_in)
        return next(
            one for one in self.rates if (one.step_of.term.name, one.paid_in.name) == (step_of, paid_in)
        )

    def sentence(self, step_of: str, paid_in: str) -> str:
        """Return that in words; raises as `rate` does."""
        return self.rate(step_of, paid_in).sentence

    def along(self, step_of: str, paid_in: str, *, n_points: int = 9) -> ExchangeCurve:
        """Return the rate of two terms along the first, from the base to its walkaway or its last step.

        Parameters
        ----------
        step_of, paid_in : str
        n_points : int
            Values of the first term, or levels, at the most.

        Returns
        -------
        ExchangeCurve

        Raises
        ------
        InputError
            An unknown term, or the same one twice; fewer than two points.
        """
        from walkaway_sim.decide.trade.along import rates_along

        self._known(step_of, paid_in)
        return rates_along(self, step_of, paid_in, n_points)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per pair: step, estimate, low, high, unit, status and the sentence.

        ``attrs["note"]`` has the note.
        """
        import pandas as pd

        index = pd.MultiIndex.from_tuples(
            [(one.step_of.term.name, one.paid_in.name) for one in self.rates], names=["step of", "paid in"]
        )
        rows = [
            {
                "step": one.step_of.step,
                "estimate": one.estimate,
                "low": one.low,
                "high": one.high,
                "unit": one.paid_in.unit,
                "status": one.status,
                "sentence": one.sentence,
            }
            for one in self.rates
        ]
        columns = ["step", "estimate", "low", "high", "unit", "status", "sentence"]
        frame = pd.DataFrame(rows, index=index, columns=columns)
        frame.attrs["note"] = self.note
        return frame

    def costs_frame(self) -> pd.DataFrame:
        """Return one row per term: its step, the value after it, and what it costs with the interval [currency]."""
        import pandas as pd

        rows = []
        for one in self.steps:
            cost = one.cost or Estimate(math.nan, math.nan, math.nan, math.nan)
            rows.append((one.step, one.to, cost.estimate, cost.low, cost.high, one.term.unit))
        columns = ["step", "to", "cost", "cost_low", "cost_high", "unit"]
        return pd.DataFrame(
            rows, index=pd.Index([one.term.name for one in self.steps], name="term"), columns=columns
        )

    def matrix(self) -> pd.DataFrame:
        """Return the estimates, a row for the step of each term and a column for the term that it is paid in.

        Infinite where all that can be taken back of that term does not make up for the step; NaN on the diagonal, and
        for a term at the end of its range. `to_frame` has a status for each. ``attrs["note"]`` has the note.
        """
        import pandas as pd

        names = [one.term.name for one in self.steps]
        table = pd.DataFrame(
            math.nan, index=pd.Index(names, name="step of"), columns=pd.Index(names, name="paid in")
        )
        for one in self.rates:
            worth = math.inf if one.status == "beyond_range" else one.estimate
            table.loc[one.step_of.term.name, one.paid_in.name] = worth
        table.attrs["note"] = f"Infinite: more than all that can be taken back. {self.note}"
        return table

    @property
    def measure(self) -> str:
        """What must be equal, in words."""
        if isinstance(self.rule, ChanceRule) and self.rule.at_least == 0.0:
            return "chance to beat no deal"
        return self.rule.label.split(" of at least")[0]

    @property
    def note(self) -> str:
        """What stands under the table."""
        return (
            f"What a step is worth is what to ask in return: with the step conceded and the other term taken back so "
            f"far, the supplier has the same {self.measure} as before. Each rate holds for the step given, from the "
            f"terms it is counted from: further steps may be worth more or less. "
            f"Intervals hold at {100 * self.confidence_level:g}% one at a time and cover simulation error only, not "
            f"doubt about the inputs."
        )

    def _known(self, step_of: str, paid_in: str) -> None:
        check_known("exchange rates", {step_of: 0, paid_in: 0}, [one.term.name for one in self.steps])
        if step_of == paid_in:
            raise InputError(f"step_of and paid_in must be two different terms, got {step_of!r} twice")

    def __repr__(self) -> str:
        return f"{self.to_frame()[['step', 'estimate', 'low', 'high', 'unit', 'status']].to_string()}\n{self.note}"

    def _repr_html_(self) -> str:
        from html import escape

        return f"{self.to_frame().to_html()}<p>{escape(self.note)}</p>"
