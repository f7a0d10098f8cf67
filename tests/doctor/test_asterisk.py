"""The doctor finds what is wrong with a real Asterisk, running or not."""

from __future__ import annotations

import asyncio
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from paytone.ami import Ami
from paytone.doctor import Grade
from paytone.doctor.dialplan import recordings
from paytone.doctor.digits import ami_classes, debugging, logger, logs, records
from paytone.doctor.doors import ami, encryption, http, strangers
from paytone.doctor.parts import asterisk, cores
from tests.doctor.conftest import Check, Ward

SHIPPED = (
    asterisk, logger, ami_classes, debugging, logs, recordings, records, cores, ami, http,
    strangers, encryption,
)  # fmt: skip
READ = "read=system,call,cdr,dialplan"
WRITE = "write=system,call,command,originate,reporting"
PAY = "exten => s,1,Gosub(paytone-job,s,1(pay-bill))"
THEN_PAY = PAY.replace("exten => s,1", " same => n")
INBOUND = "[paytone-inbound]"


@dataclass(frozen=True, slots=True)
class Break:
    """
    What an admin does, and the word that the doctor's finding must have.

    Args:
        command: Makes it take effect.
    """

    check: Check
    file: str
    old: str
    new: str
    command: str
    word: str
    grade: Grade = Grade.FAIL


BREAKS = {
    "a log prints keys": Break(
        logger, "logger.conf", "messages => notice", "messages => dtmf,notice",
        "logger reload", "logger.conf",
    ),
    "a log of all levels": Break(
        logger, "logger.conf", "security => security", "full => *", "logger reload", "logger.conf"
    ),
    "a log has debug": Break(
        logger, "logger.conf", "messages => notice", "messages => debug,notice",
        "logger reload", "debug", Grade.WARN,
    ),
    "an AMI user reads keys": Break(
        ami_classes, "manager.conf", READ, f"{READ},dtmf", "manager reload", "paytone has read=dtmf"
    ),
    "an AMI user reads everything": Break(
        ami_classes, "manager.conf", READ, "read=all", "manager reload", "paytone has read=all"
    ),
    "an AMI user writes everything": Break(
        ami_classes, "manager.conf", WRITE, "write=all", "manager reload",
        "paytone has write=all", Grade.WARN,
    ),
    "debugging is on": Break(debugging, "", "", "", "core set debug 3", "core set debug"),
    "debugging is on at start": Break(
        debugging, "asterisk.conf", "dumpcore=no", "debug=3\ndumpcore=no", "", "asterisk.conf"
    ),
    "AGI is printed from the start": Break(
        debugging, "cli.conf", "", "[startup_commands]\nagi set debug on = yes\n", "",
        "agi set debug on",
    ),
    "SIP is printed": Break(
        debugging, "pjsip.conf", "user_agent=Paytone", "debug=yes", "pjsip reload", "pjsip.conf"
    ),
    "the payment is recorded": Break(
        recordings, "extensions.conf", PAY,
        f"exten => s,1,MixMonitor(x.wav)\n{THEN_PAY}",
        "dialplan reload", "[paytone-pay] has mixmonitor",
    ),
    "somebody listens": Break(
        recordings, "extensions.conf", PAY,
        f"exten => s,1,ChanSpy(PJSIP/desk,qwSs)\n{THEN_PAY}",
        "dialplan reload", "[paytone-pay] has chanspy",
    ),
    "the payment is recorded on a condition": Break(
        recordings, "extensions.conf", PAY,
        f"exten => s,1,ExecIf($[1 = 1]?Monitor(wav,x))\n{THEN_PAY}",
        "dialplan reload", "[paytone-pay] has monitor",
    ),
    "the way to the line is recorded": Break(
        recordings, "extensions.conf", INBOUND,
        "[from-trunk]\nexten => 5,1,MixMonitor(x.wav)\n"
        f" same => n,Goto(paytone-inbound,18008926996,1)\n{INBOUND}",
        "dialplan reload", "[from-trunk] has mixmonitor",
    ),
    "a subroutine records": Break(
        recordings, "extensions.conf", INBOUND,
        "[rec]\nexten => s,1,MixMonitor(x.wav)\n same => n,Return()\n"
        f"{INBOUND}\nexten => 5,1,Gosub(rec,s,1)",
        "dialplan reload", "[rec] has mixmonitor",
    ),
    "a recording that is stopped": Break(
        recordings, "extensions.conf", INBOUND,
        "[from-trunk]\nexten => 5,1,MixMonitor(x.wav)\n same => n,StopMixMonitor()\n"
        f" same => n,Goto(paytone-inbound,18008926996,1)\n{INBOUND}",
        "dialplan reload", "stops before", Grade.WARN,
    ),
    "keys are read by the dialplan": Break(
        recordings, "extensions.conf", "exten => choice_1,1,Goto(paytone-pay,s,1)",
        "exten => choice_1,1,Read(CARD,beep)\n same => n,Goto(paytone-pay,s,1)",
        "dialplan reload", "[paytone-menu] has read",
    ),
    "a user field": Break(
        recordings, "extensions.conf", PAY,
        f"exten => s,1,Set(CDR(userfield)=x)\n{THEN_PAY}",
        "dialplan reload", "user field", Grade.WARN,
    ),
    "the line is not in the dialplan": Break(
        recordings, "extensions.conf", "[paytone-pay]", "[pay]", "dialplan reload", "paytone-pay"
    ),
    "channel events": Break(
        records, "cel.conf", "; Asterisk's defaults.\n", "[general]\nenable=yes\napps=all\n",
        "module reload cel", "CEL", Grade.WARN,
    ),
    "user fields in call records": Break(
        records, "cdr.conf", "loguserfield=no", "loguserfield=yes", "", "user field", Grade.WARN
    ),
    "call records of one's own": Break(
        records, "cdr_custom.conf", "", "[mappings]\nx.csv => ${CDR(src)}\n", "",
        "cdr_custom.conf", Grade.WARN,
    ),
    "core files": Break(
        cores, "asterisk.conf", "dumpcore=no", "dumpcore=yes", "", "asterisk.conf"
    ),
    "AMI is open to all": Break(
        ami, "manager.conf", "bindaddr=127.0.0.1", "bindaddr=0.0.0.0", "manager reload", "0.0.0.0"
    ),
    "AMI over HTTP": Break(
        ami, "manager.conf", "webenabled=no", "webenabled=yes", "manager reload", "HTTP", Grade.WARN
    ),
    "the web server is on": Break(
        http, "http.conf", "", "[general]\nenabled=yes\nbindaddr=127.0.0.1\nbindport={console}\n",
        "module reload http", "web server", Grade.WARN,
    ),
    "the web server is open": Break(
        http, "http.conf", "", "[general]\nenabled=yes\nbindaddr=0.0.0.0\nbindport={console}\n",
        "module reload http", "0.0.0.0",
    ),
    "strangers may call": Break(
        strangers, "pjsip.conf", "[paytone-caller](!)",
        "[anonymous]\ntype=endpoint\ncontext=paytone-inbound\nallow=ulaw\n[paytone-caller](!)",
        "pjsip reload", "anonymous",
    ),
    "calls in the clear": Break(
        encryption, "pjsip.conf", "external_media_address=127.0.0.1",
        "external_media_address=1.1.1.1", "", "transport-udp", Grade.WARN,
    ),
}  # fmt: skip


@pytest.mark.parametrize("check", SHIPPED, ids=lambda check: check.__name__)
@pytest.mark.parametrize("runs", [True, False], ids=["running", "files alone"])
def test_what_is_shipped_is_healthy(ward: Ward, check: Check, runs: bool) -> None:
    if not runs:
        if check is asterisk:
            pytest.skip("that it does not run is a fault")
        ward.asterisk.stop()
    assert [Grade.OK] == [grade for grade, _ in ward.told(check)]


@pytest.mark.parametrize("name", BREAKS)
def test_what_is_broken_is_found(ward: Ward, name: str) -> None:
    broken = BREAKS[name]
    if broken.file:
        new = broken.new.replace("{console}", str(ward.ports.console))
        ward.edit(broken.file, broken.old, new)
    if broken.command:
        ward.asterisk.rx(broken.command)
    told = ward.told(broken.check)
    assert any(broken.grade is grade and broken.word in what for grade, what in told), told


@pytest.mark.parametrize(
    "name",
    [
        "a log prints keys",
        "an AMI user reads keys",
        "the payment is recorded",
        "AMI is open to all",
        "the web server is open",
        "strangers may call",
    ],
)
def test_files_are_read_where_asterisk_does_not_run(ward: Ward, name: str) -> None:
    broken = BREAKS[name]
    ward.asterisk.stop()
    ward.edit(broken.file, broken.old, broken.new.replace("{console}", "1"))
    told = ward.told(broken.check)
    assert any(broken.grade is grade and broken.word in what for grade, what in told), told


def test_what_is_in_effect_counts_though_the_file_was_mended(ward: Ward) -> None:
    ward.asterisk.rx("logger add channel extra dtmf")
    try:
        assert Grade.FAIL is ward.told(logger)[0][0]
    finally:
        ward.asterisk.rx("logger remove channel extra")


def test_an_asterisk_that_does_not_run_is_told(ward: Ward) -> None:
    ward.asterisk.stop()
    ((grade, what),) = ward.told(asterisk)
    assert Grade.FAIL is grade
    assert "start it" in what


def test_calls_in_the_clear_for_real_money_are_a_fault(ward: Ward) -> None:
    keys = ("MERCHANT_ID", "PUBLIC_KEY", "PRIVATE_KEY")
    ward.given |= {f"PAYTONE_BRAINTREE_{key}": "x" for key in keys}
    ward.given["PAYTONE_FINGERPRINT_KEY"] = "x" * 20
    ward.given["PAYTONE_BRAINTREE_ENVIRONMENT"] = "production"
    ward.edit("pjsip.conf", "external_media_address=127.0.0.1", "external_media_address=1.1.1.1")
    assert Grade.FAIL is ward.told(encryption)[0][0]


def test_a_process_that_may_leave_a_core_file_is_found(ward: Ward) -> None:
    """Ours is started so that nobody can give it one; another process stands in for such a one."""
    pid_file = ward.configuration.run / "asterisk.pid"
    ours = pid_file.read_text()
    with subprocess.Popen(["prlimit", "--core=4096:", "sleep", "60"]) as dumping:
        while Path(f"/proc/{dumping.pid}/comm").read_text() != "sleep\n":
            time.sleep(0.01)
        pid_file.write_text(f"{dumping.pid}\n")
        try:
            ((grade, what),) = ward.told(cores)
        finally:
            pid_file.write_text(ours)
            dumping.kill()
    assert Grade.FAIL is grade
    assert "Asterisk" in what


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("DTMF[7] channel.c: DTMF end '4' received on PJSIP/demo-1", "dtmf"),
        ("<PJSIP/demo-1>AGI Rx << 200 result=52", "AGI"),
        ("Got  RTP RFC2833 from   127.0.0.1:4000 (type 101, event 04000010)", "RTP"),
        ("app_read.c: User entered '4111'", "Read()"),
        ("x: 4111-1111-1111-1111", "card number"),
    ],
)
def test_keys_in_a_log_are_found(ward: Ward, line: str, word: str) -> None:
    log = ward.configuration.logs / "old"
    log.write_text(f"[2026-03-01] {line}\n")
    try:
        told = ward.told(logs)
    finally:
        log.unlink()
    assert any(Grade.FAIL is grade and word in what for grade, what in told), told


def test_agi_debugging_shows_in_what_it_printed(ward: Ward, tmp_path: Path) -> None:
    """Asterisk does not tell whether it is on."""
    job = tmp_path / "job.agi"
    job.write_text("#!/bin/sh\nread line\n")
    job.chmod(0o755)
    ward.edit("extensions.conf", INBOUND, f"[probe]\nexten => s,1,AGI({job})\n{INBOUND}")
    ward.asterisk.rx("dialplan reload")
    ward.asterisk.rx("agi set debug on")
    asyncio.run(_originate(ward, "Local/s@probe"))
    until = time.monotonic() + 10
    while "AGI Tx" not in ward.asterisk.messages and time.monotonic() < until:
        time.sleep(0.1)
    ward.asterisk.rx("agi set debug off")
    told = ward.told(logs)
    (ward.configuration.logs / "messages").write_text("")
    assert any("AGI debugging" in what for _, what in told), told


async def _originate(ward: Ward, channel: str) -> None:
    ours = ward.configuration
    async with Ami.connect(
        "127.0.0.1", ours.ami_port, user=ours.ami_user, secret=ours.ami_secret
    ) as ami:
        await ami.act("Originate", Channel=channel, Application="Wait", Data="1", Async="yes")
