"""Colours of a mail turned for a dark paper: hue kept, every text readable on what is below it.

Rule 1: contrast of text at least 4.5:1 (WCAG 2.1 AA) on the ground that is really below it, be it
its own, inherited, or the paper.
"""

from __future__ import annotations

import re
from typing import Final

from mel_desktop.logic import colours
from mel_desktop.logic.colours import Rgb
from mel_desktop.logic.html_tree import Node
from mel_desktop.model.values import dataclass

EDGE: Final = 1.4  # contrast of lines, which only part

_BORDER: Final = re.compile(r"#[0-9a-f]{6}")


def darken(root: Node, background: str, ink: str, link: str) -> None:
    """Turn the colours below ``root``, in place."""
    paper, usual, linked = (
        (colours.read(one) or (colours.BLACK, 1.0))[0] for one in (background, ink, link)
    )
    _Turner(paper, usual, linked).below(root, paper, usual, None)


@dataclass(frozen=True, slots=True)
class _Turner:
    paper: Rgb
    usual: Rgb
    link: Rgb

    def below(self, node: Node, ground: Rgb, ink: Rgb, asked: Rgb | None) -> None:
        """``ground``: what is below; ``ink``: inherited; ``asked``: the colour the sender set."""
        for child in node.nodes():
            here = _ground(child, self.paper, ground)
            wanted = _wanted(child)
            said = wanted if wanted is not None else asked
            if wanted is not None:
                shown = colours.inked(wanted, here, self.usual)
            elif child.tag == "a":
                shown = colours.readable(self.link, here)
            elif here != ground:
                shown = colours.inked(asked if asked is not None else ink, here, self.usual)
            else:
                shown = ink
            if wanted is not None or (shown != ink) or (child.tag == "a"):
                child.style["color"] = colours.text_of(shown)
                child.attributes.pop("color", None)
            for name, value in child.style.items():
                if name.startswith("border") and (found := _BORDER.search(value)):
                    child.style[name] = value.replace(found[0], _edge(found[0], self.paper, here))
            self.below(child, here, shown, said)


def _ground(node: Node, paper: Rgb, below: Rgb) -> Rgb:
    value = node.style.get("background-color") or node.attributes.get("bgcolor", "")
    found = colours.read(value) if value else None
    if found is None or found[1] == 0:
        return below
    ground = colours.turned(colours.over(*found, colours.WHITE), paper)
    if "background-color" in node.style:
        node.style["background-color"] = colours.text_of(ground)
    if "bgcolor" in node.attributes:
        node.attributes["bgcolor"] = colours.text_of(ground)
    return ground


def _wanted(node: Node) -> Rgb | None:
    value = node.style.get("color") or node.attributes.get("color", "")
    found = colours.read(value) if value else None
    if found is None:
        node.style.pop("color", None)
        return None
    return colours.over(*found, colours.WHITE)


def _edge(colour: str, paper: Rgb, ground: Rgb) -> str:
    found = colours.read(colour)
    if found is None:
        return colour
    return colours.text_of(colours.readable(colours.turned(found[0], paper), ground, EDGE))
