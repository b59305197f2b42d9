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
from walkaway_sim.calibrate.history.customer_means import Cells, fit_customer_means
from walkaway_sim.calibrate.history.erratic import erratic
from walkaway_sim.calibrate.history.known_errors import effect_sd
from walkaway_sim.calibrate.history.lognormal_mean import lognormal_mean
from walkaway_sim.calibrate.history.one_way import grouped, reml, resampled
from walkaway_sim.calibrate.history.unequal_spreads import fit_spreads
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


@given(hs.integers(0, 10**6), hs.integers(3, 12), hs.floats(0.0, 20.0))
def test_effects_seen_with_one_error_give_the_mean_square(seed, k, between):
    values = np.random.default_rng(seed).normal(0.0, math.hypot(3.0, between), k)
    found = effect_sd(values, np.full(k, 9.0), np.array([0]))
    assert found**2 == pytest.approx(max(values.var(ddof=1) - 9.0, 0.0), rel=1e-4, abs=1e-4)


def test_effects_in_several_sets_have_a_mean_of_their_own_each():
    """Two sets about 0 and 100: the spread is that within them, with two degrees of freedom less than values."""
    values = np.array([-3.0, 3.0, 0.0, 96.0, 104.0])
    found = effect_sd(values, np.full(5, 1.0), np.array([0, 3]))
    assert found**2 == pytest.approx((9 + 9 + 16 + 16) / 3 - 1.0, rel=1e-6)


def test_a_customer_with_few_invoices_is_drawn_to_the_mean():
    """Mean and spread: by the weights of the two variances, and of the degrees of freedom (Smyth 2004)."""
    found = ws.fit_payment_delay(make_invoices(60, 6, rng=3), rng=3, n_plausible=2)
    table, best = found.to_frame(), found.estimate
    error = table["within_sd"] ** 2 / table["invoices"]
    pull = found.between_sd**2 / (found.between_sd**2 + error)
    assert table["pooled_mean"].to_numpy() == pytest.approx(
        (found.mean + pull * (table["own_mean"] - found.mean)).to_numpy(), rel=1e-12
    )
    assert table["pooled_sd"].to_numpy() == pytest.approx(np.sqrt(pull * error).to_numpy(), rel=1e-12)
    freedom, nu = found.groups.count - 1.0, float(best.spreads.freedom)
    expected = (found.groups.squares + nu * found.within_sd**2) / (freedom + nu)
    several = found.groups.squares > 0.0
    assert table["within_sd"].to_numpy()[several] ** 2 == pytest.approx(expected[several], rel=1e-12)


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
    own = found.to_frame().loc["C002", "within_sd"]
    assert found.customer("C002").distribution.std() == pytest.approx(own, rel=1e-12)
    assert one.fitted_with == many.fitted_with == found.customer("C002").fitted_with != ""
    assert one.unit == "days"


def test_plausible_distributions_go_together_by_index():
    found = ws.fit_payment_delay(make_invoices(30, 8, rng=3), date="due", rng=3)
    one, many = found.new_customer(), found.new_customer(invoices=10**8)
    drawn = found.plausible
    for index in (0, 57, 199):
        apart = math.hypot(drawn.between[index], drawn.period[index])
        assert many.plausible[index].std() == pytest.approx(apart, rel=1e-3)
        assert one.plausible[index].mean() == many.plausible[index].mean() == drawn.mean[index]
        known = found.customer("C001", invoices=10**8).plausible[index]
        assert known.std() == pytest.approx(drawn.period[index], rel=1e-3)


def test_a_customer_stays_when_others_are_added():
    """Each customer's stream is its own: what it is drawn from does not hang on the order of the table."""
    table = make_invoices(10, 6, rng=4)
    found = ws.fit_payment_delay(table, rng=4)
    shuffled = ws.fit_payment_delay(table.sample(frac=1, random_state=1), rng=4)
    ours = [law.mean() for law in found.customer("C003").plausible]
    assert ours == pytest.approx([law.mean() for law in shuffled.customer("C003").plausible], rel=1e-9)


def simulated(stream, k, mean_count, *, periods=1, between=10.0, period=0.0, freedom=None):
    """Cells of one set of customers with mean 5 and usual spread 7, and each customer's true mean and spread."""
    count = stream.poisson(mean_count, (k, periods)).astype(float)
    count[:, 0] = np.maximum(count[:, 0], 1.0)
    count[0, 0] = max(count[0, 0], 5.0)
    sds = np.full(k, 7.0) if freedom is None else 7.0 * np.sqrt(freedom / stream.chisquare(freedom, k))
    own = 5.0 + between * stream.standard_normal(k)
    customer, place = np.nonzero(count)
    n = count[customer, place]
    noise = np.hypot(period, sds[customer] / np.sqrt(n)) * stream.standard_normal(n.size)
    squares = sds[customer] ** 2 * np.where(n > 1, stream.chisquare(np.maximum(n - 1, 1)), 0.0)
    return Cells(n, own[customer] + noise, squares, customer.astype(np.int64)), own, sds


@pytest.mark.statistical
@pytest.mark.parametrize(("k", "mean_count"), [(3, 4), (6, 4), (30, 6)])
def test_intervals_of_the_parameters_cover(k, mean_count):
    hits, n = np.zeros(3), 200
    for seed in range(n):
        stream = np.random.default_rng([seed, k])
        cells, _, _ = simulated(stream, k, mean_count)
        drawn = fit_customer_means(cells, None, 199, stream)[1]
        hits += [holds(5.0, drawn.mean), holds(10.0, drawn.between), holds(7.0, drawn.spreads.usual)]
    assert all(accepted(one, n) for one in hits), hits


@pytest.mark.statistical
def test_movements_between_periods_are_covered_and_left_out_are_not():
    """Ten customers in four quarters: every parameter, and the average of 40 invoices in the next quarter."""
    hits, n, still = np.zeros(6), 200, 0
    for seed in range(n):
        stream = np.random.default_rng(seed)
        cells, own, sds = simulated(stream, 10, 4, periods=4, period=4.0, freedom=10.0)
        drawn = fit_customer_means(cells, None, 199, stream)[1]
        coming = own[9] + math.hypot(4.0, sds[9] / math.sqrt(40)) * stream.standard_normal()
        noise = drawn.spreads.own[:, 9] / math.sqrt(40)
        score = stream.standard_normal(199)
        hits += [
            holds(5.0, drawn.mean),
            holds(10.0, drawn.between),
            holds(4.0, drawn.period),
            holds(7.0, drawn.spreads.usual),
            holds(10.0, drawn.spreads.freedom),
            holds(coming, drawn.own[:, 9] + np.hypot(drawn.period, noise) * score),
        ]
        still += holds(coming, drawn.own[:, 9] + noise * score)
    assert all(accepted(one, n) for one in hits), hits
    assert too_few(still, n), still


@pytest.mark.statistical
def test_resampling_few_customers_covers_too_seldom():
    """Negative control, and why it is not the default: six customers are too few for a bootstrap."""
    hits, n = 0, 150
    for seed in range(n):
        stream = np.random.default_rng(seed)
        cells, _, _ = simulated(stream, 6, 4)
        hits += holds(10.0, resampled(cells, 100, stream).between)
    assert too_few(hits, n), hits


@pytest.mark.statistical
def test_predictions_cover_for_customers_new_and_known_and_those_of_one_sample_do_not():
    """Average delay of 12 invoices. Taking all invoices for one sample, the new customer is missed mostly."""
    new = known = naive = own = 0
    n = 200
    for seed in range(n):
        stream = np.random.default_rng(seed)
        cells, means, _ = simulated(stream, 25, 4)
        drawn = fit_customer_means(cells, None, 199, stream)[1]
        noise = 7.0 / math.sqrt(12) * stream.standard_normal(2)
        coming = 5.0 + 10.0 * stream.standard_normal() + noise[0]
        spreads = drawn.spreads
        theirs = spreads.usual * np.sqrt(spreads.freedom / stream.chisquare(spreads.freedom) / 12)
        new += holds(coming, drawn.mean + np.hypot(drawn.between, theirs) * stream.standard_normal(199))
        place = int(np.argmin(cells.count))
        later = drawn.own[:, place] + spreads.own[:, place] / math.sqrt(12) * stream.standard_normal(199)
        known += holds(means[place] + noise[1], later)
        total = cells.count.sum()
        mean = (cells.count * cells.mean).sum() / total
        sd_all = math.sqrt(
            (cells.squares.sum() + (cells.count * (cells.mean - mean) ** 2).sum()) / (total - 1)
        )
        naive += abs(coming - mean) <= 1.645 * sd_all * math.sqrt(1 / 12 + 1 / total)
        # The customer's own mean taken as known: right for hundreds of invoices, wrong for one.
        own += abs(means[place] + noise[1] - cells.mean[place]) <= 1.645 * 7.0 / math.sqrt(12)
    assert accepted(new, n), new
    assert accepted(known, n), known
    assert too_few(naive, n), naive
    assert too_few(own, n), own


@pytest.mark.statistical
def test_the_customer_that_was_seen_most_erratic_is_covered_and_by_one_spread_for_all_is_not():
    """A later invoice of it, and its standard deviation. Chosen by the data, as a reader would."""
    later = spread = one = 0
    n = 250
    for seed in range(n):
        stream = np.random.default_rng(seed)
        cells, _, sds = simulated(stream, 20, 8, freedom=4.0)
        spreads = fit_customer_means(cells, None, 199, stream)[1].spreads
        seen = np.where(cells.count >= 4, cells.squares / np.maximum(cells.count - 1, 1), 0.0)
        place = int(np.argmax(seen))
        spread += holds(sds[place], spreads.own[:, place])
        coming = sds[place] * stream.standard_normal()
        later += holds(coming, spreads.own[:, place] * stream.standard_normal(199))
        pooled = math.sqrt(cells.squares.sum() / (cells.count - 1).sum())
        one += abs(coming) <= 1.645 * pooled
    assert accepted(spread, n), spread
    assert accepted(later, n), later
    assert too_few(one, n), one


def test_spreads_of_customers():
    """Alike, they are one; far more uneven, a customer keeps nearly all of its own; steady to the day, a little is left."""
    even, _ = fit_spreads(
        np.full(30, 9.0), 25.0 * np.random.default_rng(1).chisquare(9.0, 30), 2, np.random.default_rng(1)
    )
    assert np.ptp(even.own) < 0.35 * even.usual
    squares = np.r_[11 * 25.0**2, 25.0 * np.random.default_rng(1).chisquare(11, 29)]
    found, drawn = fit_spreads(np.full(30, 11.0), squares, 2000, np.random.default_rng(1))
    assert 3.5 * found.usual < found.own[0] < 25.0
    low, high = np.quantile(drawn.own[:, 0], (0.05, 0.95))
    assert low < 25.0 < high
    assert np.median(drawn.own[:, 1:]) == pytest.approx(5.0, rel=0.1)
    still, _ = fit_spreads(
        np.array([5.0, 5.0, 5.0]), np.array([0.0, 20.0, 30.0]), 2, np.random.default_rng(1)
    )
    assert 0.0 < still.own[0] <= still.own[1]
    alone, drawn = fit_spreads(
        np.array([0.0, 6.0, 9.0]), np.array([0.0, 96.0, 144.0]), 4000, np.random.default_rng(1)
    )
    assert alone.own[0] == pytest.approx(alone.usual, rel=1e-12)
    assert drawn.own[:, 0].std() > drawn.own[:, 2].std()


def dated(stream, k=40, quarters=8, drift=0.0, moves=4.0, starts="2022-01-15"):
    """Three invoices a customer and quarter, whose mean moves and drifts."""
    place, quarter, _ = (one.ravel() for one in np.meshgrid(*map(np.arange, (k, quarters, 3)), indexing="ij"))
    mean = (
        8.0 * stream.standard_normal(k)[place] + moves * stream.standard_normal((k, quarters))[place, quarter]
    )
    late = mean + drift * quarter + 5.0 * stream.standard_normal(place.size)
    due = (np.datetime64(starts, "M") + 3 * quarter).astype("datetime64[ns]")
    return pd.DataFrame({"customer": place.astype(str), "days_late": late, "due": due})


def test_dates_tell_how_a_mean_moves():
    table = dated(np.random.default_rng(1))
    found = ws.fit_payment_delay(table, date="due", rng=1)
    # Four standard errors: of 280 degrees of freedom, for a variance of 16 seen with an error of 25/3.
    assert found.period_sd == pytest.approx(4.0, abs=4 * (16 + 25 / 3) / math.sqrt(2 * 280) / 4)
    assert found.within_sd == pytest.approx(5.0, abs=4 * 5 / math.sqrt(2 * 640))
    assert found.intervals().loc["period_sd", "low"] < 4.0 < found.intervals().loc["period_sd", "high"]
    many = found.customer("3", invoices=10**8).distribution
    assert many.std() == pytest.approx(found.period_sd, rel=1e-4)
    assert not found.used.notes
    dates = table.assign(paid=table["due"] + pd.to_timedelta(table["days_late"], unit="D"))
    by_dates = ws.fit_payment_delay(dates, due="due", paid="paid", date="due", rng=1)
    assert by_dates.period_sd == pytest.approx(found.period_sd, rel=1e-6)
    yearly = ws.fit_payment_delay(table, date="due", period="year", rng=1)
    assert yearly.period_sd < found.period_sd


def test_what_dates_do_not_tell_is_said():
    table = dated(np.random.default_rng(1))
    blind = ws.fit_payment_delay(table, rng=1)
    assert (blind.period_sd, "period_sd" in blind.intervals().index) == (0.0, False)
    assert "no dates: how a customer's mean moves" in blind.used.notes[0]
    dates = table.assign(paid=table["due"])
    dates.loc[::2, "paid"] += pd.Timedelta(3, "D")
    assert "date='due'" in ws.fit_payment_delay(dates, due="due", paid="paid", rng=1).used.notes[0]
    once = ws.fit_payment_delay(table.groupby(["customer", "due"], as_index=False).first(), date="due", rng=1)
    assert once.period_sd == 0.0
    assert "several quarters of column 'due', or several in one" in once.used.notes[0]
    (note,) = ws.fit_payment_delay(dated(np.random.default_rng(1), drift=-1.0), date="due", rng=1).used.notes
    assert note.startswith("delays of the same customer drift by -")
    # Five standard errors: of a quarter's mean 4.9, 40 customers and the 42 squares of eight quarters about their mean.
    slope = float(note.split("drift by ")[1].split(" days a quarter")[0])
    assert slope == pytest.approx(-1.0, abs=5 * 4.9 / math.sqrt(40 * 42))
    assert "'month', 'quarter', 'year'" in refused(ws.fit_payment_delay, table, date="due", period="week")


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


def test_a_customer_that_pays_unevenly_is_named_and_has_a_spread_of_its_own():
    sds = [25.0] + [5.0] * 29
    found = ws.fit_payment_delay(uneven(np.random.default_rng(1), sds, 12), rng=1)
    blind, note = found.used.notes
    assert blind.startswith("no dates")
    assert note.startswith("invoices of c00 (")
    assert "c01" not in note
    assert note.replace("'", "&#x27;") in found._repr_html_()
    erratic_one, steady = found.customer("c00").distribution, found.customer("c01").distribution
    assert erratic_one.std() > 3.5 * steady.std()
    table = uneven(np.random.default_rng(1), [5.0] * 30)
    assert len(ws.fit_payment_delay(table, rng=1).used.notes) == 1
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
