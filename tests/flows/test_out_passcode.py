"""A code said in a call that was asked for, and in none of its records."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from paytone.app import do_job
from paytone.config import Settings
from paytone.flows import Call
from paytone.flows.out_passcode import CODE_TOO_LATE, HEAR_AGAIN, YOUR_CODE_IS, out_passcode
from paytone.phone import HungUp
from paytone.phone.scripted import ScriptedPhone
from paytone.prompts import spoken
from paytone.rules.job import Ended, Next, Status
from paytone.rules.passcode import Way, new_name
from paytone.store import calls, passcodes
from paytone.visit import Visit
from tests.channel import Channel
from tests.flows.unproved import CODES, helping
from tests.teller import NOW, PHONE, Counter, later

DONE = Ended(Status.DONE, Next.GOODBYE)

DIAL = """
    WITH gate AS (
        INSERT INTO call_gate (call_out_id, at, answer, why, zones)
        SELECT id, %(now)s, 'allow', 'request', '{}' FROM calls_out RETURNING id, call_out_id
    )
    INSERT INTO dials (id, call_out_id, gate_id, number, kind, at)
    SELECT %(dial)s, call_out_id, id, %(number)s, 'passcode', %(now)s FROM gate
"""


async def dialled(counter: Counter, name: str) -> Call:
    """The call that says the code of that name."""
    account = await counter.account()
    assert await passcodes.ask(counter.store, name, account.id, calling=None, way=Way.CALL, now=NOW)
    dial = str(uuid.uuid4())
    await counter.store.run(DIAL, dial=dial, number=PHONE, now=NOW)
    await calls.open_call(counter.store, dial, called=PHONE, calling=PHONE, now=NOW)
    return Call(dial, PHONE, PHONE)


async def test_the_code_is_said_and_again_by_nine(counter: Counter) -> None:
    name = new_name()
    call = await dialled(counter, name)
    with ScriptedPhone((HEAR_AGAIN, "9"), (HEAR_AGAIN, "#")) as phone:
        assert DONE == await out_passcode(phone, helping(counter).desk, call)
    words = (YOUR_CODE_IS, *spoken.digits(CODES.of(name).digits, group=3))
    assert phone.heard_in_order(*words, *words)


async def test_a_code_that_came_too_late_is_not_said(counter: Counter) -> None:
    call = await dialled(counter, new_name())
    after = later(helping(counter), NOW + timedelta(minutes=10))
    with ScriptedPhone() as phone:
        ended = await out_passcode(phone, after.desk, call)
    assert Ended(Status.REFUSED, Next.GOODBYE) == ended
    assert [CODE_TOO_LATE] == phone.heard


async def test_any_other_call_says_no_code(counter: Counter) -> None:
    await dialled(counter, new_name())
    with ScriptedPhone() as phone:
        await out_passcode(phone, helping(counter).desk, await counter.call())
    assert [CODE_TOO_LATE] == phone.heard


async def test_hanging_up_at_the_code_is_all_right(counter: Counter) -> None:
    call = await dialled(counter, new_name())
    with ScriptedPhone((HEAR_AGAIN, None)) as phone, pytest.raises(HungUp):
        await out_passcode(phone, helping(counter).desk, call)


async def test_the_record_of_the_call_holds_no_digit_of_it(counter: Counter) -> None:
    call = await dialled(counter, new_name())
    channel = Channel("#", PAYTONE_CALL=call.id)
    visit = Visit(channel.send, {}, Settings.from_env({}), helping(counter).desk)
    await do_job("out-passcode", visit, channel.leave)
    assert "your-code-is" in channel.heard
    rows = await counter.store.all("SELECT prompts::text AS said FROM call_events")
    assert not any("digits" in row["said"] or "number-" in row["said"] for row in rows)
