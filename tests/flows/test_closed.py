"""Nobody is there: when to call again, a message, a call back."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, time

import pytest

from paytone.flows.call_back import (
    ANOTHER,
    ASK_NUMBER,
    CONFIRM,
    KEPT,
    NOT_KEPT,
    NOT_THERE,
    call_back,
)
from paytone.flows.closed import CALL_BACK, CALL_LATER, DONE, MESSAGE, NO_AGENT, NOBODY, closed
from paytone.flows.message import AGAIN, HEAR, NOT_HEARD, SAY, SEND, SENT
from paytone.flows.opening_words import (
    CLOSED,
    NEXT,
    TOMORROW,
    WEEKDAYS,
    opening_in_words,
)
from paytone.flows.text_consent import MOBILE_MISREAD, number_in_words
from paytone.phone import HungUp
from paytone.phone.scripted import ScriptedPhone
from paytone.prompts import Prompt, spoken
from paytone.prompts.audio import silence
from paytone.rules.hours import Span
from paytone.rules.job import Ended, Next, Status
from paytone.rules.person import Came
from paytone.store import Store, hours, messages, people
from tests.spoken_yes import RATE, joined
from tests.spoken_yes import YES as VOICE
from tests.teller import NOW, PHONE, Counter

Turns = tuple[tuple[Prompt, str | None], ...]
OTHER = "2125550188"


@pytest.fixture
def answering(counter: Counter) -> Counter:
    """Takes messages, and calls back."""
    return replace(counter, desk=replace(counter.desk, takes_messages=True, calls_back=True))


async def asked(counter: Counter, calling: str | None = PHONE) -> str:
    """The id of a caller who asked for a person."""
    call = await counter.call(calling)
    person_id = str(uuid.uuid4())
    await people.asked(
        counter.store, person_id, call.id, Came("menu", "asked"), queue="support",
        number=calling, now=NOW, is_closed=True,
    )  # fmt: skip
    return person_id


async def close(counter: Counter) -> None:
    """Closed today, a Monday; open tomorrow at 9:30."""
    await hours.set_week(counter.store, "", range(1, 8), [Span(time(9, 30), time(17))])
    await hours.set_day(counter.store, "", NOW.date(), None, reason="storm", by="clerk")


async def results(counter: Counter) -> list[tuple[str, str | None]]:
    rows = await counter.store.all("SELECT result, call_back FROM person_calls")
    return [(row["result"], row["call_back"]) for row in rows]


async def test_without_anything_to_offer_the_caller_hears_when_to_call(counter: Counter) -> None:
    await close(counter)
    with ScriptedPhone() as phone:
        ended = await closed(phone, counter.desk, "support", await asked(counter))
    assert Ended(Status.DONE, Next.GOODBYE) == ended
    opens = (NEXT, TOMORROW, *spoken.time(time(9, 30)))
    assert [CLOSED, *opens, CALL_LATER] == phone.heard


async def test_when_it_is_open_nobody_is_free(answering: Counter) -> None:
    with ScriptedPhone((DONE, "#")) as phone:
        await closed(phone, answering.desk, "support", await asked(answering))
    assert [NOBODY, MESSAGE, CALL_BACK, DONE] == phone.heard


async def test_when_it_is_open_and_nothing_is_offered_the_caller_hears_to_call_later(
    counter: Counter,
) -> None:
    with ScriptedPhone() as phone:
        ended = await closed(phone, counter.desk, "", await asked(counter))
    assert Ended(Status.DONE, Next.GOODBYE) == ended
    assert [NO_AGENT] == phone.heard


async def test_while_the_store_is_away_nothing_is_offered(answering: Counter) -> None:
    async with Store.open("host=127.0.0.1 port=9 dbname=x", patience_s=0.3) as away:
        with ScriptedPhone() as phone:
            ended = await closed(phone, replace(answering.desk, store=away), "support", "")
    assert Ended(Status.DONE, Next.GOODBYE) == ended
    assert [NO_AGENT] == phone.heard


async def test_a_call_back_is_not_offered_without_a_queue(answering: Counter) -> None:
    with ScriptedPhone((DONE, "#")) as phone:
        await closed(phone, answering.desk, "", await asked(answering))
    assert CALL_BACK not in phone.heard


@pytest.mark.parametrize("keys", ["0", "*", ""], ids=["a person", "back", "nothing"])
async def test_no_key_leads_to_a_person_who_is_not_there(answering: Counter, keys: str) -> None:
    turns: Turns = ((DONE, keys), (DONE, "#")) if keys == "0" else ((DONE, keys),)
    with ScriptedPhone(*turns) as phone:
        ended = await closed(phone, answering.desk, "support", await asked(answering))
    assert Next.GOODBYE is ended.next


async def test_two_leads_to_a_call_back(answering: Counter) -> None:
    with ScriptedPhone((CALL_BACK, "2")) as phone:
        ended = await closed(phone, answering.desk, "support", await asked(answering))
    assert Ended(Status.DONE, Next.CALL_BACK) == ended


async def test_a_message_is_said_heard_said_again_and_sent(answering: Counter) -> None:
    turns: Turns = ((MESSAGE, "1"), (HEAR, "3"), (AGAIN, "2"), (SEND, "1"))
    with ScriptedPhone(*turns, voice=(VOICE, VOICE)) as phone:
        ended = await closed(phone, answering.desk, "support", await asked(answering))
    assert Ended(Status.DONE, Next.GOODBYE) == ended
    assert SENT == phone.heard[-1]
    assert 2 == phone.heard.count(SAY)
    assert [VOICE] == phone.played
    (row,) = await messages.each(answering.store)
    assert (PHONE, "none", True) == (row["number"], row["level"], row["confirmed"])
    assert VOICE == await messages.recording(answering.store, row["id"])
    assert [("message", None)] == await results(answering)


async def test_silence_is_no_message(answering: Counter) -> None:
    with ScriptedPhone((MESSAGE, "1")) as phone:
        ended = await closed(phone, answering.desk, "support", await asked(answering))
    assert Status.CANCELLED is ended.status
    assert 3 == phone.heard.count(NOT_HEARD)
    assert [] == await messages.each(answering.store)


async def test_a_message_is_done_once(answering: Counter) -> None:
    with ScriptedPhone((MESSAGE, "1"), (SEND, "1"), voice=(VOICE,)) as phone:
        await closed(phone, answering.desk, "support", await asked(answering))
    (row,) = await messages.each(answering.store)
    assert await messages.done(answering.store, row["id"], by="clerk", now=NOW)
    assert not await messages.done(answering.store, row["id"], by="other", now=NOW)
    assert [] == await messages.each(answering.store)


Voice = tuple[bytes | HungUp | None, ...]
HANG_UPS: dict[str, tuple[Turns, Voice, list[bool]]] = {
    "at the choice": (((MESSAGE, None),), (), []),
    "as the message is asked for": (((MESSAGE, "1"), (SAY, None)), (), []),
    "before speaking": (((MESSAGE, "1"),), (None,), []),
    "while speaking": (((MESSAGE, "1"),), (HungUp(VOICE),), [False]),
    "after a word": (((MESSAGE, "1"),), (HungUp(VOICE[:31_000]),), []),
    "in silence": (((MESSAGE, "1"),), (HungUp(joined(silence(9000, RATE))),), []),
    "while nothing can be read": (((MESSAGE, "1"),), (HungUp(b"x" * 99_000),), []),
    "while saying it again": (((MESSAGE, "1"), (AGAIN, "2")), (VOICE, HungUp(VOICE)), [False]),
    "after it was said": (((MESSAGE, "1"), (SEND, None)), (VOICE,), [False]),
    "as it is heard": (((MESSAGE, "1"), (SEND, "3"), (SEND, None)), (VOICE,), [False]),
    "as it is sent": (((MESSAGE, "1"), (SEND, "1"), (SENT, None)), (VOICE,), [True]),
}


@pytest.mark.parametrize(("turns", "voice", "confirmed"), HANG_UPS.values(), ids=HANG_UPS)
async def test_hanging_up_keeps_what_was_said(
    answering: Counter, turns: Turns, voice: Voice, confirmed: list[bool]
) -> None:
    person_id = await asked(answering)
    with ScriptedPhone(*turns, voice=voice) as phone, pytest.raises(HungUp):
        await closed(phone, answering.desk, "support", person_id)
    kept = await messages.each(answering.store)
    assert confirmed == [row["confirmed"] for row in kept]
    assert [("message" if kept else "closed", None)] == await results(answering)


async def test_who_presses_no_key_has_left_it_too(answering: Counter) -> None:
    with ScriptedPhone((MESSAGE, "1"), voice=(VOICE,)) as phone:
        await closed(phone, answering.desk, "support", await asked(answering))
    assert SENT == phone.heard[-1]
    assert [False] == [row["confirmed"] for row in await messages.each(answering.store)]


async def test_the_number_that_calls_is_confirmed_and_the_place_kept(answering: Counter) -> None:
    person_id = await asked(answering)
    with ScriptedPhone((CONFIRM, "1")) as phone:
        ended = await call_back(phone, answering.desk, await answering.call(PHONE), person_id)
    assert Ended(Status.DONE, Next.GOODBYE) == ended
    assert phone.heard_in_order(*number_in_words(PHONE), CONFIRM, KEPT)
    (waiting,) = await people.waiting(answering.store)
    assert (person_id, PHONE, NOW) == (waiting.id, waiting.number, waiting.asked)


async def test_another_number_is_asked_and_read_back(answering: Counter) -> None:
    turns: Turns = (
        (ANOTHER, "2"), (ASK_NUMBER, "12#"), (ASK_NUMBER, "9005550100#"), (ASK_NUMBER, f"{OTHER}#"),
        (CONFIRM, "1"),
    )  # fmt: skip
    person_id = await asked(answering)
    with ScriptedPhone(*turns) as phone:
        await call_back(phone, answering.desk, await answering.call(PHONE), person_id)
    assert phone.heard_in_order(MOBILE_MISREAD, NOT_THERE, *number_in_words(OTHER), KEPT)
    assert [OTHER] == [each.number for each in await people.waiting(answering.store)]


async def test_a_number_that_waits_keeps_its_first_place(answering: Counter) -> None:
    first, second = await asked(answering), await asked(answering)
    for person_id in (first, second):
        with ScriptedPhone((CONFIRM, "1")) as phone:
            await call_back(phone, answering.desk, await answering.call(PHONE), person_id)
        assert KEPT in phone.heard
    assert [first] == [each.id for each in await people.waiting(answering.store)]


async def test_what_cannot_be_noted_is_not_promised(answering: Counter) -> None:
    with ScriptedPhone((CONFIRM, "1")) as phone:
        ended = await call_back(
            phone, answering.desk, await answering.call(PHONE), str(uuid.uuid4())
        )
    assert Ended(Status.CANCELLED, Next.QUEUE) == ended
    assert NOT_KEPT == phone.heard[-1]


@pytest.mark.parametrize("key", ["*", "0"])
async def test_who_wants_no_call_back_waits_on(answering: Counter, key: str) -> None:
    with ScriptedPhone((CONFIRM, key)) as phone:
        ended = await call_back(
            phone, answering.desk, await answering.call(PHONE), await asked(answering)
        )
    assert Ended(Status.CANCELLED, Next.QUEUE) == ended
    assert [] == await people.waiting(answering.store)


BACK_HANG_UPS: dict[str, tuple[Turns, int]] = {
    "before the key": (((CONFIRM, None),), 0),
    "at the number": (((ANOTHER, "2"), (ASK_NUMBER, None)), 0),
    "as it is kept": (((CONFIRM, "1"), (KEPT, None)), 1),
}


@pytest.mark.parametrize(("turns", "kept"), BACK_HANG_UPS.values(), ids=BACK_HANG_UPS)
async def test_hanging_up_before_one_promises_nothing(
    answering: Counter, turns: Turns, kept: int
) -> None:
    call, person_id = await answering.call(PHONE), await asked(answering)
    with ScriptedPhone(*turns) as phone, pytest.raises(HungUp):
        await call_back(phone, answering.desk, call, person_id)
    assert kept == len(await people.waiting(answering.store))


def test_a_day_further_away_is_said_with_its_date() -> None:
    opens = NOW.replace(day=9, hour=13, minute=0)
    words = opening_in_words(opens, NOW)
    assert (NEXT, WEEKDAYS[0], Prompt("date-03-09"), *spoken.time(time(13))) == words
    assert date(2026, 3, 9) == opens.date()
