"""The FastAGI server killed in the middle of real calls: they go on, and nobody pays twice."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
import pytest_asyncio

from paytone.app import LINE_TROUBLE
from paytone.ask import ONE_MOMENT
from paytone.caller import Hearing
from paytone.flows.agreement import REVIEW_KEYS
from paytone.flows.amount_entry import ASK_AMOUNT_KIND
from paytone.flows.card_entry import ASK_CARD
from paytone.flows.confirm import REPEAT_CONFIRMATION
from paytone.flows.goodbye import GOODBYE
from paytone.flows.identify import ASK_ACCOUNT, ASK_PIN
from paytone.flows.menu import MENU
from paytone.flows.pay_bill import CONFIRMATION_IS, PAID
from paytone.flows.resume import STILL_UNKNOWN, WENT_THROUGH
from paytone.line.installed import CHECKOUT
from paytone.prompts import Prompt
from tests.call.biller import USUAL, Biller, Together
from tests.call.conversation import (
    AGREE,
    GREETING,
    LEAVE,
    NO_AGENT,
    PATIENT,
    TO_AGENT,
    WHOLE,
    Turns,
    card,
    in_order,
    promptly,
    said,
    silence,
)
from tests.call.crash import Meeting

PAYING: Turns = (*WHOLE, *card(), *AGREE, *LEAVE)
ANYTHING_ELSE = Prompt("anything-else")

PLACES: dict[str, tuple[Prompt, int, Turns]] = {
    "PIN": (
        ASK_PIN,
        1,
        ((ASK_ACCOUNT, "account"), (ASK_PIN, "2580#"), (Prompt("you-owe"), "1"), *PAYING),
    ),
    "menu": (MENU, 2, ((MENU, "1"), *PAYING)),
    "card": (ASK_CARD, 4, PAYING),
}
"""The question at which the server dies, what was answered before it, and what is after."""


@pytest.fixture(scope="module")
def biller(hearing: Hearing) -> Iterator[Biller]:
    """A line whose server may be killed; it waits long for keys."""
    with Biller.opened(hearing, {USUAL: 12}, settings=PATIENT) as opened:
        yield opened


@pytest.fixture(scope="module")
def broken(hearing: Hearing, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Biller]:
    """A line whose jobs cannot be run as processes either."""
    dialplan = tmp_path_factory.mktemp("broken") / "dialplan"
    shutil.copytree(CHECKOUT / "dialplan", dialplan)
    extensions = dialplan / "extensions.conf"
    shipped = extensions.read_text()
    extensions.write_text(shipped.replace("=@AGI_DIR@", f"={dialplan}"))
    with Biller.opened(hearing, {USUAL: 4}, dialplan=dialplan, settings=PATIENT) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def held(biller: Biller, broken: Biller) -> Together:
    """Every caller, and both servers' deaths."""
    meeting = Meeting(biller, callers=len(PLACES) + 2, charges=2)
    hopeless = Meeting(broken, callers=2, charges=1)
    leave: Turns = ((MENU, "#"),)
    told: Turns = ((REPEAT_CONFIRMATION, "#"), (MENU, "#"))
    together = await Together.hold(
        {
            "kill": meeting.kill(),
            **{place: meeting.at_a_question(*turns) for place, turns in PLACES.items()},
            "not charged yet": meeting.in_the_charge("before", leave),
            "charged": meeting.in_the_charge("after", told),
            "afterwards": meeting.afterwards(),
            "hung up afterwards": meeting.hangs_up_afterwards(),
            "kill both": hopeless.kill(),
            "both, card": hopeless.at_a_question(ASK_CARD, 4, ()),
            "both, charged": hopeless.in_the_charge("after", ()),
        }
    )
    unheard = together["not charged yet"].customer
    await biller.until(lambda: biller.charged(unheard))
    return together


@pytest.fixture(scope="module")
def reconciled(biller: Biller, broken: Biller, held: Together) -> list[str]:
    """What the operator's command prints at either line after that."""
    command = ("payments", "reconcile", "--settle-after", "0", "--give-up-after", "1")
    return [each.line.paytone(*command) for each in (biller, broken)]


@pytest.mark.parametrize("place", PLACES)
def test_a_call_goes_on_when_the_server_dies_at_a_question(
    biller: Biller, held: Together, place: str
) -> None:
    call, customer = held[place].call, held[place].customer
    (payment,) = biller.payments(customer)
    question = {"PIN": ASK_ACCOUNT, "menu": MENU, "card": ASK_AMOUNT_KIND}[place]
    at = PLACES[place][0]
    assert in_order(call, at, ONE_MOMENT, question, PAID, CONFIRMATION_IS, MENU, GOODBYE)
    assert LINE_TROUBLE not in call.heard
    assert [payment["confirmation"]] == said(call)
    assert ["submitting", "settling"] == biller.moves(payment)
    assert [("112.40", "submitted_for_settlement")] == biller.charges(payment)
    assert "goodbye" == biller.calls(customer)[0]["ending"]


def test_when_it_dies_before_the_charge_the_caller_is_told_not_to_pay_again(
    biller: Biller, held: Together, reconciled: list[str]
) -> None:
    call, customer = held["not charged yet"].call, held["not charged yet"].customer
    (payment,) = biller.payments(customer)
    after = call.heard[call.heard.index(REVIEW_KEYS) + 1 :]
    assert in_order(call, REVIEW_KEYS, STILL_UNKNOWN, ANYTHING_ELSE, MENU, GOODBYE)
    assert not {PAID, ASK_AMOUNT_KIND, ASK_CARD, WENT_THROUGH} & set(after)
    assert ["submitting", "settling"] == biller.moves(payment)
    assert [("112.40", "submitted_for_settlement")] == biller.charges(payment)
    assert f"{payment['confirmation']}  112.40 USD  settling" in reconciled[0]


def test_when_it_dies_after_the_charge_the_caller_hears_that_it_counts(
    biller: Biller, held: Together
) -> None:
    call, customer = held["charged"].call, held["charged"].customer
    (payment,) = biller.payments(customer)
    assert in_order(call, REVIEW_KEYS, WENT_THROUGH, CONFIRMATION_IS, MENU, GOODBYE)
    assert [payment["confirmation"]] == said(call)
    assert ["submitting", "settling"] == biller.moves(payment)
    assert [("112.40", "submitted_for_settlement")] == biller.charges(payment)
    assert 0 == biller.owed_cents(customer)


def test_a_call_that_begins_without_the_server_pays(biller: Biller, held: Together) -> None:
    call, customer = held["afterwards"].call, held["afterwards"].customer
    (payment,) = biller.payments(customer)
    assert in_order(call, GREETING, ASK_PIN, ASK_AMOUNT_KIND, PAID, CONFIRMATION_IS, GOODBYE)
    assert [payment["confirmation"]] == said(call)
    assert ["submitting", "settling"] == biller.moves(payment)
    assert ["112.40"] == biller.charged(customer)


def test_without_the_server_too_a_hang_up_after_the_one_is_charged_and_stored(
    biller: Biller, held: Together
) -> None:
    customer = held["hung up afterwards"]
    (payment,) = biller.payments(customer)
    assert ["submitting", "settling"] == biller.moves(payment)
    assert [("112.40", "submitted_for_settlement")] == biller.charges(payment)
    assert "hung-up" == biller.calls(customer)[0]["ending"]


@pytest.mark.parametrize("place", ["card", "charged"])
def test_when_no_job_can_run_any_more_the_caller_hears_so_and_gets_a_person(
    held: Together, place: str
) -> None:
    call = held[f"both, {place}"].call
    assert [LINE_TROUBLE, TO_AGENT, NO_AGENT] == call.heard[-3:]
    assert PAID not in call.heard


def test_even_then_a_charge_is_found_and_counts_once(
    broken: Biller, held: Together, reconciled: list[str]
) -> None:
    customer = held["both, charged"].customer
    (payment,) = broken.payments(customer)
    assert ["submitting", "settling"] == broken.moves(payment)
    assert [("112.40", "submitted_for_settlement")] == broken.charges(payment)
    assert f"{payment['confirmation']}  112.40 USD  settling" in reconciled[1]
    assert [] == broken.payments(held["both, card"].customer)


@pytest.mark.parametrize("name", ["afterwards", "both, card", "both, charged"])
def test_the_line_is_never_silent_for_long(held: Together, name: str) -> None:
    """Where the machine does not start a process for each of many calls at once."""
    call, since = held[name].call, held[name].since
    assert promptly(call, since=since), (silence(call, since=since), call.gaps, call.heard)
