"""Hanging up at every question of a real call, and after the 1 that pays."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import pytest_asyncio

from paytone.ask import ONE_MOMENT
from paytone.caller import Hearing, script
from paytone.flows.agreement import ASK_CHANGE, REVIEW_KEYS, REVIEW_PAY
from paytone.flows.amount_entry import ASK_AMOUNT, ASK_AMOUNT_KIND, FOR, IS_THAT_RIGHT
from paytone.flows.card_entry import ASK_CARD, ASK_CVV_3, ASK_EXPIRY, ASK_POSTAL
from paytone.flows.confirm import REPEAT_CONFIRMATION
from paytone.flows.identify import ASK_ACCOUNT, ASK_PIN
from paytone.flows.menu import MENU
from paytone.flows.pay_bill import TRY_ANOTHER_CARD
from tests.call.biller import USUAL, Biller, Customer, Together
from tests.call.conversation import AGREE, PAY, Turns, card, identified, other, slow_card, to_charge

PART = (*PAY, *other("40*00#"))

AT: dict[str, Turns] = {
    "the menu": ((MENU, None),),
    "the kind of amount": (*PAY, (ASK_AMOUNT_KIND, None)),
    "the amount": (*PAY, (ASK_AMOUNT_KIND, "4"), (ASK_AMOUNT, None)),
    "which amount was meant": (
        *PAY,
        (ASK_AMOUNT_KIND, "4"),
        (ASK_AMOUNT, "150#"),
        (FOR, None),
    ),
    "the amount read back": (*PART[:-1], (IS_THAT_RIGHT, None)),
    "the card": (*PART, (ASK_CARD, None)),
    "the expiry": (*PART, *slow_card()[:1], (ASK_EXPIRY, None)),
    "the security code": (*PART, *slow_card()[:2], (ASK_CVV_3, None)),
    "the ZIP": (*PART, *card()[:3], (ASK_POSTAL, None)),
    "the review": (*PART, *card(), (REVIEW_PAY, None)),
    "the review's keys": (*PART, *card(), (REVIEW_KEYS, None)),
    "what to change": (*PART, *card(), (REVIEW_KEYS, "2"), (ASK_CHANGE, None)),
}
SLOW = ("112.41", "112.42", "112.43")
"""What is owed by who meets a slow gateway, so that it is slow for nobody else."""
UNKNOWN_CALLERS = """
    SELECT ending FROM calls
    WHERE account_id IS NULL AND opened_at > %(since)s AND closed_at IS NOT NULL
"""


@pytest.fixture(scope="module")
def biller(hearing: Hearing) -> Iterator[Biller]:
    """A line that only these callers call."""
    owing = {USUAL: len(AT) + 3, "2001.00": 1} | dict.fromkeys(SLOW, 1)
    with Biller.opened(hearing, owing) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def held(biller: Biller) -> Together:
    """Everyone who hangs up, at the same time."""

    async def hang_up(*turns: tuple[object, str | None]) -> None:
        async with biller.dial() as call:
            await script(call, turns)  # type: ignore[arg-type]

    async def at(turns: Turns, owes: str = USUAL) -> Customer:
        customer = biller.customer(owes)
        await hang_up(*identified(customer), *turns)
        await biller.ending(customer)
        return customer

    async def amid_the_card_number() -> Customer:
        customer = biller.customer()
        async with biller.dial() as call:
            await script(call, (*identified(customer), *PART, (ASK_CARD, "411111")))
        await biller.ending(customer)
        return customer

    async def after_the_one(owes: str, *, seconds: float, filler: bool) -> Customer:
        customer = biller.customer(owes)
        async with biller.dial() as call:
            await script(call, (*to_charge(customer), (REVIEW_KEYS, "")))
            async with biller.fault(when="before", act="delay", seconds=seconds, amount=owes):
                await call.press("1")
                if filler:
                    await call.hear(ONE_MOMENT)
                await call.hang_up()
        await biller.ending(customer)
        return customer

    def strangers() -> list[str]:
        return [row["ending"] for row in biller.rows(UNKNOWN_CALLERS, since="2020-01-01")]

    async def before_identifying() -> list[str]:
        await hang_up((ASK_ACCOUNT, None))
        await hang_up((ASK_ACCOUNT, biller.customer().number), (ASK_PIN, None))
        return list(await biller.until(lambda: len(strangers()) == 2 and strangers()))

    return await Together.hold(
        {name: at(turns) for name, turns in AT.items()}
        | {
            "before": before_identifying(),
            "amid the card number": amid_the_card_number(),
            "declined": at((*to_charge_only(), (TRY_ANOTHER_CARD, None)), "2001.00"),
            "confirmation": at((*to_charge_only(), (REPEAT_CONFIRMATION, None))),
            "at once": after_the_one(SLOW[2], seconds=0.5, filler=False),
            "at once, slow gateway": after_the_one(SLOW[0], seconds=4, filler=False),
            "in the filler": after_the_one(SLOW[1], seconds=4, filler=True),
        }
    )


def to_charge_only() -> Turns:
    """From the menu to the 1 that pays the whole balance."""
    return (*PAY, (ASK_AMOUNT_KIND, "2"), *card(), *AGREE)


def test_before_identifying_the_call_is_all_that_is_stored(held: Together) -> None:
    assert ["hung-up", "hung-up"] == held["before"]


@pytest.mark.parametrize("question", AT)
def test_hanging_up_at_a_question_charges_nothing(
    biller: Biller, held: Together, question: str
) -> None:
    customer = held[question]
    (call,) = biller.calls(customer)
    assert [] == biller.payments(customer)
    assert customer.owes.cents == biller.owed_cents(customer)
    assert "hung-up" == call["ending"]
    last = biller.events(call)[-1]["kind"]
    assert ("announced" if question == "the review" else "hung-up") == last


def test_hanging_up_amid_the_card_number_charges_nothing(biller: Biller, held: Together) -> None:
    customer = held["amid the card number"]
    (call,) = biller.calls(customer)
    assert [] == biller.payments(customer)
    assert "hung-up" == call["ending"]
    assert ["asked", "hung-up"] == [event["kind"] for event in biller.events(call)][-2:]


def test_hanging_up_after_a_decline_leaves_it_declined(biller: Biller, held: Together) -> None:
    customer = held["declined"]
    (payment,) = biller.payments(customer)
    assert ["submitting", "declined"] == biller.moves(payment)
    assert [("2001.00", "processor_declined")] == biller.charges(payment)


@pytest.mark.parametrize(
    "when", ["confirmation", "at once", "at once, slow gateway", "in the filler"]
)
def test_hanging_up_after_the_one_is_charged_once_and_stored(
    biller: Biller, held: Together, when: str
) -> None:
    customer = held[when]
    (payment,) = biller.payments(customer)
    assert ["submitting", "settling"] == biller.moves(payment)
    slow = {"at once, slow gateway": SLOW[0], "in the filler": SLOW[1], "at once": SLOW[2]}
    owed = slow.get(when, USUAL)
    assert [(owed, "submitted_for_settlement")] == biller.charges(payment)
    assert 0 == biller.owed_cents(customer)
    assert "hung-up" == biller.calls(customer)[0]["ending"]
