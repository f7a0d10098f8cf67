import itertools

import pytest

from paytone.caller.rtp import InOrder, NotRtp, Packet, key_event, read


def numbered(sequence: int, ssrc: int = 1) -> Packet:
    return Packet(0, sequence, 160 * sequence, ssrc, b"x")


def test_a_packet_is_written_byte_by_byte() -> None:
    packet = Packet(101, 0x1_0002, 0x1_0000_0003, 0xDEADBEEF, b"\x05\x0a\x00\xa0", marker=True)

    assert "80e5 0002 00000003 deadbeef 050a00a0".replace(" ", "") == packet.write().hex()


def test_a_key_is_an_event_of_twenty_millisecond_steps_that_ends_three_times() -> None:
    """RFC 4733, 2.3 and 2.5: event, E bit and volume, duration in samples."""
    packets = list(key_event("5", seconds=0.1, volume=10))

    assert ["050a00a0", "050a0140", "050a01e0", "050a0280"] + ["058a0320"] * 3 == [
        packet.payload.hex() for packet in packets
    ]
    assert [True] + [False] * 6 == [packet.first for packet in packets]
    assert [False] * 4 + [True] * 3 == [packet.last for packet in packets]


@pytest.mark.parametrize(("key", "code"), [("0", 0), ("9", 9), ("*", 10), ("#", 11), ("D", 15)])
def test_each_key_has_its_code(key: str, code: int) -> None:
    assert code == next(key_event(key)).payload[0]


@pytest.mark.parametrize(
    ("seconds", "packets"), [(0.02, 3), (0.04, 4), (0.05, 5), (0.06, 5), (0.1, 7), (0.0, 3)]
)
def test_a_key_is_held_for_whole_steps(seconds: float, packets: int) -> None:
    assert packets == len(list(key_event("1", seconds=seconds)))


def test_a_packet_with_contributors_extension_and_padding_is_stripped_to_its_audio() -> None:
    head = bytes.fromhex("b1800001000000020000000300000004")
    extension = bytes.fromhex("bede000101020304")

    assert Packet(0, 1, 2, 3, b"audio", marker=True) == read(
        head + extension + b"audio" + b"\0\0\3"
    )


@pytest.mark.parametrize(
    "datagram",
    [
        b"",
        bytes(11),
        bytes.fromhex("400000010000000200000003"),
        bytes.fromhex("8f0000010000000200000003"),
        bytes.fromhex("900000010000000200000003"),
        bytes.fromhex("900000010000000200000003bedeffff"),
        bytes.fromhex("a00000010000000200000003000000ff"),
    ],
    ids=["empty", "short", "version", "contributors", "extension", "long extension", "padding"],
)
def test_a_packet_shorter_than_it_claims_is_refused(datagram: bytes) -> None:
    with pytest.raises(NotRtp):
        read(datagram)


def heard(sequences: list[int]) -> list[tuple[int, int]]:
    queue = InOrder()
    arrived = [queue.take(numbered(sequence), float(at)) for at, sequence in enumerate(sequences)]
    arrived.append(queue.give_up(before=1000.0))
    return [(one.packet.sequence, one.lost) for one in itertools.chain(*arrived)]


def test_swapped_packets_are_put_in_order_with_nothing_lost() -> None:
    assert [(n, 0) for n in (1, 2, 3, 4, 5)] == heard([1, 3, 2, 5, 4])


def test_a_missing_packet_is_waited_for_and_then_counted_as_lost() -> None:
    assert [(1, 0), (3, 1), (4, 0), (5, 0)] == heard([1, 3, 4, 5])


def test_duplicates_and_latecomers_are_dropped() -> None:
    assert [(1, 0), (2, 0), (4, 1), (5, 0), (6, 0)] == heard([1, 2, 2, 4, 5, 6, 3])


def test_numbers_wrap_around() -> None:
    assert [(65534, 0), (65535, 0), (0, 0), (1, 0)] == heard([65534, 0, 65535, 1])


def test_a_new_source_starts_over() -> None:
    queue = InOrder()
    queue.take(numbered(100), 0.0)

    assert [0] == [one.lost for one in queue.take(numbered(7, ssrc=2), 0.1)]


def test_a_packet_keeps_the_time_at_which_it_came() -> None:
    queue = InOrder()
    queue.take(numbered(1), 0.0)
    queue.take(numbered(3), 0.5)

    assert [] == queue.give_up(before=0.4)
    assert [0.5] == [one.at for one in queue.give_up(before=0.6)]
