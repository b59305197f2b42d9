"""Pictures of a fit, by the artists that they draw."""

import numpy as np
import pytest
from matplotlib.figure import Figure

import walkaway_sim as ws


def made(name):
    rng = np.random.default_rng(5)
    if name == "continuous":
        return ws.fit(rng.gamma(4, 9, 120), "gamma", name="days_late", unit="days", rng=1)
    if name == "counts":
        return ws.fit(rng.poisson(4, 200), "poisson", name="orders", rng=1)
    if name == "censored":
        t, end = 10 * rng.weibull(1.5, 200), rng.uniform(0, 20, 200)
        return ws.fit(np.minimum(t, end), "weibull", censored=t > end, rng=1)
    return ws.fit(
        np.concatenate([rng.normal(0, 1, 200), rng.normal(9, 0.3, 200)]), ["normal", "gumbel"], rng=1
    )


NAMES = ("continuous", "counts", "censored", "empirical")


@pytest.fixture(scope="module")
def fits():
    return {name: made(name) for name in NAMES}


def labels(ax):
    return ax.get_legend_handles_labels()[1]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", ["density", "qq", "tail"])
def test_every_fit_has_every_picture(fits, name, kind):
    ax = Figure().subplots()
    assert ws.plot_fit(fits[name], kind=kind, ax=ax) is ax
    assert ax.get_xlabel()
    assert ax.get_ylabel()
    assert ax.get_title(loc="left").startswith(fits[name].family)
    assert "data" in labels(ax)
    ax.figure.canvas.draw()
    if name == "continuous":
        assert "days late [days]" in ax.get_xlabel()


@pytest.mark.parametrize("name", ["continuous", "counts", "empirical"])
def test_bars_hold_the_whole_sample(fits, name):
    ax = ws.plot_fit(fits[name])
    assert sum(bar.get_height() * bar.get_width() for bar in ax.patches) == pytest.approx(1.0, rel=1e-9)


def test_bars_of_censored_data_hold_what_kaplan_and_meier_see(fits):
    ax = ws.plot_fit(fits["censored"])
    held = sum(bar.get_height() * bar.get_width() for bar in ax.patches)
    assert 0.8 < held < 1.0


def test_the_curve_is_the_density_and_lies_in_its_band(fits):
    fit = fits["continuous"]
    ax = ws.plot_fit(fit)
    x, y = ax.get_lines()[0].get_data()
    # A slope over a 300th of the range is off by a 24th of the square of that times the curvature.
    np.testing.assert_allclose(y, fit.distribution._density(np.asarray(x)), atol=1e-4 * y.max())
    low, high = ax.collections[0].get_paths()[0].get_extents().intervaly
    assert low <= y.min()
    assert high >= y.max()


def test_quantiles_of_data_stand_against_those_of_the_fit(fits):
    fit = fits["continuous"]
    ax = ws.plot_fit(fit, kind="qq")
    points = next(line for line in ax.get_lines() if line.get_label() == "data")
    np.testing.assert_array_equal(points.get_ydata(), np.sort(fit.sample.values))
    expected = fit.distribution.ppf((np.arange(120) + 0.5) / 120)
    np.testing.assert_allclose(points.get_xdata(), expected, rtol=1e-6)


def test_the_tail_is_on_a_logarithmic_axis_and_reaches_beyond_the_data(fits):
    fit = fits["continuous"]
    ax = ws.plot_fit(fit, kind="tail")
    assert ax.get_yscale() == "log"
    curve = next(line for line in ax.get_lines() if line.get_label() == "gamma")
    assert max(curve.get_xdata()) > fit.sample.values.max()
    x, y = curve.get_data()
    np.testing.assert_allclose(y, 1.0 - fit.distribution.cdf(np.asarray(x)), rtol=1e-9)


def test_the_headline_says_what_was_found(fits):
    assert "goodness of fit p =" in ws.plot_fit(fits["continuous"]).get_title(loc="left")
    assert "no test with lower bounds" in ws.plot_fit(fits["censored"]).get_title(loc="left")
    assert "no family fits the 400 observations" in ws.plot_fit(fits["empirical"]).get_title(loc="left")


def test_wrong_arguments_are_refused(fits):
    with pytest.raises(ws.InputError, match="did you mean 'density'"):
        ws.plot_fit(fits["counts"], kind="densty")
    with pytest.raises(ws.InputError, match="fit must be what fit"):
        ws.plot_fit(ws.normal(0, 1))
