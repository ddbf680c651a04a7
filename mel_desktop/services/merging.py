"""One letter to many: planned, kept as rows, and made into messages a few at a time.

Rule 1: an item becomes a message in one transaction: its draft, its final bytes, its row in the
outbox and the word that it is there. A kill before leaves it waiting, a kill after leaves it done.
Rule 2: its Message-ID was fixed when the merge began; the store refuses it a second time.
Rule 3: at most AHEAD messages (and AHEAD_BYTES) wait in the outbox, held ones apart: 30 times the
same 5 MB never lie about at once. The files themselves are shared; only final bytes are made.
Rule 4: pace is the outbox's. A merge that cannot go on never stops other messages.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from mel_desktop.formats.headings import class_label
from mel_desktop.formats.table import records
from mel_desktop.logic import merge_table, merging, templates
from mel_desktop.logic.compose import new_message_id
from mel_desktop.logic.recipients import check, envelope
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import ErrorCode, LocalRefusal, MelError
from mel_desktop.model.mail import Address
from mel_desktop.model.merging import (
    Audience,
    MergeGroup,
    MergeId,
    MergeOptions,
    MergePlan,
    MergeReport,
    MergeRow,
    MergeSource,
    MergeState,
    Person,
    Table,
)
from mel_desktop.model.outgoing import Draft, DraftId, DraftState, OutboxId, OutboxState, SendReport
from mel_desktop.model.people import EntryId
from mel_desktop.ports import Clock, Randomness
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.directory import Directory
from mel_desktop.services.drafting import enqueue, final_message
from mel_desktop.services.outbox import Outbox
from mel_desktop.services.people_merge import Merge
from mel_desktop.services.templates import Templates
from mel_desktop.store import accounts, blobs, merges, outbox, outgoing, people
from mel_desktop.store.database import Database, Transaction
from mel_desktop.store.merges import WaitingItem

logger = logging.getLogger("mel.merging")

AHEAD: Final = 50
AHEAD_BYTES: Final = 32 * 1024 * 1024
MOST_MESSAGES: Final = merge_table.MOST_PEOPLE
MOST_PASSES: Final = 200
CHUNK: Final = 64 * 1024
PAUSED_WITH_MERGE: Final = ""  # reason of what a pause holds; every other hold gives one
M = MergeState


class Merging:
    """Merges of one profile."""

    def __init__(
        self,
        database: Database,
        accounts: Accounts,
        directory: Directory,
        known: Templates,
        sending: Outbox,
        clock: Clock,
        randomness: Randomness,
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._directory = directory
        self._known = known
        self._outbox = sending
        self._clock = clock
        self._randomness = randomness

    # -- to whom -----------------------------------------------------------------------------------

    def groups(self) -> tuple[MergeGroup, ...]:
        """Classes and groups by name, each once, whatever sources have it; with the source where
        the school does not tell two apart.
        """
        from mel_desktop.services.class_members import as_one  # noqa: PLC0415 seldom

        counts = {id_: members for id_, _, members in self._directory.groups()}
        with self._database.read() as reader:
            alike = as_one(reader, people.group_rows(reader))
        schools = [
            next((one.entry.school for one in rows if one.entry.school), "") for rows in alike
        ]
        same = Counter(
            (rows[0].entry.name, school) for rows, school in zip(alike, schools, strict=True)
        )
        return tuple(
            MergeGroup(
                tuple(row.id for row in rows),
                rows[0].entry.name,
                school
                if same[rows[0].entry.name, school] == 1
                else " · ".join(filter(None, (school, rows[0].source))),
                sum(counts.get(row.id, 0) for row in rows),
            )
            for rows, school in zip(alike, schools, strict=True)
        )

    def people_of(self, group: EntryId, audience: Audience) -> MergeSource:
        """Those of a class or group of the directory, from every source that has it.

        NOT_FOUND | TOO_LARGE.
        """
        from mel_desktop.services.class_members import alike_of, members_of  # noqa: PLC0415 seldom

        with self._database.read() as reader:
            found = people.entry(reader, group)
            if found is None:
                raise LocalRefusal(ErrorCode.NOT_FOUND, kind="entry")
            merge = Merge(reader)
            members = members_of(reader, merge, alike_of(reader, found), most=MOST_MESSAGES)
        if members is None:
            raise LocalRefusal(ErrorCode.TOO_LARGE, limit=MOST_MESSAGES)
        return MergeSource(merging.people_of(found.entry, members, audience))

    def group_named(self, name: str) -> EntryId | None:
        """By its name, case and accents aside; None without one, or with those of two schools."""
        from mel_desktop.services.class_members import as_one  # noqa: PLC0415 seldom

        wanted = class_label(name)
        with self._database.read() as reader:
            rows = [
                one for one in people.group_rows(reader) if class_label(one.entry.name) == wanted
            ]
            found = as_one(reader, rows, newest=True)
        return found[0][0].id if len(found) == 1 else None

    def table(self, path: Path) -> Table:
        """A CSV of any encoding. BAD_FILE | TOO_LARGE."""
        return merge_table.read(records(_chunks(path)))

    # -- planning ----------------------------------------------------------------------------------

    def plan(
        self,
        draft: Draft,
        people: tuple[Person, ...],
        options: MergeOptions,
        *,
        language: str = "fr",
    ) -> MergePlan:
        """What would be sent; nothing is done."""
        return merging.plan(
            draft.content,
            people,
            replace(options, common=self.common(draft, options.common, language)),
            file_octets=sum(one.size for one in draft.attachments),
        )

    def common(self, draft: Draft, given: Mapping[str, str], language: str) -> dict[str, str]:
        """What is the same for everybody: known without asking, then what was given."""
        known = self._known.known_fields(draft.account, draft.content.sender, (), language)
        found = {templates.key(name): value for name, value in known.items()}
        found.update({templates.key(name): text for name, text in given.items() if text.strip()})
        return found

    def start(
        self,
        draft: DraftId,
        people: tuple[Person, ...],
        options: MergeOptions,
        *,
        language: str = "fr",
    ) -> MergeRow:
        """Keep the merge; its first messages are in the outbox when this returns, if they can be.

        NO_RECIPIENT | TOO_LARGE | NEEDS_DECISION (merge-fields-missing) | USAGE.
        """
        with self._database.read() as reader:
            planned = outgoing.draft(reader, draft)
        made = self.plan(planned, people, options, language=language)
        if not made.messages:
            raise LocalRefusal(ErrorCode.NO_RECIPIENT)
        if len(made.messages) > MOST_MESSAGES:
            raise LocalRefusal(ErrorCode.TOO_LARGE, limit=MOST_MESSAGES)
        if made.missing:
            raise LocalRefusal(ErrorCode.NEEDS_DECISION, why="merge-fields-missing")
        account = self._accounts.get(planned.account)
        sender = planned.content.sender or Address(account.name, account.email)
        domain_of = check((sender,))[0].address
        listed = [
            (one, new_message_id(domain_of, self._randomness.token(16))) for one in made.messages
        ]

        def work(tx: Transaction) -> MergeId:
            now = self._clock.now()
            current = outgoing.draft(tx, draft)
            if current.state is not DraftState.EDITING:
                raise LocalRefusal(ErrorCode.USAGE, why=f"draft-{current.state.value}")
            if current.revision != planned.revision:
                raise LocalRefusal(ErrorCode.USAGE, why="draft-changed")
            subject = planned.content.subject
            merge = merges.insert(tx, account.id, draft, subject, made.left_out, now)
            merges.insert_items(tx, merge, listed)
            outgoing.set_state(tx, draft, DraftState.QUEUED, now)
            return merge

        merge = self._database.write(work, durable=True)
        logger.info("merge %d: %d messages", merge, len(listed))
        self._advance_quietly(account.id)  # it is kept: what fails now is made by a later pass
        return self.row(merge)

    # -- going on ----------------------------------------------------------------------------------

    def advance(self, account: AccountId) -> int:
        """Make messages of items whose turn it is, as long as there is room ahead; how many."""
        made = 0
        while True:
            boundary = self._randomness.token(16).hex()
            item: list[WaitingItem] = []
            try:
                done = self._database.write(
                    partial(self._next, account=account, boundary=boundary, item=item),
                    durable=True,
                )
            except MelError as error:
                if error.code is not ErrorCode.DAMAGED or not item:
                    raise
                self._refuse(item[0], error.code)
                continue
            if done is None:
                return made
            made += done

    def send_due(self, account: AccountId | None = None, row: OutboxId | None = None) -> SendReport:
        """What ``Outbox.send_due`` does, with messages of merges made as others leave."""
        if row is not None:
            return self._outbox.send_due(row=row)
        total = SendReport()
        for _ in range(MOST_PASSES):
            waits = self._advance_quietly(account)
            report = self._outbox.send_due(account=account)
            total = replace(
                report,
                accepted=total.accepted + report.accepted,
                filed=total.filed + report.filed,
                failed=total.failed + report.failed,
            )
            if not waits or not (report.accepted or report.failed):
                break
        return total

    def pause(self, merge: MergeId) -> None:
        """Make no more, and hold back what has not left. USAGE | NOT_FOUND."""

        def work(tx: Transaction) -> None:
            now = self._clock.now()
            merges.row(tx, merge)
            if not merges.set_state(tx, merge, M.PAUSED, (M.RUNNING, M.DONE), now):
                raise LocalRefusal(ErrorCode.USAGE, why="merge-state")
            for one in merges.rows_to_take_back(tx, merge):
                outbox.move(
                    tx, one, OutboxState.HELD, come_from=(OutboxState.QUEUED,), now=now,
                    reason=PAUSED_WITH_MERGE,
                )  # fmt: skip

        self._database.write(work, durable=True)

    def resume(self, merge: MergeId) -> None:
        """Go on where it was paused; what a person held on its own stays. USAGE | NOT_FOUND."""

        def work(tx: Transaction) -> None:
            now = self._clock.now()
            merges.row(tx, merge)
            if not merges.set_state(tx, merge, M.RUNNING, (M.PAUSED,), now):
                raise LocalRefusal(ErrorCode.USAGE, why="merge-state")
            for one in merges.rows_to_take_back(tx, merge):
                if outbox.row(tx, one).reason == PAUSED_WITH_MERGE:
                    outbox.move(tx, one, OutboxState.QUEUED, come_from=(OutboxState.HELD,), now=now)

        self._database.write(work, durable=True)

    def cancel(self, merge: MergeId) -> MergeRow:
        """What has not left never leaves; the letter goes back to the drafts. USAGE | NOT_FOUND."""

        def work(tx: Transaction) -> MergeRow:
            now = self._clock.now()
            draft = merges.row(tx, merge).draft
            if not merges.set_state(tx, merge, M.CANCELLED, (M.RUNNING, M.PAUSED, M.DONE), now):
                raise LocalRefusal(ErrorCode.USAGE, why="merge-state")
            rows = merges.rows_to_take_back(tx, merge)
            merges.cancel_waiting(tx, merge)
            merges.set_cancelled(tx, rows)
            for one in rows:
                copy = outbox.draft_of(tx, one)
                outbox.delete(tx, one)
                if copy is not None:
                    outgoing.set_state(tx, copy, DraftState.DELETED, now)
            outgoing.set_state(tx, draft, DraftState.EDITING, now)
            blobs.drop_unused(tx)
            return merges.row(tx, merge)

        return self._database.write(work, durable=True)

    def delete(self, merge: MergeId) -> None:
        """Forget a merge that is over, and its report. USAGE while it is not."""

        def work(tx: Transaction) -> None:
            found = merges.row(tx, merge)
            if found.state not in (M.DONE, M.CANCELLED) or found.in_outbox:
                raise LocalRefusal(ErrorCode.USAGE, why="merge-state")
            merges.delete(tx, merge)

        self._database.write(work, durable=True)

    # -- reading -----------------------------------------------------------------------------------

    def rows(self) -> tuple[MergeRow, ...]:
        """Every merge, newest first."""
        with self._database.read() as reader:
            return merges.rows(reader)

    def row(self, merge: MergeId) -> MergeRow:
        """One. NOT_FOUND."""
        with self._database.read() as reader:
            return merges.row(reader, merge)

    def report(self, merge: MergeId) -> MergeReport:
        """What became of everybody. NOT_FOUND."""
        with self._database.read() as reader:
            found = merges.row(reader, merge)
            return MergeReport(found, merges.items(reader, merge), merges.left_out(reader, merge))

    # -- inside ------------------------------------------------------------------------------------

    def _next(
        self, tx: Transaction, account: AccountId, boundary: str, item: list[WaitingItem]
    ) -> int | None:
        """One item into the outbox: 1; 0 when it was refused; None when nothing is to be done."""
        now = self._clock.now()
        count, octets = merges.ahead(tx, account)
        if count >= AHEAD or (count and octets >= AHEAD_BYTES):
            return None
        found = merges.next_item(tx, account)
        if found is None:
            for merge, draft in merges.exhausted(tx, account):
                merges.set_state(tx, merge, M.DONE, (M.RUNNING,), now)
                outgoing.set_state(tx, draft, DraftState.SENT, now)
            return None
        item[:] = [found]
        letter = outgoing.draft(tx, found.draft)
        content = merging.letter_of(letter.content, found.to, found.fields)
        owner = accounts.account(tx, account)
        assert owner is not None  # what belongs to an account goes with it
        try:
            envelope(content)
            final_message(tx, replace(letter, content=content), owner, b"", boundary, now)
        except LocalRefusal as refusal:
            merges.set_refused(tx, found.id, refusal.code.text)
            return 0
        made = outgoing.copy_draft(tx, letter, account, content, now)
        message = final_message(tx, made, owner, b"", boundary, now)
        message = replace(message, message_id=found.message_id)
        merges.set_queued(tx, found.id, enqueue(tx, made, owner, message, now))
        return 1

    def _refuse(self, item: WaitingItem, code: ErrorCode) -> None:
        self._database.write(lambda tx: merges.set_refused(tx, item.id, code.text), durable=True)

    def _advance_quietly(self, account: AccountId | None) -> bool:
        """Make what has room; whether more waits. Trouble with it is logged: others must leave."""
        chosen = [one.id for one in self._accounts.all() if account in (None, one.id)]
        waits = False
        for one in chosen:
            try:
                self.advance(one)
            except MelError as error:
                logger.warning("account %d: merges: %s", one, error)
                continue
            with self._database.read() as reader:
                waits = waits or merges.next_item(reader, one) is not None
        return waits


def _chunks(path: Path) -> Iterator[bytes]:
    try:
        if not path.is_file():
            raise LocalRefusal(ErrorCode.BAD_FILE, why="not-a-file")
        with path.open("rb") as stream:
            yield from iter(partial(stream.read, CHUNK), b"")
    except OSError as error:
        raise LocalRefusal(ErrorCode.BAD_FILE, errno=error.errno or 0) from error
