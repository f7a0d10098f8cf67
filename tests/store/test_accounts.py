"""Who a caller may be, and what is owed."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from paytone.bill import Owed
from paytone.gateway import Approved, Declined, Outcome, Refusal, Unknown
from paytone.money import Money
from paytone.payment import State
from paytone.store import Store, accounts, payments
from tests.store import given
from tests.store.given import NOW

MARCH, APRIL, MAY = date(2026, 3, 5), date(2026, 4, 5), date(2026, 5, 5)


async def test_an_account_is_found_by_number_and_id(store: Store) -> None:
    account = await given.account(store)

    assert account == await accounts.by_id(store, account.id)
    assert await accounts.by_number(store, "4412000000004413") is None
    assert account.pin_hash is None


async def test_no_account_has_an_unknown_id(store: Store) -> None:
    nobody = str(uuid4())

    with pytest.raises(accounts.NoSuchAccount):
        await accounts.by_id(store, nobody)
    with pytest.raises(accounts.NoSuchAccount):
        await accounts.owed(store, nobody)


async def test_a_phone_number_finds_its_one_account(store: Store) -> None:
    account = await given.account(store, phones=("3125550142", "3125550143"))

    assert account == await accounts.by_phone(store, "3125550142")
    assert account == await accounts.by_phone(store, "3125550143")
    assert await accounts.by_phone(store, "3125550144") is None


async def test_a_phone_number_on_two_accounts_finds_neither(store: Store) -> None:
    await given.account(store, phones=("3125550142",))
    await given.account(store, "4412000000004413", phones=("3125550142",))

    assert await accounts.by_phone(store, "3125550142") is None


async def test_an_account_without_bills_owes_nothing(store: Store) -> None:
    account = await given.account(store)

    assert Owed(Money(0), None) == await accounts.owed(store, account.id)


async def test_bills_add_up_and_the_oldest_is_due(store: Store) -> None:
    account = await given.account(store)
    await given.bill(store, account, 5000, APRIL)
    await given.bill(store, account, 3000, MARCH)
    other = await given.account(store, "4412000000004413")
    await given.bill(store, other, 99900, MARCH - timedelta(days=30))

    assert Owed(Money(8000), MARCH) == await accounts.owed(store, account.id)


@pytest.mark.parametrize(
    ("paid", "expected"),
    [
        ([2999], Owed(Money(5001), MARCH)),
        ([3000], Owed(Money(5000), APRIL)),
        ([1000, 2000, 4999], Owed(Money(1), APRIL)),
        ([8000], Owed(Money(0), None)),
        ([8000, 1500], Owed(Money(-1500), None)),
    ],
    ids=["part of the oldest", "the oldest", "in three parts", "everything", "too much"],
)
async def test_payments_cover_the_oldest_bill_first(
    store: Store, paid: list[int], expected: Owed
) -> None:
    account = await given.account(store)
    await given.bill(store, account, 3000, MARCH)
    await given.bill(store, account, 5000, APRIL)
    for place, cents in enumerate(paid):
        payment = await given.payment(store, account, cents)
        await payments.close_payment(
            store, payment.id, Approved(f"t{place}", Money(cents)), "approved", NOW
        )

    assert expected == await accounts.owed(store, account.id)


async def test_a_credit_note_covers_bills_as_a_payment_does(store: Store) -> None:
    account = await given.account(store)
    await given.bill(store, account, 3000, MARCH)
    await given.bill(store, account, 5000, APRIL)
    await given.bill(store, account, -3500, MAY)

    assert Owed(Money(4500), APRIL) == await accounts.owed(store, account.id)


@pytest.mark.parametrize(
    ("outcome", "then", "balance"),
    [
        (None, [], 8000),
        (Unknown("timeout"), [], 8000),
        (Unknown("timeout"), [State.NOT_CHARGED], 8000),
        (Declined(None, Refusal.FUNDS, False, "2001", "Insufficient Funds"), [], 8000),
        (Approved("t", Money(8000)), [], 0),
        (Approved("t", Money(8000)), [State.SETTLED], 0),
        (Approved("t", Money(8000)), [State.VOIDED], 8000),
        (Approved("t", Money(8000)), [State.RETURNED], 8000),
        (Approved("t", Money(8000)), [State.SETTLED, State.RETURNED], 8000),
    ],
    ids=[
        "being submitted", "unknown", "never charged", "declined", "settling", "settled", "voided",
        "returned", "returned once settled",
    ],
)  # fmt: skip
async def test_only_money_that_moves_lowers_the_balance(
    store: Store, outcome: Outcome | None, then: list[State], balance: int
) -> None:
    account = await given.account(store)
    await given.bill(store, account, 8000, MARCH)
    payment = await given.payment(store, account, 8000)
    if outcome is not None:
        await payments.close_payment(store, payment.id, outcome, "said so", NOW)
    for state in then:
        await payments.move(store, payment.id, state, "said so", NOW)

    expected = Owed(Money(balance), MARCH if balance else None)
    assert expected == await accounts.owed(store, account.id)
