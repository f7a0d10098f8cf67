"""``paytone dnc``, ``consents`` and ``calls out``."""

from __future__ import annotations

import pytest

from paytone.rules.bill import Account
from paytone.store import Store
from tests.cli.command import paytone_beside
from tests.store import given

PHONE = "3125550142"
WHY = ("--why", "asked in a letter", "--by", "clerk")
AT = ("--at", "2026-03-03T12:00:00")


@pytest.fixture
async def account(store: Store) -> Account:
    return await given.account(store, phones=(PHONE,))


async def told(url: str, *words: str) -> str:
    ended = await paytone_beside(url, *words)
    assert 0 == ended.exit_code, ended.output
    return ended.output


async def refused(url: str, *words: str) -> str:
    ended = await paytone_beside(url, *words)
    assert 1 == ended.exit_code
    return ended.output


async def test_a_number_is_put_on_the_list_and_taken_off(database_url: str, store: Store) -> None:
    await told(database_url, "dnc", "add", "(312) 555-0142", *WHY)
    assert f"{PHONE}  since" in await told(database_url, "dnc", "list")
    assert "admin: clerk: asked in a letter" in await told(database_url, "dnc", "list")
    assert "must agree anew" in await told(database_url, "dnc", "remove", PHONE, *WHY)
    assert "" == await told(database_url, "dnc", "list")
    assert "until" in await told(database_url, "dnc", "list", PHONE)
    assert "not on the list" in await refused(database_url, "dnc", "remove", PHONE, *WHY)
    assert "not a ten-digit number" in await refused(database_url, "dnc", "add", "12", *WHY)


async def test_an_agreement_is_noted_told_and_ended(database_url: str, account: Account) -> None:
    await told(database_url, "consents", "add", account.number, PHONE, "--for", "due", *WHY)
    listed = await told(database_url, "consents", "list")
    assert f"{PHONE}  " in listed
    assert "due, by admin, accounts *4412: asked in a letter" in listed
    assert "1 customers had agreed" in await told(database_url, "consents", "revoke", PHONE, *WHY)
    assert "until" in await told(database_url, "consents", "list", PHONE)


async def test_a_number_of_nobody_or_on_the_list_agrees_to_nothing(
    database_url: str, account: Account
) -> None:
    words = ("consents", "add", account.number)
    assert "is not the customer's" in await refused(database_url, *words, "2125550142", *WHY)
    await told(database_url, "dnc", "add", PHONE, *WHY)
    assert "on the list" in await refused(database_url, *words, PHONE, *WHY)
    assert "no such account" in await refused(database_url, "consents", "add", "12", PHONE, *WHY)


async def test_the_gate_is_asked_and_nobody_called(
    database_url: str, store: Store, account: Account
) -> None:
    gate = ("calls", "out", "gate", "--number", PHONE, *AT)
    assert "refused: no-consent" in await refused(database_url, *gate)
    await told(database_url, "consents", "line", PHONE, "landline", *WHY)
    assert "allowed by landline; hours of America/Chicago" in await told(database_url, *gate)
    await told(database_url, "consents", "add", account.number, PHONE, *WHY)
    assert "allowed by consent" in await told(database_url, *gate)
    night = (*gate[:-1], "2026-03-03T05:00:00")
    assert "refused: outside-hours; hours of America/Chicago; again: 2026-03-03 09:00 EST" in (
        await refused(database_url, *night)
    )
    await store.run("UPDATE accounts SET zip = '75201'")
    assert "hours of America/Chicago, laws of TX" in await told(database_url, *gate)
    morning = (*gate[:-1], "2026-03-03T09:30:00")
    closed = await refused(database_url, *morning)
    assert "refused: state-hours; hours of America/Chicago, laws of TX" in closed
    assert "again: 2026-03-03 10:00 EST" in closed
    await told(database_url, "dnc", "add", PHONE, *WHY)
    assert "refused: do-not-call" in await refused(database_url, *gate)
    assert "again: never" in await refused(database_url, *gate, "--kind", "passcode")
    assert [] == await store.all("SELECT id FROM call_gate")


async def test_a_stranger_can_only_be_called_back(database_url: str) -> None:
    gate = ("calls", "out", "gate", "--number", "2125550142", *AT)
    assert "refused: not-theirs" in await refused(database_url, *gate)
    assert "allowed by request" in await told(database_url, *gate, "--kind", "call-back")
