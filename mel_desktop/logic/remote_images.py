"""Which remote pictures of a message are there to be looked at, and which to report who reads.

Pure. ``read`` goes through ``sanitize``: no address leaves but beside the HTML. A tracking picture
is never fetched, whatever was allowed: it has nothing to show. Told by its size, its being hidden,
the address of a known service, or a token in an address without a size.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from html import unescape
from typing import Final
from urllib.parse import urlsplit

from mel_desktop.logic.html_text import ATTRIBUTE, PLACEHOLDER, TOKEN, is_hidden
from mel_desktop.logic.sanitize import SafeHtml, sanitize
from mel_desktop.model.remote_images import Following, RemoteImage
from mel_desktop.model.values import dataclass

MOST: Final = 300  # pictures of a message that are told apart
MOST_ADDRESS: Final = 2000
TOKEN_BITS: Final = 3.0  # a character; words of a language have fewer kinds of characters

_NUMBERED: Final = re.compile(r""" src="cid:mel-remote-\d{1,4}"([^>]*)>""")
_PLACE: Final = re.compile(r"cid:mel-remote-(\d{1,4})")
_WEB: Final = re.compile(r"(?:https?:)?//", re.I)
_VOID: Final = frozenset({"br", "col", "hr", "img", "wbr"})
_NOTHING: Final = re.compile(r"(?:^|;)\s*max-(?:width|height)\s*:\s*0+(?:\.0*)?(?:px)?\s*(?:;|$)")
_SIZE: Final = re.compile(r"(?:^|;)\s*(width|height)\s*:\s*([^;!]+)", re.I)
_LENGTH: Final = re.compile(r"\s*(\d{1,5})(?:\.\d+)?\s*(?:px)?\s*", re.I)
_ENDING: Final = re.compile(r"\.(?:png|jpe?g|gif|webp|bmp)$", re.I)
_TOKEN: Final = re.compile(r"[A-Za-z0-9_\-+=%~.]{24,}")
# Paths and hosts that services of newsletters use to learn of an opening.
_KNOWN: Final = re.compile(
    r"/(?:wf/open|open\.aspx|track/open|e/o/|trk/open|o\.gif|oo/|open\.php|open/[\w-]{8,}"
    r"|tracking/open|pixel(?:\.gif|\.png)?$|beacon|spacer\.gif|imp\?|opened?/|lt\.php"
    r"|ss/o/|gp/r\.html|mail/open|email/open|e2t/o/|__ptq\.gif|cimp\.gif)"
    r"|^(?:pixel|track(?:ing|er)?|open|beacon|metrics?|stats?|telemetry)\."
    r"|google-analytics\.com/|/collect\?|list-manage\.com/track/|mailtrack\.io/"
    r"|mandrillapp\.com/track/|sendgrid\.net/wf/|doubleclick\.net/",
    re.I,
)


@dataclass(frozen=True, slots=True)
class RemoteHtml:
    """``safe``: as ``sanitize`` has it; ``numbered``: the same with picture N as
    ``cid:mel-remote-N``.
    """

    safe: SafeHtml
    numbered: str = ""
    pictures: tuple[RemoteImage, ...] = ()


class _Numbers(Mapping[str, str]):
    """What ``sanitize`` asks for each picture that is not in the message: a number for each."""

    def __init__(self) -> None:
        self.addresses: list[str] = []

    def __getitem__(self, value: str) -> str:
        if not _WEB.match(value) or len(self.addresses) >= MOST:
            raise KeyError(value)
        self.addresses.append(re.sub(r"[\x00-\x20]+", "", value)[:MOST_ADDRESS])
        return f"mel-remote-{len(self.addresses) - 1}"

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 1  # never as if there were none


def read(html: str) -> RemoteHtml:
    """The safe form of an HTML body and its remote pictures; never raises, linear time."""
    numbers = _Numbers()
    safe = sanitize(html, numbers)
    if not numbers.addresses:
        return RemoteHtml(safe, safe.html)
    blocked = dict.fromkeys((*numbers.addresses, *safe.blocked_remote))
    plain = replace(
        safe,
        html=_NUMBERED.sub(rf'\1 src="{PLACEHOLDER}">', safe.html),
        blocked_remote=tuple(one[:500] for one in blocked)[:200],
    )
    return RemoteHtml(plain, safe.html, _judged(safe.html, numbers.addresses))


def _judged(numbered: str, addresses: list[str]) -> tuple[RemoteImage, ...]:
    """Each picture with the size that the message gives it, and what it is there for."""
    found = [RemoteImage(one, following=Following.HIDDEN) for one in addresses]
    skip = 0
    for token in TOKEN.finditer(numbered):
        closing, tag, attributes = token.groups()
        if tag is None:
            continue
        if skip:
            skip += 0 if tag in _VOID else -1 if closing else 1
            continue
        if closing or not attributes:
            continue
        given: dict[str, str | None] = {
            name: unescape(value) for name, value in ATTRIBUTE.findall(attributes)
        }
        unseen = is_hidden(tag, given.get("style") or "")
        if tag != "img":
            skip = int(unseen and tag not in _VOID)
            continue
        number = place(given.get("src") or "")
        if number is not None and number < len(found):
            found[number] = _picture(addresses[number], given, unseen=unseen)
    return tuple(found)


def _picture(address: str, given: Mapping[str, str | None], *, unseen: bool) -> RemoteImage:
    style = given.get("style") or ""
    sizes = {name.lower(): value for name, value in _SIZE.findall(style)}
    width = length(given.get("width") or "", sizes.get("width", ""))
    height = length(given.get("height") or "", sizes.get("height", ""))
    hidden = unseen or _NOTHING.search(style) is not None
    return RemoteImage(address, width, height, following(address, width, height, hidden=hidden))


def place(address: str) -> int | None:
    """The number of a picture from its ``cid:mel-remote-N``; None for anything else."""
    found = _PLACE.fullmatch(address)
    return int(found[1]) if found else None


def length(*said: str) -> int | None:
    """Pixels, of the first text that says some; percentages and words say none."""
    for one in said:
        found = _LENGTH.fullmatch(one)
        if found:
            return int(found[1])
    return None


def following(
    address: str, width: int | None, height: int | None, *, hidden: bool = False
) -> Following:
    """Whether a picture is there to tell that the message was read, and by what it is known."""
    if hidden:
        return Following.HIDDEN
    if any(one is not None and one <= 1 for one in (width, height)):
        return Following.TINY
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return Following.NOT  # it cannot be fetched either
    rest = parts.path + (f"?{parts.query}" if parts.query else "")
    if _KNOWN.search(f"{host}{rest}") or _KNOWN.search(rest):
        return Following.KNOWN
    if width is None and height is None and not _ENDING.search(parts.path) and _has_token(rest):
        return Following.UNIQUE
    return Following.NOT


def _has_token(text: str) -> bool:
    return any(
        _bits(one[0]) >= TOKEN_BITS and re.search(r"\d", one[0]) is not None
        for one in _TOKEN.finditer(text[:MOST_ADDRESS])
    )


def _bits(text: str) -> float:
    """Entropy of a character, as Shannon has it."""
    counts = Counter(text).values()
    return -sum(one / len(text) * math.log2(one / len(text)) for one in counts)


def kind_of(octets: bytes) -> str:
    """The media type of a picture from its first octets; "" for what is none that is drawn."""
    if octets.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if octets.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if octets.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if octets[:4] == b"RIFF" and octets[8:12] == b"WEBP":
        return "image/webp"
    return "image/bmp" if octets.startswith(b"BM") and len(octets) > 26 else ""


def guessed_size(width: int | None, height: int | None) -> int:
    """Octets that a picture of so many pixels may have, where only the message tells of it."""
    if width is None or height is None:
        return 40_000
    return min(400_000, 2_000 + width * height // 3)
