"""What customers answer to text messages: stop is heeded, over a real HTTP port."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import requests

from paytone.gateway.braintree import BraintreeGateway
from paytone.rules.bill import Account
from paytone.store import Store, contacts
from paytone.store.contacts import Source
from paytone.worker.inbound import Inbound
from paytone.worker.webhook_server import listening
from paytone.worker.webhooks import Endpoint
from tests.store import given
from tests.teller import NOW, Counter

MOBILE = "3125550142"
SECRET = "a-secret-of-some-length"
STOP_FORM = {"From": "+13125550142", "Body": "Stop"}


async def woken() -> None:
    return


@asynccontextmanager
async def open_port(counter: Counter, store: Store | None = None) -> AsyncIterator[str]:
    """Where the worker listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    gateway = counter.desk.gateway
    assert isinstance(gateway, BraintreeGateway)
    clock = counter.desk.clock
    endpoint = Endpoint(counter.store, gateway.notices, clock=clock, wake=woken)
    inbound = Inbound(store or counter.store, SECRET, clock=clock)
    async with listening(("127.0.0.1", port), endpoint, inbound) as heard:
        assert heard
        yield f"http://127.0.0.1:{port}/sms/"


async def post(url: str, body: str | dict[str, str]) -> int:
    answer = await asyncio.to_thread(requests.post, url, data=body, timeout=10)
    return answer.status_code


async def agreed(counter: Counter) -> Account:
    account = await counter.account()
    source = Source.caller(await given.call(counter.store))
    await contacts.agree_to_texts(
        counter.store, account.id, MOBILE, said="terms", source=source, now=NOW
    )
    return account


async def is_texted(counter: Counter, account: Account) -> bool:
    _, found = await contacts.of_account(counter.store, account.id)
    return found.sms_receipts


@pytest.mark.parametrize(
    "body",
    [
        STOP_FORM,
        json.dumps({"from": "13125550142", "text": "opt out"}),
        json.dumps({"msisdn": "3125550142", "message": "UNSUBSCRIBE", "id": 7}),
    ],
    ids=["form", "json", "other names"],
)
async def test_a_customer_who_answers_stop_is_texted_no_more(
    counter: Counter, body: str | dict[str, str]
) -> None:
    account = await agreed(counter)
    async with open_port(counter) as url:
        assert 204 == await post(url + SECRET, body)
        assert 204 == await post(url + SECRET, body)
    assert not await is_texted(counter, account)
    row = (await contacts.changes(counter.store, account.id))[-1]
    assert ("text messages off", "a text message") == (row["what"], row["source"])


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("another-secret-of-length", STOP_FORM, 404),
        (SECRET, {"From": "+13125550199", "Body": "STOP"}, 204),
        (SECRET, {"From": "+13125550142", "Body": "thanks"}, 204),
        (SECRET, {"Body": "STOP"}, 204),
        (SECRET, "{no json", 400),
        (SECRET, "{" + 2_000_000 * "x", 400),
    ],
    ids=["not the gateway", "another number", "another word", "no number", "no JSON", "too large"],
)
async def test_what_does_not_stop_texts(
    counter: Counter, path: str, body: str | dict[str, str], status: int
) -> None:
    account = await agreed(counter)
    async with open_port(counter) as url:
        assert status == await post(url + path, body)
    assert await is_texted(counter, account)


async def test_while_the_store_is_away_the_gateway_is_to_send_it_again(counter: Counter) -> None:
    nowhere = "postgresql://127.0.0.1:1/paytone"
    async with (
        Store.open(nowhere, patience_s=0.5) as away,
        open_port(counter, away) as url,
    ):
        assert 503 == await post(url + SECRET, STOP_FORM)
