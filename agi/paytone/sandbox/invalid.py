"""Validation errors: codes, their texts, and the document that holds them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from paytone.sandbox.answer import Answer
from paytone.sandbox.sales.transaction_texts import TRANSACTION_TEXTS
from paytone.sandbox.vault.texts import VAULT_TEXTS
from paytone.sandbox.wire import Given, Items, Params, Symbol, Value, write

TEXTS = {
    **VAULT_TEXTS,
    **TRANSACTION_TEXTS,
    "81501": "Amount cannot be negative.",
    "81502": "Amount is required.",
    "81503": "Amount is an invalid format.",
    "81527": "Custom field is too long.",
    "81528": "Amount is too large.",
    "81531": "Amount must be greater than zero.",
    "81601": "Company is too long.",
    "81604": "Email is an invalid format.",
    "81605": "Email is too long.",
    "81607": "Fax is too long.",
    "81608": "First name is too long.",
    "81613": "Last name is too long.",
    "81614": "Phone is too long.",
    "81615": "Website is too long.",
    "81703": "Credit card type is not accepted by this merchant account.",
    "81706": "CVV is required.",
    "81707": "CVV must be 4 digits for American Express and 3 digits for other card types.",
    "81709": "Expiration date is required.",
    "81710": "Expiration date is invalid.",
    "81711": "Expiration date year is invalid.",
    "81712": "Expiration month is invalid.",
    "81713": "Expiration year is invalid.",
    "81714": "Credit card number is required.",
    "81715": "Credit card number is invalid.",
    "81716": "Credit card number must be 12-19 digits.",
    "81717": "Credit card number is not an accepted test number.",
    "81723": "Cardholder name is too long.",
    "81724": "Duplicate card exists in the vault.",
    "81763": "Duplicate card exists in the vault for the customer.",
    "81801": "Addresses must have at least one field filled in.",
    "81802": "Company is too long.",
    "81804": "Extended address is too long.",
    "81805": "First name is too long.",
    "81806": "Last name is too long.",
    "81807": "Locality is too long.",
    "81808": "Postal code is required.",
    "81809": "Postal code may contain no more than 9 letter or number characters.",
    "81810": "Region is too long.",
    "81811": "Street address is required.",
    "81812": "Street address is too long.",
    "81813": "Postal code can only contain letters, numbers, spaces, and hyphens.",
    "91501": "Order ID is too long.",
    "91504": "Transaction can only be voided if status is authorized, submitted_for_settlement, "
    "or - for PayPal - settlement_pending.",
    "91505": "Cannot refund credit transaction.",
    "91506": "Cannot refund a transaction unless it is settled.",
    "91507": "Cannot submit for settlement unless status is authorized.",
    "91508": "Need a customer_id, payment_method_token, credit_card, or subscription_id.",
    "91510": "Customer ID is invalid.",
    "91511": "Customer does not have any credit cards.",
    "91512": "Transaction has already been completely refunded.",
    "91513": "Merchant account ID is invalid.",
    "91515": "Cannot provide both payment_method_token and credit_card attributes.",
    "91516": "Cannot provide both payment_method_token and customer_id unless the payment_method "
    "belongs to the customer.",
    "91518": "Payment method token is invalid.",
    "91521": "Refund amount is too large.",
    "91522": "Settlement amount is too large.",
    "91523": "Transaction type is invalid.",
    "91524": "Transaction type is required.",
    "91526": "Custom field is invalid",
    "91558": "Merchant account does not support MOTO transactions.",
    "91564": "Cannot use a payment_method_nonce more than once.",
    "91565": "Unknown payment_method_nonce.",
    "91575": "Cannot simulate settlement for this transaction.",
    "91577": "Merchant account does not support payment instrument.",
    "91602": "Custom field is invalid.",
    "91609": "Customer ID has already been taken.",
    "91610": "Customer ID is invalid.",
    "91611": "Customer ID is not an allowed ID.",
    "91612": "Customer ID is too long.",
    "91702": "Billing address ID is invalid.",
    "91704": "Customer ID is required.",
    "91705": "Customer ID is invalid.",
    "91708": "Cannot provide expiration_date if you are also providing expiration_month and "
    "expiration_year.",
    "91718": "Token is invalid.",
    "91719": "Credit card token is taken.",
    "91720": "Credit card token is too long.",
    "91721": "Token is not an allowed token.",
    "91731": "Cannot use a payment_method_nonce more than once.",
    "91732": "Unknown payment_method_nonce.",
    "91738": "Payment method specified is not a credit card.",
    "91814": "Country code (alpha2) is not an accepted country.",
    "92201": "Descriptor name format is invalid.",
    "92202": "Descriptor phone format is invalid.",
    "92206": "Descriptor URL format is invalid.",
    "92011": "Domain format is invalid.",
    "92804": "Customer specified by customer_id does not exist.",
    "92806": "Version is not supported.",
    "92807": "Merchant account specified by merchant_account_id does not exist.",
    "92810": "No more than 5 domains may be given.",
    "915103": "Cannot submit for partial settlement.",
    "915133": "Transaction source is invalid.",
    "915195": "Processor does not support MOTO for this card type.",
    "915230": "API request key is too long.",
    "915231": "API request key is not allowed.",
    "915232": "API request key can be reused only with the same request.",
    "915233": "The original request with this API request key is still in flight.",
    "915234": "The original request with this API request key failed.",
    "915235": "The original request with this API request key met a server error.",
    "91728": "Verification Merchant Account ID is invalid.",
    "93104": "Customer ID is required.",
    "93105": "Customer ID is invalid.",
    "93121": "US bank account verification method is invalid.",
    "96101": "Verification is not confirmable.",
    "96102": "Must be a micro transfers verification.",
    "96103": "Amounts do not match.",
    "96104": "Too many confirmation attempts.",
    "96106": "Deposit amounts are invalid.",
    "915171": "US bank account nonce must be Plaid-verified.",
    "915172": "US bank account payment method must be verified prior to transaction.",
}
"""
Each code with the text the gateway gives.

The texts of 91558, 915195 and 915230-915235 are ours: only their names are published.
"""

_SECRET = frozenset({"number", "cvv", "cryptogram", "account_number", "encrypted_card_data"})


@dataclass(slots=True)
class Invalid:
    """What is wrong with a request, in scopes nested as the request is."""

    own: list[tuple[str, str, str]] = field(default_factory=list)
    scopes: dict[str, Invalid] = field(default_factory=dict)

    def add(self, attribute: str, code: str, text: str | None = None) -> None:
        """Say that *attribute* breaks the rule *code*."""
        self.own.append((attribute, code, TEXTS[code] if text is None else text))

    def at(self, scope: str) -> Invalid:
        """The errors of one nested object."""
        return self.scopes.setdefault(scope, Invalid())

    def __bool__(self) -> bool:
        return bool(self.own) or any(self.scopes.values())

    def messages(self) -> Iterator[str]:
        """Every text, outermost scope first."""
        yield from (text for _, _, text in self.own)
        for scope in self.scopes.values():
            yield from scope.messages()

    def codes(self) -> Iterator[str]:
        """Every code, outermost scope first."""
        yield from (code for _, code, _ in self.own)
        for scope in self.scopes.values():
            yield from scope.codes()

    def fields(self) -> dict[str, Value]:
        """This scope as the error document holds it."""
        own = tuple(
            {"code": code, "attribute": Symbol(attribute), "message": text}
            for attribute, code, text in self.own
        )
        inner = {name: scope.fields() for name, scope in self.scopes.items()}
        return {"errors": Items("error", own), **inner}


def refusal(invalid: Invalid, params: Params, message: str | None = None, **extra: Value) -> Answer:
    """
    The 422 answer that tells what is *invalid*.

    Args:
        params: The request, echoed without card data.
        message: Said instead of the errors' texts; for declines, which have no errors.
        extra: Elements beside the errors, such as the declined transaction.
    """
    said = "\n".join(invalid.messages()) if message is None else message
    content = {"errors": invalid.fields(), "params": echo(params), "message": said, **extra}
    return Answer(422, write("api_error_response", content))


def echo(given: Given) -> Value:
    """*given* as the gateway repeats it: all text, card data left out."""
    match given:
        case dict():
            return {key: echo(inner) for key, inner in given.items() if key not in _SECRET}
        case list():
            return Items("item", tuple(echo(inner) for inner in given))
        case None:
            return None
        case bool():
            return "true" if given else "false"
        case _:
            return str(given)
