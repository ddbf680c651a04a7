"""A TCP proxy before a server that does something after so many octets, this way or that way.

It passes octets on as they are: TLS stays between the client and the server. What was passed on
up to the chosen octet has arrived; nothing behind it has.
"""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

UP: Final = 0  # client to server
DOWN: Final = 1
_BLOCK: Final = 16_384
_LINGER_RESET: Final = struct.pack("ii", 1, 0)


@dataclass(slots=True)
class _Armed:
    direction: int
    octets: int
    action: Callable[[], None]


class Proxy:
    """Listens on a loopback port of its own until closed."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._lock = threading.Lock()
        self._counts = [0, 0]
        self._armed: _Armed | None = None
        self._down = False
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, name="proxy", daemon=True)
        self._thread.start()

    @property
    def counts(self) -> tuple[int, int]:
        """Octets up and down since the last ``open``."""
        return self._counts[UP], self._counts[DOWN]

    def open(self) -> None:
        """Let everything through, and count from nothing."""
        with self._lock:
            self._armed = None
            self._down = False
            self._counts = [0, 0]

    def arm(self, direction: int, octets: int, action: Callable[[], None]) -> None:
        """Call ``action`` (on a thread of the proxy) when so many octets went in a direction."""
        self.open()
        with self._lock:
            self._armed = _Armed(direction, octets, action)

    def cut(self, *, reset: bool, stay_down: bool) -> None:
        """End every connection, by RST or FIN. ``stay_down``: new ones are refused as well."""
        with self._lock:
            self._down = stay_down
            pairs, self._pairs = self._pairs, []
        for pair in pairs:
            for one in pair:
                _end(one, reset=reset)

    def close(self) -> None:
        """No more."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)
        self.cut(reset=True, stay_down=True)

    # -- inside ------------------------------------------------------------------------------------

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                if self._down:
                    raise ConnectionRefusedError
                server = socket.create_connection(("127.0.0.1", self._target), 10)
            except OSError:  # the server may be on its way down or up
                _end(client, reset=True)
                continue
            for one in (client, server):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                one.settimeout(None)
            with self._lock:
                self._pairs.append((client, server))
            for direction, source, target in ((UP, client, server), (DOWN, server, client)):
                threading.Thread(
                    target=self._pass_on, args=(direction, source, target), daemon=True
                ).start()

    def _pass_on(self, direction: int, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(_BLOCK):
                action: Callable[[], None] | None = None
                rest = b""
                with self._lock:
                    armed = self._armed
                    if armed is not None and armed.direction == direction:
                        left = max(0, armed.octets - self._counts[direction])
                        if len(data) >= left:
                            data, rest, action = data[:left], data[left:], armed.action
                            self._armed = None
                    self._counts[direction] += len(data) + len(rest)
                target.sendall(data)
                if action is not None:
                    action()
                    target.sendall(rest)  # after a cut this is the end of the loop
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)


def _end(one: socket.socket, *, reset: bool) -> None:
    with suppress(OSError):
        if reset:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_RESET)
        one.shutdown(socket.SHUT_RDWR)
    with suppress(OSError):
        one.close()
