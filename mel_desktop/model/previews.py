"""Attachments as files to look at: what kind they are, and what of them is shown without opening.

A preview never runs anything, writes no file and reaches no network: what is active in a file (a
page, a drawing that scripts, macros) is shown as its text or not at all.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Final

from mel_desktop.model.mail import Address, Part
from mel_desktop.model.values import dataclass

if TYPE_CHECKING:
    from mel_desktop.model.agenda import Event
    from mel_desktop.model.contacts import OwnContact


class FileKind(Enum):
    """What a person would call a file."""

    DOCUMENT = "document"
    PRESENTATION = "presentation"
    TABLE = "table"
    PICTURE = "picture"
    PDF = "pdf"
    SOUND = "sound"
    VIDEO = "video"
    ARCHIVE = "archive"
    CALENDAR = "calendar"
    CONTACT = "contact"
    MESSAGE = "message"
    OTHER = "other"


# By the last ending; the index of store.attachmentlist has the same words (schema 8).
ENDINGS: Final = {
    FileKind.PDF: "pdf",
    FileKind.DOCUMENT: "doc docm docx dot dotm dotx md odt ott pages rtf tex txt wpd wps",
    FileKind.PRESENTATION: "key odp otp pot potx pps ppsx ppt pptm pptx",
    FileKind.TABLE: "csv numbers ods ots tsv xls xlsb xlsm xlsx xltx",
    FileKind.PICTURE: "avif bmp gif heic heif jfif jpeg jpg odg png svg tif tiff webp",
    FileKind.SOUND: "aac aif aiff amr flac m4a mid midi mp3 oga ogg opus wav wma",
    FileKind.VIDEO: "3gp avi flv m4v mkv mov mp4 mpeg mpg ogv webm wmv",
    FileKind.ARCHIVE: "7z ace arj bz2 cab gz iso lzh rar tar tbz tgz xz zip zst",
    FileKind.CALENDAR: "ics ifb vcs",
    FileKind.CONTACT: "ldif vcard vcf",
    FileKind.MESSAGE: "eml mbox msg",
}
_BY_ENDING: Final = {end: kind for kind, words in ENDINGS.items() for end in words.split()}
# Where the name says nothing: beginnings of media types, the first that fits.
TYPES: Final = (
    ("application/pdf", FileKind.PDF),
    ("image/", FileKind.PICTURE),
    ("audio/", FileKind.SOUND),
    ("video/", FileKind.VIDEO),
    ("text/calendar", FileKind.CALENDAR),
    ("text/vcard", FileKind.CONTACT),
    ("text/x-vcard", FileKind.CONTACT),
    ("text/csv", FileKind.TABLE),
    ("message/", FileKind.MESSAGE),
    ("application/zip", FileKind.ARCHIVE),
    ("application/vnd.openxmlformats-officedocument.word", FileKind.DOCUMENT),
    ("application/vnd.openxmlformats-officedocument.spre", FileKind.TABLE),
    ("application/vnd.openxmlformats-officedocument.pres", FileKind.PRESENTATION),
    ("application/vnd.oasis.opendocument.text", FileKind.DOCUMENT),
    ("application/vnd.oasis.opendocument.spreadsheet", FileKind.TABLE),
    ("application/vnd.oasis.opendocument.presentation", FileKind.PRESENTATION),
    ("application/msword", FileKind.DOCUMENT),
    ("application/rtf", FileKind.DOCUMENT),
    ("text/plain", FileKind.DOCUMENT),
)


def last_ending(name: str) -> str:
    """Behind the last dot, lower case; "" without one."""
    stem, dot, end = name.rpartition(".")
    return end.lower() if dot and stem else ""


def file_kind(media_type: str, name: str) -> FileKind:
    """By the name first: senders say ``application/octet-stream`` of everything."""
    kind = _BY_ENDING.get(last_ending(name))
    if kind is not None:
        return kind
    told = media_type.lower()
    return next((found for start, found in TYPES if told.startswith(start)), FileKind.OTHER)


class PreviewKind(Enum):
    """How a file is shown."""

    PICTURE = "picture"
    PDF = "pdf"
    TEXT = "text"
    TABLE = "table"
    ARCHIVE = "archive"
    CONTACTS = "contacts"
    CALENDAR = "calendar"  # its events; as lines where none can be read
    MAIL = "mail"
    WORDS = "words"  # the words of an office document or of a page, without their look
    NONE = "none"


# Drawn by Qt from octets whose first ones say the same; nothing that could script or include.
_PICTURES: Final = frozenset({"png", "jpg", "jpeg", "jfif", "gif", "webp", "bmp"})
_PICTURE_TYPES: Final = frozenset(
    {"image/png", "image/jpeg", "image/jpg", "image/pjpeg", "image/gif", "image/webp", "image/bmp"}
)
_WORDS: Final = frozenset({
    "docx", "docm", "dotx", "dotm", "odt", "ott", "xlsx", "xlsm", "xltx", "ods", "ots", "pptx",
    "pptm", "ppsx", "potx", "odp", "otp", "odg", "rtf", "html", "htm", "xhtml",
})  # fmt: skip
_WORD_TYPES: Final = (
    "application/vnd.openxmlformats-officedocument.", "application/vnd.oasis.opendocument.",
    "application/rtf", "text/rtf", "text/html", "application/xhtml",
)  # fmt: skip
_TEXTS: Final = frozenset({
    "txt", "md", "log", "tex", "srt", "ini", "toml", "yaml", "yml", "json", "xml", "svg", "py",
    "sql", "css", "js", "java", "c", "h", "cpp", "r", "sh", "bat", "ps1",
})  # fmt: skip


def preview_kind(media_type: str, name: str) -> PreviewKind:
    """How a file of this name and type is shown; the name counts first."""
    end, told = last_ending(name), media_type.lower()
    if end == "svg" or told.startswith("image/svg"):
        return PreviewKind.TEXT
    if end in _PICTURES or (told in _PICTURE_TYPES and end not in _TEXTS):
        return PreviewKind.PICTURE
    by_kind = {
        FileKind.PDF: PreviewKind.PDF,
        FileKind.CALENDAR: PreviewKind.CALENDAR,
    }.get(file_kind(media_type, name))
    if by_kind is not None:
        return by_kind
    if end in ("csv", "tsv") or (not end and told == "text/csv"):
        return PreviewKind.TABLE
    if end in ("vcf", "vcard") or told in ("text/vcard", "text/x-vcard"):
        return PreviewKind.CONTACTS
    if end == "eml" or told in ("message/rfc822", "message/global"):
        return PreviewKind.MAIL
    if end == "zip" or (told in ("application/zip", "application/x-zip-compressed") and not end):
        return PreviewKind.ARCHIVE
    if end in _WORDS or told.startswith(_WORD_TYPES):
        return PreviewKind.WORDS
    if end in _TEXTS or told.startswith("text/"):
        return PreviewKind.TEXT
    return PreviewKind.NONE


class Trouble(Enum):
    """Why there is nothing to see."""

    NO_PREVIEW = "no-preview"  # of this type nothing is shown here
    TOO_LARGE = "too-large"
    FAILED = "failed"  # damaged, protected by a password, or it took too much
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class ArchiveMember:
    """A file in an archive, as its table of contents announces it. Nothing is unpacked."""

    name: str
    size: int  # octets, announced
    packed: int
    is_locked: bool  # with a password


@dataclass(frozen=True, slots=True)
class AttachedMail:
    """A message attached to another one; ``files``: those in it, by the numbers under which they
    are looked at and saved; sizes: encoded.
    """

    subject: str
    sender: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    sent_at: datetime | None
    text: str
    files: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What is shown of a file; ``rest``: letters, rows, members or events that are left out."""

    kind: PreviewKind
    name: str
    media_type: str
    size: int
    trouble: Trouble | None = None
    octets: bytes = b""
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    members: tuple[ArchiveMember, ...] = ()
    cards: tuple[OwnContact, ...] = ()
    mail: AttachedMail | None = None
    events: tuple[Event, ...] = ()
    rest: int = 0


@dataclass(frozen=True, slots=True)
class PdfPage:
    """One page, drawn. ``pixels``: BGRX, four octets each, row by row; marks in parts of a page
    (left, top, width, height), each between 0 and 1.
    """

    number: int  # from 0
    pages: int
    width: int
    height: int
    pixels: bytes
    text: str
    marks: tuple[tuple[float, float, float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class SavedFiles:
    """What came of saving several: their names in the folder, and those that are not here."""

    names: tuple[str, ...]
    octets: int
