"""Braintree's own SDK as the card gateway; charging and finding."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import TypeVar
from urllib.parse import urlsplit

import braintree
from braintree.exceptions.braintree_error import BraintreeError

from paytone.gateway import (
    BankToKeep,
    CardToKeep,
    Forgetting,
    Found,
    Gateway,
    GatewayRefused,
    Keeping,
    NotFound,
    Outcome,
    Standing,
    Stands,
    Undoing,
    Unknown,
    Unreached,
    Vaulted,
)
from paytone.gateway.braintree_after import AfterSale
from paytone.gateway.braintree_bank import Banks
from paytone.gateway.braintree_fault import asked
from paytone.gateway.braintree_notices import BraintreeNotices
from paytone.gateway.braintree_reply import (
    TAKEN,
    approved,
    declined,
    outcome_of,
    validation_codes,
)
from paytone.gateway.braintree_vault import Vault
from paytone.rules.card import Card
from paytone.rules.method import Kind
from paytone.rules.money import Money
from paytone.rules.payment import Occasion

log = logging.getLogger(__name__)

CONNECT_SECONDS = 5.0
AT_ONCE = 64
"""Charges that one process has under way; a further one waits."""

REFUSED_EXTRAS = {
    "transaction_source": {"91558", "915195"},
    "api_request_key": {"915231"},
}
"""Fields that a merchant may not be set up for, and the codes that say so (transaction errors)."""

THIS_CARD_ONLY = {"915195"}
"""A refusal for the processor or the kind of card, not for the merchant."""

SOURCES = {
    Occasion.CALL: "moto",
    Occasion.LATER: "unscheduled",
    Occasion.RECURRING: "recurring",
    Occasion.AUTOPAY: "recurring",
    Occasion.INSTALMENT: "recurring",
}
"""What Braintree calls the occasion of a charge (transaction_source)."""

T = TypeVar("T")


class BraintreeGateway(Gateway):
    """
    Charges through *sdk*, in threads, since the SDK blocks.

    Where the merchant's account is not set up for mail and telephone orders or for idempotency
    keys, Braintree refuses the request before doing anything; it is then made without them.

    Args:
        merchant_account: Braintree's id of it; None for the default one.
        patience: Seconds that a charge may take before its outcome is unknown. Keep it under
            Braintree's duplicate window of 30 s, so that no doubt outlives that.
    """

    def __init__(
        self,
        sdk: braintree.BraintreeGateway,
        *,
        merchant_account: str | None = None,
        patience: float = 20.0,
    ) -> None:
        self._sdk = sdk
        self._after = AfterSale(sdk)
        self._banks = Banks(sdk, merchant_account)
        self._vault = Vault(sdk, self._banks, merchant_account)
        self.notices = BraintreeNotices(sdk)
        self._patience = patience
        self._merchant_account = merchant_account
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="braintree")
        self._extras: frozenset[str] = frozenset(REFUSED_EXTRAS)

    async def charge(
        self,
        amount: Money,
        source: Card | Vaulted,
        *,
        reference: str,
        occasion: Occasion = Occasion.CALL,
    ) -> Outcome:
        if isinstance(source, Vaulted) and source.kind is Kind.BANK:
            under_way = self._threads.submit(self._banks.charge, amount, source, reference)
        else:
            under_way = self._threads.submit(self._charge, amount, source, reference, occasion)
        waiting = asyncio.wrap_future(under_way)
        done, _ = await asyncio.wait({waiting}, timeout=self._patience)
        if done:
            return waiting.result()
        if under_way.cancel():
            return Unreached("all connections are in use")
        return Unknown(f"no answer within {self._patience:g} s")

    async def save_card(self, card: CardToKeep | Card, *, customer: str, token: str) -> Keeping:
        return await self._in_thread(self._vault.save_card, card, customer, token)

    async def save_bank(self, account: BankToKeep, *, customer: str, token: str) -> Keeping:
        return await self._in_thread(self._vault.save_bank, account, customer, token)

    async def forget(self, token: str) -> Forgetting:
        return await self._in_thread(self._vault.forget, token)

    async def find(self, reference: str, amount: Money) -> Found:
        return await self._in_thread(self._find, reference, amount)

    async def standing(self, transaction: str) -> Stands:
        return await self._in_thread(self._after.standing, transaction)

    async def void(self, transaction: str) -> Undoing:
        return await self._in_thread(self._after.void, transaction)

    async def refund(self, transaction: str, amount: Money, *, reference: str) -> Undoing:
        return await self._in_thread(self._after.refund, transaction, amount, reference)

    async def find_refund(self, transaction: str, *, reference: str) -> Stands:
        return await self._in_thread(self._after.find_refund, transaction, reference)

    async def between(self, since: datetime, until: datetime) -> list[Standing] | Unknown:
        return await self._in_thread(self._after.between, since, until)

    async def reach(self) -> str:
        return await self._in_thread(self._reach)

    async def _in_thread(self, work: Callable[..., T], *args: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *args)

    def _charge(
        self, amount: Money, source: Card | Vaulted, reference: str, occasion: Occasion
    ) -> Outcome:
        extras = self._extras
        for attempt in range(1 + len(REFUSED_EXTRAS)):
            # A refused request may have used its key up.
            key = f"{reference}-{attempt}" if attempt else reference
            fields = {"transaction_source": SOURCES[occasion], "api_request_key": key}
            extra = {name: value for name, value in fields.items() if name in extras}
            request = self._sale(amount, source, reference) | extra
            result = asked(partial(self._sdk.transaction.sale, request))
            if isinstance(result, Unknown | Unreached):
                return result
            codes = validation_codes(result)
            refused = {name for name, refusal in REFUSED_EXTRAS.items() if refusal & codes}
            if not refused & extras:
                return outcome_of(result, codes, amount)
            extras -= refused
            if not codes & THIS_CARD_ONLY:
                self._extras = extras
            log.warning("Braintree does not take %s for this merchant", ", ".join(sorted(refused)))
        raise GatewayRefused("Braintree refused the request in every form")

    def _sale(self, amount: Money, source: Card | Vaulted, reference: str) -> dict[str, object]:
        request: dict[str, object] = {
            "amount": amount.decimal,
            "order_id": reference,
            "options": {"submit_for_settlement": True},
            **_source(source),
        }
        if self._merchant_account:
            request["merchant_account_id"] = self._merchant_account
        return request

    def _find(self, reference: str, amount: Money) -> Found:
        search = braintree.TransactionSearch
        try:
            hits = self._sdk.transaction.search(search.order_id == reference)
            # A refund bears the order id of what it gives back, unless it was given its own.
            transactions = [each for each in hits.items if each.type == "sale"]
        except Exception as exc:  # noqa: BLE001 - whatever it is, the money's fate is the same question
            return Unknown(type(exc).__name__)
        for transaction in transactions:
            if transaction.status in TAKEN:
                return approved(transaction, amount)
        if transactions:
            return declined(transactions[0])
        return NotFound()

    def _reach(self) -> str:
        search = braintree.TransactionSearch
        try:
            self._sdk.transaction.search(search.order_id == "paytone-doctor")
        except Exception as exc:  # noqa: BLE001 - whatever it is, the money's fate is the same question
            return f"{type(exc).__name__}: {exc}"
        return "ok"


def _source(source: Card | Vaulted) -> dict[str, object]:
    if isinstance(source, Vaulted):
        return {"payment_method_token": source.token}
    code = source.security_code
    request: dict[str, object] = {
        "credit_card": {
            "number": source.number.digits,
            "expiration_month": f"{source.expiry.month:02}",
            "expiration_year": str(source.expiry.year),
            **({"cvv": code.digits} if code else {}),
        },
    }
    if source.postal_code:
        request["billing"] = {"postal_code": source.postal_code}
    return request


def connect(
    *,
    environment: str,
    merchant_id: str,
    public_key: str,
    private_key: str,
    local_url: str | None = None,
    merchant_account: str | None = None,
    patience: float = 20.0,
) -> BraintreeGateway:
    """
    A gateway on Braintree's ``sandbox`` or ``production``, or a ``local`` one at *local_url*.

    Raises:
        GatewayRefused: A key is missing, or the local address is not ``http://host:port``.
    """
    try:
        configuration = braintree.Configuration(
            environment=_environment(environment, local_url),
            merchant_id=merchant_id,
            public_key=public_key,
            private_key=private_key,
            timeout=(min(CONNECT_SECONDS, patience), patience),
        )
    except BraintreeError as exc:
        raise GatewayRefused(str(exc)) from exc
    return BraintreeGateway(
        braintree.BraintreeGateway(configuration),
        merchant_account=merchant_account,
        patience=patience,
    )


def _environment(name: str, local_url: str | None) -> braintree.Environment:
    if name == "sandbox":
        return braintree.Environment.Sandbox
    if name == "production":
        return braintree.Environment.Production
    url = urlsplit(local_url or "")
    if url.scheme != "http" or not url.hostname or not url.port:
        raise GatewayRefused("the local Braintree's address must be http://HOST:PORT")
    host, port = url.hostname, str(url.port)
    return braintree.Environment(name, host, port, f"http://{host}:{port}", False, None, host, port)
