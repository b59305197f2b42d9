"""Terms: what they refuse, and what they know of themselves."""

import pytest

import walkaway_sim as ws


def test_directions_and_ends():
    up = ws.Term("discount", proposed=0.08, range=(0.0, 0.35), concession="up", unit="fraction of list price")
    down = ws.Term("price", proposed=10, range=(5, 20), concession="down")
    assert (up.limit, up.best, up.sign) == (0.35, 0.0, 1)
    assert (down.limit, down.best, down.sign) == (5.0, 20.0, -1)
    assert up.is_fraction
    assert not down.is_fraction


def test_all_optional_fields_are_kept():
    term = ws.Term(
        "discount", proposed=0.08, range=(0.0, 0.35), concession="up", unit="fraction of list price",
        open=0.02, target=0.05, step=0.005, authority={"sales": 0.05, "manager": 0.08}, policy_limit=0.15, owner="pricing",
    )  # fmt: skip
    assert term.authority == {"sales": 0.05, "manager": 0.08}
    assert (term.open, term.target, term.step, term.policy_limit, term.owner) == (
        0.02,
        0.05,
        0.005,
        0.15,
        "pricing",
    )


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"proposed": 1}, "either range=.* or levels=.*, got neither"),
        ({"proposed": 1, "range": (0, 2), "levels": (0, 1)}, "got both"),
        ({"proposed": 3, "range": (0, 2)}, "proposed must lie between 0 and 2, got 3"),
        ({"proposed": 1, "range": (2, 0)}, "low end below its high end"),
        ({"proposed": 1, "range": (0, float("nan"))}, "finite number"),
        ({"proposed": 1, "range": (0, 1, 2)}, "two numbers"),
        ({"proposed": 4, "levels": (1, 2, 3)}, "one of the levels 1, 2, 3, got 4"),
        ({"proposed": 1, "levels": (2, 1)}, "must rise"),
        ({"proposed": 1, "levels": (1, 1)}, "must rise"),
        ({"proposed": 1, "range": (0, 2), "concession": "sideways"}, "'up', 'down', got 'sideways'"),
        ({"proposed": "1", "range": (0, 2)}, "finite number"),
        ({"proposed": 1, "range": (0, 2), "step": 0}, "above 0"),
        ({"proposed": 1, "range": (0, 2), "open": 5}, "open must lie between"),
        ({"proposed": 1, "range": (0, 2), "authority": 0.05}, "authority must map"),
    ],
)
def test_refusals_name_the_term_and_the_need(given, message):
    with pytest.raises(ws.InputError, match=message) as caught:
        ws.Term("price", **given)
    assert "'price'" in str(caught.value)


def test_a_value_is_checked_against_range_and_levels():
    levels = ws.Term("drops", proposed=2, levels=(1, 2, 5))
    assert levels.check_value(5) == 5.0
    with pytest.raises(ws.InputError, match="one of the levels"):
        levels.check_value(3)
