"""The operator is written to about messages, over SMTP, and never of what is said in them."""

from __future__ import annotations

import uuid

import pytest

from paytone.adapters import post_of
from paytone.back_office.send_letters import Post
from paytone.back_office.tell_messages import tell_messages
from paytone.config import Settings
from paytone.rules.person import Came
from paytone.rules.speech import measured
from paytone.store import messages, people
from tests.mail.post_office import SENDER, PostOffice, open_office
from tests.spoken_yes import YES
from tests.teller import NOW, PHONE, Counter

DESK = "desk@biller.example"


async def left(counter: Counter, *, calling: str | None = PHONE, confirmed: bool = True) -> int:
    """The number of a message that a caller left."""
    call, person_id = await counter.call(calling), str(uuid.uuid4())
    await people.asked(
        counter.store, person_id, call.id, Came("menu", "asked"), queue="support",
        number=calling, now=NOW, is_closed=True,
    )  # fmt: skip
    await messages.keep(counter.store, person_id, measured(YES), confirmed=confirmed, now=NOW)
    return int((await messages.each(counter.store))[-1]["id"])


def post_to(office: PostOffice) -> Post:
    """The post of a line whose mail goes to *office*."""
    settings = Settings.from_env({
        "PAYTONE_SMTP_URL": f"smtp://127.0.0.1:{office.port}", "PAYTONE_MAIL_FROM": SENDER,
    })  # fmt: skip
    post = post_of(settings)
    assert post is not None
    return post


async def tell(counter: Counter, office: PostOffice) -> int:
    """How many letters were sent."""
    return await tell_messages(counter.store, post_to(office), to=DESK, now=NOW)


async def test_the_operator_is_written_to_once_of_each_message(counter: Counter) -> None:
    number = await left(counter)
    async with open_office() as office:
        assert [1, 0] == [await tell(counter, office) for _ in range(2)]
    (letter,) = office.letters
    assert [("billing@biller.example", [DESK])] == office.envelopes
    assert (SENDER, DESK) == (letter["From"], letter["To"])
    assert "text/plain" == letter.get_content_type(), "no recording goes by mail"
    text = letter.get_content()
    assert f"Message {number}, left 2026-03-02 " in text
    assert f"by {PHONE}, " in text
    assert f"paytone messages play {number}" in text


@pytest.mark.parametrize("confirmed", [True, False])
async def test_the_letter_says_who_hung_up_without_sending(
    counter: Counter, confirmed: bool
) -> None:
    await left(counter, calling=None, confirmed=confirmed)
    async with open_office() as office:
        await tell(counter, office)
    text = office.letters[0].get_content()
    assert confirmed != ("hung up without sending it" in text)
    assert "by a withheld number" in text


async def test_what_a_server_does_not_take_is_told_later(counter: Counter) -> None:
    for _ in range(2):
        await left(counter)
    async with open_office(PostOffice(at_data="452 full")) as full:
        assert 0 == await tell(counter, full)
    async with open_office() as office:
        assert 2 == await tell(counter, office)
    assert 2 == len({letter["Message-ID"] for letter in office.letters})


async def test_one_that_was_seen_to_is_not_told(counter: Counter) -> None:
    await messages.done(counter.store, await left(counter), by="clerk", now=NOW)
    async with open_office() as office:
        assert 0 == await tell(counter, office)
    assert [] == office.letters
