"""Descriptions of many distributions as columns, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import distributions, refused

from walkaway_sim.inputs import empirical, event_risk, lognormal, metalog, mixture, normal
from walkaway_sim.inputs.spec_columns import columns_of, specs_of


@given(st.lists(distributions(), min_size=2, max_size=6))
def test_columns_are_read_as_what_was_written(laws):
    specs = [law.spec() for law in laws]
    columns = columns_of(specs)
    assert (specs_of(columns) if isinstance(columns, dict) else columns) == specs


@pytest.mark.parametrize(
    "laws",
    [
        [normal(1, 2), normal(1, 2)],
        [metalog({0.1: 1, 0.5: 2, 0.9: 4}, lower=0), metalog({0.1: 1, 0.5: 2.5, 0.9: 4}, lower=0)],
        [empirical([1, 2]), empirical([3, 4, 5])],
        [mixture([(0.6, normal(1, 1)), (0.4, 7)]), mixture([(0.5, normal(1, 2)), (0.5, 7)])],
        [event_risk(0.1, lognormal(5, 1), cap=9), event_risk(0.2, lognormal(6, 1), cap=9)],
    ],
)
def test_one_kind_makes_one_table(laws):
    specs = [law.spec() for law in laws]
    columns = columns_of(specs)
    assert isinstance(columns, dict)
    assert specs_of(columns) == specs


def test_what_is_the_same_for_all_stands_once():
    laws = [metalog({0.1: 1, 0.9: x}, lower=0) for x in (2, 3, 4)]
    assert columns_of([law.spec() for law in laws])["lower"] == 0
    assert columns_of([normal(1, 2).spec()] * 2)["mean"] == [1, 1]


def test_columns_must_agree():
    assert "sd must have as many values as mean, 2, got 3" in refused(
        specs_of, {"kind": "normal", "mean": [1, 2], "sd": [1, 2, 3]}
    )
    assert "a list of values" in refused(specs_of, {"kind": "normal", "mean": 1, "sd": 2})
