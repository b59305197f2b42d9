"""A value function in parts: the same numbers, and a search asks only for what a term moves."""

import numpy as np
import pytest

import walkaway_sim as ws

INPUTS = {
    "volume": ws.lognormal(1000, 0.25),
    "unit_cost": ws.pert(27, 30, 36),
    "recall": ws.event_risk(0.2, ws.lognormal(500, 1)),
}
TERMS = [
    ws.Term("discount", proposed=0.08, range=(0.0, 0.35)),
    ws.Term("days", proposed=30, range=(0, 120)),
    ws.Term("drops", proposed=2, levels=(1, 2, 3)),
]
asked = {"revenue": 0, "cost": 0, "waiting": 0, "drops": 0}


def revenue(inputs, terms):
    asked["revenue"] += 1
    return inputs["volume"] * 42 * (1 - terms["discount"])


def cost(inputs, terms):
    asked["cost"] += 1
    assert not terms
    return -inputs["volume"] * inputs["unit_cost"] - np.asarray(inputs["recall"])


def waiting(inputs, terms):
    asked["waiting"] += 1
    return -inputs["volume"] * 42 * (1 - terms["discount"]) * (1 - 1.07 ** (-terms["days"] / 365))


def drops(_, terms):
    asked["drops"] += 1
    return -52 * 15 * terms["drops"]


PARTS = {
    "revenue": (revenue, ("discount",)),
    "cost": (cost, ()),
    "waiting": (waiting, ("discount", "days")),
    "drops": (drops, ["drops"]),
}


def whole(inputs, terms):
    return {
        name: function(inputs, {key: terms[key] for key in read}) for name, (function, read) in PARTS.items()
    }


def deal(value):
    return ws.Deal(name="parts", inputs=INPUTS, terms=TERMS, value=value, no_deal=ws.normal(3000, 800))


@pytest.mark.parametrize("n_draws", [2**15, 2**18])
@pytest.mark.parametrize(
    "rule", [ws.ChanceRule(0.8), ws.ExpectedValueRule(), ws.ExpectedShortfallRule(0.2)], ids=str
)
def test_the_same_walkaways(n_draws, rule):
    one, other = (
        ws.walkaway(ws.simulate(deal(value), n_draws, "random", rng=5), rule)
        for value in (whole, ws.value_of_parts(**PARTS))
    )
    for name, found in one.items():
        assert other[name].status == found.status
        for key in ("estimate", "low", "high", "safe"):
            assert getattr(other[name], key) == pytest.approx(getattr(found, key), abs=1e-9, nan_ok=True)


def test_only_what_a_term_moves_is_asked_for():
    sim = ws.simulate(deal(ws.value_of_parts(**PARTS)), 2**14, rng=5)
    asked.update(dict.fromkeys(asked, 0))
    ws.walkaway(sim, ws.ChanceRule(0.8))
    # Three searches prepare them, and a few whole values are looked at.
    assert asked["cost"] < 12
    assert asked["drops"] < 20
    assert asked["waiting"] > 100


def test_components_keep_their_names_and_order():
    parts = ws.simulate(deal(ws.value_of_parts(**PARTS)), 2**14, rng=5).components()
    assert list(parts) == list(PARTS)


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        (
            {"revenue": (revenue, ())},
            r"part 'revenue' reads the term 'discount' and does not say so.*'discount'",
        ),
        (
            {"revenue": (lambda i, t: i["volum"], ())},
            "part 'revenue' asked for 'volum'.*did you mean 'volume'",
        ),
    ],
)
def test_a_part_that_reads_what_it_does_not_say(parts, says):
    with pytest.raises(ws.ValueFunctionError, match=says):
        ws.simulate(deal(ws.value_of_parts(**parts)), 2**14, rng=1)


@pytest.mark.parametrize("given", [revenue, (revenue,), ("revenue", ()), (revenue, "discount")])
def test_what_is_no_part_is_refused(given):
    with pytest.raises(ws.InputError, match="must be a function and the terms that it reads"):
        ws.value_of_parts(revenue=given)
    with pytest.raises(ws.InputError, match="one part or more"):
        ws.value_of_parts()


def test_draws_that_are_not_kept_too():
    value = ws.value_of_parts(**PARTS)
    one, other = (
        ws.walkaway(ws.simulate(deal(value), 2**18, "random", rng=5, max_memory=limit), ws.ChanceRule(0.8))
        for limit in (2**29, 2**24)
    )
    assert not ws.simulate(deal(value), 2**18, "random", rng=5, max_memory=2**24).is_kept
    for name, found in one.items():
        assert repr(other[name]) == repr(found)
