"""Packages that are worth the same to the supplier, and how it is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from walkaway_sim._typing import FloatArray
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.offers.words import listed, said_difference, said_value
from walkaway_sim.decide.rules import Rule
from walkaway_sim.decide.shown import ShownWithNote
from walkaway_sim.simulation.estimate import Estimate

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["EqualPackages", "Package", "PackagePair"]


@dataclass(frozen=True, slots=True)
class Package:
    """One offer among several that are worth the same to the supplier.

    Attributes
    ----------
    name : str
        A letter: A is the one that the customer probably likes best.
    terms : mapping of str to float
        Of all terms [their units].
    goodwill : float
        What it gives the customer beyond the reference, by the weights, as a share of all that could be weighed.
    difference : Estimate
        How much more the rule sees in it than in the reference [unit of the rule].
    equivalent : bool
        Whether it is certified.
    reason : str
        Why it is not; else empty.
    """

    name: str
    terms: Mapping[str, float]
    goodwill: float
    difference: Estimate
    equivalent: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PackagePair:
    """Two packages next to each other.

    Attributes
    ----------
    first, second : str
        Their names.
    difference : Estimate
        How much more the rule sees in the first [unit of the rule].
    distance : float
        Between what they give the customer.
    """

    first: str
    second: str
    difference: Estimate
    distance: float


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class EqualPackages(ShownWithNote):
    """Several packages of equal value to the supplier. Made by `equal_packages`.

    A mean, a shortfall or a certainty equivalent of which the difference rests on fewer than 30 draws is not certified,
    nor a chance that no draw tells apart: of an event that n draws do not show the chance may be 3/n (the rule of
    three), at any cost, and the spread of a few events is a Poisson count's, too small just where the count is. The
    draws are counted of each term that differs by itself and of both packages.

    Attributes
    ----------
    packages : tuple of Package
        The one that gives the customer the most, by the weights, first.
    reference : mapping of str to float
        With which they are equal [their units].
    reference_holds : bool
        Whether the rule holds there with confidence; then it does at every package that is equivalent.
    terms : tuple of Term
        All of the deal.
    moved : tuple of str
        Terms that could move.
    balancing : str
        The term that balances each package.
    rule : Rule
    margin : float
        Within which packages count as equal [unit of the rule].
    margin_given : bool
        Whether it was asked for; else it is what one step of every range that may move is worth together.
    distances : ndarray, shape (k, k)
        Between what two packages give the customer: lengths of the difference of their concessions, shares of the
        ranges times weights.
    pairs : tuple of PackagePair
    weights : mapping of str to float
        Of all terms; their sum is 1.
    confidence_level : float
    deal_name, currency : str
    caveat : str
        What the intervals leave out; empty where that is nothing.
    """

    packages: tuple[Package, ...]
    reference: Mapping[str, float]
    reference_holds: bool
    terms: tuple[Term, ...]
    moved: tuple[str, ...]
    balancing: str
    rule: Rule
    margin: float
    margin_given: bool
    distances: FloatArray
    pairs: tuple[PackagePair, ...]
    weights: Mapping[str, float]
    confidence_level: float
    deal_name: str
    currency: str
    caveat: str = ""

    def __getitem__(self, name: str) -> Package:
        """Return the package called by a letter."""
        for package in self.packages:
            if package.name == name:
                return package
        raise KeyError(name)

    @property
    def all_equal(self) -> bool:
        """Whether every package is certified."""
        return all(package.equivalent for package in self.packages)

    @property
    def note(self) -> str:
        """What a salesperson should know."""
        clauses = {term.name: term for term in self.terms}
        within = said_difference(self.rule, self.margin, self.currency)
        why = "as asked for"
        if not self.margin_given:
            why = "what one step of each term is worth together"
        level = f"{100 * self.confidence_level:g}%"
        certified = [one.name for one in self.packages if one.equivalent]
        if self.all_equal:
            text = f"All {len(self.packages)} packages are worth the same to us as the reference, and as each other"
        elif certified:
            text = f"Of the packages, {listed(certified)} {'is' if len(certified) == 1 else 'are'} worth the same to us"
        else:
            text = "None of the packages is shown to be worth the same to us"
        text += f": within {within} ({why}), by the rule {self.rule.label}, with {level} confidence."
        for one in self.packages:
            if not one.equivalent:
                text += f" {one.name} is not certified: {one.reason}."
        if not self.reference_holds:
            text += " The rule does not hold with confidence at the reference, nor need it at what is equal to it."
        first = self.packages[0]
        moves = [
            said_value(clauses[name], value)
            for name, value in first.terms.items()
            if value != self.reference[name]
        ]
        text += (
            f" By the weights the customer likes {first.name} best ({listed(moves)}). Offer them side by side; which "
            f"one is picked says what the customer cares about.{self.caveat}"
        )
        return text

    def to_frame(self) -> pd.DataFrame:
        """Return one row a package: every term, goodwill, difference, low, high, equivalent."""
        import pandas as pd

        rows = [
            {
                **one.terms,
                "goodwill": one.goodwill,
                "difference": one.difference.estimate,
                "low": one.difference.low,
                "high": one.difference.high,
                "equivalent": one.equivalent,
            }
            for one in self.packages
        ]
        return pd.DataFrame(rows, index=pd.Index([one.name for one in self.packages], name="package"))

    def pairs_frame(self) -> pd.DataFrame:
        """Return one row a pair of packages: difference, low, high, distance."""
        import pandas as pd

        rows = [
            (one.difference.estimate, one.difference.low, one.difference.high, one.distance)
            for one in self.pairs
        ]
        index = pd.MultiIndex.from_tuples(
            [(one.first, one.second) for one in self.pairs], names=["first", "second"]
        )
        return pd.DataFrame(rows, index=index, columns=["difference", "low", "high", "distance"])
