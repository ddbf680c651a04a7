"""Lists of people as schools export them."""

from __future__ import annotations

import pytest

from mel_desktop.formats.detect import open_table
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.people import (
    DirectoryEntry,
    EntryKind,
    Membership,
    Part,
    Profile,
    SkippedLine,
)

STAFF = (
    "Civilité;Nom *;Nom d'usage;Prénom;Mél;Fonction;Discipline;Classe(s);Établissement;UAI;Tél\r\n"
    'Mme;DUPONT;Durand;Zoé;Zoe.Durand@ac-demo.invalid;Enseignant;Maths;"6e A, 6e B";Clg X;'
    "0350999z;02 99\r\n"
)
ONDE_PUPILS = (
    '"Nom Elève";"Nom d\'usage Elève";"Prénom Elève";"Date naissance";"Sexe";"Adresse1";" Cycle";'
    '"Niveau";"Classe"\r\n"ÉVRARD";"";"Noé";"2015-03-02";"M";"1 rue X";"C3";"CM1";"CM1-CM2 B"\r\n'
)
ONDE_PARENTS = (
    '"Civilité Responsable";"Nom usage responsable";"Nom responsable";"Prénom responsable";'
    '"Courriel";"Téléphone domicile";"Nom de famille enfant";"Prénom enfant";"Classes enfants"\r\n'
    '"M.";"";"ÉVRARD";"Paul";"paul.evrard@exemple.invalid";"0299";"ÉVRARD";"Noé";"CM1-CM2 B"\r\n'
)


def read(text: str, encoding: str = "utf-8") -> list[DirectoryEntry | Membership | SkippedLine]:
    return list(open_table([text.encode(encoding)]))


def people(items: list[DirectoryEntry | Membership | SkippedLine]) -> list[DirectoryEntry]:
    return [
        one for one in items if isinstance(one, DirectoryEntry) and one.kind is EntryKind.PERSON
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_staff(encoding: str) -> None:
    items = read(STAFF, encoding)
    (person,) = people(items)
    assert person == DirectoryEntry(
        key="mail:0350999Z|zoe.durand@ac-demo.invalid|zoe durand",
        kind=EntryKind.PERSON,
        name="Zoé Durand",
        email="Zoe.Durand@ac-demo.invalid",
        role="Enseignant · Maths",
        school="Clg X",
        uai="0350999Z",
        classes=("6e A", "6e B"),
        phone="02 99",
        profile=Profile.TEACHER,
        family_name="Durand",
        title="Mme",
        subjects=("Maths",),
    )


def test_classes_become_groups_with_members() -> None:
    items = read("nom;prénom;classe;groupe\nA;Un;6e A;Latin\nB;Deux;6EA;\n")
    groups = [
        one for one in items if isinstance(one, DirectoryEntry) and one.kind is EntryKind.GROUP
    ]
    assert [(one.key, one.name, one.role) for one in groups] == [
        ("classe::6ea", "6e A", "classe"),
        ("groupe::latin", "Latin", "groupe"),
    ]
    links = [(one.group, one.member) for one in items if isinstance(one, Membership)]
    assert links == [
        ("classe::6ea", "name:|un a|6e a"),
        ("groupe::latin", "name:|un a|6e a"),
        ("classe::6ea", "name:|deux b|6ea"),
    ]


def test_onde_pupils_and_parents() -> None:
    (pupil,) = people(read(ONDE_PUPILS, "cp1252"))
    assert (pupil.name, pupil.role, pupil.classes) == ("Noé ÉVRARD", "élève", ("CM1-CM2 B",))
    assert "2015" not in repr(pupil)
    (parent,) = people(read(ONDE_PARENTS, "cp1252"))
    assert (parent.name, parent.role) == ("Paul ÉVRARD", "responsable légal")
    assert (parent.email, parent.classes) == ("paul.evrard@exemple.invalid", ("CM1-CM2 B",))


@pytest.mark.parametrize(
    ("heading", "cell"),
    [("Nom complet", "Évrard Noé"), ("Nom et prénom", "Évrard Noé"), ("NOM_PRENOM", "Évrard Noé")],
)
def test_one_column_for_the_whole_name(heading: str, cell: str) -> None:
    (person,) = people(read(f"{heading},E-mail\n{cell},noe.evrard@exemple.invalid\n"))
    assert person.name == "Évrard Noé"


def test_a_surname_alone_takes_the_civility() -> None:
    (person,) = people(read("civilité\tnom\tcourriel\nMme\tDupont\td@exemple.invalid\n"))
    assert person.name == "Mme Dupont"


@pytest.mark.parametrize(
    "heading", ["courriel", "E-mail", "Mél", "Adresse e-mail", "ADRESSE MÉL", "Mail académique"]
)
def test_headings_of_the_address(heading: str) -> None:
    (person,) = people(read(f"nom;{heading}\nDupont; <d@exemple.invalid> \n"))
    assert person.email == "d@exemple.invalid"


def test_several_addresses_the_first_good_one() -> None:
    (person,) = people(read('nom;mail;mail\nDupont;rien;"a@b.invalid, c@d.invalid"\n'))
    assert person.email == "a@b.invalid"


def test_a_bad_address_is_told_and_the_person_kept() -> None:
    items = read("nom;mail\nDupont;dupont(at)exemple\n")
    assert SkippedLine(2, "mail address not valid: person kept without it") in items
    assert people(items)[0].email == ""


def test_lines_without_a_name_are_left_out() -> None:
    items = read("nom;prénom;mail\n;;a@b.invalid\n123;;c@d.invalid\n")
    assert items == [SkippedLine(2, "no name"), SkippedLine(3, "no name")]


def test_namesakes_in_two_classes_stay_two_parents_with_one_address_too() -> None:
    keys = {one.key for one in people(read("nom;prénom;classe\nMartin;Léa;6A\nMartin;Léa;5B\n"))}
    assert len(keys) == 2
    shared = people(read("nom;prénom;mail\nMartin;Léa;f@x.invalid\nMartin;Luc;f@x.invalid\n"))
    assert len({one.key for one in shared}) == 2


@pytest.mark.parametrize(
    ("text", "missing", "found"),
    [
        ("prénom;courriel\nZoé;z@x.invalid\n", "nom", "prénom, courriel"),
        (
            "nom;prénom\nA;B\n",
            "courriel | classe | groupe | fonction | établissement",
            "nom, prénom",
        ),
        ("a;b\n1;2\n", "nom, courriel | classe | groupe | fonction | établissement", "none"),
    ],
)
def test_missing_columns(text: str, missing: str, found: str) -> None:
    with pytest.raises(LocalRefusal) as caught:
        read(text)
    assert caught.value.code is ErrorCode.BAD_FILE
    assert caught.value.facts["missing"] == missing
    assert caught.value.facts["found"] == found
    assert caught.value.facts["why"] == "columns missing"


def test_a_file_without_headings_is_never_quoted() -> None:
    with pytest.raises(LocalRefusal) as caught:
        read("Dupont;Marie;marie.dupont@exemple.invalid\n")
    assert caught.value.facts["why"] == "no heading line"
    assert "upont" not in str(caught.value)
    assert "arie" not in str(caught.value)


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf", b"\x00\x00\n"])
def test_empty_files(data: bytes) -> None:
    with pytest.raises(LocalRefusal) as caught:
        open_table([data])
    assert caught.value.code is ErrorCode.BAD_FILE


@pytest.mark.parametrize(
    ("role", "profile"),
    [
        ("Responsable de Élève Nom", Profile.GUARDIAN),
        ("Responsable de Léa Martin, Tom Martin", Profile.GUARDIAN),
        ("Parent d’élève", Profile.GUARDIAN),
        ("Mère d'Anaïs", Profile.GUARDIAN),
        ("Responsable de la vie scolaire", Profile.STAFF),
        ("Élève délégué", Profile.PUPIL),
        ("Accompagnant d’élèves", Profile.OTHER),
        ("Élève", Profile.PUPIL),
        ("Délégué", Profile.PUPIL),
        ("Déléguée de classe", Profile.PUPIL),
        ("Responsable", Profile.GUARDIAN),
        ("Mère", Profile.GUARDIAN),
        ("Professeur principal", Profile.TEACHER),
        ("Principal adjoint", Profile.HEAD),
        ("Personnel de direction", Profile.HEAD),
        ("CPE", Profile.STAFF),
        ("Assistant d'éducation", Profile.STAFF),
        ("Responsable informatique", Profile.OTHER),
        ("Délégué académique", Profile.OTHER),
        ("Référent numérique", Profile.OTHER),
    ],
)
def test_who_somebody_is_by_the_function(role: str, profile: Profile) -> None:
    (person,) = people(read(f"nom;fonction\nRoux;{role}\n"))
    assert person.profile is profile


def test_parts_in_a_class() -> None:
    items = read(
        "nom;prénom;fonction;classe;pp\nA;Un;Professeur;6A, 6B;6B\nB;Deux;Déléguée;6A;\n"
        "C;Trois;Élève;6A;\n"
    )
    names = {one.key: one.name for one in people(items)}
    parts = {
        (names[one.member], one.group, one.part) for one in items if isinstance(one, Membership)
    }
    assert parts == {
        ("Un A", "classe::6a", Part.TEACHER),
        ("Un A", "classe::6b", Part.HEAD_TEACHER),
        ("Deux B", "classe::6a", Part.DELEGATE),
        ("Trois C", "classe::6a", Part.PUPIL),
    }


def test_an_own_institutional_box_is_told_and_no_other() -> None:
    items = read(
        "nom;prénom;courriel;fonction\n"
        "Le Gall;Anne;anne.le-gall@ac-rennes.fr;Professeure\n"
        "Le Gall;Paul;ce.0350001A@ac-rennes.fr;Principal\n"
        "Le Gall;Luc;luc.legall@orange.test;CPE\n"
        "Le Gall;Zoé;zoe.legall@ac-rennes.fr;Élève\n"
    )
    assert [one.same_as for one in people(items)] == [
        ("mail:anne.le-gall@ac-rennes.fr",), (), (), (),
    ]  # fmt: skip
