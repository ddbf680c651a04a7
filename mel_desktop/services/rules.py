"""Rules and the absence message: edited on this PC at any time, on the server as soon as it can be.

Rule 1: an edit is stored at once and waits for the server like any other wish.
Rule 2: what another program changed on the server meanwhile is shown beside what was wanted here;
nothing is overwritten before a person has decided (``resolve``, ``consent``).
Rule 3: the absence message is the server's alone: a PC that is off answers nobody.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from mel_desktop.logic import rule_notes, rules, sieve_reading
from mel_desktop.logic.rule_notes import Notes, NotReadable
from mel_desktop.logic.rule_places import may_redirect, placed
from mel_desktop.logic.sieve_writing import Ground
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import Choice, Role
from mel_desktop.model.rules import (
    Absence,
    BookState,
    Consent,
    Deed,
    Offered,
    Rule,
    RuleBook,
)
from mel_desktop.ports import Clock
from mel_desktop.services.accounts import Accounts
from mel_desktop.store import mailbox
from mel_desktop.store import rules as rows
from mel_desktop.store.database import Database, Reader, Transaction
from mel_desktop.store.rules import BookRow

OURS: Final = "mel-desktop"
MOST_NOTES: Final = 256 * 1024


class Rules:
    """What a person sees and changes; no network."""

    def __init__(
        self, database: Database, accounts: Accounts, clock: Clock, redirect: str = "school"
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._clock = clock
        self._redirect = redirect

    # -- reads -------------------------------------------------------------------------------------

    def book(self, account: AccountId) -> RuleBook:
        """All that is known. LocalRefusal(NOT_FOUND)."""
        own = self._accounts.get(account)
        with self._database.read() as reader:
            row = rows.book(reader, account)
            ground = ground_of(reader, row, own.email)
        notes = notes_of(row)
        is_active = row.active == OURS
        theirs = sieve_reading.read(row.theirs)
        return RuleBook(
            account,
            placed(notes.rules, ground, row.offered, is_active=is_active),
            notes.absence,
            _state(row, notes),
            row.offered,
            row.consent,
            row.host or own.imap.host,
            row.active,
            is_active,
            notes.absence.enabled and is_active and not row.waits and not row.is_conflict,
            row.foreign_name,
            row.foreign_text,
            "include" in ground.extensions,
            row.theirs if row.is_conflict else "",
            theirs.rules if theirs is not None and row.is_conflict else None,
            row.trouble,
            row.said,
            row.asked_at,
        )

    def copies(self, account: AccountId) -> tuple[tuple[str, str, datetime], ...]:
        """Scripts of the server as they were before: (name, text, when), newest first."""
        with self._database.read() as reader:
            return rows.copies(reader, account)

    # -- edits -------------------------------------------------------------------------------------

    def save(self, account: AccountId, wanted: Sequence[Rule]) -> None:
        """All rules in their order. LocalRefusal(USAGE | POLICY)."""
        rules.check(wanted)
        own = self._accounts.get(account).email
        for rule in wanted:
            for action in rule.actions:
                if action.deed is Deed.REDIRECT and not may_redirect(
                    action.value, own, self._redirect
                ):
                    raise LocalRefusal(ErrorCode.POLICY, why="redirect")
        self._edit(account, lambda notes: replace(notes, rules=tuple(wanted)))

    def save_absence(self, account: AccountId, absence: Absence) -> None:
        """LocalRefusal(USAGE): also where the server cannot answer (``why=absence-no-server``)."""
        text = absence.text.replace("\r\n", "\n").replace("\r", "\n")
        own = self._accounts.get(account).email
        absence = replace(absence, text=text, addresses=absence.addresses or (own,))
        rules.check_absence(absence)
        with self._database.read() as reader:
            row = rows.book(reader, account)
        if absence.enabled:
            if row.offered is Offered.NO:
                raise LocalRefusal(ErrorCode.USAGE, why="absence-no-server")
            if row.offered is Offered.YES and "vacation" not in row.extensions.split():
                raise LocalRefusal(ErrorCode.USAGE, why="absence-no-server")
            if row.consent is Consent.BESIDE and answers_already(row):
                raise LocalRefusal(ErrorCode.USAGE, why="absence-twice")
        self._edit(account, lambda notes: replace(notes, absence=absence))

    def consent(self, account: AccountId, consent: Consent) -> None:
        """What is to become of the script of another program. LocalRefusal(USAGE)."""
        with self._database.read() as reader:
            row = rows.book(reader, account)
        if not row.foreign_name:
            raise LocalRefusal(ErrorCode.USAGE, why="no-foreign-script")
        if consent is Consent.BESIDE:
            if "include" not in row.extensions.split():
                raise LocalRefusal(ErrorCode.USAGE, why="no-include")
            if notes_of(row).absence.enabled and answers_already(row):
                raise LocalRefusal(ErrorCode.USAGE, why="absence-twice")

        def work(tx: Transaction) -> None:
            now = rows.book(tx, account)
            rows.change(tx, account, consent=consent, edition=now.edition + 1, trouble="", said="")

        self._database.write(work, durable=True)

    def resolve(self, account: AccountId, choice: Choice) -> None:
        """Decide a conflict. LocalRefusal(USAGE): none, or theirs cannot be read as rules."""
        if choice is Choice.BOTH:
            raise LocalRefusal(ErrorCode.USAGE, why="no-conflict")

        def work(tx: Transaction) -> None:
            row = rows.book(tx, account)
            if not row.is_conflict:
                raise LocalRefusal(ErrorCode.USAGE, why="no-conflict")
            if choice is Choice.THEIRS and row.theirs and sieve_reading.read(row.theirs) is None:
                raise LocalRefusal(ErrorCode.USAGE, why="script-unreadable")
            edition = row.edition + 1
            rows.change(tx, account, choice=choice.value, edition=edition, trouble="", said="")

        self._database.write(work, durable=True)

    def set_server(self, account: AccountId, host: str, port: int) -> None:
        """Another place than port 4190 of the IMAP host; "" and 0: that one. USAGE."""
        self._accounts.get(account)
        if not 0 <= port <= 65535 or len(host) > 253 or any(map(str.isspace, host)):
            raise LocalRefusal(ErrorCode.USAGE, why="server")

        def work(tx: Transaction) -> None:
            rows.change(
                tx, account, host=host, port=port, offered=Offered.UNKNOWN, trouble="", said=""
            )

        self._database.write(work, durable=True)

    def follow_folders(self, account: AccountId) -> None:
        """Folders that were renamed, here or elsewhere: rules go on naming them."""
        with self._database.read() as reader:
            row = rows.book(reader, account)
            if not row.notes or row.is_conflict:
                return
            folders = {
                int(one.id): one.path
                for one in mailbox.folders(reader, account)
                if not one.local and not one.waiting
            }
        notes = notes_of(row)
        ids = {path: id_ for id_, path in folders.items()}
        known: dict[str, int] = json.loads(row.places)
        renamed: dict[str, str] = {}
        places: dict[str, int] = {}
        for path in rules.folders_of(notes.rules):
            now = path
            if path not in ids and known.get(path) in folders:
                now = renamed[path] = folders[known[path]]
            if now in ids:
                places[now] = ids[now]
            elif now in known:  # renamed here, and the server does not know yet
                places[now] = known[now]
        changed = replace(notes, rules=rules.with_folders(notes.rules, renamed))
        told = json.dumps(places, sort_keys=True)
        if not renamed and told == row.places:
            return

        def work(tx: Transaction) -> None:
            current = rows.book(tx, account)
            if current.notes != row.notes:  # edited this very moment: the next time
                return
            edition = current.edition + 1 if renamed else current.edition
            told_notes = rule_notes.to_json(changed)
            rows.change(tx, account, notes=told_notes, places=told, edition=edition)

        self._database.write(work)

    def _edit(self, account: AccountId, change: Callable[[Notes], Notes]) -> None:
        def work(tx: Transaction) -> None:
            row = rows.book(tx, account)
            notes = rule_notes.to_json(change(notes_of(row)))
            if len(notes) > MOST_NOTES:
                raise LocalRefusal(ErrorCode.USAGE, why="too-many-rules")
            if notes != row.notes:
                edition = row.edition + 1
                rows.change(tx, account, notes=notes, edition=edition, trouble="", said="")

        self._database.write(work, durable=True)


def notes_of(row: BookRow) -> Notes:
    """What was saved; nothing where nothing was."""
    if not row.notes:
        return Notes()
    try:
        return rule_notes.from_json(row.notes)
    except NotReadable:  # of a newer program: left as it is
        raise LocalRefusal(ErrorCode.USAGE, why="rules-too-new") from None


def ground_of(reader: Reader, row: BookRow, email: str) -> Ground:
    """Where the script of an account runs."""
    trash = next(
        (one.path for one in mailbox.folders(reader, row.account) if one.role is Role.TRASH), ""
    )
    beside = row.consent is Consent.BESIDE
    return Ground(
        frozenset(row.extensions.split()),
        trash,
        (email.rpartition("@")[2].lower(),),
        row.foreign_name if beside else "",
        is_silent=beside and answers_already(row),
    )


def answers_already(row: BookRow) -> bool:
    """Whether the other program's script answers in one's absence: two answers are an error."""
    return sieve_reading.uses(row.foreign_text, "vacation")


def digest(text: str | None) -> str:
    """Of a script, "" where there is none."""
    return "" if text is None else hashlib.sha256(text.encode()).hexdigest()


def is_empty(notes: Notes) -> bool:
    """Whether the server has nothing to do."""
    return not notes.rules and not notes.absence.enabled


def _state(row: BookRow, notes: Notes) -> BookState:
    if row.is_conflict and not row.choice:
        return BookState.CONFLICT
    if row.offered is Offered.YES:
        foreign_runs = row.foreign_name and row.active == row.foreign_name
        if foreign_runs and row.consent is Consent.NONE and not is_empty(notes):
            return BookState.ASKS
        if row.waits:
            return BookState.WAITING
    if row.offered is Offered.UNKNOWN and row.waits:
        return BookState.WAITING
    return BookState.AGREED
