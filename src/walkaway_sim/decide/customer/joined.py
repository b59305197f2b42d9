"""A customer beside the draws of a deal: who says yes on which draw, and with what chance given the rest."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import overload

import numpy as np
from scipy.special import ndtr, ndtri

from walkaway_sim._checks import check_is, check_known
from walkaway_sim._typing import BoolArray, FloatArray
from walkaway_sim.deal.deal import Deal
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.customer.customer import Customer, reservation_entry
from walkaway_sim.errors import DependenceError, InputError
from walkaway_sim.inputs.atoms import atoms_of
from walkaway_sim.inputs.base import Distribution
from walkaway_sim.inputs.constant import Constant
from walkaway_sim.inputs.copula import latent_correlation
from walkaway_sim.inputs.monthly import MonthlyUniforms
from walkaway_sim.sampling.plan import SamplingPlan, make_plan
from walkaway_sim.simulation.outcome import Simulation
from walkaway_sim.simulation.pilot import need_as_drawn

__all__ = ["JoinedCustomer", "join"]

_MOVES_AS_ONE = 1e-6
"""Standard deviation of the reservation's score given the deal, below which it is known from the deal."""

_HAIR = 1e-12
"""By how much an amount may fall short of a reservation and still be a yes, relative to the numbers that it is summed
from: some thousand times the rounding of a sum, so that 1e5 (0.11 - 0.10) is worth 1000."""


@dataclass(frozen=True, slots=True, eq=False)
class JoinedCustomer:
    """A customer's reservation on the draws of a deal.

    Attributes
    ----------
    deal : Deal
    customer : Customer
    law : Distribution
        Of the reservation.
    drawn : ndarray, shape (n_draws,)
        The reservation on each draw [unit of the term, or currency].
    score : ndarray, shape (n_draws,), or float
        Mean of the reservation's normal score given the deal's draws.
    score_sd : float
        Its standard deviation; 0 where the reservation is part of the deal's draws itself.
    plausible : tuple of Distribution
        Laws of the reservation that could be true as well, each as likely as the next; none where it is known.
    """

    deal: Deal
    customer: Customer
    law: Distribution
    drawn: FloatArray
    score: FloatArray | float
    score_sd: float
    plausible: tuple[Distribution, ...] = ()

    @property
    def is_smooth(self) -> bool:
        """Whether the chance of a yes given the deal's draws is known, and not a yes or no."""
        return self.score_sd > 0.0

    @property
    def sign(self) -> int:
        """1 where a higher amount is better for the customer."""
        return 1 if self.customer.term is None else self.deal.term(self.customer.term).sign

    def amount(self, offer: Mapping[str, float]) -> float:
        """Return what the reservation is compared with: the term's value, or what the offer is worth."""
        if self.customer.term is not None:
            return offer[self.customer.term]
        known = self.customer.worth or {}
        proposed = self.deal.proposed
        return sum(
            known[term.name] * term.sign * (offer[term.name] - proposed[term.name])
            for term in self.deal.terms
            if term.name in known
        )

    def reservation_on(self, term: Term, base: Mapping[str, float], amount: float) -> float:
        """Return the value of a term, the others as in `base`, that a reservation comes down to [unit]."""
        if self.customer.term is not None:
            return amount
        per_unit = (self.customer.worth or {})[term.name] * term.sign
        return base[term.name] + (amount - self.amount(base)) / per_unit

    def amounts_along(self, term: Term, base: Mapping[str, float], values: FloatArray) -> FloatArray:
        """Return `amount` at several values of a term, the others as in `base`."""
        if self.customer.term is not None:
            return values
        per_unit = (self.customer.worth or {})[term.name] * term.sign
        return self.amount(base) + per_unit * (values - base[term.name])

    def says_yes(self, amount: float) -> BoolArray:
        """Return on which draws the customer says yes, shape ``(n_draws,)``."""
        return self.takes(amount, self.drawn)

    @overload
    def takes(self, amount: float, reservation: float) -> bool: ...
    @overload
    def takes(self, amount: float, reservation: FloatArray) -> BoolArray: ...
    def takes(self, amount: float, reservation: float | FloatArray) -> bool | BoolArray:
        """Return whether a customer with that reservation, or each of several, says yes to an amount."""
        hair = self._hair(amount)
        return reservation <= amount + hair if self.sign > 0 else reservation >= amount - hair

    def atoms_on(self, term: Term, base: Mapping[str, float]) -> FloatArray:
        """Return the values of a term that single reservations which carry probability come down to, shape ``(n,)``.

        From the best end for us on, those within the range only [unit]; none where the law is continuous.
        """
        ends = [self.amount({**base, term.name: value}) for value in (term.low, term.high)]
        hair = max(self._hair(end) for end in ends)
        atoms, _ = atoms_of(self.law, min(ends) - hair, max(ends) + hair)
        values = [self.reservation_on(term, base, float(atom)) for atom in atoms]
        return np.array(sorted((min(max(one, term.low), term.high) for one in values), reverse=term.sign < 0))

    def chance(self, amount: float) -> float:
        """Return the chance of a yes, from the distribution itself."""
        return float(self.chances(np.array([amount]))[0])

    def chances(self, amounts: FloatArray) -> FloatArray:
        """Return the chance of a yes to each of several amounts, of the same shape."""
        level: FloatArray = self._level(amounts)
        return level if self.sign > 0 else 1.0 - level

    def _level(self, amounts: FloatArray) -> FloatArray:
        """Return the level of the reservation's law at which the customer turns."""
        # Atoms: a customer whose reservation is the offer itself says yes.
        hair = self._hair(amounts)
        return self.law.cdf(amounts + hair if self.sign > 0 else np.nextafter(amounts - hair, -math.inf))

    @overload
    def _hair(self, amount: float) -> float: ...
    @overload
    def _hair(self, amount: FloatArray) -> FloatArray: ...
    def _hair(self, amount: float | FloatArray) -> float | FloatArray:
        """Return by how much each amount may fall short of a reservation by rounding alone, of its shape."""
        if self.customer.term is not None:
            size: float | FloatArray = np.abs(amount)
            return _HAIR * size
        known = self.customer.worth or {}
        summed = math.fsum(
            known[term.name] * max(abs(term.low), abs(term.high))
            for term in self.deal.terms
            if term.name in known
        )
        return _HAIR * summed + 0.0 * amount

    @overload
    def short_of(self, amount: float) -> float: ...
    @overload
    def short_of(self, amount: FloatArray) -> FloatArray: ...
    def short_of(self, amount: float | FloatArray) -> float | FloatArray:
        """Return the amount just short of one, to which a customer whose reservation is that one says no."""
        # Past the hair, and where there is none by one floating point number.
        found = np.nextafter(amount - self.sign * 3.0 * self._hair(amount), -self.sign * math.inf)
        return found if isinstance(amount, np.ndarray) else float(found)

    def law_chance_just_there(self, amount: float) -> float:
        """Return the chance that the reservation is that amount itself, from the distribution."""
        return self.chance(amount) - self.chance(self.short_of(amount))

    def chance_just_there(self, amount: float) -> FloatArray | float:
        """Return the chance given the deal's draws that the reservation is that amount itself, as `chance_given`."""
        return self.chance_given(amount) - self.chance_given(self.short_of(amount))

    def chance_given(self, amount: float) -> FloatArray | float:
        """Return the chance of a yes given the deal's draws, shape ``(n_draws,)`` or one number for all."""
        if not self.is_smooth:
            return self.says_yes(amount).astype(np.float64)
        if isinstance(self.score, float):
            return self.chance(amount)
        level = float(self._level(np.array([amount]))[0])
        at = (float(ndtri(level)) - self.score) / self.score_sd
        found: FloatArray = ndtr(at) if self.sign > 0 else ndtr(-at)
        return found

    def quantile(self, chance: float) -> float:
        """Return the amount at which the customer says yes with a chance."""
        return float(self.law.ppf(chance if self.sign > 0 else 1.0 - chance))


def join(sim: Simulation, customer: Customer) -> JoinedCustomer:
    """Return a customer on the draws of a simulation.

    The reservation is drawn as if it were appended to the inputs of the deal, from the same seed and design: no other
    draw changes.

    Parameters
    ----------
    sim : Simulation
        Kept, as `simulate` made it.
    customer : Customer

    Raises
    ------
    InputError
        Not such a simulation or customer, or names that the deal has not.
    DependenceError
        Correlations that no joint distribution has, or that cannot be had with a t copula.

    Notes
    -----
    Under the Gaussian copula the reservation's normal score given those of the deal is normal, with mean
    ``c' C^-1 z`` and variance ``1 - c' C^-1 c`` (Anderson 2003, theorem 2.5.1).
    """
    check_is("sim", sim, Simulation, "simulate(deal)")
    check_is("customer", customer, Customer, "Customer(reservation, term=...)")
    plan = need_as_drawn(sim)
    deal = sim.deal
    names = [customer.term] if customer.term is not None else list(customer.worth or {})
    for name in names:
        deal.term(name)
    law, plausible = reservation_entry(deal, customer)
    if isinstance(customer.reservation, str):
        drawn = sim.draws[customer.reservation]
        return JoinedCustomer(deal, customer, law, np.asarray(drawn, dtype=np.float64), 0.0, 0.0, plausible)
    taken = (*deal.sampled, *(term.name for term in deal.terms))
    if customer.name in taken:
        raise InputError(f"Customer: the name {customer.name!r} is one of the deal's; give name=... another")
    own = _own_scores(sim, customer.name, law)
    if not customer.correlation:
        return JoinedCustomer(deal, customer, law, _values(law, own), 0.0, 1.0, plausible)
    weights, sd = _regression(deal, customer.correlation)
    score = np.zeros(sim.n_draws)
    for name, weight in weights.items():
        if weight != 0.0:
            score += weight * _by_block(plan, name)
    return JoinedCustomer(deal, customer, law, _values(law, score + sd * own), score, sd, plausible)


def _values(law: Distribution, scores: FloatArray) -> FloatArray:
    return np.asarray(law.from_normal(scores), dtype=np.float64)


def _own_scores(sim: Simulation, name: str, law: Distribution) -> FloatArray:
    """Return the normal scores of a coordinate appended to those of the deal, shape ``(n_draws,)``."""
    plan = make_plan(
        {**sim.deal.sampled, name: law},
        sim.deal.dependence,
        n_draws=sim.n_draws,
        design=sim.design,
        n_randomisations=max(sim.n_replicates, 2),
        root=sim.seed,
    )
    return _by_block(plan, name)


def _by_block(plan: SamplingPlan, name: str) -> FloatArray:
    return np.concatenate([plan.scores(name, index) for index in range(plan.n_blocks)])


def _regression(deal: Deal, correlation: Mapping[str, float]) -> tuple[dict[str, float], float]:
    """Return the weights of the deal's scores in the reservation's, and the standard deviation that is left."""
    known = [name for name, law in deal.sampled.items() if not isinstance(law, Constant | MonthlyUniforms)]
    check_known("Customer: correlation: the deal", correlation, known)
    if deal.t_df is not None:
        raise DependenceError(
            "Customer: correlation is by a Gaussian copula, and the deal has a t copula: make the reservation an input "
            "of the deal, correlate it there, and give its name"
        )
    names = sorted(correlation)
    for block in deal.dependence.blocks:
        if set(block.names) & set(correlation):
            names = [*block.names, *(name for name in names if name not in block.names)]
    matrix = np.eye(len(names))
    for block in deal.dependence.blocks:
        at = [names.index(name) for name in block.names if name in names]
        if len(at) == len(block.names):
            matrix[np.ix_(at, at)] = block.factor @ block.factor.T
    asked = latent_correlation(np.array([correlation.get(name, 0.0) for name in names]))
    weights = np.linalg.lstsq(matrix, asked, rcond=None)[0]
    left = 1.0 - float(asked @ weights)
    if left < -1e-9 or not np.allclose(matrix @ weights, asked, atol=1e-9):
        listed = ", ".join(f"{name!r} {one:g}" for name, one in correlation.items())
        raise DependenceError(
            f"Customer: no joint distribution has these correlations ({listed}) beside those of the deal, where pairs "
            "that are not named count as 0; bring them nearer to 0, or name the others too"
        )
    sd = math.sqrt(max(left, 0.0))
    return dict(zip(names, weights.tolist(), strict=True)), sd if sd > _MOVES_AS_ONE else 0.0
