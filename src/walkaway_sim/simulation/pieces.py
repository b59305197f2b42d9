"""Pieces of a profile: the surplus of one block of draws at any place of a path through the terms."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

import numpy as np

from walkaway_sim._typing import FloatArray, IntArray
from walkaway_sim.inputs.records import RECORDS, join_records
from walkaway_sim.simulation.paths import Path
from walkaway_sim.simulation.valuing import DrawBlock, finite, total

__all__ = ["AffineProfile", "ModelPiece", "Piece", "Question"]

Result = TypeVar("Result")


class Piece(Protocol):
    """The surplus of one block of draws at any place of a path: a term's value, or a share of the way."""

    @property
    def n_draws(self) -> int:
        """Draws held."""
        ...

    @property
    def start(self) -> int:
        """Number of the first of them."""
        ...

    def at(self, value: float) -> FloatArray:
        """Return the surplus at `value` of the term, shape ``(n_draws,)`` [currency]."""
        ...

    def take(self, rows: IntArray) -> Piece:
        """Return the piece of some of its draws, in rising order."""
        ...


@dataclass(frozen=True, slots=True)
class ModelPiece:
    """A piece that asks the value model for what the term touches.

    Attributes
    ----------
    block : DrawBlock
        What the model needs to know beside the term.
    offset : array
        What the term does not touch [currency].
    asked : Question
    """

    block: DrawBlock
    offset: FloatArray
    asked: Question

    @property
    def n_draws(self) -> int:
        """Draws held."""
        return self.block.size

    @property
    def start(self) -> int:
        """Number of the first of them."""
        return self.block.start

    def at(self, value: float) -> FloatArray:
        """Return the surplus at `value` of the term, shape ``(n_draws,)`` [currency]."""
        asked, block = self.asked, self.block
        at = asked.path(value)
        surplus = total(asked.evaluate(block.inputs, at), block.size, asked.kept) + self.offset
        return finite(surplus, block, {**asked.terms, **at})

    def take(self, rows: IntArray) -> ModelPiece:
        """Return the piece of some of its draws."""
        size = self.block.size
        known = {name: _take(held, rows, size) for name, held in self.block.inputs.items()}
        return replace(self, block=DrawBlock(self.start, rows.size, known), offset=self.offset[rows])

    @staticmethod
    def join(parts: Sequence[ModelPiece]) -> ModelPiece:
        """Put the draws of several pieces one after another."""
        if len(parts) == 1:
            return parts[0]
        sizes = [part.n_draws for part in parts]
        names = parts[0].block.inputs
        known = {name: _join([part.block.inputs[name] for part in parts], sizes) for name in names}
        block = DrawBlock(parts[0].start, sum(sizes), known)
        return replace(parts[0], block=block, offset=np.concatenate([part.offset for part in parts]))


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the value model along a path.

    Attributes
    ----------
    evaluate : callable
        ``evaluate(known, terms)`` gives the parts that the terms on the path touch, to be summed.
    terms : mapping
        The other terms, for messages.
    path : callable
        ``path(value)`` gives the terms that move, by name.
    kept : float
        Share of the parts that is left after tax.
    """

    evaluate: Callable[[Mapping[str, Any], Mapping[str, float]], Any]
    terms: Mapping[str, float]
    path: Path
    kept: float


@dataclass(frozen=True, slots=True)
class AffineProfile:
    """A surplus affine in the term: ``intercept - value * slope`` on each draw; a profile of one piece.

    Attributes
    ----------
    intercept : ndarray, shape (n_draws,)
        [currency]
    slope : ndarray, shape (n_draws,)
        [currency per unit of the term]
    start : int
        Number of the first draw.
    """

    intercept: FloatArray
    slope: FloatArray
    start: int = 0

    @property
    def n_draws(self) -> int:
        """Draws held."""
        return self.intercept.size

    def at(self, value: float) -> FloatArray:
        """Return the surplus at `value` of the term, shape ``(n_draws,)`` [currency]."""
        surplus = self.slope * -value
        surplus += self.intercept
        return surplus

    def each(self, work: Callable[[Any], Result]) -> list[Result]:
        """Return what `work` makes of all draws, in a list."""
        return [work(self)]

    def take(self, rows: IntArray) -> AffineProfile:
        """Return the profile of some of the draws."""
        return AffineProfile(self.intercept[rows], self.slope[rows], self.start)

    @staticmethod
    def join(parts: Sequence[AffineProfile]) -> AffineProfile:
        """Put the draws of several profiles one after another."""
        if len(parts) == 1:
            return parts[0]
        intercept, slope = (
            np.concatenate([getattr(part, key) for part in parts]) for key in ("intercept", "slope")
        )
        return AffineProfile(intercept, slope, parts[0].start)


def _take(held: Any, rows: IntArray, size: int) -> Any:
    """Return some draws of what is held of a block: arrays, records, or a mapping or tuple of these."""
    if isinstance(held, RECORDS):
        return held.take(rows)
    if isinstance(held, np.ndarray) and held.shape == (size,):
        return held[rows]
    if isinstance(held, Mapping):
        return {name: _take(one, rows, size) for name, one in held.items()}
    if isinstance(held, tuple):
        return tuple(_take(one, rows, size) for one in held)
    return held


def _join(parts: list[Any], sizes: list[int]) -> Any:
    """Put what is held of several blocks, of these sizes, one after another."""
    first = parts[0]
    if len(parts) == 1:
        return first
    if isinstance(first, RECORDS):
        return join_records(parts)
    if isinstance(first, Mapping):
        return {name: _join([part[name] for part in parts], sizes) for name in first}
    if isinstance(first, tuple):
        return tuple(_join(list(each), sizes) for each in zip(*parts, strict=True))
    if any(isinstance(part, np.ndarray) and part.ndim == 1 for part in parts):
        # What happens on no draw of a block is one number there, and an array in others.
        pairs = zip(parts, sizes, strict=True)
        return np.concatenate([np.broadcast_to(part, (size,)) for part, size in pairs])
    return first
