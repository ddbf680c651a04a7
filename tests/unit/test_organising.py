"""Views, filters, sorts, tags, pins, snoozes, archive, junk and undo on a real store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mel_desktop.logic import conversations
from mel_desktop.logic.mime import HeaderFields
from mel_desktop.model.errors import ErrorCode, LocalRefusal, StoreTrouble
from mel_desktop.model.mail import Address, Flags, FolderId, Marks, MessageId, MessageRow, ThreadId
from mel_desktop.model.organising import (
    Column,
    ListLook,
    QuickFilter,
    Restored,
    Sort,
    View,
    YearFolders,
)
from mel_desktop.ports import RemoteMessage
from mel_desktop.services.folderwishes import FolderWishes
from mel_desktop.services.mailbox import MailboxService
from mel_desktop.services.search import SearchService
from mel_desktop.services.snooze import Snoozes
from mel_desktop.services.tags import USUAL, Tags
from mel_desktop.services.tidying import Tidying
from mel_desktop.services.undoing import Undoing
from mel_desktop.services.views import Views
from mel_desktop.store import mailbox, views
from mel_desktop.store.database import Database
from mel_desktop.store.mailbox import Incoming
from tests.support.clock import JumpingClock
from tests.support.store import START, plant_account, plant_folder, store

ME = "claire.martin@ac-exemple.fr"


def incoming(
    uid: int,
    subject: str = "Objet",
    *,
    sender: str = "paul@ac-exemple.fr",
    name: str = "Paul",
    to: Sequence[str] = (ME,),
    own: str = "",
    refs: Sequence[str] = (),
    at: datetime = START,
    flags: Flags | None = None,
    size: int = 100,
) -> Incoming:
    fields = HeaderFields(
        subject=subject, sender=Address(name, sender), to=tuple(Address("", one) for one in to),
        cc=(), bcc=(), reply_to=(), message_id=own, in_reply_to=refs[-1] if refs else "",
        references=tuple(refs), date=at, warnings=(), headers={},
    )  # fmt: skip
    return Incoming(
        RemoteMessage(uid, Flags(Marks.SEEN) if flags is None else flags, at, size, b"", ()), fields
    )


class World:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = JumpingClock()
        self.account = plant_account(database)
        self.inbox = plant_folder(database, self.account)
        self.trash = plant_folder(database, self.account, "Corbeille", role="trash")
        self.junk = plant_folder(database, self.account, "Junk", role="junk")
        self.mail = MailboxService(database, self.clock)
        self.views = Views(database, SearchService(database, self.clock))
        self.tags = Tags(database, self.mail)
        self.snoozes = Snoozes(database, self.clock)
        self.tidying = Tidying(database, self.mail, FolderWishes(database, self.clock))
        self.undoing = Undoing(database, self.mail, self.clock)
        self.uid = 0

    def receive(self, *some: Incoming, folder: FolderId | None = None) -> tuple[MessageId, ...]:
        return self.database.write(
            lambda tx: mailbox.insert_messages(
                tx, self.account, folder or self.inbox, 1, some, downwards=False
            )
        )

    def many(self, count: int) -> tuple[MessageId, ...]:
        return self.receive(
            *(
                incoming(
                    n + 1, f"Objet {n}", own=f"m{n}@x", at=START + timedelta(minutes=20 * n),
                    name=("Zoé", "Élodie", "anne", "Emma")[n % 4], size=(n * 37) % 100,
                    flags=Flags(Marks.SEEN if n % 2 else Marks.NONE),
                )
                for n in range(count)
            )
        )  # fmt: skip

    def shown(self, **look: object) -> tuple[MessageId, ...]:
        return self.views.ids(self.inbox, replace(ListLook(), **look))  # type: ignore[arg-type]

    def row(self, message: MessageId) -> MessageRow:
        (found,) = self.mail.rows([message])
        return found


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with store(tmp_path) as database:
        yield World(database)


# -- conversations --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("subject", "about", "is_answer"),
    [
        ("Re: Sortie au musée", "sortie au musee", True),
        ("RE : TR: [6eB] Sortie  au Musée", "sortie au musee", True),
        ("Réf. : Sortie", "sortie", True),
        ("Rép: Re[2]: Fwd: Sortie", "sortie", True),
        ("Tr : Sortie", "sortie", True),
        ("Rentrée : ce qu’il faut savoir", "rentree ce qu il faut savoir", False),
        ("[6eB]", "6eb", False),
        ("", "", False),
    ],
)
def test_what_a_subject_is_about(subject: str, about: str, is_answer: bool) -> None:
    assert conversations.base_subject(subject) == (about, is_answer)


@pytest.mark.parametrize(
    "subject", ["", "Re:", "Devoirs", "RE: Devoirs", "Absence", "Re: Oui", "Photos 2"]
)
def test_subjects_that_say_nothing_join_nobody(subject: str) -> None:
    assert conversations.subject_key(subject) == 0


def test_an_answer_without_references_finds_its_conversation(world: World) -> None:
    first, other, answer = world.receive(
        incoming(1, "Sortie au musée", own="a@x"),
        incoming(2, "Sortie au musée", own="b@x", sender="lea@e.fr"),
        incoming(3, "RE : Sortie au musée", own="c@x", at=START + timedelta(days=2)),
    )
    rows = {one: world.row(one).thread for one in (first, other, answer)}
    assert rows[first] == rows[answer]
    assert rows[other] != rows[first]  # somebody else's


@pytest.mark.parametrize(
    "second",
    [
        incoming(2, "Re: Sortie au musée", own="b@x", at=START + timedelta(days=31)),
        incoming(2, "Re: Sortie au musée", own="b@x", sender="lea@e.fr"),
        incoming(2, "Re: Sortie au musée", own="b@x", refs=("z@x",)),
        incoming(2, "Sortie au musée", own="b@x"),
        incoming(2, "Re: Devoirs", own="b@x"),
    ],
)
def test_a_subject_alone_joins_nobody(world: World, second: Incoming) -> None:
    one, two = world.receive(incoming(1, "Sortie au musée", own="a@x"), second)
    assert world.row(one).thread != world.row(two).thread


WHO = st.sampled_from(["a@e.fr", "b@e.fr", "c@e.fr"])


@st.composite
def letters(draw: st.DrawFn) -> list[Incoming]:
    found = []
    chains: list[list[str]] = []
    for n in range(draw(st.integers(2, 8))):
        above = draw(st.none() | st.integers(0, n - 1)) if n else None
        refs = [] if above is None else [*chains[above], f"m{above}@x"]
        chains.append(refs)
        prefix = draw(st.sampled_from(["", "Re: ", "TR : "]))
        found.append(
            incoming(
                n + 1,
                prefix + draw(st.sampled_from(["Voyage à Rome", "Brevet blanc", "Devoirs"])),
                sender=draw(WHO), to=(ME, draw(WHO)), own=f"m{n}@x",
                refs=refs,
                at=START + timedelta(days=draw(st.sampled_from([0, 10, 25, 45]))),
            )
        )  # fmt: skip
    return found


@given(letters(), st.randoms(use_true_random=False), st.integers(1, 4))
@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_order_of_arrival_decides_nothing(
    tmp_path_factory: pytest.TempPathFactory, some: list[Incoming], dice: object, batch: int
) -> None:
    def groups(order: Sequence[Incoming], size: int) -> set[frozenset[str]]:
        with store(tmp_path_factory.mktemp("arrival")) as database:
            world = World(database)
            ids: list[MessageId] = []
            for start in range(0, len(order), size):
                ids += world.receive(*order[start : start + size])
            found: dict[ThreadId, set[str]] = {}
            for row in world.mail.rows(ids):
                found.setdefault(row.thread, set()).add(row.message_id)
        return {frozenset(one) for one in found.values()}

    shuffled = list(some)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    assert groups(some, len(some)) == groups(shuffled, batch)


def test_a_tree_says_who_answers_whom() -> None:
    found = conversations.tree(
        [(1, "a", ()), (2, "b", ("a",)), (3, "c", ("a",)), (4, "d", ("a", "b")), (5, "", ("zz",))]
    )
    assert found == ((1, 0), (2, 1), (4, 2), (3, 1), (5, 0))
    assert conversations.tree([(1, "a", ("b",)), (2, "b", ("a",))]) == ((2, 0), (1, 1))


def test_conversations_stand_in_one_row(world: World) -> None:
    ids = world.receive(
        incoming(1, own="a@x"), incoming(2, own="b@x", refs=("a@x",), flags=Flags()),
        incoming(3, own="z@x"),
    )  # fmt: skip
    leads, threads = world.views.leads(world.inbox, world.shown())
    assert leads == (ids[2], ids[1])
    talk = world.views.conversations(world.inbox, [threads[ids[1]]])[threads[ids[1]]]
    assert talk.members == ((ids[0], 0), (ids[1], 1))
    assert (talk.unread, talk.people) == (1, ("Paul",))
    world.mail.move([ids[0]], plant_folder(world.database, world.account, "Autre", role=None))
    assert len(world.views.conversation(threads[ids[1]]).members) == 2
    world.views.set_everywhere(False)
    talk = world.views.conversations(world.inbox, [threads[ids[1]]])[threads[ids[1]]]
    assert [one for one, _ in talk.members] == [ids[1]]


# -- lists ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("ascending", [True, False])
@pytest.mark.parametrize("sort", list(Sort))
def test_sorts(world: World, sort: Sort, ascending: bool) -> None:
    ids = world.many(12)
    world.mail.flag(ids[3:5], Flags(Marks.FLAGGED), Flags())
    found = world.shown(sort=sort, ascending=ascending)
    assert sorted(found) == sorted(ids)
    rows = {row.id: row for row in world.mail.rows(found)}

    def key(one: MessageId) -> object:
        row = rows[one]
        return {
            Sort.DATE: row.id,
            Sort.SENDER: conversations.base_subject(row.sender.name)[0],
            Sort.SUBJECT: row.subject.lower(),
            Sort.SIZE: row.size,
            Sort.UNREAD: bool(row.flags.marks & Marks.SEEN) is False,
            Sort.FLAGGED: bool(row.flags.marks & Marks.FLAGGED),
            Sort.ATTACHMENT: row.has_attachments,
        }[sort]

    keys = [key(one) for one in found]
    assert keys == sorted(keys, reverse=not ascending)  # type: ignore[type-var]
    some = world.views.ids(world.inbox, ListLook(sort=sort, ascending=ascending), most=5)
    assert some == found[:5]


def test_filters_combine(world: World) -> None:
    ids = world.many(8)
    (mine,) = world.receive(
        incoming(50, "À vous", to=(ME,), flags=Flags(), at=START + timedelta(9))
    )
    (ours,) = world.receive(
        incoming(51, "À nous", to=(ME, "b@e.fr"), flags=Flags(), at=START + timedelta(9))
    )
    world.mail.flag([ids[0]], Flags(Marks.FLAGGED, frozenset({"$label1"})), Flags())
    assert set(world.shown(filter=QuickFilter(unread=True))) == {mine, ours, *ids[::2]}
    assert world.shown(filter=QuickFilter(unread=True, flagged=True)) == (ids[0],)
    assert world.shown(filter=QuickFilter(tags=("$label1", "$label2"))) == (ids[0],)
    assert world.shown(filter=QuickFilter(tags=("$label",))) == ()
    assert ours not in world.shown(filter=QuickFilter(to_me=True))
    assert mine in world.shown(filter=QuickFilter(to_me=True))
    assert world.shown(filter=QuickFilter(text="objet:vous")) == (mine,)
    assert world.shown(filter=QuickFilter(known=True)) == ()
    world.database.write(
        lambda tx: tx.run("INSERT INTO correspondent VALUES ('paul@ac-exemple.fr', '', 1, '2026')")
    )
    assert len(world.shown(filter=QuickFilter(known=True))) == 10
    with pytest.raises(LocalRefusal):
        world.shown(filter=QuickFilter(text="avant:pasunedate"))


def test_looks_are_kept(world: World) -> None:
    look = ListLook(
        Sort.SIZE, True, True, (Column.SUBJECT, Column.DATE), (100, 50), True, True,
        QuickFilter(True, tags=("$label1",), text="abc"),
    )  # fmt: skip
    world.views.set_look(world.inbox, look)
    assert world.views.look(world.inbox) == look
    assert world.views.look(View.INBOXES) == ListLook()


def test_views_look_through_all_accounts(world: World) -> None:
    ids = world.many(3)
    box = plant_account(world.database, "vie-scolaire@ac-exemple.fr", login="vs")
    other = plant_folder(world.database, box)
    (there,) = world.database.write(
        lambda tx: mailbox.insert_messages(
            tx, box, other, 1, [incoming(1, flags=Flags(Marks.FLAGGED), at=START + timedelta(3))],
            downwards=False,
        )
    )  # fmt: skip
    world.receive(incoming(9, flags=Flags(Marks.FLAGGED)), folder=world.trash)
    assert world.views.ids(View.INBOXES, ListLook()) == (there, *reversed(ids))
    assert world.views.ids(View.FLAGGED, ListLook()) == (there,)
    assert world.views.ids(View.UNREAD, ListLook()) == (there, ids[2], ids[0])
    assert world.views.count_unread(View.INBOXES) == 3
    world.database.write(lambda tx: tx.run("UPDATE account SET read_only = 1 WHERE id = ?", box))
    assert world.views.ids(View.INBOXES, ListLook()) == tuple(reversed(ids))


def test_unread_messages_are_counted_and_not_listed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The number beside each view, after each change; what sleeps is in none."""
    ids = world.many(7)
    world.receive(incoming(90, flags=Flags(Marks.FLAGGED)), incoming(91, flags=Flags(Marks.NONE)))
    world.snoozes.snooze([ids[0]], world.clock.now() + timedelta(hours=2))
    world.snoozes.pin([ids[2]], True)
    asked = {
        View.INBOXES: QuickFilter(unread=True),
        View.UNREAD: QuickFilter(unread=True),
        View.FLAGGED: QuickFilter(unread=True, flagged=True),
    }
    listed = {one: len(world.views.ids(one, ListLook(filter=asked[one]))) for one in asked}
    assert min(listed.values()) > 0
    assert len(set(listed.values())) > 1
    monkeypatch.setattr(views, "ids", None)
    assert {one: world.views.count_unread(one) for one in asked} == listed
    assert world.views.count_unread(View.SNOOZED) == 1


# -- tags -----------------------------------------------------------------------------------------


def test_tags(world: World) -> None:
    assert world.tags.all() == USUAL
    made = world.tags.create("Conseil de classe", "#f5c542")
    assert made.keyword == "conseil-de-classe"
    assert world.tags.create("Conseil, de classe !", "#f5c542").keyword == "conseil-de-classe-2"
    ids = world.many(3)
    world.mail.flag(ids[:2], Flags(keywords=frozenset({made.keyword})), Flags())
    world.tags.change(made.keyword, "Conseils", "#18753c")
    assert world.tags.all()[5].name == "Conseils"
    assert world.tags.messages(made.keyword) == (ids[1], ids[0])
    world.tags.move(made.keyword, -5)
    assert world.tags.all()[0].keyword == made.keyword
    assert world.tags.delete(made.keyword) == (ids[1], ids[0])
    assert not world.row(ids[0]).flags.keywords
    for name, colour, why in (
        ("", "#000000", "tag-name-empty"), ("conseil de classe", "red", "tag-colour"),
        ("CONSEIL, de classe !", "#000000", "tag-name-taken"),
    ):  # fmt: skip
        with pytest.raises(LocalRefusal) as refused:
            world.tags.create(name, colour)
        assert refused.value.facts["why"] == why
    with pytest.raises(LocalRefusal) as refused:
        world.tags.delete("nobody")
    assert refused.value.code is ErrorCode.NOT_FOUND


def test_a_tag_that_the_server_does_not_keep_stays_here(world: World) -> None:
    (one,) = world.many(1)
    world.mail.flag([one], Flags(keywords=frozenset({"$label1"})), Flags())
    world.database.write(
        lambda tx: (
            tx.run("UPDATE want SET state = 'refused', reason = 'keyword-not-kept'"),
            mailbox.refresh(tx, [one]),
        )
    )
    assert "$label1" in world.row(one).flags.keywords
    (row,) = world.mail.journal()
    assert row.reason == "keyword-not-kept"


# -- on top, and later ----------------------------------------------------------------------------


def test_pinned_messages_stand_on_top(world: World) -> None:
    ids = world.many(6)
    world.snoozes.pin([ids[1], ids[3]], True)
    assert world.shown()[:3] == (ids[3], ids[1], ids[5])
    assert world.shown(sort=Sort.SIZE)[:2] == (ids[3], ids[1])
    assert world.row(ids[1]).pinned
    world.snoozes.pin([ids[1]], False)
    assert world.shown()[:2] == (ids[3], ids[5])


def test_snoozed_messages_come_back(world: World) -> None:
    ids = world.many(4)
    now = world.clock.now()
    world.snoozes.snooze([ids[0], ids[1]], now + timedelta(hours=2))
    assert world.shown() == (ids[3], ids[2])
    assert world.views.ids(View.SNOOZED, ListLook()) == (ids[0], ids[1])
    assert world.views.asleep() == {world.inbox: (2, 1)}
    assert world.mail.journal() == ()  # no server hears of it
    assert world.snoozes.wake_due() == ()
    assert world.snoozes.next_due() == now + timedelta(hours=2)
    world.clock.jump(hours=3)  # as if the PC had been off
    assert set(world.snoozes.wake_due()) == {ids[0], ids[1]}
    assert set(world.shown()[:2]) == {ids[0], ids[1]}
    assert world.row(ids[0]).until is not None
    world.snoozes.looked_at(ids[0])
    assert world.shown() == (ids[1], ids[3], ids[2], ids[0])
    world.snoozes.end([ids[1]])
    assert world.shown() == tuple(reversed(ids))
    with pytest.raises(LocalRefusal):
        world.snoozes.snooze([ids[0]], now)


# -- archive and junk -----------------------------------------------------------------------------


def test_archive_by_year(world: World) -> None:
    old, new = world.receive(
        incoming(1, at=datetime(2025, 10, 3, 12, tzinfo=UTC)),
        incoming(2, at=datetime(2026, 3, 3, 12, tzinfo=UTC)),
    )
    assert world.tidying.archive([old, new]) == 2
    paths = {one.id: one.path for one in world.mail.folders()}
    assert paths[world.row(old).folder] == "Archives/2025"
    assert paths[world.row(new).folder] == "Archives/2026"
    assert world.tidying.archive([old, new]) == 0
    world.tidying.set_years(YearFolders.SCHOOL_YEAR)
    assert world.tidying.archive([old, new]) == 2
    paths = {one.id: one.path for one in world.mail.folders()}
    assert paths[world.row(old).folder] == paths[world.row(new).folder] == "Archives/2025-2026"
    world.tidying.set_years(YearFolders.NONE)
    world.tidying.archive([old])
    paths = {one.id: one.path for one in world.mail.folders()}
    assert paths[world.row(old).folder] == "Archives"


def share(world: World, path: str) -> FolderId:
    """A folder of a functional box that others work in as well."""
    made = plant_folder(world.database, world.account, path, role=None)
    world.database.write(
        lambda tx: tx.run("UPDATE folder SET namespace = 'other' WHERE id = ?", made)
    )
    return made


@pytest.mark.parametrize("has_archive", [True, False])
def test_own_mail_and_that_of_a_shared_box_are_never_archived_into_each_other(
    world: World, has_archive: bool
) -> None:
    box = share(world, "Autres/vie.scolaire/INBOX")
    if has_archive:
        share(world, "Autres/vie.scolaire/Archives")
    (theirs,) = world.receive(incoming(1), folder=box)
    (own,) = world.receive(incoming(2))
    assert world.tidying.archive([theirs, own]) == 2
    paths = {one.id: one.path for one in world.mail.folders()}
    year = START.year
    assert paths[world.row(theirs).folder] == f"Autres/vie.scolaire/Archives/{year}"
    assert paths[world.row(own).folder] == f"Archives/{year}"


def test_junk_and_no_junk(world: World) -> None:
    ids = world.many(2)
    world.tidying.junk(ids, True)
    assert {world.row(one).folder for one in ids} == {world.junk}
    assert world.row(ids[0]).flags.keywords == {"$junk", "junk"}
    world.tidying.junk([ids[0]], False)
    assert world.row(ids[0]).folder == world.inbox
    assert world.row(ids[0]).flags.keywords == {"$notjunk", "nonjunk"}


@pytest.mark.parametrize("inbox", ["Autres/vie.scolaire/INBOX", "Autres/vie.scolaire"])
def test_junk_of_a_shared_box_stays_in_that_box(world: World, inbox: str) -> None:
    box = share(world, inbox)
    theirs = share(world, "Autres/vie.scolaire/Indésirables")
    share(world, "Autres/autre.boite/INBOX")
    (one,) = world.receive(incoming(1), folder=box)
    (own,) = world.receive(incoming(2))
    found = world.tidying.junk_folder(one)
    assert found is not None
    assert found.id == theirs
    world.tidying.junk([one, own], True)
    assert (world.row(one).folder, world.row(own).folder) == (theirs, world.junk)
    assert world.tidying.junk_folder(one) is None
    places = {folder.id: folder for folder in world.mail.folders()}
    assert world.tidying.is_junk(places[theirs])
    assert world.tidying.is_junk(places[world.junk])
    assert not world.tidying.is_junk(places[box])
    world.tidying.junk([one, own], False)
    assert (world.row(one).folder, world.row(own).folder) == (box, world.inbox)
    assert world.row(one).flags.keywords == {"$notjunk", "nonjunk"}


def test_no_junk_of_a_box_without_an_inbox_stays_where_it_is(world: World) -> None:
    theirs = share(world, "Autres/vie.scolaire/Junk")
    (one,) = world.receive(incoming(1), folder=theirs)
    with pytest.raises(LocalRefusal) as refused:
        world.tidying.junk([one], False)
    assert refused.value.code is ErrorCode.NOT_FOUND
    assert world.row(one).folder == theirs
    assert world.mail.journal() == ()


# -- undo -----------------------------------------------------------------------------------------


COMMANDS = ("flag", "read", "tag", "delete", "archive", "junk", "pin", "snooze", "move")


def command(world: World, what: str, ids: Sequence[MessageId], other: FolderId) -> None:
    if what == "flag":
        world.mail.flag(ids, Flags(Marks.FLAGGED), Flags())
    elif what == "read":
        world.mail.flag(ids, Flags(), Flags(Marks.SEEN))
    elif what == "tag":
        world.mail.flag(ids, Flags(keywords=frozenset({"$label2"})), Flags())
    elif what == "delete":
        world.mail.move(ids, world.trash)
    elif what == "archive":
        world.tidying.archive(ids)
    elif what == "junk":
        world.tidying.junk(ids, True)
    elif what == "pin":
        world.snoozes.pin(ids, True)
    elif what == "snooze":
        world.snoozes.snooze(ids, world.clock.now() + timedelta(hours=1))
    else:
        world.mail.move(ids, other)


@given(st.lists(st.tuples(st.sampled_from(COMMANDS), st.sets(st.integers(0, 5), min_size=1)),
                min_size=1, max_size=6))  # fmt: skip
@settings(max_examples=8, deadline=None)
def test_undo_puts_everything_back_exactly(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, set[int]]]
) -> None:
    with store(tmp_path_factory.mktemp("undo")) as database:
        world = World(database)
        other = plant_folder(database, world.account, "Autre", role=None)
        ids = world.many(6)
        world.mail.flag(ids[:2], Flags(keywords=frozenset({"$label2"})), Flags())
        grounds, stood, afters = [], [], []
        for what, places in steps:
            some = [ids[place] for place in sorted(places)]
            stood.append((world.undoing.ground(ids), world.shown()))
            grounds.append(world.undoing.ground(some))
            command(world, what, some, other)
            afters.append(world.undoing.ground(some))
        steps_back = list(zip(grounds, stood, afters, strict=True))[::-1]
        for ground, (before, shown), after in steps_back:
            world.undoing.restore(ground, after=after)
            assert world.undoing.ground(ids) == before
            assert world.shown() == shown
        names = {row.kind.value for row in world.mail.journal()}
        assert names <= {"flag"}  # what was planted; all that was undone asks the server nothing


def test_a_tag_called_junk_is_no_junk(world: World) -> None:
    assert world.tags.create("Junk", "#112233").keyword == "junk-2"


def test_undo_leaves_alone_what_another_client_did_since(world: World) -> None:
    """A message marked as read here, then deleted and flagged on the phone, stays deleted."""
    (one,) = world.many(1)
    world.mail.flag([one], Flags(), Flags(Marks.SEEN))
    ground = world.undoing.ground([one])
    world.mail.flag([one], Flags(Marks.SEEN), Flags())
    after = world.undoing.ground([one])
    world.mail.move([one], world.trash)
    world.mail.flag([one], Flags(Marks.FLAGGED), Flags())
    assert world.undoing.restore(ground, after=after) == Restored(1)
    row = world.row(one)
    assert (row.folder, row.flags.marks) == (world.trash, Marks.FLAGGED)


def test_undo_of_thousands_is_told(world: World) -> None:
    ids = world.many(2300)
    ground = world.undoing.ground(ids)
    world.mail.move(ids, world.trash)
    told: list[tuple[int, int]] = []
    done = world.undoing.restore(ground, lambda done, total: told.append((done, total)))
    assert done == Restored(2300)
    assert told == [(1000, 2300), (2000, 2300), (2300, 2300)]
    assert world.shown() == tuple(reversed(ids))
    assert world.mail.journal() == ()


def test_an_undo_that_the_disk_stops_goes_on_with_the_rest(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = world.many(2300)
    ground = world.undoing.ground(ids)
    world.mail.move(ids, world.trash)
    after = world.undoing.ground(ids)
    real, calls = MailboxService.move, 0

    def full(mail: MailboxService, *args: object, **named: object) -> None:
        nonlocal calls
        calls += 1
        real(mail, *args, **named)  # type: ignore[arg-type]
        if calls == 2:  # in the middle of the second transaction
            raise StoreTrouble(ErrorCode.DISK_FULL)

    monkeypatch.setattr(MailboxService, "move", full)
    told: list[tuple[int, int]] = []
    stopped = world.undoing.restore(
        ground, lambda done, total: told.append((done, total)), after=after
    )
    assert (stopped.number, told) == (1000, [(1000, 2300)])
    assert stopped.trouble is not None
    assert stopped.trouble.code is ErrorCode.DISK_FULL
    assert stopped.rest.lines == ground.lines[1000:]
    stands = {row.id: row.folder for row in world.mail.rows(ids)}
    assert [stands[one] for one in ids] == [world.inbox] * 1000 + [world.trash] * 1300
    world.mail.flag(ids[:1], Flags(Marks.FLAGGED), Flags())  # a person goes on meanwhile
    world.mail.move(ids[:1], world.junk)
    assert world.undoing.restore(stopped.rest, after=after) == Restored(1300)
    assert world.row(ids[0]).folder == world.junk  # what was put back is not touched again
    assert {row.folder for row in world.mail.rows(ids[1:])} == {world.inbox}


def test_messages_that_cannot_be_put_back_keep_no_others_from_it(world: World) -> None:
    ids = world.many(1500)
    elsewhere = plant_folder(world.database, world.account, "Ancien", role=None)
    world.mail.move([ids[7], ids[1200]], elsewhere)
    ground = world.undoing.ground(ids)
    world.mail.move(ids, world.trash)
    world.database.write(
        lambda tx: tx.run("UPDATE folder SET selectable = 0 WHERE id = ?", elsewhere)
    )
    done = world.undoing.restore(ground)
    assert done.number == 1498
    assert {line[0] for line in done.rest.lines} == {ids[7], ids[1200]}
    assert done.trouble is not None
    assert done.trouble.facts["why"] == "folder-holds-no-messages"
    world.database.write(
        lambda tx: tx.run("UPDATE folder SET selectable = 1 WHERE id = ?", elsewhere)
    )
    assert world.undoing.restore(done.rest) == Restored(2)
    assert world.undoing.ground(ids) == ground


def test_what_a_command_changed_is_told_from_the_rest(world: World) -> None:
    ids = world.many(3)
    ground = world.undoing.ground(ids)
    world.mail.flag(ids[1:2], Flags(Marks.FLAGGED), Flags())
    changed = ground.changed(world.undoing.ground(ids))
    assert [line[0] for line in changed.lines] == [ids[1]]
