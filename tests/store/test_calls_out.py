"""Calls to make in the database: queued once, let through one at a time, never without the gate."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial

import psycopg
import pytest
import pytest_asyncio

from paytone.rules.bill import Account
from paytone.rules.calling import Allowed, Ask, Facts, Kind, Line, Refused, Rules, Why, may_call
from paytone.rules.redial import Result
from paytone.state_hours_file import load as load_states
from paytone.store import Row, Store, calls_out, consents, contacts, dials, do_not_call
from paytone.store.calls_out import Claimed, TurnedBack
from paytone.store.consents import NoConsent
from paytone.store.contacts import Source
from paytone.store.do_not_call import Stopped
from tests.teller import NOW, PHONE, TODAY, Counter

ADMIN = Source.admin("an admin")
DAY = timedelta(days=1)
DUE = date(2026, 3, 5)


@dataclass(frozen=True, slots=True)
class Biller:
    """A store with one customer who agreed to be called."""

    store: Store
    account: Account
    customer: str

    async def queue(self, dedupe: str = "one", kind: Kind = Kind.FAILED) -> str | None:
        return await calls_out.queue(
            self.store,
            kind=kind,
            customer_id=self.customer,
            dedupe=dedupe,
            now=NOW,
            account_id=self.account.id,
            number=PHONE if kind.is_requested else None,
        )

    async def claim(
        self, now: datetime = NOW, at_once: int = 9, rules: Rules | None = None
    ) -> Claimed | TurnedBack | None:
        gate = partial(may_call, now=now, rules=rules or Rules())
        return await calls_out.claim(self.store, gate, now=now, at_once=at_once)

    async def rows(self, table: str) -> list[Row]:
        queries = {
            "calls_out": "SELECT * FROM calls_out ORDER BY dedupe",
            "call_gate": "SELECT * FROM call_gate ORDER BY id",
            "dials": "SELECT * FROM dials ORDER BY at",
        }
        return await self.store.all(queries[table])


@pytest_asyncio.fixture
async def biller(counter: Counter) -> Biller:
    account = await counter.account(due=DUE)
    await consents.agree(
        counter.store, account.id, PHONE, said="form 12", source=ADMIN, now=NOW - DAY
    )
    customer, _ = await contacts.of_account(counter.store, account.id)
    return Biller(counter.store, account, customer)


async def test_a_dial_and_its_allowance_are_stored_together(biller: Biller) -> None:
    await biller.queue()
    claimed = await biller.claim()
    assert isinstance(claimed, Claimed)
    assert (Kind.FAILED, PHONE) == (claimed.kind, claimed.number)
    (dial,), (gate,), (row,) = [await biller.rows(t) for t in ("dials", "call_gate", "calls_out")]
    assert (claimed.id, gate["id"]) == (str(dial["id"]), dial["gate_id"])
    (consent,) = await consents.each(biller.store)
    assert ("allow", "consent", consent["id"]) == (gate["answer"], gate["why"], gate["consent_id"])
    assert ["America/Chicago"] == gate["zones"]
    assert ("dialling", 1) == (row["state"], row["attempts"])
    assert await biller.claim() is None


async def test_a_refusal_is_stored_with_its_reason_and_no_dial(biller: Biller) -> None:
    await biller.queue()
    night = datetime(2026, 3, 3, 5, tzinfo=UTC)
    assert Why.OUTSIDE_HOURS is (await _turned_back(biller, night)).why
    (gate,), (row,) = await biller.rows("call_gate"), await biller.rows("calls_out")
    assert ("refuse", "outside-hours") == (gate["answer"], gate["why"])
    opens = datetime(2026, 3, 3, 14, tzinfo=UTC)
    assert ("waiting", opens) == (row["state"], row["next_at"])
    assert [] == await biller.rows("dials")
    assert await biller.claim(opens - timedelta(minutes=1)) is None
    assert isinstance(await biller.claim(opens), Claimed)


async def test_the_zip_codes_of_the_customers_accounts_say_whose_hours_are_kept(
    biller: Biller,
) -> None:
    """Kept with the answer, so that it can be shown later what was kept."""
    await biller.store.run("UPDATE accounts SET zip = '33101'")
    await biller.queue()
    evening = datetime(2026, 3, 4, 2, 30, tzinfo=UTC)  # half past eight in Chicago
    rules = Rules(states=load_states(None))
    turned = await biller.claim(evening, rules=rules)
    assert isinstance(turned, TurnedBack)
    assert Why.STATE_HOURS is turned.why
    (row,) = await biller.rows("calls_out")
    assert datetime(2026, 3, 4, 14, tzinfo=UTC) == row["next_at"]
    assert isinstance(await biller.claim(row["next_at"], rules=rules), Claimed)
    gates = await biller.rows("call_gate")
    assert [("refuse", ["FL"]), ("allow", ["FL"])] == [(g["answer"], g["states"]) for g in gates]


async def _turned_back(biller: Biller, now: datetime = NOW) -> TurnedBack:
    turned = await biller.claim(now)
    assert isinstance(turned, TurnedBack)
    return turned


async def test_a_final_refusal_is_never_asked_again(biller: Biller) -> None:
    await biller.queue()
    await do_not_call.stop(biller.store, PHONE, source=Stopped.ADMIN, said="by letter", now=NOW)
    assert Why.DO_NOT_CALL is (await _turned_back(biller)).why
    assert await biller.claim(NOW + DAY) is None
    assert ["refused"] == [row["state"] for row in await biller.rows("calls_out")]


async def test_two_workers_never_dial_one_row_twice_nor_pass_a_cap(biller: Biller) -> None:
    for n in range(6):
        await biller.queue(f"call {n}")
    claimed = await asyncio.gather(*(biller.claim() for _ in range(12)))
    dialled = [each for each in claimed if isinstance(each, Claimed)]
    assert Rules().per_day == len(dialled) == len(await biller.rows("dials"))
    rows = {row["call_out_id"] for row in await biller.rows("dials")}
    assert len(dialled) == len(rows)


async def test_no_more_are_claimed_than_there_are_lines(biller: Biller) -> None:
    await biller.queue("one")
    await biller.queue("two")
    assert isinstance(await biller.claim(at_once=1), Claimed)
    assert await biller.claim(at_once=1) is None
    assert isinstance(await biller.claim(at_once=2), Claimed)


async def test_a_worker_killed_after_its_claim_has_dialled_as_far_as_caps_go(
    biller: Biller,
) -> None:
    """It may have; so it counts, and the number is dialled again a day later at the earliest."""
    await biller.queue()
    rules = Rules(per_day=1)
    assert isinstance(await biller.claim(rules=rules), Claimed)
    hour = NOW + timedelta(hours=1)
    assert 1 == await dials.give_up(biller.store, before=hour, now=hour)
    assert "lost" == (await biller.rows("dials"))[0]["result"]
    assert await biller.claim(hour, rules=rules) is None
    await biller.queue("another")
    assert Why.CAP_OF_A_DAY is (await _turned_back_by(biller, hour, rules)).why
    assert isinstance(await biller.claim(NOW + DAY, rules=rules), Claimed)


async def _turned_back_by(biller: Biller, now: datetime, rules: Rules) -> TurnedBack:
    turned = await biller.claim(now, rules=rules)
    assert isinstance(turned, TurnedBack)
    return turned


async def test_nobody_answers_three_times(biller: Biller) -> None:
    await calls_out.queue(
        biller.store,
        kind=Kind.FAILED,
        customer_id=biller.customer,
        dedupe="long",
        now=NOW,
        account_id=biller.account.id,
        expires=NOW + 9 * DAY,
    )
    times = [NOW, NOW + DAY, NOW + 2 * DAY]
    for now in times:
        claimed = await biller.claim(now)
        assert isinstance(claimed, Claimed)
        assert await dials.ended(biller.store, claimed.id, Result.NO_ANSWER, now=now)
        assert not await dials.ended(biller.store, claimed.id, Result.ANSWERED, now=now)
        assert await biller.claim(now + timedelta(hours=23)) is None
    assert await biller.claim(NOW + 3 * DAY) is None
    (row,) = await biller.rows("calls_out")
    assert ("done", 3, "no-answer") == (row["state"], row["attempts"], row["said"])


async def test_it_is_not_dialled_again_for_what_will_have_passed(biller: Biller) -> None:
    await calls_out.queue(
        biller.store,
        kind=Kind.FAILED,
        customer_id=biller.customer,
        dedupe="short",
        now=NOW,
        account_id=biller.account.id,
        expires=NOW + DAY,
    )
    claimed = await biller.claim()
    assert isinstance(claimed, Claimed)
    await dials.ended(biller.store, claimed.id, Result.BUSY, now=NOW)
    assert [("done", "busy")] == [
        (row["state"], row["said"]) for row in await biller.rows("calls_out")
    ]


async def test_queued_once_and_only_where_there_is_a_number(biller: Biller) -> None:
    assert await biller.queue() is not None
    assert await biller.queue() is None
    await consents.revoke(biller.store, PHONE, why="by letter", source=ADMIN, now=NOW)
    assert await biller.queue("two") is None
    await consents.note_line(
        biller.store, PHONE, Line.LANDLINE, said="by the carrier", by="an admin", now=NOW
    )
    assert await biller.queue("three") is not None
    await do_not_call.stop(biller.store, PHONE, source=Stopped.CALL, said="key", now=NOW)
    assert await biller.queue("four") is None


async def test_a_consent_taken_back_after_queueing_refuses(biller: Biller) -> None:
    await biller.queue()
    assert 1 == await contacts.stop_number(
        biller.store, PHONE, how="answered stop", source=ADMIN, now=NOW
    )
    assert Why.NO_CONSENT is (await _turned_back(biller)).why


async def test_a_consent_needs_a_number_of_the_customers_that_may_be_called(
    biller: Biller,
) -> None:
    with pytest.raises(NoConsent):
        await consents.agree(
            biller.store, biller.account.id, "2125550142", said="x", source=ADMIN, now=NOW
        )
    await do_not_call.stop(biller.store, PHONE, source=Stopped.ADMIN, said="x", now=NOW)
    with pytest.raises(NoConsent):
        await consents.agree(
            biller.store, biller.account.id, PHONE, said="x", source=ADMIN, now=NOW
        )


async def test_what_is_stored_becomes_the_facts(biller: Biller) -> None:
    call_out = await biller.queue(kind=Kind.PASSCODE)
    assert call_out is not None
    await biller.store.run("UPDATE customers SET timezone = 'Pacific/Honolulu'")
    ask, facts = await calls_out.as_stored(biller.store, call_out, now=NOW)
    assert Ask(Kind.PASSCODE, PHONE, NOW + timedelta(minutes=10), NOW) == ask
    assert ("Pacific/Honolulu", True, True, False) == (
        facts.zone, facts.is_theirs, facts.is_known, facts.is_settled,
    )  # fmt: skip
    await biller.store.run("DELETE FROM account_phones")
    _, facts = await calls_out.as_stored(biller.store, call_out, now=NOW)
    assert not facts.is_theirs


async def test_a_bill_due_soon_is_queued_once_and_not_called_about_when_paid(
    biller: Biller,
) -> None:
    days = [TODAY + timedelta(days=3)]
    assert 1 == await calls_out.queue_reminders(biller.store, days=days, now=NOW)
    assert 0 == await calls_out.queue_reminders(biller.store, days=days, now=NOW)
    assert 0 == await calls_out.queue_reminders(biller.store, days=[TODAY], now=NOW)
    (row,) = await biller.rows("calls_out")
    assert ("due", DUE) == (row["kind"], row["due"])
    await biller.store.run(
        "INSERT INTO bills (account_id, number, amount_cents, currency, issued, due)"
        " VALUES (%(account)s, 'credit', -11240, 'USD', '2026-03-01', '2026-03-01')",
        account=biller.account.id,
    )
    assert Why.ALREADY_PAID is (await _turned_back(biller)).why


async def test_an_unknown_person_can_be_called_back(store: Store) -> None:
    queued = await calls_out.queue(
        store, kind=Kind.CALL_BACK, customer_id=None, dedupe="x", now=NOW, number=PHONE
    )
    assert queued is not None
    _, facts = await calls_out.as_stored(store, queued, now=NOW)
    assert (True, False) == (facts.is_theirs, facts.is_known)


FORBIDDEN = {
    "the gate's words change": ("UPDATE call_gate SET answer = 'refuse'", "PT028"),
    "they go": ("DELETE FROM call_gate", "PT028"),
    "a dial goes": ("DELETE FROM dials", "PT029"),
    "a dial is another's": ("UPDATE dials SET number = '2125550142'", "PT029"),
    "whoever opted out is forgotten": ("DELETE FROM do_not_call", "PT030"),
    "another number opted out": ("UPDATE do_not_call SET number = '2125550142'", "PT030"),
    "the list is emptied": ("TRUNCATE do_not_call", "PT030"),
    "a dial without the gate": (
        (
            "INSERT INTO dials (id, call_out_id, gate_id, number, kind, at)"
            " SELECT gen_random_uuid(), id, 99, number, kind, now() FROM calls_out"
        ),
        "23503",
    ),
    "two dials on one allowance": (
        (
            "INSERT INTO dials (id, call_out_id, gate_id, number, kind, at)"
            " SELECT gen_random_uuid(), call_out_id, gate_id, number, kind, now() FROM dials"
        ),
        "23505",
    ),
}


@pytest.mark.parametrize(("statement", "code"), FORBIDDEN.values(), ids=FORBIDDEN)
async def test_the_database_guards_it(biller: Biller, statement: str, code: str) -> None:
    await biller.queue()
    assert isinstance(await biller.claim(), Claimed)
    await do_not_call.stop(biller.store, PHONE, source=Stopped.CALL_OUT, said="key", now=NOW)
    with pytest.raises(psycopg.Error) as refused:
        await biller.store.run(statement)
    assert code == refused.value.sqlstate


async def test_a_refusal_is_no_allowance(biller: Biller) -> None:
    await biller.queue()
    await _turned_back(biller, datetime(2026, 3, 3, 5, tzinfo=UTC))
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        await biller.store.run(
            "INSERT INTO dials (id, call_out_id, gate_id, number, kind, at)"
            " SELECT gen_random_uuid(), call_out_id, id, '3125550142', 'failed', now()"
            " FROM call_gate"
        )


async def test_a_gate_that_fails_leaves_nothing(biller: Biller) -> None:
    await biller.queue()

    def broken(ask: Ask, facts: Facts) -> Allowed | Refused:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await calls_out.claim(biller.store, broken, now=NOW, at_once=1)
    assert [] == await biller.rows("call_gate")
    assert isinstance(await biller.claim(), Claimed)


async def test_taken_off_the_list_it_needs_a_new_consent(biller: Biller) -> None:
    await do_not_call.stop(biller.store, PHONE, source=Stopped.CALL, said="key", now=NOW)
    await do_not_call.stop(biller.store, PHONE, source=Stopped.ADMIN, said="again", now=NOW)
    assert 1 == len(await do_not_call.each(biller.store))
    assert await do_not_call.remove(biller.store, PHONE, by="an admin", why="asked", now=NOW)
    assert not await do_not_call.remove(biller.store, PHONE, by="an admin", why="asked", now=NOW)
    assert [] == await do_not_call.each(biller.store)
    assert 1 == len(await do_not_call.each(biller.store, PHONE))
    assert await biller.queue() is None
