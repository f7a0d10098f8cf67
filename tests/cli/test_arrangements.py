"""``paytone arrangements``."""

from __future__ import annotations

from paytone.store import Store, arrangements
from tests.cli.command import paytone_beside
from tests.store.test_arrangements import arranged, owing


async def test_an_admin_lists_shows_and_cancels_with_a_reason(
    store: Store, database_url: str
) -> None:
    made = await arranged(store, await owing(store))
    shown = await paytone_beside(database_url, "arrangements", "show", made.confirmation)
    assert "2026-03-09       33.34 USD\n2026-03-23       33.33 USD\n" in shown.output
    words = (
        "arrangements",
        "cancel",
        made.confirmation,
        "--reason",
        "moved away",
        "--by",
        "night desk",
    )
    assert 0 == (await paytone_beside(database_url, *words)).exit_code
    listed = await paytone_beside(database_url, "arrangements", "list", "--state", "cancelled")
    assert made.confirmation in listed.output
    ended = await arrangements.by_confirmation(store, made.confirmation)
    assert ended is not None
    assert ("cancelled", "night desk", "moved away") == (ended.state, ended.ended_by, ended.reason)
    again = await paytone_beside(database_url, *words)
    assert (1, "Error: it has ended; nothing was changed\n") == (again.exit_code, again.output)
