"""What a person of an LDAP directory is to a school: role, profile, subjects, family. Pure.

SDET annexe 4: ENTPersonProfils, ENTPersonFonctions, the attributes that tie pupils and those who
are responsible for them (DNs in an ENT; ``<DN>$link$financial$legal$contact$payment`` in
ENTElevePersRelEleve).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from mel_desktop.formats.headings import plain
from mel_desktop.model.people import Part, Profile, Relation, Tie

# Codes of the SDET, words of EOLE Scribe, affiliations of eduPerson
PROFILES: Final = {
    "national_1": ("élève", Profile.PUPIL),
    "national_2": ("responsable légal", Profile.GUARDIAN),
    "national_3": ("enseignant", Profile.TEACHER),
    "national_4": ("direction", Profile.HEAD),
    "national_5": ("vie scolaire", Profile.STAFF),
    "national_6": ("personnel administratif", Profile.STAFF),
    "national_7": ("services académiques", Profile.STAFF),
    "eleve": ("élève", Profile.PUPIL),
    "enseignant": ("enseignant", Profile.TEACHER),
    "administratif": ("personnel administratif", Profile.STAFF),
    "responsable": ("responsable légal", Profile.GUARDIAN),
    "student": ("élève", Profile.PUPIL),
    "faculty": ("enseignant", Profile.TEACHER),
    "teacher": ("enseignant", Profile.TEACHER),
    "staff": ("personnel", Profile.STAFF),
    "employee": ("personnel", Profile.STAFF),
}
_CLASSES: Final = {
    "enteleve": Profile.PUPIL,
    "entauxpersreleleve": Profile.GUARDIAN,
    "entauxenseignant": Profile.TEACHER,
    "entauxnonenseignant": Profile.STAFF,
    "entauxnonensetab": Profile.STAFF,
    "entauxnonenscollloc": Profile.STAFF,
    "entauxnonensservac": Profile.STAFF,
}
_FUNCTIONS: Final = {"ENS": Profile.TEACHER, "DOC": Profile.TEACHER, "DIR": Profile.HEAD}
_TITLES: Final = (
    (re.compile(r"\b(?:professeur|enseignant|enseignante|professeure|certifie|agrege)"),
     Profile.TEACHER),
    (re.compile(r"\b(?:principal|principale|proviseur|proviseure)\b(?! adm)"), Profile.HEAD),
)  # fmt: skip
_STRENGTH: Final = (Part.MEMBER, Part.PUPIL, Part.TEACHER, Part.DELEGATE, Part.HEAD_TEACHER)
_ACADEMIC: Final = re.compile(
    r"(?:[\w-]+\.)?(?:ac-[a-z-]+\.fr|education\.gouv\.fr)", re.I
).fullmatch
# Link codes of ENTElevePersRelEleve, old and new. 5 and 51 (ASE) are not kept as such.
_LINKS: Final = {
    "1": Relation.FATHER, "2": Relation.MOTHER, "3": Relation.TUTOR, "4": Relation.FAMILY,
    "10": Relation.MOTHER, "20": Relation.FATHER, "39": Relation.FAMILY, "50": Relation.TUTOR,
}  # fmt: skip
# Attributes that name relatives
FAMILY: Final = frozenset({
    "entauxpersreleleveeleve", "entelevepere", "entelevemere", "enteleveparents",
    "enteleveautoriteparentale", "entelevepersreleleve1", "entelevepersreleleve2",
    "entelevepersreleleve",
})  # fmt: skip
MOST_TIES: Final = 40


def role_of(
    titles: tuple[str, ...], functions: tuple[str, ...], said: tuple[str, ...], category: str
) -> str:
    """A title in words, else function and subject of the SDET, else the profile."""
    if titles:
        return ", ".join(dict.fromkeys(titles))[:200]
    words: dict[str, None] = {}
    for text in functions:
        if labels := _labels(text):
            words[" · ".join(label.capitalize() for label in labels)] = None
    if words:
        return ", ".join(words)[:200]
    for text in said:
        return PROFILES.get(plain(text).replace(" ", "_"), (text, None))[0]
    return category


def _labels(function: str) -> list[str]:
    """Of ``<school>$ENS$ENSEIGNEMENT$L0202$LETTRES MODERNES``: the words behind the codes."""
    words = [part for part in function.split("$")[1:] if part and part not in {"-", "-1"}]
    return [part for index, part in enumerate(words) if index % 2 == 1] or words[:1]


def subjects_of(functions: tuple[str, ...]) -> tuple[str, ...]:
    """Subjects taught: the last label of a teaching function."""
    found: dict[str, None] = {}
    for text in functions:
        parts = text.split("$")
        if len(parts) >= 5 and parts[1] == "ENS" and parts[4].strip(" -1"):
            found[parts[4].strip().capitalize()] = None
    return tuple(found)


def own_profile(
    titles: tuple[str, ...],
    functions: tuple[str, ...],
    said: tuple[str, ...],
    kinds: frozenset[str],
    is_staff: bool,
) -> Profile:
    """From the profile that is said, else the object classes, functions, title.

    ``is_staff``: a directory of staff, where who is nothing else is a member of it.
    """
    for text in said:
        if known := PROFILES.get(plain(text).replace(" ", "_")):
            return known[1]
    for kind, profile in _CLASSES.items():
        if kind in kinds:
            return profile
    for text in functions:
        code = text.split("$")[1:2]
        if code and (profile_ := _FUNCTIONS.get(code[0])):
            return profile_
    for text in titles:
        for words, profile in _TITLES:
            if words.search(plain(text)):
                return profile
    return Profile.STAFF if is_staff or functions else Profile.OTHER


def part_of(one: Part, other: Part) -> Part:
    """The part that says more: a head teacher is a teacher too."""
    return max(one, other, key=lambda part: _STRENGTH.index(part) if part in _STRENGTH else -1)


def institutional(address: str) -> bool:
    """Whether an address is of an académie or the ministry: one person's own, never a family's."""
    return _is_academic(address.rpartition("@")[2])


@lru_cache(maxsize=2_000)
def _is_academic(domain: str) -> bool:
    return _ACADEMIC(domain) is not None


def family(
    key: str, raw: Mapping[str, Sequence[bytes]], normal: Callable[[str], str]
) -> Iterator[Tie]:
    """Ties of a pupil with guardians, and of a guardian with pupils; only where they are DNs."""
    for child in _links(raw, "entauxpersreleleveeleve"):
        if "=" in child:
            yield Tie(normal(child.split("$")[0]), key, is_contact=True)
    ties: dict[str, Tie] = {}

    def note(
        text: str, relation: Relation = Relation.OTHER, *, legal: bool = False, near: bool = False
    ) -> None:
        if "=" not in text or len(ties) >= MOST_TIES:
            return
        guardian = normal(text)
        known = ties.get(guardian) or Tie(key, guardian)
        ties[guardian] = Tie(
            key,
            guardian,
            known.relation if relation is Relation.OTHER else relation,
            known.is_legal or legal,
            known.is_contact or near,
        )

    for name, relation in (("entelevepere", Relation.FATHER), ("entelevemere", Relation.MOTHER),
                           ("enteleveparents", Relation.OTHER)):  # fmt: skip
        for text in _links(raw, name):
            note(text, relation)
    for text in _links(raw, "enteleveautoriteparentale"):
        note(text, legal=True, near=True)
    for name in ("entelevepersreleleve1", "entelevepersreleleve2"):
        for text in _links(raw, name):
            note(text, near=True)
    for text in _links(raw, "entelevepersreleleve"):
        guardian, *codes = text.split("$")
        codes += [""] * (5 - len(codes))
        note(
            guardian,
            _LINKS.get(codes[0].strip(), Relation.OTHER),
            legal=codes[2].strip() == "1",
            near=codes[2].strip() in {"1", "2"} or codes[3].strip() == "1",
        )
    yield from ties.values()


def _links(raw: Mapping[str, Sequence[bytes]], name: str) -> Iterator[str]:
    for value in raw.get(name, ())[:MOST_TIES]:
        yield value[:2_000].decode("utf-8", "replace").strip()
