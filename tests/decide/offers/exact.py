"""Linear-normal deals: at any package the surplus is normal, and every rule has a closed form."""

import math

from scipy import stats

import walkaway_sim as ws

RULES = {
    "chance": ws.ChanceRule(0.9),
    "mean": ws.ExpectedValueRule(),
    "shortfall": ws.ExpectedShortfallRule(0.1),
    "certainty": ws.CertaintyEquivalentRule(60.0),
}
BASE = (55.0, 15.0)
SLOPES = {"a": (2.0, 0.5), "b": (3.0, 1.0), "c": (1.0, 0.6)}


def linear_normal(**terms):
    """S = base - a A - b B - c C with all of base, A, B and C normal and independent."""
    inputs = {"base": ws.normal(*BASE), **{f"slope_{name}": ws.normal(*law) for name, law in SLOPES.items()}}
    made = {name: ws.Term(name, 4, range=(0, 20), step=0.25) for name in SLOPES} | terms

    def value(inputs, terms):
        return inputs["base"] - sum(inputs[f"slope_{name}"] * terms[name] for name in SLOPES)

    return ws.Deal(name="Linear", inputs=inputs, terms=list(made.values()), value=value)


def moments(package):
    """Return mean and standard deviation of the surplus at a package."""
    mean = BASE[0] - sum(SLOPES[name][0] * package[name] for name in SLOPES)
    variance = BASE[1] ** 2 + sum((SLOPES[name][1] * package[name]) ** 2 for name in SLOPES)
    return mean, math.sqrt(variance)


def exact(rule, package):
    """Return what a rule sees at a package."""
    mean, sd = moments(package)
    if isinstance(rule, ws.ChanceRule):
        return float(stats.norm.sf(rule.at_least, mean, sd))
    if isinstance(rule, ws.ExpectedShortfallRule):
        return mean - sd * float(stats.norm.pdf(stats.norm.ppf(rule.fraction))) / rule.fraction
    if isinstance(rule, ws.CertaintyEquivalentRule):
        return mean - sd**2 / (2 * rule.risk_tolerance)
    return mean
