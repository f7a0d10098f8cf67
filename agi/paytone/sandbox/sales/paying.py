"""What a sale is paid with: a card's number, a token, a nonce or a customer's default method."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from paytone.sandbox.books import Payable
from paytone.sandbox.invalid import Invalid
from paytone.sandbox.merchants import MerchantAccount
from paytone.sandbox.params import part, text
from paytone.sandbox.request import Request
from paytone.sandbox.sales.network_tokens import deciphered, read_network_token
from paytone.sandbox.sales.outcomes import cvv_code
from paytone.sandbox.sales.transactions import Instrument
from paytone.sandbox.vault.cards import check_cvv, read_card
from paytone.sandbox.vault.nonces import nonce_named
from paytone.sandbox.vault.numbers import CONSUMED_NONCE, NONCES
from paytone.sandbox.wallets.given_wallets import completed, read_wallet, worded
from paytone.sandbox.wallets.known import WALLETS
from paytone.sandbox.wire import Params


@dataclass(frozen=True, slots=True)
class Means:
    """
    What a sale is paid with.

    Args:
        payable: What can be kept in the vault, where it is no raw card.
        rejection: The gateway's reason to refuse it.
    """

    instrument: Instrument
    payable: Payable | None = None
    rejection: str | None = None


def means_of(
    request: Request, params: Params, account: MerchantAccount | None, invalid: Invalid
) -> Means | None:
    """What *params* would pay with; None after telling *invalid* why it cannot."""
    card = part(params, "credit_card")
    token, nonce = text(params, "payment_method_token"), text(params, "payment_method_nonce")
    customer_id = text(params, "customer_id")
    if customer_id is not None and customer_id not in request.books.customers:
        invalid.add("customer_id", "91510")
        return None
    if token is not None:
        if "number" in card:
            invalid.add("base", "91515")
            return None
        return _vaulted(request, token, params, account, invalid)
    if nonce is not None:
        return _from_nonce(request, nonce, params, account, invalid)
    if wallet := read_wallet(request, params):
        return Means(worded(wallet, params))
    if card:
        return _raw(request, card, invalid)
    return _default(request, customer_id, account, invalid)


def nonce_card(nonce: str, now: datetime) -> Params:
    """The card that a test nonce stands for, as if its number had been sent."""
    return {"number": NONCES[nonce], "expiration_month": "12", "expiration_year": str(now.year + 1)}


def _raw(request: Request, card: Params, invalid: Invalid) -> Means | None:
    scope = invalid.at("credit_card")
    plain = deciphered(card)
    if plain is None:
        invalid.add("base", "91577")
        return None
    card = plain
    extra = read_network_token(card, scope)
    face = read_card(card, request.fingerprint, scope)
    if face is None or scope:
        return None
    name, cvv = text(card, "cardholder_name"), cvv_code(text(card, "cvv"))
    return Means(Instrument(face, name, cvv=cvv, extra=extra))


def _vaulted(
    request: Request, token: str, params: Params, account: MerchantAccount | None, invalid: Invalid
) -> Means | None:
    books, customer_id = request.books, text(params, "customer_id")
    kept = books.cards.get(token) or books.methods.get(token)
    if kept is None:
        invalid.add("payment_method_token", "91518")
        return None
    if customer_id is not None and kept.customer_id != customer_id:
        invalid.add("payment_method_token", "91516")
        return None
    if method := books.methods.get(token):
        return _checked(request, method, account, invalid)
    cvv = text(part(params, "credit_card"), "cvv")
    check_cvv(cvv, invalid.at("credit_card"))
    return Means(kept.instrument(cvv_code(cvv)))


def _from_nonce(
    request: Request, nonce: str, params: Params, account: MerchantAccount | None, invalid: Invalid
) -> Means | None:
    if nonce == CONSUMED_NONCE or nonce in request.books.consumed:
        invalid.add("payment_method_nonce", "91564")
    elif nonce in NONCES:
        given = nonce_card(nonce, request.now)
        card = part(params, "credit_card")
        given |= {name: card.get(name) for name in ("cvv", "cardholder_name")}
        means = _raw(request, given, invalid)
        return means and replace(means, instrument=replace(means.instrument, by_nonce=True))
    elif wallet := WALLETS.get(nonce):
        other = wallet.other(request.books, request.now)
        instrument = worded(Instrument(other=other, by_nonce=True), params)
        payable = None if wallet.once else nonce_named(request, nonce)
        return Means(instrument, payable, wallet.rejection)
    elif issued := nonce_named(request, nonce):
        return _checked(request, issued, account, invalid)
    else:
        invalid.add("payment_method_nonce", "91565")
    return None


def _checked(
    request: Request, payable: Payable, account: MerchantAccount | None, invalid: Invalid
) -> Means | None:
    if account is not None:
        payable.check(request, account, invalid)
    if invalid:
        return None
    return Means(completed(payable.instrument(), request), payable)


def _default(
    request: Request, customer_id: str | None, account: MerchantAccount | None, invalid: Invalid
) -> Means | None:
    if customer_id is None:
        invalid.add("base", "91508")
        return None
    books = request.books
    if card := books.default_card(customer_id):
        return Means(card.instrument())
    method = next((each for each in books.methods_of(customer_id) if each.default), None)
    if method is not None:
        return _checked(request, method, account, invalid)
    invalid.add("customer_id", "91511")
    return None
