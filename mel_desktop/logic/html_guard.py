"""HTML made tame before a real parser sees it: bounded in length, depth, tags and repetition.

Measured: the HTML5 parser behind nh3 needs 89 s for 100,000 nested <div> and 5 s for 10,000 nested
<font>. One linear pass here takes away what no honest mail has; the parser's own work is then
linear. This is no sanitiser: what passes is still hostile.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from mel_desktop.model.patterns import late

HTML_CAP: Final = 800_000  # characters
DEPTH_CAP: Final = 120
TAGS_CAP: Final = 30_000  # tags of one document; the text behind stays
TAG_CAP: Final = 4096  # characters of one tag; pictures in data: URLs apart
_LONGEST: Final = 200  # characters of a formatting tag, where nothing more is known
COPIES_CAP: Final = 2_000_000  # characters that the parser may repeat by reopening formatting tags

_TAG: Final = late(r"<(/?)([a-zA-Z][^\s/>]*)([^>]*)>?")
_CONDITIONAL: Final = late(r"<!--\[if[^\]]{0,100}\]>|<!\[(?:end)?if[^\]]{0,100}\]>", re.I)
_PICTURE: Final = late(
    r"""\bsrc\s*=\s*["']?\s*(data:image/[a-z]{3,5};base64,[A-Za-z0-9+/=\s]+)""", re.I
)
_VOID: Final = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
})  # fmt: skip
_SELF_CLOSING: Final = frozenset({  # an open one is closed by the next: not a depth
    "p", "li", "td", "th", "tr", "tbody", "thead", "tfoot", "dd", "dt", "option", "colgroup",
    "html", "head", "body",
})  # fmt: skip
_FORMATTING: Final = frozenset({
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
})  # fmt: skip


class _Pass:
    """State of one pass over a document."""

    def __init__(self) -> None:
        self.open: Counter[str] = Counter()
        self.depth = 0
        self.formatting: list[tuple[str, int]] = []
        self.formatting_length = 0
        self.copies = 0
        self.tags = 0

    def tag(self, match: re.Match[str]) -> str:
        closing, name, rest = match[1], match[2].lower(), match[3]
        self.tags += 1
        if self.tags > TAGS_CAP:
            return " "
        if len(match[0]) > TAG_CAP:
            picture = _PICTURE.search(rest) if name == "img" else None
            return f'<img src="{picture[1]}">' if picture else " "
        if name in _VOID or name in _SELF_CLOSING:
            return self._copy(match[0])
        if closing:
            if self.open[name]:
                self.open[name] -= 1
                self.depth -= 1
                self._close_formatting(name)
            return match[0]
        if self.depth >= DEPTH_CAP:
            return " "
        if name in _FORMATTING:
            if self.copies > COPIES_CAP:
                return ""
            self.formatting.append((name, len(match[0])))
            self.formatting_length += len(match[0])
        self.open[name] += 1
        self.depth += 1
        return self._copy(match[0])

    def _close_formatting(self, name: str) -> None:
        if name in _FORMATTING:
            for index in range(len(self.formatting) - 1, -1, -1):
                if self.formatting[index][0] == name:
                    self.formatting_length -= self.formatting.pop(index)[1]
                    return

    def _copy(self, tag: str) -> str:
        self.copies += self.formatting_length
        if self.copies > COPIES_CAP and self.formatting:
            closing = "".join(f"</{name}>" for name, _ in reversed(self.formatting))
            self.formatting.clear()
            self.formatting_length = 0
            return closing + tag
        return tag


def tame(html: str) -> str:
    """The same document for any honest mail; a smaller one for the others."""
    html = html[:HTML_CAP].replace("\x00", "")
    if not html.isascii():  # half a character pair: no parser takes it
        html = html.encode("utf-8", "replace").decode("utf-8")
    html = _without_conditionals(html)
    return html if _is_honest(html) else _TAG.sub(_Pass().tag, html)


def _is_honest(html: str) -> bool:
    """Whether the pass would change nothing, by a rougher and quicker look."""
    tags = _TAG.findall(html)
    if len(tags) > TAGS_CAP:
        return False
    depth = deepest = formatting = copies = 0
    for closing, name, rest in tags:
        if len(rest) > TAG_CAP - 64:
            return False
        name = name.lower()
        if name in _VOID or name in _SELF_CLOSING:
            copies += formatting
        elif closing:
            depth -= 1
            if name in _FORMATTING:
                formatting = max(0, formatting - 1)
        else:
            depth += 1
            deepest = max(deepest, depth)
            formatting += name in _FORMATTING
            copies += formatting
        if depth < 0:  # more ends than starts: the pass counts each name for itself
            return False
    return deepest < DEPTH_CAP and copies * _LONGEST < COPIES_CAP


def _without_conditionals(html: str) -> str:
    """Outlook's conditional comments: what only Outlook shall see goes."""
    if "[if" not in html and "[IF" not in html and "[endif" not in html:
        return html
    out: list[str] = []
    position = 0
    while match := _CONDITIONAL.search(html, position):
        out.append(html[position : match.start()])
        position = match.end()
        if match[0].startswith("<!--"):
            end = html.find("-->", match.start() + 4)
            if end < 0:
                break
            position = max(position, end + 3)
    out.append(html[position:])
    return "".join(out)
