"""An administrator at a phone: let in or not, records, switches on and off, hangs up anywhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from psycopg import Error

from paytone.flows.banner_admin import (
    ASK_ADMIN,
    ASK_PIN,
    CANNOT_RECORD,
    IS_OFF,
    IS_ON,
    MISREAD,
    NO_MORE,
    NOT_FROM_THERE,
    REFUSED,
    SWITCH_OFF,
    SWITCH_ON,
    TO_LEAVE,
    UNTIL,
    banner_admin,
)
from paytone.flows.banner_entry import (
    ALL_HEAR,
    ASK_AREA,
    ASK_GROUP,
    ASK_HOURS,
    ASK_NUMBER,
    ASK_ZIP,
    FOR_GROUP,
    HOURS_MISREAD,
    IF_MAINTENANCE,
    IF_MESSAGE,
    KEEP,
    NOTHING_SAID,
    OTHER_HOURS,
    PLACE_MISREAD,
    SPEAK,
    YOU_SAID,
    ZIP_HEARS,
)
from paytone.flows.banners import OUTAGE, OUTAGE_UNTIL
from paytone.phone import HungUp
from paytone.phone.scripted import SILENCE, ScriptedPhone, Turn
from paytone.prompts import spoken
from paytone.rules.banner import Kind, Scope
from paytone.rules.job import Ended, Next, Status
from paytone.store import Row, banner_admins, banners
from tests.spoken_yes import joined, speech
from tests.teller import NOW, PHONE, PIN, PIN_HASH, Counter

ADMIN = "7001"
VOICE = joined(speech())
DONE = Ended(Status.DONE, Next.GOODBYE)
NOT_IN = Ended(Status.REFUSED, Next.GOODBYE)
IN: tuple[Turn, ...] = ((ASK_ADMIN, f"{ADMIN}#"), (ASK_PIN, f"{PIN}#"))
WRONG: tuple[Turn, ...] = ((ASK_ADMIN, f"{ADMIN}#"), (ASK_PIN, "9999#"))
LEAVE: Turn = (TO_LEAVE, "#")
READY: tuple[Turn, ...] = (
    (TO_LEAVE, "2"),
    (IF_MAINTENANCE, "1"),
    (FOR_GROUP, "4"),
    (ASK_ZIP, "606#"),
    (OTHER_HOURS, "1"),
    (SWITCH_ON, "1"),
)
RECORDED: tuple[Turn, ...] = (
    (TO_LEAVE, "1"),
    (KEEP, "1"),
    (IF_MESSAGE, "4"),
    (FOR_GROUP, "1"),
    (OTHER_HOURS, "3"),
    (SWITCH_ON, "1"),
)
ENDS = NOW + timedelta(hours=2)


@pytest_asyncio.fixture
async def desk(counter: Counter, tmp_path: Path) -> Counter:
    """A counter with an administrator, and a folder for recordings."""
    await banner_admins.add(
        counter.store, ADMIN, name="Operations", pin_hash=PIN_HASH, by="test", now=NOW
    )
    return replace(counter, desk=replace(counter.desk, banners=tmp_path))


async def at_phone(desk: Counter, phone: ScriptedPhone, calling: str | None = PHONE) -> Ended:
    return await banner_admin(phone, desk.desk, await desk.call(calling))


async def tries(desk: Counter) -> list[str]:
    rows = await desk.store.all("SELECT result FROM banner_admin_tries ORDER BY id")
    return [row["result"] for row in rows]


async def stored(desk: Counter) -> list[Row]:
    return await banners.each(desk.store)


async def test_ready_words_for_zip_codes_are_read_back_and_switched_on(desk: Counter) -> None:
    with ScriptedPhone(*IN, *READY, LEAVE) as phone:
        assert DONE == await at_phone(desk, phone)
    times = (*spoken.date(ENDS.date()), *spoken.time(ENDS.time()))
    words = (OUTAGE, OUTAGE_UNTIL, *times, ZIP_HEARS, *spoken.digits("606"), UNTIL, *times)
    assert phone.heard_in_order(*words, SWITCH_ON, IS_ON)
    (row,) = await stored(desk)
    assert ("outage", "zip", ["606"], NOW, ENDS, None) == (
        row["kind"], row["scope"], row["places"], row["starts_at"], row["ends_at"],
        row["recording"],
    )  # fmt: skip
    assert f"admin {ADMIN} by phone" == row["made_by"]
    assert ["opened"] == await tries(desk)


async def test_a_message_is_recorded_heard_and_kept_in_the_folder(desk: Counter) -> None:
    with ScriptedPhone(*IN, *RECORDED, LEAVE, voice=[VOICE]) as phone:
        await at_phone(desk, phone)
    assert phone.heard_in_order(SPEAK, YOU_SAID, KEEP, ALL_HEAR, UNTIL, SWITCH_ON, IS_ON)
    assert [VOICE] == phone.played
    (banner,) = await banners.current(desk.store, NOW)
    assert (Kind.MESSAGE, Scope.ALL, "en") == (banner.kind, banner.scope, banner.language)
    assert VOICE == (desk.desk.banners / f"{banner.recording}.wav").read_bytes()


async def test_what_is_not_good_is_recorded_again(desk: Counter) -> None:
    other = joined(speech("no-fee"))
    turns = (IN[0], IN[1], (TO_LEAVE, "1"), (NOTHING_SAID, "1"), (KEEP, "2"), *RECORDED[1:], LEAVE)
    with ScriptedPhone(*turns, voice=[SILENCE, VOICE, other]) as phone:
        await at_phone(desk, phone)
    (file,) = desk.desk.banners.iterdir()
    assert other == file.read_bytes()


async def test_a_full_disk_is_told_and_nothing_is_switched_on(desk: Counter) -> None:
    broken = replace(desk, desk=replace(desk.desk, banners=desk.desk.banners / "gone"))
    with ScriptedPhone(*IN, *RECORDED, LEAVE, voice=[VOICE]) as phone:
        assert DONE == await at_phone(broken, phone)
    assert CANNOT_RECORD in phone.heard
    assert IS_ON not in phone.heard
    assert [] == await stored(desk)


SCOPES = {
    "a number": ("2", ((ASK_NUMBER, "8008926996"),), ("number", ["8008926996"])),
    "an area code": ("3", ((ASK_AREA, "312"),), ("area", ["312"])),
    "an area code that there is not": (
        "3", ((ASK_AREA, "112"), (ASK_AREA, "312")), ("area", ["312"]),
    ),
    "a bill group": ("5", ((ASK_GROUP, "7#"),), ("group", ["7"])),
    "back from a bill group to all": ("5", ((ASK_GROUP, "*"), (FOR_GROUP, "1")), ("all", [])),
}  # fmt: skip


@pytest.mark.parametrize(("key", "asked", "reach"), SCOPES.values(), ids=SCOPES)
async def test_whom_it_is_for(
    desk: Counter, key: str, asked: tuple[Turn, ...], reach: tuple[str, list[str]]
) -> None:
    turns = (*READY[:2], (FOR_GROUP, key), *asked, *READY[4:])
    with ScriptedPhone(*IN, *turns, LEAVE) as phone:
        await at_phone(desk, phone)
    (row,) = await stored(desk)
    assert reach == (row["scope"], row["places"])
    assert (len(asked) > 1 and key == "3") is (PLACE_MISREAD in phone.heard)


async def test_hours_of_its_own_and_one_step_back(desk: Counter) -> None:
    hours: tuple[Turn, ...] = (
        (OTHER_HOURS, "4"),
        (ASK_HOURS, "721"),
        (ASK_HOURS, "720"),
        (SWITCH_ON, "*"),
        (OTHER_HOURS, "4"),
        (ASK_HOURS, "1#"),
    )
    with ScriptedPhone(*IN, *READY[:4], *hours, READY[5], LEAVE) as phone:
        await at_phone(desk, phone)
    assert HOURS_MISREAD in phone.heard
    (row,) = await stored(desk)
    assert NOW + timedelta(hours=1) == row["ends_at"]


async def test_going_back_from_the_first_question_switches_nothing_on(desk: Counter) -> None:
    with ScriptedPhone(*IN, (TO_LEAVE, "2"), (IF_MAINTENANCE, "*"), LEAVE) as phone:
        await at_phone(desk, phone)
    assert [] == await stored(desk)


async def test_what_is_on_is_heard_and_switched_off(desk: Counter) -> None:
    turns = (*READY, *READY, (TO_LEAVE, "3"), (SWITCH_OFF, "2"), (SWITCH_OFF, "1"), LEAVE)
    with ScriptedPhone(*IN, *turns) as phone:
        await at_phone(desk, phone)
    assert phone.heard_in_order(SWITCH_OFF, SWITCH_OFF, IS_OFF, NO_MORE)
    assert 1 == len(await banners.current(desk.store, NOW))
    assert {None, f"admin {ADMIN} by phone"} == {row["ended_by"] for row in await stored(desk)}


async def test_a_wrong_pin_and_an_unknown_number_sound_alike(desk: Counter) -> None:
    unknown: tuple[Turn, ...] = ((ASK_ADMIN, "7002#"), (ASK_PIN, f"{PIN}#"))
    with ScriptedPhone(*WRONG, *unknown, *WRONG) as phone:
        assert NOT_IN == await at_phone(desk, phone)
    assert 3 == phone.heard.count(REFUSED)
    assert ["refused"] * 3 == await tries(desk)
    kept = await desk.store.all("SELECT number FROM banner_admin_tries ORDER BY id")
    assert [ADMIN, None, ADMIN] == [row["number"] for row in kept]


async def test_too_short_a_number_is_asked_again(desk: Counter) -> None:
    with ScriptedPhone((ASK_ADMIN, "70#"), IN[0], (ASK_PIN, "1#"), IN[1], LEAVE) as phone:
        assert DONE == await at_phone(desk, phone)
    assert 2 == phone.heard.count(MISREAD)


async def test_wrong_pins_lock_the_number_and_the_right_one_does_not_open_it(desk: Counter) -> None:
    with ScriptedPhone(*WRONG, *WRONG, *WRONG) as phone:
        await at_phone(desk, phone, None)
    with ScriptedPhone(*WRONG, *IN, *IN) as phone:
        assert NOT_IN == await at_phone(desk, phone, None)
    assert ["refused"] * 4 + ["locked"] * 2 == await tries(desk)
    later = replace(desk.desk, clock=lambda: NOW + timedelta(seconds=1801))
    with ScriptedPhone(*IN, LEAVE) as phone:
        assert DONE == await banner_admin(phone, later, await desk.call())


async def test_wrong_pins_lock_the_telephone_that_they_came_from(desk: Counter) -> None:
    unknown: tuple[Turn, ...] = ((ASK_ADMIN, "7002#"), (ASK_PIN, f"{PIN}#"))
    for _ in range(2):
        with ScriptedPhone(*unknown, *unknown, *unknown) as phone:
            await at_phone(desk, phone)
    with ScriptedPhone(*IN, *IN, *IN) as phone:
        assert NOT_IN == await at_phone(desk, phone)


async def test_a_right_pin_begins_the_count_anew(desk: Counter) -> None:
    for _ in range(3):
        with ScriptedPhone(*WRONG, *WRONG, *IN, LEAVE) as phone:
            assert DONE == await at_phone(desk, phone, None)


@pytest.mark.parametrize(("calling", "may"), [(PHONE, True), ("2125550188", False), (None, False)])
async def test_banners_are_switched_from_chosen_telephones_only(
    desk: Counter, calling: str | None, *, may: bool
) -> None:
    chosen = replace(desk, desk=replace(desk.desk, admin_callers=frozenset({PHONE})))
    with ScriptedPhone(*(*IN, LEAVE) if may else ()) as phone:
        assert (DONE if may else NOT_IN) == await at_phone(chosen, phone, calling)
    assert may is (NOT_FROM_THERE not in phone.heard)
    assert ["opened" if may else "not-from-there"] == await tries(desk)


async def test_an_administrator_taken_out_is_not_let_in(desk: Counter) -> None:
    assert await banner_admins.remove(desk.store, ADMIN)
    with ScriptedPhone(*IN, *IN, *IN) as phone:
        assert NOT_IN == await at_phone(desk, phone)


async def test_tries_are_kept_for_ever(desk: Counter) -> None:
    with ScriptedPhone(*IN, LEAVE) as phone:
        await at_phone(desk, phone)
    with pytest.raises(Error, match="append-only") as raised:
        await desk.store.run("DELETE FROM banner_admin_tries")
    assert "PT036" == raised.value.sqlstate


WHOLE = {"ready words": (*IN, *READY), "recorded": (*IN, *RECORDED)}
HANG_UPS = [
    pytest.param((*turns[:at], (turns[at][0], None)), id=f"{name}, at {turns[at][0]}")
    for name, turns in WHOLE.items()
    for at in range(len(turns))
]


@pytest.mark.parametrize("turns", HANG_UPS)
async def test_hanging_up_anywhere_switches_nothing_on(
    desk: Counter, turns: tuple[Turn, ...]
) -> None:
    with ScriptedPhone(*turns, voice=[VOICE]) as phone, pytest.raises(HungUp):
        await at_phone(desk, phone)
    assert [] == await stored(desk)
    assert [] == list(desk.desk.banners.iterdir())


async def test_hanging_up_while_recording_keeps_nothing(desk: Counter) -> None:
    with ScriptedPhone(*IN, (TO_LEAVE, "1"), voice=[None]) as phone, pytest.raises(HungUp):
        await at_phone(desk, phone)
    assert [] == list(desk.desk.banners.iterdir())


async def test_hanging_up_after_the_one_leaves_it_on(desk: Counter) -> None:
    with ScriptedPhone(*IN, *READY, (IS_ON, None)) as phone, pytest.raises(HungUp):
        await at_phone(desk, phone)
    assert 1 == len(await stored(desk))
