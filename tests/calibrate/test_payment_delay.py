"""Partial pooling of payment delays: closed forms, published sets, coverage, and what one sample gets wrong."""

import math

import numpy as np
import pandas as pd
import pytest
import scipy.stats as st
from hypothesis import given
from hypothesis import strategies as hs
from tests.calibrate.judged import accepted, holds, too_few
from tests.strategies import refused

import walkaway_sim as ws
from walkaway_sim.calibrate.history.erratic import erratic
from walkaway_sim.calibrate.history.lognormal_mean import lognormal_mean
from walkaway_sim.calibrate.history.one_way import Groups, OneWay, grouped, posterior, reml, resampled, shrunk
from walkaway_sim.examples.history import INVOICES, make_invoices

DYESTUFF = [
    1545, 1440, 1440, 1520, 1580, 1540, 1555, 1490, 1560, 1495, 1595, 1550, 1605, 1510, 1560,
    1445, 1440, 1595, 1465, 1545, 1595, 1630, 1515, 1635, 1625, 1520, 1455, 1450, 1480, 1445,
]  # fmt: skip
BOX_TIAO = [
    7.298, 3.846, 2.434, 9.566, 7.990, 5.220, 6.556, 0.608, 11.788, -0.892, 0.110, 10.386, 13.434, 5.510, 8.166,
    2.212, 4.852, 7.092, 9.288, 4.980, 0.282, 9.014, 4.458, 9.446, 7.198, 1.722, 4.782, 8.106, 0.758, 3.758,
]  # fmt: skip


def by_fives(values):
    return grouped([str(place // 5) for place in range(len(values))], np.array(values, dtype=float))


def anova(groups):
    """Between- and within-group variance of balanced data, from mean squares."""
    k, n = groups.count.size, groups.count[0]
    within = groups.squares.sum() / (k * (n - 1))
    return max(0.0, (n * groups.mean.var(ddof=1) - within) / n), within


def test_published_sets():
    """Davies and Goldsmith's dyestuff batches and Box and Tiao's set, as fitted by lme4's REML."""
    found = reml(*fields(by_fives(DYESTUFF)))
    assert found.mean == pytest.approx(1527.5, rel=1e-9)
    assert found.between == pytest.approx(42.00, abs=0.005)
    assert found.within == pytest.approx(49.51, abs=0.005)
    flat = reml(*fields(by_fives(BOX_TIAO)))
    assert (float(flat.mean), float(flat.between)) == pytest.approx((5.6656, 0.0), abs=5e-5)
    assert flat.within == pytest.approx(3.716, abs=0.0005)


def fields(groups):
    return groups.count, groups.mean, groups.squares


@given(hs.integers(0, 10**6), hs.integers(3, 12), hs.integers(2, 8), hs.floats(0.0, 20.0))
def test_balanced_data_give_the_mean_squares(seed, k, n, between):
    stream = np.random.default_rng(seed)
    values = stream.normal(0.0, 3.0, (k, n)) + between * stream.standard_normal((k, 1))
    groups = grouped([str(row) for row in range(k) for _ in range(n)], values.ravel())
    found = reml(*fields(groups))
    tau2, sigma2 = anova(groups)
    assert found.mean == pytest.approx(values.mean(), abs=1e-9)
    assert found.between**2 == pytest.approx(tau2, rel=1e-5, abs=1e-5 * sigma2)
    if tau2 > 0.0:
        assert found.within**2 == pytest.approx(sigma2, rel=1e-5)


def test_fits_side_by_side_are_the_fits_one_by_one():
    stream = np.random.default_rng(5)
    count = 1.0 + stream.poisson(4, (3, 9))
    mean, squares = stream.normal(0, 5, (3, 9)), stream.gamma(3, 4, (3, 9))
    together = reml(count, mean, squares)
    for row in range(3):
        alone = reml(count[row], mean[row], squares[row])
        assert together.between[row] == pytest.approx(float(alone.between), rel=1e-7)


def test_a_customer_with_few_invoices_is_drawn_to_the_mean():
    model = OneWay(np.array(0.0), np.array(10.0), np.array(5.0))
    counts = np.array([1.0, 2.0, 10.0, 1000.0])
    centre, spread = shrunk(counts, 20.0, model)
    pull = counts * 100 / (counts * 100 + 25)
    assert centre == pytest.approx(20 * pull, rel=1e-14)
    assert spread == pytest.approx(np.sqrt(100 * (1 - pull)), rel=1e-12)
    assert np.all(np.diff(centre) > 0)
    assert np.all(np.diff(spread) < 0)


def test_the_input_of_a_customer_is_the_pooled_mean():
    found = ws.fit_payment_delay(make_invoices(20, 5, rng=2), rng=2, n_plausible=4000)
    table = found.to_frame()
    name = table["invoices"].idxmin()
    known = found.customer(name)
    assert known.distribution.mean() == pytest.approx(table.loc[name, "pooled_mean"], rel=1e-12)
    between = sorted([table.loc[name, "own_mean"], found.mean])
    assert between[0] <= known.distribution.mean() <= between[1]
    drawn = np.array([law.mean() for law in known.plausible])
    # Hyperparameters move the mean as well, so the spread is a little above that for given ones.
    assert 0.9 * table.loc[name, "pooled_sd"] < drawn.std() < 1.6 * table.loc[name, "pooled_sd"]


def test_spread_of_a_new_customer_and_of_averages():
    found = ws.fit_payment_delay(make_invoices(rng=7), rng=7)
    one, many = found.new_customer(), found.new_customer(invoices=10**6)
    assert one.distribution.std() == pytest.approx(math.hypot(found.between_sd, found.within_sd), rel=1e-12)
    assert many.distribution.std() == pytest.approx(found.between_sd, rel=1e-4)
    assert found.customer("C002").distribution.std() == pytest.approx(found.within_sd, rel=1e-12)
    assert one.fitted_with == many.fitted_with == found.customer("C002").fitted_with != ""
    assert one.unit == "days"


def test_plausible_distributions_go_together_by_index():
    found = ws.fit_payment_delay(make_invoices(30, 8, rng=3), rng=3)
    new, known = found.new_customer(), found.customer("C001")
    for index in (0, 57, 199):
        law, own = new.plausible[index], known.plausible[index]
        assert law.std() ** 2 - own.std() ** 2 == pytest.approx(found.plausible.between[index] ** 2, rel=1e-9)


def test_a_customer_stays_when_others_are_added():
    """Each customer's stream is its own: what it is drawn from does not hang on the order of the table."""
    table = make_invoices(10, 6, rng=4)
    found = ws.fit_payment_delay(table, rng=4)
    shuffled = ws.fit_payment_delay(table.sample(frac=1, random_state=1), rng=4)
    ours = [law.mean() for law in found.customer("C003").plausible]
    assert ours == pytest.approx([law.mean() for law in shuffled.customer("C003").plausible], rel=1e-9)


def simulated(stream, k, mean_count, between=10.0, within=7.0, mean=5.0):
    """Sufficient statistics of one set of customers, and the seeds' truth."""
    count = 1.0 + stream.poisson(mean_count - 1, k)
    own = mean + between * stream.standard_normal(k)
    means = own + within * stream.standard_normal(k) / np.sqrt(count)
    squares = within**2 * np.where(count > 1, stream.chisquare(np.maximum(count - 1, 1)), 0.0)
    return Groups(tuple(map(str, range(k))), count, means, squares), own


@pytest.mark.statistical
@pytest.mark.parametrize(("k", "mean_count"), [(6, 4), (30, 6)])
def test_intervals_of_the_parameters_cover(k, mean_count):
    hits, n = np.zeros(3), 300
    for seed in range(n):
        stream = np.random.default_rng(seed)
        groups, _ = simulated(stream, k, mean_count)
        drawn = posterior(groups, 400, stream)
        hits += [holds(5.0, drawn.mean), holds(10.0, drawn.between), holds(7.0, drawn.within)]
    assert all(accepted(one, n) for one in hits), hits


@pytest.mark.statistical
def test_resampling_few_customers_covers_too_seldom():
    """Negative control, and why it is not the default: six customers are too few for a bootstrap."""
    hits, n = 0, 150
    for seed in range(n):
        stream = np.random.default_rng(seed)
        groups, _ = simulated(stream, 6, 4)
        hits += holds(10.0, resampled(groups, 100, stream).between)
    assert too_few(hits, n), hits


@pytest.mark.statistical
def test_predictions_cover_for_customers_new_and_known_and_those_of_one_sample_do_not():
    """Average delay of 12 invoices. Taking all invoices for one sample, the new customer is missed mostly."""
    new = known = naive = own = 0
    n = 300
    for seed in range(n):
        stream = np.random.default_rng(seed)
        groups, means = simulated(stream, 25, 5)
        drawn = posterior(groups, 400, stream)
        noise = 7.0 / math.sqrt(12) * stream.standard_normal(2)
        coming = 5.0 + 10.0 * stream.standard_normal() + noise[0]
        spread = np.hypot(drawn.between, drawn.within / math.sqrt(12))
        new += holds(coming, drawn.mean + spread * stream.standard_normal(400))
        place = int(np.argmin(groups.count))
        centre, sd = shrunk(groups.count[place], groups.mean[place], drawn)
        theirs = centre + np.hypot(sd, drawn.within / math.sqrt(12)) * stream.standard_normal(400)
        known += holds(means[place] + noise[1], theirs)
        total = groups.count.sum()
        mean = (groups.count * groups.mean).sum() / total
        sd_all = math.sqrt(
            (groups.squares.sum() + (groups.count * (groups.mean - mean) ** 2).sum()) / (total - 1)
        )
        naive += abs(coming - mean) <= 1.645 * sd_all * math.sqrt(1 / 12 + 1 / total)
        # The customer's own mean taken as known: right for hundreds of invoices, wrong for one.
        own += abs(means[place] + noise[1] - groups.mean[place]) <= 1.645 * 7.0 / math.sqrt(12)
    assert accepted(new, n), new
    assert accepted(known, n), known
    assert too_few(naive, n), naive
    assert too_few(own, n), own


def test_lognormal_days():
    stream = np.random.default_rng(11)
    own = 3.3 + 0.3 * stream.standard_normal(200)
    place = np.repeat(np.arange(200), 20)
    days = np.exp(own[place] + 0.25 * stream.standard_normal(4000))
    table = pd.DataFrame({"customer": [f"C{one}" for one in place], "days_late": days - 30})
    found = ws.fit_payment_delay(table, family="lognormal", terms_days=30, rng=1)
    # Four standard errors: sd/sqrt(200), sd/sqrt(400), sd/sqrt(2 x 3800).
    assert found.mean == pytest.approx(3.3, abs=4 * 0.305 / math.sqrt(200))
    assert found.between_sd == pytest.approx(0.3, abs=4 * 0.31 / math.sqrt(400))
    assert found.within_sd == pytest.approx(0.25, abs=4 * 0.25 / math.sqrt(7600))
    law = found.new_customer().distribution
    sd = math.hypot(found.between_sd, found.within_sd)
    assert law.ppf(0.9) == pytest.approx(math.exp(found.mean + sd * st.norm.ppf(0.9)) - 30, rel=1e-9)
    known = found.customer("C7", invoices=9).distribution
    # An average has the mean of a single one, and a ninth of its variance.
    single = found.customer("C7").distribution
    assert known.mean() == pytest.approx(single.mean(), rel=1e-9)
    assert known.std() == pytest.approx(single.std() / 3, rel=1e-9)


def test_lognormal_mean_keeps_two_moments():
    for n in (1, 2, 50):
        centre, sd = lognormal_mean(1.0, 0.8, n)
        mean = math.exp(centre + sd**2 / 2)
        assert mean == pytest.approx(math.exp(1.32), rel=1e-13)
        assert mean**2 * math.expm1(sd**2) == pytest.approx(math.exp(2.64) * math.expm1(0.64) / n, rel=1e-12)


def uneven(stream, sds, m=6):
    k = len(sds)
    own = 5.0 + 8.0 * stream.standard_normal(k)
    values = own[:, None] + np.asarray(sds)[:, None] * stream.standard_normal((k, m))
    labels = [f"c{row:02d}" for row in range(k) for _ in range(m)]
    return pd.DataFrame({"customer": labels, "days_late": values.ravel()})


def test_a_customer_that_pays_unevenly_is_named():
    sds = [25.0] + [5.0] * 29
    found = ws.fit_payment_delay(uneven(np.random.default_rng(1), sds, 12), rng=1)
    (note,) = found.used.notes
    assert note.startswith("invoices of c00 (")
    assert "c01" not in note
    assert note.replace("'", "&#x27;") in found._repr_html_()
    table = uneven(np.random.default_rng(1), [5.0] * 30)
    assert not ws.fit_payment_delay(table, rng=1).used.notes
    # One who always pays on the same day is steady, and no trouble.
    table.loc[table["customer"] == "c03", "days_late"] = 4.0
    assert "spread more" not in str(ws.fit_payment_delay(table, rng=1).used)


@pytest.mark.statistical
def test_uneven_customers_are_found_and_even_ones_rarely():
    """False notes of at most 6%, judged by a binomial test at 0.1%; five times the spread is found mostly."""
    n, false, found, overall = 150, 0, 0, 0
    for seed in range(n):
        stream = np.random.default_rng(seed)

        def noted(table):
            values = table["days_late"].to_numpy()
            groups = grouped(table["customer"].tolist(), values)
            return erratic(groups, table["customer"].tolist(), values)

        false += bool(noted(uneven(stream, [5.0] * 30)))
        found += 0 in noted(uneven(stream, [25.0] + [5.0] * 29))
        overall += bool(noted(uneven(stream, 5.0 * np.exp(0.6 * stream.standard_normal(30)))))
    assert st.binomtest(false, n, 0.06, alternative="greater").pvalue > 1e-3, false
    assert found > 0.75 * n, found
    assert overall > 0.75 * n, overall


def test_refusals():
    table = make_invoices(10, 5, rng=1)
    assert "did you mean 'C001'" in refused(ws.fit_payment_delay(table, rng=1).customer, "C0011")
    assert "terms_days" in refused(ws.fit_payment_delay, table, family="lognormal")
    message = refused(ws.fit_payment_delay, table.assign(days_late=-30), family="lognormal", terms_days=30)
    assert "must lie above -30" in message
    assert "3 customers" in refused(ws.fit_payment_delay, table.assign(customer="one"))
    single = table.drop_duplicates("customer").assign(customer=lambda t: t["customer"])
    assert "whose invoices differ" in refused(ws.fit_payment_delay, single)
    assert "invoices must be" in refused(ws.fit_payment_delay(table, rng=1).new_customer, invoices=0)
    assert "level" in refused(ws.fit_payment_delay(table, rng=1).intervals, 1.0)


def test_the_generator_gives_its_truth_back():
    """Undisputed invoices of 400 customers; days are rounded, which adds 1/12 to the variance within."""
    table = make_invoices(400, rng=3)
    found = ws.fit_payment_delay(table[~table["disputed"]], rng=3)
    assert found.mean == pytest.approx(INVOICES.mean, abs=4 * 10.1 / 20)
    assert found.between_sd == pytest.approx(INVOICES.between_sd, abs=4 * 10.1 / math.sqrt(800))
    n = (~table["disputed"]).sum()
    assert found.within_sd == pytest.approx(math.sqrt(5.4**2 + 1 / 12), abs=4 * 5.4 / math.sqrt(2 * n) + 0.05)


def test_resampled_customers_as_plausible_parameters():
    found = ws.fit_payment_delay(make_invoices(60, rng=5), uncertainty="customers", rng=5)
    drawn = found.plausible.mean
    # About the estimate, with the standard error of a mean over customers, to a factor of 1.3.
    expected = math.hypot(found.between_sd, found.within_sd / 5) / math.sqrt(60)
    assert expected / 1.3 < drawn.std() < expected * 1.3
    assert found.intervals().loc["mean", "low"] < found.mean < found.intervals().loc["mean", "high"]
