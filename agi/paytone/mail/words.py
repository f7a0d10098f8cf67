"""Words with facts in them, read from a file and checked before anything is written with them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from string import Template
from typing import Final

PAYMENT_FACTS: Final = frozenset(
    {"amount", "date", "confirmation", "account", "method", "card", "balance", "fee", "pending"}
)
"""What is known of a payment; ``card`` is another name for ``method``."""

_ONLY_IF: Final = re.compile(r"\?([a-z_]+) ")


@dataclass(frozen=True, slots=True)
class Text:
    """Lines with facts; those that hang on a fact are there only where it is known."""

    lines: tuple[tuple[str | None, Template], ...]

    def of(self, facts: Mapping[str, str]) -> str:
        """
        The text with *facts* put in; paragraphs of which nothing is left are gone.

        Raises:
            KeyError: A fact that it cannot do without is not known.
        """
        lines = [
            template.substitute(facts).strip()
            for needed, template in self.lines
            if needed is None or needed in facts
        ]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


@dataclass(frozen=True, slots=True)
class Words:
    """One kind of letter; *sms*, whose lines go as one, is None where none is sent."""

    subject: Text
    text: Text
    sms: Text | None


def read_words(kind: str, table: object, closing: str) -> Words:
    """
    The words in *table*.

    Raises:
        ValueError: Something in it is missing or wrong, and what.
    """
    if not isinstance(table, dict) or not isinstance(text := table.get("text"), str):
        raise ValueError(f"[{kind}] has no text")  # noqa: TRY004 - whoever wrote it reads this
    facts = _facts(kind, table.get("facts"))
    return Words(
        _one_line(kind, table, "subject", facts),
        read_text({"text": f"{text.strip()}\n\n{closing.strip()}"}, "text", facts),
        _printable(kind, table, "sms", facts) if "sms" in table else None,
    )


def read_text(table: Mapping[str, object], name: str, facts: Collection[str]) -> Text:
    """
    The text that *table* has under *name*, which asks for no more than *facts*.

    Raises:
        ValueError: It has none, or it asks for more.
    """
    match table.get(name):
        case str(text) if text.strip():
            return Text(tuple(_line(name, line, facts) for line in text.strip().splitlines()))
        case _:
            raise ValueError(f"{name} is not a text")


def _facts(kind: str, listed: object) -> frozenset[str]:
    if listed is None:
        return PAYMENT_FACTS
    if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
        raise ValueError(f"facts of [{kind}] is not a list of names")
    return frozenset(listed)


def _one_line(kind: str, table: Mapping[str, object], name: str, facts: Collection[str]) -> Text:
    text = read_text(table, name, facts)
    if not str(table[name]).isprintable():
        raise ValueError(f"the {name} of [{kind}] is not one line")
    return text


def _printable(kind: str, table: Mapping[str, object], name: str, facts: Collection[str]) -> Text:
    text = read_text(table, name, facts)
    if not all(map(str.isprintable, str(table[name]).split("\n"))):
        raise ValueError(f"the {name} of [{kind}] has signs that cannot be seen")
    return text


def _line(name: str, line: str, facts: Collection[str]) -> tuple[str | None, Template]:
    only_if = _ONLY_IF.match(line)
    needed = only_if[1] if only_if else None
    template = Template(line[only_if.end() :] if only_if else line)
    if not template.is_valid():
        raise ValueError(f"a $ in {name} stands alone: write $$")
    wanted = {*template.get_identifiers(), *([needed] if needed else [])}
    if unknown := wanted - set(facts):
        raise ValueError(f"{name} asks for ${min(unknown)}, of which nothing is known")
    return needed, template
