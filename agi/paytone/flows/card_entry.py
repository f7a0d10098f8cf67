"""A card, question by question."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final, TypeVar

from paytone.ask import BACK, Back, BadAnswer, Question, TooManyTries, ask, in_turn
from paytone.flows.keyed import Note, nowhere
from paytone.phone import Phone
from paytone.prompts import Prompt, spoken
from paytone.rules.card import (
    Brand,
    Card,
    CardNumber,
    Expiry,
    SecurityCode,
    brand_of,
    fits_length,
    passes_luhn,
)
from paytone.rules.pay_request import CardAsks, Field
from paytone.rules.place import ZIP_LENGTH

ASK_CARD: Final = Prompt("ask-card")
CARD_MISREAD: Final = Prompt("card-misread")
CARD_WRONG_LENGTH: Final = Prompt("card-wrong-length")
CARD_DECLINED_HARD: Final = Prompt("declined-hard")
CARD_NOT_TAKEN: Final = Prompt("card-not-taken")
ENDING_IN: Final = Prompt("ending-in")
ASK_EXPIRY: Final = Prompt("ask-expiry")
EXPIRY_MISREAD: Final = Prompt("expiry-misread")
EXPIRY_PAST: Final = Prompt("expiry-past")
EXPIRES: Final = Prompt("expires")
ASK_CVV_3: Final = Prompt("ask-cvv-3")
ASK_CVV_4: Final = Prompt("ask-cvv-4")
CVV_MISREAD: Final = Prompt("cvv-misread")
ASK_POSTAL: Final = Prompt("ask-postal")
POSTAL_MISREAD: Final = Prompt("postal-misread")
ASK_ANY_POSTAL: Final = Prompt("ask-any-postal")
POSTAL_TOO_SHORT: Final = Prompt("postal-too-short")
BRANDS_TAKEN: Final = Prompt("brands-taken")
ENTER_AGAIN: Final = Prompt("enter-again")
ENTRIES_DIFFER: Final = Prompt("entries-differ")

BRAND_NAMES: Final = {
    Brand.VISA: Prompt("brand-visa"),
    Brand.MASTERCARD: Prompt("brand-mastercard"),
    Brand.AMEX: Prompt("brand-amex"),
    Brand.DISCOVER: Prompt("brand-discover"),
}

YEARS_AHEAD: Final = 20
LONGEST_POSTAL: Final = 9
ALL_OF_IT: Final = CardAsks()

T = TypeVar("T")


def card_in_words(brand: Brand, last_four: str) -> tuple[Prompt, ...]:
    """ "Visa ending in 1 1 1 1": the most of a card number that is ever spoken (PCI DSS 3.4.1)."""
    return (BRAND_NAMES[brand], ENDING_IN, *spoken.digits(last_four))


def read_card_number(digits: str) -> CardNumber:
    """A number that its brand could have issued; each fault has its own words."""
    brand = brand_of(digits)
    if brand is None:
        raise BadAnswer(CARD_NOT_TAKEN if passes_luhn(digits) else CARD_MISREAD)
    if not fits_length(digits, brand):
        raise BadAnswer(CARD_WRONG_LENGTH)
    if not passes_luhn(digits):
        raise BadAnswer(CARD_MISREAD)
    return CardNumber(digits)


def read_expiry(digits: str, today: date) -> Expiry:
    """The month that ``0927`` or ``927`` means, not past and not too far off to be true."""
    if len(digits) not in {3, 4} or not 1 <= int(digits[:-2]) <= 12:
        raise BadAnswer(EXPIRY_MISREAD)
    expiry = Expiry(today.year // 100 * 100 + int(digits[-2:]), int(digits[:-2]))
    if expiry.is_past(today):
        raise BadAnswer(EXPIRY_PAST)
    if expiry.year > today.year + YEARS_AHEAD:
        raise BadAnswer(EXPIRY_MISREAD)
    return expiry


def read_security_code(digits: str, brand: Brand) -> SecurityCode:
    """As many digits as *brand* prints."""
    if len(digits) != brand.security_code_length:
        raise BadAnswer(CVV_MISREAD)
    return SecurityCode(digits)


def read_postal_code(digits: str) -> str:
    """A five-digit ZIP code."""
    if len(digits) != ZIP_LENGTH:
        raise BadAnswer(POSTAL_MISREAD)
    return digits


def read_any_postal_code(digits: str, least: int) -> str:
    """A postal code of *least* digits or more."""
    if len(digits) < least:
        raise BadAnswer(POSTAL_TOO_SHORT)
    return digits


async def ask_twice(phone: Phone, question: Question[T]) -> T | Back:
    """
    What is keyed twice the same.

    Raises:
        TooManyTries: Also when the entries differed as often as the manner allows.
    """
    again = replace(question, prompts=(ENTER_AGAIN,))
    for _ in range(phone.manner.entry_tries):
        first = await ask(phone, question)
        if first is BACK:
            return BACK
        second = await ask(phone, again)
        if second is BACK:
            continue
        if first == second:
            return first
        await phone.say(ENTRIES_DIFFER)
    raise TooManyTries


class CardEntry:
    """
    The answers so far; ``*`` goes back to the question before.

    Args:
        barred: Numbers that were declined for good in this call.
        asks: What is asked for, and which brands are taken.
        note: Told of each answer, masked.
    """

    __slots__ = (
        "_asks", "_barred", "_code", "_expiry", "_note", "_number", "_phone", "_postal", "_today",
    )  # fmt: skip

    def __init__(
        self,
        phone: Phone,
        today: date,
        barred: frozenset[CardNumber],
        asks: CardAsks = ALL_OF_IT,
        note: Note = nowhere,
    ) -> None:
        self._phone = phone
        self._today = today
        self._barred = barred
        self._asks = asks
        self._note = note
        self._code: SecurityCode | None = None
        self._postal = asks.postal if isinstance(asks.postal, str) else ""

    async def ask(self) -> Card | Back:
        """The whole card; `BACK` when the caller stepped back from its number."""
        steps = [self._ask_number, self._ask_expiry]
        if self._asks.security_code:
            steps.append(self._ask_code)
        if self._asks.postal is True:
            steps.append(self._ask_postal)
        if not await in_turn(*steps):
            return BACK
        return Card(
            number=self._number,
            brand=self._brand,
            expiry=self._expiry,
            security_code=self._code,
            postal_code=self._postal,
        )

    @property
    def _brand(self) -> Brand:
        brand = self._number.brand
        assert brand is not None, "read_card_number takes known brands only"
        return brand

    def _read_number(self, digits: str) -> CardNumber:
        number = read_card_number(digits)
        if number in self._barred:
            raise BadAnswer(CARD_DECLINED_HARD)
        if number.brand not in self._asks.brands:
            taken = (BRAND_NAMES[each] for each in Brand if each in self._asks.brands)
            raise BadAnswer(BRANDS_TAKEN, *taken)
        return number

    async def _ask(self, field: Field, question: Question[T]) -> T | Back:
        """What is keyed; where it is asked for twice, keyed twice the same."""
        if field not in self._asks.twice:
            return await ask(self._phone, question)
        return await ask_twice(self._phone, question)

    async def _ask_number(self) -> Back | None:
        number = await self._ask(
            Field.CARD_NUMBER, Question((ASK_CARD,), self._read_number, at_most=19)
        )
        if number is BACK:
            return BACK
        self._number = number
        self._note(Field.CARD_NUMBER.value, number.masked)
        self._note("brand", self._brand.value)
        await self._phone.say(*card_in_words(self._brand, number.last_four))
        return None

    async def _ask_expiry(self) -> Back | None:
        question = Question((ASK_EXPIRY,), lambda keyed: read_expiry(keyed, self._today), at_most=4)
        expiry = await self._ask(Field.EXPIRATION_DATE, question)
        if expiry is BACK:
            return BACK
        self._expiry = expiry
        self._note(Field.EXPIRATION_DATE.value, "xx/xx")
        await self._phone.say(EXPIRES, *spoken.month_year(expiry.year, expiry.month))
        return None

    async def _ask_code(self) -> Back | None:
        brand = self._brand
        length = brand.security_code_length
        prompt = ASK_CVV_4 if length == 4 else ASK_CVV_3
        question = Question(
            (prompt,), lambda keyed: read_security_code(keyed, brand), at_most=length
        )
        code = await self._ask(Field.SECURITY_CODE, question)
        if code is BACK:
            return BACK
        self._code = code
        self._note(Field.SECURITY_CODE.value, code.masked)
        return None

    async def _ask_postal(self) -> Back | None:
        least = self._asks.postal_length
        question = Question((ASK_POSTAL,), read_postal_code, at_most=ZIP_LENGTH)
        if least != ZIP_LENGTH:
            question = Question(
                (ASK_ANY_POSTAL,),
                lambda keyed: read_any_postal_code(keyed, least),
                at_most=LONGEST_POSTAL,
            )
        postal = await self._ask(Field.POSTAL_CODE, question)
        if postal is BACK:
            return BACK
        self._postal = postal
        self._note(Field.POSTAL_CODE.value, "x" * len(postal))
        return None
