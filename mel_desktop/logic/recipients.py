"""Addresses as people type them, checked once, and the envelope that follows from them.

Rule 1: never guess a recipient: what is not plainly an address is refused, by its place.
Rule 2: what comes out fits RFC 5321 (4.5.3.1) in octets. A domain is always in A-labels (RFC 5891),
so that only a local part with letters outside ASCII asks for SMTPUTF8 (RFC 6531); such a one is in
normal form C (RFC 6532 3.1).
Rule 3: an address never appears in an error: only its place and why.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import Address
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.model.patterns import late

MAX_LOCAL: Final = 64
MAX_ADDRESS: Final = 254
MAX_TYPED: Final = 200_000  # characters of one field: some 4,000 recipients

_ATEXT: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\x80-\U0010ffff-]+"
_DOT_ATOM: Final = late(rf"{_ATEXT}(\.{_ATEXT})*")
_QUOTED_LOCAL: Final = late(r'"([\x20\x21\x23-\x5b\x5d-\x7e]|\\[\x20-\x7e])*"')
_NO_LETTERS: Final = ("C", "Z")  # controls, marks of direction, blanks, what is not assigned
_DEVIATIONS: Final = "ßς"  # letters that IDNA 2008 keeps and Python's IDNA 2003 would change
_LABEL: Final = late(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_PLAIN_NAME: Final = late(r"[\w !#$%&'*+/=?^`{|}~’-]*")


def parse(text: str) -> tuple[Address, ...]:
    """The addresses in a typed list; separators are comma, semicolon and line end.

    LocalRefusal(BAD_ADDRESS, position=n, why=...) for the first that cannot be right.
    """
    if len(text) > MAX_TYPED:
        raise LocalRefusal(ErrorCode.BAD_ADDRESS, why="list-too-long")
    found: list[Address] = []
    for position, piece in enumerate(_pieces(text), start=1):
        name, address = _name_and_address(piece, position)
        found.append(Address(_clean_name(name), _checked(address, position)))
    return tuple(found)


def check(addresses: Iterable[Address]) -> tuple[Address, ...]:
    """The same addresses in their final form: trimmed, A-labels, names on one line."""
    return tuple(
        Address(_clean_name(one.name), _checked(one.address.strip(), position))
        for position, one in enumerate(addresses, start=1)
    )


def checked_content(content: DraftContent) -> DraftContent:
    """Recipients in their final form, each address once: To before Cc before Bcc."""
    seen: set[str] = set()

    def once(addresses: tuple[Address, ...]) -> tuple[Address, ...]:
        kept = []
        for one in check(addresses):
            if same_key(one.address) not in seen:
                seen.add(same_key(one.address))
                kept.append(one)
        return tuple(kept)

    to, cc, bcc = once(content.to), once(content.cc), once(content.bcc)
    return replace(content, to=to, cc=cc, bcc=bcc)


def envelope(content: DraftContent) -> tuple[str, ...]:
    """Envelope recipients (RFC 5321 RCPT TO) in order, each once. LocalRefusal(NO_RECIPIENT)."""
    final = checked_content(content)
    addresses = tuple(one.address for one in (*final.to, *final.cc, *final.bcc))
    if not addresses:
        raise LocalRefusal(ErrorCode.NO_RECIPIENT)
    return addresses


def same_key(address: str) -> str:
    """What two spellings of one mailbox share. Local parts differ by case nowhere in practice.

    Not ``casefold``: straße@ and strasse@ are two people.
    """
    return unicodedata.normalize("NFC", address.strip()).lower()


def needs_utf8(address: str) -> bool:
    """Whether only a server with SMTPUTF8 takes this address, in its final form."""
    return not address.isascii()


def domain_of(address: str) -> str:
    """The part after the last @."""
    return address.rpartition("@")[2]


def shown(address: Address) -> str:
    """An address as text that ``parse`` reads back."""
    name = _clean_name(address.name)
    if not name:
        return address.address
    if _PLAIN_NAME.fullmatch(name) and not name.startswith("'"):
        return f"{name} <{address.address}>"
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}" <{address.address}>'


# -- inside ----------------------------------------------------------------------------------------


def _pieces(text: str) -> Iterator[str]:
    """Split at separators outside quotes, angle brackets and comments."""
    piece: list[str] = []
    quoted = escaped = angled = False
    depth = 0
    for char in text:
        if escaped:
            escaped = False
        elif char == "\\" and (quoted or depth):
            escaped = True
        elif char == '"' and not depth:
            quoted = not quoted
        elif not quoted:
            if char == "(" and not angled:
                depth += 1
            elif char == ")" and depth:
                depth -= 1
            elif char == "<" and not depth:
                angled = True
            elif char == ">":
                angled = False
            elif char in "\r\n" or (char in ",;" and not angled and not depth):
                if joined := "".join(piece).strip():
                    yield joined
                piece = []
                angled, depth = False, 0
                continue
        piece.append(char)
    if joined := "".join(piece).strip():
        yield joined


def _name_and_address(piece: str, position: int) -> tuple[str, str]:
    start = _outside_quotes(piece, "<")
    if start >= 0:
        if not piece.endswith(">"):
            raise LocalRefusal(ErrorCode.BAD_ADDRESS, position=position, why="no-closing-bracket")
        name, address = piece[:start].strip(), piece[start + 1 : -1].strip()
        return _unquoted(name), address
    comment = re.fullmatch(r"(\S+)\s*\(([^()]*)\)", piece)  # the old form: a@b (Name)
    if comment:
        return comment.group(2).strip(), comment.group(1)
    return "", piece


def _outside_quotes(piece: str, wanted: str) -> int:
    quoted = escaped = False
    for index, char in enumerate(piece):
        if escaped:
            escaped = False
        elif char == "\\" and quoted:
            escaped = True
        elif char == '"':
            quoted = not quoted
        elif char == wanted and not quoted:
            return index
    return -1


def _unquoted(name: str) -> str:
    if len(name) >= 2 and name[0] == name[-1] == '"':
        return re.sub(r"\\(.)", r"\1", name[1:-1], flags=re.DOTALL)
    if len(name) >= 2 and name[0] == name[-1] == "'":
        return name[1:-1]
    return name


def _clean_name(name: str) -> str:
    """On one line, without control characters and without marks that reorder text on screens."""
    kept = (
        " " if char.isspace() or unicodedata.category(char) == "Cc" else char
        for char in name
        if not 0xD800 <= ord(char) <= 0xDFFF and char not in "\u202a\u202b\u202c\u202d\u202e"
        and char not in "\u2066\u2067\u2068\u2069"
    )  # fmt: skip
    return " ".join("".join(kept).split())


def _checked(address: str, position: int) -> str:
    """The address in its final form, or BAD_ADDRESS with the reason."""

    def refuse(why: str) -> LocalRefusal:
        return LocalRefusal(ErrorCode.BAD_ADDRESS, position=position, why=why)

    local, at, domain = address.rpartition("@")
    if not at or not local or not domain:
        raise refuse("not-an-address")
    local = unicodedata.normalize("NFC", local)
    if not local.isascii() and any(unicodedata.category(c)[0] in _NO_LETTERS for c in local):
        raise refuse("letters-before-at")
    if not (_DOT_ATOM.fullmatch(local) or _QUOTED_LOCAL.fullmatch(local)):
        raise refuse("form-before-at")
    final = _a_labels(domain)
    if final is None:
        raise refuse("domain")
    octets = len(local.encode("utf-8"))
    if octets > MAX_LOCAL or octets + 1 + len(final) > MAX_ADDRESS:
        raise refuse("too-long")
    return f"{local}@{final}"


def _a_labels(domain: str) -> str | None:
    """Lower-case A-labels, or None when this is no domain name. At least two labels."""
    if len(domain) > MAX_ADDRESS:
        return None
    labels = domain.split(".")
    if len(labels) < 2 and domain.lower() != "localhost":
        return None
    made = []
    for label in labels:
        try:
            ascii_label = label if label.isascii() else _a_label(label)
        except UnicodeError:
            return None
        if not _LABEL.fullmatch(ascii_label):
            return None
        made.append(ascii_label.lower())
    if made[-1].isdigit():
        return None  # an IP address without brackets
    return ".".join(made)


def _a_label(label: str) -> str:
    """A label with letters outside ASCII as RFC 5891 has it. UnicodeError."""
    plain = unicodedata.normalize("NFC", "".join(char.lower() for char in label))
    if not set(plain) & set(_DEVIATIONS):
        return label.encode("idna").decode("ascii")
    checked = "".join(char for char in plain if char not in _DEVIATIONS)
    if checked and checked.encode("idna").decode("idna") != checked:
        raise UnicodeError
    return "xn--" + plain.encode("punycode").decode("ascii")
