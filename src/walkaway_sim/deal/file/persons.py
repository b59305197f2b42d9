"""How a deal file writes what several people believe of one input: pydantic models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, Field, create_model, model_validator

from walkaway_sim.calibrate.people.pool import pool_beliefs
from walkaway_sim.deal.file.specs import ENTRIES, SPECS, TAG, About, Strict, tag_of, union_of
from walkaway_sim.inputs.base import Distribution
from walkaway_sim.inputs.beliefs import Belief
from walkaway_sim.inputs.constant import Constant
from walkaway_sim.inputs.entry import Input
from walkaway_sim.inputs.registry import from_spec

__all__ = ["INPUTS", "PERSONS", "InputEntry", "People"]


class _Person(Strict):
    weight: float = Field(default=1.0, ge=0, description="how much it counts; only ratios matter")


_NO_KIND: Any = (Literal["metalog"], "metalog")

PERSONS: dict[str, type[BaseModel]] = {
    kind: create_model(f"{model.__name__}Person", __base__=(model, _Person)) for kind, model in SPECS.items()
} | {"metalog": create_model("_QuantilesPerson", __base__=(SPECS["metalog"], _Person), kind=_NO_KIND)}
"""Models of one person's distribution by kind; quantiles need none."""


def _person_tag(value: Any) -> str | None:
    # Somebody who names no kind gives quantiles.
    found = tag_of(value)
    return f"{TAG}metalog" if found is None and isinstance(value, Mapping) else found


_Belief: Any = union_of(PERSONS, _person_tag)


class People(About):
    """What several people believe of one input."""

    kind: ClassVar[str] = "people"

    pool: Literal["linear", "logarithmic"] = Field(default="linear", description="how they are pooled")
    people: dict[str, _Belief] = Field(description="by person: quantiles, or a distribution with its kind")

    @model_validator(mode="before")
    @classmethod
    def _alone(cls, given: Any) -> Any:
        if isinstance(given, Mapping) and "kind" in given:
            raise ValueError(
                "an input must have either a kind with its figures or people, got both; remove one"
            )
        return given

    @model_validator(mode="after")
    def _can_be_pooled(self) -> People:
        self.made()
        return self

    def laws(self) -> dict[str, Distribution]:
        """Return each person's distribution."""
        return {
            name: Constant(given) if isinstance(given, float | int) else from_spec(given.spec())  # type: ignore[misc]  # an event risk is none of the kinds
            for name, given in self.people.items()
        }

    def made(self) -> Input:
        """Return the input that this describes, or raise `InputError`."""
        beliefs = [
            Belief(name, law, getattr(self.people[name], "weight", 1.0)) for name, law in self.laws().items()
        ]
        return pool_beliefs(beliefs, method=self.pool).input(
            unit=self.unit, owner=self.owner, source=self.source or None, as_of=self.as_of
        )


def _input_tag(value: Any) -> str | None:
    return f"{TAG}people" if isinstance(value, Mapping) and "people" in value else tag_of(value)


INPUTS: dict[str, type[BaseModel]] = {**ENTRIES, "people": People}
"""What an input of the deal may be, by kind."""

InputEntry = union_of(INPUTS, _input_tag)
"""A number, a distribution, or what several people believe, as an input of the deal."""
