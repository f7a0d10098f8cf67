"""``paytone payments requests``: what dialplans asked for, its result, and who was told."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from paytone.back_office.send_callbacks import tell_due
from paytone.callback.http import HttpCourier
from paytone.phone.scripted import ScriptedPhone
from paytone.rules.pay_request import read_request
from paytone.rules.pay_result import Result, Taken
from paytone.store import payment_requests
from tests.cli.command import paytone_beside
from tests.flows.taking import AGREE, CARD, DONE, request, terms
from tests.receiver import KEY, receiving
from tests.teller import NOW, Counter


async def asked(counter: Counter, url: str, taken: Taken, **given: str) -> None:
    """A request that came to *taken*, and is told to *url*."""
    arguments = {"AMOUNT": "5", "REFERENCE": "R1", "CALLBACK": url, **given}
    wanted = read_request(arguments, terms(counter, callbacks=(url,)))
    opened = await payment_requests.begin(
        counter.store, wanted, currency="USD", call_id=(await counter.call()).id, now=NOW
    )
    await payment_requests.end(counter.store, opened, taken, now=NOW)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (200, "1 told, 0 waiting, 0 given up"),
        (500, "0 told, 1 waiting, 0 given up: the answer is 500"),
    ],
)
async def test_each_has_a_line_with_its_result_and_callbacks(
    counter: Counter, database_url: str, answer: int, told: str
) -> None:
    with receiving(answer) as receiver:
        await asked(counter, receiver.url, Taken(Result.TOO_MANY, "card-number"))
        await tell_due(counter.store, HttpCourier(KEY.encode(), lambda: NOW), now=NOW)
    ended = await paytone_beside(database_url, "payments", "requests")
    line = "2026-03-02 10:30:00  R1        5.00 USD  too-many-failed-attempts (card-number)"
    assert [f"{line}; callbacks: {told}", "1 requests"] == ended.output.splitlines()


async def test_they_are_picked_by_reference_and_time(counter: Counter, database_url: str) -> None:
    await asked(counter, "", Taken(Result.STAR))
    await asked(counter, "", Taken(Result.SUCCESS), REFERENCE="R2", AMOUNT="", STORE="reusable")
    one = await paytone_beside(database_url, "payments", "requests", "--reference", "R2")
    assert ["2026-03-02 10:30:00  R2   only to store  success", "1 requests"] == (
        one.output.splitlines()
    )
    day = (NOW + timedelta(days=1)).date().isoformat()
    none = await paytone_beside(database_url, "payments", "requests", "--since", day)
    assert ["0 requests"] == none.output.splitlines()


async def test_a_sale_is_listed_and_exported_under_its_reference(
    counter: Counter, database_url: str
) -> None:
    with ScriptedPhone(*CARD, AGREE, DONE) as phone:
        await (await request(counter)).take(counter, phone)
    listed = await paytone_beside(database_url, "payments", "list")
    assert "  sale:INV-1001       49.99 USD  settling" in listed.output
    exported = await paytone_beside(database_url, "payments", "export")
    assert ",sale:INV-1001," in exported.output
    booked = await paytone_beside(database_url, "ledger", "export")
    (posting,) = csv.DictReader(io.StringIO(booked.output))
    assert ("sales", "49.99", "sale:INV-1001") == (
        posting["credit"],
        posting["amount"],
        posting["account_number"],
    )
    assert 0 == (await paytone_beside(database_url, "ledger", "check")).exit_code
