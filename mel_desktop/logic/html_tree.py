"""Sanitised HTML as a tree, to be changed before it is drawn. Reads what ``sanitize`` writes only.

Rule 1: nothing is added that ``sanitize`` would not let through but sizes, colours and boxes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from html import escape, unescape
from typing import Final

from mel_desktop.logic import colours
from mel_desktop.logic.css import plain
from mel_desktop.logic.html_text import ATTRIBUTE, PIECES, is_unseen

_FONT: Final = re.compile(
    r"((?:(?:normal|italic|oblique|small-caps|bold|[1-9]00)\s+){0,4})"
    r"(\d{1,3}(?:\.\d{1,4})?(?:px|pt|em|rem|%))(?:\s{0,4}/\s{0,4}([\d.]{1,6}(?:px|pt|em|%)?))?"
    r"\s+(\S.{0,200})",
    re.I,
)
VOID: Final = frozenset({"br", "col", "hr", "img", "wbr"})


class Node:
    """An element; text among ``children`` is a string, still escaped."""

    __slots__ = ("attributes", "children", "style", "tag")

    def __init__(
        self,
        tag: str,
        attributes: dict[str, str] | None = None,
        style: dict[str, str] | None = None,
        children: list[Node | str] | None = None,
    ) -> None:
        self.tag = tag
        self.attributes = {} if attributes is None else attributes
        self.style = {} if style is None else style
        self.children: list[Node | str] = [] if children is None else children

    def nodes(self) -> Iterator[Node]:
        """The elements right below."""
        return (one for one in self.children if isinstance(one, Node))

    def is_blank(self) -> bool:
        """Whether there is neither text nor a picture below."""
        for child in self.children:
            if isinstance(child, str):
                if child.replace("&nbsp;", " ").strip():
                    return False
            elif child.tag in ("img", "hr") or not child.is_blank():
                return False
        return True


def parse(safe: str) -> Node:
    """The tree of what is visible of a document, below a root without a name."""
    root = Node("")
    stack = [root]
    children = root.children
    skip = 0
    for _, closing, tag, attributes, text in PIECES.findall(safe):
        if skip:
            if tag and tag not in VOID:
                skip += -1 if closing else 1
        elif text:
            children.append(text)
        elif not closing:
            if attributes:
                given, style, unseen = _start(tag, attributes)
                if unseen:
                    skip = tag not in VOID
                    continue
                node = Node(tag, dict(given), dict(style))
            else:
                node = Node(tag)
            children.append(node)
            if tag not in VOID:
                stack.append(node)
                children = node.children
        elif len(stack) > 1 and tag not in VOID:
            stack.pop()
            children = stack[-1].children
    return root


@lru_cache(maxsize=512)  # most of a mail repeats a few tags
def _start(tag: str, text: str) -> tuple[dict[str, str], dict[str, str], bool]:
    given = {name: unescape(value) for name, value in ATTRIBUTE.findall(text)}
    style = style_of(given.pop("style", ""))
    if "font" in style:
        style = _fonts(style)
    for holder, name in ((given, "color"), (given, "bgcolor"), (style, "color")):
        if name in holder and (known := _known(holder.pop(name))):
            holder[name] = known
    return given, style, is_unseen(tag, text)


def _fonts(style: dict[str, str]) -> dict[str, str]:
    """With the properties that a ``font`` says, in its place."""
    out: dict[str, str] = {}
    for name, value in style.items():
        match = _FONT.fullmatch(value.strip()) if name == "font" else None
        if match is None:
            out[name] = value
            continue
        said = match[1].lower().split()
        slant = next((one for one in said if one in ("italic", "oblique")), "normal")
        weight = next((one for one in said if one == "bold" or one.isdigit()), "normal")
        out |= {"font-style": slant, "font-weight": weight, "font-size": match[2]}
        if match[3]:
            out["line-height"] = match[3]
        out["font-family"] = match[4]
    return out


def _known(colour: str) -> str:
    """A colour as Qt reads it; "" for one that it would complain of."""
    found = colours.read(colour)
    if found is None:
        return ""
    plain_one = found[1] == 1.0 and len(colour) not in (5, 9) and "(" not in colour
    return colour if plain_one else colours.text_of(colours.over(*found, colours.WHITE))


def style_of(text: str) -> dict[str, str]:
    """Declarations by name; the marked ones win, then the later ones."""
    style: dict[str, str] = {}
    marked: set[str] = set()
    for piece in text.split(";"):
        name, colon, value = piece.partition(":")
        if colon and ("!" in value or name not in marked):
            if "!" in value:
                marked.add(name)
            style[name] = plain(value)
    return style


def write(node: Node) -> str:
    """HTML of what is below."""
    out: list[str] = []
    _write(node, out)
    return "".join(out)


def _write(node: Node, out: list[str]) -> None:
    for child in node.children:
        if isinstance(child, str):
            out.append(child)
            continue
        tag = child.tag
        if child.attributes or child.style:
            out.append(_tag(tag, tuple(child.attributes.items()), tuple(child.style.items())))
        else:
            out.append(f"<{tag}>")
        if tag not in VOID:
            _write(child, out)
            out.append(f"</{tag}>")


@lru_cache(maxsize=512)
def _tag(
    tag: str, attributes: tuple[tuple[str, str], ...], style: tuple[tuple[str, str], ...]
) -> str:
    text = "".join(f' {name}="{escape(value)}"' for name, value in attributes)
    if style:
        declared = escape(";".join(f"{name}:{value}" for name, value in style))
        text += f' style="{declared}"'
    return f"<{tag}{text}>"
