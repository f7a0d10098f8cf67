"""What the sandbox holds, as a page to look at and as JSON; last four digits only."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from itertools import islice
from typing import TYPE_CHECKING

from paytone.sandbox.bank.accounts import BankAccount, is_verified
from paytone.sandbox.books import Books
from paytone.sandbox.sales.transactions import Transaction

if TYPE_CHECKING:
    from paytone.sandbox.core import Sandbox

Row = dict[str, object]

_MOST = 200
_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem; color: #222; }
table { border-collapse: collapse; margin-bottom: 2rem; }
th, td { border-bottom: 1px solid #ddd; padding: .2rem .8rem .2rem 0; text-align: left; }
h2 { margin: 2rem 0 .3rem; font-size: 1.1rem; }
"""


def transaction_row(sale: Transaction) -> Row:
    """One transaction in short."""
    return {
        "id": sale.id,
        "created": f"{sale.created:%Y-%m-%d %H:%M:%S}",
        "type": sale.type,
        "amount": f"{sale.amount} {sale.currency}",
        "status": sale.status,
        "code": sale.code or sale.rejection,
        "order id": sale.order_id,
        "paid with": paid_with(sale),
    }


def vault_rows(books: Books) -> list[Row]:
    """The cards and other methods in a merchant's vault, newest first."""
    cards = [
        {
            "token": card.token,
            "customer": card.customer_id,
            "kind": card.face.brand,
            "last four": card.face.last_four,
            "expires": card.face.expiration,
            "default": card.default,
        }
        for card in reversed(books.cards.values())
    ]
    others: list[Row] = [
        {
            "token": method.token,
            "customer": method.customer_id,
            "kind": method.kind,
            "last four": method.face.last_four if isinstance(method, BankAccount) else None,
            "verified": is_verified(method.token, books),
            "default": method.default,
        }
        for method in reversed(books.methods.values())
    ]
    return [*cards, *others]


def page(sandbox: Sandbox) -> bytes:
    """An HTML page with the newest of everything, by merchant."""
    parts = [f"<p>The time here is {sandbox.now():%Y-%m-%d %H:%M:%S} UTC.</p>"]
    for name, books in sandbox.books.items():
        sales = islice(reversed(books.transactions.values()), _MOST)
        parts.append(_table(f"{name}: transactions", map(transaction_row, sales)))
        parts.append(_table(f"{name}: vault", vault_rows(books)[:_MOST]))
        parts.append(_table(f"{name}: webhooks", _notices(books)))
    faults = sandbox.faults
    parts.append(_table("faults that wait", map(dict, _list(faults.view()["waiting"]))))
    parts.append(_table("faults that struck", (each.view() for each in reversed(faults.struck))))
    body = "".join(parts)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Paytone sandbox</title>'
        f"<style>{_STYLE}</style><h1>A local Braintree</h1>{body}</html>"
    ).encode()


def paid_with(sale: Transaction) -> str:
    """The card, wallet or account in words, with its last four digits."""
    other = sale.instrument.other
    if other is not None:
        return f"{other.type} {other.details.get('last_4') or ''}".strip()
    return f"{sale.instrument.face.brand} {sale.instrument.face.last_four}"


def _notices(books: Books) -> list[Row]:
    return [
        {"made": f"{each.made:%Y-%m-%d %H:%M:%S}", "kind": each.kind, "of": each.subject,
         "state": each.state, "answers": ", ".join(each.answers)}
        for each in reversed(books.notices.values())
    ]  # fmt: skip


def _list(given: object) -> list[Row]:
    return given if isinstance(given, list) else []


def _table(title: str, rows: Iterable[Row]) -> str:
    held = list(rows)
    if not held:
        return ""
    names = list(dict.fromkeys(name for row in held for name in row))
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    body = "".join(
        "<tr>" + "".join(f"<td>{_cell(row.get(name))}</td>" for name in names) + "</tr>"
        for row in held
    )
    return f"<h2>{escape(title)}</h2><table><tr>{head}</tr>{body}</table>"


def _cell(value: object) -> str:
    return "" if value is None else escape(str(value))
