"""Announcements where a desktop has no tray (GNOME): the notification portal, on the session bus.

XDG Desktop Portal, org.freedesktop.portal.Notification. Nothing waits: a bus or a portal that is
absent only means that nothing is announced.
"""

from __future__ import annotations

import logging
from typing import Any, Final

from PySide6.QtCore import SLOT, QObject, Signal, Slot
from PySide6.QtDBus import QDBusConnection, QDBusMessage

logger = logging.getLogger("mel.window")

PORTAL: Final = "org.freedesktop.portal.Desktop"
PATH: Final = "/org/freedesktop/portal/desktop"
INTERFACE: Final = "org.freedesktop.portal.Notification"
NOTICE: Final = "mel-desktop"  # each takes the place of the one before
OPEN: Final = "open"


class PortalNotices(QObject):
    """Says one thing at a time; tells when it was clicked."""

    clicked = Signal()

    def __init__(self, parent: QObject | None = None, bus: QDBusConnection | None = None) -> None:
        super().__init__(parent)
        self._bus = bus or QDBusConnection.sessionBus()
        self._listens = False

    def say(self, title: str, text: str) -> bool:
        """Whether there is anybody to say it to."""
        if not self._bus.isConnected():
            return False
        if not self._listens:
            slot: Any = SLOT("on_action(QString,QString,QVariantList)")
            self._listens = self._bus.connect("", PATH, INTERFACE, "ActionInvoked", self, slot)
        call = QDBusMessage.createMethodCall(PORTAL, PATH, INTERFACE, "AddNotification")
        call.setArguments([NOTICE, {"title": title, "body": text, "default-action": OPEN}])
        return self._bus.send(call)

    @Slot(str, str, "QVariantList")
    def on_action(self, notice: str, action: str, _: list[object]) -> None:
        """The portal: somebody clicked."""
        if (notice, action) == (NOTICE, OPEN):
            self.clicked.emit()
