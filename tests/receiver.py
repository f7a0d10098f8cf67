"""A real HTTP server that is told of payments in this process, and can refuse to be."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "a key of the callbacks' own, long enough"


@dataclass
class Told:
    """One POST: what was said, and whether its signature holds."""

    path: str
    body: dict[str, Any]
    event: str
    is_ours: bool


@dataclass
class Receiver:
    """
    What was told.

    Args:
        answers: Its status for one event after another; the last one stays.
    """

    url: str = ""
    answers: list[int] = field(default_factory=lambda: [204])
    told: list[Told] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)

    def of(self, reference: str) -> list[dict[str, Any]]:
        """What was told under *reference*, oldest first."""
        bodies = (each.body for each in self.told if each.body["reference"] == reference)
        return sorted(bodies, key=lambda body: int(body["id"]))


def proven(header: str, body: bytes) -> bool:
    """As docs/take-payment.md has it, but for the clock."""
    fields = dict(each.split("=", 1) for each in header.split(","))
    proof = hmac.new(KEY.encode(), fields["t"].encode() + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(proof, fields["v1"])


@contextmanager
def receiving(*answers: int) -> Iterator[Receiver]:
    """A receiver for the ``with`` block."""
    receiver = Receiver(answers=list(answers) or [204])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            ours = proven(self.headers["Paytone-Signature"], body)
            event = self.headers["Paytone-Event"]
            receiver.raw.append(body)
            receiver.told.append(Told(self.path, json.loads(body), event, ours))
            several = len(receiver.answers) > 1
            self.send_response(receiver.answers.pop(0) if several else receiver.answers[0])
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}/paytone"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
