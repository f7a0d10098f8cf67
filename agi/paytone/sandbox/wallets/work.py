"""Wallets on their way into the vault: by nonce, or deciphered by the merchant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from paytone.sandbox.answer import Answer
from paytone.sandbox.invalid import Invalid
from paytone.sandbox.params import flag, part, text
from paytone.sandbox.request import Request
from paytone.sandbox.vault.addresses import read_address
from paytone.sandbox.vault.cards import read_card
from paytone.sandbox.vault.nonces import WalletNonce, tell
from paytone.sandbox.vault.verifying import APPLE, Asked, belongs, read_options, refused, verify
from paytone.sandbox.wallets.kept_wallets import APPLE_PAY, GOOGLE_PAY, PAYPAL, Wallet, vault
from paytone.sandbox.wallets.nonces import apple, google
from paytone.sandbox.wire import Params

_RAW = ("apple_pay_card", "android_pay_card", "android_pay_network_token")
_TAKEN = {PAYPAL: "92906", APPLE_PAY: "93503"}


@dataclass(frozen=True, slots=True)
class GivenWallet:
    """A wallet as it is to be kept; *asked* is how its card is to be verified first, if at all."""

    wallet: Wallet
    token: str | None
    default: bool
    asked: Asked | None = None


def scope_of(kind: str) -> str:
    """The scope of the errors of a kind of wallet."""
    return "apple_pay" if kind == APPLE_PAY else kind


def wallet_in(
    request: Request, nonce: WalletNonce, params: Params, invalid: Invalid
) -> GivenWallet | None:
    """The wallet behind *nonce* as *params* want it kept; None after telling *invalid* why not."""
    tell(nonce.faults, invalid)
    if nonce.once:
        invalid.add("base", "82902")
    return _given(request, nonce.wallet, params, invalid, nonce.wanted)


def raw_wallet_in(request: Request, params: Params, invalid: Invalid) -> GivenWallet | None:
    """The device's card in *params*, which hold it deciphered; None for none or a bad one."""
    name = next((name for name in _RAW if "number" in part(params, name)), None)
    if name is None:
        return None
    card = part(params, name)
    scope = invalid.at("apple_pay" if name == "apple_pay_card" else name)
    face = read_card(card, request.fingerprint, scope)
    given = part(card, "billing_address")
    billing = read_address(given, scope.at("billing_address")) if given else None
    if face is None:
        return None
    if name == "apple_pay_card":
        details = apple(face.brand, f"{face.brand} {face.last_four}")
    else:
        transaction, last = text(card, "google_transaction_id"), face.last_four
        network = name == "android_pay_network_token"
        details = google(face.brand, last, last, network=network, transaction=transaction)
    kind = APPLE_PAY if name == "apple_pay_card" else GOOGLE_PAY
    wallet = Wallet(kind, details, face, text(card, "cardholder_name"), billing)
    return _given(request, wallet, card, scope, None)


def keep_wallet(
    request: Request, given: GivenWallet, customer_id: str, customer: dict[str, str | None]
) -> str | Answer:
    """Its token, once kept; or the 422 answer with the verification that its bank failed."""
    made = None
    if given.asked is not None and given.wallet.face is not None:
        made = verify(
            request, given.asked, given.wallet.face, cvv="I", billing=given.wallet.billing,
            cardholder_name=given.wallet.cardholder_name, customer=customer,
        )  # fmt: skip
        if not made.verified:
            return refused(request, made)
    kept = vault(request, given.wallet, customer_id, given.token, default=given.default)
    belongs(request, made, kept.token, customer)
    return kept.token


def check_token(
    request: Request, kind: str, params: Mapping[str, object], invalid: Invalid, own: str = ""
) -> str | None:
    """The token that *params* want; *invalid* is told if another method has it."""
    token = params.get("token")
    if not isinstance(token, str) or not token:
        return None
    books = request.books
    if token != own and (token in books.cards or token in books.methods):
        invalid.add("token", _TAKEN.get(kind, "91719"))
    return token


def _given(
    request: Request, wallet: Wallet, params: Params, invalid: Invalid, wanted: str | None
) -> GivenWallet | None:
    token = check_token(request, wallet.kind, {"token": wanted, **params}, invalid)
    options, asked = part(params, "options"), None
    if wallet.kind == APPLE_PAY and flag(options, "verify_card"):
        if text(params, "network_transaction_id"):
            invalid.add("network_transaction_id_not_allowed", "93532")
        asked = read_options(request, options, invalid, APPLE)
    if invalid:
        return None
    return GivenWallet(wallet, token, flag(options, "make_default"), asked)
