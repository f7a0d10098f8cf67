"""Linphone's console, a SIP client of another make, pays a bill."""

from __future__ import annotations

import re
import time
from pathlib import Path

from paytone.flows.agreement import REVIEW_PAY, REVIEW_TODAY
from paytone.flows.pay_bill import CONFIRMATION_IS, PAID
from paytone.line.demo import NUMBER, first_account, softphone
from paytone.line.installed import CHECKOUT
from paytone.line.line import Line
from paytone.prompts import Prompt
from paytone.rules.money import Money
from tests.call.biller import Biller, Customer
from tests.call.conversation import AGREE, GREETING, LEAVE, to_charge
from tests.call.linphone import Linphone
from tests.call.recorded import samples_of, when_said

PATIENCE_S = 60.0
SOUNDS = CHECKOUT / "sounds/en"


class Console:
    """What Asterisk tells that it plays, from now on."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._read = len(line.asterisk.messages)

    def await_prompt(self, prompt: Prompt) -> None:
        """
        Return when *prompt* begins, after the one last waited for.

        Raises:
            TimeoutError: It did not come.
        """
        end = time.monotonic() + PATIENCE_S
        playing = re.compile(rf"Playing 'paytone/{prompt}\.")
        while not (found := playing.search(self._line.asterisk.messages, self._read)):
            if time.monotonic() > end:
                raise TimeoutError(prompt)
            time.sleep(0.05)
        self._read = found.end()


def test_linphones_console_pays_the_bill_of_the_number_it_calls_from(
    biller: Biller, line: Line, tmp_path: Path
) -> None:
    demo = first_account()
    customer = Customer(demo.number, Money(11240), demo.pin)
    account = softphone(line.configuration.etc)
    console = Console(line)
    with Linphone(
        tmp_path,
        server=(account.host, account.port),
        username=account.user,
        password=account.password,
    ) as linphone:
        linphone.call(NUMBER)
        for prompt, keys in ((GREETING, "#"), *to_charge(customer)[1:], *AGREE, *LEAVE):
            console.await_prompt(prompt)
            time.sleep(0.5)  # long enough to be known again in the recording
            linphone.press(keys or "", pause=0.12)
        linphone.await_end()

    (payment,) = biller.payments(customer)
    assert ["submitting", "settling"] == biller.moves(payment)
    assert [("112.40", "submitted_for_settlement")] == biller.charges(payment)
    assert 0 == biller.owed_cents(customer)
    assert "goodbye" == biller.calls(customer)[0]["ending"]
    heard = samples_of(linphone.recording)
    times = [
        when_said(SOUNDS / f"{name}.ulaw", heard)
        for name in (REVIEW_PAY, REVIEW_TODAY, PAID, CONFIRMATION_IS)
    ]  # the last words may still wait to be written when the call ends
    assert None not in times
    assert sorted(times, key=lambda at: at or 0) == times
    assert when_said(SOUNDS / "line-trouble.ulaw", heard) is None
