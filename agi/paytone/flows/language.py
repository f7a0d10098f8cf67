"""In which language a call goes on, once it is known who calls."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from paytone.flows import Call, Desk
from paytone.prompts.grammar import GRAMMARS
from paytone.rules.bill import Account
from paytone.store import contacts
from paytone.store.contacts import Source


class MadeBy(Enum):
    """How the language of this call was chosen: the closed list of PAYTONE_LANGUAGE_BY."""

    NOBODY = ""
    KEY = "key"
    NUMBER = "number"
    """The number that was dialled has a language of its own."""

    @classmethod
    def _missing_(cls, value: object) -> MadeBy:  # noqa: ARG003 - whatever it is
        return cls.NOBODY


@dataclass(frozen=True, slots=True)
class LanguageChoice:
    """
    What the dialplan says of the call's language.

    Args:
        keys: Each chooses a language, pressed alone at the first question.
    """

    keys: str = ""
    made_by: MadeBy = MadeBy.NOBODY


NO_CHOICE: Final = LanguageChoice()


async def customers_language(
    desk: Desk, call: Call, account: Account, spoken: str, choice: LanguageChoice
) -> str:
    """
    The language to go on in with the customer of *account*; empty for the one that is *spoken*.

    What was chosen by key is remembered. What the dialled number says holds for this call.
    """
    match choice.made_by:
        case MadeBy.NUMBER:
            return ""
        case MadeBy.KEY:
            await contacts.set_language(
                desk.store,
                account.id,
                spoken,
                why="chosen by key",
                source=Source.caller(call.id),
                now=desk.clock(),
            )
            return ""
        case MadeBy.NOBODY:
            remembered = await contacts.language_of(desk.store, account.id)
            return remembered if remembered != spoken and remembered in GRAMMARS else ""
