"""A file of accounts is loaded whole or not at all."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from paytone.rules.bill import Owed, Payable, Restriction
from paytone.rules.contact import Contacts
from paytone.rules.line_fault import LineFault
from paytone.rules.money import Money
from paytone.rules.pin import hash_pin, pin_matches
from paytone.store import Store, account_file, accounts, contacts
from paytone.store.account_file import AccountRow
from paytone.store.contacts import Source
from paytone.store.load_accounts import AT_ONCE, SHOWN, Loaded, NotLoaded, load
from tests.store import given
from tests.store.given import NOW

TODAY = date(2026, 3, 2)
HEADER = "account_number,customer_name,phones,pin,pin_hash,bill_number,amount,currency,issued,due\n"
FILE = (
    "4412000000004412,First,3125550142;3125550143,2580,,B1,30.00,USD,2026-02-20,2026-03-05\n"
    "4412000000004412,First,3125550143;3125550142,2580,,B2,50.00,USD,2026-02-20,2026-04-05\n"
    "4412000000004413,Second,,,,B3,7.25,USD,2026-02-20,2026-03-05\n"
    "4412000000004414,Third,,,,,,,,\n"
)
EVERYTHING = """
    SELECT to_jsonb(customers) AS customer, to_jsonb(accounts) AS account, to_jsonb(bills) AS bill,
        (SELECT jsonb_agg(phone ORDER BY phone) FROM account_phones AS p
            WHERE p.account_id = accounts.id) AS phones
    FROM customers
    FULL JOIN accounts ON accounts.customer_id = customers.id
    FULL JOIN bills ON bills.account_id = accounts.id
    ORDER BY accounts.number, bills.number
"""


async def bring(store: Store, text: str, *, keep: bool = True) -> Loaded:
    return await load(
        store, account_file.read(io.StringIO(HEADER + text), TODAY), now=NOW, keep=keep
    )


async def test_accounts_and_bills_are_loaded(store: Store) -> None:
    assert Loaded(3, 0, 3, 0) == await bring(store, FILE)

    first = await accounts.by_number(store, "4412000000004412")
    third = await accounts.by_number(store, "4412000000004414")
    assert first
    assert third
    assert pin_matches(first.pin_hash, "2580")
    assert third.pin_hash is None
    assert first == await accounts.by_phone(store, "3125550143")
    assert given.owed((3000, date(2026, 3, 5)), (5000, date(2026, 4, 5))) == await accounts.owed(
        store, first.id
    )
    assert Owed(Money(0), None) == await accounts.owed(store, third.id)


async def test_the_same_file_again_changes_nothing(store: Store) -> None:
    await bring(store, FILE)
    before = await store.all(EVERYTHING)

    assert Loaded(0, 0, 0, 0) == await bring(store, FILE)
    assert before == await store.all(EVERYTHING)


async def test_a_dry_run_changes_nothing(store: Store) -> None:
    assert Loaded(3, 0, 3, 0) == await bring(store, FILE, keep=False)
    assert [] == await store.all(EVERYTHING)


async def test_a_known_account_takes_what_the_file_gives(store: Store) -> None:
    await bring(store, FILE)
    assert Loaded(0, 1, 0, 0) == await bring(
        store, "4412000000004412,Renamed,3125550143;3125550199,1357,,,,,,\n"
    )

    account = await accounts.by_number(store, "4412000000004412")
    assert account
    assert pin_matches(account.pin_hash, "1357")
    assert await accounts.by_phone(store, "3125550142") is None
    assert account == await accounts.by_phone(store, "3125550199")
    assert {"name": "Renamed"} == await store.one(
        "SELECT name FROM customers JOIN accounts ON customers.id = customer_id"
        " WHERE number = '4412000000004412'"
    )


async def test_a_known_account_keeps_what_the_file_leaves_out(store: Store) -> None:
    await bring(store, FILE)
    before = await store.all(EVERYTHING)

    assert Loaded(0, 0, 0, 0) == await bring(store, "4412000000004412,First,,,,,,,,\n")
    assert before == await store.all(EVERYTHING)


async def test_a_known_bill_takes_the_files_amount_and_dates(store: Store) -> None:
    await bring(store, FILE)
    assert Loaded(0, 0, 0, 1) == await bring(
        store, "4412000000004413,Second,,,,B3,9.00,USD,2026-02-20,2026-03-12\n"
    )

    account = await accounts.by_number(store, "4412000000004413")
    assert account
    assert given.owed((900, date(2026, 3, 12))) == await accounts.owed(store, account.id)


async def test_a_hash_serves_as_a_pin(store: Store) -> None:
    pin_hash = hash_pin("97531")
    await bring(store, f'4412000000004412,First,,,"{pin_hash}",,,,,\n')
    account = await accounts.by_number(store, "4412000000004412")

    assert account
    assert pin_hash == account.pin_hash


BAD = "441,Bad,,,,,,,,\n"


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        (FILE + BAD, ["line 6: account_number is not sixteen digits"]),
        (
            FILE + "4412000000004412,Another name,,,,,,,,\n",
            ["what it says of the account or its customer is not as in the account's"],
        ),
        (
            FILE + "4412000000004412,First,,1357,,,,,,\n",
            ["what it says of the account or its customer"],
        ),
        (
            FILE + "4412000000004412,First,3125550142,,,,,,,\n",
            ["what it says of the account or its customer"],
        ),
        (
            FILE + "4412000000004414,Third,,,,B1,1.00,USD,2026-02-20,2026-03-05\n",
            ["line 6: bill B1 is already on line 2"],
        ),
    ],
    ids=["a bad row", "two names", "two PINs", "two sets of phones", "a bill twice"],
)
async def test_a_bad_file_loads_nothing(store: Store, text: str, faults: list[str]) -> None:
    with pytest.raises(NotLoaded) as refused:
        await bring(store, text)

    assert len(faults) == refused.value.count
    for expected, fault in zip(faults, refused.value.faults, strict=True):
        assert expected in str(fault)
    assert [] == await store.all(EVERYTHING)


async def test_what_contradicts_the_database_loads_nothing(store: Store) -> None:
    await bring(store, FILE)
    before = await store.all(EVERYTHING)
    with pytest.raises(NotLoaded) as refused:
        await bring(
            store,
            "4412000000004415,New,,,,N1,1.00,USD,2026-02-20,2026-03-05\n"
            "4412000000004413,Second,,,,B1,30.00,USD,2026-02-20,2026-03-05\n"
            "4412000000004414,Third,,,,,,EUR,,\n",
        )

    assert [
        "line 3: bill B1 is known, for another account",
        "line 4: the account is known, in USD",
    ] == [str(fault) for fault in refused.value.faults]
    assert before == await store.all(EVERYTHING)


async def test_every_bad_row_is_counted_and_the_first_are_shown(store: Store) -> None:
    """Faults far behind the first batch are found too."""
    with pytest.raises(NotLoaded) as refused:
        await bring(store, BAD * (AT_ONCE + 5))

    assert AT_ONCE + 5 == refused.value.count
    assert list(range(2, SHOWN + 2)) == [fault.line for fault in refused.value.faults]


async def test_a_pin_is_the_same_across_batches(store: Store) -> None:
    row = "4412000000004412,First,,2580,,B{n},1.00,USD,2026-02-20,2026-03-05\n"
    text = "".join(row.format(n=n) for n in range(AT_ONCE + 5))

    assert Loaded(1, 0, AT_ONCE + 5, 0) == await bring(store, text)


async def test_two_imports_at_once_take_turns(store: Store) -> None:
    loaded = await asyncio.gather(bring(store, FILE), bring(store, FILE))

    assert {Loaded(3, 0, 3, 0), Loaded(0, 0, 0, 0)} == set(loaded)


async def test_a_customers_other_accounts_are_left_alone(store: Store) -> None:
    other = await given.account(store, "4412000000009999", phones=("3125550142",))
    await bring(store, FILE)

    assert other == await accounts.by_number(store, "4412000000009999")
    assert await accounts.by_phone(store, "3125550142") is None


async def test_an_address_is_taken_and_kept(store: Store) -> None:
    async def bring_emails(*rows: str) -> Loaded:
        text = "account_number,customer_name,email\n" + "".join(f"{row}\n" for row in rows)
        return await load(store, account_file.read(io.StringIO(text), TODAY), now=NOW)

    async def address() -> str | None:
        row = await store.one("SELECT email FROM customers")
        return row["email"] if row else None

    assert Loaded(1, 0, 0, 0) == await bring_emails("4412000000004412,First,one@customer.example")
    assert "one@customer.example" == await address()
    assert Loaded(0, 0, 0, 0) == await bring_emails("4412000000004412,First,")
    assert "one@customer.example" == await address()
    assert Loaded(0, 1, 0, 0) == await bring_emails("4412000000004412,First,two@customer.example")
    assert "two@customer.example" == await address()
    with pytest.raises(NotLoaded):
        await bring_emails(
            "4412000000004412,First,one@customer.example",
            "4412000000004412,First,two@customer.example",
        )


CONTACTS = "account_number,customer_name,email,mobile,sms_consent,language,billing_day,zip\n"
NUMBER = "4412000000004412"


async def bring_contacts(store: Store, *rows: str) -> Loaded:
    text = CONTACTS + "".join(f"{NUMBER},First,{row}\n" for row in rows)
    return await load(store, account_file.read(io.StringIO(text), TODAY), now=NOW)


async def reached(store: Store) -> Contacts:
    account = await accounts.by_number(store, NUMBER)
    assert account
    return (await contacts.of_account(store, account.id))[1]


async def test_contacts_and_agreements_are_loaded_once(store: Store) -> None:
    row = "one@customer.example,(312) 555-0142,form of 2026-01-12,es,20,60188-1234"
    assert Loaded(1, 0, 0, 0) == await bring_contacts(store, row, ",,,,,")
    assert Contacts("one@customer.example", True, "3125550142", True) == await reached(store)
    stored = await store.one("SELECT language, billing_day, zip FROM customers, accounts")
    assert {"language": "es", "billing_day": 20, "zip": "60188"} == stored
    assert Loaded(0, 0, 0, 0) == await bring_contacts(store, row)
    assert Loaded(0, 0, 0, 0) == await bring_contacts(store, ",,,,,")
    (consent,) = await store.all("SELECT source, said FROM contact_consents")
    assert {"source": "import", "said": "form of 2026-01-12"} == consent


async def test_who_answered_stop_is_not_texted_again_by_the_same_file(store: Store) -> None:
    row = ",3125550142,form of 2026-01-12,,,"
    await bring_contacts(store, row)
    source = Source("sms", "a text message")
    await contacts.stop_number(store, "3125550142", how="stop", source=source, now=given.NOW)
    await bring_contacts(store, row)
    assert not (await reached(store)).sms_receipts
    await bring_contacts(store, ",3125550142,form of 2026-06-01,,,")
    assert (await reached(store)).sms_receipts


async def test_a_number_in_a_file_is_no_agreement(store: Store) -> None:
    await bring_contacts(store, ",3125550142,,,,")
    assert Contacts(None, True, "3125550142", False) == await reached(store)


async def test_what_a_file_changed_is_told(store: Store) -> None:
    await bring_contacts(store, ",3125550142,,,,")
    account = await accounts.by_number(store, NUMBER)
    assert account
    assert Loaded(0, 1, 0, 0) == await bring_contacts(store, ",3125550199,,,,")
    told = await contacts.changes(store, account.id)
    assert ["import", "import"] == [row["source"] for row in told]


def terms(*rows: str) -> Iterator[AccountRow | LineFault]:
    """The rows of a file that says how accounts may be paid."""
    header = (
        "account_number,customer_name,customer_number,payable,payable_reason,minimum,keep_service"
    )
    text = "".join(f"{row}\n" for row in (header, *rows))
    return account_file.read(io.StringIO(text), TODAY)


async def test_how_an_account_may_be_paid_is_taken_and_kept(store: Store) -> None:
    first = "4412000000004412,First,,no,collections,25.00,89.90"
    assert Loaded(1, 0, 0, 0) == await load(store, terms(first), now=NOW)
    before = await store.all(EVERYTHING)
    for same in (first, "4412000000004412,First,,,,,"):
        assert Loaded(0, 0, 0, 0) == await load(store, terms(same), now=NOW + timedelta(days=1))
        assert before == await store.all(EVERYTHING)
    account = await accounts.by_number(store, "4412000000004412")
    assert account
    assert (Payable.NO, Restriction.COLLECTIONS) == (account.payable, account.restriction)

    freed = "4412000000004412,First,,yes,,0,0.00"
    assert Loaded(0, 1, 0, 0) == await load(store, terms(freed), now=NOW)
    (row,) = await store.all(
        "SELECT payable, payable_reason, minimum_cents, keep_service_cents FROM accounts"
    )
    assert ["yes", None, None, None] == list(row.values())


async def test_what_is_asked_is_asked_from_when_it_was_loaded(store: Store) -> None:
    await load(store, terms("4412000000004412,First,,,,25.00,89.90"), now=NOW)
    (row,) = await store.all(
        "SELECT minimum_cents, minimum_at, keep_service_cents, keep_service_at FROM accounts"
    )
    assert [2500, NOW, 8990, NOW] == list(row.values())


WHOSE = """
    SELECT accounts.number, customers.biller_id AS customer
    FROM accounts JOIN customers ON customers.id = customer_id ORDER BY accounts.number
"""
CUSTOMERS = "SELECT count(DISTINCT customer_id) AS count FROM accounts"


async def test_accounts_with_the_same_customer_number_are_one_customers(store: Store) -> None:
    rows = (
        "4412000000004412,Same,C1,,,,",
        "4412000000004413,Same,C1,,,,",
        "4412000000004414,Other,,,,,",
    )
    assert Loaded(3, 0, 0, 0) == await load(store, terms(*rows), now=NOW)
    assert Loaded(0, 0, 0, 0) == await load(store, terms(*rows), now=NOW)
    assert ["C1", "C1", None] == [row["customer"] for row in await store.all(WHOSE)]
    assert [{"count": 2}] == await store.all(CUSTOMERS)


async def test_known_accounts_are_brought_together_under_the_first_ones_customer(
    store: Store,
) -> None:
    await bring(store, FILE)
    customer = "SELECT customer_id FROM accounts WHERE number = '4412000000004412'"
    before = await store.one(customer)
    rows = ("4412000000004412,First,C1,,,,", "4412000000004413,First,C1,,,,")
    assert Loaded(0, 2, 0, 0) == await load(store, terms(*rows), now=NOW)
    assert before == await store.one(customer)
    assert ["C1", "C1", None] == [row["customer"] for row in await store.all(WHOSE)]


async def test_an_account_moves_to_the_customer_that_a_file_names(store: Store) -> None:
    await load(store, terms("4412000000004412,First,C1,,,,"), now=NOW)
    moved = ("4412000000004412,First,C2,,,,", "4412000000004413,First,C2,,,,")
    assert Loaded(1, 1, 0, 0) == await load(store, terms(*moved), now=NOW)
    assert ["C2", "C2"] == [row["customer"] for row in await store.all(WHOSE)]


async def test_every_fault_of_what_is_asked_is_told_at_once(store: Store) -> None:
    rows = (
        "4412000000004412,First,,maybe,,,",
        "4412000000004413,First,,no,,,",
        "4412000000004414,First,,no,bank-return,,",
        "4412000000004415,First,,yes,closed,,",
        "4412000000004416,First,,,closed,,",
        "4412000000004417,First,,,,-1.00,",
        "4412000000004418,First,,,,,1.005",
    )
    with pytest.raises(NotLoaded) as refused:
        await load(store, terms(*rows), now=NOW)
    assert [
        "line 2: payable is not yes, card-only or no",
        "line 3: payable_reason of no is cash-only or closed or collections",
        "line 4: payable_reason of no is cash-only or closed or collections",
        "line 5: payable_reason of yes is none",
        "line 6: payable is not yes, card-only or no",
        "line 7: minimum is below zero",
        "line 8: keep_service is not a number with at most two decimals, such as 112.40",
    ] == [str(fault) for fault in refused.value.faults]


@pytest.mark.parametrize(
    ("second", "why"),
    [
        ("4412000000004412,First,C2,,,,", "is not as in the account's first row"),
        ("4412000000004412,First,,no,closed,,", "is not as in the account's first row"),
        ("4412000000004412,First,,no,cash-only,,", "is not as in the account's first row"),
        ("4412000000004412,First,,,,1,", "is not as in the account's first row"),
        ("4412000000004412,First,,,,,1", "is not as in the account's first row"),
        ("4412000000004413,Other,C1,,,,", "is not as in the customer's first row"),
    ],
)
async def test_rows_that_do_not_agree_are_told(store: Store, second: str, why: str) -> None:
    first = "4412000000004412,First,C1,no,collections,5,5"
    with pytest.raises(NotLoaded) as refused:
        await load(store, terms(first, second), now=NOW)
    assert [3] == [fault.line for fault in refused.value.faults]
    assert why in refused.value.faults[0].why
