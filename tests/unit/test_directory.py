"""The directory on a real encrypted store: imports, search, completion, groups, removal."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import pytest

from mel_desktop.formats import table
from mel_desktop.model.accounts import Secret
from mel_desktop.model.changes import Area, Changes
from mel_desktop.model.errors import (
    ConnectionTrouble,
    ErrorCode,
    LocalRefusal,
    MelError,
    ServerSaid,
)
from mel_desktop.model.mail import Address
from mel_desktop.model.people import (
    DirectoryEntry,
    EntryId,
    EntryKind,
    ImportReport,
    LdapSettings,
    Membership,
    SkippedLine,
    SourceId,
)
from mel_desktop.ports import LdapPage
from mel_desktop.services import directory_imports
from mel_desktop.services.directory import Directory
from mel_desktop.store import correspondents
from mel_desktop.store.database import Database
from tests.support.clock import JumpingClock
from tests.support.store import open_store

ANNUAIRE = Path(__file__).resolve().parents[1] / "data" / "annuaire" / "annuaire-extrait-2023.csv"
STAFF = """Nom;Prénom;Courriel;Discipline;Classe;Établissement
Dupont;Marie;marie.dupont@ac-rennes.fr;Maths;"6A, 6B";Collège Jean Charcot
Dupond;Martin;martin.dupond@ac-rennes.fr;EPS;6A;Collège Jean Charcot
L'Hénoret;Zoé;zoe.lhenoret@ac-rennes.fr;SVT;5B;Collège Jean Charcot
Bœuf;Anaïs;;Anglais;5B;Collège Jean Charcot
"""


class Pages:
    """A DirectoryReader that gives what it is told; counts how often it is asked."""

    def __init__(self) -> None:
        self.answers: list[Sequence[LdapPage] | MelError] = []
        self.asked: list[tuple[LdapSettings, Secret | None]] = []

    def pages(self, settings: LdapSettings, password: Secret | None) -> Iterator[LdapPage]:
        self.asked.append((settings, password))
        answer = self.answers.pop(0)
        if isinstance(answer, MelError):
            yield LdapPage((person("half"),))
            raise answer
        yield from answer


def person(name: str, **fields: str) -> DirectoryEntry:
    return DirectoryEntry(f"uid={name},dc=x", EntryKind.PERSON, name, **fields)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_store(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> JumpingClock:
    return JumpingClock()


@pytest.fixture
def ldap() -> Pages:
    return Pages()


@pytest.fixture
def offline() -> list[bool]:
    return [False]


@pytest.fixture
def directory(
    database: Database, ldap: Pages, clock: JumpingClock, offline: list[bool]
) -> Directory:
    return Directory(database, ldap, clock, lambda: offline[0])


@pytest.fixture
def staff(tmp_path: Path) -> Path:
    file = tmp_path / "profs.csv"
    file.write_text(STAFF, encoding="utf-8")
    return file


def names(directory: Directory, query: str, kind: EntryKind | None = None) -> list[str]:
    return [hit.entry.name for hit in directory.search(query, kind=kind).hits]


def rows(database: Database, table: str) -> int:
    with database.read() as reader:
        return int(str(reader.value(f"SELECT count(*) FROM {table}")))


# -- Imports ---------------------------------------------------------------------------------------


def test_the_annuaire(directory: Directory, clock: JumpingClock) -> None:
    (report,) = directory.import_files([ANNUAIRE])
    assert report == ImportReport(
        "annuaire-extrait-2023", "annuaire", schools=53, services=7, skipped=()
    )
    (source,) = directory.sources()
    assert (source.count, source.complete, source.url) == (60, True, ANNUAIRE.name)
    assert source.updated_at == clock.now()
    assert source.attribution.endswith("mise à jour du 2023-06-08")


def test_people_and_their_classes(directory: Directory, staff: Path) -> None:
    (report,) = directory.import_files([staff], name="Charcot")
    assert (report.source, report.format, report.persons, report.groups) == (
        "Charcot", "csv", 4, 3,
    )  # fmt: skip
    groups = {entry.name: (id_, count) for id_, entry, count in directory.groups()}
    assert {name: count for name, (_, count) in groups.items()} == {"6A": 2, "6B": 1, "5B": 2}
    members = directory.members(groups["5B"][0])
    assert [one.entry.name for one in members] == ["Anaïs Bœuf", "Zoé L'Hénoret"]
    entry = directory.entry(members[1].id)
    assert (entry.email, entry.classes) == ("zoe.lhenoret@ac-rennes.fr", ("5B",))


def test_a_new_import_of_the_same_name_replaces(directory: Directory, staff: Path) -> None:
    directory.import_files([staff])
    before = {hit.entry.name: hit.id for hit in directory.search("charcot").hits}
    lines = STAFF.splitlines()
    staff.write_text("\n".join([lines[0], lines[1], lines[3].replace("5B", "4C")]) + "\n")
    (report,) = directory.import_files([staff])
    assert (report.persons, report.removed) == (2, 3)  # Dupond, Bœuf and the class 5B left
    after = {hit.entry.name: hit.id for hit in directory.search("charcot").hits}
    assert after["Marie Dupont"] == before["Marie Dupont"]  # unchanged: the same row
    assert names(directory, "martin dupond") == []
    assert {entry.name: count for _, entry, count in directory.groups()} == {
        "6A": 1, "6B": 1, "4C": 1,
    }  # fmt: skip
    assert len(directory.sources()) == 1


def test_the_same_file_again_changes_nothing(
    directory: Directory, database: Database, staff: Path
) -> None:
    directory.import_files([staff, ANNUAIRE])
    with database.read() as reader:
        before = reader.all("SELECT id, key, name, classes FROM entry ORDER BY id")
    reports = directory.import_files([staff, ANNUAIRE])
    with database.read() as reader:
        assert reader.all("SELECT id, key, name, classes FROM entry ORDER BY id") == before
    assert [one.removed for one in reports] == [0, 0]
    assert rows(database, "entry_fts") == len(before)


def test_several_lines_of_one_person_are_put_together(directory: Directory, staff: Path) -> None:
    staff.write_text(
        "nom;prénom;mail;classe;matière\n"
        "Dupont;Marie;m@x.invalid;6A;Maths\nDupont;Marie;m@x.invalid;6B;Physique\n"
    )
    for _ in range(2):
        (report,) = directory.import_files([staff])
        assert (report.persons, report.removed) == (1, 0)
        (hit,) = directory.search("dupont").hits
        assert hit.entry.classes == ("6A", "6B")
        assert hit.entry.role == "Maths, Physique"


def test_readers_see_a_whole_copy_while_another_is_read(
    directory: Directory, database: Database, staff: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory_imports, "BATCH", 1)
    directory.import_files([staff])
    seen: list[tuple[int, int, list[str]]] = []
    real = database.write_later  # ``write`` is this one, waited for
    watching = threading.local()

    def write_later(work: object, *, durable: bool = False) -> Future[object]:
        done: Future[object] = real(work, durable=durable)  # type: ignore[arg-type]
        done.result()
        if not getattr(watching, "busy", False):
            watching.busy = True
            found = directory.search("charcot", kind=EntryKind.PERSON)
            seen.append((found.total, directory.sources()[0].count, names(directory, "dup")))
            watching.busy = False
        return done

    monkeypatch.setattr(database, "write_later", write_later)
    staff.write_text(STAFF.replace("Dupont", "Duponchel").replace("Zoé", "Chloé"))
    directory.import_files([staff])
    assert len(seen) > 8
    old, new = (
        (4, 7, ["Marie Dupont", "Martin Dupond"]),
        (4, 7, ["Marie Duponchel", "Martin Dupond"]),
    )
    turn = seen.index(new)
    assert seen == [old] * turn + [new] * (len(seen) - turn)


def test_a_list_that_breaks_off_leaves_the_old_copy(
    directory: Directory, database: Database, staff: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "MAX_LINES", 1_500)
    directory.import_files([staff])
    before = rows(database, "entry")
    staff.write_bytes(
        b"nom;courriel\n" + b"".join(b"X%d;y@z.invalid\n" % one for one in range(1_500))
    )
    with pytest.raises(LocalRefusal) as caught:
        directory.import_files([staff])
    assert caught.value.code is ErrorCode.TOO_LARGE
    assert rows(database, "entry") == rows(database, "entry_fts") == before
    assert names(directory, "dupont") == ["Marie Dupont"]


@pytest.mark.parametrize("content", ["nom;courriel\n", "nom;courriel\n;a@b.invalid\n"])
def test_a_list_of_nobody_does_not_empty_a_source(
    directory: Directory, database: Database, staff: Path, content: str
) -> None:
    directory.import_files([staff])
    staff.write_text(content)
    with pytest.raises(LocalRefusal) as caught:
        directory.import_files([staff])
    assert caught.value.code is ErrorCode.BAD_FILE
    assert names(directory, "dupont") == ["Marie Dupont"]
    other = staff.with_name("autres.csv")
    other.write_text(content)
    with pytest.raises(LocalRefusal):
        directory.import_files([other])
    assert [one.name for one in directory.sources()] == ["profs"]


def test_missing_columns_import_nothing_not_even_the_good_file(
    directory: Directory, staff: Path
) -> None:
    bad = staff.with_name("mauvais.csv")
    bad.write_bytes("Prénom;Âge\nZoé;12\n".encode("latin-1"))
    with pytest.raises(LocalRefusal) as caught:
        directory.import_files([staff, bad])
    assert caught.value.code is ErrorCode.BAD_FILE
    assert "nom" in str(caught.value.facts["missing"])
    assert directory.sources() == ()


def test_latin_1_and_bad_lines(directory: Directory, staff: Path) -> None:
    staff.write_bytes((STAFF.replace("œ", "oe") + ";;;;;\n;Sans nom;\n").encode("latin-1")
                      + b"N\x00UL;x;;;;\n")  # fmt: skip
    (report,) = directory.import_files([staff])
    assert report.persons == 5
    assert report.skipped == (SkippedLine(8, "NUL octets in the line"),)
    assert names(directory, "lhenoret") == names(directory, "hénoret") == ["Zoé L'Hénoret"]


@pytest.mark.parametrize(
    ("name", "format_name", "code"),
    [("absent.csv", "auto", ErrorCode.BAD_FILE), (".", "auto", ErrorCode.BAD_FILE),
     ("profs.csv", "aaf", ErrorCode.BAD_FILE), ("profs.csv", "xls", ErrorCode.USAGE)],
)  # fmt: skip
def test_files_and_formats_that_cannot_be(
    directory: Directory, staff: Path, name: str, format_name: str, code: ErrorCode
) -> None:
    with pytest.raises(LocalRefusal) as caught:
        directory.import_files([staff.parent / name], format_name=format_name)
    assert caught.value.code is code


def test_screens_are_told_once_a_copy_is_there(
    directory: Directory, database: Database, staff: Path
) -> None:
    told: list[Changes] = []
    database.listen(told.append)
    directory.import_files([staff])
    assert told == [Changes(Area.DIRECTORY)]


# -- Search ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("charcot", "Collège Jean Charcot"),
        ("0350896J", "Collège Jean Charcot"),
        ("0350896j saint malo", "Collège Jean Charcot"),
        ("college emile zola", "Collège Emile Zola"),
        ("COLLÈGE ÉMILE ZOLA", "Collège Emile Zola"),
        ("clg zola", "Collège Emile Zola"),
        ("baulon", "Ecole primaire publique les Lucioles"),
        ("ecole st-jean bosco", "Ecole primaire privée St Jean Bosco"),
        ("rectorat", "Rectorat de l'académie de Rennes"),
        ("ce.ien35.fougeres@ac-rennes.fr", "Circonscription d'inspection du 1er degré de Fougères"),
        ("d’Hollander Lafon", "Etablissement régional d'enseignement adapté Magda Hollander-Lafon"),
    ],
)  # fmt: skip
def test_search_in_the_annuaire(directory: Directory, query: str, first: str) -> None:
    directory.import_files([ANNUAIRE])
    assert names(directory, query)[0] == first


def test_a_uai_fits_as_a_whole_and_the_school_comes_before_its_people(
    directory: Directory, staff: Path
) -> None:
    staff.write_text("nom;prénom;mail;uai\nAbgrall;Anne;a@x.invalid;0350896J\n")
    directory.import_files([staff, ANNUAIRE])
    assert names(directory, "0350896J") == ["Collège Jean Charcot", "Anne Abgrall"]
    assert names(directory, "0350896J abg") == ["Anne Abgrall"]


def test_a_town_is_searched_and_a_domain_is_not_a_town(directory: Directory, staff: Path) -> None:
    directory.import_files([staff, ANNUAIRE])
    found = directory.search("rennes", limit=100)
    assert all("Rennes" in (hit.entry.town + hit.entry.name) for hit in found.hits)
    assert found.total == len(found.hits) > 10
    assert names(directory, "marie.dupont@ac-rennes.fr") == ["Marie Dupont"]


def test_kinds_totals_and_limits(directory: Directory, staff: Path) -> None:
    directory.import_files([staff, ANNUAIRE])
    assert {hit.entry.kind for hit in directory.search("charcot").hits} == {
        EntryKind.PERSON, EntryKind.GROUP, EntryKind.SCHOOL,
    }  # fmt: skip
    for kind, total in [(EntryKind.PERSON, 4), (EntryKind.SCHOOL, 1), (EntryKind.SERVICE, 0)]:
        assert directory.search("charcot", kind=kind).total == total
    few = directory.search("charcot", limit=2)
    assert (len(few.hits), few.total) == (2, 8)
    assert few.hits[0].score >= few.hits[1].score


def test_by_class(directory: Directory, staff: Path) -> None:
    staff.write_text("nom;prénom;classe\nAbgrall;Un;6e A\nBesnard;Deux;6e B\n")
    directory.import_files([staff])
    assert names(directory, "6ea", EntryKind.PERSON) == ["Un Abgrall"]
    assert names(directory, "6e a", EntryKind.PERSON) == ["Un Abgrall"]
    assert names(directory, "6e", EntryKind.GROUP) == ["6e A", "6e B"]


@pytest.mark.parametrize(
    "typed", ["", "  ", '"', "*", "AND", "-", "a:b", "(", "NEAR(", "'; --", "\0"]
)
def test_nothing_typed_is_syntax(directory: Directory, staff: Path, typed: str) -> None:
    directory.import_files([staff])
    directory.search(typed)
    directory.complete(typed)


def test_age_and_completeness_are_those_of_the_oldest_copy(
    directory: Directory, staff: Path, clock: JumpingClock
) -> None:
    empty = directory.search("x")
    assert (empty.as_of, empty.complete) == (None, False)
    first = clock.now()
    directory.import_files([staff])
    clock.jump(days=40)
    directory.import_files([ANNUAIRE])
    found = directory.search("dupont")
    assert (found.as_of, found.complete) == (first, True)


# -- Completion ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["mar dup", "Dupont Mar", "dup", "MARIE", "marie.dup", "charcot mat"]
)
def test_completion(directory: Directory, staff: Path, typed: str) -> None:
    directory.import_files([staff])
    assert "Marie Dupont" in [hit.entry.name for hit in directory.complete(typed).hits]


def test_only_entries_with_an_address_complete(directory: Directory, staff: Path) -> None:
    directory.import_files([staff])
    assert names(directory, "anaïs boeuf") == ["Anaïs Bœuf"]
    assert directory.complete("anais").hits == ()


def test_people_written_to_come_first(
    directory: Directory, database: Database, staff: Path, clock: JumpingClock
) -> None:
    directory.import_files([staff])
    assert [hit.entry.name for hit in directory.complete("dup").hits] == [
        "Marie Dupont", "Martin Dupond",
    ]  # fmt: skip
    for address in (
        Address("Duplessis Anne", "anne@exemple.invalid"),
        Address("Martin D.", "Martin.Dupond@ac-rennes.fr"),
    ):
        clock.jump(minutes=1)
        database.write(lambda tx, one=address: correspondents.note(tx, [one], clock.now()))
    found = directory.complete("dup")
    assert [hit.entry.email for hit in found.hits] == [
        "martin.dupond@ac-rennes.fr", "anne@exemple.invalid", "marie.dupont@ac-rennes.fr",
    ]  # fmt: skip
    assert found.hits[0].entry.role == "EPS"  # what the directory knows is shown with it
    assert found.hits[1].id == EntryId(0)
    assert len(directory.complete("dup", limit=1).hits) == 1


def test_namesakes_with_one_address_complete_once(directory: Directory, staff: Path) -> None:
    other = staff.with_name("autres.csv")
    other.write_text("nom;prénom;mail\nDUPONT;Marie;Marie.Dupont@ac-rennes.fr\n")
    directory.import_files([staff, other])
    assert len(directory.complete("dupont").hits) == 1
    found = directory.search("dupont")  # two sources have one person, by the address
    assert (len(found.hits), found.total, len(found.hits[0].sources)) == (1, 1, 2)


# -- LDAP sources (the server is in tests/servers) -------------------------------------------------

SETTINGS = LdapSettings("ldaps://ldap.x.invalid", "dc=x", "uid=moi,dc=x", "", 50)


def test_an_ldap_source_keeps_its_password_in_the_vault(
    directory: Directory, database: Database, ldap: Pages
) -> None:
    source = directory.add_ldap(SETTINGS, Secret("mot-de-passe"))
    assert (source.name, source.updated_at, source.complete) == ("ldap.x.invalid/dc=x", None, False)
    ldap.answers = [[LdapPage((person("anne", email="anne@x.invalid"),))]]
    (report,) = directory.sync()
    assert (report.format, report.persons, report.complete) == ("ldap", 1, True)
    assert ldap.asked == [(SETTINGS, Secret("mot-de-passe"))]
    with database.read() as reader:
        assert reader.all("SELECT owner FROM secret") == [(f"directory:{source.id}",)]
        assert "mot-de-passe" not in str(reader.all("SELECT * FROM source"))


def test_members_come_before_or_after_their_group(directory: Directory, ldap: Pages) -> None:
    directory.add_ldap(SETTINGS, Secret("x"))
    team = DirectoryEntry("cn=team,dc=x", EntryKind.GROUP, "team")
    login = Membership("cn=team,dc=x", "uid=bob,")  # by login, as posixGroup has it
    ldap.answers = [
        [LdapPage((team,), memberships=(Membership(team.key, "uid=anne,dc=x"), login)),
         LdapPage((person("anne"), person("bob"), person("bobby")))],
        [LdapPage((person("anne"), person("bob"), person("bobby"))),
         LdapPage((team,), memberships=(Membership(team.key, "uid=bobby,dc=x"),))],
    ]  # fmt: skip
    directory.sync()
    ((group, _, count),) = directory.groups()
    assert count == 2
    assert [one.entry.name for one in directory.members(group)] == ["anne", "bob"]
    directory.sync()
    assert [one.entry.name for one in directory.members(group)] == ["bobby"]


def test_a_copy_cut_short_removes_nothing_and_says_so(directory: Directory, ldap: Pages) -> None:
    source = directory.add_ldap(SETTINGS, Secret("x"))
    whole = [LdapPage((person("anne"), person("bob", role="old")))]
    cut = [LdapPage((person("bob", role="new"), person("chloe")), skipped=3, complete=False)]
    ldap.answers = [whole, cut, whole]
    directory.sync(source.id)
    (report,) = directory.sync(source.id)
    assert (report.removed, report.complete, report.skipped_more) == (0, False, 3)
    assert names(directory, ["anne", "bob", "chloe"][0]) == ["anne"]
    assert [hit.entry.role for hit in directory.search("bob").hits] == ["new"]
    assert directory.sources()[0].complete is False
    assert directory.sources()[0].count == 3
    assert directory.search("anne").complete is False
    (report,) = directory.sync(source.id)
    assert (report.removed, directory.sources()[0].count) == (1, 2)


def test_a_source_that_fails_keeps_its_copy_and_stops_no_other(
    directory: Directory, database: Database, ldap: Pages
) -> None:
    directory.add_ldap(SETTINGS, Secret("x"))
    other = directory.add_ldap(replace(SETTINGS, base="dc=y"), Secret("x"))
    ldap.answers = [
        [LdapPage((person("anne"),))], [LdapPage((person("bob"),))],
        ConnectionTrouble(ErrorCode.CONNECTION_LOST), [LdapPage((person("chloe"),))],
    ]  # fmt: skip
    directory.sync()
    with pytest.raises(ConnectionTrouble):
        directory.sync()
    assert names(directory, "anne") == ["anne"]
    assert names(directory, "half") == []
    assert names(directory, "bob") == []
    assert names(directory, "chloe") == ["chloe"]
    assert rows(database, "entry") == rows(database, "entry_fts") == 2
    directory.remove(other.id)
    assert names(directory, "chloe") == []


def test_one_refused_password_holds_the_source(directory: Directory, ldap: Pages) -> None:
    source = directory.add_ldap(SETTINGS, Secret("faux"))
    ldap.answers = [ServerSaid(ErrorCode.SIGN_IN_REFUSED), [LdapPage((person("anne"),))]]
    for code in (ErrorCode.SIGN_IN_REFUSED, ErrorCode.SIGN_IN_ON_HOLD):
        with pytest.raises(ServerSaid) as caught:
            directory.sync(source.id)
        assert caught.value.code is code
    assert len(ldap.asked) == 1
    assert directory.add_ldap(SETTINGS, Secret("bon")).id == source.id
    directory.sync(source.id)
    assert ldap.asked[1][1] == Secret("bon")


def test_offline_nothing_is_asked(
    directory: Directory, ldap: Pages, offline: list[bool], staff: Path
) -> None:
    source = directory.add_ldap(SETTINGS, None)
    offline[0] = True
    with pytest.raises(ConnectionTrouble) as caught:
        directory.sync(source.id)
    assert caught.value.code is ErrorCode.OFFLINE
    assert ldap.asked == []
    directory.import_files([staff])
    assert names(directory, "dupont") == ["Marie Dupont"]


def test_wrong_sources(directory: Directory, staff: Path) -> None:
    directory.import_files([staff])
    with pytest.raises(LocalRefusal) as caught:
        directory.sync(directory.sources()[0].id)
    assert caught.value.code is ErrorCode.USAGE
    for attempt in (directory.sync, directory.remove):
        with pytest.raises(LocalRefusal) as caught:
            attempt(SourceId(99))
        assert caught.value.code is ErrorCode.NOT_FOUND
    with pytest.raises(LocalRefusal):
        directory.entry(EntryId(0))
    with pytest.raises(LocalRefusal):
        directory.add_ldap(replace(SETTINGS, url="http://x"), None)
    with pytest.raises(LocalRefusal):
        directory.add_ldap(replace(SETTINGS, page_size=0), None)


# -- Removal ---------------------------------------------------------------------------------------


def test_removal_leaves_no_trace(
    directory: Directory, database: Database, ldap: Pages, staff: Path
) -> None:
    directory.add_ldap(SETTINGS, Secret("mot-de-passe"))
    ldap.answers = [[LdapPage((person("anne", town="Quimper"),))]]
    directory.sync()
    directory.import_files([staff])
    for source in directory.sources():
        directory.remove(source.id)
    for left in ("source", "entry", "membership", "staged_member", "secret", "entry_fts"):
        assert rows(database, left) == 0, left

    def words(tx: object) -> list[object]:
        tx.run("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, entry_fts, 'row')")  # type: ignore[attr-defined]
        return list(tx.all("SELECT term FROM temp.words"))  # type: ignore[attr-defined]

    assert database.write(words) == []
    with database.read() as reader:  # no page of the index holds a word any more
        pages = reader.all("SELECT block FROM entry_fts_data")
    assert not any(b"quimper" in bytes(page[0]) for page in pages)  # type: ignore[arg-type]
