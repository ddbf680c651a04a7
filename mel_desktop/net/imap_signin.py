"""From a connected stream to a signed-in one: greeting, STARTTLS, capabilities, one sign-in.

Rule 1: no password leaves before TLS is up. A server without STARTTLS is refused, never accepted in
clear text; one that says PREAUTH is refused too, for STARTTLS would be skipped (RFC 9051, 11.1).
Rule 2: what the server said before TLS is forgotten.
Rule 3: the password is tried once, with one mechanism: SCRAM, PLAIN or LOGIN (net.sasl). Only a
server that does not know the mechanism (BAD, and its greeting says the same) is asked with another:
nothing was tried then. A bearer token (OAuth 2.0) goes by OAUTHBEARER or XOAUTH2 alone.

Where the last sign-in is remembered, AUTHENTICATE and what follows it leave right behind the TLS
handshake, in one write: neither the greeting nor the answer is waited for (RFC 3501 section 5.5).
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from dataclasses import field

from mel_desktop.model.accounts import Endpoint, Secret, Security
from mel_desktop.model.errors import ConnectionTrouble, ErrorCode, LocalRefusal, ServerSaid
from mel_desktop.model.values import dataclass
from mel_desktop.net import bearer
from mel_desktop.net.imap_grammar import Response, Status, astring, read_status
from mel_desktop.net.imap_quirks import Quirks, quirks_of
from mel_desktop.net.imap_refusals import sign_in_refusal
from mel_desktop.net.imap_wire import Parts, Running, Wire
from mel_desktop.net.sasl import Choice, NoWays, Scram, Unsound
from mel_desktop.ports import Hints
from mel_desktop.signin_ports import SignInWays

AT_ONCE = frozenset({"AUTH=PLAIN", "SASL-IR"})  # what one flight needs

# Queues what shall follow the sign-in in its flight. Given the capabilities after sign-in, as far
# as they are known.
Ahead = Callable[[frozenset[str] | None], None]


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who signs in where."""

    endpoint: Endpoint
    login: str
    password: Secret = field(repr=False)
    has_token: bool = False  # the secret is a bearer token

    def plain(self) -> bytes:
        """The initial response of PLAIN (RFC 4616)."""
        name, word = self.octets()
        return b64encode(b"\0%s\0%s" % (name, word))

    def octets(self) -> tuple[bytes, bytes]:
        """Login and password as they go out. LocalRefusal where they cannot."""
        name, word = self.login.encode("utf-8"), self.password.reveal().encode("utf-8")
        if b"\0" in name + word:
            raise LocalRefusal(ErrorCode.USAGE, why="nul-in-password")
        return name, word

    def quoted(self) -> Parts:
        """Both as LOGIN wants them."""
        name, word = self.octets()
        return [astring(name), b" ", astring(word)]


class SignIn:
    """One sign-in. ``is_accepted``: the server took the password; ``is_ahead``: more was sent
    before it said so.
    """

    def __init__(
        self,
        wire: Wire,
        credentials: Credentials,
        ahead: Ahead,
        ways: SignInWays | None = None,
        *,
        patient: bool = False,
    ) -> None:
        self._wire = wire
        self._who = credentials
        self._endpoint = credentials.endpoint
        self._choice = Choice(ways or NoWays(), credentials.endpoint, credentials.login)
        self._ahead = ahead
        self._patient = patient
        self._quirks = Quirks()
        self.greeting = ""
        self.is_accepted = False
        self.is_ahead = False
        self._token_status: str | None = None

    def run(self, hints: Hints | None) -> Hints:
        """Do it all; the capabilities before and after."""
        self._who.octets()
        if hints is not None and (not hints.after or self._patient):
            hints = None
        if hints is not None:
            self._quirks = quirks_of(hints.after, {}, "")
            self._patient = not self._bears(hints.before)
        is_tls = self._endpoint.security is Security.TLS
        if (
            hints is not None
            and is_tls
            and not self._patient
            and not self._takes_turns(hints.before)
        ):
            return self._blind(hints)
        told = self._greet()
        if self._endpoint.security is Security.STARTTLS:
            self._start_tls(told or self._ask())
            told = hints.before if hints is not None else frozenset()
        if not self._wire.stream.is_private:
            raise ConnectionTrouble(
                ErrorCode.TLS, host=self._endpoint.host, port=self._endpoint.port
            )
        before = told or self._ask()
        # A server that knows ENABLE is likely to know the rest; what it does not know it refuses.
        may_guess = hints is not None or ("ENABLE" in before and self._quirks.wrong_guesses is None)
        can_hurry = self._bears(before) and not self._takes_turns(before)
        if may_guess and not self._patient and can_hurry:
            heard = _Heard()
            running = self._put(before, heard, hints.after if hints is not None else None)
            return Hints(before, self._after(self._wire.wait(running), heard))
        after = self._slowly(before)
        # A server that does not bear haste is not hurried the next time either.
        return Hints(before - {"SASL-IR"} if self._patient else before, after)

    def secure(self) -> frozenset[str]:
        """Greeting and TLS, no sign-in; what the server offers in private."""
        told = self._greet()
        if self._endpoint.security is Security.STARTTLS:
            self._start_tls(told or self._ask())
            told = frozenset()
        return told or self._ask()

    def _blind(self, hints: Hints) -> Hints:
        """Everything in one flight, before the greeting has come."""
        heard = _Heard()
        running = self._put(hints.before, heard, hints.after)
        self._wire.flush()
        told = self._greet()
        status = self._wire.wait(running)
        if status.kind == "BAD" and told and not self._bears(told):
            return Hints(told, self._slowly(told))
        return Hints(told or hints.before, self._after(status, heard))

    def _bears(self, before: frozenset[str]) -> bool:
        """Whether sign-in and what follows it may be sent at once."""
        if self._by_login:
            return "LOGINDISABLED" not in before and "LITERAL+" in before
        return before >= AT_ONCE

    def _takes_turns(self, before: frozenset[str]) -> bool:
        """Whether the sign-in is a dialogue, which nothing may follow in the same flight."""
        return self._who.has_token or self._choice.takes_scram(_mechanisms(before))

    @property
    def _by_login(self) -> bool:
        return self._quirks.hurries_by_login or self._quirks.signs_in_by_login

    def _put(self, before: frozenset[str], heard: _Heard, after: frozenset[str] | None) -> Running:
        parts: Parts = [b"AUTHENTICATE PLAIN " + self._who.plain()]
        if self._by_login:
            parts = [b"LOGIN ", *self._who.quoted()]
            self._wire.trust_literals(before)
        running = self._wire.put(parts, heard, barrier=True)
        self.is_ahead = True
        self._ahead(after)
        return running

    def _slowly(self, offered: frozenset[str]) -> frozenset[str]:
        self.is_ahead = False
        heard = _Heard()
        after = self._after(self._authenticate(offered, heard), heard)
        self._ahead(after)
        return after

    def _greet(self) -> frozenset[str]:
        status = self._wire.greeting()
        if status.kind == "PREAUTH":
            raise self._wire.stream.broken("preauth")
        if status.kind == "BYE":
            raise ServerSaid(
                ErrorCode.SERVER_TEMPORARY,
                host=self._endpoint.host,
                port=self._endpoint.port,
                reply=status.code or "BYE",
            )
        self.greeting = status.text
        self._quirks |= quirks_of(frozenset(), {}, status.text)
        return _of(status)

    def _start_tls(self, offered: frozenset[str]) -> None:
        if "STARTTLS" not in offered or self._wire.run([b"STARTTLS"]).kind != "OK":
            raise ConnectionTrouble(
                ErrorCode.NO_TLS_OFFERED, host=self._endpoint.host, port=self._endpoint.port
            )
        self._wire.stream.start_tls()  # refuses what was sent along with the answer

    def _ask(self) -> frozenset[str]:
        heard = _Heard()
        status = self._wire.run([b"CAPABILITY"], heard)
        if status.kind != "OK" or not heard.capabilities:
            raise self._wire.stream.broken("no-capabilities")
        return heard.capabilities

    def _authenticate(self, offered: frozenset[str], heard: _Heard) -> Status:
        mechanisms = _mechanisms(offered)
        if self._who.has_token:
            return self._with_token(mechanisms, "SASL-IR" in offered, heard)
        certificate = self._wire.stream.peer_certificate()
        scram = self._choice.scram(mechanisms, self._who.password, certificate)
        if scram is not None:
            return self._by_scram(scram, "SASL-IR" in offered, heard)
        name, word = self._who.octets()
        by_login = self._quirks.signs_in_by_login and "LOGINDISABLED" not in offered
        if "AUTH=PLAIN" in offered and not by_login:
            if "SASL-IR" in offered:
                return self._wire.dialogue(b"AUTHENTICATE PLAIN " + self._who.plain(), [], heard)
            return self._wire.dialogue(b"AUTHENTICATE PLAIN", [self._who.plain()], heard)
        if "LOGINDISABLED" not in offered:
            return self._wire.run([b"LOGIN ", *self._who.quoted()], heard)
        if "AUTH=LOGIN" in offered:
            replies = [b64encode(name), b64encode(word)]
            return self._wire.dialogue(b"AUTHENTICATE LOGIN", replies, heard)
        raise ServerSaid(
            ErrorCode.SIGN_IN_REFUSED,
            host=self._endpoint.host,
            port=self._endpoint.port,
            reply="no-password-mechanism",
        )

    def _by_scram(self, scram: Scram, at_once: bool, heard: _Heard) -> Status:
        status = self._converse(scram.mechanism, scram.first(), scram.answer, at_once, heard)
        if status.kind == "OK" and not scram.is_proven:
            raise self._wire.stream.broken("unproven")
        return status

    def _with_token(self, mechanisms: frozenset[str], at_once: bool, heard: _Heard) -> Status:
        name = bearer.mechanism(mechanisms)
        if not name:
            raise ServerSaid(
                ErrorCode.ACCESS_CLOSED,
                host=self._endpoint.host,
                port=self._endpoint.port,
                reply="no-token-mechanism",
            )
        first = bearer.first_word(name, self._who.login, self._endpoint, self._who.password)

        def answer(blob: bytes) -> bytes:
            if self._token_status is not None:
                raise Unsound
            self._token_status = bearer.status_of(blob)
            return bearer.acknowledgement(name)

        return self._converse(name, first, answer, at_once, heard)

    def _converse(
        self,
        mechanism: str,
        first: bytes,
        answer: Callable[[bytes], bytes],
        at_once: bool,
        heard: _Heard,
    ) -> Status:
        """AUTHENTICATE with what the mechanism says first, and its answers to challenges."""
        command = b"AUTHENTICATE " + mechanism.encode("ascii")
        waiting = [] if at_once else [first]

        def line(challenge: bytes) -> bytes:
            return b64encode(waiting.pop() if waiting else answer(bearer.decoded(challenge)))

        if at_once:
            command += b" " + b64encode(first)
        try:
            return self._wire.converse(command, line, heard)
        except Unsound:
            raise self._wire.stream.broken("unproven") from None

    def _after(self, status: Status, heard: _Heard) -> frozenset[str]:
        """Capabilities after a sign-in that went well."""
        if status.kind != "OK":
            error = sign_in_refusal(status, heard.alerts, self._endpoint.host, self._endpoint.port)
            if not self._who.has_token:
                self._choice.refused(error)
            raise error
        if not self._who.has_token:
            self._choice.worked()
        self.is_accepted = True
        told = _of(status) or heard.capabilities
        return told if told and not self._quirks.asks_capabilities else self._ask()


def _of(status: Status) -> frozenset[str]:
    """The capabilities of a CAPABILITY code; empty when there is none."""
    return _names(status.value) if status.code == "CAPABILITY" else frozenset()


def _mechanisms(offered: frozenset[str]) -> frozenset[str]:
    """Of SASL; LOGIN also where there is the command of that name."""
    found = frozenset(one[5:] for one in offered if one.startswith("AUTH="))
    return found if "LOGINDISABLED" in offered else found | {"LOGIN"}


def _names(text: str) -> frozenset[str]:
    return frozenset(text.upper().split())


class _Heard:
    """Collects capabilities and alerts while a command runs."""

    def __init__(self) -> None:
        self.capabilities: frozenset[str] = frozenset()
        self.alerts = ""

    def __call__(self, response: Response) -> bool:
        head = response.head
        if head[:13].upper() == b"* CAPABILITY ":
            self.capabilities = _names(head[13:].decode("ascii", "replace"))
            return True
        status = read_status(head[2:])
        if status is None:
            return False
        self.alerts = f"{self.alerts} {status.text}"[-2000:]
        return True
