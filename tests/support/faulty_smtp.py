"""A small scripted submission server with switches for every fault, and a line that cuts."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.support.certificates import Certificates

GOOD = {
    "GREETING": b"220 faulty ESMTP\r\n",
    "EHLO": b"250-faulty\r\n250-SIZE 40000000\r\n250-AUTH PLAIN LOGIN\r\n250 STARTTLS\r\n",
    "STARTTLS": b"220 go ahead\r\n",
    "AUTH": b"235 2.7.0 ok\r\n",
    "MAIL": b"250 2.1.0 ok\r\n",
    "RCPT": b"250 2.1.5 ok\r\n",
    "DATA": b"354 end with dot\r\n",
    "DOT": b"250 2.0.0 taken\r\n",
    "QUIT": b"221 bye\r\n",
}
VERBS = ("GREETING", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "DOT")


@dataclass
class Switches:
    """What goes wrong. Verbs are the keys of GOOD; DOT is the final dot."""

    replies: dict[str, bytes] = field(default_factory=dict)
    rcpt: dict[str, bytes] = field(default_factory=dict)  # by address
    cut_at: str = ""  # the line drops when this was received, before any answer
    cut_after_taking: bool = False  # the message is taken, the 250 never leaves
    silent_at: str = ""
    early_at: str = ""  # this verb's answer is sent twice: one comes before its question
    early_dot: bool = False  # 250 for the message right behind the 354
    behind_starttls: bytes = b""  # sent in clear in one go with the answer to STARTTLS
    stop_reading_data: bytes = b""  # an answer in the middle of the message
    floods: dict[str, Callable[[], Iterable[bytes]]] = field(default_factory=dict)  # for an answer
    challenges: list[bytes] = field(default_factory=list)  # 334 lines before the answer to AUTH
    cut_in_handshake: bool = False
    chunks: bool = True  # BDAT is known


@dataclass(frozen=True)
class Taken:
    """A message that this server answers for."""

    sender: str
    recipients: tuple[str, ...]
    data: bytes


class FaultySmtp:
    """TLS from the start, or STARTTLS. Certificates are those of the suite."""

    def __init__(
        self,
        certificates: Certificates | None,
        *,
        starttls: bool = False,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self.switches = Switches()
        self.taken: list[Taken] = []
        self.verbs: list[str] = []
        self.clear: list[bytes] = []  # what came before TLS
        self.hellos: list[str] = []
        self.lines: list[str] = []  # every command line, words of a sign-in among them
        self.trouble: list[str] = []
        self.in_silence = threading.Event()
        self._starttls = starttls
        self._context = context or ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if certificates is not None:
            self._context.load_cert_chain(certificates.cert, certificates.key)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._stopping = threading.Event()
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def reset(self) -> None:
        self.switches = Switches()
        self.taken.clear()
        self.verbs.clear()
        self.clear.clear()
        self.hellos.clear()
        self.lines.clear()
        self.in_silence.clear()

    def close(self) -> None:
        self._stopping.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for one in self._open:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        self._accepting.join(60)
        self.settle()

    def settle(self) -> None:
        """Until each dialogue has ended: a client that gave up may have sent more than was read."""
        for thread in self._threads:
            thread.join(60)

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                raw, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(raw)
            thread = threading.Thread(target=self._serve, args=(raw,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, raw: socket.socket) -> None:
        raw.settimeout(30)
        dialogue = _Dialogue(self, raw, self._context)
        try:
            with contextlib.suppress(OSError, _Cut):
                if not self._starttls:
                    dialogue.start_tls()
                dialogue.run()
        finally:
            with contextlib.suppress(OSError):
                dialogue.line.close()


class _Cut(Exception):
    pass


class _Dialogue:
    def __init__(
        self,
        server: FaultySmtp,
        line: socket.socket,
        context: ssl.SSLContext,
    ) -> None:
        self.server = server
        self.line = line
        self.context = context
        self.is_private = False
        self.switches = server.switches
        self.held = b""
        self.sender = ""
        self.recipients: list[str] = []

    def run(self) -> None:
        self.answer("GREETING")
        while True:
            text = self.read_line().decode("latin-1").rstrip("\r\n")
            verb = text.split(" ")[0].upper()
            self.server.lines.append(text)
            if verb == "EHLO":
                self.server.hellos.append(text[5:])
            if verb == "AUTH" and text.upper().startswith("AUTH LOGIN"):
                self.server.verbs.append("AUTH")
                for _ in range(2):
                    self.line.sendall(b"334 VXNlcm5hbWU6\r\n")
                    self.word()
                self.server.verbs.pop()
            for challenge in self.switches.challenges if verb == "AUTH" else ():
                self.line.sendall(challenge)
                self.word()
            if verb == "MAIL":
                self.sender, self.recipients = _between(text), []
            if verb == "RCPT":
                address = _between(text)
                answer = self.switches.rcpt.get(address, self.switches.replies.get("RCPT"))
                if answer is None or answer.startswith(b"2"):
                    self.recipients.append(address)
                if address in self.switches.rcpt:
                    self.server.verbs.append("RCPT")
                    self.line.sendall(self.switches.rcpt[address])
                    continue
            if verb == "BDAT" and self.switches.chunks:
                self.chunk(text)
                continue
            self.answer(verb)
            if verb == "QUIT":
                return
            if verb == "STARTTLS":
                if self.switches.replies.get("STARTTLS", b"220").startswith(b"220"):
                    self.start_tls()
            elif verb == "DATA" and self.switches.replies.get("DATA", b"354").startswith(b"354"):
                self.message()

    def word(self) -> None:
        self.server.lines.append(self.read_line().decode("latin-1").rstrip("\r\n"))

    def chunk(self, text: str) -> None:
        size = int(text.split()[1])
        while len(self.held) < size:
            if self.switches.stop_reading_data and self.held:
                self.line.sendall(self.switches.stop_reading_data)
                self.switches.stop_reading_data = b""
            data = self.line.recv(65536)
            if not data:
                raise _Cut
            self.held += data
        data, self.held = self.held[:size], self.held[size:]
        self.take(data)

    def take(self, data: bytes) -> None:
        answer = self.switches.replies.get("DOT", GOOD["DOT"])
        if self.switches.cut_at != "DOT" and answer.startswith(b"2"):
            self.server.taken.append(Taken(self.sender, tuple(self.recipients), data))
        if self.switches.cut_after_taking:
            raise _Cut
        self.answer("DOT")

    def start_tls(self) -> None:
        if self.switches.cut_in_handshake:
            raise _Cut
        private = self.context.wrap_socket(
            self.line, server_side=True, do_handshake_on_connect=False
        )
        self.line = private  # before the handshake: whatever happens it is closed
        self.server._open.append(private)
        private.do_handshake()
        self.is_private = True
        self.held = b""

    def message(self) -> None:
        lines: list[bytes] = []
        if self.switches.early_dot:
            self.line.sendall(GOOD["DOT"])
        while (line := self.read_line()) != b".\r\n":
            lines.append(line[1:] if line.startswith(b".") else line)
            if self.switches.stop_reading_data and len(lines) == 1:
                self.line.sendall(self.switches.stop_reading_data)
        if self.switches.early_dot:
            raise _Cut
        self.take(b"".join(lines))

    def answer(self, verb: str) -> None:
        self.server.verbs.append(verb)
        switches = self.switches
        if switches.cut_at == verb:
            raise _Cut
        if switches.silent_at == verb:
            self.server.in_silence.set()
            self.wait_for_end()
        if verb in switches.floods:
            for piece in switches.floods[verb]():
                self.line.sendall(piece)
            self.wait_for_end()
        out = switches.replies.get(verb, GOOD.get(verb, b"502 what?\r\n"))
        if switches.early_at == verb:
            out += out
        if verb == "STARTTLS" and switches.behind_starttls:
            out += switches.behind_starttls
        self.line.sendall(out)

    def wait_for_end(self) -> None:
        with contextlib.suppress(OSError):
            while self.line.recv(65536):
                pass
        raise _Cut

    def read_line(self) -> bytes:
        while b"\n" not in self.held:
            data = self.line.recv(65536)
            if not data:
                raise _Cut
            if not self.is_private:
                self.server.clear.append(data)
            self.held += data
        line, _, self.held = self.held.partition(b"\n")
        return line + b"\n"


def _between(text: str) -> str:
    return text.partition("<")[2].partition(">")[0]


class CuttingLine:
    """A relay on loopback that drops both ends after so many octets in one direction."""

    def __init__(self, target: int) -> None:
        self.limit_up: int | None = None
        self.limit_down: int | None = None
        self.up = 0
        self.down = 0
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._threads: list[threading.Thread] = []
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def set(self, *, up: int | None = None, down: int | None = None) -> None:
        self.limit_up, self.limit_down = up, down
        self.up = self.down = 0

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._accepting.join(60)
        self.settle()

    def settle(self) -> None:
        """Until all that was relayed has ended."""
        while self._threads:
            self._threads.pop().join(60)

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._relay, args=(near,), daemon=True)
            thread.start()
            self._threads.append(thread)

    def _relay(self, near: socket.socket) -> None:
        far = socket.create_connection(("127.0.0.1", self._target))
        with near, far:
            back = threading.Thread(target=self._pump, args=(far, near, False), daemon=True)
            back.start()
            self._pump(near, far, True)
            back.join()

    def _pump(self, source: socket.socket, sink: socket.socket, is_up: bool) -> None:
        try:
            while data := source.recv(65536):
                limit = self.limit_up if is_up else self.limit_down
                seen = self.up if is_up else self.down
                if limit is not None and seen + len(data) > limit:
                    data = data[: max(limit - seen, 0)]
                    if data:
                        sink.sendall(data)
                    break
                if is_up:
                    self.up += len(data)
                else:
                    self.down += len(data)
                sink.sendall(data)
        except OSError:
            pass
        for one in (source, sink):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


@contextmanager
def faulty_smtp(certificates: Certificates, *, starttls: bool = False) -> Iterator[FaultySmtp]:
    server = FaultySmtp(certificates, starttls=starttls)
    try:
        yield server
    finally:
        server.close()
