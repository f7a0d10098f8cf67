"""Ports: no two lines on a machine share one."""

from __future__ import annotations

import socket

import pytest

from paytone.line.ports import NoPorts, Ports


def _every(ports: Ports) -> set[int]:
    first, last = ports.rtp
    named = {ports.sip, ports.ami, ports.fastagi, ports.sandbox, ports.console, ports.webhooks}
    return named | set(range(first, last + 1))


def test_two_lines_at_once_share_no_port() -> None:
    with Ports() as one, Ports() as other:
        assert not _every(one) & _every(other)


def test_a_closed_block_is_free_for_the_next_line() -> None:
    with Ports() as one:
        first = one.first
        with Ports() as behind:
            assert first < behind.first
    with Ports() as again:
        assert first == again.first


def test_a_block_in_which_somebody_else_listens_is_passed_over() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        with Ports() as free:  # bound while the block is ours: other tests look for ports too
            stranger.bind(("127.0.0.1", free.sip))
        with Ports() as ports:
            assert free.first != ports.first


def test_audio_has_ports_for_400_calls() -> None:
    with Ports() as ports:
        first, last = ports.rtp
        assert last - first + 1 >= 2 * 400


@pytest.mark.parametrize("address", ["203.0.113.5", "no-such-host.invalid"])
def test_an_address_that_is_not_this_machines_is_told(address: str) -> None:
    with pytest.raises(NoPorts, match=f"^nothing can listen at {address}: "):
        Ports(address)
