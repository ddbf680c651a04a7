"""The program, loaded once and forked for each command: starting it costs a second of a processor.

What is forked is a process as any other: memory, files, descriptors, environment, working folder
and end of its own. Tests that are about the start itself start ``python -m mel_desktop``.

``python -m tests.support.forking``, with a socket as its standard input: one request after another.
"""

from __future__ import annotations

import array
import atexit
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
MOST_OCTETS = 1 << 20


class Forking:
    """The end of the tests. One command at a time."""

    def __init__(self) -> None:
        self._ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._turn = threading.Lock()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.support.forking"],
                stdin=theirs,
                cwd=ROOT,
                env={**os.environ, "LANG": "fr_FR.UTF-8", "PYTHONPATH": str(ROOT)},
            )
        atexit.register(self.close)

    def run(
        self, words: Sequence[str], environment: dict[str, str], folder: Path, seconds: float
    ) -> subprocess.CompletedProcess[bytes]:
        """``python -m mel_desktop WORDS``, to its end. TimeoutExpired kills it."""
        with self._turn:
            out, out_there = os.pipe()
            err, err_there = os.pipe()
            request = {"words": list(words), "environment": environment, "folder": str(folder)}
            there = array.array("i", [out_there, err_there])
            try:
                self._ours.sendmsg(
                    [json.dumps(request).encode()],
                    [(socket.SOL_SOCKET, socket.SCM_RIGHTS, there)],
                )
            finally:
                os.close(out_there)
                os.close(err_there)
            said = [b"", b""]
            readers = [
                threading.Thread(target=_read, args=(end, said, at))
                for at, end in enumerate((out, err))
            ]
            for reader in readers:
                reader.start()
            try:
                self._ours.settimeout(seconds)
                child = int(self._ours.recv(64))
                try:
                    code = int(self._ours.recv(64))
                except TimeoutError:
                    os.kill(child, 9)
                    self._ours.recv(64)
                    raise subprocess.TimeoutExpired(list(words), seconds) from None
            finally:
                for reader in readers:
                    reader.join(60)
            return subprocess.CompletedProcess(list(words), code, said[0], said[1])

    def close(self) -> None:
        """It ends when nobody can ask any more."""
        self._ours.close()
        self._process.wait(60)


def _read(end: int, said: list[bytes], at: int) -> None:
    with os.fdopen(end, "rb") as stream:
        said[at] = stream.read()


def _serve() -> dict[str, Any] | None:
    """In the parent: None at the end. In each child: what it shall do."""
    requests = socket.socket(fileno=os.dup(0))
    while True:
        octets, rights, _, _ = requests.recvmsg(MOST_OCTETS, socket.CMSG_SPACE(8))
        if not octets:
            return None
        streams = array.array("i", rights[0][2])
        child = os.fork()
        if not child:
            requests.close()
            nothing = os.open(os.devnull, os.O_RDONLY)
            for there, here in ((nothing, 0), (streams[0], 1), (streams[1], 2)):
                os.dup2(there, here)
                os.close(there)
            asked: dict[str, Any] = json.loads(octets)
            return asked
        for one in streams:
            os.close(one)
        requests.send(b"%d" % child)
        requests.send(b"%d" % os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


if __name__ == "__main__":
    from mel_desktop.__main__ import main
    from tests.support.quick import unlock_quickly

    unlock_quickly()
    wanted = _serve()
    if wanted is not None:
        os.environ.clear()
        os.environ.update(wanted["environment"])
        os.chdir(wanted["folder"])
        # Those of the start belong to the parent's streams, of another kind.
        sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
        sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
        sys.stderr = os.fdopen(2, "w", 1, "utf-8", "backslashreplace", closefd=False)
        sys.argv[1:] = wanted["words"]
        sys.exit(main())
