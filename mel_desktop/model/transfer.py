"""Values of imports, exports, backups and seeds: what is asked, what came of it."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from mel_desktop.model.values import dataclass


class SourceKind(Enum):
    """What is imported."""

    EML = "eml"
    MBOX = "mbox"
    MAILDIR = "maildir"
    FOLDER = "folder"  # files of any of these kinds, in folders
    THUNDERBIRD = "thunderbird"
    ARCHIVE = "archive"  # one ZIP file with EML files, ours or another's
    ADDRESS_BOOK = "address-book"  # of Thunderbird


class ExportKind(Enum):
    """What is written."""

    EML = "eml"  # a folder with a file for each message
    MBOX = "mbox"  # one file, mboxrd
    ARCHIVE = "archive"  # one ZIP file with EML files and a table of contents


@dataclass(frozen=True, slots=True)
class ImportBox:
    """A mailbox of the source: its folder names below the target, what it is, how large."""

    names: tuple[str, ...]
    kind: SourceKind
    octets: int


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What an import would read. ``goes_on``: an earlier one was broken off and goes on."""

    source: str
    kind: SourceKind
    boxes: tuple[ImportBox, ...]
    octets: int
    target: str
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """What could not be taken over. ``position``: octets from the start of the file."""

    path: str
    position: int
    reason: str


@dataclass(frozen=True, slots=True)
class TransferProgress:
    """How far it is: messages so far, octets of all."""

    messages: int = 0
    octets: int = 0
    expected: int = 0
    where: str = ""


@dataclass(frozen=True, slots=True)
class ImportDone:
    """What an import brought. ``left_out``: marked as deleted in the source.

    ``book``: the directory source that ``contacts`` and ``lists`` of address books went into.
    """

    source: str
    kind: SourceKind
    folder: str
    imported: int = 0
    duplicates: int = 0
    left_out: int = 0
    problems: tuple[Problem, ...] = ()
    resumed: bool = False
    waits_for_server: bool = False
    book: str = ""
    contacts: int = 0
    lists: int = 0


@dataclass(frozen=True, slots=True)
class Incomplete:
    """An exported message of which not every part was on this PC."""

    message: int
    folder: str
    subject: str
    missing: int  # parts; 0: its text


@dataclass(frozen=True, slots=True)
class ExportDone:
    """What an export wrote. ``rebuilt``: put together again from its parts, and so marked."""

    target: str
    kind: ExportKind
    messages: int = 0
    rebuilt: int = 0
    octets: int = 0
    incomplete: tuple[Incomplete, ...] = ()


@dataclass(frozen=True, slots=True)
class BackupFacts:
    """A backup: when it was made and what it holds. Octets are those of the file."""

    path: str
    created_at: datetime
    octets: int
    accounts: int = 0
    folders: int = 0
    messages: int = 0
    drafts: int = 0


@dataclass(frozen=True, slots=True)
class SeedDone:
    """What a seed holds, or what opening it brought. ``sender``: who made it, as a short print."""

    path: str
    octets: int
    accounts: tuple[str, ...] = ()
    folders: int = 0
    messages: int = 0
    bodies: int = 0
    parts: int = 0
    known: int = 0  # were here already
    skipped: tuple[str, ...] = ()  # folders that could not be merged
    made_accounts: tuple[str, ...] = ()
    sender: str = ""
    templates: int = 0  # of one's own
    words: int = 0  # that the spell check takes as right
