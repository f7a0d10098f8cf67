"""Who a caller may be, and what is owed."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from psycopg.errors import CheckViolation

from paytone.gateway import Approved, Declined, Outcome, Refusal, Unknown
from paytone.rules.bill import REASONS, Owed, Payable, Restriction
from paytone.rules.money import Money
from paytone.rules.payment import State
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

    assert given.owed((3000, MARCH), (5000, APRIL)) == await accounts.owed(store, account.id)


@pytest.mark.parametrize(
    ("paid", "expected"),
    [
        ([2999], given.owed((1, MARCH), (5000, APRIL))),
        ([3000], given.owed((5000, APRIL))),
        ([1000, 2000, 4999], given.owed((1, APRIL))),
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

    assert given.owed((4500, APRIL)) == await accounts.owed(store, account.id)


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

    expected = given.owed((balance, MARCH)) if balance else given.owed()
    assert expected == await accounts.owed(store, account.id)


TODAY = date(2026, 4, 1)


async def test_what_is_past_due_is_what_was_due_before_today(store: Store) -> None:
    account = await given.account(store)
    await given.bill(store, account, 3000, MARCH)
    await given.bill(store, account, 5000, APRIL)
    owed = await accounts.owed(store, account.id)

    assert [0, 3000, 3000, 8000] == [
        owed.past_due(day).cents for day in (MARCH, MARCH + timedelta(1), APRIL, MAY)
    ]
    assert [MARCH, APRIL, None] == [owed.next_due(day) for day in (MARCH, TODAY, MAY)]


async def test_part_of_what_is_past_due_is_left_after_a_part_is_paid(store: Store) -> None:
    account = await given.account(store)
    await given.bill(store, account, 3000, MARCH)
    await given.bill(store, account, 5000, APRIL)
    await given.settled(store, account, 1200)

    assert Money(1800) == (await accounts.owed(store, account.id)).past_due(TODAY)


ASK = """
    UPDATE accounts SET minimum_cents = 2500, minimum_at = %(now)s,
        keep_service_cents = 4000, keep_service_at = %(now)s
    WHERE id = %(account)s
"""


@pytest.mark.parametrize(
    ("paid", "minimum", "keep_service"),
    [
        pytest.param(0, 2500, 4000, id="nothing"),
        pytest.param(1000, 1500, 3000, id="a part"),
        pytest.param(2500, None, 1500, id="the minimum"),
        pytest.param(4000, None, None, id="what keeps the service"),
    ],
)
async def test_a_payment_counts_towards_what_is_asked(
    store: Store, paid: int, minimum: int | None, keep_service: int | None
) -> None:
    account = await given.account(store)
    await given.bill(store, account, 8000, MARCH)
    await store.run(ASK, account=account.id, now=NOW)
    if paid:
        await given.settled(store, account, paid)
    owed = await accounts.owed(store, account.id)

    assert (minimum, keep_service) == (
        owed.minimum and owed.minimum.cents,
        owed.keep_service and owed.keep_service.cents,
    )


async def test_what_was_paid_before_it_was_asked_does_not_count_towards_it(store: Store) -> None:
    account = await given.account(store)
    await given.bill(store, account, 8000, MARCH)
    await given.settled(store, account, 1000)
    await store.run(ASK, account=account.id, now=NOW + timedelta(minutes=1))

    assert Money(2500) == (await accounts.owed(store, account.id)).minimum


async def test_a_newer_bill_asks_the_minimum_anew_and_never_what_keeps_the_service(
    store: Store,
) -> None:
    account = await given.account(store)
    await given.bill(store, account, 8000, MARCH)
    await store.run(ASK, account=account.id, now=NOW)
    await given.settled(store, account, 4000)
    await given.bill(store, account, 8000, NOW.date() + timedelta(days=30))
    owed = await accounts.owed(store, account.id)

    assert (Money(2500), None) == (owed.minimum, owed.keep_service)


async def test_nobody_is_asked_for_more_than_the_balance(store: Store) -> None:
    account = await given.account(store)
    await given.bill(store, account, 3000, MARCH)
    await store.run(ASK, account=account.id, now=NOW)
    owed = await accounts.owed(store, account.id)

    assert (Money(2500), Money(3000)) == (owed.minimum, owed.keep_service)


FAMILY = "UPDATE accounts SET customer_id = (SELECT min(customer_id::text)::uuid FROM accounts)"


async def test_a_customers_other_accounts_that_owe_are_found_the_oldest_due_first(
    store: Store,
) -> None:
    this, late, early, _owing_nothing = [
        await given.account(store, f"441200000000000{place}") for place in range(4)
    ]
    for account, due in ((this, MARCH), (late, MAY), (early, APRIL)):
        await given.bill(store, account, 3000, due)
    assert [] == await accounts.beside(store, this.id, at_most=9)
    await store.run(FAMILY)
    late, early = [await accounts.by_id(store, account.id) for account in (late, early)]

    assert [
        (early, given.owed((3000, APRIL))),
        (late, given.owed((3000, MAY))),
    ] == await accounts.beside(store, this.id, at_most=9)
    assert [early] == [account for account, _ in await accounts.beside(store, this.id, at_most=1)]


async def test_an_account_with_something_to_be_told_or_that_may_not_be_paid_is_not_offered_beside(
    store: Store,
) -> None:
    this, opened, untold, shut = [
        await given.account(store, f"441200000000000{place}") for place in range(4)
    ]
    for account in (this, opened, untold, shut):
        await given.bill(store, account, 3000, MARCH)
    await store.run(FAMILY)
    await given.payment(store, opened, 100)
    await given.settled(store, untold, 100)
    await accounts.set_payable(store, shut.number, Payable.NO, Restriction.CLOSED)

    assert [] == await accounts.beside(store, this.id, at_most=9)


async def test_an_account_is_restricted_for_a_reason_and_freed(store: Store) -> None:
    account = await given.account(store)
    assert (Payable.YES, None, True) == (
        account.payable,
        account.restriction,
        account.takes_bank,
    )
    await accounts.set_payable(store, account.number, Payable.CARD_ONLY, Restriction.BANK_RETURN)
    restricted = await accounts.by_id(store, account.id)
    assert (Payable.CARD_ONLY, Restriction.BANK_RETURN, False) == (
        restricted.payable,
        restricted.restriction,
        restricted.takes_bank,
    )
    await accounts.set_payable(store, account.number, Payable.YES, None)
    assert account == await accounts.by_id(store, account.id)
    with pytest.raises(accounts.NoSuchAccount):
        await accounts.set_payable(store, "0000000000000000", Payable.YES, None)


@pytest.mark.parametrize(
    ("payable", "restriction"),
    [
        (payable, restriction)
        for payable in Payable
        for restriction in (*Restriction, None)
        if restriction not in REASONS[payable]
    ],
)
async def test_the_database_refuses_a_state_without_its_reason(
    store: Store, payable: Payable, restriction: Restriction | None
) -> None:
    account = await given.account(store)
    with pytest.raises(CheckViolation):
        await accounts.set_payable(store, account.number, payable, restriction)
