"""A banner over real calls: recorded by phone, heard by whom it is for, by nobody after its end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from paytone.caller import Caller, Hearing, script
from paytone.config import Settings
from paytone.flows.banner_admin import (
    ASK_ADMIN,
    ASK_PIN,
    IS_OFF,
    IS_ON,
    NO_MORE,
    REFUSED,
    SWITCH_OFF,
    SWITCH_ON,
    TO_LEAVE,
)
from paytone.flows.banner_entry import (
    ASK_AREA,
    FOR_GROUP,
    IF_MESSAGE,
    KEEP,
    OTHER_HOURS,
    SPEAK,
)
from paytone.flows.banners import CLOSURE, CLOSURE_UNTIL, OUTAGE, OUTAGE_UNTIL
from paytone.flows.identify import ASK_ACCOUNT
from paytone.flows.menu import YOU_OWE
from paytone.line.demo import NUMBER, softphone
from paytone.line.installed import CHECKOUT
from paytone.rules.banner import Kind, Scope
from paytone.store import Store, banners
from tests.call.biller import QUICK, USUAL, Biller
from tests.call.conversation import GREETING, identified, in_order, never_heard
from tests.call.recorded import samples_of, when_said

ADMIN, PIN, ADMIN_LINE = "7001", "4711", "8005550198"
SPEECH = CHECKOUT / "sounds/en/line-trouble.ulaw"
"""What the administrator says."""
HERE, ELSEWHERE = "3125550188", "2125550188"
RECORD = ((TO_LEAVE, "1"), (SPEAK, ""))
SWITCH_IT_ON = (
    (KEEP, "1"),
    (IF_MESSAGE, "4"),
    (FOR_GROUP, "3"),
    (ASK_AREA, "312"),
    (OTHER_HOURS, "1"),
    (SWITCH_ON, "1"),
    (IS_ON, ""),
    (TO_LEAVE, "#"),
)


@pytest.fixture
def biller(hearing: Hearing) -> Iterator[Biller]:
    """A line of its own: what is switched on here would be heard in other tests' calls."""
    with Biller.opened(hearing, {USUAL: 2}) as opened:
        admin = ("banner", "admins", "add", ADMIN, "--name", "Operations", "--pin", PIN)
        opened.line.paytone(*admin, "--by", "test")
        yield opened


@asynccontextmanager
async def dial(
    biller: Biller, calling_from: str, *, number: str = NUMBER, record: Path | None = None
) -> AsyncIterator[Caller]:
    at = softphone(biller.line.configuration.etc)
    async with Caller.dial(
        server=(at.host, at.port),
        number=number,
        username=at.user,
        password=at.password,
        hearing=Hearing.from_folder(CHECKOUT / "sounds/en"),
        calling_from=calling_from,
        touch=QUICK,
        record=record,
    ) as call:
        yield call


async def heard_by(biller: Biller, calling_from: str, record: Path) -> float | None:
    """Where in a call from there the administrator's words are, up to the first question."""
    async with dial(biller, calling_from, record=record) as call:
        await script(call, ((GREETING, ""), (ASK_ACCOUNT, None)), timeout=60)
    return await asyncio.to_thread(lambda: when_said(SPEECH, samples_of(record)))


async def test_recorded_by_phone_heard_in_its_region_alone_and_not_after_its_end(
    biller: Biller, tmp_path: Path
) -> None:
    login = ((ASK_ADMIN, f"{ADMIN}#"), (ASK_PIN, f"{PIN}#"))
    async with dial(biller, HERE, number=ADMIN_LINE) as admin:
        await script(admin, ((ASK_ADMIN, f"{ADMIN}#"), (ASK_PIN, "9999#"), (REFUSED, "")))
        await script(admin, (*login, *RECORD))
        await admin.hear_end()
        await admin.speak(SPEECH)
        await admin.press("#")
        await script(admin, SWITCH_IT_ON)
        await admin.until_hung_up()
    (kept,) = (biller.line.folder / "banners").iterdir()
    assert when_said(SPEECH, samples_of(kept)) is not None
    here, elsewhere = await asyncio.gather(
        heard_by(biller, HERE, tmp_path / "here.wav"),
        heard_by(biller, ELSEWHERE, tmp_path / "elsewhere.wav"),
    )
    assert here is not None
    assert elsewhere is None
    async with dial(biller, HERE, number=ADMIN_LINE) as admin:
        await script(admin, (*login, (TO_LEAVE, "3"), (SWITCH_OFF, "1"), (IS_OFF, "")))
        await script(admin, ((NO_MORE, ""), (TO_LEAVE, "#")))
    assert None is await heard_by(biller, HERE, tmp_path / "after.wav")


async def test_ready_words_before_and_after_identification_once_each_and_none_when_over(
    biller: Biller,
) -> None:
    customer = biller.customer()
    biller.rows(
        "UPDATE accounts SET bill_group = '7' WHERE number = %(number)s RETURNING id",
        number=customer.number,
    )
    by = ("--by", "test")
    biller.line.paytone("banner", "add", "--kind", "outage", "--hours", "2", *by)
    group = ("--scope", "group", "--place", "7", "--hours", "2")
    biller.line.paytone("banner", "add", "--kind", "closure", *group, *by)
    await _add_ended(biller)
    async with biller.dial() as call:
        await script(call, ((OUTAGE_UNTIL, ""), (ASK_ACCOUNT, customer.number)), timeout=60)
        await script(call, (identified(customer)[1], (CLOSURE_UNTIL, None)))
    assert in_order(call, GREETING, OUTAGE, OUTAGE_UNTIL, CLOSURE, CLOSURE_UNTIL)
    assert 1 == call.heard.count(OUTAGE)
    async with biller.dial() as other:
        await script(other, (*identified(biller.customer()), (YOU_OWE, None)), timeout=60)
    assert never_heard(other, CLOSURE)


async def _add_ended(biller: Biller) -> None:
    """One for all that was over a moment ago; were it said, it would come first."""
    settings = Settings.from_env(biller.line.environment)
    async with Store.open(biller.line.database_url) as store:
        await banners.add(
            store,
            kind=Kind.CLOSURE,
            scope=Scope.ALL,
            places=(),
            starts=settings.now() - timedelta(hours=1),
            ends=settings.now() - timedelta(seconds=1),
            priority=1,
            by="test",
            now=settings.now(),
        )
