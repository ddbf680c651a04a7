"""A draft begun in the webmail, opened by Return and finished in the composer: a real server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from imap_tools import MailMessageFlags
from PySide6.QtCore import QCoreApplication, QEvent, QSettings, Qt
from pytestqt.qtbot import QtBot

from mel_desktop.app import wiring
from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import Secret
from mel_desktop.model.mail import Role
from mel_desktop.model.outgoing import ForeignDraft
from mel_desktop.services import draftsync
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.theme import Theme
from tests.support.imap_servers import Dovecot, MailUser
from tests.unit.test_foreign_drafts import LETTER

pytestmark = pytest.mark.servers

WAIT_MS = 30_000


@pytest.fixture
def user(dovecot: Dovecot) -> MailUser:
    return dovecot.new_user()


@pytest.fixture
def online(
    dovecot: Dovecot, user: MailUser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Facade]:
    monkeypatch.setattr(draftsync, "QUIET", timedelta(0))  # nobody types here
    facade = wiring.create_profile(
        tmp_path / "profile", passphrase=Secret("une phrase assez longue"), use_keyring=False
    )
    facade.add_account(dovecot.new_account(user), user.secret)
    yield facade
    facade.close()


@pytest.fixture
def live(
    online: Facade, dovecot: Dovecot, user: MailUser, theme: Theme, settings: QSettings,
    qtbot: QtBot,
) -> Iterator[MainWindow]:  # fmt: skip
    with dovecot.observer(user, "Drafts") as box:
        box.append(LETTER, "Drafts", datetime.now(UTC), [MailMessageFlags.DRAFT])
    window = MainWindow(online, theme=theme, settings=settings)
    window.resize(1366, 768)
    window.show()
    online.start_engine()
    qtbot.waitUntil(lambda: len(online.revisions.foreign()) == 1, timeout=WAIT_MS)
    yield window
    window.writing.close_all()
    window.close()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)  # type: ignore[arg-type]


def texts(dovecot: Dovecot, user: MailUser, folder: str) -> list[str]:
    with dovecot.observer(user, folder) as box:
        return [one.text or one.html for one in box.fetch(mark_seen=False)]


def test_return_in_the_drafts_view_goes_on_with_it(
    live: MainWindow, online: Facade, dovecot: Dovecot, user: MailUser, qtbot: QtBot
) -> None:
    live.actions_.drafts.trigger()
    qtbot.waitUntil(lambda: len(live.drafts.model.values()) == 1, timeout=WAIT_MS)
    assert isinstance(live.drafts.chosen(), ForeignDraft)
    assert not live.drafts._history.isVisible()
    assert "autre logiciel" in live.drafts.explanation.text()
    assert live.drafts.model.index(0, 2).data() == "autre appareil"
    live.drafts.table.setFocus()
    qtbot.keyClick(live.drafts.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(live.writing.composers()) == 1, timeout=WAIT_MS)
    (composer,) = live.writing.composers()
    assert composer.subject.text() == "Sortie au musée"
    assert "Départ à 9 h." in composer.text.toPlainText()
    assert "corbeille" in composer.notice.text
    assert [one.address for one in composer.bcc.addresses()] == ["secret@exemple.invalid"]
    composer.insert_paragraph("Prévoir un pique-nique.")
    composer.save()

    def is_ours() -> bool:
        online.wake()
        found = texts(dovecot, user, "Drafts")
        return len(found) == 1 and "pique-nique" in found[0]

    qtbot.waitUntil(is_ours, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: len(texts(dovecot, user, "Trash")) == 1, timeout=WAIT_MS)
    assert "9 h" in texts(dovecot, user, "Trash")[0]
    qtbot.waitUntil(lambda: online.journal() == (), timeout=WAIT_MS)
    assert online.revisions.foreign() == ()
    composer.close()


def test_a_double_click_in_the_folder_does_too_and_opens_one_window(
    live: MainWindow, online: Facade, qtbot: QtBot
) -> None:
    folder = next(one for one in online.folders() if one.role is Role.DRAFTS)
    qtbot.waitUntil(
        lambda: live._folder(folder.id) is not None, timeout=WAIT_MS
    )  # the window knows
    live.go(folder.id)
    qtbot.waitUntil(lambda: live.mail.model.rowCount() == 1, timeout=WAIT_MS)
    index = live.mail.model.index(0, 0)
    live.mail.view.setCurrentIndex(index)
    for _ in range(2):
        live.mail.view.activated.emit(index)
        qtbot.waitUntil(lambda: len(live.writing.composers()) == 1, timeout=WAIT_MS)
    (composer,) = live.writing.composers()
    assert len(online.drafts()) == 1
    composer.close()


def test_without_a_line_a_clear_word(live: MainWindow, online: Facade, qtbot: QtBot) -> None:
    online.set_offline(True)
    live.actions_.drafts.trigger()
    qtbot.waitUntil(lambda: len(live.drafts.model.values()) == 1, timeout=WAIT_MS)
    live.drafts._open.click()
    qtbot.waitUntil(lambda: "pas encore entièrement" in live.drafts.notice.text, timeout=WAIT_MS)
    assert live.writing.composers() == ()
    assert online.drafts() == ()
