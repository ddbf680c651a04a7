"""Certificates of others and own ones, wishes of drafts, and what was inside a wrapped message."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Final, cast

from mel_desktop.logic.mime import Readable
from mel_desktop.model.accounts import Secret
from mel_desktop.model.mail import Part
from mel_desktop.model.smime import Protection
from mel_desktop.model.values import dataclass
from mel_desktop.store import blobs, parts, reading
from mel_desktop.store.accounts import put_secret, remove_secret, secret
from mel_desktop.store.database import Reader, Transaction
from mel_desktop.store.times import to_text

KEY: Final = "key"


@dataclass(frozen=True, slots=True)
class StoredOwn:
    """An own certificate, DER, and those of its authorities."""

    id: int
    certificate: bytes
    chain: tuple[bytes, ...]


def put_person(
    tx: Transaction,
    fingerprint: bytes,
    address: str,
    certificate: bytes,
    not_after: datetime,
    now: datetime,
) -> None:
    """Keep a certificate of somebody."""
    tx.run(
        """INSERT OR REPLACE INTO smime_person (fingerprint, address, certificate, not_after,
               seen_at) VALUES (?, ?, ?, ?, ?)""",
        fingerprint,
        address,
        certificate,
        to_text(not_after),
        to_text(now),
    )


def of_person(reader: Reader, address: str) -> tuple[bytes, ...]:
    """Certificates of an address, the one that holds longest first."""
    rows = reader.all(
        "SELECT certificate FROM smime_person WHERE address = ? ORDER BY not_after DESC LIMIT 10",
        address.strip().lower(),
    )
    return tuple(cast("bytes", row[0]) for row in rows)


def is_known(reader: Reader, fingerprint: bytes) -> bool:
    """Whether it is kept."""
    return bool(
        reader.value("SELECT 1 FROM smime_person WHERE fingerprint = ?", fingerprint) is not None
    )


def add_own(
    tx: Transaction,
    fingerprint: bytes,
    certificate: bytes,
    chain: Sequence[bytes],
    key: Secret,
    now: datetime,
) -> int:
    """Store or replace; its id."""
    tx.run(
        """INSERT INTO smime_own (fingerprint, certificate, chain, added_at) VALUES (?, ?, ?, ?)
           ON CONFLICT (fingerprint) DO UPDATE SET chain = excluded.chain""",
        fingerprint,
        certificate,
        json.dumps([base64.b64encode(one).decode("ascii") for one in chain]),
        to_text(now),
    )
    found = cast("int", tx.value("SELECT id FROM smime_own WHERE fingerprint = ?", fingerprint))
    put_secret(tx, _owner(found), KEY, key)
    return found


def own(reader: Reader) -> tuple[StoredOwn, ...]:
    """All of them, the newest first."""
    rows = reader.all("SELECT id, certificate, chain FROM smime_own ORDER BY id DESC")
    return tuple(
        StoredOwn(
            cast("int", id_),
            cast("bytes", certificate),
            tuple(base64.b64decode(one) for one in json.loads(str(chain))),
        )
        for id_, certificate, chain in rows
    )


def key_of(reader: Reader, wanted: int) -> Secret | None:
    """The key in PEM form."""
    return secret(reader, _owner(wanted), KEY)


def remove_own(tx: Transaction, wanted: int) -> None:
    """With its key."""
    remove_secret(tx, _owner(wanted), KEY)
    tx.run("DELETE FROM smime_own WHERE id = ?", wanted)


def choose(tx: Transaction, address: str, wanted: int | None) -> None:
    """Which one an address signs with; None: the one that fits."""
    tx.run("DELETE FROM smime_identity WHERE address = ?", address.strip().lower())
    if wanted is not None:
        tx.run(
            "INSERT INTO smime_identity (address, own_id) VALUES (?, ?)",
            address.strip().lower(),
            wanted,
        )


def chosen(reader: Reader, address: str) -> int | None:
    """What was chosen for an address."""
    found = reader.value(
        "SELECT own_id FROM smime_identity WHERE address = ?", address.strip().lower()
    )
    return cast("int | None", found)


def wish(tx: Transaction, draft: int, wanted: Protection) -> None:
    """How a draft is to leave."""
    tx.run(
        """INSERT INTO smime_draft (draft_id, sign, encrypt) VALUES (?, ?, ?)
           ON CONFLICT (draft_id) DO UPDATE
              SET sign = excluded.sign, encrypt = excluded.encrypt""",
        draft,
        int(wanted.sign),
        int(wanted.encrypt),
    )


def wished(reader: Reader, draft: int) -> Protection:
    """The same, read."""
    row = reader.one("SELECT sign, encrypt FROM smime_draft WHERE draft_id = ?", draft)
    return Protection() if row is None else Protection(bool(row[0]), bool(row[1]))


def put_inside(
    tx: Transaction,
    message: int,
    found: Sequence[tuple[Part, bytes]],
    text: Readable,
    header: bytes,
    now: datetime,
) -> None:
    """What was inside takes the place of the wrapping; the whole as received stays."""
    tx.run("DELETE FROM part WHERE message_id = ? AND number <> ''", message)
    parts.insert(tx, message, [part for part, _ in found])
    for part, data in found:
        reading.put_part(tx, message, part.number, data, now)
    tx.run(
        "UPDATE message SET has_attachments = ? WHERE id = ?",
        int(any(part.is_attachment for part, _ in found)),
        message,
    )
    reading.put_body(tx, message, text, header, complete=True, now=now)
    blobs.drop_unused(tx)


def _owner(wanted: int) -> str:
    return f"smime:{wanted}"
