"""What a test of later payments begins with: saved cards, agreements, runs that are due."""

from __future__ import annotations

from collections import Counter as Count
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from paytone.back_office.runs import Office, make_runs, plan_autopay
from paytone.gateway import BankToKeep, CardToKeep, Kept
from paytone.prompts import Prompt
from paytone.rules.authorisation import Authorisation, Given, Plan
from paytone.rules.bank import Bank, BankAccount, BankAccountNumber, Ownership
from paytone.rules.bill import Account
from paytone.rules.card import Brand, CardNumber, Expiry
from paytone.rules.contact import Channel
from paytone.rules.method import AccountType, BankFace, CardFace, SavedMethod
from paytone.rules.schedule import AutoPay, Once, Rule, RunState, Schedule, Terms, next_run
from paytone.rules.speech import measured
from paytone.store import agreements, methods
from paytone.store.agreements import Authorisation as HowAgreed
from paytone.store.agreements import FirstRun, ToWrite
from paytone.store.methods import Consent
from paytone.store.schedules import in_words
from tests.spoken_yes import YES
from tests.teller import NOW, Counter, later

VISA = "4111111111111111"
MASTERCARD = "5555555555554444"
FINGERPRINT = "ab" * 32
RULE = Rule()
AGREED = ("terms-autopay", "terms-accept")


async def saved_card(
    counter: Counter,
    account: Account,
    *,
    number: str = VISA,
    brand: Brand = Brand.VISA,
    fingerprint: str | None = FINGERPRINT,
    expiry: Expiry = Expiry(2030, 9),  # noqa: B008 - it is frozen
) -> SavedMethod:
    """A card of the customer's, kept here and at Braintree."""
    name = str(uuid4())
    card = CardToKeep(CardNumber(number), expiry, "60601")
    kept = await counter.desk.gateway.save_card(card, customer=account.customer_id, token=name)
    assert isinstance(kept, Kept)
    face = CardFace(brand, number[-4:], expiry)
    method = SavedMethod(name, account.customer_id, face, kept.token, fingerprint)
    await methods.keep(
        counter.store, method, Consent([Prompt("consent-save")], "en", None), now=NOW
    )
    return method


async def saved_bank(counter: Counter, account: Account, number: str = "1000000000") -> SavedMethod:
    """A checking account of the customer's, kept here and at Braintree."""
    bank = Bank("021000021", "JPMORGAN CHASE BANK, NA")
    keyed = BankAccount(bank, BankAccountNumber(number), AccountType.CHECKING, Ownership.PERSONAL)
    token = str(uuid4())
    asked = BankToKeep(keyed, "Test", "agreed to a check")
    kept = await counter.desk.gateway.save_bank(asked, customer=account.customer_id, token=token)
    assert isinstance(kept, Kept)
    method = SavedMethod(str(uuid4()), account.customer_id, keyed.face, kept.token)
    consent = Consent([Prompt("consent-save")], "en", None)
    await methods.keep(counter.store, method, consent, now=NOW)
    return method


def spoken(counter: Counter, account: Account, terms: Terms, method: SavedMethod) -> Given:
    """What was authorised aloud on the counter's day for debits of *terms*."""
    assert isinstance(method.face, BankFace)
    now = counter.desk.clock()
    earliest = now.date() if isinstance(terms, AutoPay) else next_run(terms, now.date())
    assert earliest is not None
    agreed = Authorisation(
        customer="Test",
        biller_account=account.ending,
        debited=method.face,
        amount=None if isinstance(terms, AutoPay) else terms.amount,
        debit_on=earliest,
        given_on=now.date(),
        enquiries="8005550100",
        plan=Plan(in_words(terms), repeats=not isinstance(terms, Once)),
    )
    return Given(agreed, measured(YES), now)


def writing(counter: Counter) -> Counter:
    """The counter of a biller who writes letters."""
    return replace(counter, desk=replace(counter.desk, letters_by=frozenset(Channel)))


async def reached(counter: Counter, account: Account) -> None:
    """Let the customer have an e-mail address."""
    await counter.store.run(
        "UPDATE customers SET email = 'test@example.com' WHERE id = %(id)s", id=account.customer_id
    )


async def agreed(
    counter: Counter, account: Account, terms: Terms, method: SavedMethod | None = None
) -> Schedule:
    """An agreement, made on the counter's day."""
    now = counter.desk.clock()
    method = method or await saved_card(counter, account)
    on = None if isinstance(terms, AutoPay) else next_run(terms, now.date())
    by_bank = isinstance(method.face, BankFace)
    given = spoken(counter, account, terms, method) if by_bank else None
    return await agreements.agree(
        counter.store,
        account_id=account.id,
        method_id=method.id,
        terms=terms,
        authorisation=HowAgreed("the caller", now, None, "en", AGREED, given),
        first=FirstRun(on, RULE.starts(on, now)) if on else None,
        letter=lambda _: ToWrite("autopay-terms", {}),
    )


def at(day: date, hour: int = 12) -> datetime:
    """Noon of *day*, or another hour."""
    return NOW.replace(year=day.year, month=day.month, day=day.day, hour=hour, minute=0)


def office(counter: Counter, now: datetime) -> Office:
    """The back office at another time."""
    return Office(later(counter, now).desk.till, RULE)


DELIVER = """
    UPDATE letters SET sent_at = %(now)s, next_at = NULL, claimed_at = NULL, said = 'sent'
    WHERE next_at IS NOT NULL
"""


async def delivered(counter: Counter, now: datetime) -> None:
    """Every letter that waits is sent."""
    await counter.store.run(DELIVER, now=now)


async def make(counter: Counter, day: date) -> Count[str]:
    """Plan what is due, send the letters, and make what is due at noon of *day*."""
    await plan_autopay(office(counter, at(day)))
    await delivered(counter, at(day))
    return await make_runs(office(counter, at(day)))


async def runs_of(counter: Counter, schedule: Schedule) -> list[tuple[date, RunState]]:
    """Day and state of every run, the first first."""
    rows = await counter.store.all(
        "SELECT run_on, state FROM schedule_runs WHERE schedule_id = %(id)s ORDER BY run_on",
        id=schedule.id,
    )
    return [(row["run_on"], RunState(row["state"])) for row in rows]


async def letters_of(counter: Counter, kind: str) -> list[dict[str, Any]]:
    """What letters of that kind tell, the first first."""
    rows = await counter.store.all(
        "SELECT facts FROM letters WHERE kind = %(kind)s ORDER BY id", kind=kind
    )
    return [row["facts"] for row in rows]


async def standing(counter: Counter, schedule: Schedule) -> tuple[str, str]:
    """State of a schedule, and why."""
    row = await counter.store.one(
        "SELECT state, why FROM schedules WHERE id = %(id)s", id=schedule.id
    )
    assert row is not None
    return row["state"], row["why"]
