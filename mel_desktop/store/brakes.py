"""Folders of which too much is gone to be believed, until a person or a complete list says so."""

from __future__ import annotations

from typing import cast

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.changes import Area
from mel_desktop.model.links import Brake
from mel_desktop.model.mail import FolderId
from mel_desktop.store.database import Reader, Transaction


def brakes(reader: Reader) -> tuple[Brake, ...]:
    """Of all accounts. A folder that is gone as a whole lacks all its messages."""
    rows = reader.all(
        """SELECT account_id, id, path, suspect_count, total, on_server FROM folder
            WHERE suspect_since IS NOT NULL AND accepted = 0 ORDER BY account_id, path"""
    )
    found = []
    for row in rows:
        account, folder, path, count, total, on_server = cast(
            "tuple[int, int, str, int, int, int]", row
        )
        missing = count if on_server and count else total
        found.append(Brake(account, folder, path, missing, max(total, missing), not on_server))
    return tuple(found)


def accept(tx: Transaction, folder: FolderId) -> AccountId | None:
    """A person lets this folder's brake go; its account. None: there is no brake any more."""
    account = tx.value(
        "SELECT account_id FROM folder WHERE id = ? AND suspect_since IS NOT NULL", folder
    )
    if account is None:
        return None
    tx.run("UPDATE folder SET accepted = 1 WHERE id = ?", folder)
    tx.changed(Area.FOLDERS)
    return AccountId(cast("int", account))
