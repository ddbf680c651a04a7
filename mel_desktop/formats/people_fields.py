"""Headings of exports about people, as French schools write them, and what they mean.

Sources seen: ONDE extractions, ENT files (Edifice), GEPI, Pronote selections, lists typed in a
spreadsheet. Compared after ``headings.heading``: case, accents, spaces, ``*`` and ``'`` set aside.
What a mail client does not need (birth dates, INE, home addresses) has no field on purpose.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Final

from mel_desktop.formats.headings import heading


class Field(Enum):
    """What a column holds. The value is the heading that we name in messages."""

    SURNAME = "nom"
    USAGE = "nom d'usage"
    GIVEN = "prénom"
    FULL = "nom complet"
    CIVILITY = "civilité"
    EMAIL = "courriel"
    ROLE = "fonction"
    SUBJECT = "discipline"
    CLASSES = "classe"
    GROUPS = "groupe"
    SCHOOL = "établissement"
    UAI = "UAI"
    PHONE = "téléphone"
    TOWN = "ville"


_SYNONYMS: Final[dict[Field, str]] = {
    Field.SURNAME: "nom noms nomdefamille nomfamille nompatronymique nompersonne lastname surname"
    " familyname name sn",
    Field.USAGE: "nomusage nomdusage nomusuel nommarital",
    Field.GIVEN: "prenom prenoms prenomusuel prenom1 premierprenom firstname givenname",
    Field.FULL: "nomcomplet nomprenom nometprenom nomsprenoms nometprenoms nomprenoms prenomnom"
    " prenometnom displayname cn fullname identite personne personnel eleve professeur enseignant"
    " responsable contact agent",
    Field.CIVILITY: "civilite civ titre",
    Field.EMAIL: "courriel courriels email emails mel mels mail mails adressemail adresseemail"
    " adressemel adressecourriel adresseelectronique adressedemessagerie messagerie emailaddress"
    " courrielacademique emailacademique mailacademique melacademique emailprofessionnel"
    " emailpro mailprofessionnel mailpro courrielprofessionnel melprofessionnel primaryemail",
    Field.ROLE: "fonction fonctions role roles profil profils statut qualite type typedepersonne"
    " metier poste emploi lien liendeparente",
    Field.SUBJECT: "discipline disciplines matiere matieres matiereenseignee matieresenseignees"
    " specialite enseignement",
    Field.CLASSES: "classe classes libelleclasse libelleclasses codeclasse nomclasse division"
    " divisions div classeouregroupement classeenfant classesenfant classeenfants classesenfants"
    " classedelenfant classeenseignee classesenseignees classeouservice",
    Field.GROUPS: "groupe groupes regroupement regroupements libellegroupe equipe equipes group"
    " groups",
    Field.SCHOOL: "etablissement etablissements nometablissement nomdeletablissement"
    " libelleetablissement ecole nomecole nomdelecole college lycee structure school",
    Field.UAI: "uai rne codeuai coderne uairne rneuai numerouai codeetablissement"
    " identifiantdeletablissement uaietablissement rneetablissement",
    Field.PHONE: "telephone tel telephoneprofessionnel telprofessionnel telephonepro telpro"
    " telephonetravail telephonefixe numerodetelephone phone phonenumber",
    Field.TOWN: "ville commune localite nomcommune town city",
}
MEANING: Final[dict[str, Field]] = {
    word: field for field, words in _SYNONYMS.items() for word in words.split()
}

# ONDE writes whose name it is behind each heading: "Nom d'usage Elève", "Courriel responsable".
WHOSE: Final[dict[str, str]] = {
    "eleve": "élève",
    "eleves": "élève",
    "responsable": "responsable légal",
    "parent": "responsable légal",
    "enseignant": "enseignant",
    "personnel": "personnel",
}


def meaning(text: str) -> tuple[Field | None, str]:
    """What a heading stands for, and the role that it gives away ("" when none)."""
    word = heading(text)
    if word in MEANING:
        return MEANING[word], WHOSE.get(word, "") if MEANING[word] is Field.FULL else ""
    for ending, role in WHOSE.items():
        stem = word.removesuffix(ending)
        if stem != word:
            for link in ("", "dudela", "del", "dela", "du", "de"):
                known = MEANING.get(stem.removesuffix(link)) if stem.endswith(link) else None
                if known is not None:
                    return known, role
    return None, ""


def columns(headings: Sequence[str]) -> tuple[dict[Field, tuple[int, ...]], str]:
    """Columns of each field, in their order, and the role that the headings give away."""
    found: dict[Field, list[int]] = {}
    role = ""
    for index, text in enumerate(headings):
        field, whose = meaning(text)
        if field is not None:
            found.setdefault(field, []).append(index)
            role = role or whose
    return {field: tuple(places) for field, places in found.items()}, role
