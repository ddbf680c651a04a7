"""A letter and its forms on the wire: what eight kinds of mail programs make of the same words.

The bytes are written out here instead of by the ``email`` package, because old programs break its
rules: raw 8-bit headers, Windows-1252 under the name of Latin-1, no MIME at all.
"""

from __future__ import annotations

import base64
import hashlib
import quopri
import zlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from email.utils import format_datetime
from enum import Enum
from html import escape
from urllib.parse import quote

from mel_desktop.demo.files import File
from mel_desktop.model.values import dataclass

CRLF = "\r\n"


class Style(Enum):
    """The mail program that wrote a letter."""

    FLOWED = "flowed"  # UTF-8, 8bit, format=flowed (RFC 3676)
    WEBMAIL = "webmail"  # UTF-8 quoted-printable, text and HTML
    LATIN1 = "latin1"  # ISO-8859-1 quoted-printable, headers too
    LATIN9 = "latin9"  # ISO-8859-15, 8bit
    OUTLOOK = "outlook"  # Windows-1252, HTML with mso classes
    RAW = "raw"  # 8-bit headers without any encoding, Latin-1
    MOBILE = "mobile"  # UTF-8 base64
    ASCII = "ascii"  # no MIME header at all, accents lost


@dataclass(frozen=True, slots=True)
class Correspondent:
    """A name and an address in a header."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Letter:
    """The words, whoever writes them down."""

    sender: Correspondent
    to: tuple[Correspondent, ...]
    subject: str
    text: str
    sent_at: datetime
    message_id: str
    cc: tuple[Correspondent, ...] = ()
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    quoted: tuple[str, ...] = ()  # lines of the letter answered, without ">"


def style_of(address: str) -> Style:
    """The program that somebody uses, always the same one."""
    usual = (Style.FLOWED, Style.WEBMAIL, Style.LATIN1, Style.OUTLOOK, Style.MOBILE, Style.WEBMAIL,
             Style.LATIN9, Style.FLOWED, Style.RAW)  # fmt: skip
    return usual[zlib.crc32(address.encode()) % len(usual)]


def written(letter: Letter, style: Style) -> bytes:
    """The message as it is transported."""
    if style is Style.MOBILE:
        letter = replace(letter, text=letter.text + "\n\nEnvoyé de mon mobile", quoted=())
    charset = {
        Style.LATIN1: "iso-8859-1",
        Style.RAW: "iso-8859-1",
        Style.LATIN9: "iso-8859-15",
        Style.OUTLOOK: "windows-1252",
        Style.ASCII: "us-ascii",
    }.get(style, "utf-8")
    body = _body(letter, style, charset)
    if letter.files:
        parts = [body, *(attachment(file, style) for file in letter.files)]
        body = multipart("mixed", parts, letter.message_id + "mixed")
    head = _head(letter, style, charset)
    if style is Style.ASCII:
        return head + b"\r\n" + body.split(b"\r\n\r\n", 1)[1]
    return head + b"MIME-Version: 1.0\r\n" + body


def encoded(data: str, charset: str) -> bytes:
    """Text in an old charset, as old programs did it: close characters instead of errors."""
    if charset != "utf-8":
        if charset != "windows-1252":
            data = data.translate(_PLAIN)
        if charset == "us-ascii":
            data = data.translate(_UNACCENTED)
    return data.encode(charset, "replace")


def encoded_word(text: str, charset: str, *, q: bool) -> str:
    """RFC 2047 words of at most 75 characters; ASCII text stays as it is."""
    if text.isascii():
        return text
    words, piece = [], ""
    for char in text:
        if len(_word(piece + char, charset, q=q)) > 75:
            words.append(_word(piece, charset, q=q))
            piece = ""
        piece += char
    words.append(_word(piece, charset, q=q))
    return "\r\n ".join(words)


def multipart(kind: str, parts: Sequence[bytes], seed: str, parameters: str = "") -> bytes:
    """Parts, each one with its own header, under a boundary derived from ``seed``."""
    boundary = "=_" + hashlib.sha256(seed.encode()).hexdigest()[:24]
    mark = boundary.encode()
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"{parameters}\r\n\r\n'.encode()
    inner = b"".join(b"--" + mark + b"\r\n" + part.rstrip(b"\r\n") + b"\r\n" for part in parts)
    return head + inner + b"--" + mark + b"--\r\n"


def text_part(
    text: str, charset: str, encoding: str, subtype: str = "plain", parameters: str = ""
) -> bytes:
    """A text part with its header."""
    data = encoded(text.replace("\r\n", "\n").replace("\n", CRLF), charset)
    if encoding == "quoted-printable":
        lines = [quopri.encodestring(line) for line in data.split(b"\r\n")]
        data = b"\r\n".join(line.replace(b"\n", b"\r\n") for line in lines)
    elif encoding == "base64":
        data = _base64(data)
    head = (
        f"Content-Type: text/{subtype}; charset={charset}{parameters}\r\n"
        f"Content-Transfer-Encoding: {encoding}\r\n\r\n"
    )
    return head.encode() + data + b"\r\n"


def attachment(file: File, style: Style, *, inline_id: str = "") -> bytes:
    """A file, its name written the way of the program."""
    if file.name.isascii():
        name, disposition = f'; name="{file.name}"', f'; filename="{file.name}"'
    elif style in (Style.OUTLOOK, Style.LATIN1):
        word = encoded_word(file.name, "iso-8859-1", q=True).replace("\r\n ", "\r\n\t")
        name, disposition = f';\r\n name="{word}"', f';\r\n filename="{word}"'
    elif style is Style.RAW:
        name, disposition = f'; name="{file.name}"', f'; filename="{file.name}"'
    else:
        name, disposition = "", _rfc2231("filename", file.name)
    head = f"Content-Type: {file.media_type}{name}\r\nContent-Transfer-Encoding: base64\r\n"
    if inline_id:
        head += f"Content-ID: <{inline_id}>\r\nContent-Disposition: inline{disposition}\r\n\r\n"
    else:
        head += f"Content-Disposition: attachment{disposition}\r\n\r\n"
    return head.encode("latin-1", "replace") + _base64(file.data) + b"\r\n"


def html_of(text: str) -> str:
    """Paragraphs of a webmail."""
    blocks = [escape(block).replace("\n", "<br>\n") for block in text.strip().split("\n\n")]
    return "<html><body>" + "".join(f"<p>{block}</p>\n" for block in blocks) + "</body></html>"


def outlook_html_of(text: str, extra: str = "") -> str:
    """What Outlook makes of a few lines."""
    blocks = [escape(line) for line in text.strip().split("\n")]
    lines = "".join(
        f'<p class=MsoNormal><span style=\'font-size:11.0pt;font-family:"Calibri",sans-serif;'
        f"color:#1F497D;mso-fareast-language:EN-US'>{line or '&nbsp;'}<o:p></o:p></span></p>\n"
        for line in blocks
    )
    return (
        '<html xmlns:v="urn:schemas-microsoft-com:vml" '
        'xmlns:o="urn:schemas-microsoft-com:office:office" '
        'xmlns:w="urn:schemas-microsoft-com:office:word">\n<head>\n'
        '<meta name=Generator content="Microsoft Word 15 (filtered medium)">\n'
        "<!--[if !mso]><style>v\\:* {behavior:url(#default#VML);}</style><![endif]-->\n"
        "<style><!--\np.MsoNormal, li.MsoNormal {margin:0cm; font-size:11.0pt; "
        'font-family:"Calibri",sans-serif;}\na:link {mso-style-priority:99; color:#0563C1;}\n'
        "@page WordSection1 {size:612.0pt 792.0pt; margin:70.85pt 70.85pt 70.85pt 70.85pt;}\n"
        "--></style>\n"
        '<!--[if gte mso 9]><xml><o:shapedefaults v:ext="edit" spidmax="1026" /></xml><![endif]-->'
        f"\n</head>\n<body lang=FR link=\"#0563C1\" style='word-wrap:break-word'>\n"
        f"<div class=WordSection1>\n{lines}{extra}</div>\n</body>\n</html>"
    )


_PLAIN = str.maketrans({"’": "'", "œ": "oe", "Œ": "Oe", "–": "-", "—": "-", "…": "...", "“": '"',
                        "”": '"', "\u202f": "\xa0"})  # fmt: skip
_UNACCENTED = str.maketrans("àâäçéèêëîïôöùûüÀÂÇÉÈÊÎÔ«»\xa0°", 'aaaceeeeiioouuuAACEEEIO"" o')


def _head(letter: Letter, style: Style, charset: str) -> bytes:
    q = style in (Style.LATIN1, Style.OUTLOOK, Style.LATIN9)

    def words(text: str) -> str:
        if style in (Style.RAW, Style.ASCII):
            return text
        return encoded_word(text, charset, q=q)

    def people(some: Sequence[Correspondent]) -> str:
        return ",\r\n ".join(
            f"{words(one.name) if not one.name.isascii() else phrase(one.name)} <{one.address}>"
            if one.name
            else one.address
            for one in some
        )

    lines = [
        ("Message-ID", f"<{letter.message_id}>"),
        ("Date", format_datetime(letter.sent_at)),
        ("From", people((letter.sender,))),
        ("To", people(letter.to) if letter.to else "undisclosed-recipients:;"),
    ]
    if letter.cc:
        lines.append(("Cc", people(letter.cc)))
    lines.append(("Subject", words(letter.subject)))
    if letter.in_reply_to:
        lines.append(("In-Reply-To", f"<{letter.in_reply_to}>"))
    if letter.references:
        lines.append(("References", "\r\n ".join(f"<{one}>" for one in letter.references)))
    lines += letter.headers
    program = {
        Style.FLOWED: ("User-Agent", "Courrier de bureau 128"),
        Style.OUTLOOK: ("X-Mailer", "Microsoft Outlook 16.0"),
        Style.LATIN1: ("X-Mailer", "Webmel 8"),
    }.get(style)
    if program:
        lines.append(program)
    return b"".join(encoded(f"{name}: {value}{CRLF}", charset) for name, value in lines)


def _body(letter: Letter, style: Style, charset: str) -> bytes:
    text = letter.text.strip() + "\n"
    if letter.quoted:
        text += "\n" + letter.quoted[0] + "\n" + "\n".join(f"> {one}" for one in letter.quoted[1:])
    if style is Style.WEBMAIL:
        return multipart(
            "alternative",
            (
                text_part(text, charset, "quoted-printable"),
                text_part(html_of(text), charset, "quoted-printable", "html"),
            ),
            letter.message_id,
        )
    if style is Style.OUTLOOK:
        return multipart(
            "alternative",
            (
                text_part(text, charset, "quoted-printable"),
                text_part(outlook_html_of(text), charset, "quoted-printable", "html"),
            ),
            letter.message_id,
        )
    if style is Style.FLOWED:
        return text_part(flowed(text), charset, "8bit", parameters="; format=flowed")
    if style is Style.LATIN1:
        return text_part(text, charset, "quoted-printable")
    if style is Style.MOBILE:
        return text_part(text, charset, "base64")
    return text_part(text, charset, "7bit" if style is Style.ASCII else "8bit")


def flowed(text: str, width: int = 72) -> str:
    """RFC 3676: soft line breaks are a space before the end of the line."""
    out = []
    for line in text.split("\n"):
        if line.startswith(">") or line == "-- ":
            out.append(line)
            continue
        rest = f" {line}" if line.startswith((" ", "From ")) else line
        while len(rest) > width and " " in rest[:width]:
            cut = rest.rindex(" ", 0, width) + 1
            out.append(rest[:cut])
            rest = rest[cut:]
        out.append(rest)
    return "\n".join(out)


def phrase(name: str) -> str:
    """A display name, quoted when it holds more than words (RFC 5322 3.2.3)."""
    if all(char.isalnum() or char in " !#$%&'*+-/=?^_`{|}~" for char in name):
        return name
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _word(text: str, charset: str, *, q: bool) -> str:
    data = encoded(text, charset)
    if q:
        inner = "".join(
            chr(octet) if chr(octet).isalnum() and octet < 128 else
            "_" if octet == 32 else f"={octet:02X}"
            for octet in data
        )  # fmt: skip
        return f"=?{charset}?Q?{inner}?="
    return f"=?{charset}?B?{base64.b64encode(data).decode()}?="


def _rfc2231(name: str, value: str) -> str:
    """An extended parameter, cut into numbered pieces when it is long (RFC 2231 3 and 4)."""
    coded = "UTF-8''" + quote(value, safe="")
    if len(coded) <= 60:
        return f";\r\n {name}*={coded}"
    pieces, start = [], 0
    while start < len(coded):
        end = min(start + 50, len(coded))
        while "%" in coded[max(end - 2, start) : end] and end < len(coded):
            end -= 1  # never inside %XX
        pieces.append(coded[start:end])
        start = end
    return "".join(f";\r\n {name}*{number}*={piece}" for number, piece in enumerate(pieces))


def _base64(data: bytes) -> bytes:
    coded = base64.b64encode(data)
    return b"\r\n".join(coded[start : start + 76] for start in range(0, len(coded), 76))
