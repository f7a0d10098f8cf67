"""A caller behind AGI, command by command as Asterisk 22 answers them."""

from __future__ import annotations

import pytest

from paytone.phone import HungUp, Keys, Manner
from paytone.phone.agi import AgiPhone
from paytone.phone.agi_reply import AgiRefused
from paytone.prompts import Prompt
from tests.phone.replay import Replay

MANNER = Manner(first_key=7, between_keys=4)
ONE, TWO = Prompt("you-owe"), Prompt("menu")
PLAY_ONE = "EXEC Background paytone/you-owe,,,paytone-keys"
PLAY_TWO = "EXEC Background paytone/menu,,,paytone-keys"
FIRST, NEXT = "WAIT FOR DIGIT 7000", "WAIT FOR DIGIT 4000"
NOTHING = "200 result=0"


def key(pressed: str) -> str:
    """Asterisk's reply when *pressed* came."""
    return f"200 result={ord(pressed)}"


async def test_prompts_are_played_in_one_command() -> None:
    line = Replay(("EXEC Background paytone/you-owe&paytone/menu,,,paytone-keys", NOTHING))
    await AgiPhone(line.send, MANNER).say(ONE, TWO)
    assert line.is_over


async def test_digits_are_collected_until_pound() -> None:
    line = Replay((PLAY_ONE, NOTHING), (FIRST, key("4")), (NEXT, key("2")), (NEXT, key("#")))
    keys = await AgiPhone(line.send, MANNER).collect(ONE, at_most=19)
    assert Keys("42", ended_by="#") == keys


async def test_a_key_that_cuts_the_prompt_is_the_first_digit() -> None:
    line = Replay((PLAY_ONE, key("4")), (NEXT, key("2")))
    assert Keys("42") == await AgiPhone(line.send, MANNER).collect(ONE, at_most=2)


async def test_silence_ends_an_entry() -> None:
    line = Replay((PLAY_ONE, NOTHING), (FIRST, key("4")), (NEXT, NOTHING))
    assert Keys("4") == await AgiPhone(line.send, MANNER).collect(ONE, at_most=19)


async def test_a_key_typed_ahead_skips_what_is_said_until_it_is_asked_for() -> None:
    line = Replay((PLAY_ONE, key("1")))
    phone = AgiPhone(line.send, MANNER)
    await phone.say(ONE)
    await phone.say(TWO)
    assert Keys("1") == await phone.collect(TWO, at_most=1, ends="")


async def test_an_announcement_throws_away_what_was_typed() -> None:
    line = Replay(
        (PLAY_ONE, key("1")),
        ("EXEC Playback paytone/menu", NOTHING),
        (PLAY_TWO, NOTHING),
        (FIRST, NOTHING),
    )
    phone = AgiPhone(line.send, MANNER)
    await phone.say(ONE)
    await phone.announce(TWO)
    assert Keys("") == await phone.collect(TWO, at_most=1, ends="")


async def test_a_pound_after_a_complete_entry_is_dropped_and_the_prompt_played_again() -> None:
    line = Replay(
        (PLAY_ONE, key("1")),
        (NEXT, key("2")),
        (PLAY_TWO, key("#")),
        (PLAY_TWO, NOTHING),
        (FIRST, key("3")),
    )
    phone = AgiPhone(line.send, MANNER)
    assert Keys("12") == await phone.collect(ONE, at_most=2)
    assert Keys("3") == await phone.collect(TWO, at_most=1)


async def test_keys_that_only_some_phones_have_are_no_keys() -> None:
    line = Replay((PLAY_ONE, key("A")), (PLAY_ONE, NOTHING), (FIRST, key("D")), (FIRST, key("7")))
    assert Keys("7") == await AgiPhone(line.send, MANNER).collect(ONE, at_most=1)


async def test_a_pound_in_the_pause_after_a_complete_entry_is_dropped() -> None:
    line = Replay(
        (PLAY_ONE, key("1")),
        (NEXT, key("2")),
        ("WAIT FOR DIGIT 500", key("#")),
        (PLAY_TWO, key("#")),
    )
    phone = AgiPhone(line.send, MANNER)
    await phone.collect(ONE, at_most=2)
    await phone.pause(0.5)
    assert Keys("", ended_by="#") == await phone.collect(TWO, at_most=2)


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param("HANGUP", id="hangup line"),
        pytest.param("200 result=-1", id="result -1"),
        pytest.param("200 result=1 (hangup)", id="hangup in the data"),
        pytest.param("511 Command Not Permitted on a dead channel", id="dead channel"),
    ],
)
async def test_a_lost_call_is_one_thing(reply: str) -> None:
    with pytest.raises(HungUp):
        await AgiPhone(Replay((PLAY_ONE, reply)).send, MANNER).say(ONE)


async def test_no_reply_at_all_is_a_lost_call() -> None:
    async def gone(command: str) -> dict[str, object]:
        return {}

    with pytest.raises(HungUp):
        await AgiPhone(gone, MANNER).say(ONE)


@pytest.mark.parametrize("reply", ["510 Invalid or unknown command", "520 Invalid syntax"])
async def test_a_command_that_asterisk_does_not_know_is_a_fault_of_ours(reply: str) -> None:
    with pytest.raises(AgiRefused):
        await AgiPhone(Replay((PLAY_ONE, reply)).send, MANNER).say(ONE)


@pytest.mark.parametrize(
    ("reply", "value"),
    [
        pytest.param("200 result=1 (12)", "12", id="set"),
        pytest.param("200 result=1 (a&b)", "a&b", id="list"),
        pytest.param("200 result=0", "", id="not set"),
    ],
)
async def test_variables_are_read(reply: str, value: str) -> None:
    line = Replay(("GET VARIABLE PAYTONE_MENU_KEYS", reply))
    assert value == await AgiPhone(line.send, MANNER).variable("PAYTONE_MENU_KEYS")


def test_keys_hide_themselves() -> None:
    keys = Keys("4111111111111111")
    assert "4111" not in f"{keys} {keys!r} {keys!s:>20}"
