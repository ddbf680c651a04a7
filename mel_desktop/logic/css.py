"""Style declarations that mail may keep: properties and values by allow-list, nothing that fetches.

A value is a row of numbers, lengths, colours, plain words and quoted font names; any other token
(url(), expression(), var(), a backslash ...) drops the declaration. Linear; never raises.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

STYLE_CAP: Final = 4000  # characters of one style attribute
SHEET_CAP: Final = 200_000
RULE_CAP: Final = 2000

Style = dict[str, str]

_PROPERTIES: Final = frozenset({
    "background", "background-color", "border", "border-bottom", "border-bottom-color",
    "border-bottom-style", "border-bottom-width", "border-collapse", "border-color", "border-left",
    "border-left-color", "border-left-style", "border-left-width", "border-radius", "border-right",
    "border-right-color", "border-right-style", "border-right-width", "border-spacing",
    "border-style", "border-top", "border-top-color", "border-top-style", "border-top-width",
    "border-width", "box-sizing", "caption-side", "clear", "color", "direction", "display",
    "empty-cells", "float", "font", "font-family", "font-size", "font-stretch", "font-style",
    "font-variant", "font-weight", "height", "hyphens", "letter-spacing", "line-height",
    "list-style", "list-style-position", "list-style-type", "margin", "margin-bottom",
    "margin-left", "margin-right", "margin-top", "max-height", "max-width", "min-height",
    "min-width", "opacity", "orphans", "outline", "overflow", "overflow-wrap", "padding",
    "padding-bottom", "padding-left", "padding-right", "padding-top", "page-break-after",
    "page-break-before", "page-break-inside", "table-layout", "text-align", "text-decoration",
    "text-decoration-color", "text-decoration-line", "text-decoration-style", "text-indent",
    "text-overflow", "text-transform", "unicode-bidi", "vertical-align", "visibility",
    "white-space", "widows", "width", "word-break", "word-spacing", "word-wrap",
})  # fmt: skip
_NUMBER: Final = r"\d{1,4}(?:\.\d{0,10})?|\.\d{1,10}"
_TOKEN: Final = re.compile(
    rf"""\s*(?:
        [+]?(?:{_NUMBER})(?:px|pt|em|rem|ex|ch|cm|mm|in|pc|vw|vh|%)?(?![\w(%])
      | -(?:\d{{1,2}}(?:\.\d{{0,10}})?|\.\d{{1,10}})(?:px|pt|em|ex|cm|mm|in|pc|%)?(?![\w(%])
      | \#[0-9a-fA-F]{{3,8}}(?!\w)
      | (?:rgb|rgba|hsl|hsla)\(\s*[\d.%\s,/deg-]{{1,60}}\)
      | [a-zA-Z][a-zA-Z0-9-]{{0,40}}(?![\w(\\])
      | "[\w\s.,&+'-]{{0,80}}" | '[\w\s.,&+-]{{0,80}}'
      )\s*[,/]?""",
    re.X,
)
_COLOUR: Final = re.compile(
    r"#[0-9a-fA-F]{3,8}\b|(?:rgb|rgba|hsl|hsla)\(\s*[\d.%\s,/deg-]{1,60}\)|[a-zA-Z]{3,25}"
)
_FONT_SIZE: Final = re.compile(r"(\d{1,4})(?:\.\d+)?(px|pt|em|rem|%|cm|mm|in|pc|vw|vh|ex|ch)?")
_LARGEST: Final = {"px": 200, "pt": 150, "em": 12, "rem": 12, "%": 1000, "ex": 20, "": 200}
_COMMENT: Final = re.compile(r"/\*.*?\*/|/\*.*$|<!--|-->", re.S)
_URL: Final = re.compile(
    r"""(?:url|src|image|image-set)\s*\(\s*["']?\s*([^"')\s;]{1,2000})""", re.I
)
_IMPORT: Final = re.compile(r"""@import\s+["']([^"']{1,2000})""", re.I)
_SELECTOR: Final = re.compile(r"([a-z][a-z0-9]{0,15})?(?:\.([\w-]{1,60}))?", re.I)
_DISPLAYS: Final = frozenset({
    "none", "block", "inline", "inline-block", "table", "table-row", "table-cell", "list-item",
    "inline-table", "table-row-group", "inline-flex", "flex", "contents",
})  # fmt: skip


def urls_of(text: str) -> tuple[str, ...]:
    """What style would fetch."""
    return (*_URL.findall(text[:SHEET_CAP]), *_IMPORT.findall(text[:SHEET_CAP]))


def declarations(text: str) -> Style:
    """The declarations that are kept, in order; later ones win."""
    out: Style = {}
    for piece in _COMMENT.sub(" ", text[:STYLE_CAP]).split(";"):
        name, colon, value = piece.partition(":")
        name = name.strip().lower()
        if not colon or name not in _PROPERTIES:
            continue
        value = re.sub(r"\s+", " ", value.replace("!important", "").replace("! important", ""))
        kept = _value(name, value.strip())
        if kept:
            key, value = kept
            out.pop(key, None)
            out[key] = value
    return out


def to_text(style: Style) -> str:
    """A style attribute."""
    return ";".join(f"{name}:{value}" for name, value in style.items())


def _value(name: str, value: str) -> tuple[str, str] | None:
    if not value or len(value) > 300 or "\\" in value:
        return None
    if name == "background":  # only its colour, and only where nothing else is asked for
        found = _COLOUR.findall(_CALL.sub(" ", value))
        colour = next((hit for hit in found if hit.lower() not in _NOT_COLOURS), None)
        return None if colour is None else ("background-color", colour)
    if name == "display" and value.lower() not in _DISPLAYS:
        return None
    if name == "font-size" and not _is_small(value):
        return None
    position = 0
    while position < len(value):
        token = _TOKEN.match(value, position)
        if token is None or token.end() == position:
            return None
        position = token.end()
    return name, value.replace('"', "'")


_CALL: Final = re.compile(r"(?!rgba?\(|hsla?\()\b[a-zA-Z-]{1,30}\([^)]*\)?")
_NOT_COLOURS: Final = frozenset({
    "none", "repeat", "repeat-x", "repeat-y", "no", "scroll", "fixed", "top", "left", "right",
    "bottom", "center", "inherit", "initial", "unset", "url", "cover", "contain", "auto",
})  # fmt: skip


def _is_small(value: str) -> bool:
    match = _FONT_SIZE.fullmatch(value.strip())
    if match is None:
        return value.replace("-", "").isalpha()
    return int(match[1]) <= _LARGEST.get(match[2] or "", 100)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rules of style blocks with simple selectors: tag, .class, tag.class."""

    by_tag: dict[str, Style] = field(default_factory=dict)
    by_class: dict[str, Style] = field(default_factory=dict)
    by_both: dict[tuple[str, str], Style] = field(default_factory=dict)

    def style(self, tag: str, classes: list[str]) -> Style:
        """What the sheet says of an element, by specificity."""
        out = dict(self.by_tag.get(tag, {}))
        for one in classes[:20]:
            out.update(self.by_class.get(one, {}))
        for one in classes[:20]:
            out.update(self.by_both.get((tag, one), {}))
        return out


def parse_sheet(text: str) -> Sheet:
    """Read a style sheet; what is not simple (media queries, combinators) is passed over."""
    sheet = Sheet()
    text = _COMMENT.sub(" ", text[:SHEET_CAP])
    position = rules = 0
    while rules < RULE_CAP:
        opening = text.find("{", position)
        if opening < 0:
            break
        head = text[position:opening].rpartition(";")[2].strip()
        closing = text.find("}", opening)
        if closing < 0:
            break
        if head.startswith("@"):
            position = _block_end(text, opening)
            rules += 1
            continue
        style = declarations(text[opening + 1 : closing].replace("{", " "))
        for selector in head.split(",")[:50]:
            _add(sheet, selector.strip(), style)
        position = closing + 1
        rules += 1
    return sheet


def _block_end(text: str, opening: int) -> int:
    depth = 0
    for brace in re.finditer(r"[{}]", text[opening:]):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            return opening + brace.end()
    return len(text)


def _add(sheet: Sheet, selector: str, style: Style) -> None:
    match = _SELECTOR.fullmatch(selector)
    if match is None or not style:
        return
    tag, name = (match[1] or "").lower(), match[2] or ""
    if tag and name:
        sheet.by_both.setdefault((tag, name), {}).update(style)
    elif name:
        sheet.by_class.setdefault(name, {}).update(style)
    elif tag:
        sheet.by_tag.setdefault(tag, {}).update(style)
