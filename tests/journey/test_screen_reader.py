"""The window as a screen reader gets it: the real program on a screen and an AT-SPI bus."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.access.looking import Looking, Seen, looking

SCREENS = (
    ("window_gallery", "mail"),
    ("window_gallery", "directory"),
    ("window_gallery", "wizard"),
    ("writing_gallery", "composer_plain"),
    ("writing_gallery", "outbox"),
)


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Looking]:
    with looking(tmp_path_factory.mktemp("screens")) as found:
        yield found


@pytest.fixture(scope="module")
def mail(program: Looking) -> Seen:
    return program.look(*SCREENS[0])


@pytest.mark.parametrize(("module", "screen"), SCREENS, ids=[one for _, one in SCREENS])
def test_everything_that_can_be_used_says_what_it_is(
    program: Looking, mail: Seen, module: str, screen: str
) -> None:
    seen = mail if screen == "mail" else program.look(module, screen)
    assert seen.acting > 5, seen
    assert seen.faults == []
    assert len(seen.stops) > 1


def test_rows_are_spoken_as_a_sentence(mail: Seen) -> None:
    unread = [row for row in mail.rows if row.startswith("non lu, ")]
    assert unread
    assert all(row.count(", ") >= 3 for row in unread)  # state, sender, subject, date


def test_the_focus_goes_as_the_eye_does(mail: Seen) -> None:
    """Folders, then the list, then what is read."""
    order = [stop.partition(" ")[2] for stop in mail.stops]
    turned = order[order.index("Dossiers") :] + order[: order.index("Dossiers")]
    places = [turned.index(name) for name in ("Dossiers", "Messages", "Texte du message")]
    assert places == sorted(places), turned


def test_a_control_without_a_name_is_found(tmp_path: Path) -> None:
    """The judge itself: it would see what it looks for."""
    with looking(tmp_path) as program:
        seen = program.look("careless_gallery", "nameless")
    assert "push button without a name ()" in seen.faults
    assert "2 x push button “Faire” side by side" in seen.faults
