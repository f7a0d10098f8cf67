"""In which language a call goes on, and for whom it is remembered."""

from __future__ import annotations

import pytest

from paytone.flows.claim import ACCOUNT_MISREAD
from paytone.flows.identify import ASK_ACCOUNT, ASK_PIN, identify
from paytone.flows.language import LanguageChoice, MadeBy
from paytone.phone import HungUp
from paytone.phone.scripted import ScriptedPhone
from paytone.rules.bill import Account
from paytone.rules.job import Ended, Level, Next, Status
from paytone.store import contacts
from paytone.store.contacts import Source
from tests.teller import NOW, NUMBER, PIN, Counter

OFFERED = LanguageChoice(keys="12")
BY_KEY = LanguageChoice(made_by=MadeBy.KEY)
BY_NUMBER = LanguageChoice(made_by=MadeBy.NUMBER)
KNOWN = Ended(Status.DONE, Next.ACCOUNT, level=Level.VERIFIED)
WHO = ((ASK_ACCOUNT, NUMBER), (ASK_PIN, f"{PIN}#"))


async def speaks(counter: Counter, account: Account, language: str) -> None:
    await contacts.set_language(
        counter.store, account.id, language, why="test", source=Source.admin("clerk"), now=NOW
    )


@pytest.mark.parametrize("keys", ["1", "2", "2#"])
async def test_a_key_alone_instead_of_a_number_chooses_a_language(
    counter: Counter, keys: str
) -> None:
    with ScriptedPhone((ASK_ACCOUNT, keys)) as phone:
        ended = await identify(phone, counter.desk, await counter.call(), OFFERED)
    assert Ended(Status.DONE, Next.LANGUAGE, choice=keys[0]) == ended
    assert "" == phone.manner.only_keys


async def test_a_key_that_was_not_offered_is_a_mistake(counter: Counter) -> None:
    await counter.account()
    with ScriptedPhone((ASK_ACCOUNT, "3"), *WHO) as phone:
        assert KNOWN == await identify(phone, counter.desk, await counter.call(), OFFERED)
    assert ACCOUNT_MISREAD in phone.heard


async def test_without_an_offer_no_key_chooses(counter: Counter) -> None:
    await counter.account()
    with ScriptedPhone((ASK_ACCOUNT, "2"), *WHO) as phone:
        assert KNOWN == await identify(phone, counter.desk, await counter.call())
    assert ACCOUNT_MISREAD in phone.heard


async def test_several_such_keys_are_no_choice(counter: Counter) -> None:
    choice = LanguageChoice(keys="12")
    with ScriptedPhone((ASK_ACCOUNT, "12#"), (ASK_ACCOUNT, "23#"), (ASK_ACCOUNT, "3")) as phone:
        ended = await identify(phone, counter.desk, await counter.call(), choice, help_key="3")
    assert ("3", 2) == (ended.choice, phone.heard.count(ACCOUNT_MISREAD))


async def test_a_number_that_begins_with_such_a_key_is_a_number(counter: Counter) -> None:
    await counter.account()
    with ScriptedPhone((ASK_ACCOUNT, "2125550100#"), (ASK_PIN, "1234#"), *WHO) as phone:
        assert KNOWN == await identify(phone, counter.desk, await counter.call(), OFFERED)


async def test_what_a_verified_customer_chose_by_key_is_remembered(counter: Counter) -> None:
    account = await counter.account()
    call = await counter.call()
    with ScriptedPhone(*WHO, language="es") as phone:
        assert KNOWN == await identify(phone, counter.desk, call, BY_KEY)
    assert "es" == await contacts.language_of(counter.store, account.id)
    (change,) = await contacts.changes(counter.store, account.id)
    assert ("language es", "the caller", "chosen by key") == (
        change["what"],
        change["source"],
        change["why"],
    )
    with ScriptedPhone(*WHO) as phone:
        again = await identify(phone, counter.desk, await counter.call(), OFFERED)
    assert Ended(Status.DONE, Next.ACCOUNT, language="es", level=Level.VERIFIED) == again


async def test_a_wrong_pin_remembers_nothing(counter: Counter) -> None:
    account = await counter.account()
    turns = ((ASK_ACCOUNT, NUMBER), (ASK_PIN, "999999#"))
    with ScriptedPhone(*turns * 3, language="es") as phone:
        ended = await identify(phone, counter.desk, await counter.call(), BY_KEY)
    assert Status.REFUSED is ended.status
    assert "en" == await contacts.language_of(counter.store, account.id)


@pytest.mark.parametrize("at", [ASK_ACCOUNT, ASK_PIN])
async def test_hanging_up_at_a_question_remembers_nothing(counter: Counter, at: str) -> None:
    account = await counter.account()
    turns = [(prompt, None if prompt == at else keys) for prompt, keys in WHO]
    with pytest.raises(HungUp), ScriptedPhone(*turns, language="es") as phone:
        await identify(phone, counter.desk, await counter.call(), BY_KEY)
    assert "en" == await contacts.language_of(counter.store, account.id)


async def test_a_number_dialled_holds_for_its_call_alone(counter: Counter) -> None:
    account = await counter.account()
    with ScriptedPhone(*WHO, language="es") as phone:
        assert KNOWN == await identify(phone, counter.desk, await counter.call(), BY_NUMBER)
    assert "en" == await contacts.language_of(counter.store, account.id)


async def test_english_by_key_is_remembered_again(counter: Counter) -> None:
    account = await counter.account()
    await speaks(counter, account, "es")
    with ScriptedPhone(*WHO) as phone:
        assert KNOWN == await identify(phone, counter.desk, await counter.call(), BY_KEY)
    assert "en" == await contacts.language_of(counter.store, account.id)


@pytest.mark.parametrize("language", ["en", "fr"], ids=["as spoken", "without a grammar"])
async def test_the_call_goes_on_as_it_is(counter: Counter, language: str) -> None:
    account = await counter.account()
    await speaks(counter, account, language)
    with ScriptedPhone(*WHO) as phone:
        assert KNOWN == await identify(phone, counter.desk, await counter.call(), OFFERED)


@pytest.mark.parametrize(
    ("said", "meant"),
    [("key", MadeBy.KEY), ("number", MadeBy.NUMBER), ("", MadeBy.NOBODY), ("x", MadeBy.NOBODY)],
)
def test_what_the_dialplan_says_is_one_of_three(said: str, meant: MadeBy) -> None:
    assert meant is MadeBy(said)
