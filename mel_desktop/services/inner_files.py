"""Files inside of parts (logic.inner_parts), found and read from what is on this PC.

Nothing here opens a connection: ``ReadingService.fetch`` brings the container first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mel_desktop.logic.attached_files import DEPTH, files_of, is_message
from mel_desktop.logic.envelopes import CONTAINER_CAP, files_in, read_envelope
from mel_desktop.logic.inner_parts import MARK, Inner, container_of
from mel_desktop.logic.mime import Readable, decode_octets
from mel_desktop.logic.mime_structure import split_structure
from mel_desktop.logic.winmail import KINDS
from mel_desktop.model.errors import ErrorCode, LocalRefusal, StoreTrouble
from mel_desktop.model.mail import MessageId, Part
from mel_desktop.store import blobs
from mel_desktop.store import reading as rows
from mel_desktop.store.database import Reader

OPENED_UNASKED: Final = 8 * 1024 * 1024  # octets of winmail.dat that showing a message reads


def listed(
    reader: Reader, message: MessageId, parts: Sequence[rows.StoredPart]
) -> tuple[rows.StoredPart, ...]:
    """The parts, with the files of a winmail.dat that came but was not looked into yet. They stand
    ahead of the whole message, as if still to be fetched: that costs nothing and keeps them.
    """
    known = {container_of(one.part.number) for one in parts}
    out = list(parts)
    for one in parts:
        if (
            one.part.media_type in KINDS and one.part.number not in known
            and one.complete and one.part.size <= OPENED_UNASKED
        ):  # fmt: skip
            try:
                found = all_in(reader, message, one.part.number)
            except (LocalRefusal, StoreTrouble):  # damaged: the message is shown all the same
                continue
            place = next((at for at, some in enumerate(out) if not some.part.number), len(out))
            out[place:place] = [rows.StoredPart(part, None, 0, complete=False) for part, _ in found]
    return tuple(out)


def octets_of(reader: Reader, message: MessageId, number: str) -> Inner:
    """An inner file and its octets, its own or out of its container.

    NOT_FOUND | NOT_LOCAL | TOO_LARGE.
    """
    known = rows.part(reader, message, number)
    if known is not None and known.complete:
        return known.part, _octets(reader, known)
    for part, octets in all_in(reader, message, container_of(number)):
        if part.number == number:
            return part, octets
    raise LocalRefusal(ErrorCode.NOT_FOUND, kind="part")


def all_in(reader: Reader, message: MessageId, container: str) -> tuple[Inner, ...]:
    """Every file inside of a part. NOT_FOUND | NOT_LOCAL | TOO_LARGE."""
    part, octets = _container(reader, message, container)
    return files_of(part, octets) if is_message(part) else files_in(part, octets)


def envelope(parts: Sequence[rows.StoredPart]) -> rows.StoredPart | None:
    """The winmail.dat of a message, the first if there are more."""
    return next((one for one in parts if one.part.media_type in KINDS), None)


def envelope_text(reader: Reader, message: MessageId, container: str) -> Readable | None:
    """What a winmail.dat that is here has to read. NOT_FOUND | NOT_LOCAL | TOO_LARGE."""
    _, octets = _container(reader, message, container)
    return read_envelope(octets)


def is_in_message(reader: Reader, message: MessageId, number: str) -> bool:
    """Whether a file lies in an attached message, or deeper: that is never stored by itself, else
    the message around would have it among its own. NOT_FOUND.
    """
    container = container_of(number)
    found = rows.part(reader, message, container) if container else None
    if found is not None:
        return is_message(found.part)
    if not container_of(container):
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="part")
    return True


def _container(reader: Reader, message: MessageId, number: str) -> tuple[Part, bytes]:
    """What holds files, and its decoded octets: its own, cut out of the whole message, or of the
    message that it lies in.
    """
    if number.count(MARK) > DEPTH:
        raise LocalRefusal(ErrorCode.TOO_LARGE, size=number.count(MARK), limit=DEPTH)
    if container_of(number):
        part, octets = octets_of(reader, message, number)
        if len(octets) > CONTAINER_CAP:
            raise LocalRefusal(ErrorCode.TOO_LARGE, size=len(octets), limit=CONTAINER_CAP)
        return part, octets
    found = rows.part(reader, message, number)
    if found is None or not number:
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="part")
    if found.complete:
        return found.part, _octets(reader, found)
    whole = rows.part(reader, message, rows.WHOLE)
    if whole is None or not whole.complete:
        raise LocalRefusal(ErrorCode.NOT_LOCAL, message=message)
    raw = _octets(reader, whole)
    for one in split_structure(raw):
        if one.part.number == number:
            return one.part, decode_octets(raw[one.start : one.end], one.part.encoding)
    raise LocalRefusal(ErrorCode.NOT_FOUND, kind="part")


def _octets(reader: Reader, one: rows.StoredPart) -> bytes:
    if one.part.size > CONTAINER_CAP:
        raise LocalRefusal(ErrorCode.TOO_LARGE, size=one.part.size, limit=CONTAINER_CAP)
    assert one.blob is not None
    return b"".join(blobs.read(reader, one.blob))
