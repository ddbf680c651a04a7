"""Submission servers that lie, flood, break off or attack (group D of shared/measured)."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from mel_desktop.model.accounts import Security
from tests.support.faulty_smtp import GOOD, Switches

FLOOD = 64 * 1024 * 1024  # octets; who holds them all is over the bound
PIECE = b"x" * 65_536
VERBS = ("EHLO", "AUTH", "MAIL", "RCPT", "DATA", "DOT")
EARLY = ("GREETING", "EHLO")
TAKEN_IN_CLEAR = b"235 2.7.0 ok\r\n250 2.1.0 ok\r\n250 2.1.5 ok\r\n354 go\r\n250 taken\r\n"
BLOB = base64.b64encode(json.dumps({"status": "x" * 5000, "schemes": "http://evil.test"}).encode())


class End(Enum):
    """How a message must stand after the attempt."""

    QUEUED = "queued"
    FAILED = "failed"
    UNKNOWN = "unknown"
    HELD_BACK = "sign-in"  # queued, and the password is not tried again alone


@dataclass(frozen=True)
class Case:
    """One server."""

    name: str
    switches: Switches
    end: End
    security: Security = Security.TLS
    in_clear: bool = False  # it does not even get to TLS: no word of ours may be private


def endless_line() -> Iterator[bytes]:
    yield b"250 "
    for _ in range(FLOOD // len(PIECE)):
        yield PIECE


def endless_reply() -> Iterator[bytes]:
    for _ in range(FLOOD // 6000):
        yield b"250-more\r\n" * 600


def endless_nothing() -> Iterator[bytes]:
    for _ in range(FLOOD // len(PIECE)):
        yield b"\0" * len(PIECE)


def dribble() -> Iterator[bytes]:
    """An octet now and then: each is in time, the line never ends."""
    for _ in range(200):
        yield b"2"
        time.sleep(0.05)


def cases() -> Iterator[Case]:
    """All of them."""
    yield from _before_tls()
    yield from _floods()
    yield from _lies()
    yield from _at_each_verb()


def _before_tls() -> Iterator[Case]:
    def starttls(name: str, switches: Switches, *, in_clear: bool = True) -> Case:
        return Case(name, switches, End.QUEUED, Security.STARTTLS, in_clear)

    plain = {"EHLO": b"250-x\r\n250 AUTH PLAIN LOGIN\r\n"}
    yield starttls("stripped", Switches(replies=plain))
    yield starttls("454", Switches(replies={"STARTTLS": b"454 4.7.0 not now\r\n"}))
    yield starttls("501", Switches(replies={"STARTTLS": b"501 what\r\n"}))
    yield starttls("502-then-auth", Switches(replies={"STARTTLS": b"502 no\r\n"}))
    yield starttls("250-for-220", Switches(replies={"STARTTLS": b"250 fine\r\n"}))
    yield starttls("235-for-220", Switches(replies={"STARTTLS": b"235 signed in\r\n"}))
    yield starttls("injected-reply", Switches(behind_starttls=b"250 AUTH PLAIN\r\n"))
    yield starttls("injected-replies", Switches(behind_starttls=TAKEN_IN_CLEAR))
    yield starttls("injected-half", Switches(behind_starttls=b"25"))
    yield starttls("cut-in-handshake", Switches(cut_in_handshake=True))
    yield starttls("silent-starttls", Switches(silent_at="STARTTLS"))
    yield starttls("cut-starttls", Switches(cut_at="STARTTLS"))
    yield Case("tls-cut-in-handshake", Switches(cut_in_handshake=True), End.QUEUED, in_clear=True)
    for name, greeting in {
        "greets-235": b"235 signed in already\r\n",
        "greets-250": b"250 taken\r\n",
        "greets-http": b"HTTP/1.1 200 OK\r\n",
        "greets-imap": b"* PREAUTH hello\r\n",
        "greets-554": b"554 no service\r\n",
        "greets-twice": b"220 a\r\n220 b\r\n",
    }.items():
        yield starttls(name, Switches(replies={"GREETING": greeting}))


def _floods() -> Iterator[Case]:
    for name, flood in (("line", endless_line), ("reply", endless_reply), ("nul", endless_nothing)):
        for verb in ("GREETING", *VERBS):
            end = End.UNKNOWN if verb == "DOT" else End.QUEUED
            yield Case(f"endless-{name}-{verb}", Switches(floods={verb: flood}), end)
    for verb in ("GREETING", "EHLO", "RCPT", "DOT"):
        end = End.UNKNOWN if verb == "DOT" else End.QUEUED
        yield Case(f"dribble-{verb}", Switches(floods={verb: dribble}), end)
    many = b"".join(b"250-X%d\r\n" % number for number in range(150)) + b"250 AUTH PLAIN\r\n"
    yield Case("150-extensions", Switches(replies={"EHLO": many}), End.QUEUED)
    endless = [b"334 VXNlcm5hbWU6\r\n"] * 300
    yield Case("endless-challenges", Switches(challenges=endless), End.QUEUED)


def _lies() -> Iterator[Case]:
    yield Case("no-auth-offered", _hello(), End.QUEUED)
    yield Case("only-cram-md5", _hello("AUTH CRAM-MD5 NTLM GSSAPI"), End.QUEUED)
    yield Case("blob-as-challenge", Switches(challenges=[b"334 " + BLOB + b"\r\n"]), End.QUEUED)
    yield Case("size-one", _hello("AUTH PLAIN", "SIZE 1"), End.FAILED)
    yield Case(
        "chunking-unknown", _with(_hello("AUTH PLAIN", "CHUNKING"), chunks=False), End.QUEUED
    )
    yield Case("early-250-after-354", Switches(early_dot=True), End.QUEUED)
    yield Case("552-inside", Switches(stop_reading_data=b"552 5.3.4 too big\r\n"), End.FAILED)
    yield Case("451-inside", Switches(stop_reading_data=b"451 4.3.0 later\r\n"), End.QUEUED)
    yield Case("250-inside", Switches(stop_reading_data=b"250 taken\r\n"), End.QUEUED)
    yield Case("250-for-354", Switches(replies={"DATA": b"250 taken\r\n"}), End.QUEUED)
    yield Case("251-for-354", Switches(replies={"DATA": b"251 passed on\r\n"}), End.QUEUED)
    yield Case("taken-and-silent-cut", Switches(cut_after_taking=True), End.UNKNOWN)
    yield Case("354-at-the-end", Switches(replies={"DOT": b"354 more\r\n"}), End.UNKNOWN)
    mixed = b"250-fine\r\n550 no\r\n"
    for verb in ("EHLO", "MAIL", "DATA"):
        yield Case(f"two-codes-{verb}", Switches(replies={verb: mixed}), End.QUEUED)
    yield Case("two-codes-DOT", Switches(replies={"DOT": mixed}), End.UNKNOWN)
    yield Case("all-refused-data-354", Switches(replies={"RCPT": b"550 5.1.1 no\r\n"}), End.FAILED)
    yield Case("sender-refused", Switches(replies={"MAIL": b"553 5.7.1 not you\r\n"}), End.FAILED)
    bells = b"554 5.7.1 \x1b[2J\x07 spam\xff\xe2\x80\xae\r\n"
    yield Case("control-characters", Switches(replies={"DOT": bells}), End.FAILED)


def _at_each_verb() -> Iterator[Case]:
    for verb in ("GREETING", *VERBS):
        last = verb == "DOT"
        yield Case(f"cut-{verb}", Switches(cut_at=verb), End.UNKNOWN if last else End.QUEUED)
        shut = Switches(replies={verb: b"421 4.3.2 going down\r\n"})
        yield Case(f"421-{verb}", shut, End.QUEUED)
        yield Case(f"451-{verb}", Switches(replies={verb: b"451 later\r\n"}), End.QUEUED)
        no = Switches(replies={verb: b"554 5.0.0 no\r\n"})
        refused = End.HELD_BACK if verb == "AUTH" else End.FAILED
        yield Case(f"554-{verb}", no, End.QUEUED if verb in EARLY else refused)
        if not last:
            yield Case(f"early-{verb}", Switches(early_at=verb), End.QUEUED)


def _hello(*extensions: str) -> Switches:
    lines = ["x", *extensions]
    text = "".join(f"250-{one}\r\n" for one in lines[:-1]) + f"250 {lines[-1]}\r\n"
    return Switches(replies={"EHLO": text.encode()})


def _with(switches: Switches, *, chunks: bool) -> Switches:
    switches.chunks = chunks
    return switches


assert set(VERBS) <= set(GOOD)
