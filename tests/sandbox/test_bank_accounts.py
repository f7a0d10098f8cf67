"""Bank accounts by GraphQL and the XML API: tokenized, verified, debited, settled, returned."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from braintree.exceptions.authentication_error import AuthenticationError
from braintree.exceptions.authorization_error import AuthorizationError
from braintree.exceptions.not_found_error import NotFoundError
from braintree.us_bank_account_verification_search import UsBankAccountVerificationSearch as Search

from paytone.sandbox.control.faults import Fault
from paytone.sandbox.core import Sandbox
from paytone.sandbox.merchants import PAYTONE, Key, Merchant
from paytone.sandbox.sales.life import NotPossible, give_back, settle
from tests.sandbox.conftest import Clock, codes, settings

DAY = 86_400.0
GOOD, SLOW, BAD = "1000000000", "1000000001", "1000000005"

TOKENIZE = """
mutation Tokenize($input: TokenizeUsBankAccountInput!) {
  tokenizeUsBankAccount(input: $input) {
    clientMutationId
    paymentMethod { id usage details { ... on UsBankAccountDetails { last4 bankName } } }
  }
}
"""
VAULT = """
mutation Vault($input: VaultUsBankAccountInput!) {
  vaultUsBankAccount(input: $input) {
    paymentMethod { id legacyId details { ... on UsBankAccountDetails { verified } } }
    verification { legacyId status processorResponse { legacyCode additionalInformation } }
  }
}
"""
CHARGE = """
mutation Charge($input: ChargeUsBankAccountInput!) {
  chargeUsBankAccount(input: $input) {
    transaction {
      legacyId status orderId amount { value currencyCode } standardEntryClassCode
      statusHistory { status }
      paymentMethodSnapshot { ... on UsBankAccountDetails { last4 achMandate { acceptanceText } } }
    }
  }
}
"""


def account(number: str = GOOD, **changes: Any) -> dict[str, Any]:
    given = {
        "accountNumber": number,
        "routingNumber": "021000021",
        "accountType": "CHECKING",
        "individualOwner": {"firstName": "Ada", "lastName": "Moss"},
        "achMandate": "I agree to the debit.",
    }
    return {"usBankAccount": {**given, **changes}}


def ask(sdk: Any, document: str, given: dict[str, Any]) -> Any:
    """What GraphQL answers to *document* with *given* as its input."""
    return sdk.graphql_client.query(document, {"input": given})


def nonce(sdk: Any, number: str = GOOD) -> str:
    answer = ask(sdk, TOKENIZE, account(number))
    return str(answer["data"]["tokenizeUsBankAccount"]["paymentMethod"]["id"])


def vaulted(sdk: Any, number: str = GOOD, method: str = "NETWORK_CHECK") -> Any:
    """Payment method and verification of an account in the vault."""
    given = {"paymentMethodId": nonce(sdk, number), "verificationMethod": method}
    return ask(sdk, VAULT, given)["data"]["vaultUsBankAccount"]


def charged(sdk: Any, name: str, amount: str = "112.40", **options: Any) -> Any:
    given = {
        "paymentMethodId": name,
        "transaction": {"amount": amount, "orderId": "pay-1"},
        "options": {"standardEntryClassCode": "TEL", **options},
    }
    return ask(sdk, CHARGE, given)


def debit(sdk: Any, amount: str = "112.40") -> str:
    """The id of a debit of a verified account."""
    answer = charged(sdk, vaulted(sdk)["paymentMethod"]["id"], amount)
    return str(answer["data"]["chargeUsBankAccount"]["transaction"]["legacyId"])


def test_an_account_becomes_a_nonce_that_shows_four_digits(sdk: Any) -> None:
    answer = ask(sdk, TOKENIZE, {**account(), "clientMutationId": "mine"})

    payload = answer["data"]["tokenizeUsBankAccount"]
    assert "mine" == payload["clientMutationId"]
    assert "SINGLE_USE" == payload["paymentMethod"]["usage"]
    assert {"last4": "0000", "bankName": "JPMORGAN CHASE BANK, NA"} == payload["paymentMethod"][
        "details"
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"routingNumber": "021000022"},
        {"accountNumber": "12"},
        {"individualOwner": None},
        {"businessOwner": {"businessName": "Moss & Daughters"}},
    ],
    ids=["routing checksum", "short number", "no owner", "two owners"],
)
def test_an_account_that_cannot_be_is_refused(sdk: Any, changes: dict[str, Any]) -> None:
    answer = ask(sdk, TOKENIZE, account(**changes))

    assert answer["data"]["tokenizeUsBankAccount"] is None
    assert ["VALIDATION"] == [each["extensions"]["errorClass"] for each in answer["errors"]]


@pytest.mark.parametrize(
    ("number", "status", "code", "words"),
    [
        (GOOD, "VERIFIED", "1000", None),
        (SLOW, "VERIFIED", "1003", None),
        ("1000000002", "FAILED", "3000", None),
        ("1000000004", "PROCESSOR_DECLINED", "2046", None),
        (BAD, "PROCESSOR_DECLINED", "2061", "Invalid routing number"),
        ("1000000008", "PROCESSOR_DECLINED", "2061", "Invalid account number"),
        ("567891234", "PROCESSOR_DECLINED", "2038", None),
    ],
)
def test_a_network_check_answers_by_number(
    sdk: Any, *, number: str, status: str, code: str, words: str | None
) -> None:
    found = vaulted(sdk, number)

    assert status == found["verification"]["status"]
    assert {"legacyCode": code, "additionalInformation": words} == found["verification"][
        "processorResponse"
    ]
    verified = found["paymentMethod"]["details"]["verified"]
    assert (status == "VERIFIED") == verified


def test_a_nonce_vaults_once(sdk: Any) -> None:
    name = nonce(sdk)
    ask(sdk, VAULT, {"paymentMethodId": name})

    again = ask(sdk, VAULT, {"paymentMethodId": name})

    assert ["93108"] == [each["extensions"]["legacyCode"] for each in again["errors"]]


def test_a_telephone_debit_is_pending_and_says_tel(sdk: Any) -> None:
    name = vaulted(sdk)["paymentMethod"]["id"]

    answer = charged(sdk, name, achMandate="Said on the phone.")

    sale = answer["data"]["chargeUsBankAccount"]["transaction"]
    assert ("SETTLEMENT_PENDING", "TEL", "pay-1", {"value": "112.40", "currencyCode": "USD"}) == (
        sale["status"], sale["standardEntryClassCode"], sale["orderId"], sale["amount"],
    )  # fmt: skip
    assert {
        "last4": "0000", "achMandate": {"acceptanceText": "Said on the phone."},
    } == sale["paymentMethodSnapshot"]  # fmt: skip
    held = sdk.transaction.find(sale["legacyId"])
    assert ("settlement_pending", "4002", "us_bank_account") == (
        held.status, held.processor_response_code, held.payment_instrument_type,
    )  # fmt: skip


def test_an_unverified_account_is_not_debited(sdk: Any) -> None:
    name = vaulted(sdk, BAD)["paymentMethod"]["id"]

    answer = charged(sdk, name)

    assert ["915172"] == [each["extensions"]["legacyCode"] for each in answer["errors"]]


def test_a_nonce_is_not_debited_unless_accounts_are_trusted(sdk: Any, sandbox: Sandbox) -> None:
    refused = charged(sdk, nonce(sdk))
    with settings(sandbox, trusts_bank_accounts=True):
        taken = charged(sdk, nonce(sdk))

    assert ["915171"] == [each["extensions"]["legacyCode"] for each in refused["errors"]]
    assert taken["data"]["chargeUsBankAccount"]["transaction"]["status"] == "SETTLEMENT_PENDING"


def test_a_declined_debit_is_a_transaction_and_no_error(sdk: Any) -> None:
    answer = charged(sdk, vaulted(sdk)["paymentMethod"]["id"], "2001.00")

    assert "errors" not in answer
    sale = answer["data"]["chargeUsBankAccount"]["transaction"]
    assert "PROCESSOR_DECLINED" == sale["status"]


@pytest.mark.parametrize(("days", "status"), [(2.9, "settlement_pending"), (3.0, "settled")])
def test_a_debit_settles_on_the_third_day(
    sdk: Any, sandbox: Sandbox, days: float, status: str
) -> None:
    sale = debit(sdk)

    sandbox.advance(days * DAY)

    assert status == sdk.transaction.find(sale).status


def test_a_card_settles_on_the_next_day(sdk: Any, clock: Clock) -> None:
    card = {"number": "4111111111111111", "expiration_date": "09/2030"}
    sale = sdk.transaction.sale(
        {"amount": "5.00", "credit_card": card, "options": {"submit_for_settlement": True}}
    ).transaction

    clock.move(DAY)

    assert "settled" == sdk.transaction.find(sale.id).status


def test_the_published_amount_is_returned_instead_of_settled(sdk: Any, sandbox: Sandbox) -> None:
    sale = debit(sdk, "4001.00")

    sandbox.advance(3 * DAY)

    found = sdk.transaction.find(sale)
    assert ("settlement_declined", "R01") == (found.status, found.ach_return_code)


def test_a_bank_may_return_what_had_settled(sdk: Any, sandbox: Sandbox) -> None:
    sale, books = debit(sdk), sandbox.books_of()
    settle(books, sale, sandbox.now())

    give_back(books, sale, "R10", sandbox.now())

    found = sdk.transaction.find(sale)
    assert ("settlement_declined", "R10") == (found.status, found.ach_return_code)
    [response] = found.ach_return_responses
    assert "R10" == response["reason_code"]
    with pytest.raises(NotPossible):
        give_back(books, sale, "R10", sandbox.now())


def test_only_debits_are_returned(sdk: Any, sandbox: Sandbox) -> None:
    card = {"number": "4111111111111111", "expiration_date": "09/2030"}
    sale = sdk.transaction.sale(
        {"amount": "5.00", "credit_card": card, "options": {"submit_for_settlement": True}}
    ).transaction

    with pytest.raises(NotPossible, match="bank account"):
        give_back(sandbox.books_of(), sale.id, "R01", sandbox.now())


def test_small_credits_are_confirmed(sdk: Any) -> None:
    found = vaulted(sdk, GOOD, "MICRO_TRANSFERS")
    check = found["verification"]["legacyId"]

    wrong = sdk.us_bank_account_verification.confirm_micro_transfer_amounts(check, [1, 2])
    right = sdk.us_bank_account_verification.confirm_micro_transfer_amounts(check, [29, 17])
    again = sdk.us_bank_account_verification.confirm_micro_transfer_amounts(check, [29, 17])

    assert "PENDING" == found["verification"]["status"]
    assert [("base", "96103")] == codes(wrong)
    assert "verified" == right.us_bank_account_verification.status
    assert [("base", "96101")] == codes(again)


def test_the_fifth_wrong_answer_ends_it(sdk: Any) -> None:
    check = vaulted(sdk, GOOD, "MICRO_TRANSFERS")["verification"]["legacyId"]
    confirm = sdk.us_bank_account_verification.confirm_micro_transfer_amounts

    answers = [codes(confirm(check, [1, 2]))[0][1] for _ in range(5)]

    assert ["96103"] * 4 + ["96104"] == answers
    assert [("base", "96104")] == codes(confirm(check, [17, 29]))


def test_credits_that_are_under_way_verify_once_they_arrive(sdk: Any, sandbox: Sandbox) -> None:
    check = vaulted(sdk, SLOW, "MICRO_TRANSFERS")["verification"]["legacyId"]
    bank = sdk.us_bank_account_verification

    pending = bank.confirm_micro_transfer_amounts(check, [17, 29])
    sandbox.advance(3 * DAY)

    assert "pending" == pending.us_bank_account_verification.status
    assert "verified" == bank.find(check).status


def test_verifications_are_found_by_the_accounts_end(sdk: Any) -> None:
    vaulted(sdk, GOOD)
    wanted = vaulted(sdk, BAD)["verification"]["legacyId"]

    found = sdk.us_bank_account_verification.search(Search.account_number.ends_with("0005"))

    assert [wanted] == [each.id for each in found.items]


def test_keys_that_are_wrong_or_may_only_read_are_refused(
    merchant: Callable[[Merchant], Any],
) -> None:
    strange = Merchant(PAYTONE.id, (Key("nobody", "nothing"),), PAYTONE.accounts)
    reader = Merchant(PAYTONE.id, (PAYTONE.keys[1],), PAYTONE.accounts)

    with pytest.raises(AuthenticationError):
        merchant(strange).graphql_client.query("{ ping }")
    with pytest.raises(AuthorizationError):
        nonce(merchant(reader))
    assert {"ping": "pong"} == merchant(reader).graphql_client.query("{ ping }")["data"]


def test_what_does_not_exist_is_not_found(sdk: Any) -> None:
    with pytest.raises(NotFoundError):
        charged(sdk, "nothing")


@pytest.mark.parametrize("query", ["{ colour }", "{", "{" * 3000, "mutation { ping }"])
def test_a_query_that_does_not_fit_the_schema_is_told_so(sdk: Any, query: str) -> None:
    answer = sdk.graphql_client.query(query)

    assert {"developer_error"} == {each["extensions"]["errorType"] for each in answer["errors"]}


def test_faults_meet_debits_as_they_meet_sales(sdk: Any, sandbox: Sandbox) -> None:
    name = vaulted(sdk)["paymentMethod"]["id"]
    sandbox.faults.inject(Fault("sale", "after", "delay"))

    sale = charged(sdk, name)["data"]["chargeUsBankAccount"]["transaction"]["legacyId"]

    [strike] = sandbox.faults.struck
    assert ("pay-1", True, sale) == (strike.order_id, strike.worked, strike.transaction)
