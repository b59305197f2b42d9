"""Named streams: what one input draws depends on its name and the seed, and on nothing else."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from walkaway_sim.errors import InputError
from walkaway_sim.inputs import build_dependence, event_risk, lognormal, normal, pert, poisson, uniform
from walkaway_sim.inputs.events import Events
from walkaway_sim.sampling import BLOCK, make_plan, root_sequence
from walkaway_sim.sampling.streams import stream

LAWS = {
    "volume": lognormal(1000, 0.25),
    "cost": pert(27, 30, 36),
    "orders": poisson(3.0),
    "storm": event_risk(0.8, lognormal(50, 0.5)),
    "delay": uniform(0, 10),
}
DESIGNS = ("random", "lhs", "sobol")


def plan(laws, design, n_draws=2**12, seed=7, correlation=None, t_df=None, n_randomisations=4):
    names = list(laws)
    dependence = build_dependence(names, correlation or {}, t_df=t_df)
    root = seed if isinstance(seed, np.random.SeedSequence) else root_sequence(seed)
    return make_plan(
        laws, dependence, n_draws=n_draws, design=design, n_randomisations=n_randomisations, root=root
    )


def drawn(laws, design, **options):
    """Draws of every input, blocks joined; an event risk as its counts and losses in order."""
    made = plan(laws, design, **options)
    parts = [made.draw(index) for index in range(made.n_blocks)]
    out = {}
    for name in laws:
        pieces = [part[name] for part in parts]
        if isinstance(pieces[0], Events):
            out[name] = np.concatenate([np.concatenate([p.count, p.total()]) for p in pieces])
        else:
            out[name] = np.concatenate(pieces)
    return out


def only(laws, names):
    return {name: laws[name] for name in names}


@pytest.mark.parametrize("design", ["random", "lhs"])
@given(order=st.permutations(list(LAWS)), kept=st.integers(1, len(LAWS)))
def test_adding_removing_and_reordering_change_nothing(design, order, kept):
    full = drawn(LAWS, design, n_draws=64)
    for name, values in drawn(only(LAWS, order[:kept]), design, n_draws=64).items():
        np.testing.assert_array_equal(values, full[name])


@pytest.mark.parametrize("kept", range(1, len(LAWS)))
def test_appending_to_a_sobol_design_changes_nothing(kept):
    full = drawn(LAWS, "sobol", n_draws=256)
    for name, values in drawn(only(LAWS, list(LAWS)[:kept]), "sobol", n_draws=256).items():
        np.testing.assert_array_equal(values, full[name])


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("t_df", [None, 3.0])
def test_another_correlated_block_changes_nothing(design, t_df):
    names = ["a", "b", "c", "d", "e"]
    laws = {name: normal(0, 1) for name in names}
    one = drawn(laws, design, correlation={("a", "b"): 0.5}, t_df=t_df)
    two = drawn(laws, design, correlation={("a", "b"): 0.5, ("d", "e"): -0.4}, t_df=t_df)
    for name in "abc":
        np.testing.assert_array_equal(one[name], two[name])
    assert not np.array_equal(one["e"], two["e"])


@pytest.mark.parametrize("t_df", [None, 4.0])
@pytest.mark.parametrize(
    ("design", "sizes"), [("random", (1, 1000, BLOCK, BLOCK + 17)), ("sobol", (2**10, 2**15))]
)
def test_the_first_draws_do_not_depend_on_how_many_follow(design, sizes, t_df):
    longest = 2**16
    correlation = {("volume", "delay"): 0.4}

    def draws(n_draws):
        return drawn(LAWS, design, n_draws=n_draws, correlation=correlation, t_df=t_df, n_randomisations=16)

    full = draws(longest)
    for n_draws in sizes:
        short = draws(n_draws)
        for name in ("volume", "cost", "orders", "delay"):
            np.testing.assert_array_equal(short[name], full[name][:n_draws])


@pytest.mark.parametrize("n_draws", [100, 1000])
def test_the_first_events_do_not_depend_on_how_many_draws_follow(n_draws):
    short, full = (plan(LAWS, "random", n_draws=n).draw(0)["storm"] for n in (n_draws, 5000))
    first = full.draw < n_draws
    np.testing.assert_array_equal(np.sort(short.severity), np.sort(full.severity[first]))
    np.testing.assert_allclose(short.total(), full.total()[:n_draws], rtol=1e-13)


@pytest.mark.parametrize("design", DESIGNS)
def test_every_seed_counts_zero_included(design):
    draws = [drawn(LAWS, design, seed=seed) for seed in (0, 0, 1, 2**70)]
    for name in LAWS:
        np.testing.assert_array_equal(draws[0][name], draws[1][name])
        for a, b in ((0, 2), (0, 3), (2, 3)):
            assert not np.array_equal(draws[a][name], draws[b][name])


def test_a_seed_sequence_is_the_root_and_a_generator_moves_on():
    sequence = np.random.SeedSequence(5)
    sequence.spawn(3)  # what else was spawned from it must not matter
    np.testing.assert_array_equal(
        drawn(LAWS, "random", seed=sequence)["cost"], drawn(LAWS, "random", seed=5)["cost"]
    )
    child = np.random.SeedSequence(5).spawn(1)[0]
    assert not np.array_equal(
        drawn(LAWS, "random", seed=child)["cost"], drawn(LAWS, "random", seed=5)["cost"]
    )
    generator = np.random.default_rng(3)
    first, second = root_sequence(generator), root_sequence(generator)
    assert first.entropy != second.entropy
    assert root_sequence(np.random.default_rng(3)).entropy == first.entropy
    assert root_sequence(None).entropy != root_sequence(None).entropy


@pytest.mark.parametrize("bad", [-1, 1.0, True, "7", np.random.RandomState(1)])
def test_what_is_no_seed_is_refused(bad):
    with pytest.raises(InputError, match="rng must be"):
        root_sequence(bad)


@pytest.mark.parametrize("design", DESIGNS)
def test_no_global_state(design):
    before = np.random.get_state()[1].copy()  # noqa: NPY002 - the point is that nothing touches it
    drawn(LAWS, design)
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002


@pytest.mark.parametrize("design", DESIGNS)
def test_blocks_can_be_drawn_in_any_order_and_again(design):
    made = plan(LAWS, design, n_draws=2**16)
    forward = [made.draw(index)["volume"] for index in range(made.n_blocks)]
    again = plan(LAWS, design, n_draws=2**16)
    for index in reversed(range(again.n_blocks)):
        np.testing.assert_array_equal(again.draw(index)["volume"], forward[index])
    assert made.n_blocks > 1


def pairs_of_names():
    return [("volume", "cost"), ("x", "y"), ("a", "b"), ("input", "input "), ("1", "2")]


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("names", pairs_of_names())
def test_two_deals_with_differently_named_inputs_share_nothing(design, names):
    """Same seed, same place in the deal, another name: 5 standard errors of a zero correlation."""
    n_draws = 2**14
    one, two = (
        drawn({name: uniform(0, 1)}, design, n_draws=n_draws, n_randomisations=16)[name] for name in names
    )
    if design == "sobol":
        # Both are (0, m, 1)-nets on one coordinate: randomisation by randomisation their scrambles are independent.
        one, two = one.reshape(-1, 16), two.reshape(-1, 16)
        apart = np.mean([np.corrcoef(one[:, r], two[:, r])[0, 1] for r in range(16)])
        assert abs(apart) < 5 * 0.5 / np.sqrt(16)
    else:
        assert abs(np.corrcoef(one, two)[0, 1]) < 5 / np.sqrt(n_draws)
    assert not np.array_equal(one, two)


@pytest.mark.parametrize("design", DESIGNS)
def test_an_input_cannot_be_named_like_the_further_coordinates_of_another(design):
    """The severities of event risk "a" once had the stream of an input named "a#1": correlated 1.0."""
    laws = {"a": event_risk(2.0, uniform(0, 1)), **{f"a#{k}": uniform(0, 1) for k in range(1, 5)}}
    made = plan(laws, design, n_draws=2**14).draw(0)
    draw, first = np.unique(made["a"].draw, return_index=True)
    for k in range(1, 5):
        for of_event in (made["a"].severity, made["a"].time):
            assert abs(np.corrcoef(of_event[first], made[f"a#{k}"][draw])[0, 1]) < 0.1


def test_two_blocks_of_a_t_copula_never_share_their_mixing():
    """Blocks ("a+b", "c") and ("a", "b+c") once joined to the same name: extremes struck both."""
    laws = {name: normal(0, 1) for name in ("a+b", "c", "a", "b+c")}
    draws = drawn(laws, "random", correlation={("a+b", "c"): 0.3, ("a", "b+c"): 0.3}, t_df=3.0, n_draws=2**14)
    assert abs(np.corrcoef(np.abs(draws["a+b"]), np.abs(draws["a"]))[0, 1]) < 5 / np.sqrt(2**14)
    # Negative control: within a block they do.
    assert np.corrcoef(np.abs(draws["a+b"]), np.abs(draws["c"]))[0, 1] > 10 / np.sqrt(2**14)


def test_streams_of_one_name_are_apart_by_purpose_and_index():
    root = root_sequence(1)
    seen = {
        stream(root, "volume", purpose, index).integers(0, 2**63)
        for purpose in range(5)
        for index in range(9)
    }
    assert len(seen) == 45
