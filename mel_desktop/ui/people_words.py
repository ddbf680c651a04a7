"""People, families, classes and services in the language of the window."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from mel_desktop.model.contacts import ClassMember
from mel_desktop.model.people import DirectoryEntry, EntryKind, Part, Profile, Relation
from mel_desktop.model.persons import ClassPart, PersonCard, Relative, Stamp
from mel_desktop.model.services import Evidence, Proof
from mel_desktop.ui import figures

translate = QCoreApplication.translate


def of_relation(relation: Relation) -> str:
    """What a guardian is to a pupil."""
    return {
        Relation.MOTHER: translate("People", "mother"),
        Relation.FATHER: translate("People", "father"),
        Relation.TUTOR: translate("People", "tutor"),
        Relation.FAMILY: translate("People", "member of the family"),
        Relation.OTHER: translate("People", "responsible person"),
    }[relation]


def of_tie(one: Relative, among: Iterable[Relative]) -> str:
    """The relation, and what it is worth: "mother, legal guardian".

    ``among``: all of the card. That somebody is none is said only where a source tells of others.
    """
    words = [of_relation(one.relation)]
    if one.is_legal:
        words.append(translate("People", "legal guardian"))
    elif one.is_contact:
        words.append(translate("People", "to be called"))
    elif any(other.is_legal for other in among):
        words.append(translate("People", "not a legal guardian"))
    return ", ".join(words)


def of_part(one: ClassPart) -> str:
    """What somebody is in a class: "6e A – head teacher, mathematics"."""
    part = {
        Part.MEMBER: "",
        Part.PUPIL: translate("People", "pupil"),
        Part.DELEGATE: translate("People", "delegate"),
        Part.TEACHER: translate("People", "teacher"),
        Part.HEAD_TEACHER: translate("People", "head teacher"),
        Part.GUARDIAN: translate("People", "parent"),
    }[one.part]
    facts = ", ".join(word for word in (part, one.subject) if word)
    return f"{one.name} – {facts}" if facts else one.name


_MORE: Final = {Part.DELEGATE: Part.PUPIL, Part.HEAD_TEACHER: Part.TEACHER}


def told_once(places: Sequence[ClassPart]) -> list[ClassPart]:
    """A delegate is a pupil, a head teacher a teacher: said once, with the subject."""
    found = []
    for one in places:
        here = [two for two in places if two.group == one.group]
        if any(_MORE.get(two.part) is one.part for two in here):
            continue
        if any(one.part is Part.MEMBER and two.part is not Part.MEMBER for two in here):
            continue
        subjects = [two.subject for two in here if two.subject]
        found.append(replace(one, subject=one.subject or ", ".join(dict.fromkeys(subjects))))
    return found


def roster(members: Sequence[ClassMember]) -> tuple[tuple[str, list[ClassMember]], ...]:
    """Those of a class under headings with their number, each in one place but delegates."""
    heads = [one for one in members if Part.HEAD_TEACHER in one.parts]
    teachers = [one for one in members if Part.TEACHER in one.parts and one not in heads]
    delegates = [one for one in members if Part.DELEGATE in one.parts]
    pupils = [one for one in members if one.parts & {Part.PUPIL, Part.DELEGATE}]
    told = {one.hit.id for one in (*heads, *teachers, *pupils)}
    others = [one for one in members if one.hit.id not in told]
    named = (
        (translate("People", "Head teachers ({n})"), heads),
        (translate("People", "Teachers ({n})"), teachers),
        (translate("People", "Delegates ({n})"), delegates),
        (translate("People", "Pupils ({n})"), pupils),
        (translate("People", "Members ({n})"), others),
    )
    return tuple((name.format(n=len(those)), those) for name, those in named if those)


def of_profile(profile: Profile) -> str:
    """What a person is to a school; "" where nothing is said."""
    return {
        Profile.PUPIL: translate("People", "Pupil"),
        Profile.GUARDIAN: translate("People", "Parent or guardian"),
        Profile.TEACHER: translate("People", "Teacher"),
        Profile.HEAD: translate("People", "Head of the school"),
        Profile.STAFF: translate("People", "Staff"),
        Profile.OTHER: "",
    }[profile]


def function_of(entry: DirectoryEntry) -> str:
    """As its source has it; what the program itself says of a group, in words."""
    if entry.kind is not EntryKind.GROUP:
        return entry.role
    own = {"classe": translate("People", "Class"), "groupe": translate("People", "Group")}
    return own.get(entry.role, entry.role)


def subtitle(card: PersonCard) -> str:
    """Below the name: function and school, or what the person is."""
    entry = card.entry
    first = function_of(entry) or of_profile(entry.profile)
    return " · ".join(word for word in (first, entry.school) if word)


def of_stamps(stamps: Iterable[Stamp]) -> str:
    """One line a source: of when it is, and whether it is whole."""
    return "\n".join(of_stamp(one) for one in stamps)


def of_stamp(one: Stamp) -> str:
    """Name, day, completeness."""
    if one.as_of is None:
        return translate("People", "{source} – never read").format(source=one.name)
    said = (
        translate("People", "{source} – as of {date}, complete")
        if one.complete
        else translate("People", "{source} – as of {date}, NOT complete")
    )
    return said.format(source=one.name, date=figures.plain_date(one.as_of))


def of_evidence(grade: Evidence) -> str:
    """How sure a fact is, in words."""
    return {
        Evidence.OFFICIAL: translate("People", "an official page or repository was read"),
        Evidence.CODE: translate("People", "from public code or a first-hand text"),
        Evidence.WEAK: translate("People", "from a weak page"),
        Evidence.STATED: translate("People", "only the project's own text says so"),
        Evidence.UNVERIFIED: translate("People", "not verified"),
    }[grade]


def of_proof(proof: Proof) -> str:
    """Grade, source and day in a line."""
    return translate("People", "{grade} (grade {letter}) – {source}, {date}").format(
        grade=of_evidence(proof.grade),
        letter=proof.grade.value,
        source=proof.source,
        date=of_day(proof.as_of),
    )


def of_day(day: date) -> str:
    """A day of a source."""
    shown = QDate(day.year, day.month, day.day)
    return QLocale().toString(shown, QLocale.FormatType.ShortFormat)
