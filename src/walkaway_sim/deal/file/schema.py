"""The deal file as a pydantic model, from which its JSON schema comes too."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, create_model, model_validator

from walkaway_sim.deal.agreement import domain_error, term_error
from walkaway_sim.deal.file.specs import Amount, Entry, EventEntry, Strict
from walkaway_sim.deal.supply.catalogue import QUANTITIES, TERMS, Quantity
from walkaway_sim.deal.term import Term
from walkaway_sim.inputs.base import Distribution
from walkaway_sim.inputs.constant import Constant
from walkaway_sim.inputs.registry import from_spec

__all__ = ["DealModel", "NoDealModel", "TermModel", "as_law", "json_schema"]


def as_law(given: Any) -> Distribution:
    """Return the distribution that a checked number or table of a file stands for."""
    law = Constant(given) if isinstance(given, float | int) else from_spec(given.spec())
    if not isinstance(law, Distribution):
        raise ValueError(f"needs a number or a distribution, got {law}")
    return law


def _within(quantity: Quantity) -> AfterValidator:
    def check(given: Any) -> Any:
        if error := domain_error(quantity, as_law(given)):
            raise ValueError(error)
        return given

    return AfterValidator(check)


def _quantity_field(quantity: Quantity) -> Any:
    text = f"{quantity.meaning} [{quantity.unit}]"
    kind = Annotated[Entry, _within(quantity)]
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
        for value in (term.low, term.high):
            if error := term_error(term.name, value):
                raise ValueError(error)
        return term


class PairModel(Strict):
    """A rank correlation of two inputs."""

    between: list[str] = Field(min_length=2, max_length=2, description="names of two inputs")
    spearman: float = Field(ge=-1, le=1, description="Spearman's rank correlation")


class NoDealModel(Strict):
    """What the supplier has if it walks."""

    alternatives: list[Amount] = Field(default_factory=lambda: [0.0], min_length=1, description="[currency]")
    choice: Literal["expected", "per_draw"] = Field(
        default="expected", description="best in expectation, or on each draw (perfect foresight)"
    )
    cost_of_not_winning: float = Field(default=0.0, ge=0, description="[currency], 0 or more")


class DealModel(Strict):
    """A supply agreement under negotiation."""

    name: str = Field(min_length=1, description="name of the deal")
    model: Literal["supply_agreement"] = Field(default="supply_agreement", description="the value model")
    currency: str = Field(default="", description="code of the currency")
    months: int = Field(ge=1, description="length of the agreement [months]")
    annual_rate: float = Field(gt=-1, description="discount rate [a year]")
    rule: str | None = Field(
        default=None,
        pattern=r"^\s*(mean|need_to_win|want_to_win|(chance|shortfall|certainty):[0-9._]+)(\s*\+.*)?\s*$",
        description="chance:0.9, mean, shortfall:0.1, certainty:50000, need_to_win or want_to_win",
    )
    strategic: Amount = Field(default=0.0, description="worth beside the cash, whatever the terms [currency]")
    buffer: float = Field(default=0.0, ge=0, description="what management holds back [currency]")
    red_lines: list[str] = Field(default_factory=list, description="clauses that no money buys")
    t_copula_df: float | None = Field(default=None, gt=0, description="degrees of freedom of a t copula")
    max_repair: float = Field(default=0.1, ge=0, le=2, description="the most that a correlation may be moved")
    inputs: InputsModel
    events: dict[str, EventEntry] = Field(default_factory=dict, description="event risks by name")
    terms: list[TermModel] = Field(min_length=1, description="what is negotiated")
    fixed_terms: FixedTermsModel = Field(default_factory=FixedTermsModel, description="terms that are not")
    correlation: list[PairModel] = Field(
        default_factory=list, description="pairs of inputs that move together"
    )
    no_deal: NoDealModel = Field(default_factory=NoDealModel)


def json_schema() -> dict[str, Any]:
    """Return the JSON schema of a deal file."""
    return DealModel.model_json_schema()
