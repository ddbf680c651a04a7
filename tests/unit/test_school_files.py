"""Exports of schools from the disk into an encrypted store: opened by what they are, whole or not
at all.
"""

from __future__ import annotations

import io
import random
import tarfile
import tracemalloc
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from mel_desktop.formats.aaf import AafFile
from mel_desktop.formats.siecle import SiecleFile
from mel_desktop.formats.sts import StsFile
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.people import EntryKind, ImportReport
from mel_desktop.services.directory import Directory
from mel_desktop.services.school_files import open_school_files
from mel_desktop.store.database import Database
from tests.support import aaf_school, siecle_school
from tests.support.aaf_school import Export
from tests.support.clock import JumpingClock
from tests.support.store import open_store
from tests.unit.test_directory import Pages

AAF = aaf_school.full(aaf_school.invent(1, 12))
SIECLE = siecle_school.siecle(aaf_school.invent(1, 12))
STS = siecle_school.sts(aaf_school.invent(1, 12))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_store(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def directory(database: Database) -> Directory:
    return Directory(database, Pages(), JumpingClock(), is_offline=lambda: False)


def laid(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    folder.mkdir(exist_ok=True, parents=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return [folder / name for name in files]


def archive(folder: Path, name: str, files: Mapping[str, bytes]) -> Path:
    how = "zip" if name.endswith(".zip") else "tar" if name.endswith(".tar") else "tgz"
    return laid(folder, {name: aaf_school.packed(files, how)})[0]


# -- What is opened as what ------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ENT2D.zip", "ENT2D.tgz", "ENT2D.tar", "ENT2D.tar.gz"])
@pytest.mark.parametrize("format_name", ["auto", "aaf"])
def test_archives_of_aaf(tmp_path: Path, name: str, format_name: str) -> None:
    assert isinstance(open_school_files([archive(tmp_path, name, AAF)], format_name), AafFile)


def test_bare_files_and_folders_of_aaf(tmp_path: Path) -> None:
    paths = laid(tmp_path / "unpacked" / "deeper", AAF)
    (tmp_path / "unpacked" / "ficAlimMENESR.dtd").write_text("<!ELEMENT ficAlimMENESR ANY>")
    for given in (paths, [tmp_path / "unpacked"]):
        reader = open_school_files(given)
        assert isinstance(reader, AafFile)
        assert sum(1 for _ in reader) > 12


def test_two_archives_of_aaf_are_two_sources(tmp_path: Path) -> None:
    both = [archive(tmp_path, name, AAF) for name in ("ENT1D.zip", "ENT2D.zip")]
    assert open_school_files(both) is None


def test_siecle_as_given_together_is_one_source(tmp_path: Path) -> None:
    zips = [
        archive(tmp_path, f"ExportXML_{name[:-4]}.zip", {name: data})
        for name, data in SIECLE.items()
    ]
    for given in (zips, laid(tmp_path / "bare", SIECLE), [archive(tmp_path, "all.zip", SIECLE)]):
        assert isinstance(open_school_files(given), SiecleFile)


def test_guardians_without_their_pupils_are_not_a_copy(tmp_path: Path) -> None:
    (path,) = laid(tmp_path, {"R.xml": SIECLE["ResponsablesAvecAdresses.xml"]})
    with pytest.raises(LocalRefusal, match="export-without-pupils"):
        open_school_files([path])


def test_sts_is_one_source_a_file(tmp_path: Path) -> None:
    paths = laid(tmp_path, {**STS, "other.xml": next(iter(STS.values()))})
    assert isinstance(open_school_files(paths[:1]), StsFile)
    assert open_school_files(paths) is None


@pytest.mark.parametrize(
    "data",
    [
        b"Nom;Courriel\nA;a@exemple.fr\n", b"BEGIN:VCARD\nEND:VCARD\n", b"", b"<html><p/></html>",
        aaf_school.packed({"xl/workbook.xml": b"<workbook/>"}), aaf_school.packed({"a.vcf": b""}),
    ],
    ids=["csv", "vcard", "empty", "html", "spreadsheet", "cards"],
)  # fmt: skip
def test_what_is_for_other_readers(tmp_path: Path, data: bytes) -> None:
    (path,) = laid(tmp_path, {"x": data})
    assert open_school_files([path]) is None
    with pytest.raises(LocalRefusal, match="not-an-sts-export"):
        open_school_files([path], "sts")


def test_files_of_different_exports(tmp_path: Path) -> None:
    mixed = [*laid(tmp_path, STS), *laid(tmp_path, SIECLE)]
    assert open_school_files(mixed) is None
    with pytest.raises(LocalRefusal, match="not-a-siecle-export"):
        open_school_files(mixed, "siecle")


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(LocalRefusal, match="no such file"):
        open_school_files([tmp_path / "none.zip"])


def test_links_in_a_folder_are_not_followed(tmp_path: Path) -> None:
    laid(tmp_path / "outside", {"secret.xml": b"<ficAlimMENESR/>"})
    laid(tmp_path / "export", {"a.xml": b"<STS_EDT/>"})
    (tmp_path / "export" / "b.xml").symlink_to(tmp_path / "outside" / "secret.xml")
    assert isinstance(open_school_files([tmp_path / "export"]), StsFile)


# -- Into the store --------------------------------------------------------------------------------


def shown(directory: Directory) -> dict[str, object]:
    """Groups with their members, and all persons, as the directory shows them."""
    found: dict[str, object] = {}
    for group, entry, _ in directory.groups():
        members = directory.members(group)
        if members:
            found[entry.key] = sorted(one.entry.key for one in members)
    return found


def import_one(directory: Directory, path: Path, *, accept_removals: bool = False) -> ImportReport:
    (report,) = directory.import_files([path], accept_removals=accept_removals)
    return report


def test_each_format_comes_into_the_store(directory: Directory, tmp_path: Path) -> None:
    export = aaf_school.invent(1, 12)
    report = import_one(directory, archive(tmp_path, "ENT2D.zip", AAF))
    people = (*export.pupils, *export.guardians, *export.staff)
    assert (report.format, report.persons, report.schools) == ("aaf", len(people), 2)
    assert report.ties == sum(len(one.guardians) for one in export.pupils)
    assert report.skipped == ()
    (report,) = directory.import_files(laid(tmp_path / "s", SIECLE))
    assert (report.format, report.source) == ("siecle", "SIECLE 0350000A")
    report = import_one(directory, laid(tmp_path, STS)[0])
    assert (report.format, report.source, report.schools) == ("sts", "STS 0350000A", 1)
    assert {one.name for one in directory.sources()} == {
        "AAF ENT2DVA-ENT35", "SIECLE 0350000A", "STS 0350000A",
    }  # fmt: skip


def later(export: Export) -> Export:
    """Two pupils have left, one has changed class, one has a new name, one is new."""
    left, moved, renamed, *others = export.pupils[1:]
    place = others[0].classes
    return replace(
        export,
        pupils=(
            replace(moved, classes=place), replace(renamed, sn="RENOMME"), *others,
            replace(left, id="98765", given="Nouvelle", guardians=left.guardians[:1]),
        ),
    )  # fmt: skip


def test_a_change_file_after_a_full_export(directory: Directory, tmp_path: Path) -> None:
    export = aaf_school.invent(5, 40)
    import_one(directory, archive(tmp_path, "ENT2D.20261101.zip", aaf_school.full(export)))
    changes = aaf_school.changes(export, later(export))
    report = import_one(directory, archive(tmp_path, "ENT2DDelta.20261102.zip", changes))
    assert len(directory.sources()) == 1
    assert report.removed == 2
    after_changes = shown(directory)
    fresh = aaf_school.full(later(export), date="20261103")
    report = import_one(directory, archive(tmp_path, "ENT2D.20261103.zip", fresh))
    assert shown(directory) == after_changes
    assert report.removed <= len(directory.groups())  # classes that the change file left empty
    with pytest.raises(LocalRefusal, match="export-older-changes"):
        import_one(directory, tmp_path / "ENT2DDelta.20261102.zip")


def test_a_change_file_needs_its_full_export(directory: Directory, tmp_path: Path) -> None:
    export = aaf_school.invent(5, 10)
    changes = aaf_school.changes(export, later(export))
    with pytest.raises(LocalRefusal):
        import_one(directory, archive(tmp_path, "ENT2DDelta.20261102.zip", changes))
    assert directory.sources() == ()


# -- Hostile: a clear error, and nothing imported by half ------------------------------------------


def bombed(data: bytes) -> bytes:
    head = b'<!DOCTYPE ficAlimMENESR [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    return data.replace(aaf_school.DTD.encode(), head, 1)


def with_values(data: bytes) -> bytes:
    return data.replace(b"<value>", b"<value/>" * 30_000 + b"<value>", 1)


LAST = sorted(AAF)[-1]  # what comes before it was read, and must not stay
HOSTILE = {
    "entity bomb": (bombed, "xml-own-entities"),
    "external document type": (
        lambda data: data.replace(b'"ficAlimMENESR.dtd"', b'"http://192.0.2.1/x.dtd"'),
        "xml-foreign-doctype",
    ),
    "xml-cut-short": (lambda data: data[: len(data) // 2], "xml-cut-short"),
    "cut in the last tag": (lambda data: data[:-8], "xml-cut-short"),
    "too many values": (with_values, "xml-too-many-values"),
    "another root": (
        lambda data: data.replace(b"ficAlimMENESR>", b"html>"), "exports-in-one-archive",
    ),
    "not-xml": (lambda data: b"\x00\x01" + data, "not-xml"),
    "crossed tags": (
        lambda data: data.replace(b"</addRequest>", b"</attributes>", 1), "xml-crossed-tags",
    ),
    "broken octets": (
        lambda data: data.replace(b"</ficAlim", "é".encode() + b"\xff\xfe</ficAlim"),
        "xml-bad-octets",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_exports(directory: Directory, tmp_path: Path, name: str) -> None:
    spoil, why = HOSTILE[name]
    spoiled = {**AAF, LAST: spoil(AAF[LAST])}
    assert spoiled[LAST] != AAF[LAST]
    for kept in (False, True):  # without, then with an old copy
        if kept:
            import_one(directory, archive(tmp_path, "ENT2D.zip", AAF))
        before = shown(directory)
        with pytest.raises(LocalRefusal) as caught:
            import_one(directory, archive(tmp_path, "ENT2D.zip", spoiled), accept_removals=True)
        assert str(caught.value.facts["why"]).startswith(why)
        assert isinstance(caught.value.facts.get("line"), int) or name == "another root"
        assert caught.value.code in {ErrorCode.BAD_FILE, ErrorCode.TOO_LARGE}
        assert len(directory.sources()) == int(kept)
        assert shown(directory) == before
    assert not list(tmp_path.glob("**/*.tmp"))


def test_hostile_archives_leave_nothing(directory: Directory, tmp_path: Path) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tape:
        for name, data in {**AAF, "../../evil.xml": b"<ficAlimMENESR/>"}.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tape.addfile(member, io.BytesIO(data))
    (climbing,) = laid(tmp_path / "a", {"ENT2D.tgz": out.getvalue()})
    (bomb,) = laid(tmp_path / "a", {"ENT2D.zip": aaf_school.packed({"a.xml": bytes(40_000_000)})})
    for path in (climbing, bomb):
        with pytest.raises(LocalRefusal):
            import_one(directory, path)
    assert directory.sources() == ()
    assert {one.name for one in (tmp_path / "a").iterdir()} == {"ENT2D.tgz", "ENT2D.zip"}
    assert not list(tmp_path.parent.glob("evil.xml"))


def test_memory_is_that_of_one_record(tmp_path: Path) -> None:
    """Four times the pupils, no more memory."""
    peaks = []
    for pupils in (40, 160):
        files = aaf_school.full(aaf_school.invent(2, pupils), padding=10)
        path = archive(tmp_path, f"{pupils}.zip", files)
        del files
        reader = open_school_files([path])
        assert reader is not None
        tracemalloc.start()
        try:
            for _ in reader:
                pass
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.6 + 300_000


def test_random_damage_never_raises_anything_else(tmp_path: Path) -> None:
    chance = random.Random(7)
    whole = aaf_school.packed({LAST: AAF[LAST]})
    for number in range(150):
        data = bytearray(AAF[LAST] if number % 2 else whole)
        for _ in range(chance.randint(1, 5)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        (path,) = laid(tmp_path, {LAST if number % 2 else "x.zip": bytes(data)})
        with suppress(LocalRefusal):
            reader = open_school_files([path], "aaf")
            assert reader is not None
            for _ in reader:
                pass


def test_groups_of_three_sources_are_one_class(directory: Directory, tmp_path: Path) -> None:
    """The same school in AAF, SIECLE and STS-Web: one key for a class in all three."""
    keys = []
    for given in (laid(tmp_path / "a", AAF), laid(tmp_path / "b", SIECLE), laid(tmp_path, STS)):
        reader = open_school_files(given)
        assert reader is not None
        keys.append(
            {
                key
                for one in reader
                if getattr(one, "kind", None) is EntryKind.GROUP
                for key in getattr(one, "same_as", ())
                if key.startswith("class:0350000A/")
            }
        )
    assert keys[0] & keys[1] & keys[2]
    assert keys[1] <= keys[0]


def test_zip_with_a_folder_inside(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.mkdir("export") if hasattr(packed, "mkdir") else packed.writestr("export/", "")
        for name, data in AAF.items():
            packed.writestr(f"export/{name}", data)
    (path,) = laid(tmp_path, {"ENT2D.zip": out.getvalue()})
    assert isinstance(open_school_files([path]), AafFile)
