"""Reading the guides and the pages of the help as their readers and their test do.

One way of writing holds in all of them: what stands in italics is a word of the window, " › " parts
the steps of a path through its menus.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

ROOT: Final = Path(__file__).parents[2]
DOCS: Final = ROOT / "resources" / "docs"
FRENCH: Final = (
    "guide-enseignant.md", "guide-dsi.md", "guide-developpeur.md",
    *(f"help/fr/{one.name}" for one in sorted((DOCS / "help" / "fr").glob("*.md"))),
)  # fmt: skip
ENGLISH: Final = (
    "guide-teacher.md", "guide-it.md", "guide-developer.md",
    *(f"help/en/{one.name}" for one in sorted((DOCS / "help" / "en").glob("*.md"))),
)  # fmt: skip
STEP: Final = " › "
_FENCE: Final = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CODE: Final = re.compile(r"`([^`\n]+)`")
_BOLD: Final = re.compile(r"\*\*[^*\n]+\*\*")
_ITALIC: Final = re.compile(r"\*([^*\n]+)\*")
_LINK: Final = re.compile(r"\[[^\]\n]+\]\(([^)\s]+)\)")
_HEADING: Final = re.compile(r"^#+ (.+)$", re.MULTILINE)
_PLACEHOLDER: Final = re.compile(r"[A-Z]+")


@dataclass(frozen=True, slots=True)
class Guide:
    """``name``: below resources/docs."""

    name: str

    @property
    def text(self) -> str:
        """As it lies there."""
        return (DOCS / self.name).read_text(encoding="utf-8")

    @property
    def prose(self) -> str:
        """Without blocks and pieces of code."""
        return _CODE.sub("", _FENCE.sub("", self.text))

    def blocks(self, kind: str = "") -> list[str]:
        """Blocks of code of a kind."""
        return [body for one, body in _FENCE.findall(self.text) if one == kind]

    def code(self) -> list[str]:
        """Pieces of code within sentences and tables."""
        return _CODE.findall(_FENCE.sub("", self.text))

    def window_words(self) -> list[tuple[str, ...]]:
        """Words of the window, each as its path; most have one step."""
        return [tuple(one.split(STEP)) for one in _ITALIC.findall(_BOLD.sub("", self.prose))]

    def links(self) -> list[tuple[str, str]]:
        """(file, anchor); the file is empty within the page."""
        found = (one.partition("#") for one in _LINK.findall(self.prose))
        return [(file, anchor) for file, _, anchor in found]

    def commands(self) -> Iterator[list[str]]:
        """Words of each command, in blocks and in sentences."""
        lines = [line for block in self.blocks() for line in block.replace("\\\n", "").splitlines()]
        for line in (*lines, *self.code()):
            if line.startswith(("mel-desktop ", "python3 packaging/", "msiexec ")):
                yield shlex.split(line, comments=True, posix=not line.startswith("msiexec"))


def anchors(text: str) -> set[str]:
    """Of the headings of a page, as the places that show such pages make them."""
    made = (re.sub(r"[^\w\- ]", "", one.lower().strip()) for one in _HEADING.findall(text))
    return {one.replace(" ", "-") for one in made}


def filled(words: list[str]) -> list[str]:
    """Placeholders in capitals become a number, which fits names and numbers alike."""
    return ["1" if _PLACEHOLDER.fullmatch(word) else word for word in words]


def plain(text: str) -> str:
    """Without the marks of the underlined letters."""
    return text.replace("&", "")


def translated() -> Iterator[tuple[str, str, list[str]]]:
    """(context, source, French forms) of every text of the window."""
    tree = ElementTree.parse(ROOT / "resources" / "translations" / "mel_fr.ts")
    for context in tree.iter("context"):
        for message in context.iter("message"):
            found = message.find("translation")
            assert found is not None
            forms = [one.text or "" for one in found.iter("numerusform")] or [found.text or ""]
            yield context.findtext("name", ""), message.findtext("source", ""), forms
