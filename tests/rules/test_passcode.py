"""One-time codes: made of a name, told by nobody who lacks the key."""

import pickle

import pytest

from paytone.rules.passcode import LENGTH, Codes, new_name

CODES = Codes(b"a key")


def test_a_code_is_six_digits_and_the_same_each_time() -> None:
    name = new_name()
    code = CODES.of(name)
    assert LENGTH == len(code.digits)
    assert code.digits.isdigit()
    assert code == CODES.of(name)


def test_codes_of_many_names_are_spread() -> None:
    assert len({CODES.of(new_name()) for _ in range(500)}) > 490


def test_another_key_makes_another_code() -> None:
    names = [new_name() for _ in range(20)]
    assert [CODES.of(n) for n in names] != [Codes(b"another").of(n) for n in names]


def test_only_the_code_of_a_name_is_right_and_none_without() -> None:
    name = new_name()
    code = str.__str__(CODES.of(name).digits)
    assert CODES.is_right(name, code)
    assert not CODES.is_right(name, code[::-1] if code != code[::-1] else "000001")
    assert not CODES.is_right(None, CODES.of("").digits)


def test_a_code_hides_itself() -> None:
    code = CODES.of("abc")
    assert "<Passcode>" == repr(code) == f"{code}" == str(code)
    assert "a key" not in repr(CODES)
    with pytest.raises(TypeError):
        pickle.dumps(code)


def test_names_have_no_digit() -> None:
    assert all(new_name().isalpha() for _ in range(50))
