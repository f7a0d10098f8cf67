"""Confirmation numbers: nine digits of which no single slip makes another."""

from __future__ import annotations

from random import Random

LENGTH = 9

_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)
"""The quasigroup of H. M. Damm, "Total anti-symmetrische Quasigruppen", Marburg 2004."""


def new(random: Random) -> str:
    """Eight digits from *random* and their check digit."""
    digits = f"{random.randrange(10 ** (LENGTH - 1)):0{LENGTH - 1}d}"
    return digits + _check(digits)


def is_valid(confirmation: str) -> bool:
    """Whether it may be one: any one wrong digit, or two neighbours swapped, is caught."""
    return (
        len(confirmation) == LENGTH
        and confirmation.isascii()
        and confirmation.isdigit()
        and _check(confirmation) == "0"
    )


def _check(digits: str) -> str:
    interim = "0"
    for digit in digits:
        interim = _DAMM[int(interim)][int(digit)]
    return interim
