"""A charge whose outcome cannot be stored as it came: the caller hears the truth all the same."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import LiteralString

import psycopg
from psycopg import sql

from paytone.back_office.reconcile import reconcile
from paytone.flows.agreement import REVIEW_KEYS
from paytone.flows.pay_bill import (
    CONFIRMATION_IS,
    LINE_TROUBLE,
    NOT_CHARGED,
    PAID,
    PAYMENT_UNKNOWN,
    pay_bill,
)
from paytone.flows.resume import WENT_THROUGH, resume
from paytone.phone import Keys
from paytone.phone.scripted import ScriptedPhone, Turn
from paytone.prompts import Prompt
from paytone.rules.bill import Account
from paytone.rules.payment import State
from paytone.sandbox.control.faults import Fault
from tests.flows.test_pay_bill import AGREE, CARD, DONE, WHOLE
from tests.teller import NOW, Counter

TO_THE_CHARGE: tuple[Turn, ...] = (WHOLE, *CARD, AGREE)
SET_READ_ONLY: LiteralString = "ALTER DATABASE {} SET default_transaction_read_only = {}"
CUT_ALL_OTHERS = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def read_only(database_url: str, *, on: bool) -> None:
    """Let the database refuse to write, as a standby does and a hosted one whose disk is full."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        name, writes = connection.info.dbname, sql.SQL("SET default_transaction_read_only = off")
        connection.execute(writes)
        wanted = sql.Literal("on" if on else "off")
        connection.execute(sql.SQL(SET_READ_ONLY).format(sql.Identifier(name), wanted))
        connection.execute(CUT_ALL_OTHERS)


async def paid_by(counter: Counter, account: Account, phone: ScriptedPhone) -> None:
    """The call, to the end of the job."""
    with phone:
        await pay_bill(phone, counter.desk, await counter.call(), account)


async def charged(counter: Counter) -> None:
    """Return once Braintree has taken the charge; its answer is still to come."""
    async with asyncio.timeout(10):
        while not counter.charges():  # noqa: ASYNC110 - the sandbox has no event to wait for
            await asyncio.sleep(0.01)


async def state(counter: Counter, account: Account) -> State:
    """Where the one payment stands."""
    (payment,) = await counter.payments(account)
    return payment.state


async def test_a_doubt_that_another_call_has_cleared_up_stays_a_doubt_in_words(
    counter: Counter,
) -> None:
    """The gateway is slow to answer, and whoever asks after the payment meanwhile finds it."""
    account = await counter.account()
    counter.sandbox.faults.inject(Fault("sale", "after", "delay", seconds=9))
    phone = ScriptedPhone(*TO_THE_CHARGE)

    async def ask_after() -> None:
        while State.SETTLING not in [held.state for held in await counter.payments(account)]:
            await reconcile(counter.store, counter.desk.gateway, now=NOW + timedelta(hours=1))

    await asyncio.gather(paid_by(counter, account, phone), ask_after())
    assert PAYMENT_UNKNOWN == phone.heard[-1]
    assert State.SETTLING is await state(counter, account)
    with ScriptedPhone(DONE) as again:
        await resume(again, counter.desk, await counter.call(), account)
    assert WENT_THROUGH in again.heard
    assert 1 == len(counter.charges())


async def test_a_database_that_only_reads_charges_nothing(
    counter: Counter, database_url: str
) -> None:
    account = await counter.account()

    class Refused(ScriptedPhone):
        async def collect(self, *prompts: Prompt, at_most: int, ends: str = "#*") -> Keys:
            if REVIEW_KEYS in prompts:
                read_only(database_url, on=True)
            return await super().collect(*prompts, at_most=at_most, ends=ends)

    phone = Refused(*TO_THE_CHARGE)
    await paid_by(counter, account, phone)
    assert [LINE_TROUBLE, NOT_CHARGED] == phone.heard[-2:]
    assert [] == counter.charges()


async def test_a_charge_is_told_though_the_database_only_reads_by_then(
    counter: Counter, database_url: str
) -> None:
    account = await counter.account()
    counter.sandbox.faults.inject(Fault("sale", "after", "delay", seconds=0.5))
    phone = ScriptedPhone(*TO_THE_CHARGE, DONE)

    async def turn_read_only() -> None:
        await charged(counter)
        read_only(database_url, on=True)

    await asyncio.gather(paid_by(counter, account, phone), turn_read_only())
    assert phone.heard_in_order(PAID, CONFIRMATION_IS)
    assert State.SUBMITTING is await state(counter, account)
    read_only(database_url, on=False)
    await reconcile(counter.store, counter.desk.gateway, now=NOW + timedelta(hours=1))
    assert State.SETTLING is await state(counter, account)


async def test_a_charge_is_told_though_a_failover_lost_that_it_was_begun(
    counter: Counter, database_url: str
) -> None:
    """A standby that lags does not know the payment; only Braintree does."""
    account = await counter.account()
    counter.sandbox.faults.inject(Fault("sale", "after", "delay", seconds=0.5))
    phone = ScriptedPhone(*TO_THE_CHARGE, DONE)

    async def lose() -> None:
        await charged(counter)
        with psycopg.connect(database_url) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute("DELETE FROM payment_changes")
            connection.execute("DELETE FROM payments")

    await asyncio.gather(paid_by(counter, account, phone), lose())
    assert phone.heard_in_order(PAID, CONFIRMATION_IS)
    assert [] == await counter.payments(account)
