"""What is said in Spanish: figures against num2words and Babel, and the same list as English."""

from __future__ import annotations

import datetime
import random
import re

import pytest
from babel.dates import format_date
from num2words import num2words

from paytone.prompts import Prompt, spoken
from paytone.prompts.catalogue import SOUNDS, Catalogue, Entry, load
from paytone.prompts.check import LONGEST_S, check, differences
from paytone.prompts.grammar import GRAMMARS, recordings, spoken_language
from paytone.prompts.grammar.es import COUNTED
from paytone.rules.money import Money
from tests.prompts.test_said import said

ENGLISH, SPANISH = load("en"), load("es")

SOME = [
    *range(1300),
    *random.Random(4412).sample(range(1300, 1_000_000), 400),
    *(n * 1000 for n in (2, 21, 31, 99, 100, 101, 121, 999)),
    999_999,
]


def words(*prompts: Prompt) -> str:
    said = " ".join(SPANISH.text(prompt) for prompt in recordings(prompts, "es"))
    return said.replace(".", "")


def as_money(cents: int) -> str:
    """The authority's words, without the part that is nothing."""
    whole = str(num2words(cents / 100, to="currency", currency="USD", lang="es"))
    return re.sub(r" con cero centavos$", "", re.sub(r"^cero dólares con (?!cero)", "", whole))


def test_amounts_are_said_as_num2words_says_them() -> None:
    amounts = [*range(300), *(n * 100 for n in SOME), *(n * 100 + n % 99 for n in SOME)]
    for cents in amounts:
        assert as_money(cents) == words(*spoken.money(Money(cents)))


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        (spoken.money(Money(0)), "cero dólares."),
        (spoken.money(Money(1)), "un centavo."),
        (spoken.money(Money(100)), "un dólar."),
        (spoken.money(Money(101)), "un dólar con un centavo."),
        (spoken.money(Money(2121)), "veintiún dólares con veintiún centavos."),
        (spoken.money(Money(11240)), "ciento doce dólares con cuarenta centavos."),
        (spoken.money(Money(100_000)), "mil dólares."),
        (spoken.number(1), "uno."),
        (spoken.number(21), "veintiuno."),
        (spoken.number(100), "cien."),
        (spoken.number(101), "ciento uno."),
        (spoken.number(1000), "mil."),
        (spoken.number(21_001), "veintiún mil uno."),
        (spoken.ordinal(1), "primero."),
        (spoken.ordinal(21), "veintiuno."),
        (spoken.date(datetime.date(2026, 3, 1)), "primero de marzo."),
        (spoken.date(datetime.date(2026, 3, 5)), "cinco de marzo."),
        (
            spoken.date(datetime.date(2026, 12, 31), year=True),
            "treinta y uno de diciembre de dos mil veintiséis.",
        ),
        (spoken.month_year(2027, 9), "septiembre de dos mil veintisiete."),
        (spoken.digits("4702193", group=3), "cuatro siete cero, dos uno nueve, tres."),
    ],
)
def test_a_figure_reads_as_a_teller_would_say_it(figure: tuple[Prompt, ...], said: str) -> None:
    assert said == SPANISH.transcript(figure)


@pytest.mark.parametrize(
    ("count", "before", "said"),
    [
        (21, "autopay-days-before", "veintiún días antes de su fecha de vencimiento"),
        (21, "terms-notice-days", "veintiún días antes de cada pago"),
        (21, "help-autopay-days", "veintiún días antes"),
        (21, "parts-press", "veintiuna cuotas"),
        (1, "mile-away", "una milla"),
        (21, "miles-away", "veintiuna millas"),
        (200, "parts-press", "doscientas cuotas"),
        (200, "terms-notice-days", "doscientos días"),
        (21, "press-1", "veintiuno oprima"),
        (12, "parts-press", "doce cuotas"),
    ],
)
def test_a_number_agrees_with_what_it_counts(count: int, before: str, said: str) -> None:
    assert words(*spoken.number(count), Prompt(before)).startswith(said)


def test_what_is_counted_is_what_the_prompts_begin_with() -> None:
    begins = {prompt: SPANISH.text(prompt).split(maxsplit=1)[0].strip(",.") for prompt in COUNTED}
    assert {"cuotas", "días", "milla", "millas"} == set(begins.values())


@pytest.mark.parametrize("count", [1, 21, 31])
def test_what_asterisk_counts_by_itself_has_nothing_to_agree_with(count: int) -> None:
    """It says the number that stands alone, whether one minute is meant or many."""
    wait, number = Prompt("queue-wait"), spoken.number(count)
    for minutes in ("queue-minute", "queue-minutes"):
        said = f"La espera en minutos es ahora de {words(*number)} más o menos"
        assert said == words(wait, *number, Prompt(minutes))


def test_every_day_of_a_year_is_said_as_babel_says_it() -> None:
    for after in range(366):
        day = datetime.date(2028, 1, 1) + datetime.timedelta(after)
        number = "primero" if day.day == 1 else num2words(day.day, lang="es")
        month = format_date(day, "MMMM", locale="es")
        said = f"{number} de {month}"
        assert said == words(*spoken.date(day))
        assert f"{said} de dos mil veintiocho" == words(*spoken.date(day, year=True))


@pytest.mark.parametrize(
    ("bank", "kind", "said"),
    [
        ("bank-chase", "checking-ending-in", "cuenta de cheques de Chase terminada en uno dos"),
        ("bank-us", "savings-ending-in", "cuenta de ahorros de US Bank terminada en uno dos"),
        (None, "checking-ending-in", "cuenta de cheques terminada en uno dos"),
    ],
)
def test_a_bank_stands_after_the_kind_of_account(bank: str | None, kind: str, said: str) -> None:
    name = (Prompt(bank),) if bank else ()
    heard = words(Prompt("authorize-from"), *name, Prompt(kind), *spoken.digits("12"))
    assert f"El dinero se toma de su {said}" == heard


@pytest.mark.parametrize(
    ("hour", "minute", "said"),
    [
        (0, 0, "a las doce de la noche"),
        (0, 30, "a las doce y treinta de la noche"),
        (1, 15, "a la una y quince de la mañana"),
        (11, 59, "a las once y cincuenta y nueve de la mañana"),
        (12, 0, "a las doce del día"),
        (13, 0, "a la una de la tarde"),
        (16, 30, "a las cuatro y treinta de la tarde"),
        (21, 45, "a las nueve y cuarenta y cinco de la noche"),
    ],
)
def test_times_are_said_in_the_feminine(hour: int, minute: int, said: str) -> None:
    assert said == words(*spoken.time(datetime.time(hour, minute)))


def sayable() -> set[Prompt]:
    """Every recording that can say a figure in Spanish."""
    days = [datetime.date(2028, month, day) for month in range(1, 13) for day in range(1, 29)]
    nouns = (Prompt("parts-press"), Prompt("terms-notice-days"))
    figures = (
        *((*spoken.number(count), noun) for count in range(1200) for noun in nouns),
        *(spoken.number(count) for count in range(1200)),
        *(spoken.money(Money(cents)) for cents in (1, 2, 100, 101, 200, 202)),
        *(spoken.date(day, year=True) for day in days),
        *(spoken.ordinal(day) for day in range(1, 32)),
        *(spoken.month_year(2027, month) for month in range(1, 13)),
        spoken.digits("01234567"),
        *(spoken.time(datetime.time(hour, 5)) for hour in range(24)),
        *(
            (Prompt("bank-us"), Prompt(kind))
            for kind in ("checking-ending-in", "savings-ending-in")
        ),
    )
    return {piece for figure in figures for piece in recordings(figure, "es")}


def test_the_catalogue_has_every_piece_that_can_be_said_and_no_other() -> None:
    assert set() == sayable() - set(SPANISH.entries)
    assert set() == set(SPANISH.entries) - set(said()) - sayable()


@pytest.mark.parametrize("language", GRAMMARS)
def test_every_language_has_the_same_prompts(language: str) -> None:
    assert [] == list(differences(load(language), ENGLISH))


@pytest.mark.parametrize("language", GRAMMARS)
def test_the_shipped_audio_is_in_order_and_none_is_too_long(language: str) -> None:
    """`check` measures every prompt, and warns of one over 8 seconds that is not legal text."""
    assert LONGEST_S == 8.0
    assert [] == check(load(language), SOUNDS / language)


@pytest.mark.parametrize(
    ("ours", "fault"),
    [
        (None, "paid: not in es.toml"),
        (Entry(Prompt("paid"), "Gracias"), "its end (full stop, or going on) is not as in en"),
        (
            Entry(Prompt("paid"), "Gracias.", legal=True),
            "its length (legal or not) is not as in en",
        ),
        (Entry(Prompt("paid"), "Oprima 2."), "its keys are not as in en"),
        (Entry(Prompt("paid"), "Gracias.", piece=True), "its table is not as in en"),
        (Entry(Prompt("paid"), "", silence_ms=5), "its pause is not as in en"),
    ],
)
def test_a_text_that_differs_in_more_than_words_is_found(ours: Entry | None, fault: str) -> None:
    model = Catalogue("en", ENGLISH.voice, {Prompt("paid"): Entry(Prompt("paid"), "Thank you.")})
    entries = {} if ours is None else {ours.name: ours}
    (found,) = differences(Catalogue("es", SPANISH.voice, entries), model)
    assert fault in str(found)


def test_a_prompt_that_english_lacks_is_found() -> None:
    entry = Entry(Prompt("adios"), "Adiós.")
    spanish = Catalogue("es", SPANISH.voice, {entry.name: entry})
    (found,) = differences(spanish, Catalogue("en", ENGLISH.voice, {}))
    assert "adios: not in en.toml" == str(found)


@pytest.mark.parametrize(
    ("channel", "spoken_there"),
    [("es", "es"), ("es_MX", "es"), ("ES", "es"), ("en", "en"), ("", "en"), ("fr", "en")],
)
def test_what_a_channel_has_no_grammar_for_is_english(channel: str, spoken_there: str) -> None:
    assert spoken_there == spoken_language(channel)


def test_the_other_language_is_offered_in_its_own_voice() -> None:
    offer = ENGLISH.entries[Prompt("other-language")]
    assert ("Para español, oprima 2.", SPANISH.voice) == (offer.text, ENGLISH.voice_of(offer))
