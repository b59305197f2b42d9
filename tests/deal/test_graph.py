import pickle

import numpy as np
import pytest

from walkaway_sim.deal.graph import Node, ValueGraph
from walkaway_sim.errors import InputError

CALLS: list[str] = []


def revenue(volume, price):
    CALLS.append("revenue")
    return volume * price


def net(revenue, discount):
    CALLS.append("net")
    return revenue * (1 - discount)


def unused(volume, spare):
    return volume * spare


def sales(revenue):
    return revenue


def discount_given(revenue, discount):
    return -discount * revenue


def rebate_paid(net, rebate):
    return -rebate * net


def costs(volume, unit_cost):
    return -volume * unit_cost


def make() -> ValueGraph:
    components = [
        Node("sales", sales),
        Node("discount", discount_given),
        Node("rebate", rebate_paid),
        Node("costs", costs),
    ]
    # Nodes may come in any order.
    return ValueGraph(components, [Node("net", net), Node("revenue", revenue), Node("unused", unused)])


INPUTS = {"volume": np.array([1.0, 2.0]), "price": 10.0, "unit_cost": 4.0}
TERMS = {"discount": 0.5, "rebate": 0.25}


def test_components_in_order_with_their_values():
    result = make()(INPUTS, TERMS)
    assert list(result) == ["sales", "discount", "rebate", "costs"]
    np.testing.assert_array_equal(result["discount"], [-5.0, -10.0])
    np.testing.assert_array_equal(result["rebate"], [-1.25, -2.5])
    np.testing.assert_array_equal(sum(result.values()), [-0.25, -0.5])


def test_every_node_is_computed_once_a_call():
    CALLS.clear()
    make()(INPUTS, TERMS)
    assert sorted(CALLS) == ["net", "revenue"]


def test_arguments_are_left_alone():
    inputs, terms = dict(INPUTS), dict(TERMS)
    make()(inputs, terms)
    make().evaluate(inputs | terms, ["rebate"])
    assert inputs.keys() == INPUTS.keys()
    assert terms == TERMS


def test_leaves_are_what_is_no_node():
    assert make().leaves == {"volume", "price", "discount", "rebate", "unit_cost", "spare"}


def test_touched_is_transitive_and_tells_component_from_term():
    graph = make()
    assert graph.touched("discount") == {"discount (given)", "discount", "net", "rebate"}
    assert graph.touched("rebate") == {"rebate (given)", "rebate"}
    assert graph.touched("price") == {"revenue", "net", "sales", "discount", "rebate"}
    assert graph.touched("nothing") == frozenset()


def test_frontier_is_enough_to_re_evaluate_and_nothing_more():
    graph = make()
    assert graph.frontier("discount") == ("rebate (given)", "revenue")
    assert graph.frontier("rebate") == ("net",)
    full = graph(INPUTS, TERMS)
    leaves = INPUTS | TERMS
    for term in TERMS:
        names = graph.frontier(term)
        known = graph.evaluate(leaves, names)
        wanted = [name for name in graph.components if name in graph.touched(term)]
        again = graph.evaluate(known | {term: TERMS[term]}, wanted)
        for name in wanted:
            np.testing.assert_array_equal(again[name], full[name])
        for left_out in names:
            assert left_out not in leaves
            short = {name: value for name, value in known.items() if name != left_out}
            with pytest.raises(InputError, match="is missing"):
                graph.evaluate(short | {term: TERMS[term]}, wanted)


def test_no_name_of_the_frontier_is_a_component():
    graph = make()
    for name in sorted(graph.leaves):
        assert set(graph.frontier(name)).isdisjoint(graph.components)
    # So untouched components and the frontier can be asked for together.
    leaves = INPUTS | TERMS
    both = graph.evaluate(leaves, ("costs", *graph.frontier("discount")))
    assert both["rebate (given)"] == TERMS["rebate"]


def test_a_node_that_no_component_needs_is_not_in_the_frontier():
    assert "spare" not in make().frontier("volume")


def test_evaluate_computes_only_what_is_needed_and_trusts_what_is_known():
    CALLS.clear()
    graph = make()
    assert graph.evaluate({"revenue": 40.0, "discount": 0.5}, ["net", "discount"]) == {
        "net": 20.0,
        "discount": -20.0,
    }
    assert CALLS == ["net"]
    assert graph.evaluate({"net": 8.0, "rebate": 0.5}, ["rebate", "net"]) == {"rebate": -4.0, "net": 8.0}
    assert CALLS == ["net"]


def test_evaluate_reports_an_unknown_name():
    with pytest.raises(InputError, match="no 'revenu'; did you mean 'revenue'"):
        make().evaluate(INPUTS, ["revenu"])


def test_a_missing_leaf_is_named_with_its_reader():
    inputs = {name: value for name, value in INPUTS.items() if name != "price"}
    with pytest.raises(InputError, match="'price' is missing: 'revenue' needs it"):
        make()(inputs, TERMS)
    # A misspelt one is pointed to.
    with pytest.raises(InputError, match="did you mean 'prices'"):
        make()({**inputs, "prices": 10.0}, TERMS)


def test_the_same_name_as_input_and_as_term_is_refused():
    with pytest.raises(InputError, match="'discount' is given as an input and as a term"):
        make()({**INPUTS, "discount": 0.1}, TERMS)


def test_a_circle_is_refused_with_its_path():
    def first(second):
        return second

    def second(third):
        return third

    def third(first):
        return first

    nodes = [Node("first", first), Node("second", second), Node("third", third)]
    with pytest.raises(InputError, match="first -> second -> third -> first"):
        ValueGraph([], nodes)
    with pytest.raises(InputError, match="in a circle"):
        ValueGraph([Node("out", first)], nodes)


def test_a_name_used_twice_is_refused():
    with pytest.raises(InputError, match="'net' is used by two"):
        ValueGraph([Node("net", sales)], [Node("net", net)])


@pytest.mark.parametrize(
    "function", [lambda *volumes: volumes, lambda **volumes: volumes, lambda *, volume: volume]
)
def test_variadic_and_keyword_only_parameters_are_refused(function):
    with pytest.raises(InputError, match="must name its parameters one by one"):
        ValueGraph([Node("sales", function)], [])


def test_survives_pickling():
    loaded = pickle.loads(pickle.dumps(make()))
    assert loaded.leaves == make().leaves
    for name, value in loaded(INPUTS, TERMS).items():
        np.testing.assert_array_equal(value, make()(INPUTS, TERMS)[name])
