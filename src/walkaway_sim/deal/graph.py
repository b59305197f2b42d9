"""A value model as a graph of small named functions, wired by the names of their parameters.

A search over one term re-evaluates only the nodes which that term touches; all others are handed
back as known values. So the graph knows, before anything is computed, what depends on what.

There are two name spaces. *Nodes* and *leaves* (input quantities and terms) are what a parameter can
name. *Components* are the outputs: nothing reads them, so a component may bear the name of the term
that causes it (the component ``discount`` reads the term ``discount``). Such a leaf is read through a
node of its own, ``discount (given)``, so that every name that the graph hands out means one thing.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from walkaway_sim._checks import nearest
from walkaway_sim.errors import InputError

__all__ = ["Node", "ValueGraph"]

_Step: TypeAlias = tuple[Callable[..., Any], tuple[str, ...]]
"""A function, and the names of what it reads."""

_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


@dataclass(frozen=True, slots=True)
class Node:
    """One named step of a value model.

    Parameters
    ----------
    name : str
        The name by which other nodes read it, or under which a component is reported.
    function : callable
        A pure function. Each of its parameters is named after a node, an input quantity or a term;
        it takes scalars and arrays of shape ``(n_draws,)`` and returns one of these.
    """

    name: str
    function: Callable[..., Any]


class ValueGraph:
    """A value model: components, and the intermediate nodes which they share.

    Parameters
    ----------
    components : sequence of Node
        The outputs, in the order in which they are reported and summed.
    nodes : sequence of Node
        The intermediate nodes, in any order.

    Attributes
    ----------
    components : tuple of str
        Names of the components, in order.
    leaves : frozenset of str
        Every parameter name that is no node: the inputs and terms that the graph can ask for.

    Raises
    ------
    InputError
        If a name is used twice, a parameter is variadic or keyword-only, or nodes depend on each
        other in a circle.

    Notes
    -----
    Signatures are read once, here; a call does dictionary look-ups and nothing else. The graph can be
    pickled when its functions can (functions at module level; no lambdas).

    Examples
    --------
    >>> def revenue(volume, price):
    ...     return volume * price
    >>> def sales(revenue):
    ...     return revenue
    >>> def discount(revenue, discount):
    ...     return -discount * revenue
    >>> graph = ValueGraph([Node("sales", sales), Node("discount", discount)], [Node("revenue", revenue)])
    >>> graph({"volume": 10.0, "price": 4.0}, {"discount": 0.25})
    {'sales': 40.0, 'discount': -10.0}
    >>> sorted(graph.touched("discount")), graph.frontier("discount")
    (['discount', 'discount (given)'], ('revenue',))
    >>> graph.evaluate({"revenue": 40.0, "discount": 0.5}, ["discount"])
    {'discount': -20.0}
    """

    __slots__ = ("_components", "_nodes", "_order", "_reached", "components", "leaves")

    def __init__(self, components: Sequence[Node], nodes: Sequence[Node]) -> None:
        _check_unique(node.name for node in (*nodes, *components))
        inner = {node.name: (node.function, _parameters(node)) for node in nodes}
        outer = {node.name: (node.function, _parameters(node)) for node in components}
        self.components: tuple[str, ...] = tuple(outer)
        read = {name for _, names in (*inner.values(), *outer.values()) for name in names}
        self.leaves: frozenset[str] = frozenset(read - inner.keys())
        given = {name: f"{name} (given)" for name in sorted(self.leaves & outer.keys())}
        self._reached: dict[tuple[str, ...], frozenset[str]] = {}
        self._nodes = _renamed(inner, given) | {alias: (_same, (name,)) for name, alias in given.items()}
        self._components = _renamed(outer, given)
        needed = [name for _, names in self._components.values() for name in names]
        # What the components need, dependencies first; the other nodes are evaluated on demand only.
        self._order = _topological(needed, self._nodes)
        _topological(self._nodes, self._nodes)  # nodes that no component needs must not be circular either

    def __call__(self, inputs: Mapping[str, Any], terms: Mapping[str, Any]) -> dict[str, Any]:
        """Evaluate every component.

        Parameters
        ----------
        inputs, terms : mapping of str to scalar or ndarray
            Values of the leaves, scalars or arrays of shape ``(n_draws,)``. A name must not stand in
            both; names that are no leaf are ignored.

        Returns
        -------
        dict of str to scalar or ndarray
            The components in their order, each broadcastable to ``(n_draws,)``. The arrays may be
            shared with the arguments or with each other: copy before changing one in place.

        Raises
        ------
        InputError
            If a leaf that a component needs is missing, or is given as an input and as a term.
        """
        if not inputs.keys().isdisjoint(terms.keys()):
            doubled = ", ".join(repr(name) for name in inputs if name in terms)
            raise InputError(f"{doubled} is given as an input and as a term; give it once")
        return self.compute({**inputs, **terms}, self._order, self.components)

    def compute(
        self, values: dict[str, Any], nodes: Iterable[str], components: Iterable[str]
    ) -> dict[str, Any]:
        """Evaluate some nodes, dependencies first, and then some components, adding the nodes to `values`.

        Parameters
        ----------
        values : dict of str to scalar or ndarray
            Whatever the nodes and components read besides these nodes.
        nodes, components : iterable of str
            As from `order`.
        """
        for name in nodes:
            function, parameters = self._nodes[name]
            values[name] = function(*[self._leaf(values, parameter, name) for parameter in parameters])
        result = {}
        for name in components:
            function, parameters = self._components[name]
            result[name] = function(*[self._leaf(values, parameter, name) for parameter in parameters])
        return result

    @property
    def needed(self) -> tuple[str, ...]:
        """Every node that a component needs, dependencies first."""
        return self._order

    def order(self, *terms: str) -> tuple[str, ...]:
        """Return the nodes that some terms touch and a component needs, dependencies first; see `frontier`."""
        reached = self._touched_nodes(*terms)
        return tuple(name for name in self._order if name in reached)

    def evaluate(self, known: Mapping[str, Any], wanted: Iterable[str]) -> dict[str, Any]:
        """Evaluate some components or nodes from what is known already.

        Parameters
        ----------
        known : mapping of str to scalar or ndarray
            Values of leaves and of intermediate nodes. A node that is known is not computed. A name that
            a leaf and a component share means the leaf here.
        wanted : iterable of str
            Names of components, nodes or leaves. A name that a leaf and a component share means the
            component here.

        Returns
        -------
        dict of str to scalar or ndarray
            The values asked for, in the order of `wanted`. Nothing is computed twice, and nothing
            that is not needed.

        Raises
        ------
        InputError
            If a name is unknown, or a leaf that is needed is missing.
        """
        values = dict(known)
        result: dict[str, Any] = {}
        for name in wanted:
            step = self._components.get(name)
            if step is not None:
                function, parameters = step
                result[name] = function(*[self._resolve(values, each, name) for each in parameters])
            elif name in self._nodes or name in values:
                result[name] = self._resolve(values, name, name)
            else:
                options = (*self.components, *self._nodes, *self.leaves)
                raise InputError(f"the value model has no {name!r}{nearest(name, options)}")
        return result

    def touched(self, *terms: str) -> frozenset[str]:
        """Return the names of all nodes and components that depend on some leaves or nodes.

        Parameters
        ----------
        *terms : str
            Names of terms, inputs or nodes. A name that nothing reads touches nothing.

        Returns
        -------
        frozenset of str
            Nodes and components that read one of them, directly or through other nodes.
        """
        reached = self._touched_nodes(*terms)
        sources = reached.union(terms)
        outputs = {name for name, (_, names) in self._components.items() if not sources.isdisjoint(names)}
        return frozenset(reached | outputs)

    def frontier(self, *terms: str) -> tuple[str, ...]:
        """Return what must be known to re-evaluate everything that some terms touch.

        Parameters
        ----------
        *terms : str
            Names of terms, inputs or nodes.

        Returns
        -------
        tuple of str
            Nodes and leaves which depend on none of the terms and which some touched component, or some
            touched node that a component needs, reads directly; sorted. The terms themselves are left out.
            None of them bears the name of a component, so `evaluate` can be asked for all of them.
        """
        reached = self._touched_nodes(*terms)
        sources = reached.union(terms)
        steps = [self._nodes[name] for name in self.order(*terms)]
        steps += [step for step in self._components.values() if not sources.isdisjoint(step[1])]
        return tuple(sorted({name for _, names in steps for name in names} - sources))

    def _touched_nodes(self, *terms: str) -> frozenset[str]:
        """Return the nodes that depend on some leaves or nodes; found once."""
        known = self._reached.get(terms)
        if known is not None:
            return known
        reached: set[str] = set()
        sources = set(terms)
        grown = True
        while grown:
            fresh = {
                name
                for name, (_, names) in self._nodes.items()
                if name not in sources and not sources.isdisjoint(names)
            }
            reached |= fresh
            sources |= fresh
            grown = bool(fresh)
        return self._reached.setdefault(terms, frozenset(reached))

    def _resolve(self, values: dict[str, Any], name: str, reader: str) -> Any:
        """Return the value of a node or leaf, computing and storing it if need be."""
        if name in values:
            return values[name]
        step = self._nodes.get(name)
        if step is None:
            return self._leaf(values, name, reader)
        function, parameters = step
        value = function(*[self._resolve(values, each, name) for each in parameters])
        values[name] = value
        return value

    @staticmethod
    def _leaf(values: Mapping[str, Any], name: str, reader: str) -> Any:
        try:
            return values[name]
        except KeyError:
            hint = nearest(name, values)
            message = f"{name!r} is missing: {reader!r} needs it; give it as an input or as a term{hint}"
            raise InputError(message) from None


def _same(value: Any) -> Any:
    """Return the value of a leaf that shares its name with a component."""
    return value


def _renamed(steps: Mapping[str, _Step], names: Mapping[str, str]) -> dict[str, _Step]:
    """Return the steps with some of their parameters read under another name."""
    return {
        name: (function, tuple(names.get(parameter, parameter) for parameter in parameters))
        for name, (function, parameters) in steps.items()
    }


def _parameters(node: Node) -> tuple[str, ...]:
    """Return the parameter names of a node's function."""
    parameters = _signature(node.function).parameters.values()
    for parameter in parameters:
        if parameter.kind not in _POSITIONAL:
            raise InputError(
                f"the function of {node.name!r} must name its parameters one by one, got "
                f"{str(parameter)!r}; write each input, term or node as a plain parameter"
            )
    return tuple(parameter.name for parameter in parameters)


@lru_cache(maxsize=512)
def _signature(function: Callable[..., Any]) -> inspect.Signature:
    return inspect.signature(function)


def _check_unique(names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise InputError(f"the name {name!r} is used by two components or nodes; rename one")
        seen.add(name)


def _topological(wanted: Iterable[str], nodes: Mapping[str, _Step]) -> tuple[str, ...]:
    """Return the nodes that `wanted` needs, dependencies first; refuse a circle."""
    done: dict[str, None] = {}
    path: list[str] = []

    def visit(name: str) -> None:
        if name not in nodes or name in done:
            return
        if name in path:
            circle = " -> ".join((*path[path.index(name) :], name))
            raise InputError(f"these nodes depend on each other in a circle: {circle}; break it")
        path.append(name)
        for parameter in nodes[name][1]:
            visit(parameter)
        path.pop()
        done[name] = None

    for name in wanted:
        visit(name)
    return tuple(done)
