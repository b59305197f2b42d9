"""Dependence as it comes out of a simulation: rank correlations, marginals, tails, the no-deal side."""

import math

import numpy as np
import pytest
from scipy.special import ndtr, stdtr
from scipy.stats import binom, kstest, spearmanr

import walkaway_sim as ws

N = 2**14
# A sample Spearman correlation of N pairs has a standard error below 1.1/sqrt(N); k = 5 of them.
WITHIN = 5 * 1.1 / math.sqrt(N)
INPUTS = {
    "volume": ws.lognormal(1000, 0.25),
    "cost": ws.pert(27, 30, 36),
    "delay": ws.uniform(0, 10),
    "growth": ws.normal(0.02, 0.03),
}
ASKED = {
    ("volume", "cost"): -0.4,
    ("volume", "no_deal"): 0.6,
    ("cost", "growth"): 0.3,
    ("growth", "strategic"): 0.25,
}


def make_deal(**options):
    given = {
        "inputs": INPUTS,
        "terms": [ws.Term("discount", proposed=0.1, range=(0, 0.5))],
        "value": lambda inputs, terms: inputs["volume"] * (42 * (1 - terms["discount"]) - inputs["cost"]),
        "no_deal": ws.metalog({0.1: 4000, 0.5: 6000, 0.9: 9000}),
        "strategic": ws.normal(0, 100),
        "correlation": ASKED,
    }
    return ws.Deal(name="d", **(given | options))


@pytest.mark.parametrize("design", ["random", "lhs", "sobol"])
def test_rank_correlations_are_attained(design):
    sim = ws.simulate(make_deal(), N, design, rng=11)
    table = sim.attained_correlation()
    assert len(table) >= len(ASKED)
    np.testing.assert_allclose(table["used"], table["asked"], atol=1e-12)  # nothing to repair here
    assert (table["attained"] - table["used"]).abs().max() < WITHIN


def test_the_table_names_every_pair():
    """Whatever the index of the table, the pairs asked for can be found in it."""
    table = ws.simulate(make_deal(), 2**10, "random", rng=11).attained_correlation()
    text = table.to_string()
    for pair in ASKED:
        assert all(name in text for name in pair)


@pytest.mark.parametrize("t_df", [None, 3.0])
def test_marginals_are_kept_exactly(t_df):
    """A one-sample test of each marginal; false alarm rate 1e-4 each."""
    sim = ws.simulate(make_deal(t_df=t_df), N, "random", rng=3)
    for name, law in INPUTS.items():
        assert kstest(sim.draws[name], law.cdf).pvalue > 1e-4


def test_the_first_input_of_a_block_keeps_its_very_draws():
    """A lower triangular factor leaves the first of a block alone: sorted, its uniforms are the design's own."""
    alone = ws.simulate(
        make_deal(correlation=None, inputs={"cost": ws.normal(0, 1), "volume": ws.normal(0, 1)}), N, rng=3
    )
    joint = ws.simulate(
        make_deal(
            correlation={("cost", "volume"): 0.7}, inputs={"cost": ws.normal(0, 1), "volume": ws.normal(0, 1)}
        ),
        N,
        rng=3,
    )
    np.testing.assert_array_equal(alone.draws["cost"], joint.draws["cost"])
    n_points = N // 16
    strata = np.floor(ndtr(joint.draws["cost"]).reshape(n_points, 16) * n_points)
    np.testing.assert_array_equal(np.sort(strata, axis=0), np.tile(np.arange(n_points)[:, None], 16))


@pytest.mark.parametrize("rho", [-1.0, 1.0])
def test_perfect_dependence_moves_as_one(rho):
    sim = ws.simulate(make_deal(correlation={("volume", "delay"): rho}), 2**12, "random", rng=5)
    assert spearmanr(sim.draws["volume"], sim.draws["delay"]).statistic == pytest.approx(rho, abs=1e-6)


def joint_exceedances(t_df, level=0.01, n_draws=2**17):
    deal = make_deal(correlation={("volume", "delay"): 0.5}, t_df=t_df)
    sim = ws.simulate(deal, n_draws, "random", rng=9)
    both = [sim.draws[name] > INPUTS[name].ppf(1 - level) for name in ("volume", "delay")]
    return int((both[0] & both[1]).sum()), n_draws


@pytest.mark.statistical
def test_a_t_copula_has_more_joint_extremes():
    """Beyond the 99% quantiles of both: against the exact probabilities of the two copulas, each by a
    binomial test at 1e-4, and apart from one another by far more."""
    from scipy.stats import multivariate_normal, multivariate_t

    latent = 2 * math.sin(math.pi * 0.5 / 6)
    shape = [[1, latent], [latent, 1]]
    score = -2.3263478740408408
    gaussian = multivariate_normal(cov=shape).cdf([score, score])
    df = 3.0
    t_score = float(np.interp(0.01, stdtr(df, x := np.linspace(-6, -3, 30001)), x))
    heavy = multivariate_t(shape=shape, df=3).cdf([t_score, t_score], random_state=np.random.default_rng(0))
    for t_df, exact in ((None, gaussian), (df, heavy)):
        count, n = joint_exceedances(t_df)
        low, high = binom.ppf([5e-5, 1 - 5e-5], n, exact)
        assert low <= count <= high
    assert heavy > 1.5 * gaussian


def test_independent_inputs_do_not_share_the_mixing_of_a_t_copula():
    sim = ws.simulate(make_deal(t_df=2.0), N, "random", rng=9)
    assert abs(spearmanr(np.abs(sim.draws["delay"] - 5), sim.draws["volume"]).statistic) < WITHIN


@pytest.mark.parametrize("design", ["random", "lhs", "sobol"])
def test_the_no_deal_side_is_sampled_jointly(design):
    """The paired difference keeps the dependence: its variance falls by twice the covariance."""
    inputs = {"volume": ws.normal(1000, 100)}

    def variance(rho):
        deal = make_deal(
            inputs=inputs,
            value=lambda inputs, terms: inputs["volume"] - terms["discount"],
            no_deal=ws.normal(900, 100),
            correlation={("volume", "no_deal"): rho} if rho else None,
            strategic=0.0,
        )
        return ws.simulate(deal, N, design, rng=4).surplus().var()

    latent = 2 * math.sin(math.pi * 0.8 / 6)
    # A sample variance has a relative standard error of sqrt(2/N); k = 5.
    slack = 5 * math.sqrt(2 / N)
    assert variance(0.8) == pytest.approx(2e4 * (1 - latent), rel=slack)
    assert variance(0.0) == pytest.approx(2e4, rel=slack)


def test_the_alternative_is_chosen_on_an_independent_stream():
    """Two alternatives alike: chosen on its own draws, the best would look better than it is."""
    options = {"inputs": {"volume": ws.normal(0, 1)}, "value": lambda inputs, _: inputs["volume"]}
    chosen, flattered = [], []
    for seed in range(200):
        deal = make_deal(
            no_deal=[ws.normal(0, 1), ws.normal(0, 1)], correlation=None, strategic=0.0, **options
        )
        sim = ws.simulate(deal, 64, "random", rng=seed)
        chosen.append(sim.no_deal().mean())
        flattered.append(max(sim.draws["no_deal.1"].mean(), sim.draws["no_deal.2"].mean()))
    error = 1 / 8 / math.sqrt(200)
    assert abs(np.mean(chosen)) < 5 * error
    # Negative control: the expected maximum of two means is 1/8/sqrt(pi).
    assert np.mean(flattered) > 5 * error


def test_the_best_alternative_in_expectation_and_per_draw():
    alternatives = [ws.normal(5, 3), 6.0, lambda inputs: inputs["volume"] * 0.001]
    sim = ws.simulate(make_deal(no_deal=alternatives, correlation=None), 2**12, "random", rng=1)
    assert sim.chosen == 1
    assert (sim.no_deal() == 6.0).all()
    foresight = ws.simulate(
        make_deal(no_deal=alternatives, no_deal_choice="per_draw", correlation=None), 2**12, "random", rng=1
    )
    assert foresight.chosen is None
    np.testing.assert_array_equal(
        foresight.no_deal(),
        np.maximum.reduce(
            [foresight.draws["no_deal.1"], np.full(2**12, 6.0), foresight.draws["volume"] * 0.001]
        ),
    )


@pytest.mark.parametrize("name", ["no_deal.1", "no_deal.2"])
def test_an_input_cannot_take_the_name_of_an_alternative(name):
    """It once replaced the alternative's draws without a word."""
    with pytest.raises(ws.InputError, match="no-deal alternative"):
        make_deal(
            no_deal=[ws.normal(5, 1), ws.normal(3, 1)], inputs={name: ws.normal(0, 1)}, correlation=None
        )


def test_an_infinite_no_deal_mean_is_refused():
    from scipy.stats import cauchy, pareto

    for law in (pareto(0.9), cauchy()):
        with pytest.raises(ws.InputError, match=r"no_deal must have a finite mean.*Bound its tail"):
            make_deal(no_deal=law, correlation=None)
    with pytest.raises(ws.InputError, match=r"no_deal\.2 must have a finite mean"):
        make_deal(no_deal=[0.0, pareto(0.9)], correlation=None)


def test_a_no_deal_function_that_fails_is_refused():
    with pytest.raises(ws.ValueFunctionError, match="no_deal"):
        ws.simulate(
            make_deal(
                no_deal=lambda inputs: np.log(-inputs["volume"] * 0 - 1 + 0j).imag * np.nan, correlation=None
            ),
            64,
            "random",
        )
