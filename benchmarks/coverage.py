"""How often an interval covers the truth: every rule, every design, six shapes of surplus, sizes from the least up.

Chances with the no-deal value integrated out are counted on two supply agreements.
In every deal the walkaway is known: by closed forms, or by quadrature to far below any error here. Counted over many
seeds are the two-sided interval and the safe side, both at 95%, and the mean width of the interval against that of
independent draws. Each count is judged one-sided against 94% at a false-alarm rate of 0.1%; what fails is marked.

Run: ``python benchmarks/coverage.py --seeds 2000`` (hours), or with fewer.
"""

from __future__ import annotations

import argparse
import math
import warnings
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import integrate, optimize, stats

import walkaway_sim as ws
from walkaway_sim.decide import scan
from walkaway_sim.examples import example_path

R = 50.0
RULES: dict[str, Any] = {
    "chance": ws.ChanceRule(0.9),
    "mean": ws.ExpectedValueRule(),
    "shortfall": ws.ExpectedShortfallRule(0.1),
    "certainty": ws.CertaintyEquivalentRule(R),
}
SIZES = {"random": (2**12, 2**14), "lhs": (2**12, 2**14), "sobol": (2**14, 2**16)}
"""The least that the shortfall rule and the Sobol' design allow without a warning, and four times as many."""
SMOOTH_SIZES = {
    "random": (2**12, 2**14),
    "smooth random": (2**12, 2**14),
    "smooth lhs": (2**12, 2**14),
    "smooth sobol": (2**14, 2**16),
    "smooth sobol x 8": (2**13, 2**14),
}
"""Of chances with the no-deal value integrated out, over 16 randomisations or 8."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A deal whose surplus is ``worth - cost(t)``, with the distribution function and the moments of its worth.

    Attributes
    ----------
    inputs : mapping
    worth : callable
        Of the inputs.
    cost : callable
        Of the term; it rises.
    quantile, mean, shortfall, certainty : float
        Of the worth, exactly.
    """

    inputs: dict[str, Any]
    worth: Callable[[Any], Any]
    cost: Callable[[float], float]
    quantile: float
    mean: float
    shortfall: float
    certainty: float

    def truth(self, rule: str) -> float:
        """Return the walkaway: where the cost is the rule's measure of the worth."""
        measure = {
            "chance": self.quantile, "mean": self.mean, "shortfall": self.shortfall, "certainty": self.certainty,
        }[rule]  # fmt: skip
        return float(optimize.brentq(lambda t: self.cost(t) - measure, -400.0, 600.0, xtol=1e-12))

    def deal(self) -> ws.Deal:
        """Return it as a deal."""
        worth, cost = self.worth, self.cost
        terms = [ws.Term("t", proposed=0.0, range=(-400.0, 600.0))]
        return ws.Deal(
            name="V - c(t)", inputs=self.inputs, terms=terms, value=lambda i, t: worth(i) - cost(t["t"])
        )


def _same(t: float) -> float:
    return t


def _bent(t: float) -> float:
    return t + 25.0 * math.tanh(t / 40.0)


def _of_law(
    inputs: dict[str, Any], worth: Callable[[Any], Any], law: Any, cost: Callable[[float], float] = _same
) -> Shape:
    """Return a shape whose worth has a frozen distribution of SciPy."""
    quantile = float(law.ppf(0.1))
    tail = float(law.expect(lambda x: x, ub=quantile, limit=400)) / 0.1
    weight = float(law.expect(lambda x: np.exp(-(x - quantile) / R), limit=400))
    return Shape(inputs, worth, cost, quantile, float(law.mean()), tail, quantile - R * math.log(weight))


def _mixed(
    shift: float, chance: float, sd: float, mean: float, inputs: dict[str, Any], worth: Callable[[Any], Any]
) -> Shape:
    """Return a normal worth that loses `shift` with a chance: quadrature of a mixture of two normals."""
    weights, means = np.array([1 - chance, chance]), np.array([mean, mean - shift])

    def cdf(x: float) -> float:
        return float(weights @ stats.norm.cdf((x - means) / sd))

    quantile = float(optimize.brentq(lambda x: cdf(x) - 0.1, mean - shift - 9 * sd, mean + 9 * sd))
    score = (quantile - means) / sd
    tail = float(weights @ (means * stats.norm.cdf(score) - sd * stats.norm.pdf(score))) / 0.1
    certainty = -R * math.log(float(weights @ np.exp(-means / R + sd**2 / (2 * R**2))))
    return Shape(inputs, worth, _same, quantile, float(weights @ means), tail, certainty)


def _rare_losses() -> Shape:
    """Return a normal worth less a capped lognormal loss that strikes with a chance of 4%, by quadrature."""
    sd, mean, chance, median, spread, cap = 10.0, 100.0, 0.04, 40.0, 0.8, 150.0
    loss = stats.lognorm(spread, scale=median)
    at_cap = chance * float(loss.sf(cap))

    def average(given: Callable[[float], float]) -> float:
        inner = integrate.quad(lambda y: given(y) * loss.pdf(y), 0.0, cap, limit=400, points=[median])[0]
        return (1 - chance) * given(0.0) + chance * inner + at_cap * given(cap)

    quantile = float(
        optimize.brentq(
            lambda x: average(lambda y: float(stats.norm.cdf((x - mean + y) / sd))) - 0.1, -100, 140
        )
    )

    def below(y: float) -> float:
        score = (quantile - mean + y) / sd
        return float((mean - y) * stats.norm.cdf(score) - sd * stats.norm.pdf(score))

    certainty = mean - sd**2 / (2 * R) - R * math.log(average(lambda y: math.exp(y / R)))
    inputs = {
        "base": ws.normal(mean, sd),
        "strikes": ws.bernoulli(chance),
        "loss": ws.lognormal(median, spread),
    }
    return Shape(
        inputs,
        lambda i: i["base"] - i["strikes"] * np.minimum(i["loss"], cap),
        _same, quantile, mean - average(lambda y: y), average(below) / 0.1, certainty,
    )  # fmt: skip


def shapes() -> dict[str, Shape]:
    """Return the shapes by name."""
    six = {f"part {k}": ws.normal(100 / 6, 15 * k / math.sqrt(91)) for k in range(1, 7)}
    normal = stats.norm(100, 15)
    return {
        "one normal": _of_law({"x": ws.normal(100, 15)}, lambda i: i["x"], normal),
        "six normals": _of_law(six, lambda i: sum(i[name] for name in six), normal),
        "lognormal": _of_law({"x": ws.lognormal(80, 0.3)}, lambda i: i["x"], stats.lognorm(0.3, scale=80)),
        "rare large loss": _rare_losses(),
        "binary risk": _mixed(
            60.0, 0.06, 8.0, 100.0, {"base": ws.normal(100, 8), "strikes": ws.bernoulli(0.06)},
            lambda i: i["base"] - 60.0 * i["strikes"],
        ),
        "not affine": _of_law(six, lambda i: sum(i[name] for name in six), normal, _bent),
    }  # fmt: skip


AGREEMENTS = {"agreement": ("volume",), "agreement that may end": ("volume", "exit_hazard")}
"""Supply agreements by what of the packaging deal stays uncertain beside the no-deal value."""


def agreement(shape: str) -> ws.Deal:
    """Return the packaging deal with the discount alone negotiated and most of its inputs at their medians."""
    deal = ws.read_deal(example_path("packaging"))
    recipe = dict(deal.recipe or {})
    kept = {
        name: one.distribution if name in AGREEMENTS[shape] or name == "volume" else one.distribution.ppf(0.5)
        for name, one in recipe["inputs"].items()
    }
    kept |= dict.fromkeys({"exit_hazard", "default_hazard"} - set(AGREEMENTS[shape]), 0.0)
    held = {term.name: term.proposed for term in deal.terms if term.name != "discount"}
    recipe |= {"inputs": kept, "events": {}, "correlation": None, "terms": [deal.term("discount")]}
    recipe["fixed_terms"] = recipe["fixed_terms"] | held
    return ws.supply_agreement(**recipe)


def agreement_truth(deal: ws.Deal) -> float:
    """Return its walkaway under a chance of 90%: quadrature over the volume, a sum over the month of the end.

    The value is the library's own, held to a twin by the tests; what is integrated is not.
    """
    # The value has kinks in the volume: many short panels, not one formula.
    nodes, weights = np.polynomial.legendre.leggauss(8)
    middles = np.linspace(-8.98, 8.98, 450)[:, None]
    scores = (middles + 0.02 * nodes).ravel()
    weights = np.tile(weights, 450) * stats.norm.pdf(scores)
    volume = np.asarray(deal.inputs["volume"].distribution.from_normal(scores))
    months, chances = np.array([np.inf]), np.array([1.0])
    if "exit_time" in deal.inputs:
        ends = np.arange(1, 37)
        until = np.asarray(deal.inputs["exit_time"].distribution.cdf(np.append(0.0, ends / 12.0)))
        months = np.append((ends - 0.5) / 12.0, np.inf)
        chances = np.append(np.diff(until), 1.0 - until[-1])
    inputs = {"volume": np.tile(volume, months.size), "exit_time": np.repeat(months, volume.size)}
    share = np.tile(weights / weights.sum(), months.size) * np.repeat(chances, volume.size)
    law = deal.alternatives[0].distribution
    if law is None:
        raise SystemExit("the no-deal value has no distribution")

    def short(discount: float) -> float:
        without, with_one = (
            sum(deal.value({**inputs, "no_deal": np.full(share.size, one)}, {"discount": discount}).values())
            for one in (0.0, 1.0)
        )
        return float(share @ law.cdf(without / (1.0 - (with_one - without)))) - 0.9

    return float(optimize.brentq(short, 0.0, 0.3, xtol=1e-12))


def count(shape: str, rule: str, design: str, n: int, seeds: range) -> tuple[int, int, int, float]:
    """Return seeds looked at, covered, safe, and the mean half-width."""
    scan.GRID_POINTS = 5
    if shape in AGREEMENTS:
        deal, name = agreement(shape), "discount"
        truth = agreement_truth(deal)
    else:
        deal, name = shapes()[shape].deal(), "t"
        truth = shapes()[shape].truth(rule)
    smooth = design.startswith("smooth")
    randomisations = 8 if design.endswith("8") else 16
    points = design.removeprefix("smooth ").removesuffix(" x 8")
    covered = safe = looked = 0
    width = 0.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for seed in seeds:
            try:
                sim = ws.simulate(deal, n, points, rng=seed, n_randomisations=randomisations)  # type: ignore[arg-type]  # a design
                found = ws.walkaway(sim, RULES[rule], conditional=smooth)[name]
            except ws.RuleError:
                continue  # refused on these draws: nothing is printed that could fail to cover
            if found.reason:
                continue
            looked += 1
            covered += found.low <= truth <= found.high
            safe += found.safe <= truth
            width += 0.5 * (found.high - found.low)
    return looked, covered, safe, width / max(looked, 1)


def _row(
    asked: tuple[str, str, str, int, int],
) -> tuple[tuple[str, str, str, int, int], tuple[int, int, int, float]]:
    shape, rule, design, n, seeds = asked
    return asked, count(shape, rule, design, n, range(seeds))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=2000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rules", nargs="*", default=list(RULES))
    parser.add_argument(
        "--smooth", action="store_true", help="only chances with the no-deal value integrated out"
    )
    given = parser.parse_args()
    asked = [
        (shape, rule, design, n, given.seeds)
        for shape in shapes()
        for rule in given.rules
        for design, sizes in SIZES.items()
        for n in sizes
    ]
    integrated = [
        (shape, "chance", design, n, given.seeds)
        for shape in AGREEMENTS
        for design, sizes in SMOOTH_SIZES.items()
        for n in sizes
    ]
    asked = integrated if given.smooth else asked + integrated
    widths: dict[tuple[str, str], float] = {}
    print("| surplus | rule | design | draws | covers | safe | width x random |")
    print("|---|---|---|---|---|---|---|")
    with ProcessPoolExecutor(given.workers) as executor:
        for (shape, rule, design, n, seeds), (looked, covered, safe, width) in executor.map(_row, asked):
            if looked < seeds // 2:
                print(f"| {shape} | {rule} | {design} | 2^{n.bit_length() - 1} | refused | | |", flush=True)
                continue
            if design == "random":
                widths[shape, rule] = width * math.sqrt(n)
            random = widths.get((shape, rule), math.nan) / math.sqrt(n)
            cells = []
            for hits in (covered, safe):
                bad = stats.binomtest(hits, looked, 0.94, alternative="less").pvalue < 1e-3
                error = math.sqrt(max(hits * (looked - hits), 1) / looked**3)
                cells.append(
                    f"{100 * hits / looked:.1f} ± {100 * error:.1f}%" + (" **fails**" if bad else "")
                )
            named = f"| {shape} | {rule} | {design} | 2^{n.bit_length() - 1} |"
            print(f"{named} {cells[0]} | {cells[1]} | {width / random:.2g} |", flush=True)


if __name__ == "__main__":
    main()
