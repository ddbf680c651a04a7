"""AAF exports of the ministry ("ficAlimMENESR", SDET), 1st and 2nd degree, full and changes.

Keys: ``<académie>/<jointure>`` of persons, ``<académie>/etab/<jointure>`` of schools,
``<académie>/classe|groupe/<school>/<label>``. Classes and groups are no records: they are rebuilt
from the ``$`` values of pupils and teachers, with their school. ``same_as``: ``aaf:`` and the
person's key, ``uai:``, ``mail:`` of staff, ``class:`` or ``group:`` with UAI and label.

Two readings of the bundle: schools and subjects first, as all others refer to them by code, then
the rest as it comes. Programmes (MEF) are not read at all.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from mel_desktop.formats import aaf_values
from mel_desktop.formats.aaf_values import (
    NO_STRUCTURE,
    PHONES,
    TEACHING,
    TEACHING_GROUPS,
    Operation,
    Record,
    parts,
)
from mel_desktop.formats.archives import Bundle, base
from mel_desktop.formats.headings import bad_file
from mel_desktop.formats.people_csv import CLASS_ROLE, GROUP_ROLE, MAX_CLASSES, address_in
from mel_desktop.formats.school_groups import group_of
from mel_desktop.formats.xml_stream import records
from mel_desktop.model.people import (
    ENTRY_FIELDS,
    Change,
    DirectoryEntry,
    EntryKind,
    Gone,
    Item,
    Membership,
    Part,
    Profile,
    SkippedLine,
    Tie,
)

ROOT: Final = "ficAlimMENESR"
PUPIL_ROLE: Final = "élève"
GUARDIAN_ROLE: Final = "responsable"
_REQUESTS: Final = frozenset(one.value for one in Operation)
_MEMBER: Final = re.compile(
    r"(?:(?P<prefix>.*)_)?(?P<kind>Complet|Delta)_(?P<date>\d{8})_.*", re.IGNORECASE
)
_PART: Final = re.compile(
    r"(?:.*_)?(?P<category>EtabEducNat|MatiereEducNat|MatEducNat|MefEducNat|PersRelEleve"
    r"|PersEducNat|Eleve)_(?P<part>\d{1,4})\.xml",
    re.IGNORECASE,
)
_LATER: Final = frozenset({"persreleleve", "perseducnat", "eleve"})
_ACADEMY: Final = re.compile(r"codeAcademieExport[\s\"']*[=:][\s\"']*(\w{1,10})")
_OF_THE_MINISTRY: Final = re.compile(r"@(?:[\w-]+\.)*(?:ac-[\w-]+\.fr|education\.gouv\.fr)\Z")
_DATED: Final = re.compile(
    r"[._-]*(?:Complet|Delta|\d{6,}|\.(?:zip|tgz|gz|tar|xml))", re.IGNORECASE
)


class AafFile:
    """An export whose file names were understood. Iterate once.

    ``before``: to be set from what ``state`` said when the source was read last; a change file
    repeats neither schools nor subjects. ``source_name`` is the same for a full export and its
    changes.
    """

    format_name: Final = "aaf"
    attribution: Final = ""

    def __init__(self, bundle: Bundle) -> None:
        """BAD_FILE when parts are missing, or full and change files are mixed."""
        self._bundle = bundle
        names = [base(name) for name in bundle.names]
        if not names:
            raise bad_file("no-xml-file")
        found = [match for name in names if (match := _MEMBER.fullmatch(name))]
        kinds = {match["kind"].lower() for match in found}
        dates = {match["date"] for match in found}
        if not kinds and any("delta" in base(name).lower() for name in bundle.files):
            kinds = {"delta"}
        if len(kinds) > 1:
            raise bad_file("export-kinds-mixed")
        if len(dates) > 1:
            raise bad_file("export-dates-mixed")
        self.is_delta = kinds == {"delta"}
        self.source_name = _source_name({match["prefix"] or "" for match in found}, bundle.files)
        self.before: Mapping[str, str | int] = {}
        self._date = next(iter(dates), "")
        self._academy = ""
        self._schools: dict[str, tuple[str, str, str]] = {}  # name, UAI, town by join key
        self._subjects: dict[str, str] = {}
        self._groups: set[str] = set()
        _check_parts(names)

    @property
    def state(self) -> Mapping[str, str]:
        """What a change file needs to know of this one; right after iteration."""
        return {
            "academy": self._academy,
            "date": self._date,
            "schools": json.dumps(self._schools, ensure_ascii=False),
            "subjects": json.dumps(self._subjects, ensure_ascii=False),
        }

    def __iter__(self) -> Iterator[Item]:
        self._recall()
        for found in self._records(lambda name: _category(name) not in _LATER | {"mefeducnat"}):
            yield from self._first_items(found)
        for found in self._records(lambda name: _category(name) in _LATER | {""}):
            yield from self._later_items(found)

    # -- Reading -----------------------------------------------------------------------------------

    def _recall(self) -> None:
        if not self.is_delta:
            return
        if not self.before:  # its classes and families were removed, or it was never whole
            raise bad_file("export-without-base")
        self._academy = str(self.before.get("academy", ""))
        held = str(self.before.get("date", ""))
        if self._date and held > self._date:
            raise bad_file("export-older-changes")
        schools = json.loads(str(self.before.get("schools", "{}")))
        self._schools = {key: (name, uai, town) for key, (name, uai, town) in schools.items()}
        self._subjects = json.loads(str(self.before.get("subjects", "{}")))

    def _records(self, wanted: Callable[[str], bool]) -> Iterator[Record]:
        for _, chunks in self._bundle.read(wanted):
            for element in records(
                chunks,
                _REQUESTS,
                left_out=aaf_values.left_out,
                on_root=_check_root,
                on_comment=self._comment,
            ):
                found = aaf_values.record(element)
                if not self.is_delta and found.operation is not Operation.ADD:
                    raise bad_file("export-changes-in-full", line=found.line)
                yield found

    def _comment(self, text: str) -> None:
        found = _ACADEMY.search(text)
        if found is not None:
            self._learn_academy(found[1])

    def _learn_academy(self, text: str) -> None:
        """The first that is named; join keys of another académie are those of other people.

        Changes are told under the name of what they change, be it none.
        """
        code = _code(text)
        if code and self._academy not in {"", code}:
            raise bad_file(
                "export-of-another-academy" if self.is_delta else "export-academies-mixed"
            )
        if not self.is_delta:
            self._academy = self._academy or code

    def _first_items(self, found: Record) -> Iterator[Item]:
        if found.category == "EtabEducNat":
            if not self._academy:
                self._learn_academy(found.first("ENTServAcCodeAcademie"))
            yield from self._school(found)
        elif found.category == "MatEducNat" and (label := found.first("ENTLibelleMatiere")):
            self._subjects[found.id.rpartition("$")[2]] = aaf_values.in_words(label)

    def _later_items(self, found: Record) -> Iterator[Item]:
        if found.category not in {"Eleve", "PersEducNat", "PersRelEleve"}:
            if found.category not in {"EtabEducNat", "MatEducNat", "MefEducNat"}:
                yield SkippedLine(found.line, "a record of no known kind")
            return
        if not found.id:
            yield SkippedLine(found.line, "no join key")
            return
        if found.operation is Operation.DELETE:
            yield Gone(self._key(found.id))
        elif found.operation is Operation.ADD and not _name(found):
            yield SkippedLine(found.line, "no name")
        elif found.category == "Eleve":
            yield from self._pupil(found)
        elif found.category == "PersEducNat":
            yield from self._staff(found)
        else:
            yield from self._guardian(found)

    def _key(self, jointure: str) -> str:
        return f"{self._academy}/{jointure}"

    # -- Schools -----------------------------------------------------------------------------------

    def _school(self, found: Record) -> Iterator[Item]:
        if not found.id:
            yield SkippedLine(found.line, "no join key")
            return
        key = self._key(f"etab/{found.id}")
        if found.operation is Operation.DELETE:
            yield Gone(key)
            return
        text = found.first("ENTStructureNomCourant")
        name, uai, town = self._schools.get(found.id, ("", "", ""))
        if text or not self.is_delta:
            name = aaf_values.school_name(text)
        if found.says("ENTStructureUAI") or not self.is_delta:
            uai = found.first("ENTStructureUAI").upper()
        if found.says("l") or (text and not town):
            town = aaf_values.town_name(found.first("l") or parts(text, 3)[2])
        if not name:
            yield SkippedLine(found.line, "a school without a name")
            return
        self._schools[found.id] = (name, uai, town)
        email, more, problem = _emails(found.all("ENTStructureMailSI"))
        entry = DirectoryEntry(
            key=key,
            kind=EntryKind.SCHOOL,
            name=name,
            email=email,
            role=aaf_values.in_words(found.first("ENTStructureTypeStruct")),
            uai=uai,
            town=town,
            phone=found.first("telephoneNumber"),
            more_emails=more,
            same_as=(f"uai:{uai}",) if uai else (),
        )
        says = {
            "ENTStructureMailSI": "email", "ENTStructureTypeStruct": "role", "l": "town",
            "telephoneNumber": "phone", "ENTStructureUAI": "uai",
        }  # fmt: skip
        fields = {"name", *(field for name, field in says.items() if found.says(name))}
        if "uai" in fields:
            fields.add("same_as")
        if "email" in fields:
            fields.add("more_emails")
        yield from self._put(found, entry, fields, problem)

    def _place(self, structures: tuple[str, ...]) -> tuple[str, str, str]:
        """Name, UAI and town of the first structure that is known."""
        return next((self._schools[one] for one in structures if one in self._schools), ("",) * 3)

    # -- Persons -----------------------------------------------------------------------------------

    def _pupil(self, found: Record) -> Iterator[Item]:
        key = self._key(found.id)
        classes = _pairs(found.all("ENTEleveClasses"))
        groups = _pairs(found.all("ENTEleveGroupes"))
        attached = found.all("ENTPersonStructRattach")
        school, uai, _ = self._place((*attached, *(where for where, _, _ in classes)))
        email, more, problem = _emails(found.all("mail"))
        entry = DirectoryEntry(
            key=key,
            kind=EntryKind.PERSON,
            name=_name(found),
            email=email,
            role=PUPIL_ROLE,
            school=school,
            uai=uai,
            classes=tuple(dict.fromkeys(label for _, label, _ in classes)),
            profile=Profile.PUPIL,
            family_name=found.first("sn"),
            title=found.first("personalTitle"),
            more_emails=more,
            same_as=(f"aaf:{key}",),
        )
        fields = _person_fields(found)
        if found.says("ENTEleveClasses"):
            fields.add("classes")
        if school and found.says("ENTPersonStructRattach"):
            fields |= {"school", "uai"}
        replaced = {
            (role, Part.PUPIL)
            for role, says in ((CLASS_ROLE, "ENTEleveClasses"), (GROUP_ROLE, "ENTEleveGroupes"))
            if found.says(says)
        }
        has_ties = found.says("ENTElevePersRelEleve", *aaf_values.OLD_TIES)
        yield from self._put(found, entry, fields, problem, groups=replaced, ties=has_ties)
        yield from self._membership(key, CLASS_ROLE, classes, Part.PUPIL)
        yield from self._membership(key, GROUP_ROLE, groups, Part.PUPIL)
        for link in aaf_values.links(found):
            guardian = self._key(link.guardian)
            yield Tie(key, guardian, link.relation, link.is_legal, link.is_contact)

    def _guardian(self, found: Record) -> Iterator[Item]:
        key = self._key(found.id)
        email, more, problem = _emails(found.all("mail"))
        phones = list(dict.fromkeys(one for name in PHONES for one in found.values.get(name, ())))
        entry = DirectoryEntry(
            key=key,
            kind=EntryKind.PERSON,
            name=_name(found),
            email=email,
            role=GUARDIAN_ROLE,
            phone=phones[0] if phones else "",
            profile=Profile.GUARDIAN,
            family_name=found.first("sn"),
            title=found.first("personalTitle"),
            more_phones=tuple(phones[1:]),
            more_emails=more,
            same_as=(f"aaf:{key}",),
        )
        fields = _person_fields(found)
        said = [name for name in PHONES if found.says(name)]
        added = set()
        if len({"homePhone", "telephoneNumber", "mobile"} & {*said}) == 3:
            fields |= {"phone", "more_phones"}
        elif said:
            added.add("phone")
        yield from self._put(found, entry, fields, problem, added=added)

    def _staff(self, found: Record) -> Iterator[Item]:
        key = self._key(found.id)
        said = aaf_values.functions(found)
        # ENTPersonClasses of the 1st degree is ENTEleveClasses here, whoever says it.
        taught = _pairs(found.all(*TEACHING, "ENTEleveClasses"))
        in_groups = _pairs(found.all(*TEACHING_GROUPS, "ENTEleveGroupes"))
        heads = _pairs(found.values.get("ENTAuxEnsClassesPrincipal", ()))
        subjects = dict.fromkeys(
            word for _, _, code in (*taught, *in_groups) if (word := self._subject(code))
        ) or dict.fromkeys(said.subjects)
        attached = found.values.get("ENTPersonStructRattach", ())
        school, uai, _ = self._place(
            (*said.structures, *attached, *(where for where, _, _ in (*heads, *taught)))
        )
        email, more, problem = _emails(found.all("mail"))
        own = (f"mail:{email.lower()}",) if _OF_THE_MINISTRY.search(email.lower()) else ()
        classes = dict.fromkeys(label for _, label, _ in (*taught, *heads))
        entry = DirectoryEntry(
            key=key,
            kind=EntryKind.PERSON,
            name=_name(found),
            email=email,
            role=said.role,
            school=school,
            uai=uai,
            classes=tuple(classes)[:MAX_CLASSES],
            profile=said.profile,
            family_name=found.first("sn"),
            title=found.first("personalTitle"),
            subjects=tuple(subjects),
            more_emails=more,
            same_as=(f"aaf:{key}", *own),
        )
        fields, added, replaced = _staff_fields(found)
        if not subjects and not found.says("ENTPersonFonctions"):
            fields.discard("subjects")  # of an earlier post, or of the function that is not said
        if school and found.says("ENTPersonFonctions", "ENTPersonStructRattach"):
            fields |= {"school", "uai"}
        yield from self._put(found, entry, fields, problem, added=added, groups=replaced)
        for role, pairs in ((CLASS_ROLE, taught), (GROUP_ROLE, in_groups)):
            yield from self._teaching(key, role, pairs)
        yield from self._membership(key, CLASS_ROLE, heads, Part.HEAD_TEACHER)

    def _membership(
        self, key: str, role: str, pairs: list[tuple[str, str, str]], part: Part
    ) -> Iterator[Item]:
        for where, label, _ in pairs:
            group, made = self._group(role, where, label)
            yield from made
            yield Membership(group, key, part=part)

    def _teaching(self, key: str, role: str, pairs: list[tuple[str, str, str]]) -> Iterator[Item]:
        """One membership a class: its role is all subjects taught there."""
        subjects: dict[tuple[str, str], list[str]] = {}
        for where, label, code in pairs:
            subjects.setdefault((where, label), []).append(self._subject(code))
        for (where, label), words in subjects.items():
            group, made = self._group(role, where, label)
            yield from made
            yield Membership(group, key, role=aaf_values.joined(words), part=Part.TEACHER)

    def _subject(self, code: str) -> str:
        return self._subjects.get(code, "")

    # -- Groups, and how an item is told -----------------------------------------------------------

    def _group(self, role: str, where: str, label: str) -> tuple[str, list[Item]]:
        """Key of a class or group, and its entry the first time that it is met."""
        school, uai, _ = self._schools.get(where, ("", "", ""))
        place = self._key(f"{role}/{where}")
        key, made = group_of(self._groups, place, role, label, school=school, uai=uai)
        if made is None:
            return key, []
        return key, [Change(made) if self.is_delta else made]

    def _put(
        self,
        found: Record,
        entry: DirectoryEntry,
        fields: set[str],
        problem: str,
        *,
        added: set[str] | None = None,
        groups: set[tuple[str, Part]] | None = None,
        ties: bool = False,
    ) -> Iterator[Item]:
        """An entry of a full export; of a change file, what is new of it."""
        if problem:
            yield SkippedLine(found.line, problem)
        if not self.is_delta:
            yield entry
            return
        if found.operation is Operation.ADD:
            known = ENTRY_FIELDS if entry.school else ENTRY_FIELDS - {"school", "uai"}
            parts_of = {
                Profile.PUPIL: [(one, Part.PUPIL) for one in (CLASS_ROLE, GROUP_ROLE)],
                Profile.GUARDIAN: [],
                Profile.OTHER: [],
            }.get(entry.profile, _STAFF_PARTS)
            if entry.kind is EntryKind.SCHOOL:
                known = ENTRY_FIELDS
            yield Change(
                entry,
                frozenset(known),
                groups=frozenset(parts_of),
                ties=entry.profile is Profile.PUPIL,
            )
            return
        given = "" if found.says("sn") else found.first("givenName")
        yield Change(
            entry, frozenset(fields), frozenset(added or ()), given, frozenset(groups or ()), ties
        )


_STAFF_PARTS: Final = [
    (CLASS_ROLE, Part.TEACHER), (GROUP_ROLE, Part.TEACHER), (CLASS_ROLE, Part.HEAD_TEACHER),
]  # fmt: skip


def _person_fields(found: Record) -> set[str]:
    """Fields that a modification of a person says, but for its ties to groups and others."""
    fields = set()
    if found.says("sn"):
        fields.add("family_name")
        if found.says("givenName"):
            fields.add("name")
    if found.says("personalTitle"):
        fields.add("title")
    if found.says("mail"):
        fields |= {"email", "more_emails"}
    return fields


def _staff_fields(found: Record) -> tuple[set[str], set[str], set[tuple[str, Part]]]:
    """(fields, added, groups) that a modification of staff says."""
    fields = _person_fields(found)
    added: set[str] = set()
    replaced: set[tuple[str, Part]] = set()
    if found.says("mail"):
        fields.add("same_as")
    if found.says("ENTPersonFonctions", "ENTEnsFonctionDir"):
        fields |= {"role", "profile"}
        if not found.says(*TEACHING, *TEACHING_GROUPS):
            added.add("subjects")
    of_classes = found.says(*TEACHING, "ENTEleveClasses")
    of_groups = found.says(*TEACHING_GROUPS, "ENTEleveGroupes")
    is_head = found.says("ENTAuxEnsClassesPrincipal")
    if of_classes and is_head:
        fields.add("classes")
    elif of_classes or is_head:
        added.add("classes")
    if of_classes:
        replaced.add((CLASS_ROLE, Part.TEACHER))
    if of_groups:
        replaced.add((GROUP_ROLE, Part.TEACHER))
    if of_classes and of_groups:
        fields.add("subjects")
    elif of_classes or of_groups:
        added.add("subjects")
    if is_head:
        replaced.add((CLASS_ROLE, Part.HEAD_TEACHER))
    return fields, added, replaced


def _name(found: Record) -> str:
    return " ".join(filter(None, (found.first("givenName"), found.first("sn"))))


def _emails(values: tuple[str, ...]) -> tuple[str, tuple[str, ...], str]:
    """(address, further ones, why there is none)."""
    found = list(dict.fromkeys(filter(None, map(address_in, values))))
    problem = "" if found or not values else "mail address not valid: person kept without it"
    return (found[0] if found else ""), tuple(found[1:]), problem


def _pairs(values: tuple[str, ...]) -> list[tuple[str, str, str]]:
    """(school, label, subject) of ``<school>$<label>[$<subject>]``, each once."""
    found: dict[tuple[str, str, str], None] = {}
    for text in values:
        where, label, code, *_ = parts(text, 3) if "$" in text else ["", text, ""]
        if label and label not in NO_STRUCTURE:
            found[where, label, code] = None
    return list(found)


def _code(text: str) -> str:
    """``13`` and ``013`` are one académie."""
    return text.strip().zfill(3) if text.strip().isdigit() else text.strip()


def _category(name: str) -> str:
    """``eleve`` of ``ENT_Complet_20261101_Eleve_0003.xml``; "" for a name that does not say."""
    found = _PART.fullmatch(base(name))
    return found["category"].lower() if found is not None else ""


def _check_root(name: str) -> None:
    if name != ROOT:
        raise bad_file("not-an-aaf-export", line=1)


def _check_parts(names: list[str]) -> None:
    """A part that is missing would look like people who left."""
    numbers: dict[str, set[int]] = {}
    for name in names:
        found = _PART.fullmatch(name)
        if found is not None:
            numbers.setdefault(found["category"].lower(), set()).add(int(found["part"]))
    for category, seen in numbers.items():
        first = min(seen)
        if first > 1 or max(seen) - first + 1 != len(seen):
            raise bad_file("export-part-missing", part=category)


def _source_name(prefixes: set[str], files: tuple[str, ...]) -> str:
    """``AAF ENT2DVA-ENT16``: what a full export and its changes have in common."""
    prefix = next(iter(prefixes), "") if len(prefixes) == 1 else ""
    if prefix.upper() in {"", "ENT", "FULL_ENT"} and len(files) == 1:
        prefix = _DATED.sub("", base(files[0])).strip(" ._-") or prefix
    return f"AAF {prefix}".strip()
