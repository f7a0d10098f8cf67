"""Letters put into a folder instead of being sent: to try the line without a mail server."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import final

from paytone.mail import HandedIn, Letter, Mailer, NotNow, Sent

log = logging.getLogger(__name__)


@final
class FolderMailer(Mailer):
    """Writes each letter as a text file, and one with HTML as a page beside it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def hand_in(self, letter: Letter) -> HandedIn:
        return await asyncio.to_thread(self._hand_in, letter)

    def _hand_in(self, letter: Letter) -> HandedIn:
        head = f"To: {letter.to}\n" + (f"Subject: {letter.subject}\n" if letter.subject else "")
        file = self._folder / letter.reference
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            file.with_name(f"{file.name}.txt").write_text(f"{head}\n{letter.text}", "utf-8")
            if letter.html is not None:
                file.with_name(f"{file.name}.html").write_text(letter.html, "utf-8")
        except OSError as exc:
            return NotNow(f"{type(exc).__name__}: {exc.strerror}")
        log.info("a letter is in %s.txt", file)
        return Sent()
