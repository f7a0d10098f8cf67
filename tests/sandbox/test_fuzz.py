"""Nonsense on the port: it stands, answers as it should, and tells nothing of its inside."""

from __future__ import annotations

import random
import socket
from base64 import b64encode
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.sandbox.conftest import order
from tests.sandbox.test_server import Running, process, running

__all__ = ["process", "running"]

BASIC = "Basic " + b64encode(b"paytone_public_key:paytone_private_key").decode()
SALES = "/merchants/paytone_merchant_id/transactions"
VERBS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "BREW")
PATHS = (
    SALES, f"{SALES}/advanced_search", f"{SALES}/../..//void", "/graphql", "/", "//", "/%00/%ff",
    "/merchants", "/merchants/paytone_merchant_id", "/merchants/nobody/transactions", "/sandbox",
    "/sandbox/faults", "/sandbox/settle", "/sandbox/advance", "/sandbox/webhooks", "/sandbox/page",
    "/merchants/paytone_merchant_id/customers/x/addresses/y/z", "/" + "a" * 4000,
    "/merchants/paytone_merchant_id/payment_methods/any/%2e%2e",
    "/merchants/paytone_merchant_id/us_bank_account_verifications/a/confirm_micro_transfer_amounts",
    "/merchants/paytone_merchant_id/client_token", f"{SALES}?a=b&&&=;%",
)  # fmt: skip
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    + "]><transaction><amount>&a9;</amount></transaction>"
)
OUTSIDE = (
    '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    "<transaction><order_id>&x;</order_id></transaction>"
)
BODIES = (
    b"", b"<", b"\x00\xff\xfe", b"{", b"[" * 50_000, b"{" * 50_000, b'{"query": 7}', b"null",
    b'{"query": "{ping}", "variables": [1]}', b'{"query": "mutation M($input: X!) { a }"}',
    b'{"query": "{' + b"a{" * 5000 + b'"}', b'{"transaction": {}, "seconds": "soon", "url": 1}',
    b'{"seconds": 1e400}', b'{"seconds": NaN}', b'{"url": "http://[", "copies": 99}',
    b"<a>" * 3000 + b"</a>" * 3000, BOMB.encode(), OUTSIDE.encode(),
    b"<transaction><amount type='integer'>x</amount></transaction>",
    b"<transaction><amount type='array'><item/></amount><type/></transaction>",
    b"<transaction><credit_card>text</credit_card><options type='array'/></transaction>",
    b"<transaction><custom_fields type='array'><item>1</item></custom_fields></transaction>",
    b"<search><ids>7</ids><amount><min>NaN</min></amount></search>",
    b"<search><created_at><min type='datetime'>never</min></created_at></search>",
    "<transaction><amount>\uff11\uff12</amount><type>sale</type></transaction>".encode("utf-16"),
    b"<us_bank_account_verification>7</us_bank_account_verification>", b"x" * 1_200_000,
)  # fmt: skip
LEAKS = (b"Traceback", b'File "', b"KeyError", b"TypeError", b"ValueError", b"/agi/", b"root:x:")


@pytest.fixture
def line(running: Running) -> Iterator[HTTPConnection]:
    place = urlsplit(running.url)
    connection = HTTPConnection(place.hostname or "", place.port, timeout=10)
    yield connection
    connection.close()


def stands(running: Running) -> bool:
    """Whether it still sells."""
    return bool(running.sdk().transaction.sale(order()).is_success)


def ask(line: HTTPConnection, verb: str, path: str, body: bytes, kind: str) -> tuple[int, bytes]:
    """The answer; 0 where the server hung up on nonsense."""
    try:
        line.request(verb, path, body, {"authorization": BASIC, "content-type": kind})
        answer = line.getresponse()
        return answer.status, answer.read()
    except (HTTPException, OSError):
        line.close()
        return 0, b""


def test_every_kind_of_nonsense_on_every_path(running: Running, line: HTTPConnection) -> None:
    """No answer is a server error, and none tells where in the code it was made."""
    dice = random.Random(5)
    bad = []
    for body in BODIES:
        for path in dice.sample(PATHS, 6):
            verb = dice.choice(VERBS)
            status, said = ask(line, verb, path, body, dice.choice(("application/xml", "a/b", "")))
            if status >= 500 or any(leak in said for leak in LEAKS):
                bad.append((verb, path, body[:60], status, said[:200]))

    assert [] == bad
    running.http.delete(f"{running.url}/sandbox/faults")
    assert stands(running)


@pytest.mark.parametrize("path", [SALES, "/graphql", "/sandbox/faults", "/sandbox/return"])
def test_changed_requests_of_good_sense(running: Running, line: HTTPConnection, path: str) -> None:
    """A good request with a few bytes cut out, doubled or replaced."""
    dice = random.Random(path)
    good = {
        SALES: b"<transaction><type>sale</type><amount>1.00</amount><credit_card><number>"
        b"4111111111111111</number><expiration_date>05/2030</expiration_date></credit_card>"
        b"<options><submit_for_settlement type='boolean'>true</submit_for_settlement></options>"
        b"</transaction>",
        "/graphql": b'{"query": "mutation M($input: VaultUsBankAccountInput!) { '
        b'vaultUsBankAccount(input: $input) { verification { status } } }", '
        b'"variables": {"input": {"paymentMethodId": "fake-us-bank-account-nonce"}}}',
    }.get(path, b'{"kind": "sale", "act": "status", "transaction": "x", "code": "R01"}')
    bad = []
    for _ in range(60):
        body = _changed(good, dice)
        status, said = ask(line, "POST", path, body, "application/xml")
        if status >= 500 or any(leak in said for leak in LEAKS):
            bad.append((body, status, said[:200]))
        if path == "/sandbox/faults":
            running.http.delete(f"{running.url}/sandbox/faults")

    assert [] == bad
    assert stands(running)


def test_what_is_no_http(running: Running) -> None:
    place = urlsplit(running.url)
    dice = random.Random(9)
    openings = [
        dice.randbytes(300), b"\r\n" * 500, b"GET / HTTP/9.9\r\n\r\n", b"\x16\x03\x01" + bytes(200),
        b"POST / HTTP/1.1\r\ncontent-length: -5\r\n\r\n", b"GET " + b"a" * 100_000,
        b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 900\r\n\r\nshort",
    ]  # fmt: skip
    for opening in openings:
        with socket.create_connection((place.hostname or "", place.port or 0), 5) as raw:
            raw.sendall(opening)
            raw.shutdown(socket.SHUT_WR)

    assert stands(running)


def test_nothing_of_it_is_in_the_log_as_a_traceback(running: Running) -> None:
    """Runs last: a defect of the sandbox would have left one."""
    assert "Traceback" not in Path(running.log).read_text(errors="replace")


def _changed(good: bytes, dice: random.Random) -> bytes:
    made = bytearray(good)
    for _ in range(dice.randint(1, 4)):
        at, length = dice.randrange(len(made)), dice.randint(1, 12)
        piece = bytes(made[at : at + length])
        made[at : at + length] = dice.choice((b"", piece * 2, dice.randbytes(length), b"<", b"}"))
        made = made or bytearray(b"<")
    return bytes(made)
