"""What a caller made of dice keys at which question."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import Final

from paytone.flows.agreement import ASK_CHANGE, PAY_AGAIN, REVIEW_CHECK_KEYS, REVIEW_KEYS
from paytone.flows.amount_entry import ASK_AMOUNT, ASK_AMOUNT_KIND, DID_YOU_MEAN, IS_THAT_RIGHT
from paytone.flows.authorisation import ACCEPT as ACCEPT_ALOUD
from paytone.flows.authorisation import CANNOT_SPEAK, CARD_OR_PERSON
from paytone.flows.bank_entry import (
    ASK_BANK_ACCOUNT,
    ASK_ROUTING,
    BANK_ACCOUNT_AGAIN,
    CHECK_WITH_BANK,
    IF_CHECKING,
    IF_PERSONAL,
)
from paytone.flows.bills import EARLIER_BILL
from paytone.flows.card_entry import ASK_CARD, ASK_CVV_3, ASK_CVV_4, ASK_EXPIRY, ASK_POSTAL
from paytone.flows.confirm import REPEAT_CONFIRMATION
from paytone.flows.fee import FEE_KEYS
from paytone.flows.help import GO_ON as HEARD_ANSWER
from paytone.flows.history import EARLIER_ONE, GO_ON
from paytone.flows.identify import ASK_ACCOUNT, ASK_PIN
from paytone.flows.keep_card import ACCEPT
from paytone.flows.lookup import ASK_CONFIRMATION
from paytone.flows.menu import MENU, RECORDS
from paytone.flows.method_entry import PAY_WITH_CARD, PAY_WITH_SAVED
from paytone.flows.methods import CONFIRM, SAVED
from paytone.flows.more_time import ACCEPT as ACCEPT_ARRANGEMENT
from paytone.flows.more_time import UNDO
from paytone.flows.more_time_entry import ALL_LATER, ASK_DAY, EXTEND_TO, FIRST_ON, HOW_MANY
from paytone.flows.no_pin import ASK_BILLING_ZIP, ASK_NUMBER, PAY_ONLY
from paytone.flows.other_ways import WAYS
from paytone.flows.pay_bill import TRY_ANOTHER_CARD, TRY_ANOTHER_WAY
from paytone.flows.shares_entry import MORE_ACCOUNTS
from paytone.prompts import Prompt

PLANS: Final = Prompt("plans-autopay")
"""The first option of the dialplan's menu of what is paid later and what is saved."""

MORE: Final = Prompt("more-other-ways")
"""The same of its menu of other ways to pay and questions."""

HELP: Final = Prompt("help-ask-needed")
MORE_HELP: Final = Prompt("help-ask-counts")
"""The same of its two menus of questions."""

PIN: Final = "2580"
ZIP: Final = "60601"
AMOUNTS: Final = ("40*00#", "40*00#", "1*00#", "25#", "4550#", "0*50#", "112*40#", "9999999#")
DECLINING: Final = ("2001*00#", "2046*00#", "2010*00#", "3000*00#", "1004*00#", "5001*00#")
ROUTING: Final = "021000021"
BANK_ACCOUNTS: Final = {"1000000000": 80, "1000000001": 8, "1000000008": 6, "1000000004": 6}
"""With how many callers have each; the last two are not confirmed by their bank."""

CARDS: Final = (
    ("4111111111111111#", 30),
    ("5555555555554444#", 15),
    ("378282246310005#", 10),
    ("6011111111111117#", 10),
    ("4005519200000004#", 10),
    ("4111111111111112#", 4),
    ("4242424242424242#", 5),
    ("4000111111111511#", 4),
    ("4111111111111111", 8),
    ("*", 2),
)


Answer = Callable[[Random | None], str]
"""What is keyed, as the dice fall; without dice what a caller keys who makes no mistake."""


def only(keys: str) -> Answer:
    return lambda _: keys


def _one_of(*weighed: tuple[str, int]) -> Answer:
    choices, weights = zip(*weighed, strict=True)
    return lambda dice: str(dice.choices(choices, weights)[0] if dice else choices[0])


def _amount(dice: Random | None) -> str:
    if dice is None:
        return AMOUNTS[0]
    if dice.random() < 0.3:
        return f"{dice.randint(1, 90)}*{dice.randint(0, 99):02}#"
    return dice.choice(AMOUNTS + DECLINING)


def draw_bank_account(dice: Random) -> str:
    """The number of a caller's account at a bank, which may know it or not."""
    return dice.choices(list(BANK_ACCOUNTS), list(BANK_ACCOUNTS.values()))[0]


def answers_of(number: str, bank_account: str) -> Mapping[Prompt, Answer]:
    """What is keyed about the biller's account *number*, and to pay from *bank_account*."""
    wrong = f"{number[:-1]}{(int(number[-1]) + 5) % 10}"
    return {
        ASK_ACCOUNT: _one_of((number, 70), (f"{number}#", 28), (wrong, 2)),
        ASK_PIN: _one_of((f"{PIN}#", 96), (PIN, 2), ("1111#", 2)),
        PAY_ONLY: _one_of(("3", 70), ("*", 30)),
        ASK_NUMBER: _one_of((number, 92), (wrong, 4), ("*", 4)),
        ASK_BILLING_ZIP: _one_of((ZIP, 92), ("20000", 5), ("*", 3)),
        HELP: _one_of(("#", 40), ("1", 15), ("3", 15), ("4", 10), ("5", 15), ("*", 5)),
        MORE_HELP: _one_of(("#", 40), ("1", 20), ("2", 10), ("4", 15), ("*", 15)),
        HEARD_ANSWER: _one_of(("#", 90), ("*", 10)),
        MENU: _one_of(("1", 60), ("2", 12), ("3", 8), ("4", 5), ("5", 1), ("#", 14)),
        ALL_LATER: _one_of(("1", 45), ("2", 48), ("*", 7)),
        EXTEND_TO: _one_of(("1", 70), ("2", 23), ("*", 7)),
        FIRST_ON: _one_of(("1", 70), ("2", 23), ("*", 7)),
        ASK_DAY: _one_of(*((f"03{day:02}", 10) for day in range(2, 12)), ("*", 10)),
        HOW_MANY: _one_of(("2", 50), ("3", 30), ("4", 15), ("*", 5)),
        ACCEPT_ARRANGEMENT: _one_of(("1", 84), ("2", 8), ("*", 8)),
        UNDO: _one_of(("1", 70), ("#", 30)),
        PLANS: _one_of(("3", 92), ("*", 8)),
        SAVED: _one_of(("1", 60), ("2", 20), ("#", 20)),
        CONFIRM: _one_of(("1", 90), ("*", 10)),
        PAY_WITH_SAVED: _one_of(("1", 36), ("2", 32), ("3", 22), ("4", 6), ("*", 4)),
        ACCEPT: _one_of(("1", 86), ("*", 10), ("9", 4)),
        RECORDS: _one_of(("1", 50), ("2", 20), ("3", 20), ("4", 5), ("#", 5)),
        MORE: _one_of(("1", 90), ("*", 10)),
        WAYS: _one_of(("1", 40), ("2", 30), ("#", 20), ("*", 10)),
        EARLIER_ONE: _one_of(("#", 60), ("1", 40)),
        EARLIER_BILL: _one_of(("#", 60), ("1", 40)),
        GO_ON: only("#"),
        ASK_CONFIRMATION: _one_of(("905484000#", 50), ("123#", 20), ("*", 30)),
        MORE_ACCOUNTS: _one_of(("1", 20), ("2", 40), ("3", 38), ("*", 2)),
        FEE_KEYS: _one_of(("1", 94), ("*", 4), ("9", 2)),
        ASK_AMOUNT_KIND: _one_of(("2", 45), ("4", 38), ("1", 6), ("3", 5), ("5", 4), ("*", 2)),
        ASK_AMOUNT: _amount,
        DID_YOU_MEAN: _one_of(("1", 60), ("2", 40)),
        IS_THAT_RIGHT: _one_of(("1", 92), ("2", 8)),
        PAY_WITH_CARD: _one_of(("2", 40), ("3", 57), ("*", 3)),
        ASK_ROUTING: _one_of((ROUTING, 92), ("021000022", 4), ("091000022", 2), ("*", 2)),
        ASK_BANK_ACCOUNT: _one_of((f"{bank_account}#", 94), ("12#", 2), ("*", 4)),
        BANK_ACCOUNT_AGAIN: _one_of((f"{bank_account}#", 94), ("1000000002#", 4), ("*", 2)),
        IF_CHECKING: _one_of(("1", 70), ("2", 28), ("*", 2)),
        IF_PERSONAL: _one_of(("1", 80), ("2", 18), ("*", 2)),
        CHECK_WITH_BANK: _one_of(("1", 92), ("2", 5), ("*", 3)),
        REVIEW_CHECK_KEYS: _one_of(("1", 84), ("2", 8), ("*", 5), ("9", 3)),
        CANNOT_SPEAK: _one_of(("1", 88), ("2", 5), ("3", 4), ("*", 3)),
        ACCEPT_ALOUD: _one_of(("1", 86), ("2", 7), ("3", 4), ("*", 3)),
        CARD_OR_PERSON: _one_of(("1", 70), ("*", 30)),
        TRY_ANOTHER_WAY: _one_of(("1", 60), ("*", 40)),
        ASK_CARD: _one_of(*CARDS),
        ASK_EXPIRY: _one_of(("1230", 70), ("927#", 24), ("0120", 3), ("1340", 3)),
        ASK_CVV_3: _one_of(("123", 88), ("200", 8), ("12#", 4)),
        ASK_CVV_4: _one_of(("1234", 92), ("2000", 8)),
        ASK_POSTAL: _one_of((ZIP, 88), ("20000", 8), ("606#", 4)),
        REVIEW_KEYS: _one_of(("1", 82), ("2", 10), ("*", 5), ("9", 3)),
        ASK_CHANGE: _one_of(("1", 45), ("2", 45), ("*", 10)),
        TRY_ANOTHER_CARD: _one_of(("1", 65), ("*", 35)),
        PAY_AGAIN: _one_of(("1", 60), ("*", 40)),
        REPEAT_CONFIRMATION: _one_of(("#", 55), ("1", 10), ("4", 30), ("", 5)),
    }


def answers_without_pin(number: str, bank_account: str) -> Mapping[Prompt, Answer]:
    """The same of somebody who only wants to pay, and knows no PIN."""
    return {
        **answers_of(number, bank_account),
        ASK_PIN: _one_of(("#", 94), (f"{PIN}#", 3), ("1111#", 3)),
        PAY_ONLY: _one_of(("3", 94), ("*", 6)),
        MENU: _one_of(("1", 68), ("2", 6), ("3", 6), ("4", 4), ("#", 16)),
    }


AHEAD: Final = {
    ASK_ACCOUNT: ASK_PIN,
    ASK_PIN: MENU,
    MENU: ASK_AMOUNT_KIND,
    ASK_CARD: ASK_EXPIRY,
    ASK_EXPIRY: ASK_CVV_3,
    ASK_POSTAL: REVIEW_KEYS,
    REVIEW_KEYS: REPEAT_CONFIRMATION,
}
"""What is typed ahead after which answer."""
