"""The caller's SIP towards a line that does what Asterisk seldom does."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest
import pytest_asyncio

from paytone.caller import Codec, NoAnswer, Refused, sdp
from paytone.caller.digest import Credentials
from paytone.caller.message import Message
from paytone.caller.sip import SipCall
from tests.caller.far_end import FarEnd

OFFER = sdp.offer("127.0.0.1", 4000, Codec.ULAW, session=1)
CHALLENGE = 'Digest realm="line", nonce="{}", qop="auth", algorithm=SHA-256'


@dataclass
class Scene:
    far: FarEnd
    call: SipCall
    media: list[sdp.Media]

    def dial(self, timeout: float = 10.0) -> "asyncio.Task[None]":
        return asyncio.create_task(self.call.dial(OFFER, timeout=timeout))

    async def answered(self) -> Message:
        """The INVITE of a call that now stands."""
        dialling = self.dial()
        invite = await self.far.sees()
        self.far.say(reply(invite, 200, body=sdp.offer("127.0.0.1", 5000, Codec.ULAW, session=2)))
        await dialling
        assert "ACK" == (await self.far.sees()).method
        return invite


@pytest_asyncio.fixture
async def scene() -> AsyncIterator[Scene]:
    loop = asyncio.get_running_loop()
    transport, far = await loop.create_datagram_endpoint(FarEnd, local_addr=("127.0.0.1", 0))
    media: list[sdp.Media] = []
    call = SipCall(media.append)
    server = transport.get_extra_info("sockname")
    await call.open(server, "+1 800#;x", Credentials("ada", "secret"))
    yield Scene(far, call, media)
    call.close()
    transport.close()


def reply(to: Message, status: int, *more: tuple[str, str], body: bytes = b"") -> Message:
    headers = [
        (name, f"{value};tag=line" if name == "to" and "tag=" not in value else value)
        for name, value in to.headers
        if name in {"via", "from", "to", "call-id", "cseq"}
    ]
    headers += [("contact", "<sip:line@127.0.0.1:9>"), ("record-route", "<sip:hop;lr>"), *more]
    if body:
        headers.append(("content-type", "application/sdp"))
    return Message(f"SIP/2.0 {status} Words", tuple(headers), body)


def asked(method: str, invite: Message, body: bytes = b"", call_id: str = "") -> Message:
    """A request of the line's in the call that *invite* began."""
    headers = [
        ("via", f"SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK{method}{len(body)}"),
        ("from", f"{invite.first('to')};tag=line"),
        ("to", invite.first("from")),
        ("call-id", call_id or invite.first("call-id")),
        ("cseq", f"1 {method}"),
    ]
    if body:
        headers.append(("content-type", "application/sdp"))
    return Message(f"{method} sip:ada@127.0.0.1 SIP/2.0", tuple(headers), body)


async def test_a_number_cannot_add_to_the_request(scene: Scene) -> None:
    dialling = scene.dial()
    invite = await scene.far.sees()
    scene.far.say(reply(invite, 486))

    assert invite.start.startswith("INVITE sip:+1%20800%23%3Bx@127.0.0.1:")
    with pytest.raises(Refused, match="486 Words"):
        await dialling


async def test_a_proxys_challenge_is_answered_and_a_stale_nonce_once_more(scene: Scene) -> None:
    dialling = scene.dial()
    numbers = []
    for nonce, stale in (("one", ""), ("two", ", stale=true")):
        invite = await scene.far.sees()
        numbers.append(invite.cseq[0])
        scene.far.say(reply(invite, 407, ("proxy-authenticate", CHALLENGE.format(nonce) + stale)))
        assert "ACK" == (await scene.far.sees()).method
    invite = await scene.far.sees()
    scene.far.say(reply(invite, 200))
    await dialling

    assert [1, 2, 3] == [*numbers, invite.cseq[0]]
    assert 'nonce="two"' in invite.first("proxy-authorization")
    assert "algorithm=SHA-256" in invite.first("proxy-authorization")


async def test_an_endless_challenge_is_a_refusal(scene: Scene) -> None:
    dialling = scene.dial()
    for nonce in "abc":
        invite = await scene.far.sees()
        stale = CHALLENGE.format(nonce) + ", stale=true"
        scene.far.say(reply(invite, 401, ("www-authenticate", stale)))
        await scene.far.sees()

    with pytest.raises(Refused, match="401"):
        await dialling


async def test_what_follows_goes_where_the_answer_said(scene: Scene) -> None:
    await scene.answered()
    hanging_up = asyncio.create_task(scene.call.hang_up())
    bye = await scene.far.sees()
    scene.far.say(reply(bye, 200))
    await hanging_up

    assert "BYE sip:line@127.0.0.1:9 SIP/2.0" == bye.start
    assert "<sip:hop;lr>" == bye.first("route")
    assert bye.first("to").endswith(";tag=line")
    assert (2, "BYE") == bye.cseq


@pytest.mark.parametrize("method", ["INVITE", "UPDATE"])
async def test_the_line_may_move_its_audio(scene: Scene, method: str) -> None:
    invite = await scene.answered()
    scene.far.say(asked(method, invite, sdp.offer("127.0.0.1", 6000, Codec.ULAW, session=3)))
    response = await scene.far.sees()

    assert (200, OFFER) == (response.status, response.body)
    assert [5000, 6000] == [media.port for media in scene.media]


@pytest.mark.parametrize(
    ("method", "status"),
    [("OPTIONS", 200), ("UPDATE", 200), ("INFO", 200), ("NOTIFY", 200), ("SUBSCRIBE", 405)],
)
async def test_the_lines_other_requests_are_answered(
    scene: Scene, method: str, status: int
) -> None:
    invite = await scene.answered()
    scene.far.say(asked(method, invite))

    assert (status, b"") == ((response := await scene.far.sees()).status, response.body)
    assert not scene.call.hung_up.is_set()


async def test_a_description_without_audio_is_not_accepted(scene: Scene) -> None:
    invite = await scene.answered()
    scene.far.say(asked("INVITE", invite, b"v=0\r\n"))

    assert 488 == (await scene.far.sees()).status


async def test_only_a_goodbye_of_this_call_ends_it(scene: Scene) -> None:
    invite = await scene.answered()
    scene.far.say(asked("BYE", invite, call_id="another"))
    assert 481 == (await scene.far.sees()).status
    assert not scene.call.hung_up.is_set()

    bye = asked("BYE", invite)
    via = "SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKother"
    scene.far.say(replace(bye, headers=(("via", via), *bye.headers[1:])))
    assert 200 == (await scene.far.sees()).status
    assert scene.call.hung_up.is_set()


async def test_a_call_answered_while_it_is_cancelled_is_hung_up(scene: Scene) -> None:
    dialling = scene.dial(timeout=0.2)
    invite = await scene.far.sees()
    scene.far.say(reply(invite, 180))
    cancel = await scene.far.sees()
    scene.far.say(reply(cancel, 200))
    scene.far.say(reply(invite, 200))

    assert ("CANCEL", invite.branch) == (cancel.method, cancel.branch)
    assert "ACK" == (await scene.far.sees()).method
    bye = await scene.far.sees()
    scene.far.say(reply(bye, 200))
    assert "BYE" == bye.method
    with pytest.raises(NoAnswer):
        await dialling
