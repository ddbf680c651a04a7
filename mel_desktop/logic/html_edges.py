"""Lengths, borders, padding and grounds of a style, as Qt needs them: px and ``#rrggbb``. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from mel_desktop.logic import colours
from mel_desktop.logic.html_tree import Node

SIDES: Final = ("top", "right", "bottom", "left")

_LENGTH: Final = re.compile(
    r"([+-]?(?:\d{1,5}(?:\.\d*)?|\.\d+))\s*(px|pt|em|rem|ex|cm|mm|in|pc|%)?"
)
_PX: Final = {
    "": 1.0, "px": 1.0, "pt": 96 / 72, "cm": 96 / 2.54, "mm": 9.6 / 2.54, "in": 96.0, "pc": 16.0,
    "rem": 16.0,
}  # fmt: skip
_WIDTHS: Final = {"thin": 1.0, "medium": 3.0, "thick": 5.0}
_OTHER: Final = re.compile("radius|image|collapse|spacing|block|inline")
_LINES: Final = frozenset({
    "solid", "dashed", "dotted", "double", "groove", "ridge", "inset", "outset",
})  # fmt: skip


@lru_cache(maxsize=1024)  # a mail says the same few
def length(value: str, size: float) -> float | None:
    """px; None for percents and words. ``size``: of the font, in px."""
    match = _LENGTH.fullmatch(value.strip().lower())
    if match is None or match[2] == "%":
        return None
    unit = match[2] or ""
    factor = size if unit == "em" else size / 2 if unit == "ex" else _PX[unit]
    return float(match[1]) * factor


def px(value: float) -> str:
    """A whole number of px."""
    return f"{round(value)}px"


def ground_of(node: Node) -> str:
    """The colour behind an element, as it says it; "" for none."""
    value = node.style.get("background-color", "")
    if not value and "background" in node.style:
        for piece in re.split(r"\s+(?![^(]*\))", node.style["background"]):
            if colours.read(piece):
                value = piece
        if not value and (
            inner := re.search(r"#[0-9a-fA-F]{3,8}|rgba?\([^()]*\)", node.style["background"])
        ):
            value = inner[0]  # a gradient begins with it
    value = value or node.attributes.get("bgcolor", "")
    found = colours.read(value) if value else None
    if found is None or found[1] == 0:
        return ""
    return colours.text_of(colours.over(*found, colours.WHITE))


def edges(style: dict[str, str], size: float) -> dict[str, str]:
    """``border-*`` and ``padding-*`` of the four sides, in px."""
    return dict(side_pairs(tuple(style.items()), size))


@lru_cache(maxsize=512)
def side_pairs(style: tuple[tuple[str, str], ...], size: float) -> tuple[tuple[str, str], ...]:
    """``edges``, for styles that repeat."""
    widths: dict[str, float] = {}
    lines: dict[str, str] = {}
    inks: dict[str, str] = {}
    paddings: dict[str, float] = {}
    for name, value in style:
        if name.startswith("padding"):
            four(name, "padding", value, size, paddings)
        elif name.startswith("border") and not _OTHER.search(name):
            _border(name, value, size, widths, lines, inks)
    out: list[tuple[str, str]] = []
    for side in SIDES:
        width = widths.get(side, 3.0 if side in lines else 0.0)
        if width > 0 and lines.get(side, "none") in _LINES:
            drawn = (
                lines[side] if lines[side] in ("solid", "dashed", "dotted", "double") else "solid"
            )
            ink = inks.get(side, "#000000")
            out.append((f"border-{side}", f"{max(1, min(20, round(width)))}px {drawn} {ink}"))
        if paddings.get(side, 0) > 0:
            out.append((f"padding-{side}", px(min(paddings[side], 100))))
    return tuple(out)


def four(name: str, stem: str, value: str, size: float, into: dict[str, float]) -> None:
    """What a shorthand or a longhand of four sides says, into a table of px."""
    found = [length(one, size) or 0.0 for one in value.split()[:4]]
    if not found:
        return
    if name == stem:
        spread = {1: (0, 0, 0, 0), 2: (0, 1, 0, 1), 3: (0, 1, 2, 1), 4: (0, 1, 2, 3)}[len(found)]
        into.update({side: found[at] for side, at in zip(SIDES, spread, strict=True)})
    elif name.removeprefix(f"{stem}-") in SIDES:
        into[name.removeprefix(f"{stem}-")] = found[0]


def _border(
    name: str,
    value: str,
    size: float,
    widths: dict[str, float],
    lines: dict[str, str],
    inks: dict[str, str],
) -> None:
    parts = name.split("-")[1:]
    sides = [one for one in parts if one in SIDES] or list(SIDES)
    kind = next((one for one in parts if one in ("width", "style", "color")), "")
    pieces = re.split(r"\s+(?![^(]*\))", value.strip().lower())
    if not kind:
        for side in sides:  # what a shorthand does not name is as at first
            widths[side], lines[side] = 3.0, "none"
            inks.pop(side, None)
    for at, piece in enumerate(pieces[:4]):
        targets = sides
        if kind and len(pieces) > 1 and len(sides) == 4:
            spread = {2: ((0, 2), (1, 3)), 3: ((0,), (1, 3), (2,)), 4: ((0,), (1,), (2,), (3,))}
            targets = [SIDES[one] for one in spread[min(len(pieces), 4)][at]]
        width = _WIDTHS.get(piece, length(piece, size))
        colour = colours.read(piece) if width is None else None
        for side in targets:
            if width is not None and kind in ("", "width"):
                widths[side] = width
            elif piece in _LINES or piece in ("none", "hidden"):
                lines[side] = piece
            elif colour is not None and kind in ("", "color"):
                inks[side] = colours.text_of(colours.over(*colour, colours.WHITE))
