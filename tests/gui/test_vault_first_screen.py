"""The first screen: create, open, wrong passphrases, recovery code, several vaults, use once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt, QTimer
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from mel_desktop.app import wiring
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.model.policy import Policy, VaultPolicy
from mel_desktop.ui.application import Session
from mel_desktop.ui.theme import Theme
from mel_desktop.ui.unlock import Page
from tests.gui.vault_hands import (
    OTHER,
    WAIT_MS,
    dialog_of,
    end,
    new_session,
    unlock,
    wait_locked,
)
from tests.support import planted_school


@pytest.fixture
def empty(tmp_path: Path, settings: QSettings, theme: Theme) -> Iterator[Session]:
    session = new_session(tmp_path / "neuf", settings)
    session.start()
    yield session
    end(session)


@pytest.fixture
def planted_session(profile: Path, settings: QSettings, theme: Theme) -> Iterator[Session]:
    session = new_session(profile, settings)
    session.start()
    yield session
    end(session)


def test_create_shows_the_code_once_then_the_code_opens_and_renews(
    empty: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    dialog = dialog_of(empty)
    assert dialog.page is Page.CREATE
    dialog.creating.name.setText("Anne")
    dialog.by_passphrase.setChecked(True)
    assert not dialog.go.isEnabled()
    dialog.first.setText("quatre mots de passe")
    dialog.second.setText("quatre mots de passa")
    assert not dialog.go.isEnabled()
    dialog.second.setText("quatre mots de passe")
    dialog.go.click()
    assert dialog.is_busy
    qtbot.waitUntil(lambda: dialog.page is Page.CODE, timeout=WAIT_MS)
    code = dialog.code.text()
    assert not dialog.go.isEnabled()
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "papier.pdf"))
    dialog.recovery.print_on(printer)
    assert (tmp_path / "papier.pdf").read_bytes().startswith(b"%PDF")
    dialog.recovery.copy.click()
    clipboard = QApplication.clipboard()
    assert clipboard.text() == code
    assert bytes(clipboard.mimeData().data("x-kde-passwordManagerHint").data()) == b"secret"
    dialog.written.setChecked(True)
    dialog.go.click()
    assert clipboard.text() != code, "it leaves the clipboard with the page"
    assert dialog.code.text() == ""
    assert empty.facade is not None
    assert empty.facade.vault.facts().label == "Anne"
    assert empty.lock_desk is not None
    empty.window.actions_.lock.trigger()  # type: ignore[union-attr]
    dialog = wait_locked(qtbot, empty)
    assert "Anne" in dialog._title.text()
    dialog.with_recovery.setChecked(True)
    dialog.passphrase.setText(code.lower())
    dialog.go.click()
    qtbot.waitUntil(lambda: dialog.page is Page.RENEW, timeout=WAIT_MS)
    dialog.renewing.fields.first.setText(OTHER.reveal())
    dialog.renewing.fields.second.setText(OTHER.reveal())
    dialog.go.click()
    qtbot.waitUntil(lambda: empty.window is not None, timeout=WAIT_MS)
    empty.window.actions_.lock.trigger()  # type: ignore[union-attr]
    wait_locked(qtbot, empty)
    unlock(qtbot, empty, OTHER)


def test_wrong_passphrases_wait_longer_and_longer(
    planted_session: Session, profile: Path, qtbot: QtBot
) -> None:
    dialog = dialog_of(planted_session)
    ticks: list[int] = []  # the window is alive while Argon2 works
    pulse = QTimer(dialog)
    pulse.timeout.connect(lambda: ticks.append(1))
    pulse.start(10)
    waits, took = [], []
    for _ in range(4):
        dialog.passphrase.setText("ce n’est pas elle")
        assert dialog.go.isEnabled()
        dialog.notice.clear()
        began = time.monotonic()
        dialog.go.click()
        assert not dialog.go.isEnabled()
        qtbot.waitUntil(lambda: not dialog.is_busy, timeout=WAIT_MS)
        assert dialog.notice.property("tone") == "danger"
        waits.append(dialog.opening.wait.isVisible())
        assert dialog.go.isEnabled() is not waits[-1]
        qtbot.waitUntil(dialog.go.isEnabled, timeout=WAIT_MS)
        took.append(time.monotonic() - began)
    assert waits == [False, False, True, True]
    assert took[2] >= 1.0
    assert took[3] >= 2.0
    assert not dialog.opening.wait.isVisible()
    assert len(ticks) > 20
    assert "Prochain essai dans" in dialog.opening.wait.text()
    left: list[str] = []
    dialog.opened.connect(lambda _: left.append(dialog.passphrase.text()))
    window = unlock(qtbot, planted_session)
    assert window.isVisible()
    assert left == [""], "no passphrase stays in a field"
    assert wiring.vault_status(profile).wait_s == 0


def test_what_was_called_off_is_closed_again(
    planted_session: Session, profile: Path, qtbot: QtBot
) -> None:
    dialog = dialog_of(planted_session)
    dialog.passphrase.setText(planted_school.PASSPHRASE.reveal())
    dialog.go.click()
    assert dialog.cancel.isVisible()
    qtbot.mouseClick(dialog.cancel, Qt.MouseButton.LeftButton)
    assert not dialog.is_busy
    unlock(qtbot, planted_session)  # the lane is in order: it was closed before this opened


def test_another_vault_then_the_list_then_the_first(
    planted_session: Session, profile: Path, qtbot: QtBot
) -> None:
    dialog = dialog_of(planted_session)
    assert dialog.page is Page.OPEN
    dialog.opening.others.click()
    assert dialog.page is Page.VAULTS
    assert dialog.vaults.list.count() == 1
    dialog.vaults.another.click()
    assert dialog.page is Page.CREATE
    dialog.first.setText(OTHER.reveal())
    dialog.second.setText(OTHER.reveal())
    assert not dialog.go.isEnabled(), "beside others it needs a name"
    dialog.creating.name.setText("Benoît")
    dialog.go.click()
    qtbot.waitUntil(lambda: dialog.page is Page.CODE, timeout=WAIT_MS)
    dialog.written.setChecked(True)
    dialog.go.click()
    assert planted_session.facade is not None
    assert planted_session.facade.accounts() == ()
    planted_session.window.actions_.switch_user.trigger()  # type: ignore[union-attr]
    dialog = wait_locked(qtbot, planted_session)
    assert dialog.page is Page.VAULTS
    assert dialog.vaults.list.count() == 2
    assert "Benoît" in dialog.vaults.list.item(0).text(), "newest opened first"
    dialog.vaults.list.setCurrentRow(1)
    qtbot.keyClick(dialog.vaults.list, Qt.Key.Key_Return)
    assert dialog.page is Page.OPEN
    unlock(qtbot, planted_session)
    assert planted_session.facade.status().messages == 300
    assert planted_session.facade.vault.profile == profile


def test_use_once_leaves_nothing(planted_session: Session, profile: Path, qtbot: QtBot) -> None:
    before = sorted(one.name for one in profile.iterdir())
    dialog = dialog_of(planted_session)
    dialog.opening.others.click()
    dialog.vaults.once.click()
    assert dialog.creating.once_words.isVisible()
    dialog.go.click()
    qtbot.waitUntil(lambda: planted_session.window is not None, timeout=WAIT_MS)
    window, facade = planted_session.window, planted_session.facade
    assert window is not None
    assert facade is not None
    assert "utilisée une fois" in window.notice.text
    folder = facade.vault.profile
    assert folder.exists()
    account = facade.add_account(
        planted_school.new_account(planted_school.build_school()), planted_school.PASSPHRASE
    )
    facade.new_draft(account.id, DraftContent(subject="perdu"))
    window.close()
    assert window.isVisible(), "it asks first"
    box = window.findChild(QMessageBox)
    assert box is not None
    assert "brouillon" in box.informativeText()
    next(one for one in box.buttons() if "détruire" in one.text()).click()
    dialog = wait_locked(qtbot, planted_session)
    assert not folder.exists()
    assert "rien" in dialog.notice.text
    assert len(planted_session.gate.entries()) == 1
    (profile / "vaults").rmdir()
    assert {"store.opened"} >= {one.name for one in profile.iterdir()} - set(before)


def test_policy_is_said_before_a_vault_is_created(
    tmp_path: Path, settings: QSettings, theme: Theme, qtbot: QtBot
) -> None:
    _, public, fingerprint = wiring.escrow_pair()
    file = tmp_path / "policy.json"
    policy = Policy(
        VaultPolicy(escrow_key=_key(public), escrow_owner="le collège", keyring_allowed=False)
    )
    session = new_session(tmp_path / "neuf", settings, policy)
    session.start()
    dialog = dialog_of(session)
    assert not file.exists()
    assert "le collège" in dialog.creating.escrowed.text()
    assert fingerprint in dialog.creating.escrowed.text()
    assert dialog.creating.escrowed.isVisible()
    assert not dialog.by_keyring.isEnabled()
    assert dialog.by_passphrase.isChecked()
    dialog.first.setText(OTHER.reveal())
    dialog.second.setText(OTHER.reveal())
    dialog.go.click()
    qtbot.waitUntil(lambda: dialog.page is Page.CODE, timeout=WAIT_MS)
    dialog.written.setChecked(True)
    dialog.go.click()
    assert session.lock_desk is not None
    page = session.lock_desk.open_vault()
    assert fingerprint in page.facts.text()
    assert "le collège" in page.facts.text()
    assert not page.keyring.isEnabled()
    end(session)


def _key(public: str) -> bytes:
    from mel_desktop.store.escrow import public_from_text

    return public_from_text(public)
