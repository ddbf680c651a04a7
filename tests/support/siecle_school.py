"""The invented schools of ``aaf_school`` as SIECLE and STS-Web export them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from tests.support.aaf_school import Export, Pupil, School, Staff

LINKS: Final = {
    "10": "MERE", "20": "PERE", "39": "AUTRE MEMBRE DE LA FAMILLE", "50": "TUTEUR",
    "51": "AIDE SOCIALE A L'ENFANCE", "2": "MERE",
}  # fmt: skip


def _tag(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>" if text else f"<{name}/>"


def _document(root: str, school: School, body: Iterable[str], encoding: str) -> bytes:
    parameters = (
        f"<PARAMETRES><UAJ>{school.uai}</UAJ><ANNEE_SCOLAIRE>2026</ANNEE_SCOLAIRE></PARAMETRES>"
    )
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?>\n<{root} VERSION="2.0">\n{parameters}\n'
        f"<DONNEES>\n{chr(10).join(body)}\n</DONNEES>\n</{root}>\n"
    )
    return text.encode(encoding)


def siecle(
    export: Export, *, nomenclature: bool = True, encoding: str = "ISO-8859-15"
) -> dict[str, bytes]:
    """Files of the first school of an export."""
    school = export.schools[0]
    pupils = [one for one in export.pupils if one.school == school.id]
    files = {
        "ElevesSansAdresses.xml": _document("BEE_ELEVES", school, _pupils(pupils), encoding),
        "ResponsablesAvecAdresses.xml": _document(
            "BEE_RESPONSABLES", school, _guardians(export, pupils), encoding
        ),
        "Structures.xml": _document("BEE_STRUCTURES", school, _structures(pupils), encoding),
    }
    if nomenclature:
        files["Nomenclature.xml"] = _document("BEE_NOMENCLATURES", school, _words(), encoding)
    return files


def _pupils(pupils: Iterable[Pupil]) -> Iterable[str]:
    yield "<ELEVES>"
    for one in pupils:
        yield (
            f'<ELEVE ELEVE_ID="{one.id}" ELENOET="7{one.id}">\n<ID_NATIONAL>SECRETINE</ID_NATIONAL>'
            f"<NOM>{escape(one.sn)}</NOM>{_tag('PRENOM', one.given)}"
            f"<DATE_NAISS>31/12/2014</DATE_NAISS><CODE_SEXE>1</CODE_SEXE><DATE_SORTIE/>"
            f"{_tag('MEL', one.mail)}<SCOLARITE_AN_DERNIER><MEL>SECRET@exemple.fr</MEL>"
            f"</SCOLARITE_AN_DERNIER></ELEVE>"
        )
    yield "</ELEVES><STRUCTURES>"
    for one in pupils:
        yield f'<STRUCTURES_ELEVE ELEVE_ID="{one.id}" ELENOET="7{one.id}">'
        for kind, places in (("D", one.classes), ("G", one.groups)):
            for _, code in places:
                yield (
                    f"<STRUCTURE>{_tag('CODE_STRUCTURE', code)}"
                    f"<TYPE_STRUCTURE>{kind}</TYPE_STRUCTURE></STRUCTURE>"
                )
        yield "</STRUCTURES_ELEVE>"
    yield "</STRUCTURES>"


def _guardians(export: Export, pupils: Iterable[Pupil]) -> Iterable[str]:
    ties = [(one.id, *link) for one in pupils for link in one.guardians]
    wanted = {who for _, who, *_ in ties}
    yield "<PERSONNES>"
    for one in export.guardians:
        if one.id in wanted:
            yield (
                f'<PERSONNE PERSONNE_ID="{one.id}">{_tag("NOM", one.sn)}{_tag("PRENOM", one.given)}'
                f"{_tag('LC_CIVILITE', one.title)}{_tag('TEL_PERSONNEL', one.home)}"
                f"{_tag('TEL_PORTABLE', one.mobile)}<TEL_PROFESSIONNEL/>{_tag('MEL', one.mail)}"
                f"<ADRESSE_ID>1</ADRESSE_ID></PERSONNE>"
            )
    yield "</PERSONNES><RESPONSABLES>"
    for pupil, who, link, legal, contact in ties:
        yield (
            f"<RESPONSABLE_ELEVE><ELEVE_ID>{pupil}</ELEVE_ID><PERSONNE_ID>{who}</PERSONNE_ID>"
            f"<NIVEAU_RESPONSABILITE>{legal}</NIVEAU_RESPONSABILITE>"
            f"<CODE_PARENTE>{link}</CODE_PARENTE><PERS_CONTACT>{contact}</PERS_CONTACT>"
            f"</RESPONSABLE_ELEVE>"
        )
    yield '</RESPONSABLES><ADRESSES><ADRESSE ADRESSE_ID="1"><LIGNE1_ADRESSE>SECRETRUE'
    yield "</LIGNE1_ADRESSE></ADRESSE></ADRESSES>"


def _structures(pupils: Iterable[Pupil]) -> Iterable[str]:
    for name, codes in (
        ("DIVISION", sorted({code for one in pupils for _, code in one.classes})),
        ("GROUPE", sorted({code for one in pupils for _, code in one.groups})),
    ):
        yield f"<{name}S>"
        for code in codes:
            yield f"<{name} CODE_STRUCTURE={quoteattr(code)}><LIBELLE_LONG>x</LIBELLE_LONG>"
            yield f"</{name}>"
        yield f"</{name}S>"


def _words() -> Iterable[str]:
    yield "<LIENS_PARENTE>"
    for code, label in LINKS.items():
        yield (
            f'<LIEN_PARENTE CODE_PARENTE="{code}"><LIBELLE_COURT>{code}</LIBELLE_COURT>'
            f"{_tag('LIBELLE_LONG', label)}</LIEN_PARENTE>"
        )
    yield "</LIENS_PARENTE>"


def sts(export: Export, *, encoding: str = "UTF-8") -> dict[str, bytes]:
    """``sts_emp_<UAI>_2026.xml`` of the first school."""
    school = export.schools[0]
    staff = [one for one in export.staff if one.functions[0].startswith(f"{school.id}$")]
    body = [
        "<NOMENCLATURES><MATIERES>",
        *(
            f'<MATIERE CODE="{code}"><CODE_GESTION>X</CODE_GESTION>{_tag("LIBELLE_LONG", label)}'
            "</MATIERE>"
            for code, label in export.subjects.items()
        ),
        "</MATIERES></NOMENCLATURES>",
        "<DONNEES><STRUCTURE>",
        *_services("DIVISION", school, [(one, one.taught) for one in staff]),
        *_services("GROUPE", school, [(one, one.groups) for one in staff]),
        "</STRUCTURE><INDIVIDUS>",
        *map(_person, staff),
        "</INDIVIDUS></DONNEES>",
    ]
    head = (
        f'<?xml version="1.0" encoding="{encoding}"?>\n<STS_EDT>\n<PARAMETRES>'
        f'<UAJ CODE="{school.uai}"><SIGLE>CLG</SIGLE><DENOM_PRINC>COLLEGE</DENOM_PRINC>'
        f"{_tag('DENOM_COMPL', school.name)}<COMMUNE>{school.town}</COMMUNE></UAJ>"
        f'<ANNEE_SCOLAIRE ANNEE="2026"/></PARAMETRES>\n'
    )
    text = head + "\n".join(body) + "\n</STS_EDT>\n"
    return {f"sts_emp_{school.uai}_2026.xml": text.encode(encoding)}


def _services(
    name: str, school: School, staff: list[tuple[Staff, tuple[tuple[str, str, str], ...]]]
) -> Iterable[str]:
    codes = sorted({code for _, taught in staff for where, code, _ in taught if where == school.id})
    yield f"<{name}S>"
    for code in codes:
        yield f"<{name} CODE={quoteattr(code)}><LIBELLE_LONG>x</LIBELLE_LONG><SERVICES>"
        for person, taught in staff:
            for where, label, subject in taught:
                if (where, label) == (school.id, code):
                    yield (
                        f'<SERVICE CODE_MATIERE="{subject}" CODE_MOD_COURS="CG"><ENSEIGNANTS>'
                        f'<ENSEIGNANT ID="{person.id}" TYPE="epp"><NB_HEURES>4</NB_HEURES>'
                        "</ENSEIGNANT></ENSEIGNANTS></SERVICE>"
                    )
        yield f"</SERVICES></{name}>"
    yield f"</{name}S>"


def _person(person: Staff) -> str:
    heads = "".join(
        f"<PROF_PRINC>{_tag('CODE_STRUCTURE', code)}<DATE_FIN/></PROF_PRINC>"
        for _, code in person.heads
    )
    return (
        f'<INDIVIDU ID="{person.id}" TYPE="epp">{_tag("NOM_USAGE", person.sn)}'
        f"{_tag('NOM_PATRONYMIQUE', 'SECRETNOM')}{_tag('PRENOM', person.given)}"
        f"<CIVILITE>{'1' if person.title == 'M.' else '2'}</CIVILITE>"
        f"<DATE_NAISSANCE>SECRETJOUR</DATE_NAISSANCE><GRADE>CERT</GRADE>"
        f"<FONCTION>{person.functions[0].split('$')[1]}</FONCTION>"
        f"<PROFS_PRINC>{heads}</PROFS_PRINC></INDIVIDU>"
    )
