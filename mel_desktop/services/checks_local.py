"""Checks of this PC: disk, vault, memory, versions, policies. No network."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Final, Protocol

from mel_desktop.model.changes import Check, CheckState
from mel_desktop.model.doctor import DiskFacts, MemoryFacts, Remedy
from mel_desktop.model.errors import Cancelled, ErrorCode, Fact, MelError
from mel_desktop.model.policy import Policy
from mel_desktop.model.release_notice import NoticeFacts, NoticeState
from mel_desktop.ports import Clock
from mel_desktop.store import integrity
from mel_desktop.store.connections import sqlite_version
from mel_desktop.store.database import Database
from mel_desktop.store.vault import Vault

LITTLE_DISK: Final = 200 * 1024 * 1024
LITTLE_MEMORY: Final = 150 * 1024 * 1024
SLOW_DISK_MS: Final = 150.0
VAULT_S: Final = 30.0
MEGA: Final = 1024 * 1024

Stop = Callable[[], bool]
_NOTICES: Final = {
    NoticeState.UNREAD: (CheckState.SKIPPED, "release-unread"),
    NoticeState.CURRENT: (CheckState.OK, "release-current"),
    NoticeState.NEWER: (CheckState.WARN, "release-newer"),
    NoticeState.EXPIRED: (CheckState.WARN, "release-expired"),
    NoticeState.REFUSED: (CheckState.WARN, "release-refused"),
}


class Gauges(Protocol):
    """What is read of this PC. Never raises."""

    def disk(self, folder: Path) -> DiskFacts:
        """Of the disk that holds the profile."""
        ...

    def memory(self) -> MemoryFacts:
        """Of this program, and what is free."""
        ...

    def proxies(self) -> tuple[str, ...]:
        """host:port of the proxies that the system names."""
        ...

    def versions(self) -> Mapping[str, str]:
        """Of the program and of what it stands on."""
        ...

    def has_way(self) -> bool:
        """Whether there is an address towards the outside."""
        ...


def check(
    identity: str,
    state: CheckState,
    says: str,
    facts: Mapping[str, Fact] | None = None,
    *,
    remedy: Remedy = Remedy.NONE,
    detail: str = "",
) -> Check:
    """A check whose words are found by ``says``."""
    return Check(
        identity,
        "",
        state,
        detail,
        says=says,
        facts=tuple(sorted((facts or {}).items())),
        remedy=remedy,
    )


class LocalChecks:
    """Of one open profile."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        gauges: Gauges,
        clock: Clock,
        policy: Policy,
        release: Callable[[], NoticeFacts] = lambda: NoticeFacts(NoticeState.OFF),
    ) -> None:
        self._database = database
        self._vault = vault
        self._gauges = gauges
        self._clock = clock
        self._policy = policy
        self._release = release

    def quick(self, versions: Mapping[str, str]) -> Iterator[Check]:
        """Disk, memory, versions, policies. ``versions``: of what only the caller knows."""
        yield self._disk()
        yield self._memory()
        told = {**self._gauges.versions(), "sqlite": sqlite_version(), **versions}
        says = "versions" if "qt" in told else "versions-bare"
        yield check("versions", CheckState.OK, says, told)
        yield from self._notice(str(told.get("program", "")))
        yield self._policies()

    def vault(self, stop: Stop) -> Iterator[Check]:
        """Whether the vault is sound, as far as it can be read in the time."""
        ends = self._clock.monotonic() + VAULT_S
        names = list(self._vault.damaged_files())
        try:
            found = integrity.look(
                self._database, cancelled=lambda: stop() or self._clock.monotonic() > ends
            )
        except Cancelled:
            if stop():
                raise
            if not names:
                yield check("vault", CheckState.OK, "vault-partly", remedy=Remedy.VAULT)
                return
        except MelError as error:
            names.append(error.code.text)
        else:
            names += [one.name for one in found]
        if names:
            yield check(
                "vault",
                CheckState.FAIL,
                "vault-damaged",
                {"count": len(names)},
                remedy=Remedy.VAULT,
            )
        else:
            yield check("vault", CheckState.OK, "vault-sound")

    def _notice(self, program: str) -> Iterator[Check]:
        """Whether a later version is out; nothing where no policy asks for it."""
        told = self._release()
        if told.state is NoticeState.OFF:
            return
        state, says = _NOTICES[told.state]
        facts: dict[str, Fact] = {}
        if told.notice is not None:
            facts = {
                "version": told.notice.name,
                "until": told.notice.expires_at.date().isoformat(),
            }
        if told.trouble and told.state is NoticeState.CURRENT:
            # of an earlier look: somebody may keep the new one away
            state, says = CheckState.WARN, "release-current-trouble"
        facts |= {"program": program, "why": told.trouble or "–"}
        yield check("release", state, says, facts)

    def _disk(self) -> Check:
        told = self._gauges.disk(self._database.path.parent)
        facts: dict[str, Fact] = {
            "free": told.free // MEGA, "store": told.store // MEGA, "ms": round(told.sync_ms or 0),
        }  # fmt: skip
        if told.sync_ms is None:
            code = ErrorCode.NOT_WRITABLE.text
            return check("disk", CheckState.FAIL, "disk-not-writable", facts, detail=code)
        if told.free < LITTLE_DISK:
            return check("disk", CheckState.WARN, "disk-little", facts, remedy=Remedy.STORAGE)
        if told.sync_ms > SLOW_DISK_MS:
            return check("disk", CheckState.WARN, "disk-slow", facts)
        return check("disk", CheckState.OK, "disk-good", facts)

    def _memory(self) -> Check:
        told = self._gauges.memory()
        if told.used is None or told.free is None:
            return check("memory", CheckState.SKIPPED, "memory-unknown")
        facts: dict[str, Fact] = {"used": told.used // MEGA, "free": told.free // MEGA}
        if told.free < LITTLE_MEMORY:
            return check("memory", CheckState.WARN, "memory-little", facts)
        return check("memory", CheckState.OK, "memory-good", facts)

    def _policies(self) -> Check:
        ignored = self._policy.ignored
        if not ignored:
            return check("policy", CheckState.OK, "policy-good")
        known = known_keys(self._policy)
        keys = sorted({one.key for one in ignored if one.key in known})
        facts: dict[str, Fact] = {"count": len(ignored), "keys": ", ".join(keys) or "–"}
        return check("policy", CheckState.WARN, "policy-ignored", facts)


def known_keys(policy: Policy) -> frozenset[str]:
    """Names of values that the schema knows, bare and with their section."""
    found = set()
    for section in fields(policy):
        value = getattr(policy, section.name)
        for one in fields(value) if is_dataclass(value) else ():
            found |= {one.name, f"{section.name}.{one.name}"}
    return frozenset(found)
