"""Letters sent through a real SMTP server: each once, notices to those who do not know yet."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from email.message import EmailMessage

import pytest

from paytone.back_office.reconcile import reconcile
from paytone.back_office.send_letters import Post, send_due
from paytone.flows.fee import FEE_KEYS
from paytone.flows.pay_bill import pay_bill
from paytone.flows.resume import WENT_THROUGH, resume
from paytone.mail.texts import SHIPPED as OUR_WORDS
from paytone.mail.texts import load
from paytone.phone.scripted import ScriptedPhone
from paytone.rules.bill import Account
from paytone.rules.contact import Channel
from paytone.rules.money import Money
from paytone.rules.payment import State
from paytone.sandbox.control.faults import Fault
from paytone.store import contacts, letters, payments
from paytone.store.contacts import Source
from tests.flows.reached import MOBILE, agreed
from tests.flows.test_pay_bill import AGREE, CARD, DONE, WHOLE
from tests.mail.post_office import PostOffice, open_office
from tests.mail.text_gateway import TextGateway, open_gateway
from tests.teller import NOW, NUMBER, PHONE, Counter, later

FOUND = NOW + timedelta(minutes=2)
DUE = FOUND + timedelta(minutes=3)
FAR_EAST = timezone(timedelta(hours=9))
GIVE_ADDRESS = (
    "UPDATE customers SET email = 'someone@customer.example', email_receipts = false"
    " WHERE email IS NULL"
)
TEXTS = load(OUR_WORDS)


def post(office: PostOffice) -> Post:
    return Post({Channel.EMAIL: office.mailer()}, TEXTS)


def plain(letter: EmailMessage) -> str:
    """What those read whose mail program shows no HTML."""
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


async def left_unknown(counter: Counter, number: str = NUMBER, phone: str = PHONE) -> Account:
    """An account whose payment Braintree took, and whose caller was told that nobody knows."""
    account = await counter.account(number=number, phone=phone)
    await counter.store.run(GIVE_ADDRESS)
    counter.sandbox.faults.inject(Fault("sale", "after", "drop"))
    with ScriptedPhone(WHOLE, *CARD, AGREE) as caller:
        await pay_bill(caller, counter.desk, await counter.call(), account)
    return account


async def found(counter: Counter, number: str = NUMBER, phone: str = PHONE) -> Account:
    """The same, once the worker has found the charge."""
    account = await left_unknown(counter, number, phone)
    await reconcile(counter.store, counter.desk.gateway, now=FOUND)
    return account


async def said(counter: Counter) -> str:
    """What became of the one notice."""
    row = await counter.store.one("SELECT said, next_at FROM letters")
    assert row is not None
    return str(row["said"])


async def next_at(counter: Counter) -> datetime | None:
    row = await counter.store.one("SELECT next_at FROM letters")
    assert row is not None
    at: datetime | None = row["next_at"]
    return at


async def test_who_was_told_unknown_is_written_to_once(counter: Counter) -> None:
    account = await found(counter)
    (payment,) = await counter.payments(account)
    async with open_office() as office:
        assert 0 == await send_due(counter.store, post(office), now=FOUND)
        assert 1 == await send_due(counter.store, post(office), now=DUE)
        assert 0 == await send_due(counter.store, post(office), now=DUE + timedelta(days=2))
    (letter,) = office.letters
    assert "Your payment of $112.40 went through" == letter["Subject"]
    text = " ".join(plain(letter).split())
    assert f"Confirmation number: {payment.confirmation}" in text
    assert "of March 2, 2026, by Visa ending in 1111, towards the account ending in 4412" in text
    assert "sent" == await said(counter)


async def test_a_letter_holds_nothing_of_card_and_account_but_their_ends(counter: Counter) -> None:
    await found(counter)
    async with open_office() as office:
        await send_due(counter.store, post(office), now=DUE)
    (letter,) = office.letters
    whole = letter.as_string() + plain(letter)
    for secret in ("411111", "4412000000004412", "09/27", "2027", "60601"):
        assert secret not in whole


async def test_two_workers_send_it_once(counter: Counter) -> None:
    await found(counter)
    async with open_office(PostOffice(slow_s=0.5)) as office:
        sent = await asyncio.gather(
            *(send_due(counter.store, post(office), now=DUE) for _ in range(4))
        )
    assert 1 == sum(sent) == len(office.letters)


async def test_a_server_that_was_away_gets_it_later(counter: Counter) -> None:
    await found(counter)
    async with open_office() as office:
        pass
    assert 0 == await send_due(counter.store, post(office), now=DUE)
    assert DUE + timedelta(minutes=2) == await next_at(counter)
    async with open_office(office, port=office.port):
        assert 0 == await send_due(counter.store, post(office), now=DUE + timedelta(minutes=1))
        assert 1 == await send_due(counter.store, post(office), now=DUE + timedelta(minutes=2))
    assert 1 == len(office.letters)


async def test_the_pauses_grow_and_it_is_given_up_after_a_day(
    counter: Counter, caplog: pytest.LogCaptureFixture
) -> None:
    await found(counter)
    async with open_office() as office:
        pass
    pauses: list[float] = []
    now: datetime | None = DUE
    while now is not None:
        before = now
        await send_due(counter.store, post(office), now=now)
        now = await next_at(counter)
        if now is not None:
            pauses.append((now - before) / timedelta(minutes=1))
    assert [2, 4, 8, 16, 32, 64, 120, 120] == pauses[:8]
    assert 24 * 60 < sum(pauses) < 27 * 60
    assert "not sent: it could not be for a day" == await said(counter)
    (error,) = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert "is given up" in error.getMessage()
    async with open_office(office, port=office.port):
        assert 0 == await send_due(counter.store, post(office), now=DUE + timedelta(days=3))
    assert [] == office.letters


async def test_what_the_caller_has_heard_meanwhile_is_not_sent(counter: Counter) -> None:
    account = await found(counter)
    with ScriptedPhone(DONE) as phone:
        await resume(phone, later(counter, FOUND).desk, await counter.call(), account)
    assert WENT_THROUGH in phone.heard
    async with open_office() as office:
        assert 0 == await send_due(counter.store, post(office), now=DUE)
    assert [] == office.letters
    assert "not sent: the customer knows it" == await said(counter)


async def test_what_the_next_call_itself_finds_and_tells_is_not_sent(counter: Counter) -> None:
    account = await left_unknown(counter)
    with ScriptedPhone(DONE) as phone:
        await resume(phone, later(counter, FOUND).desk, await counter.call(), account)
    async with open_office() as office:
        assert 0 == await send_due(counter.store, post(office), now=DUE)
    assert [] == office.letters


async def test_an_address_that_was_taken_away_gets_nothing(counter: Counter) -> None:
    await found(counter)
    await counter.store.run("UPDATE customers SET email = NULL")
    async with open_office() as office:
        assert 0 == await send_due(counter.store, post(office), now=DUE)
    assert "not sent: the customer can no longer be reached so" == await said(counter)


async def test_what_no_longer_holds_is_not_sent_but_what_does(counter: Counter) -> None:
    await found(counter)
    await counter.store.run(
        "UPDATE payments SET state = 'returned', changed_at = %(now)s, reason = 'R01'", now=FOUND
    )
    async with open_office() as office:
        assert 1 == await send_due(counter.store, post(office), now=DUE)
    (letter,) = office.letters
    assert "Your payment of $112.40 was returned" == letter["Subject"]


async def test_a_payment_in_a_call_has_its_receipt_in_two_shapes(counter: Counter) -> None:
    account = await counter.account()
    await counter.store.run("UPDATE customers SET email = 'someone@customer.example'")
    with ScriptedPhone(WHOLE, *CARD, AGREE, DONE) as phone:
        await pay_bill(phone, counter.desk, await counter.call(), account)
    (payment,) = await counter.payments(account)
    async with open_office() as office:
        assert 1 == await send_due(counter.store, post(office), now=NOW)
        assert 0 == await send_due(counter.store, post(office), now=NOW + timedelta(days=1))
    (letter,) = office.letters
    assert "Receipt: your payment of $112.40 went through" == letter["Subject"]
    html = letter.get_body(("html",))
    assert html is not None
    for shape in (plain(letter), str(html.get_content())):
        for fact in (payment.confirmation, "$112.40", "March 2, 2026", "1111", "4412", "$0.00"):
            assert fact in shape


async def test_a_receipt_names_the_fee_that_was_charged(counter: Counter) -> None:
    costly = replace(counter, desk=replace(counter.desk, fee=Money(250)))
    account = await costly.account()
    await costly.store.run("UPDATE customers SET email = 'someone@customer.example'")
    with ScriptedPhone((FEE_KEYS, "1"), WHOLE, *CARD, AGREE, DONE) as phone:
        await pay_bill(phone, costly.desk, await costly.call(), account)
    async with open_office() as office:
        assert 1 == await send_due(costly.store, post(office), now=NOW)
    lines = plain(office.letters[0]).splitlines()
    assert {"Amount: $114.90", "Fee, included: $2.50", "New balance: $0.00"} <= set(lines)


async def test_a_receipt_of_what_no_longer_counts_is_not_sent(counter: Counter) -> None:
    account = await left_unknown(counter)
    await counter.store.run("UPDATE customers SET email_receipts = true")
    await reconcile(counter.store, counter.desk.gateway, now=FOUND)
    (payment,) = await counter.payments(account)
    await payments.move(counter.store, payment.id, State.RETURNED, "R01", FOUND)
    async with open_office() as office:
        assert 1 == await send_due(counter.store, post(office), now=DUE)
    assert ["Your payment of $112.40 was returned"] == [each["Subject"] for each in office.letters]


async def test_a_kind_without_words_is_given_up(
    counter: Counter, caplog: pytest.LogCaptureFixture
) -> None:
    await counter.account()
    await counter.store.run(GIVE_ADDRESS)
    await counter.store.run(
        "SELECT queue_letter('nothing', id, 'd', '{}', %(now)s) FROM customers", now=NOW
    )
    async with open_office() as office:
        assert 0 == await send_due(counter.store, post(office), now=NOW)
    assert "not sent: there are no words for letters of kind nothing" == await said(counter)
    assert "nothing by email is given up" in caplog.text


async def test_a_payment_in_a_call_is_not_mailed_to_who_wants_no_receipts(counter: Counter) -> None:
    account = await counter.account()
    await counter.store.run(GIVE_ADDRESS)
    with ScriptedPhone(WHOLE, *CARD, AGREE, DONE) as phone:
        await pay_bill(phone, counter.desk, await counter.call(), account)
    assert [] == await counter.store.all("SELECT FROM letters")
    async with open_office() as office:
        assert 0 == await send_due(counter.store, post(office), now=NOW + timedelta(days=1))


async def test_after_a_lost_answer_it_is_sent_once_more_and_no_more(
    counter: Counter, caplog: pytest.LogCaptureFixture
) -> None:
    await found(counter)
    async with open_office(PostOffice(hangs_up=True)) as office:
        for hours in range(6):
            await send_due(counter.store, post(office), now=DUE + timedelta(hours=hours))
    first, second = office.letters
    assert first["Message-ID"] == second["Message-ID"]
    assert "not sent: it may have been, twice" == await said(counter)
    assert any("nobody knows whether it was sent" in each for each in caplog.messages)


async def test_one_that_a_dead_worker_held_is_sent_once_more(counter: Counter) -> None:
    await found(counter)
    async with open_office() as office:
        held = await letters.claim(
            counter.store, Channel.EMAIL, now=DUE, until=DUE + timedelta(minutes=10)
        )
        assert held is not None
        assert 0 == await send_due(counter.store, post(office), now=DUE + timedelta(minutes=9))
        assert 1 == await send_due(counter.store, post(office), now=DUE + timedelta(minutes=10))
        row = await counter.store.one("SELECT doubts FROM letters")
    assert {"doubts": 1} == row


async def test_an_address_that_does_not_exist_is_given_up_at_once(
    counter: Counter, caplog: pytest.LogCaptureFixture
) -> None:
    await found(counter)
    async with open_office(PostOffice(at_address="550 no such box")) as office:
        await send_due(counter.store, post(office), now=DUE)
    assert await next_at(counter) is None
    assert "refused: the address is not taken: 550" == await said(counter)
    assert "someone@customer.example" not in caplog.text


async def test_one_letter_that_is_not_taken_does_not_hold_up_the_others(counter: Counter) -> None:
    await found(counter)
    await counter.store.run("UPDATE customers SET email = 'full@customer.example'")
    await found(counter, number="4412000000004413", phone="3125550143")
    async with open_office(PostOffice(full="full@customer.example")) as office:
        assert 1 == await send_due(counter.store, post(office), now=DUE)
    assert [("billing@biller.example", ["someone@customer.example"])] == office.envelopes


async def test_the_date_is_the_billers(counter: Counter) -> None:
    """It is Monday in UTC and, by this clock, already Tuesday where the biller is."""
    await found(counter)
    ahead = replace(counter, desk=replace(counter.desk, clock=lambda: DUE.astimezone(FAR_EAST)))
    async with open_office() as office:
        assert 1 == await send_due(ahead.store, post(office), now=ahead.desk.clock())
    (letter,) = office.letters
    assert "March 3, 2026" in plain(letter)


async def test_a_text_goes_through_the_gateway_and_waits_out_its_troubles(
    counter: Counter,
) -> None:
    account = await counter.account()
    await agreed(counter, account)
    with ScriptedPhone(WHOLE, *CARD, AGREE, DONE) as phone:
        await pay_bill(phone, counter.desk, await counter.call(), account)
    (payment,) = await counter.payments(account)
    with open_gateway(TextGateway(answers=[500, 503, 201])) as gateway:
        texts = Post({Channel.SMS: gateway.carrier()}, TEXTS)
        sent = [
            await send_due(counter.store, texts, now=NOW + timedelta(minutes=minutes))
            for minutes in (0, 1, 2, 6, 60)
        ]
    assert [0, 0, 0, 1, 0] == sent
    assert 3 == len(gateway.messages)
    assert f"+1{MOBILE}" == gateway.messages[0]["To"]
    assert f"Confirmation {payment.confirmation}" in gateway.messages[2]["Body"]


async def test_who_answers_stop_before_it_is_sent_gets_none(counter: Counter) -> None:
    account = await counter.account()
    await agreed(counter, account)
    with ScriptedPhone(WHOLE, *CARD, AGREE, DONE) as phone:
        await pay_bill(phone, counter.desk, await counter.call(), account)
    source = Source("sms", "a text message")
    await contacts.stop_number(counter.store, MOBILE, how="stop", source=source, now=NOW)
    with open_gateway() as gateway:
        texts = Post({Channel.SMS: gateway.carrier()}, TEXTS)
        assert 0 == await send_due(counter.store, texts, now=NOW)
    assert [] == gateway.messages
    assert "not sent: the customer can no longer be reached so" == await said(counter)


async def test_a_gateway_that_is_away_does_not_hold_up_the_mail(counter: Counter) -> None:
    account = await counter.account()
    await agreed(counter, account)
    await counter.store.run("UPDATE customers SET email = 'someone@customer.example'")
    with ScriptedPhone(WHOLE, *CARD, AGREE, DONE) as phone:
        await pay_bill(phone, counter.desk, await counter.call(), account)
    with open_gateway() as gateway:
        pass
    async with open_office() as office:
        both = {Channel.SMS: gateway.carrier(), Channel.EMAIL: office.mailer()}
        assert 1 == await send_due(counter.store, Post(both, TEXTS), now=NOW)
    assert 1 == len(office.letters)
