"""What is shown of an attachment that is here: read, cut and bounded; and several saved at once.

Rule 1: nothing is fetched, nothing is written but where a person chose a folder.
Rule 2: what a library must take apart (PDF, archives, office files) is taken apart in a process of
its own, with limits of memory and time; what it cannot read is told as FAILED.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final, Protocol

from mel_desktop.formats.vcard import Card, cards_of
from mel_desktop.logic.document_kinds import document_kind
from mel_desktop.logic.inner_parts import container_of
from mel_desktop.logic.mime import parse_header, safe_filename
from mel_desktop.logic.mime_calendar import summary
from mel_desktop.logic.mime_charsets import decode_text
from mel_desktop.logic.whole import read_whole
from mel_desktop.model.documents import DocumentKind
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import MessageId, Part
from mel_desktop.model.previews import (
    ArchiveMember,
    AttachedMail,
    PdfPage,
    Preview,
    PreviewKind,
    SavedFiles,
    Trouble,
    last_ending,
    preview_kind,
)
from mel_desktop.services.own_contacts import contact_of
from mel_desktop.services.saving import write_file
from mel_desktop.store import blobs
from mel_desktop.store import reading as rows
from mel_desktop.store.database import Database

MOST_OCTETS: Final = 32 * 1024 * 1024  # of a file that is shown
MOST_TEXT_OCTETS: Final = 4 * 1024 * 1024  # that are decoded; 1,000,000 letters are shown
MOST_CARDS: Final = 50
MOST_EVENTS: Final = 200  # the calendar of a school year
MOST_NAMES: Final = 10_000  # of one name in a folder
Content = Callable[[], Iterator[bytes]]
_LENGTH: Final = struct.Struct(">I")


class Looker(Protocol):
    """Takes documents apart in a process of its own (system.extraction)."""

    def look(self, question: Mapping[str, object], content: Iterable[bytes]) -> bytes | None:
        """The answer; None for what cannot be read. Cancelled; LocalRefusal(NOT_FOUND)."""
        ...

    def rest(self) -> None:
        """Nothing more for now."""
        ...

    def close(self) -> None:
        """End, from any thread."""
        ...


class Previews:
    """Attachments of one profile, looked at."""

    def __init__(self, database: Database, looker: Looker) -> None:
        self._database = database
        self._looker = looker

    def close(self) -> None:
        """End what is being looked at."""
        self._looker.close()

    def rest(self) -> None:
        """No preview is open any more: the process that took documents apart ends."""
        self._looker.rest()

    # -- one file ----------------------------------------------------------------------------------

    def octets(self, message: MessageId, number: str, most: int = MOST_OCTETS) -> bytes:
        """All of a local part. NOT_FOUND | NOT_LOCAL | TOO_LARGE."""
        part, content = self._part(message, number)
        if part.size > most:
            raise LocalRefusal(ErrorCode.TOO_LARGE, size=part.size, limit=most)
        return b"".join(content())

    def preview(self, message: MessageId, number: str) -> Preview:
        """What is shown of a local part. NOT_FOUND | NOT_LOCAL. Blocks for seconds."""
        from mel_desktop.logic.previewing import shown_text  # noqa: PLC0415 seldom

        part, content = self._part(message, number)
        name = safe_filename(part.filename, part.media_type)
        kind = preview_kind(part.media_type, name)

        def told(trouble: Trouble | None = None, **found: object) -> Preview:
            return Preview(
                kind,
                name,
                part.media_type,
                part.size,
                trouble,
                **found,  # type: ignore[arg-type]
            )

        if kind is PreviewKind.NONE:
            return told(Trouble.NO_PREVIEW)
        if part.size == 0:
            return told(Trouble.EMPTY)
        if part.size > MOST_OCTETS:
            return told(Trouble.TOO_LARGE)
        if kind is PreviewKind.PDF:
            return told()
        if kind is PreviewKind.PICTURE:
            return told(octets=b"".join(content()))
        if kind is PreviewKind.ARCHIVE:
            answer = self._ask({"look": "listing"}, content)
            if answer is None:
                return told(Trouble.FAILED)
            found, rest = json.loads(answer)
            return told(members=tuple(ArchiveMember(*one) for one in found), rest=rest)
        if kind is PreviewKind.WORDS:
            document = document_kind(part.media_type, name) or DocumentKind.TEXT
            question = {"look": "text", "kind": document.value, "charset": part.charset}
            answer = self._ask(question, content)
            if answer is None:
                return told(Trouble.FAILED)
            text, rest = json.loads(answer)
            text, more = shown_text(text)
            return told(None if text.strip() else Trouble.EMPTY, text=text, rest=rest + more)
        if kind is PreviewKind.MAIL:
            return told(mail=_mail(number, b"".join(content())))
        return told(None, **_of_text(kind, part, self._text(part, content)))

    def page(
        self, message: MessageId, number: str, page: int, *, width: int, words: str = ""
    ) -> PdfPage | None:
        """A page of a local PDF (from 0), ``width`` pixels wide, ``words`` marked; None: broken."""
        part, content = self._part(message, number)
        if part.size > MOST_OCTETS:
            return None
        question = {"look": "page", "page": page, "width": width, "words": words}
        answer = self._ask(question, content)
        if answer is None:
            return None
        start = _LENGTH.size + _LENGTH.unpack(answer[: _LENGTH.size])[0]
        head = json.loads(answer[_LENGTH.size : start])
        return PdfPage(
            min(page, head["pages"] - 1),
            head["pages"],
            head["width"],
            head["height"],
            answer[start:],
            head["text"],
            tuple(tuple(one) for one in head["marks"]),
        )

    def pages_with(self, message: MessageId, number: str, words: str) -> tuple[int, ...]:
        """Pages (from 0) of a local PDF that hold these words."""
        part, content = self._part(message, number)
        if not words.strip() or part.size > MOST_OCTETS:
            return ()
        answer = self._ask({"look": "find", "words": words}, content)
        return () if answer is None else tuple(json.loads(answer))

    # -- several -----------------------------------------------------------------------------------

    def save_all(
        self,
        files: Sequence[tuple[MessageId, str]],
        folder: Path,
        progress: Callable[[int, int], None] | None = None,
    ) -> SavedFiles:
        """Local parts into a folder, each under a name that is free there.

        NOT_FOUND | NOT_LOCAL | DISK_FULL | NOT_WRITABLE: those before are saved. ``progress`` is
        told how many of them are done, and may raise Cancelled.
        """
        names: list[str] = []
        octets = 0
        for done, (message, number) in enumerate(files):
            if progress is not None:
                progress(done, len(files))
            part, content = self._part(message, number)
            target = free_name(folder, safe_filename(part.filename, part.media_type))
            octets += write_file(target, content())
            names.append(target.name)
        return SavedFiles(tuple(names), octets)

    # -- inside ------------------------------------------------------------------------------------

    def _part(self, message: MessageId, number: str) -> tuple[Part, Content]:
        """A local part, or a file in an attached message that is here."""
        from mel_desktop.services import inner_files  # noqa: PLC0415 seldom

        with self._database.read() as reader:
            found = rows.part(reader, message, number)
            if found is None and container_of(number):
                inner, octets = inner_files.octets_of(reader, message, number)
                return inner, lambda: iter((octets,))
        if found is None:
            raise LocalRefusal(ErrorCode.NOT_FOUND, kind="part")
        if not found.complete or found.blob is None:
            raise LocalRefusal(ErrorCode.NOT_LOCAL, message=message)
        return found.part, partial(self._chunks, found.blob)

    def _chunks(self, blob: int) -> Iterator[bytes]:
        with self._database.read() as reader:
            yield from blobs.read(reader, blob)

    def _ask(self, question: Mapping[str, object], content: Content) -> bytes | None:
        # Drawn first: a reader of the store is not held while a document is being read.
        pieces = list(content())
        size = sum(map(len, pieces))
        return self._looker.look({**question, "size": size}, pieces)

    def _text(self, part: Part, content: Content) -> str:
        some: list[bytes] = []
        size = 0
        for chunk in content():
            some.append(chunk)
            size += len(chunk)
            if size > MOST_TEXT_OCTETS:
                break
        return decode_text(b"".join(some)[:MOST_TEXT_OCTETS], part.charset)


def _of_text(kind: PreviewKind, part: Part, text: str) -> dict[str, object]:
    """What stands in a text, by its kind; the text itself always."""
    from mel_desktop.formats.icalendar_reading import read_calendar  # noqa: PLC0415 seldom
    from mel_desktop.logic.previewing import shown_text, table  # noqa: PLC0415 seldom

    shown, rest = shown_text(text)
    found: dict[str, object] = {"text": shown, "rest": rest}
    if kind is PreviewKind.TABLE:
        found["rows"], found["rest"] = table(text, tabs=last_ending(part.filename) == "tsv")
    elif kind is PreviewKind.CONTACTS:
        cards = [one for one in cards_of(shown) if isinstance(one, Card)]
        found["cards"] = tuple(contact_of(one.entry) for one in cards[:MOST_CARDS])
        found["rest"] = max(0, len(cards) - MOST_CARDS)
    elif kind is PreviewKind.CALENDAR:
        found["text"] = summary(shown.replace("\r\n", "\n")) or shown
        events = read_calendar(text.encode("utf-8"), most_events=MOST_EVENTS).events
        if events:
            found["events"] = tuple(sorted(events, key=lambda one: one.starts))
            found["rest"] = max(0, text.upper().count("BEGIN:VEVENT") - len(events))
    return found


def _mail(number: str, raw: bytes) -> AttachedMail:
    from mel_desktop.logic.attached_files import numbered  # noqa: PLC0415 seldom
    from mel_desktop.logic.previewing import shown_text  # noqa: PLC0415 seldom

    whole = read_whole(raw)
    fields = parse_header(whole.header)
    text, _ = shown_text(whole.text.text)
    return AttachedMail(
        subject=fields.subject,
        sender=fields.sender,
        to=fields.to,
        cc=fields.cc,
        sent_at=fields.date,
        text=text,
        files=numbered(number, whole),
    )


def free_name(folder: Path, name: str) -> Path:
    """A path in the folder that nothing has: "devoir.pdf", "devoir (2).pdf" ... NOT_WRITABLE."""
    stem, dot, ending = name.rpartition(".")
    if not dot:
        stem, ending = name, ""
    for number in range(1, MOST_NAMES):
        path = folder / (name if number == 1 else f"{stem} ({number}){dot}{ending}")
        if not path.exists() and not path.is_symlink():
            return path
    raise LocalRefusal(ErrorCode.USAGE, why="names")
