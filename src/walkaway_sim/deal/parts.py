"""A value function in parts, each saying which terms it reads, so that a search asks only for what a term moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from walkaway_sim._checks import check_name, nearest
from walkaway_sim.errors import InputError, ValueFunctionError

__all__ = ["Part", "PartsSplit", "PartsValue", "value_of_parts"]


@dataclass(frozen=True, slots=True)
class Part:
    """One component of a value function.

    Attributes
    ----------
    function : callable
        ``function(inputs, terms)``, shape ``(n_draws,)`` [currency]; of the terms it is given those that it
        says it reads, and no others.
    terms : tuple of str
        Those that it reads.
    """

    function: Callable[[Mapping[str, Any], Mapping[str, float]], Any]
    terms: tuple[str, ...]

    def __call__(self, name: str, inputs: Mapping[str, Any], terms: Mapping[str, float]) -> Any:
        """Return the component called `name`."""
        given = {term: terms[term] for term in self.terms if term in terms}
        try:
            return self.function(inputs, given)
        except KeyError as error:
            wanted = error.args[0] if error.args else ""
            if wanted in terms:
                raise ValueFunctionError(
                    f"part {name!r} reads the term {wanted!r} and does not say so; give Part(function, terms="
                    f"{(*self.terms, wanted)!r})"
                ) from error
            raise ValueFunctionError(
                f"part {name!r} asked for {wanted!r}, which is no input and no term of the deal"
                f"{nearest(str(wanted), (*inputs, *terms))}"
            ) from error


@dataclass(frozen=True, slots=True)
class PartsSplit:
    """A value in parts, cut where one term or several enter.

    Attributes
    ----------
    parts : mapping of str to Part
    cut : tuple of str
        The terms.
    """

    parts: Mapping[str, Part]
    cut: tuple[str, ...]

    @property
    def touched(self) -> tuple[str, ...]:
        """Names of the parts that read one of the terms."""
        return tuple(name for name, part in self.parts.items() if not set(self.cut).isdisjoint(part.terms))

    def prepare(
        self, inputs: Mapping[str, Any], terms: Mapping[str, float]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return what the touched parts need to know, and the other parts, at the given terms."""
        touched = self.touched
        untouched = {
            name: part(name, inputs, terms) for name, part in self.parts.items() if name not in touched
        }
        return {"inputs": dict(inputs), "terms": dict(terms)}, untouched

    def reuse(
        self, known: Mapping[str, Any], components: Mapping[str, Any]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return what `prepare` would, from a whole value that was kept; see `PartsValue.opened`."""
        touched = self.touched
        return dict(known), {name: part for name, part in components.items() if name not in touched}

    def evaluate(self, known: Mapping[str, Any], at: Mapping[str, float]) -> dict[str, Any]:
        """Return the touched parts where the terms have the values `at` [currency]."""
        terms = {**known["terms"], **at}
        return {name: self.parts[name](name, known["inputs"], terms) for name in self.touched}


@dataclass(frozen=True, slots=True)
class PartsValue:
    """A value function made of parts. Made by `value_of_parts`."""

    parts: Mapping[str, Part]

    def __call__(self, inputs: Mapping[str, Any], terms: Mapping[str, float]) -> dict[str, Any]:
        """Return the components of the value in their order [currency]."""
        return {name: part(name, inputs, terms) for name, part in self.parts.items()}

    def opened(
        self, inputs: Mapping[str, Any], terms: Mapping[str, float]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return what a cut at any of the terms needs to know beforehand, and the components of the value."""
        return {"inputs": dict(inputs), "terms": dict(terms)}, self(inputs, terms)

    def split(self, *terms: str) -> PartsSplit:
        """Return the value cut where `terms` enter."""
        return PartsSplit(self.parts, terms)


def value_of_parts(**parts: tuple[Callable[..., Any], tuple[str, ...]] | Part) -> PartsValue:
    """Return a value function made of named parts, each with the terms that it reads.

    A search over one term then asks only for the parts that read it. The same numbers come out as of one
    function that returns all components.

    Parameters
    ----------
    **parts : (callable, tuple of str)
        ``function(inputs, terms)`` as for `Deal`, returning one component, shape ``(n_draws,)`` [currency]; and the
        terms that it reads. A part is given those, so that one left out is an error and no wrong answer.

    Returns
    -------
    PartsValue
        For `value` of a deal. It can go to another process if its functions can.

    Raises
    ------
    InputError
        No parts, or one that is no pair of a function and names of terms.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> deal = ws.Deal(
    ...     name="One price",
    ...     inputs={"worth": ws.normal(100, 15)},
    ...     terms=[ws.Term("rebate", proposed=70, range=(0, 150))],
    ...     value=ws.value_of_parts(
    ...         worth=(lambda inputs, terms: inputs["worth"], ()),
    ...         rebate=(lambda inputs, terms: -terms["rebate"], ("rebate",)),
    ...     ),
    ... )
    >>> print(f"{ws.walkaway(ws.simulate(deal, rng=7), ws.ChanceRule(0.9))['rebate'].estimate:.1f}")
    80.8
    """
    if not parts:
        raise InputError("value_of_parts needs one part or more, such as revenue=(function, ('discount',))")
    made: dict[str, Part] = {}
    for name, given in parts.items():
        one = given if isinstance(given, Part) else _part(name, given)
        for term in one.terms:
            check_name(f"part {name!r}: a term", term)
        made[name] = one
    return PartsValue(made)


def _part(name: str, given: object) -> Part:
    if (
        not isinstance(given, tuple)
        or len(given) != 2
        or not callable(given[0])
        or not isinstance(given[1], tuple | list)
    ):
        raise InputError(
            f"part {name!r} must be a function and the terms that it reads, such as (function, ('discount',)), "
            f"got {given!r}"
        )
    return Part(given[0], tuple(given[1]))
