"""The installed command reads the service's settings as systemd does."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.provision.checkout import PROVISION, run


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("postgresql://u@db/p?a=1&b=2", "postgresql://u@db/p?a=1&b=2"),
        ('"host=/run dbname=p"', "host=/run dbname=p"),
        ("'it is $HOME; true'", "it is $HOME; true"),
        ("pa$$word`id`", "pa$$word`id`"),
        ("", ""),
    ],
    ids=["two parameters", "spaces", "single quotes", "signs that a shell would read", "empty"],
)
def test_a_value_is_taken_as_it_stands(tmp_path: Path, written: str, read: str) -> None:
    settings = tmp_path / "paytone.env"
    settings.write_text(f"# A comment\n\n#PAYTONE_OFF=1\nPAYTONE_DATABASE_URL={written}")
    command = (PROVISION / "paytone-command.sh").read_text()
    for old, new in (
        ("/etc/paytone/paytone.env", str(settings)),
        ("setpriv --reuid paytone --regid paytone --init-groups /opt/paytone/.venv/bin/paytone",
         "printf '%s|%s' \"$PAYTONE_DATABASE_URL\" \"${PAYTONE_OFF-unset}\""),
    ):  # fmt: skip
        assert 1 == command.count(old)
        command = command.replace(old, new)

    assert f"{read}|unset" == run("sh", "-c", command).stdout
