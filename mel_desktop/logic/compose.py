"""The final bytes of an outgoing message, made once.

Rule 1: output is 7-bit ASCII with CRLF line ends, an attached message of 8 bits apart; header lines
and encoded lines have at most 76 octets where the grammar allows a fold, and no line ever has more
than 998 (RFC 5322 2.1.1). Only where an address in the header has letters outside ASCII is that
header UTF-8 (RFC 6532).
Rule 2: nothing that a person typed can start a header: control characters become a space.
Rule 3: Bcc recipients are in no byte of it (a draft's copy apart), nor is the name of this computer
or program.
Rule 4: bytes come as an iterator; an attachment is never whole in memory.
Rule 5: a picture goes with the HTML that shows it, or not at all.

RFC 5322 (format), 2045-2047 (MIME, encoded words), 2231 (parameters), 3676 (format=flowed), 2387
(multipart/related), 2392 (cid:). Pictures of the text stand beside the HTML, within the alternative
to the plain text; files stand around both:

    mixed ( alternative ( plain, related ( html, picture, ... ) ), file, ... )
The headers are written here and not by ``email``: its folding encodes the comma between two
addresses when it falls into an encoded word (CPython 3.11, CVE-2025-1795).
"""

from __future__ import annotations

import binascii
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

from mel_desktop.logic import attached_message, flowed
from mel_desktop.logic.html_reading import CONTENT_ID, content_ids
from mel_desktop.logic.mime_dates import parse_date
from mel_desktop.logic.recipients import check, domain_of, needs_utf8
from mel_desktop.model.letter import PICTURE_TYPES
from mel_desktop.model.mail import Address
from mel_desktop.model.patterns import late
from mel_desktop.model.values import dataclass

CRLF: Final = b"\r\n"
LINE: Final = 76
MAX_REFERENCES: Final = 20
MAX_SUBJECT: Final = 2000
MAX_NAME: Final = 240
MAX_FILENAME: Final = 120
OUT_BYTES: Final = 64 * 1024
_ATOM_NAME: Final = late(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
_Q_SAFE: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")
_MEDIA_TYPE: Final = late(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,62}/[a-z0-9][a-z0-9!#$&^_.+-]{0,90}")
_MESSAGE_ID: Final = late(r"[\x21-\x3b\x3d\x3f-\x7e]{1,900}")  # visible, without < >
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file to enclose. ``chunks`` gives its octets anew at each call. ``content_id``: a picture
    within the text (RFC 2392, without < >).
    """

    filename: str
    media_type: str
    chunks: Callable[[], Iterable[bytes]]
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """All that the bytes depend on. ``boundary`` is unpredictable (16 random octets in hex)."""

    sender: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    text: str
    date: datetime
    message_id: str  # without < >
    boundary: str
    html: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    reply_to: tuple[Address, ...] = ()
    organisation: str = ""
    receipt_to: str = ""  # who wants to know that it was displayed (RFC 8098)


def new_message_id(address: str, token: bytes) -> str:
    """A Message-ID without < >: random, then the domain of the address (RFC 5322 3.6.4)."""
    return f"{token.hex()}@{domain_of(check((Address('', address),))[0].address)}"


def compose(message: Outgoing, files: Sequence[AttachedFile] = ()) -> Iterator[bytes]:
    """The bytes, in pieces of some 64 KiB. LocalRefusal(BAD_ADDRESS) before the first one."""
    return _collected(_message(message, _headers(message), files))


def compose_draft(
    message: Outgoing, bcc: Sequence[Address], files: Sequence[AttachedFile] = ()
) -> Iterator[bytes]:
    """The bytes of a copy in Drafts: the one place where Bcc is written (RFC 5322 3.6.3)."""
    headers = _headers(message)
    if bcc:
        hidden = check(bcc)
        utf8 = any(needs_utf8(one.address) for one in hidden)
        headers = _addresses("Bcc", hidden, utf8=utf8) + CRLF + headers
    return _collected(_message(message, headers, files))


# -- headers ---------------------------------------------------------------------------------------


def _headers(message: Outgoing) -> bytes:
    sender, reply_to = check((message.sender,)), check(message.reply_to)
    to, cc = check(message.to), check(message.cc)
    utf8 = any(needs_utf8(one.address) for one in (*sender, *reply_to, *to, *cc))
    lines = [
        b"Date: " + _date(message.date),
        _addresses("From", sender, utf8=utf8),
    ]
    if reply_to:
        lines.append(_addresses("Reply-To", reply_to, utf8=utf8))
    if organisation := one_line(message.organisation)[:MAX_SUBJECT]:
        lines.append(_words("Organization", organisation, utf8=utf8))
    if to:
        lines.append(_addresses("To", to, utf8=utf8))
    if cc:
        lines.append(_addresses("Cc", cc, utf8=utf8))
    if not (to or cc):
        lines.append(b"To: undisclosed-recipients:;")
    lines.append(_words("Subject", one_line(message.subject)[:MAX_SUBJECT], utf8=utf8))
    lines.append(_message_ids("Message-ID", (message.message_id,)))
    if message.receipt_to:
        asked = check((Address("", message.receipt_to),))
        lines.append(_addresses("Disposition-Notification-To", asked, utf8=utf8))
    if ids := _valid_ids((message.in_reply_to,)):
        lines.append(_message_ids("In-Reply-To", ids))
    if ids := _valid_ids(message.references):
        if len(ids) > MAX_REFERENCES:  # the first and the newest: what threads hang on
            ids = (ids[0], *ids[1 - MAX_REFERENCES :])
        lines.append(_message_ids("References", ids))
    lines.append(b"MIME-Version: 1.0")
    return CRLF.join(lines) + CRLF


def one_line(text: str) -> str:
    """Without control characters and line ends, so that it cannot begin another header."""
    return "".join(
        " " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char
        for char in text
        if not 0xD800 <= ord(char) <= 0xDFFF
    ).strip()


def written_at(data: bytes) -> datetime | None:
    """The date of finished bytes; None: they are not of ``compose``, which writes it first."""
    field, _, value = data.partition(CRLF)[0].partition(b": ")
    return parse_date(value.decode("ascii", "replace")) if field == b"Date" else None


def dated(data: bytes, date: datetime) -> bytes:
    """Finished bytes of ``compose`` with another date, all else as it was."""
    return b"Date: " + _date(date) + CRLF + data.partition(CRLF)[2]


def _date(date: datetime) -> bytes:
    offset = date.utcoffset()
    if offset is None:
        raise ValueError("the date of a message is aware")
    minutes = int(offset.total_seconds()) // 60
    sign = "-" if minutes < 0 else "+"
    zone = f"{sign}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"
    return (
        f"{_DAYS[date.weekday()]}, {date.day:02} {_MONTHS[date.month - 1]} {date.year:04}"
        f" {date.hour:02}:{date.minute:02}:{date.second:02} {zone}"
    ).encode("ascii")


def _valid_ids(ids: Iterable[str]) -> tuple[str, ...]:
    """Ids fit to be written; those that came in broken are left out, each once."""
    return tuple(dict.fromkeys(one for one in ids if _MESSAGE_ID.fullmatch(one)))


def _message_ids(name: str, ids: Sequence[str]) -> bytes:
    return _folded(name, [f"<{one}>" for one in ids])


def _addresses(name: str, addresses: Sequence[Address], *, utf8: bool = False) -> bytes:
    """Every address is one or more unbreakable tokens; the comma sticks to the last of them."""
    tokens: list[str] = []
    for index, one in enumerate(addresses):
        comma = "," if index < len(addresses) - 1 else ""
        if not one.name:
            tokens.append(one.address + comma)
            continue
        tokens += _phrase(one.name, utf8=utf8)
        tokens.append(f"<{one.address}>{comma}")
    return _folded(name, tokens)


def _phrase(name: str, *, utf8: bool = False) -> list[str]:
    """A display name: as it is, quoted, or as encoded words."""
    name = name[:MAX_NAME]
    if not (utf8 or name.isascii()) or "=?" in name or len(name) > LINE - 16:
        return _encoded_words(name, first=LINE - 16)
    if _ATOM_NAME.fullmatch(name):
        return name.split(" ")
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return [f'"{escaped}"']


def _words(name: str, text: str, *, utf8: bool = False) -> bytes:
    """An unstructured header (RFC 5322 3.6.5), readable where it is plain."""
    if not text:
        return f"{name}:".encode("ascii")
    words = text.split(" ")
    plain = (
        (utf8 or text.isascii())
        and "=?" not in text
        and "  " not in text  # a fold would swallow one of them
        and all(len(word) <= LINE - len(name) - 2 for word in words)
    )
    return _folded(name, words if plain else _encoded_words(text, first=LINE - len(name) - 2))


def _folded(name: str, tokens: Sequence[str]) -> bytes:
    """``name: token token ...`` folded before a token that would pass column 76."""
    lines = [f"{name}:"]
    for token in tokens:
        if len(lines[-1]) + 1 + len(token) > LINE and lines[-1].strip() not in ("", f"{name}:"):
            lines.append("")
        lines[-1] += f" {token}"
    return CRLF.join(line.encode("utf-8") for line in lines)


def _encoded_words(text: str, first: int = LINE) -> list[str]:
    """Encoded words (RFC 2047) of at most 75 characters, none with half a character.

    The shorter of Q and B for the whole text; Q uses only what is safe in a phrase as well.
    """
    octets = text.encode("utf-8")
    q_length = sum(1 if octet in _Q_SAFE or octet == 0x20 else 3 for octet in octets)
    use_q = q_length <= (len(octets) + 2) // 3 * 4
    room = 75 - len("=?utf-8?q??=")
    words: list[str] = []
    held, used = "", 0
    limit = min(room, first - len("=?utf-8?q??="))
    for char in text:
        cost = len(_q(char)) if use_q else len(char.encode("utf-8"))
        if held and (used + cost > limit if use_q else (used + cost + 2) // 3 * 4 > limit):
            words.append(_encoded_word(held, use_q=use_q))
            held, used, limit = "", 0, room
        held += char
        used += cost
    words.append(_encoded_word(held, use_q=use_q))
    return words


def _encoded_word(text: str, *, use_q: bool) -> str:
    if use_q:
        return f"=?utf-8?q?{_q(text)}?="
    encoded = binascii.b2a_base64(text.encode("utf-8"), newline=False).decode("ascii")
    return f"=?utf-8?b?{encoded}?="


def _q(text: str) -> str:
    return "".join(
        chr(octet) if octet in _Q_SAFE else "_" if octet == 0x20 else f"={octet:02X}"
        for octet in text.encode("utf-8")
    )


# -- bodies ----------------------------------------------------------------------------------------


def _message(message: Outgoing, headers: bytes, files: Sequence[AttachedFile]) -> Iterator[bytes]:
    yield headers
    pictures = _pictures(message, files)
    parts = [_Enclosed.of(one) for one in files if not one.content_id]
    if not parts:
        yield from _readable(message, pictures)
        return
    boundary = f"=_{message.boundary}m".encode("ascii")
    yield b'Content-Type: multipart/mixed;\r\n boundary="' + boundary + b'"' + CRLF
    if any(one.encoding == "8bit" for one in parts):  # RFC 2045 6.4: what is around says so too
        yield b"Content-Transfer-Encoding: 8bit" + CRLF
    yield CRLF + b"--" + boundary + CRLF
    yield from _readable(message, pictures)
    for part in parts:
        yield CRLF + b"--" + boundary + CRLF
        yield from part.octets()
    yield CRLF + b"--" + boundary + b"--" + CRLF


def _pictures(message: Outgoing, files: Sequence[AttachedFile]) -> list[AttachedFile]:
    """Those that the HTML shows, in its order; others have left the text."""
    held = {
        one.content_id: one
        for one in files
        if CONTENT_ID.fullmatch(one.content_id) and one.media_type.lower() in PICTURE_TYPES
    }
    if not held or not message.html:
        return []
    return [held[one] for one in content_ids(message.html) if one in held]


def _readable(message: Outgoing, pictures: Sequence[AttachedFile]) -> Iterator[bytes]:
    """The text, or text and HTML as alternatives, headers included."""
    text = flowed.encode(message.text)
    if not message.html:
        yield from _text_part(b"plain", b"; format=flowed", text)
        return
    mark = f"=_{message.boundary}a".encode("ascii")
    yield b'Content-Type: multipart/alternative;\r\n boundary="' + mark + b'"' + CRLF + CRLF
    yield b"--" + mark + CRLF
    yield from _text_part(b"plain", b"; format=flowed", text)
    yield CRLF + b"--" + mark + CRLF
    yield from _shown(message, pictures)
    yield CRLF + b"--" + mark + b"--" + CRLF


def _shown(message: Outgoing, pictures: Sequence[AttachedFile]) -> Iterator[bytes]:
    """The HTML, with what it shows."""
    html = "\r\n".join(flowed.lines(message.html))
    if not pictures:
        yield from _text_part(b"html", b"", html)
        return
    mark = f"=_{message.boundary}r".encode("ascii")
    yield (
        b'Content-Type: multipart/related; type="text/html";\r\n boundary="' + mark + b'"'
        + CRLF + CRLF
    )  # fmt: skip
    yield b"--" + mark + CRLF
    yield from _text_part(b"html", b"", html)
    for one in pictures:
        yield CRLF + b"--" + mark + CRLF
        yield _file_headers(one, one.media_type.strip().lower(), "base64", disposition="inline")
        yield from _base64(one.chunks())
    yield CRLF + b"--" + mark + b"--" + CRLF


def _text_part(subtype: bytes, parameters: bytes, text: str) -> Iterator[bytes]:
    """``text`` has CRLF line ends only."""
    octets = text.encode("utf-8", "replace")
    if not octets.endswith(CRLF):
        octets += CRLF
    if octets.isascii() and all(len(line) <= 78 for line in octets.split(CRLF)):
        encoding, body = b"7bit", [octets]
    else:
        quoted = binascii.b2a_qp(octets, istext=True)
        if len(quoted) <= len(octets) * 4 // 3 + 200:
            encoding, body = b"quoted-printable", [quoted]
        else:
            encoding, body = b"base64", list(_base64((octets,)))
    yield b"Content-Type: text/" + subtype + b"; charset=utf-8" + parameters + CRLF
    yield b"Content-Transfer-Encoding: " + encoding + CRLF + CRLF
    yield from body


@dataclass(frozen=True, slots=True)
class _Enclosed:
    """A file and how it travels."""

    file: AttachedFile
    media_type: str
    encoding: str

    @classmethod
    def of(cls, file: AttachedFile) -> _Enclosed:
        """A message goes as it is (RFC 2046 5.2.1: 7bit or 8bit, nothing else); one that cannot,
        and every other composite type (RFC 2045 6.4), as octets.
        """
        media_type = file.media_type.strip().lower()
        if media_type == attached_message.MEDIA_TYPE:
            encoding = attached_message.encoding_of(file.chunks())
            if encoding:
                return cls(file, media_type, encoding)
        if not _MEDIA_TYPE.fullmatch(media_type) or media_type.startswith(
            ("multipart/", "message/")
        ):
            media_type = "application/octet-stream"
        return cls(file, media_type, "base64")

    def octets(self) -> Iterator[bytes]:
        """Headers and content."""
        yield _file_headers(self.file, self.media_type, self.encoding, disposition="attachment")
        if self.encoding == "base64":
            yield from _base64(self.file.chunks())
        else:
            yield from attached_message.with_line_ends(self.file.chunks())


def _file_headers(file: AttachedFile, media_type: str, encoding: str, *, disposition: str) -> bytes:
    if not _MEDIA_TYPE.fullmatch(media_type):
        media_type = "application/octet-stream"
    name = safe_filename(file.filename)
    readable = _ascii_name(name)
    lines = [
        f'Content-Type: {media_type};\r\n name="{readable}"',
        f"Content-Transfer-Encoding: {encoding}",
        *([f"Content-ID: <{file.content_id}>"] if disposition == "inline" else ()),
        f"Content-Disposition: {disposition};\r\n " + _parameter("filename", name),
    ]
    return "\r\n".join(lines).encode("ascii") + CRLF + CRLF


def safe_filename(name: str) -> str:
    """The last component on one line, neither empty nor hidden; the ending survives a cut."""
    name = re.split(r"[/\\]", one_line(name))[-1].strip()
    name = "".join(char for char in name if char not in '"<>|*?:' and char.isprintable())
    name = name.strip(" .") or "attachment"
    if len(name) > MAX_FILENAME:
        stem, dot, ending = name.rpartition(".")
        if not dot or len(ending) > 10:
            return name[:MAX_FILENAME]
        return stem[: MAX_FILENAME - len(ending) - 1] + dot + ending
    return name


def _ascii_name(name: str) -> str:
    """What readers without RFC 2231 show: accents off, at most 60 characters, ending kept."""
    plain = unicodedata.normalize("NFKD", name.replace("œ", "oe").replace("æ", "ae"))
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    plain = "".join(char if " " <= char <= "~" and char not in '\\"' else "_" for char in plain)
    if len(plain) > 60:
        stem, dot, ending = plain.rpartition(".")
        plain = stem[: 59 - len(ending)] + dot + ending if dot and len(ending) < 20 else plain[:60]
    return plain


def _parameter(name: str, value: str) -> str:
    """One parameter: quoted where it is short ASCII, else RFC 2231 with continuations."""
    if value.isascii() and len(value) <= 60 and "\\" not in value and '"' not in value:
        return f'{name}="{value}"'
    encoded = [
        "".join(
            chr(octet)
            if (chr(octet).isalnum() and octet < 128) or octet in b"!#$&+-.^_`{|}~"
            else f"%{octet:02X}"
            for octet in char.encode("utf-8")
        )
        for char in value
    ]
    sections, held = [], "utf-8''"
    for char in encoded:
        if len(held) + len(char) > 55:
            sections.append(held)
            held = ""
        held += char
    sections.append(held)
    if len(sections) == 1:
        return f"{name}*={sections[0]}"
    return ";\r\n ".join(f"{name}*{index}*={one}" for index, one in enumerate(sections))


def _base64(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Lines of 76 characters, a few hundred at a time."""
    step = 57 * 800
    held = bytearray()
    for chunk in chunks:
        held += chunk
        while len(held) >= step:
            yield _base64_lines(bytes(held[:step]))
            del held[:step]
    if held:
        yield _base64_lines(bytes(held))


def _base64_lines(octets: bytes) -> bytes:
    encoded = binascii.b2a_base64(octets, newline=False)
    return b"".join(encoded[at : at + LINE] + CRLF for at in range(0, len(encoded), LINE))


def _collected(pieces: Iterable[bytes]) -> Iterator[bytes]:
    held = bytearray()
    for piece in pieces:
        held += piece
        if len(held) >= OUT_BYTES:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)


def head(message: Outgoing) -> bytes:
    """The headers up to MIME-Version, each with its line end: for other forms of body."""
    return _headers(message)


def text_section(text: str, subtype: bytes = b"plain", parameters: bytes = b"") -> Iterator[bytes]:
    """A text part with its own headers, as every letter has it."""
    yield from _text_part(subtype, parameters, "\r\n".join(flowed.lines(text)))
