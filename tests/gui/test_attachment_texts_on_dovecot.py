"""From a server to the search box: a file comes, is read in the background, and is found."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from pytestqt.qtbot import QtBot

from mel_desktop.app import keeper
from mel_desktop.app.facade import Facade
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.theme import Theme
from tests.support import documents
from tests.support.imap_servers import Dovecot
from tests.support.windows import fresh_profile, shown_window

pytestmark = pytest.mark.servers

WAIT_MS = 30_000
RAW = (
    b"From: Intendance <intendance@ac-exemple.invalid>\r\nSubject: Semaine 12\r\n"
    b"Message-ID: <menu@ac-exemple.invalid>\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    b"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nVoir le fichier.\r\n"
    b"--b\r\nContent-Type: application/pdf; name=semaine.pdf\r\n"
    b"Content-Disposition: attachment; filename=semaine.pdf\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\n"
    + base64.encodebytes(documents.pdf("Mardi : des blanquettes de veau")).replace(b"\n", b"\r\n")
    + b"--b--\r\n"
)


@pytest.fixture
def online(dovecot: Dovecot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Facade]:
    monkeypatch.setattr(keeper, "LOOK_S", 0.1)  # it looks once a minute
    user = dovecot.new_user()
    dovecot.deliver_all(user, "INBOX", [(RAW, (), datetime.now(UTC))])
    with fresh_profile(tmp_path) as facade:
        facade.add_account(dovecot.new_account(user), user.secret)
        yield facade


@pytest.fixture
def live(online: Facade, theme: Theme, settings: QSettings, qtbot: QtBot) -> Iterator[MainWindow]:
    with shown_window(online, theme, settings) as window:
        online.start_engine()
        qtbot.waitUntil(lambda: window.mail.model.rowCount() == 1, timeout=WAIT_MS)
        yield window


def test_a_file_that_was_fetched_is_read_and_found_by_its_words(
    live: MainWindow, online: Facade, qtbot: QtBot, tmp_path: Path
) -> None:
    (message,) = live.mail.model.ids
    live.mail.view.select(message)
    reader = live.mail.reader
    qtbot.waitUntil(lambda: "Voir le fichier" in reader.browser.toPlainText(), timeout=WAIT_MS)
    (card,) = reader.attachments.cards()
    reader.attachments.save_to(card.part, tmp_path / "semaine.pdf")
    qtbot.waitUntil(lambda: (tmp_path / "semaine.pdf").exists(), timeout=WAIT_MS)
    found = online.attachments.list
    qtbot.waitUntil(lambda: len(found("blanquette").rows) == 1, timeout=WAIT_MS)

    live.search_field.setText("blanquette ")  # the singular of what is in the file
    qtbot.keyClick(live.search_field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: live.mail.is_search() and live.mail.model.ids == (message,))
    hit = live.mail.model.hit_at(0)
    assert hit is not None
    assert hit.attachment == "semaine.pdf"
    begin, end = hit.marks[0]
    assert hit.snippet[begin:end] == "blanquettes"
    spoken = live.mail.model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "semaine.pdf" in spoken

    live.actions_.attachments.trigger()
    qtbot.waitUntil(lambda: live.attachments.model.rowCount() == 1)
    assert "lire" not in live.attachments.count.text()

    # a file of a draft, too
    (tmp_path / "liste.txt").write_text("Penser aux serviettes", encoding="utf-8")
    draft = online.new_draft(online.accounts()[0].id, DraftContent(subject="Repas"))
    online.attach(draft.id, tmp_path / "liste.txt")
    qtbot.waitUntil(
        lambda: [one.subject for one in online.finding.search("serviette").drafts] == ["Repas"],
        timeout=WAIT_MS,
    )
    (told,) = online.finding.search("serviette").drafts
    assert "serviettes" in told.snippet
