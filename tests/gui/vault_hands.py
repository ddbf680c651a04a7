"""What the tests of the vault's window side do: a session from the passphrase on, and its end."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import Secret
from mel_desktop.model.policy import Policy
from mel_desktop.ui.application import Session
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.session_watch import SessionWatch
from mel_desktop.ui.unlock import UnlockDialog
from tests.support import planted_school
from tests.support.windows import delete_now

WAIT_MS = 20_000
OTHER = Secret("une autre phrase de passe")


def new_session(profile: Path, settings: QSettings, policy: Policy | None = None) -> Session:
    """A session that asks: no keyring in the tests."""
    return Session(
        profile,
        facade=None,
        offline=True,
        screenshot=None,
        settings=settings,
        policy=policy or Policy(),
    )


def dialog_of(session: Session) -> UnlockDialog:
    """The first screen, which must be there."""
    dialog = session.unlock_dialog
    assert dialog is not None
    return dialog


def unlock(
    qtbot: QtBot, session: Session, secret: Secret = planted_school.PASSPHRASE
) -> MainWindow:
    """Type the passphrase; the window."""
    dialog = dialog_of(session)
    qtbot.waitUntil(lambda: not dialog.is_busy, timeout=WAIT_MS)
    dialog.passphrase.setText(secret.reveal())
    dialog.go.click()
    qtbot.waitUntil(lambda: session.window is not None, timeout=WAIT_MS)
    assert session.window is not None
    return session.window


def wait_locked(qtbot: QtBot, session: Session) -> UnlockDialog:
    """Until the vault is closed and the first screen can be used."""
    dialog = dialog_of(session)
    qtbot.waitUntil(lambda: dialog.isVisible() and not dialog.is_busy, timeout=WAIT_MS)
    assert session.window is None
    assert session.facade is None
    return dialog


def end(session: Session) -> None:
    """Close all, and have Qt destroy it now."""
    if session.window is not None:
        session.window.bridge.close()
        session.window.hide()
        session.window.deleteLater()
    if session.unlock_dialog is not None:
        session.unlock_dialog.hide()
        session.unlock_dialog.deleteLater()
    session.close()
    delete_now(session)


def begin(facade: Facade, settings: QSettings, watch: SessionWatch | None = None) -> Session:
    """A session whose vault is open already: without the second that a passphrase takes."""
    session = new_session(facade.vault.profile, settings)
    if watch is not None:
        session.watch = watch
    session.take(facade)
    return session
