"""Keep a message on this PC, remove it from the server: an errand of the sync, and its way back.

Rule 1: nothing is removed before every octet is here: BODY.PEEK[] from the server, its SHA-256
taken as it comes, what was stored read back from the disk and hashed again; equal, or nothing
happens.
Rule 2: every step is a state of the store (store.keeping); a kill between two finds it again.
Rule 3: it is put back once: Message-ID and size are looked for before each APPEND.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Final

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.changes import Failure, Refusal
from mel_desktop.model.errors import ErrorCode, LocalRefusal, MelError, Scope, ServerSaid
from mel_desktop.model.mail import BodyState, Flags, Marks, MessageId, WantKind, WantState
from mel_desktop.model.storage import KeptMessage, KeptState
from mel_desktop.ports import Clock, MailServer
from mel_desktop.store import accounts as account_rows
from mel_desktop.store import blobs, keeping, wants
from mel_desktop.store.database import Database, Transaction
from mel_desktop.store.keeping import Kept

if TYPE_CHECKING:
    from mel_desktop.logic.whole import Whole
    from mel_desktop.services.syncrun import Errand
    from mel_desktop.store import reading

NOT_NOW: Final = frozenset({ErrorCode.SERVER_TEMPORARY, ErrorCode.MAILBOX_FULL})
MOST_OCTETS: Final = 64 * 1024 * 1024  # of a message: it is read and put back in one piece
MOST_AT_ONCE: Final = 500  # messages of one command of a person
READ_TEXT: Final = 16 * 1024 * 1024
MOST_TWINS: Final = 50


class Keeping:
    """What a person decides, and what a sync carries out (services.syncrun.Errand)."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        is_frugal: Callable[[AccountId], bool] = lambda account: False,
    ) -> None:
        self._database = database
        self._clock = clock
        self._is_frugal = is_frugal

    # -- what a person decides -----------------------------------------------------------------

    def keep(self, messages: Sequence[MessageId]) -> None:
        """Keep these here and remove them from the server, once that is safe. USAGE | TOO_LARGE."""
        from mel_desktop.store import syncstate  # noqa: PLC0415 first needed here

        unique = tuple(dict.fromkeys(messages))
        if not 0 < len(unique) <= MOST_AT_ONCE:
            raise LocalRefusal(ErrorCode.USAGE, why="too-many-messages", limit=MOST_AT_ONCE)

        def work(tx: Transaction) -> None:
            listed = wants.standings(tx, unique)
            if len(listed) < len(unique):
                raise LocalRefusal(ErrorCode.NOT_FOUND, kind="message")
            for owner in {one.account for one in listed}:
                account_rows.refuse_read_only(tx, owner)
            sizes = [size for _, _, size in syncstate.copy_keys(tx, unique).values()]
            if max(sizes) > MOST_OCTETS:
                raise LocalRefusal(ErrorCode.TOO_LARGE, size=max(sizes), limit=MOST_OCTETS)
            fit = keeping.keepable(tx, unique) - keeping.protected(tx, unique)
            if len(fit) < len(unique):
                raise LocalRefusal(ErrorCode.USAGE, why="not-on-server")
            keeping.want(tx, unique, self._clock.now())

        self._database.write(work, durable=True)

    def undo(self, message: MessageId) -> None:
        """Undo it, however far it has come: what is gone from the server is put back there.

        NOT_FOUND | USAGE with ``why``: too-late, on-its-way.
        """

        def work(tx: Transaction) -> None:
            row = self._row(tx, message)
            if row.state is KeptState.WANTED:
                keeping.take_back(tx, message)
            elif row.state is KeptState.REMOVING:
                standing = wants.of_messages(tx, [message]).get(message, ())
                removal = [one for one in standing if one.kind is WantKind.DELETE]
                if any(one.state is WantState.UNKNOWN for one in removal):
                    raise LocalRefusal(ErrorCode.USAGE, why="on-its-way")
                keeping.take_back(tx, message)
            elif row.state is KeptState.KEPT:
                if row.until is None or self._clock.now() > row.until:
                    raise LocalRefusal(ErrorCode.USAGE, why="too-late")
                keeping.set_returning(tx, message)
            else:
                (kept,) = [
                    one for one in keeping.rows(tx, row.account) if one.message == message
                ]  # fmt: skip
                if kept.attempts or kept.located:
                    raise LocalRefusal(ErrorCode.USAGE, why="on-its-way")
                keeping.stay(tx, [message])

        self._database.write(work, durable=True)

    def retry(self, message: MessageId) -> None:
        """What was refused waits again. NOT_FOUND | USAGE."""

        def work(tx: Transaction) -> None:
            if not self._row(tx, message).refused:
                raise LocalRefusal(ErrorCode.USAGE, why="not-refused")
            keeping.retry(tx, message)

        self._database.write(work, durable=True)

    def all(self) -> tuple[KeptMessage, ...]:
        """Every message that is, or is to be, on this PC only; newest wish first."""
        with self._database.read() as reader:
            return keeping.listed(reader)

    @staticmethod
    def _row(tx: Transaction, message: MessageId) -> KeptMessage:
        found = keeping.one(tx, message)
        if found is None:
            raise LocalRefusal(ErrorCode.NOT_FOUND, kind="journal")
        return found

    # -- what a sync carries out ---------------------------------------------------------------

    def waits(self, account: AccountId) -> bool:
        """Whether anything is to be fetched, put back or closed."""
        with self._database.read() as reader:
            rows = keeping.rows(reader, account)
        return bool(self._due(account, rows)) or any(
            one.state is KeptState.RETURNING and one.located for one in rows
        )

    def perform(self, server: MailServer, account: AccountId) -> Sequence[Refusal | Failure]:
        """Do it. Trouble with one message is told; connection trouble is raised."""
        self._database.write(lambda tx: keeping.tidy(tx, account), durable=True)
        with self._database.read() as reader:
            rows = self._due(account, keeping.rows(reader, account))
        told: list[Refusal | Failure] = []
        for one in rows:
            try:
                if one.state is KeptState.WANTED:
                    self._take(server, one)
                else:
                    self._give_back(server, one)
            except (ServerSaid, LocalRefusal) as error:
                told.append(Failure(error.code.text, Scope.MESSAGE.name.lower(), one.path))
                if error.code in NOT_NOW:
                    break
                self._refuse(one, error)
        return told

    def _due(self, account: AccountId, rows: Sequence[Kept]) -> tuple[Kept, ...]:
        fetches = not self._is_frugal(account)  # a whole message on a paid line waits for another
        return tuple(
            one
            for one in rows
            if not one.refused
            and (
                (one.state is KeptState.WANTED and fetches)
                or (one.state is KeptState.RETURNING and not one.located)
            )
        )

    def _refuse(self, one: Kept, error: MelError) -> None:
        why = error.facts.get("why")
        reason = why if isinstance(why, str) and why in REASONS else error.code.text
        self._database.write(
            partial(keeping.refuse, message=one.message, reason=reason, for_good=True),
            durable=True,
        )

    # -- fetching and verifying ----------------------------------------------------------------

    def _take(self, server: MailServer, one: Kept) -> None:
        """The whole message is here, and is what the server has; then its removal is wanted."""
        from mel_desktop.logic.whole import read_whole  # noqa: PLC0415 first needed here
        from mel_desktop.store import reading  # noqa: PLC0415 first needed here

        with self._database.read() as reader:
            place = reading.place(reader, one.message)
        if place is None:
            raise LocalRefusal(ErrorCode.NOT_LOCAL, why="not-on-server")
        status = server.select(place.path, read_only=True)
        if status.uidvalidity != place.uidvalidity:  # the next sync finds out what became of it
            raise ServerSaid(ErrorCode.SERVER_TEMPORARY, why="renumbered")
        digest, size, blob = self._fetch(server, one, place)
        if size != one.size:
            raise LocalRefusal(ErrorCode.USAGE, why="size-differs")
        with self._database.fresh() as reader:  # no cache: what is on the disk
            is_sound = blobs.digest(reader, blob) == digest
            raw = b"".join(blobs.read(reader, blob)) if size <= READ_TEXT else b""
        if not is_sound:
            raise LocalRefusal(ErrorCode.USAGE, why="copy-differs")
        whole = read_whole(raw) if raw else None
        self._database.write(lambda tx: self._verified(tx, one, whole, digest, size), durable=True)

    def _fetch(self, server: MailServer, one: Kept, place: reading.Place) -> tuple[bytes, int, int]:
        """(SHA-256 of what the server gave, its octets, the blob that holds the same here)."""
        from mel_desktop.services.reading import content, slices  # noqa: PLC0415 first needed here
        from mel_desktop.store import reading  # noqa: PLC0415 first needed here

        running = hashlib.sha256()
        blob = one.blob
        new = blob is None
        if blob is None:
            now = self._clock.now()

            def begin(tx: Transaction) -> int:
                reading.note_whole(tx, one.message)
                return reading.begin_part(tx, one.message, reading.WHOLE, now)

            blob = self._database.write(begin)
        offset, at_end = 0, False
        with closing(server.pump(slices(place, reading.WHOLE, 0, one.size))) as answers:
            for asked, data in map(content, answers):
                running.update(data)
                offset += len(data)
                if new:
                    self._database.write(
                        partial(
                            reading.append_part,
                            message=one.message,
                            number=reading.WHOLE,
                            blob=blob,
                            data=data,
                            fetched=offset,
                        )
                    )
                if len(data) < asked:
                    at_end = True
                    break
        if not at_end:
            raise LocalRefusal(ErrorCode.USAGE, why="size-differs")
        if new:
            kept = blob

            def finish(tx: Transaction) -> int | None:
                reading.finish_part(tx, one.message, kept, running.digest())
                found = reading.part(tx, one.message, reading.WHOLE)
                return None if found is None else found.blob

            stored = self._database.write(finish, durable=True)
            blob = kept if stored is None else stored
        return running.digest(), offset, blob

    def _verified(
        self, tx: Transaction, one: Kept, whole: Whole | None, digest: bytes, size: int
    ) -> None:
        from mel_desktop.store import reading  # noqa: PLC0415 first needed here

        now = self._clock.now()
        stored = reading.message(tx, one.message)
        if stored is None or keeping.state(tx, one.message) is not KeptState.WANTED:
            return  # taken back meanwhile
        if whole is not None and stored.body is not BodyState.LOCAL:
            reading.put_structure(tx, one.message, whole.parts)
            reading.put_body(tx, one.message, whole.text, whole.header, complete=True, now=now)
        if not keeping.set_removing(tx, one.message, digest, size, now):
            keeping.refuse(tx, one.message, "other-wish", for_good=True)

    # -- putting back --------------------------------------------------------------------------

    def _give_back(self, server: MailServer, one: Kept) -> None:
        """Found on the server already, or appended."""
        if one.blob is None or not one.on_server:
            raise ServerSaid(ErrorCode.FOLDER_GONE)
        with self._database.read() as reader:
            data = b"".join(blobs.read(reader, one.blob))
        if hashlib.sha256(data).digest() != one.sha256:
            raise LocalRefusal(ErrorCode.USAGE, why="copy-differs")
        status = server.select(one.path)
        uid = self._find(server, one)
        if uid is None:
            if one.attempts and not one.message_id:  # nothing to look for it by: never twice
                raise LocalRefusal(ErrorCode.USAGE, why="unverified")
            self._database.write(lambda tx: keeping.begin_return(tx, one.message), durable=True)
            flags = Flags(one.flags.marks & ~Marks.DELETED, one.flags.keywords)
            uid = server.append(one.path, data, flags, one.received_at)
            if uid is None:
                status = server.select(one.path)
                uid = self._find(server, one)
        if uid is not None:  # else the sync that lists the folder knows it by its Message-ID
            self._database.write(
                partial(keeping.returned, kept=one, uidvalidity=status.uidvalidity, uid=uid),
                durable=True,
            )

    def _find(self, server: MailServer, one: Kept) -> int | None:
        """The UID of our message in its folder, where no other message of ours is meant."""
        from mel_desktop.store import syncstate  # noqa: PLC0415 first needed here

        if not one.message_id:
            return None
        found = sorted(server.find_message_id(one.message_id), reverse=True)[:MOST_TWINS]
        if not found:
            return None
        with self._database.read() as reader:
            taken = syncstate.located_uids(reader, one.folder, found) if not one.attempts else ()
        same = [
            row.uid
            for row in server.messages([uid for uid in found if uid not in taken])
            if row.size == one.size
        ]
        return max(same, default=None)


REASONS: Final = frozenset(
    {"not-on-server", "size-differs", "copy-differs", "unverified", "other-wish", "renumbered"}
)


class Errands:
    """Several errands as one, in their order."""

    def __init__(self, *errands: Errand) -> None:
        self._errands = errands

    def waits(self, account: AccountId) -> bool:
        """Whether any of them has anything to do."""
        return any(one.waits(account) for one in self._errands)

    def perform(self, server: MailServer, account: AccountId) -> Sequence[Refusal | Failure]:
        """Those that have."""
        return [
            told
            for one in self._errands
            if one.waits(account)
            for told in one.perform(server, account)
        ]
