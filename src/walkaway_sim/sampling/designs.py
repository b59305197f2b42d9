"""What a sampling design is, and the two plain ones: independent draws and Latin hypercubes."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from walkaway_sim._typing import FloatArray
from walkaway_sim.sampling.streams import BLOCK, stream

__all__ = ["Design", "LatinHypercube", "RandomDesign"]

_DRAWS, _REPLICATE = 0, 1


class Design(Protocol):
    """Points of the unit cube, one coordinate at a time and one block of draws at a time.

    Attributes
    ----------
    n_draws : int
        Draws in all.
    n_replicates : int
        Independent randomisations; 1 for independent draws. Draw ``i`` belongs to replicate
        ``i % n_replicates`` (point-major order).
    block : int
        Draws in a block; the last one may be shorter.
    coordinates_of_events : int
        How many events of an event risk have coordinates of their own.
    """

    n_draws: int
    n_replicates: int
    block: int
    coordinates_of_events: int

    def uniform(self, name: str, coordinate: int, index: int) -> FloatArray:
        """Return the uniforms, in (0, 1), of block `index` of the coordinate that `name` owns."""
        ...

    def normal(self, name: str, coordinate: int, index: int) -> FloatArray:
        """Return the standard normals of block `index` of the coordinate that `name` owns."""
        ...


def block_size(design: Design, index: int) -> int:
    """Draws in block `index`."""
    return min(design.block, design.n_draws - index * design.block)


class RandomDesign:
    """Independent draws: one stream for each input and block, so the first n draws never change."""

    n_replicates = 1
    block = BLOCK
    coordinates_of_events = 0

    def __init__(self, root: np.random.SeedSequence, n_draws: int) -> None:
        self.root = root
        self.n_draws = n_draws

    def uniform(self, name: str, coordinate: int, index: int) -> FloatArray:  # noqa: ARG002 - a name suffices
        """Return independent uniforms of block `index`, shape (draws in the block,)."""
        draws = stream(self.root, name, _DRAWS, index).random(block_size(self, index))
        # 0 comes once in 2^53 draws and would be mapped to the end of an unbounded support.
        return np.maximum(draws, 2.0**-54, out=draws)

    def normal(self, name: str, coordinate: int, index: int) -> FloatArray:  # noqa: ARG002 - a name suffices
        """Return independent standard normals of block `index`, shape (draws in the block,)."""
        return stream(self.root, name, _DRAWS, index).standard_normal(block_size(self, index))


class LatinHypercube:
    """Replicated Latin hypercubes (McKay, Beckman and Conover 1979), each stratified by SciPy.

    Each coordinate of each replicate is one stratified sample with a random order of its own,
    which is what a Latin hypercube is; keyed by name, no input changes another's.
    """

    coordinates_of_events = 2

    def __init__(self, root: np.random.SeedSequence, n_draws: int, n_replicates: int) -> None:
        self.root = root
        self.n_draws = n_draws
        self.n_replicates = n_replicates
        self.block = max(BLOCK // n_replicates, 1) * n_replicates
        self._columns: dict[str, FloatArray] = {}

    def __getstate__(self) -> dict[str, object]:
        """Leave what can be made again behind when going to another process."""
        return {**self.__dict__, "_columns": {}}

    def uniform(self, name: str, coordinate: int, index: int) -> FloatArray:  # noqa: ARG002 - a name suffices
        """Return the stratified uniforms of block `index`, shape (draws in the block,)."""
        column = self._columns.get(name)
        if column is None:
            # Two threads may both compute it: the same numbers, by the same key.
            column = self._columns[name] = self._column(name)
        start = index * self.block
        return column[start : start + block_size(self, index)]

    def normal(self, name: str, coordinate: int, index: int) -> FloatArray:
        """Return the normal scores of `uniform`."""
        from scipy.special import ndtri

        scores: FloatArray = ndtri(self.uniform(name, coordinate, index))
        return scores

    def _column(self, name: str) -> FloatArray:
        from scipy.stats.qmc import LatinHypercube as Engine

        n_points = self.n_draws // self.n_replicates
        column = np.empty((n_points, self.n_replicates))
        for replicate in range(self.n_replicates):
            engine = Engine(d=1, rng=stream(self.root, name, _REPLICATE, replicate))
            column[:, replicate] = engine.random(n_points)[:, 0]
        return np.clip(column, 2.0**-54, 1 - 2.0**-53).ravel()
