"""The whole line: up in one folder, gone without a trace, and clear about what failed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import requests

from paytone.line.environment import for_parts
from paytone.line.line import PAYTONE, Line
from paytone.line.part import PartFailed
from paytone.line.postgres import PrivatePostgres
from paytone.worker.webhooks import PATH

OUTER = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith("PAYTONE_") or name == "PAYTONE_ASTERISK"
}


def _commands_naming(folder: str) -> list[str]:
    """The command lines of running processes that name *folder*."""
    found = []
    for line in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = line.read_text().replace("\0", " ")
        except OSError:
            continue
        if folder in command:
            found.append(command)
    return found


def _wait_until_gone(folder: str) -> None:
    give_up_at = time.monotonic() + 15
    while (Path(folder).exists() or _commands_naming(folder)) and time.monotonic() < give_up_at:
        time.sleep(0.1)
    assert [] == _commands_naming(folder)
    assert not Path(folder).exists()


def test_every_part_works_and_nothing_stays_behind() -> None:
    with Line(OUTER) as line:
        line.check()
        assert "paytone-greeting" in line.asterisk.rx("dialplan show paytone-greeting")
        with psycopg.connect(line.database_url) as database:
            row = database.execute("SELECT count(*) FROM accounts").fetchone()
        assert row is not None
        assert row[0] > 0
        folder = str(line.folder)
        assert _commands_naming(folder)
    _wait_until_gone(folder)


def test_the_worker_proves_its_address_to_braintree() -> None:
    with Line(OUTER, accounts=None) as line:
        hooks = f"{line.environment['PAYTONE_BRAINTREE_URL']}/sandbox/webhooks"
        ours = f"http://{line.environment['PAYTONE_WEBHOOKS']}{PATH}"
        assert 201 == requests.post(hooks, json={"url": ours}, timeout=10).status_code
        give_up_at = time.monotonic() + 10
        proof = "waiting"
        while proof == "waiting" and time.monotonic() < give_up_at:
            time.sleep(0.1)
            proof = requests.get(hooks, timeout=10).json()["hook"]["proof"]
    assert "passed" == proof


def test_two_lines_run_side_by_side() -> None:
    with Line(OUTER, accounts=None) as one, Line(OUTER, accounts=None) as other:
        one.check()
        other.check()
        assert one.configuration.sip_port != other.configuration.sip_port


def test_each_part_can_be_killed_and_comes_back() -> None:
    with Line(OUTER, accounts=None) as line:
        for part in line.processes:
            part.kill()
            with pytest.raises(PartFailed, match=f"{part.name} has ended"):
                line.check()
            part.start()
            line.check()


def test_the_operators_own_database_is_used_and_left_alone(postgres: PrivatePostgres) -> None:
    url = postgres.create("operators_own")
    with Line({**OUTER, "PAYTONE_DATABASE_URL": url}) as line:
        line.check()
        with pytest.raises(PartFailed, match="operator's Postgres"):
            _ = line.postgres
    with psycopg.connect(url) as database:
        assert (0,) == database.execute("SELECT count(*) FROM accounts").fetchone()


def test_with_a_real_braintree_no_local_one_is_started() -> None:
    keys = {
        f"PAYTONE_BRAINTREE_{name}": "x" for name in ("MERCHANT_ID", "PUBLIC_KEY", "PRIVATE_KEY")
    } | {"PAYTONE_FINGERPRINT_KEY": "x" * 20}
    outer = {**OUTER, **keys, "PAYTONE_BRAINTREE_ENVIRONMENT": "sandbox", "HTTPS_PROXY": "http://p"}
    with Line(outer, accounts=None) as line:
        line.check()
        assert [line.asterisk, line.fastagi, line.worker] == list(line.processes)
        assert "http://p" == line.environment["HTTPS_PROXY"]
        with pytest.raises(PartFailed, match="real Braintree"):
            _ = line.sandbox


def test_a_local_braintree_is_never_asked_for_through_a_proxy() -> None:
    inner = for_parts(
        {"https_proxy": "http://p", "HTTP_PROXY": "http://p"},
        database_url="postgresql:///x",
        fastagi="127.0.0.1:1",
        webhooks="127.0.0.1:3",
        sandbox_port=2,
        authorisations="/x",
        banners="/y",
        ami="127.0.0.1:4:paytone:x",
    )
    assert "http://127.0.0.1:2" == inner["PAYTONE_BRAINTREE_URL"]
    assert [] == [name for name in inner if "proxy" in name.lower()]


@pytest.mark.parametrize(
    ("outer", "folder", "letters"),
    [
        ({}, "/run/letters", "/run/letters"),
        ({}, None, None),
        ({"PAYTONE_SMTP_URL": "smtp://mail.example"}, "/run/letters", None),
        ({"PAYTONE_LETTERS": "/mine"}, "/run/letters", "/mine"),
    ],
    ids=["nothing set", "not wanted", "a mail server", "a folder"],
)
def test_letters_go_into_a_folder_where_they_cannot_be_sent(
    outer: dict[str, str], folder: str | None, letters: str | None
) -> None:
    inner = for_parts(
        outer,
        database_url="postgresql:///x",
        fastagi="127.0.0.1:1",
        webhooks="127.0.0.1:3",
        sandbox_port=2,
        authorisations="/run/authorisations",
        banners="/run/banners",
        ami="127.0.0.1:4:paytone:x",
        letters=folder,
    )
    assert letters == inner.get("PAYTONE_LETTERS")


def test_the_ami_knows_its_password_and_tells_no_keys() -> None:
    with Line(OUTER, accounts=None) as line:
        configuration = line.configuration
        for secret, answer in ((configuration.ami_secret, "Success"), ("guessed", "Error")):
            with socket.create_connection(("127.0.0.1", configuration.ami_port), 5) as ami:
                login = f"Action: Login\r\nUsername: paytone\r\nSecret: {secret}\r\n\r\n"
                ami.sendall(login.encode())
                with ami.makefile() as told:
                    said = next(text for text in told if text.startswith("Response"))
                assert f"Response: {answer}" == said.strip()
        assert "dtmf" not in line.asterisk.rx("manager show user paytone")


def test_a_database_that_does_not_answer_is_named_and_nothing_stays_behind() -> None:
    url = "postgresql://127.0.0.1:1/nobody?connect_timeout=1"
    line = Line({**OUTER, "PAYTONE_DATABASE_URL": url})
    with pytest.raises(PartFailed, match="paytone migrate failed"), line:
        pytest.fail("the line opened without a database")
    _wait_until_gone(str(line.folder))


def test_a_setting_that_the_server_refuses_is_quoted() -> None:
    with (
        pytest.raises(PartFailed, match="PAYTONE_FIRST_KEY_S"),
        Line({**OUTER, "PAYTONE_FIRST_KEY_S": "-1"}),
    ):
        pytest.fail("the line opened with a setting that means nothing")


@pytest.fixture
def kept_up() -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """``paytone line`` once it is up, and what it printed."""
    with subprocess.Popen(
        (*PAYTONE, "line"), env=OUTER, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as command:
        assert command.stdout is not None
        printed: list[str] = []
        for text in command.stdout:
            printed.append(text.rstrip())
            if text.startswith("Logs are in"):
                break
        try:
            yield command, printed
        finally:
            command.kill()


def _folder_in(printed: list[str]) -> str:
    return printed[-1].split()[3]


@pytest.mark.parametrize(
    ("how", "status"),
    [(signal.SIGINT, 0), (signal.SIGTERM, 143), (signal.SIGKILL, -9)],
    ids=["Ctrl-C", "systemd", "killed outright"],
)
def test_the_command_ends_with_all_its_parts(
    kept_up: tuple[subprocess.Popen[str], list[str]], how: signal.Signals, status: int
) -> None:
    command, printed = kept_up
    assert any("SIP domain  127.0.0.1:" in text for text in printed)
    command.send_signal(how)
    assert status == command.wait(60)
    _wait_until_gone(_folder_in(printed))


def test_instructions_of_a_line_that_is_not_installed_fail_clearly(tmp_path: Path) -> None:
    done = subprocess.run(
        (*PAYTONE, "line", "--instructions", "--etc", str(tmp_path)),
        env=OUTER,
        capture_output=True,
        text=True,
        check=False,
    )
    assert 1 == done.returncode
    assert "paytone configure" in done.stderr


def test_configure_writes_what_instructions_read(tmp_path: Path) -> None:
    folders = [f"--{name}={tmp_path / name}" for name in ("etc", "state", "run")]
    told = ""
    ports = ["--sip-bind=0.0.0.0", "--sip-address=127.0.0.1", "--sip-port=15060"]
    for arguments in (("configure", *folders, *ports), ("line", "--instructions", folders[0])):
        done = subprocess.run(
            (*PAYTONE, *arguments), env=OUTER, capture_output=True, text=True, check=False
        )
        assert 0 == done.returncode, done.stderr
        told = done.stdout
    assert "SIP domain  127.0.0.1:15060" in told
