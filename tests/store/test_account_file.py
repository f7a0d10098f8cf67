"""What a row of an operator's file means, or what is wrong with it."""

import io
from datetime import date

import pytest

from paytone.rules.line_fault import LineFault
from paytone.rules.money import Money
from paytone.rules.pin import hash_pin
from paytone.store.account_file import AccountRow, BilledAmount, read

TODAY = date(2026, 3, 2)
HEADER = "account_number,customer_name,phones,pin,pin_hash,bill_number,amount,currency,issued,due\n"
HASH = hash_pin("2580")


def rows(text: str, header: str = HEADER) -> list[AccountRow | LineFault]:
    return list(read(io.StringIO(header + text), TODAY))


def test_a_row_is_an_account_and_a_bill() -> None:
    read_rows = rows("4412 0000-0000 4412, Test ,1 (312) 555-0142;3125550141,2580,,B1,112.40,USD,"
                     "2026-02-20,2026-03-05\n")  # fmt: skip

    assert [
        AccountRow(
            line=2,
            account_number="4412000000004412",
            customer_name="Test",
            currency="USD",
            phones=("3125550141", "3125550142"),
            pin="2580",
            pin_hash=None,
            bill=BilledAmount("B1", Money(11240), date(2026, 2, 20), date(2026, 3, 5)),
        )
    ] == read_rows


def test_a_row_hides_its_pin() -> None:
    (row,) = rows("4412000000004412,Test,,2580,,,,,,\n")

    assert "2580" not in repr(row)


def test_two_columns_are_enough() -> None:
    assert [
        AccountRow(2, "4412000000004412", "Test", "USD", None, pin=None, pin_hash=None, bill=None)
    ] == rows("4412000000004412,Test\n", "account_number,customer_name\n")


def test_dates_may_count_from_today() -> None:
    (row,) = rows("4412000000004412,Test,,,,B1,-5.5,EUR,-5d,+14d\n")

    assert isinstance(row, AccountRow)
    assert BilledAmount("B1", Money(-550, "EUR"), date(2026, 2, 25), date(2026, 3, 16)) == row.bill


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ("441200000000441,Test,,,,,,,,", "account_number is not sixteen digits"),
        ("44120000000044AB,Test,,,,,,,,", "account_number is not sixteen digits"),
        ("\u0664\u0664000000004412,Test,,,,,,,,", "account_number is not sixteen digits"),
        ("4412000000004412,,,,,,,,,", "customer_name is empty"),
        (f"4412000000004412,{'x' * 201},,,,,,,,", "customer_name is longer"),
        ("4412000000004412,\x00,,,,,,,,", "customer_name is longer than 200 characters or not"),
        ("4412000000004412,Test,555-0142,,,,,,,", "phones are not ten-digit numbers"),
        ("4412000000004412,Test,3125550142;,,,,,,,", "phones are not ten-digit numbers"),
        ("4412000000004412,Test,,123,,,,,,", "pin is not four to six digits"),
        ("4412000000004412,Test,,12a4,,,,,,", "pin is not four to six digits"),
        ("4412000000004412,Test,,,2580,,,,,", "pin_hash is not an argon2id hash"),
        (f'4412000000004412,Test,,2580,"{HASH}",,,,,', "pin and pin_hash are both given"),
        ("4412000000004412,Test,,,,B1,,,,", "a bill needs all of"),
        ("4412000000004412,Test,,,,,5.00,,2026-02-20,2026-03-05", "a bill needs all of"),
        ("4412000000004412,Test,,,,B1,5.001,,2026-02-20,2026-03-05", "amount is not a number"),
        ("4412000000004412,Test,,,,B1,1e3,,2026-02-20,2026-03-05", "amount is not a number"),
        ('4412000000004412,Test,,,,B1,"1,000.00",,2026-02-20,2026-03-05', "amount is not a number"),
        ("4412000000004412,Test,,,,B1,NaN,,2026-02-20,2026-03-05", "amount is not a number"),
        ("4412000000004412,Test,,,,B1,0.00,,2026-02-20,2026-03-05", "amount is zero"),
        ("4412000000004412,Test,,,,B1,5,US,2026-02-20,2026-03-05", "currency is not three"),
        ("4412000000004412,Test,,,,B1,5,,2026-02-30,2026-03-05", "issued is not a date"),
        ("4412000000004412,Test,,,,B1,5,,2026-02-20,03/05/2026", "due is not a date"),
        ("4412000000004412,Test,,,,B1,5,,2026-03-06,2026-03-05", "due is before issued"),
        ("4412000000004412,Test", "not as many cells as the header has"),
        ("4412000000004412,Test,,,,,,,,,one more", "not as many cells as the header has"),
    ],
)
def test_a_bad_row_says_why(cells: str, why: str) -> None:
    bad, good = rows(f"{cells}\n4412000000004413,Test,,,,,,,,\n")

    assert isinstance(bad, LineFault)
    assert bad.line == 2
    assert why in bad.why
    assert isinstance(good, AccountRow)


def test_a_fault_never_shows_a_pin() -> None:
    (fault,) = rows("4412000000004412,Test,,98765432,,,,,,\n")

    assert "98765432" not in str(fault)


@pytest.mark.parametrize(
    ("header", "why"),
    [
        ("", "no column account_number, customer_name"),
        ("account_number,name\n", "no column customer_name"),
        ("account_number,customer_name,pins\n", "unknown column pins"),
        ("account_number,customer_name,due,due\n", "a column stands twice"),
    ],
)
def test_a_bad_header_says_why(header: str, why: str) -> None:
    assert [LineFault(1, why)] == rows("", header)


def test_a_line_is_counted_as_an_editor_does() -> None:
    """A quoted name may hold a line break, though none is taken."""
    first, second = rows('4412000000004412,"a\nb",,,,,,,,\n441,Test,,,,,,,,\n')

    assert isinstance(first, LineFault)
    assert isinstance(second, LineFault)
    assert second.line == 4


def test_what_is_not_csv_is_told() -> None:
    faults = rows('4412000000004412,"Test"x,,,,,,,,\n')

    assert isinstance(faults[-1], LineFault)
    assert "not CSV in UTF-8" in faults[-1].why


def test_what_is_not_utf_8_is_told() -> None:
    file = io.TextIOWrapper(
        io.BytesIO(HEADER.encode() + b"4412000000004412,Caf\xe9,,,,,,,,\n"), "utf-8"
    )
    (fault,) = read(file, TODAY)

    assert isinstance(fault, LineFault)
    assert "not CSV in UTF-8" in fault.why


def test_an_address_is_one_address() -> None:
    header = "account_number,customer_name,email\n"
    good, none, bad = rows(
        "4412000000004412,Test, someone@customer.example \n4412000000004413,Test,\n"
        "4412000000004414,Test,a@b.example;c@d.example\n",
        header,
    )
    assert isinstance(good, AccountRow)
    assert isinstance(none, AccountRow)
    assert ("someone@customer.example", None) == (good.email, none.email)
    assert LineFault(4, "email is not one address such as someone@example.com") == bad


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ("312555014,,,,", "mobile is not a ten-digit number"),
        (",a form,,,", "sms_consent is for a number, and mobile is empty"),
        (",,English,,", "language is not two small letters such as en"),
        (",,,32,", "billing_day is not a day of the month, 1 to 31"),
        (",,,0,", "billing_day is not a day of the month, 1 to 31"),
        (",,,,6018", "zip is not five digits, or nine"),
    ],
)
def test_contacts_that_cannot_be_meant_are_told(cells: str, why: str) -> None:
    header = "account_number,customer_name,mobile,sms_consent,language,billing_day,zip\n"
    assert [LineFault(2, why)] == rows(f"4412000000004412,Test,{cells}\n", header)
