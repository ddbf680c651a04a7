"""Carries rules to the server and sees what others changed there (ManageSieve).

Rule 1: our script has a name of its own; the scripts of other programs are read, copied into the
vault, and never written.
Rule 2: a script of ours that is not as it was last seen is adopted when nothing waits here and it
can be read; in all other cases it is a conflict, and nothing moves.
Rule 3: what another program made active stays active until the teacher agrees; when it takes over
again later, the teacher is asked again.
Rule 4: a kill anywhere is harmless: what was uploaded is recognised by its content.
Rule 5: the server is first asked when there is something to tell it, or when the screen of rules is
opened. A server without ManageSieve is remembered, and asked again once a day; one that refuses
the password only when a person wants it.
"""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Final, Protocol

from mel_desktop.logic import rule_notes, sieve_reading, sieve_writing
from mel_desktop.logic.rule_notes import Notes
from mel_desktop.model.accounts import Account, AccountId, Endpoint, Secret, Security
from mel_desktop.model.errors import (
    Cancelled,
    ErrorCode,
    MelError,
    Retry,
    ServerSaid,
)
from mel_desktop.model.rules import Consent, Offered
from mel_desktop.ports import Clock, Meter
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.rules import OURS, digest, ground_of, is_empty, notes_of
from mel_desktop.services.sessions import Sessions
from mel_desktop.store import rules as rows
from mel_desktop.store.database import Database, Transaction
from mel_desktop.store.rules import BookRow

logger = logging.getLogger("mel.rules")

PORT: Final = 4190
COPY_NAME: Final = "mel-desktop-copy"
LOOK_AGAIN: Final = timedelta(hours=6)
ASK_AGAIN: Final = timedelta(days=1)
TRY_AGAIN: Final = timedelta(minutes=15)
_NOBODY_THERE: Final = frozenset(
    {ErrorCode.UNREACHABLE, ErrorCode.TIMED_OUT, ErrorCode.NAME_NOT_FOUND}
)


class ScriptServer(Protocol):
    """A signed-in connection (net.managesieve). Here and not in ports: nobody else needs it."""

    @property
    def extensions(self) -> frozenset[str]:
        """Of Sieve, in small letters."""
        ...

    def scripts(self) -> tuple[tuple[str, bool], ...]:
        """(name, whether it is the active one)."""
        ...

    def script(self, name: str) -> str:
        """The text of one."""
        ...

    def has_room(self, name: str, size: int) -> None:
        """SERVER_REFUSED where it is too much."""
        ...

    def check(self, text: str) -> None:
        """SERVER_REFUSED where the server does not understand it."""
        ...

    def put(self, name: str, text: str) -> None:
        """Store it under this name."""
        ...

    def activate(self, name: str) -> None:
        """Let this one run."""
        ...


class ScriptConnector(Protocol):
    """Opens such connections."""

    def open(
        self, account: Account, endpoint: Endpoint, password: Secret, meter: Meter
    ) -> AbstractContextManager[ScriptServer]:
        """Signed in, as long as the block lasts. Never retries a refused password."""
        ...


class RuleExchange:
    """One at a time per account; the engine sees to that."""

    def __init__(
        self,
        database: Database,
        accounts: Accounts,
        clock: Clock,
        sessions: Sessions,
        connector: ScriptConnector,
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._clock = clock
        self._sessions = sessions
        self._connector = connector

    def after_sync(self, account: AccountId) -> None:
        """Ask the server when that is due. Trouble is noted, and hides nothing of the sync."""
        try:
            if not self._accounts.get(account).read_only and self._is_due(self._book(account)):
                self.perform(account)
        except Cancelled:
            raise
        except MelError as error:
            logger.info("rules of account %d: %s", account, error)

    def perform(self, account: AccountId) -> None:
        """Ask the server now. Blocks; raises what the trouble is, which is noted too."""
        self._sessions.check(account)
        try:
            own = self._accounts.get(account)
            row = self._book(account)
            place = Endpoint(row.host or own.imap.host, row.port or PORT, Security.STARTTLS)
            password = self._accounts.password(account)
            meter = self._sessions.meter(account)
            with self._connector.open(own, place, password, meter) as server:
                _Talk(self._database, self._clock, server, own).run()
        except Cancelled:
            raise
        except MelError as error:
            if error.code is not ErrorCode.OFFLINE:
                self._note(account, error)
            raise

    def _book(self, account: AccountId) -> BookRow:
        with self._database.read() as reader:
            return rows.book(reader, account)

    def _is_due(self, row: BookRow) -> bool:
        if row.asked_at is None or row.offered is Offered.UNKNOWN:
            return row.waits  # a blocked port costs seconds: not for who has no rules
        age = self._clock.now() - row.asked_at
        if row.offered is Offered.NO:
            return age >= ASK_AGAIN
        if row.trouble:
            code = next((one for one in ErrorCode if one.text == row.trouble), ErrorCode.BUG)
            if code.retry in (Retry.AFTER_USER, Retry.NEVER):
                return False
            return age >= TRY_AGAIN
        decided = bool(row.choice) or not row.is_conflict
        return (row.waits and decided) or age >= LOOK_AGAIN

    def _note(self, account: AccountId, error: MelError) -> None:
        now = self._clock.now()
        said = error.said if isinstance(error, ServerSaid) else ""

        def work(tx: Transaction) -> None:
            row = rows.book(tx, account)
            nobody = row.offered is not Offered.YES and error.code in _NOBODY_THERE
            rows.change(
                tx,
                account,
                offered=Offered.YES if row.offered is Offered.YES else Offered.NO,
                asked_at=now,
                trouble="" if nobody else error.code.text,
                said=said,
            )

        self._database.write(work)


class _Talk:
    """One conversation with a server."""

    def __init__(
        self, database: Database, clock: Clock, server: ScriptServer, account: Account
    ) -> None:
        self._database = database
        self._clock = clock
        self._server = server
        self._account = account

    def run(self) -> None:
        """Look, settle what others changed, upload what waits."""
        row, ours = self._look()
        row = self._settle(row, ours)
        if row.is_conflict:
            return
        notes = notes_of(row)
        if row.waits:
            self._upload(row, notes, ours)

    def _look(self) -> tuple[BookRow, str | None]:
        """What is there; scripts of others are copied before anything else."""
        server, account = self._server, self._account.id
        listed = dict(server.scripts())
        active = next((name for name, is_active in listed.items() if is_active), "")
        ours = server.script(OURS) if OURS in listed else None
        with self._database.read() as reader:
            before = rows.book(reader, account)
        name = active if active not in ("", OURS) else before.foreign_name
        foreign = name if name in listed else ""
        text = server.script(foreign) if foreign else ""
        taken_over = before.active == OURS and active not in ("", OURS)
        consent = Consent.NONE if taken_over or foreign != before.foreign_name else before.consent
        now = self._clock.now()

        def work(tx: Transaction) -> BookRow:
            if foreign:
                rows.keep_copy(tx, account, foreign, text, now)
            return rows.change(
                tx,
                account,
                offered=Offered.YES,
                extensions=" ".join(sorted(server.extensions)),
                asked_at=now,
                active=active,
                foreign_name=foreign,
                foreign_text=text,
                consent=consent,
                trouble="",
                said="",
            )

        return self._database.write(work, durable=True), ours

    def _settle(self, row: BookRow, ours: str | None) -> BookRow:
        """Our script as it is there, against what was last seen and what waits here."""
        found = digest(ours)
        if row.choice and (ours or "") == row.theirs:
            return self._decided(row, ours)
        if found == row.agreed:
            return self._change(is_conflict=False, theirs="", choice="")
        notes = None if ours is None else sieve_reading.read(ours)
        if notes is not None:
            told = rule_notes.to_json(notes)
            if told == row.notes:  # uploaded by us and not noted, or by another PC of the teacher's
                return self._change(agreed=found, is_conflict=False, theirs="", choice="")
            if not row.waits:
                return self._adopt(row, notes, found)
        with_trouble = self._change(is_conflict=True, theirs=ours or "", choice="")
        logger.info("rules of account %d: changed elsewhere too", self._account.id)
        return with_trouble

    def _decided(self, row: BookRow, ours: str | None) -> BookRow:
        if row.choice == "theirs":
            notes = Notes() if ours is None else sieve_reading.read(ours)
            if notes is not None:
                return self._adopt(row, notes, digest(ours))
        if ours is not None:  # mine: theirs goes on under another name, here and there
            now, account = self._clock.now(), self._account.id
            self._database.write(
                lambda tx: rows.keep_copy(tx, account, OURS, ours, now), durable=True
            )
            self._server.put(COPY_NAME, ours)
        return self._change(is_conflict=False, agreed=digest(ours))

    def _adopt(self, row: BookRow, notes: Notes, found: str) -> BookRow:
        edition = row.edition

        def work(tx: Transaction) -> BookRow:
            now = rows.book(tx, self._account.id)
            if now.edition != edition:  # edited this very moment: the next time settles it
                return now
            return rows.change(
                tx,
                self._account.id,
                notes=rule_notes.to_json(notes),
                uploaded=edition,
                agreed=found,
                is_conflict=False,
                theirs="",
                choice="",
            )

        return self._database.write(work, durable=True)

    def _upload(self, row: BookRow, notes: Notes, ours: str | None) -> None:
        server, active = self._server, row.active
        if ours is not None or not is_empty(notes):
            with self._database.read() as reader:
                ground = ground_of(reader, row, self._account.email)
            text = sieve_writing.write(notes, ground)
            if text != ours:
                server.has_room(OURS, len(text.encode()))
                server.check(text)
                server.put(OURS, text)
            self._change(agreed=digest(text), choice="", theirs="")
            wanted = self._wanted(row)
            if wanted != active:
                server.activate(wanted)
                active = wanted
        self._change(active=active, uploaded=row.edition, choice="", theirs="")

    def _wanted(self, row: BookRow) -> str:
        """The name of the script that is to be active."""
        if not row.foreign_name:
            return OURS
        if row.consent in (Consent.BESIDE, Consent.INSTEAD):
            return OURS
        if row.consent is Consent.THEIRS:
            return row.foreign_name
        return row.active

    def _change(self, **values: object) -> BookRow:
        account = self._account.id
        return self._database.write(lambda tx: rows.change(tx, account, **values), durable=True)
