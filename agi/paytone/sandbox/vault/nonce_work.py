"""Nonces over the XML API: made from the vault, and looked into."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from paytone.sandbox.answer import Answer
from paytone.sandbox.books import Payable
from paytone.sandbox.invalid import Invalid, refusal
from paytone.sandbox.params import flag, part, text
from paytone.sandbox.request import MISSING, Request
from paytone.sandbox.sales.instrument_view import flag_fields
from paytone.sandbox.sales.three_d_secure import outcome
from paytone.sandbox.vault.cards import read_card
from paytone.sandbox.vault.kept import VaultedCard
from paytone.sandbox.vault.nonces import CardNonce, WalletNonce, nonce_named
from paytone.sandbox.wallets.kept_wallets import PAYPAL, KeptWallet, Wallet
from paytone.sandbox.wire import Params, Value, write

_ROOT = "payment_method_nonce"
_TYPES = {
    PAYPAL: "PayPalAccount",
    "apple_pay_card": "ApplePayCard",
    "android_pay_card": "AndroidPayCard",
    "venmo_account": "VenmoAccount",
    "sepa_debit_account": "SEPADirectDebitAccount",
    "meta_checkout_card": "MetaCheckoutCard",
    "meta_checkout_token": "MetaCheckoutToken",
}
_HOMES = {"india": "IND", "european": "IRL"}
"""Where merchant accounts are, by the first word of their ids."""

_RBI_LIMIT = Decimal(2000)
"""Up to this many rupees India's rules let a card be charged again without its holder."""


def create(request: Request) -> Answer:
    """A nonce for the card or wallet with that token; 404 for none."""
    books, token = request.books, request.names[0]
    card, method = books.cards.get(token), books.methods.get(token)
    name = "tokencc_" + "_".join(books.new_id(6) for _ in range(5))
    made: CardNonce | WalletNonce
    if card is not None:
        made = CardNonce(
            name, card.face, card.cardholder_name, card.billing,
            token=token, owner=card.customer_id,
        )  # fmt: skip
    elif isinstance(method, KeptWallet):
        made = WalletNonce(name, method.wallet)
    else:
        return MISSING
    books.nonces[name] = made
    insight = _insight(request, card) if card else None
    return Answer(201, write(_ROOT, {**_shown(name, made), "authentication_insight": insight}))


def create_secured(request: Request) -> Answer:
    """A nonce for the given card, as if its bank had let the payer through: for tests."""
    if request.books.merchant.account(request.names[0]) is None:
        return MISSING
    params, invalid = request.params("credit_card"), Invalid()
    face = read_card(params, request.fingerprint, invalid.at("credit_card"))
    if face is None:
        return refusal(invalid, request.body)
    name = "tokencc_" + "_".join(request.books.new_id(6) for _ in range(5))
    secure = outcome("fake-three-d-secure-visa-full-authentication-nonce", request.books.new_id(16))
    made = CardNonce(name, face, text(params, "cardholder_name"), three_d_secure=secure)
    request.books.nonces[name] = made
    return Answer(201, write(_ROOT, _shown(name, made)))


def find(request: Request) -> Answer:
    """What the nonce stands for, or 404."""
    found = nonce_named(request, request.names[0])
    if found is None:
        return MISSING
    return Answer(200, write(_ROOT, _shown(request.names[0], found)))


def _shown(name: str, nonce: Payable) -> dict[str, Value]:
    shown: dict[str, Value] = {
        "nonce": name, "type": "CreditCard", "default": False, "consumed": False,
        "is_locked": False, "description": None, "details": {}, "bin_data": None,
        "three_d_secure_info": None, "security_questions": None,
    }  # fmt: skip
    if isinstance(nonce, WalletNonce):
        kind = nonce.wallet.kind
        return {**shown, "type": _TYPES.get(kind, kind), "details": _details(nonce.wallet)}
    if not isinstance(nonce, CardNonce):
        return {**shown, "type": "UsBankAccount"}
    secure = nonce.three_d_secure
    shown["three_d_secure_info"] = secure.shown() if secure else None
    if nonce.face is not None:
        card = Wallet("", {"card_type": nonce.face.brand}, nonce.face, nonce.cardholder_name)
        shown["details"] = _details(card)
        shown["bin_data"] = flag_fields(nonce.face.flags)
        shown["description"] = f"ending in {nonce.face.last_four[-2:]}"
    return shown


def _details(wallet: Wallet) -> dict[str, Value]:
    face = wallet.face
    if face is None:
        return dict(wallet.details)
    return {
        **wallet.details,
        "bin": face.bin[:6],
        "last_two": face.last_four[-2:],
        "last_four": face.last_four,
        "cardholder_name": wallet.cardholder_name,
        "expiration_month": face.month,
        "expiration_year": face.year,
    }


def _insight(request: Request, card: VaultedCard) -> Value:
    """Which law asks for the holder's own word; None where nobody wants to know."""
    params = request.params(_ROOT)
    if not flag(params, "authentication_insight"):
        return None
    account = request.books.merchant.account(text(params, "merchant_account_id"))
    home = _HOMES.get((account.id if account else "").partition("_")[0], "USA")
    issued = card.face.flags.country_of_issuance
    options = part(params, "authentication_insight_options")
    if issued == "Unknown":
        law = "unavailable"
    elif home == issued == "IND":
        law = "rbi"
    else:
        law = "psd2" if home == issued == "IRL" else "unregulated"
    return {"regulation_environment": law, "sca_indicator": _indicator(options, law)}


def _indicator(options: Params, law: str) -> str:
    try:
        amount = Decimal(text(options, "amount") or "")
    except InvalidOperation:
        return "unavailable"
    consent = flag(options, "recurring_customer_consent")
    recurring = consent and text(options, "recurring_max_amount") is not None
    over = law == "rbi" and amount > _RBI_LIMIT
    return "sca_required" if over or recurring else "sca_optional"
