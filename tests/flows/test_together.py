"""Several accounts paid in one go: chosen, read back, each its own charge."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import pytest
import pytest_asyncio

from paytone.ask import NOT_A_CHOICE
from paytone.flows.agreement import ASK_CHANGE, REVIEW_FROM, REVIEW_KEYS, REVIEW_PAY, REVIEW_TODAY
from paytone.flows.amount_entry import (
    AMOUNT_OVER_BALANCE,
    ASK_AMOUNT,
    ASK_AMOUNT_KIND,
    IS_THAT_RIGHT,
)
from paytone.flows.card_entry import (
    ASK_CARD,
    ASK_POSTAL,
)
from paytone.flows.confirm import REPEAT_CONFIRMATION
from paytone.flows.keep_card import ACCEPT, CARD_KEPT
from paytone.flows.pay_bill import pay_bill
from paytone.flows.save_offer import SAVE_CARD
from paytone.flows.shares_entry import (
    ALL_ACCOUNTS,
    ALREADY_PAID,
    MORE_ACCOUNTS,
    PAY_AGAIN,
    SPLIT,
    THIS_ACCOUNT,
)
from paytone.flows.shares_told import (
    ANOTHER_OPEN,
    BALANCE_MOVED,
    FOR_ACCOUNT,
    SHARE_FOR,
    WENT_THROUGH,
)
from paytone.flows.together import CANCELLED, DECLINED_HARD, TRY_ANOTHER_CARD
from paytone.phone import HungUp, Keys
from paytone.phone.scripted import ScriptedPhone, Turn
from paytone.prompts import Prompt, spoken
from paytone.rules.bill import Account, Limits, Payable, Restriction
from paytone.rules.job import Ended, Next, Status
from paytone.rules.money import Money
from paytone.rules.payment import State
from paytone.store import accounts, calls, methods
from tests.flows.test_pay_bill import AGREE, CARD, DONE, WHOLE
from tests.flows.test_sentences import assert_whole
from tests.plans import saved_card
from tests.store import given
from tests.teller import NOW, Counter

ALL: Final[Turn] = (ALL_ACCOUNTS, "2")
ONE: Final[Turn] = (MORE_ACCOUNTS, "1")
FAMILY: Final = "UPDATE accounts SET customer_id = %(customer)s"
TOLD: Final = """
    INSERT INTO payment_tellings (payment_id, heard, at) SELECT id, 'paid', now() FROM payments
"""
OTHERS: Final = "4412000000004413"


def split(keys: str) -> tuple[Turn, ...]:
    """The turns that choose an amount to be split."""
    return ((SPLIT, "3"), (ASK_AMOUNT, keys), (IS_THAT_RIGHT, "1"))


@dataclass(frozen=True, slots=True)
class Two:
    """A customer's two accounts: one owes 112.40 by 5 March, the other 80.00 since 1 February."""

    counter: Counter
    first: Account
    second: Account

    async def pay(self, phone: ScriptedPhone) -> Ended:
        """A call that pays, identified for the first."""
        call = await self.counter.call()
        await calls.identified(self.counter.store, call.id, self.first.id, NOW)
        return await pay_bill(phone, self.counter.desk, call, self.first)

    async def owe(self) -> list[int]:
        """What both owe now."""
        return [await self.counter.owes_cents(each) for each in (self.first, self.second)]

    async def states(self) -> list[list[State]]:
        """How the payments of each stand."""
        return [
            [payment.state for payment in await self.counter.payments(each)]
            for each in (self.first, self.second)
        ]

    def charged(self) -> list[str]:
        """The amounts that Braintree was asked for and took, in order."""
        taken = "submitted_for_settlement"
        return [amount for _, amount, status in self.counter.charges() if status == taken]


async def family(counter: Counter, *cents: int) -> Two:
    """Two accounts of one customer that owe *cents*."""
    first = await counter.account(owes_cents=cents[0])
    await counter.account(
        number=OTHERS, phone="3125550143", owes_cents=cents[1], due=date(2026, 2, 20)
    )
    await counter.store.run(FAMILY, customer=first.customer_id)
    other = await accounts.by_number(counter.store, OTHERS)
    assert other is not None
    return Two(counter, first, other)


@pytest_asyncio.fixture
async def two(counter: Counter) -> Two:
    return await family(counter, 11240, 8000)


async def test_two_accounts_are_paid_in_full_with_one_card(two: Two) -> None:
    with ScriptedPhone(ALL, *CARD, AGREE, DONE) as phone:
        ended = await two.pay(phone)
    assert Ended(Status.PAID, Next.MENU) == ended
    assert ["112.40", "80.00"] == two.charged()
    assert [0, 0] == await two.owe()
    assert [[State.SETTLING], [State.SETTLING]] == await two.states()
    assert 1 == phone.heard.count(ASK_CARD)
    assert_whole(phone.heard)


async def test_each_share_and_the_total_are_read_back_before_the_charge(two: Two) -> None:
    with ScriptedPhone(ALL, *CARD, AGREE, DONE) as phone:
        await two.pay(phone)
    review = (
        REVIEW_PAY, *spoken.money(Money(19240)), REVIEW_FROM, Prompt("brand-visa"),
        Prompt("ending-in"), *spoken.digits("1111"), REVIEW_TODAY,
        SHARE_FOR, *spoken.digits("4412"), *spoken.money(Money(11240)),
        SHARE_FOR, *spoken.digits("4413"), *spoken.money(Money(8000)),
        REVIEW_KEYS,
    )  # fmt: skip
    at = phone.heard.index(REVIEW_PAY)
    assert list(review) == phone.heard[at : at + len(review)]


@pytest.mark.parametrize(
    ("keys", "charged", "owe"),
    [
        pytest.param("50*00#", ["50.00"], [11240, 3000], id="a part of what is due first"),
        pytest.param("100*00#", ["20.00", "80.00"], [9240, 0], id="all of it and a part"),
        pytest.param("192*40#", ["112.40", "80.00"], [0, 0], id="everything"),
    ],
)
async def test_an_amount_is_split_what_is_due_first_first(
    two: Two, keys: str, charged: list[str], owe: list[int]
) -> None:
    with ScriptedPhone(*split(keys), *CARD, AGREE, DONE) as phone:
        ended = await two.pay(phone)
    assert Ended(Status.PAID, Next.MENU) == ended
    assert charged == two.charged()
    assert owe == await two.owe()
    assert_whole(phone.heard)


async def test_more_than_is_owed_is_not_split(two: Two) -> None:
    turns = ((SPLIT, "3"), (ASK_AMOUNT, "192*41#"), (ASK_AMOUNT, "*#"), (SPLIT, "*"))
    with ScriptedPhone(*turns) as phone:
        ended = await two.pay(phone)
    assert Status.CANCELLED is ended.status
    assert phone.heard_in_order(AMOUNT_OVER_BALANCE, *spoken.money(Money(19240)))


async def test_one_account_alone_is_paid_as_ever(two: Two) -> None:
    with ScriptedPhone(ONE, WHOLE, *CARD, AGREE, DONE) as phone:
        ended = await two.pay(phone)
    assert Status.PAID is ended.status
    assert [0, 8000] == await two.owe()
    assert phone.heard_in_order(THIS_ACCOUNT, *spoken.digits("4412"), ALL_ACCOUNTS, ASK_AMOUNT_KIND)


@pytest.mark.parametrize("other", ["nothing owed", "closed", "open payment"])
async def test_where_no_other_account_can_be_paid_nothing_is_asked(
    counter: Counter, other: str
) -> None:
    two = await family(counter, 11240, -500 if other == "nothing owed" else 8000)
    if other == "closed":
        await accounts.set_payable(counter.store, OTHERS, Payable.NO, Restriction.CLOSED)
    if other == "open payment":
        await given.payment(counter.store, two.second, 100)
    with ScriptedPhone((ASK_AMOUNT_KIND, "*")) as phone:
        await two.pay(phone)
    assert MORE_ACCOUNTS not in phone.heard


@pytest.mark.parametrize(("accounts", "asked"), [(5, True), (6, False)])
async def test_as_many_accounts_as_can_be_listened_to_are_paid_together(
    two: Two, accounts: int, asked: bool
) -> None:
    store = two.counter.store
    for place in range(accounts - 2):
        other = await given.account(store, f"441200000000500{place}")
        await given.bill(store, other, 1000, date(2026, 3, 9))
    await store.run(FAMILY, customer=two.first.customer_id)
    with ScriptedPhone((MORE_ACCOUNTS if asked else ASK_AMOUNT_KIND, "*")) as phone:
        await two.pay(phone)
    assert asked == (MORE_ACCOUNTS in phone.heard)


async def test_who_owes_nothing_here_can_pay_the_others(two: Two) -> None:
    store = two.counter.store
    third = await given.account(store, "4412000000005000")
    await given.bill(store, third, 1000, date(2026, 3, 9))
    await store.run(FAMILY, customer=two.first.customer_id)
    await given.bill(store, two.first, -11240, date(2026, 3, 9))
    with ScriptedPhone(ALL, *CARD, AGREE, DONE) as phone:
        await two.pay(phone)
    assert ["80.00", "10.00"] == two.charged()


async def test_more_than_one_payment_may_be_is_split_but_not_paid_in_full(two: Two) -> None:
    limits = Limits(most=Money(19000))
    two = replace(two, counter=replace(two.counter, desk=replace(two.counter.desk, limits=limits)))
    with ScriptedPhone((SPLIT, "2"), (SPLIT, "*")) as phone:
        await two.pay(phone)
    assert NOT_A_CHOICE in phone.heard
    assert ALL_ACCOUNTS not in phone.heard
    assert SPLIT in phone.heard


TURNS: Final[tuple[Turn, ...]] = (*split("100*00#"), *CARD, AGREE)


@pytest.mark.parametrize("at", range(len(TURNS)), ids=[prompt for prompt, _ in TURNS])
async def test_hanging_up_at_a_question_charges_nothing(two: Two, at: int) -> None:
    turns = (*TURNS[:at], (TURNS[at][0], None))
    with ScriptedPhone(*turns) as phone, pytest.raises(HungUp):
        await two.pay(phone)
    assert [] == two.counter.charges()
    assert [[], []] == await two.states()


@pytest.mark.parametrize(
    ("turns", "charged"),
    [
        pytest.param((ALL, *CARD, (REVIEW_KEYS, "2"), (ASK_CHANGE, None)), [], id="change"),
        pytest.param(
            (ALL, *CARD, AGREE, DONE, (TRY_ANOTHER_CARD, None)), ["112.40"], id="another card"
        ),
        pytest.param(
            (ALL, *CARD, AGREE, DONE, (TRY_ANOTHER_CARD, "1"), (ASK_CARD, None)),
            ["112.40"],
            id="the other card",
        ),
    ],
)
async def test_hanging_up_later_charges_no_more_than_was_confirmed(
    counter: Counter, turns: tuple[Turn, ...], charged: list[str]
) -> None:
    two = await family(counter, 11240, 200_100)
    with ScriptedPhone(*turns) as phone, pytest.raises(HungUp):
        await two.pay(phone)
    assert charged == two.charged()


async def test_hanging_up_when_asked_whether_to_pay_again_charges_nothing(two: Two) -> None:
    await given.settled(two.counter.store, two.second, 8000)
    await given.bill(two.counter.store, two.second, 8000, date(2026, 3, 9))
    await two.counter.store.run(TOLD)
    with ScriptedPhone(ALL, (PAY_AGAIN, None)) as phone, pytest.raises(HungUp):
        await two.pay(phone)
    assert [] == two.counter.charges()


class Meddling(ScriptedPhone):
    """Something happens while the review is being read."""

    def __init__(self, two: Two, what: str, *turns: Turn) -> None:
        super().__init__(*turns)
        self._two = two
        self._what = what
        self._done = False

    async def collect(self, *prompts: Prompt, at_most: int, ends: str = "#*") -> Keys:
        if REVIEW_KEYS in prompts and not self._done:
            self._done = True
            account = self._two.first if "first" in self._what else self._two.second
            store = self._two.counter.store
            if "bill" in self._what:
                await given.bill(store, account, 100, date(2026, 3, 9))
            else:
                await given.payment(store, account, 100)
        return await super().collect(*prompts, at_most=at_most, ends=ends)


async def test_a_first_balance_that_moves_charges_nothing_and_all_is_asked_anew(two: Two) -> None:
    with Meddling(two, "first bill", ALL, *CARD, AGREE, ALL, AGREE, DONE) as phone:
        ended = await two.pay(phone)
    assert Ended(Status.PAID, Next.MENU) == ended
    assert phone.heard_in_order(
        BALANCE_MOVED, MORE_ACCOUNTS, REVIEW_PAY, *spoken.money(Money(19340))
    )
    assert ["113.40", "80.00"] == two.charged()


@pytest.mark.parametrize(
    ("which", "charged", "status"),
    [("first", [], Status.CANCELLED), ("second", ["112.40"], Status.PAID)],
)
async def test_an_account_that_another_call_is_paying_is_not_charged(
    two: Two, which: str, charged: list[str], status: Status
) -> None:
    turns = (ALL, *CARD, AGREE, *((DONE,) if charged else ()))
    with Meddling(two, f"{which} payment", *turns) as phone:
        ended = await two.pay(phone)
    assert Ended(status, Next.MENU) == ended
    assert charged == two.charged()
    assert ANOTHER_OPEN in phone.heard


async def test_the_same_share_within_a_day_is_asked_about(two: Two) -> None:
    await given.settled(two.counter.store, two.second, 8000)
    await given.bill(two.counter.store, two.second, 8000, date(2026, 3, 9))
    await two.counter.store.run(TOLD)
    with ScriptedPhone(ALL, (PAY_AGAIN, "*"), ALL, (PAY_AGAIN, "1"), *CARD, AGREE, DONE) as phone:
        await two.pay(phone)
    assert phone.heard_in_order(
        ALREADY_PAID, *spoken.money(Money(8000)), FOR_ACCOUNT, *spoken.digits("4413"), PAY_AGAIN
    )
    assert_whole(phone.heard)


async def test_the_amount_and_the_card_can_be_changed_at_the_review(two: Two) -> None:
    mastercard = ((ASK_CARD, "5555555555554444#"), *CARD[1:])
    change: Turn = (REVIEW_KEYS, "2")
    with ScriptedPhone(
        ALL, *CARD, change, (ASK_CHANGE, "2"), *mastercard, change, (ASK_CHANGE, "1"),
        *split("50*00#"), AGREE, DONE,
    ) as phone:  # fmt: skip
        await two.pay(phone)
    assert ["50.00"] == two.charged()
    assert 2 == phone.heard.count(ASK_CARD)


async def test_star_cancels_and_says_so(two: Two) -> None:
    for turns in (((MORE_ACCOUNTS, "*"),), (ALL, *CARD, (REVIEW_KEYS, "*"))):
        with ScriptedPhone(*turns) as phone:
            ended = await two.pay(phone)
        assert Ended(Status.CANCELLED, Next.MENU) == ended
        assert CANCELLED == phone.heard[-1]
    assert [] == two.counter.charges()


async def test_equal_shares_are_no_duplicates(counter: Counter) -> None:
    """A gateway that refuses the same amount from the same card still takes both."""
    two = await family(counter, 8000, 8000)
    with ScriptedPhone(ALL, *CARD, AGREE, DONE) as phone:
        await two.pay(phone)
    assert ["80.00", "80.00"] == two.charged()


async def test_what_is_typed_ahead_of_the_shares_does_not_confirm_them(two: Two) -> None:
    with ScriptedPhone(ALL, *CARD[:3], (ASK_POSTAL, "606011"), (REVIEW_KEYS, "*")) as phone:
        await two.pay(phone)
    assert [] == two.counter.charges()


@pytest.mark.parametrize("keys", ["0", "9", ""], ids=["person", "repeat", "nothing"])
async def test_after_paying_a_caller_may_want_a_person_or_say_nothing(two: Two, keys: str) -> None:
    with ScriptedPhone(ALL, *CARD, AGREE, (REPEAT_CONFIRMATION, keys)) as phone:
        ended = await two.pay(phone)
    assert Status.PAID is ended.status
    assert (Next.AGENT if keys == "0" else Next.MENU) is ended.next


async def test_a_new_card_that_paid_several_accounts_can_be_saved(two: Two) -> None:
    consent: tuple[Turn, ...] = ((REPEAT_CONFIRMATION, "4"), (ACCEPT, "1"))
    with ScriptedPhone(ALL, *CARD, AGREE, *consent, DONE) as phone:
        await two.pay(phone)
    assert CARD_KEPT in phone.heard
    (method,) = await methods.of_customer(two.counter.store, two.first.customer_id)
    assert "1111" == method.face.last_four


async def test_a_biller_may_offer_nothing_to_be_saved(two: Two) -> None:
    desk = replace(two.counter.desk, offers_to_save=False)
    off = replace(two, counter=replace(two.counter, desk=desk))
    with ScriptedPhone(ALL, *CARD, AGREE, (REPEAT_CONFIRMATION, "4"), DONE) as phone:
        await off.pay(phone)
    assert SAVE_CARD not in phone.heard
    assert [] == await methods.of_customer(two.counter.store, two.first.customer_id)


async def test_a_saved_card_that_was_removed_meanwhile_pays_no_share(two: Two) -> None:
    method = await saved_card(two.counter, two.first)

    class Removing(ScriptedPhone):
        async def announce(self, *prompts: Prompt) -> None:
            if REVIEW_PAY in prompts:
                await methods.remove(two.counter.store, method, why="asked", now=NOW)
            await super().announce(*prompts)

    turns: tuple[Turn, ...] = (ALL, AGREE, (TRY_ANOTHER_CARD, "1"))
    with Removing(*turns, *CARD, AGREE, DONE) as phone:
        await two.pay(phone)
    assert phone.heard_in_order(REVIEW_PAY, DECLINED_HARD, TRY_ANOTHER_CARD, WENT_THROUGH)
    assert ["112.40", "80.00"] == two.charged()
