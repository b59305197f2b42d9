"""Surplus as a function of one term on stored draws: a search moves the term, never the draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from walkaway_sim._typing import FloatArray, IntArray
from walkaway_sim.deal.model import GraphValue
from walkaway_sim.inputs.records import RECORDS, join_records
from walkaway_sim.simulation.outcome import Simulation
from walkaway_sim.simulation.valuing import DrawBlock, finite, total
from walkaway_sim.simulation.workers import run_blocks

__all__ = ["AffineProfile", "Profile", "TermProfile", "affine_profile", "term_profile"]


class Profile(Protocol):
    """The surplus of each draw at any value of one term."""

    @property
    def n_draws(self) -> int:
        """Draws held."""
        ...

    def at(self, value: float) -> FloatArray:
        """Return the surplus at `value` of the term, shape ``(n_draws,)`` [currency]."""
        ...

    def take(self, rows: IntArray) -> Profile:
        """Return the profile of some of the draws, in rising order."""
        ...


@dataclass(frozen=True, slots=True)
class TermProfile:
    """A profile that asks the value model, block by block, for what the term touches.

    Attributes
    ----------
    blocks : tuple of DrawBlock
        What the model needs to know of each block beside the term.
    offsets : tuple of array
        What the term does not touch, for each block [currency].
    evaluate : callable
        ``evaluate(known, value)`` gives the parts that the term touches, to be summed.
    terms : mapping
        The other terms, for messages.
    term : str
    kept : float
        Share of the parts that is left after tax.
    """

    blocks: tuple[DrawBlock, ...]
    offsets: tuple[FloatArray, ...]
    evaluate: Callable[[Mapping[str, Any], float], Any]
    terms: Mapping[str, float]
    term: str
    kept: float = 1.0
    workers: int = 1
    executor: Executor | None = None

    @property
    def n_draws(self) -> int:
        """Draws held."""
        return sum(block.size for block in self.blocks)

    def at(self, value: float) -> FloatArray:
        """Return the surplus at `value` of the term, shape ``(n_draws,)`` [currency]."""
        terms = {**self.terms, self.term: value}

        def one(index: int) -> FloatArray:
            block = self.blocks[index]
            surplus = total(self.evaluate(block.inputs, value), block.size, self.kept) + self.offsets[index]
            return finite(surplus, block, terms)

        parts = run_blocks(one, range(len(self.blocks)), workers=self.workers, executor=self.executor)
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def take(self, rows: IntArray) -> TermProfile:
        """Return the profile of the draws at `rows`, which rise."""
        gathered: list[tuple[Mapping[str, Any], FloatArray]] = []
        sizes: list[int] = []
        start = 0
        for block, offset in zip(self.blocks, self.offsets, strict=True):
            first, last = np.searchsorted(rows, (start, start + block.size))
            if last > first:
                own = rows[first:last] - start
                known = {name: _take(held, own, block.size) for name, held in block.inputs.items()}
                gathered.append((known, offset[own]))
                sizes.append(own.size)
            start += block.size
        together = {name: _join([part[name] for part, _ in gathered], sizes) for name in gathered[0][0]}
        offsets = np.concatenate([part for _, part in gathered])
        block = DrawBlock(0, rows.size, together)
        return replace(self, blocks=(block,), offsets=(offsets,), workers=1, executor=None)

    def head(self, n_draws: int) -> TermProfile:
        """Return the profile of the first draws, in whole blocks where it can."""
        whole = 0
        kept = 0
        for block in self.blocks:
            if kept + block.size > n_draws:
                break
            kept += block.size
            whole += 1
        if kept == n_draws:
            return replace(self, blocks=self.blocks[:whole], offsets=self.offsets[:whole])
        return self.take(np.arange(n_draws))


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


def term_profile(
    sim: Simulation, term: str, terms: Mapping[str, float], *, buffer: bool = True
) -> TermProfile:
    """Return the profile of one term, the others held at `terms`.

    A built-in model is asked only for the components that the term touches, from the intermediate
    results that it does not; a function of the user's is asked for all.
    """
    model = sim.deal.value
    offset = sim.offset(buffer=buffer)
    others = {name: value for name, value in terms.items() if name != term}
    if not isinstance(model, GraphValue):

        def evaluate_all(known: Mapping[str, Any], value: float) -> Any:
            return model(known, {**terms, term: value})

        slices = tuple(offset[block.start : block.start + block.size] for block in sim.blocks)
        return TermProfile(
            sim.blocks, slices, evaluate_all, others, term, sim.deal.kept, sim.workers, sim.executor
        )

    split = model.split(term)

    def prepare(block: DrawBlock) -> tuple[DrawBlock, FloatArray]:
        known, untouched = split.prepare(block.inputs, terms)
        rest = total(untouched, block.size, sim.deal.kept) + offset[block.start : block.start + block.size]
        return DrawBlock(block.start, block.size, known), rest

    prepared = run_blocks(prepare, sim.blocks, workers=sim.workers, executor=sim.executor)
    blocks = tuple(block for block, _ in prepared)
    offsets = tuple(rest for _, rest in prepared)
    return TermProfile(
        blocks, offsets, split.evaluate, others, term, sim.deal.kept, sim.workers, sim.executor
    )


@dataclass(frozen=True, slots=True)
class AffineProfile:
    """A surplus affine in the term: ``intercept - value * slope`` on each draw.

    Attributes
    ----------
    intercept : ndarray, shape (n_draws,)
        [currency]
    slope : ndarray, shape (n_draws,)
        [currency per unit of the term]
    """

    intercept: FloatArray
    slope: FloatArray

    @property
    def n_draws(self) -> int:
        """Draws held."""
        return self.intercept.size

    def at(self, value: float) -> FloatArray:
        """Return the surplus at `value` of the term, shape ``(n_draws,)`` [currency]."""
        surplus = self.slope * -value
        surplus += self.intercept
        return surplus

    def take(self, rows: IntArray) -> AffineProfile:
        """Return the profile of some of the draws."""
        return AffineProfile(self.intercept[rows], self.slope[rows])


# Two off-lattice points: no grid over the range and no round share of it falls on them.
_OFF_LATTICE = (0.38196601125, 0.72360679775)
# The rounding of a sum of some twenty components, each at most a thousand times the surplus.
_AFFINE_TOLERANCE = 1e-11


def affine_profile(profile: Profile, low: float, high: float, *, pilot: Profile) -> AffineProfile | None:
    """Return `profile` in affine form, or None where it is not affine on ``[low, high]``.

    The form is read off at the two ends and checked at two off-lattice points, on the draws of
    `pilot` first; `is_affine_at` checks it again where a result is returned.
    """
    if _read_off(pilot, low, high, check=True) is None:
        return None
    return _read_off(profile, low, high, check=False)


def _read_off(profile: Profile, low: float, high: float, *, check: bool) -> AffineProfile | None:
    at_low, at_high = profile.at(low), profile.at(high)
    slope = (at_low - at_high) / (high - low)
    affine = AffineProfile(at_low + low * slope, slope)
    if check and not all(is_affine_at(affine, profile, low + share * (high - low)) for share in _OFF_LATTICE):
        return None
    return affine


def is_affine_at(affine: AffineProfile, profile: Profile, value: float) -> bool:
    """Say whether the affine form gives the surplus at `value`, to the rounding of its sums."""
    exact = profile.at(value)
    scale = float(np.abs(exact).max(initial=0.0)) + abs(value) * float(np.abs(affine.slope).max(initial=0.0))
    return bool(np.abs(affine.at(value) - exact).max(initial=0.0) <= _AFFINE_TOLERANCE * scale)
