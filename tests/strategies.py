"""Hypothesis strategies for distributions and correlations."""

from collections.abc import Sequence

from hypothesis import strategies as st

from walkaway_sim.errors import InputError
from walkaway_sim.inputs import (
    Constant,
    Distribution,
    bernoulli,
    between,
    discrete,
    empirical,
    lognormal,
    metalog,
    mixture,
    normal,
    pert,
    poisson,
    triangular,
    uniform,
)

_places = st.floats(-1e4, 1e4)
_widths = st.floats(0.01, 1e4)
_shares = st.floats(0.0, 1.0)


@st.composite
def _ends(draw):
    low = draw(_places)
    return low, low + draw(_widths)


@st.composite
def _three_values(draw):
    low, high = draw(_ends())
    return low, min(high, low + draw(_shares) * (high - low)), high


@st.composite
def _metalogs(draw):
    low, high = draw(_ends())
    middle = low + draw(st.floats(0.2, 0.8)) * (high - low)  # E03: .1666 to .8334 is feasible
    return metalog({0.1: low, 0.5: middle, 0.9: high})


@st.composite
def _discretes(draw):
    values = draw(st.lists(st.integers(-50, 50), min_size=1, max_size=6, unique=True))
    weights = draw(st.lists(st.integers(1, 20), min_size=len(values), max_size=len(values)))
    return discrete({value: weight / sum(weights) for value, weight in zip(values, weights, strict=True)})


def continuous() -> st.SearchStrategy[Distribution]:
    """Continuous distributions, at moderate scales."""
    return st.one_of(
        st.builds(normal, _places, _widths),
        st.builds(lognormal, _widths, st.floats(0.01, 2.0)),
        _ends().map(lambda ends: uniform(*ends)),
        _three_values().map(lambda values: triangular(*values)),
        st.builds(lambda values, shape: pert(*values, shape), _three_values(), st.floats(0.1, 50.0)),
        st.builds(lambda low, factor: between(low, low * factor), _widths, st.floats(1.1, 10.0)),
        _metalogs(),
    )


def discretes() -> st.SearchStrategy[Distribution]:
    """Distributions on single values."""
    return st.one_of(
        st.builds(Constant, _places),
        st.builds(bernoulli, _shares),
        st.builds(poisson, st.floats(0.0, 500.0)),
        st.lists(_places, min_size=1, max_size=30).map(empirical),
        _discretes(),
    )


def distributions() -> st.SearchStrategy[Distribution]:
    """Distributions of every kind, mixtures included."""
    single = st.one_of(continuous(), discretes())
    mixed = st.builds(
        lambda weight, one, other: mixture([(weight, one), (1.0 - weight, other)]),
        st.floats(0.05, 0.95),
        single,
        single,
    )
    return st.one_of(single, mixed)


@st.composite
def correlation_maps(draw, names: Sequence[str]):
    """Spearman correlations between `names` that some joint distribution nearly has.

    They come from random loadings on one factor, so their matrix is positive definite before the
    transform to the latent scale, which moves it by little.
    """
    loading = {name: draw(st.floats(-0.95, 0.95)) for name in names}
    pairs = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]
    return {(a, b): loading[a] * loading[b] for a, b in pairs}


def refused(function, *args, **kwargs) -> str:
    """The message with which `function` refuses its arguments."""
    try:
        function(*args, **kwargs)
    except InputError as error:
        return str(error)
    raise AssertionError("was not refused")
