"""Other ways to pay: heard, sent, and the payment centers near a ZIP code."""

from __future__ import annotations

from dataclasses import replace

import psycopg
import pytest

from paytone.ask import NOT_HEARD, TooManyTries, WantsPerson
from paytone.flows.history import GO_ON
from paytone.flows.identify import ASK_PIN
from paytone.flows.nearest import (
    ABOUT,
    ASK_ZIP,
    HOURS,
    IN_ZIP,
    MILE,
    MILES,
    NO_CENTRE_NEAR,
    NUMBER,
    OWN_ZIP,
    SAME_ZIP,
    TAKES,
    THE_NEAREST,
    THE_NEXT,
    ZIP_MISREAD,
    ZIP_ROUGH,
    ZIP_UNKNOWN,
)
from paytone.flows.other_ways import (
    MAIL,
    MAIL_ADDRESS,
    WAYS,
    WAYS_CENTRE,
    WAYS_DONE,
    WEB,
    other_ways,
)
from paytone.flows.send_ways import (
    COMES_BY_EMAIL,
    COMES_BY_TEXT,
    HEAR_AGAIN,
    NEXT_ONE,
    NO_ADDRESS,
    NOT_SENT,
    SEND_IT,
    WHO_ARE_YOU,
)
from paytone.flows.text_consent import number_in_words
from paytone.phone import HungUp
from paytone.phone.scripted import ScriptedPhone, Turn
from paytone.prompts import Prompt, spoken
from paytone.rules.bill import Account
from paytone.rules.contact import Channel
from paytone.rules.job import Ended, Next, Status
from paytone.rules.place import Centre, Spot, Takes
from paytone.store import places
from tests.flows.reached import EMAIL, agreed, knows, queued, writing
from tests.store.test_centre_file import MARKET
from tests.teller import NOW, Counter

HERE, THERE = "60188", "60187"
ZIPS = {HERE: Spot(41.92, -88.13), THERE: Spot(41.86, -88.11), "90001": Spot(33.97, -118.25)}
EXCHANGE = Centre("Exchange", "2 Sample Street", "Wheaton", THERE, None, None, (Takes.CASH,))
FAR = replace(MARKET, name="Far", zip_code="90001")
READ_ONLY = """
    DO $$ BEGIN
        EXECUTE format(
            'ALTER DATABASE %I SET default_transaction_read_only = on', current_database()
        );
    END $$
"""
HANG_UP_ON_ALL = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
CENTRE: Turn = (WAYS_CENTRE, "3")
DONE: Turn = (GO_ON, "#")


async def listed(counter: Counter, *centres: Centre) -> None:
    """Payment centers, and where ZIP codes are."""
    await places.replace_zips(counter.store, ZIPS, by="test", now=NOW)
    await places.replace_centres(counter.store, centres or (MARKET, EXCHANGE), by="test", now=NOW)


async def hears(counter: Counter, account: Account | None, *turns: Turn) -> list[Prompt]:
    with ScriptedPhone(*turns) as phone:
        ended = await other_ways(phone, counter.desk, await counter.call(), account)
    assert Ended(Status.DONE, Next.MENU if account else Next.IDENTIFY) == ended
    return phone.heard


def said(heard: list[Prompt], *words: Prompt) -> bool:
    """Whether *words* were heard one right after the other."""
    return any(words == tuple(heard[at : at + len(words)]) for at in range(len(heard)))


@pytest.mark.parametrize(
    ("key", "words"), [("1", (MAIL, MAIL_ADDRESS)), ("2", (WEB,))], ids=["by mail", "online"]
)
async def test_a_way_is_heard_and_heard_again(
    counter: Counter, key: str, words: tuple[Prompt, ...]
) -> None:
    account = await counter.account()
    heard = await hears(counter, account, (WAYS, key), (HEAR_AGAIN, "1"), DONE)
    assert 2 == heard.count(words[0])
    assert said(heard, *words, HEAR_AGAIN)


async def test_a_caller_goes_back_and_hears_another_way(counter: Counter) -> None:
    account = await counter.account()
    heard = await hears(counter, account, (WAYS, "1"), (GO_ON, "*"), (WAYS, "2"), DONE)
    assert [MAIL, WEB] == [prompt for prompt in heard if prompt in {MAIL, WEB}]


@pytest.mark.parametrize("key", ["#", "*"])
async def test_a_caller_leaves_without_hearing_any(counter: Counter, key: str) -> None:
    await listed(counter)
    heard = await hears(counter, await counter.account(), (WAYS_DONE, key))
    assert [WAYS, Prompt("ways-online"), WAYS_CENTRE, WAYS_DONE] == heard


async def test_who_says_nothing_has_heard_enough(counter: Counter) -> None:
    heard = await hears(counter, await counter.account(), (WAYS, "1"))
    assert 4 == heard.count(MAIL) == heard.count(NOT_HEARD)


async def test_pound_ends_it_at_once(counter: Counter) -> None:
    """A pound that ends a ZIP code is not the one that ends the job, nor the other way round."""
    await listed(counter)
    heard = await hears(counter, await counter.account(), CENTRE, (ASK_ZIP, f"{HERE}#"), DONE)
    assert [1, 0] == [heard.count(each) for each in (GO_ON, NOT_HEARD)]


async def test_without_any_center_none_is_offered(counter: Counter) -> None:
    """Nor where it is not known where one is."""
    await places.replace_centres(counter.store, [MARKET], by="test", now=NOW)
    heard = await hears(counter, await counter.account(), (WAYS, "3"), (WAYS, "#"))
    assert WAYS_CENTRE not in heard
    assert Prompt("menu-misread") in heard


async def test_the_nearest_centers_are_said_one_by_one(counter: Counter) -> None:
    await listed(counter)
    account = await counter.account()
    heard = await hears(counter, account, CENTRE, (ASK_ZIP, f"{HERE}#"), (NEXT_ONE, "2"), DONE)
    number = (NUMBER, *number_in_words("6305550111"))
    takes = (TAKES[Takes.CASH], TAKES[Takes.CHECK])
    first = (THE_NEAREST, IN_ZIP, *spoken.digits(HERE, group=5), SAME_ZIP, *takes, *number)
    assert said(heard, *first, HEAR_AGAIN, NEXT_ONE, GO_ON)
    away = (ABOUT, Prompt("number-4"), MILES)
    second = (THE_NEXT, IN_ZIP, *spoken.digits(THERE, group=5), *away, TAKES[Takes.CASH])
    assert said(heard, *second, HEAR_AGAIN, GO_ON)


async def test_what_is_recorded_of_a_center_is_played(counter: Counter) -> None:
    place, hours = "place-abcdefghijkl", "hours-abcdefghijkl"
    await listed(counter, replace(MARKET, place_prompt=place, hours_prompt=hours))
    heard = await hears(counter, await counter.account(), CENTRE, (ASK_ZIP, f"{HERE}#"), DONE)
    words = (THE_NEAREST, Prompt(place), SAME_ZIP, HOURS, Prompt(hours), TAKES[Takes.CASH])
    assert said(heard, *words)
    assert NUMBER not in heard


async def test_less_than_a_mile_is_about_one(counter: Counter) -> None:
    await listed(counter, EXCHANGE)
    near = {**ZIPS, "60189": Spot(41.86, -88.115)}
    await places.replace_zips(counter.store, near, by="test", now=NOW)
    heard = await hears(counter, await counter.account(), CENTRE, (ASK_ZIP, "60189#"), DONE)
    assert said(heard, ABOUT, Prompt("number-1"), MILE)


async def test_no_more_than_three_are_said(counter: Counter) -> None:
    await listed(counter, *(replace(MARKET, name=f"Market {at}") for at in range(5)))
    turns = (CENTRE, (ASK_ZIP, f"{HERE}#"), (NEXT_ONE, "2"), (NEXT_ONE, "2"), DONE)
    heard = await hears(counter, await counter.account(), *turns)
    assert 3 == heard.count(IN_ZIP)
    assert 2 == heard.count(NEXT_ONE)


async def test_a_center_is_heard_again_and_another_zip_asked(counter: Counter) -> None:
    await listed(counter)
    account = await counter.account()
    turns = ((ASK_ZIP, f"{HERE}#"), (HEAR_AGAIN, "1"), (GO_ON, "*"), (ASK_ZIP, f"{THERE}#"), DONE)
    heard = await hears(counter, account, CENTRE, *turns)
    assert 3 == heard.count(THE_NEAREST)
    assert 2 == heard.count(ASK_ZIP)


async def test_star_at_the_zip_leads_back_to_the_ways(counter: Counter) -> None:
    await listed(counter)
    heard = await hears(counter, await counter.account(), CENTRE, (ASK_ZIP, "*"), (WAYS, "#"))
    assert 2 == heard.count(WAYS)


async def test_an_unlisted_zip_is_taken_to_be_amid_its_neighbours(counter: Counter) -> None:
    """A row of post-office boxes has a ZIP code and no area."""
    await listed(counter)
    heard = await hears(counter, await counter.account(), CENTRE, (ASK_ZIP, "60199#"), DONE)
    assert said(heard, ZIP_ROUGH, THE_NEAREST, IN_ZIP)


@pytest.mark.parametrize(
    ("keys", "why"),
    [("601#", ZIP_MISREAD), ("55555#", ZIP_UNKNOWN), ("#", NOT_HEARD), ("", NOT_HEARD)],
    ids=["too short", "unknown", "pound alone", "nothing"],
)  # fmt: skip
async def test_a_zip_that_cannot_be_meant_is_asked_again(
    counter: Counter, keys: str, why: Prompt
) -> None:
    await listed(counter)
    turns = (CENTRE, (ASK_ZIP, keys), (ASK_ZIP, f"{HERE}#"), DONE)
    assert said(await hears(counter, await counter.account(), *turns), why, ASK_ZIP)


@pytest.mark.parametrize("keys", ["601#", "55555#", ""], ids=["too short", "unknown", "nothing"])
async def test_three_tries_at_the_zip_lead_to_a_person(counter: Counter, keys: str) -> None:
    await listed(counter)
    account = await counter.account()
    with pytest.raises(TooManyTries):
        await hears(counter, account, CENTRE, *3 * [(ASK_ZIP, keys)])


async def test_the_zip_on_file_is_used_by_pound(counter: Counter) -> None:
    await listed(counter)
    account = await counter.account()
    await counter.store.run("UPDATE accounts SET zip = %(zip)s", zip=HERE)
    heard = await hears(counter, account, CENTRE, (OWN_ZIP, "#"), DONE)
    assert said(heard, *spoken.digits(HERE, group=5), SAME_ZIP)


async def test_who_has_not_identified_is_not_offered_a_zip_on_file(counter: Counter) -> None:
    await listed(counter)
    await counter.account()
    await counter.store.run("UPDATE accounts SET zip = %(zip)s", zip=HERE)
    heard = await hears(counter, None, CENTRE, (ASK_ZIP, f"{HERE}#"), DONE)
    assert OWN_ZIP not in heard
    assert THE_NEAREST in heard


async def test_where_no_center_is_near_mail_and_web_are_offered(counter: Counter) -> None:
    await listed(counter, FAR)
    turns = (CENTRE, (ASK_ZIP, f"{HERE}#"), (WAYS, "1"), DONE)
    heard = await hears(counter, await counter.account(), *turns)
    assert said(heard, NO_CENTRE_NEAR, WAYS)
    assert MAIL in heard


async def test_how_far_is_near_is_the_operators_to_say(counter: Counter) -> None:
    await listed(counter, EXCHANGE)
    near = replace(counter, desk=replace(counter.desk, centres_within_miles=2))
    turns = (CENTRE, (ASK_ZIP, f"{HERE}#"), (WAYS, "#"))
    assert NO_CENTRE_NEAR in await hears(near, await counter.account(), *turns)


@pytest.mark.parametrize(
    ("before", "at"),
    [
        ((), WAYS),
        (((WAYS, "1"),), GO_ON),
        (((WAYS, "2"),), GO_ON),
        ((CENTRE,), ASK_ZIP),
        ((CENTRE, (ASK_ZIP, f"{HERE}#")), HEAR_AGAIN),
        ((CENTRE, (ASK_ZIP, f"{HERE}#"), (NEXT_ONE, "2")), HEAR_AGAIN),
        ((CENTRE, (ASK_ZIP, f"{HERE}#"), (SEND_IT, "3")), COMES_BY_EMAIL),
    ],
    ids=["the ways", "mail", "online", "the ZIP", "a center", "the next", "sent"],
)
@pytest.mark.parametrize("keys", [None, "0"], ids=["hanging up", "a person"])
async def test_hanging_up_or_asking_for_a_person_ends_it(
    counter: Counter, before: tuple[Turn, ...], at: Prompt, keys: str | None
) -> None:
    await listed(counter)
    account = await counter.account()
    await knows(counter, email=EMAIL)
    if keys and at is ASK_ZIP:
        keys = "0#"
    with pytest.raises(WantsPerson if keys else HungUp):
        await hears(writing(counter), account, *before, (at, keys))


# What is sent


@pytest.mark.parametrize(
    ("key", "kind"), [("1", "pay-by-mail"), ("2", "pay-online")], ids=["by mail", "online"]
)
async def test_a_way_is_sent_once(counter: Counter, key: str, kind: str) -> None:
    account = await counter.account()
    await knows(counter, email=EMAIL)
    turns = ((WAYS, key), (SEND_IT, "3"), (SEND_IT, "3"), DONE)
    heard = await hears(writing(counter), account, *turns)
    assert 2 == heard.count(COMES_BY_EMAIL)
    assert [(kind, "email")] == await queued(counter)


async def test_a_center_is_sent_wherever_the_customer_is_reached(counter: Counter) -> None:
    await listed(counter)
    account = await counter.account()
    await knows(counter, email=EMAIL)
    await agreed(counter, account)
    turns = (CENTRE, (ASK_ZIP, f"{HERE}#"), (SEND_IT, "3"), (NEXT_ONE, "2"), (SEND_IT, "3"), DONE)
    heard = await hears(writing(counter), account, *turns)
    assert said(heard, COMES_BY_EMAIL, COMES_BY_TEXT, HEAR_AGAIN)
    both = [("payment-center", "email"), ("payment-center", "sms")]
    assert both * 2 == await queued(counter)
    facts = await counter.store.one("SELECT facts FROM letters ORDER BY id")
    assert facts is not None
    assert {
        "name": "Market",
        "address": "1 Example Street",
        "city": "Sample",
        "zip": HERE,
        "hours": "Every day",
        "phone": "630-555-0111",
        "takes": "cash, check",
    } == facts["facts"]


async def test_only_what_the_line_can_send_is_promised(counter: Counter) -> None:
    account = await counter.account()
    await knows(counter, email=EMAIL)
    await agreed(counter, account)
    heard = await hears(writing(counter, Channel.SMS), account, (WAYS, "1"), (SEND_IT, "3"), DONE)
    assert COMES_BY_EMAIL not in heard
    assert [("pay-by-mail", "sms")] == await queued(counter)


async def test_a_line_that_sends_nothing_does_not_offer_it(counter: Counter) -> None:
    heard = await hears(counter, await counter.account(), (WAYS, "1"), (GO_ON, "3"), DONE)
    assert SEND_IT not in heard
    assert Prompt("menu-misread") in heard


async def test_who_cannot_be_reached_hears_that_it_cannot_be_sent(counter: Counter) -> None:
    """A mobile number alone is no agreement."""
    account = await counter.account()
    await knows(counter, mobile="3125550177")
    heard = await hears(writing(counter), account, (WAYS, "1"), (SEND_IT, "3"), DONE)
    assert NO_ADDRESS in heard
    assert [] == await queued(counter)


async def test_who_has_not_identified_hears_that_it_cannot_be_sent(counter: Counter) -> None:
    await counter.account()
    await knows(counter, email=EMAIL)
    heard = await hears(writing(counter), None, (WAYS, "1"), (SEND_IT, "3"), DONE)
    assert WHO_ARE_YOU in heard
    assert ASK_PIN not in heard
    assert [] == await queued(counter)


async def test_what_could_not_be_queued_is_not_promised(
    counter: Counter, database_url: str
) -> None:
    account, call = await counter.account(), await counter.call()
    await knows(counter, email=EMAIL)
    with psycopg.connect(database_url, autocommit=True) as admin:
        admin.execute(READ_ONLY)
        admin.execute(HANG_UP_ON_ALL)
    with ScriptedPhone((WAYS, "1"), (SEND_IT, "3"), DONE) as phone:
        ended = await other_ways(phone, writing(counter).desk, call, account)
    assert Ended(Status.DONE, Next.MENU) == ended
    assert said(phone.heard, NOT_SENT, HEAR_AGAIN)
    assert not {COMES_BY_EMAIL, NO_ADDRESS} & set(phone.heard)
