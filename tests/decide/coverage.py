"""Deals whose walkaways are known exactly, and the judge of how often an interval covers them.

In every one the surplus is ``V - t``, so the walkaway of a rule is the rule's own measure of V.
"""

import math
from dataclasses import dataclass, field

import numpy as np
from scipy.stats import binomtest, norm
from tests.reference import case

import walkaway_sim as ws

SEEDS = 400
N_DRAWS = {"random": 2**13, "lhs": 2**13, "sobol": 2**14}
RULES = {
    "chance": ws.ChanceRule(0.9),
    "mean": ws.ExpectedValueRule(),
    "shortfall": ws.ExpectedShortfallRule(0.1),
    "certainty": ws.CertaintyEquivalentRule(50),
}
NAMES = {"chance": "quantile", "mean": "mean", "shortfall": "cvar", "certainty": "ce"}


@dataclass(frozen=True)
class Known:
    """A deal with ``S = V - t`` and its exact walkaways by rule."""

    inputs: dict
    truth: dict
    range: tuple
    rules: dict = field(default_factory=lambda: RULES)

    def deal(self, **options):
        names = list(self.inputs)

        def value(inputs, terms):
            total = inputs[names[0]] - terms["price"]
            for name in names[1:]:
                total = total + inputs[name]
            return total

        low, high = self.range
        terms = [ws.Term("price", proposed=low + 0.25 * (high - low), range=self.range)]
        return ws.Deal(name="V - t", inputs=self.inputs, terms=terms, value=value, **options)


def reference(name):
    return {rule: case(name)["exact"][key] for rule, key in NAMES.items() if key in case(name)["exact"]}


def six_normals():
    """Six normals of unequal weight whose sum is N(100, 15^2) again."""
    means, weights = (10, 20, 30, 20, 10, 10), np.arange(1, 7)
    sds = weights * 15 / math.sqrt(float(weights @ weights))
    inputs = {
        f"part {i}": ws.normal(mean, float(sd)) for i, (mean, sd) in enumerate(zip(means, sds, strict=True))
    }
    return Known(inputs, reference("A01"), (20, 150))


def distribution_of_a_sum(densities, step, size):
    """Numerical convolution on a grid of `size` points, by FFT of masses integrated over each cell."""
    product = np.ones(size // 2 + 1, dtype=complex)
    for mass in densities:
        product = product * np.fft.rfft(mass)
    return np.arange(size) * step, np.maximum(np.fft.irfft(product, size), 0.0)


def six_others():
    """Two uniforms, a triangular, two exponentials taken off and a Bernoulli loss taken off.

    The truth by convolution on 2^18 cells of 0.002; each rule's error is below the cell's square
    over 24 times the curvature, so far below any standard error here.
    """
    step, size = 0.002, 2**18
    edges = (np.arange(size + 1) - 0.5) * step

    def masses(cdf):
        return np.diff(cdf(edges))

    uniform = masses(lambda x: np.clip(x / 40, 0, 1))
    tri = masses(
        lambda x: np.where(x < 10, np.clip(x, 0, 10) ** 2 / 300, 1 - np.clip(30 - x, 0, 20) ** 2 / 600)
    )
    expon = masses(lambda x: -np.expm1(-np.maximum(x, 0) / 6))
    strike = np.zeros(size)
    strike[0], strike[round(25 / step)] = 0.92, 0.08
    # V = 200 - (sum of six amounts above 0): convolve the sum, then read its upper tail.
    at, mass = distribution_of_a_sum([uniform, uniform, tri, expon, expon, strike], step, size)
    total = mass.sum()
    above = np.cumsum(mass[::-1])[::-1] / total  # P(sum >= cell)
    quantile = float(np.interp(-0.1, -(above - 0.5 * mass), at))
    tail = float((np.maximum(at - quantile, 0.0) * mass).sum() / total / 0.1) + quantile
    mean = float((at * mass).sum() / total)
    worth = -50 * math.log(float((np.exp(at / 50) * mass).sum() / total))
    truth = {
        "chance": 200 - quantile,
        "mean": 200 - mean,
        "shortfall": 200 - tail,
        "certainty": 200 + worth,
    }
    from scipy.stats import expon as scipy_expon

    inputs = {
        "base": 200,
        "one": ws.uniform(0, 40),
        "two": ws.uniform(0, 40),
        "three": ws.triangular(0, 10, 30),
        "four": scipy_expon(scale=6),
        "five": scipy_expon(scale=6),
        "strike": ws.discrete({0: 0.92, 25: 0.08}),
    }
    return LossKnown(inputs, truth, (60, 180))


class LossKnown(Known):
    """The same with every input but the first taken off."""

    def deal(self, **options):
        made = super().deal(**options)
        names = [name for name in self.inputs if name != "base"]

        def value(inputs, terms):
            return inputs["base"] - terms["price"] - sum(inputs[name] for name in names)

        return ws.Deal(name=made.name, inputs=self.inputs, terms=made.terms, value=value, **options)


KNOWN = {
    "one normal": lambda: Known({"worth": ws.normal(100, 15)}, reference("A01"), (20, 150)),
    "one lognormal": lambda: Known(
        {"worth": ws.lognormal(math.exp(4.6), 0.3)},
        reference("A02"),
        (20, 150),
        {name: rule for name, rule in RULES.items() if name != "certainty"},
    ),
    "six normals": six_normals,
    "six others": six_others,
}


def accepted(covered, n, at_least=0.94):
    """Whether a coverage count passes one-sided at a false alarm rate of 0.1%."""
    return binomtest(int(covered), n, at_least, alternative="less").pvalue > 1e-3


def normal_walkaways(mean, sd):
    """The four walkaways of a normal worth, for the rules above."""
    score = float(norm.ppf(0.1))
    return {
        "chance": mean + sd * score,
        "mean": mean,
        "shortfall": mean - sd * float(norm.pdf(score)) / 0.1,
        "certainty": mean - sd**2 / 100,
    }
