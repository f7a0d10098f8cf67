"""Merchants as data: their keys, merchant accounts and settings."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

Moto = Literal["allowed", "refused-by-account", "refused-by-processor"]
Review = Literal["none", "risk", "protection"]
Feature = Literal[
    "account-types", "adjusts", "elo", "fixed-details", "installments", "no-three-d-secure",
    "one-least", "suspended", "tax-required", "three-d-secure",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settings:
    """
    What a merchant's control panel says.

    Args:
        duplicate_window_s: How long a like sale is taken for a duplicate; 0 never.
        request_keys: Whether ``api_request_key`` may be used (915231 otherwise).
        refusals_use_keys: Whether a request that failed validation has used its key up (915234,
            or 915232 when it is mended). Braintree does not say; the stricter answer is ours.
        moto: Whether telephone orders are taken, or which of the two codes refuses them.
        avs_rules: Reject sales whose postal code or street does not match.
        cvv_rules: Reject sales whose CVV does not match.
        fraud_tools: Reject the published fraud and risk numbers.
        review: Whether sales show what a fraud service thinks of them, with a shift of liability
            under chargeback protection.
        declines_allowed: How many declines of one card within a day are let through before its
            sales are rejected (excessive_retry); 0 for any number.
        search_lag_s: How long a new transaction is unknown to searches.
        custom_fields: Names registered for ``custom_fields``.
        trusts_bank_accounts: Whether accounts are taken unverified; each is then checked by the
            way (independent check). If not: 915171 for a nonce, 915172 for a token.
        cards_settle_after_s: How long after it was submitted a card's transaction settles.
        banks_settle_after_s: The same for a bank account's, and for micro transfers.
    """

    duplicate_window_s: float = 30.0
    request_keys: bool = True
    refusals_use_keys: bool = True
    moto: Moto = "allowed"
    avs_rules: bool = False
    cvv_rules: bool = False
    fraud_tools: bool = False
    review: Review = "none"
    declines_allowed: int = 0
    search_lag_s: float = 0.0
    custom_fields: tuple[str, ...] = ()
    trusts_bank_accounts: bool = False
    cards_settle_after_s: float = 86_400.0
    banks_settle_after_s: float = 3 * 86_400.0


@dataclass(frozen=True, slots=True)
class Key:
    """
    An API key.

    Args:
        read_only: Its user may look and not touch (403).
        owner: The id of its user, where that is not the public key.
    """

    public: str
    private: str = field(repr=False)
    read_only: bool = False
    owner: str | None = None

    @property
    def user(self) -> str:
        """Who acts with it, as the history of a transaction tells."""
        return self.owner or self.public


@dataclass(frozen=True, slots=True)
class MerchantAccount:
    """
    Where the money goes, in one currency.

    Args:
        features: In what its processor differs: ``account-types`` debit and credit may be chosen;
            ``adjusts`` authorizations; takes ``elo`` cards; ``fixed-details`` after submitting;
            takes ``installments``; ``one-least`` unit of money; ``suspended``; ``tax-required``;
            ``three-d-secure`` ready, or not for any card.
    """

    id: str
    currency: str = "USD"
    features: frozenset[Feature] = frozenset()


@dataclass(frozen=True, slots=True)
class Merchant:
    """
    A merchant; the first of *accounts* is the default one.

    Args:
        published: Begins with the records that the SDK's published tests look for.
    """

    id: str
    keys: tuple[Key, ...]
    accounts: tuple[MerchantAccount, ...]
    settings: Settings = Settings()
    published: bool = False

    def account(self, account_id: str | None) -> MerchantAccount | None:
        """The account with that id, the default one for None, None for an unknown one."""
        if account_id is None:
            return self.accounts[0]
        return next((account for account in self.accounts if account.id == account_id), None)


def _merchant(
    stem: str, settings: Settings, *accounts: MerchantAccount, published: bool = False
) -> Merchant:
    """A merchant with the credentials ``<stem>_merchant_id``, ``_public_key``, ``_private_key``."""
    owner = f"{stem}_user_public_id"
    return Merchant(
        f"{stem}_merchant_id",
        (Key(f"{stem}_public_key", f"{stem}_private_key", owner=owner),),
        accounts or (MerchantAccount("sandbox_credit_card"),),
        settings,
        published,
    )


def _account(account_id: str, *features: Feature, currency: str = "USD") -> MerchantAccount:
    return MerchantAccount(account_id, currency, frozenset(features))


_SANDBOX = (_account("sandbox_credit_card"),)
_PUBLISHED_ACCOUNTS = (
    *_SANDBOX,
    _account("sandbox_credit_card_non_default"),
    _account("us_bank_merchant_account"),
    _account("another_us_bank_merchant_account"),
    _account("three_d_secure_merchant_account", "three-d-secure"),
    _account("heartland_ma", "no-three-d-secure"),
    _account("fake_amex_direct_usd", "fixed-details"),
    _account("fake_first_data_merchant_account", "adjusts"),
    _account("fake_first_data_venmo_account"),
    _account("pinless_debit"),
    _account("suspended_account", "suspended"),
    _account("adyen_ma", "elo"),
    _account("india_three_d_secure_merchant_account"),
    _account("european_three_d_secure_merchant_account"),
    _account("aib_swe_ma", "tax-required", currency="SEK"),
    _account("hiper_brl", "account-types", "one-least", currency="BRL"),
    _account("card_processor_brl", "installments", "account-types", "one-least", currency="BRL"),
)

_LENIENT = Settings(duplicate_window_s=0.0, custom_fields=("store_me",))

PAYTONE = Merchant(
    "paytone_merchant_id",
    (
        Key("paytone_public_key", "paytone_private_key"),
        Key("paytone_read_only_key", "paytone_private_key", read_only=True),
    ),
    (MerchantAccount("paytone_usd"), MerchantAccount("paytone_second_usd")),
)
"""The default merchant, with the settings of a new account at the public sandbox."""

MERCHANTS: tuple[Merchant, ...] = (
    PAYTONE,
    _merchant(
        "integration", replace(_LENIENT, trusts_bank_accounts=True), *_PUBLISHED_ACCOUNTS,
        published=True,
    ),
    _merchant("integration2", _LENIENT, *_PUBLISHED_ACCOUNTS),
    _merchant("processing_rules", Settings(0.0, avs_rules=True, cvv_rules=True)),
    _merchant("advanced_fraud_integration", Settings(0.0, fraud_tools=True)),
    _merchant("dup_checking_integration", Settings()),
    _merchant("fraud_protection_enterprise_integration", Settings(0.0, review="risk")),
    Merchant(
        "fraud_protection_effortless_chargeback_protection_merchant_id",
        (Key("effortless_chargeback_protection_public_key",
             "effortless_chargeback_protection_private_key"),),
        _SANDBOX, Settings(0.0, review="protection"),
    ),
)  # fmt: skip
"""Ours, and those that the SDK's published tests presuppose."""
