"""As many draws as it takes for the intervals of chosen terms to be as narrow as asked."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import fdtri, ndtri

from walkaway_sim._checks import check_integer, check_is, check_known, check_one_of, check_positive
from walkaway_sim._seeds import child_sequence, root_sequence
from walkaway_sim._typing import RNGLike
from walkaway_sim.deal.deal import Deal
from walkaway_sim.decide.arguments import check_confidence
from walkaway_sim.decide.rules import ChanceRule, Rule
from walkaway_sim.decide.scan import least_draws
from walkaway_sim.decide.table import TermWalkaway, Walkaways
from walkaway_sim.decide.walkaway import walkaway
from walkaway_sim.errors import InputError, RuleError
from walkaway_sim.sampling.plan import DESIGNS, DesignName
from walkaway_sim.simulation.engine import simulate
from walkaway_sim.simulation.outcome import Simulation

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PreciseWalkaways", "solve_to_precision"]

_PILOT_KEY = 0x70696C6F  # sets the streams of pilots apart from those of the run that counts
PILOT_DRAWS = 2**14
"""Draws of the first pilot, where the design and the rule do not ask for more."""
ASSURANCE = 0.95
"""The probability with which the run that counts is to reach what is asked."""
_REACH = {"random": 64, "lhs": 4, "sobol": 4}
"""How many times the draws of its pilot a run may have: what a pilot says of a randomised design's error,
whose rate is not known, is not carried far."""
_MEANS_VARY = 1.15
"""By how much the interval of a mean on independent draws may exceed that of a pilot, where tails are light."""
_FINEST = 1e-9
"""Of the range: crossings are found to a thousandth of it."""


@dataclass(frozen=True, slots=True)
class PreciseWalkaways:
    """Walkaways from as many draws as their precision takes. Made by `solve_to_precision`.

    Attributes
    ----------
    walk : Walkaways
        Of the run that counts. A term whose interval is wider than asked is ``"unresolved"``.
    sim : Simulation
        That run: ``simulate`` with the same seed, design and number of draws gives it again.
    asked, reached : mapping of str to float
        Half-widths of the intervals [unit of the term].
    needed : mapping of str to int
        Where the half-width is not reached, about how many draws it would take.
    pilots : tuple of int
        Draws of each pilot; all of them are thrown away.
    """

    walk: Walkaways
    sim: Simulation
    asked: Mapping[str, float]
    reached: Mapping[str, float]
    needed: Mapping[str, int]
    pilots: tuple[int, ...]

    @property
    def is_reached(self) -> bool:
        """Whether every interval is as narrow as asked."""
        return not self.needed

    @property
    def note(self) -> str:
        """What was asked and what came of it, in a sentence or two."""
        wanted = ", ".join(f"{name} to within {self._shown(name, half)}" for name, half in self.asked.items())
        text = f"Asked: {wanted}; {self.sim.n_draws:,} draws, after pilots of {sum(self.pilots):,}."
        for name, half in self.reached.items():
            known = self._shown(name, half)
            if name in self.needed:
                draws = f"what was asked would take about {self.needed[name]:,} draws"
                text += f" {name} is known to within {known} only: {draws}."
            else:
                text += f" {name} is known to within {known}."
        return text

    def _shown(self, name: str, half: float) -> str:
        """Return a half-width in the term's unit, that of a share in points."""
        term = self.walk[name].term
        return f"{100 * half:.3g} points" if term.is_fraction else f"{half:.3g}"

    def to_frame(self) -> pd.DataFrame:
        """Return one row per term that was asked for: asked, reached, needed (draws)."""
        import pandas as pd

        rows = [
            (half, self.reached[name], self.needed.get(name, self.sim.n_draws))
            for name, half in self.asked.items()
        ]
        index = pd.Index(list(self.asked), name="term")
        return pd.DataFrame(rows, index=index, columns=["asked", "reached", "needed"])


def solve_to_precision(
    deal: Deal,
    rule: Rule,
    half_width: Mapping[str, float],
    confidence_level: float = 0.95,
    *,
    max_draws: int = 2**20,
    design: DesignName = "sobol",
    n_randomisations: int = 32,
    rng: RNGLike = None,
    workers: int = 1,
    executor: Executor | None = None,
    conditional: bool = False,
    n_worlds: int | None = None,
    progress: Callable[[str, int], None] | None = None,
) -> PreciseWalkaways:
    """Find every walkaway from as many draws as it takes to know chosen ones to a half-width.

    Parameters
    ----------
    deal : Deal
    rule : Rule
    half_width : mapping of str to float
        Of the interval of each term that is to be narrow [its unit].
    confidence_level : float
        Of every interval.
    max_draws : int
        The most draws of one run.
    design, n_randomisations, rng, workers, executor
        As for `simulate`. More randomisations than there make the width of an interval steadier.
    conditional : bool
        As for `walkaway`: it takes several times fewer draws.
    n_worlds : int
        As for `walkaway`. Half-widths are of simulation error: no number of draws narrows calibration error.
    progress : callable, optional
        Called as ``progress(what, n_draws)`` before each run, ``what`` being "pilot" or "run".

    Returns
    -------
    PreciseWalkaways
        Where `max_draws` do not suffice, the walkaways of as many, with what it would take.

    Raises
    ------
    InputError
        A half-width that is not above 0, or finer than crossings are found; a term that the deal has not;
        too few `max_draws` for one pilot.
    RuleError
        The rule cannot be judged.

    Notes
    -----
    Stopping as soon as an interval looks narrow makes it cover less than it says, since it looks narrow where
    the spread is underestimated (Chow and Robbins 1965; Glynn and Whitt 1992). Here the size is set by pilots that
    are thrown away, and one run of that size, on streams of its own, is reported whatever its width: it is
    a run of a fixed size, and covers as one. The size takes the spread of both spreads into account (a quantile
    of F, or of counts), so that the run reaches the half-width in about 95 of 100 cases; of a mean of heavy-tailed
    losses on independent draws less often, which the result then says. An error is taken to fall with
    the root of the draws, which is what a Sobol' design does at worst; so that this does not cost many times the
    draws needed, pilots are made until one has a quarter of them. Together they cost about a third of the run.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> deal = ws.Deal(
    ...     name="One price",
    ...     inputs={"worth": ws.normal(100, 15)},
    ...     terms=[ws.Term("rebate", proposed=70, range=(0, 150))],
    ...     value=lambda inputs, terms: inputs["worth"] - terms["rebate"],
    ... )
    >>> found = ws.solve_to_precision(deal, ws.ChanceRule(0.9), {"rebate": 0.05}, rng=7)
    >>> found.is_reached, abs(found.walk["rebate"].estimate - 80.777) < 0.05
    (True, True)
    """
    check_is("deal", deal, Deal, "Deal(...) or read_deal(path)")
    confidence_level = check_confidence(confidence_level)
    asked = _check_asked(deal, half_width)
    check_integer("max_draws", max_draws, minimum=1)
    check_one_of("design", design, DESIGNS)
    check_integer("n_randomisations", n_randomisations, minimum=2)
    sizes = _Sizes(design, n_randomisations, rule)
    first = sizes.at_least(max(PILOT_DRAWS, least_draws(rule)))
    if first > max_draws:
        raise InputError(f"max_draws must be at least {first}, the draws of one pilot, got {max_draws}")
    root = root_sequence(rng)
    most = sizes.at_most(max_draws)

    def solve(what: str, n_draws: int, seed: np.random.SeedSequence) -> tuple[Simulation, Walkaways]:
        if progress is not None:
            progress(what, n_draws)
        sim = simulate(
            deal,
            n_draws,
            design,
            rng=seed,
            n_randomisations=n_randomisations,
            workers=workers,
            executor=executor,
        )
        widest = {name: 2.0 * half for name, half in asked.items()}
        worlds = 0 if what == "pilot" else n_worlds
        walk = walkaway(sim, rule, confidence_level, widest, conditional=conditional, n_worlds=worlds)
        if refused := [walk[name].reason for name in asked if walk[name].reason]:
            raise RuleError(refused[0])
        return sim, walk

    pilots: list[int] = []
    size = first
    while True:
        _, found = solve("pilot", size, child_sequence(root, _PILOT_KEY, len(pilots)))
        pilots.append(size)
        wanted = max(sizes.needed(size, found[name], half) for name, half in asked.items())
        following = sizes.at_least(4 * size)
        if wanted <= _REACH[design] * size or 4 * size >= most:
            break
        size = following
    sim, walk = solve("run", min(max(sizes.at_least(wanted), first), most), root)
    reached = {name: _half_width(walk[name]) for name in asked}
    needed = {
        name: sizes.at_least(sizes.needed(sim.n_draws, walk[name], half))
        for name, half in asked.items()
        if not reached[name] <= half or (reached[name] > 0.0 and all(_cut(walk[name])))
    }
    return PreciseWalkaways(walk, sim, asked, reached, needed, tuple(pilots))


def _check_asked(deal: Deal, half_width: object) -> dict[str, float]:
    if not isinstance(half_width, Mapping) or not half_width:
        raise InputError(
            f"half_width must map terms to half-widths, as in {{'discount': 0.001}}, got {half_width!r}"
        )
    check_known("half_width", half_width, [term.name for term in deal.terms])
    asked = {name: check_positive(f"half_width of {name!r}", half) for name, half in half_width.items()}
    for name, half in asked.items():
        term = deal.term(name)
        finest = max(_FINEST * (term.high - term.low), 8.0 * math.ulp(max(abs(term.low), abs(term.high))))
        if half < finest:
            raise InputError(
                f"half_width of {name!r} must be at least {finest:g}, to which crossings are found over its range, "
                f"got {half:g}"
            )
    return asked


def _half_width(one: TermWalkaway) -> float:
    """Return half the width of an interval; 0 where there is no crossing to be known.

    Where an end is cut to the range, the other counts for both; where both are, it is at least this.
    """
    if one.status == "acceptable_nowhere" or one.low == one.high:
        return 0.0
    cut = _cut(one)
    sides = [
        abs(end - one.estimate) for end, is_cut in zip((one.low, one.high), cut, strict=True) if not is_cut
    ]
    if any(cut) and sides:
        return max(sides)
    return 0.5 * (one.term.high - one.term.low if all(cut) else one.high - one.low)


def _cut(one: TermWalkaway) -> tuple[bool, bool]:
    """Say whether the ends of an interval lie at the ends of the range."""
    term = one.term
    if one.status == "unresolved" and not one.acceptable_set:
        return True, True  # the crossing may lie before the range, where nobody looked
    return one.low == term.low, one.high == term.high


@dataclass(frozen=True, slots=True)
class _Sizes:
    """The numbers of draws that a design can have."""

    design: DesignName
    n_randomisations: int
    rule: Rule

    def at_least(self, n_draws: float) -> int:
        """Return the least size of `n_draws` or more."""
        if self.design == "random":
            return math.ceil(n_draws)
        points = max(math.ceil(n_draws / self.n_randomisations), 2)
        if self.design == "sobol":
            points = max(1 << (points - 1).bit_length(), 2**10)
        return points * self.n_randomisations

    def at_most(self, n_draws: int) -> int:
        """Return the largest size of `n_draws` or fewer."""
        if self.design == "random":
            return n_draws
        points = n_draws // self.n_randomisations
        if self.design == "sobol":
            points = 1 << (points.bit_length() - 1)
        return points * self.n_randomisations

    def needed(self, n_draws: int, found: TermWalkaway, half: float) -> float:
        """Return how many draws bring an interval found with `n_draws` to half the width asked for, surely enough."""
        return n_draws * (self._spread(n_draws) * _half_width(found) / half) ** 2

    def _spread(self, n_draws: int) -> float:
        """Return by how much a width may exceed that of a pilot with as many replicates, at the assurance."""
        if self.design == "random" and isinstance(self.rule, ChanceRule):
            # The interval is as wide as it takes to hold so many draws, a number that varies in pilot and run alike.
            p = self.rule.probability
            within = 4.0 * math.sqrt(n_draws * p * (1.0 - p))
            return 1.0 + float(ndtri(ASSURANCE)) * math.sqrt(2.0 / within)
        if self.design == "random":
            return _MEANS_VARY
        df = self.n_randomisations - 1
        return math.sqrt(float(fdtri(df, df, ASSURANCE)))
