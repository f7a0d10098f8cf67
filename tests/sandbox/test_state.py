"""State in a file: a restart loses nothing, and no number is ever in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from braintree import TransactionSearch as Search

from paytone.sandbox.control.codec import Unreadable, from_text, to_text
from paytone.sandbox.control.faults import Fault
from paytone.sandbox.control.state import State
from paytone.sandbox.core import Sandbox
from paytone.sandbox.merchants import MERCHANTS
from paytone.sandbox.strategy import gateway_for
from paytone.sandbox.webhooks import Hook, tell_check
from tests.sandbox.conftest import CVV, VISA, Clock, codes, order
from tests.sandbox.test_bank_accounts import DAY, SLOW, TOKENIZE, account, ask, debit, vaulted

ACCOUNT = "9081726354"


class Runs:
    """One sandbox after the other, on the same file."""

    def __init__(self, file: Path, clock: Clock) -> None:
        self.file, self.clock = file, clock
        self.state: State | None = None
        self.restart()

    def restart(self) -> None:
        self.stop()
        self.state = State(self.file)
        self.sandbox = Sandbox(self.clock, keeper=self.state)
        self.sdk = gateway_for(self.sandbox, timeout=20.0, sleep=self.clock.move)

    def stop(self) -> None:
        if self.state is not None:
            self.state.close()
            self.state = None


@pytest.fixture
def runs(tmp_path: Path, clock: Clock) -> Iterator[Runs]:
    made = Runs(tmp_path / "sandbox.db", clock)
    yield made
    made.stop()


def everything(sandbox: Sandbox) -> dict[str, object]:
    """All that the books hold, as text."""
    names = (
        "merchant", "transactions", "customers", "cards", "methods", "nonces", "checks",
        "verifications", "alike", "ordered", "keyed", "consumed", "hook", "notices",
    )  # fmt: skip
    return {
        f"{merchant} {name}": sorted(getattr(books, name))
        if name == "consumed"
        else repr(getattr(books, name))
        for merchant, books in sandbox.books.items()
        for name in names
    }


def use_it_all(runs: Runs) -> None:
    """Sales, a vault, debits, verifications, a webhook and changed settings."""
    sdk = runs.sdk
    customer = sdk.customer.create(
        {"first_name": "Ada", "credit_card": {"number": VISA, "expiration_date": "09/2030"}}
    ).customer
    sale = sdk.transaction.sale(order(order_id="a", api_request_key="k")).transaction
    sdk.testing.settle_transaction(sale.id)
    sdk.transaction.refund(sale.id, "1.00")
    sdk.transaction.sale(order("2001.00", order_id="b"))
    sdk.payment_method.create(
        {"customer_id": customer.id, "payment_method_nonce": "fake-paypal-billing-agreement-nonce"}
    )
    ask(sdk, TOKENIZE, account(ACCOUNT))
    vaulted(sdk, SLOW, "MICRO_TRANSFERS")
    debit(sdk)
    books = runs.sandbox.books_of()
    books.hook = Hook("http://127.0.0.1:9/", copies=2)
    tell_check(books, runs.sandbox.now())
    runs.sandbox.advance(5)


def test_a_restart_loses_nothing(runs: Runs) -> None:
    use_it_all(runs)
    before, time = everything(runs.sandbox), runs.sandbox.now()

    runs.restart()

    assert before == everything(runs.sandbox)
    assert time == runs.sandbox.now()


def test_a_key_works_on_after_a_restart(runs: Runs) -> None:
    first = runs.sdk.transaction.sale(order(api_request_key="k")).transaction

    runs.restart()

    assert first.id == runs.sdk.transaction.sale(order(api_request_key="k")).transaction.id
    changed = runs.sdk.transaction.sale(order("1.00", api_request_key="k"))
    assert [("api_request_key", "915232")] == codes(changed)


def test_a_duplicate_is_known_after_a_restart(runs: Runs) -> None:
    runs.sdk.transaction.sale(order(order_id="a"))

    runs.restart()

    again = runs.sdk.transaction.sale(order(order_id="a"))
    assert "duplicate" == again.transaction.gateway_rejection_reason


def test_a_debit_settles_after_a_restart(runs: Runs) -> None:
    sale = debit(runs.sdk)

    runs.restart()
    runs.sandbox.advance(3 * DAY)

    assert "settled" == runs.sdk.transaction.find(sale).status


def test_what_was_deleted_stays_so(runs: Runs) -> None:
    customer = runs.sdk.customer.create({"first_name": "Ada"}).customer
    runs.sdk.customer.delete(customer.id)

    runs.restart()

    assert customer.id not in runs.sandbox.books_of().customers


def test_work_done_late_is_kept(runs: Runs) -> None:
    """A sale made after its client gave up, with nobody asking anything since."""
    runs.sandbox.faults.inject(Fault("sale", "before", "delay", seconds=5))
    runs.sdk.transaction.sale(order(order_id="late"))

    runs.restart()

    [sale] = runs.sdk.transaction.search(Search.order_id == "late")
    assert sale.order_id == "late"


def test_a_reset_empties_the_file(runs: Runs) -> None:
    fresh = everything(runs.sandbox)
    use_it_all(runs)

    runs.sandbox.reset()
    runs.restart()

    assert [] == [name for name, value in everything(runs.sandbox).items() if value != fresh[name]]


def test_no_number_and_no_cvv_is_in_the_file(runs: Runs) -> None:
    use_it_all(runs)
    runs.stop()

    written = b"".join(part.read_bytes() for part in runs.file.parent.iterdir())

    assert b"1111" in written
    found = [plain for plain in (VISA, ACCOUNT, SLOW, f'"{CVV}"') if plain.encode() in written]
    assert [] == found


def test_what_is_no_such_file_is_said_so(tmp_path: Path) -> None:
    file = tmp_path / "other"
    file.write_text("not a database, and longer than a header" * 9)

    with pytest.raises(OSError, match="not a database"):
        State(file)


@pytest.mark.parametrize(
    "text", ["{", '{"@": "os:system", "v": {}}', '{"@": "core:Sandbox", "v": {}}', '{"@": 1}']
)
def test_text_of_others_makes_nothing(text: str) -> None:
    with pytest.raises(Unreadable):
        from_text(text)


def test_merchants_go_through_unchanged() -> None:
    assert MERCHANTS == from_text(to_text(MERCHANTS))


def test_an_unknown_kind_is_not_kept() -> None:
    with pytest.raises(TypeError):
        to_text(object())


def test_faults_and_their_log_outlive_a_restart(runs: Runs) -> None:
    runs.sandbox.faults.inject(Fault("sale", "after", "delay", times=3))
    runs.sdk.transaction.sale(order(order_id="a"))
    before = runs.sandbox.faults.view()

    runs.restart()

    assert before == runs.sandbox.faults.view()
    runs.sdk.transaction.sale(order(order_id="b"))
    assert ["a", "b"] == [strike.order_id for strike in runs.sandbox.faults.struck]
    assert 2 == runs.sandbox.faults.inject(Fault())


def test_what_a_fault_did_late_is_in_its_log_after_a_restart(runs: Runs) -> None:
    runs.sandbox.faults.inject(Fault("sale", "before", "delay", seconds=5))
    runs.sdk.transaction.sale(order())

    runs.restart()

    assert [True] == [strike.worked for strike in runs.sandbox.faults.struck]


def test_forgotten_faults_stay_so(runs: Runs) -> None:
    for order_id in "ab":
        runs.sandbox.faults.inject(Fault("sale", act="delay", times=2))
        runs.sdk.transaction.sale(order(order_id=order_id))
    runs.sandbox.faults.clear()
    runs.sandbox.faults.inject(Fault("sale", act="delay"))
    runs.sdk.transaction.sale(order(order_id="c"))

    runs.restart()

    assert ["c"] == [strike.order_id for strike in runs.sandbox.faults.struck]
    assert {} == runs.sandbox.faults.waiting


def test_dice_go_on_after_a_restart_where_they_were(runs: Runs) -> None:
    def hits(count: int) -> list[bool]:
        found = []
        for _ in range(count):
            before = len(runs.sandbox.faults.struck)
            runs.sdk.transaction.search(Search.order_id == "none")
            found.append(len(runs.sandbox.faults.struck) > before)
        return found

    fault = Fault("search", "after", "delay", times=0, probability=0.4, seed=3)
    runs.sandbox.faults.inject(fault)
    throughout = hits(20)
    runs.sandbox.reset()
    runs.sandbox.faults.inject(fault)

    first = hits(9)
    runs.restart()

    assert throughout == first + hits(11)
    assert len(set(throughout)) == 2
