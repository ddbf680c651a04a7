"""Columns of any table: understood by headings, by content, by a file, by what was kept."""

from __future__ import annotations

import io
import json
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mel_desktop.formats import column_file
from mel_desktop.formats.detect import open_table
from mel_desktop.formats.people_fields import MEANING, SENSITIVE, sensitive, understood
from mel_desktop.formats.table import DELIMITERS, ENCODINGS
from mel_desktop.logic import column_guess
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.people import DirectoryEntry, EntryKind, Profile, Tie
from mel_desktop.model.tables import Because, ColumnGuess, ColumnMap, Field, Sensitive
from mel_desktop.services.directory import Directory
from mel_desktop.services.table_files import open_tables
from mel_desktop.services.tables import Tables
from mel_desktop.store.database import Database
from tests.support import onde_school
from tests.support.clock import JumpingClock
from tests.support.store import open_store
from tests.unit.test_directory import Pages


def fields(headings: str) -> list[str]:
    return [one.code if one else "" for one in understood(headings.split(";")).fields]


def test_enough_headings_are_known() -> None:
    assert len(MEANING) >= 150
    assert len(MEANING) + len(SENSITIVE) >= 400
    assert not MEANING.keys() & SENSITIVE.keys()


@pytest.mark.parametrize(
    ("headings", "profile", "meant"),
    [
        (
            "Nom élève;Prénom élève;Classe;Nom responsable 1;Prénom responsable 1;"
            "Courriel responsable 1;Courriel responsable 2",
            Profile.PUPIL,
            "surname;given;classes;guardian-surname;guardian-given;guardian-email;guardian-email",
        ),
        (
            "Élève;Classe;Email mère;Tél. père;Mère",
            Profile.PUPIL,
            "full;classes;guardian-email;guardian-phone;guardian-full",
        ),
        (
            "Nom;Prénom;Courriel;Nom enfant;Prénom enfant;Classe enfant",
            Profile.GUARDIAN,
            "surname;given;email;child-surname;child-given;child-classes",
        ),
        (
            "Professeur;Matière;Classes;Mail académique;Professeur principal de",
            Profile.TEACHER,
            "full;subject;classes;email;head-of",
        ),
        # whose the address is, is not said again
        (
            "Nom élève;Classe;Nom responsable;Prénom responsable;Courriel;Téléphone",
            Profile.PUPIL,
            "surname;classes;guardian-surname;guardian-given;guardian-email;guardian-phone",
        ),
        ("\ufeff\ufeffNOM *;E-mail;Professeur principal", Profile.OTHER, "surname;email;head-of"),
        ("Élève;Professeur principal;Ville", Profile.PUPIL, "full;;"),
        ("Nom;Adresse;CP;Ville", Profile.OTHER, "surname;;;"),
        ("Nom;Ville", Profile.OTHER, "surname;town"),
    ],
)
def test_headings_are_understood_together(headings: str, profile: Profile, meant: str) -> None:
    told = understood(headings.split(";"))
    assert told.profile is profile
    assert fields(headings) == meant.split(";")


@pytest.mark.parametrize(
    "heading",
    ["INE", "N° INE", "Né(e) le", "Date de naissance élève 1", "Adresse ligne 2", "Boursier",
     "Code MEF", "ASE", "Adresse responsable", "CP responsable", "Régime", "IBAN", "PAI",
     "Profession responsable 2", "Mot de passe"],
)  # fmt: skip
def test_what_is_never_read_is_known_by_name(heading: str) -> None:
    assert sensitive(heading) is not None
    assert understood(["Nom", heading]).fields[1] is None


def guessed(headings: str, *rows: str) -> list[ColumnGuess]:
    return list(column_guess.guess(headings.split(";"), [row.split(";") for row in rows]))


def test_what_no_heading_says_is_told_by_what_stands_there() -> None:
    found = guessed(
        "a;b;c;d;e;f;g;h",
        "MARTIN;Léa;lea@x.test;6e B;02/03/2014;0350001A;Mme;02 99 00 00 00",
        "PETIT;Tom;tom@x.test;5A;11/09/2014;0350001A;M.;0299000001",
        "ROUX;Zoé;;CM1-CM2;;0350001A;M;+33 2 99 00 00 02",
    )
    assert [one.field for one in found] == [
        Field.SURNAME, Field.GIVEN, Field.EMAIL, Field.CLASSES, None, Field.UAI, Field.CIVILITY,
        Field.PHONE,
    ]  # fmt: skip
    assert found[4] == ColumnGuess(None, Because.CONTENT, Sensitive.BIRTH)
    assert {one.because for one in found} == {Because.CONTENT}


def test_what_stands_there_corrects_a_heading() -> None:
    found = guessed("Contact;Mail;Adresse;Fonction", "a@x.test;oui;b@x.test;02/03/1984")
    assert found == [
        ColumnGuess(Field.EMAIL, Because.CONTENT),
        ColumnGuess(None),
        ColumnGuess(Field.EMAIL, Because.CONTENT),
        ColumnGuess(None, Because.CONTENT, Sensitive.BIRTH),
    ]
    (_, mail) = guessed("Responsable;Joindre", "Mme Roux;a@x.test")
    assert mail.field is Field.EMAIL  # a list of guardians: their own
    (*_, mail) = guessed("Élève;Responsable;Joindre", "Léa;Mme Roux;a@x.test")
    assert mail.field is Field.GUARDIAN_EMAIL


@pytest.mark.parametrize(
    ("first", "named"),
    [("Nom;Courriel", True), ("DUPONT;d@x.test", False), ("Gens;Quoi", True), ("M.;DUPONT", False),
     ("DUPONT;0299000000", False), ("Né(e) le;x", True)],
)  # fmt: skip
def test_whether_the_first_line_names_columns(first: str, named: bool) -> None:
    assert column_guess.has_heading(first.split(";")) is named


@given(
    st.lists(st.text(max_size=30), min_size=1, max_size=8),
    st.lists(st.lists(st.text(max_size=20), max_size=8), max_size=5),
)
def test_a_guess_is_made_whatever_stands_there(headings: list[str], rows: list[list[str]]) -> None:
    found = column_guess.guess(headings, rows)
    assert len(found) == len(headings)
    assert all(one.field is None or one.sensitive is None for one in found)
    column_guess.map_of(headings, found)


def test_dates_and_ines_are_not_read_from_a_column_of_another_name() -> None:
    text = "nom;fonction;groupe\nRoux;02/03/1984;123456789AB\n"
    (one,) = [item for item in open_table([text.encode()]) if isinstance(item, DirectoryEntry)]
    assert (one.role, one.classes) == ("", ())


def test_formulas_are_text() -> None:
    text = 'nom;courriel;fonction\n"=HYPERLINK(""x"")";+a@x.test;@SUM(A1)\n-2+3;b@x.test;x\n'
    found = [item for item in open_table([text.encode()]) if isinstance(item, DirectoryEntry)]
    assert [(one.name, one.role) for one in found] == [('=HYPERLINK("x")', "@SUM(A1)")]


# -- Files of columns ------------------------------------------------------------------------------

JSON = b"""{"delimiter": ";", "encoding": "latin-1", "people": "guardian",
 "columns": {"Famille": "surname", "Joindre": "email", "#3": "child-classes", "Reste": ""}}"""
TOML = b"""people = "guardian"
delimiter = ";"
encoding = "Windows-1252"
[columns]
Famille = "surname"
Joindre = "email"
"#3" = "child-classes"
Reste = ""
"""


@pytest.mark.parametrize("data", [JSON, TOML, b"\xef\xbb\xbf" + JSON])
def test_a_file_of_columns(data: bytes) -> None:
    told = column_file.read_map(data)
    assert (told.profile, told.delimiter, told.encoding) == (Profile.GUARDIAN, ";", "cp1252")
    made = column_file.fitted(told, ("famille *", "JOINDRE", "Cl", "reste", "encore"))
    assert made.fields == (Field.SURNAME, Field.EMAIL, Field.CHILD_CLASSES, None, None)


@pytest.mark.parametrize(
    ("data", "why", "facts"),
    [
        (b"\xff\xfe", "mapping-no-text", {}),
        (b"{", "mapping-no-json-or-toml", {"line": 1}),
        (b"a = 1\nb = \n", "mapping-no-json-or-toml", {"line": 2}),
        (b"[" * 100_000, "mapping-no-json-or-toml", {}),
        (b"{}", "mapping-no-columns", {}),
        (b'{"columns": {}, "x": 1}', "mapping-unknown-key", {"place": 2}),
        (b'{"columns": {"A": "surname", "B": "rubbish"}}', "mapping-unknown-meaning", {"place": 2}),
        (b'{"columns": {"A": 3}}', "mapping-unknown-meaning", {"place": 1}),
        (b'{"columns": {}, "people": "x"}', "mapping-unknown-people", {}),
        (b'{"columns": {}, "people": []}', "mapping-unknown-people", {}),
        (b'{"columns": {}, "delimiter": "x"}', "mapping-unknown-delimiter", {}),
        (b'{"columns": {}, "encoding": "ebcdic"}', "mapping-unknown-encoding", {}),
        (b'{"columns": {}, "heading": 1}', "mapping-unknown-heading", {}),
        (b" " * 300_000, "mapping-too-large", {}),
    ],
)
def test_errors_of_a_file_of_columns(data: bytes, why: str, facts: dict[str, int]) -> None:
    with pytest.raises(LocalRefusal) as caught:
        column_file.read_map(data)
    assert caught.value.code is ErrorCode.BAD_FILE
    assert caught.value.facts["why"] == why
    assert facts.items() <= caught.value.facts.items()


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        ({"Autre": "email"}, "mapping-no-such-column"),
        ({"#4": "email"}, "mapping-no-such-column"),
        ({"INE": "id"}, "mapping-sensitive-column"),
        ({"#3": "id"}, "mapping-sensitive-column"),
    ],
)
def test_a_file_of_columns_that_does_not_fit(columns: dict[str, str], why: str) -> None:
    told = column_file.read_map(json.dumps({"columns": columns}).encode())
    with pytest.raises(LocalRefusal) as caught:
        column_file.fitted(told, ("Nom", "Mail", "INE"))
    assert caught.value.facts["why"] == why


CELLS = st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=0, max_size=12)


@given(
    headings=st.lists(CELLS, min_size=1, max_size=8),
    data=st.data(),
    profile=st.sampled_from(Profile),
    delimiter=st.sampled_from(("", *DELIMITERS)),
    encoding=st.sampled_from(("", *ENCODINGS)),
    named=st.booleans(),
)
def test_a_map_reads_back(
    headings: list[str], data: st.DataObject, profile: Profile, delimiter: str, encoding: str,
    named: bool,
) -> None:  # fmt: skip
    shown = headings if named else [f"#{place}" for place in range(1, len(headings) + 1)]
    chosen = tuple(
        None if named and sensitive(text) else data.draw(st.sampled_from((None, *Field)))
        for text in shown
    )
    made = ColumnMap(tuple(shown), chosen, profile, delimiter, encoding, named)
    told = column_file.read_map(column_file.write_map(made).encode())
    assert column_file.fitted(told, shown) == made


# -- On a real store -------------------------------------------------------------------------------


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_store(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def directory(database: Database) -> Directory:
    return Directory(database, Pages(), JumpingClock(), lambda: False)


@pytest.fixture
def tables(database: Database, directory: Directory) -> Tables:
    return Tables(database, directory)


LIST = "Gens;Joindre;Cl\r\nMARTIN Anne;anne@x.test;6A\r\nPETIT Luc;luc@x.test;6B\r\n"


def write(folder: Path, text: str, name: str = "gens.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="cp1252", newline="")
    return path


def test_a_map_is_kept_with_its_source_and_goes_with_it(
    tables: Tables, directory: Directory, database: Database, tmp_path: Path
) -> None:
    path = write(tmp_path, LIST)
    assert tables.needs_map(path)
    look = tables.look(path)
    assert not look.is_understood
    assert not look.kept
    assert look.columns.fields == (Field.FULL, Field.EMAIL, Field.CLASSES)
    assert tables.preview(look, look.columns).people[0].name == "MARTIN Anne"
    report = tables.import_table(path, look.columns, "Parents")
    assert (report.source, report.persons, report.groups) == ("Parents", 2, 2)
    (source,) = directory.sources()
    again = write(tmp_path, LIST.replace("luc@", "lucas@"), "Parents.csv")
    assert not tables.needs_map(again)
    assert tables.look(again).kept
    (second,) = tables.import_files([again])
    assert (second.source, second.persons) == ("Parents", 2)
    assert [one.id for one in directory.sources()] == [source.id]
    directory.remove(source.id)
    with database.read() as reader:
        assert reader.value("SELECT count(*) FROM column_map") == 0
    assert tables.needs_map(again)


def test_what_is_not_kept_is_not_used_again(tables: Tables, tmp_path: Path) -> None:
    path = write(tmp_path, LIST)
    tables.import_table(path, tables.look(path).columns, "A")
    tables.import_table(path, tables.look(path).columns, "A", keep=False)
    assert tables.needs_map(path)


def test_a_file_of_columns_imports(tables: Tables, directory: Directory, tmp_path: Path) -> None:
    path = write(tmp_path, "x;y;z\nMARTIN Léa;anne@x.test;6A\n")
    told = column_file.read_map(
        b'{"columns": {"x": "full", "y": "guardian-email", "z": "classes"}, "people": "pupil"}'
    )
    report = tables.import_by_file(path, told, "Liste")
    assert (report.persons, report.ties) == (2, 1)
    headless = write(tmp_path, "MARTIN Léa;6A\nPETIT Tom;6B\n", "sans.csv")
    told = column_file.read_map(b'{"heading": false, "columns": {"#1": "full", "#2": "classes"}}')
    assert tables.import_by_file(headless, told, "Sans").persons == 2


def test_files_of_one_export_are_one_source(
    tables: Tables, directory: Directory, tmp_path: Path
) -> None:
    school = onde_school.families(20)
    files = []
    for name, data in (
        ("CSVExtraction-responsables.csv", onde_school.guardians_csv(school)),
        ("CSVExtraction-eleves.csv", onde_school.pupils_csv(school)),
    ):
        (tmp_path / name).write_bytes(data)
        files.append(tmp_path / name)
    (report,) = tables.import_files(files, name="École")
    assert report.format == "onde"
    assert report.ties == sum(len(one.children) * len(one.parents) for one in school)
    assert [one.name for one in directory.sources()] == ["École"]


def test_a_file_of_an_ent_and_an_archive_of_zimbra_are_known_by_themselves(
    tables: Tables, tmp_path: Path
) -> None:
    students = tmp_path / "CSV_Student.csv"
    students.write_text("externalid;Prénom*;Nom*;Classe\nE1;Zoé;FAŸ;6e A\n", encoding="utf-8")
    packed = tmp_path / "moi.tgz"
    with tarfile.open(packed, "w:gz") as archive:
        for name, data in (
            ("Inbox/1.eml", b"Subject: x\r\n\r\n"),
            ("Contacts/a.vcf", b"BEGIN:VCARD\r\nFN:Anne\r\nEMAIL:a@x.test\r\nEND:VCARD\r\n"),
        ):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    reports = tables.import_files([students, packed])
    assert [(one.format, one.source, one.persons) for one in reports] == [
        ("ent-csv", "CSV_Student", 1), ("zimbra", "moi", 1),
    ]  # fmt: skip


def test_an_archive_cut_off_leaves_nothing(
    tables: Tables, directory: Directory, tmp_path: Path
) -> None:
    packed = tmp_path / "moi.tgz"
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for number in range(50):
            card = f"BEGIN:VCARD\nFN:P{number}\nNOTE:{os.urandom(500).hex()}\nEND:VCARD\n".encode()
            info = tarfile.TarInfo(f"Contacts/{number}.vcf")
            info.size = len(card)
            archive.addfile(info, io.BytesIO(card))
    packed.write_bytes(out.getvalue()[:-2_000])
    with pytest.raises(LocalRefusal) as caught:
        tables.import_files([packed])
    assert caught.value.facts["why"] == "archive damaged or cut off"
    assert directory.sources() == ()


def test_a_preview_tells_what_is_missing(tables: Tables, tmp_path: Path) -> None:
    look = tables.look(write(tmp_path, LIST))
    with pytest.raises(LocalRefusal) as caught:
        tables.preview(look, ColumnMap(look.columns.headings, (None, None, None)))
    assert "nom" in str(caught.value.facts["missing"])


@pytest.mark.parametrize(
    ("data", "why", "line"),
    [
        (b"", "empty file", None),
        (b"\n\nnom\x00;x\nA;B\n", "heading line cannot be read", 3),
        (b'"nom;courriel\n' + b"A;a@x.test\n" * 30, "heading line cannot be read", 1),
        (b"nom;" * 10_000 + b"\nA\n", "heading line cannot be read", 1),
        (b"x" * 1_000_000 + b";courriel\nA;B\n", "heading line cannot be read", 1),
        (b"PK\x03\x04", "spreadsheet or archive: save it as CSV first", None),
    ],
)
def test_hostile_tables_are_refused_with_their_line(
    tables: Tables, directory: Directory, tmp_path: Path, data: bytes, why: str, line: int | None
) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(data)
    with pytest.raises(LocalRefusal) as caught:
        tables.look(path)
    assert caught.value.facts["why"] == why
    assert caught.value.facts.get("line") == line
    with pytest.raises(LocalRefusal):
        tables.import_files([path])
    assert directory.sources() == ()


def test_a_row_of_hostile_things_costs_itself(tables: Tables, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(
        b"nom;courriel\nA\x00;a@x.test\n" + b"B;" + b"x" * 1_000_000 + b"\n" + b";" * 10_000
        + b'\n"C;c@x.test\nD;d@x.test\n'
    )  # fmt: skip
    (report,) = tables.import_files([path])
    assert report.persons == 1
    assert [one.line for one in report.skipped] == [2, 3, 4, 5]


def test_ties_of_a_line_are_the_line_s(tmp_path: Path) -> None:
    text = (
        "Nom élève;Prénom élève;Classe;Nom responsable 1;Courriel responsable 1;"
        "Nom responsable 2;Courriel responsable 2\nROUX;Zoé;6A;ROUX;;FAY;fay@x.test\n"
        "ROUX;Tom;6A;ROUX;;FAY;fay@x.test\n"
    )
    items = list(open_table([text.encode()]))
    ties = [one for one in items if isinstance(one, Tie)]
    people = {
        one.key for one in items if isinstance(one, DirectoryEntry) and one.kind is EntryKind.PERSON
    }
    assert len(ties) == 4
    # one address and name: one person; without an address nothing says that they are one
    assert len({one.guardian for one in ties}) == 3
    assert {one.guardian for one in ties} | {one.pupil for one in ties} == people


def test_a_folder_is_left_to_those_who_read_folders(tables: Tables, tmp_path: Path) -> None:
    path = write(tmp_path, LIST)
    tables.import_table(path, tables.look(path).columns, "A")  # a map is kept
    folder = tmp_path / "export"
    folder.mkdir()
    assert not tables.needs_map(folder)
    assert not tables.needs_map(tmp_path / "nothing.csv")
    assert open_tables([folder], "auto") is None
    with pytest.raises(LocalRefusal):
        tables.import_files([folder])
