"""One message of a generated mailbox: headers as a provider leaves them, a text, attachments.

Lines end with LF here, as a Maildir keeps them. Nothing is random but by the given dice.
"""

from __future__ import annotations

import base64
import quopri
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import Header
from email.utils import format_datetime
from html import escape
from typing import Final

from tests.benchmarks.sync import prose

DOMAIN: Final = "ac-exemple.test"
_TYPES: Final = (
    ("application/pdf", "pdf", b"%PDF-1.7\n"),
    ("image/jpeg", "jpg", b"\xff\xd8\xff\xe0"),
    ("application/vnd.oasis.opendocument.text", "odt", b"PK\x03\x04"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx", b"PK\x03"),
    ("image/png", "png", b"\x89PNG\r\n\x1a\n"),
)
_STYLE: Final = (
    'style="margin:0 0 12px 0;font-family:Calibri,Arial,sans-serif;font-size:11pt;color:#222222"'
)
# Share of texts by transfer encoding, as French mail has them.
_ENCODINGS: Final = ("quoted-printable", "8bit", "base64", "latin-1")
_ENCODING_SHARES: Final = (55, 35, 3, 7)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a message is to be. ``size`` is aimed at, not hit."""

    number: int
    size: int
    date: datetime
    attached: bool
    planted: str = ""
    alone: bool = False  # one attachment, not several


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who writes."""

    name: str
    address: str

    def field(self) -> str:
        """As a header has it."""
        return f"{_encoded(self.name)} <{self.address}>"


def people(dice: random.Random, count: int) -> tuple[Person, ...]:
    """Correspondents; the first one owns the mailbox."""
    made = []
    for number in range(count):
        given, family = prose.given_name(dice), prose.surname(dice)
        plain = f"{given}.{family}{number}".lower().replace("é", "e")
        made.append(Person(f"{given} {family}", f"{plain}@{DOMAIN}"))
    return tuple(made)


class Scribe:
    """Makes messages."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.writer = prose.Writer(dice)
        self.people = people(dice, 400)
        self._earlier: list[tuple[str, str]] = []  # Message-ID, subject

    def letter(self, wanted: Wanted) -> bytes:
        """The whole message."""
        long = wanted.size > 4000
        head, title = self._head(wanted, long=long)
        room = max(200, wanted.size - sum(map(len, head)) - 250)
        if wanted.attached:
            body = self._with_attachments(room, title, wanted)
        else:
            body = self._text(room, title, wanted.planted)
        return b"\n".join([*(line.encode("utf-8") for line in head), body])

    # -- header ------------------------------------------------------------------------------------

    def _head(self, wanted: Wanted, *, long: bool) -> tuple[list[str], str]:
        dice = self.dice
        sender = dice.choice(self.people)
        message_id = f"<{dice.getrandbits(80):020x}.{wanted.number}@{DOMAIN}>"
        date = format_datetime(wanted.date)
        lines: list[str] = []
        if long:
            lines += self._trace(date, sender)
        answered = self._earlier and dice.random() < 0.4
        if answered:
            parent, title = dice.choice(self._earlier[-200:])
            title = title if title.startswith("Re: ") else f"Re: {title}"
            lines += [f"In-Reply-To: {parent}", f"References: {parent}"]
        else:
            title = prose.subject(dice)
        self._earlier.append((message_id, title))
        to = [self.people[0], *dice.sample(self.people, dice.choice((0, 0, 0, 1, 2, 8)))]
        lines += [
            f"From: {sender.field()}",
            "To: " + ",\n ".join(one.field() for one in to),
            f"Subject: {_encoded(title)}",
            f"Date: {date}",
            f"Message-ID: {message_id}",
            "MIME-Version: 1.0",
        ]
        if dice.random() < 0.08:
            lines.append(f"List-Id: <equipe-{dice.randint(1, 9)}.listes.{DOMAIN}>")
        return lines, title

    def _trace(self, date: str, sender: Person) -> list[str]:
        """What servers on the way add: it does not compress."""
        dice = self.dice
        lines = [f"Return-Path: <{sender.address}>"]
        for hop in range(3):
            lines += [
                f"Received: from smtp{dice.randint(1, 40)}.{DOMAIN} (smtp{hop}.{DOMAIN}"
                f" [192.0.2.{dice.randint(1, 254)}])",
                f"\tby mx{dice.randint(1, 9)}.{DOMAIN} (Postfix) with ESMTPS id"
                f" {dice.getrandbits(48):012X}",
                f"\tfor <{self.people[0].address}>; {date}",
            ]
        signature = base64.b64encode(dice.randbytes(256)).decode()
        lines += [
            f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={DOMAIN};",
            f"\ts=cle{dice.randint(1, 4)}; h=from:to:subject:date:message-id:mime-version;",
            f"\tbh={base64.b64encode(dice.randbytes(32)).decode()};",
            *(f"\t{'b=' if not at else ''}{signature[at : at + 70]}" for at in range(0, 344, 70)),
            f"Authentication-Results: mx.{DOMAIN}; dkim=pass header.d={DOMAIN}; spf=pass",
            f"X-Spam-Status: No, score=-{dice.random():.3f}, tests=BAYES_00,DKIM_VALID",
            f"X-Mailer: Messagerie {dice.randint(1, 12)}.{dice.randint(0, 9)}",
        ]
        return lines

    # -- bodies ------------------------------------------------------------------------------------

    def _text(self, size: int, title: str, planted: str) -> bytes:
        """A text alone, or beside its HTML. Parts are encoded each in its own way."""
        kind = self.dice.random()
        if kind < 0.13 or size < 900:
            return self._plain(self.writer.paragraphs(size, planted))
        if kind < 0.18:
            return self._html(self.writer.paragraphs(int(size * 0.72), planted), title)
        block = self.writer.paragraphs(int(size * 0.31), planted)
        return self._multipart("alternative", [self._plain(block), self._html(block, title)])

    def _with_attachments(self, size: int, title: str, wanted: Wanted) -> bytes:
        text = min(size // 3, self.dice.randint(500, 4000))
        parts = [self._text(text, title, wanted.planted)]
        left = max(600, size - text)
        count = self.dice.choice((1, 1, 1, 2, 3)) if left > 30_000 and not wanted.alone else 1
        shares = [self.dice.random() + 0.2 for _ in range(count)]
        for share in shares:
            octets = int(left * share / sum(shares) / 1.37)  # base64 and its line ends
            parts.append(self._attachment(octets))
        return self._multipart("mixed", parts)

    def _plain(self, block: Sequence[str]) -> bytes:
        return self._encoded_text("plain", _wrapped("\n\n".join(block)))

    def _html(self, block: Sequence[str], title: str) -> bytes:
        lines = "\n".join(
            f"<p {_STYLE}>{escape(one, quote=False)}</p>".replace("\n", "<br>") for one in block
        )
        return self._encoded_text(
            "html",
            f"<html><head><title>{escape(title)}</title></head>\n<body>\n{lines}\n</body></html>\n",
        )

    def _encoded_text(self, kind: str, text: str) -> bytes:
        (encoding,) = self.dice.choices(_ENCODINGS, weights=_ENCODING_SHARES)
        charset = "iso-8859-1" if encoding == "latin-1" else "utf-8"
        octets = text.replace("’", "'").encode(charset) if charset != "utf-8" else text.encode()
        if encoding == "quoted-printable":
            octets = quopri.encodestring(octets)
        elif encoding == "base64":
            octets = base64.encodebytes(octets)
        name = "8bit" if encoding == "latin-1" else encoding
        head = f"Content-Type: text/{kind}; charset={charset}\nContent-Transfer-Encoding: {name}"
        return head.encode() + b"\n\n" + octets

    def _attachment(self, octets: int) -> bytes:
        dice = self.dice
        media, suffix, magic = dice.choice(_TYPES)
        name = prose.subject(dice).replace(" ", "-").replace("’", "-")
        ascii_name = name.encode("ascii", "replace").decode().replace("?", "_")
        head = (
            f"Content-Type: {media}\n"
            "Content-Transfer-Encoding: base64\n"
            f'Content-Disposition: attachment; filename="{ascii_name}.{suffix}"'
        )
        return head.encode() + b"\n\n" + base64.encodebytes(magic + dice.randbytes(octets))

    def _multipart(self, kind: str, parts: Sequence[bytes]) -> bytes:
        boundary = f"=_{self.dice.getrandbits(96):024x}"
        line = f"--{boundary}".encode()
        head = f'Content-Type: multipart/{kind}; boundary="{boundary}"'.encode()
        blocks = b"".join(line + b"\n" + part.rstrip(b"\n") + b"\n\n" for part in parts)
        return head + b"\n\n" + blocks + line + b"--\n"


def _encoded(text: str) -> str:
    return text if text.isascii() else Header(text, "utf-8", maxlinelen=74).encode()


def _wrapped(text: str) -> str:
    """Each paragraph in lines of at most 76 characters, as mail programs send them."""
    lines = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            if line and len(line) + len(word) > 75:
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}" if line else word
        lines.append(line)
    return "\n".join(lines) + "\n"


def epoch(year: int, month: int, day: int) -> datetime:
    """Midnight UTC of a day."""
    return datetime(year, month, day, tzinfo=UTC)
