"""The page of the vault: passphrase, code, lock settings, check, data key, erase; files outside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from mel_desktop.app import wiring
from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import Cancelled, StoreTrouble
from mel_desktop.model.mail import MessageId, Part
from mel_desktop.model.policy import Policy, VaultPolicy
from mel_desktop.model.risky import is_dangerous
from mel_desktop.store import reading as rows
from mel_desktop.ui import attachments_bar, outside_bar
from mel_desktop.ui.application import Session
from mel_desktop.ui.notice import Notice
from mel_desktop.ui.secret_clipboard import SecretClipboard
from mel_desktop.ui.soundness_dialog import SoundnessDialog
from mel_desktop.ui.theme import Theme
from mel_desktop.ui.unlock import Page
from mel_desktop.ui.vault_dialog import VaultDialog
from tests.gui.vault_hands import OTHER, WAIT_MS, begin, dialog_of, end, unlock, wait_locked


@pytest.fixture
def session(facade: Facade, settings: QSettings, theme: Theme) -> Iterator[Session]:
    made = begin(facade, settings)
    yield made
    end(made)


@pytest.fixture
def page(session: Session) -> VaultDialog:
    assert session.lock_desk is not None
    return session.lock_desk.open_vault()


def wait_said(qtbot: QtBot, notice: Notice, words: str) -> None:
    qtbot.waitUntil(lambda: words in notice.text, timeout=WAIT_MS)


def test_facts_passphrase_code_and_clipboard(
    session: Session, page: VaultDialog, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Argon2id" in page.facts.text()
    assert "phrase de passe" in page.facts.text()
    page.fields.first.setText(OTHER.reveal())
    assert not page.change.isEnabled()
    page.fields.second.setText(OTHER.reveal())
    page.change.click()
    wait_said(qtbot, page.notice, "nouvelle phrase de passe")
    assert page.fields.first.text() == ""
    page.new_code.click()
    qtbot.waitUntil(page.recovery.isVisible, timeout=WAIT_MS)
    assert "code de secours" in page.facts.text()
    code = page.recovery.code.text()
    page.recovery.copy.click()
    clipboard = QApplication.clipboard()
    assert clipboard.text() == code
    session.window.actions_.lock.trigger()  # type: ignore[union-attr]
    assert clipboard.text() != code, "gone at the lock"
    wait_locked(qtbot, session)
    unlock(qtbot, session, OTHER)


def test_the_clipboard_is_cleared_after_a_while_and_only_of_the_secret(qtbot: QtBot) -> None:
    clipboard, secrets = QApplication.clipboard(), SecretClipboard()
    assert secrets._timer.interval() == 30_000
    secrets._timer.setInterval(10)
    secrets.copy("AAAA-BBBB")
    qtbot.waitUntil(lambda: clipboard.text() == "", timeout=WAIT_MS)
    secrets.copy("AAAA-BBBB")
    clipboard.setText("un mot")
    qtbot.waitUntil(lambda: not secrets._timer.isActive(), timeout=WAIT_MS)
    assert clipboard.text() == "un mot"


def test_change_the_data_key(page: VaultDialog, session: Session, qtbot: QtBot) -> None:
    page.tabs.setCurrentIndex(2)
    facade = session.facade
    assert facade is not None
    page.rekey.click()
    assert page.rekey_stop.isVisible()
    assert not page.rekey.isEnabled()
    wait_said(qtbot, page.notice, "sous une nouvelle clé")
    assert facade.status().messages == 300
    assert not page.abandon.isVisible()
    page.rekey.click()
    page.rekey_stop.click()
    qtbot.waitUntil(lambda: page.rekey.isEnabled(), timeout=WAIT_MS)
    assert facade.status().messages == 300


@pytest.mark.parametrize("choice", ["go on", "abandon"])
def test_a_change_of_key_that_was_interrupted_is_told_and_goes_on_or_is_abandoned(
    session: Session, profile: Path, qtbot: QtBot, choice: str
) -> None:
    facade = session.facade
    assert facade is not None
    with pytest.raises(Cancelled):
        facade.vault.rekey(cancelled=iter([False, True]).__next__)
    session.window.actions_.lock.trigger()  # type: ignore[union-attr]
    wait_locked(qtbot, session)
    window = unlock(qtbot, session)
    assert "interrompu" in window.notice.text
    window.notice._button.click()
    page = window.findChild(VaultDialog)
    assert page is not None
    assert page.tabs.currentIndex() == 2
    assert page.unfinished.isVisible()
    assert "interrompu" in page.unfinished.text()
    assert "ancienne clé" in page.unfinished.text()
    assert "Reprendre" in page.rekey.text().replace("&", "")
    assert page.abandon.isVisible()
    if choice == "abandon":
        page.abandon.click()
        wait_said(qtbot, page.notice, "abandonné")
    else:
        page.rekey.click()
        assert not page.abandon.isVisible()
        wait_said(qtbot, page.notice, "sous une nouvelle clé")
    facade = session.facade
    assert facade is not None
    assert facade.vault.facts().rekey_done is None
    assert not (profile / "store.db.rekey").exists()
    assert not page.abandon.isVisible()
    assert not page.unfinished.isVisible()
    assert facade.status().messages == 300
    page.close()
    assert window.notice.text == ""


def test_the_check_is_one_step_away(page: VaultDialog, session: Session) -> None:
    window = session.window
    assert window is not None
    page.check.click()
    assert window.findChild(SoundnessDialog) is not None
    assert not page.isVisible()


def test_erase_wants_the_word_and_leads_to_the_first_screen(
    page: VaultDialog, session: Session, profile: Path, qtbot: QtBot
) -> None:
    assert not page.erase.isEnabled()
    page.typed.setText("effacer tout")
    assert not page.erase.isEnabled()
    page.typed.setText("effacer")
    assert page.erase.isEnabled()
    page.erase.click()
    dialog = wait_locked(qtbot, session)
    assert dialog.page is Page.CREATE
    assert "effacé" in dialog.notice.text
    assert not list(profile.glob("store.*"))
    with pytest.raises(StoreTrouble):
        wiring.open_profile(profile, passphrase=Secret("peu importe ici"), use_keyring=False)


def test_policy_narrows_the_minutes(
    tmp_path: Path, settings: QSettings, theme: Theme, qtbot: QtBot
) -> None:
    policy = Policy(VaultPolicy(max_idle_minutes=5))
    facade = wiring.create_profile(
        tmp_path / "neuf", temporary=True, use_keyring=False, offline=True, policy=policy
    )
    session = begin(facade, settings)
    assert session.lock_desk is not None
    page = session.lock_desk.open_vault()
    assert page.minutes.maximum() == 5
    assert page.minutes.minimum() == 1
    assert "5 minutes" in page.limit.text()
    assert not page.change.isVisibleTo(page), "used once: there is no way in"
    end(session)
    assert not (tmp_path / "neuf").exists()


# -- outside ---------------------------------------------------------------------------------------


@pytest.fixture
def part(session: Session, monkeypatch: pytest.MonkeyPatch) -> Part:
    """An attachment that is shown and still on the server, which answers at once."""
    window, facade = session.window, session.facade
    assert window is not None
    assert facade is not None
    message = next(one for one in window.mail.model.ids if facade.show(one).attachments)
    window.mail.view.select(message)

    def fetch(wanted: MessageId, number: str, progress: object = None) -> None:
        content, now = b"%PDF-1.7 le menu de la cantine", datetime.now(UTC)
        facade._services.database.write(lambda tx: rows.put_part(tx, wanted, number, content, now))

    monkeypatch.setattr(facade, "fetch_attachment", fetch)
    found = facade.show(message).attachments[0]
    assert not found.local
    return found


def test_opened_outside_is_told_counted_and_destroyed(
    session: Session, part: Part, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []

    def show(path: Path) -> bool:
        opened.append(path)
        return True

    monkeypatch.setattr(attachments_bar, "open_outside", show)
    window, facade = session.window, session.facade
    assert window is not None
    assert facade is not None
    bar = window.mail.reader.attachments
    bar.cards()[0]._open.click()
    box = bar.findChild(QMessageBox)
    assert box is not None
    assert "détruite" in box.informativeText()
    assert opened == []
    box.buttons()[0].click()
    qtbot.waitUntil(lambda: len(opened) == 1, timeout=WAIT_MS)
    assert opened[0].read_bytes().startswith(b"%PDF")
    status = window.status_line.findChild(outside_bar.OutsideBar)
    assert status is not None
    qtbot.waitUntil(status.isVisible, timeout=WAIT_MS)
    assert "1 fichier" in status.text.text()
    qtbot.waitUntil(lambda: bar.cards()[0].part.local, timeout=WAIT_MS)
    bar.cards()[0]._open.click()  # told once a session
    qtbot.waitUntil(lambda: len(opened) == 2, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: "2 fichiers" in status.text.text(), timeout=WAIT_MS)
    status.clear_button.click()
    qtbot.waitUntil(lambda: not status.isVisible(), timeout=WAIT_MS)
    assert not any(one.exists() for one in opened)
    bar.cards()[0]._open.click()
    qtbot.waitUntil(lambda: len(opened) == 3, timeout=WAIT_MS)
    assert opened[2].exists()
    window.actions_.lock.trigger()
    wait_locked(qtbot, session)
    assert not opened[2].exists(), "destroyed at the lock"


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("facture.exe", "application/octet-stream"),
        ("Facture.PDF.Js", "application/pdf"),
        ("page.html", "text/plain"),
        ("lien.lnk", ""),
        ("lien.lnk. ", ""),
        ("facture\u202efdp.exe", ""),
        ("bulletin.exe\u200b", ""),
        ("sans-fin", "text/html"),
        ("note.docm", ""),
        ("x.desktop", ""),
    ],
)
def test_what_could_run_is_not_opened(name: str, media_type: str) -> None:
    assert is_dangerous(name, media_type)


@pytest.mark.parametrize("name", ["liste.pdf", "notes.ods", "photo.jpg", "lettre.docx", "LISEZMOI"])
def test_what_shows_only_is_opened(name: str) -> None:
    assert not is_dangerous(name, "application/octet-stream")


def test_a_dangerous_attachment_is_refused_with_its_reason(session: Session, part: Part) -> None:
    window, facade = session.window, session.facade
    assert window is not None
    assert facade is not None
    bar = window.mail.reader.attachments
    bar.cards()[0].open_asked.emit(replace(part, filename="page.html", media_type="text/html"))
    assert "hostile" in window.mail.reader.notice.text
    assert facade.vault.outside_files() == ()
    assert bar.findChild(QMessageBox) is None


def test_reasons_to_lock_that_come_together_lock_once(session: Session, qtbot: QtBot) -> None:
    session.window.actions_.lock.trigger()  # type: ignore[union-attr]
    first = dialog_of(session)
    session.watch.locked.emit()
    session.watch.sleeping.emit()
    assert dialog_of(session) is first
    wait_locked(qtbot, session)
