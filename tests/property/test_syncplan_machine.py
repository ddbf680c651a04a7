"""The whole sync against a server that other clients use, whose line breaks, and that misbehaves.

A kill is simulated at any command (before or after it was performed) and at any write of ours.
After every run: nothing vanished from the server that nobody wanted gone. At the end, when the
server behaves again: nothing is there twice, both sides are equal, wishes are fulfilled or
reported, and one more sync fetches nothing.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from mel_desktop.model.errors import ConnectionTrouble, LocalRefusal, ServerBroken
from mel_desktop.model.links import LinkProfile
from mel_desktop.model.mail import Flags, Marks, MessageRow, WantKind, WantState
from mel_desktop.model.sync import Bodies
from tests.support.examples import OF_ONE_LAW
from tests.support.imap_model import Switches
from tests.support.sync_world import World, world

FOLDERS = ("INBOX", "Archive", "Trash")
NAMES = st.sampled_from(FOLDERS)
PICK = st.integers(0, 10_000)
SEEN, FLAGGED = Flags(Marks.SEEN), Flags(Marks.FLAGGED)


class Killed(BaseException):
    """The process is gone."""


class Mailboxes(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        folder = self.stack.enter_context(tempfile.TemporaryDirectory())
        self.home: World = self.stack.enter_context(world(Path(folder)))
        self.server = self.home.server
        self.allowed_gone: set[str] = set()  # identities that somebody wanted gone
        self.flag_wishes: dict[tuple[str, str], bool] = {}  # (subject, flag)
        self.place_wishes: dict[str, str | None] = {}  # subject -> folder, None: gone
        # Another client took the original away while our copy of it stood there, on a server that
        # cannot MOVE: nobody can say which one is ours, so both stay. Or the server said that the
        # original was gone, and it was not.
        self.torn: set[str] = set()
        self.twins = 0

    @initialize(
        move=st.booleans(),
        uidplus=st.sampled_from([True, True, False]),
        condstore=st.booleans(),
        qresync=st.booleans(),
        tell=st.booleans(),
        objectid=st.booleans(),
    )
    def begin(
        self,
        move: bool,
        uidplus: bool,
        condstore: bool,
        qresync: bool,
        tell: bool,
        objectid: bool,
    ) -> None:
        self.server.switches = Switches(
            move=move,
            uidplus=uidplus,
            condstore=condstore,
            qresync=qresync and condstore,
            list_status=condstore,
            tell_copies=tell and uidplus,
            objectid=objectid,
        )
        for _ in range(4):
            self.server.deliver()
        self.home.sync()

    # -- other clients and the world ---------------------------------------------------------------

    @rule(path=NAMES, number=st.sampled_from([1, 2, 30]))
    def deliver(self, path: str, number: int) -> None:
        for _ in range(number):
            self.server.deliver(path)

    @rule(path=NAMES)
    def deliver_twin(self, path: str) -> None:
        self.twins += 1
        self.server.deliver(
            path, subject="twin", message_id="twin@exemple.invalid", date=self.home.clock.now()
        )

    @rule(path=NAMES, pick=PICK, flags=st.sampled_from([Flags(), SEEN, FLAGGED]))
    def other_flags(self, path: str, pick: int, flags: Flags) -> None:
        if (uid := self._uid(path, pick)) is not None:
            self._forget_wishes(self._subject(path, uid))
            self.server.set_flags(path, uid, flags)

    @rule(path=NAMES, pick=PICK)
    def other_expunges(self, path: str, pick: int) -> None:
        if (uid := self._uid(path, pick)) is not None:
            self._forget_wishes(self._subject(path, uid))
            self.allowed_gone.add(self.server.boxes[path].messages[uid].identity)
            self.server.expunge(path, uid)

    @rule(path=NAMES, to=NAMES, pick=PICK)
    def other_moves(self, path: str, to: str, pick: int) -> None:
        if path != to and (uid := self._uid(path, pick)) is not None:
            self._forget_wishes(self._subject(path, uid))
            identity = self.server.boxes[path].messages[uid].identity
            if self._copies()[identity] > 1:
                self.torn.add(identity)
            self.server.transfer(path, uid, to)

    @rule(path=NAMES)
    def renumber(self, path: str) -> None:
        self.server.renumber(path)

    @rule(path=NAMES)
    def empty_for_a_while(self, path: str) -> None:
        for uid in self.server.boxes[path].messages:  # what was to be deleted seems to be
            if self.place_wishes.get(self._subject(path, uid), path) is None:
                del self.place_wishes[self._subject(path, uid)]
        self.torn |= {one for one, number in self._copies().items() if number > 1}
        self.server.switches.looks_empty = frozenset({path})
        self._sync()
        self.server.switches.looks_empty = frozenset()

    @rule(lie=st.sampled_from([0, 2, -1]))
    def exists_lie(self, lie: int) -> None:
        self.server.switches.exists_lie = lie

    # -- the teacher -------------------------------------------------------------------------------

    @rule(path=NAMES, pick=PICK, flag=st.sampled_from(["seen", "flagged"]), on=st.booleans())
    def wish_flag(self, path: str, pick: int, flag: str, on: bool) -> None:
        if (row := self._row(path, pick)) is None:
            return
        value = SEEN if flag == "seen" else FLAGGED
        none = Flags()
        self.home.mailbox.flag([row.id], value if on else none, none if on else value)
        shown = self.home.mailbox.rows([row.id])[0]
        assert bool(shown.flags.marks & value.marks) is on
        if self._waits(row, WantKind.FLAG if on else WantKind.UNFLAG, flag):
            self.flag_wishes[row.subject, flag] = on
            return
        # As it is already nothing is wished, and another client's change stands.
        base = self._base(row, "marks")
        assert base is None or bool(Marks(base) & value.marks) is on
        self.flag_wishes.pop((row.subject, flag), None)

    @rule(path=NAMES, to=NAMES, pick=PICK)
    def wish_move(self, path: str, to: str, pick: int) -> None:
        if (row := self._row(path, pick)) is None:
            return
        folder = self.home.folder(to)
        try:
            self.home.mailbox.move([row.id], folder.id)
        except LocalRefusal:  # its copy is made already
            assert not self.server.switches.move
            return
        assert self.home.mailbox.rows([row.id])[0].folder == folder.id
        self._note_place(row, to)

    @rule(path=NAMES, pick=PICK)
    def wish_gone(self, path: str, pick: int) -> None:
        if (row := self._row(path, pick)) is None:
            return
        try:
            self.home.mailbox.delete([row.id])
        except LocalRefusal:
            assert not self.server.switches.move
            return
        if path == "Trash":
            self.allowed_gone |= self._identities(row.subject)
            self.place_wishes[row.subject] = None
        else:
            self._note_place(row, "Trash")

    @rule(pick=PICK)
    def undo(self, pick: int) -> None:
        rows = self.home.mailbox.journal()
        if not rows:
            return
        row = rows[pick % len(rows)]
        shown = self.home.mailbox.rows([row.message])
        try:
            self.home.mailbox.undo(row.id)
        except LocalRefusal:
            assert not row.undoable or row.state is WantState.WAITING
            return
        if shown:
            self._forget_wishes(shown[0].subject)
        else:
            self.place_wishes.clear()

    # -- syncing -----------------------------------------------------------------------------------

    @rule()
    def sync(self) -> None:
        self._sync()

    @rule(link=st.sampled_from([LinkProfile.FULL, LinkProfile.FRUGAL]), mirror=st.booleans())
    def sync_on_another_line(self, link: LinkProfile, mirror: bool) -> None:
        self._sync(link=link, bodies=Bodies.ALL if mirror else Bodies.RECENT)

    @rule(octets=st.integers(1, 20))
    def sync_with_a_budget(self, octets: int) -> None:
        self.server.octets_each = 100
        self._sync(max_bytes=octets * 100)
        self.server.octets_each = 0

    @rule(window=st.integers(1, 8))
    def line_holds_more_or_less(self, window: int) -> None:
        self.server.switches.window = window

    @rule(number=st.integers(1, 25), performed=st.booleans())
    def sync_cut(self, number: int, performed: bool) -> None:
        left = [number]

        def lose(name: str, done: bool) -> bool:
            if done is performed:
                left[0] -= 1
            return left[0] == 0

        self.server.lose = lose
        self._sync()
        self.server.lose = None

    @rule(number=st.integers(1, 25))
    def sync_killed(self, number: int) -> None:
        write: Any = self.home.database.write_later  # every write goes through it
        left = [number]

        def killing(work: Any, *, durable: bool = False) -> Any:
            left[0] -= 1
            if left[0] == 0:
                raise Killed
            return write(work, durable=durable)

        self.home.database.write_later = killing  # type: ignore[method-assign]
        try:
            self._sync()
        except Killed:
            self.home.sessions.drop()
        finally:
            self.home.database.write_later = write  # type: ignore[method-assign]

    @rule(path=NAMES, pick=PICK, at=st.integers(1, 12))
    def sync_while_another_client_acts(self, path: str, pick: int, at: int) -> None:
        left = [at]

        def between(name: str) -> None:
            left[0] -= 1
            if left[0] == 0:
                self.server.between = None
                self.other_expunges(path, pick)

        self.server.between = between
        self._sync()
        self.server.between = None

    # -- what must always hold ---------------------------------------------------------------------

    @invariant()
    def counters_are_exact(self) -> None:
        self.home.check_counters()

    @invariant()
    def nothing_is_gone_that_nobody_wanted_gone(self) -> None:
        there = {one for found in self.server.contents().values() for one in found}
        made = {f"m{number}" for number in range(1, self.server.made + 1)}
        assert made - there <= self.allowed_gone

    def teardown(self) -> None:
        try:
            self._end()
        finally:
            self.stack.close()

    def _end(self) -> None:
        self.server.switches.exists_lie = 0
        for _ in range(4):
            self._sync(accept_mass_deletion=True)
        rows = self.home.mailbox.journal()
        assert all(row.state is WantState.REFUSED for row in rows), rows
        twice = {
            one: number
            for one, number in self._copies().items()
            if number > 1 and one not in self.torn
        }
        # Nothing is there twice, but where a server took a COPY and then did not show it: reported.
        assert len(twice) <= sum(row.reason == "unverified" for row in rows), (twice, rows)
        on_server = {
            path: sorted(self._subject(path, uid) for uid in box.messages)
            for path, box in self.server.boxes.items()
            if box.messages
        }
        assert self.home.shown() == on_server
        for path in FOLDERS:
            here = Counter((row.subject, row.flags) for row in self.home.rows(path))
            there = Counter(
                (self._subject(path, uid), one.flags)
                for uid, one in self.server.boxes[path].messages.items()
            )
            assert here == there
        self._wishes_are_fulfilled({row.message_id for row in rows})
        self.server.fetched.clear()
        self.server.texts_fetched.clear()
        self._sync()
        assert self.server.fetched == []
        assert self.server.texts_fetched == []

    def _wishes_are_fulfilled(self, refused: set[str]) -> None:
        for path in FOLDERS:
            for row in self.home.rows(path):
                if row.subject in ("twin", *self.torn) or row.message_id in refused:
                    continue
                for name, mark in (("seen", Marks.SEEN), ("flagged", Marks.FLAGGED)):
                    wish = self.flag_wishes.get((row.subject, name))
                    assert wish is None or wish is bool(row.flags.marks & mark)
                assert self.place_wishes.get(row.subject, path) == path

    # -- inside ------------------------------------------------------------------------------------

    def _sync(self, **options: object) -> None:
        try:
            report = self.home.sync(**options)
        except (ConnectionTrouble, ServerBroken):
            return
        if any(one.code == "message-gone" for one in report.refusals):
            self.flag_wishes.clear()  # reported: not ours to check any more
            self.place_wishes.clear()
            self.torn |= {one for one, number in self._copies().items() if number > 1}

    def _copies(self) -> Counter[str]:
        return Counter(one for found in self.server.contents().values() for one in found)

    def _uid(self, path: str, pick: int) -> int | None:
        uids = sorted(self.server.boxes[path].messages)
        return uids[pick % len(uids)] if uids else None

    def _row(self, path: str, pick: int) -> MessageRow | None:
        rows = self.home.rows(path)
        return rows[pick % len(rows)] if rows else None

    def _subject(self, path: str, uid: int) -> str:
        header = self.server.boxes[path].messages[uid].header.decode()
        return header.split("Subject: ")[1].split("\r\n")[0]

    def _identities(self, subject: str) -> set[str]:
        return {
            one.identity
            for path, box in self.server.boxes.items()
            for uid, one in box.messages.items()
            if self._subject(path, uid) == subject
        }

    def _note_place(self, row: MessageRow, to: str) -> None:
        """Where it lies already nothing is wished, and another client's move stands."""
        if self._waits(row, WantKind.MOVE):
            self.place_wishes[row.subject] = to
            return
        assert self._base(row, "folder_id") in (None, self.home.folder(to).id)
        self.place_wishes.pop(row.subject, None)

    def _waits(self, row: MessageRow, kind: WantKind, detail: str = "") -> bool:
        return any(
            one.message == row.id and one.kind is kind and detail in ("", one.detail)
            for one in self.home.mailbox.journal()
        )

    def _base(self, row: MessageRow, column: str) -> int | None:
        """What was last agreed with the server."""
        with self.home.database.read() as reader:
            found = reader.value(f"SELECT {column} FROM location WHERE message_id = ?", row.id)
        return None if found is None else int(str(found))

    def _forget_wishes(self, subject: str) -> None:
        self.place_wishes.pop(subject, None)
        for name in ("seen", "flagged"):
            self.flag_wishes.pop((subject, name), None)


TestMailboxes = Mailboxes.TestCase
TestMailboxes.settings = settings(
    max_examples=OF_ONE_LAW,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    database=None,
    report_multiple_bugs=False,
    phases=[Phase.generate],  # a failing run is short enough to read; shrinking takes minutes
    suppress_health_check=list(HealthCheck),
)
