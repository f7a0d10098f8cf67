"""What this machine's kernel tells: listening ports, addresses, limits, the clock."""

from __future__ import annotations

import ctypes
import re
import socket
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

_LISTENING = "0A"
_TIMEX_BYTES = 512
_TIME_ERROR = 5


def listeners(port: int) -> list[str]:
    """The addresses on which something listens at TCP *port*."""
    return [address for address, bound, _ in _sockets() if bound == port]


def owners(port: int) -> list[int]:
    """The processes that listen at TCP *port*, as far as we may look."""
    wanted = {f"socket:[{inode}]" for _, bound, inode in _sockets() if bound == port}
    found = set()
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        with suppress(OSError):
            if str(link.readlink()) in wanted:
                found.add(int(link.parts[2]))
    return sorted(found)


def _sockets() -> list[tuple[str, int, str]]:
    found = []
    for table in ("tcp", "tcp6"):
        path = Path("/proc/net") / table
        for line in path.read_text().splitlines()[1:] if path.exists() else ():
            fields = line.split()
            if fields[3] == _LISTENING:
                address, _, port = fields[1].partition(":")
                found.append((_decoded(address), int(port, 16), fields[9]))
    return found


def _decoded(address: str) -> str:
    """The kernel's hexadecimal words, each in the machine's byte order, as an address."""
    raw = b"".join(bytes.fromhex(address[at : at + 8])[::-1] for at in range(0, len(address), 8))
    family = socket.AF_INET if len(raw) == 4 else socket.AF_INET6
    return socket.inet_ntop(family, raw)


def addresses() -> list[IPv4Address | IPv6Address]:
    """This machine's own addresses."""
    found = set()
    tree = Path("/proc/net/fib_trie")
    if tree.exists():
        pairs = re.findall(r"\|-- (\S+)\n\s+/32 host LOCAL", tree.read_text())
        found |= {ip_address(each) for each in pairs}
    six = Path("/proc/net/if_inet6")
    if six.exists():
        for line in six.read_text().splitlines():
            found.add(ip_address(bytes.fromhex(line.split()[0])))
    return sorted(found, key=str)


def core_limit(pid: int) -> str:
    """The size of the core file that process *pid* may leave; empty when it is gone."""
    with suppress(OSError):
        limits = Path(f"/proc/{pid}/limits").read_text()
        if match := re.search(r"^Max core file size\s+(\S+)", limits, re.MULTILINE):
            return match[1]
    return ""


def environment(pid: int) -> dict[str, str]:
    """What process *pid* was started with; empty when we may not look."""
    with suppress(OSError):
        text = Path(f"/proc/{pid}/environ").read_text(errors="replace")
        return dict(pair.split("=", 1) for pair in text.split("\0") if "=" in pair)
    return {}


def may_write(pid: int, folder: Path) -> bool:
    """Whether process *pid* may make files in *folder*; so it is believed when it is gone."""
    with suppress(OSError, KeyError, IndexError):
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        told = {name: ids.split() for name, _, ids in (line.partition(":") for line in lines)}
        user, groups = int(told["Uid"][1]), {int(told["Gid"][1]), *map(int, told["Groups"])}
        found = folder.stat()
        if user == 0:
            return True
        owned = 6 if user == found.st_uid else 3 if found.st_gid in groups else 0
        return found.st_mode >> owned & 0o3 == 0o3
    return True


def clock_is_synchronised() -> bool:
    """Whether the kernel's clock is kept by a time server, as adjtimex(2) tells."""
    state: int = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
    return state not in {-1, _TIME_ERROR}
