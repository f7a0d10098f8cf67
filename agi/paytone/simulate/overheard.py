"""What the line logs while it is simulated: kept from the screen, and its own faults overheard."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

LOUD: Final = ("paytone", "psycopg", "asyncio")
FAULT: Final = "fails"
"""In what `paytone.app` logs of a job that ended in an exception nobody foresaw."""


class _Ear(logging.Handler):
    def __init__(self, heard: list[str]) -> None:
        super().__init__(logging.ERROR)
        self._heard = heard

    def emit(self, record: logging.LogRecord) -> None:
        if FAULT in record.msg:
            self._heard.append(record.getMessage())


@contextmanager
def overheard(heard: list[str]) -> Iterator[None]:
    """Let nothing be logged, and add to *heard* what tells of a fault of ours."""
    loggers = [logging.getLogger(name) for name in LOUD]
    before = [logger.propagate for logger in loggers]
    ear = _Ear(heard)
    for logger in loggers:
        logger.addHandler(ear)
        logger.propagate = False
    try:
        yield
    finally:
        for logger, propagate in zip(loggers, before, strict=True):
            logger.removeHandler(ear)
            logger.propagate = propagate
