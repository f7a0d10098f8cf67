"""One payment by its confirmation number: the customer's own, and nobody else's."""

from __future__ import annotations

import pytest

from paytone.ask import TooManyTries, WantsPerson
from paytone.flows.history import GO_ON, PAYMENT_OF
from paytone.flows.lookup import (
    ANOTHER_NUMBER,
    ASK_CONFIRMATION,
    CONFIRMATION_MISREAD,
    NO_SUCH_PAYMENT,
    lookup,
)
from paytone.flows.receipt_offer import RECEIPT_COMES_BY_EMAIL
from paytone.phone import HungUp
from paytone.phone.scripted import ScriptedPhone, Turn
from paytone.prompts import Prompt, spoken
from paytone.rules.bill import Account
from paytone.rules.job import Ended, Next, Status
from paytone.rules.money import Money
from paytone.rules.payment import Payment
from paytone.store import accounts
from tests.flows.reached import EMAIL, knows, queued, writing
from tests.store import given
from tests.teller import Counter

UNKNOWN = "905484000"


async def paid(counter: Counter) -> tuple[Account, Payment]:
    account = await counter.account()
    return account, await given.settled(counter.store, account)


async def hears(counter: Counter, account: Account, *turns: Turn) -> list[Prompt]:
    with ScriptedPhone(*turns) as phone:
        ended = await lookup(phone, counter.desk, await counter.call(), account)
    assert Ended(Status.DONE, Next.MENU) == ended
    return phone.heard


async def test_a_payment_is_found(counter: Counter) -> None:
    account, payment = await paid(counter)
    heard = await hears(
        counter, account, (ASK_CONFIRMATION, f"{payment.confirmation}#"), (GO_ON, "#")
    )
    words = (PAYMENT_OF, *spoken.money(Money(5000)))
    at = heard.index(PAYMENT_OF)
    assert words == tuple(heard[at : at + len(words)])


async def test_another_account_of_the_customer_is_searched_too(counter: Counter) -> None:
    account, payment = await paid(counter)
    other = await given.account(counter.store, "4412000000004413")
    await counter.store.run(
        "UPDATE accounts SET customer_id = %(customer)s WHERE id = %(id)s",
        customer=account.customer_id,
        id=other.id,
    )
    other = await accounts.by_id(counter.store, other.id)
    turns = ((ASK_CONFIRMATION, f"{payment.confirmation}#"), (GO_ON, "#"))
    assert PAYMENT_OF in await hears(counter, other, *turns)


async def test_somebody_elses_payment_is_like_none(counter: Counter) -> None:
    _, payment = await paid(counter)
    stranger = await given.account(counter.store, "4412000000004413")
    turns = [(ASK_CONFIRMATION, f"{number}#") for number in (payment.confirmation, UNKNOWN)]
    heard = await hears(counter, stranger, *turns, (ASK_CONFIRMATION, "*"))
    alike = [ASK_CONFIRMATION, NO_SUCH_PAYMENT]
    assert [*alike, *alike, ASK_CONFIRMATION] == heard


@pytest.mark.parametrize(
    ("keys", "said"),
    [("1234#", CONFIRMATION_MISREAD), ("905484001#", NO_SUCH_PAYMENT), ("#", Prompt("not-heard"))],
    ids=["too short", "a slip", "nothing"],
)
async def test_what_is_no_number_is_asked_again(counter: Counter, keys: str, said: Prompt) -> None:
    account, payment = await paid(counter)
    turns = ((ASK_CONFIRMATION, keys), (ASK_CONFIRMATION, f"{payment.confirmation}#"), (GO_ON, "#"))
    heard = await hears(counter, account, *turns)
    assert said in heard
    assert PAYMENT_OF in heard


async def test_several_are_looked_up(counter: Counter) -> None:
    account, payment = await paid(counter)
    one = (ASK_CONFIRMATION, f"{payment.confirmation}#")
    heard = await hears(counter, account, one, (ANOTHER_NUMBER, "1"), one, (ANOTHER_NUMBER, "#"))
    assert 2 == heard.count(PAYMENT_OF) == heard.count(GO_ON)


async def test_after_as_many_tries_as_there_are_it_ends(counter: Counter) -> None:
    account, _ = await paid(counter)
    with pytest.raises(TooManyTries):
        await hears(counter, account, *3 * [(ASK_CONFIRMATION, f"{UNKNOWN}#")])


async def test_a_person_is_asked_for(counter: Counter) -> None:
    account, _ = await paid(counter)
    with pytest.raises(WantsPerson):
        await hears(counter, account, (ASK_CONFIRMATION, "0#"))


@pytest.mark.parametrize("hangs_up_at", [ASK_CONFIRMATION, GO_ON])
async def test_hanging_up_ends_it(counter: Counter, hangs_up_at: Prompt) -> None:
    account, payment = await paid(counter)
    found: tuple[Turn, ...] = ((ASK_CONFIRMATION, f"{payment.confirmation}#"),)
    before = () if hangs_up_at is ASK_CONFIRMATION else found
    with pytest.raises(HungUp):
        await hears(counter, account, *before, (hangs_up_at, None))


async def test_its_receipt_is_sent(counter: Counter) -> None:
    account, payment = await paid(counter)
    await knows(counter, email=EMAIL)
    turns = ((ASK_CONFIRMATION, f"{payment.confirmation}#"), (GO_ON, "3"), (GO_ON, "#"))
    assert RECEIPT_COMES_BY_EMAIL in await hears(writing(counter), account, *turns)
    assert [("receipt", "email")] == await queued(counter)
