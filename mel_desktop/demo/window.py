"""The window on the embedded school, and the picture of it that the README shows."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from PySide6.QtCore import (
    QDeadlineTimer,
    QEventLoop,
    QMessageLogContext,
    QSettings,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
    qVersion,
)
from PySide6.QtGui import QImageReader

from mel_desktop.app.facade import Facade
from mel_desktop.model.changes import Link
from mel_desktop.model.mail import MessageId
from mel_desktop.ui import application
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.screenshots import grab
from mel_desktop.ui.settings_file import open_settings
from mel_desktop.ui.theme import Theme

SIZE = (1366, 768)
_PATIENCE_MS = 15_000
_LOOK_MS = 50
_BREATH_MS = 250


def show(facade: Facade, profile: Path) -> int:
    """The window until a person closes it, or a signal asks for the end."""
    settings = open_settings(profile / application.SETTINGS_FILE)
    app = application.application(settings)
    breath = QTimer()  # Python sees a signal only when Qt gives it a turn
    breath.timeout.connect(lambda: None)
    breath.start(_BREATH_MS)
    before = {
        number: signal.signal(number, lambda *_: app.quit())
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        return application.run(profile, facade=facade)
    finally:
        breath.stop()
        settings.sync()  # what the window left to write is written before the clean-up
        for number, handler in before.items():
            signal.signal(number, handler)


def start(folder: Path) -> list[str]:
    """Qt with the program's settings of a first start: what it runs on, as words. RuntimeError."""
    qInstallMessageHandler(_on_qt_message)
    settings = QSettings(str(folder / "start.ini"), QSettings.Format.IniFormat)
    settings.setValue("language", "fr")
    app = application.application(settings)
    said = [f"Qt {qVersion()}", f"platform {app.platformName()}", f"style {app.style().name()}"]
    if app.translate("QPlatformTheme", "Cancel") == "Cancel":
        raise RuntimeError("; ".join([*said, "Qt's French translation is missing"]))
    for kind in ("svg", "png", "jpg", "gif", "webp"):
        if kind.encode() not in QImageReader.supportedImageFormats():
            raise RuntimeError("; ".join([*said, f"no reader of {kind} pictures"]))
    if app.windowIcon().isNull() or not app.windowIcon().availableSizes():
        raise RuntimeError("; ".join([*said, "the icon cannot be drawn"]))
    return said


def picture(facade: Facade, target: Path, *, french: bool, message: MessageId) -> Path:
    """Open the window where nobody sees it, read ``message``, and save what it shows."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    qInstallMessageHandler(_on_qt_message)
    settings = QSettings(str(target.with_suffix(".ini")), QSettings.Format.IniFormat)
    settings.setValue("language", "fr" if french else "en")
    settings.setValue("theme", "light")
    app = application.application(settings)
    window = MainWindow(facade, theme=Theme("light"), settings=settings)
    try:
        window.resize(*SIZE)
        window.show()
        window.go_inbox()
        facade.start_engine()
        window.mail.view.select(message)
        _wait_until_quiet(facade)
        return grab(window, target)
    finally:
        window.bridge.close()
        window.close()
        window.deleteLater()
        app.sendPostedEvents()
        settings.sync()
        target.with_suffix(".ini").unlink(missing_ok=True)


def _on_qt_message(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    """The offscreen platform regrets at each window that it has no window manager."""
    if not text.startswith("This plugin does not support"):
        sys.stderr.write(text + "\n")


def _wait_until_quiet(facade: Facade) -> None:
    """Until every account is up to date and the screen had its turn, or patience ends."""
    patience = QDeadlineTimer(_PATIENCE_MS)
    loop = QEventLoop()
    quiet = 0

    def look() -> None:
        nonlocal quiet
        links = {account.link for account in facade.status().accounts}
        quiet = quiet + 1 if links <= {Link.UP_TO_DATE, Link.TROUBLE} else 0
        if quiet > 10 or patience.hasExpired():
            loop.quit()

    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(_LOOK_MS)
    loop.exec()
    timer.stop()
