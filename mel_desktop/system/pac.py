"""net.needs.PacRunner: each run of a script in a process of its own, which may die of it.

The process is confined as that of documents is (system.extraction): no network, little memory, and
the script travels by pipe. A script that loops is ended by QuickJS, and at the latest by us.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from logging import getLogger
from typing import Final

from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.proxies import PacAnswer
from mel_desktop.system.child_environment import KEPT

log = getLogger("mel.system")

DEADLINE_S: Final = 20.0  # starting a process included, on a busy machine
FLAG: Final = "--pac-worker"  # of a frozen program, which cannot be asked for a module


class ProcessPac:
    """Runs scripts in children."""

    def __init__(self, deadline_s: float = DEADLINE_S) -> None:
        self._deadline_s = deadline_s

    def run(self, script: str, url: str, host: str, names: Mapping[str, str]) -> PacAnswer:
        """FindProxyForURL(url, host). LocalRefusal(BAD_FILE)."""
        import subprocess  # noqa: PLC0415 first needed here

        words = [FLAG] if getattr(sys, "frozen", False) else ["-m", "mel_desktop.system.pac_worker"]
        asked = {"script": script, "url": url, "host": host, "names": dict(names)}
        try:
            done = subprocess.run(  # noqa: S603 ourselves
                [sys.executable, *words],
                input=json.dumps(asked).encode(),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={name: os.environ[name] for name in KEPT if name in os.environ},
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
                timeout=self._deadline_s,
                check=False,
            )
            answer = json.loads(done.stdout)
        except (OSError, ValueError, subprocess.TimeoutExpired) as error:
            log.info("a proxy script ended its process: %s", type(error).__name__)
            raise LocalRefusal(ErrorCode.BAD_FILE, kind="pac") from error
        if "error" in answer:
            log.info("a proxy script failed")
            raise LocalRefusal(ErrorCode.BAD_FILE, kind="pac")
        return PacAnswer(str(answer.get("text", "")), str(answer.get("asks", "")))
