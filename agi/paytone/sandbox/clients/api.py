"""What browsers and apps say to the gateway themselves: JSON, let in by a client token."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from urllib.parse import parse_qsl

from paytone.sandbox.answer import JSON, Answer
from paytone.sandbox.books import Books
from paytone.sandbox.clients.grant import Grant, grant_in
from paytone.sandbox.invalid import Invalid
from paytone.sandbox.params import part, text
from paytone.sandbox.request import Request
from paytone.sandbox.vault.card_work import GivenCard, card_in, keep_given
from paytone.sandbox.vault.cards import Fingerprint
from paytone.sandbox.vault.kept import VaultedCard
from paytone.sandbox.vault.nonces import CardNonce, WalletNonce
from paytone.sandbox.wallets.nonces import paypal
from paytone.sandbox.wire import Given, Params

_CARDS = "v1/payment_methods/credit_cards"
_PAYPAL = "v1/payment_methods/paypal_accounts"
_BUYER, _CONSENTING = "bt_buyer_us@paypal.com", "jane.doe@example.com"
_DEEPEST = 10


def gate(
    every: Mapping[str, Books], fingerprint: Fingerprint, now: datetime, *,
    method: str, path: str, query: str, body: bytes,
) -> Answer | None:  # fmt: skip
    """The answer to a client; None where *path* is not one for clients."""
    parts = path.strip("/").split("/", 3)
    if len(parts) < 4 or parts[0] != "merchants" or parts[2] != "client_api":
        return None
    said = read_json(body)
    if said is None:
        return Answer(400, headers=JSON)
    asked = dict(parse_qsl(query))
    signed = text(said, "authorization_fingerprint") or asked.get("authorizationFingerprint")
    grant = grant_in(signed or "", every)
    if grant is None or grant.merchant_id != parts[1]:
        return Answer(401, headers=JSON)
    request = Request(
        method=method, path=path, kind="vault", names=(), query=query, body=said,
        books=every[grant.merchant_id], fingerprint=fingerprint, user="client", now=now,
    )  # fmt: skip
    return answer(request, grant, parts[3])


def read_json(body: bytes) -> Params | None:
    """What *body* says, names with underscores; None where it is no JSON object."""
    if not body.strip():
        return {}
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return _named(said, 0) if isinstance(said, dict) else None


def answer(request: Request, grant: Grant, path: str) -> Answer:
    """What *path*, below ``client_api``, says to a client with *grant*."""
    match request.method, path.removesuffix(".json"):
        case "GET", "v1/configuration":
            return _said(200, {"merchantId": grant.merchant_id, "environment": "development"})
        case "GET", "v1/payment_methods":
            cards = request.books.cards_of(grant.customer_id or "")
            return _said(200, {"paymentMethods": [_listed(request, card) for card in cards]})
        case "POST", path if path == _CARDS:
            return _card(request, grant)
        case "POST", path if path == _PAYPAL:
            return _paypal(request)
    return Answer(404)


def _card(request: Request, grant: Grant) -> Answer:
    """A nonce for a card: 201 checked, in the customer's vault if there is one; 202 unchecked."""
    params = _with_options(part(request.body, "credit_card"), grant)
    checked = part(params, "options").get("validate") not in (False, "false")
    invalid = Invalid()
    given = card_in(request, params, invalid)
    if checked and (invalid or given is None):
        return _refused(invalid)
    nonce = _nonce(request, given, invalid)
    owner = request.books.customers.get(grant.customer_id or "")
    if checked and given is not None and owner is not None:
        kept = keep_given(request, given, owner.id, owner.face())
        if not isinstance(kept, VaultedCard):
            return _refused(invalid)
        nonce = replace(nonce, token=kept.token, owner=owner.id)
    request.books.nonces[nonce.name] = nonce
    return _said(201 if checked else 202, {"creditCards": [_shown(nonce)]})


def _with_options(params: Params, grant: Grant) -> Params:
    """*params* with the options of the client token, which count more."""
    asked: Params = dict.fromkeys(sorted(grant.options), True)
    options = {**part(params, "options"), **asked}
    return {**params, "options": options, "customer_id": grant.customer_id}


def _nonce(request: Request, given: GivenCard | None, invalid: Invalid) -> CardNonce:
    name = _new_name(request)
    if given is None:
        faults = tuple((attribute, code) for attribute, code, _ in invalid.own)
        return CardNonce(name, None, faults=faults)
    card = given.card
    return CardNonce(name, card.face, card.cardholder_name, card.billing, given.cvv)


def _paypal(request: Request) -> Answer:
    """A nonce for a PayPal account; what is wrong with it is told when it is used."""
    params = part(request.body, "paypal_account")
    consent, access = text(params, "consent_code"), text(params, "access_token")
    order = text(params, "intent") == "order" or text(params, "payment_token") is not None
    faults: tuple[tuple[str, str], ...] = ()
    if consent and access:
        faults = (("base", "82903"),)
    elif not (consent or access or order):
        faults = (("base", "82901"),)
    wallet = paypal(_BUYER if order else _CONSENTING)
    nonce = WalletNonce(_new_name(request), wallet, faults, text(params, "token"))
    request.books.nonces[nonce.name] = nonce
    shown = {"type": "PayPalAccount", "nonce": nonce.name, "consumed": False}
    return _said(202, {"paypalAccounts": [shown]})


def _shown(nonce: CardNonce) -> dict[str, object]:
    shown: dict[str, object] = {"type": "CreditCard", "nonce": nonce.name, "consumed": False}
    if nonce.face is not None:
        face = nonce.face
        details = {"bin": face.bin[:6], "cardType": face.brand, "lastTwo": face.last_four[-2:]}
        shown |= {"description": f"ending in {face.last_four[-2:]}", "details": details}
    return shown


def _listed(request: Request, card: VaultedCard) -> dict[str, object]:
    nonce = CardNonce(
        _new_name(request), card.face, card.cardholder_name, card.billing,
        token=card.token, owner=card.customer_id,
    )  # fmt: skip
    request.books.nonces[nonce.name] = nonce
    return {**_shown(nonce), "default": card.default}


def _new_name(request: Request) -> str:
    return "tokencc_" + "_".join(request.books.new_id(6) for _ in range(5))


def _refused(invalid: Invalid) -> Answer:
    faults = [{"code": code} for code in invalid.codes()]
    error = {"message": "Credit card is invalid"}
    return _said(422, {"error": error, "fieldErrors": faults})


def _said(status: int, said: dict[str, object]) -> Answer:
    return Answer(status, json.dumps(said).encode(), JSON)


def _named(said: object, depth: int) -> Params:
    """JSON's names in camel case or with dashes become names with underscores."""
    if not isinstance(said, dict) or depth > _DEEPEST:
        return {}
    return {
        re.sub(r"(?<!^)([A-Z])", r"_\1", key).replace("-", "_").lower(): _plain(value, depth)
        for key, value in said.items()
    }


def _plain(value: object, depth: int) -> Given:
    if isinstance(value, dict):
        return _named(value, depth + 1)
    if value is None or isinstance(value, bool | int | str):
        return value
    return None
