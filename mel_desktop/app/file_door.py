"""The door to messages in files (.eml): ``facade.message_files``. Nothing of them is stored.

Rule: a file is read once, whole, and closed; nothing in it is fetched from anywhere.
"""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Final

from mel_desktop.logic.envelopes import files_in
from mel_desktop.logic.inner_parts import container_of, without_read_containers
from mel_desktop.logic.mime import decode_octets, listed_files, parse_header
from mel_desktop.logic.mime_structure import split_structure
from mel_desktop.logic.sanitize import sanitize
from mel_desktop.logic.whole import read_whole
from mel_desktop.model.errors import ErrorCode, LocalRefusal, StoreTrouble
from mel_desktop.model.mail import FileMessage, Part
from mel_desktop.model.values import dataclass

MOST_OCTETS: Final = 64 * 1024 * 1024  # as services.reading
PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/jpg", "image/gif", "image/webp"})
MOST_PICTURE: Final = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A message from a file, and its parts."""

    message: FileMessage
    raw: bytes

    def octets(self, part: Part) -> bytes:
        """A part, decoded. LocalRefusal(NOT_FOUND)."""
        container = container_of(part.number)
        for one in split_structure(self.raw):
            if one.part.number == (container or part.number):
                octets = decode_octets(self.raw[one.start : one.end], one.part.encoding)
                if not container:
                    return octets
                for inner, inside in files_in(one.part, octets):
                    if inner.number == part.number:
                        return inside
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="part")

    def picture(self, content_id: str) -> tuple[str, bytes] | None:
        """(media type, octets) of a cid: picture, else None."""
        wanted = content_id.strip().removeprefix("cid:").strip("<>").casefold()
        for one in split_structure(self.raw) if wanted else ():
            part = one.part
            is_it = part.content_id.casefold() == wanted and part.media_type in PICTURES
            if is_it and one.end - one.start <= 2 * MOST_PICTURE:
                return part.media_type, decode_octets(self.raw[one.start : one.end], part.encoding)
        return None


class FileDoor:
    """Opens message files to be read only."""

    def open(self, path: Path) -> OpenedFile:
        """LocalRefusal(BAD_FILE: cannot be read, is no plain file or no message; TOO_LARGE)."""
        return opened(_octets(path))

    def save(self, file: OpenedFile, part: Part, target: Path) -> int:
        """Write a part where a person chose; octets. StoreTrouble(NOT_WRITABLE)."""
        octets = file.octets(part)
        try:
            target.write_bytes(octets)
        except OSError as error:
            raise StoreTrouble(ErrorCode.NOT_WRITABLE, errno=error.errno or 0) from error
        return len(octets)


def opened(raw: bytes) -> OpenedFile:
    """A message by its octets. LocalRefusal(BAD_FILE): it has no header of a message."""
    fields = parse_header(raw)
    if not fields.headers:
        raise LocalRefusal(ErrorCode.BAD_FILE, why="no-message")
    whole = read_whole(raw)
    safe = sanitize(whole.text.html) if whole.text.html else None
    html = "" if safe is None else safe.html
    return OpenedFile(
        FileMessage(
            subject=fields.subject,
            sender=fields.sender,
            to=fields.to,
            cc=fields.cc,
            sent_at=fields.date,
            text=whole.text.text,
            html_safe=html,
            blocked_remote=0 if safe is None else len(safe.blocked_remote),
            attachments=listed_files(
                without_read_containers([*whole.parts, *whole.text.inner]), html
            ),
        ),
        raw,
    )


def _octets(path: Path) -> bytes:
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe or a device would never end
            raise LocalRefusal(ErrorCode.BAD_FILE, why="no-file")
        with path.open("rb") as stream:
            raw = stream.read(MOST_OCTETS + 1)
    except (OSError, ValueError) as error:
        number = error.errno if isinstance(error, OSError) else 0
        raise LocalRefusal(ErrorCode.BAD_FILE, errno=number or 0) from error
    if len(raw) > MOST_OCTETS:
        raise LocalRefusal(ErrorCode.TOO_LARGE, size=len(raw), limit=MOST_OCTETS)
    return raw
