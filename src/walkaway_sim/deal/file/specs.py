"""How a deal file writes a number, a distribution or an event risk: pydantic models.

A distribution is a table with its ``kind`` and the parameters of the constructor of that name; a
plain number stands for itself. Constructors check their parameters, so every refusal of theirs is
reported at its place in the file.
"""

from __future__ import annotations

import datetime
import inspect
from collections.abc import Callable, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    create_model,
    model_validator,
)

from walkaway_sim.deal.amounts import FreedCapacity, freed_capacity
from walkaway_sim.deal.file.plausible import PlausibleEvents, PlausibleLaws
from walkaway_sim.inputs import families
from walkaway_sim.inputs.registry import KINDS, from_spec

__all__ = [
    "ALTERNATIVES",
    "ENTRIES",
    "SPECS",
    "TAG",
    "About",
    "AlternativeEntry",
    "Amount",
    "Entry",
    "EventEntry",
    "Sourced",
    "Strict",
    "kind_of",
    "tag_of",
    "union_of",
]

TAG = "kind:"
"""Begins the tags of the union below, so that they can be told from keys of the file."""


class Strict(BaseModel):
    """A table in which every key is known and no text passes for a number."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class _Spec(Strict):
    kind: str
    about: ClassVar[tuple[str, ...]] = (
        "unit",
        "owner",
        "source",
        "as_of",
        "name",
        "weight",
        "plausible",
        "fitted_with",
    )

    @model_validator(mode="after")
    def _constructor_accepts(self) -> _Spec:
        from_spec(self.spec())
        return self

    def spec(self) -> dict[str, Any]:
        """Return what `from_spec` reads."""
        found = self.model_dump(exclude_none=True, exclude=set(self.about))
        return {name: value for name, value in found.items() if name in type(self).model_fields}


class _Constant(_Spec):
    kind: Literal["constant"]
    value: float


class _Normal(_Spec):
    kind: Literal["normal"]
    mean: float
    sd: float


class _LogNormal(_Spec):
    kind: Literal["lognormal"]
    median: float
    log_sd: float


class _Uniform(_Spec):
    kind: Literal["uniform"]
    low: float
    high: float


class _Triangular(_Spec):
    kind: Literal["triangular"]
    low: float
    mode: float
    high: float


class _Pert(_Spec):
    kind: Literal["pert"]
    low: float
    mode: float
    high: float
    shape: float = 4.0


class _Between(_Spec):
    kind: Literal["between"]
    low: float
    high: float
    coverage: float = 0.9
    family: Literal["lognormal", "normal"] = "lognormal"


class _Metalog(_Spec):
    kind: Literal["metalog"]
    quantiles: dict[str, float]
    lower: float | None = None
    upper: float | None = None


class _Empirical(_Spec):
    kind: Literal["empirical"]
    sample: list[float]


class _Bernoulli(_Spec):
    kind: Literal["bernoulli"]
    probability: float


class _Poisson(_Spec):
    kind: Literal["poisson"]
    rate: float


class _Discrete(_Spec):
    kind: Literal["discrete"]
    values: dict[str, float]


class _Part(Strict):
    weight: float
    distribution: Amount  # type: ignore[valid-type]  # a union made at run time


class _Mixture(_Spec):
    kind: Literal["mixture"]
    parts: list[_Part]


class _KinkedReservation(_Spec):
    kind: Literal["kinked_reservation"]
    kink: float
    score: float
    above: float
    below: float
    link: Literal["logit", "probit"] = "logit"


class _EventRisk(_Spec):
    kind: Literal["event_risk"] = "event_risk"
    rate: float
    severity: Amount  # type: ignore[valid-type]  # a union made at run time
    cap: float | None = None


def _date_text(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime.date) else value


class About(Strict):
    """Where an input comes from."""

    unit: str = Field(default="", description="unit of the quantity")
    owner: str = Field(default="", description="who answers for the figures")
    source: str = Field(default="", description="where they come from")
    as_of: Annotated[str, BeforeValidator(_date_text)] = Field(default="", description="date of the figures")


class Sourced(About):
    """Where an input comes from, and what else could be true of it."""

    plausible: PlausibleLaws = Field(default=(), description="distributions that could be true as well")
    fitted_with: str = Field(default="", description="label that inputs of one fit share")

    def about_input(self) -> dict[str, Any]:
        """Return what an `Input` keeps beside the distribution."""
        keys = ("unit", "owner", "source", "as_of", "plausible", "fitted_with")
        return {key: getattr(self, key) for key in keys}


def _numbers_only(kind: str) -> type[_Spec]:
    """Return the model of a kind whose parameters are all numbers, from its constructor."""
    parameters = inspect.signature(KINDS[kind]).parameters.items()
    fields: dict[str, Any] = {
        name: (float, ... if one.default is one.empty else one.default) for name, one in parameters
    }
    fields["kind"] = (Literal[kind], ...)
    return create_model(f"_{kind.title()}", __base__=_Spec, **fields)


_MODELS: tuple[type[_Spec], ...] = (
    _Constant,
    _Normal,
    _LogNormal,
    _Uniform,
    _Triangular,
    _Pert,
    _Between,
    _Metalog,
    _Empirical,
    _Bernoulli,
    _Poisson,
    _Discrete,
    _Mixture,
    _KinkedReservation,
    *(_numbers_only(kind) for kind in (*families.__all__, "log_student") if kind in KINDS),
)


def tag_of(value: Any) -> str | None:
    """Return which model of a union a value of the file asks for; None where it does not say."""
    if isinstance(value, Mapping):
        kind = value.get("kind")
        return None if kind is None else f"{TAG}{kind}"
    if isinstance(value, BaseModel):
        return f"{TAG}{getattr(value, 'kind', '')}"
    return f"{TAG}number"


def kind_of(model: type[BaseModel]) -> str:
    """Return the kind that a model is for."""
    return str(model.model_fields["kind"].annotation.__args__[0])  # type: ignore[union-attr]  # a Literal


def union_of(models: dict[str, type[BaseModel]], tag: Callable[[Any], str | None] = tag_of) -> Any:
    """Return the union of a number and of models by kind, told apart by `tag`."""
    union: Any = Annotated[float, Tag(f"{TAG}number")]
    for kind, model in models.items():
        union = union | Annotated[model, Tag(f"{TAG}{kind}")]
    return Annotated[union, Discriminator(tag)]


SPECS: dict[str, type[BaseModel]] = {kind_of(model): model for model in _MODELS}
"""Models of distributions by kind, as they stand inside another table."""

Amount = union_of(SPECS)
"""A number or a distribution, inside another table."""

for _one in (_Part, _Mixture, _EventRisk):
    _one.model_rebuild()

ENTRIES: dict[str, type[BaseModel]] = {
    kind: create_model(f"{model.__name__}Entry", __base__=(model, Sourced)) for kind, model in SPECS.items()
}
"""The same with unit, owner, source and date, as the file's inputs have them."""

Entry = union_of(ENTRIES)
"""A number or a distribution, as an input of the deal."""


class _SourcedEvent(Sourced):
    plausible: PlausibleEvents = Field(default=(), description="event risks that could be true as well")


EventEntry: Any = create_model("_EventRiskEntry", __base__=(_EventRisk, _SourcedEvent))
"""An event risk of the deal."""


class _Named(About):
    name: str = Field(default="", description="how a reader knows the alternative")


class _NamedLaw(_Named, Sourced):
    pass


class _FreedCapacity(_Named):
    kind: Literal["freed_capacity"]
    units: Amount  # type: ignore[valid-type]  # a union made at run time
    margin: Amount  # type: ignore[valid-type]  # a union made at run time
    after: float = Field(default=0.0, ge=0, description="months until it is sold")
    months: float | None = Field(
        default=None, gt=0, description="how long it is free, if not the agreement's"
    )
    annual_rate: float | None = Field(default=None, gt=-1, lt=1, description="discount rate, if another one")
    binds: Amount = 1.0  # type: ignore[valid-type]  # a union made at run time

    @model_validator(mode="after")
    def _constructor_accepts(self) -> _FreedCapacity:
        self.made()
        return self

    def made(self) -> FreedCapacity:
        """Return the alternative that this describes, or raise `InputError`."""

        def law(given: Any) -> Any:
            return given if isinstance(given, float | int) else from_spec(given.spec())

        same = ("after", "months", "annual_rate", "unit", "owner", "source", "as_of")
        given = {key: getattr(self, key) for key in same}
        return freed_capacity(law(self.units), law(self.margin), binds=law(self.binds), **given)


ALTERNATIVES: dict[str, type[BaseModel]] = {
    kind: create_model(f"{model.__name__}Alternative", __base__=(model, _NamedLaw))
    for kind, model in SPECS.items()
} | {"freed_capacity": _FreedCapacity}
"""The same with a name too, as no-deal alternatives have them, and capacity sold elsewhere."""

AlternativeEntry = union_of(ALTERNATIVES)
"""A number, a distribution or a small model, as a no-deal alternative."""
