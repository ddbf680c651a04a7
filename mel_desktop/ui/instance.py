"""One window a profile: a second start hands over what it was asked to the first, and ends.

A local socket that only this user may open (Unix: in the user's runtime folder; Windows: a named
pipe); never the network. Its name is a digest: it tells nothing of the profile. What comes in is
looked at as if a stranger had sent it: short, and only what a lone argument may ask for.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QStandardPaths, QTimer, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from mel_desktop.app.asked import is_request

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
    if not name:
        return False
    socket = QLocalSocket()
    socket.connectToServer(name)
    if not socket.waitForConnected(CONNECT_MS):
        return False
    socket.write(json.dumps(list(requests)).encode() + b"\n")
    answer = b""
    while b"\n" not in answer and socket.waitForReadyRead(ANSWER_MS):
        answer += bytes(socket.readAll().data())
    socket.close()
    return answer == YES


class Instance(QObject):
    """The first window's end."""

    asked = Signal(object)  # tuple[str, ...]; empty: only to be shown

    def __init__(self, profile: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)
        self._name = name_of(profile)

    def listen(self) -> bool:
        """Begin; what a killed window left lying is taken away (nobody answered there)."""
        if not self._name:
            return False
        if self._server.listen(self._name):
            return True
        QLocalServer.removeServer(self._name)
        listens = self._server.listen(self._name)
        if not listens:
            logger.warning("no other start of this profile can be heard")
        return listens

    def close(self) -> None:
        """Hear no more."""
        self._server.close()

    def _on_connection(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            heard = bytearray()
            timer = QTimer(socket)
            timer.setSingleShot(True)
            timer.timeout.connect(_abort(socket))
            timer.start(READ_MS)
            socket.disconnected.connect(socket.deleteLater)
            socket.readyRead.connect(self._reader(socket, heard))

    def _reader(self, socket: QLocalSocket, heard: bytearray) -> Callable[[], None]:
        def read() -> None:
            heard.extend(socket.readAll().data())
            if b"\n" not in heard and len(heard) <= MOST_OCTETS:
                return
            requests = requests_of(bytes(heard))
            if requests is None:
                socket.abort()
                return
            socket.write(YES)
            socket.disconnectFromServer()
            self.asked.emit(requests)

        return read


def _abort(socket: QLocalSocket) -> Callable[[], None]:
    """PySide has no meta method of it."""
    return lambda: socket.abort()


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
