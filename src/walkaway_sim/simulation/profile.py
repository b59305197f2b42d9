"""Surplus along a path through the terms on stored draws: a search moves the terms, never the draws."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import numpy as np

from walkaway_sim._typing import FloatArray, IntArray
from walkaway_sim.deal.model import GraphValue, SplitsByTerms, TermSplit
from walkaway_sim.deal.parts import PartsSplit
from walkaway_sim.simulation.outcome import Simulation
from walkaway_sim.simulation.paths import OneTerm, Path
from walkaway_sim.simulation.pieces import AffineProfile, ModelPiece, Piece, Question
from walkaway_sim.simulation.valuing import DrawBlock, total
from walkaway_sim.simulation.workers import run_blocks

__all__ = [
    "AffineProfile",
    "BlockProfile",
    "MadePieces",
    "Piece",
    "Profile",
    "ReadOff",
    "Then",
    "affine_profile",
    "block_profile",
    "is_affine_at",
    "piece_maker",
    "straightened",
]

Result = TypeVar("Result")


class Profile(Protocol):
    """The surplus of all draws at any place of a path: a term's value, or a share of the way."""

    @property
    def n_draws(self) -> int:
        """Draws held."""
        ...

    def at(self, value: float) -> FloatArray:
        """Return the surplus at `value` of the term, shape ``(n_draws,)`` [currency]."""
        ...

    def each(self, work: Callable[[Any], Result]) -> list[Result]:
        """Return ``work(piece)`` of each block of draws, in their order."""
        ...


@dataclass(frozen=True, slots=True)
class BlockProfile:
    """A profile of many pieces, which are kept, or made again whenever they are asked for.

    Attributes
    ----------
    pieces : sequence of Piece
        In the order of their draws.
    n_draws : int
    workers : int
        Threads that do the work on the pieces.
    """

    pieces: Sequence[Any]
    n_draws: int
    workers: int = 1

    def each(self, work: Callable[[Any], Result]) -> list[Result]:
        """Return ``work(piece)`` of each piece, in their order."""
        if len(self.pieces) == 1:
            return [work(self.pieces[0])]
        one = _WorkOnPiece(work, self.pieces)
        return run_blocks(one, range(len(self.pieces)), workers=self.workers)

    def at(self, value: float) -> FloatArray:
        """Return the surplus at `value` of the term, shape ``(n_draws,)`` [currency]."""
        parts = self.each(_At(value))
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def take(self, rows: IntArray) -> Any:
        """Return the piece of the draws at `rows`, which rise."""
        chosen = []
        start = 0
        for piece in self.pieces:
            first, last = np.searchsorted(rows, (start, start + piece.n_draws))
            if last > first:
                chosen.append(piece.take(rows[first:last] - start))
            start += piece.n_draws
        return type(chosen[0]).join(chosen)

    def head(self, n_draws: int) -> BlockProfile:
        """Return the profile of the first draws, its pieces kept."""
        held: list[Any] = []
        left = n_draws
        for piece in self.pieces:
            if left <= 0:
                break
            held.append(piece if piece.n_draws <= left else piece.take(np.arange(left)))
            left -= piece.n_draws
        return BlockProfile(tuple(held), n_draws, self.workers)


@dataclass(frozen=True, slots=True)
class _WorkOnPiece:
    work: Callable[[Any], Any]
    pieces: Sequence[Any]

    def __call__(self, index: int) -> Any:
        return self.work(self.pieces[index])


@dataclass(frozen=True, slots=True)
class _At:
    value: float

    def __call__(self, piece: Any) -> FloatArray:
        values: FloatArray = piece.at(self.value)
        return values


class MadePieces(Sequence[Any]):
    """Pieces that are made of blocks whenever they are asked for."""

    def __init__(self, make: Callable[[Any], Any], blocks: Sequence[Any]) -> None:
        self.make = make
        self.blocks = blocks

    def __len__(self) -> int:
        return len(self.blocks)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return MadePieces(self.make, self.blocks[index])
        return self.make(self.blocks[index])


@dataclass(frozen=True, slots=True)
class _Prepare:
    """Make the piece of a block: from it, what the terms of a path do not touch is known beforehand."""

    split: TermSplit | PartsSplit | None
    question: Question
    terms: Mapping[str, float]
    offset_of: Callable[[DrawBlock], FloatArray]

    def __call__(self, block: DrawBlock) -> ModelPiece:
        offset = self.offset_of(block)
        if self.split is None:
            return ModelPiece(block, offset, self.question)
        known, untouched = self.split.prepare(block.inputs, self.terms)
        rest = total(untouched, block.size, self.question.kept) + offset
        return ModelPiece(DrawBlock(block.start, block.size, known), rest, self.question)


@dataclass(frozen=True, slots=True)
class _WholeValue:
    """Ask a value function of the user's for all that there is."""

    value: Callable[[Any, Any], Any]
    terms: Mapping[str, float]

    def __call__(self, known: Mapping[str, Any], at: Mapping[str, float]) -> Any:
        return self.value(known, {**self.terms, **at})


def block_profile(sim: Simulation, make: Callable[[DrawBlock], ModelPiece]) -> BlockProfile:
    """Return the profile of a path from what makes the piece of a block; made pieces are kept where draws are."""
    if not sim.is_kept:
        return BlockProfile(MadePieces(make, sim.blocks), sim.n_draws, sim.workers)
    pieces = tuple(run_blocks(make, sim.blocks, workers=sim.workers))
    return BlockProfile(pieces, sim.n_draws, sim.workers)


def piece_maker(
    sim: Simulation, path: str | Path, terms: Mapping[str, float], *, buffer: bool = True
) -> Callable[[DrawBlock], ModelPiece]:
    """Return what makes the piece of a block along a path, or one term, the others held at `terms`.

    A built-in model is asked only for the components that the moving terms touch, from the intermediate
    results that they do not; a function of the user's is asked for all. It can go to another process.
    """
    model = sim.deal.value
    way = OneTerm(path) if isinstance(path, str) else path
    others = {name: value for name, value in terms.items() if name not in way.names}
    split = model.split(*way.names) if isinstance(model, SplitsByTerms) else None
    evaluate = _WholeValue(model, terms) if split is None else split.evaluate
    question = Question(evaluate, others, way, sim.deal.kept)
    return _Prepare(split, question, terms, sim.offset_of(buffer=buffer))


# Two off-lattice points: no grid over the range and no round share of it falls on them.
_OFF_LATTICE = (0.38196601125, 0.72360679775)
# The rounding of a sum of some twenty components, each at most a thousand times the surplus.
_AFFINE_TOLERANCE = 1e-11


@dataclass(frozen=True, slots=True)
class ReadOff:
    """Read the affine form of a piece off at the two ends of a range."""

    low: float
    high: float

    def __call__(self, piece: Any) -> AffineProfile:
        """Return the form of one piece."""
        at_low, at_high = piece.at(self.low), piece.at(self.high)
        slope = (at_low - at_high) / (self.high - self.low)
        return AffineProfile(at_low + self.low * slope, slope, piece.start)


@dataclass(frozen=True, slots=True)
class Then:
    """One work after the other."""

    first: Callable[[Any], Any]
    after: Callable[[Any], Any]

    def __call__(self, given: Any) -> Any:
        """Return what the second makes of what the first made."""
        return self.after(self.first(given))


def affine_profile(
    profile: BlockProfile, low: float, high: float, *, pilot: BlockProfile
) -> BlockProfile | None:
    """Return `profile` in affine form, or None where it is not affine on ``[low, high]``.

    The form is read off at the two ends and checked at two off-lattice points, on the draws of
    `pilot`; `is_affine_at` checks it again where a result is returned.
    """
    read_off = ReadOff(low, high)
    rough = BlockProfile(tuple(pilot.each(read_off)), pilot.n_draws)
    if not all(is_affine_at(rough, pilot, low + share * (high - low)) for share in _OFF_LATTICE):
        return None
    if isinstance(profile.pieces, MadePieces):
        pieces = MadePieces(Then(profile.pieces.make, read_off), profile.pieces.blocks)
        return BlockProfile(pieces, profile.n_draws, profile.workers)
    return BlockProfile(tuple(profile.each(read_off)), profile.n_draws, profile.workers)


def straightened(
    sim: Simulation,
    profile: BlockProfile,
    low: float,
    high: float,
    points: Iterable[float],
    *,
    pilot: BlockProfile | None = None,
    few: int | None = None,
) -> BlockProfile:
    """Return a profile in affine form where it is affine on ``[low, high]``, and as it is elsewhere.

    Parameters
    ----------
    sim : Simulation
    profile : BlockProfile
    low, high : float
    points : iterable of float
        At which a function of the user's is looked at too: a step or a dip would show. The library's own models
        have neither.
    pilot : BlockProfile, optional
        The draws on which the form is checked; all where not given.
    few : int, optional
        Draws, the first of the profile, on which the points are looked at; those of `pilot` where not given.
    """
    pilot = profile if pilot is None else pilot
    affine = affine_profile(profile, low, high, pilot=pilot)
    if affine is None:
        return profile
    own = isinstance(sim.deal.value, GraphValue)
    size = pilot.n_draws if few is None else min(few, profile.n_draws)
    seen = pilot if few is None else profile.head(size)
    return affine if own or is_affine_at(affine.head(size), seen, *points) else profile


def is_affine_at(affine: Profile, profile: Profile, *values: float) -> bool:
    """Say whether an affine form gives the surplus at all of some values, to the rounding of its sums."""
    steepest = max(affine.each(_steepest))
    for value in values:
        exact = profile.at(value)
        scale = float(np.abs(exact).max(initial=0.0)) + abs(value) * steepest
        exact = affine.at(value) - exact
        if not float(np.abs(exact, out=exact).max(initial=0.0)) <= _AFFINE_TOLERANCE * scale:
            return False
    return True


def _steepest(piece: AffineProfile) -> float:
    return float(np.abs(piece.slope).max(initial=0.0))
