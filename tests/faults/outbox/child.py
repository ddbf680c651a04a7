"""A pass over the outbox in a process of its own that dies, or whose disk is full."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mel_desktop.model.errors import MelError
from mel_desktop.net.imap import ImapConnector
from tests.faults.outbox.world import DEADLINES
from tests.support.post_office import PostOffice


def run(folder: str, at: int, after: bool, most: int) -> None:
    """One pass. ``at``: killed at its n-th write, before or after it is done. ``most``: no file
    of this process grows beyond so many octets; 0: they may.
    """
    office = PostOffice(Path(folder), mail=ImapConnector(), deadlines=DEADLINES)
    if at:
        _die_at(office, at, after)
    if most:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    try:
        office.outbox.send_due()
    except MelError:
        os._exit(3)
    os._exit(0)


def _die_at(office: PostOffice, at: int, after: bool) -> None:
    write = office.database.write
    done = 0

    def counted(work: Callable[[Any], Any], *, durable: bool = False) -> Any:
        nonlocal done
        done += 1
        if done == at and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        result = write(work, durable=durable)
        if done == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    office.database.write = counted  # type: ignore[method-assign]
