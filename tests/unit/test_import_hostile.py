"""Sources that are broken, hostile or in use: told, bounded, and never the end of the import."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from mel_desktop.model.mail import Flags, Marks
from mel_desktop.services import importing as importing_module
from mel_desktop.services.importing import IMPORTED
from mel_desktop.services.path_words import as_key, as_told
from tests.support.transfer_world import Desk, as_mbox, desk, letter

LATIN = os.fsdecode("Élèves".encode("latin-1")) if os.name == "posix" else "Élèves"
posix = pytest.mark.skipif(os.name != "posix", reason="names of octets, pipes")


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Desk]:
    with desk(tmp_path / "profile") as made:
        yield made


def reasons(done: Any) -> list[tuple[str, str]]:
    return sorted((one.path, one.reason) for one in done.problems)


# -- names -----------------------------------------------------------------------------------------


@posix
def test_names_in_latin_1_are_read_and_shown(home: Desk, tmp_path: Path) -> None:
    source = tmp_path / f"vieux {LATIN}"
    (source / LATIN / "cur").mkdir(parents=True)
    (source / LATIN / "cur" / f"1.{LATIN}:2,S").write_bytes(letter(0))
    (source / LATIN / "cur" / "2.x:2,F").write_bytes(letter(1))
    (source / "Élèves" / "cur").mkdir(parents=True)  # the same name, written otherwise
    (source / "Élèves" / "cur" / "3.x:2,").write_bytes(letter(2))
    (source / "Élèves" / "cur" / f"4.{LATIN}").write_bytes(b"rien")
    seen = home.importing.preview(source, home.account)
    assert seen.source.endswith("vieux Élèves")
    done = home.importing.run(source, home.account)
    assert done.imported == 3
    assert reasons(done) == [("Élèves/cur/4.Élèves", "no-header")]
    path = f"{IMPORTED}/vieux Élèves/Élèves"
    assert home.paths() == [path]
    assert [row.flags for row in home.rows(path)] == [
        Flags(Marks.SEEN), Flags(Marks.FLAGGED), Flags(),
    ]  # fmt: skip
    assert home.importing.run(source, home.account).duplicates == 3


@posix
def test_an_import_of_such_names_goes_on_where_it_was(
    home: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing_module, "BATCH", 4)
    source = tmp_path / "in"
    source.mkdir()
    for number in range(30):
        (source / f"{LATIN if number % 2 else 'z'}{number}.eml").write_bytes(letter(number))
    asked: list[int] = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 14

    with pytest.raises(importing_module.Cancelled):
        home.importing.run(source, home.account, cancelled=stop)
    done = home.importing.run(source, home.account)
    assert (done.imported, done.duplicates, done.resumed) == (30, 0, True)


@posix
def test_keys_tell_names_apart_and_both_are_text() -> None:
    assert as_told(f"a/{LATIN}") == as_told("a/Élèves") == "a/Élèves"
    assert as_key(LATIN) != as_key("Élèves")
    as_key(LATIN).encode("utf-8")


# -- what is no file -------------------------------------------------------------------------------


@posix
def test_pipes_and_devices_are_passed_over(home: Desk, tmp_path: Path) -> None:
    source = tmp_path / "in"
    (source / "md" / "cur").mkdir(parents=True)
    (source / "md" / "cur" / "dossier").mkdir()
    os.mkfifo(source / "tube")
    os.mkfifo(source / "tube.eml")
    os.mkfifo(source / "md" / "cur" / "1.x:2,")
    os.symlink("/dev/zero", source / "zero")
    (source / "a.eml").write_bytes(letter(0))
    (source / "md" / "cur" / "2.x:2,").write_bytes(letter(1))
    done = home.importing.run(source, home.account)
    assert (done.imported, done.problems) == (2, ())


# -- what is in use, cut off or pulled out ---------------------------------------------------------


def test_thunderbird_at_work(home: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    local = tmp_path / "tb" / "Mail" / "Local Folders"
    local.mkdir(parents=True)
    (local / "Archives").write_bytes(as_mbox([letter(0)]))
    (local / "nstmp").write_bytes(as_mbox([letter(1)]))  # a compaction under way
    (local / "nstmp-1").write_bytes(as_mbox([letter(2)]))
    (local / "éphémère").write_bytes(as_mbox([letter(3)]))
    stat = Path.stat

    def gone(self: Path, **more: Any) -> Any:
        if self.name == "éphémère":
            raise FileNotFoundError(2, "gone")
        return stat(self, **more)

    monkeypatch.setattr(Path, "stat", gone)
    done = home.importing.run(tmp_path / "tb", home.account)
    assert (done.imported, done.problems) == (1, ())


class _Stick:
    """A file on a stick that is pulled out after so many octets."""

    def __init__(self, file: BinaryIO, left: int) -> None:
        self._file = file
        self._left = left

    def _take(self, data: bytes) -> bytes:
        self._left -= len(data)
        if self._left < 0:
            raise OSError(5, "Input/output error")
        return data

    def read(self, size: int = -1) -> bytes:
        return self._take(self._file.read(size))

    def readline(self, size: int = -1) -> bytes:
        return self._take(self._file.readline(size))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> _Stick:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


@pytest.mark.parametrize("great", [False, True], ids=["in memory", "in pieces"])
def test_a_stick_that_is_pulled_out(
    home: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, great: bool
) -> None:
    if great:
        monkeypatch.setattr(importing_module, "GREAT", 3_000)
        monkeypatch.setattr(importing_module, "APPEND_OCTETS", 1_000)
    source = tmp_path / "in"
    source.mkdir()
    raw = [letter(n, attached=os.urandom(300_000)) for n in range(3)]
    for number, one in enumerate(raw):
        (source / f"{number}.eml").write_bytes(one)
    (source / "b.mbox").write_bytes(as_mbox([letter(10), letter(11, attached=b"x" * 300_000)]))
    opened = Path.open
    limits = {"1.eml": 280_000, "b.mbox": 100_000}

    def pulled(self: Path, *given: Any, **more: Any) -> Any:
        file: Any = opened(self, *given, **more)
        limit = limits.get(self.name)
        return file if limit is None else _Stick(file, limit)

    monkeypatch.setattr(Path, "open", pulled)
    done = home.importing.run(source, home.account)
    assert done.imported == 3
    assert reasons(done) == [("1.eml", "unreadable"), ("b.mbox", "unreadable")]
    with home.database.read() as reader:
        assert reader.value("SELECT count(*) FROM blob WHERE complete = 0") == 0
    monkeypatch.setattr(Path, "open", opened)
    again = home.importing.run(source, home.account)
    assert (again.imported, again.duplicates, again.problems) == (2, 3, ())


def test_a_mailbox_that_is_cut_off(home: Desk, tmp_path: Path) -> None:
    whole = as_mbox([letter(n, attached=b"y" * 500) for n in range(5)], head=b"Status: RO\n")
    for number, cut in enumerate((len(whole) - 300, len(whole) // 2, 30, 7)):
        path = tmp_path / f"{number}.mbox"
        path.write_bytes(whole[:cut])
        done = home.importing.run(path, home.account)
        assert done.imported + done.duplicates + len(done.problems) >= 1
    assert len(home.rows(f"{IMPORTED}/0")) == 5  # the last one as far as it goes


def test_a_file_with_a_date_that_is_none(home: Desk, tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(b"Subject: sans date\r\nFrom: a@x.fr\r\n\r\nx\r\n")
    for year in (-5, 30_000):
        os.utime(path, (year * 365 * 86_400, year * 365 * 86_400))
        done = home.importing.run(path, home.account)
        assert done.imported + done.duplicates == 1


def test_a_file_that_vanishes_before_its_turn(
    home: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "in"
    source.mkdir()
    for number in range(3):
        (source / f"{number}.eml").write_bytes(letter(number))
    (source / "b.mbox").write_bytes(as_mbox([letter(9)]))
    real = importing_module.Importing._box

    def vanish(self: Any, work: Any, box: Any) -> None:
        (source / "1.eml").unlink(missing_ok=True)
        (source / "b.mbox").unlink(missing_ok=True)
        real(self, work, box)

    monkeypatch.setattr(importing_module.Importing, "_box", vanish)
    done = home.importing.run(source, home.account)
    assert done.imported == 2
    assert reasons(done) == [("b.mbox", "unreadable")]
