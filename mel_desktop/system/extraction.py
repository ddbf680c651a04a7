"""ports.TextExtractor: text of documents, taken out in a process of its own that may die of it.

Rule 1: a document travels by pipe: no file, no argument, no variable holds anything of it.
Rule 2: every document has a deadline; whatever goes wrong ends the process, and a new one follows.
        A process that does not even begin is no document's fault: LocalRefusal, nothing is judged.
Rule 3: one document at a time. The process goes when it idles, with the vault, and with us.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
from collections.abc import Iterable, Mapping
from logging import getLogger
from typing import IO, TYPE_CHECKING, Final

from mel_desktop.model.documents import Document, Extracted, ExtractedState
from mel_desktop.model.errors import Cancelled, ErrorCode, LocalRefusal
from mel_desktop.system.child_environment import KEPT

if TYPE_CHECKING:
    import subprocess

log = getLogger("mel.system")

DEADLINE_S: Final = 30.0
START_S: Final = 60.0  # an antivirus may look at it first
DOCUMENTS: Final = 50  # then the process is replaced: what a library leaks goes with it
MOST_ANSWER: Final = 8 * 1024 * 1024
MOST_LOOK: Final = 32 * 1024 * 1024  # a page drawn
FLAG: Final = "--extract-worker"  # of a frozen program, which cannot be asked for a module


class ProcessExtractor:
    """Extracts in a child. ``close`` it."""

    def __init__(self, deadline_s: float = DEADLINE_S) -> None:
        self._deadline_s = deadline_s
        self._turn = threading.Lock()
        self._guard = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._job: int | None = None
        self._done = 0
        self._closed = False

    def extract(self, document: Document, content: Iterable[bytes]) -> Extracted:
        """Text of one document; FAILED for what kills the process or takes too long.

        Cancelled; LocalRefusal(NOT_FOUND) where no process can be started.
        """
        from mel_desktop.system.extraction_worker import (  # noqa: PLC0415 first needed here
            DONE,
            NOTHING,
        )

        head = {"kind": document.kind.value, "charset": document.charset, "size": document.size}
        answer = self._serve(head, content, MOST_ANSWER)
        if answer is None:
            return Extracted(ExtractedState.FAILED)
        states = {DONE: ExtractedState.DONE, NOTHING: ExtractedState.NOTHING}
        state = states.get(answer[0], ExtractedState.FAILED)
        return Extracted(state, answer[1].decode("utf-8", "replace"))

    def look(self, question: Mapping[str, object], content: Iterable[bytes]) -> bytes | None:
        """What system.looking answers; None for what kills the process, or cannot be read.

        ``question`` has "look" and "size" at least. Cancelled; LocalRefusal(NOT_FOUND).
        """
        from mel_desktop.system.extraction_worker import DONE  # noqa: PLC0415 first needed here

        answer = self._serve(question, content, MOST_LOOK)
        return answer[1] if answer is not None and answer[0] == DONE else None

    def _serve(
        self, head: Mapping[str, object], content: Iterable[bytes], most: int
    ) -> tuple[bytes, bytes] | None:
        """Outcome and answer of the process; None when it died of it or took too long."""
        with self._turn:
            child = self._ready()
            late = threading.Event()

            def end() -> None:
                late.set()
                child.kill()

            watch = threading.Timer(self._deadline_s, end)
            watch.daemon = True
            watch.start()
            try:
                answer = _ask(child, head, content, most)
            except (OSError, EOFError, ValueError) as error:
                log.info("a document ended its reader: %s", type(error).__name__)
                self._end()
                if self._closed:
                    raise Cancelled from error
                return None
            except BaseException:  # the content could not be read: the child waits for its rest
                self._end()
                raise
            finally:
                watch.cancel()
                watch.join()
            self._done += 1
            if self._done >= DOCUMENTS or late.is_set():  # just too late: its answer counts
                self._end()
            return answer

    def rest(self) -> None:
        """Nothing more for now: the process ends, and its memory is free."""
        with self._turn:
            self._end()

    def close(self) -> None:
        """End it, from any thread; a document under way raises Cancelled."""
        with self._guard:
            self._closed = True
            if self._child is not None:
                self._child.kill()
        self.rest()

    def _ready(self) -> subprocess.Popen[bytes]:
        from mel_desktop.system import windows_job  # noqa: PLC0415 first needed here
        from mel_desktop.system.extraction_worker import MEMORY  # noqa: PLC0415 first needed here

        with self._guard:
            if self._closed:
                raise Cancelled
            if self._child is not None:
                return self._child
            try:
                child = self._child = _start()
            except OSError as error:
                raise LocalRefusal(ErrorCode.NOT_FOUND, kind="extractor") from error
            self._done = 0
            if sys.platform == "win32":
                self._job = windows_job.confine(int(child._handle), MEMORY)
        self._greet(child)
        return child

    def _greet(self, child: subprocess.Popen[bytes]) -> None:
        """Wait until it is confined and reads."""
        from mel_desktop.system.extraction_worker import READY  # noqa: PLC0415 first needed here

        assert child.stdout is not None
        watch = threading.Timer(START_S, child.kill)
        watch.daemon = True
        watch.start()
        said = child.stdout.read(len(READY))
        watch.cancel()
        if said != READY:
            self._end()
            if self._closed:
                raise Cancelled
            raise LocalRefusal(ErrorCode.NOT_FOUND, kind="extractor")

    def _end(self) -> None:
        from mel_desktop.system import windows_job  # noqa: PLC0415 first needed here

        with self._guard:
            child, self._child = self._child, None
            job, self._job = self._job, None
        if child is not None:
            child.kill()
            for pipe in (child.stdin, child.stdout):
                if pipe is not None:
                    _shut(pipe)
            child.wait()
        if job is not None:
            windows_job.close(job)


def _start() -> subprocess.Popen[bytes]:
    import subprocess  # noqa: PLC0415 first needed here

    words = (
        [FLAG] if getattr(sys, "frozen", False) else ["-m", "mel_desktop.system.extraction_worker"]
    )
    flags = getattr(subprocess, "CREATE_NO_WINDOW", 0) | getattr(
        subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0
    )
    return subprocess.Popen(  # noqa: S603 ourselves
        [sys.executable, *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={name: os.environ[name] for name in KEPT if name in os.environ},
        creationflags=flags,
    )


def _ask(
    child: subprocess.Popen[bytes], asked: Mapping[str, object], content: Iterable[bytes], most: int
) -> tuple[bytes, bytes]:
    """OSError and EOFError when the child is gone."""
    from mel_desktop.system.extraction_worker import LENGTH  # noqa: PLC0415 first needed here

    assert child.stdin is not None
    assert child.stdout is not None
    head = json.dumps(dict(asked)).encode()
    child.stdin.write(LENGTH.pack(len(head)) + head)
    sent = 0
    for chunk in content:
        sent += len(chunk)
        child.stdin.write(chunk)
    if sent != asked["size"]:
        raise ValueError("a document of another size")
    child.stdin.flush()
    told = _read(child.stdout, 1 + LENGTH.size)
    size = LENGTH.unpack(told[1:])[0]
    if size > most:
        raise ValueError("an answer out of all bounds")
    return told[:1], _read(child.stdout, size)


def _read(pipe: IO[bytes], size: int) -> bytes:
    data = pipe.read(size)
    if len(data) != size:
        raise EOFError
    return data


def _shut(pipe: IO[bytes]) -> None:
    with contextlib.suppress(OSError):  # what is still in its buffer has nobody to go to
        pipe.close()
