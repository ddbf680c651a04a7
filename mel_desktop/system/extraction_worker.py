"""The process that takes text out of documents: ``python -m mel_desktop.system.extraction_worker``.

It reads documents from standard input and writes their text to standard output; it opens no file,
holds no secret and has no network where the system lets it be taken away. Whatever a hostile
document makes of it ends with it.

First it says READY, once it is confined. Frames, numbers big endian: in: u32 length of a JSON head
{"kind", "charset", "size"}, the head, the octets. Out: one octet (DONE...), u32 length, UTF-8 text.
With "look" in the head, the answer is what system.looking makes of it.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import re
import signal
import struct
import sys
from typing import Any, BinaryIO, Final

from mel_desktop.model.documents import DocumentKind

if sys.platform != "win32":
    import resource

LENGTH: Final = struct.Struct(">I")
MEMORY: Final = 512 * 1024 * 1024  # address space of this process
CPU_S: Final = 20  # of one document
MOST_TEXT: Final = 2_000_000  # letters
MOST_PLAIN: Final = 16 * 1024 * 1024  # octets of a text that are looked at
DONE, NOTHING, FAILED = b"d", b"n", b"f"
READY: Final = b"r"

_PR_SET_PDEATHSIG: Final = 1  # linux/prctl.h
_CLONE_NEWUSER: Final = 0x10000000  # linux/sched.h
_CLONE_NEWNET: Final = 0x40000000


def main() -> int:
    """Serve until the input ends."""
    confine()
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    sink.write(READY)
    sink.flush()
    while (head := source.read(LENGTH.size)) and len(head) == LENGTH.size:
        asked = json.loads(source.read(LENGTH.unpack(head)[0]))
        allow_cpu()
        octets = _octets(source, asked["size"])
        if "look" in asked:
            outcome, data = _look(asked, octets)
        else:
            outcome, text = extract(asked["kind"], asked["charset"], octets)
            data = text.encode("utf-8", "replace")
        del octets
        sink.write(outcome + LENGTH.pack(len(data)) + data)
        sink.flush()
    return 0


def extract(kind: str, charset: str, data: bytes) -> tuple[bytes, str]:
    """Outcome and text of one document. Never raises what a document can cause, memory aside."""
    try:
        text = _text(DocumentKind(kind), charset, data)
    except (ValueError, RecursionError):
        return FAILED, ""
    text = _one_line(text)
    return (DONE, text) if text else (NOTHING, "")


def _look(asked: dict[str, Any], data: bytes) -> tuple[bytes, bytes]:
    from mel_desktop.system.looking import look  # noqa: PLC0415 previews only

    try:
        return DONE, look(asked, data, _text)
    except (ValueError, RecursionError, KeyError):
        return FAILED, b""


def _text(kind: DocumentKind, charset: str, data: bytes) -> str:
    # Each library is loaded for the first document that needs it.
    if kind is DocumentKind.PDF:
        from mel_desktop.formats.pdf_text import pdf_text  # noqa: PLC0415

        return pdf_text(data)
    if kind is DocumentKind.OFFICE:
        from mel_desktop.formats.office_text import office_text  # noqa: PLC0415

        return office_text(data)
    if kind is DocumentKind.MESSAGE:
        from mel_desktop.logic.message_text import message_text  # noqa: PLC0415

        return message_text(data, _text)
    if kind is DocumentKind.WHOLE:
        from mel_desktop.logic.message_text import files_text  # noqa: PLC0415

        return files_text(data, _text)
    data = data[:MOST_PLAIN]
    if kind is DocumentKind.RTF:
        from mel_desktop.logic.rtf_text import rtf_text  # noqa: PLC0415

        return rtf_text(data)
    from mel_desktop.logic.mime_charsets import decode_text  # noqa: PLC0415

    text = decode_text(data, charset)
    if kind is DocumentKind.HTML:
        from mel_desktop.logic.html_text import html_to_text  # noqa: PLC0415

        return html_to_text(text)
    return text


def _one_line(text: str) -> str:
    """With single spaces, at most MOST_TEXT letters; a copy of what is told only, not of it all."""
    words: list[str] = []
    letters = 0
    for word in re.finditer(r"\S+", text):
        words.append(word[0])
        letters += len(word[0]) + 1
        if letters > MOST_TEXT:
            break
    return " ".join(words)[:MOST_TEXT]


def _octets(source: BinaryIO, size: int) -> bytes:
    data = source.read(size)
    if len(data) != size:
        raise EOFError
    return data


def confine() -> None:
    """Give up what is not needed. What the system does not let go is left."""
    if sys.platform == "win32":  # the job object of the parent limits memory (system.windows_job)
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the program
    with contextlib.suppress(OSError):
        os.nice(15)
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        with contextlib.suppress(AttributeError):
            libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            if libc.unshare(_CLONE_NEWNET) != 0:  # root may; others first become somebody else
                libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
    for limit, value in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
    ):
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(limit, (value, value))


def allow_cpu() -> None:
    """CPU_S seconds more; then the system ends the process."""
    if sys.platform != "win32":
        used = resource.getrusage(resource.RUSAGE_SELF)
        soft = int(used.ru_utime + used.ru_stime) + CPU_S
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


if __name__ == "__main__":
    sys.exit(main())
