"""Mail submission: one message, one connection (RFC 6409, 5321, 4954, 3207, 2920, 1870).

Rule 1: nothing is said in clear but EHLO and STARTTLS; without TLS there is no sign-in and no mail.
Rule 2: before the final dot has left, the server cannot have taken the message; afterwards only a
reply tells. ``before_final_dot`` marks that moment, SENDING_UNKNOWN is a reply that got lost.
Rule 3: an answer that comes before its question is a broken server, never an acceptance.
Rule 4: bytes with a lone CR or LF are refused here as well (SMTP smuggling, CVE-2023-51764).
Rule 5: the server never learns the name of this computer (EHLO [127.0.0.1]).
"""

from __future__ import annotations

import base64
import logging
import re
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final

from mel_desktop.model.accounts import Account, AuthKind, Endpoint, Secret, Security
from mel_desktop.model.errors import (
    Cancelled,
    ConnectionTrouble,
    ErrorCode,
    LocalRefusal,
    MelError,
    ServerBroken,
    ServerSaid,
)
from mel_desktop.net.transport import Lines, Stream, open_socket, tls_context
from mel_desktop.ports import Meter, RefusedRecipient, SubmissionReceipt

logger = logging.getLogger("mel.smtp")

HELLO: Final = "[127.0.0.1]"
MAX_LINE: Final = 4096
MAX_REPLY_LINES: Final = 200
SLICE: Final = 64 * 1024
WINDOW: Final = 50  # recipients sent ahead with PIPELINING
STEP_S: Final = 0.5
KEPT: Final = 300  # characters of a reply that are shown

_ADDRESS: Final = re.compile(r"[\x21-\x3b\x3d\x3f-\x7e]{3,320}")
_REPLY: Final = re.compile(rb"([2-5][0-9][0-9])([ -]?)(.*)", re.DOTALL)
_ENHANCED: Final = re.compile(r"([245]\.[0-9]{1,3}\.[0-9]{1,3})\b")
# What Postfix with a policy daemon, Zimbra's cbpolicyd and Exchange say of sending limits.
_LIMIT: Final = re.compile(
    r"rate.?limit|limit exceeded|quota exceeded|too (many|much) (messages|mail|recipients per)"
    r"|exceeded.{0,40}(limit|quota|rate)|sending limit|limite d.envoi|quota d.envoi|d[ée]bit",
    re.IGNORECASE,
)
_FULL_MAILBOX: Final = re.compile(r"mailbox|bo[iî]te|storage|message size|too large", re.IGNORECASE)
_SENDER: Final = re.compile(r"\bsender\b|exp[ée]diteur|not owned by user", re.IGNORECASE)
_EXPIRED: Final = re.compile(r"password.{0,30}expired|mot de passe.{0,30}expir", re.IGNORECASE)
_APP_PASSWORD: Final = re.compile(r"app(lication)?.?(specific)?.?password", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds for each step (RFC 5321 4.5.3.2 as upper bounds that people can bear)."""

    connect: float = 20.0
    command: float = 60.0
    final: float = 300.0  # after the final dot: hanging up too early makes doubles
    closing: float = 5.0  # for that last reply when the program closes


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply, its lines joined."""

    code: int
    text: str

    @property
    def is_good(self) -> bool:
        """2yz."""
        return self.code // 100 == 2

    @property
    def is_temporary(self) -> bool:
        """4yz."""
        return self.code // 100 == 4

    @property
    def enhanced(self) -> str:
        """RFC 3463 code, or ""."""
        match = _ENHANCED.match(self.text)
        return match.group(1) if match else ""


class SmtpSubmission:
    """ports.Submission."""

    def __init__(self, deadlines: Deadlines | None = None, *, lines: Lines | None = None) -> None:
        self._deadlines = deadlines or Deadlines()
        self._lines = lines or Lines()
        self._live: set[_Session] = set()
        self._contexts: dict[str, ssl.SSLContext] = {}  # reading the system's store takes long
        self._guard = threading.Lock()

    def submit(
        self,
        account: Account,
        password: Secret,
        sender: str,
        recipients: Sequence[str],
        data: bytes,
        meter: Meter,
        *,
        before_final_dot: Callable[[], None] | None = None,
    ) -> SubmissionReceipt:
        """Hand over once. Never retries."""
        if not recipients or not all(_ADDRESS.fullmatch(one) for one in (sender, *recipients)):
            raise LocalRefusal(ErrorCode.BAD_ADDRESS)
        if not _has_sound_line_ends(data):
            raise LocalRefusal(ErrorCode.USAGE, why="line-ends")
        with self._session(account, password, meter) as session:
            return session.hand_over(sender, recipients, data, before_final_dot)

    def sign_in(self, account: Account, password: Secret, meter: Meter) -> int:
        """Sign in, once, and leave. Largest message the server takes in octets; 0: not said."""
        with self._session(account, password, meter) as session:
            return session.size_limit

    @contextmanager
    def _session(self, account: Account, password: Secret, meter: Meter) -> Iterator[_Session]:
        with self._lines.line(account.id) as line:
            stream = open_socket(
                account.smtp,
                self._context(account.ca_pem),
                meter,
                connect_seconds=self._deadlines.connect,
                silence_seconds=self._deadlines.command,
                line=line,
            )
            session = _Session(stream, account.smtp, self._deadlines)
            with self._guard:
                self._live.add(session)
        try:
            session.begin(account, password)
            yield session
        finally:
            with self._guard:
                self._live.discard(session)
            session.end()

    def _context(self, ca_pem: str) -> ssl.SSLContext:
        if ca_pem not in self._contexts:
            self._contexts[ca_pem] = tls_context(ca_pem)
        return self._contexts[ca_pem]

    def abort(self) -> None:
        """From any thread: drop what is under way; a reply to a final dot is waited for shortly."""
        with self._guard:
            live = tuple(self._live)
        for session in live:
            session.abort()


class _Session:
    """One connection from greeting to QUIT."""

    def __init__(self, stream: Stream, endpoint: Endpoint, deadlines: Deadlines) -> None:
        self._stream = stream
        self._place: dict[str, str | int] = {"host": endpoint.host, "port": endpoint.port}
        self._deadlines = deadlines
        self._extensions: dict[str, str] = {}
        self._is_polite = False
        self._dot_has_left = False
        self._hurry_until: float | None = None

    # -- sign-in -----------------------------------------------------------------------------------

    def begin(self, account: Account, password: Secret) -> None:
        """Greeting, TLS, EHLO, sign-in."""
        greeting = self._reply(self._deadlines.command)
        if greeting.code != 220:
            raise _refusal(greeting, "connect")
        self._hello()
        if account.smtp.security is Security.STARTTLS:
            if "STARTTLS" not in self._extensions:
                raise ConnectionTrouble(ErrorCode.NO_TLS_OFFERED, **self._place)
            answer = self._command("STARTTLS")
            if answer.code != 220:
                raise ConnectionTrouble(ErrorCode.NO_TLS_OFFERED, reply=answer.code, **self._place)
            self._stream.start_tls(self._deadlines.connect)  # refuses what was sent ahead of it
            self._extensions = {}
            self._hello()
        if not self._stream.is_private:  # rule 1
            raise ConnectionTrouble(ErrorCode.TLS, **self._place)
        self._sign_in(account, password)
        self._is_polite = True

    def _hello(self) -> None:
        answer = self._command(f"EHLO {HELLO}")
        if not answer.is_good:
            raise _refusal(answer, "ehlo")
        for line in answer.text.split("\n")[1:]:
            name, _, parameters = line.strip().partition(" ")
            self._extensions[name.upper()] = parameters

    def _sign_in(self, account: Account, password: Secret) -> None:
        offered = self._extensions.get("AUTH", "").upper().replace("=", " ").split()
        if account.auth is not AuthKind.PASSWORD:
            raise LocalRefusal(ErrorCode.NOT_YET)
        user, secret = account.login.encode("utf-8"), password.reveal().encode("utf-8")
        if "PLAIN" in offered:
            token = base64.b64encode(b"\0" + user + b"\0" + secret).decode("ascii")
            answer = self._command(f"AUTH PLAIN {token}")
        elif "LOGIN" in offered:
            answer = self._command("AUTH LOGIN")
            for word in (user, secret):
                if answer.code == 334:
                    answer = self._command(base64.b64encode(word).decode("ascii"))
        else:
            raise ServerSaid(ErrorCode.SERVER_REFUSED, phase="auth", why="no-known-mechanism")
        if answer.code == 334:
            self._command("*")  # a challenge that PLAIN does not have: cancel (RFC 4954 4)
            raise self._broken("auth-challenge")
        if not answer.is_good:
            raise _auth_refusal(answer)

    @property
    def size_limit(self) -> int:
        """What SIZE (RFC 1870) said after EHLO; 0 for no limit or none told."""
        limit = self._extensions.get("SIZE", "")
        return int(limit[:18]) if limit.isdecimal() else 0

    # -- the message -------------------------------------------------------------------------------

    def hand_over(
        self,
        sender: str,
        recipients: Sequence[str],
        data: bytes,
        before_final_dot: Callable[[], None] | None,
    ) -> SubmissionReceipt:
        """Envelope, bytes, final dot, reply."""
        size, limit = len(data), self.size_limit
        if 0 < limit < size:
            raise ServerSaid(ErrorCode.MESSAGE_TOO_LARGE, limit=limit, size=size)
        refused = self._envelope(sender, recipients, size)
        answer = self._command("DATA")
        if answer.code != 354:
            if answer.is_good:
                raise self._broken("data-answered-too-well")
            raise _refusal(answer, "data")
        self._stream_out(data)
        if before_final_dot is not None:
            before_final_dot()
            self._listen_for_refusal()
        return self._final_dot(refused)

    def _envelope(
        self, sender: str, recipients: Sequence[str], size: int
    ) -> tuple[RefusedRecipient, ...]:
        size_parameter = f" SIZE={size}" if "SIZE" in self._extensions else ""
        mail = f"MAIL FROM:<{sender}>{size_parameter}"
        commands = [f"RCPT TO:<{one}>" for one in recipients]
        answers: list[Reply] = []
        if "PIPELINING" in self._extensions:
            first, *answers = self._commands([mail, *commands[:WINDOW]])
            commands = commands[WINDOW:]
        else:
            first = self._command(mail)
        if not first.is_good:
            raise _refusal(first, "mail")
        while commands:
            ahead = WINDOW if "PIPELINING" in self._extensions else 1
            answers += self._commands(commands[:ahead])
            commands = commands[ahead:]
        refused = []
        for address, answer in zip(recipients, answers, strict=True):
            if answer.code == 421:
                raise _refusal(answer, "rcpt")
            if not answer.is_good:
                refused.append(RefusedRecipient(address, answer.code, _shown(answer)))
        if len(refused) == len(recipients):
            temporary = [answer for answer in answers if answer.is_temporary]
            raise _refusal(temporary[0] if temporary else answers[0], "rcpt")
        return tuple(refused)

    def _stream_out(self, data: bytes) -> None:
        """The bytes with dots stuffed (RFC 5321 4.5.2); stops when the server speaks too early."""
        for piece in _stuffed(data):
            self._stream.sendall(piece)
            self._listen_for_refusal()

    def _listen_for_refusal(self) -> None:
        if self._stream.wait_line(time.monotonic(), MAX_LINE):
            answer = self._reply(self._deadlines.command)
            self._is_polite = False  # we are inside DATA: QUIT would become text
            if answer.code >= 400:
                raise _refusal(answer, "data")
            raise self._broken("early-reply")

    def _final_dot(self, refused: tuple[RefusedRecipient, ...]) -> SubmissionReceipt:
        self._is_polite = False
        self._dot_has_left = True
        try:
            self._stream.sendall(b".\r\n")
            answer = self._reply(self._deadlines.final)
        except (ConnectionTrouble, ServerBroken, Cancelled) as error:
            raise ServerSaid(ErrorCode.SENDING_UNKNOWN, why=error.code.text) from error
        self._is_polite = True
        if answer.is_good:
            return SubmissionReceipt(refused, size_limit=self.size_limit)
        if answer.code < 400:  # neither taken nor refused
            raise ServerSaid(ErrorCode.SENDING_UNKNOWN, reply=answer.code)
        raise _refusal(answer, "end")

    # -- the wire ----------------------------------------------------------------------------------

    def _command(self, line: str) -> Reply:
        return self._commands([line])[0]

    def _commands(self, lines: Sequence[str]) -> list[Reply]:
        """Send lines in one go, read a reply to each."""
        if self._stream.wait_line(time.monotonic(), MAX_LINE):
            answer = self._reply(self._deadlines.command)
            if answer.code == 421:  # the server hangs up and says so
                raise _refusal(answer, "connect")
            raise self._broken("early-reply")
        self._stream.sendall("".join(f"{line}\r\n" for line in lines).encode("ascii"))
        return [self._reply(self._deadlines.command) for _ in lines]

    def _reply(self, seconds: float) -> Reply:
        """One reply, all of its lines within the deadline and the bounds."""
        deadline = time.monotonic() + seconds
        texts: list[str] = []
        code = 0
        for _ in range(MAX_REPLY_LINES):
            if not self._line_comes(deadline):
                self._is_polite = False
                raise ConnectionTrouble(ErrorCode.TIMED_OUT, **self._place)
            match = _REPLY.fullmatch(self._stream.read_line(MAX_LINE).rstrip(b"\r\n"))
            if match is None or (code and int(match.group(1)) != code):
                raise self._broken("reply")
            code = int(match.group(1))
            texts.append(match.group(3).decode("utf-8", "replace"))
            if match.group(2) != b"-":
                return Reply(code, "\n".join(texts))
        raise self._broken("reply-too-long")

    def _line_comes(self, deadline: float) -> bool:
        """Wait for a line in short steps, so that ``abort`` can shorten the wait."""
        while True:
            now = time.monotonic()
            end = deadline if self._hurry_until is None else min(deadline, self._hurry_until)
            if self._stream.wait_line(min(end, now + STEP_S), MAX_LINE):
                return True
            if time.monotonic() >= end:
                return False

    def abort(self) -> None:
        """Before the final dot: drop the line. After it: the reply has a few seconds left."""
        if self._dot_has_left:
            self._hurry_until = time.monotonic() + self._deadlines.closing
        else:
            self._stream.abort()

    def _broken(self, why: str) -> ServerBroken:
        self._is_polite = False
        return self._stream.broken(why)

    def end(self) -> None:
        """QUIT where that is sound, then close. Never raises: what was said stands."""
        if self._is_polite:
            with suppress(MelError):
                self._stream.sendall(b"QUIT\r\n")
        self._stream.close()


def _has_sound_line_ends(data: bytes) -> bool:
    ends = data.count(b"\r\n")
    return data.endswith(b"\r\n") and data.count(b"\r") == ends == data.count(b"\n")


def _stuffed(data: bytes) -> Iterator[bytes]:
    """Slices that end at a line end, a dot doubled where it begins a line."""
    start = 0
    while start < len(data):
        end = data.find(b"\n", min(start + SLICE, len(data)) - 1) + 1
        piece = data[start : end or len(data)]
        start += len(piece)
        stuffed = piece.replace(b"\n.", b"\n..")
        yield b"." + stuffed if stuffed.startswith(b".") else stuffed


def _shown(answer: Reply) -> str:
    text = " ".join(answer.text.split())
    return "".join(char for char in text if char.isprintable())[:KEPT]


def _auth_refusal(answer: Reply) -> ServerSaid:
    if answer.is_temporary:
        return _error(ErrorCode.SERVER_TEMPORARY, answer, "auth")
    code = ErrorCode.SIGN_IN_REFUSED
    if _EXPIRED.search(answer.text):
        code = ErrorCode.PASSWORD_EXPIRED
    elif _APP_PASSWORD.search(answer.text) or answer.enhanced == "5.7.9":
        code = ErrorCode.APP_PASSWORD_NEEDED
    return _error(code, answer, "auth")


_PERMANENT: Final = {
    "mail": ErrorCode.SENDER_REFUSED,
    "rcpt": ErrorCode.RECIPIENT_REFUSED,
    "data": ErrorCode.MESSAGE_REFUSED,
    "end": ErrorCode.MESSAGE_REFUSED,
}


def _refusal(answer: Reply, phase: str) -> ServerSaid:
    """What a reply means at this point of the dialogue."""
    enhanced = answer.enhanced
    code = _PERMANENT.get(phase, ErrorCode.SERVER_REFUSED)
    if _is_sending_limit(answer) and phase in _PERMANENT:
        code = ErrorCode.SENDING_LIMIT  # also when said with 5yz: the message was not kept
    elif answer.is_temporary:
        code = ErrorCode.SERVER_TEMPORARY
    elif enhanced in ("5.3.4", "5.2.3") or (answer.code == 552 and not enhanced):
        code = ErrorCode.MESSAGE_TOO_LARGE
    elif phase == "rcpt" and _SENDER.search(answer.text):
        code = ErrorCode.SENDER_REFUSED  # Postfix says it only here (smtpd_delay_reject)
    return _error(code, answer, phase)


def _is_sending_limit(answer: Reply) -> bool:
    """A limit on what this sender may send, not a full mailbox of a recipient."""
    return bool(
        _LIMIT.search(answer.text)
        and not _FULL_MAILBOX.search(answer.text)
        and not answer.enhanced[1:].startswith((".2.", ".3."))
    )


def _error(code: ErrorCode, answer: Reply, phase: str) -> ServerSaid:
    return ServerSaid(code, said=_shown(answer), phase=phase, reply=answer.code)
