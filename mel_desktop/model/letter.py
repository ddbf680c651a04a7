"""A letter with formatting as a value: what the composer holds, free of HTML and of Qt.

Lines are what a person sees as lines; a blank line is a ``Line`` without anything in it. Containers
(quotes, lists, tables, the signature) hold blocks of their own.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

from mel_desktop.model.values import dataclass


class Mark(Enum):
    """A mark of text; the value is its HTML element."""

    BOLD = "b"
    ITALIC = "i"
    UNDERLINE = "u"
    STRUCK = "s"
    BELOW = "sub"
    ABOVE = "sup"


class Colour(Enum):
    """The few colours of letters, readable on white (4.5:1)."""

    RED = "#c9191e"
    ORANGE = "#b34000"
    GREEN = "#18753c"
    BLUE = "#0063cb"
    PURPLE = "#7d3ac1"


@dataclass(frozen=True, slots=True)
class Look:
    """How a piece of text looks. ``href``: http, https or mailto only."""

    marks: frozenset[Mark] = frozenset()
    colour: Colour | None = None
    href: str = ""


PLAIN: Final = Look()
PICTURE_TYPES: Final = ("image/png", "image/jpeg", "image/gif")  # that stand within a text


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one look, without line ends."""

    text: str
    look: Look = PLAIN


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture within the text; ``width`` in pixels, 0 for its own."""

    content_id: str  # RFC 2392, without < >
    alt: str = ""
    width: int = 0


Inline = Run | Picture


@dataclass(frozen=True, slots=True)
class Line:
    """One line; ``heading`` 3 or 4, 0 for text."""

    inlines: tuple[Inline, ...] = ()
    heading: int = 0

    @property
    def text(self) -> str:
        """Its characters, pictures left out."""
        return "".join(one.text for one in self.inlines if isinstance(one, Run))


BLANK: Final = Line()


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across."""


@dataclass(frozen=True, slots=True)
class Quote:
    """What somebody else wrote."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """The block that is put in and replaced as a whole."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """Bullets, or numbers from ``start``; an item holds blocks."""

    items: tuple[tuple[Block, ...], ...]
    is_ordered: bool = False
    start: int = 1


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell and how many columns and rows it takes."""

    blocks: tuple[Block, ...]
    columns: int = 1
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells."""

    rows: tuple[tuple[Cell, ...], ...]


Block = Line | Rule | Quote | Signature | Listing | Table


@dataclass(frozen=True, slots=True)
class Letter:
    """The whole."""

    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Embedded:
    """A picture that came inside HTML (``data:``), named ``embedded-N`` by a ``Picture``."""

    content_id: str
    media_type: str
    octets: bytes
