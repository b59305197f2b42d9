"""What a simulation knows: the draws, and the deal's value, no-deal value and surplus on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from walkaway_sim._typing import FloatArray
from walkaway_sim.deal.deal import Deal
from walkaway_sim.errors import InputError
from walkaway_sim.inputs.events import Events
from walkaway_sim.inputs.monthly import Monthly
from walkaway_sim.inputs.records import join_records
from walkaway_sim.sampling.plan import SamplingPlan
from walkaway_sim.simulation.valuing import DrawBlock, component_arrays, finite, total
from walkaway_sim.simulation.workers import run_blocks

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Draws", "Simulation"]


class Draws(Mapping[str, Any]):
    """The draws of each input by name: arrays of shape ``(n_draws,)``, `Events` for event risks."""

    __slots__ = ("_arrays", "_blocks", "_names")

    def __init__(self, arrays: Mapping[str, FloatArray], blocks: Sequence[DrawBlock]) -> None:
        self._arrays = arrays
        self._blocks = blocks
        self._names = [*arrays, *(name for name in blocks[0].inputs if name not in (*arrays, "no_deal"))]

    def __getitem__(self, name: str) -> Any:
        if name in self._arrays:
            return self._arrays[name]
        if name not in self._names:
            raise KeyError(name)
        return join_records([block.inputs[name] for block in self._blocks])

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Simulation:
    """Draws of a deal, valued. Made by `simulate`; the arrays are read-only.

    Attributes
    ----------
    deal : Deal
    n_draws : int
    design : {"sobol", "random", "lhs"}
    n_replicates : int
        Independent randomisations; 1 for independent draws. Draw ``i`` is of replicate
        ``i % n_replicates``.
    seed : numpy.random.SeedSequence
        Give it to `simulate` as `rng` to draw the same again.
    chosen : int or None
        The no-deal alternative chosen in expectation; None where the best is taken per draw.
    """

    deal: Deal
    n_draws: int
    design: str
    n_replicates: int
    seed: np.random.SeedSequence
    blocks: Sequence[DrawBlock]
    arrays: Mapping[str, FloatArray]
    best_alternative: FloatArray
    not_winning: FloatArray
    strategic_value: FloatArray
    proposed_value: FloatArray
    chosen: int | None
    plan: SamplingPlan | None = None
    workers: int = 1
    bytes_needed: int = 0
    known: dict[str, Any] = field(init=False, default_factory=dict)
    """What was found out about these draws at the proposed terms, so as not to be looked up again."""

    def __repr__(self) -> str:
        return f"<Simulation of {self.deal.name!r}: {self.n_draws} {self.design} draws>"

    @property
    def is_kept(self) -> bool:
        """Whether the draws are kept, and not drawn again whenever they are looked at."""
        return not self.bytes_needed

    def _need_all(self, what: str) -> None:
        if not self.is_kept:
            raise InputError(
                f"{what} needs all draws at once, which take {self.bytes_needed:,} bytes and so are not kept; pass "
                f"simulate(..., max_memory={self.bytes_needed}) or fewer draws. walkaway works without"
            )

    @property
    def draws(self) -> Draws:
        """The draws of each input, by name."""
        self._need_all("draws")
        return Draws(self.arrays, self.blocks)

    def value(self, terms: Mapping[str, float] | None = None) -> FloatArray:
        """Return the deal's value at the proposed terms, with the changes that `terms` makes.

        Parameters
        ----------
        terms : mapping of str to float, optional
            New values of some terms [their units].

        Returns
        -------
        ndarray, shape (n_draws,)
            Net present value to the supplier [currency]; never NaN.
        """
        self._need_all("value")
        if not terms:
            return self.proposed_value
        at = self.deal.terms_at(terms)

        def one(block: DrawBlock) -> FloatArray:
            value = total(self.deal.value(block.inputs, at), block.size, self.deal.kept)
            return finite(value, block, at)

        return np.concatenate(run_blocks(one, self.blocks, workers=self.workers))

    def components(self, terms: Mapping[str, float] | None = None) -> dict[str, FloatArray]:
        """Return the named components of the value, each of shape ``(n_draws,)`` [currency].

        Their left-to-right sum is the value. A value function that names none has one, ``"value"``.
        """
        self._need_all("components")
        at = self.deal.terms_at(terms)

        def one(block: DrawBlock) -> dict[str, FloatArray]:
            return component_arrays(self.deal.value(block.inputs, at), block.size, self.deal.tax_rate)

        parts = run_blocks(one, self.blocks, workers=self.workers)
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}

    def no_deal(self) -> FloatArray:
        """Return what the supplier has if it walks, less the cost of not winning, shape ``(n_draws,)``."""
        self._need_all("no_deal")
        return self.deal.kept * (self.best_alternative - self.not_winning)

    def alternative_means(self) -> tuple[float, ...]:
        """Return what each alternative is worth on average, before the cost of not winning [currency]."""
        sums = np.zeros(len(self.deal.alternatives))
        for block in self.blocks:
            rows = slice(block.start, block.start + block.size)
            drawn = {name: array[rows] for name, array in self.arrays.items()}
            for i, one in enumerate(self.deal.alternatives):
                values = np.broadcast_to(one.values(drawn, block.inputs, block.size), (block.size,))
                sums[i] += float(values.sum())
        return tuple((self.deal.kept / self.n_draws * sums).tolist())

    def strategic(self) -> FloatArray:
        """Return the strategic value, shape ``(n_draws,)`` [currency]."""
        self._need_all("strategic")
        return self.deal.kept * self.strategic_value

    def surplus(self, terms: Mapping[str, float] | None = None, *, buffer: bool = True) -> FloatArray:
        """Return value + strategic value - no-deal value - buffer on the same draws.

        Parameters
        ----------
        terms : mapping of str to float, optional
            New values of some terms [their units].
        buffer : bool
            Whether what management holds back is taken off.

        Returns
        -------
        ndarray, shape (n_draws,)
            [currency]
        """
        return self.value(terms) + self.offset(buffer=buffer)

    def offset(self, *, buffer: bool = True) -> FloatArray:
        """Return the part of the surplus that no term changes, shape ``(n_draws,)`` [currency]."""
        held_back = self.deal.kept * self.deal.buffer if buffer else 0.0
        return self.strategic() - self.no_deal() - held_back

    def offset_of(self, *, buffer: bool = True) -> OffsetOf:
        """Return what gives, of a block, the part of the surplus that no term changes."""
        return OffsetOf(self.deal.kept, self.deal.kept * self.deal.buffer if buffer else 0.0)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per draw: the inputs (event risks as total losses), value, no-deal value, surplus."""
        import pandas as pd

        draws = self.draws
        columns = {name: _numbers(draws[name]) for name in draws if not isinstance(draws[name], Monthly)}
        columns |= {"value": self.value(), "no_deal_value": self.no_deal(), "surplus": self.surplus()}
        return pd.DataFrame(columns, index=pd.RangeIndex(self.n_draws, name="draw"))

    def describe(self) -> pd.DataFrame:
        """Return mean, standard deviation and the 5, 50 and 95% quantiles of each column of `to_frame`."""
        table = self.to_frame().describe(percentiles=[0.05, 0.5, 0.95]).T
        return table.drop(columns="count")

    def attained_correlation(self) -> pd.DataFrame:
        """Return, pair by pair, the Spearman correlation asked for, used after repair, and attained.

        Discrete marginals and a t copula attain less than what is asked for. An event risk is correlated by
        the number of its events.
        """
        from scipy.stats import spearmanr

        frame = self.deal.dependence.to_frame()
        attained = [
            float(spearmanr(_counted(self.draws[first]), _counted(self.draws[second])).statistic)
            for first, second in (pair.names for pair in self.deal.dependence.pairs)
        ]
        return frame.assign(attained=attained)


@dataclass(frozen=True, slots=True)
class OffsetOf:
    """The part of a block's surplus that no term changes [currency]."""

    kept: float
    held_back: float

    def __call__(self, block: DrawBlock) -> FloatArray:
        """Return it, shape ``(block.size,)``."""
        beside = block.beside
        no_deal = self.kept * (beside.no_deal - beside.not_winning)
        offset: FloatArray = self.kept * np.asarray(beside.strategic) - no_deal - self.held_back
        return offset


def _counted(drawn: Any) -> FloatArray:
    return drawn.number() if isinstance(drawn, Events) else drawn


def _numbers(drawn: Any) -> FloatArray:
    return drawn.total() if isinstance(drawn, Events) else drawn
