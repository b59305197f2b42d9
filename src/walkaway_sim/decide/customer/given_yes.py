"""The winner's curse: what the deal is worth given that the customer says yes to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from walkaway_sim.decide.arguments import check_confidence, check_sim_and_rule
from walkaway_sim.decide.assess import Answer
from walkaway_sim.decide.customer.accepted import Accepted
from walkaway_sim.decide.customer.customer import Customer
from walkaway_sim.decide.customer.doubt import left_out
from walkaway_sim.decide.customer.joined import join
from walkaway_sim.decide.lattice import Lattice
from walkaway_sim.decide.rules import ChanceRule, ExpectedValueRule, Rule
from walkaway_sim.decide.shown import ShownWithNote
from walkaway_sim.decide.tails import check_rule
from walkaway_sim.simulation.estimate import Estimate
from walkaway_sim.simulation.intervals import Bounds
from walkaway_sim.simulation.outcome import Simulation

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["GivenYes", "assess_given_yes"]


@dataclass(frozen=True, slots=True, repr=False)
class GivenYes(ShownWithNote):
    """What an offer is worth given that the customer says yes to it. Made by `assess_given_yes`.

    Attributes
    ----------
    offer : mapping of str to float
    rule : Rule
    verdict : {"accept", "walk", "unresolved"}
        By the rule, given the yes.
    unconditional_verdict : {"accept", "walk", "unresolved"}
        By the rule, whoever says yes.
    chance_of_yes : float
        From the reservation's distribution itself.
    n_yes : int
        Draws with a yes.
    measure, unconditional, curse : Estimate
        What the rule looks at given the yes, without it, and the first less the second on the same draws
        [probability or currency].
    surplus, probability : Estimate
        Expected surplus, and chance that the deal beats no deal, given the yes.
    surplus_curse, probability_curse : Estimate
        By how much the yes changes them.
    n_plausible : int
        Plausible laws of the reservation, whose doubt is left out; 0 where the law is known.
    confidence_level : float
    """

    offer: Mapping[str, float]
    rule: Rule
    verdict: Answer
    unconditional_verdict: Answer
    chance_of_yes: float
    n_yes: int
    measure: Estimate
    unconditional: Estimate
    curse: Estimate
    surplus: Estimate
    surplus_curse: Estimate
    probability: Estimate
    probability_curse: Estimate
    n_plausible: int
    confidence_level: float

    @property
    def note(self) -> str:
        """What stands under the table."""
        if self.surplus_curse.high < 0.0:
            news = "That the customer says yes is bad news: it does so more often where the deal is worth less to us."
        elif self.surplus_curse.low > 0.0:
            news = "That the customer says yes is good news: it does so more often where the deal is worth more to us."
        else:
            news = "These draws do not show that a yes says anything about the deal."
        return (
            f"{news} Given the yes the answer is {self.verdict}, without it {self.unconditional_verdict} "
            f"({self.rule.label}). The customer says yes in {100 * self.chance_of_yes:.0f}% of cases, on "
            f"{self.n_yes:,} draws. Intervals at {100 * self.confidence_level:g}% cover simulation error only."
            f"{left_out(self.n_plausible)}"
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row per figure given the yes, and one per change by it. ``attrs["note"]`` has the note."""
        import pandas as pd

        figures = {
            "rule, given yes": self.measure,
            "rule, unconditional": self.unconditional,
            "rule, curse": self.curse,
            "surplus, given yes": self.surplus,
            "surplus, curse": self.surplus_curse,
            "probability, given yes": self.probability,
            "probability, curse": self.probability_curse,
        }
        rows = [(one.estimate, one.low, one.high, one.standard_error) for one in figures.values()]
        columns = ["estimate", "low", "high", "standard_error"]
        frame = pd.DataFrame(rows, index=pd.Index(figures, name="figure"), columns=columns)
        frame.attrs["note"] = self.note
        return frame


def assess_given_yes(
    sim: Simulation,
    rule: Rule,
    customer: Customer,
    offer: Mapping[str, float] | None = None,
    *,
    confidence_level: float = 0.95,
) -> GivenYes:
    """Judge an offer by a rule given that the customer says yes to it.

    `walkaway` and `assess` never do that by themselves: they judge the deal as such.

    Parameters
    ----------
    sim : Simulation
        Kept.
    rule : Rule
        One of the four.
    customer : Customer
        With a reservation that is correlated with the deal, or an input of it; else a yes says nothing.
    offer : mapping of str to float, optional
        Changes to the proposed terms [their units].
    confidence_level : float
        Of every interval, and of each side of the verdict.

    Returns
    -------
    GivenYes

    Raises
    ------
    RuleError
        Fewer than 1000 draws with a yes, or the rule cannot be judged on them; several rules at once.
    InputError
        Draws that are not kept; names that the deal has not.

    Notes
    -----
    Intervals as in `Accepted`: exact binomial for a chance on independent draws, Student's t over replicate means
    corrected for skewness for randomised designs, the ratio's error by the delta method. The change by a yes is
    paired: both figures come from the same draws.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> deal = ws.Deal(
    ...     name="One price", inputs={"cost": ws.normal(60, 10)},
    ...     terms=[ws.Term("price", proposed=70, range=(0, 150), concession="down")],
    ...     value=lambda inputs, terms: terms["price"] - inputs["cost"],
    ... )
    >>> sim = ws.simulate(deal, 2**14, rng=7)
    >>> customer = ws.Customer(ws.normal(70, 10), term="price", correlation={"cost": 0.6})
    >>> found = ws.assess_given_yes(sim, ws.ExpectedValueRule(), customer)
    >>> print(f"{found.unconditional.estimate:.0f} before, {found.measure.estimate:.0f} after the yes")
    10 before, 5 after the yes
    """
    sim, rule = check_sim_and_rule(sim, rule)
    joined = join(sim, customer)
    confidence_level = check_confidence(confidence_level)
    at = sim.deal.terms_at(offer)
    surplus = sim.surplus(at)
    check_rule(sim, rule, surplus)
    amount = joined.amount(at)
    lattice = Lattice(sim)
    seen = Accepted(surplus, joined.says_yes(amount), sim.n_replicates, lattice)
    mean, chance = ExpectedValueRule(), ChanceRule(0.5)  # whose figures are wanted, not their levels
    allowed = lattice.allow_for(rule, surplus)
    return GivenYes(
        offer=at,
        rule=rule,
        verdict=_answer(seen.judge(rule, confidence_level)),
        unconditional_verdict=_answer(allowed.judge(surplus, sim.n_replicates, confidence_level)),
        chance_of_yes=joined.chance(amount),
        n_yes=seen.n_yes,
        measure=seen.measure(rule, confidence_level),
        unconditional=allowed.measure(surplus, sim.n_replicates, confidence_level),
        curse=seen.curse(rule, confidence_level),
        surplus=seen.measure(mean, confidence_level),
        surplus_curse=seen.curse(mean, confidence_level),
        probability=seen.measure(chance, confidence_level),
        probability_curse=seen.curse(chance, confidence_level),
        n_plausible=len(joined.plausible),
        confidence_level=confidence_level,
    )


def _answer(bounds: Bounds) -> Answer:
    if bounds.at_least >= 0.0:
        return "accept"
    return "walk" if bounds.at_most < 0.0 else "unresolved"
