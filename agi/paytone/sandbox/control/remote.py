"""Asks a running sandbox's own side, for the command line."""

from __future__ import annotations

import json
from http.client import HTTPConnection, HTTPException
from typing import Any

_TIMEOUT_S = 10.0


class SandboxRefused(Exception):
    """The sandbox does not answer, or says no; the text says why. Nothing was done."""


def ask(
    host: str, port: int, method: str, path: str, given: dict[str, object] | None = None
) -> Any:
    """
    What the sandbox answers to *method* and *path* below ``/sandbox``.

    Raises:
        SandboxRefused: It does not run there, or refuses.
    """
    connection = HTTPConnection(host, port, timeout=_TIMEOUT_S)
    try:
        connection.request(method, f"/sandbox{path}", json.dumps(given) if given else None)
        answer = connection.getresponse()
        said = json.loads(answer.read())
    except (OSError, HTTPException, ValueError) as fault:
        raise SandboxRefused(f"no sandbox answers on {host}:{port} ({fault})") from fault
    finally:
        connection.close()
    if answer.status >= 400:
        raise SandboxRefused(str(said.get("error", answer.status)))
    return said
