"""Accounts and secrets in the database."""

from __future__ import annotations

import json
from datetime import datetime, time
from typing import Final, cast

from mel_desktop.model.accounts import (
    Account,
    AccountId,
    AccountState,
    AuthKind,
    Endpoint,
    NewAccount,
    Secret,
    Security,
)
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.links import LinkProfile, LinkSettings
from mel_desktop.ports import Hints
from mel_desktop.store import keeping
from mel_desktop.store.database import Reader, Row, Transaction, Value, to_json
from mel_desktop.store.times import from_text, to_text

__all__ = ["Transaction"]

PROXY: Final = "proxy"  # the kind of a secret
COLUMNS = """id, email, name, login, imap_host, imap_port, imap_security, smtp_host, smtp_port,
             smtp_security, auth, provider, ca_pem, proxy, state, last_sync_at,
             read_only"""


def insert_account(
    tx: Transaction, new: NewAccount, state: AccountState, now: datetime
) -> AccountId:
    """Insert; the new id."""
    return AccountId(
        tx.insert(
            """INSERT INTO account (email, name, login, imap_host, imap_port, imap_security,
                   smtp_host, smtp_port, smtp_security, auth, provider, ca_pem, proxy, state,
                   created_at)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            new.email,
            new.name,
            new.login,
            new.imap.host,
            new.imap.port,
            new.imap.security.value,
            new.smtp.host,
            new.smtp.port,
            new.smtp.security.value,
            new.auth.value,
            new.provider,
            new.ca_pem,
            new.proxy,
            state.value,
            to_text(now),
        )
    )


def accounts(reader: Reader) -> tuple[Account, ...]:
    """All, oldest first."""
    return tuple(_account(row) for row in reader.all(f"SELECT {COLUMNS} FROM account ORDER BY id"))  # noqa: S608 a constant


def account(reader: Reader, wanted: AccountId) -> Account | None:
    """One, or None."""
    row = reader.one(f"SELECT {COLUMNS} FROM account WHERE id = ?", wanted)  # noqa: S608 a constant
    return None if row is None else _account(row)


def set_state(tx: Transaction, wanted: AccountId, state: AccountState) -> None:
    """Whether background work may sign in."""
    tx.run("UPDATE account SET state = ? WHERE id = ?", state.value, wanted)


def set_auth(tx: Transaction, wanted: AccountId, auth: AuthKind) -> None:
    """How it signs in from here on; secrets that are of no use any more go."""
    tx.run("UPDATE account SET auth = ? WHERE id = ?", auth.value, wanted)
    owner = f"account:{wanted}"
    if auth is AuthKind.OAUTH2:
        tx.run("DELETE FROM secret WHERE owner = ? AND kind = 'password'", owner)
    else:
        tx.run("DELETE FROM secret WHERE owner = ? AND kind <> 'password'", owner)
        tx.run("DELETE FROM grant_source WHERE account_id = ?", wanted)


def way(reader: Reader, host: str, port: int, login: str) -> str | None:
    """How a password was taken there (signin_ports.Way by its value); None where not known."""
    found = reader.value(
        "SELECT way FROM sign_in_way WHERE host = ? AND port = ? AND login = ?", host, port, login
    )
    return None if found is None else str(found)


def set_way(tx: Transaction, host: str, port: int, login: str, way: str | None) -> None:
    """Replace it; None forgets."""
    tx.run("DELETE FROM sign_in_way WHERE host = ? AND port = ? AND login = ?", host, port, login)
    if way is not None:
        tx.run("INSERT INTO sign_in_way VALUES (?, ?, ?, ?)", host, port, login, way)


def set_read_only(tx: Transaction, wanted: AccountId) -> None:
    """From here on it is read, and no more. There is no way back but its end."""
    tx.run("UPDATE account SET read_only = 1 WHERE id = ?", wanted)


def refuse_read_only(reader: Reader, wanted: int) -> None:
    """Nothing is changed in an account that is kept read-only. LocalRefusal(USAGE)."""
    if reader.value("SELECT read_only FROM account WHERE id = ?", wanted):
        raise LocalRefusal(ErrorCode.USAGE, why="account-read-only")


def set_last_sync(tx: Transaction, wanted: AccountId, at: datetime) -> None:
    """A sync went through to its end."""
    tx.run("UPDATE account SET last_sync_at = ? WHERE id = ?", to_text(at), wanted)


def hints(reader: Reader, wanted: AccountId) -> Hints | None:
    """What the last sign-in learnt of the server; None where there is nothing of use."""
    known = _object(reader.value("SELECT hints FROM account WHERE id = ?", wanted))
    before, after = _names(known.get("before")), _names(known.get("after"))
    return Hints(before, after) if before or after else None


def set_hints(tx: Transaction, wanted: AccountId, learnt: Hints) -> None:
    """Replace them."""
    text = to_json({"before": sorted(learnt.before), "after": sorted(learnt.after)})
    tx.run("UPDATE account SET hints = ? WHERE id = ?", text, wanted)


def link(reader: Reader, wanted: AccountId) -> LinkSettings:
    """What was set for the account's line. What cannot be read is as if never set."""
    known = _object(reader.value("SELECT link FROM account WHERE id = ?", wanted))
    profile = known.get("profile")
    return LinkSettings(
        profile=LinkProfile(profile) if profile in _PROFILES else LinkProfile.AUTO,
        day_bytes=_octets(known.get("day_bytes")),
        month_bytes=_octets(known.get("month_bytes")),
        from_hour=_hour(known.get("from_hour")),
        until_hour=_hour(known.get("until_hour")),
    )


def set_link(tx: Transaction, wanted: AccountId, settings: LinkSettings) -> None:
    """Replace them."""
    text = to_json({
        "profile": settings.profile.value,
        "day_bytes": settings.day_bytes,
        "month_bytes": settings.month_bytes,
        "from_hour": settings.from_hour and settings.from_hour.isoformat("minutes"),
        "until_hour": settings.until_hour and settings.until_hour.isoformat("minutes"),
    })  # fmt: skip
    tx.run("UPDATE account SET link = ? WHERE id = ?", text, wanted)


def remove_account(tx: Transaction, wanted: AccountId) -> None:
    """Delete with all that hangs on it; the full-text rows have no foreign key."""
    tx.run(
        """DELETE FROM message_fts WHERE rowid IN (SELECT id FROM message WHERE account_id = ?)""",
        wanted,
    )
    keeping.forget_account(tx, wanted)
    tx.run("DELETE FROM sign_in_way WHERE login = (SELECT login FROM account WHERE id = ?)", wanted)
    tx.run("DELETE FROM account WHERE id = ?", wanted)
    tx.run("DELETE FROM secret WHERE owner = ?", f"account:{wanted}")
    tx.run(
        """DELETE FROM blob
            WHERE id NOT IN (SELECT blob_id FROM part WHERE blob_id IS NOT NULL)
              AND id NOT IN (SELECT blob_id FROM draft_attachment)
              AND id NOT IN (SELECT blob_id FROM outbox)"""
    )


def put_secret(tx: Transaction, owner: str, kind: str, secret: Secret) -> None:
    """Store or replace."""
    tx.run(
        """INSERT INTO secret (owner, kind, value) VALUES (?, ?, ?)
           ON CONFLICT (owner, kind) DO UPDATE SET value = excluded.value""",
        owner,
        kind,
        secret.reveal(),
    )


def remove_secret(tx: Transaction, owner: str, kind: str) -> None:
    """Forget it; nothing happens when it is not there."""
    tx.run("DELETE FROM secret WHERE owner = ? AND kind = ?", owner, kind)


def set_network(tx: Transaction, wanted: AccountId, proxy: str, ca_pem: str) -> None:
    """The way out, and the authority of the account's own."""
    tx.run("UPDATE account SET proxy = ?, ca_pem = ? WHERE id = ?", proxy, ca_pem, wanted)


def secret(reader: Reader, owner: str, kind: str) -> Secret | None:
    """The secret, or None."""
    value = reader.value("SELECT value FROM secret WHERE owner = ? AND kind = ?", owner, kind)
    return None if value is None else Secret(str(value))


def _account(row: Row) -> Account:
    (id_, email, name, login, imap_host, imap_port, imap_security, smtp_host, smtp_port,
     smtp_security, auth, provider, ca_pem, proxy, state, last_sync_at,
     read_only) = row  # fmt: skip
    return Account(
        id=AccountId(cast("int", id_)),
        email=cast("str", email),
        name=cast("str", name),
        login=cast("str", login),
        imap=Endpoint(cast("str", imap_host), cast("int", imap_port), Security(imap_security)),
        smtp=Endpoint(cast("str", smtp_host), cast("int", smtp_port), Security(smtp_security)),
        auth=AuthKind(auth),
        provider=cast("str", provider),
        ca_pem=cast("str", ca_pem),
        proxy=cast("str", proxy),
        state=AccountState(state),
        last_sync_at=from_text(last_sync_at),
        read_only=bool(read_only),
    )


_PROFILES: Final = frozenset(one.value for one in LinkProfile)


def _object(value: Value) -> dict[str, object]:
    try:
        found = json.loads(str(value))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _names(value: object) -> frozenset[str]:
    return frozenset(str(one) for one in value) if isinstance(value, list) else frozenset()


def _octets(value: object) -> int | None:
    return value if isinstance(value, int) and value >= 0 else None


def _hour(value: object) -> time | None:
    try:
        return time.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
