"""Grants of OAuth 2.0 accounts: where they come from, and their tokens."""

from __future__ import annotations

from typing import Final, cast

from mel_desktop.model.accounts import AccountId, Secret
from mel_desktop.model.oauth import Grant, Provider
from mel_desktop.store.accounts import put_secret, secret
from mel_desktop.store.database import Reader, Transaction
from mel_desktop.store.times import from_text, to_text

ACCESS: Final = "access-token"
REFRESH: Final = "refresh-token"
CLIENT: Final = "client-secret"


def provider(reader: Reader, account: AccountId) -> Provider | None:
    """Who granted; None for accounts with a password. Without its CA: that is the account's."""
    row = reader.one(
        """SELECT provider, name, issuer, client_id, scopes, authorization_uri, token_uri,
                  device_uri, revocation_uri, names_itself
             FROM grant_source WHERE account_id = ?""",
        account,
    )
    if row is None:
        return None
    texts = [cast("str", one) for one in row[:9]]
    return Provider(
        id=texts[0],
        name=texts[1],
        issuer=texts[2],
        client_id=texts[3],
        scopes=tuple(texts[4].split()),
        authorization_uri=texts[5],
        token_uri=texts[6],
        device_uri=texts[7],
        revocation_uri=texts[8],
        names_itself=bool(row[9]),
        client_secret=secret(reader, _owner(account), CLIENT),
    )


def grant(reader: Reader, account: AccountId) -> Grant | None:
    """What was granted; None where nothing is kept."""
    access = secret(reader, _owner(account), ACCESS)
    if access is None:
        return None
    expires = reader.value("SELECT expires_at FROM grant_source WHERE account_id = ?", account)
    return Grant(
        access, secret(reader, _owner(account), REFRESH), from_text(cast("str | None", expires))
    )


def put(tx: Transaction, account: AccountId, source: Provider, granted: Grant) -> None:
    """Store or replace both."""
    tx.run(
        """INSERT INTO grant_source (account_id, provider, name, issuer, client_id, scopes,
               authorization_uri, token_uri, device_uri, revocation_uri, names_itself)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (account_id) DO UPDATE SET
               provider = excluded.provider, name = excluded.name, issuer = excluded.issuer,
               client_id = excluded.client_id, scopes = excluded.scopes,
               authorization_uri = excluded.authorization_uri, token_uri = excluded.token_uri,
               device_uri = excluded.device_uri, revocation_uri = excluded.revocation_uri,
               names_itself = excluded.names_itself""",
        account,
        source.id,
        source.name,
        source.issuer,
        source.client_id,
        " ".join(source.scopes),
        source.authorization_uri,
        source.token_uri,
        source.device_uri,
        source.revocation_uri,
        int(source.names_itself),
    )
    _put_or_drop(tx, account, CLIENT, source.client_secret)
    put_tokens(tx, account, granted)


def put_tokens(tx: Transaction, account: AccountId, granted: Grant) -> None:
    """Tokens and the end of the access token together: never one without the other."""
    put_secret(tx, _owner(account), ACCESS, granted.access)
    _put_or_drop(tx, account, REFRESH, granted.refresh)
    tx.run(
        "UPDATE grant_source SET expires_at = ? WHERE account_id = ?",
        None if granted.expires_at is None else to_text(granted.expires_at),
        account,
    )


def _put_or_drop(tx: Transaction, account: AccountId, kind: str, value: Secret | None) -> None:
    if value is not None:
        put_secret(tx, _owner(account), kind, value)
    else:
        tx.run("DELETE FROM secret WHERE owner = ? AND kind = ?", _owner(account), kind)


def _owner(account: AccountId) -> str:
    return f"account:{account}"
