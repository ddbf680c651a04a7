"""A TCP line between client and server that ends after so many octets from the server."""

from __future__ import annotations

import contextlib
import socket
import threading


class CutLine:
    """Listens on a loopback port. ``left``: octets until the cut; None: never.

    ``up_bps``: the line carries no more bits a second from the client; None: all that comes.
    ``at``: that port, so that a line can come back where one was; 0: any.
    """

    def __init__(self, port: int, *, at: int = 0) -> None:
        self._server_port = port
        self._listener = socket.create_server(("127.0.0.1", at))
        self.port: int = self._listener.getsockname()[1]
        self.left: int | None = None
        self.up_bps: float | None = None
        self._ended = threading.Event()
        self.carried = 0  # octets from the server
        self._lock = threading.Lock()
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._start(self._accept)

    def close(self) -> None:
        self._ended.set()
        with contextlib.suppress(OSError):  # not everywhere does a shut listener end its accept
            socket.create_connection(("127.0.0.1", self.port), timeout=5).close()
        with self._lock:
            ends = [*self._open, self._listener]
        for one in ends:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        for thread in self._threads:
            thread.join(60)

    def _start(self, work: object, *given: object) -> None:
        thread = threading.Thread(target=work, args=given, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
                if self._ended.is_set():
                    client.close()
                    return
                server = socket.create_connection(("127.0.0.1", self._server_port))
            except OSError:
                return
            with self._lock:
                self._open += [client, server]
            self._start(self._up, client, server)
            self._start(self._down, server, client)

    def _up(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := client.recv(65_536 if self.up_bps is None else 8192):
                if self.up_bps is not None:
                    self._ended.wait(len(data) * 8 / self.up_bps)
                with contextlib.suppress(OSError):  # after the cut it goes nowhere
                    server.sendall(data)
        self._end(client, server)

    def _down(self, server: socket.socket, client: socket.socket) -> None:
        is_cut = False
        with contextlib.suppress(OSError):
            while not is_cut and (data := server.recv(16_384)):
                with self._lock:
                    if self.left is not None:
                        data = data[: self.left]
                        self.left -= len(data)
                    self.carried += len(data)
                    is_cut = self.left == 0
                    if is_cut:
                        self.left = None
                client.sendall(data)
        with contextlib.suppress(OSError):
            client.shutdown(
                socket.SHUT_WR
            )  # what has come may be read, then the line is at its end
        self._end(server)

    def _end(self, *ends: socket.socket) -> None:
        for one in ends:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
