"""Style declarations that mail may keep: properties and values by allow-list, nothing that fetches.

A value is a row of numbers, lengths, colours, plain words and quoted font names; any other token
(url(), expression(), var(), a backslash ...) drops the declaration. Linear; never raises.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import field
from functools import lru_cache
from typing import Final

from mel_desktop.logic import colours
from mel_desktop.model.patterns import late
from mel_desktop.model.values import dataclass

STYLE_CAP: Final = 4000  # characters of one style attribute
SHEET_CAP: Final = 200_000
RULE_CAP: Final = 2000

Style = dict[str, str]

_PROPERTY_NAMES: Final = """
    accent-color align-content align-items align-self aspect-ratio background background-attachment
    background-clip background-color background-image background-origin background-position
    background-position-x background-position-y background-repeat background-size border
    border-bottom border-bottom-color border-bottom-left-radius border-bottom-right-radius
    border-bottom-style border-bottom-width border-collapse border-color border-left
    border-left-color border-left-style border-left-width border-radius border-right
    border-right-color border-right-style border-right-width border-spacing border-style border-top
    border-top-color border-top-left-radius border-top-right-radius border-top-style
    border-top-width border-width border-block border-block-end border-block-start border-inline
    border-inline-end border-inline-start box-shadow box-sizing box-orient box-decoration-break
    break-after break-before break-inside caption-side caret-color clear color color-adjust
    color-scheme column-count column-fill column-gap column-rule column-rule-color
    column-rule-style column-rule-width column-span column-width columns cursor direction display
    empty-cells fill flex flex-basis flex-direction flex-flow flex-grow flex-shrink flex-wrap float
    font font-family font-feature-settings font-kerning font-language-override
    font-optical-sizing font-size font-size-adjust font-smoothing font-stretch font-style
    font-synthesis font-variant font-variant-alternates font-variant-caps font-variant-east-asian
    font-variant-emoji font-variant-ligatures font-variant-numeric font-variant-position
    font-variation-settings font-weight forced-color-adjust gap grid-column grid-gap grid-row
    grid-template-columns grid-template-rows hanging-punctuation height hyphens
    hyphenate-character image-rendering ime-mode interpolation-mode isolation justify-content
    justify-items justify-self layout-flow layout-grid layout-grid-mode letter-spacing line-break
    line-clamp line-height line-height-step list-style list-style-image list-style-position
    list-style-type margin margin-block margin-block-end margin-block-start margin-bottom
    margin-bottom-alt margin-inline margin-inline-end margin-inline-start margin-left margin-right
    margin-top margin-top-alt max-height max-width min-height min-width nbsp-mode object-fit
    object-position opacity order orphans osx-font-smoothing outline outline-color outline-offset
    outline-style outline-width overflow overflow-anchor overflow-scrolling overflow-wrap overflow-x
    overflow-y padding padding-block padding-block-end padding-block-start padding-bottom
    padding-inline padding-inline-end padding-inline-start padding-left padding-right padding-top
    page page-break-after page-break-before page-break-inside place-content place-items
    pointer-events print-color-adjust punctuation-trim punctuation-wrap quotes resize row-gap
    ruby-align ruby-position scroll-behavior speak stroke stroke-width tab-interval tab-size
    tab-stops table-layout tap-highlight-color text-align text-align-last text-autospace
    text-combine-upright text-decoration text-decoration-color text-decoration-line
    text-decoration-skip text-decoration-skip-ink text-decoration-style text-decoration-thickness
    text-decorations-in-effect text-effect text-emphasis text-fill-color text-indent text-justify
    text-justify-trim text-kashida text-line-through text-orientation text-overflow text-rendering
    text-shadow text-size-adjust text-stroke text-stroke-color text-stroke-width text-transform
    text-underline text-underline-offset text-underline-position text-wrap touch-action
    touch-callout transition transition-delay transition-duration transition-property
    transition-timing-function unicode-bidi user-drag user-modify user-select vertical-align
    visibility white-space white-space-collapse widows width word-break word-spacing word-wrap
    writing-mode
"""
_PROPERTIES: Final = frozenset(_PROPERTY_NAMES.split())
_VENDORS: Final = ("-webkit-", "-moz-", "-ms-", "-o-", "-apple-", "-epub-")
# Harmless with these values alone: elsewhere they fetch, or draw over what stands beside them.
_ONLY: Final = {
    "position": frozenset({"static", "relative", "initial", "unset"}),
    **dict.fromkeys(("top", "left", "right", "bottom"), frozenset({"0", "0px", "0pt", "auto"})),
    **dict.fromkeys(
        (
            "background-image",
            "list-style-image",
            "filter",
            "transform",
            "animation",
            "mask",
            "border-image",
            "border-image-source",
            "mask-image",
            "clip",
            "clip-path",
            "content",
            "backdrop-filter",
            "perspective",
            "will-change",
            "float-offset",
            "shape-outside",
        ),
        frozenset({"none", "initial", "inherit", "unset", "auto", "normal"}),
    ),
    "z-index": frozenset({"0", "1", "auto"}),
    "zoom": frozenset({"1", "100%", "normal"}),
}
_NUMBER: Final = r"\d{1,4}(?:\.\d{0,10})?|\.\d{1,10}"
_TOKEN: Final = late(
    rf"""\s*(?:
        [+]?(?:{_NUMBER})(?:px|pt|em|rem|ex|ch|cm|mm|in|pc|vw|vh|%|s|ms|deg|fr)?(?![\w(%])
      | -(?:\d{{1,2}}(?:\.\d{{0,10}})?|\.\d{{1,10}})(?:px|pt|em|ex|cm|mm|in|pc|%)?(?![\w(%])
      | \#[0-9a-fA-F]{{3,8}}(?!\w)
      | (?:rgb|rgba|hsl|hsla)\(\s*[\d.%\s,/deg-]{{1,60}}\)
      | (?:repeating-)?(?:linear|radial)-gradient\(
        (?:[\w\s.,#%+-]|rgba?\([\d.%\s,/]{{1,60}}\)){{1,300}}\)
      | calc\([\d.%\sa-z+-]{{1,60}}\)
      | -?[^\W\d][\w-]{{0,60}}(?![\w(\\])
      | "[\w\s.,&+'-]{{0,80}}" | '[\w\s.,&+-]{{0,80}}'
      | !\ ?important\b
      )\s*[,/]?""",
    re.X | re.I,
)
_COLOUR: Final = late(
    r"#[0-9a-fA-F]{3,8}\b|(?:rgb|rgba|hsl|hsla)\(\s*[\d.%\s,/deg-]{1,60}\)|[a-zA-Z]{3,25}"
)
_FONT_SIZE: Final = late(
    r"(?=[\d.])(\d{0,4})(?:\.\d{1,10}|\.)?(px|pt|em|rem|%|cm|mm|in|pc|vw|vh|ex|ch)?"
)
_LARGEST: Final = {"px": 200, "pt": 150, "em": 12, "rem": 12, "%": 1000, "ex": 20, "": 200}
_COMMENT: Final = late(r"/\*.*?\*/|/\*.*$|<!--|-->", re.S)
_URL: Final = late(r"""(?:url|src|image|image-set)\s*\(\s*["']?\s*([^"')\s;]{1,2000})""", re.I)
_IMPORT: Final = late(r"""@import\s+["']([^"']{1,2000})""", re.I)
_SELECTOR: Final = late(r"([a-z][a-z0-9]{0,15})?(?:\.([\w-]{1,60}))?", re.I)
_LONG_NUMBER: Final = late(r"(?<![\w#.])\d{5}")
_PLAIN_WORDS: Final = late(r"[a-z-]{1,30}(?: [a-z-]{1,30}){0,3}(?: ?! ?important)?")
_FETCHES: Final = late(r"\burl\b", re.I)  # even without what follows it
_IMPORTANT: Final = late(r"\s*!\s*important\b", re.I)


def urls_of(text: str) -> tuple[str, ...]:
    """What style would fetch."""
    return (*_URL.findall(text[:SHEET_CAP]), *_IMPORT.findall(text[:SHEET_CAP]))


def pairs(text: str) -> tuple[tuple[str, str], ...]:
    """(property, value) of the declarations that are kept, as they stand."""
    if "\\" in text or "/*" in text or "<!--" in text:
        text = _COMMENT.sub(" ", text)
    out: list[tuple[str, str]] = []
    for piece in text[:STYLE_CAP].split(";"):
        name, colon, value = piece.partition(":")
        name = name.strip().lower()
        if not colon or not name:
            continue
        kept = _declaration(name, " ".join(value.split()))
        if kept:
            out.append(kept)
    return tuple(out)


def declarations(text: str) -> Style:
    """The declarations that are kept, in order; later ones win, but not over !important ones."""
    return merged({}, pairs(text))


def merged(style: Style, later: Iterable[tuple[str, str]]) -> Style:
    """The cascade: what comes later wins unless what is there is more important."""
    for name, value in later:
        if not is_important(style.get(name, "")) or is_important(value):
            style.pop(name, None)
            style[name] = value
    return style


def is_important(value: str) -> bool:
    """Whether a value is marked to win over later ones."""
    return "!" in value


def plain(value: str) -> str:
    """The value without its mark."""
    return _IMPORTANT.sub("", value) if "!" in value else value


def to_text(style: Style) -> str:
    """A style attribute."""
    return ";".join(f"{name}:{value}" for name, value in style.items())


@lru_cache(maxsize=2048)  # a mail says the same again and again
def _declaration(name: str, value: str) -> tuple[str, str] | None:
    if not value or len(value) > 300 or "\\" in value:
        return None
    bare = plain(value).strip()
    if (only := _ONLY.get(name)) and bare.lower() in only:
        return name, value
    if not _is_known(name):
        return None
    if name == "display" or name == "cursor":
        return (name, value) if _PLAIN_WORDS.fullmatch(value.lower()) else None
    if name == "font-size" and not _is_small(bare):
        return None
    if name.endswith("-shadow") and re.search(r"\d{3}(?:px|pt|em|\s|$)", bare):
        return None  # a shadow that large is a painting over the neighbours
    if _is_row_of_tokens(value):
        return name, value
    if name == "background":  # its colour at least
        found = _COLOUR.findall(_CALL.sub(" ", value))
        colour = next((hit for hit in found if colours.read(hit)), None)
        return None if colour is None else ("background-color", colour)
    return None


def _is_known(name: str) -> bool:
    if name in _PROPERTIES:
        return True
    if name.startswith("mso-"):  # Word's own, without a meaning to others
        return name.replace("-", "").isalnum()
    if name[:1] != "-":
        return False
    return any(name.startswith(one) and name[len(one) :] in _PROPERTIES for one in _VENDORS)


def _is_row_of_tokens(value: str) -> bool:
    if _LONG_NUMBER.search(value) or _FETCHES.search(value):
        return False
    position = 0
    while position < len(value):
        token = _TOKEN.match(value, position)
        if token is None or token.end() == position:
            return False
        position = token.end()
    return True


_CALL: Final = late(r"(?!rgba?\(|hsla?\()\b[a-zA-Z-]{1,30}\([^)]*\)?")


def _is_small(value: str) -> bool:
    match = _FONT_SIZE.fullmatch(value.strip())
    if match is None:
        return value.replace("-", "").isalpha()
    return int(match[1] or 0) <= _LARGEST.get(match[2] or "", 100)


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
