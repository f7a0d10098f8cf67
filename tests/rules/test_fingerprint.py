"""A card's keyed fingerprint."""

from __future__ import annotations

from paytone.rules.card import CardNumber
from paytone.rules.fingerprint import Fingerprints

NUMBER = CardNumber("4111111111111111")
KEY = b"k" * 32


def test_the_same_card_has_the_same_fingerprint_and_another_has_another() -> None:
    of = Fingerprints(KEY).of
    assert of(NUMBER) == of(CardNumber("4111111111111111"))
    assert of(NUMBER) != of(CardNumber("4012888888881881"))


def test_it_is_hmac_sha_256() -> None:
    """As ``openssl dgst -sha256 -hmac`` has it: admins may compute it elsewhere."""
    expected = "68461c4333f0d6ffc13ab17a895ccb61b6a8864e96602c4e91c869cfb9ccc6f1"
    assert expected == Fingerprints(KEY).of(NUMBER)


def test_another_key_knows_nothing_again() -> None:
    assert Fingerprints(KEY).of(NUMBER) != Fingerprints(b"x" * 32).of(NUMBER)


def test_the_key_does_not_show() -> None:
    assert "kkk" not in repr(Fingerprints(KEY))
