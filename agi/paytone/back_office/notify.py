"""Notices sent: what became of payments, to those who do not know it yet."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, assert_never

from paytone.mail import HandedIn, Letter, Lost, Mailer, NotNow, Refused, Sent
from paytone.mail.texts import Texts
from paytone.store import Store, notices
from paytone.store.notices import Notice

log = logging.getLogger(__name__)

CLAIMED_FOR: Final = timedelta(minutes=10)
"""Longer than a server may take over one letter; then its worker counts as dead."""

PAUSE: Final = timedelta(minutes=2)
LONGEST_PAUSE: Final = timedelta(hours=2)
GIVE_UP_AFTER: Final = timedelta(days=1)
DOUBTS: Final = 2
"""A letter that may have been taken is sent once more, under the same Message-ID, and not again."""

BATCH: Final = 200


@dataclass(frozen=True, slots=True)
class Post:
    """Who takes letters to the mail, and the biller's words for them."""

    mailer: Mailer
    texts: Texts


async def send_due(store: Store, post: Post, *, now: datetime) -> int:
    """
    Send the notices that are due, and return how many were; those that are known by now are not.

    May be repeated and may run beside itself. A notice is sent once; where nobody knows whether it
    was, once more at most. Stops at a server that takes no letter.

    Args:
        now: In the biller's zone.

    Raises:
        StoreAway: Some may have been sent.
    """
    sent = 0
    for _ in range(BATCH):
        notice = await notices.claim(store, now=now, until=now + CLAIMED_FOR)
        if notice is None:
            break
        handed_in = await _send(store, post, notice, now)
        sent += isinstance(handed_in, Sent)
        if isinstance(handed_in, NotNow) and handed_in.any_letter:
            break
    return sent


async def expire(store: Store, *, now: datetime) -> None:
    """Where there is no mail, let no notice wait for more than a day; may be repeated."""
    await notices.expire(
        store, said="not sent: no mail server is set", before=now - GIVE_UP_AFTER, now=now
    )


async def _send(store: Store, post: Post, notice: Notice, now: datetime) -> HandedIn | None:
    if why := _why_not(notice, now):
        await notices.done(store, notice, said=f"not sent: {why}")
        log.info("notice of payment %s is not sent: %s", notice.payment.confirmation, why)
        return None
    handed_in = await post.mailer.hand_in(_letter(post, notice, now))
    await _note(store, notice, handed_in, now)
    return handed_in


def _why_not(notice: Notice, now: datetime) -> str | None:
    if notice.stands is not notice.heard:
        return "the payment stands otherwise by now"
    if notice.known is notice.heard:
        return "the caller has heard it"
    if notice.to is None:
        return "no address is known any more"
    if notice.doubts >= DOUBTS:
        _give_up(notice, "nobody knows whether it was sent")
        return "it may have been, twice"
    if now - notice.queued > GIVE_UP_AFTER:
        _give_up(notice, "it could not be sent for a day")
        return "it could not be for a day"
    return None


async def _note(store: Store, notice: Notice, handed_in: HandedIn, now: datetime) -> None:
    match handed_in:
        case Sent():
            await notices.done(store, notice, said="sent", sent=now)
        case Refused(why=why):
            _give_up(notice, why)
            await notices.done(store, notice, said=f"refused: {why}")
        case NotNow(why=why):
            log.warning("notice of payment %s waits: %s", notice.payment.confirmation, why)
            await notices.again(store, notice, said=why, at=now + _pause(notice))
        case Lost(why=why):
            log.warning("notice of payment %s may be sent: %s", notice.payment.confirmation, why)
            await notices.again(store, notice, said=why, at=now + _pause(notice), doubt=True)
        case _:
            assert_never(handed_in)


def _letter(post: Post, notice: Notice, now: datetime) -> Letter:
    assert notice.to is not None
    subject, text = post.texts.of(
        notice.payment,
        notice.heard,
        on=notice.payment.opened.astimezone(now.tzinfo).date(),
        account_last_four=notice.account_last_four,
    )
    return Letter(notice.to, subject, text, f"paytone.{notice.id}.{notice.payment.id}")


def _pause(notice: Notice) -> timedelta:
    doublings = min(notice.tries - 1, 10)
    return min(PAUSE * (1 << doublings), LONGEST_PAUSE)


def _give_up(notice: Notice, why: str) -> None:
    log.error("notice of payment %s is given up: %s", notice.payment.confirmation, why)
