"""What two states of a draft have in common and where they differ, as values."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from mel_desktop.model.outgoing import Draft, DraftContent
from mel_desktop.model.values import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of two texts: the same in both, or what stands in its place in each."""

    mine: str  # the older one, where the two are states of one draft
    theirs: str

    @property
    def is_same(self) -> bool:
        """Whether both sides say this."""
        return self.mine == self.theirs


class Taken(Enum):
    """Which side of a piece goes into the merged text."""

    MINE = "mine"
    THEIRS = "theirs"
    BOTH = "both"


class HeadField(Enum):
    """What is compared beside the text."""

    SENDER = "sender"
    TO = "to"
    CC = "cc"
    BCC = "bcc"
    SUBJECT = "subject"
    FILES = "files"
    LAYOUT = "layout"  # of the same text; ``HeadChange`` names no values


@dataclass(frozen=True, slots=True)
class HeadChange:
    """A field that differs: what only one or the other side has."""

    field: HeadField
    mine: tuple[str, ...]
    theirs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Differences:
    """Two states of a draft, compared."""

    heads: tuple[HeadChange, ...]
    text: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class RevisionLine:
    """A revision and how much changed since the one before, in words."""

    revision: int
    saved_at: datetime
    added: int
    removed: int
    heads: int  # fields that changed


@dataclass(frozen=True, slots=True)
class RivalFile:
    """A file of either version, or of both. ``content_id``: drawn in the text, kept with it."""

    filename: str
    media_type: str
    size: int
    mine: int | None = None  # id of the attachment
    theirs: int | None = None  # its blob
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class Rivalry:
    """A draft, and what another program made of its copy on the server."""

    draft: Draft
    theirs: DraftContent
    heads: tuple[HeadChange, ...]
    paragraphs: tuple[Piece, ...]
    files: tuple[RivalFile, ...] = ()
