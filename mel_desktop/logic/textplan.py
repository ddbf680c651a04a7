"""Which text parts a sync brings, and how many octets it should reckon with. Pure.

On a thrifty line the HTML of an alternative stays on the server where its plain text says the same
(it comes when the message is opened); a plain part that only says "this needs HTML" is no text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mel_desktop.logic.mime import text_sections
from mel_desktop.model.links import LinkProfile
from mel_desktop.model.mail import Part
from mel_desktop.model.sync import Bodies

FULL_LIMIT: Final = 64 * 1024
THRIFTY_LIMIT: Final = 16 * 1024
STUB: Final = 160  # octets: "Your mail program cannot show HTML"
STUB_SHARE: Final = 40  # of an HTML so many times as long


def limit(link: LinkProfile, bodies: Bodies) -> int:
    """Octets of a text part that come at first. Who asks for all texts means long ones too."""
    if link is LinkProfile.FULL or (bodies is Bodies.ALL and link is not LinkProfile.FRUGAL):
        return FULL_LIMIT
    return THRIFTY_LIMIT


def sections(parts: Sequence[Part], link: LinkProfile) -> tuple[Part, ...]:
    """The text parts to bring now; every text that stands alone is among them."""
    texts = text_sections(parts)
    if link is LinkProfile.FULL or len(texts) < 2:
        return texts
    left_out = set()
    for part in texts:
        if part.media_type != "text/plain" or "alternative" not in part.within.split("/"):
            continue
        rivals = [
            one
            for one in texts
            if one.media_type == "text/html" and _alternative(one) == _alternative(part)
        ]
        longest = max((one.size for one in rivals), default=0)
        if part.size > STUB or part.size * STUB_SHARE > longest:
            left_out |= {one.number for one in rivals}
    return tuple(one for one in texts if one.number not in left_out)


def expected(parts: Sequence[Part], most: int) -> int:
    """Octets that these sections will have on the wire, uncompressed."""
    return sum(min(part.size, most) for part in parts)


def _alternative(part: Part) -> tuple[str, ...] | None:
    """The section numbers down to the innermost alternative that a part stands in."""
    names = part.within.split("/")
    if "alternative" not in names:
        return None
    level = len(names) - 1 - names[::-1].index("alternative")
    return tuple(part.number.split(".")[:level])
