"""What was learnt of the way to servers: certificates that were sound, ports that were open."""

from __future__ import annotations

from datetime import datetime

from mel_desktop.model.accounts import Account, Endpoint, Security
from mel_desktop.store.database import Reader, Transaction
from mel_desktop.store.times import to_text


def certificate(reader: Reader, host: str, port: int) -> bytes:
    """DER; b"" where none is known."""
    found = reader.value(
        "SELECT der FROM certificate_seen WHERE host = ? AND port = ?", host.lower(), port
    )
    return found if isinstance(found, bytes) else b""


def put_certificate(tx: Transaction, host: str, port: int, der: bytes, now: datetime) -> None:
    """In place of the last."""
    tx.run(
        """INSERT INTO certificate_seen (host, port, der, seen_at) VALUES (?, ?, ?, ?)
           ON CONFLICT (host, port) DO UPDATE SET der = excluded.der, seen_at = excluded.seen_at""",
        host.lower(),
        port,
        der,
        to_text(now),
    )


def imap_way(reader: Reader, account: Account) -> Endpoint | None:
    """Another port that was open last; None: the account's, or its settings changed since."""
    found = reader.one("SELECT own_way, way FROM imap_way WHERE account_id = ?", account.id)
    if found is None or str(found[0]) != _own(account):
        return None
    port, security = str(found[1]).split()
    return Endpoint(account.imap.host, int(port), Security(security))


def put_imap_way(tx: Transaction, account: Account, way: Endpoint) -> None:
    """The account's own way forgets the other."""
    if way == account.imap:
        tx.run("DELETE FROM imap_way WHERE account_id = ?", account.id)
        return
    tx.run(
        """INSERT INTO imap_way (account_id, own_way, way) VALUES (?, ?, ?)
           ON CONFLICT (account_id) DO UPDATE SET own_way = excluded.own_way, way = excluded.way""",
        account.id,
        _own(account),
        f"{way.port} {way.security.value}",
    )


def _own(account: Account) -> str:
    own = account.imap
    return f"{own.host} {own.port} {own.security.value}"
