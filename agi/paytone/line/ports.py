"""Ports for one line, kept from every other line on the machine."""

from __future__ import annotations

import socket
from types import TracebackType

from paytone.line import LineFailed

FIRST_BLOCK = 12_000
LAST_BLOCK = 31_000
BLOCK = 1_000
"""Blocks lie below the ports that the kernel hands out to connections (32768 and up)."""

_RTP_FROM = 20


class NoPorts(LineFailed):
    """Every block of ports is taken, or the address is not this machine's."""


class Ports:
    """
    A block of ports that no other line has, until closed.

    The block's first port stays bound meanwhile: that is the claim on it, and it ends with us.

    Args:
        address: Where the parts will bind.

    Raises:
        NoPorts: No block is free, or nothing can bind there.
    """

    def __init__(self, address: str = "127.0.0.1") -> None:
        self._address = address
        _check(address)
        for first in range(FIRST_BLOCK, LAST_BLOCK + 1, BLOCK):
            claim = _bound("127.0.0.1", first, socket.SOCK_DGRAM)
            if claim is None:
                continue
            if all(self._is_free(first + offset) for offset in range(1, _RTP_FROM)):
                self._claim = claim
                self.first = first
                return
            claim.close()
        raise NoPorts(f"no free block of {BLOCK} ports from {FIRST_BLOCK} to {LAST_BLOCK}")

    @property
    def sip(self) -> int:
        return self.first + 1

    @property
    def ami(self) -> int:
        return self.first + 2

    @property
    def fastagi(self) -> int:
        return self.first + 3

    @property
    def sandbox(self) -> int:
        return self.first + 4

    @property
    def console(self) -> int:
        return self.first + 5

    @property
    def webhooks(self) -> int:
        return self.first + 6

    @property
    def rtp(self) -> tuple[int, int]:
        """First and last port for audio, both included; two a call."""
        return self.first + _RTP_FROM, self.first + BLOCK - 1

    def close(self) -> None:
        """Let another line have the block; may be called twice."""
        self._claim.close()

    def __enter__(self) -> Ports:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _is_free(self, port: int) -> bool:
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            for address in {"127.0.0.1", self._address}:
                taken = _bound(address, port, kind)
                if taken is None:
                    return False
                taken.close()
        return True


def _check(address: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_port:
        try:
            any_port.bind((address, 0))
        except OSError as exc:
            raise NoPorts(f"nothing can listen at {address}: {exc.strerror}") from None


def _bound(address: str, port: int, kind: socket.SocketKind) -> socket.socket | None:
    bound = socket.socket(socket.AF_INET, kind)
    try:
        bound.bind((address, port))
    except OSError:
        bound.close()
        return None
    return bound
