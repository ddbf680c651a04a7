"""Words of schools: functions, subjects, classes, telephone numbers, in the ways people type them.

All words here are folded. What is typed on the left is looked for as written on the right, beside
itself. Functions and subjects: nomenclatures of BCN and everyday speech.
"""

from __future__ import annotations

import re
from typing import Final

from mel_desktop.model.people import Part, Profile

_TEACHER: Final = ("enseignant", "enseignante", "professeur", "professeure", "prof", "ens")
_PUPIL: Final = ("eleve", "etudiant", "apprenant")
_GUARDIAN: Final = ("responsable", "parent", "parents", "mere", "pere", "tuteur", "tutrice")
_HEAD: Final = ("principal", "principale", "proviseur", "proviseure", "directeur", "directrice",
                "direction", "chef d etablissement")  # fmt: skip
PROFILE_WORDS: Final = {
    Profile.TEACHER: _TEACHER, Profile.PUPIL: _PUPIL, Profile.GUARDIAN: _GUARDIAN,
    Profile.HEAD: _HEAD,
}  # fmt: skip
PART_WORDS: Final = {
    Part.PUPIL: "eleve", Part.DELEGATE: "eleve delegue deleguee delegues",
    Part.TEACHER: " ".join(_TEACHER), Part.GUARDIAN: " ".join(_GUARDIAN),
    Part.HEAD_TEACHER: f"{' '.join(_TEACHER)} professeur principal",
}  # fmt: skip
# Typed word -> profile; its words count too.
_FUNCTIONS: Final = {
    word: profile
    for words, profile in (
        ("prof profs professeur professeurs professeure professeures enseignant enseignante "
         "enseignants enseignantes instit instituteur institutrice maitresse", Profile.TEACHER),
        ("eleve eleves", Profile.PUPIL),
        ("parent parents famille familles responsable responsables mere pere", Profile.GUARDIAN),
        ("direction chef", Profile.HEAD),
    )
    for word in words.split()
}  # fmt: skip
FAMILY: Final = frozenset(word for word, who in _FUNCTIONS.items() if who is Profile.GUARDIAN)
PUPILS: Final = frozenset(word for word, who in _FUNCTIONS.items() if who is Profile.PUPIL)
_SAID: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("math maths mathematique mathematiques", ("mathematiques", "mathematique", "maths", "math")),
    ("svt biologie bio", ("sciences de la vie", "sciences vie", "svt", "biologie")),
    ("eps sport gym", ("education physique", "eps", "sport")),
    ("hg histgeo histoiregeo histoiregeographie",
     ("histoire geographie", "histoire et geographie", "hist geo", "hg")),
    ("pc physiquechimie physchim", ("physique chimie", "sciences physiques", "pc")),
    ("physique", ("sciences physiques",)),
    ("francais lettres", ("lettres", "francais")),
    ("anglais angl", ("anglais", "lv anglais")), ("allemand all", ("allemand",)),
    ("espagnol esp", ("espagnol",)), ("techno technologie", ("technologie", "techno")),
    ("philo philosophie", ("philosophie", "philo")),
    ("ses", ("sciences economiques", "ses")), ("emc", ("enseignement moral", "emc")),
    ("musique", ("education musicale", "musique")),
    ("dessin artspla", ("arts plastiques", "dessin")),
    ("doc documentaliste cdi", ("documentation", "documentaliste", "cdi")),
    ("nsi snt", ("numerique", "nsi", "snt")),
    ("pp", ("professeur principal", "professeure principale", "head teacher")),
    ("cpe", ("conseiller principal", "conseillere principale", "cpe")),
    ("aesh avs", ("accompagnant", "accompagnante", "aesh", "avs")),
    ("aed surveillant surveillante", ("assistant d education", "assistante d education", "aed",
                                      "surveillant")),
    ("psyen cop", ("psychologue", "orientation", "psyen", "psy en")),
    ("gestionnaire intendant intendante", ("gestionnaire", "intendance", "intendant")),
    ("infirmier infirmiere", ("infirmiere", "infirmier")),
    ("ien inspecteur inspectrice", ("inspecteur", "inspectrice", "ien", "inspection")),
    ("secretariat secretaire", ("secretariat", "secretaire")),
    ("clg college colleges col", ("college",)), ("lyc lycee lycees", ("lycee",)),
    ("lp", ("lycee professionnel",)),
    ("ecole ecoles ep", ("ecole",)), ("maternelle mat", ("maternelle",)),
    ("circo circonscription", ("circonscription",)),
    ("rectorat", ("rectorat",)), ("st", ("saint",)), ("ste", ("sainte",)),
)  # fmt: skip
_SYNONYMS: Final = {word: said for words, said in _SAID for word in words.split()}
SCHOOLS: Final = frozenset(
    ("clg", "college", "col", "lyc", "lycee", "lp", "ecole", "ep", "maternelle", "primaire",
     "elementaire")
)  # fmt: skip

_CLASS: Final = re.compile(
    r"([1-6])(?:ieme|eme|ere|nde|nd|er|re|de|e)?((?:[a-z]|[a-z]{2,5}\d{1,2})?\d{0,2})"
)
_TERM: Final = re.compile(r"(?:terminale|term|tle|te|t)((?:[a-z]{0,5})\d{0,2})")
_LEVEL: Final = re.compile(r"(?:cp|ce1|ce2|cm1|cm2|tps|ps|ms|gs|ulis|segpa|upe2a)[a-z]?\d?")
_LEVEL_WORD: Final = re.compile(r"[1-6](?:ieme|eme|ere|nde|nd|er|re|de|e)?|tle|term|terminale")
_PART: Final = re.compile(r"[a-z]|\d{1,2}|[a-z]{1,5}\d{1,2}")
_TOKEN: Final = re.compile(r"[^\W_]+")
_PHONE: Final = re.compile(
    r"(?<![\w@])(?:\+|00)?\(?\d(?:[\s.\-/()\u00a0\u202f]{0,3}\d){3,17}(?!\w)"
)
_ABROAD: Final = re.compile(r"(?:\+|00)33(?:0(?=\d{9}$))?")
SHORTEST_PHONE: Final = 4


def function_of(word: str) -> Profile | None:
    """Whose function the word names."""
    return _FUNCTIONS.get(word)


def other_words(word: str) -> tuple[str, ...]:
    """Whole words and phrases that say the same."""
    said = _SYNONYMS.get(word, ())
    profile = _FUNCTIONS.get(word)
    return said if profile is None else (*said, *PROFILE_WORDS[profile])


def class_key(label: str) -> str:
    """One writing of a class, given folded: ``6eme b``, ``6e b``, ``6b`` -> ``6b``."""
    together = "".join(_TOKEN.findall(label))
    if found := _CLASS.fullmatch(together):
        return found[1] + found[2]
    if found := _TERM.fullmatch(together):
        return "t" + found[1]
    return together


def class_typed(words: list[str], at: int) -> tuple[str, int]:
    """Whether a class is typed at a place: its key and how many words it takes, else ("", 0)."""
    word = words[at]
    if _LEVEL_WORD.fullmatch(word):
        if at + 1 < len(words) and _PART.fullmatch(words[at + 1]):
            return class_key(word + words[at + 1]), 2
        return class_key(word), 1
    if _CLASS.fullmatch(word) and not word.isdigit():
        return class_key(word), 1
    if _LEVEL.fullmatch(word) or (
        word[:1] == "t" and word[-1:].isdigit() and _TERM.fullmatch(word)
    ):
        return class_key(word), 1
    return "", 0


def phone_key(written: str) -> str:
    """The digits of a telephone number in France: ``+33 (0)2 99 12`` -> ``029912``."""
    if written.isascii() and written.isdecimal() and written[:2] != "00":
        return written
    plain = "".join(one for one in written if one.isdecimal() or one == "+")
    abroad = _ABROAD.match(plain)
    return "".join(
        str(int(one))
        for one in (("0" + plain[abroad.end() :]) if abroad else plain)
        if one.isdecimal()
    )


def phones_typed(text: str) -> list[tuple[int, int, str]]:
    """Where telephone numbers or their last digits stand: (start, end, digits)."""
    return [
        (found.start(), found.end(), phone_key(found[0]))
        for found in _PHONE.finditer(text)
        if len(phone_key(found[0])) >= SHORTEST_PHONE
    ]
