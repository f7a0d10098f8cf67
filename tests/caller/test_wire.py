"""SIP over a socket that loses packets: the far end is a real UDP port."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from paytone.caller.message import Message
from paytone.caller.wire import NoAnswer, Wire
from tests.caller.far_end import FarEnd


@dataclass
class Pair:
    wire: Wire
    far: FarEnd


@pytest_asyncio.fixture
async def pair() -> AsyncIterator[Pair]:
    loop = asyncio.get_running_loop()
    transport, far = await loop.create_datagram_endpoint(FarEnd, local_addr=("127.0.0.1", 0))
    times = iter(range(1, 10))

    def answer(request: Message) -> Message:
        return response(request, 200 + next(times))

    wire = await Wire.open(transport.get_extra_info("sockname"), answer)
    yield Pair(wire, far)
    wire.close()
    transport.close()


def request(method: str, branch: str = "z9hG4bK1") -> Message:
    headers = (
        ("via", f"SIP/2.0/UDP x;branch={branch}"),
        ("from", "<sip:a@x>;tag=1"),
        ("to", "<sip:b@x>"),
        ("call-id", "c"),
        ("cseq", f"7 {method}"),
    )
    return Message(f"{method} sip:b@x SIP/2.0", headers, b"")


def response(to: Message, status: int) -> Message:
    headers = tuple(
        (name, value + ";tag=2" if name == "to" else value) for name, value in to.headers
    )
    return Message(f"SIP/2.0 {status} So", headers, b"")


def let_pass(_response: Message) -> None:
    pass


async def test_an_unanswered_request_is_repeated(pair: Pair) -> None:
    asking = asyncio.create_task(pair.wire.ask(request("BYE"), rings=let_pass))
    first, again = await pair.far.sees(), await pair.far.sees()
    pair.far.say(response(again, 200))

    assert first == again
    assert 200 == (await asking).status


async def test_a_ringing_invite_is_not_repeated_and_its_refusal_is_acknowledged(
    pair: Pair,
) -> None:
    rung: list[int] = []
    asking = asyncio.create_task(
        pair.wire.ask(request("INVITE"), rings=lambda message: rung.append(message.status))
    )
    invite = await pair.far.sees()
    pair.far.say(response(invite, 180))
    await asyncio.sleep(0.8)
    assert pair.far.seen.empty()
    pair.far.say(response(invite, 486))

    assert 486 == (await asking).status
    ack = await pair.far.sees()
    pair.far.say(response(invite, 486))
    assert ack == await pair.far.sees()
    assert [180] == rung
    assert ("ACK", (7, "ACK"), "z9hG4bK1", "<sip:b@x>;tag=2") == (
        ack.method,
        ack.cseq,
        ack.branch,
        ack.first("to"),
    )


async def test_a_repeated_acceptance_is_acknowledged_again(pair: Pair) -> None:
    asking = asyncio.create_task(pair.wire.ask(request("INVITE"), rings=let_pass))
    invite = await pair.far.sees()
    pair.far.say(response(invite, 200))
    await asking
    pair.wire.acknowledge(invite, request("ACK", "z9hG4bK2"))
    await pair.far.sees()
    pair.far.say(response(invite, 200))

    assert "z9hG4bK2" == (await pair.far.sees()).branch


async def test_a_repeated_request_is_answered_as_before(pair: Pair) -> None:
    pair.wire.send(request("OPTIONS"))
    await pair.far.sees()
    statuses = []
    for branch in ("z9hG4bK3", "z9hG4bK3", "z9hG4bK4"):
        pair.far.say(request("BYE", branch))
        statuses.append((await pair.far.sees()).status)

    assert [201, 201, 202] == statuses


async def test_noise_is_no_answer(pair: Pair) -> None:
    asking = asyncio.create_task(pair.wire.ask(request("BYE"), rings=let_pass))
    bye = await pair.far.sees()
    pair.far.transport.sendto(b"\0\xff", pair.far.address)
    pair.far.say(response(request("BYE", "z9hG4bKother"), 200))
    await asyncio.sleep(0.1)
    assert not asking.done()
    pair.far.say(response(bye, 202))

    assert 202 == (await asking).status


async def test_a_port_where_nothing_listens_is_no_answer_at_once() -> None:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(FarEnd, local_addr=("127.0.0.1", 0))
    address = transport.get_extra_info("sockname")
    transport.close()
    await asyncio.sleep(0)
    wire = await Wire.open(address, lambda _request: None)

    async with asyncio.timeout(2):
        with pytest.raises(NoAnswer):
            await wire.ask(request("INVITE"), rings=let_pass)
    wire.close()
