"""Weights that people earn on questions whose answers are known: Cooke's classical model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from walkaway_sim._checks import check_positive, check_probability
from walkaway_sim._typing import FloatArray
from walkaway_sim.calibrate.people import cooke
from walkaway_sim.calibrate.people.seed_questions import Seeds, seeds_of
from walkaway_sim.calibrate.shown import ShownAsTable
from walkaway_sim.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PerformanceWeights", "PersonScore", "performance_weights"]


@dataclass(frozen=True, slots=True)
class PersonScore:
    """How one person, or a pool of them, did on the seed questions.

    Attributes
    ----------
    name : str
    calibration : float
        P-value of "the truths fall into this person's bins as often as they said"; near 0 is bad, and
        differences among values that are not small mean little.
    information : float
        Mean over the questions of the relative information with respect to a flat density [nats]; 0 or more.
    weight : float
        Share, 0 to 1; 1 for a pool.
    counts : tuple of int
        Truths below the lowest quantile, between the first two, and so on, to above the highest.
    """

    name: str
    calibration: float
    information: float
    weight: float
    counts: tuple[int, ...]

    @property
    def score(self) -> float:
        """Calibration times information."""
        return self.calibration * self.information


@dataclass(frozen=True, slots=True, repr=False)
class PerformanceWeights(ShownAsTable):
    """Weights by Cooke's classical model. Made by `performance_weights`.

    Attributes
    ----------
    people : tuple of PersonScore
        In the order given.
    weighted, equal : PersonScore
        The linear pool with these weights and with equal ones, scored on the same questions. The weights
        were made on these questions, so `weighted` is flattered.
    quantiles : tuple of float
        Probabilities that were asked for.
    n_questions : int
        Questions that counted.
    dropped : tuple of (str, str)
        Questions that did not, each with the reason.
    cutoff : float
        Calibration below which a person has no weight.
    """

    people: tuple[PersonScore, ...]
    weighted: PersonScore
    equal: PersonScore
    quantiles: tuple[float, ...]
    n_questions: int
    dropped: tuple[tuple[str, str], ...]
    cutoff: float

    @property
    def weights(self) -> dict[str, float]:
        """Weights by person, which sum to 1, as `pool` takes them."""
        return {one.name: one.weight for one in self.people}

    @property
    def note(self) -> str:
        """What was used, what was dropped, and whether weighting paid."""
        text = f"{self.n_questions} seed questions; calibration below {self.cutoff:.3g} has no weight."
        if self.dropped:
            text += " Dropped: " + "; ".join(f"{question}, {why}" for question, why in self.dropped) + "."
        better = self.weighted.score > self.equal.score
        return (
            f"{text} On these very questions the weighted pool scores {self.weighted.score:.3g} and equal weights "
            f"{self.equal.score:.3g}" + ("." if better else ": equal weights do as well.")
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row per person and one for each pool; ``attrs["note"]`` says what was used.

        Columns: calibration, information, score, weight, and how many truths fell into each bin.
        """
        import pandas as pd

        every = (*self.people, self.weighted, self.equal)
        ends = [f"q{100 * one:g}" for one in self.quantiles]
        bins = [f"below {ends[0]}", *(f"{a} to {b}" for a, b in pairwise(ends))]
        bins.append(f"above {ends[-1]}")
        rows = [[one.calibration, one.information, one.score, one.weight, *one.counts] for one in every]
        columns = ["calibration", "information", "score", "weight", *bins]
        frame = pd.DataFrame(
            rows, index=pd.Index([one.name for one in every], name="person"), columns=columns
        )
        frame.attrs["note"] = self.note
        return frame

    def _repr_html_(self) -> str:
        from html import escape

        return f"{self.to_frame().to_html()}<p>{escape(self.note)}</p>"


def performance_weights(
    answers: Mapping[str, Mapping[str, Sequence[float]]] | pd.DataFrame,
    truths: Mapping[str, float],
    *,
    quantiles: Sequence[float] = (0.05, 0.5, 0.95),
    scale: Literal["uniform", "log"] | Mapping[str, Literal["uniform", "log"]] = "uniform",
    overshoot: float = 0.1,
    cutoff: float | Literal["optimal"] = 0.0,
) -> PerformanceWeights:
    """Weigh people by how well they did on questions whose answers are known (Cooke 1991).

    Parameters
    ----------
    answers : mapping of person to question to quantiles, or DataFrame
        For every person and question the quantiles at `quantiles`, in rising order. Or a tidy table with
        the columns ``person`` and ``question`` and one column named by each probability, such as 0.05.
    truths : mapping of question to number
        What turned out to be true, in the units of the answers.
    quantiles : sequence of float
        Probabilities that were asked for, in rising order.
    scale : {"uniform", "log"}, or a mapping of question to one of them
        Flat on the quantity or on its logarithm: the background that information is measured against.
        The logarithm is for quantities that span orders of magnitude, and needs them above 0.
    overshoot : float
        Share of the range of all answers and the truth by which the background reaches past it, on each
        side; above 0.
    cutoff : float or "optimal"
        Calibration below which a person has no weight. With 0 everyone has some, however little.
        ``"optimal"`` takes the person's calibration at which the pool scores best on these questions.

    Returns
    -------
    PerformanceWeights

    Raises
    ------
    InputError
        Fewer than ten questions that everyone answered and whose truth is known: chance would decide the
        scores, so use equal weights. Quantiles that do not rise; answers that are no numbers; nobody
        at the cutoff.

    Notes
    -----
    A question that somebody left out, or whose answers hold NaN, or whose truth is not known, counts for
    nobody, and is listed in ``dropped``: all are scored on the same questions. The weight is in proportion
    to calibration times information where calibration reaches the cutoff: see `cooke` for the formulas.
    With few questions calibration is blunt: it tells people who are three times too sure from calibrated
    ones, but of two who differ by half, the one who is too sure earns more weight at ten questions, for
    narrower answers. Take ten as the least, and fifty as comfortable. Scores on the questions that made
    the weights flatter them (Clemen 2008).

    References
    ----------
    Cooke (1991), Experts in Uncertainty, Oxford. Clemen (2008), "Comment on Cooke's classical method",
    Reliability Engineering and System Safety 93(5).

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> truths = {f"order {i}": float(i) for i in range(1, 21)}
    >>> answers = {
    ...     "careful": {q: (x - 2 + x % 2, x + x % 2 - 0.5, x + 2) for q, x in truths.items()},
    ...     "sure of herself": {q: (x + 0.1, x + 0.2, x + 0.3) for q, x in truths.items()},
    ... }
    >>> found = ws.performance_weights(answers, truths)
    >>> {name: round(weight, 3) for name, weight in found.weights.items()}
    {'careful': 1.0, 'sure of herself': 0.0}
    """
    levels = _levels(quantiles)
    beyond = check_positive("performance_weights: overshoot", overshoot)
    seeds = seeds_of(answers, truths, levels, scale)
    probabilities = cooke.bin_probabilities(levels)
    ranges = cooke.intrinsic_ranges(seeds.answers, seeds.truths, beyond)
    scored = _Scored(seeds, ranges, probabilities, levels)
    each = [scored.of(name, own) for name, own in zip(seeds.people, seeds.answers, strict=True)]
    calibration = np.array([one.calibration for one in each])
    information = np.array([one.information for one in each])
    if cutoff == "optimal":
        tried = np.unique(calibration)
        pools = [scored.pool("", cooke.weights_of(calibration, information, one)) for one in tried]
        limit = float(tried[int(np.argmax([one.score for one in pools]))])
    else:
        limit = check_probability('performance_weights: cutoff, unless it is "optimal",', cutoff)
    weights = cooke.weights_of(calibration, information, limit)
    if not weights.any():
        raise InputError(
            f"performance_weights: cutoff must leave somebody, got {limit:g} with a best calibration of "
            f"{calibration.max():.3g}; use equal weights, or a lower cutoff"
        )
    return PerformanceWeights(
        people=tuple(
            PersonScore(one.name, one.calibration, one.information, weight, one.counts)
            for one, weight in zip(each, weights.tolist(), strict=True)
        ),
        weighted=scored.pool("weighted pool", weights),
        equal=scored.pool("equal weights", np.full(weights.size, 1.0 / weights.size)),
        quantiles=levels,
        n_questions=seeds.truths.size,
        dropped=seeds.dropped,
        cutoff=limit,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Scored:
    """What the scores of anybody's quantiles are made with."""

    seeds: Seeds
    ranges: FloatArray
    probabilities: FloatArray
    levels: tuple[float, ...]

    def of(self, name: str, answers: FloatArray) -> PersonScore:
        """Score quantiles, shape (n, k)."""
        counts = cooke.bin_counts(answers, self.seeds.truths)
        return PersonScore(
            name,
            cooke.calibration_score(counts, self.probabilities),
            float(cooke.information_scores(answers, self.ranges, self.probabilities).mean()),
            1.0,
            tuple(counts.tolist()),
        )

    def pool(self, name: str, weights: FloatArray) -> PersonScore:
        """Score the pool of everybody's quantiles."""
        return self.of(name, cooke.pooled_quantiles(self.seeds.answers, self.ranges, weights, self.levels))


def _levels(quantiles: Any) -> tuple[float, ...]:
    name = "performance_weights: quantiles"
    if isinstance(quantiles, str) or not isinstance(quantiles, Sequence) or len(quantiles) < 2:
        raise InputError(
            f"{name} must be two probabilities or more, such as (0.05, 0.5, 0.95), got {quantiles!r}"
        )
    found = tuple(check_probability(name, one, open_ends=True) for one in quantiles)
    if any(a >= b for a, b in pairwise(found)):
        raise InputError(f"{name} must rise, got {quantiles!r}")
    return found
