"""The operator is written to about what callers said: never the words, which the line keeps."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Final

from paytone.back_office.send_letters import Post
from paytone.mail import Letter, Sent
from paytone.rules.contact import Channel
from paytone.store import Row, Store, messages

log = logging.getLogger(__name__)

SUBJECT: Final = "A caller left a message"
TEXT: Final = """\
Message {id}, left {at:%Y-%m-%d %H:%M} by {who}, {seconds} seconds of speech{how}.

To hear it: paytone messages play {id}
When it is seen to: paytone messages done {id}
"""


async def tell_messages(store: Store, post: Post, *, to: str, now: datetime) -> int:
    """
    Write to *to* about each message that was left since; how many letters were sent.

    One that was sent and could not be noted is sent again.
    """
    mailer = post.mailers.get(Channel.EMAIL)
    if mailer is None:
        return 0
    count = 0
    for row in await messages.not_told(store):
        letter = Letter(to, SUBJECT, text_of(row, now), f"paytone.message.{row['id']}")
        sent = await mailer.hand_in(letter)
        if not isinstance(sent, Sent):
            log.error("nobody was told of message %s: %s", row["id"], sent.why)
            break
        await messages.told(store, row["id"], now=now)
        count += 1
    return count


def text_of(row: Row, now: datetime) -> str:
    """The letter's text; of the account the last four digits."""
    account = f" for account ending in {row['last_four']}" if row["last_four"] else ""
    return TEXT.format(
        id=row["id"],
        at=row["at"].astimezone(now.tzinfo),
        who=f"{row['number'] or 'a withheld number'}{account}",
        seconds=round(row["speech_ms"] / 1000),
        how="; the caller hung up without sending it" if row["confirmed"] is False else "",
    )
