"""What some processors let a card do: be debited or credited by choice, pay in installments."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal

from paytone.sandbox.invalid import Invalid
from paytone.sandbox.merchants import MerchantAccount
from paytone.sandbox.params import flag, part, text
from paytone.sandbox.sales.transactions import Instrument, Transaction
from paytone.sandbox.wire import Items, Params, Value

_CHOOSING = frozenset({"Hiper", "Hipercard", "Elo", "Visa", "MasterCard"})
_CENT = Decimal("0.01")


def read_account_type(
    params: Params, account: MerchantAccount, instrument: Instrument, invalid: Invalid
) -> dict[str, Value]:
    """The account type that *params* choose, to be shown with the card; faults go to *invalid*."""
    options = part(params, "options")
    kind = text(part(options, "credit_card"), "account_type")
    if kind is None:
        return {}
    scope = invalid.at("options").at("credit_card")
    able = "account-types" in account.features and instrument.face.brand in _CHOOSING
    if kind not in {"credit", "debit"}:
        scope.add("account_type", "915184")
    elif not able:
        scope.add("account_type", "915185")
    elif kind == "debit" and not flag(options, "submit_for_settlement"):
        scope.add("account_type", "915186")
    return {"account_type": kind}


def read_installments(params: Params, account: MerchantAccount) -> dict[str, Value]:
    """In how many parts the caller pays, where the account knows of that."""
    count = text(part(params, "installments"), "count")
    if count is None or not count.isdecimal() or "installments" not in account.features:
        return {}
    return {"installment_count": int(count)}


def with_installments(sale: Transaction) -> dict[str, Value]:
    """The parts of *sale* once it is submitted; nothing where it is paid at once."""
    count = sale.extra.get("installment_count")
    if not isinstance(count, int) or not count or sale.status == "authorized":
        return {}
    parts = tuple(
        {"id": f"{sale.id}_INST_{place}", "amount": amount, "adjustments": Items("adjustment")}
        for place, amount in enumerate(_parts(sale.amount, count), 1)
    )
    return {"installments": Items("installment", parts)}


def refunded_installments(sale: Transaction, amount: Decimal) -> dict[str, Value]:
    """How a refund of *amount* is spread over the parts of *sale*."""
    count = sale.extra.get("installment_count")
    if not isinstance(count, int) or "installments" not in sale.extra:
        return {}
    parts = tuple(
        {"id": f"{sale.id}_INST_{place}", "adjustments": Items("adjustment", (_back(each),))}
        for place, each in enumerate(_parts(amount, count), 1)
    )
    return {"refunded_installments": Items("refunded_installment", parts)}


def _back(amount: Decimal) -> dict[str, Value]:
    return {"amount": -amount, "kind": "REFUND"}


def _parts(amount: Decimal, count: int) -> list[Decimal]:
    """*amount* in *count* parts, the odd cents in the first."""
    each = (amount / count).quantize(_CENT, ROUND_DOWN)
    return [amount - each * (count - 1), *[each] * (count - 1)]
