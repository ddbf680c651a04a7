"""Rules on the server: ManageSieve (RFC 5804), one connection from greeting to LOGOUT.

Rule 1: nothing is said in clear but STARTTLS; what the server said before TLS is forgotten, and a
server that says more than it had to before TLS is refused (net.transport).
Rule 2: a referral names another server: it is told and never followed.
Rule 3: a server may neither keep us waiting nor make us hold more than the bounds below.
"""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Final

from mel_desktop.model.accounts import Account, Endpoint, Secret, Security
from mel_desktop.model.errors import (
    ConnectionTrouble,
    ErrorCode,
    LocalRefusal,
    MelError,
    ServerBroken,
    ServerSaid,
)
from mel_desktop.model.values import dataclass
from mel_desktop.net.sieve_signin import BadProof, mechanism
from mel_desktop.net.transport import Lines, Stream, open_socket, tls_context
from mel_desktop.ports import Meter, Randomness

PORT: Final = 4190
MAX_LINE: Final = 8192
MAX_LITERAL: Final = 1024 * 1024
MAX_ANSWER: Final = 4 * 1024 * 1024
MAX_LINES: Final = 1000
MAX_CHALLENGES: Final = 5
LONGEST_QUOTED: Final = 1024  # RFC 5804 4: longer ones are literals
SAID: Final = 500
STEP_S: Final = 0.5
_LITERAL: Final = re.compile(rb"\{(\d{1,10})\+?\}\Z")
_ATOM: Final = re.compile(rb"[^\s\"{}()]+")
_QUOTED: Final = re.compile(rb'"((?:[^"\\\r\n]|\\.)*)"')


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds."""

    connect: float = 8.0  # many school networks drop what goes to this port
    answer: float = 45.0
    closing: float = 2.0


@dataclass(frozen=True, slots=True)
class Answer:
    """Lines of strings and atoms, then how it ended. ``code``: in capitals, without brackets."""

    status: str
    code: str
    code_words: tuple[bytes, ...]
    text: str
    lines: tuple[tuple[bytes, ...], ...]


class SieveSession:
    """A signed-in connection; one thread uses it. Built by ``ManageSieve.open`` only."""

    def __init__(self, stream: Stream, endpoint: Endpoint, deadlines: Deadlines) -> None:
        self._stream = stream
        self._endpoint = endpoint
        self._deadlines = deadlines
        self._capabilities: dict[str, str] = {}

    # -- sign-in -----------------------------------------------------------------------------------

    def begin(self, account: Account, secret: Secret, nonce: str) -> None:
        """Greeting, TLS, sign-in, capabilities."""
        self._learn(self._expect_ok(self._answer(), "connect"))
        if self._endpoint.security is Security.STARTTLS:
            if "STARTTLS" not in self._capabilities:
                raise ConnectionTrouble(ErrorCode.NO_TLS_OFFERED, **self._place)
            answer = self._command(b"STARTTLS")
            if answer.status != "OK":
                raise ConnectionTrouble(ErrorCode.NO_TLS_OFFERED, **self._place)
            self._stream.start_tls(self._deadlines.connect)
            self._capabilities = {}
            self._learn(self._expect_ok(self._answer(), "connect"))
        if not self._stream.is_private:
            raise ConnectionTrouble(ErrorCode.TLS, **self._place)
        self._sign_in(account, secret, nonce)
        self._capabilities = {}
        self._learn(self._expect_ok(self._command(b"CAPABILITY"), "capability"))

    def _sign_in(self, account: Account, secret: Secret, nonce: str) -> None:
        offered = self._capabilities.get("SASL", "").upper().split()
        way = mechanism(offered, account, secret, lambda: nonce)
        try:
            answer = self._exchange(b"AUTHENTICATE " + string(way.name), way.first)
            for _ in range(MAX_CHALLENGES):
                if answer.status:
                    break
                answer = self._exchange(b"", way.answer(_decoded(answer.lines[0][0])))
            if answer.status == "OK":
                told = answer.code_words[0] if answer.code == "SASL" and answer.code_words else b""
                way.finish(_decoded(told))
                return
        except BadProof:
            raise self._stream.broken("auth-challenge") from None
        if answer.status == "NO" and answer.code != "TRYLATER":
            raise ServerSaid(ErrorCode.SIGN_IN_REFUSED, said=answer.text, **self._place)
        self._expect_ok(answer, "auth")

    def _exchange(self, before: bytes, word: bytes) -> Answer:
        encoded = string(base64.b64encode(word).decode("ascii"))
        self._send((before + b" " + encoded if before else encoded) + b"\r\n")
        return self._answer(challenge=True)

    # -- what it offers ----------------------------------------------------------------------------

    @property
    def extensions(self) -> frozenset[str]:
        """Of Sieve, as the server names them."""
        return frozenset(self._capabilities.get("SIEVE", "").lower().split())

    def _learn(self, answer: Answer) -> None:
        for line in answer.lines:
            name = line[0].decode("utf-8", "replace").upper()
            self._capabilities[name] = line[1].decode("utf-8", "replace") if len(line) > 1 else ""

    # -- scripts -----------------------------------------------------------------------------------

    def scripts(self) -> tuple[tuple[str, bool], ...]:
        """(name, whether it is the active one)."""
        answer = self._ask(b"LISTSCRIPTS", "list")
        return tuple(
            (_text(line[0]), len(line) > 1 and line[1].upper() == b"ACTIVE")
            for line in answer.lines
        )

    def script(self, name: str) -> str:
        """The text of one. SERVER_REFUSED(why=nonexistent)."""
        answer = self._ask(b"GETSCRIPT " + string(name), "get")
        if len(answer.lines) != 1 or len(answer.lines[0]) != 1:
            raise self._stream.broken("script")
        return _text(answer.lines[0][0])

    def has_room(self, name: str, size: int) -> None:
        """ServerSaid(SERVER_REFUSED, why=quota...) where the script would be too much."""
        self._ask(b"HAVESPACE %s %d" % (string(name), size), "space")

    def check(self, text: str) -> None:
        """Whether the server understands it: ServerSaid(SERVER_REFUSED, phase=check)."""
        if "VERSION" in self._capabilities:  # RFC 5804; CHECKSCRIPT is not older
            self._ask(b"CHECKSCRIPT " + literal(text.encode("utf-8")), "check")

    def put(self, name: str, text: str) -> None:
        """Store it, in the place of one of that name; the active one stays what it is."""
        self._ask(b"PUTSCRIPT " + string(name) + b" " + literal(text.encode("utf-8")), "put")

    def activate(self, name: str) -> None:
        """Let this one run; "" for none."""
        self._ask(b"SETACTIVE " + string(name), "activate")

    def noop(self) -> None:
        """Whether the server is there still."""
        self._ask(b"NOOP", "noop")

    def end(self) -> None:
        """LOGOUT and close; never raises."""
        with suppress(MelError):
            self._stream.settimeout(self._deadlines.closing)
            self._stream.sendall(b"LOGOUT\r\n")
        self._stream.close()

    # -- the wire ----------------------------------------------------------------------------------

    def _ask(self, command: bytes, phase: str) -> Answer:
        return self._expect_ok(self._command(command), phase)

    def _command(self, command: bytes) -> Answer:
        self._send(command + b"\r\n")
        return self._answer()

    def _send(self, data: bytes) -> None:
        if self._stream.wait_line(time.monotonic(), MAX_LINE):
            answer = self._answer()  # BYE perhaps: the server hangs up and says so
            self._expect_ok(answer, "early")
            raise self._stream.broken("early-answer")
        self._stream.sendall(data)

    def _answer(self, *, challenge: bool = False) -> Answer:
        """All up to OK, NO or BYE; with ``challenge`` one string may come in their place."""
        deadline = time.monotonic() + self._deadlines.answer
        lines: list[tuple[bytes, ...]] = []
        held = 0
        for _ in range(MAX_LINES):
            words = self._line(deadline)
            kind = words[0] if words else None
            if isinstance(kind, _Atom):
                return self._ended(kind, words[1:], lines)
            if kind is None or any(isinstance(one, _Open | _Close) for one in words):
                raise self._stream.broken("answer")
            lines.append(tuple(bytes(one) for one in words))
            held += sum(map(len, words))
            if held > MAX_ANSWER:
                raise self._stream.broken("answer-too-long")
            if challenge:
                return Answer("", "", (), "", tuple(lines))
        raise self._stream.broken("answer-too-long")

    def _ended(
        self, kind: bytes, words: Sequence[bytes], lines: Sequence[tuple[bytes, ...]]
    ) -> Answer:
        status = kind.decode("ascii", "replace").upper()
        if status not in ("OK", "NO", "BYE"):
            raise self._stream.broken("answer")
        code, rest = "", list(words)
        code_words: tuple[bytes, ...] = ()
        if rest and isinstance(rest[0], _Open):
            end = next((n for n, one in enumerate(rest) if isinstance(one, _Close)), 0)
            if end < 2 or not isinstance(rest[1], _Atom):
                raise self._stream.broken("answer")
            code = rest[1].decode("ascii", "replace").upper()
            code_words, rest = tuple(bytes(one) for one in rest[2:end]), rest[end + 1 :]
        if len(rest) > 1 or (rest and type(rest[0]) is not bytes):
            raise self._stream.broken("answer")
        said = rest[0].decode("utf-8", "replace")[:SAID] if rest else ""
        text = "".join(char for char in said if char.isprintable() or char == "\n")
        return Answer(status, code, code_words, text, tuple(lines))

    def _line(self, deadline: float) -> list[bytes]:
        """The words of one logical line, literals included."""
        words: list[bytes] = []
        held = 0
        for _ in range(MAX_LINES):
            self._wait(deadline)
            raw = self._stream.read_line(MAX_LINE)
            if not raw.endswith(b"\r\n"):
                raise self._stream.broken("line-end")
            raw = raw[:-2]
            found = _LITERAL.search(raw)
            words += self._words(raw[: found.start()] if found else raw)
            if found is None:
                return words
            size = int(found.group(1))
            held += size
            if size > MAX_LITERAL or held > MAX_ANSWER:
                raise self._stream.broken("literal-too-long")
            words.append(self._stream.read_exactly(size))
        raise self._stream.broken("answer-too-long")

    def _words(self, raw: bytes) -> Iterator[bytes]:
        place = 0
        while place < len(raw):
            char = raw[place : place + 1]
            if char == b" ":
                place += 1
            elif char in b"()":
                yield _Open(char) if char == b"(" else _Close(char)
                place += 1
            elif found := _QUOTED.match(raw, place):
                yield re.sub(rb"\\(.)", rb"\1", found.group(1))
                place = found.end()
            elif found := _ATOM.match(raw, place):
                yield _Atom(found.group())
                place = found.end()
            else:
                raise self._stream.broken("answer")

    def _wait(self, deadline: float) -> None:
        while not self._stream.wait_line(min(deadline, time.monotonic() + STEP_S), MAX_LINE):
            if time.monotonic() >= deadline:
                self._stream.abort()
                raise ConnectionTrouble(ErrorCode.TIMED_OUT, **self._place)

    def _expect_ok(self, answer: Answer, phase: str) -> Answer:
        if answer.status == "OK":
            return answer
        if answer.status == "BYE":
            self._stream.close()
            if answer.code == "REFERRAL":  # rule 2
                raise ServerBroken(ErrorCode.PROTOCOL, why="referral", **self._place)
            raise ServerSaid(ErrorCode.SERVER_TEMPORARY, said=answer.text, phase=phase, reply="BYE")
        if not answer.status or answer.code == "TRYLATER":
            raise ServerSaid(ErrorCode.SERVER_TEMPORARY, said=answer.text, phase=phase)
        why = "".join(char for char in answer.code.lower() if char.isalnum() or char in "-/")[:40]
        raise ServerSaid(ErrorCode.SERVER_REFUSED, said=answer.text, phase=phase, why=why)

    @property
    def _place(self) -> dict[str, str | int]:
        return {"host": self._endpoint.host, "port": self._endpoint.port}


class ManageSieve:
    """Opens connections."""

    def __init__(
        self,
        randomness: Randomness,
        *,
        lines: Lines | None = None,
        deadlines: Deadlines | None = None,
    ) -> None:
        self._randomness = randomness
        self._lines = lines or Lines()
        self._deadlines = deadlines or Deadlines()

    @contextmanager
    def open(
        self, account: Account, endpoint: Endpoint, password: Secret, meter: Meter
    ) -> Iterator[SieveSession]:
        """Signed in, as long as the block lasts. The password is tried once."""
        with self._lines.line(account.id) as line:
            stream = open_socket(
                endpoint,
                tls_context(account.ca_pem),
                meter,
                connect_seconds=self._deadlines.connect,
                silence_seconds=self._deadlines.answer,
                line=line,
            )
            session = SieveSession(stream, endpoint, self._deadlines)
            try:
                session.begin(account, password, self._randomness.token(18).hex())
                yield session
            finally:
                session.end()


class _Atom(bytes):
    """A word without quotes."""


class _Open(bytes):
    """(."""


class _Close(bytes):
    """)."""


def string(text: str) -> bytes:
    """Quoted where that is allowed, else a literal that is not waited for (RFC 5804 1.2)."""
    data = text.encode("utf-8")
    if any(char in data for char in b"\0\r\n"):
        raise LocalRefusal(ErrorCode.USAGE, why="script-name")
    if len(data) > LONGEST_QUOTED:
        return literal(data)
    return b'"' + data.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def literal(data: bytes) -> bytes:
    """``{n+}`` and the octets."""
    return b"{%d+}\r\n" % len(data) + data


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _decoded(word: bytes) -> bytes:
    try:
        return base64.b64decode(word, validate=True)
    except ValueError:
        raise BadProof from None
