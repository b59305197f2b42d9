"""The picture of a zone of agreement, by what it draws."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from tests.decide.customer import normal_side as side

import walkaway_sim as ws
from walkaway_sim.present.zone import plot_zone


def lines(ax):
    return {line.get_label(): float(line.get_xdata()[0]) for line in ax.get_lines()[1:]}


def test_it_shows_the_chance_of_a_yes_the_zone_and_the_three_values():
    zone = ws.zone_of_agreement(
        ws.simulate(side.deal(95), 2**14, rng=5), ws.ExpectedValueRule(), side.customer(0.0)
    )
    own = Figure().subplots()
    assert plot_zone(zone, ax=own) is own
    curve = own.get_lines()[0]
    at = np.interp(75.0, np.asarray(curve.get_xdata()), np.asarray(curve.get_ydata()))
    assert at == pytest.approx(0.5, abs=1e-3)
    drawn = lines(own)
    assert sorted(drawn.values(), reverse=True) == [zone.open, zone.target, zone.walkaway.safe]
    # A price falls towards concession: so does the axis.
    assert own.get_xlim()[0] > own.get_xlim()[1]
    assert "overlap on price in 97% of cases" in own.get_title(loc="left")
    assert own.get_xlabel() == "price; concessions to the right"
    ours, beyond = (shaded.get_paths()[0].vertices[:, 0] for shaded in own.collections)
    assert ours.min() == beyond.max() == zone.walkaway.safe
    assert beyond.min() == zone.walkaway.estimate
    chance = f"({100 * zone.exists.estimate:.1f}% of cases)"
    assert own.collections[1].get_label() == f"and on to our walkaway, beyond the stop {chance}"


def test_it_is_shaded_to_the_stop_on_the_step_of_the_term():
    made = ws.Deal(
        name="Whole prices",
        inputs={"cost": ws.normal(side.COST, side.COST_SD)},
        terms=[ws.Term("price", proposed=95, range=(20, 140), concession="down", step=1)],
        value=lambda inputs, terms: terms["price"] - inputs["cost"],
    )
    zone = ws.zone_of_agreement(ws.simulate(made, 2**14, rng=5), ws.ChanceRule(0.9), side.customer(0.0))
    ax = plot_zone(zone)
    assert ax.collections[0].get_paths()[0].vertices[:, 0].min() == 73.0  # 72.8 by the draws
    # The chance there, from the thousandths of the curve.
    assert ax.collections[0].get_label().endswith(f"({100 * side.chance_of_yes(73.0):.1f}% of cases)")


@pytest.mark.parametrize("rule", [ws.ExpectedValueRule(1000.0), ws.ChanceRule(0.99999)])
def test_our_own_rule_is_the_headline_where_it_keeps_us_out(rule):
    zone = ws.zone_of_agreement(ws.simulate(side.deal(95), 2**14, "random", rng=5), rule, side.customer(0.0))
    ax = plot_zone(zone)
    assert ax.get_title(loc="left") == f"One price: {zone.overlap}, whatever the customer takes"
    assert not ax.collections
    assert not lines(ax)


def test_where_aim_and_stop_coincide_they_are_one_mark():
    zone = ws.zone_of_agreement(
        ws.simulate(side.deal(95), 2**14, rng=5), ws.ChanceRule(0.99), side.customer(0.0)
    )
    labels = list(lines(plot_zone(zone)))
    assert len(labels) == 2
    assert labels[1].startswith("aim and stop at")


def test_no_overlap_is_the_headline():
    zone = ws.zone_of_agreement(
        ws.simulate(side.deal(95), 2**14, rng=5), ws.ExpectedValueRule(), ws.Customer(30.0, term="price")
    )
    ax = plot_zone(zone)
    assert ax.get_title(loc="left") == "One price: no overlap"
    assert not ax.collections
    assert [label.split()[0] for label in lines(ax)] == ["stop"]
    with pytest.raises(ws.InputError, match="must be what zone_of_agreement"):
        plot_zone("zone")
