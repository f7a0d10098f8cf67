"""A sale as asked for: every field read and checked before anything is judged."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from paytone.sandbox.invalid import Invalid
from paytone.sandbox.merchants import MerchantAccount
from paytone.sandbox.params import flag, part, read_amount, text
from paytone.sandbox.request import Request
from paytone.sandbox.sales.card_options import read_account_type, read_installments
from paytone.sandbox.sales.descriptors import read_descriptor
from paytone.sandbox.sales.external_vault import check_external_vault
from paytone.sandbox.sales.industry import check_industry
from paytone.sandbox.sales.levels import check_terms, read_levels
from paytone.sandbox.sales.line_items import Item, read_line_items
from paytone.sandbox.sales.outcomes import Checks, checks_of
from paytone.sandbox.sales.parties import read_billing, read_customer, read_shipping
from paytone.sandbox.sales.paying import Means, means_of
from paytone.sandbox.sales.secured import check_secured
from paytone.sandbox.sales.transactions import CustomerFace
from paytone.sandbox.vault.addresses import EMPTY, Address
from paytone.sandbox.wire import Params, Value

SOURCES = frozenset(
    {
        "moto", "recurring", "recurring_first", "merchant", "unscheduled",
        "installment", "installment_first",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Draft:
    """
    A valid sale or credit.

    Args:
        means: What pays for it.
        rejection: The gateway's reason to refuse it, if that is known already.
        extra: Elements that the transaction shows beside the usual ones.
        vault: Asks to keep the card; *vault_billing* and *vault_shipping* its addresses.
    """

    type: str
    amount: Decimal
    account: MerchantAccount
    order_id: str | None
    means: Means
    customer: CustomerFace
    billing: Address
    shipping: Address
    checks: Checks
    source: str | None
    custom_fields: dict[str, str]
    details: dict[str, str | None]
    items: tuple[Item, ...]
    extra: dict[str, Value]
    rejection: str | None
    submit: bool
    partial: bool
    vault: bool
    vault_billing: bool
    vault_shipping: bool


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read before everything was found to be valid."""

    billing: Address
    shipping: Address
    customer: CustomerFace
    custom_fields: dict[str, str]
    details: dict[str, str | None]
    items: tuple[Item, ...]
    extra: dict[str, Value]


def read_draft(request: Request, invalid: Invalid) -> Draft | None:
    """What *request* asks for; None after telling *invalid* what is wrong with it."""
    params = request.params("transaction")
    kind = _type(params, invalid)
    amount = read_amount(params, invalid, zero="refused")
    account = _account(request, params, amount, invalid)
    means = means_of(request, params, account, invalid)
    read = _Read(
        billing=read_billing(request, params, invalid),
        shipping=read_shipping(request, params, invalid),
        customer=read_customer(request, params, means, invalid),
        custom_fields=_custom_fields(request, params, invalid),
        details=read_levels(params, invalid) | read_descriptor(params, invalid),
        items=read_line_items(params, invalid),
        extra=_extra(params, account, means, invalid),
    )
    _check(request, params, invalid)
    rejection = None
    if account is not None and means is not None:
        rejection = check_secured(request, params, account, means, invalid)
    if invalid or amount is None or account is None or means is None:
        return None
    return _draft(
        params, read, kind=kind, amount=amount, account=account, means=means,
        rejection=means.rejection or rejection,
    )  # fmt: skip


def _draft(
    params: Params, read: _Read, *, kind: str, amount: Decimal, account: MerchantAccount,
    means: Means, rejection: str | None,
) -> Draft:  # fmt: skip
    options, instrument = part(params, "options"), means.instrument
    skip_cvv, skip_avs = flag(options, "skip_cvv"), flag(options, "skip_avs")
    billing = read.billing
    if billing == EMPTY:
        billing = instrument.default_billing or EMPTY
    recurring = "recurring" if flag(params, "recurring") else None
    return Draft(
        type=kind,
        amount=amount,
        account=account,
        order_id=text(params, "order_id"),
        means=means,
        customer=read.customer,
        billing=billing,
        shipping=read.shipping,
        checks=checks_of(instrument.cvv, billing, skip_cvv=skip_cvv, skip_avs=skip_avs),
        source=text(params, "transaction_source") or recurring,
        custom_fields=read.custom_fields,
        details=read.details,
        items=read.items,
        extra=read.extra,
        rejection=rejection,
        submit=flag(options, "submit_for_settlement"),
        partial=flag(params, "accept_partial_authorization"),
        vault=flag(options, "store_in_vault") or flag(options, "store_in_vault_on_success"),
        vault_billing=flag(options, "add_billing_address_to_payment_method"),
        vault_shipping=flag(options, "store_shipping_address_in_vault"),
    )


def _type(params: Params, invalid: Invalid) -> str:
    kind = text(params, "type")
    if kind is None:
        invalid.add("type", "91524")
    elif kind not in {"sale", "credit"}:
        invalid.add("type", "91523")
    return kind or ""


def _account(
    request: Request, params: Params, amount: Decimal | None, invalid: Invalid
) -> MerchantAccount | None:
    account = request.books.merchant.account(text(params, "merchant_account_id"))
    if account is None:
        invalid.add("merchant_account_id", "91513")
    elif "suspended" in account.features:
        invalid.add("merchant_account_id", "91514")
    elif "tax-required" in account.features and text(params, "tax_amount") is None:
        invalid.add("tax_amount", "815224")
    elif "one-least" in account.features and amount is not None and amount < 1:
        invalid.add("amount", "815193")
    return account


def _extra(
    params: Params, account: MerchantAccount | None, means: Means | None, invalid: Invalid
) -> dict[str, Value]:
    extra: dict[str, Value] = {}
    if account is not None and means is not None:
        if means.instrument.face.brand == "Elo" and "elo" not in account.features:
            invalid.at("credit_card").add("number", "81703")
        extra |= read_account_type(params, account, means.instrument, invalid)
        extra |= read_installments(params, account)
    if flag(params, "foreign_retailer"):
        extra["foreign_retailer"] = True
    return extra


def _check(request: Request, params: Params, invalid: Invalid) -> None:
    check_terms(params, invalid)
    check_industry(params, invalid)
    check_external_vault(params, invalid)
    source = text(params, "transaction_source")
    if source is not None and source not in SOURCES:
        invalid.add("transaction_source", "915133")
    if source != "moto":
        return
    match request.books.settings.moto:
        case "refused-by-account":
            invalid.add("merchant_account_id", "91558")
        case "refused-by-processor":
            invalid.add("transaction_source", "915195")


def _custom_fields(request: Request, params: Params, invalid: Invalid) -> dict[str, str]:
    given = part(params, "custom_fields")
    fields = {name: text(given, name) or "" for name in given}
    unknown = fields.keys() - set(request.books.settings.custom_fields)
    if unknown:
        listed = ", ".join(sorted(unknown))
        invalid.add("custom_fields", "91526", f"Custom field is invalid: {listed}.")
    if any(len(value) > 255 for value in fields.values()):
        invalid.add("custom_fields", "81527")
    return fields
