"""How many choices a question offers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from paytone.prompts import Prompt
from paytone.prompts.catalogue import Catalogue

MOST_CHOICES: Final = 5
"""Callers forget the first of more (ivrsworld.com: three, at most five or six)."""

_OFFERED: Final = re.compile(r"\b(?:press|oprima) ([1-7])\b", re.IGNORECASE)


def choices_of(prompts: Iterable[Prompt], catalogue: Catalogue) -> list[str]:
    """The keys that *prompts* offer in turn, without those that mean the same everywhere."""
    texts = (catalogue.entries[prompt].text for prompt in prompts if prompt in catalogue.entries)
    return [key for text in texts for key in _OFFERED.findall(text)]
