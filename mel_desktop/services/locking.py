"""When the vault locks by itself: what the teacher chose, within what IT has decided."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Final

from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.policy import Policy
from mel_desktop.model.vault import LockSettings
from mel_desktop.store import settings
from mel_desktop.store.database import Database

NAME: Final = "lock"
MOST_IDLE_MINUTES: Final = 24 * 60


class Locking:
    """The lock settings of a profile."""

    def __init__(self, database: Database, policy: Policy) -> None:
        self._database = database
        self._policy = policy

    def in_force(self) -> LockSettings:
        """What holds now."""
        with self._database.read() as reader:
            kept = settings.load(reader, NAME)
        return narrowed(_parsed(kept), self._policy)

    def save(self, chosen: LockSettings) -> None:
        """Keep what the teacher chose; the policy may still narrow it. USAGE."""
        if not 0 <= chosen.idle_minutes <= MOST_IDLE_MINUTES:
            raise LocalRefusal(ErrorCode.USAGE, why="idle-minutes")
        text = json.dumps(asdict(chosen))
        self._database.write(lambda tx: settings.save(tx, NAME, text), durable=True)


def narrowed(chosen: LockSettings, policy: Policy) -> LockSettings:
    """The settings that hold under a policy."""
    most = policy.vault.max_idle_minutes
    if not most or 0 < chosen.idle_minutes <= most:
        return chosen
    return replace(chosen, idle_minutes=most)


def _parsed(kept: str | None) -> LockSettings:
    """What was kept; a newer program's names are ignored, and missing ones have their default."""
    plain = LockSettings()
    found = json.loads(kept) if kept else {}
    known = {name: value for name, value in found.items() if hasattr(plain, name)}
    return replace(plain, **known)
