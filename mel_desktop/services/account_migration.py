"""The assistant that takes an account to another host with all that is here.

Rule 1: nothing is changed before the new servers took the password; every step is a state of the
store (store.account_moves), so that a kill between two is taken up where it was.
Rule 2: what the new host has not listed yet stays here, found again whenever it turns up there.
Rule 3: of the old host everything is read and nothing changed: it is an account of its own, kept
read-only until the teacher ends it.
Rule 4: what is carried up goes through ``services.appending``: looked for before it is sent again.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from mel_desktop.logic import folder_mapping
from mel_desktop.logic.folder_mapping import OldFolder
from mel_desktop.logic.mime import parse_header
from mel_desktop.logic.recipients import same_key
from mel_desktop.logic.whole import read_whole
from mel_desktop.model.account_move import (
    CarryReport,
    FolderPair,
    MoveEnd,
    MovePlan,
    MoveStage,
    MoveStatus,
)
from mel_desktop.model.accounts import Account, AccountId, Moved, NewAccount, NewHosts, Secret
from mel_desktop.model.changes import Area, Check, CheckState
from mel_desktop.model.errors import (
    Cancelled,
    ConnectionTrouble,
    ErrorCode,
    LocalRefusal,
    MelError,
    Scope,
)
from mel_desktop.model.identities import UNSTORED, Identity, IdentityKind, Signature
from mel_desktop.model.mail import Flags, Folder, Marks, MessageId, Role
from mel_desktop.model.values import dataclass
from mel_desktop.ports import Clock, MailConnector, Meter, RemoteFolder
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.migration import Migration, move_rows
from mel_desktop.services.reading import ReadingService
from mel_desktop.store import accounts as account_rows
from mel_desktop.store import blobs, identities, imports, localfolders, mailbox
from mel_desktop.store.database import Database, Transaction
from mel_desktop.store.imports import Parcel

if TYPE_CHECKING:
    from mel_desktop.store.account_moves import OnlyThere

NOT_CARRIED: Final = frozenset({Role.TRASH, Role.JUNK, Role.DRAFTS})
AT_ONCE: Final = 1000  # messages looked at in one transaction
MOST_NOTES: Final = 20_000
CODES: Final = {code.text: code for code in ErrorCode}

OnProgress = Callable[[int, int], None]  # messages done, all
IsCancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class _Read:
    """What one sign-in at the new host told."""

    listed: tuple[RemoteFolder, ...]
    used: int | None
    limit: int | None


class AccountMigration:
    """Moves of accounts of one profile, step by step."""

    def __init__(
        self,
        database: Database,
        accounts: Accounts,
        migration: Migration,
        connector: MailConnector,
        reading: ReadingService,
        try_servers: Callable[[NewAccount, Secret], Sequence[Check]],
        clock: Clock,
        is_offline: Callable[[], bool],
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._migration = migration
        self._connector = connector
        self._reading = reading
        self._try_servers = try_servers
        self._clock = clock
        self._is_offline = is_offline

    # -- before anything is changed ----------------------------------------------------------------

    def compare(
        self, account: AccountId, hosts: NewHosts, password: Secret | None = None
    ) -> MovePlan:
        """Sign in at the new servers and hold their folders against those here. Nothing changes.

        What the sign-in raises | USAGE | OFFLINE. It blocks.
        """
        from mel_desktop.store import account_moves as moves  # noqa: PLC0415 seldom

        before, after = self._migration.checked(account, hosts)
        if self._is_offline():
            raise ConnectionTrouble(ErrorCode.OFFLINE)
        if before.imap == after.imap and before.login == after.login:
            raise LocalRefusal(ErrorCode.USAGE, why="same-host")
        secret = password or self._accounts.password(account)
        _raise_failure(self._try_servers(_as_new(after), secret))
        read = self._read(after, secret)
        with self._database.read() as reader:
            old = _old_folders(mailbox.folders(reader, account), moves.of_others(reader, account))
            messages, octets = moves.sizes(reader, account)
        pairs = folder_mapping.propose(old, read.listed)
        theirs = folder_mapping.new_style(read.listed)
        selectable = [one for one in read.listed if one.selectable]
        return MovePlan(
            account=account,
            hosts=hosts,
            pairs=pairs,
            choices=tuple(one.path for one in selectable),
            messages=messages,
            octets=octets,
            delimiter=theirs.delimiter,
            head=theirs.head,
            there=sum(one.status.exists for one in selectable if one.status is not None),
            quota_used=read.used,
            quota_limit=read.limit,
        )

    def save_plan(self, plan: MovePlan, pairs: Sequence[FolderPair] | None = None) -> None:
        """Keep the plan for later: it goes on after a restart. USAGE while a move is under way."""
        from mel_desktop.store import account_moves as moves  # noqa: PLC0415 seldom

        now = self._clock.now()

        def work(tx: Transaction) -> None:
            known = moves.status(tx, plan.account)
            if known is not None and known.stage is MoveStage.MOVED:
                raise LocalRefusal(ErrorCode.USAGE, why="move-under-way")
            moves.put_plan(tx, plan.account, plan.hosts, pairs or plan.pairs, now)

        self._database.write(work, durable=True)

    def status(self, account: AccountId) -> MoveStatus | None:
        """Where the move of an account stands; None: there was none."""
        from mel_desktop.store import account_moves as moves  # noqa: PLC0415 seldom

        self._accounts.get(account)
        with self._database.read() as reader:
            return moves.status(reader, account)

    def forget(self, account: AccountId) -> None:
        """A plan that was not carried out is not wanted any more."""
        from mel_desktop.store import account_moves as moves  # noqa: PLC0415 seldom

        self._database.write(lambda tx: moves.forget_plan(tx, account), durable=True)

    def note(self, account: AccountId, notes: str, *, keep_signature: bool = True) -> None:
        """What the teacher noted of the old filters. NOT_FOUND | TOO_LARGE."""
        from mel_desktop.store import account_moves as moves  # noqa: PLC0415 seldom

        self._planned(account)
        if len(notes) > MOST_NOTES:
            raise LocalRefusal(ErrorCode.TOO_LARGE, size=len(notes), limit=MOST_NOTES)
        self._database.write(
            lambda tx: moves.set_notes(tx, account, notes, keep_signature=keep_signature),
            durable=True,
        )

    # -- going over --------------------------------------------------------------------------------

    def move(
        self,
        plan: MovePlan,
        pairs: Sequence[FolderPair] | None = None,
        password: Secret | None = None,
    ) -> Moved:
        """Go over, in one transaction: hosts, folders, what stays behind, the old account.

        NOT asked of a server: the next sync finds the mail there. USAGE while a message is on its
        way, or a move is under way.
        """
        from mel_desktop.store import account_moves as moves  # noqa: PLC0415 seldom

        chosen = tuple(pairs or plan.pairs)
        account, hosts = plan.account, plan.hosts
        before, after = self._migration.checked(account, hosts)
        if before.imap == after.imap and before.login == after.login:
            raise LocalRefusal(ErrorCode.USAGE, why="same-host")
        now = self._clock.now()
        with self._database.read() as reader:
            folders = mailbox.folders(reader, account)
            wished = moves.wished_paths(reader, account)
            others = moves.of_others(reader, account)
        old = _old_folders(folders, others)
        paths = {one.old: one.new for one in chosen}
        existing = dict.fromkeys(plan.choices, plan.delimiter)
        theirs = folder_mapping.Style(plan.head, plan.delimiter)
        ours = folder_mapping.old_style(old)
        rewritten = {path: folder_mapping.rewritten(path, paths, ours, theirs) for path in wished}
        for one in folders:  # made here, never on a server: it is made there
            if not one.local and one.selectable and one.path not in {*paths, *others}:
                paths[one.path] = folder_mapping.rewritten(one.path, paths, ours, theirs)

        def work(tx: Transaction) -> Moved:
            known = moves.status(tx, account)
            if known is not None and known.stage is MoveStage.MOVED:
                raise LocalRefusal(ErrorCode.USAGE, why="move-under-way")
            if known is None or known.stage is MoveStage.DONE:
                moves.put_plan(tx, account, hosts, chosen, now)
            else:
                moves.set_pairs(tx, account, chosen)
            kept = moves.insert_old(tx, before)
            moved = move_rows(tx, before, after, password)
            moves.map_folders(tx, account, paths, existing, now)
            moves.rewrite_wishes(tx, account, rewritten)
            moves.leave_behind(tx, account)
            moves.move_sent_folders(tx, account, paths)
            _take_identities(
                tx, before, after, keep_signature=known is None or known.keep_signature
            )
            moves.set_moved(tx, account, kept, now)
            tx.changed(Area.ACCOUNTS)
            return moved

        moved = self._database.write(work, durable=True)
        return replace(moved, account=self._accounts.get(account))

    def tidy(self, account: AccountId) -> None:
        """After a sync of either side: what the new host has is not shown in the old account."""
        from mel_desktop.store import account_moves as moves  # noqa: PLC0415 seldom

        with self._database.read() as reader:
            new = moves.account_of(reader, account)
            old = account if new is not None else moves.old_of(reader, account)
        if old is None:
            return
        above = 0
        while True:
            with self._database.read() as reader:
                some = moves.shown(reader, old, above=above, limit=AT_ONCE)
            if not some:
                return
            above = some[-1]
            self._database.write(
                partial(moves.hide_twins, account=new or account, old=old, among=some)
            )

    # -- carrying up -------------------------------------------------------------------------------

    def carry(
        self,
        account: AccountId,
        *,
        max_octets: int | None = None,
        progress: OnProgress | None = None,
        cancelled: IsCancelled | None = None,
    ) -> CarryReport:
        """Make ready to go up what only the old host has; the next sync puts it there.

        Octets that are here are not fetched again; others come from the old host, slice by slice,
        and a cut goes on where it was. The trash, junk mail and drafts stay. NOT_FOUND.
        """
        from mel_desktop.store import account_moves as moves  # noqa: PLC0415 seldom

        known = self._moved(account)
        assert known.old_account is not None
        with self._database.read() as reader:
            found = [
                one
                for one in moves.only_there(reader, account, known.old_account)
                if one.role not in NOT_CARRIED
                and not (one.twin is not None and moves.is_wanted_up(reader, one.twin))
            ]
        paths = {one.old: one.new for one in known.pairs if one.new}
        refused: Counter[str] = Counter()
        fetched = taken = 0
        left: list[OnlyThere] = []
        for place, one in enumerate(found):
            if cancelled is not None and cancelled():
                raise Cancelled
            if progress is not None:
                progress(place, len(found))
            costs = self._costs(one)
            if max_octets is not None and fetched + costs > max_octets:
                left.append(one)
                continue
            try:
                self._ready(account, one, paths)
            except MelError as error:
                if isinstance(error, Cancelled) or error.code.scope >= Scope.ACCOUNT:
                    raise
                refused[error.code.text] += 1
                continue
            fetched += costs
            taken += 1
        return CarryReport(
            taken=taken,
            octets_fetched=fetched,
            left=len(left),
            left_octets=sum(map(self._costs, left)),
            refused=tuple(sorted(refused.items())),
        )

    def price_of_carrying(self, account: AccountId) -> tuple[int, int, int]:
        """(messages to carry up, octets to be fetched for it, octets to be sent)."""
        from mel_desktop.store import account_moves as moves  # noqa: PLC0415 seldom

        known = self._moved(account)
        assert known.old_account is not None
        with self._database.read() as reader:
            found = moves.only_there(reader, account, known.old_account)
        going = [one for one in found if one.role not in NOT_CARRIED]
        return len(going), sum(map(self._costs, going)), sum(one.size for one in going)

    def _costs(self, one: OnlyThere) -> int:
        """Octets that must be fetched for it."""
        from mel_desktop.store import account_moves as moves  # noqa: PLC0415 seldom

        with self._database.read() as reader:
            here = one.whole or (one.twin is not None and moves.has_whole(reader, one.twin))
        return 0 if here else one.size

    def _ready(self, account: AccountId, one: OnlyThere, paths: Mapping[str, str]) -> None:
        from mel_desktop.store import account_moves as moves  # noqa: PLC0415 seldom

        with self._database.read() as reader:
            has_twin = one.twin is not None and moves.has_whole(reader, one.twin)
            listed = mailbox.folders(reader, account)
            now_shown = None if one.twin is None else mailbox.rows(reader, [one.twin])
        target = next((each.id for each in listed if each.path == paths.get(one.path)), None)
        shelves = {each.id for each in listed if each.local}
        if now_shown and now_shown[0].folder not in shelves:  # where the teacher has it by now
            target = now_shown[0].folder
        if target is None:
            target = next(each.id for each in listed if each.role is Role.INBOX)
        raw = b"" if has_twin else self._reading.load_raw(MessageId(one.message))
        now = self._clock.now()
        if one.twin is not None:
            twin = one.twin

            def share(tx: Transaction) -> None:
                if not has_twin:
                    moves.share_whole(tx, one.message, twin)
                moves.want_up(tx, twin, target, now)

            self._database.write(share, durable=True)
            return
        self._database.write(
            partial(self._store, account=account, one=one, raw=raw, target=target), durable=True
        )

    def _store(
        self, tx: Transaction, *, account: AccountId, one: OnlyThere, raw: bytes, target: int
    ) -> None:
        """One that came to the old host later, or was never listed here before."""
        from mel_desktop.store import account_moves as moves  # noqa: PLC0415 seldom

        now = self._clock.now()
        marks, keywords, received = moves.flags_and_date(tx, one.message)
        whole = read_whole(raw)
        parcel = Parcel(
            fields=parse_header(raw),
            header=whole.header,
            parts=whole.parts,
            text=whole.text,
            flags=Flags(Marks(marks) & ~Marks.DELETED, frozenset(keywords.split())),
            received_at=received,
            size=len(raw),
            sha256=hashlib.sha256(raw).digest(),
            packed=blobs.pack(raw),
        )
        shelf = localfolders.ensure(tx, account, f"{localfolders.ROOT}/{moves.SHELF}")
        made = imports.store(tx, account, shelf, [parcel], imports.NO_RUN, now)
        if not made:
            raise LocalRefusal(ErrorCode.USAGE, why="here-already")
        moves.want_up(tx, made[0], target, now)

    # -- the end -----------------------------------------------------------------------------------

    def finish(self, account: AccountId, *, accept: bool = False) -> MoveEnd:
        """End the old account on this PC; its server is not touched.

        NEEDS_DECISION with the counts while something is only there, or on no new host, unless
        ``accept``. Texts of messages that no host has stay, on a folder of this PC; what is on its
        way up goes on, since all of it is here.
        """
        from mel_desktop.store import account_moves as moves  # noqa: PLC0415 seldom

        known = self._moved(account)
        if (known.only_there or known.looked_for) and not accept:
            raise LocalRefusal(
                ErrorCode.NEEDS_DECISION,
                why="only-on-old-host",
                only_there=known.only_there,
                looked_for=known.looked_for,
            )
        now = self._clock.now()

        def work(tx: Transaction) -> tuple[int, int]:
            counts = moves.keep_left(tx, account)
            if known.old_account is not None:
                account_rows.remove_account(tx, known.old_account)
            moves.set_done(tx, account, now)
            tx.changed(Area.ACCOUNTS | Area.FOLDERS | Area.MESSAGES)
            return counts

        kept, dropped = self._database.write(work, durable=True)
        folder = f"{localfolders.ROOT}/{moves.SHELF}" if kept else ""
        return MoveEnd(known.only_there, kept, dropped, folder)

    # -- inside ------------------------------------------------------------------------------------

    def _planned(self, account: AccountId) -> MoveStatus:
        known = self.status(account)
        if known is None:
            raise LocalRefusal(ErrorCode.NOT_FOUND, kind="move")
        return known

    def _moved(self, account: AccountId) -> MoveStatus:
        known = self._planned(account)
        if known.stage is not MoveStage.MOVED or known.old_account is None:
            raise LocalRefusal(ErrorCode.USAGE, why="no-move-under-way")
        return known

    def _read(self, after: Account, password: Secret) -> _Read:
        server = self._connector.connect(after, password, Meter(), folders=True)
        try:
            listed = server.list_folders()
            if not any(one.selectable for one in listed):
                raise ConnectionTrouble(ErrorCode.PROTOCOL)
            quota = next((one for one in server.quota() if one.resource == "STORAGE"), None)
        finally:
            server.close()
        used, limit = (None, None) if quota is None else (quota.used, quota.limit)
        return _Read(listed, used, limit)


def _old_folders(folders: Sequence[Folder], others: frozenset[str]) -> tuple[OldFolder, ...]:
    """Those that the old host has. ``others``: paths of folders that belong to others."""
    return tuple(
        OldFolder(one.path, one.delimiter, one.role, one.total, one.path not in others)
        for one in folders
        if not one.local and one.selectable and not one.waiting
    )


def _raise_failure(checks: Sequence[Check]) -> None:
    """The error of the first check that failed; its detail begins with the error's code."""
    for check in checks:
        if check.state is CheckState.FAIL:
            word = check.detail.partition(" ")[0]
            raise MelError(CODES.get(word, ErrorCode.UNREACHABLE))


def _as_new(account: Account) -> NewAccount:
    return NewAccount(
        email=account.email,
        login=account.login,
        imap=account.imap,
        smtp=account.smtp,
        name=account.name,
        auth=account.auth,
        ca_pem=account.ca_pem,
        proxy=account.proxy,
    )


def _take_identities(
    tx: Transaction, before: Account, after: Account, *, keep_signature: bool
) -> None:
    """The old address goes on as another one of the account; the signature stays, if wanted."""
    known = identities.of_account(tx, after)
    own = next(one for one in known if one.kind is IdentityKind.OWN)
    if not keep_signature and own.id != UNSTORED:
        identities.save(tx, replace(own, signature=Signature()))
    if same_key(before.email) == same_key(after.email):
        return
    for one in known:
        if one.kind is not IdentityKind.OWN and same_key(one.address) == same_key(after.email):
            identities.delete(tx, one.id)  # what was another address is the account's own now
    if all(same_key(one.address) != same_key(before.email) for one in known):
        identities.save(
            tx,
            Identity(
                id=UNSTORED,
                account=after.id,
                kind=IdentityKind.ALIAS,
                name=own.name or before.name,
                address=before.email,
                signature=own.signature if keep_signature else Signature(),
            ),
        )
