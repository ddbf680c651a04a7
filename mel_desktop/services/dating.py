"""The date of a message for which a later hour was chosen: that at which it first leaves.

With the date of writing it would lie among the mail of the evening before where people read it, and
tell of work at an hour that was to be spared them. What has once been handed over keeps its bytes.
"""

from __future__ import annotations

from datetime import datetime

from mel_desktop.logic.compose import dated, written_at
from mel_desktop.services.sending_hours import CHOSEN_FROM
from mel_desktop.store import blobs, outboxbytes
from mel_desktop.store.database import Transaction
from mel_desktop.store.outbox import Waiting


def renew(tx: Transaction, one: Waiting, now: datetime) -> None:
    """At the first claim of a message; the others keep the date of their writing."""
    if one.not_before is None:
        return
    data = b"".join(blobs.read(tx, one.blob))
    written = written_at(data)
    if written is None or now - written < CHOSEN_FROM or one.not_before - written < CHOSEN_FROM:
        return
    renewed = dated(data, now.astimezone(written.tzinfo))
    outboxbytes.put(tx, one.id, blobs.store_bytes(tx, renewed, now), len(renewed))
    blobs.drop_these(tx, [one.blob])
