"""ports.SubmissionMemory: what submission servers said, kept from one start to the next."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from mel_desktop.model.accounts import Account, AccountId, Endpoint
from mel_desktop.model.errors import MelError
from mel_desktop.model.submission import SubmissionFacts
from mel_desktop.store import submission
from mel_desktop.store.database import Database


class RememberedSubmission:
    """In the profile. Sending never fails for it: what is not remembered is found again."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def facts(self, account: AccountId) -> SubmissionFacts:
        """What was learnt of this account's server."""
        with self._database.read() as reader:
            return submission.facts(reader, account)

    def way(self, account: Account) -> Endpoint | None:
        """Port and security that worked last, where they are not the account's."""
        with suppress(MelError), self._database.read() as reader:
            return submission.way(reader, account)
        return None

    def learn(self, account: Account, facts: SubmissionFacts, way: Endpoint) -> None:
        """Written where it is news."""
        if not account.id:
            return  # one that is being set up: it is not kept yet
        with suppress(MelError):
            with self._database.read() as reader:
                known = submission.facts(reader, account.id)
                known_way = submission.way(reader, account) or account.smtp
            if (replace(known, files_sent=False), known_way) != (facts, way):
                self._database.write(lambda tx: submission.learn(tx, account, facts, way))
