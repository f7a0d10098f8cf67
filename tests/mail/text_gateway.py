"""A real HTTP server that takes text messages in this process, and can be told to misbehave."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

from paytone.mail.sms import HttpSms
from paytone.mail.sms_form import JSON, SmsGateway

FORM_BODY = "To=+1$to&From=+18885550100&Body=$text"


@dataclass
class TextGateway:
    """
    What the server took, and how it is to answer.

    Args:
        answers: Its status for one message after another; the last one stays.
        slow_s: How long it thinks over a message.
        hangs_up: It takes messages and is gone before it says so.
        messages: What came, form or JSON, by name.
        headers: The headers of each.
    """

    port: int = 0
    answers: list[int] = field(default_factory=lambda: [201])
    slow_s: float = 0.0
    hangs_up: bool = False
    messages: list[dict[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def carrier(
        self, body: str = FORM_BODY, headers: str = "", url: str = "http://127.0.0.1:{}/send"
    ) -> HttpSms:
        """What hands text messages in here."""
        gateway = SmsGateway.of(url.format(self.port), body, headers, "200 201 202")
        return HttpSms(gateway, patience=0.5)


@contextmanager
def open_gateway(gateway: TextGateway | None = None, port: int = 0) -> Iterator[TextGateway]:
    """A server for the ``with`` block."""
    taker = gateway or TextGateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            is_json = self.headers["Content-Type"] == JSON
            taker.messages.append(json.loads(body) if is_json else dict(parse_qsl(body)))
            taker.headers.append(dict(self.headers))
            time.sleep(taker.slow_s)
            if taker.hangs_up:
                self.close_connection = True
                self.connection.close()
                return
            status = taker.answers[0] if len(taker.answers) == 1 else taker.answers.pop(0)
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

        def finish(self) -> None:
            if not taker.hangs_up:
                super().finish()

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    taker.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield taker
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
