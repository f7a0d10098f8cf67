"""A caller who wants no more calls."""

from __future__ import annotations

import pytest

from paytone.flows.stop_calls import ANOTHER, ASK_NUMBER, DONE, PRESS_1, STOP_TO, stop_calls
from paytone.flows.text_consent import MOBILE_MISREAD, number_in_words
from paytone.phone import HungUp
from paytone.phone.scripted import ScriptedPhone
from paytone.rules.job import Ended, Next, Status
from paytone.store import do_not_call
from tests.teller import PHONE, Counter

OTHER = "2125550188"


async def stopped(counter: Counter) -> list[str]:
    return [row["number"] for row in await do_not_call.each(counter.store)]


async def test_the_number_that_calls_is_read_and_stopped_with_one(counter: Counter) -> None:
    with ScriptedPhone((ANOTHER, "1")) as phone:
        ended = await stop_calls(phone, counter.desk, await counter.call(PHONE))
    assert Ended(Status.DONE, Next.MENU) == ended
    assert [STOP_TO, *number_in_words(PHONE), PRESS_1, ANOTHER, DONE] == phone.heard
    assert [PHONE] == await stopped(counter)


async def test_another_number_is_keyed_and_read_back(counter: Counter) -> None:
    turns = ((ANOTHER, "2"), (ASK_NUMBER, "12#"), (ASK_NUMBER, f"{OTHER}#"), (ANOTHER, "1"))
    with ScriptedPhone(*turns) as phone:
        await stop_calls(phone, counter.desk, await counter.call(PHONE))
    assert phone.heard_in_order(MOBILE_MISREAD, STOP_TO, *number_in_words(OTHER), DONE)
    assert [OTHER] == await stopped(counter)


async def test_a_withheld_number_is_asked(counter: Counter) -> None:
    with ScriptedPhone((ASK_NUMBER, f"{OTHER}#"), (ANOTHER, "1")) as phone:
        await stop_calls(phone, counter.desk, await counter.call())
    assert [OTHER] == await stopped(counter)


@pytest.mark.parametrize("turns", [((ANOTHER, "*"),), ((ANOTHER, "2"), (ASK_NUMBER, "*"))])
async def test_going_back_stops_nothing(
    counter: Counter, turns: tuple[tuple[str, str], ...]
) -> None:
    with ScriptedPhone(*turns) as phone:  # type: ignore[arg-type]
        ended = await stop_calls(phone, counter.desk, await counter.call(PHONE))
    assert Ended(Status.CANCELLED, Next.MENU) == ended
    assert [] == await stopped(counter)


HANG_UPS = {
    "before the key": (((ANOTHER, None),), []),
    "at the number": (((ANOTHER, "2"), (ASK_NUMBER, None)), []),
    "as it is done": (((ANOTHER, "1"), (DONE, None)), [PHONE]),
}


@pytest.mark.parametrize(("turns", "numbers"), HANG_UPS.values(), ids=HANG_UPS)
async def test_hanging_up(
    counter: Counter, turns: tuple[tuple[str, str | None], ...], numbers: list[str]
) -> None:
    call = await counter.call(PHONE)
    with ScriptedPhone(*turns) as phone, pytest.raises(HungUp):  # type: ignore[arg-type]
        await stop_calls(phone, counter.desk, call)
    assert numbers == await stopped(counter)
