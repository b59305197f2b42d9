"""Packages of equal value to the supplier, that differ in what they give the customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from walkaway_sim._checks import check_integer, check_positive
from walkaway_sim._typing import FloatArray
from walkaway_sim.deal.deal import Deal
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.all_of import AllOf
from walkaway_sim.decide.arguments import check_confidence, check_moving, check_sim_and_rule
from walkaway_sim.decide.goodwill import check_weights, goodwill
from walkaway_sim.decide.offers.equal_result import EqualPackages, Package, PackagePair
from walkaway_sim.decide.offers.few_differ import too_few_differ
from walkaway_sim.decide.offers.package_search import Compared, PackageSearch, concession_vector
from walkaway_sim.decide.offers.places import furthest
from walkaway_sim.decide.offers.words import doubt, said, said_difference, said_name
from walkaway_sim.decide.rules import Rule
from walkaway_sim.decide.tails import check_rule
from walkaway_sim.errors import InputError, RuleError
from walkaway_sim.simulation.intervals import Bounds
from walkaway_sim.simulation.outcome import Simulation
from walkaway_sim.simulation.pilot import pilot_of, pilot_size

__all__ = ["Certified", "certify", "equal_packages", "rough_size"]

_ROUGH_DRAWS = 2**14
"""Draws on which candidates are put in order; which of them are equal, others say."""


def rough_size(sim: Simulation) -> int:
    """Return how many draws a first look takes: enough of each randomisation not to be warned of."""
    return pilot_size(sim, max(_ROUGH_DRAWS, 2**10 * sim.n_replicates))


@dataclass(frozen=True, slots=True)
class Certified:
    """What the draws say of one package: its difference to the reference, whether it is equal, else why not."""

    difference: Bounds
    equivalent: bool
    reason: str = ""


def equal_packages(
    sim: Simulation,
    rule: Rule,
    k: int = 3,
    *,
    reference: Mapping[str, float] | None = None,
    moving: Sequence[str] | None = None,
    weights: Mapping[str, float] | None = None,
    margin: float | None = None,
    confidence_level: float = 0.95,
) -> EqualPackages:
    """Return several offers that are worth the same to the supplier and differ in what they give the customer.

    Put side by side (multiple equivalent simultaneous offers), they leave the choice to the customer, and what is
    chosen says what the customer cares about.

    Parameters
    ----------
    sim : Simulation
        Kept.
    rule : Rule
        By what the packages are equal: a chance, an expected surplus, a shortfall or a certainty equivalent.
    k : int
        Packages, 2 or more.
    reference : mapping of str to float, optional
        With which they are equal: changes to the proposed terms [their units].
    moving : sequence of str, optional
        Terms that may move, 2 or more, one of them with a range; all where not given.
    weights : mapping of str to float, optional
        How much the customer cares about each term going from one end of its range to the other; all alike where
        not given, nothing where a term is not named.
    margin : float, optional
        Within which packages count as equal, above 0 [probability for a chance rule, else currency]. Where not given,
        what one step of every range that may move, from the reference, is worth together: offers nearer than
        that cannot be told apart on the steps in which the terms are talked of.
    confidence_level : float
        Of the statement that all packages called equivalent are, and of each interval.

    Returns
    -------
    EqualPackages

    Raises
    ------
    InputError
        Fewer packages were found than asked for; an unknown term, a value out of range, weights that weigh nothing,
        a margin not above 0; a reference past a policy limit in a term that may not move; draws that are not kept.
    RuleError
        Several rules at once, or a rule that these draws cannot judge.

    Notes
    -----
    *Choice*, on independent draws of the same deal. The balancing term is the one with a range whose whole room is
    worth most under the rule (one with a step before one without, which moves by hundredths). Up to 256 patterns of
    the other terms, on their levels and steps, go from the opening offer (the best end where there is none) to the
    policy limit (the end of the range). For each the balancing term is put on the step at which the paired
    difference to the reference is nearest to 0. Farthest-first (Gonzalez 1985) picks among them by the distance of
    concessions, shares of the ranges times weights, first among those that give the customer no less than the
    reference; passed over are those that other draws would hardly certify and, where the reference is acceptable with
    confidence, those that are not.

    *Certificate*, on the draws of `sim`. Each package is compared with the reference and with those before it by two
    one-sided tests of paired influence values against the margin (Schuirmann 1987). All must pass, which needs no
    correction (an intersection-union test, Berger 1982); the order is that in which the pilot expects them to
    pass, and ends at the first that fails (a fixed sequence, Maurer, Hothorn and Lehmacher 1995). So all that are
    called equivalent are, to the reference and to each other, with the confidence level as a whole. Nothing is
    replaced on these draws: what fails is shown as not certified. Each one-sided test is at half the error, which is
    stricter than needed, so that what is equivalent can be read off the two-sided interval that is shown: it
    lies within the margin. Where a difference rests on fewer than 30 draws (see `EqualPackages`), nothing is
    certified, and the reason says so.

    The intervals cover simulation error only, not the doubt about the parameters of calibrated inputs.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> deal = ws.Deal(
    ...     name="Two clauses", inputs={"units": ws.normal(100, 15)},
    ...     terms=[
    ...         ws.Term("discount", 0.1, range=(0, 0.3), step=0.005, unit="fraction of list price"),
    ...         ws.Term("days", 30, range=(0, 90), step=15),
    ...     ],
    ...     value=lambda inputs, terms: inputs["units"] * (20 * (1 - terms["discount"]) - 0.02 * terms["days"] - 15),
    ... )
    >>> found = ws.equal_packages(ws.simulate(deal, 2**14, rng=7), ws.ExpectedValueRule(), k=2)
    >>> found.to_frame()[["discount", "days", "equivalent"]]
             discount  days  equivalent
    package
    A            0.04  90.0        True
    B            0.07  60.0        True
    """
    sim, rule = check_sim_and_rule(sim, rule)
    confidence_level = check_confidence(confidence_level)
    k = check_integer("k", k, minimum=2)
    if isinstance(rule, AllOf):
        raise RuleError(f"packages are equal by one rule at a time, got: {rule.label}")
    deal = sim.deal
    base = deal.terms_at(reference)
    able = _moving(deal, moving, base)
    weighed = check_weights(weights, deal.terms)
    if margin is not None:
        margin = check_positive("margin", margin)
    rough, pilot = pilot_of(sim, rough_size(sim)), pilot_of(sim)
    check_rule(sim, rule, sim.surplus(base))
    search = PackageSearch(
        Compared(rough, rule, base, confidence_level),
        Compared(pilot, rule, base, confidence_level),
        able,
        base,
        weighed,
    )
    within = search.table_step() if margin is None else margin
    if within <= 0.0:
        raise InputError(
            f"margin: one step of each term changes nothing that the rule sees ({rule.label}), so the steps do not say "
            "when packages are equal. Give a margin, or another rule"
        )
    found = search.choose(k, within)
    if len(found) < k:
        raise InputError(
            f"k: {k} packages were asked for and {len(found)} could be found that {said_name(search.balancing.name)}, "
            "as far as it may go, balances. Ask for fewer, let more terms move, or give weights to more of them"
        )
    ordered = sorted(found, key=lambda one: one.reach)
    looked = Compared(sim, rule, base, confidence_level)
    offers = [one.terms for one in ordered]
    surpluses = [looked.surplus(offer) for offer in offers]
    certified = certify(looked, offers, within, deal.currency)
    liked = sorted(range(k), key=lambda i: -goodwill(deal.terms, weighed, offers[i], base))
    names = [_letter(i) for i in range(k)]
    packages = tuple(
        Package(
            name,
            offers[i],
            goodwill(deal.terms, weighed, offers[i], base),
            certified[i].difference.as_estimate(),
            certified[i].equivalent,
            certified[i].reason,
        )
        for name, i in zip(names, liked, strict=True)
    )
    vectors = np.array([concession_vector(deal.terms, weighed, one.terms, base) for one in packages])
    distances: FloatArray = np.linalg.norm(vectors[:, None] - vectors[None], axis=2)
    pairs = tuple(
        PackagePair(
            names[i],
            names[j],
            looked.bounds(surpluses[liked[i]], surpluses[liked[j]]).as_estimate(),
            float(distances[i, j]),
        )
        for i in range(k)
        for j in range(i + 1, k)
    )
    return EqualPackages(
        packages=packages,
        reference=base,
        reference_holds=looked.must_hold,
        terms=tuple(deal.terms),
        moved=tuple(term.name for term in able),
        balancing=search.balancing.name,
        rule=rule,
        margin=within,
        margin_given=margin is not None,
        distances=distances,
        pairs=pairs,
        weights=weighed,
        confidence_level=confidence_level,
        deal_name=deal.name,
        currency=deal.currency,
        caveat=doubt(deal),
    )


def certify(
    looked: Compared, offers: Sequence[Mapping[str, float]], margin: float, currency: str = ""
) -> list[Certified]:
    """Say which of some packages, fixed beforehand and in this order, are equal to the reference and to each other.

    Parameters
    ----------
    looked : Compared
        On the draws that judge.
    offers : sequence of mapping of str to float
        All terms of each package [their units].
    margin : float
        [unit of the rule]
    currency : str
        For the reasons.

    Returns
    -------
    list of Certified
        All that are called equivalent are, with the confidence level as a whole.
    """
    found: list[Certified] = []
    stopped = False
    surpluses = [looked.surplus(offer) for offer in offers]
    for i, surplus in enumerate(surpluses):
        difference = looked.bounds(surplus, looked.reference)
        tests = [difference, *(looked.bounds(surplus, other) for other in surpluses[:i])]
        reason = ""
        others = (looked.package, *offers[:i])
        few = (too_few_differ(looked.rule, looked.surplus, offers[i], other) for other in others)
        if stopped:
            reason = "it comes after one that is not certified, in the order that was fixed beforehand"
        elif looked.must_hold and not looked.holds(surplus):
            reason = "the rule does not hold there with confidence, as it does at the reference"
        else:
            reason = next(filter(None, few), "") or _why_not_equal(looked, tests, margin, currency)
        stopped = stopped or bool(reason)
        found.append(Certified(difference, not reason, reason))
    return found


def _why_not_equal(looked: Compared, tests: Sequence[Bounds], margin: float, currency: str) -> str:
    """Return why two one-sided tests do not say of every difference that it is within the margin; empty if they do."""
    worst = max(tests, key=lambda one: max(one.high, -one.low))
    if max(worst.high, -worst.low) < margin:
        return ""
    half = 0.5 * (worst.high - worst.low)
    if half >= margin:
        return (
            f"these {looked.sim.n_draws:,} draws tell differences of "
            f"{said_difference(looked.rule, half, currency)} apart, which is no less than the margin; "
            "take more draws, or a wider margin"
        )
    other = "the reference" if worst is tests[0] else "another package"
    ends = (said_difference(looked.rule, end, currency) for end in (worst.low, worst.high))
    return f"its difference to {other} lies between {' and '.join(ends)}"


def _moving(deal: Deal, names: object, reference: Mapping[str, float]) -> tuple[Term, ...]:
    """Return the terms that may move; the others must be within policy as they are."""
    moving = check_moving(names, deal.terms, least=2)
    for term in deal.terms:
        at = reference[term.name]
        if term not in moving and term.sign * (at - furthest(term)) > 0.0:
            raise InputError(
                f"reference: {term.name!r} at {said(term, at)} is past its policy limit {said(term, furthest(term))} "
                "and is not among the terms that move. Let it move, or start from within policy"
            )
    return moving


def _letter(index: int) -> str:
    """Return A to Z, then A1, B1 and so on."""
    turn, place = divmod(index, 26)
    return chr(ord("A") + place) + (str(turn) if turn else "")
