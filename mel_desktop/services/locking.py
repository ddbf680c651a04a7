"""When the vault locks by itself: what the teacher chose, within what IT has decided."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any, Final

from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.policy import Policy, VaultPolicy
from mel_desktop.model.vault import LockSettings
from mel_desktop.store import settings
from mel_desktop.store.database import Database

NAME: Final = "lock"
MOST_IDLE_MINUTES: Final = 24 * 60
# Settings -> values of the policy.
POLICY_NAMES: Final = {
    "idle_minutes": "idle_minutes",
    "on_screen_lock": "lock_on_screen",
    "on_sleep": "lock_on_sleep",
}


class Locking:
    """The lock settings of a profile."""

    def __init__(self, database: Database, policy: Policy) -> None:
        self._database = database
        self._policy = policy

    def in_force(self) -> LockSettings:
        """What holds now."""
        return narrowed(replace(self._at_first(), **self._kept()), self._policy)

    def chosen(self) -> dict[str, int | bool]:
        """What the teacher chose, by the names of the policy."""
        return {
            POLICY_NAMES[name]: value
            for name, value in self._kept().items()
            if name in POLICY_NAMES
        }

    def save(self, chosen: LockSettings) -> None:
        """Keep what the teacher chose; the policy may still narrow it. USAGE."""
        if not 0 <= chosen.idle_minutes <= MOST_IDLE_MINUTES:
            raise LocalRefusal(ErrorCode.USAGE, why="idle-minutes")
        before, kept = self.in_force(), self._kept()
        text = json.dumps({
            name: value
            for name, value in asdict(chosen).items()
            if name in kept or value != getattr(before, name)  # the rest follows a policy
        })  # fmt: skip
        self._database.write(lambda tx: settings.save(tx, NAME, text), durable=True)

    def _kept(self) -> dict[str, Any]:
        """A newer program's names are ignored."""
        with self._database.read() as reader:
            kept = settings.load(reader, NAME)
        found = json.loads(kept) if kept else {}
        return {name: value for name, value in found.items() if hasattr(LockSettings(), name)}

    def _at_first(self) -> LockSettings:
        """Before the teacher chose: what the policy proposes, else the program's own."""
        return _with(LockSettings(), self._policy.defaults.vault)


def narrowed(chosen: LockSettings, policy: Policy) -> LockSettings:
    """The settings that hold under a policy."""
    chosen = _with(chosen, policy.vault)
    most = policy.vault.max_idle_minutes
    if not most or 0 < chosen.idle_minutes <= most:
        return chosen
    return replace(chosen, idle_minutes=most)


def _with(chosen: LockSettings, wanted: VaultPolicy) -> LockSettings:
    """With what a policy says outright."""
    said: dict[str, Any] = {name: getattr(wanted, key) for name, key in POLICY_NAMES.items()}
    return replace(chosen, **{name: value for name, value in said.items() if value is not None})
