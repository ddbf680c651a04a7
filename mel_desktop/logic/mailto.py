"""A ``mailto:`` address as what a new message begins with (RFC 6068). Pure.

Rule 1: to, cc, bcc, subject and body are taken; nothing else. A web page may not choose a file to
be attached, a sender, or any other header; what was left out is named, so that it can be said.
Rule 2: nothing in it can start a header or a line of one: control characters become spaces.
Rule 3: it is bounded, and never sent by itself: a person sees it in a composer first.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import unquote_to_bytes

from mel_desktop.logic import recipients
from mel_desktop.model.errors import ErrorCode, LocalRefusal, MelError
from mel_desktop.model.mail import Address
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.model.patterns import late
from mel_desktop.model.values import dataclass

SCHEME: Final = "mailto:"
MOST_OCTETS: Final = 256 * 1024
MOST_ADDRESSES: Final = 500
MOST_SUBJECT: Final = 1000
MOST_BODY: Final = 64 * 1024
TAKEN: Final = frozenset({"to", "cc", "bcc", "subject", "body"})
_CONTROLS: Final = late(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_CONTROLS_OF_TEXT: Final = late(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_HIDDEN: Final = late("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_NAME: Final = late(r"[a-z][a-z0-9-]{0,30}")


@dataclass(frozen=True, slots=True)
class Asked:
    """``left_out``: names of fields that were not taken, in order; ``bad``: how many addresses
    were none or too many.
    """

    content: DraftContent
    left_out: tuple[str, ...] = ()
    bad: int = 0


def is_mailto(text: str) -> bool:
    """Whether this is such an address at all."""
    return text[: len(SCHEME)].lower() == SCHEME


def read_mailto(text: str) -> Asked:
    """What it asks for. LocalRefusal(USAGE): it is none, or beyond all bounds."""
    if not is_mailto(text) or len(text) > MOST_OCTETS:
        raise LocalRefusal(ErrorCode.USAGE, why="mailto")
    rest = text[len(SCHEME) :].partition("#")[0]
    path, _, query = rest.partition("?")
    lists: dict[str, list[str]] = {"to": _pieces(path), "cc": [], "bcc": []}
    subject, body = "", ""
    left_out: list[str] = []
    for field in query.split("&"):
        name, _, value = field.partition("=")
        name = _decoded(name).strip().lower()
        if name in lists:
            lists[name] += _pieces(value)
        elif name == "subject":
            subject = subject or _line(_decoded(value))[:MOST_SUBJECT]
        elif name == "body":
            body = f"{body}\n{_text(_decoded(value))}" if body else _text(_decoded(value))
        elif name:
            shown = name if _NAME.fullmatch(name) else "?"
            if shown not in left_out and len(left_out) < 10:
                left_out.append(shown)
    room, bad = MOST_ADDRESSES, 0
    taken: dict[str, tuple[Address, ...]] = {}
    for name, pieces in lists.items():
        found: list[Address] = []
        for piece in pieces:
            address = _address(piece) if len(found) < room else None
            if address is None:
                bad += 1
            else:
                found.append(address)
        room -= len(found)
        taken[name] = tuple(found)
    content = DraftContent(
        to=taken["to"], cc=taken["cc"], bcc=taken["bcc"], subject=subject, text=body[:MOST_BODY]
    )
    return Asked(content, tuple(left_out), bad)


def _pieces(encoded: str) -> list[str]:
    """Addresses of a list; the comma between two is not encoded, one within a name is.

    Many writers encode the former too: ``a%40b%2Cc%40d`` is two.
    """
    pieces = []
    for piece in encoded.split(","):
        decoded = _line(_decoded(piece))
        whole = decoded.count("@") < 2 or '"' in decoded
        pieces += [decoded] if whole else decoded.split(",")
    return [one.strip() for one in pieces if one.strip()]


def _address(text: str) -> Address | None:
    try:
        found = recipients.parse(text)
        return recipients.check(found)[0] if len(found) == 1 else None
    except MelError:
        return None


def _decoded(text: str) -> str:
    """Percent-encoded UTF-8; "+" is itself (RFC 6068 5)."""
    return unquote_to_bytes(text).decode("utf-8", "replace")


def _line(text: str) -> str:
    return _HIDDEN.sub("", _CONTROLS.sub(" ", text)).strip()


def _text(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _HIDDEN.sub("", _CONTROLS_OF_TEXT.sub("", lines))
