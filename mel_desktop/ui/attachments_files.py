"""A file of a message as the window passes it on: to a preview, a folder, a letter, the desktop."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QCoreApplication,
    QIODevice,
    QMimeData,
    QObject,
    QSize,
    QUrl,
    Signal,
)
from PySide6.QtGui import QImage, QImageReader

from mel_desktop.app.facade import Facade
from mel_desktop.model.documents import AttachmentRow
from mel_desktop.model.errors import MelError
from mel_desktop.model.mail import MessageId, Part
from mel_desktop.model.previews import FileKind, PreviewKind, file_kind, preview_kind
from mel_desktop.model.values import dataclass
from mel_desktop.ui.bridge import Bridge

translate = QCoreApplication.translate

FILES_MIME: Final = "application/x-mel-attachments"  # JSON: [[message, part, name, type]...]
THUMBNAIL: Final = 44  # logical pixels, square
MOST_OCTETS: Final = 8_000_000  # of a picture of which a thumbnail is made
MOST_PIXELS: Final = 50_000_000
MOST_KEPT: Final = 300
MOST_DRAGGED: Final = 100_000_000  # octets of a file dragged into a letter
FORMATS: Final = frozenset({b"png", b"jpeg", b"gif", b"webp", b"bmp"})
ICONS: Final = {
    FileKind.DOCUMENT: "file-text",
    FileKind.PRESENTATION: "file-slides",
    FileKind.TABLE: "file-table",
    FileKind.PICTURE: "image",
    FileKind.PDF: "file-pdf",
    FileKind.SOUND: "file-sound",
    FileKind.VIDEO: "file-video",
    FileKind.ARCHIVE: "archive",
    FileKind.CALENDAR: "file-calendar",
    FileKind.CONTACT: "person",
    FileKind.MESSAGE: "mail",
    FileKind.OTHER: "file",
}


@dataclass(frozen=True, slots=True)
class FileOf:
    """A part of a message. ``size``: octets to be fetched, or of the file once it is here."""

    message: MessageId
    part: str
    name: str
    media_type: str
    size: int
    local: bool

    @property
    def key(self) -> tuple[MessageId, str]:
        """Which one it is."""
        return self.message, self.part

    @property
    def kind(self) -> FileKind:
        """What a person would call it."""
        return file_kind(self.media_type, self.name)

    @property
    def is_dangerous(self) -> bool:
        """Whether opening it could run a program."""
        from mel_desktop.model.risky import is_dangerous  # noqa: PLC0415 first needed here

        return is_dangerous(self.name, self.media_type)


def of_part(message: MessageId, part: Part) -> FileOf:
    """A file of the message that is read."""
    return FileOf(message, part.number, part.filename, part.media_type, part.size, part.local)


def as_part(file: FileOf) -> Part:
    """The part that such a file is."""
    return Part(
        file.part, file.media_type, "", "", "attachment", file.name, "", file.size, file.local
    )  # fmt: skip


def of_row(row: AttachmentRow) -> FileOf:
    """A file of the list of all."""
    return FileOf(row.message, row.part, row.filename, row.media_type, row.size, row.local)


def kind_name(kind: FileKind) -> str:
    """What a kind is called, in the plural."""
    return {
        FileKind.DOCUMENT: translate("files", "Documents"),
        FileKind.PRESENTATION: translate("files", "Presentations"),
        FileKind.TABLE: translate("files", "Tables"),
        FileKind.PICTURE: translate("files", "Pictures"),
        FileKind.PDF: translate("files", "PDF"),
        FileKind.SOUND: translate("files", "Sound"),
        FileKind.VIDEO: translate("files", "Video"),
        FileKind.ARCHIVE: translate("files", "Archives"),
        FileKind.CALENDAR: translate("files", "Calendars"),
        FileKind.CONTACT: translate("files", "Contacts"),
        FileKind.MESSAGE: translate("files", "Messages"),
        FileKind.OTHER: translate("files", "Others"),
    }[kind]


class FileDrag(QMimeData):
    """Files dragged out: copies are written to the private folder only when somebody asks for
    them, and go with it when the vault is locked. All are here already.
    """

    def __init__(
        self, facade: Facade, files: Sequence[FileOf], written: Callable[[], object]
    ) -> None:
        super().__init__()
        self._facade = facade
        self._files = tuple(files)
        self._written = written
        self._urls: list[QUrl] | None = None

    def formats(self) -> list[str]:
        """Ours for letters, a list of files for everybody else."""
        return [FILES_MIME, "text/uri-list"]

    def hasFormat(self, mimetype: str) -> bool:
        """Without writing anything."""
        return mimetype in self.formats()

    def retrieveData(self, mimetype: str, _: Any) -> Any:
        """The copies, made now. Where that fails, nothing is dropped."""
        if mimetype == FILES_MIME:
            told = [(one.message, one.part, one.name, one.media_type) for one in self._files]
            return QByteArray(json.dumps(told).encode())
        if mimetype != "text/uri-list":
            return None
        if self._urls is None:
            try:
                paths = [self._copy(one) for one in self._files]
            except MelError:
                return None
            self._urls = [QUrl.fromLocalFile(str(one)) for one in paths]
            self._written()
        return list(self._urls)

    def _copy(self, file: FileOf) -> Path:
        return self._facade.vault.open_outside_attachment(file.message, file.part)


def dragged(data: QMimeData) -> list[tuple[MessageId, str, str, str]]:
    """Message, part, name and type of what ``FileDrag`` carries; [] for anything else."""
    try:
        told = json.loads(bytes(data.data(FILES_MIME).data()))
        return [(MessageId(int(one[0])), str(one[1]), str(one[2]), str(one[3])) for one in told]
    except (ValueError, TypeError, IndexError, KeyError):
        return []


def decoded(octets: bytes, longest: int) -> QImage | None:
    """A picture whose longer side has at most so many pixels; None: broken, unknown or absurd.

    Its announced size is judged before a pixel is read. Not on the main thread.
    """
    buffer = QBuffer()
    buffer.setData(QByteArray(octets))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    if bytes(reader.format().data()) not in FORMATS:
        return None
    size = reader.size()
    if not size.isValid() or size.isEmpty() or size.width() * size.height() > MOST_PIXELS:
        return None
    most = max(size.width(), size.height())
    if most > longest:
        scale = longest / most
        reader.setScaledSize(
            QSize(max(1, round(size.width() * scale)), max(1, round(size.height() * scale)))
        )
    image = reader.read()
    return None if image.isNull() else image


class Thumbnails(QObject):
    """Small pictures of local picture files, in memory only, made off the main thread."""

    made = Signal(object)  # key of a file

    def __init__(self, facade: Facade, bridge: Bridge, parent: QObject) -> None:
        super().__init__(parent)
        self._facade = facade
        self._bridge = bridge
        self._kept: dict[tuple[MessageId, str], QImage | None] = {}
        self._asked: set[tuple[MessageId, str]] = set()

    def of(self, file: FileOf) -> QImage | None:
        """The thumbnail if it is there; else it is asked for, and ``made`` tells of it."""
        key = file.key
        if key in self._kept:
            return self._kept[key]
        wanted = (
            file.local
            and file.size <= MOST_OCTETS
            and preview_kind(file.media_type, file.name) is PreviewKind.PICTURE
        )
        if not wanted or key in self._asked:
            return None
        self._asked.add(key)

        def work() -> QImage | None:
            octets = self._facade.attachments.octets(file.message, file.part, MOST_OCTETS)
            return decoded(octets, THUMBNAIL * 3)

        def done(image: QImage | None) -> None:
            self._asked.discard(key)
            while len(self._kept) >= MOST_KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[key] = image
            if image is not None:
                self.made.emit(key)

        self._bridge.run(self, work, done=done, failed=lambda _: done(None), local=True)
        return None
