"""What becomes of approved charges in the days after."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from paytone.back_office.settlement import look, poll
from paytone.flows.pay_bill import pay_bill
from paytone.phone.scripted import ScriptedPhone
from paytone.rules.bill import Account
from paytone.rules.payment import Payment, State
from paytone.rules.returned import in_words, may_be_presented_again
from paytone.sandbox.control.faults import Fault
from paytone.sandbox.sales.life import settle
from paytone.sandbox.sales.returns import returned
from paytone.sandbox.strategy import gateway_for
from paytone.store import asks, payments
from tests.flows.test_pay_bill import AGREE, CARD, DONE, WHOLE
from tests.teller import NOW, Counter

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


async def paid(counter: Counter, account: Account | None = None) -> tuple[Account, str]:
    """An account that paid its bill, and the transaction."""
    account = account or await counter.account()
    with ScriptedPhone(WHOLE, *CARD, AGREE, DONE) as phone:
        await pay_bill(phone, counter.desk, await counter.call(), account)
    (name,) = counter.sandbox.books_of().transactions
    return account, name


def settles(counter: Counter, name: str) -> None:
    """Braintree settles the charge."""
    settle(counter.sandbox.books_of(), name, datetime.now(UTC))


def comes_back(counter: Counter, name: str, code: str = "R01") -> None:
    """The bank sends the charge back."""
    books = counter.sandbox.books_of()
    books.keep(returned(books.transactions[name], code, datetime.now(UTC), None))


async def state_after(counter: Counter, account: Account, wait: timedelta) -> State:
    """The payment's state once the settlement was polled, *wait* after it was opened."""
    await poll(counter.store, counter.desk.gateway, now=NOW + wait)
    (payment,) = await counter.payments(account)
    return payment.state


async def why(counter: Counter, payment: Payment) -> str:
    """The reason of the payment's last change."""
    return str((await payments.changes(counter.store, payment.id))[-1]["reason"])


async def test_a_charge_that_settles_is_settled(counter: Counter) -> None:
    account, name = await paid(counter)
    assert State.SETTLING is await state_after(counter, account, HOUR)
    settles(counter, name)
    assert State.SETTLED is await state_after(counter, account, DAY)
    assert 0 == await counter.owes_cents(account)


async def test_one_just_charged_and_one_just_asked_after_are_left_alone(counter: Counter) -> None:
    account, name = await paid(counter)
    settles(counter, name)
    assert State.SETTLING is await state_after(counter, account, timedelta(minutes=9))
    counter.sandbox.faults.inject(Fault("find", "before", "drop"))
    assert State.SETTLING is await state_after(counter, account, HOUR)
    assert State.SETTLING is await state_after(counter, account, HOUR + timedelta(minutes=14))
    assert State.SETTLED is await state_after(counter, account, HOUR + timedelta(minutes=15))


async def test_a_void_at_braintree_restores_the_balance(counter: Counter) -> None:
    account, name = await paid(counter)
    assert gateway_for(counter.sandbox).transaction.void(name).is_success
    assert State.VOIDED is await state_after(counter, account, HOUR)
    assert 11240 == await counter.owes_cents(account)


@pytest.mark.parametrize("after_settling", [False, True], ids=["declined", "returned later"])
async def test_what_the_bank_takes_back_is_owed_again(
    counter: Counter, after_settling: bool
) -> None:
    account, name = await paid(counter)
    if after_settling:
        settles(counter, name)
        assert State.SETTLED is await state_after(counter, account, DAY)
    comes_back(counter, name)
    await asks.ask_now(counter.store, name, why="webhook", now=NOW + 2 * DAY)
    assert State.RETURNED is await state_after(counter, account, 2 * DAY)
    assert 11240 == await counter.owes_cents(account)
    (payment,) = await counter.payments(account)
    assert (
        "returned: R01 insufficient funds; may be presented again, 2 times at most, until "
        "2026-08-29" == await why(counter, payment)
    )


async def test_a_debit_that_braintree_presents_again_counts_again(counter: Counter) -> None:
    account, name = await paid(counter)
    comes_back(counter, name)
    assert State.RETURNED is await state_after(counter, account, DAY)
    books = counter.sandbox.books_of()
    again = replace(books.transactions[name], status="settlement_pending")
    books.keep(again)
    assert State.SETTLING is await state_after(counter, account, 2 * DAY)
    assert 0 == await counter.owes_cents(account)
    books.keep(replace(again, status="settled", extra={}))
    assert State.SETTLED is await state_after(counter, account, 3 * DAY)


async def test_looking_again_and_in_any_order_moves_nothing_more(counter: Counter) -> None:
    account, name = await paid(counter)
    (seen_before,) = await counter.payments(account)
    settles(counter, name)
    gateway = counter.desk.gateway
    for _ in range(3):
        looked = await look(counter.store, gateway, seen_before, now=NOW + DAY)
        assert State.SETTLED is looked.payment.state
    changes = await payments.changes(counter.store, seen_before.id)
    assert ["submitting", "settling", "settled"] == [each["to_state"] for each in changes]


async def test_a_charge_of_another_amount_moves_nothing(counter: Counter) -> None:
    account, name = await paid(counter)
    books = counter.sandbox.books_of()
    held = books.transactions[name]
    books.keep(replace(held, amount=held.amount - 1))
    settles(counter, name)
    assert State.SETTLING is await state_after(counter, account, DAY)


@pytest.mark.parametrize(
    ("code", "presented", "days", "may"),
    [
        pytest.param("R01", 1, 0, True, id="insufficient funds"),
        pytest.param("R09", 1, 0, True, id="uncollected funds"),
        pytest.param("R01", 2, 180, True, id="a third time on the last day"),
        pytest.param("R01", 3, 1, False, id="not a fourth time"),
        pytest.param("R01", 1, 181, False, id="not after half a year"),
        *(
            pytest.param(code, 1, 0, False, id=f"never {code}")
            for code in ("R02", "R03", "R05", "R07", "R08", "R10", "R29", "R51", "RJCT", "2001")
        ),
    ],
)
def test_only_want_of_money_is_presented_again(
    code: str, presented: int, days: int, may: bool
) -> None:
    now = NOW + days * DAY
    assert may == may_be_presented_again(code, presented=presented, first=NOW, now=now)


def test_a_return_that_is_final_says_so() -> None:
    said = in_words("R07", "", presented=1, first=NOW, now=NOW)
    assert (
        "returned: R07 authorization revoked by the customer; must not be presented again" == said
    )
