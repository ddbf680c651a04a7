"""Makes tests/data/stores/schema-N: one small encrypted profile database per released schema.

``python -m tests.support.old_stores`` writes the one of the newest schema, once, when it is
released; the folders of older schemas are never written again.
"""

from __future__ import annotations

from pathlib import Path

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.drafting import Drafting
from mel_desktop.store.connections import migrations
from mel_desktop.store.database import Database
from tests.support.clock import CountingRandomness, JumpingClock
from tests.support.store import plant_account, plant_folder, plant_message, store

FOLDER = Path(__file__).resolve().parents[1] / "data" / "stores"
KEY = bytes(range(32))  # known to everybody: these stores hold nothing but inventions
SUBJECTS = ("Conseil de classe", "Sortie au musée", "Réunion parents-professeurs")


def make(folder: Path) -> None:
    """A store with an account, a folder, messages, a draft and an outgoing message."""
    folder.mkdir(parents=True)
    with store(folder, KEY) as database:
        account = plant_account(database)
        inbox = plant_folder(database, account)
        for number, subject in enumerate(SUBJECTS):
            database.write(
                lambda tx, number=number, subject=subject: plant_message(
                    tx, inbox, number, subject=subject
                )
            )
        _plant_draft(database, account)
        database.write(lambda tx: tx.run("INSERT INTO message_fts(message_fts) VALUES('optimize')"))


def _plant_draft(database: Database, account: AccountId) -> None:
    clock = JumpingClock()
    drafting = Drafting(database, Accounts(database, clock), clock, CountingRandomness())
    drafting.create(account, DraftContent(subject="Brouillon ancien", text="Bonjour,"))


if __name__ == "__main__":
    newest = migrations()[-1][0]
    make(FOLDER / f"schema-{newest}")
