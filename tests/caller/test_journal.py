import pytest

from paytone.caller import Journal


def test_a_gap_runs_from_the_last_keys_end_to_the_next_new_sound() -> None:
    journal = Journal(answered=0.0)
    journal.note_sound(0.1, 0.02, stretch=1)
    journal.note_keys(0.2, 1.0, stretch=1)
    journal.note_sound(1.01, 0.02, stretch=1)
    journal.note_sound(1.25, 0.02, stretch=2)
    journal.note_sound(1.27, 0.02, stretch=2)

    assert [pytest.approx(0.25)] == journal.gaps


def test_only_the_last_keys_before_a_sound_have_a_gap() -> None:
    journal = Journal(answered=0.0)
    journal.note_keys(0.0, 1.0, stretch=1)
    journal.note_keys(1.1, 2.0, stretch=1)
    journal.note_sound(2.5, 0.02, stretch=2)

    assert [0.5] == journal.gaps


def test_sounds_close_together_are_one_span() -> None:
    journal = Journal(answered=0.0)
    for at in (1.0, 1.02, 1.09, 1.2):
        journal.note_sound(at, 0.02, stretch=1)

    assert [1.0, 1.11, 1.2, 1.22] == pytest.approx([at for span in journal.audible for at in span])


def test_silences_are_what_neither_side_fills() -> None:
    journal = Journal(answered=10.0)
    journal.note_sound(11.0, 1.0, stretch=1)
    journal.note_keys(11.5, 13.0, stretch=1)
    journal.note_sound(14.0, 1.0, stretch=2)

    assert [(10.0, 11.0), (13.0, 14.0), (15.0, 20.0)] == journal.silences(20.0)
    journal.finished = 15.5
    assert (15.0, 15.5) == journal.silences(20.0)[-1]
