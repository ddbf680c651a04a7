"""Keep here, remove there: verified before anything goes, put back once, no last copy lost."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import apsw
import pytest

from mel_desktop.logic.mime import parse_header
from mel_desktop.model.errors import ConnectionTrouble, ErrorCode, LocalRefusal
from mel_desktop.model.mail import BodyState, Flags, Marks, MessageId, WantKind, WantState
from mel_desktop.model.storage import KeptState
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.folderwishes import FolderWishes
from mel_desktop.services.folderwork import FolderWork
from mel_desktop.services.journal import Journal
from mel_desktop.services.keeping import Errands, Keeping
from mel_desktop.services.reading import ReadingService
from mel_desktop.services.sync import SyncService
from mel_desktop.store.database import Database
from tests.support.imap_model import Switches
from tests.support.sync_world import World, world

PLAN = bytes(range(256)) * 700


class Home(World):
    """A world whose sync keeps messages here."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.keeping = Keeping(database, self.clock)
        self.folder_wishes = FolderWishes(database, self.clock)
        self.journal = Journal(
            database, self.mailbox, self.folder_wishes, None, None, self.keeping  # type: ignore[arg-type]
        )  # fmt: skip
        self.reading = ReadingService(database, self.sessions, self.clock)
        self.service = SyncService(
            database,
            Accounts(database, self.clock),
            self.sessions,
            self.clock,
            folder_work=Errands(FolderWork(database, self.clock), self.keeping),
        )

    def state(self, message: MessageId) -> KeptState | None:
        found = [one.state for one in self.keeping.all() if one.id == message]
        return found[0] if found else None


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with world(tmp_path) as made:
        yield Home(made.database)


@dataclass(frozen=True, slots=True)
class Planted:
    """A message with a file, and its octets as the server has them."""

    id: MessageId
    octets: bytes


def plant(home: Home, subject: str = "Sortie") -> Planted:
    uid = home.server.deliver(
        subject=subject, attachments={"plan.bin": PLAN}, flags=Flags(Marks.SEEN | Marks.FLAGGED)
    )
    stored = home.server.boxes["INBOX"].messages[uid]
    home.server.deliver(subject="Reste")
    home.sync()
    return Planted(home.one(subject).id, stored.header + stored.text)


def there(home: Home, path: str = "INBOX") -> list[str]:
    """Subjects on the server."""
    return [parse_header(one.header).subject for one in home.server.boxes[path].messages.values()]


@pytest.mark.parametrize(
    "switches",
    [
        Switches(),
        Switches(condstore=False, qresync=False, list_status=False),
        Switches(uidplus=False, move=False, tell_copies=False),
    ],
    ids=["qresync", "plain", "no-uidplus"],
)
def test_it_goes_from_the_server_and_stays_here_and_comes_back_once(
    home: Home, switches: Switches
) -> None:
    home.server.switches = switches
    planted = plant(home)
    home.keeping.keep([planted.id])
    assert [(row.kind, row.state) for row in home.journal.rows()] == [
        (WantKind.KEEP, WantState.WAITING)
    ]
    assert home.sync().complete
    assert there(home) == ["Reste"]
    assert home.subjects() == ["Reste", "Sortie"]
    row = home.one("Sortie")
    assert row.id == planted.id
    assert row.only_here
    assert row.flags.marks == Marks.SEEN | Marks.FLAGGED
    assert row.body is BodyState.LOCAL
    assert home.reading.raw(planted.id) == planted.octets
    assert home.journal.rows() == ()
    for _ in range(3):  # no later sync takes it away
        home.server.deliver()
        assert home.sync().complete
    assert home.state(planted.id) is KeptState.KEPT
    home.keeping.undo(planted.id)
    (waiting,) = home.journal.rows()
    assert (waiting.kind, waiting.undoable) == (WantKind.APPEND, True)
    for _ in range(3):
        assert home.sync().complete
    assert there(home).count("Sortie") == 1
    (back,) = [
        one for one in home.server.boxes["INBOX"].messages.values() if b"Sortie" in one.header
    ]
    assert back.header + back.text == planted.octets
    assert back.flags.marks == Marks.SEEN | Marks.FLAGGED
    assert back.internal_date == home.one("Sortie").received_at
    assert home.one("Sortie").id == planted.id
    assert not home.one("Sortie").only_here
    assert home.state(planted.id) is None
    home.check_counters()


def test_a_copy_that_differs_stays_on_the_server(home: Home) -> None:
    planted = plant(home)
    with home.database.read() as reader:
        place = reader.value("SELECT size FROM message WHERE id = ?", planted.id)
    home.database.write(
        lambda tx: tx.run("UPDATE message SET size = size + 1 WHERE id = ?", planted.id)
    )
    home.keeping.keep([planted.id])
    report = home.sync()
    assert not report.complete
    (row,) = home.journal.rows()
    assert (row.state, row.reason) == (WantState.REFUSED, "size-differs")
    assert home.server.destroyed == []
    home.database.write(
        lambda tx: tx.run("UPDATE message SET size = ? WHERE id = ?", place, planted.id)
    )
    home.journal.retry(row.id)
    assert home.sync().complete
    assert home.state(planted.id) is KeptState.KEPT


def test_what_is_on_the_disk_is_hashed_not_what_came(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mel_desktop.store import reading

    append = reading.append_part

    def rotten(*args: object, **given: object) -> None:
        given["data"] = bytes(given["data"])[:-1] + b"?"  # type: ignore[call-overload]
        append(*args, **given)  # type: ignore[arg-type]

    planted = plant(home)
    monkeypatch.setattr(reading, "append_part", rotten)
    home.keeping.keep([planted.id])
    home.sync()
    (row,) = home.journal.rows()
    assert row.reason == "copy-differs"
    assert home.server.destroyed == []


def test_it_can_be_taken_back_before_anything_was_done(home: Home) -> None:
    planted = plant(home)
    home.keeping.keep([planted.id])
    (row,) = home.journal.rows()
    home.journal.undo(row.id)
    home.sync()
    assert "Sortie" in there(home)
    assert home.state(planted.id) is None


def test_after_thirty_days_it_stays_here(home: Home) -> None:
    planted = plant(home)
    home.keeping.keep([planted.id])
    home.sync()
    home.clock.jump(days=31)
    with pytest.raises(LocalRefusal, match="usage") as told:
        home.keeping.undo(planted.id)
    assert told.value.facts["why"] == "too-late"
    assert home.one("Sortie").only_here


def test_who_has_it_here_alone_may_do_with_it_what_he_likes(home: Home) -> None:
    planted = plant(home)
    home.keeping.keep([planted.id])
    home.sync()
    home.mailbox.flag([planted.id], Flags(Marks.ANSWERED), Flags(Marks.FLAGGED))
    assert home.one("Sortie").flags.marks == Marks.SEEN | Marks.ANSWERED
    home.mailbox.move([planted.id], home.folder("Archive").id)
    assert home.subjects("Archive") == ["Sortie"]
    with pytest.raises(LocalRefusal):
        home.mailbox.copy([planted.id], home.folder("INBOX").id)
    assert home.mailbox.journal() == ()
    home.sync()
    assert home.subjects("Archive") == ["Sortie"]
    home.mailbox.delete([planted.id])
    assert home.subjects("Trash") == ["Sortie"]
    home.mailbox.delete([planted.id])
    assert home.subjects("Trash") == []
    with home.database.read() as reader:
        assert reader.value("SELECT count(*) FROM blob") == 0
    home.check_counters()


def test_a_folder_deleted_for_good_does_not_take_it_along(home: Home) -> None:
    home.server.add_box("Classe")
    home.server.deliver("Classe", subject="Seule copie")
    home.sync()
    message = home.one("Seule copie", "Classe").id
    home.keeping.keep([message])
    home.sync()
    with pytest.raises(LocalRefusal):
        home.folder_wishes.delete(home.folder("Classe").id, for_good=True)
    home.folder_wishes.delete(home.folder("Classe").id)
    home.sync()
    home.sync()
    assert home.subjects("Trash") == ["Seule copie"]


def test_a_folder_that_vanishes_or_is_renumbered_does_not_take_it_along(home: Home) -> None:
    home.server.add_box("Classe")
    home.server.deliver("Classe", subject="Seule copie")
    home.sync()
    message = home.one("Seule copie", "Classe").id
    home.keeping.keep([message])
    home.sync()
    home.server.renumber("Classe")
    home.sync()
    del home.server.boxes["Classe"]
    for _ in range(3):
        home.sync()
        home.clock.jump(hours=2)
    assert home.state(message) is KeptState.KEPT
    assert home.reading.raw(message)


def test_the_store_itself_refuses_to_drop_it(home: Home) -> None:
    planted = plant(home)
    home.keeping.keep([planted.id])
    home.sync()
    with pytest.raises(apsw.ConstraintError):
        home.database.write(lambda tx: tx.run("DELETE FROM message WHERE id = ?", planted.id))
    home.service._accounts.remove(home.account)  # a person removes all of it
    with home.database.read() as reader:
        assert reader.value("SELECT count(*) FROM message") == 0


def _safe(home: Home, planted: Planted) -> None:
    """Somewhere all of it is: on the server, or here, as it was."""
    there = [
        one
        for box in home.server.boxes.values()
        for one in box.messages.values()
        if one.header + one.text == planted.octets
    ]
    if there:
        return
    assert home.reading.raw(planted.id) == planted.octets
    assert home.one("Sortie").id == planted.id


def _steps(home: Home) -> int:
    return len(home.server.commands)


def _broken_sync(home: Home, at: int, performed: bool) -> bool:
    """A sync whose line is lost at its command number ``at``; False: it had fewer."""
    seen = [0, False]

    def lose(_: str, done: bool) -> bool:
        if done is performed:
            seen[0] += 1
            if seen[0] == at:
                seen[1] = True
                return True
        return False

    home.server.lose = lose
    try:
        home.sync()
    except ConnectionTrouble as error:
        assert error.code is ErrorCode.CONNECTION_LOST  # noqa: PT017
    finally:
        home.server.lose = None
    return bool(seen[1])


@pytest.mark.parametrize("performed", [False, True])
@pytest.mark.parametrize("uidplus", [False, True] if os.environ.get("MEL_LONG") else [True])
def test_wherever_the_line_breaks_no_copy_is_lost_and_none_is_made_twice(
    tmp_path: Path, performed: bool, uidplus: bool
) -> None:
    at = 0
    more = True
    while more:
        at += 1
        (tmp_path / str(at)).mkdir()
        with world(tmp_path / str(at)) as made:
            home = Home(made.database)
            home.server.switches = replace(home.server.switches, uidplus=uidplus)
            planted = plant(home)
            home.keeping.keep([planted.id])
            more = _broken_sync(home, at, performed)
            _safe(home, planted)
            for _ in range(3):
                home.sync()
                _safe(home, planted)
            assert home.state(planted.id) is KeptState.KEPT
            home.keeping.undo(planted.id)
            more = _broken_sync(home, at, performed) or more
            _safe(home, planted)
            for _ in range(3):
                home.sync()
                _safe(home, planted)
            assert there(home).count("Sortie") == 1
            assert home.subjects().count("Sortie") == 1
            assert home.state(planted.id) is None
    assert at > 6
