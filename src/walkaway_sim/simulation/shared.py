"""Pieces that hold the draws of several worlds: valued once for all of them, looked at world by world."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from walkaway_sim._typing import FloatArray, IntArray

__all__ = ["PartOfPiece", "SharedPiece"]


class SharedPiece:
    """A piece whose surplus at some values of the term is kept, since many ask for it.

    Parameters
    ----------
    piece : Piece
    points : sequence of float
        Values of the term at which the surplus is kept [unit].
    """

    def __init__(self, piece: Any, points: Sequence[float]) -> None:
        self.piece = piece
        self.points = frozenset(points)
        self._known: dict[float, FloatArray] = {}

    @property
    def n_draws(self) -> int:
        """Draws held."""
        return int(self.piece.n_draws)

    @property
    def start(self) -> int:
        """Number of the first of them."""
        return int(self.piece.start)

    def at(self, value: float) -> FloatArray:
        """Return the surplus at `value` of the term, shape ``(n_draws,)`` [currency]."""
        known = self._known.get(value)
        if known is None:
            known = self.piece.at(value)
            if value in self.points:
                self._known[value] = known
        return known

    def take(self, rows: IntArray) -> Any:
        """Return the piece of some of its draws, in rising order."""
        return self.piece.take(rows)


class PartOfPiece:
    """Draws that stand together in a shared piece, as a piece of their own.

    Parameters
    ----------
    shared : SharedPiece
    first, n_draws : int
        The first of the draws in the shared piece, and how many.
    """

    start = 0

    def __init__(self, shared: SharedPiece, first: int, n_draws: int) -> None:
        self.shared = shared
        self.first = first
        self.n_draws = n_draws
        self._alone: Any = None

    def at(self, value: float) -> FloatArray:
        """Return the surplus at `value` of the term, shape ``(n_draws,)`` [currency]."""
        if value in self.shared.points:
            return self.shared.at(value)[self.first : self.first + self.n_draws]
        if self._alone is None:
            self._alone = self.take(np.arange(self.n_draws))
        surplus: FloatArray = self._alone.at(value)
        return surplus

    def take(self, rows: IntArray) -> Any:
        """Return the piece of some of its draws, in rising order."""
        return self.shared.take(self.first + rows)
