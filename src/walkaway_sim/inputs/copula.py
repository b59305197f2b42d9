"""Dependence between inputs: a Gaussian or t copula from rank correlations, block by block."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from walkaway_sim._checks import check_non_negative, check_positive
from walkaway_sim._typing import FloatArray
from walkaway_sim.errors import DependenceError
from walkaway_sim.inputs._pairs import Pair, read_pairs
from walkaway_sim.inputs.correlation import lower_factor, nearest_correlation

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Block", "CorrelationPair", "Dependence", "build_dependence", "latent_correlation", "spearman"]

# Eigenvalues below 0 by less than this are rounding, as where two inputs move as one.
_ROUNDING = 1e-10


@dataclass(frozen=True, slots=True)
class CorrelationPair:
    """What was asked for one pair of inputs, and what it became.

    Parameters
    ----------
    names : tuple of two str
        In alphabetical order.
    asked : float
        Spearman correlation asked for; 0 for a pair of a block that was not mentioned.
    latent : float
        Correlation of the latent normal scores, after repair.
    used : float
        Spearman correlation of normal scores with that correlation: what is used.
    moved : float
        ``used - asked``; 0 without repair.
    """

    names: Pair
    asked: float
    latent: float
    used: float
    moved: float


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Inputs that are connected by correlations.

    Parameters
    ----------
    names : tuple of str, length k
        In alphabetical order.
    factor : ndarray, shape (k, k)
        Lower triangular; ``factor @ z`` turns independent normal scores into correlated ones.
    t_df : float or None
        Degrees of freedom of the t copula; None for the Gaussian.
    """

    names: tuple[str, ...]
    factor: FloatArray
    t_df: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Dependence:
    """Dependence between the inputs of a deal.

    Parameters
    ----------
    blocks : tuple of Block
        Connected inputs; an input in no block is independent of all others.
    pairs : tuple of CorrelationPair
        Every pair that was asked for, and every pair that a repair moved.
    t_df : float or None
        Degrees of freedom of the t copula; None for the Gaussian.
    """

    blocks: tuple[Block, ...] = ()
    pairs: tuple[CorrelationPair, ...] = ()
    t_df: float | None = None

    def block_of(self, name: str) -> int | None:
        """Index of the block that holds an input; None if it is independent of all others."""
        for index, block in enumerate(self.blocks):
            if name in block.names:
                return index
        return None

    def to_frame(self) -> pd.DataFrame:
        """Table of the pairs: ``first, second, asked, latent, used, moved``."""
        import pandas as pd

        columns = ["first", "second", "asked", "latent", "used", "moved"]
        rows = [(*pair.names, pair.asked, pair.latent, pair.used, pair.moved) for pair in self.pairs]
        return pd.DataFrame(rows, columns=columns)


def latent_correlation(rho: FloatArray) -> FloatArray:
    """Correlation of normal scores whose Spearman correlation is `rho`: ``2 sin(pi rho/6)``, any shape.

    References
    ----------
    Kruskal (1958), "Ordinal measures of association", JASA 53.

    Examples
    --------
    >>> import numpy as np
    >>> from walkaway_sim.inputs.copula import latent_correlation
    >>> latent_correlation(np.array([-1.0, 0.0, 0.5])).round(6)
    array([-1.      ,  0.      ,  0.517638])
    """
    return 2.0 * np.sin(np.pi * np.asarray(rho) / 6.0)


def spearman(latent: FloatArray) -> FloatArray:
    """Spearman correlation of normal scores with correlation `latent`: ``6/pi asin(latent/2)``, any shape."""
    return 6.0 / np.pi * np.arcsin(0.5 * np.asarray(latent))


def build_dependence(
    names: Sequence[str],
    correlation: Mapping[Pair, float] | Any,
    *,
    t_df: float | None = None,
    max_repair: float = 0.1,
) -> Dependence:
    """Turn rank correlations into a copula, repairing what is inconsistent and saying so.

    Parameters
    ----------
    names : sequence of str
        Names that may be correlated.
    correlation : mapping of (name, name) to float, or DataFrame
        Spearman correlations in [-1, 1]. A pair that is not mentioned, but whose inputs are
        connected through others, is taken as 0.
    t_df : float, optional
        Degrees of freedom of a t copula, in which extremes strike together; None for the
        Gaussian. The same latent correlation serves both, which for t is approximate: its
        Spearman correlation is slightly nearer 0.
    max_repair : float, default 0.1
        Most that a repair may move the Spearman correlation of any pair.

    Returns
    -------
    Dependence
        Blocks in alphabetical order of their first names.

    Raises
    ------
    DependenceError
        If a name is unknown, a pair is given twice, a value is no correlation, a table is not
        symmetric, or the repair would move a pair by more than `max_repair`.

    Notes
    -----
    Each connected block is repaired by itself (Higham 2002), on the latent scale, so a change in
    one leaves the others alone. What is reported is each pair's Spearman correlation after repair.
    Discrete inputs attain less, and a correlation of exactly 1 makes two inputs move as one.

    Examples
    --------
    >>> from walkaway_sim.inputs import build_dependence
    >>> dependence = build_dependence(["a", "b", "c"], {("a", "b"): 0.5})
    >>> [block.names for block in dependence.blocks], dependence.block_of("c")
    ([('a', 'b')], None)
    >>> round(dependence.pairs[0].latent, 6)
    0.517638
    """
    df = None if t_df is None else check_positive("t_df", t_df)
    limit = check_non_negative("max_repair", max_repair)
    asked = read_pairs(list(names), correlation)
    blocks: list[Block] = []
    reported: dict[Pair, CorrelationPair] = {
        pair: CorrelationPair(pair, rho, 0.0, 0.0, 0.0) for pair, rho in asked.items() if rho == 0.0
    }
    for members in _components(asked):
        block, pairs = _build_block(members, asked, df)
        blocks.append(block)
        reported.update((pair.names, pair) for pair in pairs)
    pairs_in_order = tuple(reported[pair] for pair in sorted(reported))
    _check_repair(pairs_in_order, asked, limit)
    return Dependence(tuple(blocks), pairs_in_order, df)


def _components(asked: Mapping[Pair, float]) -> list[tuple[str, ...]]:
    """Find the connected components of the correlations that are not 0, each sorted."""
    neighbours: dict[str, set[str]] = {}
    for (first, second), rho in asked.items():
        if rho != 0.0:
            neighbours.setdefault(first, set()).add(second)
            neighbours.setdefault(second, set()).add(first)
    components = []
    left = set(neighbours)
    for start in sorted(neighbours):
        if start not in left:
            continue
        members, edge = {start}, [start]
        while edge:
            new = neighbours[edge.pop()] - members
            members |= new
            edge.extend(new)
        left -= members
        components.append(tuple(sorted(members)))
    return components


def _build_block(
    members: tuple[str, ...], asked: Mapping[Pair, float], t_df: float | None
) -> tuple[Block, list[CorrelationPair]]:
    """Latent correlations of one block, repaired if need be, and its pairs."""
    place = {name: i for i, name in enumerate(members)}
    rho = np.eye(len(members))
    for (first, second), value in asked.items():
        if first in place and second in place:
            rho[place[first], place[second]] = rho[place[second], place[first]] = value
    latent = latent_correlation(rho)
    np.fill_diagonal(latent, 1.0)
    repaired = latent
    if float(np.linalg.eigvalsh(latent)[0]) < -_ROUNDING:
        repaired, _ = nearest_correlation(latent)
    used = spearman(repaired) if repaired is not latent else rho
    pairs = []
    for i, first in enumerate(members):
        for j in range(i + 1, len(members)):
            moved = float(used[i, j] - rho[i, j])
            pair = (first, members[j])
            if pair in asked or abs(moved) > 1e-9:
                pairs.append(
                    CorrelationPair(pair, float(rho[i, j]), float(repaired[i, j]), float(used[i, j]), moved)
                )
    return Block(members, lower_factor(repaired), t_df), pairs


def _check_repair(pairs: Sequence[CorrelationPair], asked: Mapping[Pair, float], limit: float) -> None:
    """Refuse a repair that says something else than what was asked."""
    worst = sorted((pair for pair in pairs if abs(pair.moved) > limit), key=lambda pair: -abs(pair.moved))
    if not worst:
        return
    lines = []
    for pair in worst[:3]:
        was = f"{pair.asked:g}" if pair.names in asked else "0 (not mentioned)"
        lines.append(f"({pair.names[0]!r}, {pair.names[1]!r}) from {was} to {pair.used:.2f}")
    more = f" and {len(worst) - 3} more" if len(worst) > 3 else ""
    raise DependenceError(
        "correlation: no joint distribution has these correlations. The nearest possible ones move "
        f"{'; '.join(lines)}{more}, more than max_repair = {limit:g}. Correct these pairs, give the pairs "
        "that were not mentioned (they count as 0), or raise max_repair to accept the repair"
    )
