"""How long a key waits for the line, from RTP packets."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from paytone.bench import BenchFailed
from paytone.bench.capture import Seen, gaps_in, read
from paytone.bench.gauge import TICK_S, Times, cpu, family, times_of

PORT = 13_012
LINE = 13_798


def key(at: float, stamp: int, *, end: bool = False) -> Seen:
    return Seen(at, LINE, 5, stamp, end)


def sound(at: float, ssrc: int = 7) -> Seen:
    return Seen(at, LINE, ssrc)


def test_a_gap_runs_from_the_first_end_of_the_last_key_to_the_next_audio() -> None:
    packets = [
        sound(1.0),
        key(2.0, 100),
        key(2.1, 100, end=True),
        key(2.2, 200),
        key(2.3, 200, end=True),
        key(2.32, 200, end=True),
        sound(2.35),
        sound(2.37),
    ]

    (gap,) = gaps_in(packets)

    assert gap.keys == 2
    assert gap.seconds == pytest.approx(0.05)


def test_a_key_pressed_while_the_line_speaks_has_no_gap() -> None:
    """What follows may still be the prompt that the key cuts short."""
    packets = [sound(1.0), key(1.02, 100), sound(1.04), key(1.12, 100, end=True), sound(1.14)]

    assert [] == gaps_in(packets)


def test_a_port_that_serves_another_call_counts_its_keys_anew() -> None:
    packets = [
        sound(1.0, ssrc=7),
        key(2.0, 100),
        key(2.1, 100, end=True),
        sound(2.2, ssrc=7),
        sound(9.0, ssrc=8),
        key(9.5, 100),
        key(9.6, 100, end=True),
        sound(9.7, ssrc=8),
    ]

    assert [1, 1] == [gap.keys for gap in gaps_in(packets)]


def test_a_capture_is_read_as_dumpcap_writes_it(tmp_path: Path) -> None:
    file = tmp_path / "rtp.pcap"
    event = rtp(96, PORT, LINE, stamp=100, payload=bytes([5, 0x8A, 0, 160]))
    audio = rtp(0, LINE, PORT, stamp=160, payload=b"\xff" * 10)
    other = rtp(0, LINE, 9999, stamp=160, payload=b"\xff" * 10)
    head = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 64, 1)
    file.write_bytes(head + b"".join(record(packet) for packet in (audio, other, event)))

    seen = list(read(file, PORT))

    assert [Seen(3.5, LINE, 9), Seen(3.5, LINE, 9, 100, end=True)] == seen


def test_what_is_no_capture_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "rtp.pcap"
    file.write_bytes(b"")

    with pytest.raises(BenchFailed):
        list(read(file, PORT))


def test_ended_children_count_for_their_parents() -> None:
    """A classic AGI job is gone when it is counted."""
    everyone = {1: Times(0, 10.0, 0.0), 2: Times(1, 2.0, 3.0), 3: Times(2, 1.0, 0.0)}

    assert {2, 3} == family(2, everyone)
    assert cpu(2, everyone) == 6.0


def test_times_are_read_past_a_name_with_spaces() -> None:
    stat = "42 (a b) c) S 7 " + " ".join(str(n) for n in range(5, 60))

    assert Times(7, (14 + 15) * TICK_S, (16 + 17) * TICK_S) == times_of(stat)


def rtp(kind: int, source: int, target: int, *, stamp: int, payload: bytes) -> bytes:
    udp = struct.pack(">HHHH", source, target, 20 + len(payload), 0)
    return bytes(14 + 20) + udp + struct.pack(">BBHII", 0x80, kind, 1, stamp, 9) + payload


def record(packet: bytes) -> bytes:
    return struct.pack("<IIII", 3, 500_000, len(packet), len(packet)) + packet
