"""Laws of the AAF readers: what is true in a school is what is read, and changes add up."""

from __future__ import annotations

import io
import random
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from hypothesis import given, settings
from hypothesis import strategies as st

from mel_desktop.formats.aaf import AafFile
from mel_desktop.formats.archives import Bundle
from mel_desktop.model.people import EntryKind, Part, Profile, Relation, Tie
from tests.support import aaf_school
from tests.support.aaf_school import ACADEMY, Export, Guardian, Pupil, Staff
from tests.support.held_people import Held

RELATIONS = {
    "2": Relation.MOTHER, "10": Relation.MOTHER, "20": Relation.FATHER, "50": Relation.TUTOR,
    "39": Relation.FAMILY, "51": Relation.OTHER,
}  # fmt: skip
schools = st.builds(
    aaf_school.invent,
    st.integers(0, 10_000),
    st.integers(1, 12),
    schools=st.integers(1, 2),
    degree=st.sampled_from(["1D", "2D"]),
)


def open_files(files: Mapping[str, bytes], how: str = "bare", name: str = "export") -> AafFile:
    if how == "bare":
        return AafFile(Bundle([(path, partial(io.BytesIO, data)) for path, data in files.items()]))
    data = aaf_school.packed(files, how)
    return AafFile(Bundle([(name, lambda: io.BytesIO(data))]))


def key(number: str) -> str:
    return f"{ACADEMY}/{number}"


def group_key(role: str, school: str, label: str) -> str:
    folded = "".join(one for one in label.lower() if one.isalnum())
    return f"{ACADEMY}/{role}/{school}/{folded}"


def expected_ties(export: Export) -> set[Tie]:
    return {
        Tie(
            key(pupil.id), key(who), RELATIONS[link],
            is_legal=legal == "1" or (legal == "2" and len(link) == 1),
            is_contact=contact == "1" or legal == "2",
        )
        for pupil in export.pupils
        for who, link, legal, contact in pupil.guardians
    }  # fmt: skip


def expected_members(export: Export) -> set[tuple[str, str, Part, str]]:
    found = set()
    for pupil in export.pupils:
        for role, places in (("classe", pupil.classes), ("groupe", pupil.groups)):
            found |= {(group_key(role, *one), key(pupil.id), Part.PUPIL, "") for one in places}
    for person in export.staff:
        for role, taught in (("classe", person.taught), ("groupe", person.groups)):
            subjects: dict[tuple[str, str], list[str]] = {}
            for school, label, code in taught:
                words = export.subjects.get(code, "")
                subjects.setdefault((school, label), []).append(words)
            found |= {
                (group_key(role, *one), key(person.id), Part.TEACHER, ", ".join(words).casefold())
                for one, words in subjects.items()
            }
        found |= {
            (group_key("classe", *one), key(person.id), Part.HEAD_TEACHER, "")
            for one in person.heads
        }
    return found


def check(held: Held, export: Export) -> None:
    """Persons, classes, families and schools are those of the export, and no others."""
    assert not held.skipped
    by_kind: dict[EntryKind, set[str]] = {kind: set() for kind in EntryKind}
    for one in held.entries.values():
        by_kind[one.kind].add(one.key)
    people: tuple[Pupil | Guardian | Staff, ...]
    people = (*export.pupils, *export.guardians, *export.staff)
    assert by_kind[EntryKind.PERSON] == {key(one.id) for one in people}
    assert by_kind[EntryKind.SCHOOL] == {key(f"etab/{one.id}") for one in export.schools}
    assert by_kind[EntryKind.GROUP] == {group for group, _, _ in held.members}
    assert {(*who, role.casefold()) for who, role in held.members.items()} == expected_members(
        export
    )
    assert set(held.ties.values()) == expected_ties(export)
    uais = {one.id: one.uai for one in export.schools}
    for person in people:
        entry = held.entries[key(person.id)]
        assert entry.name == f"{person.given} {person.sn}"
        assert (entry.family_name, entry.title, entry.email) == (
            person.sn, person.title, person.mail,
        )  # fmt: skip
        check_person(held, person, uais)
    for group in by_kind[EntryKind.GROUP]:
        entry = held.entries[group]
        assert entry.uai in uais.values()
        assert entry.school
        assert entry.classes == ((entry.name,) if entry.role == "classe" else ())


def check_person(held: Held, person: Pupil | Guardian | Staff, uais: Mapping[str, str]) -> None:
    entry = held.entries[key(person.id)]
    assert f"aaf:{key(person.id)}" in entry.same_as
    match person:
        case Pupil():
            assert entry.profile is Profile.PUPIL
            assert entry.classes == tuple(label for _, label in person.classes)
            assert entry.uai == uais[person.school]
        case Guardian():
            assert entry.profile is Profile.GUARDIAN
            numbers = [one for one in (person.mobile, person.home) if one]
            assert [one for one in (entry.phone, *entry.more_phones) if one] == numbers
        case Staff():
            code = person.functions[0].split("$")[1]
            assert entry.profile is {"DIR": Profile.HEAD, "ENS": Profile.TEACHER}.get(
                code, Profile.STAFF
            )
            assert entry.uai == uais[person.functions[0].partition("$")[0]]
            assert {label for _, label, _ in person.taught} <= set(entry.classes)
            assert f"mail:{person.mail}" in entry.same_as


@settings(max_examples=25)
@given(
    schools,
    st.integers(1, 5),
    st.sampled_from(["bare", "zip", "tgz", "tar"]),
    st.sampled_from([
        ("utf-8", "UTF-8"), ("utf-8", ""), ("iso-8859-15", "ISO-8859-15"), ("iso-8859-15", ""),
        ("iso-8859-15", "UTF-8"), ("utf-8", "ISO-8859-15"),
    ]),
    st.randoms(use_true_random=False),
)  # fmt: skip
def test_what_is_true_is_what_is_read(
    export: Export, part: int, how: str, encoding: tuple[str, str], shuffled: random.Random
) -> None:
    files = aaf_school.full(export, part=part, encoding=encoding[0], declared=encoding[1])
    names = list(files)
    shuffled.shuffle(names)
    reader = open_files({name: files[name] for name in names}, how)
    assert not reader.is_delta
    check(Held().take(reader), export)


def altered(export: Export, chance: random.Random) -> Export:
    """The same schools a day later."""
    pupils: list[Pupil] = []
    places = sorted({one for pupil in export.pupils for one in pupil.classes})
    for pupil in export.pupils:
        what = chance.randrange(8)
        if what == 0:
            continue  # left
        if what == 1:
            pupil = replace(pupil, classes=(chance.choice(places),))
        elif what == 2:
            pupil = replace(pupil, sn="NOUVEAU NOM", given="Réglisse")
        elif what == 3:
            pupil = replace(pupil, guardians=pupil.guardians[:1])
        elif what == 4:
            pupil = replace(pupil, groups=(), mail="eleve@exemple.fr")
        elif what == 5:
            pupil = replace(pupil, given="Réglisse")
        elif what == 6:
            pupil = replace(pupil, sn="AUTRE")
        pupils.append(pupil)
    guardians = [
        replace(one, mail="change@exemple.fr", mobile="0700000000", home="")
        if chance.random() < 0.3 else one
        for one in export.guardians
        if any(one.id == who for pupil in pupils for who, *_ in pupil.guardians)
    ]  # fmt: skip
    staff = []
    for person in export.staff:
        what = chance.randrange(5)
        if what == 0:
            continue
        if what == 1:
            person = replace(person, taught=person.taught[1:], groups=person.groups[1:])
        elif what == 2:
            person = replace(person, heads=(chance.choice(places),), mail="p@ac-exemple.fr")
        staff.append(person)
    newcomer = replace(pupils[0], id="99", given="Nina", classes=(places[0],)) if pupils else None
    return replace(
        export,
        pupils=(*pupils, newcomer) if newcomer else tuple(pupils),
        guardians=tuple(guardians),
        staff=tuple(staff),
    )


@settings(max_examples=25)
@given(schools, st.randoms(use_true_random=False), st.booleans())
def test_a_full_export_and_its_changes_are_the_next_full_export(
    export: Export, chance: random.Random, whole: bool
) -> None:
    later = altered(export, chance)
    first = open_files(aaf_school.full(export))
    held = Held().take(first)
    changes = aaf_school.changes(export, later, whole=whole)
    if not changes:
        return
    delta = open_files(changes)
    assert delta.is_delta
    assert delta.source_name == first.source_name
    delta.before = first.state
    held = held.take(delta).shown()
    fresh = Held().take(open_files(aaf_school.full(later))).shown()
    assert held.members == fresh.members
    assert held.ties == fresh.ties
    assert held.entries.keys() == fresh.entries.keys()
    teaching = {key(one.id) for one in later.staff if one.taught or one.groups}
    for one, entry in fresh.entries.items():
        mine = held.entries[one]
        if not whole:  # a change that names one of several attributes only adds: said in the model
            if one in teaching:
                assert set(mine.subjects) >= set(entry.subjects)
            assert set(mine.classes) >= set(entry.classes)
            mine = replace(mine, subjects=entry.subjects, classes=entry.classes)
            assert (mine.phone or entry.phone) == entry.phone or entry.phone == ""
            mine = replace(mine, phone=entry.phone, more_phones=entry.more_phones)
        assert mine == entry, (mine, entry)
