"""Rules that run on this PC: at the arrival of mail in the inbox, and on old mail when asked.

Rule 1: each message once: what is done and that it was done are one transaction.
Rule 2: never on old mail unasked: only UIDs above the mark of the inbox, and nothing older than
what came before (another program may have moved it back).
Rule 3: what the server does is not done here (logic.rule_places).
Rule 4: what a rule cannot do yet, for the text is not here, waits for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from mel_desktop.logic.mime import parse_header
from mel_desktop.logic.rule_places import placed
from mel_desktop.logic.rules import NotKnown, evaluate, fits
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import (
    Address,
    BodyState,
    Flags,
    Folder,
    FolderId,
    Marks,
    MessageId,
    MessageRow,
    Role,
)
from mel_desktop.model.rules import Facts, Offered, Preview, Rule, RuleRun, RunId, Runs, Verdict
from mel_desktop.model.values import dataclass
from mel_desktop.ports import Clock
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.mailbox import MailboxService
from mel_desktop.services.rules import OURS, ground_of, notes_of
from mel_desktop.store import mailbox, reading
from mel_desktop.store import rules as rows
from mel_desktop.store.database import Database, Reader, Transaction
from mel_desktop.store.rules import Arrival, BookRow

AT_ONCE: Final = 200
MOST_OLD: Final = 5000
MOST_RUNS: Final = 200
SLACK: Final = timedelta(days=1)  # servers' clocks, and mail that was held up between them
PATIENCE: Final = timedelta(days=3)  # for a text that does not come
FOLDER_GONE: Final = "rule-folder-gone"
_MARKS: Final = {"seen": Marks.SEEN, "flagged": Marks.FLAGGED}


@dataclass(frozen=True, slots=True)
class _Round:
    """What one pass over the inbox works with."""

    account: AccountId
    rules: tuple[Rule, ...]
    elsewhere: frozenset[int]
    inbox: FolderId
    folders: tuple[Folder, ...]


class LocalRules:
    """Runs after each sync of an account."""

    def __init__(
        self, database: Database, accounts: Accounts, clock: Clock, mail: MailboxService
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._clock = clock
        self._mail = mail

    # -- what comes --------------------------------------------------------------------------------

    def after_sync(self, account: AccountId) -> int:
        """Try the rules on what came; how many messages one was about."""
        own = self._accounts.get(account)
        if own.read_only:  # an account that was left: nothing moves there any more
            return 0
        email = own.email
        with self._database.read() as reader:
            row = rows.book(reader, account)
            inbox = rows.inbox(reader, account)
            if inbox is None:
                return 0
            folder, validity = inbox
            if validity is None:
                return 0
            ground = ground_of(reader, row, email)
            folders = mailbox.folders(reader, account)
        try:
            rules = notes_of(row).rules
        except LocalRefusal:  # of a newer program
            return 0
        everything = placed(rules, ground, row.offered, is_active=row.active == OURS)
        if row.inbox_validity != validity or not any(one.runs is Runs.HERE for one in everything):
            if row.offered is not Offered.UNKNOWN or row.inbox_validity != validity or not rules:
                self._set_mark(row, account, folder, validity)
            return 0
        elsewhere = frozenset(
            place for place, one in enumerate(everything) if one.runs is not Runs.HERE
        )
        work = _Round(account, rules, elsewhere, folder, folders)
        return self._arrivals(work, row, validity)

    def _set_mark(self, row: BookRow, account: AccountId, folder: FolderId, validity: int) -> None:
        with self._database.read() as reader:
            uid, newest_at = rows.newest(reader, folder, validity)
        if (row.inbox_validity, row.inbox_uid) != (validity, uid):
            self._database.write(
                lambda tx: rows.change(
                    tx, account, inbox_validity=validity, inbox_uid=uid, newest_at=newest_at
                )
            )

    def _arrivals(self, work: _Round, row: BookRow, validity: int) -> int:
        count = 0
        while True:
            with self._database.read() as reader:
                found = rows.arrivals(
                    reader, work.account, work.inbox, validity, row.inbox_uid, AT_ONCE
                )
                tried = [(one, *self._judge(reader, work, row, one)) for one in found]
            count += self._store(work, tried)
            if len(found) < AT_ONCE or all(verdict is None for _, verdict, _ in tried):
                break
        inbox = next((one for one in work.folders if one.id == work.inbox), None)
        if inbox is not None and inbox.complete:
            self._advance(work, row, validity)
        return count

    def _advance(self, work: _Round, row: BookRow, validity: int) -> None:
        """Nothing below is on its way any more: the mark moves up, old runs are forgotten."""
        now = self._clock.now()
        with self._database.read() as reader:
            uid, newest_at = rows.newest(reader, work.inbox, validity)
            left = rows.arrivals(reader, work.account, work.inbox, validity, row.inbox_uid, AT_ONCE)
            waiting = len(left)
        if uid > row.inbox_uid and waiting < AT_ONCE:

            def move(tx: Transaction) -> None:
                rows.change(tx, work.account, inbox_uid=uid, newest_at=newest_at)
                rows.tidy_runs(tx, work.account, uid, now)

            self._database.write(move)

    def _judge(
        self, reader: Reader, work: _Round, row: BookRow, one: Arrival
    ) -> tuple[Verdict | None, MessageRow | None]:
        """(what is to be done; None: wait for the text, the row). Nothing for what is not new."""
        listed = mailbox.rows(reader, [one.message])
        if not listed:
            return Verdict(), None
        if row.newest_at is not None and one.received_at < row.newest_at - SLACK:
            return Verdict(), listed[0]
        try:
            facts = facts_of(reader, listed[0])
            return evaluate(work.rules, facts, work.elsewhere), listed[0]
        except NotKnown:
            is_old = self._clock.now() - one.received_at > PATIENCE
            return (Verdict() if is_old else None), listed[0]

    def _store(
        self,
        work: _Round,
        tried: Sequence[tuple[Arrival, Verdict | None, MessageRow | None]],
    ) -> int:
        if not tried:
            return 0
        now = self._clock.now()

        def store(tx: Transaction) -> int:
            fired = 0
            for one, verdict, row in tried:
                if verdict is None:
                    rows.note_run(tx, work.account, one.message, "waiting", now)
                elif row is None or not verdict.fired:
                    rows.note_run(tx, work.account, one.message, "done", now)
                else:
                    self._do(tx, work, row, verdict)
                    fired += 1
            return fired

        return self._database.write(store, durable=True)

    def _do(self, tx: Transaction, work: _Round, row: MessageRow, verdict: Verdict) -> None:
        """Wants of the teacher's, as if made by hand: the journal shows them, and undoes them."""
        flags = _missing(row.flags, verdict.flags)
        message = [row.id]
        by_path = {one.path: one for one in work.folders if one.selectable and not one.local}
        for path in verdict.copies:
            if path in by_path and by_path[path].id != row.folder:
                self._mail.copy(message, by_path[path].id, tx=tx)
        if flags:
            marks, keywords = Marks.NONE, set()
            for flag in flags:
                if flag in _MARKS:
                    marks |= _MARKS[flag]
                else:
                    keywords.add(flag)
            self._mail.flag(message, Flags(marks, frozenset(keywords)), Flags(), tx=tx)
        target = by_path.get(verdict.target)
        if verdict.is_trash:
            target = next((one for one in by_path.values() if one.role is Role.TRASH), None)
        missing = any(path not in by_path for path in verdict.copies)
        if (verdict.target or verdict.is_trash) and target is None:
            missing = True
        if missing:
            rows.change(tx, work.account, trouble=FOLDER_GONE)
        if target is not None and target.id != row.folder:
            self._mail.move(message, target.id, tx=tx)
        rows.note_run(
            tx,
            work.account,
            row.id,
            "done",
            self._clock.now(),
            fired=verdict.fired,
            flags=flags,
            source=row.folder,
            target=None if target is None or target.id == row.folder else target.id,
        )

    # -- on old mail -------------------------------------------------------------------------------

    def preview(self, account: AccountId, folder: FolderId, chosen: Sequence[int]) -> Preview:
        """What these rules (by place) would be about in a folder; nothing is done."""
        rules = [self._rules(account)[place] for place in chosen]
        fitting: list[MessageId] = []
        not_known = 0
        with self._database.read() as reader:
            ids = mailbox.message_ids(reader, folder)[:MOST_OLD]
            for row in mailbox.rows(reader, ids):
                try:
                    facts = facts_of(reader, row)
                    if any(fits(rule, facts) for rule in rules):
                        fitting.append(row.id)
                except NotKnown:
                    not_known += 1
        return Preview(len(ids), tuple(fitting), not_known)

    def apply(
        self, account: AccountId, messages: Sequence[MessageId], chosen: Sequence[int]
    ) -> int:
        """Do now what these rules say of these messages, on whatever side they run else."""
        own = self._rules(account)
        rules = tuple(own[place] for place in sorted(set(chosen)))
        with self._database.read() as reader:
            folders = mailbox.folders(reader, account)
            judged = []
            for row in mailbox.rows(reader, messages):
                try:
                    verdict = evaluate(rules, facts_of(reader, row))
                except NotKnown:
                    continue
                if verdict.fired and not verdict.is_nothing:
                    judged.append((row, verdict))
        inbox = FolderId(0)
        work = _Round(account, rules, frozenset(), inbox, folders)

        def store(tx: Transaction) -> None:
            for row, verdict in judged:
                self._do(tx, work, row, verdict)

        if judged:
            self._database.write(store, durable=True)
        return len(judged)

    def _rules(self, account: AccountId) -> tuple[Rule, ...]:
        with self._database.read() as reader:
            return notes_of(rows.book(reader, account)).rules

    # -- what was done -----------------------------------------------------------------------------

    def runs(self, account: AccountId) -> tuple[RuleRun, ...]:
        """What rules did on this PC, newest first."""
        with self._database.read() as reader:
            return rows.runs(reader, account, MOST_RUNS)

    def undo(self, wanted: RunId) -> None:
        """Take back what they did with a message; copies stay. NOT_FOUND | USAGE."""

        def work(tx: Transaction) -> None:
            run = rows.run(tx, wanted)
            if run.undone:
                raise LocalRefusal(ErrorCode.USAGE, why="rule-undone")
            if run.flags != Flags():
                self._mail.flag([run.message], Flags(), run.flags, tx=tx)
            if run.target is not None and run.source:
                self._mail.move([run.message], run.source, tx=tx)
            rows.note_undone(tx, wanted)

        self._database.write(work, durable=True)


def facts_of(reader: Reader, row: MessageRow) -> Facts:
    """What conditions look at, as far as it is here."""
    stored = reading.message(reader, row.id)
    if stored is None:
        raise NotKnown
    is_here = stored.body is not BodyState.ABSENT
    headers = None
    if stored.header:
        values = parse_header(stored.header).headers
        headers = tuple((name.lower(), text) for name in values for text in values[name])
    return Facts(
        (_pair(stored.sender),),
        tuple(map(_pair, stored.to)),
        tuple(map(_pair, stored.cc)),
        stored.subject,
        stored.size,
        row.has_attachments,
        headers,
        stored.text if is_here else None,
    )


def _pair(one: Address) -> tuple[str, str]:
    return one.name, one.address


def _missing(flags: Flags, wanted: Sequence[str]) -> tuple[str, ...]:
    """Those that the message does not have yet."""
    return tuple(
        one
        for one in wanted
        if not (flags.marks & _MARKS[one] if one in _MARKS else one in flags.keywords)
    )
