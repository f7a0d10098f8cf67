"""The sandbox's own side, for tests: JSON views, faults, settings and reset."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from paytone.sandbox.answer import Answer
from paytone.sandbox.control.faults import Fault, NoSuchFault
from paytone.sandbox.control.life import LIFE_ROUTES
from paytone.sandbox.control.page import page, paid_with, vault_rows
from paytone.sandbox.control.request import (
    Asked,
    Given,
    Refused,
    Work,
    as_json,
    check_fields,
    read_object,
)
from paytone.sandbox.merchants import Settings
from paytone.sandbox.sales.transactions import Transaction

if TYPE_CHECKING:
    from paytone.sandbox.core import Sandbox

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def handle(sandbox: Sandbox, method: str, path: str, body: bytes) -> Answer:
    """The answer to a request below ``/sandbox``."""
    path, _, query = path.partition("?")
    work = _ROUTES.get((method, path.rstrip("/")))
    if work is None:
        return as_json({"error": "no such path"}, 404)
    named = {name: values[-1] for name, values in parse_qs(query).items()}
    try:
        return work(Asked(sandbox, named, read_object(body)))
    except (Refused, NoSuchFault) as refused:
        return as_json({"error": str(refused)}, 422)


def _status(asked: Asked) -> Answer:
    return as_json(
        {
            "transactions": {
                name: len(books.transactions) for name, books in asked.sandbox.books.items()
            },
            "faults_waiting": len(asked.sandbox.faults.waiting),
        }
    )


def _transactions(asked: Asked) -> Answer:
    order_id = asked.query.get("order_id")
    kept = asked.books().transactions.values()
    return as_json([_view(sale) for sale in kept if order_id in (None, sale.order_id)])


def _view(sale: Transaction) -> Given:
    face = sale.instrument.face
    return {
        "id": sale.id,
        "type": sale.type,
        "status": sale.status,
        "amount": str(sale.amount),
        "currency": sale.currency,
        "merchant_account": sale.account,
        "order_id": sale.order_id,
        "source": sale.source,
        "card": {"brand": face.brand, "last_4": face.last_four, "expiration": face.expiration},
        "paid_with": paid_with(sale),
        "token": sale.instrument.token,
        "customer": sale.customer.get("id"),
        "processor_response_code": sale.code,
        "gateway_rejection_reason": sale.rejection,
        "checks": asdict(sale.checks),
        "created_at": sale.created.isoformat(),
        "history": [[event.status, event.at.isoformat()] for event in sale.history],
        "refunds": sale.refunds,
        "refunded": sale.refunded,
    }


def _page(asked: Asked) -> Answer:
    headers = (("content-type", "text/html; charset=utf-8"), ("content-security-policy", _POLICY))
    return Answer(200, page(asked.sandbox), headers)


def _vault(asked: Asked) -> Answer:
    return as_json(vault_rows(asked.books()))


def _faults(asked: Asked) -> Answer:
    return as_json(asked.sandbox.faults.view())


def _inject(asked: Asked) -> Answer:
    check_fields(asked.given, Fault)
    number = asked.sandbox.faults.inject(Fault(**asked.given))  # type: ignore[arg-type]
    return as_json({"fault": number}, 201)


def _clear(asked: Asked) -> Answer:
    asked.sandbox.faults.clear()
    return as_json({})


def _settings(asked: Asked) -> Answer:
    books = asked.books()
    changes = {name: value for name, value in asked.given.items() if name != "merchant"}
    if changes:
        check_fields(changes, Settings)
        if isinstance(registered := changes.get("custom_fields"), list):
            changes["custom_fields"] = tuple(map(str, registered))
        asked.sandbox.set(replace(books.settings, **changes), books.merchant.id)  # type: ignore[arg-type]
    return as_json(asdict(books.settings))


def _reset(asked: Asked) -> Answer:
    asked.sandbox.reset()
    return as_json({})


_ROUTES: dict[tuple[str, str], Work] = {
    ("GET", "/sandbox"): _status,
    ("GET", "/sandbox/page"): _page,
    ("GET", "/sandbox/transactions"): _transactions,
    ("GET", "/sandbox/vault"): _vault,
    ("GET", "/sandbox/faults"): _faults,
    ("POST", "/sandbox/faults"): _inject,
    ("DELETE", "/sandbox/faults"): _clear,
    ("GET", "/sandbox/settings"): _settings,
    ("POST", "/sandbox/settings"): _settings,
    ("POST", "/sandbox/reset"): _reset,
    **LIFE_ROUTES,
}
