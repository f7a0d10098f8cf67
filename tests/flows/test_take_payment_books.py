"""Payments that a dialplan asks for: how they are booked, and once under each reference."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta

import pytest

from paytone.back_office.clerk import Wish, grant
from paytone.back_office.settlement import poll
from paytone.flows.agreement import REVIEW_KEYS, REVIEW_PAY
from paytone.flows.card_entry import ASK_CARD
from paytone.flows.pay_bill import TRY_ANOTHER_CARD
from paytone.flows.take_payment import PAID_BEFORE
from paytone.phone.scripted import ScriptedPhone
from paytone.prompts import Prompt, spoken
from paytone.rules.card import Brand, Expiry
from paytone.rules.method import CardFace
from paytone.rules.money import Money
from paytone.rules.pay_result import Result
from paytone.rules.refund import Way
from paytone.sandbox.sales.life import settle
from paytone.store import ledger, payments
from tests.flows.taking import AGREE, CARD, DONE, request
from tests.teller import NOW, Counter


async def booked(counter: Counter) -> list[tuple[str, str, str, int]]:
    """Every posting."""
    rows = await counter.store.all("SELECT * FROM ledger ORDER BY id")
    return [(row["kind"], row["debit"], row["credit"], row["amount_cents"]) for row in rows]


async def faults(counter: Counter) -> list[str]:
    """What `paytone ledger check` finds wrong."""
    return [fault for proof in await ledger.proofs(counter.store) for fault in proof.faults]


async def test_it_is_booked_as_sold_and_owed_by_nobody(counter: Counter) -> None:
    asked = await request(counter)
    with ScriptedPhone(*CARD, AGREE, DONE) as phone:
        await asked.take(counter, phone)
    assert [("payment", "gateway", "sales", 4999)] == await booked(counter)
    assert 0 == await counter.owes_cents(asked.account)
    assert [] == await faults(counter)


async def test_it_settles_and_is_refunded_as_a_bill_is(counter: Counter) -> None:
    asked = await request(counter)
    with ScriptedPhone(*CARD, AGREE, DONE) as phone:
        taken = await asked.take(counter, phone)
    assert taken.payment is not None
    (name,) = counter.sandbox.books_of().transactions
    settle(counter.sandbox.books_of(), name, datetime.now(UTC))
    tomorrow = NOW + timedelta(days=1)
    await poll(counter.store, counter.desk.gateway, now=tomorrow)
    for cents in (1000, None):
        (payment,) = await counter.payments(asked.account)
        wish = Wish(Way.REFUND, Money(cents) if cents else None, "ann", "sent back", again=False)
        await grant(counter.store, counter.desk.gateway, payment, wish, now=tomorrow)
    assert [
        ("payment", "gateway", "sales", 4999),
        ("settlement", "bank", "gateway", 4999),
        ("refund", "sales", "bank", 1000),
        ("refund", "sales", "bank", 3999),
    ] == await booked(counter)
    assert [] == await faults(counter)


async def test_a_posting_that_is_not_a_sales_is_found(counter: Counter) -> None:
    asked = await request(counter)
    with ScriptedPhone(*CARD, AGREE, DONE) as phone:
        await asked.take(counter, phone)
    await counter.store.run("ALTER TABLE ledger DISABLE TRIGGER ledger_stays")
    await counter.store.run("UPDATE ledger SET amount_cents = 1")
    await counter.store.run("ALTER TABLE ledger ENABLE TRIGGER ledger_stays")
    assert any("sale:INV-1001" in fault for fault in await faults(counter))


async def test_a_sale_is_never_billed(counter: Counter) -> None:
    asked = await request(counter)
    with pytest.raises(Exception, match="a sale has no bills"):
        await counter.store.run(
            "INSERT INTO bills (account_id, number, amount_cents, currency, issued, due)"
            " VALUES (%(account)s, 'b1', 100, 'USD', '2026-03-01', '2026-03-02')",
            account=asked.account.id,
        )


# One reference


async def test_the_same_reference_after_success_tells_and_never_charges_again(
    counter: Counter,
) -> None:
    with ScriptedPhone(*CARD, AGREE, DONE) as phone:
        first = await (await request(counter)).take(counter, phone)
    with ScriptedPhone(DONE) as phone:
        again = await (await request(counter)).take(counter, phone)
    assert first.payment is not None
    assert again.payment is not None
    assert (Result.SUCCESS, True) == (again.result, again.earlier)
    assert first.payment.confirmation == again.payment.confirmation
    assert 1 == len(counter.charges())
    assert phone.heard_in_order(PAID_BEFORE, *spoken.digits(first.payment.confirmation, group=3))
    assert ASK_CARD not in phone.heard


async def test_two_calls_at_once_with_one_reference_charge_once(counter: Counter) -> None:
    """Both have read back and press 1 at the same moment."""
    asked = [await request(counter) for _ in range(2)]
    phones = [ScriptedPhone(*CARD, AGREE, DONE) for _ in range(2)]
    taken = await asyncio.gather(
        *(each.take(counter, phone) for each, phone in zip(asked, phones, strict=True))
    )
    assert 1 == len(counter.charges())
    assert [Result.SUCCESS] == [each.result for each in taken if not each.earlier]
    (second,) = [each for each in taken if each.earlier]
    assert second.result in {Result.SUCCESS, Result.UNKNOWN}
    assert [] == await faults(counter)


class Overtaken(ScriptedPhone):
    """While this caller hears the review, *other* is done."""

    other: Awaitable[object] | None = None

    async def announce(self, *prompts: Prompt) -> None:
        if REVIEW_PAY in prompts and self.other is not None:
            other, self.other = self.other, None
            await other
        await super().announce(*prompts)


async def test_who_is_overtaken_at_the_review_is_not_charged_and_told_so(counter: Counter) -> None:
    first, second = await request(counter), await request(counter)
    with Overtaken(*CARD, AGREE, DONE) as phone, ScriptedPhone(*CARD, AGREE, DONE) as other:
        phone.other = first.take(counter, other)
        taken = await second.take(counter, phone)
    assert (Result.SUCCESS, True) == (taken.result, taken.earlier)
    assert phone.heard_in_order(REVIEW_KEYS, PAID_BEFORE)
    assert 1 == len(counter.charges())


async def test_the_database_itself_refuses_a_second_payment(counter: Counter) -> None:
    """Whoever opens it, and whatever was looked up before."""
    asked = await request(counter)
    with ScriptedPhone(*CARD, AGREE, DONE) as phone:
        await asked.take(counter, phone)
    with pytest.raises(payments.AlreadyPaid):
        await payments.open_payment(
            counter.store,
            call_id=None,
            account_id=asked.account.id,
            heard=Money(0),
            amount=Money(4999),
            face=CardFace(Brand.VISA, "1111", Expiry(2030, 9)),
            now=NOW,
        )


async def test_another_reference_is_another_payment(counter: Counter) -> None:
    for reference in ("INV-1", "INV-2"):
        with ScriptedPhone(*CARD, AGREE, DONE) as phone:
            await (await request(counter, REFERENCE=reference)).take(counter, phone)
    assert 2 == len(counter.charges())


async def test_a_reference_that_was_declined_may_be_paid(counter: Counter) -> None:
    asked = await request(counter, AMOUNT="2001.00")
    with ScriptedPhone(*CARD, AGREE, (TRY_ANOTHER_CARD, "*")) as phone:
        assert Result.DECLINED is (await asked.take(counter, phone)).result
    with ScriptedPhone(*CARD, AGREE, DONE) as phone:
        assert Result.SUCCESS is (await (await request(counter)).take(counter, phone)).result
