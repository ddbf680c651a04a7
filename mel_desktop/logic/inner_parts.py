"""Files that are no leaves of a message but lie inside of one: in winmail.dat, in a text, or in a
message that is attached (attached_files).

They are numbered after it: "2!1" is the first in section 2. No IMAP section has such a number
(RFC 3501 6.4.5), so a server is never asked for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from mel_desktop.logic.mime_parameters import safe_filename
from mel_desktop.logic.winmail import FILES_CAP, KINDS, Winmail
from mel_desktop.model.mail import Part

MARK: Final = "!"
_TYPES: Final = {
    "csv": "text/csv", "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "eml": "message/rfc822", "gif": "image/gif", "htm": "text/html", "html": "text/html",
    "ics": "text/calendar", "jpeg": "image/jpeg", "jpg": "image/jpeg",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odt": "application/vnd.oasis.opendocument.text", "pdf": "application/pdf",
    "png": "image/png", "ppt": "application/vnd.ms-powerpoint",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "rtf": "application/rtf", "txt": "text/plain", "vcf": "text/vcard", "webp": "image/webp",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}  # fmt: skip
_UNKNOWN: Final = "application/octet-stream"

Inner = tuple[Part, bytes]  # a file and its octets


def container_of(number: str) -> str:
    """What holds the file of this number, a section or a file; "" for what is a section itself."""
    return number.rpartition(MARK)[0]


def is_leaf(number: str) -> bool:
    """Whether it is the number of a section: not the whole message, no file inside of a part."""
    return bool(number) and MARK not in number


def of_text(container: Part, files: Iterable[tuple[str, bytes]]) -> tuple[Inner, ...]:
    """Files that stood in a text, as parts."""
    return tuple(
        (_part(container, place, name, "", "", len(octets)), octets)
        for place, (name, octets) in enumerate(files, 1)
    )


def of_winmail(container: Part, envelope: Winmail) -> tuple[Inner, ...]:
    """Files of an envelope, as parts."""
    return tuple(
        (_part(container, place, one.name, one.media_type, one.content_id, len(one.octets)),
         one.octets)
        for place, one in enumerate(envelope.files, 1)
    )  # fmt: skip


def without_read_containers(parts: Sequence[Part]) -> list[Part]:
    """Without winmail.dat that was read whole: its files are there themselves."""
    sizes: dict[str, list[int]] = {}
    for part in parts:
        if container := container_of(part.number):
            sizes.setdefault(container, []).append(part.size)
    opened = {number for number, found in sizes.items() if all(found) and len(found) < FILES_CAP}
    return [one for one in parts if one.media_type not in KINDS or one.number not in opened]


def _part(
    container: Part, place: int, name: str, media_type: str, content_id: str, size: int
) -> Part:
    name = safe_filename(name, media_type)
    if not media_type or media_type == _UNKNOWN:
        media_type = _TYPES.get(name.rpartition(".")[2].casefold(), _UNKNOWN)
    is_picture = media_type.startswith("image/")
    return Part(
        number=f"{container.number}{MARK}{place}",
        media_type=media_type,
        charset="",
        encoding="",
        disposition="inline" if content_id and is_picture else "attachment",  # HTML may draw it
        filename=name,
        content_id=content_id,
        size=size,
        within=container.within,
    )
