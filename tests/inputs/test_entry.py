"""Inputs, the registry, constructors' refusals, and what the floor imports."""

import math
import subprocess
import sys

import pytest
import scipy.stats as st
from tests.strategies import refused

from walkaway_sim.inputs import (
    KINDS,
    Constant,
    Input,
    ScipyInput,
    as_distribution,
    as_input,
    between,
    event_risk,
    from_spec,
    lognormal,
    mixture,
    normal,
    pert,
    triangular,
    uniform,
)


def test_what_may_stand_for_an_input():
    assert as_input(3).distribution == Constant(3)
    assert as_input(st.norm(1, 2)).distribution == ScipyInput(st.norm(1, 2))
    risk = event_risk(1, 5)
    assert as_input(risk).distribution is risk
    full = Input(pert(27, 30, 36), unit="NZD", owner="operations", source="quotes", as_of="2025-01")
    assert as_input(full) is full
    assert Input(5).distribution == Constant(5)
    assert as_distribution(True if False else 1.5) == Constant(1.5)
    assert "unit must be a text" in refused(Input, 5, unit=3)
    assert "event risk gives events" in refused(as_distribution, risk)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: pert(27, 40, 36), "pert: mode must lie between low (27) and high (36), got 40"),
        (lambda: triangular(1, 0, 2), "triangular: mode must lie between low (1) and high (2), got 0"),
        (lambda: pert(3, 3, 3), "use a plain number"),
        (lambda: uniform(2, 2), "uniform: low and high are both 2; use a plain number"),
        (lambda: uniform(3, 2), "uniform: low must lie below high, got 3 and 2"),
        (lambda: uniform(0, math.inf), "uniform: high must be a finite number"),
        (lambda: pert(0, 1, 2, shape=0), "pert: shape must be above 0"),
        (lambda: normal(0, -1), "normal: sd must be above 0, got -1.0"),
        (lambda: normal("a", 1), "normal: mean must be a finite number, got 'a'"),
        (lambda: lognormal(0, 1), "lognormal: median must be above 0"),
        (lambda: lognormal(1, 0), "lognormal: log_sd must be above 0"),
        (lambda: between(0, 5), 'family="normal"'),
        (lambda: between(5, 5), "between: low must lie below high"),
        (lambda: between(1, 2, coverage=1), "coverage must lie strictly between 0 and 1"),
        (lambda: between(1, 2, family="lognorm"), "did you mean 'lognormal'"),
        (lambda: Constant(math.nan), "constant: value must be a finite number"),
    ],
)
def test_refusals(make, words):
    assert words in refused(make)


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ({"kind": "normall", "mean": 0, "sd": 1}, ["'normall'", "did you mean 'normal'"]),
        ({"mean": 0, "sd": 1}, ["no kind is given", "pert"]),
        ({"kind": "pert", "low": 1, "mod": 2, "high": 3}, ["'mod'", "did you mean 'mode'"]),
        ({"kind": "pert", "low": 1, "high": 3}, ["mode is missing", "low, mode, high, shape"]),
        ({"kind": "pert", "low": 1, "mode": 9, "high": 3}, ["mode must lie between"]),
        ({"kind": "metalog", "quantiles": {"ten": 3}}, ["'ten'", "no number"]),
        ({"kind": "metalog", "quantiles": [1, 2]}, ["table of numbers"]),
        ({"kind": "discrete", "values": {"1": 0.5, "1.0": 0.5}}, ["1 twice"]),
        ({"kind": "mixture", "parts": [{"weight": 1}]}, ["part 1", "weight and distribution"]),
        ({"kind": "mixture", "parts": 3}, ["list of tables"]),
        ({"kind": "mixture", "parts": [{"weight": 1, "distribution": {"kind": "no"}}]}, ["'no'"]),
        ("normal", ["needs a table"]),
    ],
)
def test_specs_refused(spec, words):
    message = refused(from_spec, spec)
    for word in words:
        assert word in message


def test_specs_that_people_write():
    assert from_spec({"kind": "between", "low": 80, "high": 125}) == between(80, 125)
    assert from_spec({"kind": "constant", "value": 3}) == Constant(3)
    nested = {
        "kind": "mixture",
        "parts": [
            {"weight": 0.6, "distribution": {"kind": "normal", "mean": 10, "sd": 2}},
            {"weight": 0.4, "distribution": 7},
        ],
    }
    assert from_spec(nested) == mixture([(0.6, normal(10, 2)), (0.4, 7)])
    risk = {
        "kind": "event_risk",
        "rate": 2,
        "severity": {"kind": "lognormal", "median": 9, "log_sd": 1},
        "cap": 30,
    }
    assert from_spec(risk) == event_risk(2, lognormal(9, 1), cap=30)
    assert list(KINDS) == sorted(KINDS)


def test_extreme_lognormal_moments_are_infinite_not_errors():
    assert lognormal(1, 50).mean() == math.inf
    assert lognormal(1, 30).std() == math.inf
    assert lognormal(1, 50).ppf(1 - 1e-16) < math.inf


def test_an_input_keeps_what_else_could_be_true():
    one = Input(normal(100, 15), plausible=[normal(98, 15), 101], fitted_with="orders")
    assert one.plausible == (normal(98, 15), Constant(101.0))
    assert Input(normal(100, 15)).plausible == ()
    risk = event_risk(0.1, normal(5, 1))
    assert Input(risk, plausible=(risk, risk)).plausible == (risk, risk)


def test_the_floor_loads_no_heavy_packages():
    code = (
        "import sys, walkaway_sim.inputs as inputs; inputs.pert(1, 2, 4).mean();"
        "print([m for m in ('pandas', 'matplotlib', 'pydantic', 'scipy.stats') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_names_are_functions_not_modules():
    """A module named like a constructor would hide it, depending on the order of imports."""
    from importlib import import_module

    package = import_module("walkaway_sim.inputs")
    for kind, constructor in KINDS.items():
        if kind != "constant":
            assert getattr(package, kind) is constructor
            assert f"walkaway_sim.inputs.{kind}" not in sys.modules


def test_an_input_is_shown_with_its_plausible_distributions_counted():
    one = Input(normal(1, 2), unit="days", plausible=[normal(1, 2)] * 200)
    assert repr(one) == "Input(Normal(mean_value=1.0, sd=2.0), unit='days', plausible=<200 distributions>)"
