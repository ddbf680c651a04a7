"""One window a profile: a second start hands over what it was asked to the first, and ends.

A local socket that only this user may open (Unix: in the user's runtime folder; Windows: a named
pipe); never the network. Its name is a digest: it tells nothing of the profile. What comes in is
looked at as if a stranger had sent it: short, and only what a lone argument may ask for.

On Unix the door itself is the standard library's: Qt's network, 3 MB with what it brings along, is
loaded when somebody stands before it. On Windows both are Qt's.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import socket
import stat
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QSocketNotifier, QStandardPaths, QTimer, Signal

from mel_desktop.app.asked import is_request

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer, QLocalSocket

logger = logging.getLogger("mel.window")

MOST_OCTETS: Final = 2 * 1024 * 1024
MOST_REQUESTS: Final = 20
CONNECT_MS: Final = 500
ANSWER_MS: Final = 5000
READ_MS: Final = 5000
YES: Final = b"yes\n"


def name_of(profile: Path) -> str:
    """Where the window of a profile listens; "" where there is no folder that is this user's alone:
    in one of everybody's another user could listen in our place.
    """
    digest = hashlib.sha256(os.fsencode(os.path.realpath(profile)))
    name = f"mel-desktop-{digest.hexdigest()[:32]}"
    if sys.platform == "win32":
        return name
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.RuntimeLocation)
    return f"{folder}/{name}" if folder else ""


def hand_over(profile: Path, requests: Sequence[str]) -> bool:
    """Whether a window of the profile is there and has taken it. Waits seconds at most."""
    name = name_of(profile)
    if not name or (sys.platform != "win32" and not _somebody_at(name)):
        return False
    from PySide6.QtNetwork import QLocalSocket  # noqa: PLC0415 start-up time

    line = QLocalSocket()
    line.connectToServer(name)
    if not line.waitForConnected(CONNECT_MS):
        return False
    line.write(json.dumps(list(requests)).encode() + b"\n")
    answer = b""
    while b"\n" not in answer and line.waitForReadyRead(ANSWER_MS):
        answer += bytes(line.readAll().data())
    line.close()
    return answer == YES


class Instance(QObject):
    """The first window's end."""

    asked = Signal(object)  # tuple[str, ...]; empty: only to be shown

    def __init__(self, profile: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = name_of(profile)
        self._pipe: QLocalServer | None = None  # Windows
        self._door: socket.socket | None = None  # elsewhere

    def listen(self) -> bool:
        """Begin; what a killed window left lying is taken away (nobody answered there)."""
        if not self._name:
            return False
        listens = self._listen_at_pipe() if sys.platform == "win32" else self._listen_at_door()
        if not listens:
            logger.warning("no other start of this profile can be heard")
        return listens

    def close(self) -> None:
        """Hear no more."""
        if self._pipe is not None:
            self._pipe.close()
        if self._door is not None:
            self._knocks.setEnabled(False)
            self._door.close()
            self._door = None
            Path(self._name).unlink(missing_ok=True)

    def _listen_at_pipe(self) -> bool:
        from PySide6.QtNetwork import QLocalServer  # noqa: PLC0415 start-up time

        self._pipe = QLocalServer(self)
        self._pipe.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._pipe.newConnection.connect(self._on_connection)
        return self._pipe.listen(self._name)

    def _listen_at_door(self) -> bool:
        self._door = _door_at(self._name)
        if self._door is None:
            return False
        self._knocks = QSocketNotifier(self._door.fileno(), QSocketNotifier.Type.Read, self)
        self._knocks.activated.connect(self._on_knock)
        return True

    def _on_connection(self) -> None:
        assert self._pipe is not None
        while (line := self._pipe.nextPendingConnection()) is not None:
            self._hear(line)

    def _on_knock(self) -> None:
        from PySide6.QtNetwork import QLocalSocket  # noqa: PLC0415 start-up time

        if self._door is None:
            return
        try:
            taken, _ = self._door.accept()
        except OSError:  # who knocked has gone
            return
        line = QLocalSocket(self)
        if line.setSocketDescriptor(taken.detach()):
            self._hear(line)

    def _hear(self, line: QLocalSocket) -> None:
        timer = QTimer(line)
        timer.setSingleShot(True)
        timer.timeout.connect(_abort(line))
        timer.start(READ_MS)
        line.disconnected.connect(line.deleteLater)
        line.readyRead.connect(self._reader(line, bytearray()))

    def _reader(self, line: QLocalSocket, heard: bytearray) -> Callable[[], None]:
        def read() -> None:
            heard.extend(line.readAll().data())
            if b"\n" not in heard and len(heard) <= MOST_OCTETS:
                return
            requests = requests_of(bytes(heard))
            if requests is None:
                line.abort()
                return
            line.write(YES)
            line.disconnectFromServer()
            self.asked.emit(requests)

        return read


def _abort(line: QLocalSocket) -> Callable[[], None]:
    """PySide has no meta method of it."""
    return lambda: line.abort()


def _somebody_at(name: str) -> bool:
    with socket.socket(socket.AF_UNIX) as knocking:
        knocking.settimeout(CONNECT_MS / 1000)
        try:
            knocking.connect(name)
        except OSError:
            return False
    return True


def _door_at(name: str) -> socket.socket | None:
    """Listening there, for this user only; None where that cannot be. Nobody gets in between
    ``bind`` and ``listen``: the file is closed to others before anybody is let in.
    """
    door = socket.socket(socket.AF_UNIX)
    try:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)
        door.bind(name)
        os.chmod(name, stat.S_IRUSR | stat.S_IWUSR)
        door.listen()
        door.setblocking(False)
    except OSError:
        door.close()
        return None
    return door


def requests_of(octets: bytes) -> tuple[str, ...] | None:
    """What was said, if all of it is what may be asked; else None."""
    if len(octets) > MOST_OCTETS:
        return None
    try:
        said = json.loads(octets)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, list) or len(said) > MOST_REQUESTS:
        return None
    fits = all(isinstance(one, str) and is_request(one) for one in said)
    return tuple(said) if fits else None
