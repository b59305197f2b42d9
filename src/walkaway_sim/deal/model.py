"""A value model as a graph of small functions, so that terms re-evaluate only what they touch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, runtime_checkable

from walkaway_sim.deal.graph import ValueGraph

__all__ = ["GraphValue", "SplitsByTerms", "TermSplit"]


@runtime_checkable
class SplitsByTerms(Protocol):
    """A value function that can be cut where terms enter, so that a search asks only for what they touch."""

    def __call__(self, inputs: Mapping[str, Any], terms: Mapping[str, float]) -> dict[str, Any]:
        """Return the components of the value in their order [currency]."""
        ...

    def split(self, *terms: str) -> Any:
        """Return what has ``prepare(inputs, terms)`` and ``evaluate(known, at)``; None where it cannot be cut."""
        ...


@dataclass(frozen=True, slots=True)
class TermSplit:
    """A graph cut where one term or several enter: what they touch, and what can be known beforehand.

    Attributes
    ----------
    model : GraphValue
    terms : tuple of str
    touched : tuple of str
        Components that depend on one of the terms.
    untouched : tuple of str
        Components that do not.
    frontier : tuple of str
        What the touched part reads and the terms do not change.
    nodes : tuple of str
        Nodes that the touched components need and the terms touch, dependencies first.
    """

    model: GraphValue
    terms: tuple[str, ...]
    touched: tuple[str, ...]
    untouched: tuple[str, ...]
    frontier: tuple[str, ...]
    nodes: tuple[str, ...]

    def prepare(
        self, inputs: Mapping[str, Any], terms: Mapping[str, float]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the values on the frontier, and the untouched components, at the given terms."""
        known = self.model.leaves(inputs, terms)
        for name in self.terms:
            del known[name]
        wanted = (*self.untouched, *self.frontier)
        values = self.model.graph.evaluate(known, wanted)
        return {name: values[name] for name in self.frontier}, {name: values[name] for name in self.untouched}

    def reuse(
        self, known: Mapping[str, Any], components: Mapping[str, Any]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return what `prepare` would, from a whole value that was kept; see `GraphValue.opened`."""
        return {name: known[name] for name in self.frontier}, {
            name: components[name] for name in self.untouched
        }

    def evaluate(self, known: Mapping[str, Any], at: Mapping[str, float]) -> dict[str, Any]:
        """Return the touched components where the terms have the values `at` [currency]."""
        return self.model.graph.compute({**known, **at}, self.nodes, self.touched)


@dataclass(frozen=True, slots=True)
class GraphValue:
    """A value function made of a `ValueGraph` and the numbers that are fixed in it.

    Attributes
    ----------
    graph : ValueGraph
    constants : mapping of str to float
        Quantities and terms that are one number on all draws and not negotiated.
    events : tuple of str
        Names of the inputs that are event risks.
    drawn_costs : mapping of str to mapping of str to str
        For each leaf that holds fixed costs by name, the uncertain ones, and the inputs that they are.
    """

    graph: ValueGraph
    constants: Mapping[str, Any]
    events: tuple[str, ...] = ()
    drawn_costs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def leaves(self, inputs: Mapping[str, Any], terms: Mapping[str, Any]) -> dict[str, Any]:
        """Return everything that the graph may read."""
        known = {**self.constants, **inputs, **terms}
        known["events"] = {name: inputs[name] for name in self.events}
        for leaf, names in self.drawn_costs.items():
            uncertain = {label: inputs[name] for label, name in names.items()}
            known[leaf] = {**self.constants[leaf], **uncertain}
        return known

    def __call__(self, inputs: Mapping[str, Any], terms: Mapping[str, Any]) -> dict[str, Any]:
        """Return the components of the value in their order [currency]."""
        return self.graph(self.leaves(inputs, terms), {})

    def opened(
        self, inputs: Mapping[str, Any], terms: Mapping[str, Any]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return what a cut at any of the terms needs to know beforehand, and the components of the value."""
        known = self.leaves(inputs, terms)
        components = self.graph.compute(known, self.graph.needed, self.graph.components)
        wanted = {name for term in terms for name in self.graph.frontier(term)}
        return {name: known[name] for name in wanted}, components

    def split(self, *terms: str) -> TermSplit:
        """Return the graph cut where `terms` enter."""
        touched = self.graph.touched(*terms)
        components = self.graph.components
        return TermSplit(
            self,
            terms,
            tuple(name for name in components if name in touched),
            tuple(name for name in components if name not in touched),
            self.graph.frontier(*terms),
            self.graph.order(*terms),
        )

    def with_constants(self, **changes: Any) -> GraphValue:
        """Return the same model with some of its numbers replaced."""
        return replace(self, constants={**self.constants, **changes})
