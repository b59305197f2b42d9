"""A sampling plan: which input owns which coordinate, and the draws of any block of it."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import chdtri, ndtr, stdtr

from walkaway_sim._checks import check_integer, check_one_of
from walkaway_sim._typing import FloatArray
from walkaway_sim.errors import InputError
from walkaway_sim.inputs.base import Distribution
from walkaway_sim.inputs.copula import Block, Dependence
from walkaway_sim.inputs.events import EventRisk, Events
from walkaway_sim.inputs.gaussian import LogNormal, Normal
from walkaway_sim.inputs.monthly import Monthly, MonthlyUniforms
from walkaway_sim.inputs.records import Record, RecordLaw
from walkaway_sim.sampling.designs import Design, LatinHypercube, RandomDesign
from walkaway_sim.sampling.sobol import SobolDesign
from walkaway_sim.sampling.streams import stream

__all__ = ["DESIGNS", "DesignName", "Drawn", "SamplingPlan", "check_size", "make_plan"]

DesignName = Literal["sobol", "random", "lhs"]
DESIGNS: tuple[DesignName, ...] = ("sobol", "random", "lhs")
Drawn = FloatArray | Record

_MORE_EVENTS, _MIXING, _MONTHLY, _LATER_COUNTS, _LATER_EVENTS = 3, 4, 5, 6, 7


@dataclass(frozen=True, slots=True)
class SamplingPlan:
    """Draws of named inputs, block by block, in any order and on any thread.

    Attributes
    ----------
    distributions : mapping of str to Distribution, EventRisk or MonthlyUniforms
        In the order that pins their coordinates.
    dependence : Dependence
        Which inputs move together.
    design : Design
        Points of the unit cube.
    coordinates : mapping of str to int
        First coordinate of each input; an event risk owns several.
    root : numpy.random.SeedSequence
        What every stream descends from.
    """

    distributions: Mapping[str, Distribution | RecordLaw]
    dependence: Dependence
    design: Design
    coordinates: Mapping[str, int]
    root: np.random.SeedSequence

    @property
    def n_draws(self) -> int:
        """Draws in all."""
        return self.design.n_draws

    @property
    def n_blocks(self) -> int:
        """Blocks in all."""
        return -(-self.design.n_draws // self.design.block)

    def rows(self, index: int) -> slice:
        """Return the draws that block `index` holds."""
        start = index * self.design.block
        return slice(start, min(start + self.design.block, self.design.n_draws))

    def draw(self, index: int) -> dict[str, Drawn]:
        """Return block `index`: each input's draws, shape (draws in the block,) and read-only, or its events."""
        latent: dict[str, FloatArray] = {}
        for block in self.dependence.blocks:
            latent.update(self._correlated(block, index))
        drawn: dict[str, Drawn] = {}
        for name, distribution in self.distributions.items():
            if isinstance(distribution, EventRisk):
                drawn[name] = self._events(name, distribution, latent.get(name), index)
            elif isinstance(distribution, MonthlyUniforms):
                drawn[name] = self._monthly(name, distribution, index)
            elif name in latent:
                drawn[name] = self._from_latent(distribution, latent[name], self.dependence)
            elif isinstance(distribution, Normal | LogNormal):
                drawn[name] = distribution.from_normal(self._normal(name, index))
            else:
                drawn[name] = np.asarray(distribution.ppf(self._uniform(name, index)), dtype=np.float64)
        for values in drawn.values():
            if isinstance(values, np.ndarray):
                # A value function that worked in place would change the draws under every later look.
                values.flags.writeable = False
        return drawn

    def scores(self, name: str, index: int) -> FloatArray:
        """Return the standard normal scores from which block `index` of one input is made, shape (draws in the block,).

        Those of a Gaussian copula where the input is in one.
        """
        block = self.dependence.block_of(name)
        if block is None:
            return self._normal(name, index)
        return self._correlated(self.dependence.blocks[block], index)[name]

    def _uniform(self, name: str, index: int, offset: int = 0) -> FloatArray:
        # No input's name ends in a blank, so none can own this one's further coordinates.
        owner = name if offset == 0 else f"{name}#{offset} "
        return self.design.uniform(owner, self.coordinates[name] + offset, index)

    def _normal(self, name: str, index: int) -> FloatArray:
        return self.design.normal(name, self.coordinates[name], index)

    def _correlated(self, block: Block, index: int) -> dict[str, FloatArray]:
        """Return the correlated latent scores of one connected block of inputs.

        The product with the factor is written out row by row, skipping its zeros: element by
        element it gives the same bits whatever the length of the block of draws, which a BLAS
        does not promise.
        """
        independent = [self._normal(name, index) for name in block.names]
        scale: FloatArray | None = None
        if block.t_df is not None:
            mixing = stream(self.root, repr(block.names), _MIXING, index).random(independent[0].size)
            scale = np.asarray(np.sqrt(block.t_df / chdtri(block.t_df, mixing)), dtype=np.float64)
        latent: dict[str, FloatArray] = {}
        for row, name in zip(block.factor, block.names, strict=True):
            score: FloatArray = np.zeros(independent[0].size)
            for weight, column in zip(row, independent, strict=True):
                if weight != 0.0:
                    score += weight * column
            latent[name] = score if scale is None else score * scale
        return latent

    @staticmethod
    def _from_latent(distribution: Distribution, score: FloatArray, dependence: Dependence) -> FloatArray:
        if dependence.t_df is None:
            return np.asarray(distribution.from_normal(score), dtype=np.float64)
        return np.asarray(distribution.ppf(stdtr(dependence.t_df, score)), dtype=np.float64)

    def _monthly(self, name: str, law: MonthlyUniforms, index: int) -> Monthly:
        """Return the monthly numbers of one block, draw after draw from a stream of the block."""
        rows = self.rows(index)
        numbers = stream(self.root, name, _MONTHLY, index)
        values = numbers.random((rows.stop - rows.start, law.n_months), dtype=np.float32)
        return Monthly(np.maximum(values, np.float32(2.0**-25)))

    def _events(self, name: str, risk: EventRisk, latent: FloatArray | None, index: int) -> Events:
        """Return the compound Poisson events of one block.

        The count is inverted on the risk's own coordinate. The severities and times of the first
        few events have coordinates too; the others come, in the order of the draws, from a stream
        of the block. So do events beyond the contract's life, which are independent of all else.
        """
        if latent is None:
            level = self._uniform(name, index)
        else:
            df = self.dependence.t_df
            level = np.asarray(ndtr(latent) if df is None else stdtr(df, latent), dtype=np.float64)
        count = np.asarray(risk.count().ppf(level)).astype(np.int64)
        on_coordinates = self.design.coordinates_of_events
        draws, severities, times = [], [], []
        for event in range(on_coordinates):
            struck = np.flatnonzero(count > event)
            if struck.size:
                draws.append(struck)
                severities.append(self._uniform(name, index, 1 + 2 * event)[struck])
                times.append(self._uniform(name, index, 2 + 2 * event)[struck])
        rest = np.maximum(count - on_coordinates, 0)
        n_rest = int(rest.sum())
        if n_rest:
            levels = stream(self.root, name, _MORE_EVENTS, index).random((n_rest, 2))
            draws.append(np.repeat(np.arange(count.size), rest))
            severities.append(np.maximum(levels[:, 0], 2.0**-54))
            times.append(np.maximum(levels[:, 1], 2.0**-54))
        if risk.longer > 1.0:
            times = [time / risk.longer for time in times]
            chances = stream(self.root, name, _LATER_COUNTS, index).random(count.size)
            later = np.asarray(risk.later_count().ppf(chances)).astype(np.int64)
            numbers = stream(self.root, name, _LATER_EVENTS, index)
            levels = np.maximum(numbers.random((int(later.sum()), 2)), 2.0**-54)
            draws.append(np.repeat(np.arange(count.size), later))
            severities.append(levels[:, 0])
            times.append((1.0 + levels[:, 1] * (risk.longer - 1.0)) / risk.longer)
            count = count + later
        if not draws:
            nothing = np.empty(0)
            return Events(count.size, count, np.empty(0, dtype=np.int64), nothing, nothing)
        severity = np.asarray(risk.severity.ppf(np.concatenate(severities)))
        if risk.cap is not None:
            severity = np.minimum(severity, risk.cap)
        draw = np.concatenate(draws).astype(np.int64)
        return Events(count.size, count, draw, np.concatenate(times), severity, 1.0 / risk.longer)


def check_size(n_draws: int, design: str, n_randomisations: int) -> None:
    """Refuse a number of draws that the design cannot have, naming the nearest that it can.

    Raises
    ------
    InputError
        No draws; draws that are not ``n_randomisations * 2**m`` for Sobol', or no multiple of
        `n_randomisations` for Latin hypercubes.
    """
    check_one_of("design", design, DESIGNS)
    check_integer("n_draws", n_draws, minimum=1)
    if design == "random":
        return
    check_integer("n_randomisations", n_randomisations, minimum=2)
    points, left = divmod(n_draws, n_randomisations)
    if design == "lhs":
        if left or points < 2:
            nearest = max(round(n_draws / n_randomisations), 2) * n_randomisations
            raise InputError(
                f"n_draws must be n_randomisations ({n_randomisations}) times 2 or more for design 'lhs', "
                f"got {n_draws}; the nearest is {nearest}"
            )
        return
    if left or points < 2 or points & (points - 1):
        exponent = max(round(float(np.log2(max(n_draws / n_randomisations, 2)))), 1)
        options = [n_randomisations << max(exponent + step, 1) for step in (-1, 0, 1)]
        nearest = min(options, key=lambda option: abs(option - n_draws))
        least = n_randomisations * 2**10
        few = f", the fewest with dependable intervals {least}" if nearest < least else ""
        raise InputError(
            f"n_draws must be n_randomisations ({n_randomisations}) times a power of two for design 'sobol', "
            f"got {n_draws}; the nearest is {nearest}{few}"
        )
    if points < 2**10:
        warnings.warn(
            f"{points} points in each of {n_randomisations} randomisations: below 2^10 the intervals of a "
            f"Sobol' design are not dependable; take n_draws of at least {n_randomisations * 2**10}",
            UserWarning,
            stacklevel=3,
        )


def make_plan(
    distributions: Mapping[str, Distribution | RecordLaw],
    dependence: Dependence,
    *,
    n_draws: int,
    design: str,
    n_randomisations: int,
    root: np.random.SeedSequence,
) -> SamplingPlan:
    """Return the plan that draws these inputs by this design.

    Parameters
    ----------
    distributions : mapping of str to Distribution or EventRisk
        Their order pins the coordinates of a Sobol' design: appending an input moves no other.
    dependence : Dependence
        Which inputs move together.
    n_draws : int
        Draws in all, over all randomisations.
    design : {"sobol", "random", "lhs"}
    n_randomisations : int
        Independent randomisations of a Sobol' or Latin hypercube design.
    root : numpy.random.SeedSequence
        From `root_sequence`.

    Returns
    -------
    SamplingPlan
    """
    on_coordinates = 0 if design == "random" else SobolDesign.coordinates_of_events
    coordinates: dict[str, int] = {}
    n_coordinates = 0
    for name, distribution in distributions.items():
        coordinates[name] = n_coordinates
        if isinstance(distribution, EventRisk):
            n_coordinates += 1 + 2 * on_coordinates
        elif not isinstance(distribution, MonthlyUniforms):
            n_coordinates += 1
    points: Design
    if design == "random":
        points = RandomDesign(root, n_draws)
    elif design == "lhs":
        points = LatinHypercube(root, n_draws, n_randomisations)
    else:
        points = SobolDesign(root, n_draws, n_randomisations, max(n_coordinates, 1))
    return SamplingPlan(dict(distributions), dependence, points, coordinates, root)
