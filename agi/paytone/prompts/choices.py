"""How many choices a question offers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from paytone.prompts import Prompt
from paytone.prompts.catalogue import Catalogue, CatalogueWrong

MOST_CHOICES: Final = 5
"""Callers forget the first of more (ivrsworld.com: three, at most five or six)."""


def choices_of(prompts: Iterable[Prompt], catalogue: Catalogue) -> list[str]:
    """
    The keys that *prompts* offer in turn, without those that mean the same everywhere.

    Raises:
        CatalogueWrong: It does not say which word a key follows.
    """
    if not catalogue.press:
        raise CatalogueWrong(f'{catalogue.language}.toml: press = "…", the word before a key')
    offered = re.compile(rf"\b{re.escape(catalogue.press)} ([1-7])\b", re.IGNORECASE)
    texts = (catalogue.entries[prompt].text for prompt in prompts if prompt in catalogue.entries)
    return [key for text in texts for key in offered.findall(text)]
