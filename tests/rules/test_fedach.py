"""The FedACH participant file, column by column."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from paytone.rules.fedach import LENGTH, LineWrong, Participant, participant_of, read
from paytone.rules.line_fault import LineFault

DEMO = Path(__file__).parents[2] / "provision" / "demo-banks.txt"


def record(
    routing: str = "021000021",
    *,
    kind: str = "1",
    changed: str = "010226",
    new: str = "000000000",
    name: str = "JPMORGAN CHASE BANK, NA",
) -> str:
    """One line of the file."""
    place = f"{'1 MAIN ST':<36}{'TAMPA':<20}FL336100000"
    return f"{routing}O021001208{kind}{changed}{new}{name:<36}{place}800555010011{'':5}"


def test_a_record_is_155_columns_of_which_the_line_needs_five() -> None:
    assert LENGTH == len(record())
    expected = Participant("021000021", "JPMORGAN CHASE BANK, NA", None, date(2026, 1, 2))
    assert expected == participant_of(record())


def test_a_bank_that_moved_names_its_new_number() -> None:
    assert "026009593" == participant_of(record(kind="2", new="026009593")).moved_to


def test_a_federal_reserve_bank_and_a_cut_filler_are_taken() -> None:
    cut = record("011000015", kind="0", name="FEDERAL RESERVE BANK").rstrip()
    assert LENGTH - 5 == len(cut)
    assert "FEDERAL RESERVE BANK" == participant_of(cut).name


@pytest.mark.parametrize(
    ("line", "why"),
    [
        pytest.param(record()[:149], "it has 149 characters", id="too short"),
        pytest.param(record() + " ", "it has 156 characters", id="too long"),
        pytest.param(record("021000022"), "columns 1 to 9", id="checksum"),
        pytest.param(record(kind="3"), "column 20", id="record type"),
        pytest.param(record(changed="132226"), "columns 21 to 26", id="date"),
        pytest.param(record(name=""), "columns 36 to 71", id="no name"),
        pytest.param(record(kind="2"), "columns 27 to 35", id="moved nowhere"),
        pytest.param(record(kind="2", new="021000021"), "columns 27 to 35", id="moved to itself"),
        pytest.param(record(new="026009593"), "only type 2", id="moved but not type 2"),
    ],
)
def test_a_line_that_is_no_record_says_where(line: str, why: str) -> None:
    with pytest.raises(LineWrong, match=why):
        participant_of(line)


def test_faults_are_told_by_line_and_a_number_may_come_once() -> None:
    lines = [record() + "\r\n", "\r\n", "garbage\n", record("026009593"), record(), "\x1a"]
    found = list(read(lines))
    faults = [str(each) for each in found if isinstance(each, LineFault)]
    assert [
        "line 3: it has 7 characters, not 155",
        "line 5: 021000021 is already on line 1",
    ] == faults
    assert 2 == sum(isinstance(each, Participant) for each in found)


def test_the_demo_banks_are_such_a_file() -> None:
    found = list(read(DEMO.read_text("ascii").splitlines(keepends=True)))
    assert 15 == len(found)
    assert not [each for each in found if isinstance(each, LineFault)]
