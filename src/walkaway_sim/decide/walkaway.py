"""The walkaway of every term of a deal."""

from __future__ import annotations

import math
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import replace
from typing import TYPE_CHECKING

from walkaway_sim.deal.plausible import calibrated_laws
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.arguments import check_confidence, check_precision, check_sim_and_rule
from walkaway_sim.decide.calibration import calibrate, check_worlds
from walkaway_sim.decide.checks import check_deal
from walkaway_sim.decide.joint import chances, look_once
from walkaway_sim.decide.lattice import Lattice
from walkaway_sim.decide.rules import Rule
from walkaway_sim.decide.scan import TermScan
from walkaway_sim.decide.table import TermWalkaway, Walkaways
from walkaway_sim.decide.tails import check_rule, has_certainty
from walkaway_sim.decide.tallies import replicate_counts
from walkaway_sim.errors import InputError, RuleError
from walkaway_sim.simulation.conditional import condition_on_the_rest
from walkaway_sim.simulation.intervals import proportion_estimate
from walkaway_sim.simulation.outcome import Simulation
from walkaway_sim.simulation.revalue import first_block, source_name

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["walkaway"]


def walkaway(
    sim: Simulation,
    rule: Rule,
    confidence_level: float = 0.95,
    precision: float | Mapping[str, float] | None = None,
    *,
    terms: Mapping[str, float] | None = None,
    progress: Callable[[str, int, int], None] | None = None,
    executor: Executor | None = None,
    conditional: bool = False,
    n_worlds: int | None = None,
    fast: bool = True,
) -> Walkaways:
    """Find how far each term can go, the others held, before the rule stops holding.

    Parameters
    ----------
    sim : Simulation
        From `simulate`. The search moves the term, never the draws.
    rule : Rule
        What makes terms acceptable.
    confidence_level : float
        Of the interval (two-sided), and by itself of the safe walkaway (one-sided).
    precision : float or mapping of str to float, optional
        The widest interval wanted [the term's unit]; a wider one is ``"unresolved"``.
    terms : mapping of str to float, optional
        Values at which the other terms are held, and from which concessions are counted, where
        they are not as proposed.
    progress : callable, optional
        Called as ``progress(term, terms_done, terms_in_all)``.
    executor : concurrent.futures.Executor, optional
        Draws the blocks again and looks at them, in other processes or on other machines, where the deal must
        be picklable. The answer is the same to the bit. It pays where draws do not fit, or workers are many.
    conditional : bool
        Whether a chance rule integrates the no-deal value out, which narrows the intervals of randomised
        designs: of a supply agreement whose no-deal value is one continuous distribution, correlated with nothing.
    n_worlds : int
        Where inputs were fitted or elicited, with laws that could be true as well: plausible worlds over which
        the calibration error of the walkaways is found, 100 or as many as the confidence level needs where not
        given; 0 leaves it out, and the safe side is then a claim about
        these draws only.
    fast : bool
        Whether a surplus that is affine in a term may be searched in that form. The answer is the
        same; False is for checking that.

    Returns
    -------
    Walkaways
        One `TermWalkaway` for each term, by name.

    Raises
    ------
    RuleError
        The rule cannot be judged on these draws.
    WorkerError
        The executor is shut down, lost a worker, or cannot be sent the deal.
    InputError
        A confidence level or precision outside its domain, or terms that are not the deal's.
    ValueFunctionError
        The value function fails somewhere in a term's range.

    Notes
    -----
    Threshold and interval come from inverting the test of the rule (see the rules for their
    bounds): a value of the term belongs to the interval where the rule can neither be confirmed
    nor refuted there.

    A range is scanned on a grid of 65 points; an acceptable or unacceptable stretch that is
    narrower than the grid may be missed. Between two points of the grid, each draw's surplus is
    taken to cross the rule's level at most once.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> deal = ws.Deal(
    ...     name="One price",
    ...     inputs={"worth": ws.normal(100, 15)},
    ...     terms=[ws.Term("rebate", proposed=70, range=(0, 150))],
    ...     value=lambda inputs, terms: inputs["worth"] - terms["rebate"],
    ... )
    >>> walk = ws.walkaway(ws.simulate(deal, rng=7), ws.ChanceRule(0.9))
    >>> print(f"{walk['rebate'].estimate:.1f}")  # exactly 80.777
    80.8
    """
    sim, rule = check_sim_and_rule(sim, rule)
    confidence_level = check_confidence(confidence_level)
    names = [term.name for term in sim.deal.terms]
    widest = check_precision(precision, names)
    base = sim.deal.terms_at(terms)
    n_worlds = check_worlds(n_worlds, confidence_level)
    if not sim.is_kept and not rule.adds_up:
        raise InputError(
            f"the rule ({rule.label}) needs all draws at once, which take {sim.bytes_needed:,} bytes and so are not "
            f"kept; pass simulate(..., max_memory={sim.bytes_needed}) or fewer draws"
        )
    first = first_block(sim)
    at_base = (sim if sim.is_kept else first).surplus(terms)
    check_rule(sim, rule, at_base)
    # By the first block where draws need not be kept, so that the answer does not depend on whether they are.
    seen = first if rule.adds_up else sim
    lattice = Lattice(seen, sim.n_draws)

    given = condition_on_the_rest(sim, base) if conditional else None
    if conditional and executor is not None:
        raise InputError("conditional=True works on kept draws: leave executor out")

    def scan(term: Term, *, buffer: bool = True) -> TermScan:
        return TermScan(
            sim,
            rule,
            confidence_level,
            term,
            base,
            fast=fast,
            buffer=buffer,
            conditional=given,
            lattice=lattice,
        )

    # Draws that are kept are looked at for one term after the other; others are drawn once for all terms.
    apart = executor is not None or not sim.is_kept
    held_back = sim.deal.buffer > 0.0
    scans: dict[str, TermScan] = {}
    bare: dict[str, TermScan] = {}
    if apart:
        scans = {term.name: scan(term) for term in sim.deal.terms}
        bare = {term.name: scan(term, buffer=False) for term in sim.deal.terms if held_back}
        look_once(sim, [*scans.values(), *bare.values()], executor)
    found: dict[str, TermWalkaway] = {}
    for done, term in enumerate(sim.deal.terms):
        if progress is not None:
            progress(term.name, done, len(names))
        without = None
        if held_back:
            without = (bare[term.name] if apart else scan(term, buffer=False).looked()).solved().estimate
        one = scans[term.name] if apart else scan(term).looked()
        solved = one.solved(widest.get(term.name), without)
        found[term.name] = _refused_there(sim, rule, solved, base)
    calibrated = tuple(source_name(sim, name) for name in calibrated_laws(sim.deal)) if n_worlds else ()
    if calibrated:
        errors = calibrate(sim, rule, confidence_level, base, found, n_worlds, progress)
        found = {name: replace(one, calibration=errors.get(name)) for name, one in found.items()}
    conceded = {name: base[name] if math.isnan(one.estimate) else one.estimate for name, one in found.items()}
    if sim.is_kept:
        counts = replicate_counts(at_base >= 0.0, sim.n_replicates)
        at_proposal = proportion_estimate(counts, sim.n_draws, confidence_level)
        (all_conceded,) = chances(sim, (conceded,), confidence_level, executor)
    else:
        at_proposal, all_conceded = chances(sim, (base, conceded), confidence_level, executor)
    return Walkaways(
        deal_name=sim.deal.name,
        currency=sim.deal.currency,
        rule=rule,
        confidence_level=confidence_level,
        by_term=found,
        all_conceded=all_conceded,
        at_proposal=at_proposal,
        n_draws=sim.n_draws,
        design=sim.design,
        buffer=sim.deal.buffer,
        checks=check_deal(sim, rule),
        calibrated=calibrated,
    )


def _refused_there(
    sim: Simulation, rule: Rule, found: TermWalkaway, base: Mapping[str, float]
) -> TermWalkaway:
    """Take back a walkaway at which a certainty equivalent cannot be judged, though it can at the base terms.

    A term may scale a loss, and its tail with it.
    """
    if not has_certainty(rule) or math.isnan(found.estimate):
        return found
    draws = sim if sim.is_kept else first_block(sim)
    try:
        check_rule(sim, rule, draws.surplus({**base, found.term.name: found.estimate}))
    except RuleError as error:
        return replace(
            found,
            estimate=math.nan,
            low=math.nan,
            high=math.nan,
            standard_error=math.nan,
            safe=math.nan,
            status="unresolved",
            acceptable_set=(),
            reason=f"at {found.estimate:g}, {error}",
        )
    return found
