"""Records and composite values of AAF exports (SDET, annexe opérationnelle): attributes to words.

Attributes of the 2nd degree (``sn``, ``mail``) and of the 1st (``ENTPersonNom``, ``ENTPersonMail``)
get one name. WANTED is the whole list of what is held at all: INE, birth dates, postal addresses,
bursaries, MEF and the like never leave the parser.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import field, replace
from enum import Enum
from typing import Final

from mel_desktop.formats.headings import plain
from mel_desktop.formats.xml_stream import Element
from mel_desktop.model.people import Profile, Relation
from mel_desktop.model.values import dataclass

MAX_VALUES: Final = 2_000  # of one attribute; a regional inspector has some hundred classes
MAX_VALUE: Final = 300  # characters
NO_STRUCTURE: Final = frozenset({"", "-", "-1"})

# Other name -> the name used here.
ALIASES: Final = {
    "ENTPersonNom": "sn",
    "ENTPersonPrenom": "givenName",
    "ENTPersonCivilite": "personalTitle",
    "ENTPersonMail": "mail",
    "ENTPersonTelPerso": "homePhone",
    "ENTPersRelEleveTelPro": "telephoneNumber",
    "ENTPersRelEleveTelMobile": "mobile",
    "ENTStructureTelephone": "telephoneNumber",
    "ENTStructureVille": "l",
    "ENTStructureEmail": "ENTStructureMailSI",
    "ENTServCodeAcAcademie": "ENTServAcCodeAcademie",
    "ENTEtablissementUAI": "ENTStructureUAI",
    "ENTPersonClasses": "ENTEleveClasses",
    "ENTPersonGroupes": "ENTEleveGroupes",
}
PHONES: Final = ("ENTPersonMobileSMS", "mobile", "homePhone", "telephoneNumber")
TEACHING: Final = ("ENTAuxEnsClassesMatieres", "ENTAuxEnsClasses")
TEACHING_GROUPS: Final = ("ENTAuxEnsGroupesMatieres", "ENTAuxEnsGroupes")
OLD_TIES: Final = (
    "ENTEleveAutoriteParentale", "ENTEleveParents", "ENTElevePere", "ENTEleveMere",
    "ENTElevePersRelEleve1", "ENTElevePersRelEleve2",
)  # fmt: skip
NAMES: Final = frozenset({
    "ENTPersonJointure", "ENTStructureJointure", "ENTMatJointure",
    "sn", "givenName", "personalTitle", "mail", *PHONES,
    "ENTPersonStructRattach", "ENTEleveClasses", "ENTEleveGroupes", "ENTElevePersRelEleve",
    *OLD_TIES, *TEACHING, *TEACHING_GROUPS, "ENTAuxEnsClassesPrincipal", "ENTPersonFonctions",
    "ENTEnsFonctionDir", "PersEducNatPresenceDevantEleves", "ENTPersonCategorieEnseignant",
    "ENTStructureUAI", "ENTStructureNomCourant", "ENTStructureTypeStruct", "ENTStructureMailSI",
    "l", "ENTServAcCodeAcademie", "ENTLibelleMatiere",
    "categoriePersonne", "categorieStructure", "categorieMatiere", "categorieMef",
})  # fmt: skip
WANTED: Final = NAMES | frozenset(ALIASES)


class Operation(Enum):
    """What a request does (DTD ficAlimMENESR)."""

    ADD = "addRequest"
    MODIFY = "modifyRequest"
    DELETE = "deleteRequest"


@dataclass(frozen=True, slots=True)
class Record:
    """One request. ``values``: of the attributes that it names, blank ones left out."""

    operation: Operation
    category: str  # Eleve, PersEducNat, PersRelEleve, EtabEducNat, MatEducNat, MefEducNat
    id: str
    line: int
    values: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def first(self, *names: str) -> str:
        """The first value of the first of these attributes that has one."""
        return next((found[0] for name in names if (found := self.values.get(name))), "")

    def all(self, *names: str) -> tuple[str, ...]:
        """The values of the first of these attributes that has some."""
        return next((found for name in names if (found := self.values.get(name))), ())

    def says(self, *names: str) -> bool:
        """Whether it names one of these attributes, be it without a value."""
        return any(name in self.values for name in names)


@dataclass(frozen=True, slots=True)
class Link:
    """A guardian of a pupil, by join key."""

    guardian: str
    relation: Relation
    is_legal: bool
    is_contact: bool


def left_out(name: str, attributes: dict[str, str]) -> bool:
    """What the parser does not hold."""
    return name in {"attr", "modification"} and attributes.get("name") not in WANTED


def record(element: Element) -> Record:
    """A request of the file."""
    values: dict[str, tuple[str, ...]] = {}
    identifier = ""
    for part in element.children:
        if part.name == "identifier":
            identifier = part.value("id")
        else:  # operationalAttributes, attributes, modifications
            for attribute in part.children:
                name = attribute.attributes.get("name", "")
                name = ALIASES.get(name, name)
                texts = [_tidy(one.text) for one in attribute.children[:MAX_VALUES]]
                values[name] = values.get(name, ()) + tuple(text for text in texts if text)
    category = next(
        (
            values[name][0]
            for name in ("categoriePersonne", "categorieStructure", "categorieMatiere",
                         "categorieMef")
            if values.get(name)
        ),
        "",
    )  # fmt: skip
    jointure = next(
        (
            values[name][0]
            for name in ("ENTPersonJointure", "ENTStructureJointure", "ENTMatJointure")
            if values.get(name)
        ),
        "",
    )
    return Record(Operation(element.name), category, jointure or identifier, element.line, values)


def _tidy(text: str) -> str:
    return " ".join(text.split())[:MAX_VALUE]


def parts(text: str, count: int) -> list[str]:
    """``count`` parts of a value composed with ``$``, missing ones blank."""
    found = [part.strip() for part in text.split("$")]
    return (found + [""] * count)[: max(count, len(found))]


# -- Words -----------------------------------------------------------------------------------------

_STRUCTURES: Final = {
    "CLG": "Collège", "LYC": "Lycée", "LP": "Lycée professionnel", "LPO": "Lycée polyvalent",
    "LGT": "Lycée général et technologique", "LT": "Lycée technologique", "EREA": "EREA",
    "SEGPA": "SEGPA", "SEP": "Section d'enseignement professionnel",
    "E.E.PU": "École élémentaire", "E.M.PU": "École maternelle", "E.P.PU": "École primaire",
    "E.E.PR": "École élémentaire privée", "E.M.PR": "École maternelle privée",
    "E.P.PR": "École primaire privée", "ECOLE": "École",
}  # fmt: skip
_KINDS: Final = {"COLLEGE": "Collège", "LYCEE": "Lycée", "ECOLE": "École"}
_SHORT: Final = frozenset({"de", "du", "des", "la", "le", "les", "et", "en", "d'", "l'", "a", "à"})


def in_words(text: str) -> str:
    """``LETTRES MODERNES`` -> ``Lettres modernes``; abbreviations and mixed case stay."""
    if not text.isupper():
        return text
    words = text.split()
    if any("." in word or any(map(str.isdigit, word)) for word in words) or (
        len(words) == 1 and len(text) <= 4
    ):
        if len(words) == 1:
            return text
        text = " ".join(_word(word) for word in words)
        return text[:1].upper() + text[1:]
    return text.capitalize()


def _word(word: str) -> str:
    return word if "." in word or any(map(str.isdigit, word)) or len(word) <= 3 else word.lower()


def school_name(text: str) -> str:
    """``CLG$ANNE FRANK$RENNES`` (ENTStructureNomCourant) -> ``Collège Anne Frank``."""
    if "$" not in text:
        return text
    kind, name, *_ = parts(text, 3)
    words = [_title(word) for word in name.split()]
    return " ".join(filter(None, (_STRUCTURES.get(kind.upper(), kind.title()), *words)))


def denomination(kind: str, name: str) -> str:
    """``COLLEGE``, ``LES QUATRE VENTS`` (STS-Web) -> ``Collège les Quatre Vents``."""
    words = [_KINDS.get(word, _title(word)) for word in kind.split()]
    return " ".join([*words, *map(_title, name.split())])


def town_name(text: str) -> str:
    """``LE FOLGOET`` -> ``Le Folgoet``."""
    words = " ".join(_title(word) for word in text.split())
    return words[:1].upper() + words[1:]


def _title(word: str) -> str:
    if not word.isupper():
        return word
    return word.lower() if word.lower() in _SHORT else word.title()


# -- Functions -------------------------------------------------------------------------------------

_HEADS: Final = frozenset({"DIR", "DEC", "ADJ"})
_TEACHERS: Final = frozenset({"ENS", "DOC"})


@dataclass(frozen=True, slots=True)
class Functions:
    """What a member of staff does: in words, where, and of which kind."""

    role: str
    structures: tuple[str, ...]
    subjects: tuple[str, ...]
    profile: Profile


def functions(found: Record) -> Functions:
    """ENTPersonFonctions: ``<structure>$<code>$<label>$<post>$<label>``; ENTEnsFonctionDir."""
    roles: dict[str, None] = {}
    structures: dict[str, None] = {}
    subjects: dict[str, None] = {}
    codes: set[str] = set()
    for text in found.values.get("ENTPersonFonctions", ()):
        structure, code, label, _, post, *_ = parts(text, 5)
        codes.add(code.upper())
        structures[structure] = None
        words = [in_words(word) for word in (label, post) if word not in NO_STRUCTURE]
        if words := words or [code]:
            roles[" · ".join(words)] = None
        if code.upper() == "ENS" and post not in NO_STRUCTURE:
            subjects[in_words(post)] = None
    for text in found.values.get("ENTEnsFonctionDir", ()):
        codes.add("DIR")
        label = text.rpartition("$")[2]
        roles[in_words(label) if label not in {"O", "1", ""} else "Direction"] = None
        if "$" in text:
            structures[text.partition("$")[0]] = None
    teaches = found.first("PersEducNatPresenceDevantEleves", "ENTPersonCategorieEnseignant")
    if codes & _HEADS:
        profile = Profile.HEAD
    elif codes & _TEACHERS or teaches.upper() in {"O", "1", "TRUE"}:
        profile = Profile.TEACHER
    else:
        profile = Profile.STAFF
    role = ", ".join(filter(None, roles))[:200]
    if not role and profile is Profile.TEACHER:
        role = "Enseignement"
    return Functions(
        role, tuple(one for one in structures if one not in NO_STRUCTURE), tuple(subjects), profile
    )


# -- Families --------------------------------------------------------------------------------------

# Old codes below 10; 5 and 51 (ASE) say more than a mail client has to know: OTHER.
_RELATIONS: Final = {
    "1": Relation.FATHER, "2": Relation.MOTHER, "3": Relation.TUTOR, "4": Relation.FAMILY,
    "10": Relation.MOTHER, "20": Relation.FATHER, "39": Relation.FAMILY, "50": Relation.TUTOR,
}  # fmt: skip
RELATION_WORDS: Final = (
    (re.compile(r"\b(?:famille|familial|grand|beau|belle|oncle|tante|frere|soeur|fratrie|ascendant)"),
     Relation.FAMILY),
    (re.compile(r"\bmere\b"), Relation.MOTHER),
    (re.compile(r"\bpere\b"), Relation.FATHER),
    (re.compile(r"\btut(?:eur|rice)\b"), Relation.TUTOR),
)  # fmt: skip


def relation_of(code: str, label: str = "") -> Relation:
    """By the label of the export's own nomenclature, else by the code."""
    text = plain(label)
    for words, relation in RELATION_WORDS:
        if words.search(text):
            return relation
    return Relation.OTHER if text else _RELATIONS.get(code.lstrip("0"), Relation.OTHER)


def links(found: Record) -> list[Link]:
    """Guardians of a pupil, each once.

    ``ENTElevePersRelEleve`` (2nd degree) and ``ENTEleveAutoriteParentale`` (1st) hold
    ``<guardian>$<link>$<financial>$<legal>$<contact>$<payment>``, the latter maybe the guardian
    alone. Legal: 1 or 2 with the old link codes (first and second legal guardian); with the new
    ones 1 is legal and 2 has charge of the pupil. Else the attributes of older exports.
    """
    made: dict[str, Link] = {}
    for text in found.values.get("ENTElevePersRelEleve", ()):
        _put(made, _link(text))
    if not made:
        _old_links(found, made)
    return list(made.values())


def _link(text: str) -> Link:
    guardian, link, _, legal, contact, _, *_ = parts(text, 6)
    is_new = len(link.lstrip("0")) > 1
    return Link(
        guardian,
        relation_of(link),
        is_legal=legal == "1" or (legal == "2" and not is_new),
        is_contact=contact == "1" or legal == "2",
    )


def _old_links(found: Record, made: dict[str, Link]) -> None:
    for text in found.values.get("ENTEleveAutoriteParentale", ()):
        link = _link(text)
        _put(made, link if text.count("$") >= 3 else replace(link, is_legal=True))
    relations = {
        "ENTElevePere": Relation.FATHER, "ENTEleveMere": Relation.MOTHER,
    }  # fmt: skip
    for name in OLD_TIES[1:]:
        for guardian in found.values.get(name, ()):
            is_contact = name.startswith("ENTElevePersRelEleve")
            relation = relations.get(name, Relation.OTHER)
            _put(made, Link(guardian, relation, is_legal=False, is_contact=is_contact))


def _put(made: dict[str, Link], link: Link) -> None:
    """A guardian named twice keeps what either line says."""
    held = made.get(link.guardian)
    if link.guardian in NO_STRUCTURE:
        return
    if held is None:
        made[link.guardian] = link
        return
    relation = link.relation if held.relation is Relation.OTHER else held.relation
    made[link.guardian] = Link(
        link.guardian,
        relation,
        is_legal=held.is_legal or link.is_legal,
        is_contact=held.is_contact or link.is_contact,
    )


def joined(values: Iterable[str]) -> str:
    """Subjects taught to one class, as a membership's role."""
    return ", ".join(dict.fromkeys(filter(None, values)))[:200]
