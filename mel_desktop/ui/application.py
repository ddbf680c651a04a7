"""Starts the window: language, theme, vault, main window. One call, ``run``."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from types import TracebackType
from typing import Final

from PySide6.QtCore import QObject, QSettings, QTimer
from PySide6.QtWidgets import QApplication

from mel_desktop.app import faults, wiring
from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import ErrorCode, MelError
from mel_desktop.ui import language, theme, wording
from mel_desktop.ui.icons import application_icon
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.screenshots import grab
from mel_desktop.ui.theme import Theme
from mel_desktop.ui.transfer_backup import RestoreDialog
from mel_desktop.ui.unlock import UnlockDialog

logger = logging.getLogger("mel.window")

SCREENSHOT_AFTER_MS: Final = 1500
SETTINGS_FILE: Final = "window.ini"  # language, theme, geometry; not a word of anyone's mail


class ProfileOpener:
    """app.wiring with the profile given, as the unlock dialog wants it."""

    def __init__(self, profile: Path, *, offline: bool) -> None:
        self._profile = profile
        self._offline = offline

    def create(self, passphrase: Secret | None, *, use_keyring: bool) -> Facade:
        """Make a vault and open it."""
        return wiring.create_profile(
            self._profile, passphrase=passphrase, use_keyring=use_keyring, offline=self._offline
        )

    def open(self, *, passphrase: Secret | None = None, recovery: Secret | None = None) -> Facade:
        """Open the vault that is there; with the keyring alone when nothing is given."""
        return wiring.open_profile(
            self._profile,
            passphrase=passphrase,
            recovery=recovery,
            use_keyring=passphrase is None and recovery is None,
            offline=self._offline,
        )


class Session(QObject):
    """From the vault to the window, and back."""

    def __init__(
        self,
        profile: Path,
        *,
        facade: Facade | None,
        offline: bool,
        screenshot: Path | None,
        settings: QSettings,
    ) -> None:
        super().__init__()
        self._profile = profile
        self._given = facade
        self._opened: Facade | None = None
        self._opener = ProfileOpener(profile, offline=offline)
        self._screenshot = screenshot
        self._settings = settings
        self._dialog: UnlockDialog | None = None
        self.theme = Theme(str(settings.value("theme", theme.SYSTEM)), self)
        self.window: MainWindow | None = None
        self.restoring: RestoreDialog | None = None

    @property
    def facade(self) -> Facade | None:
        """The open profile, or None while the vault is locked."""
        return self._given or self._opened

    @property
    def unlock_dialog(self) -> UnlockDialog | None:
        """The dialog that asked for the way into the vault, if it was needed."""
        return self._dialog

    def start(self) -> None:
        """Open the vault, with the keyring or by asking, then the window."""
        if self._given is not None:
            self._show_window(self._given)
            return
        status = wiring.vault_status(self._profile)
        reason = ""
        if status.exists and status.has_keyring_slot:
            try:
                self._own(self._opener.open())
            except MelError as error:
                logger.info("the keyring did not open the vault: %s", error.code.text)
                if error.code not in {ErrorCode.VAULT_LOCKED, ErrorCode.NO_KEYRING}:
                    reason = str(wording.of_error(error))
            else:
                return
        dialog = UnlockDialog(self._profile, status, self._opener, self.theme, reason)
        dialog.setWindowIcon(application_icon())
        dialog.opened.connect(self._own)
        dialog.restore_asked.connect(self._restore)
        self._dialog = dialog
        dialog.open()
        if self._screenshot is not None:
            QTimer.singleShot(SCREENSHOT_AFTER_MS, self, self._take_picture)

    def close(self) -> None:
        """Close what was opened here; a facade that was given is its giver's."""
        if self.window is not None:
            self.window.bridge.close()
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def on_bug(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
    ) -> None:
        """The last net: a slot failed. Logged without values, said in the window."""
        logger.error("%s", faults.description(error))
        if self.window is not None:
            self.window.say_bug()

    def _own(self, facade: Facade) -> None:
        self._opened = facade
        self._show_window(facade)

    def _show_window(self, facade: Facade) -> None:
        self.window = MainWindow(facade, theme=self.theme, settings=self._settings)
        self.window.transfer_desk.restore_asked.connect(self._restore)
        self.window.show()
        facade.start_engine()
        if self._screenshot is not None:
            QTimer.singleShot(SCREENSHOT_AFTER_MS, self, self._take_picture)

    def _restore(self) -> None:
        """Close what is open, then ask for the backup; afterwards begin anew."""
        dialog = RestoreDialog(
            self._profile,
            self.theme,
            None,
            there=wiring.vault_status(self._profile).exists,
        )
        dialog.setWindowIcon(application_icon())
        dialog.finished.connect(self.start)
        self.restoring = dialog
        dialog.open()
        if self.window is not None:
            if not self.window.close():
                dialog.finished.disconnect(self.start)
                dialog.reject()
                return
            self.window.deleteLater()
        self.close()
        self.window = None
        if self._dialog is not None:
            self._dialog.close()
            self._dialog = None

    def _take_picture(self) -> None:
        shown = self.window or self._dialog
        if shown is not None and self._screenshot is not None:
            grab(shown, self._screenshot)
            shown.close()


def application(settings: QSettings) -> QApplication:
    """The one QApplication, in the language of the settings."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(["mel-desktop"])
    app.setApplicationName("mel-desktop")
    app.setApplicationDisplayName("Mel Desktop")
    app.setDesktopFileName("mel-desktop")
    app.setWindowIcon(application_icon())
    language.load(app, str(settings.value("language", language.SYSTEM)))
    return app


def run(
    profile: Path,
    *,
    facade: Facade | None = None,
    offline: bool = False,
    screenshot: Path | None = None,
) -> int:
    """Show the window until it is closed. With ``screenshot``: one picture, then the end."""
    settings = QSettings(str(profile / SETTINGS_FILE), QSettings.Format.IniFormat)
    app = application(settings)
    session = Session(
        profile, facade=facade, offline=offline, screenshot=screenshot, settings=settings
    )
    before = sys.excepthook
    sys.excepthook = session.on_bug
    QTimer.singleShot(0, session, session.start)
    try:
        return app.exec()
    finally:
        sys.excepthook = before
        session.close()
