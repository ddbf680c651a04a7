"""Mail from files: what comes in, where, once; what was broken off goes on."""

from __future__ import annotations

import hashlib
import mailbox as python_mailbox
import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from mel_desktop.formats.line_ends import to_crlf
from mel_desktop.model.errors import Cancelled, ErrorCode, LocalRefusal
from mel_desktop.model.mail import BodyState, Flags, Marks, MessageId, WantKind
from mel_desktop.model.transfer import SourceKind, TransferProgress
from mel_desktop.services import address_books
from mel_desktop.services import importing as importing_module
from mel_desktop.services.importing import IMPORTED
from tests.support import thunderbird_book
from tests.support.store import plant_message
from tests.support.transfer_world import Desk, as_mbox, desk, letter


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Desk]:
    with desk(tmp_path / "profile") as made:
        yield made


def raws(home: Desk, path: str) -> list[bytes]:
    return [home.reading.raw(row.id) for row in home.rows(path)]


def test_a_mailbox_file_becomes_ordinary_messages(home: Desk, tmp_path: Path) -> None:
    letters = [letter(0), letter(1, attached=b"%PDF " + b"x" * 5000), letter(2)]
    (tmp_path / "Archives.mbox").write_bytes(as_mbox(letters, head=b"Status: RO\nX-Status: F\n"))
    done = home.importing.run(tmp_path / "Archives.mbox", home.account)
    assert (done.imported, done.duplicates, done.problems) == (3, 0, ())
    assert done.kind is SourceKind.MBOX
    path = f"{IMPORTED}/Archives"
    assert done.folder == path
    rows = home.rows(path)
    assert [row.subject for row in rows] == ["Sujet 0", "Sujet 1", "Sujet 2"]
    assert {row.flags for row in rows} == {Flags(Marks.SEEN | Marks.FLAGGED)}
    assert {row.body for row in rows} == {BodyState.LOCAL}
    assert rows[1].has_attachments
    assert raws(home, path) == letters
    assert "à lundi" in home.reading.show(rows[0].id).text
    folder = home.folder(path)
    assert (folder.total, folder.unread, folder.local_bodies, folder.local) == (3, 0, 3, True)
    home.reading.fetch(rows[1].id, "2")  # cut out of the whole, no line is needed
    assert home.reading.save(rows[1].id, "2", tmp_path / "note.pdf") == 5005
    assert home.mailbox.journal() == ()


def test_the_same_again_is_recognised(home: Desk, tmp_path: Path) -> None:
    source = tmp_path / "a.mbox"
    source.write_bytes(as_mbox([letter(0), letter(1), letter(0)]))
    first = home.importing.run(source, home.account)
    assert (first.imported, first.duplicates) == (2, 1)
    again = home.importing.run(source, home.account)
    assert (again.imported, again.duplicates, again.resumed) == (0, 2 + 1, False)
    (tmp_path / "lettre.eml").write_bytes(letter(1).replace(b"\r\n", b"\n"))
    assert home.importing.run(tmp_path / "lettre.eml", home.account).duplicates == 1


def test_a_message_of_the_server_is_recognised_by_its_name_date_and_size(
    home: Desk, tmp_path: Path
) -> None:
    raw = letter(3)
    home.database.write(
        lambda tx: tx.run(
            """INSERT INTO message (id, account_id, folder_id, message_id, thread_id, sent_at,
                                    received_at, size)
               VALUES (1, ?, ?, 'lettre3@ac-exemple.invalid', 1, '2025-09-01T11:00:00.000000Z',
                       '2025-09-01T11:00:01.000000Z', ?)""",
            home.account,
            home.inbox,
            len(raw),
        )
    )
    (tmp_path / "x.eml").write_bytes(raw)
    assert home.importing.run(tmp_path / "x.eml", home.account).duplicates == 1
    (tmp_path / "x.eml").write_bytes(raw + b"plus\r\n")
    assert home.importing.run(tmp_path / "x.eml", home.account).imported == 1


def test_what_was_deleted_here_may_come_back(home: Desk, tmp_path: Path) -> None:
    (tmp_path / "x.eml").write_bytes(letter(0))
    home.importing.run(tmp_path / "x.eml", home.account)
    home.mailbox.delete([home.rows(f"{IMPORTED}/x")[0].id])
    assert home.paths() == ["Sur ce PC/Corbeille"]
    assert home.importing.run(tmp_path / "x.eml", home.account).imported == 1


def test_python_reads_the_same(home: Desk, tmp_path: Path) -> None:
    source = tmp_path / "boite"
    source.write_bytes(as_mbox([letter(n, attached=b"x" * 99 * n) for n in range(20)]))
    home.importing.run(source, home.account)
    with closing(python_mailbox.mbox(source, create=False)) as box:
        theirs = [to_crlf(one.as_bytes()) for one in box]
    assert len(theirs) == 20
    assert raws(home, f"{IMPORTED}/boite") == theirs


def test_maildir_of_dovecot_and_of_kmail(home: Desk, tmp_path: Path) -> None:
    root = tmp_path / "Maildir"
    for name, number in (("", 0), (".Classes.3eB", 1), (".Archives.directory/2020", 2)):
        for part in ("cur", "new", "tmp"):
            (root / name / part).mkdir(parents=True, exist_ok=True)
        (root / name / "cur" / f"{number}.host:2,FSa").write_bytes(
            letter(number).replace(b"\r\n", b"\n")
        )
        (root / name / "cur" / f"{number}.gone:2,ST").write_bytes(letter(50 + number))
    (root / "dovecot-keywords").write_text("0 classe\n")
    (root / "new" / "9.host").write_bytes(letter(9))
    done = home.importing.run(root, home.account)
    assert (done.imported, done.left_out, done.kind) == (4, 3, SourceKind.MAILDIR)
    base = f"{IMPORTED}/Maildir"
    assert home.paths() == [base, f"{base}/Archives/2020", f"{base}/Classes/3eB"]
    first, new = home.rows(base)
    assert first.flags == Flags(Marks.SEEN | Marks.FLAGGED, frozenset({"classe"}))
    assert new.flags == Flags()


def test_python_writes_a_maildir(home: Desk, tmp_path: Path) -> None:
    with closing(python_mailbox.Maildir(tmp_path / "md", create=True)) as box:
        for number in range(5):
            made = python_mailbox.MaildirMessage(letter(number))
            made.set_flags("RS")
            box.add(made)
        sub = box.add_folder("Élèves".encode("utf-7").decode().replace("+", "&"))
        sub.add(letter(7))
    assert home.importing.run(tmp_path / "md", home.account).imported == 6
    assert {one.flags.marks for one in home.rows(f"{IMPORTED}/md")} == {Marks.SEEN | Marks.ANSWERED}
    assert f"{IMPORTED}/md/Élèves" in home.paths()


def thunderbird(root: Path) -> Path:
    """A profile in the real layout."""
    profile = root / "Profiles" / "abc.default-release"
    imap = profile / "ImapMail" / "imap.ac-exemple.fr"
    local = profile / "Mail" / "Local Folders"
    for folder in (imap / "INBOX.sbd", local / "Archives.sbd", local / "Cours" / "cur"):
        folder.mkdir(parents=True)
    (local / "Cours" / "tmp").mkdir()
    (root / "profiles.ini").write_text(
        "[Profile0]\nName=default\nIsRelative=1\nPath=Profiles/abc.default-release\nDefault=1\n"
    )
    (profile / "prefs.js").write_text(
        'user_pref("mail.server.server1.directory-rel", "[ProfD]ImapMail/imap.ac-exemple.fr");\n'
        'user_pref("mail.server.server1.name", "claire.martin@ac-exemple.fr");\n'
        'user_pref("mail.server.server2.directory-rel", "[ProfD]Mail/Local Folders");\n'
        'user_pref("mail.server.server2.name", "Dossiers locaux");\n'
    )
    thunderbird_book.write(
        profile / "abook.sqlite",
        {"a": {"DisplayName": "Paul Durand", "PrimaryEmail": "paul.durand@ac-exemple.fr"}},
    )
    (imap / "INBOX.msf").write_text('// <!-- <mdb:mork:z v="1.4"/> -->')

    def box(status: bytes, *numbers: int) -> bytes:
        return b"".join(
            b"From - Mon Sep  1 08:00:00 2025\r\nX-Mozilla-Status: " + status + b"\r\n"
            b"X-Mozilla-Status2: 00000000\r\nX-Mozilla-Keys: $label1        \r\n"
            + letter(number) + b"\r\n"
            for number in numbers
        )  # fmt: skip

    (imap / "INBOX").write_bytes(box(b"0001", 0, 1) + box(b"0009", 2))
    (imap / "INBOX.sbd" / "&AMk-l&AOg-ves").write_bytes(box(b"0000", 3))
    (local / "Trash").write_bytes(b"")
    (local / "Archives").write_bytes(box(b"0005", 4))
    (local / "Archives.sbd" / "2020").write_bytes(box(b"0000", 5))
    (local / "Cours" / "cur" / "1756713600.eml").write_bytes(
        b"X-Mozilla-Status: 0001\r\n" + letter(6)
    )
    return root


@pytest.mark.parametrize("chosen", ["", "profiles.ini", "Profiles/abc.default-release"])
def test_the_profile_of_thunderbird(home: Desk, tmp_path: Path, chosen: str) -> None:
    done = home.importing.run(thunderbird(tmp_path / "Thunderbird") / chosen, home.account)
    assert (done.imported, done.left_out, done.problems) == (6, 1, ())
    assert done.kind is SourceKind.THUNDERBIRD
    assert (done.contacts, done.lists, done.book) == (1, 0, address_books.NAME)
    assert home.directory.complete("dura").hits[0].entry.email == "paul.durand@ac-exemple.fr"
    base = f"{IMPORTED}/abc.default-release"
    ac = f"{base}/claire.martin@ac-exemple.fr"
    locals_ = f"{base}/Dossiers locaux"
    assert sorted(home.paths()) == sorted([
        f"{ac}/INBOX", f"{ac}/INBOX/Élèves", f"{locals_}/Archives", f"{locals_}/Archives/2020",
        f"{locals_}/Cours",
    ])  # fmt: skip
    assert home.rows(f"{ac}/INBOX")[0].flags == Flags(Marks.SEEN, frozenset({"$label1"}))
    assert home.rows(f"{locals_}/Archives")[0].flags.marks == Marks.SEEN | Marks.FLAGGED
    assert raws(home, f"{locals_}/Cours") == [letter(6)]
    assert raws(home, f"{ac}/INBOX") == [letter(0), letter(1)]


def test_folders_of_files_and_what_is_no_mail(home: Desk, tmp_path: Path) -> None:
    source = tmp_path / "vrac"
    (source / "sous").mkdir(parents=True)
    (source / "a.eml").write_bytes(letter(0))
    (source / "vide.eml").write_bytes(b"")
    (source / "faux.eml").write_bytes(b"rien du tout\r\n\r\nencore rien")
    (source / "sous" / "b.EML").write_bytes(letter(1))
    (source / "sous" / "c.mbox").write_bytes(as_mbox([letter(2)]))
    (source / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    os.symlink(source, source / "sous" / "rond")
    os.symlink(tmp_path / "absent", source / "perdu.eml")
    done = home.importing.run(source, home.account)
    assert done.imported == 3
    assert sorted((one.path, one.reason) for one in done.problems) == [
        ("faux.eml", "no-header"), ("vide.eml", "empty"),
    ]  # fmt: skip
    assert sorted(home.paths()) == [
        f"{IMPORTED}/vrac", f"{IMPORTED}/vrac/sous", f"{IMPORTED}/vrac/sous/c",
    ]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "code"), [
    ("photo.jpg", b"\xff\xd8\xff", ErrorCode.BAD_FILE),
    ("notes.txt", b"des notes sans rien d'autre", ErrorCode.BAD_FILE),
    ("absent", None, ErrorCode.NOT_FOUND),
])  # fmt: skip
def test_a_source_that_is_none(
    home: Desk, tmp_path: Path, name: str, content: bytes | None, code: ErrorCode
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(LocalRefusal) as caught:
        home.importing.preview(tmp_path / name, home.account)
    assert caught.value.code is code
    (tmp_path / "vide").mkdir()
    with pytest.raises(LocalRefusal) as caught:
        home.importing.preview(tmp_path / "vide", home.account)
    assert caught.value.facts["why"] == "no-mail-found"


def test_an_unreadable_file_does_not_stop_the_others(
    home: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / f"{number}.eml").write_bytes(letter(number))
    opened = Path.open

    def refuse(self: Path, *args: object, **more: object) -> object:
        if self.name == "1.eml":
            raise PermissionError(13, "no")
        return opened(self, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Path, "open", refuse)
    done = home.importing.run(tmp_path / "in", home.account)
    assert done.imported == 2
    assert [(one.path, one.reason) for one in done.problems] == [("1.eml", "unreadable")]


def test_a_folder_that_cannot_be_opened_is_told(
    home: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in" / "fermé").mkdir(parents=True)
    (tmp_path / "in" / "a.eml").write_bytes(letter(0))
    scan = os.scandir

    def refuse(path: Any) -> Any:
        if Path(path).name == "fermé":
            raise PermissionError(13, "no", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    done = home.importing.run(tmp_path / "in", home.account)
    assert done.imported == 1
    assert [(one.path, one.reason) for one in done.problems] == [("fermé", "unreadable")]


def test_cancelled_keeps_what_came_and_goes_on(
    home: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing_module, "BATCH", 10)
    source = tmp_path / "a.mbox"
    source.write_bytes(as_mbox([letter(n) for n in range(95)]))
    seen: list[TransferProgress] = []
    with pytest.raises(Cancelled):
        home.importing.run(
            source, home.account, progress=seen.append, cancelled=lambda: len(seen) >= 4
        )
    here = len(home.rows(f"{IMPORTED}/a"))
    assert 30 <= here < 95
    assert home.importing.preview(source, home.account).goes_on
    done = home.importing.run(source, home.account, progress=seen.append)
    assert (done.imported, done.duplicates, done.resumed) == (95, 0, True)
    assert raws(home, f"{IMPORTED}/a") == [letter(n) for n in range(95)]
    assert seen[-1].octets == seen[-1].expected == source.stat().st_size
    assert not home.importing.preview(source, home.account).goes_on


def test_a_file_that_changed_is_begun_anew_without_doubles(
    home: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing_module, "BATCH", 10)
    source = tmp_path / "a.mbox"
    source.write_bytes(as_mbox([letter(n) for n in range(30)]))
    seen: list[TransferProgress] = []
    with pytest.raises(Cancelled):
        home.importing.run(
            source, home.account, progress=seen.append, cancelled=lambda: len(seen) >= 2
        )
    source.write_bytes(as_mbox([letter(99), *(letter(n) for n in range(30))]))
    home.importing.run(source, home.account)
    assert len(home.rows(f"{IMPORTED}/a")) == 31


def test_a_great_message_passes_through_in_pieces(
    home: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing_module, "GREAT", 300_000)
    monkeypatch.setattr(importing_module, "APPEND_OCTETS", 100_000)
    raw = letter(1, attached=os.urandom(1_500_000))
    source = tmp_path / "gros.mbox"
    source.write_bytes(as_mbox([letter(0), raw, letter(2), raw]))
    done = home.importing.run(source, home.account)
    assert (done.imported, done.duplicates) == (3, 1)
    rows = home.rows(f"{IMPORTED}/gros")
    assert hashlib.sha256(home.reading.raw(rows[1].id)).digest() == hashlib.sha256(raw).digest()
    assert rows[1].size == len(raw)
    (attached,) = home.reading.show(rows[1].id).attachments
    assert attached.filename == "note.pdf"
    assert abs(attached.size - 1_500_000 * 4 / 3 * 78 / 76) < 100
    with home.database.read() as reader:
        assert reader.value("SELECT count(*) FROM blob WHERE complete = 0") == 0
        assert reader.value("SELECT count(*) FROM import_run WHERE blob_id IS NOT NULL") == 0


def test_threads_and_search_find_them(home: Desk, tmp_path: Path) -> None:
    answer = letter(1).replace(
        b"MIME-Version", b"In-Reply-To: <lettre0@ac-exemple.invalid>\r\nMIME-Version"
    )
    (tmp_path / "a.mbox").write_bytes(as_mbox([letter(0), answer]))
    home.importing.run(tmp_path / "a.mbox", home.account)
    first, second = home.rows(f"{IMPORTED}/a")
    assert first.thread == second.thread
    with home.database.read() as reader:
        found = reader.all("SELECT rowid FROM message_fts WHERE message_fts MATCH 'lundi'")
    assert {row[0] for row in found} == {first.id, second.id}


# -- folders of this PC ---------------------------------------------------------------------------


def imported(home: Desk, tmp_path: Path, numbers: int = 1) -> list[MessageId]:
    (tmp_path / "a.mbox").write_bytes(as_mbox([letter(n) for n in range(numbers)]))
    home.importing.run(tmp_path / "a.mbox", home.account)
    return [row.id for row in home.rows(f"{IMPORTED}/a")]


def test_flags_change_at_once_and_nothing_waits(home: Desk, tmp_path: Path) -> None:
    (one,) = imported(home, tmp_path)
    home.mailbox.flag([one], Flags(Marks.SEEN, frozenset({"classe"})), Flags())
    (row,) = home.rows(f"{IMPORTED}/a")
    assert row.flags == Flags(Marks.SEEN, frozenset({"classe"}))
    assert not row.waiting
    home.mailbox.flag([one], Flags(), Flags(Marks.SEEN))
    assert home.folder(f"{IMPORTED}/a").unread == 1
    assert home.mailbox.journal() == ()


def test_moves_between_folders_of_this_pc(home: Desk, tmp_path: Path) -> None:
    (one,) = imported(home, tmp_path)
    target = home.folders.create(home.account, "Sur ce PC/Classes")
    home.mailbox.move([one], target)
    assert home.paths() == ["Sur ce PC/Classes"]
    with pytest.raises(LocalRefusal) as caught:
        home.mailbox.copy([one], home.inbox)
    assert caught.value.facts["why"] == "local-copy"


def test_a_move_to_the_server_waits_and_may_be_taken_back(home: Desk, tmp_path: Path) -> None:
    (one,) = imported(home, tmp_path)
    home.mailbox.move([one], home.inbox)
    (waiting,) = home.mailbox.journal()
    assert (waiting.kind, waiting.detail, waiting.undoable) == (WantKind.APPEND, "INBOX", True)
    assert [row.id for row in home.rows("INBOX")] == [one]
    home.mailbox.undo(waiting.id)
    assert home.paths() == [f"{IMPORTED}/a"]
    home.mailbox.move([one], home.inbox)
    home.mailbox.delete([one])
    assert home.mailbox.journal() == ()
    assert home.paths() == ["Sur ce PC/Corbeille"]
    home.mailbox.delete([one])
    assert home.paths() == []


def test_deleted_for_good_only_from_the_trash(home: Desk, tmp_path: Path) -> None:
    one, two = imported(home, tmp_path, 2)
    home.mailbox.delete([one])
    home.folders.delete(home.folder(f"{IMPORTED}/a").id)
    assert [row.id for row in home.rows("Sur ce PC/Corbeille")] == [one, two]
    assert f"{IMPORTED}/a" not in [folder.path for folder in home.mailbox.folders()]
    home.folders.delete(home.folder("Sur ce PC/Corbeille").id)
    assert home.paths() == []
    with pytest.raises(LocalRefusal):
        home.folders.delete(home.folder("Sur ce PC").id)


def test_folders_of_this_pc_take_another_name(home: Desk, tmp_path: Path) -> None:
    imported(home, tmp_path)
    home.folders.rename(home.folder(IMPORTED).id, "Anciens/Importés")
    assert home.paths() == ["Sur ce PC/Anciens/Importés/a"]
    with pytest.raises(LocalRefusal) as caught:
        home.folders.rename(home.folder("Sur ce PC/Anciens").id, "Sur ce PC/Anciens/x")
    assert caught.value.facts["why"] == "folder-into-itself"
    with pytest.raises(LocalRefusal):
        home.folders.subscribe(home.folder("Sur ce PC/Anciens").id, subscribed=False)


def test_messages_of_the_server_do_not_go_there(home: Desk, tmp_path: Path) -> None:
    imported(home, tmp_path)
    other = home.database.write(lambda tx: plant_message(tx, home.inbox))
    target = home.folder(f"{IMPORTED}/a").id
    for command in (home.mailbox.move, home.mailbox.copy):
        with pytest.raises(LocalRefusal) as caught:
            command([other], target)
        assert caught.value.facts["why"] == "local-folder"


def test_an_import_into_a_folder_of_the_server_waits_for_it(home: Desk, tmp_path: Path) -> None:
    (tmp_path / "in" / "sous").mkdir(parents=True)
    (tmp_path / "in" / "a.eml").write_bytes(letter(0))
    (tmp_path / "in" / "sous" / "b.eml").write_bytes(letter(1))
    done = home.importing.run(tmp_path / "in", home.account, home.inbox)
    assert done.waits_for_server
    assert [row.subject for row in home.rows("INBOX")] == ["Sujet 0"]
    assert [row.subject for row in home.rows("INBOX/sous")] == ["Sujet 1"]
    kinds = [row.kind for row in home.mailbox.journal()]
    assert kinds == [WantKind.APPEND, WantKind.APPEND]
    assert home.importing.run(tmp_path / "in", home.account, home.inbox).duplicates == 2
