"""What an operator sees of a run."""

from __future__ import annotations

from collections import Counter

from paytone.simulate.report import Sum
from paytone.simulate.run import Verdict
from tests.cli.command import paytone


def verdict(*faults: tuple[str, str], world: int = 3) -> Verdict:
    checked = Counter(every_payment_is_final=4)
    tally = Counter({"request sale: drop after": 2, "pressed 1 at a review": 4})
    return Verdict(world, 10, checked, faults, tally, "")


def test_a_world_that_fails_is_told_with_how_to_replay_it() -> None:
    total = Sum(seed=7)
    told = [*total.add(verdict()), *total.add(verdict(("every_payment_is_final", "x"), world=5))]
    assert [
        "world 5: every_payment_is_final fails: x",
        "replay it: paytone simulate --seed 7 --world 5 --trace",
    ] == told
    assert {"every_payment_is_final": {5}} == total.failed


def test_the_table_says_what_struck_what_callers_did_and_what_held() -> None:
    total = Sum(seed=7)
    for each in (verdict(), verdict(("at_any_time", "x"))):
        list(total.add(each))
    lines = [" ".join(line.split()) for line in total.lines(5.0, 2)]
    assert lines.index("What was injected") < lines.index("request sale: drop after 4")
    assert lines.index("What callers did") < lines.index("pressed 1 at a review 8")
    assert "every_payment_is_final 8 checked, held" in lines
    assert "at_any_time FAILS in 1 worlds" in lines
    assert "20 calls in 2 worlds, seed 7: 5 s in 2 processes, 4.0 calls/s" == lines[-1]


def test_a_world_can_be_replayed_by_its_number() -> None:
    ended = paytone("", "simulate", "--seed", "3", "--world", "2", "--trace")
    assert 0 == ended.exit_code
    assert "call 0: job identify" in ended.output
    assert "10 calls in 1 worlds, seed 3" in ended.output
