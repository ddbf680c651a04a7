"""AAF exports: what the attributes mean, what is left out, what is refused."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import pytest

from mel_desktop.formats import aaf_values
from mel_desktop.formats.aaf import AafFile
from mel_desktop.formats.archives import Bundle
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.people import (
    Change,
    DirectoryEntry,
    EntryKind,
    Gone,
    Item,
    Membership,
    Part,
    Profile,
    Relation,
    SkippedLine,
    Tie,
    changed,
)
from tests.support import aaf_school
from tests.support.aaf_school import Values, document, request
from tests.support.held_people import Held

ETAB: Values = {
    "ENTStructureJointure": ("3001",),
    "ENTStructureUAI": ("0350001A",),
    "ENTStructureNomCourant": ("CLG$LES QUATRE VENTS$LE FOLGOET",),
    "ENTServAcCodeAcademie": ("14",),
}
SCHOOL = request("addRequest", "EtabEducNat", "3001", ETAB)
MATHS = request(
    "addRequest", "MatEducNat", "061300", {"ENTLibelleMatiere": ("MATHEMATIQUES",)}
)  # fmt: skip


def files(kind: str = "Complet", /, **requests: list[str]) -> dict[str, bytes]:
    return {
        f"ENT_{kind}_20261101_{category}_0001.xml": document(made)
        for category, made in requests.items()
    }


def reader(found: Mapping[str, bytes]) -> AafFile:
    return AafFile(Bundle([(name, partial(io.BytesIO, data)) for name, data in found.items()]))


def read(**requests: list[str]) -> Held:
    return Held().take(reader(files(EtabEducNat=[SCHOOL], MatiereEducNat=[MATHS], **requests)))


def person(category: str, values: Values, number: str = "7", kind: str = "addRequest") -> str:
    named: Values = {"sn": ("ABAR",), "givenName": ("Zoé",)} if kind == "addRequest" else {}
    return request(kind, category, number, named | values)


def refusal(found: Mapping[str, bytes]) -> tuple[ErrorCode, object, object]:
    with pytest.raises(LocalRefusal) as caught:
        list(reader(found))
    return caught.value.code, caught.value.facts.get("why"), caught.value.facts.get("line")


def test_a_school_has_its_name_in_words() -> None:
    held = read()
    assert list(held.entries.values()) == [
        DirectoryEntry(
            "014/etab/3001", EntryKind.SCHOOL, "Collège les Quatre Vents",
            uai="0350001A", town="Le Folgoet", same_as=("uai:0350001A",),
        )
    ]  # fmt: skip


def test_a_teacher_with_subjects_classes_and_function() -> None:
    held = read(PersEducNat=[person("PersEducNat", {
        "mail": ("Zoe.Abar@ac-exemple.fr",), "personalTitle": ("Mme",),
        "ENTPersonFonctions": ("3001$ENS$ENSEIGNEMENT$L1300$MATHEMATIQUES",),
        "ENTAuxEnsClassesMatieres": ("3001$6E B$061300", "3001$6E B$999999", "3001$6EC$061300"),
        "ENTAuxEnsGroupesMatieres": ("3001$6LATIN$061300",),
        "ENTAuxEnsClassesPrincipal": ("3001$6eB",),
    })])  # fmt: skip
    teacher = held.entries["014/7"]
    assert teacher == DirectoryEntry(
        "014/7", EntryKind.PERSON, "Zoé ABAR", "Zoe.Abar@ac-exemple.fr",
        "Enseignement · Mathematiques", "Collège les Quatre Vents", "0350001A",
        ("6E B", "6EC", "6eB"), profile=Profile.TEACHER, family_name="ABAR", title="Mme",
        subjects=("Mathematiques",), same_as=("aaf:014/7", "mail:zoe.abar@ac-exemple.fr"),
    )  # fmt: skip
    assert held.members == {
        ("014/classe/3001/6eb", "014/7", Part.TEACHER): "Mathematiques",
        ("014/classe/3001/6ec", "014/7", Part.TEACHER): "Mathematiques",
        ("014/groupe/3001/6latin", "014/7", Part.TEACHER): "Mathematiques",
        ("014/classe/3001/6eb", "014/7", Part.HEAD_TEACHER): "",
    }  # one class, whatever its blanks
    assert held.entries["014/classe/3001/6eb"] == DirectoryEntry(
        "014/classe/3001/6eb", EntryKind.GROUP, "6E B", role="classe",
        school="Collège les Quatre Vents", uai="0350001A", classes=("6E B",),
        same_as=("class:0350001A/6eb",),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("values", "role", "profile"),
    [
        ({"ENTPersonFonctions": ("3001$DIR$DIRECTION$-$-",)}, "Direction", Profile.HEAD),
        ({"ENTEnsFonctionDir": ("DIRECTEUR ECOLE",)}, "Directeur ecole", Profile.HEAD),
        ({"ENTPersonFonctions": ("3001$DOC$DOCUMENTATION$0080$DOC LYCEES",)},
         "Documentation · Doc lycees", Profile.TEACHER),
        ({"ENTPersonFonctions": ("3001$AEH$AESH$-$-",)}, "AESH", Profile.STAFF),
        ({"PersEducNatPresenceDevantEleves": ("O",)}, "Enseignement", Profile.TEACHER),
        ({"ENTPersonCategorieEnseignant": ("N",)}, "", Profile.STAFF),
        ({"ENTPersonFonctions": ("3001$X",)}, "X", Profile.STAFF),
        ({"ENTPersonFonctions": ("",)}, "", Profile.STAFF),
    ],
)  # fmt: skip
def test_functions_in_words(values: Values, role: str, profile: Profile) -> None:
    entry = read(PersEducNat=[person("PersEducNat", values)]).entries["014/7"]
    assert (entry.role, entry.profile) == (role, profile)


def test_staff_of_two_schools_and_old_attributes() -> None:
    held = read(PersEducNat=[person("PersEducNat", {
        "ENTPersonStructRattach": ("9999",),
        "ENTAuxEnsClasses": ("3001$6B", "9999$3A"),
    })])  # fmt: skip
    assert held.entries["014/7"].uai == "0350001A"  # the first that the export holds
    assert held.entries["014/classe/9999/3a"].uai == ""
    assert held.entries["014/classe/9999/3a"].same_as == ()
    assert len(held.members) == 2


@pytest.mark.parametrize(
    ("attributes", "ties"),
    [
        ({"ENTElevePersRelEleve": ("1$10$1$1$1$1", "2$20$0$2$0$0", "3$39$0$0$1$0")},
         [("1", Relation.MOTHER, True, True), ("2", Relation.FATHER, False, True),
          ("3", Relation.FAMILY, False, True)]),
        ({"ENTElevePersRelEleve": ("1$2$1$1$0$1", "2$1$0$2$0$0", "3$5$0$0$0$0")},  # old codes
         [("1", Relation.MOTHER, True, False), ("2", Relation.FATHER, True, True),
          ("3", Relation.OTHER, False, False)]),
        ({"ENTElevePersRelEleve": ("1$51$1$1$1$1", "1$50$1$0$0$1")},  # named twice; ASE unsaid
         [("1", Relation.TUTOR, True, True)]),
        ({"ENTEleveAutoriteParentale": ("1", "2$10")},
         [("1", Relation.OTHER, True, False), ("2", Relation.MOTHER, True, False)]),
        ({"ENTEleveAutoriteParentale": ("1", "2"), "ENTElevePere": ("1",), "ENTEleveMere": ("2",),
          "ENTElevePersRelEleve1": ("3",)},
         [("1", Relation.FATHER, True, False), ("2", Relation.MOTHER, True, False),
          ("3", Relation.OTHER, False, True)]),
        ({"ENTElevePersRelEleve": ("$10$1$1$1$1", "-")}, []),
    ],
)  # fmt: skip
def test_families(attributes: Values, ties: list[tuple[str, Relation, bool, bool]]) -> None:
    held = read(Eleve=[person("Eleve", attributes)])
    assert list(held.ties.values()) == [
        Tie("014/7", f"014/{who}", relation, is_legal=legal, is_contact=contact)
        for who, relation, legal, contact in ties
    ]


def test_several_addresses() -> None:
    values: Values = {"mail": ("a@ac-exemple.fr", "no", "b@exemple.fr", "a@ac-exemple.fr")}
    entry = read(PersEducNat=[person("PersEducNat", values)]).entries["014/7"]
    assert (entry.email, entry.more_emails) == ("a@ac-exemple.fr", ("b@exemple.fr",))


def test_nothing_sensitive_leaves_the_parser() -> None:
    export = aaf_school.invent(3, 20)
    found = reader(aaf_school.full(export))
    assert "SECRET" not in repr(list(found))
    assert "SECRET" not in repr(found.state)
    assert "2014" not in repr(found.state)


def test_lines_left_out_say_why() -> None:
    held = read(
        Eleve=[
            request("addRequest", "Eleve", "1", {"sn": ()}),
            request("addRequest", "Eleve", "", {"sn": ("A",)}),
            request("addRequest", "Autre", "2", {"sn": ("A",)}),
            person("Eleve", {"mail": ("not an address",)}, "3"),
        ]
    )
    assert [one.reason for one in held.skipped] == [
        "no name", "no join key", "a record of no known kind",
        "mail address not valid: person kept without it",
    ]  # fmt: skip
    assert [one.line for one in held.skipped] == sorted(one.line for one in held.skipped)
    assert held.skipped[0].line == 5


def test_académie_of_the_header_first() -> None:
    found = files(EtabEducNat=[SCHOOL])
    found = {
        name: data.replace(b"versionSDET=6.4", b'codeAcademieExport="35" degre="2D"')
        for name, data in found.items()
    }
    assert "035/etab/3001" in Held().take(reader(found)).entries


# -- Bundles ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (["ENT_Complet_20261101_Eleve_0000.xml", "ENT_Complet_20261101_Eleve_0002.xml"],
         "export-part-missing"),
        (["ENT_Complet_20261101_Eleve_0002.xml"], "export-part-missing"),
        (["ENT_Complet_20261101_Eleve_0000.xml", "ENT_Delta_20261101_Eleve_0001.xml"],
         "export-kinds-mixed"),
        (["ENT_Complet_20261101_Eleve_0000.xml", "ENT_Complet_20261102_PersEducNat_0000.xml"],
         "export-dates-mixed"),
        (["readme.txt"], "no-xml-file"),
    ],
)  # fmt: skip
def test_bundles_that_are_not_one_export(names: list[str], why: str) -> None:
    assert refusal(dict.fromkeys(names, b"<ficAlimMENESR/>"))[:2] == (ErrorCode.BAD_FILE, why)


def test_another_root() -> None:
    assert refusal({"x.xml": b"<BEE_ELEVES/>"}) == (ErrorCode.BAD_FILE, "not-an-aaf-export", 1)


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("ENT2D.20261101.tgz", "AAF ENT2D"),
        ("ENT2DDelta.20261102.zip", "AAF ENT2D"),
        ("ENT1DVA.20261101.tar.gz", "AAF ENT1DVA"),
        (".zip", "AAF ENT"),
    ],
)
def test_a_full_export_and_its_changes_are_one_source(name: str, source: str) -> None:
    data = aaf_school.packed(files(EtabEducNat=[SCHOOL]))
    found = AafFile(Bundle([(name, lambda: io.BytesIO(data))]))
    assert found.source_name == source


def test_changes_by_the_name_of_the_archive_alone() -> None:
    data = aaf_school.packed({"Eleve_0001.xml": document([person("Eleve", {})])})
    assert AafFile(Bundle([("ENT2DDelta.20261102.zip", lambda: io.BytesIO(data))])).is_delta


# -- Changes ---------------------------------------------------------------------------------------


def delta(*requests: str, category: str = "Eleve", before: AafFile | None = None) -> list[Item]:
    found = reader(files("Delta", **{category: list(requests)}))
    assert found.is_delta
    found.before = before.state if before is not None else {"academy": "014"}
    return list(found)


def test_changes_in_a_full_export_are_refused() -> None:
    """Whoever renames a change file must not see everybody else vanish."""
    made = [person("Eleve", {}), person("Eleve", {"sn": ("B",)}, kind="modifyRequest")]
    code, why, line = refusal(files(Eleve=made))
    assert (code, why) == (ErrorCode.BAD_FILE, "export-changes-in-full")
    assert isinstance(line, int)
    assert line > 5


def test_an_older_change_file_is_refused() -> None:
    found = reader(files("Delta", Eleve=[]))
    found.before = {"date": "20261102"}
    with pytest.raises(LocalRefusal, match="export-older-changes"):
        list(found)


def test_changes_of_another_académie_are_refused() -> None:
    made = document([person("Eleve", {})]).replace(b"versionSDET=6.4", b'codeAcademieExport="9"')
    found = reader({"ENT_Delta_20261101_Eleve_0001.xml": made})
    found.before = {"academy": "014"}
    with pytest.raises(LocalRefusal, match="export-of-another-academy"):
        list(found)
    found = reader({"ENT_Complet_20261101_Eleve_0001.xml": made})
    found.before = {"academy": "014"}
    assert "009/7" in Held().take(found).entries  # a full export says all itself


def test_join_keys_of_two_académies_in_one_export_are_refused() -> None:
    first = document([person("Eleve", {})]).replace(b"versionSDET=6.4", b'codeAcademieExport="9"')
    second = first.replace(b'codeAcademieExport="9"', b'codeAcademieExport="14"')
    made = {
        "ENT_Complet_20261101_Eleve_0001.xml": first,
        "ENT_Complet_20261101_Eleve_0002.xml": second,
    }
    assert refusal(made)[:2] == (ErrorCode.BAD_FILE, "export-academies-mixed")


def test_changes_of_an_export_that_named_no_académie_find_its_people() -> None:
    full = reader(files(Eleve=[person("Eleve", {})]))
    assert list(Held().take(full).entries) == ["/7"]
    gone = document([request("deleteRequest", "Eleve", "7", {})])
    changes = reader({
        "ENT_Delta_20261102_Eleve_0001.xml": gone.replace(
            b"versionSDET=6.4", b'codeAcademieExport="9"'
        )
    })  # fmt: skip
    changes.before = full.state
    assert list(changes) == [Gone("/7")]


def test_changes_of_nothing_are_refused() -> None:
    with pytest.raises(LocalRefusal, match="export-without-base"):
        list(reader(files("Delta", Eleve=[])))


def test_a_modification_says_only_what_it_names() -> None:
    items = delta(person("Eleve", {"ENTEleveClasses": ("3001$5A",)}, kind="modifyRequest"))
    change, group, member = items
    assert isinstance(change, Change)
    assert change.fields == {"classes"}
    assert change.groups == {("classe", Part.PUPIL)}
    assert not change.ties
    assert isinstance(group, Change)
    assert group.fields == frozenset()
    assert member == Membership("014/classe/3001/5a", "014/7", part=Part.PUPIL)


def test_a_deletion() -> None:
    assert delta(request("deleteRequest", "Eleve", "7", {})) == [Gone("014/7")]
    made = request("deleteRequest", "EtabEducNat", "3001", {})
    assert delta(made, category="EtabEducNat") == [Gone("014/etab/3001")]


def test_changes_know_schools_and_subjects_of_the_full_export() -> None:
    full = reader(files(EtabEducNat=[SCHOOL], MatiereEducNat=[MATHS]))
    list(full)
    newcomer = person("PersEducNat", {
        "ENTPersonFonctions": ("3001$ENS$ENSEIGNEMENT$-$-",),
        "ENTAuxEnsClassesMatieres": ("3001$6B$061300",),
    })  # fmt: skip
    change, group, member = delta(newcomer, category="PersEducNat", before=full)
    assert isinstance(change, Change)
    assert change.entry.school == "Collège les Quatre Vents"
    assert change.entry.subjects == ("Mathematiques",)
    assert isinstance(group, Change)
    assert group.entry.uai == "0350001A"
    assert isinstance(member, Membership)
    assert member.role == "Mathematiques"


@pytest.mark.parametrize(
    ("values", "after"),
    [
        ({"sn": ("NOUVEAU",)}, "Zoé NOUVEAU"),
        ({"givenName": ("Léa",)}, "Léa ABAR"),
        ({"sn": ("NOUVEAU",), "givenName": ("Léa",)}, "Léa NOUVEAU"),
        ({"mail": ("a@exemple.fr",)}, "Zoé ABAR"),
        ({"sn": ()}, "Zoé"),
    ],
)
def test_half_a_name_is_put_to_the_other_half(values: Values, after: str) -> None:
    held = read(Eleve=[person("Eleve", {})]).entries["014/7"]
    (change,) = delta(person("Eleve", values, kind="modifyRequest"))
    assert isinstance(change, Change)
    found = changed(held, change)
    assert found is not None
    assert found.name == after


def test_one_telephone_of_several_is_put_to_the_others() -> None:
    held = DirectoryEntry("014/7", EntryKind.PERSON, "Zoé", phone="1", more_phones=("2",))
    (one,) = delta(
        person("PersRelEleve", {"mobile": ("3",)}, kind="modifyRequest"), category="PersRelEleve"
    )
    assert isinstance(one, Change)
    assert changed(held, one) == replace(held, phone="3", more_phones=("1", "2"))
    all_three: Values = {"mobile": ("3",), "homePhone": (), "telephoneNumber": ()}
    (one,) = delta(person("PersRelEleve", all_three, kind="modifyRequest"), category="PersRelEleve")
    assert isinstance(one, Change)
    assert changed(held, one) == replace(held, phone="3", more_phones=())


def test_a_change_of_somebody_unknown_without_a_name_is_nobody() -> None:
    (change,) = delta(person("Eleve", {"mail": ("a@exemple.fr",)}, kind="modifyRequest"))
    assert isinstance(change, Change)
    assert changed(None, change) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("LETTRES MODERNES", "Lettres modernes"),
        ("EPS", "EPS"),
        ("ANGLAIS LV1", "anglais LV1"),
        ("E.P.S.", "E.P.S."),
        ("Déjà en mots", "Déjà en mots"),
        ("", ""),
    ],
)
def test_capitals_to_words(text: str, words: str) -> None:
    assert aaf_values.in_words(text).casefold() == words.casefold()
    assert not aaf_values.in_words(text)[:1].islower()


def test_a_skipped_line_is_no_line_of_a_person() -> None:
    held = read(PersRelEleve=[person("PersRelEleve", {"mail": ("secret at exemple",)})])
    assert isinstance(held.skipped[0], SkippedLine)
    assert "secret" not in held.skipped[0].reason
