"""A real line for the dialplan's tests, and real calls to it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager

import pytest

from paytone.caller import Caller, Hearing
from paytone.line.demo import NUMBER, first_account, softphone
from paytone.line.installed import CHECKOUT
from paytone.line.line import Line

OUTER = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith("PAYTONE_") or name == "PAYTONE_ASTERISK"
}

Dial = Callable[..., AbstractAsyncContextManager[Caller]]
Edit = Callable[..., None]


@pytest.fixture(scope="session")
def hearing() -> Hearing:
    """Ears that know every prompt."""
    return Hearing.from_folder(CHECKOUT / "sounds/en")


@pytest.fixture(scope="package")
def line() -> Iterator[Line]:
    """The line as it is shipped, telling each step of the dialplan in its log."""
    with Line(OUTER, verbose=3, demo_caller=first_account().phone) as up:
        yield up


@pytest.fixture
def edit(line: Line) -> Iterator[Edit]:
    """Changes lines of extensions.conf as an admin would, and reloads the dialplan."""
    file = line.configuration.etc / "extensions.conf"
    shipped = file.read_text()

    def change(*changes: tuple[str, str]) -> None:
        text = file.read_text()
        for old, new in changes:
            assert 1 == text.count(old), old
            text = text.replace(old, new)
        file.write_text(text)
        line.asterisk.rx("dialplan reload")

    yield change
    file.write_text(shipped)
    line.asterisk.rx("dialplan reload")


@pytest.fixture
def dial(hearing: Hearing) -> Dial:
    """Calls a line from the demo softphone: ``async with dial(line) as call``."""

    def call(
        line: Line, number: str = NUMBER, *, user: str | None = None, password: str | None = None
    ) -> AbstractAsyncContextManager[Caller]:
        phone = softphone(line.configuration.etc)
        return Caller.dial(
            server=(phone.host, phone.port),
            number=number,
            username=user or phone.user,
            password=password or phone.password,
            hearing=hearing,
        )

    return call
