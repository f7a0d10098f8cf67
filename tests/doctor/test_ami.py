"""The AMI client on a real Asterisk."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager

import pytest

from paytone.ami import Ami, AmiAway, AmiRefused
from tests.doctor.conftest import Ward


def connect(
    ward: Ward, *, secret: str = "", capture: bytearray | None = None
) -> AbstractAsyncContextManager[Ami]:
    """As the shipped user; guessing *secret* if told."""
    ours = ward.configuration
    return Ami.connect(
        "127.0.0.1",
        ours.ami_port,
        user=ours.ami_user,
        secret=secret or ours.ami_secret,
        capture=None if capture is None else capture.extend,
        patience_s=5,
    )


async def test_a_command_is_answered_whole(ward: Ward) -> None:
    async with connect(ward) as ami:
        shown = await ami.command("dialplan show paytone-pay")
    assert ward.asterisk.rx("dialplan show paytone-pay").strip() == shown.strip()


async def test_channels_are_listed_and_their_events_captured(ward: Ward) -> None:
    seen = bytearray()
    async with connect(ward, capture=seen) as ami:
        assert [] == await ami.channels()
        placing = asyncio.create_task(
            ami.act("Originate", Channel="Local/s@paytone-agent", Application="Wait", Data="2")
        )
        channels: list[Mapping[str, str]] = []
        while not channels and not placing.done():
            channels = await ami.channels()
        await placing
    assert channels[0]["Channel"].startswith("Local/s@paytone-agent")
    assert b"Event: Newchannel" in seen


async def test_events_are_not_sent_unless_asked_for(ward: Ward) -> None:
    async with connect(ward) as ami:
        await ami.act("Setvar", Variable="LOOKED_AT", Value="x")
        assert "LOOKED_AT=x" in await ami.command("dialplan show globals")


async def test_a_stranger_is_refused(ward: Ward) -> None:
    with pytest.raises(AmiRefused, match="Authentication failed"):
        async with connect(ward, secret="guessed"):
            pytest.fail("let in")


async def test_what_asterisk_refuses_is_said(ward: Ward) -> None:
    async with connect(ward) as ami:
        with pytest.raises(AmiRefused, match="unknown command"):
            await ami.act("Nonesuch")
        with pytest.raises(AmiRefused, match="one line"):
            await ami.act("Setvar", Variable="x\r\nAction: Logoff", Value="1")


async def test_an_asterisk_that_goes_away_leaves_nobody_waiting(ward: Ward) -> None:
    async with connect(ward) as ami:
        ward.asterisk.kill()
        with pytest.raises(AmiAway):
            await ami.command("core show version")
    with pytest.raises(AmiAway):
        async with connect(ward):
            pytest.fail("answered")
