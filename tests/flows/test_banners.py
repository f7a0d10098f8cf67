"""Banners in a call: who hears them where, in which words, and that none is said twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from psycopg import Error
from psycopg.errors import CheckViolation

from paytone.flows.banners import (
    CLOSURE,
    CLOSURE_UNTIL,
    OUTAGE,
    OUTAGE_UNTIL,
    banners_now,
    words_of,
)
from paytone.prompts import own_file, spoken
from paytone.rules.banner import Kind, Scope
from paytone.store import banners
from tests.channel import Channel
from tests.teller import NOW, NUMBER, PHONE, PIN, Counter
from tests.test_app import job

UNTIL = NOW + timedelta(hours=2)
TIMES = (*spoken.date(UNTIL.date()), *spoken.time(UNTIL.time()))
CHANNEL = {"PAYTONE_INTRO": "greeting&banners&global-keys"}


async def on(
    counter: Counter,
    scope: Scope = Scope.ALL,
    *places: str,
    kind: Kind = Kind.OUTAGE,
    recording: str | None = None,
) -> str:
    """The id of a banner that is on for two hours."""
    return await banners.add(
        counter.store,
        kind=kind,
        scope=scope,
        places=places,
        starts=NOW,
        ends=UNTIL,
        priority=5,
        by="test",
        now=NOW,
        recording=recording,
        language=recording and "en",
    )


async def test_one_for_all_is_said_between_the_greeting_and_the_question(counter: Counter) -> None:
    await on(counter)
    channel = await job("identify", Channel(**CHANNEL), counter.desk)
    begun = ["greeting", "banner-outage", "banner-outage-until", "month-3", "ordinal-2", "at"]
    assert begun == channel.heard[:6]
    assert ["global-keys", "ask-account"] == channel.heard[9:11]


async def test_a_key_skips_it_and_is_not_lost(counter: Counter) -> None:
    """Whoever knows the line goes on at once."""
    await counter.account()
    await on(counter)
    channel = Channel(f"{NUMBER[1:]}{PIN}#", **CHANNEL)
    channel.keys_during["banner-outage"] = NUMBER[0]
    await job("identify", channel, counter.desk)
    assert "DONE" == channel.variables["PAYTONE_STATUS"]
    assert "global-keys" not in channel.heard


async def test_none_is_said_where_the_dialplan_has_no_place_for_it(counter: Counter) -> None:
    await on(counter)
    channel = await job("identify", Channel(PAYTONE_INTRO="greeting"), counter.desk)
    assert ["greeting", "ask-account"] == channel.heard[:2]


async def test_each_is_said_once_in_a_call(counter: Counter) -> None:
    await on(counter)
    call = await counter.call(PHONE)
    assert (OUTAGE, OUTAGE_UNTIL, *TIMES) == await banners_now(counter.desk, call, "en")
    assert () == await banners_now(counter.desk, call, "en")
    assert OUTAGE in await banners_now(counter.desk, call, "es")
    assert OUTAGE in await banners_now(counter.desk, await counter.call(), "en")


async def test_an_area_code_is_known_before_a_zip_code_or_bill_group_after(
    counter: Counter,
) -> None:
    account = await counter.account()
    await counter.store.run(
        "UPDATE accounts SET zip = '60614', bill_group = '7' WHERE id = %(id)s", id=account.id
    )
    area = await on(counter, Scope.AREA, "312")
    zips = await on(counter, Scope.ZIP, "606", kind=Kind.CLOSURE)
    await on(counter, Scope.ZIP, "100")
    await on(counter, Scope.GROUP, "8")
    intro = Channel(f"{NUMBER}{PIN}#", **CHANNEL)
    await job("identify", intro, counter.desk)
    call = intro.variables["PAYTONE_CALL"]
    assert {(area, "en")} == await banners.heard(counter.store, call)
    after = Channel(PAYTONE_CALL=call, PAYTONE_INTRO="banners")
    await job("resume", after, counter.desk)
    assert ["banner-closure", "banner-closure-until"] == after.heard[:2]
    assert {(area, "en"), (zips, "en")} == await banners.heard(counter.store, call)


async def test_what_is_over_or_switched_off_is_said_to_nobody(counter: Counter) -> None:
    first = await on(counter)
    assert await banners.end(counter.store, first, by="test", now=NOW)
    assert not await banners.end(counter.store, first, by="test", now=NOW)
    second = await on(counter)
    assert not await banners.end(counter.store, second, by="test", now=UNTIL)
    assert [] == await banners.current(counter.store, UNTIL)
    assert [second] == [each.id for each in await banners.current(counter.store, NOW)]
    assert not await banners.end(counter.store, "nonsense", by="test", now=NOW)


NAME = "0d9c3a52-6f0e-4a53-9d3e-0c3c3d1f7a10"


@pytest.mark.parametrize(
    ("kind", "language", "recorded"),
    [
        (Kind.CLOSURE, "en", True),
        (Kind.CLOSURE, "es", False),
        (Kind.MESSAGE, "en", True),
        (Kind.MESSAGE, "es", True),
    ],
)
async def test_a_recording_is_played_unless_there_are_words_in_the_callers_language(
    counter: Counter, kind: Kind, language: str, *, recorded: bool
) -> None:
    await on(counter, kind=kind, recording=NAME)
    (banner,) = await banners.current(counter.store, NOW)
    words = words_of(banner, counter.desk, language)
    if recorded:
        assert f"/var/lib/paytone/banners/{NAME}" == own_file(words[0])
    else:
        assert (CLOSURE, CLOSURE_UNTIL, *TIMES) == words


async def test_a_recording_is_played_by_its_file(counter: Counter) -> None:
    await on(counter, kind=Kind.MESSAGE, recording=NAME)
    channel = await job("identify", Channel(**CHANNEL), counter.desk)
    assert ["greeting", f"/var/lib/paytone/banners/{NAME}"] == channel.heard[:2]
    (kept,) = await counter.store.all(
        "SELECT prompts FROM call_events WHERE 'global-keys' = ANY (prompts)"
    )
    assert "own-sound" == kept["prompts"][0]


BAD = {
    "a place of no scope": (Scope.ALL, ("312",), Kind.OUTAGE),
    "no place": (Scope.AREA, (), Kind.OUTAGE),
    "a place of another scope": (Scope.AREA, ("312", "60614"), Kind.OUTAGE),
    "a message without a recording": (Scope.ALL, (), Kind.MESSAGE),
}


@pytest.mark.parametrize(("scope", "places", "kind"), BAD.values(), ids=BAD)
async def test_what_nobody_could_hear_is_not_stored(
    counter: Counter, scope: Scope, places: tuple[str, ...], kind: Kind
) -> None:
    with pytest.raises(CheckViolation):
        await on(counter, scope, *places, kind=kind)


@pytest.mark.parametrize("change", ["UPDATE banners SET ends_at = now()", "DELETE FROM banners"])
async def test_a_banner_stays_as_it_was_made(counter: Counter, change: str) -> None:
    await on(counter)
    with pytest.raises(Error, match="stays as it was made") as raised:
        await counter.store.run(change)
    assert "PT035" == raised.value.sqlstate
