"""Letters that no composer wrote into the outbox: answers to invitations, receipts of reading."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime

from mel_desktop.model.accounts import Account
from mel_desktop.model.outgoing import OutboxId
from mel_desktop.store import blobs, outbox
from mel_desktop.store.database import Transaction


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
