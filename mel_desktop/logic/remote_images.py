"""Which remote pictures of a message are there to be looked at, and which to report who reads.

Pure. A tracking picture is never fetched, whatever was allowed: it has nothing to show. Told by its
size, its being hidden, the address of a known service, or a token in an address without a size.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import Final
from urllib.parse import urlsplit

from mel_desktop.model.remote_images import Following

SCHEME: Final = "mel-remote"
MOST_ADDRESS: Final = 2000
TOKEN_LENGTH: Final = 24
TOKEN_BITS: Final = 3.0  # a character; words of a language have fewer kinds of characters

_PLACE: Final = re.compile(r"mel-remote:(\d{1,4})")
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


def place(address: str) -> int | None:
    """The number of a picture from its ``mel-remote:N``; None for anything else."""
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
