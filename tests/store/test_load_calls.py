"""What an operator's file says of calling people."""

from __future__ import annotations

import io

import pytest

from paytone.rules.line_fault import LineFault
from paytone.store import Store, account_file, calls_out, consents, do_not_call
from paytone.store.do_not_call import Stopped
from paytone.store.load_accounts import Loaded, NotLoaded, load
from tests.teller import NOW, NUMBER, PHONE, TODAY

HEADER = "account_number,customer_name,mobile,timezone,call_consent\n"
ROW = f"{PHONE},America/Denver,form of 2026-01-12"


async def bring(store: Store, *rows: str) -> Loaded:
    text = HEADER + "".join(f"{NUMBER},First,{row}\n" for row in rows)
    return await load(store, account_file.read(io.StringIO(text), TODAY), now=NOW)


async def test_zone_and_consent_are_loaded_once(store: Store) -> None:
    assert Loaded(1, 0, 0, 0) == await bring(store, ROW, ",,")
    assert Loaded(0, 0, 0, 0) == await bring(store, ROW)
    facts = await calls_out.facts_of(store, PHONE, account=NUMBER, now=NOW)
    assert "America/Denver" == facts.zone
    assert facts.is_theirs
    assert ["account"] == [consent.purpose for consent in facts.consents]


async def test_who_opted_out_does_not_agree_again_by_a_file(store: Store) -> None:
    await bring(store, ROW)
    await do_not_call.stop(store, PHONE, source=Stopped.CALL, said="key", now=NOW)
    await bring(store, ROW)
    await bring(store, f"{PHONE},,another form")
    assert all(row["withdrawn_at"] for row in await consents.each(store))
    await do_not_call.remove(store, PHONE, by="clerk", why="asked", now=NOW)
    await bring(store, ROW)
    assert all(row["withdrawn_at"] for row in await consents.each(store))
    await bring(store, f"{PHONE},,another form")
    assert [None] == [row["withdrawn_at"] for row in await consents.each(store)][1:]


async def test_rows_that_do_not_agree_are_told(store: Store) -> None:
    with pytest.raises(NotLoaded) as refused:
        await bring(store, ROW, ",America/Chicago,")
    why = "timezone or call_consent is not as in the account's first row that has it"
    assert [LineFault(3, why)] == list(refused.value.faults)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (",Mars/Olympus,", "timezone is not one of the IANA database, as America/Chicago"),
        (",../etc/passwd,", "timezone is not one of the IANA database, as America/Chicago"),
        (",,a form", "call_consent is for a number, and mobile is empty"),
    ],
)
async def test_what_cannot_be_meant_is_told(store: Store, row: str, why: str) -> None:
    with pytest.raises(NotLoaded) as refused:
        await bring(store, row)
    assert [LineFault(2, why)] == list(refused.value.faults)
