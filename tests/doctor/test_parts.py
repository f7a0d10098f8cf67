"""The doctor finds which part of the line is missing or does not work."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psycopg
import pytest

from paytone.config import CHECKOUT
from paytone.doctor import Grade
from paytone.doctor.doors import fastagi
from paytone.doctor.parts import classic, clock, cores, database, gateway, prompts, worker
from paytone.line.line import PAYTONE
from paytone.line.part import Part, listens
from paytone.line.postgres import PrivatePostgres
from tests.doctor.conftest import Told, Ward


@pytest.fixture
def listening(ward: Ward) -> Iterator[None]:
    """Something at the FastAGI port, on every address."""
    with socket.create_server(("0.0.0.0", ward.ports.fastagi)):
        yield


def test_a_server_that_does_not_run_is_told(ward: Ward) -> None:
    ((grade, what),) = ward.told(fastagi)
    assert Grade.FAIL is grade
    assert "paytone serve" in what


@pytest.mark.usefixtures("listening")
@pytest.mark.parametrize(
    ("allow", "grade"),
    [
        ("127.0.0.0/8 ::1/128", Grade.OK),
        ("10.1.0.0/16", Grade.OK),
        ("0.0.0.0/0", Grade.FAIL),
        ("10.1.0.0/16 8.8.0.0/16", Grade.FAIL),
        ("::/0", Grade.FAIL),
    ],
)
def test_fastagi_that_is_open_to_strangers_is_found(ward: Ward, allow: str, grade: Grade) -> None:
    ward.given["PAYTONE_FASTAGI_ALLOW"] = allow
    assert [grade] == [found for found, _ in ward.told(fastagi)]


def test_fastagi_on_loopback_is_open_to_nobody_else(ward: Ward) -> None:
    ward.given["PAYTONE_FASTAGI_ALLOW"] = "0.0.0.0/0"
    with socket.create_server(("127.0.0.1", ward.ports.fastagi)):
        assert Grade.OK is ward.told(fastagi)[0][0]


def test_a_server_that_may_leave_a_core_file_is_found(ward: Ward) -> None:
    script = (
        "import resource, socket, sys, time\n"
        "hard = resource.getrlimit(resource.RLIMIT_CORE)[1]\n"
        "resource.setrlimit(resource.RLIMIT_CORE, (4096, hard))\n"
        f"server = socket.create_server(('127.0.0.1', {ward.ports.fastagi}))\n"
        "print('up', flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        server.stdout.readline()
        told = ward.told(cores)
        server.kill()
    assert any(Grade.FAIL is grade and "FastAGI" in what for grade, what in told), told


def test_a_database_that_is_up_to_date_is_fine(ward: Ward, database_url: str) -> None:
    ward.given["PAYTONE_DATABASE_URL"] = database_url
    assert Grade.OK is ward.told(database)[0][0]


def test_a_missing_worker_is_found(ward: Ward, database_url: str) -> None:
    ward.given["PAYTONE_DATABASE_URL"] = database_url
    ((grade, what),) = ward.told(worker)
    assert Grade.FAIL is grade
    assert "no worker runs" in what
    with psycopg.connect(database_url) as connection:
        connection.execute("SELECT procrastinate_register_worker_v1()")
    assert [(Grade.OK, "a worker runs")] == ward.told(worker)
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '2 minutes'"
        )
    assert Grade.FAIL is ward.told(worker)[0][0]


def test_a_database_without_tables_is_found(ward: Ward, postgres: PrivatePostgres) -> None:
    ward.given["PAYTONE_DATABASE_URL"] = postgres.create("without_tables")
    ((grade, what),) = ward.told(database)
    assert Grade.FAIL is grade
    assert "paytone migrate" in what


def test_a_database_that_is_away_is_found_and_its_password_not_told(ward: Ward) -> None:
    ward.given["PAYTONE_DATABASE_URL"] = "postgresql://me:hushhush@127.0.0.1:1/paytone"
    ((grade, what),) = ward.told(database)
    assert Grade.FAIL is grade
    assert "hushhush" not in what


def test_the_shipped_prompts_are_in_order(ward: Ward) -> None:
    assert Grade.OK is ward.told(prompts)[0][0]


def test_a_prompt_without_audio_is_found(ward: Ward, tmp_path: Path) -> None:
    shutil.copytree(CHECKOUT / "sounds", tmp_path / "sounds")
    for file in (tmp_path / "sounds/en").glob("ask-card.*"):
        file.unlink()
    ward.given["PAYTONE_SOUNDS"] = str(tmp_path / "sounds")
    told = ward.told(prompts)
    assert any(Grade.FAIL is grade and "ask-card" in what for grade, what in told), told


def test_prompts_that_asterisk_does_not_find_are_told(ward: Ward) -> None:
    link = ward.configuration.data / "sounds/en/paytone"
    target = link.readlink()
    link.unlink()
    try:
        ((grade, what), _) = ward.told(prompts)
    finally:
        link.symlink_to(target)
    assert Grade.FAIL is grade
    assert "does not find" in what


def test_the_classic_jobs_can_run(ward: Ward) -> None:
    assert [Grade.OK] == [grade for grade, _ in ward.told(classic)]


def test_a_job_that_is_not_executable_is_found(ward: Ward, tmp_path: Path) -> None:
    for file in (CHECKOUT / "agi").glob("*.agi"):
        shutil.copy(file, tmp_path)
    (tmp_path / "pay-bill.agi").chmod(0o644)
    ward.edit("extensions.conf", str(CHECKOUT / "agi"), str(tmp_path))
    ward.asterisk.rx("dialplan reload")
    ((grade, what),) = ward.told(classic)
    assert Grade.FAIL is grade
    assert "pay-bill.agi" in what


def test_an_asterisk_whose_python_is_another_is_found(ward: Ward) -> None:
    file = ward.configuration.run / "asterisk.pid"
    pid = file.read_text()
    bare = {"PATH": "/usr/bin:/bin"}
    with subprocess.Popen(["/usr/bin/sleep", "60"], env=bare) as other:
        file.write_text(str(other.pid))
        told = ward.told(classic)
        file.write_text(pid)
        other.kill()
    assert any(Grade.FAIL is grade and "PATH" in what for grade, what in told), told


@pytest.fixture
def braintree(ward: Ward, tmp_path: Path) -> Iterator[Part]:
    """A local Braintree that answers."""
    port = ward.ports.sandbox
    part = Part(
        "the local Braintree",
        [*PAYTONE, "sandbox", "--port", str(port)],
        log=tmp_path / "sandbox.log",
        environment=os.environ,
        ready=partial(listens, "127.0.0.1", port),
    )
    part.start()
    ward.given["PAYTONE_BRAINTREE_URL"] = f"http://127.0.0.1:{port}"
    yield part
    part.stop()


async def _gateway(ward: Ward) -> Told:
    patient = await ward.seen()
    return [(finding.grade, finding.what) for finding in await gateway(patient)]


@pytest.mark.usefixtures("braintree")
async def test_a_local_braintree_moves_no_money(ward: Ward) -> None:
    ((grade, what),) = await _gateway(ward)
    assert Grade.WARN is grade
    assert "no money moves" in what


@pytest.mark.usefixtures("braintree")
async def test_keys_that_braintree_does_not_know_are_found(ward: Ward) -> None:
    ward.given["PAYTONE_BRAINTREE_PRIVATE_KEY"] = "guessed"
    ((grade, what),) = await _gateway(ward)
    assert Grade.FAIL is grade
    assert "AuthenticationError" in what


async def test_a_braintree_that_is_away_is_found(ward: Ward, braintree: Part) -> None:
    braintree.kill()
    assert Grade.FAIL is (await _gateway(ward))[0][0]


def test_the_clock_is_looked_at(ward: Ward) -> None:
    """It cannot be set wrong here; what the kernel says is said."""
    ((grade, what),) = ward.told(clock)
    assert (grade is Grade.OK) == ("kept by" in what)
