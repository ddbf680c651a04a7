"""Messages of one mailbox file or folder, one after the other, their octets in pieces.

Each must be read to its end before the next one: they share the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from mel_desktop.formats import maildir
from mel_desktop.formats.mail_status import Status
from mel_desktop.logic.mime_dates import parse_date
from mel_desktop.model.transfer import Problem, SourceKind
from mel_desktop.services.letter import PIECE, UNREADABLE, Letter, Unreadable
from mel_desktop.services.path_words import as_key, as_told

if TYPE_CHECKING:
    from mel_desktop.formats.mbox import Event
    from mel_desktop.services.import_sources import Box

NO_FROM_LINE: Final = "no-from-line"


def letters(root: Path, box: Box, position: str) -> Iterator[Letter | Problem]:
    """Messages of a mailbox from a position on. What cannot be read comes as a Problem."""
    if box.kind is SourceKind.MBOX:
        path = root / box.path if box.path else root
        try:
            with path.open("rb") as file:
                yield from _of_mbox(file, box, int(position or 0))
        except (OSError, Unreadable):
            yield Problem(as_told(box.path or path.name), 0, UNREADABLE)
    else:
        yield from _of_folder(root, box, position)


def _of_mbox(file: BinaryIO, box: Box, start: int) -> Iterator[Letter | Problem]:
    from mel_desktop.formats.mbox import Begin, Stray, events  # noqa: PLC0415 seldom

    name = as_told(box.path or Path(file.name).name)
    stream = _guarded(events(file, start))
    for event in stream:
        if isinstance(event, Stray):
            yield Problem(name, event.position, NO_FROM_LINE)
        elif isinstance(event, Begin):
            said = event.line[5:].decode("utf-8", "replace").strip()
            sender, _, date = said.partition(" ")
            letter = Letter(
                name,
                event.position,
                iter(()),
                dated=parse_date(date or sender),
                is_sure=sender not in ("-", ""),
                unix=True,
            )
            letter.pieces = _pieces(stream, letter)
            yield letter
            for _ in letter.pieces:  # what was not wanted of it
                pass


def _guarded(stream: Iterator[Event]) -> Iterator[Event]:
    try:
        yield from stream
    except OSError as error:
        raise Unreadable from error


def _pieces(stream: Iterator[Event], letter: Letter) -> Iterator[bytes]:
    from mel_desktop.formats.mbox import End  # noqa: PLC0415 seldom

    for event in stream:
        if isinstance(event, End):
            letter.after = str(event.position)
            return
        if isinstance(event, bytes):
            yield event


def _of_folder(root: Path, box: Box, position: str) -> Iterator[Letter | Problem]:
    from mel_desktop.services.import_sources import messages_of  # noqa: PLC0415 seldom

    folder = root / box.path if box.path else root
    known: dict[str, str] = {}
    try:
        files = messages_of(root, box)
        if box.kind is SourceKind.MAILDIR and (folder / "dovecot-keywords").is_file():
            known = maildir.dovecot_keywords(
                (folder / "dovecot-keywords").read_text("utf-8", "replace")
            )
    except OSError:
        yield Problem(as_told(box.path or folder.name), 0, UNREADABLE)
        return
    for path in files:
        key = as_key(f"{path.parent.name}/{path.name}")
        if position and key <= position:
            continue
        name = as_told(path.relative_to(root).as_posix() if path != root else path.name)
        try:
            with path.open("rb") as file:
                changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
                status = Status()
                if box.kind is SourceKind.MAILDIR and not box.mozilla:
                    status = maildir.status_of(path.name, known)
                yield Letter(name, 0, _read(file), dated=changed, status=status, after=key)
        except (OSError, ValueError, OverflowError):  # also a date that is none
            yield Problem(name, 0, UNREADABLE)


def _read(file: BinaryIO) -> Iterator[bytes]:
    try:
        while piece := file.read(PIECE):
            yield piece
    except OSError as error:
        raise Unreadable from error
