"""The scripts under provision/: sound, quick when there is nothing to do, and safe to repeat."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from paytone.config import Settings
from tests.provision.checkout import CHECKOUT, PROVISION, run, tracked

SCRIPTS = [*sorted(PROVISION.glob("*.sh")), CHECKOUT / ".ci/run"]
HERE = ("/" + "work/", "/" + "root/", "/" + "home/", "/tmp/" + "w/")
REGISTRIES = ("pypi" + ".org", "pythonhosted" + ".org", "deb.debian" + ".org")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_has_no_known_mistake(script: Path) -> None:
    done = run("shellcheck", "-x", script)

    assert "" == done.stdout + done.stderr
    assert 0 == done.returncode


def test_the_vagrantfile_is_valid(tmp_path: Path) -> None:
    own = {"HOME": str(tmp_path), "VAGRANT_DOTFILE_PATH": str(tmp_path / "dot")}

    done = run("vagrant", "validate", "--ignore-provider", **own)

    assert "Vagrantfile validated successfully." in done.stdout, done.stderr


@pytest.mark.parametrize(
    "command",
    [("packages.sh", "--with-tests"), ("asterisk.sh",), ("venv.sh",)],
    ids=lambda command: command[0],
)
def test_a_repeated_setup_is_quick_and_silent(command: tuple[str, ...]) -> None:
    started = time.monotonic()

    done = run(PROVISION / command[0], *command[1:])

    assert (0, "") == (done.returncode, done.stdout + done.stderr)
    assert time.monotonic() - started < 3


def test_an_unpacked_asterisk_runs_wherever_its_folder_stands(tmp_path: Path) -> None:
    made = CHECKOUT / ".asterisk"
    run("cp", "-al", made, tmp_path / "elsewhere")
    launcher = tmp_path / "elsewhere/run-asterisk"

    assert run(made / "run-asterisk", "-V").stdout == run(launcher, "-V").stdout
    assert re.match(r"Asterisk \d\d", run(launcher, "-V").stdout)
    dirs = dict(row.split("=") for row in run(launcher, "--dirs").stdout.splitlines())
    assert (Path(dirs["astmoddir"]) / "res_agi.so").is_file()
    assert (Path(dirs["astdatadir"]) / "documentation").is_dir()


def test_a_step_that_fails_shows_why_and_ends_the_setup() -> None:
    failing = '. "$1/say.sh"; slow "mending the line" sh -c "echo no wire; exit 3"; echo went on'

    done = run("bash", "-euo", "pipefail", "-c", failing, "test", PROVISION)

    assert 1 == done.returncode
    assert "no wire" in done.stderr
    assert "mending the line: failed" in done.stderr
    assert "went on" not in done.stdout


def test_the_service_is_installed_in_the_order_that_its_parts_need() -> None:
    done = run(PROVISION / "install-service.sh", "--dry-run", "--demo", "--sip-port", "15060")

    steps = ["useradd", "venv.sh", "prompts build", "createdb", "configure", "restart"]
    steps.append("accounts import")
    places = [done.stdout.find(step) for step in steps]
    assert 0 == done.returncode, done.stderr
    assert -1 not in places
    assert sorted(places) == places
    assert re.search(r"configure .*--sip-port 15060", done.stdout)


def test_the_service_starts_from_settings_that_hold_together() -> None:
    text = (PROVISION / "paytone.env").read_text()
    given = dict(re.findall(r"^(PAYTONE_\w+)=(.*)$", text, re.MULTILINE))
    offered = re.findall(r"^#?PAYTONE_(\w+)=", text, re.MULTILINE)

    settings = Settings.from_env(given)

    assert "postgresql:///paytone" == settings.database_url.get_secret_value()
    assert set() == {name.lower() for name in offered} - set(Settings.model_fields)


def test_the_guide_names_only_settings_that_there_are() -> None:
    guide = (CHECKOUT / "docs/install.md").read_text()
    rows = [row.split("|")[1] for row in guide.splitlines() if row.startswith("| `PAYTONE_")]
    told = [name.lower() for row in rows for name in re.findall(r"`(?:PAYTONE)?_(\w+)`", row)]

    assert len(told) > 10
    assert [] == [
        name for name in told if not any(field.endswith(name) for field in Settings.model_fields)
    ]


@pytest.mark.parametrize("place", HERE)
def test_the_tree_names_no_place_of_one_machine(place: str) -> None:
    naming = [path for path in tracked() if place.encode() in path.read_bytes()]

    assert [] == naming


@pytest.mark.parametrize("registry", REGISTRIES)
def test_packages_come_from_wherever_the_machine_says(registry: str) -> None:
    naming = [path for path in tracked() if registry.encode() in path.read_bytes()]

    assert [] == naming
