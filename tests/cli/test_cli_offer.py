"""The shell's ``offer``, run as its user runs it."""

import json

import pytest
from tests.cli.test_cli import PACKAGING, QUICK, call

from walkaway_sim.examples import EXAMPLES, example_path


def test_an_offer_is_countered_on_one_page(capsys):
    code, page, _ = call(capsys, "offer", PACKAGING, "discount=12%", "payment_days=60", *QUICK)
    assert code == 0
    for needed in (
        "COUNTER (chance of at least 90%)", "We can do 60 payment days, if the discount comes down to ",
        "Short of the rule by NZD", "discount 12.00%*, payment days 60*", "One change makes it acceptable",
        "deliveries per week", "The trade that hurts the customer least", "given", "taken back",
        "sales director", "simulation error only",
    ):  # fmt: skip
        assert needed in " ".join(page.split())
    assert max(len(line) for line in page.splitlines()) <= 130


def test_what_is_accepted_says_who_must_sign(capsys):
    code, page, _ = call(capsys, "offer", PACKAGING, "discount=0.07", *QUICK)
    assert code == 0
    assert "ACCEPT" in page
    assert "beyond the authority of the account manager (6%): the sales director must sign" in " ".join(
        page.split()
    )
    assert "One change" not in page


def test_a_no_is_an_answer_too(tmp_path, capsys):
    text = (
        example_path("packaging")
        .read_text()
        .replace(
            "low = -20_000, mode = 40_000, high = 160_000",
            "low = 20_000_000, mode = 40_000_000, high = 160_000_000",
        )
    )
    (tmp_path / "deal.toml").write_text(text)
    code, page, _ = call(capsys, "offer", str(tmp_path / "deal.toml"), "discount=0.07", *QUICK)
    assert code == 0
    assert "WALK" in page
    assert "As offered it falls short by NZD" in page


def test_json_has_the_whole_answer_and_the_same_seed_gives_the_same(capsys):
    arguments = ["offer", PACKAGING, "discount=12%", "--weights", "discount=3,hold=1", "--json", *QUICK]
    code, first, _ = call(capsys, *arguments)
    assert code == 0
    assert call(capsys, *arguments)[1] == first
    data = json.loads(first)
    assert data["answer"] == "counter"
    assert data["offer"]["discount"] == 0.12
    assert data["weights"]["discount"] == 0.75
    assert data["chance"]["low"] < data["chance"]["estimate"] < data["chance"]["high"]
    assert data["room"]["estimate"] < 0
    by_term = {one["term"]: one for one in data["counters"]}
    assert by_term["discount"]["instead"]["discount"] < 0.12
    assert data["limits_passed"][0] == {
        "term": "discount", "kind": "authority", "limit": 0.08, "authority_of": "sales director", "signs": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    "rule", ["mean", "shortfall:0.1", "certainty:400000", "chance:0.8+mean", "need_to_win"]
)
def test_every_rule_answers(rule, capsys):
    code, page, error = call(capsys, "offer", PACKAGING, "discount=20%", "--rule", rule, *QUICK)
    assert code == 0, error
    assert any(answer in page for answer in ("ACCEPT", "COUNTER", "WALK"))


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_every_example_answers_an_offer(name, capsys):
    import walkaway_sim as ws

    term = ws.read_deal(example_path(name)).terms[0]
    code, page, error = call(capsys, "offer", str(example_path(name)), f"{term.name}={term.limit}", *QUICK)
    assert code == 0, error
    assert "traceback" not in page.lower()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["discont=5%"], "no term 'discont'; did you mean 'discount'?"),
        (["colour=5"], "known: discount, payment_days"),
        (["discount"], "must be TERM=NUMBER"),
        (["=5"], "must be TERM=NUMBER"),
        (["discount=lots"], "such as discount=12% or payment_days=60, got 'discount=lots'"),
        (["discount=12"], "is a fraction, of at most 25%; write 12% or 0.12"),
        (["discount=30%"], "must lie between 0 (0%) and 0.25 (25%), got 0.3 (30%)"),
        (["discount", "12%"], "such as discount=6%"),
        (["discount=12,5%"], "decimals take a point: 12.5%"),
        (["discount=0,12"], "decimals take a point: 0.12"),
        (["payment_days=1_0"], "a _ stands between thousands"),
        (["payment_days=500"], "or widen the range in the deal"),
        (["discount=5%", "--weights", "hold=1", "--weights", "hold=2"], "stands twice"),
        (["discount=5%", "--weights", "hold=0,5"], "with a point"),
        (["discount=5%", "--draws", "100"], "--draws must be 16 randomisations times a power of two"),
        (["discount=5%", "--draws", "10"], "the fewest with dependable intervals 16384"),
        (["payment_days=5%"], "is no fraction; give it in its unit of days"),
        (["deliveries_per_week=2.5"], "one of the levels 1, 2, 3, 4, 5, 6"),
        (["discount=5%", "discount=6%"], "stands twice"),
        (["discount=nan"], "finite"),
        (["discount=5%", "--weights", "discount=-1"], "0 or more"),
        (["discount=5%", "--weights", "hold"], "weights must be TERM=NUMBER"),
        (["discount=5%", "--weights", "hold=1,hold=2"], "stands twice"),
        (["discount=5%", "--weights", "hold=0"], "at least one must be above 0"),
        (["discount=5%", "--rule", "luck"], "rule must be one of"),
        (["discount=5%", "--draws", "50000"], "the nearest is 65536"),
        ([], "Missing argument"),
    ],
)
def test_a_fault_gives_one_message_and_code_2(arguments, message, capsys):
    code, page, error = call(capsys, "offer", PACKAGING, *arguments)
    assert code == 2
    assert message.lower() in " ".join(error.replace("│", " ").split()).lower()
    assert "Traceback" not in error
    assert not page
