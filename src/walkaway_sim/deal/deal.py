"""One contract under negotiation."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from walkaway_sim._checks import check_in, check_known, check_name, check_non_negative, check_one_of
from walkaway_sim.deal.check_names import CHECK_NAMES
from walkaway_sim.deal.far_inputs import far_inputs
from walkaway_sim.deal.no_deal import Alternative, make_alternatives, make_cost, make_quantity
from walkaway_sim.deal.term import Term
from walkaway_sim.errors import InputError
from walkaway_sim.inputs.base import Distribution
from walkaway_sim.inputs.constant import Constant
from walkaway_sim.inputs.copula import Dependence, build_dependence
from walkaway_sim.inputs.entry import Input, as_input
from walkaway_sim.inputs.far_plausible import PlausibleWarning
from walkaway_sim.inputs.monthly import MonthlyUniforms
from walkaway_sim.inputs.records import RecordLaw

__all__ = ["Deal", "ValueFunction"]

ValueFunction = Callable[[Mapping[str, Any], Mapping[str, Any]], Any]
NoDealChoice = Literal["expected", "per_draw"]

_RESERVED = ("no_deal", "strategic", "cost_of_not_winning", "events")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Deal:
    """One contract under negotiation: inputs, terms, a value model and a no-deal alternative.

    Parameters
    ----------
    name : str
        Shown on every table and picture.
    inputs : mapping of str to Input, distribution, EventRisk, frozen SciPy distribution or number
        What is not known. Their order pins the coordinates of a Sobol' design.
    terms : sequence of Term
        What is negotiated.
    value : callable
        ``value(inputs, terms)`` returns the net present value to the supplier [currency], shape
        ``(n_draws,)``, or a mapping of named components whose sum it is. `inputs` maps each name
        to its draws, shape ``(n_draws,)`` (an event risk to its `Events`; ``"no_deal"`` to the
        no-deal value before the cost of not winning); `terms` maps each name to a number. It must
        work draw by draw: what it returns for a draw may not depend on the other draws.
    currency : str
        Code shown with every amount.
    correlation : mapping of (str, str) to float, or DataFrame, optional
        Spearman correlations, pair by pair. ``"no_deal"`` and ``"strategic"`` may be named where
        they are distributions.
    no_deal : number, distribution, callable, FreedCapacity, or a list or mapping of these
        What the supplier has if it walks [currency]: one alternative or several, by label in a
        mapping. A callable takes the inputs and returns shape ``(n_draws,)``.
    no_deal_choice : {"expected", "per_draw"}
        The best of several alternatives in expectation, chosen once on an independent stream; or
        the best for each draw, which is perfect foresight.
    cost_of_not_winning : number, distribution or callable
        What losing the deal costs beside the deal itself [currency], 0 or more. It is taken off
        the no-deal value.
    strategic : number, distribution or callable
        What the deal is worth beside its cash and whatever its terms [currency].
    buffer : float
        What management holds back [currency], 0 or more.
    tax_rate : float
        One rate on everything that the deal and its alternative bring, losses offset in full, from 0
        to below 1. Amounts are given before tax; it scales the whole surplus, so that of the rules
        only the certainty equivalent moves; what a rule asks for beyond 0 is after tax.
    red_lines : sequence of str
        Clauses that no money buys.
    dismissed : mapping of str to str
        Checks that do not apply, by name, each with the reason; see `check_deal`.
    rule : str, optional
        The rule agreed for this deal, such as ``"chance:0.9"``; the shell uses it.
    t_df : float, optional
        Degrees of freedom of a t copula, for inputs that go wrong together; a Gaussian copula
        without.
    max_repair : float
        The most that any Spearman correlation may be moved to make the matrix possible.
    recipe : mapping, optional
        What a built-in value model was made from, so that it can be written to a file.

    Raises
    ------
    InputError
        A name used twice; an argument outside its domain; a no-deal alternative without a finite
        mean.
    DependenceError
        A correlation of something unknown, or a matrix too far from any possible one.

    Examples
    --------
    >>> from walkaway_sim.deal import Deal, Term
    >>> from walkaway_sim.inputs import normal
    >>> deal = Deal(
    ...     name="One price",
    ...     inputs={"worth": normal(100, 15)},
    ...     terms=[Term("rebate", proposed=70, range=(0, 150))],
    ...     value=lambda inputs, terms: inputs["worth"] - terms["rebate"],
    ... )
    >>> deal.proposed
    {'rebate': 70.0}
    """

    name: str
    inputs: Mapping[str, Any]
    terms: Sequence[Term]
    value: ValueFunction
    currency: str = ""
    correlation: Any = None
    no_deal: Any = 0.0
    no_deal_choice: NoDealChoice = "expected"
    cost_of_not_winning: Any = 0.0
    strategic: Any = 0.0
    buffer: float = 0.0
    tax_rate: float = 0.0
    red_lines: Sequence[str] = ()
    dismissed: Mapping[str, str] = field(default_factory=dict)
    rule: str | None = None
    t_df: float | None = None
    max_repair: float = 0.1
    recipe: Mapping[str, Any] | None = None
    alternatives: tuple[Alternative, ...] = field(init=False)
    strategic_value: Alternative = field(init=False)
    not_winning: Alternative = field(init=False)
    dependence: Dependence = field(init=False)

    def __post_init__(self) -> None:
        put = object.__setattr__
        check_name("name of the deal", self.name)
        if not callable(self.value):
            raise InputError(
                f"value must be a function value(inputs, terms) -> (n_draws,), got {self.value!r}"
            )
        put(self, "inputs", _entries(self.inputs))
        put(self, "terms", _terms(self.terms, self.inputs))
        check_one_of("no_deal_choice", self.no_deal_choice, ("expected", "per_draw"))
        put(self, "buffer", check_non_negative("buffer", self.buffer))
        put(self, "tax_rate", check_in("tax_rate", self.tax_rate, 0.0, 0.99))
        if isinstance(self.red_lines, str) or not isinstance(self.red_lines, Sequence):
            raise InputError(f"red_lines must be a list of texts, got {self.red_lines!r}")
        put(self, "red_lines", tuple(check_name("a red line", line) for line in self.red_lines))
        put(self, "alternatives", make_alternatives(self.no_deal))
        for one in self.alternatives:
            if one.name in self.inputs:
                raise InputError(
                    f"inputs: the name {one.name!r} is that of a no-deal alternative; call this input something else"
                )
        put(self, "strategic_value", make_quantity("strategic", self.strategic))
        put(self, "not_winning", make_cost("cost_of_not_winning", self.cost_of_not_winning))
        put(self, "dismissed", _reasons(self.dismissed))
        names = [
            name
            for name, law in self.sampled.items()
            if not isinstance(law, Constant) and not isinstance(law, MonthlyUniforms)
        ]
        correlation = {} if self.correlation is None else self.correlation
        dependence = build_dependence(names, correlation, t_df=self.t_df, max_repair=self.max_repair)
        put(self, "dependence", dependence)
        for name, text in far_inputs(self).items():
            warnings.warn(f"input {name!r}: {text}", PlausibleWarning, stacklevel=3)

    @property
    def sampled(self) -> dict[str, Distribution | RecordLaw]:
        """Everything that is drawn, in the order of its coordinates: the two sides, then the inputs."""
        drawn: dict[str, Distribution | RecordLaw] = {}
        for quantity in (*self.alternatives, self.strategic_value, self.not_winning):
            drawn.update(quantity.laws())
        drawn.update({name: entry.distribution for name, entry in self.inputs.items()})
        return drawn

    @property
    def kept(self) -> float:
        """The share of every amount that is left after tax."""
        return 1.0 - self.tax_rate

    @property
    def proposed(self) -> dict[str, float]:
        """The proposed value of every term [its unit]."""
        return {term.name: term.proposed for term in self.terms}

    def term(self, name: str) -> Term:
        """Return the term called `name`, or raise `InputError` with the nearest name."""
        for term in self.terms:
            if term.name == name:
                return term
        check_one_of("term", name, [term.name for term in self.terms])
        raise KeyError(name)  # unreachable: the check above refuses every unknown name

    def terms_at(self, changes: Mapping[str, float] | None) -> dict[str, float]:
        """Return the proposed terms with `changes` made, each checked against its range or levels."""
        values = self.proposed
        for name, value in _changes(changes, self.terms[0]).items():
            values[name] = self.term(name).check_value(value)
        return values


def _changes(given: object, term: Term) -> Mapping[str, object]:
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise InputError(
            f"terms must map names to values, such as {{{term.name!r}: {term.proposed:g}}}, got {given!r}"
        )
    return given


def _entries(inputs: object) -> dict[str, Input]:
    if not isinstance(inputs, Mapping):
        raise InputError(f"inputs must map names to distributions or numbers, got {inputs!r}")
    entries: dict[str, Input] = {}
    for name, given in inputs.items():
        check_name("name of an input", name)
        if name in _RESERVED:
            raise InputError(f"inputs: the name {name!r} is the deal's own; call this input something else")
        try:
            entries[name] = as_input(given)
        except InputError as error:
            raise InputError(f"inputs: {name}: {error}") from None
    return entries


def _reasons(dismissed: object) -> dict[str, str]:
    if not isinstance(dismissed, Mapping):
        raise InputError(f"dismissed must map names of checks to reasons, got {dismissed!r}")
    check_known("dismissed", dismissed, CHECK_NAMES)
    return {name: check_name(f"dismissed: the reason for {name!r}", why) for name, why in dismissed.items()}


def _terms(terms: object, inputs: Mapping[str, Input]) -> tuple[Term, ...]:
    if isinstance(terms, Term) or not isinstance(terms, Sequence) or not terms:
        raise InputError(f"terms must be a list of one Term or more, got {terms!r}")
    seen: set[str] = set()
    for term in terms:
        if not isinstance(term, Term):
            raise InputError(f"terms must hold Term objects, got {term!r}")
        if term.name in seen or term.name in inputs:
            raise InputError(
                f"terms: the name {term.name!r} is taken already; give each term a name of its own"
            )
        seen.add(term.name)
    return tuple(terms)
