"""Our own ZIP archives come back: octets, folders, flags. What a hostile one says is bounded."""

from __future__ import annotations

import json
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from mel_desktop.formats import zip_size
from mel_desktop.model.errors import Cancelled, ErrorCode, LocalRefusal
from mel_desktop.model.mail import Flags, Marks, MessageRow
from mel_desktop.model.transfer import ExportKind, SourceKind, TransferProgress
from mel_desktop.services import archives
from mel_desktop.services import importing as importing_module
from mel_desktop.services.exporting import CONTENTS
from mel_desktop.services.importing import IMPORTED
from tests.support.transfer_world import Desk, as_mbox, desk, letter


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Desk]:
    with desk(tmp_path / "profile") as made:
        yield made


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Desk]:
    with desk(tmp_path / "other") as made:
        yield made


def zipped(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/") + ".eml", content)
    return path


def filled(home: Desk, folder: Path) -> list[bytes]:
    """Folders with names of all kinds, flags, a bare LF that must stay one."""
    odd = letter(8, text="une ligne\nnue\r\n").replace(
        b"MIME-Version", b"X-Mozilla-Status: 0001\r\nX-Status: D\r\nMIME-Version"
    )
    (folder / "Réunion_ 3e").mkdir()
    (folder / "a.mbox").write_bytes(
        as_mbox([letter(0), letter(1, attached=b"%PDF " + b"x" * 5000)])
    )
    home.importing.run(folder / "a.mbox", home.account)
    path = home.folders.create(home.account, "Sur ce PC/Classes")
    first, second = (row.id for row in home.rows(f"{IMPORTED}/a"))
    home.mailbox.flag(
        [first], Flags(Marks.FLAGGED | Marks.ANSWERED, frozenset({"classe"})), Flags()
    )
    home.mailbox.flag([second], Flags(Marks.SEEN), Flags())
    home.mailbox.move([second], path)
    zipped(folder / "odd.zip", odd=odd)
    home.importing.run(folder / "odd.zip", home.account)
    return [letter(0), letter(1, attached=b"%PDF " + b"x" * 5000), odd]


def raws(home: Desk, path: str) -> list[bytes]:
    return [home.reading.raw(row.id) for row in home.rows(path)]


def test_an_archive_of_ours_comes_back_as_it_was(home: Desk, other: Desk, tmp_path: Path) -> None:
    first, second, odd = filled(home, tmp_path)
    home.exporting.run(ExportKind.ARCHIVE, tmp_path / "Archive.zip")
    seen = other.importing.preview(tmp_path / "Archive.zip", other.account)
    assert (seen.kind, len(seen.boxes)) == (SourceKind.ARCHIVE, 3)
    done = other.importing.run(tmp_path / "Archive.zip", other.account)
    assert (done.imported, done.duplicates, done.problems) == (3, 0, ())
    base = f"{IMPORTED}/Archive/Sur ce PC"
    assert sorted(other.paths()) == [
        f"{base}/Classes", f"{base}/Importés/a", f"{base}/Importés/odd",
    ]  # fmt: skip
    assert raws(other, f"{base}/Importés/a") == [first]
    assert raws(other, f"{base}/Classes") == [second]
    assert raws(other, f"{base}/Importés/odd") == [odd]  # to the last octet, line ends too
    for path in ("Importés/a", "Classes", "Importés/odd"):
        (mine,) = home.rows(f"Sur ce PC/{path}")
        (theirs,) = other.rows(f"{base}/{path}")
        assert same(mine) == same(theirs)
    assert other.importing.run(tmp_path / "Archive.zip", other.account).duplicates == 3
    assert home.importing.run(tmp_path / "Archive.zip", home.account).duplicates == 3


def same(row: MessageRow) -> tuple[object, ...]:
    return row.flags, row.received_at, row.subject, row.size, row.has_attachments


def test_what_was_put_together_is_not_doubled_where_it_comes_from(
    home: Desk, other: Desk, tmp_path: Path
) -> None:
    (tmp_path / "b.eml").write_bytes(letter(5))
    home.importing.run(tmp_path / "b.eml", home.account)
    home.database.write(lambda tx: tx.run("DELETE FROM part WHERE number = ''"))
    folder = home.folder(f"{IMPORTED}/b").id
    for kind, name in ((ExportKind.ARCHIVE, "a.zip"), (ExportKind.MBOX, "a.mbox")):
        done = home.exporting.run(kind, tmp_path / name, [folder])
        assert done.rebuilt == 1
        again = home.importing.run(tmp_path / name, home.account)
        assert (again.imported, again.duplicates) == (0, 1)
    assert other.importing.run(tmp_path / "a.zip", other.account).imported == 1


def test_a_zip_of_another_program(home: Desk, tmp_path: Path) -> None:
    path = zipped(
        tmp_path / "vrac.zip", a=letter(0), Classes__b=letter(1), __MACOSX___a=b"rien",
        faux=b"rien du tout",
    )  # fmt: skip
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("photo.jpg", b"\xff\xd8")
    done = home.importing.run(path, home.account)
    assert done.imported == 2
    assert [(one.path, one.reason) for one in done.problems][-1] == ("faux.eml", "no-header")
    assert sorted(home.paths()) == [f"{IMPORTED}/vrac", f"{IMPORTED}/vrac/Classes"]
    with zipfile.ZipFile(tmp_path / "photos.zip", "w") as archive:
        archive.writestr("photo.jpg", b"\xff\xd8")
    with pytest.raises(LocalRefusal) as caught:
        home.importing.preview(tmp_path / "photos.zip", home.account)
    assert caught.value.facts["why"] == "not-mail"


def test_an_import_that_is_stopped_goes_on(
    home: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing_module, "BATCH", 5)
    path = zipped(
        tmp_path / "a.zip", **{f"d{n % 3}__{n:02}": letter(n, attached=b"x") for n in range(40)}
    )
    seen: list[TransferProgress] = []
    with pytest.raises(Cancelled):
        home.importing.run(
            path, home.account, progress=seen.append, cancelled=lambda: len(seen) >= 3
        )
    assert home.importing.preview(path, home.account).goes_on
    done = home.importing.run(path, home.account)
    assert (done.imported, done.duplicates, done.resumed) == (40, 0, True)


def test_what_is_altered_or_damaged_is_told(home: Desk, other: Desk, tmp_path: Path) -> None:
    filled(home, tmp_path)
    home.exporting.run(ExportKind.ARCHIVE, tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        held = {one.filename: archive.read(one) for one in archive.infolist()}
    first = next(iter(held))
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        for name, content in held.items():
            archive.writestr(name, content + b"plus\r\n" if name == first else content)
    done = other.importing.run(tmp_path / "b.zip", other.account)
    assert (done.imported, [one.reason for one in done.problems]) == (3, ["archive-differs"])
    data = bytearray((tmp_path / "a.zip").read_bytes())
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        at = archive.infolist()[0].header_offset + 200
    data[at] ^= 0x10
    (tmp_path / "c.zip").write_bytes(data)
    done = other.importing.run(tmp_path / "c.zip", other.account)
    assert [one.reason for one in done.problems] == ["unreadable"]
    assert done.duplicates == 2
    for cut in (0, 10, len(data) // 2, len(data) - 5):
        (tmp_path / "d.zip").write_bytes(data[:cut])
        with pytest.raises(LocalRefusal) as caught:
            other.importing.preview(tmp_path / "d.zip", other.account)
        assert caught.value.code is ErrorCode.BAD_FILE
    held[CONTENTS] = b'{"file": 3}\n[[[' + held[CONTENTS]
    with zipfile.ZipFile(tmp_path / "e.zip", "w") as archive:
        for name, content in held.items():
            archive.writestr(name, content)
    done = other.importing.run(tmp_path / "e.zip", other.account)
    assert [(one.path, one.reason) for one in done.problems] == [(CONTENTS, "archive-table")]


def test_names_that_lead_out_of_it_are_refused(home: Desk, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for number, name in enumerate((
            "../a.eml", "/etc/b.eml", "x/../../c.eml", "C:/d.eml", "..\\e.eml", "x//f.eml",
            "./g.eml", "bon/h.eml",
        )):  # fmt: skip
            archive.writestr(name, letter(number))
    done = home.importing.run(tmp_path / "a.zip", home.account)
    assert done.imported == 1
    assert {one.reason for one in done.problems} == {"archive-name"}
    assert len(done.problems) == 7
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.zip", "profile"]


def test_bombs_are_not_unpacked(home: Desk, tmp_path: Path) -> None:
    size = archives.SWOLLEN
    zipped(tmp_path / "a.zip", bombe=letter(1) + b"0" * size, bon=letter(2))
    done = home.importing.run(tmp_path / "a.zip", home.account)
    assert done.imported == 1
    assert [(one.path, one.reason) for one in done.problems] == [("bombe.eml", "archive-swollen")]
    zipped(tmp_path / "b.zip", **{f"b{n}": letter(n) + b"0" * 4_500_000 for n in range(4)})
    with pytest.raises(LocalRefusal) as caught:  # each is small enough, all of them are not
        home.importing.preview(tmp_path / "b.zip", home.account)
    assert caught.value.facts["why"] == "archive-swollen"
    # a table of contents that swells is not read
    with zipfile.ZipFile(tmp_path / "c.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.eml", letter(3))
        archive.writestr(CONTENTS, b" " * (size + 1))
    done = home.importing.run(tmp_path / "c.zip", home.account)
    assert (done.imported, done.problems[0].reason) == (1, "archive-table")


def test_members_that_are_announced_are_counted_before_they_are_read(
    home: Desk, tmp_path: Path
) -> None:
    data = bytearray(zipped(tmp_path / "a.zip", a=letter(0)).read_bytes())
    assert zip_size.directory(bytes(data)) == zip_size.Directory(
        1, struct.unpack_from("<I", data, len(data) - 10)[0]
    )
    struct.pack_into("<I", data, len(data) - 10, archives.MOST_DIRECTORY + 1)
    (tmp_path / "b.zip").write_bytes(data)
    with pytest.raises(LocalRefusal) as caught:
        home.importing.preview(tmp_path / "b.zip", home.account)
    assert caught.value.code is ErrorCode.TOO_LARGE
    large = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, 9, 10**9, 10**12, 0)
    end = b"PK\x05\x06" + bytes(4) + b"\xff" * 12 + bytes(2)
    assert zip_size.directory(large + bytes(20) + end) == zip_size.Directory(10**9, 10**12)
    assert zip_size.directory(b"PK") is None


def test_flags_of_a_hostile_table_are_only_flags(home: Desk, tmp_path: Path) -> None:
    told = {
        "file": "a.eml", "names": [["x"], "../y", "z" * 500, "*"], "received": "2020-01-01",
        "flags": ["seen", "SEEN", "deux mots", "\u202e", 7, "ok", "none"], "sha256": 12,
    }  # fmt: skip
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.eml", letter(0))
        archive.writestr(CONTENTS, json.dumps(told))
    done = home.importing.run(tmp_path / "a.zip", home.account)
    assert done.imported == 1
    (path,) = home.paths()
    (row,) = home.rows(path)
    assert row.flags.marks == Marks.SEEN
    assert row.flags.keywords <= {"ok", "seen", "7"}
    assert path.startswith(f"{IMPORTED}/a")
