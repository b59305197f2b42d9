"""What a buffer costs where single reservations carry probability: closed forms, and how often intervals cover."""

import pytest
from scipy.stats import norm
from tests.decide.coverage import accepted

import walkaway_sim as ws
from walkaway_sim.inputs.copula import latent_correlation

MEAN = ws.ExpectedValueRule()


def deal(**given):
    return ws.Deal(
        name="One price",
        inputs={"cost": ws.normal(60, 5), **given},
        terms=[ws.Term("price", 95, range=(0, 150), concession="down")],
        value=lambda inputs, terms: terms["price"] - inputs["cost"],
    )


def cost_of(sim, law, buffer=10.0, **given):
    (found,) = ws.buffer_cost(sim, MEAN, ws.Customer(law, term="price", **given), buffer).points
    return found.killed, found.lost, found.gained


# Walkaways of 60 and 70; half of the zone is ours: settled at (60 + R) / 2, with the buffer at (70 + R) / 2.
KNOWN = [
    (ws.discrete({62: 0.5, 90: 0.5}), (0.5, 0.5 * 1.0, 0.5 * 5.0)),
    (ws.discrete({60.4: 0.5, 90: 0.5}), (0.5, 0.5 * 0.2, 0.5 * 5.0)),
    (65.0, (1.0, 2.5, 0.0)),
    (ws.empirical([40.0, 61.0, 61.0, 69.0, 80.0]), (0.6, 0.4 * 0.5 + 0.2 * 4.5, 0.2 * 5.0)),
    (
        ws.mixture([(0.4, ws.discrete({65: 1.0})), (0.6, ws.uniform(50, 100))]),
        (0.4 + 0.6 * 0.2, 0.4 * 2.5 + 0.6 * 0.5, 0.6 * 0.6 * 5.0),
    ),
    (
        ws.discrete({65: 0.5, 400: 0.5}),
        (0.5, 1.25, 0.5 * 5.0),
    ),  # who would pay more than 150 settles as at 150
]


@pytest.mark.parametrize(("law", "truth"), KNOWN)
def test_single_reservations_are_settled_at_themselves(law, truth):
    """One-sided binomial test at 1e-3 of "at least 94%" over 100 seeds, half of them of either design."""
    covered = [0, 0, 0]
    for seed in range(100):
        n_draws, design = (2**12, "random") if seed % 2 else (2**14, "sobol")
        found = cost_of(ws.simulate(deal(), n_draws, design, rng=seed), law)
        for k, one in enumerate(found):
            covered[k] += one.low - 1e-9 <= truth[k] <= one.high + 1e-9
    assert all(accepted(one, 100) for one in covered), covered


def test_one_near_a_threshold_may_be_killed_or_not():
    """The same over 200 seeds of a walkaway that is off by 0.11: one reservation is 0.05, another 0.03 from one.

    Negative control: what the estimates alone say is killed.
    """
    law = ws.discrete({60.05: 0.5, 70.03: 0.3, 90: 0.2})
    truth = (0.5, 0.5 * 0.025, 0.5 * 5.0)
    covered, control = [0, 0, 0], 0
    for seed in range(200):
        found = cost_of(ws.simulate(deal(), 2**11, "random", rng=seed), law)
        for k, one in enumerate(found):
            covered[k] += one.low - 1e-9 <= truth[k] <= one.high + 1e-9
        control += found[0].estimate == pytest.approx(truth[0])
    assert all(accepted(one, 200) for one in covered), covered
    assert not accepted(control, 200), control


def test_a_correlated_and_a_counted_reservation_are_exact_too():
    """R = 62 where its score is below 0; the cost given that is 60 - 5 rho phi(0)/(1/2)."""
    law = ws.discrete({62: 0.5, 90: 0.5})
    rho = float(latent_correlation(0.6))
    truth = 0.5 * (61 - 60) + 5 * rho * float(norm.pdf(0))
    tied = cost_of(ws.simulate(deal(), 2**14, rng=3), law, correlation={"cost": 0.6})[1]
    assert abs(tied.estimate - truth) <= 4 * tied.standard_error
    assert abs(cost_of(ws.simulate(deal(), 2**14, rng=3), law)[1].estimate - truth) > 4 * tied.standard_error
    made = ws.simulate(deal(theirs=law), 2**14, rng=3)
    counted = cost_of(made, "theirs")[1]
    assert abs(counted.estimate - 0.5) <= 4 * counted.standard_error


def test_a_rising_term():
    made = ws.Deal(
        name="One rebate",
        inputs={"worth": ws.normal(100, 15)},
        terms=[ws.Term("rebate", 20, range=(0, 150))],
        value=lambda inputs, terms: inputs["worth"] - terms["rebate"],
    )
    law = ws.discrete({85: 0.5, 40: 0.5})  # settled at 92.5; and at 60 instead of 70
    sim = ws.simulate(made, 2**14, rng=3)
    (found,) = ws.buffer_cost(sim, MEAN, ws.Customer(law, term="rebate"), 20.0).points
    assert found.killed.estimate == pytest.approx(0.5)
    assert abs(found.lost.estimate - 0.5 * 7.5) <= 4 * found.lost.standard_error
    assert found.gained.estimate == pytest.approx(5.0, abs=1e-6)


def test_a_sample_of_many_is_no_trouble():
    sample = norm.ppf([(k + 0.5) / 1000 for k in range(1000)], 75, 8)
    sim = ws.simulate(deal(), 2**14, rng=3)
    found = cost_of(sim, ws.empirical(sample))
    smooth = cost_of(sim, ws.normal(75, 8))
    for one, other in zip(found, smooth, strict=True):
        # Half a thousandth of a reservation on either side of a threshold, of at most 15 each.
        assert one.estimate == pytest.approx(other.estimate, abs=0.02)


def test_atoms_that_cannot_be_told_are_refused():
    with pytest.raises(ws.InputError, match="cannot be told one by one"):
        cost_of(ws.simulate(deal(), 2**14, rng=3), ws.poisson(1e9))
