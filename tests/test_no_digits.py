"""Whatever fails with a card in hand, nothing that prints an exception prints a digit of it."""

from __future__ import annotations

import copy
import pickle
import re
import traceback
from collections.abc import Awaitable, Mapping
from dataclasses import replace
from typing import Any

import braintree
import pytest
import requests

from paytone.ask import Question, ask
from paytone.config import Settings
from paytone.flows.bank_entry import read_bank_account
from paytone.flows.card_entry import CardEntry, read_card_number
from paytone.gateway import BankToKeep
from paytone.gateway.braintree import BraintreeGateway
from paytone.phone import Keys, Manner
from paytone.phone.agi import AgiPhone
from paytone.phone.recorded import RecordedPhone
from paytone.phone.scripted import ScriptedPhone
from paytone.rules.bank import Bank, BankAccount, BankAccountNumber, Ownership
from paytone.rules.card import Brand, Card, CardNumber, Expiry, SecurityCode
from paytone.rules.method import AccountType
from paytone.rules.money import Money
from tests.channel import Channel
from tests.teller import TODAY

PAN = "4012888888881881"
CVV = "718"
CARD = Card(CardNumber(PAN), Brand.VISA, Expiry(2030, 9), SecurityCode(CVV), "10001")
KEYED = f"{PAN}#0930{CVV}10001"
ROUTING = "021000021"
ACCOUNT = "30609513380274"
BANK_ACCOUNT = BankAccount(
    Bank(ROUTING, "CHASE"), BankAccountNumber(ACCOUNT), AccountType.CHECKING, Ownership.PERSONAL
)
SHOWN = re.compile(r"4012888|8888881|\b718\b|3060951|3380274")
"""More of the card than its last four."""

SETTINGS = Settings.from_env({"PAYTONE_PHONE_TO_EAR_S": "0"})


def shows(text: str) -> list[str]:
    """What of the card *text* shows."""
    return SHOWN.findall(text)


HOLDERS: dict[str, object] = {
    "keys": Keys(PAN),
    "keys ended": Keys(CVV, ended_by="#"),
    "number": CardNumber(PAN),
    "code": SecurityCode(CVV),
    "card": CARD,
    "cards in a list": [CARD, {"card": CARD}],
    "question": Question((), read_card_number, at_most=19),
    "entry": CardEntry(ScriptedPhone(), TODAY, frozenset({CardNumber(PAN)})),
    "bank account number": BankAccountNumber(ACCOUNT),
    "bank account": BANK_ACCOUNT,
    "bank account to keep": BankToKeep(BANK_ACCOUNT, "Ada Test", "I agree"),
    "digits of a bank account": BankAccountNumber(ACCOUNT).digits,
    "digits of keys": Keys(PAN).digits,
    "digits of a number": CardNumber(PAN).digits,
    "digits of a code": SecurityCode(CVV).digits,
}


@pytest.mark.parametrize("name", HOLDERS)
def test_what_holds_digits_does_not_show_them(name: str) -> None:
    assert [] == shows(repr(HOLDERS[name]))


@pytest.mark.parametrize(
    "name", ["keys", "number", "code", "card", "entry", "bank account", "bank account number"]
)
def test_formatting_does_not_show_them(name: str) -> None:
    held = HOLDERS[name]
    assert [] == shows(f"{held} {held!s} {held!r} %s" % held)


@pytest.mark.parametrize("name", ["number", "code", "card", "bank account", "bank account number"])
def test_a_card_does_not_leave_its_process(name: str) -> None:
    with pytest.raises(TypeError):
        pickle.dumps(HOLDERS[name])
    with pytest.raises(TypeError):
        copy.deepcopy(HOLDERS[name])


# Tracebacks with locals, as debuggers and error reporters print them.


async def traceback_of(work: Awaitable[object]) -> str:
    """Everything that can be printed of the exception that *work* ends in."""
    try:
        await work
    except Exception as exc:  # noqa: BLE001 - whichever it is
        shown = traceback.TracebackException.from_exception(exc, capture_locals=True)
        chain = ["".join(shown.format(chain=True))]
        hidden: BaseException = exc
        while context := hidden.__cause__ or hidden.__context__:
            # What `from None` hides is still there for a reporter that looks.
            hidden = context
            inner = traceback.TracebackException.from_exception(hidden, capture_locals=True)
            chain.append("".join(inner.format(chain=False)))
        return _ours("\n".join(chain))
    pytest.fail("nothing failed")


def _ours(text: str) -> str:
    """Without the frames of this file, which know the digits."""
    return re.sub(
        rf'  File "{re.escape(__file__)}".*?(?=\n  File|\n\w|\Z)', "", text, flags=re.DOTALL
    )


def entry(phone: Any) -> CardEntry:
    """The card's questions, put to *phone*."""
    return CardEntry(phone, TODAY, frozenset())


def on_channel(keys: str) -> RecordedPhone:
    """A caller on a channel, as jobs have one."""
    manner = replace(Manner(), phone_to_ear=0)
    return RecordedPhone(AgiPhone(Channel(keys).send, manner), SETTINGS.now)


@pytest.mark.parametrize(
    "keys",
    [f"{PAN[:9]}!", f"{PAN}!", f"{PAN}#!", f"{PAN}#0930{CVV[:2]}!", f"{PAN}#0930{CVV}1000!"],
    ids=["amid the number", "after the number", "after #", "amid the code", "amid the ZIP"],
)
async def test_hanging_up_amid_the_card_shows_none_of_it(keys: str) -> None:
    shown = await traceback_of(entry(on_channel(keys)).ask())
    assert "HungUp" in shown
    assert "agi.py" in shown
    assert [] == shows(shown)


async def test_a_channel_that_breaks_amid_the_card_shows_none_of_it() -> None:
    channel = Channel(f"{PAN[:9]}!")

    async def send(command: str) -> Mapping[str, object]:
        reply = await channel.send(command)
        if "error" in reply:
            raise RuntimeError("broken")
        return reply

    shown = await traceback_of(entry(AgiPhone(send, Manner())).ask())
    assert "RuntimeError" in shown
    assert [] == shows(shown)


async def test_giving_up_on_a_misread_card_shows_none_of_it() -> None:
    keys = f"{PAN[:-1]}2#" * 3
    shown = await traceback_of(entry(on_channel(keys)).ask())
    assert "TooManyTries" in shown
    assert [] == shows(shown)


async def test_a_reader_that_fails_shows_none_of_it() -> None:
    def read(digits: str) -> str:
        return digits[99]

    phone = on_channel(f"{PAN}#")
    shown = await traceback_of(ask(phone, Question((), read, at_most=19)))
    assert "IndexError" in shown
    assert [] == shows(shown)


def refusing() -> BraintreeGateway:
    """A gateway that Braintree does not know, with a network that quotes the request."""

    class Quoting:
        def __init__(self, *_: object) -> None:
            pass

        def http_do(self, _verb: str, _path: str, _headers: object, _body: str) -> list[object]:
            raise FAULTS.pop()

        def handle_exception(self, fault: Exception) -> None:
            raise fault

        def close(self) -> None:
            pass

    configuration = braintree.Configuration(
        environment=braintree.Environment.Sandbox,
        merchant_id="m",
        public_key="p",
        private_key="k",
        http_strategy=Quoting,
    )
    return BraintreeGateway(braintree.BraintreeGateway(configuration))


FAULTS: list[Exception] = []


@pytest.mark.parametrize(
    "fault",
    [
        requests.exceptions.ReadTimeout(f"POST <number>{PAN}</number>"),
        requests.exceptions.ConnectionError(f"POST <cvv>{CVV}</cvv>"),
        ValueError(f"cannot send {PAN}"),
    ],
    ids=["timeout", "connection", "other"],
)
async def test_a_fault_that_quotes_the_request_is_not_kept(fault: Exception) -> None:
    FAULTS.append(fault)
    outcome = await refusing().charge(Money(100), CARD, reference="r")
    assert [] == shows(repr(outcome))


@pytest.mark.parametrize(
    "fault",
    [
        requests.exceptions.ReadTimeout(f'{{"accountNumber": "{ACCOUNT}"}}'),
        ValueError(f"cannot send {ACCOUNT}"),
    ],
    ids=["timeout", "other"],
)
async def test_a_fault_in_a_bank_check_shows_none_of_the_account(fault: Exception) -> None:
    FAULTS.append(fault)
    asked = BankToKeep(BANK_ACCOUNT, "Ada Test", "I agree")
    kept = await refusing().save_bank(asked, customer="c", token="t")
    assert [] == shows(repr(kept))


async def test_a_refused_bank_check_shows_none_of_the_account() -> None:
    FAULTS.append(braintree.exceptions.authentication_error.AuthenticationError(f"for {ACCOUNT}"))
    asked = BankToKeep(BANK_ACCOUNT, "Ada Test", "I agree")
    shown = await traceback_of(refusing().save_bank(asked, customer="c", token="t"))
    assert "GatewayRefused" in shown
    assert [] == shows(shown)


async def test_hanging_up_amid_a_bank_account_shows_none_of_it() -> None:
    phone = on_channel(f"{ACCOUNT}#{ACCOUNT[:9]}!")
    question = Question((), read_bank_account, at_most=17)

    async def twice() -> None:
        await ask(phone, question)
        await ask(phone, question)

    shown = await traceback_of(twice())
    assert "HungUp" in shown
    assert [] == shows(shown)


async def test_a_refusal_shows_none_of_the_card() -> None:
    FAULTS.append(braintree.exceptions.authentication_error.AuthenticationError(f"for {PAN}"))
    shown = await traceback_of(refusing().charge(Money(100), CARD, reference="r"))
    assert "GatewayRefused" in shown
    assert "_charge" in shown
    assert [] == shows(shown)
