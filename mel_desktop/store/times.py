"""Instants in the database: RFC 3339 UTC text, which sorts as time does."""

from __future__ import annotations

from datetime import UTC, datetime

from mel_desktop.store.database import Value


def to_text(instant: datetime) -> str:
    """Aware time to text with microseconds."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def from_text(value: Value) -> datetime | None:
    """Text to aware UTC time; None stays None."""
    return None if value is None else datetime.fromisoformat(str(value))
