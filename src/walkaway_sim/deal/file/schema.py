"""The deal file as a pydantic model, from which its JSON schema comes too."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, create_model, model_validator

from walkaway_sim.deal.agreement import GUARANTEE_FACTS, domain_error
from walkaway_sim.deal.agreement_terms import term_error
from walkaway_sim.deal.amounts import FixedCost
from walkaway_sim.deal.bounding import how_to_bound
from walkaway_sim.deal.check_names import CHECK_NAMES
from walkaway_sim.deal.file.persons import InputEntry, People
from walkaway_sim.deal.file.specs import AlternativeEntry, Amount, Entry, EventEntry, Sourced, Strict
from walkaway_sim.deal.supply.clauses import TERMS
from walkaway_sim.deal.supply.quantities import QUANTITIES, Quantity
from walkaway_sim.deal.term import Term
from walkaway_sim.deal.tiers import RebateTiers
from walkaway_sim.inputs.base import Distribution
from walkaway_sim.inputs.constant import Constant
from walkaway_sim.inputs.entry import Input
from walkaway_sim.inputs.registry import from_spec

__all__ = [
    "DealModel",
    "DismissedModel",
    "FixedCostModel",
    "GuaranteeModel",
    "NoDealModel",
    "TermModel",
    "TierModel",
    "TiersModel",
    "as_law",
    "json_schema",
]


def as_law(given: Any) -> Distribution:
    """Return the distribution that a checked number or table of a file stands for."""
    if isinstance(given, People):
        law = given.made().distribution
    else:
        law = Constant(given) if isinstance(given, float | int) else from_spec(given.spec())
    if not isinstance(law, Distribution):
        raise ValueError(f"needs a number or a distribution, got {law}")
    return law


def _not_negative(given: Any) -> Any:
    law = as_law(given)
    if isinstance(law, Constant) and law.value < 0.0:
        raise ValueError(f"it must be 0 or more, got {law.value:g}")
    if law.support()[0] < 0.0:
        raise ValueError(f"it must be 0 or more, got {law}; {how_to_bound(law, 0.0, None)}")
    return given


def _within(quantity: Quantity) -> AfterValidator:
    def check(given: Any) -> Any:
        # Everybody's own belief, and whatever is plausible: each may be drawn from as the true one.
        people = given.laws().items() if isinstance(given, People) else ()
        laws = [(f"people.{person} {quantity.name}", law) for person, law in people]
        laws.append((quantity.name, as_law(given)))
        plausible = enumerate(getattr(given, "plausible", ()), start=1)
        laws += [(f"number {number} of plausible", law) for number, law in plausible]
        for name, law in laws:
            if error := domain_error(quantity, law):
                raise ValueError(error.replace(quantity.name, name, 1))
        return given

    return AfterValidator(check)


def _quantity_field(quantity: Quantity) -> Any:
    text = f"{quantity.meaning} [{quantity.unit}]"
    kind = Annotated[InputEntry, _within(quantity)]
    if quantity.default is None:
        return (kind, Field(description=text))
    return (kind | None, Field(default=None, description=f"{text}; default {quantity.default}"))


InputsModel: Any = create_model(
    "InputsModel", __base__=Strict, **{name: _quantity_field(one) for name, one in QUANTITIES.items()}
)


def _fixed_field(name: str) -> Any:
    info = TERMS[name]

    def check(value: float) -> float:
        if error := term_error(name, value):
            raise ValueError(error)
        return value

    text = f"{info.meaning} [{info.unit}]"
    return (Annotated[float, AfterValidator(check)] | None, Field(default=None, description=text))


FixedTermsModel: Any = create_model(
    "FixedTermsModel", __base__=Strict, **{name: _fixed_field(name) for name in TERMS}
)


class TermModel(Strict):
    """One negotiable term."""

    name: str = Field(description=f"one of {', '.join(TERMS)}")
    proposed: float = Field(description="the value now on the table")
    range: list[float] | None = Field(default=None, description="lowest and highest value; or give levels")
    levels: list[float] | None = Field(default=None, description="the values that the term can take")
    concession: Literal["up", "down"] | None = Field(
        default=None, description="which way gives something away"
    )
    unit: str = Field(default="", description="shown on tables and pictures")
    open: float | None = Field(default=None, description="where to open")
    target: float | None = Field(default=None, description="where to aim")
    step: float | None = Field(default=None, description="rounding of what is said at the table")
    authority: dict[str, float] = Field(default_factory=dict, description="who may sign up to where")
    policy_limit: float | None = Field(default=None, description="what policy does not pass")
    owner: str = Field(default="", description="who answers for the term")

    @model_validator(mode="after")
    def _constructor_accepts(self) -> TermModel:
        self.term()
        return self

    def term(self) -> Term:
        """Return the term that this describes, or raise `InputError`."""
        from walkaway_sim._checks import check_one_of

        check_one_of("name of a term", self.name, TERMS)
        given = self.model_dump(exclude_none=True)
        given.setdefault("concession", TERMS[self.name].concession)
        for key in ("range", "levels"):
            if key in given:
                given[key] = tuple(given[key])
        term = Term(**given)
        for value in (term.low, term.high, *term.authority.values()):
            if error := term_error(term.name, value):
                raise ValueError(error)
        return term


class PairModel(Strict):
    """A rank correlation of two inputs."""

    between: list[str] = Field(min_length=2, max_length=2, description="names of two inputs")
    spearman: float = Field(ge=-1, le=1, description="Spearman's rank correlation")


class NoDealModel(Strict):
    """What the supplier has if it walks."""

    alternatives: list[AlternativeEntry] = Field(
        default_factory=lambda: [0.0],
        min_length=1,
        description="numbers, distributions, or capacity sold elsewhere (kind freed_capacity) [currency]",
    )
    choice: Literal["expected", "per_draw"] = Field(
        default="expected", description="best in expectation, or on each draw (perfect foresight)"
    )
    cost_of_not_winning: Annotated[Entry, AfterValidator(_not_negative)] = Field(
        default=0.0, description="[currency], 0 or more"
    )


class TierModel(Strict):
    """A tier of the rebate."""

    above: float = Field(ge=0, description="net revenue of a contract year above which it counts [currency]")
    extra: float = Field(ge=0, le=1, description="what it adds to the rebate [fraction of net]")


class TiersModel(Strict):
    """What more revenue in a contract year adds to the rebate."""

    retrospective: bool = Field(
        default=False, description="whether a tier counts for the whole year's revenue"
    )
    tiers: list[TierModel] = Field(min_length=1, description="in rising order")

    @model_validator(mode="after")
    def _tiers_rise(self) -> TiersModel:
        self.made()
        return self

    def made(self) -> RebateTiers:
        """Return the tiers that this describes, or raise `InputError`."""
        return RebateTiers([(tier.above, tier.extra) for tier in self.tiers], self.retrospective)


class FixedCostModel(Sourced):
    """A fixed cost, and on which side of the decision it falls."""

    name: str = Field(min_length=1, description="what it is")
    amount: Annotated[Amount, AfterValidator(_not_negative)] = Field(
        description="[currency a year], 0 or more"
    )
    paid: Literal["with", "without", "both"] = Field(
        description="only with the deal, only without it, or both"
    )

    def made(self) -> FixedCost:
        """Return the cost that this describes."""
        return FixedCost(self.name, Input(as_law(self.amount), **self.about_input()), self.paid)


_FACTS: dict[str, Any] = {
    key: (str, Field(default="", description=text)) for key, text in GUARANTEE_FACTS.items()
}
GuaranteeModel: Any = create_model("GuaranteeModel", __base__=Strict, **_FACTS)

_CHECKS: dict[str, Any] = {
    key: (str | None, Field(default=None, min_length=1, description=f"why this does not apply: {text}"))
    for key, text in CHECK_NAMES.items()
}
DismissedModel: Any = create_model("DismissedModel", __base__=Strict, **_CHECKS)


_SHARE = r"(0?\.[0-9]*[1-9][0-9]*|([1-9][0-9]?(\.[0-9]*)?|0?\.[0-9]*[1-9][0-9]*)%)"
_ONE_RULE = rf"\s*(mean|need_to_win|want_to_win|(chance|shortfall):{_SHARE}|certainty:[0-9][0-9._]*)\s*"


class DealModel(Strict):
    """A supply agreement under negotiation."""

    name: str = Field(min_length=1, description="name of the deal")
    model: Literal["supply_agreement"] = Field(default="supply_agreement", description="the value model")
    currency: str = Field(default="", description="code of the currency")
    months: int = Field(ge=1, le=600, description="length of the agreement [months]")
    annual_rate: float = Field(gt=-1, lt=1, description="discount rate [a year], 7% is 0.07")
    rate_kind: Literal["borrowing", "risk_adjusted"] = Field(
        default="borrowing", description="what the discount rate is"
    )
    rate_basis: Literal["nominal", "real"] = Field(description='"nominal" or "real": what annual_rate is')
    inflation_basis: Literal["nominal", "real"] = Field(
        description='"nominal" or "real": what the inflations are'
    )
    tax_rate: float = Field(default=0.0, ge=0, le=0.99, description="one rate on everything, losses offset")
    rule: str | None = Field(
        default=None,
        pattern=rf"^{_ONE_RULE}(\+{_ONE_RULE})*$",
        description="chance:0.9, mean, shortfall:0.1, certainty:50000, need_to_win or want_to_win",
    )
    strategic: Entry = Field(default=0.0, description="worth beside the cash, whatever the terms [currency]")
    strategic_reason: str = Field(default="", description="what the strategic value stands for")
    buffer: float = Field(default=0.0, ge=0, description="what management holds back [currency]")
    red_lines: list[str] = Field(default_factory=list, description="clauses that no money buys")
    t_copula_df: float | None = Field(default=None, gt=0, description="degrees of freedom of a t copula")
    max_repair: float = Field(default=0.1, ge=0, le=2, description="the most that a correlation may be moved")
    inputs: InputsModel
    events: dict[str, EventEntry] = Field(default_factory=dict, description="event risks by name")
    terms: list[TermModel] = Field(min_length=1, description="what is negotiated")
    fixed_terms: FixedTermsModel = Field(default_factory=FixedTermsModel, description="terms that are not")
    rebate_tiers: TiersModel | None = Field(default=None, description="what more revenue adds to the rebate")
    fixed_costs: list[FixedCostModel] = Field(
        default_factory=list, description="fixed costs, each with its side"
    )
    guarantee_clause: GuaranteeModel = Field(
        default_factory=GuaranteeModel, description="what the guarantee states"
    )
    correlation: list[PairModel] = Field(
        default_factory=list, description="pairs of inputs that move together"
    )
    no_deal: NoDealModel = Field(default_factory=NoDealModel)
    dismissed: DismissedModel = Field(
        default_factory=DismissedModel, description="checks that do not apply, each with the reason"
    )


def json_schema() -> dict[str, Any]:
    """Return the JSON schema of a deal file."""
    return DealModel.model_json_schema()
