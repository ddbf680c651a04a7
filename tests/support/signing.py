"""A key for tests, made anew in each run, and containers signed with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from mel_desktop.formats.signed_data import to_sign, write_container
from mel_desktop.model.signed_data import DataKind
from mel_desktop.system.shipped import shipped_octets

LATER = 2026_12_01_00


@dataclass(frozen=True)
class TestKey:
    __test__ = False

    private: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    @property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes_raw()

    def sign(self, kind: str, version: int, content: bytes) -> bytes:
        signature = self.private.sign(to_sign(kind, version, content))
        return write_container(kind, version, content, signature)

    def providers(self, version: int = LATER, changes: Sequence[tuple[bytes, bytes]] = ()) -> bytes:
        return self.sign("providers", version, table(version, changes))


def table(version: int = LATER, changes: Sequence[tuple[bytes, bytes]] = ()) -> bytes:
    """The shipped table under another version."""
    content = shipped_octets("providers.toml")
    content = content.replace(b"version = 2026112701", b"version = %d" % version)
    for before, after in changes:
        assert before in content
        content = content.replace(before, after)
    return content


def of_kind(kind: DataKind, version: int) -> bytes:
    """The shipped calendar, limits or services under another version."""
    names = {
        DataKind.HOLIDAYS: ("calendars", "school-holidays.toml"),
        DataKind.LIMITS: ("sending-limits.toml",),
        DataKind.SERVICES: ("services.toml",),
    }
    content = shipped_octets(*names[kind])
    assert b"version = 2026112700" in content
    return content.replace(b"version = 2026112700", b"version = %d" % version)
