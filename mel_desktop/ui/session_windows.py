"""Windows tells its windows that the session is locked and that the PC goes to sleep.

Only imported on Windows. Constants: WinUser.h, WtsApi32.h.
"""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QAbstractNativeEventFilter, QCoreApplication, QObject
from PySide6.QtGui import QGuiApplication, QWindow

if TYPE_CHECKING:
    from mel_desktop.ui.session_watch import SessionWatch

WM_POWERBROADCAST: Final = 0x0218
WM_WTSSESSION_CHANGE: Final = 0x02B1
PBT_APMSUSPEND: Final = 4
WTS_CONSOLE_DISCONNECT: Final = 2
WTS_SESSION_LOCK: Final = 7


def is_lock(message: int, parameter: int) -> bool:
    """Whether a message says that the session is locked, or given to another user."""
    return message == WM_WTSSESSION_CHANGE and parameter in (
        WTS_SESSION_LOCK,
        WTS_CONSOLE_DISCONNECT,
    )


def is_sleep(message: int, parameter: int) -> bool:
    """Whether a message says that the PC goes to sleep."""
    return message == WM_POWERBROADCAST and parameter == PBT_APMSUSPEND


class _Message(ctypes.Structure):
    """The head of MSG (WinUser.h)."""

    _fields_ = (
        ("window", ctypes.c_void_p),
        ("message", ctypes.c_uint),
        ("parameter", ctypes.c_size_t),
    )


class _Filter(QAbstractNativeEventFilter):
    def __init__(self, watch: SessionWatch) -> None:
        super().__init__()
        self._watch = watch

    def nativeEventFilter(self, kind: Any, pointer: Any) -> tuple[bool, int]:
        """Look at the message; nothing is taken away."""
        if bytes(kind) == b"windows_generic_MSG":
            said = _Message.from_address(int(pointer))
            if is_lock(said.message, said.parameter):
                self._watch.locked.emit()
            elif is_sleep(said.message, said.parameter):
                self._watch.sleeping.emit()
        return False, 0


class WindowsWatch(QObject):
    """Asks for the messages of each window that gets the focus."""

    def __init__(self, watch: SessionWatch) -> None:
        super().__init__(watch)
        self._asked: set[int] = set()
        self._filter = _Filter(watch)
        app = QCoreApplication.instance()
        if app is not None:
            app.installNativeEventFilter(self._filter)
        if isinstance(app, QGuiApplication):
            app.focusWindowChanged.connect(self._ask)

    def _ask(self, window: QWindow | None) -> None:
        handle = 0 if window is None else int(window.winId())
        if handle and handle not in self._asked:
            self._asked.add(handle)
            # NOTIFY_FOR_THIS_SESSION
            ctypes.windll.wtsapi32.WTSRegisterSessionNotification(  # type: ignore[attr-defined]
                ctypes.c_void_p(handle), 0
            )
