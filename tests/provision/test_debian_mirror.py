"""Which Debian mirror apt uses, in both of its formats."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.provision.checkout import PROVISION, run

DEB822 = """\
# The machine's own.
Types: deb deb-src
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
"""
KEY_IN_LINE = """\
Types: deb
URIs: https://mirror.example/debian/
Suites: trixie
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 abc
 -----END PGP PUBLIC KEY BLOCK-----
"""


def stanza(uri: str, *trust: str) -> str:
    rows = ("Types: deb", f"URIs: {uri}", "Suites: sid", "Components: main", *trust)
    return "\n".join(rows) + "\n"


def asked(apt: Path, **files: str) -> str:
    (apt / "sources.list.d").mkdir()
    for name, text in files.items():
        stem, _, kind = name.rpartition("_")
        part = apt / "sources.list.d" / f"{stem}.{kind}"
        (apt / "sources.list" if name == "sources_list" else part).write_text(text)
    return run("python3", PROVISION / "debian_mirror.py", "sid", apt).stdout


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            {"debian_sources": DEB822},
            stanza(
                "http://mirror.example/debian",
                "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg",
            ),
            id="deb822",
        ),
        pytest.param(
            {"debian_sources": KEY_IN_LINE},
            stanza("https://mirror.example/debian/", KEY_IN_LINE[KEY_IN_LINE.index("Sig") :])[:-1],
            id="the key itself in the stanza",
        ),
        pytest.param(
            {"sources_list": "deb http://mirror.example/debian bookworm main # ours\n"},
            stanza("http://mirror.example/debian"),
            id="one line",
        ),
        pytest.param(
            {
                "sources_list": "deb-src http://no.example/debian bookworm main\n"
                "deb [arch=amd64 signed-by=/k.gpg] http://mirror.example/debian bookworm main\n"
            },
            stanza("http://mirror.example/debian", "Signed-By: /k.gpg"),
            id="one line with options",
        ),
        pytest.param(
            {
                "a-vendor_list": "deb https://vendor.example/apt bookworm main\n",
                "debian_sources": DEB822,
            },
            stanza(
                "http://mirror.example/debian",
                "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg",
            ),
            id="a vendor who uses Debian's names",
        ),
        pytest.param(
            {
                "a-vendor_list": "deb https://vendor.example/linux/debian bookworm stable\n"
                "deb https://vendor.example/debian bookworm-vendor main\n",
                "sources_list": "deb http://mirror.example/deb bookworm main\n",
            },
            stanza("http://mirror.example/deb"),
            id="a vendor whose address looks like Debian's",
        ),
        pytest.param(
            {
                "debian_sources": DEB822.replace("Types: deb deb-src", "Enabled: no\nTypes: deb"),
                "other_list": "deb http://second.example/debian/ stable main\n",
            },
            stanza("http://second.example/debian/"),
            id="a stanza switched off",
        ),
    ],
)
def test_the_mirror_and_its_key_are_those_of_apt(
    tmp_path: Path, files: dict[str, str], expected: str
) -> None:
    assert expected == asked(tmp_path, **files)


def test_without_a_debian_mirror_it_says_so(tmp_path: Path) -> None:
    done = run("python3", PROVISION / "debian_mirror.py", "sid", tmp_path)

    assert 1 == done.returncode
    assert "no Debian mirror" in done.stderr
