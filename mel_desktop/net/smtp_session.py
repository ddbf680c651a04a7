"""One connection to a submission server, from its greeting to QUIT.

RFC 6409, 5321; 4954 (AUTH), 3207 (STARTTLS), 2920 (PIPELINING), 1870 (SIZE), 6152 (8BITMIME), 6531
(SMTPUTF8), 3461 (DSN), 3030 (CHUNKING), 9422 (LIMITS). REQUIRETLS (RFC 8689) is left alone.

Rule 1: nothing is said in clear but EHLO and STARTTLS; without TLS there is no sign-in and no mail.
Rule 2: before the end of the message has left, the server cannot have taken it; afterwards only a
reply tells. The end is the final dot, or the last two octets of the one chunk (BDAT ... LAST).
Rule 3: an answer that comes before its question is a broken server, never an acceptance.
Rule 4: the server never learns the name of this computer (EHLO [127.0.0.1]).
Rule 5: a server may neither keep us waiting nor make us hold more than the bounds below.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Final

from mel_desktop.model.accounts import Account, Endpoint, Secret, Security
from mel_desktop.model.errors import (
    Cancelled,
    ConnectionTrouble,
    ErrorCode,
    LocalRefusal,
    MelError,
    ServerBroken,
    ServerSaid,
)
from mel_desktop.model.submission import SubmissionFacts
from mel_desktop.model.values import dataclass
from mel_desktop.net.protocol_trace import smtp_command, smtp_reply
from mel_desktop.net.sasl import Choice, NoWays, Unsound
from mel_desktop.net.smtp_replies import REPLY, Reply, refusal
from mel_desktop.net.smtp_signin import UnknownChallenge, sign_in
from mel_desktop.net.transport import Stream
from mel_desktop.ports import AllRefused, HandedOver, RefusedRecipient, Reports, SubmissionReceipt
from mel_desktop.signin_ports import SignInWays

HELLO: Final = "[127.0.0.1]"
MAX_LINE: Final = 4096
MAX_REPLY_LINES: Final = 200
MAX_EXTENSIONS: Final = 100
SLICE: Final = 64 * 1024
WINDOW: Final = 50  # recipients sent ahead with PIPELINING
STEP_S: Final = 0.5
LONGEST_ENVELOPE_ID: Final = 100  # RFC 3461 4.4
_NOT_UNDERSTOOD: Final = frozenset({500, 501, 502, 503, 504})
_NO_SUCH_PARAMETER: Final = frozenset({501, 504, 555})
_LAST_OCTETS: Final = 2
NO_CHUNKS: Final = "chunks-not-understood"  # offered, and yet BDAT is not known


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds for each step (RFC 5321 4.5.3.2 as upper bounds that people can bear)."""

    connect: float = 20.0
    command: float = 60.0
    final: float = 300.0  # after the final dot: hanging up too early makes doubles
    closing: float = 5.0  # for that last reply when the program closes
    envelope: float = 600.0  # from the greeting to the last recipient's reply, all together


class SmtpSession:
    """Used by one thread; any may ``abort`` it."""

    def __init__(
        self,
        stream: Stream,
        way: Endpoint,
        deadlines: Deadlines,
        ways: SignInWays | None = None,
    ) -> None:
        self._stream = stream
        self._trace = stream.trace
        self._ways = ways or NoWays()
        self._place: dict[str, str | int] = {"host": way.host, "port": way.port}
        self._security = way.security
        self._deadlines = deadlines
        self._extensions: dict[str, str] = {}
        self._says_hello = False
        self._is_polite = False
        self._end_has_left = False
        self._hurry_until: float | None = None
        self._envelope_until = time.monotonic() + deadlines.envelope
        self._utf8 = False
        self.avoids_chunks = False  # set by who knows that this server does not understand them

    # -- sign-in -----------------------------------------------------------------------------------

    def greet(self) -> None:
        """What the server says first."""
        greeting = self._reply(self._deadlines.command)
        if greeting.code != 220:
            raise refusal(greeting, "connect")

    def begin(self, account: Account, password: Secret) -> None:
        """TLS where it is not up yet, EHLO, sign-in."""
        self.secure()
        try:
            sign_in(
                self._command,
                self.mechanisms,
                account,
                password,
                Choice(self._ways, account.smtp, account.login),
                self._stream.peer_certificate(),
            )
        except UnknownChallenge:
            raise self._broken("auth-challenge") from None
        except Unsound:
            raise self._broken("unproven") from None
        self._is_polite = True

    def secure(self) -> None:
        """TLS where it is not up yet, and EHLO: as far as one gets without a password."""
        self._hello()
        if self._security is Security.STARTTLS:
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

    @property
    def mechanisms(self) -> list[str]:
        """What AUTH (RFC 4954) said after EHLO."""
        return self._extensions.get("AUTH", "").upper().replace("=", " ").split()

    def _hello(self) -> None:
        self._says_hello = True
        answer = self._command(f"EHLO {HELLO}")
        self._says_hello = False
        if not answer.is_good:
            raise refusal(answer, "ehlo")
        for line in answer.text.split("\n")[1 : MAX_EXTENSIONS + 1]:
            name, _, parameters = line.strip().partition(" ")
            self._extensions[name.upper()] = parameters

    @property
    def facts(self) -> SubmissionFacts:
        """What EHLO said."""
        known = frozenset(
            name for name in self._extensions if name.isascii() and name.isprintable()
        )
        return SubmissionFacts(self.size_limit, self._recipient_limit, known)

    @property
    def size_limit(self) -> int:
        """What SIZE (RFC 1870) said after EHLO; 0 for no limit or none told."""
        return _number(self._extensions.get("SIZE", ""))

    @property
    def _recipient_limit(self) -> int:
        """RCPTMAX of LIMITS (RFC 9422); 0 where it is not told."""
        for word in self._extensions.get("LIMITS", "").upper().split():
            name, _, value = word.partition("=")
            if name == "RCPTMAX":
                return _number(value)
        return 0

    # -- the message -------------------------------------------------------------------------------

    def hand_over(
        self,
        sender: str,
        recipients: Sequence[str],
        data: bytes,
        before_final_dot: HandedOver | None,
        reports: Reports | None,
    ) -> SubmissionReceipt:
        """Envelope, bytes, their end, reply."""
        size, limit = len(data), self.size_limit
        if 0 < limit < size:
            raise ServerSaid(ErrorCode.MESSAGE_TOO_LARGE, limit=limit, size=size)
        self._check_letters(sender, recipients, data)
        reports = reports if "DSN" in self._extensions else None
        refused = self._envelope(sender, recipients, data, reports)
        if self._trace is not None:
            self._trace.note(f"C: {size} octets of message")
        began = time.monotonic()
        in_chunks = "CHUNKING" in self._extensions and not self.avoids_chunks
        if in_chunks:
            self._send_chunk(data)
            end = data[-_LAST_OCTETS:]
        else:
            self._send_lines(data)
            end = b".\r\n"
        if before_final_dot is not None:
            before_final_dot(refused)
            self._listen_for_refusal(in_chunk=in_chunks)
        receipt = self._end_message(end, refused)
        self._stream.meter.note_upload(size, time.monotonic() - began)
        return receipt

    def _check_letters(self, sender: str, recipients: Sequence[str], data: bytes) -> None:
        """Nothing leaves that the server has not said it takes."""
        self._utf8 = not all(one.isascii() for one in (sender, *recipients))
        if self._utf8 and "SMTPUTF8" not in self._extensions:
            raise ServerSaid(ErrorCode.NO_SMTPUTF8)
        if not data.isascii():
            # Of the headers, only one with such an address has letters beyond ASCII (RFC 6532);
            # of the rest, only an attached message (RFC 2046 5.2.1), which asks for 8BITMIME alone.
            if not data[: data.find(b"\r\n\r\n")].isascii():
                if "SMTPUTF8" not in self._extensions:
                    raise ServerSaid(ErrorCode.NO_SMTPUTF8)
                self._utf8 = True
            if "8BITMIME" not in self._extensions:
                raise LocalRefusal(ErrorCode.USAGE, why="eight-bit")

    def _envelope(
        self, sender: str, recipients: Sequence[str], data: bytes, reports: Reports | None
    ) -> tuple[RefusedRecipient, ...]:
        mail = self._mail(sender, data, reports)
        commands = [f"RCPT TO:<{one}>{_notify(one, reports)}" for one in recipients]
        answers: list[Reply] = []
        ahead = WINDOW if "PIPELINING" in self._extensions else 1
        if ahead > 1:
            first, *answers = self._commands([mail, *commands[:ahead]])
            commands = commands[ahead:]
        else:
            first = self._command(mail)
        if first.code in _NO_SUCH_PARAMETER and reports is not None:
            return self._envelope(sender, recipients, data, None)  # it promised more than it knows
        if not first.is_good:
            raise refusal(first, "mail")
        while commands:
            answers += self._commands(commands[:ahead])
            commands = commands[ahead:]
        return _refused(recipients, answers)

    def _mail(self, sender: str, data: bytes, reports: Reports | None) -> str:
        words = [f"MAIL FROM:<{sender}>"]
        if "SIZE" in self._extensions:
            words.append(f"SIZE={len(data)}")
        if not data.isascii():
            words.append("BODY=8BITMIME")
        if self._utf8:
            words.append("SMTPUTF8")
        if reports is not None:
            words.append("RET=HDRS")
            if identity := xtext(reports.envelope_id, LONGEST_ENVELOPE_ID):
                words.append(f"ENVID={identity}")
        return " ".join(words)

    def _send_lines(self, data: bytes) -> None:
        """DATA and the bytes with dots stuffed (RFC 5321 4.5.2), all but the final dot."""
        answer = self._command("DATA")
        if answer.code != 354:
            if answer.is_good:
                raise self._broken("data-answered-too-well")
            raise refusal(answer, "data")
        for piece in stuffed(data):
            self._stream.sendall(piece)
            self._listen_for_refusal()

    def _send_chunk(self, data: bytes) -> None:
        """BDAT and the bytes as they are (RFC 3030), all but the last two."""
        self._listen_for_refusal()
        self._is_polite = False  # what follows the command is message, whatever we say
        self._stream.sendall(b"BDAT %d LAST\r\n" % len(data))
        for start in range(0, len(data) - _LAST_OCTETS, SLICE):
            self._stream.sendall(data[start : min(start + SLICE, len(data) - _LAST_OCTETS)])
            self._listen_for_refusal(in_chunk=True)

    def _listen_for_refusal(self, *, in_chunk: bool = False) -> None:
        """Stop when the server speaks before the end of the message."""
        if self._stream.wait_line(time.monotonic(), MAX_LINE):
            answer = self._reply(self._deadlines.command)
            self._is_polite = False  # we are inside the message: QUIT would become text
            if in_chunk and answer.code in _NOT_UNDERSTOOD:
                raise self._broken(NO_CHUNKS)
            if answer.code >= 400:
                raise refusal(answer, "data")
            raise self._broken("early-reply")

    def _end_message(self, end: bytes, refused: tuple[RefusedRecipient, ...]) -> SubmissionReceipt:
        self._is_polite = False
        self._end_has_left = True
        try:
            self._stream.sendall(end)
            answer = self._reply(self._deadlines.final)
        except (ConnectionTrouble, ServerBroken, Cancelled) as error:
            raise ServerSaid(ErrorCode.SENDING_UNKNOWN, why=error.code.text) from error
        self._is_polite = answer.code != 421
        if answer.is_good:
            return SubmissionReceipt(refused)
        if answer.code < 400:  # neither taken nor refused
            raise ServerSaid(ErrorCode.SENDING_UNKNOWN, reply=answer.code)
        if answer.code in _NOT_UNDERSTOOD and not end.startswith(b"."):
            raise self._broken(NO_CHUNKS)
        raise refusal(answer, "end")

    # -- the wire ----------------------------------------------------------------------------------

    def _command(self, line: str) -> Reply:
        return self._commands([line])[0]

    def _commands(self, lines: Sequence[str]) -> list[Reply]:
        """Send lines in one go, read a reply to each."""
        if self._stream.wait_line(time.monotonic(), MAX_LINE):
            answer = self._reply(self._deadlines.command)
            if answer.code == 421:  # the server hangs up and says so
                raise refusal(answer, "connect")
            raise self._broken("early-reply")
        if self._trace is not None:
            for line in lines:
                self._trace.note(f"C: {smtp_command(line)}")
        sent = "".join(f"{line}\r\n" for line in lines)
        self._stream.sendall(sent.encode("utf-8" if self._utf8 else "ascii"))
        if time.monotonic() > self._envelope_until:  # each reply in time, and yet no end of it
            self._is_polite = False
            raise ConnectionTrouble(ErrorCode.TIMED_OUT, **self._place)
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
            match = REPLY.fullmatch(self._stream.read_line(MAX_LINE).rstrip(b"\r\n"))
            if match is None or (code and int(match.group(1)) != code):
                raise self._broken("reply")
            code = int(match.group(1))
            texts.append(match.group(3).decode("utf-8", "replace"))
            if match.group(2) != b"-":
                if self._trace is not None:
                    told = smtp_reply(code, "\n".join(texts), extensions=self._says_hello)
                    self._trace.note(f"S: {told}")
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
        """Before the end has left: drop the line. After it: the reply has a few seconds left."""
        if self._end_has_left:
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


def has_sound_line_ends(data: bytes) -> bool:
    """Only CRLF, and one at the end (SMTP smuggling: CVE-2023-51764)."""
    ends = data.count(b"\r\n")
    return data.endswith(b"\r\n") and data.count(b"\r") == ends == data.count(b"\n")


def stuffed(data: bytes) -> Iterator[bytes]:
    """Slices that end at a line end, a dot doubled where it begins a line."""
    start = 0
    while start < len(data):
        end = data.find(b"\n", min(start + SLICE, len(data)) - 1) + 1
        piece = data[start : end or len(data)]
        start += len(piece)
        doubled = piece.replace(b"\n.", b"\n..")
        yield b"." + doubled if doubled.startswith(b".") else doubled


def xtext(text: str, longest: int = 400) -> str:
    """RFC 3461 section 4; "" for what is not ASCII or gets too long."""
    if not text.isascii() or not text.isprintable():
        return ""
    coded = "".join(
        char if "!" <= char <= "~" and char not in "+=" else f"+{ord(char):02X}" for char in text
    )
    return coded if len(coded) <= longest else ""


def _notify(recipient: str, reports: Reports | None) -> str:
    if reports is None:
        return ""
    wanted = "SUCCESS,FAILURE,DELAY" if reports.on_success else "FAILURE,DELAY"
    original = xtext(recipient)
    return f" NOTIFY={wanted}" + (f" ORCPT=rfc822;{original}" if original else "")


def _refused(recipients: Sequence[str], answers: Sequence[Reply]) -> tuple[RefusedRecipient, ...]:
    refused = []
    for address, answer in zip(recipients, answers, strict=True):
        if answer.code == 421:
            raise refusal(answer, "rcpt")
        if not answer.is_good:
            refused.append(RefusedRecipient(address, answer.code, answer.shown))
    if len(refused) == len(recipients):
        temporary = [answer for answer in answers if answer.is_temporary]
        raise AllRefused(refusal(temporary[0] if temporary else answers[0], "rcpt"), tuple(refused))
    return tuple(refused)


def _number(text: str) -> int:
    return int(text[:18]) if text.isdecimal() and text.isascii() else 0
