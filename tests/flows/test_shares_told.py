"""What came of a payment for several accounts is told: exactly what was paid, and what was not."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import replace

import pytest

from paytone.flows.agreement import REVIEW_KEYS, REVIEW_PAY
from paytone.flows.card_entry import (
    ASK_CARD,
    CARD_DECLINED_HARD,
)
from paytone.flows.confirm import REPEAT_CONFIRMATION
from paytone.flows.pay_bill import pay_bill
from paytone.flows.receipt_offer import (
    RECEIPT_BY_EMAIL,
    RECEIPT_BY_TEXT,
    RECEIPT_COMES_BY_EMAIL,
    RECEIPT_COMES_BY_TEXT,
)
from paytone.flows.resume import EARLIER_PAYMENT, resume
from paytone.flows.shares_told import (
    A_BALANCE_MOVED,
    BALANCE_MOVED,
    FOR_ACCOUNT,
    IS_CHECKING,
    LINE_TROUBLE,
    NEW_BALANCE_IS,
    NOT_CHARGED,
    NOTHING_PAID,
    NUMBER_IS,
    PAYMENT_UNKNOWN,
    SHARE_FOR,
    WAS_NOT_PAID,
    WENT_THROUGH,
    YOUR_PAYMENT_OF,
)
from paytone.flows.text_consent import TEXTS_AGREE
from paytone.flows.together import CANCELLED, DECLINED_HARD, TRY_ANOTHER_CARD
from paytone.phone import HungUp, Keys, Manner
from paytone.phone.scripted import ScriptedPhone, Turn
from paytone.prompts import Prompt, spoken
from paytone.rules.bill import Account
from paytone.rules.contact import Channel
from paytone.rules.job import Ended, Next, Status
from paytone.rules.money import Money
from paytone.rules.payment import State
from paytone.sandbox.control.faults import Fault
from paytone.store import Store, calls
from tests.flows.reached import EMAIL, MOBILE, knows, queued, writing
from tests.flows.test_pay_bill import AGREE, CARD, DONE
from tests.flows.test_sentences import assert_whole, sentences
from tests.flows.test_together import ALL, Meddling, Two, family, two
from tests.teller import NOW, Counter

__all__ = ["two"]


async def test_each_payment_is_told_with_its_number_and_new_balance(two: Two) -> None:
    with ScriptedPhone(ALL, *CARD, AGREE, (REPEAT_CONFIRMATION, "1"), DONE) as phone:
        await two.pay(phone)
    expected: list[Prompt] = []
    for account, cents in ((two.first, 11240), (two.second, 8000)):
        expected += (YOUR_PAYMENT_OF, *spoken.money(Money(cents)))
        expected += (FOR_ACCOUNT, *spoken.digits(account.ending), WENT_THROUGH)
    for _ in range(2):
        for account in (two.first, two.second):
            (payment,) = await two.counter.payments(account)
            expected += (SHARE_FOR, *spoken.digits(account.ending))
            expected += (NUMBER_IS, *spoken.digits(payment.confirmation, group=3))
            expected += (NEW_BALANCE_IS, *spoken.money(Money(0)))
    assert phone.heard_in_order(*expected)
    said = sentences(phone.heard)
    assert (
        "Your payment of eighty dollars for account ending in four four one three went through."
        in said
    )
    assert any(
        each.startswith("For the account ending in four four one two the confirmation number is")
        for each in said
    )


async def told(two: Two, account: Account) -> int:
    """How many earlier payments a new call about *account* is told of."""
    phone = ScriptedPhone()
    call = await two.counter.call()
    await calls.identified(two.counter.store, call.id, account.id, NOW)
    await resume(phone, two.counter.desk, call, account)
    return phone.heard.count(EARLIER_PAYMENT)


async def test_hanging_up_after_the_one_pays_both_and_the_next_call_tells(two: Two) -> None:
    two.counter.sandbox.faults.inject(Fault("sale", "after", "delay", seconds=0.3))
    moment = (Prompt("one-moment"), None)
    with (
        ScriptedPhone(ALL, *CARD, AGREE, moment, manner=Manner(filler_after=0.05)) as phone,
        pytest.raises(HungUp),
    ):
        await two.pay(phone)
    assert ["112.40", "80.00"] == two.charged()
    assert [2, 0] == [await told(two, two.first), await told(two, two.second)]


async def test_who_hangs_up_in_the_telling_is_told_the_rest_by_the_next_call(two: Two) -> None:
    with (
        ScriptedPhone(ALL, *CARD, AGREE, (YOUR_PAYMENT_OF, None)) as phone,
        pytest.raises(HungUp),
    ):
        await two.pay(phone)
    assert [1, 1] == [await told(two, two.second), await told(two, two.first)]


async def test_who_hangs_up_after_the_telling_has_heard_it_all(two: Two) -> None:
    with (
        ScriptedPhone(ALL, *CARD, AGREE, (REPEAT_CONFIRMATION, None)) as phone,
        pytest.raises(HungUp),
    ):
        await two.pay(phone)
    assert [0, 0] == [await told(two, two.first), await told(two, two.second)]


async def test_a_decline_of_the_second_leaves_it_and_says_so(counter: Counter) -> None:
    two = await family(counter, 11240, 200_100)
    with ScriptedPhone(ALL, *CARD, AGREE, DONE, (TRY_ANOTHER_CARD, "*")) as phone:
        ended = await two.pay(phone)
    assert Ended(Status.DECLINED, Next.MENU) == ended
    assert [[State.SETTLING], [State.DECLINED]] == await two.states()
    assert [0, 200_100] == await two.owe()
    assert phone.heard_in_order(
        YOUR_PAYMENT_OF, *spoken.money(Money(11240)), WENT_THROUGH,
        YOUR_PAYMENT_OF, *spoken.money(Money(200_100)), FOR_ACCOUNT, *spoken.digits("4413"),
        WAS_NOT_PAID, Prompt("declined-funds"), NUMBER_IS, TRY_ANOTHER_CARD,
    )  # fmt: skip
    assert_whole(phone.heard)


async def test_a_decline_of_the_first_keeps_the_second_from_being_charged(
    counter: Counter,
) -> None:
    two = await family(counter, 200_100, 8000)
    with ScriptedPhone(ALL, *CARD, AGREE, (TRY_ANOTHER_CARD, "*")) as phone:
        ended = await two.pay(phone)
    assert Ended(Status.DECLINED, Next.MENU) == ended
    assert [[State.DECLINED], []] == await two.states()
    assert phone.heard_in_order(
        WAS_NOT_PAID, Prompt("declined-funds"), NOTHING_PAID, FOR_ACCOUNT, *spoken.digits("4413")
    )
    assert NUMBER_IS not in phone.heard
    assert_whole(phone.heard)


async def test_another_card_pays_only_what_is_left(counter: Counter) -> None:
    """What is left is read back anew and confirmed with a 1 of its own."""
    two = await family(counter, 11240, 200_100)
    again = ((ASK_CARD, "5555555555554444#"), *CARD[1:])
    with ScriptedPhone(
        ALL, *CARD, AGREE, DONE, (TRY_ANOTHER_CARD, "1"), *again, AGREE, (TRY_ANOTHER_CARD, "*")
    ) as phone:
        await two.pay(phone)
    assert [[State.SETTLING], [State.DECLINED] * 2] == await two.states()
    reviews = [at for at, prompt in enumerate(phone.heard) if prompt == REVIEW_PAY]
    second = phone.heard[reviews[1] :]
    assert [REVIEW_PAY, *spoken.money(Money(200_100))] == second[:2]
    assert 1 == second[: second.index(REVIEW_KEYS)].count(SHARE_FOR)


async def test_a_store_that_is_lost_after_a_part_was_paid_makes_nobody_hear_that_nothing_was(
    counter: Counter, database_url: str
) -> None:
    two = await family(counter, 11240, 200_100)
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(Store.open(database_url))

        class Losing(ScriptedPhone):
            async def collect(self, *prompts: Prompt, at_most: int, ends: str = "#*") -> Keys:
                if TRY_ANOTHER_CARD in prompts:
                    await stack.aclose()
                return await super().collect(*prompts, at_most=at_most, ends=ends)

        desk = replace(counter.desk, store=store)
        with Losing(ALL, *CARD, AGREE, DONE, (TRY_ANOTHER_CARD, "1")) as phone:
            ended = await pay_bill(phone, desk, await counter.call(), two.first)
    assert Ended(Status.TROUBLE, Next.AGENT) == ended
    assert phone.heard_in_order(WENT_THROUGH, TRY_ANOTHER_CARD, NOTHING_PAID, LINE_TROUBLE)
    assert NOT_CHARGED not in phone.heard


@pytest.mark.parametrize("at", ["card", "review"])
async def test_who_stops_after_a_part_was_paid_never_hears_that_nothing_was(
    counter: Counter, at: str
) -> None:
    two = await family(counter, 11240, 200_100)
    leave = ((ASK_CARD, "*"),) if at == "card" else (*CARD, (REVIEW_KEYS, "*"))
    with ScriptedPhone(ALL, *CARD, AGREE, DONE, (TRY_ANOTHER_CARD, "1"), *leave) as phone:
        ended = await two.pay(phone)
    assert Ended(Status.PAID, Next.MENU) == ended
    assert CANCELLED not in phone.heard
    assert [NOTHING_PAID, FOR_ACCOUNT, *spoken.digits("4413")] == phone.heard[-3:]


async def test_when_the_second_is_not_known_nobody_is_told_to_pay_again(two: Two) -> None:
    class Dropping(ScriptedPhone):
        async def collect(self, *prompts: Prompt, at_most: int, ends: str = "#*") -> Keys:
            if REVIEW_KEYS in prompts:
                two.counter.sandbox.faults.inject(Fault("sale", "after", "drop", amount="80.00"))
            return await super().collect(*prompts, at_most=at_most, ends=ends)

    with Dropping(ALL, *CARD, AGREE, DONE) as phone:
        ended = await two.pay(phone)
    assert Ended(Status.UNKNOWN, Next.MENU) == ended
    assert [[State.SETTLING], [State.UNKNOWN]] == await two.states()
    assert phone.heard_in_order(WENT_THROUGH, IS_CHECKING, PAYMENT_UNKNOWN, NUMBER_IS)
    assert 1 == phone.heard.count(NUMBER_IS)
    assert_whole(phone.heard)


async def test_when_the_first_is_not_known_the_second_is_not_charged(two: Two) -> None:
    two.counter.sandbox.faults.inject(Fault("sale", "after", "drop"))
    with ScriptedPhone(ALL, *CARD, AGREE) as phone:
        ended = await two.pay(phone)
    assert Ended(Status.UNKNOWN, Next.MENU) == ended
    assert [[State.UNKNOWN], []] == await two.states()
    assert phone.heard_in_order(IS_CHECKING, PAYMENT_UNKNOWN, NOTHING_PAID)


async def test_a_second_balance_that_moves_is_not_charged(two: Two) -> None:
    with Meddling(two, "second bill", ALL, *CARD, AGREE, DONE) as phone:
        ended = await two.pay(phone)
    assert Ended(Status.PAID, Next.MENU) == ended
    assert ["112.40"] == two.charged()
    assert phone.heard_in_order(WENT_THROUGH, NOTHING_PAID, A_BALANCE_MOVED, NUMBER_IS)
    assert BALANCE_MOVED not in phone.heard
    assert_whole(phone.heard)


async def test_a_card_declined_for_good_is_not_taken_for_the_rest(counter: Counter) -> None:
    two = await family(counter, 11240, 200_400)
    same = (ASK_CARD, "4111111111111111#")
    with ScriptedPhone(
        ALL, *CARD, AGREE, DONE, (TRY_ANOTHER_CARD, "1"), same, (ASK_CARD, "*")
    ) as phone:
        await two.pay(phone)
    assert phone.heard_in_order(DECLINED_HARD, ASK_CARD, CARD_DECLINED_HARD, ASK_CARD)
    assert 2 == len(two.counter.charges())


async def test_three_declined_cards_end_with_a_person(counter: Counter) -> None:
    two = await family(counter, 200_100, 8000)
    once = (*CARD, AGREE, (TRY_ANOTHER_CARD, "1"))
    with ScriptedPhone(ALL, *once, *once, *once) as phone:
        ended = await two.pay(phone)
    assert Ended(Status.DECLINED, Next.AGENT) == ended


def reached_too(two: Two, *channels: Channel) -> Two:
    """The same two, on a line that sends letters."""
    return replace(two, counter=writing(two.counter, *channels))


@pytest.mark.parametrize(
    ("turns", "by", "said"),
    [
        pytest.param(
            ((REPEAT_CONFIRMATION, "2"), (TEXTS_AGREE, "1")), "sms", RECEIPT_COMES_BY_TEXT, id="2"
        ),
        pytest.param(((REPEAT_CONFIRMATION, "3"),), "email", RECEIPT_COMES_BY_EMAIL, id="3"),
    ],
)
async def test_a_receipt_of_each_payment_can_be_asked_for(
    two: Two, turns: tuple[Turn, ...], by: str, said: Prompt
) -> None:
    await knows(two.counter, email=EMAIL, receipts=False, mobile=MOBILE)
    with ScriptedPhone(ALL, *CARD, AGREE, *turns, DONE) as phone:
        await reached_too(two).pay(phone)
    assert phone.heard_in_order(RECEIPT_BY_TEXT, RECEIPT_BY_EMAIL, said)
    assert 1 == phone.heard.count(said)
    assert [("receipt", by)] * 2 == await queued(two.counter)


async def test_receipts_that_come_anyway_are_told_of_and_not_offered(two: Two) -> None:
    await knows(two.counter, email=EMAIL)
    with ScriptedPhone(ALL, *CARD, AGREE, DONE) as phone:
        await reached_too(two, Channel.EMAIL).pay(phone)
    assert RECEIPT_COMES_BY_EMAIL in phone.heard
    assert not {RECEIPT_BY_TEXT, RECEIPT_BY_EMAIL} & set(phone.heard)
    assert [("receipt", "email")] * 2 == await queued(two.counter)


@pytest.mark.parametrize("at", [REPEAT_CONFIRMATION, TEXTS_AGREE])
async def test_hanging_up_at_the_receipts_leaves_both_paid(two: Two, at: Prompt) -> None:
    await knows(two.counter, mobile=MOBILE)
    asks = () if at == REPEAT_CONFIRMATION else ((REPEAT_CONFIRMATION, "2"),)
    with ScriptedPhone(ALL, *CARD, AGREE, *asks, (at, None)) as phone, pytest.raises(HungUp):
        await reached_too(two).pay(phone)
    assert ["112.40", "80.00"] == two.charged()
    assert [] == await queued(two.counter)
