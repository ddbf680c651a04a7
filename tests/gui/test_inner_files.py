"""What lies inside winmail.dat or a text stands in the bar, is looked at and saved."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.ui.main_window import MainWindow
from tests.support.winmail import winmail
from tests.unit.test_inner_files import FILES, NOTES, RTF, enveloped, in_text, uu

DEADLINE = 20_000
LETTERS = {
    "outlook": (enveloped(winmail(FILES, rtf=RTF)), "Les conseils de classe", FILES),
    "uuencode": (
        in_text(f"Voici la liste :\n\n{uu('notes.csv', NOTES)}\n\nClaire"),
        "[notes.csv]",
        [("notes.csv", NOTES)],
    ),
}


@pytest.mark.parametrize("name", LETTERS)
def test_the_bar_shows_and_saves_them(
    name: str, window: MainWindow, facade: Facade, qtbot: QtBot, tmp_path: Path
) -> None:
    raw, words, files = LETTERS[name]
    (tmp_path / "Recus").mkdir()
    (tmp_path / "Recus" / "lettre.eml").write_bytes(raw)
    assert facade.transfer.import_mail(tmp_path / "Recus", facade.accounts()[0].id).imported == 1
    folder = next(one for one in facade.folders() if one.local and one.total == 1)
    window._read_folders()
    window.mail.show_folder(folder)
    window.mail.view.select(window.mail.model.ids[0])
    reader = window.mail.reader
    qtbot.waitUntil(lambda: words in reader.browser.toPlainText(), timeout=DEADLINE)
    bar = reader.attachments
    cards = bar.cards()
    assert [(card.part.filename, card.part.size) for card in cards] == [
        (file, len(octets)) for file, octets in files
    ]
    target = tmp_path / files[-1][0]
    bar.save_to(cards[-1].part, target)
    qtbot.waitUntil(lambda: target.name in reader.notice.text, timeout=DEADLINE)
    assert target.read_bytes() == files[-1][1]
    qtbot.waitUntil(lambda: bar.cards()[-1].part.local, timeout=DEADLINE)
    shown = bar.look(bar.cards()[-1].part)  # the table of the notes
    assert shown is not None
    qtbot.waitUntil(lambda: "notes.csv" in shown.windowTitle(), timeout=DEADLINE)
    shown.close()
