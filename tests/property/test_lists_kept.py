"""A list kept by the messages that changed equals the list that is read anew, on a real store."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mel_desktop.logic.mime import HeaderFields
from mel_desktop.model.changes import Area, Changes
from mel_desktop.model.mail import Address, Flags, FolderId, Marks, MessageId, ThreadId
from mel_desktop.model.organising import ListLook, ListPlace, QuickFilter, Sort, View
from mel_desktop.ports import RemoteMessage
from mel_desktop.services.mailbox import MailboxService
from mel_desktop.services.search import SearchService
from mel_desktop.services.snooze import Snoozes
from mel_desktop.services.views import Views
from mel_desktop.store import mailbox, syncstate
from mel_desktop.store.database import Database, Transaction
from mel_desktop.store.mailbox import Incoming
from mel_desktop.ui.id_list import IdList
from tests.support.clock import JumpingClock
from tests.support.store import START, plant_account, plant_folder, store

NAMES = ("Zoé", "Élodie", "anne", "Emma", "", 'L"école')


def incoming(uid: int, chance: random.Random) -> Incoming:
    """A message of somebody, about something, perhaps an answer to an earlier one."""
    answered = f"m{chance.randrange(1, uid)}@x" if uid > 1 and chance.random() < 0.4 else ""
    fields = HeaderFields(
        subject=chance.choice(("Sortie au musée", "Tr: Élèves", "re: absences", "Objet")),
        sender=Address(chance.choice(NAMES), f"p{chance.randrange(4)}@ac-exemple.fr"),
        to=(Address("", "claire.martin@ac-exemple.fr"),), cc=(), bcc=(), reply_to=(),
        message_id=f"m{uid}@x", in_reply_to=answered,
        references=(answered,) if answered else (), date=START, warnings=(), headers={},
    )  # fmt: skip
    at = START + timedelta(minutes=chance.randrange(300))
    marks = Flags(Marks(chance.randrange(4)), frozenset(chance.sample(["$a", "$b"], 1)))
    return Incoming(RemoteMessage(uid, marks, at, chance.randrange(5), b"", ()), fields)


class World:
    """Two accounts, four folders, and somebody who does things."""

    def __init__(self, database: Database, seed: int) -> None:
        self.database = database
        self.chance = random.Random(seed)
        self.clock = JumpingClock()
        self.mail = MailboxService(database, self.clock)
        self.views = Views(database, SearchService(database, self.clock))
        self.snoozes = Snoozes(database, self.clock)
        one = plant_account(database)
        two = plant_account(database, "vie.scolaire@ac-exemple.fr", login="vs")
        self.folders = (
            (one, plant_folder(database, one)),
            (one, plant_folder(database, one, "Classes", role=None)),
            (one, plant_folder(database, one, "Corbeille", role="trash")),
            (two, plant_folder(database, two)),
        )
        self.uid = 0
        self.heard = Changes(Area.NONE)
        database.listen(self._hear)
        self.receive(12)

    def _hear(self, changes: Changes) -> None:
        self.heard = self.heard.merged(changes)

    def ids(self) -> list[MessageId]:
        with self.database.read() as reader:
            rows = reader.all("SELECT id FROM message WHERE hidden = 0 ORDER BY id")
        return [MessageId(int(str(id_))) for (id_,) in rows]

    def receive(self, count: int) -> None:
        account, folder = self.chance.choice(self.folders)

        def work(tx: Transaction) -> None:
            some = []
            for _ in range(count):
                self.uid += 1
                some.append(incoming(self.uid, self.chance))
            new = mailbox.insert_messages(tx, account, folder, 1, some, downwards=False)
            syncstate.tell(tx, folder, new)

        self.database.write(work)

    def do(self) -> None:
        """One thing, whatever it is."""
        ids = self.ids()
        some = self.chance.sample(ids, min(len(ids), self.chance.randrange(1, 5)))
        what = self.chance.randrange(9)
        if what < 3 or not some:
            self.receive(self.chance.randrange(1, 5))
        elif what == 3:
            mark = self.chance.choice((Marks.SEEN, Marks.FLAGGED))
            add, gone = Flags(mark), Flags()
            self.mail.flag(some, *((add, gone) if self.chance.random() < 0.5 else (gone, add)))
        elif what == 4:
            self.snoozes.pin(some, self.chance.random() < 0.7)
        elif what == 5:
            self.snoozes.snooze(some, self.clock.now() + timedelta(hours=1))
        elif what == 6:
            self.clock.jump(hours=1)
            self.snoozes.wake_due()
            self.snoozes.looked_at(some[0])
        elif what == 7:
            account = self.folders[0][0]
            mine = [one for one in some if self._account(one) == account]
            if mine:
                self.mail.move(mine, self.chance.choice(self.folders[:3])[1])
        else:
            self.database.write(lambda tx: self._drop(tx, some))

    def _drop(self, tx: Transaction, some: Sequence[MessageId]) -> None:
        mailbox.drop_messages(tx, some)
        tx.changed(Area.MESSAGES | Area.FOLDERS, [folder for _, folder in self.folders], some)

    def _account(self, message: MessageId) -> int:
        with self.database.read() as reader:
            found = reader.value("SELECT account_id FROM message WHERE id = ?", message)
        return int(str(found))


class Kept:
    """A list that is never read whole again."""

    def __init__(self, world: World, place: ListPlace, look: ListLook) -> None:
        self.world, self.place, self.look = world, place, look
        self.listed, self.rows, self.leads = self.whole()

    def whole(self) -> tuple[Sequence[MessageId], Sequence[MessageId], dict[MessageId, ThreadId]]:
        ids = self.world.views.ids(self.place, self.look)
        rows, leads = self.world.views.leads(self.place, ids)
        return ids, rows, leads

    def follow(self, changed: Sequence[MessageId]) -> None:
        found = self.world.views.change(
            self.place, self.look, self.listed, changed, rows=self.rows, leads=self.leads
        )
        assert found is not None
        self.listed = IdList(self.listed).edited(found.edits)
        self.rows = IdList(self.rows).edited(found.row_edits)
        for one in found.led:
            del self.leads[one]
        self.leads.update(found.leads)


LOOKS = st.builds(
    lambda sort, up, asked: replace(ListLook(), sort=sort, ascending=up, filter=asked),
    st.sampled_from(Sort),
    st.booleans(),
    st.sampled_from((
        QuickFilter(), QuickFilter(), QuickFilter(unread=True), QuickFilter(flagged=True),
        QuickFilter(tags=("$a",)), QuickFilter(attachments=True), QuickFilter(to_me=True),
        QuickFilter(text="sortie"), QuickFilter(known=True),
    )),
)  # fmt: skip
PLACES = st.sampled_from((0, 0, 0, View.INBOXES, View.UNREAD, View.FLAGGED))


@given(st.integers(0, 1 << 30), st.lists(st.tuples(PLACES, LOOKS), min_size=6, max_size=10))
@settings(
    deadline=None,
    max_examples=12,
    suppress_health_check=[HealthCheck.too_slow],
)
def test_what_is_kept_is_what_would_be_read(
    seed: int, asked: list[tuple[int | View, ListLook]]
) -> None:
    """Messages and conversations: arrivals, marks, pins, sleep, moves, deletions, joinings."""
    with TemporaryDirectory() as folder, store(Path(folder)) as database:
        world = World(database, seed)
        inbox = FolderId(world.folders[0][1])
        lists = [
            Kept(world, place if isinstance(place, View) else inbox, look) for place, look in asked
        ]
        for _ in range(8):
            world.heard = Changes(Area.NONE)
            for _ in range(world.chance.randrange(1, 4)):
                world.do()
            changed = [MessageId(one) for one in world.heard.messages]
            for kept in lists:
                kept.follow(changed)
                listed, rows, leads = kept.whole()
                assert tuple(kept.listed) == tuple(listed), (kept.place, kept.look)
                assert list(kept.rows) == list(rows), (kept.place, kept.look)
                assert kept.leads == leads
