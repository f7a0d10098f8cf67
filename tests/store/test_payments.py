"""Payments keep to their moves, in the database."""

import asyncio
from datetime import date, timedelta
from random import Random
from uuid import uuid4

import psycopg
import pytest

from paytone.gateway import Approved, Declined, Outcome, Refusal, Unknown, Unreached
from paytone.rules.card import Brand, Expiry
from paytone.rules.method import CardFace
from paytone.rules.money import Money
from paytone.rules.payment import COUNTED, MOVES, OPEN, Payment, State
from paytone.store import Store, accounts, payments
from paytone.store.payments import NoSuchPayment, NotAllowed
from tests.store import given
from tests.store.given import NOW

APPROVED = Approved("abc123", Money(5000))
DECLINED = Declined("abc123", Refusal.FUNDS, False, "2001", "Insufficient Funds")
PATHS: dict[State, list[State]] = {
    State.SUBMITTING: [],
    State.SETTLING: [State.SETTLING],
    State.SETTLED: [State.SETTLING, State.SETTLED],
    State.DECLINED: [State.DECLINED],
    State.UNKNOWN: [State.UNKNOWN],
    State.NOT_CHARGED: [State.NOT_CHARGED],
    State.VOIDED: [State.SETTLING, State.VOIDED],
    State.REFUNDED: [State.SETTLING, State.SETTLED, State.REFUNDED],
    State.VOIDING: [State.VOIDING],
    State.RETURNED: [State.SETTLING, State.RETURNED],
}
"""How a payment gets to each state."""

SET_STATE = """
    UPDATE payments SET state = %(state)s, changed_at = now(), reason = 'test',
        transaction_id = CASE
            WHEN %(state)s IN ('settling', 'voiding', 'declined') THEN id::text
            ELSE transaction_id END,
        refusal = CASE WHEN %(state)s = 'declined' THEN 'funds' END,
        refusal_hard = CASE WHEN %(state)s = 'declined' THEN false END,
        refusal_code = CASE WHEN %(state)s = 'declined' THEN '2001' END,
        refusal_text = CASE WHEN %(state)s = 'declined' THEN '' END
    WHERE id = %(id)s
"""


async def set_state(store: Store, payment: Payment, state: State) -> None:
    """Set it by hand; from settled to refunded there is no other way than a refund."""
    current = await payments.by_id(store, payment.id)
    if state is State.REFUNDED and current and current.state is State.SETTLED:
        await given.refund(store, current)
    await store.run(SET_STATE, id=payment.id, state=state.value)


async def test_the_database_allows_the_moves_that_the_rules_allow(store: Store) -> None:
    rows = await store.all("SELECT from_state, to_state FROM payment_moves")

    assert {(was.value, to.value) for was, tos in MOVES.items() for to in tos} == {
        (row["from_state"], row["to_state"]) for row in rows
    }


async def test_the_database_counts_the_states_that_the_rules_count(store: Store) -> None:
    rows = await store.all("SELECT state, counted, open FROM payment_states")

    assert {(s.value, s in COUNTED, s in OPEN) for s in State} == {
        (row["state"], row["counted"], row["open"]) for row in rows
    }


@pytest.mark.parametrize("was", State, ids=lambda state: state.value)
async def test_no_statement_makes_another_move(store: Store, was: State) -> None:
    moved = set()
    for place, to in enumerate(set(State) - {was}):
        account = await given.account(store, f"{place:016}")
        payment = await given.payment(store, account)
        for step in PATHS[was]:
            await set_state(store, payment, step)
        try:
            await set_state(store, payment, to)
        except psycopg.Error as exc:
            assert exc.sqlstate == "PT001"  # noqa: PT017
        else:
            moved.add(to)

    assert MOVES[was] == moved


async def test_a_payment_is_opened_as_submitting(store: Store) -> None:
    account = await given.account(store)
    payment = await given.payment(store, account, 5000)

    assert State.SUBMITTING == payment.state
    assert Money(5000) == payment.amount
    face = CardFace(Brand.VISA, "1111", Expiry(2030, 9))
    assert (face, None) == (payment.face, payment.transaction)
    assert NOW == payment.opened
    assert timedelta(0) == payment.opened.utcoffset()
    assert payment == await payments.by_confirmation(store, payment.confirmation)
    assert [payment] == await payments.open_on(store, account.id)


@pytest.mark.parametrize("brand", Brand, ids=lambda brand: brand.value)
async def test_every_brand_that_the_line_takes_can_be_stored(store: Store, brand: Brand) -> None:
    account = await given.account(store)
    payment = await payments.open_payment(
        store,
        call_id=await given.call(store),
        account_id=account.id,
        heard=Money(0),
        amount=Money(100),
        face=CardFace(brand, "0005", Expiry(2030, 12)),
        now=NOW,
    )

    assert isinstance(payment.face, CardFace)
    assert brand is payment.face.brand


async def test_a_confirmation_already_given_is_drawn_again(store: Store) -> None:
    call = await given.call(store)
    opened = [
        await payments.open_payment(
            store,
            call_id=call,
            account_id=(await given.account(store, f"{place:016}")).id,
            heard=Money(0),
            amount=Money(100),
            face=CardFace(Brand.VISA, "1111", Expiry(2030, 9)),
            now=NOW,
            random=Random(7),
        )
        for place in range(3)
    ]

    assert 3 == len({payment.confirmation for payment in opened})


@pytest.mark.parametrize(
    ("outcome", "state", "transaction"),
    [
        (APPROVED, State.SETTLING, "abc123"),
        (DECLINED, State.DECLINED, "abc123"),
        (Declined(None, Refusal.NUMBER, True, "81715", "invalid"), State.DECLINED, None),
        (Unknown("timed out"), State.UNKNOWN, None),
        (Unreached("no route"), State.NOT_CHARGED, None),
    ],
    ids=["approved", "declined", "declined without a transaction", "unknown", "unreached"],
)
async def test_an_outcome_closes_the_payment_and_may_be_repeated(
    store: Store, outcome: Outcome, state: State, transaction: str | None
) -> None:
    payment = await given.payment(store, await given.account(store))
    first = await payments.close_payment(store, payment.id, outcome, "said so", NOW)
    again = await payments.close_payment(
        store, payment.id, outcome, "again", NOW + timedelta(minutes=1)
    )

    assert (state, transaction) == (first.state, first.transaction)
    assert first == again
    assert [(None, "submitting"), ("submitting", state.value)] == [
        (change["from_state"], change["to_state"])
        for change in await payments.changes(store, payment.id)
    ]


async def test_a_decline_is_kept_for_the_record(store: Store) -> None:
    payment = await given.payment(store, await given.account(store))
    await payments.close_payment(store, payment.id, DECLINED, "declined", NOW)
    row = await store.one("SELECT * FROM payments")

    assert row is not None
    assert ("funds", False, "2001", "Insufficient Funds") == (
        row["refusal"], row["refusal_hard"], row["refusal_code"], row["refusal_text"],
    )  # fmt: skip


async def test_another_outcome_than_before_is_not_allowed(store: Store) -> None:
    payment = await given.payment(store, await given.account(store))
    await payments.close_payment(store, payment.id, APPROVED, "approved", NOW)

    for other in (DECLINED, Unknown("late"), Approved("another", Money(5000))):
        with pytest.raises(NotAllowed):
            await payments.close_payment(store, payment.id, other, "late", NOW)
    assert 2 == len(await payments.changes(store, payment.id))


async def test_a_payment_never_opened_cannot_be_closed(store: Store) -> None:
    with pytest.raises(NoSuchPayment):
        await payments.close_payment(store, str(uuid4()), APPROVED, "approved", NOW)


async def test_every_change_is_written_with_its_time_and_reason(store: Store) -> None:
    payment = await given.payment(store, await given.account(store))
    later = [NOW + timedelta(seconds=second) for second in range(4)]
    await payments.close_payment(store, payment.id, Unknown("x"), "timed out", later[1])
    await payments.close_payment(store, payment.id, APPROVED, "found", later[2])
    await payments.move(store, payment.id, State.SETTLED, "in the batch", later[3])

    assert [
        (later[0], None, "submitting", "agreed with the caller"),
        (later[1], "submitting", "unknown", "timed out"),
        (later[2], "unknown", "settling", "found"),
        (later[3], "settling", "settled", "in the batch"),
    ] == [tuple(change.values()) for change in await payments.changes(store, payment.id)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE payment_changes SET reason = 'better'",
        "DELETE FROM payment_changes",
        "TRUNCATE payment_changes",
        "INSERT INTO payment_changes SELECT 9, id, state, state, now(), 'made up' FROM payments",
        "DELETE FROM payments",
        "UPDATE payments SET amount_cents = 1",
        "UPDATE payments SET last_four = '2222'",
        "UPDATE payments SET state = 'settled'",
    ],
)  # fmt: skip
async def test_what_happened_cannot_be_rewritten(store: Store, statement: str) -> None:
    payment = await given.payment(store, await given.account(store))
    before = await payments.changes(store, payment.id)

    with pytest.raises(psycopg.Error):
        await store.run(statement)
    assert before == await payments.changes(store, payment.id)
    assert payment == await payments.by_confirmation(store, payment.confirmation)


async def test_the_first_of_two_outcomes_at_once_stands(store: Store) -> None:
    """The caller's own call and reconciling may both close a payment."""
    payment = await given.payment(store, await given.account(store))
    came = await asyncio.gather(
        *(
            payments.close_payment(store, payment.id, outcome, "raced", NOW)
            for outcome in (APPROVED, DECLINED, APPROVED, DECLINED)
        ),
        return_exceptions=True,
    )

    assert 2 == sum(isinstance(each, NotAllowed) for each in came)
    assert 2 == len(await payments.changes(store, payment.id))


async def test_payments_of_an_account_come_newest_first(store: Store) -> None:
    account = await given.account(store)
    other = await given.account(store, "4412000000004413")
    await given.payment(store, other)
    made = [
        await payments.never_charged(store, opened.id, "no route", NOW)
        for day in (1, 3, 2)
        for opened in [await given.payment(store, account, day, at=NOW + timedelta(days=day))]
    ]

    assert [made[1], made[2]] == await payments.of_account(store, account.id, 2)


async def test_open_payments_are_those_nobody_knows_about(store: Store) -> None:
    account = await given.account(store)
    payment = await given.payment(store, account)

    assert [payment] == await payments.open_on(store, account.id)
    payment = await payments.close_payment(store, payment.id, Unknown("x"), "timed out", NOW)
    assert [payment] == await payments.open_on(store, account.id)
    await payments.close_payment(store, payment.id, APPROVED, "approved", NOW)
    assert [] == await payments.open_on(store, account.id)


async def test_no_other_payment_is_begun_while_one_is_open(store: Store) -> None:
    account = await given.account(store)
    payment = await given.payment(store, account)
    with pytest.raises(payments.AnotherIsOpen):
        await given.payment(store, account)
    await payments.close_payment(store, payment.id, Unknown("x"), "timed out", NOW)
    with pytest.raises(payments.AnotherIsOpen):
        await given.payment(store, account)
    await payments.never_charged(store, payment.id, "not found", NOW)
    await given.payment(store, account)


async def test_of_many_calls_at_once_one_pays_the_account(store: Store) -> None:
    account = await given.account(store)
    came = await asyncio.gather(
        *(given.payment(store, account) for _ in range(8)), return_exceptions=True
    )

    assert 7 == sum(isinstance(each, payments.AnotherIsOpen) for each in came)
    assert 1 == len(await payments.open_on(store, account.id))


async def test_no_payment_is_begun_on_a_balance_that_the_caller_did_not_hear(store: Store) -> None:
    account = await given.account(store)
    await given.bill(store, account, 5000, date(2026, 4, 1))
    heard = (await accounts.owed(store, account.id)).balance
    await given.bill(store, account, 1, date(2026, 5, 1))

    with pytest.raises(payments.BalanceMoved):
        await given.payment(store, account, heard=heard)
    assert [] == await payments.of_account(store, account.id, 9)


async def test_each_payment_comes_with_its_account_number(store: Store) -> None:
    account = await given.account(store)
    days = [NOW + timedelta(days=day) for day in range(3)]
    made = []
    for day in days:
        made.append(await given.payment(store, account, at=day))
        await payments.never_charged(store, made[-1].id, "no route", NOW)

    async def confirmations(
        since: int | None = None, until: int | None = None, state: State | None = None
    ) -> list[str]:
        found = payments.each(
            store,
            since=None if since is None else days[since],
            until=None if until is None else days[until],
            state=state,
        )
        return [row["confirmation"] async for row in found if row["account_number"] == given.NUMBER]

    expected = [payment.confirmation for payment in made]
    assert expected == await confirmations()
    assert expected[1:] == await confirmations(since=1)
    assert expected[:2] == await confirmations(until=2)
    assert expected == await confirmations(state=State.NOT_CHARGED)
    assert [] == await confirmations(state=State.SETTLED)
