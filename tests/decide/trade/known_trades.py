"""Deals whose frontiers, safe packages and exchange rates are known exactly."""

import math

import numpy as np
from scipy import optimize, stats

import walkaway_sim as ws

RULES = {
    "chance": ws.ChanceRule(0.9),
    "mean": ws.ExpectedValueRule(),
    "shortfall": ws.ExpectedShortfallRule(0.1),
    "certainty": ws.CertaintyEquivalentRule(40.0),
}
LEVEL = {  # what each rule sees in a worth of N(100, 15^2): case A01, and the certainty at another tolerance
    "chance": 80.776726516831,
    "mean": 100.0,
    "shortfall": 73.675250210127,
    "certainty": 100.0 - 15.0**2 / (2 * 40.0),
}


def linear(**options):
    """S = X - 2 a - 3 b: acceptable where 2 a + 3 b is at most what the rule sees in X."""
    terms = [ws.Term("a", 5, range=(0, 60)), ws.Term("b", 5, range=(0, 60))]
    return ws.Deal(
        name="Linear",
        inputs={"worth": ws.normal(100, 15)},
        terms=options.pop("terms", terms),
        value=lambda inputs, terms: inputs["worth"] - 2 * terms["a"] - 3 * terms["b"],
        **options,
    )


class RandomSlopes:
    """S = X - C a - D b, all three normal and independent: S is normal at any terms."""

    MEANS, SDS = np.array([100.0, 1.0, 2.0]), np.array([15.0, 0.2, 0.4])

    @classmethod
    def deal(cls):
        law = [ws.normal(mean, sd) for mean, sd in zip(cls.MEANS.tolist(), cls.SDS.tolist(), strict=True)]
        return ws.Deal(
            name="Random slopes",
            inputs=dict(zip(("worth", "first", "second"), law, strict=True)),
            terms=[ws.Term("a", 10, range=(0, 100)), ws.Term("b", 5, range=(0, 50))],
            value=lambda i, t: i["worth"] - i["first"] * t["a"] - i["second"] * t["b"],
        )

    @classmethod
    def margin(cls, rule, a, b):
        """What the rule looks at less what it asks for: 0 or more is acceptable."""
        weights = np.array([1.0, -a, -b])
        mean, sd = float(weights @ cls.MEANS), math.sqrt(float(np.square(weights * cls.SDS).sum()))
        return mean if rule == "mean" else float(stats.norm.cdf(mean / sd)) - 0.9

    @classmethod
    def frontier(cls, rule, a):
        """The exact walkaway of b."""
        return float(optimize.brentq(lambda b: cls.margin(rule, a, b), -50.0, 150.0))

    @classmethod
    def rate(cls, rule, step, base):
        """How far b is taken back to make up for a step of a."""
        a, b = base
        before = cls.margin(rule, a, b)
        return float(optimize.brentq(lambda d: cls.margin(rule, a + step, b - d) - before, 0.0, b))
