"""``paytone places``: lists loaded, shown, and spoken."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from paytone.prompts.catalogue import load
from paytone.prompts.check import check
from tests.cli.command import paytone
from tests.prompts.conftest import Studio, built_sounds, studio

__all__ = ["built_sounds", "studio"]

PROVISION = Path(__file__).parents[2] / "provision"
PLACES, ZIPS = str(PROVISION / "demo-places.csv"), str(PROVISION / "demo-zips.txt")
HEADER = "name,address,city,zip,hours,phone,takes\n"
ROW = "Market,1 Example Street,Sample,60188,Every day,,cash\n"


def test_both_lists_are_loaded_and_shown(database_url: str) -> None:
    first = paytone(database_url, "places", "import", PLACES)
    assert 0 == first.exit_code, first.output
    assert "Loaded: 4 payment centers; there were 0." in first.output
    assert "nobody knows where ZIP code 60601 is" in first.stderr
    assert "4 without a recording" in first.stderr
    assert "ZIP CODE UNKNOWN" in paytone(database_url, "places", "list").output
    zips = paytone(database_url, "places", "import-zips", ZIPS)
    assert (0, "Loaded: 10 ZIP codes; there were 0.\n") == (zips.exit_code, zips.output)
    shown = paytone(database_url, "places", "list").output.splitlines()
    grocery = (
        "60137  Demo Grocery, 7 Invented Road, Glen Ellyn  6305550113  cash;card  "
        "Monday to Saturday from 7 to 10  not recorded"
    )
    assert [grocery, "4 payment centers"] == [shown[0], shown[-1]]
    assert "UNKNOWN" not in "".join(shown)


def test_a_list_without_centers_takes_them_out(database_url: str, tmp_path: Path) -> None:
    paytone(database_url, "places", "import", PLACES)
    file = tmp_path / "none.csv"
    file.write_text(HEADER)
    emptied = paytone(database_url, "places", "import", str(file))
    assert "Loaded: 0 payment centers; there were 4.\n" == emptied.output
    assert "0 payment centers\n" == paytone(database_url, "places", "list").output


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"{HEADER}{ROW}{ROW}", "line 3: the same centre is on line 2 already"),
        (f"{HEADER}Market,1,Sample,6018,,,gold\n{ROW}", "line 2: zip is not five digits"),
        ("name\n", "line 1: no column address, city, zip, takes"),
    ],
    ids=["twice", "bad row", "another file"],
)
def test_a_wrong_list_changes_nothing(
    database_url: str, tmp_path: Path, text: str, says: str
) -> None:
    paytone(database_url, "places", "import", PLACES)
    file = tmp_path / "places.csv"
    file.write_text(text)
    ended = paytone(database_url, "places", "import", str(file))
    assert 1 == ended.exit_code
    assert f"{file}: {says}" in ended.stderr
    assert "nothing was loaded" in ended.stderr
    assert "4 payment centers" in paytone(database_url, "places", "list").output


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"zip,lat,lon\n", "line 1: the header lacks GEOID, INTPTLAT, INTPTLONG"),
        (b"GEOID\tINTPTLAT\tINTPTLONG   \n", "holds no ZIP codes"),
        (b"GEOID\tINTPTLAT\tINTPTLONG\n60188\t41.9\n", "line 2: it has 2 fields, the header 3"),
        (b"GEOID\tINTPTLAT\tINTPTLONG\n60188\t\xff\t1\n", "is not in UTF-8"),
    ],
    ids=["another file", "empty", "bad line", "not text"],
)
def test_wrong_zip_codes_change_nothing(
    database_url: str, tmp_path: Path, content: bytes, says: str
) -> None:
    paytone(database_url, "places", "import-zips", ZIPS)
    file = tmp_path / "zips.txt"
    file.write_bytes(content)
    ended = paytone(database_url, "places", "import-zips", str(file))
    assert (1, True) == (ended.exit_code, says in ended.stderr)
    assert "there were 10" in paytone(database_url, "places", "import-zips", ZIPS).output


def test_many_faults_are_counted(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "places.csv"
    file.write_text(HEADER + "x,x,x,x,x,x,x\n" * 103)
    assert "and 3 more" in paytone(database_url, "places", "import", str(file)).stderr


def test_names_and_hours_are_spoken_and_then_heard(
    database_url: str, studio: Studio, tmp_path: Path
) -> None:
    """Files that `paytone prompts` knows; the same hours are said once."""
    _ = studio.catalogue  # writes the file
    file, sounds = tmp_path / "places.csv", {"PAYTONE_SOUNDS": str(studio.sounds)}
    other = ROW.replace("Market,1", "Exchange,2")
    file.write_text(HEADER + ROW + other)
    spoken = paytone(database_url, "places", "prompts", str(file), **sounds)
    assert 0 == spoken.exit_code, spoken.output
    assert "en: 3 texts" in spoken.output
    catalogue = load("en", studio.sounds)
    texts = {entry.text for name, entry in catalogue.entries.items() if name.startswith("place-")}
    assert {"Market, 1 Example Street, Sample.", "Exchange, 2 Example Street, Sample."} == texts
    assert [] == [str(each) for each in check(catalogue, studio.folder)]
    loaded = paytone(database_url, "places", "import", str(file), **sounds)
    assert "without a recording" not in loaded.stderr
    assert "not recorded" not in paytone(database_url, "places", "list").output


def test_a_center_that_left_takes_its_recording_along(
    database_url: str, studio: Studio, tmp_path: Path
) -> None:
    _ = studio.catalogue
    file, sounds = tmp_path / "places.csv", {"PAYTONE_SOUNDS": str(studio.sounds)}
    file.write_text(HEADER + ROW)
    paytone(database_url, "places", "prompts", str(file), **sounds)
    assert 2 == len({*studio.folder.glob("place-*.wav"), *studio.folder.glob("hours-*.wav")})
    file.write_text(HEADER)
    assert 0 == paytone(database_url, "places", "prompts", str(file), **sounds).exit_code
    assert [] == [*studio.folder.glob("place-*"), *studio.folder.glob("hours-*")]


def test_texts_alone_are_for_a_voice_artist(
    database_url: str, studio: Studio, tmp_path: Path
) -> None:
    _ = studio.catalogue
    file, sounds = tmp_path / "places.csv", {"PAYTONE_SOUNDS": str(studio.sounds)}
    file.write_text(HEADER + ROW)
    paytone(database_url, "places", "prompts", "--silent", str(file), **sounds)
    script = paytone(database_url, "prompts", "script", "--sounds", str(studio.sounds)).output
    assert "Market, 1 Example Street, Sample." in script
    assert [] == [*studio.folder.glob("place-*.wav")]
    assert "1 without" in paytone(database_url, "places", "import", str(file), **sounds).stderr
    (name,) = (each for each in load("en", studio.sounds).entries if each.startswith("place-"))
    shutil.copy(studio.folder / "paid.wav", studio.folder / f"{name}.wav")
    built = paytone(database_url, "prompts", "build", "--sounds", str(studio.sounds)).output
    assert f"took in the recording of {name}" in built
    assert "1 without" not in paytone(database_url, "places", "import", str(file), **sounds).stderr


def test_a_folder_that_cannot_be_written_is_told(database_url: str, tmp_path: Path) -> None:
    (tmp_path / "en.toml").write_text("")
    ended = paytone(database_url, "places", "prompts", PLACES, PAYTONE_SOUNDS=str(tmp_path))
    assert 1 == ended.exit_code
    assert f"No such file or directory: '{tmp_path}/en/places.toml.part'" in ended.stderr
