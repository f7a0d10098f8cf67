"""Letters that tell a one-time code, and that a PIN was changed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from paytone.back_office.send_letters import Post, send_due
from paytone.mail.texts import SHIPPED, load
from paytone.rules.bill import Account
from paytone.rules.contact import Channel
from paytone.rules.passcode import Way, new_name
from paytone.store import passcodes, pins
from paytone.store.pins import ProvedBy
from tests.flows.reached import EMAIL, MOBILE, agreed, knows
from tests.flows.unproved import CODES
from tests.mail.post_office import open_office
from tests.mail.text_gateway import open_gateway
from tests.teller import NOW, PIN_HASH, Counter

TEXTS = load(SHIPPED)


@pytest.fixture
async def account(counter: Counter) -> Account:
    """It can be written to by e-mail."""
    account = await counter.account()
    await knows(counter, email=EMAIL)
    return account


async def asked(counter: Counter, account: Account, way: Way) -> str:
    """The code that was asked for."""
    name = new_name()
    assert await passcodes.ask(counter.store, name, account.id, calling=None, way=way, now=NOW)
    return str.__str__(CODES.of(name).digits)


async def test_the_mail_tells_the_code_and_nothing_stored_does(
    counter: Counter, account: Account
) -> None:
    code = await asked(counter, account, Way.EMAIL)
    async with open_office() as office:
        post = Post({Channel.EMAIL: office.mailer()}, TEXTS, CODES)
        assert 1 == await send_due(counter.store, post, now=NOW)
    (letter,) = office.letters
    assert f"Code: {code}" in letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert code not in str(letter["Subject"])
    rows = await counter.store.all("SELECT letters::text AS stored FROM letters")
    assert not any(code in row["stored"] for row in rows)


async def test_a_text_tells_the_code(counter: Counter, account: Account) -> None:
    await agreed(counter, account)
    code = await asked(counter, account, Way.SMS)
    with open_gateway() as gateway:
        post = Post({Channel.SMS: gateway.carrier()}, TEXTS, CODES)
        assert 1 == await send_due(counter.store, post, now=NOW)
    assert f"code is {code}" in gateway.messages[0]["Body"]
    assert f"+1{MOBILE}" == gateway.messages[0]["To"]


async def test_a_code_is_not_sent_once_it_is_no_longer_good(
    counter: Counter, account: Account
) -> None:
    await asked(counter, account, Way.EMAIL)
    async with open_office() as office:
        post = Post({Channel.EMAIL: office.mailer()}, TEXTS, CODES)
        assert 0 == await send_due(counter.store, post, now=NOW + timedelta(minutes=10))
    assert [] == office.letters


async def test_the_customer_is_told_of_a_new_pin(counter: Counter, account: Account) -> None:
    call = await counter.call()
    await pins.set_pin(
        counter.store, account.id, PIN_HASH, proved_by=ProvedBy.PASSCODE, call_id=call.id, now=NOW
    )
    async with open_office() as office:
        assert 1 == await send_due(
            counter.store, Post({Channel.EMAIL: office.mailer()}, TEXTS, CODES), now=NOW
        )
    (letter,) = office.letters
    assert "Your PIN was changed" == letter["Subject"]
    assert "Account ending in: 4412" in letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
