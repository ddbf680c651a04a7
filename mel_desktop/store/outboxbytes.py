"""The finished bytes of outgoing messages, while nobody has them yet."""

from __future__ import annotations

from mel_desktop.model.outgoing import OutboxId
from mel_desktop.store.database import Reader, Transaction


def is_untouched(reader: Reader, row: OutboxId) -> bool:
    """Whether it was never claimed: no server has seen a byte of it."""
    return reader.value("SELECT tried FROM outbox WHERE id = ?", row) == "[]"


def put(tx: Transaction, row: OutboxId, blob_id: int, size: int) -> None:
    """Others in their place."""
    tx.run("UPDATE outbox SET blob_id = ?, size = ? WHERE id = ?", blob_id, size, row)
