"""Single values that carry probability, told of every law that has them."""

import numpy as np
import pytest
from scipy import stats

import walkaway_sim as ws
from walkaway_sim.inputs.atoms import MOST_ATOMS, atoms_of
from walkaway_sim.inputs.entry import as_distribution


@pytest.mark.parametrize(
    ("law", "expected"),
    [
        (5.0, {5.0: 1.0}),
        (ws.discrete({0.05: 0.55, 0.08: 0.45}), {0.05: 0.55, 0.08: 0.45}),
        (ws.bernoulli(0.3), {0.0: 0.7, 1.0: 0.3}),
        (ws.empirical([1.0, 2.0, 2.0, 4.0]), {1.0: 0.25, 2.0: 0.5, 4.0: 0.25}),
        (stats.binom(2, 0.5, loc=0.5), {0.5: 0.25, 1.5: 0.5, 2.5: 0.25}),
        (ws.normal(3, 1), {}),
        (stats.gamma(2), {}),
        (
            ws.mixture([(0.5, ws.mixture([(0.5, ws.discrete({1: 1.0})), (0.5, ws.normal(0, 1))])), (0.5, ws.poisson(0))]),
            {0.0: 0.5, 1.0: 0.25},
        ),
    ],
)  # fmt: skip
def test_atoms_are_told(law, expected):
    values, chances = atoms_of(as_distribution(law), -np.inf, np.inf)
    assert dict(zip(values.tolist(), chances.tolist(), strict=True)) == pytest.approx(expected)


def test_the_ends_count_and_what_lies_outside_does_not():
    values, chances = atoms_of(ws.poisson(2.0), 1, 3)
    assert values.tolist() == [1.0, 2.0, 3.0]
    assert chances == pytest.approx(stats.poisson(2.0).pmf([1, 2, 3]))


def test_of_too_many_the_heaviest_are_listed():
    sample = [*range(2000), 1500, 1500]
    values, chances = atoms_of(ws.empirical(sample), -1, 3000)
    assert values.size == MOST_ATOMS
    assert 1500.0 in values
    assert np.all(np.diff(values) > 0)
    assert chances.max() == pytest.approx(3 / 2002)


def test_atoms_that_cannot_be_told_are_refused():
    with pytest.raises(ws.InputError, match=r"poisson\(.*one by one.*replace it by a continuous law"):
        atoms_of(ws.poisson(1e9), 0, 1e10)
