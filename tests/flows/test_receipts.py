"""Which receipts go where: told, switched and changed by who has identified."""

from __future__ import annotations

import pytest

from paytone.ask import WantsPerson
from paytone.flows.history import GO_ON
from paytone.flows.receipts import (
    CHANGED,
    EMAIL_CHANGED_HOW,
    EMAIL_OFF,
    EMAIL_ON,
    EMAIL_UNKNOWN,
    NO_RECEIPTS,
    OTHER_NUMBER,
    START_EMAIL,
    START_TEXTS,
    STOP_EMAIL,
    STOP_TEXTS,
    TEXTS_OFF,
    TEXTS_ON,
    TEXTS_STOPPED,
    receipts,
)
from paytone.flows.text_consent import ASK_MOBILE, TEXTS_AGREE, number_in_words
from paytone.phone import HungUp
from paytone.phone.scripted import ScriptedPhone, Turn
from paytone.prompts import Prompt
from paytone.rules.bill import Account
from paytone.rules.contact import Channel, Contacts
from paytone.rules.job import Ended, Next, Status
from paytone.store import contacts
from tests.flows.reached import EMAIL, MOBILE, agreed, knows, reached, writing
from tests.teller import Counter

DONE: Turn = (GO_ON, "#")
OTHER = "3125550199"


async def hears(counter: Counter, account: Account, *turns: Turn) -> list[Prompt]:
    with ScriptedPhone(*turns) as phone:
        ended = await receipts(phone, counter.desk, await counter.call(), account)
    assert Ended(Status.DONE, Next.MENU) == ended
    return phone.heard


async def test_a_line_that_sends_none_says_so(counter: Counter) -> None:
    assert [NO_RECEIPTS] == await hears(counter, await counter.account())


async def test_who_is_not_known_anywhere_may_start_texts_alone(counter: Counter) -> None:
    heard = await hears(writing(counter), await counter.account(), DONE)
    assert [TEXTS_OFF, EMAIL_UNKNOWN, EMAIL_CHANGED_HOW, START_TEXTS, GO_ON] == heard


async def test_who_gets_all_may_stop_all(counter: Counter) -> None:
    account = await counter.account()
    await knows(counter, email=EMAIL)
    await agreed(counter, account)
    heard = await hears(writing(counter), account, DONE)
    options = [STOP_TEXTS, OTHER_NUMBER, STOP_EMAIL, GO_ON]
    said = [TEXTS_ON, *number_in_words(MOBILE), EMAIL_ON, EMAIL_CHANGED_HOW]
    assert [*said, *options] == heard


async def test_a_line_with_email_alone_speaks_of_no_texts(counter: Counter) -> None:
    account = await counter.account()
    await knows(counter, email=EMAIL, receipts=False)
    heard = await hears(writing(counter, Channel.EMAIL), account, DONE)
    assert [EMAIL_OFF, EMAIL_CHANGED_HOW, START_EMAIL, GO_ON] == heard


async def test_email_is_switched_off_and_on(counter: Counter) -> None:
    account = await counter.account()
    await knows(counter, email=EMAIL)
    heard = await hears(writing(counter), account, (GO_ON, "3"), DONE)
    assert [CHANGED, EMAIL_OFF] == [each for each in heard if each in {CHANGED, EMAIL_OFF}]
    assert not (await reached(counter, account)).email_receipts
    await hears(writing(counter), account, (GO_ON, "3"), DONE)
    assert (await reached(counter, account)).email_receipts
    told = [
        (row["what"], row["source"]) for row in await contacts.changes(counter.store, account.id)
    ]
    assert [
        ("e-mail receipts off", "the caller"), ("e-mail receipts on", "the caller"),
    ] == told  # fmt: skip


async def test_texts_start_after_a_number_and_an_agreement(counter: Counter) -> None:
    account = await counter.account()
    turns = ((GO_ON, "1"), (ASK_MOBILE, f"{MOBILE}#"), (TEXTS_AGREE, "1"), DONE)
    heard = await hears(writing(counter), account, *turns)
    assert TEXTS_ON in heard
    assert Contacts(None, True, MOBILE, True) == await reached(counter, account)


async def test_texts_go_to_another_number_after_its_own_agreement(counter: Counter) -> None:
    account = await counter.account()
    await agreed(counter, account)
    turns = ((GO_ON, "2"), (ASK_MOBILE, f"{OTHER}#"), (TEXTS_AGREE, "1"), DONE)
    await hears(writing(counter), account, *turns)
    assert Contacts(None, True, OTHER, True) == await reached(counter, account)
    rows = await counter.store.all(
        "SELECT address, withdrawn_at IS NULL AS stands FROM contact_consents ORDER BY id"
    )
    assert [(MOBILE, False), (OTHER, True)] == [(row["address"], row["stands"]) for row in rows]


async def test_texts_stop_at_once(counter: Counter) -> None:
    account = await counter.account()
    await agreed(counter, account)
    heard = await hears(writing(counter), account, (GO_ON, "1"), DONE)
    assert [TEXTS_STOPPED, TEXTS_OFF] == [
        each for each in heard if each in {TEXTS_STOPPED, TEXTS_OFF}
    ]
    assert not (await reached(counter, account)).sms_receipts


@pytest.mark.parametrize(
    "turns",
    [
        ((GO_ON, None),),
        ((GO_ON, "2"), (ASK_MOBILE, None)),
        ((GO_ON, "2"), (ASK_MOBILE, f"{OTHER}#"), (TEXTS_AGREE, None)),
    ],
    ids=["at the choice", "at the number", "at the agreement"],
)
async def test_hanging_up_changes_nothing(counter: Counter, turns: tuple[Turn, ...]) -> None:
    account = await counter.account()
    await agreed(counter, account)
    with pytest.raises(HungUp):
        await hears(writing(counter), account, *turns)
    assert Contacts(None, True, MOBILE, True) == await reached(counter, account)


async def test_who_says_nothing_goes_on(counter: Counter) -> None:
    assert TEXTS_OFF in await hears(writing(counter), await counter.account())


async def test_a_person_is_asked_for(counter: Counter) -> None:
    account = await counter.account()
    with pytest.raises(WantsPerson):
        await hears(writing(counter), account, (GO_ON, "0"))
