"""The mutations and queries of GraphQL, carried out on a merchant's books."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from paytone.sandbox.bank.accounts import BankAccount, checks_of, vault
from paytone.sandbox.bank.checks import METHODS, BankCheck
from paytone.sandbox.bank.tokenize import tokenized
from paytone.sandbox.bank.work import (
    bank_account,
    bank_nonce,
    confirmed,
    consume,
    verify_as_asked,
)
from paytone.sandbox.graph.executed import GraphRefused, Resolver
from paytone.sandbox.graph.view import kept_account, single_use, transaction, verification
from paytone.sandbox.invalid import TEXTS
from paytone.sandbox.request import Request
from paytone.sandbox.sales import sale
from paytone.sandbox.vault.kept import CUSTOMER_FIELDS, Customer
from paytone.sandbox.wire import Given, Params, read

Fields = dict[str, Any]

CLIENT_MUTATIONS = frozenset({"tokenizeUsBankAccount", "tokenizeUsBankLogin"})
"""What a client token may ask; the rest wants the merchant's keys."""

_KINDS = ("transaction", "customer", "paymentmethod_usb", "usbankaccountverification")
_SCOPES = {"amount": "amount", "order_id": "orderId", "merchant_account_id": "merchantAccountId"}


@dataclass(frozen=True, slots=True)
class Graph:
    """One GraphQL request's work."""

    request: Request

    def resolvers(self) -> Mapping[str, Resolver]:
        """Each mutation and query with its work."""
        return {
            "ping": lambda _: "pong",
            "node": self.node,
            "tokenizeUsBankAccount": lambda given: self.tokenize(given["usBankAccount"]),
            "tokenizeUsBankLogin": lambda given: self.tokenize(given["usBankLogin"]),
            "vaultUsBankAccount": self.vault,
            "verifyUsBankAccount": self.verify,
            "confirmMicroTransferAmounts": self.confirm,
            "chargeUsBankAccount": self.charge,
        }

    def node(self, given: Fields) -> Fields:
        """The thing with that id."""
        kind, name = _named(given["id"])
        books = self.request.books
        match kind:
            case "transaction" if name in books.transactions:
                return transaction(books.transactions[name], books)
            case "paymentmethod_usb" if account := bank_account(self.request, name):
                return kept_account(account, books)
            case "usbankaccountverification" if name in books.checks:
                return self._check(books.checks[name])
        raise _not_found("id")

    def tokenize(self, given: Fields) -> Fields:
        """A nonce for an account that was given by number, or that its bank vouched for."""
        made = tokenized(self.request, given)
        return {"paymentMethod": single_use(made.nonce, made.face, self.request.now)}

    def vault(self, given: Fields) -> Fields:
        """An account kept in the vault, verified where that is asked."""
        nonce = bank_nonce(self.request, given["paymentMethodId"])
        if nonce is None:
            raise _invalid("93108", "paymentMethodId")
        self._check_account(given.get("verificationMerchantAccountId"))
        kept = vault(self.request, nonce.face, self._customer(given.get("customerId")), None)
        consume(self.request, nonce.nonce)
        usual = "tokenized_check" if nonce.plaid else None
        if self.request.books.settings.trusts_bank_accounts:
            usual = usual or "independent_check"
        self._verify(kept, given, "verificationMerchantAccountId", usual)
        checks = checks_of(kept.token, self.request.books)
        return {
            "paymentMethod": kept_account(kept, self.request.books),
            "verification": self._check(checks[0]) if checks else None,
        }

    def verify(self, given: Fields) -> Fields:
        """One more verification of an account in the vault."""
        kept = self._account(given["paymentMethodId"])
        self._check_account(given.get("merchantAccountId"))
        self._verify(kept, given, "merchantAccountId", None)
        return {"verification": self._check(checks_of(kept.token, self.request.books)[0])}

    def confirm(self, given: Fields) -> Fields:
        """The amounts of the two small credits."""
        _, name = _named(given["verificationId"])
        check = self.request.books.checks.get(name)
        if check is None:
            raise _not_found("verificationId")
        code, check = confirmed(self.request, check, given["amountsInCents"])
        if code is not None:
            raise _invalid(code, "amountsInCents")
        return {"status": check.status.upper(), "verification": self._check(check)}

    def charge(self, given: Fields) -> Fields:
        """A sale by bank account."""
        asked = replace(self.request, body={"transaction": self._sale(given)})
        answer = sale.create(asked)
        root = read(answer.body)
        if "transaction" not in root:
            root = _part(root, "api_error_response")
        if not root.get("transaction"):
            raise GraphRefused("VALIDATION", *_faults(_part(root, "errors")))
        name = str(_part(root, "transaction")["id"])
        books = self.request.books
        return {"transaction": transaction(books.transactions[name], books)}

    def _sale(self, given: Fields) -> Params:
        wanted, options = given["transaction"], given.get("options") or {}
        ach = {"ach_type": str(options.get("achType") or "STANDARD").lower()}
        mandate = {
            "ach_mandate_text": options.get("achMandate"),
            "ach_mandate_accepted_at": options.get("achMandateAcceptedAt"),
        }
        fields = {each["name"]: each["value"] for each in wanted.get("customFields") or ()}
        return {
            "type": "sale",
            "amount": str(wanted["amount"]),
            "merchant_account_id": wanted.get("merchantAccountId"),
            "order_id": wanted.get("orderId"),
            "purchase_order_number": wanted.get("purchaseOrderNumber"),
            "channel": wanted.get("channel"),
            **self._means(given["paymentMethodId"]),
            **({"custom_fields": fields} if fields else {}),
            **({"descriptor": wanted["descriptor"]} if wanted.get("descriptor") else {}),
            **({"us_bank_account": mandate} if any(mandate.values()) else {}),
            "options": {
                "submit_for_settlement": True,
                "us_bank_account": {**ach, "sec_code": options.get("standardEntryClassCode")},
            },
        }

    def _means(self, name: str) -> Params:
        if bank_nonce(self.request, name):
            return {"payment_method_nonce": name}
        return {"payment_method_token": self._account(name).token}

    def _account(self, name: str) -> BankAccount:
        kind, token = _named(name)
        account = bank_account(self.request, token if kind else name)
        if account is None:
            raise _not_found("paymentMethodId")
        return account

    def _customer(self, name: str | None) -> str:
        books = self.request.books
        if name is None:
            now, fields = self.request.now, dict.fromkeys(CUSTOMER_FIELDS)
            made = Customer(books.new_customer_id(), fields, {}, now, now)
            books.customers[made.id] = made
            return made.id
        kind, customer_id = _named(name)
        customer_id = customer_id if kind else name
        if customer_id not in books.customers:
            raise _not_found("customerId")
        return customer_id

    def _check_account(self, account: str | None) -> None:
        if self.request.books.merchant.account(account) is None:
            raise _invalid("91728", "merchantAccountId")

    def _verify(self, kept: BankAccount, given: Fields, account: str, usual: str | None) -> None:
        method = str(given.get("verificationMethod") or "").lower()
        if method and method not in METHODS:
            raise _invalid("93121", "verificationMethod")
        add_ons = given.get("verificationAddOns") or ()
        options: Params = {
            "us_bank_account_verification_method": method,
            "verification_merchant_account_id": given.get(account),
            "verification_add_ons": str(add_ons[0]).lower() if add_ons else None,
        }
        verify_as_asked(self.request, kept.token, options, usual)

    def _check(self, check: BankCheck) -> Fields:
        account = bank_account(self.request, check.token)
        method = kept_account(account, self.request.books) if account else None
        return {**verification(check), "paymentMethod": method}


def _named(name: str) -> tuple[str, str]:
    """Kind and name in a global id; an empty kind for what is none."""
    try:
        plain = b64decode(name + "=" * (-len(name) % 4), validate=True).decode()
    except (Error, ValueError):
        return "", name
    for kind in _KINDS:
        if plain.startswith(f"{kind}_"):
            return kind, plain.removeprefix(f"{kind}_")
    return "", name


def _part(given: Params, name: str) -> Params:
    found = given.get(name)
    return found if isinstance(found, dict) else {}


def _faults(given: Given) -> list[tuple[str | None, str, tuple[str, ...]]]:
    """Code, text and path of every error in the XML API's document."""
    if isinstance(given, list):
        return [fault for each in given for fault in _faults(each)]
    if not isinstance(given, dict):
        return []
    if "code" in given:
        name = str(given.get("attribute"))
        path = ("input", "transaction", _SCOPES[name]) if name in _SCOPES else ("input",)
        return [(str(given["code"]), str(given.get("message")), path)]
    return [fault for each in given.values() for fault in _faults(each)]


def _invalid(code: str, name: str) -> GraphRefused:
    return GraphRefused("VALIDATION", (code, TEXTS[code], ("input", name)))


def _not_found(name: str) -> GraphRefused:
    text = "An object with this ID was not found."
    return GraphRefused("NOT_FOUND", (None, text, ("input", name)))
