"""Recording a caller on an Asterisk channel: what is asked of Asterisk, what is left behind."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from panoramisk.utils import parse_agi_result

from paytone.phone import CannotRecord, HungUp, Keys, Manner
from paytone.phone.agi import AgiPhone
from paytone.prompts import Prompt
from tests.spoken_yes import YES

MENU = Prompt("menu")


def is_empty(folder: Path) -> bool:
    """Whether nothing is in *folder*."""
    return not any(folder.iterdir())


class Recorder:
    """An Asterisk that writes what *said* when it is told to record; None cannot, or is gone."""

    def __init__(
        self, said: bytes | None = YES, *, then: str = "200 result=0 (timeout) endpos=8000"
    ) -> None:
        self.sent: list[str] = []
        self.played: list[bytes] = []
        self._said = said
        self._then = then

    async def send(self, command: str) -> Mapping[str, object]:
        """Asterisk's reply."""
        self.sent.append(command)
        found: Mapping[str, object] = parse_agi_result(self._reply(command))
        return found

    def _reply(self, command: str) -> str:
        if command.startswith("RECORD FILE"):
            if self._said is not None:
                Path(f"{command.split()[2]}.wav").write_bytes(self._said)
            return self._then
        if command.startswith("EXEC Background /"):
            name = command.split()[2].partition(",")[0]
            self.played.append(Path(f"{name}.wav").read_bytes())
            return "200 result=49"
        return "200 result=0"


async def test_what_is_said_is_recorded_and_no_file_is_left(tmp_path: Path) -> None:
    line = Recorder()
    phone = AgiPhone(line.send, Manner(), tmp_path)
    assert YES == await phone.record(longest=20, silence=3)
    (command,) = line.sent
    assert command.startswith(f"RECORD FILE {tmp_path}/")
    assert command.endswith(" wav # 20000 s=3")
    assert is_empty(tmp_path)


async def test_keys_pressed_before_a_recording_accept_nothing(tmp_path: Path) -> None:
    async def send(command: str) -> Mapping[str, object]:
        if command.startswith("EXEC Background"):
            return parse_agi_result("200 result=49")  # type: ignore[no-any-return]
        return await line.send(command)

    line = Recorder()
    phone = AgiPhone(send, Manner(first_key=0.01), tmp_path)
    await phone.say(MENU)
    await phone.record(longest=20, silence=3)
    assert Keys("") == await phone.collect(at_most=1)


async def test_a_recording_is_played_and_a_key_cuts_it_short(tmp_path: Path) -> None:
    line = Recorder()
    phone = AgiPhone(line.send, Manner(), tmp_path)
    await phone.play(YES)
    assert [YES] == line.played
    assert Keys("1") == await phone.collect(at_most=1)
    assert is_empty(tmp_path)


@pytest.mark.parametrize("said", [YES, None], ids=["speaking", "before the file was made"])
async def test_hanging_up_amid_a_recording_gives_what_was_said_and_leaves_no_file(
    tmp_path: Path, said: bytes | None
) -> None:
    class Gone(Recorder):
        def _reply(self, command: str) -> str:
            super()._reply(command)
            return "200 result=-1 (hangup) endpos=4000"

    with pytest.raises(HungUp) as gone:
        await AgiPhone(Gone(said).send, Manner(), tmp_path).record(longest=20, silence=3)
    assert (said or b"") == gone.value.said
    assert "HungUp()" == repr(gone.value)
    assert is_empty(tmp_path)


@pytest.mark.parametrize("then", ["200 result=-1 (writefile)", "200 result=0 (timeout) endpos=0"])
async def test_an_asterisk_that_cannot_write_is_no_caller_who_hung_up(
    tmp_path: Path, then: str
) -> None:
    line = Recorder(None, then=then)
    with pytest.raises(CannotRecord):
        await AgiPhone(line.send, Manner(), tmp_path).record(longest=20, silence=3)


async def test_without_a_folder_nothing_is_recorded() -> None:
    with pytest.raises(CannotRecord):
        await AgiPhone(Recorder().send, Manner()).record(longest=20, silence=3)
