"""What is known of an account's submission server, and the way to it that was open last."""

from __future__ import annotations

from typing import cast

from mel_desktop.model.accounts import Account, AccountId, Endpoint, Security
from mel_desktop.model.submission import SubmissionFacts
from mel_desktop.store.database import Reader, Transaction


def facts(reader: Reader, account: AccountId) -> SubmissionFacts:
    """What was learnt; nothing yet: the defaults."""
    found = reader.one(
        """SELECT size_limit, recipient_limit, extensions, files_sent
             FROM submission_facts WHERE account_id = ?""",
        account,
    )
    if found is None:
        return SubmissionFacts()
    size, recipients, extensions, files_sent = found
    return SubmissionFacts(
        cast("int", size),
        cast("int", recipients),
        frozenset(str(extensions).split()),
        bool(files_sent),
    )


def way(reader: Reader, account: Account) -> Endpoint | None:
    """Another port that was open last; None: the account's, or its settings changed since."""
    found = reader.one("SELECT own_way, way FROM submission_facts WHERE account_id = ?", account.id)
    if found is None or str(found[0]) != _own(account) or not found[1]:
        return None
    port, security = str(found[1]).split()
    return Endpoint(account.smtp.host, int(port), Security(security))


def learn(tx: Transaction, account: Account, found: SubmissionFacts, used: Endpoint) -> None:
    """Put in place of what was known. That it files by itself stays known."""
    tx.run(
        """INSERT INTO submission_facts
                  (account_id, size_limit, recipient_limit, extensions, own_way, way)
           VALUES (?, ?, ?, ?, ?, ?)
           ON CONFLICT (account_id) DO UPDATE
              SET size_limit = excluded.size_limit, recipient_limit = excluded.recipient_limit,
                  extensions = excluded.extensions, way = excluded.way,
                  files_sent = CASE WHEN own_way = excluded.own_way THEN files_sent ELSE 0 END,
                  own_way = excluded.own_way""",
        account.id,
        found.size_limit,
        found.recipient_limit,
        " ".join(sorted(found.extensions)),
        _own(account),
        "" if used == account.smtp else f"{used.port} {used.security.value}",
    )


def lacks(reader: Reader, account: Account, extension: str) -> bool:
    """Whether this account's server is known, and did not offer it when it was last met."""
    own = reader.value("SELECT own_way FROM submission_facts WHERE account_id = ?", account.id)
    offered = facts(reader, account.id).extensions
    return own == _own(account) and bool(offered) and extension not in offered


def set_files_sent(tx: Transaction, account: AccountId, files_sent: bool) -> None:
    """Whether the server puts a copy into Sent by itself."""
    tx.run(
        """INSERT INTO submission_facts (account_id, files_sent) VALUES (?1, ?2)
           ON CONFLICT (account_id) DO UPDATE SET files_sent = ?2""",
        account,
        int(files_sent),
    )


def _own(account: Account) -> str:
    own = account.smtp
    return f"{own.host} {own.port} {own.security.value}"
