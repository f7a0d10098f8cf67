"""Who may pay and hears nothing: what they can, what they cannot, and that no word tells more."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from paytone.ask import WantsPerson
from paytone.flows.agreement import ASK_CHANGE, REVIEW_KEYS
from paytone.flows.amount_entry import (
    AMOUNT_OVER_LIMIT,
    AMOUNT_TOO_SMALL,
    ASK_AMOUNT,
    IS_THAT_RIGHT,
)
from paytone.flows.card_entry import ASK_CARD, ASK_CVV_3, ASK_EXPIRY, ASK_POSTAL
from paytone.flows.confirm import REPEAT_CONFIRMATION
from paytone.flows.fee import FEE_IS, FEE_KEYS, INCLUDING_FEE
from paytone.flows.method_entry import PAY_WITH_CARD
from paytone.flows.pay_bill import (
    CANCELLED,
    CHECK_ACCEPTED,
    CONFIRMATION_IS,
    NOT_CHARGED,
    PAID,
    TRY_ANOTHER_CARD,
)
from paytone.flows.pay_only import LOCKED, MAY_BE_PAID, NOT_NOW, NOT_PAYABLE, pay_only
from paytone.flows.resume import WENT_THROUGH
from paytone.phone import HungUp
from paytone.phone.scripted import ScriptedPhone, Turn
from paytone.prompts import Prompt, spoken
from paytone.rules.bill import Account
from paytone.rules.job import Ended, Next, Status
from paytone.rules.money import Money
from paytone.rules.payment import State
from paytone.sandbox.control.faults import Fault
from paytone.simulate.pay_only_truths import TELLING
from paytone.store import tellings
from paytone.store.accounts import by_id
from tests.checks import (
    ACCEPTS,
    CHECKED,
    READY,
    REVIEWED,
    SPEAKS,
    account_turns,
    debits,
)
from tests.spoken_yes import YES
from tests.store import given
from tests.teller import PHONE, Counter

AMOUNT: tuple[Turn, ...] = ((ASK_AMOUNT, "40*00#"), (IS_THAT_RIGHT, "1"))
CARD: tuple[Turn, ...] = (
    (ASK_CARD, "4111111111111111#"),
    (ASK_EXPIRY, "0930"),
    (ASK_CVV_3, "123"),
    (ASK_POSTAL, "60601"),
)
AGREE: Turn = (REVIEW_KEYS, "1")
DONE: Turn = (REPEAT_CONFIRMATION, "#")
ALL: tuple[Turn, ...] = (*AMOUNT, *CARD, AGREE, DONE)
PAYS = Ended(Status.PAID, Next.PAY_ONLY)


@pytest.fixture
async def account(counter: Counter) -> Account:
    """It owes 112.40."""
    return await counter.account()


def nothing_told(phone: ScriptedPhone) -> bool:
    """None of what says something of an account was heard."""
    return not TELLING & set(phone.heard)


def charged(counter: Counter) -> list[str]:
    return [amount for _, amount, _ in counter.charges()]


async def test_an_amount_is_keyed_and_paid_and_its_confirmation_told(
    counter: Counter, account: Account
) -> None:
    with ScriptedPhone(*ALL) as phone:
        assert PAYS == await pay_only(phone, counter.desk, await counter.call(), account)
    (payment,) = await counter.payments(account)
    number = spoken.digits(payment.confirmation, group=3)
    assert phone.heard_in_order(PAID, CONFIRMATION_IS, *number, REPEAT_CONFIRMATION)
    assert (Money(4000), State.SETTLING) == (payment.amount, payment.state)
    assert ["40.00"] == charged(counter)
    assert nothing_told(phone)


async def test_the_balance_is_no_limit_and_is_not_told(counter: Counter, account: Account) -> None:
    """What may be paid must not tell what is owed."""
    turns = ((ASK_AMOUNT, "900*00#"), (IS_THAT_RIGHT, "1"), *CARD, AGREE, DONE)
    with ScriptedPhone(*turns) as phone:
        assert PAYS == await pay_only(phone, counter.desk, await counter.call(), account)
    assert nothing_told(phone)
    assert ["900.00"] == charged(counter)


async def test_an_account_that_owes_nothing_sounds_the_same(
    counter: Counter, account: Account
) -> None:
    other = await given.account(counter.store, "4412000000007777")
    heard = []
    for each in (account, other):
        with ScriptedPhone(*AMOUNT, *CARD, (REVIEW_KEYS, "*")) as phone:
            await pay_only(phone, counter.desk, await counter.call(), each)
        digits = {*spoken.digits(account.ending), *spoken.digits(other.ending)}
        heard.append([prompt for prompt in phone.heard if prompt not in digits])
    assert heard[0] == heard[1]


@pytest.mark.parametrize(
    ("keys", "why"), [("0*50#", AMOUNT_TOO_SMALL), ("9000*00#", AMOUNT_OVER_LIMIT)]
)
async def test_the_lines_own_limits_are_told(
    counter: Counter, account: Account, keys: str, why: Prompt
) -> None:
    turns: tuple[Turn, ...] = ((ASK_AMOUNT, keys), (ASK_AMOUNT, None))
    with ScriptedPhone(*turns) as phone, pytest.raises(HungUp):
        await pay_only(phone, counter.desk, await counter.call(), account)
    assert why in phone.heard


async def test_a_fee_is_named_first_and_charged_with_it(counter: Counter, account: Account) -> None:
    desk = replace(counter.desk, fee=Money(295))
    with ScriptedPhone((FEE_KEYS, "1"), *ALL) as phone:
        assert PAYS == await pay_only(phone, desk, await counter.call(), account)
    assert phone.heard_in_order(FEE_IS, ASK_AMOUNT, PAID, INCLUDING_FEE)
    assert ["42.95"] == charged(counter)


async def test_a_fee_that_is_not_wanted_costs_nothing(counter: Counter, account: Account) -> None:
    desk = replace(counter.desk, fee=Money(295))
    with ScriptedPhone((FEE_KEYS, "*")) as phone:
        ended = await pay_only(phone, desk, await counter.call(), account)
    assert Ended(Status.CANCELLED, Next.PAY_ONLY) == ended
    assert CANCELLED in phone.heard
    assert [] == charged(counter)


async def test_star_at_the_review_charges_nothing(counter: Counter, account: Account) -> None:
    with ScriptedPhone(*AMOUNT, *CARD, (REVIEW_KEYS, "*")) as phone:
        ended = await pay_only(phone, counter.desk, await counter.call(), account)
    assert Ended(Status.CANCELLED, Next.PAY_ONLY) == ended
    assert [] == charged(counter)


async def test_the_amount_can_be_changed_at_the_review(counter: Counter, account: Account) -> None:
    changed: tuple[Turn, ...] = (
        (REVIEW_KEYS, "2"), (ASK_CHANGE, "1"), (ASK_AMOUNT, "30*00#"), (IS_THAT_RIGHT, "1"),
    )  # fmt: skip
    with ScriptedPhone(*AMOUNT, *CARD, *changed, AGREE, DONE) as phone:
        assert PAYS == await pay_only(phone, counter.desk, await counter.call(), account)
    assert ["30.00"] == charged(counter)


async def test_a_payment_on_a_later_date_is_not_offered(counter: Counter, account: Account) -> None:
    with ScriptedPhone(*ALL) as phone:
        await pay_only(phone, counter.desk, await counter.call(), account)
    assert Prompt("review-later") not in phone.heard


async def test_a_decline_is_told_and_another_card_may_pay(
    counter: Counter, account: Account
) -> None:
    declining: tuple[Turn, ...] = ((ASK_AMOUNT, "2001*00#"), (IS_THAT_RIGHT, "1"))
    turns = (*declining, *CARD, AGREE, (TRY_ANOTHER_CARD, "*"))
    with ScriptedPhone(*turns) as phone:
        ended = await pay_only(phone, counter.desk, await counter.call(), account)
    assert Ended(Status.DECLINED, Next.PAY_ONLY) == ended
    assert Prompt("declined-funds") in phone.heard
    assert nothing_told(phone)
    (payment,) = await counter.payments(account)
    assert State.DECLINED is payment.state


async def test_declines_lock_the_number_that_calls_and_not_the_account(
    counter: Counter, account: Account
) -> None:
    """Nobody tries cards out here."""
    declining: tuple[Turn, ...] = ((ASK_AMOUNT, "2001*00#"), (IS_THAT_RIGHT, "1"))
    tries = (*declining, *CARD, AGREE, (TRY_ANOTHER_CARD, "*"))
    for _ in range(counter.desk.lock_rule.limit):
        with ScriptedPhone(*tries) as phone:
            await pay_only(phone, counter.desk, await counter.call(PHONE), account)
    with ScriptedPhone() as phone:
        ended = await pay_only(phone, counter.desk, await counter.call(PHONE), account)
    assert Ended(Status.REFUSED, Next.AGENT) == ended
    assert [LOCKED] == phone.heard
    with ScriptedPhone(*ALL) as phone:
        assert PAYS == await pay_only(
            phone, counter.desk, await counter.call("2125550100"), account
        )


@pytest.mark.parametrize("reason", ["collections", "closed", "cash-only"])
async def test_why_an_account_cannot_be_paid_is_not_told(
    counter: Counter, account: Account, reason: str
) -> None:
    await counter.store.run(
        "UPDATE accounts SET payable = 'no', payable_reason = %(reason)s", reason=reason
    )
    barred = await by_id(counter.store, account.id)
    with ScriptedPhone() as phone:
        ended = await pay_only(phone, counter.desk, await counter.call(), barred)
    assert Ended(Status.REFUSED, Next.AGENT) == ended
    assert [NOT_PAYABLE] == phone.heard


async def test_while_another_payment_is_open_none_is_taken_and_that_is_not_told(
    counter: Counter, account: Account
) -> None:
    await given.payment(counter.store, account)
    with ScriptedPhone() as phone:
        ended = await pay_only(phone, counter.desk, await counter.call(), account)
    assert Ended(Status.REFUSED, Next.PAY_ONLY) == ended
    assert [NOT_NOW, NOT_CHARGED] == phone.heard


async def test_a_bill_that_comes_meanwhile_changes_nothing(
    counter: Counter, account: Account
) -> None:
    """The caller did not agree by the balance."""
    call = await counter.call()
    phone = Interrupted(
        lambda: given.bill(counter.store, account, 5000, counter.desk.clock().date()),
        *ALL,
    )
    with phone:
        assert PAYS == await pay_only(phone, counter.desk, call, account)
    assert ["40.00"] == charged(counter)


class Interrupted(ScriptedPhone):
    """Something happens when the caller is asked to agree."""

    def __init__(self, happens: Callable[[], Awaitable[None]], *turns: Turn) -> None:
        super().__init__(*turns)
        self._happens = happens

    async def announce(self, *prompts: Prompt) -> None:
        if Prompt("review-pay") in prompts:
            await self._happens()
        await super().announce(*prompts)


async def test_what_was_paid_so_counts_as_told(counter: Counter, account: Account) -> None:
    with ScriptedPhone(*ALL) as phone:
        await pay_only(phone, counter.desk, await counter.call(), account)
    assert [] == await tellings.pending(counter.store, account.id)


async def test_what_nobody_knows_is_told_and_in_this_call_what_became_of_it(
    counter: Counter, account: Account
) -> None:
    counter.sandbox.faults.inject(Fault("sale", "after", "drop"))
    call = await counter.call()
    with ScriptedPhone(*AMOUNT, *CARD, AGREE) as phone:
        ended = await pay_only(phone, counter.desk, call, account)
    assert Ended(Status.UNKNOWN, Next.PAY_ONLY) == ended
    assert MAY_BE_PAID == phone.heard[-1]
    with ScriptedPhone((REPEAT_CONFIRMATION, "#")) as phone:
        assert PAYS == await pay_only(phone, counter.desk, call, account)
    assert phone.heard_in_order(WENT_THROUGH, CONFIRMATION_IS)
    assert ["40.00"] == charged(counter)


async def test_another_calls_payment_is_not_told(counter: Counter, account: Account) -> None:
    counter.sandbox.faults.inject(Fault("sale", "after", "drop"))
    with ScriptedPhone(*AMOUNT, *CARD, AGREE) as phone:
        await pay_only(phone, counter.desk, await counter.call(), account)
    with ScriptedPhone((ASK_AMOUNT, None)) as phone, pytest.raises(HungUp):
        await pay_only(phone, counter.desk, await counter.call(), account)
    assert [ASK_AMOUNT] == phone.heard


# By electronic check.

BY_CHECK: tuple[Turn, ...] = (
    *AMOUNT, (PAY_WITH_CARD, "3"), *account_turns(), CHECKED, REVIEWED, READY, SPEAKS, ACCEPTS,
)  # fmt: skip


async def test_a_check_is_authorised_aloud_and_pays(checks: Counter) -> None:
    account = await checks.account()
    with ScriptedPhone(*BY_CHECK, DONE, voice=[YES]) as phone:
        assert PAYS == await pay_only(phone, checks.desk, await checks.call(), account)
    assert [("settlement_pending", "TEL")] == debits(checks)
    assert phone.heard_in_order(CHECK_ACCEPTED, CONFIRMATION_IS)
    assert nothing_told(phone)


async def test_who_cannot_speak_pays_by_card(checks: Counter) -> None:
    account = await checks.account()
    turns = (*BY_CHECK[: BY_CHECK.index(READY)], (READY[0], "2"), *CARD, AGREE, DONE)
    with ScriptedPhone(*turns) as phone:
        assert PAYS == await pay_only(phone, checks.desk, await checks.call(), account)
    assert ["40.00"] == charged(checks)
    assert 1 == phone.heard.count(PAY_WITH_CARD)


@pytest.mark.parametrize("at", [turn[0] for turn in BY_CHECK[2:]])
async def test_hanging_up_on_the_way_to_a_check_debits_nothing(checks: Counter, at: Prompt) -> None:
    account = await checks.account()
    cut = [prompt for prompt, _ in BY_CHECK].index(at)
    with ScriptedPhone(*BY_CHECK[:cut], (at, None), voice=[YES]) as phone, pytest.raises(HungUp):
        await pay_only(phone, checks.desk, await checks.call(), account)
    assert [] == debits(checks)


@pytest.mark.parametrize(
    "at",
    [ASK_AMOUNT, IS_THAT_RIGHT, ASK_CARD, ASK_EXPIRY, ASK_CVV_3, ASK_POSTAL, REVIEW_KEYS],
)
async def test_hanging_up_at_a_question_charges_nothing(
    counter: Counter, account: Account, at: Prompt
) -> None:
    cut = [prompt for prompt, _ in ALL].index(at)
    with ScriptedPhone(*ALL[:cut], (at, None)) as phone, pytest.raises(HungUp):
        await pay_only(phone, counter.desk, await counter.call(), account)
    assert [] == charged(counter)
    assert [] == await counter.payments(account)


async def test_hanging_up_at_the_confirmation_leaves_the_payment_made(
    counter: Counter, account: Account
) -> None:
    with ScriptedPhone(*ALL[:-1], (REPEAT_CONFIRMATION, None)) as phone, pytest.raises(HungUp):
        await pay_only(phone, counter.desk, await counter.call(), account)
    assert ["40.00"] == charged(counter)


async def test_zero_asks_for_a_person(counter: Counter, account: Account) -> None:
    with ScriptedPhone(*AMOUNT, *CARD, (REVIEW_KEYS, "0")) as phone, pytest.raises(WantsPerson):
        await pay_only(phone, counter.desk, await counter.call(), account)
    assert [] == charged(counter)
