"""The likelihood, its penalty and separation: closed forms, published numbers, and integrals done another way."""

import numpy as np
import pytest
from scipy import optimize, special
from tests.calibrate.endometrial import PATIENTS
from tests.reference import agrees, case

from walkaway_sim.calibrate.quotes.intercepts import Panel, adapt, effects, marginal
from walkaway_sim.calibrate.quotes.links import pull, shrink, weight
from walkaway_sim.calibrate.quotes.penalised import maximise
from walkaway_sim.calibrate.quotes.separation import separating_columns
from walkaway_sim.inputs.links import chance_of, log_chance

NOBODY = np.zeros(0, dtype=np.int64)
LINKS = ["logit", "probit"]


def beetles():
    given = case("F01")["inputs"]
    dose = np.repeat(given["dose"], given["n"])
    killed = np.concatenate([np.arange(n) < k for n, k in zip(given["n"], given["killed"], strict=True)])
    return np.column_stack([np.ones(dose.size), dose]), np.where(killed, 1.0, -1.0)


def customers(seed=1, n=300, m=40):
    rng = np.random.default_rng(seed)
    owner = np.sort(np.concatenate([np.arange(m), rng.integers(0, m, n - m)]))
    starts = np.searchsorted(owner, np.arange(m))
    columns = np.column_stack([np.ones(n), rng.normal(0, 0.3, n)])
    effect = rng.normal(0, 0.8, m)[owner]
    sign = np.where(rng.random(n) < special.expit(columns @ [-0.2, -4.0] + effect), 1.0, -1.0)
    return columns, sign, owner, starts


def test_f01_beetles_by_logit():
    columns, sign = beetles()
    found = maximise(Panel(columns, sign, NOBODY, NOBODY, "logit"), firth=False)
    intercept, slope, deviance, ld50 = case("F01")["exact"]
    tolerance = case("F01")["tol"]
    assert agrees(found.coefficients[0], intercept, tolerance)
    assert agrees(found.coefficients[1], slope, tolerance)
    assert agrees(-found.coefficients[0] / found.coefficients[1], ld50, tolerance)
    # As published, to their digits.
    assert np.sqrt(np.diag(found.covariance)) == pytest.approx([5.181, 2.912], abs=5e-4)
    given = case("F01")["inputs"]
    share = np.array(given["killed"]) / np.array(given["n"])
    saturated = float(np.array(given["n"]) @ -(special.entr(share) + special.entr(1 - share)))
    assert agrees(2 * (saturated - found.log_likelihood), deviance, tolerance)


def test_beetles_by_probit():
    """As published of the same data (Dobson; Agresti): -34.935, 19.728, deviance 10.12; and by another search."""
    columns, sign = beetles()
    found = maximise(Panel(columns, sign, NOBODY, NOBODY, "probit"), firth=False)
    assert found.coefficients == pytest.approx([-34.935, 19.728], abs=1e-3)
    given = case("F01")["inputs"]
    share = np.array(given["killed"]) / np.array(given["n"])
    saturated = float(np.array(given["n"]) @ -(special.entr(share) + special.entr(1 - share)))
    assert 2 * (saturated - found.log_likelihood) == pytest.approx(10.12, abs=5e-3)
    middle = columns - [0, 1.8]
    other = optimize.minimize(lambda b: -special.log_ndtr(sign * (middle @ b)).sum(), [0.0, 10.0], tol=1e-10)
    assert found.coefficients[1] == pytest.approx(other.x[1], rel=1e-5)


@pytest.mark.parametrize("cells", [(7, 3, 4, 9), (10, 0, 3, 8), (5, 0, 0, 6)])
def test_the_penalty_adds_half_a_quote_to_each_cell(cells):
    """With one column of two values, Jeffreys' penalty is known in closed form, separated or not."""
    a, b, c, d = cells
    x = np.repeat([0.0, 0.0, 1.0, 1.0], cells)
    sign = np.repeat([1.0, -1.0, 1.0, -1.0], cells)
    columns = np.column_stack([np.ones(x.size), x])
    found = maximise(Panel(columns, sign, NOBODY, NOBODY, "logit"), firth=True)
    base = np.log((a + 0.5) / (b + 0.5))
    assert found.coefficients == pytest.approx([base, np.log((c + 0.5) / (d + 0.5)) - base], abs=1e-6)
    assert bool(separating_columns(columns, sign)) == (b == 0)


def test_the_endometrial_study_as_published():
    """Heinze and Schemper (2002), Table II; to more digits in the vignettes of brglm2."""
    nv, pi, eh, grade = np.array(PATIENTS, dtype=float).T
    columns = np.column_stack([np.ones(nv.size), nv, pi, eh])
    sign = np.where(grade == 1, 1.0, -1.0)
    assert separating_columns(columns, sign) == (1,)
    found = maximise(Panel(columns, sign, NOBODY, NOBODY, "logit"), firth=True)
    assert found.coefficients == pytest.approx([3.77456, 2.92927, -0.03475, -2.60416], abs=2e-5)


def test_separation_names_the_columns():
    x = np.linspace(-1, 1, 40)
    columns = np.column_stack([np.ones(40), np.sin(37 * x), x])
    assert separating_columns(columns, np.where(x > 0.1, 1.0, -1.0)) != ()
    assert 2 in separating_columns(columns, np.where(x > 0.1, 1.0, -1.0))
    assert separating_columns(columns, np.where(np.sin(91 * x) > 0, 1.0, -1.0)) == ()


@pytest.mark.parametrize("link", LINKS)
def test_derivatives_of_the_links(link):
    z, h = np.linspace(-6, 6, 25), 1e-5
    slopes = pull(link, z)
    # Central differences are off by h^2 and by rounding over h.
    assert slopes.first == pytest.approx(
        (log_chance(link, z + h) - log_chance(link, z - h)) / (2 * h), abs=1e-8
    )
    assert slopes.second == pytest.approx(
        (pull(link, z + h).first - pull(link, z - h).first) / (2 * h), abs=1e-8
    )
    one, slope = weight(link, z)
    assert slope == pytest.approx((weight(link, z + h)[0] - weight(link, z - h)[0]) / (2 * h), abs=1e-8)
    assert chance_of(link, z) + chance_of(link, -z) == pytest.approx(np.ones(25))
    assert (one > 0).all()


@pytest.mark.parametrize("link", LINKS)
@pytest.mark.parametrize("sd", [0.5, 1.0, 2.0])
def test_chances_averaged_over_customers(link, sd):
    score = np.linspace(-4, 4, 17)
    node, mass = special.roots_hermitenorm(80)
    exact = chance_of(link, score[:, None] + sd * node) @ mass / mass.sum()
    # The docstring of `shrink` says so.
    near = chance_of(link, score * shrink(link, sd))
    assert near == pytest.approx(exact, abs=1e-9 if link == "probit" else 0.011)


@pytest.mark.parametrize("link", LINKS)
def test_the_integral_over_customers_against_a_fine_grid(link):
    columns, sign, owner, starts = customers()
    panel = Panel(columns, sign, owner, starts, link)
    found = maximise(panel, firth=True)
    grid = np.linspace(-9, 9, 2001)
    score = (columns @ found.coefficients)[:, None] + found.sd * grid
    one = np.exp(panel.by_customer(np.log(chance_of(link, sign[:, None] * score))) - 0.5 * grid**2)
    each = np.trapezoid(one, grid) / np.sqrt(2 * np.pi)
    # Eleven nodes where the integrand is; the grid's own error is far below.
    assert found.log_likelihood == pytest.approx(np.log(each).sum(), abs=1e-5)
    effect = effects(panel, found.coefficients, found.sd)
    mean = np.trapezoid(one * grid, grid) / np.trapezoid(one, grid)
    assert effect.mean == pytest.approx(found.sd * mean, abs=1e-5)
    assert (effect.sd < found.sd).all()


@pytest.mark.parametrize("link", LINKS)
def test_gradient_and_hessian_by_differences(link):
    columns, sign, owner, starts = customers()
    panel = Panel(columns, sign, owner, starts, link)
    theta = np.array([-0.1, -3.0, np.log(0.7)])
    nodes = adapt(panel, theta[:2], 0.7)

    def look(at):
        return marginal(panel, at[:2], float(np.exp(at[2])), nodes)

    h = 1e-5
    _, slope, bend = look(theta)
    for at, step in enumerate(h * np.eye(3)):
        above, below = look(theta + step), look(theta - step)
        # Values are of the order of 200, so rounding over h is about 1e-8.
        assert slope[at] == pytest.approx((above[0] - below[0]) / (2 * h), abs=1e-6)
        assert bend[at] == pytest.approx((above[1] - below[1]) / (2 * h), abs=1e-6)


def test_the_estimate_is_where_the_penalised_gradient_vanishes():
    columns, sign, owner, starts = customers(seed=3)
    panel = Panel(columns, sign, owner, starts, "logit")
    found = maximise(panel, firth=False)
    _, slope, _ = marginal(panel, found.coefficients, found.sd, adapt(panel, found.coefficients, found.sd))
    assert found.converged
    assert slope == pytest.approx([0.0, 0.0, -1.0], abs=1e-4)
