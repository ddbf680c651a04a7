"""Letters that no composer wrote into the outbox: answers to invitations, receipts of reading."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from mel_desktop.model.accounts import Account
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.outgoing import OutboxId, OutboxState
from mel_desktop.store import blobs, outbox
from mel_desktop.store.database import Transaction

WAITING: Final = frozenset({OutboxState.QUEUED, OutboxState.HELD, OutboxState.FAILED})


def post(
    tx: Transaction,
    account: Account,
    pieces: Iterable[bytes],
    *,
    message_id: str,
    subject: str,
    sender: str,
    recipients: Sequence[str],
    now: datetime,
) -> OutboxId:
    """Queue finished bytes. ``sender``: of the envelope."""
    whole = b"".join(pieces)
    blob = blobs.new_blob(tx, now)
    blobs.append(tx, blob, whole)
    blob = blobs.finish(tx, blob, hashlib.sha256(whole).digest())
    return outbox.insert(
        tx,
        account=account.id,
        draft=None,
        message_id=message_id,
        subject=subject,
        sender=sender,
        recipients=recipients,
        blob=blob,
        size=len(whole),
        not_before=None,
        now=now,
    )


def withdraw(tx: Transaction, row: OutboxId) -> None:
    """Take such a letter out of the outbox: there is no draft that it could go back to.

    NOT_FOUND | USAGE of a letter that a person wrote, or that left or may have left.
    """
    found = outbox.row(tx, row)
    if found.draft is not None or found.state not in WAITING:
        raise LocalRefusal(ErrorCode.USAGE, why=f"outbox-{found.state.value}")
    outbox.delete(tx, row)
    blobs.drop_unused(tx)
