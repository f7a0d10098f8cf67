"""Letters sent: each once, where the customer can be reached, and only what still holds."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, assert_never

from paytone.back_office.letter_facts import facts_of, is_out_of_date
from paytone.mail import HandedIn, Letter, Lost, Mailer, NotNow, Refused, Sent
from paytone.mail.texts import NoWords, Texts
from paytone.rules.contact import Channel
from paytone.rules.passcode import Codes
from paytone.rules.pause import grown
from paytone.store import Store, letters
from paytone.store.letters import Due

log = logging.getLogger(__name__)

CLAIMED_FOR: Final = timedelta(minutes=10)
"""Longer than a server may take over one letter; then its worker counts as dead."""

PAUSE: Final = timedelta(minutes=2)
LONGEST_PAUSE: Final = timedelta(hours=2)
GIVE_UP_AFTER: Final = timedelta(days=1)
DOUBTS: Final = 2
"""A letter that may have been taken is sent once more, under the same reference, and not again."""

RECEIPT: Final = "receipt"
"""The kind that is wanted also by those who know what it tells."""

BATCH: Final = 200


@dataclass(frozen=True, slots=True)
class Post:
    """
    Who takes letters on their way, by channel, and the biller's words for them.

    Args:
        codes: Makes the codes that letters tell; None where none are sent.
    """

    mailers: Mapping[Channel, Mailer]
    texts: Texts
    codes: Codes | None = None


async def send_due(store: Store, post: Post, *, now: datetime) -> int:
    """
    Send the letters that are due, and return how many were; those that are known by now are not.

    May be repeated and may run beside itself. A letter is sent once; where nobody knows whether it
    was, once more at most. Leaves a channel whose server takes no letter.

    Args:
        now: In the biller's zone.

    Raises:
        StoreAway: Some may have been sent.
    """
    sent = 0
    for channel in post.mailers:
        sent += await _send_by(store, post, channel, now)
    return sent


async def expire(store: Store, post: Post | None, *, now: datetime) -> None:
    """Where nobody takes them, let no letter wait for more than a day; may be repeated."""
    await letters.expire(
        store,
        said="not sent: no server for it is set",
        before=now - GIVE_UP_AFTER,
        now=now,
        sent_by=post.mailers if post else (),
    )


async def _send_by(store: Store, post: Post, channel: Channel, now: datetime) -> int:
    sent = 0
    for _ in range(BATCH):
        letter = await letters.claim(store, channel, now=now, until=now + CLAIMED_FOR)
        if letter is None:
            break
        handed_in = await _send(store, post, letter, now)
        sent += isinstance(handed_in, Sent)
        if isinstance(handed_in, NotNow) and handed_in.any_letter:
            break
    return sent


async def _send(store: Store, post: Post, letter: Due, now: datetime) -> HandedIn | None:
    if why := _why_not(letter, now):
        await letters.done(store, letter, said=f"not sent: {why}")
        log.info("%s is not sent: %s", _name(letter), why)
        return None
    try:
        written = _written(post, letter, now)
    except NoWords as exc:
        _give_up(letter, str(exc))
        await letters.done(store, letter, said=f"not sent: {exc}")
        return None
    handed_in = await post.mailers[letter.channel].hand_in(written)
    await _note(store, letter, handed_in, now)
    return handed_in


def _why_not(letter: Due, now: datetime) -> str | None:
    if letter.tells is not None and letter.stands is not letter.tells:
        return "the payment stands otherwise by now"
    if letter.tells is not None and letter.known is letter.tells and letter.kind != RECEIPT:
        return "the customer knows it"
    if is_out_of_date(letter, now):
        return "it would come too late"
    if letter.to is None:
        return "the customer can no longer be reached so"
    if letter.doubts >= DOUBTS:
        _give_up(letter, "nobody knows whether it was sent")
        return "it may have been, twice"
    if now - letter.queued > GIVE_UP_AFTER:
        _give_up(letter, "it could not be sent for a day")
        return "it could not be for a day"
    return None


async def _note(store: Store, letter: Due, handed_in: HandedIn, now: datetime) -> None:
    match handed_in:
        case Sent():
            await letters.done(store, letter, said="sent", sent=now)
        case Refused(why=why):
            _give_up(letter, why)
            await letters.done(store, letter, said=f"refused: {why}")
        case NotNow(why=why):
            log.warning("%s waits: %s", _name(letter), why)
            await letters.again(store, letter, said=why, at=now + _pause(letter))
        case Lost(why=why):
            log.warning("%s may be sent: %s", _name(letter), why)
            await letters.again(store, letter, said=why, at=now + _pause(letter), doubt=True)
        case _:
            assert_never(handed_in)


def _written(post: Post, letter: Due, now: datetime) -> Letter:
    assert letter.to is not None
    texts, facts = post.texts, facts_of(letter, post.codes)
    language, zone = letter.language, now.tzinfo
    about = letter.payment.id if letter.payment else letter.customer_id
    reference = f"paytone.{letter.id}.{about}"
    match letter.channel:
        case Channel.EMAIL:
            written = texts.email(letter.kind, facts, language=language, zone=zone)
            return Letter(letter.to, written.subject, written.text, reference, written.html)
        case Channel.SMS:
            text = texts.sms(letter.kind, facts, language=language, zone=zone)
            return Letter(letter.to, "", text, reference)


def _pause(letter: Due) -> timedelta:
    return grown(PAUSE, letter.tries - 1, longest=LONGEST_PAUSE)


def _give_up(letter: Due, why: str) -> None:
    log.error("%s is given up: %s", _name(letter), why)


def _name(letter: Due) -> str:
    """What the log calls it."""
    about = f" of payment {letter.payment.confirmation}" if letter.payment else ""
    return f"{letter.kind} by {letter.channel.value}{about}"
