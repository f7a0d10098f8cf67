"""What is agreed to pay: asked again where it was paid lately, or the balance has moved."""

from __future__ import annotations

from datetime import timedelta

from paytone.flows.agreement import (
    ALREADY_PAID,
    PAY_AGAIN,
    REVIEW_KEYS,
)
from paytone.flows.amount_entry import ASK_AMOUNT, ASK_AMOUNT_KIND
from paytone.flows.card_entry import (
    ASK_CARD,
)
from paytone.flows.pay_bill import (
    ANOTHER_OPEN,
    BALANCE_MOVED,
    NOT_CHARGED,
    PAID,
    pay_bill,
)
from paytone.phone import Keys
from paytone.phone.scripted import ScriptedPhone
from paytone.prompts import Prompt, spoken
from paytone.rules.card import Brand, Expiry
from paytone.rules.job import Ended, Status
from paytone.rules.method import CardFace
from paytone.rules.money import Money
from paytone.store import payments
from tests.flows.test_pay_bill import AGREE, CARD, DONE, WHOLE, other
from tests.teller import NOW, Counter, later


async def test_the_same_amount_within_a_day_is_asked_about(counter: Counter) -> None:
    account = await counter.account()
    fifty = other("50*00#")
    with ScriptedPhone(*fifty, *CARD, AGREE, DONE) as phone:
        await pay_bill(phone, counter.desk, await counter.call(), account)
    assert ALREADY_PAID not in phone.heard
    again = later(counter, NOW + timedelta(hours=23))
    with ScriptedPhone(
        *fifty, (PAY_AGAIN, "*"), *fifty, (PAY_AGAIN, "1"), *CARD, AGREE, DONE
    ) as phone:
        await pay_bill(phone, again.desk, await counter.call(), account)
    assert phone.heard_in_order(ALREADY_PAID, *spoken.money(Money(5000)), PAY_AGAIN, ASK_CARD)
    assert ["50.00"] * 2 == [amount for _, amount, _ in counter.charges()]


async def test_the_same_amount_a_day_later_is_paid_without_a_question(counter: Counter) -> None:
    account = await counter.account()
    for at in (NOW, NOW + timedelta(hours=25)):
        here = later(counter, at)
        with ScriptedPhone(*other("50*00#"), *CARD, AGREE, DONE) as phone:
            await pay_bill(phone, here.desk, await counter.call(), account)
        assert PAY_AGAIN not in phone.heard


async def test_a_bill_that_changes_in_mid_call_is_told_before_anything_is_charged(
    counter: Counter,
) -> None:
    """Agreed on one balance, charged on none other; the card need not be keyed again."""
    account = await counter.account()
    reissued = "UPDATE bills SET amount_cents = 9000"

    class Reissuing(ScriptedPhone):
        async def collect(self, *prompts: Prompt, at_most: int, ends: str = "#*") -> Keys:
            if REVIEW_KEYS in prompts and BALANCE_MOVED not in self.heard:
                await counter.store.run(reissued)
            return await super().collect(*prompts, at_most=at_most, ends=ends)

    with Reissuing(WHOLE, *CARD, AGREE, WHOLE, AGREE, DONE) as phone:
        await pay_bill(phone, counter.desk, await counter.call(), account)
    assert phone.heard_in_order(REVIEW_KEYS, BALANCE_MOVED, ASK_AMOUNT_KIND, REVIEW_KEYS, PAID)
    assert ["90.00"] == [amount for _, amount, _ in counter.charges()]


async def test_of_two_calls_paying_a_bill_at_once_one_pays(counter: Counter) -> None:
    account = await counter.account()
    inner: list[Ended] = []

    class Overtaken(ScriptedPhone):
        async def collect(self, *prompts: Prompt, at_most: int, ends: str = "#*") -> Keys:
            if REVIEW_KEYS in prompts and not inner:
                with ScriptedPhone(WHOLE, *CARD, AGREE, DONE) as other_phone:
                    call = await counter.call()
                    inner.append(await pay_bill(other_phone, counter.desk, call, account))
            return await super().collect(*prompts, at_most=at_most, ends=ends)

    with Overtaken(WHOLE, *CARD, AGREE, (ASK_AMOUNT, "*#")) as phone:
        await pay_bill(phone, counter.desk, await counter.call(), account)
    assert [Status.PAID] == [ended.status for ended in inner]
    assert phone.heard_in_order(REVIEW_KEYS, BALANCE_MOVED, ASK_AMOUNT)
    assert ["112.40"] == [amount for _, amount, _ in counter.charges()]


async def test_while_another_call_is_paying_nothing_is_charged(counter: Counter) -> None:
    account = await counter.account()

    class Beside(ScriptedPhone):
        async def collect(self, *prompts: Prompt, at_most: int, ends: str = "#*") -> Keys:
            if REVIEW_KEYS in prompts:
                await payments.open_payment(
                    counter.store, call_id=(await counter.call()).id, account_id=account.id,
                    heard=Money(11240), amount=Money(100), now=NOW,
                    face=CardFace(Brand.VISA, "1111", Expiry(2030, 9)),
                )  # fmt: skip
            return await super().collect(*prompts, at_most=at_most, ends=ends)

    with Beside(WHOLE, *CARD, AGREE) as phone:
        await pay_bill(phone, counter.desk, await counter.call(), account)
    assert [ANOTHER_OPEN, NOT_CHARGED] == phone.heard[-2:]
    assert [] == counter.charges()
