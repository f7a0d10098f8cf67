"""A fee: named in dollars before anything is charged, free to refuse, charged once, told."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from paytone.flows.agreement import ASK_CHANGE, REVIEW_FROM, REVIEW_PAY
from paytone.flows.amount_entry import (
    AMOUNT_TOO_SMALL,
    ASK_AMOUNT,
    ASK_AMOUNT_KIND,
    IS_THAT_RIGHT,
    NOTHING_DUE,
)
from paytone.flows.card_entry import ASK_CARD
from paytone.flows.confirm import REPEAT_CONFIRMATION
from paytone.flows.fee import (
    FEE_FOR_PHONE,
    FEE_FREE_WAYS,
    FEE_IS,
    FEE_KEYS,
    IN_TOTAL,
    INCLUDING_FEE,
    PLUS_FEE,
)
from paytone.flows.history import GO_ON, PAYMENT_OF, history
from paytone.flows.menu import MENU, menu
from paytone.flows.pay_bill import (
    CANCELLED,
    NEW_BALANCE_IS,
    PAID,
    TRY_ANOTHER_CARD,
    YOU_PAID,
    pay_bill,
)
from paytone.flows.resume import EARLIER_PAYMENT, WENT_THROUGH, resume
from paytone.flows.shares_told import SHARE_FOR, YOUR_PAYMENT_OF
from paytone.phone import HungUp
from paytone.phone.scripted import ScriptedPhone, Turn
from paytone.prompts import Prompt, spoken
from paytone.rules.job import Ended, Next, Status
from paytone.rules.money import Money
from paytone.rules.payment import NO_FEE, State
from paytone.sandbox.control.faults import Fault
from paytone.store import ledger
from tests.checks import ALL as BY_CHECK
from tests.checks import debits
from tests.flows.test_pay_bill import AGREE, CARD, DONE, WHOLE, other
from tests.flows.test_sentences import assert_whole, sentences
from tests.flows.test_together import ALL as ALL_ACCOUNTS
from tests.flows.test_together import FAMILY, Two, family
from tests.spoken_yes import YES
from tests.store import given
from tests.teller import NOW, Counter

FEE: Final = Money(250)
GO: Final[Turn] = (FEE_KEYS, "1")


def with_fee(counter: Counter, fee: Money = FEE) -> Counter:
    """The same counter, where paying by phone costs *fee*."""
    return replace(counter, desk=replace(counter.desk, fee=fee))


@pytest.fixture
def costly(counter: Counter) -> Counter:
    """A counter at which paying costs 2.50."""
    return with_fee(counter)


async def books(counter: Counter) -> list[str]:
    """What does not hold of the books."""
    return [fault for proof in await ledger.proofs(counter.store) for fault in proof.faults]


async def fees(counter: Counter) -> int:
    """What the ledger holds as fees, in cents."""
    row = await counter.store.one(
        "SELECT -coalesce(sum(amount_cents), 0)::bigint AS cents FROM ledger_lines"
        " WHERE ledger_account = 'fees'"
    )
    assert row is not None
    return int(row["cents"])


async def test_the_fee_is_charged_with_the_bill_and_does_not_lower_it_further(
    costly: Counter,
) -> None:
    account = await costly.account()
    with ScriptedPhone(GO, *other("40*00#"), *CARD, AGREE, DONE) as phone:
        ended = await pay_bill(phone, costly.desk, await costly.call(), account)
    (payment,) = await costly.payments(account)
    assert Ended(Status.PAID, Next.MENU) == ended
    assert [(payment.id, "42.50", "submitted_for_settlement")] == costly.charges()
    assert (Money(4250), FEE, Money(4000)) == (payment.amount, payment.fee, payment.towards_bill)
    assert 7240 == await costly.owes_cents(account)
    assert 250 == await fees(costly)
    assert [] == await books(costly)
    assert phone.heard_in_order(
        PAID,
        YOU_PAID,
        *spoken.money(Money(4250)),
        INCLUDING_FEE,
        *spoken.money(FEE),
        NEW_BALANCE_IS,
        *spoken.money(Money(7240)),
    )


async def test_the_fee_and_the_free_ways_are_heard_before_anything_is_asked(
    costly: Counter,
) -> None:
    """Keys that are typed ahead do not jump over it."""
    account = await costly.account()
    with ScriptedPhone((MENU, "111"), GO, WHOLE, *CARD, AGREE, DONE) as phone:
        await menu(phone, (MENU,), "1")
        await pay_bill(phone, costly.desk, await costly.call(), account)
    words = [MENU, FEE_IS, *spoken.money(FEE), FEE_FOR_PHONE, FEE_FREE_WAYS, FEE_KEYS]
    assert [*words, ASK_AMOUNT_KIND] == phone.heard[: len(words) + 1]


def without_paying_ahead(counter: Counter) -> Counter:
    """The same counter, where no more is taken than is owed."""
    limits = replace(counter.desk.limits, over_balance=Money(0))
    return replace(counter, desk=replace(counter.desk, limits=limits))


@pytest.mark.parametrize(
    ("owes_cents", "told"), [(-1, NOTHING_DUE), (50, AMOUNT_TOO_SMALL)], ids=["nothing", "little"]
)
async def test_no_fee_is_named_where_nothing_can_be_paid(
    costly: Counter, owes_cents: int, told: Prompt
) -> None:
    account = await costly.account(owes_cents=owes_cents)
    with ScriptedPhone() as phone:
        ended = await pay_bill(
            phone, without_paying_ahead(costly).desk, await costly.call(), account
        )
    assert Ended(Status.REFUSED, Next.MENU) == ended
    assert FEE_IS not in phone.heard
    assert told in phone.heard


async def test_who_owes_nothing_here_hears_the_fee_before_paying_the_others(
    costly: Counter,
) -> None:
    two = await family(without_paying_ahead(costly), -100, 8000)
    third = await given.account(costly.store, "4412000000005000")
    await given.bill(costly.store, third, 1000, NOW.date())
    await costly.store.run(FAMILY, customer=two.first.customer_id)
    with ScriptedPhone(GO, ALL_ACCOUNTS, *CARD, AGREE, DONE) as phone:
        assert Status.PAID is (await two.pay(phone)).status
    assert ["82.50", "10.00"] == two.charged()


async def test_the_next_call_tells_an_earlier_payment_with_its_fee(costly: Counter) -> None:
    account = await costly.account()
    with ScriptedPhone(GO, WHOLE, *CARD, AGREE, (PAID, None)) as phone, pytest.raises(HungUp):
        await pay_bill(phone, costly.desk, await costly.call(), account)
    with ScriptedPhone((REPEAT_CONFIRMATION, "#")) as phone:
        await resume(phone, costly.desk, await costly.call(), account)
    words = (*spoken.money(Money(11490)), INCLUDING_FEE, *spoken.money(FEE), WENT_THROUGH)
    assert phone.heard_in_order(EARLIER_PAYMENT, *words)


async def test_the_review_reads_what_is_owed_the_fee_and_what_both_come_to(
    costly: Counter,
) -> None:
    account = await costly.account()
    with ScriptedPhone(GO, WHOLE, *CARD, AGREE, DONE) as phone:
        await pay_bill(phone, costly.desk, await costly.call(), account)
    at = phone.heard.index(REVIEW_PAY)
    review = phone.heard[at : phone.heard.index(REVIEW_FROM)]
    assert [
        REVIEW_PAY,
        *spoken.money(Money(11240)),
        PLUS_FEE,
        *spoken.money(FEE),
        IN_TOTAL,
        *spoken.money(Money(11490)),
    ] == review


async def test_all_that_is_said_of_a_fee_is_whole_sentences(costly: Counter) -> None:
    account = await costly.account()
    with ScriptedPhone(GO, WHOLE, *CARD, AGREE, DONE) as phone:
        await pay_bill(phone, costly.desk, await costly.call(), account)
    assert_whole(phone.heard)
    assert "There is a fee of two dollars and fifty cents for paying by phone." in sentences(
        phone.heard
    )


async def test_cancelling_at_the_fee_is_free(costly: Counter) -> None:
    account = await costly.account()
    with ScriptedPhone((FEE_KEYS, "*")) as phone:
        ended = await pay_bill(phone, costly.desk, await costly.call(), account)
    assert Ended(Status.CANCELLED, Next.MENU) == ended
    assert ([], []) == (costly.charges(), await costly.payments(account))
    assert CANCELLED == phone.heard[-1]
    assert ASK_AMOUNT_KIND not in phone.heard


async def test_cancelling_at_the_review_is_free_too(costly: Counter) -> None:
    account = await costly.account()
    with ScriptedPhone(GO, WHOLE, *CARD, (AGREE[0], "*")) as phone:
        ended = await pay_bill(phone, costly.desk, await costly.call(), account)
    assert Status.CANCELLED is ended.status
    assert [] == costly.charges()
    assert 0 == await fees(costly)


TURNS: tuple[Turn, ...] = (GO, *other("40*00#"), *CARD, AGREE)


@pytest.mark.parametrize("at", range(len(TURNS)), ids=[prompt for prompt, _ in TURNS])
async def test_hanging_up_at_a_question_costs_nothing(costly: Counter, at: int) -> None:
    account = await costly.account()
    with (
        ScriptedPhone(*TURNS[:at], (TURNS[at][0], None)) as phone,
        pytest.raises(HungUp),
    ):
        await pay_bill(phone, costly.desk, await costly.call(), account)
    assert ([], []) == (costly.charges(), await costly.payments(account))


async def test_without_a_fee_nothing_is_said_of_one(counter: Counter) -> None:
    account = await counter.account()
    with ScriptedPhone(WHOLE, *CARD, AGREE, DONE) as phone:
        await pay_bill(phone, counter.desk, await counter.call(), account)
    assert not {FEE_IS, FEE_KEYS, PLUS_FEE, IN_TOTAL, INCLUDING_FEE} & set(phone.heard)
    (payment,) = await counter.payments(account)
    assert NO_FEE == payment.fee


async def test_the_bounds_are_those_of_the_bill_s_part(costly: Counter) -> None:
    """A fee makes no payment large enough, and none too large."""
    limits = replace(costly.desk.limits, least=Money(500), most=Money(4000))
    counter = replace(costly, desk=replace(costly.desk, limits=limits))
    account = await counter.account()
    turns = ((ASK_AMOUNT, "4*00#"), (ASK_AMOUNT, "40*00#"), (IS_THAT_RIGHT, "1"))
    with ScriptedPhone(GO, *turns, *CARD, AGREE, DONE) as phone:
        await pay_bill(phone, counter.desk, await counter.call(), account)
    assert AMOUNT_TOO_SMALL in phone.heard
    assert ["42.50"] == [amount for _, amount, _ in counter.charges()]


@pytest.mark.parametrize("earlier", [FEE, NO_FEE], ids=["with a fee", "without"])
async def test_the_same_amount_within_a_day_is_asked_about_whatever_the_fee(
    counter: Counter, earlier: Money
) -> None:
    account = await counter.account()
    first, second = with_fee(counter, earlier), with_fee(counter, FEE - earlier)
    go, then = ((GO,), ()) if earlier else ((), (GO,))
    with ScriptedPhone(*go, *other("40*00#"), *CARD, AGREE, DONE) as phone:
        await pay_bill(phone, first.desk, await counter.call(), account)
    again = (Prompt("pay-again"), "1")
    with ScriptedPhone(*then, *other("40*00#"), again, *CARD, AGREE, DONE) as phone:
        await pay_bill(phone, second.desk, await counter.call(), account)
    assert phone.heard_in_order(Prompt("already-paid"), *spoken.money(Money(4000)))
    assert {"40.00", "42.50"} == {amount for _, amount, _ in counter.charges()}
    assert 3240 == await counter.owes_cents(account)


async def test_a_changed_amount_bears_the_same_fee_and_it_is_accepted_once(
    costly: Counter,
) -> None:
    account = await costly.account()
    change = ((AGREE[0], "2"), (ASK_CHANGE, "1"))
    with ScriptedPhone(GO, WHOLE, *CARD, *change, *other("40*00#"), AGREE, DONE) as phone:
        await pay_bill(phone, costly.desk, await costly.call(), account)
    assert 1 == phone.heard.count(FEE_KEYS)
    assert ["42.50"] == [amount for _, amount, _ in costly.charges()]


async def test_a_declined_card_costs_no_fee_and_the_next_one_bears_it(costly: Counter) -> None:
    account = await costly.account(owes_cents=200_100 - 250)
    with ScriptedPhone(
        GO, WHOLE, *CARD, AGREE, (TRY_ANOTHER_CARD, "1"), *CARD, (AGREE[0], "2"),
        (ASK_CHANGE, "1"), *other("40*00#"), AGREE, DONE,
    ) as phone:  # fmt: skip
        await pay_bill(phone, costly.desk, await costly.call(), account)
    assert {State.SETTLING, State.DECLINED} == {
        payment.state for payment in await costly.payments(account)
    }
    assert 2 == phone.heard.count(ASK_CARD)
    assert 250 == await fees(costly)
    assert [] == await books(costly)


async def test_an_electronic_check_is_authorised_with_the_fee(checks: Counter) -> None:
    costly = with_fee(checks)
    account = await costly.account()
    with ScriptedPhone(GO, *BY_CHECK, voice=[YES]) as phone:
        ended = await pay_bill(phone, costly.desk, await costly.call(), account)
    (payment,) = await costly.payments(account)
    assert Status.PAID is ended.status
    assert [("settlement_pending", "TEL")] == debits(costly)
    assert Money(11490) == payment.amount
    row = await costly.store.one("SELECT amount_cents FROM authorisations")
    assert row == {"amount_cents": 11490}
    assert 0 == await costly.owes_cents(account)


async def test_several_accounts_bear_one_fee_with_the_first(counter: Counter) -> None:
    costly = with_fee(counter)
    two = await family(costly, 11240, 8000)
    with ScriptedPhone(GO, ALL_ACCOUNTS, *CARD, AGREE, DONE) as phone:
        await two.pay(phone)
    assert ["114.90", "80.00"] == two.charged()
    assert [0, 0] == await two.owe()
    assert (250, []) == (await fees(costly), await books(costly))
    total = (*spoken.money(Money(19240)), PLUS_FEE, *spoken.money(FEE), IN_TOTAL)
    assert phone.heard_in_order(REVIEW_PAY, *total, *spoken.money(Money(19490)), SHARE_FOR)
    told = (*spoken.money(Money(11490)), INCLUDING_FEE, *spoken.money(FEE))
    assert phone.heard_in_order(YOUR_PAYMENT_OF, *told, YOUR_PAYMENT_OF, YOU_PAID)
    assert phone.heard_in_order(
        YOU_PAID, *spoken.money(Money(19490)), INCLUDING_FEE, *spoken.money(FEE)
    )
    assert_whole(phone.heard)


async def after_a_decline(two: Two) -> ScriptedPhone:
    """A call whose second share is declined, and then paid with another card."""
    other_card = (TRY_ANOTHER_CARD, "1")
    with ScriptedPhone(
        GO, ALL_ACCOUNTS, *CARD, AGREE, (Prompt("repeat-confirmation"), "#"), other_card,
        *CARD, AGREE, (TRY_ANOTHER_CARD, "*"),
    ) as phone:  # fmt: skip
        await two.pay(phone)
    return phone


async def test_the_rest_of_several_bears_no_second_fee(counter: Counter) -> None:
    costly = with_fee(counter)
    two = await family(costly, 11240, 200_100)
    phone = await after_a_decline(two)
    assert ["114.90"] == two.charged()
    assert [[State.SETTLING], [State.DECLINED, State.DECLINED]] == await two.states()
    assert {NO_FEE} == {each.fee for each in await costly.payments(two.second)}
    assert 1 == phone.heard.count(PLUS_FEE)


async def test_the_last_payments_tell_the_total_and_the_fee(costly: Counter) -> None:
    account = await costly.account()
    with ScriptedPhone(GO, *other("40*00#"), *CARD, AGREE, DONE) as phone:
        await pay_bill(phone, costly.desk, await costly.call(), account)
    with ScriptedPhone((GO_ON, "#")) as phone:
        await history(phone, costly.desk, await costly.call(), account)
    words = (*spoken.money(Money(4250)), INCLUDING_FEE, *spoken.money(FEE))
    assert phone.heard_in_order(PAYMENT_OF, *words)


async def test_an_earlier_payment_with_a_fee_is_told_as_it_was_charged(costly: Counter) -> None:
    account = await costly.account()
    costly.sandbox.faults.inject(Fault("sale", "after", "drop"))
    with ScriptedPhone(GO, *other("40*00#"), *CARD, AGREE) as phone:
        await pay_bill(phone, costly.desk, await costly.call(), account)
    with ScriptedPhone() as phone:
        await resume(phone, costly.desk, await costly.call(), account)
    assert phone.heard_in_order(EARLIER_PAYMENT, *spoken.money(Money(4250)), WENT_THROUGH)
    assert 7240 == await costly.owes_cents(account)
    assert [] == await books(costly)
