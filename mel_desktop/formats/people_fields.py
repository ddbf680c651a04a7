"""Headings of exports about people, as French schools write them, and what they mean.

Sources seen: ONDE extractions, ENT files (Edifice), GEPI, Pronote selections, Zimbra, Outlook and
Thunderbird exports, lists typed in a spreadsheet. Compared after ``headings.heading``: case,
accents, blanks, ``*`` and ``'`` set aside.
What a mail client does not need (birth dates, INE, home addresses) is known by name too, so that it
is told apart from what was not understood; it has no field on purpose.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum
from typing import Final

from mel_desktop.formats.headings import heading
from mel_desktop.model.patterns import late
from mel_desktop.model.people import Profile
from mel_desktop.model.tables import Field, Sensitive
from mel_desktop.model.values import dataclass

__all__ = ["MEANING", "Field", "Understanding", "meaning", "sensitive", "understood"]

_SYNONYMS: Final[dict[Field, str]] = {
    Field.SURNAME: "nom noms nomdefamille nomfamille nompatronymique nompersonne lastname surname"
    " familyname name sn nomdenaissance nomnaissance patronyme",
    Field.USAGE: "nomusage nomdusage nomusuel nommarital nomdepouse nomdusagefamille",
    Field.GIVEN: "prenom prenoms prenomusuel prenom1 premierprenom firstname givenname"
    " prenomdusage prenomusage forename",
    Field.FULL: "nomcomplet nomprenom nometprenom nomsprenoms nometprenoms nomprenoms prenomnom"
    " prenometnom displayname cn fullname identite personne personnel eleve professeur enseignant"
    " responsable contact agent nomaffiche nomdaffichage libellepersonne individu fileas",
    Field.CIVILITY: "civilite civ titre title titredecivilite codecivilite lccivilite llcivilite",
    Field.EMAIL: "courriel courriels email emails mel mels mail mails adressemail adresseemail"
    " adressemel adressecourriel adresseelectronique adressedemessagerie messagerie emailaddress"
    " courrielacademique emailacademique mailacademique melacademique emailprofessionnel"
    " emailpro mailprofessionnel mailpro courrielprofessionnel melprofessionnel primaryemail"
    " secondaryemail secondemail email1 email2 email3 emailaddress2 autrecourriel autreemail"
    " courrielpersonnel emailpersonnel mailpersonnel adressecourrielle adressemailacademique"
    " courrielinstitutionnel emailperso mailperso workemail homeemail",
    Field.ROLE: "fonction fonctions role roles profil profils statut qualite type typedepersonne"
    " metier poste emploi jobtitle categorie categoriepersonne",
    Field.SUBJECT: "discipline disciplines matiere matieres matiereenseignee matieresenseignees"
    " specialite enseignement disciplinedeposte disciplineenseignee matierespreferees",
    Field.CLASSES: "classe classes libelleclasse libelleclasses codeclasse nomclasse division"
    " divisions div classeouregroupement classeenfant classesenfant classeenfants classesenfants"
    " classedelenfant classeenseignee classesenseignees classeouservice classesdelenseignant"
    " classederattachement codestructure libelledivision codedivision classesetgroupes",
    Field.GROUPS: "groupe groupes regroupement regroupements libellegroupe equipe equipes group"
    " groups groupesenseignes codegroupe nomgroupe groupeenseigne categories labels tags",
    Field.HEAD_OF: "professeurprincipalde pp ppde classeprincipale profprincipal"
    " professeurprincipal profprincipalde estprofesseurprincipalde",
    Field.SCHOOL: "etablissement etablissements nometablissement nomdeletablissement"
    " libelleetablissement ecole nomecole nomdelecole college lycee structure school company"
    " organization organisation organisme societe denominationetablissement",
    Field.UAI: "uai rne codeuai coderne uairne rneuai numerouai codeetablissement"
    " identifiantdeletablissement uaietablissement rneetablissement numetablissement",
    Field.PHONE: "telephone tel telephoneprofessionnel telprofessionnel telephonepro telpro"
    " telephonetravail telephonefixe numerodetelephone phone phonenumber telephonedomicile"
    " telephoneportable portable mobile telmobile telportable telephonemobile teldomicile"
    " teltravail telfixe telephonepersonnel telpersonnel mobilephone workphone homephone gsm"
    " telephoneprincipal telpers telport telprof",
    Field.TOWN: "ville commune localite nomcommune town city workcity",
    Field.ID: "identifiant externalid id idexterne identifiantexterne identifiantunique elenoet"
    " idpersonne numeroeleve numeleve ideleve identifianteleve uid login",
    Field.RELATION: "lien liendeparente parente lienparente natureduliens naturelien relation"
    " liendepareneteleve lienaveclenfant lienaveceleve codeparente",
    Field.CHILD_ID: "childexternalid idenfant identifiantenfant childid externalidenfant"
    " idexterneenfant ideleve1",
    Field.CHILD_FULL: "enfant enfants nomdelenfant nomprenomenfant",
}  # fmt: skip
MEANING: Final[dict[str, Field]] = {
    word: field for field, words in _SYNONYMS.items() for word in words.split()
}

_SENSITIVE: Final[dict[Sensitive, str]] = {
    Sensitive.BIRTH: "datenaissance datedenaissance datenaiss datnais naissance neele nele nee ne"
    " ddn lieunaissance lieudenaissance communenaissance communedenaissance paysnaissance"
    " paysdenaissance departementnaissance departementdenaissance villedenaissance birthday"
    " birthdate dateofbirth dateofbirthday age anneedenaissance codecommunenaissance",
    Sensitive.NATIONAL_ID: "ine nine noine ndine numine numeroine idnational identifiantnational"
    " numeronational nir numerodesecuritesociale securitesociale numerosecuritesociale numen"
    " ineeleve codeine inerie",
    Sensitive.ADDRESS: "adresse adresse1 adresse2 adresse3 adresse4 adressepostale adresse1ligne"
    " ligne1 ligne2 ligne3 ligne4 ligne1adresse ligne2adresse cp cp1 cp2 codepostal codepostal1"
    " codepostal2 rue voie street homestreet workstreet homepostalcode workpostalcode postalcode"
    " commune1 commune2 pays pays1 pays2 country homecity homestate homecountry workstate"
    " workcountry adressedomicile adressepersonnelle complementadresse lieudit boitepostale zip"
    " homeaddress adressecomplete quartier",
    Sensitive.BURSARY: "boursier bourse bourses echelon tauxbourse aidesfinancieres iban rib bic"
    " quotientfamilial quotient respfinancier responsablefinancier tarif payeur",
    Sensitive.PROGRAMME: "mef codemef libellemef mefstat mefstat4 codemefstat11",
    Sensitive.HEALTH: "pai pap pps sante handicap mdph ulis allergie allergies medecin"
    " medecintraitant vaccin vaccins vaccination groupesanguin regimealimentaire traitement"
    " infossante",
    Sensitive.CARE: "ase aidesociale suiviase placement jugement autoriteparentale",
    Sensitive.OTHER: "sexe genre codesexe gender nationalite religion situationfamiliale profession"
    " professions pcs codepcs codeprofession csp professionresponsable libellepcs motdepasse"
    " password mdp regime coderegime demipension transport photo",
}  # fmt: skip
SENSITIVE: Final[dict[str, Sensitive]] = {
    word: kind for kind, words in _SENSITIVE.items() for word in words.split()
}
# Whatever follows: "INE (unique)", "Date de naissance élève 1", "Adresse ligne 2", "Né(e) le ...".
_SENSITIVE_BEGINNINGS: Final = (
    ("datenaiss", Sensitive.BIRTH), ("datedenaiss", Sensitive.BIRTH), ("neele", Sensitive.BIRTH),
    ("lieunaiss", Sensitive.BIRTH), ("lieudenaiss", Sensitive.BIRTH),
    ("villenaiss", Sensitive.BIRTH), ("communenaiss", Sensitive.BIRTH),
    ("adresseligne", Sensitive.ADDRESS), ("adressepost", Sensitive.ADDRESS),
    ("codepostal", Sensitive.ADDRESS), ("boursier", Sensitive.BURSARY),
    ("bourse", Sensitive.BURSARY), ("securitesociale", Sensitive.NATIONAL_ID),
    ("regimealim", Sensitive.HEALTH), ("identifiantnational", Sensitive.NATIONAL_ID),
)  # fmt: skip

# ONDE writes whose name it is behind each heading: "Nom d'usage Elève", "Courriel responsable".
WHOSE: Final[dict[str, str]] = {
    "eleve": "élève",
    "eleves": "élève",
    "responsable": "responsable légal",
    "parent": "responsable légal",
    "enseignant": "enseignant",
    "personnel": "personnel",
}
_LINKS: Final = ("", "dudela", "del", "delal", "dela", "du", "de", "d")


class _Owner(Enum):
    """Whose a column is, as its heading says."""

    LINE = ""  # not said
    PUPIL = "eleve"
    CHILD = "enfant"
    GUARDIAN = "responsable"
    TEACHER = "enseignant"
    STAFF = "personnel"


# Longest first: "responsablelegal" before "legal" would leave a stem that means nothing.
_OWNER_WORDS: Final = tuple(
    sorted(
        {
            **dict.fromkeys(("eleve", "eleves"), _Owner.PUPIL),
            **dict.fromkeys(("enfant", "enfants", "child"), _Owner.CHILD),
            **dict.fromkeys(
                ("responsable", "responsables", "responsablelegal", "resplegal", "replegal",
                 "representantlegal", "representant", "resp", "parent", "parents", "mere", "pere",
                 "tuteur", "rl", "famille", "relative"), _Owner.GUARDIAN),
            **dict.fromkeys(("enseignant", "enseignants", "professeur", "prof"), _Owner.TEACHER),
            **dict.fromkeys(("personnel", "personnels", "agent"), _Owner.STAFF),
        }.items(),
        key=lambda pair: -len(pair[0]),
    )
)  # fmt: skip
_PROFILES: Final = {
    _Owner.PUPIL: Profile.PUPIL,
    _Owner.GUARDIAN: Profile.GUARDIAN,
    _Owner.TEACHER: Profile.TEACHER,
    _Owner.STAFF: Profile.STAFF,
}
_CHILD: Final = {
    Field.SURNAME: Field.CHILD_SURNAME, Field.USAGE: Field.CHILD_USAGE,
    Field.GIVEN: Field.CHILD_GIVEN, Field.FULL: Field.CHILD_FULL,
    Field.CLASSES: Field.CHILD_CLASSES, Field.ID: Field.CHILD_ID, Field.CHILD_ID: Field.CHILD_ID,
    Field.CHILD_FULL: Field.CHILD_FULL,
}  # fmt: skip
_GUARDIAN: Final = {
    Field.SURNAME: Field.GUARDIAN_SURNAME, Field.USAGE: Field.GUARDIAN_USAGE,
    Field.GIVEN: Field.GUARDIAN_GIVEN, Field.FULL: Field.GUARDIAN_FULL,
    Field.CIVILITY: Field.GUARDIAN_CIVILITY, Field.EMAIL: Field.GUARDIAN_EMAIL,
    Field.PHONE: Field.GUARDIAN_PHONE, Field.RELATION: Field.GUARDIAN_RELATION,
}  # fmt: skip
_NAMES: Final = frozenset({Field.SURNAME, Field.USAGE, Field.GIVEN, Field.FULL})
_SAID_ONCE: Final = frozenset({Field.EMAIL, Field.PHONE, Field.RELATION})
_NUMBER: Final = late(r"\d{1,2}\Z")


@dataclass(frozen=True, slots=True)
class Understanding:
    """What the columns hold, each in its place, and who the people of the lines are."""

    fields: tuple[Field | None, ...]
    profile: Profile = Profile.OTHER


def meaning(text: str) -> tuple[Field | None, str]:
    """What a heading stands for on its own, and the role that it gives away ("" when none)."""
    word = heading(text)
    if word in MEANING:
        return MEANING[word], WHOSE.get(word, "") if MEANING[word] is Field.FULL else ""
    for ending, role in WHOSE.items():
        stem = word.removesuffix(ending)
        if stem != word:
            for link in _LINKS:
                known = MEANING.get(stem.removesuffix(link)) if stem.endswith(link) else None
                if known is not None:
                    return known, role
    return None, ""


def sensitive(text: str) -> Sensitive | None:
    """Why a column is never read, or None. "Adresse" may be one of mail: see its content."""
    word = heading(text)
    if word in SENSITIVE:
        return SENSITIVE[word]
    for beginning, kind in _SENSITIVE_BEGINNINGS:
        if word.startswith(beginning):
            return kind
    owned = _owned(word)
    return SENSITIVE.get(owned[0]) if owned else None


def understood(headings: Sequence[str]) -> Understanding:
    """All headings together: "Courriel responsable" is the pupil's guardian's in a list of pupils,
    the person's own in a list of guardians.
    """
    found = [(None, _Owner.LINE) if sensitive(text) else _owned_meaning(text) for text in headings]
    owners = {owner for field, owner in found if field in _NAMES or field in _CHILD}
    own = _line_owner(found, owners)
    placed: list[Field | None] = []
    for field, owner in found:
        # "Nom responsable; Prénom responsable; Courriel": whose is not said again
        after = placed[-1] if placed else None
        if owner is _Owner.LINE and after in _GUARDIAN.values() and field in _SAID_ONCE:
            owner = _Owner.GUARDIAN
        placed.append(_placed(field, owner, own))
    fields = tuple(placed)
    profile = _PROFILES.get(own, Profile.OTHER)
    if profile is Profile.OTHER:
        if any(field in _CHILD.values() for field in fields):
            profile = Profile.GUARDIAN
        elif any(field in _GUARDIAN.values() for field in fields):
            profile = Profile.PUPIL
    if profile in (Profile.PUPIL, Profile.GUARDIAN):  # there it names the teacher
        fields = tuple(None if field is Field.HEAD_OF else field for field in fields)
    return Understanding(_without_home(fields, headings, profile), profile)


def _line_owner(found: Sequence[tuple[Field | None, _Owner]], owners: set[_Owner]) -> _Owner:
    """Whose line it is."""
    named = {owner for field, owner in found if field in _NAMES}
    if _Owner.LINE in named:
        return _Owner.LINE
    if _Owner.PUPIL in named and _Owner.GUARDIAN in named:
        pupils = sum(field in {Field.GIVEN, Field.FULL} and owner is _Owner.PUPIL
                     for field, owner in found)  # fmt: skip
        return _Owner.GUARDIAN if pupils > 1 else _Owner.PUPIL
    for owner in (_Owner.PUPIL, _Owner.GUARDIAN, _Owner.TEACHER, _Owner.STAFF):
        if owner in named:
            return owner
    return _Owner.PUPIL if _Owner.PUPIL in owners else _Owner.LINE


def _placed(field: Field | None, owner: _Owner, own: _Owner) -> Field | None:
    if field is None or owner is own:
        return field
    if owner is _Owner.LINE:
        return field
    if owner is _Owner.CHILD or (owner is _Owner.PUPIL and own is not _Owner.PUPIL):
        return _CHILD.get(field)
    if owner is _Owner.GUARDIAN:
        return _GUARDIAN.get(field)
    # "Classe enseignant", "Fonction personnel": the line's own; another's name is not
    return None if field in _NAMES else field


def _without_home(
    fields: tuple[Field | None, ...], headings: Sequence[str], profile: Profile
) -> tuple[Field | None, ...]:
    """The town belongs to a home address where there is one, or where the people are families."""
    has_address = any(sensitive(text) is Sensitive.ADDRESS for text in headings)
    if has_address or profile in (Profile.PUPIL, Profile.GUARDIAN):
        return tuple(None if field is Field.TOWN else field for field in fields)
    return fields


def block_numbers(headings: Sequence[str], fields: Sequence[Field | None]) -> tuple[int, ...]:
    """Which child or guardian each column is about: by the number in its heading, else the first
    column of a kind is about the first.
    """
    seen: dict[Field, int] = {}
    numbers = []
    for text, field in zip(headings, fields, strict=False):
        told = _number(heading(text))
        if field is not None:
            seen[field] = seen.get(field, 0) + 1
        numbers.append(told or (seen[field] if field is not None else 0))
    return tuple(numbers)


def _number(word: str) -> int:
    """The number at the end of a heading or of the owner it begins with; 0 when there is none."""
    found = _NUMBER.search(word) or re.match(r"[a-z]+?(\d{1,2})(?=[a-z])", word)
    if found is None:
        # "Courriel mère", "Courriel père": two people
        return {"mere": 1, "pere": 2}.get(
            next((one for one in ("mere", "pere") if one in word), ""), 0
        )
    return int(found[found.lastindex or 0])


def _owned_meaning(text: str) -> tuple[Field | None, _Owner]:
    word = heading(text)
    if word in {"eleve", "responsable", "enfant", "mere", "pere", "parent", "enseignant",
                "professeur", "personnel", "agent"}:  # fmt: skip
        return Field.FULL, next(owner for name, owner in _OWNER_WORDS if name == word)
    if word in {"ideleve", "identifianteleve", "numeroeleve", "numeleve"}:
        return Field.ID, _Owner.PUPIL
    if word in MEANING and not word.endswith(("enfant", "enfants")):
        return MEANING[word], _Owner.LINE
    owned = _owned(word)
    if owned is not None and owned[0] in MEANING:
        return MEANING[owned[0]], owned[1]
    if owned is not None and not owned[0]:
        return Field.FULL, owned[1]
    return MEANING.get(word), _Owner.CHILD if word in MEANING else _Owner.LINE


def _owned(word: str) -> tuple[str, _Owner] | None:
    """(what, whose) of a heading that says whose it is: at its end, or at its beginning."""
    bare = _NUMBER.sub("", word)
    if bare != word and bare in MEANING:
        return bare, _Owner.LINE
    best: tuple[str, _Owner] | None = None
    for name, owner in _OWNER_WORDS:
        for stem in _stems(bare, name):
            if stem in MEANING or stem in SENSITIVE or not stem:
                return stem, owner
            best = best or (stem, owner)
    return best


def _stems(word: str, name: str) -> list[str]:
    """What is left of a word without whose it is."""
    stems = []
    if word.endswith(name):
        rest = _NUMBER.sub("", word[: -len(name)])
        stems += [rest.removesuffix(link) for link in _LINKS if rest.endswith(link)]
    if word.startswith(name):
        stems.append(re.sub(r"\A\d{1,2}", "", word[len(name) :]))
    return stems
