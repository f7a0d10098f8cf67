"""PINs are hashed, and a check takes as long without an account."""

import sys
from types import FrameType

import argon2
import pytest

from paytone.rules import pin

HASH = pin.hash_pin("2580")


def test_the_hash_is_argon2id_at_owasps_cost() -> None:
    assert HASH.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert "2580" not in HASH
    assert pin.hash_pin("2580") != HASH


def test_only_the_pin_matches() -> None:
    assert pin.pin_matches(HASH, "2580")
    assert not pin.pin_matches(HASH, "2581")
    assert not pin.pin_matches(HASH, "")


def test_no_pin_matches_where_there_is_none() -> None:
    assert not pin.pin_matches(None, "2580")
    assert not pin.pin_matches(None, "")


def test_the_wait_does_not_tell_whether_an_account_exists() -> None:
    """Both go the same steps, and the hash, the one that takes long, costs the same."""

    def steps(pin_hash: str | None) -> list[tuple[str, str]]:
        taken = []

        def note(frame: FrameType, event: str, _: object) -> None:
            taken.append((event, frame.f_code.co_qualname))

        sys.setprofile(note)
        try:
            pin.pin_matches(pin_hash, "1357")
        finally:
            sys.setprofile(None)
        return taken

    assert steps(HASH) == steps(None)
    assert ("call", "PasswordHasher.verify") in steps(None)
    assert argon2.extract_parameters(HASH) == argon2.extract_parameters(pin.NOBODYS)


@pytest.mark.parametrize(
    "broken", ["", "2580", "$argon2id$broken", "$2b$12$abcdefghijklmnopqrstuv"]
)
def test_a_broken_hash_matches_nothing(broken: str) -> None:
    assert not pin.pin_matches(broken or None, "2580")
    assert not pin.is_pin_hash(broken)


def test_a_hash_is_known_as_one() -> None:
    assert pin.is_pin_hash(HASH)


@pytest.mark.parametrize(
    ("digits", "good"),
    [("123", False), ("1234", True), ("123456", True), ("1234567", False), ("12a4", False)],
)
def test_a_pin_is_four_to_six_digits(digits: str, good: bool) -> None:
    assert pin.is_pin(digits) == good


@pytest.mark.parametrize(
    "weak",
    [
        pytest.param("1111", id="one digit"),
        pytest.param("4567", id="a run up"),
        pytest.param("987654", id="a run down"),
        pytest.param("7890", id="a run over nine"),
        pytest.param("4747", id="a pair twice"),
        pytest.param("582582", id="three twice"),
        pytest.param("1984", id="a year"),
        pytest.param("2012", id="a year of this century"),
        pytest.param("4412", id="of the account number"),
        pytest.param("0142", id="of the phone number"),
    ],
)
def test_what_is_guessed_early_is_weak(weak: str) -> None:
    assert pin.is_weak(weak, {"4412000000004412", "3125550142"})


@pytest.mark.parametrize("strong", ["2580", "8305", "90417", "274916", "198403"])
def test_any_other_pin_will_do(strong: str) -> None:
    assert not pin.is_weak(strong, {"4412000000004412", "3125550142", ""})
