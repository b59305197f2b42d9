"""Randomised Sobol' points with a scramble of its own for every input, by the input's name.

SciPy's engine scrambles all coordinates from one generator, so that adding an input would change
every other. Here SciPy gives the direction numbers (Joe and Kuo 2008); the scramble, a random
linear matrix and a digital shift (Matousek 1998; Hong and Hickernell 2003), comes from streams
keyed by name and randomisation.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from walkaway_sim._typing import FloatArray
from walkaway_sim.sampling.designs import block_size
from walkaway_sim.sampling.streams import BLOCK, stream

__all__ = ["BITS", "SobolDesign", "direction_numbers"]

BITS = 52
_SCRAMBLE = 2
_Words = NDArray[np.uint64]


@lru_cache(maxsize=32)
def direction_numbers(dimensions: int, n_bits: int) -> _Words:
    """Return SciPy's direction numbers as `BITS`-bit integers.

    The point of an unscrambled Sobol' sequence in Gray-code order whose index has the Gray code
    ``2**k`` is the k-th direction number itself; that index is ``2**(k + 1) - 1``.

    Parameters
    ----------
    dimensions, n_bits : int
        Coordinates wanted, and direction numbers of each: enough for ``2**n_bits`` points.

    Returns
    -------
    ndarray of uint64, shape (dimensions, n_bits)
    """
    from scipy.stats.qmc import Sobol

    numbers = np.empty((dimensions, n_bits), dtype=np.uint64)
    # The k-th direction number has no bit beyond its k-th leading one: SciPy's default of 30 bits,
    # as many as its longest sequence needs, holds them all.
    engine = Sobol(d=dimensions, scramble=False)
    for k in range(n_bits):
        engine.fast_forward(2 ** (k + 1) - 1 - engine.num_generated)
        numbers[:, k] = (engine.random(1)[0] * 2.0**BITS).astype(np.uint64)
    numbers.flags.writeable = False
    return numbers


_POSITION = np.uint64(BITS - 1) - np.arange(BITS, dtype=np.uint64)
_OWN_BIT = np.uint64(1) << _POSITION
_ABOVE = np.uint64(2**BITS - 1) ^ (_OWN_BIT | (_OWN_BIT - np.uint64(1)))


def _scramble(directions: _Words, generators: Sequence[np.random.Generator]) -> tuple[_Words, _Words]:
    """Return the direction numbers under one random lower-triangular bit matrix for each generator, and digital shifts.

    Row ``i`` of a matrix makes the i-th leading bit of the result out of the leading bits up to
    the i-th, its own always among them, so that the matrix is invertible.

    Returns
    -------
    scrambled : ndarray of uint64, shape (n_generators, n_bits)
    shifts : ndarray of uint64, shape (n_generators,)
    """
    # The leading bits of raw words are what `integers` would give, without its care for other ranges.
    raw = np.array([one.bit_generator.random_raw(BITS + 1) for one in generators])
    words = raw >> np.uint64(64 - BITS)
    rows = (words[:, :BITS] & _ABOVE) | _OWN_BIT
    parity = np.bitwise_count(rows[:, :, None] & directions) & np.uint8(1)
    scrambled = np.bitwise_or.reduce(parity.astype(np.uint64) << _POSITION[:, None], axis=1)
    return scrambled, words[:, BITS]


class SobolDesign:
    """Independent randomisations of one Sobol' sequence, stored point-major; the first point kept.

    Parameters
    ----------
    root : numpy.random.SeedSequence
    n_draws, n_replicates : int
        ``n_draws = n_replicates * 2**m``.
    n_coordinates : int
        Coordinates in use.
    """

    coordinates_of_events = 2

    def __init__(
        self, root: np.random.SeedSequence, n_draws: int, n_replicates: int, n_coordinates: int
    ) -> None:
        self.root = root
        self.n_draws = n_draws
        self.n_replicates = n_replicates
        self.n_bits = (n_draws // n_replicates).bit_length() - 1
        self.block_bits = min(self.n_bits, max(BLOCK // n_replicates, 1).bit_length() - 1)
        self.block = n_replicates << self.block_bits
        self._directions = direction_numbers(n_coordinates, self.n_bits)
        self._first: dict[str, tuple[_Words, _Words]] = {}

    def __getstate__(self) -> dict[str, object]:
        """Leave what can be made again behind when going to another process."""
        return {**self.__dict__, "_first": {}}

    def uniform(self, name: str, coordinate: int, index: int) -> FloatArray:
        """Return the points of block `index`, shape (draws in the block,)."""
        known = self._first.get(name)
        if known is None:
            # Two threads may both compute it: the same numbers, by the same key.
            known = self._first[name] = self._first_block(name, coordinate)
        first, directions = known
        # The Gray code is linear over bits, so a later block is the first one shifted by the
        # exclusive or of the directions in the Gray code of its first point.
        start = index << self.block_bits
        gray = start ^ (start >> 1)
        offset = np.zeros(self.n_replicates, dtype=np.uint64)
        for k in range(self.n_bits):
            if gray >> k & 1:
                offset ^= directions[:, k]
        points = (first ^ offset).ravel().astype(np.float64)
        points += 0.5
        points *= 2.0**-BITS
        return points[: block_size(self, index)]

    def normal(self, name: str, coordinate: int, index: int) -> FloatArray:
        """Return the normal scores of `uniform`: by inversion, as a low-discrepancy set needs."""
        from scipy.special import ndtri

        points = self.uniform(name, coordinate, index)
        scores: FloatArray = ndtri(points, out=points)
        return scores

    def _first_block(self, name: str, coordinate: int) -> tuple[_Words, _Words]:
        """Return the first block's points, shape (points, replicates), and the scrambled directions."""
        generators = [stream(self.root, name, _SCRAMBLE, k) for k in range(self.n_replicates)]
        points = np.empty((1 << self.block_bits, self.n_replicates), dtype=np.uint64)
        directions, points[0] = _scramble(self._directions[coordinate], generators)
        for k in range(self.block_bits):
            half = 1 << k
            # In Gray-code order the second half mirrors the first with one more direction set.
            np.bitwise_xor(points[:half][::-1], directions[:, k], out=points[half : 2 * half])
        return points, directions
