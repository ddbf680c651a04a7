"""A message put together again from what is here of it: header, text, files. Says so itself.

It is never the message as it was received: its structure and encodings are made anew. The field
``X-Mel-Desktop-Rebuilt`` says what was here, ``X-Mel-Desktop-Missing`` names each part that was
not. Memory does not grow with the size of files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from mel_desktop.logic.compose import AttachedFile, Outgoing, compose, one_line
from mel_desktop.logic.mime_structure import header_end
from mel_desktop.model.mail import Part

REBUILT: Final = "X-Mel-Desktop-Rebuilt"
MISSING: Final = "X-Mel-Desktop-Missing"
_OURS: Final = (b"mime-version", b"content-")
_MOST_HEAD: Final = 1024 * 1024


def rebuild(
    message: Outgoing,
    header: bytes,
    files: Sequence[AttachedFile],
    missing: Sequence[Part],
    *,
    has_text: bool,
) -> Iterator[bytes]:
    """``header``: the whole block as received, b"" where it is not here. ``missing``: parts."""
    here = [
        "header" if header.strip() else "header fields",
        *(["text"] if has_text else []),
        f"{len(files)} files",
    ]
    told = [f"{REBUILT}: {', '.join(here)}; not the original octets"]
    if not has_text:
        told.append(f"{MISSING}: text")
    told += [
        f"{MISSING}: {one.number} {one.media_type} {one.size} {_ascii(one.filename)}".rstrip()
        for one in missing
    ]
    marks = "".join(f"{line}\r\n" for line in told).encode("ascii", "replace")
    pieces = iter(compose(message, files))
    head, rest = _split(pieces)
    if header.strip():
        kept = _fields(header, ours=False)
        yield marks + kept + _fields(head, ours=True) + b"\r\n"
    else:
        if not message.message_id:  # it had none, or none that was told
            head = head.replace(b"Message-ID: <>\r\n", b"")
        yield marks + head.rstrip(b"\r\n") + b"\r\n\r\n"
    yield rest
    yield from pieces


def _split(pieces: Iterable[bytes]) -> tuple[bytes, bytes]:
    """(header block, what came of the body with it)."""
    held = b""
    for piece in pieces:
        held += piece
        at = held.find(b"\r\n\r\n")
        if at >= 0:
            return held[: at + 2], held[at + 4 :]
    return held, b""


def _fields(block: bytes, *, ours: bool) -> bytes:
    """Fields of a header block that say how the body is made (or all others), as they stand."""
    end, _ = header_end(block[:_MOST_HEAD])
    kept: list[bytes] = []
    taking = False
    for line in block[:end].replace(b"\r\n", b"\n").split(b"\n"):
        if not line:
            continue
        if line[:1] not in b" \t":
            taking = line.lower().startswith(_OURS) is ours and b":" in line
        if taking:
            kept.append(line + b"\r\n")
    return b"".join(kept)


def _ascii(text: str) -> str:
    return one_line(text).encode("ascii", "backslashreplace").decode("ascii")
