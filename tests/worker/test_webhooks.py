"""Notifications from Braintree: signed, forged, repeated, out of order, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from paytone.back_office.settlement import poll
from paytone.gateway.braintree_notices import BraintreeNotices
from paytone.rules.payment import State
from paytone.sandbox.courier import deliver
from paytone.sandbox.sales.life import settle
from paytone.sandbox.strategy import gateway_for
from paytone.sandbox.webhooks import Hook, tell
from paytone.store import Store
from paytone.worker.webhooks import PATH, Endpoint, application
from tests.back_office.test_settlement import comes_back, paid
from tests.served import served
from tests.teller import NOW, Counter

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def sdk(counter: Counter) -> Any:
    return gateway_for(counter.sandbox)


@pytest.fixture
def woken() -> list[str]:
    return []


@pytest.fixture
def url(counter: Counter, database_url: str, sdk: Any, woken: list[str]) -> Iterator[str]:
    """The endpoint's address; it has a store of its own, since it runs in another loop."""
    with served(Late(database_url, sdk, woken)) as where:
        yield where + PATH


class Late:
    """The endpoint, made in the loop that it is used in."""

    def __init__(self, database_url: str, sdk: Any, woken: list[str]) -> None:
        self._database_url = database_url
        self._sdk = sdk
        self._woken = woken

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async with Store.open(self._database_url, at_most=1) as store:
            endpoint = Endpoint(
                store,
                BraintreeNotices(self._sdk),
                clock=lambda: NOW + DAY,
                wake=self._wake,
            )
            await application(endpoint)(scope, receive, send)

    async def _wake(self) -> None:
        self._woken.append("woken")


def told(counter: Counter, kind: str, name: str, **content: Any) -> None:
    """Let Braintree tell of *kind* about a transaction."""
    books = counter.sandbox.books_of()
    subject = content or {"transaction": {"id": name, "status": "whatever", "amount": "1.00"}}
    tell(books, kind, name, subject, counter.sandbox.now())


def sample(sdk: Any, kind: str, name: str) -> dict[str, str]:
    """A notification as Braintree sends it."""
    made = sdk.webhook_testing.sample_notification(kind, name)
    payload = made["bt_payload"]
    return {**made, "bt_payload": payload.decode() if isinstance(payload, bytes) else payload}


def post(url: str, form: dict[str, str]) -> int:
    """The status that a notification is answered with."""
    return requests.post(url, form, timeout=20).status_code


def get(url: str) -> int:
    """The status that a challenge is answered with."""
    return requests.get(url, timeout=20).status_code


def states(counter: Counter) -> list[str]:
    return [notice.state for notice in counter.sandbox.books_of().notices.values()]


def hook(counter: Counter, url: str, **options: Any) -> None:
    """Tell Braintree our address; it asks for a proof."""
    counter.sandbox.books_of().hook = Hook(url, **options)
    deliver(counter.sandbox)


async def state_now(counter: Counter, wait: timedelta = DAY) -> State:
    """The one payment's state after a poll."""
    await poll(counter.store, counter.desk.gateway, now=NOW + wait)
    row = await counter.store.one("SELECT state FROM payments")
    assert row is not None
    return State(row["state"])


async def test_the_challenge_is_answered(counter: Counter, url: str) -> None:
    hook(counter, url)
    held = counter.sandbox.books_of().hook
    assert held is not None
    assert "passed" == held.proof
    assert 400 == get(f"{url}?bt_challenge=../../etc")
    assert 400 == get(url)


async def test_a_settled_payment_that_the_bank_takes_back_is_looked_at_when_told(
    counter: Counter, url: str, woken: list[str]
) -> None:
    _, name = await paid(counter)
    settle(counter.sandbox.books_of(), name, datetime.now(UTC))
    assert State.SETTLED is await state_now(counter)
    hook(counter, url)
    comes_back(counter, name)
    assert State.SETTLED is await state_now(counter)
    told(counter, "transaction_settlement_declined", name)
    deliver(counter.sandbox)
    assert ["delivered"] == states(counter)
    assert ["woken"] == woken
    assert State.RETURNED is await state_now(counter)


def test_a_lost_dispute_names_its_transaction(sdk: Any) -> None:
    form = sample(sdk, "dispute_lost", "d1")
    told_of = BraintreeNotices(sdk).read(form["bt_signature"], form["bt_payload"])
    assert ("dispute_lost", "d1") == (told_of.kind, told_of.transaction)


async def test_repeated_and_out_of_order_they_move_nothing_wrong(
    counter: Counter, url: str
) -> None:
    account, name = await paid(counter)
    hook(counter, url, copies=2, spread_s=0.0)
    comes_back(counter, name)
    for kind in ("transaction_settlement_declined", "transaction_settled", "transaction_settled"):
        told(counter, kind, name)
        deliver(counter.sandbox)
        assert State.RETURNED is await state_now(counter)
    assert 6 == states(counter).count("delivered")
    assert 11240 == await counter.owes_cents(account)


async def test_a_notification_is_not_believed(counter: Counter, url: str) -> None:
    """That it settled is for Braintree to say when asked."""
    _, name = await paid(counter)
    hook(counter, url)
    told(counter, "transaction_settled", name)
    deliver(counter.sandbox)
    assert State.SETTLING is await state_now(counter)


@pytest.mark.parametrize("forged", ["signature", "payload", "key", "nothing", "rubbish", "huge"])
async def test_a_forged_one_is_turned_away_and_nothing_is_asked(
    counter: Counter, url: str, sdk: Any, woken: list[str], forged: str
) -> None:
    _, name = await paid(counter)
    form = sample(sdk, "transaction_settled", name)
    public, _, mac = form["bt_signature"].partition("|")
    changed = {
        "signature": {"bt_signature": f"{public}|{mac[::-1]}"},
        "payload": {"bt_payload": form["bt_payload"].replace("A", "B", 1)},
        "key": {"bt_signature": f"another_key|{mac}"},
        "nothing": {"bt_signature": "", "bt_payload": ""},
        "rubbish": {"bt_signature": "a|b|c&|", "bt_payload": "ü\r\n<"},
        "huge": {"bt_payload": "A" * 2_000_000},
    }[forged]
    assert 400 == post(url, form | changed)
    assert [] == woken
    assert [] == await counter.store.all("SELECT FROM payment_asks")
    assert 204 == post(url, form)
    assert ["woken"] == woken


async def test_of_a_transaction_that_is_not_ours_nothing_is_kept(
    counter: Counter, url: str, sdk: Any, woken: list[str]
) -> None:
    for kind in ("transaction_settled", "check", "subscription_canceled"):
        form = sample(sdk, kind, "nosuch")
        assert 204 == post(url, form)
    assert [] == woken
    assert [] == await counter.store.all("SELECT FROM payment_asks")


async def test_while_the_database_is_away_it_is_to_be_sent_again(sdk: Any) -> None:
    nowhere = "postgresql://nobody@127.0.0.1:9/none?connect_timeout=1"
    form = sample(sdk, "transaction_settled", "any")
    with served(Late(nowhere, sdk, [])) as where:
        assert 503 == post(where + PATH, form)
