"""Webhooks to a real address: proven, signed, retried, twice, out of order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from braintree.exceptions.invalid_signature_error import InvalidSignatureError

from paytone.sandbox.core import Sandbox
from paytone.sandbox.courier import deliver
from paytone.sandbox.webhooks import Hook, tell_check
from tests.sandbox.conftest import order
from tests.sandbox.test_bank_accounts import DAY, debit

HOUR = 3600.0


@dataclass
class Listener:
    """A merchant's server; *says* is the status it answers notifications with."""

    sdk: Any
    url: str = ""
    says: int = 200
    honest: bool = True
    heard: list[dict[str, str]] = field(default_factory=list)

    def kinds(self) -> list[str]:
        """What it was told, as the SDK parses it."""
        parse = self.sdk.webhook_notification.parse
        return [parse(each["bt_signature"], each["bt_payload"]).kind for each in self.heard]


@pytest.fixture
def listener(sdk: Any) -> Iterator[Listener]:
    here = Listener(sdk)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            [challenge] = parse_qs(urlsplit(self.path).query)["bt_challenge"]
            said = here.sdk.webhook_notification.verify(challenge) if here.honest else "yes"
            self.send_response(200)
            self.end_headers()
            self.wfile.write(said.encode())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            here.heard.append({name: value[0] for name, value in parse_qs(body).items()})
            self.send_response(here.says)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here.url = f"http://127.0.0.1:{server.server_port}/hooks"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield here
    server.shutdown()
    thread.join()
    server.server_close()


def hook(sandbox: Sandbox, listener: Listener, **changes: Any) -> None:
    sandbox.books_of().hook = Hook(listener.url, **changes)
    deliver(sandbox)


def test_an_address_that_answers_the_challenge_is_told(
    sdk: Any, sandbox: Sandbox, listener: Listener
) -> None:
    hook(sandbox, listener)
    sale = debit(sdk)

    sandbox.advance(3 * DAY)
    deliver(sandbox)

    [told] = listener.heard
    notice = sdk.webhook_notification.parse(told["bt_signature"], told["bt_payload"])
    assert ("transaction_settled", sale, "settled") == (
        notice.kind, notice.transaction.id, notice.transaction.status,
    )  # fmt: skip


def test_an_address_that_does_not_answer_it_is_told_nothing(
    sdk: Any, sandbox: Sandbox, listener: Listener
) -> None:
    listener.honest = False
    hook(sandbox, listener)

    tell_check(sandbox.books_of(), sandbox.now())
    deliver(sandbox)

    assert [] == listener.heard
    made = sandbox.books_of().hook
    assert made is not None
    assert made.proof.startswith("failed")


def test_a_return_is_told_after_the_settlement(
    sdk: Any, sandbox: Sandbox, listener: Listener
) -> None:
    hook(sandbox, listener)
    debit(sdk, "4001.00")
    debit(sdk)

    sandbox.advance(3 * DAY)
    deliver(sandbox)

    assert ["transaction_settled", "transaction_settlement_declined"] == sorted(listener.kinds())


def test_a_dispute_is_told_of(sdk: Any, sandbox: Sandbox, listener: Listener) -> None:
    hook(sandbox, listener)
    card = {"number": "4023898493988028", "expiration_date": "09/2030"}

    sale = sdk.transaction.sale(order(credit_card=card)).transaction
    deliver(sandbox)

    [told] = listener.heard
    notice = sdk.webhook_notification.parse(told["bt_signature"], told["bt_payload"])
    assert ("dispute_opened", sale.id, "open") == (
        notice.kind,
        notice.dispute.transaction.id,
        notice.dispute.status,
    )


def test_cards_are_not_told_of(sdk: Any, sandbox: Sandbox, listener: Listener) -> None:
    hook(sandbox, listener)
    sdk.transaction.sale(order())

    sandbox.advance(DAY)
    deliver(sandbox)

    assert [] == listener.heard


@pytest.mark.parametrize(("hours", "tries"), [(0.9, 1), (1, 2), (2, 3), (3, 4), (9, 4)])
def test_a_refused_notification_is_tried_hourly_for_three_hours(
    sandbox: Sandbox, listener: Listener, hours: float, tries: int
) -> None:
    listener.says = 500
    hook(sandbox, listener)
    tell_check(sandbox.books_of(), sandbox.now())
    deliver(sandbox)

    passed = 0.0
    while passed < hours:
        step = min(1.0, hours - passed)
        sandbox.advance(step * HOUR)
        deliver(sandbox)
        passed += step

    assert ["check"] * tries == listener.kinds()


def test_a_delivered_notification_is_not_sent_again(sandbox: Sandbox, listener: Listener) -> None:
    hook(sandbox, listener)
    tell_check(sandbox.books_of(), sandbox.now())

    deliver(sandbox)
    sandbox.advance(9 * HOUR)
    deliver(sandbox)

    assert ["check"] == listener.kinds()


def test_each_comes_twice_on_request(sandbox: Sandbox, listener: Listener) -> None:
    hook(sandbox, listener, copies=2)
    tell_check(sandbox.books_of(), sandbox.now())

    deliver(sandbox)

    assert 2 == len(listener.heard)
    assert listener.heard[0] == listener.heard[1]


def test_they_come_out_of_order_on_request(sdk: Any, sandbox: Sandbox, listener: Listener) -> None:
    hook(sandbox, listener, spread_s=60.0)
    sales = [debit(sdk, f"{cents}.00") for cents in range(1, 9)]
    sandbox.advance(3 * DAY)
    sandbox.advance(60)

    deliver(sandbox)

    parse = sdk.webhook_notification.parse
    told = [parse(each["bt_signature"], each["bt_payload"]) for each in listener.heard]
    assert sorted(sales) == sorted(notice.transaction.id for notice in told)
    assert sales != [notice.transaction.id for notice in told]


def test_a_changed_notification_fails_its_signature(
    sdk: Any, sandbox: Sandbox, listener: Listener
) -> None:
    hook(sandbox, listener)
    tell_check(sandbox.books_of(), sandbox.now())
    deliver(sandbox)
    [told] = listener.heard

    with pytest.raises(InvalidSignatureError):
        sdk.webhook_notification.parse(told["bt_signature"], f"AAAA{told['bt_payload']}")
