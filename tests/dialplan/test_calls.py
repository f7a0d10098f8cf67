"""Real calls along the map: the numbers, the fallbacks, the agent, an admin's own option."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from paytone.caller import Caller, Refused
from paytone.line.demo import first_account
from paytone.line.installed import CHECKOUT
from paytone.line.line import Line
from paytone.prompts import Prompt
from tests.dialplan.conftest import Dial, Edit

GREETING = Prompt("greeting")
ASK_ACCOUNT = Prompt("ask-account")
ASK_PIN = Prompt("ask-pin")
YOU_OWE = Prompt("you-owe")
MENU = Prompt("menu-pay")
RECORDS = Prompt("records-payments")
LINE_TROUBLE = Prompt("line-trouble")
TO_AGENT = Prompt("to-agent")
CALL_TOO_LONG = Prompt("call-too-long")
NO_AGENT = Prompt("no-agent")
GOODBYE = Prompt("goodbye")
NO_PAYMENTS = Prompt("no-payments")
ANYTHING_ELSE = Prompt("anything-else")

ACCOUNT = first_account()


async def _reach_menu(call: Caller) -> None:
    await call.hear(GREETING)
    await call.press(f"{ACCOUNT.number}#", secret=True)
    await call.hear(ASK_PIN)
    await call.press(f"{ACCOUNT.pin}#", secret=True)
    await call.hear(YOU_OWE, timeout=30)  # each job may be a process, tried for last
    await call.press("9")  # cuts the balance short; it begins again
    await call.hear(MENU)


@pytest.mark.parametrize(
    "number",
    ["+18008926996", "18008926996", "8008926996", "0018008926996", "01118008926996"],
)
async def test_each_form_of_the_number_is_answered(line: Line, dial: Dial, number: str) -> None:
    async with dial(line, number) as call:
        await call.hear(GREETING)


async def test_another_number_is_not_ours(line: Line, dial: Dial) -> None:
    with pytest.raises(Refused, match="404"):
        async with dial(line, "911"):
            pytest.fail("answered")


@pytest.mark.parametrize(
    ("user", "password"), [("demo", "guessed"), ("stranger", "guessed")], ids=["password", "user"]
)
async def test_an_unknown_caller_is_refused(
    line: Line, dial: Dial, user: str, password: str
) -> None:
    with pytest.raises(Refused, match="401"):
        async with dial(line, user=user, password=password):
            pytest.fail("answered")
    security = (line.configuration.logs / "security").read_text()
    assert re.search(r'SecurityEvent="(InvalidPassword|ChallengeResponseFailed|Inval)', security)


async def test_the_menu_leads_where_the_dialplan_says(line: Line, dial: Dial) -> None:
    async with dial(line) as call:
        await _reach_menu(call)
        await call.press("4")
        await call.hear(RECORDS)
        await call.press("1")
        await call.hear(NO_PAYMENTS)
        await call.hear(ANYTHING_ELSE)
        await call.hear(MENU)
        await call.press("#")
        await call.hear(GOODBYE)
        await call.until_hung_up()


async def test_a_caller_who_wants_a_person_hears_when_nobody_is_there(
    line: Line, dial: Dial
) -> None:
    async with dial(line) as call:
        await call.hear(GREETING)
        await call.press("0#")
        await call.hear(TO_AGENT)
        await call.hear(NO_AGENT)
        await call.until_hung_up()


async def test_a_call_that_lasts_too_long_is_told_so_and_gets_a_person(
    line: Line, dial: Dial, edit: Edit
) -> None:
    edit(("Set(PAYTONE_LONGEST_CALL=1800)", "Set(PAYTONE_LONGEST_CALL=6)"))
    async with dial(line) as call:
        await call.hear(GREETING)
        await call.hear(CALL_TOO_LONG, timeout=20)
        await call.hear(TO_AGENT)
        await call.hear(NO_AGENT)
        await call.until_hung_up()


async def test_without_the_server_each_job_runs_as_a_process(line: Line, dial: Dial) -> None:
    line.fastagi.stop()
    try:
        async with dial(line) as call:
            await _reach_menu(call)
            await call.press("#")
            await call.hear(GOODBYE)
    finally:
        line.fastagi.start()


async def test_a_server_that_dies_in_mid_question_loses_no_call(line: Line, dial: Dial) -> None:
    async with dial(line) as call:
        await call.hear(GREETING)
        await call.press("9#")  # cuts the greeting short
        await call.hear(ASK_ACCOUNT)
        line.fastagi.kill()
        try:
            await call.hear(ASK_ACCOUNT, timeout=20)  # Asterisk sees it when the question is over
            await call.press(f"{ACCOUNT.number}#", secret=True)
            await call.hear(ASK_PIN)
        finally:
            line.fastagi.start()


async def test_when_no_job_can_run_the_caller_hears_so_and_gets_a_person(
    line: Line, dial: Dial, edit: Edit, tmp_path: Path
) -> None:
    entry = tmp_path / "identify.agi"
    entry.write_text("#!/bin/sh\nexit 1\n")
    entry.chmod(0o755)
    closed = f"127.0.0.1:{line.ports.console}"
    edit(
        (str(CHECKOUT / "agi"), str(tmp_path)),
        (line.configuration.fastagi, closed),
    )
    async with dial(line) as call:
        await call.hear(LINE_TROUBLE)
        await call.hear(TO_AGENT)
        await call.hear(NO_AGENT)
        await call.until_hung_up()
    assert GREETING not in call.heard


async def test_an_agent_who_is_there_answers(line: Line, dial: Dial, edit: Edit) -> None:
    desk = "[desk]\nexten => 600,1,Answer()\n same => n,Playback(paytone/goodbye)\n"
    edit(
        ("Set(PAYTONE_AGENT=)", "Set(PAYTONE_AGENT=Local/600@desk)"),
        ("[paytone-keys]", f"[paytone-keys]\n{desk}"),
    )
    async with dial(line) as call:
        await call.hear(GREETING)
        await call.press("0#")
        await call.hear(TO_AGENT)
        await call.hear(GOODBYE)
        await call.until_hung_up()
    assert NO_AGENT not in call.heard


async def test_an_admin_adds_an_option_in_the_dialplan_alone(
    line: Line, dial: Dial, edit: Edit
) -> None:
    option = "exten => choice_6,1,Playback(paytone/nothing-due)\n same => n,Goto(paytone-menu,s,1)"
    pay = "exten => choice_1,1,Goto(paytone-pay,s,1)"
    edit(
        ("PAYTONE_MENU_PROMPT=menu-pay&menu-m", "PAYTONE_MENU_PROMPT=press-2&menu-pay&menu-m"),
        ("PAYTONE_MENU_KEYS=12345#)         ;", "PAYTONE_MENU_KEYS=123456#) ;"),
        (pay, f"{pay}\n{option}"),
    )
    async with dial(line) as call:
        await _reach_menu(call)
        assert call.heard.index(Prompt("press-2")) == call.heard.index(MENU) - 1
        await call.press("6")
        await call.hear(Prompt("nothing-due"))
        await call.hear(MENU)


async def test_a_key_that_is_offered_but_leads_nowhere_reaches_a_person(
    line: Line, dial: Dial, edit: Edit
) -> None:
    edit(("PAYTONE_MENU_KEYS=12345#)         ;", "PAYTONE_MENU_KEYS=123456#) ;"))
    async with dial(line) as call:
        await _reach_menu(call)
        await call.press("6")
        await call.hear(TO_AGENT)
