"""Paytone in an Asterisk that an admin already runs: one line added, nothing replaced."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from paytone.line.asterisk import Asterisk
from paytone.line.configuration import Configuration, write
from paytone.line.installed import CHECKOUT, find_asterisk
from paytone.line.ports import Ports

ADMINS = """\
[globals]
AGENT=PJSIP/office

[internal]
exten => 100,1,Answer()
 same => n,Hangup()
exten => 8005550100,1,Goto(paytone-greeting,s,1)

#include "{ours}"
"""


@pytest.fixture
def admins_asterisk() -> Iterator[Asterisk]:
    """An Asterisk whose own extensions.conf includes Paytone's, rendered elsewhere."""
    folder = Path(tempfile.mkdtemp(prefix="paytone-own-"))
    installed = find_asterisk(os.environ)
    with Ports() as ports:
        first, last = ports.rtp
        ours, admins = (
            Configuration(
                etc=folder / name / "etc",
                state=folder / name,
                run=folder / name / "run",
                sip_port=ports.sip,
                ami_port=ports.ami,
                rtp_first=first,
                rtp_last=last,
            )
            for name in ("paytone", "admin")
        )
        write(ours, installed)
        write(admins, installed)
        extensions = ADMINS.format(ours=ours.etc / "extensions.conf")
        (admins.etc / "extensions.conf").write_text(extensions)
        asterisk = Asterisk(admins, installed, environment=os.environ)
        try:
            asterisk.start()
            yield asterisk
        finally:
            asterisk.stop()
            shutil.rmtree(folder)


def test_its_own_contexts_stay_and_paytones_join_them(admins_asterisk: Asterisk) -> None:
    contexts = set(re.findall(r"Context '([^']+)'", admins_asterisk.rx("dialplan show")))

    assert {"internal", "paytone-inbound", "paytone-greeting", "paytone-pay"} <= contexts
    ours = contexts - {"internal"}
    assert [] == [name for name in ours if not name.startswith(("paytone-", "__", "parkedcalls"))]


def test_its_own_numbers_and_settings_stay(admins_asterisk: Asterisk) -> None:
    numbers = admins_asterisk.rx("dialplan show internal")

    assert re.findall(r"'(\d+)' =>", numbers) == ["100", "8005550100"]
    assert "AGENT=PJSIP/office" in admins_asterisk.rx("dialplan show globals")


def test_the_docs_name_every_module_that_the_dialplan_needs() -> None:
    shipped = (CHECKOUT / "dialplan/modules.conf").read_text()
    sound, dialplan = shipped.split("; Sound\n")[1].split("; Dialplan\n")
    needed = set(re.findall(r"^require=(codec_\w+|format_\w+)", sound, re.MULTILINE))
    needed |= set(re.findall(r"^require=(\w+)", dialplan, re.MULTILINE))
    step = (CHECKOUT / "docs/install.md").read_text().split("6. Modules:")[1].split("7. ")[0]

    assert needed <= set(re.findall(r"`(\w+)`", step))
