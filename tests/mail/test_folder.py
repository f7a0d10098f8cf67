"""Letters put into a folder."""

from __future__ import annotations

from pathlib import Path

from paytone.mail import Letter, NotNow, Sent
from paytone.mail.folder import FolderMailer

MAIL = Letter("someone@customer.example", "Paid", "Thanks.\n", "paytone.7.abc", "<p>Thanks.</p>")
TEXT = Letter("3125550142", "", "Thanks.", "paytone.8.abc")


async def test_each_letter_is_a_file(tmp_path: Path) -> None:
    mailer = FolderMailer(tmp_path / "letters")
    assert [Sent(), Sent()] == [await mailer.hand_in(MAIL), await mailer.hand_in(TEXT)]
    assert {
        "paytone.7.abc.txt": "To: someone@customer.example\nSubject: Paid\n\nThanks.\n",
        "paytone.7.abc.html": "<p>Thanks.</p>",
        "paytone.8.abc.txt": "To: 3125550142\n\nThanks.",
    } == {file.name: file.read_text() for file in (tmp_path / "letters").iterdir()}


async def test_a_folder_that_cannot_be_written_waits(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert isinstance(await FolderMailer(tmp_path / "file").hand_in(MAIL), NotNow)
