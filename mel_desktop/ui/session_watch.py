"""Says when the session on this PC is locked and when the PC goes to sleep.

Linux    D-Bus: org.freedesktop.login1 (PrepareForSleep; Lock and LockedHint of our session) and the
         screen savers of the desktops (ActiveChanged). While a vault is open a delay lock of login1
         is held, so that the lock is done before the PC sleeps.
Windows  WM_WTSSESSION_CHANGE and WM_POWERBROADCAST of our windows.
macOS    nothing of its own: ui.idle_watch sees the jump of the clocks.

Nothing here waits: a bus that is absent or silent only means that nothing is said.
"""

from __future__ import annotations

import logging
import os
import sys
from typing import Any, Final

from PySide6.QtCore import SLOT, QObject, Signal, Slot

if sys.platform not in {"win32", "darwin"}:  # no D-Bus there, and no QtDBus in the bundle
    from PySide6.QtDBus import (
        QDBusConnection,
        QDBusMessage,
        QDBusPendingCallWatcher,
        QDBusUnixFileDescriptor,
        QDBusVariant,
    )

logger = logging.getLogger("mel.window")

LOGIN: Final = "org.freedesktop.login1"
LOGIN_PATH: Final = "/org/freedesktop/login1"
MANAGER: Final = f"{LOGIN}.Manager"
SESSION: Final = f"{LOGIN}.Session"
PROPERTIES: Final = "org.freedesktop.DBus.Properties"
SAVERS: Final = ("org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver", "org.cinnamon.ScreenSaver")


class SessionWatch(QObject):
    """Signals of the session of this PC."""

    locked = Signal()
    sleeping = Signal()

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        system: QDBusConnection | None = None,
        session: QDBusConnection | None = None,
    ) -> None:
        super().__init__(parent)
        self._system, self._session = system, session
        self._calls: set[QDBusPendingCallWatcher] = set()
        self._brake: QDBusUnixFileDescriptor | None = None
        self._wants_brake = False
        self._native: QObject | None = None
        self._is_started = False
        self.knows_session = False

    def start(self) -> None:
        """Begin to listen; once."""
        if self._is_started:
            return
        self._is_started = True
        if sys.platform == "win32":
            from mel_desktop.ui.session_windows import WindowsWatch  # noqa: PLC0415 ctypes.windll

            self._native = WindowsWatch(self)
        elif sys.platform != "darwin":
            self._listen()

    @property
    def holds_sleep(self) -> bool:
        """Whether the PC waits for us before it sleeps."""
        return self._brake is not None

    def hold_sleep(self) -> None:
        """A vault is open: have the PC wait a moment before it sleeps (seconds at most)."""
        self._wants_brake = True
        if self._brake is None and self._system is not None and self._system.isConnected():
            call = QDBusMessage.createMethodCall(LOGIN, LOGIN_PATH, MANAGER, "Inhibit")
            call.setArguments(["sleep", "Mel Desktop", "The vault is being locked", "delay"])
            self._ask(call, self._take_brake)

    def let_sleep(self) -> None:
        """The vault is locked: the PC may sleep."""
        self._wants_brake = False
        self._brake = None  # the last reference closes the descriptor

    # -- D-Bus -------------------------------------------------------------------------------------

    def _listen(self) -> None:
        self._system = system = self._system or QDBusConnection.systemBus()
        self._session = session = self._session or QDBusConnection.sessionBus()
        if system.isConnected():
            system.connect(
                LOGIN, LOGIN_PATH, MANAGER, "PrepareForSleep", self, _slot("on_sleep(bool)")
            )
            call = QDBusMessage.createMethodCall(LOGIN, LOGIN_PATH, MANAGER, "GetSession")
            call.setArguments([os.environ.get("XDG_SESSION_ID") or "auto"])
            self._ask(call, self._watch_session)
        else:
            logger.info("no system bus: sleep is seen by the clocks only")
        if session.isConnected():
            for name in SAVERS:
                session.connect("", "", name, "ActiveChanged", self, _slot("on_saver(bool)"))

    def _ask(self, call: QDBusMessage, take: object) -> None:
        assert self._system is not None
        assert callable(take)
        watcher = QDBusPendingCallWatcher(self._system.asyncCall(call), self)

        def finished(_: object) -> None:
            self._calls.discard(watcher)
            reply = watcher.reply()
            if reply.type() is QDBusMessage.MessageType.ReplyMessage and reply.arguments():
                take(reply.arguments()[0])
            watcher.deleteLater()

        self._calls.add(watcher)
        watcher.finished.connect(finished)

    def _watch_session(self, answer: object) -> None:
        path = answer.path() if hasattr(answer, "path") else str(answer)
        assert self._system is not None
        self.knows_session = True
        self._system.connect(LOGIN, path, SESSION, "Lock", self, _slot("on_lock()"))
        self._system.connect(
            LOGIN,
            path,
            PROPERTIES,
            "PropertiesChanged",
            self,
            _slot("on_properties(QString,QVariantMap,QStringList)"),
        )

    def _take_brake(self, answer: object) -> None:
        if self._wants_brake and isinstance(answer, QDBusUnixFileDescriptor):
            self._brake = answer

    @Slot(bool)
    def on_sleep(self, begins: bool) -> None:
        """login1: the PC goes to sleep, or woke."""
        if begins:
            self.sleeping.emit()
        elif self._wants_brake:
            self.hold_sleep()

    @Slot()
    def on_lock(self) -> None:
        """login1: our session is to be locked."""
        self.locked.emit()

    @Slot(str, "QVariantMap", "QStringList")
    def on_properties(self, interface: str, changed: dict[str, Any], _: list[str]) -> None:
        """login1: our session is locked, as the desktop says."""
        hint = changed.get("LockedHint")
        is_set = hint.variant() if isinstance(hint, QDBusVariant) else hint
        if interface == SESSION and is_set:
            self.locked.emit()

    @Slot(bool)
    def on_saver(self, active: bool) -> None:
        """The screen saver began or ended."""
        if active:
            self.locked.emit()


def _slot(signature: str) -> Any:
    """PySide's stubs ask for octets, PySide itself for the text."""
    return SLOT(signature)
