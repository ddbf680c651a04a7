"""What both halves of the window's journey do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from mel_desktop.model.policy import Policy
from mel_desktop.ui import language
from mel_desktop.ui.application import Session
from mel_desktop.ui.reader import Reader

WAIT_MS = 90_000


@dataclass(frozen=True)
class Facts:
    """What the person at the window knows."""

    profile: str
    passphrase: str
    email: str
    login: str
    password: str
    imap_port: int
    smtp_port: int
    ca: str
    messages: int
    body: str
    draft_subject: str
    draft_text: str
    attachment: str


def new_session(
    qapp: QApplication, profile: str, *, offline: bool, policy: Policy | None = None
) -> Session:
    """The program from the vault on, in French."""
    language.load(qapp, language.FRENCH)
    settings = QSettings(str(Path(profile) / "window.ini"), QSettings.Format.IniFormat)
    return Session(
        Path(profile), facade=None, offline=offline, screenshot=None, settings=settings,
        policy=policy,
    )  # fmt: skip


def type_text(widget: QWidget, text: str) -> None:
    """Type what has no key of its own, as an input method does: é, «, emoji, line ends."""
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(widget, event)


def choose_first_message(qtbot: QtBot, session: Session, expected: int) -> Reader:
    """Wait until the folder shown holds so many messages, and choose the newest."""
    window = session.window
    assert window is not None
    model = window.mail.view.messages()
    qtbot.waitUntil(lambda: model.rowCount() == expected, timeout=WAIT_MS)
    window.mail.view.select(model.ids[0])
    return window.mail.reader
