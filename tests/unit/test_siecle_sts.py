"""SIECLE and STS-Web: what the elements mean, what is left out, what is refused."""

from __future__ import annotations

import io
from functools import partial

import pytest

from mel_desktop.formats.archives import Bundle
from mel_desktop.formats.siecle import SiecleFile
from mel_desktop.formats.sts import StsFile
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.people import DirectoryEntry, EntryKind, Part, Profile, Relation, Tie
from tests.support import aaf_school, siecle_school
from tests.support.held_people import Held

PARAMETERS = "<PARAMETRES><UAJ>0350001A</UAJ></PARAMETRES>"


def bundle(*texts: str) -> Bundle:
    return Bundle(
        [(f"{number}.xml", partial(io.BytesIO, text.encode())) for number, text in enumerate(texts)]
    )


def siecle(root: str, body: str) -> str:
    return f"<{root}>\n{PARAMETERS}\n<DONNEES>\n{body}\n</DONNEES></{root}>"


def guardians(ties: str) -> str:
    return siecle("BEE_RESPONSABLES", f"<RESPONSABLES>{ties}</RESPONSABLES>")


def tie(**values: str) -> str:
    inside = "".join(f"<{name}>{text}</{name}>" for name, text in values.items())
    return (
        "<RESPONSABLE_ELEVE><ELEVE_ID>1</ELEVE_ID><PERSONNE_ID>2</PERSONNE_ID>"
        f"{inside}</RESPONSABLE_ELEVE>"
    )


def read(*texts: str) -> Held:
    return Held().take(SiecleFile(bundle(*texts)))


@pytest.mark.parametrize(
    ("values", "relation", "is_legal", "is_contact"),
    [
        ({"RESP_LEGAL": "1", "CODE_PARENTE": "2"}, Relation.MOTHER, True, False),
        ({"RESP_LEGAL": "2", "CODE_PARENTE": "1"}, Relation.FATHER, True, False),
        ({"RESP_LEGAL": "0", "PERS_CONTACT": "1"}, Relation.OTHER, False, True),
        ({"NIVEAU_RESPONSABILITE": "1", "CODE_PARENTE": "10"}, Relation.MOTHER, True, False),
        ({"NIVEAU_RESPONSABILITE": "2", "CODE_PARENTE": "39"}, Relation.FAMILY, False, True),
        ({"NIVEAU_RESPONSABILITE": "3", "RESP_LEGAL": "1"}, Relation.OTHER, False, True),
        ({"CODE_PARENTE": "51"}, Relation.OTHER, False, False),
    ],
)
def test_ties(values: dict[str, str], relation: Relation, is_legal: bool, is_contact: bool) -> None:
    held = read(guardians(tie(**values)))
    assert list(held.ties.values()) == [
        Tie("0350001A/e1", "0350001A/p2", relation, is_legal=is_legal, is_contact=is_contact)
    ]


@pytest.mark.parametrize(
    ("label", "relation"),
    [
        ("MERE", Relation.MOTHER), ("Père", Relation.FATHER), ("GRAND-MERE", Relation.FAMILY),
        ("TUTRICE", Relation.TUTOR), ("ONCLE OU TANTE", Relation.FAMILY),
        ("Beau-père", Relation.FAMILY), ("AUTRE", Relation.OTHER),
    ],
)  # fmt: skip
def test_the_words_of_the_nomenclature_count(label: str, relation: Relation) -> None:
    words = siecle(
        "BEE_NOMENCLATURES",
        f'<LIENS_PARENTE><LIEN_PARENTE CODE_PARENTE="20"><LIBELLE_LONG>{label}</LIBELLE_LONG>'
        "</LIEN_PARENTE></LIENS_PARENTE>",
    )
    for given in ((words, guardians(tie(CODE_PARENTE="20"))),
                  (guardians(tie(CODE_PARENTE="20")), words)):  # fmt: skip
        assert [one.relation for one in read(*given).ties.values()] == [relation]


def pupils(*body: str) -> str:
    return siecle("BEE_ELEVES", "".join(body))


ELEVE = (
    '<ELEVE ELEVE_ID="1" ELENOET="9"><NOM_DE_FAMILLE>COVERT</NOM_DE_FAMILLE>'
    "<NOM_USAGE>COJAUNE</NOM_USAGE><PRENOM>Zoé</PRENOM><MEL>{mel}</MEL>"
    "<DATE_SORTIE>{left}</DATE_SORTIE></ELEVE>"
)
CLASS = (
    '<STRUCTURES><STRUCTURES_ELEVE ELEVE_ID="1"><STRUCTURE><CODE_STRUCTURE>4 A</CODE_STRUCTURE>'
    "<TYPE_STRUCTURE>D</TYPE_STRUCTURE></STRUCTURE><STRUCTURE><CODE_STRUCTURE>4LAT</CODE_STRUCTURE>"
    "<TYPE_STRUCTURE>G</TYPE_STRUCTURE></STRUCTURE></STRUCTURES_ELEVE></STRUCTURES>"
)


def test_a_pupil_by_the_name_in_use() -> None:
    held = read(pupils("<ELEVES>", ELEVE.format(mel="z@exemple.fr", left=""), "</ELEVES>", CLASS))
    assert held.entries["0350001A/e1"] == DirectoryEntry(
        "0350001A/e1", EntryKind.PERSON, "Zoé COJAUNE", "z@exemple.fr", "élève",
        uai="0350001A", classes=("4 A",), profile=Profile.PUPIL, family_name="COJAUNE",
        same_as=("siecle:0350001A/1",),
    )  # fmt: skip
    assert held.entries["0350001A/groupe/4lat"].same_as == ("group:0350001A/4lat",)
    assert set(held.members) == {
        ("0350001A/classe/4a", "0350001A/e1", Part.PUPIL),
        ("0350001A/groupe/4lat", "0350001A/e1", Part.PUPIL),
    }


def test_who_left_is_told_and_left_out() -> None:
    left = ELEVE.format(mel="", left="01/10/2026")
    held = read(pupils("<ELEVES>", left, "</ELEVES>"))
    assert held.entries == {}
    assert [one.reason for one in held.skipped] == ["a pupil who has left"]
    held = read(pupils("<ELEVES>", left, "</ELEVES>", CLASS))  # leaves later in the year
    assert "0350001A/e1" in held.entries


def test_lines_left_out_say_why() -> None:
    held = read(
        pupils("<ELEVES>\n<ELEVE><PRENOM>A</PRENOM></ELEVE>\n<ELEVE ELEVE_ID='3'/>\n",
               ELEVE.format(mel="nothing", left=""), "</ELEVES>"),
        siecle("BEE_RESPONSABLES", "<PERSONNE PERSONNE_ID='1'/><RESPONSABLE_ELEVE/>"),
    )  # fmt: skip
    assert [one.reason for one in held.skipped] == [
        "no ELEVE_ID", "no name", "mail address not valid: person kept without it",
        "no name", "no ELEVE_ID or PERSONNE_ID",
    ]  # fmt: skip
    assert [one.line for one in held.skipped[:3]] == [5, 6, 7]


def test_nothing_sensitive_leaves_the_parser() -> None:
    export = aaf_school.invent(3, 20)
    for files, opened in (
        (siecle_school.siecle(export), SiecleFile), (siecle_school.sts(export), StsFile),
    ):  # fmt: skip
        found = opened(Bundle([(name, partial(io.BytesIO, one)) for name, one in files.items()]))
        text = repr(list(found))
        assert len(text) > 1_000
        assert "SECRET" not in text
        assert "2014" not in text


@pytest.mark.parametrize(
    ("opened", "why"),
    [(SiecleFile, "not-a-siecle-export"), (StsFile, "not-an-sts-export")],
)
def test_another_root(opened: type[SiecleFile | StsFile], why: str) -> None:
    with pytest.raises(LocalRefusal) as caught:
        list(opened(bundle("<ficAlimMENESR/>")))
    assert (caught.value.code, caught.value.facts["why"]) == (ErrorCode.BAD_FILE, why)
    with pytest.raises(LocalRefusal, match="no-xml-file"):
        opened(Bundle([("x.txt", partial(io.BytesIO, b""))]))


@pytest.mark.parametrize("opened", [SiecleFile, StsFile])
def test_cut_short(opened: type[SiecleFile | StsFile]) -> None:
    export = aaf_school.invent(3, 5)
    files = siecle_school.siecle(export) if opened is SiecleFile else siecle_school.sts(export)
    name, data = next(iter(files.items()))
    reader = opened(Bundle([(name, partial(io.BytesIO, data[: len(data) * 3 // 4]))]))
    with pytest.raises(LocalRefusal) as caught:
        list(reader)
    assert caught.value.facts["why"] == "xml-cut-short"
    assert caught.value.facts["line"]


# -- STS-Web ---------------------------------------------------------------------------------------

STS = """<STS_EDT><PARAMETRES><UAJ CODE="0350001A"><DENOM_PRINC>COLLEGE</DENOM_PRINC>
<DENOM_COMPL>LES QUATRE VENTS</DENOM_COMPL><COMMUNE><LIBELLE>RENNES</LIBELLE></COMMUNE></UAJ>
</PARAMETRES><DONNEES><STRUCTURE><DIVISIONS><DIVISION CODE="6 A"/></DIVISIONS>
<GROUPES><GROUPE CODE="6ALL"><DIVISIONS_APPARTENANCE><DIVISION_APPARTENANCE CODE="6 A"/>
<DIVISION_APPARTENANCE CODE="6 B"/></DIVISIONS_APPARTENANCE><SERVICES>
<SERVICE CODE_MATIERE="030401"><ENSEIGNANTS><ENSEIGNANT ID="7" TYPE="epp"/></ENSEIGNANTS></SERVICE>
</SERVICES></GROUPE></GROUPES></STRUCTURE><INDIVIDUS>
<INDIVIDU ID="7" TYPE="epp"><NOM_USAGE>ABAR</NOM_USAGE><PRENOM>Zoé</PRENOM><CIVILITE>2</CIVILITE>
<FONCTION>ENS</FONCTION><PROFS_PRINC><PROF_PRINC><CODE_STRUCTURE>6 A</CODE_STRUCTURE></PROF_PRINC>
</PROFS_PRINC></INDIVIDU>
<INDIVIDU ID="7" TYPE="local"><NOM_USAGE>BORD</NOM_USAGE><FONCTION>DIR</FONCTION></INDIVIDU>
<INDIVIDU ID="8" TYPE="epp"><NOM_USAGE>CLIN</NOM_USAGE><FONCTION>ENS</FONCTION><DISCIPLINES>
<DISCIPLINE CODE="L1"><LIBELLE_COURT>ANGLAIS</LIBELLE_COURT></DISCIPLINE></DISCIPLINES></INDIVIDU>
<INDIVIDU ID="9" TYPE="epp"/>
</INDIVIDUS></DONNEES><NOMENCLATURES><MATIERES><MATIERE CODE="030401">
<LIBELLE_EDITION>Allemand</LIBELLE_EDITION></MATIERE></MATIERES></NOMENCLATURES></STS_EDT>"""


def test_who_teaches_a_group_teaches_its_classes() -> None:
    reader = StsFile(bundle(STS))
    assert reader.source_name == "STS 0350001A"
    held = Held().take(reader)
    key = "0350001A/epp/7"
    assert held.members == {
        ("0350001A/groupe/6all", key, Part.TEACHER): "Allemand",
        ("0350001A/classe/6a", key, Part.TEACHER): "Allemand",
        ("0350001A/classe/6b", key, Part.TEACHER): "Allemand",
        ("0350001A/classe/6a", key, Part.HEAD_TEACHER): "",
    }
    school = held.entries["0350001A"]
    assert (school.kind, school.name, school.same_as) == (
        EntryKind.SCHOOL, "Collège les Quatre Vents", ("uai:0350001A",),
    )  # fmt: skip
    assert held.entries[key] == DirectoryEntry(
        key, EntryKind.PERSON, "Zoé ABAR", role="Enseignement · Allemand",
        school="Collège les Quatre Vents", uai="0350001A", classes=("6 A", "6 B"),
        profile=Profile.TEACHER, family_name="ABAR", title="Mme", subjects=("Allemand",),
        same_as=("epp:7",),
    )  # fmt: skip
    head = held.entries["0350001A/local/7"]  # numbers of two kinds are two persons
    assert (head.name, head.profile, head.role, head.same_as) == (
        "BORD", Profile.HEAD, "Direction", (),
    )  # fmt: skip
    assert held.entries["0350001A/epp/8"].subjects == ("Anglais",)
    assert [one.reason for one in held.skipped] == ["no name"]


def test_what_timetable_programs_send_back() -> None:
    reader = StsFile(bundle(STS.replace("STS_EDT", "EDT_STS")))
    assert len(Held().take(reader).entries) == 7
