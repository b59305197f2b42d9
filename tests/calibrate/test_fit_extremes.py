"""Columns so extreme that some families cannot take them: those are left out, and the others go on."""

import warnings

import numpy as np
import pytest
from tests.strategies import refused

import walkaway_sim as ws


def ordinary():
    return np.exp(np.random.default_rng(1).normal(3, 0.5, 30))


@pytest.mark.parametrize(
    "values",
    [*([*ordinary(), outlier] for outlier in (1e10, 1e12)), 1e9 + np.random.default_rng(2).normal(0, 1, 40)],
    ids=["1e10", "1e12", "far from 0"],
)  # fmt: skip
def test_a_family_without_finite_parameters_did_not_converge(values):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = ws.fit(values, rng=1)
    table = found.to_frame()
    assert table.loc["inverse_gaussian", "distribution"] == "did not converge"
    assert len(table) in (6, 11)  # far from 0 the families of the real line are tried too
    assert np.isfinite(table.loc["lognormal", "aicc"])
    assert len(found.plausible) == 200
    assert found.candidates[-1].distribution is None


def test_a_refit_without_finite_parameters_did_not_converge():
    found = ws.fit([*ordinary(), 1e8], "inverse_gaussian", level=0.0, rng=1)
    assert any("refits of inverse_gaussian did not converge" in note for note in found.notes)
    assert len(found.plausible) == 200


def test_alone_it_is_refused():
    message = refused(ws.fit, [*ordinary(), 1e10], "inverse_gaussian", rng=1)
    assert "none of the searches converged" in message


def test_a_family_whose_refits_fail_is_left_out():
    """Its p-value would be one of no refits, and it would have no plausible distributions."""
    found = ws.fit([*ordinary(), 1e50], rng=1)
    assert found.family != "inverse_gaussian"
    assert len(found.plausible) >= 100
    assert "inverse_gaussian is left out: most of its refits did not converge" in found.notes
    assert found.candidates[-1].family == "inverse_gaussian"
    assert "none of the searches converged" in refused(ws.fit, [*ordinary(), 1e50], "inverse_gaussian", rng=1)


def test_values_that_all_repeat_are_told():
    x = ordinary()
    for twice in ([*x, *x], np.tile(x.round(2), 2), np.tile(x, 3)):
        assert any("distinct ones in" in note and "doubled" in note for note in ws.fit(twice, rng=1).notes)
    told = "every value occurs 3 times or more, 30 distinct ones in 90 rows"
    assert any(told in note for note in ws.fit(np.tile(x, 3), rng=1).notes)


@pytest.mark.parametrize(
    "values",
    [
        ordinary(),
        np.repeat(np.arange(1.0, 9.0) / 2, [3, 5, 8, 9, 7, 4, 3, 2]),  # coarse, so that values meet
        np.repeat(np.arange(8), [9, 20, 30, 20, 12, 6, 3, 2]),  # counts
        [*ordinary(), *ordinary()[1:]],
    ],
    ids=["distinct", "rounded", "counts", "one alone"],
)
def test_values_that_may_well_repeat_are_not(values):
    assert not any("doubled" in note for note in ws.fit(values, rng=1).notes)
